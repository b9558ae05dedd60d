//! How well a scenario foretells what was observed: proper scores beside honest baselines.
//!
//! The forecast of a value is the spread of the replicates at its date, each with an error of
//! observation added: a report scatters around what is. Of an event it is the share of
//! replicates in which it comes about in its time. Three rivals are scored alike:
//!
//! | rival | a value | an event |
//! |---|---|---|
//! | persistence | normal around the last report on or before the first day, or else around the scenario's own start, with the errors of both reports | nothing changes: 0.01, or 0.99 where it holds at the start |
//! | trend | normal around the line through the last two reports up to the first day, with the errors of all three | |
//! | base rate | | how often the like happens, where the table says so |
//!
//! CRPS has the unit of its quantity: over several it is divided by the quantity's size, the mean
//! of what its reports say without their signs, so that 0.1 is a miss of a tenth. Observations of one quantity go together; intervals of
//! differences are Student's over quantities.

mod forecast;
mod rules;
mod together;

use serde::Serialize;

use crate::engine::{Estimate, Summary};
use crate::numeric::Generator;
use crate::numeric::special::normal_cdf;
use crate::scenario::{Identity, Observation, Observed, Scenario, Z90};

pub use forecast::Forecast;
pub use rules::{
    brier, crps_of_ensemble, crps_of_normal, interval_score, log_score_of_chance,
    log_score_of_mixture, quantile,
};
pub(crate) use together::reliability;
pub use together::{EventsTogether, Reliability, ValuesTogether, Versus};

/// What persistence gives to a change of which nothing is known.
const CHANGE: f64 = 0.01;

/// What a forecast is set beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rival {
    /// Nothing changes.
    Persistence,
    /// What was going on goes on.
    Trend,
    /// What happens elsewhere happens here.
    BaseRate,
}

impl Rival {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Persistence, Self::Trend, Self::BaseRate];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Persistence => "persistence",
            Self::Trend => "trend",
            Self::BaseRate => "base rate",
        }
    }
}

/// The scores of a scenario's forecast.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Score {
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// What tells its run from others.
    pub identity: Identity,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// Replicates that ran to the horizon.
    pub replicates: u64,
    /// First day.
    pub start: String,
    /// Weeks of a step.
    pub step_weeks: f64,
    /// Steps.
    pub steps: usize,
    /// Quantities and events by their expressions, in the order of the table.
    pub quantities: Vec<QuantityCourse>,
    /// Values that were observed after the first day, each with its scores.
    pub values: Vec<ValueScore>,
    /// The same of events.
    pub events: Vec<EventScore>,
    /// Reports up to the first day, which rivals know.
    pub known: Vec<Known>,
    /// What values say together; `None` where there are none.
    pub of_values: Option<ValuesTogether>,
    /// The same of events.
    pub of_events: Option<EventsTogether>,
}

/// A report up to the first day.
#[derive(Debug, Clone, Serialize)]
pub struct Known {
    /// Index into [`Score::quantities`].
    pub quantity: usize,
    /// Weeks after the first day: 0 or less.
    pub week: f64,
    /// The value.
    pub value: f64,
    /// Standard deviation of the report.
    pub sd: f64,
}

/// How an observed quantity goes over time.
#[derive(Debug, Clone, Serialize)]
pub struct QuantityCourse {
    /// The expression.
    pub what: String,
    /// What a reader calls it.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// The 5, 25, 50, 75 and 95 % quantiles after 0, 1, 2, ... steps; none of an event.
    pub quantiles: Vec<[f64; 5]>,
    /// Bottom of its axis.
    pub axis_low: f64,
    /// Top of its axis.
    pub axis_high: f64,
}

/// A value and its forecast.
#[derive(Debug, Clone, Serialize)]
pub struct ValueScore {
    /// Index into [`Score::quantities`].
    pub quantity: usize,
    /// Of which day.
    pub date: String,
    /// Weeks from the first day to it.
    pub week: f64,
    /// What was observed.
    pub observed: f64,
    /// Standard deviation of the report.
    pub sd: f64,
    /// Who says so.
    pub source: String,
    /// The 5, 25, 50, 75 and 95 % quantiles of the forecast of the report.
    pub quantiles: [f64; 5],
    /// Whether the central interval of one half holds it.
    pub in_half: bool,
    /// Whether that of nine in ten does.
    pub in_nine_tenths: bool,
    /// Share of the forecast below it.
    pub pit: f64,
    /// CRPS, in the unit of the quantity.
    pub crps: f64,
    /// Log score; none where the report has no error.
    pub log_score: Option<f64>,
    /// Interval score of the central half.
    pub interval_score_half: f64,
    /// The same of nine in ten.
    pub interval_score_nine_tenths: f64,
    /// What CRPS is divided by where quantities go together.
    pub scale: f64,
    /// The rivals' scores.
    pub against: Vec<ValueRival>,
}

/// What a rival makes of a value.
#[derive(Debug, Clone, Serialize)]
pub struct ValueRival {
    /// Which one.
    pub rival: Rival,
    /// The middle of its forecast.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// Its CRPS.
    pub crps: f64,
    /// Its log score, if it has a spread.
    pub log_score: Option<f64>,
    /// Its interval score of nine in ten.
    pub interval_score_nine_tenths: f64,
}

