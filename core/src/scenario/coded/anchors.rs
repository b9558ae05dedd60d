//! Words for judged numbers: each stands for a value and for how far from it coders who mean the
//! same may be. docs/coding.md tells when each is right.

use crate::scenario::diagnostics::{nearest, suggestion};

/// A word of a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// The word.
    pub word: &'static str,
    /// The least that it may mean.
    pub low: f64,
    /// What it means.
    pub value: f64,
    /// The most that it may mean.
    pub high: f64,
}

/// The words of one number, from the least to the greatest.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// The section and the key, as in `tie.hostility`.
    pub keys: &'static [&'static str],
    /// The words.
    pub words: &'static [Anchor],
}

const fn word(word: &'static str, low: f64, value: f64, high: f64) -> Anchor {
    Anchor {
        word,
        low,
        value,
        high,
    }
}

/// All scales.
#[rustfmt::skip]
pub const SCALES: [Scale; 19] = [
    Scale { keys: &["tie.hostility"], words: &[
        word("partners", 0.02, 0.1, 0.2), word("wary", 0.2, 0.35, 0.5), word("opponents", 0.5, 0.6, 0.7),
        word("loathing", 0.7, 0.8, 0.9), word("enemies", 0.9, 0.95, 0.99)] },
    Scale { keys: &["tie.memory"], words: &[
        word("shots", 0.1, 0.2, 0.25), word("clash", 0.2, 0.3, 0.5), word("fighting", 0.5, 0.8, 1.2),
        word("war", 1.5, 2.0, 2.5)] },
    Scale { keys: &["faction.stake", "patron.stake"], words: &[
        word("takes", 0.03, 0.1, 0.3), word("fights", 0.3, 0.5, 0.8), word("most", 0.8, 1.0, 1.2)] },
    Scale { keys: &["faction.perceived"], words: &[
        word("rear", 0.05, 0.1, 0.2), word("near", 0.2, 0.3, 0.4), word("front", 0.5, 0.6, 0.7)] },
    Scale { keys: &["faction.access"], words: &[
        word("airfield", 0.02, 0.05, 0.1), word("far", 0.1, 0.2, 0.3), word("road", 0.3, 0.5, 0.7)] },
    Scale { keys: &["faction.quality", "threat.quality"], words: &[
        word("clansmen", 0.25, 0.35, 0.45), word("militia", 0.4, 0.5, 0.65), word("trained", 0.8, 1.0, 1.2),
        word("elite", 1.2, 1.5, 1.9)] },
    Scale { keys: &["faction.morale", "threat.morale"], words: &[
        word("ran", 0.05, 0.1, 0.2), word("brittle", 0.3, 0.4, 0.5), word("middling", 0.5, 0.6, 0.7),
        word("steady", 0.65, 0.75, 0.85), word("unbroken", 0.85, 0.9, 0.95)] },
    Scale { keys: &["faction.support"], words: &[
        word("evaporated", 0.3, 0.4, 0.5), word("usual", 0.5, 0.6, 0.7), word("fervent", 0.65, 0.75, 0.85)] },
    Scale { keys: &["faction.governance", "threat.governance"], words: &[
        word("none", 0.05, 0.15, 0.25), word("poor", 0.25, 0.35, 0.45), word("usual", 0.4, 0.5, 0.6),
        word("good", 0.6, 0.7, 0.8)] },
    Scale { keys: &["faction.abuse"], words: &[
        word("arrests", 0.1, 0.2, 0.3), word("harsh", 0.35, 0.5, 0.65), word("killings", 0.65, 0.8, 0.95)] },
    Scale { keys: &["patron.commitment"], words: &[
        word("gone", 0.0, 0.1, 0.2), word("leaving", 0.3, 0.4, 0.5), word("staying", 0.7, 0.8, 0.9)] },
    Scale { keys: &["patron.backing"], words: &[
        word("receptions", 0.03, 0.1, 0.2), word("arms", 0.15, 0.3, 0.45), word("alliance", 0.6, 0.75, 0.9)] },
    Scale { keys: &["patron.air"], words: &[
        word("advisers", 0.1, 0.2, 0.3), word("bombing", 0.3, 0.5, 0.8)] },
    Scale { keys: &["community.sympathy"], words: &[
        word("targets", 0.0, 0.02, 0.05), word("few", 0.05, 0.1, 0.2), word("some", 0.15, 0.25, 0.35),
        word("many", 0.3, 0.4, 0.55), word("own", 0.5, 0.6, 0.75)] },
    Scale { keys: &["arena.grievance"], words: &[
        word("ordinary", 0.2, 0.3, 0.4), word("resentful", 0.5, 0.6, 0.7), word("afraid", 0.7, 0.75, 0.85)] },
    Scale { keys: &["arena.refuge"], words: &[
        word("none", 0.0, 0.05, 0.1), word("watched", 0.2, 0.3, 0.4), word("hidden", 0.4, 0.5, 0.6),
        word("wild", 0.6, 0.7, 0.85)] },
    Scale { keys: &["arena.border"], words: &[
        word("none", 0.0, 0.0, 0.0), word("smugglers", 0.03, 0.08, 0.15), word("crossing", 0.15, 0.25, 0.35),
        word("main", 0.4, 0.5, 0.65)] },
    Scale { keys: &["arena.road"], words: &[
        word("closed", 0.0, 0.0, 0.05), word("raiders", 0.05, 0.1, 0.15), word("desert", 0.2, 0.3, 0.4),
        word("long", 0.4, 0.5, 0.6), word("highway", 0.85, 1.0, 1.0)] },
    Scale { keys: &["arena.terrain"], words: &[
        word("open", 0.9, 1.0, 1.1), word("town", 1.15, 1.3, 1.45), word("city", 1.5, 1.7, 1.9),
        word("mountains", 2.1, 2.5, 3.0)] },
];

