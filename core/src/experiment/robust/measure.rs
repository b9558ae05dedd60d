//! Regret, satisficing, means and worst cases of options over rows, with the noise of few
//! replicates allowed for.

use std::collections::BTreeMap;

use rand::Rng;
use serde::Serialize;

use super::Range;
use crate::engine::Estimate;
use crate::experiment::sensitivity::design::rng;

/// Whether a low or a high chance is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Aim {
    /// The outcome is to be avoided.
    #[default]
    Low,
    /// It is wanted.
    High,
}

impl Aim {
    /// Turns chances into costs, and back: what is less is better.
    pub fn cost(self, chance: f64) -> f64 {
        match self {
            Self::Low => chance,
            Self::High => 1.0 - chance,
        }
    }
}

/// What the replicates of an option came to at a row: in each half of them those that have the
/// outcome, and those that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// By half: with the outcome, and all.
    pub halves: [(u64, u64); 2],
}

impl Tally {
    fn share(counts: (u64, u64)) -> f64 {
        counts.0 as f64 / counts.1 as f64
    }

    /// With the outcome, and all.
    pub fn all(&self) -> (u64, u64) {
        let [a, b] = self.halves;
        (a.0 + b.0, a.1 + b.1)
    }

    /// Whether each half has a replicate that counts.
    pub fn is_known(&self) -> bool {
        self.halves.iter().all(|half| half.1 > 0)
    }
}

/// Costs by option, then row: over all replicates, and over each half of them.
#[derive(Debug, Clone)]
pub struct Costs {
    all: Vec<Vec<f64>>,
    halves: [Vec<Vec<f64>>; 2],
    /// By option, then row: replicates that cost, and all.
    counts: Vec<Vec<(u64, u64)>>,
    aim: Aim,
}

impl Costs {
    /// Of tallies by option, then row, all of them known.
    pub fn new(tallies: &[Vec<Tally>], aim: Aim) -> Self {
        let each = |of: &dyn Fn(&Tally) -> f64| -> Vec<Vec<f64>> {
            let rows = tallies.iter();
            rows.map(|rows| rows.iter().map(of).collect()).collect()
        };
        let cost = |counts| aim.cost(Tally::share(counts));
        Self {
            all: each(&|t| cost(t.all())),
            halves: [0, 1].map(|half| each(&|t| cost(t.halves[half]))),
            counts: tallies
                .iter()
                .map(|rows| {
                    let counts = rows.iter().map(|tally| match (aim, tally.all()) {
                        (Aim::Low, counts) => counts,
                        (Aim::High, (came, all)) => (all - came, all),
                    });
                    counts.collect()
                })
                .collect(),
            aim,
        }
    }

    /// Options.
    pub fn options(&self) -> usize {
        self.all.len()
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.all.first().map_or(0, Vec::len)
    }

    /// The cost of an option at a row.
    pub fn at(&self, option: usize, row: usize) -> f64 {
        self.all[option][row]
    }

    /// Which option costs least at a row; of equal ones the first.
    fn best(&self, costs: &[Vec<f64>], row: usize) -> usize {
        (0..self.options()).fold(0, |best, option| {
            match costs[option][row] < costs[best][row] {
                true => option,
                false => best,
            }
        })
    }

    /// For each option, the share of the rows where it costs least; where several do, it is shared.
    pub fn best_in(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.options()];
        for row in 0..self.rows() {
            let least = self.all.iter().map(|costs| costs[row]);
            let least = least.fold(f64::INFINITY, f64::min);
            let best = (0..self.options()).filter(|&o| self.all[o][row] == least);
            let best: Vec<usize> = best.collect();
            for &option in &best {
                shares[option] += 1.0 / best.len() as f64 / self.rows() as f64;
            }
        }
        shares
    }
}

/// The share of the rows over which the worst is taken.
const WORST: f64 = 0.1;
/// Resamples of the rows, for intervals.
const RESAMPLES: usize = 400;

/// The figures of an option, in one order for the resamples.
#[derive(Debug, Clone, Copy)]
struct Figures {
    mean: f64,
    satisficing: f64,
    /// Least and most.
    worst: [f64; 2],
    regret: [f64; 2],
    regret_worst: [f64; 2],
}

/// The measures of an option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Mean chance.
    pub mean: Estimate,
    /// The same less that of the first option.
    pub difference: Estimate,
    /// Share of the rows on the right side of the level.
    pub satisficing: Estimate,
    /// The same less that of the first option.
    pub satisficing_difference: Estimate,
    /// Chance in the worst tenth.
    pub worst: Range,
    /// Mean regret.
    pub regret: Range,
    /// Regret in its worst tenth.
    pub regret_worst: Range,
}

