//! `backtest.png`: each case's chances beside what came of it, and scores beside the rivals'.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::Sample;
use super::frame::{BOTTOM, CAVEAT, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
use super::labels::count;
use super::number::short;
use super::palette::{
    BLUE, CONFLICT, Colour, GREY, GRID, HOSTILE, INK, PALE, SILVER, WHITE, blend,
};
use crate::experiment::backtest::{Backtest, Case, Scores};
use crate::report::chance::decimals;
use crate::report::{duration, seeds};

/// Room for the names of cases, and what came; where the chances begin and end.
const NAMES: f64 = 190.0;
const CAME: f64 = 130.0;
const CHANCES: (f64, f64) = (LEFT + NAMES + CAME, LEFT + 900.0);
/// Height of a row, least and most.
const ROW: (f64, f64) = (14.0, 34.0);
/// Where the scores begin.
const SCORES: f64 = LEFT + 980.0;

/// A colour for each horizon, the nearest first.
fn colour(horizon: usize) -> Colour {
    blend(BLUE, WHITE, 0.62 - 0.31 * horizon.min(2) as f64)
}

/// Draws the picture as SVG.
pub fn draw(found: &Backtest, page: Page) -> Result<String, FigureError> {
    let caption = format!(
        "{CAVEAT}  {} cases  ·  {} replicates each, {}",
        found.cases.len(),
        count(found.cases.first().map_or(0, |case| case.replicates)),
        seeds(found)
    );
    let years: Vec<String> = found.horizons.iter().map(|y| short(*y)).collect();
    let line = format!(
        "Chance that it comes within {} years, in this model; beside it when it came",
        years.join(", ")
    );
    let words = Words {
        kicker: &found.library,
        identity: &found.identity,
        title: "What the library's cases foretold, and what came",
        line: &line,
        caption: &caption,
        version: &found.version,
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        legend(canvas, &years);
        let room = BOTTOM - 26.0 - TOP - 26.0;
        cases(canvas, found, &ON_SCREEN, room);
        scores(canvas, found, (SCORES, RIGHT), TOP);
    };
    laid_out(
        page,
        &words,
        (SCREEN, 300.0),
        on_screen,
        |canvas, column| {
            let key = years
                .iter()
                .enumerate()
                .map(|(horizon, years)| (Sample::Disc(colour(horizon)), format!("{years} years")));
            column.key(canvas, &key.collect::<Vec<_>>());
            let names = (0.26 * column.wide()).clamp(106.0, NAMES);
            let place = Place {
                left: column.left,
                names,
                chances: (column.left + names + 120.0, column.right - 16.0),
                top: column.y,
            };
            // As high as it takes.
            column.y = cases(canvas, found, &place, 19.0 * found.cases.len() as f64) + 34.0;
            column.y = scores(canvas, found, (column.left, column.right), column.y);
        },
    )
}

/// Where the cases are.
struct Place {
    left: f64,
    /// Room for their names.
    names: f64,
    /// Where the chances begin and end.
    chances: (f64, f64),
    top: f64,
}

const ON_SCREEN: Place = Place {
    left: LEFT,
    names: NAMES,
    chances: CHANCES,
    top: TOP,
};

fn legend(canvas: &mut Canvas<'_>, years: &[String]) {
    let face = Face::new(13.0).colour(GREY).middle();
    let y = 90.0;
    let mut x = RIGHT;
    for (horizon, years) in years.iter().enumerate().rev() {
        let text = format!("{years} y");
        x -= face.width(&text);
        canvas.text((x, y), &text, face);
        x -= 12.0;
        canvas.disc((x, y), 5.0, colour(horizon));
        x -= 20.0;
    }
}

/// The cases within this room; returns where they end.
fn cases(canvas: &mut Canvas<'_>, found: &Backtest, place: &Place, room: f64) -> f64 {
    let mut order: Vec<&Case> = found.cases.iter().collect();
    let when = |case: &Case| case.years.unwrap_or(f64::INFINITY);
    order.sort_by(|a, b| when(a).total_cmp(&when(b)));
    order.truncate((room / ROW.0) as usize);
    let high = (room / order.len().max(1) as f64).clamp(ROW.0, ROW.1);
    let (left, right) = place.chances;
    let (begin, came) = (place.left, place.left + place.names);
    let x = |chance: f64| left + chance * (right - left);
    let head = Face::new(12.5).bold();
    canvas.text((begin + 6.0, place.top + 14.0), "case", head);
    canvas.text((came, place.top + 14.0), "came after", head);
    let top = place.top + 24.0;
    for (row, case) in order.iter().enumerate() {
        let above = top + high * row as f64;
        if row % 2 == 0 {
            canvas.rect(begin, above, right - begin + 14.0, high, PALE);
        }
        for tick in 0..=4 {
            let at = x(f64::from(tick) / 4.0);
            canvas.line(&[(at, above), (at, above + high)], 1.0, GRID);
        }
        let y = above + high / 2.0;
        let face = Face::new(12.5).middle();
        canvas.fit((begin + 6.0, y), &case.case, place.names - 12.0, face);
        let said = match case.years {
            Some(years) => duration(years),
            None => format!("not in {}", duration(case.until_years)),
        };
        canvas.text((came, y), &said, face.colour(GREY));
        let ends: Vec<(f64, f64)> = case.chances.iter().map(|c| (x(c.value), y)).collect();
        canvas.line(&ends, 2.0, SILVER);
        for (horizon, at) in ends.iter().enumerate().rev() {
            canvas.disc(*at, 5.0, colour(horizon));
        }
    }
    let foot = top + high * order.len() as f64;
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let face = Face::new(12.0).colour(GREY).anchor(Anchor::Middle);
        canvas.text((x(share), foot + 16.0), &format!("{share}"), face);
    }
    foot
}

