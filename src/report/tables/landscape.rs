//! `landscape.csv`.

use crate::engine::Estimate;
use crate::experiment::landscape::{Alignments, Level};

use super::csv::csv;
use super::field::{Field, Table};
use super::words;

/// A strength of the threat and a faction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    level: usize,
    faction: usize,
}

impl Place {
    fn level(self, found: &Alignments) -> &Level {
        &found.levels[self.level]
    }

    fn stays(self, found: &Alignments) -> Option<Estimate> {
        self.level(found).start_stays
    }
}

pub(super) const STRENGTH: &str = "Strength of the threat";
pub(super) const THREAT_SIZE: &str = "Size of the threat";
pub(super) const NO_ACTOR: &str = "The threat is none of the actors";
const NO_DRAWS: &str = "Nothing is uncertain, so there are no draws";

/// What the table holds.
pub(super) fn table() -> Table<Alignments, Place> {
    Table {
        name: "landscape",
        command: "landscape",
        files: &["landscape.csv"],
        row: "A row is one faction, or actor of a landscape file, at one strength of the threat, from all of it to none. Sides are those of the factions alone.",
        fields: vec![
            Field::number(
                "strength",
                "start = 1",
                STRENGTH,
                |f: &Alignments, r: &Place, _| Some(r.level(f).strength),
            ),
            Field::text("faction", words::FACTION, |f: &Alignments, r: &Place, _| {
                f.keys.get(r.faction).cloned()
            }),
            Field::text("label", words::LABEL, |f: &Alignments, r: &Place, _| {
                f.factions.get(r.faction).cloned()
            }),
            Field::integer(
                "side",
                "1",
                "The side, 0 or 1, on which it stands when this strength is reached from the one before",
                |f: &Alignments, r: &Place, _| r.level(f).sides.get(r.faction).map(|s| (*s).into()),
            ),
            Field::integer(
                "deepest_side",
                "1",
                "The side on which it stands in the alignment of least energy",
                |f: &Alignments, r: &Place, _| {
                    r.level(f).deepest.get(r.faction).map(|s| (*s).into())
                },
            ),
            Field::number(
                "energy",
                "1",
                "Energy of the alignment that is reached",
                |f: &Alignments, r: &Place, _| Some(r.level(f).energy),
            ),
            Field::number(
                "least_energy",
                "1",
                "The least energy of all alignments",
                |f: &Alignments, r: &Place, _| Some(r.level(f).least_energy),
            ),
            Field::integer(
                "stable",
                "1",
                "How many alignments are stable at this strength",
                |f: &Alignments, r: &Place, _| Some(r.level(f).stable as u64),
            ),
            Field::number(
                "threat_size",
                "size",
                THREAT_SIZE,
                |f: &Alignments, r: &Place, _| r.level(f).threat_size,
            )
            .empty(NO_ACTOR),
            Field::number(
                "start_stays",
                "chance",
                "Share of the draws in which the alignment of the start, at the central inputs, is stable at this strength",
                |f: &Alignments, r: &Place, _| r.stays(f).map(|e| e.value),
            )
            .empty(NO_DRAWS),
            Field::number(
                "start_stays_low",
                "chance",
                words::LOW,
                |f: &Alignments, r: &Place, _| r.stays(f).map(|e| e.low),
            )
            .empty(NO_DRAWS),
            Field::number(
                "start_stays_high",
                "chance",
                words::HIGH,
                |f: &Alignments, r: &Place, _| r.stays(f).map(|e| e.high),
            )
            .empty(NO_DRAWS),
        ],
        measures: Vec::new(),
    }
}

/// The landscape as CSV.
pub fn landscape_csv(found: &Alignments) -> String {
    let levels = 0..found.levels.len();
    let rows: Vec<Place> = levels
        .flat_map(|level| (0..found.factions.len()).map(move |faction| Place { level, faction }))
        .collect();
    csv(&table(), found, &rows)
}
