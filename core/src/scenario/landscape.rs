//! Landscape files: actors with sizes, and propensities between them, given directly.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::case::{self, Kind};
use super::diagnostics::{Complaints, Place, Problem, Problems, SourceFile};
use super::document::Document;
use super::draws;
use super::identity::{Identity, Variant};
use super::number::{Form, NumberRecord, Quantity, link_shares};
use super::reader::{Reader, Resolved};
use super::resolved;
use super::spec::{NameKind, NumberSpec};
use super::tree::Value;

/// An actor of a landscape.
#[derive(Debug, Clone)]
pub struct LandscapeActor {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// How much it weighs.
    pub size: Quantity,
}

/// A propensity of two actors to be on one side.
#[derive(Debug, Clone)]
pub struct Propensity {
    /// The two, in the order of the file.
    pub between: Option<(usize, usize)>,
    /// Its value.
    pub value: Quantity,
}

/// A landscape given directly.
#[derive(Debug, Clone)]
pub struct LandscapeFile {
    /// The key: the file's stem unless it says otherwise.
    pub name: String,
    /// The title shown in pictures.
    pub title: String,
    /// The story, in a few paragraphs.
    pub story: String,
    /// The actors.
    pub actors: Vec<LandscapeActor>,
    /// The propensities; 0 between all others.
    pub propensities: Vec<Propensity>,
    /// The actor whose size shrinks.
    pub threat: Option<usize>,
    /// The sizes that it takes, falling; none: equal steps.
    pub threat_sizes: Vec<f64>,
    /// Standard deviation of the noise on every propensity given.
    pub noise: Quantity,
    /// Times at which the dynamics of the ties are told.
    pub times: Vec<f64>,
    /// Root seed of the draws.
    pub seed: u64,
    /// What makes it another than the one in its file.
    pub variant: Variant,
    /// Every number; a [`Quantity`] is an index into it.
    pub numbers: Vec<NumberRecord>,
    /// The files it was read from.
    pub files: Arc<Vec<SourceFile>>,
    resolved: Vec<(String, Resolved)>,
}

impl LandscapeFile {
    /// Reads and checks a landscape from text, with `key=value` settings laid over it; `name`
    /// stands in problems.
    ///
    /// # Errors
    /// Everything that is wrong with text and settings, at once; or that it is a scenario.
    pub fn parse_with(name: &str, text: &str, settings: &[String]) -> Result<Self, Problems> {
        let document = Document::parse(name, text, settings)?;
        Self::from_document(document, Path::new(name), settings)
    }

    /// The record of a number.
    pub fn number(&self, quantity: Quantity) -> &NumberRecord {
        &self.numbers[quantity.index()]
    }

    /// The numbers that are uncertain, in the file's order.
    pub fn uncertain(&self) -> impl Iterator<Item = &NumberRecord> {
        self.numbers
            .iter()
            .filter(|n| matches!(n.form, Form::Uncertain(_)))
    }

    /// The whole landscape with every default and overlay written out, as TOML.
    pub fn resolved(&self) -> String {
        resolved::to_toml(&self.resolved) + &resolved::variant(&self.variant)
    }

    /// The same as if its file had given this seed.
    #[must_use]
    pub fn seeded(&self, seed: u64) -> Self {
        let mut landscape = self.clone();
        landscape.seed = seed;
        resolved::set(&mut landscape.resolved, "run", "seed", seed);
        landscape
    }

    /// What tells its run from others.
    pub fn identity(&self) -> Identity {
        Identity::of(&self.variant, &resolved::to_toml(&self.resolved))
    }

