//! Why a faction moved its effort: the largest moves within a few weeks, and the parts of
//! its utilities that changed most.

use std::collections::BTreeMap;

use crate::engine::Single;
use crate::model::observe::Moment;
use crate::model::{Cause, OptionKind, Plan, worths};

use super::attribution::{Expression, attribute};
use super::story::{Entry, Reason, Topic};
use super::trace::Trace;
use super::words::{Names, percent, weeks};

/// How long a move may take.
const WEEKS: f64 = 8.0;
/// Share of all effort that must move from one thing to another to be noticed.
const LEAST: f32 = 0.08;
/// How many reasons are told.
const REASONS: usize = 3;

/// A move of effort from one option to another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shift {
    pub faction: usize,
    /// Steps between which it moved.
    pub from: usize,
    pub until: usize,
    /// Share of all effort that moved.
    pub moved: f32,
    /// Options: the one most was taken from, the one most went to.
    pub left: usize,
    pub chosen: usize,
    /// The first step of which utilities are compared: effort follows them with a lag.
    pub since: usize,
}

/// A group of options that are told as one: rivals are one whatever the place.
fn group(plan: &Plan, option: usize) -> (u8, usize) {
    match plan.options[option] {
        OptionKind::Threat(c) => (0, plan.claims[c].arena),
        OptionKind::Rival(k) => (1, plan.contacts[k].j),
        OptionKind::Hold => (2, 0),
        OptionKind::Govern => (3, 0),
    }
}

/// The largest moves of each faction that don't overlap.
pub(super) fn find(single: &Single<'_>, trace: &Trace) -> Vec<Shift> {
    let plan = &single.plan;
    let step_weeks = single.scenario.time.step_weeks as f64;
    let window = ((WEEKS / step_weeks).round() as usize).max(1);
    // exp(-1 / lag) of the way is left after a step.
    let left = f64::from(1.0 - single.params.effort_rate.lane(0)).max(1e-6);
    let lag = (-1.0 / libm::log(left)).round().clamp(1.0, 52.0) as usize;
    let mut shifts = Vec::new();
    for faction in 0..plan.factions {
        let mut candidates: Vec<Shift> = (window..=plan.steps)
            .filter_map(|until| {
                let mut shift = largest(plan, trace, faction, until - window, until)?;
                shift.since = shift.from.saturating_sub(lag).max(1);
                Some(shift)
            })
            .collect();
        candidates.sort_by(|x, y| y.moved.total_cmp(&x.moved).then(x.until.cmp(&y.until)));
        let mut kept: Vec<Shift> = Vec::new();
        for candidate in candidates {
            let apart = |s: &Shift| s.until <= candidate.from || candidate.until <= s.from;
            if kept.iter().all(apart) {
                kept.push(candidate);
            }
        }
        shifts.extend(kept);
    }
    shifts
}

/// The largest move of a faction between two steps, if it is large enough.
fn largest(plan: &Plan, trace: &Trace, faction: usize, from: usize, until: usize) -> Option<Shift> {
    let mut groups: BTreeMap<(u8, usize), (f32, usize, f32)> = BTreeMap::new();
    for o in plan.options_of[faction].clone() {
        let change = trace.options[o][until] - trace.options[o][from];
        let entry = groups.entry(group(plan, o)).or_insert((0.0, o, 0.0));
        entry.0 += change;
        // The option of the group that moved most stands for it.
        if change.abs() > entry.2 {
            (entry.1, entry.2) = (o, change.abs());
        }
    }
    let lost = groups.values().min_by(|x, y| x.0.total_cmp(&y.0))?;
    let won = groups.values().max_by(|x, y| x.0.total_cmp(&y.0))?;
    let moved = (-lost.0).min(won.0);
    (moved >= LEAST).then_some(Shift {
        faction,
        from,
        until,
        moved,
        left: lost.1,
        chosen: won.1,
        since: from,
    })
}

/// The utilities of the two options of each shift, from a lag before it began to its end.
pub(super) struct Weighed {
    formulas: BTreeMap<(usize, usize), Option<Expression<Cause>>>,
}

impl Weighed {
    pub(super) fn new(shifts: &[Shift]) -> Self {
        let wanted = shifts
            .iter()
            .flat_map(|s| (s.since..=s.until).map(|step| [(step, s.left), (step, s.chosen)]));
        Self {
            formulas: wanted.flatten().map(|key| (key, None)).collect(),
        }
    }

