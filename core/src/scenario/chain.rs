//! Scenario files read from disk, each laid over the one it extends.

use std::path::{Path, PathBuf};

use super::diagnostics::{
    Complaints, Place, Problem, Problems, SourceFile, line_and_column, nearest,
    with_plain_line_ends,
};
use super::document::{Document, note_source, take};
use super::reader::{EXTENDS, SOURCE};
use super::regular::{self, MOST_BYTES, ReadError};
use super::schema::{landscape_reference, reference};
use super::syntax;
use super::tree::{Entry, Node, Value, lay_over};

impl Document {
    /// Reads a file and everything it extends, then lays `key=value` settings over it.
    ///
    /// # Errors
    /// A file that can't be read or is not TOML, or a cycle of `extends`.
    pub fn load(path: &Path, settings: &[String]) -> Result<Self, Problems> {
        Self::chained(settings, |files| {
            load_chain(path, None, files, &mut Vec::new())
        })
    }

    /// The same from a text that was read already: `name` stands in problems, and what it
    /// extends is taken from the working folder.
    ///
    /// # Errors
    /// As for [`Document::load`].
    pub fn load_text(name: &str, bytes: Vec<u8>, settings: &[String]) -> Result<Self, Problems> {
        Self::chained(settings, |files| {
            let path = Path::new(name);
            // As if it were a file of the working folder.
            let mut chain = vec![std::env::current_dir().unwrap_or_default().join(path)];
            let laid = lay_chain(path, bytes, Trust::Asked, None, files, &mut chain);
            // It is not on disk, whatever is called so there.
            if let Some(own) = files.first_mut() {
                own.path = None;
            }
            laid
        })
    }
}

/// Most files of a scenario: the one asked for, and the chain of those it extends.
const MOST_FILES: usize = 32;

/// Reads a file and lays it over what it extends; `asked_at` is the `extends` that led to it.
fn load_chain(
    path: &Path,
    asked_at: Option<Place>,
    files: &mut Vec<SourceFile>,
    chain: &mut Vec<PathBuf>,
) -> Result<Node, Complaints> {
    let complain = |message: String, label: &str, help: String| {
        complaint(asked_at.as_ref(), message, label, help)
    };
    if files.len() == MOST_FILES {
        return Err(complain(
            format!("a chain of more than {MOST_FILES} files, each extending the next"),
            "one too many",
            "write what the last of them say into one file".to_owned(),
        ));
    }
    let bytes = regular::read(path, MOST_BYTES).map_err(|error| {
        let help = match &error {
            ReadError::Io(_) => near_file(path).unwrap_or_else(|| {
                match &asked_at {
                    Some(_) => "`extends` is taken from the folder of the file it stands in",
                    None => "give the path of a scenario file",
                }
                .to_owned()
            }),
            _ => "give the path of a scenario file".to_owned(),
        };
        complain(
            format!("can't read {}: {error}", path.display()),
            "asked for here",
            help,
        )
    })?;
    let identity = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if chain.contains(&identity) {
        return Err(complain(
            format!(
                "a cycle of `extends`: {} extends itself in the end",
                path.display()
            ),
            "this closes the cycle",
            "let one file of the chain stand on its own".to_owned(),
        ));
    }
    let trust = Trust::of(&identity, chain.first().and_then(|asked| asked.parent()));
    chain.push(identity);
    lay_chain(path, bytes, trust, asked_at.as_ref(), files, chain)
}

/// What is wrong with a file, said where it was asked for.
fn complaint(asked_at: Option<&Place>, message: String, label: &str, help: String) -> Complaints {
    Complaints::from(Problem {
        place: asked_at.cloned(),
        message,
        label: label.to_owned(),
        help: Some(help),
    })
}

