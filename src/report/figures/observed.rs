//! `observed.png`: the fans of what was observed, with the reports on them.

use super::FigureError;
use super::axis::Horizon;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::Column;
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
use super::labels::count;
use super::palette::{GREY, INK, WHITE};
use super::trajectories::{
    LEGEND, MOST, Report, Spread, legend, narrow_legend, narrow_panels, panels,
};
use crate::experiment::score::{QuantityCourse, Score};
use crate::scenario::Z90;

/// A picture of scores within its words; `aside` is room at the upper right of a screen.
pub(super) fn framed(
    found: &Score,
    page: Page,
    (title, line): (&str, &str),
    aside: f64,
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} replicates  ·  seed {}",
        found.scenario,
        count(found.replicates),
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
    laid_out(page, &words, (SCREEN, aside), on_screen, in_column)
}

/// Draws the picture as SVG.
pub fn draw(found: &Score, page: Page) -> Result<String, FigureError> {
    let horizon = Horizon::of_steps(&found.start, found.step_weeks, found.steps)?;
    let words = (
        "What was foretold, and what was reported",
        "Quantiles over the replicates at each date, in this model; circles: reports, with nine in ten of their error",
    );
    let shown: Vec<(usize, &QuantityCourse)> = found
        .quantities
        .iter()
        .enumerate()
        .filter(|(_, quantity)| !quantity.quantiles.is_empty())
        .collect();
    let nothing = shown
        .is_empty()
        .then_some("No value was observed, only events.");
    let more = shown.len().saturating_sub(MOST);
    let more = (more > 0).then(|| format!("{more} more are in the tables."));
    let spreads = shown.iter().take(MOST);
    let spreads: Vec<Spread<'_>> = spreads.map(|&(at, q)| spread(found, at, q)).collect();
    let on_screen = |canvas: &mut Canvas<'_>| {
        legend(canvas);
        if let Some(said) = nothing {
            canvas.text((LEFT, TOP + 40.0), said, Face::new(15.0).colour(GREY));
        }
        if let Some(said) = &more {
            let face = Face::new(12.0).colour(GREY).anchor(Anchor::End);
            canvas.text((RIGHT, BOTTOM + 6.0), said, face);
        }
        key(canvas, (LEFT, BOTTOM + 2.0));
        panels(canvas, &spreads, &horizon, &[]);
    };
    framed(found, page, words, LEGEND, on_screen, |canvas, column| {
        narrow_legend(canvas, column);
        key(canvas, (column.left, column.y + 6.0));
        column.y += 22.0;
        for said in nothing.into_iter().chain(more.as_deref()) {
            column.note(canvas, said);
        }
        narrow_panels(canvas, column, &spreads, &horizon, &[]);
    })
}

fn key(canvas: &mut Canvas<'_>, (left, y): (f64, f64)) {
    canvas.line(&[(left + 6.0, y - 8.0), (left + 6.0, y + 8.0)], 1.6, INK);
    canvas.disc((left + 6.0, y), 4.5, WHITE);
    canvas.ring((left + 6.0, y), 4.5, 1.8, INK);
    let face = Face::new(12.0).colour(GREY).middle();
    canvas.text(
        (left + 18.0, y),
        "a report; one at the left edge was known on the first day",
        face,
    );
}

fn spread<'a>(found: &Score, at: usize, quantity: &'a QuantityCourse) -> Spread<'a> {
    let report = |week: f64, value: f64, sd: f64| Report {
        day: 7.0 * week,
        value,
        range: (value - Z90 * sd, value + Z90 * sd),
    };
    let known = found
        .known
        .iter()
        .filter(|k| k.quantity == at && k.week > -1.0);
    let after = found.values.iter().filter(|v| v.quantity == at);
    let reports: Vec<Report> = known
        .map(|k| report(k.week.max(0.0), k.value, k.sd))
        .chain(after.map(|v| report(v.week, v.observed, v.sd)))
        .collect();
    // A report beyond the axis of the forecast stretches it.
    let most = reports
        .iter()
        .map(|r| r.range.1)
        .fold(quantity.axis_high, f64::max);
    Spread {
        label: match quantity.unit.as_str() {
            "" | "1" => quantity.label.clone(),
            unit => format!("{} ({unit})", quantity.label),
        },
        about: None,
        low: quantity.axis_low,
        high: most,
        quantiles: &quantity.quantiles,
        level: None,
        crossed: None,
        reports,
    }
}
