//! Numbers of a scenario: a value or a distribution, with its source.

mod read;

use std::collections::BTreeMap;

use crate::foreign::is_hidden;

use super::diagnostics::Place;
use super::distribution::Distribution;
use super::spec::NumberSpec;
use super::tree::with_thousands;

pub(super) use read::{read_number, read_source};

/// A number of the scenario: an index into [`Scenario::numbers`](super::Scenario::numbers).
///
/// Holding the index rather than the value is what lets any number be uncertain:
/// the model asks for its value in the replicate at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quantity(pub(super) usize);

impl Quantity {
    /// The index into [`Scenario::numbers`](super::Scenario::numbers).
    pub fn index(self) -> usize {
        self.0
    }
}

/// A number as the scenario gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// One value, the same in every replicate.
    Fixed(f64),
    /// A distribution from which each replicate's inputs are drawn.
    Uncertain(Distribution),
}

impl Form {
    /// The lowest and highest that it can be.
    pub(super) fn support(&self) -> (f64, f64) {
        match self {
            Self::Fixed(value) => (*value, *value),
            Self::Uncertain(distribution) => distribution.support(),
        }
    }
}

/// Everything known about one number of the scenario.
#[derive(Debug, Clone)]
pub struct NumberRecord {
    /// Its key from the root, e.g. `faction.kdp.fighters`.
    pub path: String,
    /// Its unit, range, default and meaning.
    pub spec: NumberSpec,
    /// Its value or distribution.
    pub form: Form,
    /// Where it comes from, in the words of the scenario.
    pub source: Option<String>,
    /// Whether the scenario gives it (otherwise it is the documented default).
    pub given: bool,
    /// Where it stands.
    pub place: Option<Place>,
}

impl NumberRecord {
    /// Whether its file claims something of the world by it.
    pub fn is_claim(&self) -> bool {
        self.given && !self.spec.asks
    }

    /// The value, or the distribution's median.
    pub fn central(&self) -> f64 {
        match &self.form {
            Form::Fixed(value) => *value,
            Form::Uncertain(distribution) => distribution.median(),
        }
    }

    /// The lowest and highest that it can be.
    pub fn support(&self) -> (f64, f64) {
        self.form.support()
    }

    /// Whether the scenario names a source other than judgement.
    pub fn is_sourced(&self) -> bool {
        self.source
            .as_deref()
            .is_some_and(|s| !s.trim_start().to_lowercase().starts_with("judgement"))
    }

    /// The same number as a column of a table, each row alike likely.
    #[must_use]
    pub fn as_column(&self, table: &str, values: Vec<f64>, source: &str) -> Self {
        Self {
            form: Form::Uncertain(Distribution::Table {
                table: table.to_owned(),
                weights: vec![1.0; values.len()],
                values,
            }),
            source: Some(source.to_owned()),
            ..self.clone()
        }
    }

    /// The number as TOML, so that reading it again gives the same record.
    pub fn to_toml(&self) -> String {
        let float = match self.spec.counts_people() {
            true => |value| unambiguous(float(value)),
            false => float,
        };
        let mut parts = match &self.form {
            Form::Fixed(value) if self.source.is_none() => return float(*value),
            Form::Fixed(value) => vec![format!("value = {}", float(*value))],
            Form::Uncertain(distribution) => distribution_to_toml(distribution, float),
        };
        if let Some(source) = &self.source {
            parts.push(format!("source = {}", text(source)));
        }
        format!("{{ {} }}", parts.join(", "))
    }
}

/// Tells each share what the others of its group weigh.
pub(super) fn link_shares(numbers: &mut [NumberRecord]) {
    let mut weights: BTreeMap<String, f64> = BTreeMap::new();
    for number in numbers.iter() {
        if let Form::Uncertain(Distribution::Dirichlet { group, alpha, .. }) = &number.form {
            *weights.entry(group.clone()).or_default() += alpha;
        }
    }
    for number in numbers {
        if let Form::Uncertain(Distribution::Dirichlet { group, alpha, rest }) = &mut number.form {
            *rest = weights[group.as_str()] - *alpha;
        }
    }
}

/// A number as a TOML float that reads back to the same bits.
pub fn float(value: f64) -> String {
    format!("{value:?}")
}

/// A decimal number whose point can't be taken for one between thousands.
pub fn unambiguous(written: String) -> String {
    match with_thousands(&written, '.') {
        Some(_) => written + "0",
        None => written,
    }
}

