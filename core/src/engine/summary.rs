//! What a batch found, in the form every table, picture and file is made from.
//!
//! A [`Summary`] holds no replicate: only counts turned into chances with
//! intervals, quantiles and means. It is written to `summary.json` and read back
//! from there, so a picture can be drawn from a finished run without running it again.

use serde::{Deserialize, Serialize};

use crate::scenario::{Identity, InputDesign};

use super::label::OutcomeLabel;

/// A chance or a mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
}

impl Estimate {
    /// A chance of which nothing is known but this value.
    pub const fn unknown_chance(value: f64) -> Self {
        Self {
            value,
            low: 0.0,
            high: 1.0,
        }
    }

    /// Whether a chance has no interval, so that all that it can be lies within it.
    pub fn is_unknown_chance(&self) -> bool {
        self.low <= 0.0 && self.high >= 1.0
    }

    /// The same of a difference of chances.
    pub fn is_unknown_difference(&self) -> bool {
        self.low <= -1.0 && self.high >= 1.0
    }
}

/// The key of mean cohesion in tables and JSON, where it stands beside the outcomes.
pub const MEAN_COHESION: &str = "mean_cohesion";

impl std::ops::Deref for OutcomeSummary {
    type Target = OutcomeLabel;

    fn deref(&self) -> &OutcomeLabel {
        &self.is
    }
}

impl Summary {
    /// Version of the shape that this version of the program writes and reads.
    pub const FORMAT: u32 = 3;

    /// The outcomes of the headline table and of pictures.
    pub fn headline(&self) -> impl Iterator<Item = &OutcomeSummary> {
        self.outcomes.iter().filter(|o| o.is_headline())
    }

    /// The criteria and stages of an outcome.
    pub fn parts_of(&self, key: &str) -> impl Iterator<Item = &OutcomeSummary> {
        let is_part = move |o: &&OutcomeSummary| o.part_of.as_deref() == Some(key);
        self.outcomes.iter().filter(is_part)
    }

    /// The outcome of a key.
    pub fn outcome(&self, key: &str) -> Option<&OutcomeSummary> {
        self.outcomes.iter().find(|o| o.key == key)
    }

    /// Whether all replicates share one draw of the inputs, so that no interval can be given.
    pub fn is_one_draw(&self) -> bool {
        self.draws < 2 && self.replicates > 1
    }

    /// The pairs likeliest to fight each other, likeliest first; none that never did.
    pub fn likeliest_to_fight(&self, most: usize) -> Vec<&PairSummary> {
        let ever = |pair: &&PairSummary| pair.breaks_out.value > 0.0;
        let mut pairs: Vec<_> = self.pairs.iter().filter(ever).collect();
        pairs.sort_by(|a, b| b.breaks_out.value.total_cmp(&a.breaks_out.value));
        pairs.truncate(most);
        pairs
    }
}

/// One outcome's chance over the horizon and over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeSummary {
    /// What it is.
    #[serde(flatten)]
    pub is: OutcomeLabel,
    /// Chance by the horizon.
    pub chance: Estimate,
    /// Chance that it comes about and is over again before the horizon.
    pub over: Estimate,
    /// Mean number of weeks for which it holds, over the replicates that have it.
    pub mean_weeks: Option<f64>,
    /// Median week over all replicates: the first by which half of them have the outcome;
    /// `None` where fewer than half have it by the horizon.
    pub median_week: Option<f64>,
    /// Median week among those replicates that have the outcome by the horizon.
    pub median_week_of_those: Option<f64>,
    /// Share of the outcome's variance over replicates carried by the uncertain
    /// inputs (the rest is noise within the run); `None` where it can't be told.
    pub input_share: Option<Estimate>,
    /// The uncertain inputs that go most with the outcome, the strongest first; none that
    /// isn't told from one that does nothing.
    pub drivers: Vec<Driver>,
    /// Cumulative incidence after 0, 1, 2, ... steps (length `steps + 1`).
    pub incidence: Vec<Estimate>,
}

/// An uncertain input that goes with an outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// Its key in the scenario.
    pub input: String,
    /// Correlation with the outcome over the replicates, -1 to 1. A correlation, not a
    /// decomposition: it misses what only matters together with another input.
    pub correlation: f64,
}

/// Quantiles of one series over the replicates, at every step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fan {
    /// Key, e.g. `"threat_strength"`.
    pub key: String,
    /// The name shown to a reader, with its unit.
    pub label: String,
    /// What it is, where the name doesn't say it.
    pub about: Option<String>,
    /// Top of the fixed axis (its bottom is 0); a function of the scenario alone.
    pub axis_high: f64,
    /// The 5, 25, 50, 75 and 95 % quantiles after 0, 1, 2, ... steps.
    pub quantiles: Vec<[f64; 5]>,
}

