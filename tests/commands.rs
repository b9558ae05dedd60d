//! The command line: exit codes, and what goes to standard output and standard error.

use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";
const BROKEN: &str = "tests/broken/022_unknown_key_in_faction.toml";

#[test]
fn without_arguments_the_help_is_shown_and_nothing_is_run() {
    let outcome = simulate().assert().code(2);
    assert!(stderr(&outcome).contains("Usage: simulate"));
    let outcome = simulate().arg("--help").assert().code(0);
    let help = stdout(&outcome);
    for word in ["run", "check", "schema", "Exit codes"] {
        assert!(help.contains(word), "{word}");
    }
    assert_eq!(stderr(&outcome), "");
}

#[test]
fn the_version_is_that_of_the_package() {
    let outcome = simulate().arg("--version").assert().code(0);
    assert_eq!(
        stdout(&outcome),
        format!("simulate {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_so_on_standard_error() {
    for arguments in [
        &["run"][..],
        &["run", BASE, "--no-such-option"],
        &["run", BASE, "-n", "0"],
        &["run", BASE, "-n", "many"],
        &["run", BASE, "--threads", "0"],
        &["run", BASE, "--seed", "-1"],
        &["check"],
        &["check", BASE, "extra"],
        &["schema", "extra"],
    ] {
        let outcome = simulate().args(arguments).assert().code(2);
        assert_eq!(stdout(&outcome), "", "{arguments:?}");
        assert!(stderr(&outcome).starts_with("error:"), "{arguments:?}");
    }
}

#[test]
fn a_broken_scenario_ends_with_2_whatever_was_to_be_done_with_it() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let out = out.to_str().expect("a name");
    for arguments in [
        &["check", BROKEN][..],
        &["check", "--numbers", BROKEN],
        &["run", BROKEN, "--out", out],
        &["run", "--quiet", BROKEN, "--out", out],
        &[BROKEN, "--out", out],
    ] {
        let outcome = simulate().args(arguments).assert().code(2);
        assert_eq!(stdout(&outcome), "", "{arguments:?}");
        let said = stderr(&outcome);
        assert!(
            said.contains("022_unknown_key_in_faction.toml:3:1"),
            "{said}"
        );
        assert!(said.contains("did you mean `fighters`?"), "{said}");
        assert!(said.ends_with("1 problem; nothing was run\n"), "{said}");
        assert!(!Path::new(out).exists());
    }
}

#[test]
fn a_scenario_that_is_not_there_ends_with_2() {
    let outcome = simulate()
        .args(["check", "tests/broken/bsae.toml"])
        .assert()
        .code(2);
    assert!(stderr(&outcome).contains("did you mean `base.toml`?"));
    // A mistyped command is taken for a scenario, and not found.
    let outcome = simulate().arg("chek").assert().code(2);
    assert!(stderr(&outcome).contains("can't read chek"));
}

#[test]
fn check_says_that_a_scenario_is_fine_in_one_line() {
    let outcome = simulate().args(["check", BASE]).assert().code(0);
    let said = stdout(&outcome);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with(&format!(
            "{BASE}: fine. 104 steps, 2 factions, 4 arenas, 2 events;"
        )),
        "{said}"
    );
    assert_eq!(stderr(&outcome), "");
}

#[test]
fn check_lists_every_given_number_with_its_value_source_and_file() {
    let overlay = "tests/broken/parents/fine.toml";
    let outcome = simulate()
        .args(["check", "--numbers", overlay, "--set", "threat.quality=2"])
        .assert()
        .code(0);
    let said = stdout(&outcome);
    for line in [
        "threat.fighters = 4000  # a report; tests/broken/parents/fine.toml",
        "threat.quality = 2  # no source; --set",
        "faction.west.fighters = 7000  # judgement; tests/broken/parents/../base.toml",
        "tie.east+west.hostility = 0.75  # no source; tests/broken/parents/../base.toml",
    ] {
        assert!(said.lines().any(|l| l == line), "{line}\n{said}");
    }
    assert!(
        said.lines().any(
            |l| l.starts_with("faction.east.fighters = { dist = \"triangular\", low = 6000.0,")
        )
    );
}

#[test]
fn a_bare_scenario_is_run_and_options_may_come_first() {
    let temporary = tempfile::tempdir().expect("a folder");
    let run = |name: &str, before: &[&str], after: &[&str]| {
        let out = temporary.path().join(name);
        simulate()
            .args(before)
            .arg(BASE)
            .args(after)
            .arg("--out")
            .arg(&out)
            .assert()
            .code(0);
        std::fs::read(out.join("summary.json")).expect("a summary")
    };
    let whole = run("run", &["run"], &["-n", "300"]);
    assert!(whole == run("bare", &[], &["-n", "300"]));
    assert!(whole == run("options-first", &["-n", "300"], &[]));
    assert!(whole == run("options-between", &["run", "-n", "300"], &[]));
}

