//! Scenarios: TOML files turned into checked data, with units, sources and good errors.

mod actors;
mod arena;
mod case;
#[cfg(feature = "files")]
mod chain;
mod check;
pub mod coded;
mod correlation;
mod design;
mod diagnostics;
pub mod distribution;
mod document;
mod draws;
mod event;
mod excerpt;
mod expression;
mod faults;
mod identity;
mod laid;
mod landscape;
mod library;
mod mechanisms;
mod number;
mod observed;
mod outcome;
mod reader;
#[cfg(feature = "files")]
pub mod regular;
mod resolved;
mod schema;
mod setting;
mod sheet;
mod shortened;
mod size;
mod spec;
mod syntax;
mod time;
mod tree;
mod variable;
mod watch;

pub use actors::{Bloc, Coalition, Community, Faction, Issue, Patron, Threat};
pub use arena::{Arena, ArenaKind, Tie};
pub use case::{Case, Kind};
pub use correlation::{Correlated, Correlation};
pub use design::InputDesign;
pub use diagnostics::{
    Complaints, Place, Problem, Problems, SourceFile, nearest, with_plain_line_ends,
};
pub use distribution::Distribution;
pub use event::{Change, Condition, Effect, Event, Trigger};
pub use expression::{Asked, Expression, Operator, SoFar};
pub use identity::{Identity, LONGEST_LABEL, Variant, wrong_with_folder_name, wrong_with_label};
pub use laid::{can_be_laid, laid};
pub use landscape::{LandscapeActor, LandscapeFile, Propensity};
pub use library::{CaseObserved, LibraryObserved};
pub use mechanisms::{
    Allocation, Conflict, Contest, Mechanisms, Morale, Oil, Outcomes, Patronage, Perception,
    Polity, Rivalry, Strategy, Upkeep,
};
pub use number::{Form, NumberRecord, Quantity, typed, unambiguous};
pub use observed::{Observation, Observed, ObservedText, Z90};
pub use outcome::{COLOURS, Comes, Outcome};
pub use reader::Actor;
pub use schema::{landscape_reference, landscape_schema, reference, reference_markdown, schema};
pub use setting::WATCH;
pub use size::Size;
pub use spec::{KeyDescription, NameKind, NumberSpec, Shape};
pub use time::{Time, Window};
pub use variable::{COHESION, Declaration, Holder, Measure, StatePart, Variable, variables};
pub use watch::Watch;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use document::Document;
use observed::Drafts;
use outcome::Draft;
use reader::{Reader, Resolved};
use tree::{Table, Value};

/// How many replicates, and from which seed, when the command line doesn't say.
#[derive(Debug, Clone, Copy)]
pub struct RunDefaults {
    /// Replicates.
    pub replicates: u64,
    /// Root seed of all random numbers.
    pub seed: u64,
    /// How many replicates are to share one draw of the uncertain inputs; how many do:
    /// [`Scenario::replicates_per_draw`].
    pub replicates_per_draw: u64,
    /// Where the draws of the uncertain inputs lie.
    pub design: InputDesign,
}

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The key: the file's stem unless the scenario says otherwise.
    pub name: String,
    /// The title shown in pictures.
    pub title: String,
    /// The story, in a few paragraphs.
    pub story: String,
    /// Where the evidence for it stands, in one line.
    pub evidence: Option<String>,
    /// When it plays.
    pub time: Time,
    /// Issues.
    pub issues: Vec<Issue>,
    /// Communities.
    pub communities: Vec<Community>,
    /// Blocs.
    pub blocs: Vec<Bloc>,
    /// Factions.
    pub factions: Vec<Faction>,
    /// Patrons.
    pub patrons: Vec<Patron>,
    /// Coalitions; the first is the headline one.
    pub coalitions: Vec<Coalition>,
    /// The threat.
    pub threat: Threat,
    /// Arenas.
    pub arenas: Vec<Arena>,
    /// Ties.
    pub ties: Vec<Tie>,
    /// Uncertain numbers that go together in pairs.
    pub correlations: Vec<Correlation>,
    /// Events.
    pub events: Vec<Event>,
    /// Parameters of the mechanisms.
    pub mechanisms: Mechanisms,
    /// What counts as what, in the order in which it is looked for.
    pub outcomes: Vec<Outcome>,
    /// What is recorded of every replicate beside what always is.
    pub watches: Vec<Watch>,
    /// Defaults of a run.
    pub run: RunDefaults,
    /// What makes it another than the one in its file.
    pub variant: Variant,
    /// Every number of the scenario; a [`Quantity`] is an index into it.
    pub numbers: Vec<NumberRecord>,
    /// Events of what it extends that are called off since they lie after its end, by id.
    pub called_off: Vec<String>,
    /// The files it was read from.
    pub files: Arc<Vec<SourceFile>>,
    resolved: Vec<(String, Resolved)>,
}

