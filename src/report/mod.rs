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
pub mod page;
mod parts;
mod robust;
mod score;
mod sensitivity;
mod sweep;
mod tables;
mod terminal;
mod text;
mod warnings;
mod work;

pub use backtest::{backtest_screen, duration, seeds};
pub use calibration::calibration_screen;
pub use changes::change_screen;
pub use comparison::comparison_screen;
pub use discover::{discover_screen, within};
pub use finished::{FinishedError, FinishedRun};
pub use folder::{
    Folder, FolderError, Owner, is_unfinished, is_worked_on, target_of, unfinished_of,
};
pub use hash::hash_of;
pub use heading::heading;
pub use history::{history_json, history_md, history_screen};
pub use landscape::landscape_screen;
pub use manifest::{Clock, FileEntry, Manifest, ManifestError, ScenarioEntry, ShardEntry};
pub use parts::{PartError, Parts, Piece, Rows, State, Table};
pub use robust::robust_screen;
pub use score::score_screen;
pub use sensitivity::sensitivity_screen;
pub use sweep::sweep_screen;
pub use tables::{
    DiscoveryPoints, Ensemble, GROUP, MOST_STREAMED, ReplicateColumns, ReplicateTable, SeriesTable,
    backtest_csv, comparison_csv, design_parquet, dictionary, dictionary_markdown, differences_csv,
    discover_csv, ensemble_parquet, history_csv, history_parquet, landscape_csv,
    landscape_minima_csv, landscape_network_csv, landscape_ties_csv, points_parquet, posterior_csv,
    robust_csv, robust_map_csv, scores_csv, sensitivity_csv, stability_csv, summary_csv, sweep_csv,
    sweep_parquet, table_markdown, trajectory_csv, tree_csv,
};
pub use terminal::screen;
pub use text::to_json;
pub use warnings::{Warning, one_draw, warnings};
pub use work::{ScenarioText, Work};
