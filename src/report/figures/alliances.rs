//! `alliances.png`: who stands with whom and who fights whom, at the start and in the
//! most frequent end, as two networks with every faction in the same place.

mod layout;

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::column::{Column, SMALL};
use super::frame::{LEFT, RIGHT, TOP, of_run};
use super::palette::{self, Colour, GREY, GRID, INK, SILVER, WHITE, faded};
use crate::engine::{ActorLabel, PairStanding, Summary};
pub(super) use layout::{Geometry, Layout, blocs};

/// Room between the networks.
const BETWEEN: f64 = 24.0;
/// Baseline of the legend's first row.
const LEGEND: f64 = 862.0;
/// What ties a patron to its clients.
const SUPPORT: Colour = palette::SUPPORT;

/// Draws the picture as SVG.
pub fn draw(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let words = (
        "Who stands with whom, at the start and at the horizon",
        "Each pair of factions that meet, in its most frequent standing, in this model; the \
         fainter a tie, the fewer the replicates in which it is so",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        let layout = Layout::new(summary, Geometry::SCREEN);
        let panel = layout.geometry.panel;
        for (number, moment) in Moment::BOTH.into_iter().enumerate() {
            let left = LEFT + number as f64 * (panel + BETWEEN);
            canvas.text((left, TOP + 14.0), moment.title(), Face::new(16.0).bold());
            network(canvas, summary, &layout, left + panel / 2.0, moment);
        }
        let middle = LEFT + panel + BETWEEN / 2.0;
        canvas.line(&[(middle, TOP + 4.0), (middle, LEGEND - 40.0)], 1.0, GRID);
        legend(canvas, summary);
    };
    of_run(page, summary, words, 0.0, on_screen, |canvas, column| {
        let (count, panel) = column.columns(2, 440.0, BETWEEN);
        let (top, mut high) = (column.y, 0.0);
        for (number, moment) in Moment::BOTH.into_iter().enumerate() {
            let left = column.left + (number % count) as f64 * (panel + BETWEEN);
            let above = top + (number / count) as f64 * high;
            let layout = Layout::new(summary, Geometry::narrow(panel, above));
            canvas.text((left, above + 10.0), moment.title(), Face::new(13.0).bold());
            network(canvas, summary, &layout, left + panel / 2.0, moment);
            high = layout.geometry.foot() + 10.0 - above;
        }
        column.y = top + high * (2 / count) as f64;
        narrow_legend(canvas, column, summary);
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    Start,
    End,
}

impl Moment {
    const BOTH: [Self; 2] = [Self::Start, Self::End];

    fn title(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::End => "Most frequent standing at the horizon",
        }
    }

    fn power(self, actor: &ActorLabel) -> f64 {
        match self {
            Self::Start => actor.power_start,
            Self::End => actor.power_end,
        }
    }
}

/// A pair's standing, in the order in which ties are drawn above each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Wary,
    Friendly,
    Hostile,
    /// Not at war now, but it has been in at least half of the histories.
    Fought,
    Conflict,
}

/// The most frequent standing and its share; the graver one where two are as frequent.
fn modal(standing: &PairStanding) -> (Standing, f64) {
    let mut best = (Standing::Conflict, standing.conflict);
    for (kind, share) in [
        (Standing::Hostile, standing.hostile),
        (Standing::Wary, standing.wary),
        (Standing::Friendly, standing.friendly),
    ] {
        if share > best.1 {
            best = (kind, share);
        }
    }
    best
}

/// The colour of a bloc's members.
pub(super) fn bloc_colour(bloc: Option<usize>) -> Colour {
    bloc.map_or(palette::UNALIGNED, palette::position)
}

fn radius(power: f64, geometry: &Geometry) -> f64 {
    geometry.grain * (46.0 * power.max(0.0).sqrt()).clamp(4.0, 28.0)
}

