//! Pictures laid out in a narrow column: words above, one part below the other, as high as it
//! takes. Nothing is scaled down; what stands side by side on a screen moves below.

use super::FigureError;
use super::canvas::{Canvas, Face, Page, Point, paint_sized};
use super::events::Mark;
use super::frame::Words;
use super::hatch::hatch_rect;
use super::palette::{Colour, GREY, INK};

/// Room left and right, and above and below.
const MARGIN: (f64, f64) = (5.0, 8.0);
/// The size of small words.
pub const SMALL: f64 = 11.0;
/// Between parts.
pub const PART: f64 = 20.0;

/// Where the next part goes.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub y: f64,
}

/// What an entry of a key looks like beside its words.
#[derive(Debug, Clone, Copy)]
pub enum Sample {
    /// A line of this width in these dashes.
    Line(f64, &'static [f64], Colour),
    /// An area in the pattern of this number.
    Area(Colour, usize),
    /// A disc.
    Disc(Colour),
    /// A ring.
    Ring(Colour),
    /// An upright stroke.
    Stroke(Colour),
}

/// Draws a picture in a column of this width as SVG.
pub fn column(
    page: Page,
    wide: f64,
    words: &Words<'_>,
    parts: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    let draw = |high: f64| {
        let mut reached = 0.0;
        let svg = paint_sized(page, (wide, high), |canvas| {
            let mut column = Column {
                left: MARGIN.0,
                right: wide - MARGIN.0,
                y: MARGIN.1,
            };
            column.begin(canvas, words);
            parts(canvas, &mut column);
            column.end(canvas, words);
            reached = (column.y + MARGIN.1).ceil();
            Ok(())
        })?;
        Ok::<_, FigureError>((svg, reached))
    };
    // Once to find out how high it is.
    let (_, high) = draw(1.0)?;
    Ok(draw(high)?.0)
}

impl Column {
    /// Its width.
    pub fn wide(&self) -> f64 {
        self.right - self.left
    }

    /// Where the scenario, the title and the explanation stand.
    fn begin(&mut self, canvas: &mut Canvas<'_>, words: &Words<'_>) {
        let kicker = Face::new(SMALL).colour(GREY);
        self.wrapped(canvas, words.kicker, kicker, 2);
        if let Some(told) = words.identity.told() {
            self.wrapped(canvas, &told, Face::new(SMALL).bold(), 3);
        }
        self.y += 4.0;
        self.wrapped(canvas, words.title, Face::new(16.0).bold(), 3);
        self.y += 2.0;
        self.wrapped(canvas, words.line, Face::new(SMALL + 0.5).colour(GREY), 7);
        self.y += 8.0;
    }

    /// Whence the picture comes.
    fn end(&mut self, canvas: &mut Canvas<'_>, words: &Words<'_>) {
        let face = Face::new(SMALL).colour(GREY);
        self.y += 4.0;
        self.wrapped(canvas, words.caption, face, 5);
        let made_by = format!("{}  ·  simulate {}", words.identity.short(), words.version);
        self.wrapped(canvas, &made_by, face, 2);
    }

    /// Text in as many lines as it takes, at most `most`.
    pub fn wrapped(&mut self, canvas: &mut Canvas<'_>, text: &str, face: Face, most: usize) {
        if text.is_empty() {
            return;
        }
        let leading = face.leading();
        for line in face.wrap(text, self.wide(), most) {
            canvas.text((self.left, self.y + 0.8 * leading), &line, face);
            self.y += leading;
        }
    }

    /// The title of a part.
    pub fn head(&mut self, canvas: &mut Canvas<'_>, title: &str) {
        self.wrapped(canvas, title, Face::new(13.0).bold(), 2);
        self.y += 3.0;
    }

    /// Words of second rank.
    pub fn note(&mut self, canvas: &mut Canvas<'_>, text: &str) {
        self.wrapped(canvas, text, Face::new(SMALL).colour(GREY), 6);
        self.y += 3.0;
    }

