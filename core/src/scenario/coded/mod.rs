//! A case coded in tables: from the CSV files of a folder to a scenario.
//!
//! The rows become the tree that a scenario's file would be read into, every value at the cell in
//! which it stands. So what reads scenarios says what is wrong with a cell, and where.

mod anchors;
mod build;
mod cell;
mod columns;
mod exposure;
mod names;
mod page;
mod recode;
mod rows;
mod write;

use std::path::Path;
use std::sync::Arc;

use super::Scenario;
use super::diagnostics::{Complaints, Problem, Problems, SourceFile};
use super::document::Document;

pub use anchors::{Anchor, SCALES, Scale};
pub use columns::{CodedTable, OwnColumn, RECODE, RowOf, TABLES};
pub use page::columns_markdown;

use columns::RowOf::Key;

/// A scenario made of tables.
#[derive(Debug, Clone)]
pub struct Coded {
    /// Its text as TOML.
    pub toml: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The files that it was made of.
    pub tables: Vec<String>,
    /// The files that none of it was made of.
    pub left_out: Vec<String>,
}

impl Coded {
    /// Makes a scenario of this name of tables, the files of a folder. `perceives` gives how far
    /// the factions of a scenario feel threatened on the first day, which the model works out.
    ///
    /// # Errors
    /// Everything that is wrong with the tables, at once.
    pub fn read(
        name: &str,
        mut files: Vec<SourceFile>,
        perceives: &dyn Fn(&Scenario) -> Vec<f64>,
    ) -> Result<Self, Problems> {
        // What is wanted and stands nowhere is said of the table in which it might stand.
        let of_case = TABLES.iter().find(|table| table.row == Key);
        let of_case = of_case.map_or("", |table| table.file);
        match files.iter().position(|file| file.name_alone() == of_case) {
            Some(at) => files[..=at].rotate_right(1),
            None => files.insert(0, SourceFile::named(of_case, "")),
        }
        let mut problems = Complaints::default();
        let gathered = rows::gather(&files, &mut problems);
        let read_well = problems.is_empty();
        for table in TABLES.iter().filter(|table| table.required) {
            let is_it = |rows: &rows::Rows| rows.table.file == table.file;
            let none = !gathered.rows.iter().any(is_it);
            if none && table.row != Key && read_well {
                let own: Vec<&str> = table.own.iter().map(|own| own.name).collect();
                problems.push(Problem {
                    place: None,
                    message: format!("there is no `{}`", table.file),
                    label: String::new(),
                    help: Some(format!(
                        "{}; its columns are {}, and keys of the format: docs/columns.md",
                        table.about,
                        own.join(", ")
                    )),
                });
            }
        }
        if gathered.rows.is_empty() || problems.iter().any(|problem| problem.place.is_none()) {
            return Err(Problems::new(Arc::new(files), problems));
        }
        let mut built = build::build(name, &gathered.rows, &mut problems);
        for file in &mut files {
            file.source.clone_from(&built.source);
        }
        let mut used: Vec<usize> = gathered.rows.iter().map(|rows| rows.file).collect();
        used.sort_unstable();
        used.dedup();
        let tables: Vec<String> = used
            .iter()
            .map(|&at| files[at].name_alone().to_owned())
            .collect();
        let document = Document::of_tree(built.root.clone(), files.clone(), problems)?;
        let scenario = Scenario::from_document(document, Path::new(name), &[])?;
        let mut problems = Complaints::default();
        exposure::scale(
            &mut built,
            &gathered.rows,
            &scenario,
            perceives,
            &mut problems,
        );
        let toml = write::write(&built, &tables);
        let document = Document::of_tree(built.root, files, problems)?;
        Scenario::from_document(document, Path::new(name), &[])?;
        // What was written is read as it will be: it stands on its own.
        let scenario = Scenario::parse(&format!("{name}.toml"), &toml)?;
        Ok(Self {
            toml,
            scenario,
            tables,
            left_out: gathered.left_out,
        })
    }
}
