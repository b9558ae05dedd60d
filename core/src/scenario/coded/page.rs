//! `docs/columns.md`: every column of the tables of a case, and the words of its scales.

use super::anchors::SCALES;
use super::columns::{CodedTable, TABLES};
use crate::scenario::spec::{KeyDescription, NameKind, Shape};

const PREFACE: &str = include_str!("preface.md");

/// The page as Markdown.
pub fn columns_markdown() -> String {
    let mut out = PREFACE.to_owned();
    for table in &TABLES {
        let required = if table.required { ", required" } else { "" };
        out.push_str(&format!(
            "\n## `{}`{required}\n\n{}.\n\n",
            table.file, table.about
        ));
        out.push_str(
            "| column | unit | range | where it is empty | meaning |\n|---|---|---|---|---|\n",
        );
        for own in table.own {
            let empty = if own.required { "an error" } else { "" };
            out.push_str(&format!(
                "| `{}` | text | | {empty} | {} |\n",
                own.name, own.about
            ));
        }
        for key in table.keys() {
            row(&mut out, table, &key);
        }
    }
    out.push_str("\n## Words\n\nIn the place of these numbers a word may stand. When each is right: [coding.md](coding.md).\n\n| number | words: value (least to greatest) |\n|---|---|\n");
    for scale in SCALES {
        let words: Vec<String> = scale
            .words
            .iter()
            .map(|a| format!("`{}` {} ({} to {})", a.word, a.value, a.low, a.high))
            .collect();
        let keys: Vec<String> = scale.keys.iter().map(|key| format!("`{key}`")).collect();
        out.push_str(&format!("| {} | {} |\n", keys.join(", "), words.join(", ")));
    }
    out
}

fn row(out: &mut String, table: &CodedTable, key: &KeyDescription) {
    let name = |kind: NameKind| match table.names_what() {
        true => key.key.to_owned(),
        false => format!("{}.{}", key.key, kind.table().to_uppercase()),
    };
    let (column, unit, range) = match &key.shape {
        Shape::Number(spec) | Shape::Amount(spec) => {
            (key.key.to_owned(), spec.unit.to_owned(), spec.range())
        }
        Shape::NumbersBy(kind, spec) => (name(*kind), spec.unit.to_owned(), spec.range()),
        Shape::Choice(words) => (key.key.to_owned(), "word".to_owned(), words.join(", ")),
        Shape::Bool => (key.key.to_owned(), "yes or no".to_owned(), String::new()),
        Shape::Names(kind) => (key.key.to_owned(), kind.plural().to_owned(), String::new()),
        Shape::Name(kind) => (key.key.to_owned(), kind.table().to_owned(), String::new()),
        _ => (key.key.to_owned(), "text".to_owned(), String::new()),
    };
    let empty = match (&key.default, key.required, &key.shape) {
        (_, _, Shape::NumbersBy(..)) => "not given",
        (Some(default), ..) => default,
        (None, true, _) => "an error",
        (None, false, _) => "not given",
    };
    out.push_str(&format!(
        "| `{column}` | {unit} | {range} | {empty} | {} |\n",
        key.about
    ));
}
