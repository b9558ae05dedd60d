//! `simulate compare`: runs side by side, paired where they can be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";
const CALM: &str = "tests/fixtures/compare/calm.toml";
const LONGER: &str = "tests/fixtures/compare/longer.toml";

fn simulate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env_remove("SIMULATE_LANES");
    command
}

/// Runs it, which must end with this code.
fn ends_with(code: i32, command: &mut Command) -> Output {
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Compares into a folder below `parent`.
fn compare(parent: &Path, name: &str, arguments: &[&str]) -> (PathBuf, Value) {
    let out = parent.join(name);
    let mut command = simulate();
    command
        .arg("compare")
        .args(arguments)
        .arg("--out")
        .arg(&out);
    ends_with(0, &mut command);
    let found = json(&out.join("compare.json"));
    (out, found)
}

/// Runs a scenario into a folder below `parent`.
fn run(parent: &Path, name: &str, arguments: &[&str]) -> String {
    let out = parent.join(name);
    ends_with(
        0,
        simulate().args(arguments).arg("-q").arg("--out").arg(&out),
    );
    out.display().to_string()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("a whole number")
}

/// What a comparison found of an outcome, run by run.
fn outcome<'a>(found: &'a Value, kind: &str) -> &'a [Value] {
    let mut outcomes = list(&found["outcomes"]).iter();
    let of = outcomes.find(|outcome| outcome["id"] == kind);
    list(&of.expect("the outcome")["runs"])
}

fn files(folder: &Path, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            names.extend(files(&entry.path(), &format!("{name}/")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

#[test]
fn a_comparison_leaves_every_file_and_a_manifest_with_their_hashes() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (out, _) = compare(temporary.path(), "out", &[BASE, CALM, "-n", "200"]);
    let names = files(&out, "");
    assert_eq!(
        names,
        [
            "alliances.png",
            "compare.csv",
            "compare.json",
            "compare.png",
            "control.png",
            "differences.csv",
            "forest.png",
            "index.html",
            "manifest.json",
            "outcomes.png",
            "rivalry.png",
            "scenarios/base.toml",
            "scenarios/calm.toml",
            "sequence.png",
            "summaries/base.json",
            "summaries/calm.json",
            "trajectories.png",
            "watched.png",
        ]
    );
    let manifest = json(&out.join("manifest.json"));
    assert_eq!(manifest["kind"], "compare");
    assert_eq!(manifest["scenarios"][1]["name"], "calm");
    for name in names.iter().filter(|name| *name != "manifest.json") {
        let bytes = fs::read(out.join(name)).expect("a file");
        let hash = blake3::hash(&bytes).to_hex().to_string();
        assert_eq!(manifest["files"][name]["blake3"], hash, "{name}");
    }
}

#[test]
fn the_pictures_decode_and_are_not_blank_for_two_runs_and_for_twelve() {
    let temporary = tempfile::tempdir().expect("a folder");
    let many = [&[CALM, LONGER][..], &[BASE; 10], &["-n", "40"]].concat();
    for (name, arguments) in [("two", &[BASE, CALM, "-n", "40"][..]), ("twelve", &many)] {
        let (out, _) = compare(temporary.path(), name, arguments);
        for picture in files(&out, "").iter().filter(|name| name.ends_with(".png")) {
            let file = fs::File::open(out.join(picture)).expect("a picture");
            let mut reader = png::Decoder::new(std::io::BufReader::new(file))
                .read_info()
                .expect("a PNG");
            let sheet = !["compare.png", "forest.png"].contains(&picture.as_str());
            let wide = reader.info().width;
            assert!((sheet && wide > 2500) || wide == 1600, "{picture}: {wide}");
            let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
            reader.next_frame(&mut pixels).expect("it decodes");
            let dark = pixels.iter().filter(|&&p| p < 100).count();
            assert!(dark > 1000, "{picture} is blank");
            let notes = &reader.info().utf8_text;
            assert!(
                notes.iter().any(|n| n.keyword == "simulate:seed"),
                "{picture}"
            );
        }
    }
}

#[test]
fn less_hostility_means_fewer_collapses_and_the_replicates_that_changed_are_counted() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (_, found) = compare(temporary.path(), "out", &[BASE, CALM, "-n", "600"]);
    let difference = &outcome(&found, "collapse")[1]["difference"];
    assert!(number(&difference["horizon"]["high"]) < 0.0, "{difference}");
    let cohesion = &found["cohesion"]["runs"][1]["difference"];
    assert!(number(&cohesion["low"]) > 0.0, "{cohesion}");

    // Every outcome: the difference is that of the chances, and that of those who changed.
    for kind in [
        "regroup",
        "collapse",
        "defeat",
        "underground",
        "expansion",
        "stalemate",
    ] {
        let runs = outcome(&found, kind);
        let [first, other] = [0, 1].map(|run| number(&runs[run]["chance"]["value"]));
        let difference = &runs[1]["difference"];
        let value = number(&difference["horizon"]["value"]);
        assert!((value - (other - first)).abs() < 1e-12, "{kind}");
        let changed = count(&difference["gained"]) as f64 - count(&difference["lost"]) as f64;
        assert!((value - changed / 600.0).abs() < 1e-12, "{kind}");
        let ends = ["low", "high"].map(|end| number(&difference["horizon"][end]));
        assert!(ends[0] <= value && value <= ends[1], "{kind}");
        let over_time = list(&difference["over_time"]);
        match kind {
            "stalemate" => assert!(over_time.is_empty()),
            _ => assert_eq!(over_time.last(), Some(&difference["horizon"]), "{kind}"),
        }
    }

    let transitions = &found["runs"][1]["transitions"];
    let of = |filter: fn(&&Value) -> bool| -> u64 {
        let all = list(&transitions["list"]).iter();
        all.filter(filter).map(|t| count(&t["count"])).sum()
    };
    assert_eq!(of(|_| true), 600);
    assert_eq!(of(|t| t["from"] != t["to"]), count(&transitions["changed"]));
    assert!(count(&transitions["changed"]) > 0);
}

#[test]
fn chances_are_those_of_each_run_by_itself() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (out, found) = compare(temporary.path(), "out", &[BASE, CALM, "-n", "300"]);
    for (run, name) in ["base", "calm"].iter().enumerate() {
        let summary = json(&out.join(format!("summaries/{name}.json")));
        let headline = list(&summary["outcomes"]).iter();
        let headline = headline.filter(|o| o["part_of"].is_null());
        for (ours, theirs) in list(&found["outcomes"]).iter().zip(headline) {
            assert_eq!(ours["key"], theirs["key"]);
            assert_eq!(ours["runs"][run]["chance"], theirs["chance"]);
            if ours["id"] != "stalemate" {
                assert_eq!(ours["runs"][run]["incidence"], theirs["incidence"]);
            }
        }
    }
}

