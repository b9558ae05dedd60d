//! How a run is named above its results.

use crate::scenario::Identity;

/// A scenario's title, and what tells this run from one of the plain scenario.
pub fn heading(title: &str, identity: &Identity) -> String {
    match identity.told() {
        Some(told) => format!("{title}  ·  {told}"),
        None => title.to_owned(),
    }
}
