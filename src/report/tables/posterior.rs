//! `posterior.csv`.

use crate::experiment::calibrate::Calibration;

use super::csv::csv;
use super::field::{Field, Member, Table};

/// What the table holds.
pub(super) fn table() -> Table<Calibration, usize> {
    Table {
        name: "posterior",
        command: "calibrate",
        files: &["posterior.csv"],
        row: "A row is one particle of the posterior, all alike likely: values of the numbers that go together.",
        fields: vec![
            Field::number(
                "distance",
                "1",
                "How far what was simulated from it is from what was observed, in the scales of the last generation",
                |f: &Calibration, row: &usize, _| f.posterior.distances.get(*row).copied(),
            ),
            Field::number(
                "<number>",
                "",
                "The value of a number",
                |f: &Calibration, row: &usize, number| {
                    f.posterior.columns[number].get(*row).copied()
                },
            )
            .of(&[("number", "<number>")])
            .each(|f| {
                let numbers = f.numbers.iter();
                numbers
                    .map(|n| Member {
                        unit: Some(n.unit.clone()),
                        ..Member::new("number", &n.key, &n.about)
                    })
                    .collect()
            }),
        ],
        measures: Vec::new(),
    }
}

/// The posterior as CSV.
pub fn posterior_csv(found: &Calibration) -> String {
    let rows: Vec<usize> = (0..found.posterior.distances.len()).collect();
    csv(&table(), found, &rows)
}
