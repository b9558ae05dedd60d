//! `compare.png`: for each outcome, the cumulative incidence in every run on the same
//! axes, and below it the difference to the first run over time.

use super::super::FigureError;
use super::super::axis::Horizon;
use super::super::canvas::{Anchor, Canvas, Face, Page, Point, WIDTH};
use super::super::events::{self, Mark};
use super::super::frame::{LEFT, RIGHT, TOP, Words, laid_out};
use super::super::labels::{chance, count, spread};
use super::super::palette::{GREY, GRID, INK, SILVER, faded};
use super::{dated, look};
use crate::engine::{Estimate, Summary};
use crate::experiment::{Comparison, OutcomeComparison};

/// Panels beside each other.
const COLUMNS: usize = 3;
/// Height of an outcome's block, and room below it.
const BLOCK: (f64, f64) = (432.0, 24.0);
/// Room for the names of dated events below the blocks.
const KEY: f64 = 24.0;
/// Room between blocks.
const GAP: f64 = 18.0;
/// Room for the numbers of the axis at the left, and for each run's at the right, of a panel.
const ROOM: (f64, f64) = (40.0, 72.0);
/// Height of the upper panel; where the lower one begins; its height.
type Heights = (f64, f64, f64);
const PANELS: Heights = (190.0, 214.0, 160.0);
/// The same in a column.
const NARROW: Heights = (120.0, 140.0, 92.0);

/// Draws the picture as SVG.
pub fn draw(
    comparison: &Comparison,
    summaries: &[&Summary],
    page: Page,
) -> Result<String, FigureError> {
    let horizon = Horizon::of_weeks(&comparison.runs[0].start, comparison.horizon_weeks)?;
    let shown: Vec<&OutcomeComparison> = comparison
        .outcomes
        .iter()
        .filter(|outcome| {
            outcome
                .runs
                .iter()
                .flatten()
                .any(|run| !run.incidence.is_empty())
        })
        .collect();
    // One block more for the names of the runs.
    let rows = shown.len().div_ceil(COLUMNS);
    let legend_high = if shown.len().is_multiple_of(COLUMNS) {
        36.0 + comparison.runs.len() as f64 * legend_row(comparison)
    } else {
        0.0
    };
    let high = rows as f64 * (BLOCK.0 + BLOCK.1) + legend_high;
    let size = (WIDTH, TOP + high + KEY + 44.0);
    let marks = dated::marks(summaries, &horizon)?;
    let words = Words {
        identity: &comparison.identity(),
        kicker: &super::names(comparison),
        title: "The same outcomes, run by run",
        line: "Above: share of replicates in which it has come about by each date, in this model. \
               Below: difference to run 1, each on its own scale. Bands are 95 % intervals",
        caption: &super::caption(comparison),
        version: &comparison.version,
    };
    let block = |canvas: &mut Canvas<'_>, outcome, (x, y): Point, wide: f64, panels: Heights| {
        let block = Block {
            comparison,
            outcome,
            horizon: &horizon,
            marks: &marks,
            left: x + ROOM.0,
            right: x + wide
                - if canvas.page().column.is_some() {
                    84.0
                } else {
                    ROOM.1
                },
            top: y + 24.0,
            panels,
        };
        let size = match canvas.page().column {
            Some(_) => 12.5,
            None => 15.0,
        };
        let title = Face::new(size).bold().colour(INK);
        canvas.fit((x, y + 8.0), &outcome.is.label, wide, title);
        block.chances(canvas);
        block.differences(canvas);
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        let wide = (RIGHT - LEFT + GAP) / COLUMNS as f64;
        let corner = |number: usize| {
            let (column, row) = (number % COLUMNS, number / COLUMNS);
            (
                LEFT + column as f64 * wide,
                TOP + row as f64 * (BLOCK.0 + BLOCK.1),
            )
        };
        for (number, outcome) in shown.iter().enumerate() {
            block(canvas, outcome, corner(number), wide - GAP, PANELS);
        }
        let place = corner(shown.len());
        legend(
            canvas,
            comparison,
            place,
            wide - GAP,
            legend_row(comparison),
        );
        events::key(canvas, &marks, (LEFT, RIGHT), size.1 - 48.0);
    };
    laid_out(page, &words, (size, 0.0), on_screen, |canvas, column| {
        let row = 34.0;
        // Numbers of two digits reach to the left.
        let place = (column.left + 4.0, column.y);
        legend(canvas, comparison, place, column.wide() - 4.0, row);
        column.y += 36.0 + row * comparison.runs.len() as f64;
        let (columns, gap) = (column.columns(shown.len(), 226.0, 10.0), 10.0);
        let high = 24.0 + NARROW.1 + NARROW.2 + 44.0;
        column.grid(shown.len(), columns, (high, (gap, 6.0)), |number, at| {
            block(canvas, shown[number], at, columns.1, NARROW);
        });
        column.events(canvas, &marks);
    })
}

