//! The headline screen.

use std::path::Path;

use crate::engine::{OutcomeSummary, PairSummary, Summary};
use crate::foreign::{self, cell, cell_width};
use crate::scenario::{Scenario, Time};

use super::chance::{CHANCE_HEAD, chance_cell, from_inputs};
use super::heading::heading;
use super::warnings::{Warning, warnings};

/// Everything a user sees when a run is done, in one screen.
pub fn screen(scenario: &Scenario, summary: &Summary, folder: &Path, seconds: f64) -> String {
    let headline = headline(scenario, summary, &format!(", {seconds:.1} s"));
    let place = format!("pictures and tables: {}", folder.display());
    format!("{headline}{}\n", foreign::line(&place))
}

/// The same without the clock, and of what is not in a folder.
pub fn run_screen(scenario: &Scenario, summary: &Summary) -> String {
    headline(scenario, summary, "")
}

fn headline(scenario: &Scenario, summary: &Summary, took: &str) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    line(&heading(&summary.title, &summary.identity));
    line(&format!(
        "{} to {}, {} of {} replicates, seed {}, hash {}{took}; chances are chances in this model",
        summary.start,
        summary.end,
        summary.replicates,
        summary.replicates_asked,
        summary.seed,
        summary.identity.short()
    ));
    line("");
    let pairs = summary.likeliest_to_fight(3);
    let names = |pair: &PairSummary| {
        format!(
            "{} - {}",
            summary.factions[pair.a].name, summary.factions[pair.b].name
        )
    };
    let shown: Vec<&OutcomeSummary> = summary
        .headline()
        .flat_map(|o| std::iter::once(o).chain(parts(summary, o)))
        .collect();
    let labels = shown.iter().map(|o| cell_width(&name(o)));
    let width = labels
        .chain(pairs.iter().map(|p| cell_width(&names(p))))
        .fold(22, usize::max);
    let when = |week: Option<f64>, none: &str| match week {
        Some(week) => month(&scenario.time, week),
        None => none.to_owned(),
    };
    line(&format!(
        "{:width$}  {CHANCE_HEAD}  median of all  of those       from inputs",
        "outcome"
    ));
    for outcome in shown {
        let all = when(
            outcome.median_week,
            if outcome.dated { "not reached" } else { "-" },
        );
        let those = when(outcome.median_week_of_those, "-");
        line(&format!(
            "{}  {}  {all:>13}  {those:>8}  {:>16}",
            cell(&name(outcome), width),
            chance_cell(&outcome.chance),
            from_inputs(outcome)
        ));
    }
    if let Some(together) = &summary.together {
        let short = |key| summary.outcome(key).map_or("", |o| &o.short).to_lowercase();
        let (first, then) = (short(&together.first), short(&together.then));
        line("");
        line(&format!(
            "{}  {}",
            cell(&format!("{first}, then {then}"), width),
            chance_cell(&together.followed)
        ));
        let year = &together.within_year;
        match &year.share {
            Some(share) => line(&format!(
                "{:width$}  {}  of {} with a {first} and a year to follow",
                "... within a year",
                chance_cell(share),
                year.of
            )),
            None => line(&format!(
                "{:width$}        -  no {first} has a year to follow before the end",
                "... within a year"
            )),
        }
    }
    if !pairs.is_empty() {
        line("");
        line("likeliest to fight each other");
        for pair in &pairs {
            let names = names(pair);
            let all = when(pair.median_week, "not reached");
            let those = when(pair.median_week_of_those, "-");
            line(&format!(
                "{}  {}  {all:>13}  {those:>8}",
                cell(&names, width),
                chance_cell(&pair.breaks_out)
            ));
        }
    }
    let mut driven: Vec<_> = summary
        .outcomes
        .iter()
        .filter(|o| o.is_headline() && o.dated && !o.drivers.is_empty())
        .collect();
    driven.sort_by(|a, b| {
        let share = |o: &OutcomeSummary| o.input_share.map_or(0.0, |share| share.value);
        share(b).total_cmp(&share(a))
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
    let given: Vec<_> = scenario.numbers.iter().filter(|n| n.is_claim()).collect();
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
    out
}

/// The criteria and stages that are listed below an outcome: those of the first of an entry.
fn parts<'a>(
    summary: &'a Summary,
    outcome: &'a OutcomeSummary,
) -> impl Iterator<Item = &'a OutcomeSummary> {
    let parts = summary.parts_of(&outcome.key);
    parts.filter(|_| outcome.is_first)
}

/// How an outcome stands in the table: a part by its word, below the whole.
fn name(outcome: &OutcomeSummary) -> String {
    match outcome.is_headline() {
        true => outcome.label.clone(),
        false => format!("  {}", outcome.short.to_lowercase()),
    }
}

fn month(time: &Time, week: f64) -> String {
    let steps = (week / time.step_weeks as f64).round() as usize;
    time.date_after(steps).strftime("%b %Y").to_string()
}