/// The words of a number by its section and key.
pub(super) fn scale(section: &str, key: &str) -> &'static [Anchor] {
    let is_it = |scale: &&Scale| {
        scale
            .keys
            .iter()
            .any(|k| k.split_once('.') == Some((section, key)))
    };
    SCALES.iter().find(is_it).map_or(&[], |scale| scale.words)
}

/// What a word means on a scale, or what would be right in its place.
pub(super) fn meant<'a>(said: &str, words: &'a [Anchor]) -> Result<&'a Anchor, Option<String>> {
    let said = said.to_lowercase();
    let known: Vec<&str> = words.iter().map(|anchor| anchor.word).collect();
    words
        .iter()
        .find(|anchor| anchor.word == said)
        .ok_or_else(|| {
            if words.is_empty() {
                return None;
            }
            match nearest(&said, known.iter().copied()) {
                Some(_) => suggestion(&said, &known),
                None => Some(format!("a number, or one of {}", known.join(", "))),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::coded::exposure::{PERCEIVED, PERCEIVED_SPEC};
    use crate::scenario::spec::Shape;
    use crate::scenario::{NumberSpec, reference};

    fn spec(section: &str, key: &str) -> NumberSpec {
        let section = reference().into_iter().find(|k| k.key == section);
        let keys = match section.expect("a section").shape {
            Shape::Table(keys) | Shape::TablesBy(keys) | Shape::List(keys) => keys,
            other => panic!("{other:?}"),
        };
        match keys
            .into_iter()
            .find(|k| k.key == key)
            .expect("a key")
            .shape
        {
            Shape::Number(spec) | Shape::NumbersBy(_, spec) => spec,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_go_up_and_stay_within_the_range_of_their_number() {
        for scale in SCALES {
            for key in scale.keys {
                let (section, key) = key.split_once('.').expect("a key of a section");
                let spec = match key {
                    PERCEIVED => PERCEIVED_SPEC,
                    key => spec(section, key),
                };
                for anchor in scale.words {
                    let Anchor {
                        low, value, high, ..
                    } = *anchor;
                    assert!(
                        spec.low <= low && low <= value && value <= high && high <= spec.high,
                        "{anchor:?}"
                    );
                }
            }
            assert!(
                scale.words.is_sorted_by(|a, b| a.value < b.value),
                "{:?}",
                scale.keys
            );
        }
    }

    #[test]
    fn a_word_is_found_and_a_near_one_named() {
        let words = scale("tie", "hostility");
        assert_eq!(meant("Wary", words).map(|a| a.value), Ok(0.35));
        assert_eq!(
            meant("enemys", words),
            Err(Some("did you mean `enemies`?".to_owned()))
        );
        assert!(meant("hm", words).is_err_and(|help| help.is_some()));
        assert_eq!(meant("many", scale("faction", "fighters")), Err(None));
    }
}
