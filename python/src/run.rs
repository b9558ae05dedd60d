//! Runs.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};

use simulate::engine::{self, Batch, Design, Failure, Progress, Row, Summary, memory};
use simulate::experiment::Histories;
use simulate::report::page::{RunPage, run_fragment};
use simulate::report::{
    FilledTable, ReplicateColumns, ReplicatesInMemory, SeriesInMemory, entry, figures, notes,
    outcomes_table, run_screen, summary_table, warnings,
};
use simulate::scenario::Scenario;

use crate::arguments;
use crate::error::{figure_error, input_error, must_have_some};
use crate::picture::{self, Picture, order};
use crate::table::Table;
use crate::work::How;

/// What is asked of a run.
pub struct Asked {
    pub replicates: Option<u64>,
    pub seed: Option<u64>,
    pub precision: Option<f64>,
    pub max_replicates: u64,
    pub series: bool,
}

/// What a run found. Its tables are Arrow, with the columns of docs/tables.md.
#[pyclass(frozen, module = "simulate")]
pub struct Run {
    /// The scenario as it was run.
    pub scenario: Arc<Scenario>,
    pub summary: Summary,
    pub histories: Arc<Histories>,
    failures: Vec<Failure>,
    notes: Vec<(String, String)>,
    replicates: Py<Table>,
    series: PyOnceLock<Py<Table>>,
    pictures: OnceLock<Vec<figures::Picture>>,
    outcomes_picture: OnceLock<figures::Picture>,
}

/// A batch with what is kept of its rows.
struct Batched {
    summary: Summary,
    failures: Vec<Failure>,
    histories: Histories,
    replicates: FilledTable,
    series: Option<FilledTable>,
}

impl Run {
    pub fn new(
        py: Python<'_>,
        scenario: &Scenario,
        asked: &Asked,
        how: &How<'_, '_>,
    ) -> PyResult<Self> {
        if asked.replicates.is_some() && asked.precision.is_some() {
            return Err(input_error("give replicates or precision, not both"));
        }
        if asked
            .precision
            .is_some_and(|width| !(width > 0.0 && width < 0.5))
        {
            return Err(input_error("precision is a number above 0 and below 0.5"));
        }
        let seed = arguments::seed(asked.seed, scenario.run.seed)?;
        let replicates = arguments::replicates(asked.replicates, scenario.run.replicates)?;
        let scenario = scenario.as_run(seed, replicates);
        let most = match asked.precision {
            Some(_) => arguments::replicates(Some(asked.max_replicates), replicates)?,
            None => replicates,
        };
        if asked.series {
            must_watch(&scenario)?;
        }
        must_fit(how, &scenario, most, asked.series)?;
        let batch = Batch::of(&scenario).replicates(most);
        let found = how.does(py, most, |progress| {
            run_batch(&batch, asked.precision, asked.series, progress)
        })?;
        let Batched {
            summary,
            failures,
            histories,
            replicates,
            series,
        } = found;
        must_have_some(py, summary.replicates, &failures)?;
        // With as many replicates as there are: running it gives the same results.
        let scenario = scenario.as_run(seed, summary.replicates + summary.failed);
        let notes = notes(&[entry(&scenario)], seed, summary.replicates_asked);
        let kept = PyOnceLock::new();
        if let Some(series) = series {
            let series = Py::new(py, Table::new(series, &notes)?)?;
            kept.get_or_init(py, || series);
        }
        Ok(Self {
            replicates: Py::new(py, Table::new(replicates, &notes)?)?,
            scenario: Arc::new(scenario),
            summary,
            histories: Arc::new(histories),
            failures,
            notes,
            series: kept,
            pictures: OnceLock::new(),
            outcomes_picture: OnceLock::new(),
        })
    }

    /// All pictures, drawn once.
    fn drawn(&self, py: Python<'_>) -> PyResult<&[figures::Picture]> {
        if let Some(drawn) = self.pictures.get() {
            return Ok(drawn);
        }
        let drawn = How::does_quickly(py, || figures::draw_all(&self.summary, order(&self.notes)))?;
        let drawn = drawn.map_err(figure_error)?;
        Ok(self.pictures.get_or_init(|| drawn))
    }

