//! `tornado.png`: what each output does when one number goes from its low to its high: a row
//! for each number, a column for each output.

use super::FigureError;
use super::axis::Tick;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::Sample;
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
use super::hatch::hatch_rect;
use super::labels::{chance, count, figures};
use super::number::{short, ticks};
use super::palette::{CONFLICT, Colour, FRIENDLY, GREY, GRID, INK, PALE, SILVER, blend};
use crate::engine::Estimate;
use crate::experiment::sensitivity::{Sensitivity, Swing, Tornado};

/// Most columns of outputs; the tables have the rest.
const MOST: usize = 10;
/// Room for the numbers, and between columns.
const NAMES: f64 = 296.0;
const GAP: f64 = 22.0;
/// Height of the heads of the columns, and of what stands below the rows.
const HEAD: f64 = 84.0;
const FOOT: f64 = 52.0;
/// Least height of a row, and most.
const ROW: (f64, f64) = (34.0, 84.0);
/// Least half-width of an axis.
const LEAST: f64 = 0.02;

const LOW: Colour = FRIENDLY;
const HIGH: Colour = CONFLICT;

/// Where everything goes.
struct Layout<'a> {
    found: &'a Sensitivity,
    tornado: &'a Tornado,
    /// Places in the tornado's bars, the widest first.
    rows: Vec<usize>,
    /// Outputs that some number moves by more than noise.
    columns: Vec<usize>,
    /// Left and right edge, and the top of the heads.
    edges: (f64, f64),
    top: f64,
    /// Room for the numbers.
    names: f64,
    /// Height of a row.
    row: f64,
    /// Width of a column.
    column: f64,
    /// The columns drawn.
    band: std::ops::Range<usize>,
}

impl<'a> Layout<'a> {
    fn new(found: &'a Sensitivity, tornado: &'a Tornado) -> Self {
        let moved = |output: &usize| swings(tornado, *output).any(|s| told(&s.difference));
        let columns: Vec<usize> = (0..found.outputs.len()).filter(moved).take(MOST).collect();
        let size = |bar: usize| {
            let outputs = columns.iter();
            let changes = outputs.filter_map(|&k| tornado.bars[bar].outputs.get(k));
            changes
                .map(|s| s.difference.value.abs())
                .filter(|size| size.is_finite())
                .fold(0.0, f64::max)
        };
        let mut rows: Vec<usize> = (0..tornado.bars.len()).collect();
        rows.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
        let high = BOTTOM - FOOT - TOP - HEAD;
        rows.truncate((high / ROW.0) as usize);
        let wide = RIGHT - LEFT - NAMES;
        let count = columns.len().max(1) as f64;
        Self {
            edges: (LEFT, RIGHT),
            top: TOP,
            names: NAMES,
            row: (high / rows.len().max(1) as f64).clamp(ROW.0, ROW.1),
            column: (wide - (count - 1.0) * GAP) / count,
            band: 0..columns.len(),
            found,
            tornado,
            rows,
            columns,
        }
    }

    fn left(&self, column: usize) -> f64 {
        let place = column - self.band.start;
        self.edges.0 + self.names + place as f64 * (self.column + GAP)
    }

    fn top(&self, row: usize) -> f64 {
        self.top + HEAD + row as f64 * self.row
    }

    /// Upper and lower edge of a row's bars; what they change stands below.
    fn bar(&self, row: usize) -> (f64, f64) {
        let top = self.top(row) + 0.16 * self.row;
        (top, top + (0.4 * self.row).min(30.0))
    }

    /// Half the span of a column's axis: the same for all chances, and one of its own for
    /// what is no chance.
    fn reach(&self, output: usize) -> f64 {
        let is_chance = |k: usize| self.found.outputs[k].is_chance;
        let alike = self.columns.iter().copied();
        let alike = alike.filter(|&k| is_chance(k) == is_chance(output));
        let ends = alike.flat_map(|k| {
            let base = self.tornado.base[k].value;
            let swings = swings(self.tornado, k);
            swings.flat_map(move |s| [s.low.value - base, s.high.value - base])
        });
        let ends = ends.map(f64::abs).filter(|end| end.is_finite());
        1.04 * ends.fold(LEAST, f64::max)
    }
}

/// What every number does to an output.
fn swings(tornado: &Tornado, output: usize) -> impl Iterator<Item = &Swing> {
    let bars = tornado.bars.iter();
    bars.filter_map(move |bar| bar.outputs.get(output))
}

/// Whether a change can be told from noise.
fn told(difference: &Estimate) -> bool {
    difference.low > 0.0 || difference.high < 0.0
}

