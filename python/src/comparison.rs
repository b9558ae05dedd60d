//! Runs side by side.

use std::path::PathBuf;
use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use simulate::engine::{STREAMS, Summary};
use simulate::experiment::{self, ComparedRun, Histories};
use simulate::report::figures::MOST_RUNS;
use simulate::report::page::{Shown, experiment_fragment, of_comparison};
use simulate::report::{
    Named, comparison_screen, comparison_table, differences_table, entry, figures, heading, labels,
    notes, own_names, path_words,
};

use crate::error::{figure_error, input_error};
use crate::picture::{self, Picture, order};
use crate::run::{Asked, Run, estimate, json};
use crate::scenario::Scenario;
use crate::table::Table;
use crate::work::How;

/// What differs between the first run and the others, replicate by replicate.
#[pyclass(frozen, module = "simulate")]
pub struct Comparison {
    found: experiment::Comparison,
    summaries: Vec<Summary>,
    notes: Vec<(String, String)>,
    pictures: OnceLock<Vec<figures::Picture>>,
}

/// Compares runs with the first of them. A scenario among them is run, with the seed and the
/// number of replicates of the first; then all are paired.
#[pyfunction]
#[pyo3(signature = (runs, *, replicates = None, seed = None, labels = None, threads = None, progress = None))]
pub fn compare(
    py: Python<'_>,
    runs: Vec<Bound<'_, PyAny>>,
    replicates: Option<u64>,
    seed: Option<u64>,
    labels: Option<Vec<String>>,
    threads: Option<usize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Comparison> {
    if !(2..=MOST_RUNS).contains(&runs.len()) {
        return Err(input_error(format!(
            "compare takes 2 to {MOST_RUNS} runs or scenarios, not {}",
            runs.len()
        )));
    }
    let how = How { threads, progress };
    let (mut replicates, mut seed) = (replicates, seed);
    let mut done: Vec<Py<Run>> = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        let run = if let Ok(run) = run.cast::<Run>() {
            run.clone().unbind()
        } else if let Ok(scenario) = run.cast::<Scenario>() {
            let asked = Asked {
                replicates,
                seed,
                precision: None,
                max_replicates: 0,
                series: false,
            };
            Py::new(py, Run::new(py, scenario.get().core(), &asked, &how)?)?
        } else {
            return Err(input_error(
                "compare takes runs, and scenarios that it runs; load files first",
            ));
        };
        if place == 0 {
            let first = &run.get().summary;
            seed.get_or_insert(first.seed);
            replicates.get_or_insert(first.replicates_asked);
        }
        done.push(run);
    }
    let entries: Vec<_> = done.iter().map(|run| entry(&run.get().scenario)).collect();
    let files = done.iter().map(|run| {
        let file = run.get().scenario.files.first()?;
        Some(path_words(&file.path.as_deref()?.with_extension("")))
    });
    let words = files.map(Option::unwrap_or_default).collect();
    let labels = labels_of(&entries, labels, words)?;
    let compared: Vec<ComparedRun> = done
        .iter()
        .zip(labels)
        .map(|(run, label)| {
            let run = run.get();
            ComparedRun {
                label,
                scenario: (*run.scenario).clone(),
                summary: run.summary.clone(),
                histories: Histories::clone(&run.histories),
                streams: STREAMS,
            }
        })
        .collect();
    let found = How::does_quickly(py, || experiment::compare(&compared, false))?;
    if found.runs.iter().any(|run| run.used == 0) {
        return Err(input_error(
            "there is no replicate that ran through in all of the paired runs, so nothing can be compared",
        ));
    }
    let first = &found.runs[0];
    Ok(Comparison {
        notes: notes(&entries, first.seed, first.used),
        summaries: compared.into_iter().map(|run| run.summary).collect(),
        found,
        pictures: OnceLock::new(),
    })
}

/// Names of the runs: those that are given, or their own; several that are the same are told
/// apart by the words of their files' paths.
fn labels_of(
    entries: &[simulate::report::ScenarioEntry],
    given: Option<Vec<String>>,
    words: Vec<Vec<String>>,
) -> PyResult<Vec<String>> {
    let plain = match given {
        None => own_names(entries),
        Some(given) if given.len() == entries.len() => given,
        Some(given) => {
            return Err(input_error(format!(
                "{} labels for {} runs",
                given.len(),
                entries.len()
            )));
        }
    };
    let named = plain.into_iter().zip(words);
    let named = named.map(|(plain, words)| Named { plain, words });
    Ok(labels(&named.collect::<Vec<_>>()))
}