/// Lays what a file holds over what it extends, and that over what it extends itself.
fn lay_chain(
    path: &Path,
    bytes: Vec<u8>,
    trust: Trust,
    asked_at: Option<&Place>,
    files: &mut Vec<SourceFile>,
    chain: &mut Vec<PathBuf>,
) -> Result<Node, Complaints> {
    let index = files.len();
    let text = String::from_utf8(bytes);
    let not_utf8 = text.as_ref().err().map(|e| {
        let sound = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        with_plain_line_ends(&String::from_utf8_lossy(sound)).len()
    });
    let text = text.unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    files.push(SourceFile::on_disk(path, &text));
    let read = match not_utf8 {
        None => syntax::parse(files, index),
        Some(start) => Err(not_text(path, index, start).into()),
    };
    let mut own = match read {
        Ok(root) if trust.is_scenario(&root) => root,
        Err(problems) if trust.is_quoted() => return Err(problems),
        other => {
            let (message, help) = foreign(path, files, other.err());
            return Err(complaint(asked_at, message, "this is no scenario", help));
        }
    };
    note_source(&mut own, &mut files[index])?;
    let Some(extends) = take(&mut own, EXTENDS) else {
        return Ok(own);
    };
    let Value::Text(parent) = &extends.node.value else {
        let label = format!("this is {}", extends.node.kind());
        let problem = Problem::at(extends.node.place, "`extends` is not a text", label);
        let help = "give the path of a scenario file: `extends = \"other.toml\"`";
        return Err(problem.help(help).into());
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

fn not_text(path: &Path, file: usize, start: usize) -> Problem {
    let place = Place {
        file,
        span: start..start + char::REPLACEMENT_CHARACTER.len_utf8(),
    };
    let message = format!("{} is not UTF-8 text", path.display());
    Problem::at(place, message, "not UTF-8 from here on").help("save the file as UTF-8")
}

/// What is said of a file that is no scenario: where it stops being one, and nothing of it.
fn foreign(path: &Path, files: &[SourceFile], problems: Option<Complaints>) -> (String, String) {
    let shown = path.display();
    let first = problems.as_ref().and_then(Complaints::first);
    let place = first.and_then(|first| line_and_column(files, first));
    let message = match place {
        Some((_, line, column)) => {
            format!("{shown} is not a scenario: it is not TOML at line {line}, column {column}")
        }
        None => format!("{shown} is not a scenario: no key at its top level is one's"),
    };
    let help = format!(
        "nothing of it is shown, as it may be private; if it is meant as a scenario, `simulate check {shown}` says more"
    );
    (message, help)
}

/// How far a file is believed to be a scenario, so that problems may quote it: an `extends`
/// can lead to any file of the machine, and those who see the problems need not be those
/// who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// The user named it.
    Asked,
    /// It lies with the one the user named, and is called as scenarios are.
    Near,
    /// It lies elsewhere, or is called otherwise.
    Far,
}

impl Trust {
    /// Of a file with its links followed; `tree` is the folder of the file asked for.
    fn of(file: &Path, tree: Option<&Path>) -> Self {
        let Some(tree) = tree else {
            return Self::Asked;
        };
        let hidden =
            |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let is_near = file.extension().is_some_and(|e| e == "toml")
            && file
                .strip_prefix(tree)
                .is_ok_and(|inside| !inside.components().any(hidden));
        if is_near { Self::Near } else { Self::Far }
    }

    /// Whether what is wrong with its text may be shown.
    fn is_quoted(self) -> bool {
        self != Self::Far
    }

    /// Whether what it holds is a scenario's: elsewhere nothing but the format's sections.
    fn is_scenario(self, root: &Node) -> bool {
        let Value::Table(table) = &root.value else {
            return false;
        };
        let described = [reference(), landscape_reference()].concat();
        let known: Vec<&str> = described.iter().map(|key| key.key).collect();
        let mut keys = table.entries.iter();
        let is_ours = |entry: &Entry| {
            [EXTENDS, SOURCE].contains(&entry.key.as_str()) || known.contains(&entry.key.as_str())
        };
        match self {
            Self::Asked => true,
            Self::Near => table.entries.is_empty() || keys.any(is_ours),
            Self::Far => keys.all(is_ours),
        }
    }
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
