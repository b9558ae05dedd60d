//! `trajectories.png`: how the recorded series spread over the replicates, one small
//! panel for each.

use super::FigureError;
use super::axis::{Horizon, round_ticks};
use super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::column::{Column, Sample};
use super::edge;
use super::events::{self, Mark};
use super::frame::{BOTTOM, LEFT, RIGHT, TOP, of_run};
use super::labels::{half_by, quantity, spread};
use super::number;
use super::palette::{ACCENT, BLUE, CONFLICT, Colour, GREY, GRID, INK, WHITE, blend, faded};
use crate::engine::{Fan, Summary, WatchSummary};

/// Room for the legend at the upper right.
pub(super) const LEGEND: f64 = 460.0;

/// Draws the picture as SVG.
pub fn draw(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let horizon = Horizon::new(summary)?;
    let words = (
        "How the struggle goes: the spread of histories over time",
        "Quantiles over the replicates at each date, in this model; each end is labelled with \
         its value. Triangles: beyond the axis",
    );
    let nothing = summary.fans.is_empty().then_some("No series was recorded.");
    let spreads: Vec<Spread<'_>> = summary.fans.iter().map(Spread::of).collect();
    fans(summary, page, words, &horizon, &spreads, (nothing, 0))
}

/// Draws `watched.png`, the same of what is watched, as SVG.
pub fn draw_watched(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let horizon = Horizon::new(summary)?;
    let words = (
        "What outcomes hang on, and what is watched",
        "Quantiles over the replicates at each date, in this model. Dashes: a level, and how likely \
         it is to be crossed at some time",
    );
    let shown = &summary.watched[..summary.watched.len().min(MOST)];
    let spreads = shown.iter().map(|w| Spread::watched(w, summary, &horizon));
    let spreads: Vec<Spread<'_>> = spreads.collect();
    let more = summary.watched.len() - shown.len();
    fans(summary, page, words, &horizon, &spreads, (None, more))
}

/// Panels with fans, or why there are none, and how many more there would be.
fn fans(
    summary: &Summary,
    page: Page,
    words: (&str, &str),
    horizon: &Horizon,
    spreads: &[Spread<'_>],
    (nothing, more): (Option<&str>, usize),
) -> Result<String, FigureError> {
    let marks = events::of_summary(summary, horizon);
    let said = format!("{more} more are in the tables.");
    let on_screen = |canvas: &mut Canvas<'_>| {
        legend(canvas);
        if let Some(nothing) = nothing {
            let face = Face::new(15.0).colour(GREY);
            canvas.text((LEFT, TOP + 40.0), nothing, face);
        }
        events::key(canvas, &marks, (LEFT, RIGHT), BOTTOM + 6.0);
        if more > 0 {
            let face = Face::new(12.0).colour(GREY).anchor(Anchor::End);
            canvas.text((RIGHT, BOTTOM + 6.0), &said, face);
        }
        panels(canvas, spreads, horizon, &marks);
    };
    of_run(page, summary, words, LEGEND, on_screen, |canvas, column| {
        narrow_legend(canvas, column);
        if let Some(nothing) = nothing {
            column.note(canvas, nothing);
        }
        narrow_panels(canvas, column, spreads, horizon, &marks);
        column.events(canvas, &marks);
        if more > 0 {
            column.note(canvas, &said);
        }
    })
}

/// What the bands are, in a column.
pub(super) fn narrow_legend(canvas: &mut Canvas<'_>, column: &mut Column) {
    let (wide, narrow) = tints();
    let entries = [
        (Sample::Line(2.4, &[], BLUE), "median"),
        (Sample::Area(narrow, 0), "middle half"),
        (Sample::Area(wide, 0), "nine in ten (5–95 %)"),
    ];
    column.key(
        canvas,
        &entries.map(|(sample, text)| (sample, text.to_owned())),
    );
    column.y += 4.0;
}

