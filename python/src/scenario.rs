//! Scenarios: read, changed, run.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use simulate::engine::{LanePath, memory};
use simulate::experiment::sensitivity::{Points, coordinates, quantiles};
use simulate::report::{entry, inputs_table, notes, points_table};
use simulate::scenario::{self as core, Problems, WATCH, wrong_with_label};

use crate::arguments;
use crate::error::{input_error, must_have_some, run_error, scenario_error};
use crate::history::History;
use crate::run::{Asked, Run};
use crate::sensitivity::{Sensitivity, Sizes};
use crate::sweep::Sweep;
use crate::table::Table;
use crate::work::How;

/// Where a scenario is read from.
#[derive(Debug, Clone)]
enum Source {
    File(PathBuf),
    Text { name: String, text: String },
}

/// A checked scenario. It never changes: `set` and the like give another one.
#[pyclass(frozen, module = "simulate")]
pub struct Scenario {
    core: Arc<core::Scenario>,
    source: Source,
    settings: Vec<String>,
}

/// Reads and checks a scenario file. `set` lays values over it, by the keys of its numbers;
/// `watch` names quantities to be recorded.
#[pyfunction]
#[pyo3(signature = (path, *, set = None, watch = None))]
pub fn load(
    py: Python<'_>,
    path: PathBuf,
    set: Option<&Bound<'_, PyAny>>,
    watch: Option<Vec<String>>,
) -> PyResult<Scenario> {
    // A later change of the working folder is no other file.
    let path = match path.is_absolute() || std::env::current_dir().is_err() {
        true => path,
        false => std::path::absolute(path)?,
    };
    Scenario::read(py, Source::File(path), set, watch)
}

/// The same from text; what it extends is taken from the working folder. `name` stands in
/// mistakes, and is its key unless it gives another.
#[pyfunction]
#[pyo3(signature = (text, *, name = "scenario", set = None, watch = None))]
pub fn loads(
    py: Python<'_>,
    text: String,
    name: &str,
    set: Option<&Bound<'_, PyAny>>,
    watch: Option<Vec<String>>,
) -> PyResult<Scenario> {
    let name = name.to_owned();
    Scenario::read(py, Source::Text { name, text }, set, watch)
}

/// A number as TOML has it in a setting.
#[pyfunction]
#[pyo3(name = "_typed")]
pub fn typed(value: f64) -> String {
    core::typed("", value)
}

impl Source {
    fn read(&self, settings: &[String]) -> Result<core::Scenario, Problems> {
        match self {
            Self::File(path) => core::Scenario::load_with(path, settings),
            Self::Text { name, text } => {
                core::Scenario::load_text(name, text.clone().into_bytes(), settings)
            }
        }
    }
}

impl Scenario {
    fn read(
        py: Python<'_>,
        source: Source,
        set: Option<&Bound<'_, PyAny>>,
        watch: Option<Vec<String>>,
    ) -> PyResult<Self> {
        let mut settings = arguments::settings(py, set)?;
        settings.extend(
            watch
                .into_iter()
                .flatten()
                .map(|what| format!("{WATCH}{what}")),
        );
        Self::with_settings(py, source, settings, None)
    }

    fn with_settings(
        py: Python<'_>,
        source: Source,
        settings: Vec<String>,
        label: Option<String>,
    ) -> PyResult<Self> {
        let read = py.detach(|| source.read(&settings));
        let mut core = read.map_err(|problems| scenario_error(&problems))?;
        if label.is_some() {
            core.variant.label = label;
        }
        Ok(Self {
            core: Arc::new(core),
            source,
            settings,
        })
    }

    /// The scenario itself.
    pub fn core(&self) -> &Arc<core::Scenario> {
        &self.core
    }

    /// Reads it once more, with these settings alone.
    pub fn read_with(&self, settings: &[String]) -> Result<core::Scenario, Problems> {
        self.source.read(settings)
    }

    /// What was laid over its file.
    pub fn settings_laid(&self) -> &[String] {
        &self.settings
    }

    /// A table of its own, named after it.
    fn table(&self, table: simulate::report::FilledTable) -> PyResult<Table> {
        let entry = entry(&self.core);
        let run = &self.core.run;
        Table::new(table, &notes(&[entry], run.seed, run.replicates))
    }
}

