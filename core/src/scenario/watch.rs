//! Watched quantities: what is recorded in every replicate beside what always is.

use super::expression::{Expression, Gives, parse_any};
use super::number::NumberRecord;
use super::outcome::{KIND_WORDS, KINDS};
use super::reader::{Amount, Reader, no_name};
use super::spec::{NameKind, NumberSpec};

/// A quantity that is recorded at every step.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// The id of its entry.
    pub id: String,
    /// Its key in tables and JSON: the id, and whose it is if there are several.
    pub key: String,
    /// Whose it is, if there is one for each of several things.
    pub of: Option<(NameKind, usize)>,
    /// The name shown to a reader.
    pub label: String,
    /// Its unit, for a reader.
    pub unit: String,
    /// What it is.
    pub what: Expression,
    /// The same in words.
    pub about: Option<String>,
    /// The level of which it is asked when it is first crossed.
    pub level: Option<Expression>,
    /// The top of its axis in pictures, where it is said or follows from its range.
    pub top: Option<f64>,
    /// Whether it can be less than 0; its axis then begins as far below as its top is above.
    pub signed: bool,
}

/// The key of a watched quantity that is given by nothing but what it is.
pub(super) fn key_of(what: &str) -> String {
    let mut key = String::new();
    for c in what.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => key.push(c),
            _ if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            _ => {}
        }
    }
    key.truncate(60);
    let key = key.trim_end_matches('_');
    match key {
        "" => "watched".to_owned(),
        key => key.to_owned(),
    }
}

/// The top of the axis of what has such a range, if that is the range of shares; the ends of
/// others say what is possible, and little of what is seen.
fn natural_top((low, high): (f64, f64)) -> Option<f64> {
    (low >= -1.0 && high <= 1.0).then_some(1.0)
}

impl Watch {
    /// What an outcome hangs on.
    pub(super) fn of_outcome(
        key: &str,
        id: &str,
        of: Option<(NameKind, usize)>,
        (label, about): (&str, Option<String>),
        what: Expression,
        level: Option<Expression>,
        r: &mut Reader<'_>,
    ) -> Self {
        let range = what.range(&r.gathered().numbers);
        r.gathered().watches.push(id.to_owned());
        Self {
            id: id.to_owned(),
            key: key.to_owned(),
            of,
            label: label.to_owned(),
            unit: "1".to_owned(),
            about: about.or(what.about()),
            top: natural_top(range),
            signed: range.0 < 0.0,
            what,
            level,
        }
    }

