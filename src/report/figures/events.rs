//! Dated events on axes of time: a line at each with its letter, and their names.
//!
//! A curve that jumps on a day should say why. The letters go by date and are the same in
//! every picture of a scenario.

use super::axis::Horizon;
use super::canvas::{Anchor, Canvas, Face};
use super::palette::{GREY, INK, SILVER};
use crate::engine::Summary;

/// Room that the letters take between an axis and the labels of its ticks.
pub const LETTERS: f64 = 14.5;
/// Size of letters and names.
const SIZE: f64 = 11.5;
/// Least room between two texts.
const APART: f64 = 9.0;
/// The least of a name that tells more than its letter.
const LEAST: f64 = 74.0;
/// The most that a name may take, though there be room.
const MOST: f64 = 420.0;

/// A dated event.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Days from the first day.
    pub day: f64,
    /// A, B, C, ...
    pub letter: String,
    /// What happens.
    pub name: String,
    /// In which month.
    pub month: String,
}

/// The dated events of a summary within the horizon.
pub fn of_summary(summary: &Summary, horizon: &Horizon) -> Vec<Mark> {
    let dated = summary.events.iter();
    let dated = dated.filter_map(|e| Some((e.name.as_str(), e.date.as_deref()?)));
    marks(horizon, dated)
}

/// Names with their dates as marks; none outside of the horizon.
pub fn marks<'a>(
    horizon: &Horizon,
    dated: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<Mark> {
    let dated = dated.into_iter();
    lettered(dated.filter_map(|(name, date)| {
        let (day, month) = horizon.place(date)?;
        Some((day, month, name.to_owned()))
    }))
}

/// Days, months and names as marks, by day and then in the order given.
pub fn lettered(placed: impl Iterator<Item = (f64, String, String)>) -> Vec<Mark> {
    let mut placed: Vec<_> = placed.collect();
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let marks = placed.into_iter().enumerate();
    marks
        .map(|(number, (day, month, name))| Mark {
            day,
            letter: letter(number),
            name,
            month,
        })
        .collect()
}

/// A to Z, then AA, AB, ...
fn letter(number: usize) -> String {
    let last = char::from(b'A' + (number % 26) as u8);
    match number / 26 {
        0 => last.to_string(),
        before => format!("{}{last}", letter(before - 1)),
    }
}

fn bold() -> Face {
    Face::new(SIZE).bold().colour(INK)
}

/// A line through the plot at each event.
pub fn lines(
    canvas: &mut Canvas<'_>,
    marks: &[Mark],
    x: impl Fn(f64) -> f64,
    (top, bottom): (f64, f64),
) {
    for mark in marks {
        let at = x(mark.day);
        canvas.dashed(&[(at, top), (at, bottom)], 1.0, SILVER, &[2.0, 3.0]);
    }
}

/// The letters below an axis, where the one before leaves room.
pub fn letters(canvas: &mut Canvas<'_>, marks: &[Mark], x: impl Fn(f64) -> f64, bottom: f64) {
    let mut free = f64::MIN;
    for mark in marks {
        let at = x(mark.day);
        canvas.line(&[(at, bottom), (at, bottom + 3.5)], 1.4, INK);
        let half = bold().width(&mark.letter) / 2.0;
        if at - half >= free {
            let face = bold().anchor(Anchor::Middle);
            canvas.text((at, bottom + LETTERS), &mark.letter, face);
            free = at + half + 1.5;
        }
    }
}

