//! Warnings that teach: what is so, why it matters, what to try.

use std::fmt;

use crate::engine::Summary;
use crate::experiment::replay::percent;
use crate::experiment::strict::{LongSteps, long_steps};
use crate::report::figures::letters::{self, Lacking};
use crate::scenario::Scenario;

/// Half the width of an interval above which it is worth asking for more replicates.
const WIDE: f64 = 0.02;

/// The square of half an interval's width, for one independent replicate and a chance of a half.
const WORST_CASE: f64 = 1.96 * 1.96 / 4.0;

/// Something a reader of the results should know.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// The widest interval of a headline chance is wide.
    TooFewReplicates {
        /// Half its width.
        half_width: f64,
        /// How many replicates would bring it below 0.02.
        wanted: u64,
    },
    /// All replicates share one draw of the uncertain inputs.
    OneDraw {
        /// How many replicates.
        replicates: u64,
    },
    /// In most replicates the threat never falls far enough for regrouping to be possible.
    NoTrough {
        /// Share of the replicates in which it doesn't.
        share: f64,
        /// The median of its lowest strength.
        lowest: f64,
    },
    /// Numbers that the scenario's files give without a source.
    Unsourced {
        /// How many.
        count: usize,
        /// The first few.
        first: Vec<String>,
    },
    /// Steps are longer than what happens in them takes.
    LongSteps(LongSteps),
    /// No number is uncertain.
    NothingUncertain,
    /// Letters that the pictures have no shapes for.
    Letters(Lacking),
    /// Replicates whose state stopped being finite.
    Failed {
        /// How many.
        count: u64,
    },
}

/// Why there is no interval where all replicates share one draw of the inputs.
pub fn one_draw(replicates: u64) -> String {
    format!(
        "all {replicates} replicates share one draw of the uncertain inputs, which says nothing of other draws: no interval; lower run.replicates_per_draw, or ask for more --replicates"
    )
}

/// What should be said of a run.
pub fn warnings(scenario: &Scenario, summary: &Summary) -> Vec<Warning> {
    let mut list = Vec::new();
    if summary.failed > 0 {
        list.push(Warning::Failed {
            count: summary.failed,
        });
    }
    list.extend(long_steps(scenario).map(Warning::LongSteps));
    let half_width = summary
        .headline()
        .filter(|o| o.dated)
        .map(|o| (o.chance.high - o.chance.low) / 2.0)
        .fold(0.0, f64::max);
    if summary.is_one_draw() {
        list.push(Warning::OneDraw {
            replicates: summary.replicates,
        });
    } else if half_width > WIDE {
        // Of few replicates the interval is no guide to how it shrinks; a chance near one half
        // takes the most.
        let most = WORST_CASE / (WIDE * WIDE);
        let ratio = half_width / WIDE;
        let wanted = (summary.replicates as f64 * ratio * ratio).max(match summary.replicates {
            0..100 => most,
            _ => 0.0,
        });
        let wanted = (wanted / 100.0).ceil() as u64 * 100;
        list.push(Warning::TooFewReplicates { half_width, wanted });
    }
    let fallen = summary.trough.fallen.value;
    if fallen < 0.5 {
        list.push(Warning::NoTrough {
            share: 1.0 - fallen,
            lowest: summary.trough.quantiles[2],
        });
    }
    let unsourced: Vec<&str> = scenario
        .numbers
        .iter()
        .filter(|n| n.is_claim() && n.source.is_none() && !scenario.is_set(n))
        .map(|n| n.path.as_str())
        .collect();
    if !unsourced.is_empty() {
        list.push(Warning::Unsourced {
            count: unsourced.len(),
            first: unsourced.iter().take(3).map(|p| (*p).to_owned()).collect(),
        });
    }
    list.extend(letters::lacking(letters::names(scenario)).map(Warning::Letters));
    if scenario.uncertain().next().is_none() {
        list.push(Warning::NothingUncertain);
    }
    list
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewReplicates { half_width, wanted } => write!(
                f,
                "the widest interval is ±{half_width:.3}; --replicates {wanted} would bring it to about ±{WIDE}"
            ),
            Self::OneDraw { replicates } => f.write_str(&one_draw(*replicates)),
            Self::LongSteps(LongSteps {
                weeks,
                key,
                quickest,
            }) => write!(
                f,
                "steps of {weeks} weeks are longer than what happens in them takes ({quickest:.1} weeks by {key}), and chances come out otherwise than with steps of a week; lower time.step_weeks"
            ),
            Self::NoTrough { share, lowest } => write!(
                f,
                "in {} of the histories the threat never falls far enough to regroup (outcomes.drop); the median of its lowest strength is {lowest:.2} of its start",
                percent(*share)
            ),
            Self::Unsourced { count, first } => write!(
                f,
                "{count} given numbers name no source ({}{}); add source = \"...\" or \"judgement\"",
                first.join(", "),
                if *count > first.len() { ", ..." } else { "" }
            ),
            Self::NothingUncertain => write!(
                f,
                "no number is uncertain, so the intervals hold only if every input is exactly right; try {{ dist = \"triangular\", ... }}"
            ),
            Self::Letters(lacking) => write!(f, "{lacking}"),
            Self::Failed { count } => write!(
                f,
                "{count} replicates stopped being finite and are left out of every chance; manifest.json lists them"
            ),
        }
    }
}
