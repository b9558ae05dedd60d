//! One history: that it is the batch's own, that what is told of it is the model's, and
//! that the typical one is typical.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use simulate::engine::{Batch, LanePath, Progress, Row, Single, run};
use simulate::experiment::replay::{
    Detail, Expression, HistoryPoint, Hostility, medoid, points, replay, typical,
};

use simulate::model::observe::Moment;
use simulate::model::{Cause, OptionKind, State, TERMS, worths};
use simulate::scenario::Scenario;

const BASE: &str = "tests/broken/base.toml";

fn scenario(path: &str) -> Scenario {
    Scenario::load(Path::new(path)).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn rows(scenario: &Scenario, seed: u64, replicates: u64, path: LanePath) -> Vec<Row> {
    let batch = Batch::of(scenario)
        .seed(seed)
        .replicates(replicates)
        .path(path);
    let mut rows = Vec::new();
    let kept = run(&batch, &Progress::default(), |block| {
        rows.extend_from_slice(block);
        Ok::<(), std::convert::Infallible>(())
    });
    kept.expect("rows can't fail");
    rows
}

#[test]
fn a_replay_is_the_batch_s_own_history_on_every_path() {
    for (file, seed) in [(BASE, 3), ("scenarios/afghanistan_1989.toml", 5)] {
        let scenario = scenario(file);
        for (path, name) in LanePath::ALL {
            if !path.is_available() {
                continue;
            }
            let rows = rows(&scenario, seed, 19, path);
            for replicate in [0, 7, 18] {
                let (row, _) = Single::new(&scenario, seed, replicate).run(|_| {});
                assert_eq!(row, rows[replicate as usize], "{file}, {name}");
            }
        }
    }
}

#[test]
fn a_replay_s_record_is_the_one_the_model_keeps_of_it() {
    use simulate::model::step::{Model, Scratch, run};
    use simulate::model::{Inputs, Params, Plan, Record, SERIES};
    use simulate::numeric::{Baseline, Streams};
    let scenario = scenario(BASE);
    let (seed, first) = (9, 16);
    // Eight replicates side by side, as a batch runs them.
    let plan = Plan::new(&scenario);
    let mut inputs = Inputs::<8>::central(&scenario);
    for lane in 0..8 {
        for (number, value) in Single::new(&scenario, seed, first + lane).inputs {
            inputs.set(number, lane as usize, value);
        }
    }
    let params = Params::new(&plan, &scenario, &inputs);
    let channels = plan.channels.keyed(seed);
    let setting = Model {
        scenario: &scenario,
        plan: &plan,
        params: &params,
    };
    let mut streams = Streams::new(&channels, std::array::from_fn(|k| first + k as u64));
    let mut record = Record::new(&plan);
    let mut scratch = Scratch::new(&plan);
    run(Baseline, setting, &mut scratch, &mut streams, &mut record);
    for lane in 0..8 {
        let (_, alone) = Single::new(&scenario, seed, first + lane).run(|_| {});
        for series in SERIES {
            for t in 0..=plan.steps {
                let (a, b) = (alone.series[series][t].lane(0), record.series[series][t]);
                assert_eq!(
                    a.to_bits(),
                    b.lane(lane as usize).to_bits(),
                    "{series:?} at {t}"
                );
            }
        }
    }
}

#[test]
fn a_replay_is_the_row_of_the_table_and_its_files_are_whole() {
    let temporary = tempfile::tempdir().expect("a folder");
    let (batch, history) = (temporary.path().join("run"), temporary.path().join("one"));
    simulate()
        .args([BASE, "-n", "40", "--seed", "2", "-q", "--out"])
        .arg(&batch)
        .assert()
        .code(0);
    let said = simulate()
        .args([
            "replay",
            BASE,
            "--seed",
            "2",
            "--replicate",
            "33",
            "--format",
            "json",
            "--out",
        ])
        .arg(&history)
        .assert()
        .code(0);
    let said: Value = serde_json::from_slice(&said.get_output().stdout).expect("JSON");
    let file = fs::File::open(batch.join("replicates.parquet")).expect("a table");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let row = reader
        .get_row_iter(None)
        .expect("rows")
        .nth(33)
        .expect("row 33")
        .expect("it reads");
    let column = |wanted: &str| -> Option<f64> {
        let (_, field) = row.get_column_iter().find(|(name, _)| *name == wanted)?;
        match field {
            Field::Double(x) => Some(*x),
            Field::Long(x) => Some(*x as f64),
            _ => None,
        }
    };
    let (outcomes, figures) = (&said["result"]["outcomes"], &said["result"]["figures"]);
    for name in [
        "trough",
        "final_strength",
        "final_cohesion",
        "mean_cohesion",
    ] {
        let told = figures[name].as_f64().expect(name) as f32;
        assert_eq!(Some(f64::from(told)), column(name), "{name}");
    }
    for (key, came) in outcomes.as_object().expect("outcomes") {
        for (told, name) in [("week", "week"), ("end_week", "end")] {
            let kept = column(&format!("{name}.{key}"));
            assert_eq!(came[told].as_f64(), kept, "{name} {key}");
        }
    }
    let names = [
        "history.csv",
        "history.md",
        "history.parquet",
        "history.png",
        "index.html",
        "manifest.json",
        "scenario.resolved.toml",
    ];
    let mut found: Vec<String> = fs::read_dir(&history)
        .expect("a folder")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    found.sort();
    assert_eq!(found, names);
    let csv = fs::read_to_string(history.join("history.csv")).expect("a table");
    assert_eq!(
        csv.lines().count(),
        106,
        "a line a step, the start, the head"
    );
    for cell in csv.lines().skip(1).flat_map(|line| line.split(',').skip(2)) {
        assert!(cell.parse::<f64>().expect("a number").is_finite(), "{cell}");
    }
    let file = fs::File::open(history.join("history.parquet")).expect("a table");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    assert_eq!(reader.metadata().file_metadata().num_rows(), 105);
    let columns = csv.lines().next().expect("a head").split(',').count();
    let schema = reader.metadata().file_metadata().schema_descr();
    assert_eq!(schema.num_columns(), columns);
}

/// The shares of effort that a faction chooses by the formulas of its options, in order.
fn choices(single: &Single<'_>, moment: &Moment<'_>, faction: usize) -> Vec<f64> {
    let plan = &single.plan;
    let all: Vec<Expression<Cause>> = worths(plan, &single.params, moment.choice, faction);
    let possible = |o: &usize| match plan.options[*o] {
        OptionKind::Rival(k) => {
            let contact = &plan.contacts[k];
            let weight = &moment.choice.weight;
            weight[contact.i * plan.factions + contact.j].lane(0) > 0.0
        }
        _ => true,
    };
    let options = plan.options_of[faction].clone();
    let values = options.clone().filter(possible).map(|o| all[o].value());
    let best = values.fold(f64::MIN, f64::max);
    let inverse_temperature = f64::from(single.params.inverse_temperature.lane(0));
    let odds = |o: usize| match possible(&o) {
        true => f64::exp((all[o].value() - best) * inverse_temperature),
        false => 0.0,
    };
    let odds: Vec<f64> = options.map(odds).collect();
    let total: f64 = odds.iter().sum();
    odds.iter().map(|o| o / total).collect()
}

#[test]
fn the_terms_told_are_those_the_model_chose_by() {
    for (file, seed) in [
        (BASE, 1),
        ("tests/fixtures/citadel.toml", 2),
        ("scenarios/afghanistan_1989.toml", 3),
    ] {
        let scenario = scenario(file);
        for replicate in 0..3 {
            let single = Single::new(&scenario, seed, replicate);
            let rate = f64::from(single.params.effort_rate.lane(0));
            let mut compared = 0;
            single.run(|moment| {
                if moment.step == 0 {
                    return;
                }
                for i in 0..single.plan.factions {
                    let shares = choices(&single, moment, i);
                    let efforts = single.plan.options_of[i].clone().zip(shares);
                    let efforts = efforts.map(|(o, share)| {
                        let before = f64::from(moment.before.effort[o].lane(0));
                        let after = f64::from(moment.after.effort[o].lane(0));
                        (o, after, before + rate * (share - before))
                    });
                    let efforts: Vec<(usize, f64, f64)> = efforts.collect();
                    // Who was routed in this step left the place, whatever he chose.
                    if efforts.iter().any(|(_, after, _)| *after == 0.0) {
                        continue;
                    }
                    for (o, after, expected) in efforts {
                        assert!(
                            (after - expected).abs() < 2e-5,
                            "{file} {replicate}: option {o} at {}: {after} for {expected}",
                            moment.step
                        );
                        compared += 1;
                    }
                }
            });
            assert!(compared > 1000, "{file}");
        }
    }
}

#[test]
fn utilities_are_those_of_the_model_up_to_what_all_options_share() {
    // The model leaves odds behind: exp((u - best) / temperature).
    let scenario = scenario(BASE);
    let single = Single::new(&scenario, 1, 1);
    let plan = &single.plan;
    let temperature = 1.0 / f64::from(single.params.inverse_temperature.lane(0));
    let mut kinds = [0; 4];
    single.run(|moment| {
        if moment.step == 0 {
            return;
        }
        for i in 0..plan.factions {
            let shares = choices(&single, moment, i);
            let all: Vec<Expression<Cause>> = worths(plan, &single.params, moment.choice, i);
            let of = |o: usize| all[o].value();
            let first = plan.options_of[i].start;
            let hold = plan.hold_option(i);
            for o in plan.options_of[i].clone() {
                let (share, held) = (shares[o - first], shares[hold - first]);
                if share < 1e-6 || held < 1e-6 {
                    continue;
                }
                let by_odds = temperature * (share / held).ln();
                assert!((of(o) - of(hold) - by_odds).abs() < 1e-6);
                kinds[match plan.options[o] {
                    OptionKind::Threat(_) => 0,
                    OptionKind::Rival(_) => 1,
                    OptionKind::Hold => 2,
                    OptionKind::Govern => 3,
                }] += 1;
            }
        }
    });
    assert!(kinds.iter().all(|&count| count > 0), "{kinds:?}");
}

#[test]
fn the_parts_of_hostility_sum_to_hostility_in_every_step() {
    for (file, seed) in [
        (BASE, 1),
        ("tests/fixtures/citadel.toml", 2),
        ("scenarios/afghanistan_1989.toml", 3),
        ("scenarios/iraq_2016.toml", 4),
    ] {
        let scenario = scenario(file);
        let single = Single::new(&scenario, seed, 5);
        let f = single.plan.factions;
        let mut parts: Option<Hostility> = None;
        let mut moved = [false; TERMS.len()];
        single.run(|moment| {
            match &mut parts {
                Some(parts) => parts.follow(&single.plan, &single.params, moment),
                none => {
                    *none = Some(Hostility::start(&single.plan, moment));
                }
            }
            let parts = parts.as_ref().expect("it has begun");
            for i in 0..f {
                for j in (0..f).filter(|&j| j != i) {
                    let sum: f64 = parts.of(i * f + j).iter().sum();
                    let h = f64::from(moment.after.hostility[i * f + j].lane(0));
                    assert!(
                        (sum - h).abs() < 1e-3 * (1.0 + h.abs()),
                        "{file}: {i} toward {j} at {}: {sum} for {h}",
                        moment.step
                    );
                    for (moved, part) in moved.iter_mut().zip(parts.of(i * f + j)) {
                        *moved |= part.abs() > 0.01;
                    }
                }
            }
        });
        if file.contains("iraq") {
            assert_eq!(moved, [true; TERMS.len()], "every part matters somewhere");
        }
    }
}

#[test]
fn the_chance_told_of_an_outbreak_is_the_model_s() {
    // Over many pairs and steps, outbreaks must come as often as their chances say:
    // within 4 standard deviations of a sum of independent draws.
    let scenario = scenario("scenarios/iraq_2016.toml");
    let (mut expected, mut variance, mut seen) = (0.0, 0.0, 0.0);
    // Of those, wars without a clash before them.
    let (mut decisions, mut decided) = (0.0, 0.0);
    for replicate in 0..12 {
        let single = Single::new(&scenario, 11, replicate);
        let f = single.plan.factions;
        single.run(|moment| {
            if moment.step == 0 {
                return;
            }
            for (index, pair) in single.plan.pairs.iter().enumerate() {
                if !pair.meets_armed {
                    continue;
                }
                let cell = pair.a * f + pair.b;
                let war = moment.choice.conflict[cell].lane(0) > 0.5;
                // The truce of the step has already been shortened by it.
                let truce = moment.choice.ceasefire[cell].lane(0) > single.plan.step_weeks;
                if war || truce {
                    continue;
                }
                let hazard = f64::from(moment.after.onset[index].lane(0));
                let chance = 1.0 - f64::exp(-hazard);
                expected += chance;
                variance += chance * (1.0 - chance);
                let calm = moment.choice.clash[cell].lane(0) < 0.5;
                if calm {
                    let decides = f64::from(moment.after.decision[index].lane(0));
                    decisions += f64::exp(decides - hazard) - f64::exp(-hazard);
                }
                if calm && moment.after.conflict[cell].lane(0) > 0.5 {
                    decided += 1.0;
                }
                // A clash that flares up, or grows into a war.
                let climbs = |s: &State<1>| 2.0 * s.conflict[cell].lane(0) + s.clash[cell].lane(0);
                if climbs(moment.after) > climbs(moment.choice) {
                    seen += 1.0;
                }
            }
        });
    }
    assert!(expected > 20.0, "{expected}");
    assert!(
        (seen - expected).abs() < 4.0 * f64::sqrt(variance),
        "{seen} outbreaks, {expected} expected"
    );
    assert!(decisions > 3.0, "{decisions}");
    assert!(
        (decided - decisions).abs() < 4.0 * f64::sqrt(decisions),
        "{decided} wars without a clash, {decisions} expected"
    );
}

#[test]
fn the_story_of_a_small_scenario_reads_as_it_should() {
    let scenario = scenario(BASE);
    let history = replay(&scenario, 4, 6, Detail::Usual);
    let mut text = history.story.beginning.join("\n");
    for entry in &history.story.entries {
        let number = entry.number.unwrap_or_default();
        text.push_str(&format!("\n{} [{number}] {}", entry.date, entry.text));
    }
    text.push_str(&format!("\n{}", history.story.end.join("\n")));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/replay" }, {
        insta::assert_snapshot!("small", text);
    });
}

