//! Rows against time: places by holder, factions by effort, quarrels.

use super::super::canvas::{Anchor, Canvas, Face};
use super::super::hatch::{hatch, hatch_rect};
use super::super::palette::{
    AGAINST_THREAT, CONFLICT, Colour, GOVERNING, GREY, INK, NOTHING, PALE, WHITE, blend, is_dark,
    position,
};
use super::{Sheet, TALL};
use crate::experiment::replay::Replay;
use crate::scenario::Holder;
use crate::scenario::Scenario;

/// Colours of fighting the threat, rivals, guarding and governing.
fn effort_colours() -> [Colour; 4] {
    [AGAINST_THREAT, CONFLICT, NOTHING, GOVERNING]
}

/// Their patterns.
const EFFORT: [usize; 4] = [0, 1, 0, 3];

/// The pattern of a holder: the threat and nobody, dark and pale, have none.
fn pattern(holder: Holder) -> usize {
    match holder {
        Holder::Threat | Holder::Nobody => 0,
        Holder::Faction(i) => i + 1,
    }
}

/// The colour of a holder: the threat's is ink.
fn holder_colour(holder: Holder) -> Colour {
    match holder {
        Holder::Threat => INK,
        Holder::Nobody => blend(WHITE, NOTHING, 0.55),
        Holder::Faction(i) => position(i),
    }
}

fn holder_name(scenario: &Scenario, holder: Holder) -> &str {
    match holder {
        Holder::Threat => &scenario.threat.name,
        Holder::Nobody => "nobody",
        Holder::Faction(i) => &scenario.factions[i].name,
    }
}

/// Text on a ground of this colour.
fn on(ground: Colour) -> Colour {
    if is_dark(ground) { WHITE } else { INK }
}

/// The places shown: all, or those that changed hands most, in the scenario's order.
pub(super) fn places(scenario: &Scenario, replay: &Replay, most: usize) -> Vec<usize> {
    let control = &replay.trace.control;
    let moved = |a: usize| -> f32 {
        let holders = control[a].iter();
        let change = |series: &Vec<f32>| -> f32 {
            series
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).abs())
                .sum()
        };
        holders.map(|(_, series)| change(series)).sum()
    };
    let mut all: Vec<usize> = (0..scenario.arenas.len()).collect();
    all.sort_by(|&a, &b| moved(b).total_cmp(&moved(a)));
    all.truncate(most);
    all.sort_unstable();
    all
}

/// The factions shown: all, or those with most power at the start, in the scenario's order.
pub(super) fn factions(replay: &Replay, most: usize) -> Vec<usize> {
    let power = |i: usize| replay.trace.power[i].first().copied().unwrap_or(0.0);
    let mut all: Vec<usize> = (0..replay.trace.power.len()).collect();
    all.sort_by(|&a, &b| power(b).total_cmp(&power(a)));
    all.truncate(most);
    all.sort_unstable();
    all
}

/// The pairs shown: those that fought longest, in the order of their first fight.
pub(super) fn pairs(replay: &Replay, most: usize) -> Vec<(usize, usize)> {
    let steps = replay.trace.threat_share.len();
    let mut all: Vec<((usize, usize), usize)> = Vec::new();
    for span in &replay.conflicts {
        let lasted = span.until.unwrap_or(steps) - span.from;
        match all.iter_mut().find(|(pair, _)| *pair == (span.a, span.b)) {
            Some((_, sum)) => *sum += lasted,
            None => all.push(((span.a, span.b), lasted)),
        }
    }
    let first: Vec<(usize, usize)> = all.iter().map(|(pair, _)| *pair).collect();
    all.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
    all.truncate(most);
    first
        .into_iter()
        .filter(|pair| all.iter().any(|(kept, _)| kept == pair))
        .collect()
}

/// Which colour and which pattern is whose, in as many rows as it takes.
pub(super) struct Key {
    rows: Vec<Vec<(String, Colour, usize)>>,
}

/// The holders of these places, the threat first; between these edges, in at most so many rows.
pub(super) fn key(
    scenario: &Scenario,
    replay: &Replay,
    places: &[usize],
    (left, right): (f64, f64),
    most: usize,
) -> Key {
    let held = |holder: Holder| {
        let strips = places.iter().map(|&a| &replay.trace.holders[a]);
        strips.into_iter().any(|steps| steps.contains(&holder))
    };
    let factions = (0..scenario.factions.len()).map(Holder::Faction);
    let all = [Holder::Threat].into_iter().chain(factions);
    let all = all.chain([Holder::Nobody]).filter(|&holder| held(holder));
    let mut rows: Vec<Vec<(String, Colour, usize)>> = vec![Vec::new()];
    let mut x = left;
    for holder in all {
        let name = KEY.shorten(holder_name(scenario, holder), 220.0);
        let wide = KEY.width(&name) + 31.0;
        if x + wide > right && rows.len() < most {
            rows.push(Vec::new());
            x = left;
        }
        if x + wide <= right {
            if let Some(row) = rows.last_mut() {
                row.push((name, holder_colour(holder), pattern(holder)));
            }
            x += wide;
        }
    }
    Key { rows }
}