#[test]
fn finished_runs_are_paired_as_scenario_files_are() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let (_, files) = compare(folder, "files", &[BASE, CALM, "-n", "300"]);
    let base = run(folder, "base", &[BASE, "-n", "300"]);
    let calm = run(folder, "calm", &[CALM, "-n", "300"]);
    let (_, folders) = compare(folder, "folders", &[&base, &calm]);
    assert_eq!(folders, files);
    // A scenario file takes seed and replicates from the run before it.
    let (_, mixed) = compare(folder, "mixed", &[&base, CALM]);
    assert_eq!(mixed, files);
}

/// `base.toml` has one uncertain number; without it no replicate shares a draw.
#[test]
fn finished_runs_in_which_nothing_is_uncertain_are_paired_too() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let certain = |file| [file, "-n", "100", "--set", "faction.east.fighters=8000"];
    let base = run(folder, "base", &certain(BASE));
    let calm = run(folder, "calm", &certain(CALM));
    let (_, folders) = compare(folder, "folders", &[&base, &calm]);
    let (_, files) = compare(folder, "files", &[&certain(BASE)[..], &[CALM]].concat());
    assert_eq!(folders, files);
    assert_eq!(folders["runs"][1]["pairing"], "paired");
    assert_eq!(count(&folders["runs"][1]["used"]), 100);
}

#[test]
fn a_scenario_compared_with_itself_is_the_same() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let base = run(folder, "base", &[BASE, "-n", "100"]);
    let (_, found) = compare(folder, "out", &[BASE, BASE, &base, "-n", "100"]);
    assert_eq!(found["same"], true);
    assert_eq!(found["runs"][1]["label"], "base-2");
    assert_eq!(found["runs"][1]["transitions"]["changed"], 0);
    let said = ends_with(
        0,
        simulate()
            .args(["compare", BASE, BASE, "-n", "100", "--out"])
            .arg(folder.join("again")),
    );
    assert!(stdout(&said).contains("same: nothing differs between base, base-2"));
}

