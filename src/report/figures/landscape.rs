//! `landscape.png`: who stands with whom as the threat shrinks, and who turns first.

mod grid;

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, HEIGHT, Page, Point};
use super::frame::{CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
use super::hatch::hatch_rect;
use super::labels::{count, figures};
use super::palette::{BLUE, CONFLICT, Colour, GREY, GRID, INK, WHITE, faded};
use crate::experiment::landscape::{Alignments, Level};
use grid::{grid, signs};

/// Where everything is.
struct Field {
    /// Left and right edges of everything drawn over the threat's strength.
    plot: (f64, f64),
    /// Room for the names of the actors.
    names: f64,
    /// Top and bottom of the strips, and of the panel below them.
    strips: (f64, f64),
    below: (f64, f64),
    /// Left and right edges of the lists.
    aside: (f64, f64),
    /// Where the lists begin.
    top: f64,
    /// How many rows of chances there is room for.
    chances: usize,
}

/// On a screen, but for how many rows of chances there is room for.
const SCREEN_FIELD: Field = Field {
    plot: (LEFT + 216.0, 1040.0),
    names: 150.0,
    strips: (TOP + 26.0, 660.0),
    below: (718.0, 862.0),
    aside: (1090.0, RIGHT),
    top: TOP + 18.0,
    chances: 0,
};

/// Draws the picture as SVG.
pub fn draw(found: &Alignments, page: Page) -> Result<String, FigureError> {
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
    let words = Words {
        kicker: &found.title,
        identity: &found.identity,
        title,
        line,
        caption: &caption,
        version: env!("CARGO_PKG_VERSION"),
    };
    let full = found.in_full.first().filter(|_| is_one);
    let on_screen = |canvas: &mut Canvas<'_>| {
        let field = SCREEN_FIELD;
        if let Some(full) = full {
            grid(canvas, found, full, &field);
            signs(canvas, found, full, &field);
            return;
        }
        strips(canvas, found, &field);
        energies(canvas, found, &field);
        let end = changes(canvas, found, &field);
        if found.draws > 0 {
            let room = ((HEIGHT - 60.0 - (end + 58.0 + 20.0)) / 40.0) as usize;
            let field = Field {
                chances: room,
                ..field
            };
            first(canvas, found, &field, end);
        }
    };
    laid_out(page, &words, (SCREEN, 0.0), on_screen, |canvas, column| {
        let names = (0.24 * column.wide()).clamp(100.0, 160.0);
        let high = found.factions.len() as f64 * 24.0;
        let top = column.y + 30.0;
        let mut field = Field {
            plot: (column.left + names + 70.0, column.right - 10.0),
            names,
            strips: (top, top + high),
            below: (top + high + 50.0, top + high + 160.0),
            aside: (column.left, column.right),
            top: 0.0,
            chances: 8,
        };
        if let Some(full) = full {
            let foot = grid(canvas, found, full, &field);
            field.top = foot + 30.0;
            column.y = signs(canvas, found, full, &field);
            return;
        }
        strips(canvas, found, &field);
        energies(canvas, found, &field);
        field.top = field.below.1 + 76.0;
        column.y = changes(canvas, found, &field) + 16.0;
        if found.draws > 0 {
            column.y = first(canvas, found, &field, column.y - 46.0) + 24.0;
        }
    })
}

const fn side(side: u8) -> Colour {
    if side == 0 { BLUE } else { CONFLICT }
}

impl Field {
    /// The threat shrinks from left to right.
    fn x(&self, strength: f64) -> f64 {
        self.plot.0 + (1.0 - strength) * (self.plot.1 - self.plot.0)
    }
}

fn axis(canvas: &mut Canvas<'_>, field: &Field, y: f64, title: bool) {
    let x = |strength| field.x(strength);
    let face = Face::new(13.0).colour(GREY).anchor(Anchor::Middle);
    for tenth in [1.0, 0.8, 0.6, 0.4, 0.2, 0.0] {
        canvas.line(&[(x(tenth), y), (x(tenth), y + 5.0)], 1.0, GREY);
        canvas.text((x(tenth), y + 20.0), &format!("{tenth:.1}"), face);
    }
    if title {
        let middle = (field.plot.0 + field.plot.1) / 2.0;
        canvas.text(
            (middle, y + 40.0),
            "Strength of the threat (start = 1)",
            face,
        );
    }
}

