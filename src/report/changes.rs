//! What the terminal shows of a run beside the one before it.

use std::path::Path;

use crate::engine::Estimate;
use crate::experiment::{Compared, Comparison, Difference, EntryDifference, EntryKind, Pairing};
use crate::foreign::{self, cell, cell_width};

use super::chance::{CHANCE_HEAD, chance_cell, difference_cell};

/// Changed values listed; a reader has just made them and knows the rest.
const MOST: usize = 12;

/// What changed from the first run of a comparison to the second: in the scenario, and in the
/// chance of each outcome. `folders` are theirs.
pub fn change_screen(comparison: &Comparison, folders: [&Path; 2], seconds: f64) -> String {
    let mut lines = Vec::new();
    let [before, now] = &comparison.runs[..] else {
        return String::new();
    };
    scenario(&mut lines, before, now);
    let how = match now.pairing {
        Pairing::Paired => ", the same random numbers in both",
        _ => "",
    };
    lines.push(format!(
        "{} replicates, seed {}, hash {}{how}; {seconds:.1} s; chances are chances in this model",
        now.used,
        now.seed,
        now.identity.short()
    ));
    lines.push(String::new());
    if now.same_results == Some(true) {
        lines.push("no outcome of any replicate has changed".to_owned());
    } else {
        outcomes(&mut lines, comparison);
    }
    for note in &comparison.notes {
        lines.push(format!("note: {note}"));
    }
    lines.push(format!("pictures and tables: {}", folders[1].display()));
    lines.push(format!(
        "those of {}: {}",
        before.label,
        folders[0].display()
    ));
    let mut text = String::new();
    for line in lines {
        text.push_str(foreign::line(&line).trim_end());
        text.push('\n');
    }
    text
}

fn scenario(lines: &mut Vec<String>, before: &Compared, now: &Compared) {
    let changes: Vec<&EntryDifference> = now.differs.of_common().collect();
    let parts = now.differs.structure.len();
    let count = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    let mut said = vec![count(changes.len(), "value")];
    if parts > 0 {
        said.push(count(parts, "part"));
    }
    let of_readers = |e: &&EntryDifference| matches!(e.kind, EntryKind::Text | EntryKind::Run);
    let words = now.differs.entries.iter().filter(of_readers).count() + now.differs.sources.len();
    if words > 0 {
        said.push(count(words, "name, source or the like"));
    }
    lines.push(format!(
        "{} differs from {} in {}",
        now.label,
        before.label,
        match words + parts {
            0 => said.concat(),
            _ => said.join(", "),
        }
    ));
    for part in &now.differs.structure {
        let what = if part.added { "added" } else { "left out" };
        lines.push(format!("  {}  {what}", part.key));
    }
    let width = changes.iter().take(MOST).map(|e| cell_width(&e.key));
    let width = width.fold(0, usize::max);
    for change in changes.iter().take(MOST) {
        let value = |value: &Option<String>| value.clone().unwrap_or("-".to_owned());
        lines.push(format!(
            "  {}  {}  ->  {}",
            cell(&change.key, width),
            value(&change.first),
            value(&change.other)
        ));
    }
    if changes.len() > MOST {
        lines.push(format!("  and {} more", changes.len() - MOST));
    }
}

fn outcomes(lines: &mut Vec<String>, comparison: &Comparison) {
    let labels = comparison.outcomes.iter().map(|o| cell_width(&o.is.label));
    let width = labels.fold(22, usize::max);
    lines.push(format!(
        "{:width$}  {CHANCE_HEAD} difference  95 % interval",
        "outcome"
    ));
    for outcome in &comparison.outcomes {
        let Some(found) = outcome.runs.get(1).and_then(Option::as_ref) else {
            lines.push(format!(
                "{}  not an outcome any longer",
                cell(&outcome.is.label, width)
            ));
            continue;
        };
        let difference = match &found.difference {
            None => "new".to_owned(),
            Some(Difference {
                gained: Some(0),
                lost: Some(0),
                ..
            }) => format!("{:>10}  in no replicate", "0.000"),
            Some(difference) => marked(&difference.horizon),
        };
        lines.push(format!(
            "{}  {} {difference}",
            cell(&outcome.is.label, width),
            chance_cell(&found.chance)
        ));
    }
    if let Some(cohesion) = comparison.cohesion.runs.get(1) {
        let difference = cohesion.difference.as_ref().map_or(String::new(), marked);
        lines.push(format!(
            "{:width$}  {} {difference}",
            "Mean cohesion",
            chance_cell(&cohesion.mean)
        ));
    }
    lines.push(String::new());
}

/// A difference, and whether it is larger than chance alone would make it.
fn marked(e: &Estimate) -> String {
    let mark = match e.low > 0.0 || e.high < 0.0 {
        true if e.value.abs() < 0.0005 => "clear, but below 0.001",
        true => "clear",
        false => "within noise",
    };
    format!("{}  {mark}", difference_cell(e))
}
