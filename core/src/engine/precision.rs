//! Going on until every outcome's chance is known well enough.
//!
//! The rule is looked at after each block and hangs on the replicates done alone, not on
//! threads or lanes. What comes out is what a batch of the number of replicates reached
//! gives. To stop when an interval is narrow enough leaves its level at 95 % in the limit of
//! narrow intervals: Chow, Y. S., and Robbins, H. (1965). On the asymptotic theory of
//! fixed-width sequential confidence intervals for the mean. *Annals of Mathematical
//! Statistics* 36(2), 457-462.

use std::sync::atomic::Ordering;

use crate::model::Plan;
use crate::scenario::Scenario;

use super::batch::{Batch, Progress, run};
use super::label::OutcomeLabel;
use super::points::draws_per_block;
use super::row::{Failure, Row};
use super::summary::{Estimate, Summary};
use super::tallied::Counted;

/// As [`run`], but ends at the first block after which the 95 % interval of every outcome is
/// at most `precision` to either side of its middle, or at `batch.replicates` if that comes
/// first. The summary's `replicates_asked` is the number reached, unless the work was stopped
/// from outside before.
///
/// # Errors
/// Whatever `table` returns: the batch then ends.
pub fn run_until<E: Send>(
    batch: &Batch<'_>,
    precision: f64,
    progress: &Progress,
    mut table: impl FnMut(&[Row]) -> Result<(), E> + Send,
) -> Result<(Summary, Vec<Failure>), E> {
    let mut watched = Watched::new(batch.scenario);
    let (mut summary, failures) = run(batch, progress, |rows: &[Row]| {
        table(rows)?;
        watched.add(rows);
        if watched.half_width() <= precision {
            progress.enough.store(true, Ordering::Relaxed);
        }
        Ok(())
    })?;
    if progress.enough.load(Ordering::Relaxed) {
        summary.replicates_asked = summary.replicates + summary.failed;
    }
    Ok((summary, failures))
}

/// Half the width of the widest 95 % interval among the outcomes of the headline table.
pub fn half_width(summary: &Summary) -> f64 {
    widest(summary.headline().map(|outcome| outcome.chance))
}

fn widest(chances: impl Iterator<Item = Estimate>) -> f64 {
    chances
        .map(|chance| (chance.high - chance.low) / 2.0)
        .fold(0.0, f64::max)
}

/// The outcomes of the replicates so far.
struct Watched {
    /// By their places among the scenario's.
    outcomes: Vec<(usize, Counted)>,
    draws_per_block: u64,
    draw: Option<u64>,
    of_draw: u64,
}

impl Watched {
    fn new(scenario: &Scenario) -> Self {
        let plan = Plan::new(scenario);
        let labels = OutcomeLabel::all(scenario);
        let headline = (0..labels.len()).filter(|&index| labels[index].is_headline());
        let draws_per_block = draws_per_block(scenario);
        let none = Counted::new(&plan, draws_per_block > 1);
        Self {
            outcomes: headline.map(|index| (index, none.clone())).collect(),
            draws_per_block,
            draw: None,
            of_draw: 0,
        }
    }

    fn add(&mut self, rows: &[Row]) {
        for row in rows.iter().filter(|row| row.failed.is_none()) {
            if self.draw != Some(row.draw) {
                let block = |draw: u64| draw / self.draws_per_block;
                let ends_block = self.draw.map(block) != Some(block(row.draw));
                for (_, outcome) in &mut self.outcomes {
                    outcome.close_draw(self.of_draw);
                    if ends_block {
                        outcome.end_block();
                    }
                }
                (self.draw, self.of_draw) = (Some(row.draw), 0);
            }
            self.of_draw += 1;
            for (index, outcome) in &mut self.outcomes {
                outcome.add(row.outcomes[*index]);
            }
        }
    }

    fn half_width(&self) -> f64 {
        let outcomes = self.outcomes.iter();
        widest(outcomes.map(|(_, o)| o.chance_so_far(self.of_draw)))
    }
}
