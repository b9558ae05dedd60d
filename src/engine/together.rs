//! Collapse of the first coalition and regrouping of the threat, counted together.

use super::draws::DrawTally;
use super::row::Row;
use super::summary::{Estimate, JointCell, WithinYear};
use super::tallied::Tallied;

/// Weeks in a year, for "within a year".
const YEAR_WEEKS: f64 = 52.0;

/// Counts of both.
#[derive(Debug, Clone, Default)]
pub(super) struct Together {
    /// By whether the coalition collapsed, then whether the threat regrouped.
    cells: [[Tallied; 2]; 2],
    then_regroup: Tallied,
    /// Of the collapses with a year to follow: those followed by a regroup within it.
    within_year: DrawTally,
    /// The same, and all of them, in the draw not ended yet.
    in_draw: (u64, u64),
}

impl Together {
    /// Counts a replicate of so many steps of so many weeks.
    pub(super) fn add(&mut self, row: &Row, steps: usize, step_weeks: f64) {
        let collapse = row.collapse.first().copied().flatten();
        let has = (collapse.is_some(), row.regroup.is_some());
        for (collapse, cells) in self.cells.iter_mut().enumerate() {
            for (regroup, cell) in cells.iter_mut().enumerate() {
                cell.add(has == (collapse == 1, regroup == 1));
            }
        }
        let after = collapse.and_then(|collapse| row.regroup?.checked_sub(collapse));
        let after = after.filter(|steps| *steps > 0);
        self.then_regroup.add(after.is_some());
        if let Some(collapse) = collapse
            && (steps as f64 - f64::from(collapse)) * step_weeks >= YEAR_WEEKS
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
        self.then_regroup.close_draw(replicates);
        let (within, collapses) = std::mem::take(&mut self.in_draw);
        self.within_year.add(within, collapses);
    }

    /// The four cells.
    pub(super) fn joint(&self) -> Vec<JointCell> {
        [(false, false), (false, true), (true, false), (true, true)]
            .map(|(collapse, regroup)| JointCell {
                collapse,
                regroup,
                chance: self.cells[usize::from(collapse)][usize::from(regroup)].chance(),
            })
            .to_vec()
    }

    /// The chance that a regroup comes at a later step than a collapse.
    pub(super) fn then_regroup(&self) -> Estimate {
        self.then_regroup.chance()
    }

    /// How many of the collapses with a year to follow were followed by a regroup within it.
    pub(super) fn within_year(&self) -> WithinYear {
        let collapses = self.within_year.replicates();
        WithinYear {
            collapses,
            share: (collapses > 0).then(|| self.within_year.chance()),
        }
    }
}
