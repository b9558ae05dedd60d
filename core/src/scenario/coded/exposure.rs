//! Exposure from the perceived threat: what a faction feels on the first day can be coded; what makes
//! it feel so depends on how strong both are, and where.

use super::build::Built;
use super::cell::{Number, literal};
use super::columns::RowOf;
use super::names::Names;
use super::rows::Rows;
use crate::scenario::Scenario;
use crate::scenario::diagnostics::{Complaints, Problem};
use crate::scenario::spec::{NameKind, NumberSpec};
use crate::scenario::tree::{Entry, Node, Table, Value};

/// The column.
pub(super) const PERCEIVED: &str = "perceived";
/// What it holds; nobody feels wholly threatened.
pub(super) const PERCEIVED_SPEC: NumberSpec = NumberSpec::new(
    PERCEIVED,
    "share",
    0.0,
    0.95,
    "How far it feels threatened on the first day",
);

/// Multiplies exposures so that each faction feels on the first day what its row says. `perceives`
/// gives what factions feel in a scenario.
pub(super) fn scale(
    built: &mut Built,
    all: &[Rows],
    scenario: &Scenario,
    perceives: &dyn Fn(&Scenario) -> Vec<f64>,
    problems: &mut Complaints,
) {
    let wanted = wanted(all, problems);
    if wanted.is_empty() {
        return;
    }
    let felt = perceives(scenario);
    for Wanted { key, ends, problem } in wanted {
        let mut factions = scenario.factions.iter();
        let index = factions.position(|faction| faction.key == key);
        let Some(now) = index.and_then(|index| felt.get(index)) else {
            continue;
        };
        // Danger x is felt as x / (1 + x).
        let danger = |felt: f64| felt / (1.0 - felt);
        let now = danger(*now);
        if now <= 0.0 && ends[1] > 0.0 {
            problems.push(problem.help("give it an `exposure` in a place where the threat is"));
            continue;
        }
        let factors = ends.map(|end| if now > 0.0 { danger(end) / now } else { 0.0 });
        if let Some(exposure) = exposure_of(&mut built.root, &key) {
            for entry in &mut exposure.entries {
                multiply(&mut entry.node, factors, ends[1], problems);
            }
        }
    }
}

/// What a row says of a faction.
struct Wanted {
    key: String,
    ends: [f64; 3],
    /// What is said if it can't be so.
    problem: Problem,
}

fn wanted(all: &[Rows], problems: &mut Complaints) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let of_factions = |rows: &&Rows| rows.table.row == RowOf::Thing(NameKind::Faction);
    for rows in all.iter().filter(of_factions) {
        for line in &rows.lines {
            let Some(said) = rows.said(line, PERCEIVED) else {
                continue;
            };
            let number = Number {
                section: NameKind::Faction.table(),
                key: PERCEIVED,
                spec: &PERCEIVED_SPEC,
                said,
                low: None,
                high: None,
                source: None,
            };
            let key = Names::identity(rows, line, &mut Complaints::default());
            if let (Some(ends), Some((key, _))) = (number.ends(problems), key) {
                let message = format!(
                    "`{key}` can't feel threatened: the threat is nowhere where it is exposed"
                );
                let problem = Problem::at(said.place.clone(), message, "not felt");
                wanted.push(Wanted { key, ends, problem });
            }
        }
    }
    wanted
}

fn exposure_of<'a>(root: &'a mut Table, faction: &str) -> Option<&'a mut Table> {
    let mut table = root;
    for part in [NameKind::Faction.table(), faction, "exposure"] {
        let Value::Table(inner) = &mut table.get_mut(part)?.node.value else {
            return None;
        };
        table = inner;
    }
    Some(table)
}

/// Multiplies a number, by factors that are the least, the likeliest and the greatest.
fn multiply(node: &mut Node, factors: [f64; 3], felt: f64, problems: &mut Complaints) {
    let plain = |value: &Value| match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Float(number) => Some(number.value),
        _ => None,
    };
    let (weight, source) = match &node.value {
        Value::Table(table) => (
            table.get("value").and_then(|e| plain(&e.node.value)),
            table.get("source").map(|e| e.node.value.clone()),
        ),
        value => (plain(value), None),
    };
    let Some(weight) = weight else {
        let message = "an exposure that is to be multiplied is one number".to_owned();
        let problem = Problem::at(node.place.clone(), message, "a range");
        problems.push(problem.help("say in the column `perceived` how unsure it is"));
        return;
    };
    let place = node.place.clone();
    let entry = |key: &str, value: Value| Entry {
        key: key.to_owned(),
        place: place.clone(),
        node: Node {
            place: place.clone(),
            value,
        },
    };
    let [low, mode, high] = factors.map(|factor| literal(rounded(weight * factor)));
    let mut entries = match factors[0] < factors[2] && weight > 0.0 {
        true => vec![
            entry("dist", Value::Text("triangular".to_owned())),
            entry("low", low),
            entry("mode", mode),
            entry("high", high),
        ],
        false => vec![entry("value", mode)],
    };
    let made = format!("so that {felt} is perceived on the first day");
    let text = match source {
        Some(Value::Text(source)) => format!("{source}; {made}"),
        _ => format!("judgement: {made}"),
    };
    entries.push(entry("source", Value::Text(text)));
    node.value = Value::Table(Table { entries });
}

/// Three digits: more would claim too much.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}
