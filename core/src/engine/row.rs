//! One replicate's line in the table.

use serde::{Deserialize, Serialize};

use crate::model::{Outcomes, Part, Plan, Record, Series, State};

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
    /// How each of the scenario's outcomes came about.
    pub outcomes: Vec<Came>,
    /// Step of the first new open conflict of each pair of factions.
    pub breaks_out: Vec<Option<u32>>,
    /// Step at which the largest holder of each arena was first another than at the start.
    pub falls: Vec<Option<u32>>,
    /// Step in which each event happened for the first time.
    pub events: Vec<Option<u32>>,
    /// Lowest threat strength, before the outcome that ends the trough if it came about.
    pub trough: f32,
    /// The first step at whose end it was that low; 0: the start.
    pub trough_step: u32,
    /// Threat strength at the horizon.
    pub final_strength: f32,
    /// Cohesion of the first coalition at the horizon.
    pub final_cohesion: f32,
    /// Mean of the same over all steps.
    pub mean_cohesion: f32,
    /// Watched quantities, in the scenario's order.
    pub watched: Vec<Seen>,
    /// The same at every step, by quantity, if asked for; else empty.
    pub series: Vec<Vec<f32>>,
    /// The uncertain inputs, in the scenario's order.
    pub inputs: Vec<f64>,
}

/// What is kept of a watched quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// At the horizon.
    pub last: f32,
    /// The least at any step.
    pub least: f32,
    /// The greatest at any step.
    pub most: f32,
    /// The step at which it first crossed its level.
    pub crossed: Option<u32>,
}

/// How an outcome came about, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    /// The step at whose end it first did; for what is known at the horizon only, the last.
    pub first: Option<u32>,
    /// The step at whose end it first was over again.
    pub end: Option<u32>,
    /// In how many steps it held.
    pub steps: u32,
}

/// A group of replicates that ran to the horizon.
#[derive(Debug, Clone, Copy)]
pub struct Ran<'a, const N: usize> {
    /// The structure of the scenario.
    pub plan: &'a Plan,
    /// What was recorded.
    pub record: &'a Record<N>,
    /// The state at the horizon.
    pub state: &'a State<N>,
    /// What became of it.
    pub outcomes: &'a Outcomes<N>,
}

impl<const N: usize> Ran<'_, N> {
    /// How the outcomes came about in a lane.
    fn came(&self, lane: usize) -> Vec<Came> {
        let Self { plan, outcomes, .. } = self;
        let mut came: Vec<Came> = outcomes
            .courses
            .iter()
            .map(|course| Came {
                first: step(course.first.lane(lane)),
                end: step(course.end.lane(lane)),
                steps: course.steps.lane(lane) as u32,
            })
            .collect();
        let mut counting = plan.outcomes.iter().zip(&came);
        if !counting.any(|(outcome, came)| outcome.counts && came.first.is_some()) {
            for (outcome, came) in plan.outcomes.iter().zip(&mut came) {
                if outcome.is_otherwise() {
                    came.first = Some(plan.steps as u32);
                }
            }
        }
        came
    }

    /// The line of the replicate in a lane.
    pub fn row(
        &self,
        lane: usize,
        replicate: u64,
        draw: u64,
        inputs: Vec<f64>,
        with_series: bool,
    ) -> Row {
        let Self {
            record,
            state,
            outcomes,
            ..
        } = self;
        let failed = record.failed_part.lane(lane) as usize;
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
            outcomes: match failed {
                0 => self.came(lane),
                _ => vec![Came::default(); outcomes.courses.len()],
            },
            breaks_out: outcomes
                .breaks_out
                .iter()
                .map(|s| step(s.lane(lane)))
                .collect(),
            falls: outcomes.falls.iter().map(|s| step(s.lane(lane))).collect(),
            events: state
                .first_happened
                .iter()
                .map(|s| step(s.lane(lane)))
                .collect(),
            trough: record.trough.lane(lane),
            trough_step: record.trough_step.lane(lane) as u32,
            final_strength: state.strength.lane(lane),
            final_cohesion: cohesion.last().map_or(0.0, |c| c.lane(lane)),
            mean_cohesion: (sum / cohesion.len() as f64) as f32,
            watched: outcomes
                .watched
                .iter()
                .map(|watched| match failed {
                    0 => Seen {
                        last: watched.now.lane(lane),
                        least: watched.least.lane(lane),
                        most: watched.most.lane(lane),
                        crossed: step(watched.crossed.lane(lane)),
                    },
                    _ => Seen::OF_NO_HISTORY,
                })
                .collect(),
            series: match with_series {
                true => record
                    .watched
                    .iter()
                    .map(|values| values.iter().map(|value| value.lane(lane)).collect())
                    .collect(),
                false => Vec::new(),
            },
            inputs,
        }
    }
}

impl Seen {
    /// Of a replicate that failed.
    const OF_NO_HISTORY: Self = Self {
        last: f32::NAN,
        least: f32::NAN,
        most: f32::NAN,
        crossed: None,
    };
}

/// A step as it is kept in a lane, where 0 means none.
fn step(kept: f32) -> Option<u32> {
    (kept > 0.0).then_some(kept as u32)
}
