//! Which box of a trajectory is taken, without anybody looking at it; and how often it would be
//! the same one.

use rand::Rng;

use super::points::{Points, Sorted, Sum};
use super::prim::{Rules, Step, trajectory};
use super::quasi::quasi_p;
use super::region::{Region, Side};
use crate::experiment::sensitivity::design::rng;

/// What a box is chosen by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// How boxes are found.
    pub rules: Rules,
    /// The least density: the largest box that has it. Without it, the box in which coverage is
    /// furthest above mass.
    pub density: Option<f64>,
    /// The largest quasi-p value of a limit that is kept, for a single one that was looked at.
    pub quasi_p: f64,
}

/// A box with what it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Every box on the way.
    pub steps: Vec<Step>,
    /// Which of them was taken.
    pub step: usize,
    /// The same without limits that can't be told from chance.
    pub region: Region,
    /// What its points come to.
    pub sum: Sum,
}

impl Choice {
    /// The largest quasi-p value of a limit that is kept, where it is the best of two for each of
    /// so many inputs.
    pub fn quasi_p_of(&self, inputs: usize) -> f64 {
        self.quasi_p / (2 * inputs.max(1)) as f64
    }

    /// Finds a box among the points that remain; `None` where none is worth it.
    pub fn find(&self, all: &Sorted<'_>, remain: &[bool]) -> Option<Chosen> {
        let steps = trajectory(all, remain, &self.rules);
        let step = self.step(all, &steps)?;
        let remaining: Vec<usize> = all.each().filter(|&point| remain[point]).collect();
        let limit = self.quasi_p_of(all.inputs());
        let region = told_from_chance(all.points, &remaining, &steps[step].region, limit);
        let sum = region.sum(all.points, remaining.iter().copied());
        Some(Chosen {
            steps,
            step,
            region,
            sum,
        })
    }

    fn step(&self, all: &Sorted<'_>, steps: &[Step]) -> Option<usize> {
        let whole = all.sum();
        let score = |step: &Step| match self.density {
            Some(least) if step.sum.mean() < least => None,
            Some(_) => Some(step.sum.cases),
            None => {
                let mass = step.sum.points as f64 / whole.points as f64;
                Some(step.sum.cases / whole.cases.max(f64::MIN_POSITIVE) - mass)
            }
        };
        let scored = steps.iter().enumerate();
        let best = scored.fold(None, |best: Option<(usize, f64)>, (k, step)| {
            match (best, score(step)) {
                (Some(best), Some(score)) if score <= best.1 => Some(best),
                (best, None) => best,
                (_, Some(score)) => Some((k, score)),
            }
        });
        best.map(|(k, _)| k)
    }
}

/// The box without the limits whose quasi-p value is above this, the least telling first.
fn told_from_chance(points: &Points, remaining: &[usize], region: &Region, most: f64) -> Region {
    let mut region = region.clone();
    loop {
        let values = quasi_p_values(points, remaining, &region);
        let worst = values
            .iter()
            .fold(None, |worst: Option<&Limited>, limit| match worst {
                Some(worst) if worst.quasi_p >= limit.quasi_p => Some(worst),
                _ => Some(limit),
            });
        match worst {
            Some(worst) if worst.quasi_p > most => {
                region = region.with(worst.input, worst.side, None);
            }
            _ => return region,
        }
    }
}

/// A limit of a box with its quasi-p value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limited {
    /// The input.
    pub input: usize,
    /// The side.
    pub side: Side,
    /// The limit.
    pub at: f64,
    /// How likely its gain is by chance.
    pub quasi_p: f64,
}

/// The quasi-p value of each limit of a box.
pub fn quasi_p_values(points: &Points, among: &[usize], region: &Region) -> Vec<Limited> {
    let inside = region.sum(points, among.iter().copied());
    let of = |(input, side, at)| {
        let relaxed = region.with(input, side, None);
        let relaxed = relaxed.sum(points, among.iter().copied());
        Limited {
            input,
            side,
            at,
            quasi_p: quasi_p(&inside, &relaxed),
        }
    };
    region.sides().map(of).collect()
}

/// The boxes that are found on random halves of the points: with another half of the world's
/// chances, would it be the same one? Halves, not samples with replacement: a point that is there
/// twice looks like evidence twice.
pub fn on_halves(all: &Sorted<'_>, choice: &Choice, count: usize, seed: u64) -> Vec<Region> {
    let mut rng = rng(seed, "halves");
    let points: Vec<usize> = {
        let mut points: Vec<usize> = all.each().collect();
        points.sort_unstable();
        points
    };
    let halves: Vec<Vec<bool>> = (0..count)
        .map(|_| {
            let mut order = points.clone();
            let half = order.len() / 2;
            for k in 0..half {
                let other = k + (rng.next_u64() % (order.len() - k) as u64) as usize;
                order.swap(k, other);
            }
            let mut is_in = vec![false; all.points.len()];
            order[..half].iter().for_each(|&point| is_in[point] = true);
            is_in
        })
        .collect();
    crate::parallel::map(count, |k| {
        let half = all.only(|point| halves[k][point]);
        let found = choice.find(&half, &halves[k]);
        found.map_or_else(Region::default, |chosen| chosen.region)
    })
}
