//! `simulate check`

use serde::Serialize;

use crate::foreign::line;
use crate::scenario::{Form, NumberRecord, Observation, Observed, Scenario};

use super::error::{CommandError, code};
use super::problems::{self, ProblemEntry};
use super::streams::print;
use super::{CheckArguments, Format, WRONG_INPUT, name_of, print_json, read, read_observed, say};

/// What was found, for a program.
#[derive(Serialize)]
struct Verdict {
    fine: bool,
    problems: Vec<ProblemEntry>,
    /// How many problems there are beside those listed.
    more_problems: usize,
    scenario: Option<Shape>,
    /// Every number given, if they were asked for.
    numbers: Option<Vec<Number>>,
    /// The observations, if there are any to be held against it.
    observations: Option<Observations>,
}

/// What is observed.
#[derive(Clone, Copy, Serialize)]
struct Observations {
    /// Values after the first day.
    values: usize,
    /// Events.
    events: usize,
    /// Reports up to the first day, which are known.
    known: usize,
}

impl Observations {
    fn of(scenario: &Scenario, observations: &[Observation]) -> Self {
        let known = observations.iter().filter(|o| o.is_known(scenario)).count();
        let is_event = |o: &&Observation| matches!(o.is, Observed::Event { .. });
        let events = observations.iter().filter(is_event).count();
        Self {
            values: observations.len() - known - events,
            events,
            known,
        }
    }
}

/// What a fine scenario consists of.
#[derive(Serialize)]
struct Shape {
    name: String,
    title: String,
    /// The first day, and the one on which the last step ends.
    start: String,
    end: String,
    steps: usize,
    factions: usize,
    arenas: usize,
    events: usize,
    given: usize,
    sourced: usize,
    judged: usize,
    uncertain: usize,
    /// Events of what it extends that come after its end, by id.
    called_off: Vec<String>,
}

/// A number that the scenario gives.
#[derive(Serialize)]
struct Number {
    key: String,
    /// As TOML: the number itself, or the whole distribution.
    value: String,
    source: Option<String>,
    file: String,
}

pub(super) fn check(arguments: &CheckArguments) -> u8 {
    let all = arguments.scenario.all();
    let mut observations = None;
    let scenario = match &arguments.observed {
        None => read(&all),
        Some(table) => {
            read_observed(&all.scenario, &all.settings, table).map(|(scenario, found)| {
                observations = Some(Observations::of(&scenario, &found));
                scenario
            })
        }
    };
    match (arguments.format, scenario) {
        (Format::Json, scenario) => code(as_json(arguments, scenario, observations)),
        (Format::Text, Ok(_)) if arguments.quiet => 0,
        (Format::Text, Ok(scenario)) => code(as_text(arguments, &scenario, observations)),
        (Format::Text, Err(problems)) => say(&problems),
    }
}

fn as_json(
    arguments: &CheckArguments,
    scenario: Result<Scenario, crate::scenario::Problems>,
    observations: Option<Observations>,
) -> Result<u8, CommandError> {
    let found = match &scenario {
        Ok(scenario) => Verdict {
            fine: true,
            problems: Vec::new(),
            more_problems: 0,
            scenario: Some(Shape::of(scenario)),
            numbers: arguments
                .numbers
                .then(|| given(scenario).map(|n| Number::of(scenario, n)).collect()),
            observations,
        },
        Err(problems) => Verdict {
            fine: false,
            problems: problems::entries(problems),
            more_problems: problems.others(),
            scenario: None,
            numbers: None,
            observations: None,
        },
    };
    print_json("check", None, &found)?;
    Ok(if found.fine { 0 } else { WRONG_INPUT })
}

fn as_text(
    arguments: &CheckArguments,
    scenario: &Scenario,
    observations: Option<Observations>,
) -> Result<u8, CommandError> {
    if arguments.numbers {
        for number in given(scenario).map(|n| Number::of(scenario, n)) {
            let source = number.source.as_deref().unwrap_or("no source");
            let Number {
                key, value, file, ..
            } = &number;
            let row = format!("{key} = {value}  # {source}; {file}");
            print(&format!("{}\n", line(&row)))?;
        }
        print("\n")?;
    }
    let shape = Shape::of(scenario);
    print(&format!(
        "{}: fine. {} steps, {} factions, {} arenas, {} events; {} numbers given: {} from sources, {} judged; {} uncertain\n",
        line(&name_of(&arguments.scenario.own.scenario)),
        shape.steps,
        shape.factions,
        shape.arenas,
        shape.events,
        shape.given,
        shape.sourced,
        shape.judged,
        shape.uncertain,
    ))?;
    let time = &scenario.time;
    let horizon = time.date_after(time.steps());
    if horizon != time.end {
        print(&format!(
            "the last step ends on {horizon}, {} days after `time.end`\n",
            time.days_to(horizon) - time.days_to(time.end)
        ))?;
    }
    if let (Some(of), Some(table)) = (observations, &arguments.observed) {
        print(&format!(
            "{}: fine. {} values and {} events to be foretold, {} reports up to the first day\n",
            line(&name_of(table)),
            of.values,
            of.events,
            of.known
        ))?;
    }
    if !scenario.called_off.is_empty() {
        print(&format!(
            "called off, since they come after `time.end`: {}\n",
            scenario.called_off.join(", ")
        ))?;
    }
    Ok(0)
}

fn given(scenario: &Scenario) -> impl Iterator<Item = &NumberRecord> {
    scenario.numbers.iter().filter(|n| n.is_claim())
}

impl Shape {
    fn of(scenario: &Scenario) -> Self {
        let all = given(scenario).count();
        let sourced = given(scenario).filter(|n| n.is_sourced()).count();
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            start: scenario.time.start.to_string(),
            end: scenario.time.date_after(scenario.time.steps()).to_string(),
            steps: scenario.time.steps(),
            factions: scenario.factions.len(),
            arenas: scenario.arenas.len(),
            events: scenario.events.len(),
            given: all,
            sourced,
            judged: all - sourced,
            uncertain: scenario.uncertain().count(),
            called_off: scenario.called_off.clone(),
        }
    }
}

impl Number {
    fn of(scenario: &Scenario, number: &NumberRecord) -> Self {
        let file = number
            .place
            .as_ref()
            .and_then(|place| scenario.files.get(place.file))
            .map_or("", |file| file.name.as_str());
        Self {
            key: number.path.clone(),
            value: match &number.form {
                Form::Fixed(value) => value.to_string(),
                Form::Uncertain(_) => number.to_toml(),
            },
            source: number.source.clone(),
            file: file.to_owned(),
        }
    }
}
