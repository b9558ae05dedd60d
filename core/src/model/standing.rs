//! How rivals would stand on the first day if the threat were weaker.

use crate::numeric::Lanes;

use super::params::Params;
use super::plan::Plan;
use super::state::State;
use super::{perception, rivalry};

/// Rivalry weights, by pair `i * factions + j`, that settle if the threat's forces shrink to
/// a share of what they are in `start`, everything else as it is there. At a share of 1
/// they are nearly the weights of the start, which settled before the threat took its theatres.
pub fn weights_at(plan: &Plan, params: &Params<1>, start: &State<1>, share: f32) -> Vec<f32> {
    let mut scratch = rivalry::Scratch::new(plan);
    let mut s = start.clone();
    let share = Lanes::splat(share);
    for forces in s.garrison.iter_mut().chain(&mut s.underground) {
        *forces *= share;
    }
    s.strength *= share;
    perception::settle(plan, params, &mut s, &mut perception::Scratch::new(plan));
    rivalry::begin(plan, params, &mut s);
    for _ in 0..rivalry::SETTLING_ROUNDS {
        rivalry::settle(plan, params, &mut s, &mut scratch);
    }
    s.weight.iter().map(|w| w.lane(0)).collect()
}
