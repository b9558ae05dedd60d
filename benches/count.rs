//! Counts the operations of a step of the flagship, with the feature `count`.
//!
//! One operation is one on all lanes. What an exponential, logarithm or draw is made of
//! is not counted again. Steps alone count, not the start.

mod common;

use common::group::Ready;
use serde_json::{Map, Value, json};
use simulate::model::step::PROCESSES;
use simulate::model::step::bench::History;
use simulate::numeric::Baseline;
use simulate::numeric::count::{Op, counts};

const LANES: usize = 16;
const GROUPS: u64 = 4;

/// Counts by kind, as means over `steps`.
fn by_kind(counts: &[u64; Op::ALL.len()], steps: f64) -> Value {
    let named = Op::ALL.iter().zip(counts);
    let named = named.map(|((_, name), count)| ((*name).to_owned(), json!(*count as f64 / steps)));
    Value::Object(named.collect::<Map<_, _>>())
}

fn main() {
    let scenario = common::flagship();
    let ready = Ready::new(&scenario);
    let mut parts = [[0u64; Op::ALL.len()]; PROCESSES.len() + 1];
    for group in 0..GROUPS {
        let first = group * LANES as u64;
        let params = ready.params::<LANES>(&ready.inputs(first));
        let mut history = History::begin(Baseline, ready.setting(&params), ready.streams(first));
        for t in 1..=ready.plan.steps {
            for (part, sums) in parts.iter_mut().enumerate() {
                let before = counts();
                match part < PROCESSES.len() {
                    true => history.process(Baseline, part, t),
                    false => history.see(Baseline, t),
                }
                for (sum, (now, before)) in sums.iter_mut().zip(counts().iter().zip(before)) {
                    *sum += now - before;
                }
            }
        }
    }
    let steps = (GROUPS * ready.plan.steps as u64) as f64;
    let mut all = [0; Op::ALL.len()];
    for part in &parts {
        for (sum, count) in all.iter_mut().zip(part) {
            *sum += count;
        }
    }
    let names = PROCESSES.iter().map(|(name, _)| *name);
    let named = names.chain(["outcomes and record"]).zip(&parts);
    let named = named.map(|(name, counts)| (name.to_owned(), by_kind(counts, steps)));
    common::write(
        "counts.json",
        &json!({
            "scenario": common::FLAGSHIP,
            "lanes": LANES,
            "groups": GROUPS,
            "steps": ready.plan.steps,
            "per_step": by_kind(&all, steps),
            "parts": named.collect::<Map<_, _>>(),
        }),
    );
}
