//! PRIM, the patient rule induction method (Friedman and Fisher 1999): a box is peeled from all
//! points, a few at a time, and then pasted.
//!
//! As scenario discovery has it: a peel, or a paste, is judged by the gain in density for each
//! point that it takes away, or adds (the "lenient" objective of the EMA Workbench, whose boxes
//! these are, number by number). `docs/discovery.md` has the rules in full.

use serde::Serialize;

use super::points::{Sorted, Sum};
use super::region::{Out, Region, Side};

/// How boxes are found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rules {
    /// Share of the points in the box that a peel takes away.
    pub peel: f64,
    /// Share of the points beside the box that a paste adds.
    pub paste: f64,
    /// Least share of all points that a box has.
    pub least_mass: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            peel: 0.05,
            paste: 0.05,
            least_mass: 0.05,
        }
    }
}

/// How a box of a trajectory came from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// It is the first: all points.
    Start,
    /// By a peel.
    Peel,
    /// By a paste.
    Paste,
}

/// A box of a trajectory.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// How it came from the one before.
    pub phase: Phase,
    /// The box.
    pub region: Region,
    /// What its points come to.
    pub sum: Sum,
}

/// A box that might be the next.
struct Candidate {
    gain: f64,
    /// Inputs that it leaves free.
    free: usize,
    region: Region,
    points: usize,
}

impl Candidate {
    /// Keeps the better one: the greater gain, then the more inputs left free; of equal ones the
    /// earlier.
    fn challenge(self, best: &mut Option<Self>) {
        let is_better = best.as_ref().is_none_or(|best| {
            self.gain > best.gain || (self.gain == best.gain && self.free > best.free)
        });
        if is_better {
            *best = Some(self);
        }
    }
}

/// The gain in density for each point by which two boxes differ.
fn gain(old: &Sum, new: &Sum) -> f64 {
    let (before, after) = (old.mean(), new.mean());
    match old.points.abs_diff(new.points) {
        0 => 0.0,
        differ => (after - before) / differ as f64,
    }
}

/// A quantile that lies between two different values where there are such: of many equal ones all
/// or none are taken, and every peel takes some.
fn quantile(count: usize, at: impl Fn(usize) -> f64, share: f64) -> f64 {
    let place = (count - 1) as f64 * share;
    let (mut low, mut high) = (libm::floor(place) as usize, libm::ceil(place) as usize);
    if share > 0.5 {
        while low > 0 && at(low) == at(high) {
            low -= 1;
        }
    } else {
        while high + 1 < count && at(low) == at(high) {
            high += 1;
        }
    }
    (at(low) + at(high)) / 2.0
}

/// Peels and pastes a box from those of the points that `remain`: every box on the way, the one
/// with all of them first.
pub fn trajectory(all: &Sorted<'_>, remain: &[bool], rules: &Rules) -> Vec<Step> {
    let mut finder = Finder {
        all,
        rules,
        remain: all.each().filter(|&point| remain[point]).collect(),
        steps: Vec::new(),
    };
    if finder.remain.is_empty() {
        return Vec::new();
    }
    finder.remain.sort_unstable();
    finder.keep(Phase::Start, Region::default());
    finder.peel(remain);
    while finder.paste() {}
    finder.steps
}

struct Finder<'a> {
    all: &'a Sorted<'a>,
    rules: &'a Rules,
    remain: Vec<usize>,
    steps: Vec<Step>,
}

