//! What a run leaves behind: pictures, tables, the run folder and its manifest.

mod changes;
pub mod columns;
mod comparison;
pub mod figures;
mod finished;
mod folder;
mod heading;
mod history;
mod landscape;
mod manifest;
pub mod page;
mod sensitivity;
mod sweep;
mod table;
mod terminal;
mod text;
mod warnings;

pub use changes::change_screen;
pub use comparison::{comparison_csv, comparison_json, comparison_screen, differences_csv};
pub use finished::{FinishedError, FinishedRun};
pub use folder::{Folder, FolderError, Owner};
pub use heading::heading;
pub use history::{history_csv, history_json, history_md, history_parquet, history_screen};
pub use landscape::{landscape_csv, landscape_screen};
pub use manifest::{Clock, FileEntry, Manifest, ScenarioEntry};
pub use sensitivity::{design_columns, sensitivity_columns, sensitivity_screen};
pub use sweep::{sweep_columns, sweep_screen};
pub use table::ReplicateTable;
pub use terminal::screen;
pub use text::{summary_csv, to_json};
pub use warnings::{Warning, warnings};
