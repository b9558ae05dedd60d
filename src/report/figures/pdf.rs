//! PDF: lines as lines, and text as text, in the part of its font that is used, which is embedded.
//!
//! Nothing in it is of the clock or drawn at random: the same picture is the same bytes.

mod letters;

use std::collections::BTreeSet;

use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use resvg::tiny_skia::{Path as Outline, PathSegment, Transform};
use resvg::usvg::{FillRule, Group, LineCap, LineJoin, Node, Paint, Path, Tree};

use super::{FigureError, fonts};
use crate::foreign::line;
use letters::Letters;

/// A picture made by the canvas on a page of this width, with `notes` among what the document
/// says of itself.
pub fn pdf(svg: &str, width_mm: f64, notes: &[(String, String)]) -> Result<Vec<u8>, FigureError> {
    let tree = Tree::from_str(svg, &fonts::options())?;
    let scale = (width_mm / 25.4 * 72.0) as f32 / tree.size().width();
    let (wide, high) = (tree.size().width() * scale, tree.size().height() * scale);
    let mut sheet = Sheet {
        content: Content::new(),
        letters: Letters::default(),
        opacities: BTreeSet::new(),
        // PDF counts upward from the lower edge.
        place: Transform::from_row(scale, 0.0, 0.0, -scale, 0.0, high),
    };
    sheet.letters.take_all(&tree);
    sheet.group(tree.root(), 1.0);

    let mut next = 0;
    let mut new = || {
        next += 1;
        Ref::new(next)
    };
    let mut pdf = Pdf::new();
    let (catalog, pages, page, content, info) = (new(), new(), new(), new(), new());
    pdf.catalog(catalog).pages(pages).lang(TextStr("en"));
    pdf.pages(pages).kids([page]).count(1);
    let opacities: Vec<(u8, Ref)> = sheet
        .opacities
        .iter()
        .map(|share| (*share, new()))
        .collect();
    let fonts = sheet.letters.write(&mut pdf, &mut new)?;
    let mut written = pdf.page(page);
    written.parent(pages).contents(content);
    written.media_box(Rect::new(0.0, 0.0, wide, high));
    let mut resources = written.resources();
    let mut states = resources.ext_g_states();
    for (share, id) in &opacities {
        states.pair(Name(opacity(*share).as_bytes()), id);
    }
    states.finish();
    let mut named = resources.fonts();
    for (name, id) in &fonts {
        named.pair(Name(name.as_bytes()), id);
    }
    named.finish();
    resources.finish();
    written.finish();
    for (share, id) in opacities {
        let share = f32::from(share) / 255.0;
        pdf.ext_graphics(id)
            .non_stroking_alpha(share)
            .stroking_alpha(share);
    }
    let bytes = deflated(&sheet.content.finish());
    pdf.stream(content, &bytes).filter(Filter::FlateDecode);
    let said: Vec<String> = notes
        .iter()
        .map(|(key, value)| format!("{}: {}", line(key), line(value)))
        .collect();
    let program = format!("simulate {}", env!("CARGO_PKG_VERSION"));
    pdf.document_info(info)
        .creator(TextStr(&program))
        .subject(TextStr(&said.join("; ")));
    Ok(pdf.finish())
}

/// Bytes as streams of a PDF hold them.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(bytes, 6)
}

/// The name of an opacity.
fn opacity(share: u8) -> String {
    format!("a{share}")
}

/// What is written on a page.
struct Sheet {
    content: Content,
    letters: Letters,
    /// Opacities used, in 255ths.
    opacities: BTreeSet<u8>,
    /// From the units of the picture to the page.
    place: Transform,
}