/// Panels in a column, as many beside each other as there is room for; what is written above
/// each has as much room as it needs.
pub(super) fn narrow_panels(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    spreads: &[Spread<'_>],
    horizon: &Horizon,
    marks: &[Mark],
) {
    const HIGH: f64 = 158.0;
    let (count, wide) = column.columns(spreads.len(), 300.0, GAP.0);
    for row in spreads.chunks(count) {
        let heads = row.iter().map(|spread| spread.head(wide));
        let head = heads.fold(0.0, f64::max);
        for (number, spread) in row.iter().enumerate() {
            let x = column.left + number as f64 * (wide + GAP.0);
            let place = (x, column.y, wide, head + HIGH);
            panel(canvas, spread, horizon, marks, (place, head));
        }
        column.y += head + HIGH + 8.0;
    }
}

/// Most watched quantities that are drawn.
pub(super) const MOST: usize = 20;

/// Panels side by side and below each other, as large as there is room for.
pub(super) fn panels(
    canvas: &mut Canvas<'_>,
    spreads: &[Spread<'_>],
    horizon: &Horizon,
    marks: &[Mark],
) {
    let columns = columns(spreads.len());
    let rows = spreads.len().div_ceil(columns);
    let wide = (RIGHT - LEFT + GAP.0) / columns as f64;
    let high = (BOTTOM - KEY - TOP + GAP.1) / rows.max(1) as f64;
    for (number, spread) in spreads.iter().enumerate() {
        let x = LEFT + (number % columns) as f64 * wide;
        let y = TOP + (number / columns) as f64 * high;
        let place = (x, y, wide - GAP.0, high - GAP.1);
        panel(canvas, spread, horizon, marks, (place, HEAD));
    }
}

/// What a panel shows.
pub(super) struct Spread<'a> {
    pub label: String,
    pub about: Option<&'a str>,
    pub low: f64,
    pub high: f64,
    pub quantiles: &'a [[f64; 5]],
    pub level: Option<f64>,
    /// Beside the level.
    pub crossed: Option<String>,
    /// What was observed.
    pub reports: Vec<Report>,
}

/// What was observed on a day.
pub(super) struct Report {
    /// Days from the first day.
    pub day: f64,
    pub value: f64,
    /// Nine in ten, where the report has an error.
    pub range: (f64, f64),
}

impl<'a> Spread<'a> {
    fn of(fan: &'a Fan) -> Self {
        Self {
            label: fan.label.clone(),
            about: fan.about.as_deref(),
            low: 0.0,
            high: fan.axis_high,
            quantiles: &fan.quantiles,
            level: None,
            crossed: None,
            reports: Vec::new(),
        }
    }

    fn watched(watch: &'a WatchSummary, summary: &Summary, horizon: &Horizon) -> Self {
        let label = match watch.unit.as_str() {
            "1" => watch.label.clone(),
            unit => format!("{} ({unit})", watch.label),
        };
        let crosses = watch.crosses.as_ref();
        Self {
            label,
            about: watch.about.as_deref(),
            low: watch.axis_low,
            high: watch.axis_high,
            quantiles: &watch.quantiles,
            level: watch.level,
            crossed: crosses
                .map(|c| half_by(beyond(watch), &c.chance, c.median_week, summary, horizon)),
            reports: Vec::new(),
        }
    }
}

impl Spread<'_> {
    /// The room that is needed above its plot in a panel of this width.
    fn head(&self, wide: f64) -> f64 {
        let about = self
            .about
            .map_or(0, |about| ABOUT.wrap(about, wide, 2).len());
        let beyond = self.quantiles.iter().any(|q| q[4] > self.high);
        let aside = self.crossed.is_some() || beyond;
        24.0 + 14.0 * about as f64 + if aside { 18.0 } else { 0.0 }
    }
}

/// How it is said what a panel shows.
const ABOUT: Face = Face::new(11.5).colour(GREY);

