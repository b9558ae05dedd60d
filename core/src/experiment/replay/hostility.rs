//! What the hostility of a pair is made of, through a history.

use crate::model::observe::Moment;
use crate::model::{Params, Plan, TERMS, Term};

/// A number for each term, in the order of [`TERMS`].
pub type Terms = [f64; TERMS.len()];

/// The hostility of every pair, split into terms. Hostility follows the sum of its terms with a
/// lag, and a sum that lags is the sum of terms that lag; so the split is exact at every moment.
#[derive(Debug, Clone)]
pub struct Hostility {
    parts: Vec<Terms>,
}

impl Hostility {
    /// The split at the start. What the rounds of settling left beyond the terms comes of
    /// balance, the one term that moved while they went on.
    pub fn start(plan: &Plan, moment: &Moment<'_>) -> Self {
        let f = plan.factions;
        let mut parts = vec![[0.0; TERMS.len()]; f * f];
        for cell in pairs(f) {
            parts[cell] = moment.targets[cell].terms();
            let sum: f64 = parts[cell].iter().sum();
            let hostility = f64::from(moment.after.hostility[cell].lane(0));
            parts[cell][Term::Balance as usize] += hostility - sum;
        }
        Self { parts }
    }

    /// Follows one step.
    pub fn follow(&mut self, plan: &Plan, p: &Params<1>, moment: &Moment<'_>) {
        let f = plan.factions;
        let rate = f64::from(p.hostility_rate.lane(0));
        for cell in pairs(f) {
            let target = moment.targets[cell].terms();
            for (part, target) in self.parts[cell].iter_mut().zip(target) {
                *part += rate * (target - *part);
            }
        }
        for (pair, noise) in plan.pairs.iter().zip(moment.incidents) {
            for cell in [pair.a * f + pair.b, pair.b * f + pair.a] {
                self.parts[cell][Term::Incidents as usize] += f64::from(*noise);
            }
        }
    }

    /// The terms of a faction's hostility toward another: `i * factions + j`.
    pub fn of(&self, cell: usize) -> &Terms {
        &self.parts[cell]
    }
}

/// The cells of all pairs (i, j).
fn pairs(f: usize) -> impl Iterator<Item = usize> {
    (0..f * f).filter(move |cell| cell / f != cell % f)
}
