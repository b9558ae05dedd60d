//! Perception: how factions and patrons see the threat (docs/model.md, 7.2).

use crate::numeric::{Lanes, List, dot};

use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// What all factions see alike.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize> {
    /// Power that threatens whoever is exposed to an arena, by arena; 0 in politics.
    menace: List<N>,
}

impl<const N: usize> Scratch<N> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        Self {
            menace: List::filled(plan.arenas, Lanes::ZERO),
        }
    }
}

/// Power of the threat's presence in an arena, in the open and in cells (7.2.1).
#[inline(always)]
pub(super) fn menace<const N: usize>(p: &Params<N>, s: &State<N>, arena: usize) -> Lanes<N> {
    let force = s.garrison[arena] + p.perception.underground_weight * s.underground[arena];
    p.threat_quality * s.threat_leadership * force
}

/// The perception toward which a faction's moves: 0 unthreatened, 1 overwhelmed (7.2.3).
#[inline(always)]
fn target<const N: usize>(danger: Lanes<N>, alarm: Lanes<N>) -> Lanes<N> {
    Lanes::ONE - ((danger + 1.0) * (alarm + 1.0)).recip()
}

/// Alarm fades and is raised by attacks; perception follows danger and alarm with a lag (7.2.2).
#[inline(always)]
pub(super) fn perceive<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
) {
    // A threat without fighters provokes nobody.
    let reach = s.open_fighters() + s.underground_fighters();
    let able = reach / (reach + p.threat_fighters * 0.25);
    for i in 0..plan.factions {
        let people = &p.people[i * plan.communities..][..plan.communities];
        let attacks = dot(people, &s.provoke_effort);
        s.alarm[i] = s.alarm[i] * p.alarm_keep + p.alarm_per_step * attacks * able;
    }
    approach(plan, p, s, scratch, p.perception_rate);
}

/// Perception as it is at the start: in equilibrium with the danger.
pub(super) fn settle<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
) {
    approach(plan, p, s, scratch, Lanes::ONE);
    s.initial_perceived.clone_from(&s.perceived);
    s.patron_perceived_start.clone_from(&s.patron_perceived);
}

/// Perception follows danger and alarm with a lag (7.2.3).
#[inline(always)]
fn approach<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    rate: Lanes<N>,
) {
    for &a in &plan.territories {
        scratch.menace[a] = menace(p, s, a);
    }
    for i in 0..plan.factions {
        let exposure = &p.exposure[i * plan.arenas..][..plan.arenas];
        // Danger, relative to one's own power.
        let scale = p.perception.sensitivity / (s.power[i] + 1e-3);
        let seen = target(dot(exposure, &scratch.menace) * scale, s.alarm[i]);
        s.perceived[i].approach(seen, rate);
    }
    for k in 0..plan.patrons {
        let seen = target(p.patron_exposure[k] * s.strength, Lanes::ZERO);
        s.patron_perceived[k].approach(seen, rate);
    }
}
