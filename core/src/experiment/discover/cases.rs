//! How a chance becomes a case of interest.

use super::counts::Counted;
use crate::numeric::special::incomplete_beta;

/// What a case of interest is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cases {
    /// The outcome, by its place among the scenario's.
    pub outcome: usize,
    /// Whether it is looked for where the outcome does not come about.
    pub absent: bool,
    /// From which chance on a point is a case; `None`: each is as much of a case as its chance.
    pub threshold: Option<f64>,
}

impl Cases {
    /// How many replicates of a point are of interest.
    pub fn count(&self, point: &Counted) -> u64 {
        let came = point.came[self.outcome];
        match self.absent {
            true => point.counted - came,
            false => came,
        }
    }

    /// How much of a case a point is.
    pub fn of(&self, point: &Counted) -> f64 {
        let chance = self.count(point) as f64 / point.counted as f64;
        match self.threshold {
            Some(least) => f64::from(u8::from(chance >= least)),
            None => chance,
        }
    }

    /// The share of the points that must be expected to lie on the other side of the threshold
    /// than their replicates do.
    ///
    /// Chances are taken as of a beta distribution with the mean and the variance that the points'
    /// have without the noise of their replicates; what a point's own replicates say is laid over
    /// it.
    pub fn misjudged(&self, points: &[Counted]) -> Option<f64> {
        let threshold = self.threshold?;
        let chances = points
            .iter()
            .map(|p| self.count(p) as f64 / p.counted as f64);
        let spread = Spread::of(chances, points.iter().map(|p| p.noise(self.outcome)))?;
        let (mean, between) = (spread.mean, spread.between());
        if between <= 0.0 || mean <= 0.0 || mean >= 1.0 {
            // All have the same chance, as far as can be told.
            let wrong = points
                .iter()
                .filter(|point| (self.of(point) > 0.5) != (mean >= threshold));
            return Some(wrong.count() as f64 / points.len() as f64);
        }
        let weight = (mean * (1.0 - mean) / between - 1.0).max(1e-6);
        let wrong = points.iter().map(|point| {
            let k = self.count(point) as f64;
            let (a, b) = (
                mean * weight + k,
                (1.0 - mean) * weight + point.counted as f64 - k,
            );
            let below = incomplete_beta(a, b, threshold);
            match self.of(point) > 0.5 {
                true => below,
                false => 1.0 - below,
            }
        });
        Some(wrong.sum::<f64>() / points.len() as f64)
    }
}

/// How the shares of points vary: between points, and by noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean share.
    pub mean: f64,
    /// Variance of the shares.
    pub variance: f64,
    /// The part of it that is noise.
    pub noise: f64,
}

impl Spread {
    /// Of shares with their noise; `None` where that of none is known, or there are not two.
    pub fn of(
        shares: impl Iterator<Item = f64>,
        noise: impl Iterator<Item = Option<f64>>,
    ) -> Option<Self> {
        let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for share in shares {
            n += 1.0;
            sum += share;
            squares += share * share;
        }
        let known: Vec<f64> = noise.flatten().collect();
        if n < 2.0 || known.is_empty() {
            return None;
        }
        Some(Self {
            mean: sum / n,
            variance: ((squares - sum * sum / n) / (n - 1.0)).max(0.0),
            noise: known.iter().sum::<f64>() / known.len() as f64,
        })
    }

    /// Variance of the chances themselves.
    pub fn between(&self) -> f64 {
        (self.variance - self.noise).max(0.0)
    }

    /// The share of the variance that is noise; `None` where nothing varies.
    pub fn noise_share(&self) -> Option<f64> {
        (self.variance > 0.0).then(|| (self.noise / self.variance).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(came: u64, counted: u64) -> Counted {
        Counted {
            values: Vec::new(),
            run: counted,
            counted,
            came: vec![came],
        }
    }

    #[test]
    fn chances_become_cases_by_weight_or_threshold() {
        let mut cases = Cases {
            outcome: 0,
            absent: false,
            threshold: None,
        };
        assert_eq!(cases.of(&point(2, 8)), 0.25);
        cases.threshold = Some(0.25);
        assert_eq!(cases.of(&point(2, 8)), 1.0);
        cases.absent = true;
        assert_eq!(cases.of(&point(7, 8)), 0.0);
    }

    #[test]
    fn few_replicates_misjudge_many_points() {
        // Chances even from 0 to 1; the points have replicates as often as these chances give
        // them, and how often they lie on the wrong side is summed beside.
        let with = |n: u64| {
            let ways = |k: u64, p: f64| {
                let choose = (0..k).fold(1.0, |c, j| c * (n - j) as f64 / (j + 1) as f64);
                choose * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)
            };
            let (mut points, mut wrong) = (Vec::new(), 0.0);
            for step in 0..100 {
                let p = (f64::from(step) + 0.5) / 100.0;
                for k in 0..=n {
                    let count = (1000.0 * ways(k, p)).round() as usize;
                    points.extend((0..count).map(|_| point(k, n)));
                    if (2 * k >= n) != (p >= 0.5) {
                        wrong += count as f64;
                    }
                }
            }
            let cases = Cases {
                outcome: 0,
                absent: false,
                threshold: Some(0.5),
            };
            let said = cases.misjudged(&points).expect("noise is known");
            (said, wrong / points.len() as f64)
        };
        for n in [5, 15, 41] {
            let (said, wrong) = with(n);
            assert!((said - wrong).abs() < 0.01, "{n}: {said} {wrong}");
        }
        assert!(with(5).0 > 2.0 * with(41).0);
    }
}
