//! The tables: what the dictionary says of them, and that they join and survive any names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";
const CALM: &str = "tests/fixtures/compare/calm.toml";
const HOSTILE: &str = "tests/fixtures/tables/hostile.toml";

/// The folders that the commands left, by command.
type Folders = Vec<(&'static str, PathBuf)>;

#[test]
fn the_page_of_the_tables_is_what_the_program_prints() {
    let kept = fs::read_to_string("docs/tables.md").expect("the page");
    let printed = stdout(&simulate(&["schema", "--table"], 0));
    assert!(
        printed == kept.replace("\r\n", "\n"),
        "write it again: simulate schema --table > docs/tables.md"
    );
    for table in dictionary() {
        let name = text(&table["table"]);
        let one = stdout(&simulate(&["schema", "--table", name], 0));
        assert!(
            one.starts_with(&format!("## {name}\n")) && kept.contains(&one),
            "{name}"
        );
    }
    let unknown = simulate(&["schema", "--table", "replicate"], 2);
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(
        said.contains("replicates, series, summary, compare"),
        "{said}"
    );
}

#[test]
fn every_file_has_the_columns_of_the_dictionary_and_is_empty_only_where_it_says() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folders = every_table(temporary.path(), BASE, CALM);
    for table in dictionary() {
        let command = text(&table["command"]);
        let mut of_commands = folders.iter();
        let of_command = of_commands.find(|(name, _)| *name == command);
        let folder = &of_command.expect(command).1;
        for file in list(&table["files"]) {
            let file = text(file);
            let (header, rows) = match file.ends_with(".csv") {
                true => csv(&fs::read_to_string(folder.join(file)).expect(file)),
                false => parquet(&folder.join(file)),
            };
            holds(file, &header, &rows, &table);
        }
    }
}

/// Holds a file to the dictionary: the columns in order, none of them empty that never is, and
/// of a long table all sections and measures.
fn holds(file: &str, header: &[String], rows: &[Vec<String>], table: &Value) {
    let columns = list(&table["columns"]);
    let mut at = 0;
    for column in columns {
        let first = at;
        let more = text(&column["name"]).contains('<');
        while at < header.len() && fits(&header[at], text(&column["name"])) && (more || at == first)
        {
            if column["empty"].is_null() {
                let filled = rows.iter().all(|row| !row[at].is_empty());
                assert!(filled, "{file}: an empty cell in {}", header[at]);
            }
            if column["type"] == "integer" {
                let mut cells = rows
                    .iter()
                    .map(|row| &row[at])
                    .filter(|cell| !cell.is_empty());
                assert!(
                    cells.all(|cell| cell.parse::<u64>().is_ok()),
                    "{file}: {}",
                    header[at]
                );
            }
            at += 1;
        }
        // There may be none of what a column of several is for: nobody who fought, say.
        assert!(more || at > first, "{file} has no {}", column["name"]);
    }
    assert_eq!(at, header.len(), "{file}: {header:?}");
    let measures = list(&table["measures"]);
    if measures.is_empty() {
        return;
    }
    let known: BTreeSet<(&str, &str)> = measures
        .iter()
        .map(|m| (text(&m["section"]), text(&m["measure"])))
        .collect();
    let found: BTreeSet<(&str, &str)> = rows
        .iter()
        .map(|row| (row[0].as_str(), row[1].as_str()))
        .collect();
    assert!(found.is_subset(&known), "{file}: {found:?}");
    // Where no input is told from one that does nothing, none is named; a median is not reached
    // where fewer than half have it; and few outcomes may come one after the other.
    let may_lack = [
        ("outcome", "correlation"),
        ("outcome", "median_week"),
        ("outbreak", "median_week"),
        ("watch", "median_week"),
        ("sequence", "third"),
        ("sequence", "fourth"),
    ];
    let unused: Vec<_> = known.difference(&found).collect();
    assert!(
        unused.iter().all(|measure| may_lack.contains(measure)),
        "{file}: {unused:?}"
    );
    assert_eq!(known.len(), measures.len(), "{file}");
}

/// Whether a column's name is one that a pattern stands for.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('<') {
        None => name == pattern,
        Some((before, rest)) => {
            let (_, after) = rest.split_once('>').expect("a bracket");
            let Some(key) = name.strip_prefix(before) else {
                return false;
            };
            // Paths of inputs have dots of their own; keys have none, outcomes one.
            (1..=key.len()).any(|end| key.is_char_boundary(end) && fits(&key[end..], after))
        }
    }
}

#[test]
#[ignore = "needs pandas and pyarrow: ./test.sh"]
fn tables_join_on_their_keys_and_give_the_same_figures() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folders = every_table(temporary.path(), BASE, CALM);
    python("tests/fixtures/tables/join.py", &folders);
}