    pub(super) fn from_document(
        document: Document,
        path: &Path,
        settings: &[String],
    ) -> Result<Self, Problems> {
        let Document {
            files,
            root,
            kind,
            tables,
            problems,
            ..
        } = document;
        let Value::Table(table) = &root.value else {
            return Err(Problems::new(files, Complaints::default()));
        };
        if kind == Kind::Scenario {
            return Err(Problems::new(files, no_landscape().into()));
        }
        let read = case::read_root(kind, table, &files, tables, problems, |r| {
            Self::read(r, case::stem(path, kind))
        });
        let mut landscape = read.value;
        let problems = read.problems;
        landscape.numbers = read.numbers;
        link_shares(&mut landscape.numbers);
        if !problems.is_empty() {
            return Err(Problems::new(files, problems));
        }
        landscape.variant.settings.extend_from_slice(settings);
        landscape.resolved = read.resolved;
        resolved::forget(&mut landscape.resolved, draws::TABLE, |_| true);
        landscape.files = files;
        Ok(landscape)
    }

    /// Describes or reads a landscape.
    pub(super) fn read(r: &mut Reader<'_>, stem: &str) -> Self {
        let case::Heading {
            name, title, story, ..
        } = case::read_heading(r, stem);
        draws::read_list(r);
        let actors = r.tables_by(
            NameKind::Actor,
            true,
            "Who stands on one side or the other",
            LandscapeActor::read,
        );
        let mut seen = BTreeSet::new();
        let propensities = r.list(
            "propensity",
            "How much two actors are drawn to each other; 0 for those not named",
            |r, _| Propensity::read(r, &mut seen),
        );
        let weighing = r.table("landscape", "How it is weighed", |r| {
            Weighing::read(r, &actors)
        });
        let seed = r.table(
            "run",
            "How it is run when the command line doesn't say",
            |r| {
                let seed = r.integer("seed", (0, i64::MAX), 1, "Root seed of all random numbers");
                seed.unsigned_abs()
            },
        );
        let variant = case::read_variant(r);
        Self {
            name,
            title,
            story,
            actors,
            propensities,
            threat: weighing.threat,
            threat_sizes: weighing.threat_sizes,
            noise: weighing.noise,
            times: weighing.times,
            seed,
            variant,
            numbers: Vec::new(),
            files: Arc::new(Vec::new()),
            resolved: Vec::new(),
        }
    }
}

impl LandscapeActor {
    fn read(r: &mut Reader<'_>, key: &str) -> Self {
        let name = r.text("name", "", "The name shown in tables and pictures");
        let about = "How much it weighs in the frustration of others";
        let size = r.number(NumberSpec::new("size", "1", 0.0, 1e9, about).or(1.0));
        Self {
            key: key.to_owned(),
            name,
            size,
        }
    }
}

impl Propensity {
    fn read(r: &mut Reader<'_>, seen: &mut BTreeSet<(usize, usize)>) -> Self {
        let between = r.pair_of("between", NameKind::Actor, "The two actors");
        if let Some((a, b)) = between
            && !seen.insert((a.min(b), a.max(b)))
        {
            r.problem(
                Some("between"),
                "this pair has two propensities".to_owned(),
                "the second one",
                "give each pair one `[[propensity]]`",
            );
        }
        let about = "Above 0: they are drawn to each other; below 0: they are drawn apart";
        let value = r.number(NumberSpec::new("value", "1", -100.0, 100.0, about));
        Self { between, value }
    }
}

/// The table `[landscape]`.
struct Weighing {
    threat: Option<usize>,
    threat_sizes: Vec<f64>,
    noise: Quantity,
    times: Vec<f64>,
}

impl Weighing {
    fn read(r: &mut Reader<'_>, actors: &[LandscapeActor]) -> Self {
        let about = "The actor whose size shrinks; none where left out";
        let threat = r.name("threat", NameKind::Actor, about);
        let sizes = r.list_of_numbers(NumberSpec::new(
            "threat_sizes",
            "1",
            0.0,
            1e9,
            "The sizes that the threat takes, from its own or less downwards; equal steps to none where left out",
        ));
        let full = threat.map(|threat| {
            let size = actors[threat].size;
            r.gathered().numbers[size.index()].central()
        });
        check_sizes(r, full, &sizes);
        let noise =
            "Standard deviation of the normal noise that each draw adds to every propensity given";
        let noise = r.number(NumberSpec::new("noise", "1", 0.0, 100.0, noise).or(0.0));
        let times = r.list_of_numbers(NumberSpec::new(
            "times",
            "1",
            0.0,
            1e6,
            "Times at which the dynamics of the ties are told; at 0 they are the propensities",
        ));
        Self {
            threat,
            threat_sizes: values(&sizes),
            noise,
            times: values(&times),
        }
    }
}

