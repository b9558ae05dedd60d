//! `simulate schema`

use crate::report::{dictionary, dictionary_markdown, table_markdown, to_json};
use crate::scenario::coded::columns_markdown;
use crate::scenario::{landscape_schema, reference_markdown, schema as json_schema};

use super::error::{CommandError, code};
use super::streams::print;
use super::{Format, SchemaArguments};

pub(super) fn schema(arguments: &SchemaArguments) -> u8 {
    code(write(arguments))
}

fn write(arguments: &SchemaArguments) -> Result<u8, CommandError> {
    print(&text(arguments)?)?;
    Ok(0)
}

fn text(arguments: &SchemaArguments) -> Result<String, CommandError> {
    match &arguments.table {
        Some(name) => tables(name, arguments.format),
        None if arguments.reference => Ok(reference_markdown()),
        None if arguments.columns => Ok(columns_markdown()),
        None if arguments.landscape => Ok(to_json(&landscape_schema())?),
        None => Ok(to_json(&json_schema())?),
    }
}

/// The dictionary of the tables: all of it where no table is named.
fn tables(name: &str, format: Format) -> Result<String, CommandError> {
    let all = dictionary();
    let table = all.iter().find(|table| table.table == name);
    match (name, table, format) {
        ("", _, Format::Text) => Ok(dictionary_markdown(&all)),
        ("", _, Format::Json) => Ok(to_json(&all)?),
        (_, Some(table), Format::Text) => Ok(table_markdown(table)),
        (_, Some(table), Format::Json) => Ok(to_json(table)?),
        (name, None, _) => {
            let names: Vec<&str> = all.iter().map(|table| table.table).collect();
            Err(CommandError::Input(format!(
                "there is no table {name:?}; the tables are {}",
                names.join(", ")
            )))
        }
    }
}
