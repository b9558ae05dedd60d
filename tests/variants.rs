//! Runs that can be told apart: by their label, what was set, and a hash, wherever their
//! results are shown; and each in a place of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::run_folder::names;

const TUNED: &str = "threat.quality=1.25";

/// A program that works in a folder.
fn simulate(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.current_dir(folder).env_remove("SIMULATE_LANES");
    command.args(arguments).output().expect("it runs")
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = simulate(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = simulate(folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn base() -> String {
    let base = fs::canonicalize("tests/broken/base.toml").expect("the base");
    base.to_str().expect("text").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).expect("JSON")
}

/// The runs in a place.
fn runs(place: &Path) -> Vec<PathBuf> {
    let mut found = names(place);
    found.retain(|name| name.starts_with('2'));
    found.iter().map(|name| place.join(name)).collect()
}

/// The notes inside a picture.
fn note(picture: &Path, key: &str) -> Option<String> {
    let file = fs::File::open(picture).expect("a picture");
    let reader = png::Decoder::new(std::io::BufReader::new(file)).read_info();
    let reader = reader.expect("a PNG");
    let notes = &reader.info().utf8_text;
    let note = notes.iter().find(|note| note.keyword == key)?;
    Some(note.get_text().expect("text"))
}

#[test]
fn a_variant_says_what_it_is_on_screen_page_pictures_and_in_its_files() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let run = |name: &str, more: &[&str]| {
        let common = ["run", &base, "-n", "300", "--out", name];
        done(temporary.path(), &[&common, more].concat())
    };
    let plain = run("plain", &[]);
    let more = "threat.opportunists=0.4";
    let tuned = run("tuned", &["--set", TUNED, "--set", more]);
    let label = "Better \u{201C}fighters\u{201D}";
    let labelled = run("labelled", &["--set", TUNED, "--label", label]);
    let at = |name: &str| temporary.path().join(name);
    let head = |screen: &str| screen.lines().next().unwrap_or_default().to_owned();
    let told = [
        "".to_owned(),
        format!("  ·  {TUNED} and 1 more"),
        format!("  ·  {label}  ·  {TUNED}"),
    ];
    for ((name, screen), told) in [("plain", plain), ("tuned", tuned), ("labelled", labelled)]
        .into_iter()
        .zip(&told)
    {
        let title = head(&screen);
        assert_eq!(title, format!("Two allies and a threat{told}"), "{name}");
        let summary = json(&at(name).join("summary.json"));
        let manifest = json(&at(name).join("manifest.json"));
        let identity = &summary["identity"];
        let settings: Vec<&str> = match name {
            "plain" => vec![],
            "tuned" => vec![TUNED, more],
            _ => vec![TUNED],
        };
        assert_eq!(identity["settings"], serde_json::json!(settings));
        match name {
            "labelled" => assert_eq!(identity["label"], label),
            _ => assert!(identity["label"].is_null()),
        }
        for key in ["label", "settings", "blake3"] {
            assert_eq!(
                manifest["scenarios"][0][key], identity[key],
                "{name}: {key}"
            );
        }
        let hash = identity["blake3"].as_str().expect("a hash");
        assert!(screen.contains(&format!("hash {}", &hash[..8])), "{screen}");
        let page = read(&at(name).join("index.html"));
        assert!(page.contains(&format!("<title>{title}</title>")), "{name}");
        assert!(page.contains(hash), "{name}");
        let picture = at(name).join("outcomes.png");
        let joined = (!settings.is_empty()).then(|| settings.join("; "));
        assert_eq!(note(&picture, "simulate:settings"), joined);
        assert_eq!(
            note(&picture, "simulate:label").as_deref(),
            identity["label"].as_str()
        );
    }
    // The same settings give the same results, whatever they are called; the label tells.
    let hash = |name: &str| json(&at(name).join("summary.json"))["identity"]["blake3"].clone();
    run("unlabelled", &["--set", TUNED]);
    assert_eq!(hash("unlabelled"), hash("labelled"));
    assert_ne!(hash("plain"), hash("tuned"));
    for picture in [
        "outcomes.png",
        "trajectories.png",
        "rivalry.png",
        "alliances.png",
        "sequence.png",
    ] {
        let of = |name: &str| fs::read(at(name).join(picture)).expect("a picture");
        assert!(of("labelled") != of("unlabelled"), "{picture}");
    }
    // What differs from the file without settings, though it extends nothing.
    let page = read(&at("tuned").join("index.html"));
    assert!(page.contains("What the command line changed"));
    assert!(page.contains("<code>threat.quality</code>"));
    assert!(!read(&at("plain").join("index.html")).contains("What the command line changed"));
}

#[test]
fn every_command_takes_a_label_and_shows_it() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let commands: [&[&str]; 6] = [
        &["run", "-n", "64"],
        &["compare", &base, "-n", "64"],
        &["landscape", "--draws", "4", "--levels", "4"],
        &["replay", "--replicate", "3"],
        &[
            "sweep",
            "-n",
            "16",
            "--set",
            "threat.opportunists=0.5:0.9:2",
        ],
        &[
            "sensitivity",
            "-n",
            "2",
            "--base",
            "8",
            "--trajectories",
            "4",
        ],
    ];
    for arguments in commands {
        let name = arguments[0];
        let shown = |out: &str, label: &[&str]| {
            let set = ["--set", TUNED, "--out", out];
            let all = [&[name, &base], &arguments[1..], &set, label].concat();
            done(temporary.path(), &all)
        };
        let screen = shown(name, &["--label", "As asked"]);
        let first = screen.lines().next().unwrap_or_default();
        assert!(first.contains("As asked"), "{name}: {first}");
        let folder = temporary.path().join(name);
        assert!(
            read(&folder.join("index.html")).contains("As asked"),
            "{name}"
        );
        // And it is in the pictures, which are the same but for it.
        let other = format!("{name}-other");
        shown(&other, &["--label", "Otherwise"]);
        let pictures = names(&folder);
        let mut pictures: Vec<_> = pictures.iter().filter(|n| n.ends_with(".png")).collect();
        pictures.sort();
        assert!(!pictures.is_empty());
        for picture in pictures {
            let [one, two] = [name, &other].map(|folder| {
                fs::read(temporary.path().join(folder).join(picture)).expect("a picture")
            });
            assert!(one != two, "{name}: {picture}");
        }
    }
}