/// An event and its forecast.
#[derive(Debug, Clone, Serialize)]
pub struct EventScore {
    /// Index into [`Score::quantities`].
    pub quantity: usize,
    /// After which day.
    pub since: String,
    /// By which day.
    pub date: String,
    /// Weeks from the first day to it.
    pub week: f64,
    /// Whether it came about.
    pub happened: bool,
    /// Who says so.
    pub source: String,
    /// The chance that it does.
    pub chance: Estimate,
    /// The chance that it has by the end of 0, 1, 2, ... steps.
    pub by_step: Vec<f64>,
    /// Brier score.
    pub brier: f64,
    /// Log score of (k + 1/2) / (n + 1), of n replicates and k in which it comes about.
    pub log_score: f64,
    /// The rivals' scores.
    pub against: Vec<EventRival>,
}

/// What a rival makes of an event.
#[derive(Debug, Clone, Serialize)]
pub struct EventRival {
    /// Which one.
    pub rival: Rival,
    /// The chance that it gives.
    pub chance: f64,
    /// Its Brier score.
    pub brier: f64,
    /// Its log score; none where it was sure, and wrong.
    pub log_score: Option<f64>,
}

/// Scores the forecast of a scenario, of which `summary` was found.
pub fn score(
    scenario: &Scenario,
    observations: &[Observation],
    forecast: &Forecast,
    summary: &Summary,
) -> Score {
    let mut names: Vec<&str> = Vec::new();
    for observation in observations {
        if !names.contains(&observation.what.as_str()) {
            names.push(&observation.what);
        }
    }
    let scorer = Scorer {
        scenario,
        observations,
        names: &names,
        forecast,
        seed: summary.seed,
    };
    let (mut values, mut events, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for (index, of) in observations.iter().enumerate() {
        match &of.is {
            Observed::Value { value, sd } if of.is_known(scenario) => known.push(Known {
                quantity: scorer.quantity(of),
                week: scorer.week(of),
                value: *value,
                sd: *sd,
            }),
            Observed::Value { value, sd } => values.push(scorer.value(index, *value, *sd)),
            Observed::Event { .. } => events.extend(scorer.event(index)),
        }
    }
    Score {
        version: summary.version.clone(),
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        identity: scenario.identity(),
        seed: summary.seed,
        replicates: forecast.replicates() as u64,
        start: scenario.time.start.to_string(),
        step_weeks: summary.step_weeks,
        steps: summary.steps,
        quantities: courses(&names, observations, summary),
        of_values: ValuesTogether::of(&values),
        of_events: EventsTogether::of(&events),
        values,
        events,
        known,
    }
}

fn courses(names: &[&str], observations: &[Observation], summary: &Summary) -> Vec<QuantityCourse> {
    let course = |name: &&str| {
        let of = observations.iter().find(|o| o.what == **name)?;
        let watched = summary.watched.get(of.watch)?;
        Some(QuantityCourse {
            what: of.what.clone(),
            label: of.label.clone(),
            unit: of.unit.clone(),
            quantiles: match of.is {
                Observed::Value { .. } => watched.quantiles.clone(),
                Observed::Event { .. } => Vec::new(),
            },
            axis_low: watched.axis_low,
            axis_high: watched.axis_high,
        })
    };
    names.iter().filter_map(course).collect()
}

struct Scorer<'a> {
    scenario: &'a Scenario,
    observations: &'a [Observation],
    /// Every expression observed, once.
    names: &'a [&'a str],
    forecast: &'a Forecast,
    seed: u64,
}

