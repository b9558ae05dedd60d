//! Intervals for chances.

use crate::numeric::special::student_t_quantile;

use super::summary::Estimate;

/// The 97.5 % point of the standard normal distribution.
pub const fn z95() -> f64 {
    1.959_963_984_540_054
}

/// Wilson's 95 % score interval of a chance: `count` of `trials`, of which only
/// `trials / design_effect` are independent. Wilson (1927); Kish (1965) for the effect.
pub fn wilson(count: u64, trials: u64, design_effect: f64) -> Estimate {
    if trials == 0 {
        return Estimate {
            value: f64::NAN,
            low: 0.0,
            high: 1.0,
        };
    }
    let share = count as f64 / trials as f64;
    let n = trials as f64 / design_effect.max(1.0);
    let z = z95();
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    // Rounding must not push an end past the estimate or out of 0..1.
    Estimate {
        value: share,
        low: (centre - half).max(0.0).min(share),
        high: (centre + half).min(1.0).max(share),
    }
}

/// Values of replicates that share draws, tallied to tell inputs and noise apart.
#[derive(Debug, Clone, Default)]
pub struct DrawTally {
    /// Number of draws.
    pub draws: u64,
    /// Number of replicates.
    pub trials: u64,
    /// Sum of the values.
    pub sum: f64,
    /// Sum of their squares.
    pub squares: f64,
    /// Sum over draws of (sum of the draw's values)^2 / (replicates of the draw).
    pub between: f64,
    /// Sum over draws of (replicates of the draw)^2.
    pub sizes: f64,
}

impl DrawTally {
    /// Adds one draw: how many of its replicates had the outcome.
    pub fn add(&mut self, count: u64, replicates: u64) {
        self.add_values(count as f64, count as f64, replicates);
    }

    /// Adds one draw: the sum of its replicates' values, and that of their squares.
    pub fn add_values(&mut self, sum: f64, squares: f64, replicates: u64) {
        if replicates == 0 {
            return;
        }
        self.draws += 1;
        self.trials += replicates;
        self.sum += sum;
        self.squares += squares;
        self.between += sum * sum / replicates as f64;
        self.sizes += (replicates * replicates) as f64;
    }

    /// Share of the variance that lies between draws: the intraclass correlation by
    /// one-way analysis of variance (Fisher 1925), kept within 0..1. `None` where no two
    /// replicates share a draw, or where nothing varies.
    pub fn input_share(&self) -> Option<f64> {
        let (draws, trials) = (self.draws as f64, self.trials as f64);
        if self.trials <= self.draws || self.draws < 2 || self.sum_of_squares() <= 0.0 {
            return None;
        }
        let between = (self.between - self.sum * self.sum / trials) / (draws - 1.0);
        let within = (self.squares - self.between) / (trials - draws);
        let size = (trials - self.sizes / trials) / (draws - 1.0);
        let share = (between - within) / (between + (size - 1.0) * within);
        Some(share.clamp(0.0, 1.0))
    }

    /// How many times more replicates are needed than if all were independent.
    pub fn design_effect(&self) -> f64 {
        let size = if self.trials == 0 {
            1.0
        } else {
            self.sizes / self.trials as f64
        };
        1.0 + (size - 1.0) * self.input_share().unwrap_or(0.0)
    }

    /// The mean with Student's 95 % interval, which allows for what the draws share.
    pub fn mean(&self) -> Estimate {
        let trials = self.trials as f64;
        let mean = self.sum / trials;
        let half = if self.draws < 2 {
            f64::INFINITY
        } else {
            let variance = self.sum_of_squares().max(0.0) / (trials - 1.0);
            let error = (variance * self.design_effect() / trials).sqrt();
            student_t_quantile(0.975, (self.draws - 1) as f64) * error
        };
        Estimate {
            value: mean,
            low: mean - half,
            high: mean + half,
        }
    }

    /// Sum of squares about the mean.
    fn sum_of_squares(&self) -> f64 {
        self.squares - self.sum * self.sum / self.trials as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_values() {
        // Newcombe (1998), table I: 81 of 263 and 0 of 20, method 3.
        let a = wilson(81, 263, 1.0);
        assert!(
            (a.low - 0.2553).abs() < 5e-5 && (a.high - 0.3662).abs() < 5e-5,
            "{a:?}"
        );
        let b = wilson(0, 20, 1.0);
        assert!(b.low == 0.0 && (b.high - 0.1611).abs() < 5e-5, "{b:?}");
    }

    #[test]
    fn replicates_that_copy_each_other_count_once() {
        let mut tally = DrawTally::default();
        for draw in 0..100 {
            tally.add(if draw % 4 == 0 { 2 } else { 0 }, 2);
        }
        assert_eq!(tally.input_share(), Some(1.0));
        assert!((tally.design_effect() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn replicates_that_ignore_their_draw_are_independent() {
        // Within draws of two, as many agree as chance would have it: 1 and 1 in the middle.
        let mut tally = DrawTally::default();
        for _ in 0..25 {
            for count in [0, 1, 1, 2] {
                tally.add(count, 2);
            }
        }
        assert!(
            tally.input_share().is_some_and(|s| s < 0.02),
            "{:?}",
            tally.input_share()
        );
    }
}
