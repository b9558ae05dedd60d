//! What can go wrong after the scenarios were found fine.

use thiserror::Error;

use crate::report::{FolderError, PartError, figures};

use super::streams::tell;
use super::{FAILED, WRONG_INPUT};

/// Why a command failed; each is one line for the user.
#[derive(Debug, Error)]
pub(super) enum CommandError {
    #[error(transparent)]
    Folder(FolderError),
    #[error("the table of replicates can't be written: {0}")]
    Table(#[from] parquet::errors::ParquetError),
    #[error(transparent)]
    Part(#[from] PartError),
    #[error("a picture can't be drawn: {0}")]
    Figure(#[from] figures::FigureError),
    #[error("a file can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// This machine can't be relied on.
    #[error("{0}")]
    Machine(String),
    #[error("threads can't be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    #[error(
        "SIMULATE_LANES can't be `{0}`; it is one of scalar, baseline, avx2, avx512, and this machine must have it"
    )]
    Lanes(String),
    #[error(
        "no replicate stayed finite: in the first, {part} was not at step {step}; nothing is saved. Look for a rate or weight that is far too large"
    )]
    AllFailed { part: String, step: u32 },
    #[error("the scenario's files can't be watched: {0}")]
    Watch(#[from] notify::Error),
    #[error("a file just written can't be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("standard output can't be written: {0}")]
    Output(std::io::Error),
    /// What the user gave can't be used: says what, and what would be right.
    #[error("{0}")]
    Input(String),
    /// Already said; only the exit code is left to give.
    #[error("")]
    Said(u8),
}

impl From<FolderError> for CommandError {
    fn from(error: FolderError) -> Self {
        match error.is_refusal() {
            true => Self::Input(error.to_string()),
            false => Self::Folder(error),
        }
    }
}

impl CommandError {
    /// Says what is wrong, and gives the exit code.
    pub(super) fn say(&self) -> u8 {
        match self {
            Self::Said(code) => *code,
            Self::Input(_) => {
                tell(&format!("error: {self}"));
                WRONG_INPUT
            }
            _ => {
                tell(&format!("error: {self}"));
                FAILED
            }
        }
    }
}

/// The exit code of what a command did.
pub(super) fn code(result: Result<u8, CommandError>) -> u8 {
    result.unwrap_or_else(|error| error.say())
}
