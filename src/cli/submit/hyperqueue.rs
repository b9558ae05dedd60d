//! HyperQueue: a task array, submitted again where tasks failed, and the merge as a job.

use super::plan::{Plan, Scripts};

/// What is to be known beside what the scripts say.
pub(super) const NOTES: &str = "submit.sh needs a server (hq server start) and workers (hq worker start, or hq alloc add), and goes on
until the merge is done. hq job list and hq job progress last show what is under way.";

pub(super) fn scripts(plan: &Plan<'_>) -> Scripts {
    let own = include_str!("templates/hyperqueue.submit.sh");
    vec![("submit.sh", plan.submit("hq", own, &[]))]
}
