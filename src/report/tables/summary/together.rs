//! Outcomes together, their orders, and events.

use crate::engine::{Estimate, EventSummary, OutcomeKind, OutcomeSummary, SequenceCount, Summary};

use super::super::field::Measure;
use super::super::figure::Figure;

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

const FIRST: &str = "Chance that `outcome` comes about first; without an outcome: that none does";
const NEXT: &str = "The same at this place; without an outcome: that there is nothing more";

/// The key of an outcome in an order: collapse is that of the first coalition.
fn key_of(summary: &Summary, kind: OutcomeKind) -> String {
    match collapse(summary) {
        Some(collapse) if kind == collapse.kind => collapse.key.clone(),
        _ => kind.key().to_owned(),
    }
}

fn label_of(summary: &Summary, key: &str) -> String {
    let outcome = summary.outcomes.iter().find(|o| o.key == key);
    outcome.map_or("", |o| o.label.as_str()).to_owned()
}

/// A figure of an order of outcomes.
fn in_order(summary: &Summary, order: &SequenceCount, figure: Figure) -> Figure {
    let keys = order.order.iter().map(|kind| key_of(summary, *kind));
    let mut keys: Vec<String> = keys.collect();
    if keys.is_empty() {
        keys.push("stalemate".to_owned());
    }
    let labels: Vec<String> = keys.iter().map(|key| label_of(summary, key)).collect();
    Figure {
        outcomes: Some(keys.join(" > ")),
        label: labels.join(" > "),
        ..figure
    }
}

/// What comes about at a place of the orders.
fn at_place(summary: &Summary, place: usize) -> Vec<Figure> {
    let places = summary.sequence_places.iter().filter(|p| p.place == place);
    places
        .map(|p| {
            let outcome = p.kind.map(|kind| key_of(summary, kind));
            let label = outcome.as_ref().map(|key| label_of(summary, key));
            Figure {
                outcome,
                ..Figure::estimate(label.as_deref().unwrap_or("Nothing more"), &p.chance)
            }
        })
        .collect()
}

pub(super) fn measures() -> Vec<Measure<Summary, Figure>> {
    vec![
        Measure::new(
            "joint",
            "both",
            "0..1",
            "Chance of both outcomes by the horizon",
            |s| joint(s, true, true),
        ),
        Measure::new(
            "joint",
            "outcome_only",
            "0..1",
            "Chance of `outcome` without `other_outcome`",
            |s| joint(s, true, false),
        ),
        Measure::new(
            "joint",
            "other_outcome_only",
            "0..1",
            "Chance of `other_outcome` without `outcome`",
            |s| joint(s, false, true),
        ),
        Measure::new("joint", "neither", "0..1", "Chance of neither", |s| {
            joint(s, false, false)
        }),
        Measure::new(
            "order",
            "then",
            "0..1",
            "Chance that `outcome` comes and then `other_outcome`",
            |s| of_both(s, Some(&s.collapse_then_regroup)),
        ),
        Measure::new(
            "order",
            "then_within_year",
            "0..1",
            "Of the replicates with `outcome` and a year to follow before the horizon, the share in which `other_outcome` follows within it",
            |s| of_both(s, s.collapse_then_regroup_within_year.share.as_ref()),
        ),
        Measure::new(
            "order",
            "with_a_year_to_follow",
            "1",
            "How many replicates have `outcome` and a year to follow before the horizon",
            |s| {
                let year = s.collapse_then_regroup_within_year.collapses as f64;
                let of = |o: &OutcomeSummary| Figure {
                    outcome: Some(o.key.clone()),
                    ..Figure::number(&o.label, year)
                };
                collapse(s).map(of).into_iter().collect()
            },
        ),
        Measure::new(
            "sequence",
            "replicates",
            "1",
            "How many replicates have the outcomes in this order; `stalemate` stands for none",
            |s| {
                let of = |order| in_order(s, order, Figure::number("", order.count as f64));
                s.sequences.iter().map(of).collect()
            },
        ),
        Measure::new(
            "sequence",
            "chance",
            "0..1",
            "Chance of the outcomes in this order",
            |s| {
                let of = |order| in_order(s, order, Figure::estimate("", &order.chance));
                s.sequences.iter().map(of).collect()
            },
        ),
        Measure::new("sequence", "first", "0..1", FIRST, |s| at_place(s, 0)),
        Measure::new("sequence", "second", "0..1", NEXT, |s| at_place(s, 1)),
        Measure::new("sequence", "third", "0..1", NEXT, |s| at_place(s, 2)),
        Measure::new("sequence", "fourth", "0..1", NEXT, |s| at_place(s, 3)),
        Measure::new(
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