/// How its names are written.
const KEY: Face = Face::new(11.5).colour(GREY).middle();

impl Key {
    /// The room that it takes.
    pub(super) fn high(&self) -> f64 {
        15.0 * self.rows.len() as f64
    }

    /// Draws it, the last row at this height.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, bottom: f64, left: f64) {
        for (row, entries) in self.rows.iter().rev().enumerate() {
            let y = bottom - 15.0 * row as f64;
            let mut x = left;
            for (name, colour, pattern) in entries {
                canvas.rect(x, y - 5.5, 12.0, 11.0, *colour);
                hatch_rect(canvas, (x, y - 5.5, 12.0, 11.0), *colour, *pattern);
                x = canvas.run((x + 17.0, y), &[(name, KEY)]) + 14.0;
            }
        }
    }
}

/// A strip for each place: the main holder's colour, paler where it holds less. `above` is the
/// room of the key; left, top, right and bottom of what is written on the strips go to `texts`.
pub(super) fn draw_places(
    canvas: &mut Canvas<'_>,
    sheet: &Sheet<'_>,
    places: &[usize],
    (top, above): (f64, f64),
    texts: &mut Vec<(f64, f64, f64, f64)>,
) -> f64 {
    let all = sheet.scenario.arenas.len();
    let line = match places.len() < all {
        true => format!(
            "colour of the main holder, paler where it holds less; the {} of {all} that changed hands most",
            places.len()
        ),
        false => "colour of the main holder, paler where it holds less".to_owned(),
    };
    sheet.title(canvas, top - 9.0 - above, "Who held what", &line);
    for (row, &a) in places.iter().enumerate() {
        let y = top + row as f64 * sheet.row;
        let high = (sheet.row - 1.5).max(1.0);
        sheet.name(canvas, y + high / 2.0, &sheet.scenario.arenas[a].name);
        canvas.rect(sheet.plot.0, y, sheet.plot.1 - sheet.plot.0, high, PALE);
        for (holder, from, until) in runs(sheet, a) {
            texts.extend(strip(canvas, sheet, a, (holder, from, until), (y, high)));
        }
    }
    top + places.len() as f64 * sheet.row
}

/// What the main holder of a place holds at a step.
fn main_share(sheet: &Sheet<'_>, arena: usize, step: usize) -> f32 {
    let trace = &sheet.replay.trace;
    let holder = trace.holders[arena][step];
    let mut all = trace.control[arena].iter();
    all.find(|(known, _)| *known == holder)
        .map_or(0.0, |(_, series)| series[step])
}

/// Runs of steps with one main holder: who, the first step, the one after the last.
fn runs(sheet: &Sheet<'_>, arena: usize) -> Vec<(Holder, usize, usize)> {
    let mut runs: Vec<(Holder, usize, usize)> = Vec::new();
    for step in 0..sheet.steps() {
        let holder = sheet.replay.trace.holders[arena][step];
        match runs.last_mut() {
            Some(run) if run.0 == holder => run.2 = step + 1,
            _ => runs.push((holder, step, step + 1)),
        }
    }
    runs
}

/// Returns where a name is written on it, if there is room for one.
fn strip(
    canvas: &mut Canvas<'_>,
    sheet: &Sheet<'_>,
    arena: usize,
    (holder, from, until): (Holder, usize, usize),
    (y, high): (f64, f64),
) -> Option<(f64, f64, f64, f64)> {
    let full = holder_colour(holder);
    // Shares in twentieths, so that a slow change is a few rectangles and not hundreds.
    let shade = |step: usize| (main_share(sheet, arena, step) * 20.0).round();
    let tint = |shade: f32| blend(WHITE, full, 0.25 + 0.75 * f64::from(shade) / 20.0);
    let mut start = from;
    for step in from + 1..=until {
        if step == until || shade(step) != shade(start) {
            let (left, right) = (sheet.x(start), sheet.x(step));
            // A hair of overlap, or the ground shows between two rectangles.
            canvas.rect(left, y, right - left + 0.3, high, tint(shade(start)));
            start = step;
        }
    }
    let (left, right) = (sheet.x(from), sheet.x(until));
    hatch_rect(canvas, (left, y, right - left, high), full, pattern(holder));
    let name = holder_name(sheet.scenario, holder);
    let least = if sheet.narrow { 10.5 } else { 7.0 };
    let face = Face::new((high * 0.82).clamp(least, 12.5)).middle();
    let room = sheet.x(until) - sheet.x(from) - 8.0;
    let fits = face.width(name) <= room && high >= 6.5;
    fits.then(|| {
        let ground = tint(shade(from));
        let left = sheet.x(from) + 4.0;
        // Lines of a pattern would strike through it.
        let face = match canvas.page().grey {
            true => face.halo(),
            false => face.colour(on(ground)),
        };
        canvas.text((left, y + high / 2.0), name, face);
        (left - 2.0, y, left + face.width(name) + 2.0, y + high)
    })
}

