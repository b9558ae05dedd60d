//! `control.png`: who holds each arena over time, in the mean over the replicates.

use super::FigureError;
use super::axis::Horizon;
use super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::column::Sample;
use super::events::{self, Mark};
use super::frame::{BOTTOM, LEFT, RIGHT, TOP, of_run};
use super::hatch::hatch;
use super::labels::half_by;
use super::palette::{Colour, GREY, GRID, INK, NOTHING, SILVER, WHITE, blend, is_dark, position};
use crate::engine::{ArenaSummary, Summary};

/// Most arenas that are drawn.
const MOST: usize = 30;
/// Room between panels, across and down.
const GAP: (f64, f64) = (22.0, 12.0);
/// Room for the names of dated events below the panels.
const KEY: f64 = 16.0;
/// Room for the colours of the holders, a row.
const ROW: f64 = 17.0;
/// Holders that never have so much of any arena drawn are not named.
const NAMED: f64 = 0.02;

/// Draws the picture as SVG.
pub fn draw(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let horizon = Horizon::new(summary)?;
    let words = (
        "Who holds what, over time",
        "Mean share of each arena held by each, over the replicates, in this model; at its head the chance that at some time \
         another than at the start holds most of it",
    );
    let shown = &summary.arenas[..summary.arenas.len().min(MOST)];
    let sheet = Sheet {
        summary,
        holders: Holders::of(summary, shown),
        marks: events::of_summary(summary, &horizon),
        horizon,
    };
    let more = summary.arenas.len() - shown.len();
    let said = format!("{more} more arenas are in the tables.");
    let on_screen = |canvas: &mut Canvas<'_>| {
        let top = TOP + sheet.holders.draw(canvas);
        events::key(canvas, &sheet.marks, (LEFT, RIGHT), BOTTOM + 6.0);
        if more > 0 {
            let face = Face::new(12.0).colour(SILVER).anchor(Anchor::End);
            canvas.text((RIGHT, BOTTOM + 6.0), &said, face);
        }
        let columns = columns(shown.len());
        let rows = shown.len().div_ceil(columns);
        let wide = (RIGHT - LEFT + GAP.0) / columns as f64;
        let high = (BOTTOM - KEY - top + GAP.1) / rows.max(1) as f64;
        for (number, arena) in shown.iter().enumerate() {
            let place = Place {
                left: LEFT + (number % columns) as f64 * wide,
                top: top + (number / columns) as f64 * high,
                wide: wide - GAP.0,
                high: high - GAP.1,
                // Dates stand below the last panel of each column.
                dated: number + columns >= shown.len(),
                scaled: number % columns == 0,
            };
            sheet.panel(canvas, arena, &place);
        }
    };
    of_run(page, summary, words, 0.0, on_screen, |canvas, column| {
        column.key(canvas, &sheet.holders.entries());
        let (count, wide) = column.columns(shown.len(), 210.0, 14.0);
        column.grid(
            shown.len(),
            (count, wide),
            (148.0, (14.0, 2.0)),
            |number, (x, y)| {
                let place = Place {
                    left: x,
                    top: y,
                    wide,
                    high: 148.0,
                    dated: true,
                    scaled: number % count == 0,
                };
                sheet.panel(canvas, &shown[number], &place);
            },
        );
        column.events(canvas, &sheet.marks);
        if more > 0 {
            column.note(canvas, &said);
        }
    })
}

/// What all panels share.
struct Sheet<'a> {
    summary: &'a Summary,
    holders: Holders,
    marks: Vec<Mark>,
    horizon: Horizon,
}

fn columns(panels: usize) -> usize {
    match panels {
        0 | 1 => 1,
        2..=4 => 2,
        5 | 6 => 3,
        7..=12 => 4,
        13..=20 => 5,
        _ => 6,
    }
}

/// The colours of those who hold something.
struct Holders {
    /// Key, name, colour.
    all: Vec<(String, String, Colour)>,
}

