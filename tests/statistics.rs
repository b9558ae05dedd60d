//! What a run says of its replicates is what its table of replicates says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";

/// A run into a folder, and what it printed.
fn run(out: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").args(["run", BASE]);
    let outcome = command.args(arguments).arg("--out").arg(out).assert();
    String::from_utf8(outcome.code(0).get_output().stdout.clone()).expect("text")
}

fn summary(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("summary.json")).expect("a file")).expect("JSON")
}

/// The columns of the table of replicates; `None` where a cell is empty.
fn table(out: &Path) -> BTreeMap<String, Vec<Option<f64>>> {
    let file = fs::File::open(out.join("replicates.parquet")).expect("a table");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for row in reader.get_row_iter(None).expect("rows") {
        for (name, field) in row.expect("a row").get_column_iter() {
            let value = match field {
                Field::Null => None,
                Field::Double(value) => Some(*value),
                Field::Float(value) => Some(f64::from(*value)),
                Field::Long(value) => Some(*value as f64),
                Field::Int(value) => Some(f64::from(*value)),
                _ => continue,
            };
            columns.entry(name.clone()).or_default().push(value);
        }
    }
    columns
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is a number"))
}

fn outcome<'a>(summary: &'a Value, kind: &str) -> &'a Value {
    let all = summary["outcomes"].as_array().expect("outcomes");
    all.iter().find(|o| o["id"] == kind).expect("the outcome")
}

/// As NumPy's `quantile` has it: linear between the values in order.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place as usize], sorted[place.ceil() as usize]);
    low + place.fract() * (high - low)
}

