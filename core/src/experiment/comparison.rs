//! What a comparison found, in the form every table, picture and file is made from.

use serde::{Deserialize, Serialize};

use crate::engine::{Estimate, OutcomeLabel};
use crate::scenario::Identity;

use super::differences::Differs;
use super::transitions::Transitions;

/// Whether a run is compared with the first replicate by replicate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairing {
    /// It is the first: the others are compared with it.
    First,
    /// The same random numbers in the same replicates.
    Paired,
    /// Other random numbers, for this reason.
    Unpaired(String),
}

/// One of the runs compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Its name in this comparison, different from all others'.
    pub label: String,
    /// The scenario's key.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// What tells it from other runs of the scenario.
    pub identity: Identity,
    /// First day, ISO 8601.
    pub start: String,
    /// Weeks from the first day to its own horizon.
    pub weeks: u32,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// Replicates it has.
    pub replicates: u64,
    /// Replicates that are compared.
    pub used: u64,
    /// Replicates that failed, which are left out.
    pub failed: u64,
    /// How it is compared with the first.
    pub pairing: Pairing,
    /// In what its scenario differs from the first.
    pub differs: Differs,
    /// Whether every replicate compared has the same outcomes on the same dates, and the
    /// same cohesion, as in the first; unknown for unpaired runs.
    pub same_results: Option<bool>,
    /// How the outcomes of its replicates differ; unknown for unpaired runs.
    pub transitions: Option<Transitions>,
}

/// A run's difference to the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// At the horizon.
    pub horizon: Estimate,
    /// At each point of the grid; empty for stalemate.
    pub over_time: Vec<Estimate>,
    /// At the horizon, as it would be for independent runs.
    pub unpaired: Estimate,
    /// Width of the interval over that of independent runs; none for unpaired runs.
    pub width_ratio: Option<f64>,
    /// Replicates with the outcome in this run only; none for unpaired runs.
    pub gained: Option<u64>,
    /// Replicates with the outcome in the first only; none for unpaired runs.
    pub lost: Option<u64>,
}

/// One outcome in one of the runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeOfRun {
    /// Chance by the common horizon.
    pub chance: Estimate,
    /// Cumulative incidence at each point of the grid; empty for what has no date.
    pub incidence: Vec<Estimate>,
    /// Difference to the first run; none for the first, and where the first has no such
    /// outcome.
    pub difference: Option<Difference>,
}

/// One outcome in all runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeComparison {
    /// Which outcome.
    #[serde(flatten)]
    pub is: OutcomeLabel,
    /// In each run; none where its scenario has no such outcome.
    pub runs: Vec<Option<OutcomeOfRun>>,
}

/// A mean in one of the runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// Mean over the replicates.
    pub mean: Estimate,
    /// Difference to the first run; none for the first.
    pub difference: Option<Estimate>,
    /// Width of its interval over that of independent runs; none for unpaired runs.
    pub width_ratio: Option<f64>,
}

/// The mean cohesion of the first coalition, each over its own horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CohesionComparison {
    /// In each run.
    pub runs: Vec<Mean>,
}

/// Everything a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of this shape.
    pub format: u32,
    /// Program version that made it.
    pub version: String,
    /// What the user calls it.
    pub label: Option<String>,
    /// Whether nothing differs: the same scenarios, and the same replicates.
    pub same: bool,
    /// Whether the work was stopped before its end.
    pub partial: bool,
    /// The runs, the first first.
    pub runs: Vec<Compared>,
    /// Weeks from the start to the common horizon.
    pub horizon_weeks: u32,
    /// Weeks of the points at which incidences and differences are given.
    pub grid_weeks: Vec<u32>,
    /// Every outcome.
    pub outcomes: Vec<OutcomeComparison>,
    /// Mean cohesion.
    pub cohesion: CohesionComparison,
    /// The middle one of all width ratios: what pairing is worth. None if nothing is paired.
    pub width_ratio: Option<f64>,
    /// What a reader should know of how the runs were made comparable.
    pub notes: Vec<String>,
}

impl Comparison {
    /// Labels of the runs.
    pub fn labels(&self) -> Vec<String> {
        self.runs.iter().map(|run| run.label.clone()).collect()
    }

    /// What tells it from other comparisons: its label, and what was set in all of its runs.
    pub fn identity(&self) -> Identity {
        let mut settings = self.runs.iter().map(|run| run.identity.changes());
        let first = settings.next().unwrap_or_default();
        let runs = self.runs.iter().map(|run| run.identity.blake3.as_str());
        Identity {
            label: self.label.clone(),
            settings: match settings.all(|other| *other == first) {
                true => first.into_iter().map(str::to_owned).collect(),
                false => Vec::new(),
            },
            blake3: Identity::hash_of_all(runs),
        }
    }

    /// Replicates compared in the first run.
    pub fn replicates(&self) -> u64 {
        self.runs.first().map_or(0, |run| run.used)
    }
}