/// To which side of its level a quantity goes: away from that on which most begin.
fn beyond(watch: &WatchSummary) -> &'static str {
    let start = watch.quantiles.first().map(|quantiles| quantiles[2]);
    match (start, watch.level) {
        (Some(start), Some(level)) if start >= level => "at some time below the level:",
        (Some(_), Some(_)) => "at some time above the level:",
        _ => "at some time beyond the level:",
    }
}

/// Room for what is written above a panel.
const HEAD: f64 = 72.0;
/// Room between panels, across and down.
const GAP: (f64, f64) = (26.0, 26.0);
/// Room for the names of dated events below the panels.
const KEY: f64 = 16.0;

fn columns(panels: usize) -> usize {
    match panels {
        0 | 1 => 1,
        2..=4 => 2,
        5 | 6 => 3,
        7..=12 => 4,
        _ => 5,
    }
}

/// Tints of the wide and the narrow band; opaque, as nothing lies below them.
fn tints() -> (Colour, Colour) {
    (blend(WHITE, BLUE, 0.17), blend(WHITE, BLUE, 0.42))
}

pub(super) fn legend(canvas: &mut Canvas<'_>) {
    let (wide, narrow) = tints();
    let y = 90.0;
    let face = Face::new(13.0).colour(GREY).middle();
    let entries = ["median", "middle half", "nine in ten (5–95 %)"];
    // Set from the right, so that the legend ends where the panels do.
    let mut x = RIGHT;
    for (number, text) in entries.into_iter().enumerate().rev() {
        x -= face.width(text);
        canvas.text((x, y), text, face);
        x -= 31.0;
        match number {
            0 => canvas.line(&[(x, y), (x + 24.0, y)], 2.4, BLUE),
            1 => canvas.rect(x, y - 6.0, 24.0, 12.0, narrow),
            _ => canvas.rect(x, y - 6.0, 24.0, 12.0, wide),
        }
        x -= 22.0;
    }
}

