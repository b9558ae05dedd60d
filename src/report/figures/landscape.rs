//! `landscape.png`: who stands with whom as the threat shrinks, and who turns first.

mod grid;

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, HEIGHT, Point, WIDTH, paint};
use super::frame::{CAVEAT, LEFT, RIGHT, TOP, Words, surround};
use super::labels::{count, figures};
use super::palette::{BLUE, CONFLICT, Colour, GREY, GRID, INK, WHITE, faded};
use crate::experiment::landscape::{Alignments, Level};
use grid::{grid, signs};

/// Left and right edges of everything drawn over the threat's strength.
const PLOT: (f64, f64) = (LEFT + 216.0, 1040.0);
/// Bottom of the strips, and the panel below them.
const STRIPS: (f64, f64) = (TOP + 26.0, 660.0);
const BELOW: (f64, f64) = (718.0, 862.0);
/// Left edge of the lists.
const ASIDE: f64 = 1090.0;

/// Draws the picture as SVG.
pub fn draw(found: &Alignments) -> Result<String, FigureError> {
    let is_one = found.levels.len() == 1;
    let at = match is_one {
        true => String::new(),
        false => format!(" at each of {} strengths", found.levels.len()),
    };
    let draws = match found.draws {
        0 => "nothing is uncertain".to_owned(),
        draws => format!("{} draws of the inputs, seed {}", count(draws), found.seed),
    };
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} alignments{at}  ·  {draws}",
        found.scenario,
        count(found.alignments as u64)
    );
    let (title, line) = match (is_one, found.own_actors) {
        (true, _) => (
            "Who stands with whom",
            "Every stable alignment: nobody has less frustration on the other side (Axelrod and Bennett 1993)",
        ),
        (false, true) => (
            "Who stands with whom as the threat shrinks",
            "Each actor's side at the central inputs. From everybody on one side, whoever gains most by it changes \
             sides until nobody does (Axelrod and Bennett 1993)",
        ),
        (false, false) => (
            "Who stands with whom as the threat shrinks",
            "Each faction's side at the central inputs; patrons and the threat take none. From everybody on one \
             side, whoever gains most by it changes sides until nobody does (Axelrod and Bennett 1993)",
        ),
    };
    paint(|canvas| {
        let words = Words {
            kicker: &found.title,
            identity: &found.identity,
            title,
            line,
            caption: &caption,
            version: env!("CARGO_PKG_VERSION"),
        };
        surround(canvas, &words, (WIDTH, HEIGHT), 0.0);
        if let (true, [full, ..]) = (is_one, found.in_full.as_slice()) {
            grid(canvas, found, full);
            signs(canvas, found, full);
            return Ok(());
        }
        strips(canvas, found);
        energies(canvas, found);
        let end = changes(canvas, found);
        if found.draws > 0 {
            first(canvas, found, end);
        }
        Ok(())
    })
}

const fn side(side: u8) -> Colour {
    if side == 0 { BLUE } else { CONFLICT }
}

/// The threat shrinks from left to right.
fn x(strength: f64) -> f64 {
    PLOT.0 + (1.0 - strength) * (PLOT.1 - PLOT.0)
}

fn axis(canvas: &mut Canvas<'_>, y: f64, title: bool) {
    let face = Face::new(13.0).colour(GREY).anchor(Anchor::Middle);
    for tenth in [1.0, 0.8, 0.6, 0.4, 0.2, 0.0] {
        canvas.line(&[(x(tenth), y), (x(tenth), y + 5.0)], 1.0, GREY);
        canvas.text((x(tenth), y + 20.0), &format!("{tenth:.1}"), face);
    }
    if title {
        let middle = (PLOT.0 + PLOT.1) / 2.0;
        canvas.text(
            (middle, y + 40.0),
            "Strength of the threat (start = 1)",
            face,
        );
    }
}

