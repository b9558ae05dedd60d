//! What is kept of a run: series, matrices at three moments, whether all stayed finite.

use crate::numeric::{Lanes, List, lanewise, sum};

use super::params::Params;
use super::plan::{Circle, Plan};
use super::state::State;

/// A series recorded at every step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Threat strength m, relative to the start.
    ThreatStrength,
    /// Cohesion of the first coalition.
    Cohesion,
    /// Share of all factions' effort spent on each other.
    Infighting,
    /// Fighters of the threat in the open, relative to all its fighters at the start.
    OpenFighters,
    /// Fighters of the threat underground, relative to all its fighters at the start.
    UndergroundFighters,
    /// Mean rivalry weight within the first coalition.
    Rivalry,
}

/// Every series, in the order in which they are recorded and shown.
pub const SERIES: [Series; 6] = [
    Series::ThreatStrength,
    Series::Cohesion,
    Series::Rivalry,
    Series::Infighting,
    Series::OpenFighters,
    Series::UndergroundFighters,
];

/// What is kept of `N` replicates.
#[derive(Debug, Clone)]
pub struct Record<const N: usize> {
    /// By series, then step; the start is step 0.
    pub series: Vec<List<N>>,
    /// Rivalry weights at the start, by pair (i, j).
    pub weight_start: List<N>,
    /// The same when the threat was at its weakest.
    pub weight_trough: List<N>,
    /// Open conflicts at the start and at the trough, by pair (i, j).
    pub conflict_start: List<N>,
    /// The same when the threat was at its weakest.
    pub conflict_trough: List<N>,
    /// Power at the start, by faction.
    pub power_start: List<N>,
    /// Support given at the start, patron by faction.
    pub given_start: List<N>,
    /// The part of the state that was first not finite, counted from 1 in [`WATCHED`];
    /// 0: all stayed finite.
    pub failed_part: Lanes<N>,
    /// The step at whose end that was.
    pub failed_step: Lanes<N>,
    /// The step at whose end the threat was at its weakest, the first such; 0: the start.
    pub trough_step: Lanes<N>,
    weakest: Lanes<N>,
}

impl<const N: usize> Record<N> {
    /// An empty record for a scenario.
    pub fn new(plan: &Plan) -> Self {
        let pairs = List::filled(plan.factions * plan.factions, Lanes::ZERO);
        Self {
            series: vec![List::filled(plan.steps + 1, Lanes::ZERO); SERIES.len()],
            weight_start: pairs.clone(),
            weight_trough: pairs.clone(),
            conflict_start: pairs.clone(),
            conflict_trough: pairs,
            power_start: List::filled(plan.factions, Lanes::ZERO),
            given_start: List::filled(plan.patrons * plan.factions, Lanes::ZERO),
            failed_part: Lanes::ZERO,
            failed_step: Lanes::ZERO,
            trough_step: Lanes::ZERO,
            weakest: Lanes::splat(f32::MAX),
        }
    }

    /// Records the state at the end of a step; step 0 is the start.
    #[inline(always)]
    pub(super) fn keep(&mut self, plan: &Plan, p: &Params<N>, s: &State<N>, step: usize) {
        if step == 0 {
            self.failed_part = Lanes::ZERO;
            self.weakest = Lanes::splat(f32::MAX);
            self.weight_start.clone_from(&s.weight);
            self.conflict_start.clone_from(&s.conflict);
            self.power_start.clone_from(&s.power);
            self.given_start.clone_from(&s.given);
        }
        let fighters = p.threat_fighters + sum(&p.underground);
        for (series, kept) in SERIES.iter().zip(&mut self.series) {
            kept[step] = match series {
                Series::ThreatStrength => s.strength,
                Series::Cohesion => Lanes::ONE - s.infighting[0],
                Series::Rivalry => mean_rivalry(plan, s),
                Series::Infighting => infighting(&plan.everybody, s),
                Series::OpenFighters => s.open_fighters() / fighters,
                Series::UndergroundFighters => s.underground_fighters() / fighters,
            };
        }
        let weaker = s.strength.lt(self.weakest);
        if weaker.any() {
            self.weakest = weaker.select(s.strength, self.weakest);
            self.trough_step = weaker.select(Lanes::splat(step as f32), self.trough_step);
            for (kept, now) in lanewise(self.weight_trough.iter_mut().zip(&s.weight)) {
                *kept = weaker.select(*now, *kept);
            }
            for (kept, now) in lanewise(self.conflict_trough.iter_mut().zip(&s.conflict)) {
                *kept = weaker.select(*now, *kept);
            }
        }
        let part = not_finite(s);
        let fails = part.gt_s(0.0) & self.failed_part.le_s(0.0);
        self.failed_part = fails.select(part, self.failed_part);
        self.failed_step = fails.select(Lanes::splat(step as f32), self.failed_step);
    }
}

/// Share of the power-weighted effort of some factions that is spent on each other:
/// cohesion is one minus this, over a coalition's members.
#[inline(always)]
pub(super) fn infighting<const N: usize>(circle: &Circle, s: &State<N>) -> Lanes<N> {
    let mut spent = Lanes::ZERO;
    let mut all = Lanes::splat(1e-6);
    for (&i, inward) in circle.members.iter().zip(&circle.inward) {
        let against = inward.iter().fold(Lanes::ZERO, |sum, &o| sum + s.effort[o]);
        spent += s.power[i] * against;
        all += s.power[i];
    }
    spent / all
}

/// Mean rivalry weight over the ordered pairs of the first coalition.
#[inline(always)]
fn mean_rivalry<const N: usize>(plan: &Plan, s: &State<N>) -> Lanes<N> {
    let pairs = plan.circles.first().map_or(&[][..], |c| &c.pairs);
    let sum = pairs.iter().fold(Lanes::ZERO, |sum, &index| {
        let pair = &plan.pairs[index];
        sum + (s.weight[pair.ab] + s.weight[pair.ba])
    });
    sum / (2.0 * pairs.len() as f32).max(1.0)
}

/// The parts of the state that are watched, with the words in which a failure is reported.
pub const WATCHED: [&str; 10] = [
    "the threat's fighters, money, legitimacy or strength",
    "hostility",
    "power",
    "control by factions",
    "control by the threat",
    "the underground",
    "grievance",
    "effort",
    "commitment of patrons",
    "crisis of institutions",
];

/// The first watched part that is not finite, counted from 1; 0: all are.
#[inline(always)]
fn not_finite<const N: usize>(s: &State<N>) -> Lanes<N> {
    let threat = [
        s.core,
        s.opportunists,
        s.funds,
        s.legitimacy,
        s.strength,
        s.oil,
        s.mood,
    ];
    let parts: [&[Lanes<N>]; WATCHED.len()] = [
        &threat,
        &s.hostility,
        &s.power,
        &s.control,
        &s.threat_control,
        &s.underground,
        &s.grievance,
        &s.effort,
        &s.commitment,
        &s.crisis,
    ];
    let mut first = Lanes::ZERO;
    for (part, values) in parts.iter().enumerate().rev() {
        // A sum is finite only if all of its terms are.
        first = sum(values)
            .is_finite()
            .select(first, Lanes::splat(part as f32 + 1.0));
    }
    first
}
