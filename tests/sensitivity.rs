//! `simulate sensitivity`: its estimators against SALib, and its command.

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Value, json};
use simulate::experiment::sensitivity::design::{Moved, Saltelli, trajectories};
use simulate::experiment::sensitivity::morris::effects;
use simulate::experiment::sensitivity::sobol::{Indices, Outputs, indices};

const BASE: &str = "tests/broken/base.toml";

fn simulate(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").args(arguments).assert()
}

/// A small analysis of three numbers into a folder.
fn small(folder: &Path, more: &[&str]) -> Value {
    let mut arguments = vec![
        "sensitivity",
        BASE,
        "--vary",
        "tie.east+west.hostility=0.2:0.9",
        "--vary",
        "threat.fighters=500:2000",
        "--base",
        "64",
        "--trajectories",
        "6",
        "--budget",
        "6000",
        "--format",
        "json",
        "--out",
        folder.to_str().expect("a name"),
    ];
    arguments.extend(more);
    let outcome = simulate(&arguments).code(0);
    serde_json::from_slice(&outcome.get_output().stdout).expect("JSON")
}

/// The numbers and words of a table, by column.
fn columns(path: &Path) -> (BTreeMap<String, Vec<f64>>, BTreeMap<String, Vec<String>>) {
    let file = fs::File::open(path).expect("a table");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let (mut numbers, mut words) = (BTreeMap::new(), BTreeMap::new());
    for row in reader.get_row_iter(None).expect("rows") {
        for (name, field) in row.expect("a row").get_column_iter() {
            match field {
                Field::Double(value) => numbers
                    .entry(name.clone())
                    .or_insert_with(Vec::new)
                    .push(*value),
                Field::Str(text) => words
                    .entry(name.clone())
                    .or_insert_with(Vec::new)
                    .push(text.clone()),
                // Only the input that a row moves may be empty.
                Field::Null => words
                    .entry(name.clone())
                    .or_insert_with(Vec::new)
                    .push(String::new()),
                other => panic!("{other:?}"),
            }
        }
    }
    (numbers, words)
}

