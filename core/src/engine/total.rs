//! Counts and sums over any number of replicates, in whole numbers: the same whatever the order
//! of adding, and right beyond 10^10 replicates.

use serde::{Deserialize, Serialize};

use crate::model::{BySeries, Plan, Series};

use super::accumulate::{Histograms, MOMENTS, Tally, UNIT};
use super::histogram::{Bins, Histogram};
use super::sparse;

/// What is gathered of all replicates but their rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Total {
    histograms: BySeries<TotalHistograms>,
    /// Of watched quantities.
    watched: Vec<TotalHistograms>,
    /// Of the lowest threat strength of each replicate.
    trough: TotalHistograms,
    /// Sums of rivalry weights, by moment and pair (i, j).
    pub weights: [Vec<i128>; MOMENTS],
    /// Standings, by moment and unordered pair.
    pub standings: [Vec<[u64; 4]>; MOMENTS],
    /// Sums of power shares at start and end, by faction.
    pub power: [Vec<i128>; 2],
    /// Sums of support given at start and end, patron by faction.
    pub given: [Vec<i128>; 2],
    /// Sums of shares held, by step and cell of the model's record, in its units.
    pub control: Vec<u64>,
}

/// The histograms of a series, step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct TotalHistograms {
    bins: Bins,
    /// By step and bin, flattened.
    #[serde(with = "sparse")]
    counts: Vec<u64>,
    /// The least and the greatest value, by step.
    ranges: Vec<(f32, f32)>,
}

impl TotalHistograms {
    fn new(bins: Bins, steps: usize) -> Self {
        Self {
            bins,
            counts: vec![0; steps * bins.count],
            ranges: vec![(f32::INFINITY, f32::NEG_INFINITY); steps],
        }
    }

    fn add(&mut self, few: &mut Histograms) {
        let (counts, ends) = few.counted();
        for (to, from) in self.counts.iter_mut().zip(counts) {
            *to += u64::from(*from);
        }
        self.widen(ends);
    }

    fn merge(&mut self, other: &Self) {
        add(&mut self.counts, &other.counts);
        self.widen(other.ranges.iter().copied());
    }

    fn widen(&mut self, ends: impl Iterator<Item = (f32, f32)>) {
        for (range, (least, most)) in self.ranges.iter_mut().zip(ends) {
            *range = (range.0.min(least), range.1.max(most));
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.bins == other.bins
            && self.counts.len() == other.counts.len()
            && self.ranges.len() == other.ranges.len()
    }

    fn at(&self, step: usize) -> Histogram<'_> {
        Histogram {
            counts: &self.counts[step * self.bins.count..][..self.bins.count],
            bins: self.bins,
            range: self.ranges[step],
        }
    }
}

fn add<T: Copy + std::ops::AddAssign>(to: &mut [T], from: &[T]) {
    for (a, b) in to.iter_mut().zip(from) {
        *a += *b;
    }
}

fn add_wide(to: &mut [i128], from: &[i64]) {
    for (a, b) in to.iter_mut().zip(from) {
        *a += i128::from(*b);
    }
}

impl Total {
    /// Nothing counted yet.
    pub fn new(plan: &Plan, watched: &[Bins]) -> Self {
        let f = plan.factions;
        let sums = |n: usize| vec![0i128; n];
        let steps = plan.steps + 1;
        Self {
            histograms: BySeries::of(|series| TotalHistograms::new(Bins::of(series), steps)),
            watched: watched
                .iter()
                .map(|bins| TotalHistograms::new(*bins, steps))
                .collect(),
            trough: TotalHistograms::new(Bins::of(Series::ThreatStrength), 1),
            weights: std::array::from_fn(|_| sums(f * f)),
            standings: std::array::from_fn(|_| vec![[0; 4]; plan.pairs.len()]),
            power: std::array::from_fn(|_| sums(f)),
            given: std::array::from_fn(|_| sums(plan.patrons * f)),
            control: vec![0; steps * (plan.claims.len() + 2 * plan.arenas)],
        }
    }

    /// Adds what a thread has counted, which begins anew.
    pub fn take(&mut self, few: &mut Tally) {
        let both = self.histograms.iter_mut().zip(few.histograms.iter_mut());
        for ((_, to), (_, from)) in both {
            to.add(from);
        }
        for (to, from) in self.watched.iter_mut().zip(&mut few.watched) {
            to.add(from);
        }
        self.trough.add(&mut few.trough);
        add(&mut self.control, &few.control);
        for m in 0..MOMENTS {
            add_wide(&mut self.weights[m], &few.weights[m]);
            for (a, b) in self.standings[m].iter_mut().zip(&few.standings[m]) {
                add(a, b);
            }
        }
        for m in 0..2 {
            add_wide(&mut self.power[m], &few.power[m]);
            add(&mut self.given[m], &few.given[m]);
        }
        few.clear();
    }

    /// Adds other replicates.
    pub fn merge(&mut self, other: &Self) {
        for (series, to) in self.histograms.iter_mut() {
            to.merge(&other.histograms[series]);
        }
        for (to, from) in self.watched.iter_mut().zip(&other.watched) {
            to.merge(from);
        }
        self.trough.merge(&other.trough);
        add(&mut self.control, &other.control);
        for m in 0..MOMENTS {
            add(&mut self.weights[m], &other.weights[m]);
            for (a, b) in self.standings[m].iter_mut().zip(&other.standings[m]) {
                add(a, b);
            }
        }
        for m in 0..2 {
            add(&mut self.power[m], &other.power[m]);
            add(&mut self.given[m], &other.given[m]);
        }
    }

    /// Whether both are of the same things.
    pub fn is_like(&self, other: &Self) -> bool {
        let same =
            |a: &[Vec<i128>], b: &[Vec<i128>]| a.iter().map(Vec::len).eq(b.iter().map(Vec::len));
        let mut series = self.histograms.iter();
        let standings = self.standings.iter().zip(&other.standings);
        series.all(|(series, histograms)| histograms.is_like(&other.histograms[series]))
            && self.watched.len() == other.watched.len()
            && self
                .watched
                .iter()
                .zip(&other.watched)
                .all(|(a, b)| a.is_like(b))
            && self.trough.is_like(&other.trough)
            && same(&self.weights, &other.weights)
            && same(&self.power, &other.power)
            && same(&self.given, &other.given)
            && standings.into_iter().all(|(a, b)| a.len() == b.len())
            && self.control.len() == other.control.len()
    }

    /// Quantiles of a series at a step.
    pub fn quantiles<const N: usize>(
        &self,
        series: Series,
        step: usize,
        shares: [f64; N],
    ) -> [f64; N] {
        self.histograms[series].at(step).quantiles(shares)
    }

    /// Quantiles of a watched quantity at a step.
    pub fn watched_quantiles<const N: usize>(
        &self,
        watched: usize,
        step: usize,
        shares: [f64; N],
    ) -> [f64; N] {
        self.watched[watched].at(step).quantiles(shares)
    }

    /// Quantiles of the lowest threat strength of each replicate.
    pub fn trough_quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        self.trough.at(0).quantiles(shares)
    }
}

/// The mean of a sum in fixed point.
pub fn mean(sum: i128, count: u64) -> f64 {
    if count == 0 {
        0.0
    } else {
        sum as f64 / UNIT / count as f64
    }
}
