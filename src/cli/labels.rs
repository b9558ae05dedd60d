//! Names of places on disk: of runs, and of what is in them.

use std::path::{Path, PathBuf};

use crate::report::{Named, labels};
use crate::scenario::{Identity, wrong_with_folder_name};

/// Most characters of a name that becomes a file's.
const LONGEST_STEM: usize = 60;

/// Where the runs of a scenario go: the plain one's below its name, a variant's below that, so
/// that each has a `latest` of its own.
pub(super) fn place(name: &str, identity: &Identity) -> PathBuf {
    let plain = Path::new("output").join(name);
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex()[..8].to_owned();
    let variant = match &identity.label {
        Some(label) => match file_stem(label) {
            stem if stem == *label => stem,
            stem => format!("{stem}-{}", hash(label)),
        },
        None if identity.changes().is_empty() => return plain,
        None => format!("set-{}", hash(&identity.changes().join("\n"))),
    };
    plain.join("variants").join(variant)
}

/// The labels as names of files, different from each other too.
pub(super) fn file_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let named = names.map(|label| Named {
        plain: file_stem(label),
        words: Vec::new(),
    });
    labels(&named.collect::<Vec<_>>())
}

/// A text as a name of a file or folder, on every system.
fn file_stem(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || ['_', '-', '.'].contains(&c);
    let first = text.chars().take(LONGEST_STEM);
    let stem: String = first.map(|c| if plain(c) { c } else { '-' }).collect();
    match wrong_with_folder_name(&stem) {
        // What is wrong with it is its end, its length in bytes, or that it is a device's.
        Some(_) => stem.chars().take(LONGEST_STEM / 3).chain(['-']).collect(),
        None => stem,
    }
}

/// A text in a command, for a shell to read.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(label: Option<&str>, settings: &[&str]) -> Identity {
        Identity {
            label: label.map(str::to_owned),
            settings: settings.iter().map(|s| (*s).to_owned()).collect(),
            blake3: "0123456789abcdef".to_owned(),
        }
    }

    #[test]
    fn each_variant_of_a_scenario_has_a_place_of_its_own_below_the_plain_one() {
        let at = |label, settings: &[&str]| {
            let place = place("a", &identity(label, settings));
            place.to_string_lossy().into_owned()
        };
        assert_eq!(at(None, &[]), "output/a");
        assert_eq!(at(Some("calm"), &["x=1"]), "output/a/variants/calm");
        let places = [
            at(None, &["x=1"]),
            at(None, &["x=2"]),
            at(None, &["x=1", "y=2"]),
            at(Some("a b"), &[]),
            at(Some("a/b"), &[]),
            at(Some("a-b"), &[]),
            at(Some("con"), &[]),
            at(Some("con-"), &[]),
            at(Some(".."), &[]),
            at(Some(&"x".repeat(60)), &[]),
            at(Some(&"\u{1F54A}".repeat(60)), &[]),
        ];
        for (k, place) in places.iter().enumerate() {
            assert!(!places[..k].contains(place), "{place}");
            let name = place.strip_prefix("output/a/variants/").unwrap_or("");
            assert_eq!(wrong_with_folder_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_text_comes_out_of_a_shell_as_it_went_in() {
        assert_eq!(quoted("calm"), "'calm'");
        assert_eq!(quoted("it's $calm"), r"'it'\''s $calm'");
    }

    #[test]
    fn a_label_names_a_file_without_leading_elsewhere() {
        let names = file_names(["x/a", "x-a", "a b", "../up"].into_iter());
        assert_eq!(names, ["x-a", "x-a-2", "a-b", "..-up"]);
    }
}
