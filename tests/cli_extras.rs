//! A scenario to start from, completions, manual pages, JSON, settings and verbosity.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";
const BROKEN: &str = "tests/broken/022_unknown_key_in_faction.toml";
const SCHEMA: &str = "schema/output.schema.json";
const ISIS: &str = "scenarios/landscape/isis_2016.toml";

#[test]
fn the_starter_is_fine_explained_sourced_and_small() {
    let temporary = tempfile::tempdir().expect("a folder");
    let file = temporary.path().join("delta.toml");
    let outcome = simulate()
        .args(["new", "delta"])
        .current_dir(&temporary)
        .assert()
        .code(0);
    assert!(stdout(&outcome).starts_with("delta.toml is written"));
    let text = fs::read_to_string(&file).expect("a scenario");
    assert!(
        !text.contains("\n#:schema") && !text.starts_with("#:"),
        "it leads nowhere"
    );
    assert!(text.contains("name = \"delta\"") && !text.contains('@'));
    // A comment above every section that begins a subject.
    let lines: Vec<&str> = text.lines().collect();
    for section in [
        "[scenario]",
        "[time]",
        "[issue.power]",
        "[community.lowland]",
        "[bloc.republic]",
        "[faction.army]",
        "[patron.overseas]",
        "[coalition.alliance]",
        "[threat]",
        "[arena.port]",
        "[[tie]]",
        "[[event]]",
        "[run]",
    ] {
        let at = lines.iter().position(|line| *line == section);
        let at = at.unwrap_or_else(|| panic!("{section} is not there"));
        assert!(lines[at - 1].starts_with("# "), "{section}");
    }
    let found = json(
        simulate()
            .args(["check", "--format", "json"])
            .arg(&file)
            .assert()
            .code(0),
    );
    let shape = &found["result"]["scenario"];
    assert_eq!(
        (&shape["factions"], &shape["arenas"]),
        (&4.into(), &4.into())
    );
    assert!(shape["uncertain"].as_u64() > Some(3), "{shape}");
}

#[test]
fn the_first_run_of_the_starter_greets_without_a_warning() {
    let temporary = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut command = simulate();
        stdout(
            &command
                .args(arguments)
                .current_dir(&temporary)
                .assert()
                .code(0),
        )
    };
    run(&["new", "delta"]);
    // Nor does a first what-if: a setting isn't asked for its source.
    for arguments in [
        &["delta.toml"][..],
        &["delta.toml", "--set", "threat.quality=0.8"],
    ] {
        let said = run(arguments);
        assert!(said.contains("numbers given: 0 from sources"), "{said}");
        assert!(!said.contains("note: "), "{said}");
    }
}

#[test]
fn what_a_file_says_of_the_source_of_its_numbers_holds_for_that_file_alone() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize(BASE).expect("the base");
    let write = |name: &str, text: String| {
        fs::write(temporary.path().join(name), text).expect("written");
    };
    let over = "fighters = 3000\nquality = { value = 1.2, source = \"a report\" }\n";
    write(
        "parent.toml",
        format!(
            "extends = '{}'\nsource = \"judgement\"\n[threat]\n{over}",
            base.display()
        ),
    );
    write(
        "child.toml",
        "extends = \"parent.toml\"\nthreat.opportunists = 0.3\n".to_owned(),
    );
    let numbers = json(
        simulate()
            .args(["check", "child.toml", "--numbers", "--format", "json"])
            .current_dir(&temporary)
            .assert()
            .code(0),
    );
    let source = |key: &str| {
        let list = numbers["result"]["numbers"].as_array().expect("a list");
        let found = list.iter().find(|n| n["key"] == key);
        found.unwrap_or_else(|| panic!("no {key}"))["source"].clone()
    };
    assert_eq!(source("threat.fighters"), "judgement");
    assert_eq!(source("threat.quality"), "a report");
    assert_eq!(source("threat.opportunists"), Value::Null);
    // What is neither a document nor judgement is no source.
    for (source, says) in [
        ("\" \"", "`source` is empty"),
        ("3", "`source` is not a text"),
    ] {
        write(
            "wrong.toml",
            format!("source = {source}\nextends = \"parent.toml\"\n"),
        );
        let refused = simulate()
            .args(["check", "wrong.toml"])
            .current_dir(&temporary)
            .assert()
            .code(2);
        assert!(stderr(&refused).contains(says), "{}", stderr(&refused));
    }
}

