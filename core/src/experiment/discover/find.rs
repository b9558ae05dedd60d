//! From points to boxes, a tree, and what is to be said of them.

use super::cart::{Growth, Tree, supported};
use super::cases::{Cases, Spread};
use super::choose::{Choice, Chosen, on_halves, quasi_p_values};
use super::counts::Counted;
use super::points::{Points, Sorted, Sum};
use super::prim::Step;
use super::region::{Region, Side};
use super::{
    Checked, Discovery, FoundBox, Learned, Limit, Limits, OnTheWay, Source, Steadiness, Target,
    TreeNode, TreeSplit, is_held_out,
};
use crate::engine::{DrawTally, Estimate};
use crate::experiment::sensitivity::Number;
use crate::numeric::special::student_t_quantile;
use crate::scenario::Scenario;

/// What is asked of points.
#[derive(Debug, Clone)]
pub struct Question {
    /// What a case of interest is.
    pub cases: Cases,
    /// How boxes are found and chosen.
    pub choice: Choice,
    /// Most boxes.
    pub boxes: usize,
    /// Random halves on which the first box is found again.
    pub halves: usize,
    /// Most splits above a leaf of the tree.
    pub depth: usize,
    /// Root seed.
    pub seed: u64,
}

/// Points on one side of the split between learned and held out.
struct Part<'a> {
    counted: Vec<&'a Counted>,
    points: Points,
}

impl<'a> Part<'a> {
    fn new(all: &'a [Counted], cases: &Cases, held_out: bool) -> Self {
        let own = all.iter().enumerate();
        let own = own.filter(|(k, point)| is_held_out(*k) == held_out && point.counted > 0);
        let counted: Vec<&Counted> = own.map(|(_, point)| point).collect();
        let inputs = all.first().map_or(0, |point| point.values.len());
        let column = |input: usize| counted.iter().map(|p| p.values[input]).collect();
        Self {
            points: Points {
                columns: (0..inputs).map(column).collect(),
                cases: counted.iter().map(|point| cases.of(point)).collect(),
            },
            counted,
        }
    }

    /// A tally to which points are added as draws.
    fn density(&self, cases: &Cases, among: impl Iterator<Item = usize>) -> DrawTally {
        let mut tally = DrawTally::default();
        for point in among {
            match cases.threshold {
                None => tally.add(
                    cases.count(self.counted[point]),
                    self.counted[point].counted,
                ),
                Some(_) => tally.add(u64::from(self.points.cases[point] > 0.5), 1),
            }
        }
        tally
    }

    /// What is known of a region without having looked for it here.
    fn check(&self, cases: &Cases, is_in: impl Fn(usize) -> bool) -> Option<Checked> {
        let inside: Vec<usize> = (0..self.points.len()).filter(|&p| is_in(p)).collect();
        if inside.is_empty() {
            return None;
        }
        Some(Checked {
            points: inside.len(),
            mass: inside.len() as f64 / self.points.len() as f64,
            density: self.density(cases, inside.iter().copied()).chance(),
            coverage: coverage(&self.points, &is_in),
        })
    }

    /// Share of what the inputs do to the chance that a guess tells, beside one guess for all.
    fn told(&self, cases: &Cases, guess: impl Fn(usize) -> f64) -> Option<f64> {
        let shares = || self.points.cases.iter().copied();
        let noise = self.counted.iter().map(|point| match cases.threshold {
            None => point.noise(cases.outcome),
            Some(_) => Some(0.0),
        });
        let spread = Spread::of(shares(), noise)?;
        let n = self.points.len() as f64;
        let off = shares().enumerate().map(|(point, share)| {
            let off = share - guess(point);
            off * off
        });
        let (error, between) = (off.sum::<f64>() / n, spread.between());
        // Where all is noise there is nothing to be told.
        (between > 1e-9).then(|| (spread.variance - error) / between)
    }
}

/// The share of all cases that lie in a region, with its 95 % interval over points: that of a
/// ratio of sums.
fn coverage(points: &Points, is_in: impl Fn(usize) -> bool) -> Estimate {
    let all: f64 = points.cases.iter().sum();
    let each = || points.cases.iter().enumerate();
    let inside: f64 = each()
        .filter(|(p, _)| is_in(*p))
        .map(|(_, case)| case)
        .sum();
    let value = inside / all;
    let n = points.len() as f64;
    let off = each().map(|(point, case)| {
        let off = case * (f64::from(u8::from(is_in(point))) - value);
        off * off
    });
    let error = libm::sqrt(off.sum::<f64>() * n / (n - 1.0)) / all;
    let half = match n > 1.5 && error.is_finite() {
        true => student_t_quantile(0.975, n - 1.0) * error,
        false => 1.0,
    };
    Estimate {
        value,
        low: (value - half).max(0.0),
        high: (value + half).min(1.0),
    }
}

