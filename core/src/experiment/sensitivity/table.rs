//! The rows of the designs with their outputs: enough to compute every index elsewhere.

use super::Output;
use super::runs::Ran;
use crate::scenario::NumberRecord;

/// What a row of a design is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesignRow {
    /// `morris` or `sobol`.
    pub method: &'static str,
    /// `start` of a trajectory or `moved` from the row before; `A`, `B`, or `AB`: A with
    /// inputs from B.
    pub kind: &'static str,
    /// Key of the input that differs; none for the others together, and where none differs.
    pub input: Option<String>,
}

/// The values of an uncertain number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DesignInput {
    /// Its key.
    pub key: String,
    /// Its unit.
    pub unit: String,
    /// What it means.
    pub about: String,
    /// By row.
    pub values: Vec<f64>,
}

/// The values of an output.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DesignOutput {
    /// Its key.
    pub key: String,
    /// The name shown to a reader.
    pub label: String,
    /// By row: the mean over all replicates.
    pub mean: Vec<f64>,
    /// The same over the first half of them, and over the second.
    pub halves: [Vec<f64>; 2],
    /// The variance of single replicates.
    pub variance_within: Vec<f64>,
}

/// A table of the designs' rows, column by column.
#[derive(Debug, Default)]
pub struct DesignTable {
    /// What each row is.
    pub rows: Vec<DesignRow>,
    /// The uncertain numbers.
    pub inputs: Vec<DesignInput>,
    /// The outputs.
    pub outputs: Vec<DesignOutput>,
}

impl DesignTable {
    pub(super) fn add(&mut self, rows: Vec<DesignRow>, ran: &Ran) {
        self.rows.extend(rows.into_iter().take(ran.rows.len()));
        let inputs = ran.rows.first().map_or(0, Vec::len);
        self.inputs
            .resize(inputs.max(self.inputs.len()), Default::default());
        for (k, input) in self.inputs.iter_mut().enumerate() {
            input.values.extend(ran.rows.iter().map(|row| row[k]));
        }
        self.outputs
            .resize(ran.means.len().max(self.outputs.len()), Default::default());
        for (k, output) in self.outputs.iter_mut().enumerate() {
            output.mean.extend_from_slice(&ran.means[k]);
            for (half, values) in output.halves.iter_mut().zip(&ran.halves[k]) {
                half.extend_from_slice(values);
            }
            output.variance_within.extend_from_slice(&ran.within[k]);
        }
    }

    /// Gives the columns their names.
    pub(super) fn finish(&mut self, inputs: &[&NumberRecord], outputs: &[Output]) {
        for (input, number) in self.inputs.iter_mut().zip(inputs) {
            number.path.clone_into(&mut input.key);
            number.spec.unit.clone_into(&mut input.unit);
            number.spec.about.clone_into(&mut input.about);
        }
        for (column, output) in self.outputs.iter_mut().zip(outputs) {
            column.key.clone_from(&output.key);
            column.label.clone_from(&output.label);
        }
    }
}
