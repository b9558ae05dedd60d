//! The tables of scenario discovery: `discover.csv`, `trajectory.csv`, `stability.csv`,
//! `tree.csv`, and its points in `design.parquet`.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::engine::Estimate;
use crate::experiment::discover::{
    Counted, Discovery, FoundBox, Limit, Limits, OnTheWay, TreeNode, is_held_out,
};

use super::csv::csv;
use super::field::{Field, Member, Table};
use super::parquet::parquet;
use super::words;

const BOX: &str = "Number of the box, from 1: each is of the points that those before it have left";
const INPUT: &str = "Key of the uncertain number, as in `--set`";
const UNLIMITED: &str = "no such limit";
const NOT_HELD_OUT: &str = "no point that was held out lies there";
const DENSITY: &str = "Mean chance of the outcome over the points learned from that lie there; with a threshold, the share of them that are cases";
const COVERAGE: &str =
    "Share of all that is of interest that lies there, of the points learned from";
const MASS: &str = "Share of the points learned from that lie there";

/// An input of a box: the places of both.
type Restricted = (usize, usize);

fn found_box<'a>(d: &'a Discovery, r: &Restricted) -> &'a FoundBox {
    &d.boxes[r.0]
}

fn limits<'a>(d: &'a Discovery, r: &Restricted) -> &'a Limits {
    &d.boxes[r.0].limits[r.1]
}

fn low<'a>(d: &'a Discovery, r: &Restricted) -> Option<&'a Limit> {
    limits(d, r).low.as_ref()
}

fn high<'a>(d: &'a Discovery, r: &Restricted) -> Option<&'a Limit> {
    limits(d, r).high.as_ref()
}

/// Columns of a figure on points held out, with the ends of its interval.
macro_rules! held_out {
    ($name:literal, $about:literal, |$d:ident, $r:ident| $of:expr) => {
        [
            Field::number($name, "0..1", $about, |$d: &Discovery, $r, _| {
                let estimate: Option<Estimate> = $of;
                Some(estimate?.value)
            })
            .empty(NOT_HELD_OUT),
            Field::number(
                concat!($name, "_low"),
                "0..1",
                words::LOW,
                |$d: &Discovery, $r, _| {
                    let estimate: Option<Estimate> = $of;
                    Some(estimate?.low)
                },
            )
            .empty(NOT_HELD_OUT),
            Field::number(
                concat!($name, "_high"),
                "0..1",
                words::HIGH,
                |$d: &Discovery, $r, _| {
                    let estimate: Option<Estimate> = $of;
                    Some(estimate?.high)
                },
            )
            .empty(NOT_HELD_OUT),
        ]
    };
}

