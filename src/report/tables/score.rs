//! `scores.csv`.

use crate::experiment::score::{EventScore, Rival, Score, ValueScore};

use super::csv::csv;
use super::field::{Field, Member, Table};

/// An observation that is scored.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// A value, by its index.
    Value(usize),
    /// An event, by its index.
    Event(usize),
}

impl Place {
    fn value(self, found: &Score) -> Option<&ValueScore> {
        match self {
            Self::Value(index) => found.values.get(index),
            Self::Event(_) => None,
        }
    }

    fn event(self, found: &Score) -> Option<&EventScore> {
        match self {
            Self::Value(_) => None,
            Self::Event(index) => found.events.get(index),
        }
    }

    /// What is the same of both.
    fn of<T>(
        self,
        found: &Score,
        value: fn(&ValueScore) -> T,
        event: fn(&EventScore) -> T,
    ) -> Option<T> {
        self.value(found)
            .map(value)
            .or_else(|| self.event(found).map(event))
    }
}

const VALUES_ONLY: &str = "an event";
const EVENTS_ONLY: &str = "a value";
const NO_RIVAL: &str = "the rival says nothing of it";

/// The CRPS or Brier score of a rival.
fn of_rival(found: &Score, place: Place, rival: Rival) -> Option<f64> {
    let value = place.value(found).map(|v| {
        let against = v.against.iter().find(|a| a.rival == rival);
        against.map(|a| a.crps)
    });
    let event = || {
        let against = &place.event(found)?.against;
        Some(against.iter().find(|a| a.rival == rival)?.brier)
    };
    value.unwrap_or_else(event)
}

/// What the table holds.
pub(super) fn table() -> Table<Score, Place> {
    let mut fields = vec![
        Field::text("kind", "`value` or `event`", |_: &Score, r: &Place, _| {
            let is_value = matches!(r, Place::Value(_));
            Some(if is_value { "value" } else { "event" }.to_owned())
        }),
        Field::text(
            "quantity",
            "The expression that was observed",
            |f: &Score, r: &Place, _| {
                let at = r.of(f, |v| v.quantity, |e| e.quantity)?;
                Some(f.quantities[at].what.clone())
            },
        ),
        Field::text(
            "label",
            "What the observations call it",
            |f: &Score, r: &Place, _| {
                let at = r.of(f, |v| v.quantity, |e| e.quantity)?;
                Some(f.quantities[at].label.clone())
            },
        ),
        Field::text(
            "unit",
            "Its unit, as the observations give it",
            |f: &Score, r: &Place, _| {
                let at = r.of(f, |v| v.quantity, |e| e.quantity)?;
                Some(f.quantities[at].unit.clone())
            },
        )
        .empty("they give none"),
        Field::text(
            "since",
            "After which day an event was to come about",
            |f: &Score, r: &Place, _| r.event(f).map(|e| e.since.clone()),
        )
        .empty(EVENTS_ONLY),
        Field::text(
            "date",
            "Of which day a value is; by which day an event was to come about",
            |f: &Score, r: &Place, _| r.of(f, |v| v.date.clone(), |e| e.date.clone()),
        ),
        Field::number(
            "observed",
            "as of the quantity",
            "What was reported; of an event 1 if it came about, else 0",
            |f: &Score, r: &Place, _| r.of(f, |v| v.observed, |e| f64::from(u8::from(e.happened))),
        ),
        Field::number(
            "sd",
            "as of the quantity",
            "Standard deviation of the report",
            |f: &Score, r: &Place, _| r.value(f).map(|v| v.sd),
        )
        .empty(VALUES_ONLY),
    ];
    fields.push(
        Field::number(
            "q<percent>",
            "as of the quantity",
            "A quantile of the forecast of the report",
            |f: &Score, r: &Place, at| r.value(f).map(|v| v.quantiles[at]),
        )
        .each(|_| {
            let percent = ["05", "25", "50", "75", "95"];
            let label = |p: &str| format!("{} % quantile", p.trim_start_matches('0'));
            percent.map(|p| Member::new("percent", p, &label(p))).into()
        })
        .empty(VALUES_ONLY),
    );
    fields.extend([
        Field::number(
            "pit",
            "0..1",
            "Share of the forecast below the report",
            |f: &Score, r: &Place, _| r.value(f).map(|v| v.pit),
        )
        .empty(VALUES_ONLY),
        Field::number(
            "chance",
            "0..1",
            "Chance of the event",
            |f: &Score, r: &Place, _| r.event(f).map(|e| e.chance.value),
        )
        .empty(EVENTS_ONLY),
        Field::number(
            "score",
            "1",
            "CRPS of a value, in its unit; Brier score of an event",
            |f: &Score, r: &Place, _| r.of(f, |v| v.crps, |e| e.brier),
        ),
        Field::number("log_score", "1", "Log score", |f: &Score, r: &Place, _| {
            r.of(f, |v| v.log_score, |e| Some(e.log_score))?
        })
        .empty("the report has no error"),
        Field::number(
            "interval_score_half",
            "as of the quantity",
            "Interval score of the central half",
            |f: &Score, r: &Place, _| r.value(f).map(|v| v.interval_score_half),
        )
        .empty(VALUES_ONLY),
        Field::number(
            "interval_score_nine_tenths",
            "as of the quantity",
            "Interval score of the central nine in ten",
            |f: &Score, r: &Place, _| r.value(f).map(|v| v.interval_score_nine_tenths),
        )
        .empty(VALUES_ONLY),
        Field::number(
            "scale",
            "as of the quantity",
            "Mean size of the quantity's reports, by which scores are divided where quantities go together",
            |f: &Score, r: &Place, _| r.value(f).map(|v| v.scale),
        )
        .empty(VALUES_ONLY),
        Field::number(
            "score_persistence",
            "1",
            "The same score of persistence",
            |f: &Score, r: &Place, _| of_rival(f, *r, Rival::Persistence),
        )
        .empty(NO_RIVAL),
        Field::number(
            "score_trend",
            "1",
            "The same score of the trend",
            |f: &Score, r: &Place, _| of_rival(f, *r, Rival::Trend),
        )
        .empty(NO_RIVAL),
        Field::number(
            "score_base_rate",
            "1",
            "The same score of the base rate",
            |f: &Score, r: &Place, _| of_rival(f, *r, Rival::BaseRate),
        )
        .empty(NO_RIVAL),
        Field::text(
            "source",
            "Who says so, as the observations give it",
            |f: &Score, r: &Place, _| r.of(f, |v| v.source.clone(), |e| e.source.clone()),
        )
        .empty("they give none"),
    ]);
    Table {
        name: "scores",
        command: "score",
        files: &["scores.csv"],
        row: "A row is one observation after the first day with its forecast and its scores.",
        fields,
        measures: Vec::new(),
    }
}

/// The scores as CSV.
pub fn scores_csv(found: &Score) -> String {
    let values = (0..found.values.len()).map(Place::Value);
    let events = (0..found.events.len()).map(Place::Event);
    let rows: Vec<Place> = values.chain(events).collect();
    csv(&table(), found, &rows)
}
