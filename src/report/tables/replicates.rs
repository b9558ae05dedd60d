//! `replicates.parquet`: a row for each replicate, streamed to disk.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::engine::{Came, MEAN_COHESION, OutcomeLabel, Row};
use crate::model::Plan;
use crate::scenario::Scenario;

use super::columns::{ColumnTable, FilledTable};
use super::field::{Field, Member, Table};
use super::parquet::ParquetTable;
use super::series::watched;

/// What the columns of a scenario's table hang on.
#[derive(Debug)]
pub struct ReplicateColumns {
    step_weeks: f64,
    outcomes: Vec<Member>,
    /// Watched quantities, and the places of those that have a level.
    watched: Vec<Member>,
    levels: Vec<usize>,
    arenas: Vec<Member>,
    events: Vec<Member>,
    /// Pairs that can meet: the place in [`Row::breaks_out`], which has so many.
    pairs: Vec<(usize, Member)>,
    all_pairs: usize,
    inputs: Vec<Member>,
}

impl ReplicateColumns {
    /// For replicates of `scenario` that draw `inputs` (indices into [`Scenario::numbers`]).
    pub fn new(scenario: &Scenario, inputs: impl Iterator<Item = usize>) -> Self {
        let plan = Plan::new(scenario);
        let faction = |i: usize| {
            let faction = &scenario.factions[i];
            (faction.key.as_str(), faction.name.as_str())
        };
        let meeting = plan.pairs.iter().enumerate().filter(|(_, pair)| pair.meets);
        Self {
            step_weeks: scenario.time.step_weeks as f64,
            outcomes: OutcomeLabel::all(scenario)
                .iter()
                .map(|o| Member::new("outcome", &o.key, &o.label))
                .collect(),
            watched: watched(scenario),
            levels: (0..scenario.watches.len())
                .filter(|&k| scenario.watches[k].level.is_some())
                .collect(),
            arenas: scenario
                .arenas
                .iter()
                .map(|a| Member::new("arena", &a.key, &a.name))
                .collect(),
            events: scenario
                .events
                .iter()
                .map(|e| Member::new("event", &e.id, &e.name))
                .collect(),
            all_pairs: plan.pairs.len(),
            pairs: meeting
                .map(|(index, pair)| (index, Member::pair(faction(pair.a), faction(pair.b))))
                .collect(),
            inputs: inputs
                .map(|number| {
                    let number = &scenario.numbers[number];
                    Member {
                        unit: Some(number.spec.unit.to_owned()),
                        ..Member::new("input", &number.path, number.spec.about)
                    }
                })
                .collect(),
        }
    }

    /// Names of the columns from which rows are read back, each with what its places stand for.
    pub(in crate::report) fn names(&self) -> RowNames {
        let each = |pattern: &str, members: &[Member]| -> Vec<String> {
            members.iter().map(|member| member.fill(pattern)).collect()
        };
        let pairs = self.pairs.iter();
        RowNames {
            step_weeks: self.step_weeks,
            outcomes: ["week", "end", "weeks"]
                .map(|what| each(&format!("{what}.<outcome>"), &self.outcomes)),
            watched: ["watch_end", "watch_least", "watch_most"]
                .map(|what| each(&format!("{what}.<watch>"), &self.watched)),
            crossed: self
                .levels
                .iter()
                .map(|&k| (k, self.watched[k].fill("watch_week.<watch>")))
                .collect(),
            falls: each("fall_week.<arena>", &self.arenas),
            events: each("event_week.<event>", &self.events),
            outbreaks: pairs
                .map(|(k, pair)| (*k, pair.fill("outbreak_week.<faction>.<other_faction>")))
                .collect(),
            pairs: self.all_pairs,
            inputs: each("input.<input>", &self.inputs),
        }
    }

    fn week(&self, step: Option<u32>) -> Option<f64> {
        step.map(|step| f64::from(step) * self.step_weeks)
    }
}

/// What the columns of a table are called.
#[derive(Debug)]
pub(in crate::report) struct RowNames {
    pub step_weeks: f64,
    /// First, end, weeks of each.
    pub outcomes: [Vec<String>; 3],
    /// End, least, most of each.
    pub watched: [Vec<String>; 3],
    /// By place among the watched.
    pub crossed: Vec<(usize, String)>,
    pub falls: Vec<String>,
    pub events: Vec<String>,
    /// By place among all pairs.
    pub outbreaks: Vec<(usize, String)>,
    pub pairs: usize,
    pub inputs: Vec<String>,
}