/// A strip for each faction: shares of effort, stacked.
pub(super) fn draw_factions(
    canvas: &mut Canvas<'_>,
    sheet: &Sheet<'_>,
    factions: &[usize],
    top: f64,
) -> f64 {
    let all = sheet.scenario.factions.len();
    let line = match factions.len() < all {
        true => format!("the {} strongest of {all}", factions.len()),
        false => String::new(),
    };
    let title = match sheet.narrow {
        true => "Effort",
        false => "What effort went into",
    };
    // The legend stands beside it.
    let line = if sheet.narrow { "" } else { &line };
    sheet.title(canvas, top - 9.0, title, line);
    legend(canvas, sheet.plot.1, top - 13.0);
    let row = sheet.row * TALL;
    for (number, &i) in factions.iter().enumerate() {
        let y = top + number as f64 * row;
        let high = (row - 2.0).max(1.0);
        sheet.name(canvas, y + high / 2.0, &sheet.scenario.factions[i].name);
        let mut below = vec![0.0f64; sheet.steps() + 1];
        let efforts = sheet.replay.trace.effort[i].iter().zip(effort_colours());
        for (number, (series, colour)) in efforts.enumerate() {
            let above: Vec<f64> = below
                .iter()
                .zip(series)
                .map(|(sum, share)| sum + f64::from(*share))
                .collect();
            let edge = |values: &[f64]| -> Vec<(f64, f64)> {
                let points = values.iter().enumerate();
                points
                    .map(|(step, sum)| (sheet.x(step), y + high * (1.0 - sum.clamp(0.0, 1.0))))
                    .collect()
            };
            let mut outline = edge(&above);
            outline.extend(edge(&below).into_iter().rev());
            canvas.polygon(&outline, colour);
            hatch(canvas, &outline, colour, EFFORT[number]);
            below = above;
        }
    }
    top + factions.len() as f64 * row
}

fn legend(canvas: &mut Canvas<'_>, right: f64, y: f64) {
    let face = Face::new(12.0).colour(GREY).middle();
    let words = ["the threat", "rivals", "guarding", "governing"];
    let mut x = right;
    for (number, (word, colour)) in words.iter().zip(effort_colours()).enumerate().rev() {
        x -= face.width(word);
        canvas.text((x, y), word, face);
        x -= 17.0;
        canvas.rect(x, y - 5.5, 12.0, 11.0, colour);
        hatch_rect(canvas, (x, y - 5.5, 12.0, 11.0), colour, EFFORT[number]);
        x -= 14.0;
    }
}

/// A bar for every open conflict.
pub(super) fn draw_pairs(
    canvas: &mut Canvas<'_>,
    sheet: &Sheet<'_>,
    pairs: &[(usize, usize)],
    top: f64,
) {
    let mut all: Vec<(usize, usize)> = sheet.replay.conflicts.iter().map(|s| (s.a, s.b)).collect();
    all.sort_unstable();
    all.dedup();
    let line = match pairs.len() < all.len() {
        true => format!(
            "the {} of {} pairs that fought longest",
            pairs.len(),
            all.len()
        ),
        false => String::new(),
    };
    sheet.title(
        canvas,
        top - 9.0,
        "Open conflicts among the factions",
        &line,
    );
    if pairs.is_empty() {
        let face = Face::new(12.0).colour(GREY).middle();
        canvas.text(
            (sheet.plot.0, top + sheet.row / 2.0),
            "none",
            face.anchor(Anchor::Start),
        );
    }
    let name = |i: usize| sheet.scenario.factions[i].name.as_str();
    for (row, &(a, b)) in pairs.iter().enumerate() {
        let y = top + row as f64 * sheet.row;
        let high = (sheet.row - 2.5).max(1.0);
        sheet.names(canvas, y + high / 2.0, (name(a), name(b)));
        canvas.rect(sheet.plot.0, y, sheet.plot.1 - sheet.plot.0, high, PALE);
        let spans = sheet.replay.conflicts.iter();
        for span in spans.filter(|s| (s.a, s.b) == (a, b)) {
            let left = sheet.x(span.from);
            let right = sheet.x(span.until.unwrap_or(sheet.steps()));
            canvas.rect(left, y, (right - left).max(2.0), high, CONFLICT);
        }
    }
}
