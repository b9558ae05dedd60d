//! Outcomes: what counts as regrouping, collapse, defeat (docs/model.md, 7.9).

use crate::numeric::{Lanes, List, Mask, lanewise, sum};

use super::params::Params;
use super::plan::{Circle, Plan};
use super::state::State;

/// A state that must hold for a while before it counts.
#[derive(Debug, Clone)]
pub struct Watch<const N: usize> {
    /// Weeks it has held without a break.
    held: Lanes<N>,
    /// Step at whose end it first had held long enough; 0: not yet.
    pub step: Lanes<N>,
}

impl<const N: usize> Watch<N> {
    fn new() -> Self {
        Self {
            held: Lanes::ZERO,
            step: Lanes::ZERO,
        }
    }

    #[inline(always)]
    fn see(&mut self, holds: Mask<N>, p: &Params<N>, plan: &Plan, step: Lanes<N>) {
        self.held = holds.select(self.held + plan.step_weeks, Lanes::ZERO);
        let counts = holds & self.held.ge(p.outcome_hold) & self.step.le_s(0.0);
        self.step = counts.select(step, self.step);
    }
}

/// What became of the threat.
#[derive(Debug, Clone)]
pub struct ThreatOutcome<const N: usize> {
    /// Won back lost ground.
    pub regroup: Watch<N>,
    /// Beaten in the open and underground.
    pub defeat: Watch<N>,
    /// Beaten in the open, alive underground.
    pub underground: Watch<N>,
    /// Grew without ever having had a trough.
    pub expansion: Watch<N>,
}

/// What became of a coalition.
#[derive(Debug, Clone)]
pub struct CoalitionOutcome<const N: usize> {
    /// Cohesion below the floor.
    low_cohesion: Watch<N>,
    /// Step of the collapse; 0: none.
    pub collapse: Lanes<N>,
}

/// The outcomes of `N` replicates so far.
#[derive(Debug, Clone)]
pub struct Outcomes<const N: usize> {
    /// The threat's.
    pub threat: ThreatOutcome<N>,
    /// Each coalition's.
    pub coalitions: Vec<CoalitionOutcome<N>>,
    /// Lowest threat strength so far.
    pub trough: Lanes<N>,
    /// Step of the first new open conflict of each pair; 0: none.
    pub breaks_out: List<N>,
}

impl<const N: usize> Outcomes<N> {
    /// Nothing has happened yet.
    pub fn new(plan: &Plan) -> Self {
        let watch = Watch::new;
        Self {
            threat: ThreatOutcome {
                regroup: watch(),
                defeat: watch(),
                underground: watch(),
                expansion: watch(),
            },
            coalitions: plan
                .coalitions
                .iter()
                .map(|_| CoalitionOutcome {
                    low_cohesion: watch(),
                    collapse: Lanes::ZERO,
                })
                .collect(),
            trough: Lanes::splat(f32::MAX),
            breaks_out: List::filled(plan.pairs.len(), Lanes::ZERO),
        }
    }

    /// Looks at the state at the end of a step.
    #[inline(always)]
    pub(super) fn see(&mut self, plan: &Plan, p: &Params<N>, s: &State<N>, step: usize) {
        let now = Lanes::splat(step as f32);
        let m = s.strength;
        let fallen = self.trough.min(m).le(Lanes::ONE - p.drop);
        self.trough = self.trough.min(m);
        let back = self.trough + p.rebound * (Lanes::ONE - self.trough);
        self.threat.regroup.see(fallen & m.ge(back), p, plan, now);
        self.threat
            .expansion
            .see(!fallen & m.ge(p.expansion), p, plan, now);
        let beaten = m.lt(p.defeat_floor);
        let fighters = p.threat_fighters + sum(&p.underground);
        let hidden = s.underground_fighters().ge(p.defeat_floor * fighters);
        self.threat.defeat.see(beaten & !hidden, p, plan, now);
        self.threat.underground.see(beaten & hidden, p, plan, now);
        let first = self.breaks_out.iter_mut();
        for ((pair, old), first) in lanewise(plan.pairs.iter().zip(&s.old_conflict).zip(first)) {
            let new = s.conflict[pair.ab].gt_s(0.5) & old.le_s(0.5) & first.le_s(0.0);
            *first = new.select(now, *first);
        }
        for (k, outcome) in self.coalitions.iter_mut().enumerate() {
            let cohesion = Lanes::ONE - s.infighting[k];
            outcome
                .low_cohesion
                .see(cohesion.lt(p.cohesion_floor), p, plan, now);
            let at_war = power_at_war(plan, s, &plan.circles[k]).ge(p.power_share);
            let collapsed =
                (outcome.low_cohesion.step.gt_s(0.0) | at_war) & outcome.collapse.le_s(0.0);
            outcome.collapse = collapsed.select(now, outcome.collapse);
        }
    }
}

/// Share of a coalition's power that is in a new open conflict with a fellow member.
#[inline(always)]
fn power_at_war<const N: usize>(plan: &Plan, s: &State<N>, coalition: &Circle) -> Lanes<N> {
    // A scenario has at most 64 factions; no allocation inside a step.
    let mut at_war = [Mask::<N>::NONE; 64];
    for &index in &coalition.pairs {
        let pair = &plan.pairs[index];
        let war = s.conflict[pair.ab].gt_s(0.5) & s.old_conflict[index].le_s(0.5);
        at_war[pair.a] = at_war[pair.a] | war;
        at_war[pair.b] = at_war[pair.b] | war;
    }
    let mut fighting = Lanes::ZERO;
    let mut all = Lanes::splat(1e-6);
    for &i in &coalition.members {
        all += s.power[i];
        fighting += at_war[i].select(s.power[i], Lanes::ZERO);
    }
    fighting / all
}
