//! Counts and sums over a few replicates, as a thread makes them: [`Tally`]. They go into the
//! [`Total`](super::total::Total) of all.

use crate::model::{BySeries, Plan, Record, Series, State};
use crate::numeric::Lanes;

use super::histogram::Bins;
use super::lanes::WIDE;

/// Fixed point: sums of numbers between 0 and 1 are kept in units of 2^-32.
pub const UNIT: f64 = 4_294_967_296.0;

/// Standing of a pair, for counting.
const CONFLICT: usize = 0;
const HOSTILE: usize = 1;
const WARY: usize = 2;
const FRIENDLY: usize = 3;

/// The moments at which pairs are looked at.
pub const MOMENTS: usize = 3;

/// What is gathered of at most [`Tally::MOST`] replicates but their rows.
#[derive(Debug, Clone)]
pub struct Tally {
    pub histograms: BySeries<Histograms>,
    /// Of watched quantities.
    pub watched: Vec<Histograms>,
    /// Of the lowest threat strength of each replicate.
    pub trough: Histograms,
    /// Sums of rivalry weights, by moment and pair (i, j).
    pub weights: [Vec<i64>; MOMENTS],
    /// Standings, by moment and unordered pair.
    pub standings: [Vec<[u64; 4]>; MOMENTS],
    /// Sums of power shares at start and end, by faction.
    pub power: [Vec<i64>; 2],
    /// Sums of support given at start and end, patron by faction; it has no upper end.
    pub given: [Vec<i128>; 2],
    /// Sums of shares held, by step and cell of the model's record, in its units.
    pub control: Vec<u64>,
}

/// Replicates that wait to be counted together. The histograms of all steps are larger than what
/// is near a core: so each is fetched once for many.
const WAITING: usize = 128;

/// The histograms of a series, step by step.
#[derive(Debug, Clone)]
pub struct Histograms {
    bins: Bins,
    /// By step and bin, flattened.
    counts: Vec<u16>,
    /// By step.
    ranges: Vec<Range>,
    /// Values not counted yet, by step, then replicate; there are [`WAITING`] places for each step.
    waiting: Vec<f32>,
    /// How many replicates wait.
    waits: usize,
}

/// The least and the greatest value, of each of a few parts of the replicates: lanes don't
/// wait for each other.
#[derive(Debug, Clone, Copy)]
struct Range {
    least: [f32; WIDE],
    most: [f32; WIDE],
}

impl Range {
    const NOTHING: Self = Self {
        least: [f32::INFINITY; WIDE],
        most: [f32::NEG_INFINITY; WIDE],
    };

    #[inline(always)]
    fn add(&mut self, part: usize, value: f32) {
        let (low, high) = (&mut self.least[part % WIDE], &mut self.most[part % WIDE]);
        *low = if value < *low { value } else { *low };
        *high = if value > *high { value } else { *high };
    }

    /// Of all parts.
    fn ends(&self) -> (f32, f32) {
        let least = self.least.iter().copied().fold(f32::INFINITY, f32::min);
        let most = self.most.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        (least, most)
    }
}

impl Histograms {
    fn new(bins: Bins, steps: usize) -> Self {
        Self {
            bins,
            counts: vec![0; steps * bins.count],
            ranges: vec![Range::NOTHING; steps],
            waiting: vec![0.0; steps * WAITING],
            waits: 0,
        }
    }

    /// Adds the values of some lanes at every step.
    fn add<const N: usize>(&mut self, values: &[Lanes<N>], lanes: &[usize]) {
        if self.waits + lanes.len() > WAITING {
            self.count();
        }
        for (value, waiting) in values.iter().zip(self.waiting.chunks_exact_mut(WAITING)) {
            let places = &mut waiting[self.waits..][..lanes.len()];
            match <&mut [f32; N]>::try_from(&mut *places) {
                Ok(all) => *all = value.0,
                Err(_) => {
                    for (place, lane) in places.iter_mut().zip(lanes) {
                        *place = value.lane(*lane);
                    }
                }
            }
        }
        self.waits += lanes.len();
    }

    /// Counts those that wait.
    fn count(&mut self) {
        let steps = self.counts.chunks_exact_mut(self.bins.count);
        let waiting = self.waiting.chunks_exact(WAITING);
        for ((counts, range), waiting) in steps.zip(&mut self.ranges).zip(waiting) {
            for (place, value) in waiting[..self.waits].iter().enumerate() {
                range.add(place, *value);
            }
            for value in &waiting[..self.waits] {
                counts[self.bins.index(*value)] += 1;
            }
        }
        self.waits = 0;
    }

    /// How many values each bin has, by step and bin, flattened; and the least and the greatest
    /// value at each step.
    pub fn counted(&mut self) -> (&[u16], impl Iterator<Item = (f32, f32)>) {
        self.count();
        (&self.counts, self.ranges.iter().map(Range::ends))
    }

    fn clear(&mut self) {
        self.counts.fill(0);
        self.ranges.fill(Range::NOTHING);
        self.waits = 0;
    }
}

impl Tally {
    /// So many replicates fit: a bin holds no more, and sums of numbers up to 1 far more. Counts
    /// are most of what a thread holds: narrow ones are half of that, and are nearer to its core.
    pub const MOST: u64 = u16::MAX as u64;

    /// Nothing counted yet.
    pub fn new(plan: &Plan, watched: &[Bins]) -> Self {
        let f = plan.factions;
        let sums = |n: usize| vec![0i64; n];
        Self {
            histograms: BySeries::of(|series| Histograms::new(Bins::of(series), plan.steps + 1)),
            watched: watched
                .iter()
                .map(|bins| Histograms::new(*bins, plan.steps + 1))
                .collect(),
            trough: Histograms::new(Bins::of(Series::ThreatStrength), 1),
            weights: std::array::from_fn(|_| sums(f * f)),
            standings: std::array::from_fn(|_| vec![[0; 4]; plan.pairs.len()]),
            power: std::array::from_fn(|_| sums(f)),
            given: std::array::from_fn(|_| vec![0; plan.patrons * f]),
            control: vec![0; (plan.steps + 1) * (plan.claims.len() + 2 * plan.arenas)],
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
        for (series, histograms) in self.histograms.iter_mut() {
            histograms.add(&record.series[series], lanes);
        }
        for (histograms, values) in self.watched.iter_mut().zip(&record.watched) {
            histograms.add(values, lanes);
        }
        for (sum, more) in self.control.iter_mut().zip(&record.control.sums) {
            *sum += u64::from(*more);
        }
        self.trough.add(&[record.trough], lanes);
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
                *sum += i128::from(fixed(g.lane(lane)));
            }
        }
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        for (_, histograms) in self.histograms.iter_mut() {
            histograms.clear();
        }
        for histograms in &mut self.watched {
            histograms.clear();
        }
        self.trough.clear();
        self.weights.iter_mut().for_each(|sums| sums.fill(0));
        self.standings.iter_mut().for_each(|sums| sums.fill([0; 4]));
        self.power.iter_mut().for_each(|sums| sums.fill(0));
        self.given.iter_mut().for_each(|sums| sums.fill(0));
        self.control.fill(0);
    }
}

/// A number in fixed point.
fn fixed(value: f32) -> i64 {
    (f64::from(value) * UNIT) as i64
}
