//! An outcome and the one that may follow it, counted together.

use serde::{Deserialize, Serialize};

use super::draws::DrawTally;
use super::label::OutcomeLabel;
use super::row::Row;
use super::summary::{JointCell, Together, WithinYear};
use super::tallied::Tallied;

/// Weeks in a year, for "within a year".
const YEAR_WEEKS: f64 = 52.0;

/// Counts of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pair {
    /// The two, by index.
    first: usize,
    then: usize,
    /// By whether the first came about, then whether the other did.
    cells: [[Tallied; 2]; 2],
    followed: Tallied,
    /// Of those with a year to follow: those followed within it.
    within_year: DrawTally,
    /// The same, and all of them, in the draw not ended yet.
    in_draw: (u64, u64),
}

impl Pair {
    /// Nothing counted yet of the first outcome that names one that may follow, if one does.
    pub(super) fn of(labels: &[OutcomeLabel], in_blocks: bool) -> Option<Self> {
        let first = labels.iter().position(|l| l.is_first && l.then.is_some())?;
        let key = labels[first].then.as_ref()?;
        let then = labels.iter().position(|l| l.key == *key)?;
        Some(Self {
            first,
            then,
            cells: std::array::from_fn(|_| std::array::from_fn(|_| Tallied::new(in_blocks))),
            followed: Tallied::new(in_blocks),
            within_year: DrawTally::new(in_blocks),
            in_draw: (0, 0),
        })
    }

    /// Counts a replicate of so many steps of so many weeks.
    pub(super) fn add(&mut self, row: &Row, steps: usize, step_weeks: f64) {
        let first = row.outcomes[self.first].first;
        let then = row.outcomes[self.then].first;
        let has = (first.is_some(), then.is_some());
        for (first, cells) in self.cells.iter_mut().enumerate() {
            for (then, cell) in cells.iter_mut().enumerate() {
                cell.add(has == (first == 1, then == 1));
            }
        }
        let after = first.and_then(|first| then?.checked_sub(first));
        let after = after.filter(|steps| *steps > 0);
        self.followed.add(after.is_some());
        if let Some(first) = first
            && (steps as f64 - f64::from(first)) * step_weeks >= YEAR_WEEKS
        {
            let within = after.is_some_and(|after| f64::from(after) * step_weeks <= YEAR_WEEKS);
            self.in_draw.0 += u64::from(within);
            self.in_draw.1 += 1;
        }
    }

    /// Ends a draw of so many replicates.
    pub(super) fn close_draw(&mut self, replicates: u64) {
        for cell in self.cells.as_flattened_mut() {
            cell.close_draw(replicates);
        }
        self.followed.close_draw(replicates);
        let (within, all) = std::mem::take(&mut self.in_draw);
        self.within_year.add(within, all);
    }

    /// Ends a block of draws.
    pub(super) fn end_block(&mut self) {
        for cell in self.cells.as_flattened_mut() {
            cell.end_block();
        }
        self.followed.end_block();
        self.within_year.end_block();
    }

    /// As [`Tallied::merge`], of the same two.
    pub(super) fn merge(&mut self, later: &Self) {
        let cells = self.cells.as_flattened_mut().iter_mut();
        for (a, b) in cells.zip(later.cells.as_flattened()) {
            a.merge(b);
        }
        self.followed.merge(&later.followed);
        self.within_year.merge(&later.within_year);
        self.in_draw.0 += later.in_draw.0;
        self.in_draw.1 += later.in_draw.1;
    }

    /// Whether both count the same two outcomes.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.first, self.then) == (other.first, other.then)
    }

    /// What was found.
    pub(super) fn finish(&self, labels: &[OutcomeLabel]) -> Together {
        let of = self.within_year.replicates();
        let cells = [(false, false), (false, true), (true, false), (true, true)];
        Together {
            first: labels[self.first].key.clone(),
            then: labels[self.then].key.clone(),
            joint: cells
                .map(|(first, then)| JointCell {
                    first,
                    then,
                    chance: self.cells[usize::from(first)][usize::from(then)].chance(),
                })
                .to_vec(),
            followed: self.followed.chance(),
            within_year: WithinYear {
                of,
                share: (of > 0).then(|| self.within_year.chance()),
            },
        }
    }
}
