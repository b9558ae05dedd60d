//! `sensitivity.csv`.

use crate::engine::Estimate;
use crate::experiment::sensitivity::{Sensitivity, Swing, morris, sobol};

use super::columns::{FilledTable, columns};
use super::csv::csv;
use super::field::{Field, Table, estimate};
use super::words;

/// An output and a number; `None` are all others together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    output: usize,
    number: Option<usize>,
}

impl Place {
    fn effect(self, found: &Sensitivity) -> Option<&morris::Effect> {
        let effects = found.morris.as_ref()?.effects.get(self.output)?;
        effects.get(self.number?)
    }

    fn index(self, found: &Sensitivity) -> Option<&sobol::Index> {
        let sobol = found.sobol.as_ref()?;
        let factor = sobol.factors.iter().position(|f| match self.number {
            Some(number) => f[..] == [number],
            None => f.len() > 1,
        })?;
        sobol.outputs.get(self.output)?.indices.get(factor)
    }

    fn noise(self, found: &Sensitivity) -> Option<Estimate> {
        let outputs = &found.sobol.as_ref()?.outputs;
        Some(outputs.get(self.output)?.noise_share)
    }

    fn swing(self, found: &Sensitivity) -> Option<&Swing> {
        let bars = &found.tornado.as_ref()?.bars;
        let bar = bars.iter().find(|b| Some(b.number) == self.number)?;
        bar.outputs.get(self.output)
    }
}

/// For every output each number, and the others together where there are some.
fn rows(found: &Sensitivity) -> Vec<Place> {
    let factors = found.sobol.iter().flat_map(|s| &s.factors);
    let others = factors.filter(|f| f.len() > 1).map(|_| None);
    let numbers: Vec<Option<usize>> = (0..found.numbers.len()).map(Some).chain(others).collect();
    let outputs = 0..found.outputs.len();
    outputs
        .flat_map(|output| numbers.iter().map(move |&number| Place { output, number }))
        .collect()
}

/// What the table holds.
pub(super) fn table() -> Table<Sensitivity, Place> {
    const NOT_SCREENED: &str = "not screened";
    const NO_INDEX: &str = "no indices, or not this input by itself";
    const NO_BAR: &str = "not among the inputs moved by themselves";
    let mut fields = vec![
        Field::text(
            "outcome",
            words::OUTCOME,
            |s: &Sensitivity, r: &Place, _| Some(s.outputs[r.output].key.clone()),
        ),
        Field::text("label", words::LABEL, |s: &Sensitivity, r: &Place, _| {
            Some(s.outputs[r.output].label.clone())
        }),
        Field::text(
            "input",
            "Key of the uncertain number, as in `--set`",
            |s: &Sensitivity, r: &Place, _| Some(s.numbers[r.number?].key.clone()),
        )
        .empty("all inputs that have no row of indices of their own, together"),
    ];
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "mu_star",
        "1",
        "Morris' screening: mean of the absolute elementary effects",
        NOT_SCREENED,
        |s, r| r.effect(s).map(|e| e.mu_star)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "mu",
        "1",
        "Mean of the elementary effects",
        NOT_SCREENED,
        |s, r| r.effect(s).map(|e| e.mu)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "sigma",
        "1",
        "Standard deviation of the elementary effects",
        NOT_SCREENED,
        |s, r| r.effect(s).map(|e| e.sigma)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "first",
        "1",
        "Sobol' index of first order (Saltelli): share of the variance from inputs that the input carries alone",
        NO_INDEX,
        |s, r| r.index(s).map(|i| i.first)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "first_jansen",
        "1",
        "The same by Jansen's estimator",
        NO_INDEX,
        |s, r| r.index(s).map(|i| i.first_jansen)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "total",
        "1",
        "Total Sobol' index: share that it carries alone or with others",
        NO_INDEX,
        |s, r| r.index(s).map(|i| i.total)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "noise_share",
        "0..1",
        "Share of a single history's variance that is noise; the same for every input",
        "no indices",
        |s, r| r.noise(s)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "at_low",
        "0..1",
        "The outcome with the input at its 5 % quantile (if it has but a few values: at its least) and the others drawn as in a run",
        NO_BAR,
        |s, r| r.swing(s).map(|w| w.low)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "at_high",
        "0..1",
        "The same with the input at its 95 % quantile (its greatest value)",
        NO_BAR,
        |s, r| r.swing(s).map(|w| w.high)
    ));
    fields.extend(estimate!(
        Sensitivity,
        Place,
        "difference",
        "-1..1",
        "`at_high` less `at_low`, replicate by replicate",
        NO_BAR,
        |s, r| r.swing(s).map(|w| w.difference)
    ));
    Table {
        name: "sensitivity",
        command: "sensitivity",
        files: &["sensitivity.csv"],
        row: "A row is one input and one outcome: elementary effects, indices and the bar of the tornado, each with its 95 % interval.",
        fields,
        measures: Vec::new(),
    }
}

/// The analysis as CSV.
pub fn sensitivity_csv(found: &Sensitivity) -> String {
    csv(&table(), found, rows(found))
}

/// The same in memory.
pub fn sensitivity_table(found: &Sensitivity) -> FilledTable {
    columns(table(), found, &rows(found))
}
