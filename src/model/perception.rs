//! Perception: how factions and patrons see the threat (docs/model.md, 7.2).

use crate::numeric::Lanes;

use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// Danger to a faction from the threat's presence in an arena, relative to its own power.
#[inline(always)]
pub(super) fn danger<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    faction: usize,
    arena: usize,
) -> Lanes<N> {
    let force = s.garrison[arena] + p.underground_weight * s.underground[arena];
    let strength = p.threat_quality * s.threat_leadership * force;
    p.sensitivity * p.exposure[faction * plan.arenas + arena] * strength / (s.power[faction] + 1.0)
}

/// The perception toward which a faction's moves: 0 unthreatened, 1 overwhelmed.
#[inline(always)]
fn target<const N: usize>(danger: Lanes<N>, alarm: Lanes<N>) -> Lanes<N> {
    Lanes::ONE - ((danger + 1.0) * (alarm + 1.0)).recip()
}

/// Alarm fades and is raised by attacks; perception follows danger and alarm with a lag.
#[inline(always)]
pub(super) fn perceive<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for i in 0..plan.factions {
        let attacks = (0..plan.communities).fold(Lanes::ZERO, |sum, c| {
            sum + p.people[i * plan.communities + c] * s.provoke_effort[c]
        });
        // A threat without fighters provokes nobody.
        let reach = s.open_fighters() + s.underground_fighters();
        let able = reach / (reach + p.threat_fighters * 0.25);
        s.alarm[i] = s.alarm[i] * p.alarm_keep + p.alarm_per_step * attacks * able;
    }
    let rate = p.perception_rate;
    approach(plan, p, s, rate);
}

/// Perception as it is at the start: in equilibrium with the danger.
pub(super) fn settle<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    approach(plan, p, s, Lanes::ONE);
    s.patron_perceived_start.clone_from(&s.patron_perceived);
}

#[inline(always)]
fn approach<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>, rate: Lanes<N>) {
    for i in 0..plan.factions {
        let x = plan
            .territories
            .iter()
            .fold(Lanes::ZERO, |sum, &a| sum + danger(plan, p, s, i, a));
        let seen = target(x, s.alarm[i]);
        s.perceived[i].approach(seen, rate);
    }
    for k in 0..plan.patrons {
        let seen = target(p.patron_exposure[k] * s.strength, Lanes::ZERO);
        s.patron_perceived[k].approach(seen, rate);
    }
}
