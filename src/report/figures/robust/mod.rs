//! `robust.png`: what each option comes to; `map.png`: which is best where.

pub mod map;

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page, paint_sized};
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, surround};
use super::labels::{chance, count};
use super::number::ticks;
use super::palette::{Colour, GREY, GRID, INK, PALE, SILVER, position};
use crate::engine::Estimate;
use crate::experiment::robust::{Aim, Range, Robust, RobustOption};
use crate::report::chance::difference;

/// Room for the names of the options, and between columns.
const NAMES: f64 = 290.0;
const GAP: f64 = 34.0;
/// Height of the heads, and of a row at most.
const HEAD: f64 = 74.0;
const TALLEST: f64 = 150.0;

/// What stands around a picture.
fn surrounded(
    found: &Robust,
    title: &str,
    line: &str,
    picture: impl FnOnce(&mut Canvas<'_>),
) -> Result<String, FigureError> {
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} rows ({}), {} replicates of each option at each{}  ·  seed {}",
        found.scenario,
        count(found.rows as u64),
        found.design,
        count(found.replicates_per_row),
        if found.partial { "  ·  partial" } else { "" },
        found.seed
    );
    paint_sized(Page::SCREEN, SCREEN, |canvas| {
        let words = Words {
            kicker: &found.title,
            identity: &found.identity,
            title,
            line,
            caption: &caption,
            version: &found.version,
        };
        surround(canvas, &words, SCREEN, 0.0);
        picture(canvas);
        Ok(())
    })
}

/// The colour of an option.
fn colour(option: usize) -> Colour {
    position([0, 6, 1, 3, 2, 5, 4, 7, 8][option % 9])
}

/// A figure of an option: from one mark to another, and its interval.
#[derive(Clone, Copy)]
struct Shown {
    marks: [f64; 2],
    low: f64,
    high: f64,
}

impl From<Estimate> for Shown {
    fn from(e: Estimate) -> Self {
        Self {
            marks: [e.value; 2],
            low: e.low,
            high: e.high,
        }
    }
}

impl From<Range> for Shown {
    fn from(range: Range) -> Self {
        Self {
            marks: [range.least, range.most],
            low: range.low,
            high: range.high,
        }
    }
}

/// A column: its head, what it shows of an option, and whether that is a difference.
type Column = (String, fn(&RobustOption) -> Option<Shown>, bool);

/// Draws `robust.png` as SVG.
pub fn draw(found: &Robust) -> Result<String, FigureError> {
    let (less, side) = match found.better {
        Aim::Low => ("Lower", "at most"),
        Aim::High => ("Higher", "at least"),
    };
    let title = format!("Options against what is uncertain: {}", found.label);
    let line = format!(
        "{less} is better. 95 % intervals over the same rows and random numbers; two marks: noise leaves the truth between them"
    );
    let columns: [Column; 6] = [
        ("Mean chance".to_owned(), |o| Some(o.mean.into()), false),
        (
            format!("To {}", found.options[0].label),
            |o| o.difference.map(Into::into),
            true,
        ),
        (
            format!("Share of rows {side} {}", chance(found.level, 3)),
            |o| Some(o.satisficing.into()),
            false,
        ),
        (
            "Chance in the worst tenth of rows".to_owned(),
            |o| Some(o.worst_tenth.into()),
            false,
        ),
        ("Regret, mean".to_owned(), |o| Some(o.regret.into()), false),
        (
            "Regret, worst tenth of rows".to_owned(),
            |o| Some(o.regret_worst_tenth.into()),
            false,
        ),
    ];
    surrounded(found, &title, &line, |canvas| {
        let top = TOP + HEAD;
        let rows = found.options.len() as f64;
        let high = ((BOTTOM - 44.0 - top) / rows).min(TALLEST);
        names(canvas, found, (top, high));
        let left = LEFT + NAMES;
        let wide = (RIGHT - left + GAP) / columns.len() as f64 - GAP;
        for (k, (head, of, is_difference)) in columns.iter().enumerate() {
            let x = left + k as f64 * (wide + GAP);
            let face = Face::new(13.5).bold();
            let lines = face.wrap(head, wide, 3);
            canvas.lines((x, TOP + 18.0), &lines, 16.0, face);
            column(canvas, found, (*of, *is_difference), (x, wide), (top, high));
        }
    })
}

fn names(canvas: &mut Canvas<'_>, found: &Robust, (top, high): (f64, f64)) {
    for (k, option) in found.options.iter().enumerate() {
        let y = top + k as f64 * high;
        if k % 2 == 0 {
            canvas.rect(LEFT, y, RIGHT - LEFT, high, PALE);
        }
        canvas.disc((LEFT + 14.0, y + high / 2.0), 6.0, colour(k));
        let face = Face::new(15.0).bold().middle();
        let at = (LEFT + 30.0, y + high / 2.0 - 9.0);
        canvas.fit(at, &option.label, NAMES - 50.0, face);
        let said = format!("best in {} of the rows", chance(option.best_in, 2));
        let small = Face::new(12.0).colour(GREY).middle();
        let at = (LEFT + 30.0, y + high / 2.0 + 10.0);
        canvas.fit(at, &said, NAMES - 50.0, small);
    }
}

fn column(
    canvas: &mut Canvas<'_>,
    found: &Robust,
    (of, is_difference): (fn(&RobustOption) -> Option<Shown>, bool),
    (left, wide): (f64, f64),
    (top, high): (f64, f64),
) {
    let shown: Vec<Option<Shown>> = found.options.iter().map(of).collect();
    let values = || shown.iter().flatten();
    let least = values().map(|s| s.low).fold(0.0, f64::min);
    let most = values().map(|s| s.high).fold(0.0, f64::max);
    let room = (0.06 * (most - least)).max(1e-6);
    let (least, most) = match is_difference {
        true => (least - room, most + room),
        false => (0.0, most + room),
    };
    let x = |value: f64| left + (value - least) / (most - least) * wide;
    let foot = top + high * found.options.len() as f64;
    for tick in ticks(least, most, 3) {
        let at = x(tick.at);
        let colour = if tick.at == 0.0 { SILVER } else { GRID };
        canvas.line(&[(at, top), (at, foot)], 1.0, colour);
        let face = Face::new(11.5).colour(GREY).anchor(Anchor::Middle);
        canvas.text((at, foot + 16.0), &tick.label.unwrap_or_default(), face);
    }
    for (k, shown) in shown.iter().enumerate() {
        let y = top + (k as f64 + 0.5) * high;
        let Some(shown) = shown else {
            continue;
        };
        let colour = colour(k);
        canvas.line(&[(x(shown.low), y), (x(shown.high), y)], 2.0, colour);
        let [from, to] = shown.marks.map(x);
        canvas.line(&[(from, y), (to, y)], 7.0, colour);
        canvas.disc((from, y), 4.6, colour);
        canvas.disc((to, y), 4.6, colour);
        let said = match (is_difference, shown.marks) {
            (true, [value, _]) => difference(value).replace('-', "−"),
            (false, [a, b]) if a == b => chance(a, 3),
            (false, [a, b]) => format!("{} to {}", chance(a, 3), chance(b, 3)),
        };
        let face = Face::new(12.0).colour(INK).anchor(Anchor::Middle);
        let half = face.width(&said) / 2.0;
        let middle = ((from + to) / 2.0).clamp(left + half, (left + wide - half).max(left + half));
        canvas.text((middle, y - 12.0), &said, face);
    }
}