/// The measures of every option. Intervals are those of resampled rows, the same rows for every
/// option, so that differences are paired.
pub fn measure(costs: &Costs, level: f64, seed: u64) -> Vec<Measures> {
    let rows = costs.rows();
    let own: Vec<usize> = (0..rows).collect();
    let found = figures(costs, level, &own);
    let mut random = rng(seed, "robust");
    let samples: Vec<Vec<usize>> = (0..RESAMPLES)
        .map(|_| {
            let mut row = || (random.next_u64() % rows.max(1) as u64) as usize;
            (0..rows).map(|_| row()).collect()
        })
        .collect();
    let again = crate::parallel::map(RESAMPLES, |k| figures(costs, level, &samples[k]));
    (0..costs.options())
        .map(|option| {
            let chance = |of: &dyn Fn(&[Figures]) -> f64| -> Estimate {
                let (low, high) = ends(again.iter().map(|figures| of(figures)).collect());
                Estimate {
                    value: of(&found),
                    low,
                    high,
                }
            };
            let range = |of: &dyn Fn(&Figures) -> [f64; 2]| -> Range {
                let end = |k: usize| ends(again.iter().map(|f| of(&f[option])[k]).collect());
                let [least, most] = of(&found[option]);
                // What is picked by half of the replicates may by chance look worse, and regret
                // less than none.
                Range {
                    least: least.min(most).max(0.0),
                    most,
                    low: end(0).0.min(least).max(0.0),
                    high: end(1).1.max(most),
                }
            };
            let worst = range(&|f| f.worst);
            Measures {
                mean: chance(&|f| costs.aim.cost(f[option].mean)),
                difference: chance(&|f| costs.aim.cost(f[option].mean) - costs.aim.cost(f[0].mean)),
                satisficing: chance(&|f| f[option].satisficing),
                satisficing_difference: chance(&|f| f[option].satisficing - f[0].satisficing),
                worst: match costs.aim {
                    Aim::Low => worst,
                    Aim::High => Range {
                        least: 1.0 - worst.most,
                        most: 1.0 - worst.least,
                        low: 1.0 - worst.high,
                        high: 1.0 - worst.low,
                    },
                },
                regret: range(&|f| f.regret),
                regret_worst: range(&|f| f.regret_worst),
            }
        })
        .collect()
}

/// The middle 95 % of values.
fn ends(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    let at = |share: f64| values[(share * last).round() as usize];
    (at(0.025), at(0.975))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    sum / count
}

/// The mean of one figure over the tenth of the rows where another is largest.
fn worst_tenth(picked: &[f64], measured: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..picked.len()).collect();
    order.sort_by(|&a, &b| picked[b].total_cmp(&picked[a]));
    let count = (WORST * picked.len() as f64).round().max(1.0) as usize;
    mean(order.iter().take(count).map(|&row| measured[row]))
}

fn figures(costs: &Costs, level: f64, rows: &[usize]) -> Vec<Figures> {
    let limit = costs.aim.cost(level);
    let over = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row]).collect() };
    let best: Vec<usize> = rows
        .iter()
        .map(|&row| costs.best(&costs.all, row))
        .collect();
    // The best by one half of the replicates.
    let best_by: [Vec<usize>; 2] = [0, 1].map(|half| {
        let best = rows.iter().map(|&row| costs.best(&costs.halves[half], row));
        best.collect()
    });
    let regret = |of: &[Vec<f64>], option: usize, best: &[usize]| -> Vec<f64> {
        let pairs = rows.iter().zip(best);
        pairs
            .map(|(&row, &best)| of[option][row] - of[best][row])
            .collect()
    };
    (0..costs.options())
        .map(|option| {
            let all = over(&costs.all[option]);
            let halves = [0, 1].map(|half| over(&costs.halves[half][option]));
            let naive = regret(&costs.all, option, &best);
            // By the best of one half, on that half and on the other.
            let picked = [0, 1].map(|h| regret(&costs.halves[h], option, &best_by[h]));
            let crossed = [0, 1].map(|h| regret(&costs.halves[1 - h], option, &best_by[h]));
            let both = |of: &dyn Fn(usize) -> f64| (of(0) + of(1)) / 2.0;
            Figures {
                mean: mean(all.iter().copied()),
                satisficing: satisficing(rows.iter().map(|&row| costs.counts[option][row]), limit),
                worst: [
                    both(&|h| worst_tenth(&halves[h], &halves[1 - h])),
                    worst_tenth(&all, &all),
                ],
                regret: [
                    both(&|h| mean(crossed[h].iter().copied())),
                    mean(naive.iter().copied()),
                ],
                regret_worst: [
                    both(&|h| worst_tenth(&picked[h], &crossed[h])),
                    worst_tenth(&naive, &naive),
                ],
            }
        })
        .collect()
}

/// Places at which true costs are taken to lie, steps by which it is found how likely each is, and
/// replicates of a row from which its share is taken for its cost.
const PLACES: usize = 100;
const STEPS: usize = 50;
const MANY: u64 = 200;

