//! A seed in JSON. Most readers hold every number as a double, which has room for 53 bits:
//! a seed beyond them is written as text. Either is read.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The greatest whole number up to which doubles tell all apart.
const EXACT: u64 = 1 << 53;

/// A seed on its way to or from JSON.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

fn written(seed: u64) -> Written {
    match seed {
        0..=EXACT => Written::Number(seed),
        _ => Written::Text(seed.to_string()),
    }
}

/// Writes a seed; for `#[serde(with)]`.
///
/// # Errors
/// Whatever the writer returns.
pub fn serialize<S: Serializer>(seed: &u64, writer: S) -> Result<S::Ok, S::Error> {
    written(*seed).serialize(writer)
}

/// Reads a seed; for `#[serde(with)]`.
///
/// # Errors
/// If it is neither a whole number nor one as text.
pub fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<u64, D::Error> {
    match Written::deserialize(reader)? {
        Written::Number(seed) => Ok(seed),
        Written::Text(text) => text.parse().map_err(D::Error::custom),
    }
}

/// Writes a seed where there is one; for `#[serde(serialize_with)]`.
///
/// # Errors
/// Whatever the writer returns.
pub fn serialize_if_any<S: Serializer>(seed: &Option<u64>, writer: S) -> Result<S::Ok, S::Error> {
    seed.map(written).serialize(writer)
}

/// A seed as a value of JSON.
pub fn to_json(seed: u64) -> serde_json::Value {
    match written(seed) {
        Written::Number(seed) => seed.into(),
        Written::Text(text) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder {
        #[serde(with = "super")]
        seed: u64,
    }

    #[test]
    fn a_seed_that_a_double_can_not_hold_is_text_and_all_are_read_back() {
        let greatest = i64::MAX.unsigned_abs();
        // 2^53 is the last before two whole numbers become one double.
        for (seed, json) in [
            (0, "0".to_owned()),
            (1 << 53, "9007199254740992".to_owned()),
            ((1 << 53) + 1, "\"9007199254740993\"".to_owned()),
            (greatest, "\"9223372036854775807\"".to_owned()),
        ] {
            let text = serde_json::to_string(&Holder { seed }).expect("JSON");
            assert_eq!(text, format!("{{\"seed\":{json}}}"));
            assert_eq!(to_json(seed).to_string(), json);
            for form in [seed.to_string(), format!("\"{seed}\"")] {
                let read: Holder =
                    serde_json::from_str(&format!("{{\"seed\":{form}}}")).expect("a seed");
                assert_eq!(read, Holder { seed });
            }
        }
        for wrong in [
            "-1",
            "1.5",
            "\"x\"",
            "\"-1\"",
            "null",
            "\"18446744073709551616\"",
        ] {
            assert!(serde_json::from_str::<Holder>(&format!("{{\"seed\":{wrong}}}")).is_err());
        }
    }
}
