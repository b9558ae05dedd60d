//! `tree.png`: how the points are split, and what is in each leaf.

mod outline;

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page};
use super::super::frame::{BOTTOM, LEFT, RIGHT, SCREEN, TOP};
use super::super::labels::figures;
use super::super::number::short;
use super::super::palette::{Colour, GREY, INK, PALE, SILVER, WHITE, rivalry as ramp};
use super::{Around, density_of, surrounded};
use crate::experiment::discover::{Discovery, TreeNode};
use crate::experiment::replay::percent;
use crate::report::chance::decimals;

/// Height of a leaf, and of the words of a split.
const LEAF: f64 = 112.0;
const SPLIT: f64 = 46.0;
/// In a column, the least width of a leaf among others, and room from a split to what is below.
const LEAST: f64 = 130.0;
const BELOW: f64 = 54.0;

/// Where a node stands: the middle of its upper edge.
struct Placed {
    x: f64,
    depth: usize,
    /// The first leaf below it, and how many there are.
    first: usize,
    leaves: usize,
}

/// Where the tree stands: its left, right and upper edges, and from a depth to the next.
struct Field {
    left: f64,
    right: f64,
    top: f64,
    high: f64,
}

/// Draws it as SVG.
pub fn draw(found: &Discovery, page: Page) -> Result<String, FigureError> {
    let title = format!("A tree beside the boxes: {}", found.outcome.words());
    let line = format!(
        "Splits that cross-validation supports; in the leaves, {}, on points held out",
        density_of(found)
    );
    let around = Around {
        title: &title,
        line: &line,
        screen: (SCREEN, 0.0),
    };
    const NONE: &str = "No split is supported by cross-validation.";
    let is_split = found.tree.len() > 1;
    let depth = depths(&found.tree).into_iter().fold(0, usize::max) as f64;
    let on_screen = |canvas: &mut Canvas<'_>| {
        if !is_split {
            let face = Face::new(16.0).colour(GREY);
            canvas.text((LEFT, TOP + 40.0), NONE, face);
            return;
        }
        let field = Field {
            left: LEFT,
            right: RIGHT,
            top: TOP + 8.0,
            high: (BOTTOM - LEAF - TOP - 20.0) / depth,
        };
        nodes(canvas, found, &field);
    };
    surrounded(found, page, &around, on_screen, |canvas, column| {
        if !is_split {
            column.note(canvas, NONE);
            return;
        }
        let leaves = found.tree.iter().filter(|node| node.split.is_none());
        if column.wide() / (leaves.count() as f64) < LEAST {
            outline::draw(canvas, column, found);
            return;
        }
        let field = Field {
            left: column.left,
            right: column.right,
            top: column.y,
            high: SPLIT + BELOW,
        };
        nodes(canvas, found, &field);
        column.y += depth * field.high + LEAF + 14.0;
    })
}

/// How many splits are above each node.
fn depths(tree: &[TreeNode]) -> Vec<usize> {
    let mut depths = vec![0; tree.len()];
    for (node, of) in tree.iter().enumerate() {
        for child in of.split.iter().flat_map(|split| [split.below, split.above]) {
            depths[child] = depths[node] + 1;
        }
    }
    depths
}

/// The density of the densest leaf, which has the darkest colour.
fn most(tree: &[TreeNode]) -> f64 {
    let leaves = tree.iter().filter(|node| node.split.is_none());
    leaves.map(|node| node.learned.density).fold(1e-9, f64::max)
}

/// All nodes, leaves beside each other.
fn nodes(canvas: &mut Canvas<'_>, found: &Discovery, field: &Field) {
    let placed = place(&found.tree, field);
    let y = |depth: usize| field.top + depth as f64 * field.high;
    let wide = (field.right - field.left) / placed[0].leaves as f64;
    let most = most(&found.tree);
    for (node, at) in found.tree.iter().zip(&placed) {
        let Some(split) = node.split else { continue };
        let from = (at.x, y(at.depth) + SPLIT);
        for (child, sign) in [(split.below, "≤"), (split.above, ">")] {
            let to = (placed[child].x, y(placed[child].depth));
            let middle = (from.1 + to.1) / 2.0;
            canvas.line(
                &[from, (from.0, middle), (to.0, middle), to],
                1.0 + 9.0 * found.tree[child].learned.mass,
                SILVER,
            );
            let face = Face::new(12.5).colour(INK).anchor(Anchor::Middle).halo();
            let said = format!("{sign} {}", short(split.at));
            canvas.text((to.0, middle + 4.0), &said, face);
        }
    }
    for (node, at) in found.tree.iter().zip(&placed) {
        let corner = (at.x, y(at.depth));
        match node.split {
            Some(split) => {
                let key = &found.inputs[split.input].key;
                // As far as its leaves reach on the nearer side: what is beside it has its own.
                let left = field.left + at.first as f64 * wide;
                let right = left + at.leaves as f64 * wide;
                let room = 2.0 * (at.x - left).min(right - at.x) - 28.0;
                said(canvas, node, key, (corner, room.clamp(40.0, 340.0)));
            }
            None => leaf(canvas, node, most, (corner, wide)),
        }
    }
}

