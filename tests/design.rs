//! Where the draws of a run lie: asked for, carried, refused.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";

fn simulate(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").args(arguments).assert()
}

fn run(out: &Path, own: &[&str]) {
    let out = out.to_str().expect("a name");
    simulate(&[&["run", BASE, "-q", "--out", out], own].concat()).success();
}

fn summary(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("summary.json")).expect("a summary");
    serde_json::from_str(&text).expect("JSON")
}

fn said(arguments: &[&str]) -> String {
    let refused = simulate(arguments).code(2);
    String::from_utf8_lossy(&refused.get_output().stderr).into_owned()
}

#[test]
fn a_design_is_a_setting_like_others_and_the_summary_says_it() {
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name);
    run(&at("switch"), &["-n", "200", "--design", "lhs"]);
    run(&at("random"), &["-n", "200", "--design", "random"]);
    run(&at("none"), &["-n", "200"]);
    let (switch, random, none) = (
        summary(&at("switch")),
        summary(&at("random")),
        summary(&at("none")),
    );
    assert_eq!(switch["design"], "lhs");
    assert_eq!(random, none);
    assert_eq!(none.get("design"), None);
    assert_ne!(switch["outcomes"], none["outcomes"]);
    // A run folder runs again by itself.
    let again = at("again");
    let resolved = at("switch").join("scenario.resolved.toml");
    let words = ["run", resolved.to_str().expect("a name"), "-q", "--out"];
    simulate(&[&words[..], &[again.to_str().expect("a name")]].concat()).success();
    assert_eq!(summary(&again), switch);
    let wrong = said(&["run", BASE, "--design", "halton"]);
    assert!(
        wrong.contains("[possible values: random, sobol, lhs]"),
        "{wrong}"
    );
    let wrong = said(&["run", BASE, "--set", "run.design=\"halton\""]);
    assert!(wrong.contains("`run.design` can't be `halton`"), "{wrong}");
}

/// Draws of three replicates, and blocks of sixteen, reach over the end of a block of rows.
#[test]
fn the_number_at_which_intervals_are_narrow_enough_gives_the_same_as_asking_for_it() {
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name);
    let own = ["--design", "sobol", "--set", "run.replicates_per_draw=3"];
    run(
        &at("until"),
        &[&own[..], &["--precision", "0.012"]].concat(),
    );
    let until = summary(&at("until"));
    let reached = until["replicates_asked"].as_u64().expect("a number");
    assert!(reached > 1024, "{reached}");
    let reached = reached.to_string();
    run(&at("once"), &[&own[..], &["-n", &reached]].concat());
    assert_eq!(until, summary(&at("once")));
}

#[test]
fn what_lays_out_the_inputs_by_itself_refuses_a_design_and_pairs_have_the_same() {
    let set = ["--set", "run.design=\"lhs\""];
    for words in [
        &["sensitivity", BASE][..],
        &["discover", BASE, "--outcome", "regroup"],
        &["explore", BASE],
    ] {
        let refused = said(&[words, &set].concat());
        assert!(
            refused.contains("run.design is `lhs`"),
            "{words:?}: {refused}"
        );
        assert!(
            refused.contains("--set 'run.design=\"random\"'"),
            "{refused}"
        );
    }
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name).to_str().expect("a name").to_owned();
    let (lhs, random, both) = (at("lhs"), at("random"), at("both"));
    run(
        Path::new(&lhs),
        &["-n", "64", "--design", "lhs", "--label", "even"],
    );
    run(Path::new(&random), &["-n", "64"]);
    let compared = simulate(&["compare", &lhs, &random, "--out", &both]).success();
    let output = compared.get_output();
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("its design is random, not lhs"), "{said}");
}
