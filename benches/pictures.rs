//! The pictures of a run of the flagship, all together, on every number of threads.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod common;

use serde_json::{Map, json};
use simulate::engine::Batch;
use simulate::engine::bench::without_table;
use simulate::report::figures::{Order, Print, draw_all};

const REPLICATES: u64 = 1024;

fn main() {
    let scenario = common::flagship();
    let batch = Batch::of(&scenario)
        .seed(common::group::SEED)
        .replicates(REPLICATES);
    let (summary, _) = without_table(&batch, &mut |_| {});
    let mut by_threads = Map::new();
    for count in common::thread_counts() {
        let pool = common::threads(count);
        let print = Print::default();
        let order = Order {
            print: &print,
            notes: &[],
        };
        let draw = || common::seconds(|| pool.install(|| draw_all(&summary, order).unwrap()));
        let times = common::in_turn(15, vec![Box::new(draw)]);
        by_threads.insert(count.to_string(), common::spread(&times[0]));
    }
    common::write(
        "pictures.json",
        &json!({
            "scenario": common::FLAGSHIP,
            "replicates": REPLICATES,
            "seconds_by_threads": by_threads,
        }),
    );
}