/// The rows of the actors: names and sizes; returns the middle of each, its height, and how
/// thick a bar is.
fn rows(canvas: &mut Canvas<'_>, found: &Alignments, (top, bottom): (f64, f64)) -> Rows {
    let row = (bottom - top) / found.factions.len().max(1) as f64;
    let rows = Rows {
        top,
        row,
        thick: (row * 0.62).min(26.0),
    };
    let size = (row * 0.6).clamp(9.0, 14.5);
    let face = Face::new(size).anchor(Anchor::End).middle();
    let all: f64 = found.sizes.iter().fold(0.0, |a, size| a.max(*size));
    for (i, name) in found.factions.iter().enumerate() {
        let middle = rows.middle(i);
        canvas.fit((PLOT.0 - 66.0, middle), name, 150.0, face);
        let share = Face::new(size * 0.9)
            .colour(GREY)
            .anchor(Anchor::End)
            .middle();
        let weight = match (found.own_actors, found.sizes[i] * 100.0) {
            (true, _) => short(found.sizes[i], all),
            (false, small) if small < 0.5 => "<1 %".to_owned(),
            (false, share) => format!("{share:.0} %"),
        };
        canvas.fit((PLOT.0 - 14.0, middle), &weight, 48.0, share);
    }
    let head = Face::new(13.0).colour(GREY).anchor(Anchor::End);
    let words = match found.own_actors {
        true => "size",
        false => "share of power",
    };
    canvas.text((PLOT.0 - 14.0, top - 8.0), words, head);
    rows
}

/// Where the actors' rows are.
struct Rows {
    top: f64,
    row: f64,
    thick: f64,
}

impl Rows {
    fn middle(&self, actor: usize) -> f64 {
        self.top + (actor as f64 + 0.5) * self.row
    }
}

