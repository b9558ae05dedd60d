//! The story: what is told of all that happened, in order of time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::scenario::{Scenario, Time};

/// What an entry is about, in the order in which those of one date are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// An event of the scenario.
    Event,
    /// A place has another main holder.
    Territory,
    /// Open conflict began or ended.
    Quarrel,
    /// The threat rose, fell, split.
    Threat,
    /// A patron's commitment.
    Patron,
    /// An institution in crisis.
    Institution,
    /// A faction moved its effort.
    Effort,
    /// Cohesion of a coalition.
    Cohesion,
    /// An outcome that counts.
    Outcome,
}

/// A term of the model that helps to explain an entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// What it stands for, in words.
    pub what: String,
    /// By how much it changed the sum, in the unit of the sum.
    pub change: f64,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The step in which it happens.
    pub step: usize,
    /// The day, ISO 8601: that of an event, or the day on which the step ends.
    pub date: String,
    /// The same, if it isn't the day on which the step ends.
    #[serde(skip)]
    day: Option<Date>,
    /// Its number in the picture, if it is marked there.
    pub number: Option<usize>,
    /// What it is about.
    pub topic: Topic,
    /// How much it matters, 0 to 1; decides what is told.
    pub importance: f64,
    /// A few words, for the picture.
    pub label: String,
    /// The sentence.
    pub text: String,
    /// The terms behind it, the largest first.
    pub reasons: Vec<Reason>,
    /// What it is a turn of.
    #[serde(skip)]
    thread: Option<Thread>,
}

/// A turn of something that has one state at a time: who holds a place, whether two are at war.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Thread {
    /// Of what: its topic, and its number in it.
    of: (Topic, usize),
    /// The state before.
    from: usize,
    /// The state after.
    to: usize,
}

impl Entry {
    /// An entry, to be dated.
    pub(super) fn new(
        step: usize,
        topic: Topic,
        importance: f64,
        label: String,
        text: String,
    ) -> Self {
        Self {
            step,
            date: String::new(),
            day: None,
            number: None,
            topic,
            importance: importance.clamp(0.0, 1.0),
            label,
            text,
            reasons: Vec::new(),
            thread: None,
        }
    }

    /// The same as a turn of the thing of a number in its topic from one state to another: what
    /// is told of a thing hangs together.
    pub(super) fn turns(mut self, number: usize, from: usize, to: usize) -> Self {
        let of = (self.topic, number);
        self.thread = Some(Thread { of, from, to });
        self
    }

    /// The same, made by an event of the scenario, on its day.
    pub(super) fn on_day_of(mut self, scenario: &Scenario, event: Option<usize>) -> Self {
        let event = event.and_then(|event| scenario.events.get(event));
        self.day = event.map(|event| event.day(&scenario.time, self.step));
        self
    }

    /// How many days after the start it is told.
    pub fn days_after_start(&self, time: &Time) -> f64 {
        let day = self.day.unwrap_or_else(|| time.date_after(self.step));
        time.days_to(day) as f64
    }

    /// The same with its reasons; the sentence goes on with them.
    pub(super) fn because(mut self, reasons: Vec<Reason>) -> Self {
        let parts: Vec<String> = reasons
            .iter()
            .map(|r| format!("{} ({})", r.what, signed(r.change)))
            .collect();
        if !parts.is_empty() {
            self.text = format!("{}: {}", self.text.trim_end_matches('.'), parts.join(", "));
            self.text.push('.');
        }
        self.reasons = reasons;
        self
    }
}

/// A change with its sign.
fn signed(change: f64) -> String {
    format!("{change:+.2}").replace('-', "−")
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The most important only.
    Few,
    /// The usual.
    Usual,
    /// More.
    Many,
    /// Everything that was noticed.
    All,
}

impl Detail {
    /// The least importance that is told, and the most entries but for the weightiest of each topic and what
    /// mends threads.
    fn limits(self) -> (f64, usize) {
        match self {
            Self::Few => (0.6, 18),
            Self::Usual => (0.4, 32),
            Self::Many => (0.3, 100),
            Self::All => (0.0, usize::MAX),
        }
    }
}

