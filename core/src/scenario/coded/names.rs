//! What things are called: by their keys, by the names shown, by the codes of other tables.

use super::cell::Said;
use super::columns::RowOf;
use super::rows::{Line, Rows};
use crate::scenario::diagnostics::{Complaints, Problem};
use crate::scenario::spec::NameKind;

/// What one thing is called.
struct Called {
    kind: NameKind,
    key: String,
    name: String,
    code: Option<String>,
}

/// The things of a case.
pub(super) struct Names(Vec<Called>);

impl Names {
    /// All things that have a row.
    pub fn of(all: &[Rows], problems: &mut Complaints) -> Self {
        let mut names = Self(Vec::new());
        let mut rows_of: Vec<(NameKind, String, usize)> = Vec::new();
        for rows in all {
            let RowOf::Thing(kind) = rows.table.row else {
                continue;
            };
            for line in &rows.lines {
                // What is wrong with it is said where its row is read.
                let found = Self::identity(rows, line, &mut Complaints::default());
                let Some((key, name)) = found else { continue };
                let here = (kind, key.clone(), rows.file);
                if rows_of.contains(&here) {
                    let message = format!("there are two rows for `{key}`");
                    let problem = Problem::at(name.place.clone(), message, "the second");
                    problems.push(problem.help("give them different keys, in a column `key`"));
                }
                rows_of.push(here);
                names.0.push(Called {
                    kind,
                    key,
                    name: name.text,
                    code: rows.said(line, "code").map(|said| said.text.clone()),
                });
            }
        }
        names
    }

    /// The key of what a row is about, and its name where it stands.
    pub fn identity(rows: &Rows, line: &Line, problems: &mut Complaints) -> Option<(String, Said)> {
        let (key, name) = (rows.said(line, "key"), rows.said(line, "name"));
        let shown = name.or(key)?.clone();
        let key = match (key, name) {
            (Some(key), _) => key.text.clone(),
            (None, name) => key_of(&name?.text),
        };
        if key.is_empty() {
            let message = format!("no key can be made of the name `{}`", shown.text);
            let problem = Problem::at(shown.place, message, "no letter a to z");
            problems.push(problem.help("add a column `key`, with names of a-z, 0-9 and _"));
            return None;
        }
        Some((key, shown))
    }

    fn find(&self, kind: NameKind, said: &str) -> Option<&Called> {
        let of_kind = || self.0.iter().filter(|called| called.kind == kind);
        of_kind()
            .find(|called| called.key == said)
            .or_else(|| of_kind().find(|called| called.code.as_deref() == Some(said)))
            .or_else(|| of_kind().find(|called| called.name.eq_ignore_ascii_case(said)))
    }

    /// The key of what is called so; what is not known stays as it is written.
    pub fn key(&self, kind: NameKind, said: &str) -> String {
        let found = self.find(kind, said);
        found.map_or(said, |called| &called.key).to_owned()
    }

    /// Whether there is something with this key.
    pub fn has(&self, kind: NameKind, key: &str) -> bool {
        self.keys(kind).iter().any(|known| known == key)
    }

    /// The keys of a kind.
    pub fn keys(&self, kind: NameKind) -> Vec<String> {
        let of_kind = self.0.iter().filter(|called| called.kind == kind);
        of_kind.map(|called| called.key.clone()).collect()
    }

    /// Whether an actor is a faction or a patron.
    pub fn kind_of_actor(&self, said: &str) -> Option<NameKind> {
        let kinds = [NameKind::Faction, NameKind::Patron];
        kinds
            .into_iter()
            .find(|kind| self.find(*kind, said).is_some())
    }

    /// The keys of all actors.
    pub fn actors(&self) -> Vec<String> {
        let kinds = [NameKind::Faction, NameKind::Patron].into_iter();
        kinds.flat_map(|kind| self.keys(kind)).collect()
    }
}

/// Most characters of a key.
const LONGEST: usize = 64;

/// A key made of a name: its letters and digits, without their marks.
pub(super) fn key_of(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => key.push_str(letters),
            None if c.is_ascii_alphanumeric() => key.push(c),
            // The apostrophes of transliteration, and marks that combine.
            None if matches!(c, '\'' | '’' | '‘' | 'ʿ' | 'ʾ' | '\u{300}'..='\u{36f}') => {}
            None if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            None => {}
        }
    }
    key.truncate(LONGEST);
    key.trim_matches('_').to_owned()
}

/// A letter of the Latin script without its marks.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' | 'ḍ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ə' => "e",
        'ğ' | 'ģ' | 'ĝ' | 'ġ' => "g",
        'ħ' | 'ĥ' | 'ḥ' | 'ḫ' => "h",
        'ì'..='ï' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' => "o",
        'ř' | 'ŕ' | 'ŗ' => "r",
        'ś' | 'š' | 'ş' | 'ș' | 'ŝ' | 'ṣ' => "s",
        'ť' | 'ţ' | 'ț' | 'ŧ' | 'ṭ' => "t",
        'ù'..='ü' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' | 'ẓ' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn a_key_is_made_of_the_letters_of_a_name() {
        for (name, key) in [
            ("Kurdistan Democratic Party", "kurdistan_democratic_party"),
            ("Jabhat al-Nusra (2016)", "jabhat_al_nusra_2016"),
            ("Türkiye", "turkiye"),
            ("Straße", "strasse"),
            ("Ba'ath", "baath"),
            (" -- ", ""),
            ("北", ""),
        ] {
            assert_eq!(key_of(name), key);
        }
    }
}