/// What `discover.csv` holds.
pub(super) fn boxes() -> Table<Discovery, Restricted> {
    let mut fields = vec![
        Field::integer("box", "1", BOX, |_: &Discovery, r: &Restricted, _| {
            Some(r.0 as u64 + 1)
        }),
        Field::text("input", INPUT, |d: &Discovery, r: &Restricted, _| {
            Some(d.inputs[limits(d, r).input].key.clone())
        }),
        Field::number(
            "low",
            "as in the scenario",
            "The least value of the input in the box",
            |d: &Discovery, r: &Restricted, _| Some(low(d, r)?.at),
        )
        .empty(UNLIMITED),
        Field::number(
            "high",
            "as in the scenario",
            "The greatest value of the input in the box",
            |d: &Discovery, r: &Restricted, _| Some(high(d, r)?.at),
        )
        .empty(UNLIMITED),
        Field::number(
            "share_below_low",
            "0..1",
            "Share of all points whose value of the input lies below `low`",
            |d: &Discovery, r: &Restricted, _| Some(low(d, r)?.share_below),
        )
        .empty(UNLIMITED),
        Field::number(
            "share_below_high",
            "0..1",
            "Share of all points whose value does not lie above `high`",
            |d: &Discovery, r: &Restricted, _| Some(high(d, r)?.share_below),
        )
        .empty(UNLIMITED),
        Field::number(
            "quasi_p_low",
            "0..1",
            "Quasi-p value of `low`: how likely so many cases are in the box if they are as frequent as without this limit",
            |d: &Discovery, r: &Restricted, _| low(d, r)?.quasi_p,
        )
        .empty(UNLIMITED),
        Field::number(
            "quasi_p_high",
            "0..1",
            "The same of `high`",
            |d: &Discovery, r: &Restricted, _| high(d, r)?.quasi_p,
        )
        .empty(UNLIMITED),
        Field::number(
            "quasi_p_held_out_low",
            "0..1",
            "The quasi-p value of `low` on the points that were held out",
            |d: &Discovery, r: &Restricted, _| low(d, r)?.quasi_p_held_out,
        )
        .empty("no such limit, or no point was held out"),
        Field::number(
            "quasi_p_held_out_high",
            "0..1",
            "The same of `high`",
            |d: &Discovery, r: &Restricted, _| high(d, r)?.quasi_p_held_out,
        )
        .empty("no such limit, or no point was held out"),
        Field::number(
            "mass",
            "0..1",
            "Of the whole box: share of the points learned from that lie in it",
            |d: &Discovery, r: &Restricted, _| Some(found_box(d, r).learned.mass),
        ),
        Field::number("density", "0..1", DENSITY, |d: &Discovery, r: &Restricted, _| {
            Some(found_box(d, r).learned.density)
        }),
        Field::number("coverage", "0..1", COVERAGE, |d: &Discovery, r: &Restricted, _| {
            Some(found_box(d, r).learned.coverage)
        }),
    ];
    fields.extend(held_out!(
        "density_held_out",
        "Density of the box on the points that were held out",
        |d, r| found_box(d, r).held_out.map(|c| c.density)
    ));
    fields.extend(held_out!(
        "coverage_held_out",
        "Coverage of the box on the points that were held out",
        |d, r| found_box(d, r).held_out.map(|c| c.coverage)
    ));
    Table {
        name: "discover",
        command: "discover",
        files: &["discover.csv"],
        row: "A row is one input that one box restricts.",
        fields,
        measures: Vec::new(),
    }
}

fn step<'a>(d: &'a Discovery, r: &(usize, usize)) -> &'a OnTheWay {
    &d.boxes[r.0].trajectory[r.1]
}

/// What `trajectory.csv` holds.
pub(super) fn trajectory() -> Table<Discovery, (usize, usize)> {
    Table {
        name: "trajectory",
        command: "discover",
        files: &["trajectory.csv"],
        row: "A row is one box on the way from all points to a box: the peeling trajectory, and what was pasted after it.",
        fields: vec![
            Field::integer("box", "1", BOX, |_: &Discovery, r: &(usize, usize), _| {
                Some(r.0 as u64 + 1)
            }),
            Field::integer(
                "step",
                "1",
                "Place on the trajectory, from 0: all points that are left",
                |_: &Discovery, r: &(usize, usize), _| Some(r.1 as u64),
            ),
            Field::text(
                "phase",
                "`start`, `peel` or `paste`: how it came from the one before",
                |d: &Discovery, r: &(usize, usize), _| {
                    Some(format!("{:?}", step(d, r).phase).to_lowercase())
                },
            ),
            Field::truth(
                "taken",
                "Whether the box was made from this one, by dropping limits that can't be told from chance",
                |d: &Discovery, r: &(usize, usize), _| Some(d.boxes[r.0].taken == r.1),
            ),
            Field::integer(
                "points",
                "1",
                "Points learned from that lie in it",
                |d: &Discovery, r: &(usize, usize), _| Some(step(d, r).learned.points as u64),
            ),
            Field::number(
                "mass",
                "0..1",
                MASS,
                |d: &Discovery, r: &(usize, usize), _| Some(step(d, r).learned.mass),
            ),
            Field::number(
                "density",
                "0..1",
                DENSITY,
                |d: &Discovery, r: &(usize, usize), _| Some(step(d, r).learned.density),
            ),
            Field::number(
                "coverage",
                "0..1",
                COVERAGE,
                |d: &Discovery, r: &(usize, usize), _| Some(step(d, r).learned.coverage),
            ),
            Field::integer(
                "restricted",
                "1",
                "Inputs that it restricts",
                |d: &Discovery, r: &(usize, usize), _| Some(step(d, r).restricted as u64),
            ),
            Field::text(
                "limits",
                "Its limits in words",
                |d: &Discovery, r: &(usize, usize), _| {
                    Some(said(d, &step(d, r).limits)).filter(|said| !said.is_empty())
                },
            )
            .empty("all points that are left: it has none"),
        ],
        measures: Vec::new(),
    }
}

