//! A thin layer over plotters' SVG backend: drawing in fractions of a pixel.
//!
//! plotters' backends take whole units. The canvas is therefore [`SCALE`] times as
//! large as the picture: everything is scaled up on the way in, and shrunk again when
//! it is turned into pixels.
//!
//! The drawing methods return nothing; the first error is kept and comes out of
//! [`paint_sized`], so that the code of a picture reads as a picture.

use std::fmt::Display;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, ShapeStyle};

use crate::foreign::picture;

use super::palette::{Colour, INK, WHITE, faded};
use super::{FigureError, fonts, text};

/// Width of every picture of a run, in user units and in pixels.
pub const WIDTH: f64 = 1600.0;
/// Height of every picture of a run, in user units and in pixels.
pub const HEIGHT: f64 = 960.0;
/// SVG units in a user unit.
pub const SCALE: f64 = 8.0;

/// What a picture is laid out for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page {
    /// Width in user units of a column in which everything stands below each other; none: the
    /// layout of a screen.
    pub column: Option<f64>,
    /// Whether it has to be told apart without colours.
    pub grey: bool,
}

impl Page {
    /// A screen.
    pub const SCREEN: Self = Self {
        column: None,
        grey: false,
    };
}

/// A point in user units, from the upper left corner.
pub type Point = (f64, f64);

/// Where along a text its position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The position is where the text starts.
    Start,
    /// The position is the middle of the text.
    Middle,
    /// The position is where the text ends.
    End,
}

/// How a text looks. Its position is on the baseline unless [`Face::middle`] is set.
#[derive(Debug, Clone, Copy)]
pub struct Face {
    size: f64,
    bold: bool,
    colour: Colour,
    anchor: Anchor,
    middle: bool,
    upward: bool,
    halo: bool,
}

impl Face {
    /// Plain ink, starting at its position; `size` is the em in user units.
    pub const fn new(size: f64) -> Self {
        Self {
            size,
            bold: false,
            colour: INK,
            anchor: Anchor::Start,
            middle: false,
            upward: false,
            halo: false,
        }
    }

    /// In bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// In this colour.
    pub const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// With its position at this place along the text.
    pub const fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// With its position at half the height of its letters.
    pub const fn middle(self) -> Self {
        Self {
            middle: true,
            ..self
        }
    }

    /// Read upward, turned by a quarter about its position.
    pub const fn upward(self) -> Self {
        Self {
            upward: true,
            ..self
        }
    }

    /// On a white ground that keeps it legible above lines.
    pub const fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    /// From line to line.
    pub const fn leading(&self) -> f64 {
        self.size * 1.25
    }

    /// Width of a text in this face.
    pub fn width(&self, content: &str) -> f64 {
        text::width(content, self.size, self.bold)
    }

    /// The text, cut to this width.
    pub fn shorten(&self, content: &str, room: f64) -> String {
        text::shorten(content, self.size, self.bold, room)
    }

    /// Two names with what stands between them, cut to this width: where both don't fit, each has
    /// half, or what the other leaves.
    pub fn pair(&self, (a, b): (&str, &str), between: &str, room: f64) -> String {
        let room = room - self.width(between);
        let (wide, half) = ([self.width(a), self.width(b)], room / 2.0);
        let cut = |name: &str, other: f64| self.shorten(name, (room - other).max(half));
        text::linked(&cut(a, wide[1]), between, &cut(b, wide[0]))
    }

    /// The text in at most `lines` lines of this width.
    pub fn wrap(&self, content: &str, room: f64, lines: usize) -> Vec<String> {
        text::wrap(content, self.size, self.bold, room, lines)
    }
}

/// What a picture is drawn on.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
    failure: Option<FigureError>,
    page: Page,
}

