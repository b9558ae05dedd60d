//! Watched quantities over the replicates: their axes, and what is summed up of them.

use crate::model::Plan;
use crate::scenario::{Expression, Scenario};

use super::histogram::Bins;
use super::single::Single;
use super::summarise::QUANTILES;
use super::summary::{Crossing, WatchSummary};
use super::tallied::Counted;
use super::total::Total;

/// By how much an axis goes beyond the course in which every input is at its median.
const ROOM: f64 = 1.25;

/// The top of each watched quantity's axis, a function of the scenario alone: what its entry or
/// its range says, or else a round number with room above its greatest value (or its least, if
/// that is farther from 0) in the course in which every input is at its median.
pub fn axes(scenario: &Scenario) -> Vec<f64> {
    if scenario.watches.iter().all(|watch| watch.top.is_some()) {
        return scenario.watches.iter().filter_map(|w| w.top).collect();
    }
    let record = Single::central(scenario).record();
    let watches = scenario.watches.iter().zip(&record.watched);
    watches
        .map(|(watch, course)| {
            let values = course.iter().map(|value| f64::from(value.lane(0)).abs());
            let greatest = values.filter(|v| v.is_finite()).fold(0.0, f64::max);
            watch.top.unwrap_or(round(ROOM * greatest))
        })
        .collect()
}

/// The next round number: 1, 2, 2.5 or 5 times a power of ten; 1 for what isn't above 0.
fn round(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let unit = libm::pow(10.0, libm::floor(libm::log10(value)));
    let steps = [1.0, 2.0, 2.5, 5.0];
    let step = steps.into_iter().find(|step| step * unit >= value * 0.999);
    step.unwrap_or(10.0) * unit
}

/// The bins in which they are counted.
pub fn bins(scenario: &Scenario, axes: &[f64]) -> Vec<Bins> {
    let watches = scenario.watches.iter().zip(axes);
    watches
        .map(|(watch, top)| Bins::watched(*top, watch.signed))
        .collect()
}

/// What `n` replicates say of each.
pub fn summaries(
    scenario: &Scenario,
    plan: &Plan,
    tally: &Total,
    axes: &[f64],
    crossings: &[Counted],
    n: u64,
) -> Vec<WatchSummary> {
    let week = |step: f64| step * f64::from(plan.step_weeks);
    let watches = scenario.watches.iter().zip(axes).zip(crossings);
    watches
        .enumerate()
        .map(|(k, ((watch, top), crossing))| WatchSummary {
            key: watch.key.clone(),
            label: watch.label.clone(),
            unit: watch.unit.clone(),
            about: watch.about.clone(),
            axis_low: if watch.signed { -top } else { 0.0 },
            axis_high: *top,
            quantiles: (0..=plan.steps)
                .map(|step| tally.watched_quantiles(k, step, QUANTILES))
                .collect(),
            level: watch.level.as_ref().and_then(|level| match level {
                Expression::Constant(value) => Some(*value),
                Expression::Number(quantity) => Some(scenario.number(*quantity).central()),
                _ => None,
            }),
            crosses: watch.level.as_ref().map(|_| Crossing {
                chance: crossing.dated.tallied.chance(),
                median_week: crossing.dated.median(n).map(week),
                median_week_of_those: crossing.dated.median_of_those().map(week),
                incidence: crossing.curve.chances(),
            }),
        })
        .collect()
}
