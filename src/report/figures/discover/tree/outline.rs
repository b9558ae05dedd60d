//! The same in a column too narrow for all leaves beside each other: every node below the one
//! that is split, and further in.

use super::super::super::canvas::{Anchor, Canvas, Face};
use super::super::super::column::{Column, SMALL};
use super::super::super::number::short;
use super::super::super::palette::{GREY, PALE, SILVER};
use super::{colours, density, depths, most};
use crate::experiment::discover::Discovery;
use crate::experiment::replay::percent;
use crate::report::chance::decimals;

/// Height of a node, and room below it.
const HIGH: f64 = 40.0;
const GAP: f64 = 6.0;
/// The most by which a node is further in than the one above, and the most of the width that
/// all of it takes.
const INDENT: f64 = 18.0;
const INDENTED: f64 = 0.3;
/// Width of a leaf's colour.
const LEAF: f64 = 68.0;

/// What is the same for every node.
struct Outline<'a> {
    found: &'a Discovery,
    indent: f64,
    most: f64,
}

/// Draws all nodes.
pub fn draw(canvas: &mut Canvas<'_>, column: &mut Column, found: &Discovery) {
    let depth = depths(&found.tree).into_iter().fold(1, usize::max) as f64;
    let outline = Outline {
        found,
        indent: (INDENTED * column.wide() / depth).min(INDENT),
        most: most(&found.tree),
    };
    outline.node(canvas, column, (0, column.left), "all points");
    column.y += 6.0;
}

impl Outline<'_> {
    /// A node whose left edge is there, and all below it; returns half its height.
    fn node(
        &self,
        canvas: &mut Canvas<'_>,
        column: &mut Column,
        (number, left): (usize, f64),
        told: &str,
    ) -> f64 {
        let node = &self.found.tree[number];
        let top = column.y;
        let middle = top + HIGH / 2.0;
        column.y += HIGH + GAP;
        let Some(split) = node.split else {
            self.leaf(canvas, (number, told), (left, column.right, top));
            return middle;
        };
        canvas.rect(left, top, column.right - left, HIGH, PALE);
        let own = format!("   {} of the points", percent(node.learned.mass));
        let faces = (Face::new(12.0).bold(), Face::new(SMALL).colour(GREY));
        let start = left + 6.0;
        canvas.run((start, top + 16.0), &[(told, faces.0), (&own, faces.1)]);
        let key = &self.found.inputs[split.input].key;
        let room = column.right - start - 6.0;
        canvas.fit_key((start, top + 32.0), key, room, Face::new(12.5));
        // The stem ends at the second part; what is below the first is further in.
        let stem = left + 0.4 * self.indent;
        for (child, sign) in [(split.below, "≤"), (split.above, ">")] {
            let told = format!("{sign} {}", short(split.at));
            let inward = left + self.indent;
            let y = self.node(canvas, column, (child, inward), &told);
            let line = [(stem, top + HIGH), (stem, y), (inward, y)];
            let wide = 1.0 + 4.0 * self.found.tree[child].learned.mass;
            canvas.line(&line, wide, SILVER);
        }
        middle
    }

    fn leaf(
        &self,
        canvas: &mut Canvas<'_>,
        (number, told): (usize, &str),
        (left, right, top): (f64, f64, f64),
    ) {
        let node = &self.found.tree[number];
        let (ground, ink) = colours(node, self.most);
        let (value, interval) = density(node);
        canvas.rect(left, top, LEAF, HIGH, ground);
        let face = Face::new(15.0).bold().colour(ink).anchor(Anchor::Middle);
        let at = (left + LEAF / 2.0, top + HIGH / 2.0);
        canvas.fit(at, &value, LEAF - 6.0, face.middle());
        let start = left + LEAF + 8.0;
        let (bold, small) = (Face::new(12.0).bold(), Face::new(SMALL).colour(GREY));
        canvas.text((start, top + 16.0), told, bold);
        let after = start + bold.width(told) + 10.0;
        let learned = &node.learned;
        let share = format!(
            "mass {}, coverage {}",
            percent(learned.mass),
            percent(learned.coverage)
        );
        canvas.fit((after, top + 16.0), &share, right - after, small);
        let figures = format!("{interval}, learned {}", decimals(learned.density, 3));
        canvas.fit((start, top + 32.0), &figures, right - start, small);
    }
}