#[pymethods]
impl Scenario {
    /// The scenario with values laid over it, by the keys of its numbers as in `--set`:
    /// `sim.set({"patron.us.commitment": 0.5})`. A dictionary as a value is a distribution:
    /// `{"dist": "uniform", "low": 0.2, "high": 0.6}`.
    fn set(&self, py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let more = arguments::settings(py, Some(values))?;
        let mut settings = self.settings.clone();
        settings.retain(|old| {
            let is_laid_again = |new: &String| arguments::key_of(new) == arguments::key_of(old);
            old.starts_with(WATCH) || !more.iter().any(is_laid_again)
        });
        settings.extend(more);
        let label = self.core.variant.label.clone();
        Self::with_settings(py, self.source.clone(), settings, label)
    }

    /// The scenario with more quantities to be recorded, such as `control(mosul, threat)`.
    #[pyo3(signature = (*expressions))]
    fn watch(&self, py: Python<'_>, expressions: Vec<String>) -> PyResult<Self> {
        let more = expressions.iter().map(|what| format!("{WATCH}{what}"));
        let settings = self.settings.iter().cloned().chain(more).collect();
        let label = self.core.variant.label.clone();
        Self::with_settings(py, self.source.clone(), settings, label)
    }

    /// The scenario under a label, which its pictures and comparisons show.
    fn named(&self, label: &str) -> PyResult<Self> {
        if let Some(wrong) = wrong_with_label(label) {
            return Err(input_error(wrong));
        }
        let mut core = core::Scenario::clone(&self.core);
        core.variant.label = Some(label.to_owned());
        Ok(Self {
            core: Arc::new(core),
            source: self.source.clone(),
            settings: self.settings.clone(),
        })
    }