#[test]
fn the_flagship_s_stories_have_the_length_and_the_reasons_promised() {
    let scenario = scenario("scenarios/iraq_2016.toml");
    let mut wars = 0;
    for replicate in [0, 1, 2] {
        let seed = scenario.run.seed;
        let few = replay(&scenario, seed, replicate, Detail::Few).story;
        let usual = replay(&scenario, seed, replicate, Detail::Usual).story;
        let many = replay(&scenario, seed, replicate, Detail::Many).story;
        let all = replay(&scenario, seed, replicate, Detail::All).story;
        let length = |s: &simulate::experiment::replay::Story| {
            s.beginning.len() + s.entries.len() + s.end.len()
        };
        assert!((15..=60).contains(&length(&usual)), "{}", length(&usual));
        assert!(length(&few) < length(&usual) && length(&usual) < length(&many));
        assert_eq!(all.left_out, 0);
        assert_eq!(all.entries.len(), usual.entries.len() + usual.left_out);
        let mut numbers: Vec<usize> = usual.entries.iter().filter_map(|e| e.number).collect();
        numbers.dedup();
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
        let told: Vec<String> = all.entries.iter().map(|e| e.text.clone()).collect();
        let told = told.join("\n");
        assert!(!told.contains("NaN") && !told.contains("inf)"), "{told}");
        use simulate::experiment::replay::Topic;
        let moves = usual.entries.iter().filter(|e| e.topic == Topic::Effort);
        assert!(moves.clone().count() > 0, "no move of effort is told");
        for entry in moves {
            assert!((1..=3).contains(&entry.reasons.len()), "{}", entry.text);
        }
        // What speaks against a war is no reason for it, and who has no more of a quarrel than before has luck or habit.
        let outbreaks = all
            .entries
            .iter()
            .filter(|e| e.label.ends_with(": open conflict"));
        wars += outbreaks.clone().count();
        let clashes = all.entries.iter().filter(|e| e.label.ends_with(": clash"));
        assert!(clashes.count() > 0, "no clash is told");
        for entry in outbreaks {
            let because = entry.reasons.iter().all(|reason| reason.change > 0.0);
            let unmoved = ["an old quarrel", "no more than luck"]
                .iter()
                .any(|w| entry.text.contains(w));
            assert!(
                because && unmoved == entry.reasons.is_empty(),
                "{} {:?}",
                entry.text,
                entry.reasons
            );
        }
    }
    assert!(wars > 0, "no open conflict is told");
}

