//! A library of cases told beforehand: how likely an event was to come within some years, beside
//! when it came.
//!
//! At each horizon those cases count that were looked at for so long, or in which it came before.
//! Two rivals are scored alike, each without the case itself: the *base rate*, the share of the
//! other cases in which it came, (k + 1/2) / (n + 1); and a *logistic regression* on the table's
//! covariates. Differences are paired by case, with Student's interval over cases.

mod logistic;

use jiff::civil::Date;
use serde::Serialize;

use crate::engine::{Estimate, Summary};
use crate::experiment::score::{Reliability, brier, log_score_of_chance, reliability};
use crate::numeric::special::student_t_quantile;
use crate::scenario::{CaseObserved, Identity};

pub use logistic::Logistic;

/// Days of a year.
const YEAR: f64 = 365.25;

/// What a case foretells, and what came.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// Its name.
    pub case: String,
    /// Its title.
    pub title: String,
    /// The outcome that was looked for.
    pub event: String,
    /// First day.
    pub start: String,
    /// The day on which it came.
    pub date: Option<String>,
    /// Years from the first day to it.
    pub years: Option<f64>,
    /// Years for which it was looked for.
    pub until_years: f64,
    /// The chance by each horizon.
    pub chances: Vec<Estimate>,
    /// The median of its years over all replicates; `None` where fewer than half have it.
    pub median_years: Option<f64>,
    /// Covariates.
    pub covariates: Vec<f64>,
    /// Replicates that ran to the horizon.
    pub replicates: u64,
}

/// What a library's cases say together.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Backtest {
    /// Version of the program.
    pub version: String,
    /// The library.
    pub library: String,
    /// What tells it from others: the hash of its scenarios' hashes.
    pub identity: Identity,
    /// Root seed; each case has that of its file where none was asked for.
    #[serde(serialize_with = "crate::engine::seed::serialize_if_any")]
    pub seed: Option<u64>,
    /// The horizons, in years.
    pub horizons: Vec<f64>,
    /// The names of the covariates.
    pub covariates: Vec<String>,
    /// The cases, in the order of the table.
    pub cases: Vec<Case>,
    /// Scores at each horizon.
    pub scores: Vec<HorizonScore>,
    /// Of two cases of which it is known in which it came first, the share in which the one with
    /// the greater chance by the first horizon is that one (Harrell's concordance); a half is
    /// chance.
    pub concordance: Option<f64>,
}

/// Scores at a horizon.
#[derive(Debug, Clone, Serialize)]
pub struct HorizonScore {
    /// Years.
    pub years: f64,
    /// Cases that count.
    pub cases: usize,
    /// Of these, those in which it came.
    pub came: usize,
    /// The mean of their chances.
    pub mean_chance: f64,
    /// The model's scores.
    pub model: Scores,
    /// Those of the base rate.
    pub base_rate: Scores,
    /// Those of the regression; none where there are no covariates.
    pub regression: Option<Scores>,
    /// Brier score of the model less that of the base rate.
    pub versus_base_rate: Difference,
    /// The same of the regression.
    pub versus_regression: Option<Difference>,
    /// How often it came where it had such a chance.
    pub reliability: Vec<Reliability>,
}

/// Scores of some chances.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Scores {
    /// Mean Brier score.
    pub brier: f64,
    /// Mean log score; the model's chances are (k + 1/2) / (n + 1).
    pub log_score: f64,
    /// Share of pairs, one in which it came and one in which it didn't, of which the first has
    /// the greater chance; ties count half. None where all or none have it.
    pub auc: Option<f64>,
}

/// A mean difference of paired scores.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Difference {
    /// The mean: below 0 the model is better.
    pub mean: f64,
    /// Student's 95 % interval over cases.
    pub interval: [f64; 2],
}

/// Years from one day to another.
fn years(from: Date, to: Date) -> f64 {
    f64::from(from.until(to).map_or(0, |span| span.get_days())) / YEAR
}

