//! `history.png`: one history on one time axis: strength and cohesion, who held what, what
//! effort went into, who fought whom; the numbers are those of the story.

mod marks;
mod strips;

use super::FigureError;
use super::axis::{Horizon, round_ticks};
use super::canvas::{Anchor, Canvas, Face, HEIGHT, Point, WIDTH, paint};
use super::edge;
use super::events::{self, Mark};
use super::frame::{CAVEAT, LEFT, RIGHT, Words, surround};
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
        PLOT.0 + day / self.horizon.days * (PLOT.1 - PLOT.0)
    }

    /// The day of something told.
    fn at(&self, entry: &Entry) -> f64 {
        let days = entry.days_after_start(&self.scenario.time);
        PLOT.0 + (days / self.horizon.days).clamp(0.0, 1.0) * (PLOT.1 - PLOT.0)
    }

    fn steps(&self) -> usize {
        self.scenario.time.steps()
    }

    /// The title of a panel.
    fn title(&self, canvas: &mut Canvas<'_>, y: f64, title: &str, line: &str) {
        let bold = Face::new(13.5).bold();
        let plain = Face::new(12.0).colour(GREY);
        let room = PLOT.1 - LEFT - bold.width(title) - 12.0;
        let line = plain.shorten(line, room);
        canvas.run((LEFT, y), &[(title, bold), ("  ", plain), (&line, plain)]);
    }

    /// The name of a row, in the gutter.
    fn name(&self, canvas: &mut Canvas<'_>, y: f64, name: &str) {
        canvas.fit((PLOT.0 - 8.0, y), name, PLOT.0 - LEFT - 10.0, self.face());
    }

    /// The names of a pair, each with its share of the gutter.
    fn names(&self, canvas: &mut Canvas<'_>, y: f64, (a, b): (&str, &str)) {
        let face = self.face();
        // What the shorter of the two leaves is the other's.
        let room = (PLOT.0 - LEFT - 10.0) * 7.0 / 6.0 - face.width(" – ");
        let (wide, half) = ([face.width(a), face.width(b)], room / 2.0);
        let cut = |name: &str, other: f64| face.shorten(name, (room - other).max(half));
        let text = format!("{} – {}", cut(a, wide[1]), cut(b, wide[0]));
        self.name(canvas, y, &text);
    }

    /// How the names of rows are written.
    fn face(&self) -> Face {
        let size = (self.row * 0.92).clamp(7.5, 13.0);
        Face::new(size).anchor(Anchor::End).middle()
    }
}

/// Draws the picture as SVG.
pub fn draw(scenario: &Scenario, replay: &Replay) -> Result<String, FigureError> {
    let time = &scenario.time;
    let places = strips::places(scenario, replay, MOST.0);
    let factions = strips::factions(replay, MOST.1);
    let pairs = strips::pairs(replay, MOST.2);
    let rows = places.len() as f64 + TALL * factions.len() as f64 + pairs.len().max(1) as f64;
    let key = strips::key(scenario, replay, &places);
    let heads = 3.0 * HEAD + key.high();
    let room = DEPTH.1 - DEPTH.0 - heads;
    let row = ((room - LINES.0) / rows).min(34.0);
    let horizon = Horizon::over(time.start, time.step_weeks as f64, time.steps());
    let dated = scenario.events.iter();
    let dated: Vec<(&str, String)> = dated
        .filter_map(|event| Some((event.name.as_str(), event.date()?.to_string())))
        .collect();
    let dated = dated.iter().map(|(name, date)| (*name, date.as_str()));
    let sheet = Sheet {
        scenario,
        replay,
        events: events::marks(&horizon, dated),
        horizon,
        row,
        lines: (room - rows * row).clamp(LINES.0, LINES.1),
    };
    paint(|canvas| {
        around(canvas, scenario, replay);
        let used = sheet.lines + heads + rows * sheet.row;
        time_axis(canvas, &sheet, DEPTH.0 + used);
        lines(canvas, &sheet);
        let mut y = DEPTH.0 + sheet.lines + HEAD + key.high();
        key.draw(canvas, y - 9.0);
        // No line strikes through what is written: neither names on strips nor heads.
        let mut texts = Vec::new();
        let head = |bottom: f64, high: f64| (PLOT.0, bottom - high + 6.0, PLOT.1, bottom);
        texts.push(head(y, HEAD + key.high()));
        y = strips::draw_places(canvas, &sheet, &places, (y, key.high()), &mut texts) + HEAD;
        texts.push(head(y, HEAD));
        y = strips::draw_factions(canvas, &sheet, &factions, y) + HEAD;
        texts.push(head(y, HEAD));
        strips::draw_pairs(canvas, &sheet, &pairs, y);
        // Above the strips, which would hide their lines.
        marks::draw(canvas, &sheet, (DEPTH.0, DEPTH.0 + used), &texts);
        Ok(())
    })
}

