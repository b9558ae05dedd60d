//! `simulate landscape`, as a user runs it.

use assert_cmd::Command;
use serde_json::Value;

fn landscape(scenario: &str, more: &[&str]) -> (std::path::PathBuf, tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut command = Command::cargo_bin("simulate").expect("the program");
    let run = command
        .args(["landscape", scenario, "--out"])
        .arg(&out)
        .args(more)
        .assert()
        .success();
    let text = String::from_utf8(run.get_output().stdout.clone()).expect("text");
    (out, folder, text)
}

#[test]
fn the_same_scenario_gives_the_same_files_on_any_number_of_threads() {
    let scenario = "scenarios/afghanistan_1989.toml";
    let (one, _keep, _) = landscape(scenario, &["--threads", "1", "--draws", "8"]);
    let (two, _keep2, _) = landscape(scenario, &["--threads", "2", "--draws", "8"]);
    for name in [
        "landscape.png",
        "landscape.json",
        "landscape.csv",
        "scenario.resolved.toml",
    ] {
        let read = |folder: &std::path::Path| std::fs::read(folder.join(name)).expect(name);
        assert!(read(&one) == read(&two), "{name} differs");
    }
}

#[test]
fn the_victors_of_1945_part_into_the_two_camps() {
    let (_, _keep, text) = landscape(
        "scenarios/grand_alliance_1945.toml",
        &["--draws", "1", "--format", "json"],
    );
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let found = &json["result"];
    let factions = found["factions"].as_array().expect("factions");
    let index = |name: &str| factions.iter().position(|f| f == name).expect("a faction");
    let levels = found["levels"].as_array().expect("levels");
    let side = |level: &Value, name: &str| level["sides"][index(name)].as_u64();
    // Together while the threat stands, apart when it is gone.
    let (first, last) = (&levels[0], &levels[levels.len() - 1]);
    let (us, ussr) = ("United States", "Soviet Union");
    assert_eq!(side(first, us), side(first, ussr));
    assert_ne!(side(last, us), side(last, ussr));
    assert_eq!(side(last, us), side(last, "United Kingdom"));
    assert_eq!(side(last, ussr), side(last, "Yugoslav partisans"));
}

#[test]
fn nobody_turns_where_nobody_has_a_quarrel() {
    let (_, _keep, text) = landscape(
        "scenarios/iraq_2016.toml",
        &[
            "--draws",
            "4",
            "--levels",
            "5",
            "--set",
            "rivalry.hostility_scale=0",
        ],
    );
    assert!(text.contains("against  nobody\n\nchanges"), "{text}");
    assert!(text.contains("nobody") && text.contains("1.000"), "{text}");
}