#[test]
fn latest_stays_with_the_plain_scenario_and_variants_have_their_own() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let run = |more: &[&str]| {
        done(
            temporary.path(),
            &[&["run", &base, "-n", "16", "-q"], more].concat(),
        )
    };
    run(&[]);
    run(&["--set", TUNED]);
    run(&["--set", "threat.quality=1.5"]);
    run(&["--set", TUNED, "--label", "tuned"]);
    run(&["--label", "tuned"]);
    let place = temporary.path().join("output/base");
    assert_eq!(runs(&place).len(), 1);
    let variants = names(&place.join("variants"));
    assert_eq!(variants.len(), 3, "{variants:?}");
    let settings = |folder: &Path| json(&folder.join("manifest.json"))["scenarios"][0].clone();
    assert_eq!(runs(&place.join("variants/tuned")).len(), 2);
    for variant in &variants {
        let place = place.join("variants").join(variant);
        for run in runs(&place) {
            let of = settings(&run);
            assert!(of["settings"] != serde_json::json!([]) || of["label"] == "tuned");
        }
        #[cfg(unix)]
        assert!(place.join("latest/manifest.json").is_file());
    }
    #[cfg(unix)]
    {
        let plain = settings(&place.join("latest"));
        assert_eq!(plain["settings"], serde_json::json!([]));
        assert!(plain["label"].is_null());
        // What was made from a variant is one too, wherever its file stands.
        let resolved = place.join("variants/tuned/latest/scenario.resolved.toml");
        fs::copy(resolved, temporary.path().join("copy.toml")).expect("copied");
        done(temporary.path(), &["run", "copy.toml", "-q"]);
        assert_eq!(runs(&place.join("variants/tuned")).len(), 3);
        assert_eq!(runs(&place).len(), 1);
        // But not what extends it.
        fs::write(
            temporary.path().join("child.toml"),
            "extends = \"copy.toml\"\n",
        )
        .expect("written");
        done(temporary.path(), &["run", "child.toml", "-q"]);
        assert_eq!(runs(&place).len(), 2);
    }
}

