//! Size has no unit: ten times, or a tenth, of all people, money and power gives the same chances.

use std::path::Path;

use simulate::engine::{Batch, OutcomeLabel, Row};
use simulate::scenario::{Distribution, Form, NumberRecord, Scenario};

const REPLICATES: u64 = 6000;

/// Units of what is counted in people, money or power. What is by the head or by the barrel isn't.
const SIZES: [&str; 6] = [
    "persons",
    "persons/month",
    "million USD",
    "million USD/month",
    "million USD a month",
    "power",
];

/// A number of a size, and of a slope on one, in units that are `factor` times smaller.
fn scaled(scenario: &Scenario, number: &NumberRecord, factor: f64) -> Option<NumberRecord> {
    let by = if SIZES.contains(&number.spec.unit) {
        factor
    } else if let Some(condition) = number.path.strip_suffix(".slope") {
        // Per unit of what the condition is on, which its level has too.
        let at = format!("{condition}.at");
        let at = scenario
            .numbers
            .iter()
            .find(|n| n.path == at)
            .expect("a level");
        match SIZES.contains(&at.spec.unit) {
            true => 1.0 / factor,
            false => return None,
        }
    } else {
        return None;
    };
    let mut number = number.clone();
    number.form = match number.form {
        Form::Fixed(value) => Form::Fixed(value * by),
        Form::Uncertain(distribution) => Form::Uncertain(times(distribution, by)),
    };
    Some(number)
}

fn times(distribution: Distribution, by: f64) -> Distribution {
    use Distribution::{Beta, Discrete, Lognormal, Normal, Pert, Table, Triangular, Uniform};
    let end = |end: Option<f64>| end.map(|end| end * by);
    let all = |values: Vec<f64>| values.into_iter().map(|value| value * by).collect();
    match distribution {
        // A share is no amount.
        Distribution::Dirichlet { .. } => distribution,
        Uniform { low, high } => Uniform {
            low: low * by,
            high: high * by,
        },
        Triangular { low, mode, high } => Triangular {
            low: low * by,
            mode: mode * by,
            high: high * by,
        },
        Pert { low, mode, high } => Pert {
            low: low * by,
            mode: mode * by,
            high: high * by,
        },
        Normal {
            mean,
            sd,
            low,
            high,
        } => Normal {
            mean: mean * by,
            sd: sd * by,
            low: end(low),
            high: end(high),
        },
        Lognormal {
            median,
            sigma,
            low,
            high,
        } => Lognormal {
            median: median * by,
            sigma,
            low: end(low),
            high: end(high),
        },
        Beta {
            alpha,
            beta,
            low,
            high,
        } => Beta {
            alpha,
            beta,
            low: low * by,
            high: high * by,
        },
        Discrete { values, weights } => Discrete {
            values: all(values),
            weights,
        },
        Table {
            table,
            values,
            weights,
        } => Table {
            table,
            values: all(values),
            weights,
        },
    }
}

fn histories(scenario: &Scenario) -> Vec<Row> {
    Batch::of(scenario)
        .replicates(REPLICATES)
        .rows_alone()
        .collect()
        .rows
}

/// Of each outcome the difference of its chances, on the same random numbers, and whether it is told
/// from 0, as happens by luck in one of 15,000; no chance moves by 0.01.
fn chances_are_the_same(file: &str, scenario: &Scenario) {
    let once = histories(scenario);
    let labels = OutcomeLabel::all(scenario);
    let mut moved = Vec::new();
    for factor in [0.1, 10.0] {
        let numbers = scenario.numbers.iter();
        let other: Vec<NumberRecord> = numbers
            .filter_map(|n| scaled(scenario, n, factor))
            .collect();
        assert!(other.len() > 10, "{} sizes", other.len());
        let other = histories(&scenario.with_numbers(other));
        for (k, label) in labels.iter().enumerate() {
            let count = |has: bool| {
                let pairs = once.iter().zip(&other);
                let differ = |(a, b): &(&Row, &Row)| {
                    a.outcomes[k].first.is_some() != has && b.outcomes[k].first.is_some() == has
                };
                pairs.filter(differ).count() as f64
            };
            let (gained, lost) = (count(true), count(false));
            let n = REPLICATES as f64;
            let difference = (gained - lost) / n;
            // Rounding sends some histories another way: noise, at 4 standard errors.
            let noise = 4.0 * (gained + lost).sqrt() / n;
            println!(
                "{file} {factor}: {} {difference:+.4} of {noise:.4}",
                label.key
            );
            let told = noise.max(0.002);
            if difference.abs() > told || difference.abs() >= 0.01 {
                moved.push(format!("{factor} times: {} by {difference:+.4}", label.key));
            }
        }
    }
    assert!(moved.is_empty(), "{file}: {}", moved.join("; "));
}

#[test]
fn ten_times_the_people_money_and_power_give_the_same_chances_in_the_flagship() {
    let scenario = Scenario::load(Path::new("scenarios/iraq_2016.toml")).expect("the flagship");
    chances_are_the_same("flagship", &scenario);
}

#[test]
fn ten_times_the_people_money_and_power_give_the_same_chances_in_the_starter() {
    let text = std::fs::read_to_string("src/cli/starter.toml").expect("the starter");
    let scenario =
        Scenario::parse("starter", &text.replace("@NAME@", "starter")).expect("it is fine");
    chances_are_the_same("starter", &scenario);
}