impl Case {
    /// What was found of a case; `None` where the scenario has no such outcome.
    pub fn new(
        observed: &CaseObserved,
        start: Date,
        horizons: &[f64],
        summary: &Summary,
    ) -> Option<Self> {
        let outcome = summary.outcome(&observed.event)?;
        let at = |years: &f64| {
            let step = (years * YEAR / 7.0 / summary.step_weeks) as usize;
            let incidence = &outcome.incidence;
            incidence[step.min(incidence.len() - 1)]
        };
        Some(Self {
            case: observed.case.clone(),
            title: summary.title.clone(),
            event: observed.event.clone(),
            start: start.to_string(),
            date: observed.date.map(|date| date.to_string()),
            years: observed.date.map(|date| years(start, date)),
            until_years: years(start, observed.until),
            chances: horizons.iter().map(at).collect(),
            median_years: outcome.median_week.map(|week| week * 7.0 / YEAR),
            covariates: observed.covariates.clone(),
            replicates: summary.replicates,
        })
    }

    /// Whether it came within so many years; `None` where that isn't known.
    fn came_within(&self, years: f64) -> Option<bool> {
        match self.years {
            Some(came) => Some(came <= years),
            None => (self.until_years >= years).then_some(false),
        }
    }
}

/// What the cases say together.
pub fn backtest(
    (library, identity): (&str, &Identity),
    seed: Option<u64>,
    horizons: &[f64],
    covariates: &[String],
    cases: Vec<Case>,
) -> Backtest {
    let scores = horizons.iter().enumerate();
    Backtest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        library: library.to_owned(),
        identity: identity.clone(),
        seed,
        scores: scores
            .filter_map(|(k, years)| HorizonScore::new(&cases, k, *years, !covariates.is_empty()))
            .collect(),
        concordance: concordance(&cases),
        horizons: horizons.to_vec(),
        covariates: covariates.to_vec(),
        cases,
    }
}

