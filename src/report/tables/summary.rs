//! `summary.csv`: every figure of a run's pictures.

use crate::engine::{
    Estimate, OutcomeSummary, PairStanding, PairSummary, RivalryMatrices, Summary,
};

use super::csv::csv;
use super::field::{Field, Measure, Table};
use super::figure::{Figure, NOT_ABOUT, first_fields, last_fields, rows};
use super::words;

/// The summary as a long table.
pub fn summary_csv(summary: &Summary) -> String {
    let table = table();
    csv(&table, summary, &rows(&table, summary))
}

/// A column of keys.
fn key(
    name: &'static str,
    about: &'static str,
    of: fn(&Summary, &Figure, usize) -> Option<String>,
) -> Field<Summary, Figure> {
    Field::text(name, about, of).empty(NOT_ABOUT)
}

/// What the table holds.
pub(super) fn table() -> Table<Summary, Figure> {
    let mut fields = first_fields();
    fields.extend([
        key("outcome", words::OUTCOME, |_, r, _| r.outcome.clone()),
        key(
            "other_outcome",
            "Key of the second outcome, where a row is about two",
            |_, r, _| r.other_outcome.clone(),
        ),
        key(
            "outcomes",
            "Keys of outcomes in the order in which they came, joined by ` > `; collapse is that of the first coalition",
            |_, r, _| r.outcomes.clone(),
        ),
        key("faction", words::FACTION, |_, r, _| r.faction.clone()),
        key("other_faction", words::OTHER_FACTION, |_, r, _| {
            r.other_faction.clone()
        }),
        key("patron", "Key of the patron", |_, r, _| r.patron.clone()),
        key("event", "Id of the event", |_, r, _| r.event.clone()),
        key(
            "input",
            "Key of the uncertain number, as in `--set`",
            |_, r, _| r.input.clone(),
        ),
        key(
            "series",
            "Key of the series, as in `history.csv`",
            |_, r, _| r.series.clone(),
        ),
        Field::text(
            "moment",
            "`start`, `trough` (the threat at its weakest) or `end` (the horizon)",
            |_, r: &Figure, _| r.moment.map(str::to_owned),
        )
        .empty("the row is about no such moment"),
        Field::number("quantile", "0..1", "Which quantile", |_, r: &Figure, _| {
            r.quantile
        })
        .empty("the row is no quantile"),
        Field::number(
            "week",
            "weeks",
            "Weeks from the first day to the end of a step; 0 is the start",
            |_, r: &Figure, _| r.week,
        )
        .empty("the row is about no such date"),
    ]);
    fields.extend(last_fields());
    Table {
        name: "summary",
        command: "run",
        files: &["summary.csv"],
        row: "A long table: a row is one figure, in `value`, with its 95 % interval where it has one. `section` and `measure` say what it is, \
              the other columns what it is about.",
        fields,
        measures: measures(),
    }
}

fn measures() -> Vec<Measure<Summary, Figure>> {
    let mut all = outcomes();
    all.extend(together());
    all.extend(pairs());
    all.extend(actors());
    all.extend(over_time());
    all
}

fn measure(
    section: &'static str,
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    rows: fn(&Summary) -> Vec<Figure>,
) -> Measure<Summary, Figure> {
    Measure {
        section,
        name,
        unit,
        about,
        rows,
    }
}

/// A figure of an outcome.
fn of_outcome(outcome: &OutcomeSummary, figure: Figure) -> Figure {
    Figure {
        outcome: Some(outcome.key.clone()),
        ..figure
    }
}

fn outcomes() -> Vec<Measure<Summary, Figure>> {
    vec![
        measure(
            "outcome",
            "chance",
            "0..1",
            "Chance of the outcome by the horizon",
            |s| {
                let of = |o: &OutcomeSummary| of_outcome(o, Figure::estimate(&o.label, &o.chance));
                s.outcomes.iter().map(of).collect()
            },
        ),
        measure(
            "outcome",
            "median_week",
            "weeks",
            "Median week of the outcome among the replicates that have it",
            |s| {
                let of = |o: &OutcomeSummary| {
                    Some(of_outcome(o, Figure::number(&o.label, o.median_week?)))
                };
                s.outcomes.iter().filter_map(of).collect()
            },
        ),
        measure(
            "outcome",
            "input_share",
            "0..1",
            "Share of the outcome's variance over the replicates that the uncertain inputs carry",
            |s| {
                let of = |o: &OutcomeSummary| {
                    Some(of_outcome(o, Figure::number(&o.label, o.input_share?)))
                };
                s.outcomes.iter().filter_map(of).collect()
            },
        ),
        measure(
            "outcome",
            "correlation",
            "-1..1",
            "Correlation of the outcome with an input, for the inputs that go most with it",
            |s| {
                let of = |o: &OutcomeSummary| -> Vec<Figure> {
                    let drivers = o.drivers.iter().map(|driver| Figure {
                        input: Some(driver.input.clone()),
                        ..of_outcome(o, Figure::number(&o.label, driver.correlation))
                    });
                    drivers.collect()
                };
                s.outcomes.iter().flat_map(of).collect()
            },
        ),
    ]
}

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

fn together() -> Vec<Measure<Summary, Figure>> {
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
                let of = |order: &crate::engine::SequenceCount| {
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
                let of = |e: &crate::engine::EventSummary| Figure {
                    event: Some(e.id.clone()),
                    ..Figure::estimate(&e.name, &e.chance)
                };
                s.events.iter().map(of).collect()
            },
        ),
    ]
}

/// Key and name of a faction.
fn faction(summary: &Summary, index: usize) -> (String, &str) {
    let faction = summary.factions.get(index);
    faction.map_or((String::new(), ""), |f| (f.key.clone(), f.name.as_str()))
}

