//! Scenario files read from disk, each laid over the one it extends.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostics::{Place, Problem, Problems, SourceFile, nearest, with_plain_line_ends};
use super::setting;
use super::syntax;
use super::tree::{Entry, Node, Value, lay_over};

/// The files of a scenario, laid over each other.
#[derive(Debug, Clone)]
pub struct Document {
    /// The files read: the one asked for first, then the ones it extends.
    pub files: Arc<Vec<SourceFile>>,
    /// The tree that results.
    pub root: Node,
    /// What is wrong with settings; the rest can still be read.
    pub problems: Vec<Problem>,
}

impl Document {
    /// Reads a file and everything it extends, then lays `key=value` settings over it.
    ///
    /// # Errors
    /// A file that can't be read or is not TOML, or a cycle of `extends`.
    pub fn load(path: &Path, settings: &[String]) -> Result<Self, Problems> {
        let mut files = Vec::new();
        match load_chain(path, None, &mut files, &mut Vec::new()) {
            Ok(mut root) => {
                let mut problems = Vec::new();
                for setting in settings {
                    if let Err(wrong) = setting::apply(&mut root, setting, &mut files) {
                        problems.extend(wrong);
                    }
                }
                Ok(Self {
                    files: Arc::new(files),
                    root,
                    problems,
                })
            }
            Err(problems) => Err(Problems::new(Arc::new(files), problems)),
        }
    }

    /// Parses a text that extends nothing, under a name for its problems.
    ///
    /// # Errors
    /// All syntax errors, or an `extends`.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let files = vec![SourceFile::named(name, text)];
        let parsed =
            syntax::parse(&files, 0).and_then(|mut root| match take(&mut root, "extends") {
                None => Ok(root),
                Some(extends) => Err(vec![
                    Problem::at(
                        extends.place,
                        "a text by itself can't extend a file",
                        "here",
                    )
                    .help("save it as a file, and load that"),
                ]),
            });
        let files = Arc::new(files);
        match parsed {
            Ok(root) => Ok(Self {
                files,
                root,
                problems: Vec::new(),
            }),
            Err(problems) => Err(Problems::new(files, problems)),
        }
    }
}

/// Reads a file and lays it over what it extends; `asked_at` is the `extends` that led to it.
fn load_chain(
    path: &Path,
    asked_at: Option<Place>,
    files: &mut Vec<SourceFile>,
    chain: &mut Vec<PathBuf>,
) -> Result<Node, Vec<Problem>> {
    let complain = |message: String, label: &str, help: String| {
        vec![Problem {
            place: asked_at.clone(),
            message,
            label: label.to_owned(),
            help: Some(help),
        }]
    };
    let bytes = std::fs::read(path).map_err(|error| {
        complain(
            format!("can't read {}: {error}", path.display()),
            "asked for here",
            near_file(path).unwrap_or_else(|| {
                match &asked_at {
                    Some(_) => "`extends` is taken from the folder of the file it stands in",
                    None => "give the path of a scenario file",
                }
                .to_owned()
            }),
        )
    })?;
    let index = files.len();
    let name = path.display().to_string();
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let start = with_plain_line_ends(&String::from_utf8_lossy(sound)).len();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            files.push(SourceFile::on_disk(path, &text));
            let place = Place {
                file: index,
                span: start..start + char::REPLACEMENT_CHARACTER.len_utf8(),
            };
            return Err(vec![
                Problem::at(
                    place,
                    format!("{} is not UTF-8 text", path.display()),
                    "not UTF-8 from here on",
                )
                .help("save the file as UTF-8"),
            ]);
        }
    };
    let identity = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if chain.contains(&identity) {
        return Err(complain(
            format!("a cycle of `extends`: {name} extends itself in the end"),
            "this closes the cycle",
            "let one file of the chain stand on its own".to_owned(),
        ));
    }
    chain.push(identity);
    files.push(SourceFile::on_disk(path, &text));
    let mut own = syntax::parse(files, index)?;
    let Some(extends) = take(&mut own, "extends") else {
        return Ok(own);
    };
    let Value::Text(parent) = &extends.node.value else {
        let label = format!("this is {}", extends.node.kind());
        return Err(vec![
            Problem::at(extends.node.place, "`extends` is not a text", label)
                .help("give the path of a scenario file: `extends = \"other.toml\"`"),
        ]);
    };
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut base = load_chain(
        &folder.join(parent),
        Some(extends.node.place.clone()),
        files,
        chain,
    )?;
    // What is laid over a variant is none of it.
    take(&mut base, "variant");
    Ok(lay_over(base, own))
}

/// Takes an entry out of the tree.
fn take(root: &mut Node, key: &str) -> Option<Entry> {
    let Value::Table(table) = &mut root.value else {
        return None;
    };
    let position = table.entries.iter().position(|e| e.key == key)?;
    Some(table.entries.remove(position))
}

/// A scenario in the same folder whose name is near to one that can't be read.
fn near_file(path: &Path) -> Option<String> {
    let folder = match path.parent()? {
        parent if parent.as_os_str().is_empty() => Path::new("."),
        parent => parent,
    };
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    let near = nearest(
        path.file_name()?.to_str()?,
        names.iter().map(String::as_str),
    )?;
    Some(format!("did you mean `{near}`?"))
}
