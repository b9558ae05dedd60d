//! `simulate submit` and `simulate status`: what is written for a cluster, and how far it is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";

/// A folder with what a shell would trip over in its name, and in it a scenario and a program
/// that stands for `simulate`: it gives the known answer, and notes what else it is asked.
struct Place {
    temporary: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            temporary: tempfile::tempdir().expect("a folder"),
        };
        fs::create_dir(place.at("")).expect("a folder");
        fs::copy(BASE, place.at("my base.toml")).expect("a scenario");
        let program = "#!/bin/sh\n\
            case \"$*\" in\n\
            *--print-answer) echo 0123456789abcdef ;;\n\
            *) printf '%s\\n' \"$@\" >\"$(dirname \"$0\")/asked\"; exit 3 ;;\n\
            esac\n";
        fs::write(place.at("simulate"), program).expect("a program");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(place.at("simulate"), mode).expect("it is a program");
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.temporary.path().join("it's here").join(name)
    }

    /// `simulate submit` of 16 shards into the folder `run`.
    fn submit(&self, arguments: &[&str]) -> Assert {
        simulate()
            .env("SIMULATE", self.at("simulate"))
            .arg("submit")
            .arg(self.at("my base.toml"))
            .args(["-n", "1600", "--shards", "16", "--out"])
            .arg(self.at("run"))
            .args(arguments)
            .assert()
    }
}

fn simulate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").env_remove("SIMULATE");
    command
}

fn stdout(outcome: &Assert) -> String {
    String::from_utf8(outcome.get_output().stdout.clone()).expect("text")
}

fn stderr(outcome: &Assert) -> String {
    String::from_utf8(outcome.get_output().stderr.clone()).expect("text")
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({snapshot_path => "snapshots/submit", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, text);
    });
}

