//! What is tried: whether anything depends on a number, and how near thresholds come.

use std::convert::Infallible;

use super::{Found, Kind};
use crate::engine::{Batch, Design, Progress, Row, Single, run_design};
use crate::parallel;
use crate::scenario::{Condition, Event, NumberRecord, Scenario, Trigger};

/// Histories with each value of a number, in one round after the other; a number that changed
/// anything is in no later one.
const ROUNDS: [u64; 3] = [2, 32, LAST];
const LAST: u64 = 512;
/// Histories in which an event must have happened before anything is said of its numbers.
const SEEN: usize = 8;
/// Histories in which variables are held against thresholds.
const WATCHED: u64 = 64;

pub(super) fn apply(found: &mut Found<'_>) {
    unread(found);
    reach(found);
}

/// Numbers on which nothing depends.
fn unread(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let claims = scenario
        .numbers
        .iter()
        .enumerate()
        .filter(|(_, n)| n.is_claim());
    let mut left: Vec<usize> = claims
        .filter(|(_, n)| can_be_tried(n) && !found.knows(&n.path))
        .map(|(index, _)| index)
        .collect();
    for histories in ROUNDS {
        left = unchanged(scenario, &left, histories);
    }
    for index in together(scenario, &left) {
        let number = &scenario.numbers[index];
        let others = others(number, true)
            .into_iter()
            .map(|value| short(value).to_string());
        let message = format!(
            "nothing depends on `{}`: with {} in the place of {}, each of {LAST} pairs of histories is the same",
            number.path,
            others.collect::<Vec<_>>().join(", "),
            short(number.central())
        );
        found.say(
            Kind::Unread,
            &number.path,
            number.place.clone(),
            message,
            "changes nothing",
            "what would read it may be off, or be about what never comes; leave it out, or give what it is about a part",
        );
    }
}

/// A number as it is told: its first digits.
fn short(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Whether changing it in histories can show anything: not a level with which something is compared (that it
/// is never met is no oddity), nor a correlation (which acts on draws alone).
fn can_be_tried(number: &NumberRecord) -> bool {
    let mut parts = number.path.split('.');
    match parts.next() {
        Some("outcomes" | "outcome" | "watch" | "correlation") => false,
        Some("event") => parts.all(|part| part != "when"),
        _ => true,
    }
}

/// Other values that a number may have: on either side of its own, and `far` from it.
fn others(number: &NumberRecord, far: bool) -> Vec<f64> {
    let own = number.central();
    let (low, high) = (number.spec.low, number.spec.high);
    let step = match own {
        // A tenth of a person is nobody.
        0.0 if number.spec.counts_people() => 1000.0,
        0.0 => 0.1,
        own => own.abs() / 2.0,
    };
    let mut all = vec![own + step, own - step];
    if far {
        all.push(away(number));
        // What an effect sets to next to nothing.
        if number.path.contains(".effect.") {
            all.push(own + 1.0);
        }
        // Shares and positions have ends that mean something.
        all.extend([low, high].into_iter().filter(|end| end.abs() <= 1.0));
    }
    let mut others: Vec<f64> = Vec::new();
    for value in all {
        let value = value.clamp(low, high);
        if value != own && !others.contains(&value) {
            others.push(value);
        }
    }
    others
}

/// What is left of a number that is left out: nothing, or what is far from it.
fn away(number: &NumberRecord) -> f64 {
    let own = number.central();
    let nothing = 0.0_f64.clamp(number.spec.low, number.spec.high);
    match own == nothing {
        true => number.spec.high.min(1.0),
        false => nothing,
    }
}

/// Those of some numbers, each of which does nothing by itself, that do nothing together either. All
/// money is taken away at once: of two incomes either may be enough.
fn together(scenario: &Scenario, numbers: &[usize]) -> Vec<usize> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for &index in numbers {
        let number = &scenario.numbers[index];
        let name = match number.spec.unit.contains("USD") {
            true => "money".to_owned(),
            false => number.path.clone(),
        };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(index),
            None => groups.push((name, vec![index])),
        }
    }
    let same = |numbers: &[usize]| {
        let of = |value: fn(&NumberRecord) -> f64| {
            numbers
                .iter()
                .map(|&n| value(&scenario.numbers[n]))
                .collect::<Vec<f64>>()
        };
        let both = rows(
            scenario,
            numbers,
            vec![of(NumberRecord::central), of(away)],
            LAST,
        );
        let (base, changed) = both.split_at(LAST as usize);
        base.iter().zip(changed).all(|(a, b)| is_same(a, b))
    };
    let all: Vec<usize> = groups.iter().flat_map(|(_, group)| group.clone()).collect();
    if all.is_empty() || same(&all) {
        return all;
    }
    let mut kept: Vec<usize> = Vec::new();
    for (_, group) in groups {
        let more = [kept.as_slice(), &group].concat();
        if same(&more) {
            kept = more;
        }
    }
    kept
}

