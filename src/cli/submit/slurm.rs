//! Slurm: an array job, and a merge that depends on it.

use super::plan::{Plan, Scripts};

/// What is to be known beside what the scripts say.
pub(super) const NOTES: &str = "squeue --me shows what is under way. A shard that fails is put back into the queue by its own script, up
to three times; where the site forbids that, `sh submit.sh` does the same by hand. An account or a
partition is named as usual: SBATCH_ACCOUNT=name SBATCH_PARTITION=name sh submit.sh. Slurm takes no
more than MaxArraySize - 1 shards, by default 1000.";

/// Most shards that Slurm takes unless the site has changed it.
pub(super) const USUAL_MOST: u64 = 1000;

pub(super) fn scripts(plan: &Plan<'_>) -> Scripts {
    let own = include_str!("templates/slurm.submit.sh");
    vec![
        ("submit.sh", plan.submit("sbatch", own, &[])),
        (
            "array.sbatch",
            plan.fill(include_str!("templates/array.sbatch"), &[]),
        ),
        (
            "merge.sbatch",
            plan.fill(include_str!("templates/merge.sbatch"), &[]),
        ),
    ]
}
