//! From counts of orders to nodes and flows between them.

use std::collections::BTreeMap;

use crate::engine::{Estimate, SequenceCount, Summary};

/// Number of events shown.
pub const COLUMNS: usize = 4;

/// What a history does next. The order from the top is the same in every column and every run:
/// that of the outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The outcome of this index comes about.
    Event(usize),
    /// Nothing more by the horizon.
    End,
}

/// The place of an outcome's key; of none, the end.
pub fn place(summary: &Summary, key: Option<&String>) -> Place {
    let index = key.and_then(|key| summary.outcomes.iter().position(|o| o.key == *key));
    index.map_or(Place::End, Place::Event)
}

/// All replicates that do the same thing as their n-th event.
#[derive(Debug)]
pub struct Node {
    /// From 0.
    pub column: usize,
    /// What they do.
    pub place: Place,
    /// Share of all replicates.
    pub estimate: Estimate,
    /// Upper edge, from the top of the columns.
    pub top: f64,
    /// Height.
    pub thick: f64,
}

/// All replicates that go from one node to another.
#[derive(Debug)]
pub struct Flow {
    /// The column it starts in.
    pub column: usize,
    /// Where it comes from.
    pub place: Place,
    /// Upper edge at its start.
    pub from: f64,
    /// Upper edge at its end.
    pub to: f64,
    /// Height.
    pub thick: f64,
}

/// Nodes and flows, laid out.
pub struct Flows {
    /// By column, from the top.
    pub nodes: Vec<Node>,
    /// By column, from the top.
    pub flows: Vec<Flow>,
}

impl Flows {
    /// Lays the histories out in columns `high` units tall with `gap` above each node.
    /// A unit of height means the same share in every run.
    pub fn new(summary: &Summary, high: f64, gap: f64) -> Self {
        let sequences: &[SequenceCount] = &summary.sequences;
        let total: u64 = sequences.iter().map(|sequence| sequence.count).sum();
        // Room for a gap above every place that could be, taken or not.
        let places = summary.outcomes.iter().filter(|o| o.ordered).count() + 1;
        let scale = (high - gap * places as f64) / total.max(1) as f64;
        let mut nodes: BTreeMap<(usize, Place), u64> = BTreeMap::new();
        let mut links: BTreeMap<(usize, Place, Place), u64> = BTreeMap::new();
        for sequence in sequences {
            let path: Vec<Place> = sequence
                .order
                .iter()
                .map(|key| place(summary, Some(key)))
                .chain([Place::End])
                .take(COLUMNS)
                .collect();
            for (column, &at) in path.iter().enumerate() {
                *nodes.entry((column, at)).or_default() += sequence.count;
                if let Some(&next) = path.get(column + 1) {
                    *links.entry((column, at, next)).or_default() += sequence.count;
                }
            }
        }
        nodes.retain(|_, count| *count > 0);
        links.retain(|_, count| *count > 0);

        let mut laid = Vec::new();
        let mut tops: BTreeMap<(usize, Place), f64> = BTreeMap::new();
        let mut below = [0.0; COLUMNS];
        for (&(column, at), &count) in &nodes {
            let thick = count as f64 * scale;
            let top = below[column] + gap;
            below[column] = top + thick;
            tops.insert((column, at), top);
            laid.push(Node {
                column,
                place: at,
                estimate: estimate(summary, column, at),
                top,
                thick,
            });
        }

        // The map's order is that of the columns from the top, so flows leave and
        // arrive without crossing each other at a node.
        let (mut out, mut into) = (tops.clone(), tops);
        let mut flows = Vec::new();
        for (&(column, at, next), &count) in &links {
            let thick = count as f64 * scale;
            let from = out.entry((column, at)).or_default();
            let to = into.entry((column + 1, next)).or_default();
            flows.push(Flow {
                column,
                place: at,
                from: *from,
                to: *to,
                thick,
            });
            *from += thick;
            *to += thick;
        }
        Self { nodes: laid, flows }
    }
}

/// The chance of a node.
fn estimate(summary: &Summary, column: usize, at: Place) -> Estimate {
    let mut places = summary.sequence_places.iter();
    let found = places.find(|p| p.place == column && place(summary, p.outcome.as_ref()) == at);
    found.map_or(Estimate::unknown_chance(f64::NAN), |p| p.chance)
}