impl Holders {
    /// The threat, the factions in the scenario's order, nobody; those that hold anything
    /// worth naming in an arena that is drawn.
    fn of(summary: &Summary, shown: &[ArenaSummary]) -> Self {
        let factions = summary.factions.iter().enumerate();
        let factions = factions.map(|(k, f)| (f.key.clone(), f.name.clone(), position(k)));
        let threat = ("threat".to_owned(), summary.threat.clone(), INK);
        let nobody = ("nobody".to_owned(), "nobody".to_owned(), nobody());
        let holds = |key: &str| {
            let mut all = shown.iter().flat_map(|arena| &arena.holders);
            all.any(|h| h.key == key && h.shares.iter().any(|share| *share >= NAMED))
        };
        let all = std::iter::once(threat).chain(factions).chain([nobody]);
        Self {
            all: all.filter(|(key, ..)| holds(key)).collect(),
        }
    }

    fn colour(&self, key: &str) -> Colour {
        let found = self.all.iter().find(|(known, ..)| known == key);
        found.map_or(NOTHING, |(.., colour)| *colour)
    }

    /// The pattern of a holder: the threat and nobody, dark and pale, have none.
    fn pattern(&self, key: &str) -> usize {
        let factions = self.all.iter().filter(|(k, ..)| *k != "threat");
        let at = factions.clone().position(|(known, ..)| known == key);
        match key {
            "threat" | "nobody" => 0,
            _ => at.map_or(0, |at| at + 1),
        }
    }

    /// Which colour and which pattern is whose.
    fn entries(&self) -> Vec<(Sample, String)> {
        let entry = |(key, name, colour): &(String, String, Colour)| {
            (Sample::Area(*colour, self.pattern(key)), name.clone())
        };
        self.all.iter().map(entry).collect()
    }

    /// Draws which colour is whose; returns the room it takes.
    fn draw(&self, canvas: &mut Canvas<'_>) -> f64 {
        let face = Face::new(12.0).colour(GREY).middle();
        let (mut x, mut y) = (LEFT, TOP - 6.0);
        for (_, name, colour) in &self.all {
            let name = face.shorten(name, 240.0);
            let wide = face.width(&name) + 19.0;
            if x > LEFT && x + wide > RIGHT {
                (x, y) = (LEFT, y + ROW);
            }
            canvas.rect(x, y - 5.5, 12.0, 11.0, *colour);
            canvas.text((x + 17.0, y), &name, face);
            x += wide + 16.0;
        }
        y - TOP + 22.0
    }
}

pub(super) fn nobody() -> Colour {
    blend(WHITE, NOTHING, 0.35)
}

struct Place {
    left: f64,
    top: f64,
    wide: f64,
    high: f64,
    dated: bool,
    scaled: bool,
}

