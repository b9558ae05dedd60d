//! The course of the struggle: outcomes, events of the scenario, the threat's rise and
//! fall, patrons, institutions, cohesion.

use crate::engine::{Row, Single};
use crate::model::Series;
use crate::model::observe::Moment;
use crate::numeric::Lanes;
use crate::scenario::{Change, Comes, Holder, StatePart, Trigger, Variable};

use super::effects::effect_words;
use super::story::{Entry, Topic};
use super::trace::Trace;
use super::words::{Names, capital, list, percent, weeks};

/// A change of commitment worth telling.
const COMMITMENT: f32 = 0.1;
/// Steps of cohesion worth telling.
const COHESION: f32 = 0.1;

struct Drift {
    step: usize,
    patron: usize,
    from: f32,
    to: f32,
    /// What it perceived of the threat, relative to the start.
    seen: f32,
    /// The event that changed it in that step.
    event: Option<usize>,
}

/// Follows the course of a history.
pub(super) struct Course {
    events: Vec<(usize, usize)>,
    splits: Vec<(usize, f32)>,
    drifts: Vec<Drift>,
    told: Vec<f32>,
    crises: Vec<(usize, usize, bool, f32)>,
    in_crisis: Vec<bool>,
    cohesion: Vec<(usize, usize, f32)>,
    lowest: Vec<f32>,
    /// The variables that each outcome hangs on, and by step their values.
    watched: Vec<(Vec<Variable>, Vec<Vec<f32>>)>,
}

impl Course {
    pub(super) fn new(single: &Single<'_>) -> Self {
        let coalitions = single.plan.coalitions.len();
        Self {
            events: Vec::new(),
            splits: Vec::new(),
            drifts: Vec::new(),
            told: Vec::new(),
            crises: Vec::new(),
            in_crisis: Vec::new(),
            cohesion: Vec::new(),
            lowest: vec![1.0; coalitions],
            watched: single
                .scenario
                .outcomes
                .iter()
                .map(|outcome| (outcome.variables(), Vec::new()))
                .collect(),
        }
    }

    pub(super) fn follow(&mut self, single: &Single<'_>, moment: &Moment<'_>) {
        let (plan, s) = (&single.plan, moment.after);
        let get = |x: Lanes<1>| x.lane(0);
        for (variables, by_step) in &mut self.watched {
            let values = variables.iter();
            by_step.push(
                values
                    .map(|v| get(single.value(s, *v, moment.step)))
                    .collect(),
            );
        }
        for k in 0..self.lowest.len() {
            let cohesion = 1.0 - get(s.infighting[k]);
            let reached = (cohesion / COHESION).ceil() * COHESION;
            if moment.step == 0 {
                self.lowest[k] = reached;
            } else if reached < self.lowest[k] - COHESION / 2.0 {
                self.lowest[k] = reached;
                self.cohesion.push((moment.step, k, reached));
            }
        }
        if moment.step == 0 {
            self.told = s.commitment.iter().map(|x| get(*x)).collect();
            self.in_crisis = s.crisis.iter().map(|x| get(*x) >= 0.5).collect();
            return;
        }
        self.events
            .extend(moment.events.iter().map(|&e| (moment.step, e)));
        if moment.after.split.lane(0) > 0.0 {
            self.splits
                .push((moment.step, get(single.params.upkeep.split_loss)));
        }
        for u in 0..plan.patrons {
            let now = get(s.commitment[u]);
            if (now - self.told[u]).abs() < COMMITMENT {
                continue;
            }
            let event = mover(single, moment, u, now - self.told[u]);
            self.drifts.push(Drift {
                step: moment.step,
                patron: u,
                from: self.told[u],
                to: now,
                seen: get(s.patron_perceived[u]) / get(s.patron_perceived_start[u]).max(1e-6),
                event,
            });
            self.told[u] = now;
        }
        for &a in &plan.institutions {
            let crisis = get(s.crisis[a]);
            let turned = match self.in_crisis[a] {
                true => crisis < 0.35,
                false => crisis >= 0.5,
            };
            if turned {
                self.in_crisis[a] = !self.in_crisis[a];
                self.crises
                    .push((moment.step, a, self.in_crisis[a], crisis));
            }
        }
    }

