//! The text of a scenario as a tree, laid over the outcomes that every scenario has.

use std::sync::Arc;

use super::case::Kind;
use super::diagnostics::{Complaints, Place, Problem, Problems, SourceFile};
use super::draws::Tables;
use super::number::read_source;
use super::outcome::{BUILT_IN, BUILT_IN_NAME};
use super::reader::{EXTENDS, SOURCE};
use super::setting;
use super::shortened::call_off;
use super::syntax;
use super::tree::{Entry, Node, Table, Value, lay_over};

/// The files of a scenario, laid over each other.
#[derive(Debug, Clone)]
pub struct Document {
    /// The files read: the one asked for first, then the ones it extends.
    pub files: Arc<Vec<SourceFile>>,
    /// The tree that results.
    pub root: Node,
    /// What it describes.
    pub kind: Kind,
    /// Events called off because they lie after an end that was laid over them, by id.
    pub called_off: Vec<String>,
    /// Tables that numbers are drawn from.
    pub tables: Tables,
    /// What is wrong with settings; the rest can still be read.
    pub problems: Complaints,
}

impl Document {
    /// What `chain` reads, with the built-in outcomes below it and settings above.
    pub(super) fn chained(
        settings: &[String],
        chain: impl FnOnce(&mut Vec<SourceFile>) -> Result<Node, Complaints>,
    ) -> Result<Self, Problems> {
        let mut files = Vec::new();
        match chain(&mut files) {
            Ok(mut root) => {
                let mut problems = Complaints::default();
                let chain = files.len();
                let kind = Kind::of(&root);
                if kind == Kind::Scenario {
                    root = lay_over_built_in(root, &mut files)?;
                }
                for setting in settings {
                    if let Err(wrong) = setting::apply(&mut root, setting, &mut files) {
                        problems.append(wrong);
                    }
                }
                let tables = Tables::read(&root, &mut files, &mut problems);
                Ok(Self {
                    called_off: call_off(&mut root, chain),
                    tables,
                    files: Arc::new(files),
                    root,
                    kind,
                    problems,
                })
            }
            Err(problems) => Err(Problems::new(Arc::new(files), problems)),
        }
    }

    /// A scenario whose tree was made of other files than TOML, over the outcomes that every
    /// scenario has; `problems` are those known before.
    pub(super) fn of_tree(
        table: Table,
        mut files: Vec<SourceFile>,
        problems: Complaints,
    ) -> Result<Self, Problems> {
        let place = Place {
            file: 0,
            span: 0..0,
        };
        let value = Value::Table(table);
        let root = lay_over_built_in(Node { place, value }, &mut files)?;
        Ok(Self {
            files: Arc::new(files),
            root,
            kind: Kind::Scenario,
            called_off: Vec::new(),
            tables: Tables::default(),
            problems,
        })
    }

    /// Parses a text that extends nothing, under a name for its problems, and lays settings over it.
    ///
    /// # Errors
    /// All syntax errors, or an `extends`.
    pub fn parse(name: &str, text: &str, settings: &[String]) -> Result<Self, Problems> {
        Self::chained(settings, |files| {
            files.push(SourceFile::named(name, text));
            let mut root = syntax::parse(files, 0)?;
            note_source(&mut root, &mut files[0])?;
            match take(&mut root, EXTENDS) {
                None => Ok(root),
                Some(extends) => {
                    let message = "a text by itself can't extend a file";
                    let problem = Problem::at(extends.place, message, "here");
                    Err(problem.help("save it as a file, and load that").into())
                }
            }
        })
    }
}

/// Lays a scenario over the outcomes that every scenario has.
fn lay_over_built_in(root: Node, files: &mut Vec<SourceFile>) -> Result<Node, Problems> {
    files.push(SourceFile::named(BUILT_IN_NAME, BUILT_IN));
    match syntax::parse(files, files.len() - 1) {
        Ok(base) => Ok(lay_over(base, root)),
        Err(problems) => Err(Problems::new(Arc::new(std::mem::take(files)), problems)),
    }
}

/// Takes out the source that a file gives for all of its numbers, and notes it.
pub(super) fn note_source(root: &mut Node, file: &mut SourceFile) -> Result<(), Problem> {
    if let Some(source) = take(root, SOURCE) {
        file.source = Some(read_source(&source.node, SOURCE)?);
    }
    Ok(())
}

/// Takes a key out that belongs to its file alone, and is not laid over another.
pub(super) fn take(root: &mut Node, key: &str) -> Option<Entry> {
    let Value::Table(table) = &mut root.value else {
        return None;
    };
    let position = table.entries.iter().position(|e| e.key == key)?;
    Some(table.entries.remove(position))
}