/// SALib's answers, and Jansen's first-order estimator written once more, in NumPy.
fn salib(question: &Value) -> Value {
    const SCRIPT: &str = "
import json, sys
import numpy as np
from SALib.analyze import morris, sobol
data = json.load(sys.stdin)
answers = []
for y in data['saltelli']:
    names = [str(i) for i in range(y['inputs'])]
    problem = {'num_vars': len(names), 'names': names, 'bounds': [[0, 1]] * len(names)}
    # Ours is A, B, then the mixed rows; SALib's is A, the mixed rows, B.
    rows = np.array(y['y']).reshape(-1, len(names) + 2)
    ordered = np.concatenate([rows[:, :1], rows[:, 2:], rows[:, 1:2]], axis=1).ravel()
    found = sobol.analyze(problem, ordered, calc_second_order=False, num_resamples=10, seed=1)
    a, b, v = rows[:, 0], rows[:, 1], np.var(rows[:, :2])
    jansen = [1 - np.mean((b - ab) ** 2) / (2 * v) for ab in rows[:, 2:].T]
    answers.append({'first': list(found['S1']), 'total': list(found['ST']), 'jansen': jansen})
effects = []
for y in data['morris']:
    names = [str(i) for i in range(len(y['x'][0]))]
    problem = {'num_vars': len(names), 'names': names, 'bounds': [[0, 1]] * len(names)}
    found = morris.analyze(problem, np.array(y['x']), np.array(y['y']), num_levels=4, num_resamples=10, seed=1)
    effects.append({k: [float(v) for v in found[k]] for k in ['mu_star', 'mu', 'sigma']})
json.dump({'saltelli': answers, 'morris': effects}, sys.stdout)
";
    let mut child = crate::tools::python("python")
        .args(["-W", "ignore", "-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("an input");
    input
        .write_all(question.to_string().as_bytes())
        .expect("asked");
    drop(input);
    let output = child.wait_with_output().expect("an answer");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn assert_same(own: impl Iterator<Item = f64>, theirs: &Value, what: &str) {
    let theirs = theirs.as_array().expect(what);
    let own: Vec<f64> = own.collect();
    assert_eq!(own.len(), theirs.len(), "{what}");
    for (own, theirs) in own.iter().zip(theirs) {
        let theirs = theirs.as_f64().expect(what);
        assert!((own - theirs).abs() < 1e-9, "{what}: {own} {theirs}");
    }
}

fn without_noise(block: usize, y: &[f64]) -> Indices {
    let outputs = Outputs {
        block,
        within: vec![0.0; y.len() / block],
        halves: [y.to_vec(), y.to_vec()],
    };
    indices(&outputs, 1)
}

#[test]
#[ignore = "needs SALib: ./test.sh"]
fn salib_gives_the_same_indices_and_effects_from_the_same_tables() {
    let ishigami = |u: &Vec<f64>| {
        let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
        x[0].sin() + 7.0 * x[1].sin() * x[1].sin() + 0.1 * x[2] * x[2] * x[2] * x[2] * x[0].sin()
    };
    let design = Saltelli {
        base: 256,
        factors: vec![vec![0], vec![1], vec![2]],
        coordinates: 3,
        seed: 5,
    };
    let grid: Vec<Moved> = (0..3).map(|at| Moved::alone(at, None)).collect();
    let paths = trajectories(20, &grid, 5);
    let path_rows: Vec<Vec<f64>> = paths.iter().flat_map(|t| t.rows.clone()).collect();
    let mut saltelli: Vec<Vec<f64>> = vec![design.rows().iter().map(ishigami).collect()];
    let path_y: Vec<f64> = path_rows.iter().map(ishigami).collect();

    // And a table that the program made.
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path().join("study");
    small(&folder, &[]);
    let (numbers, words) = columns(&folder.join("design.parquet"));
    let of = |method: &str, column: &str| -> Vec<f64> {
        let rows = words["method"].iter().zip(&numbers[column]);
        rows.filter(|(m, _)| *m == method)
            .map(|(_, v)| *v)
            .collect()
    };
    for output in ["mean.collapse.allies", "mean.mean_cohesion"] {
        saltelli.push(of("sobol", output));
    }
    let inputs: Vec<&String> = numbers.keys().filter(|k| k.starts_with("input.")).collect();
    assert_eq!(inputs.len(), 3);

    let question = json!({
        "saltelli": saltelli.iter().map(|y| json!({ "y": y, "inputs": 3 })).collect::<Vec<_>>(),
        "morris": [{ "x": path_rows, "y": path_y }],
    });
    let answer = salib(&question);
    for (k, y) in saltelli.iter().enumerate() {
        let own = without_noise(5, y).indices;
        let theirs = &answer["saltelli"][k];
        assert_same(own.iter().map(|i| i.first.value), &theirs["first"], "first");
        assert_same(own.iter().map(|i| i.total.value), &theirs["total"], "total");
        assert_same(
            own.iter().map(|i| i.first_jansen.value),
            &theirs["jansen"],
            "jansen",
        );
    }
    let own = effects(&paths, &path_y, 1);
    let theirs = &answer["morris"][0];
    assert_same(
        own.iter().map(|e| e.mu_star.value),
        &theirs["mu_star"],
        "mu*",
    );
    assert_same(own.iter().map(|e| e.mu.value), &theirs["mu"], "mu");
    assert_same(own.iter().map(|e| e.sigma.value), &theirs["sigma"], "sigma");
}

#[test]
fn the_design_in_the_folder_gives_the_indices_in_the_folder() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path().join("study");
    // Of what a collapse is made of, only that which hangs on the quarrel, at once.
    let quarrel = ["outcomes.hold_weeks=1", "outcomes.purpose_floor=0"];
    let printed = small(&folder, &["--set", quarrel[0], "--set", quarrel[1]]);
    let result = &printed["result"];
    let (numbers, words) = columns(&folder.join("design.parquet"));
    let sobol: Vec<usize> = (0..words["method"].len())
        .filter(|&k| words["method"][k] == "sobol")
        .collect();
    assert_eq!(sobol.len(), 64 * 5);
    assert_eq!(words["method"].len() - sobol.len(), 6 * 4);
    let pick = |column: &str| -> Vec<f64> { sobol.iter().map(|&k| numbers[column][k]).collect() };
    // Rows differ where they say they do.
    let key = "threat.fighters";
    for block in sobol.chunks(5) {
        for &row in &block[2..] {
            let from_b = words["row"][row] == "AB" && words["input"][row] == key;
            let value = |row: usize| numbers[&format!("input.{key}")][row];
            assert_eq!(value(row), value(block[usize::from(from_b)]));
        }
    }
    let key = "collapse.allies";
    let output = result["outputs"]
        .as_array()
        .expect("outputs")
        .iter()
        .position(|o| o["key"] == key);
    let told = &result["sobol"]["outputs"][output.expect("the output")];
    let within = pick(&format!("variance_within.{key}"));
    let own = indices(
        &Outputs {
            block: 5,
            halves: ["first_half", "second_half"].map(|half| pick(&format!("{half}.{key}"))),
            within: within
                .chunks(5)
                .map(|rows| (rows[0] + rows[1]) / 2.0)
                .collect(),
        },
        result["seed"].as_u64().expect("a seed"),
    );
    // Through text, as the program's: reading may change the last bit.
    let own_text = serde_json::to_string(&own).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Value>(&own_text).expect("JSON"),
        *told
    );
    assert!(own.told);
    // The hostility of the two allies is what their alliance hangs on.
    let number_of = |factor: &Value| factor[0].as_u64().expect("a number") as usize;
    let is_tie = |number: usize| result["numbers"][number]["key"] == "tie.east+west.hostility";
    let factors = result["sobol"]["factors"].as_array().expect("factors");
    let tie = factors.iter().position(|f| is_tie(number_of(f)));
    let tie = tie.expect("the tie");
    for (factor, other) in own.indices.iter().enumerate() {
        assert!(
            factor == tie || own.indices[tie].total.value > other.total.value,
            "{own:?}"
        );
    }
    // More hostile, more collapses.
    let bars = result["tornado"]["bars"].as_array().expect("bars");
    let is_its = |bar: &&Value| bar["number"] == factors[tie][0];
    let bar = bars.iter().find(is_its).expect("its bar");
    let swing = &bar["outputs"][output.expect("the output")];
    assert!(
        swing["difference"]["low"].as_f64().expect("a number") > 0.1,
        "{swing}"
    );
    let apart = swing["high"]["value"].as_f64().expect("a chance")
        - swing["low"]["value"].as_f64().expect("a chance");
    assert!((apart - swing["difference"]["value"].as_f64().expect("a number")).abs() < 1e-12);
}

/// A quarrel that is there in one history of 25 is all that a collapse hangs on: half of the
/// probability, or nine tenths of it, knows nothing of that.
#[test]
fn a_switch_that_is_rarely_on_is_found_and_moved() {
    let temporary = tempfile::tempdir().expect("a folder");
    let rare = "rivalry.hostility_scale={dist=\"discrete\",values=[0,2],weights=[0.96,0.04],source=\"judgement\"}";
    let soon = "outcomes.hold_weeks=1";
    let more = [
        "--set",
        rare,
        "--set",
        soon,
        "--top",
        "1",
        "--replicates",
        "8",
    ];
    let found = &small(&temporary.path().join("switch"), &more)["result"];
    let numbers = found["numbers"].as_array().expect("numbers");
    let switch = numbers
        .iter()
        .position(|n| n["key"] == "rivalry.hostility_scale")
        .expect("the number");
    assert_eq!(found["order"][0].as_u64(), Some(switch as u64));
    assert_eq!(
        (&numbers[switch]["low"], &numbers[switch]["high"]),
        (&json!(0.0), &json!(2.0))
    );
    let outputs = found["outputs"].as_array().expect("outputs");
    let collapse = outputs
        .iter()
        .position(|o| o["key"] == "collapse.allies")
        .expect("one");
    let effect = &found["morris"]["effects"][collapse][switch]["mu_star"];
    assert!(effect["low"].as_f64().expect("a number") > 0.1, "{effect}");
    let bar = &found["tornado"]["bars"][0];
    assert_eq!(bar["number"].as_u64(), Some(switch as u64));
    let difference = &bar["outputs"][collapse]["difference"];
    assert!(
        difference["low"].as_f64().expect("a number") > 0.1,
        "{difference}"
    );
}

#[test]
fn threads_change_no_byte_and_the_manifest_says_how_to_run_it_again() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (one, three) = (temporary.path().join("one"), temporary.path().join("three"));
    small(&one, &["--threads", "1"]);
    small(&three, &["--threads", "3"]);
    let manifest = fs::read_to_string(one.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let names = [
        "design.parquet",
        "index.html",
        "indices.png",
        "scenario.resolved.toml",
        "sensitivity.csv",
        "sensitivity.json",
        "tornado.png",
    ];
    let files = manifest["files"].as_object().expect("files");
    assert_eq!(files.keys().collect::<Vec<_>>(), names);
    for name in names {
        assert!(
            fs::read(one.join(name)).expect(name) == fs::read(three.join(name)).expect(name),
            "{name}"
        );
    }
    // Run again from the resolved scenario, it gives the same results.
    let again = manifest["again"].as_str().expect("a command");
    let mut arguments: Vec<&str> = again.split(' ').skip(1).collect();
    let scenario = one.join("scenario.resolved.toml");
    arguments[1] = scenario.to_str().expect("a name");
    let third = temporary.path().join("again");
    arguments.extend(["-q", "--out", third.to_str().expect("a name")]);
    simulate(&arguments).code(0);
    let of = |folder: &Path| fs::read_to_string(folder.join("sensitivity.csv")).expect("a table");
    assert_eq!(of(&one), of(&third));
}

#[test]
fn one_of_the_two_methods_can_be_left_out() {
    let temporary = tempfile::tempdir().expect("a folder");
    let morris = small(&temporary.path().join("morris"), &["--only", "morris"]);
    assert!(morris["result"]["sobol"].is_null());
    assert_eq!(morris["result"]["morris"]["trajectories"], 6);
    let sobol = small(&temporary.path().join("sobol"), &["--only", "sobol"]);
    assert!(sobol["result"]["morris"].is_null());
    assert_eq!(sobol["result"]["sobol"]["base"], 64);
    for only in ["morris", "sobol"] {
        assert!(temporary.path().join(only).join("indices.png").exists());
    }
}

#[test]
fn wrong_questions_are_said_before_anything_is_run() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "nothing_uncertain",
            &[BASE, "--set", "faction.east.fighters=8000"],
        ),
        ("unknown_key", &[BASE, "--vary", "threat.qualty=1:2"]),
        (
            "unknown_faction",
            &[BASE, "--vary", "faction.wst.fighters=1:2"],
        ),
        (
            "low_not_below_high",
            &[BASE, "--vary", "threat.quality=2:1"],
        ),
        ("no_range", &[BASE, "--vary", "threat.quality=2"]),
        ("no_number", &[BASE, "--vary", "threat.quality=low:2"]),
        (
            "out_of_range",
            &[BASE, "--vary", "threat.opportunists=0.5:1.5"],
        ),
        ("no_room", &[BASE, "--budget", "1000"]),
    ];
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("study");
    for (name, arguments) in cases {
        let mut all = vec!["sensitivity", "--out", out.to_str().expect("a name")];
        all.extend(arguments);
        let outcome = simulate(&all).code(2);
        assert!(outcome.get_output().stdout.is_empty());
        assert!(!out.exists());
        let said = String::from_utf8_lossy(&outcome.get_output().stderr).into_owned();
        insta::with_settings!({snapshot_path => "snapshots/sensitivity", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, said);
        });
    }
    for wrong in ["3", "0", "many"] {
        let outcome = simulate(&["sensitivity", BASE, "-n", wrong]).code(2);
        let said = String::from_utf8_lossy(&outcome.get_output().stderr).into_owned();
        assert!(said.contains("give an even number"), "{said}");
    }
}
