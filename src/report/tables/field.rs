//! What a column is, and where its cells come from: declared once, for the writer and for
//! the dictionary.

/// Where the cells of a column come from, which is also their type. A function is given what
/// the table is made of, the row, and the place of the column among those of its kind; `None`
/// leaves the cell empty.
pub enum Cells<C, R> {
    /// Whole numbers.
    Integer(fn(&C, &R, usize) -> Option<u64>),
    /// Numbers; what is not finite is an empty cell.
    Number(fn(&C, &R, usize) -> Option<f64>),
    /// Numbers that were computed in single precision, written with as many digits.
    Single(fn(&C, &R, usize) -> Option<f32>),
    /// Words.
    Text(fn(&C, &R, usize) -> Option<String>),
    /// Whether something holds.
    Truth(fn(&C, &R, usize) -> Option<bool>),
}

impl<C, R> Cells<C, R> {
    /// The type as the dictionary has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Integer(_) => "integer",
            Self::Number(_) | Self::Single(_) => "number",
            Self::Text(_) => "text",
            Self::Truth(_) => "true or false",
        }
    }
}

/// A column, or one for each of several things (`week.<outcome>`).
pub struct Field<C, R> {
    /// Its name; `<coalition>` stands for a key.
    pub name: &'static str,
    /// Unit; `1` for a pure number, nothing for words.
    pub unit: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What an empty cell means; `None`: no cell is empty.
    pub empty: Option<&'static str>,
    /// Which things the column is about, in the words that other tables have for them:
    /// the name of a column of keys, and the key.
    pub keys: &'static [(&'static str, &'static str)],
    /// The things for each of which there is such a column.
    pub each: Option<fn(&C) -> Vec<Member>>,
    /// Its cells.
    pub cells: Cells<C, R>,
}

/// One of the things for each of which there is a column.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// What stands for each placeholder of the name, without its brackets.
    pub keys: Vec<(&'static str, String)>,
    /// The name shown to a reader.
    pub label: String,
    /// The unit, where each has its own.
    pub unit: Option<String>,
}

impl Member {
    /// A thing with one key.
    pub fn new(placeholder: &'static str, key: &str, label: &str) -> Self {
        Self {
            keys: vec![(placeholder, key.to_owned())],
            label: label.to_owned(),
            unit: None,
        }
    }

    /// Two factions.
    pub fn pair(a: (&str, &str), b: (&str, &str)) -> Self {
        Self {
            keys: vec![
                ("faction", a.0.to_owned()),
                ("other_faction", b.0.to_owned()),
            ],
            label: format!("{} - {}", a.1, b.1),
            unit: None,
        }
    }

    /// A pattern with the keys in their places.
    pub fn fill(&self, pattern: &str) -> String {
        self.keys
            .iter()
            .fold(pattern.to_owned(), |text, (placeholder, key)| {
                text.replace(&format!("<{placeholder}>"), key)
            })
    }
}

impl<C, R> Field<C, R> {
    const fn new(
        name: &'static str,
        unit: &'static str,
        about: &'static str,
        cells: Cells<C, R>,
    ) -> Self {
        Self {
            name,
            unit,
            about,
            empty: None,
            keys: &[],
            each: None,
            cells,
        }
    }

    /// A column of whole numbers.
    pub fn integer(
        name: &'static str,
        unit: &'static str,
        about: &'static str,
        of: fn(&C, &R, usize) -> Option<u64>,
    ) -> Self {
        Self::new(name, unit, about, Cells::Integer(of))
    }

    /// A column of numbers.
    pub fn number(
        name: &'static str,
        unit: &'static str,
        about: &'static str,
        of: fn(&C, &R, usize) -> Option<f64>,
    ) -> Self {
        Self::new(name, unit, about, Cells::Number(of))
    }

    /// A column of numbers in single precision.
    pub fn single(
        name: &'static str,
        unit: &'static str,
        about: &'static str,
        of: fn(&C, &R, usize) -> Option<f32>,
    ) -> Self {
        Self::new(name, unit, about, Cells::Single(of))
    }

    /// A column of words.
    pub fn text(
        name: &'static str,
        about: &'static str,
        of: fn(&C, &R, usize) -> Option<String>,
    ) -> Self {
        Self::new(name, "", about, Cells::Text(of))
    }

