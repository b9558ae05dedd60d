//! What is swept: `key=low:high:count` or `key=[a, b, c]`.

use std::fmt;

use crate::scenario::typed;

/// Most values on one axis.
const MOST: usize = 1000;

/// One swept key with its values, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The key as it was typed.
    pub key: String,
    /// The values; no two are the same.
    pub values: Vec<f64>,
    /// The same as they are laid over the scenario.
    written: Vec<String>,
}

/// What is wrong with a swept setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--set {setting}: {wrong}; {right}")]
pub struct AxisError {
    setting: String,
    wrong: String,
    right: &'static str,
}

const RANGE: &str = "a range is low:high:count, for instance 'patron.us.commitment=0:1:11'";
const LIST: &str = "a list has two or more numbers, for instance 'patron.us.commitment=[0.1, 0.5]'";

impl Axis {
    /// Reads a `key=value` setting; `None` where its value is neither a range nor a list of
    /// numbers, so that it is an ordinary setting.
    ///
    /// # Errors
    /// If it is a range or a list, but a wrong one.
    pub fn parse(setting: &str) -> Option<Result<Self, AxisError>> {
        let (key, value) = setting.split_once('=')?;
        let (key, value) = (key.trim(), value.trim());
        let typed = if let Some(inner) = value.strip_prefix('[') {
            let inner = inner.strip_suffix(']')?;
            list(inner)?
        } else if !value.starts_with(['"', '\'', '{']) && value.contains(':') {
            range(value)
        } else {
            return None;
        };
        let axis = typed.and_then(|typed| {
            let (values, written): (Vec<f64>, _) = typed.into_iter().unzip();
            match distinct(&values) {
                Ok(()) => Ok(Self {
                    key: key.to_owned(),
                    values,
                    written,
                }),
                Err(wrong) => Err((wrong, LIST)),
            }
        });
        Some(axis.map_err(|(wrong, right)| AxisError {
            setting: setting.to_owned(),
            wrong,
            right,
        }))
    }

    /// The ordinary setting of the value at a place on the axis.
    pub fn setting(&self, place: usize) -> String {
        format!("{}={}", self.key, self.written[place])
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=[{}]", self.key, self.written.join(", "))
    }
}

/// Values with the way in which they are laid over the scenario.
type Values = Result<Vec<(f64, String)>, (String, &'static str)>;

/// The numbers of a list; `None` if none of its items is one: then it is a list of names.
fn list(inner: &str) -> Option<Values> {
    let items: Vec<&str> = inner.split(',').map(str::trim).collect();
    // TOML allows a comma after the last item.
    let items = match items.split_last() {
        Some((&"", rest)) => rest,
        _ => &items,
    };
    let endless = |item: &str| ["inf", "nan"].contains(&item.trim_start_matches(['+', '-']));
    let is_number = |item: &&str| number(item).is_some() || endless(item);
    if !items.is_empty() && !items.iter().any(is_number) {
        return None;
    }
    let mut values = Vec::with_capacity(items.len());
    for &item in items {
        match number(item) {
            Some(value) => values.push((value, typed(item, value))),
            None if item.is_empty() => {
                return Some(Err(("nothing stands between two commas".to_owned(), LIST)));
            }
            None => return Some(Err((format!("`{item}` is not a finite number"), LIST))),
        }
    }
    Some(match values.len() {
        0 | 1 => Err(("nothing to sweep over".to_owned(), LIST)),
        _ => Ok(values),
    })
}

fn range(value: &str) -> Values {
    let wrong = |what: &str| (what.to_owned(), RANGE);
    let parts: Vec<&str> = value.split(':').map(str::trim).collect();
    let [low, high, count] = parts[..] else {
        return Err(wrong(match parts.len() {
            2 => "the number of values is missing",
            _ => "too many colons",
        }));
    };
    let end = |text: &str| {
        number(text).ok_or_else(|| (format!("`{text}` is not a finite number"), RANGE))
    };
    let ends = [low, high];
    let (low, high) = (end(low)?, end(high)?);
    if low >= high {
        return Err(wrong("low must be less than high"));
    }
    let count: usize = count
        .parse()
        .ok()
        .filter(|count| (2..=MOST).contains(count))
        .ok_or_else(|| {
            (
                format!("`{count}` is not a number of values, 2 to {MOST}"),
                RANGE,
            )
        })?;
    let last = (count - 1) as f64;
    Ok((0..count)
        .map(|k| {
            let value = round(low + (high - low) * (k as f64 / last), high - low);
            let text = match k {
                0 => ends[0],
                k if k + 1 == count => ends[1],
                _ => "",
            };
            (value, typed(text, value))
        })
        .collect())
}

/// The nearest number with 12 digits after the first of `scale`: 0.3 rather than
/// 0.30000000000000004, in tables and in settings.
fn round(value: f64, scale: f64) -> f64 {
    let digits = 12 - libm::floor(libm::log10(scale)).clamp(-300.0, 12.0) as i32;
    let digits = usize::try_from(digits).unwrap_or(0);
    format!("{value:.digits$}").parse().unwrap_or(value)
}

/// A finite number as TOML writes it.
fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    let written = plain.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    plain
        .parse()
        .ok()
        .filter(|value: &f64| written && value.is_finite())
}