    pub(super) fn keep(&mut self, single: &Single<'_>, moment: &Moment<'_>) {
        let (plan, p) = (&single.plan, &single.params);
        let wanted = (moment.step, 0)..(moment.step + 1, 0);
        for ((_, option), formula) in self.formulas.range_mut(wanted) {
            let owner = plan.options_of.iter().position(|o| o.contains(option));
            let all = owner.map(|i| worths(plan, p, moment.choice, i));
            *formula = all.and_then(|all: Vec<_>| all.into_iter().nth(*option));
        }
    }

    fn formula(&self, step: usize, option: usize) -> Option<&Expression<Cause>> {
        self.formulas.get(&(step, option)).and_then(Option::as_ref)
    }

    /// The steps that are compared: that at which the option left was worth most against
    /// the one chosen, before the move was half done, and the later one at which it was
    /// worth least.
    fn turn(&self, shift: &Shift) -> (usize, usize) {
        let preferred = |step| self.preferred(shift, step);
        let half = (shift.from + shift.until) / 2;
        let since = (shift.since..=half)
            .min_by(|x, y| preferred(*x).total_cmp(&preferred(*y)))
            .unwrap_or(shift.since);
        let until = (since..=shift.until)
            .max_by(|x, y| preferred(*x).total_cmp(&preferred(*y)))
            .unwrap_or(shift.until);
        (since, until)
    }

    /// By how much the option chosen is worth more than the one left.
    fn preferred(&self, shift: &Shift, step: usize) -> f64 {
        let value = |option| self.formula(step, option).map_or(0.0, Expression::value);
        value(shift.chosen) - value(shift.left)
    }

    /// What changed of an option's utility between two steps.
    fn changes(&self, option: usize, since: usize, until: usize) -> Vec<(Cause, f64)> {
        match (self.formula(since, option), self.formula(until, option)) {
            (Some(then), Some(now)) => attribute(then, now),
            _ => Vec::new(),
        }
    }
}

pub(super) fn entries(
    single: &Single<'_>,
    names: &Names,
    shifts: &[Shift],
    weighed: &Weighed,
) -> Vec<Entry> {
    let plan = &single.plan;
    let mut entries = Vec::new();
    for shift in shifts {
        let name = &names.factions[shift.faction];
        let span = (shift.until - shift.from) as f64 * single.scenario.time.step_weeks as f64;
        let text = format!(
            "{name} moved {} of all effort within {} from {} to {}.",
            percent(f64::from(shift.moved)),
            weeks(span),
            names.option(plan, shift.left),
            names.option(plan, shift.chosen)
        );
        // For and against: what made the one worth less, and the other worth more.
        let mut changes: Vec<(usize, Cause, f64, f64)> = Vec::new();
        let (since, until) = weighed.turn(shift);
        for (option, sign) in [(shift.left, -1.0), (shift.chosen, 1.0)] {
            for (cause, change) in weighed.changes(option, since, until) {
                changes.push((option, cause, change, change * sign));
            }
        }
        changes.sort_by(|x, y| y.3.total_cmp(&x.3));
        let mut reasons: Vec<Reason> = changes
            .iter()
            .filter(|(_, _, _, toward)| *toward >= 0.005)
            .take(REASONS)
            .map(|(option, cause, change, _)| Reason {
                what: names.cause(plan, *option, *cause, *change > 0.0),
                change: *change,
            })
            .collect();
        if reasons.is_empty() {
            // Nothing changed while it moved, and either may be worth more than the other.
            reasons.push(Reason {
                what: "following late what the two were worth already".to_owned(),
                change: weighed.preferred(shift, until),
            });
        }
        let power = f64::from(single.params.fighters[shift.faction].lane(0))
            * f64::from(single.params.quality[shift.faction].lane(0));
        let all = &single.params.fighters;
        let total: f64 = (0..all.len())
            .map(|i| f64::from(all[i].lane(0)) * f64::from(single.params.quality[i].lane(0)))
            .sum();
        let weight = libm::sqrt(power / (total + 1e-6));
        // Why things happen, and less than what happens.
        let rank = 0.34 + 0.8 * f64::from(shift.moved) * (0.35 + weight);
        let label = format!("{name}: {}", names.option(plan, shift.chosen));
        entries.push(Entry::new(shift.until, Topic::Effort, rank, label, text).because(reasons));
    }
    entries
}
