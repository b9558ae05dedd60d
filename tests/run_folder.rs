//! The run folder: what is in it, that it is the same every time, that it is never half there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use simulate::engine::LanePath;

use crate::tools::{interrupt, spawn_until_kept};

const BASE: &str = "tests/broken/base.toml";

const PICTURES: [&str; 7] = [
    "outcomes.png",
    "trajectories.png",
    "control.png",
    "watched.png",
    "rivalry.png",
    "alliances.png",
    "sequence.png",
];

const OTHER_FILES: [&str; 7] = [
    "index.html",
    "summary.json",
    "summary.csv",
    "replicates.parquet",
    "run.part",
    "scenario.resolved.toml",
    "manifest.json",
];

#[test]
fn a_run_leaves_every_file_and_nothing_else() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = run_base(temporary.path(), &["-n", "300"]);
    let mut wanted: Vec<&str> = PICTURES.into_iter().chain(OTHER_FILES).collect();
    wanted.sort_unstable();
    assert_eq!(names(&out), wanted);
    assert_eq!(names(temporary.path()), ["run"]);
}

#[test]
fn the_pictures_decode_at_their_size() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = run_base(temporary.path(), &["-n", "300"]);
    for name in PICTURES {
        let file = fs::File::open(out.join(name)).expect("a picture");
        let mut reader = png::Decoder::new(std::io::BufReader::new(file))
            .read_info()
            .expect("a PNG");
        assert_eq!(
            (reader.info().width, reader.info().height),
            (1600, 960),
            "{name}"
        );
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits into memory")];
        let frame = reader.next_frame(&mut pixels).expect("it decodes");
        let first = pixels[..4].to_vec();
        let blank = pixels[..frame.buffer_size()]
            .chunks_exact(4)
            .all(|pixel| pixel == first);
        assert!(!blank, "{name}");
        let notes = &reader.info().utf8_text;
        let note = notes.iter().find(|note| note.keyword == "simulate:seed");
        let note = note.expect("a note").get_text().expect("text");
        assert_eq!(note, "1", "{name}");
    }
}

#[test]
fn the_manifest_tells_what_was_run_and_hashes_every_other_file() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = run_base(
        temporary.path(),
        &["-n", "300", "--seed", "7", "--set", "threat.quality=1.25"],
    );
    let manifest = manifest(&out);
    assert_eq!(manifest["scenarios"][0]["name"], "base");
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["replicates_asked"], 300);
    assert_eq!(manifest["replicates"], 300);
    assert_eq!(manifest["partial"], false);
    assert_eq!(manifest["failed"], Value::Array(Vec::new()));
    assert_eq!(
        manifest["scenarios"][0]["settings"],
        serde_json::json!(["threat.quality=1.25"])
    );
    assert_eq!(
        manifest["again"],
        "simulate scenario.resolved.toml --seed 7 --replicates 300"
    );
    // The hash is that of what is run: of all that stands above the table of the variant.
    let resolved = String::from_utf8(read(&out, "scenario.resolved.toml")).expect("text");
    let (content, variant) = resolved.split_once("\n[variant]\n").expect("a variant");
    assert_eq!(variant, "settings = [\"threat.quality=1.25\"]\n");
    assert_eq!(
        manifest["scenarios"][0]["blake3"],
        blake3::hash(content.as_bytes()).to_hex().to_string()
    );
    hashes_are_right(&out);
}

#[test]
fn the_same_command_gives_the_same_bytes_whatever_the_threads_and_lanes() {
    let temporary = tempfile::tempdir().expect("a folder");
    // More than two blocks, the last of them not full, and not a multiple of the lanes.
    let first = files_of_run(temporary.path(), "first", BASE, "2501", None, None);
    let again = files_of_run(temporary.path(), "again", BASE, "2501", None, None);
    same_but_for_the_clock(&first, &again, "again");
    for threads in ["1", "2", "3"] {
        let files = files_of_run(temporary.path(), threads, BASE, "2501", Some(threads), None);
        same_but_for_the_clock(&first, &files, threads);
    }
    for lanes in available_lanes() {
        let files = files_of_run(
            temporary.path(),
            lanes,
            BASE,
            "2501",
            Some("2"),
            Some(lanes),
        );
        same_but_for_the_clock(&first, &files, lanes);
        let clock: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
        assert_eq!(clock["clock"]["lanes"], lanes);
    }
}

