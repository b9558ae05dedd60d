//! `sequence.png`: in which order the outcomes come about, as flows from event to
//! event.

mod flow;

use super::FigureError;
use super::canvas::{Canvas, Face, Page};
use super::frame::{LEFT, RIGHT, TOP, of_run};
use super::labels::{chance, figures};
use super::palette::{self, Colour, GREY, SILVER, faded};
use crate::engine::{OutcomeSummary, Summary};
use flow::{COLUMNS, Flows, Place};

/// Width of a node.
const NODE: f64 = 18.0;
/// Distance of the columns.
const STRIDE: f64 = 292.0;
/// Upper and lower end of the columns.
const SPAN: (f64, f64) = (TOP + 40.0, 896.0);
/// Room above a node for its label.
const GAP: f64 = 30.0;
/// Left edge of the list of orders.
const ASIDE: f64 = 1196.0;

/// Where the flows are.
struct Field {
    left: f64,
    /// Distance of the columns.
    stride: f64,
    /// Upper and lower end of the columns; their heads stand above.
    span: (f64, f64),
    /// Whether a node's label has two lines, without its interval.
    folded: bool,
}

/// Draws the picture as SVG.
pub fn draw(summary: &Summary, page: Page) -> Result<String, FigureError> {
    let words = (
        "How the histories flow from one event to the next",
        "Share of replicates by the order in which the outcomes come about, in this model; the \
         thicker a flow, the more replicates go that way",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        let field = Field {
            left: LEFT,
            stride: STRIDE,
            span: SPAN,
            folded: false,
        };
        let flows = Flows::new(summary, SPAN.1 - SPAN.0, GAP);
        columns(canvas, summary, &flows, &field);
        canvas.text(
            (ASIDE, TOP + 14.0),
            "The most frequent orders",
            Face::new(15.0).bold(),
        );
        orders(canvas, summary, (ASIDE, RIGHT), SPAN.0 + 20.0);
    };
    of_run(page, summary, words, 0.0, on_screen, |canvas, column| {
        const HIGH: f64 = 470.0;
        // The labels of the last column have as much room as the others'.
        let stride = column.wide() / COLUMNS as f64;
        let folded = stride < 220.0;
        let field = Field {
            left: column.left,
            stride,
            span: (column.y + 38.0, column.y + 38.0 + HIGH),
            folded,
        };
        let flows = Flows::new(summary, HIGH, if folded { GAP + 6.0 } else { GAP });
        columns(canvas, summary, &flows, &field);
        let ends = flows.nodes.iter().map(|node| node.top + node.thick);
        column.y = field.span.0 + ends.fold(GAP + 30.0, f64::max) + 24.0;
        column.head(canvas, "The most frequent orders");
        let edges = (column.left, column.right);
        column.y = orders(canvas, summary, edges, column.y + 14.0);
    })
}

/// The outcome at a place, if it is one.
fn outcome(summary: &Summary, place: Place) -> Option<&OutcomeSummary> {
    match place {
        Place::Event(index) => summary.outcomes.get(index),
        Place::End => None,
    }
}

/// A word for an event.
fn name(summary: &Summary, place: Place) -> &str {
    outcome(summary, place).map_or("Nothing more", |outcome| &outcome.short)
}

fn colour(summary: &Summary, place: Place) -> Colour {
    outcome(summary, place).map_or(palette::NOTHING, |o| palette::outcome(&o.colour))
}

fn ink(summary: &Summary, place: Place) -> Colour {
    outcome(summary, place).map_or(GREY, |o| palette::outcome_ink(&o.colour))
}

