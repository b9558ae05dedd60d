//! Whether a summary holds together, so that the pictures may index into it.

use super::FigureError;
use crate::engine::Summary;

/// Checks every index and every shape that the pictures rely on.
///
/// A summary may come from a file that somebody has edited, so a wrong index is an
/// input error here and not a bug.
pub fn check(summary: &Summary) -> Result<(), FigureError> {
    let factions = summary.factions.len();
    for (name, matrix) in [
        ("start", &summary.rivalry.start),
        ("trough", &summary.rivalry.trough),
        ("end", &summary.rivalry.end),
    ] {
        if matrix.len() != factions || matrix.iter().any(|row| row.len() != factions) {
            return fail(format!(
                "rivalry.{name} is not a {factions} x {factions} matrix"
            ));
        }
    }
    for pair in &summary.pairs {
        if pair.a >= factions || pair.b >= factions {
            return fail(format!("a pair names faction {}", pair.a.max(pair.b)));
        }
    }
    for coalition in &summary.coalitions {
        if let Some(member) = coalition.members.iter().find(|&&m| m >= factions) {
            return fail(format!(
                "coalition `{}` names faction {member}",
                coalition.key
            ));
        }
    }
    for tie in &summary.support {
        if tie.patron >= summary.patrons.len() || tie.faction >= factions {
            return fail(format!(
                "support from patron {} to faction {}",
                tie.patron, tie.faction
            ));
        }
    }
    Ok(())
}

fn fail(what: String) -> Result<(), FigureError> {
    Err(FigureError::Inconsistent { what })
}