#[test]
fn the_flagship_gives_the_same_bytes_in_all_lanes() {
    let temporary = tempfile::tempdir().expect("a folder");
    let scenario = "scenarios/iraq_2016.toml";
    let lanes = available_lanes();
    let first = files_of_run(
        temporary.path(),
        lanes[0],
        scenario,
        "60",
        Some("2"),
        Some(lanes[0]),
    );
    for other in &lanes[1..] {
        let files = files_of_run(
            temporary.path(),
            other,
            scenario,
            "60",
            Some("1"),
            Some(other),
        );
        same_but_for_the_clock(&first, &files, other);
    }
}

#[test]
fn another_seed_gives_another_run() {
    let temporary = tempfile::tempdir().expect("a folder");
    let first = run_base(&temporary.path().join("a"), &["-n", "300"]);
    let other = run_base(&temporary.path().join("b"), &["-n", "300", "--seed", "2"]);
    for name in [
        "summary.json",
        "summary.csv",
        "replicates.parquet",
        "outcomes.png",
        // The seed is in it.
        "scenario.resolved.toml",
    ] {
        assert!(read(&first, name) != read(&other, name), "{name}");
    }
}

#[test]
fn the_resolved_scenario_and_the_manifest_are_enough_to_run_it_again() {
    let temporary = tempfile::tempdir().expect("a folder");
    let settings = [
        "--set",
        "threat.quality=1.25",
        "--set",
        "event.summit.enabled=false",
    ];
    let first = run_base(
        &temporary.path().join("first"),
        &[&["-n", "300", "--seed", "9"], &settings[..]].concat(),
    );
    let again = manifest(&first)["again"]
        .as_str()
        .expect("a command")
        .to_owned();
    let mut words = again.split(' ');
    assert_eq!(words.next(), Some("simulate"));
    let second = temporary.path().join("second");
    let output = simulate()
        .args(words)
        .arg("--out")
        .arg(&second)
        .current_dir(&first)
        .output()
        .expect("it runs");
    done(&output);
    let (mut first, mut second) = (contents(&first), contents(&second));
    let manifests = [&mut first, &mut second].map(|files| {
        let manifest = files.remove("manifest.json").expect("a manifest");
        let mut manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let map = manifest.as_object_mut().expect("an object");
        map.remove("clock");
        // The page tells of the file that the settings are laid over.
        files.remove("index.html").expect("a page");
        map["files"]
            .as_object_mut()
            .expect("files")
            .remove("index.html");
        manifest
    });
    assert_eq!(manifests[0], manifests[1]);
    same(&first, &second, "run again");
}

#[test]
fn a_folder_in_use_is_refused_and_left_alone() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("notes.txt"), "mine").expect("written");
    let output = simulate()
        .args(["run", BASE, "-n", "300", "--out"])
        .arg(&out)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("is not empty; a run never overwrites another"),
        "{said}"
    );
    assert_eq!(
        contents(&out),
        BTreeMap::from([("notes.txt".to_owned(), b"mine".to_vec())])
    );
    assert_eq!(names(temporary.path()), ["run"]);
}

#[test]
fn a_file_in_the_way_is_refused_and_left_alone() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    fs::write(&out, "mine").expect("written");
    let output = simulate()
        .args(["run", BASE, "-n", "300", "--out"])
        .arg(&out)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&out).expect("still a file"), "mine");
    assert_eq!(names(temporary.path()), ["run"]);
}

#[test]
fn an_empty_folder_is_taken_and_a_missing_one_made_with_its_parents() {
    let temporary = tempfile::tempdir().expect("a folder");
    fs::create_dir(temporary.path().join("run")).expect("a folder");
    let taken = run_base(temporary.path(), &["-n", "300"]);
    assert!(taken.join("manifest.json").is_file());
    let made = run_base(&temporary.path().join("a/b"), &["-n", "300"]);
    assert!(made.join("manifest.json").is_file());
}