impl Sheet<'_> {
    fn panel(&self, canvas: &mut Canvas<'_>, arena: &ArenaSummary, place: &Place) {
        let Self {
            summary,
            holders,
            marks,
            horizon,
        } = self;
        let narrow = canvas.page().column.is_some();
        let (left, right) = (place.left + 24.0, place.left + place.wide - 4.0);
        let (top, bottom) = (place.top + 36.0, place.top + place.high - 34.0);
        let x = |day: f64| left + day / horizon.days * (right - left);
        let y = |share: f64| bottom - share.clamp(0.0, 1.0) * (bottom - top);
        let title = Face::new(13.5).bold().colour(INK);
        canvas.fit((left, place.top + 13.0), &arena.name, right - left, title);
        canvas.fit(
            (left, place.top + 29.0),
            &fallen(summary, arena, horizon, narrow),
            right - left,
            Face::new(11.5).colour(GREY),
        );

        // The threat at the bottom, nobody at the top, the factions in the scenario's order.
        let rank = |key: &str| match key {
            "threat" => 0,
            "nobody" => 2,
            _ => 1,
        };
        let mut order: Vec<usize> = (0..arena.holders.len()).collect();
        order.sort_by_key(|&k| rank(&arena.holders[k].key));
        let steps = arena.holders.iter().map(|h| h.shares.len()).min();
        let steps = steps.unwrap_or(0);
        let mut below = vec![0.0; steps];
        let mut bands = Vec::new();
        for k in order {
            let holder = &arena.holders[k];
            let above: Vec<f64> = below
                .iter()
                .zip(&holder.shares)
                .map(|(b, s)| b + s)
                .collect();
            let at = |edge: &[f64]| -> Vec<Point> {
                let points = edge.iter().enumerate();
                points
                    .map(|(step, share)| (x(horizon.day(step)), y(*share)))
                    .collect()
            };
            let mut band = at(&above);
            band.extend(at(&below).into_iter().rev());
            let colour = holders.colour(&holder.key);
            if steps > 1 {
                canvas.polygon(&band, colour);
                hatch(canvas, &band, colour, holders.pattern(&holder.key));
            }
            bands.push((holder, colour, below, above.clone()));
            below = above;
        }
        for (holder, colour, low, high) in &bands {
            let name = holders.all.iter().find(|(key, ..)| *key == holder.key);
            if let Some((_, name, _)) = name {
                let edges: Vec<(f64, f64, f64)> = (0..steps)
                    .map(|step| (x(horizon.day(step)), y(high[step]), y(low[step])))
                    .collect();
                write_within(canvas, name, &edges, *colour);
            }
        }
        events::lines(canvas, marks, x, (top, bottom));
        canvas.line(&[(left, bottom), (right, bottom)], 1.0, GREY);
        let small = Face::new(11.0).colour(GREY);
        if place.scaled {
            for share in [0.0, 0.5, 1.0] {
                canvas.line(&[(left - 4.0, y(share)), (left, y(share))], 1.0, GRID);
                let said = match share {
                    0.5 => "0.5".to_owned(),
                    whole => format!("{whole:.0}"),
                };
                let at = (left - 6.0, y(share));
                canvas.text(at, &said, small.anchor(Anchor::End).middle());
            }
        }
        if place.dated {
            events::letters(canvas, marks, x, bottom);
        }
        let room = ((right - left) / 70.0) as usize;
        for tick in horizon.ticks(room.max(1)) {
            let long = if tick.label.is_some() { 5.0 } else { 3.0 };
            canvas.line(
                &[(x(tick.at), bottom), (x(tick.at), bottom + long)],
                1.0,
                GREY,
            );
            if let (true, Some(label)) = (place.dated, tick.label) {
                let at = (x(tick.at), bottom + 15.0 + events::LETTERS);
                canvas.text(at, &label, small.anchor(Anchor::Middle));
            }
        }
    }
}

/// How likely an arena has fallen, and by when half of the histories say so.
fn fallen(summary: &Summary, arena: &ArenaSummary, horizon: &Horizon, narrow: bool) -> String {
    half_by(
        match narrow {
            true => "falls",
            false => "changes hands",
        },
        &arena.falls,
        arena.median_week,
        summary,
        horizon,
    )
}

/// Writes a name within a band, where it is thick enough for all of it; `edges` are places across
/// with the upper and the lower edge there.
fn write_within(canvas: &mut Canvas<'_>, name: &str, edges: &[(f64, f64, f64)], ground: Colour) {
    let size = 11.0;
    let face = Face::new(size).middle();
    let half = face.width(name) / 2.0 + 3.0;
    let (Some(first), Some(last)) = (edges.first(), edges.last()) else {
        return;
    };
    let mut best: Option<(f64, f64, f64)> = None;
    for &(x, ..) in edges.iter().step_by((edges.len() / 40).max(1)) {
        if x - half < first.0 || x + half > last.0 {
            continue;
        }
        let under = edges
            .iter()
            .filter(|(at, ..)| (x - half..=x + half).contains(at));
        let (high, low) = under.fold((f64::MIN, f64::MAX), |(high, low), (_, top, bottom)| {
            (high.max(*top), low.min(*bottom))
        });
        let room = low - high;
        if room >= size + 3.0 && best.is_none_or(|(most, ..)| room > most) {
            best = Some((room, x, (low + high) / 2.0));
        }
    }
    if let Some((_, x, y)) = best {
        let ink = if is_dark(ground) { WHITE } else { INK };
        let face = face.anchor(Anchor::Middle);
        // Lines of a pattern would strike through it.
        match canvas.page().grey {
            true => canvas.text((x, y), name, face.halo()),
            false => canvas.text((x, y), name, face.colour(ink)),
        }
    }
}
