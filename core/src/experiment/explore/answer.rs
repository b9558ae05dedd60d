//! What is shown of a growing run, and of its differences to another.

use serde::Serialize;

use crate::engine::{
    ActorLabel, ArenaSummary, CoalitionLabel, Estimate, EventSummary, OutcomeLabel, OutcomeSummary,
    PairSummary, SupportLabel, half_width,
};
use crate::scenario::Identity;

use super::super::compare::compare_knowing;
use super::super::comparison::{Difference, Pairing};
use super::super::differences::{Differs, differences};
use super::Growing;

/// What a run has come to so far: the part of its summary that is shown.
#[derive(Debug, Serialize)]
pub struct Answer<'a> {
    /// The scenario's title.
    pub title: &'a str,
    /// What tells it from other runs.
    pub identity: &'a Identity,
    /// First day, ISO 8601.
    pub start: &'a str,
    /// Last day, ISO 8601.
    pub end: &'a str,
    /// Weeks in a step.
    pub step_weeks: f64,
    /// Number of steps.
    pub steps: usize,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// Replicates so far, without those that failed.
    pub replicates: u64,
    /// Replicates that stopped being finite.
    pub failed: u64,
    /// Replicates of the whole run.
    pub asked: u64,
    /// Whether all of them share one draw of the inputs, so that nothing has an interval.
    pub one_draw: bool,
    /// Half the width of the widest interval among the headline chances.
    pub half_width: f64,
    /// The headline outcomes.
    pub outcomes: Vec<&'a OutcomeSummary>,
    /// Arenas.
    pub arenas: &'a [ArenaSummary],
    /// Pairs of factions.
    pub pairs: &'a [PairSummary],
    /// Factions.
    pub factions: &'a [ActorLabel],
    /// Patrons.
    pub patrons: &'a [ActorLabel],
    /// Their ties.
    pub support: &'a [SupportLabel],
    /// Coalitions.
    pub coalitions: &'a [CoalitionLabel],
    /// Events.
    pub events: &'a [EventSummary],
    /// Beside another run, if it was set beside one.
    pub against: Option<Against>,
}

/// The same replicates of two runs beside each other.
#[derive(Debug, Serialize)]
pub struct Against {
    /// How they are compared.
    pub pairing: Pairing,
    /// Replicates that both have.
    pub used: u64,
    /// Whether no replicate has changed.
    pub same: bool,
    /// Each outcome of either.
    pub outcomes: Vec<OutcomeAgainst>,
    /// The difference of mean cohesion.
    pub cohesion: Option<Estimate>,
    /// In what the scenario differs.
    pub differs: Differs,
}

/// An outcome in two runs.
#[derive(Debug, Serialize)]
pub struct OutcomeAgainst {
    /// Which outcome.
    #[serde(flatten)]
    pub is: OutcomeLabel,
    /// The difference; none where one of them has no such outcome.
    pub difference: Option<Difference>,
    /// Whether the difference at the horizon is more than noise.
    pub clear: bool,
}

impl Growing {
    /// What is shown of it, beside `first`, which is to be that of [`Growing::beside`].
    pub fn answer(&self, first: Option<&Self>) -> Answer<'_> {
        let summary = self.summary();
        Answer {
            title: &summary.title,
            identity: &summary.identity,
            start: &summary.start,
            end: &summary.end,
            step_weeks: summary.step_weeks,
            steps: summary.steps,
            seed: summary.seed,
            replicates: summary.replicates,
            failed: summary.failed,
            asked: summary.replicates_asked,
            one_draw: summary.is_one_draw(),
            half_width: half_width(summary),
            outcomes: summary.headline().collect(),
            arenas: &summary.arenas,
            pairs: &summary.pairs,
            factions: &summary.factions,
            patrons: &summary.patrons,
            support: &summary.support,
            coalitions: &summary.coalitions,
            events: &summary.events,
            against: first.map(|first| against(first, self)),
        }
    }
}

fn against(first: &Growing, this: &Growing) -> Against {
    let found = || differences(&first.run.scenario, &this.run.scenario);
    let differs = vec![
        Differs::default(),
        this.differs.clone().unwrap_or_else(found),
    ];
    let mut found = compare_knowing(&[&first.run, &this.run], differs, false);
    let outcomes = found.outcomes.into_iter().map(|outcome| {
        let own = outcome.runs.into_iter().nth(1).flatten();
        let difference = own.and_then(|own| own.difference);
        let horizon = difference.as_ref().map(|d| d.horizon);
        OutcomeAgainst {
            is: outcome.is,
            // An interval with nothing but one side of 0 in it.
            clear: horizon.is_some_and(|e| !(e.low..=e.high).contains(&0.0)),
            difference,
        }
    });
    let outcomes = outcomes.collect();
    let cohesion = found.cohesion.runs.pop().and_then(|mean| mean.difference);
    let run = found.runs.swap_remove(1);
    Against {
        outcomes,
        cohesion,
        pairing: run.pairing,
        used: run.used,
        same: run.same_results == Some(true),
        differs: run.differs,
    }
}