#[test]
#[ignore = "needs pandas and pyarrow: ./test.sh"]
fn hostile_names_come_back_from_every_table() {
    let temporary = tempfile::tempdir().expect("a folder");
    // Longer than any field has a right to be.
    let long = temporary.path().join("long.toml");
    let base = fs::canonicalize(HOSTILE).expect("a scenario");
    let name = "=\\u202E\\\"long\\\", \\r\\n".repeat(200);
    let text = format!(
        "extends = '{}'\n[faction.east]\nname = \"{name}\"\n",
        base.display()
    );
    fs::write(&long, text).expect("written");
    for (number, scenario) in [base, long].iter().enumerate() {
        let folder = temporary.path().join(number.to_string());
        fs::create_dir(&folder).expect("a folder");
        let folders = every_table(&folder, scenario.to_str().expect("a path"), BASE);
        python("tests/fixtures/tables/hostile.py", &folders);
    }
}

/// Runs every command that leaves tables on a scenario, and compares it with another; the
/// folders by command.
fn every_table(parent: &Path, scenario: &str, other: &str) -> Folders {
    let swept = ["--set", "threat.quality=[0.5, 1, 2]", "-n", "60"];
    let vary = [
        "--vary",
        "threat.quality=0.5:2",
        "--vary",
        "oil.price_usd=30:90",
    ];
    let small = [
        "--trajectories",
        "4",
        "--base",
        "16",
        "--top",
        "1",
        "-n",
        "4",
    ];
    let observed = ["--observed", "tests/fixtures/observed.csv", "-n", "200"];
    let learned = ["--simulations", "3000", "--particles", "50"];
    let discovered = [
        "--vary",
        "threat.fighters=500:20000",
        "--outcome",
        "collapse",
        "--points",
        "300",
        "-n",
        "4",
        "--halves",
        "5",
    ];
    let weighed = [
        "--outcome",
        "regroup",
        "--option",
        other,
        "--rows",
        "60",
        "-n",
        "4",
        "--set",
        "threat.quality={ dist = \"uniform\", low = 0.5, high = 2, source = \"x\" }",
    ];
    let commands: [(&str, Vec<&str>); 10] = [
        ("run", vec!["-n", "400", "--series"]),
        ("compare", vec![other, "-n", "400"]),
        ("sweep", swept.to_vec()),
        ("sensitivity", [&vary[..], &small].concat()),
        ("replay", vec!["--replicate", "28"]),
        ("landscape", vec!["--draws", "4", "--levels", "5"]),
        ("score", observed.to_vec()),
        ("calibrate", [&observed[..], &learned].concat()),
        ("discover", [&vary[..], &discovered].concat()),
        ("robust", weighed.to_vec()),
    ];
    let mut folders: Folders = Vec::new();
    folders.extend(commands.map(|(command, more)| {
        let out = parent.join(command);
        let mut arguments = vec![command, scenario];
        arguments.extend(more);
        arguments.extend(["-q", "--out", out.to_str().expect("a path")]);
        simulate(&arguments, 0);
        (command, out)
    }));
    let library = parent.join("backtest");
    simulate(
        &[
            "backtest",
            "tests/fixtures/library",
            "--observed",
            "tests/fixtures/library/observed.csv",
            "--years",
            "0.5,1",
            "-n",
            "200",
            "-q",
            "--out",
            library.to_str().expect("a path"),
        ],
        0,
    );
    folders.push(("backtest", library));
    folders
}

fn simulate(arguments: &[&str], code: i32) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    let output = command.args(arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn dictionary() -> Vec<Value> {
    let printed = stdout(&simulate(&["schema", "--table", "--format", "json"], 0));
    let read: Value = serde_json::from_str(&printed).expect("JSON");
    list(&read).clone()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// A program in Python, with the readers that others use; it is given the folders in order.
fn python(script: &str, folders: &Folders) {
    let output = crate::tools::python("python")
        .arg(script)
        .args(folders.iter().map(|(_, folder)| folder))
        .output();
    let output = output.expect("Python runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {said}");
}

/// Header and rows of a CSV file (RFC 4180).
fn csv(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, quoted) {
            ('"', true) if rest.peek() == Some(&'"') => cell.extend(rest.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (c, _) => cell.push(c),
        }
    }
    assert!(
        row.is_empty() && cell.is_empty(),
        "the last line is not whole"
    );
    let header: Vec<String> = rows.remove(0);
    assert!(rows.iter().all(|row| row.len() == header.len()));
    (header, rows)
}

/// The same of a Parquet file; an empty cell is no text.
fn parquet(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let file = fs::File::open(path).expect("a table");
    let reader = SerializedFileReader::new(file).expect("it opens");
    let schema = reader.metadata().file_metadata().schema_descr();
    let header = schema
        .columns()
        .iter()
        .map(|column| column.name().to_owned());
    let header: Vec<String> = header.collect();
    let shown = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        field => field.to_string(),
    };
    let rows = reader.get_row_iter(None).expect("rows").map(|row| {
        let row = row.expect("a row");
        row.get_column_iter()
            .map(|(_, field)| shown(field))
            .collect()
    });
    (header, rows.collect())
}
