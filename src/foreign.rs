//! Text that others wrote (names, titles, paths, settings, forged manifests) on its way out.
//!
//! A terminal, a page and a picture each give some characters a meaning of their own. Text from
//! outside must not use it: one function a medium, and every medium shows what would act unseen
//! (controls, marks of direction, what has no width) as an escape such as `\u{1b}`. Data files
//! keep the text as it is.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;

/// Whether a character acts instead of being seen: controls (C0, DEL, C1), separators of lines,
/// marks and overrides of direction, joiners and others without width, tags.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text with an escape for each character that `acts`.
fn escaped(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// For a place within a line: a break of the line is escaped too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden)
}

/// For whole lines: line feeds and tabs stay.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

/// A JSON document that says the same, and can be printed to a terminal: the characters that act
/// can only stand in its texts, where JSON has escapes of its own.
pub(crate) fn json(document: String) -> String {
    let acts = |c: char| is_hidden(c) && c != '\n';
    if !document.contains(acts) {
        return document;
    }
    let mut out = String::with_capacity(document.len() + 16);
    for c in document.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String can't fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A path or an argument as text from which it can be told: what isn't Unicode is `\xff`.
pub(crate) fn words(words: &OsStr) -> String {
    let mut out = String::with_capacity(words.len());
    for chunk in words.as_encoded_bytes().utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind of character that acts, and what a terminal is shown for it.
    const HIDDEN: [(char, &str); 14] = [
        ('\u{1b}', "\\u{1b}"),
        ('\u{7}', "\\u{7}"),
        ('\r', "\\r"),
        ('\u{7f}', "\\u{7f}"),
        ('\u{9b}', "\\u{9b}"),
        ('\u{ad}', "\\u{ad}"),
        ('\u{61c}', "\\u{61c}"),
        ('\u{200b}', "\\u{200b}"),
        ('\u{200f}', "\\u{200f}"),
        ('\u{202e}', "\\u{202e}"),
        ('\u{2028}', "\\u{2028}"),
        ('\u{2069}', "\\u{2069}"),
        ('\u{feff}', "\\u{feff}"),
        ('\u{e0041}', "\\u{e0041}"),
    ];

    #[test]
    fn what_acts_is_shown_and_what_is_seen_stays() {
        for (c, shown) in HIDDEN {
            assert_eq!(line(&format!("a{c}b")), format!("a{shown}b"));
            assert_eq!(lines(&format!("a{c}\n\tb")), format!("a{shown}\n\tb"));
        }
        assert_eq!(line("a\n\tb"), "a\\n\\tb");
        // Letters of any script, marks that combine, emoji, a backslash, a space that doesn't break.
        for seen in [
            "e\u{301}",
            "עברית",
            "العربية",
            "漢字",
            "🙂",
            "\\u{1b}",
            "à\u{a0}!",
        ] {
            assert!(matches!(line(seen), Cow::Borrowed(same) if same == seen));
        }
    }

    #[test]
    fn escaped_json_holds_the_same_texts() {
        for (c, _) in HIDDEN {
            let text = format!("{c}\n\"\\{c}é");
            let plain = serde_json::to_string_pretty(&[&text]).expect("JSON");
            let escaped = json(plain);
            assert!(
                !escaped.contains(|c| is_hidden(c) && c != '\n'),
                "{escaped}"
            );
            let back: Vec<String> = serde_json::from_str(&escaped).expect("JSON");
            assert_eq!(back, [text]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_unicode_is_told_byte_by_byte() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(
            words(OsStr::from_bytes(b"a\xff\xc3.toml")),
            "a\\xff\\xc3.toml"
        );
        assert_eq!(words(OsStr::new("é.toml")), "é.toml");
    }
}
