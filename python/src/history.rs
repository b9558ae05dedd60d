//! One history, told.

use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use simulate::engine::{Batch, memory};
use simulate::experiment::replay::{Detail, Replay, Typical, candidates, replay, typical, wanted};
use simulate::report::page::{experiment_fragment, of_history};
use simulate::report::{
    entry, figures, heading, history_json, history_md, history_screen, history_table, notes,
};
use simulate::scenario::Scenario;

use crate::error::{figure_error, input_error, must_have_some};
use crate::picture::{self, Picture, order};
use crate::run::json;
use crate::table::Table;
use crate::work::How;

/// One history: what happened in one replicate, and why it went that way.
#[pyclass(frozen, module = "simulate")]
pub struct History {
    scenario: Scenario,
    told: Replay,
    typical: Option<Typical>,
    notes: Vec<(String, String)>,
    picture: OnceLock<figures::Picture>,
}

impl History {
    pub fn new(
        py: Python<'_>,
        scenario: Scenario,
        which: (Option<u64>, Option<&str>),
        detail: u8,
        how: &How<'_, '_>,
    ) -> PyResult<Self> {
        let detail = match detail {
            1 => Detail::Few,
            2 => Detail::Usual,
            3 => Detail::Many,
            4 => Detail::All,
            _ => return Err(input_error("detail is 1 to 4")),
        };
        let found = match which {
            (Some(_), None) => None,
            (None, Some(name)) => Some(find(py, &scenario, name, how)?),
            _ => {
                return Err(input_error(
                    "name a replicate, counted from 0, or ask for a typical one: typical=\"regroup\", or \"any\"",
                ));
            }
        };
        let replicate = match (&found, which.0) {
            (Some(found), _) => found.replicate,
            (None, replicate) => replicate.unwrap_or_default(),
        };
        let run = scenario.run;
        let told = py.detach(|| replay(&scenario, run.seed, replicate, detail));
        let mut notes = notes(&[entry(&scenario)], run.seed, run.replicates);
        notes.push(("simulate:replicate".to_owned(), replicate.to_string()));
        Ok(Self {
            scenario,
            told,
            typical: found,
            notes,
            picture: OnceLock::new(),
        })
    }

    fn drawn(&self, py: Python<'_>) -> PyResult<&figures::Picture> {
        if let Some(drawn) = self.picture.get() {
            return Ok(drawn);
        }
        let draw = || figures::draw_history(&self.scenario, &self.told, order(&self.notes));
        let drawn = How::does_quickly(py, draw)?.map_err(figure_error)?;
        Ok(self.picture.get_or_init(|| drawn))
    }
}

/// The most typical of the histories with an outcome.
fn find(py: Python<'_>, scenario: &Scenario, name: &str, how: &How<'_, '_>) -> PyResult<Typical> {
    let wanted = wanted(scenario, name).map_err(input_error)?;
    let batch = Batch::of(scenario);
    how.must_fit(scenario, memory::of_rows(scenario, batch.replicates))?;
    let found = how.does(py, batch.replicates, |progress| {
        candidates(&batch, progress, wanted)
    })?;
    must_have_some(py, found.all, &found.failures)?;
    let outcome = wanted.map(|k| scenario.outcomes[k].key.as_str());
    typical(outcome, &found.points, found.all).ok_or_else(|| {
        input_error(format!(
            "no replicate of {} (seed {}) has the outcome `{name}`; ask for another outcome, or run more replicates",
            found.all, batch.seed
        ))
    })
}

#[pymethods]
impl History {
    /// Every recorded series of it, a row for each step, as in `history.csv`.
    #[getter]
    fn table(&self) -> PyResult<Table> {
        Table::new(history_table(&self.scenario, &self.told), &self.notes)
    }

    /// Which replicate it is, counted from 0.
    #[getter]
    fn replicate(&self) -> u64 {
        self.told.row.replicate
    }

    /// The story as Markdown, as in `history.md`.
    #[getter]
    fn markdown(&self) -> String {
        history_md(&self.scenario, &self.told, self.typical.as_ref())
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
            Ok(vec![figures::draw_history(
                &self.scenario,
                &self.told,
                order,
            )?])
        })
    }

    /// All of it as dictionaries and lists: what happened stands in `story`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(
            py,
            &history_json(&self.scenario, &self.told, self.typical.as_ref()),
        )
    }

    fn __str__(&self) -> String {
        history_screen(&self.scenario, &self.told, self.typical.as_ref())
    }

    fn __repr__(&self) -> String {
        format!(
            "<simulate.History of {}: replicate {}, seed {}>",
            self.scenario.name, self.told.row.replicate, self.told.seed
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let title = heading(&self.scenario.title, &self.scenario.identity());
        let shown = of_history(&self.drawn(py)?.screen);
        let said = history_screen(&self.scenario, &self.told, self.typical.as_ref());
        Ok(experiment_fragment(&title, &[shown], &said))
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.drawn(py)?.screen))
    }
}
