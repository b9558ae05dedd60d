//! `simulate man`

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::foreign::line;
use crate::report::FolderError;

use super::error::{CommandError, code};
use super::streams::print;
use super::whole::Whole;
use super::{Cli, ManArguments};

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
        print(&String::from_utf8_lossy(&text))?;
        return Ok(0);
    };
    let failed = |source| FolderError::Write {
        path: folder.to_path_buf(),
        source,
    };
    let mut written = Vec::new();
    for command in program.get_subcommands().chain([&program]) {
        let page = page(command);
        let mut text = Vec::new();
        page.render(&mut text)?;
        let path = folder.join(page.get_filename());
        written.push((Whole::write(&path, &text).map_err(failed)?, path));
    }
    // All of them are there, so none is missing.
    for (page, path) in written {
        page.replace().map_err(failed)?;
        print(&format!("{}\n", line(&path.display().to_string())))?;
    }
    Ok(0)
}

fn page(command: &Command) -> Man {
    let source = format!("simulate {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source)
}
