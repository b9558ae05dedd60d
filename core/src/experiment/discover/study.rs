//! Runs the model over the points of a design.

use super::counts::{Counted, Counts};
use super::is_held_out;
use crate::engine::{Design, Failure, LanePath, Progress, Shard};
use crate::experiment::cube::DesignKind;
use crate::experiment::sensitivity::{Number, Subject, uncertain_numbers};
use crate::scenario::Scenario;

/// The number of the one unit of work, where it is kept.
const UNIT: u64 = 0;

/// How large a design is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How its points are spread.
    pub kind: DesignKind,
    /// Points that are learned from; half as many more are held out.
    pub points: usize,
    /// Replicates at each.
    pub replicates: u64,
}

impl Size {
    /// Points in all.
    pub fn all(&self) -> usize {
        self.points + self.points / 2
    }

    /// Replicates in all.
    pub fn total(&self) -> u64 {
        self.all() as u64 * self.replicates
    }

    /// Bytes that the points take: in the cube, as values, in the design, sorted, and in tables.
    pub fn bytes(&self, numbers: usize, outcomes: usize) -> u64 {
        (self.all() as u64).saturating_mul((8 * (8 * numbers + 4 * outcomes) + 400) as u64)
    }
}

/// A scenario of which regions are looked for.
pub struct Study<'a> {
    subject: Subject<'a>,
}

/// What running a design gave.
#[derive(Debug)]
pub struct Designed {
    /// The points that are whole.
    pub points: Vec<Counted>,
    /// Replicates that stopped being finite.
    pub failures: Vec<Failure>,
    /// Replicates that were run.
    pub done: u64,
}

impl<'a> Study<'a> {
    /// Of every uncertain number.
    pub fn new(scenario: &'a Scenario, seed: u64, path: LanePath) -> Self {
        Self {
            subject: Subject::new(scenario, seed, path),
        }
    }

    /// The uncertain numbers.
    pub fn numbers(&self) -> Vec<Number> {
        uncertain_numbers(self.subject.scenario)
    }

    fn design(&self, size: &Size) -> Design {
        let (dimensions, seed) = (self.subject.joint.coordinates(), self.subject.seed);
        // Two designs, each evenly spread by itself, in turns, so that what an interrupted study
        // has is of both.
        let held_out = size
            .kind
            .points(size.points / 2, dimensions, seed, "held out");
        let learned = size.kind.points(size.points, dimensions, seed, "learned");
        let (mut held_out, mut learned) = (held_out.into_iter(), learned.into_iter());
        let rows = (0..size.all()).filter_map(|point| match is_held_out(point) {
            true => held_out.next(),
            false => learned.next(),
        });
        let values = rows.map(|row| self.subject.joint.values(&row)).collect();
        // Every replicate has noise of its own: what points have in common would not be seen in
        // how they differ.
        Design::chosen(
            self.subject.joint.numbers().to_vec(),
            values,
            size.replicates,
            false,
        )
    }

    /// Runs a design on rayon's current threads; if it is stopped, the points that are whole.
    pub fn run(&self, size: &Size, progress: &Progress) -> Designed {
        let mut counts = Counts::default();
        let (summary, failures) =
            self.subject
                .run_design(UNIT, &self.design(size), 0..size.total(), progress, |row| {
                    counts.add(row);
                });
        Designed {
            points: counts.whole(size.replicates),
            failures,
            done: summary.replicates + summary.failed,
        }
    }

    /// Runs what falls to a shard, to be kept: a share of the points. The replicates that failed;
    /// `None` if it was stopped before all was done.
    pub fn run_share(
        &self,
        size: &Size,
        shard: Shard,
        progress: &Progress,
    ) -> Option<Vec<Failure>> {
        let range = shard.range(size.total(), size.replicates);
        let (summary, failures) =
            self.subject
                .run_design(UNIT, &self.design(size), range.clone(), progress, |_| ());
        let done = summary.replicates + summary.failed;
        (done == range.end - range.start).then_some(failures)
    }
}
