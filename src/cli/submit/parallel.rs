//! GNU parallel: a machine, or some that are reached by ssh.

use super::plan::{Plan, Scripts};

/// What is to be known beside what the scripts say.
pub(super) const NOTES: &str = "submit.sh goes on until the merge is done. With a file `hosts` in this folder, one machine a line, the
shards run there by ssh, and each machine sees this folder and the program by the same paths.
logs/joblog (and -2, -3 of later calls) lists what was run, where and for how long.";

pub(super) fn scripts(plan: &Plan<'_>) -> Scripts {
    // So many shards side by side that every core has a thread: a percentage, since hosts differ.
    let percent = (100 / plan.threads).max(1);
    let own = include_str!("templates/parallel.submit.sh");
    let jobs = [("JOBS", format!("{percent}%"))];
    vec![("submit.sh", plan.submit("parallel", own, &jobs))]
}
