//! How alignments change as the threat shrinks: who turns first, and at what size.

use serde::Serialize;

use std::sync::atomic::Ordering;

use crate::engine::{Estimate, Progress, wilson};
use crate::model::Plan;
use crate::parallel;
use crate::scenario::{Identity, LandscapeFile, Scenario};

use super::given::{Given, OfFile, OfScenario, Source, Under};
use super::in_full::{InFull, Threshold, listed};
use super::{Landscape, MOST_ACTORS, Sides};

/// One size of the threat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Level {
    /// Strength of the threat, relative to the start.
    pub strength: f64,
    /// Its size, where it is one of the actors.
    pub threat_size: Option<f64>,
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
    /// In which share of the draws the alignment of the start is still stable; none without
    /// draws.
    pub start_stays: Option<Estimate>,
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
    /// Keys of the factions, or of a landscape file's actors.
    pub keys: Vec<String>,
    /// Their names.
    pub factions: Vec<String>,
    /// Their sizes: shares of all power at the start, or as the file gives them.
    pub sizes: Vec<f64>,
    /// Whether they are a landscape file's actors.
    pub own_actors: bool,
    /// Index of the actor that shrinks; none: the threat is none of them, or there is none.
    pub threat: Option<usize>,
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
    /// Times at which the dynamics of the ties are told.
    pub times: Vec<f64>,
    /// The landscape in full: with all of the threat and at its least, or at each of the
    /// sizes that a landscape file asks for.
    pub in_full: Vec<InFull>,
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
    let plan = Plan::new(scenario);
    if plan.factions > MOST_ACTORS {
        return None;
    }
    let subject = Subject {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        identity: scenario.identity(),
        keys: scenario.factions.iter().map(|f| f.key.clone()).collect(),
        names: scenario.factions.iter().map(|f| f.name.clone()).collect(),
        own_actors: false,
        threat: None,
        strengths: equal_steps(levels),
        each_in_full: false,
        times: Vec::new(),
        seed,
        draws,
    };
    subject.follow(&OfScenario::new(scenario, &plan, seed), progress)
}

/// The same of a landscape file. Its threat takes the sizes that the file gives, or as many
/// equal steps to none as are asked for (100 if neither says); without a threat there is one
/// landscape. Without noise or uncertain numbers there are no draws.
pub fn weigh_file(
    file: &LandscapeFile,
    seed: u64,
    levels: Option<usize>,
    draws: u64,
    progress: &Progress,
) -> Option<Alignments> {
    let source = OfFile::new(file, seed);
    let asked = levels.is_none() && !file.threat_sizes.is_empty();
    let strengths = match file.threat {
        Some(threat) if asked => {
            let full = file.number(file.actors[threat].size).central();
            let below = file.threat_sizes.iter().map(|size| size / full);
            // The first of them may be all of it.
            let below = below.filter(|strength| *strength < 1.0);
            std::iter::once(1.0).chain(below).collect()
        }
        Some(_) => equal_steps(levels.unwrap_or(LEVELS)),
        None => vec![1.0],
    };
    let subject = Subject {
        scenario: file.name.clone(),
        title: file.title.clone(),
        identity: file.identity(),
        keys: file.actors.iter().map(|a| a.key.clone()).collect(),
        names: file.actors.iter().map(|a| a.name.clone()).collect(),
        own_actors: true,
        threat: file.threat,
        strengths,
        each_in_full: asked,
        times: file.times.clone(),
        seed,
        draws: if source.varies() { draws } else { 0 },
    };
    subject.follow(&source, progress)
}

/// Steps in which the threat shrinks where nobody says.
pub const LEVELS: usize = 100;

/// Strengths from all of the threat to none.
fn equal_steps(levels: usize) -> Vec<f64> {
    (0..=levels)
        .map(|k| 1.0 - k as f64 / levels.max(1) as f64)
        .collect()
}

/// What is followed.
struct Subject {
    scenario: String,
    title: String,
    identity: Identity,
    keys: Vec<String>,
    names: Vec<String>,
    own_actors: bool,
    threat: Option<usize>,
    strengths: Vec<f64>,
    /// Whether the landscape is told in full at each strength.
    each_in_full: bool,
    times: Vec<f64>,
    seed: u64,
    draws: u64,
}

