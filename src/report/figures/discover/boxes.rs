//! `boxes.png`: which inputs each box restricts, and how steadily.

mod narrow;

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, HEIGHT, Page, WIDTH};
use super::super::frame::{BOTTOM, LEFT, RIGHT, TOP};
use super::super::labels::figures;
use super::super::palette::{GREY, GRID, INK, PALE, SILVER, faded};
use super::{Around, colour, density_of, surrounded};
use crate::experiment::discover::{Checked, Discovery, FoundBox, Limits, Steadiness};
use crate::experiment::replay::percent;
use crate::report::chance::{chance, decimals};
use crate::report::discover::within;

/// Room for the names, and for how steadily an input is restricted.
const NAMES: f64 = 340.0;
const STEADY: f64 = 150.0;
const GAP: f64 = 26.0;
/// Height of the heads, and of a row at most and at least.
const HEAD: f64 = 92.0;
const ROW: (f64, f64) = (34.0, 92.0);
/// Most boxes side by side.
const MOST: usize = 4;

/// Draws it as SVG.
pub fn draw(found: &Discovery, page: Page) -> Result<String, FigureError> {
    let title = format!("Where it comes about: {}", found.outcome.words());
    let rows = rows(found);
    let room = BOTTOM - 20.0 - TOP - HEAD;
    let most = (room / ROW.0) as usize;
    let shown = &rows[..rows.len().min(most)];
    let high = (room / shown.len().max(1) as f64).clamp(ROW.0, ROW.1);
    // As high as the rows need: few of them would leave half of it empty.
    let left_over = (room - shown.len() as f64 * high).round();
    let bottom = BOTTOM - left_over;
    let line = "Each bar: the part of an input's points that a box keeps (full width: all); thin line: how its ends move on random halves of the points";
    let around = Around {
        title: &title,
        line,
        screen: ((WIDTH, HEIGHT - left_over), 0.0),
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        let top = TOP + HEAD;
        names(canvas, found, shown, (top, high));
        let columns = found.boxes.len().min(MOST);
        let left = LEFT + NAMES;
        let right = RIGHT - STEADY - GAP;
        let wide = (right - left + GAP) / columns.max(1) as f64 - GAP;
        for (number, found_box) in found.boxes.iter().take(MOST).enumerate() {
            let x = left + number as f64 * (wide + GAP);
            head(canvas, found, (number, found_box), (x, wide));
            for (row, &input) in shown.iter().enumerate() {
                let limits = found_box.limits.iter().find(|l| l.input == input);
                let steady = found.steadiness.iter().find(|s| s.input == input);
                let place = Cell {
                    left: x,
                    wide,
                    top: top + row as f64 * high,
                    high,
                };
                // The halves are asked of the first box alone.
                let steady = steady.filter(|_| number == 0);
                cell(canvas, number, limits, steady, &place);
            }
        }
        if found.boxes.is_empty() {
            let face = Face::new(16.0).colour(GREY);
            canvas.text(
                (left, TOP + 40.0),
                &format!("No box: {}.", found.ended),
                face,
            );
        }
        steady(canvas, found, shown, (top, high));
        let said = foot(found, rows.len() - shown.len());
        let face = Face::new(12.0).colour(GREY);
        canvas.fit((LEFT, bottom + 8.0), &said, RIGHT - LEFT, face);
    };
    surrounded(found, page, &around, on_screen, |canvas, column| {
        narrow::draw(canvas, column, found);
    })
}

/// The inputs that get a row: those of boxes, then those that are often restricted.
fn rows(found: &Discovery) -> Vec<usize> {
    const OFTEN: f64 = 0.2;
    let mut rows: Vec<usize> = Vec::new();
    let of_boxes = found.boxes.iter().flat_map(|b| b.limits.iter());
    let mut first: Vec<&Limits> = of_boxes.collect();
    let kept = |limits: &&Limits| {
        let low = limits.low.map_or(0.0, |l| l.share_below);
        limits.high.map_or(1.0, |h| h.share_below) - low
    };
    first.sort_by(|a, b| kept(a).total_cmp(&kept(b)));
    let often = found.steadiness.iter().filter(|s| s.either >= OFTEN);
    for input in first.iter().map(|l| l.input).chain(often.map(|s| s.input)) {
        if !rows.contains(&input) {
            rows.push(input);
        }
    }
    rows
}

fn names(canvas: &mut Canvas<'_>, found: &Discovery, rows: &[usize], (top, high): (f64, f64)) {
    for (row, &input) in rows.iter().enumerate() {
        let y = top + row as f64 * high;
        if row % 2 == 0 {
            canvas.rect(LEFT, y, RIGHT - LEFT, high, PALE);
        }
        let number = &found.inputs[input];
        let face = Face::new(14.0).middle();
        canvas.fit_key(
            (LEFT + 8.0, y + high * 0.36),
            &number.key,
            NAMES - 24.0,
            face,
        );
        let small = Face::new(11.0).colour(GREY).middle();
        canvas.fit(
            (LEFT + 8.0, y + high * 0.72),
            &number.about,
            NAMES - 24.0,
            small,
        );
    }
}

fn head(
    canvas: &mut Canvas<'_>,
    found: &Discovery,
    (number, found_box): (usize, &FoundBox),
    (left, wide): (f64, f64),
) {
    let face = Face::new(15.0).bold().colour(colour(number));
    canvas.fit((left, TOP + 12.0), &name(number), wide, face);
    let small = Face::new(12.0).colour(INK);
    for (k, line) in told(found, found_box).iter().enumerate() {
        canvas.fit((left, TOP + 30.0 + 15.0 * k as f64), line, wide, small);
    }
}

