//! One replicate of a batch, run alone: the same draw, the same random numbers, the same bits.

use crate::model::observe::{Moment, observe};
use crate::model::step::{self, Model};
use crate::model::{Inputs, Params, Plan, Record, State, value_of};
use crate::numeric::{Baseline, Channel, Lanes, Streams};
use crate::scenario::{Scenario, Variable};

use super::inputs::Design;
use super::row::{Ran, Row};

/// A replicate of a scenario's batch. It is the same for every number of replicates.
#[derive(Debug)]
pub struct Single<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its structure.
    pub plan: Plan,
    /// The parameters that follow from the draw.
    pub params: Params<1>,
    /// Index of the replicate.
    pub replicate: u64,
    /// Index of the draw.
    pub draw: u64,
    /// The numbers that are uncertain (indices into [`Scenario::numbers`]), with what was drawn.
    pub inputs: Vec<(usize, f64)>,
    noise: u64,
    channels: Vec<Channel>,
}

impl<'a> Single<'a> {
    /// A replicate, not run yet.
    pub fn new(scenario: &'a Scenario, seed: u64, replicate: u64) -> Self {
        let plan = Plan::new(scenario);
        let design = Design::new(scenario, seed);
        let draw = design.draw_of(replicate);
        let inputs: Vec<(usize, f64)> = design.numbers().zip(design.values(draw)).collect();
        let mut values = Inputs::central(scenario);
        for (number, value) in &inputs {
            values.set(*number, 0, *value);
        }
        Self {
            scenario,
            params: Params::new(&plan, scenario, &values),
            replicate,
            draw,
            inputs,
            noise: design.noise_of(replicate),
            channels: plan.channels.keyed(seed),
            plan,
        }
    }

    /// The replicate in which every input is at its median; its noise is that of replicate 0.
    pub fn central(scenario: &'a Scenario) -> Self {
        let plan = Plan::new(scenario);
        Self {
            scenario,
            params: Params::new(&plan, scenario, &Inputs::central(scenario)),
            replicate: 0,
            draw: 0,
            inputs: Vec::new(),
            noise: 0,
            channels: plan.channels.keyed(0),
            plan,
        }
    }

    /// The value of a variable in one of its states, at the end of a step.
    pub fn value(&self, state: &State<1>, variable: Variable, step: usize) -> Lanes<1> {
        value_of(&self.plan, &self.params, state, variable, step)
    }

    /// Runs it, shows every step to `see`, and returns its row of the batch and its record.
    pub fn run(&self, see: impl FnMut(&Moment<'_>)) -> (Row, Record<1>) {
        let mut record = Record::new(&self.plan);
        let mut streams = Streams::new(&self.channels, [self.noise]);
        let (state, outcomes) = observe(self.model(), &mut streams, &mut record, see);
        let ran = Ran {
            plan: &self.plan,
            record: &record,
            state: &state,
            outcomes: &outcomes,
        };
        let values = self.inputs.iter().map(|(_, value)| *value).collect();
        let row = ran.row(0, self.replicate, self.draw, values, false);
        (row, record)
    }

    /// Its record alone, in a fraction of the time: nobody looks on.
    pub(super) fn record(&self) -> Record<1> {
        let mut record = Record::new(&self.plan);
        let mut streams = Streams::new(&self.channels, [self.noise]);
        let mut scratch = step::Scratch::new(&self.plan);
        let model = self.model();
        step::run(Baseline, model, &mut scratch, &mut streams, &mut record);
        record
    }

    /// The values of some variables on the first day.
    pub fn at_start(&self, variables: impl Iterator<Item = Variable>) -> Vec<f64> {
        let mut scratch = step::Scratch::new(&self.plan);
        let state = step::start(Baseline, &self.plan, &self.params, &mut scratch);
        variables
            .map(|variable| f64::from(self.value(&state, variable, 0).lane(0)))
            .collect()
    }

    fn model(&self) -> Model<'_, 1> {
        Model {
            scenario: self.scenario,
            plan: &self.plan,
            params: &self.params,
        }
    }
}
