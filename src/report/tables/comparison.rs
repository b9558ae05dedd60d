//! `compare.csv`: every figure of a comparison.

use crate::engine::{Estimate, MEAN_COHESION};
use crate::experiment::{
    Comparison, Difference, Mean, OutcomeComparison, OutcomeOfRun, Transition,
};

use super::columns::{FilledTable, columns};
use super::csv::csv;
use super::field::{Field, Measure, Table};
use super::figure::{Figure, first_fields, key, last_fields, rows};
use super::words;

/// The comparison as a long table.
pub fn comparison_csv(comparison: &Comparison) -> String {
    let table = table();
    csv(&table, comparison, rows(&table, comparison))
}

/// The same in memory.
pub fn comparison_table(comparison: &Comparison) -> FilledTable {
    let table = table();
    let rows: Vec<_> = rows(&table, comparison).collect();
    columns(table, comparison, &rows)
}

/// What the table holds.
pub(super) fn table() -> Table<Comparison, Figure> {
    let mut fields = first_fields();
    fields.extend([
        key("outcome", words::OUTCOME, |_, r, _| r.outcome.clone()),
        Field::text(
            "run",
            "Name of the run in this comparison, as in `differences.csv`",
            |_, r: &Figure, _| r.run.clone(),
        ),
        Field::text(
            "scenario",
            "Key of its scenario; several runs may have the same",
            |_, r: &Figure, _| r.scenario.clone(),
        ),
        key(
            "first_outcomes",
            "Keys of the outcomes by the horizon in the first run, joined by ` + `; `none`",
            |_, r, _| r.first_outcomes.clone(),
        ),
        key("outcomes", "The same in this run", |_, r, _| {
            r.outcomes.clone()
        }),
        Field::number(
            "week",
            "weeks",
            "Weeks from the first day to the end of a step; 0 is the start",
            |_, r: &Figure, _| r.week,
        )
        .empty("the row is about the common horizon, or no date"),
    ]);
    fields.extend(last_fields());
    Table {
        name: "compare",
        command: "compare",
        files: &["compare.csv"],
        row: "A long table: a row is one figure of one run, in `value`, with its 95 % interval where it has one. Differences are to the first run.",
        fields,
        measures: measures(),
    }
}

/// The figures that `of` finds, of every outcome in every run.
fn each(
    comparison: &Comparison,
    of: impl Fn(&OutcomeComparison, &OutcomeOfRun) -> Vec<Figure>,
) -> Vec<Figure> {
    let mut rows = Vec::new();
    for outcome in &comparison.outcomes {
        for (run, found) in comparison.runs.iter().zip(&outcome.runs) {
            let figures = found.iter().flat_map(|found| of(outcome, found));
            rows.extend(figures.map(|figure| Figure {
                outcome: Some(outcome.is.key.clone()),
                run: Some(run.label.clone()),
                scenario: Some(run.scenario.clone()),
                label: outcome.is.label.clone(),
                ..figure
            }));
        }
    }
    rows
}

/// A figure of every outcome's difference in every run that has one.
fn of_difference(comparison: &Comparison, of: fn(&Difference) -> Option<Figure>) -> Vec<Figure> {
    each(comparison, |_, found| {
        found.difference.as_ref().and_then(of).into_iter().collect()
    })
}

/// A figure of mean cohesion in every run.
fn of_cohesion(comparison: &Comparison, of: fn(&Mean) -> Option<Figure>) -> Vec<Figure> {
    let runs = comparison.runs.iter().zip(&comparison.cohesion.runs);
    runs.filter_map(|(run, mean)| {
        Some(Figure {
            outcome: Some(MEAN_COHESION.to_owned()),
            run: Some(run.label.clone()),
            scenario: Some(run.scenario.clone()),
            label: words::MEAN_COHESION_LABEL.to_owned(),
            ..of(mean)?
        })
    })
    .collect()
}

/// Estimates at the points of the grid.
fn over_time(comparison: &Comparison, of: fn(&OutcomeOfRun) -> &[Estimate]) -> Vec<Figure> {
    each(comparison, |_, found| {
        let points = comparison.grid_weeks.iter().zip(of(found));
        points
            .map(|(week, estimate)| Figure {
                week: Some(f64::from(*week)),
                ..Figure::estimate("", estimate)
            })
            .collect()
    })
}

