//! How long a shard will take and how much memory, for the limits that a scheduler wants: by a
//! short trial, and by what is known of the scenario.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use crate::engine::{self, Progress, Row, memory};
use crate::report::GROUP;
use crate::scenario::Scenario;

use super::super::session::Session;

/// Replicates of the first trial, on each thread.
const TRIAL: u64 = 256;
/// A trial that took so many seconds is long enough to be believed.
const LONG_ENOUGH: f64 = 0.5;
/// By how much a node may be slower than this machine.
const SLOWER: f64 = 3.0;
/// Minutes for what doesn't grow with the replicates: starting, tables, pictures.
const MINUTES: u64 = 5;
/// Mebibytes that the program takes by itself, with its fonts and the tables' buffers.
const MEBIBYTES: u64 = 256;
/// Minutes for a merge, beside one for every million replicates whose table it copies.
const MERGE_MINUTES: u64 = 10;

/// What a shard and the merge may take.
pub(super) struct Size {
    trial: (u64, f64),
    share: u64,
    threads: usize,
    /// Mebibytes that a shard asks for, and the merge.
    asked: (u64, u64),
    /// Millions of replicates whose table is copied, rounded up.
    millions: u64,
}

impl Size {
    /// Measures a scenario on the session's threads; `rows` says whether there is a table.
    pub(super) fn measure(session: &Session, scenario: &Scenario, shards: u64, rows: bool) -> Self {
        let replicates = scenario.run.replicates;
        let share = replicates.div_ceil(shards);
        let threads = session.threads.current_num_threads();
        let group = match rows {
            true => GROUP as u64,
            false => 0,
        };
        let table = |replicates: u64| memory::of_rows(scenario, group.min(replicates));
        let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
        Self {
            trial: trial(session, scenario, share),
            share,
            threads,
            asked: (
                mebibytes(memory::of_batch(scenario, threads) + table(share)),
                // What is merged so far, and the shard that comes to it.
                mebibytes(2 * memory::of_batch(scenario, 1) + table(replicates)),
            ),
            millions: match rows {
                true => replicates.div_ceil(1_000_000),
                false => 0,
            },
        }
    }

    /// Seconds that a shard would take here.
    pub(super) fn seconds(&self) -> f64 {
        self.trial.1 / self.trial.0 as f64 * self.share as f64
    }

    /// Minutes that a shard may take.
    pub(super) fn minutes(&self) -> u64 {
        (self.seconds() * SLOWER / 60.0).ceil() as u64 + MINUTES
    }

    /// Minutes that the merge may take.
    pub(super) fn merge_minutes(&self) -> u64 {
        MERGE_MINUTES + self.millions
    }

    /// Mebibytes that a shard may take.
    pub(super) fn mebibytes(&self) -> u64 {
        rounded(self.asked.0)
    }

    /// Mebibytes that the merge may take.
    pub(super) fn merge_mebibytes(&self) -> u64 {
        rounded(self.asked.1)
    }

    /// How a shard's limits come about, as comments of a script.
    pub(super) fn arithmetic(&self) -> String {
        let (replicates, seconds) = self.trial;
        format!(
            "# Time: {replicates} replicates took {seconds:.2} s on {} where this was written; so a shard of {} takes {:.0} s, {SLOWER} times that on a slow node, and {MINUTES} minutes for the rest: {} minutes.\n{}",
            threads(self.threads),
            self.share,
            self.seconds(),
            self.minutes(),
            memory_line(self.asked.0),
        )
    }

    /// How the merge's limits come about, as comments of a script.
    pub(super) fn merge_arithmetic(&self) -> String {
        format!(
            "# Time of the merge: {MERGE_MINUTES} minutes, and one for every million rows of the table of replicates: {} minutes.\n{}",
            self.merge_minutes(),
            memory_line(self.asked.1),
        )
    }
}

/// Threads in words.
pub(super) fn threads(count: usize) -> String {
    match count {
        1 => "1 thread".to_owned(),
        count => format!("{count} threads"),
    }
}

fn memory_line(asked: u64) -> String {
    format!(
        "# Memory: twice the {asked} MiB that its state and the rows of its table take, and {MEBIBYTES} MiB for the program: {} MiB.",
        rounded(asked)
    )
}

fn rounded(asked: u64) -> u64 {
    (2 * asked + MEBIBYTES).next_multiple_of(64)
}

/// Replicates, and the seconds that they took.
fn trial(session: &Session, scenario: &Scenario, share: u64) -> (u64, f64) {
    let mut replicates = share.min(TRIAL * session.threads.current_num_threads() as u64);
    loop {
        let batch = session.batch(scenario).replicates(replicates);
        let progress = Arc::new(Progress::default());
        let rows = |_: &[Row]| Ok::<(), Infallible>(());
        let began = Instant::now();
        let _ = session
            .threads
            .install(|| engine::run(&batch, &progress, rows));
        let seconds = began.elapsed().as_secs_f64();
        if seconds >= LONG_ENOUGH || replicates >= share {
            return (replicates, seconds);
        }
        replicates = share.min(replicates * 4);
    }
}
