//! The scenario whose numbers are studied, and how its designs are run.

use std::convert::Infallible;
use std::ops::Range;

use crate::engine::{self, Batch, Design, Failure, LanePath, Progress, Row, Summary};
use crate::model::uncertain;
use crate::scenario::Scenario;
use crate::scenario::distribution::Sampler;

use super::Number;

/// A scenario whose uncertain numbers are studied.
pub struct Subject<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Root seed.
    pub seed: u64,
    /// Lanes and instruction set.
    pub path: LanePath,
    /// Its uncertain numbers (indices into [`Scenario::numbers`]).
    pub indices: Vec<usize>,
    /// How they are drawn.
    pub samplers: Vec<Sampler>,
}

impl<'a> Subject<'a> {
    /// A study of every uncertain number.
    pub fn new(scenario: &'a Scenario, seed: u64, path: LanePath) -> Self {
        let (indices, samplers) = uncertain(scenario)
            .map(|(index, distribution)| (index, distribution.sampler()))
            .unzip();
        Self {
            scenario,
            seed,
            path,
            indices,
            samplers,
        }
    }

    /// What is said of each.
    pub fn numbers(&self) -> Vec<Number> {
        let all = self.indices.iter().zip(&self.samplers);
        all.map(|(&index, sampler)| {
            let record = &self.scenario.numbers[index];
            let (low, high) = ends(sampler);
            Number {
                key: record.path.clone(),
                unit: record.spec.unit.to_owned(),
                about: record.spec.about.to_owned(),
                low,
                median: sampler.quantile(0.5),
                high,
            }
        })
        .collect()
    }

    /// Runs replicates of a design, as a unit of work, and shows each of them, in order.
    pub fn run_design(
        &self,
        unit: u64,
        design: &Design,
        replicates: Range<u64>,
        progress: &Progress,
        mut each: impl FnMut(&Row) + Send,
    ) -> (Summary, Vec<Failure>) {
        let batch = Batch::of(self.scenario)
            .seed(self.seed)
            .replicates(replicates.end)
            .path(self.path)
            .kept_as(unit)
            .rows_alone();
        let batch = Batch {
            first: replicates.start,
            ..batch
        };
        let result = engine::run_design(&batch, design, progress, |rows| {
            rows.iter().for_each(&mut each);
            Ok::<(), Infallible>(())
        });
        let Ok(found) = result;
        found
    }
}

/// The uncertain numbers of a scenario, in its order.
pub fn uncertain_numbers(scenario: &Scenario) -> Vec<Number> {
    Subject::new(scenario, 0, LanePath::best()).numbers()
}

/// The values of the uncertain numbers, in the scenario's order, at rows of the unit cube: by
/// number, then row. A row has for each of them the share of its probability that lies below.
pub fn quantiles(scenario: &Scenario, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let samplers = uncertain(scenario).map(|(_, distribution)| distribution.sampler());
    let of = |(k, sampler): (usize, Sampler)| {
        let shares = rows.iter().filter_map(|row| row.get(k));
        shares.map(|share| sampler.quantile(*share)).collect()
    };
    samplers.enumerate().map(of).collect()
}

/// The quantiles at which a number with a density is held.
const ENDS: (f64, f64) = (0.05, 0.95);

/// The low and the high value at which a number is held: its 5 % and its 95 % quantile; of a
/// discrete one its least value and its greatest, however unlikely they are.
pub fn ends(number: &Sampler) -> (f64, f64) {
    let (low, high) = match number.middles().as_deref() {
        Some([least, .., most]) => (*least, *most),
        _ => ENDS,
    };
    (number.quantile(low), number.quantile(high))
}
