//! `history.csv` and `history.parquet`: every recorded series of one history.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::experiment::replay::{EFFORTS, Replay};
use crate::model::Series;
use crate::scenario::Holder;
use crate::scenario::Scenario;

use super::columns::{FilledTable, columns};
use super::csv::csv;
use super::field::{Field, Member, Table};
use super::parquet::parquet;
use super::series::watched;

/// A history and its scenario.
#[derive(Debug)]
pub(super) struct History<'a> {
    scenario: &'a Scenario,
    replay: &'a Replay,
    /// Every holder of every arena, by their places.
    holders: Vec<(usize, usize)>,
    /// Pairs of factions that fought at some time.
    fought: Vec<(usize, usize)>,
}

impl<'a> History<'a> {
    fn new(scenario: &'a Scenario, replay: &'a Replay) -> Self {
        let arenas = replay.trace.control.iter().enumerate();
        let mut fought: Vec<(usize, usize)> = replay.conflicts.iter().map(|s| (s.a, s.b)).collect();
        fought.sort_unstable();
        fought.dedup();
        Self {
            scenario,
            replay,
            holders: arenas
                .flat_map(|(a, holders)| (0..holders.len()).map(move |h| (a, h)))
                .collect(),
            fought,
        }
    }

    fn rows(&self) -> Vec<usize> {
        (0..self.replay.trace.threat_share.len()).collect()
    }

    fn series(&self, series: Series, step: usize) -> Option<f32> {
        self.replay.trace.series[series].get(step).copied()
    }

    fn holder(&self, arena: usize, holder: usize) -> Member {
        let arena_of = &self.scenario.arenas[arena];
        let (key, name) = match self.replay.trace.control[arena][holder].0 {
            Holder::Threat => ("threat", self.scenario.threat.name.as_str()),
            Holder::Nobody => ("nobody", "nobody"),
            Holder::Faction(i) => self.faction(i),
        };
        Member {
            keys: vec![("arena", arena_of.key.clone()), ("holder", key.to_owned())],
            label: format!("{}: {name}", arena_of.name),
            unit: None,
        }
    }

    fn faction(&self, i: usize) -> (&str, &str) {
        let faction = &self.scenario.factions[i];
        (&faction.key, &faction.name)
    }

    /// Whether a pair was in open conflict at the end of a step.
    fn at_war(&self, (a, b): (usize, usize), step: usize) -> bool {
        let mut spans = self.replay.conflicts.iter();
        spans.any(|s| {
            (s.a, s.b) == (a, b) && s.from <= step && s.until.is_none_or(|until| step < until)
        })
    }
}

/// A column with numbers of single precision.
fn single<'a>(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    of: fn(&History<'a>, &usize, usize) -> Option<f32>,
) -> Field<History<'a>, usize> {
    Field::single(name, unit, about, of).empty("the replicate had failed")
}

/// What the table holds.
pub(super) fn table<'a>() -> Table<History<'a>, usize> {
    let mut fields = series();
    fields.extend(of_actors());
    Table {
        name: "history",
        command: "replay",
        files: &["history.csv", "history.parquet"],
        row: "A row is the end of one step; the first is the start.",
        fields,
        measures: Vec::new(),
    }
}

fn series<'a>() -> Vec<Field<History<'a>, usize>> {
    vec![
        Field::integer(
            "step",
            "1",
            "The step; 0 is the start",
            |_: &History<'a>, step, _| Some(*step as u64),
        ),
        Field::text(
            "date",
            "The day on which the step ends, ISO 8601; the first day for the start",
            |h: &History<'a>, step, _| Some(h.scenario.time.date_after(*step).to_string()),
        ),
        Field::integer(
            "week",
            "weeks",
            "Weeks from the first day to the end of the step",
            |h: &History<'a>, step, _| {
                let weeks = u64::try_from(h.scenario.time.step_weeks).unwrap_or(1);
                Some(*step as u64 * weeks)
            },
        ),
        single(
            Series::ThreatStrength.key(),
            "start = 1",
            "Strength of the threat",
            |h, step, _| h.series(Series::ThreatStrength, *step),
        ),
        single(
            Series::Cohesion.key(),
            "0..1",
            "Cohesion of the first coalition",
            |h, step, _| h.series(Series::Cohesion, *step),
        ),
        single(
            Series::Rivalry.key(),
            "0..1",
            "Mean rivalry weight within the first coalition",
            |h, step, _| h.series(Series::Rivalry, *step),
        ),
        single(
            Series::Infighting.key(),
            "0..1",
            "Share of all factions' effort that they spend on each other",
            |h, step, _| h.series(Series::Infighting, *step),
        ),
        single(
            Series::OpenFighters.key(),
            "all at the start = 1",
            "Fighters of the threat in the open",
            |h, step, _| h.series(Series::OpenFighters, *step),
        ),
        single(
            Series::UndergroundFighters.key(),
            "all at the start = 1",
            "Fighters of the threat underground",
            |h, step, _| h.series(Series::UndergroundFighters, *step),
        ),
        single(
            "threat_share",
            "0..1",
            "Share of the value of all territory that the threat holds",
            |h, step, _| h.replay.trace.threat_share.get(*step).copied(),
        ),
    ]
}

