//! Intervals of paired and unpaired differences hold their level on made-up replicates whose
//! true difference is known.
//!
//! Each test counts in how many of [`TRIALS`] made-up batches the interval misses. At a true
//! level of 95 % that is 200 on average, with a standard deviation of 13.8: more than
//! [`MOST`] has a chance below 1e-5. Seeds are fixed, so that a test that passes once passes
//! always.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulate::engine::{DrawTally, Estimate};
use simulate::experiment::{NEVER, independent_difference, paired_curve, paired_mean, transitions};

const TRIALS: usize = 4000;
/// Misses that a level of 95 % explains.
const MOST: usize = 260;
/// Fewer would be an interval that is far too wide.
const LEAST: usize = 80;

/// A kind of draw: chances that both have the outcome, only the other, only the first.
type Kind = (f64, f64, f64);

/// A made-up pair of scenarios: half of the draws are of each kind.
struct World {
    draws: usize,
    per_draw: usize,
    kinds: [Kind; 2],
}

impl World {
    /// True difference other - first.
    fn difference(&self) -> f64 {
        let of = |kind: Kind| kind.1 - kind.2;
        (of(self.kinds[0]) + of(self.kinds[1])) / 2.0
    }

    /// Weeks of the outcome in both, and the draws.
    fn batch(&self, rng: &mut ChaCha8Rng) -> (Vec<u32>, Vec<u32>, Vec<u64>) {
        let (mut first, mut other, mut draws) = (Vec::new(), Vec::new(), Vec::new());
        for draw in 0..self.draws {
            let kind = self.kinds[usize::from(uniform(rng) < 0.5)];
            for _ in 0..self.per_draw {
                let u = uniform(rng);
                let (a, b) = if u < kind.0 {
                    (3, 4)
                } else if u < kind.0 + kind.1 {
                    (NEVER, 4)
                } else if u < kind.0 + kind.1 + kind.2 {
                    (3, NEVER)
                } else {
                    (NEVER, NEVER)
                };
                first.push(a);
                other.push(b);
                draws.push(draw as u64);
            }
        }
        (first, other, draws)
    }
}

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// How often an interval misses the truth.
fn misses(truth: f64, seed: u64, mut interval: impl FnMut(&mut ChaCha8Rng) -> Estimate) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..TRIALS)
        .filter(|_| {
            let e = interval(&mut rng);
            assert!(e.low <= e.value && e.value <= e.high, "{e:?}");
            truth < e.low || truth > e.high
        })
        .count()
}

fn paired_misses(world: &World, seed: u64, by_draw: bool) -> usize {
    misses(world.difference(), seed, |rng| {
        let (first, other, mut draws) = world.batch(rng);
        if !by_draw {
            draws = (0..draws.len() as u64).collect();
        }
        let curve = paired_curve(&first, &other, &draws, &[0, 5, 10]);
        curve.over_time[2]
    })
}

#[test]
fn the_paired_interval_holds_its_level_with_and_without_shared_draws() {
    let alike = [(0.3, 0.1, 0.05); 2];
    let apart = [(0.3, 0.4, 0.0), (0.3, 0.0, 0.2)];
    for (seed, per_draw, kinds) in [(1, 1, alike), (2, 2, alike), (3, 2, apart), (4, 5, apart)] {
        let world = World {
            draws: 400 / per_draw,
            per_draw,
            kinds,
        };
        let missed = paired_misses(&world, seed, true);
        assert!((LEAST..=MOST).contains(&missed), "{seed}: {missed}");
    }
}

#[test]
fn without_allowing_for_the_draws_it_would_not() {
    let world = World {
        draws: 80,
        per_draw: 5,
        kinds: [(0.3, 0.4, 0.0), (0.3, 0.0, 0.2)],
    };
    let missed = paired_misses(&world, 4, false);
    assert!(missed > 2 * MOST, "{missed}");
}

#[test]
fn the_paired_interval_is_never_too_short_where_hardly_any_replicate_differs() {
    let rare = [(0.1, 0.004, 0.001); 2];
    let none = [(0.1, 0.0, 0.0); 2];
    for (seed, kinds) in [(5, rare), (6, none)] {
        let world = World {
            draws: 150,
            per_draw: 2,
            kinds,
        };
        let missed = paired_misses(&world, seed, true);
        assert!(missed <= MOST, "{seed}: {missed}");
    }
}