#[test]
fn the_typical_history_has_the_least_sum_of_distances() {
    let scenario = scenario(BASE);
    let rows = rows(&scenario, 1, 400, LanePath::best());
    let mut found = 0;
    let ids = ["regroup", "collapse", "underground", "stalemate", "any"];
    for id in ids {
        let wanted = scenario.outcomes.iter().position(|o| o.id == id);
        let is_wanted = |row: &&Row| wanted.is_none_or(|k| row.outcomes[k].first.is_some());
        let has = rows.iter().filter(is_wanted);
        let all: Vec<HistoryPoint> = has.map(|row| HistoryPoint::new(&scenario, row)).collect();
        let scaled = points(&all);
        let sum = |a: &[f64]| -> f64 {
            let to = |b: &[f64]| -> f64 {
                let squares = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y));
                squares.sum::<f64>().sqrt()
            };
            scaled.iter().map(|b| to(b)).sum()
        };
        let sums: Vec<f64> = scaled.iter().map(|a| sum(a)).collect();
        let Some(result) = typical(Some(id), &all, 400) else {
            assert!(all.is_empty());
            continue;
        };
        found += 1;
        let least = sums.iter().copied().fold(f64::MAX, f64::min);
        let first = sums.iter().position(|s| *s <= least).expect("one of them");
        assert_eq!(result.replicate, all[first].replicate, "{id}");
        assert!((result.mean_distance * all.len() as f64 - least).abs() < 1e-6 * least);
    }
    assert!(found >= 3, "{found}");
}