/// Answers a question about points, of which those that are to be held out are.
pub fn discover(
    scenario: &Scenario,
    (numbers, outcome): (Vec<Number>, Target),
    source: Source,
    all: &[Counted],
    question: &Question,
) -> Discovery {
    let cases = &question.cases;
    let (learned, held_out) = (Part::new(all, cases, false), Part::new(all, cases, true));
    let sorted = learned.points.sorted();
    let (found, ended) = boxes(&sorted, question);
    let told = found
        .iter()
        .enumerate()
        .map(|(k, chosen)| told_box(&sorted, &held_out, cases, &found[..k], chosen));
    let boxes: Vec<FoundBox> = told.collect();
    let first_of = |points: &Points, point: usize| {
        let mut regions = found.iter();
        regions.position(|chosen| chosen.region.holds(points, point))
    };
    let rest = {
        let mut sum = Sum::default();
        let outside = (0..learned.points.len()).filter(|&p| first_of(&learned.points, p).is_none());
        outside.for_each(|p| sum.add(learned.points.cases[p]));
        sum.mean()
    };
    let grown = supported(
        &sorted,
        &Growth {
            depth: question.depth,
            least: least(question, learned.points.len()),
        },
    );
    let used = all.iter().filter(|point| point.counted > 0);
    let used: Vec<Counted> = used.cloned().collect();
    let spread = Spread::of(
        used.iter().map(|point| cases.of(point)),
        used.iter().map(|point| point.noise(cases.outcome)),
    );
    let both = [&learned, &held_out];
    let mut base = DrawTally::default();
    for part in both {
        base.merge(&part.density(cases, 0..part.points.len()));
    }
    Discovery {
        format: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        identity: scenario.identity(),
        seed: question.seed,
        source,
        outcome,
        threshold: cases.threshold,
        misjudged: cases.misjudged(&used),
        points: learned.points.len(),
        points_held_out: held_out.points.len(),
        points_left_out: all.len() - used.len(),
        replicates: all.iter().map(|point| point.run).sum(),
        failed: all.iter().map(|point| point.run - point.counted).sum(),
        partial: false,
        rules: question.choice.rules,
        quasi_p: question.choice.quasi_p_of(sorted.inputs()),
        inputs: numbers,
        base: base.chance(),
        noise_share: match cases.threshold {
            None => spread.and_then(|spread| spread.noise_share()),
            Some(_) => None,
        },
        together: match boxes.is_empty() {
            true => None,
            false => held_out.check(cases, |p| first_of(&held_out.points, p).is_some()),
        },
        told_by_boxes: match boxes.is_empty() {
            true => None,
            false => held_out.told(cases, |p| match first_of(&held_out.points, p) {
                Some(k) => boxes[k].learned.density,
                None => rest,
            }),
        },
        boxes,
        ended,
        halves: question.halves,
        steadiness: steadiness(&sorted, question),
        told_by_tree: match grown.nodes.len() {
            1 => None,
            _ => held_out.told(cases, |p| {
                grown.nodes[grown.leaf(&held_out.points, p)].sum.mean()
            }),
        },
        tree: tree(&grown, &sorted, &held_out, cases),
    }
}

/// Fewest points of a leaf: as many as of a box.
fn least(question: &Question, points: usize) -> usize {
    libm::ceil(question.choice.rules.least_mass * points as f64) as usize
}

/// Boxes, each of the points that those before it have left, and why there are no more.
fn boxes(all: &Sorted<'_>, question: &Question) -> (Vec<Chosen>, &'static str) {
    let mut found: Vec<Chosen> = Vec::new();
    let mut remain = vec![true; all.points.len()];
    let base = all.sum().mean();
    while found.len() < question.boxes {
        let Some(chosen) = question.choice.find(all, &remain) else {
            return (found, "no box is left that is as dense as was asked for");
        };
        if chosen.region.restricted() == 0 {
            return (found, "no limit is left that can be told from chance");
        }
        if chosen.sum.mean() <= base {
            return (found, "what is left is no denser than all points together");
        }
        for (point, remain) in remain.iter_mut().enumerate() {
            *remain &= !chosen.region.holds(all.points, point);
        }
        found.push(chosen);
    }
    (found, "as many as were asked for were found")
}

fn learned(sum: &Sum, whole: &Sum) -> Learned {
    Learned {
        points: sum.points,
        mass: sum.points as f64 / whole.points.max(1) as f64,
        density: sum.mean(),
        coverage: match whole.cases > 0.0 {
            true => sum.cases / whole.cases,
            false => 0.0,
        },
    }
}

/// The share of points whose value of an input lies below a limit; of an upper one, not above.
fn share_below(all: &Sorted<'_>, input: usize, side: Side, at: f64) -> f64 {
    let values = &all.points.columns[input];
    let below = all.by(input).partition_point(|&point| match side {
        Side::Low => values[point as usize] < at,
        Side::High => values[point as usize] <= at,
    });
    below as f64 / all.len().max(1) as f64
}

