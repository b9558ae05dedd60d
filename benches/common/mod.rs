//! What the measuring programs share: timing, ratios of things timed in turn, results.
//!
//! Own code rather than a harness, because what is wanted are ratios of two programs
//! that take turns in one session on a noisy machine, written where `report.py` finds them.
#![allow(dead_code, clippy::expect_used, clippy::unwrap_used)]

pub mod group;
pub mod synthetic;

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};
use simulate::engine::LanePath;
use simulate::scenario::Scenario;

/// The flagship.
pub const FLAGSHIP: &str = "scenarios/iraq_2016.toml";

/// A file of the repository.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The flagship scenario.
pub fn flagship() -> Scenario {
    Scenario::load(&file(FLAGSHIP)).unwrap_or_else(|p| panic!("{}", p.render(false)))
}

/// The paths of this machine, the reference first.
pub fn paths() -> Vec<LanePath> {
    let all = LanePath::ALL.into_iter().map(|(path, _)| path);
    all.filter(|path| path.is_available()).collect()
}

/// Seconds that something takes.
pub fn seconds<R>(body: impl FnOnce() -> R) -> f64 {
    let began = Instant::now();
    std::hint::black_box(body());
    began.elapsed().as_secs_f64()
}

/// Something to be timed.
pub type Thing<'a> = Box<dyn FnMut() -> f64 + 'a>;

/// Times several things in turn, `rounds` times over, after one round that doesn't count.
/// Each gives its time in the unit that is to be compared; the result is by thing, then round.
pub fn in_turn(rounds: usize, mut things: Vec<Thing<'_>>) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); things.len()];
    for round in 0..=rounds {
        for (thing, times) in things.iter_mut().zip(&mut times) {
            let time = thing();
            if round > 0 {
                times.push(time);
            }
        }
    }
    times
}

/// Median, quartiles and range.
pub fn spread(values: &[f64]) -> Value {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |q: f64| {
        let place = q * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[place as usize], sorted[place.ceil() as usize]);
        below + (above - below) * place.fract()
    };
    json!({
        "median": quantile(0.5),
        "low": quantile(0.25),
        "high": quantile(0.75),
        "least": quantile(0.0),
        "most": quantile(1.0),
        "n": sorted.len(),
    })
}

/// The spread of the ratios of two things, round by round.
pub fn ratio(over: &[f64], under: &[f64]) -> Value {
    let ratios: Vec<f64> = over.iter().zip(under).map(|(a, b)| a / b).collect();
    spread(&ratios)
}

/// A pool of rayon threads.
pub fn threads(count: usize) -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count);
    pool.build().expect("threads")
}

/// Numbers of threads to try: 1, 2, 4 ... up to the machine's.
pub fn thread_counts() -> Vec<usize> {
    let most = std::thread::available_parallelism().map_or(1, usize::from);
    let doubled = std::iter::successors(Some(1), |n| Some(n * 2));
    doubled.take_while(|n| *n <= most).collect()
}

/// Reads a result of another measuring program.
pub fn read(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(file("target/bench").join(name)).ok()?;
    serde_json::from_str(&text).ok()
}

/// Writes a result to `target/bench/`.
pub fn write(name: &str, value: &Value) {
    let folder = file("target/bench");
    std::fs::create_dir_all(&folder).expect("a folder for results");
    let mut text = serde_json::to_string_pretty(value).expect("JSON");
    text.push('\n');
    std::fs::write(folder.join(name), text).expect("a result can be written");
    println!("wrote target/bench/{name}");
}