fn columns(canvas: &mut Canvas<'_>, summary: &Summary, flows: &Flows, field: &Field) {
    let x = |column: usize| field.left + column as f64 * field.stride;
    let (top, above) = (field.span.0, field.span.0 - 26.0);
    for (column, heading) in ["First", "Second", "Third", "Fourth"]
        .into_iter()
        .enumerate()
    {
        let size = if field.folded { 12.0 } else { 15.0 };
        let head = Face::new(size).bold();
        canvas.text((x(column), above), heading, head);
        canvas.run(
            (x(column) + head.width(heading), above),
            &[(" event", Face::new(size).colour(GREY))],
        );
        if flows.nodes.iter().all(|node| node.column != column) {
            let face = match field.folded {
                true => Face::new(11.0).colour(SILVER),
                false => Face::new(13.0).colour(SILVER),
            };
            let lines = match field.folded {
                true => face.wrap("No history gets this far.", field.stride - 6.0, 3),
                false => vec!["No history gets this far.".to_owned()],
            };
            canvas.lines((x(column), top + GAP - 8.0), &lines, 14.0, face);
        }
    }
    for flow in &flows.flows {
        let (from, to) = (x(flow.column) + NODE, x(flow.column + 1));
        let edge = |start: f64, end: f64| {
            const STEPS: usize = 28;
            (0..=STEPS).map(move |step| {
                let t = step as f64 / STEPS as f64;
                let ease = t * t * (3.0 - 2.0 * t);
                (from + (to - from) * t, top + start + (end - start) * ease)
            })
        };
        let mut ribbon: Vec<_> = edge(flow.from, flow.to).collect();
        ribbon.extend(edge(flow.from + flow.thick, flow.to + flow.thick).rev());
        canvas.polygon(&ribbon, faded(colour(summary, flow.place), 0.3));
    }
    for node in &flows.nodes {
        let (x, y) = (x(node.column), top + node.top);
        canvas.rect(x, y, NODE, node.thick.max(1.0), colour(summary, node.place));
        let (chance, interval) = figures(&node.estimate);
        if field.folded {
            let bold = Face::new(11.5).bold().halo();
            let name = bold.shorten(name(summary, node.place), field.stride - 6.0);
            canvas.text((x, y - 19.0), &name, bold.colour(ink(summary, node.place)));
            canvas.text((x, y - 6.0), &chance, bold);
            continue;
        }
        let bold = Face::new(13.5).bold().halo();
        canvas.run(
            (x, y - 7.0),
            &[
                (
                    name(summary, node.place),
                    bold.colour(ink(summary, node.place)),
                ),
                (&format!(" {chance} "), bold),
                (&interval, Face::new(11.5).colour(GREY).halo()),
            ],
        );
    }
}

/// The most frequent orders in words, between these edges; returns where they end.
fn orders(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    (left, right): (f64, f64),
    mut y: f64,
) -> f64 {
    let total: u64 = summary
        .sequences
        .iter()
        .map(|sequence| sequence.count)
        .sum();
    let mut covered = 0;
    let word = Face::new(14.0).bold();
    let arrow = Face::new(14.0).colour(SILVER);
    for sequence in summary.sequences.iter().take(5) {
        covered += sequence.count;
        let (chance, interval) = figures(&sequence.chance);
        canvas.run(
            (left, y),
            &[
                (&format!("{chance} "), Face::new(17.0).bold()),
                (&interval, Face::new(12.5).colour(GREY)),
            ],
        );
        y += 24.0;
        let mut x = left;
        if sequence.order.is_empty() {
            canvas.text(
                (x, y),
                "None of these events by the horizon",
                word.colour(GREY),
            );
        }
        for (number, key) in sequence.order.iter().enumerate() {
            let place = flow::place(summary, Some(key));
            let text = name(summary, place);
            let lead = if number > 0 {
                arrow.width(" → ")
            } else {
                0.0
            };
            if number > 0 && x + lead + word.width(text) > right {
                x = left;
                y += 21.0;
            }
            if number > 0 {
                x = canvas.run((x, y), &[(" → ", arrow)]);
            }
            x = canvas.run((x, y), &[(text, word.colour(ink(summary, place)))]);
        }
        y += 46.0;
    }
    let share = chance(covered as f64 / total.max(1) as f64, 2);
    let note = Face::new(12.5).colour(GREY);
    let shown = summary.sequences.len().min(5);
    let mut notes = Vec::new();
    if total > 0 {
        notes.push(if shown < summary.sequences.len() {
            format!(
                "These {shown} of {} orders cover {share} of the replicates.",
                summary.sequences.len()
            )
        } else {
            "No other order occurs.".to_owned()
        });
    }
    let several = summary.headline().filter(|o| o.ordered && o.of.is_some());
    notes.extend(several.map(|o| format!("{} is here: {}.", o.short, o.label)));
    if summary.sequences.iter().any(|s| s.order.len() > COLUMNS) {
        notes.push("Events after the fourth are not drawn.".to_owned());
    }
    for text in notes {
        let lines = note.wrap(&text, right - left, 2);
        canvas.lines((left, y), &lines, 17.0, note);
        y += 17.0 * lines.len() as f64 + 8.0;
    }
    y
}
