//! How pictures leave the program: as which files, how wide on paper, how fine.

use super::canvas::{Page, WIDTH};
use super::{FigureError, Order, pdf, render, vector};

/// User units in a millimetre: letters 12 units high are set in 6 point, as journals want them.
pub const UNITS_PER_MM: f64 = 2.0 * 72.0 / 25.4;
/// How fine a picture is of which only the width is said.
const DPI: u32 = 300;
/// Least and most width on paper, in millimetres.
pub const WIDTHS: (f64, f64) = (80.0, 400.0);
/// Least and most dots per inch.
pub const FINENESS: (u32, u32) = (72, 1200);
/// Most dots across.
pub const MOST_ACROSS: f64 = 10_000.0;

/// The kind of a file with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Dots.
    Png,
    /// Lines, with letters as outlines.
    Svg,
    /// Lines, with letters that can be searched and copied.
    Pdf,
}

impl Form {
    /// All of them, with the end of a file's name.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Png, "png"), (Self::Svg, "svg"), (Self::Pdf, "pdf")];

    fn end(self) -> &'static str {
        let found = Self::ALL.iter().find(|(form, _)| *form == self);
        found.map_or("png", |(_, end)| end)
    }
}

/// What is asked for of every picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// As which files.
    pub forms: Vec<Form>,
    /// Width on paper, in millimetres.
    pub width_mm: Option<f64>,
    /// Dots per inch.
    pub dpi: Option<u32>,
}

impl Default for Print {
    /// As PNG, for a screen.
    fn default() -> Self {
        Self {
            forms: vec![Form::Png],
            width_mm: None,
            dpi: None,
        }
    }
}

impl Print {
    /// What pictures are laid out for: as wide as a screen's picture, they keep its layout.
    pub(super) fn page(&self) -> Page {
        let units = self.width_mm.map(|mm| mm * UNITS_PER_MM);
        Page {
            column: units.filter(|units| *units < WIDTH),
            grey: units.is_some(),
        }
    }

    /// Width on paper, in millimetres.
    fn width_mm(&self) -> f64 {
        self.width_mm.unwrap_or(WIDTH / UNITS_PER_MM)
    }

    /// Dots across and dots per inch; none where only a screen was thought of.
    fn dots(&self) -> Option<(f64, u32)> {
        if self.width_mm.is_none() && self.dpi.is_none() {
            return None;
        }
        let dpi = self.dpi.unwrap_or(DPI);
        Some((self.width_mm() / 25.4 * f64::from(dpi), dpi))
    }

    /// What is wrong with it, if something is.
    pub fn wrong(&self) -> Option<String> {
        let ((narrow, wide), (coarse, fine)) = (WIDTHS, FINENESS);
        if let Some(mm) = self.width_mm
            && !(narrow..=wide).contains(&mm)
        {
            return Some(format!(
                "a width is a number from {narrow} to {wide} millimetres, not {mm}"
            ));
        }
        if let Some(dpi) = self.dpi
            && !(coarse..=fine).contains(&dpi)
        {
            return Some(format!(
                "a fineness is a number from {coarse} to {fine} dots per inch, not {dpi}"
            ));
        }
        let (across, dpi) = self.dots()?;
        (across > MOST_ACROSS).then(|| {
            format!(
                "{} mm at {dpi} dots per inch are {across:.0} dots across, more than {MOST_ACROSS}; give a smaller --dpi",
                self.width_mm()
            )
        })
    }
}

/// A picture as it is kept.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The name by which it is known, as in `outcomes.png`.
    pub name: String,
    /// As PNG for a screen: a page shows this one, whatever else was asked for.
    pub screen: Vec<u8>,
    /// The files that were asked for, with their names.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Draws a picture for the screen and for print; `draw` gives it as SVG.
pub(super) fn make(
    name: &str,
    Order { print, notes }: Order<'_>,
    draw: impl Fn(Page) -> Result<String, FigureError>,
) -> Result<Picture, FigureError> {
    let on_screen = draw(Page::SCREEN)?;
    let screen = render::png(&on_screen, None, notes)?;
    let page = print.page();
    let svg = match page == Page::SCREEN {
        true => on_screen,
        false => draw(page)?,
    };
    let stem = name.strip_suffix(".png").unwrap_or(name);
    let width_mm = print.width_mm();
    let files = print.forms.iter().map(|&form| {
        let bytes = match (form, print.dots()) {
            (Form::Png, None) => screen.clone(),
            (Form::Png, dots) => render::png(&svg, dots, notes)?,
            (Form::Svg, _) => vector::svg(&svg, width_mm, notes)?.into_bytes(),
            (Form::Pdf, _) => pdf::pdf(&svg, width_mm, notes)?,
        };
        Ok((format!("{stem}.{}", form.end()), bytes))
    });
    Ok(Picture {
        name: name.to_owned(),
        files: files.collect::<Result<_, FigureError>>()?,
        screen,
    })
}
