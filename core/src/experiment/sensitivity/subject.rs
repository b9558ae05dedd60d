//! The scenario whose numbers are studied, and how its designs are run.

use std::convert::Infallible;
use std::ops::Range;

use crate::engine::{
    self, Batch, Bond, Design, Factor, Failure, Joint, LanePath, Progress, Row, Summary,
};
use crate::scenario::distribution::Sampler;
use crate::scenario::{Form, NumberRecord, Scenario};

use super::Number;

/// A scenario whose uncertain numbers are studied.
pub struct Subject<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Root seed.
    pub seed: u64,
    /// Lanes and instruction set.
    pub path: LanePath,
    /// How its uncertain numbers hang together.
    pub joint: Joint,
}

impl<'a> Subject<'a> {
    /// A study of every uncertain number.
    pub fn new(scenario: &'a Scenario, seed: u64, path: LanePath) -> Self {
        Self {
            scenario,
            seed,
            path,
            joint: Joint::of(scenario),
        }
    }

    /// What is said of each uncertain number.
    pub fn inputs(&self) -> Vec<&'a NumberRecord> {
        let numbers = self.joint.numbers().iter();
        numbers.map(|&n| &self.scenario.numbers[n]).collect()
    }

    /// What is said of each factor.
    pub fn numbers(&self) -> Vec<Number> {
        let inputs = self.inputs();
        let of = |factor: &Factor| {
            let members: Vec<&NumberRecord> = factor.members.iter().map(|&m| inputs[m]).collect();
            match factor.sampler() {
                Some(sampler) => Number::alone(members[0], sampler),
                None => Number::together(&factor.bond, &members),
            }
        };
        self.joint.factors().iter().map(of).collect()
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

impl Number {
    fn alone(record: &NumberRecord, sampler: &Sampler) -> Self {
        let (low, high) = ends(sampler);
        Self {
            key: record.path.clone(),
            unit: record.spec.unit.to_owned(),
            about: record.spec.about.to_owned(),
            members: Vec::new(),
            low: Some(low),
            median: Some(sampler.quantile(0.5)),
            high: Some(high),
        }
    }

    fn together(bond: &Bond, members: &[&NumberRecord]) -> Self {
        let count = members.len();
        let first = members[0];
        let (key, about) = match bond {
            // A table may have but one of the numbers.
            _ if count == 1 => (first.path.clone(), first.spec.about.to_owned()),
            Bond::Table(name) => (
                format!("table {name}"),
                format!("{count} numbers that are drawn together, by the rows of a table"),
            ),
            Bond::Shares(name) => (
                format!("shares {name}"),
                format!("{count} shares that sum to 1"),
            ),
            Bond::Correlation | Bond::None => (
                format!("{} & {} more", first.path, count - 1),
                format!("{count} numbers that are correlated"),
            ),
        };
        Self {
            key,
            unit: String::new(),
            about,
            members: match count {
                1 => Vec::new(),
                _ => members.iter().map(|m| m.path.clone()).collect(),
            },
            low: None,
            median: None,
            high: None,
        }
    }
}

/// The uncertain numbers of a scenario, each by itself, in its order.
pub fn uncertain_numbers(scenario: &Scenario) -> Vec<Number> {
    let numbers = scenario
        .uncertain()
        .filter_map(|record| match &record.form {
            Form::Uncertain(distribution) => Some(Number::alone(record, &distribution.sampler())),
            Form::Fixed(_) => None,
        });
    numbers.collect()
}

/// How many numbers a row of the unit cube has: one for each uncertain number that hangs
/// together with no other, fewer for those that do.
pub fn coordinates(scenario: &Scenario) -> usize {
    Joint::of(scenario).coordinates()
}

/// The values of the uncertain numbers, in the scenario's order, at rows of the unit cube, each
/// of so many [`coordinates`]: by number, then row.
pub fn quantiles(scenario: &Scenario, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let joint = Joint::of(scenario);
    let rows: Vec<Vec<f64>> = rows.iter().map(|row| joint.values(row)).collect();
    let numbers = 0..joint.numbers().len();
    numbers
        .map(|number| rows.iter().map(|row| row[number]).collect())
        .collect()
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
