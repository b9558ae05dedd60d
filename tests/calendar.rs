//! One calendar: every day within the dates falls in a step that is run, and whatever shows a
//! date shows that of the same day.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use jiff::civil::Date;
use serde_json::Value;
use simulate::engine::{Batch, LanePath, Progress, Row, run};
use simulate::scenario::Scenario;

/// A file that extends the base scenario of `tests/broken`.
fn over(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize("tests/broken/base.toml").expect("the base");
    let path = folder.path().join("over.toml");
    fs::write(&path, format!("extends = '{}'\n{text}", base.display())).expect("written");
    (folder, path)
}

fn load(text: &str) -> Scenario {
    let (_keep, path) = over(text);
    Scenario::load(&path).unwrap_or_else(|p| panic!("{}", p.render(false)))
}

fn rows(scenario: &Scenario, replicates: u64) -> Vec<Row> {
    let batch = Batch::of(scenario)
        .seed(5)
        .replicates(replicates)
        .path(LanePath::Baseline);
    let mut rows = Vec::new();
    let keep = |block: &[Row]| {
        rows.extend_from_slice(block);
        Ok::<(), ()>(())
    };
    run(&batch, &Progress::default(), keep).expect("a run");
    rows
}

/// In how many of the replicates an event happens.
fn count(scenario: &Scenario, id: &str, replicates: u64) -> usize {
    let index = scenario.events.iter().position(|e| e.id == id);
    let index = index.expect("the event");
    let rows = rows(scenario, replicates);
    rows.iter()
        .filter(|row| row.events[index].is_some())
        .count()
}

fn day(start: &str, days: i64) -> Date {
    let start: Date = start.parse().expect("a date");
    start + jiff::Span::new().days(days)
}

/// Something that happens for certain on a day, and changes nothing.
fn sure(id: &str, date: Date) -> String {
    format!(
        "[[event]]\nid = \"{id}\"\nname = \"Sure\"\ndate = {date}\neffect = [{{ on = \"legitimacy\", add = 0.0 }}]\n"
    )
}

/// The base without its own events.
const NO_OTHERS: &str =
    "[[event]]\nid = \"summit\"\nenabled = false\n[[event]]\nid = \"murder\"\nenabled = false\n";

fn time(start: &str, end: Date, step_weeks: i64) -> String {
    format!("[time]\nstart = {start}\nend = {end}\nstep_weeks = {step_weeks}\n{NO_OTHERS}")
}

#[test]
fn what_is_certain_on_any_day_within_the_dates_happens() {
    // With a leap day in the first weeks.
    let start = "2016-02-15";
    for step_weeks in [1, 2, 4, 13] {
        for extra in 0..=6 {
            let days = 7 * step_weeks * 2 + extra;
            let end = day(start, days);
            let mut text = time(start, end, step_weeks);
            let dated = [0, 7 * step_weeks, days - 1, days].map(|d| day(start, d));
            for (k, date) in dated.into_iter().enumerate() {
                text += &sure(&format!("sure_{k}"), date);
            }
            text += &sure("leap", "2016-02-29".parse().expect("a date"));
            let scenario = load(&text);
            for id in ["sure_0", "sure_1", "sure_2", "sure_3", "leap"] {
                if id == "leap" && step_weeks == 1 && days < 14 {
                    continue;
                }
                let times = count(&scenario, id, 16);
                assert_eq!(times, 16, "{id}, {extra} days after steps of {step_weeks}");
            }
        }
    }
}

