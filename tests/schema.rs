//! The JSON Schema of the scenario format, as TOML editors use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SCHEMA: &str = "schema/scenario.schema.json";
const LANDSCAPE_SCHEMA: &str = "schema/landscape.schema.json";

#[test]
fn the_schema_in_the_repository_is_the_one_that_the_program_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .arg("schema")
        .output();
    let printed = String::from_utf8(output.expect("it runs").stdout).expect("text");
    let kept = fs::read_to_string(SCHEMA)
        .expect("the schema")
        .replace("\r\n", "\n");
    assert!(
        printed == kept,
        "write it again: simulate schema > {SCHEMA}"
    );
    let schema: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert!(
        schema["properties"]["faction"]["additionalProperties"]["properties"]["fighters"]
            .is_object()
    );
}

#[test]
fn the_schema_of_landscapes_is_the_one_that_the_program_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(["schema", "--landscape"])
        .output();
    let printed = String::from_utf8(output.expect("it runs").stdout).expect("text");
    let kept = fs::read_to_string(LANDSCAPE_SCHEMA).expect("the schema");
    assert!(
        printed == kept.replace("\r\n", "\n"),
        "write it again: simulate schema --landscape > {LANDSCAPE_SCHEMA}"
    );
}

#[test]
fn every_scenario_names_the_schema() {
    let scenarios = scenarios();
    assert!(scenarios.len() >= 3);
    for path in &scenarios {
        let text = fs::read_to_string(path).expect("a scenario");
        let first = text.lines().next().unwrap_or("");
        let named = first.strip_prefix("#:schema ");
        let named = named.unwrap_or_else(|| panic!("{} doesn't name the schema", path.display()));
        let schema = path.parent().expect("a folder").join(named);
        let same = fs::canonicalize(schema).expect("the schema is there");
        let of_its_kind = match path.starts_with("scenarios/landscape") {
            true => LANDSCAPE_SCHEMA,
            false => SCHEMA,
        };
        let wanted = fs::canonicalize(of_its_kind).expect("the schema");
        assert_eq!(same, wanted, "{}", path.display());
    }
}

#[test]
#[ignore = "needs taplo and tombi: ./test.sh"]
fn every_scenario_fits_the_schema() {
    for path in scenarios() {
        for (checker, output) in check(&path) {
            assert!(output.status.success(), "{checker}: {}", said(&output));
        }
    }
}

#[test]
#[ignore = "needs taplo and tombi: ./test.sh"]
fn the_starter_fits_the_schema() {
    let starter = fs::read_to_string("src/cli/starter.toml").expect("the starter");
    accepted("starter", &starter);
}

#[test]
#[ignore = "needs taplo and tombi: ./test.sh"]
fn the_schema_accepts_an_overlay_that_names_only_what_it_changes() {
    accepted(
        "overlay",
        "extends = \"base.toml\"\n[threat]\nfighters = 3\n",
    );
    accepted("source", "source = \"judgement\"\n");
    accepted("date", "[time]\nstart = 2016-01-01\nend = \"2017-12-31\"\n");
    accepted(
        "numbers",
        "[threat]\nfighters = { dist = \"triangular\", low = 1, mode = 2, high = 3, source = \"a report\" }\n\
         quality = { value = 1, source = \"judgement\" }\n",
    );
}

#[test]
#[ignore = "needs taplo and tombi: ./test.sh"]
fn the_schema_rejects_unknown_keys_wrong_types_and_numbers_out_of_range() {
    rejected("unknown_section", "[rivalri]\ncommon_enemy = 2\n");
    rejected("unknown_key", "[faction.east]\nfightrs = 500\n");
    rejected(
        "unknown_key_in_event",
        "[[event]]\nid = \"a\"\nprobabilty = 0.5\n",
    );
    rejected("number_is_text", "[threat]\nfighters = \"many\"\n");
    rejected("source_is_number", "source = 3\n");
    rejected("text_is_number", "[threat]\nname = 7\n");
    rejected("truth_is_text", "[[tie]]\nconflict = \"yes\"\n");
    rejected("date_is_number", "[time]\nend = 2017\n");
    rejected("date_is_free_text", "[time]\nend = \"soon\"\n");
    rejected("word_not_in_choice", "[arena.a]\nkind = \"politcal\"\n");
    rejected("share_above_one", "[threat]\nopportunists = 1.5\n");
    rejected("one_table_for_a_list", "[event]\nid = \"raid\"\n");
    rejected(
        "three_in_a_tie",
        "[[tie]]\nbetween = [\"a\", \"b\", \"c\"]\n",
    );
    rejected(
        "unknown_distribution",
        "[threat]\nfighters = { dist = \"triangle\", low = 1, high = 3 }\n",
    );
    rejected(
        "distribution_lacks_keys",
        "[threat]\nfighters = { dist = \"triangular\", low = 100 }\n",
    );
}

fn accepted(name: &str, text: &str) {
    for (checker, output) in check(&written(name, text)) {
        assert!(output.status.success(), "{checker}: {}", said(&output));
    }
}

fn rejected(name: &str, text: &str) {
    for (checker, output) in check(&written(name, text)) {
        assert!(!output.status.success(), "{checker} accepts {name}");
        // It must be the scenario that is wrong, not the way the checker is called.
        assert!(said(&output).contains(name), "{checker}: {}", said(&output));
    }
}

/// A file under `target` that names the schema.
fn written(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schema");
    fs::create_dir_all(&folder).expect("a folder");
    let schema = fs::canonicalize(SCHEMA).expect("the schema");
    let path = folder.join(format!("{name}.toml"));
    fs::write(&path, format!("#:schema {}\n{text}", schema.display())).expect("written");
    path
}

/// What each checker says of a file: those behind the two TOML extensions that editors have.
fn check(path: &Path) -> Vec<(&'static str, Output)> {
    let run = |name: &'static str, arguments: &[&str]| {
        let output = crate::tools::python(name)
            .arg("lint")
            .args(arguments)
            .arg(path)
            .env("NO_COLOR", "1")
            .output();
        (name, output.expect("the checker runs"))
    };
    // A schema that is not found is but a warning to tombi.
    vec![
        run("taplo", &[]),
        run("tombi", &["--offline", "--error-on-warnings"]),
    ]
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn scenarios() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