/// Who an actor is, for labels and colours. Order is the scenario's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActorLabel {
    /// The key in the scenario file.
    pub key: String,
    /// The name shown to a reader.
    pub name: String,
    /// The name of the bloc it belongs to, if any.
    pub bloc: Option<String>,
    /// Mean power at the start, as a share of all factions' power (0 for a patron).
    pub power_start: f64,
    /// The same at the horizon.
    pub power_end: f64,
}

/// A coalition and its members, for labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoalitionLabel {
    /// The key in the scenario file.
    pub key: String,
    /// The name shown to a reader.
    pub name: String,
    /// Indices into [`Summary::factions`].
    pub members: Vec<usize>,
}

/// A patron's support of a faction at the start, 0..1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SupportLabel {
    /// Index into [`Summary::patrons`].
    pub patron: usize,
    /// Index into [`Summary::factions`].
    pub faction: usize,
    /// Support times commitment at the start.
    pub start: f64,
    /// Mean of the same at the horizon.
    pub end: f64,
}

/// Shares of the replicates in which a pair stands thus; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct PairStanding {
    /// In open conflict.
    pub conflict: f64,
    /// No open conflict, mutual rivalry weight at or above 0.5.
    pub hostile: f64,
    /// Mutual rivalry weight from 0.2 to 0.5.
    pub wary: f64,
    /// Mutual rivalry weight below 0.2.
    pub friendly: f64,
}

/// A pair of factions: how it stands, and how likely it is to fight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairSummary {
    /// Index of the first faction.
    pub a: usize,
    /// Index of the second faction, larger than `a`.
    pub b: usize,
    /// Whether the two have claims on an arena in common, so that they can fight.
    pub meets: bool,
    /// Whether the pair was in open conflict at the start.
    pub conflict_at_start: bool,
    /// Standing at the start.
    pub start: PairStanding,
    /// Standing when the threat was at its weakest.
    pub trough: PairStanding,
    /// Standing at the horizon.
    pub end: PairStanding,
    /// Chance that a (new) open conflict breaks out by the horizon.
    pub breaks_out: Estimate,
    /// Median week of the first outbreak over all replicates; `None` where fewer than half
    /// have one.
    pub median_week: Option<f64>,
    /// Median week of the first outbreak among those replicates that have one.
    pub median_week_of_those: Option<f64>,
}

/// When a watched quantity crosses its level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    /// Chance of it by the horizon.
    pub chance: Estimate,
    /// Median week over all replicates; `None` where fewer than half cross it.
    pub median_week: Option<f64>,
    /// Median week among those that do.
    pub median_week_of_those: Option<f64>,
    /// Chance of it after 0, 1, 2, ... steps.
    pub incidence: Vec<Estimate>,
}

/// A watched quantity over the replicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchSummary {
    /// Its key.
    pub key: String,
    /// The name shown to a reader.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// What it is, if it is a single variable.
    pub about: Option<String>,
    /// Bottom of the fixed axis: 0, or as far below 0 as its top is above.
    pub axis_low: f64,
    /// Top of the fixed axis; a function of the scenario alone.
    pub axis_high: f64,
    /// The 5, 25, 50, 75 and 95 % quantiles after 0, 1, 2, ... steps.
    pub quantiles: Vec<[f64; 5]>,
    /// Its level, if it is one number; the median of an uncertain one.
    pub level: Option<f64>,
    /// When it crosses its level, if it has one.
    pub crosses: Option<Crossing>,
}

/// How much of an arena a holder has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HolderShare {
    /// The key of a faction, `threat` or `nobody`.
    pub key: String,
    /// The name shown to a reader.
    pub name: String,
    /// Mean share over the replicates after 0, 1, 2, ... steps.
    pub shares: Vec<f64>,
}

/// An arena: who holds it, and how likely it is to have fallen to somebody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArenaSummary {
    /// The key in the scenario file.
    pub key: String,
    /// The name shown to a reader.
    pub name: String,
    /// Whether it is a territory; a political arena if not.
    pub territory: bool,
    /// Everybody who wants or holds a share of it, or may come to; the threat; nobody.
    pub holders: Vec<HolderShare>,
    /// Chance that its largest holder is another than at the start, at some step by the horizon.
    pub falls: Estimate,
    /// Median week of that over all replicates; `None` where it happens in fewer than half.
    pub median_week: Option<f64>,
    /// Median week among those replicates in which it happens.
    pub median_week_of_those: Option<f64>,
    /// Chance of it after 0, 1, 2, ... steps.
    pub incidence: Vec<Estimate>,
}

/// Mean rivalry weight w_ij (row i toward column j) at three moments; the
/// diagonal is 0 and is not drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RivalryMatrices {
    /// At the start.
    pub start: Vec<Vec<f64>>,
    /// When the threat was at its weakest, in each replicate.
    pub trough: Vec<Vec<f64>>,
    /// At the horizon.
    pub end: Vec<Vec<f64>>,
}

