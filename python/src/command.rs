//! The command `simulate`, inside the interpreter's process.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Does what the words of a command line say, the program's own first; returns the exit code.
/// Signals are the command's from here on.
#[pyfunction]
pub fn command(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| simulate::cli::main_of(words))
}
