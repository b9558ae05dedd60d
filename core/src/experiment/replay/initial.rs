//! How a history stood at the start, and how it ended.

use crate::engine::{Row, Single};
use crate::scenario::{Comes, Form};

use super::Span;
use super::quarrels::power_words;
use super::trace::Trace;
use super::words::{Names, capital, day, list, percent};
use crate::scenario::Holder;

/// The set-up: what was drawn, who is strong, who holds what, who fights.
pub(super) fn beginning(
    single: &Single<'_>,
    names: &Names,
    trace: &Trace,
    conflicts: &[Span],
) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(drawn(single));
    let power: Vec<f64> = trace.power.iter().map(|p| f64::from(p[0])).collect();
    let total: f64 = power.iter().sum::<f64>() + 1e-6;
    let mut order: Vec<usize> = (0..power.len()).collect();
    order.sort_by(|&a, &b| power[b].total_cmp(&power[a]));
    let strongest: Vec<String> = order
        .iter()
        .take(3)
        .map(|&i| format!("{} ({})", names.factions[i], power_words(power[i] / total)))
        .collect();
    lines.push(format!("The strongest factions were {}.", list(&strongest)));
    let holds = |a: &usize| trace.control[*a][0].1[0] >= 0.5;
    let territories = single.plan.territories.iter();
    let places: Vec<String> = territories
        .filter(|a| holds(a))
        .map(|&a| names.arenas[a].clone())
        .collect();
    let most = match places.is_empty() {
        true => "no place for the most part".to_owned(),
        false => format!("most of {}", list(&places)),
    };
    lines.push(format!(
        "{} held {most}: {} of the value of all territory.",
        names.threat,
        percent(f64::from(trace.threat_share[0]))
    ));
    let fought: Vec<String> = pairs_at(names, conflicts, |s| s.from == 0);
    if !fought.is_empty() {
        lines.push(format!(
            "In open conflict at the start: {}.",
            fought.join("; ")
        ));
    }
    lines
}

/// The inputs drawn that are furthest from their medians.
fn drawn(single: &Single<'_>) -> Option<String> {
    let mut far: Vec<(f64, String)> = single
        .inputs
        .iter()
        .filter_map(|&(number, value)| {
            let record = &single.scenario.numbers[number];
            let Form::Uncertain(distribution) = &record.form else {
                return None;
            };
            let (median, sd) = (distribution.median(), distribution.sd());
            let off = (value - median) / sd;
            (off.abs() >= 0.5 && off.is_finite()).then(|| {
                let text = format!(
                    "{} {} ({} at the median, {off:+.1} sd)",
                    record.path,
                    figure(value),
                    figure(median)
                );
                (off.abs(), text.replace(", -", ", −"))
            })
        })
        .collect();
    far.sort_by(|x, y| y.0.total_cmp(&x.0));
    far.truncate(4);
    let texts: Vec<String> = far.into_iter().map(|(_, text)| text).collect();
    (!texts.is_empty()).then(|| format!("Drawn furthest from their medians: {}.", texts.join("; ")))
}

