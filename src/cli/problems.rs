//! Problems of a scenario in the form that `docs/json.md` describes.

use serde::Serialize;

use crate::scenario::Problems;

/// One thing that is wrong with a scenario.
#[derive(Debug, Serialize)]
pub(super) struct ProblemEntry {
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
    label: String,
    help: Option<String>,
}

pub(super) fn entries(problems: &Problems) -> Vec<ProblemEntry> {
    let entry = |problem: &crate::scenario::Problem| {
        let place = problems.line_and_column(problem);
        ProblemEntry {
            file: place.map(|(file, _, _)| file.to_owned()),
            line: place.map(|(_, line, _)| line),
            column: place.map(|(_, _, column)| column),
            message: problem.message.clone(),
            label: problem.label.clone(),
            help: problem.help.clone(),
        }
    };
    problems.iter().map(entry).collect()
}
