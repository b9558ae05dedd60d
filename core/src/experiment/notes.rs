//! What was done so that runs could be compared, in words.

use super::comparison::{Compared, Comparison, OutcomeOfRun, Pairing};
use super::run::ComparedRun;

/// What a reader should know of how the runs were made comparable.
pub(super) fn notes(runs: &[&ComparedRun], comparison: &Comparison) -> Vec<String> {
    let mut notes = Vec::new();
    for (of, run) in runs.iter().zip(&comparison.runs) {
        if let Pairing::Unpaired(reason) = &run.pairing {
            notes.push(format!("{} is compared unpaired: {reason}", run.label));
        }
        if run.used < run.replicates {
            notes.push(format!(
                "{} of the {} replicates of {} are compared: those that all paired runs have",
                run.used, run.replicates, run.label
            ));
        }
        if of.summary.is_one_draw() {
            notes.push(format!("all {} replicates of {} share one draw of the uncertain inputs, which says nothing of other draws: no interval", of.summary.replicates, run.label));
        }
        if run.failed > 0 {
            notes.push(format!(
                "{} replicates of {} stopped being finite and are left out",
                run.failed, run.label
            ));
        }
        if run.weeks > comparison.horizon_weeks {
            notes.push(format!(
                "{} goes on for {} weeks; it is compared up to week {}, but for its mean cohesion, which is over all of them",
                run.label, run.weeks, comparison.horizon_weeks
            ));
        }
    }
    let first = &comparison.runs[0];
    for run in &comparison.runs[1..] {
        if run.start != first.start {
            notes.push(format!(
                "{} starts on {}, not {}; times are compared from each one's start",
                run.label, run.start, first.start
            ));
        }
    }
    for (run, compared) in runs.iter().zip(&comparison.runs) {
        let asked = run.summary.replicates_asked;
        if run.summary.replicates + run.summary.failed < asked {
            notes.push(format!(
                "{} is a partial run: {} of {asked} replicates were done",
                compared.label, run.summary.replicates
            ));
        }
        if run.summary.version != runs[0].summary.version {
            notes.push(format!(
                "{} was run by version {}, {} by {}",
                compared.label, run.summary.version, first.label, runs[0].summary.version
            ));
        }
    }
    for outcome in &comparison.outcomes {
        let found = comparison.runs.iter().zip(&outcome.runs);
        let (have, lack): (Vec<_>, Vec<_>) = found.partition(|(_, found)| found.is_some());
        let names = |of: &[(&Compared, &Option<OutcomeOfRun>)]| {
            let names: Vec<&str> = of.iter().map(|(run, _)| run.label.as_str()).collect();
            names.join(", ")
        };
        if !lack.is_empty() {
            let said = if have.len() < lack.len() {
                format!("is an outcome of {} alone", names(&have))
            } else {
                format!("is no outcome of {}", names(&lack))
            };
            notes.push(format!("{} ({}) {said}", outcome.is.label, outcome.is.key));
        }
    }
    notes
}