    /// What came about, on what it hung, and when it was over again.
    fn outcomes(&self, single: &Single<'_>, row: &Row) -> Vec<Entry> {
        let outcomes = &single.scenario.outcomes;
        let mut entries = Vec::new();
        for (k, (outcome, came)) in outcomes.iter().zip(&row.outcomes).enumerate() {
            let Some(step) = came.first.filter(|_| outcome.comes != Comes::Otherwise) else {
                continue;
            };
            // Which of its criteria held then; the first time of each is all that is kept.
            let held = |part: &usize| {
                let came = row.outcomes[*part];
                came.first.is_some_and(|first| first <= step)
                    && came.end.is_none_or(|end| end > step)
            };
            let criteria = outcome.criteria().into_iter().filter(held);
            let parts: Vec<String> = criteria
                .map(|part| outcomes[part].short.to_lowercase())
                .collect();
            let (variables, by_step) = &self.watched[k];
            let values = variables.iter().zip(&by_step[step as usize]);
            let values: Vec<String> = values
                .map(|(variable, value)| {
                    let figure = match variable.declaration().unit {
                        "share" => percent(f64::from(*value)),
                        "persons" => persons(*value),
                        _ => figure(*value),
                    };
                    format!("{}: {figure}", variable.meaning())
                })
                .collect();
            let why = match (parts.is_empty(), values.is_empty()) {
                (false, _) => format!(": by {}", list(&parts)),
                (true, false) => format!(" ({})", values.join("; ")),
                (true, true) => String::new(),
            };
            let rank = match (outcome.part_of, outcome.is_first) {
                (None, true) => 1.0,
                (None, false) => 0.8,
                (Some(_), true) => 0.7,
                (Some(_), false) => 0.4,
            };
            let text = format!("{}{why}.", capital(&outcome.label));
            let label = outcome.label.clone();
            entries.push(Entry::new(step as usize, Topic::Outcome, rank, label, text));
            if let (Some(end), None) = (came.end, outcome.part_of) {
                let step_weeks = single.scenario.time.step_weeks as f64;
                let lasted = f64::from(end - step) * step_weeks;
                let in_all = f64::from(came.steps) * step_weeks;
                // What comes later is not told before its time, but for that there is more.
                let again = match in_all > lasted + 0.5 * step_weeks {
                    true => format!("; it came again later, {} in all", weeks(in_all)),
                    false => String::new(),
                };
                let label = format!("No longer: {}", outcome.label);
                let text = format!(
                    "No longer so after {}: {}{again}.",
                    weeks(lasted),
                    outcome.label
                );
                entries.push(Entry::new(end as usize, Topic::Outcome, 0.6, label, text));
            }
        }
        entries
    }

    pub(super) fn entries(
        &self,
        single: &Single<'_>,
        names: &Names,
        row: &Row,
        trace: &Trace,
    ) -> Vec<Entry> {
        let mut entries = turns(single, names, row, trace);
        entries.extend(self.outcomes(single, row));
        for (k, &(step, event)) in self.events.iter().enumerate() {
            let before = self.events[..k].iter().filter(|(_, e)| *e == event).count();
            entries.push(event_entry(single, names, (step, event), before, trace));
        }
        for &(step, loss) in &self.splits {
            let text = format!(
                "{} split: {} of its fighters in the open left it.",
                names.threat,
                percent(f64::from(loss))
            );
            let label = format!("{} splits", names.threat);
            entries.push(Entry::new(step, Topic::Threat, 0.72, label, text));
        }
        entries.extend(
            self.drifts
                .iter()
                .map(|drift| drift_entry(single, names, drift)),
        );
        for &(step, a, began, crisis) in &self.crises {
            let place = &names.arenas[a];
            let (text, label) = match began {
                true => (
                    format!("{place} was contested to the point of crisis ({crisis:.2})."),
                    format!("{place}: crisis"),
                ),
                false => (
                    format!("The crisis of {place} eased ({crisis:.2})."),
                    format!("{place}: eased"),
                ),
            };
            let rank = if began { 0.5 } else { 0.38 };
            entries.push(Entry::new(step, Topic::Institution, rank, label, text));
        }
        for &(step, k, reached) in &self.cohesion {
            let name = &single.scenario.coalitions[k].name;
            let text = format!("Cohesion of {name} fell below {reached:.1} for the first time.");
            let rank = if k == 0 { 0.48 } else { 0.3 } + 0.3 * (0.8 - f64::from(reached)).max(0.0);
            let label = format!("Cohesion below {reached:.1}");
            entries.push(Entry::new(step, Topic::Cohesion, rank, label, text));
        }
        entries
    }
}

/// The event of a step that made at least half of a change of a patron's commitment: what only
/// came at the same time is no reason for it.
fn mover(single: &Single<'_>, moment: &Moment<'_>, patron: usize, change: f32) -> Option<usize> {
    let before = moment.before.commitment[patron].lane(0);
    let moved = |event: usize| -> f32 {
        let effects = single.scenario.events[event].effects.iter();
        let effects = effects.zip(&single.params.events[event].amounts);
        let own = effects.filter(|(effect, _)| effect.on == Some(StatePart::Commitment(patron)));
        own.map(|(_, (how, amount))| match how {
            Change::Add => amount.lane(0),
            Change::Multiply => before * (amount.lane(0) - 1.0),
            Change::Set => amount.lane(0) - before,
        })
        .sum()
    };
    let towards = |event: &usize| moved(*event) * change.signum();
    let events = moment.events.iter().copied();
    let largest = events.max_by(|x, y| towards(x).total_cmp(&towards(y)));
    largest.filter(|event| towards(event) >= 0.5 * change.abs())
}

