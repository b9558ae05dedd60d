//! Problems of a scenario in the form that `docs/json.md` describes.

use serde::Serialize;

use crate::scenario::{Problem, Problems};

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
    let of = |problem| entry(problems, problem);
    problems.iter().map(of).collect()
}

/// A problem in the files of others.
pub(super) fn entry(files: &Problems, problem: &Problem) -> ProblemEntry {
    let place = files.line_and_column(problem);
    ProblemEntry {
        file: place.map(|(file, _, _)| file.to_owned()),
        line: place.map(|(_, line, _)| line),
        column: place.map(|(_, _, column)| column),
        message: problem.message.clone(),
        label: problem.label.clone(),
        help: problem.help.clone(),
    }
}
