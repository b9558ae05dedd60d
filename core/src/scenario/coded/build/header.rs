//! What the columns of a table are, and what a row must have.

use super::{BESIDE, Builder};
use crate::scenario::coded::cell::{Said, Scaled};
use crate::scenario::coded::exposure::PERCEIVED;
use crate::scenario::coded::rows::{Column, Line, Rows};
use crate::scenario::diagnostics::{Problem, suggestion};
use crate::scenario::spec::{KeyDescription, Shape};

/// What a column of a table is.
pub(super) enum Role<'a> {
    /// It says what the row is about, or where it comes from.
    Own,
    /// A key of the format; of a table by names, the name too.
    Key(&'a KeyDescription, Option<&'a str>),
    /// An end or the source of what another column says.
    Beside,
    /// Not known, which was said.
    Unknown,
}

impl Builder<'_> {
    pub(super) fn role<'k>(
        &mut self,
        rows: &'k Rows,
        keys: &'k [KeyDescription],
        at: usize,
    ) -> Role<'k> {
        let Column { name, place } = &rows.columns[at];
        if let Some(first) = rows.column(name)
            && first < at
        {
            let message = format!("there are two columns `{name}`");
            self.problems
                .push(Problem::at(place.clone(), message, "the second"));
            return Role::Unknown;
        }
        let lower = name.to_lowercase();
        if rows.table.own.iter().any(|own| own.name == lower) {
            return Role::Own;
        }
        let beside = lower
            .rsplit_once('_')
            .filter(|(_, end)| BESIDE.contains(end));
        if beside.is_some_and(|(base, _)| rows.column(base).is_some()) {
            return Role::Beside;
        }
        let (key, of) = match name.split_once('.') {
            Some((key, of)) => (key.to_lowercase(), Some(of.trim())),
            None => (lower, None),
        };
        let found = keys.iter().find(|k| k.key == key);
        let by_name = |k: &KeyDescription| {
            matches!(k.shape, Shape::NumbersBy(..)) && !rows.table.names_what()
        };
        match (found, of) {
            (Some(found), Some(_)) if by_name(found) => Role::Key(found, of),
            (Some(found), None) if !by_name(found) => Role::Key(found, None),
            (Some(found), _) => {
                let (message, help) = match by_name(found) {
                    true => (
                        format!("the column `{name}` doesn't say of what"),
                        format!("a column for each: `{key}.NAME`"),
                    ),
                    false => (
                        format!("the column `{name}` has a name too many"),
                        format!("call it `{key}`"),
                    ),
                };
                self.problems
                    .push(Problem::at(place.clone(), message, "not a column").help(help));
                Role::Unknown
            }
            (None, _) => {
                let own = rows.table.own.iter().map(|own| own.name);
                let known: Vec<&str> = own.chain(keys.iter().map(|k| k.key)).collect();
                let message = match name.as_str() {
                    "" => "a column without a name".to_owned(),
                    name => format!("there is no column `{name}` in {}", rows.table.file),
                };
                let mut problem = Problem::at(place.clone(), message, "not known");
                problem.help = match key.is_empty() {
                    true => Some("name it, or leave it out".to_owned()),
                    false => suggestion(&key, &known),
                };
                self.problems.push(problem);
                Role::Unknown
            }
        }
    }

    /// What is no number has no scale.
    pub(super) fn scaled_texts(&mut self, rows: &Rows, roles: &[Role<'_>]) {
        for (at, role) in roles.iter().enumerate() {
            let name = rows.columns[at].name.as_str();
            if !matches!(role, Role::Own) || name == PERCEIVED {
                continue;
            }
            let mut cells = rows.lines.iter().filter_map(|line| line.cells[at].as_ref());
            if let Some(said) = cells.find(|said| said.scaled != Scaled::As) {
                self.no_scale(name, said);
            }
        }
    }

    pub(super) fn no_scale(&mut self, key: &str, said: &Said) {
        let message = format!("`{key}` is no number, and has no scale");
        let problem = Problem::at(said.place.clone(), message, "scaled by recode.csv");
        self.problems.push(problem.help("leave its `value` empty"));
    }

    pub(super) fn missing_columns(&mut self, rows: &Rows) {
        for own in rows.table.own.iter().filter(|own| own.required) {
            if rows.column(own.name).is_none() && !self.has_instead(rows, own.name) {
                let place = rows.columns.first().map(|column| column.place.clone());
                self.problems.push(Problem {
                    place,
                    message: format!("the column `{}` is missing", own.name),
                    label: "the header".to_owned(),
                    help: Some(own.about.to_owned()),
                });
            }
        }
    }

    /// A key stands for a name as well.
    fn has_instead(&self, rows: &Rows, column: &str) -> bool {
        column == "name" && rows.column("key").is_some()
    }

    pub(super) fn has_what_it_must(&mut self, rows: &Rows, line: &Line) -> bool {
        let mut whole = true;
        for own in rows.table.own.iter().filter(|own| own.required) {
            let Some(column) = rows.column(own.name) else {
                whole &= self.has_instead(rows, own.name);
                continue;
            };
            let instead = self.has_instead(rows, own.name) && rows.said(line, "key").is_some();
            if line.cells[column].is_none() && !instead {
                whole = false;
                let message = format!("a row without `{}`", own.name);
                let problem = Problem::at(line.place.clone(), message, "this row");
                self.problems.push(problem.help(own.about));
            }
        }
        whole
    }
}
