//! Paired runs: the same replicates, the same random numbers, one thing changed.
//!
//! A difference counts when the whole of its interval lies on one side: the mean of the
//! replicate-wise differences, give or take [`Z`] standard errors. With no effect at all
//! a one-sided test is then wrong in 0.05 % of all seeds; the seed is fixed, so a test
//! that passes once passes always.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;

use simulate::model::step::{Model, Scratch, start, step};
use simulate::model::{Inputs, OptionKind, Params, Plan, State};
use simulate::numeric::{Baseline, Lanes, Streams};
use simulate::scenario::Scenario;

/// Replicates side by side.
pub const LANES: usize = 8;
/// Standard errors on either side of a mean: one-sided 0.05 %.
pub const Z: f64 = 3.29;
/// Replicates in a comparison.
const REPLICATES: u64 = 1024;
/// Root seed of all of them.
const SEED: u64 = 20;

/// A quantity in all lanes.
pub type Value = Lanes<LANES>;
/// What is read from the state at the end of a week.
pub type Read = fn(&Seen<'_>) -> Value;

/// A scenario ready to run. Fixtures have no uncertain numbers, so that replicates differ
/// by noise alone and are independent.
pub struct World {
    scenario: Scenario,
    /// Its structure.
    pub plan: Plan,
    /// Its parameters.
    pub params: Params<LANES>,
}

impl World {
    /// A fixture with settings laid over it.
    pub fn load(file: &str, settings: &[String]) -> Self {
        let path = Path::new("tests/fixtures").join(file);
        let scenario = Scenario::load_with(&path, settings)
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        assert_eq!(
            scenario.uncertain().count(),
            0,
            "{file} has uncertain numbers"
        );
        let plan = Plan::new(&scenario);
        let params = Params::new(&plan, &scenario, &Inputs::central(&scenario));
        Self {
            scenario,
            plan,
            params,
        }
    }

    /// For each replicate: the values of a metric over the weeks, folded into one.
    fn measure(
        &self,
        weeks: RangeInclusive<usize>,
        metric: Read,
        fold: fn(f64, f64) -> f64,
        replicates: u64,
    ) -> Vec<f64> {
        assert!(*weeks.end() <= self.plan.steps, "beyond the horizon");
        let channels = self.plan.channels.keyed(SEED);
        let mut scratch = Scratch::new(&self.plan);
        let setting = Model {
            scenario: &self.scenario,
            plan: &self.plan,
            params: &self.params,
        };
        let mut all = Vec::new();
        for group in 0..replicates / LANES as u64 {
            let replicates = std::array::from_fn(|k| group * LANES as u64 + k as u64);
            let mut streams = Streams::new(&channels, replicates);
            let mut state = start(Baseline, &self.plan, &self.params, &mut scratch);
            let mut folded: Option<[f64; LANES]> = None;
            for t in 0..=*weeks.end() {
                if t > 0 {
                    step(Baseline, setting, &mut state, &mut scratch, &mut streams, t);
                }
                if weeks.contains(&t) {
                    let seen = Seen {
                        world: self,
                        state: &state,
                    };
                    let now = metric(&seen);
                    let now = std::array::from_fn(|k| f64::from(now.lane(k)));
                    folded = Some(match folded {
                        None => now,
                        Some(before) => std::array::from_fn(|k| fold(before[k], now[k])),
                    });
                }
            }
            all.extend(folded.expect("a window that is not empty"));
        }
        assert!(all.iter().all(|x| x.is_finite()), "a metric is not finite");
        all
    }
}

/// The state of a world, read by the names of the fixture.
pub struct Seen<'a> {
    /// What is read.
    pub state: &'a State<LANES>,
    world: &'a World,
}

