//! The values that the scenario's numbers take in each replicate.

use crate::numeric::Lanes;
use crate::scenario::{Distribution, Form, Quantity, Scenario};

/// The value of every number of a scenario in each lane.
#[derive(Debug, Clone)]
pub struct Inputs<const N: usize> {
    values: Vec<Lanes<N>>,
}

impl<const N: usize> Inputs<N> {
    /// Every number at its value, or at the median of its distribution.
    pub fn central(scenario: &Scenario) -> Self {
        let values = scenario
            .numbers
            .iter()
            .map(|n| Lanes::splat(n.central() as f32));
        Self {
            values: values.collect(),
        }
    }

    /// Sets a number in one lane.
    pub fn set(&mut self, number: usize, lane: usize, value: f64) {
        self.values[number].set_lane(lane, value as f32);
    }

    /// The value of a number.
    pub fn get(&self, quantity: Quantity) -> Lanes<N> {
        self.values[quantity.index()]
    }
}

/// Whether a number of the scenario is uncertain, with its index.
pub fn uncertain(scenario: &Scenario) -> impl Iterator<Item = (usize, &Distribution)> {
    scenario
        .numbers
        .iter()
        .enumerate()
        .filter_map(|(index, n)| match &n.form {
            Form::Uncertain(distribution) => Some((index, distribution)),
            Form::Fixed(_) => None,
        })
}
