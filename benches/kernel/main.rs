//! The kernel: every submodel, the whole step, and the arithmetic limit, for every lane
//! path, on the flagship; and the ratios of paths that took turns.
//!
//! Submodels are timed where they stand, step after step of real histories, so that each
//! meets the states that it meets in a run. Needs `count` to have been run before.
#![allow(clippy::expect_used, clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod limit;

use std::time::Instant;

use common::Thing;
use common::group::{Ready, SEED};
use limit::{Bench, Extent, Work};
use serde_json::{Map, Value, json};
use simulate::engine::bench::{WIDE, without_table};
use simulate::engine::{Batch, LanePath, Row};
use simulate::model::step::PROCESSES;
use simulate::model::step::bench::History;
use simulate::numeric::{Baseline, Isa};
use simulate::scenario::Scenario;

/// Replicates that every path runs, the same for all.
const REPLICATES: u64 = 16;
const ROUNDS: usize = 15;
/// More rounds where one is shorter than a time slice.
const SHORT_ROUNDS: usize = 41;

fn main() {
    let scenario = common::flagship();
    let ready = Ready::new(&scenario);
    let counts = common::read("counts.json").expect("run the count first: see benches/README.md");
    let rows = rows(&scenario, LanePath::Scalar);
    let mut result = Map::new();
    for path in common::paths() {
        let measured = match path {
            LanePath::Scalar => one_path::<1, _>(Baseline, &ready, &counts, &rows),
            LanePath::Baseline => one_path::<WIDE, _>(Baseline, &ready, &counts, &rows),
            #[cfg(target_arch = "x86_64")]
            LanePath::Avx2 => {
                let isa = simulate::numeric::Avx2::detect().expect("available");
                one_path::<WIDE, _>(isa, &ready, &counts, &rows)
            }
            #[cfg(target_arch = "x86_64")]
            LanePath::Avx512 => {
                let isa = simulate::numeric::Avx512::detect().expect("available");
                one_path::<WIDE, _>(isa, &ready, &counts, &rows)
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => unreachable!("not on this machine"),
        };
        result.insert(path.name().to_owned(), measured);
    }
    let engine = engine(&scenario);
    for (name, measured) in &mut result {
        measured["engine_us_per_replicate"] = engine[name]["us"].clone();
        measured["over_scalar"] = engine[name]["over_scalar"].clone();
    }
    let plan = &ready.plan;
    common::write(
        "kernel.json",
        &json!({
            "scenario": common::FLAGSHIP,
            "replicates": REPLICATES,
            "best": LanePath::best().name(),
            "size": {
                "factions": plan.factions,
                "ordered_pairs": plan.factions * (plan.factions - 1),
                "arenas": plan.arenas,
                "claims": plan.claims.len(),
                "contacts": plan.contacts.len(),
                "options": plan.options.len(),
                "channels": plan.channels.count(),
                "steps": plan.steps,
            },
            "paths": result,
        }),
    );
}

/// The rows of the replicates, from the engine itself.
fn rows(scenario: &Scenario, path: LanePath) -> Vec<Row> {
    let mut kept = Vec::new();
    let batch = Batch::of(scenario)
        .seed(SEED)
        .replicates(REPLICATES)
        .path(path);
    without_table(&batch, &mut |rows| kept.extend_from_slice(rows));
    kept
}

/// Nanoseconds a replicate and step.
fn per_step(seconds: f64, ready: &Ready<'_>) -> f64 {
    seconds * 1e9 / (REPLICATES as f64 * ready.plan.steps as f64)
}

fn one_path<const N: usize, I: Isa>(
    isa: I,
    ready: &Ready<'_>,
    counts: &Value,
    rows: &[Row],
) -> Value {
    check::<N, I>(isa, ready, rows);
    let mut things: Vec<Thing<'_>> = vec![Box::new(|| {
        per_step(histories::<N, I>(isa, ready).0, ready)
    })];
    for (extent, _) in Extent::ALL {
        let work = Work::of(counts, extent).expect("counts of every kind");
        let mut bench = Bench::<N>::new();
        things.push(Box::new(move || {
            let seconds = common::seconds(|| {
                for _ in 0..REPLICATES as usize / N {
                    (0..ready.plan.steps).for_each(|t| bench.step(isa, &work, t));
                }
            });
            per_step(seconds, ready)
        }));
    }
    let times = common::in_turn(SHORT_ROUNDS, things);
    let limit: Map<_, _> = Extent::ALL
        .iter()
        .zip(&times[1..])
        .map(|((_, name), limit)| {
            let value = json!({
                "ns_per_replicate_step": common::spread(limit),
                "share_of_limit": common::ratio(limit, &times[0]),
            });
            ((*name).to_owned(), value)
        })
        .collect();
    println!(
        "{N} lanes: {} ns a step",
        common::spread(&times[0])["median"]
    );
    json!({
        "lanes": N,
        "step_ns": common::spread(&times[0]),
        "limit": limit,
        "bare_ns": bare::<N, I>(isa),
        "parts_ns": parts::<N, I>(isa, ready),
        "setup_us": setup::<N, I>(isa, ready),
    })
}

/// Nanoseconds a replicate of each kind of operation in a bare loop.
fn bare<const N: usize, I: Isa>(isa: I) -> Value {
    const COUNT: usize = 20_000;
    let mut bench = Bench::<N>::new();
    let kinds = Work::kinds(COUNT).map(|(name, work)| {
        // Step 1: no random words are made.
        let time = || common::seconds(|| bench.step(isa, &work, 1)) * 1e9 / (COUNT * N) as f64;
        (
            name,
            common::in_turn(ROUNDS, vec![Box::new(time)]).remove(0),
        )
    });
    let named = kinds.map(|(name, times)| (name.to_owned(), common::spread(&times)));
    Value::Object(named.into_iter().collect())
}

