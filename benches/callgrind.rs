//! A batch and nothing else, on one thread, for `callgrind.sh`: `callgrind PATH REPLICATES`;
//! `callgrind steps` says the flagship's steps and ordered pairs, `callgrind bare STEPS` does the counted operations of so many
//! steps of 16 replicates in bare loops with AVX2.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod common;
#[path = "kernel/limit.rs"]
#[allow(dead_code)]
mod limit;

use common::group::SEED;
use simulate::engine::bench::without_table;
use simulate::engine::{Batch, LanePath};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["steps"] => {
            let plan = simulate::model::Plan::new(&common::flagship());
            println!("{} {}", plan.steps, plan.factions * (plan.factions - 1));
        }
        ["bare", steps] => bare(steps.parse().expect("a number of steps")),
        [name, replicates] => batch(name, replicates.parse().expect("a number of replicates")),
        // `cargo bench` gives --bench: there is nothing to do without callgrind.
        _ => println!("nothing to do: see benches/callgrind.sh"),
    }
}

fn batch(name: &str, replicates: u64) {
    let path = LanePath::ALL.into_iter().find(|(_, known)| *known == name);
    let (path, _) = path.expect("a lane path");
    if !path.is_available() {
        eprintln!("this machine has no {name}");
        std::process::exit(2);
    }
    let scenario = common::flagship();
    let batch = Batch::of(&scenario)
        .seed(SEED)
        .replicates(replicates)
        .path(path);
    let run = || without_table(&batch, &mut |_| {});
    let (summary, _) = common::threads(1).install(run);
    println!("{} replicates", summary.replicates);
}

#[cfg(target_arch = "x86_64")]
fn bare(steps: usize) {
    let counts = common::read("counts.json").expect("run the count first: see benches/README.md");
    let work = limit::Work::of(&counts, limit::Extent::All).expect("counts of every kind");
    let isa = simulate::numeric::Avx2::detect().expect("AVX2");
    let mut bench = limit::Bench::<16>::new();
    (0..steps).for_each(|t| bench.step(isa, &work, t));
}

#[cfg(not(target_arch = "x86_64"))]
fn bare(_: usize) {
    eprintln!("this machine has no avx2");
    std::process::exit(2);
}
