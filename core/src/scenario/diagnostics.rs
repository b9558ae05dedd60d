//! Problems in scenario files: where, what, and what would be right.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity};
use thiserror::Error;

use crate::foreign::line;

use super::excerpt::Excerpt;

/// A text that was read, kept so that a problem can show the line it is on.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as the user gave it, or as the `extends` that led to it; `--set` for a setting.
    pub name: String,
    /// The whole text, every end of a line as `\n`.
    pub text: String,
    /// Where it is on disk; none for a setting, or a text by itself.
    pub path: Option<PathBuf>,
    /// The source of every number of this file that names none itself.
    pub source: Option<String>,
}

impl SourceFile {
    /// A file that was read.
    pub fn on_disk(path: &Path, text: &str) -> Self {
        Self {
            path: Some(path.to_path_buf()),
            ..Self::named(&path.display().to_string(), text)
        }
    }

    /// A text that is not on disk, of whose sources nothing is known yet.
    pub fn named(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: with_plain_line_ends(text),
            path: None,
            source: None,
        }
    }

    /// Its name without the folder that it is in.
    pub fn name_alone(&self) -> &str {
        let end = self.name.rsplit(['/', std::path::MAIN_SEPARATOR]).next();
        end.unwrap_or(&self.name)
    }
}

/// The text as every system would have saved it: a copy from another is the same scenario.
pub fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// A stretch of one of the files read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Index into the files that were read, the one asked for first.
    pub file: usize,
    /// Byte range in its text.
    pub span: Range<usize>,
}

impl Place {
    /// Where it ends in the text of its file.
    pub fn end(&self) -> usize {
        self.span.end
    }
}

/// One thing that is wrong with a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is; `None` where there is no text to point at.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// The words under the caret.
    pub label: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub fn at(place: Place, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            place: Some(place),
            message: message.into(),
            label: label.into(),
            help: None,
        }
    }

    fn shortened(mut self) -> Self {
        let help = self.help.iter_mut();
        for text in [&mut self.message, &mut self.label].into_iter().chain(help) {
            if let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) {
                text.truncate(end);
                text.push('…');
            }
        }
        self
    }

    /// The same problem with a sentence on what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Most problems that are shown; more don't help who mends them.
const MOST_SHOWN: usize = 100;
/// Most problems that are kept until they are sorted.
const MOST_KEPT: usize = 1000;
/// Most characters of a sentence in a problem: names may have a megabyte.
const MOST_CHARACTERS: usize = 1000;
/// Bytes after which problems are counted and no longer shown: the same long line may stand
/// under every one of them.
const MOST_BYTES: usize = 100_000;

/// Problems as they are found: a bounded number is kept, the others are counted.
#[derive(Debug, Clone, Default)]
pub struct Complaints {
    kept: Vec<Problem>,
    others: usize,
}

impl Complaints {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len() + self.others
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether one more would only be counted.
    pub fn is_full(&self) -> bool {
        self.kept.len() >= MOST_KEPT
    }

    /// Where those that are kept are.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.kept
            .iter()
            .filter_map(|problem| problem.place.as_ref())
    }

    /// Those that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.kept.iter()
    }

    /// The first that was found.
    pub fn first(&self) -> Option<&Problem> {
        self.kept.first()
    }

    /// Counts one that is not kept.
    pub fn count(&mut self) {
        self.others += 1;
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.push_with(|| problem);
    }

    /// The same, worked out only if it is kept: the search for a near name takes time.
    pub fn push_with(&mut self, problem: impl FnOnce() -> Problem) {
        if self.is_full() {
            self.others += 1;
        } else {
            self.kept.push(problem().shortened());
        }
    }

    /// The same with each of them changed.
    #[must_use]
    pub fn map(mut self, change: impl FnMut(Problem) -> Problem) -> Self {
        self.kept = self.kept.into_iter().map(change).collect();
        self
    }

    /// Adds others.
    pub fn append(&mut self, more: Self) {
        self.others += more.others;
        more.kept.into_iter().for_each(|problem| self.push(problem));
    }
}

impl From<Problem> for Complaints {
    fn from(problem: Problem) -> Self {
        let mut complaints = Self::default();
        complaints.push(problem);
        complaints
    }
}

/// Everything that is wrong with a scenario, in the order of the files' text.
#[derive(Debug, Clone, Error)]
pub struct Problems {
    files: Arc<Vec<SourceFile>>,
    list: Vec<Problem>,
    /// How many there are beside the list.
    others: usize,
}

