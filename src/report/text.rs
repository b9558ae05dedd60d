//! `summary.json` and `summary.csv`: every figure that a picture shows.

use crate::engine::{Estimate, Summary};

/// The quantiles of fans and of the trough.
const QUANTILES: [&str; 5] = ["5 %", "25 %", "50 %", "75 %", "95 %"];

/// Results as JSON.
///
/// # Errors
/// If they can't be written as JSON, which does not happen with plain data.
pub fn to_json(results: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(results)?;
    text.push('\n');
    Ok(text)
}

/// The summary as a long table: section, what, step, value, low, high.
pub fn summary_csv(summary: &Summary) -> String {
    let mut csv = Csv(String::from("section,name,detail,week,value,low,high\n"));
    for outcome in &summary.outcomes {
        let name = &outcome.label;
        csv.estimate(
            "outcome",
            name,
            "chance by the horizon",
            None,
            &outcome.chance,
        );
        if let Some(week) = outcome.median_week {
            csv.number("outcome", name, "median week", None, week);
        }
        if let Some(week) = outcome.median_week_of_those {
            csv.number("outcome", name, "median week of those", None, week);
        }
        for driver in &outcome.drivers {
            let detail = format!("correlation with {}", driver.input);
            csv.number("outcome", name, &detail, None, driver.correlation);
        }
        if let Some(share) = &outcome.input_share {
            csv.estimate(
                "outcome",
                name,
                "share of variance from inputs",
                None,
                share,
            );
        }
    }
    for cell in &summary.joint {
        let name = format!(
            "collapse {}, regroup {}",
            yes(cell.collapse),
            yes(cell.regroup)
        );
        csv.estimate("joint", &name, "chance", None, &cell.chance);
    }
    csv.estimate(
        "order",
        "collapse then regroup",
        "chance",
        None,
        &summary.collapse_then_regroup,
    );
    let year = &summary.collapse_then_regroup_within_year;
    let name = "collapse then regroup within a year";
    let detail = "collapses with a year to follow";
    csv.number("order", name, detail, None, year.collapses as f64);
    if let Some(share) = &year.share {
        let detail = "share of collapses with a year to follow";
        csv.estimate("order", name, detail, None, share);
    }
    let trough = &summary.trough;
    let name = "lowest threat strength";
    for (q, value) in QUANTILES.iter().zip(trough.quantiles) {
        csv.number("trough", name, q, None, value);
    }
    let detail = "low enough to regroup";
    csv.estimate("trough", name, detail, None, &trough.fallen);
    for event in &summary.events {
        csv.estimate(
            "event",
            &event.name,
            "chance by the horizon",
            None,
            &event.chance,
        );
    }
    for sequence in &summary.sequences {
        let order: Vec<String> = sequence
            .order
            .iter()
            .map(|k| format!("{k:?}").to_lowercase())
            .collect();
        let name = if order.is_empty() {
            "nothing".to_owned()
        } else {
            order.join(" > ")
        };
        csv.number("sequence", &name, "replicates", None, sequence.count as f64);
        csv.estimate("sequence", &name, "chance", None, &sequence.chance);
    }
    let name = |i: usize| summary.factions.get(i).map_or("", |f| f.name.as_str());
    for pair in &summary.pairs {
        let both = format!("{} - {}", name(pair.a), name(pair.b));
        csv.estimate(
            "pair",
            &both,
            "open conflict breaks out",
            None,
            &pair.breaks_out,
        );
        if let Some(week) = pair.median_week {
            csv.number("pair", &both, "median week", None, week);
        }
        if let Some(week) = pair.median_week_of_those {
            csv.number("pair", &both, "median week of those", None, week);
        }
        for (moment, standing) in [
            ("start", pair.start),
            ("trough", pair.trough),
            ("end", pair.end),
        ] {
            for (kind, share) in [
                ("conflict", standing.conflict),
                ("hostile", standing.hostile),
                ("wary", standing.wary),
                ("friendly", standing.friendly),
            ] {
                csv.number(
                    "standing",
                    &both,
                    &format!("{kind} at {moment}"),
                    None,
                    share,
                );
            }
        }
    }
    let matrices = [
        ("start", &summary.rivalry.start),
        ("trough", &summary.rivalry.trough),
        ("end", &summary.rivalry.end),
    ];
    for (moment, matrix) in matrices {
        for (i, row) in matrix.iter().enumerate() {
            for (j, weight) in row.iter().enumerate().filter(|(j, _)| *j != i) {
                let both = format!("{} toward {}", name(i), name(j));
                csv.number("rivalry", &both, moment, None, *weight);
            }
        }
    }
    for faction in &summary.factions {
        csv.number(
            "power",
            &faction.name,
            "share at start",
            None,
            faction.power_start,
        );
        csv.number(
            "power",
            &faction.name,
            "share at end",
            None,
            faction.power_end,
        );
    }
    for support in &summary.support {
        let patron = summary
            .patrons
            .get(support.patron)
            .map_or("", |p| p.name.as_str());
        let both = format!("{patron} to {}", name(support.faction));
        csv.number("support", &both, "start", None, support.start);
        csv.number("support", &both, "end", None, support.end);
    }
    let week = |step: usize| Some(step as f64 * summary.step_weeks);
    for outcome in &summary.outcomes {
        for (step, estimate) in outcome.incidence.iter().enumerate() {
            csv.estimate(
                "incidence",
                &outcome.label,
                "cumulative",
                week(step),
                estimate,
            );
        }
    }
    for fan in &summary.fans {
        for (step, quantiles) in fan.quantiles.iter().enumerate() {
            for (q, value) in QUANTILES.iter().zip(quantiles) {
                csv.number("fan", &fan.key, q, week(step), *value);
            }
        }
    }
    csv.0
}

fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}

struct Csv(String);

impl Csv {
    fn estimate(
        &mut self,
        section: &str,
        name: &str,
        detail: &str,
        week: Option<f64>,
        e: &Estimate,
    ) {
        let ends = format!("{},{}", e.low, e.high);
        self.line(section, name, detail, week, e.value, &ends);
    }

    fn number(&mut self, section: &str, name: &str, detail: &str, week: Option<f64>, value: f64) {
        self.line(section, name, detail, week, value, ",");
    }

    fn line(
        &mut self,
        section: &str,
        name: &str,
        detail: &str,
        week: Option<f64>,
        value: f64,
        ends: &str,
    ) {
        let week = week.map_or(String::new(), |w| w.to_string());
        let name = quoted(name);
        self.0.push_str(&format!(
            "{section},{name},{},{week},{value},{ends}\n",
            quoted(detail)
        ));
    }
}

/// A field as RFC 4180 wants it.
pub(super) fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