#[test]
fn a_scenario_called_as_a_command_is_does_not_meet_its_experiments() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    for name in ["compare", "sweep", "latest", "variants"] {
        let text = format!("extends = {base:?}\n[scenario]\nname = \"{name}\"\n");
        let file = format!("{name}.toml");
        fs::write(temporary.path().join(&file), text).expect("written");
        done(temporary.path(), &["run", &file, "-n", "16", "-q"]);
        let place = temporary.path().join("output").join(name);
        assert_eq!(runs(&place).len(), 1, "{name}");
    }
    done(
        temporary.path(),
        &["compare", "compare.toml", &base, "-n", "16", "-q"],
    );
    done(
        temporary.path(),
        &[
            "sweep",
            "sweep.toml",
            "--set",
            "threat.quality=1:2:2",
            "-n",
            "16",
            "-q",
        ],
    );
    let at = |place: &str| temporary.path().join("output").join(place);
    assert_eq!(
        names(&temporary.path().join("output")),
        ["compare", "latest", "sweep", "variants"]
    );
    assert_eq!(runs(&at("compare")).len(), 1);
    assert_eq!(runs(&at("compare/compare")).len(), 1);
    assert_eq!(runs(&at("sweep")).len(), 1);
    assert_eq!(runs(&at("sweep/sweep")).len(), 1);
}

#[test]
fn a_name_that_some_file_system_does_not_take_is_refused_where_it_stands() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let long = "n".repeat(101);
    for name in [
        "con",
        "NUL",
        "Aux.old",
        "com1",
        "LPT9",
        "com¹",
        "a:b",
        "a/b",
        r"a\b",
        "a*",
        "a?",
        "a|b",
        "<a>",
        "a.",
        "a ",
        " a",
        "..",
        " ",
        "a\nb",
        "a\u{7}",
        "a\u{202E}b",
        &long,
    ] {
        let name = serde_json::to_string(name).expect("text");
        let text = format!("extends = {base:?}\n[scenario]\nname = {name}\n");
        fs::write(temporary.path().join("odd.toml"), text).expect("written");
        let said = refused(temporary.path(), &["check", "odd.toml"]);
        assert!(said.contains("can't name a folder"), "{name}: {said}");
        assert!(said.contains("odd.toml:3:8"), "{name}: {said}");
    }
    for name in ["con", "NUL"] {
        let said = refused(temporary.path(), &["new", name]);
        assert!(said.contains("keep this name for a device"), "{said}");
    }
    for name in [
        "console",
        "com",
        "com10",
        "nul_",
        "a.b",
        "älter",
        &"n".repeat(100),
    ] {
        let text = format!("extends = {base:?}\n[scenario]\nname = \"{name}\"\n");
        fs::write(temporary.path().join("odd.toml"), text).expect("written");
        done(temporary.path(), &["check", "odd.toml"]);
    }
}

#[test]
fn a_label_is_one_short_line_of_plain_text() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let long = "x".repeat(61);
    for label in [
        "",
        " ",
        " a",
        "a ",
        "a\nb",
        "a\tb",
        "\u{1b}[31mred",
        "\u{202E}a",
        &long,
    ] {
        let said = refused(temporary.path(), &["run", &base, "--label", label]);
        assert!(said.contains("a label "), "{label:?}: {said}");
        // As in a file.
        let label = serde_json::to_string(label).expect("text");
        let text = format!("extends = {base:?}\n[variant]\nlabel = {label}\n");
        fs::write(temporary.path().join("odd.toml"), text).expect("written");
        let said = refused(temporary.path(), &["check", "odd.toml"]);
        assert!(said.contains("odd.toml:3:9"), "{label}: {said}");
    }
    assert!(names(temporary.path()).iter().all(|name| name != "output"));
}