/// Those of some numbers with which nothing changes in so many histories, each other of them at its
/// median, and the rest of the scenario's drawn as in a run. Of an event that hardly ever happened in them nothing is known.
fn unchanged(scenario: &Scenario, numbers: &[usize], histories: u64) -> Vec<usize> {
    if numbers.is_empty() {
        return Vec::new();
    }
    let central: Vec<f64> = numbers
        .iter()
        .map(|&n| scenario.numbers[n].central())
        .collect();
    let base = rows(scenario, numbers, vec![central.clone()], histories);
    let mut known = Vec::new();
    let mut changes = Vec::new();
    for (at, &index) in numbers.iter().enumerate() {
        let number = &scenario.numbers[index];
        if histories == LAST && !is_seen(scenario, number, &base) {
            continue;
        }
        for value in others(number, histories > ROUNDS[0]) {
            let mut row = central.clone();
            row[at] = value;
            changes.push(row);
            known.push(at);
        }
    }
    let mut same = vec![true; numbers.len()];
    let mut tried = vec![false; numbers.len()];
    // A few at a time: each row of a design has the values of all numbers.
    for (rows_of, known) in changes.chunks(256).zip(known.chunks(256)) {
        let all = rows(scenario, numbers, rows_of.to_vec(), histories);
        for (row, histories) in known.iter().zip(all.chunks(base.len())) {
            tried[*row] = true;
            same[*row] &= base.iter().zip(histories).all(|(a, b)| is_same(a, b));
        }
    }
    let left = numbers.iter().enumerate();
    left.filter(|(at, _)| same[*at] && tried[*at])
        .map(|(_, index)| *index)
        .collect()
}

/// Whether the event of a number happened in some of the histories; numbers of no event are.
fn is_seen(scenario: &Scenario, number: &NumberRecord, base: &[Row]) -> bool {
    let Some(rest) = number.path.strip_prefix("event.") else {
        return true;
    };
    let id = rest.split('.').next().unwrap_or_default();
    let Some(event) = scenario.events.iter().position(|event| event.id == id) else {
        return true;
    };
    base.iter()
        .filter(|row| row.events[event].is_some())
        .count()
        >= SEEN
}

/// Histories with each row's values of some numbers. History k of every row has the same random
/// numbers, and the same draw of all others.
fn rows(scenario: &Scenario, numbers: &[usize], rows: Vec<Vec<f64>>, histories: u64) -> Vec<Row> {
    let count = rows.len() as u64 * histories;
    let batch = Batch::of(scenario).replicates(count).rows_alone();
    let usual = Design::new(scenario, batch.seed);
    let (places, others): (Vec<usize>, Vec<usize>) = usual
        .numbers()
        .enumerate()
        .filter(|(_, number)| !numbers.contains(number))
        .unzip();
    let of_others = |draw| {
        let values = usual.values(draw);
        places.iter().map(|&place| values[place]).collect()
    };
    let drawn: Vec<Vec<f64>> = (0..histories).map(of_others).collect();
    let rows = rows.iter().flat_map(|row| {
        let others = drawn.iter();
        others.map(move |others| [row.as_slice(), others].concat())
    });
    let all = [numbers, others.as_slice()].concat();
    let design = Design::chosen(all, rows.collect(), 1, false).repeating_noise(histories);
    let mut all = Vec::new();
    let keep = |more: &[Row]| {
        all.extend(more.iter().map(|row| Row {
            inputs: Vec::new(),
            ..row.clone()
        }));
        Ok::<(), Infallible>(())
    };
    match run_design(&batch, &design, &Progress::default(), keep) {
        Ok(_) => all,
        Err(never) => match never {},
    }
}

