//! `simulate schema`

use crate::scenario::{reference_markdown, schema as json_schema};

use super::{FAILED, SchemaArguments, print};

pub(super) fn schema(arguments: &SchemaArguments) -> u8 {
    if arguments.reference {
        print(&reference_markdown());
        return 0;
    }
    match serde_json::to_string_pretty(&json_schema()) {
        Ok(text) => {
            print(&text);
            print("\n");
            0
        }
        Err(error) => {
            eprintln!("error: the schema can't be written: {error}");
            FAILED
        }
    }
}
