//! A result depends on scenario, seed and number of replicates alone: every lane path,
//! number of threads and size of block gives the same rows and the same summary.

use simulate::engine::{Batch, Design, LanePath, Progress, Row, run_in_blocks};
use simulate::scenario::Scenario;

/// Not a multiple of any number of lanes, so that some lanes run beyond the batch.
const REPLICATES: u64 = 37;

/// Rows and summary of a batch, as text: numbers in their shortest exact form.
fn result(scenario: &Scenario, path: LanePath, threads: usize, block: u64) -> (String, String) {
    let batch = Batch::of(scenario)
        .seed(7)
        .replicates(REPLICATES)
        .path(path);
    let design = Design::new(scenario, batch.seed);
    let mut text = String::new();
    let table = |rows: &[Row]| {
        for row in rows {
            text += &format!("{row:?}\n");
        }
        Ok::<(), std::convert::Infallible>(())
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let (summary, failures) = pool
        .build()
        .expect("threads")
        .install(|| run_in_blocks(&batch, &design, &Progress::default(), block, table))
        .expect("rows can't fail");
    assert!(failures.is_empty(), "{failures:?}");
    (text, serde_json::to_string(&summary).expect("JSON"))
}

#[test]
fn every_path_number_of_threads_and_block_gives_the_same_bytes() {
    let mut compared = 0;
    for file in crate::scenario_paths() {
        let scenario = Scenario::load(&file).unwrap_or_else(|p| panic!("{}", p.render(false)));
        let reference = result(&scenario, LanePath::Scalar, 1, 1024);
        assert_eq!(reference.0.lines().count() as u64, REPLICATES);
        for (path, name) in LanePath::ALL {
            if !path.is_available() {
                continue;
            }
            for (threads, block) in [(1, 1024), (2, 16), (3, 5)] {
                let found = result(&scenario, path, threads, block);
                assert!(
                    found == reference,
                    "{}: {name}, {threads} threads, blocks of {block} differ from the scalar path",
                    file.display()
                );
                compared += 1;
            }
        }
    }
    // Three scenarios, and at least the scalar and the baseline path.
    assert!(compared >= 3 * 2 * 3);
}
