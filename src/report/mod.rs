//! What a run leaves behind: pictures, tables, the run folder and its manifest.

mod backtest;
mod calibration;
pub mod chance;
mod changes;
mod comparison;
mod discover;
pub mod figures;
mod finished;
mod folder;
mod hash;
mod heading;
mod history;
mod landscape;
mod manifest;
mod naming;
mod notes;
pub mod page;
mod parts;
mod robust;
mod score;
mod sensitivity;
mod sweep;
mod tables;
mod terminal;
mod warnings;
mod work;

pub use crate::foreign::to_json;
pub use backtest::{backtest_screen, duration, seeds};
pub use calibration::calibration_screen;
pub use changes::change_screen;
pub use comparison::comparison_screen;
pub use discover::{discover_screen, within};
pub use finished::{FinishedError, FinishedRun};
pub use folder::{
    Folder, FolderError, Owner, is_unfinished, is_worked_on, others_in, remove_own, target_of,
    unfinished_of,
};
pub use hash::hash_of;
pub use heading::heading;
pub use history::{history_json, history_md, history_screen};
pub use landscape::landscape_screen;
pub use manifest::{Clock, FileEntry, Manifest, ManifestError, ScenarioEntry, ShardEntry};
pub use naming::{Named, labels, own_names, path_words};
pub use notes::{entry, notes};
pub use parts::{PartError, Parts, Piece, Rows, State, Table};
pub use robust::robust_screen;
pub use score::score_screen;
pub use sensitivity::sensitivity_screen;
pub use sweep::sweep_screen;
pub use tables::{
    DiscoveryPoints, Ensemble, FilledColumn, FilledTable, GROUP, MOST_ROWS, MOST_STREAMED, Printed,
    ReplicateColumns, ReplicateTable, ReplicatesInMemory, SeriesInMemory, SeriesTable, Sheet,
    Values, backtest_csv, comparison_csv, comparison_table, design_parquet, design_table,
    dictionary, dictionary_markdown, differences_csv, differences_table, discover_csv,
    ensemble_parquet, history_csv, history_parquet, history_table, inputs_table, landscape_csv,
    landscape_minima_csv, landscape_network_csv, landscape_ties_csv, outcomes_table,
    points_parquet, points_table, posterior_csv, read_csv, robust_csv, robust_map_csv, scores_csv,
    sensitivity_csv, sensitivity_table, spreadsheet_csv, stability_csv, summary_csv, summary_table,
    sweep_csv, sweep_parquet, sweep_table, table_markdown, trajectory_csv, tree_csv, workbook,
};
pub use terminal::{run_screen, screen};
pub use warnings::{Warning, one_draw, warnings};
pub use work::{ScenarioText, Work};
