//! What every picture has around it: title, one line of explanation, caption.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, HEIGHT, Page, WIDTH, paint_sized};
use super::column::{Column, column};
use super::labels::count;
use super::palette::{GREY, INK, SILVER};
use crate::engine::Summary;
use crate::scenario::Identity;

/// Left edge of everything.
pub const LEFT: f64 = 48.0;
/// Right edge of everything.
pub const RIGHT: f64 = WIDTH - 48.0;
/// Where a picture's own drawing may start.
pub const TOP: f64 = 124.0;
/// Where it has to end.
pub const BOTTOM: f64 = 904.0;

/// Room between panels, across and down.
const GAP: (f64, f64) = (30.0, 22.0);
/// Between two texts in a line.
const APART: f64 = 20.0;
/// The most that a variant's name takes of the line of the kicker.
const TOLD: f64 = 0.7;

/// What every picture says of itself.
pub const CAVEAT: &str = "What happens in this model, not a forecast of the world.";

/// The words around a picture.
pub struct Words<'a> {
    /// Small, above the title: the scenario's own title.
    pub kicker: &'a str,
    /// What the picture shows.
    pub title: &'a str,
    /// One line of explanation.
    pub line: &'a str,
    /// What tells the run from others; beside the kicker and the version.
    pub identity: &'a Identity,
    /// Whence the picture comes.
    pub caption: &'a str,
    /// Version of the program that computed what is shown.
    pub version: &'a str,
}

/// Draws a picture of a run: on a screen with the room `aside` kept for a legend at the right of
/// the explanation, or in a column.
pub fn of_run(
    page: Page,
    summary: &Summary,
    (title, line): (&str, &str),
    aside: f64,
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    let words = Words {
        kicker: &summary.title,
        identity: &summary.identity,
        title,
        line,
        caption: &caption_text(summary),
        version: &summary.version,
    };
    laid_out(page, &words, (SCREEN, aside), on_screen, in_column)
}

/// The size of most pictures on a screen.
pub const SCREEN: (f64, f64) = (WIDTH, HEIGHT);

/// Draws a picture within its words: on a screen in this size, with the room `aside` kept for a
/// legend at the right of the explanation; or in a column, as high as it takes.
pub fn laid_out(
    page: Page,
    words: &Words<'_>,
    (size, aside): ((f64, f64), f64),
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    match page.column {
        Some(wide) => column(page, wide, words, in_column),
        None => paint_sized(page, size, |canvas| {
            surround(canvas, words, size, aside);
            on_screen(canvas);
            Ok(())
        }),
    }
}

/// Draws title, explanation and caption around a picture of this size.
pub fn surround(
    canvas: &mut Canvas<'_>,
    words: &Words<'_>,
    (width, height): (f64, f64),
    aside: f64,
) {
    let right = width - (WIDTH - RIGHT);
    let room = right - LEFT;
    kicker(canvas, words, room);
    let heading = Face::new(25.0).bold().colour(INK);
    canvas.text((LEFT, 68.0), &heading.shorten(words.title, room), heading);
    let explanation = Face::new(15.0).colour(GREY);
    canvas.text(
        (LEFT, 95.0),
        &explanation.shorten(words.line, room - aside),
        explanation,
    );

    let caption = Face::new(12.0).colour(SILVER);
    let made_by = format!("{}  ·  simulate {}", words.identity.short(), words.version);
    canvas.text(
        (LEFT, height - 22.0),
        &caption.shorten(words.caption, room - caption.width(&made_by) - APART),
        caption,
    );
    canvas.text(
        (right, height - 22.0),
        &made_by,
        caption.anchor(Anchor::End),
    );
}

/// The scenario's title, and after it what makes this run another than the plain one: that is
/// never crowded out.
fn kicker(canvas: &mut Canvas<'_>, words: &Words<'_>, room: f64) {
    let face = Face::new(13.5).colour(GREY);
    let Some(told) = words.identity.told() else {
        canvas.text((LEFT, 36.0), &face.shorten(words.kicker, room), face);
        return;
    };
    let strong = Face::new(13.5).bold().colour(INK);
    let told = strong.shorten(&told, TOLD * room);
    let title = face.shorten(words.kicker, room - strong.width(&told) - APART);
    canvas.text((LEFT, 36.0), &title, face);
    let at = match title.as_str() {
        "" => LEFT,
        title => LEFT + face.width(title) + APART,
    };
    canvas.text((at, 36.0), &told, strong);
}

/// Whence the picture comes, and how much it may be trusted.
pub fn caption_text(summary: &Summary) -> String {
    let mut text = format!("{CAVEAT}  Scenario {}", summary.scenario);
    if summary.replicates < summary.replicates_asked {
        text.push_str(&format!(
            "  ·  partial: {} of {} replicates",
            count(summary.replicates),
            count(summary.replicates_asked)
        ));
    } else {
        text.push_str(&format!("  ·  {} replicates", count(summary.replicates)));
    }
    if summary.failed > 0 {
        text.push_str(&format!(
            "  ·  {} failed and not counted",
            count(summary.failed)
        ));
    }
    text.push_str(&format!("  ·  seed {}", summary.seed));
    text
}

/// Left, top, width and height of each of some panels.
pub fn panels(count: usize) -> Vec<(f64, f64, f64, f64)> {
    let columns = match count {
        0..=1 => 1,
        2..=4 => 2,
        5..=9 => 3,
        10..=16 => 4,
        _ => 5,
    };
    let rows = count.div_ceil(columns).max(1);
    let wide = (RIGHT - LEFT + GAP.0) / columns as f64;
    let high = (BOTTOM - 20.0 - TOP + GAP.1) / rows as f64;
    let place = |k: usize| {
        let (x, y) = ((k % columns) as f64 * wide, (k / columns) as f64 * high);
        (LEFT + x, TOP + y, wide - GAP.0, high - GAP.1)
    };
    (0..count).map(place).collect()
}
