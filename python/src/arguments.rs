//! What is passed from Python: checked, with what would be right.

use pyo3::prelude::*;

use simulate::cli::{REPLICATES_MAX, SEED_MAX};
use simulate::experiment::replay::wanted;
use simulate::scenario::{Scenario, nearest};

use crate::error::input_error;

/// `key=value` settings of a mapping; of each key the value as TOML. See
/// `python/package/simulate/_settings.py`.
pub fn settings(py: Python<'_>, values: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    match values {
        None => Ok(Vec::new()),
        Some(values) => py
            .import("simulate._settings")?
            .call_method1("settings", (values,))?
            .extract(),
    }
}

/// The key of a setting.
pub fn key_of(setting: &str) -> &str {
    setting.split_once('=').map_or(setting, |(key, _)| key)
}

pub fn seed(seed: Option<u64>, own: u64) -> PyResult<u64> {
    match seed {
        Some(seed) if seed > SEED_MAX => Err(input_error(format!(
            "a seed is a whole number from 0 to {SEED_MAX}"
        ))),
        seed => Ok(seed.unwrap_or(own)),
    }
}

pub fn replicates(replicates: Option<u64>, own: u64) -> PyResult<u64> {
    match replicates {
        Some(count) if !(1..=REPLICATES_MAX).contains(&count) => Err(input_error(format!(
            "replicates is a whole number from 1 to {REPLICATES_MAX}, not {count}"
        ))),
        replicates => Ok(replicates.unwrap_or(own)),
    }
}

/// The index of an outcome, by its key or id.
pub fn outcome(scenario: &Scenario, name: &str) -> PyResult<usize> {
    let found = wanted(scenario, name).map_err(input_error)?;
    found.ok_or_else(|| input_error(format!("`{name}` is not one outcome; give its key")))
}

/// The index of a number, by its key.
pub fn number(scenario: &Scenario, key: &str) -> PyResult<usize> {
    let numbers = &scenario.numbers;
    if let Some(index) = numbers.iter().position(|number| number.path == key) {
        return Ok(index);
    }
    let meant = nearest(key, numbers.iter().map(|number| number.path.as_str()));
    let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    Err(input_error(format!(
        "the scenario has no number `{key}`{meant}"
    )))
}