impl Comparison {
    fn drawn(&self, py: Python<'_>) -> PyResult<&[figures::Picture]> {
        if let Some(drawn) = self.pictures.get() {
            return Ok(drawn);
        }
        let summaries: Vec<&Summary> = self.summaries.iter().collect();
        let drawn = How::does_quickly(py, || {
            figures::draw_comparison(&self.found, &summaries, order(&self.notes))
        })?;
        let drawn = drawn.map_err(figure_error)?;
        Ok(self.pictures.get_or_init(|| drawn))
    }

    /// The picture of the chances and their differences.
    fn first(&self, py: Python<'_>) -> PyResult<&figures::Picture> {
        let first = self.drawn(py)?.first();
        first.ok_or_else(|| input_error("there is no picture"))
    }
}

#[pymethods]
impl Comparison {
    /// Every figure of it, as in `compare.csv`.
    #[getter]
    fn table(&self) -> PyResult<Table> {
        Table::new(comparison_table(&self.found), &self.notes)
    }

    /// Every key in which a scenario differs from the first, as in `differences.csv`.
    #[getter]
    fn differences(&self) -> PyResult<Table> {
        Table::new(differences_table(&self.found), &self.notes)
    }

    /// The names of the runs.
    #[getter]
    fn labels(&self) -> Vec<String> {
        self.found.labels()
    }

    /// What a run's chance of an outcome is more than the first's, with its interval; the run
    /// by its name or place.
    #[pyo3(signature = (outcome, run = None))]
    fn difference<'py>(
        &self,
        py: Python<'py>,
        outcome: &str,
        run: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let labels = self.found.labels();
        let place = match run {
            None => 1,
            Some(run) => match run.extract::<usize>() {
                Ok(place) => place,
                Err(_) => {
                    let label: String = run.extract()?;
                    let known = labels.iter().position(|known| *known == label);
                    known.ok_or_else(|| {
                        input_error(format!("no run `{label}`; there are {}", labels.join(", ")))
                    })?
                }
            },
        };
        let mut all = self.found.outcomes.iter();
        let found = all.find(|o| o.is.key == outcome || (o.is.id == outcome && o.is.is_first));
        let found = found.ok_or_else(|| {
            let keys: Vec<&str> = self
                .found
                .outcomes
                .iter()
                .map(|o| o.is.key.as_str())
                .collect();
            input_error(format!(
                "no outcome `{outcome}`; there are {}",
                keys.join(", ")
            ))
        })?;
        let of_run = found.runs.get(place).and_then(Option::as_ref);
        let difference = of_run.and_then(|of_run| of_run.difference.as_ref());
        match difference {
            Some(difference) => estimate(py, &difference.horizon),
            None => Err(input_error(
                "there is no such difference: the first run has none to itself, and a run may lack the outcome",
            )),
        }
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
        let summaries: Vec<&Summary> = self.summaries.iter().collect();
        picture::save(py, folder, (kinds, width_mm, dpi), &self.notes, |order| {
            figures::draw_comparison(&self.found, &summaries, order)
        })
    }

    /// All of it as `compare.json` has it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.found)
    }

    fn __len__(&self) -> usize {
        self.found.runs.len()
    }

    fn __str__(&self) -> String {
        comparison_screen(&self.found)
    }

    fn __repr__(&self) -> String {
        let labels = self.found.labels().join(", ");
        format!(
            "<simulate.Comparison of {}>",
            simulate::foreign::line(&labels)
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let first = self.first(py)?;
        let (words, caption) = of_comparison(&first.name);
        let shown = Shown {
            png: &first.screen,
            words,
            caption,
        };
        let title = heading(&self.found.runs[0].title, &self.found.identity());
        Ok(experiment_fragment(
            &title,
            &[shown],
            &comparison_screen(&self.found),
        ))
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.first(py)?.screen))
    }
}
