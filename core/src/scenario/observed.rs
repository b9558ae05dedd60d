//! Observations: what is known of the world at dates, as expressions of the model's variables.
//!
//! A row of the table is a quantity with its value and how sure it is, or an event: something
//! that becomes true by a date, or doesn't.

use std::sync::Arc;

use jiff::civil::Date;

use super::diagnostics::{Complaints, Place, Problem, Problems};
use super::document::Document;
use super::expression::Gives;
use super::setting::add_watch;
use super::sheet::{Cell, Row, Sheet};
use super::{Scenario, SourceFile};

/// The columns of the table, and whether each must be there.
const COLUMNS: [(&str, bool); 11] = [
    ("date", true),
    ("quantity", true),
    ("label", false),
    ("value", true),
    ("low", false),
    ("high", false),
    ("sd", false),
    ("unit", false),
    ("since", false),
    ("base_rate", false),
    ("source", false),
];

/// The 95 % quantile of the normal distribution: half of what a range of nine in ten spans.
pub const Z90: f64 = 1.644_853_626_951_472_2;

/// How the ids of watched quantities begin that observations lay over a scenario.
const LAID: &str = "observed_";

/// Whether a watched quantity is one that observations laid over a scenario.
pub(super) fn is_laid(id: &str) -> bool {
    id.starts_with(LAID)
}

/// A table of observations as text.
#[derive(Debug, Clone)]
pub struct ObservedText {
    /// What it is called in problems.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// What is known of the world, checked against a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Its place among [`Scenario::watches`].
    pub watch: usize,
    /// The expression as it is written.
    pub what: String,
    /// What a reader calls it: the expression, where the table has no name for it.
    pub label: String,
    /// The day of which it is said.
    pub date: Date,
    /// What is said.
    pub is: Observed,
    /// Its unit, for a reader.
    pub unit: String,
    /// Who says so.
    pub source: String,
}

/// What is said of a quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum Observed {
    /// How large it is.
    Value {
        /// The value.
        value: f64,
        /// Standard deviation of what is reported around what is, 0 or more.
        sd: f64,
    },
    /// Whether it became true.
    Event {
        /// Whether it did.
        happened: bool,
        /// After this day; after the first day of the scenario where none is given.
        since: Option<Date>,
        /// How often the like happens, 0..1, from elsewhere.
        base_rate: Option<f64>,
    },
}

/// A row as far as it can be read without the scenario.
struct Draft {
    watch: String,
    what: Cell,
    date: (Date, Place),
    value: Place,
    is: Observed,
    label: String,
    unit: String,
    source: String,
}

/// What is laid over a document, to be linked with its scenario.
pub(super) struct Drafts(Vec<Draft>);

impl Drafts {
    /// Reads a table, and lays a watched quantity over the document for every expression in it.
    pub(super) fn lay(document: &mut Document, table: &ObservedText) -> Self {
        let files = Arc::make_mut(&mut document.files);
        let file = files.len();
        files.push(SourceFile::named(&table.name, &table.text));
        let text = files[file].text.clone();
        let sheet = Sheet::read(&text, file, &COLUMNS, false, &mut document.problems);
        let mut drafts: Vec<Draft> = Vec::new();
        for row in &sheet.rows {
            let Some(draft) = Draft::read(row, &mut document.problems) else {
                continue;
            };
            let known = drafts.iter().find(|d| d.what.text == draft.what.text);
            let watch = match known {
                Some(known) => known.watch.clone(),
                None => {
                    let id = format!("{LAID}{}", drafts.len() + 1);
                    add_watch(&mut document.root, &id, &draft.what.text, &draft.what.place);
                    id
                }
            };
            drafts.push(Draft { watch, ..draft });
        }
        if sheet.rows.is_empty() && document.problems.is_empty() {
            let place = Place { file, span: 0..0 };
            let problem = Problem::at(place, "a table without observations", "only a header");
            document
                .problems
                .push(problem.help("give a row for each observation"));
        }
        Self(drafts)
    }