/// A number with about three digits.
fn figure(value: f64) -> String {
    match value.abs() {
        x if x >= 100.0 => format!("{value:.0}"),
        x if x >= 10.0 => format!("{value:.1}"),
        x if x >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

fn pairs_at(names: &Names, conflicts: &[Span], keep: impl Fn(&Span) -> bool) -> Vec<String> {
    let pairs = conflicts.iter().filter(|s| keep(s));
    pairs
        .map(|s| format!("{} with {}", names.factions[s.a], names.factions[s.b]))
        .collect()
}

/// The end: outcomes, strength, cohesion, ground, wars, who rose and who fell.
pub(super) fn end(
    single: &Single<'_>,
    names: &Names,
    trace: &Trace,
    conflicts: &[Span],
    row: &Row,
) -> Vec<String> {
    let steps = single.plan.steps;
    let mut lines = vec![outcome_line(single, row)];
    lines.push(format!(
        "At the end {} had {:.2} of its strength at the start and {} of the value of all territory; it was at {:.2} at its weakest.",
        names.threat,
        row.final_strength,
        percent(f64::from(trace.threat_share[steps])),
        row.trough
    ));
    if let Some(coalition) = single.scenario.coalitions.first() {
        lines.push(format!(
            "Cohesion of {} was {:.2} at the end and {:.2} on average.",
            coalition.name, row.final_cohesion, row.mean_cohesion
        ));
    }
    let held: Vec<String> = single
        .plan
        .territories
        .iter()
        .filter_map(|&a| {
            let (holder, share) = trace.control[a]
                .iter()
                .map(|(holder, series)| (*holder, series[steps]))
                .fold(
                    (Holder::Nobody, 0.0),
                    |most, x| if x.1 > most.1 { x } else { most },
                );
            (holder == Holder::Threat)
                .then(|| format!("{} ({})", names.arenas[a], percent(f64::from(share))))
        })
        .collect();
    if !held.is_empty() {
        lines.push(format!(
            "{} was the main holder of {}.",
            names.threat,
            list(&held)
        ));
    }
    let fought = pairs_at(names, conflicts, |s| s.until.is_none());
    if !fought.is_empty() {
        lines.push(format!(
            "In open conflict at the end: {}.",
            fought.join("; ")
        ));
    }
    lines.extend(movers(names, trace, steps));
    lines
}

fn outcome_line(single: &Single<'_>, row: &Row) -> String {
    if let Some(failure) = &row.failed {
        return format!(
            "This replicate failed: {} was not finite at step {}. Nothing told of it counts.",
            failure.part, failure.step
        );
    }
    let time = &single.scenario.time;
    let mut all: Vec<(u32, String)> = Vec::new();
    let mut add = |step: Option<u32>, words: String| {
        if let Some(step) = step {
            let date = day(time.date_after(step as usize));
            all.push((step, format!("{words} ({date})")));
        }
    };
    let mut stalemates = Vec::new();
    for (outcome, came) in single.scenario.outcomes.iter().zip(&row.outcomes) {
        match (&outcome.comes, outcome.part_of) {
            (Comes::Otherwise, _) if came.first.is_some() => {
                stalemates.push(outcome.label.to_lowercase())
            }
            (Comes::When(..), None) => add(came.first, outcome.label.clone()),
            _ => {}
        }
    }
    all.sort();
    let words: Vec<String> = all.into_iter().map(|(_, words)| words).collect();
    match (words.is_empty(), stalemates.is_empty()) {
        (true, true) => "Outcome: none by the horizon.".to_owned(),
        (true, false) => format!(
            "Outcome: {}; none of the others by the horizon.",
            list(&stalemates)
        ),
        (false, false) => format!(
            "Outcome: {} as far as those go that count against it; {}.",
            list(&stalemates),
            list(&words)
        ),
        (false, true) => format!("Outcome: {}.", capital(&list(&words))),
    }
}

/// Who gained and who lost most power.
fn movers(names: &Names, trace: &Trace, steps: usize) -> Option<String> {
    let share = |step: usize| -> Vec<f64> {
        let total: f64 = trace.power.iter().map(|p| f64::from(p[step])).sum::<f64>() + 1e-6;
        trace
            .power
            .iter()
            .map(|p| f64::from(p[step]) / total)
            .collect()
    };
    let (then, now) = (share(0), share(steps));
    let change = |i: usize| now[i] - then[i];
    let order = || 0..then.len();
    let up = order().max_by(|&a, &b| change(a).total_cmp(&change(b)))?;
    let down = order().min_by(|&a, &b| change(a).total_cmp(&change(b)))?;
    let words = |i: usize| {
        format!(
            "{} (from {} to {} of all power)",
            names.factions[i],
            percent(then[i]),
            percent(now[i])
        )
    };
    (change(up) - change(down) >= 0.02).then(|| {
        format!(
            "The most risen was {}, the most fallen {}.",
            words(up),
            words(down)
        )
    })
}