/// Where the nodes stand: leaves evenly from left to right, the others above their middle.
fn place(tree: &[TreeNode], field: &Field) -> Vec<Placed> {
    let mut placed: Vec<Placed> = depths(tree)
        .into_iter()
        .map(|depth| Placed {
            x: 0.0,
            depth,
            first: 0,
            leaves: 1,
        })
        .collect();
    let mut leaves = 0;
    leaves_of(tree, 0, &mut placed, &mut leaves);
    let wide = (field.right - field.left) / leaves.max(1) as f64;
    for at in &mut placed {
        at.x = field.left + (at.x + 0.5) * wide;
    }
    placed
}

fn leaves_of(tree: &[TreeNode], node: usize, placed: &mut [Placed], leaves: &mut usize) {
    match tree[node].split {
        None => {
            placed[node].x = *leaves as f64;
            placed[node].first = *leaves;
            *leaves += 1;
        }
        Some(split) => {
            for child in [split.below, split.above] {
                leaves_of(tree, child, placed, leaves);
            }
            placed[node].x = (placed[split.below].x + placed[split.above].x) / 2.0;
            placed[node].first = placed[split.below].first;
            placed[node].leaves = placed[split.below].leaves + placed[split.above].leaves;
        }
    }
}

/// What a split asks.
fn said(canvas: &mut Canvas<'_>, node: &TreeNode, key: &str, ((x, y), room): ((f64, f64), f64)) {
    let face = Face::new(13.5).bold().anchor(Anchor::Middle);
    let wide = face.width(key).min(room) + 16.0;
    canvas.rect(x - wide / 2.0, y, wide, SPLIT, PALE);
    canvas.fit_key((x, y + 19.0), key, room, face);
    let small = Face::new(11.5).colour(GREY).anchor(Anchor::Middle);
    let told = format!("{} of the points", percent(node.learned.mass));
    canvas.text((x, y + 36.0), &told, small);
}

/// A leaf's ground, and what is legible on it.
fn colours(leaf: &TreeNode, most: f64) -> (Colour, Colour) {
    let share = leaf.learned.density / most;
    (ramp(share), if share > 0.5 { WHITE } else { INK })
}

/// A leaf's density on points held out, and its interval.
fn density(leaf: &TreeNode) -> (String, String) {
    match &leaf.held_out {
        Some(checked) => figures(&checked.density),
        None => (decimals(leaf.learned.density, 3), "not held out".to_owned()),
    }
}

fn leaf(canvas: &mut Canvas<'_>, node: &TreeNode, most: f64, ((x, y), wide): ((f64, f64), f64)) {
    let room = (wide - 8.0).min(190.0);
    let (ground, ink) = colours(node, most);
    canvas.rect(x - room / 2.0, y, room, LEAF, ground);
    let face = |size| Face::new(size).colour(ink).anchor(Anchor::Middle);
    let (value, interval) = density(node);
    canvas.fit((x, y + 28.0), &value, room - 4.0, face(19.0).bold());
    canvas.fit((x, y + 46.0), &interval, room - 4.0, face(11.5));
    let lines = [
        format!("mass {}", percent(node.learned.mass)),
        format!("coverage {}", percent(node.learned.coverage)),
        format!("learned {}", decimals(node.learned.density, 3)),
    ];
    for (k, line) in lines.iter().enumerate() {
        let at = (x, y + 66.0 + 15.0 * k as f64);
        canvas.fit(at, line, room - 4.0, face(11.5));
    }
}