fn network(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    layout: &Layout,
    middle: f64,
    moment: Moment,
) {
    let nodes: Vec<Point> = layout.nodes.iter().map(|n| (middle + n.0, n.1)).collect();
    for tie in &summary.support {
        let strength = match moment {
            Moment::Start => tie.start,
            Moment::End => tie.end,
        };
        if strength < 0.02 || strength.is_nan() {
            continue;
        }
        let from = layout.patrons[tie.patron];
        canvas.line(
            &[(middle + from.0, from.1), nodes[tie.faction]],
            0.6 + 2.4 * strength.min(1.0),
            faded(SUPPORT, 0.45),
        );
    }

    let mut ties: Vec<(Standing, f64, usize, usize)> = summary
        .pairs
        .iter()
        .map(|pair| match moment {
            Moment::Start => (modal(&pair.start), pair),
            Moment::End => (modal(&pair.end), pair),
        })
        // Peace between two who never meet says nothing.
        .filter(|((standing, _), pair)| pair.meets || *standing >= Standing::Hostile)
        .map(|((standing, share), pair)| {
            let fought = moment == Moment::End && pair.breaks_out.value >= 0.5;
            match fought && standing < Standing::Fought {
                true => (Standing::Fought, pair.breaks_out.value, pair.a, pair.b),
                false => (standing, share, pair.a, pair.b),
            }
        })
        .collect();
    ties.sort_by_key(|tie| (tie.0, tie.2, tie.3));
    let thin = thin(summary);
    for (standing, share, a, b) in ties {
        let path = chord(nodes[a], nodes[b], (middle, layout.geometry.centre));
        draw_tie(canvas, &path, standing, share, thin);
    }

    let headline = summary.coalitions.first();
    for (index, faction) in summary.factions.iter().enumerate() {
        let size = radius(moment.power(faction), &layout.geometry);
        canvas.disc(nodes[index], size + 2.0, WHITE);
        node(canvas, nodes[index], size, layout.group[index]);
        if headline.is_some_and(|coalition| coalition.members.contains(&index)) {
            canvas.ring(nodes[index], size + 3.4, 1.8, INK);
        }
    }
    names(canvas, summary, layout, middle, moment);
    patrons(canvas, summary, layout, middle);
}

/// A faction's node: in a shape of its bloc where colours may not be told apart.
fn node(canvas: &mut Canvas<'_>, (x, y): Point, size: f64, bloc: Option<usize>) {
    let colour = bloc_colour(bloc);
    let corners = match bloc {
        Some(bloc) if canvas.page().grey => bloc % SHAPES.len(),
        _ => 0,
    };
    // Of the same area as the disc.
    let shape = SHAPES[corners];
    if shape.is_empty() {
        canvas.disc((x, y), size, colour);
        return;
    }
    let area: Vec<Point> = shape
        .iter()
        .map(|(dx, dy)| (x + dx * size, y + dy * size))
        .collect();
    canvas.polygon(&area, colour);
}

/// Corners of the nodes' shapes, in radii; of the disc, none.
const SHAPES: [&[Point]; 6] = [
    &[],
    &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    &[(0.0, -1.25), (1.15, 0.75), (-1.15, 0.75)],
    &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
    &[(0.0, 1.25), (1.15, -0.75), (-1.15, -0.75)],
    &[
        (-0.4, -1.1),
        (0.4, -1.1),
        (0.4, -0.4),
        (1.1, -0.4),
        (1.1, 0.4),
        (0.4, 0.4),
        (0.4, 1.1),
        (-0.4, 1.1),
        (-0.4, 0.4),
        (-1.1, 0.4),
        (-1.1, -0.4),
        (-0.4, -0.4),
    ],
];

/// Width of a tie short of open conflict: few factions leave room for thicker ones.
fn thin(summary: &Summary) -> f64 {
    if summary.factions.len() <= 8 {
        2.4
    } else {
        1.5
    }
}

