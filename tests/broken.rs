//! What is said of broken scenarios: where, what, and what would be right. Each file of
//! `tests/broken` has a snapshot of it in `tests/snapshots/broken`.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use simulate::scenario::{LandscapeFile, Problems, Scenario};

const BASE: &str = "tests/broken/base.toml";

/// Files with more than one mistake, or in which more than one thing is missing.
const SEVERAL: [&str; 5] = [
    "001_empty",
    "002_only_a_comment",
    "011_several_syntax_errors",
    "063_no_actors",
    "190_several_mistakes",
];

/// Files that are wrong in several of the things that hold between parts.
const SEVERAL_BETWEEN_PARTS: &str = "191_several_between_parts";

#[test]
fn the_scenario_that_the_broken_ones_extend_is_fine() {
    let scenario = Scenario::load(Path::new(BASE));
    assert!(scenario.is_ok(), "{}", scenario.unwrap_err().render(false));
}

#[test]
fn every_broken_scenario_is_refused_with_the_one_right_message() {
    let files = broken_files();
    assert!(files.len() > 50);
    let each = |path: &PathBuf| {
        let name = stem(path);
        let problems = Scenario::load(path).expect_err("it is broken");
        let several = SEVERAL.contains(&name.as_str()) || name == SEVERAL_BETWEEN_PARTS;
        assert_eq!(problems.len() > 1, several, "{}", problems.render(false));
        every_problem_has_a_place(&problems);
        compare("broken", &name, &problems.render(false));
    };
    all(&files, each);
}

#[test]
fn no_snapshot_is_left_of_a_broken_scenario_that_is_gone() {
    let known: BTreeSet<String> = broken_files().iter().map(|path| stem(path)).collect();
    let snapshots: BTreeSet<String> = toml_or("tests/snapshots/broken", "snap")
        .iter()
        .map(|path| stem(path))
        .collect();
    assert_eq!(known, snapshots);
}

#[test]
fn a_scenario_that_is_not_there_is_refused_with_the_nearest_name() {
    let problems = Scenario::load(Path::new("tests/broken/bsae.toml")).expect_err("no such file");
    compare("broken_files", "not_there", &problems.render(false));
    let problems = Scenario::load(Path::new("tests/broken")).expect_err("a folder");
    compare("broken_files", "a_folder", &problems.render(false));
}

#[test]
fn a_text_by_itself_extends_nothing() {
    let problems = Scenario::parse("text", "extends = \"base.toml\"\n").expect_err("no file");
    compare(
        "broken_files",
        "a_text_that_extends",
        &problems.render(false),
    );
}

/// Names of snapshots, and settings each of which is wrong or follows a wrong one.
const SETTINGS: [(&str, &[&str]); 22] = [
    ("no_equals_sign", &["threat.fighters"]),
    ("no_key", &["=5"]),
    ("no_value", &["threat.fighters="]),
    ("empty_part", &["threat..fighters=3"]),
    ("unknown_section", &["patrn.sea.commitment=0.5"]),
    ("unknown_key", &["threat.figters=3"]),
    ("unknown_faction", &["faction.eats.fighters=3"]),
    ("unknown_event", &["event.sumit.probability=0.3"]),
    ("unknown_effect", &["event.summit.effect.1.add=3"]),
    ("unknown_tie", &["tie.east+north.hostility=0.3"]),
    ("unknown_arena_in_stake", &["faction.east.stake.citty=0.3"]),
    ("no_quotes", &["threat.name=The horde"]),
    ("quote_not_closed", &["threat.name=\"The horde"]),
    ("decimal_comma", &["threat.quality=1,5"]),
    ("key_below_a_number", &["threat.fighters.value=3"]),
    ("number_for_a_table", &["faction.east=3"]),
    ("out_of_range", &["threat.opportunists=2"]),
    (
        "unknown_key_in_number",
        &[" threat.fighters = { valu = 9 }"],
    ),
    ("text_for_a_number", &["threat.fighters=\"many\""]),
    ("two_lines", &["threat.fighters=9\nthreat.quality=1"]),
    ("not_ascii", &["  é.ü.b=1"]),
    (
        "several",
        &[
            "threat.quality=0.5",
            "threat.figters=3",
            "nonsense",
            "event.sumit.x=3",
            "run.seed=1.5",
        ],
    ),
];

#[test]
fn every_wrong_setting_is_refused_with_the_one_right_message() {
    let each = |(name, settings): &(&str, &[&str])| {
        let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
        let problems = Scenario::load_with(Path::new(BASE), &settings).expect_err("it is wrong");
        assert_eq!(problems.len() > 1, *name == "several");
        every_problem_has_a_place(&problems);
        compare("settings", name, &problems.render(false));
    };
    all(&SETTINGS, each);
}

