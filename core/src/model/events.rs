//! Events: what may happen, when, and what it changes (docs/model.md, 7.1).

use crate::numeric::{Lanes, Mask, Streams};
use crate::scenario::{Change, Effect, Event, Scenario, StatePart};

use super::params::{ConditionParams, EventParams, Params};
use super::plan::Plan;
use super::schedule::{Timing, Turn};
use super::state::State;
use super::variable::{read, read_part, write};

/// Events strike and take effect, each in its turn (7.1.1).
#[inline(always)]
pub(super) fn happen<const N: usize>(
    scenario: &Scenario,
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    streams: &Streams<'_, N>,
    step: usize,
) {
    super::contest::begin(s);
    let mut struck = false;
    // What conditions read is the end of the step before.
    let weeks = Lanes::splat((step - 1) as f32 * plan.step_weeks);
    for &Turn {
        event: index,
        timing,
    } in &plan.turns
    {
        let chance = match timing {
            Timing::Step(scheduled) if scheduled == step => Chance::Probability,
            Timing::Window(window) => match window.share(step) {
                Some(share) => Chance::Hazard(share),
                None => continue,
            },
            Timing::Step(_) => continue,
        };
        let (event, params) = (&scenario.events[index], &p.events[index]);
        let drawn = streams.draw(plan.channels.event + index);
        let strikes = strike(plan, p, s, event, index, chance, drawn, weeks);
        // Whether any lane is struck decides only whether work is done, never its result.
        if strikes.any() {
            struck = true;
            let first = strikes & !s.happened[index];
            let now = Lanes::splat(step as f32);
            s.first_happened[index] = first.select(now, s.first_happened[index]);
            s.happened[index] = s.happened[index] | strikes;
            take_effect(plan, p, s, event, params, strikes);
        }
    }
    // Power follows what events did to men, quality, pay, support, leaders and crises.
    if struck {
        super::polity::strengthen(plan, p, s);
    }
}

/// How an event that is in time may strike in a step.
#[derive(Clone, Copy)]
enum Chance {
    /// Its date has come.
    Probability,
    /// For this share of the step.
    Hazard(f32),
}

/// Whether an event that is in time strikes (7.1.1).
#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn strike<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    event: &Event,
    index: usize,
    chance: Chance,
    drawn: Lanes<N>,
    weeks: Lanes<N>,
) -> Mask<N> {
    let params = &p.events[index];
    let mut possible = Mask::ALL;
    if !event.repeats {
        possible = possible & !s.happened[index];
    }
    if let Some(after) = params.after {
        possible = possible & s.happened[after];
    }
    let mut ratio = Lanes::ZERO;
    for (condition, values) in event.when.iter().zip(&params.conditions) {
        let Some(on) = condition.on else { continue };
        let value = read(plan, p, s, on, weeks);
        possible = possible & holds(values, value);
        ratio += values.slope * (value - values.at);
    }
    let struck = match chance {
        Chance::Probability => drawn.lt(params.probability),
        Chance::Hazard(share) => {
            let hazard = params.hazard * ratio.clamp(-20.0, 20.0).exp();
            (hazard * share).strikes(drawn)
        }
    };
    struck & possible
}

#[inline(always)]
fn holds<const N: usize>(condition: &ConditionParams<N>, value: Lanes<N>) -> Mask<N> {
    let mut holds = Mask::ALL;
    if let Some(above) = condition.above {
        holds = holds & value.ge(above);
    }
    if let Some(below) = condition.below {
        holds = holds & value.le(below);
    }
    holds
}

fn take_effect<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    event: &Event,
    params: &EventParams<N>,
    struck: Mask<N>,
) {
    for (effect, (change, amount)) in event.effects.iter().zip(&params.amounts) {
        let Some(on) = effect.on else { continue };
        let before = read_part(plan, s, on);
        let after = changed(*change, before, *amount);
        // What it returns to moves alike: a withdrawal lasts.
        if let Some(usual) = s.usual(plan, on) {
            *usual = struck.select(changed(*change, *usual, *amount).clamp(0.0, 1.0), *usual);
        }
        write(plan, p, s, on, struck, before, after);
    }
    // Effects may have moved positions, commitments or stakes: what hangs on them follows.
    let moves = |effect: &Effect| matches!(effect.on, Some(StatePart::Position(..)));
    if event.effects.iter().any(moves) {
        s.settle_baseline(plan, p);
    }
}

#[inline(always)]
fn changed<const N: usize>(change: Change, before: Lanes<N>, amount: Lanes<N>) -> Lanes<N> {
    match change {
        Change::Add => before + amount,
        Change::Multiply => before * amount,
        Change::Set => amount,
    }
}