#[test]
fn the_starter_runs_and_its_outcomes_are_open() {
    let temporary = tempfile::tempdir().expect("a folder");
    simulate()
        .args(["new", "delta"])
        .current_dir(&temporary)
        .assert()
        .code(0);
    let run = simulate()
        .args(["delta.toml", "-n", "2000", "--format", "json"])
        .current_dir(&temporary)
        .assert()
        .code(0);
    assert_eq!(stderr(&run), "");
    let found = json(run);
    let outcomes = found["result"]["outcomes"]
        .as_array()
        .expect("a list")
        .clone();
    for kind in ["regroup", "collapse"] {
        let outcome = outcomes
            .iter()
            .find(|o| o["id"] == kind)
            .expect("the outcome");
        let end = |end: &str| outcome["chance"][end].as_f64().expect("a number");
        assert!(
            end("low") > 0.02 && end("high") < 0.98,
            "{kind}: {}",
            outcome["chance"]
        );
    }
    assert!(
        found["folder"]
            .as_str()
            .is_some_and(|f| f.starts_with("output/delta/"))
    );
}

#[test]
fn the_starter_overwrites_nothing_and_its_name_is_checked() {
    let temporary = tempfile::tempdir().expect("a folder");
    let new = |arguments: &[&str]| {
        let mut command = simulate();
        command
            .arg("new")
            .args(arguments)
            .current_dir(&temporary)
            .assert()
    };
    let file = temporary.path().join("delta.toml");
    fs::write(&file, "mine").expect("written");
    let refused = new(&["delta"]).code(2);
    assert!(stderr(&refused).contains("delta.toml exists already and is left as it is"));
    assert_eq!(fs::read_to_string(&file).expect("a file"), "mine");
    new(&["delta", "--out", "of/another.toml"]).code(0);
    let other = temporary.path().join("of/another.toml");
    assert!(
        fs::read_to_string(&other)
            .expect("a file")
            .contains("name = \"delta\"")
    );
    for (name, says) in [
        ("a b", "e.g. a_b"),
        ("delta.toml", "e.g. delta"),
        ("../up", "e.g. up"),
        ("", "use letters"),
        ("é", "use letters"),
        ("a/b", "e.g. a_b"),
    ] {
        let refused = new(&[name]).code(2);
        assert!(
            stderr(&refused).contains(says),
            "{name}: {}",
            stderr(&refused)
        );
    }
    let entries = fs::read_dir(&temporary).expect("a folder").count();
    assert_eq!(entries, 2, "nothing else was written");
}

#[test]
fn every_shell_gets_a_script_that_names_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&simulate().args(["completions", shell]).assert().code(0));
        for word in ["watch", "completions", "precision", "max-replicates", "set"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
    let refused = simulate().args(["completions", "fsh"]).assert().code(2);
    assert!(stderr(&refused).contains("fish"));
}