impl Sheet {
    fn group(&mut self, group: &Group, opacity: f32) {
        let opacity = opacity * group.opacity().get();
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, opacity),
                Node::Path(path) => self.path(path, opacity),
                Node::Text(text) => {
                    if !self.text(text, opacity) {
                        self.group(text.flattened(), opacity);
                    }
                }
                Node::Image(_) => {}
            }
        }
    }

    fn path(&mut self, path: &Path, opacity: f32) {
        if !path.is_visible() {
            return;
        }
        let at = self.place.pre_concat(path.abs_transform());
        if let Some(fill) = path.fill() {
            let Paint::Color(colour) = fill.paint() else {
                return;
            };
            self.begin(opacity * fill.opacity().get());
            let [r, g, b] = [colour.red, colour.green, colour.blue].map(share);
            self.content.set_fill_rgb(r, g, b);
            self.outline(path.data(), at);
            match fill.rule() {
                FillRule::NonZero => self.content.fill_nonzero(),
                FillRule::EvenOdd => self.content.fill_even_odd(),
            };
            self.content.restore_state();
        }
        if let Some(stroke) = path.stroke() {
            let Paint::Color(colour) = stroke.paint() else {
                return;
            };
            self.begin(opacity * stroke.opacity().get());
            let [r, g, b] = [colour.red, colour.green, colour.blue].map(share);
            let size = at.get_scale().0;
            self.content
                .set_stroke_rgb(r, g, b)
                .set_line_width(stroke.width().get() * size)
                .set_miter_limit(stroke.miterlimit().get())
                .set_line_cap(match stroke.linecap() {
                    LineCap::Butt => LineCapStyle::ButtCap,
                    LineCap::Round => LineCapStyle::RoundCap,
                    LineCap::Square => LineCapStyle::ProjectingSquareCap,
                })
                .set_line_join(match stroke.linejoin() {
                    LineJoin::Miter | LineJoin::MiterClip => LineJoinStyle::MiterJoin,
                    LineJoin::Round => LineJoinStyle::RoundJoin,
                    LineJoin::Bevel => LineJoinStyle::BevelJoin,
                });
            self.outline(path.data(), at);
            self.content.stroke();
            self.content.restore_state();
        }
    }

    /// Begins something of this opacity.
    fn begin(&mut self, share: f32) {
        self.content.save_state();
        let share = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
        if share < 255 {
            self.opacities.insert(share);
            let name = opacity(share);
            self.content.set_parameters(Name(name.as_bytes()));
        }
    }

    fn outline(&mut self, path: &Outline, at: Transform) {
        let at = |mut point: resvg::tiny_skia::Point| {
            at.map_point(&mut point);
            (fine(point.x), fine(point.y))
        };
        // Where the pen is: PDF has no curves of the second degree.
        let mut pen = resvg::tiny_skia::Point::zero();
        for segment in path.segments() {
            match segment {
                PathSegment::MoveTo(to) => {
                    let (x, y) = at(to);
                    self.content.move_to(x, y);
                    pen = to;
                }
                PathSegment::LineTo(to) => {
                    let (x, y) = at(to);
                    self.content.line_to(x, y);
                    pen = to;
                }
                PathSegment::QuadTo(by, to) => {
                    let third = |end: resvg::tiny_skia::Point| {
                        at(resvg::tiny_skia::Point::from_xy(
                            end.x + (by.x - end.x) * 2.0 / 3.0,
                            end.y + (by.y - end.y) * 2.0 / 3.0,
                        ))
                    };
                    let ((x1, y1), (x2, y2), (x, y)) = (third(pen), third(to), at(to));
                    self.content.cubic_to(x1, y1, x2, y2, x, y);
                    pen = to;
                }
                PathSegment::CubicTo(first, second, to) => {
                    let ((x1, y1), (x2, y2), (x, y)) = (at(first), at(second), at(to));
                    self.content.cubic_to(x1, y1, x2, y2, x, y);
                    pen = to;
                }
                PathSegment::Close => {
                    self.content.close_path();
                }
            }
        }
    }
}

/// A place in points, finer than any printer: fewer digits make a smaller file.
fn fine(place: f32) -> f32 {
    (place * 1000.0).round() / 1000.0
}

/// A colour's part of 1.
fn share(byte: u8) -> f32 {
    (f32::from(byte) / 255.0 * 10_000.0).round() / 10_000.0
}
