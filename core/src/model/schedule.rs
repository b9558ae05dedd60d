//! When each event can happen, in steps, and whose turn comes first within a step.

use crate::scenario::{Event, Scenario, Time, Trigger, Window};

/// The steps in which an event can happen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Timing {
    /// Only in this one, counted from 1, with its probability.
    Step(usize),
    /// In any of these, with its hazard.
    Window(Window),
}

/// An event that can happen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// Its place in the scenario.
    pub event: usize,
    /// When.
    pub timing: Timing,
}

/// The events that can happen at all. Within a step their turns come in the scenario's order,
/// but among those that are dated in the order of their dates.
pub fn turns(scenario: &Scenario) -> Vec<Turn> {
    let events = || scenario.events.iter().enumerate();
    let date = |event: &Event| match event.trigger {
        Some(Trigger::Date(date)) => Some(date),
        Some(Trigger::Hazard(_)) | None => None,
    };
    let mut dated: Vec<_> = events()
        .filter_map(|(index, event)| Some((date(event)?, index)))
        .collect();
    dated.sort_unstable();
    let mut dated = dated.into_iter();
    let order = events().filter_map(|(index, event)| match date(event) {
        Some(_) => dated.next().map(|(_, index)| index),
        None => Some(index),
    });
    order
        .filter_map(|event| {
            let timing = timing(&scenario.time, &scenario.events[event])?;
            Some(Turn { event, timing })
        })
        .collect()
}

/// `None` if it can't happen.
fn timing(time: &Time, event: &Event) -> Option<Timing> {
    if !event.enabled {
        return None;
    }
    match event.trigger? {
        Trigger::Date(date) => time.step_of(date).map(Timing::Step),
        Trigger::Hazard(_) => time.window(event.from, event.until).map(Timing::Window),
    }
}
