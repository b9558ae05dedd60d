//! The resolved scenario as TOML text.

use super::identity::Variant;
use super::number::text;
use super::reader::Resolved;

/// Writes a table as TOML: plain keys first, then tables, then lists of tables.
pub(super) fn to_toml(root: &[(String, Resolved)]) -> String {
    let mut out = String::from(
        "# A resolved scenario: every default and overlay written out.\n# Running it gives the same results.\n\n",
    );
    write_table(&mut out, "", root);
    out
}

/// The table of a variant; nothing for the plain scenario.
pub(super) fn variant(variant: &Variant) -> String {
    let mut out = String::new();
    if let Some(label) = &variant.label {
        out.push_str(&format!("label = {}\n", text(label)));
    }
    if !variant.settings.is_empty() {
        let settings: Vec<String> = variant.settings.iter().map(|s| text(s)).collect();
        out.push_str(&format!("settings = [{}]\n", settings.join(", ")));
    }
    match out.is_empty() {
        true => out,
        false => format!("\n[variant]\n{out}"),
    }
}

/// Puts a whole number in the place of another.
pub(super) fn set(root: &mut [(String, Resolved)], table: &str, key: &str, number: u64) {
    let inner = root.iter_mut().find(|(name, _)| name == table);
    if let Some((_, Resolved::Table(inner))) = inner
        && let Some((_, value)) = inner.iter_mut().find(|(name, _)| name == key)
    {
        *value = Resolved::Literal(number.to_string());
    }
}

/// Puts a value in the place of another, by its key from the root; the parts of a key may have
/// points in them.
pub(super) fn replace(table: &mut [(String, Resolved)], path: &str, literal: &str) {
    for (key, value) in table {
        match (path.strip_prefix(key.as_str()), value) {
            (Some(""), value) => *value = Resolved::Literal(literal.to_owned()),
            (Some(rest), Resolved::Table(inner) | Resolved::List(inner)) => {
                if let Some(rest) = rest.strip_prefix('.') {
                    replace(inner, rest, literal);
                }
            }
            _ => {}
        }
    }
}

/// Drops the items of a list whose names are such.
pub(super) fn forget(root: &mut [(String, Resolved)], list: &str, is_such: fn(&str) -> bool) {
    let inner = root.iter_mut().find(|(name, _)| name == list);
    if let Some((_, Resolved::List(items))) = inner {
        items.retain(|(name, _)| !is_such(name));
    }
}

/// Every value as a key from the root and its TOML, in the scenario's order.
pub(super) fn entries(root: &[(String, Resolved)]) -> Vec<(String, String)> {
    let mut list = Vec::new();
    add_entries(&mut list, "", root);
    list
}

fn add_entries(list: &mut Vec<(String, String)>, path: &str, table: &[(String, Resolved)]) {
    for (key, value) in table {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match value {
            Resolved::Literal(literal) => list.push((path, literal.clone())),
            Resolved::Table(inner) => add_entries(list, &path, inner),
            Resolved::List(items) => add_entries(list, &path, items),
        }
    }
}

fn write_table(out: &mut String, path: &str, table: &[(String, Resolved)]) {
    let join = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    for (key, value) in table {
        if let Resolved::Literal(literal) = value {
            out.push_str(&format!("{key} = {literal}\n"));
        }
    }
    for (key, value) in table {
        let path = join(key);
        match value {
            Resolved::Literal(_) => {}
            Resolved::Table(inner) => {
                if inner.iter().any(|(_, v)| matches!(v, Resolved::Literal(_))) {
                    out.push_str(&format!("\n[{path}]\n"));
                }
                write_table(out, &path, inner);
            }
            Resolved::List(items) => {
                for (_, item) in items {
                    out.push_str(&format!("\n[[{path}]]\n"));
                    if let Resolved::Table(inner) = item {
                        write_table(out, &path, inner);
                    }
                }
            }
        }
    }
}
