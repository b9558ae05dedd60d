//! `history.png`: one history on one time axis: strength and cohesion, who held what, what
//! effort went into, who fought whom; the numbers are those of the story.

mod marks;
mod strips;

use super::FigureError;
use super::axis::{Horizon, round_ticks};
use super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::column::{Column, Sample};
use super::edge;
use super::events::{self, Mark};
use super::frame::{CAVEAT, LEFT, RIGHT, SCREEN, Words, laid_out};
use super::palette::{BLUE, Colour, GREY, GRID, HOSTILE, INK};
use crate::engine::axis_high;
use crate::experiment::replay::{Entry, Replay};
use crate::model::Series;
use crate::scenario::{COHESION, Scenario};

/// Left and right edge of what is drawn against time.
const PLOT: (f64, f64) = (LEFT + 190.0, 1126.0);
/// Top of the first panel and bottom of the last.
const DEPTH: (f64, f64) = (158.0, 860.0);
/// The least and the most height of the lines' panel.
const LINES: (f64, f64) = (128.0, 330.0);
/// Room above a panel, with its title.
const HEAD: f64 = 30.0;
/// The most rows of places, factions and quarrels that can be told apart.
const MOST: (usize, usize, usize) = (20, 16, 12);
/// How much higher a row of effort is: four things share it.
const TALL: f64 = 1.3;

/// What all panels share.
struct Sheet<'a> {
    scenario: &'a Scenario,
    replay: &'a Replay,
    horizon: Horizon,
    /// Left edge of the names of rows.
    left: f64,
    /// Left and right edge of what is drawn against time.
    plot: (f64, f64),
    /// Top of the first panel.
    top: f64,
    /// Whether the lines' names stand above them, and not beside them.
    narrow: bool,
    /// Height of a row of strips.
    row: f64,
    /// Height of the lines' panel.
    lines: f64,
    /// Dated events.
    events: Vec<Mark>,
}

impl Sheet<'_> {
    /// Where a step ends.
    fn x(&self, step: usize) -> f64 {
        self.day(self.horizon.day(step))
    }

    /// Where a day is.
    fn day(&self, day: f64) -> f64 {
        self.plot.0 + day / self.horizon.days * (self.plot.1 - self.plot.0)
    }

    /// The day of something told.
    fn at(&self, entry: &Entry) -> f64 {
        let days = entry.days_after_start(&self.scenario.time);
        self.plot.0 + (days / self.horizon.days).clamp(0.0, 1.0) * (self.plot.1 - self.plot.0)
    }

    fn steps(&self) -> usize {
        self.scenario.time.steps()
    }

    /// The title of a panel.
    fn title(&self, canvas: &mut Canvas<'_>, y: f64, title: &str, line: &str) {
        let bold = Face::new(13.5).bold();
        let plain = Face::new(12.0).colour(GREY);
        let room = self.plot.1 - self.left - bold.width(title) - 12.0;
        let line = plain.shorten(line, room);
        canvas.run(
            (self.left, y),
            &[(title, bold), ("  ", plain), (&line, plain)],
        );
    }

    /// The name of a row, in the gutter.
    fn name(&self, canvas: &mut Canvas<'_>, y: f64, name: &str) {
        canvas.fit(
            (self.plot.0 - 8.0, y),
            name,
            self.plot.0 - self.left - 10.0,
            self.face(),
        );
    }

    /// The names of a pair, each with its share of the gutter.
    fn names(&self, canvas: &mut Canvas<'_>, y: f64, (a, b): (&str, &str)) {
        let face = self.face();
        let room = (self.plot.0 - self.left - 10.0) * 7.0 / 6.0;
        let text = face.pair((a, b), " – ", room);
        self.name(canvas, y, &text);
    }

    /// How the names of rows are written.
    fn face(&self) -> Face {
        let least = if self.narrow { 10.5 } else { 7.5 };
        let size = (self.row * 0.92).clamp(least, 13.0);
        Face::new(size).anchor(Anchor::End).middle()
    }
}

/// The rows of a history.
struct Rows {
    places: Vec<usize>,
    factions: Vec<usize>,
    pairs: Vec<(usize, usize)>,
    key: strips::Key,
}

impl Rows {
    fn of(scenario: &Scenario, replay: &Replay, plot: (f64, f64), most: usize) -> Self {
        let places = strips::places(scenario, replay, MOST.0);
        Self {
            key: strips::key(scenario, replay, &places, plot, most),
            places,
            factions: strips::factions(replay, MOST.1),
            pairs: strips::pairs(replay, MOST.2),
        }
    }

    /// Their number, in the height of one.
    fn count(&self) -> f64 {
        self.places.len() as f64
            + TALL * self.factions.len() as f64
            + self.pairs.len().max(1) as f64
    }

    /// Room for the heads of the panels.
    fn heads(&self) -> f64 {
        3.0 * HEAD + self.key.high()
    }
}