fn name(number: usize) -> String {
    match number {
        0 => "Box 1".to_owned(),
        n => format!("Box {}, of what is left", n + 1),
    }
}

/// What a box comes to, where it was learned and on points held out.
fn told(found: &Discovery, found_box: &FoundBox) -> [String; 4] {
    let learned = found_box.learned;
    [
        format!(
            "learned: density {} ({} over all)",
            decimals(learned.density, 3),
            decimals(found.base.value, 3)
        ),
        format!(
            "coverage {}, mass {}",
            decimals(learned.coverage, 3),
            decimals(learned.mass, 3)
        ),
        match &found_box.held_out {
            Some(checked) => held_out(checked),
            None => "no point held out lies in it".to_owned(),
        },
        match &found_box.held_out {
            Some(checked) => {
                let (value, interval) = figures(&checked.coverage);
                format!("coverage {value} {interval}")
            }
            None => String::new(),
        },
    ]
}

fn held_out(checked: &Checked) -> String {
    let (value, interval) = figures(&checked.density);
    format!("held out: density {value} {interval}")
}

/// Where a bar goes.
struct Cell {
    left: f64,
    wide: f64,
    top: f64,
    high: f64,
}

impl Cell {
    fn x(&self, share: f64) -> f64 {
        self.left + share.clamp(0.0, 1.0) * self.wide
    }

    /// Half the height of the bar.
    fn middle(&self) -> f64 {
        self.top + self.high * 0.36
    }
}

fn cell(
    canvas: &mut Canvas<'_>,
    number: usize,
    limits: Option<&Limits>,
    steady: Option<&Steadiness>,
    place: &Cell,
) {
    bar(canvas, number, limits, place);
    if let Some(limits) = limits {
        let face = Face::new(12.0).middle();
        let text = (place.left, place.top + place.high * 0.76);
        canvas.fit(text, &restricted(limits), place.wide, face);
    }
    if let (Some(steady), Some(limits)) = (steady, limits) {
        spreads(canvas, steady, limits, place);
    }
}

/// The part of an input's points that a box keeps.
fn bar(canvas: &mut Canvas<'_>, number: usize, limits: Option<&Limits>, place: &Cell) {
    let middle = place.middle();
    canvas.line(&[(place.left, middle), (place.x(1.0), middle)], 1.4, GRID);
    let Some(limits) = limits else { return };
    let (low, high) = (
        limits.low.map_or(0.0, |limit| limit.share_below),
        limits.high.map_or(1.0, |limit| limit.share_below),
    );
    let (from, to) = (place.x(low), place.x(high));
    let wide = (to - from).max(2.0);
    canvas.rect(from, middle - 5.0, wide, 10.0, colour(number));
}

/// The limits in words, and how much chance is told by them on points held out.
fn restricted(limits: &Limits) -> String {
    let again = [limits.low, limits.high].into_iter().flatten();
    let again = again.filter_map(|limit| limit.quasi_p_held_out);
    let again = again.fold(None, |worst: Option<f64>, p| {
        Some(worst.map_or(p, |worst| worst.max(p)))
    });
    match again {
        Some(p) => format!("{}   (quasi-p held out {})", within(limits), chance(p)),
        None => within(limits),
    }
}

/// How the ends of a bar move on random halves of the points.
fn spreads(canvas: &mut Canvas<'_>, steady: &Steadiness, limits: &Limits, place: &Cell) {
    let y = place.middle() + 8.5;
    let spreads = [
        steady.low_at.filter(|_| limits.low.is_some()),
        steady.high_at.filter(|_| limits.high.is_some()),
    ];
    for [from, at, to] in spreads.into_iter().flatten() {
        let colour = faded(INK, 0.7);
        canvas.line(&[(place.x(from), y), (place.x(to), y)], 1.4, colour);
        canvas.line(
            &[(place.x(at), y - 2.5), (place.x(at), y + 2.5)],
            1.4,
            colour,
        );
    }
}

/// The share of the halves whose first box restricts an input.
fn of_halves(found: &Discovery, input: usize) -> f64 {
    let steady = found.steadiness.iter().find(|s| s.input == input);
    steady.map_or(0.0, |s| s.either)
}

fn steady(canvas: &mut Canvas<'_>, found: &Discovery, rows: &[usize], (top, high): (f64, f64)) {
    if found.halves == 0 {
        return;
    }
    let left = RIGHT - STEADY;
    let face = Face::new(12.0).colour(INK);
    let said = face.wrap(
        &format!(
            "restricted by the first box of {} random halves",
            found.halves
        ),
        STEADY,
        3,
    );
    canvas.lines((left, TOP + 30.0), &said, 15.0, face);
    for (row, &input) in rows.iter().enumerate() {
        let share = of_halves(found, input);
        let y = top + row as f64 * high + high * 0.36;
        let wide = STEADY - 52.0;
        canvas.rect(left, y - 5.0, wide, 10.0, GRID);
        canvas.rect(left, y - 5.0, wide * share, 10.0, SILVER);
        let face = Face::new(12.0).anchor(Anchor::End).middle();
        canvas.text((RIGHT - 4.0, y), &percent(share), face);
    }
}

/// What a density is, and what isn't drawn.
fn foot(found: &Discovery, hidden: usize) -> String {
    let mut said = format!("Density: {}.", density_of(found));
    if hidden > 0 {
        said.push_str(&format!("  {hidden} more inputs are in the tables."));
    }
    if found.boxes.len() > MOST {
        let more = found.boxes.len() - MOST;
        said.push_str(&format!("  {more} more boxes are in the tables."));
    }
    said
}
