//! `tornado.png`: what each output does when one number goes from its low to its high.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, HEIGHT, WIDTH, paint};
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, TOP, Words, surround};
use super::labels::count;
use super::number::{short, ticks};
use super::palette::{CONFLICT, Colour, FRIENDLY, GREY, GRID, INK, SILVER, blend};
use crate::engine::Estimate;
use crate::experiment::sensitivity::{Sensitivity, Swing, Tornado};

/// Room between panels.
const GAP: (f64, f64) = (34.0, 30.0);
/// In a panel: above the bars, below them, at the right for the difference.
const ROOM: (f64, f64, f64) = (24.0, 20.0, 146.0);
/// Share of a panel that the names take.
const NAMES: f64 = 0.36;
/// Least height of a bar's row, and most.
const ROW: (f64, f64) = (19.0, 34.0);
/// Between a bar and the number at its end.
const APART: f64 = 3.0;
/// Least half-width of the axes.
const LEAST: f64 = 0.02;

/// Draws the picture as SVG.
pub fn draw(found: &Sensitivity, tornado: &Tornado) -> Result<String, FigureError> {
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} replicates at each end, on the same random numbers  ·  seed {}",
        found.scenario,
        count(tornado.replicates),
        found.seed
    );
    paint(|canvas| {
        let words = Words {
            kicker: &found.title,
            identity: &found.identity,
            title: "What each uncertain number does by itself",
            line: "From its 5 % to its 95 % quantile, both written at the bars, all others drawn as usual; at the right the change, with its 95 % interval",
            caption: &caption,
            version: &found.version,
        };
        surround(canvas, &words, (WIDTH, HEIGHT), 330.0);
        legend(canvas);
        let panels = found.outputs.len().max(1);
        let columns = match panels {
            1 => 1,
            2..=4 => 2,
            5..=9 => 3,
            _ => 4,
        };
        let rows = panels.div_ceil(columns);
        let wide = (RIGHT - LEFT + GAP.0) / columns as f64;
        let high = (BOTTOM - TOP + GAP.1) / rows as f64;
        let bars = (1.0 - NAMES) * (wide - GAP.0) - ROOM.2;
        let half = half_width(found, tornado, bars / 2.0);
        for output in 0..found.outputs.len() {
            let corner = (
                LEFT + (output % columns) as f64 * wide,
                TOP + (output / columns) as f64 * high,
            );
            panel(
                canvas,
                found,
                tornado,
                output,
                half,
                corner,
                (wide - GAP.0, high - GAP.1),
            );
        }
        Ok(())
    })
}

fn legend(canvas: &mut Canvas<'_>) {
    let face = Face::new(13.0).colour(GREY).middle();
    let y = 90.0;
    let mut x = RIGHT;
    for (text, colour) in [("number high (95 %)", HIGH), ("number low (5 %)", LOW)] {
        x -= face.width(text);
        canvas.text((x, y), text, face);
        x -= 20.0;
        canvas.rect(x, y - 6.0, 13.0, 12.0, colour);
        x -= 20.0;
    }
}

const LOW: Colour = FRIENDLY;
const HIGH: Colour = CONFLICT;

/// The numbers' own values at the ends of the bars.
fn at_the_end() -> Face {
    Face::new(9.5).middle()
}

/// Half the span of the axes, the same for all panels: as far as any bar goes from its base, and room for the number at its
/// end. `pixels` is how wide that half is drawn.
fn half_width(found: &Sensitivity, tornado: &Tornado, pixels: f64) -> f64 {
    let values = found.numbers.iter().flat_map(|n| [n.low, n.high]);
    let label = values
        .map(|value| at_the_end().width(&short(value)))
        .fold(0.0, f64::max);
    // In panels too narrow for both, bars go first.
    let bar = (pixels - label - 2.0 * APART).max(0.4 * pixels);
    let bars = tornado
        .bars
        .iter()
        .flat_map(|bar| bar.outputs.iter().zip(&tornado.base));
    let reach = bars.map(|(swing, base)| {
        let low = (swing.low.value - base.value).abs();
        low.max((swing.high.value - base.value).abs())
    });
    reach.filter(|r| r.is_finite()).fold(LEAST, f64::max) * pixels / bar
}

