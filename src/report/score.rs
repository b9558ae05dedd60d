//! Scores as text.

use super::chance::{chance, decimals, interval};
use super::figures::short as number;
use super::heading::heading;
use crate::experiment::score::{Score, Versus};
use crate::foreign::{self, cell, cell_width};

/// What a user sees when a forecast is scored.
pub fn score_screen(found: &Score) -> String {
    let mut out = format!(
        "{}\n{} replicates, seed {}, hash {}; forecasts are this model's\n",
        foreign::line(&heading(&found.title, &found.identity)),
        found.replicates,
        found.seed,
        found.identity.short()
    );
    values(&mut out, found);
    events(&mut out, found);
    out.push('\n');
    out
}

/// The longest that an expression may be here; the tables have the whole of it.
const WIDEST: usize = 52;

fn width<'a>(found: &'a Score, quantities: impl Iterator<Item = usize> + 'a) -> usize {
    let widths = quantities.map(|q| cell_width(&found.quantities[q].label));
    widths.max().unwrap_or(0).clamp(12, WIDEST)
}

fn values(out: &mut String, found: &Score) {
    let Some(of) = &found.of_values else { return };
    let wide = width(found, found.values.iter().map(|v| v.quantity));
    out.push_str(&format!(
        "\n{:wide$}  {:10}  {:>9}  {:>9}  {:>9}  {:>9}  {:>5}\n",
        "value", "date", "observed", "median", "5 %", "95 %", "PIT"
    ));
    for value in &found.values {
        let mark = if value.in_nine_tenths { " " } else { "*" };
        out.push_str(&format!(
            "{}  {}  {:>9}  {:>9}  {:>9}  {:>9}  {:>5}{mark}\n",
            cell(&found.quantities[value.quantity].label, wide),
            value.date,
            number(value.observed),
            number(value.quantiles[2]),
            number(value.quantiles[0]),
            number(value.quantiles[4]),
            decimals(value.pit, 2),
        ));
    }
    out.push_str(&format!(
        "* outside of nine in ten\n\n{} values of {} quantities: the central half holds {} {}, nine in ten hold {} {}\n",
        of.values,
        of.quantities,
        chance(of.coverage_half.value),
        interval(&of.coverage_half),
        chance(of.coverage_nine_tenths.value),
        interval(&of.coverage_nine_tenths),
    ));
    against(out, "mean CRPS, by the size of the quantity", &of.against);
}

fn events(out: &mut String, found: &Score) {
    let Some(of) = &found.of_events else { return };
    let wide = width(found, found.events.iter().map(|e| e.quantity));
    out.push_str(&format!(
        "\n{:wide$}  {:10}  {:10}  {:>8}  {:>7}\n",
        "event", "after", "by", "happened", "chance"
    ));
    for event in &found.events {
        out.push_str(&format!(
            "{}  {}  {}  {:>8}  {:>7}\n",
            cell(&found.quantities[event.quantity].label, wide),
            event.since,
            event.date,
            if event.happened { "yes" } else { "no" },
            chance(event.chance.value),
        ));
    }
    out.push_str(&format!(
        "\n{} events, of which {} came about: mean Brier score {}, log score {}\n",
        of.events,
        of.happened,
        decimals(of.brier, 3),
        decimals(of.log_score, 3),
    ));
    against(out, "mean Brier score", &of.against);
}

fn against(out: &mut String, score: &str, against: &[Versus]) {
    for versus in against {
        let sure = match versus.interval {
            Some([low, high]) => format!("[{low:+.3}, {high:+.3}]"),
            None => "too few quantities for an interval".to_owned(),
        };
        out.push_str(&format!(
            "{score}: {} against {} of {}, over {}: {:+.3} {sure}\n",
            decimals(versus.own, 3),
            decimals(versus.other, 3),
            versus.rival.name(),
            versus.scores,
            versus.difference,
        ));
    }
    if !against.is_empty() {
        out.push_str("  (below 0 the forecast is better; intervals are Student's over quantities, which are few)\n");
    }
}
