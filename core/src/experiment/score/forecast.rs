//! What a batch foretells of observations: the values that its replicates have at their dates.

use super::with_error;
use crate::engine::{CurveTally, DrawTally, Estimate, Row};
use crate::experiment::paired::runs;
use crate::scenario::{Observation, Observed, Scenario};

/// What the replicates of a batch have where something was observed.
#[derive(Debug)]
pub struct Forecast {
    /// Steps that each observation is about, the first and the last.
    steps: Vec<(usize, usize)>,
    /// Its place among the watched quantities.
    watch: Vec<usize>,
    is_event: Vec<bool>,
    /// The index of each replicate.
    indices: Vec<u64>,
    /// The draw of the inputs that each replicate shares.
    draws: Vec<u64>,
    /// By observation, then replicate: the value; of an event the step in which it came about.
    values: Vec<Vec<f32>>,
    /// By observation, then replicate: the value at the start.
    starts: Vec<Vec<f32>>,
    horizon: usize,
}

/// The value of an event that doesn't come about in its time.
const NOT: f32 = f32::INFINITY;

impl Forecast {
    /// None yet.
    pub fn new(scenario: &Scenario, observations: &[Observation]) -> Self {
        let each = observations.iter();
        Self {
            steps: each.clone().map(|o| o.steps(scenario)).collect(),
            watch: each.clone().map(|o| o.watch).collect(),
            is_event: each
                .map(|o| matches!(o.is, Observed::Event { .. }))
                .collect(),
            indices: Vec::new(),
            draws: Vec::new(),
            values: vec![Vec::new(); observations.len()],
            starts: vec![Vec::new(); observations.len()],
            horizon: scenario.time.steps(),
        }
    }

    /// Adds the rows of a block, which hold what is watched at every step.
    pub fn add(&mut self, rows: &[Row]) {
        for row in rows.iter().filter(|row| row.failed.is_none()) {
            self.indices.push(row.replicate);
            self.draws.push(row.draw);
            for k in 0..self.steps.len() {
                let series = &row.series[self.watch[k]];
                let (first, last) = self.steps[k];
                self.starts[k].push(series[0]);
                self.values[k].push(match self.is_event[k] {
                    false => series[last],
                    true => {
                        let came = (first..=last).find(|&step| series[step] > 0.5);
                        came.map_or(NOT, |step| step as f32)
                    }
                });
            }
        }
    }

    /// How many replicates there are.
    pub fn replicates(&self) -> usize {
        self.draws.len()
    }

    /// The values of an observation, replicate by replicate.
    pub fn values(&self, observation: usize) -> impl Iterator<Item = f64> + '_ {
        self.values[observation]
            .iter()
            .map(|&value| f64::from(value))
    }

    /// The index of each replicate.
    pub fn indices(&self) -> &[u64] {
        &self.indices
    }

    /// The draw of the inputs that each replicate shares.
    pub(crate) fn draws(&self) -> &[u64] {
        &self.draws
    }

    /// What is reported of each replicate: its value with an error drawn for it; of an event 1
    /// or 0.
    pub fn reports(&self, observation: usize, of: &Observation, seed: u64) -> Vec<f64> {
        let values: Vec<f64> = self.values(observation).collect();
        match of.is {
            Observed::Value { sd, .. } => with_error(&values, sd, of, seed),
            Observed::Event { .. } => {
                let came = |value: &f64| f64::from(u8::from(value.is_finite()));
                values.iter().map(came).collect()
            }
        }
    }

    /// In how many replicates a value is no number, as where something is divided by nothing.
    pub fn undefined(&self, observation: usize) -> usize {
        match self.is_event[observation] {
            true => 0,
            false => self.values(observation).filter(|v| !v.is_finite()).count(),
        }
    }

    /// The median of its values at the start.
    pub fn start(&self, observation: usize) -> f64 {
        let mut starts = self.starts[observation].clone();
        starts.sort_unstable_by(f32::total_cmp);
        starts
            .get(starts.len() / 2)
            .map_or(0.0, |&value| f64::from(value))
    }

    /// The chance of an event.
    pub fn chance(&self, observation: usize) -> Estimate {
        let mut tally = DrawTally::default();
        for of_draw in runs(&self.draws) {
            let values = &self.values[observation][of_draw];
            let came = values.iter().filter(|value| value.is_finite()).count();
            tally.add(came as u64, values.len() as u64);
        }
        tally.chance()
    }

    /// The chance that an event came about by the end of 0, 1, 2, ... steps.
    pub fn curve(&self, observation: usize) -> Vec<f64> {
        let mut tally = CurveTally::new(self.horizon + 1);
        let mut steps = Vec::new();
        for of_draw in runs(&self.draws) {
            let values = &self.values[observation][of_draw];
            steps.clear();
            let came = values.iter().filter(|value| value.is_finite());
            steps.extend(came.map(|&step| step as usize));
            tally.add(&mut steps, values.len() as u64);
        }
        tally.chances().iter().map(|chance| chance.value).collect()
    }
}
