//! The page of a comparison, a sweep or another experiment: its pictures, what the terminal
//! said, and its files.

use super::Page;
use crate::report::figures::Picture;

/// A picture with its words.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The picture as PNG.
    pub png: &'a [u8],
    /// What it shows, for who can't see it.
    pub words: &'a str,
    /// How to read it.
    pub caption: &'a str,
}

impl<'a> Shown<'a> {
    /// Each of some named pictures, told by what the name stands for.
    pub fn each(
        pictures: &'a [Picture],
        told: impl Fn(&str) -> (&'static str, &'static str),
    ) -> Vec<Self> {
        let shown = pictures.iter().map(|picture| {
            let (words, caption) = told(&picture.name);
            Self {
                png: &picture.screen,
                words,
                caption,
            }
        });
        shown.collect()
    }
}

/// What the page of an experiment is made from.
#[derive(Debug)]
pub struct ExperimentPage<'a> {
    /// What was asked.
    pub title: &'a str,
    /// Of which scenario.
    pub lead: &'a str,
    /// The pictures, in the order in which a reader looks at them.
    pub pictures: Vec<Shown<'a>>,
    /// Letters that the pictures lack.
    pub letters: Option<String>,
    /// What the terminal says.
    pub terminal: &'a str,
    /// The command that does it again, from inside the folder.
    pub again: &'a str,
}

/// The page of an experiment; `files` are the others of its folder.
pub fn experiment_page(shown: &ExperimentPage<'_>, files: &[String]) -> String {
    let mut page = Page::new(shown.title, shown.lead);
    page.section("pictures", "Pictures");
    for picture in &shown.pictures {
        page.picture(picture.png, picture.words, picture.caption);
    }
    if let Some(letters) = &shown.letters {
        page.note(&format!("Note: {letters}."));
    }
    page.section("results", "Results");
    page.note("What happens in this model, not a forecast of the world. Intervals are 95 %.");
    page.terminal(shown.terminal);
    page.section("files", "The run");
    page.text("The command that does it again, from inside this folder:");
    page.terminal(shown.again);
    page.text("Files beside this page:");
    page.files(files);
    page.finish()
}

/// The same for a notebook: its pictures and what the terminal says.
pub fn experiment_fragment(title: &str, pictures: &[Shown<'_>], terminal: &str) -> String {
    let mut page = Page::new(title, "");
    for picture in pictures {
        page.picture(picture.png, picture.words, picture.caption);
    }
    page.terminal(terminal);
    page.fragment()
}
