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
        "landscape_minima.csv",
        "landscape_network.csv",
        "landscape_ties.csv",
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

const ISIS: &str = "scenarios/landscape/isis_2016.toml";

/// What `landscape` finds of a file, with so many draws.
fn found(path: &str, draws: &str) -> Value {
    let (_, _keep, text) = landscape(path, &["--draws", draws, "--format", "json"]);
    let mut json: Value = serde_json::from_str(&text).expect("JSON");
    json["result"].take()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

#[test]
fn the_landscape_of_2016_is_the_published_one() {
    // Axelrod with Furnas, Landscape_Theory, 2016-02-20: scores less 3, standard sizes.
    let found = found(ISIS, "3000");
    assert_eq!(found["alignments"], 1024);
    let at = |size: f64| {
        let levels = list(&found["levels"]).iter();
        let mut at = levels.filter(move |level| number(&level["threat_size"]) == size);
        at.next().expect("a size of the file")
    };
    for (size, minima) in [
        (100.0, 1),
        (75.0, 2),
        (48.0, 3),
        (42.0, 3),
        (37.0, 2),
        (30.0, 3),
        (22.0, 2),
        (10.0, 2),
        (3.0, 1),
    ] {
        assert_eq!(at(size)["stable"], minima, "size {size}");
    }
    let start = &found["in_full"][0]["minima"][0];
    assert_eq!(number(&start["energy"]), -83_200.0);
    assert_eq!(start["basin"], 1024);
    let keys = || list(&found["keys"]).iter().zip(list(&start["sides"]));
    let opposed: Vec<&Value> = keys()
        .filter(|(_, side)| **side == 1)
        .map(|k| k.0)
        .collect();
    assert_eq!(opposed, ["turkey", "islamic_state", "nusra"]);
    let thresholds = list(&found["keys"])
        .iter()
        .zip(list(&start["threshold_size"]));
    let thresholds: Vec<(&str, f64)> = thresholds
        .filter_map(|(key, size)| Some((key.as_str()?, size.as_f64()?)))
        .collect();
    let published = [
        ("us", 15.0),
        ("syria", 10.0),
        ("saudi_arabia", 35.0),
        ("iraqi_kurds", 40.0),
    ];
    assert_eq!(thresholds, published);
    // 300 draws there and 3,000 here: three standard errors of the difference are below 0.1.
    for (size, share) in [
        (100.0, 0.61),
        (80.0, 0.64),
        (60.0, 0.54),
        (50.0, 0.4),
        (40.0, 0.25),
        (30.0, 0.09),
        (20.0, 0.01),
    ] {
        let here = number(&at(size)["start_stays"]["value"]);
        let error = (share * (1.0 - share) * (1.0 / 300.0 + 1.0 / 3000.0_f64)).sqrt();
        assert!(
            (here - share).abs() < 3.0 * error,
            "size {size}: {here} for {share}"
        );
    }
}

#[test]
fn energy_is_the_sum_of_frustrations_weighted_by_size() {
    let found = found(ISIS, "1");
    for full in list(&found["in_full"]) {
        let mut sizes: Vec<f64> = list(&found["sizes"]).iter().map(number).collect();
        let threat = found["threat"].as_u64().expect("a threat") as usize;
        sizes[threat] = number(&full["threat_size"]);
        for minimum in list(&full["minima"]) {
            let felt = list(&minimum["frustration"]).iter().map(number);
            let sum: f64 = felt.zip(&sizes).map(|(felt, size)| felt * size).sum();
            assert_eq!(sum, number(&minimum["energy"]));
            assert!(
                list(&minimum["margin"])
                    .iter()
                    .all(|margin| number(margin) >= 0.0)
            );
        }
        let basins: u64 = list(&full["minima"])
            .iter()
            .filter_map(|m| m["basin"].as_u64())
            .sum();
        assert_eq!(basins, 1024);
    }
}

#[test]
fn the_tribes_of_the_gahuku_gama_have_five_stable_alignments() {
    let found = found("scenarios/landscape/gahuku_gama.toml", "1");
    let full = &found["in_full"][0];
    assert_eq!(full["stable"], 5);
    let energies: Vec<f64> = list(&full["minima"])
        .iter()
        .map(|m| number(&m["energy"]))
        .collect();
    assert_eq!(energies, [-44.0, -38.0, -32.0, -32.0, -30.0]);
    let network = &full["network"];
    assert_eq!(
        (&network["positive_ties"], &network["negative_ties"]),
        (&29.into(), &29.into())
    );
    // Aref and Wilson (2019), Balance and frustration in signed networks: 7 of 58 ties.
    assert_eq!(network["line_index"], 7);
    assert_eq!(network["triangles"], serde_json::json!([19, 2, 40, 7]));
    assert_eq!(number(&network["balanced_share"]), 59.0 / 68.0);
}

/// The tie of two actors at a time of the file.
fn tie(full: &Value, between: [usize; 2], time: usize) -> f64 {
    let mut ties = list(&full["dynamics"]["ties"]).iter();
    let tie = ties.find(|tie| tie["between"] == serde_json::json!(between));
    number(&tie.expect("a pair")["at"][time])
}

#[test]
fn ties_follow_those_of_third_parties_as_theory_has_it() {
    let found = |name: &str| {
        let found = found(&format!("scenarios/landscape/{name}.toml"), "1");
        found["in_full"][0].clone()
    };
    let near = |value: f64, published: f64, digits: i32| {
        let half_a_digit = 0.5 * 10.0_f64.powi(-digits);
        assert!(
            (value - published).abs() < half_a_digit,
            "{value}, {published}"
        );
    };
    let triad = found("balanced_triad");
    near(number(&triad["dynamics"]["diverges_at"]), 0.5, 10);
    near(tie(&triad, [0, 1], 0), 1.6, 10);
    near(tie(&triad, [0, 0], 0), 0.8, 10);
    let enemies = found("enemy_of_enemy");
    let dynamics = &enemies["dynamics"];
    near(number(&dynamics["eigenvalue"]), 1.186_140_661_6, 10);
    near(number(&dynamics["diverges_at"]), 0.843_070_330_8, 10);
    assert_eq!(dynamics["camps"], serde_json::json!([0, 1, 1]));
    let turn = list(&dynamics["ties"])
        .iter()
        .filter_map(|tie| tie["turns_at"].as_f64());
    let turns: Vec<f64> = turn.collect();
    assert_eq!(turns.len(), 1);
    near(turns[0], 0.5, 10);
}

#[test]
fn a_landscape_file_is_weighed_again_from_its_folder() {
    let (out, _keep, _) = landscape(ISIS, &["--draws", "8", "--label", "calm"]);
    let resolved = out.join("scenario.resolved.toml").display().to_string();
    let (again, _keep2, _) = landscape(&resolved, &["--draws", "8"]);
    for name in ["landscape.json", "landscape_minima.csv", "landscape.png"] {
        let read = |folder: &std::path::Path| std::fs::read(folder.join(name)).expect(name);
        assert!(read(&out) == read(&again), "{name} differs");
    }
}

#[test]
fn levels_and_settings_go_over_what_the_file_says() {
    let (_, _keep, text) = landscape(
        ISIS,
        &[
            "--draws",
            "1",
            "--levels",
            "4",
            "--format",
            "json",
            "--set",
            "propensity.russia+us.value=2",
        ],
    );
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let sizes = list(&json["result"]["levels"])
        .iter()
        .map(|level| number(&level["threat_size"]));
    assert_eq!(sizes.collect::<Vec<f64>>(), [100.0, 75.0, 50.0, 25.0, 0.0]);
    let ties = list(&json["result"]["in_full"][0]["dynamics"]["ties"]);
    assert_eq!(ties[1]["start"], 2.0);
}

#[test]
fn a_landscape_file_can_be_checked_and_not_run() {
    let mut check = Command::cargo_bin("simulate").expect("the program");
    let run = check.args(["check", ISIS]).assert().success();
    let said = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(
        said.contains("A landscape of 11 actors, 55 propensities"),
        "{said}"
    );
    for command in ["run", "sweep", "sensitivity"] {
        let mut run = Command::cargo_bin("simulate").expect("the program");
        let refused = run.args([command, ISIS]);
        if command == "sweep" {
            refused.args(["--set", "landscape.noise=0:1:2"]);
        }
        let refused = refused.assert().code(2);
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(
            said.contains("simulate landscape FILE"),
            "{command}: {said}"
        );
        assert!(said.contains("1 problem"), "{command}: {said}");
    }
}

#[test]
fn a_landscape_at_either_end_of_any_range_is_weighed() {
    for setting in [
        "actor.us.size=0",
        "actor.us.size=1e9",
        "actor.islamic_state.size=1e9",
        "actor.islamic_state.size=100.00000001",
        "propensity.russia+us.value=-100",
        "propensity.russia+us.value=100",
        "landscape.noise=0",
        "landscape.noise=100",
        "landscape.times=[0, 1000000]",
        "landscape.threat_sizes=[0]",
    ] {
        let more = ["--draws", "4", "--format", "json", "--set", setting];
        let (out, _keep, text) = landscape(ISIS, &more);
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let full = &json["result"]["in_full"][0];
        // What isn't finite is written as null.
        let minimum = &full["minima"][0];
        for number in [
            &minimum["energy"],
            &full["network"]["weighted_line_index"],
            &full["dynamics"]["eigenvalue"],
        ] {
            assert!(number.is_number(), "{setting}: {number}");
        }
        assert!(
            list(&minimum["frustration"]).iter().all(Value::is_number),
            "{setting}"
        );
        assert!(out.join("landscape.png").is_file());
    }
}