/// The files that were written, without what differs from time to time: where they are, how long
/// the trial took, how much memory the program of the day takes, the scenario's hash.
fn scripts(place: &Place) -> String {
    let run = place.at("run");
    let manifest = fs::read(run.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let hash = manifest["scenarios"][0]["blake3"].as_str().expect("a hash");
    let here = fs::canonicalize(place.temporary.path()).expect("a path");
    let mut names: Vec<String> = fs::read_dir(&run)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter(|name| !["manifest.json", "scenario.resolved.toml"].contains(&name.as_str()))
        .collect();
    names.sort();
    let mut all = String::new();
    for name in names {
        let text = fs::read_to_string(run.join(&name)).expect("text");
        all.push_str(&format!("=== {name}\n"));
        for line in text.lines() {
            let line = match line.split_once(": ") {
                Some((what @ ("# Time" | "# Memory"), _)) => format!("{what}: as measured"),
                _ => line.to_owned(),
            };
            all.push_str(&line);
            all.push('\n');
        }
    }
    let all = all.replace(&here.display().to_string(), "/place");
    all.replace(&hash[..8], "01234567")
}

#[test]
fn each_engine_has_scripts_of_its_own() {
    for engine in ["slurm", "hyperqueue", "parallel"] {
        let place = Place::new();
        place.submit(&["--engine", engine]).code(0);
        snapshot(engine, &scripts(&place));
    }
    let place = Place::new();
    let kubernetes = [
        "--engine",
        "kubernetes",
        "--image",
        "registry.example:5000/it/simulate:1",
        "--claim",
        "scratch.of-all",
    ];
    place.submit(&kubernetes).code(0);
    snapshot("kubernetes", &scripts(&place));
}

#[test]
fn what_is_printed_says_what_comes_next() {
    let place = Place::new();
    let said = stdout(
        &place
            .submit(&["--engine", "slurm", "--threads", "2"])
            .code(0),
    );
    let here = place.temporary.path().display().to_string();
    snapshot("printed", &said.replace(&here, "/place"));
}

#[test]
fn the_scenario_that_is_split_is_the_one_that_was_asked_for() {
    let place = Place::new();
    let asked = [
        "--set",
        "threat.fighters=4321",
        "--watch",
        "fighters(west)",
        "--seed",
        "7",
    ];
    place
        .submit(&[&asked[..], &["--engine", "parallel", "--label", "mine"]].concat())
        .code(0);
    let split = fs::read_to_string(place.at("run/scenario.resolved.toml")).expect("a scenario");
    let out = place.at("whole");
    simulate()
        .arg("run")
        .arg(place.at("my base.toml"))
        .args(asked)
        .args(["--label", "mine", "-n", "1600", "-q", "--out"])
        .arg(&out)
        .assert()
        .code(0);
    let whole = fs::read_to_string(out.join("scenario.resolved.toml")).expect("a scenario");
    assert_eq!(split, whole);
}

/// By the program itself, not by one that stands for it: more replicates than a table has rows,
/// and a shard that takes longer than is let pass without asking.
#[test]
fn the_options_of_a_shard_are_those_with_which_its_answer_is_asked() {
    let place = Place::new();
    let submit = |words: &[&str]| {
        let mut command = simulate();
        command.args(["submit", BASE, "--engine", "parallel", "--out"]);
        command.arg(place.at("run")).args(words);
        command.assert()
    };
    let many = ["-n", "3000000000", "--shards", "64"];
    let said = stderr(&submit(&many).code(2));
    assert!(said.contains("replicates.parquet would have"), "{said}");
    let few_shards = ["-n", "9000000000", "--shards", "1", "--no-replicates"];
    let said = stderr(&submit(&few_shards).code(2));
    assert!(said.contains("--no-limit"), "{said}");
    assert!(!place.at("run").exists());
    submit(&[&few_shards[..], &["--no-limit"]].concat()).code(0);
    let script = fs::read_to_string(place.at("run/shard.sh")).expect("a script");
    assert!(script.contains(" --no-replicates --no-limit "), "{script}");
    fs::remove_dir_all(place.at("run")).expect("removed");
    submit(&[&many[..], &["--no-replicates"]].concat()).code(0);
}

/// Run from elsewhere, by a shell, in a folder with a space and a quote.
#[test]
fn a_shard_is_called_with_every_word_whole() {
    let place = Place::new();
    place
        .submit(&["--engine", "parallel", "--no-replicates"])
        .code(0);
    // The program's code 3 says that it is whole, which a scheduler has to take for done.
    Command::new("sh")
        .arg(place.at("run/shard.sh"))
        .arg("3")
        .current_dir("/")
        .assert()
        .code(0);
    let asked = fs::read_to_string(place.at("asked")).expect("it was called");
    let here = fs::canonicalize(place.temporary.path()).expect("a path");
    snapshot(
        "shard",
        &asked.replace(&here.display().to_string(), "/place"),
    );
    assert!(place.at("run/shards").is_dir());
}

#[test]
fn what_cant_be_split_is_refused_and_nothing_is_written() {
    let place = Place::new();
    let cases: [&[&str]; 9] = [
        &["--engine", "slurm", "--shards", "0"],
        &["--engine", "slurm", "--shards", "1601"],
        &["--engine", "slurm", "--shards", "900"],
        &["--engine", "pigeons"],
        &["--engine", "kubernetes"],
        &["--engine", "slurm", "--image", "x"],
        &["--engine", "kubernetes", "--image", "a: \"b\""],
        &["--engine", "kubernetes", "--image", "a", "--claim", "C#d"],
        &["--engine", "slurm", "--set", "threat.figters=1"],
    ];
    let mut said = String::new();
    for case in cases {
        // Given once more, the last one would be refused by the parser.
        let mut command = simulate();
        command.env("SIMULATE", place.at("simulate"));
        command.args(["submit", BASE, "-n", "1600", "--out"]);
        command.arg(place.at("run")).args(case);
        if !case.contains(&"--shards") {
            command.args(["--shards", "16"]);
        }
        said.push_str(&format!("$ {}\n", case.join(" ")));
        said.push_str(&stderr(&command.assert().code(2)));
        assert!(!place.at("run").exists(), "{case:?}");
    }
    snapshot("refused", &said);
}

#[test]
fn a_folder_with_something_in_it_is_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.at("run")).expect("a folder");
    fs::write(place.at("run/mine"), "mine").expect("a file");
    let said = stderr(&place.submit(&["--engine", "slurm"]).code(2));
    assert!(said.contains("exists and is not empty"), "{said}");
    assert_eq!(fs::read_dir(place.at("run")).expect("a folder").count(), 1);
}

