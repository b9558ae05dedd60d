//! A sweep as text.

use super::chance::{chance, chance_cell};
use super::figures::short;
use super::heading::heading;
use super::warnings::one_draw;
use crate::experiment::sweep::{DesignPoint, Measured, Sweep};
use crate::foreign::{self, cell, cell_width};

/// What stands beside the outcomes.
const MEAN_COHESION: &str = "mean cohesion";

/// What a user sees when a sweep is done.
pub fn sweep_screen(sweep: &Sweep) -> String {
    let mut out = format!(
        "{}\n{} points x {} replicates, seed {}, hash {}; the same random numbers at every point; chances are chances in this model\n\n",
        foreign::line(&heading(&sweep.title, &sweep.identity)),
        sweep.points.len(),
        sweep.replicates_per_point,
        sweep.seed,
        sweep.identity.short()
    );
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    for axis in &sweep.axes {
        let own = axis.own.map_or(String::new(), |own| {
            let median = match axis.own_is_median {
                true => "the median of a distribution ",
                false => "",
            };
            format!("; {} {median}in the scenario", short(own))
        });
        line(&format!("{}: {}{own}", axis.key, axis.about));
    }
    line("");
    let labels = sweep.outcomes.iter().map(|o| cell_width(&o.label));
    let width = labels.fold(MEAN_COHESION.len(), usize::max);
    let at = |values: &[f64]| -> String {
        let values: Vec<String> = values.iter().map(f64::to_string).collect();
        format!("at {}", values.join(", "))
    };
    let wide = sweep.points.iter().map(|p| at(&p.values).len()).max();
    let wide = wide.unwrap_or(0);
    line(&format!(
        "{:width$}  reference  {:26}  {:wide$}  {:26}",
        "outcome", "lowest", "", "highest"
    ));
    for (label, of) in figures(sweep) {
        let mut counted: Vec<&DesignPoint> =
            sweep.points.iter().filter(|p| p.replicates > 0).collect();
        counted.sort_by(|a, b| of(a).value.value.total_cmp(&of(b).value.value));
        let end = |point: Option<&&DesignPoint>| {
            point.map_or(String::new(), |p| {
                format!("{}  {:wide$}", chance_cell(&of(p).value), at(&p.values))
            })
        };
        let reference = counted.iter().find(|p| p.values == sweep.reference);
        let reference = reference.map_or(f64::NAN, |p| of(p).value.value);
        let highest = match (counted.first(), counted.last()) {
            (Some(a), Some(b)) if of(a).value.value >= of(b).value.value => {
                "the same everywhere".to_owned()
            }
            (_, last) => end(last),
        };
        line(&format!(
            "{}  {:>9}  {}  {highest}",
            cell(&label, width),
            chance(reference),
            end(counted.first())
        ));
    }
    line("");
    line(&format!(
        "reference: {} ({})",
        at(&sweep.reference).trim_start_matches("at "),
        match sweep.axes.iter().all(|axis| axis.own.is_some()) {
            true =>
                "nearest to the scenario's own; differences to it, replicate by replicate, are in sweep.csv",
            false => "differences to it, replicate by replicate, are in sweep.csv",
        }
    ));
    let unknown = |p: &&DesignPoint| p.outcomes.iter().all(|m| m.value.is_unknown_chance());
    if let Some(point) = sweep.points.iter().find(unknown) {
        line(&format!("note: {}", one_draw(point.replicates)));
    }
    let failed: u64 = sweep.points.iter().map(|p| p.failed).sum();
    if failed > 0 {
        line(&format!(
            "note: {failed} replicates stopped being finite and don't count"
        ));
    }
    out
}

/// A figure of a point.
type Figure = Box<dyn Fn(&DesignPoint) -> Measured>;

fn figures(sweep: &Sweep) -> Vec<(String, Figure)> {
    let mut all: Vec<(String, Figure)> = Vec::new();
    for (k, outcome) in sweep.outcomes.iter().enumerate() {
        all.push((outcome.label.clone(), Box::new(move |p| p.outcomes[k])));
    }
    all.push((MEAN_COHESION.to_owned(), Box::new(|p| p.cohesion)));
    all
}