impl Subject {
    fn follow(self, source: &impl Source, progress: &Progress) -> Option<Alignments> {
        let stopped = || progress.stop.load(Ordering::Relaxed);
        let central = source.central();
        let strengths = &self.strengths;
        let given = parallel::map(strengths.len(), |k| central.at(strengths[k]));
        let landscapes: Vec<Landscape> =
            given.iter().map(Given::landscape).collect::<Option<_>>()?;
        let path = follow(&landscapes);
        let weighed: Vec<_> = landscapes
            .iter()
            .map(|landscape| (!stopped()).then(|| landscape.weigh()))
            .collect::<Option<_>>()?;
        let turned = self.over_draws(source, path.start(), stopped)?;
        let actors = self.keys.len();
        let sizes = given
            .first()
            .map_or(Vec::new(), |given| given.sizes.clone());
        let threat_size = |k: usize| self.threat.map(|threat| given[k].sizes[threat]);
        let levels = (0..strengths.len()).map(|k| {
            let (deepest, least_energy) = weighed[k].stable.first().copied().unwrap_or_default();
            Level {
                strength: strengths[k],
                threat_size: threat_size(k),
                sides: listed(actors, path.sides[k]),
                energy: landscapes[k].energy(path.sides[k]),
                deepest: listed(actors, deepest),
                deepest_alike: weighed[k].deepest,
                least_energy,
                stable: weighed[k].stable.len(),
                start_stays: self.share(turned.iter().filter(|turn| turn.start_stays[k]).count()),
            }
        });
        let last = strengths.len() - 1;
        let told = (0..=last).filter(|&k| self.each_in_full || k == 0 || k == last);
        let in_full = told.map(|k| {
            let threshold = match self.threat {
                Some(threat) => Threshold::Exact(threat, sizes[threat]),
                None => Threshold::First(&strengths[k..], &landscapes[k..]),
            };
            let at = (strengths[k], threat_size(k));
            let (given, landscape, weighed) = (&given[k], &landscapes[k], &weighed[k]);
            (!stopped()).then(|| InFull::of(at, given, landscape, weighed, &threshold, &self.times))
        });
        let defections = path.changes.iter().map(|change| Defection {
            strength: strengths[change.level],
            faction: change.faction(),
            to: change.to,
            alike: change.keenest[1..].to_vec(),
        });
        Some(Alignments {
            alignments: weighed.first().map_or(0, |w| w.alignments),
            levels: levels.collect(),
            defections: defections.collect(),
            first: self.firsts(&turned),
            in_full: in_full.collect::<Option<_>>()?,
            scenario: self.scenario,
            title: self.title,
            identity: self.identity,
            keys: self.keys,
            factions: self.names,
            sizes,
            own_actors: self.own_actors,
            threat: self.threat,
            draws: self.draws,
            seed: self.seed,
            times: self.times,
        })
    }

    /// What happens in each draw; `start` is the alignment of the start at the central inputs.
    fn over_draws(
        &self,
        source: &impl Source,
        start: Sides,
        stopped: impl Fn() -> bool + Sync,
    ) -> Option<Vec<Turn>> {
        let turned = parallel::map(self.draws as usize, |draw| {
            if stopped() {
                return None;
            }
            let drawn = source.draw(draw as u64);
            let strengths = self.strengths.iter();
            let landscapes: Vec<Landscape> = strengths
                .map(|strength| drawn.at(*strength).landscape())
                .collect::<Option<_>>()?;
            let stays = landscapes.iter().map(|l| l.keenest(start).is_empty());
            Some(Turn {
                first: follow(&landscapes).changes.into_iter().next(),
                start_stays: stays.collect(),
            })
        });
        turned.into_iter().collect()
    }

    /// A share of the draws; none where there are none.
    fn share(&self, count: usize) -> Option<Estimate> {
        let draws = self.draws as f64;
        (self.draws > 0).then(|| wilson(count as f64 / draws, draws))
    }

    fn firsts(&self, turned: &[Turn]) -> Vec<FirstToTurn> {
        let of = |faction: Option<usize>| {
            let mut at: Vec<f64> = turned
                .iter()
                .filter_map(|turn| match (&turn.first, faction) {
                    (Some(first), Some(i)) => first
                        .keenest
                        .contains(&i)
                        .then(|| self.strengths[first.level]),
                    (None, None) => Some(0.0),
                    (Some(_), None) | (None, Some(_)) => None,
                })
                .collect();
            at.sort_by(f64::total_cmp);
            self.share(at.len()).map(|chance| FirstToTurn {
                faction,
                chance,
                median_strength: faction.and_then(|_| at.get(at.len() / 2).copied()),
            })
        };
        let mut first: Vec<FirstToTurn> = (0..self.keys.len())
            .map(Some)
            .chain([None])
            .filter_map(of)
            .filter(|f| f.chance.value > 0.0)
            .collect();
        first.sort_by(|a, b| b.chance.value.total_cmp(&a.chance.value));
        first
    }
}

/// What happens in a draw of the uncertain inputs.
struct Turn {
    /// The first change of side.
    first: Option<Change>,
    /// At each strength, whether the alignment of the start is stable.
    start_stays: Vec<bool>,
}

/// The alignments along the way, and who changed sides at which level.
struct Path {
    sides: Vec<Sides>,
    changes: Vec<Change>,
}

impl Path {
    /// The alignment of the start.
    fn start(&self) -> Sides {
        self.sides.first().copied().unwrap_or(0)
    }
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
        // Each change lowers the energy, or is of one without size, so this ends.
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
