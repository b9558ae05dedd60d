//! Pictures.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

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
        pictures: &[(String, Vec<u8>)],
    ) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (file, png) in pictures {
            let name = file.strip_suffix(".png").unwrap_or(file);
            let picture = Self {
                name: name.to_owned(),
                png: png.clone(),
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