/// The limits of a box, by input, each told by what is known of it.
fn limits(
    all: &Sorted<'_>,
    region: &Region,
    quasi: impl Fn(usize, Side) -> [Option<f64>; 2],
) -> Vec<Limits> {
    let told = |input, side, at: Option<f64>| {
        let [quasi_p, quasi_p_held_out] = quasi(input, side);
        at.map(|at| Limit {
            at,
            share_below: share_below(all, input, side, at),
            quasi_p,
            quasi_p_held_out,
        })
    };
    let each = region.limits.iter();
    each.map(|limit| Limits {
        input: limit.input,
        low: told(limit.input, Side::Low, limit.low),
        high: told(limit.input, Side::High, limit.high),
    })
    .collect()
}

fn told_box(
    all: &Sorted<'_>,
    held_out: &Part<'_>,
    cases: &Cases,
    before: &[Chosen],
    chosen: &Chosen,
) -> FoundBox {
    let whole = all.sum();
    let on_the_way = |step: &Step| OnTheWay {
        phase: step.phase,
        learned: learned(&step.sum, &whole),
        restricted: step.region.restricted(),
        limits: limits(all, &step.region, |_, _| [None, None]),
    };
    let remaining = |points: &Points| -> Vec<usize> {
        let is_left = |&p: &usize| !before.iter().any(|other| other.region.holds(points, p));
        (0..points.len()).filter(is_left).collect()
    };
    let left = remaining(&held_out.points);
    let found = quasi_p_values(all.points, &remaining(all.points), &chosen.region);
    let again = quasi_p_values(&held_out.points, &left, &chosen.region);
    let has_points = !held_out.points.is_empty();
    let quasi = |input, side| {
        let of = |values: &[super::choose::Limited]| {
            let own = values.iter().find(|l| l.input == input && l.side == side);
            own.map(|limited| limited.quasi_p)
        };
        [of(&found), of(&again).filter(|_| has_points)]
    };
    let taken = &chosen.steps[chosen.step].region;
    let is_in = |p: usize| {
        chosen.region.holds(&held_out.points, p)
            && !before.iter().any(|o| o.region.holds(&held_out.points, p))
    };
    FoundBox {
        trajectory: chosen.steps.iter().map(on_the_way).collect(),
        taken: chosen.step,
        dropped: taken.sides().count() - chosen.region.sides().count(),
        limits: limits(all, &chosen.region, quasi),
        learned: learned(&chosen.sum, &whole),
        held_out: held_out.check(cases, is_in),
    }
}

fn steadiness(all: &Sorted<'_>, question: &Question) -> Vec<Steadiness> {
    let regions = on_halves(all, &question.choice, question.halves, question.seed);
    let share = |count: usize| count as f64 / question.halves.max(1) as f64;
    let of = |input: usize| {
        let at = |side: Side| -> Vec<f64> {
            let limits = regions.iter().filter_map(|r| r.limit(input, side));
            let mut shares: Vec<f64> = limits.map(|at| share_below(all, input, side, at)).collect();
            shares.sort_by(f64::total_cmp);
            shares
        };
        let (low, high) = (at(Side::Low), at(Side::High));
        let either = regions.iter().filter(|region| {
            region.limit(input, Side::Low).is_some() || region.limit(input, Side::High).is_some()
        });
        Steadiness {
            input,
            low: share(low.len()),
            high: share(high.len()),
            either: share(either.count()),
            low_at: spread(&low),
            high_at: spread(&high),
        }
    };
    let mut each: Vec<Steadiness> = (0..all.inputs()).map(of).collect();
    each.retain(|steadiness| steadiness.either > 0.0);
    each.sort_by(|a, b| b.either.total_cmp(&a.either));
    each
}

/// 5 %, 50 % and 95 % quantile of values in order.
fn spread(sorted: &[f64]) -> Option<[f64; 3]> {
    let last = sorted.len().checked_sub(1)? as f64;
    Some([0.05, 0.5, 0.95].map(|share| sorted[(share * last).round() as usize]))
}

fn tree(tree: &Tree, all: &Sorted<'_>, held_out: &Part<'_>, cases: &Cases) -> Vec<TreeNode> {
    let whole = all.sum();
    // The nodes through which each held out point goes.
    let mut through: Vec<Vec<usize>> = vec![Vec::new(); tree.nodes.len()];
    for point in 0..held_out.points.len() {
        let mut node = 0;
        through[0].push(point);
        while let Some(split) = tree.nodes[node].split {
            let is_below = held_out.points.columns[split.input][point] <= split.at;
            node = if is_below { split.below } else { split.above };
            through[node].push(point);
        }
    }
    let nodes = tree.nodes.iter().zip(&through);
    nodes
        .map(|(node, through)| TreeNode {
            learned: learned(&node.sum, &whole),
            held_out: held_out.check(cases, |point| through.binary_search(&point).is_ok()),
            split: node.split.map(|split| TreeSplit {
                input: split.input,
                at: split.at,
                below: split.below,
                above: split.above,
            }),
        })
        .collect()
}