#[test]
fn of_equal_histories_the_first_is_typical() {
    let a = vec![0.0; 9];
    let mut b = a.clone();
    b[0] = 1.0;
    assert_eq!(
        medoid(&[b.clone(), a.clone(), a.clone(), b.clone()]),
        Some((0, 2.0))
    );
    assert_eq!(medoid(&[b, a.clone(), a]).map(|(index, _)| index), Some(1));
    assert_eq!(medoid(&[]), None);
}

#[test]
fn what_can_t_be_replayed_is_said_and_leaves_nothing() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("one");
    let refused = |arguments: &[&str]| {
        let outcome = simulate()
            .args(["replay", BASE, "--out"])
            .arg(&out)
            .args(arguments)
            .assert()
            .code(2);
        assert!(!out.exists());
        let entries = fs::read_dir(temporary.path()).expect("a folder").count();
        assert_eq!(entries, 0, "{arguments:?} left something");
        String::from_utf8_lossy(&outcome.get_output().stderr).into_owned()
    };
    let said = refused(&["--typical", "regrop"]);
    assert!(said.contains("did you mean `regroup`?"), "{said}");
    let said = refused(&[
        "--typical",
        "expansion",
        "-n",
        "50",
        "--set",
        "outcomes.expansion=100",
    ]);
    assert!(said.contains("has the outcome `expansion`"), "{said}");
    // Wilson on the 25 draws that the 50 share.
    assert!(said.contains("0.000 [0.000, 0.133]"), "{said}");
    refused(&[]);
    refused(&["--replicate", "1", "--typical", "any"]);
    refused(&["--replicate", "-1"]);
    refused(&["--replicate", "1", "--detail", "4"]);
    refused(&["--replicate", "1", "--detail", "1", "--all"]);
}

