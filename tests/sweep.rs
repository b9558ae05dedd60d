//! `simulate sweep`: one or two numbers over a grid, on common random numbers.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";

fn simulate(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").args(arguments).assert()
}

/// Sweeps into a new folder and returns it with what was printed as JSON.
fn sweep(arguments: &[&str]) -> (tempfile::TempDir, Value) {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("sweep");
    let out = out.to_str().expect("a name");
    let mut all = vec!["sweep", BASE, "--format", "json", "--out", out];
    all.extend(arguments);
    let outcome = simulate(&all).code(0);
    let printed = serde_json::from_slice(&outcome.get_output().stdout).expect("JSON");
    (temporary, printed)
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join("sweep").join(name)).expect(name)
}

#[test]
fn each_point_is_the_run_of_the_scenario_with_that_value() {
    let (folder, printed) = sweep(&["--set", "tie.west+east.hostility=[0.9, 0.2]", "-n", "200"]);
    let axis = &printed["result"]["axes"][0];
    assert_eq!(axis["key"], "tie.east+west.hostility");
    let points = printed["result"]["points"].as_array().expect("points");
    assert_eq!(points.len(), 2);
    for point in points {
        let value = point["values"][0].as_f64().expect("a number");
        let out = folder.path().join(format!("run-{value}"));
        let setting = format!("tie.east+west.hostility={value}");
        simulate(&[
            "run",
            BASE,
            "--set",
            &setting,
            "-n",
            "200",
            "-q",
            "--out",
            out.to_str().expect("a name"),
        ])
        .code(0);
        let summary = fs::read_to_string(out.join("summary.json")).expect("a summary");
        let summary: Value = serde_json::from_str(&summary).expect("JSON");
        let outcomes = summary["outcomes"].as_array().expect("outcomes");
        let outcomes: Vec<&Value> = outcomes.iter().filter(|o| o["part_of"].is_null()).collect();
        assert!(outcomes.iter().any(|o| o["chance"]["value"] != 0.0));
        for (k, outcome) in outcomes.iter().enumerate() {
            assert_eq!(
                outcome["chance"], point["outcomes"][k]["value"],
                "{value} {k}"
            );
        }
    }
}

#[test]
fn the_reference_is_the_point_nearest_to_the_scenario_and_differs_from_itself_by_nothing() {
    let (_folder, printed) = sweep(&["--set", "tie.east+west.hostility=0:1:5", "-n", "64"]);
    let result = &printed["result"];
    assert_eq!(result["axes"][0]["own"], 0.75);
    assert_eq!(result["reference"], serde_json::json!([0.75]));
    let points = result["points"].as_array().expect("points");
    for (k, point) in points.iter().enumerate() {
        assert_eq!(point["values"][0], k as f64 / 4.0);
        let difference = &point["cohesion"]["difference"];
        let chances = point["outcomes"].as_array().expect("outcomes");
        if k == 3 {
            assert_eq!(difference["value"], 0.0);
            assert_eq!(difference["low"], difference["high"]);
            assert!(chances.iter().all(|o| o["difference"]["value"] == 0.0));
        } else {
            assert_ne!(difference["value"], 0.0);
        }
        for (other, o) in chances.iter().enumerate() {
            let reference = &points[3]["outcomes"][other]["value"]["value"];
            let own = o["value"]["value"].as_f64().expect("a chance");
            let apart = own - reference.as_f64().expect("a chance");
            let said = o["difference"]["value"].as_f64().expect("a difference");
            assert!((apart - said).abs() < 1e-12, "{apart} {said}");
        }
    }
}

