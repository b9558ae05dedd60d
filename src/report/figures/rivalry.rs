//! `rivalry.png`: the mean rivalry weight of every faction toward every other, at
//! three moments, in one fixed scale.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::column::PART;
use super::frame::{BOTTOM, LEFT, RIGHT, TOP, of_run};
use super::labels::chance;
use super::palette::{self, GREY, INK, SILVER, WHITE};
use crate::engine::{PairSummary, Summary};

/// Least room between the maps.
const BETWEEN: f64 = 30.0;
/// Most room for the names of the rows, and for those of the columns.
const NAME_ROOM: (f64, f64) = (190.0, 150.0);

/// When a map is of.
#[derive(Clone, Copy)]
enum Moment {
    Start,
    Trough,
    End,
}

/// Where the maps lie; the same for all three.
struct Layout {
    /// Where the maps' titles stand.
    title: f64,
    /// Left edge of the first map.
    left: f64,
    /// Upper edge of the maps.
    top: f64,
    /// Side of a map.
    side: f64,
    /// How wide what stands below it may be.
    below: f64,
    /// From the left edge of a map to that of the next.
    stride: f64,
    /// Left or upper edge of every cell from the map's edge.
    edges: Vec<f64>,
    /// Side of a cell.
    cell: f64,
    names: Face,
    /// Most room for the names of rows and of columns.
    room: (f64, f64),
    /// Whether the names of the columns are turned.
    upward: bool,
    /// Every how manieth name is written.
    every: usize,
}

/// Draws the picture as SVG.
pub fn draw(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let words = (
        "Who sees whom as a rival, as the threat shrinks",
        "Mean rivalry weight of the faction in the row toward the one in the column, in this \
         model: at the start, when the threat was at its weakest, at the horizon",
    );
    let maps = [
        ("Start", Moment::Start, &summary.rivalry.start),
        (
            "Threat at its weakest",
            Moment::Trough,
            &summary.rivalry.trough,
        ),
        ("Horizon", Moment::End, &summary.rivalry.end),
    ];
    let on_screen = |canvas: &mut Canvas<'_>| {
        let layout = Layout::new(summary);
        for (number, (title, moment, matrix)) in maps.into_iter().enumerate() {
            let x = layout.left + number as f64 * layout.stride;
            map(canvas, summary, &layout, x, title, matrix);
            below(canvas, summary, &layout, x, matrix, moment);
        }
        row_names(canvas, summary, &layout);
        scale(canvas, &layout);
    };
    of_run(page, summary, words, 0.0, on_screen, |canvas, column| {
        let (count, wide) = column.columns(maps.len(), 400.0, PART);
        let at = |number: usize| column.left + (number % count) as f64 * (wide + PART);
        let (mut above, mut end) = (column.y, column.y);
        for (number, (title, moment, matrix)) in maps.into_iter().enumerate() {
            // Of many factions one map may be higher than another, by whole units of its cells.
            if number % count == 0 {
                above = end;
            }
            let layout = Layout::narrow(summary, (at(number), at(number) + wide), above);
            map(canvas, summary, &layout, layout.left, title, matrix);
            row_names(canvas, summary, &layout);
            below(canvas, summary, &layout, layout.left, matrix, moment);
            if number == 0 {
                // Below the first map, where the others have a list.
                scale(canvas, &layout);
            }
            // Room for a list of five.
            end = end.max(layout.top + layout.side + 28.0 + 44.0 + 5.0 * 19.0 + 16.0);
        }
        column.y = end;
    })
}

impl Layout {
    /// Three maps side by side on a screen.
    fn new(summary: &Summary) -> Self {
        let left = (LEFT + widest(summary, NAME_ROOM.0) + 12.0).ceil();
        let across = (RIGHT - left - 2.0 * BETWEEN) / 3.0;
        let laid = Self::within(summary, (left, TOP), (across, BOTTOM - 190.0), NAME_ROOM);
        Self {
            stride: (RIGHT - left - laid.side) / 2.0,
            ..laid
        }
    }

    /// One map between these edges, its title at the top.
    fn narrow(summary: &Summary, (left, right): (f64, f64), top: f64) -> Self {
        const ROOM: (f64, f64) = (124.0, 110.0);
        let left = (left + widest(summary, ROOM.0) + 10.0).ceil();
        // Cells are as large as their names, or as their numbers where they are few.
        let cells = summary.factions.len() as f64;
        let side = if cells <= 7.0 {
            (64.0 * cells).min(340.0)
        } else {
            17.0 * cells
        };
        let most = top + 42.0 + ROOM.1 + side;
        let laid = Self::within(summary, (left, top), (right - left, most), ROOM);
        let size = (laid.cell * 0.62).clamp(10.5, 12.0);
        Self {
            below: (right - left).max(laid.side),
            names: Face::new(size),
            every: (11.5 / laid.cell.max(0.5)).ceil() as usize,
            ..laid
        }
    }

