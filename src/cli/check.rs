//! `simulate check`

use serde::Serialize;

use crate::foreign::line;
use crate::scenario::{Form, NumberRecord, Scenario};

use super::error::{CommandError, code};
use super::problems::{self, ProblemEntry};
use super::streams::print;
use super::{CheckArguments, Format, WRONG_INPUT, name_of, print_json, read, say};

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
    let scenario = read(&arguments.scenario.all());
    match (arguments.format, scenario) {
        (Format::Json, scenario) => code(as_json(arguments, scenario)),
        (Format::Text, Ok(_)) if arguments.quiet => 0,
        (Format::Text, Ok(scenario)) => code(as_text(arguments, &scenario)),
        (Format::Text, Err(problems)) => say(&problems),
    }
}

fn as_json(
    arguments: &CheckArguments,
    scenario: Result<Scenario, crate::scenario::Problems>,
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
        },
        Err(problems) => Verdict {
            fine: false,
            problems: problems::entries(problems),
            more_problems: problems.others(),
            scenario: None,
            numbers: None,
        },
    };
    print_json("check", None, &found)?;
    Ok(if found.fine { 0 } else { WRONG_INPUT })
}

fn as_text(arguments: &CheckArguments, scenario: &Scenario) -> Result<u8, CommandError> {
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
