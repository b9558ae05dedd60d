//! Warnings that teach: what is so, why it matters, what to try.

use std::fmt;

use crate::engine::{OutcomeKind, Summary};
use crate::model::Series;
use crate::scenario::Scenario;

/// Half the width of an interval above which it is worth asking for more replicates.
const WIDE: f64 = 0.02;

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
    /// The threat never falls far enough for regrouping to be possible.
    NoTrough {
        /// The median of the lowest strength it reaches.
        lowest: f64,
    },
    /// Numbers that the scenario's files give without a source.
    Unsourced {
        /// How many.
        count: usize,
        /// The first few.
        first: Vec<String>,
    },
    /// No number is uncertain.
    NothingUncertain,
    /// Replicates whose state stopped being finite.
    Failed {
        /// How many.
        count: u64,
    },
}

/// What should be said of a run.
pub fn warnings(scenario: &Scenario, summary: &Summary) -> Vec<Warning> {
    let mut list = Vec::new();
    if summary.failed > 0 {
        list.push(Warning::Failed {
            count: summary.failed,
        });
    }
    let headline = summary
        .outcomes
        .iter()
        .filter(|o| o.kind != OutcomeKind::Stalemate);
    let half_width = headline
        .map(|o| (o.chance.high - o.chance.low) / 2.0)
        .fold(0.0, f64::max);
    if half_width > WIDE {
        let ratio = half_width / WIDE;
        let wanted = (summary.replicates as f64 * ratio * ratio / 100.0).ceil() as u64 * 100;
        list.push(Warning::TooFewReplicates { half_width, wanted });
    }
    if let Some(fan) = summary
        .fans
        .iter()
        .find(|f| f.key == Series::ThreatStrength.key())
    {
        let drop = scenario.number(scenario.mechanisms.outcomes.drop).central();
        let lowest = fan
            .quantiles
            .iter()
            .map(|q| q[2])
            .fold(f64::INFINITY, f64::min);
        if lowest > 1.0 - drop {
            list.push(Warning::NoTrough { lowest });
        }
    }
    let unsourced: Vec<&str> = scenario
        .numbers
        .iter()
        .filter(|n| n.given && n.source.is_none() && !scenario.is_set(n))
        .map(|n| n.path.as_str())
        .collect();
    if !unsourced.is_empty() {
        list.push(Warning::Unsourced {
            count: unsourced.len(),
            first: unsourced.iter().take(3).map(|p| (*p).to_owned()).collect(),
        });
    }
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
            Self::NoTrough { lowest } => write!(
                f,
                "in half of the histories the threat never falls below {lowest:.2} of its start, so it can't regroup; see outcomes.drop"
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
            Self::Failed { count } => write!(
                f,
                "{count} replicates stopped being finite and are left out of every chance; manifest.json lists them"
            ),
        }
    }
}