/// Brier scores of the model and its rivals at each horizon, and what came of the
/// chances; returns where they end.
fn scores(canvas: &mut Canvas<'_>, found: &Backtest, (left, right): (f64, f64), top: f64) -> f64 {
    canvas.text(
        (left, top + 14.0),
        "Brier score: less is better",
        Face::new(15.0).bold(),
    );
    let about =
        "Rivals are fitted without the case itself. Brackets: model less rival, 95 % over cases";
    let small = Face::new(11.5).colour(GREY);
    canvas.lines(
        (left, top + 32.0),
        &small.wrap(about, right - left, 2),
        14.0,
        small,
    );
    let each = |s: &Scores| s.brier;
    let all = found.scores.iter().flat_map(|s| {
        [Some(s.model), Some(s.base_rate), s.regression]
            .into_iter()
            .flatten()
    });
    let most = 1.15 * all.map(|s| each(&s)).fold(0.25, f64::max);
    let x = |brier: f64| left + brier / most * (right - 120.0 - left);
    let mut y = top + 76.0;
    for at in &found.scores {
        let said = format!(
            "within {} years: came in {} of {}; mean chance {}{}",
            short(at.years),
            at.came,
            at.cases,
            decimals(at.mean_chance, 2),
            at.model
                .auc
                .map_or(String::new(), |auc| format!("; AUC {auc:.2}")),
        );
        canvas.fit((left, y), &said, right - left, Face::new(13.0).bold());
        let rivals = [
            ("model", Some(at.model), None, BLUE),
            (
                "base rate",
                Some(at.base_rate),
                Some(at.versus_base_rate),
                HOSTILE,
            ),
            ("regression", at.regression, at.versus_regression, CONFLICT),
        ];
        y += 12.0;
        for (name, scores, versus, colour) in rivals {
            let Some(scores) = scores else { continue };
            canvas.rect(
                left,
                y,
                x(scores.brier) - left,
                17.0,
                blend(WHITE, colour, 0.5),
            );
            let said = format!("{name} {}", decimals(scores.brier, 3));
            canvas.text(
                (left + 6.0, y + 8.5),
                &said,
                Face::new(12.0).colour(INK).middle(),
            );
            if let Some(versus) = versus {
                let said = format!("[{:+.2}, {:+.2}]", versus.interval[0], versus.interval[1]);
                let face = Face::new(12.0).colour(GREY).middle().anchor(Anchor::End);
                canvas.text((right, y + 8.5), &said.replace('-', "−"), face);
            }
            y += 20.0;
        }
        y += 34.0;
    }
    let Some(last) = found.scores.last() else {
        return y;
    };
    let side = match canvas.page().column {
        Some(_) => 200.0,
        None => (BOTTOM - 50.0 - y).min(230.0),
    };
    if side < 90.0 {
        return y;
    }
    let title = format!(
        "Chances within {} years, and what came of them",
        short(last.years)
    );
    canvas.text((left, y), &title, Face::new(13.0).bold());
    let (left, top) = (left + 34.0, y + 14.0);
    let at = |chance: f64, share: f64| (left + chance * side, top + side - share * side);
    for tick in 0..=2 {
        let share = f64::from(tick) / 2.0;
        canvas.line(&[at(0.0, share), at(1.0, share)], 1.0, GRID);
        let (from, middle) = (at(0.0, share), Face::new(11.5).colour(GREY).middle());
        canvas.text(
            (from.0 - 6.0, from.1),
            &format!("{share}"),
            middle.anchor(Anchor::End),
        );
        let foot = at(share, 0.0);
        canvas.text(
            (foot.0, foot.1 + 16.0),
            &format!("{share}"),
            middle.anchor(Anchor::Middle),
        );
    }
    canvas.line(&[at(0.0, 0.0), at(1.0, 1.0)], 1.2, SILVER);
    for bin in &last.reliability {
        canvas.line(
            &[
                at(bin.chance, bin.share.low),
                at(bin.chance, bin.share.high),
            ],
            2.2,
            BLUE,
        );
        let middle = at(bin.chance, bin.share.value);
        canvas.disc(middle, 5.0, BLUE);
        let face = Face::new(11.5).bold().halo();
        canvas.text(
            (middle.0 + 8.0, middle.1 + 4.0),
            &bin.events.to_string(),
            face,
        );
    }
    top + side + 28.0
}