fn panel(
    canvas: &mut Canvas<'_>,
    found: &Sensitivity,
    tornado: &Tornado,
    output: usize,
    half: f64,
    (x0, y0): (f64, f64),
    (wide, high): (f64, f64),
) {
    let base = tornado.base[output].value;
    let title = Face::new(15.0).bold().colour(INK);
    let value = format!("{} as it is", decimals(base));
    let small = Face::new(12.0).colour(GREY);
    let room = wide - small.width(&value) - 12.0;
    canvas.fit((x0, y0 + 6.0), &found.outputs[output].label, room, title);
    canvas.text((x0 + wide, y0 + 6.0), &value, small.anchor(Anchor::End));
    let (left, right) = (x0 + NAMES * wide, x0 + wide - ROOM.2);
    let (top, bottom) = (y0 + ROOM.0, y0 + high - ROOM.1);
    let x = |y: f64| (left + right) / 2.0 + (y - base) / half * (right - left) / 2.0;

    let mut bars: Vec<(usize, &Swing)> = tornado
        .bars
        .iter()
        .filter_map(|bar| Some((bar.number, bar.outputs.get(output)?)))
        .collect();
    bars.sort_by(|a, b| {
        let size = |s: &Swing| s.difference.value.abs();
        size(b.1).total_cmp(&size(a.1))
    });
    let fitting = (((bottom - top) / ROW.0) as usize).max(1);
    bars.truncate(fitting);
    let row = ((bottom - top) / bars.len().max(1) as f64).clamp(ROW.0, ROW.1);
    let foot = top + row * bars.len() as f64;

    let (from, to) = ((base - half).max(0.0), (base + half).min(1.0));
    for tick in ticks(from, to, ((right - left) / 62.0) as usize) {
        canvas.line(&[(x(tick.at), top), (x(tick.at), foot)], 1.0, GRID);
        let label = tick.label.unwrap_or_default();
        canvas.text(
            (x(tick.at), foot + 15.0),
            &label,
            small.anchor(Anchor::Middle),
        );
    }
    canvas.line(&[(x(base), top), (x(base), foot)], 1.2, SILVER);
    for (k, (number, swing)) in bars.into_iter().enumerate() {
        let middle = top + (k as f64 + 0.5) * row;
        let thick = (row * 0.58).min(15.0);
        let mut ends = [(swing.low.value, LOW), (swing.high.value, HIGH)];
        // The longer one first, in case both lie on one side.
        ends.sort_by(|a, b| (b.0 - base).abs().total_cmp(&(a.0 - base).abs()));
        for (end, colour) in ends {
            let (a, b) = (x(base).min(x(end)), x(base).max(x(end)));
            canvas.rect(a, middle - thick / 2.0, b - a, thick, colour);
        }
        let number = &found.numbers[number];
        // Outside each end the number's own value; only of the longer where both share a side.
        for (k, (end, colour)) in ends.into_iter().enumerate() {
            if k == 1 && (end - base) * (ends[0].0 - base) >= 0.0 {
                continue;
            }
            let value = if colour == LOW {
                number.low
            } else {
                number.high
            };
            let face = at_the_end().colour(ink(colour));
            match end < base {
                true => canvas.text(
                    (x(end) - APART, middle),
                    &short(value),
                    face.anchor(Anchor::End),
                ),
                false => canvas.text((x(end) + APART, middle), &short(value), face),
            }
        }
        let name = Face::new(12.0).anchor(Anchor::End).middle();
        canvas.fit_key((left - 8.0, middle), &number.key, left - 8.0 - x0, name);
        let told = swing.difference.low > 0.0 || swing.difference.high < 0.0;
        let face = Face::new(10.5)
            .colour(if told { INK } else { SILVER })
            .middle();
        let text = difference(&swing.difference);
        canvas.text(
            (right + 10.0, middle),
            &face.shorten(&text, ROOM.2 - 10.0),
            face,
        );
    }
}

/// A bar's colour, dark enough for text.
fn ink(colour: Colour) -> Colour {
    blend(colour, INK, 0.35)
}

fn decimals(value: f64) -> String {
    format!("{value:.2}")
}

fn difference(e: &Estimate) -> String {
    let minus = |text: String| text.replace('-', "−");
    let (low, high) = (format!("{:.2}", e.low), format!("{:.2}", e.high));
    minus(format!("{:+.2} [{low}, {high}]", e.value))
}
