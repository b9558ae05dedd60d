//! Replicates whose state stops being finite: the batch goes on, and says so.

use std::process::Command;

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::CommandCargoExt;

/// Ties without saturation and with an absurd weight of balance blow up within weeks.
fn blow_up(saturation: &str, out: &std::path::Path) -> assert_cmd::assert::Assert {
    Command::cargo_bin("simulate")
        .expect("the program")
        .args(["scenarios/afghanistan_1989.toml", "-n", "64"])
        .args(["--set", "rivalry.balance=1e9"])
        .args(["--set", &format!("rivalry.tie_saturation={saturation}")])
        .arg("--out")
        .arg(out)
        .assert()
}

#[test]
fn replicates_that_stop_being_finite_are_listed_and_the_rest_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run");
    let sometimes = "{ dist = \"discrete\", values = [1.0, 1e30], weights = [3, 1] }";
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
    assert_eq!(failed[0]["part"], "hostility", "{failed:?}");
    assert!(failed[0]["step"].is_u64() && failed[0]["replicate"].is_u64());
    let summary = read("summary.json");
    assert_eq!(summary["failed"], failed.len());
    assert_eq!(summary["replicates"], 64 - failed.len());
    assert_eq!(manifest["partial"], false);
}

#[test]
fn where_no_replicate_stays_finite_nothing_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run");
    let done = blow_up("1e30", &out).code(1);
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.contains("no replicate stayed finite"), "{said}");
    let left = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert_eq!(left, 0, "something was left behind");
}
