//! One history of a batch, bit for bit, told as dated events: what happened, to whom, and
//! why, by the terms of the model itself.

mod attribution;
mod course;
mod effects;
mod find;
mod hostility;
mod initial;
mod quarrels;
mod shifts;
mod story;
mod territory;
mod trace;
mod typical;
mod words;

use serde::Serialize;

use crate::engine::{Row, Single};
use crate::scenario::Scenario;

pub use attribution::{Expression, attribute};
pub use find::{ANY, Candidates, candidates, wanted};
pub use hostility::{Hostility, Terms};
pub use story::{Detail, Entry, Reason, Story, Topic};
pub use trace::{EFFORTS, Trace};
pub use typical::{HistoryPoint, Typical, Wanted, measures, medoid, points, typical};
pub use words::percent;

/// Two factions in open conflict for a while.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Span {
    /// The first faction.
    pub a: usize,
    /// The second.
    pub b: usize,
    /// The step at whose end it had broken out; 0: it was there at the start.
    pub from: usize,
    /// The step at whose end it was over; `None`: it went on to the horizon.
    pub until: Option<usize>,
}

/// One history.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Root seed.
    pub seed: u64,
    /// Its line in the batch.
    pub row: Row,
    /// What was recorded at every step.
    pub trace: Trace,
    /// Open conflicts, in order of time.
    pub conflicts: Vec<Span>,
    /// What happened, and why.
    pub story: Story,
}

/// Runs a replicate of a scenario's batch again and tells it.
pub fn replay(scenario: &Scenario, seed: u64, replicate: u64, detail: Detail) -> Replay {
    let single = Single::new(scenario, seed, replicate);
    let names = words::Names::new(scenario);
    let mut trace = Trace::new(&single);
    let mut quarrels = quarrels::Quarrels::new(&single);
    let mut ground = territory::Territory::new(&single);
    let mut course = course::Course::new(&single);
    let (row, record) = single.run(|moment| {
        trace.keep(&single, moment);
        quarrels.follow(&single, moment);
        ground.follow(&single, moment, &trace);
        course.follow(&single, moment);
    });
    trace.keep_record(&record);
    let shifts = shifts::find(&single, &trace);
    // A second time: weights of those who fought, and what was weighed when effort moved.
    let conflicts = quarrels.spans();
    let mut weights = trace::Weights::new(&conflicts);
    let mut weighed = shifts::Weighed::new(&shifts);
    single.run(|moment| {
        weights.keep(&single, moment);
        weighed.keep(&single, moment);
    });
    trace.weights = weights.kept;

    let mut entries = quarrels.entries(&single, &names);
    entries.extend(ground.entries(&single, &names));
    entries.extend(course.entries(&single, &names, &row, &trace));
    entries.extend(shifts::entries(&single, &names, &shifts, &weighed));
    let story = Story::new(
        scenario,
        detail,
        initial::beginning(&single, &names, &trace, &conflicts),
        entries,
        initial::end(&single, &names, &trace, &conflicts, &row),
    );
    Replay {
        seed,
        row,
        trace,
        conflicts,
        story,
    }
}
