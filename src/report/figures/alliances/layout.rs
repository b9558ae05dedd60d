//! Where the nodes and names of the networks go: the same in both, and a function of
//! the scenario alone.

use std::f64::consts::TAU;

use super::radius;
use crate::engine::Summary;
use crate::report::figures::canvas::{Face, Point};
use crate::report::figures::frame::{LEFT, RIGHT, TOP};
use crate::report::figures::labels::spread;

/// Distance of the lines of a name.
pub const LEADING: f64 = 15.0;
/// Distance of names from the circle of nodes.
const CLEAR: f64 = 28.0;
/// From the edge of a node to where a name may start: its ring, and air.
const RING: f64 = 11.0;

/// The sizes of a network.
#[derive(Debug, Clone, Copy)]
pub struct Geometry {
    /// Width of the network with its names.
    pub panel: f64,
    /// Radius of the circle of factions.
    pub circle: f64,
    /// Height of its centre.
    pub centre: f64,
    /// Heights of the two rows of patrons.
    rows: (f64, f64),
    /// How large nodes are.
    pub grain: f64,
    /// Distance of names from the circle.
    clear: f64,
    /// Size of a name, and the most room for one in a line and in two.
    pub size: f64,
    room: (f64, f64),
}

impl Geometry {
    /// That of a screen.
    pub const SCREEN: Self = Self {
        panel: (RIGHT - LEFT - 24.0) / 2.0,
        circle: 212.0,
        centre: 494.0,
        rows: (TOP + 64.0, 792.0),
        grain: 1.0,
        clear: CLEAR,
        size: 13.0,
        room: (104.0, 124.0),
    };

    /// One of this width below this height.
    pub fn narrow(panel: f64, top: f64) -> Self {
        let name = (0.23 * panel).clamp(96.0, 124.0);
        let clear = 20.0;
        let circle = panel / 2.0 - name - clear - 8.0;
        let centre = top + 62.0 + circle + clear + 24.0;
        Self {
            panel,
            circle,
            centre,
            rows: (top + 50.0, centre + circle + clear + 40.0),
            grain: (circle / 212.0).clamp(0.55, 1.0),
            clear,
            size: 11.5,
            room: (name - 8.0, name),
        }
    }

    /// How far names go above and below the circle's centre.
    fn reach(&self) -> f64 {
        self.circle + self.clear + 16.0
    }

    /// Below all of it, with the names of the lower row of patrons.
    pub fn foot(&self) -> f64 {
        self.rows.1 + 46.0
    }
}

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
    /// The sizes of it all.
    pub geometry: Geometry,
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
    pub fn new(summary: &Summary, geometry: Geometry) -> Self {
        let count = summary.factions.len();
        let nodes: Vec<Point> = (0..count)
            .map(|index| {
                let angle = TAU * (index as f64 + 0.5) / count as f64;
                (
                    geometry.circle * libm::sin(angle),
                    geometry.centre - geometry.circle * libm::cos(angle),
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
        let (patrons, patron_room) = patrons(summary, &nodes, &geometry);
        Self {
            names: names(summary, &nodes, &geometry),
            nodes,
            group,
            patrons,
            patron_room,
            geometry,
        }
    }
}

/// Names stand outside the circle, those of each half below each other.
fn names(summary: &Summary, nodes: &[Point], geometry: &Geometry) -> Vec<Name> {
    let face = Face::new(geometry.size);
    let (circle, centre, reach) = (geometry.circle, geometry.centre, geometry.reach());
    // Two lines where the half of the circle has the height for them.
    let most = match nodes.len().div_ceil(2) as f64 * (2.0 * LEADING + 3.0) <= 2.0 * reach + LEADING
    {
        true => 2,
        false => 1,
    };
    // Clear of the larger of the node's two sizes, as the name stands in one place.
    let size = |index: usize| {
        let faction = &summary.factions[index];
        radius(faction.power_start, geometry).max(radius(faction.power_end, geometry))
    };
    let outer = |index: usize| circle + geometry.clear.max(size(index) + 12.0);
    let mut names: Vec<Name> = summary
        .factions
        .iter()
        .map(|faction| Name {
            at: (0.0, 0.0),
            lines: if face.width(&faction.name) <= geometry.room.0 {
                vec![faction.name.clone()]
            } else {
                face.wrap(&faction.name, geometry.room.1, most)
            },
        })
        .collect();
    for right in [true, false] {
        let half: Vec<usize> = (0..nodes.len())
            .filter(|&index| (nodes[index].0 >= 0.0) == right)
            .collect();
        let wanted: Vec<f64> = half
            .iter()
            .map(|&index| centre + (nodes[index].1 - centre) * outer(index) / circle)
            .collect();
        let tallest = half
            .iter()
            .map(|&i| names[i].lines.len())
            .max()
            .unwrap_or(1);
        let gap = tallest as f64 * LEADING + 3.0;
        let placed = spread(&wanted, gap, centre - reach, centre + reach);
        for (&index, y) in half.iter().zip(placed) {
            let up = y - centre;
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
fn patrons(summary: &Summary, nodes: &[Point], geometry: &Geometry) -> (Vec<Point>, f64) {
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
                (0.0, geometry.centre)
            }
        })
        .collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| wanted[a].1.total_cmp(&wanted[b].1).then(a.cmp(&b)));
    let upper = count.div_ceil(2);
    let reach = geometry.panel / 2.0 - 60.0;
    let room = (2.0 * reach / upper.max(1) as f64).min(150.0);
    let mut places = vec![(0.0, 0.0); count];
    for (row, y) in [
        (&order[..upper], geometry.rows.0),
        (&order[upper..], geometry.rows.1),
    ] {
        let xs: Vec<f64> = row.iter().map(|&p| wanted[p].0 * 1.7).collect();
        for (&patron, x) in row.iter().zip(spread(&xs, room, -reach, reach)) {
            places[patron] = (x, y);
        }
    }
    (places, room - 8.0)
}