/// Letters and names in one line; those without room are counted.
pub fn key(canvas: &mut Canvas<'_>, marks: &[Mark], (left, right): (f64, f64), y: f64) {
    if marks.is_empty() {
        return;
    }
    let plain = Face::new(SIZE).colour(GREY);
    let gap = 2.0 * APART;
    let mut x = canvas.run((left, y), &[("Dated events", plain)]) + gap;
    let text = |mark: &Mark| format!("{}, {}", mark.name, mark.month);
    let wide: Vec<f64> = marks.iter().map(|m| wide(m, &text(m), MOST)).collect();
    let (shown, room, more) = fitting(&wide, right - x, gap, |hidden| plain.width(&rest(hidden)));
    for mark in marks.iter().take(shown) {
        let start = canvas.run((x, y), &[(&mark.letter, bold())]) + 5.0;
        let text = plain.shorten(&text(mark), x + room - start);
        let end = canvas.run((start, y), &[(&text, plain)]);
        x = end + gap;
    }
    if more > 0 {
        canvas.text((x, y), &rest(more), plain);
    }
}

/// What a letter with a text takes, at most `most`.
fn wide(mark: &Mark, text: &str, most: f64) -> f64 {
    let text = Face::new(SIZE).width(text);
    (bold().width(&mark.letter) + 5.0 + text).min(most)
}

fn rest(more: usize) -> String {
    format!("and {more} more in the scenario")
}

/// How many of these widths fit into a room, how wide each may be at most, and how many
/// don't fit: as many as have at least twice [`LEAST`].
fn fitting(wide: &[f64], room: f64, gap: f64, rest: impl Fn(usize) -> f64) -> (usize, f64, usize) {
    for shown in (1..=wide.len()).rev() {
        let hidden = wide.len() - shown;
        let left = match hidden {
            0 => room,
            _ => room - rest(hidden) - gap,
        };
        let left = left - gap * (shown - 1) as f64;
        // The widest give way first.
        let mut most = MOST;
        while most > 2.0 * LEAST && wide[..shown].iter().map(|w| w.min(most)).sum::<f64>() > left {
            most -= 2.0;
        }
        if wide[..shown].iter().map(|w| w.min(most)).sum::<f64>() <= left || shown == 1 {
            return (shown, most.min(left.max(0.0)), hidden);
        }
    }
    (0, 0.0, wide.len())
}

/// The names above a plot, each beside the line at its day, in rows at these baselines from
/// the lowest; `limits` is how far to the right each row may reach. A name gives way to the
/// lines of later events; what has no room is counted in the highest row.
pub fn names(
    canvas: &mut Canvas<'_>,
    marks: &[Mark],
    x: impl Fn(f64) -> f64,
    rows: &[f64],
    limits: &[f64],
    top: f64,
) {
    let plain = Face::new(SIZE).colour(GREY);
    let mut limits = limits.to_vec();
    let mut placed = place(marks, &x, &limits);
    let hidden = |placed: &[Option<Place>]| placed.iter().filter(|p| p.is_none()).count();
    if hidden(&placed) > 0 {
        // The count stands at the end of the highest row.
        let last = limits.len() - 1;
        let end = limits[last];
        limits[last] -= plain.width(&rest(marks.len())) + APART;
        placed = place(marks, &x, &limits);
        let more = rest(hidden(&placed));
        canvas.text((end, rows[last]), &more, plain.anchor(Anchor::End));
    }
    for (mark, place) in marks.iter().zip(placed) {
        let at = x(mark.day);
        let Some(Place { row, room }) = place else {
            canvas.line(&[(at, top - 4.0), (at, top)], 1.0, SILVER);
            continue;
        };
        canvas.line(&[(at, rows[row] - SIZE + 1.0), (at, top)], 1.0, SILVER);
        let start = canvas.run((at + 4.0, rows[row]), &[(&mark.letter, bold())]) + 5.0;
        let text = plain.shorten(&mark.name, at + room - start);
        canvas.text((start, rows[row]), &text, plain);
    }
}

/// Where a name goes, and how far to the right of its line it may reach.
struct Place {
    row: usize,
    room: f64,
}

