//! `simulate new --from`: a scenario from tables. Each folder of `tests/tables_of_a_case` has what
//! differs from `base` in it, and one mistake; what is said of it is kept in
//! `tests/snapshots/tables_of_a_case`. A file `NAME.absent` says that a table is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use simulate::experiment::perceived_at_start;
use simulate::scenario::coded::{Coded, SCALES, columns_markdown};
use simulate::scenario::{Form, NumberRecord, Problems, Scenario, SourceFile};

const FIXTURES: &str = "tests/tables_of_a_case";
/// The one with more than one mistake.
const SEVERAL: &str = "090_several";

fn made(name: &str, files: &[(&str, &str)]) -> Result<Coded, Problems> {
    let files = files
        .iter()
        .map(|(name, text)| SourceFile::named(name, text));
    Coded::read(name, files.collect(), &perceived_at_start)
}

/// The tables of a folder, by name.
fn tables(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths
        .into_iter()
        .map(|path| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .expect("a name")
                .to_owned();
            (name, fs::read_to_string(path).expect("text"))
        })
        .collect()
}

fn read(name: &str, tables: &BTreeMap<String, String>) -> Result<Coded, Problems> {
    let files: Vec<(&str, &str)> = tables
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    made(name, &files)
}

fn base() -> BTreeMap<String, String> {
    tables(&Path::new(FIXTURES).join("base"))
}

/// The base with one table in the place of its own.
fn with(name: &str, text: &str) -> BTreeMap<String, String> {
    let mut tables = base();
    tables.insert(name.to_owned(), text.to_owned());
    tables
}

fn number<'a>(scenario: &'a Scenario, key: &str) -> &'a NumberRecord {
    let found = scenario.numbers.iter().find(|n| n.path == key);
    found.unwrap_or_else(|| panic!("no {key}"))
}

fn value(coded: &Coded, key: &str) -> f64 {
    number(&coded.scenario, key).central()
}

