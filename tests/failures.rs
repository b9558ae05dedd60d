//! Replicates whose state stops being finite: the batch goes on, and says so.

use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::CommandCargoExt;

/// A faction that is levied again and again, by so much each time, soon is too large for any
/// number.
fn blow_up(by: &str, out: &std::path::Path) -> assert_cmd::assert::Assert {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("levy.toml");
    let base = std::fs::canonicalize("scenarios/afghanistan_1989.toml").expect("a scenario");
    let text = format!(
        "extends = '{}'\n[[event]]\nid = \"levy\"\nname = \"A levy without end\"\nhazard_per_year = 1e4\n\
         repeats = true\neffect = [{{ on = \"fighters(jamiat)\", multiply = {by} }}]\n",
        base.display()
    );
    std::fs::write(&path, text).expect("written");
    Command::cargo_bin("simulate")
        .expect("the program")
        .arg(&path)
        .args(["-n", "64", "--out"])
        .arg(out)
        .assert()
}

#[test]
fn replicates_that_stop_being_finite_are_listed_and_the_rest_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run");
    let sometimes = "{ dist = \"discrete\", values = [1.0, 1e9], weights = [3, 1] }";
    let done = blow_up(sometimes, &out).code(3);
    let screen = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    assert!(screen.contains("stopped being finite"), "{screen}");

    let read = |name: &str| -> serde_json::Value {
        let text = std::fs::read_to_string(out.join(name)).expect("a file");
        serde_json::from_str(&text).expect("JSON")
    };
    let manifest = read("manifest.json");
    let failed = manifest["failed"].as_array().expect("a list");
    assert!(!failed.is_empty() && failed.len() < 64, "{failed:?}");
    let part = failed[0]["part"].as_str().expect("a part");
    assert!(part.starts_with("the threat's fighters"), "{failed:?}");
    assert!(failed[0]["step"].is_u64() && failed[0]["replicate"].is_u64());
    let summary = read("summary.json");
    assert_eq!(summary["failed"], failed.len());
    assert_eq!(summary["replicates"], 64 - failed.len());
    assert_eq!(manifest["partial"], false);

    // Nor are they in what is summed on the way, whoever ran beside them.
    for arena in summary["arenas"].as_array().expect("arenas") {
        let holders = arena["holders"].as_array().expect("holders");
        for step in 0..=summary["steps"].as_u64().expect("steps") as usize {
            let shares = holders
                .iter()
                .map(|h| h["shares"][step].as_f64().expect("a share"));
            let total: f64 = shares.sum();
            assert!(
                (total - 1.0).abs() < 1e-4,
                "{} {step}: {total}",
                arena["key"]
            );
        }
    }
}

#[test]
fn where_no_replicate_stays_finite_nothing_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run");
    let done = blow_up("1e9", &out).code(1);
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.contains("no replicate stayed finite"), "{said}");
    let left = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert_eq!(left, 0, "something was left behind");
}