/// Bash itself reads the script, and completes with it.
#[cfg(target_os = "linux")]
#[test]
fn bash_completes_commands_with_the_script() {
    let script = stdout(&simulate().args(["completions", "bash"]).assert().code(0));
    let temporary = tempfile::tempdir().expect("a folder");
    let path = temporary.path().join("simulate.bash");
    fs::write(&path, script).expect("written");
    let ask = "source \"$0\"; COMP_WORDS=(simulate wat); COMP_CWORD=1; _simulate simulate wat simulate; echo \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash")
        .args(["-c", ask])
        .arg(&path)
        .output();
    let output = output.expect("bash");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "watch\n");
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path().join("man1");
    let outcome = simulate()
        .args(["man", "--out"])
        .arg(&folder)
        .assert()
        .code(0);
    let written: Vec<PathBuf> = stdout(&outcome).lines().map(PathBuf::from).collect();
    for command in commands() {
        let path = folder.join(format!("simulate-{command}.1"));
        assert!(written.contains(&path), "{command}");
        let text = fs::read_to_string(&path).expect("a page");
        assert!(
            text.contains(&format!(".TH simulate-{command} 1")),
            "{text}"
        );
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS"] {
            assert!(text.contains(section), "{command} lacks {section}");
        }
    }
    let first = fs::read_to_string(folder.join("simulate.1")).expect("a page");
    assert_eq!(first, stdout(&simulate().arg("man").assert().code(0)));
    assert!(first.contains("simulate\\-watch(1)"), "{first}");
    // Where groff is, it must like them.
    let mut groff = std::process::Command::new("groff");
    groff.args(["-man", "-Tutf8", "-ww", "-z"]).args(&written);
    if let Ok(output) = groff.output() {
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn check_gives_every_problem_as_json_with_its_place() {
    let outcome = simulate().args(CHECK_BROKEN).assert().code(2);
    assert_eq!(stderr(&outcome), "");
    let found = json(outcome);
    assert_eq!(found["result"]["fine"], false);
    let problem = &found["result"]["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&3.into(), &1.into())
    );
    assert!(problem["file"].as_str().is_some_and(|f| f == BROKEN));
    assert_eq!(problem["help"], "did you mean `fighters`?");
    let missing = json(simulate().args(CHECK_MISSING).assert().code(2));
    assert!(missing["result"]["problems"][0]["line"].is_null());
}

const CHECK_BROKEN: [&str; 4] = ["check", BROKEN, "--format", "json"];
const CHECK_MISSING: [&str; 4] = ["check", "tests/broken/bsae.toml", "--format", "json"];

#[test]
#[ignore = "needs check-jsonschema: ./test.sh"]
fn what_every_command_prints_as_json_fits_the_schema() {
    let temporary = tempfile::tempdir().expect("a folder");
    let [
        out,
        compared,
        swept,
        landscape,
        of_actors,
        sensitivity,
        replayed,
        typical,
        file,
        table,
    ] = [
        "run",
        "compared",
        "swept",
        "landscape",
        "of_actors",
        "sensitivity",
        "replayed",
        "typical",
        "delta.toml",
        "table.md",
    ]
    .map(|name| temporary.path().join(name).display().to_string());
    let [out, compared, swept, landscape, sensitivity] =
        [&out, &compared, &swept, &landscape, &sensitivity].map(String::as_str);
    let [of_actors, replayed, typical, file] =
        [&of_actors, &replayed, &typical, &file].map(String::as_str);
    let other = "tests/broken/parents/fine.toml";
    let [discovered, weighed] =
        ["discovered", "weighed"].map(|name| temporary.path().join(name).display().to_string());
    let printed: Vec<Value> = [
        &["run", BASE, "-n", "300", "--out", out][..],
        &["check", BASE],
        &["check", BASE, "--numbers"],
        &["check", "scenarios/iraq_2016.toml", "--numbers"],
        &["check", ISIS],
        &["landscape", ISIS, "--draws", "4", "--out", of_actors],
        &["new", "delta", "--out", file],
        &["compare", BASE, other, "-n", "300", "--out", compared],
        &[
            "landscape",
            BASE,
            "--draws",
            "4",
            "--levels",
            "10",
            "--out",
            landscape,
        ],
        &[
            "sensitivity",
            BASE,
            "-q",
            "-n",
            "2",
            "--base",
            "8",
            "--trajectories",
            "4",
            "--out",
            sensitivity,
        ],
        &[
            "sweep",
            BASE,
            "-q",
            "-n",
            "100",
            "--set",
            "threat.quality=1:2:2",
            "--out",
            swept,
        ],
        &[
            "discover",
            BASE,
            "-q",
            "--outcome",
            "regroup",
            "--vary",
            "threat.fighters=1000:9000",
            "--points",
            "400",
            "-n",
            "4",
            "--halves",
            "5",
            "--out",
            &discovered,
        ],
        &[
            "robust",
            BASE,
            "-q",
            "--outcome",
            "regroup",
            "--option",
            other,
            "--rows",
            "60",
            "-n",
            "4",
            "--out",
            &weighed,
        ],
        &[
            "replay",
            BASE,
            "-n",
            "300",
            "--replicate",
            "7",
            "--out",
            replayed,
        ],
        &[
            "replay",
            BASE,
            "-n",
            "300",
            "--typical",
            "regroup",
            "--out",
            typical,
        ],
        &["export", out, "--to", table.as_str()],
    ]
    .into_iter()
    .map(|arguments| {
        let mut command = simulate();
        let outcome = command
            .args(arguments)
            .args(["--format", "json"])
            .assert()
            .code(0);
        assert_eq!(stderr(&outcome), "");
        json(outcome)
    })
    .collect();
    assert_eq!(printed[0]["folder"], out);
    assert!(printed[1]["result"]["numbers"].is_null());
    assert!(
        printed[3]["result"]["numbers"]
            .as_array()
            .is_some_and(|n| n.len() > 500)
    );
    fits_the_schema(&printed);
    let wrong = [CHECK_BROKEN, CHECK_MISSING];
    fits_the_schema(&wrong.map(|arguments| json(simulate().args(arguments).assert().code(2))));
    // And the schema does refuse.
    let mut wrong = printed[0].clone();
    wrong["result"]["outcomes"][0]["chance"]["low"] = "0.1".into();
    assert!(!refusals(&[wrong]).is_empty());
    let mut wrong = printed[1].clone();
    wrong["result"]["surprise"] = 1.into();
    assert!(!refusals(&[wrong]).is_empty());
}

#[test]
fn the_page_on_json_names_every_command_and_key_of_the_schema() {
    let page = fs::read_to_string("docs/json.md").expect("the page");
    let schema: Value =
        serde_json::from_slice(&fs::read(SCHEMA).expect("the schema")).expect("JSON");
    for kind in ["summary", "check", "new", "problem"] {
        let keys = schema["$defs"][kind]["properties"]
            .as_object()
            .expect("keys");
        for key in keys
            .keys()
            .filter(|key| !["format", "version"].contains(&key.as_str()))
        {
            assert!(page.contains(&format!("`{key}`")), "{kind}.{key}");
        }
    }
    for command in [
        "run",
        "compare",
        "check",
        "sweep",
        "sensitivity",
        "explore",
        "discover",
        "robust",
        "calibrate",
        "score",
        "backtest",
        "landscape",
        "replay",
        "new",
        "watch",
        "schema",
    ] {
        assert!(page.contains(&format!("### `{command}`")), "{command}");
    }
}

#[test]
fn a_setting_lays_a_number_over_the_scenario_whatever_the_command() {
    let temporary = tempfile::tempdir().expect("a folder");
    for command in commands() {
        let help = stdout(&simulate().args([&command, "--help"]).assert().code(0));
        if !help.contains("<SCENARIO>") {
            continue;
        }
        assert!(help.contains("--set <KEY=VALUE"), "{command} has no --set");
        let refused = simulate()
            .args([&command, BASE, "--set", "threat.figters=3"])
            .args(few(&command))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .assert()
            .code(2);
        let said = stderr(&refused);
        assert!(
            said.contains("did you mean `fighters`?"),
            "{command}: {said}"
        );
        if !help.contains("--out") || command == "watch" {
            continue;
        }
        let out = temporary.path().join(&command);
        simulate()
            .args([&command, BASE, "--set", "threat.fighters=4321", "--out"])
            .arg(&out)
            .args(few(&command))
            .assert()
            .code(0);
        let resolved = fs::read_to_string(out.join("scenario.resolved.toml")).expect("a file");
        assert!(resolved.contains("fighters = 4321"), "{command}");
        let manifest = fs::read(out.join("manifest.json")).expect("a manifest");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let settings = &manifest["scenarios"][0]["settings"];
        assert_eq!(
            *settings,
            serde_json::json!(["threat.fighters=4321"]),
            "{command}"
        );
    }
}

/// What keeps a command's work small.
fn few(command: &str) -> &'static [&'static str] {
    match command {
        "run" => &["-n", "300"],
        "landscape" => &["--draws", "4", "--levels", "10"],
        "replay" => &["--replicate", "7"],
        "sensitivity" => &["-n", "2", "--base", "8", "--trajectories", "4"],
        "explore" => &["-n", "64", "--top", "1", "--trajectories", "4"],
        "discover" => &[
            "-q",
            "--outcome",
            "regroup",
            "--points",
            "60",
            "-n",
            "2",
            "--halves",
            "2",
        ],
        "robust" => &[
            "-q",
            "--outcome",
            "regroup",
            "--option",
            BASE,
            "--rows",
            "60",
            "-n",
            "4",
        ],
        "submit" => &["-n", "100", "--shards", "2", "--engine", "parallel"],
        "sweep" => &["-q", "-n", "100", "--set", "threat.quality=1:2:2"],
        "score" => &["-n", "200", "--observed", "tests/fixtures/observed.csv"],
        "calibrate" => &[
            "-n",
            "200",
            "--observed",
            "tests/fixtures/observed.csv",
            "--particles",
            "50",
            "--simulations",
            "2000",
        ],
        _ => &[],
    }
}

