//! One number at a time, low and high, all others drawn as in any run.

use serde::Serialize;

use super::super::histories::Histories;
use super::super::paired::{mean, paired_curve, paired_mean, runs};
use super::runs::Ran;
use super::subject::{Subject, ends};
use super::unit;
use crate::engine::{Design, DrawTally, Estimate, Progress, Row};

/// What one output does between a number's low and its high.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Swing {
    /// The output at the number's low value.
    pub low: Estimate,
    /// At its high value.
    pub high: Estimate,
    /// The paired difference, high - low.
    pub difference: Estimate,
}

/// One number's bars.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// The number.
    pub number: usize,
    /// By output.
    pub outputs: Vec<Swing>,
}

/// Bars of the most influential numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tornado {
    /// Replicates at each end of each bar, all on the same random numbers.
    pub replicates: u64,
    /// Every output with all numbers drawn.
    pub base: Vec<Estimate>,
    /// By influence.
    pub bars: Vec<Bar>,
}

/// Runs it; `None` if it was stopped before its end.
pub(super) fn run(
    subject: &Subject<'_>,
    numbers: &[usize],
    replicates: u64,
    progress: &Progress,
) -> Option<(Tornado, Ran)> {
    let scenario = subject.scenario;
    let per_draw = scenario.run.replicates_per_draw.min(replicates);
    let draws = replicates / per_draw;
    let replicates = draws * per_draw;
    let sampled = Design::new(scenario, subject.seed);
    let drawn: Vec<Vec<f64>> = (0..draws).map(|draw| sampled.values(draw)).collect();
    let held = std::iter::once(None).chain(numbers.iter().flat_map(|&number| {
        let factor = &subject.joint.factors()[number];
        let held = factor.members[0];
        let ends = factor.sampler().map(ends);
        let (low, high) = ends.unwrap_or((f64::NAN, f64::NAN));
        [low, high].map(|value| Some((held, value)))
    }));
    let mut rows = Vec::new();
    for held in held {
        for values in &drawn {
            let mut row = values.clone();
            if let Some((number, value)) = held {
                row[number] = value;
            }
            rows.push(row);
        }
    }
    let points = rows.len() as u64 / draws;
    let design = Design::chosen(subject.joint.numbers().to_vec(), rows, per_draw, false)
        .repeating_noise(replicates);
    let mut histories: Vec<Histories> = (0..points).map(|_| Histories::new(scenario)).collect();
    let (summary, failures) = subject.run_design(
        unit::TORNADO,
        &design,
        0..points * replicates,
        progress,
        |row| {
            let point = (row.replicate / replicates) as usize;
            let own = Row {
                replicate: row.replicate % replicates,
                draw: row.draw % draws,
                ..row.clone()
            };
            histories[point].add(&[own]);
        },
    );
    if summary.replicates + summary.failed < points * replicates {
        return None;
    }
    let horizon = (summary.steps as f64 * summary.step_weeks) as u32;
    let keys: Vec<String> = summary.headline().map(|o| o.key.clone()).collect();
    let columns: Vec<Columns> = histories
        .iter()
        .map(|h| Columns::new(h, &keys, horizon))
        .collect();
    let (base, bars) = columns.split_first()?;
    let bars = numbers
        .iter()
        .zip(bars.chunks_exact(2))
        .map(|(&number, ends)| Bar {
            number,
            outputs: (0..=keys.len())
                .map(|output| Swing {
                    low: ends[0].estimate(output),
                    high: ends[1].estimate(output),
                    difference: ends[0].difference(&ends[1], output, horizon),
                })
                .collect(),
        });
    let tornado = Tornado {
        replicates,
        base: (0..=keys.len())
            .map(|output| base.estimate(output))
            .collect(),
        bars: bars.collect(),
    };
    let ran = Ran {
        rows: Vec::new(),
        halves: Vec::new(),
        means: Vec::new(),
        within: Vec::new(),
        summary,
        failures,
    };
    Some((tornado, ran))
}

/// One point's replicates: the week of each outcome, and mean cohesion.
struct Columns {
    replicates: Vec<u64>,
    draws: Vec<u64>,
    weeks: Vec<Vec<u32>>,
    cohesion: Vec<f64>,
    horizon: u32,
}

impl Columns {
    fn new(histories: &Histories, keys: &[String], horizon: u32) -> Self {
        let all: Vec<usize> = (0..histories.replicates.len()).collect();
        let weeks = keys
            .iter()
            .map(|key| histories.of(key, &all, horizon).unwrap_or_default());
        Self {
            replicates: histories.replicates.clone(),
            draws: histories.draws.clone(),
            weeks: weeks.collect(),
            cohesion: histories.cohesion.clone(),
            horizon,
        }
    }

    /// A chance, or after all outcomes mean cohesion.
    fn estimate(&self, output: usize) -> Estimate {
        let Some(weeks) = self.weeks.get(output) else {
            return mean(&self.cohesion, &self.draws, 0.0);
        };
        let mut tally = DrawTally::default();
        for of_draw in runs(&self.draws) {
            let weeks = &weeks[of_draw];
            let count = weeks.iter().filter(|week| **week <= self.horizon).count();
            tally.add(count as u64, weeks.len() as u64);
        }
        tally.chance()
    }

    /// other - self, over the replicates that both have.
    fn difference(&self, other: &Self, output: usize, horizon: u32) -> Estimate {
        let pairs: Vec<(usize, usize)> = self
            .replicates
            .iter()
            .enumerate()
            .filter_map(|(k, r)| Some((k, other.replicates.binary_search(r).ok()?)))
            .collect();
        let draws: Vec<u64> = pairs.iter().map(|&(k, _)| self.draws[k]).collect();
        match (self.weeks.get(output), other.weeks.get(output)) {
            (Some(a), Some(b)) => {
                let a: Vec<u32> = pairs.iter().map(|&(k, _)| a[k]).collect();
                let b: Vec<u32> = pairs.iter().map(|&(_, k)| b[k]).collect();
                paired_curve(&a, &b, &draws, &[horizon]).over_time[0]
            }
            _ => {
                let a: Vec<f64> = pairs.iter().map(|&(k, _)| self.cohesion[k]).collect();
                let b: Vec<f64> = pairs.iter().map(|&(_, k)| other.cohesion[k]).collect();
                paired_mean(&a, &b, &draws)
            }
        }
    }
}
