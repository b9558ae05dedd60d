//! Tables: with fixed keys, by name, and lists of them.

use super::super::diagnostics::{Problem, and};
use super::super::spec::{KeyDescription, NameKind, Shape};
use super::super::tree::{Entry, Value};
use super::{MOST_ITEMS, Missing, Reader, Resolved, TAKEN, in_path, no_name};

impl<'a> Reader<'a> {
    /// Reads a table with fixed keys; left out, all of its defaults hold.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        read: impl FnOnce(&mut Reader<'_>) -> T,
    ) -> T {
        self.asked.push(key);
        let entry = self.table.and_then(|t| t.get(key));
        let (table, place) = match entry {
            Some(entry) => match &entry.node.value {
                Value::Table(table) => (Some(table), Some(entry.place.clone())),
                _ => {
                    let help = format!("write `[{}]`, and its keys below it", self.path_of(key));
                    self.mismatch(entry, "a table", &help);
                    (None, Some(entry.place.clone()))
                }
            },
            None => (None, self.place.clone()),
        };
        let path = self.path_of(key);
        let mut reader = Reader::new(self.gathered, table, place, path, self.describing);
        let value = read(&mut reader);
        let (keys, resolved) = reader.finish();
        let wanted: Vec<String> = keys
            .iter()
            .filter(|k| k.required)
            .map(|k| format!("`{}`", k.key))
            .collect();
        let required = !wanted.is_empty();
        if required && entry.is_none() {
            self.missing.push(Missing {
                key,
                called: format!("`[{key}]`"),
                about: format!("{about}; it wants {}", and(wanted)),
            });
        }
        self.keys.push(KeyDescription {
            key,
            shape: Shape::Table(keys),
            required,
            default: None,
            about,
        });
        self.resolved
            .push((key.to_owned(), Resolved::Table(resolved)));
        value
    }

    /// Reads a table of tables, one for each name.
    pub fn tables_by<T>(
        &mut self,
        kind: NameKind,
        required: bool,
        about: &'static str,
        mut read: impl FnMut(&mut Reader<'_>, &str) -> T,
    ) -> Vec<T> {
        let key = kind.table();
        self.asked.push(key);
        let mut values = Vec::new();
        let mut resolved = Vec::new();
        let mut described = Vec::new();
        if self.describing {
            let mut reader = Reader::new(self.gathered, None, None, format!("{key}.*"), true);
            read(&mut reader, "*");
            described = reader.finish().0;
        } else if let Some(entry) = self.table.and_then(|t| t.get(key)) {
            if let Value::Table(table) = &entry.node.value {
                if table.entries.len() > kind.most() {
                    self.too_many(entry, table.entries.len(), kind.plural(), kind.most());
                    return values;
                }
                for item in &table.entries {
                    let path = format!("{}.{}", self.path_of(key), in_path(&item.key));
                    self.check_name(item);
                    let inner = match &item.node.value {
                        Value::Table(inner) => Some(inner),
                        _ => {
                            let help = format!("write `[{path}]`, and its keys below it");
                            self.mismatch_at(&path, &item.node, "a table", &help);
                            None
                        }
                    };
                    let mut reader =
                        Reader::new(self.gathered, inner, Some(item.place.clone()), path, false);
                    values.push(read(&mut reader, &item.key));
                    resolved.push((item.key.clone(), Resolved::Table(reader.finish().1)));
                }
            } else {
                let help = format!("give each {key} a name: `[{key}.NAME]`");
                self.mismatch(entry, "a table", &help);
            }
        }
        let given = self.has(key);
        if required && values.is_empty() && !(given && self.gathered.unreadable.contains(&kind)) {
            self.missing.push(Missing {
                key,
                called: key.to_owned(),
                about: format!("add `[{key}.NAME]`: {about}"),
            });
        }
        self.keys.push(KeyDescription {
            key,
            shape: Shape::TablesBy(described),
            required,
            default: None,
            about,
        });
        self.resolved
            .push((key.to_owned(), Resolved::Table(resolved)));
        values
    }

    /// Says that there are more of a kind than are read.
    fn too_many(&mut self, entry: &Entry, count: usize, what: &str, most: usize) {
        let message = format!("{count} {what}");
        let problem = Problem::at(entry.place.clone(), message, "too many");
        let help = format!("at most {most}");
        self.gathered.problems.push(problem.help(help));
    }

    fn check_name(&mut self, entry: &Entry) {
        let name = entry.key.as_str();
        let help = if TAKEN.contains(&name) {
            let taken = and(TAKEN.iter().map(|name| format!("`{name}`")));
            format!("{taken} have a meaning of their own; take another name")
        } else if let Some(help) = no_name(name, "names") {
            help
        } else {
            return;
        };
        let message = format!("`{name}` can't be a name");
        let problem = Problem::at(entry.place.clone(), message, "not a name").help(help);
        self.gathered.problems.push(problem);
    }

    /// How the items of a list of tables are written.
    fn write_list(&self, key: &str) -> String {
        let header = match self.path.split('.').next() {
            Some(top) if !top.is_empty() => format!("{top}.{key}"),
            _ => key.to_owned(),
        };
        format!("write `[[{header}]]`, once for each")
    }

    /// Reads a list of tables.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        mut read: impl FnMut(&mut Reader<'_>, usize) -> T,
    ) -> Vec<T> {
        self.asked.push(key);
        let mut values = Vec::new();
        let mut resolved = Vec::new();
        let mut described = Vec::new();
        if self.describing {
            let mut reader = Reader::new(self.gathered, None, None, format!("{key}.*"), true);
            read(&mut reader, 0);
            described = reader.finish().0;
        } else if let Some(entry) = self.table.and_then(|t| t.get(key)) {
            if let Value::List(list) = &entry.node.value {
                let list = if list.len() > MOST_ITEMS {
                    self.too_many(entry, list.len(), &format!("items of `{key}`"), MOST_ITEMS);
                    &[]
                } else {
                    list.as_slice()
                };
                for (index, node) in list.iter().enumerate() {
                    let name =
                        super::super::tree::identity(node).unwrap_or_else(|| index.to_string());
                    let path = format!("{}.{}", self.path_of(key), in_path(&name));
                    let Value::Table(table) = &node.value else {
                        let help = self.write_list(key);
                        self.mismatch_at(&path, node, "a table", &help);
                        continue;
                    };
                    let mut reader = Reader::new(
                        self.gathered,
                        Some(table),
                        Some(node.place.clone()),
                        path,
                        false,
                    );
                    values.push(read(&mut reader, index));
                    resolved.push((name, Resolved::Table(reader.finish().1)));
                }
            } else {
                let help = self.write_list(key);
                self.mismatch(entry, "a list of tables", &help);
            }
        }
        self.keys.push(KeyDescription {
            key,
            shape: Shape::List(described),
            required: false,
            default: None,
            about,
        });
        self.resolved
            .push((key.to_owned(), Resolved::List(resolved)));
        values
    }
}
