//! Numbers, variables, and expressions that give a number.

use super::super::diagnostics::Place;
use super::super::expression::{Expression, Gives, call, parse};
use super::super::number::{Form, Quantity, float, text};
use super::super::spec::{NameKind, NumberSpec, Shape};
use super::super::tree::Value;
use super::super::variable::{Each, InUnit, StatePart, Variable, Word, to_change, to_read};
use super::{Amount, Gathered, IN_QUOTES, Reader, Resolved};

impl<'a> Reader<'a> {
    /// Reads a number.
    pub fn number(&mut self, spec: NumberSpec) -> Quantity {
        let required = spec.default.is_none();
        let default = spec.default.map(float);
        let entry = self.ask(spec.key, Shape::Number(spec), required, default, spec.about);
        let quantity = self.register(self.path_of(spec.key), spec, entry.map(|e| &e.node));
        let literal = self.gathered.numbers[quantity.0].to_toml();
        self.resolve(spec.key, literal);
        quantity
    }

    /// Reads a number that may be left out without a default taking its place.
    pub fn optional_number(&mut self, spec: NumberSpec) -> Option<Quantity> {
        let entry = self.ask(spec.key, Shape::Number(spec), false, None, spec.about)?;
        let quantity = self.register(self.path_of(spec.key), spec, Some(&entry.node));
        let literal = self.gathered.numbers[quantity.0].to_toml();
        self.resolve(spec.key, literal);
        Some(quantity)
    }

    /// Reads an expression; an empty default means that it must be given. It is worked out by
    /// [`Reader::parse`], once for each thing that it is about.
    pub(in crate::scenario) fn expression(
        &mut self,
        key: &'static str,
        required: bool,
        about: &'static str,
    ) -> Option<String> {
        let entry = self.ask(key, Shape::Expression, required, None, about)?;
        match &entry.node.value {
            Value::Text(value) if value.trim().is_empty() => {
                let message = format!("`{}` is empty", self.path_of(key));
                self.problem(Some(key), message, "nothing in it", about);
                None
            }
            Value::Text(value) => {
                self.resolve(key, text(value));
                Some(value.clone())
            }
            _ => {
                self.mismatch(entry, "an expression", IN_QUOTES);
                None
            }
        }
    }

    /// Reads a key that names a variable to be read, with its unit.
    pub(in crate::scenario) fn variable(
        &mut self,
        key: &'static str,
        about: &'static str,
    ) -> Option<InUnit<Variable>> {
        self.named(key, about, |name, arguments, whole, gathered| {
            to_read(name, arguments, whole, None, gathered)
        })
    }

    /// The same of one that an event changes.
    pub(in crate::scenario) fn state_part(
        &mut self,
        key: &'static str,
        about: &'static str,
    ) -> Option<InUnit<StatePart>> {
        self.named(key, about, to_change)
    }

