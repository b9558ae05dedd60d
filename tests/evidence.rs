//! Observations, scores, calibration, backtests: what they say, where they refuse, and that they
//! are a function of scenario, seed and replicates alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::Value;

const BASE: &str = "tests/broken/base.toml";
const OBSERVED: &str = "tests/fixtures/observed.csv";

fn simulate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command
        .env("NO_COLOR", "1")
        .args(arguments)
        .output()
        .expect("it runs")
}

fn fine(arguments: &[&str]) {
    let output = simulate(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

fn refused(arguments: &[&str]) -> String {
    let output = simulate(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn path(of: &Path) -> &str {
    of.to_str().expect("a path")
}

fn json(folder: &Path, file: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(file)).expect(file)).expect("JSON")
}

/// What is said of a table of observations.
fn said_of(table: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("observed.csv");
    fs::write(&file, table).expect("written");
    refused(&["check", BASE, "--observed", path(&file)]).replace(path(&file), "observed.csv")
}

#[test]
fn every_fault_of_a_table_is_said_where_it_is() {
    let table = "date,quantity,value,low,high,sd,since,base_rat
2016-07-01,open_fighters,many,,,,,
2016-07-01,open_fighter,4000,,,,,
2016-07-01,open_fighters,yes,,,,,
2016-07-01,\"control(city, threat) < 0.5\",0.3,,,,,
2016-07-01,\"control(city, threats)\",0.3,,,,,
2016-07-01,open_fighters,4000,5000,,,,
2016-07-01,open_fighters,4000,,,-1,,
2016-07-01,\"control(city, threat) < 0.5\",no,,,0.1,,
1.7.2016,open_fighters,4000,,,,,
2020-07-01,open_fighters,4000,,,,,
2016-07-01,\"control(city, threat) < 0.5\",no,,,,2016-08-01,
2015-07-01,\"control(city, threat) < 0.5\",no,,,,2015-01-01,
2016-07-01,threat.fighters,4000,,,,,
2016-07-01,open_fighters,4000
,open_fighters,4000,,,,,
";
    assert_snapshot!(said_of(table));
}

#[test]
fn what_doesnt_go_with_the_scenario_is_said_where_it_is() {
    let table = "date,quantity,value,since
2016-07-01,open_fighters,yes,
2016-07-01,\"control(city, threat) < 0.5\",0.3,
2020-07-01,open_fighters,4000,
2016-07-01,\"control(city, threat) < 0.5\",no,2016-08-01
2015-07-01,\"control(city, threat) < 0.5\",no,2015-01-01
2016-07-01,threat.fighters,4000,
";
    assert_snapshot!(said_of(table));
}

#[test]
fn what_cant_be_read_as_a_table_is_said() {
    let said = [
        said_of(""),
        said_of("date,quantity,value\n"),
        said_of("date,value\n2016-07-01,3\n"),
        said_of("date,quantity,value\n2016-07-01,\"open_fighters,3\n"),
        refused(&["check", BASE, "--observed", "tests/nothing.csv"]),
        refused(&["score", BASE, "--observed", "tests"]),
    ];
    assert_snapshot!(said.join("\n---\n"));
}

#[test]
fn a_score_is_the_same_whatever_the_threads_and_lanes() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |name: &str, threads: &str, lanes: &str| {
        let out = folder.path().join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
            .env("SIMULATE_LANES", lanes)
            .args(["score", BASE, "--observed", OBSERVED, "-n", "300", "-q"])
            .args(["--threads", threads, "--out"])
            .arg(&out)
            .output();
        assert!(output.expect("it runs").status.success());
        ["score.json", "scores.csv", "observed.png"].map(|f| fs::read(out.join(f)).expect(f))
    };
    let one = run("one", "1", "baseline");
    assert!(one == run("two", "2", "scalar"));
    // A finished run is run again as it was.
    let out = folder.path().join("run");
    fine(&["run", BASE, "-n", "300", "-q", "--out", path(&out)]);
    let scored = folder.path().join("scored");
    let scenario = path(&out);
    fine(&[
        "score",
        scenario,
        "--observed",
        OBSERVED,
        "-q",
        "--out",
        path(&scored),
    ]);
    assert_eq!(fs::read(scored.join("scores.csv")).expect("scores"), one[1]);
}

#[test]
fn events_count_in_their_time_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("observed.csv");
    // What is true from the first week on, until when a week counter is asked for.
    let rows = "date,quantity,value,since
2016-06-03,week >= 10,yes,
2016-03-04,week >= 10,no,
2016-06-03,week < 10,no,2016-03-18
2016-06-03,week < 10,yes,2016-02-26
2016-03-10,week,9,
2016-03-11,week,10,
";
    fs::write(&table, rows).expect("written");
    let out = folder.path().join("out");
    fine(&[
        "score",
        BASE,
        "--observed",
        path(&table),
        "-n",
        "64",
        "-q",
        "--out",
        path(&out),
    ]);
    let found = json(&out, "score.json");
    let chances: Vec<f64> = found["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|e| e["chance"]["value"].as_f64().expect("a chance"))
        .collect();
    assert_eq!(chances, [1.0, 0.0, 0.0, 1.0]);
    let crps: Vec<f64> = found["values"]
        .as_array()
        .expect("values")
        .iter()
        .map(|v| v["crps"].as_f64().expect("a score"))
        .collect();
    assert_eq!(crps, [0.0, 0.0]);
}

/// Calibrates the base on how many fighters the east reports on its first day.
fn calibrated(folder: &Path, name: &str, more: &[&str]) -> std::path::PathBuf {
    let table = folder.join("start.csv");
    let row = "date,quantity,value,sd\n2016-01-08,\"start(fighters(east))\",9500,700\n";
    fs::write(&table, row).expect("written");
    let out = folder.join(name);
    let mut arguments = vec!["calibrate", BASE, "--observed", path(&table), "-q"];
    arguments.extend(["--number", "faction.east", "-n", "200"]);
    if !more.contains(&"--simulations") {
        arguments.extend(["--simulations", "40000"]);
    }
    arguments.extend(["--set", "time.end=2016-03-01", "--out", path(&out)]);
    arguments.extend(more);
    fine(&arguments);
    out
}

/// Mean and standard deviation of a triangular prior, told by a normal report.
fn posterior() -> (f64, f64) {
    let (low, mode, high) = (6000.0, 8000.0, 11000.0);
    let density = |x: f64| {
        let prior = match x < mode {
            true => (x - low) / (mode - low),
            false => (high - x) / (high - mode),
        };
        let miss: f64 = (x - 9500.0) / 700.0;
        prior * (-0.5 * miss * miss).exp()
    };
    let points: Vec<f64> = (0..50_000)
        .map(|k| low + (f64::from(k) + 0.5) * 0.1)
        .collect();
    let sum = |of: &dyn Fn(f64) -> f64| points.iter().map(|x| of(*x) * density(*x)).sum::<f64>();
    let all = sum(&|_| 1.0);
    let mean = sum(&|x| x) / all;
    (mean, (sum(&|x| (x - mean) * (x - mean)) / all).sqrt())
}

#[test]
fn the_posterior_of_a_toy_is_the_exact_one_and_a_scenario_takes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = calibrated(folder.path(), "one", &["--threads", "1"]);
    let found = json(&out, "calibration.json");
    let table = fs::read_to_string(out.join("posterior.csv")).expect("a posterior");
    let values: Vec<f64> = table
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .nth(1)
                .expect("a number")
                .parse()
                .expect("a number")
        })
        .collect();
    assert_eq!(values.len(), 500);
    let mean = values.iter().sum::<f64>() / 500.0;
    let sd = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 500.0).sqrt();
    let (wanted, spread) = posterior();
    // Four standard errors of 250 independent particles; a fifth of the spread's, as it has 4.5 %.
    assert!(
        (mean - wanted).abs() < 4.0 * spread / 250_f64.sqrt(),
        "{mean} {wanted}"
    );
    assert!((sd / spread - 1.0).abs() < 0.2, "{sd} {spread}");
    assert!(
        found["calibration"]["numbers"][0]["contraction"]
            .as_f64()
            .expect("a share")
            > 0.3
    );

    // The same on other threads.
    let two = calibrated(folder.path(), "two", &["--threads", "2"]);
    for file in ["posterior.csv", "posterior.toml", "calibration.json"] {
        let same = fs::read(out.join(file)).expect(file) == fs::read(two.join(file)).expect(file);
        assert!(same, "{file}");
    }

    // The posterior laid over its scenario is calibrated.toml, and draws are rows of it.
    let laid = folder.path().join("laid.toml");
    let base = fs::canonicalize(BASE).expect("the base");
    let text = fs::read_to_string(out.join("posterior.toml")).expect("a posterior");
    fs::write(&laid, format!("extends = \"{}\"\n{text}", path(&base))).expect("written");
    let run = |scenario: &Path, name: &str| {
        let to = folder.path().join(name);
        let scenario = path(scenario);
        let set = "time.end=2016-03-01";
        fine(&[
            "run",
            scenario,
            "-n",
            "100",
            "-q",
            "--set",
            set,
            "--out",
            path(&to),
        ]);
        fs::read(to.join("summary.csv")).expect("a summary")
    };
    assert!(run(&laid, "a") == run(&out.join("calibrated.toml"), "b"));
}