/// A set of outcomes as one word.
fn set(keys: &[String]) -> String {
    match keys.is_empty() {
        true => "none".to_owned(),
        false => keys.join(" + "),
    }
}

fn measures() -> Vec<Measure<Comparison, Figure>> {
    vec![
        Measure::new(
            "outcome",
            "chance",
            "0..1",
            "Chance of the outcome by the common horizon",
            |c| each(c, |_, found| vec![Figure::estimate("", &found.chance)]),
        ),
        Measure::new(
            "outcome",
            "difference",
            "-1..1",
            "Its difference to the first run",
            |c| of_difference(c, |d| Some(Figure::estimate("", &d.horizon))),
        ),
        Measure::new(
            "outcome",
            "difference_if_independent",
            "-1..1",
            "The same, as it would be if the runs shared no random numbers",
            |c| of_difference(c, |d| Some(Figure::estimate("", &d.unpaired))),
        ),
        Measure::new(
            "outcome",
            "width_ratio",
            "1",
            "Width of the interval of `difference` over that of `difference_if_independent`; paired runs only",
            |c| of_difference(c, |d| Some(Figure::number("", d.width_ratio?))),
        ),
        Measure::new(
            "outcome",
            "gained",
            "1",
            "Replicates with the outcome in this run and not in the first; paired runs only",
            |c| of_difference(c, |d| Some(Figure::number("", d.gained? as f64))),
        ),
        Measure::new(
            "outcome",
            "lost",
            "1",
            "Replicates with the outcome in the first run and not in this; paired runs only",
            |c| of_difference(c, |d| Some(Figure::number("", d.lost? as f64))),
        ),
        Measure::new(
            "incidence",
            "chance",
            "0..1",
            "Chance of the outcome by the end of this week",
            |c| over_time(c, |found| &found.incidence),
        ),
        Measure::new(
            "incidence",
            "difference",
            "-1..1",
            "Its difference to the first run",
            |c| {
                over_time(c, |found| {
                    let difference = found.difference.as_ref();
                    difference.map_or(&[], |d| &d.over_time)
                })
            },
        ),
        Measure::new(
            "cohesion",
            "mean",
            "0..1",
            "Mean cohesion of the first coalition, each run's over its own horizon",
            |c| of_cohesion(c, |m| Some(Figure::estimate("", &m.mean))),
        ),
        Measure::new(
            "cohesion",
            "difference",
            "-1..1",
            "Its difference to the first run",
            |c| of_cohesion(c, |m| Some(Figure::estimate("", m.difference.as_ref()?))),
        ),
        Measure::new(
            "cohesion",
            "width_ratio",
            "1",
            "Width of its interval over that of independent runs; paired runs only",
            |c| of_cohesion(c, |m| Some(Figure::number("", m.width_ratio?))),
        ),
        Measure::new(
            "changed",
            "share",
            "0..1",
            "Share of the replicates whose set of outcomes differs from that in the first run; paired runs only",
            |c| {
                let of = |run: &crate::experiment::Compared| {
                    Some(Figure {
                        run: Some(run.label.clone()),
                        scenario: Some(run.scenario.clone()),
                        ..Figure::estimate(&run.title, &run.transitions.as_ref()?.share)
                    })
                };
                c.runs.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "transition",
            "replicates",
            "1",
            "How many replicates went from one set of outcomes to the other, also to the same; paired runs only",
            |c| {
                let of = |run: &crate::experiment::Compared| -> Vec<Figure> {
                    let list = run.transitions.iter().flat_map(|t| &t.list);
                    list.map(|t: &Transition| Figure {
                        run: Some(run.label.clone()),
                        scenario: Some(run.scenario.clone()),
                        first_outcomes: Some(set(&t.from)),
                        outcomes: Some(set(&t.to)),
                        ..Figure::number(&run.title, t.count as f64)
                    })
                    .collect()
                };
                c.runs.iter().flat_map(of).collect()
            },
        ),
    ]
}