impl Scorer<'_> {
    /// The place of what is observed among all expressions.
    fn quantity(&self, of: &Observation) -> usize {
        let mut names = self.names.iter();
        names.position(|name| *name == of.what).unwrap_or(0)
    }

    /// Weeks from the first day to that of an observation.
    fn week(&self, of: &Observation) -> f64 {
        self.scenario.time.days_to(of.date) as f64 / 7.0
    }

    fn value(&self, index: usize, observed: f64, sd: f64) -> ValueScore {
        let of = &self.observations[index];
        let centres: Vec<f64> = self.forecast.values(index).collect();
        let mut reports = with_error(&centres, sd, of, self.seed);
        reports.sort_unstable_by(f64::total_cmp);
        let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| quantile(&reports, share));
        let [least, low, _, high, most] = quantiles;
        let within = |low: f64, high: f64| (low..=high).contains(&observed);
        let persistence = self.persistence(index, sd);
        let rivals = [
            Some((Rival::Persistence, persistence)),
            self.trend(index, sd),
        ];
        ValueScore {
            quantity: self.quantity(of),
            date: of.date.to_string(),
            week: self.week(of),
            observed,
            sd,
            source: of.source.clone(),
            quantiles,
            in_half: within(low, high),
            in_nine_tenths: within(least, most),
            pit: share_below(&centres, sd, observed),
            crps: crps_of_ensemble(&reports, observed),
            log_score: log_score_of_mixture(&centres, sd, observed),
            interval_score_half: interval_score((low, high), 0.5, observed),
            interval_score_nine_tenths: interval_score((least, most), 0.1, observed),
            scale: self.size(index),
            against: rivals
                .into_iter()
                .flatten()
                .map(|(rival, (mean, sd))| ValueRival {
                    rival,
                    mean,
                    sd,
                    crps: crps_of_normal(mean, sd, observed),
                    log_score: log_score_of_mixture(&[mean], sd, observed),
                    interval_score_nine_tenths: interval_score(
                        (mean - Z90 * sd, mean + Z90 * sd),
                        0.1,
                        observed,
                    ),
                })
                .collect(),
        }
    }

    /// The mean size of what is reported of a quantity; 1 where that is nothing.
    fn size(&self, index: usize) -> f64 {
        let of = &self.observations[index];
        let sizes: Vec<f64> = self
            .observations
            .iter()
            .filter(|o| o.what == of.what)
            .filter_map(|o| match o.is {
                Observed::Value { value, .. } => Some(value.abs()),
                Observed::Event { .. } => None,
            })
            .collect();
        match sizes.iter().sum::<f64>() / sizes.len() as f64 {
            size if size > 0.0 => size,
            _ => 1.0,
        }
    }

    /// Reports of the same up to the first day, the last one last: day, value, error.
    fn known(&self, index: usize) -> Vec<(f64, f64, f64)> {
        let of = &self.observations[index];
        let same = self.observations.iter().filter(|o| o.what == of.what);
        let mut known: Vec<(f64, f64, f64)> = same
            .filter(|o| o.is_known(self.scenario))
            .filter_map(|o| match o.is {
                Observed::Value { value, sd } => {
                    Some((self.scenario.time.days_to(o.date) as f64, value, sd))
                }
                Observed::Event { .. } => None,
            })
            .collect();
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        known
    }

    /// Mean and spread of what persistence says.
    fn persistence(&self, index: usize, sd: f64) -> (f64, f64) {
        match self.known(index).last() {
            Some((_, value, error)) => (*value, libm::hypot(*error, sd)),
            None => (self.forecast.start(index), sd),
        }
    }

    fn trend(&self, index: usize, sd: f64) -> Option<(Rival, (f64, f64))> {
        let known = self.known(index);
        let last = known.last()?;
        let before = known.iter().rev().find(|k| k.0 < last.0)?;
        let day = self.scenario.time.days_to(self.observations[index].date) as f64;
        let ahead = (day - last.0) / (last.0 - before.0);
        let mean = last.1 + ahead * (last.1 - before.1);
        let errors = [(1.0 + ahead) * last.2, ahead * before.2, sd];
        let spread = errors.iter().map(|e| e * e).sum::<f64>().sqrt();
        Some((Rival::Trend, (mean, spread)))
    }

    /// The score of an event; none of a value.
    fn event(&self, index: usize) -> Option<EventScore> {
        let of = &self.observations[index];
        let Observed::Event {
            happened,
            since,
            base_rate,
        } = of.is
        else {
            return None;
        };
        let chance = self.forecast.chance(index);
        let n = self.forecast.replicates() as f64;
        let unchanged = match self.forecast.start(index) > 0.5 {
            true => 1.0 - CHANGE,
            false => CHANGE,
        };
        let rivals = [
            Some((Rival::Persistence, unchanged)),
            base_rate.map(|rate| (Rival::BaseRate, rate)),
        ];
        Some(EventScore {
            quantity: self.quantity(of),
            since: since.unwrap_or(self.scenario.time.start).to_string(),
            date: of.date.to_string(),
            week: self.week(of),
            happened,
            source: of.source.clone(),
            by_step: self.forecast.curve(index),
            brier: brier(chance.value, happened),
            log_score: log_score_of_chance((chance.value * n + 0.5) / (n + 1.0), happened),
            chance,
            against: rivals
                .into_iter()
                .flatten()
                .map(|(rival, chance)| EventRival {
                    rival,
                    chance,
                    brier: brier(chance, happened),
                    log_score: Some(log_score_of_chance(chance, happened))
                        .filter(|score| score.is_finite()),
                })
                .collect(),
        })
    }
}

/// What would be reported of each of these: with an error drawn for it.
fn with_error(centres: &[f64], sd: f64, of: &Observation, seed: u64) -> Vec<f64> {
    let about = [of.what.clone(), of.date.to_string()];
    let mut errors = Generator::new(seed, "observed", &about);
    let report = |centre: &f64| centre + sd * errors.normal();
    centres.iter().map(report).collect()
}

/// Share of the forecast below what came; of what is just that, a half.
fn share_below(centres: &[f64], sd: f64, observed: f64) -> f64 {
    let share = |centre: &f64| match sd > 0.0 {
        true => normal_cdf((observed - centre) / sd),
        false if *centre < observed => 1.0,
        false if *centre > observed => 0.0,
        false => 0.5,
    };
    centres.iter().map(share).sum::<f64>() / centres.len() as f64
}
