//! The tables of landscapes told in full: stable alignments, signs, ties.

use crate::experiment::landscape::{Alignments, InFull, Minimum, Pair, SignedNetwork};

use super::csv::csv;
use super::field::{Field, Table};
use super::landscape::{NO_ACTOR, STRENGTH, THREAT_SIZE};
use super::words;

/// An actor in a stable alignment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    full: usize,
    minimum: usize,
    actor: usize,
}

impl Standing {
    fn full(self, found: &Alignments) -> &InFull {
        &found.in_full[self.full]
    }

    fn minimum(self, found: &Alignments) -> &Minimum {
        &self.full(found).minima[self.minimum]
    }
}

/// What the table of stable alignments holds.
pub(super) fn minima() -> Table<Alignments, Standing> {
    Table {
        name: "landscape_minima",
        command: "landscape",
        files: &["landscape_minima.csv"],
        row: "A row is one faction or actor in one stable alignment, with all of the threat and at its least, or at each size that a landscape file asks for. \
              One and its mirror image are one alignment; of more than 1,000 the deepest 1,000 are there.",
        fields: vec![
            Field::number("strength", "start = 1", STRENGTH, |f: &Alignments, r: &Standing, _| {
                Some(r.full(f).strength)
            }),
            Field::number("threat_size", "size", THREAT_SIZE, |f: &Alignments, r: &Standing, _| {
                r.full(f).threat_size
            })
            .empty(NO_ACTOR),
            Field::integer(
                "minimum",
                "1",
                "The alignment's number at this strength, from 1, the deepest first",
                |_: &Alignments, r: &Standing, _| Some(r.minimum as u64 + 1),
            ),
            Field::number("energy", "1", "Its energy", |f: &Alignments, r: &Standing, _| {
                Some(r.minimum(f).energy)
            }),
            Field::integer(
                "basin",
                "1",
                "How many of all alignments lead to it, itself included, if whoever gains most changes sides, the first in the file of those that gain alike",
                |f: &Alignments, r: &Standing, _| Some(r.minimum(f).basin),
            ),
            Field::number("basin_share", "share", "The same as a share of all", |f: &Alignments, r: &Standing, _| {
                Some(r.minimum(f).basin_share)
            }),
            Field::text("faction", words::FACTION, |f: &Alignments, r: &Standing, _| {
                f.keys.get(r.actor).cloned()
            }),
            Field::text("label", words::LABEL, |f: &Alignments, r: &Standing, _| {
                f.factions.get(r.actor).cloned()
            }),
            Field::integer("side", "1", "The side, 0 or 1, on which it stands", |f: &Alignments, r: &Standing, _| {
                r.minimum(f).sides.get(r.actor).map(|s| (*s).into())
            }),
            Field::number(
                "frustration",
                "1",
                "Its frustration: the sizes of those on the other side, weighted by propensity",
                |f: &Alignments, r: &Standing, _| r.minimum(f).frustration.get(r.actor).copied(),
            ),
            Field::number(
                "margin",
                "1",
                "By how much it would raise its frustration by changing sides",
                |f: &Alignments, r: &Standing, _| r.minimum(f).margin.get(r.actor).copied(),
            ),
            Field::number(
                "threshold",
                "start = 1",
                "Strength of the threat below which it would leave, all others staying; of a scenario the first of the strengths weighed at which leaving is a gain",
                |f: &Alignments, r: &Standing, _| *r.minimum(f).threshold.get(r.actor)?,
            )
            .empty(STAYS),
            Field::number(
                "threshold_size",
                "size",
                "The same as a size of the threat",
                |f: &Alignments, r: &Standing, _| *r.minimum(f).threshold_size.get(r.actor)?,
            )
            .empty("The same, or the threat is none of the actors"),
        ],
        measures: Vec::new(),
    }
}

const STAYS: &str = "It stays without the threat";

/// The stable alignments as CSV.
pub fn landscape_minima_csv(found: &Alignments) -> String {
    let mut rows = Vec::new();
    for (full, of) in found.in_full.iter().enumerate() {
        for minimum in 0..of.minima.len() {
            rows.extend((0..found.keys.len()).map(|actor| Standing {
                full,
                minimum,
                actor,
            }));
        }
    }
    csv(&minima(), found, &rows)
}

/// The landscape at a strength, by its place in the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Full(usize);

impl Full {
    fn of(self, found: &Alignments) -> &InFull {
        &found.in_full[self.0]
    }

    fn network(self, found: &Alignments) -> &SignedNetwork {
        &self.of(found).network
    }
}