#[test]
fn verbose_says_how_the_work_is_done_and_changes_nothing() {
    let temporary = tempfile::tempdir().expect("a folder");
    let run = |name: &str, flags: &[&str]| {
        let out = temporary.path().join(name);
        let arguments = ["run", BASE, "-n", "300", "--threads", "1", "--out"];
        let outcome = simulate()
            .args(arguments)
            .arg(&out)
            .args(flags)
            .assert()
            .code(0);
        (
            stderr(&outcome),
            fs::read(out.join("summary.json")).expect("a summary"),
        )
    };
    let (said, summary) = run("verbose", &["-v"]);
    assert!(said.contains("threads: 1; lanes: "), "{said}");
    assert!(said.contains("300 replicates in "), "{said}");
    let (said, plain) = run("plain", &[]);
    assert_eq!(said, "");
    assert!(summary == plain);
}

/// Every command but help, as the program lists them.
fn commands() -> Vec<String> {
    let help = stdout(&simulate().arg("--help").assert().code(0));
    let list = help.split("Commands:\n").nth(1).expect("the commands");
    list.lines()
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
#[ignore = "needs check-jsonschema: ./test.sh"]
fn what_is_odd_and_what_is_made_of_tables_fits_the_schema() {
    let temporary = tempfile::tempdir().expect("a folder");
    let file = temporary.path().join("made.toml");
    let odd = [
        "check",
        "tests/fixtures/strict.toml",
        "--strict",
        "--format",
        "json",
        "--set",
        "faction.army.exposure.cabinet=0.5",
    ];
    let made = ["new", "made", "--from", "examples/ktab", "--format", "json"];
    fits_the_schema(&[
        json(simulate().args(odd).assert().code(4)),
        json(
            simulate()
                .args(made)
                .arg("--out")
                .arg(&file)
                .assert()
                .code(0),
        ),
    ]);
}

/// Fails unless all of them are what the schema says.
pub fn fits_the_schema(printed: &[Value]) {
    let refused = refusals(printed);
    assert!(refused.is_empty(), "{refused}");
}

/// What an independent checker has against them.
fn refusals(printed: &[Value]) -> String {
    let temporary = tempfile::tempdir().expect("a folder");
    let paths = printed.iter().enumerate().map(|(number, value)| {
        let path = temporary.path().join(format!("{number}.json"));
        fs::write(&path, value.to_string()).expect("written");
        path
    });
    let output = crate::tools::python("check-jsonschema")
        .args(["--schemafile", SCHEMA])
        .args(paths.collect::<Vec<_>>())
        .output()
        .expect("the checker runs");
    match output.status.success() {
        true => String::new(),
        false => String::from_utf8_lossy(&output.stdout).into_owned(),
    }
}

fn simulate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env_remove("SIMULATE_LANES").env("COLUMNS", "100");
    command
}

fn json(outcome: Assert) -> Value {
    serde_json::from_str(&stdout(&outcome)).expect("JSON")
}

fn stdout(outcome: &Assert) -> String {
    String::from_utf8(outcome.get_output().stdout.clone()).expect("text")
}

fn stderr(outcome: &Assert) -> String {
    String::from_utf8(outcome.get_output().stderr.clone()).expect("text")
}
