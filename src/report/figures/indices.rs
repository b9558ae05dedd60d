//! `indices.png`: Sobol' indices of each output, and Morris' effects below.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, HEIGHT, WIDTH, paint};
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, TOP, Words, surround};
use super::labels::count;
use super::number::{short, ticks};
use super::palette::{BLUE, CONFLICT, Colour, GREY, GRID, INK, PALE, SILVER, faded};
use crate::engine::Estimate;
use crate::experiment::sensitivity::{Decomposition, Screening, Sensitivity};

/// Most columns of outputs; the tables have the rest.
const MOST: usize = 10;
/// Room for the names of the numbers, and between columns.
const NAMES: f64 = 300.0;
const GAP: f64 = 20.0;
/// Most numbers with a row of their own where there are no indices.
const ROWS: usize = 20;
/// Most height of a row.
const TALLEST: f64 = 44.0;
/// Height of the heads of the columns.
const HEAD: f64 = 76.0;

const FIRST: Colour = BLUE;
const TOTAL: Colour = CONFLICT;

/// The rows and columns of the picture.
struct Layout<'a> {
    found: &'a Sensitivity,
    /// Number of each row; `None`: all others together.
    rows: Vec<Option<usize>>,
    left: f64,
    column: f64,
    columns: usize,
}

impl Layout<'_> {
    fn x(&self, column: usize) -> f64 {
        self.left + column as f64 * (self.column + GAP)
    }
}

/// Draws the picture as SVG.
pub fn draw(found: &Sensitivity) -> Result<String, FigureError> {
    let rows: Vec<Option<usize>> = match &found.sobol {
        Some(sobol) => sobol
            .factors
            .iter()
            .map(|factor| match factor[..] {
                [number] => Some(number),
                _ => None,
            })
            .collect(),
        None => found.order.iter().take(ROWS).copied().map(Some).collect(),
    };
    let columns = found.outputs.len().clamp(1, MOST);
    let left = LEFT + NAMES;
    let layout = Layout {
        found,
        rows,
        left,
        column: (RIGHT - left - (columns - 1) as f64 * GAP) / columns as f64,
        columns,
    };
    let more = match found.outputs.len() {
        n if n > MOST => format!("  ·  {} more outputs in the tables", n - MOST),
        _ => String::new(),
    };
    let base = found.sobol.as_ref().map_or(String::new(), |sobol| {
        format!("  ·  {} base rows", count(sobol.base as u64))
    });
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} replicates in all, {} a row{base}{more}  ·  seed {}",
        found.scenario,
        count(found.replicates),
        found.replicates_per_row,
        found.seed
    );
    paint(|canvas| {
        let words = Words {
            kicker: &found.title,
            identity: &found.identity,
            title: "Which uncertain numbers each outcome hangs on",
            line: match (&found.sobol, &found.morris) {
                (Some(_), Some(_)) => {
                    "Of each outcome's variance from inputs (its share is in the head, the rest is noise): the part of each number, with 95 % intervals"
                }
                (Some(_), None) => {
                    "Of each outcome's variance from inputs (its share is in the head, the rest is noise): the part of each number, with 95 % intervals"
                }
                _ => {
                    "Elementary effects (Morris): change over the number's span, with 95 % intervals"
                }
            },
            caption: &caption,
            version: &found.version,
        };
        surround(canvas, &words, (WIDTH, HEIGHT), 350.0);
        let top = TOP + HEAD;
        let split = match (&found.sobol, &found.morris) {
            (Some(_), Some(_)) => (top + layout.rows.len() as f64 * TALLEST).min(640.0),
            _ => BOTTOM - 26.0,
        };
        match (&found.sobol, &found.morris) {
            (Some(sobol), screening) => {
                shares(canvas, &layout, sobol, (top, split));
                if let Some(screening) = screening {
                    scatter(
                        canvas,
                        &layout,
                        screening,
                        (split + 62.0, (split + 322.0).min(BOTTOM - 32.0)),
                    );
                }
            }
            (None, Some(screening)) => effects(canvas, &layout, screening, (top, split)),
            (None, None) => {}
        }
        Ok(())
    })
}

