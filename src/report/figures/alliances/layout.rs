//! Where the nodes and names of the networks go: the same in both, and a function of
//! the scenario alone.

use std::f64::consts::TAU;

use super::{CIRCLE, PANEL, radius};
use crate::engine::Summary;
use crate::report::figures::canvas::{Face, Point};
use crate::report::figures::frame::TOP;
use crate::report::figures::labels::spread;

/// Size of a faction's name, and distance of its lines.
pub const NAME_SIZE: f64 = 13.0;
/// Distance of the lines of a name.
pub const LEADING: f64 = 15.0;
/// Heights of the two rows of patrons.
const ROWS: (f64, f64) = (TOP + 64.0, 792.0);
/// Distance of names from the circle of nodes.
const CLEAR: f64 = 28.0;
/// How far names go above and below the circle's centre.
const REACH: f64 = CIRCLE.0 + CLEAR + 16.0;
/// From the edge of a node to where a name may start: its ring, and air.
const RING: f64 = 11.0;

/// A faction's name beside its node.
pub struct Name {
    /// Inner end of the name, from the network's middle; left of the middle the name
    /// ends there, right of it the name starts there.
    pub at: Point,
    /// The name in one or two lines.
    pub lines: Vec<String>,
}

/// Places with x from a network's middle and y in the picture.
pub struct Layout {
    /// Every faction's node, clockwise from the top in the scenario's order.
    pub nodes: Vec<Point>,
    /// Every faction's name.
    pub names: Vec<Name>,
    /// Every faction's position among the blocs, for its colour; none outside of them.
    pub group: Vec<Option<usize>>,
    /// Every patron's node.
    pub patrons: Vec<Point>,
    /// Width that a patron's name may take.
    pub patron_room: f64,
}

/// The blocs in the order in which the factions name them.
pub fn blocs(summary: &Summary) -> Vec<String> {
    let mut blocs: Vec<String> = Vec::new();
    for bloc in summary.factions.iter().filter_map(|f| f.bloc.as_ref()) {
        if !blocs.contains(bloc) {
            blocs.push(bloc.clone());
        }
    }
    blocs
}

impl Layout {
    /// Lays out the actors of a summary.
    pub fn new(summary: &Summary) -> Self {
        let count = summary.factions.len();
        let nodes: Vec<Point> = (0..count)
            .map(|index| {
                let angle = TAU * (index as f64 + 0.5) / count as f64;
                (
                    CIRCLE.0 * libm::sin(angle),
                    CIRCLE.1 - CIRCLE.0 * libm::cos(angle),
                )
            })
            .collect();
        let blocs = blocs(summary);
        let group = summary
            .factions
            .iter()
            .map(|faction| {
                blocs
                    .iter()
                    .position(|bloc| Some(bloc) == faction.bloc.as_ref())
            })
            .collect();
        let (patrons, patron_room) = patrons(summary, &nodes);
        Self {
            names: names(summary, &nodes),
            nodes,
            group,
            patrons,
            patron_room,
        }
    }
}

/// Names stand outside the circle, those of each half below each other.
fn names(summary: &Summary, nodes: &[Point]) -> Vec<Name> {
    let face = Face::new(NAME_SIZE);
    // Two lines where the half of the circle has the height for them.
    let most = match nodes.len().div_ceil(2) as f64 * (2.0 * LEADING + 3.0) <= 2.0 * REACH + LEADING
    {
        true => 2,
        false => 1,
    };
    // Clear of the larger of the node's two sizes, as the name stands in one place.
    let size = |index: usize| {
        let faction = &summary.factions[index];
        radius(faction.power_start).max(radius(faction.power_end))
    };
    let outer = |index: usize| CIRCLE.0 + CLEAR.max(size(index) + 12.0);
    let mut names: Vec<Name> = summary
        .factions
        .iter()
        .map(|faction| Name {
            at: (0.0, 0.0),
            lines: if face.width(&faction.name) <= 104.0 {
                vec![faction.name.clone()]
            } else {
                face.wrap(&faction.name, 124.0, most)
            },
        })
        .collect();
    for right in [true, false] {
        let half: Vec<usize> = (0..nodes.len())
            .filter(|&index| (nodes[index].0 >= 0.0) == right)
            .collect();
        let wanted: Vec<f64> = half
            .iter()
            .map(|&index| CIRCLE.1 + (nodes[index].1 - CIRCLE.1) * outer(index) / CIRCLE.0)
            .collect();
        let tallest = half
            .iter()
            .map(|&i| names[i].lines.len())
            .max()
            .unwrap_or(1);
        let gap = tallest as f64 * LEADING + 3.0;
        let placed = spread(&wanted, gap, CIRCLE.1 - REACH, CIRCLE.1 + REACH);
        for (&index, y) in half.iter().zip(placed) {
            let up = y - CIRCLE.1;
            let outer = outer(index);
            let away = (outer * outer - up * up).max(0.0).sqrt();
            // Never inside its own node's column: a name at the top would touch it.
            let away = away.max(nodes[index].0.abs() + 6.0).max(14.0);
            // Nor within the ring of any node that reaches to its height.
            let high = names[index].lines.len() as f64 * LEADING / 2.0;
            let clear = half.iter().map(|&other| {
                let off = ((nodes[other].1 - y).abs() - high).max(0.0);
                let ring = size(other) + RING;
                match off < ring {
                    true => nodes[other].0.abs() + (ring * ring - off * off).sqrt(),
                    false => 0.0,
                }
            });
            let away = clear.fold(away, f64::max);
            names[index].at = (if right { away } else { -away }, y);
        }
    }
    names
}

/// Patrons stand in two rows, above and below the circle, near their clients. Left
/// and right of it the names need the room.
fn patrons(summary: &Summary, nodes: &[Point]) -> (Vec<Point>, f64) {
    let count = summary.patrons.len();
    let mut centres = vec![(0.0, 0.0, 0.0); count];
    for tie in &summary.support {
        let strength = (tie.start + tie.end).max(0.0);
        let node = nodes[tie.faction];
        let centre = &mut centres[tie.patron];
        *centre = (
            centre.0 + strength * node.0,
            centre.1 + strength * node.1,
            centre.2 + strength,
        );
    }
    let wanted: Vec<Point> = centres
        .into_iter()
        .map(|(x, y, weight)| {
            if weight > 1e-9 {
                (x / weight, y / weight)
            } else {
                (0.0, CIRCLE.1)
            }
        })
        .collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| wanted[a].1.total_cmp(&wanted[b].1).then(a.cmp(&b)));
    let upper = count.div_ceil(2);
    let reach = PANEL / 2.0 - 60.0;
    let room = (2.0 * reach / upper.max(1) as f64).min(150.0);
    let mut places = vec![(0.0, 0.0); count];
    for (row, y) in [(&order[..upper], ROWS.0), (&order[upper..], ROWS.1)] {
        let xs: Vec<f64> = row.iter().map(|&p| wanted[p].0 * 1.7).collect();
        for (&patron, x) in row.iter().zip(spread(&xs, room, -reach, reach)) {
            places[patron] = (x, y);
        }
    }
    (places, room - 8.0)
}
