//! Arenas: who holds them, and whether they have fallen.

use crate::engine::{ArenaSummary, Summary};

use super::super::field::Measure;
use super::super::figure::Figure;

fn of_arena(arena: &ArenaSummary, figure: Figure) -> Figure {
    Figure {
        arena: Some(arena.key.clone()),
        ..figure
    }
}

pub(super) fn measures() -> Vec<Measure<Summary, Figure>> {
    vec![
        Measure::new(
            "arena",
            "falls",
            "0..1",
            "Chance that the largest holder is another than at the start, at some step by the horizon",
            |s| {
                let of = |a: &ArenaSummary| of_arena(a, Figure::estimate(&a.name, &a.falls));
                s.arenas.iter().map(of).collect()
            },
        ),
        Measure::new(
            "arena",
            "median_week",
            "weeks",
            "First week by which that has happened in half of all replicates; no row where it happens in fewer",
            |s| {
                let of =
                    |a: &ArenaSummary| Some(of_arena(a, Figure::number(&a.name, a.median_week?)));
                s.arenas.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "arena",
            "median_week_of_those",
            "weeks",
            "Median week of it among the replicates in which it happens",
            |s| {
                let of = |a: &ArenaSummary| {
                    Some(of_arena(
                        a,
                        Figure::number(&a.name, a.median_week_of_those?),
                    ))
                };
                s.arenas.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "fallen",
            "chance",
            "0..1",
            "Chance that the arena has fallen to another largest holder by the end of this week",
            |s| {
                let of = |arena: &ArenaSummary| -> Vec<Figure> {
                    let points = arena.incidence.iter().enumerate();
                    points
                        .map(|(step, estimate)| Figure {
                            week: Some(step as f64 * s.step_weeks),
                            ..of_arena(arena, Figure::estimate(&arena.name, estimate))
                        })
                        .collect()
                };
                s.arenas.iter().flat_map(of).collect()
            },
        ),
        Measure::new(
            "control",
            "share",
            "0..1",
            "Mean share of the arena that `holder` has at the end of this week",
            |s| {
                let mut rows = Vec::new();
                for arena in &s.arenas {
                    for holder in &arena.holders {
                        for (step, share) in holder.shares.iter().enumerate() {
                            let label = format!("{} held by {}", arena.name, holder.name);
                            rows.push(Figure {
                                holder: Some(holder.key.clone()),
                                week: Some(step as f64 * s.step_weeks),
                                ..of_arena(arena, Figure::number(&label, *share))
                            });
                        }
                    }
                }
                rows
            },
        ),
    ]
}