#[test]
fn a_hazard_strikes_in_proportion_to_the_days_of_its_window() {
    // 1 - exp(-rate * days / 364), whatever steps the window cuts: 4,000 replicates, 4.5
    // standard errors; 24 figures are all right by chance but for 2 in 10,000.
    let (start, n) = ("2031-01-01", 4000);
    let end = day(start, 7 * 13 * 4);
    for step_weeks in [1, 4, 13] {
        for (from, until) in [
            (0, 0),
            (3, 12),
            (90, 91),
            (80, 100),
            (10, 300),
            (357, 363),
            (300, 364),
            (364, 364),
        ] {
            let text = time(start, end, step_weeks)
                + &format!(
                    "[[event]]\nid = \"chance\"\nname = \"By chance\"\nhazard_per_year = 5\nfrom = {}\nuntil = {}\neffect = [{{ on = \"legitimacy\", add = 0.0 }}]\n",
                    day(start, from),
                    day(start, until)
                );
            let found = count(&load(&text), "chance", n) as f64 / n as f64;
            // The last day of all counts as one, and no day is counted twice.
            let days = if from == 364 {
                1
            } else {
                until.min(363) - from + 1
            };
            let exact = 1.0 - libm::exp(-5.0 * days as f64 / 364.0);
            let error = (exact * (1.0 - exact) / n as f64).sqrt();
            assert!(
                (found - exact).abs() < 4.5 * error,
                "{from} to {until} by {step_weeks} weeks: {found} for {exact}"
            );
        }
    }
}

#[test]
fn of_two_dates_in_one_step_the_later_one_has_the_last_word() {
    let (start, set) = ("2031-01-01", |value: f64| {
        format!("effect = [{{ on = \"fighters(west)\", set = {value} }}]\n")
    });
    let dated = |id: &str, days: i64, value: f64| {
        let date = day(start, days);
        format!(
            "[[event]]\nid = \"{id}\"\nname = \"{id}\"\ndate = {date}\n{}",
            set(value)
        )
    };
    // In a file the later one may come first. A third, on the second of the two days, asks
    // whether it has happened.
    let text = time(start, day(start, 7 * 13 * 2), 13)
        + &dated("later", 60, 0.0)
        + &dated("earlier", 20, 9000.0)
        + "[[event]]\nid = \"beaten\"\nname = \"Gone\"\ndate = 2031-04-03\nwhen = [{ on = \"fighters(west)\", below = 4500 }]\neffect = [{ on = \"legitimacy\", add = 0.0 }]\n";
    assert_eq!(count(&load(&text), "beaten", 16), 16);
}