    /// A column that says whether something holds.
    pub fn truth(
        name: &'static str,
        about: &'static str,
        of: fn(&C, &R, usize) -> Option<bool>,
    ) -> Self {
        Self::new(name, "", about, Cells::Truth(of))
    }

    /// A number as a cell: what is not finite is empty; in a column without empty cells, what
    /// is empty is no number.
    pub fn finite(&self, number: Option<f64>) -> Option<f64> {
        match self.empty {
            Some(_) => number.filter(|x| x.is_finite()),
            None => number.or(Some(f64::NAN)),
        }
    }

    /// Says what an empty cell means.
    #[must_use]
    pub fn empty(mut self, meaning: &'static str) -> Self {
        self.empty = Some(meaning);
        self
    }

    /// Says what the column is about.
    #[must_use]
    pub fn of(mut self, keys: &'static [(&'static str, &'static str)]) -> Self {
        self.keys = keys;
        self
    }

    /// Makes it a column for each of several things.
    #[must_use]
    pub fn each(mut self, members: fn(&C) -> Vec<Member>) -> Self {
        self.each = Some(members);
        self
    }
}

/// What a row of a long table can hold: its section and measure, in one place.
pub struct Measure<C, R> {
    /// The part of the table.
    pub section: &'static str,
    /// What is measured.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Its rows.
    pub rows: fn(&C) -> Vec<R>,
}

impl<C, R> Measure<C, R> {
    /// What rows of a section hold.
    pub fn new(
        section: &'static str,
        name: &'static str,
        unit: &'static str,
        about: &'static str,
        rows: fn(&C) -> Vec<R>,
    ) -> Self {
        Self {
            section,
            name,
            unit,
            about,
            rows,
        }
    }
}

/// A table: what a row is, and its columns.
pub struct Table<C, R> {
    /// Its name in the dictionary.
    pub name: &'static str,
    /// The command that writes it, or works it out.
    pub command: &'static str,
    /// The files that hold it; none where it is had from Python alone.
    pub files: &'static [&'static str],
    /// What a row is.
    pub row: &'static str,
    /// Its columns, in order.
    pub fields: Vec<Field<C, R>>,
    /// Of a long table, what its rows hold, in order.
    pub measures: Vec<Measure<C, R>>,
}

/// A column of a table that is written.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Which things it is about.
    pub keys: Vec<(&'static str, String)>,
    /// The name of that thing shown to a reader; empty where there is none.
    pub label: String,
    /// Which of the table's fields it is.
    pub field: usize,
    /// Its place among the columns of this field.
    pub member: usize,
}

impl<C, R> Table<C, R> {
    /// The columns that the table has for what it is made of.
    pub fn columns(&self, context: &C) -> Vec<Column> {
        let mut columns = Vec::new();
        for (index, field) in self.fields.iter().enumerate() {
            let members = match field.each {
                Some(each) => each(context),
                None => vec![Member::default()],
            };
            for (place, member) in members.into_iter().enumerate() {
                let keys = field.keys.iter();
                columns.push(Column {
                    name: member.fill(field.name),
                    keys: keys.map(|(of, key)| (*of, member.fill(key))).collect(),
                    unit: member.unit.unwrap_or_else(|| field.unit.to_owned()),
                    label: member.label,
                    field: index,
                    member: place,
                });
            }
        }
        columns
    }
}

/// Three columns of a table of `$table`s with rows of `$row`: a figure, and the ends of its interval.
macro_rules! estimate {
    ($table:ty, $row:ty, $name:literal, $unit:literal, $about:literal, $empty:expr, |$t:ident, $r:ident| $of:expr) => {{
        fn of($t: &$table, $r: &$row) -> Option<$crate::engine::Estimate> {
            $of
        }
        let low = $crate::report::tables::words::LOW;
        let high = $crate::report::tables::words::HIGH;
        [
            Field::number($name, $unit, $about, |t, r, _| Some(of(t, r)?.value)).empty($empty),
            Field::number(concat!($name, "_low"), $unit, low, |t, r, _| {
                Some(of(t, r)?.low)
            })
            .empty($empty),
            Field::number(concat!($name, "_high"), $unit, high, |t, r, _| {
                Some(of(t, r)?.high)
            })
            .empty($empty),
        ]
    }};
}
pub(super) use estimate;
