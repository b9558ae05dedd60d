//! What a group of replicates needs before its first step, as the engine makes it.

use simulate::engine::Design;
use simulate::model::step::Model;
use simulate::model::{Inputs, Params, Plan};
use simulate::numeric::{Channel, Streams};
use simulate::scenario::Scenario;

pub const SEED: u64 = 1;

/// A scenario made ready.
pub struct Ready<'a> {
    pub scenario: &'a Scenario,
    pub plan: Plan,
    design: Design,
    channels: Vec<Channel>,
}

impl<'a> Ready<'a> {
    pub fn new(scenario: &'a Scenario) -> Self {
        let plan = Plan::new(scenario);
        Self {
            scenario,
            design: Design::new(scenario, SEED),
            channels: plan.channels.keyed(SEED),
            plan,
        }
    }

    /// The inputs of replicates `first` and the following.
    pub fn inputs<const N: usize>(&self, first: u64) -> Inputs<N> {
        let mut inputs = Inputs::central(self.scenario);
        for (lane, (_, values)) in self.design.of_replicates(first, N).into_iter().enumerate() {
            for (number, value) in self.design.numbers().zip(values) {
                inputs.set(number, lane, value);
            }
        }
        inputs
    }

    pub fn params<const N: usize>(&self, inputs: &Inputs<N>) -> Params<N> {
        Params::new(&self.plan, self.scenario, inputs)
    }

    pub fn streams<const N: usize>(&self, first: u64) -> Streams<'_, N> {
        let replicates = std::array::from_fn(|lane| first + lane as u64);
        Streams::new(&self.channels, replicates)
    }

    pub fn setting<'p, const N: usize>(&'p self, params: &'p Params<N>) -> Model<'p, N> {
        Model {
            scenario: self.scenario,
            plan: &self.plan,
            params,
        }
    }
}
