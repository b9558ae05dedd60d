//! The theory's own numbers: the landscape of 2016 (Axelrod and Furnas), its energies, minima
//! and defection thresholds; and random landscapes against plain enumeration.

use proptest::prelude::*;

use super::*;

/// Scores from 1 (hostile) to 5 (allied); propensity is the score less 3.
/// Actors: US, Russia, Syria, Turkey, Saudi Arabia, Iran, IS, Hezbollah, Iraqi Kurds, Nusra, Iraq.
const SCORES: [[f64; 11]; 11] = [
    [3., 2., 2., 5., 4., 2., 1., 1., 4., 2., 4.],
    [2., 3., 4., 2., 3., 3., 1., 3., 2., 2., 4.],
    [2., 4., 3., 1., 2., 4., 1., 4., 1., 2., 3.],
    [5., 2., 1., 3., 3., 2., 2., 3., 2., 2., 3.],
    [4., 3., 2., 3., 3., 1., 1., 3., 3., 2., 3.],
    [2., 3., 4., 2., 1., 3., 2., 5., 3., 2., 2.],
    [1., 1., 1., 2., 1., 2., 3., 2., 1., 2., 1.],
    [1., 3., 4., 3., 3., 5., 2., 3., 3., 2., 3.],
    [4., 2., 1., 2., 3., 3., 1., 3., 3., 2., 3.],
    [2., 2., 2., 2., 2., 2., 2., 2., 2., 3., 2.],
    [4., 4., 3., 3., 3., 2., 1., 3., 3., 2., 3.],
];
const THREAT: usize = 6;

fn of_2016(threat: f64) -> Landscape {
    let mut sizes = [10., 10., 50., 10., 10., 20., 100., 20., 40., 10., 50.];
    sizes[THREAT] = threat;
    let propensity: Vec<Vec<f64>> = SCORES
        .iter()
        .map(|row| row.iter().map(|score| score - 3.0).collect())
        .collect();
    Landscape::new(&sizes, &propensity).expect("a landscape")
}

#[test]
fn the_landscape_of_2016_has_its_published_minimum() {
    let weighed = of_2016(100.0).weigh();
    assert_eq!(weighed.alignments, 1024);
    assert_eq!(weighed.stable.len(), 1);
    let (sides, energy) = weighed.stable[0];
    assert_eq!(energy, -83_200.0);
    // Turkey, IS and Nusra against all others; the last actor is on side 0.
    assert_eq!(sides, 1 << 3 | 1 << THREAT | 1 << 9);
}

#[test]
fn the_number_of_minima_by_the_size_of_the_threat_is_the_published_one() {
    let published = [
        (100.0, 1),
        (75.0, 2),
        (48.0, 3),
        (42.0, 3),
        (37.0, 2),
        (30.0, 3),
        (22.0, 2),
        (10.0, 2),
        (3.0, 1),
    ];
    for (size, minima) in published {
        assert_eq!(of_2016(size).weigh().stable.len(), minima, "size {size}");
    }
}

#[test]
fn actors_leave_at_the_published_sizes_of_the_threat() {
    let start = of_2016(100.0).weigh().stable[0].0;
    for (actor, threshold) in [(0, 15.0), (2, 10.0), (4, 35.0), (8, 40.0)] {
        assert!(of_2016(threshold + 0.01).gain(actor, start) < 0.0);
        assert!(of_2016(threshold - 0.01).gain(actor, start) > 0.0);
    }
}

#[test]
fn thresholds_are_worked_out_as_published() {
    let landscape = of_2016(100.0);
    let start = landscape.weigh().stable[0].0;
    let thresholds: Vec<Option<f64>> = (0..11)
        .map(|actor| landscape.threshold(actor, THREAT, start))
        .collect();
    let mut published = [None; 11];
    for (actor, size) in [(0, 15.0), (2, 10.0), (4, 35.0), (8, 40.0)] {
        published[actor] = Some(size);
    }
    assert_eq!(thresholds, published);
}

