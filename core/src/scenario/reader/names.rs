//! Names of what a scenario has, one, several or two that stand in a relation.

use super::super::diagnostics::{Place, Problem, suggestion};
use super::super::number::text;
use super::super::spec::{NameKind, Shape};
use super::super::tree::{Entry, Value};
use super::{Actor, IN_QUOTES, Reader};

impl<'a> Reader<'a> {
    /// Reads a name of one kind, if given.
    pub fn name(
        &mut self,
        key: &'static str,
        kind: NameKind,
        about: &'static str,
    ) -> Option<usize> {
        let entry = self.ask(key, Shape::Name(kind), false, None, about)?;
        let Value::Text(name) = &entry.node.value else {
            self.mismatch(entry, "a text", IN_QUOTES);
            return None;
        };
        let index = self.gathered.index_of(kind, name, &entry.node.place)?;
        self.resolve(key, text(name));
        Some(index)
    }

    /// Reads a list of names of one kind.
    pub fn names(
        &mut self,
        key: &'static str,
        kind: NameKind,
        required: bool,
        about: &'static str,
    ) -> Vec<usize> {
        let default = (!required).then(|| "[]".to_owned());
        let Some(entry) = self.ask(key, Shape::Names(kind), required, default, about) else {
            return Vec::new();
        };
        let mut indices = Vec::new();
        let mut written = Vec::new();
        let example = self.example_names(&[kind]);
        let help = format!("for instance `{key} = {example}`");
        let texts = self.list_of_texts(entry, &help).unwrap_or_default().0;
        for (name, place) in texts {
            if let Some(index) = self.gathered.index_of(kind, &name, &place) {
                if indices.contains(&index) {
                    self.gathered.problems.push(Problem::at(
                        place,
                        format!("`{name}` stands twice in `{}`", self.path_of(key)),
                        "already listed",
                    ));
                } else {
                    indices.push(index);
                    written.push(text(&name));
                }
            }
        }
        self.resolve(key, format!("[{}]", written.join(", ")));
        indices
    }

    /// Reads two different factions or patrons.
    pub fn pair(&mut self, key: &'static str, about: &'static str) -> Option<(Actor, Actor)> {
        let kinds = [NameKind::Faction, NameKind::Patron];
        self.two(key, &kinds, about, Self::actor)
    }

    /// Reads two different names of one kind.
    pub fn pair_of(
        &mut self,
        key: &'static str,
        kind: NameKind,
        about: &'static str,
    ) -> Option<(usize, usize)> {
        self.two(key, &[kind], about, |r, name, place| {
            r.gathered.index_of(kind, name, place)
        })
    }

    /// Reads the keys of two different numbers.
    pub fn pair_of_numbers(
        &mut self,
        key: &'static str,
        about: &'static str,
    ) -> Option<(String, String)> {
        self.two(key, &[], about, |_, name, _| Some(name.to_owned()))
    }

    fn two<T>(
        &mut self,
        key: &'static str,
        kinds: &[NameKind],
        about: &'static str,
        find: impl Fn(&mut Self, &str, &Place) -> Option<T>,
    ) -> Option<(T, T)> {
        let what = match kinds {
            [] => "numbers",
            _ => "actors",
        };
        let entry = self.ask(key, Shape::Pair(what), true, None, about)?;
        let example = match kinds {
            // Numbers go by their keys.
            [] => r#"["threat.quality", "patron.NAME.commitment"]"#.to_owned(),
            kinds => self.example_names(kinds),
        };
        let help = format!("for instance `{key} = {example}`");
        let (names, whole) = self.list_of_texts(entry, &help)?;
        if !whole {
            for (name, place) in &names {
                find(self, name, place);
            }
            return None;
        }
        let [(a, place_a), (b, place_b)] = names.as_slice() else {
            let message = format!("`{}` does not name two {what}", self.path_of(key));
            let label = match names.len() {
                0 => "no name".to_owned(),
                1 => "one name".to_owned(),
                n => format!("{n} names"),
            };
            self.problem(Some(key), message, &label, &help);
            return None;
        };
        if a == b {
            let message = format!("`{a}` has no tie to itself");
            self.problem(Some(key), message, "the same twice", &help);
            return None;
        }
        let first = find(self, a, place_a);
        let second = find(self, b, place_b);
        self.resolve(key, format!("[{}, {}]", text(a), text(b)));
        Some((first?, second?))
    }

    /// The first two names of some kinds as a list in TOML.
    fn example_names(&self, kinds: &[NameKind]) -> String {
        let names = kinds.iter().flat_map(|kind| self.gathered.names(*kind));
        let names: Vec<String> = names.take(2).map(|name| text(name)).collect();
        format!("[{}]", names.join(", "))
    }

    /// The faction or patron of a name.
    pub fn actor(&mut self, name: &str, place: &Place) -> Option<Actor> {
        let find = |names: &[String]| names.iter().position(|n| n == name);
        if let Some(index) = find(self.gathered.names(NameKind::Faction)) {
            return Some(Actor::Faction(index));
        }
        if let Some(index) = find(self.gathered.names(NameKind::Patron)) {
            return Some(Actor::Patron(index));
        }
        let kinds = [NameKind::Faction, NameKind::Patron];
        if kinds
            .iter()
            .any(|kind| self.gathered.unreadable.contains(kind))
        {
            return None;
        }
        let known = kinds.map(|kind| self.gathered.names(kind)).concat();
        self.gathered.problems.push_with(|| {
            let message = format!("there is no faction or patron `{name}`");
            let mut problem = Problem::at(place.clone(), message, "not known");
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            problem.help = suggestion(name, &known);
            problem
        });
        None
    }

    /// The texts of a list with their places, and whether it holds nothing else; `None` where
    /// it is no list.
    fn list_of_texts(&mut self, entry: &Entry, help: &str) -> Option<(Vec<(String, Place)>, bool)> {
        let Value::List(list) = &entry.node.value else {
            self.mismatch(entry, "a list of names", help);
            return None;
        };
        let mut texts = Vec::new();
        for node in list {
            match &node.value {
                Value::Text(name) => texts.push((name.clone(), node.place.clone())),
                _ => {
                    let message = format!(
                        "`{}` holds something that is not a name",
                        self.path_of(&entry.key)
                    );
                    let label = format!("this is {}", node.kind());
                    self.gathered
                        .problems
                        .push(Problem::at(node.place.clone(), message, label).help(help));
                }
            }
        }
        let whole = texts.len() == list.len();
        Some((texts, whole))
    }
}