/// The rows of the actors: names and sizes; returns the middle of each, its height, and how
/// thick a bar is.
fn rows(
    canvas: &mut Canvas<'_>,
    found: &Alignments,
    field: &Field,
    (top, bottom): (f64, f64),
) -> Rows {
    let row = (bottom - top) / found.factions.len().max(1) as f64;
    let rows = Rows {
        top,
        row,
        thick: (row * 0.62).min(26.0),
    };
    let size = match canvas.page().column {
        Some(_) => 12.0,
        None => (row * 0.6).clamp(9.0, 14.5),
    };
    let face = Face::new(size).anchor(Anchor::End).middle();
    let all: f64 = found.sizes.iter().fold(0.0, |a, size| a.max(*size));
    for (i, name) in found.factions.iter().enumerate() {
        let middle = rows.middle(i);
        canvas.fit((field.plot.0 - 66.0, middle), name, field.names, face);
        let share = Face::new((size * 0.9).max(if canvas.page().column.is_some() {
            11.0
        } else {
            0.0
        }))
        .colour(GREY)
        .anchor(Anchor::End)
        .middle();
        let weight = match (found.own_actors, found.sizes[i] * 100.0) {
            (true, _) => short(found.sizes[i], all),
            (false, small) if small < 0.5 => "<1 %".to_owned(),
            (false, share) => format!("{share:.0} %"),
        };
        canvas.fit((field.plot.0 - 14.0, middle), &weight, 48.0, share);
    }
    let head = Face::new(13.0).colour(GREY).anchor(Anchor::End);
    let words = match found.own_actors {
        true => "size",
        false => "share of power",
    };
    canvas.text((field.plot.0 - 14.0, top - 8.0), words, head);
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

fn strips(canvas: &mut Canvas<'_>, found: &Alignments, field: &Field) {
    let (top, bottom) = field.strips;
    let x = |strength| field.x(strength);
    let rows = rows(canvas, found, field, field.strips);
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
                let of = found.levels[from].sides[i];
                let area = (left, middle - thick / 2.0, right - left, thick);
                bar(canvas, area, of);
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
    axis(canvas, field, bottom + 4.0, false);
    sides(canvas, field, top);
}

/// A bar in the colour of a side; the second has a pattern where colours don't tell.
fn bar(canvas: &mut Canvas<'_>, (x, y, wide, high): (f64, f64, f64, f64), of: u8) {
    canvas.rect(x, y, wide, high, side(of));
    hatch_rect(canvas, (x, y, wide, high), side(of), usize::from(of != 0));
}

/// What the two colours are.
fn sides(canvas: &mut Canvas<'_>, field: &Field, top: f64) {
    let (blue, orange) = (BLUE, CONFLICT);
    if !canvas.page().grey {
        let blue = Face::new(13.0).bold().colour(blue);
        let orange = Face::new(13.0).bold().colour(orange);
        canvas.run(
            (field.plot.0, top - 8.0),
            &[("one side", blue), ("   the other side", orange)],
        );
        return;
    }
    let face = Face::new(11.5).middle();
    let mut x = field.plot.0;
    for (of, text) in [(0, "one side"), (1, "the other side")] {
        bar(canvas, (x, top - 18.0, 15.0, 11.0), of);
        x = canvas.run((x + 20.0, top - 12.5), &[(text, face)]) + 16.0;
    }
}

/// Energy of the alignment that is reached and of the deepest, in one scale; above it, how
/// many alignments are stable.
fn energies(canvas: &mut Canvas<'_>, found: &Alignments, field: &Field) {
    let (top, bottom) = field.below;
    let x = |strength| field.x(strength);
    let all = found.levels.iter().flat_map(|l| [l.energy, l.least_energy]);
    let (low, high) = all.fold((0.0_f64, 0.0_f64), |(a, b), e| (a.min(e), b.max(e)));
    let span = (high - low).max(1e-9);
    // The counts stand below the lines.
    let floor = bottom - 20.0;
    let y = |energy: f64| floor - (energy - low) / span * (floor - top);
    canvas.line(&[(field.plot.0, y(0.0)), (field.plot.1, y(0.0))], 1.0, GRID);
    let of = |pick: fn(&Level) -> f64| -> Vec<Point> {
        let levels = found.levels.iter();
        levels.map(|l| (x(l.strength), y(pick(l)))).collect()
    };
    canvas.dashed(&of(|l| l.least_energy), 2.0, GREY, &[6.0, 4.0]);
    canvas.line(&of(|l| l.energy), 2.4, INK);
    let name = Face::new(13.0).anchor(Anchor::End).colour(GREY);
    canvas.text((field.plot.0 - 14.0, top + 6.0), "Energy", name.colour(INK));
    canvas.text((field.plot.0 - 14.0, top + 26.0), "line: as reached", name);
    canvas.text(
        (field.plot.0 - 14.0, top + 44.0),
        "dashes: least of all",
        name,
    );
    canvas.text((field.plot.0 - 14.0, bottom), "stable alignments", name);
    // The counts, where they change.
    let mut last = 0;
    let mut free = f64::MIN;
    let face = Face::new(12.5).colour(INK).anchor(Anchor::Middle).halo();
    for level in &found.levels {
        if level.stable != last && x(level.strength) > free {
            let text = level.stable.to_string();
            let half = face.width(&text) / 2.0;
            let middle = x(level.strength).clamp(field.plot.0 + half, field.plot.1 - half);
            canvas.text((middle, bottom), &text, face);
            free = middle + half + 14.0;
            last = level.stable;
        }
    }
    axis(canvas, field, bottom + 8.0, true);
}

/// Who changes sides, in order; returns where the list ends.
fn changes(canvas: &mut Canvas<'_>, found: &Alignments, field: &Field) -> f64 {
    const MOST: usize = 12;
    let (left, right) = field.aside;
    let mut y = field.top;
    let head = Face::new(15.0).bold();
    canvas.text((left, y), "Changes of side, at the central inputs", head);
    if found.defections.is_empty() {
        y += 26.0;
        canvas.text(
            (left, y),
            "nobody changes sides",
            Face::new(13.5).colour(GREY),
        );
    }
    for (number, change) in found.defections.iter().enumerate().take(MOST) {
        y += 26.0;
        let face = Face::new(13.5);
        canvas.text(
            (left + 18.0, y),
            &(number + 1).to_string(),
            face.bold().anchor(Anchor::End),
        );
        canvas.disc((left + 34.0, y - 4.5), 5.0, side(change.to));
        canvas.fit(
            (left + 48.0, y),
            &found.factions[change.faction],
            250.0,
            face,
        );
        let at = format!("at {:.2} of the threat", change.strength);
        canvas.text((right, y), &at, face.colour(GREY).anchor(Anchor::End));
    }
    if found.defections.len() > MOST {
        y += 24.0;
        let more = format!(
            "and {} more, in landscape.csv",
            found.defections.len() - MOST
        );
        canvas.text((left + 48.0, y), &more, Face::new(13.0).colour(GREY));
    }
    y
}

/// Who turns first; returns where it ends.
fn first(canvas: &mut Canvas<'_>, found: &Alignments, field: &Field, above: f64) -> f64 {
    let (left, right) = field.aside;
    let mut y = above + 58.0;
    canvas.text(
        (left, y),
        "Who turns first, over the uncertain inputs",
        Face::new(15.0).bold(),
    );
    y += 20.0;
    let small = Face::new(12.5).colour(GREY);
    let about = "chance over draws, 95 % interval; median strength of the threat";
    canvas.text((left, y), about, small);
    for turn in found.first.iter().take(field.chances) {
        y += 40.0;
        let name = turn
            .faction
            .map_or("nobody", |i| found.factions[i].as_str());
        canvas.fit((left, y), name, 220.0, Face::new(13.5));
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
        canvas.run((right - width, y), &pieces);
        let place = |share: f64| left + share * (right - left);
        canvas.rect(left, y + 6.0, right - left, 7.0, GRID);
        canvas.rect(
            left,
            y + 6.0,
            place(turn.chance.value) - left,
            7.0,
            faded(INK, 0.75),
        );
        let ends = [
            (place(turn.chance.low), y + 9.5),
            (place(turn.chance.high), y + 9.5),
        ];
        canvas.line(&ends, 2.0, CONFLICT);
    }
    y
}
