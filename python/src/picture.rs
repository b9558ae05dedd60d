//! Pictures.

use std::path::PathBuf;
use std::sync::LazyLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use simulate::report::figures::{self, FigureError, Form, Order, Print};

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

/// What is asked for of pictures for print: as files of which kinds, how wide in millimetres, how
/// fine in dots per inch.
pub type Asked = (Vec<String>, Option<f64>, Option<u32>);

/// Draws pictures anew for print and writes their files into a folder, which is made where it
/// isn't there; their paths.
pub fn save(
    py: Python<'_>,
    folder: PathBuf,
    asked: Asked,
    notes: &[(String, String)],
    draw: impl FnOnce(Order<'_>) -> Result<Vec<figures::Picture>, FigureError> + Send,
) -> PyResult<Vec<PathBuf>> {
    let print = &print(asked).map_err(input_error)?;
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

fn print((kinds, width_mm, dpi): Asked) -> Result<Print, String> {
    let form = |kind: &String| {
        let known = Form::ALL.iter().find(|(_, end)| end == kind);
        let known = known.map(|(form, _)| *form);
        known.ok_or_else(|| format!("there is no picture of kind `{kind}`; png, svg and pdf are"))
    };
    let mut forms: Vec<Form> = kinds.iter().map(form).collect::<Result<_, _>>()?;
    if forms.is_empty() {
        return Err("give one or more kinds: png, svg, pdf".to_owned());
    }
    forms.sort_unstable();
    forms.dedup();
    let print = Print {
        forms,
        width_mm,
        dpi,
    };
    match print.wrong() {
        Some(wrong) => Err(wrong),
        None => Ok(print),
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