#[test]
fn a_program_that_doesnt_know_the_answer_is_refused() {
    let place = Place::new();
    let program = "#!/bin/sh\necho 'not me' >&2\nexit 1\n";
    fs::write(place.at("simulate"), program).expect("a program");
    let said = stderr(&place.submit(&["--engine", "slurm"]).code(1));
    assert!(said.contains("not me"), "{said}");
    assert!(said.contains("doesn't say the known answer"), "{said}");
    assert!(!place.at("run").exists());
    fs::remove_file(place.at("simulate")).expect("removed");
    let said = stderr(&place.submit(&["--engine", "slurm"]).code(2));
    assert!(said.contains("SIMULATE names"), "{said}");
}

/// No scheduler is on the path.
#[test]
fn what_cant_be_submitted_is_written_all_the_same() {
    let place = Place::new();
    let bare = place.at("bare");
    fs::create_dir(&bare).expect("a folder");
    for name in ["sh", "dirname"] {
        let there = ["/bin", "/usr/bin"].map(|folder| Path::new(folder).join(name));
        let found = there.iter().find(|path| path.exists()).expect("a tool");
        std::os::unix::fs::symlink(found, bare.join(name)).expect("a link");
    }
    let mut command = simulate();
    command
        .env("SIMULATE", place.at("simulate"))
        .env("PATH", &bare);
    command.arg("submit").arg(place.at("my base.toml"));
    command.args(["-n", "1600", "--shards", "16", "--engine", "slurm", "--go"]);
    command.arg("--out").arg(place.at("run"));
    let said = stderr(&command.assert().code(1));
    assert!(said.contains("there is no sbatch on the path"), "{said}");
    assert!(place.at("run/array.sbatch").is_file());
}