/// Names of the numbers at the left, bands across, and heads above the columns; returns
/// the height of a row.
fn grid(canvas: &mut Canvas<'_>, layout: &Layout<'_>, (top, bottom): (f64, f64)) -> f64 {
    let row = ((bottom - top) / layout.rows.len().max(1) as f64).min(TALLEST);
    for (k, number) in layout.rows.iter().enumerate() {
        let y = top + k as f64 * row;
        if k % 2 == 0 {
            canvas.rect(LEFT, y, RIGHT - LEFT, row, PALE);
        }
        let face = Face::new(13.0).middle();
        let name = match number {
            Some(number) => layout.found.numbers[*number].key.as_str(),
            None => "all others together",
        };
        let place = Face::new(13.0)
            .bold()
            .colour(GREY)
            .middle()
            .anchor(Anchor::End);
        canvas.text((LEFT + 22.0, y + row / 2.0), &(k + 1).to_string(), place);
        canvas.fit_key((LEFT + 32.0, y + row / 2.0), name, NAMES - 48.0, face);
    }
    row
}

fn head(canvas: &mut Canvas<'_>, layout: &Layout<'_>, column: usize, bottom: f64, below: &str) {
    let face = Face::new(12.5).bold();
    let lines = face.wrap(&layout.found.outputs[column].label, layout.column, 3);
    let first = bottom - 24.0 - 15.0 * (lines.len() - 1) as f64;
    canvas.lines((layout.x(column), first), &lines, 15.0, face);
    let small = Face::new(11.0).colour(GREY);
    canvas.fit(
        (layout.x(column), bottom - 8.0),
        below,
        layout.column,
        small,
    );
}

fn shares(
    canvas: &mut Canvas<'_>,
    layout: &Layout<'_>,
    sobol: &Decomposition,
    (top, bottom): (f64, f64),
) {
    let row = grid(canvas, layout, (top, bottom));
    let foot = top + row * layout.rows.len() as f64;
    legend(
        canvas,
        &[
            ("first order: alone", FIRST),
            ("total: with all others", TOTAL),
        ],
    );
    for column in 0..layout.columns {
        let Some(indices) = sobol.outputs.get(column) else {
            continue;
        };
        let share = format!(
            "from inputs {:.0} %",
            100.0 * (1.0 - indices.noise_share.value)
        );
        head(
            canvas,
            layout,
            column,
            top,
            if indices.told { &share } else { "" },
        );
        let left = layout.x(column);
        let x = |share: f64| left + share.clamp(-0.05, 1.0) * layout.column;
        let small = Face::new(11.0).colour(GREY).anchor(Anchor::Middle);
        for mark in [0.0, 0.5, 1.0] {
            canvas.line(&[(x(mark), top), (x(mark), foot)], 1.0, GRID);
            canvas.text((x(mark), foot + 14.0), &short(mark), small);
        }
        if !indices.told {
            let face = Face::new(11.5).colour(SILVER);
            let lines = face.wrap("no variance from inputs told from noise", layout.column, 4);
            canvas.lines((left, top + 18.0), &lines, 15.0, face);
            continue;
        }
        for (k, index) in indices.indices.iter().enumerate() {
            let middle = top + (k as f64 + 0.5) * row;
            let apart = (row * 0.18).min(5.0);
            dot(canvas, middle - apart, x, &index.first, FIRST);
            dot(canvas, middle + apart, x, &index.total, TOTAL);
        }
    }
}

/// A value with its interval.
fn dot(canvas: &mut Canvas<'_>, y: f64, x: impl Fn(f64) -> f64, e: &Estimate, colour: Colour) {
    canvas.line(&[(x(e.low), y), (x(e.high), y)], 1.6, faded(colour, 0.55));
    canvas.disc((x(e.value), y), 3.4, colour);
}

/// Entries from the right end of the heading.
fn legend(canvas: &mut Canvas<'_>, entries: &[(&str, Colour)]) {
    let face = Face::new(13.0).colour(GREY).middle();
    let y = 90.0;
    let mut x = RIGHT;
    for (text, colour) in entries.iter().rev() {
        x -= face.width(text);
        canvas.text((x, y), text, face);
        x -= 12.0;
        canvas.disc((x, y), 4.0, *colour);
        x -= 22.0;
    }
}

/// Most of mu* and sigma among the columns shown.
fn most(layout: &Layout<'_>, screening: &Screening) -> f64 {
    let all = screening.effects.iter().take(layout.columns).flatten();
    let ends = all.flat_map(|e| [e.mu_star.value, e.sigma.value]);
    ends.filter(|v| v.is_finite()).fold(0.01, f64::max) * 1.1
}