#[test]
fn the_unpaired_interval_holds_its_level() {
    // The first has the outcome in the "both" and "first only" cases, the other in its own
    // batch's "both" and "other only" cases.
    let world = World {
        draws: 150,
        per_draw: 2,
        kinds: [(0.3, 0.4, 0.0), (0.1, 0.0, 0.2)],
    };
    let missed = misses(world.difference(), 7, |rng| {
        let chance = |weeks: &[u32], draws: &[u64]| {
            let mut tally = DrawTally::default();
            for (pair, _) in weeks.chunks(2).zip(draws.chunks(2)) {
                tally.add(pair.iter().filter(|w| **w != NEVER).count() as u64, 2);
            }
            tally.chance()
        };
        let (first, _, draws) = world.batch(rng);
        let (_, other, _) = world.batch(rng);
        independent_difference(&chance(&first, &draws), &chance(&other, &draws))
    });
    assert!((LEAST..=MOST).contains(&missed), "{missed}");
}

#[test]
fn the_interval_of_a_mean_difference_holds_its_level() {
    let missed = misses(0.25, 8, |rng| {
        let (mut first, mut other, mut draws) = (Vec::new(), Vec::new(), Vec::new());
        for draw in 0..40 {
            let shared = uniform(rng) - 0.5;
            for _ in 0..3 {
                let base = uniform(rng);
                first.push(base);
                other.push(base + 0.25 + shared + 0.5 * (uniform(rng) - 0.5));
                draws.push(draw);
            }
        }
        paired_mean(&first, &other, &draws)
    });
    assert!((LEAST..=MOST).contains(&missed), "{missed}");
}

#[test]
fn transitions_account_for_every_replicate_and_their_share_holds_its_level() {
    let world = World {
        draws: 150,
        per_draw: 2,
        kinds: [(0.3, 0.4, 0.0), (0.1, 0.0, 0.2)],
    };
    let had = |weeks: &[u32]| vec![weeks.iter().map(|w| *w != NEVER).collect::<Vec<bool>>()];
    let missed = misses(0.3, 9, |rng| {
        let (first, other, draws) = world.batch(rng);
        let found = transitions(&["defeat".to_owned()], &had(&first), &had(&other), &draws);
        let total: u64 = found.list.iter().map(|t| t.count).sum();
        assert_eq!(total, found.replicates);
        assert_eq!(found.changes().map(|t| t.count).sum::<u64>(), found.changed);
        let gained = found
            .list
            .iter()
            .filter(|t| t.from.is_empty() && !t.to.is_empty());
        let curve = paired_curve(&first, &other, &draws, &[10]);
        assert_eq!(gained.map(|t| t.count).sum::<u64>(), curve.gained);
        assert_eq!(found.changed, curve.gained + curve.lost);
        found.share
    });
    assert!((LEAST..=MOST).contains(&missed), "{missed}");
}

/// The curve is made from changes; at every point it must be what counting afresh gives.
#[test]
fn the_difference_over_time_is_that_of_each_point_by_itself() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let week = |rng: &mut ChaCha8Rng| match uniform(rng) {
        u if u < 0.3 => NEVER,
        u => (u * 40.0) as u32,
    };
    let first: Vec<u32> = (0..300).map(|_| week(&mut rng)).collect();
    let other: Vec<u32> = (0..300).map(|_| week(&mut rng)).collect();
    let draws: Vec<u64> = (0..300).map(|r| r / 3).collect();
    let grid: Vec<u32> = (0..=10).map(|k| 4 * k).collect();
    let curve = paired_curve(&first, &other, &draws, &grid);
    for (point, week) in grid.iter().enumerate() {
        let alone = paired_curve(&first, &other, &draws, &[*week]);
        let (one, all) = (alone.over_time[0], curve.over_time[point]);
        for (a, b) in [
            (one.value, all.value),
            (one.low, all.low),
            (one.high, all.high),
        ] {
            assert!((a - b).abs() < 1e-12, "week {week}: {one:?} {all:?}");
        }
        let count = |weeks: &[u32]| weeks.iter().filter(|w| *w <= week).count() as f64;
        let difference = (count(&other) - count(&first)) / 300.0;
        assert!((one.value - difference).abs() < 1e-12, "week {week}");
    }
}

#[test]
fn the_interval_agrees_with_bonett_and_price() {
    // The approval ratings of Agresti (2013), table 11.1: b = 86, c = 150 of 1600.
    let mut first = Vec::new();
    let mut other = Vec::new();
    for (count, a, b) in [
        (794, 1, 1),
        (150, 1, NEVER),
        (86, NEVER, 1),
        (570, NEVER, NEVER),
    ] {
        first.extend(std::iter::repeat_n(a, count));
        other.extend(std::iter::repeat_n(b, count));
    }
    let draws: Vec<u64> = (0..1600).collect();
    let found = paired_curve(&first, &other, &draws, &[1]).over_time[0];
    // By hand: p = 87/1602, q = 151/1602, ±1.96 sqrt((p + q - (p - q)²) / 1602).
    assert_eq!(found.value, -0.04);
    assert!((found.low + 0.058_722_8).abs() < 1e-6, "{found:?}");
    assert!((found.high + 0.021_177_3).abs() < 1e-6, "{found:?}");
}