#[test]
fn a_replicate_beyond_the_batch_is_told_with_a_note() {
    let temporary = tempfile::tempdir().expect("a folder");
    let out = temporary.path().join("one");
    let outcome = simulate()
        .args(["replay", BASE, "--replicate", "2000", "--out"])
        .arg(&out)
        .assert()
        .code(0);
    let said = String::from_utf8_lossy(&outcome.get_output().stderr).into_owned();
    assert!(said.contains("beyond a batch of 2000"), "{said}");
    assert!(out.join("manifest.json").exists());
}

fn simulate() -> Command {
    Command::cargo_bin("simulate").expect("the program")
}

#[test]
fn an_event_that_repeats_is_seen_each_time() {
    let base = fs::read_to_string(BASE).expect("a scenario");
    let (events, rest) = base.split_once("[run]").expect("a section");
    let text = format!(
        "{events}
[[event]]
id = \"echo\"
name = \"An echo of the drum\"
hazard_per_year = 10
repeats = true
after = \"drum\"
[[event.effect]]
on = \"hostility(east, west)\"
add = 0.0625

[[event]]
id = \"drum\"
name = \"The drum is beaten\"
hazard_per_year = 20
repeats = true
[[event.effect]]
on = \"hostility(east, west)\"
add = 0.25

[run]{rest}"
    );
    let scenario = Scenario::parse("drum.toml", &text)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let single = Single::new(&scenario, 1, 0);
    let cell = single
        .plan
        .pairs
        .iter()
        .position(|pair| (pair.a, pair.b) == (0, 1))
        .map(|_| 1)
        .expect("the pair");
    let size = |id: &str| match id {
        "summit" => -0.5,
        "echo" => 0.0625,
        "drum" => 0.25,
        _ => 0.0,
    };
    let mut counts = [0; 2];
    single.run(|moment| {
        let change = moment.choice.shift[cell].lane(0) - moment.before.shift[cell].lane(0);
        let ids = moment
            .events
            .iter()
            .map(|&e| scenario.events[e].id.as_str());
        let told: f32 = ids.clone().map(size).sum();
        assert!((change - told).abs() < 1e-4, "{change} for {told}");
        counts[0] += ids.clone().filter(|id| *id == "drum").count();
        counts[1] += ids.filter(|id| *id == "echo").count();
    });
    assert!(counts[0] > 15 && counts[1] > 7, "{counts:?}");
}
