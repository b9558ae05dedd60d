//! Tables: each is declared once, column by column, with unit, meaning and where its cells
//! come from. The files are written from these declarations, and so is the dictionary
//! (`simulate schema --table`, `docs/tables.md`).

mod backtest;
mod columns;
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
mod inputs;
mod landscape;
mod landscape_in_full;
mod outcomes;
mod parquet;
mod posterior;
mod printed;
mod replicates;
mod robust;
mod rows;
mod score;
mod sensitivity;
mod series;
mod summary;
mod sweep;
mod words;
mod xlsx;

pub use backtest::backtest_csv;
pub use columns::{FilledColumn, FilledTable, Values};
pub use comparison::{comparison_csv, comparison_table};
pub use csv::{read_csv, spreadsheet_csv};
pub use design::{design_parquet, design_table, points_table};
pub use dictionary::{dictionary, dictionary_markdown, table_markdown};
pub use differences::{differences_csv, differences_table};
pub use discover::{
    DiscoveryPoints, discover_csv, points_parquet, stability_csv, trajectory_csv, tree_csv,
};
pub use ensemble::{Ensemble, ensemble_parquet};
pub use history::{history_csv, history_parquet, history_table};
pub use inputs::inputs_table;
pub use landscape::landscape_csv;
pub use landscape_in_full::{landscape_minima_csv, landscape_network_csv, landscape_ties_csv};
pub use outcomes::outcomes_table;
pub use parquet::{GROUP, MOST_STREAMED, into_io};
pub use posterior::posterior_csv;
pub use printed::Printed;
pub use replicates::{ReplicateColumns, ReplicateTable, ReplicatesInMemory};
pub use robust::{robust_csv, robust_map_csv};
pub(super) use rows::{RowGroup, guarded};
pub use score::scores_csv;
pub use sensitivity::{sensitivity_csv, sensitivity_table};
pub use series::{SeriesInMemory, SeriesTable};
pub use summary::{summary_csv, summary_table};
pub use sweep::{sweep_csv, sweep_parquet, sweep_table};
pub use xlsx::{MOST_ROWS, Sheet, workbook};