#[test]
fn a_calibration_goes_on_from_its_checkpoint_as_if_never_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("kept.json");
    let checkpoint = ["--checkpoint", path(&kept)];
    let whole = calibrated(folder.path(), "whole", &[]);
    let few = [&checkpoint[..], &["--simulations", "12000"]].concat();
    let first = calibrated(folder.path(), "first", &few);
    let generations = |of: &Path| {
        let found = json(of, "calibration.json");
        found["calibration"]["islands"][0]["generations"]
            .as_array()
            .expect("a list")
            .len()
    };
    assert!(generations(&first) >= 1 && generations(&first) < generations(&whole));
    let rest = calibrated(folder.path(), "rest", &checkpoint);
    for file in [
        "posterior.csv",
        "posterior.toml",
        "calibration.json",
        "posterior.png",
    ] {
        let same =
            fs::read(whole.join(file)).expect(file) == fs::read(rest.join(file)).expect(file);
        assert!(same, "{file}");
    }

    // It is of these observations, this seed, this number of particles alone.
    let table = folder.path().join("start.csv");
    let mut arguments = vec!["calibrate", BASE, "--observed", path(&table)];
    arguments.extend(["--number", "faction.east", "--set", "time.end=2016-03-01"]);
    arguments.extend(checkpoint);
    let said = refused(&[&arguments[..], &["--seed", "5"]].concat());
    assert!(said.contains("it is of another scenario"), "{said}");
    fs::write(&kept, "{}").expect("written");
    assert!(refused(&arguments).contains("no checkpoint of this version"));
}

