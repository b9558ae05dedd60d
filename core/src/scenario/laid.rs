//! Values of a scenario as TOML that can be laid over another: what `--set` says, as a file.

use super::Scenario;

/// Lists whose items have names, so that one can be laid over another.
const LISTS: [&str; 2] = ["event", "tie"];

/// The list, the item and the key of a value that stands in an item of a list.
fn item(path: &str) -> Option<(&str, &str, &str)> {
    let (list, rest) = path.split_once('.')?;
    let (which, key) = rest.split_once('.')?;
    LISTS.contains(&list).then_some((list, which, key))
}

/// Whether a value can be laid over a scenario by itself: one deep in an item of a list can't.
pub fn can_be_laid(path: &str) -> bool {
    let in_list = path
        .split('.')
        .next()
        .is_some_and(|first| LISTS.contains(&first) || ["outcome", "watch"].contains(&first));
    match item(path) {
        Some((.., key)) => !key.contains('.'),
        None => !in_list,
    }
}

/// Values, each with its key from the root and as TOML, as a text to be laid over a scenario:
/// those by themselves first, then those of items, each item once.
pub fn laid(values: impl IntoIterator<Item = (String, String)>) -> String {
    let mut plain = String::new();
    let mut items: Vec<(String, String, String)> = Vec::new();
    for (path, literal) in values {
        let Some((list, which, key)) = item(&path) else {
            plain.push_str(&format!("{path} = {literal}\n"));
            continue;
        };
        let line = format!("{key} = {literal}\n");
        let known = items
            .iter_mut()
            .find(|(l, w, _)| (&**l, &**w) == (list, which));
        match known {
            Some((.., lines)) => lines.push_str(&line),
            None => items.push((list.to_owned(), which.to_owned(), line)),
        }
    }
    for (list, which, lines) in items {
        let named = match list.as_str() {
            "tie" => format!("between = [\"{}\"]", which.replace('+', "\", \"")),
            _ => format!("id = \"{which}\""),
        };
        plain.push_str(&format!("\n[[{list}]]\n{named}\n{lines}"));
    }
    plain
}

impl Scenario {
    /// Some of its values, by their keys from the root, as a text to be laid over a scenario.
    pub fn overlay(&self, keys: &[&str]) -> String {
        let entries = self.entries();
        let of = |key: &str| entries.iter().find(|(path, _)| path == key).cloned();
        laid(keys.iter().filter_map(|key| of(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_says_what_the_settings_said() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/iraq_2016.toml");
        let base = Scenario::load(path.as_ref()).unwrap();
        let event = &base.events[0].id;
        let tie = base.numbers.iter().find(|n| n.path.starts_with("tie."));
        let tie = tie.unwrap().path.clone();
        let keys = [
            "rivalry.hostility_scale",
            tie.as_str(),
            &format!("event.{event}.enabled"),
            &format!("event.{event}.repeats"),
        ];
        let settings = ["=0.5", "=0.25", "=false", "=true"];
        let settings: Vec<String> = keys
            .iter()
            .zip(settings)
            .map(|(k, v)| format!("{k}{v}"))
            .collect();
        let changed = Scenario::load_with(path.as_ref(), &settings).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("laid.toml");
        let text = format!("extends = '{path}'\n{}", changed.overlay(&keys));
        std::fs::write(&file, text).unwrap();
        let mut laid = Scenario::load(&file).unwrap().entries();
        let mut wanted = changed.entries();
        for entries in [&mut laid, &mut wanted] {
            entries.retain(|(key, _)| key != "scenario.name");
        }
        assert_eq!(laid, wanted);
        assert!(can_be_laid(&tie) && can_be_laid("rivalry.hostility_scale"));
        assert!(!can_be_laid("event.a.effect.0.add") && !can_be_laid("outcome.a.b"));
    }
}
