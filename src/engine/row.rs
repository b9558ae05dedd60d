//! One replicate's line in the table.

use serde::{Deserialize, Serialize};

use crate::model::{Outcomes, Part, Record, Series, State};

/// A replicate whose state stopped being finite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its index.
    pub replicate: u64,
    /// The step at whose end it was noticed; 0 is the start.
    pub step: u32,
    /// The part of the state that was not finite.
    pub part: String,
}

/// What is kept of one replicate. Steps count from 1; `None`: it did not happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of the replicate, from 0.
    pub replicate: u64,
    /// Index of the draw of the uncertain inputs that it shares.
    pub draw: u64,
    /// Why it does not count, if it does not.
    pub failed: Option<Failure>,
    /// Step of regrouping.
    pub regroup: Option<u32>,
    /// Step of defeat.
    pub defeat: Option<u32>,
    /// Step of having been driven underground.
    pub underground: Option<u32>,
    /// Step of expansion.
    pub expansion: Option<u32>,
    /// Step of each coalition's collapse.
    pub collapse: Vec<Option<u32>>,
    /// Step of the first new open conflict of each pair of factions.
    pub breaks_out: Vec<Option<u32>>,
    /// Step in which each event happened for the first time.
    pub events: Vec<Option<u32>>,
    /// Lowest threat strength.
    pub trough: f32,
    /// The first step at whose end it was that low; 0: the start.
    pub trough_step: u32,
    /// Threat strength at the horizon.
    pub final_strength: f32,
    /// Cohesion of the first coalition at the horizon.
    pub final_cohesion: f32,
    /// Mean of the same over all steps.
    pub mean_cohesion: f32,
    /// The uncertain inputs, in the scenario's order.
    pub inputs: Vec<f64>,
}

impl Row {
    /// Whether nothing that counts has happened.
    pub fn is_stalemate(&self) -> bool {
        self.regroup.is_none()
            && self.defeat.is_none()
            && self.underground.is_none()
            && self.expansion.is_none()
            && self.collapse.first().is_none_or(Option::is_none)
    }
}

/// A group of replicates that ran to the horizon.
#[derive(Debug, Clone, Copy)]
pub struct Ran<'a, const N: usize> {
    /// What was recorded.
    pub record: &'a Record<N>,
    /// The state at the horizon.
    pub state: &'a State<N>,
    /// What became of it.
    pub outcomes: &'a Outcomes<N>,
}

impl<const N: usize> Ran<'_, N> {
    /// The line of the replicate in a lane.
    pub fn row(&self, lane: usize, replicate: u64, draw: u64, inputs: Vec<f64>) -> Row {
        let Self {
            record,
            state,
            outcomes,
        } = self;
        let failed = record.failed_part.lane(lane) as usize;
        let step = |x: f32| (x > 0.0).then_some(x as u32);
        let cohesion = &record.series[Series::Cohesion];
        let sum: f64 = cohesion.iter().map(|c| f64::from(c.lane(lane))).sum();
        Row {
            replicate,
            draw,
            failed: Part::numbered(failed).map(|part| Failure {
                replicate,
                step: record.failed_step.lane(lane) as u32,
                part: part.words().to_owned(),
            }),
            regroup: step(outcomes.threat.regroup.step.lane(lane)),
            defeat: step(outcomes.threat.defeat.step.lane(lane)),
            underground: step(outcomes.threat.underground.step.lane(lane)),
            expansion: step(outcomes.threat.expansion.step.lane(lane)),
            collapse: outcomes
                .coalitions
                .iter()
                .map(|c| step(c.collapse.lane(lane)))
                .collect(),
            breaks_out: outcomes
                .breaks_out
                .iter()
                .map(|s| step(s.lane(lane)))
                .collect(),
            events: state
                .first_happened
                .iter()
                .map(|s| step(s.lane(lane)))
                .collect(),
            trough: outcomes.trough.lane(lane),
            trough_step: record.trough_step.lane(lane) as u32,
            final_strength: state.strength.lane(lane),
            final_cohesion: cohesion.last().map_or(0.0, |c| c.lane(lane)),
            mean_cohesion: (sum / cohesion.len() as f64) as f32,
            inputs,
        }
    }
}
