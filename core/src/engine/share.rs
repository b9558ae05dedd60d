//! Which share of an outcome's variance the uncertain inputs carry (docs/model.md, (7.9.4)).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::numeric::special::{beta_quantile, student_t_quantile};

use super::summary::Estimate;

/// How many draws there are with so many replicates that have an outcome, of so many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputShare {
    cells: BTreeMap<(u64, u64), u64>,
}

/// Sums over draws.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    draws: f64,
    replicates: f64,
    sizes: f64,
    count: f64,
    /// Sum over draws of count^2 / replicates of the draw.
    between: f64,
}

impl Sums {
    /// With so many more draws of a kind.
    fn with(mut self, (count, size): (u64, u64), draws: f64) -> Self {
        let (count, size) = (count as f64, size as f64);
        self.draws += draws;
        self.replicates += draws * size;
        self.sizes += draws * size * size;
        self.count += draws * count;
        self.between += draws * count * count / size;
        self
    }

    /// Mean squares between draws and within, and the size of a draw that stands for all.
    fn mean_squares(&self) -> (f64, f64, f64) {
        let between = self.between - self.count * self.count / self.replicates;
        let within = (self.count - self.between).max(0.0);
        (
            between / (self.draws - 1.0),
            within / (self.replicates - self.draws),
            (self.replicates - self.sizes / self.replicates) / (self.draws - 1.0),
        )
    }

    /// The intraclass correlation by one-way analysis of variance (Fisher 1925).
    fn correlation(&self) -> f64 {
        let (between, within, size) = self.mean_squares();
        (between - within) / (between + (size - 1.0) * within)
    }
}

impl InputShare {
    /// Adds one draw: how many of its replicates had the outcome.
    pub fn add(&mut self, count: u64, replicates: u64) {
        if replicates > 0 {
            *self.cells.entry((count, replicates)).or_default() += 1;
        }
    }

    /// Adds other draws.
    pub fn merge(&mut self, other: &Self) {
        for (kind, draws) in &other.cells {
            *self.cells.entry(*kind).or_default() += draws;
        }
    }

    /// The share of the variance that lies between draws, kept within 0..1, with a 95 %
    /// interval. `None` where no two replicates share a draw, there are not three draws, or
    /// nothing varies.
    ///
    /// The interval reaches as far as the wider of two does to either side: the one that is
    /// exact for normal values (Searle 1971, from the F distribution), which is too short where
    /// draws differ much, and Student's with the jackknife's variance over draws, which is too
    /// short where the outcome is so rare that hardly a draw has it twice.
    pub fn estimate(&self) -> Option<Estimate> {
        let all = self
            .cells
            .iter()
            .fold(Sums::default(), |sums, (kind, draws)| {
                sums.with(*kind, *draws as f64)
            });
        if all.draws < 3.0
            || all.replicates <= all.draws
            || all.count <= 0.0
            || all.count >= all.replicates
        {
            return None;
        }
        let value = all.correlation();
        let (low, high) = analysis_of_variance(&all);
        let half = self.jackknife(&all);
        let (low, high) = (low.min(value - half), high.max(value + half));
        let share = |x: f64| x.clamp(0.0, 1.0);
        Some(Estimate {
            value: share(value),
            low: share(low),
            high: share(high),
        })
    }

    /// Half the width of Student's interval over draws left out one by one; without end where
    /// nothing would vary but for one of them.
    fn jackknife(&self, all: &Sums) -> f64 {
        let without = |kind: &(u64, u64)| all.with(*kind, -1.0).correlation();
        let values: Vec<(f64, f64)> = self
            .cells
            .iter()
            .map(|(kind, draws)| (without(kind), *draws as f64))
            .collect();
        let mean = values.iter().map(|(x, n)| x * n).sum::<f64>() / all.draws;
        let squares: f64 = values
            .iter()
            .map(|(x, n)| n * (x - mean) * (x - mean))
            .sum();
        let error = (squares * (all.draws - 1.0) / all.draws).sqrt();
        match error.is_finite() {
            true => student_t_quantile(0.975, all.draws - 1.0) * error,
            false => f64::INFINITY,
        }
    }
}

