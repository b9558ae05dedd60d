//! Results as JSON.

use crate::foreign;

/// Results as JSON. A number that is not finite is `null`.
///
/// # Errors
/// If they can't be written as JSON, which does not happen with plain data.
pub fn to_json(results: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(results)?;
    text.push('\n');
    Ok(foreign::json(text))
}
