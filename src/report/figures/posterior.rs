//! `posterior.png`: what was learned of each number; `pairs.png`: which numbers go together.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::{Column, SMALL};
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out, panels};
use super::labels::count;
use super::number::short;
use super::palette::{ACCENT, BLUE, GREY, GRID, INK, SILVER, WHITE, blend, faded};
use crate::experiment::calibrate::{Calibration, Learned, Taught};
use crate::report::chance::decimals;

/// Most numbers and most pairs that are drawn.
const MOST: usize = 20;
const MOST_PAIRS: usize = 12;

fn caption(found: &Calibration) -> String {
    format!(
        "{CAVEAT}  Scenario {}  ·  {} simulations  ·  {} particles  ·  seed {}",
        found.scenario,
        count(found.simulations),
        found.posterior.distances.len(),
        found.seed
    )
}

fn surrounded(
    found: &Calibration,
    page: Page,
    (title, line): (&str, &str),
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    let caption = caption(found);
    let words = Words {
        kicker: &found.title,
        identity: &found.identity,
        title,
        line,
        caption: &caption,
        version: &found.version,
    };
    laid_out(page, &words, (SCREEN, 0.0), on_screen, in_column)
}

/// Draws `posterior.png` as SVG.
pub fn draw(found: &Calibration, page: Page) -> Result<String, FigureError> {
    let mut order: Vec<usize> = (0..found.numbers.len()).collect();
    let most = |k: &usize| found.numbers[*k].bits;
    order.sort_by(|a, b| most(b).total_cmp(&most(a)));
    let hidden = order.len().saturating_sub(MOST);
    order.truncate(MOST);
    let said = format!("{hidden} more are in calibration.json.");
    let words = (
        "What was learned of each number",
        "Posterior over bins that are equally likely under the prior (dashed: the prior itself); what was learned most of comes first",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        for (place, &k) in panels(order.len()).into_iter().zip(&order) {
            marginal(canvas, &found.numbers[k], place);
        }
        if hidden > 0 {
            let face = Face::new(12.0).colour(GREY).anchor(Anchor::End);
            canvas.text((RIGHT, BOTTOM + 6.0), &said, face);
        }
    };
    surrounded(found, page, words, on_screen, |canvas, column| {
        let columns = column.columns(order.len(), 216.0, 14.0);
        column.grid(
            order.len(),
            columns,
            (150.0, (14.0, 8.0)),
            |number, (x, y)| {
                let place = (x, y, columns.1, 150.0);
                marginal(canvas, &found.numbers[order[number]], place);
            },
        );
        if hidden > 0 {
            column.note(canvas, &said);
        }
    })
}

fn marginal(
    canvas: &mut Canvas<'_>,
    number: &Learned,
    (left, top, wide, high): (f64, f64, f64, f64),
) {
    canvas.fit_key(
        (left, top + 12.0),
        &number.key,
        wide,
        Face::new(13.5).bold(),
    );
    let said = format!(
        "{} [{}, {}]   learned {} bits",
        short(number.posterior[2]),
        short(number.posterior[0]),
        short(number.posterior[4]),
        decimals(number.bits, 2)
    );
    canvas.fit(
        (left, top + 28.0),
        &said,
        wide,
        Face::new(12.0).colour(GREY),
    );
    let (foot, head) = (top + high - 24.0, top + 38.0);
    let most = number.bins.iter().copied().fold(0.1, f64::max);
    let y = |share: f64| foot - share / most * (foot - head);
    let bar = wide / number.bins.len() as f64;
    for (bin, share) in number.bins.iter().enumerate() {
        let at = left + bar * bin as f64;
        let colour = blend(WHITE, BLUE, 0.55);
        canvas.rect(at, y(*share), bar - 1.0, foot - y(*share), colour);
    }
    let even = y(1.0 / number.bins.len() as f64);
    canvas.dashed(&[(left, even), (left + wide, even)], 1.6, GREY, &[5.0, 3.0]);
    canvas.line(&[(left, foot), (left + wide, foot)], 1.2, GREY);
    // Places in the prior, named by the values there.
    let places = [(1, Anchor::Start), (10, Anchor::Middle), (19, Anchor::End)];
    for (edge, anchor) in places {
        let at = left + bar * edge as f64;
        canvas.line(&[(at, foot), (at, foot + 4.0)], 1.0, GREY);
        let face = Face::new(11.5).colour(GREY).anchor(anchor);
        canvas.text((at, foot + 17.0), &short(number.edges[edge]), face);
    }
}