    /// A map with its left edge and its title at this place, at most so wide, and ending at this
    /// height at the latest; with so much room for names of rows and of columns.
    fn within(
        summary: &Summary,
        (left, top): Point,
        (across, lowest): (f64, f64),
        names: (f64, f64),
    ) -> Self {
        let factions = &summary.factions;
        // Names over the columns are turned only where they have to be.
        let upward = widest(summary, f64::INFINITY) + 16.0 > across / factions.len().max(1) as f64;
        let height = if upward {
            widest(summary, names.1)
        } else {
            13.0
        };
        let title = top;
        let top = (top + 42.0 + height).ceil();
        let room = across.min(lowest - top);
        // A wider gap where one bloc ends and the next begins. Blocs that are not
        // contiguous in the scenario's order would only give a scatter of gaps.
        let breaks: Vec<bool> = (0..factions.len())
            .map(|index| {
                index > 0
                    && blocs_are_contiguous(summary)
                    && factions[index].bloc != factions[index - 1].bloc
            })
            .collect();
        let gaps = breaks.iter().filter(|&&gap| gap).count() as f64;
        // Whole pixels, so that all cells look the same; what that leaves over goes
        // between the maps.
        let cell = (room - gaps * BLOC_GAP) / factions.len().max(1) as f64;
        let cell = if cell >= 4.0 { cell.floor() } else { cell };
        let side = cell * factions.len() as f64 + gaps * BLOC_GAP;
        let mut edges = Vec::with_capacity(factions.len());
        let mut edge = 0.0;
        for gap in breaks {
            edge += if gap { BLOC_GAP } else { 0.0 };
            edges.push(edge);
            edge += cell;
        }
        Self {
            title,
            left,
            top,
            side,
            below: side,
            stride: side,
            edges,
            cell,
            names: Face::new((cell * 0.62).clamp(8.5, 13.0)),
            room: names,
            upward,
            // Where cells are lower than a line of text, not every name fits.
            every: (9.0 / cell.max(0.5)).ceil() as usize,
        }
    }
}

/// Width of the widest name, at most so much.
fn widest(summary: &Summary, most: f64) -> f64 {
    let rough = Face::new(13.0);
    let names = summary.factions.iter();
    names
        .map(|faction| rough.width(&faction.name))
        .fold(0.0, f64::max)
        .min(most)
}

const BLOC_GAP: f64 = 4.0;

fn blocs_are_contiguous(summary: &Summary) -> bool {
    let mut seen: Vec<&Option<String>> = Vec::new();
    for faction in &summary.factions {
        if seen.last() != Some(&&faction.bloc) {
            if seen.contains(&&faction.bloc) {
                return false;
            }
            seen.push(&faction.bloc);
        }
    }
    seen.len() > 1
}

fn map(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    layout: &Layout,
    x: f64,
    title: &str,
    matrix: &[Vec<f64>],
) {
    canvas.text((x, layout.title + 14.0), title, Face::new(16.0).bold());
    for (column, faction) in summary.factions.iter().enumerate().step_by(layout.every) {
        let name = layout.names.shorten(&faction.name, layout.room.1);
        let middle = x + layout.edges[column] + layout.cell / 2.0;
        if layout.upward {
            let face = layout.names.middle().upward();
            canvas.text((middle, layout.top - 7.0), &name, face);
        } else {
            let face = layout.names.anchor(Anchor::Middle);
            canvas.text((middle, layout.top - 9.0), &name, face);
        }
    }
    // A hair between the cells, unless they are so small that it would eat them.
    let hair = if layout.cell > 12.0 { 1.0 } else { 0.5 };
    for (row, weights) in matrix.iter().enumerate() {
        for (column, &weight) in weights.iter().enumerate() {
            let (cx, cy) = (x + layout.edges[column], layout.top + layout.edges[row]);
            let side = layout.cell - hair;
            if row == column || !weight.is_finite() {
                continue;
            }
            canvas.rect(cx, cy, side, side, palette::rivalry(weight));
            if layout.cell >= 44.0 {
                let colour = if weight > 0.45 { WHITE } else { INK };
                canvas.text(
                    (cx + side / 2.0, cy + side / 2.0),
                    &format!("{weight:.2}"),
                    Face::new((layout.cell * 0.26).clamp(11.0, 17.0))
                        .colour(colour)
                        .anchor(Anchor::Middle)
                        .middle(),
                );
            }
        }
    }
}

fn row_names(canvas: &mut Canvas<'_>, summary: &Summary, layout: &Layout) {
    for (row, faction) in summary.factions.iter().enumerate().step_by(layout.every) {
        let middle = layout.top + layout.edges[row] + layout.cell / 2.0;
        canvas.text(
            (layout.left - 8.0, middle),
            &layout.names.shorten(&faction.name, layout.room.0),
            layout.names.anchor(Anchor::End).middle(),
        );
    }
}

