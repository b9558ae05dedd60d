//! What many scores say together, and how sure that is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{EventScore, Rival, ValueScore};
use crate::engine::{Estimate, wilson};
use crate::numeric::special::student_t_quantile;

/// What the scores of values say together.
#[derive(Debug, Clone, Serialize)]
pub struct ValuesTogether {
    /// How many there are.
    pub values: usize,
    /// Of how many quantities: values of one go together.
    pub quantities: usize,
    /// Share of values that the central half of the forecast holds; Wilson's interval, as if
    /// they were independent.
    pub coverage_half: Estimate,
    /// The same of nine in ten.
    pub coverage_nine_tenths: Estimate,
    /// Mean CRPS, each divided by the size of its quantity.
    pub crps: f64,
    /// Mean log score, of those that have one.
    pub log_score: Option<f64>,
    /// Mean interval score of nine in ten, divided alike.
    pub interval_score_nine_tenths: f64,
    /// CRPS beside that of each rival.
    pub against: Vec<Versus>,
}

/// What the scores of events say together.
#[derive(Debug, Clone, Serialize)]
pub struct EventsTogether {
    /// How many there are.
    pub events: usize,
    /// Of how many expressions.
    pub quantities: usize,
    /// How many came about.
    pub happened: usize,
    /// Mean Brier score.
    pub brier: f64,
    /// Mean log score.
    pub log_score: f64,
    /// Brier scores beside those of each rival.
    pub against: Vec<Versus>,
    /// How often what had such a chance came about.
    pub reliability: Vec<Reliability>,
}

/// A forecast and a rival over what both foretell.
#[derive(Debug, Clone, Serialize)]
pub struct Versus {
    /// Which rival.
    pub rival: Rival,
    /// How many scores are paired.
    pub scores: usize,
    /// Of how many quantities.
    pub quantities: usize,
    /// Mean score of the forecast over them.
    pub own: f64,
    /// Mean score of the rival.
    pub other: f64,
    /// Forecast less rival: below 0 the forecast is better.
    pub difference: f64,
    /// Its 95 % interval, Student's over quantities; none of fewer than three.
    pub interval: Option<[f64; 2]>,
}

/// Events of about the same chance.
#[derive(Debug, Clone, Serialize)]
pub struct Reliability {
    /// Chances from here.
    pub from: f64,
    /// To here.
    pub to: f64,
    /// How many events have one of them.
    pub events: usize,
    /// The mean of their chances.
    pub chance: f64,
    /// How many of them came about.
    pub happened: usize,
    /// The share that came about, with Wilson's interval.
    pub share: Estimate,
}

/// A score with the quantity that it is of.
type Scored = (usize, f64, f64);

impl Versus {
    fn of(rival: Rival, scores: &[Scored]) -> Option<Self> {
        let n = scores.len() as f64;
        let mean = |of: fn(&Scored) -> f64| scores.iter().map(of).sum::<f64>() / n;
        let difference = mean(|s| s.1 - s.2);
        // Sums of what each quantity adds to the mean.
        let mut parts: BTreeMap<usize, f64> = BTreeMap::new();
        for (quantity, own, other) in scores {
            *parts.entry(*quantity).or_default() += own - other - difference;
        }
        let quantities = parts.len();
        let groups = quantities as f64;
        let squares: f64 = parts.values().map(|sum| sum * sum).sum();
        let interval = (quantities > 2).then(|| {
            let error = (groups / (groups - 1.0) * squares).sqrt() / n;
            let half = student_t_quantile(0.975, groups - 1.0) * error;
            [difference - half, difference + half]
        });
        (!scores.is_empty()).then(|| Self {
            rival,
            scores: scores.len(),
            quantities,
            own: mean(|s| s.1),
            other: mean(|s| s.2),
            difference,
            interval,
        })
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

fn different(quantities: impl Iterator<Item = usize>) -> usize {
    quantities.collect::<std::collections::BTreeSet<_>>().len()
}

impl ValuesTogether {
    /// Of these; `None` of none.
    pub fn of(values: &[ValueScore]) -> Option<Self> {
        let n = values.len();
        let covered = |is_in: fn(&&ValueScore) -> bool| {
            wilson(
                values.iter().filter(is_in).count() as f64 / n as f64,
                n as f64,
            )
        };
        let logs: Vec<f64> = values.iter().filter_map(|v| v.log_score).collect();
        let rivals = Rival::ALL.into_iter().filter_map(|rival| {
            let scores: Vec<Scored> = values
                .iter()
                .filter_map(|v| {
                    let other = v.against.iter().find(|a| a.rival == rival)?;
                    Some((v.quantity, v.crps / v.scale, other.crps / v.scale))
                })
                .collect();
            Versus::of(rival, &scores)
        });
        (n > 0).then(|| Self {
            values: n,
            quantities: different(values.iter().map(|v| v.quantity)),
            coverage_half: covered(|v| v.in_half),
            coverage_nine_tenths: covered(|v| v.in_nine_tenths),
            crps: mean(values.iter().map(|v| v.crps / v.scale)),
            log_score: (!logs.is_empty()).then(|| mean(logs.iter().copied())),
            interval_score_nine_tenths: mean(
                values
                    .iter()
                    .map(|v| v.interval_score_nine_tenths / v.scale),
            ),
            against: rivals.collect(),
        })
    }
}

/// Bins of chances.
const BINS: usize = 5;

impl EventsTogether {
    /// Of these; `None` of none.
    pub fn of(events: &[EventScore]) -> Option<Self> {
        let rivals = Rival::ALL.into_iter().filter_map(|rival| {
            let scores: Vec<Scored> = events
                .iter()
                .filter_map(|e| {
                    let other = e.against.iter().find(|a| a.rival == rival)?;
                    Some((e.quantity, e.brier, other.brier))
                })
                .collect();
            Versus::of(rival, &scores)
        });
        (!events.is_empty()).then(|| Self {
            events: events.len(),
            quantities: different(events.iter().map(|e| e.quantity)),
            happened: events.iter().filter(|e| e.happened).count(),
            brier: mean(events.iter().map(|e| e.brier)),
            log_score: mean(events.iter().map(|e| e.log_score)),
            against: rivals.collect(),
            reliability: reliability(events.iter().map(|e| (e.chance.value, e.happened))),
        })
    }
}

/// How often what had such a chance came about, in bins of equal width.
pub(crate) fn reliability(events: impl Iterator<Item = (f64, bool)>) -> Vec<Reliability> {
    let mut bins = vec![Vec::new(); BINS];
    for (chance, happened) in events {
        let bin = ((chance * BINS as f64) as usize).min(BINS - 1);
        bins[bin].push((chance, happened));
    }
    let bins = bins.into_iter().enumerate();
    bins.filter(|(_, events)| !events.is_empty())
        .map(|(bin, events)| {
            let n = events.len() as f64;
            let happened = events.iter().filter(|(_, happened)| *happened).count();
            Reliability {
                from: bin as f64 / BINS as f64,
                to: (bin + 1) as f64 / BINS as f64,
                events: events.len(),
                chance: mean(events.iter().map(|(chance, _)| *chance)),
                happened,
                share: wilson(happened as f64 / n, n),
            }
        })
        .collect()
}
