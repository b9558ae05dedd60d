//! Outcomes together, their orders, and events.

use crate::engine::{EventSummary, SequenceCount, Summary, Together};

use super::super::field::Measure;
use super::super::figure::Figure;

/// A figure of an outcome and the one that may follow it.
fn of_both(summary: &Summary, of: impl Fn(&Together) -> Option<Figure>) -> Vec<Figure> {
    let Some(together) = &summary.together else {
        return Vec::new();
    };
    let label = |key| label_of(summary, key);
    let labels = format!("{}; {}", label(&together.first), label(&together.then));
    of(together)
        .map(|figure| Figure {
            outcome: Some(together.first.clone()),
            other_outcome: Some(together.then.clone()),
            label: labels,
            ..figure
        })
        .into_iter()
        .collect()
}

/// A cell of the first against the other.
fn joint(summary: &Summary, first: bool, then: bool) -> Vec<Figure> {
    of_both(summary, |together| {
        let mut cells = together.joint.iter();
        let cell = cells.find(|cell| (cell.first, cell.then) == (first, then))?;
        Some(Figure::estimate("", &cell.chance))
    })
}

const FIRST: &str = "Chance that `outcome` comes about first; without an outcome: that none does";
const NEXT: &str = "The same at this place; without an outcome: that there is nothing more";

fn label_of(summary: &Summary, key: &str) -> String {
    summary
        .outcome(key)
        .map_or("", |o| o.label.as_str())
        .to_owned()
}

/// A figure of an order of outcomes.
fn in_order(summary: &Summary, order: &SequenceCount, figure: Figure) -> Figure {
    let mut keys = order.order.clone();
    if keys.is_empty() {
        keys.push("none".to_owned());
    }
    let label = |key: &String| match key.as_str() {
        "none" => "None of them".to_owned(),
        key => label_of(summary, key),
    };
    let labels: Vec<String> = keys.iter().map(label).collect();
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
            let label = p.outcome.as_ref().map(|key| label_of(summary, key));
            Figure {
                outcome: p.outcome.clone(),
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
            |s| of_both(s, |t| Some(Figure::estimate("", &t.followed))),
        ),
        Measure::new(
            "order",
            "then_within_year",
            "0..1",
            "Of the replicates with `outcome` and a year to follow before the horizon, the share in which `other_outcome` follows within it",
            |s| {
                of_both(s, |t| {
                    let share = t.within_year.share.as_ref()?;
                    Some(Figure::estimate("", share))
                })
            },
        ),
        Measure::new(
            "order",
            "with_a_year_to_follow",
            "1",
            "How many replicates have `outcome` and a year to follow before the horizon",
            |s| of_both(s, |t| Some(Figure::number("", t.within_year.of as f64))),
        ),
        Measure::new(
            "sequence",
            "replicates",
            "1",
            "How many replicates have the outcomes in this order; `none` stands for none of those that have a place in orders",
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