#[test]
fn islands_are_shards_that_merge_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["--simulations", "24000", "--particles", "200"];
    let whole = calibrated(
        folder.path(),
        "whole",
        &[&few[..], &["--islands", "3"]].concat(),
    );
    let shards: Vec<_> = ["1/3", "2/3", "3/3"]
        .iter()
        .map(|shard| {
            let name = shard.replace('/', "-");
            calibrated(
                folder.path(),
                &name,
                &[&few[..], &["--shard", shard]].concat(),
            )
        })
        .collect();
    let merged = folder.path().join("merged");
    let names: Vec<&str> = shards.iter().map(|shard| path(shard)).collect();
    let into = ["--out", path(&merged), "-q"];
    let [one, two, three] = names[..] else {
        unreachable!("three shards")
    };
    assert!(refused(&[&["merge", one, three][..], &into].concat()).contains("missing: 2"));
    fine(&[&["merge", three, one, two][..], &into].concat());
    for file in [
        "posterior.csv",
        "posterior.toml",
        "calibration.json",
        "calibrated.toml",
        "posterior.png",
        "scores.csv",
    ] {
        let bytes = |of: &Path| fs::read(of.join(file)).expect(file);
        assert!(bytes(&whole) == bytes(&merged), "{file}");
    }
    let found = &json(&whole, "calibration.json")["calibration"];
    let islands = found["islands"].as_array().expect("islands");
    let particles = islands
        .iter()
        .map(|of| of["particles"].as_u64().expect("a number"));
    assert_eq!(particles.collect::<Vec<_>>(), [67, 67, 66]);
    // Their means are as far apart as independent ones of as many particles: 1 / sqrt(200) is
    // 0.07 of the posterior's standard deviation, which is less than the prior's.
    let error = found["numbers"][0]["error"].as_f64().expect("a number");
    assert!(error > 0.0 && error < 0.2, "{error}");

    // What was observed must be what it was.
    let table = folder.path().join("start.csv");
    let text = fs::read_to_string(&table).expect("a table");
    fs::write(&table, text.replace("9500", "9600")).expect("written");
    let other = folder.path().join("other");
    let said = refused(&["merge", one, two, three, "--out", path(&other), "-q"]);
    assert!(said.contains("other observations"), "{said}");
}

