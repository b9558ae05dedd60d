//! `robust.csv` and `map.csv`.

use crate::experiment::robust::{Best, BestMap, Range, Robust, RobustOption};

use super::csv::csv;
use super::field::{Field, Table, estimate};
use super::words;

fn option<'a>(r: &'a Robust, row: &usize) -> &'a RobustOption {
    &r.options[*row]
}

/// Four columns: a figure from both sides, and the interval around them.
macro_rules! range {
    ($name:literal, $about:literal, $field:ident) => {
        [
            Field::number(
                concat!($name, "_least"),
                "0..1",
                concat!(
                    $about,
                    ": picked by one half of the replicates, measured on the other"
                ),
                |r: &Robust, row: &usize, _| {
                    let range: Range = option(r, row).$field;
                    Some(range.least)
                },
            ),
            Field::number(
                concat!($name, "_most"),
                "0..1",
                "The same, picked and measured on all replicates",
                |r: &Robust, row: &usize, _| Some(option(r, row).$field.most),
            ),
            Field::number(
                concat!($name, "_low"),
                "0..1",
                "Lower end of the 95 % interval of the lesser one",
                |r: &Robust, row: &usize, _| Some(option(r, row).$field.low),
            ),
            Field::number(
                concat!($name, "_high"),
                "0..1",
                "Upper end of the 95 % interval of the greater one",
                |r: &Robust, row: &usize, _| Some(option(r, row).$field.high),
            ),
        ]
    };
}

/// What `robust.csv` holds.
pub(super) fn options() -> Table<Robust, usize> {
    const FIRST: &str = "the first option, with which the others are compared";
    const NEVER: &str = "no replicate counts";
    let mut fields = vec![
        Field::text(
            "option",
            "What the option is called",
            |r: &Robust, row: &usize, _| Some(option(r, row).label.clone()),
        ),
        Field::text(
            "scenario",
            "Key of its scenario",
            |r: &Robust, row: &usize, _| Some(option(r, row).scenario.clone()),
        ),
        Field::text("outcome", words::OUTCOME, |r: &Robust, _: &usize, _| {
            Some(r.outcome.clone())
        }),
    ];
    fields.extend(estimate!(
        Robust,
        usize,
        "mean",
        "0..1",
        "Mean chance of the outcome over the rows",
        NEVER,
        |r, o| Some(option(r, o).mean)
    ));
    fields.extend(estimate!(
        Robust,
        usize,
        "difference",
        "-1..1",
        "`mean` less that of the first option, row by row",
        FIRST,
        |r, o| option(r, o).difference
    ));
    fields.extend(estimate!(
        Robust,
        usize,
        "satisficing",
        "0..1",
        "Share of the rows whose chance is on the right side of the level, noise allowed for",
        NEVER,
        |r, o| Some(option(r, o).satisficing)
    ));
    fields.extend(estimate!(
        Robust,
        usize,
        "satisficing_difference",
        "-1..1",
        "`satisficing` less that of the first option",
        FIRST,
        |r, o| option(r, o).satisficing_difference
    ));
    fields.extend(range!(
        "worst_tenth",
        "Mean chance over the tenth of the rows where it is worst",
        worst_tenth
    ));
    fields.extend(range!(
        "regret",
        "Mean over the rows of how much worse the chance is than the best option's there",
        regret
    ));
    fields.extend(range!(
        "regret_worst_tenth",
        "The same over the tenth of the rows where it is largest",
        regret_worst_tenth
    ));
    fields.push(Field::number(
        "best_in",
        "0..1",
        "Share of the rows where it is the best by its replicates, noise and all",
        |r: &Robust, row: &usize, _| Some(option(r, row).best_in),
    ));
    Table {
        name: "robust",
        command: "robust",
        files: &["robust.csv"],
        row: "A row is one policy option.",
        fields,
        measures: Vec::new(),
    }
}

/// The options with their map.
pub(super) struct Mapped<'a> {
    found: &'a Robust,
    map: &'a BestMap,
}