/// What the table of signs holds.
pub(super) fn network() -> Table<Alignments, Full> {
    macro_rules! triangles {
        ($name:literal, $negative:literal, $about:literal) => {
            Field::integer($name, "1", $about, |f: &Alignments, r: &Full, _| {
                Some(r.network(f).triangles[$negative])
            })
        };
    }
    Table {
        name: "landscape_network",
        command: "landscape",
        files: &["landscape_network.csv"],
        row: "A row is the signed network at one of the strengths of `landscape_minima.csv`: a tie is a pair whose propensity isn't 0.",
        fields: vec![
            Field::number("strength", "start = 1", STRENGTH, |f: &Alignments, r: &Full, _| {
                Some(r.of(f).strength)
            }),
            Field::number("threat_size", "size", THREAT_SIZE, |f: &Alignments, r: &Full, _| {
                r.of(f).threat_size
            })
            .empty(NO_ACTOR),
            Field::integer("positive_ties", "1", "Pairs that are drawn to each other", |f: &Alignments, r: &Full, _| {
                Some(r.network(f).positive_ties)
            }),
            Field::integer("negative_ties", "1", "Pairs that are drawn apart", |f: &Alignments, r: &Full, _| {
                Some(r.network(f).negative_ties)
            }),
            triangles!("triangles_ppp", 0, "Triangles of three friends: balanced"),
            triangles!("triangles_ppm", 1, "Triangles of two friends of one who are enemies"),
            triangles!("triangles_pmm", 2, "Triangles of two friends with one enemy: balanced"),
            triangles!("triangles_mmm", 3, "Triangles of three enemies"),
            Field::number("balanced_share", "share", "Share of the triangles that are balanced", |f: &Alignments, r: &Full, _| {
                r.network(f).balanced_share
            })
            .empty("There is no triangle"),
            Field::integer(
                "line_index",
                "1",
                "Line index of balance: the least number of ties without which the network is balanced",
                |f: &Alignments, r: &Full, _| Some(r.network(f).line_index),
            ),
            Field::number(
                "weighted_line_index",
                "1",
                "The same with each tie weighted by both sizes and its propensity",
                |f: &Alignments, r: &Full, _| Some(r.network(f).weighted_line_index),
            ),
            Field::number(
                "eigenvalue",
                "1",
                "The greatest eigenvalue of the matrix of propensities",
                |f: &Alignments, r: &Full, _| Some(r.of(f).dynamics.eigenvalue),
            ),
            Field::number(
                "diverges_at",
                "time",
                "The time at which ties diverge if each grows by what the two think of third parties",
                |f: &Alignments, r: &Full, _| r.of(f).dynamics.diverges_at,
            )
            .empty("They never do"),
        ],
        measures: Vec::new(),
    }
}

/// The signed network as CSV.
pub fn landscape_network_csv(found: &Alignments) -> String {
    let rows: Vec<Full> = (0..found.in_full.len()).map(Full).collect();
    csv(&network(), found, &rows)
}

/// A pair at a time; none: at the start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    full: usize,
    pair: usize,
    time: Option<usize>,
}

impl Tie {
    fn full(self, found: &Alignments) -> &InFull {
        &found.in_full[self.full]
    }

    fn pair(self, found: &Alignments) -> &Pair {
        &self.full(found).dynamics.ties[self.pair]
    }

    fn key(self, found: &Alignments, actor: usize) -> Option<String> {
        found.keys.get(actor).cloned()
    }
}

/// What the table of ties holds.
pub(super) fn ties() -> Table<Alignments, Tie> {
    Table {
        name: "landscape_ties",
        command: "landscape",
        files: &["landscape_ties.csv"],
        row: "A row is a pair of factions or actors (or one with itself) at one time of the dynamics of the ties, dX/dt = X², from the propensities at one of the strengths of `landscape_minima.csv`.",
        fields: vec![
            Field::number(
                "strength",
                "start = 1",
                STRENGTH,
                |f: &Alignments, r: &Tie, _| Some(r.full(f).strength),
            ),
            Field::text("faction", words::FACTION, |f: &Alignments, r: &Tie, _| {
                r.key(f, r.pair(f).between.0)
            }),
            Field::text(
                "other_faction",
                words::OTHER_FACTION,
                |f: &Alignments, r: &Tie, _| r.key(f, r.pair(f).between.1),
            ),
            Field::number(
                "time",
                "time",
                "The time; 0 and those that a landscape file asks for",
                |f: &Alignments, r: &Tie, _| Some(r.time.map_or(0.0, |time| f.times[time])),
            ),
            Field::number(
                "tie",
                "1",
                "The tie of the two; at time 0 their propensity",
                |f: &Alignments, r: &Tie, _| match r.time {
                    Some(time) => r.pair(f).at[time],
                    None => Some(r.pair(f).start),
                },
            )
            .empty("Ties have diverged"),
            Field::number(
                "turns_at",
                "time",
                "When its sign first changes",
                |f: &Alignments, r: &Tie, _| r.pair(f).turns_at,
            )
            .empty("It doesn't"),
        ],
        measures: Vec::new(),
    }
}

/// The ties as CSV.
pub fn landscape_ties_csv(found: &Alignments) -> String {
    let mut rows = Vec::new();
    for (full, of) in found.in_full.iter().enumerate() {
        for pair in 0..of.dynamics.ties.len() {
            let times = std::iter::once(None).chain((0..found.times.len()).map(Some));
            rows.extend(times.map(|time| Tie { full, pair, time }));
        }
    }
    csv(&ties(), found, &rows)
}