/// Draws the picture as SVG.
pub fn draw(found: &Sensitivity, tornado: &Tornado, page: Page) -> Result<String, FigureError> {
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} replicates at each end, on the same random numbers  ·  seed {}",
        found.scenario,
        count(tornado.replicates),
        found.seed
    );
    let layout = Layout::new(found, tornado);
    let words = Words {
        kicker: &found.title,
        identity: &found.identity,
        title: "What each uncertain number does by itself",
        line: "Change from a number's 5 % to its 95 % quantile (of a few values: least to greatest), all others drawn as usual; 95 % intervals",
        caption: &caption,
        version: &found.version,
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        legend(canvas);
        band(canvas, &layout);
        let lines = foot(&layout);
        for (k, line) in lines.iter().rev().enumerate() {
            let at = (LEFT, BOTTOM + 4.0 - 17.0 * k as f64);
            let face = Face::new(12.0).colour(GREY);
            canvas.fit(at, line, RIGHT - LEFT, face);
        }
    };
    laid_out(
        page,
        &words,
        (SCREEN, 330.0),
        on_screen,
        |canvas, column| {
            let key = [("number low", LOW, 1), ("number high", HIGH, 0)];
            let key =
                key.map(|(text, colour, pattern)| (Sample::Area(colour, pattern), text.to_owned()));
            column.key(canvas, &key);
            let names = (0.33 * column.wide()).clamp(140.0, NAMES);
            let room = column.wide() - names;
            let most = ((room + GAP) / (126.0 + GAP)).max(1.0) as usize;
            let wide = (room + GAP) / most as f64 - GAP;
            for first in (0..layout.columns.len()).step_by(most) {
                let own = Layout {
                    edges: (column.left, column.right),
                    top: column.y,
                    names,
                    row: ROW.0 + 6.0,
                    column: wide,
                    band: first..(first + most).min(layout.columns.len()),
                    rows: layout.rows.clone(),
                    columns: layout.columns.clone(),
                    ..layout
                };
                band(canvas, &own);
                column.y = own.top(own.rows.len()) + 30.0;
            }
            for line in foot(&layout) {
                column.note(canvas, &line);
            }
        },
    )
}

/// Some of the outputs beside each other, with the numbers at their left.
fn band(canvas: &mut Canvas<'_>, layout: &Layout<'_>) {
    if !layout.columns.is_empty() {
        numbers(canvas, layout);
    }
    for column in layout.band.clone() {
        bars(canvas, layout, column);
    }
}

fn legend(canvas: &mut Canvas<'_>) {
    let face = Face::new(13.0).colour(GREY).middle();
    let y = 90.0;
    let mut x = RIGHT;
    for (text, colour) in [("number high", HIGH), ("number low", LOW)] {
        x -= face.width(text);
        canvas.text((x, y), text, face);
        x -= 20.0;
        canvas.rect(x, y - 6.0, 13.0, 12.0, colour);
        x -= 20.0;
    }
}

/// A bar's colour, dark enough for text.
fn ink(colour: Colour) -> Colour {
    blend(colour, INK, 0.35)
}

/// The keys at the left, each above its low and its high.
fn numbers(canvas: &mut Canvas<'_>, layout: &Layout<'_>) {
    let (left, right) = layout.edges;
    for (row, &bar) in layout.rows.iter().enumerate() {
        let top = layout.top(row);
        if row % 2 == 0 {
            canvas.rect(left, top, right - left, layout.row, PALE);
        }
        let number = &layout.found.numbers[layout.tornado.bars[bar].number];
        let middle = top + layout.row / 2.0;
        let name = Face::new(13.0);
        let at = (left + 8.0, middle - 3.0);
        canvas.fit_key(at, &number.key, layout.names - 24.0, name);
        let small = Face::new(11.5);
        canvas.run(
            (left + 8.0, middle + 12.5),
            &[
                (
                    &number.low.map_or_else(String::new, short),
                    small.colour(ink(LOW)),
                ),
                (" to ", small.colour(GREY)),
                (
                    &number.high.map_or_else(String::new, short),
                    small.colour(ink(HIGH)),
                ),
            ],
        );
    }
}