/// Draws `pairs.png` as SVG.
pub fn draw_pairs(found: &Calibration, page: Page) -> Result<String, FigureError> {
    let n = found.numbers.len();
    let mut pairs: Vec<(usize, usize)> = (0..n)
        .flat_map(|i| (i + 1..n).map(move |j| (i, j)))
        .collect();
    let size = |&(i, j): &(usize, usize)| found.correlations[i][j].abs();
    pairs.sort_by(|a, b| size(b).total_cmp(&size(a)));
    pairs.truncate(MOST_PAIRS);
    let words = (
        "Which numbers go together",
        "The pairs that go together most under the posterior; a dot is a particle; axes by rank in the prior",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        for (place, &(i, j)) in panels(pairs.len()).into_iter().zip(&pairs) {
            pair(canvas, found, (i, j), place);
        }
    };
    surrounded(found, page, words, on_screen, |canvas, column| {
        let columns = column.columns(pairs.len(), 216.0, 14.0);
        let high = columns.1.min(260.0);
        column.grid(
            pairs.len(),
            columns,
            (high, (14.0, 8.0)),
            |number, (x, y)| {
                pair(canvas, found, pairs[number], (x, y, columns.1, high));
            },
        );
    })
}

fn pair(
    canvas: &mut Canvas<'_>,
    found: &Calibration,
    (i, j): (usize, usize),
    (left, top, wide, high): (f64, f64, f64, f64),
) {
    let (across, up) = (&found.numbers[i], &found.numbers[j]);
    let small = Face::new(12.0);
    canvas.fit_key(
        (left, top + 12.0),
        &format!("↑ {}", up.key),
        wide,
        small.bold(),
    );
    canvas.fit_key(
        (left, top + 28.0),
        &format!("→ {}", across.key),
        // Beside it stands how much they go together.
        wide - 76.0,
        small.bold(),
    );
    let said = format!("r = {:+.2}", found.correlations[i][j]).replace('-', "−");
    canvas.text(
        (left + wide, top + 28.0),
        &said,
        small.colour(ACCENT).anchor(Anchor::End).halo(),
    );
    let (left, foot, head) = (left + 52.0, top + high - 22.0, top + 40.0);
    let wide = wide - 52.0;
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, y) = (left + share * wide, foot - share * (foot - head));
        canvas.line(&[(left, y), (left + wide, y)], 1.0, GRID);
        canvas.line(&[(x, head), (x, foot)], 1.0, GRID);
    }
    let posterior = &found.posterior;
    for row in 0..posterior.distances.len() {
        let x = left + rank(across, posterior.columns[i][row]) * wide;
        let y = foot - rank(up, posterior.columns[j][row]) * (foot - head);
        canvas.disc((x, y), 2.2, faded(BLUE, 0.45));
    }
    canvas.line(
        &[(left, head), (left, foot), (left + wide, foot)],
        1.2,
        SILVER,
    );
    let face = Face::new(11.0).colour(GREY);
    for (edge, share) in [(1, 0.05), (10, 0.5), (19, 0.95)] {
        let x = left + share * wide;
        let y = foot - share * (foot - head);
        canvas.text(
            (x, foot + 15.0),
            &short(across.edges[edge]),
            face.anchor(Anchor::Middle),
        );
        canvas.text(
            (left - 6.0, y),
            &short(up.edges[edge]),
            face.anchor(Anchor::End).middle(),
        );
    }
}

/// The share of the prior below a value, straight between the ends of bins.
fn rank(number: &Learned, value: f64) -> f64 {
    let edges = &number.edges;
    let bins = edges.len() - 1;
    let bin = edges.partition_point(|&edge| edge <= value).clamp(1, bins) - 1;
    let within = (value - edges[bin]) / (edges[bin + 1] - edges[bin]).max(f64::MIN_POSITIVE);
    (bin as f64 + within.clamp(0.0, 1.0)) / bins as f64
}

/// How far the axis of `taught.png` goes to either side.
const AXIS: f64 = 4.0;
/// Height of a row of it, least and most.
const ROW: (f64, f64) = (15.0, 40.0);

/// Where the axes of `taught.png` are.
struct Axes {
    left: f64,
    right: f64,
    top: f64,
    foot: f64,
}

impl Axes {
    fn x(&self, off: f64) -> f64 {
        let share = (off.clamp(-AXIS, AXIS) / AXIS + 1.0) / 2.0;
        self.left + share * (self.right - self.left)
    }

    fn draw(&self, canvas: &mut Canvas<'_>) {
        for off in -4..=4 {
            let at = self.x(f64::from(off));
            let colour = if off == 0 { SILVER } else { GRID };
            canvas.line(&[(at, self.top), (at, self.foot)], 1.0, colour);
            let face = Face::new(11.5).colour(GREY).anchor(Anchor::Middle);
            canvas.text((at, self.foot + 16.0), &short(f64::from(off)), face);
        }
    }

