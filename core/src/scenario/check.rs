//! What must hold between the parts of a scenario.

use std::collections::{BTreeMap, BTreeSet};

use super::correlation::NotPossible;
use super::diagnostics::{Complaints, Place, Problem, and, nearest, suggestion};
use super::distribution::Distribution;
use super::event::Trigger;
use super::faults::{Faults, table_at};
use super::number::{Form, Quantity};
use super::reader::Actor;
use super::tree::{Node, Table, Value};
use super::{Arena, Comes, Correlation, Holder, Measure, Outcome, Scenario, StatePart, Variable};

/// How far a sum of shares may be from 1.
const TOLERANCE: f64 = 1e-6;

/// Adds everything that is wrong between the parts. Where a part is wrong itself, which has
/// been said, nothing is said of how it goes with others.
pub(super) fn check(scenario: &Scenario, root: &Table, problems: &mut Complaints) {
    if problems.is_full() {
        return;
    }
    let mut checker = Checker {
        scenario,
        claims: scenario.claims(),
        root,
        faults: Faults::of(root, problems),
        problems,
    };
    checker.time();
    checker.tables();
    checker.shares();
    checker.correlations();
    checker.cast();
    for arena in 0..scenario.arenas.len() {
        checker.arena(arena);
    }
    checker.ties();
    for event in 0..scenario.events.len() {
        checker.event(event);
    }
    checker.waiting();
    for outcome in &scenario.outcomes {
        checker.outcome(outcome);
    }
}

/// Most pairs that meet in arenas: each takes memory and time in every step of every replicate.
const MOST_MEETINGS: u64 = 500_000;

struct Checker<'a> {
    scenario: &'a Scenario,
    /// Who wants or holds what, or may come to: (arena, faction).
    claims: BTreeSet<(usize, usize)>,
    root: &'a Table,
    faults: Faults,
    problems: &'a mut Complaints,
}

