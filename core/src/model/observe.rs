//! One replicate watched step by step: what its factions saw when they chose, and what
//! came of it. The numbers are those of the batch: the steps are the same.

use crate::numeric::{Baseline, Streams};

use super::ledger::Ledger;
use super::outcomes::Outcomes;
use super::record::Record;
use super::state::State;
use super::step::{Model, Scratch, start, step};
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
    /// The target of hostility in this step, term by term, by pair `i * factions + j`.
    pub targets: &'a [Ledger],
    /// The noise that this step added to the hostility of each of the plan's pairs.
    pub incidents: &'a [f32],
}

/// Runs one replicate from start to horizon, and shows every step to `see`.
pub fn observe(
    setting: Model<'_, 1>,
    streams: &mut Streams<'_, 1>,
    record: &mut Record<1>,
    mut see: impl FnMut(&Moment<'_>),
) -> (State<1>, Outcomes<1>) {
    let Model {
        plan, params: p, ..
    } = setting;
    let mut scratch = Scratch::new(plan);
    let mut quarrels: rivalry::Scratch<1, Ledger> = rivalry::Scratch::new(plan);
    let mut views = perception::Scratch::new(plan);
    let mut state = start(Baseline, plan, p, &mut scratch);
    let mut outcomes = Outcomes::new(plan);
    rivalry::gather(plan, p, &state, &mut quarrels);
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
                *noise = rivalry::incidents(plan, p, streams, index).lane(0);
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
            targets: &quarrels.target,
            incidents: &incidents,
        });
    }
    (state, outcomes)
}

/// Lets the events of a step happen to `choice`; returns which did.
fn events_in(
    setting: Model<'_, 1>,
    before: &State<1>,
    choice: &mut State<1>,
    streams: &Streams<'_, 1>,
    t: usize,
) -> Vec<usize> {
    let Model {
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