/// A figure of two factions; `between` stands between their names.
fn of_two(summary: &Summary, (a, b): (usize, usize), between: &str, figure: Figure) -> Figure {
    let (first, second) = (faction(summary, a), faction(summary, b));
    Figure {
        faction: Some(first.0),
        other_faction: Some(second.0),
        label: format!("{}{between}{}", first.1, second.1),
        ..figure
    }
}

fn standing(summary: &Summary, share: fn(&PairStanding) -> f64) -> Vec<Figure> {
    let of = |pair: &PairSummary| {
        let moments = [
            ("start", &pair.start),
            ("trough", &pair.trough),
            ("end", &pair.end),
        ];
        moments.map(|(moment, standing)| Figure {
            moment: Some(moment),
            ..of_two(
                summary,
                (pair.a, pair.b),
                " - ",
                Figure::number("", share(standing)),
            )
        })
    };
    summary.pairs.iter().flat_map(of).collect()
}

fn pairs() -> Vec<Measure<Summary, Figure>> {
    vec![
        measure(
            "outbreak",
            "chance",
            "0..1",
            "Chance that a new open conflict of the two breaks out by the horizon",
            |s| {
                let of = |p: &PairSummary| {
                    of_two(s, (p.a, p.b), " - ", Figure::estimate("", &p.breaks_out))
                };
                s.pairs.iter().map(of).collect()
            },
        ),
        measure(
            "outbreak",
            "median_week",
            "weeks",
            "Median week of the first such outbreak among the replicates that have one",
            |s| {
                let of = |p: &PairSummary| {
                    let figure = Figure::number("", p.median_week?);
                    Some(of_two(s, (p.a, p.b), " - ", figure))
                };
                s.pairs.iter().filter_map(of).collect()
            },
        ),
        measure(
            "standing",
            "conflict",
            "0..1",
            "Share of the replicates in which the two are in open conflict",
            |s| standing(s, |p| p.conflict),
        ),
        measure(
            "standing",
            "hostile",
            "0..1",
            "The same: no open conflict, mutual rivalry weight from 0.5",
            |s| standing(s, |p| p.hostile),
        ),
        measure(
            "standing",
            "wary",
            "0..1",
            "The same: mutual rivalry weight from 0.2 to 0.5",
            |s| standing(s, |p| p.wary),
        ),
        measure(
            "standing",
            "friendly",
            "0..1",
            "The same: mutual rivalry weight below 0.2",
            |s| standing(s, |p| p.friendly),
        ),
        measure(
            "rivalry",
            "weight",
            "0..1",
            "Mean rivalry weight of `faction` toward `other_faction`",
            |s| {
                let RivalryMatrices { start, trough, end } = &s.rivalry;
                let mut rows = Vec::new();
                for (moment, matrix) in [("start", start), ("trough", trough), ("end", end)] {
                    for (i, row) in matrix.iter().enumerate() {
                        for (j, weight) in row.iter().enumerate().filter(|(j, _)| *j != i) {
                            rows.push(Figure {
                                moment: Some(moment),
                                ..of_two(s, (i, j), " toward ", Figure::number("", *weight))
                            });
                        }
                    }
                }
                rows
            },
        ),
    ]
}

fn actors() -> Vec<Measure<Summary, Figure>> {
    vec![
        measure(
            "power",
            "share",
            "0..1",
            "Mean share of all factions' power",
            |s| {
                let mut rows = Vec::new();
                for actor in &s.factions {
                    for (moment, share) in [("start", actor.power_start), ("end", actor.power_end)]
                    {
                        rows.push(Figure {
                            faction: Some(actor.key.clone()),
                            moment: Some(moment),
                            ..Figure::number(&actor.name, share)
                        });
                    }
                }
                rows
            },
        ),
        measure(
            "support",
            "mean",
            "0..1",
            "Mean support of the patron for the faction",
            |s| {
                let mut rows = Vec::new();
                for support in &s.support {
                    let patron = s.patrons.get(support.patron);
                    let patron = patron.map_or(("", ""), |p| (p.key.as_str(), p.name.as_str()));
                    let (key, name) = faction(s, support.faction);
                    for (moment, value) in [("start", support.start), ("end", support.end)] {
                        rows.push(Figure {
                            patron: Some(patron.0.to_owned()),
                            faction: Some(key.clone()),
                            moment: Some(moment),
                            ..Figure::number(&format!("{} to {name}", patron.1), value)
                        });
                    }
                }
                rows
            },
        ),
    ]
}

fn over_time() -> Vec<Measure<Summary, Figure>> {
    vec![
        measure(
            "incidence",
            "chance",
            "0..1",
            "Chance of the outcome by the end of this week",
            |s| {
                let of = |o: &OutcomeSummary| -> Vec<Figure> {
                    let points = o.incidence.iter().enumerate();
                    points
                        .map(|(step, estimate)| Figure {
                            week: Some(step as f64 * s.step_weeks),
                            ..of_outcome(o, Figure::estimate(&o.label, estimate))
                        })
                        .collect()
                };
                s.outcomes.iter().flat_map(of).collect()
            },
        ),
        measure(
            "fan",
            "quantile",
            "as of the series",
            "Quantile of the series over the replicates",
            |s| {
                let mut rows = Vec::new();
                for fan in &s.fans {
                    for (step, values) in fan.quantiles.iter().enumerate() {
                        for (quantile, value) in [0.05, 0.25, 0.5, 0.75, 0.95].iter().zip(values) {
                            rows.push(Figure {
                                series: Some(fan.key.clone()),
                                quantile: Some(*quantile),
                                week: Some(step as f64 * s.step_weeks),
                                ..Figure::number(&fan.label, *value)
                            });
                        }
                    }
                }
                rows
            },
        ),
    ]
}
