//! The numbers that a reader moves: which they are, and where each can stand.

use serde::Serialize;

use crate::scenario::{Distribution, Form, NumberRecord, Scenario, can_be_laid, unambiguous};

use super::super::sensitivity::Sensitivity;

/// Places of a slider, very roughly.
const PLACES: f64 = 60.0;

/// What moving a number does, by a screening.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moves {
    /// The name of the output that it moves most.
    pub what: String,
    /// By how much over its whole span, in the mean: Morris' mu*.
    pub by: f64,
}

/// A number that can be moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lever {
    /// Its key in the scenario.
    pub key: String,
    /// Its unit; `1` for a pure number.
    pub unit: String,
    /// What it means.
    pub about: String,
    /// Its value or distribution, as the scenario has it.
    pub given: String,
    /// Where that comes from.
    pub source: Option<String>,
    /// Where it can stand, as `--set` takes them, the least first.
    pub places: Vec<String>,
    /// The place nearest to its value, or to its median.
    pub middle: usize,
    /// What it does, if it was screened.
    pub moves: Option<Moves>,
}

impl Lever {
    /// A number over a range of its own, both ends of which are places.
    pub fn new(number: &NumberRecord, low: f64, high: f64) -> Self {
        Self::over(number, between(low, high))
    }

    /// An uncertain number, from its 5 % to its 95 % quantile; of a discrete one each value.
    pub fn uncertain(number: &NumberRecord) -> Option<Self> {
        let Form::Uncertain(distribution) = &number.form else {
            return None;
        };
        let values = match distribution {
            Distribution::Discrete { values, .. } => {
                let mut values = values.clone();
                values.sort_unstable_by(f64::total_cmp);
                values.dedup();
                values
            }
            _ => {
                let sampler = distribution.sampler();
                let (low, high) = (sampler.quantile(0.05), sampler.quantile(0.95));
                if low >= high {
                    return None;
                }
                let step = step(low, high);
                // Outward to whole steps, as far as the number may go.
                let low = ((low / step).floor() * step).max(number.spec.low);
                let high = ((high / step).ceil() * step).min(number.spec.high);
                between(low, high)
            }
        };
        Some(Self::over(number, values))
    }

    fn over(number: &NumberRecord, values: Vec<f64>) -> Self {
        let central = number.central();
        let off = |k: &usize| (values[*k] - central).abs();
        let middle = (0..values.len()).min_by(|a, b| off(a).total_cmp(&off(b)));
        let given = NumberRecord {
            source: None,
            ..number.clone()
        };
        Self {
            key: number.path.clone(),
            unit: number.spec.unit.to_owned(),
            about: number.spec.about.to_owned(),
            given: given.to_toml(),
            source: number.source.clone(),
            middle: middle.unwrap_or(0),
            places: values.iter().map(|value| written(*value)).collect(),
            moves: None,
        }
    }
}

/// The uncertain numbers that matter most, the strongest first, by a screening of all of them.
/// Those are left out that can't be laid over a scenario by themselves.
pub fn screened(scenario: &Scenario, found: &Sensitivity, most: usize) -> Vec<Lever> {
    let Some(screening) = &found.morris else {
        return Vec::new();
    };
    let lever = |&number: &usize| {
        let key = &found.numbers[number].key;
        let record = scenario.numbers.iter().find(|n| n.path == *key)?;
        let by = |output: usize| screening.effects[output][number].mu_star.value;
        let outputs = 0..found.outputs.len();
        let strongest = outputs.max_by(|a, b| by(*a).total_cmp(&by(*b)))?;
        let mut lever = Lever::uncertain(record)?;
        lever.moves = Some(Moves {
            what: found.outputs[strongest].label.clone(),
            by: by(strongest),
        });
        Some(lever)
    };
    let laid = |number: &&usize| can_be_laid(&found.numbers[**number].key);
    let order = found.order.iter().filter(laid);
    order.filter_map(lever).take(most).collect()
}

/// A round step that goes about [`PLACES`] times into a range.
fn step(low: f64, high: f64) -> f64 {
    let wanted = (high - low) / PLACES;
    let mut unit = 1.0;
    while unit > wanted {
        unit /= 10.0;
    }
    while unit * 10.0 <= wanted {
        unit *= 10.0;
    }
    let times = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|k| unit * k >= wanted);
    times.unwrap_or(10.0) * unit
}

/// Both ends, and whole steps between them.
fn between(low: f64, high: f64) -> Vec<f64> {
    let step = step(low, high);
    let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
    let inner = (first..=last).map(|k| k as f64 * step);
    let inner = inner.filter(|x| x - low > 0.3 * step && high - x > 0.3 * step);
    [low].into_iter().chain(inner).chain([high]).collect()
}

/// A number with at most six digits, the shortest way that TOML takes it for.
fn written(value: f64) -> String {
    let short: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    unambiguous(short.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_a_table_have_even_places_and_discrete_numbers_their_values() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../scenarios/afghanistan_1989.toml"
        );
        let scenario = crate::Scenario::load(path.as_ref()).unwrap();
        let number = scenario.numbers.iter().find(|n| n.path == "threat.quality");
        let places = |distribution| {
            let form = Form::Uncertain(distribution);
            let number = NumberRecord {
                form,
                ..number.unwrap().clone()
            };
            Lever::uncertain(&number).unwrap().places
        };
        let (values, weights) = (vec![2.0, 0.5, 1.0], vec![1.0; 3]);
        let discrete = places(Distribution::Discrete { values, weights });
        assert_eq!(discrete, ["0.5", "1", "2"]);
        let values: Vec<f64> = (0..200).map(|k| 1.0 + f64::from(k * k) / 40000.0).collect();
        let column = places(Distribution::Table {
            table: "t".to_owned(),
            weights: vec![1.0; values.len()],
            values,
        });
        assert_eq!(column[..3], ["1", "1.02", "1.04"]);
    }

    #[test]
    fn a_slider_has_round_places_between_its_ends() {
        let texts =
            |low, high| -> Vec<String> { between(low, high).iter().map(|x| written(*x)).collect() };
        let some = texts(0.4, 0.9);
        assert_eq!(some[..3], ["0.4", "0.41", "0.42"]);
        assert_eq!(
            (some.len(), some.last().map(String::as_str)),
            (51, Some("0.9"))
        );
        let odd = texts(0.333, 7.001);
        assert_eq!(odd[..2], ["0.333", "0.4"]);
        assert_eq!(odd[odd.len() - 2..], ["6.8", "7.0010"]);
        assert_eq!(texts(1000.0, 61000.0)[1], "2000");
        let tiny = texts(1e-4, 3e-4);
        assert_eq!(tiny[1], "0.000105");
        let signed = texts(-1.0, 1.0);
        assert!(signed.contains(&"0".to_owned()) && signed.contains(&"-0.5".to_owned()));
    }
}