#[test]
fn a_number_that_changes_nothing_is_listed_and_the_results_are_the_same() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    // Cohesion never comes near to either floor.
    let floor = "outcomes.cohesion_floor=0.2";
    let base = run(folder, "base", &[BASE, "-n", "100", "--set", floor]);
    let other = run(
        folder,
        "other",
        &[BASE, "-n", "100", "--set", "outcomes.cohesion_floor=0.1"],
    );
    let (_, found) = compare(folder, "out", &[&base, &other]);
    assert_eq!(found["same"], false);
    assert_eq!(found["runs"][1]["same_results"], true);
    let entries = list(&found["runs"][1]["differs"]["entries"]);
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["key"], "outcomes.cohesion_floor");
    assert_eq!(
        (&entries[0]["first"], &entries[0]["other"]),
        (&Value::from("0.2"), &Value::from("0.1"))
    );
}

#[test]
fn runs_of_another_seed_are_compared_unpaired_and_that_is_said() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let base = run(folder, "base", &[BASE, "-n", "400"]);
    let calm = run(folder, "calm", &[CALM, "-n", "300", "--seed", "7"]);
    let (_, found) = compare(folder, "out", &[&base, &calm]);
    let notes = found["notes"].to_string();
    assert!(
        notes.contains("calm is compared unpaired: its seed is 7, not 1"),
        "{notes}"
    );
    assert_eq!(found["width_ratio"], Value::Null);
    assert_eq!(found["runs"][1]["transitions"], Value::Null);
    assert_eq!(found["runs"][1]["used"], 300);
    let runs = outcome(&found, "collapse");
    let difference = &runs[1]["difference"];
    assert_eq!(difference["gained"], Value::Null);
    assert!(number(&difference["horizon"]["high"]) < 0.0, "{difference}");
    // Newcombe's interval of the two chances.
    let [a, b] = [0, 1].map(|run| {
        let chance = &runs[run]["chance"];
        ["value", "low", "high"].map(|end| number(&chance[end]))
    });
    let below = ((b[0] - b[1]).powi(2) + (a[2] - a[0]).powi(2)).sqrt();
    let low = number(&difference["horizon"]["low"]);
    assert!((low - (b[0] - a[0] - below)).abs() < 1e-12);
}

#[test]
fn of_runs_of_one_seed_the_common_replicates_are_compared() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let base = run(folder, "base", &[BASE, "-n", "300"]);
    let calm = run(folder, "calm", &[CALM, "-n", "200"]);
    let (_, found) = compare(folder, "out", &[&base, &calm]);
    let (_, short) = compare(folder, "short", &[BASE, CALM, "-n", "200"]);
    assert_eq!(found["outcomes"], short["outcomes"]);
    let notes = found["notes"].to_string();
    assert!(
        notes.contains("200 of the 300 replicates of base"),
        "{notes}"
    );
}

#[test]
fn replicates_that_failed_in_one_run_are_left_out_of_all() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("out");
    let scenario = "scenarios/afghanistan_1989.toml";
    let overlay = temporary.path().join("blown.toml");
    let parent = fs::canonicalize(scenario).expect("a scenario");
    let sometimes = "{ dist = \"discrete\", values = [1.0, 1e9], weights = [3, 1] }";
    let text = format!(
        "extends = '{}'\n[[event]]\nid = \"levy\"\nname = \"A levy without end\"\nhazard_per_year = 1e4\nrepeats = true\n\
         effect = [{{ on = \"fighters(jamiat)\", multiply = {sometimes} }}]\n",
        parent.display()
    );
    fs::write(&overlay, text).expect("written");
    let mut command = simulate();
    command.args(["compare", scenario]).arg(&overlay);
    ends_with(3, command.args(["-n", "64", "--out"]).arg(&out));
    let found = json(&out.join("compare.json"));
    let failed = count(&found["runs"][1]["failed"]);
    assert!(failed > 0 && failed < 64);
    for run in [0, 1] {
        assert_eq!(found["runs"][run]["used"], 64 - failed);
    }
}

