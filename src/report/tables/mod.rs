//! Tables: each is declared once, column by column, with unit, meaning and where its cells
//! come from. The files are written from these declarations, and so is the dictionary
//! (`simulate schema --table`, `docs/tables.md`).

mod backtest;
mod comparison;
mod csv;
mod design;
mod dictionary;
mod differences;
mod discover;
mod ensemble;
mod field;
mod figure;
mod history;
mod landscape;
mod landscape_in_full;
mod parquet;
mod posterior;
mod replicates;
mod robust;
mod rows;
mod score;
mod sensitivity;
mod series;
mod summary;
mod sweep;
mod words;

pub use backtest::backtest_csv;
pub use comparison::comparison_csv;
pub use design::design_parquet;
pub use dictionary::{dictionary, dictionary_markdown, table_markdown};
pub use differences::differences_csv;
pub use discover::{
    DiscoveryPoints, discover_csv, points_parquet, stability_csv, trajectory_csv, tree_csv,
};
pub use ensemble::{Ensemble, ensemble_parquet};
pub use history::{history_csv, history_parquet};
pub use landscape::landscape_csv;
pub use landscape_in_full::{landscape_minima_csv, landscape_network_csv, landscape_ties_csv};
pub use parquet::{GROUP, MOST_STREAMED, into_io};
pub use posterior::posterior_csv;
pub use replicates::{ReplicateColumns, ReplicateTable};
pub use robust::{robust_csv, robust_map_csv};
pub(super) use rows::{RowGroup, guarded};
pub use score::scores_csv;
pub use sensitivity::sensitivity_csv;
pub use series::SeriesTable;
pub use summary::summary_csv;
pub use sweep::{sweep_csv, sweep_parquet};
