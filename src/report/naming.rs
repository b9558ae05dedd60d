//! Short names for runs, to tell those apart that are compared.

use std::path::{Component, Path};

use super::ScenarioEntry;

/// Most characters of a setting in a run's name.
const LONGEST_SETTING: usize = 48;

/// What runs go by, each by itself: its label; else what was set; else its scenario's key. The
/// key is left out where all are of one scenario, and what was set where it was for all.
pub fn own_names(runs: &[ScenarioEntry]) -> Vec<String> {
    let alike = |same: fn(&ScenarioEntry, &ScenarioEntry) -> bool| {
        runs.iter().all(|run| same(run, &runs[0]))
    };
    let one_scenario = alike(|a, b| a.name == b.name);
    let one_setting = alike(|a, b| a.identity.changes() == b.identity.changes());
    let name = |run: &ScenarioEntry| match (&run.identity.label, run.identity.told()) {
        (Some(label), _) => label.clone(),
        (None, Some(settings)) if !one_setting => match one_scenario {
            true => in_short(&settings),
            false => format!("{} {}", run.name, in_short(&settings)),
        },
        (None, _) => run.name.clone(),
    };
    runs.iter().map(name).collect()
}

/// A run that needs a name.
#[derive(Debug)]
pub struct Named {
    /// What it is called where no other is called so.
    pub plain: String,
    /// What tells it from others, from the outermost folder on; the last ones are taken.
    pub words: Vec<String>,
}

/// A name for each: its own; where several have the same, as many of its last words as tell
/// them apart; a number where even these are the same.
pub fn labels(named: &[Named]) -> Vec<String> {
    let mut labels: Vec<String> = named.iter().map(|one| label(named, one)).collect();
    for index in 0..labels.len() {
        let stem = labels[index].clone();
        let mut number = 1;
        while labels[..index].contains(&labels[index]) {
            number += 1;
            labels[index] = format!("{stem}-{number}");
        }
    }
    labels
}

fn in_short(setting: &str) -> String {
    match setting.chars().count() {
        0..=LONGEST_SETTING => setting.to_owned(),
        _ => {
            let first = setting.chars().take(LONGEST_SETTING - 1);
            first.chain(['…']).collect()
        }
    }
}

fn label(named: &[Named], one: &Named) -> String {
    let alike: Vec<&Named> = named.iter().filter(|n| n.plain == one.plain).collect();
    if alike.iter().all(|other| other.words == one.words) {
        return one.plain.clone();
    }
    let most = one.words.len().max(1);
    let tells_apart = |count: &usize| {
        let mut others = alike.iter().filter(|other| other.words != one.words);
        others.all(|other| tail(other, *count) != tail(one, *count))
    };
    let count = (1..=most).find(tells_apart).unwrap_or(most);
    tail(one, count)
}

/// The names in a path.
pub fn path_words(path: &Path) -> Vec<String> {
    path.components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect()
}

/// The last words of a run.
fn tail(one: &Named, count: usize) -> String {
    one.words[one.words.len().saturating_sub(count)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Identity;

    fn of(named: &[(&str, &str)]) -> Vec<String> {
        let named: Vec<Named> = named
            .iter()
            .map(|(name, path)| Named {
                plain: (*name).to_owned(),
                words: path_words(Path::new(path)),
            })
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

    fn identity(label: Option<&str>, settings: &[&str]) -> Identity {
        Identity {
            label: label.map(str::to_owned),
            settings: settings.iter().map(|s| (*s).to_owned()).collect(),
            blake3: "0123456789abcdef".to_owned(),
        }
    }

    #[test]
    fn a_run_goes_by_its_label_or_by_what_was_set() {
        let of = |runs: &[(&str, Option<&str>, &[&str])]| {
            let entry = |&(name, label, settings): &(&str, Option<&str>, &[&str])| ScenarioEntry {
                name: name.to_owned(),
                identity: identity(label, settings),
            };
            own_names(&runs.iter().map(entry).collect::<Vec<_>>())
        };
        let three = ["x=1", "y=2", "z=3"];
        assert_eq!(
            of(&[
                ("a", None, &[]),
                ("a", None, &three),
                ("a", Some("calm"), &["x=1"])
            ]),
            ["a", "x=1 and 2 more", "calm"]
        );
        assert_eq!(
            of(&[("a", None, &[]), ("b", None, &["x=1"])]),
            ["a", "b x=1"]
        );
        assert_eq!(
            of(&[("a", None, &["x=1"]), ("b", None, &["x=1"])]),
            ["a", "b"]
        );
        let long = "x".repeat(100);
        let names = of(&[("a", None, &[]), ("a", None, &[&long])]);
        assert_eq!(names[1].chars().count(), LONGEST_SETTING);
    }
}