/// The threat's trough, and its falls before it.
fn turns(single: &Single<'_>, names: &Names, row: &Row, trace: &Trace) -> Vec<Entry> {
    let strength = &trace.series[Series::ThreatStrength];
    let threat = &names.threat;
    let mut entries = Vec::new();
    let (trough, lowest) = (row.trough_step as usize, row.trough);
    // Of one that still falls, the last step is no turn.
    if trough > 0 && lowest < 0.9 && trough < single.plan.steps {
        let text = format!(
            "{threat} was at its weakest: {lowest:.2} of its strength at the start, with {} of the value of all territory.",
            percent(f64::from(trace.threat_share[trough]))
        );
        let label = format!("{threat} at its weakest");
        entries.push(Entry::new(trough, Topic::Threat, 0.85, label, text));
    }
    // Quarters of its first strength, downward, each told once.
    for (level, words) in [(0.75, "a quarter"), (0.5, "half"), (0.25, "three quarters")] {
        if let Some(step) = strength.iter().position(|&m| m < level)
            && step != trough
            && step > 0
        {
            let text = format!("{threat} had lost {words} of its strength.");
            let rank = if level == 0.5 { 0.6 } else { 0.46 };
            let label = format!("{threat} has lost {words} of its strength");
            entries.push(Entry::new(step, Topic::Threat, rank, label, text));
        }
    }
    entries
}

/// A number of people, as well as anybody would know it.
fn persons(value: f32) -> String {
    let value = f64::from(value);
    if value < 0.5 {
        return "nobody".to_owned();
    }
    if value < 1000.0 {
        return "fewer than 1,000".to_owned();
    }
    let digits = libm::pow(10.0, libm::floor(libm::log10(value)) - 1.0);
    let rounded = (value / digits).round() * digits;
    let plain = format!("{rounded:.0}");
    let mut grouped = String::new();
    for (k, digit) in plain.chars().enumerate() {
        if k > 0 && (plain.len() - k) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A value in few digits.
fn figure(value: f32) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{:.0}", value),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn drift_entry(single: &Single<'_>, names: &Names, drift: &Drift) -> Entry {
    let patron = &names.patrons[drift.patron];
    let verb = if drift.to < drift.from {
        "fell"
    } else {
        "rose"
    };
    let why = match drift.event {
        Some(event) => format!(", by the event “{}”", single.scenario.events[event].name),
        None => format!(
            "; it perceived the threat at {} of what it did at the start",
            percent(f64::from(drift.seen))
        ),
    };
    let text = format!(
        "{patron}: commitment {verb} from {:.2} to {:.2}{why}.",
        drift.from, drift.to
    );
    let size = f64::from((drift.to - drift.from).abs());
    let label = format!("{patron}: commitment {:.2}", drift.to);
    Entry::new(drift.step, Topic::Patron, 0.36 + size, label, text)
        .on_day_of(single.scenario, drift.event)
}

/// What an election to an institution came to.
fn election(names: &Names, trace: &Trace, arena: usize, step: usize) -> String {
    let mut held: Vec<(Holder, f32, f32)> = trace.control[arena]
        .iter()
        .map(|(holder, series)| (*holder, series[step - 1], series[step]))
        .collect();
    held.sort_by(|x, y| y.2.total_cmp(&x.2));
    let shares: Vec<String> = held
        .iter()
        .take(3)
        .filter(|(_, _, now)| *now >= 0.05)
        .map(|(holder, before, now)| {
            let (now, before) = (percent(f64::from(*now)), percent(f64::from(*before)));
            format!("{} {now} (before: {before})", names.holder(*holder))
        })
        .collect();
    format!("of {} now: {}", names.arenas[arena], list(&shares))
}

fn event_entry(
    single: &Single<'_>,
    names: &Names,
    (step, event): (usize, usize),
    before: usize,
    trace: &Trace,
) -> Entry {
    let known = &single.scenario.events[event];
    let mut effects: Vec<String> = Vec::new();
    for (effect, (change, amount)) in known
        .effects
        .iter()
        .zip(&single.params.events[event].amounts)
    {
        match effect.on {
            Some(StatePart::Election(a)) => effects.insert(0, election(names, trace, a, step)),
            Some(on) => effects.push(effect_words(single, names, on, *change, amount.lane(0))),
            None => {}
        }
    }
    let more = effects.len().saturating_sub(3);
    effects.truncate(3);
    if more > 0 {
        effects.push(format!("{more} more"));
    }
    let again = if before > 0 { " (again)" } else { "" };
    let dated = matches!(known.trigger, Some(Trigger::Date(_)));
    let kind = if dated { "Event" } else { "Event by chance" };
    let text = format!("{kind}: {}{again}; {}.", known.name, list(&effects));
    let weighty = known.effects.iter().any(|effect| {
        matches!(
            effect.on,
            Some(
                StatePart::Commitment(_)
                    | StatePart::Conflict(..)
                    | StatePart::Control(..)
                    | StatePart::Stake(..)
                    | StatePart::Election(_)
            )
        )
    });
    let count = (known.effects.len() as f64).min(6.0);
    // What had been announced is looked for, and the first of a kind is news.
    let rank = 0.4 + 0.03 * count + if weighty { 0.08 } else { 0.0 };
    let rank = rank + if dated { 0.1 } else { 0.04 };
    let rank = rank * libm::pow(0.8, before as f64);
    Entry::new(step, Topic::Event, rank, known.name.clone(), text)
        .on_day_of(single.scenario, Some(event))
}
