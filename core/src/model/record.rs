//! What is kept of a run: series, matrices at three moments, whether all stayed finite.

use serde::{Deserialize, Serialize};

use crate::numeric::{Lanes, List, lanewise, sum, sum_over};

use super::control::Control;
use super::outcomes::Outcomes;
use super::params::Params;
use super::plan::{Membership, Plan};
use super::state::State;
use super::variable::mean_rivalry;

/// A series recorded at every step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Threat strength m, relative to the start.
    ThreatStrength,
    /// Cohesion of the first coalition.
    Cohesion,
    /// Mean rivalry weight within the first coalition.
    Rivalry,
    /// Share of all factions' effort spent on each other.
    Infighting,
    /// Fighters of the threat in the open, relative to all its fighters at the start.
    OpenFighters,
    /// Fighters of the threat underground, relative to all its fighters at the start.
    UndergroundFighters,
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

// The list names each series once, at its own place.
const _: () = {
    let mut place = 0;
    while place < SERIES.len() {
        assert!(SERIES[place] as usize == place);
        place += 1;
    }
};

impl Series {
    /// Its key in files.
    pub fn key(self) -> &'static str {
        match self {
            Self::ThreatStrength => "threat_strength",
            Self::Cohesion => "cohesion",
            Self::Rivalry => "rivalry",
            Self::Infighting => "infighting",
            Self::OpenFighters => "open_fighters",
            Self::UndergroundFighters => "underground_fighters",
        }
    }
}

/// Something for each series, reached by the series and never by a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BySeries<T>([T; SERIES.len()]);

impl<T> BySeries<T> {
    /// What `of` gives for each series.
    pub fn of(of: impl Fn(Series) -> T) -> Self {
        Self(SERIES.map(of))
    }

    /// Every series with what it has, in the order of [`SERIES`].
    pub fn iter(&self) -> impl Iterator<Item = (Series, &T)> {
        SERIES.into_iter().zip(&self.0)
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (Series, &mut T)> {
        SERIES.into_iter().zip(&mut self.0)
    }
}

impl<T> std::ops::Index<Series> for BySeries<T> {
    type Output = T;

    fn index(&self, series: Series) -> &T {
        &self.0[series as usize]
    }
}

/// What is kept of `N` replicates.
#[derive(Debug, Clone)]
pub struct Record<const N: usize> {
    /// By series, then step; the start is step 0.
    pub series: BySeries<List<N>>,
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
    /// Watched quantities, by quantity, then step.
    pub watched: Vec<List<N>>,
    /// Who holds what.
    pub control: Control<N>,
    /// The number of the part of the state that was first not finite ([`Part::numbered`]);
    /// 0: all stayed finite.
    pub failed_part: Lanes<N>,
    /// The step at whose end that was.
    pub failed_step: Lanes<N>,
    /// The trough: the lowest threat strength, before the outcome that ends it if there was one.
    pub trough: Lanes<N>,
    /// The first step at whose end it was that low; 0: the start.
    pub trough_step: Lanes<N>,
}

impl<const N: usize> Record<N> {
    /// An empty record for a scenario.
    pub fn new(plan: &Plan) -> Self {
        let pairs = List::filled(plan.factions * plan.factions, Lanes::ZERO);
        Self {
            series: BySeries::of(|_| List::filled(plan.steps + 1, Lanes::ZERO)),
            weight_start: pairs.clone(),
            weight_trough: pairs.clone(),
            conflict_start: pairs.clone(),
            conflict_trough: pairs,
            power_start: List::filled(plan.factions, Lanes::ZERO),
            given_start: List::filled(plan.patrons * plan.factions, Lanes::ZERO),
            watched: plan
                .watches
                .iter()
                .map(|_| List::filled(plan.steps + 1, Lanes::ZERO))
                .collect(),
            control: Control::new(plan),
            failed_part: Lanes::ZERO,
            failed_step: Lanes::ZERO,
            trough_step: Lanes::ZERO,
            trough: Lanes::splat(f32::MAX),
        }
    }