/// A number typed on the command line as TOML. A point that may stand between thousands is
/// left as it is, so that it is asked about where the number is read.
pub fn typed(text: &str, value: f64) -> String {
    match with_thousands(text.trim(), '.') {
        Some(_) => text.trim().to_owned(),
        None => unambiguous(value.to_string()),
    }
}

/// A text as a TOML basic string.
pub fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) => out.push_str(&match c as u32 {
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            }),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The keys of each distribution, required ones first; `?` marks an optional one.
const DISTRIBUTIONS: [(&str, &[&str]); 9] = [
    ("uniform", &["low", "high"]),
    ("triangular", &["low", "mode", "high"]),
    ("normal", &["mean", "sd", "low?", "high?"]),
    ("lognormal", &["median", "sigma", "low?", "high?"]),
    ("beta", &["alpha", "beta", "low?", "high?"]),
    ("pert", &["low", "mode", "high"]),
    ("discrete", &["values", "weights?"]),
    ("dirichlet", &["group", "alpha"]),
    ("table", &["table", "values?", "weights?", "column?"]),
];

/// Every key that a table which stands for one number can have.
pub(super) const NUMBER_KEYS: [&str; 17] = [
    "value", "source", "dist", "low", "mode", "high", "mean", "sd", "median", "sigma", "alpha",
    "beta", "group", "table", "values", "weights", "column",
];

/// The names of the distributions and their keys, for the schema.
pub fn distributions() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    DISTRIBUTIONS.iter().copied()
}

fn distribution_to_toml(distribution: &Distribution, float: fn(f64) -> String) -> Vec<String> {
    let list = |values: &[f64]| {
        let values: Vec<String> = values.iter().map(|v| float(*v)).collect();
        format!("[{}]", values.join(", "))
    };
    let (name, pairs): (&str, Vec<(&str, Option<f64>)>) = match distribution {
        Distribution::Uniform { low, high } => {
            ("uniform", vec![("low", Some(*low)), ("high", Some(*high))])
        }
        Distribution::Triangular { low, mode, high } => (
            "triangular",
            vec![
                ("low", Some(*low)),
                ("mode", Some(*mode)),
                ("high", Some(*high)),
            ],
        ),
        Distribution::Normal {
            mean,
            sd,
            low,
            high,
        } => (
            "normal",
            vec![
                ("mean", Some(*mean)),
                ("sd", Some(*sd)),
                ("low", *low),
                ("high", *high),
            ],
        ),
        Distribution::Lognormal {
            median,
            sigma,
            low,
            high,
        } => (
            "lognormal",
            vec![
                ("median", Some(*median)),
                ("sigma", Some(*sigma)),
                ("low", *low),
                ("high", *high),
            ],
        ),
        Distribution::Beta {
            alpha,
            beta,
            low,
            high,
        } => (
            "beta",
            vec![
                ("alpha", Some(*alpha)),
                ("beta", Some(*beta)),
                ("low", Some(*low)),
                ("high", Some(*high)),
            ],
        ),
        Distribution::Pert { low, mode, high } => (
            "pert",
            vec![
                ("low", Some(*low)),
                ("mode", Some(*mode)),
                ("high", Some(*high)),
            ],
        ),
        Distribution::Dirichlet { group, alpha, .. } => {
            return vec![
                "dist = \"dirichlet\"".to_owned(),
                format!("group = {}", text(group)),
                format!("alpha = {}", float(*alpha)),
            ];
        }
        Distribution::Discrete { values, weights } => {
            return vec![
                "dist = \"discrete\"".to_owned(),
                format!("values = {}", list(values)),
                format!("weights = {}", list(weights)),
            ];
        }
        Distribution::Table {
            table,
            values,
            weights,
        } => {
            let mut parts = vec![
                "dist = \"table\"".to_owned(),
                format!("table = {}", text(table)),
                format!("values = {}", list(values)),
            ];
            if weights.iter().any(|weight| *weight != 1.0) {
                parts.push(format!("weights = {}", list(weights)));
            }
            return parts;
        }
    };
    let mut parts = vec![format!("dist = \"{name}\"")];
    for (key, value) in pairs {
        if let Some(value) = value {
            parts.push(format!("{key} = {}", float(value)));
        }
    }
    parts
}
