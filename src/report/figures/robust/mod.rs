//! `robust.png`: what each option comes to; `map.png`: which is best where.

pub mod map;

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::{Column, SMALL};
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
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
/// Height of the axes below the rows.
const AXIS: f64 = 44.0;
/// In a column: the least width of a measure, room between measures, and the height of an
/// option's name and of what stands below it.
const NARROW: (f64, f64) = (110.0, 30.0);
const NAME: f64 = 18.0;
const ROW: f64 = 46.0;
/// Room left and right for the numbers of the outer measures' axes.
const INSET: f64 = 12.0;

/// What stands around a picture.
fn surrounded(
    found: &Robust,
    page: Page,
    (size, title, line): ((f64, f64), &str, &str),
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
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
    let words = Words {
        kicker: &found.title,
        identity: &found.identity,
        title,
        line,
        caption: &caption,
        version: &found.version,
    };
    laid_out(page, &words, (size, 0.0), on_screen, in_column)
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

/// A measure: its head, what it shows of an option, and whether that is a difference.
type Measure = (String, fn(&RobustOption) -> Option<Shown>, bool);

/// Draws `robust.png` as SVG.
pub fn draw(found: &Robust, page: Page) -> Result<String, FigureError> {
    let (less, side) = match found.better {
        Aim::Low => ("Lower", "at most"),
        Aim::High => ("Higher", "at least"),
    };
    let title = format!("Options against what is uncertain: {}", found.label);
    let line = format!(
        "{less} is better. 95 % intervals over the same rows and random numbers; two marks: noise leaves the truth between them"
    );
    let measures: [Measure; 6] = [
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
    let top = TOP + HEAD;
    let rows = found.options.len() as f64;
    let high = ((BOTTOM - AXIS - top) / rows).min(TALLEST);
    let size = (SCREEN.0, top + rows * high + AXIS + (SCREEN.1 - BOTTOM));
    let words = (size, title.as_str(), line.as_str());
    let on_screen = |canvas: &mut Canvas<'_>| {
        names(canvas, found, (top, high));
        let left = LEFT + NAMES;
        let wide = (RIGHT - left + GAP) / measures.len() as f64 - GAP;
        for (k, measure) in measures.iter().enumerate() {
            let x = left + k as f64 * (wide + GAP);
            let face = Face::new(13.5).bold();
            let lines = face.wrap(&measure.0, wide, 3);
            canvas.lines((x, TOP + 18.0), &lines, 16.0, face);
            let rows = Rows {
                top,
                high,
                above: 0.0,
            };
            marks(canvas, found, measure, (x, wide), &rows);
        }
    };
    surrounded(found, page, words, on_screen, |canvas, column| {
        let (most, _) = inset(column).columns(measures.len(), NARROW.0, NARROW.1);
        // As many in each band.
        let each = measures.len().div_ceil(measures.len().div_ceil(most));
        for (number, band) in measures.chunks(each).enumerate() {
            narrow_band(canvas, column, found, (number == 0, band));
        }
    })
}

/// Where the measures are.
fn inset(column: &Column) -> Column {
    Column {
        left: column.left + INSET,
        right: column.right - INSET,
        ..*column
    }
}

/// Some of the measures beside each other, the options' names above their rows; the first says
/// where they are best.
fn narrow_band(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    found: &Robust,
    (is_first, band): (bool, &[Measure]),
) {
    let within = inset(column);
    let (_, wide) = within.columns(band.len(), NARROW.0, NARROW.1);
    let face = Face::new(12.5).bold();
    let heads: Vec<Vec<String>> = band
        .iter()
        .map(|(head, ..)| face.wrap(head, wide, 3))
        .collect();
    let lines = heads.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let rows = Rows {
        top: column.y + face.leading() * lines + 6.0,
        high: NAME + ROW,
        above: NAME,
    };
    for (k, option) in found.options.iter().enumerate() {
        let top = rows.top + k as f64 * rows.high;
        if k.is_multiple_of(2) {
            canvas.rect(column.left, top, column.wide(), rows.high, PALE);
        }
        let y = top + 11.0;
        canvas.disc((column.left + 9.0, y), 4.5, colour(k));
        let small = Face::new(SMALL).colour(GREY).middle();
        let said = match is_first {
            true => best_in(option),
            false => String::new(),
        };
        let right = column.right - 5.0;
        canvas.text((right, y), &said, small.anchor(Anchor::End));
        let start = column.left + 20.0;
        let room = right - small.width(&said) - 10.0 - start;
        canvas.fit((start, y), &option.label, room, face.middle());
    }
    for (k, (measure, head)) in band.iter().zip(&heads).enumerate() {
        let x = within.left + k as f64 * (wide + NARROW.1);
        canvas.lines((x, column.y + 12.0), head, face.leading(), face);
        marks(canvas, found, measure, (x, wide), &rows);
    }
    column.y = rows.top + found.options.len() as f64 * rows.high + 34.0;
}

fn best_in(option: &RobustOption) -> String {
    format!("best in {} of the rows", chance(option.best_in, 2))
}

/// Where the options' rows are.
struct Rows {
    top: f64,
    high: f64,
    /// Room for the name above what is shown.
    above: f64,
}

impl Rows {
    /// The ends of a grid's line: it goes through all rows where no names are in its way.
    fn stretches(&self, count: usize) -> Vec<(f64, f64)> {
        let row = |k: usize| self.top + k as f64 * self.high;
        match self.above {
            0.0 => vec![(row(0), row(count))],
            above => (0..count).map(|k| (row(k) + above, row(k + 1))).collect(),
        }
    }
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
        let said = best_in(option);
        let small = Face::new(12.0).colour(GREY).middle();
        let at = (LEFT + 30.0, y + high / 2.0 + 10.0);
        canvas.fit(at, &said, NAMES - 50.0, small);
    }
}

fn marks(
    canvas: &mut Canvas<'_>,
    found: &Robust,
    &(_, of, is_difference): &Measure,
    (left, wide): (f64, f64),
    rows: &Rows,
) {
    let (top, high) = (rows.top, rows.high);
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
    let is_narrow = canvas.page().column.is_some();
    let axis = ticks(least, most, 3);
    // An axis needs more than its 0 named.
    let axis = match is_narrow && axis.len() < 2 {
        true => ticks(least, most, 6),
        false => axis,
    };
    for tick in axis {
        let at = x(tick.at);
        let colour = if tick.at == 0.0 { SILVER } else { GRID };
        for (from, to) in rows.stretches(shown.len()) {
            canvas.line(&[(at, from), (at, to)], 1.0, colour);
        }
        let face = Face::new(11.5).colour(GREY).anchor(Anchor::Middle);
        canvas.text((at, foot + 16.0), &tick.label.unwrap_or_default(), face);
    }
    for (k, shown) in shown.iter().enumerate() {
        let y = top + (k as f64 + 0.5) * high + rows.above / 2.0;
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