#[test]
fn numbers_of_a_table_are_drawn_together() {
    let text = |weights: &str| {
        format!(
            "extends = \"{}\"\n
[threat]\nfighters = {{ dist = \"table\", table = \"t\", values = [4000, 5000, 6000]{weights} }}\n
[faction.west]\nfighters = {{ dist = \"table\", table = \"t\", values = [7, 8, 9]{weights} }}\n",
            path(&fs::canonicalize(BASE).expect("the base"))
        )
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("table.toml");
    fs::write(&file, text(", weights = [1, 0, 3]")).expect("written");
    let out = folder.path().join("out");
    let watch = [
        "--watch",
        "start(open_fighters) - 1000 * fighters(west)",
        "--series",
    ];
    let mut arguments = vec!["run", path(&file), "-n", "400", "-q", "--out", path(&out)];
    arguments.extend(["--set", "time.end=2016-01-10"]);
    arguments.extend(watch);
    fine(&arguments);
    let scenario = simulate::scenario::Scenario::load(&file).expect("a scenario");
    let rows = simulate::engine::Batch::of(&scenario)
        .replicates(400)
        .collect()
        .rows;
    let of = |key: &str| scenario.uncertain().position(|n| n.path == key).expect(key);
    let (threat, west) = (of("threat.fighters"), of("faction.west.fighters"));
    let both = |row: &simulate::engine::Row| (row.inputs[threat], row.inputs[west]);
    assert!(
        rows.iter()
            .map(both)
            .all(|b| [(4000.0, 7.0), (6000.0, 9.0)].contains(&b))
    );
    let last = rows.iter().filter(|row| row.inputs[west] == 9.0).count();
    // 3 in 4 of 200 draws: four standard errors.
    assert!((last as f64 / 400.0 - 0.75).abs() < 0.123, "{last}");

    let wrong = text("").replace("[7, 8, 9]", "[7, 8]");
    fs::write(&file, wrong).expect("written");
    let said = refused(&["check", path(&file)]);
    assert!(
        said.contains("has 3 rows, and") && said.contains("table \"t\""),
        "{said}"
    );
}

#[test]
fn a_backtest_refuses_what_it_cant_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("observed.csv");
    let header = "case,event,date,until,border\n";
    let told = |rows: &str, more: &[&str]| {
        fs::write(&table, format!("{header}{rows}")).expect("written");
        let mut arguments = vec![
            "backtest",
            "tests/fixtures/library",
            "--observed",
            path(&table),
        ];
        arguments.extend(more);
        refused(&arguments).replace(path(&table), "observed.csv")
    };
    let said = [
        told(
            "alpha,ruptur.allies,,2020-01-01,1\nomega,rupture.allies,,2020-01-01,1\n",
            &["--years", "1"],
        ),
        told("alpha,rupture.allies,,2020-01-01,1\n", &["--years", "5"]),
        told(
            "alpha,rupture.allies,2021-01-01,2020-01-01,much\nalpha,rupture.allies,,soon,1\n",
            &[],
        ),
        told(
            "alpha,rupture.allies,2015-01-01,2020-01-01,1\n",
            &["--years", "1"],
        ),
    ];
    assert_snapshot!(said.join("\n---\n"));
}

#[test]
#[ignore = "needs Python: ./test.sh"]
fn the_library_is_what_its_tables_say() {
    let output = crate::tools::python("python")
        .args(["scenarios/library/write.py", "--check"])
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
}

/// A program of tests/peers, which leaves with 1 where it finds something else.
fn peer(script: &str, arguments: &[&str]) {
    let output = crate::tools::python("python")
        .args(["-W", "ignore", script])
        .args(arguments)
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}: {said}");
}

#[test]
#[ignore = "needs scoringrules: ./test.sh"]
fn scores_are_those_of_scoringrules() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    fine(&[
        "score",
        BASE,
        "--observed",
        OBSERVED,
        "-n",
        "1500",
        "-q",
        "--out",
        path(&out),
    ]);
    let [ensemble, score] = ["ensemble.parquet", "score.json"].map(|file| out.join(file));
    peer("tests/peers/scores.py", &[path(&ensemble), path(&score)]);
}

#[test]
#[ignore = "needs pyABC: ./test.sh"]
fn the_posterior_of_a_toy_is_that_of_pyabc() {
    let folder = tempfile::tempdir().expect("a folder");
    let toy = folder.path().join("toy.toml");
    fine(&["new", "toy", "--out", path(&toy)]);
    let text = fs::read_to_string(&toy).expect("a scenario");
    let start = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("start = "))
        .expect("a first day");
    let start: jiff::civil::Date = start.trim().parse().expect("a date");
    let day = |weeks: i64| {
        start
            .checked_add(jiff::Span::new().weeks(weeks))
            .expect("a date")
    };
    let table = folder.path().join("toy.csv");
    let row = format!("date,quantity,value,sd\n{},start(oil_price),60,5\n", day(1));
    fs::write(&table, row).expect("written");
    let out = folder.path().join("out");
    let prior = "oil.price_usd={ dist = \"normal\", mean = 50, sd = 10, low = 1, high = 150, source = \"judgement\" }";
    let end = format!("time.end={}", day(26));
    let mut arguments = vec!["calibrate", path(&toy), "--observed", path(&table), "-q"];
    arguments.extend(["--number", "oil.price_usd", "--set", prior, "--set", &end]);
    arguments.extend([
        "--seed",
        "1",
        "--simulations",
        "60000",
        "-n",
        "100",
        "--out",
        path(&out),
    ]);
    fine(&arguments);
    let (posterior, found) = (out.join("posterior.csv"), folder.path().join("pyabc.json"));
    peer("tests/peers/toy.py", &[path(&posterior), path(&found)]);
}

#[test]
#[ignore = "needs SciPy: ./test.sh"]
fn ranks_under_the_posterior_of_the_starter_are_even() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = folder.path().join("runs");
    peer(
        "tests/peers/sbc.py",
        &[env!("CARGO_BIN_EXE_simulate"), path(&runs)],
    );
}
