//! `indices.png`: Sobol' indices of each output, and Morris' effects below.

mod scatter;

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::{Column, Sample};
use super::edge::mark_beside;
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
use super::labels::count;
use super::number::{short, ticks};
use super::palette::{BLUE, CONFLICT, Colour, GREY, GRID, PALE, SILVER, WHITE, faded};
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
    /// Left and right edge.
    edges: (f64, f64),
    /// Room for the names of the numbers.
    names: f64,
    /// Width of a column.
    column: f64,
    /// The outputs of the columns.
    outputs: std::ops::Range<usize>,
}

impl Layout<'_> {
    /// The left edge of an output's column.
    fn x(&self, output: usize) -> f64 {
        let column = output - self.outputs.start;
        self.edges.0 + self.names + column as f64 * (self.column + GAP)
    }
}

/// Draws the picture as SVG.
pub fn draw(found: &Sensitivity, page: Page) -> Result<String, FigureError> {
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
    let layout = Layout {
        found,
        rows,
        edges: (LEFT, RIGHT),
        names: NAMES,
        column: (RIGHT - LEFT - NAMES - (columns - 1) as f64 * GAP) / columns as f64,
        outputs: 0..columns,
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
    let words = Words {
        kicker: &found.title,
        identity: &found.identity,
        title: "Which uncertain numbers each outcome hangs on",
        line: match (&found.sobol, &found.morris) {
            (Some(_), _) => {
                "Of each outcome's variance from inputs (share in the head; the rest is noise): each number's part, with 95 % intervals (triangles: beyond the axis)"
            }
            _ => "Elementary effects (Morris): change over the number's span, with 95 % intervals",
        },
        caption: &caption,
        version: &found.version,
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        let top = TOP + HEAD;
        let split = match (&found.sobol, &found.morris) {
            (Some(_), Some(_)) => (top + layout.rows.len() as f64 * TALLEST).min(640.0),
            _ => BOTTOM - 26.0,
        };
        match (&found.sobol, &found.morris) {
            (Some(sobol), screening) => {
                legend(canvas, &SHARES);
                shares(canvas, &layout, sobol, (top, split));
                if let Some(screening) = screening {
                    let edges = (split + 62.0, (split + 322.0).min(BOTTOM - 32.0));
                    scatter::about(canvas, LEFT, edges.0);
                    scatter::draw(canvas, &layout, screening, edges);
                }
            }
            (None, Some(screening)) => {
                legend(canvas, &EFFECTS);
                effects(canvas, &layout, screening, (top, split));
            }
            (None, None) => {}
        }
    };
    laid_out(
        page,
        &words,
        (SCREEN, 350.0),
        on_screen,
        |canvas, column| {
            let entries = match found.sobol {
                Some(_) => SHARES,
                None => EFFECTS,
            };
            let [(first, one), (second, other)] = entries;
            let other = if canvas.page().grey {
                Sample::Ring(other)
            } else {
                Sample::Disc(other)
            };
            let key = [(Sample::Disc(one), first), (other, second)];
            column.key(canvas, &key.map(|(sample, text)| (sample, text.to_owned())));
            bands(canvas, column, &layout, |canvas, layout, y| {
                let top = y + HEAD;
                let foot = top + layout.rows.len() as f64 * NARROW_ROW;
                match (&found.sobol, &found.morris) {
                    (Some(sobol), _) => shares(canvas, layout, sobol, (top, foot)),
                    (None, Some(screening)) => effects(canvas, layout, screening, (top, foot)),
                    (None, None) => {}
                }
                foot + 30.0
            });
            if let (Some(_), Some(screening)) = (&found.sobol, &found.morris) {
                column.head(canvas, "Elementary effects");
                column.note(canvas, &scatter::ABOUT.join(" "));
                bands(canvas, column, &layout, |canvas, layout, y| {
                    for output in layout.outputs.clone() {
                        let face = Face::new(11.5).bold();
                        let label = &layout.found.outputs[output].label;
                        canvas.fit((layout.x(output), y + 10.0), label, layout.column, face);
                    }
                    scatter::draw(canvas, layout, screening, (y + 18.0, y + 18.0 + 130.0));
                    y + 18.0 + 130.0 + 34.0
                });
            }
        },
    )
}

/// Height of a row in a column.
const NARROW_ROW: f64 = 22.0;

/// Draws the outputs in bands below each other, as many beside each other as there is room for.
fn bands(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    layout: &Layout<'_>,
    mut draw: impl FnMut(&mut Canvas<'_>, &Layout<'_>, f64) -> f64,
) {
    let names = (0.33 * column.wide()).clamp(140.0, NAMES);
    // The numbers of an axis reach beyond its end.
    let room = column.wide() - names - 8.0;
    let most = ((room + GAP) / (118.0 + GAP)).max(1.0) as usize;
    let wide = (room + GAP) / most as f64 - GAP;
    for first in layout.outputs.clone().step_by(most) {
        let band = Layout {
            found: layout.found,
            rows: layout.rows.clone(),
            edges: (column.left, column.right),
            names,
            column: wide,
            outputs: first..(first + most).min(layout.outputs.end),
        };
        column.y = draw(canvas, &band, column.y);
    }
}

/// What the two marks of a row are.
const SHARES: [(&str, Colour); 2] = [
    ("first order: alone", FIRST),
    ("total: with all others", TOTAL),
];
const EFFECTS: [(&str, Colour); 2] = [
    ("mu*: how far it moves the output", FIRST),
    ("sigma: how unevenly", TOTAL),
];

/// Names of the numbers at the left, bands across, and heads above the columns; returns
/// the height of a row.
fn grid(canvas: &mut Canvas<'_>, layout: &Layout<'_>, (top, bottom): (f64, f64)) -> f64 {
    let (left, right) = layout.edges;
    let row = ((bottom - top) / layout.rows.len().max(1) as f64).min(TALLEST);
    for (k, number) in layout.rows.iter().enumerate() {
        let y = top + k as f64 * row;
        if k % 2 == 0 {
            canvas.rect(left, y, right - left, row, PALE);
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
        canvas.text((left + 22.0, y + row / 2.0), &(k + 1).to_string(), place);
        let at = (left + 32.0, y + row / 2.0);
        canvas.fit_key(at, name, layout.names - 48.0, face);
    }
    row
}

fn head(canvas: &mut Canvas<'_>, layout: &Layout<'_>, output: usize, bottom: f64, below: &str) {
    let face = Face::new(12.5).bold();
    let lines = face.wrap(&layout.found.outputs[output].label, layout.column, 3);
    let first = bottom - 24.0 - 15.0 * (lines.len() - 1) as f64;
    canvas.lines((layout.x(output), first), &lines, 15.0, face);
    let small = Face::new(11.0).colour(GREY);
    canvas.fit(
        (layout.x(output), bottom - 8.0),
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
    for output in layout.outputs.clone() {
        let Some(indices) = sobol.outputs.get(output) else {
            continue;
        };
        let share = format!(
            "from inputs {:.0} %",
            100.0 * (1.0 - indices.noise_share.value)
        );
        head(
            canvas,
            layout,
            output,
            top,
            if indices.told { &share } else { "" },
        );
        let left = layout.x(output);
        let scale = Scale {
            values: (-0.05, 1.0),
            places: (left - 0.05 * layout.column, left + layout.column),
        };
        let x = |share| scale.x(share);
        let small = Face::new(11.0).colour(GREY).anchor(Anchor::Middle);
        // In a column the rows may be too low for words that stand instead of them.
        let marks: &[f64] = match canvas.page().column.is_some() && !indices.told {
            true => &[],
            false => &[0.0, 0.5, 1.0],
        };
        for &mark in marks {
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
            dot(canvas, middle - apart, &scale, &index.first, FIRST);
            dot(canvas, middle + apart, &scale, &index.total, TOTAL);
        }
    }
}

/// An axis within a column.
struct Scale {
    /// Its first and last value, and where these stand.
    values: (f64, f64),
    places: (f64, f64),
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        let ((low, high), (left, right)) = (self.values, self.places);
        left + (value.clamp(low, high) - low) / (high - low) * (right - left)
    }
}

/// A value with its interval; triangles where that goes on beyond the axis.
fn dot(canvas: &mut Canvas<'_>, y: f64, scale: &Scale, e: &Estimate, colour: Colour) {
    let (low, high) = (scale.x(e.low), scale.x(e.high));
    canvas.line(&[(low, y), (high, y)], 1.6, faded(colour, 0.55));
    if e.low < scale.values.0 {
        mark_beside(canvas, (low - 1.0, y), -1.0, colour);
    }
    if e.high > scale.values.1 {
        mark_beside(canvas, (high + 1.0, y), 1.0, colour);
    }
    canvas.disc((scale.x(e.value), y), 3.4, colour);
    if canvas.page().grey && colour == TOTAL {
        canvas.disc((scale.x(e.value), y), 1.9, WHITE);
    }
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
fn most(screening: &Screening) -> f64 {
    let all = screening.effects.iter().take(MOST).flatten();
    let ends = all.flat_map(|e| [e.mu_star.value, e.sigma.value]);
    ends.filter(|v| v.is_finite()).fold(0.01, f64::max) * 1.1
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
    let most = most(screening);
    for output in layout.outputs.clone() {
        head(canvas, layout, output, top, "");
        let Some(effects) = screening.effects.get(output) else {
            continue;
        };
        let left = layout.x(output);
        let scale = Scale {
            values: (0.0, most),
            places: (left, left + layout.column),
        };
        let x = |value| scale.x(value);
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
            dot(canvas, middle - apart, &scale, &effect.mu_star, FIRST);
            dot(canvas, middle + apart, &scale, &effect.sigma, TOTAL);
        }
    }
}