const FAILED: &str = "the replicate failed";
const NOT_BY_THE_HORIZON: &str = "it did not happen by the horizon";

/// A column with the week of something.
fn week(
    name: &'static str,
    about: &'static str,
    of: fn(&ReplicateColumns, &Row, usize) -> Option<f64>,
) -> Field<ReplicateColumns, Row> {
    Field::number(name, "weeks", about, of).empty(NOT_BY_THE_HORIZON)
}

/// A column with a figure of the whole history.
fn number(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    of: fn(&ReplicateColumns, &Row, usize) -> Option<f64>,
) -> Field<ReplicateColumns, Row> {
    Field::number(name, unit, about, of).empty(FAILED)
}

/// What the table holds.
pub fn table() -> Table<ReplicateColumns, Row> {
    Table {
        name: "replicates",
        command: "run",
        files: &["replicates.parquet"],
        row: "A row is one replicate, in order; with `--no-replicates` there is no such file. Weeks are counted from the first day to the end of \
              the step in which something happened. A replicate with `failed_week` counts in no chance: leave it out.",
        fields: vec![
            Field::integer(
                "replicate",
                "1",
                "Index of the replicate, from 0, as in `simulate replay --replicate`",
                |_: &ReplicateColumns, r: &Row, _| Some(r.replicate),
            ),
            Field::integer(
                "draw",
                "1",
                "Index of the draw of the uncertain inputs that it shares with its neighbours",
                |_: &ReplicateColumns, r: &Row, _| Some(r.draw),
            ),
            Field::number(
                "failed_week",
                "weeks",
                "When a part of its state stopped being finite",
                |c: &ReplicateColumns, r: &Row, _| c.week(r.failed.as_ref().map(|f| f.step)),
            )
            .empty("it ran to the horizon"),
            Field::text(
                "failed_part",
                "Which part that was",
                |_: &ReplicateColumns, r: &Row, _| r.failed.as_ref().map(|f| f.part.clone()),
            )
            .empty("it ran to the horizon"),
            week(
                "week.<outcome>",
                "The outcome came about for the first time; what is known at the horizon only has that",
                |c: &ReplicateColumns, r: &Row, k| c.week(came(r, k)?.first),
            )
            .of(&[("outcome", "<outcome>")])
            .each(|c| c.outcomes.clone()),
            Field::number(
                "end.<outcome>",
                "weeks",
                "The outcome was over again for the first time",
                |c: &ReplicateColumns, r: &Row, k| c.week(came(r, k)?.end),
            )
            .empty("it did not happen, or held to the horizon")
            .of(&[("outcome", "<outcome>")])
            .each(|c| c.outcomes.clone()),
            number(
                "weeks.<outcome>",
                "weeks",
                "For how many weeks in all the outcome held",
                |c: &ReplicateColumns, r: &Row, k| c.week(Some(came(r, k)?.steps)),
            )
            .of(&[("outcome", "<outcome>")])
            .each(|c| c.outcomes.clone()),
            number(
                "trough",
                "start = 1",
                "Lowest strength of the threat, before it regrouped if it did (before the outcome with `ends_trough`)",
                |_: &ReplicateColumns, r: &Row, _| sound(r, r.trough),
            ),
            number(
                "trough_week",
                "weeks",
                "When it was that low for the first time; 0 is the start",
                |c: &ReplicateColumns, r: &Row, _| match r.failed {
                    None => c.week(Some(r.trough_step)),
                    Some(_) => None,
                },
            ),
            number(
                "final_strength",
                "start = 1",
                "Strength of the threat at the horizon",
                |_: &ReplicateColumns, r: &Row, _| sound(r, r.final_strength),
            ),
            number(
                "final_cohesion",
                "0..1",
                "Cohesion of the first coalition at the horizon",
                |_: &ReplicateColumns, r: &Row, _| sound(r, r.final_cohesion),
            ),
            number(
                "mean_cohesion",
                "0..1",
                "Mean of the same from the start to the horizon",
                |_: &ReplicateColumns, r: &Row, _| sound(r, r.mean_cohesion),
            )
            .of(&[("outcome", MEAN_COHESION)]),
            number(
                "watch_end.<watch>",
                "as of what is watched",
                "The watched quantity at the horizon",
                |_: &ReplicateColumns, r: &Row, k| sound(r, r.watched.get(k)?.last),
            )
            .of(&[("watch", "<watch>")])
            .each(|c| c.watched.clone()),
            number(
                "watch_least.<watch>",
                "as of what is watched",
                "The least that it was at the end of any step",
                |_: &ReplicateColumns, r: &Row, k| sound(r, r.watched.get(k)?.least),
            )
            .of(&[("watch", "<watch>")])
            .each(|c| c.watched.clone()),
            number(
                "watch_most.<watch>",
                "as of what is watched",
                "The greatest that it was",
                |_: &ReplicateColumns, r: &Row, k| sound(r, r.watched.get(k)?.most),
            )
            .of(&[("watch", "<watch>")])
            .each(|c| c.watched.clone()),
            week(
                "watch_week.<watch>",
                "It first crossed its level; for those that have one",
                |c: &ReplicateColumns, r: &Row, k| {
                    let place = *c.levels.get(k)?;
                    c.week(r.watched.get(place)?.crossed)
                },
            )
            .of(&[("watch", "<watch>")])
            .each(|c| {
                let member = |&k: &usize| Member {
                    unit: None,
                    ..c.watched[k].clone()
                };
                c.levels.iter().map(member).collect()
            }),
            week(
                "fall_week.<arena>",
                "The largest holder of the arena was for the first time another than at the start",
                |c: &ReplicateColumns, r: &Row, k| c.week(r.falls.get(k).copied().flatten()),
            )
            .of(&[("arena", "<arena>")])
            .each(|c| c.arenas.clone()),
            week(
                "event_week.<event>",
                "The event with this id happened for the first time",
                |c: &ReplicateColumns, r: &Row, k| c.week(r.events.get(k).copied().flatten()),
            )
            .of(&[("event", "<event>")])
            .each(|c| c.events.clone()),
            week(
                "outbreak_week.<faction>.<other_faction>",
                "The first new open conflict of two factions that can meet broke out",
                |c: &ReplicateColumns, r: &Row, k| {
                    let (place, _) = c.pairs.get(k)?;
                    c.week(r.breaks_out.get(*place).copied().flatten())
                },
            )
            .of(&[
                ("faction", "<faction>"),
                ("other_faction", "<other_faction>"),
            ])
            .each(|c| c.pairs.iter().map(|(_, pair)| pair.clone()).collect()),
            Field::number(
                "input.<input>",
                "as in the scenario",
                "What was drawn for the uncertain number with this key, as in `--set`",
                |_: &ReplicateColumns, r: &Row, k| r.inputs.get(k).copied(),
            )
            .of(&[("input", "<input>")])
            .each(|c| c.inputs.clone()),
        ],
        measures: Vec::new(),
    }
}