    fn named<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        find: impl FnOnce(&Word<'_>, &[Word<'_>], &Place, &mut Gathered) -> Option<T>,
    ) -> Option<T> {
        let written = self.text(key, "", about);
        let place = self.place_of(key)?;
        if written.trim().is_empty() {
            return None;
        }
        let (name, arguments, whole) = call(&written, &place, self.gathered)?;
        find(&name, &arguments, &whole, self.gathered)
    }

    /// What the expression of a key says.
    pub(in crate::scenario) fn parse(
        &mut self,
        key: &str,
        written: &str,
        wanted: Gives,
        each: Each,
    ) -> Option<Expression> {
        let place = self.place_of(key)?;
        parse(written, &place, wanted, each, self.gathered)
    }

    /// Reads a number, or an expression that gives one.
    pub(in crate::scenario) fn amount(&mut self, spec: NumberSpec) -> Amount {
        let default = spec.default.map(float);
        let entry = self.ask(spec.key, Shape::Amount(spec), false, default, spec.about);
        if let Some(Value::Text(written)) = entry.map(|entry| &entry.node.value) {
            self.resolve(spec.key, text(written));
            return Amount::Written(written.clone());
        }
        let quantity = self.register(self.path_of(spec.key), spec, entry.map(|e| &e.node));
        let literal = self.gathered.numbers[quantity.0].to_toml();
        self.resolve(spec.key, literal);
        Amount::Number(quantity)
    }

    /// The same of one that may be left out without a default taking its place.
    pub(in crate::scenario) fn amount_if_given(&mut self, spec: NumberSpec) -> Option<Amount> {
        if self.has(spec.key) {
            return Some(self.amount(spec));
        }
        self.ask(spec.key, Shape::Amount(spec), false, None, spec.about);
        None
    }

    /// Reads a list of plain numbers that may be left out, each with its place.
    pub(in crate::scenario) fn list_of_numbers(&mut self, spec: NumberSpec) -> Vec<(f64, Place)> {
        let shape = Shape::Numbers(spec);
        let Some(entry) = self.ask(spec.key, shape, false, Some("[]".to_owned()), spec.about)
        else {
            return Vec::new();
        };
        let path = self.path_of(spec.key);
        let Value::List(list) = &entry.node.value else {
            let help = format!("for instance `{} = [1, 2]`", spec.key);
            self.mismatch(entry, "a list of numbers", &help);
            return Vec::new();
        };
        let mut numbers = Vec::new();
        for node in list {
            if !matches!(node.value, Value::Integer(_) | Value::Float(_)) {
                self.mismatch_at(&path, node, "a list of plain numbers", "");
                continue;
            }
            let read = self.gathered.read_number(node, &spec, &path);
            if let Some((Form::Fixed(value), _)) = read {
                numbers.push((value, node.place.clone()));
            }
        }
        let written: Vec<String> = numbers.iter().map(|(value, _)| float(*value)).collect();
        self.resolve(spec.key, format!("[{}]", written.join(", ")));
        numbers
    }

    /// Reads a table from names of one kind to numbers.
    pub fn numbers_by(&mut self, kind: NameKind, spec: NumberSpec) -> Vec<(usize, Quantity)> {
        let pairs = self.numbers_by_or(kind, &[], spec);
        pairs
            .into_iter()
            .filter_map(|(name, q)| Some((name.ok()?, q)))
            .collect()
    }

    /// The same, also allowing a few words beside the names (`Err` holds the word's index).
    pub fn numbers_by_or(
        &mut self,
        kind: NameKind,
        words: &'static [&'static str],
        spec: NumberSpec,
    ) -> Vec<(Result<usize, usize>, Quantity)> {
        let shape = Shape::NumbersBy(kind, spec);
        let Some(entry) = self.ask(spec.key, shape, false, Some("{}".to_owned()), spec.about)
        else {
            return Vec::new();
        };
        let Value::Table(table) = &entry.node.value else {
            let name = self
                .gathered
                .names(kind)
                .first()
                .map_or("NAME", String::as_str);
            let help = format!("for instance `{} = {{ {name} = 0.5 }}`", spec.key);
            self.mismatch(
                entry,
                &format!("a table from {} to numbers", kind.plural()),
                &help,
            );
            return Vec::new();
        };
        let mut pairs = Vec::new();
        let mut resolved = Vec::new();
        for item in &table.entries {
            let word = words.iter().position(|w| *w == item.key);
            let name = match word {
                Some(word) => Err(word),
                None => match self.gathered.index_of(kind, &item.key, &item.place) {
                    Some(index) => Ok(index),
                    None => continue,
                },
            };
            let path = format!("{}.{}", self.path_of(spec.key), item.key);
            let quantity = self.register(path, spec, Some(&item.node));
            let literal = self.gathered.numbers[quantity.0].to_toml();
            resolved.push((item.key.clone(), Resolved::Literal(literal)));
            pairs.push((name, quantity));
        }
        self.resolved
            .push((spec.key.to_owned(), Resolved::Table(resolved)));
        pairs
    }
}