fn panel(
    canvas: &mut Canvas<'_>,
    fan: &Spread<'_>,
    horizon: &Horizon,
    marks: &[Mark],
    ((x0, y0, wide, high), head): ((f64, f64, f64, f64), f64),
) {
    let top_of_axis = if fan.high.is_finite() && fan.high > 1e-9 {
        fan.high
    } else {
        1.0
    };
    let low_of_axis = if fan.low < 0.0 { -top_of_axis } else { 0.0 };
    let ticks = match low_of_axis < 0.0 {
        true => number::ticks(low_of_axis, top_of_axis, 4),
        false => round_ticks(top_of_axis, 4),
    };
    let small = Face::new(12.0).colour(GREY);
    // The left room is the same in every panel whatever its numbers, so that the
    // time axes stand above each other.
    // In a column nothing else is at the right.
    let ends = if canvas.page().column.is_some() {
        76.0
    } else {
        58.0
    };
    let (left, right) = (x0 + 52.0, x0 + wide - ends);
    let (top, bottom) = (y0 + head, y0 + high - 26.0 - events::LETTERS);
    let x = |day: f64| left + day / horizon.days * (right - left);
    let y = |value: f64| {
        let share = (value - low_of_axis) / (top_of_axis - low_of_axis);
        bottom - share.clamp(0.0, 1.0) * (bottom - top)
    };

    let title = Face::new(15.0).bold().colour(INK);
    canvas.fit((x0, y0 + 12.0), &fan.label, wide, title);
    if let Some(about) = fan.about {
        canvas.lines((x0, y0 + 28.0), &ABOUT.wrap(about, wide, 2), 14.0, ABOUT);
    }

    let (wide_tint, narrow_tint) = tints();
    canvas.polygon(&band(fan, horizon, x, y, 0, 4), wide_tint);
    canvas.polygon(&band(fan, horizon, x, y, 1, 3), narrow_tint);
    // The grid is drawn above the bands, which would hide it; it is thin enough.
    for tick in &ticks {
        canvas.line(
            &[(left, y(tick.at)), (right, y(tick.at))],
            1.0,
            faded(GRID, 0.9),
        );
        if let Some(label) = &tick.label {
            canvas.text(
                (left - 8.0, y(tick.at)),
                label,
                small.anchor(Anchor::End).middle(),
            );
        }
    }
    events::lines(canvas, marks, x, (top, bottom));
    if let Some(level) = fan
        .level
        .filter(|l| (low_of_axis..=top_of_axis).contains(l))
    {
        canvas.dashed(
            &[(left, y(level)), (right, y(level))],
            1.6,
            CONFLICT,
            &[7.0, 4.0],
        );
    }
    if let Some(crossed) = &fan.crossed {
        let face = Face::new(11.5).colour(ACCENT);
        canvas.text((left, top - 11.0), crossed, face);
    }
    canvas.line(&[(left, bottom), (right, bottom)], 1.2, GREY);
    events::letters(canvas, marks, x, bottom);
    let room = ((right - left) / 78.0) as usize;
    for tick in horizon.ticks(room.max(1)) {
        let long = if tick.label.is_some() { 6.0 } else { 3.5 };
        canvas.line(
            &[(x(tick.at), bottom), (x(tick.at), bottom + long)],
            1.0,
            GREY,
        );
        if let Some(label) = tick.label {
            canvas.text(
                (x(tick.at), bottom + 20.0 + events::LETTERS),
                &label,
                small.anchor(Anchor::Middle),
            );
        }
    }

    let curve = |quantile: usize| -> Vec<(f64, f64)> {
        let steps = fan.quantiles.iter().enumerate();
        steps
            .map(|(step, q)| (x(horizon.day(step)), q[quantile]))
            .collect()
    };
    let median = curve(2);
    for piece in edge::below(&median, top_of_axis) {
        let piece: Vec<Point> = piece.into_iter().map(|(x, value)| (x, y(value))).collect();
        canvas.line(&piece, 2.4, BLUE);
    }
    // The upper end first: the median's marks lie above its.
    let highest = edge::mark_above(canvas, &curve(4), top_of_axis, top, narrow_tint);
    edge::mark_above(canvas, &median, top_of_axis, top, BLUE);
    if let Some(highest) = highest {
        let said = format!("95 % quantile up to {}", quantity(highest, top_of_axis));
        let face = Face::new(11.5).colour(GREY).anchor(Anchor::End);
        canvas.text((right, top - 11.0), &said, face);
    }

    for report in &fan.reports {
        let at = x(report.day);
        canvas.line(
            &[(at, y(report.range.0)), (at, y(report.range.1))],
            1.6,
            INK,
        );
        canvas.disc((at, y(report.value)), 4.5, WHITE);
        canvas.ring((at, y(report.value)), 4.5, 1.8, INK);
    }

    let Some(last) = fan.quantiles.last() else {
        return;
    };
    // Upside down: the spread keeps its order from the top of the picture.
    let ends = [last[4], last[2], last[0]];
    let places = spread(&ends.map(&y), 14.0, top, bottom);
    for (number, (value, place)) in ends.into_iter().zip(places).enumerate() {
        let face = if number == 1 {
            Face::new(13.0).bold().colour(BLUE)
        } else {
            Face::new(11.5).colour(GREY)
        };
        let mut at = right + 7.0;
        if value > top_of_axis {
            let mark: [Point; 3] = [
                (at, place + 3.5),
                (at + 7.0, place + 3.5),
                (at + 3.5, place - 3.0),
            ];
            canvas.polygon(&mark, BLUE);
            at += 10.0;
        }
        canvas.text((at, place), &quantity(value, top_of_axis), face.middle());
    }
}

fn band(
    fan: &Spread<'_>,
    horizon: &Horizon,
    x: impl Fn(f64) -> f64,
    y: impl Fn(f64) -> f64,
    low: usize,
    high: usize,
) -> Vec<Point> {
    let edge = |quantile: usize| {
        let (x, y) = (&x, &y);
        fan.quantiles
            .iter()
            .enumerate()
            .map(move |(step, q)| (x(horizon.day(step)), y(q[quantile])))
    };
    edge(high).chain(edge(low).rev()).collect()
}