fn values(numbers: &[(f64, Place)]) -> Vec<f64> {
    numbers.iter().map(|(value, _)| *value).collect()
}

/// The sizes of the threat must be of one, which has `full`, and must fall.
fn check_sizes(r: &mut Reader<'_>, full: Option<f64>, sizes: &[(f64, Place)]) {
    if sizes.is_empty() {
        return;
    }
    let Some(full) = full else {
        if !r.has("threat") {
            r.problem(
                Some("threat_sizes"),
                "there is no threat to take these sizes".to_owned(),
                "of nobody",
                "name the actor that shrinks: `threat = \"NAME\"`",
            );
        }
        return;
    };
    let mut above = full;
    for (index, (size, place)) in sizes.iter().enumerate() {
        let fine = *size < above || index == 0 && *size == full;
        if !fine {
            let (message, label) = match index {
                0 => (
                    format!("a size of {size} is more than the threat's own, {full}"),
                    "more than all of it",
                ),
                _ => (
                    format!("a size of {size} follows one of {above}"),
                    "not less than the one before",
                ),
            };
            let problem = Problem::at(place.clone(), message, label);
            let help =
                "the threat shrinks: from its own size or less, each less than the one before";
            r.gathered().problems.push(problem.help(help));
            return;
        }
        above = *size;
    }
}

/// What is said where a landscape is wanted and the text is a scenario.
fn no_landscape() -> Problem {
    Problem {
        place: None,
        message: "this is a scenario, not a landscape with actors of its own".to_owned(),
        label: String::new(),
        help: Some("a landscape has `[actor.NAME]` and `[[propensity]]`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "[actor.a]\nname = \"A\"\nsize = 3\n[actor.b]\nname = \"B\"\n\
                       [[propensity]]\nbetween = [\"a\", \"b\"]\nvalue = -1\n";

    fn of(more: &str) -> Result<LandscapeFile, Problems> {
        LandscapeFile::parse_with("two", &format!("{TWO}{more}"), &[])
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let found = of("").expect("a landscape");
        assert_eq!((found.name.as_str(), found.seed), ("two", 1));
        assert_eq!(found.number(found.actors[1].size).central(), 1.0);
        assert_eq!(found.propensities[0].between, Some((0, 1)));
        assert_eq!(found.threat, None);
    }

    #[test]
    fn the_resolved_landscape_is_the_same_one() {
        let settings = ["propensity.b+a.value=0.5".to_owned()];
        let text =
            format!("{TWO}[landscape]\nthreat = \"a\"\nthreat_sizes = [3, 1.5]\ntimes = [0.25]\n");
        let found = LandscapeFile::parse_with("two", &text, &settings).expect("one");
        assert_eq!(found.number(found.propensities[0].value).central(), 0.5);
        let again = LandscapeFile::parse_with("again", &found.resolved(), &[]).expect("one");
        assert_eq!(again.identity(), found.identity());
        assert_eq!(again.threat_sizes, [3.0, 1.5]);
    }

    #[test]
    fn a_scenario_is_no_landscape_nor_the_other_way_round() {
        let scenario = LandscapeFile::parse_with("x", "[faction.a]\n", &[]);
        assert_eq!(scenario.expect_err("a scenario").len(), 1);
        let landscape = super::super::Scenario::parse("two", TWO);
        assert_eq!(landscape.expect_err("a landscape").len(), 1);
    }
}