/// Whether all that is recorded of two histories is the same, to the last bit.
fn is_same(a: &Row, b: &Row) -> bool {
    let figures = |row: &Row| {
        let own = [
            row.trough,
            row.final_strength,
            row.final_cohesion,
            row.mean_cohesion,
        ];
        let watched = row
            .watched
            .iter()
            .flat_map(|seen| [seen.last, seen.least, seen.most]);
        own.into_iter()
            .chain(watched)
            .map(f32::to_bits)
            .collect::<Vec<u32>>()
    };
    a.failed.is_some() == b.failed.is_some()
        && a.outcomes == b.outcomes
        && a.breaks_out == b.breaks_out
        && a.falls == b.falls
        && a.events == b.events
        && a.trough_step == b.trough_step
        && figures(a) == figures(b)
}

/// What a threshold of an event is held against.
struct Threshold<'a> {
    event: usize,
    condition: &'a Condition,
    /// The steps in which the event may happen.
    steps: (usize, usize),
}

/// Thresholds of events that nothing comes near.
fn reach(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let thresholds: Vec<Threshold<'_>> = scenario
        .events
        .iter()
        .enumerate()
        .filter(|(_, event)| event.enabled && !found.knows(&format!("event.{}", event.id)))
        .flat_map(|(index, event)| {
            let conditions = event
                .when
                .iter()
                .filter(|c| c.on.is_some() && (c.above.is_some() || c.below.is_some()));
            conditions.filter_map(move |condition| {
                Some(Threshold {
                    event: index,
                    condition,
                    steps: steps(scenario, event)?,
                })
            })
        })
        .collect();
    if thresholds.is_empty() {
        return;
    }
    let seen = parallel::map(WATCHED as usize, |replicate| {
        let single = Single::new(scenario, scenario.run.seed, replicate as u64);
        let mut ends = vec![(f32::INFINITY, f32::NEG_INFINITY); thresholds.len()];
        single.run(|moment| {
            // An event looks at the state as the step before left it.
            for (threshold, (least, most)) in thresholds.iter().zip(&mut ends) {
                let step = moment.step + 1;
                let within = threshold.steps.0 <= step && step <= threshold.steps.1;
                if let (true, Some(on)) = (within, threshold.condition.on) {
                    let value = single.value(moment.after, on, moment.step).lane(0);
                    (*least, *most) = (least.min(value), most.max(value));
                }
            }
        });
        ends
    });
    for (at, threshold) in thresholds.iter().enumerate() {
        let least = seen
            .iter()
            .map(|ends| ends[at].0)
            .fold(f32::INFINITY, f32::min);
        let most = seen
            .iter()
            .map(|ends| ends[at].1)
            .fold(f32::NEG_INFINITY, f32::max);
        let event = &scenario.events[threshold.event];
        let what = threshold
            .condition
            .on
            .map(|on| on.words())
            .unwrap_or_default();
        let bounds = [
            (threshold.condition.above, "above", f64::from(most)),
            (threshold.condition.below, "below", f64::from(least)),
        ];
        for (bound, word, reached) in bounds {
            let Some(bound) = bound.map(|bound| scenario.number(bound)) else {
                continue;
            };
            let (low, high) = bound.support();
            let (out, most_or_least) = match word {
                "above" => (reached < low, "at most"),
                _ => (reached > high, "at least"),
            };
            if out && reached.is_finite() {
                found.say(
                    Kind::Reach,
                    &bound.path,
                    bound.place.clone(),
                    format!("event `{}` wants the {what} {word} {}, and in {WATCHED} histories it is {most_or_least} {}", event.id, bound.central(), (reached * 1000.0).round() / 1000.0),
                    "out of reach",
                    "choose a threshold that is crossed in some histories, or leave the event out",
                );
            }
        }
    }
}

/// The steps in which an event may happen.
fn steps(scenario: &Scenario, event: &Event) -> Option<(usize, usize)> {
    match event.trigger? {
        Trigger::Date(date) => scenario.time.step_of(date).map(|step| (step, step)),
        Trigger::Hazard(_) => {
            let window = scenario.time.window(event.from, event.until)?;
            Some((window.first, window.last))
        }
    }
}