/// A number with the decimals that it needs beside the largest of its kind.
fn short(value: f64, largest: f64) -> String {
    if largest >= 1e7 {
        return format!("{value:.3e}");
    }
    let decimals = match largest {
        large if large >= 100.0 || value.fract() == 0.0 => 0,
        large if large >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

fn strips(canvas: &mut Canvas<'_>, found: &Alignments) {
    let (top, bottom) = STRIPS;
    let rows = rows(canvas, found, STRIPS);
    let thick = rows.thick;
    for i in 0..found.factions.len() {
        let middle = rows.middle(i);
        // A run of levels on one side is one bar.
        let mut from = 0;
        for k in 1..=found.levels.len() {
            let ends =
                k == found.levels.len() || found.levels[k].sides[i] != found.levels[from].sides[i];
            if ends {
                let last = found.levels.get(k).map_or(0.0, |l| l.strength);
                let (left, right) = (x(found.levels[from].strength), x(last));
                let colour = side(found.levels[from].sides[i]);
                canvas.rect(left, middle - thick / 2.0, right - left, thick, colour);
                from = k;
            }
        }
    }
    for (number, change) in found.defections.iter().enumerate() {
        let middle = rows.middle(change.faction);
        let at = (x(change.strength), middle);
        canvas.disc(at, (thick * 0.52).clamp(8.0, 11.0), WHITE);
        let face = Face::new(11.5)
            .bold()
            .colour(INK)
            .anchor(Anchor::Middle)
            .middle();
        canvas.text(at, &(number + 1).to_string(), face);
    }
    axis(canvas, bottom + 4.0, false);
    sides(canvas, top);
}

/// What the two colours are.
fn sides(canvas: &mut Canvas<'_>, top: f64) {
    let blue = Face::new(13.0).bold().colour(BLUE);
    let orange = Face::new(13.0).bold().colour(CONFLICT);
    canvas.run(
        (PLOT.0, top - 8.0),
        &[("one side", blue), ("   the other side", orange)],
    );
}

/// Energy of the alignment that is reached and of the deepest, in one scale; above it, how
/// many alignments are stable.
fn energies(canvas: &mut Canvas<'_>, found: &Alignments) {
    let (top, bottom) = BELOW;
    let all = found.levels.iter().flat_map(|l| [l.energy, l.least_energy]);
    let (low, high) = all.fold((0.0_f64, 0.0_f64), |(a, b), e| (a.min(e), b.max(e)));
    let span = (high - low).max(1e-9);
    // The counts stand below the lines.
    let floor = bottom - 20.0;
    let y = |energy: f64| floor - (energy - low) / span * (floor - top);
    canvas.line(&[(PLOT.0, y(0.0)), (PLOT.1, y(0.0))], 1.0, GRID);
    let of = |pick: fn(&Level) -> f64| -> Vec<Point> {
        let levels = found.levels.iter();
        levels.map(|l| (x(l.strength), y(pick(l)))).collect()
    };
    canvas.dashed(&of(|l| l.least_energy), 2.0, GREY, &[6.0, 4.0]);
    canvas.line(&of(|l| l.energy), 2.4, INK);
    let name = Face::new(13.0).anchor(Anchor::End).colour(GREY);
    canvas.text((PLOT.0 - 14.0, top + 6.0), "Energy", name.colour(INK));
    canvas.text((PLOT.0 - 14.0, top + 26.0), "line: as reached", name);
    canvas.text((PLOT.0 - 14.0, top + 44.0), "dashes: least of all", name);
    canvas.text((PLOT.0 - 14.0, bottom), "stable alignments", name);
    // The counts, where they change.
    let mut last = 0;
    let mut free = f64::MIN;
    let face = Face::new(12.5).colour(INK).anchor(Anchor::Middle).halo();
    for level in &found.levels {
        if level.stable != last && x(level.strength) > free {
            let text = level.stable.to_string();
            let half = face.width(&text) / 2.0;
            let middle = x(level.strength).clamp(PLOT.0 + half, PLOT.1 - half);
            canvas.text((middle, bottom), &text, face);
            free = middle + half + 14.0;
            last = level.stable;
        }
    }
    axis(canvas, bottom + 8.0, true);
}

/// Who changes sides, in order; returns where the list ends.
fn changes(canvas: &mut Canvas<'_>, found: &Alignments) -> f64 {
    const MOST: usize = 12;
    let mut y = TOP + 18.0;
    let head = Face::new(15.0).bold();
    canvas.text((ASIDE, y), "Changes of side, at the central inputs", head);
    if found.defections.is_empty() {
        y += 26.0;
        canvas.text(
            (ASIDE, y),
            "nobody changes sides",
            Face::new(13.5).colour(GREY),
        );
    }
    for (number, change) in found.defections.iter().enumerate().take(MOST) {
        y += 26.0;
        let face = Face::new(13.5);
        canvas.text(
            (ASIDE + 18.0, y),
            &(number + 1).to_string(),
            face.bold().anchor(Anchor::End),
        );
        canvas.disc((ASIDE + 34.0, y - 4.5), 5.0, side(change.to));
        canvas.fit(
            (ASIDE + 48.0, y),
            &found.factions[change.faction],
            250.0,
            face,
        );
        let at = format!("at {:.2} of the threat", change.strength);
        canvas.text((RIGHT, y), &at, face.colour(GREY).anchor(Anchor::End));
    }
    if found.defections.len() > MOST {
        y += 24.0;
        let more = format!(
            "and {} more, in landscape.csv",
            found.defections.len() - MOST
        );
        canvas.text((ASIDE + 48.0, y), &more, Face::new(13.0).colour(GREY));
    }
    y
}

fn first(canvas: &mut Canvas<'_>, found: &Alignments, above: f64) {
    let mut y = above + 58.0;
    canvas.text(
        (ASIDE, y),
        "Who turns first, over the uncertain inputs",
        Face::new(15.0).bold(),
    );
    y += 20.0;
    let small = Face::new(12.5).colour(GREY);
    canvas.text(
        (ASIDE, y),
        "chance over draws, 95 % interval; median strength of the threat",
        small,
    );
    let rows = ((HEIGHT - 60.0 - y) / 40.0) as usize;
    for turn in found.first.iter().take(rows) {
        y += 40.0;
        let name = turn
            .faction
            .map_or("nobody", |i| found.factions[i].as_str());
        canvas.fit((ASIDE, y), name, 220.0, Face::new(13.5));
        let (chance, interval) = figures(&turn.chance);
        let at = turn
            .median_strength
            .map_or(String::new(), |s| format!("   at {s:.2}"));
        let text = [
            (format!("{chance} "), Face::new(13.5).bold()),
            (interval, Face::new(12.5).colour(GREY)),
            (at, Face::new(12.5).colour(GREY)),
        ];
        let width: f64 = text.iter().map(|(t, f)| f.width(t)).sum();
        let pieces: Vec<(&str, Face)> = text.iter().map(|(t, f)| (t.as_str(), *f)).collect();
        canvas.run((RIGHT - width, y), &pieces);
        let place = |share: f64| ASIDE + share * (RIGHT - ASIDE);
        canvas.rect(ASIDE, y + 6.0, RIGHT - ASIDE, 7.0, GRID);
        canvas.rect(
            ASIDE,
            y + 6.0,
            place(turn.chance.value) - ASIDE,
            7.0,
            faded(INK, 0.75),
        );
        let ends = [
            (place(turn.chance.low), y + 9.5),
            (place(turn.chance.high), y + 9.5),
        ];
        canvas.line(&ends, 2.0, CONFLICT);
    }
}
