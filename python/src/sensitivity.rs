//! Which uncertain numbers matter.

use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use simulate::engine::LanePath;
use simulate::experiment::sensitivity::{
    self as core, DesignSizes, DesignTable, Request, Study, StudyResult,
};
use simulate::report::page::{Shown, experiment_fragment, of_sensitivity};
use simulate::report::{
    design_table, entry, figures, heading, notes, sensitivity_screen, sensitivity_table,
};
use simulate::scenario::Scenario;

use crate::arguments;
use crate::error::{figure_error, input_error, must_have_some, run_error};
use crate::picture::{self, Picture};
use crate::run::json;
use crate::table::Table;
use crate::work::How;

/// How much is run.
pub struct Sizes<'a> {
    pub only: Option<&'a str>,
    pub trajectories: usize,
    pub base: Option<usize>,
    pub top: usize,
    pub replicates: u64,
    pub budget: u64,
}

impl Sizes<'_> {
    /// The designs for so many uncertain numbers, within the limits of the command line.
    fn plan(&self, numbers: usize) -> PyResult<DesignSizes> {
        let is_known = |only: &str| ["morris", "sobol"].contains(&only);
        if self.only.is_some_and(|only| !is_known(only)) {
            return Err(input_error("only is \"morris\" or \"sobol\""));
        }
        let (morris, sobol) = (self.only != Some("sobol"), self.only != Some("morris"));
        if !(4..=10_000).contains(&self.trajectories) {
            return Err(input_error("trajectories is a number from 4 to 10000"));
        }
        if self.base.is_some_and(|base| !(8..=65_536).contains(&base)) {
            return Err(input_error(
                "base is a number from 8 to 65536, best a power of two",
            ));
        }
        if !(1..=1000).contains(&self.top) {
            return Err(input_error("top is a number from 1 to 1000"));
        }
        if !(2..=1_000_000).contains(&self.replicates) || !self.replicates.is_multiple_of(2) {
            return Err(input_error(
                "replicates is an even number from 2 to 1000000: noise is told apart by two halves",
            ));
        }
        let request = Request {
            numbers,
            morris,
            sobol,
            trajectories: self.trajectories,
            base: self.base,
            // Without a screening nothing says which numbers to take.
            top: if morris { self.top } else { numbers },
            replicates: self.replicates,
            budget: self.budget,
        };
        DesignSizes::new(&request).map_err(|error| input_error(error.to_string()))
    }
}

/// What a sensitivity analysis found.
#[pyclass(frozen, module = "simulate")]
pub struct Sensitivity {
    found: core::Sensitivity,
    design: DesignTable,
    notes: Vec<(String, String)>,
    pictures: OnceLock<Vec<figures::Picture>>,
}

impl Sensitivity {
    pub fn new(
        py: Python<'_>,
        scenario: &Scenario,
        sizes: &Sizes<'_>,
        seed: Option<u64>,
        how: &How<'_, '_>,
    ) -> PyResult<Self> {
        let seed = arguments::seed(seed, scenario.run.seed)?;
        let scenario = scenario.as_run(seed, scenario.run.replicates);
        let left = scenario.must_leave_design("a sensitivity analysis");
        left.map_err(input_error)?;
        let study = Study::new(&scenario, seed, LanePath::best());
        if study.is_empty() {
            return Err(input_error(format!(
                "{} has no uncertain number; give one a distribution, such as {{\"dist\": \"uniform\", \"low\": 0.2, \"high\": 0.6}}, or name some with vary={{key: (low, high)}}",
                scenario.name
            )));
        }
        let plan = sizes.plan(study.len())?.with_bars(study.alone());
        how.must_fit(
            &scenario,
            plan.bytes(study.len(), scenario.outcomes.len() + 1),
        )?;
        let found = how.does(py, plan.total(), |progress| study.run(&plan, progress))?;
        let StudyResult {
            sensitivity,
            table,
            failures,
        } = found.ok_or_else(|| run_error("the work was stopped"))?;
        must_have_some(py, sensitivity.replicates - sensitivity.failed, &failures)?;
        Ok(Self {
            notes: notes(&[entry(&scenario)], seed, sensitivity.replicates),
            found: sensitivity,
            design: table,
            pictures: OnceLock::new(),
        })
    }

    fn drawn(&self, py: Python<'_>) -> PyResult<&[figures::Picture]> {
        if let Some(drawn) = self.pictures.get() {
            return Ok(drawn);
        }
        let drawn = How::does_quickly(py, || {
            figures::draw_sensitivity(&self.found, picture::order(&self.notes))
        })?;
        let drawn = drawn.map_err(figure_error)?;
        Ok(self.pictures.get_or_init(|| drawn))
    }
}

#[pymethods]
impl Sensitivity {
    /// A row for each outcome and number, as in `sensitivity.csv`.
    #[getter]
    fn table(&self) -> PyResult<Table> {
        Table::new(sensitivity_table(&self.found), &self.notes)
    }

    /// The rows of the designs with their outputs, as in `design.parquet`: enough to compute
    /// every index elsewhere.
    #[getter]
    fn design(&self) -> PyResult<Table> {
        Table::new(design_table(&self.design), &self.notes)
    }

    /// The keys of the uncertain numbers, the most influential first.
    #[getter]
    fn order(&self) -> Vec<&str> {
        let order = self.found.order.iter();
        order.map(|&k| self.found.numbers[k].key.as_str()).collect()
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
            figures::draw_sensitivity(&self.found, order)
        })
    }

    /// All of it as `sensitivity.json` has it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.found)
    }

    fn __str__(&self) -> String {
        sensitivity_screen(&self.found)
    }

    fn __repr__(&self) -> String {
        format!(
            "<simulate.Sensitivity of {}: {} uncertain numbers, {} replicates>",
            self.found.scenario,
            self.found.numbers.len(),
            self.found.replicates
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let title = heading(&self.found.title, &self.found.identity);
        let shown = Shown::each(self.drawn(py)?, of_sensitivity);
        Ok(experiment_fragment(
            &title,
            &shown,
            &sensitivity_screen(&self.found),
        ))
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let first = self.drawn(py)?.first();
        Ok(first.map(|picture| PyBytes::new(py, &picture.screen)))
    }
}
