//! Watched quantities.

use crate::engine::{Summary, WatchSummary};

use super::super::field::Measure;
use super::super::figure::Figure;
use super::QUANTILES;

fn of_watch(watch: &WatchSummary, figure: Figure) -> Figure {
    Figure {
        watch: Some(watch.key.clone()),
        ..figure
    }
}

pub(super) fn measures() -> Vec<Measure<Summary, Figure>> {
    vec![
        Measure::new(
            "watch",
            "crosses",
            "0..1",
            "Chance that the watched quantity crosses its level by the horizon",
            |s| {
                let of = |watch: &WatchSummary| {
                    let crosses = watch.crosses.as_ref()?;
                    let figure = Figure::estimate(&watch.label, &crosses.chance);
                    Some(of_watch(watch, figure))
                };
                s.watched.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "watch",
            "median_week",
            "weeks",
            "First week by which half of all replicates have crossed it; no row where fewer than half do",
            |s| {
                let of = |watch: &WatchSummary| {
                    let week = watch.crosses.as_ref()?.median_week?;
                    Some(of_watch(watch, Figure::number(&watch.label, week)))
                };
                s.watched.iter().filter_map(of).collect()
            },
        ),
        Measure::new(
            "crossing",
            "chance",
            "0..1",
            "Chance that the watched quantity has crossed its level by the end of this week",
            |s| {
                let of = |watch: &WatchSummary| -> Vec<Figure> {
                    let points = watch
                        .crosses
                        .iter()
                        .flat_map(|c| c.incidence.iter().enumerate());
                    points
                        .map(|(step, estimate)| Figure {
                            week: Some(step as f64 * s.step_weeks),
                            ..of_watch(watch, Figure::estimate(&watch.label, estimate))
                        })
                        .collect()
                };
                s.watched.iter().flat_map(of).collect()
            },
        ),
        Measure::new(
            "watched",
            "quantile",
            "as of what is watched",
            "Quantile of the watched quantity over the replicates",
            |s| {
                let mut rows = Vec::new();
                for watch in &s.watched {
                    for (step, values) in watch.quantiles.iter().enumerate() {
                        for (quantile, value) in QUANTILES.iter().zip(values) {
                            rows.push(Figure {
                                quantile: Some(*quantile),
                                week: Some(step as f64 * s.step_weeks),
                                ..of_watch(watch, Figure::number(&watch.label, *value))
                            });
                        }
                    }
                }
                rows
            },
        ),
    ]
}