fn sorted(column: &[Option<f64>]) -> Vec<f64> {
    let mut values: Vec<f64> = column.iter().map(|v| v.expect("a value")).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Settings that let the threat grow to three times its size.
const GROWS: [&str; 6] = [
    "--set",
    "contest.break_per_week=0",
    "--set",
    "threat.foreign_per_month=6000",
    "--set",
    "threat.external_musd_per_month=500",
];

const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

#[test]
fn quantiles_are_those_of_the_replicates_far_beyond_the_axis_and_near_0() {
    let temporary = tempfile::tempdir().expect("a folder");
    for (name, settings) in [
        ("plain", vec![]),
        // A threat that grows to many times its size.
        ("grows", GROWS.to_vec()),
        // One that hardly anything is left of.
        (
            "falls",
            vec![
                "--set",
                "threat.fighters=200",
                "--set",
                "threat.foreign_per_month=0",
            ],
        ),
    ] {
        let out = temporary.path().join(name);
        run(&out, &[&["-n", "3000"][..], &settings[..]].concat());
        let (summary, table) = (summary(&out), table(&out));
        let fans = summary["fans"].as_array().expect("fans");
        let of = |key: &str| fans.iter().find(|f| f["key"] == key).expect("the fan");
        let same = |found: &Value, values: &[f64], what: &str| {
            for (k, share) in SHARES.iter().enumerate() {
                let (found, wanted) = (number(&found[k]), quantile(values, *share));
                let apart = (found - wanted).abs();
                // A bin is 1/64 of its value wide at most, and 2/8192 where that is more.
                assert!(
                    apart <= wanted / 64.0 + 2.5e-4,
                    "{name}, {what}, {share}: {found}, not {wanted}"
                );
            }
        };
        let strength = of("threat_strength")["quantiles"]
            .as_array()
            .expect("steps");
        let last = strength.last().expect("a step");
        let of_table = sorted(&table["final_strength"]);
        same(last, &of_table, "strength");
        if name == "grows" {
            assert!(of_table[0] > 2.5, "beyond the axis: {}", of_table[0]);
        }
        // At the start everybody has the same.
        for found in strength[0].as_array().expect("quantiles") {
            assert_eq!(number(found), 1.0);
        }
        let cohesion = of("cohesion")["quantiles"].as_array().expect("steps");
        let last = cohesion.last().expect("a step");
        same(last, &sorted(&table["final_cohesion"]), "cohesion");
        // The trough is each replicate's own.
        let troughs = sorted(&table["trough"]);
        same(&summary["trough"]["quantiles"], &troughs, "trough");
        let fallen = troughs
            .iter()
            .filter(|t| **t <= f64::from(1.0_f32 - 0.4))
            .count();
        let chance = number(&summary["trough"]["fallen"]["value"]);
        assert!(
            (chance * 3000.0 - fallen as f64).abs() < 1e-6,
            "{chance} {fallen}"
        );
    }
}

#[test]
fn the_note_on_regrouping_is_of_each_historys_own_trough() {
    let temporary = tempfile::tempdir().expect("a folder");
    for quality in ["1", "2", "6"] {
        let out = temporary.path().join(quality);
        let setting = format!("threat.quality={quality}");
        let said = run(&out, &["-n", "999", "--set", &setting]);
        let troughs = sorted(&table(&out)["trough"]);
        let fallen = troughs
            .iter()
            .filter(|t| **t <= f64::from(1.0_f32 - 0.4))
            .count();
        let note = said
            .lines()
            .find(|line| line.contains("falls far enough to regroup"));
        assert_eq!(
            note.is_some(),
            2 * fallen < 999,
            "{quality}: {fallen} of 999\n{said}"
        );
        if let Some(note) = note {
            let share = (999 - fallen) as f64 / 9.99;
            assert!(
                note.contains(&format!("in {share:.0} % of the histories"))
                    || note.contains("> 99 %"),
                "{note}"
            );
            let median = quantile(&troughs, 0.5);
            let said = note.split("lowest strength is ").nth(1).expect("a median");
            let said: f64 = said
                .split(' ')
                .next()
                .expect("a number")
                .parse()
                .expect("a number");
            // The batch counts in bins, and rounds.
            assert!((said - median).abs() < 0.011, "{note}: {median}");
        }
    }
}

#[test]
fn steps_too_long_for_what_happens_in_them_are_warned_of() {
    let temporary = tempfile::tempdir().expect("a folder");
    for (weeks, warned) in [(1, false), (2, false), (4, true), (13, true)] {
        let out = temporary.path().join(weeks.to_string());
        let setting = format!("time.step_weeks={weeks}");
        let said = run(&out, &["-n", "40", "--set", &setting]);
        let note = format!("steps of {weeks} weeks are longer");
        assert_eq!(said.contains(&note), warned, "{said}");
    }
}

#[test]
fn medians_are_over_all_replicates_and_over_those_that_have_the_outcome() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    // Most see the threat expand, few the allies quarrel.
    let said = run(
        &out,
        &["-n", "2000", "--set", "threat.foreign_per_month=450"],
    );
    let (summary, table) = (summary(&out), table(&out));
    let (mut reached, mut not_reached) = (0, 0);
    for (column, kind) in [
        ("week.regroup", "regroup"),
        ("week.defeat", "defeat"),
        ("week.underground", "underground"),
        ("week.expansion", "expansion"),
        ("week.collapse.allies", "collapse"),
    ] {
        let weeks = &table[column];
        let mut those: Vec<f64> = weeks.iter().flatten().copied().collect();
        those.sort_by(f64::total_cmp);
        // The first week by which half have it: of n in order the one at n/2, rounded up.
        let half = |n: usize| those.get(n.div_ceil(2).max(1) - 1).copied();
        let found = outcome(&summary, kind);
        assert_eq!(found["median_week"].as_f64(), half(2000), "{kind}");
        assert_eq!(
            found["median_week_of_those"].as_f64(),
            half(those.len()),
            "{kind}"
        );
        match half(2000) {
            Some(_) => reached += 1,
            None => not_reached += 1,
        }
    }
    assert!(reached > 0 && not_reached > 0, "{reached} {not_reached}");
    assert!(
        said.contains("median of all") && said.contains("not reached"),
        "{said}"
    );
}