/// Runs `picture` on an empty white canvas of this width and height and returns the SVG.
pub fn paint_sized(
    page: Page,
    (width, height): (f64, f64),
    picture: impl FnOnce(&mut Canvas<'_>) -> Result<(), FigureError>,
) -> Result<String, FigureError> {
    let mut svg = String::with_capacity(256 * 1024);
    let size = ((width * SCALE) as u32, (height * SCALE) as u32);
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(&mut svg, size),
        failure: None,
        page,
    };
    canvas.rect(0.0, 0.0, width, height, WHITE);
    picture(&mut canvas)?;
    let finished = canvas.backend.present();
    canvas.keep(finished);
    let failure = canvas.failure.take();
    drop(canvas);
    match failure {
        Some(failure) => Err(failure),
        None => Ok(svg),
    }
}

impl Canvas<'_> {
    /// What it is laid out for.
    pub const fn page(&self) -> Page {
        self.page
    }

    /// A filled shape.
    pub fn polygon(&mut self, points: &[Point], colour: Colour) {
        if points.len() > 2 {
            let drawn = self.backend.fill_polygon(units(points), &colour);
            self.keep(drawn);
        }
    }

    /// A line through all points.
    pub fn line(&mut self, points: &[Point], width: f64, colour: Colour) {
        if points.len() > 1 {
            let drawn = self
                .backend
                .draw_path(units(points), &stroke(width, colour));
            self.keep(drawn);
        }
    }

    /// A line of dashes; `pattern` is the lengths of dash, gap, dash, gap, ...
    pub fn dashed(&mut self, points: &[Point], width: f64, colour: Colour, pattern: &[f64]) {
        for dash in dashes(points, pattern) {
            self.line(&dash, width, colour);
        }
    }

    /// A filled rectangle; nothing where it has no extent.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, colour: Colour) {
        let drawn =
            self.backend
                .draw_rect(unit((x, y)), unit((x + width, y + height)), &colour, true);
        self.keep(drawn);
    }

    /// A filled circle.
    pub fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        let drawn =
            self.backend
                .draw_circle(unit(centre), (radius * SCALE).round() as u32, &colour, true);
        self.keep(drawn);
    }

    /// A circle's outline.
    pub fn ring(&mut self, centre: Point, radius: f64, width: f64, colour: Colour) {
        let drawn = self.backend.draw_circle(
            unit(centre),
            (radius * SCALE).round() as u32,
            &stroke(width, colour),
            false,
        );
        self.keep(drawn);
    }

    /// One line of text.
    pub fn text(&mut self, (x, y): Point, content: &str, face: Face) {
        if content.is_empty() {
            return;
        }
        if face.halo && !face.upward {
            self.halo((x, y), content, face);
        }
        // XML drops spaces at the ends of a text; a no-break space is as wide and stays.
        let content = picture(content).replace(' ', "\u{A0}");
        fonts::want(&content);
        // The backend puts the baseline 0.76 em below the position.
        let shift = face.size * (if face.middle { 0.34 } else { 0.0 } - 0.76);
        let (at, transform) = if face.upward {
            ((x + shift, y), FontTransform::Rotate270)
        } else {
            ((x, y + shift), FontTransform::None)
        };
        let horizontal = match face.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        // The backend divides sizes by 1.24.
        let style = text::font(face.bold)
            .resize(face.size * SCALE * 1.24)
            .transform(transform)
            .color(&face.colour)
            .pos(Pos::new(horizontal, VPos::Top));
        let drawn = self.backend.draw_text(&content, &style, unit(at));
        self.keep(drawn);
    }

    /// Lines of text below each other.
    pub fn lines(&mut self, (x, y): Point, content: &[String], leading: f64, face: Face) {
        for (number, line) in content.iter().enumerate() {
            self.text((x, y + number as f64 * leading), line, face);
        }
    }

    /// How much smaller a text may become to fit: by a seventh, but in a column nothing is as
    /// small as that.
    fn least(&self, face: Face) -> f64 {
        match self.page.column {
            Some(_) => (10.5 / face.size).clamp(6.0 / 7.0, 1.0),
            None => 6.0 / 7.0,
        }
    }

    /// One line of text in a width: smaller by up to a seventh, then cut, where needed.
    pub fn fit(&mut self, at: Point, content: &str, room: f64, face: Face) {
        let share = (room / face.width(content).max(1.0)).clamp(self.least(face), 1.0);
        let size = face.size * share;
        let face = Face { size, ..face };
        self.text(at, &face.shorten(content, room), face);
    }

    /// A key in a width: smaller by up to a seventh, then cut at its front, where needed.
    pub fn fit_key(&mut self, at: Point, key: &str, room: f64, face: Face) {
        let share = (room / face.width(key).max(1.0)).clamp(self.least(face), 1.0);
        let size = face.size * share;
        let cut = text::shorten_front(key, size, face.bold, room);
        self.text(at, &cut, Face { size, ..face });
    }

    /// Pieces of text in different faces after each other; returns where they end.
    pub fn run(&mut self, (mut x, y): Point, pieces: &[(&str, Face)]) -> f64 {
        // All grounds before any text, or a ground would cut into the piece before it.
        let mut left = x;
        for (content, face) in pieces {
            if face.halo {
                self.halo((left, y), content, *face);
            }
            left += face.width(content);
        }
        for (content, face) in pieces {
            let face = Face {
                halo: false,
                ..*face
            };
            self.text((x, y), content, face);
            x += face.width(content);
        }
        x
    }

    fn halo(&mut self, (x, y): Point, content: &str, face: Face) {
        let width = face.width(content);
        let left = match face.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        let baseline = y + if face.middle { 0.34 * face.size } else { 0.0 };
        self.rect(
            left - 2.0,
            baseline - 0.86 * face.size,
            width + 4.0,
            1.14 * face.size,
            faded(WHITE, 0.78),
        );
    }

    fn keep<T, E: Display>(&mut self, drawn: Result<T, E>) {
        if let (Err(error), None) = (drawn, &self.failure) {
            self.failure = Some(FigureError::Draw(error.to_string()));
        }
    }
}