/// A folder of 9 shards in which the first three and the seventh are whole, and two are begun.
fn half_done(place: &Place) -> PathBuf {
    let folder = place.at("half done");
    for index in ["1", "2", "3", "7"] {
        shard(&folder, index, &format!("{index}/9"), &[]);
    }
    // The seventh was begun again by another, and is whole by now.
    for name in ["5", "8", "7"] {
        let unfinished = format!("shards/{name}.unfinished");
        fs::create_dir(folder.join(unfinished)).expect("a folder");
    }
    fs::write(folder.join("submit.json"), r#"{"format": 1, "shards": 9}"#).expect("a record");
    folder
}

/// A shard of 18 replicates, or of those that `more` asks for, as the folder `name`.
fn shard(folder: &Path, name: &str, share: &str, more: &[&str]) {
    let mut command = simulate();
    command.args(["run", BASE, "-q", "--shard", share, "--out"]);
    command.arg(folder.join("shards").join(name));
    if !more.contains(&"-n") {
        command.args(["-n", "18"]);
    }
    command.args(more).assert().code(0);
}

fn status(folder: &Path, arguments: &[&str]) -> Assert {
    simulate()
        .arg("status")
        .arg(folder)
        .args(arguments)
        .assert()
}

#[test]
fn the_status_counts_what_is_done_begun_and_missing() {
    let place = Place::new();
    let folder = half_done(&place);
    let said = stdout(&status(&folder, &[]).code(0));
    snapshot("status", &said);
    assert_eq!(stdout(&status(&folder, &["--left"]).code(0)), "4-6,8-9\n");
    // Of another seed, number of replicates and scenario; another share; changed; and no shard.
    shard(&folder, "4", "4/9", &["--seed", "7"]);
    shard(&folder, "6", "6/9", &["-n", "27"]);
    shard(&folder, "9", "9/9", &["--set", "threat.fighters=4321"]);
    let shards = folder.join("shards");
    fs::remove_dir_all(shards.join("3")).expect("removed");
    fs::rename(shards.join("2"), shards.join("3")).expect("moved");
    fs::create_dir(shards.join("2")).expect("a folder");
    fs::write(shards.join("2/manifest.json"), "{}").expect("a manifest");
    let said = stdout(&status(&folder, &[]).code(0));
    snapshot("status-of-others", &said);
    assert_eq!(stdout(&status(&folder, &["--left"]).code(0)), "2-6,8-9\n");
    // Where it is noted what the first replicates come to, the first shard doesn't tell.
    let record = r#"{"format": 1, "shards": 9, "answer": "0123456789abcdef"}"#;
    fs::write(folder.join("submit.json"), record).expect("a record");
    assert_eq!(stdout(&status(&folder, &["--left"]).code(0)), "1-9\n");
    let another = Place::new();
    let folder = half_done(&another);
    fs::create_dir_all(folder.join("result")).expect("a folder");
    fs::write(folder.join("result/manifest.json"), "{}").expect("a manifest");
    for index in [4, 5, 6, 8, 9] {
        let unfinished = folder.join(format!("shards/{index}.unfinished"));
        let _ = fs::remove_dir(unfinished);
        shard(&folder, &index.to_string(), &format!("{index}/9"), &[]);
    }
    let said = stdout(&status(&folder, &["--shards", "9"]).code(0));
    assert!(
        said.starts_with("9 of 9 shards are done\nmerged: "),
        "{said}"
    );
    assert_eq!(
        stdout(&status(&folder, &["--shards", "9", "--left"]).code(0)),
        "\n"
    );
}

#[test]
fn the_folder_of_a_run_that_is_split_is_not_gone_on_with() {
    let place = Place::new();
    place.submit(&["--engine", "slurm"]).code(0);
    let run = place.at("run");
    let resume = |folder: &Path| {
        let mut command = simulate();
        command.arg("resume").arg(folder).assert()
    };
    let said = stderr(&resume(&run).code(2));
    assert!(said.contains("its submit.sh goes on"), "{said}");
    // Killed before it had kept anything.
    let unfinished = run.join("shards/2.unfinished");
    fs::create_dir_all(&unfinished).expect("a folder");
    fs::write(unfinished.join("unfinished.txt"), "").expect("a file");
    shard(&run, "3", "3/16", &["-n", "1600"]);
    let listed = simulate().arg("runs").arg(&run).assert().code(0);
    let listed = stdout(&listed);
    let lines = listed.lines().filter(|line| line.contains("replicates"));
    let kinds: Vec<_> = lines.map(|line| line[..24].trim_end().to_owned()).collect();
    let expected = [
        "finished    submit",
        "unfinished  nothing yet",
        "finished    shard 3/16",
    ];
    assert_eq!(kinds, expected, "{listed}");
}

#[test]
fn more_shards_than_slurm_takes_by_default_are_told_of() {
    let place = Place::new();
    let submit = |shards: &str| {
        let mut command = simulate();
        command.env("SIMULATE", place.at("simulate"));
        command.args(["submit", BASE, "-n", "4000", "--shards", shards]);
        command
            .args(["--engine", "slurm", "--out"])
            .arg(place.at(shards));
        stdout(&command.assert().code(0))
    };
    assert!(!submit("1000").contains("MaxArraySize"));
    assert!(submit("1001").contains("MaxArraySize - 1, which is 1000"));
}

#[test]
fn a_folder_that_says_nothing_of_shards_has_no_status() {
    let place = Place::new();
    let folder = half_done(&place);
    for record in [
        "",
        "{}",
        r#"{"format": 1, "shards": 0}"#,
        r#"{"format": 1, "shards": 1e9}"#,
    ] {
        fs::write(folder.join("submit.json"), record).expect("a record");
        let said = stderr(&status(&folder, &[]).code(2));
        assert!(
            said.contains("it doesn't say how many shards"),
            "{record}: {said}"
        );
    }
    fs::remove_file(folder.join("submit.json")).expect("removed");
    let said = stderr(&status(&folder, &[]).code(2));
    assert!(said.contains("with --shards"), "{said}");
}

#[test]
#[ignore = "needs check-jsonschema: ./test.sh"]
fn what_is_printed_as_json_fits_the_schema() {
    let place = Place::new();
    let json = |outcome: &Assert| serde_json::from_str(&stdout(outcome)).expect("JSON");
    let submitted = place.submit(&["--engine", "parallel", "--format", "json"]);
    let folder = half_done(&place);
    let status = status(&folder, &["--format", "json"]);
    crate::cli_extras::fits_the_schema(&[json(&submitted.code(0)), json(&status.code(0))]);
}