/// A cell, by its places.
type Place = (usize, usize);

fn cell(mapped: &Mapped<'_>, place: &Place) -> Option<Best> {
    mapped.map.cells[place.0][place.1]
}

/// What `map.csv` holds.
pub(super) fn map<'a>() -> Table<Mapped<'a>, Place> {
    const NO_ROWS: &str = "no two rows lie there";
    Table {
        name: "map",
        command: "robust",
        files: &["map.csv"],
        row: "A row is one cell of the map: a part of the values of two inputs, each part as likely as the others.",
        fields: vec![
            Field::text(
                "across",
                "Key of the first input",
                |m: &Mapped<'a>, _: &Place, _| Some(m.map.across.key.clone()),
            ),
            Field::text(
                "up",
                "Key of the second input",
                |m: &Mapped<'a>, _: &Place, _| Some(m.map.up.key.clone()),
            ),
            Field::number(
                "across_from",
                "as in the scenario",
                "Where the cell begins across",
                |m: &Mapped<'a>, p: &Place, _| m.map.across.edges.get(p.0).copied(),
            ),
            Field::number(
                "across_to",
                "as in the scenario",
                "Where it ends",
                |m: &Mapped<'a>, p: &Place, _| m.map.across.edges.get(p.0 + 1).copied(),
            ),
            Field::number(
                "up_from",
                "as in the scenario",
                "Where the cell begins by the second input",
                |m: &Mapped<'a>, p: &Place, _| m.map.up.edges.get(p.1).copied(),
            ),
            Field::number(
                "up_to",
                "as in the scenario",
                "Where it ends",
                |m: &Mapped<'a>, p: &Place, _| m.map.up.edges.get(p.1 + 1).copied(),
            ),
            Field::integer("rows", "1", "Rows in it", |m: &Mapped<'a>, p: &Place, _| {
                Some(cell(m, p)?.rows as u64)
            })
            .empty(NO_ROWS),
            Field::text(
                "best",
                "The option with the best mean chance there",
                |m: &Mapped<'a>, p: &Place, _| {
                    Some(m.found.options[cell(m, p)?.option].label.clone())
                },
            )
            .empty(NO_ROWS),
            Field::text(
                "second",
                "The second best",
                |m: &Mapped<'a>, p: &Place, _| {
                    Some(m.found.options[cell(m, p)?.second].label.clone())
                },
            )
            .empty(NO_ROWS),
            Field::number(
                "by",
                "0..1",
                "How much better the best one's chance is than the second's, row by row",
                |m: &Mapped<'a>, p: &Place, _| Some(cell(m, p)?.by.value),
            )
            .empty(NO_ROWS),
            Field::number(
                "by_low",
                "-1..1",
                words::LOW,
                |m: &Mapped<'a>, p: &Place, _| Some(cell(m, p)?.by.low),
            )
            .empty(NO_ROWS),
            Field::number(
                "by_high",
                "-1..1",
                words::HIGH,
                |m: &Mapped<'a>, p: &Place, _| Some(cell(m, p)?.by.high),
            )
            .empty(NO_ROWS),
            Field::truth(
                "clear",
                "Whether that is told from noise: the interval is above 0",
                |m: &Mapped<'a>, p: &Place, _| Some(cell(m, p)?.is_clear),
            )
            .empty(NO_ROWS),
        ],
        measures: Vec::new(),
    }
}

/// The options as CSV.
pub fn robust_csv(found: &Robust) -> String {
    let rows: Vec<usize> = (0..found.options.len()).collect();
    csv(&options(), found, &rows)
}

/// The map as CSV.
pub fn robust_map_csv(found: &Robust, map: &BestMap) -> String {
    let columns = map.cells.iter().enumerate();
    let rows: Vec<Place> = columns
        .flat_map(|(x, cells)| (0..cells.len()).map(move |y| (x, y)))
        .collect();
    csv(&self::map(), &Mapped { found, map }, &rows)
}