/// The interval from the ratio of mean squares.
fn analysis_of_variance(sums: &Sums) -> (f64, f64) {
    let (between, within, size) = sums.mean_squares();
    let (a, b) = (sums.draws - 1.0, sums.replicates - sums.draws);
    let share = |p: f64| {
        let x = beta_quantile(a / 2.0, b / 2.0, p);
        let quantile = b * x / (a * (1.0 - x));
        // Of (ratio / quantile - 1) / (ratio / quantile + size - 1), free of a division by 0.
        let within = within * quantile;
        (between - within) / (between + (size - 1.0) * within)
    };
    (share(0.975), share(0.025))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Distribution;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn of(counts: &[u64], replicates: u64) -> Option<Estimate> {
        let mut share = InputShare::default();
        for count in counts {
            share.add(*count, replicates);
        }
        share.estimate()
    }

    #[test]
    fn replicates_that_copy_each_other_are_all_input() {
        let counts: Vec<u64> = (0..100)
            .map(|draw| if draw % 4 == 0 { 2 } else { 0 })
            .collect();
        let found = of(&counts, 2).expect("a share");
        assert_eq!((found.value, found.low, found.high), (1.0, 1.0, 1.0));
    }

    #[test]
    fn replicates_that_ignore_their_draw_are_all_noise() {
        // Within draws of two, as many agree as chance would have it: 1 and 1 in the middle.
        let found = of(&[0, 1, 1, 2].repeat(25), 2).expect("a share");
        assert!(found.value < 0.02 && found.low == 0.0, "{found:?}");
    }

    #[test]
    fn what_does_not_vary_or_has_draws_of_its_own_has_no_share() {
        assert_eq!(of(&[0; 50], 2), None);
        assert_eq!(of(&[2; 50], 2), None);
        assert_eq!(of(&[0, 1, 0, 1], 1), None);
        assert_eq!(of(&[3, 7], 10), None);
        // In a single draw: nothing is known of it.
        let one = of(&[0, 0, 0, 0, 3], 10).expect("a share");
        assert_eq!((one.low, one.high), (0.0, 1.0));
    }

    /// Beta-binomial draws, whose share is known. Of 1,000 intervals at a level of 95 %, 50
    /// miss; the largest number allowed, 80, has a chance below 1e-4 at that level.
    #[test]
    fn the_interval_holds_its_level_and_idle_inputs_are_told_from_noise_in_few_runs() {
        let mut rng = ChaCha8Rng::seed_from_u64(12);
        let mut uniform = || ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        for (draws, per_draw, chance, share) in [
            (100, 2, 0.5, 0.0),
            (500, 2, 0.1, 0.0),
            (500, 2, 0.3, 0.3),
            (500, 2, 0.1, 0.8),
            (40, 25, 0.02, 0.0),
            (40, 25, 0.3, 0.2),
        ] {
            let odds = (1.0 - share) / f64::max(share, 1e-9);
            let (alpha, beta) = (chance * odds, (1.0 - chance) * odds);
            let (low, high) = (0.0, 1.0);
            let rates = Distribution::Beta {
                alpha,
                beta,
                low,
                high,
            };
            let rates = (share > 0.0).then(|| rates.sampler());
            let (mut missed, mut told) = (0, 0);
            for _ in 0..1000 {
                let mut tally = InputShare::default();
                for _ in 0..draws {
                    let u = uniform();
                    let rate = rates.as_ref().map_or(chance, |rates| rates.quantile(u));
                    let count = (0..per_draw).filter(|_| uniform() < rate).count();
                    tally.add(count as u64, per_draw);
                }
                if let Some(found) = tally.estimate() {
                    missed += usize::from(share < found.low || share > found.high);
                    told += usize::from(found.low > 0.0);
                }
            }
            assert!(
                missed <= 80,
                "{draws} {per_draw} {chance} {share}: {missed}"
            );
            if share == 0.0 {
                assert!(told <= 40, "{draws} {per_draw} {chance}: {told}");
            }
        }
    }
}