fn simulate(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("simulate").expect("the program");
    let output = command.args(arguments).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap_or(-1),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn run_and_replay_end_on_the_same_day_and_tell_an_event_on_its_own() {
    let start = "2031-01-01";
    let end = day(start, 7 * 13 * 2 + 20);
    let date = day(start, 7 * 13 + 30);
    let horizon = day(start, 7 * 13 * 3).to_string();
    let (_keep, path) = over(&(time(start, end, 13) + &sure("sure", date)));
    let path = path.display().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let out = |name: &str| folder.path().join(name).display().to_string();
    let (code, screen, said) = simulate(&[&path, "-n", "40", "--out", &out("run")]);
    assert_eq!(code, 0, "{said}");
    assert!(
        screen.contains(&format!("{start} to {horizon}")),
        "{screen}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    let summary: Value = serde_json::from_str(&read("run/summary.json")).expect("JSON");
    assert_eq!(summary["end"], horizon.as_str());
    assert_eq!(summary["steps"], 3);
    let tell = ["replay", &path, "--replicate", "0", "--all"];
    let (code, story, said) = simulate(&[&tell[..], &["--out", &out("one")]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(story.contains(&format!("{start} to {horizon}")), "{story}");
    assert!(read("one/history.csv").contains(&format!("\n3,{horizon},")));
    let (_, json, _) = simulate(&[&tell[..], &["--format", "json", "--out", &out("two")]].concat());
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let entries = json["result"]["story"]["entries"].as_array();
    let entries = entries.expect("entries");
    let told = entries.iter().find(|e| e["label"] == "Sure");
    let told = told.expect("it is told");
    assert_eq!(told["date"], date.to_string());
    assert_eq!(told["step"], 2);
    // In order of time, and each within its step.
    let dates: Vec<&str> = entries.iter().filter_map(|e| e["date"].as_str()).collect();
    assert!(dates.is_sorted(), "{dates:?}");
    for entry in entries {
        let step = entry["step"].as_i64().expect("a step");
        let date = entry["date"].as_str().expect("a date");
        let within = day(start, 91 * (step - 1)).to_string()..=day(start, 91 * step).to_string();
        assert!(within.contains(&date.to_owned()), "{entry}");
    }
}

#[test]
fn an_overlay_that_ends_earlier_leaves_what_is_later_behind() {
    // The base has an event on 2016-06-01, and one from 2016-03-01 on.
    let early = "[time]\nend = 2016-02-01\n";
    let scenario = load(early);
    assert_eq!(scenario.called_off, ["summit", "murder"]);
    assert!(scenario.events.iter().all(|event| !event.enabled));
    let again = Scenario::parse("again.toml", &scenario.resolved());
    let again = again.unwrap_or_else(|p| panic!("{}", p.render(false)));
    assert_eq!(again.resolved(), scenario.resolved());
    // Called off by hand, by a setting, or left out: all the same.
    let by_hand = load(&format!("{early}{NO_OTHERS}"));
    assert_eq!(by_hand.resolved(), scenario.resolved());
    let set = Scenario::load_with(
        std::path::Path::new("tests/broken/base.toml"),
        &["time.end=2016-02-01".to_owned()],
    );
    let set = set.unwrap_or_else(|p| panic!("{}", p.render(false)));
    assert_eq!(set.called_off, ["summit", "murder"]);
    // A window that goes on after the end is cut there.
    let cut = load("[time]\nend = 2016-05-01\n");
    assert_eq!(cut.called_off, ["summit"]);
    assert!(cut.events[1].enabled);
    let (_keep, path) = over(early);
    let (code, said, _) = simulate(&["check", &path.display().to_string()]);
    assert_eq!(code, 0);
    assert!(said.contains("summit, murder"), "{said}");
}

#[test]
fn what_an_overlay_dates_after_its_own_end_is_still_refused() {
    for (text, at) in [
        (
            "[time]\nend = 2016-05-01\n[[event]]\nid = \"summit\"\ndate = 2016-05-02\n",
            "date",
        ),
        ("[[event]]\nid = \"summit\"\ndate = 2018-05-02\n", "date"),
        (
            "[time]\nend = 2016-05-01\n[[event]]\nid = \"murder\"\nuntil = 2016-05-02\n",
            "until",
        ),
    ] {
        let (_keep, path) = over(text);
        let said = Scenario::load(&path).expect_err("refused").render(false);
        assert!(said.contains(&format!("`{at}` of event")), "{said}");
        assert!(said.contains("after its end"), "{said}");
    }
    let off = "[[event]]\nid = \"summit\"\ndate = 2018-05-02\nenabled = false\n";
    assert!(!load(off).events[0].enabled);
}

#[test]
fn a_calendar_from_its_first_year_to_its_last_runs_and_prints() {
    for (start, end) in [
        ("0001-01-01", "0001-06-30"),
        ("0044-02-29", "0044-12-31"),
        ("9998-01-01", "9998-12-31"),
    ] {
        let text = format!("[time]\nstart = {start}\nend = {end}\n{NO_OTHERS}");
        let (_keep, path) = over(&text);
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("run").display().to_string();
        let path = path.display().to_string();
        let (code, _, said) = simulate(&[&path, "-n", "20", "--out", &out]);
        assert_eq!(code, 0, "{start}: {said}");
        let out = folder.path().join("one").display().to_string();
        let (code, _, said) = simulate(&["replay", &path, "--replicate", "1", "--out", &out]);
        assert_eq!(code, 0, "{start}: {said}");
    }
}

#[test]
fn a_war_opened_by_an_event_ends_at_its_rate() {
    // Two who meet, at war from the first step for certain, with a rate that ends nearly every
    // war within the year: none is left that goes on for ever.
    let text = "[conflict]\nend_per_week = 0.5\nclash_per_week = 0\n[[event]]\nid = \"summit\"\nenabled = false\n\
        [[event]]\nid = \"war\"\nname = \"War\"\ndate = 2016-01-02\neffect = [{ on = \"conflict(east, west)\", set = 1 }]\n\
        [[event]]\nid = \"still\"\nname = \"Still at war\"\ndate = 2017-06-01\nwhen = [{ on = \"conflict(east, west)\", above = 0.5 }]\neffect = [{ on = \"legitimacy\", add = 0 }]\n";
    let scenario = load(text);
    assert_eq!(count(&scenario, "war", 64), 64);
    assert_eq!(count(&scenario, "still", 64), 0);
}
