//! End-to-end tests, one binary, one file a subject.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// Limits are compared with the platform's functions, in the theory's indices.
#![allow(clippy::disallowed_methods, clippy::needless_range_loop)]

mod at_once;
mod behaviours;
mod bounds;
mod broken;
mod calendar;
mod cases;
mod cli_extras;
mod commands;
mod compare;
mod control;
mod coverage;
mod design;
mod discover;
mod docs;
mod evidence;
mod explore;
mod failures;
mod flagship;
mod folder;
mod foreign;
mod forged;
mod harness;
mod joint;
mod landscape;
mod limits;
mod mutations;
mod new_from;
mod outcomes;
mod overlay;
mod overlays;
mod package;
mod page;
mod paired;
mod paths;
mod pictures;
mod place;
mod precision;
mod print;
mod properties;
mod random;
mod ranges;
mod replay;
mod resume;
mod robust;
mod rows;
mod run_folder;
mod rungs;
mod scale_free;
mod schema;
mod sensitivity;
mod start;
mod statistics;
mod streams;
mod strict;
#[cfg(unix)]
mod submit;
mod sweep;
mod tables;
mod tools;
mod tutorial;
mod untrusted;
mod variants;
mod watch;
mod watched;

/// The scenarios that come with the program, in order.
fn scenario_paths() -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir("scenarios").expect("the scenarios");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    paths
}
