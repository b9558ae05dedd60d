//! The rows of the designs with their outputs: enough to compute every index elsewhere.

use super::Sensitivity;
use super::runs::Ran;

/// A table of the designs' rows, column by column.
#[derive(Debug, Default)]
pub struct DesignTable {
    /// `morris` or `sobol`.
    pub method: Vec<String>,
    /// What the row is: `start` or the number just moved; `A`, `B`, or which of B's numbers
    /// stand in A.
    pub row: Vec<String>,
    /// Keys of the numbers, and their values by row.
    pub inputs: Vec<(String, Vec<f64>)>,
    /// Names of the outputs, and by row: the mean over all replicates, over the first half,
    /// over the second, and the variance of single replicates.
    pub outputs: Vec<(String, [Vec<f64>; 4])>,
}

impl DesignTable {
    pub(super) fn add(&mut self, method: &str, rows: Vec<String>, ran: &Ran) {
        let count = ran.rows.len();
        self.method
            .extend(std::iter::repeat_n(method.to_owned(), count));
        self.row.extend(rows.into_iter().take(count));
        let inputs = ran.rows.first().map_or(0, Vec::len);
        self.inputs
            .resize(inputs.max(self.inputs.len()), Default::default());
        for (k, (_, column)) in self.inputs.iter_mut().enumerate() {
            column.extend(ran.rows.iter().map(|row| row[k]));
        }
        self.outputs
            .resize(ran.means.len().max(self.outputs.len()), Default::default());
        for (k, (_, columns)) in self.outputs.iter_mut().enumerate() {
            let [first, second] = &ran.halves[k];
            for (column, values) in
                columns
                    .iter_mut()
                    .zip([&ran.means[k], first, second, &ran.within[k]])
            {
                column.extend_from_slice(values);
            }
        }
    }

    /// Gives the columns their names.
    pub(super) fn finish(&mut self, found: &Sensitivity) {
        for ((name, _), number) in self.inputs.iter_mut().zip(&found.numbers) {
            name.clone_from(&number.key);
        }
        for ((name, _), output) in self.outputs.iter_mut().zip(&found.outputs) {
            name.clone_from(&output.label);
        }
    }
}
