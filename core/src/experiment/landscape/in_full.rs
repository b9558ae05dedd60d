//! A landscape in full: every stable alignment with its basin and what it is to each actor,
//! the statistics of the signs, and the dynamics of the ties.

use serde::Serialize;

use super::given::Given;
use super::{Dynamics, Landscape, Sides, SignedNetwork, Weighed};

/// Most stable alignments that are told, the deepest first.
const MOST_MINIMA: usize = 1000;

/// The landscape at one strength of the threat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InFull {
    /// Strength of the threat, relative to the start.
    pub strength: f64,
    /// Its size there, where it is one of the actors.
    pub threat_size: Option<f64>,
    /// How many alignments are stable; no more than 1,000 follow.
    pub stable: usize,
    /// The stable alignments, the deepest first.
    pub minima: Vec<Minimum>,
    /// Statistics of the signs.
    pub network: SignedNetwork,
    /// The dynamics of the ties.
    pub dynamics: Dynamics,
}

/// A stable alignment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Minimum {
    /// Side of each actor, 0 or 1; the last one's is 0.
    pub sides: Vec<u8>,
    /// Its energy.
    pub energy: f64,
    /// How many alignments lead to it, itself included.
    pub basin: u64,
    /// The same as a share of all alignments.
    pub basin_share: f64,
    /// Frustration of each actor.
    pub frustration: Vec<f64>,
    /// By how much each actor would raise its frustration by changing sides.
    pub margin: Vec<f64>,
    /// The strength of the threat below which each would leave, all others staying; none:
    /// it stays without the threat.
    pub threshold: Vec<Option<f64>>,
    /// The same as a size, where the threat is one of the actors.
    pub threshold_size: Vec<Option<f64>>,
}

/// How the strength at which somebody leaves is found.
pub(super) enum Threshold<'a> {
    /// Worked out, where the threat is the actor of this number and has this size in full.
    Exact(usize, f64),
    /// The first of these strengths, with their landscapes, at which leaving is a gain.
    First(&'a [f64], &'a [Landscape]),
}

impl Threshold<'_> {
    /// Strength and size.
    fn of(&self, landscape: &Landscape, actor: usize, sides: Sides) -> (Option<f64>, Option<f64>) {
        match self {
            Self::Exact(threat, full) => {
                let size = landscape.threshold(actor, *threat, sides);
                (size.map(|size| size / full), size)
            }
            Self::First(strengths, landscapes) => {
                let mut below = strengths.iter().zip(*landscapes);
                let leaves = below.find(|(_, landscape)| landscape.gain(actor, sides) > 0.0);
                (leaves.map(|(strength, _)| *strength), None)
            }
        }
    }
}

/// One bit an actor as one number an actor.
pub(super) fn listed(actors: usize, sides: Sides) -> Vec<u8> {
    (0..actors).map(|i| (sides >> i & 1) as u8).collect()
}

impl InFull {
    /// At a strength of the threat, and its size there.
    pub(super) fn of(
        (strength, threat_size): (f64, Option<f64>),
        given: &Given,
        landscape: &Landscape,
        weighed: &Weighed,
        threshold: &Threshold<'_>,
        times: &[f64],
    ) -> Self {
        let told = &weighed.stable[..weighed.stable.len().min(MOST_MINIMA)];
        let basins = landscape.basins(told);
        let minima = told.iter().zip(basins).map(|(&(sides, energy), basin)| {
            let each = |of: &dyn Fn(usize) -> f64| (0..landscape.actors).map(of).collect();
            let thresholds = (0..landscape.actors).map(|i| threshold.of(landscape, i, sides));
            let (strengths, sizes) = thresholds.unzip();
            Minimum {
                sides: listed(landscape.actors, sides),
                energy,
                basin,
                basin_share: basin as f64 / weighed.alignments as f64,
                frustration: each(&|i| landscape.frustration(i, sides)),
                margin: each(&|i| 0.0 - landscape.gain(i, sides)),
                threshold: strengths,
                threshold_size: sizes,
            }
        });
        Self {
            strength,
            threat_size,
            stable: weighed.stable.len(),
            minima: minima.collect(),
            network: SignedNetwork::of(landscape),
            dynamics: Dynamics::of(&given.propensity, times),
        }
    }
}