impl Seen<'_> {
    /// The parameters.
    pub fn params(&self) -> &Params<LANES> {
        &self.world.params
    }

    /// Index of a faction.
    pub fn faction(&self, key: &str) -> usize {
        let mut factions = self.world.scenario.factions.iter();
        factions.position(|x| x.key == key).expect("a faction")
    }

    /// Index of an arena.
    pub fn arena(&self, key: &str) -> usize {
        let mut arenas = self.world.scenario.arenas.iter();
        arenas.position(|x| x.key == key).expect("an arena")
    }

    /// Index of a patron.
    pub fn patron(&self, key: &str) -> usize {
        let mut patrons = self.world.scenario.patrons.iter();
        patrons.position(|x| x.key == key).expect("a patron")
    }

    /// Rivalry weight of the first faction toward the second.
    pub fn rivalry(&self, i: &str, j: &str) -> Value {
        self.state.weight[self.faction(i) * self.world.plan.factions + self.faction(j)]
    }

    /// Mean rivalry weight over all ordered pairs of factions.
    pub fn mean_rivalry(&self) -> Value {
        let f = self.world.plan.factions;
        sum(self.state.weight.iter().copied()) / ((f * (f - 1)) as f32)
    }

    /// 1 while two factions are in a clash or at war.
    pub fn at_blows(&self, i: &str, j: &str) -> Value {
        let cell = self.faction(i) * self.world.plan.factions + self.faction(j);
        self.state.conflict[cell].max(self.state.clash[cell])
    }

    /// Share of a faction's effort that goes into options of a kind.
    fn effort(&self, faction: &str, is_kind: fn(OptionKind) -> bool) -> Value {
        let options = self.world.plan.options_of[self.faction(faction)].clone();
        let chosen = options.filter(|&o| is_kind(self.world.plan.options[o]));
        sum(chosen.map(|o| self.state.effort[o]))
    }

    /// Share of a faction's effort spent on the threat.
    pub fn effort_on_threat(&self, faction: &str) -> Value {
        self.effort(faction, |kind| matches!(kind, OptionKind::Threat(_)))
    }

    /// Share of a faction's effort spent on rivals.
    pub fn effort_on_rivals(&self, faction: &str) -> Value {
        self.effort(faction, |kind| matches!(kind, OptionKind::Rival(_)))
    }

    /// Control of an arena by the threat.
    pub fn held_by_threat(&self, arena: &str) -> Value {
        self.state.threat_control[self.arena(arena)]
    }

    /// Grievance of a territory's people, sympathetic or not.
    pub fn unrest(&self, arena: &str) -> Value {
        self.state.unrest[self.arena(arena)]
    }

    /// All fighters of the threat, relative to those in the open at the start.
    pub fn threat_size(&self) -> Value {
        let all = self.state.open_fighters() + self.state.underground_fighters();
        all / self.params().threat_fighters
    }

    /// Fighters who joined the threat so far, net of those who left it alive, in thousands.
    pub fn joined_threat(&self) -> Value {
        self.state.threat_joined / 1000.0
    }

    /// Revenue of the threat in a week, million USD.
    pub fn threat_revenue(&self) -> Value {
        let p = self.params();
        let held = self.state.threat_control.iter().zip(&p.revenue);
        p.external + sum(held.map(|(control, revenue)| *control * *revenue))
    }

    /// Share of the threat's fighters in the open who joined for opportunity.
    pub fn opportunists(&self) -> Value {
        self.state.opportunists / (self.state.open_fighters() + 1e-6)
    }
}

/// Sum of values.
pub fn sum(values: impl Iterator<Item = Value>) -> Value {
    values.fold(Value::ZERO, |sum, x| sum + x)
}

/// Mean of two values.
pub fn mean(a: Value, b: Value) -> Value {
    (a + b) * 0.5
}

/// How the weeks of a window become one number.
#[derive(Clone, Copy)]
pub enum Over {
    /// Their mean.
    Mean(usize, usize),
    /// The highest of them.
    Highest(usize, usize),
}

/// A fixture with settings laid over it.
#[derive(Clone)]
pub struct Case {
    file: &'static str,
    settings: Vec<String>,
    replicates: u64,
}