    /// The first of them, which a notebook shows.
    fn outcomes_drawn(&self, py: Python<'_>) -> PyResult<&figures::Picture> {
        if let Some(drawn) = self.outcomes_picture.get() {
            return Ok(drawn);
        }
        let drawn = How::does_quickly(py, || {
            figures::draw_outcomes(&self.summary, order(&self.notes))
        })?;
        let drawn = drawn.map_err(figure_error)?;
        Ok(self.outcomes_picture.get_or_init(|| drawn))
    }
}

/// Refuses series of nothing.
fn must_watch(scenario: &Scenario) -> PyResult<()> {
    match scenario.watches.is_empty() {
        true => Err(input_error(
            "nothing is watched, so there are no series: add `[[watch]]` to the scenario, or name expressions with `watch`",
        )),
        false => Ok(()),
    }
}

fn must_fit(
    how: &How<'_, '_>,
    scenario: &Scenario,
    replicates: u64,
    with_series: bool,
) -> PyResult<()> {
    let series = match with_series {
        true => memory::of_series(scenario, replicates),
        false => 0,
    };
    let rows = memory::of_rows(scenario, replicates);
    how.must_fit(scenario, rows.saturating_add(series))
}

fn run_batch(
    batch: &Batch<'_>,
    precision: Option<f64>,
    with_series: bool,
    progress: &Progress,
) -> Batched {
    let scenario = batch.scenario;
    let batch = match with_series {
        true => batch.with_series(),
        false => *batch,
    };
    let design = Design::new(scenario, batch.seed);
    let columns = ReplicateColumns::new(scenario, design.numbers());
    let mut replicates = ReplicatesInMemory::begin(columns);
    let mut series = with_series.then(|| SeriesInMemory::begin(scenario));
    let mut histories = Histories::new(scenario);
    let each_block = |rows: &[Row]| {
        replicates.add(rows);
        histories.add(rows);
        if let Some(series) = &mut series {
            series.add(rows);
        }
        Ok::<(), Infallible>(())
    };
    let result = match precision {
        Some(precision) => engine::run_until(&batch, precision, progress, each_block),
        None => engine::run(&batch, progress, each_block),
    };
    let Ok((summary, failures)) = result;
    Batched {
        summary,
        failures,
        histories,
        replicates: replicates.finish(),
        series: series.map(SeriesInMemory::finish),
    }
}

#[pymethods]
impl Run {
    /// The outcomes: chance by the horizon with its interval, when, and what inputs carry.
    #[getter]
    fn outcomes(&self) -> PyResult<Table> {
        Table::new(outcomes_table(&self.summary), &self.notes)
    }

    /// Every figure of the run's pictures, as in `summary.csv`.
    #[getter]
    fn summary(&self) -> PyResult<Table> {
        Table::new(summary_table(&self.summary), &self.notes)
    }

    /// A row for each replicate, as in `replicates.parquet`.
    #[getter]
    fn replicates(&self, py: Python<'_>) -> Py<Table> {
        self.replicates.clone_ref(py)
    }

    /// Watched quantities of every replicate at every step, as in `series.parquet`. Unless they
    /// were asked for at once, the run is done again for them: it has the same results.
    #[getter]
    fn series(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        if let Some(series) = self.series.get(py) {
            return Ok(series.clone_ref(py));
        }
        let how = How {
            threads: None,
            progress: None,
        };
        let scenario = &self.scenario;
        must_watch(scenario)?;
        let replicates = scenario.run.replicates;
        must_fit(&how, scenario, replicates, true)?;
        let batch = Batch::of(scenario).rows_alone();
        let found = how.does(py, replicates, |progress| {
            run_batch(&batch, None, true, progress)
        })?;
        let empty = || input_error("there are no series");
        let table = Table::new(found.series.ok_or_else(empty)?, &self.notes)?;
        let table = Py::new(py, table)?;
        Ok(self.series.get_or_init(py, || table).clone_ref(py))
    }

