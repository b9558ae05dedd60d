//! What is kept of each replicate: that it is so, and that a finished run gives it back.

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::process::Command;

use simulate::engine::{self, Batch, Progress, Row, Single};
use simulate::report::FinishedRun;
use simulate::scenario::Scenario;

const BASE: &str = "tests/broken/base.toml";

fn scenario(path: &Path) -> Scenario {
    Scenario::load(path).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

#[test]
fn the_weeks_of_a_row_are_those_at_which_a_watcher_sees_it_happen() {
    for (file, seed) in [(BASE, 4), ("scenarios/iraq_2016.toml", 5)] {
        let scenario = scenario(Path::new(file));
        let regroup = scenario.outcomes.iter().position(|o| o.key == "regroup");
        let regroup = regroup.expect("a built-in outcome");
        for replicate in 0..12 {
            let single = Single::new(&scenario, seed, replicate);
            let factions = single.plan.factions;
            let mut events: Vec<Option<u32>> = vec![None; scenario.events.len()];
            let mut outbreaks: Vec<Option<u32>> = vec![None; single.plan.pairs.len()];
            let mut lowest = (f32::INFINITY, 0);
            let (row, _) = single.run(|moment| {
                let step = u32::try_from(moment.step).expect("few steps");
                for &event in moment.events {
                    events[event].get_or_insert(step);
                }
                let conflict = |state: &simulate::model::State<1>, a: usize, b: usize| {
                    state.conflict[a * factions + b].lane(0) > 0.5
                };
                for (first, pair) in outbreaks.iter_mut().zip(&single.plan.pairs) {
                    let (before, after) = (moment.before, moment.after);
                    if conflict(after, pair.a, pair.b) && !conflict(before, pair.a, pair.b) {
                        first.get_or_insert(step);
                    }
                }
                let strength = moment.after.strength.lane(0);
                if strength < lowest.0 {
                    lowest = (strength, step);
                }
            });
            assert_eq!(row.events, events, "{file}, replicate {replicate}");
            // After it has regrouped it may fall lower still: that is another trough.
            if row.outcomes[regroup].first.is_none() {
                let trough = (row.trough, row.trough_step);
                assert_eq!(trough, lowest, "{file}, replicate {replicate}");
            }
            for (of_row, seen) in row.breaks_out.iter().zip(&outbreaks) {
                assert!(of_row == seen, "{file}, {replicate}: {of_row:?} {seen:?}");
            }
        }
    }
}

#[test]
fn a_finished_run_gives_back_the_rows_of_the_model() {
    let temporary = tempfile::tempdir().expect("a folder");
    // Some of its replicates fail.
    let blown = temporary.path().join("blown.toml");
    let parent = fs::canonicalize("scenarios/afghanistan_1989.toml").expect("a scenario");
    let sometimes = "{ dist = \"discrete\", values = [1.0, 1e9], weights = [3, 1] }";
    let text = format!(
        "extends = '{}'\n[[event]]\nid = \"levy\"\nname = \"A levy without end\"\nhazard_per_year = 1e4\n\
         repeats = true\neffect = [{{ on = \"fighters(jamiat)\", multiply = {sometimes} }}]\n",
        parent.display()
    );
    fs::write(&blown, text).expect("written");
    for (number, (file, code)) in [
        (Path::new(BASE), 0),
        (Path::new("scenarios/grand_alliance_1945.toml"), 0),
        (&blown, 3),
    ]
    .into_iter()
    .enumerate()
    {
        let out = temporary.path().join(number.to_string());
        let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
        command
            .arg("run")
            .arg(file)
            .args(["-n", "96", "--seed", "3", "-q", "--out"]);
        let done = command.arg(&out).status().expect("it runs");
        assert_eq!(done.code(), Some(code), "{}", file.display());
        let mut read: Vec<Row> = Vec::new();
        let finished = FinishedRun::open(&out).expect("a run");
        finished
            .rows(|rows| read.extend_from_slice(rows))
            .expect("rows");
        let scenario = scenario(file);
        let batch = Batch::of(&scenario).seed(3).replicates(96);
        let mut given: Vec<Row> = Vec::new();
        let table = |rows: &[Row]| {
            given.extend_from_slice(rows);
            Ok::<(), Infallible>(())
        };
        let Ok(_) = engine::run(&batch, &Progress::default(), table);
        assert_eq!(read.len(), given.len());
        for (read, given) in read.iter().zip(&mut given) {
            if given.failed.is_some() {
                // Figures of a whole history that wasn't one are not written.
                assert!(read.trough.is_nan() && read.mean_cohesion.is_nan());
                given.trough_step = 0;
                for (figure, read) in [
                    (&mut given.trough, read.trough),
                    (&mut given.final_strength, read.final_strength),
                    (&mut given.final_cohesion, read.final_cohesion),
                    (&mut given.mean_cohesion, read.mean_cohesion),
                ] {
                    *figure = read;
                }
            }
            // As text, in which what is not a number is like itself.
            assert_eq!(format!("{read:?}"), format!("{given:?}"));
        }
        let failed = given.iter().filter(|row| row.failed.is_some()).count();
        assert_eq!(failed > 0 && failed < 96, code == 3);
    }
}
