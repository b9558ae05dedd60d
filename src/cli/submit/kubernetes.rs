//! Kubernetes: an Indexed Job whose pods share a volume, and a Job that merges.

use super::super::error::CommandError;
use super::plan::{Plan, Scripts, in_quotes};

/// What is to be known beside what the scripts say.
pub(super) const NOTES: &str = "submit.sh talks to the cluster that kubectl is set up for, and goes on until the merge is begun. The
claim has to be there, of a kind that many nodes may write to (ReadWriteMany); shards and result come
into the folder on it that is called as the job. Index 0 of the job is shard 1. In a pod that has the
volume, `simulate status FOLDER --shards COUNT` says which shards are done, begun and missing.";

/// What a ConfigMap holds is at most 1 MiB.
const MOST_BYTES: usize = 1_000_000;

/// More pods side by side are more than a cluster's own services like.
const MOST_PODS: u64 = 1000;

pub(super) fn scripts(plan: &Plan<'_>, image: &str, claim: &str) -> Result<Scripts, CommandError> {
    let resolved = plan.scenario.resolved();
    if resolved.len() > MOST_BYTES {
        return Err(CommandError::Input(format!(
            "the scenario has {} bytes when written out, and a ConfigMap of Kubernetes holds {MOST_BYTES}; use another --engine",
            resolved.len()
        )));
    }
    let more = [
        ("PARALLEL", plan.shards.min(MOST_PODS).to_string()),
        ("IMAGE", in_quotes(image)?),
        ("CLAIM", in_quotes(claim)?),
    ];
    let own = include_str!("templates/kubernetes.submit.sh");
    Ok(vec![
        ("submit.sh", plan.submit("kubectl", own, &[])),
        (
            "shards.yaml",
            plan.fill(include_str!("templates/shards.yaml"), &more),
        ),
        (
            "merge.yaml",
            plan.fill(include_str!("templates/merge.yaml"), &more),
        ),
    ])
}
