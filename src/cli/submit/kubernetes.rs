//! Kubernetes: an Indexed Job whose pods share a volume, and a Job that merges.

use crate::foreign::line;

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

/// Refuses names that Kubernetes would, or that could not be meant.
pub(super) fn check(image: Option<&str>, claim: Option<&str>) -> Result<(), CommandError> {
    let refuse = |what: &str, name: &str, right: &str| {
        Err(CommandError::Input(format!(
            "{what} `{}` is no name of {right}",
            line(name)
        )))
    };
    let is_small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if let Some(image) =
        image.filter(|name| !is_name(name, |c| c.is_ascii_alphanumeric(), "._-/:@"))
    {
        let right = "an image; it looks like registry.example/simulate:1";
        return refuse("--image", image, right);
    }
    if let Some(claim) = claim.filter(|name| name.len() > 253 || !is_name(name, is_small, "-.")) {
        let right = "a volume claim; it has small letters, digits, dashes and points, at most 253";
        return refuse("--claim", claim, right);
    }
    Ok(())
}

/// Whether a name is of plain characters, at both ends, and of others between them.
fn is_name(name: &str, is_plain: fn(char) -> bool, others: &str) -> bool {
    name.starts_with(is_plain)
        && name.ends_with(is_plain)
        && name.chars().all(|c| is_plain(c) || others.contains(c))
}

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