/// Draws the picture as SVG.
pub fn draw(scenario: &Scenario, replay: &Replay, page: Page) -> Result<String, FigureError> {
    let time = &scenario.time;
    let horizon = Horizon::over(time.start, time.step_weeks as f64, time.steps());
    let dated = scenario.events.iter();
    let dated: Vec<(&str, String)> = dated
        .filter_map(|event| Some((event.name.as_str(), event.date()?.to_string())))
        .collect();
    let dated = dated.iter().map(|(name, date)| (*name, date.as_str()));
    let events = events::marks(&horizon, dated);
    let words = Words {
        kicker: &scenario.title,
        identity: &scenario.identity(),
        title: &format!("One history: replicate {}", replay.row.replicate),
        line: replay.story.end.first().map_or("", String::as_str),
        caption: &format!(
            "{CAVEAT}  Scenario {}  ·  one history of many  ·  replicate {}  ·  seed {}",
            scenario.name, replay.row.replicate, replay.seed
        ),
        version: env!("CARGO_PKG_VERSION"),
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        let small = Face::new(11.5).colour(GREY).anchor(Anchor::End);
        canvas.text((RIGHT, 64.0), COHESION, small);
        let rows = Rows::of(scenario, replay, PLOT, 3);
        let room = DEPTH.1 - DEPTH.0 - rows.heads();
        let row = ((room - LINES.0) / rows.count()).min(34.0);
        let sheet = Sheet {
            scenario,
            replay,
            horizon,
            left: LEFT,
            plot: PLOT,
            top: DEPTH.0,
            narrow: false,
            row,
            lines: (room - rows.count() * row).clamp(LINES.0, LINES.1),
            events: events.clone(),
        };
        let bottom = panels(canvas, &sheet, &rows);
        events::key(canvas, &sheet.events, (LEFT, RIGHT), bottom + 52.0);
        marks::list(canvas, &sheet, (marks::LIST, RIGHT), (DEPTH.0, bottom));
    };
    laid_out(page, &words, (SCREEN, 0.0), on_screen, |canvas, column| {
        column.note(canvas, COHESION);
        let gutter = (0.28 * column.wide()).clamp(120.0, 180.0);
        let plot = (column.left + gutter, column.right - 36.0);
        let mut sheet = Sheet {
            scenario,
            replay,
            horizon,
            left: column.left,
            plot,
            top: 0.0,
            narrow: true,
            row: 16.0,
            lines: 150.0,
            events: events.clone(),
        };
        narrow_key(canvas, column, &sheet);
        sheet.top = column.y + 40.0;
        let rows = Rows::of(scenario, replay, plot, 12);
        column.y = panels(canvas, &sheet, &rows) + 50.0;
        column.events(canvas, &sheet.events);
        column.y += 8.0;
        let edges = (column.left, column.right);
        column.y = marks::list(canvas, &sheet, edges, (column.y + 24.0, column.y));
    })
}

/// The panels below each other; returns where they end.
fn panels(canvas: &mut Canvas<'_>, sheet: &Sheet<'_>, rows: &Rows) -> f64 {
    let bottom = sheet.top + sheet.lines + rows.heads() + rows.count() * sheet.row;
    time_axis(canvas, sheet, bottom);
    lines(canvas, sheet);
    let high = rows.key.high();
    let mut y = sheet.top + sheet.lines + HEAD + high;
    rows.key.draw(canvas, y - 9.0, sheet.plot.0);
    // No line strikes through what is written: neither names on strips nor heads.
    let mut texts = Vec::new();
    let head = |bottom: f64, high: f64| (sheet.plot.0, bottom - high + 6.0, sheet.plot.1, bottom);
    texts.push(head(y, HEAD + high));
    y = strips::draw_places(canvas, sheet, &rows.places, (y, high), &mut texts) + HEAD;
    texts.push(head(y, HEAD));
    y = strips::draw_factions(canvas, sheet, &rows.factions, y) + HEAD;
    texts.push(head(y, HEAD));
    strips::draw_pairs(canvas, sheet, &rows.pairs, y);
    // Above the strips, which would hide their lines.
    marks::draw(canvas, sheet, (sheet.top, bottom), &texts);
    bottom
}

fn time_axis(canvas: &mut Canvas<'_>, sheet: &Sheet<'_>, bottom: f64) {
    let small = Face::new(12.0).colour(GREY);
    let (left, right) = sheet.plot;
    let x = |day: f64| sheet.day(day);
    events::letters(canvas, &sheet.events, x, bottom + 2.0);
    events::lines(
        canvas,
        &sheet.events,
        x,
        (sheet.top, sheet.top + sheet.lines),
    );
    canvas.line(&[(left, bottom + 2.0), (right, bottom + 2.0)], 1.2, GREY);
    let wanted = match sheet.narrow {
        true => ((right - left) / 76.0) as usize,
        false => 9,
    };
    for tick in sheet.horizon.ticks(wanted.max(2)) {
        let at = x(tick.at);
        let long = if tick.label.is_some() { 7.0 } else { 4.0 };
        canvas.line(&[(at, bottom + 2.0), (at, bottom + 2.0 + long)], 1.0, GREY);
        if let Some(label) = tick.label {
            let foot = sheet.top + sheet.lines;
            canvas.line(&[(at, sheet.top), (at, foot)], 1.0, GRID);
            let half = small.width(&label) / 2.0;
            let at = at.clamp(left + half, right - half);
            let at = (at, bottom + 22.0 + events::LETTERS);
            canvas.text(at, &label, small.anchor(Anchor::Middle));
        }
    }
}

