//! The lines of a file that a problem shows: few, and none of them longer than can be read.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::foreign;

/// Characters of a line that are shown; where it has more, a stretch of it is.
const MOST_COLUMNS: usize = 400;
/// Characters shown before the place meant, of a line that is too long.
const BEFORE: usize = 100;
/// Lines shown of a place that goes over several; where it has more, only its first is.
const MOST_LINES: usize = 20;
/// Stands where something is left out.
const GAP: char = '…';

/// A stretch of a text with the line before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines, cut where they are too long.
    pub text: String,
    /// Where the place meant is in them.
    pub span: Range<usize>,
    /// Index of the first of the lines in the whole text.
    first_line: usize,
    /// Line and column of the place meant in the whole text, both from 0.
    at: (usize, usize),
    /// The file's name.
    name: String,
}

impl Excerpt {
    /// What is shown of a place in a text.
    pub fn new(name: &str, text: &str, span: &Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let end = text.floor_char_boundary(span.end).max(start);
        let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |i| i + 1);
        let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |i| at + i);
        let first = line_start(start);
        // A place that ends with a line doesn't reach into the next one.
        let end = match text[start..end].strip_suffix('\n') {
            Some(rest) => start + rest.len(),
            None => end,
        };
        let many = text[start..end].matches('\n').nth(MOST_LINES).is_some();
        let end = if many { line_end(start) } else { end };
        let last = line_end(end);
        let from = first.checked_sub(1).map_or(first, line_start);
        let to = if last < text.len() {
            line_end(last + 1)
        } else {
            last
        };

        let (mut shown, mut place, mut at) = (String::new(), start..end, from);
        for line in text[from..to].split('\n') {
            let inside = |place: usize| (at..=at + line.len()).contains(&place).then(|| place - at);
            let (starts, ends) = (inside(start), inside(end));
            let kept = window(line, starts.or(ends).unwrap_or(0));
            if at > from {
                shown.push('\n');
            }
            if kept.start > 0 {
                shown.push(GAP);
            }
            let base = shown.len();
            let moved = |at: usize| base + at.clamp(kept.start, kept.end) - kept.start;
            place.start = starts.map_or(place.start, moved);
            place.end = ends.map_or(place.end, moved);
            shown.push_str(&line[kept.clone()]);
            if kept.end < line.len() {
                shown.push(GAP);
            }
            at += line.len() + 1;
        }
        let lines = |to: usize| text[..to].matches('\n').count();
        let (shown, place) = visible(&shown, place);
        Self {
            span: place,
            text: shown,
            first_line: lines(from),
            at: (lines(first), text[first..start].chars().count()),
            name: foreign::line(name).into_owned(),
        }
    }
}

/// The text without anything that acts on a terminal, and where a place of it is then.
fn visible(text: &str, place: Range<usize>) -> (String, Range<usize>) {
    let mut shown = String::with_capacity(text.len());
    let mut add = |part: Range<usize>| {
        let (part, rest) = (&text[part.clone()], &text[part.end..]);
        // The end of a line in a file from Windows is not a character out of place.
        let whole = match rest.starts_with('\n') {
            true => part.strip_suffix('\r').unwrap_or(part),
            false => part,
        };
        shown.push_str(&foreign::lines(&whole.replace("\r\n", "\n")));
        shown.len()
    };
    let start = add(0..place.start);
    let end = add(place.start..place.end);
    add(place.end..text.len());
    (shown, start..end)
}

/// The bytes of a line that are shown so that `anchor` is among them.
fn window(line: &str, anchor: usize) -> Range<usize> {
    if line.len() <= MOST_COLUMNS || line.chars().nth(MOST_COLUMNS).is_none() {
        return 0..line.len();
    }
    let anchor = line.floor_char_boundary(anchor);
    let before = line[..anchor].char_indices().rev().nth(BEFORE - 1);
    let start = before.map_or(0, |(at, _)| at);
    let end = line[start..].char_indices().nth(MOST_COLUMNS);
    start..end.map_or(line.len(), |(at, _)| start + at)
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = (lines_before, lines_after) != (0, 0);
        let (line, column) = if whole { (self.first_line, 0) } else { self.at };
        let span = if whole {
            (0, self.text.len()).into()
        } else {
            *span
        };
        let (start, end) = (span.offset(), span.offset() + span.len());
        let data = self.text.as_bytes().get(start..end);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.ok_or(MietteError::OutOfBounds)?,
            span,
            line,
            column,
            self.text.matches('\n').count() + 1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, place: &str) -> Excerpt {
        let start = text.find(place).expect("it is there");
        let excerpt = Excerpt::new("file", text, &(start..start + place.len()));
        let shown = &excerpt.text[excerpt.span.clone()];
        assert!(place.starts_with(shown) && !shown.is_empty(), "{shown}");
        excerpt
    }

    #[test]
    fn short_lines_are_shown_whole_with_those_around_them() {
        let of = |place| {
            let found = excerpt("one\ntwo\nthree\nfour", place);
            (found.text, found.first_line, found.at)
        };
        assert_eq!(of("one"), ("one\ntwo".to_owned(), 0, (0, 0)));
        assert_eq!(of("wo"), ("one\ntwo\nthree".to_owned(), 0, (1, 1)));
        assert_eq!(of("three\n"), ("two\nthree\nfour".to_owned(), 1, (2, 0)));
        assert_eq!(of("our"), ("three\nfour".to_owned(), 2, (3, 1)));
    }

    #[test]
    fn of_a_long_line_a_stretch_around_the_place_is_shown() {
        let long = format!("{}é here {}\nnext", "x".repeat(70_000), "y".repeat(70_000));
        let found = excerpt(&long, "here");
        assert!(found.text.chars().count() < MOST_COLUMNS + 10);
        assert_eq!(&found.text[found.span.clone()], "here");
        assert_eq!(found.at, (0, 70_002));
        assert!(found.text.starts_with("…x") && found.text.ends_with("y…\nnext"));
    }

    #[test]
    fn a_place_of_many_lines_is_shown_by_its_first() {
        let long = "a = [\n".to_owned() + &"1,\n".repeat(5000) + "]\n";
        let found = Excerpt::new("file", &long, &(4..long.len()));
        assert_eq!(found.text, "a = [\n1,");
        assert_eq!(&found.text[found.span], "[");
    }

    #[test]
    fn what_would_act_is_shown_and_the_place_moves_with_it() {
        let found = excerpt("a\u{1b}[2J = 1\r\nb\u{202e} = bad\u{9b} # \u{7}\r\n", "bad");
        assert_eq!(
            found.text,
            "a\\u{1b}[2J = 1\nb\\u{202e} = bad\\u{9b} # \\u{7}\n"
        );
        // The column is that of the file.
        assert_eq!(found.at, (1, 5));
        let acting = Excerpt::new("\u{7}", "x = \u{1b}\r\n", &(4..6));
        assert_eq!(&acting.text[acting.span], "\\u{1b}");
        assert_eq!(acting.name, "\\u{7}");
    }

    #[test]
    fn places_at_the_ends_of_any_text_are_inside_what_is_shown() {
        for text in ["", "\n", "a", "a\n", "é\r\n\n", "\n\n\nx"] {
            for start in 0..=text.len() + 2 {
                for end in start..=text.len() + 2 {
                    let found = Excerpt::new("file", text, &(start..end));
                    assert!(
                        found.span.end <= found.text.len(),
                        "{text:?} {start}..{end}"
                    );
                    assert!(found.text.is_char_boundary(found.span.start));
                }
            }
        }
    }
}
