//! The page of a comparison, a sweep or another experiment: its pictures, what the terminal
//! said, and its files.

use super::Page;

/// A picture with its words.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The picture.
    pub png: &'a [u8],
    /// What it shows, for who can't see it.
    pub words: String,
    /// How to read it.
    pub caption: String,
}

/// The page of an experiment.
pub fn experiment_page(
    title: &str,
    lead: &str,
    pictures: &[Shown<'_>],
    terminal: &str,
    files: &[String],
    again: &str,
) -> String {
    let mut page = Page::new(title, lead);
    page.section("pictures", "Pictures");
    for shown in pictures {
        page.picture(shown.png, &shown.words, &shown.caption);
    }
    page.section("results", "Results");
    page.note("What happens in this model, not a forecast of the world. Intervals are 95 %.");
    page.terminal(terminal);
    page.section("files", "Files");
    page.files(files);
    page.text("The command that does it again, from inside this folder:");
    page.terminal(again);
    page.finish()
}