#[test]
fn by_default_runs_go_to_folders_of_their_own_and_latest_leads_to_the_last() {
    let temporary = tempfile::tempdir().expect("a folder");
    let scenario = fs::canonicalize(BASE).expect("the base");
    let run = |replicates: &str| {
        let output = simulate()
            .arg("run")
            .arg(&scenario)
            .args(["-n", replicates])
            .current_dir(temporary.path())
            .output();
        done(&output.expect("it runs"));
    };
    let runs = || {
        let mut names = names(&temporary.path().join("output/base"));
        names.retain(|name| name != "latest");
        names
    };
    run("300");
    let first = runs();
    assert_eq!(first.len(), 1);
    let folder = temporary.path().join("output/base").join(&first[0]);
    let (time, hash) = first[0].split_once('-').expect("a time and a hash");
    assert_eq!(time.len(), "20160615T080000Z".len());
    assert!(time.ends_with('Z') && time.as_bytes()[8] == b'T', "{time}");
    let whole_hash = manifest(&folder)["scenarios"][0]["blake3"]
        .as_str()
        .expect("a hash")
        .to_owned();
    assert!(whole_hash.starts_with(hash) && hash.len() == 8, "{hash}");
    run("301");
    let mut second = runs();
    assert_eq!(second.len(), 2);
    second.retain(|name| *name != first[0]);
    assert_eq!(manifest(&folder)["replicates"], 300);
    #[cfg(unix)]
    {
        let latest = temporary.path().join("output/base/latest");
        assert_eq!(
            fs::read_link(&latest).expect("a link"),
            Path::new(&second[0])
        );
        assert_eq!(manifest(&latest)["replicates"], 301);
    }
    assert_eq!(names(temporary.path()), ["output"]);
}

#[test]
fn without_replicates_everything_else_is_there() {
    let temporary = tempfile::tempdir().expect("a folder");
    let with = run_base(&temporary.path().join("with"), &["-n", "300"]);
    let without = run_base(
        &temporary.path().join("without"),
        &["-n", "300", "--no-replicates"],
    );
    let (mut with, without_files) = (contents(&with), contents(&without));
    with.remove("replicates.parquet");
    hashes_are_right(&without);
    // The page links to what is there.
    let told = ["manifest.json", "index.html"];
    for (name, bytes) in with
        .iter()
        .filter(|(name, _)| !told.contains(&name.as_str()))
    {
        assert!(*bytes == without_files[name], "{name}");
    }
    assert_eq!(with.len(), without_files.len());
}