impl HorizonScore {
    fn new(cases: &[Case], horizon: usize, years: f64, regress: bool) -> Option<Self> {
        let counted: Vec<(&Case, bool)> = cases
            .iter()
            .filter_map(|case| Some((case, case.came_within(years)?)))
            .collect();
        if counted.len() < 3 {
            return None;
        }
        let came: Vec<bool> = counted.iter().map(|(_, came)| *came).collect();
        let model: Vec<f64> = counted
            .iter()
            .map(|(case, _)| case.chances[horizon].value)
            .collect();
        let logged = counted.iter().zip(&model).map(|((case, _), chance)| {
            let n = case.replicates as f64;
            (chance * n + 0.5) / (n + 1.0)
        });
        let without = |left_out: usize| (0..came.len()).filter(move |&k| k != left_out);
        let base: Vec<f64> = (0..came.len())
            .map(|k| {
                let others = without(k).filter(|&other| came[other]).count() as f64;
                (others + 0.5) / came.len() as f64
            })
            .collect();
        let regression: Option<Vec<f64>> = regress.then(|| {
            let chance = |k: usize| {
                let rows: Vec<&[f64]> = without(k)
                    .map(|other| counted[other].0.covariates.as_slice())
                    .collect();
                let happened: Vec<bool> = without(k).map(|other| came[other]).collect();
                Logistic::fit(&rows, &happened).chance(&counted[k].0.covariates)
            };
            (0..came.len()).map(chance).collect()
        });
        Some(Self {
            years,
            cases: came.len(),
            came: came.iter().filter(|came| **came).count(),
            mean_chance: mean(model.iter().copied()),
            model: Scores::new(&model, &logged.collect::<Vec<_>>(), &came),
            // What leaves the case out is lowest where it came: its order says nothing.
            base_rate: Scores {
                auc: None,
                ..Scores::new(&base, &base, &came)
            },
            versus_base_rate: Difference::new(&model, &base, &came),
            versus_regression: regression
                .as_ref()
                .map(|chances| Difference::new(&model, chances, &came)),
            regression: regression.map(|chances| Scores::new(&chances, &chances, &came)),
            reliability: reliability(model.iter().copied().zip(came)),
        })
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

impl Scores {
    fn new(chances: &[f64], logged: &[f64], came: &[bool]) -> Self {
        let pairs = chances.iter().zip(came);
        let (mut right, mut all) = (0.0, 0.0);
        for (high, _) in pairs.clone().filter(|(_, came)| **came) {
            for (low, _) in pairs.clone().filter(|(_, came)| !**came) {
                all += 1.0;
                right += f64::from(u8::from(high > low)) + 0.5 * f64::from(u8::from(high == low));
            }
        }
        Self {
            brier: mean(pairs.map(|(chance, came)| brier(*chance, *came))),
            log_score: mean(
                logged
                    .iter()
                    .zip(came)
                    .map(|(chance, came)| log_score_of_chance(*chance, *came)),
            ),
            auc: (all > 0.0).then(|| right / all),
        }
    }
}

impl Difference {
    fn new(model: &[f64], rival: &[f64], came: &[bool]) -> Self {
        let each = model.iter().zip(rival).zip(came);
        let differences: Vec<f64> = each
            .map(|((model, rival), came)| brier(*model, *came) - brier(*rival, *came))
            .collect();
        let n = differences.len() as f64;
        let mean = mean(differences.iter().copied());
        let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
        let error = (squares / (n - 1.0) / n).sqrt();
        let half = student_t_quantile(0.975, n - 1.0) * error;
        Self {
            mean,
            interval: [mean - half, mean + half],
        }
    }
}

/// Harrell's concordance of the chances by the first horizon with the order in which it came.
fn concordance(cases: &[Case]) -> Option<f64> {
    let (mut right, mut all) = (0.0, 0.0);
    for first in cases {
        let Some(came) = first.years else { continue };
        for later in cases {
            let after = later.years.unwrap_or(later.until_years);
            if after <= came || later.case == first.case {
                continue;
            }
            let (a, b) = (first.chances.first()?.value, later.chances.first()?.value);
            all += 1.0;
            right += f64::from(u8::from(a > b)) + 0.5 * f64::from(u8::from(a == b));
        }
    }
    (all > 0.0).then(|| right / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, years: Option<f64>, chance: f64) -> Case {
        Case {
            case: name.to_owned(),
            title: String::new(),
            event: String::new(),
            start: String::new(),
            date: None,
            years,
            until_years: 10.0,
            chances: vec![Estimate {
                value: chance,
                low: chance,
                high: chance,
            }],
            median_years: None,
            covariates: Vec::new(),
            replicates: 1000,
        }
    }

    #[test]
    fn scores_are_those_of_their_formulas() {
        let cases = vec![
            case("a", Some(0.5), 0.8),
            case("b", Some(3.0), 0.4),
            case("c", None, 0.4),
            case("d", None, 0.1),
        ];
        let found = backtest(("x", &Identity::default()), Some(1), &[1.0], &[], cases);
        let at = &found.scores[0];
        assert_eq!((at.cases, at.came), (4, 1));
        let squares = [0.04, 0.16, 0.16, 0.01].iter().sum::<f64>() / 4.0;
        assert!((at.model.brier - squares).abs() < 1e-12);
        assert_eq!(at.model.auc, Some(1.0));
        // Without a: none of three others; without another: one of three.
        let base = [1.0 - 0.125, 0.375, 0.375, 0.375].map(|miss| miss * miss);
        assert!((at.base_rate.brier - base.iter().sum::<f64>() / 4.0).abs() < 1e-12);
        // Pairs with a known order: a before b, c, d; b before c (a tie) and d.
        assert_eq!(found.concordance, Some(4.5 / 5.0));
    }
}
