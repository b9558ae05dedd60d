//! Names for runs that are compared: short, and different from each other.

use std::path::{Component, Path, PathBuf};

/// A name for each: the scenario's key; where several have the same, as much of the end of
/// the path as tells them apart; a number where even the paths are the same.
pub(super) fn labels(named: &[(String, PathBuf)]) -> Vec<String> {
    let mut labels: Vec<String> = named
        .iter()
        .map(|(name, path)| label(named, name, path))
        .collect();
    for index in 0..labels.len() {
        let mut number = 1;
        while labels[..index].contains(&labels[index]) {
            number += 1;
            let stem = label(named, &named[index].0, &named[index].1);
            labels[index] = format!("{stem}-{number}");
        }
    }
    labels
}

/// The labels as names of files, different from each other too.
pub(super) fn file_names<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<String> {
    let plain = |c: char| c.is_alphanumeric() || ['_', '-', '.'].contains(&c);
    let names = labels.map(|label| {
        let name = label.chars().map(|c| if plain(c) { c } else { '-' });
        (name.collect(), PathBuf::new())
    });
    self::labels(&names.collect::<Vec<(String, PathBuf)>>())
}

fn label(named: &[(String, PathBuf)], name: &str, path: &Path) -> String {
    let alike: Vec<&Path> = named
        .iter()
        .filter(|(other, _)| other == name)
        .map(|(_, path)| path.as_path())
        .collect();
    if alike.len() == 1 || alike.iter().all(|other| *other == path) {
        return name.to_owned();
    }
    let most = words(path).len().max(1);
    (1..=most)
        .map(|count| tail(path, count))
        .find(|short| {
            alike
                .iter()
                .all(|other| *other == path || tail(other, short.split('/').count()) != *short)
        })
        .unwrap_or_else(|| tail(path, most))
}

fn words(path: &Path) -> Vec<String> {
    path.components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect()
}

/// The last words of a path.
fn tail(path: &Path, count: usize) -> String {
    let words = words(path);
    words[words.len().saturating_sub(count)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(named: &[(&str, &str)]) -> Vec<String> {
        let named: Vec<(String, PathBuf)> = named
            .iter()
            .map(|(name, path)| ((*name).to_owned(), PathBuf::from(path)))
            .collect();
        labels(&named)
    }

    #[test]
    fn a_scenario_goes_by_its_key_unless_another_has_the_same() {
        assert_eq!(of(&[("a", "x/a"), ("b", "x/b")]), ["a", "b"]);
        assert_eq!(
            of(&[("a", "x/a"), ("a", "y/a"), ("b", "b")]),
            ["x/a", "y/a", "b"]
        );
        assert_eq!(of(&[("a", "x/one"), ("a", "x/two")]), ["one", "two"]);
        assert_eq!(of(&[("a", "x/a"), ("a", "x/a")]), ["a", "a-2"]);
        assert_eq!(
            of(&[("a", "x/a"), ("a", "y/a"), ("a", "x/a")]),
            ["x/a", "y/a", "x/a-2"]
        );
        assert_eq!(of(&[("a", "a"), ("a", "x/a")]), ["a", "x/a"]);
        assert_eq!(
            of(&[("a", "a"), ("a", "a"), ("a-2", "b")]),
            ["a", "a-2", "a-2-2"]
        );
    }

    #[test]
    fn a_label_names_a_file_without_leading_elsewhere() {
        let names = file_names(["x/a", "x-a", "a b", "../up"].into_iter());
        assert_eq!(names, ["x-a", "x-a-2", "a-b", "..-up"]);
    }
}