#[test]
fn the_resolved_scenario_by_itself_gives_the_same_files() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let large = i64::MAX.to_string();
    let ways: [&[&str]; 5] = [
        &["-n", "60", "--seed", "7"],
        &["-n", "60", "--seed", &large],
        &["--precision", "0.05", "--seed", "3"],
        &["-n", "60", "--set", TUNED, "--label", "tuned"],
        &[
            "--set",
            "run.seed=11",
            "--set",
            "run.replicates=40",
            "--set",
            "run.replicates_per_draw=4",
        ],
    ];
    for (k, way) in ways.iter().enumerate() {
        let (one, two) = (format!("one-{k}"), format!("two-{k}"));
        let all = [&["run", &base, "-q", "--out", &one], *way].concat();
        done(temporary.path(), &all);
        let resolved = format!("{one}/scenario.resolved.toml");
        done(temporary.path(), &["run", &resolved, "-q", "--out", &two]);
        let (one, two) = (temporary.path().join(one), temporary.path().join(two));
        assert_eq!(names(&one), names(&two));
        for name in names(&one) {
            // The page tells of the parent, the manifest of the clock.
            if !["index.html", "manifest.json"].contains(&name.as_str()) {
                let [a, b] = [&one, &two].map(|f| fs::read(f.join(&name)).expect("a file"));
                assert!(a == b, "{way:?}: {name}");
            }
        }
    }
}

#[test]
fn seeds_reach_as_far_on_the_command_line_as_in_a_scenario() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let (last, beyond) = (i64::MAX.to_string(), (1_u64 << 63).to_string());
    let set = |seed: &str| format!("run.seed={seed}");
    for seed in [beyond.as_str(), "18446744073709551615", "-1"] {
        let option = format!("--seed={seed}");
        refused(temporary.path(), &["run", &base, &option]);
        refused(temporary.path(), &["check", &base, "--set", &set(seed)]);
    }
    done(temporary.path(), &["check", &base, "--set", &set(&last)]);
}

/// What every command prints as JSON with the greatest seed, which its folder has too.
fn printed_with_the_greatest_seed(folder: &Path) -> Vec<Value> {
    let (base, last) = (base(), i64::MAX.to_string());
    let commands: [&[&str]; 6] = [
        &["run", "-n", "16"],
        &["compare", &base, "-n", "16"],
        &["landscape", "--draws", "4", "--levels", "4"],
        &["replay", "--replicate", "3"],
        &[
            "sweep",
            "-n",
            "16",
            "--set",
            "threat.opportunists=0.5:0.9:2",
        ],
        &[
            "sensitivity",
            "-n",
            "2",
            "--base",
            "8",
            "--trajectories",
            "4",
        ],
    ];
    let mut printed = Vec::new();
    for arguments in commands {
        let common = ["--seed", &last, "--out", arguments[0], "--format", "json"];
        let all = [&[arguments[0], &base], &arguments[1..], &common].concat();
        let found: Value = serde_json::from_str(&done(folder, &all)).expect("JSON");
        let seed = match arguments[0] {
            "compare" => &found["result"]["runs"][1]["seed"],
            _ => &found["result"]["seed"],
        };
        assert_eq!(*seed, last, "{}", arguments[0]);
        let manifest = json(&folder.join(arguments[0]).join("manifest.json"));
        assert_eq!(manifest["seed"], last, "{}", arguments[0]);
        printed.push(found);
    }
    printed
}

#[test]
fn a_seed_that_a_double_can_t_hold_is_text_in_json_and_is_read_back() {
    let temporary = tempfile::tempdir().expect("a folder");
    printed_with_the_greatest_seed(temporary.path());
    let (base, last) = (base(), i64::MAX);
    let screen = done(
        temporary.path(),
        &["compare", "run", &base, "--out", "again"],
    );
    assert!(screen.contains(&format!("seed {last}")), "{screen}");
    assert!(screen.starts_with("compared with"), "{screen}");
}

#[test]
#[ignore = "needs check-jsonschema: ./test.sh"]
fn json_with_the_greatest_seed_fits_the_schema() {
    let temporary = tempfile::tempdir().expect("a folder");
    crate::cli_extras::fits_the_schema(&printed_with_the_greatest_seed(temporary.path()));
}

