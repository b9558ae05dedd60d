//! What came of the cases of a library: for each the day of an event, if it came, until when it
//! was looked for, and what else may foretell it.

use std::sync::Arc;

use jiff::civil::Date;

use super::SourceFile;
use super::diagnostics::{Complaints, Place, Problem, Problems};
use super::observed::ObservedText;
use super::sheet::{Cell, Row, Sheet};

/// The columns of the table, and whether each must be there; any others are covariates.
const COLUMNS: [(&str, bool); 5] = [
    ("case", true),
    ("event", true),
    ("date", true),
    ("until", true),
    ("source", false),
];

/// What came of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseObserved {
    /// Its scenario's file, without `.toml`.
    pub case: String,
    /// The key of the outcome.
    pub event: String,
    /// The day on which it came; none if it didn't by `until`.
    pub date: Option<Date>,
    /// The last day on which it was looked for.
    pub until: Date,
    /// Who says so.
    pub source: String,
    /// Covariates, in the order of [`LibraryObserved::covariates`].
    pub covariates: Vec<f64>,
    /// Where the case is named.
    pub place: Place,
}

/// What came of the cases of a library.
#[derive(Debug, Clone)]
pub struct LibraryObserved {
    /// The names of the covariates.
    pub covariates: Vec<String>,
    /// The cases.
    pub cases: Vec<CaseObserved>,
    files: Arc<Vec<SourceFile>>,
}

impl LibraryObserved {
    /// Reads the table.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn read(table: &ObservedText) -> Result<Self, Problems> {
        let file = SourceFile::named(&table.name, &table.text);
        let mut problems = Complaints::default();
        let sheet = Sheet::read(&file.text, 0, &COLUMNS, true, &mut problems);
        let mut cases: Vec<CaseObserved> = Vec::new();
        for row in &sheet.rows {
            let Some(case) = read_case(row, &sheet.others, &mut problems) else {
                continue;
            };
            if cases.iter().any(|other| other.case == case.case) {
                let message = format!("there are two rows for `{}`", case.case);
                problems.push(Problem::at(case.place.clone(), message, "the second"));
            }
            cases.push(case);
        }
        if cases.is_empty() && problems.is_empty() {
            let place = Place {
                file: 0,
                span: 0..0,
            };
            problems.push(Problem::at(place, "a table without cases", "only a header"));
        }
        let files = Arc::new(vec![file]);
        match problems.is_empty() {
            true => Ok(Self {
                covariates: sheet.others,
                cases,
                files,
            }),
            false => Err(Problems::new(files, problems)),
        }
    }

    /// What is wrong with some of the cases, each with a message, the words under it and help.
    pub fn problems<'a>(
        &self,
        wrong: impl IntoIterator<Item = (&'a CaseObserved, String, &'a str, String)>,
    ) -> Problems {
        let mut problems = Complaints::default();
        for (case, message, label, help) in wrong {
            problems.push(Problem::at(case.place.clone(), message, label).help(help));
        }
        Problems::new(Arc::clone(&self.files), problems)
    }
}

fn read_case(row: &Row, others: &[String], problems: &mut Complaints) -> Option<CaseObserved> {
    let [case, event, date, until, source, covariates @ ..] = row.cells.as_slice() else {
        return None;
    };
    for (cell, name) in [(case, "case"), (event, "event"), (until, "until")] {
        if cell.is_none() {
            let message = format!("a row without `{name}`");
            problems.push(Problem::at(row.place.clone(), message, "this row"));
        }
    }
    let mut day = |cell: &Option<Cell>| -> Option<Option<Date>> {
        let Some(cell) = cell else { return Some(None) };
        let read = cell.text.parse().ok();
        if read.is_none() {
            let message = format!("`{}` is not a date", cell.text);
            let problem = Problem::at(cell.place.clone(), message, "here");
            problems.push(
                problem.help("write days as 2016-06-15; leave `date` empty of what didn't come"),
            );
        }
        read.map(Some)
    };
    let (came, last) = (day(date), day(until));
    let mut values = Vec::new();
    for (cell, name) in covariates.iter().zip(others) {
        let value = cell.as_ref().and_then(|cell| cell.text.parse().ok());
        match value.filter(|value: &f64| value.is_finite()) {
            Some(value) => values.push(value),
            None => {
                let place = cell.as_ref().map_or(&row.place, |cell| &cell.place);
                let message = format!("the covariate `{name}` is not a number");
                let problem = Problem::at(place.clone(), message, "here");
                problems.push(problem.help("every column beyond case, event, date, until and source is a covariate, with a number for each case"));
            }
        }
    }
    let (date, until) = (came?, last??);
    let case = case.clone()?;
    if let Some(came) = date.filter(|came| *came > until) {
        let message = format!(
            "`{}` came on {came}, after {until}, until when it was looked for",
            case.text
        );
        problems.push(Problem::at(case.place.clone(), message, "this case"));
    }
    Some(CaseObserved {
        place: case.place,
        case: case.text,
        event: event.clone()?.text,
        date,
        until,
        source: source
            .as_ref()
            .map_or(String::new(), |cell| cell.text.clone()),
        covariates: values,
    })
}