    /// The chance of an outcome by the horizon with its 95 % interval, by its key:
    /// `run.chance("regroup").value`.
    fn chance<'py>(&self, py: Python<'py>, outcome: &str) -> PyResult<Bound<'py, PyAny>> {
        let index = arguments::outcome(&self.scenario, outcome)?;
        let key = &self.scenario.outcomes[index].key;
        let found = self.summary.outcome(key);
        let found = found.ok_or_else(|| input_error(format!("no outcome `{outcome}`")))?;
        estimate(py, &found.chance)
    }

    /// The pictures by name, each as PNG.
    #[getter]
    fn pictures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Picture::each(py, self.drawn(py)?)
    }

    /// Writes the pictures for print into a folder, as files of the `kinds` png, svg and pdf:
    /// `width_mm` wide on paper, PNG with `dpi` dots per inch. Returns their paths.
    #[pyo3(signature = (folder, kinds = vec!["png".to_owned()], *, width_mm = None, dpi = None))]
    fn save_pictures(
        &self,
        py: Python<'_>,
        folder: PathBuf,
        kinds: Vec<String>,
        width_mm: Option<f64>,
        dpi: Option<u32>,
    ) -> PyResult<Vec<PathBuf>> {
        picture::save(py, folder, (kinds, width_mm, dpi), &self.notes, |order| {
            figures::draw_all(&self.summary, order)
        })
    }

    /// What a reader should know of it, such as numbers that are judged.
    #[getter]
    fn notes(&self) -> Vec<String> {
        let all = warnings(&self.scenario, &self.summary);
        all.iter().map(ToString::to_string).collect()
    }

    /// Replicates that did not stay finite, and don't count: index, step, and what was not.
    #[getter]
    fn failed(&self) -> Vec<(u64, u32, String)> {
        let each = self.failures.iter();
        each.map(|f| (f.replicate, f.step, f.part.clone()))
            .collect()
    }

    #[getter]
    fn title(&self) -> &str {
        &self.summary.title
    }

    #[getter]
    fn label(&self) -> Option<&str> {
        self.summary.identity.label.as_deref()
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.summary.seed
    }

    /// The first digits of the hash of all that was run, as on its pictures.
    #[getter]
    fn hash(&self) -> &str {
        self.summary.identity.short()
    }

    /// The scenario as it was run, with every default and setting written out, as TOML.
    fn to_toml(&self) -> String {
        self.scenario.resolved()
    }

    /// All of it as `summary.json` has it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.summary)
    }

    fn __len__(&self) -> usize {
        usize::try_from(self.summary.replicates).unwrap_or(usize::MAX)
    }

    fn __str__(&self) -> String {
        run_screen(&self.scenario, &self.summary)
    }

    fn __repr__(&self) -> String {
        format!(
            "<simulate.Run of {}: {} replicates, seed {}, hash {}>",
            self.summary.scenario,
            self.summary.replicates,
            self.summary.seed,
            self.summary.identity.short()
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(run_fragment(&RunPage {
            scenario: &self.scenario,
            parent: None,
            summary: &self.summary,
            pictures: std::slice::from_ref(self.outcomes_drawn(py)?),
            files: Vec::new(),
            again: "",
        }))
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.outcomes_drawn(py)?.screen))
    }
}

/// An estimate as `simulate.Estimate`.
pub fn estimate<'py>(py: Python<'py>, found: &engine::Estimate) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("simulate._estimate")?.getattr("Estimate")?;
    class.call1((found.value, found.low, found.high))
}

/// What was found as dictionaries and lists, in the shape of docs/json.md.
pub fn json<'py>(py: Python<'py>, found: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = simulate::report::to_json(found)
        .map_err(|error| crate::error::run_error(error.to_string()))?;
    py.import("json")?.call_method1("loads", (text,))
}
