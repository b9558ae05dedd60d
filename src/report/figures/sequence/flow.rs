//! From counts of orders to nodes and flows between them.

use std::collections::BTreeMap;

use crate::engine::{Estimate, OutcomeKind, SequenceCount, SequencePlace, Summary};

/// Number of events shown.
pub const COLUMNS: usize = 4;

/// What a history does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// An outcome comes about.
    Event(OutcomeKind),
    /// Nothing more by the horizon.
    End,
}

impl Place {
    /// Order from the top, the same in every column and every run.
    fn rank(self) -> usize {
        match self {
            Self::Event(OutcomeKind::Collapse) => 0,
            Self::Event(OutcomeKind::Regroup) => 1,
            Self::Event(OutcomeKind::Underground) => 2,
            Self::Event(OutcomeKind::Defeat) => 3,
            Self::Event(OutcomeKind::Expansion) => 4,
            Self::Event(OutcomeKind::Stalemate) => 5,
            Self::End => 6,
        }
    }
}

const PLACES: [Place; 7] = [
    Place::Event(OutcomeKind::Collapse),
    Place::Event(OutcomeKind::Regroup),
    Place::Event(OutcomeKind::Underground),
    Place::Event(OutcomeKind::Defeat),
    Place::Event(OutcomeKind::Expansion),
    Place::Event(OutcomeKind::Stalemate),
    Place::End,
];

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
        let scale = (high - gap * 6.0) / total.max(1) as f64;
        let mut nodes: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        let mut links: BTreeMap<(usize, usize, usize), u64> = BTreeMap::new();
        for sequence in sequences {
            let path: Vec<usize> = sequence
                .order
                .iter()
                .map(|&kind| Place::Event(kind).rank())
                .chain([Place::End.rank()])
                .take(COLUMNS)
                .collect();
            for (column, &rank) in path.iter().enumerate() {
                *nodes.entry((column, rank)).or_default() += sequence.count;
                if let Some(&next) = path.get(column + 1) {
                    *links.entry((column, rank, next)).or_default() += sequence.count;
                }
            }
        }
        nodes.retain(|_, count| *count > 0);
        links.retain(|_, count| *count > 0);

        let mut laid = Vec::new();
        let mut tops: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        let mut below = [0.0; COLUMNS];
        for (&(column, rank), &count) in &nodes {
            let thick = count as f64 * scale;
            let top = below[column] + gap;
            below[column] = top + thick;
            tops.insert((column, rank), top);
            laid.push(Node {
                column,
                place: PLACES[rank],
                estimate: estimate(&summary.sequence_places, column, PLACES[rank]),
                top,
                thick,
            });
        }

        // The map's order is that of the columns from the top, so flows leave and
        // arrive without crossing each other at a node.
        let (mut out, mut into) = (tops.clone(), tops);
        let mut flows = Vec::new();
        for (&(column, rank, next), &count) in &links {
            let thick = count as f64 * scale;
            let from = out.entry((column, rank)).or_default();
            let to = into.entry((column + 1, next)).or_default();
            flows.push(Flow {
                column,
                place: PLACES[rank],
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
fn estimate(places: &[SequencePlace], column: usize, place: Place) -> Estimate {
    let kind = match place {
        Place::Event(kind) => Some(kind),
        Place::End => None,
    };
    let found = places.iter().find(|p| p.place == column && p.kind == kind);
    found.map_or(Estimate::unknown_chance(f64::NAN), |p| p.chance)
}