/// One output: its head, and how far each number moves it.
fn bars(canvas: &mut Canvas<'_>, layout: &Layout<'_>, column: usize) {
    let output = layout.columns[column];
    let base = &layout.tornado.base[output];
    let (left, top) = (layout.left(column), layout.top(0));
    let foot = layout.top(layout.rows.len());
    let face = Face::new(12.5).bold();
    let lines = face.wrap(&layout.found.outputs[output].label, layout.column, 3);
    let first = top - 26.0 - 15.0 * (lines.len() - 1) as f64;
    canvas.lines((left, first), &lines, 15.0, face);
    let small = Face::new(11.0).colour(GREY);
    let (value, interval) = figures(base);
    let as_it_is = format!("as it is {value} {interval}");
    canvas.fit((left, top - 9.0), &as_it_is, layout.column, small);

    let reach = layout.reach(output);
    let middle = left + layout.column / 2.0;
    let x = |change: f64| middle + (change / reach).clamp(-1.0, 1.0) * layout.column / 2.0;
    let signed_label = |tick: &Tick| match tick.label.clone().unwrap_or_default() {
        label if tick.at > 0.0 && label != "0" => format!("+{label}"),
        label => label,
    };
    // One at an end might meet the next column's.
    let fits = |tick: &Tick| {
        let beyond = (x(tick.at) - middle).abs() + small.width(&signed_label(tick)) / 2.0;
        beyond <= (layout.column + GAP) / 2.0 - 3.0
    };
    // An axis needs more than its 0 named.
    let wanted = if layout.column > 220.0 { 8 } else { 4 };
    let marks = ticks(-reach, reach, wanted);
    let marks = match marks.iter().filter(|tick| fits(tick)).count() {
        0..3 => ticks(-reach, reach, 2 * wanted),
        _ => marks,
    };
    for tick in marks {
        for row in 0..layout.rows.len() {
            let (from, to) = layout.bar(row);
            let (width, colour) = match tick.at.abs() < reach * 1e-6 {
                true => (1.2, SILVER),
                false => (1.0, GRID),
            };
            canvas.line(
                &[(x(tick.at), from - 4.0), (x(tick.at), to + 4.0)],
                width,
                colour,
            );
        }
        if fits(&tick) {
            let face = small.anchor(Anchor::Middle);
            canvas.text((x(tick.at), foot + 15.0), &signed_label(&tick), face);
        }
    }
    for (row, &bar) in layout.rows.iter().enumerate() {
        let Some(swing) = layout.tornado.bars[bar].outputs.get(output) else {
            continue;
        };
        let (from, to) = layout.bar(row);
        let mut ends = [
            (swing.low.value - base.value, LOW),
            (swing.high.value - base.value, HIGH),
        ];
        // The longer one first, in case both lie on one side.
        ends.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        for (end, colour) in ends {
            let (a, b) = (middle.min(x(end)), middle.max(x(end)));
            canvas.rect(a, from, b - a, to - from, colour);
            let pattern = usize::from(colour == LOW);
            hatch_rect(canvas, (a, from, b - a, to - from), colour, pattern);
        }
        let face = match told(&swing.difference) {
            true => Face::new(11.0).colour(INK),
            false => Face::new(11.0).colour(GREY),
        };
        let said = [
            difference(&swing.difference, enough(&swing.difference)),
            difference(&swing.difference, 2),
            signed(swing.difference.value, 2),
        ];
        if let Some(said) = said.iter().find(|said| face.width(said) <= layout.column) {
            let at = (middle, layout.top(row) + 0.88 * layout.row);
            canvas.text(at, said, face.anchor(Anchor::Middle));
        }
    }
}

/// What isn't drawn, and what the heads mean.
fn foot(layout: &Layout<'_>) -> Vec<String> {
    let found = layout.found;
    let mut said = Vec::new();
    let hidden = layout.tornado.bars.len() - layout.rows.len();
    if hidden > 0 {
        said.push(format!("{hidden} more numbers are in the tables."));
    }
    let bound: usize = found.numbers.iter().map(|n| n.members.len()).sum();
    if bound > 0 {
        said.push(format!(
            "{bound} numbers hang together with others and have no bars."
        ));
    }
    said.push(format!(
        "As it is: over these {} replicates with every number drawn; a run of another number differs by noise.",
        count(layout.tornado.replicates)
    ));
    let mut still = Vec::new();
    let mut more = 0;
    for (output, measured) in found.outputs.iter().enumerate() {
        if layout.columns.contains(&output) {
            continue;
        }
        match swings(layout.tornado, output).any(|s| told(&s.difference)) {
            true => more += 1,
            false => still.push(format!(
                "{} ({})",
                measured.label,
                chance(layout.tornado.base[output].value, 3)
            )),
        }
    }
    if more > 0 {
        said.push(format!("{more} more outputs are in the tables."));
    }
    let mut lines = vec![said.join(" ")];
    if !still.is_empty() {
        lines.push(format!(
            "Moved by no number beyond noise, and not drawn: {}.",
            still.join(", ")
        ));
    }
    lines
}

/// A change with its sign, if it doesn't round to none.
fn signed(value: f64, decimals: usize) -> String {
    let none = format!("{:.decimals$}", 0.0);
    match format!("{:.decimals$}", value.abs()) {
        size if size == none => none,
        size if value < 0.0 => format!("−{size}"),
        size => format!("+{size}"),
    }
}

/// Two decimals, or three where a change that is told from noise would end at a 0.
fn enough(e: &Estimate) -> usize {
    let vanishes = told(e) && e.low.abs().min(e.high.abs()) < 0.005;
    if vanishes { 3 } else { 2 }
}

fn difference(e: &Estimate, decimals: usize) -> String {
    let [value, low, high] = [e.value, e.low, e.high].map(|v| signed(v, decimals));
    format!("{value} [{low}, {high}]")
}
