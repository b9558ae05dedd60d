//! Numbers of a scenario: a value or a distribution, with its source.

use super::diagnostics::{Place, Problem, suggestion};
use super::distribution::Distribution;
use super::spec::NumberSpec;
use super::tree::{Node, Table, Value};

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
    /// The value, or the distribution's median.
    pub fn central(&self) -> f64 {
        match &self.form {
            Form::Fixed(value) => *value,
            Form::Uncertain(distribution) => distribution.median(),
        }
    }

    /// Whether the scenario names a source other than judgement.
    pub fn is_sourced(&self) -> bool {
        self.source
            .as_deref()
            .is_some_and(|s| !s.trim_start().to_lowercase().starts_with("judgement"))
    }

    /// The number as TOML, so that reading it again gives the same record.
    pub fn to_toml(&self) -> String {
        let mut parts = match &self.form {
            Form::Fixed(value) if self.source.is_none() => return float(*value),
            Form::Fixed(value) => vec![format!("value = {}", float(*value))],
            Form::Uncertain(distribution) => distribution_to_toml(distribution),
        };
        if let Some(source) = &self.source {
            parts.push(format!("source = {}", text(source)));
        }
        format!("{{ {} }}", parts.join(", "))
    }
}

/// A number as a TOML float that reads back to the same bits.
pub fn float(value: f64) -> String {
    format!("{value:?}")
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
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The keys of each distribution, required ones first; `?` marks an optional one.
const DISTRIBUTIONS: [(&str, &[&str]); 7] = [
    ("uniform", &["low", "high"]),
    ("triangular", &["low", "mode", "high"]),
    ("normal", &["mean", "sd", "low?", "high?"]),
    ("lognormal", &["median", "sigma", "low?", "high?"]),
    ("beta", &["alpha", "beta", "low?", "high?"]),
    ("pert", &["low", "mode", "high"]),
    ("discrete", &["values", "weights?"]),
];

/// The names of the distributions and their keys, for the schema.
pub fn distributions() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    DISTRIBUTIONS.iter().copied()
}

