//! `simulate man`

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::report::FolderError;

use super::error::{CommandError, code};
use super::{Cli, ManArguments, print};

pub(super) fn man(arguments: &ManArguments) -> u8 {
    code(pages(arguments.out.as_deref()))
}

fn pages(out: Option<&Path>) -> Result<u8, CommandError> {
    let mut program = Cli::command().disable_help_subcommand(true);
    // Gives the commands their names on pages, e.g. simulate-run.
    program.build();
    let Some(folder) = out else {
        let mut text = Vec::new();
        page(&program).render(&mut text)?;
        print(&String::from_utf8_lossy(&text));
        return Ok(0);
    };
    let failed = |source| FolderError::Write {
        path: folder.to_path_buf(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for command in program.get_subcommands().chain([&program]) {
        let written = page(command).generate_to(folder).map_err(failed)?;
        print(&format!("{}\n", written.display()));
    }
    Ok(0)
}

fn page(command: &Command) -> Man {
    let source = format!("simulate {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source)
}