    /// Prior and posterior of an observation at this height.
    fn spreads(&self, canvas: &mut Canvas<'_>, taught: &Taught, y: f64) {
        let face = Face::new(11.5).colour(GREY).middle();
        let scale = taught.prior.1;
        if scale <= 0.0 {
            let said = "the same in every simulation";
            canvas.text((self.left, y), said, face);
            return;
        }
        let x = |off: f64| self.x(off);
        let off = |mean: f64| (mean - taught.observed) / scale;
        let spreads = [(taught.prior, GREY, -2.6), (taught.posterior, BLUE, 2.6)];
        for ((mean, sd), colour, shift) in spreads {
            let middle = off(mean);
            let (low, high) = (middle - sd / scale, middle + sd / scale);
            canvas.line(&[(x(low), y + shift), (x(high), y + shift)], 2.2, colour);
            canvas.disc((x(middle), y + shift), 3.2, colour);
            if canvas.page().grey && colour == GREY {
                canvas.disc((x(middle), y + shift), 1.7, WHITE);
            }
        }
        let means = [taught.prior.0, taught.posterior.0].map(off);
        if let Some(beyond) = means.iter().find(|mean| mean.abs() > AXIS) {
            let said = means.map(|mean| decimals(mean, 1).replace('-', "−"));
            let said = format!("beyond the axis: {}, {}", said[0], said[1]);
            let (at, anchor) = match *beyond < 0.0 {
                true => (self.left + 12.0, Anchor::Start),
                false => (self.right - 12.0, Anchor::End),
            };
            canvas.text((at, y), &said, face.anchor(anchor));
        }
    }
}

/// Draws `taught.png` as SVG: what each observation is under the prior and under the posterior.
pub fn draw_taught(found: &Calibration, page: Page) -> Result<String, FigureError> {
    let room = BOTTOM - 30.0 - TOP - 24.0;
    let most = (room / ROW.0) as usize;
    let shown = &found.observations[..found.observations.len().min(most)];
    let more = found.observations.len() - shown.len();
    let said = format!("{more} more are in calibration.json.");
    let words = (
        "What each observation taught",
        "Reports simulated less what was observed, in standard deviations under the prior: mean and one standard deviation. Grey: prior; blue: posterior",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        let high = (room / shown.len().max(1) as f64).clamp(ROW.0, ROW.1);
        let head = Face::new(12.0).bold();
        canvas.text((LEFT, TOP + 12.0), "observation", head);
        canvas.text(
            (LEFT + 610.0, TOP + 12.0),
            "hangs on the numbers",
            head.anchor(Anchor::Middle),
        );
        let axes = Axes {
            left: LEFT + 760.0,
            right: RIGHT - 10.0,
            top: TOP + 24.0,
            foot: TOP + 24.0 + high * shown.len() as f64,
        };
        axes.draw(canvas);
        for (row, taught) in shown.iter().enumerate() {
            let y = TOP + 24.0 + high * (row as f64 + 0.5);
            let face = Face::new(11.5).middle();
            canvas.fit((LEFT, y), &taught.label, 450.0, face);
            canvas.text((LEFT + 460.0, y), &taught.date, face.colour(GREY));
            let explained = decimals(taught.explained, 2);
            canvas.text(
                (LEFT + 610.0, y),
                &explained,
                face.colour(INK).anchor(Anchor::Middle),
            );
            axes.spreads(canvas, taught, y);
        }
        if more > 0 {
            canvas.text((LEFT, BOTTOM + 6.0), &said, Face::new(12.0).colour(GREY));
        }
    };
    surrounded(found, page, words, on_screen, |canvas, column| {
        const HIGH: f64 = 34.0;
        column.note(
            canvas,
            "Hollow: prior. At the right of each name: its date, and how far it hangs on the numbers",
        );
        let axes = Axes {
            // The numbers of the axis reach beyond its ends.
            left: column.left + 12.0,
            right: column.right - 12.0,
            top: column.y + 4.0,
            foot: column.y + 4.0 + HIGH * shown.len() as f64,
        };
        axes.draw(canvas);
        for (row, taught) in shown.iter().enumerate() {
            let y = axes.top + HIGH * row as f64;
            let face = Face::new(SMALL).middle();
            let aside = format!("{}  {}", taught.date, decimals(taught.explained, 2));
            let end = face.colour(GREY).anchor(Anchor::End).halo();
            canvas.text((column.right, y + 10.0), &aside, end);
            let room = column.wide() - face.width(&aside) - 10.0;
            let name = face.shorten(&taught.label, room);
            canvas.text((column.left, y + 10.0), &name, face.halo());
            axes.spreads(canvas, taught, y + 24.0);
        }
        column.y = axes.foot + 26.0;
        if more > 0 {
            column.note(canvas, &said);
        }
    })
}