    /// The watched quantities of an entry: one, or one for each of several things.
    pub(super) fn read(r: &mut Reader<'_>) -> Vec<Self> {
        let id = r.text("id", "", "The key by which it goes in tables");
        let each = r.choice(
            "each",
            &KIND_WORDS,
            0,
            "Whether there is one for each coalition, arena, ...: `each` in its expressions stands for that one",
        );
        let label = r.optional_text(
            "label",
            "The name shown to a reader; `{each}` stands for the name of that one [what it is]",
        );
        let about = r.optional_text(
            "about",
            "What it is, for a reader of the pictures [what is declared of it, if it is a single variable]",
        );
        let unit = r.text("unit", "1", "Its unit, for a reader");
        let what = r.expression(
            "what",
            true,
            "What is recorded: an expression that gives a number, or is true or false (1 or 0)",
        );
        let level = r.amount_if_given(
            NumberSpec::new(
                "level",
                "as of what is watched",
                -1e12,
                1e12,
                "A level: when it is first crossed, from the side on which it starts, is kept",
            )
            .asking(),
        );
        let top = r.optional_number(NumberSpec::new(
            "top",
            "as of what is watched",
            1e-9,
            1e12,
            "Top of its axis in pictures [1 for a share, or else room above its course with all inputs at their medians]",
        ).asking());
        let Some(what) = what else {
            return Vec::new();
        };
        if !id.is_empty()
            && let Some(help) = no_name(&id, "ids")
        {
            let message = format!("`{id}` can't be an id");
            r.problem(Some("id"), message, "not an id", &help);
            return Vec::new();
        }
        if r.gathered().watches.contains(&id) {
            let message = format!("there are two watched quantities `{id}`");
            let help = "give each an id of its own";
            r.problem(Some("id"), message, "the second", help);
            return Vec::new();
        }
        r.gathered().watches.push(id.clone());
        let members: Vec<Option<(NameKind, usize)>> = match each {
            0 => vec![None],
            each => {
                let kind = KINDS[each - 1];
                let count = r.gathered().names(kind).len();
                (0..count).map(|k| Some((kind, k))).collect()
            }
        };
        let top = top.map(|q| r.gathered().numbers[q.index()].central());
        let mut watches = Vec::new();
        for of in members {
            let place = r.place_of("what");
            let Some(place) = place else {
                return watches;
            };
            // Each of several would say the same of what is wrong.
            let Some(parsed) = parse_any(&what, &place, of, r.gathered()) else {
                return Vec::new();
            };
            let level = match &level {
                None => None,
                Some(Amount::Number(quantity)) => Some(Expression::Number(*quantity)),
                Some(Amount::Written(text)) => match r.parse("level", text, Gives::Number, of) {
                    Some(level) => Some(level),
                    None => return Vec::new(),
                },
            };
            let member = of.map(|(kind, k)| {
                let gathered = r.gathered();
                let key = gathered.names(kind)[k].clone();
                (key, gathered.shown(kind, k).to_owned())
            });
            let fill = |text: &str| match &member {
                Some((_, name)) => text.replace("{each}", name),
                None => text.to_owned(),
            };
            let written = match &member {
                Some((key, _)) => what.replace("each", key),
                None => what.clone(),
            };
            let range = parsed.range(&r.gathered().numbers);
            watches.push(Self {
                key: match &member {
                    Some((key, _)) => format!("{id}.{key}"),
                    None => id.clone(),
                },
                id: id.clone(),
                of,
                label: label.as_deref().map_or(written, fill),
                unit: unit.clone(),
                top: top.or(natural_top(range)),
                signed: range.0 < 0.0,
                about: about.clone().or(parsed.about()),
                what: parsed,
                level,
            });
        }
        watches
    }
}

impl Expression {
    /// What is declared of the variable that is all of it.
    fn about(&self) -> Option<String> {
        match self {
            Self::Variable(variable) => Some(variable.declaration().about.to_owned()),
            _ => None,
        }
    }

    /// The least and the greatest value that it can have, as far as that is seen from its parts.
    pub fn range(&self, numbers: &[NumberRecord]) -> (f64, f64) {
        use super::expression::Operator::*;
        let ends = |all: [f64; 4]| {
            let sound = all.map(|v| if v.is_nan() { 0.0 } else { v });
            sound
                .into_iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                    (low.min(v), high.max(v))
                })
        };
        match self {
            Self::Constant(value) => (*value, *value),
            Self::Number(quantity) => numbers[quantity.index()].support(),
            Self::Variable(variable) => variable.declaration().range,
            Self::SoFar(_, of) => of.range(numbers),
            Self::Outcome(..) | Self::Not(_) => (0.0, 1.0),
            Self::Negative(of) => {
                let (low, high) = of.range(numbers);
                (-high, -low)
            }
            Self::Both(operator, a, b) => {
                let (a, b) = (a.range(numbers), b.range(numbers));
                match operator {
                    Add => (a.0 + b.0, a.1 + b.1),
                    Subtract => (a.0 - b.1, a.1 - b.0),
                    Multiply => ends([a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1]),
                    Divide if b.0 > 0.0 || b.1 < 0.0 => {
                        ends([a.0 / b.0, a.0 / b.1, a.1 / b.0, a.1 / b.1])
                    }
                    Divide if a.0 >= 0.0 && b.0 >= 0.0 => (0.0, f64::INFINITY),
                    Divide => (f64::NEG_INFINITY, f64::INFINITY),
                    Least => (a.0.min(b.0), a.1.min(b.1)),
                    Greatest => (a.0.max(b.0), a.1.max(b.1)),
                    Or | And | Less | AtMost | More | AtLeast | Equal | Different => (0.0, 1.0),
                }
            }
        }
    }
}
