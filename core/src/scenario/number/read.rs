//! Reads numbers, and says everything that is wrong with them.

use super::{DISTRIBUTIONS, Form, distributions};
use crate::scenario::diagnostics::{Complaints, Problem, and, nearest, suggestion};
use crate::scenario::distribution::Distribution;
use crate::scenario::draws::Tables;
use crate::scenario::spec::NumberSpec;
use crate::scenario::tree::{Entry, Node, Table, Value, grouped};

/// Reads a node as a number of the given kind; says everything that is wrong with it.
pub(in crate::scenario) fn read_number(
    node: &Node,
    spec: &NumberSpec,
    path: &str,
    tables: &Tables,
    problems: &mut Complaints,
) -> Option<(Form, Option<String>)> {
    let before = problems.len();
    let mut reader = NumberReader {
        node,
        path,
        counts: spec.counts_people(),
        tables,
        problems,
    };
    let (form, source) = match &node.value {
        Value::Table(table) => (reader.form(table), reader.source(table)),
        _ => (
            reader.plain(node, path, WRITE_A_NUMBER).map(Form::Fixed),
            None,
        ),
    };
    if let Some(form) = &form {
        reader.check_range(form, spec);
    }
    (problems.len() == before).then_some((form?, source))
}

/// Reads a node as the source of numbers.
///
/// # Errors
/// What is wrong with it.
pub(in crate::scenario) fn read_source(node: &Node, path: &str) -> Result<String, Problem> {
    let (is, label) = match &node.value {
        Value::Text(source) if !source.trim().is_empty() => return Ok(source.clone()),
        Value::Text(_) => ("empty", "nothing in it".to_owned()),
        _ => ("not a text", format!("this is {}", node.kind())),
    };
    let problem = Problem::at(node.place.clone(), format!("`{path}` is {is}"), label);
    Err(problem.help("name the document, or write \"judgement\""))
}

const WRITE_A_NUMBER: &str = "write a number, `{ value = 0.4, source = \"...\" }`, or a distribution such as `{ dist = \"triangular\", low = 1, mode = 2, high = 4 }`";

const TABLE_HELP: &str = "numbers that name the same table are drawn together, row by row; for instance `table = \"posterior\"`";

struct NumberReader<'a> {
    node: &'a Node,
    path: &'a str,
    /// Whether the number is one of people.
    counts: bool,
    /// Tables that it may be drawn from.
    tables: &'a Tables,
    problems: &'a mut Complaints,
}

