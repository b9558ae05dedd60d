//! Letters that the pictures' font lacks: boxes stand for them, so it has to be said.

use std::fmt;

use super::fonts;
use crate::scenario::{LandscapeFile, Scenario};

/// Most letters and places that are named.
const MOST: usize = 8;

/// What the font lacks, and where it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The letters, in order of their code points.
    pub letters: Vec<char>,
    /// Keys of the names in which they stand.
    pub places: Vec<String>,
}

/// Every name that pictures of a scenario show, by its key.
pub fn names(scenario: &Scenario) -> Vec<(String, &str)> {
    let mut names = vec![
        ("scenario.title".to_owned(), scenario.title.as_str()),
        ("threat.name".to_owned(), scenario.threat.name.as_str()),
    ];
    let label = scenario.variant.label.iter();
    names.extend(label.map(|label| ("the label".to_owned(), label.as_str())));
    let outcomes = scenario.outcomes.iter();
    names.extend(outcomes.flat_map(|outcome| {
        let key = |what| format!("outcome.{}.{what}", outcome.id);
        [
            (key("label"), outcome.label.as_str()),
            (key("short"), outcome.short.as_str()),
        ]
    }));
    let mut add = |table: &str, key: &str, name| names.push((format!("{table}.{key}.name"), name));
    for bloc in &scenario.blocs {
        add("bloc", &bloc.key, &bloc.name);
    }
    for faction in &scenario.factions {
        add("faction", &faction.key, &faction.name);
    }
    for patron in &scenario.patrons {
        add("patron", &patron.key, &patron.name);
    }
    for coalition in &scenario.coalitions {
        add("coalition", &coalition.key, &coalition.name);
    }
    for arena in &scenario.arenas {
        add("arena", &arena.key, &arena.name);
    }
    for event in &scenario.events {
        add("event", &event.id, &event.name);
    }
    names
}

/// The same of a landscape.
pub fn names_of_landscape(file: &LandscapeFile) -> Vec<(String, &str)> {
    let mut names = vec![("scenario.title".to_owned(), file.title.as_str())];
    let label = file.variant.label.iter();
    names.extend(label.map(|label| ("the label".to_owned(), label.as_str())));
    let actors = file.actors.iter();
    names.extend(actors.map(|actor| (format!("actor.{}.name", actor.key), actor.name.as_str())));
    names
}

/// What the font lacks of these names; none where it has every letter.
pub fn lacking<'a>(names: impl IntoIterator<Item = (String, &'a str)>) -> Option<Lacking> {
    let mut found = Lacking {
        letters: Vec::new(),
        places: Vec::new(),
    };
    for (place, name) in names {
        let before = found.letters.len();
        found
            .letters
            .extend(name.chars().filter(|&c| !fonts::has(c)));
        if found.letters.len() > before && !found.places.contains(&place) {
            found.places.push(place);
        }
    }
    found.letters.sort_unstable();
    found.letters.dedup();
    (!found.letters.is_empty()).then_some(found)
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: Vec<String> = self.letters.iter().map(|&c| called(c)).collect();
        write!(
            f,
            "the pictures' font lacks {}; boxes stand for them in {}",
            first(&letters),
            first(&self.places)
        )
    }
}

/// A letter by itself and by its code point; what is no letter, by that alone.
fn called(c: char) -> String {
    match c.is_alphanumeric() {
        true => format!("{c} (U+{:04X})", u32::from(c)),
        false => format!("U+{:04X}", u32::from(c)),
    }
}

/// The first of a list, and how many more there are.
fn first(all: &[String]) -> String {
    let named = all[..all.len().min(MOST)].join(", ");
    match all.len().saturating_sub(MOST) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Option<Lacking> {
        lacking([("faction.a.name".to_owned(), name)])
    }

    #[test]
    fn letters_of_the_scripts_bundled_are_there() {
        for name in [
            "Éastern Command, Ḥizb al-Waḥda, Łódź, Türkiye, Đà Nẵng",
            "Λαϊκό Μέτωπο, Ἀθῆναι",
            "Лига побережья, Қазақстан, Ђурђевић, Ґедзь",
            "Հայաստան, საქართველო",
            "ברית העמק",
            "التحالف الوطني، پیشمرگه، ڕۆژاوا",
            "“quoted” – ’ … 1,000 € ₺ ½",
            // What has no glyph by design is no box.
            "a\u{200B}b\u{202E}c\u{FEFF}d\u{FE0F}e\u{7}\n",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_missing_is_named_once_with_code_points_and_places() {
        let names = [
            ("faction.army.name", "陆军"),
            ("faction.fleet.name", "海军 🚢"),
            ("faction.guard.name", "Guard"),
        ];
        let names = names.map(|(place, name)| (place.to_owned(), name));
        let found = lacking(names).expect("a font without Chinese");
        assert_eq!(found.letters, ['军', '海', '陆', '🚢']);
        assert_eq!(
            found.to_string(),
            "the pictures' font lacks 军 (U+519B), 海 (U+6D77), 陆 (U+9646), U+1F6A2; boxes stand \
             for them in faction.army.name, faction.fleet.name"
        );
        let many: String = ('\u{4E00}'..'\u{4E14}').collect();
        let said = of(&many).expect("a font without Chinese").to_string();
        assert!(said.contains("and 12 more"), "{said}");
    }
}