/// The parts in their order are what the engine does: the same bits come out.
fn check<const N: usize, I: Isa>(isa: I, ready: &Ready<'_>, rows: &[Row]) {
    let found = histories::<N, I>(isa, ready).1;
    let wanted = rows.iter().map(|row| row.final_strength.to_bits());
    assert!(
        found.into_iter().map(f32::to_bits).eq(wanted),
        "the parts of a step don't add up to the engine's step"
    );
}

/// Runs the replicates; seconds spent in steps, and the threat's strength at the end.
fn histories<const N: usize, I: Isa>(isa: I, ready: &Ready<'_>) -> (f64, Vec<f32>) {
    let (mut seconds, mut strengths) = (0.0, Vec::new());
    for first in (0..REPLICATES).step_by(N) {
        let params = ready.params::<N>(&ready.inputs(first));
        let mut history = History::begin(isa, ready.setting(&params), ready.streams(first));
        seconds += common::seconds(|| {
            for t in 1..=ready.plan.steps {
                for place in 0..PROCESSES.len() {
                    history.process(isa, place, t);
                }
                history.see(isa, t);
            }
        });
        strengths.extend_from_slice(&history.state.strength.0);
    }
    (seconds, strengths)
}

/// Nanoseconds a replicate and step of every part, less what the clock itself takes.
///
/// The quantiles over the rounds are taken for each step of each group and then summed: what
/// interrupts a round falls on one step of one part, and would otherwise stay in its sum.
fn parts<const N: usize, I: Isa>(isa: I, ready: &Ready<'_>) -> Value {
    let clock = clock();
    let steps = ready.plan.steps * REPLICATES as usize / N;
    let mut times = vec![vec![Vec::with_capacity(ROUNDS); steps]; PROCESSES.len() + 1];
    for _ in 0..ROUNDS {
        let mut step = 0;
        for first in (0..REPLICATES).step_by(N) {
            let params = ready.params::<N>(&ready.inputs(first));
            let mut history = History::begin(isa, ready.setting(&params), ready.streams(first));
            for t in 1..=ready.plan.steps {
                for (place, times) in times.iter_mut().enumerate() {
                    let began = Instant::now();
                    match place < PROCESSES.len() {
                        true => history.process(isa, place, t),
                        false => history.see(isa, t),
                    }
                    times[step].push(began.elapsed().as_secs_f64() - clock);
                }
                step += 1;
            }
        }
    }
    let names = PROCESSES.iter().map(|(name, _)| *name);
    let named = names.chain([SEEN]).zip(&times).map(|(name, steps)| {
        let spreads: Vec<Value> = steps.iter().map(|times| common::spread(times)).collect();
        let sum = |key: &str| {
            let seconds = spreads.iter().filter_map(|s| s[key].as_f64()).sum();
            per_step(seconds, ready)
        };
        let value = json!({
            "median": sum("median"), "low": sum("low"), "high": sum("high"), "n": ROUNDS,
        });
        (name.to_owned(), value)
    });
    Value::Object(named.collect())
}

/// Outcomes and record, which look at the end of a step.
const SEEN: &str = "outcomes and record";

/// Seconds that taking the time twice takes.
fn clock() -> f64 {
    let mut times: Vec<f64> = (0..10_001).map(|_| common::seconds(|| ())).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Microseconds a replicate of what comes before the first step.
fn setup<const N: usize, I: Isa>(isa: I, ready: &Ready<'_>) -> Value {
    let us = |body: &mut dyn FnMut()| {
        let times: Vec<f64> = (0..ROUNDS)
            .map(|_| common::seconds(&mut *body) * 1e6 / N as f64)
            .collect();
        common::spread(&times)
    };
    let inputs = ready.inputs::<N>(0);
    let params = ready.params(&inputs);
    json!({
        "inputs": us(&mut || drop(std::hint::black_box(ready.inputs::<N>(0)))),
        "params": us(&mut || drop(std::hint::black_box(ready.params(&inputs)))),
        "start": us(&mut || {
            let streams = ready.streams(0);
            drop(std::hint::black_box(History::begin(isa, ready.setting(&params), streams)));
        }),
    })
}

/// The whole engine on one thread, the paths taking turns; and that their results agree.
fn engine(scenario: &Scenario) -> Value {
    let pool = common::threads(1);
    let paths = common::paths();
    let batch = |path, replicates| {
        Batch::of(scenario)
            .seed(SEED)
            .replicates(replicates)
            .path(path)
    };
    let results: Vec<_> = paths
        .iter()
        .map(|path| pool.install(|| without_table(&batch(*path, 200), &mut |_| {})))
        .collect();
    assert!(
        results.windows(2).all(|two| two[0] == two[1]),
        "paths give different results"
    );
    // Enough of them that what follows once on all of them takes next to nothing.
    const BATCH: u64 = 512;
    let things = paths.iter().map(|path| -> Thing<'_> {
        let (pool, batch) = (&pool, batch(*path, BATCH));
        Box::new(move || {
            let run = || pool.install(|| without_table(&batch, &mut |_| {}));
            common::seconds(run) * 1e6 / BATCH as f64
        })
    });
    let times = common::in_turn(ROUNDS, things.collect());
    let named = paths.iter().zip(&times).map(|(path, own)| {
        let value = json!({
            "us": common::spread(own),
            "over_scalar": common::ratio(&times[0], own),
        });
        (path.name().to_owned(), value)
    });
    Value::Object(named.collect())
}