    /// Records the state at the end of a step; step 0 is the start.
    #[inline(always)]
    pub(super) fn keep(
        &mut self,
        plan: &Plan,
        p: &Params<N>,
        s: &State<N>,
        outcomes: &Outcomes<N>,
        step: usize,
    ) {
        if step == 0 {
            self.failed_part = Lanes::ZERO;
            self.trough = Lanes::splat(f32::MAX);
            self.weight_start.clone_from(&s.weight);
            self.conflict_start.clone_from(&s.conflict);
            self.power_start.clone_from(&s.power);
            self.given_start.clone_from(&s.given);
        }
        self.control.keep(plan, s, step);
        for (kept, watched) in self.watched.iter_mut().zip(&outcomes.watched) {
            kept[step] = watched.now;
        }
        let fighters = p.threat_fighters + sum(&p.underground);
        for (series, kept) in self.series.iter_mut() {
            kept[step] = match series {
                Series::ThreatStrength => s.strength,
                Series::Cohesion => Lanes::ONE - s.infighting[0],
                Series::Rivalry => plan
                    .memberships
                    .first()
                    .map_or(Lanes::ZERO, |first| mean_rivalry(plan, s, first)),
                Series::Infighting => infighting(&plan.everybody, s),
                Series::OpenFighters => s.open_fighters() / fighters,
                Series::UndergroundFighters => s.underground_fighters() / fighters,
            };
        }
        let weaker = s.strength.lt(self.trough) & !outcomes.after_trough;
        if weaker.any() {
            self.trough = weaker.select(s.strength, self.trough);
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
pub(super) fn infighting<const N: usize>(membership: &Membership, s: &State<N>) -> Lanes<N> {
    let mut spent = Lanes::ZERO;
    let mut all = Lanes::splat(1e-6);
    for (&i, inward) in membership.members.iter().zip(&membership.inward) {
        let against = sum_over!(&o in inward => s.effort[o]);
        spent += s.power[i] * against;
        all += s.power[i];
    }
    spent / all
}

/// A part of the state of which it is watched whether it stays finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the threat is as a whole, the oil price and the political mood.
    Threat = 1,
    /// Hostility between factions.
    Hostility,
    /// Power of factions.
    Power,
    /// What factions hold.
    Control,
    /// What the threat holds.
    ThreatControl,
    /// The threat's cells.
    Underground,
    /// Grievance of those who live somewhere.
    Grievance,
    /// What effort is spent on.
    Effort,
    /// Commitment of patrons.
    Commitment,
    /// Crisis of institutions.
    Crisis,
}

/// Every part, in the order in which they are looked at.
const PARTS: [Part; 10] = [
    Part::Threat,
    Part::Hostility,
    Part::Power,
    Part::Control,
    Part::ThreatControl,
    Part::Underground,
    Part::Grievance,
    Part::Effort,
    Part::Commitment,
    Part::Crisis,
];

impl Part {
    /// The part that a failure recorded by its number; `None` for 0.
    pub fn numbered(number: usize) -> Option<Self> {
        PARTS.into_iter().find(|part| *part as usize == number)
    }

    /// The words in which a failure is reported.
    pub fn words(self) -> &'static str {
        match self {
            Self::Threat => "the threat's fighters, money, legitimacy or strength",
            Self::Hostility => "hostility",
            Self::Power => "power",
            Self::Control => "control by factions",
            Self::ThreatControl => "control by the threat",
            Self::Underground => "the underground",
            Self::Grievance => "grievance",
            Self::Effort => "effort",
            Self::Commitment => "commitment of patrons",
            Self::Crisis => "crisis of institutions",
        }
    }
}

/// The number of the first watched part that is not finite; 0: all are.
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
    let mut first = Lanes::ZERO;
    // The first of them counts, so the last is asked first.
    for part in PARTS.into_iter().rev() {
        let values: &[Lanes<N>] = match part {
            Part::Threat => &threat,
            Part::Hostility => &s.hostility,
            Part::Power => &s.power,
            Part::Control => &s.control,
            Part::ThreatControl => &s.threat_control,
            Part::Underground => &s.underground,
            Part::Grievance => &s.grievance,
            Part::Effort => &s.effort,
            Part::Commitment => &s.commitment,
            Part::Crisis => &s.crisis,
        };
        // A sum is finite only if all of its terms are.
        let number = Lanes::splat(f32::from(part as u8));
        first = sum(values).is_finite().select(first, number);
    }
    first
}
