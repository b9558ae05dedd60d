//! Counts and sums over replicates, in integers: the same whatever the order of adding.

use crate::model::{Plan, Record, SERIES, Series, State};

/// Bins of each histogram over its fixed axis; one more catches what lies beyond.
pub const BINS: usize = 512;
/// Fixed point: sums of numbers between 0 and 1 are kept in units of 2^-32.
const UNIT: f64 = 4_294_967_296.0;

/// Standing of a pair, for counting.
const CONFLICT: usize = 0;
const HOSTILE: usize = 1;
const WARY: usize = 2;
const FRIENDLY: usize = 3;

/// The moments at which pairs are looked at.
pub const MOMENTS: usize = 3;

/// What is gathered of all replicates but their rows.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Histograms by series, step and bin, flattened.
    histograms: Vec<u32>,
    /// Sums of rivalry weights, by moment and pair (i, j).
    pub weights: [Vec<i64>; MOMENTS],
    /// Standings, by moment and unordered pair.
    pub standings: [Vec<[u64; 4]>; MOMENTS],
    /// Sums of power shares at start and end, by faction.
    pub power: [Vec<i64>; 2],
    /// Sums of support given at start and end, patron by faction.
    pub given: [Vec<i64>; 2],
    steps: usize,
}

/// Top of a series' fixed axis: a function of the scenario's definitions alone.
pub fn axis_high(series: Series) -> f64 {
    match series {
        Series::ThreatStrength | Series::OpenFighters => 2.0,
        Series::Cohesion | Series::Rivalry | Series::Infighting | Series::UndergroundFighters => {
            1.0
        }
    }
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(plan: &Plan) -> Self {
        let f = plan.factions;
        let sums = |n: usize| vec![0i64; n];
        Self {
            histograms: vec![0; SERIES.len() * (plan.steps + 1) * (BINS + 1)],
            weights: std::array::from_fn(|_| sums(f * f)),
            standings: std::array::from_fn(|_| vec![[0; 4]; plan.pairs.len()]),
            power: std::array::from_fn(|_| sums(f)),
            given: std::array::from_fn(|_| sums(plan.patrons * f)),
            steps: plan.steps,
        }
    }

    /// Adds those lanes of a group that ran to the horizon.
    pub fn add<const N: usize>(
        &mut self,
        plan: &Plan,
        record: &Record<N>,
        state: &State<N>,
        lanes: &[usize],
    ) {
        // A few steps at a time: their histograms stay at hand for all lanes, and an addition
        // seldom waits for the one before it, as it would in a single histogram.
        const AT_A_TIME: usize = 8;
        let steps = self.steps + 1;
        let all = self.histograms.chunks_exact_mut(steps * (BINS + 1));
        for ((series, values), histograms) in record.series.iter().zip(all) {
            let scale = BINS as f32 / axis_high(series) as f32;
            let few = values.chunks(AT_A_TIME);
            for (values, histograms) in few.zip(histograms.chunks_mut(AT_A_TIME * (BINS + 1))) {
                for &lane in lanes {
                    let each = values.iter().zip(histograms.chunks_exact_mut(BINS + 1));
                    for (value, histogram) in each {
                        // Saturating: below 0 counts as 0, beyond the axis as beyond.
                        let bin = ((value.lane(lane) * scale) as usize).min(BINS);
                        histogram[bin] += 1;
                    }
                }
            }
        }
        for &lane in lanes {
            self.add_moments(plan, record, state, lane);
        }
    }

    /// Adds how a replicate stood at the moments that are looked at.
    fn add_moments<const N: usize>(
        &mut self,
        plan: &Plan,
        record: &Record<N>,
        state: &State<N>,
        lane: usize,
    ) {
        let f = plan.factions;
        let moments = [
            (&record.weight_start, &record.conflict_start),
            (&record.weight_trough, &record.conflict_trough),
            (&state.weight, &state.conflict),
        ];
        for (moment, (weight, conflict)) in moments.into_iter().enumerate() {
            for (sum, weight) in self.weights[moment].iter_mut().zip(weight) {
                *sum += fixed(weight.lane(lane));
            }
            for (standing, pair) in self.standings[moment].iter_mut().zip(&plan.pairs) {
                let (ab, ba) = (pair.a * f + pair.b, pair.b * f + pair.a);
                let mutual = (weight[ab].lane(lane) + weight[ba].lane(lane)) * 0.5;
                let kind = if conflict[ab].lane(lane) > 0.5 {
                    CONFLICT
                } else if mutual >= 0.5 {
                    HOSTILE
                } else if mutual >= 0.2 {
                    WARY
                } else {
                    FRIENDLY
                };
                standing[kind] += 1;
            }
        }
        for (moment, power) in [&record.power_start, &state.power].into_iter().enumerate() {
            let total: f32 = power.iter().map(|q| q.lane(lane)).sum::<f32>().max(1e-6);
            for (sum, q) in self.power[moment].iter_mut().zip(power) {
                *sum += fixed(q.lane(lane) / total);
            }
        }
        for (moment, given) in [&record.given_start, &state.given].into_iter().enumerate() {
            for (sum, g) in self.given[moment].iter_mut().zip(given) {
                *sum += fixed(g.lane(lane));
            }
        }
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Self) {
        fn add<T: Copy + std::ops::AddAssign>(to: &mut [T], from: &[T]) {
            for (a, b) in to.iter_mut().zip(from) {
                *a += *b;
            }
        }
        add(&mut self.histograms, &other.histograms);
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

    /// A quantile of a series at a step, to within a bin's width.
    pub fn quantile(&self, series: Series, step: usize, q: f64) -> f64 {
        let start = (series as usize * (self.steps + 1) + step) * (BINS + 1);
        let bins = &self.histograms[start..start + BINS + 1];
        let total: u64 = bins.iter().map(|c| u64::from(*c)).sum();
        let wanted = q * total as f64;
        let high = axis_high(series);
        let mut below = 0.0;
        for (bin, &count) in bins.iter().enumerate() {
            let count = f64::from(count);
            if count > 0.0 && below + count >= wanted {
                let within = ((wanted - below) / count).clamp(0.0, 1.0);
                return ((bin as f64 + within) / BINS as f64 * high).min(high);
            }
            below += count;
        }
        high
    }
}

/// A number in fixed point.
fn fixed(value: f32) -> i64 {
    (f64::from(value) * UNIT) as i64
}

/// The mean of a sum in fixed point.
pub fn mean(sum: i64, count: u64) -> f64 {
    if count == 0 {
        0.0
    } else {
        sum as f64 / UNIT / count as f64
    }
}
