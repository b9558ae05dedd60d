//! What follows from a scenario alone.

mod cast;
mod events;

use super::{Found, Kind};
use crate::scenario::{NumberRecord, Quantity, Scenario};

/// Steps too long for the quickest that the model has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongSteps {
    /// Weeks in a step.
    pub weeks: i64,
    /// The number that says how long the quickest takes.
    pub key: &'static str,
    /// How long that is, weeks.
    pub quickest: f64,
}

/// Whether steps are longer than what happens in them takes.
pub fn long_steps(scenario: &Scenario) -> Option<LongSteps> {
    let central = |key: &str| {
        let number = scenario.numbers.iter().find(|n| n.path == key);
        number.map_or(f64::INFINITY, NumberRecord::central)
    };
    let ends = "conflict.clash_end_per_week";
    let effort = ["allocation.adjustment_weeks", "strategy.adjustment_weeks"];
    let effort = effort.map(|key| (key, central(key)));
    let all = [(ends, 1.0 / central(ends)), effort[0], effort[1]];
    let (key, quickest) = all.into_iter().min_by(|x, y| x.1.total_cmp(&y.1))?;
    let weeks = scenario.time.step_weeks;
    (weeks as f64 > quickest).then_some(LongSteps {
        weeks,
        key,
        quickest,
    })
}

pub(super) fn apply(found: &mut Found<'_>) {
    steps(found);
    let scenario = found.scenario;
    for event in &scenario.events {
        if event.enabled {
            events::chance(found, event);
            events::effects(found, event);
        }
    }
    for arena in &scenario.arenas {
        cast::misplaced(found, arena);
        cast::people(found, arena);
    }
    cast::exposure(found);
    cast::actors(found);
    cast::positions(found);
    correlations(found);
    sources(found);
}

fn number<'a>(found: &Found<'a>, quantity: Quantity) -> &'a NumberRecord {
    found.scenario.number(quantity)
}

/// The value of a number that is always the same.
fn always(number: &NumberRecord) -> Option<f64> {
    let (low, high) = number.support();
    (low == high).then_some(low)
}

fn steps(found: &mut Found<'_>) {
    let scenario = found.scenario;
    if let Some(LongSteps {
        weeks,
        key,
        quickest,
    }) = long_steps(scenario)
    {
        let place = scenario
            .numbers
            .iter()
            .find(|n| n.path == key)
            .and_then(|n| n.place.clone());
        found.say(
            Kind::Steps,
            "time.step_weeks",
            place,
            format!("steps of {weeks} weeks are longer than what happens in them takes: {quickest:.1} weeks by `{key}`"),
            "quicker than a step",
            "lower `time.step_weeks`: chances come out otherwise than with steps of a week",
        );
    }
    // What happens at a rate can't happen more than once in a step.
    for n in scenario.numbers.iter().filter(|n| n.is_claim()) {
        let section = n.path.split('.').next().unwrap_or_default();
        let is_mechanism =
            n.path.matches('.').count() == 1 && !["threat", "run", "time"].contains(&section);
        let rate = n.central() * scenario.time.step_weeks as f64;
        if is_mechanism && n.spec.unit == "1/week" && rate > 1.0 {
            found.say(
                Kind::Steps,
                &n.path,
                n.place.clone(),
                format!(
                    "`{}` means {rate:.1} times in a step, and a step has room for one",
                    n.path
                ),
                "quicker than a step",
                "lower `time.step_weeks`, or the rate",
            );
        }
    }
}

/// Correlations of what doesn't vary, unless the command line holds it.
fn correlations(found: &mut Found<'_>) {
    let scenario = found.scenario;
    for correlation in &scenario.correlations {
        let Some((a, b)) = &correlation.between else {
            continue;
        };
        let rho = number(found, correlation.rho);
        let plain = [a, b].into_iter().find(|key| {
            let number = scenario.numbers.iter().find(|n| n.path == **key);
            number.is_some_and(|n| always(n).is_some() && !scenario.is_set(n))
        });
        if let Some(plain) = plain {
            found.say(
                Kind::Unread,
                &rho.path,
                rho.place.clone(),
                format!("`{plain}` is a plain value, so nothing is correlated with it"),
                "read by nothing",
                "make it a distribution, or take the correlation out",
            );
        }
    }
}

fn sources(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let without = |n: &&NumberRecord| n.is_claim() && n.source.is_none() && !scenario.is_set(n);
    let all: Vec<&NumberRecord> = scenario.numbers.iter().filter(without).collect();
    if let Some(first) = all.first() {
        let others = match all.len() {
            1 => String::new(),
            n => format!(", and {} more", n - 1),
        };
        found.say(
            Kind::Source,
            &first.path,
            first.place.clone(),
            format!("`{}`{others}: no source", first.path),
            "where does it come from?",
            "add `source = \"...\"`, or \"judgement\", to the number or at the top of the file",
        );
    }
    if scenario.uncertain().next().is_none() {
        let place = scenario.numbers.iter().find_map(|n| n.place.clone());
        found.say(Kind::Certain, "", place, "no number is uncertain".to_owned(), "for instance this one", "intervals hold only if every input is exactly right; try { dist = \"triangular\", ... }");
    }
}