#[test]
fn within_a_year_counts_collapses_that_have_a_year_to_follow() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let said = run(
        &out,
        &["-n", "2000", "--set", "tie.east+west.hostility=0.9"],
    );
    let (found, columns) = (summary(&out), table(&out));
    let horizon = number(&found["steps"]) * number(&found["step_weeks"]);
    let both = columns["week.collapse.allies"]
        .iter()
        .zip(&columns["week.regroup"]);
    let (mut late, mut collapses, mut within) = (0, 0, 0);
    for (collapse, regroup) in both {
        let Some(collapse) = collapse else { continue };
        if collapse + 52.0 > horizon {
            late += 1;
            continue;
        }
        collapses += 1;
        within += usize::from(regroup.is_some_and(|w| w > *collapse && w <= collapse + 52.0));
    }
    assert!(
        late > 0 && collapses > 0 && within > 0,
        "{late} {collapses} {within}"
    );
    let year = &found["together"]["within_year"];
    assert_eq!(year["of"].as_u64(), Some(collapses));
    let share = within as f64 / collapses as f64;
    assert!((number(&year["share"]["value"]) - share).abs() < 1e-12);
    let of = format!("of {collapses} with a collapse and a year to follow");
    assert!(said.contains(&of), "{said}");

    // Of eleven months none has a year to follow.
    let out = temporary.path().join("short");
    let said = run(&out, &["-n", "200", "--set", "time.end=2016-11-30"]);
    let year = &summary(&out)["together"]["within_year"];
    assert!(year["share"].is_null() && year["of"] == 0, "{year}");
    assert!(said.contains("no collapse has a year to follow"), "{said}");
}

#[test]
fn one_draw_of_the_inputs_gives_no_interval_and_says_so() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("one");
    let one_draw = ["-n", "2000", "--set", "run.replicates_per_draw=2000"];
    let said = run(&out, &one_draw);
    let found = summary(&out);
    assert_eq!(found["draws"], 1);
    for outcome in found["outcomes"].as_array().expect("outcomes") {
        let ends = |e: &Value| (number(&e["low"]), number(&e["high"]));
        assert_eq!(ends(&outcome["chance"]), (0.0, 1.0));
        assert!(outcome["input_share"].is_null());
        let dates = outcome["incidence"].as_array().expect("dates");
        assert!(dates.iter().all(|e| ends(e) == (0.0, 1.0)));
    }
    assert!(
        said.contains("no interval") && !said.contains('['),
        "{said}"
    );
    assert!(
        said.contains("all 2000 replicates share one draw"),
        "{said}"
    );

    // Where nothing is uncertain nothing is shared.
    let certain = ["--set", "faction.east.fighters=8000"];
    let out = temporary.path().join("certain");
    let said = run(&out, &[&one_draw[..], &certain[..]].concat());
    let together = summary(&out);
    assert_eq!(together["draws"], 2000);
    assert!(!said.contains("no interval"), "{said}");
    let out = temporary.path().join("apart");
    run(&out, &[&["-n", "2000"][..], &certain[..]].concat());
    assert_eq!(summary(&out)["outcomes"], together["outcomes"]);
}

#[test]
fn what_nobody_has_is_not_said_to_be_impossible() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("calm");
    let calm = ["--set", "rivalry.hostility_scale=0", "-n", "2000"];
    let said = run(
        &out,
        &[&calm[..], &["--set", "run.replicates_per_draw=100"]].concat(),
    );
    let found = summary(&out);
    let chance = &outcome(&found, "rupture")["chance"];
    // None of 20 draws: Newcombe (1998), table I, method 3.
    assert_eq!(
        (number(&chance["value"]), number(&chance["low"])),
        (0.0, 0.0)
    );
    assert!((number(&chance["high"]) - 0.1611).abs() < 5e-5, "{chance}");
    assert!(!said.contains("[0.000, 0.000]"), "{said}");
    let many = run(
        &temporary.path().join("many"),
        &[&calm[..2], &["-n", "10000", "-q"]].concat(),
    );
    assert!(!many.contains("[0.000, 0.000]"), "{many}");
}
