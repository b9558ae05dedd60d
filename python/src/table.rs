//! Tables as Arrow, through its PyCapsule interface: whoever reads Arrow takes them without a
//! copy, and none of them needs to be there.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray,
};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::{PyKeyError, PyMemoryError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyFloat, PyList};

use simulate::report::{FilledColumn, FilledTable, Values};

use crate::error::run_error;

/// What Arrow's schema holds beside names and types: looked up by name, never gone through.
#[allow(clippy::disallowed_types)]
type Notes = std::collections::HashMap<String, String>;

/// Rows that are shown of a table.
const SHOWN: usize = 10;

/// A table whose columns are those of docs/tables.md. `pandas.DataFrame.from_arrow`,
/// `polars.DataFrame`, `pyarrow.table` and DuckDB take it as it is; without any of them,
/// `table["column"]` is a list.
#[pyclass(frozen, module = "simulate")]
pub struct Table {
    name: &'static str,
    batch: RecordBatch,
}

impl Table {
    /// A table, with notes on where it comes from.
    pub fn new(table: FilledTable, notes: &[(String, String)]) -> PyResult<Self> {
        let mut fields = Vec::with_capacity(table.columns.len());
        let mut arrays = Vec::with_capacity(table.columns.len());
        for column in table.columns {
            let (field, array) = column_of(column);
            fields.push(field);
            arrays.push(array);
        }
        let notes: Notes = notes.iter().cloned().collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, notes));
        let batch = RecordBatch::try_new(schema, arrays).map_err(wrong)?;
        Ok(Self {
            name: table.name,
            batch,
        })
    }

    fn column(&self, name: &str) -> PyResult<&ArrayRef> {
        self.batch
            .column_by_name(name)
            .ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    /// The cells of a column from a row on.
    fn cells<'py>(
        py: Python<'py>,
        array: &ArrayRef,
        rows: std::ops::Range<usize>,
    ) -> PyResult<Bound<'py, PyList>> {
        let any = array.as_any();
        if let Some(numbers) = any.downcast_ref::<Int64Array>() {
            return PyList::new(py, rows.map(|row| cell(array, row, || numbers.value(row))));
        }
        if let Some(numbers) = any.downcast_ref::<Float64Array>() {
            return PyList::new(py, rows.map(|row| cell(array, row, || numbers.value(row))));
        }
        if let Some(truths) = any.downcast_ref::<BooleanArray>() {
            return PyList::new(py, rows.map(|row| cell(array, row, || truths.value(row))));
        }
        match any.downcast_ref::<StringArray>() {
            Some(texts) => PyList::new(py, rows.map(|row| cell(array, row, || texts.value(row)))),
            None => Err(run_error("a column of an unknown type")),
        }
    }
}

/// A cell, unless it is empty.
fn cell<T>(array: &ArrayRef, row: usize, of: impl FnOnce() -> T) -> Option<T> {
    array.is_valid(row).then(of)
}

fn wrong(error: ArrowError) -> PyErr {
    match error {
        ArrowError::MemoryError(said) => PyMemoryError::new_err(said),
        error => run_error(format!("a table can't be made: {error}")),
    }
}

fn column_of(column: FilledColumn) -> (Field, ArrayRef) {
    let filled = column.filled.map(NullBuffer::from);
    let is_nullable = column.may_be_empty || filled.is_some();
    let (kind, array): (DataType, ArrayRef) = match column.values {
        Values::Integer(values) => (
            DataType::Int64,
            Arc::new(Int64Array::new(ScalarBuffer::from(values), filled)),
        ),
        Values::Number(values) => (
            DataType::Float64,
            Arc::new(Float64Array::new(ScalarBuffer::from(values), filled)),
        ),
        Values::Truth(values) => (
            DataType::Boolean,
            Arc::new(BooleanArray::new(values.into(), filled)),
        ),
        Values::Text(values) => {
            let is_there = |row: usize| filled.as_ref().is_none_or(|filled| filled.is_valid(row));
            let cells = values.iter().enumerate();
            let cells = cells.map(|(row, text)| is_there(row).then_some(text));
            (DataType::Utf8, Arc::new(StringArray::from_iter(cells)))
        }
    };
    let notes = column.notes.into_iter();
    let notes: Notes = notes.map(|(name, note)| (name.to_owned(), note)).collect();
    let field = Field::new(column.name, kind, is_nullable).with_metadata(notes);
    (field, array)
}

#[pymethods]
impl Table {
    /// The table as an Arrow stream (the PyCapsule interface).
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer give what it has where it has no other.
        drop(requested_schema);
        let batches = [Ok(self.batch.clone())];
        let reader = RecordBatchIterator::new(batches, self.batch.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The columns and their types as an Arrow schema (the PyCapsule interface).
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.batch.schema().as_ref()).map_err(wrong)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The name under which docs/tables.md describes it.
    #[getter]
    fn name(&self) -> &'static str {
        self.name
    }

    /// The names of its columns, in order.
    #[getter]
    fn columns(&self) -> Vec<String> {
        let schema = self.batch.schema();
        schema.fields().iter().map(|f| f.name().clone()).collect()
    }

    /// What a column means: `unit`, `meaning`, `empty` (what an empty cell means) and `label`,
    /// each where there is one.
    fn about<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyDict>> {
        self.column(column)?;
        let schema = self.batch.schema();
        let about = PyDict::new(py);
        if let Ok(field) = schema.field_with_name(column) {
            for name in ["unit", "meaning", "empty", "label"] {
                if let Some(note) = field.metadata().get(name) {
                    about.set_item(name, note)?;
                }
            }
        }
        Ok(about)
    }

    /// The table as a dictionary of lists, by column; an empty cell is None.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let whole = PyDict::new(py);
        let schema = self.batch.schema();
        for (field, array) in schema.fields().iter().zip(self.batch.columns()) {
            whole.set_item(field.name(), Self::cells(py, array, 0..array.len())?)?;
        }
        Ok(whole)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyList>> {
        let array = self.column(column)?;
        Self::cells(py, array, 0..array.len())
    }

    fn __contains__(&self, column: &str) -> bool {
        self.batch.column_by_name(column).is_some()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.columns())?.try_iter()?.into_any())
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        format!(
            "<simulate.Table {}: {} rows, {} columns>",
            self.name,
            self.batch.num_rows(),
            self.batch.num_columns()
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let rows = self.batch.num_rows().min(SHOWN);
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); rows];
        for array in self.batch.columns() {
            let column = Self::cells(py, array, 0..rows)?;
            for (row, cell) in cells.iter_mut().zip(column) {
                // As many digits as a reader wants; the cells themselves have all.
                row.push(match cell.is_none() {
                    true => String::new(),
                    false if cell.is_instance_of::<PyFloat>() => {
                        cell.call_method1("__format__", (".6g",))?.extract()?
                    }
                    false => cell.str()?.to_string(),
                });
            }
        }
        let left_out = self.batch.num_rows() - rows;
        Ok(simulate::report::page::table_fragment(
            self.name,
            &self.columns(),
            &cells,
            left_out,
        ))
    }
}
