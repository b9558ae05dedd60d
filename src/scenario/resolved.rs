//! The resolved scenario as TOML text.

use super::reader::Resolved;

/// Writes a table as TOML: plain keys first, then tables, then lists of tables.
pub(super) fn to_toml(root: &[(String, Resolved)]) -> String {
    let mut out = String::from(
        "# A resolved scenario: every default and overlay written out.\n# Running it gives the same results.\n\n",
    );
    write_table(&mut out, "", root);
    out
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