/// What each further entry of one topic counts, relative to the one before: the tenth
/// place that fell is less news than the first move of effort.
const TIRING: f64 = 0.96;

/// How many entries the picture marks.
const MARKED: usize = 16;

/// Adds to what is told the turns without which it would contradict itself: a place that falls
/// to somebody who has it already, a war without its beginning, a last holder who never took it.
fn mend_threads(entries: &[Entry], told: &mut [bool]) {
    let mut threads: BTreeMap<(Topic, usize), Vec<(usize, Thread)>> = BTreeMap::new();
    for (k, entry) in entries.iter().enumerate() {
        if let Some(thread) = entry.thread {
            threads.entry(thread.of).or_default().push((k, thread));
        }
    }
    for turns in threads.values_mut() {
        turns.sort_by_key(|&(k, _)| entries[k].step);
        let Some(&(_, first)) = turns.first() else {
            continue;
        };
        // What a reader takes for the state, and from where on turns may be added.
        let (mut state, mut open) = (first.from, 0);
        let mut missing = Vec::new();
        let mut add = |turns: &[(usize, Thread)], state: usize, mut wanted: usize| {
            for &(k, turn) in turns.iter().rev() {
                if turn.to == wanted && turn.from != wanted && wanted != state {
                    missing.push(k);
                    wanted = turn.from;
                }
            }
        };
        for (place, &(k, turn)) in turns.iter().enumerate() {
            if told[k] {
                add(&turns[open..place], state, turn.from);
                (state, open) = (turn.to, place + 1);
            }
        }
        let last = turns.last().map_or(state, |(_, turn)| turn.to);
        add(&turns[open..], state, last);
        missing.into_iter().for_each(|k| told[k] = true);
    }
}

/// A told history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Story {
    /// How it stood at the start.
    pub beginning: Vec<String>,
    /// What happened, in order of time.
    pub entries: Vec<Entry>,
    /// How it ended.
    pub end: Vec<String>,
    /// What else was noticed and is not told.
    pub left_out: usize,
}

impl Story {
    pub(super) fn new(
        scenario: &Scenario,
        detail: Detail,
        beginning: Vec<String>,
        mut entries: Vec<Entry>,
        end: Vec<String>,
    ) -> Self {
        let all = entries.len();
        let (least, most) = detail.limits();
        // What matters most first; in the order of time where two matter alike.
        entries.sort_by(|x, y| {
            let by_importance = y.importance.total_cmp(&x.importance);
            by_importance.then(x.step.cmp(&y.step))
        });
        let mut ranked: Vec<(f64, Entry)> = Vec::with_capacity(all);
        for entry in entries {
            let before = ranked.iter().filter(|(_, e)| e.topic == entry.topic);
            let count = before.count() as f64;
            ranked.push((entry.importance * libm::pow(TIRING, count), entry));
        }
        ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.step.cmp(&y.1.step)));
        let heavy = ranked.partition_point(|(weight, _)| *weight >= least);
        let all_entries: Vec<Entry> = ranked.into_iter().map(|(_, entry)| entry).collect();
        let mut told: Vec<bool> = (0..all).map(|rank| rank < heavy.min(most)).collect();
        // Of each topic the weightiest is told, however full the story is.
        let mut topics = BTreeSet::new();
        for (told, entry) in told.iter_mut().zip(&all_entries).take(heavy) {
            *told |= topics.insert(entry.topic);
        }
        mend_threads(&all_entries, &mut told);
        let kept = all_entries.into_iter().zip(told).filter(|(_, told)| *told);
        let mut entries: Vec<Entry> = kept.map(|(entry, _)| entry).collect();
        for (rank, entry) in entries.iter_mut().enumerate() {
            let day = *(entry.day).get_or_insert_with(|| scenario.time.date_after(entry.step));
            entry.date = day.to_string();
            entry.number = (rank < MARKED).then_some(0);
        }
        entries.sort_by_key(|entry| (entry.day, entry.step, entry.topic));
        let marked = entries.iter_mut().filter(|entry| entry.number.is_some());
        for (number, entry) in marked.enumerate() {
            entry.number = Some(number + 1);
        }
        Self {
            beginning,
            left_out: all - entries.len(),
            entries,
            end,
        }
    }
}
