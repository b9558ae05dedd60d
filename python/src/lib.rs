//! `simulate` for Python: what `python/package/simulate` is made of.
//!
//! Everything is worked out by the crate `simulate`, as for the command line; here it is handed to Python:
//! tables as Arrow, pictures as PNG, mistakes as exceptions, progress and Ctrl-C.

mod arguments;
mod command;
mod comparison;
mod error;
mod history;
mod picture;
mod run;
mod scenario;
mod sensitivity;
mod sweep;
mod table;
mod work;

use pyo3::prelude::*;

/// The native part of the package `simulate`.
#[pymodule]
#[pyo3(name = "_simulate")]
mod module {
    #[pymodule_export]
    use super::command::command;
    #[pymodule_export]
    use super::comparison::{Comparison, compare};
    #[pymodule_export]
    use super::history::History;
    #[pymodule_export]
    use super::picture::Picture;
    #[pymodule_export]
    use super::run::Run;
    #[pymodule_export]
    use super::scenario::{Scenario, load, loads, restore, typed};
    #[pymodule_export]
    use super::sensitivity::Sensitivity;
    #[pymodule_export]
    use super::sweep::Sweep;
    #[pymodule_export]
    use super::table::Table;

    #[pymodule_export]
    #[allow(non_upper_case_globals)] // As Python has it.
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