#[test]
fn other_horizons_steps_and_parts_are_said_and_what_is_common_is_compared() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (out, found) = compare(temporary.path(), "out", &[BASE, LONGER, "-n", "100"]);
    assert_eq!(found["horizon_weeks"], 104);
    assert_eq!(list(&found["grid_weeks"]).len(), 53);
    let notes = found["notes"].to_string();
    assert!(notes.contains("longer goes on for 156 weeks"), "{notes}");
    assert!(
        notes.contains("(collapse.two) is no outcome of base"),
        "{notes}"
    );
    let outcomes = list(&found["outcomes"]);
    let two = outcomes.iter().find(|o| o["of"] == "two").expect("it");
    assert_eq!(two["runs"][0], Value::Null);
    assert_eq!(two["runs"][1]["difference"], Value::Null);
    let structure: Vec<&str> = list(&found["runs"][1]["differs"]["structure"])
        .iter()
        .map(|part| {
            assert_eq!(part["added"], true);
            part["key"].as_str().expect("a key")
        })
        .collect();
    assert_eq!(
        structure,
        ["coalition.two", "faction.south", "tie.south+west"]
    );
    let listed = fs::read_to_string(out.join("differences.csv")).expect("a file");
    for line in [
        "longer,longer,structure,faction.south,no,yes",
        "longer,longer,setting,time.step_weeks,1,2",
        "longer,longer,number,event.summit.probability,0.5,0.25",
        "longer,longer,number,faction.south.fighters,,3000.0",
    ] {
        assert!(listed.lines().any(|l| l == line), "{line}\n{listed}");
    }
}

#[test]
fn settings_are_laid_over_every_scenario_file() {
    let temporary = tempfile::tempdir().expect("a folder");
    let setting = ["--set", "threat.quality=1.25"];
    let arguments = [&[BASE, CALM, "-n", "100"][..], &setting].concat();
    let (out, found) = compare(temporary.path(), "out", &arguments);
    let manifest = json(&out.join("manifest.json"));
    for (run, name) in ["base", "calm"].iter().enumerate() {
        let settings = &manifest["scenarios"][run]["settings"];
        assert_eq!(settings, &serde_json::json!(["threat.quality=1.25"]));
        let scenario = fs::read_to_string(out.join(format!("scenarios/{name}.toml")));
        assert!(scenario.expect("a file").contains("quality = 1.25"));
    }
    let entries = list(&found["runs"][1]["differs"]["entries"]);
    assert!(entries.iter().all(|entry| entry["key"] != "threat.quality"));
}

#[test]
fn the_same_command_gives_the_same_bytes_and_the_manifest_can_be_run_again() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let arguments = [BASE, CALM, "-n", "100", "--seed", "5"];
    let (first, _) = compare(
        folder,
        "first",
        &[&arguments[..], &["--threads", "1"]].concat(),
    );
    let (second, _) = compare(
        folder,
        "second",
        &[&arguments[..], &["--threads", "2"]].concat(),
    );
    let again = json(&first.join("manifest.json"))["again"].clone();
    let again = again.as_str().expect("a command").to_owned();
    let third = folder.join("third");
    let mut command = simulate();
    command
        .args(again.split(' ').skip(1))
        .arg("--out")
        .arg(&third);
    ends_with(0, command.current_dir(&first));
    for name in files(&first, "")
        .iter()
        .filter(|name| *name != "manifest.json")
    {
        let read = |folder: &Path| fs::read(folder.join(name)).expect("a file");
        assert!(read(&first) == read(&second), "{name} by threads");
        assert!(read(&first) == read(&third), "{name} again");
    }
}

#[test]
fn the_tables_have_as_many_fields_in_every_line_and_json_is_what_is_written() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("out");
    let mut command = simulate();
    command.args(["compare", BASE, LONGER, "-n", "60", "--format", "json"]);
    let output = ends_with(0, command.arg("--out").arg(&out));
    let framed: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(
        (&framed["format"], &framed["command"]),
        (&3.into(), &"compare".into())
    );
    assert_eq!(framed["result"], json(&out.join("compare.json")));
    for (name, fields) in [("compare.csv", 12), ("differences.csv", 6)] {
        let text = fs::read_to_string(out.join(name)).expect("a file");
        assert!(text.lines().count() > 3, "{name}");
        for line in text.lines() {
            // Commas within quotes are no ends of fields.
            let outside = line.split('"').step_by(2);
            let found = outside.map(|part| part.matches(',').count()).sum::<usize>() + 1;
            assert_eq!(found, fields, "{name}: {line}");
        }
    }
}

