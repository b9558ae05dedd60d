//! What went wrong, as exceptions: see `python/package/simulate/_errors.py`.

use pyo3::import_exception;
use pyo3::prelude::*;

use simulate::engine::Failure;
use simulate::report::figures::FigureError;
use simulate::scenario::Problems;

import_exception!(simulate._errors, InputError);
import_exception!(simulate._errors, RunError);
import_exception!(simulate._errors, ScenarioError);

/// One thing that is wrong with a scenario: file, line, column, message, label, hint.
type Told<'a> = (
    Option<&'a str>,
    Option<usize>,
    Option<usize>,
    &'a str,
    &'a str,
    Option<&'a str>,
);

/// Everything that is wrong with a scenario.
pub fn scenario_error(problems: &Problems) -> PyErr {
    let told: Vec<Told<'_>> = problems
        .iter()
        .map(|problem| {
            let place = problems.line_and_column(problem);
            (
                place.map(|(file, _, _)| file),
                place.map(|(_, line, _)| line),
                place.map(|(_, _, column)| column),
                problem.message.as_str(),
                problem.label.as_str(),
                problem.help.as_deref(),
            )
        })
        .collect();
    let text = problems.render(false);
    Python::attach(|py| match told.into_pyobject(py) {
        Ok(told) => ScenarioError::new_err((text, told.unbind())),
        Err(error) => error,
    })
}

/// What was asked for can't be done: says what, and what would be right.
pub fn input_error(what: impl Into<String>) -> PyErr {
    InputError::new_err(what.into())
}

/// What was asked for went wrong.
pub fn run_error(what: impl Into<String>) -> PyErr {
    RunError::new_err(what.into())
}

pub fn figure_error(error: FigureError) -> PyErr {
    run_error(format!("a picture can't be drawn: {error}"))
}

/// Refuses a batch of which not one replicate ran through; warns where some did not.
pub fn must_have_some(py: Python<'_>, done: u64, failures: &[Failure]) -> PyResult<()> {
    let Some(first) = failures.first() else {
        return Ok(());
    };
    let (part, step) = (&first.part, first.step);
    if done == 0 {
        return Err(run_error(format!(
            "no replicate stayed finite: in the first, {part} was not at step {step}; look for a rate or weight that is far too large"
        )));
    }
    let all = done + failures.len() as u64;
    let said = format!(
        "{} of {all} replicates did not stay finite, and don't count: in the first, {part} was not at step {step}",
        failures.len()
    );
    let category = py.get_type::<pyo3::exceptions::PyRuntimeWarning>();
    let said = std::ffi::CString::new(said)?;
    PyErr::warn(py, &category, &said, 1)
}