/// The share of the rows whose true cost is not above a limit, by the distribution of true costs
/// under which the counts are likely: the EM algorithm for a mixture of binomial distributions
/// (Laird 1978) from an even one, ended early, which keeps it smooth.
fn satisficing(counts: impl Iterator<Item = (u64, u64)>, limit: f64) -> f64 {
    let mut rows: BTreeMap<(u64, u64), f64> = BTreeMap::new();
    for pair in counts {
        *rows.entry(pair).or_default() += 1.0;
    }
    let all: f64 = rows.values().sum();
    if rows.keys().all(|pair| pair.1 >= MANY) {
        // Rounding is no reason to miss a level.
        let fine = rows
            .iter()
            .filter(|((k, n), _)| *k as f64 / *n as f64 <= limit + 1e-9);
        return fine.map(|(_, weight)| weight).sum::<f64>() / all;
    }
    let likely: Vec<(f64, Vec<f64>)> = rows
        .iter()
        .map(|(&(k, n), &weight)| {
            let (k, n) = (k as f64, n as f64);
            let log = |place: usize| {
                let at = (place as f64 + 0.5) / PLACES as f64;
                k * libm::log(at) + (n - k) * libm::log(1.0 - at)
            };
            let most = (0..PLACES).map(log).fold(f64::NEG_INFINITY, f64::max);
            let likely = (0..PLACES).map(|place| libm::exp(log(place) - most));
            (weight / all, likely.collect())
        })
        .collect();
    let mut shares = vec![1.0 / PLACES as f64; PLACES];
    for _ in 0..STEPS {
        let mut next = vec![0.0; PLACES];
        for (weight, likely) in &likely {
            let sum: f64 = likely.iter().zip(&shares).map(|(l, s)| l * s).sum();
            for (next, (l, s)) in next.iter_mut().zip(likely.iter().zip(&shares)) {
                *next += weight * l * s / sum;
            }
        }
        shares = next;
    }
    let within = |place: usize| (limit * PLACES as f64 - place as f64).clamp(0.0, 1.0);
    let each = shares.iter().enumerate();
    each.map(|(place, share)| share * within(place)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Replicates of chances by option and row.
    fn drawn(chances: &[Vec<f64>], replicates: u64, seed: u64) -> Vec<Vec<Tally>> {
        let mut random = rng(seed, "test");
        let mut uniform = || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let mut tallies = vec![vec![Tally::default(); chances[0].len()]; chances.len()];
        for row in 0..chances[0].len() {
            for replicate in 0..replicates {
                // The same noise for every option.
                let u = uniform();
                for (option, chances) in chances.iter().enumerate() {
                    let half = usize::from(replicate >= replicates / 2);
                    let counts = &mut tallies[option][row].halves[half];
                    counts.1 += 1;
                    counts.0 += u64::from(u < chances[row]);
                }
            }
        }
        tallies
    }

    /// Two options that cross: one rises with the row, one stays.
    fn crossing(rows: usize) -> Vec<Vec<f64>> {
        let rising = (0..rows).map(|row| 0.1 + 0.6 * (row as f64 + 0.5) / rows as f64);
        vec![rising.collect(), vec![0.4; rows]]
    }

    #[test]
    fn few_replicates_leave_the_truth_within_the_ranges() {
        let rows = 1000;
        let chances = crossing(rows);
        // By hand: the first is worse by x - 0.4 where x > 0.4, x even on 0.1..0.7.
        let regret = 0.09 / 2.0 / 0.6;
        let regret_worst = 0.27;
        for seed in 1..6 {
            let costs = Costs::new(&drawn(&chances, 16, seed), Aim::Low);
            let found = measure(&costs, 0.55, seed);
            let first = &found[0];
            assert!((first.mean.value - 0.4).abs() < 0.02);
            for (range, truth) in [
                (first.regret, regret),
                (first.regret_worst, regret_worst),
                (first.worst, 0.67),
                (found[1].regret, regret),
                (found[1].worst, 0.4),
            ] {
                assert!(
                    range.low <= truth && truth <= range.high,
                    "{range:?} {truth}"
                );
                assert!(range.least <= range.most);
            }
            // 0.1 to 0.55 of 0.1 to 0.7.
            let share = first.satisficing;
            assert!((share.value - 0.75).abs() < 0.08, "{share:?}");
            assert!(found[1].satisficing.value > 0.95, "{:?}", found[1]);
            assert!(found[1].difference.low <= 0.0 && found[1].difference.high >= 0.0);
        }
    }

    #[test]
    fn what_is_wanted_turns_it_round() {
        let costs = Costs::new(&drawn(&crossing(500), 64, 3), Aim::High);
        let found = measure(&costs, 0.3, 3);
        assert!((found[0].mean.value - 0.4).abs() < 0.02);
        // Its worst tenth is where the chance is lowest.
        assert!(found[0].worst.low <= 0.13 && found[0].worst.high >= 0.13);
        assert!((found[1].satisficing.value - 1.0).abs() < 0.03);
        let best = costs.best_in();
        assert!((best.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
