//! Tables as columns in memory, for a program that takes them as they are, without a file.

use std::borrow::Borrow;

use super::dictionary::ColumnEntry;
use super::field::{Cells, Column, Table};

/// The cells of a column; where one is empty anything may stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Whole numbers.
    Integer(Vec<i64>),
    /// Numbers.
    Number(Vec<f64>),
    /// Words.
    Text(Vec<String>),
    /// Whether something holds.
    Truth(Vec<bool>),
}

/// A column with its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct FilledColumn {
    /// Its name.
    pub name: String,
    /// What the dictionary says of it, by name: unit, meaning, what an empty cell means, and
    /// the label of the thing that it is about.
    pub notes: Vec<(&'static str, String)>,
    /// Whether a cell may be empty.
    pub may_be_empty: bool,
    /// The cells.
    pub values: Values,
    /// Which of them are not empty; `None`: all.
    pub filled: Option<Vec<bool>>,
}

/// A table in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct FilledTable {
    /// Its name in the dictionary.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: usize,
    /// Its columns, in order.
    pub columns: Vec<FilledColumn>,
}

/// A table in the making.
pub struct ColumnTable<C, R, B = C> {
    table: Table<C, R>,
    context: B,
    columns: Vec<Column>,
    filled: Vec<FilledColumn>,
    rows: usize,
}

impl<C, R, B: Borrow<C>> ColumnTable<C, R, B> {
    /// Starts a table.
    pub fn begin(table: Table<C, R>, context: B) -> Self {
        let columns = table.columns(context.borrow());
        let empty = columns.iter().map(|column| {
            let field = &table.fields[column.field];
            let entry = ColumnEntry::from(field);
            let notes = [
                ("unit", column.unit.as_str()),
                ("meaning", entry.meaning),
                ("empty", entry.empty.unwrap_or_default()),
                ("label", &column.label),
            ];
            let notes = notes.into_iter().filter(|(_, text)| !text.is_empty());
            FilledColumn {
                name: column.name.clone(),
                notes: notes.map(|(name, text)| (name, text.to_owned())).collect(),
                may_be_empty: field.empty.is_some(),
                values: match field.cells {
                    Cells::Integer(_) => Values::Integer(Vec::new()),
                    Cells::Number(_) | Cells::Single(_) => Values::Number(Vec::new()),
                    Cells::Text(_) => Values::Text(Vec::new()),
                    Cells::Truth(_) => Values::Truth(Vec::new()),
                },
                filled: None,
            }
        });
        Self {
            filled: empty.collect(),
            table,
            context,
            columns,
            rows: 0,
        }
    }

    /// Adds rows.
    pub fn add(&mut self, rows: &[R]) {
        for (column, filled) in self.columns.iter().zip(&mut self.filled) {
            let (context, at) = (self.context.borrow(), column.member);
            let field = &self.table.fields[column.field];
            let FilledColumn { values, filled, .. } = filled;
            let mut sheet = Sheet {
                filled,
                before: self.rows,
            };
            match (&field.cells, values) {
                (Cells::Integer(of), Values::Integer(values)) => sheet.fill(
                    values,
                    rows.iter().map(|row| {
                        of(context, row, at).map(|n| i64::try_from(n).unwrap_or(i64::MAX))
                    }),
                ),
                (Cells::Number(of), Values::Number(values)) => sheet.fill(
                    values,
                    rows.iter().map(|row| field.finite(of(context, row, at))),
                ),
                (Cells::Single(of), Values::Number(values)) => sheet.fill(
                    values,
                    rows.iter()
                        .map(|row| field.finite(of(context, row, at).map(f64::from))),
                ),
                (Cells::Text(of), Values::Text(values)) => {
                    sheet.fill(values, rows.iter().map(|row| of(context, row, at)));
                }
                (Cells::Truth(of), Values::Truth(values)) => {
                    sheet.fill(values, rows.iter().map(|row| of(context, row, at)));
                }
                // Each column was begun with values of its own kind.
                _ => {}
            }
        }
        self.rows += rows.len();
    }

    /// Ends it.
    pub fn finish(self) -> FilledTable {
        FilledTable {
            name: self.table.name,
            rows: self.rows,
            columns: self.filled,
        }
    }
}

/// A whole table in memory.
pub fn columns<C, R>(table: Table<C, R>, context: &C, rows: &[R]) -> FilledTable {
    let mut table = ColumnTable::begin(table, context);
    table.add(rows);
    table.finish()
}

/// Where the cells of a column go.
struct Sheet<'a> {
    filled: &'a mut Option<Vec<bool>>,
    /// Rows that were there before.
    before: usize,
}

impl Sheet<'_> {
    fn fill<T: Default>(&mut self, values: &mut Vec<T>, cells: impl Iterator<Item = Option<T>>) {
        for (place, cell) in cells.enumerate() {
            match (&mut *self.filled, &cell) {
                (Some(filled), cell) => filled.push(cell.is_some()),
                (filled @ None, None) => {
                    let mut all = vec![true; self.before + place];
                    all.push(false);
                    *filled = Some(all);
                }
                (None, Some(_)) => {}
            }
            values.push(cell.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::Field;
    use super::*;

    #[test]
    fn columns_hold_what_rows_have_and_say_which_cells_are_empty() {
        let number =
            |name| Field::number(name, "weeks", "A number", |_, r: &(u64, f64), _| Some(r.1));
        let table: Table<(), (u64, f64)> = Table {
            name: "some",
            command: "",
            files: &[],
            row: "",
            fields: vec![
                Field::integer("n", "1", "An index", |_, r: &(u64, f64), _| Some(r.0)),
                number("may").empty("it can't be told"),
                number("never"),
                Field::text("even", "", |_, r: &(u64, f64), _| {
                    r.0.is_multiple_of(2).then(|| r.0.to_string())
                })
                .empty("odd"),
            ],
            measures: Vec::new(),
        };
        let mut made = ColumnTable::begin(table, ());
        made.add(&[(2, 0.5)]);
        made.add(&[(3, f64::NAN), (4, 1.0)]);
        let made = made.finish();
        assert_eq!((made.name, made.rows), ("some", 3));
        let [n, may, never, even] = &made.columns[..] else {
            panic!("four columns");
        };
        assert_eq!(
            (&n.values, &n.filled),
            (&Values::Integer(vec![2, 3, 4]), &None)
        );
        assert_eq!(may.filled, Some(vec![true, false, true]));
        let Values::Number(values) = &never.values else {
            panic!("numbers");
        };
        assert!(values[1].is_nan() && never.filled.is_none());
        assert_eq!(even.filled, Some(vec![true, false, true]));
        assert_eq!(may.notes[0], ("unit", "weeks".to_owned()));
        assert_eq!(may.notes[2], ("empty", "it can't be told".to_owned()));
    }
}