impl Case {
    /// A fixture with settings.
    pub fn new(file: &'static str, settings: &[&str]) -> Self {
        let settings = settings.iter().map(|s| (*s).to_owned()).collect();
        Self {
            file,
            settings,
            replicates: REPLICATES,
        }
    }

    /// The same with further settings.
    #[must_use]
    pub fn with(&self, settings: &[&str]) -> Self {
        let mut case = self.clone();
        case.settings
            .extend(settings.iter().map(|s| (*s).to_owned()));
        case
    }

    /// A metric for each replicate.
    pub fn measure(&self, over: Over, metric: Read) -> Vec<f64> {
        let world = World::load(self.file, &self.settings);
        match over {
            Over::Mean(from, to) => {
                let mut sums = world.measure(from..=to, metric, |a, b| a + b, self.replicates);
                sums.iter_mut().for_each(|x| *x /= (to - from + 1) as f64);
                sums
            }
            Over::Highest(from, to) => world.measure(from..=to, metric, f64::max, self.replicates),
        }
    }

    /// The mean of a metric over replicates.
    pub fn estimate(&self, over: Over, metric: Read) -> Estimate {
        Estimate::of(&self.measure(over, metric))
    }
}

/// A scenario, and the same with one thing changed.
#[derive(Clone)]
pub struct Pair {
    /// As it is.
    pub plain: Case,
    /// With the change.
    pub changed: Case,
}

impl Pair {
    /// A fixture with settings, and what is changed in it.
    pub fn new(file: &'static str, settings: &[&str], change: &[&str]) -> Self {
        let plain = Case::new(file, settings);
        let changed = plain.with(change);
        Self { plain, changed }
    }

    /// Both with further settings: how a mechanism is taken out.
    #[must_use]
    pub fn with(&self, settings: &[&str]) -> Self {
        Self {
            plain: self.plain.with(settings),
            changed: self.changed.with(settings),
        }
    }

    /// Both in so many times as many replicates, where an effect is small beside its noise.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.plain.replicates *= times;
        self.changed.replicates *= times;
        self
    }

    /// What the change does in each replicate.
    pub fn differences(&self, over: Over, metric: Read) -> Vec<f64> {
        difference(
            &self.changed.measure(over, metric),
            &self.plain.measure(over, metric),
        )
    }

    /// What the change does.
    pub fn effect(&self, over: Over, metric: Read) -> Estimate {
        Estimate::of(&self.differences(over, metric))
    }
}

/// Replicate-wise differences.
pub fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// A mean over replicates with its interval.
#[derive(Debug, Clone, Copy)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    margin: f64,
}

impl Estimate {
    /// The mean of independent replicates.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        Self {
            mean,
            margin: Z * (variance / n).sqrt(),
        }
    }

    /// The lower end of the interval.
    pub fn low(&self) -> f64 {
        self.mean - self.margin
    }

    /// The upper end of the interval.
    pub fn high(&self) -> f64 {
        self.mean + self.margin
    }

    /// Fails unless the whole interval lies above this.
    pub fn is_above(self, least: f64, what: &str) -> Self {
        println!("{what}: {self}, above {least:.3}");
        assert!(self.low() > least, "{what}: {self} is not above {least:.3}");
        self
    }

    /// Fails unless the whole interval lies below this.
    pub fn is_below(self, most: f64, what: &str) -> Self {
        println!("{what}: {self}, below {most:.3}");
        assert!(self.high() < most, "{what}: {self} is not below {most:.3}");
        self
    }

    /// Fails unless the whole interval is within a fifth of an effect from 0: what is left
    /// when the mechanism of that effect is taken out.
    pub fn is_nothing_beside(self, effect: &Self, what: &str) {
        let band = effect.mean.abs() / 5.0;
        println!("  without it, {what}: {self}, within {band:.4}");
        assert!(
            self.low() > -band && self.high() < band,
            "{what}: {self} is left without the mechanism, {effect} with it"
        );
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:+.4} ({:+.4} to {:+.4})",
            self.mean,
            self.low(),
            self.high()
        )
    }
}
