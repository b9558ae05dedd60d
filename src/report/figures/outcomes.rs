//! `outcomes.png`: how likely each outcome is by each date, which go together, and
//! the headline chances.

mod aside;
mod narrow;

use super::FigureError;
use super::axis::Horizon;
use super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::events;
use super::frame::{LEFT, RIGHT, TOP, of_run};
use super::labels::{chance, figures, spread};
use super::palette::{self, GREY, GRID, faded};
use crate::engine::{Estimate, OutcomeLabel, OutcomeSummary, Summary};
use aside::{Place, headlines, joint};

/// Edges of the plot: left, top, right, bottom.
const PLOT: (f64, f64, f64, f64) = (LEFT + 34.0, TOP + 48.0, 790.0, 868.0);
/// Baselines of the names of dated events above it, from the lowest, and how far each row may
/// reach: the lowest to the names of the curves.
const EVENTS: ([f64; 3], [f64; 3]) = (
    [PLOT.1 - 10.0, PLOT.1 - 25.0, PLOT.1 - 40.0],
    [PLOT.2 + 20.0, ASIDE - 30.0, ASIDE - 30.0],
);
/// Where the names at the line ends start, and how wide they may be.
const NAMES: (f64, f64) = (822.0, 300.0);
/// Left edge of the joint table and the headline chances.
const ASIDE: f64 = 1140.0;

const JOINT: Place = Place {
    left: ASIDE,
    right: RIGHT,
    top: TOP,
    cell: (148.0, 112.0),
};
const HEADLINES: Place = Place {
    left: ASIDE,
    right: RIGHT,
    top: 532.0,
    cell: (RIGHT - ASIDE, 106.0),
};

/// Draws the picture as SVG.
pub fn draw(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let horizon = Horizon::new(summary)?;
    let words = (
        "How likely each outcome is, and by when",
        "Share of replicates in which it has come about by each date, in this model, \
         with 95 % intervals",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        incidence(canvas, summary, &horizon);
        if let Some(together) = &summary.together {
            joint(canvas, summary, together, &JOINT);
        }
        headlines(canvas, summary, &HEADLINES);
    };
    of_run(page, summary, words, 0.0, on_screen, |canvas, column| {
        narrow::draw(canvas, column, summary, &horizon);
    })
}

/// A curve with what tells it from the others.
struct Curve<'a> {
    outcome: &'a OutcomeSummary,
    width: f64,
    dash: &'static [f64],
}

impl Curve<'_> {
    /// Steps and estimates from the last one before the first case. What lies before
    /// that would only cover the axis, above all where several outcomes start late.
    fn shown(&self) -> impl Iterator<Item = (usize, &Estimate)> + Clone {
        let incidence = &self.outcome.incidence;
        let before = incidence.iter().take_while(|e| e.value <= 0.0).count();
        let skip = if before == incidence.len() {
            before
        } else {
            before.saturating_sub(1)
        };
        incidence.iter().enumerate().skip(skip)
    }
}

/// What is known at the horizon only has no curve. The first one of an entry is solid; those of
/// further coalitions (or whatever there is one for each of) are thin and dashed.
fn curves(summary: &Summary, page: Page) -> Vec<Curve<'_>> {
    let dated = summary.headline().filter(|outcome| outcome.dated);
    let mut further = 0;
    dated
        .enumerate()
        .map(|(number, outcome)| {
            further += usize::from(!outcome.is_first);
            let (width, dash) = match page.grey {
                true => grey_stroke(number),
                false => stroke(outcome, further),
            };
            Curve {
                outcome,
                width,
                dash,
            }
        })
        .collect()
}

/// Width and dashes of an outcome's line; `further` counts those that aren't the first of
/// their entry.
pub(super) fn stroke(outcome: &OutcomeLabel, further: usize) -> (f64, &'static [f64]) {
    const DASHES: [&[f64]; 3] = [&[9.0, 5.0], &[3.0, 3.5], &[12.0, 4.0, 3.0, 4.0]];
    match outcome.is_first {
        true => (2.6, &[]),
        false => (1.6, DASHES[further.saturating_sub(1) % DASHES.len()]),
    }
}