#[test]
fn a_run_prints_its_results_to_standard_output_and_nothing_else_anywhere() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let outcome = simulate()
        .args(["run", BASE, "-n", "300", "--out"])
        .arg(&out)
        .assert()
        .code(0);
    let said = stdout(&outcome);
    assert!(said.starts_with("Two allies and a threat\n"), "{said}");
    assert!(said.contains("300 of 300 replicates, seed 1"), "{said}");
    assert!(
        said.contains(&format!("pictures and tables: {}", out.display())),
        "{said}"
    );
    assert!(
        !said.contains('\u{1b}'),
        "no colours where nobody sees them"
    );
    assert_eq!(stderr(&outcome), "");
}

#[test]
fn a_quiet_run_prints_nothing() {
    let temporary = tempfile::tempdir().expect("a folder");
    for (name, flag) in [("short", "-q"), ("long", "--quiet")] {
        let out = temporary.path().join(name);
        let outcome = simulate()
            .args(["run", BASE, "-n", "300", flag, "--out"])
            .arg(&out)
            .assert()
            .code(0);
        assert_eq!(
            (stdout(&outcome), stderr(&outcome)),
            (String::new(), String::new())
        );
        assert!(out.join("manifest.json").is_file());
    }
}

#[test]
fn settings_stand_in_the_manifest_and_in_the_resolved_scenario() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let settings = [
        "threat.quality=1.25",
        "patron.sea.commitment={ dist = \"uniform\", low = 0.2, high = 0.4, source = \"a guess\" }",
        "event.summit.probability=0.125",
        "tie.west+east.hostility=0.375",
        "rivalry.noise=0.5",
        "scenario.title=\"Another title\"",
    ];
    let mut command = simulate();
    command.args(["run", BASE, "-n", "300", "--out"]).arg(&out);
    for setting in settings {
        command.args(["--set", setting]);
    }
    let outcome = command.assert().code(0);
    assert!(stdout(&outcome).starts_with("Another title  ·  "));
    let manifest = std::fs::read(out.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(
        manifest["scenarios"][0]["settings"],
        serde_json::json!(settings)
    );
    let resolved =
        std::fs::read_to_string(out.join("scenario.resolved.toml")).expect("the scenario");
    for line in [
        "quality = 1.25",
        "commitment = { dist = \"uniform\", low = 0.2, high = 0.4, source = \"a guess\" }",
        "probability = 0.125",
        "hostility = 0.375",
        "noise = 0.5",
        "title = \"Another title\"",
    ] {
        assert!(resolved.lines().any(|l| l == line), "{line}\n{resolved}");
    }
}

#[test]
fn a_wrong_setting_ends_with_2_and_names_the_nearest_key() {
    let outcome = simulate()
        .args(["run", BASE, "--set", "threat.figters=3"])
        .assert()
        .code(2);
    let said = stderr(&outcome);
    assert!(
        said.contains("--set:1:8") && said.contains("did you mean `fighters`?"),
        "{said}"
    );
    assert_eq!(stdout(&outcome), "");
}

#[test]
fn problems_have_no_colours_unless_they_go_to_a_terminal() {
    for no_color in [None, Some(""), Some("1")] {
        let mut command = simulate();
        command.args(["check", BROKEN]).env_remove("NO_COLOR");
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        let outcome = command.assert().code(2);
        assert!(!stderr(&outcome).contains('\u{1b}'));
    }
}

/// `script` gives the program a terminal to write to.
#[cfg(target_os = "linux")]
#[test]
fn problems_are_coloured_on_a_terminal_unless_it_or_no_color_says_otherwise() {
    let coloured = |terminal: &str, no_color: Option<&str>| {
        let line = format!("{} check {BROKEN}", env!("CARGO_BIN_EXE_simulate"));
        let mut command = std::process::Command::new("script");
        command
            .args(["-qec", &line, "/dev/null"])
            .env_remove("NO_COLOR")
            .env("TERM", terminal);
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        let output = command.output().expect("`script` of util-linux");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("did you mean"), "{said}");
        // Lines are drawn where there are colours.
        assert_eq!(said.contains("\u{1b}[3"), said.contains('─'), "{said}");
        assert!(
            said.contains("\u{1b}[3") || !said.contains('\u{1b}'),
            "{said}"
        );
        said.contains("\u{1b}[3")
    };
    assert!(coloured("xterm", None));
    assert!(coloured("xterm", Some("")));
    assert!(!coloured("xterm", Some("1")));
    assert!(!coloured("dumb", None));
}

#[test]
fn the_reference_is_markdown_and_names_every_section() {
    let outcome = simulate().args(["schema", "--reference"]).assert().code(0);
    let said = stdout(&outcome);
    for heading in [
        "`[faction.NAME]`",
        "`[rivalry]`",
        "`[[event.effect]]`",
        "## Variables",
    ] {
        assert!(said.contains(heading), "{heading}");
    }
    assert_eq!(stderr(&outcome), "");
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let line = format!("{} schema | head -n 1", env!("CARGO_BIN_EXE_simulate"));
    let output = std::process::Command::new("bash")
        .args(["-o", "pipefail", "-c", &line])
        .output();
    let output = output.expect("a shell");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}

fn simulate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env_remove("SIMULATE_LANES");
    command
}

fn stdout(outcome: &Assert) -> String {
    String::from_utf8(outcome.get_output().stdout.clone()).expect("text")
}

fn stderr(outcome: &Assert) -> String {
    String::from_utf8(outcome.get_output().stderr.clone()).expect("text")
}