fn distribution_to_toml(distribution: &Distribution) -> Vec<String> {
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
        Distribution::Discrete { values, weights } => {
            return vec![
                "dist = \"discrete\"".to_owned(),
                format!("values = {}", list(values)),
                format!("weights = {}", list(weights)),
            ];
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

/// Reads a node as a number of the given kind; says everything that is wrong with it.
pub(super) fn read_number(
    node: &Node,
    spec: &NumberSpec,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<(Form, Option<String>)> {
    match &node.value {
        Value::Table(table) => {
            let before = problems.len();
            let source = read_source(table, problems);
            let form = read_form(node, table, path, problems);
            if let Some(form) = &form {
                check_range(node, form, spec, path, problems);
            }
            (problems.len() == before).then_some((form?, source))
        }
        _ => {
            let form = Form::Fixed(plain(node, path, problems)?);
            check_range(node, &form, spec, path, problems).then_some((form, None))
        }
    }
}

fn plain(node: &Node, path: &str, problems: &mut Vec<Problem>) -> Option<f64> {
    let value = match &node.value {
        Value::Integer(number) => *number as f64,
        Value::Float(number) => *number,
        _ => {
            problems.push(
                Problem::at(
                    node.place.clone(),
                    format!("`{path}` is not a number"),
                    format!("this is {}", node.kind()),
                )
                .help("write a number, `{ value = 0.4, source = \"...\" }`, or a distribution such as `{ dist = \"triangular\", low = 1, mode = 2, high = 4 }`"),
            );
            return None;
        }
    };
    if value.is_finite() {
        Some(value)
    } else {
        problems.push(Problem::at(
            node.place.clone(),
            format!("`{path}` is not finite"),
            "a finite number is wanted",
        ));
        None
    }
}

fn read_source(table: &Table, problems: &mut Vec<Problem>) -> Option<String> {
    let entry = table.get("source")?;
    match &entry.node.value {
        Value::Text(source) => Some(source.clone()),
        _ => {
            problems.push(
                Problem::at(
                    entry.node.place.clone(),
                    "`source` is not a text",
                    format!("this is {}", entry.node.kind()),
                )
                .help("name the document, or write \"judgement\""),
            );
            None
        }
    }
}

fn unknown_keys(table: &Table, known: &[&str], problems: &mut Vec<Problem>) {
    for entry in &table.entries {
        if !known.contains(&entry.key.as_str()) {
            let mut problem = Problem::at(
                entry.place.clone(),
                format!("unknown key `{}` in a number", entry.key),
                "not known",
            );
            problem.help = suggestion(&entry.key, known);
            problems.push(problem);
        }
    }
}

fn read_form(node: &Node, table: &Table, path: &str, problems: &mut Vec<Problem>) -> Option<Form> {
    let Some(dist) = table.get("dist") else {
        unknown_keys(table, &["value", "source", "dist"], problems);
        let Some(value) = table.get("value") else {
            problems.push(
                Problem::at(
                    node.place.clone(),
                    format!("`{path}` has neither `value` nor `dist`"),
                    "no number in it",
                )
                .help("write `{ value = 0.4, source = \"...\" }` or `{ dist = \"uniform\", low = 0.2, high = 0.6 }`"),
            );
            return None;
        };
        return plain(&value.node, path, problems).map(Form::Fixed);
    };
    if let Some(value) = table.get("value") {
        problems.push(
            Problem::at(
                value.place.clone(),
                format!("`{path}` has both `value` and `dist`"),
                "one of the two",
            )
            .help("a distribution takes the place of the value"),
        );
    }
    let names: Vec<&str> = DISTRIBUTIONS.iter().map(|(name, _)| *name).collect();
    let name = match &dist.node.value {
        Value::Text(name) => name.as_str(),
        _ => "",
    };
    let Some((name, keys)) = DISTRIBUTIONS.iter().find(|(n, _)| *n == name) else {
        let mut problem = Problem::at(
            dist.node.place.clone(),
            format!("unknown distribution `{name}`"),
            "not known",
        );
        problem.help = suggestion(name, &names);
        problems.push(problem);
        return None;
    };
    let mut known: Vec<&str> = keys.iter().map(|k| k.trim_end_matches('?')).collect();
    known.extend(["dist", "source", "value"]);
    unknown_keys(table, &known, problems);
    let missing: Vec<String> = keys
        .iter()
        .filter(|k| !k.ends_with('?') && table.get(k).is_none())
        .map(|k| format!("`{k}`"))
        .collect();
    if !missing.is_empty() {
        problems.push(Problem::at(
            node.place.clone(),
            format!(
                "the {name} distribution of `{path}` lacks {}",
                missing.join(" and ")
            ),
            "incomplete",
        ));
        return None;
    }
    let before = problems.len();
    let mut get = |key: &str| -> Option<f64> {
        let entry = table.get(key)?;
        plain(&entry.node, &format!("{path}.{key}"), problems)
    };
    let zero = |value: Option<f64>| value.unwrap_or(0.0);
    let distribution = match *name {
        "uniform" => Distribution::Uniform {
            low: zero(get("low")),
            high: zero(get("high")),
        },
        "triangular" => Distribution::Triangular {
            low: zero(get("low")),
            mode: zero(get("mode")),
            high: zero(get("high")),
        },
        "normal" => Distribution::Normal {
            mean: zero(get("mean")),
            sd: zero(get("sd")),
            low: get("low"),
            high: get("high"),
        },
        "lognormal" => Distribution::Lognormal {
            median: zero(get("median")),
            sigma: zero(get("sigma")),
            low: get("low"),
            high: get("high"),
        },
        "beta" => Distribution::Beta {
            alpha: zero(get("alpha")),
            beta: zero(get("beta")),
            low: get("low").unwrap_or(0.0),
            high: get("high").unwrap_or(1.0),
        },
        "pert" => Distribution::Pert {
            low: zero(get("low")),
            mode: zero(get("mode")),
            high: zero(get("high")),
        },
        _ => {
            let values = read_list(table, "values", path, problems)?;
            let weights = match table.get("weights") {
                Some(_) => read_list(table, "weights", path, problems)?,
                None => vec![1.0; values.len()],
            };
            Distribution::Discrete { values, weights }
        }
    };
    if problems.len() > before {
        return None;
    }
    if let Err(error) = distribution.validate() {
        problems.push(Problem::at(
            node.place.clone(),
            format!("the distribution of `{path}` is not possible: {error}"),
            "here",
        ));
        return None;
    }
    Some(Form::Uncertain(distribution))
}

fn read_list(
    table: &Table,
    key: &str,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<Vec<f64>> {
    let entry = table.get(key)?;
    let Value::List(list) = &entry.node.value else {
        problems.push(Problem::at(
            entry.node.place.clone(),
            format!("`{path}.{key}` is not a list of numbers"),
            format!("this is {}", entry.node.kind()),
        ));
        return None;
    };
    list.iter()
        .map(|node| plain(node, &format!("{path}.{key}"), problems))
        .collect()
}

fn check_range(
    node: &Node,
    form: &Form,
    spec: &NumberSpec,
    path: &str,
    problems: &mut Vec<Problem>,
) -> bool {
    let (low, high) = match form {
        Form::Fixed(value) => (*value, *value),
        Form::Uncertain(distribution) => distribution.support(),
    };
    if low >= spec.low && high <= spec.high {
        return true;
    }
    let problem = match form {
        Form::Fixed(value) => Problem::at(
            node.place.clone(),
            format!("`{path}` = {value} is out of range"),
            format!("allowed: {}", spec.range()),
        )
        .help(spec.about),
        Form::Uncertain(_) => Problem::at(
            node.place.clone(),
            format!(
                "the distribution of `{path}` can leave its range: it reaches from {low} to {high}"
            ),
            format!("allowed: {}", spec.range()),
        )
        .help("narrow it, or cut it off with `low` and `high`"),
    };
    problems.push(problem);
    false
}
