//! What a run leaves behind: pictures, tables, the run folder and its manifest.

pub mod columns;
pub mod figures;
mod folder;
mod landscape;
mod manifest;
mod sensitivity;
mod sweep;
mod table;
mod terminal;
mod text;
mod warnings;

pub use folder::{Folder, FolderError};
pub use landscape::{landscape_csv, landscape_screen};
pub use manifest::{Clock, FileEntry, Manifest, ScenarioEntry};
pub use sensitivity::{design_columns, sensitivity_columns, sensitivity_screen};
pub use sweep::{sweep_columns, sweep_screen};
pub use table::ReplicateTable;
pub use terminal::screen;
pub use text::{summary_csv, to_json};
pub use warnings::{Warning, warnings};
