//! `simulate check`

use serde::Serialize;

use crate::experiment::strict::{self, Kind, Oddity};
use crate::foreign::line;
use crate::scenario::{
    Case, Complaints, Form, LandscapeFile, NumberRecord, Observation, Observed, Problems, Scenario,
    SourceFile,
};

use super::error::{CommandError, code};
use super::problems::{self, ProblemEntry};
use super::streams::{has_colours, print, tell_ready};
use super::{
    CheckArguments, Format, ODD, WRONG_INPUT, name_of, print_json, read_case, read_observed, say,
};

/// What was found, for a program.
#[derive(Serialize)]
struct Verdict {
    fine: bool,
    problems: Vec<ProblemEntry>,
    /// How many problems there are beside those listed.
    more_problems: usize,
    scenario: Option<Shape>,
    /// What it is where it is no scenario.
    landscape: Option<LandscapeShape>,
    /// What is legal but odd, if that was asked for.
    oddities: Option<Vec<OddityEntry>>,
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
    #[serde(flatten)]
    numbers: Counted,
    /// Events of what it extends that come after its end, by id.
    called_off: Vec<String>,
}

/// What a fine landscape consists of.
#[derive(Serialize)]
struct LandscapeShape {
    name: String,
    title: String,
    actors: usize,
    propensities: usize,
    /// Key of the actor that shrinks.
    threat: Option<String>,
    #[serde(flatten)]
    numbers: Counted,
}

/// The numbers given.
#[derive(Serialize)]
struct Counted {
    given: usize,
    sourced: usize,
    judged: usize,
    uncertain: usize,
}

/// Something that is legal but odd.
#[derive(Serialize)]
struct OddityEntry {
    /// The word by which `--allow` lets it pass.
    kind: &'static str,
    /// The key of the number or of the thing.
    key: String,
    #[serde(flatten)]
    problem: ProblemEntry,
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

/// A kind of oddity, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AllowedKind(Kind);

impl clap::ValueEnum for AllowedKind {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [AllowedKind; Kind::ALL.len()] = {
            let mut all = [AllowedKind(Kind::Effect); Kind::ALL.len()];
            let mut k = 0;
            while k < all.len() {
                all[k] = AllowedKind(Kind::ALL[k]);
                k += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.word()).help(self.0.about()))
    }
}

pub(super) fn check(arguments: &CheckArguments) -> u8 {
    let all = arguments.scenario.all();
    let mut observations = None;
    let case = match &arguments.observed {
        None => read_case(&all),
        Some(table) => {
            read_observed(&all.scenario, &all.settings, table).map(|(scenario, found)| {
                observations = Some(Observations::of(&scenario, &found));
                Case::Scenario(Box::new(scenario))
            })
        }
    };
    match (arguments.format, case) {
        (Format::Json, case) => code(as_json(arguments, case, observations)),
        (Format::Text, Ok(case)) if arguments.quiet => say_odd(&case, &odd(arguments, &case)),
        (Format::Text, Ok(case)) => code(as_text(arguments, &case, observations)),
        (Format::Text, Err(problems)) => say(&problems),
    }
}

fn as_json(
    arguments: &CheckArguments,
    case: Result<Case, Problems>,
    observations: Option<Observations>,
) -> Result<u8, CommandError> {
    let mut found = Verdict {
        fine: case.is_ok(),
        problems: Vec::new(),
        more_problems: 0,
        scenario: None,
        landscape: None,
        oddities: None,
        numbers: None,
        observations,
    };
    let mut odd_code = 0;
    match &case {
        Ok(case) => {
            match case {
                Case::Scenario(scenario) => found.scenario = Some(Shape::of(scenario)),
                Case::Landscape(landscape) => {
                    found.landscape = Some(LandscapeShape::of(landscape));
                }
            }
            found.numbers = arguments.numbers.then(|| listed(case));
            if arguments.strict {
                let odd = odd(arguments, case);
                odd_code = if odd.is_empty() { 0 } else { ODD };
                found.oddities = Some(OddityEntry::all(case, odd));
            }
        }
        Err(problems) => {
            found.problems = problems::entries(problems);
            found.more_problems = problems.others();
        }
    }
    print_json("check", None, &found)?;
    Ok(if found.fine { odd_code } else { WRONG_INPUT })
}

