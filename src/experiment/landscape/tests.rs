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
            assert_eq!(landscape.keenest(united).is_none(), unites, "{n} {h}");
        }
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
            .filter(|&sides| landscape.keenest(sides).is_none())
            .collect();
        let mut found: Vec<Sides> = weighed.stable.iter().map(|s| s.0).collect();
        found.sort_unstable();
        prop_assert_eq!(found, plain);
        for (sides, energy) in weighed.stable {
            prop_assert!((landscape.energy(sides) - energy).abs() < 1e-9);
        }
    }

    #[test]
    fn a_change_that_somebody_gains_by_lowers_the_energy(landscape in any_landscape(), sides: u32) {
        let sides = sides & ((1 << landscape.actors()) - 1);
        if let Some(i) = landscape.keenest(sides) {
            prop_assert!(landscape.energy(sides ^ 1 << i) < landscape.energy(sides));
        }
    }
}
