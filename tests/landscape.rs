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
    assert!(
        text.contains("against  nobody\n        stable: 1; deepest: 1\n\nchanges"),
        "{text}"
    );
    assert!(text.contains("nobody") && text.contains("1.000"), "{text}");
}

#[test]
fn the_sides_are_said_to_be_those_of_the_factions_alone() {
    let (_, _keep, text) = landscape(
        "scenarios/afghanistan_1989.toml",
        &["--draws", "1", "--levels", "1"],
    );
    assert!(
        text.contains("the sides are those of the factions alone"),
        "{text}"
    );
}

/// Sixteen factions of one strength without any mechanism but their ties: friends (1), enemies
/// (-1) and those who are neither (0).
fn sixteen(sign: impl Fn(usize, usize) -> i64) -> String {
    let mut text = "format = 1\n[scenario]\ntitle = \"Sixteen\"\n[time]\nstart = 2000-01-01\nend = 2000-12-30\n\
         [threat]\nname = \"T\"\nfighters = 800\n[arena.field]\nname = \"Field\"\ncontrol = { threat = 1.0 }\n\
         [coalition.all]\nname = \"All\"\nmembers = [\"f0\", \"f1\"]\n"
        .to_owned();
    for i in 0..16 {
        text += &format!("[faction.f{i}]\nname = \"F{i}\"\nfighters = 1000\nstake.field = 1\n");
    }
    for i in 0..16 {
        for j in i + 1..16 {
            let hostility = match sign(i, j) {
                1 => 0.005,
                -1 => 0.995,
                _ => 0.5,
            };
            text += &format!("[[tie]]\nbetween = [\"f{i}\", \"f{j}\"]\nhostility = {hostility}\n");
        }
    }
    // A floor of weights would make friends weaker than enemies.
    text + &include_str!("fixtures/still.toml")
        .replace("[rivalry]\n", "[rivalry]\nweight_floor = 0\n")
}

#[test]
fn a_graph_of_friends_and_enemies_has_all_of_its_stable_alignments() {
    let sign = |i: usize, j: usize| {
        let mixed = ((i.min(j) * 31 + i.max(j) + 7) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        [1, -1, 0, 0][(mixed >> 62) as usize]
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sixteen.toml");
    std::fs::write(&path, sixteen(sign)).expect("written");
    let path = path.display().to_string();
    let (_, _keep, text) = landscape(
        &path,
        &["--draws", "1", "--levels", "1", "--format", "json"],
    );
    let json: Value = serde_json::from_str(&text).expect("JSON");
    // Counted with whole numbers: nobody has more friends against it, less enemies with it,
    // after a change of side than before.
    let gain = |sides: u32, i: usize| -> i64 {
        let others = (0..16).filter(|&j| j != i);
        let d = |sides: u32, j: usize| i64::from((sides >> i ^ sides >> j) & 1);
        others
            .map(|j| sign(i, j) * (d(sides, j) - d(sides ^ 1 << i, j)))
            .sum()
    };
    let stays = |sides: &u32| (0..16).all(|i| gain(*sides, i) <= 0);
    let stable = (0..1u32 << 15).filter(stays).count();
    assert!(stable > 3, "{stable}");
    for level in json["result"]["levels"].as_array().expect("levels") {
        assert_eq!(level["stable"], stable);
    }
}

#[test]
fn equal_rivals_might_each_turn_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sixteen.toml");
    // All are rivals alike; half of them, whichever, stand against the others.
    std::fs::write(&path, sixteen(|_, _| -1)).expect("written");
    let path = path.display().to_string();
    let (_, _keep, text) = landscape(
        &path,
        &["--draws", "1", "--levels", "1", "--format", "json"],
    );
    let json: Value = serde_json::from_str(&text).expect("JSON");
    for level in json["result"]["levels"].as_array().expect("levels") {
        // 16! / 8!^2 / 2.
        assert_eq!(level["stable"], 6435);
        assert_eq!(level["deepest_alike"], 6435);
    }
}