#[test]
fn two_keys_make_a_grid_with_every_file_of_the_folder() {
    let swept = [
        "--set",
        "threat.quality=[0.5, 1, 2]",
        "--set",
        "rivalry.hostility_scale=0:1:2",
        "--set",
        "threat.fighters=900",
        "-n",
        "40",
    ];
    let (folder, printed) = sweep(&swept);
    let points = printed["result"]["points"].as_array().expect("points");
    let values: Vec<String> = points.iter().map(|p| p["values"].to_string()).collect();
    let wanted = [
        "[0.5,0.0]",
        "[0.5,1.0]",
        "[1.0,0.0]",
        "[1.0,1.0]",
        "[2.0,0.0]",
        "[2.0,1.0]",
    ];
    assert_eq!(values, wanted);
    let outcomes = printed["result"]["outcomes"].as_array().expect("outcomes");
    let rows = 6 * (outcomes.len() + 1);
    let table = read(folder.path(), "sweep.csv");
    assert_eq!(table.lines().count(), rows + 1);
    assert!(table.starts_with(
        "input.threat.quality,input.rivalry.hostility_scale,outcome,label,replicates,"
    ));
    let parquet = fs::File::open(folder.path().join("sweep/sweep.parquet")).expect("a table");
    let parquet = SerializedFileReader::new(parquet).expect("Parquet");
    let rows_there = parquet
        .get_row_iter(None)
        .expect("rows")
        .map(|r| r.expect("a row"));
    // The same rows as the CSV, field by field.
    for (row, line) in rows_there.zip(table.lines().skip(1)) {
        let fields: Vec<String> = row
            .get_column_iter()
            .map(|(_, field)| field.to_string().trim_matches('"').to_owned())
            .collect();
        for (field, text) in fields.iter().zip(line.split(',')) {
            let same = match (field.parse::<f64>(), text.parse::<f64>()) {
                (Ok(a), Ok(b)) => a == b,
                _ => field == text,
            };
            assert!(same, "{field} {text}");
        }
    }
    assert_eq!(parquet.metadata().file_metadata().num_rows(), rows as i64);
    assert!(read(folder.path(), "scenario.resolved.toml").contains("fighters = 900"));
    let manifest: Value =
        serde_json::from_str(&read(folder.path(), "manifest.json")).expect("JSON");
    assert_eq!(manifest["kind"], "sweep");
    assert_eq!(manifest["replicates"], 6 * 40);
    assert_eq!(
        manifest["again"],
        "simulate sweep scenario.resolved.toml --set 'threat.quality=[0.5, 1, 2]' --set 'rivalry.hostility_scale=[0, 1]' --seed 1 --replicates 40"
    );
    let files = manifest["files"].as_object().expect("files");
    let names: Vec<&String> = files.keys().collect();
    let wanted = [
        "index.html",
        "scenario.resolved.toml",
        "sweep.csv",
        "sweep.json",
        "sweep.parquet",
        "sweep.png",
    ];
    assert_eq!(names, wanted);
}

#[test]
fn threads_change_no_byte() {
    let with = |threads: &str| {
        let swept = [
            "--set",
            "threat.quality=0.5:2:9",
            "-n",
            "130",
            "--threads",
            threads,
        ];
        sweep(&swept).0
    };
    let (one, three) = (with("1"), with("3"));
    for name in ["sweep.png", "sweep.json", "sweep.csv", "sweep.parquet"] {
        let bytes = |folder: &tempfile::TempDir| fs::read(folder.path().join("sweep").join(name));
        assert!(
            bytes(&one).expect(name) == bytes(&three).expect(name),
            "{name}"
        );
    }
}

#[test]
fn wrong_sweeps_are_said_before_anything_is_run() {
    let cases: [(&str, &[&str]); 10] = [
        ("nothing_swept", &["threat.quality=1"]),
        (
            "three_keys",
            &[
                "threat.quality=0:1:2",
                "threat.fighters=[1, 2]",
                "oil.start=[1, 2]",
            ],
        ),
        (
            "key_twice",
            &["threat.quality=0:1:2", "threat.quality=[1, 2]"],
        ),
        ("no_count", &["threat.quality=0:1"]),
        ("low_not_below_high", &["threat.quality=1:1:5"]),
        ("one_value", &["threat.quality=[1]"]),
        ("value_twice", &["threat.quality=[1, 2, 1]"]),
        ("out_of_range", &["threat.opportunists=0.5:1.5:3"]),
        ("unknown_key", &["threat.qualty=0:1:3"]),
        ("not_of_the_world", &["run.seed=[1, 2]"]),
    ];
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("sweep");
    for (name, settings) in cases {
        let mut arguments = vec!["sweep", BASE, "--out", out.to_str().expect("a name")];
        for setting in settings {
            arguments.extend(["--set", setting]);
        }
        let outcome = simulate(&arguments).code(2);
        assert!(outcome.get_output().stdout.is_empty());
        assert!(!out.exists());
        let said = String::from_utf8_lossy(&outcome.get_output().stderr).into_owned();
        insta::with_settings!({snapshot_path => "snapshots/sweep", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, said);
        });
    }
}