/// From the last event to the first: a line that rises to its name must not cross a name of
/// an earlier one, so only later events in lower rows may lie below a name.
fn place(marks: &[Mark], x: impl Fn(f64) -> f64, limits: &[f64]) -> Vec<Option<Place>> {
    // The leftmost line that reaches up to each row.
    let mut nearest: Vec<f64> = limits.iter().map(|limit| limit + APART).collect();
    let mut placed: Vec<Option<Place>> = Vec::new();
    for mark in marks.iter().rev() {
        let at = x(mark.day);
        let wanted = wide(mark, &mark.name, MOST) + 5.0;
        let room = |row: usize| (nearest[row] - APART - at).min(wanted);
        let best = (0..limits.len())
            .rev()
            .max_by(|&a, &b| room(a).total_cmp(&room(b)));
        let best = best.filter(|&row| room(row) >= LEAST.min(wanted));
        placed.push(best.map(|row| Place {
            row,
            room: room(row),
        }));
        let reached = best.unwrap_or(0);
        if best.is_some() {
            for near in &mut nearest[..=reached] {
                *near = near.min(at);
            }
        }
    }
    placed.reverse();
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: &[f64], name: &str) -> Vec<Mark> {
        let marks = days.iter().enumerate();
        marks
            .map(|(number, &day)| Mark {
                day,
                letter: letter(number),
                name: name.to_owned(),
                month: String::new(),
            })
            .collect()
    }

    #[test]
    fn letters_go_on_after_z() {
        let said = [0, 1, 25, 26, 27, 51, 52].map(letter);
        assert_eq!(said, ["A", "B", "Z", "AA", "AB", "AZ", "BA"]);
    }

    #[test]
    fn events_are_lettered_by_date_and_those_outside_left_out() {
        let horizon = Horizon::of_weeks("2016-06-15", 52).expect("a date");
        let marks = marks(
            &horizon,
            [
                ("late", "2017-03-01"),
                ("before", "2016-06-14"),
                ("early", "2016-06-16"),
                ("after", "2017-06-15"),
            ],
        );
        let said: Vec<_> = marks
            .iter()
            .map(|m| (&*m.letter, &*m.name, &*m.month, m.day))
            .collect();
        assert_eq!(
            said,
            [
                ("A", "early", "Jun 2016", 1.0),
                ("B", "late", "Mar 2017", 259.0)
            ]
        );
    }

    #[test]
    fn no_line_of_an_event_crosses_the_name_of_another() {
        // Days that a plot of 700 has room for, and crowds of them.
        let days: Vec<f64> = (0..25).map(|k| f64::from(k * 167 % 700)).collect();
        for count in [1, 2, 5, 12, 25] {
            let mut days = days[..count].to_vec();
            days.sort_by(f64::total_cmp);
            let marks = at(&days, "An event with a name of the usual length, Apr 2018");
            let places = place(&marks, |day| day, &[700.0, 1000.0, 1000.0]);
            for (a, at_a) in places.iter().zip(&days) {
                let Some(a) = a else { continue };
                assert!(a.room >= LEAST);
                for (b, at_b) in places.iter().zip(&days) {
                    let Some(b) = b else { continue };
                    let inside = at_b > at_a && *at_b < at_a + a.room;
                    assert!(!inside || b.row < a.row, "{at_a} {at_b}");
                }
            }
            assert!(count > 5 || places.iter().all(Option::is_some), "{count}");
        }
    }

    #[test]
    fn a_key_cuts_the_longest_first_and_counts_the_rest() {
        let rest = |_| 100.0;
        assert_eq!(fitting(&[100.0, 200.0], 400.0, 10.0, rest), (2, 390.0, 0));
        let (shown, most, more) = fitting(&[100.0, 260.0, 260.0], 560.0, 10.0, rest);
        assert_eq!((shown, more), (3, 0));
        assert!((200.0..=220.0).contains(&most));
        let (shown, most, more) = fitting(&[260.0; 25], 1400.0, 10.0, rest);
        assert_eq!(shown + more, 25);
        assert!(shown >= 7 && shown as f64 * (most + 10.0) <= 1310.0);
    }
}
