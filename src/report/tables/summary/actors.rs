//! Pairs of factions, factions and patrons.

use crate::engine::{PairStanding, PairSummary, RivalryMatrices, Summary};

use super::super::field::Measure;
use super::super::figure::Figure;

/// Key and name of a faction.
fn faction(summary: &Summary, index: usize) -> (String, &str) {
    let faction = summary.factions.get(index);
    faction.map_or((String::new(), ""), |f| (f.key.clone(), f.name.as_str()))
}

/// A figure of two factions; `between` stands between their names.
fn of_two(summary: &Summary, (a, b): (usize, usize), between: &str, figure: Figure) -> Figure {
    let (first, second) = (faction(summary, a), faction(summary, b));
    Figure {
        faction: Some(first.0),
        other_faction: Some(second.0),
        label: format!("{}{between}{}", first.1, second.1),
        ..figure
    }
}

fn standing(summary: &Summary, share: fn(&PairStanding) -> f64) -> Vec<Figure> {
    let of = |pair: &PairSummary| {
        let moments = [
            ("start", &pair.start),
            ("trough", &pair.trough),
            ("end", &pair.end),
        ];
        moments.map(|(moment, standing)| Figure {
            moment: Some(moment),
            ..of_two(
                summary,
                (pair.a, pair.b),
                " - ",
                Figure::number("", share(standing)),
            )
        })
    };
    summary.pairs.iter().flat_map(of).collect()
}

pub(super) fn pairs() -> Vec<Measure<Summary, Figure>> {
    vec![
        Measure::new(
            "outbreak",
            "chance",
            "0..1",
            "Chance that a new open conflict of the two breaks out by the horizon",
            |s| {
                let of = |p: &PairSummary| {
                    of_two(s, (p.a, p.b), " - ", Figure::estimate("", &p.breaks_out))
                };
                s.pairs.iter().map(of).collect()
            },
        ),
        Measure::new(
            "outbreak",
            "median_week",
            "weeks",
            "First week by which half of all replicates have had such an outbreak; no row where fewer than half have one",
            |s| {
                let of = |p: &PairSummary| {
                    let figure = Figure::number("", p.median_week?);
                    Some(of_two(s, (p.a, p.b), " - ", figure))
                };
                s.pairs.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "outbreak",
            "median_week_of_those",
            "weeks",
            "Median week of the first such outbreak among the replicates that have one",
            |s| {
                let of = |p: &PairSummary| {
                    let figure = Figure::number("", p.median_week_of_those?);
                    Some(of_two(s, (p.a, p.b), " - ", figure))
                };
                s.pairs.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "standing",
            "conflict",
            "0..1",
            "Share of the replicates in which the two are in open conflict",
            |s| standing(s, |p| p.conflict),
        ),
        Measure::new(
            "standing",
            "hostile",
            "0..1",
            "The same: no open conflict, mutual rivalry weight from 0.5",
            |s| standing(s, |p| p.hostile),
        ),
        Measure::new(
            "standing",
            "wary",
            "0..1",
            "The same: mutual rivalry weight from 0.2 to 0.5",
            |s| standing(s, |p| p.wary),
        ),
        Measure::new(
            "standing",
            "friendly",
            "0..1",
            "The same: mutual rivalry weight below 0.2",
            |s| standing(s, |p| p.friendly),
        ),
        Measure::new(
            "rivalry",
            "weight",
            "0..1",
            "Mean rivalry weight of `faction` toward `other_faction`",
            |s| {
                let RivalryMatrices { start, trough, end } = &s.rivalry;
                let mut rows = Vec::new();
                for (moment, matrix) in [("start", start), ("trough", trough), ("end", end)] {
                    for (i, row) in matrix.iter().enumerate() {
                        for (j, weight) in row.iter().enumerate().filter(|(j, _)| *j != i) {
                            rows.push(Figure {
                                moment: Some(moment),
                                ..of_two(s, (i, j), " toward ", Figure::number("", *weight))
                            });
                        }
                    }
                }
                rows
            },
        ),
    ]
}

pub(super) fn measures() -> Vec<Measure<Summary, Figure>> {
    vec![
        Measure::new(
            "power",
            "share",
            "0..1",
            "Mean share of all factions' power",
            |s| {
                let mut rows = Vec::new();
                for actor in &s.factions {
                    for (moment, share) in [("start", actor.power_start), ("end", actor.power_end)]
                    {
                        rows.push(Figure {
                            faction: Some(actor.key.clone()),
                            moment: Some(moment),
                            ..Figure::number(&actor.name, share)
                        });
                    }
                }
                rows
            },
        ),
        Measure::new(
            "support",
            "mean",
            "0..1",
            "Mean support of the patron for the faction",
            |s| {
                let mut rows = Vec::new();
                for support in &s.support {
                    let patron = s.patrons.get(support.patron);
                    let patron = patron.map_or(("", ""), |p| (p.key.as_str(), p.name.as_str()));
                    let (key, name) = faction(s, support.faction);
                    for (moment, value) in [("start", support.start), ("end", support.end)] {
                        rows.push(Figure {
                            patron: Some(patron.0.to_owned()),
                            faction: Some(key.clone()),
                            moment: Some(moment),
                            ..Figure::number(&format!("{} to {name}", patron.1), value)
                        });
                    }
                }
                rows
            },
        ),
    ]
}