    /// Which sample stands for what, in as many rows as it takes.
    pub fn key(&mut self, canvas: &mut Canvas<'_>, entries: &[(Sample, String)]) {
        const ROW: f64 = 16.0;
        if entries.is_empty() {
            return;
        }
        let face = Face::new(SMALL).colour(GREY).middle();
        let (mut x, mut y) = (self.left, self.y + 0.5 * ROW);
        for (sample, text) in entries {
            let start = sample.wide() + 5.0;
            let text = face.shorten(text, self.wide() - start);
            let wide = start + face.width(&text);
            if x > self.left && x + wide > self.right {
                (x, y) = (self.left, y + ROW);
            }
            sample.draw(canvas, (x, y));
            canvas.text((x + start, y), &text, face);
            x += wide + 14.0;
        }
        self.y = y + 0.5 * ROW + 4.0;
    }

    /// The dated events by their letters.
    pub fn events(&mut self, canvas: &mut Canvas<'_>, marks: &[Mark]) {
        if marks.is_empty() {
            return;
        }
        let (bold, plain) = (Face::new(SMALL).bold(), Face::new(SMALL).colour(GREY));
        self.y += 4.0;
        for mark in marks {
            let start = self.left + bold.width("WW") + 4.0;
            let base = self.y + 0.8 * plain.leading();
            canvas.text((self.left, base), &mark.letter, bold);
            let when = format!(", {}", mark.month);
            let room = self.right - start - plain.width(&when);
            let text = format!("{}{when}", plain.shorten(&mark.name, room));
            canvas.text((start, base), &text, plain);
            self.y += plain.leading();
        }
        self.y += 4.0;
    }

    /// Columns that each have at least this width, `gap` apart, but no more than there are
    /// things: how many, and how wide each is.
    pub fn columns(&self, things: usize, least: f64, gap: f64) -> (usize, f64) {
        let room = ((self.wide() + gap) / (least + gap)) as usize;
        let count = room.clamp(1, things.max(1));
        let wide = (self.wide() + gap) / count as f64 - gap;
        (count, wide)
    }

    /// Cells below and beside each other, each drawn at its left and upper edge, of this height.
    pub fn grid(
        &mut self,
        things: usize,
        (columns, wide): (usize, f64),
        (high, gap): (f64, (f64, f64)),
        mut draw: impl FnMut(usize, Point),
    ) {
        for number in 0..things {
            let (column, row) = (number % columns, number / columns);
            let at = (
                self.left + column as f64 * (wide + gap.0),
                self.y + row as f64 * (high + gap.1),
            );
            draw(number, at);
        }
        self.y += things.div_ceil(columns.max(1)) as f64 * (high + gap.1);
    }
}

impl Sample {
    fn wide(&self) -> f64 {
        match self {
            Self::Line(..) => 30.0,
            Self::Area(..) => 15.0,
            Self::Disc(_) | Self::Ring(_) => 10.0,
            Self::Stroke(_) => 4.0,
        }
    }

    /// Draws it from its left end, at half its height.
    pub fn draw(&self, canvas: &mut Canvas<'_>, (x, y): Point) {
        match *self {
            Self::Line(width, dash, colour) => {
                canvas.dashed(&[(x, y), (x + 30.0, y)], width, colour, dash);
            }
            Self::Area(colour, pattern) => {
                canvas.rect(x, y - 5.5, 15.0, 11.0, colour);
                hatch_rect(canvas, (x, y - 5.5, 15.0, 11.0), colour, pattern);
            }
            Self::Disc(colour) => canvas.disc((x + 5.0, y), 4.0, colour),
            Self::Ring(colour) => canvas.ring((x + 5.0, y), 4.0, 1.6, colour),
            Self::Stroke(colour) => {
                canvas.line(&[(x + 2.0, y - 6.0), (x + 2.0, y + 6.0)], 2.0, colour)
            }
        }
    }
}

/// A number in a ring, by which a line is found in a list.
pub fn numbered(canvas: &mut Canvas<'_>, at: Point, number: usize, colour: Colour) {
    let face = Face::new(SMALL).bold().colour(INK);
    canvas.disc(at, 7.0, super::palette::WHITE);
    canvas.ring(at, 7.0, 1.2, colour);
    let face = face.anchor(super::canvas::Anchor::Middle).middle();
    canvas.text(at, &number.to_string(), face);
}