/// Names of snapshots, and landscapes with one mistake each.
const LANDSCAPES: [(&str, &str); 13] = [
    (
        "unknown_actor",
        "[[propensity]]\nbetween = [\"north\", \"eats\"]\nvalue = 1\n",
    ),
    ("unknown_key", "[landscape]\nthreats = \"north\"\n"),
    ("unknown_section", "[threat]\nname = \"North\"\n"),
    (
        "pair_twice",
        "[[propensity]]\nbetween = [\"north\", \"east\"]\nvalue = 1\n[[propensity]]\nbetween = [\"east\", \"north\"]\nvalue = 1\n",
    ),
    (
        "with_itself",
        "[[propensity]]\nbetween = [\"north\", \"north\"]\nvalue = 1\n",
    ),
    (
        "no_value",
        "[[propensity]]\nbetween = [\"north\", \"east\"]\n",
    ),
    (
        "out_of_range",
        "[[propensity]]\nbetween = [\"north\", \"east\"]\nvalue = 1000\n",
    ),
    (
        "negative_size",
        "[actor.west]\nname = \"West\"\nsize = -1\n",
    ),
    ("unknown_threat", "[landscape]\nthreat = \"nroth\"\n"),
    ("sizes_of_nobody", "[landscape]\nthreat_sizes = [1]\n"),
    (
        "sizes_that_rise",
        "[landscape]\nthreat = \"north\"\nthreat_sizes = [3, 1, 2]\n",
    ),
    (
        "size_above_its_own",
        "[landscape]\nthreat = \"north\"\nthreat_sizes = [30]\n",
    ),
    ("sizes_that_are_none", "[landscape]\ntimes = [\"soon\"]\n"),
];

#[test]
fn every_broken_landscape_is_refused_with_the_one_right_message() {
    let each = |(name, more): &(&str, &str)| {
        let text = format!(
            "[actor.north]\nname = \"North\"\nsize = 3\n[actor.east]\nname = \"East\"\n{more}"
        );
        let problems =
            LandscapeFile::parse_with("landscape", &text, &[]).expect_err("it is broken");
        assert_eq!(problems.len(), 1, "{}", problems.render(false));
        every_problem_has_a_place(&problems);
        compare("landscape", name, &problems.render(false));
    };
    all(&LANDSCAPES, each);
}

#[test]
fn a_landscape_is_answered_without_panic_whatever_stands_in_it() {
    let text = std::fs::read_to_string("scenarios/landscape/isis_2016.toml").expect("one");
    let answered = |text: &str| {
        if let Err(problems) = LandscapeFile::parse_with("text", text, &[]) {
            assert!(!problems.render(false).is_empty());
        }
    };
    for end in (0..text.len()).step_by(7) {
        answered(&text[..end]);
    }
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate().take(90) {
        let mut rest = lines.clone();
        rest.remove(index);
        answered(&rest.join("\n"));
        let Some((key, _)) = line.split_once('=') else {
            continue;
        };
        for value in [
            "-1e300",
            "nan",
            "\"\"",
            "[]",
            "[1, {}]",
            "{ dist = \"normal\", mean = 1, sd = 0.2 }",
        ] {
            let other = format!("{key}= {value}");
            let mut changed = lines.clone();
            changed[index] = &other;
            answered(&changed.join("\n"));
        }
    }
}

#[test]
fn a_scenario_cut_off_anywhere_is_answered_without_panic() {
    let text = std::fs::read_to_string(BASE).expect("the base");
    for end in (0..text.len()).step_by(3) {
        answered(&text[..end]);
    }
}

#[test]
fn a_scenario_without_any_one_of_its_lines_is_answered_without_panic() {
    let text = std::fs::read_to_string(BASE).expect("the base");
    let lines: Vec<&str> = text.lines().collect();
    for left_out in 0..lines.len() {
        let mut rest = lines.clone();
        rest.remove(left_out);
        answered(&rest.join("\n"));
    }
}

#[test]
fn any_value_in_the_place_of_any_other_is_answered_without_panic() {
    let values = [
        "7",
        "-1e300",
        "nan",
        "\"\"",
        "\"ü(\"",
        "true",
        "2016-06-15",
        "07:30:00",
        "[]",
        "[[1], {}]",
        "{}",
        "{ value = [] }",
        "{ dist = \"beta\", alpha = -1 }",
        "[\"east\", \"sea\", \"\"]",
    ];
    let text = std::fs::read_to_string(BASE).expect("the base");
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let Some((key, _)) = line.split_once('=') else {
            continue;
        };
        for value in values {
            let other = format!("{key}= {value}");
            let mut changed = lines.clone();
            changed[index] = &other;
            answered(&changed.join("\n"));
        }
    }
}

/// Loads a text; whatever is wrong with it must be said with a place.
fn answered(text: &str) {
    if let Err(problems) = Scenario::parse("text", text) {
        every_problem_has_a_place(&problems);
        assert!(!problems.render(false).is_empty());
    }
}

fn every_problem_has_a_place(problems: &Problems) {
    assert!(!problems.is_empty());
    for problem in problems.iter() {
        let place = problems.line_and_column(problem);
        let (file, line, column) = place.unwrap_or_else(|| panic!("no place: {problem:?}"));
        assert!(!file.is_empty() && line > 0 && column > 0);
        assert!(!problem.message.is_empty() && !problem.label.is_empty());
    }
}

/// Compares with a snapshot; paths are written as on Unix.
fn compare(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text.replace('\\', "/")));
}

/// Runs all cases, so that one that fails doesn't hide the others.
fn all<T>(cases: &[T], each: impl Fn(&T)) {
    let fails = |case: &&T| catch_unwind(AssertUnwindSafe(|| each(case))).is_err();
    let failed = cases.iter().filter(fails).count();
    assert_eq!(
        failed,
        0,
        "{failed} of {} cases failed; each is above",
        cases.len()
    );
}

fn broken_files() -> Vec<PathBuf> {
    let mut files = toml_or("tests/broken", "toml");
    files.retain(|path| path != Path::new(BASE));
    files
}

/// The files of a folder with an extension, in order.
fn toml_or(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.expect("a name").to_owned()
}
