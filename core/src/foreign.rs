//! Text that others wrote (names, titles, paths, settings, forged manifests) on its way out.
//!
//! A terminal, a page and a picture each give some characters a meaning of their own. Text from
//! outside must not use it: one function a medium, and every medium shows what would act unseen
//! (controls, marks of direction, what has no width) as an escape such as `\u{1b}`. Data files
//! keep the text as it is.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a character acts instead of being seen: controls (C0, DEL, C1), separators of lines,
/// marks and overrides of direction, joiners and others without width, tags.
pub fn is_hidden(c: char) -> bool {
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
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden)
}

/// For whole lines: line feeds and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

/// For a picture, where there is no room for escapes: what acts is a space, but for the two marks
/// of direction, which do no more than say on which side a sign without one is written.
pub fn picture(text: &str) -> String {
    let acts = |c: char| is_hidden(c) && !matches!(c, '\u{200e}' | '\u{200f}');
    text.replace(acts, " ")
}

/// For a page, between tags or between quotes.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// For a paragraph or an item of Markdown: neither Markdown nor the HTML that it allows.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '!' => out.extend(['\\', c]),
            // These mean something where a line begins; a number is one there before a point.
            '#' | '+' | '-' | '=' if out.is_empty() => out.extend(['\\', c]),
            '.' | ')' if !out.is_empty() && out.bytes().all(|b| b.is_ascii_digit()) => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    out
}

/// Most columns that a name has in a table on a terminal.
const CELL: usize = 60;

/// How many columns of a terminal a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// A cell of a table on a terminal: filled up to a width, cut where it is very long.
pub fn cell(text: &str, width: usize) -> String {
    let mut cell = cut(&line(text));
    cell.extend(std::iter::repeat_n(
        ' ',
        width.saturating_sub(columns(&cell)),
    ));
    cell
}

/// How wide the cell of a text must at least be.
pub fn cell_width(text: &str) -> usize {
    columns(&cut(&line(text)))
}

fn cut(text: &str) -> String {
    if columns(text) <= CELL {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut wide = 0;
    for c in text.chars() {
        wide += c.width().unwrap_or(0);
        if wide >= CELL {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// A JSON document that says the same, and can be printed to a terminal: the characters that act
/// can only stand in its texts, where JSON has escapes of its own.
pub fn json(document: String) -> String {
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

/// Results as JSON that can be printed, in many lines. A number that is not finite is `null`.
///
/// # Errors
/// If they can't be written as JSON, which does not happen with plain data.
pub fn to_json(results: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(results)?;
    text.push('\n');
    Ok(json(text))
}

/// A path or an argument as text from which it can be told: what isn't Unicode is `\xff`.
pub fn words(words: &OsStr) -> String {
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

    #[test]
    fn cells_are_as_wide_as_they_look() {
        // Wide letters take two columns, marks that combine none, escapes what they show.
        for (text, wide) in [("ab", 2), ("漢字", 4), ("e\u{301}", 1), ("a\u{1b}", 7)] {
            assert_eq!(cell_width(text), wide, "{text}");
            assert_eq!(columns(&cell(text, 9)), 9, "{text}");
        }
        let long = cell(&"x".repeat(300), 9);
        assert!(long.ends_with("x…") && columns(&long) == CELL, "{long}");
        assert!(columns(&cell(&"漢".repeat(300), 9)) <= CELL);
    }

    #[test]
    fn neither_page_nor_markdown_takes_a_text_for_its_own() {
        assert_eq!(
            html("<b a='\"'>&\u{202e}"),
            "&lt;b a=&#39;&quot;&#39;&gt;&amp;\\u{202e}"
        );
        assert_eq!(
            markdown("<b> *x* [y](z) `w`"),
            "&lt;b&gt; \\*x\\* \\[y\\](z) \\`w\\`"
        );
        assert_eq!(markdown("# a #"), "\\# a #");
        assert_eq!(markdown("12. a. b-c"), "12\\. a. b-c");
        assert_eq!(markdown("a\n\n---"), "a\\\\n\\\\n---");
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
