//! The headline screen.

use std::path::Path;

use crate::engine::{Estimate, OutcomeKind, PairSummary, Summary};
use crate::foreign::{self, cell, cell_width};
use crate::scenario::{Scenario, Time};

use super::warnings::{Warning, warnings};

/// Everything a user sees when a run is done, in one screen.
pub fn screen(scenario: &Scenario, summary: &Summary, folder: &Path, seconds: f64) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    line(&summary.title);
    line(&format!(
        "{} to {}, {} of {} replicates, seed {}, {seconds:.1} s; chances are chances in this model",
        summary.start, summary.end, summary.replicates, summary.replicates_asked, summary.seed
    ));
    line("");
    let pairs = summary.likeliest_to_fight(3);
    let names = |pair: &PairSummary| {
        format!(
            "{} - {}",
            summary.factions[pair.a].name, summary.factions[pair.b].name
        )
    };
    let labels = summary.outcomes.iter().map(|o| cell_width(&o.label));
    let width = labels
        .chain(pairs.iter().map(|p| cell_width(&names(p))))
        .fold(22, usize::max);
    line(&format!(
        "{:width$}  chance  95 % interval   median time   from inputs",
        "outcome"
    ));
    for outcome in &summary.outcomes {
        let when = outcome
            .median_week
            .map_or("-".to_owned(), |week| month(&scenario.time, week));
        let inputs = match outcome.input_share {
            Some(share) if outcome.kind != OutcomeKind::Stalemate => {
                format!("{:3.0} %", share * 100.0)
            }
            _ => "-".to_owned(),
        };
        line(&format!(
            "{}  {}   {when:>11}   {inputs:>11}",
            cell(&outcome.label, width),
            interval(&outcome.chance)
        ));
    }
    line("");
    line(&format!(
        "{:width$}  {}",
        "collapse, then regroup",
        interval(&summary.collapse_then_regroup)
    ));
    if let Some(share) = &summary.collapse_then_regroup_within_year {
        line(&format!(
            "{:width$}  {}   of the collapses",
            "... within a year",
            interval(share)
        ));
    }
    if !pairs.is_empty() {
        line("");
        line("likeliest to fight each other");
        for pair in &pairs {
            let names = names(pair);
            let when = pair
                .median_week
                .map_or("-".to_owned(), |week| month(&scenario.time, week));
            line(&format!(
                "{}  {}   {when:>11}",
                cell(&names, width),
                interval(&pair.breaks_out)
            ));
        }
    }
    let mut driven: Vec<_> = summary
        .outcomes
        .iter()
        .filter(|o| o.kind != OutcomeKind::Stalemate && !o.drivers.is_empty())
        .collect();
    driven.sort_by(|a, b| {
        b.input_share
            .unwrap_or(0.0)
            .total_cmp(&a.input_share.unwrap_or(0.0))
    });
    if !driven.is_empty() {
        line("");
        line("hangs most on (correlation with the input)");
        for outcome in driven.iter().take(3) {
            let drivers: Vec<String> = outcome
                .drivers
                .iter()
                .map(|d| format!("{} {:+.2}", d.input, d.correlation))
                .collect();
            line(&format!(
                "{}  {}",
                cell(&outcome.label, width),
                drivers.join(", ")
            ));
        }
    }
    let given: Vec<_> = scenario.numbers.iter().filter(|n| n.given).collect();
    let sourced = given.iter().filter(|n| n.is_sourced()).count();
    line("");
    line(&format!(
        "{} numbers given: {sourced} from sources, {} judged; {} of them uncertain",
        given.len(),
        given.len() - sourced,
        scenario.uncertain().count()
    ));
    for warning in warnings(scenario, summary) {
        if matches!(warning, Warning::Letters(_)) {
            // Every command that draws says that on standard error.
            continue;
        }
        line(&format!("note: {warning}"));
    }
    line(&format!("pictures and tables: {}", folder.display()));
    out
}

fn interval(e: &Estimate) -> String {
    format!("{:6.3}  [{:.3}, {:.3}]", e.value, e.low, e.high)
}

fn month(time: &Time, week: f64) -> String {
    let steps = (week / time.step_weeks as f64).round() as usize;
    time.date_after(steps).strftime("%b %Y").to_string()
}
