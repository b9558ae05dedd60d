//! What every picture promises a reader: no text beyond its edges, and no text on another.
//!
//! The boxes are those of usvg's own layout of the texts, not of the widths that the pictures
//! reckon with.

use std::fmt;

use resvg::usvg::{Group, Node, Tree};

use rayon::prelude::*;

use super::canvas::{Page, SCALE};
use super::print::Print;
use super::{fonts, gallery};

/// A text as it is drawn: what it says, and left, top, right and bottom in user units.
#[derive(Debug, Clone)]
struct Drawn {
    said: String,
    edges: (f64, f64, f64, f64),
    /// The size of its letters.
    size: f64,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, top, right, bottom) = self.edges;
        write!(
            f,
            "`{}` ({left:.0}, {top:.0} to {right:.0}, {bottom:.0})",
            self.said
        )
    }
}

/// Every text of a picture, and its size.
fn texts(svg: &str) -> (Vec<Drawn>, (f64, f64)) {
    let tree = Tree::from_str(svg, &fonts::options()).expect("a picture is SVG");
    let mut texts = Vec::new();
    gather(tree.root(), &mut texts);
    let size = tree.size();
    let unit = |v: f32| f64::from(v) / SCALE;
    (texts, (unit(size.width()), unit(size.height())))
}

fn gather(group: &Group, texts: &mut Vec<Drawn>) {
    for node in group.children() {
        match node {
            Node::Group(group) => gather(group, texts),
            Node::Text(text) => {
                let said: String = text.chunks().iter().map(|chunk| chunk.text()).collect();
                let said = said.replace('\u{A0}', " ");
                let b = text.abs_bounding_box();
                let (left, top) = (f64::from(b.left()) / SCALE, f64::from(b.top()) / SCALE);
                let (right, bottom) = (f64::from(b.right()) / SCALE, f64::from(b.bottom()) / SCALE);
                // The boxes are as high as a line; letters are not.
                let upward = bottom - top > right - left && said.chars().count() > 2;
                let (across, down) = match upward {
                    true => (0.24 * (right - left), 0.5),
                    false => (0.5, 0.24 * (bottom - top)),
                };
                let spans = text.chunks().iter().flat_map(|chunk| chunk.spans());
                let sizes = spans.map(|span| f64::from(span.font_size().get()) / SCALE);
                texts.push(Drawn {
                    size: sizes.fold(f64::MAX, f64::min),
                    said,
                    edges: (left + across, top + down, right - across, bottom - down),
                });
            }
            _ => {}
        }
    }
}

/// What is wrong with a picture's texts, of which none may be smaller than `least`.
fn faults(svg: &str, least: f64) -> Vec<String> {
    let (texts, (width, height)) = texts(svg);
    let mut faults = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let (left, top, right, bottom) = text.edges;
        if left < 4.0 || top < 4.0 || right > width - 4.0 || bottom > height - 4.0 {
            faults.push(format!("clipped: {text}"));
        }
        if text.size < least {
            faults.push(format!("small, {:.1}: {text}", text.size));
        }
        for other in &texts[number + 1..] {
            let b = other.edges;
            if left < b.2 && b.0 < right && top < b.3 && b.1 < bottom {
                faults.push(format!("overlap: {text} and {other}"));
            }
        }
    }
    faults
}

fn no_faults(page: Page) {
    let pictures = gallery::all(page);
    // In a column half a user unit is a point.
    let least = if page.column.is_some() { 10.4 } else { 0.0 };
    let faults = |(name, svg): &(String, String)| -> Vec<String> {
        let faults = faults(svg, least).into_iter();
        faults.map(|fault| format!("{name}: {fault}")).collect()
    };
    let all: Vec<String> = pictures.par_iter().flat_map(faults).collect();
    assert!(all.is_empty(), "{} faults\n{}", all.len(), all.join("\n"));
}

#[test]
fn no_text_of_any_picture_lies_on_another_or_beyond_the_edge() {
    no_faults(Page::SCREEN);
}

/// On paper as wide as the narrowest column there is, as a column and a half, and as two columns
/// of a journal.
#[test]
fn nor_of_any_picture_for_print() {
    // Side by side, since to make up what the pictures are of is one thread's work.
    [80.0, 120.0, 180.0].into_par_iter().for_each(|mm| {
        let print = Print {
            width_mm: Some(mm),
            ..Print::default()
        };
        no_faults(print.page());
    });
}

#[test]
fn what_overlaps_or_is_clipped_is_found() {
    let text = |x: f64, y: f64| {
        super::canvas::paint_sized(Page::SCREEN, super::frame::SCREEN, |canvas| {
            let face = super::canvas::Face::new(14.0);
            canvas.text((x, y), "one text", face);
            canvas.text((300.0, 300.0), "another", face);
            Ok(())
        })
        .expect("drawn")
    };
    assert_eq!(faults(&text(300.0, 320.0), 0.0), [""; 0]);
    assert!(faults(&text(320.0, 304.0), 0.0)[0].starts_with("overlap"));
    assert!(faults(&text(1580.0, 100.0), 0.0)[0].starts_with("clipped"));
}