impl Finder<'_> {
    fn sum(&self, region: &Region) -> Sum {
        region.sum(self.all.points, self.remain.iter().copied())
    }

    fn keep(&mut self, phase: Phase, region: Region) {
        let sum = self.sum(&region);
        self.steps.push(Step { phase, region, sum });
    }

    /// The box with a limit, which is none at the end of what there is.
    fn limited(&self, region: &Region, input: usize, side: Side, at: f64) -> Region {
        let (least, most) = self.all.ends(input);
        let end = match side {
            Side::Low => least,
            Side::High => most,
        };
        region.with(input, side, (at != end).then_some(at))
    }

    fn has_mass(&self, points: usize) -> bool {
        points as f64 / self.all.len() as f64 >= self.rules.least_mass
    }

    fn peel(&mut self, remain: &[bool]) {
        let mut inside = self.all.only(|point| remain[point]);
        while let Some(last) = self.steps.last() {
            let (old, count) = (last.sum, inside.len());
            let mut best = None;
            for input in 0..inside.inputs() {
                let value = |place| inside.value(input, place);
                for side in [Side::High, Side::Low] {
                    let mut new = old;
                    let mut without = |place| {
                        new.points -= 1;
                        new.cases -= inside.case(input, place);
                    };
                    let at = match side {
                        Side::High => {
                            let at = quantile(count, value, 1.0 - self.rules.peel);
                            let away = (0..count).rev().take_while(|&k| value(k) > at);
                            away.for_each(&mut without);
                            at
                        }
                        Side::Low => {
                            let at = quantile(count, value, self.rules.peel);
                            let away = (0..count).take_while(|&k| value(k) < at);
                            away.for_each(&mut without);
                            at
                        }
                    };
                    let region = &last.region;
                    // Which is worth a copy if it may be the best.
                    let gain = gain(&old, &new);
                    if best.as_ref().is_some_and(|b: &Candidate| gain < b.gain) {
                        continue;
                    }
                    let region = self.limited(region, input, side, at);
                    let candidate = Candidate {
                        gain,
                        free: self.all.inputs() - region.restricted(),
                        region,
                        points: new.points,
                    };
                    candidate.challenge(&mut best);
                }
            }
            match best {
                Some(best)
                    if best.gain > 0.0 && best.points < count && self.has_mass(best.points) =>
                {
                    inside = inside.only(|p| best.region.holds(self.all.points, p));
                    self.keep(Phase::Peel, best.region);
                }
                _ => return,
            }
        }
    }

    /// Pastes once; whether something was pasted.
    fn paste(&mut self) -> bool {
        let Some(last) = self.steps.last() else {
            return false;
        };
        let (points, region, old) = (self.all.points, &last.region, last.sum);
        // For each restricted input the points that lie within the limits of all others.
        let mut within: Vec<Vec<usize>> = vec![Vec::new(); region.restricted()];
        for &point in &self.remain {
            match region.out_by_one(points, point) {
                Out::Inside => within.iter_mut().for_each(|w| w.push(point)),
                Out::By(place) => within[place].push(point),
                Out::Further => {}
            }
        }
        let mut best = None;
        for (limit, within) in region.limits.iter().zip(&mut within) {
            let values = &points.columns[limit.input];
            within.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
            let value = |place: usize| values[within[place]];
            let (least, most) = self.all.ends(limit.input);
            let (low, high) = (limit.low.unwrap_or(least), limit.high.unwrap_or(most));
            let below = within.partition_point(|&p| values[p] <= low);
            let above = within.partition_point(|&p| values[p] < high);
            let beside = within.len() - above;
            let ways = [(Side::Low, below, least), (Side::High, beside, most)];
            for (side, beside, end) in ways {
                let at = match side {
                    _ if beside == 0 => end,
                    Side::Low => quantile(beside, value, 1.0 - self.rules.paste),
                    Side::High => quantile(beside, |k| value(above + k), self.rules.paste),
                };
                let (from, to) = match side {
                    Side::Low => (at, high),
                    Side::High => (low, at),
                };
                let mut new = Sum::default();
                let first = within.partition_point(|&p| values[p] < from);
                let kept = within[first..].iter().take_while(|&&p| values[p] <= to);
                kept.for_each(|&p| new.add(points.cases[p]));
                let region = self.limited(region, limit.input, side, at);
                let candidate = Candidate {
                    gain: gain(&old, &new),
                    free: self.all.inputs() - region.restricted(),
                    region,
                    points: new.points,
                };
                candidate.challenge(&mut best);
            }
        }
        match best {
            Some(best)
                if best.gain > 0.0 && best.points > old.points && self.has_mass(best.points) =>
            {
                self.keep(Phase::Paste, best.region);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peeled(columns: Vec<Vec<f64>>, cases: Vec<f64>) -> Vec<Step> {
        let points = super::super::Points { columns, cases };
        let remain = vec![true; points.len()];
        trajectory(&points.sorted(), &remain, &Rules::default())
    }

    #[test]
    fn a_corner_is_found_to_the_grid() {
        // Cases are x > 0.7 and y < 0.4, of a grid of 40 x 40; a third input tells nothing.
        let grid = 40;
        let at = |k: usize| (k as f64 + 0.5) / grid as f64;
        let all: Vec<(f64, f64)> = (0..grid * grid)
            .map(|k| (at(k % grid), at(k / grid)))
            .collect();
        let columns = vec![
            all.iter().map(|p| p.0).collect(),
            all.iter().map(|p| p.1).collect(),
            (0..grid * grid).map(|k| at(k * 7 % 31)).collect(),
        ];
        let cases = all
            .iter()
            .map(|p| f64::from(u8::from(p.0 > 0.7 && p.1 < 0.4)))
            .collect();
        let steps = peeled(columns, cases);
        let best = steps.last().expect("a box");
        assert_eq!(best.sum.cases, best.sum.points as f64, "nothing else in it");
        assert_eq!(best.region.restricted(), 2);
        // A peel takes 5 %, so it may take a column too much, no more.
        assert!(best.sum.points >= 11 * 15, "{best:?}");
        assert!(steps.windows(2).all(|w| w[1].sum.mean() > w[0].sum.mean()));
    }

    #[test]
    fn equal_values_are_peeled_together() {
        let steps = peeled(
            vec![(0..100).map(|k| f64::from(k % 2)).collect()],
            (0..100).map(|k| f64::from(k % 2)).collect(),
        );
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[1].region.limit(0, Side::Low), Some(0.5));
        assert_eq!(steps[1].sum.points, 50);
    }

    #[test]
    fn nothing_is_peeled_where_nothing_varies() {
        let column: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(peeled(vec![column.clone()], vec![1.0; 100]).len(), 1);
        assert_eq!(peeled(vec![vec![2.0; 100]], column).len(), 1);
    }
}