/// A point in the backend's whole units. What isn't finite lands on the edge: the
/// cast saturates, and turns what is no number into 0.
fn unit((x, y): Point) -> (i32, i32) {
    let whole = |v: f64| (v.clamp(-WIDTH, 64.0 * WIDTH) * SCALE).round() as i32;
    (whole(x), whole(y))
}

fn units(points: &[Point]) -> impl Iterator<Item = (i32, i32)> + '_ {
    points.iter().map(|&point| unit(point))
}

fn stroke(width: f64, colour: Colour) -> ShapeStyle {
    colour.stroke_width((width * SCALE).round().max(1.0) as u32)
}

/// Cuts a line into dashes by its length.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    if pattern.is_empty() || pattern.iter().any(|&length| length < 0.1) {
        return vec![points.to_vec()];
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut part, mut left) = (0, pattern[0]);
    for ends in points.windows(2) {
        let (mut from, to) = (ends[0], ends[1]);
        loop {
            let rest = libm::hypot(to.0 - from.0, to.1 - from.1);
            if rest.is_nan() || rest <= left {
                left -= rest.max(0.0);
                if part % 2 == 0 {
                    piece.push(to);
                }
                break;
            }
            let share = left / rest;
            from = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            if part % 2 == 0 {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            part = (part + 1) % (pattern.len() * 2);
            left = pattern[part % pattern.len()];
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// What is between the outermost tags of an SVG.
pub fn inside(svg: &str) -> &str {
    let after = svg
        .find("<svg")
        .and_then(|start| Some(start + svg[start..].find('>')? + 1));
    let end = svg.rfind("</svg>").unwrap_or(svg.len());
    svg.get(after.unwrap_or(0)..end).unwrap_or_default()
}

/// The height of an SVG made here, in user units.
pub fn high(svg: &str) -> f64 {
    let told = svg.split_once("height=\"").map(|(_, rest)| rest);
    let told = told.and_then(|rest| rest.split('"').next()?.parse::<f64>().ok());
    told.unwrap_or(HEIGHT * SCALE) / SCALE
}