fn whole(result: Result<Coded, Problems>) -> Coded {
    result.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

#[test]
fn the_tables_that_the_broken_ones_differ_from_are_fine() {
    let coded = whole(read("base", &base()));
    assert_eq!(value(&coded, "faction.army.fighters"), 8000.0);
    assert_eq!(
        number(&coded.scenario, "faction.army.fighters")
            .source
            .as_deref(),
        Some("a report")
    );
    // A word is a distribution, and judgement unless the row says more.
    let tie = number(&coded.scenario, "tie.army+clans.hostility");
    assert!(matches!(tie.form, Form::Uncertain(_)));
    assert_eq!(tie.support(), (0.2, 0.5));
    assert_eq!(tie.source.as_deref(), Some("a report; coded \"wary\""));
    let stake = number(&coded.scenario, "faction.clans.stake.hills");
    assert_eq!(stake.source.as_deref(), Some("judgement: coded \"most\""));
    // Without a source of its own a number has that of all.
    assert_eq!(
        number(&coded.scenario, "faction.clans.fighters")
            .source
            .as_deref(),
        Some("judgement")
    );
    // All factions are a coalition where nothing is said.
    assert_eq!(coded.scenario.coalitions[0].members.len(), 2);
    // What is left out is the format's default.
    assert!(!number(&coded.scenario, "faction.army.pay").given);
}

#[test]
fn every_broken_table_is_refused_with_the_one_right_message() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(FIXTURES).expect("the fixtures") {
        let folder = entry.expect("an entry").path();
        let name = folder
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        if name == "base" {
            continue;
        }
        let mut all = base();
        for (file, text) in tables(&folder) {
            match file.strip_suffix(".absent") {
                Some(gone) => {
                    all.remove(gone);
                }
                None => {
                    all.insert(file, text);
                }
            }
        }
        let problems = read("broken", &all).expect_err(&name);
        if (problems.len() > 1) != (name == SEVERAL) {
            wrong.push(format!("{name}: {}", problems.render(false)));
        }
        for problem in problems.iter() {
            assert!(!problem.message.is_empty());
            // A table that isn't there has no place.
            let place = problems.line_and_column(problem);
            assert_eq!(place.is_none(), name == "001_no_factions", "{name}");
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots/tables_of_a_case");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), problems.render(false)));
        seen.insert(name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kept: BTreeSet<String> = fs::read_dir("tests/snapshots/tables_of_a_case")
        .expect("the snapshots")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            path.file_stem()
                .and_then(|stem| stem.to_str())
                .expect("a name")
                .to_owned()
        })
        .collect();
    assert_eq!(seen, kept);
}

/// The same tables, however a spreadsheet wrote them, are the same scenario.
#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    let plain = whole(read("one", &base())).toml;
    let all = |change: &dyn Fn(&str) -> String| {
        let tables = base()
            .into_iter()
            .map(|(name, text)| (name, change(&text)))
            .collect();
        whole(read("one", &tables)).toml
    };
    let semicolons = |text: &str| text.replace(',', ";").replace("0.", "0,");
    assert_eq!(all(&|text| text.replace('\n', "\r\n")), plain);
    assert_eq!(all(&|text| format!("\u{feff}{text}")), plain);
    assert_eq!(all(&|text| semicolons(text)), plain);
    assert_eq!(
        all(&|text| format!(
            "\u{feff}sep=;\r\n{}",
            semicolons(text).replace('\n', "\r\n")
        )),
        plain
    );
    assert_eq!(all(&|text| text.replace(',', "\t")), plain);
    // Empty rows below, empty columns beside.
    let wide = |text: &str| {
        text.lines()
            .map(|line| format!("{line},,\n"))
            .collect::<String>()
            + ",,,,\n,,\n"
    };
    let quoted = |text: &str| {
        let cells = |line: &str| {
            line.split(',')
                .map(|cell| format!("\"{cell}\""))
                .collect::<Vec<_>>()
                .join(",")
        };
        text.lines()
            .map(|line| cells(line) + "\n")
            .collect::<String>()
    };
    assert_eq!(all(&quoted), plain);
    let tables: BTreeMap<String, String> = base()
        .into_iter()
        .map(|(name, text)| (name, wide(&text)))
        .collect();
    let problems = read("one", &tables);
    // Rows of no cells are no rows, whatever their number of separators.
    assert_eq!(whole(problems).toml, plain);
}

#[test]
fn what_is_written_is_read_as_it_was_made() {
    let coded = whole(read("base", &base()));
    let again = Scenario::parse("base.toml", &coded.toml).expect("it is a scenario");
    assert_eq!(again.entries(), coded.scenario.entries());
    for entry in fs::read_dir("examples").expect("the examples") {
        let folder = entry.expect("an entry").path();
        if folder.is_dir() {
            let mut all = tables(&folder);
            all.retain(|name, _| name.ends_with(".csv"));
            let coded = whole(read("example", &all));
            assert!(coded.left_out.is_empty(), "{:?}", coded.left_out);
            assert!(
                coded
                    .toml
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .count()
                    > 10
            );
        }
    }
}

/// A signed edge list: -1, 0 and 1 become what recode.csv says, the rest is left to positions.
#[test]
fn a_signed_network_is_ties() {
    let coded = whole(read(
        "signed",
        &tables(Path::new("examples/signed_network")),
    ));
    assert_eq!(
        value(&coded, "tie.coast+river.hostility"),
        value(&coded, "tie.north+river.hostility")
    );
    assert_eq!(
        number(&coded.scenario, "tie.east+north.hostility").support(),
        (0.7, 0.9)
    );
    let hills = coded
        .scenario
        .ties
        .iter()
        .filter(|tie| tie.hostility.is_none())
        .count();
    assert_eq!(hills, 1, "0 says nothing");
}

