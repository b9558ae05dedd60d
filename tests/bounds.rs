//! Work for which there is no memory, or no time, is refused before it begins.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const BASE: &str = "tests/broken/base.toml";

/// What is said of work that is refused at once, with nothing left behind.
fn refused(arguments: &[&str]) -> String {
    let parent = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(arguments)
        .arg("--out")
        .arg(parent.path().join("out"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(began.elapsed() < Duration::from_secs(60), "{arguments:?}");
    assert_eq!(parent.path().read_dir().unwrap().count(), 0);
    said
}

#[test]
fn a_sweep_of_a_million_points_is_refused_with_the_number() {
    let said = refused(&[
        "sweep",
        BASE,
        "-n",
        "1",
        "--set",
        "threat.legitimacy=0:1:1000",
        "--set",
        "threat.repression=0:1:1000",
    ]);
    assert!(
        said.contains("1000000 points are more than 10000") && said.contains("--no-limit"),
        "{said}"
    );
}

#[test]
fn histories_for_which_there_is_no_memory_are_refused_with_the_number() {
    let many = "100000000";
    let compare = refused(&[
        "compare",
        BASE,
        "tests/fixtures/compare/calm.toml",
        "-n",
        many,
    ]);
    let sweep = refused(&[
        "sweep",
        BASE,
        "-n",
        many,
        "--set",
        "threat.legitimacy=[0, 1]",
    ]);
    let replay = refused(&["replay", BASE, "-n", many, "--typical", "any"]);
    for said in [compare, sweep, replay] {
        assert!(said.contains("GiB of memory, more than the"), "{said}");
        assert!(
            said.contains("give fewer --replicates or --threads"),
            "{said}"
        );
    }
}

#[test]
fn a_design_for_which_there_is_no_memory_is_refused_with_the_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = std::fs::read_to_string(BASE).unwrap();
    for k in 0..200 {
        text += &format!(
            "[arena.a{k}]\nname = \"A\"\npopulation = {{ dist = \"uniform\", low = 1000, high = 2000 }}\n\
             control = {{ east = 0.5 }}\n"
        );
    }
    let path = folder.path().join("many.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let said = refused(&["sensitivity", path, "--base", "65536", "--only", "sobol"]);
    assert!(
        said.contains("GiB of memory") && said.contains("--base"),
        "{said}"
    );
}

#[test]
fn a_landscape_of_hours_is_refused_with_the_number() {
    let said = refused(&[
        "landscape",
        "scenarios/iraq_2016.toml",
        "--levels",
        "10000",
        "--draws",
        "1000000",
    ]);
    assert!(
        said.contains("billion sums") && said.contains("--draws"),
        "{said}"
    );
}

#[test]
fn a_grid_whose_points_are_wrong_together_is_refused_with_the_first_that_is() {
    assert!(Path::new(BASE).is_file());
    let said = refused(&[
        "sweep",
        BASE,
        "--set",
        "arena.hills.control.threat=[0.1, 0.5]",
        "--set",
        "arena.hills.control.west=[0.2, 0.6]",
    ]);
    assert!(
        said.contains("the control shares of `hills` sum to 1.1"),
        "{said}"
    );
}

/// A run of far more than a day, with more words; it is asked what a shard of it answers, which
/// takes a moment however much there is to do after it.
fn of_months(more: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(["run", "scenarios/iraq_2016.toml", "-n", "10000000000"])
        .args(["--threads", "1", "--no-replicates", "--print-answer"])
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn replicates_for_more_than_a_day_are_refused_with_the_hours_and_a_small_shard_of_them_is_not() {
    let (code, said) = of_months(&["--shard", "1/1"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("hours (threads: 1), more than 24") && said.contains("--no-limit"),
        "{said}"
    );
    let (code, said) = of_months(&["--shard", "1/100000"]);
    assert_eq!(code, Some(0), "{said}");
}

/// Every command that asks for replicates in numbers, with one nought or more too many.
#[test]
fn every_command_refuses_what_would_take_more_than_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let observed = folder.path().join("observed.csv");
    fs::write(
        &observed,
        "case,event,date,until\niraq_2016,regroup,,2021-06-15\n",
    )
    .unwrap();
    let observed = observed.to_str().unwrap();
    let (case, learned) = (
        "scenarios/iraq_2016.toml",
        "scenarios/hindcast/iraq_2014.toml",
    );
    let strength = "threat.fighters=[30000, 40000]";
    let learned = [
        learned,
        "--observed",
        "scenarios/hindcast/iraq_2014_observed.csv",
    ];
    let of_memory = ["compare", "sweep", "replay", "score"];
    let commands: [&[&str]; 9] = [
        &["run", case, "-n", "10000000000", "--no-replicates"],
        &["compare", case, case, "-n", "1000000000"],
        &["sweep", case, "--set", strength, "-n", "1000000000"],
        &["sensitivity", case, "--base", "8192", "-n", "100000"],
        &[
            "discover",
            case,
            "--outcome",
            "regroup",
            "--points",
            "65536",
            "-n",
            "10000",
        ],
        &["replay", case, "--typical", "any", "-n", "1000000000"],
        &[
            "backtest",
            "scenarios",
            "--years",
            "1",
            "--observed",
            observed,
            "-n",
            "100000000",
        ],
        &[&["score"], &learned[..], &["-n", "1000000000"]].concat(),
        &[
            &["calibrate"],
            &learned[..],
            &["--simulations", "1000000000"],
        ]
        .concat(),
    ];
    for words in commands {
        let said = refused(&[words, &["--threads", "1"]].concat());
        // Those that keep something of each are out of memory long before.
        let why = match of_memory.contains(&words[0]) {
            true => "GiB of memory, more than",
            false => "more than 24; give fewer",
        };
        assert!(said.contains(why), "{words:?}: {said}");
    }
}

#[test]
fn what_takes_too_long_is_let_pass_at_ones_own_risk() {
    let (code, said) = of_months(&["--shard", "1/1", "--no-limit"]);
    assert_eq!(code, Some(0), "{said}");
}
