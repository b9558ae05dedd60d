//! `simulate schema`

use crate::scenario::{reference_markdown, schema as json_schema};

use super::SchemaArguments;
use super::error::{CommandError, code};
use super::streams::print;

pub(super) fn schema(arguments: &SchemaArguments) -> u8 {
    code(write(arguments))
}

fn write(arguments: &SchemaArguments) -> Result<u8, CommandError> {
    if arguments.reference {
        print(&reference_markdown())?;
    } else {
        print(&(serde_json::to_string_pretty(&json_schema())? + "\n"))?;
    }
    Ok(0)
}