fn distinct(values: &[f64]) -> Result<(), String> {
    if values.len() > MOST {
        return Err(format!("{} values, more than {MOST}", values.len()));
    }
    for (k, value) in values.iter().enumerate() {
        if values[..k].contains(value) {
            return Err(format!("{value} stands twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(setting: &str) -> Vec<f64> {
        let axis = Axis::parse(setting).expect("a sweep").expect("a good one");
        assert_eq!(axis.key, "a.b");
        axis.values
    }

    #[test]
    fn ranges_have_round_values_and_both_ends() {
        let tenths: Vec<f64> = (0..11).map(|k| f64::from(k) / 10.0).collect();
        assert_eq!(values("a.b=0:1:11"), tenths);
        assert_eq!(values(" a.b = -2 : 2 : 3 "), [-2.0, 0.0, 2.0]);
        assert_eq!(values("a.b=1e3:3_000:2"), [1000.0, 3000.0]);
        assert_eq!(values("a.b=0:1e-9:3"), [0.0, 5e-10, 1e-9]);
    }

    #[test]
    fn lists_keep_their_order() {
        assert_eq!(values("a.b=[0.9, 0.1,]"), [0.9, 0.1]);
        let axis = Axis::parse("a.b=[2, 1.5]").expect("a sweep");
        assert_eq!(axis.as_ref().map(|a| a.setting(0)), Ok("a.b=2".into()));
        assert_eq!(axis.map(|a| a.to_string()), Ok("a.b=[2, 1.5]".into()));
    }

    #[test]
    fn a_point_before_three_digits_stays_where_it_was_typed_and_comes_in_nowhere_else() {
        let settings = |setting: &str| -> Vec<String> {
            let axis = Axis::parse(setting).expect("a sweep").expect("a good one");
            (0..axis.values.len()).map(|k| axis.setting(k)).collect()
        };
        assert_eq!(settings("a=[4.500, 9]"), ["a=4.500", "a=9"]);
        assert_eq!(settings("a=4.500:5.5:3"), ["a=4.500", "a=5", "a=5.5"]);
        assert_eq!(settings("a=4:4.25:3"), ["a=4", "a=4.1250", "a=4.25"]);
    }

    #[test]
    fn other_settings_are_left_alone() {
        for plain in [
            "a.b=0.5",
            "a.b=\"x:y:z\"",
            "a.b={ dist = \"uniform\", low = 0, high = 1 }",
            "a.b=[\"x\", \"y\"]",
            "a.b",
        ] {
            assert_eq!(Axis::parse(plain), None, "{plain}");
        }
    }

    #[test]
    fn wrong_sweeps_are_said() {
        for wrong in [
            "a=0:1",
            "a=0:1:2:3",
            "a=1:0:3",
            "a=0:1:1",
            "a=0:1:x",
            "a=0:inf:3",
            "a=[1]",
            "a=[1, 1.0]",
            "a=[]",
            "a=[nan, 0.5]",
            "a=[0.5, -inf]",
            "a=[+inf, nan]",
            "a=[0.5, half]",
            "a=[0.5, \"half\"]",
            "a=[0.5,, 1]",
        ] {
            let error = Axis::parse(wrong).expect("meant as a sweep");
            let said = error.expect_err(wrong).to_string();
            assert!(said.starts_with(&format!("--set {wrong}: ")), "{said}");
            assert!(said.contains("for instance"), "{said}");
            assert_eq!(
                said.contains("`nan` is not"),
                wrong.contains("[nan"),
                "{said}"
            );
        }
    }
}