fn of_actors<'a>() -> Vec<Field<History<'a>, usize>> {
    vec![
        single(
            "cohesion.<coalition>",
            "0..1",
            "Cohesion of the coalition",
            |h, step, k| h.replay.trace.cohesion.get(k)?.get(*step).copied(),
        )
        .of(&[("coalition", "<coalition>")])
        .each(|h| {
            let coalitions = h.scenario.coalitions.iter();
            coalitions
                .map(|c| Member::new("coalition", &c.key, &c.name))
                .collect()
        }),
        single(
            "control.<arena>.<holder>",
            "0..1",
            "Share of the arena held by a faction, `threat` or `nobody`",
            |h, step, k| {
                let (a, holder) = *h.holders.get(k)?;
                h.replay.trace.control[a][holder].1.get(*step).copied()
            },
        )
        .of(&[("arena", "<arena>"), ("holder", "<holder>")])
        .each(|h| {
            let holders = h.holders.iter();
            holders.map(|&(a, holder)| h.holder(a, holder)).collect()
        }),
        single(
            "effort.<faction>.<effort>",
            "0..1",
            "Share of the faction's effort spent on `threat`, `rivals`, `hold` (holding ground) or `govern`",
            |h, step, k| {
                let efforts = h.replay.trace.effort.get(k / EFFORTS.len())?;
                efforts[k % EFFORTS.len()].get(*step).copied()
            },
        )
        .of(&[("faction", "<faction>"), ("effort", "<effort>")])
        .each(|h| {
            let factions = h.scenario.factions.iter();
            factions
                .flat_map(|f| {
                    EFFORTS.iter().map(|effort| Member {
                        keys: vec![
                            ("faction", f.key.clone()),
                            ("effort", (*effort).to_owned()),
                        ],
                        label: f.name.clone(),
                        unit: None,
                    })
                })
                .collect()
        }),
        single(
            "power.<faction>",
            "fighters",
            "Power of the faction: fighters times quality, effectiveness and leadership",
            |h, step, k| h.replay.trace.power.get(k)?.get(*step).copied(),
        )
        .of(&[("faction", "<faction>")])
        .each(|h| {
            let factions = 0..h.scenario.factions.len();
            factions
                .map(|i| Member::new("faction", h.faction(i).0, h.faction(i).1))
                .collect()
        }),
        single(
            "commitment.<patron>",
            "0..1",
            "Commitment of the patron",
            |h, step, k| h.replay.trace.commitment.get(k)?.get(*step).copied(),
        )
        .of(&[("patron", "<patron>")])
        .each(|h| {
            let patrons = h.scenario.patrons.iter();
            patrons
                .map(|p| Member::new("patron", &p.key, &p.name))
                .collect()
        }),
        single(
            "watch.<watch>",
            "as of what is watched",
            "The watched quantity",
            |h, step, k| h.replay.trace.watched.get(k)?.get(*step).copied(),
        )
        .of(&[("watch", "<watch>")])
        .each(|h| watched(h.scenario)),
        single(
            "rivalry.<faction>.<other_faction>",
            "0..1",
            "Rivalry weight of the faction toward the other, for those who fought",
            |h, step, k| h.replay.trace.weights.get(k)?.2.get(*step).copied(),
        )
        .of(&[("faction", "<faction>"), ("other_faction", "<other_faction>")])
        .each(|h| {
            let weights = h.replay.trace.weights.iter();
            weights
                .map(|(i, j, _)| Member::pair(h.faction(*i), h.faction(*j)))
                .collect()
        }),
        Field::integer(
            "conflict.<faction>.<other_faction>",
            "1",
            "1 while the two are in open conflict, else 0, for those who fought",
            |h: &History<'a>, step, k| {
                let pair = *h.fought.get(k)?;
                Some(u64::from(h.at_war(pair, *step)))
            },
        )
        .of(&[("faction", "<faction>"), ("other_faction", "<other_faction>")])
        .each(|h| {
            let pairs = h.fought.iter();
            pairs
                .map(|&(a, b)| Member::pair(h.faction(a), h.faction(b)))
                .collect()
        }),
    ]
}

/// Every recorded series as CSV.
pub fn history_csv(scenario: &Scenario, replay: &Replay) -> String {
    let history = History::new(scenario, replay);
    csv(&table(), &history, history.rows())
}

/// The same in memory.
pub fn history_table(scenario: &Scenario, replay: &Replay) -> FilledTable {
    let history = History::new(scenario, replay);
    columns(table(), &history, &history.rows())
}

/// The same table as Parquet.
///
/// # Errors
/// If the file can't be written.
pub fn history_parquet(
    file: File,
    scenario: &Scenario,
    replay: &Replay,
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let history = History::new(scenario, replay);
    let rows = history.rows();
    parquet(file, table(), history, &rows, notes)
}