/// The mean of a map; what has risen most by the trough, who is likeliest to have fought by the end.
fn below(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    layout: &Layout,
    x: f64,
    matrix: &[Vec<f64>],
    moment: Moment,
) {
    let count = summary.factions.len();
    let pairs = || (0..count).flat_map(move |a| (0..count).map(move |b| (a, b)));
    let others: Vec<(usize, usize)> = pairs().filter(|(a, b)| a != b).collect();
    if others.is_empty() {
        return;
    }
    let mean = others.iter().map(|&(a, b)| matrix[a][b]).sum::<f64>() / others.len() as f64;
    let y = layout.top + layout.side + 28.0;
    canvas.run(
        (x, y),
        &[
            ("Mean of all pairs ", Face::new(13.0).colour(GREY)),
            (&format!("{mean:.2}"), Face::new(13.0).bold()),
        ],
    );
    match moment {
        Moment::Start => (),
        Moment::Trough => {
            let mut rises: Vec<(f64, usize, usize)> = others
                .iter()
                .map(|&(a, b)| (matrix[a][b] - summary.rivalry.start[a][b], a, b))
                .filter(|rise| rise.0 >= 0.005)
                .collect();
            // The scenario's order breaks ties, so that the list is the same every time.
            rises.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            let heading = if rises.is_empty() {
                "No rise since the start"
            } else {
                "Largest rises since the start"
            };
            let rows = rises
                .iter()
                .map(|(rise, a, b)| (format!("+{rise:.2}"), *a, *b));
            ranking(
                canvas,
                summary,
                layout,
                (x, y),
                heading,
                (" → ", rows.collect()),
            );
        }
        Moment::End => {
            let new = summary.pairs.iter().filter(|p| p.breaks_out.value > 0.0);
            let mut fights: Vec<&PairSummary> = new.collect();
            fights.sort_by(|a, b| {
                let likelier = b.breaks_out.value.total_cmp(&a.breaks_out.value);
                likelier.then((a.a, a.b).cmp(&(b.a, b.b)))
            });
            let heading = if fights.is_empty() {
                "No new open conflict"
            } else {
                "New open conflict by then, likeliest"
            };
            let rows = fights
                .iter()
                .map(|p| (chance(p.breaks_out.value, 2), p.a, p.b));
            ranking(
                canvas,
                summary,
                layout,
                (x, y),
                heading,
                (" – ", rows.collect()),
            );
        }
    }
}

/// The first few of a list of pairs, each after its figure.
fn ranking(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    layout: &Layout,
    (x, y): Point,
    heading: &str,
    (between, rows): (&str, Vec<(String, usize, usize)>),
) {
    let face = Face::new(13.0);
    canvas.text((x, y + 24.0), heading, face.colour(GREY));
    let first = y + 44.0;
    let room = match canvas.page().column {
        Some(_) => 5,
        None => ((BOTTOM - first) / 19.0).max(0.0) as usize,
    };
    for (number, (value, a, b)) in rows.iter().take(room.min(5)).enumerate() {
        let line = first + number as f64 * 19.0;
        canvas.text((x, line), value, face.bold());
        let indent = face.bold().width("+0.00") + 10.0;
        let (from, to) = (&summary.factions[*a].name, &summary.factions[*b].name);
        let who = face.pair((from, to), between, layout.below - indent);
        canvas.text((x + indent, line), &who, face);
    }
}

/// The colour bar, with the weights at which a pair counts as friendly or hostile.
fn scale(canvas: &mut Canvas<'_>, layout: &Layout) {
    const STEPS: usize = 100;
    let (x, wide) = (layout.left, layout.below.min(420.0));
    let y = layout.top + layout.side + 62.0;
    for step in 0..STEPS {
        let from = step as f64 / STEPS as f64;
        let colour = palette::rivalry(from + 0.5 / STEPS as f64);
        // Each step reaches under the next, so that no seam shows between them.
        let reach = (1.6 / STEPS as f64).min(1.0 - from);
        canvas.rect(x + from * wide, y, reach * wide, 14.0, colour);
    }
    let face = Face::new(12.0).colour(GREY);
    for (weight, text) in [(0.0, "0"), (0.2, "0.2"), (0.5, "0.5"), (1.0, "1")] {
        let at = x + weight * wide;
        canvas.line(&[(at, y + 14.0), (at, y + 20.0)], 1.0, GREY);
        let anchor = match weight {
            0.0 => Anchor::Start,
            1.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        canvas.text((at, y + 34.0), text, face.anchor(anchor));
    }
    let note = Face::new(12.0).colour(SILVER).anchor(Anchor::Middle);
    for (from, to, text) in [
        (0.0, 0.2, "friendly"),
        (0.2, 0.5, "wary"),
        (0.5, 1.0, "hostile"),
    ] {
        canvas.text((x + (from + to) / 2.0 * wide, y + 52.0), text, note);
    }
}