fn as_text(
    arguments: &CheckArguments,
    case: &Case,
    observations: Option<Observations>,
) -> Result<u8, CommandError> {
    if arguments.numbers {
        for number in listed(case) {
            let source = number.source.as_deref().unwrap_or("no source");
            let Number {
                key, value, file, ..
            } = &number;
            let row = format!("{key} = {value}  # {source}; {file}");
            print(&format!("{}\n", line(&row)))?;
        }
        print("\n")?;
    }
    let name = line(&name_of(&arguments.scenario.own.scenario)).into_owned();
    match case {
        Case::Scenario(scenario) => say_scenario(&name, scenario)?,
        Case::Landscape(landscape) => {
            let shape = LandscapeShape::of(landscape);
            print(&format!(
                "{name}: fine. A landscape of {} actors, {} propensities; {}\n",
                shape.actors,
                shape.propensities,
                shape.numbers.words()
            ))?;
        }
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
    let odd = odd(arguments, case);
    if arguments.strict && odd.is_empty() {
        print("nothing odd\n")?;
    }
    Ok(say_odd(case, &odd))
}

/// What is odd and not let pass, if that was asked for.
fn odd(arguments: &CheckArguments, case: &Case) -> Vec<Oddity> {
    let Case::Scenario(scenario) = case else {
        return Vec::new();
    };
    if !arguments.strict {
        return Vec::new();
    }
    let mut odd = strict::look(scenario);
    odd.retain(|oddity| !arguments.allow.contains(&AllowedKind(oddity.kind)));
    odd
}

/// Says what is odd, and gives the exit code.
fn say_odd(case: &Case, odd: &[Oddity]) -> u8 {
    if odd.is_empty() {
        return 0;
    }
    let mut said = shown(case, odd).render_as_warnings(has_colours());
    let of_kind = |kind: Kind| odd.iter().filter(|oddity| oddity.kind == kind).count();
    let counts = Kind::ALL.into_iter().map(|kind| (kind, of_kind(kind)));
    let counts: Vec<String> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {}", kind.word()))
        .collect();
    said.push_str(&format!(
        "{} odd: {}; --allow KIND lets one kind pass",
        odd.len(),
        counts.join(", ")
    ));
    tell_ready(&said);
    ODD
}

/// What is odd, to be shown as problems are.
fn shown(case: &Case, odd: &[Oddity]) -> Problems {
    let mut complaints = Complaints::default();
    for oddity in odd {
        complaints.push(oddity.problem.clone());
    }
    Problems::new(
        match case {
            Case::Scenario(scenario) => scenario.files.clone(),
            Case::Landscape(landscape) => landscape.files.clone(),
        },
        complaints,
    )
}

fn say_scenario(name: &str, scenario: &Scenario) -> Result<(), CommandError> {
    let shape = Shape::of(scenario);
    print(&format!(
        "{name}: fine. {} steps, {} factions, {} arenas, {} events; {}\n",
        shape.steps,
        shape.factions,
        shape.arenas,
        shape.events,
        shape.numbers.words()
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
    Ok(())
}

/// Every number that a case gives.
fn listed(case: &Case) -> Vec<Number> {
    let (numbers, files) = match case {
        Case::Scenario(scenario) => (&scenario.numbers, &scenario.files),
        Case::Landscape(landscape) => (&landscape.numbers, &landscape.files),
    };
    let given = numbers.iter().filter(|n| n.is_claim());
    given.map(|n| Number::of(files, n)).collect()
}

impl Counted {
    fn of(numbers: &[NumberRecord]) -> Self {
        let given = || numbers.iter().filter(|n| n.is_claim());
        let sourced = given().filter(|n| n.is_sourced()).count();
        Self {
            given: given().count(),
            sourced,
            judged: given().count() - sourced,
            uncertain: numbers
                .iter()
                .filter(|n| matches!(n.form, Form::Uncertain(_)))
                .count(),
        }
    }

    fn words(&self) -> String {
        let Self {
            given,
            sourced,
            judged,
            uncertain,
        } = self;
        format!(
            "{given} numbers given: {sourced} from sources, {judged} judged; {uncertain} uncertain"
        )
    }
}

impl Shape {
    fn of(scenario: &Scenario) -> Self {
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            start: scenario.time.start.to_string(),
            end: scenario.time.date_after(scenario.time.steps()).to_string(),
            steps: scenario.time.steps(),
            factions: scenario.factions.len(),
            arenas: scenario.arenas.len(),
            events: scenario.events.len(),
            numbers: Counted::of(&scenario.numbers),
            called_off: scenario.called_off.clone(),
        }
    }
}

impl OddityEntry {
    fn all(case: &Case, odd: Vec<Oddity>) -> Vec<Self> {
        let places = shown(case, &[]);
        odd.into_iter()
            .map(|oddity| Self {
                kind: oddity.kind.word(),
                key: oddity.key,
                problem: problems::entry(&places, &oddity.problem),
            })
            .collect()
    }
}

impl LandscapeShape {
    fn of(landscape: &LandscapeFile) -> Self {
        let key = |actor: usize| landscape.actors[actor].key.clone();
        Self {
            name: landscape.name.clone(),
            title: landscape.title.clone(),
            actors: landscape.actors.len(),
            propensities: landscape.propensities.len(),
            threat: landscape.threat.map(key),
            numbers: Counted::of(&landscape.numbers),
        }
    }
}

impl Number {
    fn of(files: &[SourceFile], number: &NumberRecord) -> Self {
        let file = number
            .place
            .as_ref()
            .and_then(|place| files.get(place.file))
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
