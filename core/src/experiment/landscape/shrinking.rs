//! How a scenario's alignments change as its threat shrinks: who turns first, and at what size.

use serde::Serialize;

use std::sync::atomic::Ordering;

use crate::engine::{Design, Estimate, Progress, wilson};
use crate::model::step::{Scratch, start};
use crate::model::{Inputs, Params, Plan, State, weights_at};
use crate::numeric::Baseline;
use crate::parallel;
use crate::scenario::{Identity, Scenario};

use super::{Landscape, MOST_ACTORS, Sides};

/// One size of the threat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Level {
    /// Strength of the threat, relative to the start.
    pub strength: f64,
    /// Side of each faction, 0 or 1, when each size is reached from the one before.
    pub sides: Vec<u8>,
    /// Energy of that alignment.
    pub energy: f64,
    /// Side of each faction in the alignment of least energy, or the first of them.
    pub deepest: Vec<u8>,
    /// How many alignments have the least energy.
    pub deepest_alike: usize,
    /// The least energy.
    pub least_energy: f64,
    /// How many alignments are stable.
    pub stable: usize,
}

/// A faction that changes sides as the threat shrinks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Defection {
    /// Strength of the threat at which it happens, relative to the start.
    pub strength: f64,
    /// Index of the faction.
    pub faction: usize,
    /// The side to which it goes.
    pub to: u8,
    /// Others who gained exactly as much by going, and might as well have gone.
    pub alike: Vec<usize>,
}

/// How often a faction is the first to change sides, or one of those who gain alike by it,
/// over draws of the uncertain inputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirstToTurn {
    /// Index of the faction; none: nobody changes sides.
    pub faction: Option<usize>,
    /// Chance over the draws.
    pub chance: Estimate,
    /// Median strength of the threat at which it turns.
    pub median_strength: Option<f64>,
}

/// What [`shrink`] finds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alignments {
    /// The scenario's key.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// What tells it from other runs of the scenario.
    pub identity: Identity,
    /// Keys of the factions.
    pub keys: Vec<String>,
    /// Names of the factions.
    pub factions: Vec<String>,
    /// Their shares of all power at the start.
    pub sizes: Vec<f64>,
    /// How many alignments were weighed at each size.
    pub alignments: usize,
    /// By size of the threat, from all of it to none.
    pub levels: Vec<Level>,
    /// Who changes sides after the start, in order.
    pub defections: Vec<Defection>,
    /// Draws of the uncertain inputs.
    pub draws: u64,
    /// Root seed of the draws.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// Who turns first over the draws, the likeliest first.
    pub first: Vec<FirstToTurn>,
}

/// Follows the alignments of a scenario while its threat shrinks in `levels` equal steps from
/// all of its strength to none, at the central values of the inputs; and over `draws` of the
/// uncertain inputs, who is the first to change sides. `None` if it is stopped before its end,
/// or there are more factions than [`MOST_ACTORS`].
pub fn shrink(
    scenario: &Scenario,
    seed: u64,
    levels: usize,
    draws: u64,
    progress: &Progress,
) -> Option<Alignments> {
    let stopped = || progress.stop.load(Ordering::Relaxed);
    let plan = Plan::new(scenario);
    if plan.factions > MOST_ACTORS {
        return None;
    }
    let strengths: Vec<f64> = (0..=levels)
        .map(|k| 1.0 - k as f64 / levels.max(1) as f64)
        .collect();
    let central = FirstDay::new(scenario, &plan, &Inputs::central(scenario));
    let landscapes = parallel::map(strengths.len(), |k| central.landscape(&plan, strengths[k]));
    let landscapes: Vec<Landscape> = landscapes.into_iter().collect::<Option<_>>()?;
    let path = follow(&landscapes);
    let weighed: Vec<_> = landscapes
        .iter()
        .map(|landscape| (!stopped()).then(|| landscape.weigh()))
        .collect::<Option<_>>()?;
    let sides = |bits: Sides| (0..plan.factions).map(|i| (bits >> i & 1) as u8).collect();
    let levels = strengths
        .iter()
        .zip(&landscapes)
        .zip(&path.sides)
        .zip(&weighed)
        .map(|(((strength, landscape), &stand), weighed)| {
            let (deepest, least_energy) = weighed.stable.first().copied().unwrap_or_default();
            Level {
                strength: *strength,
                sides: sides(stand),
                energy: landscape.energy(stand),
                deepest: sides(deepest),
                deepest_alike: weighed.deepest,
                least_energy,
                stable: weighed.stable.len(),
            }
        })
        .collect();
    let defections = path.changes.iter().map(|change| Defection {
        strength: strengths[change.level],
        faction: change.faction(),
        to: change.to,
        alike: change.keenest[1..].to_vec(),
    });
    Some(Alignments {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        identity: scenario.identity(),
        keys: scenario.factions.iter().map(|f| f.key.clone()).collect(),
        factions: scenario.factions.iter().map(|f| f.name.clone()).collect(),
        sizes: central.sizes.clone(),
        alignments: weighed.first().map_or(0, |w| w.alignments),
        levels,
        defections: defections.collect(),
        draws,
        seed,
        first: firsts(scenario, &plan, seed, &strengths, draws, stopped)?,
    })
}