/// A line: its series, its name, colour and width, and its dashes where colours don't tell.
type Line = (Series, String, Colour, f64, &'static [f64]);

/// Threat strength, cohesion and mean rivalry.
fn shown(sheet: &Sheet<'_>) -> [Line; 3] {
    let coalition = sheet.scenario.coalitions.first();
    let coalition = coalition.map_or("", |c| c.name.as_str());
    [
        (
            Series::ThreatStrength,
            format!("Strength of {}", sheet.scenario.threat.name),
            INK,
            2.6,
            &[],
        ),
        (
            Series::Cohesion,
            format!("Cohesion of {coalition}"),
            BLUE,
            2.2,
            &[9.0, 4.0],
        ),
        (
            Series::Rivalry,
            "Mean rivalry weight in it".to_owned(),
            HOSTILE,
            1.8,
            &[2.5, 2.5],
        ),
    ]
}

/// What the lines are, in a column.
fn narrow_key(canvas: &mut Canvas<'_>, column: &mut Column, sheet: &Sheet<'_>) {
    let top_of_axis = axis_high(Series::ThreatStrength);
    let entries = shown(sheet).map(|(series, name, colour, width, dash)| {
        let values = sheet.replay.trace.series[series].iter();
        let most = values.fold(0.0f32, |most, value| most.max(*value));
        let name = match f64::from(most) > top_of_axis {
            true => format!("{name}, up to {most:.2}"),
            false => name,
        };
        (Sample::Line(width, dash, colour), name)
    });
    column.key(canvas, &entries);
}

/// Draws them.
fn lines(canvas: &mut Canvas<'_>, sheet: &Sheet<'_>) {
    let trace = &sheet.replay.trace;
    let shown = shown(sheet);
    // The axis is that of `trajectories.png`, whatever this history does.
    let top_of_axis = axis_high(Series::ThreatStrength);
    let (top, bottom) = (sheet.top, sheet.top + sheet.lines);
    let y = |value: f64| bottom - (value / top_of_axis).clamp(0.0, 1.0) * (bottom - top);
    let small = Face::new(11.5).colour(GREY).anchor(Anchor::End).middle();
    for tick in round_ticks(top_of_axis, (sheet.lines / 40.0) as usize) {
        let at = y(tick.at);
        canvas.line(&[(sheet.plot.0, at), (sheet.plot.1, at)], 1.0, GRID);
        if let Some(label) = tick.label {
            canvas.text((sheet.plot.0 - 8.0, at), &label, small);
        }
    }
    let mut ends = Vec::new();
    for (number, (series, name, colour, width, dash)) in shown.iter().enumerate() {
        let dash = if canvas.page().grey { dash } else { &[][..] };
        let values = &trace.series[*series];
        let points = values.iter().enumerate();
        let points: Vec<_> = points
            .map(|(step, value)| (sheet.x(step), f64::from(*value)))
            .collect();
        for piece in edge::below(&points, top_of_axis) {
            let piece: Vec<Point> = piece.into_iter().map(|(x, value)| (x, y(value))).collect();
            canvas.dashed(&piece, *width, *colour, dash);
        }
        let name = match edge::mark_above(canvas, &points, top_of_axis, top, *colour) {
            Some(most) => format!("{name}, up to {most:.2}"),
            None => name.clone(),
        };
        if !sheet.narrow {
            let at = top + 16.0 + 38.0 * number as f64;
            canvas.dashed(
                &[(sheet.left, at), (sheet.left + 18.0, at)],
                *width,
                *colour,
                dash,
            );
            let face = Face::new(12.0).colour(*colour).middle();
            let words = face.wrap(&name, sheet.plot.0 - sheet.left - 64.0, 2);
            let first = at - 7.0 * (words.len() - 1) as f64;
            canvas.lines((sheet.left + 24.0, first), &words, 14.0, face);
        }
        if let Some(last) = values.last() {
            ends.push((f64::from(*last), *colour));
        }
    }
    let wanted: Vec<f64> = ends.iter().map(|(value, _)| y(*value)).collect();
    let places = super::labels::spread(&wanted, 13.0, top, bottom);
    for ((value, colour), place) in ends.into_iter().zip(places) {
        let face = Face::new(11.5).colour(colour).middle();
        canvas.text((sheet.plot.1 + 6.0, place), &format!("{value:.2}"), face);
    }
}