/// Width and dashes of a line that is told apart without colours; each has a number beside it
/// as well.
pub(super) fn grey_stroke(number: usize) -> (f64, &'static [f64]) {
    const DASHES: [&[f64]; 6] = [
        &[],
        &[9.0, 4.0],
        &[2.5, 2.5],
        &[12.0, 3.0, 3.0, 3.0],
        &[5.0, 3.0],
        &[14.0, 3.0, 3.0, 3.0, 3.0, 3.0],
    ];
    (2.0, DASHES[number % DASHES.len()])
}

fn incidence(canvas: &mut Canvas<'_>, summary: &Summary, horizon: &Horizon) {
    let plot = Plot {
        edges: PLOT,
        horizon,
    };
    let (_, top, _, bottom) = PLOT;
    let x = |day: f64| plot.x(day);
    plot.grid(canvas);
    let marks = events::of_summary(summary, horizon);
    events::lines(canvas, &marks, x, (top, bottom));
    events::names(canvas, &marks, x, &EVENTS.0, &EVENTS.1, top);
    plot.time(canvas, 8, 23.0);
    let curves = curves(summary, canvas.page());
    plot.curves(canvas, summary, &curves);
    names(canvas, summary, &curves, |share| plot.y(share));
}

/// Where chances are drawn over time.
struct Plot<'a> {
    /// Left, top, right, bottom.
    edges: (f64, f64, f64, f64),
    horizon: &'a Horizon,
}

impl Plot<'_> {
    fn x(&self, day: f64) -> f64 {
        let (left, _, right, _) = self.edges;
        left + day / self.horizon.days * (right - left)
    }

    fn y(&self, share: f64) -> f64 {
        let (_, top, _, bottom) = self.edges;
        bottom - share.clamp(0.0, 1.0) * (bottom - top)
    }

    fn grid(&self, canvas: &mut Canvas<'_>) {
        let (left, _, right, _) = self.edges;
        let small = Face::new(13.0).colour(GREY);
        for tenth in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
            let y = self.y(tenth);
            canvas.line(&[(left, y), (right, y)], 1.0, GRID);
            canvas.text(
                (left - 10.0, y),
                &format!("{tenth:.1}"),
                small.anchor(Anchor::End).middle(),
            );
        }
    }

    /// The axis of time with about `wanted` labels, so far below it.
    fn time(&self, canvas: &mut Canvas<'_>, wanted: usize, below: f64) {
        let (left, _, right, bottom) = self.edges;
        let small = Face::new(13.0).colour(GREY);
        canvas.line(&[(left, bottom), (right, bottom)], 1.2, GREY);
        for tick in self.horizon.ticks(wanted) {
            let long = if tick.label.is_some() { 7.0 } else { 4.0 };
            let at = self.x(tick.at);
            canvas.line(&[(at, bottom), (at, bottom + long)], 1.0, GREY);
            if let Some(label) = tick.label {
                let at = (at, bottom + below);
                canvas.text(at, &label, small.anchor(Anchor::Middle));
            }
        }
    }

    /// Bands, and lines above all of them, so that no band dulls another outcome's line.
    fn curves(&self, canvas: &mut Canvas<'_>, summary: &Summary, curves: &[Curve<'_>]) {
        // One draw of the inputs has no interval, and so no band.
        let banded = match summary.is_one_draw() {
            true => &[],
            false => curves,
        };
        for curve in banded {
            let colour = palette::outcome(&curve.outcome.colour);
            let shown = curve.shown();
            let at = |pick: fn(&Estimate) -> f64| -> Vec<Point> {
                shown
                    .clone()
                    .map(|(step, estimate)| {
                        (self.x(self.horizon.day(step)), self.y(pick(estimate)))
                    })
                    .collect()
            };
            let mut band = at(|estimate| estimate.high);
            band.extend(at(|estimate| estimate.low).into_iter().rev());
            canvas.polygon(&band, faded(colour, 0.2));
        }
        for curve in curves {
            let colour = palette::outcome(&curve.outcome.colour);
            let line: Vec<Point> = curve
                .shown()
                .map(|(step, estimate)| (self.x(self.horizon.day(step)), self.y(estimate.value)))
                .collect();
            canvas.dashed(&line, curve.width, colour, curve.dash);
        }
    }
}