/// Title, outcome and caption.
fn around(canvas: &mut Canvas<'_>, scenario: &Scenario, replay: &Replay) {
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
    surround(canvas, &words, (WIDTH, HEIGHT), 0.0);
    let small = Face::new(11.5).colour(GREY).anchor(Anchor::End);
    canvas.text((RIGHT, 64.0), COHESION, small);
}

fn time_axis(canvas: &mut Canvas<'_>, sheet: &Sheet<'_>, bottom: f64) {
    let small = Face::new(12.0).colour(GREY);
    let (left, right) = PLOT;
    let x = |day: f64| sheet.day(day);
    events::letters(canvas, &sheet.events, x, bottom + 2.0);
    events::lines(canvas, &sheet.events, x, (DEPTH.0, DEPTH.0 + sheet.lines));
    events::key(canvas, &sheet.events, (LEFT, RIGHT), bottom + 52.0);
    canvas.line(&[(left, bottom + 2.0), (right, bottom + 2.0)], 1.2, GREY);
    for tick in sheet.horizon.ticks(9) {
        let at = x(tick.at);
        let long = if tick.label.is_some() { 7.0 } else { 4.0 };
        canvas.line(&[(at, bottom + 2.0), (at, bottom + 2.0 + long)], 1.0, GREY);
        if let Some(label) = tick.label {
            let foot = DEPTH.0 + sheet.lines;
            canvas.line(&[(at, DEPTH.0), (at, foot)], 1.0, GRID);
            let half = small.width(&label) / 2.0;
            let at = at.clamp(left + half, right - half);
            let at = (at, bottom + 22.0 + events::LETTERS);
            canvas.text(at, &label, small.anchor(Anchor::Middle));
        }
    }
}

/// Threat strength, cohesion and mean rivalry.
fn lines(canvas: &mut Canvas<'_>, sheet: &Sheet<'_>) {
    let trace = &sheet.replay.trace;
    let coalition = sheet.scenario.coalitions.first();
    let coalition = coalition.map_or("", |c| c.name.as_str());
    let shown: [(Series, String, Colour, f64); 3] = [
        (
            Series::ThreatStrength,
            format!("Strength of {}", sheet.scenario.threat.name),
            INK,
            2.6,
        ),
        (
            Series::Cohesion,
            format!("Cohesion of {coalition}"),
            BLUE,
            2.2,
        ),
        (
            Series::Rivalry,
            "Mean rivalry weight in it".to_owned(),
            HOSTILE,
            1.8,
        ),
    ];
    // The axis is that of `trajectories.png`, whatever this history does.
    let top_of_axis = axis_high(Series::ThreatStrength);
    let (top, bottom) = (DEPTH.0, DEPTH.0 + sheet.lines);
    let y = |value: f64| bottom - (value / top_of_axis).clamp(0.0, 1.0) * (bottom - top);
    let small = Face::new(11.5).colour(GREY).anchor(Anchor::End).middle();
    for tick in round_ticks(top_of_axis, (sheet.lines / 40.0) as usize) {
        let at = y(tick.at);
        canvas.line(&[(PLOT.0, at), (PLOT.1, at)], 1.0, GRID);
        if let Some(label) = tick.label {
            canvas.text((PLOT.0 - 8.0, at), &label, small);
        }
    }
    let mut ends = Vec::new();
    for (number, (series, name, colour, width)) in shown.iter().enumerate() {
        let values = &trace.series[*series];
        let points = values.iter().enumerate();
        let points: Vec<_> = points
            .map(|(step, value)| (sheet.x(step), f64::from(*value)))
            .collect();
        for piece in edge::below(&points, top_of_axis) {
            let piece: Vec<Point> = piece.into_iter().map(|(x, value)| (x, y(value))).collect();
            canvas.line(&piece, *width, *colour);
        }
        let name = match edge::mark_above(canvas, &points, top_of_axis, top, *colour) {
            Some(most) => format!("{name}, up to {most:.2}"),
            None => name.clone(),
        };
        let at = top + 16.0 + 38.0 * number as f64;
        canvas.line(&[(LEFT, at), (LEFT + 18.0, at)], *width, *colour);
        let face = Face::new(12.0).colour(*colour).middle();
        let words = face.wrap(&name, PLOT.0 - LEFT - 64.0, 2);
        let first = at - 7.0 * (words.len() - 1) as f64;
        canvas.lines((LEFT + 24.0, first), &words, 14.0, face);
        if let Some(last) = values.last() {
            ends.push((f64::from(*last), *colour));
        }
    }
    let wanted: Vec<f64> = ends.iter().map(|(value, _)| y(*value)).collect();
    let places = super::labels::spread(&wanted, 13.0, top, bottom);
    for ((value, colour), place) in ends.into_iter().zip(places) {
        let face = Face::new(11.5).colour(colour).middle();
        canvas.text((PLOT.1 + 6.0, place), &format!("{value:.2}"), face);
    }
}