/// A tie bends toward the centre, so that neighbours' ties stand clear of the circle.
fn chord(from: Point, to: Point, centre: Point) -> Vec<Point> {
    const STEPS: usize = 24;
    let bend = 0.28;
    let mid = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let control = (
        mid.0 + (centre.0 - mid.0) * bend,
        mid.1 + (centre.1 - mid.1) * bend,
    );
    (0..=STEPS)
        .map(|step| {
            let t = step as f64 / STEPS as f64;
            let mix = |a: f64, c: f64, b: f64| {
                (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * c + t * t * b
            };
            (mix(from.0, control.0, to.0), mix(from.1, control.1, to.1))
        })
        .collect()
}

/// Line form as well as colour tells the standings apart: double, dashed, single.
fn draw_tie(canvas: &mut Canvas<'_>, path: &[Point], standing: Standing, share: f64, thin: f64) {
    // Blended with white rather than see-through: ties that cross stay apart.
    let tint = |colour| palette::blend(WHITE, colour, 0.12 + 0.88 * share);
    match standing {
        Standing::Wary => {}
        Standing::Friendly => canvas.line(path, thin, tint(palette::FRIENDLY)),
        Standing::Hostile => canvas.dashed(path, thin, tint(palette::HOSTILE), &[6.0, 4.0]),
        Standing::Fought => canvas.line(path, 1.4 * thin, tint(palette::CONFLICT)),
        Standing::Conflict => {
            canvas.line(path, 5.4, tint(palette::CONFLICT));
            canvas.line(path, 1.8, WHITE);
        }
    }
}

fn names(canvas: &mut Canvas<'_>, summary: &Summary, layout: &Layout, middle: f64, moment: Moment) {
    let face = Face::new(layout.geometry.size);
    for (index, name) in layout.names.iter().enumerate() {
        let at = (middle + name.at.0, name.at.1);
        let node = (middle + layout.nodes[index].0, layout.nodes[index].1);
        // A leader where the name had to move away from its node.
        let size = radius(moment.power(&summary.factions[index]), &layout.geometry) + 5.0;
        let way = (at.0 - node.0, at.1 - node.1);
        let far = libm::hypot(way.0, way.1);
        if far > size + 24.0 {
            let share = size / far;
            canvas.line(
                &[
                    (node.0 + way.0 * share, node.1 + way.1 * share),
                    (at.0 - 3.0 * way.0.signum(), at.1),
                ],
                0.8,
                SILVER,
            );
        }
        let anchor = if name.at.0 < 0.0 {
            Anchor::End
        } else {
            Anchor::Start
        };
        let top = at.1 - layout::LEADING * (name.lines.len() - 1) as f64 / 2.0;
        canvas.lines(
            (at.0, top),
            &name.lines,
            layout::LEADING,
            face.anchor(anchor).middle().halo(),
        );
    }
}

fn patrons(canvas: &mut Canvas<'_>, summary: &Summary, layout: &Layout, middle: f64) {
    let face = Face::new(12.5)
        .bold()
        .colour(palette::SUPPORT_INK)
        .anchor(Anchor::Middle);
    for (patron, at) in summary.patrons.iter().zip(&layout.patrons) {
        let x = middle + at.0;
        canvas.rect(x - 5.0, at.1 - 5.0, 10.0, 10.0, palette::SUPPORT_INK);
        let lines = face.wrap(&patron.name, layout.patron_room, 2);
        let base = if at.1 < layout.geometry.centre {
            at.1 - 11.0 - 15.0 * (lines.len() - 1) as f64
        } else {
            at.1 + 20.0
        };
        canvas.lines((x, base), &lines, 15.0, face.halo());
    }
}

/// What the ties and nodes are, in a column.
fn narrow_legend(canvas: &mut Canvas<'_>, column: &mut Column, summary: &Summary) {
    const ROW: f64 = 17.0;
    let face = Face::new(SMALL).colour(GREY).middle();
    let ties = [
        (Standing::Conflict, "open conflict"),
        (
            Standing::Fought,
            "open conflict at some time, in at least half",
        ),
        (Standing::Hostile, "hostile"),
        (Standing::Friendly, "friendly"),
    ];
    let (mut x, mut y) = (column.left, column.y + 8.0);
    for (standing, text) in ties {
        let wide = 38.0 + face.width(text);
        if x > column.left && x + wide > column.right {
            (x, y) = (column.left, y + ROW);
        }
        draw_tie(
            canvas,
            &[(x, y), (x + 32.0, y)],
            standing,
            1.0,
            thin(summary),
        );
        canvas.text((x + 38.0, y), text, face);
        x += wide + 14.0;
    }
    column.y = y + 12.0;
    let mut said = "Wary pairs are not drawn. Area: share of power.".to_owned();
    if let Some(coalition) = summary.coalitions.first() {
        said += &format!(" Ringed: member of {}.", coalition.name);
    }
    if !summary.patrons.is_empty() {
        said += " Small dark squares: patrons, with lines to those whom they support.";
    }
    column.note(canvas, &said);
    let mut blocs: Vec<(Option<usize>, String)> = layout::blocs(summary)
        .into_iter()
        .enumerate()
        .map(|(bloc, name)| (Some(bloc), name))
        .collect();
    if blocs.is_empty() {
        return;
    }
    if summary
        .factions
        .iter()
        .any(|faction| faction.bloc.is_none())
    {
        blocs.push((None, "no bloc".to_owned()));
    }
    let (mut x, mut y) = (column.left, column.y + 8.0);
    for (bloc, name) in blocs {
        let name = face.shorten(&name, column.wide() - 20.0);
        let wide = 18.0 + face.width(&name);
        if x > column.left && x + wide > column.right {
            (x, y) = (column.left, y + ROW);
        }
        node(canvas, (x + 6.0, y), 5.5, bloc);
        canvas.text((x + 18.0, y), &name, face);
        x += wide + 14.0;
    }
    column.y = y + 14.0;
}

fn legend(canvas: &mut Canvas<'_>, summary: &Summary) {
    let face = Face::new(12.5).colour(GREY).middle();
    let sample = |x: f64| [(x, LEGEND), (x + 34.0, LEGEND)];
    let mut x = LEFT;
    for (standing, text) in [
        (Standing::Conflict, "open conflict"),
        (
            Standing::Fought,
            "open conflict at some time, in at least half",
        ),
        (Standing::Hostile, "hostile"),
        (Standing::Friendly, "friendly"),
    ] {
        draw_tie(canvas, &sample(x), standing, 1.0, thin(summary));
        x = canvas.run((x + 42.0, LEGEND), &[(text, face)]) + 24.0;
    }
    x = canvas.run((x, LEGEND), &[("wary: not drawn", face)]) + 28.0;
    canvas.disc((x + 7.0, LEGEND), 7.0, SILVER);
    x = canvas.run((x + 20.0, LEGEND), &[("area: share of power", face)]) + 24.0;
    if let Some(coalition) = summary.coalitions.first() {
        canvas.disc((x + 8.0, LEGEND), 6.0, SILVER);
        canvas.ring((x + 8.0, LEGEND), 8.6, 1.8, INK);
        let text = face.shorten(&format!("member of {}", coalition.name), 330.0);
        x = canvas.run((x + 23.0, LEGEND), &[(&text, face)]) + 24.0;
    }
    if !summary.patrons.is_empty() {
        canvas.line(&sample(x), 2.4, faded(SUPPORT, 0.45));
        canvas.rect(x - 1.0, LEGEND - 5.0, 10.0, 10.0, palette::SUPPORT_INK);
        canvas.run((x + 42.0, LEGEND), &[("patron", face)]);
    }

    let blocs = blocs(summary);
    if blocs.is_empty() {
        return;
    }
    let y = LEGEND + 27.0;
    let without = summary
        .factions
        .iter()
        .any(|faction| faction.bloc.is_none());
    let mut entries: Vec<(&str, Colour)> = Vec::new();
    for (index, bloc) in blocs.iter().enumerate() {
        entries.push((bloc, bloc_colour(Some(index))));
    }
    if without {
        entries.push(("no bloc", bloc_colour(None)));
    }
    let mut x = canvas.run((LEFT, y), &[("Blocs ", face)]) + 10.0;
    // Each has its share of the row; what short names leave is the others'.
    for (number, (name, colour)) in entries.iter().enumerate() {
        let room = (RIGHT - x) / (entries.len() - number) as f64 - 42.0;
        match number < blocs.len() {
            true => node(canvas, (x + 6.0, y), 6.0, Some(number)),
            false => canvas.disc((x + 6.0, y), 6.0, *colour),
        }
        let text = face.shorten(name, room.max(24.0));
        x = canvas.run((x + 18.0, y), &[(&text, face)]) + 24.0;
    }
}
