//! How much is run, known before anything is.

use super::design::MOST_ROWS;

/// Fewest base rows from which indices are worth showing.
const LEAST_BASE: usize = 32;
/// Fewest and most replicates of each bar of the tornado.
const BAR: (u64, u64) = (100, 1000);

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Uncertain numbers.
    pub numbers: usize,
    /// Whether to screen by Morris' method.
    pub morris: bool,
    /// Whether to compute Sobol' indices.
    pub sobol: bool,
    /// Trajectories.
    pub trajectories: usize,
    /// Base rows, if given; otherwise as many as the budget has room for.
    pub base: Option<usize>,
    /// Most numbers with a Sobol' index of their own.
    pub top: usize,
    /// Replicates for each row.
    pub replicates: u64,
    /// Replicates in all.
    pub budget: u64,
}

/// The sizes of the designs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesignSizes {
    /// Trajectories; 0: no screening.
    pub trajectories: usize,
    /// Base rows; 0: no indices.
    pub base: usize,
    /// Numbers with an index, and a bar, of their own.
    pub top: usize,
    /// Factors of Saltelli's design: the same, and the rest together if there is one.
    pub factors: usize,
    /// Replicates for each row of the two.
    pub replicates: u64,
    /// Replicates of each of the tornado's bars' ends.
    pub bar: u64,
    /// Replicates of Morris' design, of Saltelli's, and of the tornado.
    pub parts: [u64; 3],
}

/// Why a request can't be met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "--budget {budget} has no room for {least} base rows of {row} replicates each beside the {others} of the rest; give at least {wanted}, or fewer --trajectories, --top or --replicates"
)]
pub struct DesignError {
    budget: u64,
    least: usize,
    row: u64,
    others: u64,
    wanted: u64,
}

impl DesignSizes {
    /// Fits the designs into the budget.
    ///
    /// # Errors
    /// If too few base rows would be left. A base given by the user is taken as it is.
    pub fn new(request: &Request) -> Result<Self, DesignError> {
        let numbers = request.numbers as u64;
        // One number alone is no group: it gets an index of its own.
        let top = match request.numbers {
            few if few <= request.top + 1 => few,
            _ => request.top,
        };
        let factors = top + usize::from(top < request.numbers);
        let trajectories = if request.morris {
            request.trajectories
        } else {
            0
        };
        let morris = trajectories as u64 * (numbers + 1) * request.replicates;
        let ends = 2 * top as u64 + 1;
        // An eighth of the budget for the tornado, within reason.
        let bar = (request.budget / 8 / ends).clamp(BAR.0, BAR.1) / 100 * 100;
        let tornado = ends * bar;
        let row = (factors as u64 + 2) * request.replicates;
        let base = match (request.sobol, request.base) {
            (false, _) => 0,
            (true, Some(base)) => base,
            (true, None) => {
                let room = request.budget.saturating_sub(morris + tornado) / row;
                let room = usize::try_from(room).unwrap_or(MOST_ROWS).min(MOST_ROWS);
                if room < LEAST_BASE {
                    let needed = morris + LEAST_BASE as u64 * row;
                    return Err(DesignError {
                        budget: request.budget,
                        least: LEAST_BASE,
                        row,
                        others: morris + tornado,
                        // A larger budget gives the tornado more, up to an eighth.
                        wanted: (needed * 8).div_ceil(7).max(needed + ends * BAR.0),
                    });
                }
                // Powers of two are balanced in every dimension.
                1 << room.ilog2()
            }
        };
        Ok(Self {
            trajectories,
            base,
            top,
            factors,
            replicates: request.replicates,
            bar,
            parts: [morris, base as u64 * row, tornado],
        })
    }

    /// Bytes that the designs take: their rows with the values of the inputs, in the unit cube,
    /// in the scenario and in the table, and sums, means and halves of every output.
    pub fn bytes(&self, numbers: usize, outputs: usize) -> u64 {
        let rows = (self.parts[0] + self.parts[1]) / self.replicates.max(1);
        rows.saturating_mul((8 * (6 * numbers + 12 * outputs) + 400) as u64)
    }

    /// With bars for no more numbers than have them: those that hang together with no other.
    #[must_use]
    pub fn with_bars(mut self, numbers: usize) -> Self {
        let bars = self.top.min(numbers) as u64;
        self.parts[2] = match bars {
            0 => 0,
            bars => self.parts[2].min((2 * bars + 1) * self.bar),
        };
        self
    }

    /// Replicates in all.
    pub fn total(&self) -> u64 {
        self.parts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Request = Request {
        numbers: 37,
        morris: true,
        sobol: true,
        trajectories: 16,
        base: None,
        top: 12,
        replicates: 16,
        budget: 200_000,
    };

    #[test]
    fn the_designs_fit_into_the_budget() {
        let plan = DesignSizes::new(&REQUEST).expect("room");
        assert_eq!((plan.top, plan.factors, plan.base), (12, 13, 512));
        assert_eq!(plan.parts, [16 * 38 * 16, 512 * 15 * 16, 25 * 1000]);
        assert!(plan.total() <= 200_000);
        let few = DesignSizes::new(&Request {
            numbers: 13,
            ..REQUEST
        })
        .expect("room");
        assert_eq!((few.top, few.factors), (13, 13));
    }

    #[test]
    fn too_small_a_budget_is_said_with_one_that_would_do() {
        for numbers in [1, 5, 13, 46, 200] {
            for trajectories in [4, 100] {
                let small = Request {
                    numbers,
                    trajectories,
                    budget: 100,
                    ..REQUEST
                };
                let error = DesignSizes::new(&small).expect_err("no room");
                let more = Request {
                    budget: error.wanted,
                    ..small
                };
                let plan = DesignSizes::new(&more).expect("room");
                assert!(plan.base >= LEAST_BASE);
                assert!(plan.total() <= error.wanted);
            }
        }
        let given = Request {
            base: Some(8),
            budget: 10,
            ..REQUEST
        };
        assert_eq!(DesignSizes::new(&given).map(|p| p.base), Ok(8));
    }
}
