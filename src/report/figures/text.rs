//! The bundled font, and how much room a text takes in it.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::{Node, Tree};

use super::fonts;
use crate::foreign::html;

/// DejaVu Sans, a subset; see `assets/fonts`.
pub const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans-subset.ttf");
/// DejaVu Sans Bold, a subset.
pub const BOLD: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans-Bold-subset.ttf");
/// The family both belong to.
pub const FAMILY: &str = "DejaVu Sans";

/// Size at which text is measured. plotters measures in whole units, so it is large.
const MEASURE: f64 = 1000.0;
/// Line height of DejaVu Sans over its em (2384 / 2048): plotters scales a font by
/// its line height, SVG by its em.
const LINE_PER_EM: f64 = 2384.0 / 2048.0;

fn own() -> &'static [FontDesc<'static>; 2] {
    static FONTS: OnceLock<[FontDesc<'static>; 2]> = OnceLock::new();
    FONTS.get_or_init(|| {
        for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
            assert!(
                register_font(FAMILY, style, bytes).is_ok(),
                "the bundled font is a font"
            );
        }
        [FontStyle::Normal, FontStyle::Bold]
            .map(|style| FontDesc::new(FontFamily::Name(FAMILY), MEASURE * LINE_PER_EM, style))
    })
}

/// The font as plotters knows it.
pub fn font(bold: bool) -> &'static FontDesc<'static> {
    &own()[usize::from(bold)]
}

/// Width of a line of text, in the units of `size` (the em).
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    if !fonts::is_plain(text) {
        return shaped_width(text, bold) * size;
    }
    let (wide, _) = font(bold).box_size(text).unwrap_or((0, 0));
    f64::from(wide) / MEASURE * size
}

/// Width of a text whose letters join, or come from several fonts, in ems: as it will be drawn.
fn shaped_width(text: &str, bold: bool) -> f64 {
    static KNOWN: Mutex<BTreeMap<(String, bool), f64>> = Mutex::new(BTreeMap::new());
    let key = (text.to_owned(), bold);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(wide) = known().get(&key) {
        return *wide;
    }
    let weight = if bold { "bold" } else { "normal" };
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text font-size=\"{MEASURE}\" font-family=\"{FAMILY}\" font-weight=\"{weight}\">{}</text></svg>",
        html(&text.replace(' ', "\u{A0}"))
    );
    let tree = Tree::from_str(&svg, &fonts::options()).ok();
    let wide = tree.and_then(|tree| {
        let nodes = tree.root().children().iter();
        let mut texts = nodes.filter_map(|node| match node {
            Node::Text(text) => Some(f64::from(text.bounding_box().width()) / MEASURE),
            _ => None,
        });
        texts.next()
    });
    let wide = wide.unwrap_or(0.0);
    known().insert(key, wide);
    wide
}

/// How many characters may fit in `room`: hardly one is narrower than a fifth of the em.
/// What lies beyond is never measured, however long a text is.
fn most(size: f64, room: f64) -> usize {
    (room / size * 5.0).max(0.0) as usize + 1
}

/// The text up to a number of characters, and whether that is all of it.
fn beginning(text: &str, characters: usize) -> (&str, bool) {
    match text.char_indices().nth(characters) {
        Some((end, _)) => (&text[..end], false),
        None => (text, true),
    }
}

/// Marks without a shape: what stands beside one is written in its direction.
const LEFT_TO_RIGHT: char = '\u{200E}';
const RIGHT_TO_LEFT: char = '\u{200F}';

