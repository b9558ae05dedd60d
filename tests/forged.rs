//! Run folders that were changed, hashes and all: `compare` refuses them, and never panics.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use simulate::experiment::{ComparedRun, Histories, compare};
use simulate::report::{FinishedRun, Manifest};

use crate::random::SplitMix;

const FILES: [&str; 4] = [
    "manifest.json",
    "summary.json",
    "scenario.resolved.toml",
    "replicates.parquet",
];

/// A small run in a folder below `parent`.
fn run(parent: &Path) -> PathBuf {
    let out = parent.join("run");
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(["run", "tests/broken/base.toml", "-n", "40", "-q", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    out
}

/// The run with another file in the place of one of its own, and the manifest to match.
fn forge(run: &Path, parent: &Path, file: &str, bytes: &[u8]) -> PathBuf {
    let forged = parent.join("forged");
    let _ = fs::remove_dir_all(&forged);
    fs::create_dir(&forged).unwrap();
    for name in FILES {
        fs::copy(run.join(name), forged.join(name)).unwrap();
    }
    if file != "manifest.json" {
        let manifest = fs::read_to_string(run.join("manifest.json")).unwrap();
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        let own = hash(&fs::read(run.join(file)).unwrap());
        assert!(manifest.contains(&own));
        let manifest = Manifest::seal(manifest.replace(&own, &hash(bytes)));
        fs::write(forged.join("manifest.json"), manifest).unwrap();
    }
    let bytes = match (file, str::from_utf8(bytes)) {
        ("manifest.json", Ok(text)) => Manifest::seal(text.to_owned()).into_bytes(),
        _ => bytes.to_vec(),
    };
    fs::write(forged.join(file), bytes).unwrap();
    forged
}

/// Reads a folder and compares it with a run; whether it was taken for one.
fn read(run: &Path, forged: &Path) -> bool {
    let read = |folder: &Path, label: &str| -> Option<ComparedRun> {
        let finished = FinishedRun::open(folder).ok()?;
        let mut histories = Histories::new(&finished.scenario);
        finished.rows(|rows| histories.add(rows)).ok()?;
        Some(ComparedRun {
            label: label.to_owned(),
            histories,
            streams: finished.manifest.streams,
            summary: finished.summary,
            scenario: finished.scenario,
        })
    };
    let Some(other) = read(forged, "forged") else {
        return false;
    };
    let own = read(run, "own").unwrap();
    compare(&[own, other], false);
    true
}

/// Changes bytes: one, a stretch cut out or doubled, the end cut off, a number of a text.
fn mutate(bytes: &mut Vec<u8>, random: &mut SplitMix) {
    const VALUES: [&str; 10] = [
        "-1",
        "0",
        "1e308",
        "18446744073709551615",
        "null",
        "\"x\"",
        "[]",
        "{}",
        "0.5",
        "99",
    ];
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    let length = random.below(40).min(bytes.len() - at);
    match random.below(6) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.below(256) as u8,
        2 => drop(bytes.drain(at..at + length)),
        3 => {
            let again = bytes[at..at + length].to_vec();
            bytes.splice(at..at, again);
        }
        4 => bytes.truncate(at),
        _ => {
            let is_digit = |b: &u8| b.is_ascii_digit();
            if let Some(start) = bytes[at..].iter().position(is_digit).map(|k| at + k) {
                let end = bytes[start..].iter().position(|b| !is_digit(b));
                let end = end.map_or(bytes.len(), |k| start + k);
                let value = VALUES[random.below(VALUES.len())];
                bytes.splice(start..end, value.bytes());
            }
        }
    }
}

#[test]
fn a_run_folder_changed_anywhere_is_refused_or_compared_without_panic() {
    let parent = tempfile::tempdir().unwrap();
    let run = run(parent.path());
    assert!(read(&run, &run));
    let own: Vec<Vec<u8>> = FILES
        .iter()
        .map(|f| fs::read(run.join(f)).unwrap())
        .collect();
    let mut refused = 0;
    for seed in 0..400 {
        let mut random = SplitMix(seed);
        let file = random.below(FILES.len());
        let mut bytes = own[file].clone();
        for _ in 0..=random.below(3) {
            mutate(&mut bytes, &mut random);
        }
        let forged = forge(&run, parent.path(), FILES[file], &bytes);
        let done = catch_unwind(AssertUnwindSafe(|| read(&run, &forged)));
        let taken = done.unwrap_or_else(|_| panic!("seed {seed}, {}", FILES[file]));
        refused += usize::from(!taken);
    }
    // Most changes make nonsense.
    assert!(refused > 200, "{refused} of 400 are refused");
}

/// `simulate compare` of the run and a forged one: its exit code and what it says.
fn compared(run: &Path, forged: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .arg("compare")
        .args([run, forged])
        .arg("--out")
        .arg(forged.with_extension("compared"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn a_summary_that_is_not_its_scenario_s_is_refused_in_a_sentence() {
    let parent = tempfile::tempdir().unwrap();
    let run = run(parent.path());
    let text = fs::read(run.join("summary.json")).unwrap();
    let own: Value = serde_json::from_slice(&text).unwrap();
    let forgeries: [(&str, Value); 14] = [
        ("/coalitions/0/members/1", json!(99)),
        ("/coalitions/0/key", json!("others")),
        ("/factions/0/key", json!("")),
        ("/pairs/0/b", json!(7)),
        ("/pairs", json!([])),
        ("/support/0/patron", json!(9)),
        ("/rivalry/end/0", json!([])),
        ("/outcomes/0/incidence", json!([])),
        ("/outcomes/0/chance/value", json!(7.5)),
        ("/outcomes/0/id", json!("stalemate")),
        ("/fans/0/quantiles", json!([[0, 0, 0, 0, 0]])),
        ("/steps", json!(3)),
        ("/step_weeks", json!(0)),
        ("/replicates", json!(39)),
    ];
    for (path, value) in forgeries {
        let mut changed = own.clone();
        *changed
            .pointer_mut(path)
            .unwrap_or_else(|| panic!("{path}")) = value;
        let bytes = serde_json::to_vec(&changed).unwrap();
        let forged = forge(&run, parent.path(), "summary.json", &bytes);
        let (code, said) = compared(&run, &forged);
        assert_eq!(code, Some(2), "{path}: {said}");
        assert!(said.contains("is not what a run left"), "{path}: {said}");
        assert!(!said.contains("panicked"), "{path}: {said}");
    }
}

#[test]
fn a_column_of_another_name_is_missed_by_its_own() {
    let parent = tempfile::tempdir().unwrap();
    let run = run(parent.path());
    let own = fs::read(run.join("replicates.parquet")).unwrap();
    for (name, other) in [
        ("week.collapse.allies", "week.collapse.others"),
        ("event_week.summit", "event_week.summer"),
        ("input.faction.east.fighters", "input.faction.west.fighters"),
        ("mean_cohesion", "meanxcohesion"),
    ] {
        let (from, to) = (name.as_bytes(), other.as_bytes());
        let mut bytes = own.clone();
        let mut found = 0;
        for at in 0..bytes.len() - from.len() {
            if &bytes[at..at + from.len()] == from {
                bytes[at..at + from.len()].copy_from_slice(to);
                found += 1;
            }
        }
        assert!(found > 0, "{name}");
        let forged = forge(&run, parent.path(), "replicates.parquet", &bytes);
        let (code, said) = compared(&run, &forged);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(&format!("it has no column {name}")), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_run_folder_is_not_waited_for() {
    let parent = tempfile::tempdir().unwrap();
    let run = run(parent.path());
    for file in FILES {
        let bytes = fs::read(run.join(file)).unwrap();
        let forged = forge(&run, parent.path(), file, &bytes);
        fs::remove_file(forged.join(file)).unwrap();
        let made = Command::new("mkfifo").arg(forged.join(file)).status();
        assert!(made.unwrap().success());
        let (code, said) = compared(&run, &forged);
        assert_eq!(code, Some(2), "{file}: {said}");
    }
}
