//! `simulate completions`

use clap::CommandFactory;

use super::{Cli, CompletionsArguments, print};

pub(super) fn completions(arguments: &CompletionsArguments) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "simulate",
        &mut script,
    );
    print(&String::from_utf8_lossy(&script));
    0
}
