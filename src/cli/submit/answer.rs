//! The known answer: what the first machine computes, every other one has to compute as well.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::foreign::line;

use super::super::error::CommandError;
use super::super::streams::{tell, tell_ready};
use super::super::{FAILED, WRONG_INPUT};

/// Asks the program that the shards will call for the answer of a shard.
pub(super) fn answer(
    program: &Path,
    scenario: &Path,
    (replicates, seed): (u64, u64),
    shards: u64,
    options: impl Iterator<Item = &'static str>,
) -> Result<String, CommandError> {
    let output = Command::new(program)
        .arg("run")
        .arg(scenario)
        .args(["--replicates", &replicates.to_string()])
        .args(["--seed", &seed.to_string()])
        .args(options)
        .args(["--shard", &format!("1/{shards}"), "--print-answer"])
        .stdin(Stdio::null())
        .output();
    let failed = |why: &str| {
        tell(&format!(
            "error: {} doesn't say the known answer{why}",
            program.display()
        ));
        CommandError::Said(FAILED)
    };
    let output = output.map_err(|error| failed(&format!(": {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let is_hash = !said.is_empty() && said.bytes().all(|byte| byte.is_ascii_hexdigit());
    if output.status.success() && is_hash {
        return Ok(said);
    }
    // What it says itself is nearer to the cause.
    let why = String::from_utf8_lossy(&output.stderr);
    for text in why.lines() {
        tell_ready(&line(text));
    }
    match output
        .status
        .code()
        .and_then(|code| u8::try_from(code).ok())
    {
        // What is asked for can't be had.
        Some(WRONG_INPUT) => Err(CommandError::Said(WRONG_INPUT)),
        _ => Err(failed("")),
    }
}