#[test]
fn finished_runs_of_a_scenario_are_told_apart_by_what_was_set_or_by_their_hash() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let run = |out: &str, more: &[&str]| {
        let common = ["run", &base, "-n", "64", "-q", "--out", out];
        done(temporary.path(), &[&common, more].concat());
    };
    run("plain", &[]);
    run("tuned", &["--set", TUNED]);
    run("labelled", &["--set", TUNED, "--label", "Tuned"]);
    run("other-seed", &["--seed", "2"]);
    let all = ["plain", "tuned", "labelled", "other-seed", "plain"];
    done(
        temporary.path(),
        &[&["compare"], &all[..], &["-q", "--out", "compared"]].concat(),
    );
    let comparison = json(&temporary.path().join("compared/compare.json"));
    let labels: Vec<&str> = (0..5)
        .filter_map(|k| comparison["runs"][k]["label"].as_str())
        .collect();
    let short = |name: &str| {
        let summary = json(&temporary.path().join(name).join("summary.json"));
        summary["identity"]["blake3"].as_str().expect("a hash")[..8].to_owned()
    };
    let plain = format!("base {}", short("plain"));
    let seeded = format!("base {}", short("other-seed"));
    let again = format!("{plain}-2");
    assert_eq!(labels, [&plain, TUNED, "Tuned", &seeded, &again]);
}

#[test]
fn a_copy_with_other_line_ends_is_the_same_scenario() {
    let temporary = tempfile::tempdir().expect("a folder");
    // Line ends inside a text too.
    let parent = "[scenario]\nstory = \"\"\"\nOne line,\nand another. \\\n  The same.\n\"\"\"\n";
    let text = format!(
        "extends = \"parent.toml\"\n{}",
        "[scenario]\ntitle = \"Base\"\n"
    );
    let hash = |folder: &str, ends: &str| {
        let folder = temporary.path().join(folder);
        fs::create_dir(&folder).expect("made");
        let base = read(Path::new("tests/broken/base.toml"));
        let story = format!("extends = \"first.toml\"\n{parent}");
        for (name, text) in [
            ("base.toml", &text),
            ("parent.toml", &story),
            ("first.toml", &base),
        ] {
            fs::write(folder.join(name), text.replace('\n', ends)).expect("written");
        }
        let set = format!("threat.name=\"\"\"The{ends}host\"\"\"");
        done(
            &folder,
            &[
                "run",
                "base.toml",
                "-n",
                "16",
                "-q",
                "--set",
                &set,
                "--out",
                "run",
            ],
        );
        let resolved = read(&folder.join("run/scenario.resolved.toml"));
        assert!(
            !resolved
                .split("[variant]")
                .next()
                .unwrap_or_default()
                .contains("\\r")
        );
        json(&folder.join("run/summary.json"))["identity"]["blake3"].clone()
    };
    assert_eq!(hash("lf", "\n"), hash("crlf", "\r\n"));
    // A place is still that of the file as it is.
    let broken = temporary.path().join("crlf/broken.toml");
    fs::write(
        &broken,
        "extends = \"base.toml\"\r\n[threat]\r\nqualty = 1\r\n",
    )
    .expect("written");
    let said = refused(&temporary.path().join("crlf"), &["check", "broken.toml"]);
    assert!(said.contains("broken.toml:3:1"), "{said}");
}

#[test]
fn what_tells_a_replay_again_names_all_that_led_to_it() {
    let temporary = tempfile::tempdir().expect("a folder");
    let base = base();
    let ways: [&[&str]; 3] = [
        &[
            "--typical",
            "any",
            "--detail",
            "3",
            "-n",
            "100",
            "--seed",
            "5",
        ],
        &[
            "--replicate",
            "7",
            "--all",
            "--set",
            TUNED,
            "--label",
            "It's so",
        ],
        &["--replicate", "7", "--set", "run.seed=4"],
    ];
    for (k, way) in ways.iter().enumerate() {
        let (one, two) = (format!("one-{k}"), format!("two-{k}"));
        done(
            temporary.path(),
            &[&["replay", &base, "-q", "--out", &one], *way].concat(),
        );
        let one = temporary.path().join(one);
        let again = json(&one.join("manifest.json"))["again"].clone();
        let again = again.as_str().expect("a command");
        let words: Vec<&str> = again.split(' ').skip(1).collect();
        let out = temporary.path().join(two);
        done(
            &one,
            &[&words[..], &["-q", "--out", out.to_str().expect("text")]].concat(),
        );
        for name in names(&one) {
            if name != "manifest.json" {
                let [a, b] = [&one, &out].map(|f| fs::read(f.join(&name)).expect("a file"));
                assert!(a == b, "{again}: {name}");
            }
        }
    }
}