/// An actor table of KTAB: a line above the header, pairs of columns for position and salience, 0 to 100.
#[test]
fn an_actor_table_of_ktab_is_factions() {
    let coded = whole(read("ktab", &tables(Path::new("examples/ktab"))));
    assert_eq!(coded.scenario.factions.len(), 6);
    assert_eq!(value(&coded, "faction.crown.fighters"), 9500.0);
    assert!((value(&coded, "faction.crown.position.rule") - 0.8).abs() < 1e-9);
    assert!((value(&coded, "faction.hill_towns.position.rule") + 0.7).abs() < 1e-9);
    assert_eq!(value(&coded, "faction.temple.salience.faith"), 80.0);
    assert!(coded.toml.contains("# Captains, half of them foreign"));
}

/// Dyads by year, of states by code and by name: the year asked for alone, and both tables in one tie.
#[test]
fn tables_of_dyads_are_ties() {
    let coded = whole(read("dyads", &tables(Path::new("examples/dyads"))));
    let of = |key: &str| number(&coded.scenario, key).support();
    assert_eq!(of("tie.arcadia+borland.hostility"), (0.02, 0.2));
    assert_eq!(
        of("tie.borland+destria.memory"),
        (0.2, 0.5),
        "1931, not 1928"
    );
    assert_eq!(of("tie.corvia+destria.hostility"), (0.9, 0.99));
    assert_eq!(of("tie.corvia+destria.memory"), (0.5, 1.2));
}

/// The exposures are such that what was coded as perceived is perceived.
#[test]
fn what_is_coded_as_perceived_is_perceived_on_the_first_day() {
    let table = "key,name,fighters,perceived,stake.port,stake.hills,exposure.port,exposure.hills\n\
        army,Army,8000,front,most,takes,1,0.3\nclans,Hill clans,300,0.2,fights,most,0.3,1\n";
    let coded = whole(read("felt", &with("factions.csv", table)));
    let felt = perceived_at_start(&coded.scenario);
    // At their medians: a word is wider above than below.
    assert!(
        (felt[0] - 0.6).abs() < 0.02 && (felt[1] - 0.2).abs() < 0.001,
        "{felt:?}"
    );
    // As sure as the word, and in the proportion of the weights.
    let [port, hills] = ["port", "hills"]
        .map(|place| number(&coded.scenario, &format!("faction.army.exposure.{place}")));
    let ratio = port.support().1 / hills.support().1;
    assert!((ratio - 1.0 / 0.3).abs() < 0.05, "{ratio}");
    // Ten times the men on both sides, and the same is felt.
    let tenfold = table
        .replace("8000", "80000")
        .replace("300,0.2", "3000,0.2");
    let mut all = with("factions.csv", &tenfold);
    let case = all.get_mut("case.csv").expect("a table");
    *case = case.replace("4000", "40000");
    let tenfold = whole(read("felt", &all));
    let one = value(&coded, "faction.clans.exposure.hills");
    assert!((value(&tenfold, "faction.clans.exposure.hills") / one - 1.0).abs() < 0.01);
}

#[test]
fn coalitions_are_those_that_factions_name() {
    let table = "key,name,fighters,coalition,stake.port,stake.hills\n\
        army,Army,8000,North; All,most,takes\nclans,Hill clans,3000,All | North,fights,most\n";
    let coded = whole(read("two", &with("factions.csv", table)));
    let names: Vec<&str> = coded
        .scenario
        .coalitions
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, ["North", "All"]);
    assert!(
        coded
            .scenario
            .coalitions
            .iter()
            .all(|c| c.members.len() == 2)
    );
}

/// Remarks, names and sources are text of others: no line of the scenario is theirs.
#[test]
fn what_stands_in_a_table_is_no_toml() {
    let table = "key,name,description,fighters,stake.port,stake.hills,source\n\
        army,\"Ar\"\"my\\\",\"a\n[threat]\nfighters = 1\u{1b}[2J\",8000,most,takes,\"x\"\" }\n[run]\"\nclans,Hill clans,,3000,fights,most,\n";
    let coded = whole(read("one", &with("factions.csv", table)));
    assert_eq!(value(&coded, "threat.fighters"), 4000.0);
    assert_eq!(coded.scenario.factions[0].name, "Ar\"my\\");
    assert!(!coded.toml.contains('\u{1b}'));
    assert!(!coded.toml.lines().any(|line| line == "fighters = 1"));
}

