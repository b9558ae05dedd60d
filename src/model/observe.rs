//! One replicate watched step by step: what its factions saw when they chose, and what
//! came of it. The numbers are those of the batch: the steps are the same.

use crate::numeric::{Baseline, Streams};

use super::outcomes::Outcomes;
use super::params::Params;
use super::plan::Plan;
use super::record::Record;
use super::state::State;
use super::step::{Scratch, Setting, start, step};
use super::{events, perception, rivalry};

/// One step of one replicate. At the start (step 0) the three states are the same one.
#[derive(Debug)]
pub struct Moment<'a> {
    /// The step, counted from 1; 0 is the start.
    pub step: usize,
    /// The state at the end of the step before.
    pub before: &'a State<1>,
    /// The state in which the factions chose: after events, perception and rivalry.
    pub choice: &'a State<1>,
    /// The state at the end of the step.
    pub after: &'a State<1>,
    /// Events that happened in this step, by their place in the scenario.
    pub events: &'a [usize],
    /// The noise that this step added to the hostility of each of the plan's pairs.
    pub incidents: &'a [f32],
    /// Whether the threat split in this step.
    pub split: bool,
    /// Territories that rose against the threat in this step.
    pub uprisings: &'a [usize],
}

/// Runs one replicate from start to horizon, and shows every step to `see`.
pub fn observe(
    setting: Setting<'_, 1>,
    streams: &mut Streams<'_, 1>,
    record: &mut Record<1>,
    mut see: impl FnMut(&Moment<'_>),
) -> (State<1>, Outcomes<1>) {
    let Setting {
        plan, params: p, ..
    } = setting;
    let mut scratch = Scratch::new(plan);
    let mut quarrels = rivalry::Scratch::new(plan);
    let mut views = perception::Scratch::new(plan);
    let mut state = start(Baseline, plan, p, &mut scratch);
    let mut outcomes = Outcomes::new(plan);
    for t in 0..=plan.steps {
        let before = state.clone();
        let mut choice = state.clone();
        let mut struck = Vec::new();
        let mut incidents = vec![0.0; plan.pairs.len()];
        if t > 0 {
            streams.go_to(t - 1);
            struck = events_in(setting, &before, &mut choice, streams, t);
            perception::perceive(plan, p, &mut choice, &mut views);
            rivalry::rival(plan, p, &mut choice, &mut quarrels, streams);
            for (index, noise) in incidents.iter_mut().enumerate() {
                let drawn = streams.draw(plan.channels.pair_noise + index);
                *noise = (p.hostility_noise * drawn).lane(0);
            }
            step(Baseline, setting, &mut state, &mut scratch, streams, t);
        }
        outcomes.see(plan, p, &state, t);
        record.keep(plan, p, &state, &outcomes, t);
        see(&Moment {
            step: t,
            before: &before,
            choice: &choice,
            after: &state,
            events: &struck,
            incidents: &incidents,
            split: t > 0 && splits(plan, p, &choice, streams),
            uprisings: &match t {
                0 => Vec::new(),
                _ => uprisings(plan, p, &choice, &state, streams),
            },
        });
    }
    (state, outcomes)
}

/// Lets the events of a step happen to `choice`; returns which did.
fn events_in(
    setting: Setting<'_, 1>,
    before: &State<1>,
    choice: &mut State<1>,
    streams: &Streams<'_, 1>,
    t: usize,
) -> Vec<usize> {
    let Setting {
        scenario,
        plan,
        params: p,
    } = setting;
    events::happen(scenario, plan, p, choice, streams, t);
    let again = |index: usize| {
        // That it had happened before hides whether it does now: it is asked with that
        // forgotten, by all but those that wait for it.
        let mut params = p.clone();
        for event in &mut params.events {
            event.after = event.after.filter(|&after| after != index);
        }
        let mut state = before.clone();
        state.happened[index] = crate::numeric::Mask::NONE;
        events::happen(scenario, plan, &params, &mut state, streams, t);
        state.happened[index].lane(0)
    };
    (0..scenario.events.len())
        .filter(|&index| {
            let (had, has) = (
                before.happened[index].lane(0),
                choice.happened[index].lane(0),
            );
            (has && !had) || (had && scenario.events[index].repeats && again(index))
        })
        .collect()
}

/// Whether a hazard strikes, as the model asks it (docs/model.md, 7).
fn strikes(drawn: f32, hazard: f32) -> bool {
    let hazard = crate::numeric::Lanes::<1>::splat(hazard);
    drawn < 1.0 - (-hazard).exp().lane(0)
}

/// Whether the threat splits: all that its hazard reads is known when factions choose.
fn splits(plan: &Plan, p: &Params<1>, choice: &State<1>, streams: &Streams<'_, 1>) -> bool {
    let one = crate::numeric::Lanes::ONE;
    let hazard = p.split * (one - choice.threat_pay) * p.repression * (one - choice.legitimacy);
    strikes(streams.draw(plan.channels.split).lane(0), hazard.lane(0))
}

/// Places that rose against the threat: by what it held there just before, and lost.
fn uprisings(
    plan: &Plan,
    p: &Params<1>,
    choice: &State<1>,
    after: &State<1>,
    streams: &Streams<'_, 1>,
) -> Vec<usize> {
    let gone = p.upkeep.uprising_loss.lane(0);
    let unrest = p.uprising.lane(0) * (1.0 - choice.threat_pay.lane(0)) * p.repression.lane(0);
    let rises = |(place, a): (usize, usize)| {
        let left = after.threat_control[a].lane(0);
        let held = left / (1.0 - gone).max(1e-6);
        let lost = after.threat_lost[a].lane(0);
        let drawn = streams.draw(plan.channels.uprising + place).lane(0);
        let rose = lost >= 0.999 * gone * held && strikes(drawn, unrest * held);
        (gone > 0.0 && held > 0.0 && rose).then_some(a)
    };
    let territories = plan.territories.iter().copied();
    territories.enumerate().filter_map(rises).collect()
}
