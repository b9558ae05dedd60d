//! One or two numbers over a grid.

use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use simulate::engine::{LanePath, memory};
use simulate::experiment::sweep::{
    self as core, Grid, Plan, PlanError, REPLICATES, run_grid, split,
};
use simulate::report::page::{experiment_fragment, of_sweep};
use simulate::report::{entry, figures, heading, notes, sweep_screen, sweep_table};

use crate::arguments;
use crate::error::{figure_error, input_error, must_have_some, run_error, scenario_error};
use crate::picture::{self, Picture, order};
use crate::run::json;
use crate::scenario::Scenario;
use crate::table::Table;
use crate::work::How;

/// What a sweep found: the chance of each outcome at each point of the grid.
#[pyclass(frozen, module = "simulate")]
pub struct Sweep {
    found: core::Sweep,
    notes: Vec<(String, String)>,
    picture: OnceLock<figures::Picture>,
}

impl Sweep {
    pub fn new(
        py: Python<'_>,
        scenario: &Scenario,
        swept: Vec<String>,
        (replicates, seed): (Option<u64>, Option<u64>),
        how: &How<'_, '_>,
    ) -> PyResult<Self> {
        let own = &scenario.core().run;
        let seed = arguments::seed(seed, own.seed)?;
        let replicates = arguments::replicates(replicates, REPLICATES)?;
        let (axes, more) = split(&swept).map_err(input_error)?;
        let plain: Vec<String> = scenario
            .settings_laid()
            .iter()
            .cloned()
            .chain(more)
            .collect();
        let label = &scenario.core().variant.label;
        let plan = How::does_quickly(py, || {
            let load = |settings: &[String]| scenario.read_with(settings);
            Plan::new(axes, &plain, load, |base| {
                let mut asked = base.as_run(seed, base.run.replicates);
                asked.variant.label.clone_from(label);
                asked
            })
        })?;
        let plan = plan.map_err(|error| match error {
            PlanError::Scenario(problems) => scenario_error(&problems),
            PlanError::Wrong(wrong) => input_error(wrong),
        })?;
        let Plan { base, points, .. } = &plan;
        let grid = Grid {
            scenario: &plan.first,
            numbers: &plan.numbers,
            points,
            reference: plan.reference,
            seed,
            replicates,
            path: LanePath::best(),
        };
        let histories = memory::of_history(base).saturating_mul(2 * replicates);
        how.must_fit(base, histories)?;
        let total = replicates.saturating_mul(points.len() as u64);
        let found = how.does(py, total, |progress| run_grid(&grid, progress))?;
        let found = found.ok_or_else(|| run_error("the work was stopped"))?;
        let done = found.points.iter().map(|point| point.replicates).sum();
        must_have_some(py, done, &found.failures)?;
        let entry = entry(base);
        Ok(Self {
            notes: notes(std::slice::from_ref(&entry), seed, replicates),
            found: core::Sweep::new(&plan, entry.identity, (seed, replicates), found),
            picture: OnceLock::new(),
        })
    }

    fn drawn(&self, py: Python<'_>) -> PyResult<&figures::Picture> {
        if let Some(drawn) = self.picture.get() {
            return Ok(drawn);
        }
        let drawn = How::does_quickly(py, || figures::draw_sweep(&self.found, order(&self.notes)))?;
        let drawn = drawn.map_err(figure_error)?;
        Ok(self.picture.get_or_init(|| drawn))
    }
}

#[pymethods]
impl Sweep {
    /// A row for each point and outcome, as in `sweep.parquet`.
    #[getter]
    fn table(&self) -> PyResult<Table> {
        Table::new(sweep_table(&self.found), &self.notes)
    }

    /// The point to which the differences are taken: the value of each swept number.
    #[getter]
    fn reference<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (axis, value) in self.found.axes.iter().zip(&self.found.reference) {
            all.set_item(&axis.key, value)?;
        }
        Ok(all)
    }

    /// The picture, as PNG.
    #[getter]
    fn pictures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Picture::each(py, std::slice::from_ref(self.drawn(py)?))
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
            Ok(vec![figures::draw_sweep(&self.found, order)?])
        })
    }

    /// All of it as `sweep.json` has it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.found)
    }

    fn __len__(&self) -> usize {
        self.found.points.len()
    }

    fn __str__(&self) -> String {
        sweep_screen(&self.found)
    }

    fn __repr__(&self) -> String {
        let keys: Vec<&str> = self
            .found
            .axes
            .iter()
            .map(|axis| axis.key.as_str())
            .collect();
        format!(
            "<simulate.Sweep of {} over {}: {} points>",
            self.found.scenario,
            keys.join(", "),
            self.found.points.len()
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let title = heading(&self.found.title, &self.found.identity);
        let shown = of_sweep(&self.drawn(py)?.screen);
        Ok(experiment_fragment(
            &title,
            &[shown],
            &sweep_screen(&self.found),
        ))
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.drawn(py)?.screen))
    }
}