/// Whether a text has letters of a script that is written from right to left.
fn is_right_to_left(text: &str) -> bool {
    let is_within = |c| {
        matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
            || matches!(c, '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    text.chars().any(is_within)
}

/// Two names and what stands between them, from left to right whatever their scripts: each is
/// shaped by itself.
pub fn linked(a: &str, between: &str, b: &str) -> String {
    match is_right_to_left(a) || is_right_to_left(b) {
        true => format!("{a}{LEFT_TO_RIGHT}{between}{LEFT_TO_RIGHT}{b}"),
        false => format!("{a}{between}{b}"),
    }
}

/// The beginning of a text with an ellipsis at its end, which is on the left where the last word
/// is written from right to left.
fn ending_early(begins: &str) -> String {
    let begins = begins.trim_end();
    let last = begins.rsplit(' ').next().unwrap_or_default();
    match is_right_to_left(last) {
        true => format!("{begins}…{RIGHT_TO_LEFT}"),
        false => format!("{begins}…"),
    }
}

/// The text, cut with an ellipsis where it is wider than `room`.
pub fn shorten(text: &str, size: f64, bold: bool, room: f64) -> String {
    let (begins, whole) = beginning(text, most(size, room));
    if whole && width(text, size, bold) <= room {
        return text.to_owned();
    }
    let cut = |end: usize| ending_early(&begins[..end]);
    let ends: Vec<usize> = begins.char_indices().map(|(start, _)| start).collect();
    let fitting = ends.partition_point(|&end| width(&cut(end), size, bold) <= room);
    match fitting {
        0 => String::new(),
        fitting => cut(ends[fitting - 1]),
    }
}

/// A key, cut at its front with an ellipsis where it is wider than `room`: its end tells
/// more.
pub fn shorten_front(text: &str, size: f64, bold: bool, room: f64) -> String {
    let first = text.char_indices().rev().nth(most(size, room));
    let (dropped, ends) = text.split_at(first.map_or(0, |(start, c)| start + c.len_utf8()));
    if dropped.is_empty() && width(text, size, bold) <= room {
        return text.to_owned();
    }
    // Whole parts where they fit, else single characters.
    let parts = ends.match_indices('.').map(|(dot, _)| dot + 1);
    for start in parts.chain(ends.char_indices().map(|(start, _)| start)) {
        let cut = format!("…{}", &ends[start..]);
        if width(&cut, size, bold) <= room {
            return cut;
        }
    }
    String::new()
}

/// The text in at most `lines` lines no wider than `room`, broken at spaces, as even
/// in width as the words allow; what doesn't fit is cut with an ellipsis.
pub fn wrap(text: &str, size: f64, bold: bool, room: f64, lines: usize) -> Vec<String> {
    let (text, all) = beginning(text, most(size, room) * lines.max(1));
    let text = match all {
        true => text.to_owned(),
        false => ending_early(text),
    };
    let text = text.as_str();
    let whole = width(text, size, bold);
    if whole <= room || lines <= 1 {
        return vec![shorten(text, size, bold, room)];
    }
    // Filling to the even width first avoids one long line and a lone last word.
    for count in 2..=lines {
        let even = whole / count as f64;
        for slack in [1.08, 1.25, 1.5, f64::INFINITY] {
            let broken = fill(text, size, bold, (even * slack).min(room));
            if broken.len() <= count && broken.iter().all(|l| width(l, size, bold) <= room) {
                return broken;
            }
        }
    }
    let mut broken = fill(text, size, bold, room);
    if broken.len() > lines {
        let rest = broken.split_off(lines - 1).join(" ");
        broken.push(rest);
    }
    broken
        .iter()
        .map(|line| shorten(line, size, bold, room))
        .collect()
}

/// Greedy filling of lines up to `room`; a word wider than that has a line of its own.
fn fill(text: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if width(&longer, size, bold) <= room {
                *line = longer;
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_or_linked_is_in_the_direction_of_its_letters() {
        // Of names in Latin letters, nothing but the letters.
        assert_eq!(ending_early("Free "), "Free…");
        assert_eq!(linked("Kurds", " → ", "Arabs"), "Kurds → Arabs");
        assert_eq!(ending_early("הצבא "), "הצבא…\u{200F}");
        assert_eq!(ending_early("الجيش army"), "الجيش army…");
        assert_eq!(
            linked("הצבא", " → ", "الجيش"),
            "הצבא\u{200E} → \u{200E}الجيش"
        );
    }
}
