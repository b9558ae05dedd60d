//! `--precision`: on until the intervals are narrow enough, with the result of asking at once.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";
/// Replicates in a block: where the rule is looked at.
const BLOCK: u64 = 1024;

#[test]
fn the_number_reached_gives_the_same_bytes_as_asking_for_it_at_once() {
    let temporary = tempfile::tempdir().expect("a folder");
    // Draws of three replicates reach over the end of a block.
    for (name, settings, precision) in [
        ("plain", &[][..], "0.012"),
        (
            "draws",
            &["--set", "run.replicates_per_draw=3"][..],
            "0.015",
        ),
    ] {
        let folder = |kind: &str| temporary.path().join(format!("{name}-{kind}"));
        let until = folder("until");
        run(&until, settings, &["--precision", precision], "");
        let reached = manifest(&until)["replicates_asked"]
            .as_u64()
            .expect("a number");
        assert!(
            reached > BLOCK && reached.is_multiple_of(BLOCK),
            "{reached}"
        );
        let at_once = folder("at-once");
        run(&at_once, settings, &["-n", &reached.to_string()], "");
        same(&until, &at_once);
        let elsewhere = folder("elsewhere");
        let one_thread = ["--precision", precision, "--threads", "1"];
        run(&elsewhere, settings, &one_thread, "scalar");
        same(&until, &elsewhere);

        // It ended neither too early nor too late.
        let precision: f64 = precision.parse().expect("a number");
        assert!(widest(&until) <= precision);
        let before = folder("before");
        run(
            &before,
            settings,
            &["-n", &(reached - BLOCK).to_string()],
            "",
        );
        assert!(widest(&before) > precision);
    }
}

#[test]
fn the_most_replicates_end_it_and_that_is_said() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (until, at_once) = (temporary.path().join("a"), temporary.path().join("b"));
    let said = run(
        &until,
        &[],
        &["--precision", "0.001", "--max-replicates", "1500"],
        "",
    );
    assert!(
        said.contains("the precision of ±0.001 is not reached: after --max-replicates 1500"),
        "{said}"
    );
    assert_eq!(run(&at_once, &[], &["-n", "1500"], ""), "");
    same(&until, &at_once);
}

#[test]
fn a_precision_that_can_not_be_meant_ends_with_2() {
    for (arguments, says) in [
        (
            &["--precision", "0.01", "-n", "500"][..],
            "cannot be used with",
        ),
        (&["--precision", "0"], "above 0 and below 0.5"),
        (&["--precision", "0.5"], "above 0 and below 0.5"),
        (&["--precision", "-0.1"], "error"),
        (&["--precision", "NaN"], "above 0 and below 0.5"),
        (&["--precision", "fine"], "above 0 and below 0.5"),
        (&["--max-replicates", "500"], "--precision"),
        (&["--precision", "0.01", "--max-replicates", "0"], "0"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
        let outcome = command.args(["run", BASE]).args(arguments).assert().code(2);
        let said = String::from_utf8_lossy(&outcome.get_output().stderr).into_owned();
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

/// Runs into a folder; returns what was said on standard error.
fn run(out: &Path, settings: &[&str], arguments: &[&str], lanes: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env_remove("SIMULATE_LANES");
    if !lanes.is_empty() {
        command.env("SIMULATE_LANES", lanes);
    }
    let outcome = command
        .args(["run", BASE, "--out"])
        .arg(out)
        .args(settings)
        .args(arguments)
        .assert()
        .code(0);
    String::from_utf8(outcome.get_output().stderr.clone()).expect("text")
}

fn manifest(folder: &Path) -> Value {
    json(&folder.join("manifest.json"))
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

/// All files are alike, but for the manifest's clock.
fn same(a: &Path, b: &Path) {
    assert_eq!(names(a), names(b));
    for name in names(a) {
        if name == Path::new("manifest.json") {
            let [mut a, mut b] = [manifest(a), manifest(b)];
            a["clock"] = Value::Null;
            b["clock"] = Value::Null;
            assert_eq!(a, b);
        } else {
            let [a, b] = [a, b].map(|folder| std::fs::read(folder.join(&name)).expect("a file"));
            assert!(a == b, "{} differs", name.display());
        }
    }
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| PathBuf::from(entry.expect("an entry").file_name()))
        .collect();
    names.sort();
    for wanted in [
        "outcomes.png",
        "replicates.parquet",
        "summary.csv",
        "summary.json",
    ] {
        assert!(names.contains(&PathBuf::from(wanted)), "{wanted}");
    }
    names
}

/// Half the widest interval of the headline table.
fn widest(folder: &Path) -> f64 {
    let summary = json(&folder.join("summary.json"));
    let outcomes = summary["outcomes"].as_array().expect("a list");
    let half = |outcome: &Value| {
        let end = |end: &str| outcome["chance"][end].as_f64().expect("a number");
        (end("high") - end("low")) / 2.0
    };
    outcomes.iter().map(half).fold(0.0, f64::max)
}
