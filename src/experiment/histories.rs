//! What is kept of a batch's replicates so that it can be compared with another's.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::engine::{OutcomeKind, Row, outcome_key};

/// The week of what never happens.
pub const NEVER: u32 = u32::MAX;

/// What makes two scenarios' outcomes the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct OutcomeKey {
    /// Which outcome.
    pub kind: OutcomeKind,
    /// For a collapse: the coalition's key.
    pub coalition: Option<String>,
}

impl OutcomeKey {
    /// It as one word, as in every table.
    pub fn key(&self) -> String {
        outcome_key(self.kind, self.coalition.as_deref())
    }
}

/// With the one word beside its parts.
impl Serialize for OutcomeKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("OutcomeKey", 3)?;
        fields.serialize_field("key", &self.key())?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("coalition", &self.coalition)?;
        fields.end()
    }
}

/// For a reader.
impl fmt::Display for OutcomeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.key())?;
        match &self.coalition {
            Some(coalition) => write!(f, " of {coalition}"),
            None => Ok(()),
        }
    }
}

/// The replicates of a batch that did not fail: when each outcome came about. Column by
/// column, in the order of the replicates.
#[derive(Debug, Clone, PartialEq)]
pub struct Histories {
    /// The outcomes that have a date, in the order of [`Histories::weeks`].
    pub outcomes: Vec<OutcomeKey>,
    /// Index of each replicate.
    pub replicates: Vec<u64>,
    /// The draw of the inputs that each shares.
    pub draws: Vec<u64>,
    /// By outcome, then replicate: the week in which it came about, or [`NEVER`].
    pub weeks: Vec<Vec<u32>>,
    /// Mean cohesion of the first coalition.
    pub cohesion: Vec<f64>,
    /// How many replicates failed.
    pub failed: u64,
    step_weeks: u32,
}

impl Histories {
    /// None yet, of a scenario with these coalitions (keys) and this many weeks a step.
    pub fn new(coalitions: &[String], step_weeks: u32) -> Self {
        let key = |kind, coalition: Option<&String>| OutcomeKey {
            kind,
            coalition: coalition.cloned(),
        };
        let mut outcomes = vec![key(OutcomeKind::Regroup, None)];
        outcomes.extend(
            coalitions
                .iter()
                .map(|c| key(OutcomeKind::Collapse, Some(c))),
        );
        outcomes.extend(
            [
                OutcomeKind::Defeat,
                OutcomeKind::Underground,
                OutcomeKind::Expansion,
            ]
            .map(|kind| key(kind, None)),
        );
        Self {
            weeks: vec![Vec::new(); outcomes.len()],
            outcomes,
            replicates: Vec::new(),
            draws: Vec::new(),
            cohesion: Vec::new(),
            failed: 0,
            step_weeks,
        }
    }

    /// Adds the rows of a block, in order.
    pub fn add(&mut self, rows: &[Row]) {
        for row in rows {
            if row.failed.is_some() {
                self.failed += 1;
                continue;
            }
            self.replicates.push(row.replicate);
            self.draws.push(row.draw);
            self.cohesion.push(f64::from(row.mean_cohesion));
            let steps = [row.regroup]
                .into_iter()
                .chain(row.collapse.iter().copied())
                .chain([row.defeat, row.underground, row.expansion]);
            for (weeks, step) in self.weeks.iter_mut().zip(steps) {
                weeks.push(step.map_or(NEVER, |step| step * self.step_weeks));
            }
        }
    }

    /// Where an outcome's column is.
    pub fn column(&self, key: &OutcomeKey) -> Option<usize> {
        self.outcomes.iter().position(|outcome| outcome == key)
    }

    /// The week of an outcome in some of the replicates (indices into the columns).
    /// Stalemate, which is known at the horizon only, has the horizon for its week.
    pub fn of(&self, key: &OutcomeKey, rows: &[usize], horizon: u32) -> Option<Vec<u32>> {
        if key.kind == OutcomeKind::Stalemate {
            let counts = self.counting_for_stalemate();
            let week = |row: usize| {
                let none = counts.iter().all(|weeks| weeks[row] > horizon);
                if none { horizon } else { NEVER }
            };
            return Some(rows.iter().map(|&row| week(row)).collect());
        }
        let weeks = &self.weeks[self.column(key)?];
        Some(rows.iter().map(|&row| weeks[row]).collect())
    }

    /// Columns without which a history is a stalemate: all but further coalitions' collapses.
    fn counting_for_stalemate(&self) -> Vec<&Vec<u32>> {
        let mut collapses = 0;
        self.outcomes
            .iter()
            .zip(&self.weeks)
            .filter(|(outcome, _)| {
                collapses += usize::from(outcome.kind == OutcomeKind::Collapse);
                outcome.kind != OutcomeKind::Collapse || collapses == 1
            })
            .map(|(_, weeks)| weeks)
            .collect()
    }
}