/// Where an outcome's two panels are drawn.
struct Block<'a> {
    comparison: &'a Comparison,
    outcome: &'a OutcomeComparison,
    horizon: &'a Horizon,
    marks: &'a [Mark],
    left: f64,
    right: f64,
    top: f64,
    panels: Heights,
}

impl Block<'_> {
    fn x(&self, week: u32) -> f64 {
        self.at(self.horizon.day(week as usize))
    }

    fn at(&self, day: f64) -> f64 {
        self.left + day / self.horizon.days * (self.right - self.left)
    }

    fn curve<'e>(&self, estimates: &'e [Estimate]) -> impl Iterator<Item = (f64, &'e Estimate)> {
        let weeks: Vec<f64> = self
            .comparison
            .grid_weeks
            .iter()
            .map(|&w| self.x(w))
            .collect();
        weeks.into_iter().zip(estimates)
    }

    /// Whether there is something to compare with.
    fn has_first(&self) -> bool {
        self.outcome.runs.first().is_some_and(Option::is_some)
    }

    fn chances(&self, canvas: &mut Canvas<'_>) {
        let (top, bottom) = (self.top, self.top + self.panels.0);
        let y = |share: f64| bottom - share.clamp(0.0, 1.0) * (bottom - top);
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let label = match share {
                0.0 | 0.5 | 1.0 => format!("{share:.1}"),
                _ => String::new(),
            };
            self.level(canvas, y(share), &label);
        }
        self.time(canvas, bottom, !self.has_first());
        let curves = self.outcome.runs.iter().enumerate().rev();
        let curves = curves.filter_map(|(run, found)| Some((run, &found.as_ref()?.incidence)));
        self.draw(canvas, curves, y);
        let ends: Vec<(usize, f64)> = self
            .outcome
            .runs
            .iter()
            .enumerate()
            .filter_map(|(run, found)| Some((run, found.as_ref()?.chance.value)))
            .collect();
        self.names(canvas, &ends, (top, bottom), y, |value| chance(value, 3));
    }

    fn differences(&self, canvas: &mut Canvas<'_>) {
        if !self.has_first() {
            let said = format!("Not an outcome of {}", self.comparison.runs[0].label);
            let at = (self.left, self.top + self.panels.1 + 34.0);
            let face = Face::new(12.0).colour(GREY);
            canvas.fit(at, &said, self.right - self.left + ROOM.1, face);
            return;
        }
        let runs = self.outcome.runs.iter().flatten();
        let reach = look::reach(runs.flat_map(|r| r.difference.iter().flat_map(|d| &d.over_time)));
        let (top, bottom) = (
            self.top + self.panels.1,
            self.top + self.panels.1 + self.panels.2,
        );
        let y = |d: f64| (top + bottom) / 2.0 - (d / reach).clamp(-1.0, 1.0) * (bottom - top) / 2.0;
        for share in [-1.0, -0.5, 0.5, 1.0] {
            let label = match share {
                -1.0 | 1.0 => look::end(share * reach),
                _ => String::new(),
            };
            self.level(canvas, y(share * reach), &label);
        }
        self.level(canvas, y(0.0), "0");
        canvas.line(&[(self.left, y(0.0)), (self.right, y(0.0))], 1.4, INK);
        self.time(canvas, bottom, true);
        let curves = self.outcome.runs.iter().enumerate().rev();
        let curves = curves.filter_map(|(run, found)| {
            Some((run, &found.as_ref()?.difference.as_ref()?.over_time))
        });
        self.draw(canvas, curves, y);
        let ends: Vec<(usize, f64)> = self
            .outcome
            .runs
            .iter()
            .enumerate()
            .filter_map(|(run, found)| {
                Some((run, found.as_ref()?.difference.as_ref()?.horizon.value))
            })
            .collect();
        self.names(canvas, &ends, (top, bottom), y, |value| {
            look::signed(value, 3)
        });
    }

    /// A line of the grid with its number.
    fn level(&self, canvas: &mut Canvas<'_>, y: f64, label: &str) {
        canvas.line(&[(self.left, y), (self.right, y)], 1.0, GRID);
        let small = Face::new(11.5).colour(GREY).anchor(Anchor::End).middle();
        canvas.text((self.left - 7.0, y), label, small);
    }

    fn time(&self, canvas: &mut Canvas<'_>, bottom: f64, labels: bool) {
        canvas.line(&[(self.left, bottom), (self.right, bottom)], 1.0, GREY);
        let top = match bottom - self.top > self.panels.0 {
            true => self.top + self.panels.1,
            false => self.top,
        };
        let x = |day: f64| self.at(day);
        events::lines(canvas, self.marks, x, (top, bottom));
        if labels {
            events::letters(canvas, self.marks, x, bottom);
        }
        let room = ((self.right - self.left) / 62.0) as usize;
        let small = Face::new(11.5).colour(GREY).anchor(Anchor::Middle);
        for tick in self.horizon.ticks(room.max(1)) {
            let long = if tick.label.is_some() { 6.0 } else { 3.5 };
            let x = self.at(tick.at);
            canvas.line(&[(x, bottom), (x, bottom + long)], 1.0, GREY);
            if let (Some(label), true) = (tick.label, labels) {
                let at = (x, bottom + 19.0 + events::LETTERS);
                canvas.text(at, &label, small);
            }
        }
    }

    /// Bands, then lines above all of them.
    fn draw<'e>(
        &self,
        canvas: &mut Canvas<'_>,
        curves: impl Iterator<Item = (usize, &'e Vec<Estimate>)> + Clone,
        y: impl Fn(f64) -> f64,
    ) {
        // Many bands above each other would be mud.
        let opacity = if self.comparison.runs.len() > 6 {
            0.1
        } else {
            0.2
        };
        for (run, estimates) in curves.clone() {
            // Before the first case a band would only cover the axis.
            let quiet = estimates.iter().take_while(|e| **e == estimates[0]).count();
            let points = |pick: fn(&Estimate) -> f64| -> Vec<Point> {
                self.curve(estimates)
                    .skip(quiet.saturating_sub(1))
                    .map(|(x, e)| (x, y(pick(e))))
                    .collect()
            };
            let mut band = points(|e| e.high);
            band.extend(points(|e| e.low).into_iter().rev());
            canvas.polygon(&band, faded(look::colour(run), opacity));
        }
        for (run, estimates) in curves {
            let points: Vec<Point> = self
                .curve(estimates)
                .map(|(x, e)| (x, y(e.value)))
                .collect();
            look::line(canvas, &points, run);
        }
    }

    /// Number and figure of each run at the end of its line.
    fn names(
        &self,
        canvas: &mut Canvas<'_>,
        ends: &[(usize, f64)],
        (top, bottom): (f64, f64),
        y: impl Fn(f64) -> f64,
        figure: impl Fn(f64) -> String,
    ) {
        let heights: Vec<f64> = ends.iter().map(|(_, value)| y(*value)).collect();
        let places = spread(&heights, 13.0, top + 2.0, bottom - 2.0);
        for ((&(run, value), height), place) in ends.iter().zip(heights).zip(places) {
            let start = self.right + 15.0;
            canvas.line(
                &[(self.right + 2.0, height), (start - 3.0, place)],
                0.8,
                faded(look::colour(run), 0.7),
            );
            let bold = Face::new(11.0).bold().colour(look::ink(run)).middle();
            let plain = Face::new(11.0).colour(look::ink(run)).middle();
            let number = (run + 1).to_string();
            // Numbers of two digits have room as well.
            canvas.text((start, place), &number, bold);
            canvas.text(
                (start + bold.width("00") + 4.0, place),
                &figure(value),
                plain,
            );
        }
    }
}