/// How an outcome came about in a replicate that ran to the horizon.
fn came(row: &Row, outcome: usize) -> Option<&Came> {
    match row.failed {
        None => row.outcomes.get(outcome),
        Some(_) => None,
    }
}

/// A figure of a replicate that ran to the horizon.
fn sound(row: &Row, value: f32) -> Option<f64> {
    row.failed.is_none().then_some(f64::from(value))
}

/// The table in memory, in the making.
pub struct ReplicatesInMemory {
    table: ColumnTable<ReplicateColumns, Row>,
}

impl ReplicatesInMemory {
    /// Starts a table.
    pub fn begin(columns: ReplicateColumns) -> Self {
        Self {
            table: ColumnTable::begin(table(), columns),
        }
    }

    /// Adds rows, in order.
    pub fn add(&mut self, rows: &[Row]) {
        self.table.add(rows);
    }

    /// Ends it.
    pub fn finish(self) -> FilledTable {
        self.table.finish()
    }
}

/// The table in the making.
pub struct ReplicateTable {
    table: ParquetTable<ReplicateColumns, Row>,
}

impl ReplicateTable {
    /// Starts a table.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn begin(file: File, columns: ReplicateColumns) -> Result<Self, ParquetError> {
        Ok(Self {
            table: ParquetTable::begin(file, table(), columns)?,
        })
    }

    /// Adds rows, in order.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn add(&mut self, rows: Vec<Row>) -> Result<(), ParquetError> {
        self.table.stream(rows)
    }

    /// Ends the table, with notes on where it comes from.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn finish(self, notes: &[(String, String)]) -> Result<(), ParquetError> {
        self.table.finish(notes)
    }
}