impl Scenario {
    /// Reads and checks a scenario file and everything it extends.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    #[cfg(feature = "files")]
    pub fn load(path: &Path) -> Result<Self, Problems> {
        Self::load_with(path, &[])
    }

    /// The same with `key=value` settings laid over it.
    ///
    /// # Errors
    /// Everything that is wrong with file and settings, at once.
    #[cfg(feature = "files")]
    pub fn load_with(path: &Path, settings: &[String]) -> Result<Self, Problems> {
        Self::from_document(Document::load(path, settings)?, path, settings)
    }

    /// The same from a text that was read already, such as standard input: `name` stands in
    /// problems, and what it extends is taken from the working folder.
    ///
    /// # Errors
    /// Everything that is wrong with text and settings, at once.
    #[cfg(feature = "files")]
    pub fn load_text(name: &str, bytes: Vec<u8>, settings: &[String]) -> Result<Self, Problems> {
        let document = Document::load_text(name, bytes, settings)?;
        Self::from_document(document, Path::new(name), settings)
    }

    /// Reads and checks a scenario from text; `name` stands in problems.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        Self::parse_with(name, text, &[])
    }

    /// The same with `key=value` settings laid over it.
    ///
    /// # Errors
    /// Everything that is wrong with text and settings, at once.
    pub fn parse_with(name: &str, text: &str, settings: &[String]) -> Result<Self, Problems> {
        let document = Document::parse(name, text, settings)?;
        Self::from_document(document, Path::new(name), settings)
    }

    /// Reads a scenario file with observations to be held against it; every expression in them
    /// is watched.
    ///
    /// # Errors
    /// Everything that is wrong with file, settings and observations, at once.
    #[cfg(feature = "files")]
    pub fn load_observed(
        path: &Path,
        settings: &[String],
        table: &ObservedText,
    ) -> Result<(Self, Vec<Observation>), Problems> {
        Self::observed(Document::load(path, settings)?, path, settings, table)
    }

    /// The same of a scenario whose text was read already, as [`Scenario::load_text`] has it.
    ///
    /// # Errors
    /// Everything that is wrong with text, settings and observations, at once.
    #[cfg(feature = "files")]
    pub fn load_text_observed(
        name: &str,
        bytes: Vec<u8>,
        settings: &[String],
        table: &ObservedText,
    ) -> Result<(Self, Vec<Observation>), Problems> {
        let document = Document::load_text(name, bytes, settings)?;
        Self::observed(document, Path::new(name), settings, table)
    }

    /// The same of a scenario from text that extends no file.
    ///
    /// # Errors
    /// Everything that is wrong with text, settings and observations, at once.
    pub fn parse_observed(
        name: &str,
        text: &str,
        settings: &[String],
        table: &ObservedText,
    ) -> Result<(Self, Vec<Observation>), Problems> {
        let document = Document::parse(name, text, settings)?;
        Self::observed(document, Path::new(name), settings, table)
    }

    fn observed(
        mut document: Document,
        path: &Path,
        settings: &[String],
        table: &ObservedText,
    ) -> Result<(Self, Vec<Observation>), Problems> {
        let drafts = Drafts::lay(&mut document, table);
        let mut scenario = Self::from_document(document, path, settings)?;
        let observations = drafts.link(&scenario)?;
        // What is looked at doesn't make it another scenario.
        resolved::forget(&mut scenario.resolved, "watch", observed::is_laid);
        Ok((scenario, observations))
    }

    /// The record of a number.
    pub fn number(&self, quantity: Quantity) -> &NumberRecord {
        &self.numbers[quantity.index()]
    }

    /// Whether a number was given by a setting laid over the files: a what-if, not a claim.
    pub fn is_set(&self, number: &NumberRecord) -> bool {
        let file = number.place.as_ref().and_then(|p| self.files.get(p.file));
        file.is_some_and(|file| file.name == setting::NAME)
    }

    /// The whole scenario with every default and overlay written out, as TOML; running it
    /// gives the same results under the same label.
    pub fn resolved(&self) -> String {
        resolved::to_toml(&self.resolved) + &resolved::variant(&self.variant)
    }

    /// The same value by value: the key from the root and the value as TOML. An event goes
    /// by its id and a tie by its pair, as in [`NumberRecord::path`].
    pub fn entries(&self) -> Vec<(String, String)> {
        resolved::entries(&self.resolved)
    }

    /// The same as if its file had given this seed and number of replicates.
    #[must_use]
    pub fn as_run(&self, seed: u64, replicates: u64) -> Self {
        let mut scenario = self.clone();
        (scenario.run.seed, scenario.run.replicates) = (seed, replicates);
        resolved::set(&mut scenario.resolved, "run", "seed", seed);
        resolved::set(&mut scenario.resolved, "run", "replicates", replicates);
        scenario
    }

    /// The same as if its file had given this design of its inputs.
    #[must_use]
    pub fn with_design(&self, design: InputDesign) -> Self {
        let mut scenario = self.clone();
        scenario.run.design = design;
        let word = format!("\"{}\"", design.word());
        resolved::replace(&mut scenario.resolved, "run.design", &word);
        scenario
    }

    /// Refuses a design of its inputs where what is done lays them out by itself.
    ///
    /// # Errors
    /// Where it has one: says what to do.
    pub fn must_leave_design(&self, to: &str) -> Result<(), String> {
        match self.run.design {
            InputDesign::Random => Ok(()),
            design => Err(format!(
                "run.design is `{}`, which is for runs, and {to} lays out the inputs by itself; leave it out, or give --set 'run.design=\"random\"'",
                design.word()
            )),
        }
    }

    /// What tells its run from others.
    pub fn identity(&self) -> Identity {
        Identity::of(&self.variant, &resolved::to_toml(&self.resolved))
    }

    /// Who wants a place, holds some of it, or may come to by an event: (arena, faction), in
    /// that order.
    pub fn claims(&self) -> BTreeSet<(usize, usize)> {
        let wanted = self.factions.iter().enumerate().flat_map(|(faction, f)| {
            let stakes = f.stake.iter();
            stakes.map(move |(arena, _)| (*arena, faction))
        });
        let held = self.arenas.iter().enumerate().flat_map(|(arena, a)| {
            let shares = a.control.iter();
            shares.map(move |(faction, _)| (arena, *faction))
        });
        let effects = self.events.iter().flat_map(|event| &event.effects);
        let given = effects.filter_map(|effect| effect.on?.claim());
        wanted.chain(held).chain(given).collect()
    }

    /// The numbers that are uncertain, in the scenario's order.
    pub fn uncertain(&self) -> impl Iterator<Item = &NumberRecord> {
        self.numbers
            .iter()
            .filter(|n| matches!(n.form, Form::Uncertain(_)))
    }

    /// The place of the outcome of this key, or of the first of this id.
    ///
    /// # Errors
    /// What there is instead; `besides` are other words that would do.
    pub fn outcome_called(&self, name: &str, besides: &[&str]) -> Result<usize, String> {
        let outcomes = &self.outcomes;
        let by_key = outcomes.iter().position(|o| o.key == name);
        if let Some(index) = by_key.or_else(|| outcomes.iter().position(|o| o.id == name)) {
            return Ok(index);
        }
        let keys = outcomes.iter().map(|o| o.key.as_str());
        let ids = outcomes.iter().map(|o| o.id.as_str());
        let besides = besides.iter().copied();
        let known: Vec<&str> = keys.clone().chain(besides.clone()).collect();
        let meant = nearest(name, ids.chain(keys).chain(besides));
        let meant = meant.map_or(String::new(), |meant| format!(" (did you mean `{meant}`?)"));
        Err(format!(
            "the scenario has no outcome `{name}`{meant}; it has {}",
            known.join(", ")
        ))
    }

    /// How many replicates share one draw of the inputs: one where nothing is uncertain, since
    /// no replicate then shares anything with another.
    pub fn replicates_per_draw(&self) -> u64 {
        match self.uncertain().next() {
            Some(_) => self.run.replicates_per_draw,
            None => 1,
        }
    }

    /// The scenario with these values for some of its numbers (indices into
    /// [`Scenario::numbers`]); its texts stay those of the scenario it comes from.
    #[must_use]
    pub fn with_values(&self, numbers: &[usize], values: &[f64]) -> Self {
        let mut changed = self.clone();
        for (&number, &value) in numbers.iter().zip(values) {
            changed.numbers[number].form = Form::Fixed(value);
        }
        changed
    }

    /// The scenario as if its file had given these numbers, found by their keys.
    #[must_use]
    pub fn with_numbers(&self, numbers: impl IntoIterator<Item = NumberRecord>) -> Self {
        let mut changed = self.clone();
        for number in numbers {
            resolved::replace(&mut changed.resolved, &number.path, &number.to_toml());
            if let Some(own) = changed.numbers.iter_mut().find(|n| n.path == number.path) {
                *own = number;
            }
        }
        changed
    }

    /// Whether its numbers are within their ranges, and go together.
    pub fn is_sound(&self) -> bool {
        let within = |number: &NumberRecord| {
            let (low, high) = number.support();
            low >= number.spec.low && high <= number.spec.high
        };
        let mut problems = Complaints::default();
        check::check(self, &Table::default(), &mut problems);
        problems.is_empty() && self.numbers.iter().all(within)
    }

    fn from_document(
        document: Document,
        path: &Path,
        settings: &[String],
    ) -> Result<Self, Problems> {
        let Document {
            files,
            root,
            kind,
            called_off,
            tables,
            problems,
        } = document;
        let Value::Table(table) = &root.value else {
            return Err(Problems::new(files, Complaints::default()));
        };
        if kind == Kind::Landscape {
            return Err(Problems::new(files, case::no_scenario(table).into()));
        }
        let read = case::read_root(kind, table, &files, tables, problems, |r| {
            Self::read(r, case::stem(path, kind))
        });
        let (mut scenario, resolved, mut problems) = (read.value, read.resolved, read.problems);
        scenario.numbers = read.numbers;
        number::link_shares(&mut scenario.numbers);
        check::check(&scenario, table, &mut problems);
        if !problems.is_empty() {
            return Err(Problems::new(files, problems));
        }
        scenario.variant.settings.extend_from_slice(settings);
        scenario.resolved = resolved;
        // Their values stand with the numbers.
        resolved::forget(&mut scenario.resolved, draws::TABLE, |_| true);
        scenario.files = files;
        scenario.called_off = called_off;
        Ok(scenario)
    }

    fn read(r: &mut Reader<'_>, stem: &str) -> Self {
        let case::Heading {
            name,
            title,
            story,
            evidence,
        } = case::read_heading(r, stem);
        draws::read_list(r);
        let time = r.table("time", "When it plays", |r| {
            let start = r.date("start", true, "First day, e.g. 2016-06-15");
            let end = r.date(
                "end",
                true,
                "Last day; the step in which it falls is run to its own end",
            );
            let step_weeks = r.integer("step_weeks", (1, 13), 1, "Weeks in a step");
            let start = start.unwrap_or(Date::constant(2000, 1, 1));
            Time {
                start,
                end: end.unwrap_or(start),
                step_weeks,
            }
        });
        let issues = r.tables_by(
            NameKind::Issue,
            false,
            "What the actors disagree about",
            Issue::read,
        );
        let communities = r.tables_by(
            NameKind::Community,
            false,
            "Communities of people",
            Community::read,
        );
        let blocs = r.tables_by(
            NameKind::Bloc,
            false,
            "Factions that share institutions and a treasury",
            Bloc::read,
        );
        let factions = r.tables_by(
            NameKind::Faction,
            true,
            "Those who fight the threat, and each other",
            Faction::read,
        );
        let patrons = r.tables_by(NameKind::Patron, false, "Outside states", Patron::read);
        let coalitions = r.tables_by(
            NameKind::Coalition,
            true,
            "Whose cohesion is measured; the first is the headline one",
            Coalition::read,
        );
        let threat = r.table("threat", "The common enemy", Threat::read);
        let arenas = r.tables_by(
            NameKind::Arena,
            true,
            "Prizes, on the ground or in politics",
            Arena::read,
        );
        let ties = r.list("tie", "What is known of pairs of actors", |r, _| {
            Tie::read(r)
        });
        let events = r.list("event", "What may happen", |r, _| Event::read(r));
        let mechanisms = Mechanisms::read(r);
        let drafts = r.list(
            "outcome",
            "What can come about in a history, and is counted",
            |r, _| Draft::read(r),
        );
        let outcomes = Draft::link(drafts.into_iter().flatten().collect(), r);
        let watches = r.list(
            "watch",
            "What is recorded of every replicate, step by step, beside what always is",
            |r, _| Watch::read(r),
        );
        let shown = std::mem::take(&mut r.gathered().shown_by_outcomes);
        let correlations = r.list(
            "correlation",
            "Uncertain numbers that go together: a pair whose ranks are correlated, by a Gaussian copula",
            |r, _| Correlation::read(r),
        );
        let run = r.table("run", "How it is run when the command line doesn't say", |r| RunDefaults {
            replicates: r.integer("replicates", (1, 10_000_000_000), 10_000, "Number of replicates").unsigned_abs(),
            seed: r.integer("seed", (0, i64::MAX), 1, "Root seed of all random numbers").unsigned_abs(),
            replicates_per_draw: r.integer("replicates_per_draw", (1, 1_000_000), 2, "How many replicates share one draw of the uncertain inputs; 2 or more tell noise and inputs apart").unsigned_abs(),
            design: InputDesign::ALL[r.choice("design", InputDesign::WORDS, 0, "Where draws of the uncertain inputs lie: each by itself, or in blocks of 16 that fill their range evenly, as points of Sobol' or as a Latin hypercube")],
        });
        let variant = case::read_variant(r);
        Self {
            name,
            title,
            story,
            evidence,
            time,
            issues,
            communities,
            blocs,
            factions,
            patrons,
            coalitions,
            threat,
            arenas,
            ties,
            correlations,
            events,
            mechanisms,
            outcomes,
            watches: shown
                .into_iter()
                .chain(watches.into_iter().flatten())
                .collect(),
            run,
            variant,
            numbers: Vec::new(),
            called_off: Vec::new(),
            files: Arc::new(Vec::new()),
            resolved: Vec::new(),
        }
    }
}