#[test]
fn the_table_of_replicates_reads_back_and_agrees_with_the_summary() {
    let temporary = tempfile::tempdir().expect("a folder");
    let replicates = 2000;
    let out = run_base(temporary.path(), &["-n", "2000"]);
    let rows = rows(&out.join("replicates.parquet"));
    assert_eq!(rows.len(), replicates);
    let names: Vec<&str> = rows[0].iter().map(|(name, _)| name.as_str()).collect();
    let is_of_outcome = |name: &&str| {
        ["week.", "end.", "weeks."]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let of_outcomes: Vec<&str> = names.iter().copied().filter(is_of_outcome).collect();
    let outcomes = [
        "regroup",
        "clash.allies",
        "rupture.allies",
        "war_within.allies",
        "loss_of_purpose.allies",
        "low_cohesion.allies",
        "collapse.allies",
        "defeat",
        "underground",
        "loss_of_rule",
        "expansion",
        "stalemate",
    ];
    let each = |start: &'static str| outcomes.map(|key| format!("{start}.{key}"));
    assert_eq!(
        of_outcomes,
        [each("week"), each("end"), each("weeks")].concat()
    );
    let is_watched = |name: &&str| name.starts_with("watch_");
    let of_watched: Vec<&str> = names.iter().copied().filter(is_watched).collect();
    let watched = [
        "war_within.allies",
        "loss_of_purpose.allies",
        "low_cohesion.allies",
        "loss_of_rule",
    ];
    let each = |start: &'static str| watched.map(|key| format!("{start}.{key}"));
    assert_eq!(
        of_watched,
        [
            each("watch_end"),
            each("watch_least"),
            each("watch_most"),
            each("watch_week")
        ]
        .concat()
    );
    let names: Vec<&str> = names
        .into_iter()
        .filter(|name| !is_of_outcome(name) && !is_watched(name))
        .collect();
    assert_eq!(
        names,
        [
            "replicate",
            "draw",
            "failed_week",
            "failed_part",
            "trough",
            "trough_week",
            "final_strength",
            "final_cohesion",
            "mean_cohesion",
            "fall_week.city",
            "fall_week.hills",
            "fall_week.fields",
            "fall_week.council",
            "event_week.summit",
            "event_week.murder",
            "outbreak_week.east.west",
            "input.faction.east.fighters",
        ]
    );
    let cell = |row: usize, name: &str| -> &Field {
        let found = rows[row].iter().find(|(column, _)| column == name);
        &found.expect("a column").1
    };
    for row in 0..replicates {
        let index = i64::try_from(row).expect("small");
        assert_eq!(*cell(row, "replicate"), Field::Long(index));
        assert_eq!(*cell(row, "draw"), Field::Long(index / 2));
        assert_eq!(*cell(row, "failed_week"), Field::Null);
        let fighters = number(cell(row, "input.faction.east.fighters"));
        assert!((6000.0..=11000.0).contains(&fighters));
        assert_eq!(
            fighters,
            number(cell(row - row % 2, "input.faction.east.fighters"))
        );
        assert!((0.0..=1.0).contains(&number(cell(row, "final_cohesion"))));
    }
    let summary: Value = serde_json::from_slice(&read(&out, "summary.json")).expect("JSON");
    for (column, kind) in [
        ("week.regroup", "regroup"),
        ("week.defeat", "defeat"),
        ("week.underground", "underground"),
        ("week.expansion", "expansion"),
        ("week.collapse.allies", "collapse"),
    ] {
        let weeks: Vec<f64> = (0..replicates)
            .map(|row| cell(row, column))
            .filter(|field| **field != Field::Null)
            .map(number)
            .collect();
        let outcomes = summary["outcomes"].as_array().expect("outcomes");
        let outcome = outcomes.iter().find(|o| {
            o["id"]
                .as_str()
                .is_some_and(|k| k.eq_ignore_ascii_case(kind))
        });
        let chance = outcome.expect("the outcome")["chance"]["value"]
            .as_f64()
            .expect("a chance");
        assert!(
            (chance * replicates as f64 - weeks.len() as f64).abs() < 1e-6,
            "{column}: {chance}"
        );
        assert!(
            weeks.iter().all(|week| (1.0..=104.0).contains(week)),
            "{column}"
        );
        // Both happen in some histories and not in others, so that empty cells are tried.
        if ["regroup", "collapse"].contains(&kind) {
            assert!(
                !weeks.is_empty() && weeks.len() < replicates,
                "{column}: {}",
                weeks.len()
            );
        }
    }
}

#[test]
fn the_long_table_has_the_same_number_of_fields_in_every_line() {
    let temporary = tempfile::tempdir().expect("a folder");
    let quoted = "coalition.allies.name=\"Allies, \\\"good\\\"\"";
    let out = run_base(temporary.path(), &["-n", "300", "--set", quoted]);
    let text = String::from_utf8(read(&out, "summary.csv")).expect("text");
    assert!(text.lines().count() > 100);
    assert!(
        text.contains("\"Allies, \"\"good\"\" collapses\""),
        "{}",
        &text[..500]
    );
    for line in text.lines() {
        let mut quoted = false;
        let separators = line.chars().filter(|c| {
            quoted ^= *c == '"';
            *c == ',' && !quoted
        });
        assert_eq!(separators.count(), 20, "{line}");
    }
}

#[test]
fn a_lane_path_that_does_not_exist_is_refused_before_anything_is_written() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let mut command = simulate();
    command
        .args(["run", BASE, "-n", "300", "--out"])
        .arg(&out)
        .env("SIMULATE_LANES", "abacus");
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("abacus"));
    assert!(names(temporary.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn an_interrupt_saves_what_was_done_as_a_partial_run() {
    use std::time::{Duration, Instant};
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let mut command = simulate();
    command
        .args(["run", BASE, "-n", "50000000", "--threads", "1", "--out"])
        .arg(&out)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let unfinished = temporary.path().join("run.unfinished");
    let mut child = spawn_until_kept(&mut command, &unfinished);
    interrupt(&child);
    let start = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if start.elapsed() > Duration::from_secs(120) {
            child.kill().expect("killed");
            panic!("the interrupt doesn't end the run");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("its output");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("saved as a partial run"), "{said}");
    assert_eq!(names(temporary.path()), ["run"]);
    let manifest = manifest(&out);
    assert_eq!(manifest["partial"], true);
    assert_eq!(manifest["replicates_asked"], 50_000_000);
    let done = manifest["replicates"].as_u64().expect("a number");
    assert!(
        done > 0 && done < 50_000_000 && done.is_multiple_of(1024),
        "{done}"
    );
    hashes_are_right(&out);
    let file = fs::File::open(out.join("replicates.parquet")).expect("the table");
    let table = SerializedFileReader::new(file).expect("it opens");
    assert_eq!(
        u64::try_from(table.metadata().file_metadata().num_rows()).ok(),
        Some(done)
    );
    // What was done is what a whole run of that many would have done.
    let whole = run_base(
        &temporary.path().join("whole"),
        &["-n", &done.to_string(), "--no-replicates"],
    );
    let chances = |folder: &Path| {
        let summary: Value = serde_json::from_slice(&read(folder, "summary.json")).expect("JSON");
        summary["outcomes"].clone()
    };
    assert_eq!(chances(&whole), chances(&out));
}

fn simulate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env_remove("SIMULATE_LANES");
    command
}

/// Runs the base scenario into `parent/run`, which must go well.
fn run_base(parent: &Path, arguments: &[&str]) -> PathBuf {
    let out = parent.join("run");
    let output = simulate()
        .args(["run", BASE])
        .args(arguments)
        .arg("--out")
        .arg(&out)
        .output();
    done(&output.expect("it runs"));
    out
}

fn files_of_run(
    parent: &Path,
    name: &str,
    scenario: &str,
    replicates: &str,
    threads: Option<&str>,
    lanes: Option<&str>,
) -> BTreeMap<String, Vec<u8>> {
    let out = parent.join(format!("run-{name}"));
    let mut command = simulate();
    command
        .args(["run", scenario, "-n", replicates, "--out"])
        .arg(&out);
    if let Some(threads) = threads {
        command.args(["--threads", threads]);
    }
    if let Some(lanes) = lanes {
        command.env("SIMULATE_LANES", lanes);
    }
    done(&command.output().expect("it runs"));
    contents(&out)
}

/// The names of the lane paths that this machine has.
fn available_lanes() -> Vec<&'static str> {
    let available = LanePath::ALL
        .into_iter()
        .filter(|(path, _)| path.is_available());
    available.map(|(_, name)| name).collect()
}

