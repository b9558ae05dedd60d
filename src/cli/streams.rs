//! The one way to standard output and standard error.
//!
//! Results go to standard output. A reader that goes away has what it wanted, and is not an
//! error; anything else that can't be written is one. What is said about the work goes to
//! standard error, where there is nobody left to tell if it can't be written.

use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::foreign;
use crate::scenario::regular::{MOST_BYTES, ReadError};

use super::error::CommandError;

/// Whether whoever read standard output has gone.
static READER_IS_GONE: AtomicBool = AtomicBool::new(false);

/// Prints results.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    print_ready(&foreign::lines(text))
}

/// Prints what is the program's own, and perhaps has colours.
pub(super) fn print_ready(text: &str) -> Result<(), CommandError> {
    if reader_is_gone() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    // What is left in the buffer would be lost without a word at the end of the program.
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            READER_IS_GONE.store(true, Ordering::Relaxed);
            Ok(())
        }
        written => written.map_err(CommandError::Output),
    }
}

/// All of standard input, read once: a scenario may be wanted several times.
///
/// # Errors
/// If it can't be read.
pub(super) fn input() -> Result<&'static [u8], &'static io::Error> {
    static INPUT: OnceLock<io::Result<Vec<u8>>> = OnceLock::new();
    let read = INPUT.get_or_init(|| {
        let mut bytes = Vec::new();
        // One more than there may be, to see that there is more.
        let mut some = io::stdin().lock().take(MOST_BYTES + 1);
        some.read_to_end(&mut bytes)?;
        match bytes.len() as u64 > MOST_BYTES {
            true => Err(io::Error::other(ReadError::TooLarge(MOST_BYTES))),
            false => Ok(bytes),
        }
    });
    read.as_deref()
}

/// Whether nobody reads what is printed any longer.
pub(super) fn reader_is_gone() -> bool {
    READER_IS_GONE.load(Ordering::Relaxed)
}

/// Says something about the work, in one line.
pub(super) fn tell(line: &str) {
    tell_ready(&foreign::line(line));
}

/// Says what is made for a terminal already: lines, and perhaps colours, with nothing in them
/// that acts.
pub(super) fn tell_ready(text: &str) {
    // In one piece, so that nothing comes between.
    let _ = io::stderr()
        .lock()
        .write_all(format!("{text}\n").as_bytes());
}

/// Whether standard error is a terminal that can do more than print one line after another.
pub(super) fn is_lively() -> bool {
    io::stderr().is_terminal() && is_able()
}

/// Whether what is said may have colours and drawn lines.
pub(super) fn has_colours() -> bool {
    is_lively() && allows_colours()
}

/// The same of what is printed.
pub(super) fn prints_colours() -> bool {
    io::stdout().is_terminal() && is_able() && allows_colours()
}

fn is_able() -> bool {
    std::env::var_os("TERM").is_none_or(|name| name != "dumb")
}

/// See <https://no-color.org>.
fn allows_colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Says what a mistake in the program was, whatever standard error is.
pub(super) fn say_panics() {
    std::panic::set_hook(Box::new(|panic| {
        tell_ready(&foreign::lines(&format!(
            "this is a mistake in simulate: {panic}"
        )));
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            tell_ready(&trace.to_string());
        }
    }));
}