/// A cell of two outcomes: which of them hold together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointCell {
    /// Whether the first came about.
    pub first: bool,
    /// Whether the one that may follow did.
    pub then: bool,
    /// Chance of this cell.
    pub chance: Estimate,
}

/// How often an outcome was followed by another within 52 weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithinYear {
    /// Replicates in which the first comes about with a year to follow before the horizon.
    pub of: u64,
    /// The share of these in which the other follows within it; `None` if there are none.
    pub share: Option<Estimate>,
}

/// An outcome and the one that may follow it: `then` of the scenario's entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// The key of the first.
    pub first: String,
    /// The key of the one that may follow.
    pub then: String,
    /// The four cells of both.
    pub joint: Vec<JointCell>,
    /// Chance that the first comes about and the other at a later step, among all replicates.
    pub followed: Estimate,
    /// Of the replicates with a year to follow: the share in which the other comes within it.
    pub within_year: WithinYear,
}

/// How far the threat falls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trough {
    /// The 5, 25, 50, 75 and 95 % quantiles of each replicate's lowest threat strength.
    pub quantiles: [f64; 5],
    /// Chance that it falls so far that regrouping is possible (`outcomes.drop`).
    pub fallen: Estimate,
}

/// One order of outcomes, e.g. `[collapse.iraq, underground, regroup]`, and its frequency. In
/// an empty one none of those that have a place came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SequenceCount {
    /// The keys of the outcomes in order of time.
    pub order: Vec<String>,
    /// In how many replicates.
    pub count: u64,
    /// How likely it is.
    pub chance: Estimate,
}

/// What comes about at one place of the orders of outcomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SequencePlace {
    /// The place, from 0.
    pub place: usize,
    /// The key of what comes about there; `None`: nothing more by the horizon.
    pub outcome: Option<String>,
    /// Chance of it, among all replicates.
    pub chance: Estimate,
}

/// How often an event of the scenario happened, at least once, by the horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventSummary {
    /// The id in the scenario file.
    pub id: String,
    /// The name shown to a reader.
    pub name: String,
    /// The day on which it happens if it does, ISO 8601; none for a hazard, and for what is
    /// called off.
    #[serde(default)]
    pub date: Option<String>,
    /// Chance by the horizon.
    pub chance: Estimate,
}

/// Everything a batch found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of this shape.
    pub format: u32,
    /// Program version that made it.
    pub version: String,
    /// The scenario's key.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// What tells it from other runs of the scenario.
    pub identity: Identity,
    /// Name of the threat.
    pub threat: String,
    /// Root seed.
    #[serde(with = "super::seed")]
    pub seed: u64,
    /// Finished replicates.
    pub replicates: u64,
    /// Replicates asked for; more than `replicates` in a partial run.
    pub replicates_asked: u64,
    /// Draws of the uncertain inputs that these share; as many as replicates where each has
    /// its own, or nothing is uncertain.
    pub draws: u64,
    /// Where these lie, if not each by itself.
    #[serde(default, skip_serializing_if = "InputDesign::is_random")]
    pub design: InputDesign,
    /// Replicates whose state stopped being finite (not counted in any chance).
    pub failed: u64,
    /// First day, ISO 8601.
    pub start: String,
    /// Last day, ISO 8601.
    pub end: String,
    /// Weeks in a step.
    pub step_weeks: f64,
    /// Number of steps.
    pub steps: usize,
    /// Factions in the scenario's order.
    pub factions: Vec<ActorLabel>,
    /// Patrons in the scenario's order.
    pub patrons: Vec<ActorLabel>,
    /// Coalitions in the scenario's order; the first is the headline one.
    pub coalitions: Vec<CoalitionLabel>,
    /// Patron to client ties.
    pub support: Vec<SupportLabel>,
    /// Every outcome of the scenario, in its order.
    pub outcomes: Vec<OutcomeSummary>,
    /// An outcome and the one that may follow it, if the scenario names such.
    pub together: Option<Together>,
    /// How far the threat falls.
    pub trough: Trough,
    /// Fans of the recorded series.
    pub fans: Vec<Fan>,
    /// Mean rivalry weights.
    pub rivalry: RivalryMatrices,
    /// Pairs of factions, `a < b`.
    pub pairs: Vec<PairSummary>,
    /// Watched quantities in the scenario's order.
    pub watched: Vec<WatchSummary>,
    /// Arenas in the scenario's order: who holds them, and whether they have fallen.
    pub arenas: Vec<ArenaSummary>,
    /// How often each of the scenario's events happened.
    pub events: Vec<EventSummary>,
    /// Orders of outcomes, the most frequent first.
    pub sequences: Vec<SequenceCount>,
    /// What comes about first, second, and so on.
    pub sequence_places: Vec<SequencePlace>,
}
