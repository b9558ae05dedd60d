//! Who holds what: sums over a batch, and when an arena falls, against single histories.

use simulate::engine::{Batch, LanePath, Progress, Row, Summary, run};
use simulate::experiment::replay::{Detail, replay};
use simulate::scenario::{Holder, Scenario};

const BASE: &str = "tests/broken/base.toml";

fn batch(scenario: &Scenario, replicates: u64, path: LanePath) -> (Summary, Vec<Row>) {
    let batch = Batch::of(scenario)
        .seed(1)
        .replicates(replicates)
        .path(path);
    let mut all = Vec::new();
    let done = run(&batch, &Progress::default(), |rows: &[Row]| {
        all.extend_from_slice(rows);
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok((summary, _)) = done;
    (summary, all)
}

fn scenario(settings: &[&str]) -> Scenario {
    let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
    let loaded = Scenario::load_with(BASE.as_ref(), &settings);
    loaded.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// 21 replicates are no whole number of lanes.
#[test]
fn shares_are_means_over_the_histories_and_falls_are_theirs() {
    let scenario = scenario(&[]);
    let replicates = 21;
    let (summary, rows) = batch(&scenario, replicates, LanePath::best());
    let histories: Vec<_> = (0..replicates)
        .map(|r| replay(&scenario, 1, r, Detail::Few))
        .collect();
    let mut fell = 0;
    for (a, arena) in summary.arenas.iter().enumerate() {
        let total = |step: usize| arena.holders.iter().map(|h| h.shares[step]).sum::<f64>();
        for holder in &arena.holders {
            let is_it = |other: &Holder| match other {
                Holder::Threat => holder.key == "threat",
                Holder::Nobody => holder.key == "nobody",
                Holder::Faction(i) => scenario.factions[*i].key == holder.key,
            };
            for (step, share) in holder.shares.iter().enumerate() {
                let held = histories.iter().map(|history| {
                    let mut series = history.trace.control[a].iter();
                    let found = series.find(|(other, _)| is_it(other));
                    f64::from(found.expect("the holder").1[step])
                });
                let mean = held.sum::<f64>() / replicates as f64;
                assert!(
                    (share - mean).abs() < 2e-6,
                    "{} {step}: {share} {mean}",
                    arena.key
                );
            }
        }
        for step in 0..=summary.steps {
            assert!((total(step) - 1.0).abs() < 1e-4, "{} {step}", arena.key);
        }
        // The largest holder by the same order: the factions, the threat, then nobody.
        for (row, history) in rows.iter().zip(&histories) {
            let rank = |holder: &Holder| match holder {
                Holder::Faction(i) => *i,
                Holder::Threat => usize::MAX - 1,
                Holder::Nobody => usize::MAX,
            };
            let mut series: Vec<_> = history.trace.control[a].iter().collect();
            series.sort_by_key(|(holder, _)| rank(holder));
            let largest = |step: usize| {
                let first = (series[0].0, series[0].1[step]);
                let most = series.iter().map(|(holder, all)| (*holder, all[step]));
                most.fold(first, |most, x| if x.1 > most.1 { x } else { most })
                    .0
            };
            let falls = (1..=summary.steps).find(|&step| largest(step) != largest(0));
            assert_eq!(row.falls[a].map(|s| s as usize), falls, "{}", arena.key);
            fell += usize::from(falls.is_some());
        }
        let share = rows.iter().filter(|row| row.falls[a].is_some()).count() as f64 / 21.0;
        assert!((arena.falls.value - share).abs() < 1e-12);
        assert_eq!(
            arena.incidence.last().map(|e| e.value),
            Some(arena.falls.value)
        );
    }
    assert!(fell > 0);
}

#[test]
fn sums_are_the_same_on_every_path() {
    let scenario = scenario(&[]);
    let (one, _) = batch(&scenario, 50, LanePath::Scalar);
    let (other, _) = batch(&scenario, 50, LanePath::best());
    assert!(one.arenas == other.arenas);
}
