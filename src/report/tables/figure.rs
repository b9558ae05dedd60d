//! A row of a long table: one figure, and the keys of what it is about.

use crate::engine::Estimate;

use super::field::{Field, Measure, Table};
use super::words;

/// One figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// The part of the table; [`rows`] fills it in.
    pub section: &'static str,
    /// What is measured; [`rows`] fills it in.
    pub measure: &'static str,
    /// Key of an outcome.
    pub outcome: Option<String>,
    /// Key of a second outcome.
    pub other_outcome: Option<String>,
    /// Keys of several outcomes in one word.
    pub outcomes: Option<String>,
    /// The same before a change.
    pub first_outcomes: Option<String>,
    /// Key of a faction.
    pub faction: Option<String>,
    /// Key of a second faction.
    pub other_faction: Option<String>,
    /// Key of an arena.
    pub arena: Option<String>,
    /// Key of who holds a share of it.
    pub holder: Option<String>,
    /// Key of a watched quantity.
    pub watch: Option<String>,
    /// Key of a patron.
    pub patron: Option<String>,
    /// Id of an event.
    pub event: Option<String>,
    /// Key of an uncertain number.
    pub input: Option<String>,
    /// Key of a series.
    pub series: Option<String>,
    /// `start`, `trough` or `end`.
    pub moment: Option<&'static str>,
    /// Which quantile, 0..1.
    pub quantile: Option<f64>,
    /// Which run of a comparison.
    pub run: Option<String>,
    /// The key of its scenario.
    pub scenario: Option<String>,
    /// Weeks since the start.
    pub week: Option<f64>,
    /// For a reader.
    pub label: String,
    /// The figure.
    pub value: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
}

impl Figure {
    /// A figure without an interval, about something with this label.
    pub fn number(label: &str, value: f64) -> Self {
        Self {
            label: label.to_owned(),
            value: Some(value),
            ..Self::default()
        }
    }

    /// A figure with its interval.
    pub fn estimate(label: &str, estimate: &Estimate) -> Self {
        Self {
            low: Some(estimate.low),
            high: Some(estimate.high),
            ..Self::number(label, estimate.value)
        }
    }
}

/// The rows of a long table: every measure's, in order, one measure's at a time, since all
/// together may be tens of thousands.
pub fn rows<C>(table: &Table<C, Figure>, context: &C) -> impl Iterator<Item = Figure> {
    let of = |measure: &Measure<C, Figure>| {
        let (section, name) = (measure.section, measure.name);
        let rows = (measure.rows)(context).into_iter();
        rows.map(move |figure| Figure {
            section,
            measure: name,
            ..figure
        })
    };
    table.measures.iter().flat_map(of)
}

/// Section and measure, the first columns of a long table.
pub fn first_fields<C>() -> Vec<Field<C, Figure>> {
    vec![
        Field::text("section", "The part of the table", |_, r: &Figure, _| {
            Some(r.section.to_owned())
        }),
        Field::text(
            "measure",
            "What is measured, as listed below",
            |_, r: &Figure, _| Some(r.measure.to_owned()),
        ),
    ]
}

/// Label, value and interval, the last columns of a long table.
pub fn last_fields<C>() -> Vec<Field<C, Figure>> {
    vec![
        Field::text("label", words::LABEL, |_, r: &Figure, _| {
            Some(r.label.clone())
        }),
        Field::number(
            "value",
            "as of the measure",
            "The figure",
            |_, r: &Figure, _| r.value,
        )
        .empty("it can't be told"),
        Field::number(
            "low",
            "as of the measure",
            words::LOW,
            |_, r: &Figure, _| r.low,
        )
        .empty("no interval"),
        Field::number(
            "high",
            "as of the measure",
            words::HIGH,
            |_, r: &Figure, _| r.high,
        )
        .empty("no interval"),
    ]
}

/// A column of keys of a long table.
pub fn key<C>(
    name: &'static str,
    about: &'static str,
    of: fn(&C, &Figure, usize) -> Option<String>,
) -> Field<C, Figure> {
    Field::text(name, about, of).empty("the row is about no such thing")
}