/// Names with the chance by the horizon at the line ends, moved apart where they
/// would overlap.
fn names(canvas: &mut Canvas<'_>, summary: &Summary, curves: &[Curve<'_>], y: impl Fn(f64) -> f64) {
    let (_, top, right, bottom) = PLOT;
    let ends: Vec<f64> = curves
        .iter()
        .map(|curve| y(curve.outcome.chance.value))
        .collect();
    // Two lines a label, four where some have criteria, or one where there are too many.
    let criteria: Vec<String> = curves.iter().map(|c| parts(summary, c.outcome)).collect();
    let fits = |gap: f64| curves.len() as f64 * gap <= bottom - top + gap;
    let with_criteria = fits(66.0) && criteria.iter().any(|of| !of.is_empty());
    let double = fits(38.0);
    let gap = match (with_criteria, double) {
        (true, _) => 66.0,
        (false, true) => 38.0,
        (false, false) => 18.0,
    };
    let places = spread(&ends, gap, top + 4.0, bottom - 8.0);
    for (((curve, &end), &place), of) in curves.iter().zip(&ends).zip(&places).zip(&criteria) {
        let colour = &curve.outcome.colour;
        canvas.line(
            &[
                (right + 3.0, end),
                (right + 9.0, end),
                (NAMES.0 - 8.0, place),
                (NAMES.0 - 3.0, place),
            ],
            1.0,
            faded(palette::outcome(colour), 0.7),
        );
        let name = Face::new(14.5).bold().colour(palette::outcome_ink(colour));
        let value = Face::new(13.5).bold();
        let range = Face::new(12.5).colour(GREY);
        let (chance, interval) = figures(&curve.outcome.chance);
        let chance = format!("{chance} ");
        if double {
            canvas.fit((NAMES.0, place - 3.0), &curve.outcome.label, NAMES.1, name);
            canvas.run(
                (NAMES.0, place + 14.0),
                &[(&chance, value), (&interval, range)],
            );
            if with_criteria {
                let face = Face::new(11.5).colour(GREY);
                let lines = face.wrap(of, NAMES.1, 2);
                canvas.lines((NAMES.0, place + 30.0), &lines, 14.0, face);
            }
        } else {
            let name = Face::new(12.5).bold().colour(palette::outcome_ink(colour));
            let room = NAMES.1 - 150.0;
            let label = format!("{}  ", name.shorten(&curve.outcome.label, room));
            canvas.run(
                (NAMES.0, place + 4.0),
                &[(&label, name), (&chance, value), (&interval, range)],
            );
        }
    }
}

/// The criteria and stages of an outcome with their own chances, the likeliest first; empty where
/// it has none.
fn parts(summary: &Summary, outcome: &OutcomeSummary) -> String {
    let mut parts: Vec<&OutcomeSummary> = summary.parts_of(&outcome.key).collect();
    parts.sort_by(|a, b| b.chance.value.total_cmp(&a.chance.value));
    let part = |p: &&OutcomeSummary| {
        let name = p.short.to_lowercase();
        format!("{name} {}", chance(p.chance.value, 2))
    };
    let all: Vec<String> = parts.iter().map(part).collect();
    match all.is_empty() {
        true => String::new(),
        false => format!("of all: {}", all.join(", ")),
    }
}
