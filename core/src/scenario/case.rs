//! What a file describes, a scenario or a landscape, and what the two have in common.

use std::path::Path;

use super::Scenario;
#[cfg(feature = "files")]
use super::diagnostics::Problems;
use super::diagnostics::{Complaints, Place, Problem, SourceFile};
#[cfg(feature = "files")]
use super::document::Document;
use super::draws::Tables;
use super::identity::{LONGEST_FOLDER_NAME, Variant, wrong_with_folder_name, wrong_with_label};
use super::landscape::LandscapeFile;
use super::number::NumberRecord;
use super::reader::{Gathered, Reader, Resolved};
use super::tree::{Node, Table, Value};

/// What a file describes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A history that can be run.
    #[default]
    Scenario,
    /// Actors with sizes and propensities, and nothing to be run.
    Landscape,
}

/// A key by which a landscape is known, and the one of a scenario beside which it isn't one.
const OF_LANDSCAPE: [&str; 2] = ["actor", "propensity"];
const OF_SCENARIO: &str = "faction";

impl Kind {
    /// The kind of a document, by its sections.
    pub(super) fn of(root: &Node) -> Self {
        let Value::Table(table) = &root.value else {
            return Self::Scenario;
        };
        let has = |key: &str| table.get(key).is_some();
        match OF_LANDSCAPE.into_iter().any(has) && !has(OF_SCENARIO) {
            true => Self::Landscape,
            false => Self::Scenario,
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Landscape => "landscape",
        }
    }
}

/// What a file turns out to be.
#[derive(Debug, Clone)]
pub enum Case {
    /// A scenario.
    Scenario(Box<Scenario>),
    /// A landscape.
    Landscape(Box<LandscapeFile>),
}

#[cfg(feature = "files")]
impl Case {
    /// Reads and checks a file, whichever of the two it is, with `key=value` settings laid
    /// over it.
    ///
    /// # Errors
    /// Everything that is wrong with file and settings, at once.
    pub fn load_with(path: &Path, settings: &[String]) -> Result<Self, Problems> {
        Self::from_document(Document::load(path, settings)?, path, settings)
    }

    /// The same from a text that was read already, as [`Scenario::load_text`] does.
    ///
    /// # Errors
    /// Everything that is wrong with text and settings, at once.
    pub fn load_text(name: &str, bytes: Vec<u8>, settings: &[String]) -> Result<Self, Problems> {
        let document = Document::load_text(name, bytes, settings)?;
        Self::from_document(document, Path::new(name), settings)
    }

    fn from_document(
        document: Document,
        path: &Path,
        settings: &[String],
    ) -> Result<Self, Problems> {
        Ok(match document.kind {
            Kind::Scenario => {
                Self::Scenario(Box::new(Scenario::from_document(document, path, settings)?))
            }
            Kind::Landscape => {
                let landscape = LandscapeFile::from_document(document, path, settings)?;
                Self::Landscape(Box::new(landscape))
            }
        })
    }
}

/// What is said where a scenario is wanted and the file is a landscape.
pub(super) fn no_scenario(table: &Table) -> Problem {
    let entry = OF_LANDSCAPE.into_iter().find_map(|key| table.get(key));
    let place = entry.map(|entry| entry.place.clone());
    Problem {
        place,
        message: "this is a landscape, with actors of its own and no history to be run".to_owned(),
        label: "only a landscape has these".to_owned(),
        help: Some(
            "`simulate landscape FILE` weighs it; a scenario has `[faction.NAME]`".to_owned(),
        ),
    }
}

/// A document as it was read.
pub(super) struct Read<T> {
    pub value: T,
    pub resolved: Vec<(String, Resolved)>,
    pub numbers: Vec<NumberRecord>,
    pub problems: Complaints,
}

/// Reads a document from its root; `problems` are those known before.
pub(super) fn read_root<T>(
    kind: Kind,
    table: &Table,
    files: &[SourceFile],
    tables: Tables,
    problems: Complaints,
    read: impl FnOnce(&mut Reader<'_>) -> T,
) -> Read<T> {
    let mut gathered = Gathered::new(kind, table, files);
    gathered.problems = problems;
    gathered.tables = tables;
    let place = Place {
        file: 0,
        span: 0..0,
    };
    let mut reader = Reader::root(&mut gathered, table, place);
    let value = read(&mut reader);
    let (_, mut resolved) = reader.finish();
    // It stands at the end, beside what is run.
    resolved.retain(|(key, _)| key != "variant");
    let Gathered {
        problems, numbers, ..
    } = gathered;
    Read {
        value,
        resolved,
        numbers,
        problems,
    }
}

/// The name of a case whose file gives none.
pub(super) fn stem(path: &Path, kind: Kind) -> &str {
    let stem = path.file_stem().and_then(|s| s.to_str());
    stem.unwrap_or(kind.word())
}

/// What stands at the top of a case.
pub(super) struct Heading {
    /// Its key.
    pub name: String,
    /// The title shown in pictures.
    pub title: String,
    /// The story.
    pub story: String,
    /// Where the evidence for it stands.
    pub evidence: Option<String>,
}

/// Reads the version of the format, and name, title and story.
pub(super) fn read_heading(r: &mut Reader<'_>, stem: &str) -> Heading {
    r.integer("format", (1, 1), 1, "Version of the scenario format");
    r.table("scenario", "What the scenario is about", |r| {
        let name = r.text(
            "name",
            stem,
            "Its key, used for the run folder; the file's stem where left out",
        );
        if let Some(wrong) = wrong_with_folder_name(&name) {
            let message = match name.len() > LONGEST_FOLDER_NAME {
                true => format!(
                    "`scenario.name` has {} bytes and can't name a folder",
                    name.len()
                ),
                false => format!(
                    "`scenario.name` = \"{}\" can't name a folder",
                    name.escape_default()
                ),
            };
            r.problem(Some("name"), message, "not a folder's name", wrong);
        }
        Heading {
            name,
            title: r.text("title", stem, "The title shown in pictures"),
            story: r.text(
                "story",
                "-",
                "What it tells, for whom, and what it leaves out",
            ),
            evidence: r.optional_text(
                "evidence",
                "Where the evidence for it stands, in one line; a run's page says `not calibrated` where it is left out",
            ),
        }
    })
}

/// Reads what a run writes of its label and settings.
pub(super) fn read_variant(r: &mut Reader<'_>) -> Variant {
    r.table("variant", "What makes it another than the one it was made from; a run writes it, and it doesn't go on to a file that extends this one", |r| {
        let label = r.optional_text("label", "What it is called, on its pictures and in the name of its folder");
        if let Some(wrong) = label.as_deref().and_then(wrong_with_label) {
            r.problem(Some("label"), "`variant.label` can't be a label".to_owned(), "not a label", &wrong);
        }
        let settings = r.texts("settings", "The settings of the command line that made it, already laid over the rest");
        Variant { label, settings }
    })
}
