//! `summary.csv`: every figure of a run's pictures.

mod actors;
mod arenas;
mod together;
mod watched;

use crate::engine::{OutcomeSummary, Summary};

use super::columns::{FilledTable, columns};
use super::csv::csv;
use super::field::{Field, Measure, Table};
use super::figure::{Figure, first_fields, key, last_fields, rows};
use super::words;

/// The quantiles of fans and of the trough.
pub(super) const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The summary as a long table.
pub fn summary_csv(summary: &Summary) -> String {
    let table = table();
    csv(&table, summary, rows(&table, summary))
}

/// The same in memory.
pub fn summary_table(summary: &Summary) -> FilledTable {
    let table = table();
    let rows: Vec<_> = rows(&table, summary).collect();
    columns(table, summary, &rows)
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
            "Keys of outcomes in the order in which they came, joined by ` > `; of several of one entry the first; `none`",
            |_, r, _| r.outcomes.clone(),
        ),
        key("faction", words::FACTION, |_, r, _| r.faction.clone()),
        key("other_faction", words::OTHER_FACTION, |_, r, _| {
            r.other_faction.clone()
        }),
        key("arena", "Key of the arena", |_, r, _| r.arena.clone()),
        key(
            "holder",
            "Who holds a share of it: key of a faction, `threat` or `nobody`",
            |_, r, _| r.holder.clone(),
        ),
        key("watch", "Key of the watched quantity", |_, r, _| {
            r.watch.clone()
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
    all.extend(together::measures());
    all.extend(actors::pairs());
    all.extend(actors::measures());
    all.extend(trough());
    all.extend(arenas::measures());
    all.extend(watched::measures());
    all.extend(over_time());
    all
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
        Measure::new(
            "outcome",
            "chance",
            "0..1",
            "Chance of the outcome by the horizon",
            |s| {
                let of = |o: &OutcomeSummary| of_outcome(o, Figure::estimate(&o.label, &o.chance));
                s.outcomes.iter().map(of).collect()
            },
        ),
        Measure::new(
            "outcome",
            "over",
            "0..1",
            "Chance that the outcome comes about and is over again before the horizon",
            |s| {
                let of = |o: &OutcomeSummary| of_outcome(o, Figure::estimate(&o.label, &o.over));
                s.outcomes.iter().filter(|o| o.dated).map(of).collect()
            },
        ),
        Measure::new(
            "outcome",
            "mean_weeks",
            "weeks",
            "Mean number of weeks for which the outcome holds, among the replicates that have it",
            |s| {
                let of = |o: &OutcomeSummary| {
                    Some(of_outcome(o, Figure::number(&o.label, o.mean_weeks?)))
                };
                s.outcomes.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "outcome",
            "median_week",
            "weeks",
            "First week by which half of all replicates have the outcome; no row where fewer than half have it by the horizon",
            |s| {
                let of = |o: &OutcomeSummary| {
                    Some(of_outcome(o, Figure::number(&o.label, o.median_week?)))
                };
                s.outcomes.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "outcome",
            "median_week_of_those",
            "weeks",
            "Median week of the outcome among the replicates that have it by the horizon",
            |s| {
                let of = |o: &OutcomeSummary| {
                    let week = o.median_week_of_those?;
                    Some(of_outcome(o, Figure::number(&o.label, week)))
                };
                s.outcomes.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "outcome",
            "input_share",
            "0..1",
            "Share of the outcome's variance over the replicates that the uncertain inputs carry; not told from noise where `low` is 0",
            |s| {
                let of = |o: &OutcomeSummary| {
                    let share = o.input_share.as_ref()?;
                    Some(of_outcome(o, Figure::estimate(&o.label, share)))
                };
                s.outcomes.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "outcome",
            "correlation",
            "-1..1",
            "Correlation of the outcome with an input, for the inputs that go most with it, as far as they are told from idle ones",
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

fn trough() -> Vec<Measure<Summary, Figure>> {
    const LABEL: &str = "Lowest threat strength";
    vec![
        Measure::new(
            "trough",
            "quantile",
            "1",
            "Quantile of each replicate's lowest threat strength (start = 1)",
            |s| {
                let values = QUANTILES.iter().zip(s.trough.quantiles);
                values
                    .map(|(quantile, value)| Figure {
                        quantile: Some(*quantile),
                        ..Figure::number(LABEL, value)
                    })
                    .collect()
            },
        ),
        Measure::new(
            "trough",
            "fallen",
            "0..1",
            "Chance that the threat falls so far that regrouping is possible",
            |s| vec![Figure::estimate(LABEL, &s.trough.fallen)],
        ),
    ]
}

fn over_time() -> Vec<Measure<Summary, Figure>> {
    vec![
        Measure::new(
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
        Measure::new(
            "fan",
            "quantile",
            "as of the series",
            "Quantile of the series over the replicates",
            |s| {
                let mut rows = Vec::new();
                for fan in &s.fans {
                    for (step, values) in fan.quantiles.iter().enumerate() {
                        for (quantile, value) in QUANTILES.iter().zip(values) {
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
