//! Outcomes together, their orders, and events.

use crate::engine::{Estimate, EventSummary, OutcomeSummary, SequenceCount, Summary};

use super::super::field::Measure;
use super::super::figure::Figure;
use super::measure;

/// The key of the first coalition's collapse.
fn collapse(summary: &Summary) -> Option<&OutcomeSummary> {
    let mut outcomes = summary.outcomes.iter();
    outcomes.find(|outcome| outcome.coalition.is_some())
}

/// A figure of collapse and regrouping together.
fn of_both(summary: &Summary, estimate: Option<&Estimate>) -> Vec<Figure> {
    let (Some(collapse), Some(estimate)) = (collapse(summary), estimate) else {
        return Vec::new();
    };
    let regroup = summary.outcomes.iter().find(|o| o.key == "regroup");
    let label = regroup.map_or("", |o| o.label.as_str());
    vec![Figure {
        outcome: Some(collapse.key.clone()),
        other_outcome: Some("regroup".to_owned()),
        ..Figure::estimate(&format!("{}; {label}", collapse.label), estimate)
    }]
}

/// A cell of the first coalition's collapse against regrouping.
fn joint(summary: &Summary, collapse: bool, regroup: bool) -> Vec<Figure> {
    let mut cells = summary.joint.iter();
    let cell = cells.find(|cell| (cell.collapse, cell.regroup) == (collapse, regroup));
    of_both(summary, cell.map(|cell| &cell.chance))
}

pub(super) fn measures() -> Vec<Measure<Summary, Figure>> {
    vec![
        measure(
            "joint",
            "both",
            "0..1",
            "Chance of both outcomes by the horizon",
            |s| joint(s, true, true),
        ),
        measure(
            "joint",
            "outcome_only",
            "0..1",
            "Chance of `outcome` without `other_outcome`",
            |s| joint(s, true, false),
        ),
        measure(
            "joint",
            "other_outcome_only",
            "0..1",
            "Chance of `other_outcome` without `outcome`",
            |s| joint(s, false, true),
        ),
        measure("joint", "neither", "0..1", "Chance of neither", |s| {
            joint(s, false, false)
        }),
        measure(
            "order",
            "then",
            "0..1",
            "Chance that `outcome` comes and then `other_outcome`",
            |s| of_both(s, Some(&s.collapse_then_regroup)),
        ),
        measure(
            "order",
            "then_within_year",
            "0..1",
            "Share of the replicates with `outcome` in which `other_outcome` follows within a year",
            |s| of_both(s, s.collapse_then_regroup_within_year.as_ref()),
        ),
        measure(
            "sequence",
            "replicates",
            "1",
            "How many replicates have the outcomes in this order; `stalemate` stands for none",
            |s| {
                let labelled = |key: &str| {
                    let outcome = s.outcomes.iter().find(|o| o.key == key);
                    outcome.map_or("", |o| o.label.as_str()).to_owned()
                };
                let of = |order: &SequenceCount| {
                    let keys = order.order.iter().map(|kind| match collapse(s) {
                        Some(collapse) if *kind == collapse.kind => collapse.key.clone(),
                        _ => kind.key().to_owned(),
                    });
                    let mut keys: Vec<String> = keys.collect();
                    if keys.is_empty() {
                        keys.push("stalemate".to_owned());
                    }
                    let labels: Vec<String> = keys.iter().map(|key| labelled(key)).collect();
                    Figure {
                        outcomes: Some(keys.join(" > ")),
                        ..Figure::number(&labels.join(" > "), order.count as f64)
                    }
                };
                s.sequences.iter().map(of).collect()
            },
        ),
        measure(
            "event",
            "chance",
            "0..1",
            "Chance that the event happens at least once by the horizon",
            |s| {
                let of = |e: &EventSummary| Figure {
                    event: Some(e.id.clone()),
                    ..Figure::estimate(&e.name, &e.chance)
                };
                s.events.iter().map(of).collect()
            },
        ),
    ]
}
