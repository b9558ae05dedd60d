//! `simulate robust`: policy options over the uncertain numbers.

use std::fs;
use std::path::Path;

use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";

fn simulate(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").args(arguments).assert()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a name")
}

/// A file that extends the base.
fn option(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    let base = fs::canonicalize(BASE).expect("the base");
    fs::write(&file, format!("extends = '{}'\n{text}", base.display())).expect("written");
    path(&file).to_owned()
}

fn robust(arguments: &[&str]) -> Value {
    let small = ["--rows", "100", "-n", "8", "--format", "json"];
    let outcome = simulate(&[&["robust", BASE], arguments, &small].concat()).code(0);
    serde_json::from_slice(&outcome.get_output().stdout).expect("JSON")
}

#[test]
fn the_same_again_is_no_other_and_a_weaker_threat_is_clearly_better() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path();
    let same = option(folder, "same.toml", "[scenario]\ntitle = \"The same\"\n");
    // The threat's fighters are no longer uncertain there, or else.
    let weaker = option(folder, "weaker.toml", "[threat]\nfighters = 300\n");
    let own = [
        "--option",
        &same,
        "--option",
        &weaker,
        "--outcome",
        "regroup",
    ];
    let out = folder.join("out");
    let found = robust(&[&own[..], &["--threads", "1", "--out", path(&out)]].concat());
    let result = &found["result"];
    let [first, same, weaker] = [0, 1, 2].map(|k| &result["options"][k]);
    assert!(first["difference"].is_null());
    // On the same rows with the same random numbers there is no difference at all.
    for end in ["value", "low", "high"] {
        assert_eq!(same["difference"][end], 0.0);
        assert_eq!(same["satisficing_difference"][end], 0.0);
        assert_eq!(same["mean"][end], first["mean"][end]);
    }
    assert_eq!(same["regret"], first["regret"]);
    assert!(
        weaker["difference"]["high"].as_f64().expect("an end") < 0.0,
        "{weaker}"
    );
    let regret = |option: &Value| option["regret"]["most"].as_f64().expect("a regret");
    assert!(regret(weaker) < regret(first));
    for file in [
        "robust.csv",
        "robust.json",
        "robust.png",
        "index.html",
        "options/weaker.toml",
    ] {
        assert!(out.join(file).is_file(), "{file}");
    }
    // Threads change nothing; nor does doing it again as the manifest says.
    let two = folder.join("two");
    robust(&[&own[..], &["--threads", "2", "--out", path(&two)]].concat());
    let read = |folder: &Path, file: &str| fs::read(folder.join(file)).expect("a file");
    for file in ["robust.csv", "robust.json", "robust.png"] {
        assert!(read(&out, file) == read(&two, file), "{file}");
    }
    let manifest: Value = serde_json::from_slice(&read(&out, "manifest.json")).expect("JSON");
    let again = manifest["again"].as_str().expect("a command");
    let words: Vec<&str> = again.split(' ').skip(1).collect();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_simulate"));
    command
        .current_dir(&out)
        .args(words)
        .args(["-q", "--out", "../again"])
        .assert()
        .code(0);
    let again = folder.join("again");
    let figures = |folder: &Path| {
        let mut found: Value = serde_json::from_slice(&read(folder, "robust.json")).expect("JSON");
        let options = found["options"].as_array_mut().expect("options");
        let of = |option: &mut Value| option["mean"].take();
        options.iter_mut().map(of).collect::<Vec<Value>>()
    };
    assert_eq!(figures(&out), figures(&again));
}

#[test]
fn what_is_wanted_is_better_high() {
    let temporary = tempfile::tempdir().expect("a folder");
    let weaker = option(
        temporary.path(),
        "weaker.toml",
        "[threat]\nfighters = 300\n",
    );
    let own = [
        "--option",
        &weaker,
        "--outcome",
        "regroup",
        "--level",
        "0.5",
    ];
    let of = |better: &str| {
        let out = temporary.path().join(better);
        robust(&[&own[..], &["--better", better, "--out", path(&out)]].concat())
    };
    let (low, high) = (of("low"), of("high"));
    let value = |found: &Value, option: usize, what: &str| {
        let of = &found["result"]["options"][option][what]["value"];
        of.as_f64().expect("a figure")
    };
    // One is worked out as the other's opposite.
    let means = [&low, &high].map(|found| value(found, 1, "mean"));
    assert!((means[0] - means[1]).abs() < 1e-12, "{means:?}");
    let both = value(&low, 0, "satisficing") + value(&high, 0, "satisficing");
    assert!((both - 1.0).abs() < 0.1, "{both}");
    let regret = |found: &Value, option: usize| {
        let of = &found["result"]["options"][option]["regret"]["most"];
        of.as_f64().expect("a regret")
    };
    assert!(regret(&low, 0) > regret(&low, 1));
    assert!(regret(&high, 0) < regret(&high, 1));
}

#[test]
fn wrong_questions_are_said_before_anything_is_run() {
    let said = |arguments: &[&str]| {
        let outcome = simulate(&[&["robust", BASE], arguments].concat()).code(2);
        String::from_utf8_lossy(&outcome.get_output().stderr).into_owned()
    };
    let none = said(&["--outcome", "regroup"]);
    assert!(none.contains("--option"), "{none}");
    let unknown = said(&["--option", BASE, "--outcome", "regrup"]);
    assert!(unknown.contains("did you mean `regroup`?"), "{unknown}");
    let odd = said(&["--option", BASE, "--outcome", "regroup", "-n", "7"]);
    assert!(odd.contains("even number"), "{odd}");
}