    /// The observations of a scenario that was read with them.
    pub(super) fn link(self, scenario: &Scenario) -> Result<Vec<Observation>, Problems> {
        let mut problems = Complaints::default();
        let drafts = self.0.into_iter();
        let linked = drafts
            .filter_map(|draft| draft.link(scenario, &mut problems))
            .collect();
        match problems.is_empty() {
            true => Ok(linked),
            false => Err(Problems::new(Arc::clone(&scenario.files), problems)),
        }
    }
}

/// Reads a cell, or says what is wrong with it.
fn read<T>(
    cell: Option<&Cell>,
    problems: &mut Complaints,
    read: impl FnOnce(&str) -> Option<T>,
    what: &str,
    help: &str,
) -> Result<Option<T>, ()> {
    let Some(cell) = cell else {
        return Ok(None);
    };
    match read(&cell.text) {
        Some(value) => Ok(Some(value)),
        None => {
            let message = format!("`{}` is not {what}", cell.text);
            problems.push(Problem::at(cell.place.clone(), message, "here").help(help));
            Err(())
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

const DAY: &str = "write days as 2016-06-15";

impl Draft {
    fn read(row: &Row, problems: &mut Complaints) -> Option<Self> {
        let [
            date,
            what,
            label,
            value,
            low,
            high,
            sd,
            unit,
            since,
            base_rate,
            source,
        ] = row.cells.as_slice()
        else {
            return None;
        };
        let mut must = |cell: &Option<Cell>, name: &str| {
            if cell.is_none() {
                let message = format!("a row without `{name}`");
                problems.push(Problem::at(row.place.clone(), message, "this row"));
            }
            cell.clone()
        };
        let (day, what, said) = (
            must(date, "date"),
            must(what, "quantity"),
            must(value, "value"),
        );
        let (day, what, said) = (day?, what?, said?);
        let date = read(Some(&day), problems, |t| t.parse().ok(), "a date", DAY);
        let happened = truth(&said.text);
        let is = match happened {
            Some(happened) => Self::event(happened, [low, high, sd], (since, base_rate), problems),
            None => Self::value(&said, [low, high, sd], [since, base_rate], problems),
        };
        let text = |cell: &Option<Cell>| cell.as_ref().map_or(String::new(), |c| c.text.clone());
        Some(Self {
            watch: String::new(),
            date: (date.ok()??, day.place),
            value: said.place,
            is: is?,
            label: text(label),
            unit: text(unit),
            source: text(source),
            what,
        })
    }

    fn event(
        happened: bool,
        none: [&Option<Cell>; 3],
        (since, base_rate): (&Option<Cell>, &Option<Cell>),
        problems: &mut Complaints,
    ) -> Option<Observed> {
        let help = "leave `low`, `high` and `sd` empty where the value is yes or no";
        must_be_empty(&none, "an event has no range", help, problems);
        let since = read(since.as_ref(), problems, |t| t.parse().ok(), "a date", DAY);
        let chance = |t: &str| number(t).filter(|p| (0.0..=1.0).contains(p));
        let what = "a chance";
        let rate = read(
            base_rate.as_ref(),
            problems,
            chance,
            what,
            "give a number from 0 to 1",
        );
        Some(Observed::Event {
            happened,
            since: since.ok()?,
            base_rate: rate.ok()?,
        })
    }

    fn value(
        said: &Cell,
        [low, high, sd]: [&Option<Cell>; 3],
        none: [&Option<Cell>; 2],
        problems: &mut Complaints,
    ) -> Option<Observed> {
        let help = "leave `since` and `base_rate` empty where the value is a number";
        must_be_empty(&none, "only events have these", help, problems);
        let help = "a quantity has a number, an event yes or no";
        let value = read(Some(said), problems, number, "a number, yes or no", help).ok()??;
        let mut end = |cell: &Option<Cell>, is_right: &dyn Fn(f64) -> bool, help: &str| {
            let right = |t: &str| number(t).filter(|v| is_right(*v));
            read(
                cell.as_ref(),
                problems,
                right,
                "a number that can stand here",
                help,
            )
        };
        let below = end(low, &|v| v <= value, "`low` is at most the value");
        let above = end(high, &|v| v >= value, "`high` is at least the value");
        let sd = end(sd, &|v| v >= 0.0, "a standard deviation is 0 or more");
        let (below, above) = (below.ok()?, above.ok()?);
        // Of a range with one end, or of two unequal halves, half of what it spans.
        let half = match (below, above) {
            (Some(low), Some(high)) => (high - low) / 2.0,
            (Some(low), None) => value - low,
            (None, Some(high)) => high - value,
            (None, None) => 0.0,
        };
        Some(Observed::Value {
            value,
            sd: sd.ok()?.unwrap_or(half / Z90),
        })
    }

    fn link(self, scenario: &Scenario, problems: &mut Complaints) -> Option<Observation> {
        let watch = scenario.watches.iter().position(|w| w.id == self.watch)?;
        let what = &scenario.watches[watch].what;
        let gives = what.gives();
        let mut wrong = |place: &Place, message: String, label: &str, help: String| {
            problems.push(Problem::at(place.clone(), message, label).help(help));
        };
        match (&self.is, gives) {
            (Observed::Value { .. }, Gives::Truth) => wrong(
                &self.value,
                format!("`{}` is true or false, not a number", self.what.text),
                "a number",
                "say yes or no: whether it became true by the date".to_owned(),
            ),
            (Observed::Event { .. }, Gives::Number) => wrong(
                &self.value,
                format!("`{}` is a number, and can't be yes or no", self.what.text),
                "no number",
                "compare it with something, for instance `… < 0.5`".to_owned(),
            ),
            _ => {}
        }
        if what.variables().is_empty() && what.outcomes().is_empty() {
            wrong(
                &self.what.place,
                format!("`{}` is the same at every step", self.what.text),
                "no variable in it",
                "an observation is of the model's variables, such as `open_fighters` or `control(mosul, threat)`; the keys of numbers stand for what the scenario gives".to_owned(),
            );
        }
        let time = &scenario.time;
        let horizon = time.date_after(time.steps());
        let (date, place) = &self.date;
        if *date > horizon {
            let message = format!("{date} is after the last step, which ends on {horizon}");
            let help = "leave it out, or give the scenario a later `time.end`".to_owned();
            wrong(place, message, "after the end", help);
        }
        let after = match &self.is {
            Observed::Event { since, .. } => since.map(|since| since.max(time.start)),
            Observed::Value { .. } => None,
        };
        let after = after.unwrap_or(time.start);
        if matches!(self.is, Observed::Event { .. }) && after >= *date {
            let message = format!("no step lies between the beginning of its time and {date}");
            let help = format!(
                "an event comes about after {after} (`since`, or else the scenario's first day) and by its date"
            );
            wrong(place, message, "too early", help);
        }
        Some(Observation {
            watch,
            label: match self.label {
                none if none.is_empty() => self.what.text.clone(),
                label => label,
            },
            what: self.what.text,
            date: self.date.0,
            is: self.is,
            unit: self.unit,
            source: self.source,
        })
    }
}

fn must_be_empty(cells: &[&Option<Cell>], message: &str, help: &str, problems: &mut Complaints) {
    for cell in cells.iter().filter_map(|cell| cell.as_ref()) {
        let problem = Problem::at(cell.place.clone(), message, "not expected here");
        problems.push(problem.help(help));
    }
}

impl Observation {
    /// Whether it was known on the first day, and is none to be foretold.
    pub fn is_known(&self, scenario: &Scenario) -> bool {
        self.date <= scenario.time.start
    }

    /// The steps of which it is said, the last included: of an event all in which it may come
    /// about, of a value the last that has ended by its day; step 0 is the start.
    pub fn steps(&self, scenario: &Scenario) -> (usize, usize) {
        let time = &scenario.time;
        let last = ended(time.days_to(self.date), scenario);
        match &self.is {
            Observed::Value { .. } => (last, last),
            Observed::Event { since, .. } => {
                let since = since.map_or(0, |since| time.days_to(since));
                ((ended(since, scenario) + 1).min(last), last)
            }
        }
    }
}

/// Steps that have ended so many days after the start.
fn ended(days: i64, scenario: &Scenario) -> usize {
    let step = 7 * scenario.time.step_weeks.max(1);
    let ended = usize::try_from(days.div_euclid(step)).unwrap_or(0);
    ended.min(scenario.time.steps())
}
