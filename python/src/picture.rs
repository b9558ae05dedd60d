//! Pictures.

use std::path::PathBuf;
use std::sync::LazyLock;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use simulate::report::figures::{self, Order, Print};

/// A picture for a screen, as the command draws it by itself.
static FOR_A_SCREEN: LazyLock<Print> = LazyLock::new(Print::default);

/// What is asked for of every picture.
pub fn order(notes: &[(String, String)]) -> Order<'_> {
    Order {
        print: &FOR_A_SCREEN,
        notes,
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
