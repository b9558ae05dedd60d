//! Watched quantities: what is recorded of them against single histories, their files, and what
//! is said of those that can't be.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use parquet::file::reader::{FileReader, SerializedFileReader};
use simulate::engine::{Batch, LanePath, Progress, Row, Single, Summary, run};
use simulate::scenario::Scenario;

use crate::overlay::laid_over;

const BASE: &str = "tests/broken/base.toml";

/// The base with this laid over it.
fn with(text: &str) -> Result<Scenario, String> {
    laid_over(BASE, text, &[])
}

fn scenario(text: &str) -> Scenario {
    with(text).unwrap_or_else(|said| panic!("{said}"))
}

fn batch(scenario: &Scenario, replicates: u64, path: LanePath) -> (Summary, Vec<Row>) {
    let batch = Batch::of(scenario)
        .seed(1)
        .replicates(replicates)
        .path(path)
        .with_series();
    let mut all = Vec::new();
    let done = run(&batch, &Progress::default(), |rows: &[Row]| {
        all.extend_from_slice(rows);
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok((summary, _)) = done;
    (summary, all)
}

fn simulate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.args(arguments).output().expect("it runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const WATCHES: &str = r#"
[[watch]]
id = "city"
label = "City, held by {each}"
each = "faction"
what = "control(city, each)"
level = 0.3
[[watch]]
id = "lead"
what = "control(city, east) - control(city, west)"
level = 0.1
[[watch]]
id = "fighters"
unit = "persons"
what = "open_fighters"
level = "0.9 * start(open_fighters)"
[[watch]]
id = "many"
what = "open_fighters > 1000"
top = 2
"#;

/// 21 replicates are no whole number of lanes.
#[test]
fn what_is_recorded_is_what_single_histories_have() {
    let scenario = scenario(WATCHES);
    let (summary, rows) = batch(&scenario, 21, LanePath::best());
    let keys: Vec<&str> = summary.watched.iter().map(|w| w.key.as_str()).collect();
    let own = ["city.east", "city.west", "lead", "fighters", "many"];
    assert!(keys.ends_with(&own), "{keys:?}");
    let mut crossings = 0;
    for row in &rows {
        let (alone, record) = Single::new(&scenario, 1, row.replicate).run(|_| ());
        assert_eq!(alone.watched, row.watched);
        for (k, watch) in summary.watched.iter().enumerate() {
            let course: Vec<f32> = record.watched[k].iter().map(|v| v.lane(0)).collect();
            assert_eq!(row.series[k], course, "{}", watch.key);
            let seen = row.watched[k];
            let bounds = |f: fn(f32, f32) -> f32| course.iter().copied().reduce(f);
            assert_eq!(Some(seen.least), bounds(f32::min), "{}", watch.key);
            assert_eq!(Some(seen.most), bounds(f32::max), "{}", watch.key);
            assert_eq!(Some(&seen.last), course.last(), "{}", watch.key);
            let level = match watch.key.as_str() {
                "fighters" => 0.9 * course[0],
                "many" => {
                    assert_eq!(seen.crossed, None);
                    continue;
                }
                _ => watch.level.expect("one level") as f32,
            };
            let began_below = course[0] < level;
            let across = |step: &usize| match began_below {
                true => course[*step] >= level,
                false => course[*step] < level,
            };
            let first = (1..course.len()).find(across);
            assert_eq!(seen.crossed.map(|s| s as usize), first, "{}", watch.key);
            crossings += usize::from(first.is_some());
        }
    }
    assert!(crossings > 0);
    for (k, watch) in summary.watched.iter().enumerate() {
        let crossed = rows.iter().filter(|row| row.watched[k].crossed.is_some());
        let share = crossed.count() as f64 / rows.len() as f64;
        match &watch.crosses {
            Some(crosses) => assert!((crosses.chance.value - share).abs() < 1e-12),
            None => assert_eq!(watch.key, "many"),
        }
    }
    // A share has the axis of shares, a difference of shares both sides of it.
    let axis = |key: &str| {
        let found = summary.watched.iter().find(|w| w.key == key);
        found.map(|w| (w.axis_low, w.axis_high))
    };
    assert_eq!(axis("city.east"), Some((0.0, 1.0)));
    assert_eq!(axis("lead"), Some((-1.0, 1.0)));
    assert_eq!(axis("many"), Some((0.0, 2.0)));
}

/// Bins are a 128th of the axis, below an eighth of it a 16th of the value, and hold both signs.
#[test]
fn quantiles_are_those_of_the_rows() {
    let scenario = scenario(WATCHES);
    let (summary, rows) = batch(&scenario, 301, LanePath::best());
    for (k, watch) in summary.watched.iter().enumerate() {
        for (step, quantiles) in watch.quantiles.iter().enumerate() {
            let mut values: Vec<f64> = rows.iter().map(|r| r.series[k][step].into()).collect();
            values.sort_by(f64::total_cmp);
            for (share, quantile) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().zip(quantiles) {
                let at = share * values.len() as f64;
                let low = values[(at - 1.0).max(0.0) as usize];
                let high = values[(at as usize + 1).min(values.len() - 1)];
                let room = watch.axis_high / 50.0;
                assert!(
                    (low - room..=high + room).contains(quantile),
                    "{} {step} {share}: {quantile} is not from {low} to {high}",
                    watch.key
                );
            }
        }
    }
}

#[test]
fn watched_quantities_are_the_same_on_every_path_and_change_nothing() {
    let watching = scenario(WATCHES);
    let (one, _) = batch(&watching, 50, LanePath::Scalar);
    let (other, rows) = batch(&watching, 50, LanePath::best());
    assert!(one.watched == other.watched);
    let (_, plain) = batch(&scenario(""), 50, LanePath::best());
    for (row, plain) in rows.iter().zip(&plain) {
        assert_eq!(row.outcomes, plain.outcomes);
        assert_eq!(row.final_strength.to_bits(), plain.final_strength.to_bits());
    }
}

#[test]
fn the_command_line_watches_and_the_series_hold_every_step() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("run");
    let watched = "control(city, east) - control(city, west)";
    let path = out.to_str().expect("a path");
    let run = ["run", BASE, "--watch", watched, "--series", "-n", "300"];
    let output = simulate(&[&run[..], &["--out", path]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let file = fs::File::open(out.join("series.parquet")).expect("a table");
    let size = file.metadata().expect("a size").len();
    let reader = SerializedFileReader::new(file).expect("it opens");
    let columns = reader.metadata().file_metadata().schema_descr().columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    assert_eq!(
        names,
        [
            "replicate",
            "week",
            "war_within.allies",
            "loss_of_purpose.allies",
            "low_cohesion.allies",
            "loss_of_rule",
            "control_city_east_control_city_west",
        ]
    );
    let rows = reader.metadata().file_metadata().num_rows();
    assert_eq!(rows, 300 * 105);
    // What is said of its size beforehand is true.
    let words = said(&output);
    let megabytes: f64 = words
        .split("at most about ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{words}"));
    assert!(words.contains("31500 rows"), "{words}");
    assert!(size as f64 <= megabytes * 1e6, "{size} {megabytes}");
    // It is the plain scenario still: what is watched is no what-if.
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).expect("a summary"))
            .expect("JSON");
    let own = summary["watched"].as_array().expect("a list");
    let own = own.last().expect("what is watched");
    assert_eq!(own["label"], watched);
    assert_eq!(own["axis_low"], -1.0);
    let page = fs::read_to_string(out.join("index.html")).expect("a page");
    assert!(page.contains("watched.png"));
    assert!(page.contains("--series"));
}

#[test]
fn what_cannot_be_watched_is_one_located_error() {
    for (watched, message, help) in [
        ("control(city, ghost)", "no faction `ghost`", "`east`"),
        ("cohesio(allies)", "`cohesio`", "did you mean `cohesion`"),
        ("control(city, east) +", "", ""),
        ("", "", ""),
        ("each", "", ""),
    ] {
        let output = simulate(&["check", BASE, "--watch", watched]);
        let words = said(&output);
        assert_eq!(output.status.code(), Some(2), "{watched}: {words}");
        assert!(words.contains("--watch:1:"), "{watched}: {words}");
        assert!(words.contains(message), "{watched}: {words}");
        assert!(words.contains(help), "{watched}: {words}");
        assert!(words.contains("1 problem"), "{watched}: {words}");
    }
    let twice = "[[watch]]\nid = \"a\"\nwhat = \"week\"\n".repeat(2);
    let words = with(&twice).expect_err("two of one id");
    assert!(words.contains("two watched quantities `a`"), "{words}");
    let outcome = "[[watch]]\nid = \"low_cohesion\"\nwhat = \"week\"\n";
    let words = with(outcome).expect_err("the id of an outcome's");
    assert!(words.contains("`low_cohesion`"), "{words}");
    let none = "[[outcome]]\nid = \"war_within\"\nenabled = false\n\
        [[outcome]]\nid = \"loss_of_purpose\"\nenabled = false\n\
        [[outcome]]\nid = \"low_cohesion\"\nenabled = false\n\
        [[outcome]]\nid = \"loss_of_rule\"\nenabled = false\n\
        [[outcome]]\nid = \"collapse\"\nenabled = false\n";
    let folder = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize(BASE).expect("the base");
    let path = folder.path().join("none.toml");
    fs::write(&path, format!("extends = '{}'\n{none}", base.display())).expect("written");
    let out = folder.path().join("out");
    let arguments = |more: &'static str| {
        let path = path.to_str().expect("a path").to_owned();
        let out = out.to_str().expect("a path").to_owned();
        ["run".to_owned(), path, "-n".to_owned(), "20".to_owned()]
            .into_iter()
            .chain(["--out".to_owned(), out])
            .chain((!more.is_empty()).then(|| more.to_owned()))
            .collect::<Vec<String>>()
    };
    let run = |more| {
        let all = arguments(more);
        simulate(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let output = run("--series");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("nothing is watched"));
    assert!(!Path::exists(&out));
    // Where nothing is, there is no picture of it.
    let output = run("");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!out.join("watched.png").exists());
    let page = fs::read_to_string(out.join("index.html")).expect("a page");
    assert!(!page.contains("watched.png"));
}

#[test]
fn the_people_under_the_threat_are_those_of_the_places_it_holds() {
    let held = ["city", "hills", "fields"]
        .map(|a| format!("arena.{a}.population * control({a}, threat)"))
        .join(" + ");
    let watch =
        |id: &str, what: &str| format!("[[watch]]\nid = '{id}'\nlabel = '{id}'\nwhat = '{what}'\n");
    let gap = watch("gap", &format!("threat_people - ({held})"));
    let scenario = scenario(&(gap + &watch("people", "threat_people")));
    let (_, rows) = batch(&scenario, 20, LanePath::best());
    for row in rows {
        let [.., gap, people] = &row.watched[..] else {
            panic!("two are watched")
        };
        assert!(people.most > 0.0);
        assert!(gap.least.abs().max(gap.most.abs()) <= 1e-6 * people.most);
    }
}