/// Height of a run's row in the legend.
fn legend_row(comparison: &Comparison) -> f64 {
    ((BLOCK.0 - 40.0) / comparison.runs.len() as f64).min(46.0)
}

/// The runs with their titles, and how many replicates end otherwise.
fn legend(canvas: &mut Canvas<'_>, comparison: &Comparison, (x, y): Point, wide: f64, row: f64) {
    canvas.text((x, y + 8.0), "The runs", Face::new(15.0).bold());
    for (number, run) in comparison.runs.iter().enumerate() {
        let y = y + 40.0 + number as f64 * row;
        let bold = Face::new(13.0).bold().colour(look::ink(number)).middle();
        let place = (x + 16.0, y);
        canvas.text(place, &(number + 1).to_string(), bold.anchor(Anchor::End));
        look::line(canvas, &[(x + 22.0, y), (x + 52.0, y)], number);
        let name = Face::new(13.0).bold().colour(look::ink(number)).middle();
        let room = wide - 62.0;
        let said = match (&run.transitions, number) {
            (_, 0) => "compared with".to_owned(),
            (Some(t), _) => format!(
                "{} of {} replicates end otherwise",
                count(t.changed),
                count(t.replicates)
            ),
            (None, _) => format!(
                "unpaired, {} replicates, seed {}",
                count(run.used),
                run.seed
            ),
        };
        let aside = Face::new(11.0).colour(GREY).middle();
        let label = name.shorten(&run.label, room - aside.width(&said) - 12.0);
        canvas.text((x + 62.0, y), &label, name);
        canvas.text((x + wide, y), &said, aside.anchor(Anchor::End));
        if row >= 28.0 {
            let small = Face::new(11.0).colour(SILVER);
            let lines = if row >= 44.0 { 2 } else { 1 };
            let title = small.wrap(&run.title, room, lines);
            canvas.lines((x + 62.0, y + 19.0), &title, 14.0, small);
        }
    }
}
