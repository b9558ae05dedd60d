//! What the command line means before clap reads it, and what is said where it means nothing.

use std::ffi::{OsStr, OsString};
use std::sync::OnceLock;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::foreign::{line, words};

use super::Cli;
use super::error::code;
use super::streams::{self, print, tell_ready};

/// The words of the command line, once it is known.
static WORDS: OnceLock<Vec<OsString>> = OnceLock::new();

/// Keeps the words of the command line, for what is said of how the work was begun.
pub(super) fn keep(words: Vec<OsString>) -> &'static [OsString] {
    WORDS.get_or_init(|| words)
}

/// The words of the command line, the program's own first.
pub(super) fn command_line() -> &'static [OsString] {
    WORDS.get().map_or(&[], Vec::as_slice)
}

/// Reads the command line.
///
/// # Errors
/// The exit code, where it asks for help or can't be understood; that is said.
pub(super) fn read(arguments: &[OsString]) -> Result<Cli, u8> {
    let arguments = with_run(arguments.to_vec());
    Cli::try_parse_from(&arguments).map_err(|error| say(&error, &arguments))
}

/// A bare scenario runs it: `simulate A.toml` becomes `simulate run A.toml`. Options may come
/// first: `simulate -n 100 A.toml`, `simulate -v check A.toml`.
fn with_run(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let first = arguments
        .iter()
        .skip(1)
        .find(|word| !["-v", "--verbose"].contains(&text(word)));
    if first.is_some_and(|word| !is_for_the_program(word)) {
        arguments.insert(1, "run".into());
    }
    arguments
}

/// Whether a word is a command, or asks about the program itself.
fn is_for_the_program(word: &OsStr) -> bool {
    let asks = ["help", "-h", "--help", "-V", "--version"];
    asks.contains(&text(word)) || Cli::command().find_subcommand(word).is_some()
}

/// The word; what isn't Unicode is no word of ours.
fn text(word: &OsStr) -> &str {
    word.to_str().unwrap_or_default()
}

/// Gives help, or says what is wrong with the command line; returns the exit code.
fn say(error: &clap::Error, arguments: &[OsString]) -> u8 {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if asked {
        let help = error.render();
        return code(
            match streams::prints_colours() {
                true => streams::print_ready(&help.ansi().to_string()),
                false => print(&help.to_string()),
            }
            .map(|()| 0),
        );
    }
    // clap quotes arguments as they are; made harmless, they are as wrong as before.
    let shown = arguments.iter().map(|word| line(&words(word)).into_owned());
    let again = Cli::try_parse_from(shown).err();
    let message = again.as_ref().unwrap_or(error).render();
    match streams::has_colours() {
        true if again.is_some() => tell_ready(message.ansi().to_string().trim_end()),
        _ => tell_ready(crate::foreign::lines(&message.to_string()).trim_end()),
    }
    super::WRONG_INPUT
}