/// Limits in words, as `a >= 0.2, 0.1 <= b <= 0.3`.
fn said(d: &Discovery, limits: &[Limits]) -> String {
    let each = limits.iter().map(|limit| {
        let key = &d.inputs[limit.input].key;
        match (limit.low, limit.high) {
            (Some(low), Some(high)) => format!("{} <= {key} <= {}", low.at, high.at),
            (Some(low), None) => format!("{key} >= {}", low.at),
            (None, Some(high)) => format!("{key} <= {}", high.at),
            (None, None) => key.clone(),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Columns of a quantile of a limit over the halves.
macro_rules! over_halves {
    ($side:ident, $low:literal, $median:literal, $high:literal, $about:literal) => {
        [
            Field::number(
                $low,
                "0..1",
                concat!("5 % quantile of ", $about),
                |d: &Discovery, r: &usize, _| Some(d.steadiness[*r].$side?[0]),
            )
            .empty(UNLIMITED),
            Field::number(
                $median,
                "0..1",
                "Median of the same",
                |d: &Discovery, r: &usize, _| Some(d.steadiness[*r].$side?[1]),
            )
            .empty(UNLIMITED),
            Field::number(
                $high,
                "0..1",
                "95 % quantile of the same",
                |d: &Discovery, r: &usize, _| Some(d.steadiness[*r].$side?[2]),
            )
            .empty(UNLIMITED),
        ]
    };
}

/// What `stability.csv` holds.
pub(super) fn stability() -> Table<Discovery, usize> {
    let mut fields = vec![
        Field::text("input", INPUT, |d: &Discovery, r: &usize, _| {
            Some(d.inputs[d.steadiness[*r].input].key.clone())
        }),
        Field::number(
            "restricted",
            "0..1",
            "Share of the random halves on which the first box restricts the input",
            |d: &Discovery, r: &usize, _| Some(d.steadiness[*r].either),
        ),
        Field::number(
            "has_low",
            "0..1",
            "Share of them on which it has a least value",
            |d: &Discovery, r: &usize, _| Some(d.steadiness[*r].low),
        ),
        Field::number(
            "has_high",
            "0..1",
            "Share of them on which it has a greatest value",
            |d: &Discovery, r: &usize, _| Some(d.steadiness[*r].high),
        ),
    ];
    fields.extend(over_halves!(
        low_at,
        "low_5",
        "low_50",
        "low_95",
        "the share of all points below the least value, over the halves that have one"
    ));
    fields.extend(over_halves!(
        high_at,
        "high_5",
        "high_50",
        "high_95",
        "the share of all points not above the greatest value, over the halves that have one"
    ));
    Table {
        name: "stability",
        command: "discover",
        files: &["stability.csv"],
        row: "A row is one input that the first box restricts on some random half of the points; the most often restricted first.",
        fields,
        measures: Vec::new(),
    }
}

fn node<'a>(d: &'a Discovery, r: &usize) -> &'a TreeNode {
    &d.tree[*r]
}

/// What `tree.csv` holds.
pub(super) fn tree() -> Table<Discovery, usize> {
    const LEAF: &str = "a leaf: it is not split";
    let mut fields = vec![
        Field::integer(
            "node",
            "1",
            "Number of the node; 0 is the root, with all points",
            |_: &Discovery, r: &usize, _| Some(*r as u64),
        ),
        Field::text(
            "input",
            "Key of the input by which it is split",
            |d: &Discovery, r: &usize, _| Some(d.inputs[node(d, r).split?.input].key.clone()),
        )
        .empty(LEAF),
        Field::number(
            "at",
            "as in the scenario",
            "Points whose value is not above it go to the node `below`, the others to `above`",
            |d: &Discovery, r: &usize, _| Some(node(d, r).split?.at),
        )
        .empty(LEAF),
        Field::integer(
            "below",
            "1",
            "Number of the node",
            |d: &Discovery, r: &usize, _| Some(node(d, r).split?.below as u64),
        )
        .empty(LEAF),
        Field::integer(
            "above",
            "1",
            "Number of the node",
            |d: &Discovery, r: &usize, _| Some(node(d, r).split?.above as u64),
        )
        .empty(LEAF),
        Field::integer(
            "points",
            "1",
            "Points learned from that go through it",
            |d: &Discovery, r: &usize, _| Some(node(d, r).learned.points as u64),
        ),
        Field::number("mass", "0..1", MASS, |d: &Discovery, r: &usize, _| {
            Some(node(d, r).learned.mass)
        }),
        Field::number("density", "0..1", DENSITY, |d: &Discovery, r: &usize, _| {
            Some(node(d, r).learned.density)
        }),
        Field::number(
            "coverage",
            "0..1",
            COVERAGE,
            |d: &Discovery, r: &usize, _| Some(node(d, r).learned.coverage),
        ),
    ];
    fields.extend(held_out!(
        "density_held_out",
        "Density on the points that were held out",
        |d, r| node(d, r).held_out.map(|c| c.density)
    ));
    Table {
        name: "tree",
        command: "discover",
        files: &["tree.csv"],
        row: "A row is one node of the tree beside the boxes.",
        fields,
        measures: Vec::new(),
    }
}

/// The points of a discovery, with what they were.
#[derive(Debug, Clone, Copy)]
pub struct DiscoveryPoints<'a> {
    /// What was found, for the names of the inputs.
    pub found: &'a Discovery,
    /// The points.
    pub points: &'a [Counted],
    /// Keys and labels of the outcomes.
    pub outcomes: &'a [(String, String)],
}

/// What `design.parquet` holds.
pub(super) fn points<'a>() -> Table<DiscoveryPoints<'a>, usize> {
    Table {
        name: "discover_design",
        command: "discover",
        files: &["design.parquet"],
        row: "A row is one point: values of all uncertain numbers, with what its replicates came to.",
        fields: vec![
            Field::truth(
                "held_out",
                "Whether it was held out, to check what was learned from the others",
                |_: &DiscoveryPoints<'a>, r: &usize, _| Some(is_held_out(*r)),
            ),
            Field::integer(
                "replicates",
                "1",
                "Replicates that count",
                |t: &DiscoveryPoints<'a>, r: &usize, _| Some(t.points[*r].counted),
            ),
            Field::number(
                "input.<input>",
                "as in the scenario",
                words::INPUT,
                |t: &DiscoveryPoints<'a>, r: &usize, k| t.points[*r].values.get(k).copied(),
            )
            .of(&[("input", "<input>")])
            .each(|table| {
                let inputs = table.found.inputs.iter();
                inputs
                    .map(|input| Member {
                        unit: Some(input.unit.clone()),
                        ..Member::new("input", &input.key, &input.about)
                    })
                    .collect()
            }),
            Field::integer(
                "came.<outcome>",
                "1",
                "In how many of them the outcome came about",
                |t: &DiscoveryPoints<'a>, r: &usize, k| t.points[*r].came.get(k).copied(),
            )
            .of(&[("outcome", "<outcome>")])
            .each(|table| {
                let outcomes = table.outcomes.iter();
                outcomes
                    .map(|(key, label)| Member::new("outcome", key, label))
                    .collect()
            }),
        ],
        measures: Vec::new(),
    }
}

/// The boxes as CSV.
pub fn discover_csv(found: &Discovery) -> String {
    let each = found.boxes.iter().enumerate();
    let rows: Vec<Restricted> = each
        .flat_map(|(k, b)| (0..b.limits.len()).map(move |l| (k, l)))
        .collect();
    csv(&boxes(), found, &rows)
}

/// The trajectories as CSV.
pub fn trajectory_csv(found: &Discovery) -> String {
    let each = found.boxes.iter().enumerate();
    let rows: Vec<(usize, usize)> = each
        .flat_map(|(k, b)| (0..b.trajectory.len()).map(move |step| (k, step)))
        .collect();
    csv(&trajectory(), found, &rows)
}

/// How steadily inputs are restricted, as CSV.
pub fn stability_csv(found: &Discovery) -> String {
    let rows: Vec<usize> = (0..found.steadiness.len()).collect();
    csv(&stability(), found, &rows)
}

/// The tree as CSV.
pub fn tree_csv(found: &Discovery) -> String {
    let rows: Vec<usize> = (0..found.tree.len()).collect();
    csv(&tree(), found, &rows)
}

/// Writes the points.
///
/// # Errors
/// If the file can't be written.
pub fn points_parquet(
    file: File,
    table: DiscoveryPoints<'_>,
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let rows: Vec<usize> = (0..table.points.len()).collect();
    parquet(file, points(), table, &rows, notes)
}