#[test]
fn the_screen_shows_chances_differences_changes_and_how_it_was_paired() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("out");
    let mut command = simulate();
    command.args(["compare", BASE, CALM, "-n", "300", "--out"]);
    let said = stdout(&ends_with(0, command.arg(&out)));
    let said = said.replace(&out.display().to_string(), "FOLDER");
    // The time it took.
    let said: Vec<&str> = said
        .lines()
        .map(|line| {
            line.split_once("FOLDER (")
                .map_or(line, |(before, _)| before)
        })
        .collect();
    snapshot("screen", &said.join("\n"));
}

#[test]
fn by_default_comparisons_go_to_a_folder_of_their_own() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize(BASE).expect("a path");
    let calm = fs::canonicalize(CALM).expect("a path");
    let mut command = simulate();
    command
        .arg("compare")
        .args([&base, &calm])
        .args(["-n", "40", "-q"]);
    let output = ends_with(0, command.current_dir(temporary.path()));
    assert_eq!(stdout(&output), "");
    assert!(
        temporary
            .path()
            .join("output/base/compare/latest/compare.png")
            .is_file()
    );
}

#[test]
fn what_cannot_be_compared_is_one_clear_error_and_leaves_nothing() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let base = fs::canonicalize(BASE)
        .expect("a path")
        .display()
        .to_string();
    run(folder, "good", &[BASE, "-n", "40"]);
    run(folder, "bare", &[BASE, "-n", "40", "--no-replicates"]);
    compare(folder, "compared", &[BASE, CALM, "-n", "40"]);
    fs::create_dir(folder.join("empty")).expect("made");
    let copy = |name: &str| {
        fs::create_dir(folder.join(name)).expect("made");
        for file in files(&folder.join("good"), "") {
            fs::copy(
                folder.join("good").join(&file),
                folder.join(name).join(&file),
            )
            .expect("copied");
        }
        folder.join(name)
    };
    let change = |path: &Path, from: &str, to: &str| {
        let text = fs::read_to_string(path).expect("a file");
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).expect("written");
    };
    change(
        &copy("older").join("manifest.json"),
        "\"kind\": \"run\",",
        "",
    );
    change(
        &copy("newer").join("manifest.json"),
        "\"format\": 2",
        "\"format\": 3",
    );
    change(&copy("changed").join("summary.json"), "0.", "1.");
    let table = copy("torn").join("replicates.parquet");
    let bytes = fs::read(&table).expect("a file");
    fs::write(&table, &bytes[..bytes.len() / 2]).expect("written");
    fs::remove_file(copy("lost").join("scenario.resolved.toml")).expect("removed");

    let cases: [(&str, &[&str]); 14] = [
        ("only_one", &["good"]),
        ("thirteen", &["good"; 13]),
        ("nothing_there", &["good", "nowhere"]),
        ("no_run_folder", &["good", "empty"]),
        ("a_comparison", &["good", "compared"]),
        ("no_table", &["good", "bare"]),
        ("older_manifest", &["good", "older"]),
        ("newer_manifest", &["good", "newer"]),
        ("changed_summary", &["changed", "good"]),
        ("torn_table", &["good", "torn"]),
        ("lost_scenario", &["good", "lost"]),
        (
            "setting_of_a_finished_run",
            &["good", "BASE", "--set", "threat.quality=2"],
        ),
        ("seed_of_finished_runs", &["good", "good", "--seed", "2"]),
        ("in_use", &["good", "good", "--out", "good"]),
    ];
    let before = files(folder, "");
    let mut said = String::new();
    for (name, arguments) in cases {
        let arguments = arguments
            .iter()
            .map(|a| if *a == "BASE" { &base } else { *a });
        let mut command = simulate();
        command.arg("compare").args(arguments).current_dir(folder);
        if !name.contains("in_use") {
            command.args(["--out", "out"]);
        }
        let output = ends_with(2, &mut command);
        assert_eq!(stdout(&output), "", "{name}");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(error.lines().count(), 1, "{name}: {error}");
        said.push_str(&format!("{name}\n  {error}"));
        assert_eq!(files(folder, ""), before, "{name}");
    }
    let here = fs::canonicalize(folder)
        .expect("a path")
        .display()
        .to_string();
    snapshot("errors", &said.replace(&format!("{here}/"), ""));
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/compare");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text.replace('\\', "/")));
}