#[test]
fn an_actor_without_size_has_a_side_but_no_weight() {
    let propensity = [[0., 1., 1.], [1., 0., 0.], [1., 0., 0.]].map(|row| row.to_vec());
    let landscape = Landscape::new(&[1.0, 1.0, 0.0], &propensity).expect("a landscape");
    // Its friend weighs something for it, it weighs nothing for its friend.
    assert_eq!(landscape.gain(2, 0b100), 1.0);
    assert_eq!(landscape.gain(0, 0b100), -1.0);
    assert_eq!(landscape.weigh().stable, [(0, 0.0)]);
}

#[test]
fn rivals_unite_against_an_enemy_if_they_hate_it_more_than_each_other() {
    // n rivals of equal size with mutual -r and -h to the threat, all of size 1: with the
    // threat as large as all of them together, they unite if and only if h > r.
    for n in 2..7 {
        for (r, h, unites) in [(0.5, 0.6, true), (0.5, 0.4, false)] {
            let mut sizes = vec![1.0; n];
            sizes.push((n - 1) as f64);
            let propensity: Vec<Vec<f64>> = (0..=n)
                .map(|i| {
                    (0..=n)
                        .map(|j| if i == n || j == n { -h } else { -r })
                        .collect()
                })
                .collect();
            let landscape = Landscape::new(&sizes, &propensity).expect("a landscape");
            let united = (1 << n) - 1;
            assert_eq!(landscape.keenest(united).is_empty(), unites, "{n} {h}");
        }
    }
}

/// How many alignments are stable, counted with whole numbers alone.
fn counted(sizes: &[i64], mutual: impl Fn(usize, usize) -> i64) -> usize {
    let n = sizes.len();
    let opposite = |sides: u32, i: usize, j: usize| (sides >> i ^ sides >> j) & 1 == 1;
    let frustration = |sides: u32, i: usize| -> i64 {
        let others = (0..n).filter(|&j| j != i && opposite(sides, i, j));
        others.map(|j| sizes[j] * mutual(i, j)).sum()
    };
    let stays = |sides: u32, i: usize| frustration(sides, i) <= frustration(sides ^ 1 << i, i);
    (0..1u32 << (n - 1))
        .filter(|&sides| (0..n).all(|i| stays(sides, i)))
        .count()
}