impl Checker<'_> {
    /// The place of a value, as near to the path's end as the document goes; a table is
    /// shown by its key or header, an item of a list is named by its index.
    fn place(&self, path: &[&str]) -> Place {
        let mut place = Place {
            file: 0,
            span: 0..0,
        };
        let Some((first, rest)) = path.split_first() else {
            return place;
        };
        let Some(entry) = self.root.get(first) else {
            return place;
        };
        let (mut key, mut node) = (Some(&entry.place), &entry.node);
        for part in rest {
            let (next_key, next) = match &node.value {
                Value::Table(table) => match table.get(part) {
                    Some(entry) => (Some(&entry.place), &entry.node),
                    None => break,
                },
                Value::List(list) => match part.parse().ok().and_then(|i: usize| list.get(i)) {
                    Some(item) => (None, item),
                    None => break,
                },
                _ => break,
            };
            (key, node) = (next_key, next);
        }
        place.clone_from(match (&node.value, key) {
            (Value::Table(_), Some(key)) => key,
            _ => &node.place,
        });
        place
    }

    fn say(&mut self, path: &[&str], message: String, label: &str, help: &str) {
        let problem = Problem::at(self.place(path), message, label).help(help);
        self.problems.push(problem);
    }

    /// Whether something was said of a value, or may be meant by a key that is not known.
    fn is_wrong(&self, path: &[&str]) -> bool {
        self.faults.at(path) || self.is_misspelt(path)
    }

    fn is_misspelt(&self, path: &[&str]) -> bool {
        let Some((key, above)) = path.split_last() else {
            return false;
        };
        let Some(table) = table_at(self.root, above) else {
            return false;
        };
        table.get(key).is_none()
            && table.entries.iter().any(|entry| {
                let other = [above, &[entry.key.as_str()]].concat();
                self.faults.at(&other) && nearest(&entry.key, [*key]).is_some()
            })
    }

    /// Whether the scenario says when it plays.
    fn knows_time(&self) -> bool {
        let is_fine = |key: &str| self.has(&["time", key]) && !self.is_wrong(&["time", key]);
        is_fine("start") && is_fine("end")
    }

    fn has(&self, path: &[&str]) -> bool {
        path.split_last().is_some_and(|(key, above)| {
            table_at(self.root, above).is_some_and(|table| table.get(key).is_some())
        })
    }

    /// The place in a list of its `k`-th table: what is no table was said, and left out.
    fn item(&self, path: &[&str], k: usize) -> String {
        let list = path.split_last().and_then(|(key, above)| {
            match &table_at(self.root, above)?.get(key)?.node.value {
                Value::List(list) => Some(list),
                _ => None,
            }
        });
        let tables = list.into_iter().flatten().enumerate();
        let mut tables = tables.filter(|(_, node)| matches!(node.value, Value::Table(_)));
        tables.nth(k).map_or(k, |(index, _)| index).to_string()
    }

    fn time(&mut self) {
        if !self.knows_time() {
            return;
        }
        let time = &self.scenario.time;
        let end = ["time", "end"];
        if time.end <= time.start {
            self.say(
                &end,
                format!(
                    "the scenario ends on {}, but begins on {}",
                    time.end, time.start
                ),
                "not after the start",
                "let `time.end` be later than `time.start`",
            );
        } else if self.is_wrong(&["time", "step_weeks"]) {
            // How many steps there are is not known.
        } else if time.start.year() < 1 {
            self.say(
                &["time", "start"],
                format!("the scenario begins on {}", time.start),
                "too early",
                "the calendar has the years 1 to 9999",
            );
        } else if time.is_shorter_than_a_step() {
            self.say(
                &end,
                "the scenario is shorter than one step".to_owned(),
                "too early",
                "lengthen it, or shorten `time.step_weeks`",
            );
        } else if time.steps() > 5200 {
            self.say(
                &end,
                format!("the scenario has {} steps", time.steps()),
                "too late",
                "at most 5200 steps; take a larger `time.step_weeks` for longer horizons",
            );
        } else if time.horizon().is_none() {
            self.say(
                &end,
                "the last step ends after the year 9999".to_owned(),
                "too late",
                "the calendar has the years 1 to 9999: let the scenario end earlier",
            );
        }
    }

    fn cast(&mut self) {
        let scenario = self.scenario;
        let knows_kind = |arena: &Arena| !self.is_wrong(&["arena", &arena.key, "kind"]);
        if !scenario.arenas.is_empty()
            && !scenario.arenas.iter().any(Arena::is_territory)
            && scenario.arenas.iter().all(knows_kind)
        {
            self.say(
                &["arena"],
                "the scenario has no territory".to_owned(),
                "only political arenas",
                "let at least one arena be of `kind = \"territory\"`",
            );
        }
        let size = scenario.size();
        let meetings = size.contacts + size.attachments + size.populaces;
        if meetings > MOST_MEETINGS {
            self.say(
                &["arena"],
                format!("in the arenas {meetings} pairs of factions, communities and patrons meet"),
                "too many",
                &format!("at most {MOST_MEETINGS}: let fewer of them have a stake, a share or people in each"),
            );
        }
        for patron in &scenario.patrons {
            if scenario.factions.iter().any(|f| f.key == patron.key) {
                self.say(
                    &["patron", &patron.key],
                    format!("`{}` is both a faction and a patron", patron.key),
                    "also a faction",
                    "ties name both kinds by their key: give one of the two another",
                );
            }
        }
    }

    /// The lowest and highest that a number can be.
    fn support(&self, quantity: Quantity) -> (f64, f64) {
        self.scenario.number(quantity).support()
    }

    /// The lowest and highest that a sum of numbers can be.
    fn sum(&self, quantities: impl Iterator<Item = Quantity>) -> (f64, f64) {
        let mut rows: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let mut weights: BTreeMap<&str, &[f64]> = BTreeMap::new();
        let mut missing: BTreeMap<&str, f64> = BTreeMap::new();
        let mut sum = (0.0, 0.0);
        for quantity in quantities {
            match &self.scenario.number(quantity).form {
                Form::Uncertain(Distribution::Table {
                    table,
                    values,
                    weights: own,
                }) => {
                    let sums = rows.entry(table).or_insert_with(|| vec![0.0; values.len()]);
                    sums.iter_mut().zip(values).for_each(|(sum, v)| *sum += v);
                    weights.insert(table, own);
                }
                Form::Uncertain(Distribution::Dirichlet { group, alpha, rest }) => {
                    *missing.entry(group).or_insert(alpha + rest) -= alpha;
                }
                form => {
                    let (low, high) = form.support();
                    sum = (sum.0 + low, sum.1 + high);
                }
            }
        }
        for (table, sums) in rows {
            let likely = sums.iter().zip(weights[table]).filter(|(_, w)| **w > 0.0);
            let ends = likely.fold((f64::INFINITY, f64::NEG_INFINITY), |ends, (s, _)| {
                (ends.0.min(*s), ends.1.max(*s))
            });
            sum = (sum.0 + ends.0, sum.1 + ends.1);
        }
        for missing in missing.values() {
            // All of a group sum to 1, some of it to anything.
            let low = if *missing < TOLERANCE { 1.0 } else { 0.0 };
            sum = (sum.0 + low, sum.1 + 1.0);
        }
        sum
    }

    fn arena(&mut self, index: usize) {
        let scenario = self.scenario;
        let arena = &scenario.arenas[index];
        let key = arena.key.as_str();
        self.control(arena);
        let knows_who_comes = !self.is_wrong(&["arena", key, "control"])
            && !scenario
                .factions
                .iter()
                .any(|f| self.is_wrong(&["faction", &f.key, "stake"]));
        let nobody_comes = knows_who_comes
            && !scenario.factions.is_empty()
            && arena.control.is_empty()
            && scenario
                .factions
                .iter()
                .all(|f| f.stake.iter().all(|(a, _)| *a != index));
        if nobody_comes {
            self.say(
                &["arena", key],
                format!("no faction can reach arena `{key}`"),
                "nobody wants or holds it",
                &format!("give a faction a share of `control`, or a `stake.{key}`"),
            );
        }
        if self.is_wrong(&["arena", key, "kind"]) {
            return;
        }
        if arena.is_territory() {
            self.territory(index);
        } else {
            self.institution(arena);
        }
    }

    fn control(&mut self, arena: &Arena) {
        let key = arena.key.as_str();
        let path = ["arena", key, "control"];
        if self.is_wrong(&path) {
            return;
        }
        let held = arena.control.iter().map(|(_, q)| *q);
        let sum = self.sum(held.chain(arena.threat_control).chain(arena.nobody_control));
        if arena.nobody_control.is_some() {
            if off_one(sum) {
                self.say(
                    &path,
                    format!("the control shares of `{key}` {}, not 1", sum_in_words(sum)),
                    "does not add up",
                    "let them sum to 1, or leave `nobody` out: it then holds the rest",
                );
            }
        } else if sum.1 > 1.0 + TOLERANCE {
            let can = if sum.0 < sum.1 { "can " } else { "" };
            self.say(
                &path,
                format!(
                    "the control shares of `{key}` {can}sum to {}, more than 1",
                    round(sum.1)
                ),
                "too much",
                "lower one of them; what is left belongs to nobody",
            );
        }
    }

    fn territory(&mut self, index: usize) {
        let scenario = self.scenario;
        let arena = &scenario.arenas[index];
        let key = arena.key.as_str();
        let knows_mix = !self.is_wrong(&["arena", key, "mix"]);
        let sum = self.sum(arena.mix.iter().map(|(_, q)| *q));
        if knows_mix && !arena.mix.is_empty() && off_one(sum) {
            self.say(
                &["arena", key, "mix"],
                format!(
                    "the community shares of `{key}` {}, not 1",
                    sum_in_words(sum)
                ),
                "does not add up",
                match sum.1 - sum.0 > TOLERANCE {
                    true => "let them sum to 1; shares that are uncertain together are a `dirichlet` group, or columns of one table",
                    false => "let them sum to 1",
                },
            );
        }
        for (community, _) in &arena.grievance {
            if knows_mix && !arena.mix.iter().any(|(c, _)| c == community) {
                let name = scenario.communities[*community].key.as_str();
                self.say(
                    &["arena", key, "grievance", name],
                    format!("`{name}` has a grievance in `{key}` but does not live there"),
                    "not in its mix",
                    &format!("add `{name}` to `arena.{key}.mix`, or drop the grievance"),
                );
            }
        }
        for &neighbour in &arena.neighbours {
            let other = &scenario.arenas[neighbour];
            if self.is_wrong(&["arena", &other.key, "kind"]) {
                continue;
            }
            let item = self.place_of_text(&["arena", key, "neighbours"], &other.key);
            let path = ["arena", key, "neighbours", &item.to_string()];
            let label = match (neighbour == index, other.is_territory()) {
                (true, _) => "itself",
                (false, false) => "a political arena",
                (false, true) => continue,
            };
            self.say(
                &path,
                format!("`{}` can't be a neighbour of `{key}`", other.key),
                label,
                "neighbours are other territories",
            );
        }
        for (other, _) in &arena.road {
            let other_arena = &scenario.arenas[*other];
            let other_key = other_arena.key.as_str();
            let path = ["arena", key, "road", other_key];
            if !arena.neighbours.contains(other) && !other_arena.neighbours.contains(&index) {
                self.say(
                    &path,
                    format!("there is a road from `{key}` to `{other_key}`, which is no neighbour"),
                    "not next to it",
                    &format!("add `{other_key}` to `arena.{key}.neighbours`, or drop the road"),
                );
            } else if *other < index && other_arena.road.iter().any(|(back, _)| *back == index) {
                self.say(
                    &path,
                    format!("the road between `{other_key}` and `{key}` is given twice"),
                    "the same road",
                    &format!(
                        "give it in `arena.{other_key}.road` or here; it leads there and back"
                    ),
                );
            }
        }
        if arena.bloc.is_some() {
            self.say(
                &["arena", key, "bloc"],
                format!("`{key}` is a territory and belongs to no bloc"),
                "not used",
                "only a political arena is a bloc's institution; set `kind = \"political\"`, or drop `bloc`",
            );
        }
    }

    /// Where a text stands in a list.
    fn place_of_text(&self, path: &[&str], text: &str) -> usize {
        let list = path.split_last().and_then(|(key, above)| {
            match &table_at(self.root, above)?.get(key)?.node.value {
                Value::List(list) => Some(list),
                _ => None,
            }
        });
        let is_it = |node: &Node| matches!(&node.value, Value::Text(other) if other == text);
        list.and_then(|list| list.iter().position(is_it))
            .unwrap_or(0)
    }

    fn institution(&mut self, arena: &Arena) {
        let key = arena.key.as_str();
        let threat: &[&str] = &["arena", key, "control", "threat"];
        let neighbours: &[&str] = &["arena", key, "neighbours"];
        let road: &[&str] = &["arena", key, "road"];
        let mix: &[&str] = &["arena", key, "mix"];
        let misplaced = [
            (
                arena.threat_control.is_some(),
                threat,
                "the threat can't hold",
            ),
            (
                !arena.neighbours.is_empty(),
                neighbours,
                "there are no neighbours of",
            ),
            (!arena.road.is_empty(), road, "there are no roads of"),
            (!arena.mix.is_empty(), mix, "nobody lives in"),
        ];
        for (wrong, path, what) in misplaced {
            if wrong {
                self.say(
                    path,
                    format!("{what} the political arena `{key}`"),
                    "only for a territory",
                    "drop it, or set `kind = \"territory\"`",
                );
            }
        }
    }

    /// The numbers of a table have as many rows, which are as likely.
    fn tables(&mut self) {
        let mut first: BTreeMap<&str, (&str, &[f64])> = BTreeMap::new();
        for number in self.scenario.uncertain() {
            let Form::Uncertain(Distribution::Table { table, weights, .. }) = &number.form else {
                continue;
            };
            let (of, rows) = *first.entry(table).or_insert((&number.path, weights));
            let wrong = match (rows.len(), weights.len()) {
                (rows, own) if rows != own => format!("{own} rows, and `{of}` has {rows}"),
                _ if rows != weights.as_slice() => format!("other weights than `{of}`"),
                _ => continue,
            };
            self.problems.push(Problem {
                place: number.place.clone(),
                message: format!("`{}` has {wrong}, in table \"{table}\"", number.path),
                label: "another table".to_owned(),
                help: Some(
                    "numbers of one table are drawn row by row; give them as many values and the same weights, or the table another name".to_owned(),
                ),
            });
        }
    }

    /// A share has others with which it sums to 1.
    fn shares(&mut self) {
        for number in self.scenario.uncertain() {
            let Form::Uncertain(Distribution::Dirichlet { group, rest, .. }) = &number.form else {
                continue;
            };
            if *rest > 0.0 {
                continue;
            }
            self.problems.push(Problem {
                place: number.place.clone(),
                message: format!("`{}` is the only share of group \"{group}\"", number.path),
                label: "alone".to_owned(),
                help: Some(
                    "the shares of a group sum to 1: give at least two numbers this group, or all of them plain values".to_owned(),
                ),
            });
        }
    }

    fn correlations(&mut self) {
        let scenario = self.scenario;
        let mut seen = BTreeSet::new();
        for (index, correlation) in scenario.correlations.iter().enumerate() {
            let index = index.to_string();
            if let Form::Uncertain(_) = scenario.number(correlation.rho).form {
                self.say(
                    &["correlation", &index, "rho"],
                    "a correlation can't be uncertain itself".to_owned(),
                    "a distribution",
                    "give it a plain value; overlays with other values show what hangs on it",
                );
            }
            let Some((a, b)) = &correlation.between else {
                continue;
            };
            let path = ["correlation", &index, "between"];
            for (at, key) in [a, b].into_iter().enumerate() {
                let at = at.to_string();
                let place = [path.as_slice(), &[&at]].concat();
                let Some(number) = scenario.numbers.iter().find(|n| n.path == *key) else {
                    let keys = scenario.uncertain().map(|n| n.path.as_str());
                    let help = suggestion(key, &keys.collect::<Vec<_>>())
                        .unwrap_or_else(|| "no number of it is uncertain".to_owned());
                    self.say(
                        &place,
                        format!("there is no number `{key}`"),
                        "not known",
                        &help,
                    );
                    continue;
                };
                if let Form::Uncertain(distribution) = &number.form
                    && let Some(group) = distribution.group()
                {
                    self.say(
                        &place,
                        format!("`{key}` is drawn together with the others of \"{group}\""),
                        "it can't be correlated with others as well",
                        "drop the entry, or give the number a distribution of its own",
                    );
                }
            }
            if !seen.insert((a.min(b), a.max(b))) {
                self.say(
                    &path,
                    "this pair has two correlations".to_owned(),
                    "the second one",
                    "give each pair one `[[correlation]]`",
                );
            }
        }
        for wrong in scenario.correlated_or_not() {
            if let Err(wrong) = wrong {
                self.not_possible(&wrong);
            }
        }
    }

    fn not_possible(&mut self, wrong: &NotPossible) {
        let scenario = self.scenario;
        let key = |number: usize| scenario.numbers[number].path.as_str();
        let last = wrong.numbers.last().copied().unwrap_or(0);
        let names = and(wrong.numbers.iter().map(|&n| format!("`{}`", key(n))));
        let help = match wrong.between {
            Some((other, (low, high))) => format!(
                "with the others as they are, `rho` of `{}` and `{}` must be more than {} and less than {}; a pair without an entry has 0",
                key(other),
                key(last),
                round(low),
                round(high)
            ),
            None => "bring them nearer to 0; a pair without an entry has 0".to_owned(),
        };
        let (other, _) = wrong.between.unwrap_or((wrong.numbers[0], (0.0, 0.0)));
        let matches = |c: &Correlation, wanted: usize| {
            let of = c.between.iter().flat_map(|(a, b)| [a, b]);
            of.filter(|k| [key(last), key(other)].contains(&k.as_str()))
                .count()
                == wanted
        };
        let entries = &scenario.correlations;
        let entry = entries.iter().position(|c| matches(c, 2));
        let entry = entry.or_else(|| entries.iter().position(|c| matches(c, 1)));
        let entry = entry.unwrap_or(0);
        self.say(
            &["correlation", &entry.to_string()],
            format!("the correlations of {names} are not possible together"),
            "no numbers are so correlated",
            &help,
        );
    }

    fn ties(&mut self) {
        let scenario = self.scenario;
        let mut seen = BTreeSet::new();
        for (index, tie) in scenario.ties.iter().enumerate() {
            let Some((a, b)) = tie.between else { continue };
            let number = |actor| match actor {
                Actor::Faction(i) => i,
                Actor::Patron(p) => scenario.factions.len() + p,
            };
            let (a, b) = (number(a), number(b));
            let index = self.item(&["tie"], index);
            if !seen.insert((a.min(b), a.max(b))) {
                self.say(
                    &["tie", &index, "between"],
                    "this pair has two ties".to_owned(),
                    "the second one",
                    "put what is known of a pair into one `[[tie]]`",
                );
            }
            if tie.conflict && tie.agreement {
                self.say(
                    &["tie", &index, "agreement"],
                    "two who are in open conflict are in no agreement".to_owned(),
                    "they are at war",
                    "leave `agreement` or `conflict` away",
                );
            }
            for (key, given, rung) in [
                ("conflict", tie.conflict, Rung::Armed),
                ("feud", tie.feud, Rung::Feud),
                ("agreement", tie.agreement, Rung::Agreed),
            ] {
                let path = ["tie", &index, key];
                if given && a.max(b) >= scenario.factions.len() {
                    self.say(
                        &path,
                        format!("only factions can be {}", rung.words()),
                        "a patron is in this pair",
                        "give the patron a `hostility`",
                    );
                } else if given {
                    self.rung(&path, rung, a, b);
                }
            }
        }
    }

    /// Who fights, or agrees, does so over a place, and who feuds, over an institution: two who meet in
    /// none can neither begin it nor end it.
    fn rung(&mut self, path: &[&str], rung: Rung, a: usize, b: usize) {
        let arenas = &self.scenario.arenas;
        let places = |faction: usize| {
            let claims = self.claims.iter().filter(move |claim| claim.1 == faction);
            let places = claims.map(|claim| claim.0);
            let fit = |place: &usize| arenas[*place].is_territory() == (rung != Rung::Feud);
            places.filter(fit).collect::<BTreeSet<_>>()
        };
        if !places(a).is_disjoint(&places(b)) {
            return;
        }
        let [a, b] = [a, b].map(|faction| &self.scenario.factions[faction].key);
        let (where_, help) = match rung {
            Rung::Armed | Rung::Agreed => (
                "territory",
                "give both a stake in one territory, or a share of its control",
            ),
            Rung::Feud => (
                "political arena",
                "give both a stake in one political arena, or a share of its control",
            ),
        };
        self.say(
            path,
            format!(
                "`{a}` and `{b}` meet in no {where_}, so that they can't be {}",
                rung.words()
            ),
            "nothing to quarrel over",
            help,
        );
    }

    fn event(&mut self, index: usize) {
        let scenario = self.scenario;
        let event = &scenario.events[index];
        let item = self.item(&["event"], index);
        let is_known = |id: &str| !id.is_empty();
        if is_known(&event.id) && scenario.events[..index].iter().any(|e| e.id == event.id) {
            self.say(
                &["event", &item, "id"],
                format!("two events have the id `{}`", event.id),
                "the second one",
                "give each event an id of its own",
            );
        }
        self.window(index);
        if let Some(after) = &event.after
            && !scenario.events.iter().any(|e| e.id == *after)
            && scenario.events.iter().all(|e| is_known(&e.id))
        {
            let place = self.place(&["event", &item, "after"]);
            self.problems.push_with(|| {
                let message = format!("there is no event `{after}`");
                let mut problem = Problem::at(place, message, "not known");
                let known: Vec<&str> = scenario.events.iter().map(|e| e.id.as_str()).collect();
                problem.help = suggestion(after, &known);
                problem
            });
        }
        for (at, condition) in event.when.iter().enumerate() {
            let at = self.item(&["event", &item, "when"], at);
            if let Some(on) = condition.on {
                self.variable(&["event", &item, "when", &at, "on"], on);
            }
            let wrong = |key| self.is_wrong(&["event", &item, "when", &at, key]);
            if let (Some(above), Some(below)) = (condition.above, condition.below)
                && !wrong("above")
                && !wrong("below")
            {
                let (above, below) = (self.support(above).0, self.support(below).1);
                if above > below {
                    self.say(
                        &["event", &item, "when", &at, "above"],
                        format!("nothing is both above {above} and below {below}"),
                        "never so",
                        "let `above` be less than `below`",
                    );
                }
            }
        }
        for (at, effect) in event.effects.iter().enumerate() {
            if let Some(on) = effect.on {
                let at = self.item(&["event", &item, "effect"], at);
                let on = Variable::Part(on);
                self.variable(&["event", &item, "effect", &at, "on"], on);
            }
        }
    }

    /// The dates of an event; one that is called off needs none within the time.
    fn window(&mut self, index: usize) {
        let event = &self.scenario.events[index];
        let time = &self.scenario.time;
        // Nothing lies within a horizon that is wrong itself, which has been said.
        if time.end <= time.start || !event.enabled || !self.knows_time() {
            return;
        }
        let item = self.item(&["event"], index);
        let date = match event.trigger {
            Some(Trigger::Date(date)) => Some(date),
            Some(Trigger::Hazard(_)) | None => None,
        };
        for (key, date) in [("date", date), ("from", event.from), ("until", event.until)] {
            if let Some(date) = date
                && (date < time.start || date > time.end)
            {
                self.say(
                    &["event", &item, key],
                    format!(
                        "`{key}` of event `{}` is outside the scenario's time",
                        event.id
                    ),
                    if date < time.start {
                        "before its start"
                    } else {
                        "after its end"
                    },
                    &format!(
                        "the scenario runs from {} to {}; `enabled = false` calls an event off",
                        time.start, time.end
                    ),
                );
            }
        }
        if let (Some(from), Some(until)) = (event.from, event.until)
            && until < from
        {
            self.say(
                &["event", &item, "until"],
                format!(
                    "event `{}` can't happen: its time ends before it begins",
                    event.id
                ),
                "before `from`",
                &format!("`from` is {from}: let `until` be later"),
            );
        }
    }

    /// The variables that an outcome names; one for each of several things takes them as they
    /// come.
    fn outcome(&mut self, outcome: &Outcome) {
        let Comes::When(when, _) = &outcome.comes else {
            return;
        };
        if outcome.of.is_some() {
            return;
        }
        let list = self.root.get("outcome").map(|entry| &entry.node.value);
        let is_own = |node: &Node| node.text_at("id") == Some(&outcome.id);
        let entry = match list {
            Some(Value::List(list)) => list.iter().position(is_own),
            _ => None,
        };
        if let Some(entry) = entry {
            let item = self.item(&["outcome"], entry);
            for variable in when.variables() {
                self.variable(&["outcome", &item, "when"], variable);
            }
        }
    }

    /// Events that wait for each other can never happen.
    fn waiting(&mut self) {
        let events = &self.scenario.events;
        let mut by_id = BTreeMap::new();
        for (index, event) in events.iter().enumerate() {
            by_id.entry(event.id.as_str()).or_insert(index);
        }
        let next = |index: usize| by_id.get(events[index].after.as_deref()?).copied();
        // The walk on which each event was first met: a walk that comes back to itself has
        // found a circle, which is said at the first of its events.
        let mut met = vec![None; events.len()];
        for start in 0..events.len() {
            let mut at = start;
            while met[at].is_none() {
                met[at] = Some(start);
                at = match next(at) {
                    Some(event) => event,
                    None => break,
                };
            }
            if met[at] != Some(start) || next(at).is_none() {
                continue;
            }
            let mut chain = vec![at];
            while let Some(event) = next(chain[chain.len() - 1])
                && event != at
            {
                chain.push(event);
            }
            let first = (0..chain.len()).min_by_key(|k| chain[*k]).unwrap_or(0);
            chain.rotate_left(first);
            let index = chain[0];
            let id = &events[index].id;
            let others: Vec<String> = chain[1..]
                .iter()
                .map(|e| format!("`{}`", events[*e].id))
                .collect();
            let (message, help) = match others.as_slice() {
                [] => (
                    format!("event `{id}` waits for itself"),
                    "name another event, or drop `after`",
                ),
                others => (
                    format!(
                        "event `{id}` waits for itself, by way of {}",
                        others.join(", ")
                    ),
                    "let one of them wait for nothing",
                ),
            };
            let path = ["event", &self.item(&["event"], index), "after"];
            self.say(&path, message, "never happens", help);
        }
    }

    /// Whether a variable makes sense for the arena it names.
    fn variable(&mut self, path: &[&str], variable: Variable) {
        use super::ArenaKind::{Political, Territory};
        let scenario = self.scenario;
        let (arena, wanted) = match variable {
            Variable::Part(StatePart::Crisis(a) | StatePart::Election(a)) => (a, Political),
            Variable::Part(StatePart::Underground(a) | StatePart::Control(a, Holder::Threat))
            | Variable::Measure(Measure::Assault(a) | Measure::Unrest(a)) => (a, Territory),
            Variable::Part(StatePart::Conflict(a, b) | StatePart::Clash(a, b)) => {
                return self.rung(path, Rung::Armed, a, b);
            }
            Variable::Part(StatePart::Agreement(a, b)) => {
                return self.rung(path, Rung::Agreed, a, b);
            }
            Variable::Part(StatePart::Feud(a, b)) => return self.rung(path, Rung::Feud, a, b),
            Variable::Part(StatePart::Grievance(a, community)) => {
                if self.is_wrong(&["arena", &scenario.arenas[a].key, "mix"]) {
                    return;
                }
                if !scenario.arenas[a].mix.iter().any(|(c, _)| *c == community) {
                    let (arena, name) = (
                        &scenario.arenas[a].key,
                        &scenario.communities[community].key,
                    );
                    self.say(
                        path,
                        format!("`{name}` does not live in `{arena}`"),
                        "not in its mix",
                        &format!("add `{name}` to `arena.{arena}.mix`, or name another arena"),
                    );
                }
                return;
            }
            _ => return,
        };
        let arena = &scenario.arenas[arena];
        if arena.kind == wanted || self.is_wrong(&["arena", &arena.key, "kind"]) {
            return;
        }
        let (is, label) = match wanted {
            super::ArenaKind::Territory => ("a political arena", "a territory is wanted"),
            super::ArenaKind::Political => ("a territory", "a political arena is wanted"),
        };
        let fitting: Vec<String> = scenario
            .arenas
            .iter()
            .filter(|a| a.kind == wanted)
            .map(|a| format!("`{}`", a.key))
            .collect();
        let help = match fitting.as_slice() {
            [] => "the scenario has none".to_owned(),
            fitting => format!("known here: {}", fitting.join(", ")),
        };
        self.say(path, format!("`{}` is {is}", arena.key), label, &help);
    }
}

fn off_one((low, high): (f64, f64)) -> bool {
    (low - 1.0).abs() > TOLERANCE || (high - 1.0).abs() > TOLERANCE
}

/// A sum of shares without the dust of binary fractions.
fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// A sum of shares in words.
fn sum_in_words((low, high): (f64, f64)) -> String {
    if high - low > TOLERANCE {
        format!("can sum to anything from {} to {}", round(low), round(high))
    } else {
        format!("sum to {}", round(high))
    }
}

/// What two factions may be in with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    Armed,
    Agreed,
    Feud,
}

impl Rung {
    fn words(self) -> &'static str {
        match self {
            Self::Armed => "in open conflict",
            Self::Agreed => "in agreement",
            Self::Feud => "at feud",
        }
    }
}