/// Nothing panics, whatever stands in a cell or wherever a table ends; and whatever is wrong is said.
#[test]
fn any_cell_in_the_place_of_any_other_is_answered_without_panic() {
    let long = "9".repeat(400);
    let values = [
        "",
        "\"",
        "\"\"",
        "nan",
        "-1",
        "1e308",
        "1e-320",
        "..",
        "1..2",
        "1..2..3..4",
        "threat",
        "value",
        "army.x",
        "=1+1",
        "\u{0}",
        "é\u{202e}",
        ";",
        "\n",
        long.as_str(),
    ];
    let answered = |tables: &BTreeMap<String, String>| {
        if let Err(problems) = read("any", tables) {
            assert!(!problems.is_empty() && !problems.render(false).is_empty());
        }
    };
    for (name, text) in base() {
        let cells: Vec<usize> = text.match_indices([',', '\n']).map(|(at, _)| at).collect();
        for pair in cells.windows(2) {
            for value in values {
                let other = format!("{}{value}{}", &text[..=pair[0]], &text[pair[1]..]);
                answered(&with(&name, &other));
            }
        }
        for end in (0..text.len()).step_by(5) {
            answered(&with(&name, &text[..end]));
        }
    }
    let recode = "file,column,code,gives,value\nties.csv,a,,ties.a,\nties.csv,b,army,ties.b,x2\nties.csv,hostility,,ties.hostility,0..9\n";
    for end in 0..recode.len() {
        answered(&with("recode.csv", &recode[..end]));
    }
    answered(&BTreeMap::new());
}

#[test]
fn the_page_of_the_columns_is_what_the_program_prints() {
    let page = fs::read_to_string("docs/columns.md").expect("the page");
    assert!(
        page == columns_markdown(),
        "write it again: simulate schema --columns > docs/columns.md"
    );
}

/// The guide tells when each word is right, with the values that the program gives it.
#[test]
fn the_guide_has_every_word_with_its_value() {
    let guide = fs::read_to_string("docs/coding.md").expect("the guide");
    for scale in SCALES {
        for anchor in scale.words {
            let row = format!(
                "| `{}` | {} | {} to {} | ",
                anchor.word, anchor.value, anchor.low, anchor.high
            );
            assert!(guide.contains(&row), "docs/coding.md has no row {row}");
        }
    }
}

fn simulate(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("simulate").expect("the program");
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

#[test]
fn the_command_writes_a_scenario_that_runs_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("made");
    for (name, text) in base() {
        fs::write(data.join(name), text).expect("written");
    }
    fs::write(data.join("observed.csv"), "date,quantity,value\n").expect("written");
    let made = simulate(folder.path(), &["new", "valley", "--from", "data"]);
    let said = String::from_utf8_lossy(&made.stdout);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(
        said.contains("2 factions, 2 arenas and 1 ties")
            && said.contains("left alone: observed.csv"),
        "{said}"
    );
    let checked = simulate(folder.path(), &["check", "valley.toml"]);
    assert!(checked.status.success());
    let run = simulate(folder.path(), &["valley.toml", "-n", "20"]);
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    // What is there is left as it is.
    let again = simulate(folder.path(), &["new", "valley", "--from", "data"]);
    assert_eq!(again.status.code(), Some(2));
    // A mistake is shown where it is, and nothing is written; nor of a folder that isn't there.
    fs::write(
        data.join("ties.csv"),
        b"a,b,hostility\narmy,Cl\xe4ns,wary\n",
    )
    .expect("written");
    let wrong = simulate(folder.path(), &["new", "other", "--from", "data"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        said.contains("CSV UTF-8") && said.contains("ties.csv:2:8"),
        "{said}"
    );
    let nowhere = simulate(folder.path(), &["new", "other", "--from", "dat"]);
    assert_eq!(nowhere.status.code(), Some(2));
    let left: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains("other")),
        "{left:?}"
    );
}
