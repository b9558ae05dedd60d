//! Pictures.

use std::path::PathBuf;
use std::sync::LazyLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use simulate::report::figures::{self, FINENESS, FigureError, Form, Order, Print, WIDTHS};

use crate::error::{figure_error, input_error};
use crate::work::How;

/// A picture for a screen, as the command draws it by itself.
static FOR_A_SCREEN: LazyLock<Print> = LazyLock::new(Print::default);

/// What is asked for of every picture.
pub fn order(notes: &[(String, String)]) -> Order<'_> {
    Order {
        print: &FOR_A_SCREEN,
        notes,
    }
}

/// Pictures for print: as which files, how wide in millimetres, how fine in dots per inch.
pub struct Wanted {
    pub kinds: Vec<String>,
    pub width_mm: Option<f64>,
    pub dpi: Option<u32>,
}

impl Wanted {
    /// Draws pictures anew and writes their files into a folder, which is made where it isn't
    /// there; their paths.
    pub fn save(
        self,
        py: Python<'_>,
        folder: PathBuf,
        notes: &[(String, String)],
        draw: impl FnOnce(Order<'_>) -> Result<Vec<figures::Picture>, FigureError> + Send,
    ) -> PyResult<Vec<PathBuf>> {
        let print = self.print().map_err(input_error)?;
        let print = &print;
        let drawn = How::does_quickly(py, || draw(Order { print, notes }))?;
        let drawn = drawn.map_err(figure_error)?;
        py.detach(|| {
            std::fs::create_dir_all(&folder)?;
            let files = drawn.into_iter().flat_map(|picture| picture.files);
            let written = files.map(|(name, bytes)| {
                let path = folder.join(name);
                std::fs::write(&path, bytes)?;
                Ok(path)
            });
            written.collect()
        })
    }

    fn print(self) -> Result<Print, String> {
        let form = |kind: &String| {
            let known = Form::ALL.iter().find(|(_, end)| end == kind);
            let known = known.map(|(form, _)| *form);
            known.ok_or_else(|| {
                format!("there is no picture of kind `{kind}`; png, svg and pdf are")
            })
        };
        let mut forms: Vec<Form> = self.kinds.iter().map(form).collect::<Result<_, _>>()?;
        if forms.is_empty() {
            return Err("give one or more kinds: png, svg, pdf".to_owned());
        }
        forms.sort_unstable();
        forms.dedup();
        if let Some(mm) = self.width_mm
            && !(WIDTHS.0..=WIDTHS.1).contains(&mm)
        {
            let (least, most) = WIDTHS;
            return Err(format!(
                "width_mm is a number from {least} to {most}, not {mm}"
            ));
        }
        if let Some(dpi) = self.dpi
            && !(FINENESS.0..=FINENESS.1).contains(&dpi)
        {
            let (least, most) = FINENESS;
            return Err(format!("dpi is a number from {least} to {most}, not {dpi}"));
        }
        let print = Print {
            forms,
            width_mm: self.width_mm,
            dpi: self.dpi,
        };
        match print.wrong() {
            Some(wrong) => Err(wrong),
            None => Ok(print),
        }
    }
}

/// A picture as PNG: a notebook shows it, `save` writes it.
#[pyclass(frozen, module = "simulate")]
pub struct Picture {
    name: String,
    png: Vec<u8>,
}

impl Picture {
    /// Pictures by their names, from those of their files.
    pub fn each<'py>(
        py: Python<'py>,
        pictures: &[figures::Picture],
    ) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for drawn in pictures {
            let name = drawn.name.strip_suffix(".png").unwrap_or(&drawn.name);
            let picture = Self {
                name: name.to_owned(),
                png: drawn.screen.clone(),
            };
            all.set_item(name, Py::new(py, picture)?)?;
        }
        Ok(all)
    }
}

#[pymethods]
impl Picture {
    /// Its name, such as `outcomes`.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes, as in the file that the command writes.
    #[getter]
    fn png<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.png)
    }

    /// Writes it to a file.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| std::fs::write(&path, &self.png))?;
        Ok(())
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        self.png(py)
    }

    fn __repr__(&self) -> String {
        format!("<simulate.Picture {}>", self.name)
    }
}