fn done(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

fn same_but_for_the_clock(
    one: &BTreeMap<String, Vec<u8>>,
    other: &BTreeMap<String, Vec<u8>>,
    what: &str,
) {
    let stopped = |files: &BTreeMap<String, Vec<u8>>| {
        let mut files = files.clone();
        let manifest = files.get_mut("manifest.json").expect("a manifest");
        let mut value: Value = serde_json::from_slice(manifest).expect("JSON");
        assert!(
            value
                .as_object_mut()
                .expect("an object")
                .remove("clock")
                .is_some()
        );
        *manifest = serde_json::to_vec(&value).expect("JSON");
        files
    };
    same(&stopped(one), &stopped(other), what);
}

/// Compares bytes without printing them.
fn same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>, what: &str) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{what}");
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{what}: {name} differs");
    }
}

pub fn hashes_are_right(folder: &Path) {
    let manifest = manifest(folder);
    let mut files = contents(folder);
    files.remove("manifest.json");
    let listed = manifest["files"].as_object().expect("files");
    assert_eq!(
        listed.keys().collect::<Vec<_>>(),
        files.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &files {
        assert_eq!(listed[name]["bytes"], bytes.len(), "{name}");
        assert_eq!(
            listed[name]["blake3"],
            blake3::hash(bytes).to_hex().to_string(),
            "{name}"
        );
    }
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&read(folder, "manifest.json")).expect("JSON")
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    names.sort();
    names
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |name: String| {
        let bytes = read(folder, &name);
        (name, bytes)
    };
    names(folder).into_iter().map(read).collect()
}

fn rows(path: &Path) -> Vec<Vec<(String, Field)>> {
    let reader =
        SerializedFileReader::new(fs::File::open(path).expect("a table")).expect("it opens");
    let rows = reader.get_row_iter(None).expect("rows");
    rows.map(|row| row.expect("a row").into_columns()).collect()
}

fn number(field: &Field) -> f64 {
    match field {
        Field::Double(value) => *value,
        other => panic!("not a number: {other}"),
    }
}
