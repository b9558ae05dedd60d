//! `simulate completions`

use clap::CommandFactory;

use super::error::code;
use super::streams::print;
use super::{Cli, CompletionsArguments};

pub(super) fn completions(arguments: &CompletionsArguments) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "simulate",
        &mut script,
    );
    code(print(&String::from_utf8_lossy(&script)).map(|()| 0))
}
