//! Every number at the ends of its documented range: it is refused, or all stays finite.

use std::path::Path;

use simulate::engine::{Batch, LanePath, Progress, Summary, run};
use simulate::scenario::{KeyDescription, NumberSpec, Scenario, Shape, reference};

/// A small scenario in which every number of the format stands.
fn everything() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let base = std::fs::canonicalize("tests/broken/base.toml").expect("the base");
    let path = folder.path().join("everything.toml");
    let text = format!(
        "extends = '{}'\n{}",
        base.display(),
        r#"
[time]
end = 2016-09-01
[faction.east]
salience = { land = 0.7 }
abuse = { hill = 0.3 }
full_pay = 0.9
morale = 0.6
access = { city = 0.3 }
[arena.city]
frontage_power = 3000
road = { hills = 0.4 }
[patron.sea]
position = { land = 0.2 }
salience = { land = 0.4 }
stake = { city = 0.5 }
offer = { west = 0.4 }
[[event]]
id = "murder"
repeats = true
effect = [{ on = "leadership(east)", multiply = 0.5 }, { on = "fighters(west)", set = 6500 }]
when = [{ on = "rivalry(east, west)", above = 0.0, below = 1.0, slope = 1.0, at = 0.2 }]
[[outcome]]
id = "city_held"
label = "The city is held"
when = "control(city, threat) < 0.5"
for_weeks = 4.0
[[watch]]
id = "city"
what = "control(city, threat)"
level = 0.5
top = 1.0
[[correlation]]
between = ["faction.east.fighters", "faction.west.fighters"]
rho = 0.3
"#
    );
    std::fs::write(&path, text).expect("written");
    (folder, path)
}

/// What a scenario with a setting comes to: why it is refused, or what is not finite in it.
fn outcome(path: &Path, settings: &[String]) -> Result<Option<String>, String> {
    let scenario = match Scenario::load_with(path, settings) {
        Ok(scenario) => scenario,
        Err(problems) => return Err(problems.render(false)),
    };
    let batch = Batch::of(&scenario)
        .seed(3)
        .replicates(16)
        .path(LanePath::Baseline);
    let done = run(&batch, &Progress::default(), |_| Ok::<(), ()>(()));
    let (summary, failures) = done.expect("a run");
    Ok(failures
        .first()
        .map(|f| {
            format!(
                "{} of 16 failed: {} at step {}",
                failures.len(),
                f.part,
                f.step
            )
        })
        .or_else(|| not_finite(&summary)))
}

/// Numbers that are not finite are written as null.
fn not_finite(summary: &Summary) -> Option<String> {
    let fans = summary.fans.iter().filter(|fan| {
        let mut all = fan.quantiles.iter().flatten();
        !all.all(|q| q.is_finite())
    });
    let watched = summary.watched.iter().filter(|watched| {
        let mut all = watched.quantiles.iter().flatten();
        !all.all(|q| q.is_finite())
    });
    let rivalry = [&summary.rivalry.start, &summary.rivalry.end];
    let mut weights = rivalry.into_iter().flatten().flatten();
    fans.map(|fan| fan.key.clone())
        .chain(watched.map(|watched| watched.key.clone()))
        .next()
        .or_else(|| (!weights.all(|w| w.is_finite())).then(|| "rivalry".to_owned()))
}

/// What is said of a number that is refused for what stands beside it: shares that must sum to
/// 1, the two ends of one condition, the probability of a hazard.
const REFUSED: [&str; 3] = ["sum to", "nothing is both above", "has no use for"];

fn specs(keys: &[KeyDescription]) -> Vec<NumberSpec> {
    let of = |key: &KeyDescription| match &key.shape {
        Shape::Number(spec) | Shape::NumbersBy(_, spec) | Shape::Amount(spec) => vec![*spec],
        Shape::Table(keys) | Shape::TablesBy(keys) | Shape::List(keys) => specs(keys),
        Shape::Integer(..)
        | Shape::Text
        | Shape::Expression
        | Shape::Texts
        | Shape::Bool
        | Shape::Date
        | Shape::Choice(_)
        | Shape::Names(_)
        | Shape::Name(_)
        | Shape::Numbers(_)
        | Shape::Pair(_) => Vec::new(),
    };
    keys.iter().flat_map(of).collect()
}

#[test]
fn every_number_at_either_end_of_its_range_runs_or_is_refused() {
    let (_keep, path) = everything();
    let scenario = Scenario::load(&path).unwrap_or_else(|p| panic!("{}", p.render(false)));
    // No number of the format is left out, whether or not it has been thought of here. An
    // effect has one of its three amounts.
    for spec in specs(&reference()) {
        // What an effect sets has the unit of its variable.
        let range = |spec: &NumberSpec| (spec.key, spec.low, spec.high);
        let mut numbers = scenario.numbers.iter();
        let known = numbers.any(|number| range(&number.spec) == range(&spec));
        assert!(
            known || spec.key == "add",
            "{} is not in the scenario",
            spec.key
        );
        assert!(
            spec.low.is_finite() && spec.high.is_finite(),
            "{} has no ends",
            spec.key
        );
    }
    let mut wrong = Vec::new();
    let (mut ran, mut refused) = (0, 0);
    for number in &scenario.numbers {
        for end in [number.spec.low, number.spec.high] {
            let setting = format!("{}={end:?}", number.path);
            match outcome(&path, std::slice::from_ref(&setting)) {
                Ok(None) => ran += 1,
                Ok(Some(what)) => wrong.push(format!("{setting}: {what}")),
                Err(said) if REFUSED.iter().any(|why| said.contains(why)) => refused += 1,
                Err(said) => wrong.push(format!("{setting}: refused: {said}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 300 && refused < 30, "{ran} ran, {refused} refused");
}

/// A variable of each kind that an event may change, in the small scenario.
const CHANGED: [&str; 33] = [
    "open_fighters",
    "underground(city)",
    "funds",
    "legitimacy",
    "foreign_inflow",
    "threat_leadership",
    "fighters(east)",
    "quality(east)",
    "pay(east)",
    "support(east)",
    "morale(east)",
    "threat_morale",
    "leadership(east)",
    "perceived_threat(east)",
    "hostility(east, west)",
    "memory(east, west)",
    "conflict(east, west)",
    "clash(east, west)",
    "feud(east, west)",
    "election(council)",
    "agreement(east, west)",
    "ceasefire(east, west)",
    "position(east, land)",
    "stake(east, city)",
    "control(city, east)",
    "control(city, threat)",
    "control(fields, nobody)",
    "grievance(city, hill)",
    "crisis(council)",
    "commitment(sea)",
    "backing(sea, east)",
    "oil_price",
    "attack(hill)",
];

#[test]
fn an_event_of_the_largest_amount_leaves_all_finite() {
    for (_, form) in simulate::scenario::variables().filter(|(_, is)| is.change) {
        let named = |on: &&str| on.split('(').next() == Some(form.name);
        assert!(CHANGED.iter().any(named), "{} is left out", form.name);
    }
    let (_keep, path) = everything();
    let mut wrong = Vec::new();
    for on in CHANGED {
        for verb in ["add", "multiply", "set"] {
            for amount in ["-1e9", "0.0", "1e9"] {
                let effect = format!("event.summit.effect=[{{on = \"{on}\", {verb} = {amount}}}]");
                let settings = [effect, "event.summit.probability=1.0".to_owned()];
                match outcome(&path, &settings) {
                    Ok(None) => {}
                    Ok(Some(what)) => wrong.push(format!("{on} {verb} {amount}: {what}")),
                    Err(said) => wrong.push(format!("{on} {verb} {amount}: refused: {said}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
