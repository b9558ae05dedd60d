//! How time grows with factions, arenas, weeks, replicates and threads: one of them at a
//! time, on scenarios made for it. `report.py` fits the exponents.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod common;

use common::Thing;
use common::synthetic::{Size, scenario};
use serde_json::{Value, json};
use simulate::engine::bench::without_table;
use simulate::engine::{Batch, LanePath};
use simulate::model::Plan;
use simulate::scenario::Scenario;

const SEED: u64 = 1;
const BASE: Size = Size {
    factions: 12,
    arenas: 12,
    weeks: 104,
    claims: None,
};
/// A war of many, of which each is in few places; with less of everything for growth.
const MANY: [(usize, usize); 4] = [(25, 50), (50, 100), (75, 150), (100, 200)];
const CLAIMS: usize = 5;
const REPLICATES: u64 = 64;
const ROUNDS: usize = 5;

fn batch(scenario: &Scenario, replicates: u64) -> Batch<'_> {
    Batch::of(scenario).seed(SEED).replicates(replicates)
}

/// Times a batch on each scenario, all taking turns on one thread.
fn series(points: &[(u64, Scenario, u64)]) -> Value {
    let pool = common::threads(1);
    let things = points.iter().map(|(_, scenario, replicates)| -> Thing<'_> {
        let (pool, batch) = (&pool, batch(scenario, *replicates));
        Box::new(move || common::seconds(|| pool.install(|| without_table(&batch, &mut |_| {}))))
    });
    let times = common::in_turn(ROUNDS, things.collect());
    let points = points.iter().zip(&times);
    let points = points.map(|((size, scenario, replicates), times)| {
        let plan = Plan::new(scenario);
        json!({
            "size": size,
            "replicates": replicates,
            "claims": plan.claims.len(),
            "contacts": plan.contacts.len(),
            "options": plan.options.len(),
            "steps": plan.steps,
            "seconds": common::spread(times),
        })
    });
    Value::Array(points.collect())
}

fn by_size(sizes: &[usize], of: impl Fn(usize) -> Size) -> Value {
    let points: Vec<_> = sizes
        .iter()
        .map(|size| (*size as u64, scenario(of(*size), SEED), REPLICATES))
        .collect();
    series(&points)
}

/// The flagship on 1, 2 ... threads, taking turns.
fn by_threads() -> Value {
    let flagship = common::flagship();
    let counts = common::thread_counts();
    let pools: Vec<_> = counts.iter().map(|count| common::threads(*count)).collect();
    // Whole blocks, as in a real run.
    let things = pools.iter().map(|pool| -> Thing<'_> {
        let batch = batch(&flagship, 2048);
        Box::new(move || common::seconds(|| pool.install(|| without_table(&batch, &mut |_| {}))))
    });
    let times = common::in_turn(9, things.collect());
    let points = counts.iter().zip(&times).map(|(count, own)| {
        json!({
            "size": count,
            "seconds": common::spread(own),
            "over_one": common::ratio(&times[0], own),
        })
    });
    Value::Array(points.collect())
}

/// `scaling synthetic FACTIONS ARENAS WEEKS [CLAIMS]` prints a scenario of that size.
fn asked_for_text() -> Option<String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize| words.get(k).and_then(|word| word.parse().ok());
    (words.first()? == "synthetic").then_some(())?;
    let size = Size {
        factions: number(1)?,
        arenas: number(2)?,
        weeks: number(3)?,
        claims: number(4),
    };
    Some(common::synthetic::text(size, SEED))
}

fn main() {
    if let Some(text) = asked_for_text() {
        print!("{text}");
        return;
    }
    let by_replicates: Vec<_> = [64, 128, 256, 512, 1024]
        .iter()
        .map(|n| (*n, scenario(BASE, SEED), *n))
        .collect();
    let many = MANY.map(|(factions, arenas)| {
        let size = Size {
            factions,
            arenas,
            claims: Some(CLAIMS),
            ..BASE
        };
        (factions as u64, scenario(size, SEED), REPLICATES)
    });
    common::write(
        "scaling.json",
        &json!({
            "path": LanePath::best().name(),
            "base": { "factions": BASE.factions, "arenas": BASE.arenas, "weeks": BASE.weeks, "replicates": REPLICATES },
            "factions": by_size(&[4, 8, 12, 16, 24, 32], |factions| Size { factions, ..BASE }),
            "arenas": by_size(&[4, 8, 12, 16, 24, 32], |arenas| Size { arenas, ..BASE }),
            "weeks": by_size(&[26, 52, 104, 208, 416], |weeks| Size { weeks, ..BASE }),
            "many": series(&many),
            "replicates": series(&by_replicates),
            "threads": by_threads(),
        }),
    );
}
