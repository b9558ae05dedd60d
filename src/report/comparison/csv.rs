//! `compare.csv` and `differences.csv`.

use crate::engine::Estimate;
use crate::experiment::{Comparison, Difference, EntryKind, OutcomeComparison};

use super::super::text::quoted;
use super::set;

/// Every figure of the comparison as a long table.
pub fn comparison_csv(comparison: &Comparison) -> String {
    let mut csv = Csv(String::from("section,outcome,run,week,value,low,high\n"));
    for outcome in &comparison.outcomes {
        add_outcome(&mut csv, comparison, outcome);
    }
    for (run, mean) in comparison.runs.iter().zip(&comparison.cohesion.runs) {
        csv.estimate("mean cohesion", "", &run.label, None, &mean.mean);
        if let Some(difference) = &mean.difference {
            csv.estimate("mean cohesion difference", "", &run.label, None, difference);
        }
        if let Some(ratio) = mean.width_ratio {
            csv.number("mean cohesion width ratio", "", &run.label, ratio);
        }
    }
    for run in &comparison.runs {
        let Some(transitions) = &run.transitions else {
            continue;
        };
        csv.estimate("share changed", "", &run.label, None, &transitions.share);
        for transition in &transitions.list {
            let what = format!("{} > {}", set(&transition.from), set(&transition.to));
            csv.number("transition", &what, &run.label, transition.count as f64);
        }
    }
    csv.0
}

fn add_outcome(csv: &mut Csv, comparison: &Comparison, outcome: &OutcomeComparison) {
    let name = outcome.key.to_string();
    for (run, found) in comparison.runs.iter().zip(&outcome.runs) {
        let Some(found) = found else { continue };
        csv.estimate("chance", &name, &run.label, None, &found.chance);
        if let Some(difference) = &found.difference {
            add_difference(csv, &name, &run.label, difference);
        }
        for (week, estimate) in comparison.grid_weeks.iter().zip(&found.incidence) {
            csv.estimate("incidence", &name, &run.label, Some(*week), estimate);
        }
        let over_time = found.difference.iter().flat_map(|d| &d.over_time);
        for (week, estimate) in comparison.grid_weeks.iter().zip(over_time) {
            csv.estimate(
                "difference over time",
                &name,
                &run.label,
                Some(*week),
                estimate,
            );
        }
    }
}

fn add_difference(csv: &mut Csv, name: &str, run: &str, difference: &Difference) {
    csv.estimate("difference", name, run, None, &difference.horizon);
    csv.estimate(
        "difference if independent",
        name,
        run,
        None,
        &difference.unpaired,
    );
    if let Some(ratio) = difference.width_ratio {
        csv.number("width ratio", name, run, ratio);
    }
    if let (Some(gained), Some(lost)) = (difference.gained, difference.lost) {
        csv.number("gained", name, run, gained as f64);
        csv.number("lost", name, run, lost as f64);
    }
}

/// Every key in which a scenario differs from the first, with both values.
pub fn differences_csv(comparison: &Comparison) -> String {
    let mut csv = String::from("run,kind,key,first,other\n");
    for run in &comparison.runs {
        let mut line = |kind: &str, key: &str, first: &str, other: &str| {
            let fields = [&run.label, kind, key, first, other].map(quoted);
            csv.push_str(&fields.join(","));
            csv.push('\n');
        };
        for part in &run.differs.structure {
            let (first, other) = if part.added {
                ("no", "yes")
            } else {
                ("yes", "no")
            };
            line("structure", &part.key, first, other);
        }
        for entry in &run.differs.entries {
            let kind = match entry.kind {
                EntryKind::Number => "number",
                EntryKind::Setting => "setting",
                EntryKind::Text => "text",
                EntryKind::Run => "run",
            };
            let value = |value: &Option<String>| value.clone().unwrap_or_default();
            line(kind, &entry.key, &value(&entry.first), &value(&entry.other));
        }
        for key in &run.differs.sources {
            line("source", key, "", "");
        }
    }
    csv
}

struct Csv(String);

impl Csv {
    fn estimate(&mut self, section: &str, name: &str, run: &str, week: Option<u32>, e: &Estimate) {
        let ends = format!("{},{}", e.low, e.high);
        self.line(section, name, run, week, e.value, &ends);
    }

    fn number(&mut self, section: &str, name: &str, run: &str, value: f64) {
        self.line(section, name, run, None, value, ",");
    }

    fn line(
        &mut self,
        section: &str,
        name: &str,
        run: &str,
        week: Option<u32>,
        value: f64,
        ends: &str,
    ) {
        let week = week.map_or(String::new(), |w| w.to_string());
        self.0.push_str(&format!(
            "{section},{},{},{week},{value},{ends}\n",
            quoted(name),
            quoted(run)
        ));
    }
}