impl NumberReader<'_> {
    fn plain(&mut self, node: &Node, path: &str, help: &str) -> Option<f64> {
        let value = match &node.value {
            Value::Integer(number) => *number as f64,
            Value::Float(number) => {
                if let Some(all) = number.with_thousands.filter(|_| self.counts) {
                    self.say_ambiguous(node, path, number.value, all);
                    return None;
                }
                number.value
            }
            other => {
                let help = match other {
                    Value::Text(text) if text.trim().parse::<f64>().is_ok() => {
                        "leave the quotes out"
                    }
                    _ => help,
                };
                self.problems.push(
                    Problem::at(
                        node.place.clone(),
                        format!("`{path}` is not a number"),
                        format!("this is {}", node.kind()),
                    )
                    .help(help),
                );
                return None;
            }
        };
        if !value.is_finite() {
            self.problems.push(Problem::at(
                node.place.clone(),
                format!("`{path}` is not finite"),
                "a finite number is wanted",
            ));
        }
        value.is_finite().then_some(value)
    }

    /// A number of people that may be a thousand times larger than it reads.
    fn say_ambiguous(&mut self, node: &Node, path: &str, value: f64, all: u64) {
        let problem = Problem::at(
            node.place.clone(),
            format!("`{path}` may be {value} or {all}"),
            "a point before three digits",
        );
        let help = format!("write {all}, {} or {value}", grouped(all));
        self.problems.push(problem.help(help));
    }

    fn source(&mut self, table: &Table) -> Option<String> {
        let entry = table.get("source")?;
        let read = read_source(&entry.node, &format!("{}.source", self.path));
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Reports keys that are not known; returns the missing ones that none of them stands for.
    fn keys<'k>(&mut self, table: &Table, known: &[&'k str], required: &[&'k str]) -> Vec<&'k str> {
        let mut missing: Vec<&str> = required
            .iter()
            .filter(|k| table.get(k).is_none())
            .copied()
            .collect();
        let unknown = table
            .entries
            .iter()
            .filter(|e| !known.contains(&e.key.as_str()));
        for Entry { key, place, .. } in unknown {
            let mut problem = Problem::at(
                place.clone(),
                format!("unknown key `{key}` in `{}`", self.path),
                "not known",
            );
            problem.help = suggestion(key, known);
            self.problems.push(problem);
            let meant = nearest(key, known.iter().copied());
            missing.retain(|key| Some(*key) != meant);
        }
        missing
    }

    fn form(&mut self, table: &Table) -> Option<Form> {
        match table.get("dist") {
            Some(dist) => self.distribution(table, dist).map(Form::Uncertain),
            None if names_no_distribution(table) => {
                self.say_which_distribution(table);
                None
            }
            None => {
                let missing = self.keys(table, &["value", "source", "dist"], &["value"]);
                if !missing.is_empty() {
                    self.problems.push(
                        Problem::at(
                            self.node.place.clone(),
                            format!("`{}` has neither `value` nor `dist`", self.path),
                            "no number in it",
                        )
                        .help("write `{ value = 0.4, source = \"...\" }` or `{ dist = \"uniform\", low = 0.2, high = 0.6 }`"),
                    );
                }
                let value = table.get("value")?;
                self.plain(&value.node, self.path, "a plain number is wanted here")
                    .map(Form::Fixed)
            }
        }
    }

    fn say_which_distribution(&mut self, table: &Table) {
        let fits = |keys: &[&str]| {
            let known =
                |key: &str| key == "source" || keys.iter().any(|k| k.trim_end_matches('?') == key);
            keys.iter()
                .all(|k| k.ends_with('?') || table.get(k).is_some())
                && table.entries.iter().all(|e| known(&e.key))
        };
        let fitting: Vec<String> = distributions()
            .filter(|(_, keys)| fits(keys))
            .map(|(name, _)| format!("`dist = \"{name}\"`"))
            .collect();
        let help = match fitting.as_slice() {
            [] => "say which distribution it is, for instance `dist = \"uniform\"`".to_owned(),
            fitting => format!("add {}", fitting.join(" or ")),
        };
        self.problems.push(
            Problem::at(
                self.node.place.clone(),
                format!("`{}` does not say which distribution it is", self.path),
                "`dist` is missing here",
            )
            .help(help),
        );
    }

    fn distribution(&mut self, table: &Table, dist: &Entry) -> Option<Distribution> {
        if let Some(value) = table.get("value") {
            self.problems.push(
                Problem::at(
                    value.place.clone(),
                    format!("`{}` has both `value` and `dist`", self.path),
                    "one of the two",
                )
                .help("a distribution takes the place of the value"),
            );
        }
        let names = DISTRIBUTIONS.map(|(name, _)| name);
        let Value::Text(name) = &dist.node.value else {
            let label = format!("this is {}", dist.node.kind());
            let message = format!("`{}.dist` is not a text", self.path);
            let mut problem = Problem::at(dist.node.place.clone(), message, label);
            problem.help = suggestion("", &names);
            self.problems.push(problem);
            return None;
        };
        let Some((name, keys)) = DISTRIBUTIONS.iter().find(|(n, _)| n == name) else {
            let message = format!("unknown distribution `{name}`");
            let mut problem = Problem::at(dist.node.place.clone(), message, "not known");
            problem.help = suggestion(name, &names);
            self.problems.push(problem);
            return None;
        };
        let before = self.problems.len();
        let mut known: Vec<&str> = keys.iter().map(|k| k.trim_end_matches('?')).collect();
        let required: Vec<&str> = keys.iter().filter(|k| !k.ends_with('?')).copied().collect();
        let own = known.len();
        known.extend(["dist", "source", "value"]);
        let missing = self.keys(table, &known, &required);
        if !missing.is_empty() {
            let wants = |required: &[&str]| and(required.iter().map(|k| format!("`{k}`")));
            let help = match &known[required.len()..own] {
                [] => format!("it wants {}", wants(&required)),
                more => format!(
                    "it wants {}, and may have {}",
                    wants(&required),
                    wants(more)
                ),
            };
            self.problems.push(
                Problem::at(
                    self.node.place.clone(),
                    format!(
                        "the {name} distribution of `{}` lacks {}",
                        self.path,
                        wants(&missing)
                    ),
                    "incomplete",
                )
                .help(help),
            );
        }
        let distribution = self.parameters(table, name);
        // A table whose file can't be read was said to be so where it is asked for.
        let unread = matches!(&distribution, Distribution::Table { values, .. } if values.is_empty())
            && table.get("values").is_none();
        if self.problems.len() > before || unread {
            return None;
        }
        if let Err(error) = distribution.validate() {
            let place = error
                .key()
                .and_then(|key| table.get(key))
                .map_or(&self.node.place, |e| &e.node.place);
            self.problems.push(Problem::at(
                place.clone(),
                format!(
                    "the {name} distribution of `{}` is not possible: {error}",
                    self.path
                ),
                "not possible",
            ));
            return None;
        }
        Some(distribution)
    }

    /// The distribution with what its table gives; where that is wrong, a problem is said.
    fn parameters(&mut self, table: &Table, name: &str) -> Distribution {
        let counts = self.counts;
        let mut get = |key: &str| -> Option<f64> {
            let entry = table.get(key)?;
            // What shapes a distribution of people is not a number of them.
            self.counts = counts && !["sigma", "alpha", "beta"].contains(&key);
            self.plain(
                &entry.node,
                &format!("{}.{key}", self.path),
                "a plain number is wanted here",
            )
        };
        let zero = |value: Option<f64>| value.unwrap_or(0.0);
        match name {
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
            "dirichlet" => Distribution::Dirichlet {
                alpha: zero(get("alpha")),
                group: self.group(table, "group", "numbers of one group are shares that sum to 1; for instance `group = \"seats\"`"),
                rest: 0.0,
            },
            _ => {
                if name == "table" && table.get("values").is_none() {
                    return self.drawn(table);
                }
                let values = self.list(table, "values").unwrap_or_default();
                self.counts = false;
                let weights = self
                    .list(table, "weights")
                    .unwrap_or_else(|| vec![1.0; values.len()]);
                match name {
                    "table" => Distribution::Table {
                        table: self.group(table, "table", TABLE_HELP),
                        values,
                        weights,
                    },
                    _ => Distribution::Discrete { values, weights },
                }
            }
        }
    }

    /// The name of the group with which a number is drawn.
    fn group(&mut self, table: &Table, key: &str, help: &str) -> String {
        let Some(entry) = table.get(key) else {
            return String::new();
        };
        match &entry.node.value {
            Value::Text(name) if !name.trim().is_empty() => name.clone(),
            _ => {
                let message = format!("`{}.{key}` is no name", self.path);
                let label = format!("this is {}", entry.node.kind());
                let problem = Problem::at(entry.node.place.clone(), message, label);
                self.problems.push(problem.help(help));
                String::new()
            }
        }
    }

    /// A number whose values are those of a table's file.
    fn drawn(&mut self, number: &Table) -> Distribution {
        let table = self.group(number, "table", TABLE_HELP);
        let column = number
            .get("column")
            .and_then(|entry| match &entry.node.value {
                Value::Text(column) => Some(column.as_str()),
                _ => {
                    let message = format!("`{}.column` is not a text", self.path);
                    let label = format!("this is {}", entry.node.kind());
                    self.problems
                        .push(Problem::at(entry.node.place.clone(), message, label));
                    None
                }
            });
        if let Some(weights) = number.get("weights") {
            let message = format!("`{}` has `weights`, and no `values`", self.path);
            let problem = Problem::at(weights.place.clone(), message, "not with a table's file");
            let help = "the `weights` of `[[table]]` names the column that has them";
            self.problems.push(problem.help(help));
        }
        let place = &number
            .get("table")
            .map_or(self.node, |entry| &entry.node)
            .place;
        let asked = (table.as_str(), column, self.path);
        let (values, weights) = match table.is_empty() {
            true => Default::default(),
            false => self
                .tables
                .of_number(asked, place, self.problems)
                .unwrap_or_default(),
        };
        Distribution::Table {
            table,
            values,
            weights,
        }
    }

    fn list(&mut self, table: &Table, key: &str) -> Option<Vec<f64>> {
        let entry = table.get(key)?;
        let path = format!("{}.{key}", self.path);
        let Value::List(list) = &entry.node.value else {
            self.problems.push(
                Problem::at(
                    entry.node.place.clone(),
                    format!("`{path}` is not a list of numbers"),
                    format!("this is {}", entry.node.kind()),
                )
                .help(format!("for instance `{key} = [1, 2, 4]`")),
            );
            return None;
        };
        let numbers = list
            .iter()
            .map(|node| self.plain(node, &path, "a plain number is wanted here"));
        Some(numbers.map(|n| n.unwrap_or(0.0)).collect())
    }

    fn check_range(&mut self, form: &Form, spec: &NumberSpec) {
        let (low, high) = match form {
            Form::Fixed(value) => (*value, *value),
            Form::Uncertain(distribution) => distribution.support(),
        };
        if low >= spec.low && high <= spec.high {
            return;
        }
        let label = format!("allowed: {}", spec.range());
        let path = self.path;
        let problem = match form {
            Form::Fixed(value) => {
                let mut help = spec.about.to_owned();
                if spec.unit == "share" && (2.0..=100.0).contains(value) {
                    help.push_str(&format!("; {value} % is {}", value / 100.0));
                }
                let place = match &self.node.value {
                    Value::Table(table) => table
                        .get("value")
                        .map_or(&self.node.place, |e| &e.node.place),
                    _ => &self.node.place,
                };
                Problem::at(
                    place.clone(),
                    format!("`{path}` = {value} is out of range"),
                    label,
                )
                .help(help)
            }
            Form::Uncertain(_) => {
                let reach = match (low.is_finite(), high.is_finite()) {
                    (true, true) => format!("it reaches from {low} to {high}"),
                    (true, false) => "it has no upper bound".to_owned(),
                    (false, true) => "it has no lower bound".to_owned(),
                    (false, false) => "it has no bounds".to_owned(),
                };
                let help = match (low.is_finite(), high.is_finite()) {
                    (true, true) => "narrow it",
                    (true, false) => "cut it off with `high`",
                    (false, true) => "cut it off with `low`",
                    (false, false) => "cut it off with `low` and `high`",
                };
                Problem::at(
                    self.node.place.clone(),
                    format!("the distribution of `{path}` can leave its range: {reach}"),
                    label,
                )
                .help(help)
            }
        };
        self.problems.push(problem);
    }
}

/// Whether a table without `dist` and `value` has the keys of a distribution.
fn names_no_distribution(table: &Table) -> bool {
    let is_known = |key: &str| {
        key == "source"
            || DISTRIBUTIONS
                .iter()
                .any(|(_, keys)| keys.iter().any(|k| k.trim_end_matches('?') == key))
    };
    table.get("value").is_none()
        && table.entries.iter().any(|e| e.key != "source")
        && table.entries.iter().all(|e| is_known(&e.key))
}
