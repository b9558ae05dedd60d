//! Where sizes and propensities come from: a scenario's first day, or a landscape file.

use crate::engine::{Design, Drawn, Sampled};
use crate::model::step::{Scratch, start};
use crate::model::{Inputs, Params, Plan, State, weights_at};
use crate::numeric::Baseline;
use crate::scenario::{Distribution, InputDesign, LandscapeFile, Quantity, Scenario};

use super::Landscape;

/// Sizes of the actors, and what each two are to each other.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub sizes: Vec<f64>,
    pub propensity: Vec<Vec<f64>>,
}

impl Given {
    pub fn landscape(&self) -> Option<Landscape> {
        Landscape::new(&self.sizes, &self.propensity)
    }
}

/// What is given at each strength of the threat, under some inputs.
pub(super) trait Under: Sync {
    /// At a strength relative to the start.
    fn at(&self, strength: f64) -> Given;
}

/// A source of what is given: by the central inputs, and by draws of the uncertain ones.
pub(super) trait Source: Sync {
    type Under<'a>: Under
    where
        Self: 'a;
    fn central(&self) -> Self::Under<'_>;
    fn draw(&self, draw: u64) -> Self::Under<'_>;
}

/// The first day of a scenario; the threat is present in the weights alone.
pub(super) struct OfScenario<'s> {
    scenario: &'s Scenario,
    plan: &'s Plan,
    design: Design,
}

impl<'s> OfScenario<'s> {
    pub fn new(scenario: &'s Scenario, plan: &'s Plan, seed: u64) -> Self {
        Self {
            scenario,
            plan,
            design: Design::new(scenario, seed),
        }
    }
}

impl Source for OfScenario<'_> {
    type Under<'a>
        = FirstDay<'a>
    where
        Self: 'a;

    fn central(&self) -> FirstDay<'_> {
        FirstDay::new(self.scenario, self.plan, &Inputs::central(self.scenario))
    }

    fn draw(&self, draw: u64) -> FirstDay<'_> {
        let mut inputs = Inputs::central(self.scenario);
        for (number, value) in self.design.numbers().zip(self.design.values(draw)) {
            inputs.set(number, 0, value);
        }
        FirstDay::new(self.scenario, self.plan, &inputs)
    }
}

/// The first day of a scenario under some inputs.
pub(super) struct FirstDay<'a> {
    plan: &'a Plan,
    params: Params<1>,
    state: State<1>,
    sizes: Vec<f64>,
}

impl<'a> FirstDay<'a> {
    fn new(scenario: &Scenario, plan: &'a Plan, inputs: &Inputs<1>) -> Self {
        let params = Params::new(plan, scenario, inputs);
        let state = start(Baseline, plan, &params, &mut Scratch::new(plan));
        let power: Vec<f64> = state.power.iter().map(|p| f64::from(p.lane(0))).collect();
        let all: f64 = power.iter().sum::<f64>().max(1e-9);
        Self {
            plan,
            params,
            state,
            sizes: power.iter().map(|p| p / all).collect(),
        }
    }
}

impl Under for FirstDay<'_> {
    /// Sizes are shares of power; propensity is 1 without any rivalry and -1 in full mutual
    /// rivalry.
    fn at(&self, strength: f64) -> Given {
        let weights = weights_at(self.plan, &self.params, &self.state, strength as f32);
        let f = self.plan.factions;
        let weight = |i: usize, j: usize| f64::from(weights[i * f + j]);
        let row = |i: usize| (0..f).map(|j| 1.0 - weight(i, j) - weight(j, i)).collect();
        Given {
            sizes: self.sizes.clone(),
            propensity: (0..f).map(row).collect(),
        }
    }
}

/// A landscape file; the threat is one of its actors, or nobody.
pub(super) struct OfFile<'s> {
    file: &'s LandscapeFile,
    /// The uncertain numbers.
    inputs: Sampled,
    /// Noise of each propensity, in standard deviations.
    noise: Vec<Drawn>,
}

impl<'s> OfFile<'s> {
    pub fn new(file: &'s LandscapeFile, seed: u64) -> Self {
        let standard = Distribution::Normal {
            mean: 0.0,
            sd: 1.0,
            low: None,
            high: None,
        };
        let noise = file.propensities.iter().map(|propensity| {
            // The pair is part of it, so that others don't shift it.
            let path = file.number(propensity.value).path.clone();
            Drawn::new(seed, "propensity noise", &[path], &standard)
        });
        Self {
            file,
            inputs: Sampled::new(&file.numbers, &[], InputDesign::Random, seed),
            noise: noise.collect(),
        }
    }

    /// Whether draws differ from each other.
    pub fn varies(&self) -> bool {
        !self.inputs.numbers().is_empty() || self.file.number(self.file.noise).central() > 0.0
    }

    fn under(&self, values: &[f64], noise: impl Fn(usize) -> f64) -> Fixed {
        let file = self.file;
        let of = |quantity: Quantity| values[quantity.index()];
        let n = file.actors.len();
        let mut propensity = vec![vec![0.0; n]; n];
        for (index, given) in file.propensities.iter().enumerate() {
            let Some((a, b)) = given.between else {
                continue;
            };
            let value = of(given.value) + of(file.noise) * noise(index);
            (propensity[a][b], propensity[b][a]) = (value, value);
        }
        let sizes = file.actors.iter().map(|actor| of(actor.size));
        Fixed {
            given: Given {
                sizes: sizes.collect(),
                propensity,
            },
            threat: file.threat,
        }
    }

    fn values(&self) -> Vec<f64> {
        self.file.numbers.iter().map(|n| n.central()).collect()
    }
}

impl Source for OfFile<'_> {
    type Under<'a>
        = Fixed
    where
        Self: 'a;

    fn central(&self) -> Fixed {
        self.under(&self.values(), |_| 0.0)
    }

    fn draw(&self, draw: u64) -> Fixed {
        let mut values = self.values();
        for (&index, value) in self.inputs.numbers().iter().zip(self.inputs.values(draw)) {
            values[index] = value;
        }
        self.under(&values, |index| self.noise[index].value(draw))
    }
}

/// What a file gives under some inputs.
pub(super) struct Fixed {
    given: Given,
    threat: Option<usize>,
}

impl Under for Fixed {
    fn at(&self, strength: f64) -> Given {
        let mut given = self.given.clone();
        if let Some(threat) = self.threat {
            given.sizes[threat] *= strength;
        }
        given
    }
}