/// The first day of a scenario under some inputs.
struct FirstDay {
    params: Params<1>,
    state: State<1>,
    sizes: Vec<f64>,
}

impl FirstDay {
    fn new(scenario: &Scenario, plan: &Plan, inputs: &Inputs<1>) -> Self {
        let params = Params::new(plan, scenario, inputs);
        let state = start(Baseline, plan, &params, &mut Scratch::new(plan));
        let power: Vec<f64> = state.power.iter().map(|p| f64::from(p.lane(0))).collect();
        let all: f64 = power.iter().sum::<f64>().max(1e-9);
        Self {
            params,
            state,
            sizes: power.iter().map(|p| p / all).collect(),
        }
    }

    /// Sizes are shares of power; propensity is 1 without any rivalry and -1 in full mutual
    /// rivalry.
    fn landscape(&self, plan: &Plan, strength: f64) -> Option<Landscape> {
        let weights = weights_at(plan, &self.params, &self.state, strength as f32);
        let f = plan.factions;
        let weight = |i: usize, j: usize| f64::from(weights[i * f + j]);
        let propensity: Vec<Vec<f64>> = (0..f)
            .map(|i| (0..f).map(|j| 1.0 - weight(i, j) - weight(j, i)).collect())
            .collect();
        Landscape::new(&self.sizes, &propensity)
    }
}

/// The alignments along the way, and who changed sides at which level.
struct Path {
    sides: Vec<Sides>,
    changes: Vec<Change>,
}

/// Somebody changes sides.
struct Change {
    level: usize,
    /// Who gained most by it; the first of them goes.
    keenest: Vec<usize>,
    to: u8,
}

impl Change {
    fn faction(&self) -> usize {
        self.keenest[0]
    }
}

/// Begins with everybody on one side; at each level whoever gains most by it changes sides,
/// until nobody does. What happens at the first level is the start, not a change.
fn follow(landscapes: &[Landscape]) -> Path {
    let mut sides = 0;
    let mut path = Path {
        sides: Vec::new(),
        changes: Vec::new(),
    };
    for (level, landscape) in landscapes.iter().enumerate() {
        // Each change lowers the energy, so this ends.
        loop {
            let keenest = landscape.keenest(sides);
            let Some(&first) = keenest.first() else { break };
            sides ^= 1 << first;
            if level > 0 {
                let to = (sides >> first & 1) as u8;
                path.changes.push(Change { level, keenest, to });
            }
        }
        path.sides.push(sides);
    }
    path
}

fn firsts(
    scenario: &Scenario,
    plan: &Plan,
    seed: u64,
    strengths: &[f64],
    draws: u64,
    stopped: impl Fn() -> bool + Sync,
) -> Option<Vec<FirstToTurn>> {
    let design = Design::new(scenario, seed);
    let turned = parallel::map(draws as usize, |draw| {
        let draw = draw as u64;
        if stopped() {
            return None;
        }
        let mut inputs = Inputs::central(scenario);
        for (number, value) in design.numbers().zip(design.values(draw)) {
            inputs.set(number, 0, value);
        }
        let day = FirstDay::new(scenario, plan, &inputs);
        let mut landscapes = Vec::with_capacity(strengths.len());
        for strength in strengths {
            landscapes.push(day.landscape(plan, *strength)?);
        }
        let first = follow(&landscapes).changes.into_iter().next();
        Some(first.map(|change| (change.keenest, strengths[change.level])))
    });
    let turned: Vec<Option<(Vec<usize>, f64)>> = turned.into_iter().collect::<Option<_>>()?;
    let of = |faction: Option<usize>| {
        let mut at: Vec<f64> = turned
            .iter()
            .filter_map(|turned| match (turned, faction) {
                (Some((first, strength)), Some(i)) => first.contains(&i).then_some(*strength),
                (None, None) => Some(0.0),
                (Some(_), None) | (None, Some(_)) => None,
            })
            .collect();
        at.sort_by(f64::total_cmp);
        FirstToTurn {
            faction,
            chance: wilson(at.len() as f64 / draws as f64, draws as f64),
            median_strength: faction.and_then(|_| at.get(at.len() / 2).copied()),
        }
    };
    let mut first: Vec<FirstToTurn> = (0..plan.factions)
        .map(Some)
        .chain([None])
        .map(of)
        .filter(|f| f.chance.value > 0.0)
        .collect();
    first.sort_by(|a, b| b.chance.value.total_cmp(&a.chance.value));
    Some(first)
}