/// mu* across, sigma upward, the rows' numbers beside the points that stand out.
fn scatter(
    canvas: &mut Canvas<'_>,
    layout: &Layout<'_>,
    screening: &Screening,
    (top, bottom): (f64, f64),
) {
    let most = most(layout, screening);
    let face = Face::new(13.0).bold();
    canvas.text((LEFT, top + 12.0), "Elementary effects", face);
    let small = Face::new(12.0).colour(GREY);
    let about = [
        "Across: mu*, how far a number moves the".to_owned(),
        "output over its span. Upward: sigma, how".to_owned(),
        "much that depends on the others (and on".to_owned(),
        "noise). Each point is a number; those".to_owned(),
        "above have theirs. Below the line the".to_owned(),
        "effect is nearly the same everywhere.".to_owned(),
    ];
    canvas.lines((LEFT, top + 34.0), &about, 17.0, small);
    for column in 0..layout.columns {
        let Some(effects) = screening.effects.get(column) else {
            continue;
        };
        let left = layout.x(column);
        let x = |v: f64| left + (v / most).clamp(0.0, 1.0) * layout.column;
        let y = |v: f64| bottom - (v / most).clamp(0.0, 1.0) * (bottom - top);
        canvas.rect(left, top, layout.column, bottom - top, PALE);
        canvas.line(&[(x(0.0), y(0.0)), (x(most), y(most * 0.5))], 1.0, GRID);
        let tick = Face::new(11.0).colour(GREY).anchor(Anchor::Middle);
        for mark in ticks(0.0, most, 2) {
            let label = mark.label.unwrap_or_default();
            canvas.line(
                &[(x(mark.at), bottom), (x(mark.at), bottom + 4.0)],
                1.0,
                GREY,
            );
            canvas.text((x(mark.at), bottom + 17.0), &label, tick);
            if column == 0 && mark.at > 0.0 {
                let label = Face::new(11.0).colour(GREY).anchor(Anchor::End).middle();
                canvas.text((left - 5.0, y(mark.at)), &short(mark.at), label);
            }
        }
        let mut order: Vec<usize> = (0..effects.len()).collect();
        order.sort_by(|&a, &b| {
            effects[b]
                .mu_star
                .value
                .total_cmp(&effects[a].mu_star.value)
        });
        for &number in order.iter().rev() {
            let effect = &effects[number];
            let at = (x(effect.mu_star.value), y(effect.sigma.value));
            canvas.disc(at, 3.0, faded(BLUE, 0.75));
        }
        let mut named: Vec<(f64, f64)> = Vec::new();
        for &number in order.iter().take(5) {
            let effect = &effects[number];
            let at = (x(effect.mu_star.value), y(effect.sigma.value));
            let place = layout.rows.iter().position(|row| *row == Some(number));
            // A name on another one tells nothing.
            let free = named
                .iter()
                .all(|n| (n.0 - at.0).abs() > 15.0 || (n.1 - at.1).abs() > 13.0);
            if let (Some(place), true) = (place, free && effect.mu_star.value > 0.0) {
                named.push(at);
                let face = Face::new(11.0).bold().colour(INK).middle();
                let text = (place + 1).to_string();
                let end = at.0 + 6.0 + face.width(&text) > left + layout.column;
                let face = if end { face.anchor(Anchor::End) } else { face };
                let shift = if end { -6.0 } else { 6.0 };
                canvas.text((at.0 + shift, at.1 - 4.0), &text, face);
            }
        }
    }
}

/// mu* and sigma of each number, where there are no indices.
fn effects(
    canvas: &mut Canvas<'_>,
    layout: &Layout<'_>,
    screening: &Screening,
    (top, bottom): (f64, f64),
) {
    let row = grid(canvas, layout, (top, bottom));
    let foot = top + row * layout.rows.len() as f64;
    let most = most(layout, screening);
    legend(
        canvas,
        &[
            ("mu*: how far it moves the output", FIRST),
            ("sigma: how unevenly", TOTAL),
        ],
    );
    for column in 0..layout.columns {
        head(canvas, layout, column, top, "");
        let Some(effects) = screening.effects.get(column) else {
            continue;
        };
        let left = layout.x(column);
        let x = |v: f64| left + (v / most).clamp(0.0, 1.0) * layout.column;
        let small = Face::new(11.0).colour(GREY).anchor(Anchor::Middle);
        for mark in ticks(0.0, most, 2) {
            canvas.line(&[(x(mark.at), top), (x(mark.at), foot)], 1.0, GRID);
            canvas.text(
                (x(mark.at), foot + 14.0),
                &mark.label.unwrap_or_default(),
                small,
            );
        }
        for (k, number) in layout.rows.iter().enumerate() {
            let Some(effect) = number.and_then(|number| effects.get(number)) else {
                continue;
            };
            let middle = top + (k as f64 + 0.5) * row;
            let apart = (row * 0.18).min(5.0);
            dot(canvas, middle - apart, x, &effect.mu_star, FIRST);
            dot(canvas, middle + apart, x, &effect.sigma, TOTAL);
        }
    }
}