    /// Runs it: so many histories, from this seed. `precision` goes on until the 95 % interval
    /// of every outcome's chance reaches at most so far to either side, or to
    /// `max_replicates`. With `series` watched quantities are kept at every step at once;
    /// without, they are worked out when they are asked for.
    #[pyo3(signature = (replicates = None, seed = None, *, precision = None, max_replicates = 1_000_000, series = false, threads = None, progress = None))]
    #[allow(clippy::too_many_arguments)]
    fn run(
        &self,
        py: Python<'_>,
        replicates: Option<u64>,
        seed: Option<u64>,
        precision: Option<f64>,
        max_replicates: u64,
        series: bool,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Run> {
        let asked = Asked {
            replicates,
            seed,
            precision,
            max_replicates,
            series,
        };
        Run::new(py, &self.core, &asked, &How { threads, progress })
    }

    /// Runs it over a grid of one or two of its numbers, all points on the same random numbers.
    /// Of each key the values, or `"low:high:count"`.
    #[pyo3(signature = (values, *, replicates = None, seed = None, threads = None, progress = None))]
    fn sweep(
        &self,
        py: Python<'_>,
        values: &Bound<'_, PyAny>,
        replicates: Option<u64>,
        seed: Option<u64>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sweep> {
        let swept = arguments::settings(py, Some(values))?;
        Sweep::new(
            py,
            self,
            swept,
            (replicates, seed),
            &How { threads, progress },
        )
    }

    /// Which of its uncertain numbers matter: Morris' screening, Sobol' indices and a tornado.
    /// `vary` lets others vary evenly: `{"patron.us.commitment": (0.4, 0.9)}`. `only` is
    /// `"morris"` or `"sobol"`.
    #[pyo3(signature = (*, vary = None, only = None, trajectories = 16, base = None, top = 12, replicates = 16, budget = 200_000, seed = None, threads = None, progress = None))]
    #[allow(clippy::too_many_arguments)]
    fn sensitivity(
        &self,
        py: Python<'_>,
        vary: Option<&Bound<'_, PyAny>>,
        only: Option<&str>,
        trajectories: usize,
        base: Option<usize>,
        top: usize,
        replicates: u64,
        budget: u64,
        seed: Option<u64>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Sensitivity> {
        let how = How { threads, progress };
        let sizes = Sizes {
            only,
            trajectories,
            base,
            top,
            replicates,
            budget,
        };
        let varied = match vary {
            None => None,
            Some(vary) => {
                let module = py.import("simulate._settings")?;
                Some(self.set(py, &module.call_method1("ranges", (vary,))?)?)
            }
        };
        let core = varied.as_ref().map_or(&self.core, |varied| &varied.core);
        Sensitivity::new(py, core, &sizes, seed, &how)
    }

    /// One of its histories, told as dated events: that of a replicate, counted from 0, or the
    /// most typical one with an outcome (or `"any"`). `detail` is 1 to 3, or 4 for everything.
    #[pyo3(signature = (replicate = None, *, typical = None, detail = 2, replicates = None, seed = None, threads = None, progress = None))]
    #[allow(clippy::too_many_arguments)]
    fn replay(
        &self,
        py: Python<'_>,
        replicate: Option<u64>,
        typical: Option<&str>,
        detail: u8,
        replicates: Option<u64>,
        seed: Option<u64>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<History> {
        let scenario = self.core.as_run(
            arguments::seed(seed, self.core.run.seed)?,
            arguments::replicates(replicates, self.core.run.replicates)?,
        );
        let how = How { threads, progress };
        History::new(py, scenario, (replicate, typical), detail, &how)
    }

    /// Runs it at points that another program chose: of each key its values, one a point. The
    /// chance of each outcome and mean cohesion come back, a row for each point. All points
    /// have the same random numbers; with `noise_block` so many points after each other have,
    /// and every such block has its own. Uncertain numbers that are not named are drawn.
    #[pyo3(signature = (points, *, replicates = 16, seed = None, noise_block = None, threads = None, progress = None))]
    #[allow(clippy::too_many_arguments)]
    fn evaluate(
        &self,
        py: Python<'_>,
        points: &Bound<'_, PyAny>,
        replicates: u64,
        seed: Option<u64>,
        noise_block: Option<u64>,
        threads: Option<usize>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Table> {
        let scenario = &*self.core;
        let (keys, rows): (Vec<String>, Vec<Vec<f64>>) = py
            .import("simulate._settings")?
            .call_method1("points", (points,))?
            .extract()?;
        let numbers = keys
            .iter()
            .map(|key| arguments::number(scenario, key))
            .collect::<PyResult<Vec<usize>>>()?;
        let points = Points {
            scenario,
            numbers: &numbers,
            rows: &rows,
            replicates: arguments::replicates(Some(replicates), replicates)?,
            seed: arguments::seed(seed, scenario.run.seed)?,
            path: LanePath::best(),
            block: noise_block,
        };
        if noise_block == Some(0) {
            return Err(input_error("noise_block is a number of points, 1 or more"));
        }
        if noise_block.is_some() && !points.is_design() {
            return Err(input_error(
                "noise_block is for points that hold every uncertain number, and no other",
            ));
        }
        if let Some(wrong) = py.detach(|| points.first_unsound()) {
            return Err(self.unsound(py, &keys, wrong, &rows[wrong]));
        }
        let how = How { threads, progress };
        let histories = memory::of_history(scenario).saturating_mul(points.replicates);
        how.must_fit(scenario, histories)?;
        let total = points.replicates.saturating_mul(rows.len() as u64);
        let found = how.does(py, total, |progress| points.run(progress))?;
        let (table, failures) = found.ok_or_else(|| run_error("the work was stopped"))?;
        must_have_some(py, total - failures.len() as u64, &failures)?;
        self.table(points_table(&table))
    }

    /// The values of the uncertain numbers at rows of the unit cube, a column for each of
    /// `inputs["input"]`: what another program's sampling gives, as `evaluate` takes it.
    fn quantiles<'py>(
        &self,
        py: Python<'py>,
        shares: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let rows: Vec<Vec<f64>> = py
            .import("simulate._settings")?
            .call_method1("rows", (shares,))?
            .extract()?;
        let count = coordinates(&self.core);
        let is_share = |share: &f64| *share > 0.0 && *share < 1.0;
        if !rows
            .iter()
            .all(|row| row.len() == count && row.iter().all(is_share))
        {
            return Err(input_error(format!(
                "a row has {count} shares, each above 0 and below 1: one for each uncertain number that hangs together with no other, one for a table, one less than there are of a group of shares"
            )));
        }
        let values = quantiles(&self.core, &rows);
        let all = PyDict::new(py);
        for (number, values) in self.core.uncertain().zip(values) {
            all.set_item(&number.path, values)?;
        }
        Ok(all)
    }

    /// Its key.
    #[getter]
    fn name(&self) -> &str {
        &self.core.name
    }

    #[getter]
    fn title(&self) -> &str {
        &self.core.title
    }

    /// The story, in a few paragraphs.
    #[getter]
    fn story(&self) -> &str {
        &self.core.story
    }

    #[getter]
    fn label(&self) -> Option<&str> {
        self.core.variant.label.as_deref()
    }

    /// What is laid over its file, as `key=value`.
    #[getter]
    fn settings(&self) -> Vec<String> {
        self.settings.clone()
    }

    /// The root seed of a run that is given none.
    #[getter]
    fn seed(&self) -> u64 {
        self.core.run.seed
    }

    /// The number of replicates of a run that is given none.
    #[getter]
    fn replicates(&self) -> u64 {
        self.core.run.replicates
    }

    /// The first digits of the hash of all that is run: the same hash, the same results.
    #[getter]
    fn hash(&self) -> String {
        self.core.identity().short().to_owned()
    }

    /// The keys of its outcomes, each with the name shown to a reader.
    #[getter]
    fn outcomes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for outcome in &self.core.outcomes {
            all.set_item(&outcome.key, &outcome.label)?;
        }
        Ok(all)
    }

    /// Its uncertain numbers, as a table.
    #[getter]
    fn inputs(&self) -> PyResult<Table> {
        self.table(inputs_table(&self.core))
    }

    /// The whole scenario with every default and setting written out, as TOML.
    fn to_toml(&self) -> String {
        self.core.resolved()
    }

    /// The value of one of its numbers; of a distribution the median.
    fn __getitem__(&self, key: &str) -> PyResult<f64> {
        let number = arguments::number(&self.core, key);
        let number =
            number.map_err(|wrong| pyo3::exceptions::PyKeyError::new_err(wrong.to_string()))?;
        Ok(self.core.numbers[number].central())
    }

    fn __repr__(&self) -> String {
        let mut text = format!("<simulate.Scenario {}", self.core.name);
        if let Some(told) = self.core.identity().told() {
            text += &format!(" ({})", simulate::foreign::line(&told));
        }
        text + ">"
    }

    /// What another process makes it of again.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Kept)> {
        let restore = py.import("simulate._simulate")?.getattr("_restore")?;
        let (path, name, text) = match &self.source {
            Source::File(path) => (Some(path.clone()), None, None),
            Source::Text { name, text } => (None, Some(name.clone()), Some(text.clone())),
        };
        let label = self.core.variant.label.clone();
        Ok((restore, (path, name, text, self.settings.clone(), label)))
    }
}

impl Scenario {
    /// What is wrong with a point, as of the same values laid over the scenario.
    fn unsound(&self, py: Python<'_>, keys: &[String], point: usize, row: &[f64]) -> PyErr {
        let laid = keys.iter().zip(row);
        let laid = laid.map(|(key, value)| format!("{key}={}", core::typed("", *value)));
        let settings: Vec<String> = self.settings.iter().cloned().chain(laid).collect();
        match self.source.read(&settings) {
            Err(problems) => {
                let error = scenario_error(&problems);
                let note = format!("at the point with index {point}");
                // Where notes are not known yet, there is none.
                let _ = error.value(py).call_method1("add_note", (note,));
                error
            }
            Ok(_) => input_error(format!(
                "the point with index {point} has a value that its number can't have"
            )),
        }
    }
}

/// Path, or name and text; settings; label.
type Kept = (
    Option<PathBuf>,
    Option<String>,
    Option<String>,
    Vec<String>,
    Option<String>,
);

/// Makes a scenario again that was sent to another process.
#[pyfunction]
#[pyo3(name = "_restore")]
pub fn restore(
    py: Python<'_>,
    path: Option<PathBuf>,
    name: Option<String>,
    text: Option<String>,
    settings: Vec<String>,
    label: Option<String>,
) -> PyResult<Scenario> {
    let source = match (path, name, text) {
        (Some(path), _, _) => Source::File(path),
        (None, name, text) => Source::Text {
            name: name.unwrap_or_default(),
            text: text.unwrap_or_default(),
        },
    };
    Scenario::with_settings(py, source, settings, label)
}