impl Problems {
    /// Sorts problems by file and place, and drops repeats; of very many the first are left.
    pub fn new(files: Arc<Vec<SourceFile>>, complaints: Complaints) -> Self {
        let Complaints {
            kept: mut list,
            mut others,
        } = complaints;
        let order = |p: &Problem| {
            p.place
                .as_ref()
                .map_or((usize::MAX, 0), |p| (p.file, p.span.start))
        };
        list.sort_by_key(order);
        list.dedup();
        others += list.len().saturating_sub(MOST_SHOWN);
        list.truncate(MOST_SHOWN);
        Self {
            files,
            list,
            others,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len() + self.others
    }

    /// How many there are that [`Problems::iter`] leaves out.
    pub fn others(&self) -> usize {
        self.others
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The problems themselves, up to a hundred.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }

    /// The files that were read before the problems ended the reading.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// File, line and column (from 1) of a problem, where it has a place.
    pub fn line_and_column(&self, problem: &Problem) -> Option<(&str, usize, usize)> {
        line_and_column(&self.files, problem)
    }

    /// All problems as text with the lines they are on and carets under them. With `color` they
    /// have colours and drawn lines; without, a file or the plainest terminal can take them.
    pub fn render(&self, color: bool) -> String {
        self.shown(color, Severity::Error) + &self.to_string()
    }

    /// The same of what is odd and no problem: nothing is said of what was run.
    pub fn render_as_warnings(&self, color: bool) -> String {
        self.shown(color, Severity::Warning)
    }

    fn shown(&self, color: bool, severity: Severity) -> String {
        let theme = if color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::none()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(100)
            .with_context_lines(1);
        let mut text = String::new();
        let mut others = self.len();
        for problem in &self.list {
            if text.len() > MOST_BYTES {
                break;
            }
            others -= 1;
            let shown = Shown::new(problem, &self.files, severity);
            // Writing to a String can't fail; a problem that can't be drawn is still said.
            if handler.render_report(&mut text, &shown).is_err() {
                text.push_str(&shown.message);
            }
            text.push('\n');
        }
        if others > 0 {
            text.push_str(&format!("and {others} more, which are not shown\n\n"));
        }
        text
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            1 => write!(f, "1 problem; nothing was run"),
            n => write!(f, "{n} problems; nothing was run"),
        }
    }
}

/// One problem together with the text it points into, as miette wants it: nothing in it acts on
/// a terminal.
struct Shown {
    severity: Severity,
    message: String,
    label: String,
    help: Option<String>,
    source: Option<Excerpt>,
}

impl Shown {
    fn new(problem: &Problem, files: &[SourceFile], severity: Severity) -> Self {
        Self {
            severity,
            message: line(&problem.message).into_owned(),
            label: line(&problem.label).into_owned(),
            help: problem.help.as_ref().map(|help| line(help).into_owned()),
            source: problem.place.as_ref().and_then(|place| {
                let file = files.get(place.file)?;
                Some(Excerpt::new(&file.name, &file.text, &place.span))
            }),
        }
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help.as_ref()?))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source.as_ref().map(|s| s as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = &self.source.as_ref()?.span;
        Some(Box::new(std::iter::once(LabeledSpan::new(
            Some(self.label.clone()),
            span.start,
            span.len(),
        ))))
    }
}

/// File, line and column (from 1) of a problem, where it has a place.
pub(super) fn line_and_column<'a>(
    files: &'a [SourceFile],
    problem: &Problem,
) -> Option<(&'a str, usize, usize)> {
    let place = problem.place.as_ref()?;
    let file = files.get(place.file)?;
    let before = &file.text[..file.text.floor_char_boundary(place.span.start)];
    let line = before.matches('\n').count() + 1;
    let begins = before.rfind('\n').map_or(0, |at| at + 1);
    Some((&file.name, line, before[begins..].chars().count() + 1))
}

/// Names longer than this are not compared: nobody mistypes one for another.
const LONGEST_COMPARED: usize = 100;
/// Names that are compared with a mistyped one.
const MOST_COMPARED: usize = 1000;

/// The name nearest to a mistyped one, if any is near enough to be meant.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > LONGEST_COMPARED {
        return None;
    }
    known
        .into_iter()
        .take(MOST_COMPARED)
        .filter(|name| {
            // Each letter more or less is a difference.
            let apart = typed.chars().count().abs_diff(name.chars().count());
            name.len() <= LONGEST_COMPARED && apart <= most_apart(typed, name)
        })
        .map(|name| (strsim::damerau_levenshtein(typed, name), name))
        .filter(|(distance, name)| *distance <= most_apart(typed, name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Differences up to which two names are near.
fn most_apart(typed: &str, name: &str) -> usize {
    typed.len().max(name.len()).div_ceil(3)
}

/// "did you mean `x`?", or the whole list where it is short and nothing is near.
pub fn suggestion(typed: &str, known: &[&str]) -> Option<String> {
    if let Some(name) = nearest(typed, known.iter().copied()) {
        return Some(format!("did you mean `{name}`?"));
    }
    if known.is_empty() {
        return None;
    }
    let shown: Vec<String> = known.iter().take(40).map(|k| format!("`{k}`")).collect();
    let more = if known.len() > 40 { ", …" } else { "" };
    Some(format!("known here: {}{more}", shown.join(", ")))
}

/// A list in words: "a, b and c".
pub fn and(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => items.concat(),
    }
}