#[test]
fn ties_are_found_whatever_the_order_in_which_they_are_added_up() {
    // Signed graphs of 16 actors of one size, friends at 0.99 and enemies at -0.99 but for the
    // dust of single precision, as the model's weights have it.
    for seed in 0..40u64 {
        let sign = |i: usize, j: usize| {
            let (i, j) = (i.min(j) as u64, i.max(j) as u64);
            let mixed = (seed * 961 + i * 31 + j + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            [1, -1, 0, 0][(mixed >> 61) as usize % 4]
        };
        let propensity: Vec<Vec<f64>> = (0..16)
            .map(|i| {
                (0..16)
                    .map(|j| {
                        let dust = ((i * 7 + j * 13 + seed as usize) % 5) as f64 - 2.0;
                        0.99 * f64::from(sign(i, j)) + dust * 6e-8
                    })
                    .collect()
            })
            .collect();
        let landscape = Landscape::new(&[0.0625; 16], &propensity).expect("a landscape");
        let whole = counted(&[1; 16], |i, j| i64::from(sign(i, j)));
        assert_eq!(landscape.weigh().stable.len(), whole, "seed {seed}");
    }
}

#[test]
fn sizes_with_a_common_measure_balance_exactly() {
    // Two of 10 weigh what one of 20 does, though neither is a multiple of the 3.
    let parts = [3.0, 10.0, 10.0, 20.0];
    let sizes: Vec<f64> = parts.iter().map(|part| part * 0.873_12 / 43.0).collect();
    let mutual = |i: usize, j: usize| match (i.min(j), i.max(j)) {
        (0, 1 | 2) => 1,
        (0, 3) => -1,
        _ => 0,
    };
    let row = |i| (0..4).map(|j| mutual(i, j) as f64).collect();
    let propensity: Vec<Vec<f64>> = (0..4).map(row).collect();
    let landscape = Landscape::new(&sizes, &propensity).expect("a landscape");
    // With all on one side the first one gains nothing by leaving.
    assert_eq!(landscape.gain(0, 0), 0.0);
    let whole = counted(&[3, 10, 10, 20], mutual);
    assert_eq!(landscape.weigh().stable.len(), whole);
}

#[test]
fn equal_enemies_have_every_even_split_among_the_deepest() {
    for n in [4usize, 6, 8] {
        let propensity = vec![vec![-0.37; n]; n];
        let landscape = Landscape::new(&vec![1.0 / n as f64; n], &propensity).expect("one");
        // Halves of n, a split and its mirror image counted once: n! / (n/2)!^2 / 2.
        let halves = [(4, 3), (6, 10), (8, 35)];
        let halves = halves.iter().find(|h| h.0 == n).map(|h| h.1);
        let weighed = landscape.weigh();
        assert_eq!(Some(weighed.deepest), halves);
        assert_eq!(Some(weighed.stable.len()), halves);
        // All would gain alike by leaving one side.
        assert_eq!(landscape.keenest(0), (0..n).collect::<Vec<_>>());
    }
}

fn any_landscape() -> impl Strategy<Value = Landscape> {
    (1usize..15).prop_flat_map(|n| {
        let sizes = prop::collection::vec(0.0..10.0f64, n);
        let rows = prop::collection::vec(prop::collection::vec(-1.0..1.0f64, n), n);
        (sizes, rows).prop_map(|(sizes, rows)| Landscape::new(&sizes, &rows).expect("a landscape"))
    })
}

proptest! {
    #[test]
    fn what_is_weighed_is_what_plain_enumeration_finds(landscape in any_landscape()) {
        let weighed = landscape.weigh();
        let free = landscape.actors() - 1;
        let plain: Vec<Sides> = (0..1u32 << free)
            .filter(|&sides| landscape.keenest(sides).is_empty())
            .collect();
        let mut found: Vec<Sides> = weighed.stable.iter().map(|s| s.0).collect();
        found.sort_unstable();
        prop_assert_eq!(found, plain);
        for (sides, energy) in weighed.stable {
            prop_assert!((landscape.energy(sides) - energy).abs() < 1e-9);
        }
    }

    #[test]
    fn basins_are_where_the_way_down_ends(landscape in any_landscape()) {
        let stable = landscape.weigh().stable;
        let mut ends = vec![0; stable.len()];
        let last = landscape.actors() - 1;
        for start in 0..1u32 << last {
            let mut sides = start;
            while let Some(first) = landscape.keenest(sides).first() {
                sides ^= 1 << first;
            }
            let end = match sides >> last & 1 {
                0 => sides,
                _ => !sides & ((1 << last) - 1),
            };
            let at = stable.iter().position(|s| s.0 == end);
            ends[at.expect("a stable alignment")] += 1;
        }
        prop_assert_eq!(landscape.basins(&stable), ends);
    }

    #[test]
    fn the_line_index_is_what_plain_enumeration_finds(landscape in any_landscape()) {
        let n = landscape.actors();
        let p = |i: usize, j: usize| landscape.mutual[i * n + j];
        let odd = |sides: Sides, i: usize, j: usize| {
            let together = (sides >> i ^ sides >> j) & 1 == 0;
            p(i, j) != 0 && together != (p(i, j) > 0)
        };
        let pairs = || (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let count = |sides| pairs().filter(|&(i, j)| odd(sides, i, j)).count() as u64;
        let weight = |&(i, j): &(usize, usize)| {
            landscape.as_energy(landscape.pull[i * n + j].abs())
        };
        let weigh = |sides| -> f64 { pairs().filter(|&(i, j)| odd(sides, i, j)).map(|p| weight(&p)).sum() };
        let all = || 0..1u32 << (n - 1);
        let found = SignedNetwork::of(&landscape);
        prop_assert_eq!(Some(found.line_index), all().map(count).min());
        let least = all().map(weigh).fold(f64::INFINITY, f64::min);
        prop_assert!((found.weighted_line_index - least).abs() < 1e-6 * (1.0 + least));
    }

    #[test]
    fn a_change_that_somebody_gains_by_lowers_the_energy(landscape in any_landscape(), sides: u32) {
        let sides = sides & ((1 << landscape.actors()) - 1);
        for i in landscape.keenest(sides).into_iter().filter(|i| landscape.sizes[*i] > 0) {
            prop_assert!(landscape.energy(sides ^ 1 << i) < landscape.energy(sides));
        }
    }
}
