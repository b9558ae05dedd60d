//! What a run leaves behind: pictures, tables, the run folder and its manifest.

pub mod figures;
mod folder;
mod history;
mod manifest;
mod table;
mod terminal;
mod text;
mod warnings;

pub use folder::{Folder, FolderError};
pub use history::{history_csv, history_json, history_md, history_parquet, history_screen};
pub use manifest::{Clock, FileEntry, Manifest, ScenarioEntry};
pub use table::ReplicateTable;
pub use terminal::screen;
pub use text::{summary_csv, summary_json};
pub use warnings::{Warning, warnings};
