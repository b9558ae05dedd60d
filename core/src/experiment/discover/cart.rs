//! A small tree (CART: Breiman, Friedman, Olshen and Stone 1984): points are split in two again
//! and again, each time where the squared error within the parts falls most, and the tree is cut
//! back to what cross-validation supports. Of cases that are 0 or 1 these splits are those of
//! Gini's index.

use super::points::{Points, Sorted, Sum};

/// How a tree grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// Most splits above a leaf.
    pub depth: usize,
    /// Fewest points of a leaf.
    pub least: usize,
}

/// A split: points not above it go left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// The input.
    pub input: usize,
    /// Halfway between the values to both sides.
    pub at: f64,
    /// The nodes to both sides.
    pub below: usize,
    /// The nodes to both sides.
    pub above: usize,
}

/// A node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// What its points come to.
    pub sum: Sum,
    /// How they are split; none: it is a leaf.
    pub split: Option<Split>,
}

/// A tree; the first node is its root.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    /// The nodes, each above those below it.
    pub nodes: Vec<Node>,
}

/// Grows a tree on points.
pub fn grow(points: &Sorted<'_>, growth: &Growth) -> Tree {
    let mut tree = Tree::default();
    branch(&mut tree, points, growth, 0);
    tree
}

fn branch(tree: &mut Tree, points: &Sorted<'_>, growth: &Growth, depth: usize) -> usize {
    let (place, sum) = (tree.nodes.len(), points.sum());
    tree.nodes.push(Node { sum, split: None });
    if depth == growth.depth || sum.about_mean() <= 0.0 {
        return place;
    }
    if let Some((input, at)) = best(points, &sum, growth.least.max(1)) {
        let values = &points.points.columns[input];
        let parts = [
            points.only(|point| values[point] <= at),
            points.only(|point| values[point] > at),
        ];
        let [below, above] = parts.map(|part| branch(tree, &part, growth, depth + 1));
        tree.nodes[place].split = Some(Split {
            input,
            at,
            below,
            above,
        });
    }
    place
}

/// Where the squared error falls most; of equal ones the first.
fn best(points: &Sorted<'_>, sum: &Sum, least: usize) -> Option<(usize, f64)> {
    let count = points.len();
    let whole = sum.cases * sum.cases / count as f64;
    let mut most = (whole * (1.0 + 1e-12), None);
    for input in 0..points.inputs() {
        let mut cases = 0.0;
        for below in 1..count {
            cases += points.case(input, below - 1);
            let (a, b) = (points.value(input, below - 1), points.value(input, below));
            if a == b || below < least || count - below < least {
                continue;
            }
            let rest = sum.cases - cases;
            let worth = cases * cases / below as f64 + rest * rest / (count - below) as f64;
            if worth > most.0 {
                let middle = a / 2.0 + b / 2.0;
                // Rounding may carry it to the upper one, which would then go left.
                most = (worth, Some((input, if middle < b { middle } else { a })));
            }
        }
    }
    most.1
}

impl Tree {
    /// The leaf of a point.
    pub fn leaf(&self, points: &Points, point: usize) -> usize {
        let mut at = 0;
        while let Some(split) = self.nodes[at].split {
            at = match points.columns[split.input][point] <= split.at {
                true => split.below,
                false => split.above,
            };
        }
        at
    }

    /// Leaves below a node, and the squared error within them.
    fn below(&self, node: usize) -> (usize, f64) {
        match self.nodes[node].split {
            None => (1, self.nodes[node].sum.about_mean()),
            Some(split) => {
                let (a, b) = (self.below(split.below), self.below(split.above));
                (a.0 + b.0, a.1 + b.1)
            }
        }
    }

    /// The weakest link: the node whose branches lower the squared error least, by so much a leaf
    /// and point of the tree.
    fn weakest(&self) -> Option<(usize, f64)> {
        let all = self.nodes.first()?.sum.points as f64;
        let reached = self.reached();
        let links = reached.into_iter().filter_map(|node| {
            self.nodes[node].split?;
            let (leaves, error) = self.below(node);
            let lost = self.nodes[node].sum.about_mean() - error;
            Some((node, lost / (leaves - 1) as f64 / all))
        });
        // Of equal ones the first, which is the highest.
        links.fold(None, |weakest: Option<(usize, f64)>, link| match weakest {
            Some(weakest) if weakest.1 <= link.1 => Some(weakest),
            _ => Some(link),
        })
    }

    /// The nodes that are still part of it, each above those below it.
    pub fn reached(&self) -> Vec<usize> {
        let mut reached = Vec::new();
        let mut next = vec![0];
        while let Some(node) = next.pop() {
            reached.push(node);
            if let Some(split) = self.nodes[node].split {
                next.extend([split.above, split.below]);
            }
        }
        reached
    }

    /// The tree without the links that are worth no more than `cost`.
    #[must_use]
    pub fn pruned(&self, cost: f64) -> Self {
        let mut tree = self.clone();
        while let Some((node, worth)) = tree.weakest() {
            if worth > cost {
                break;
            }
            tree.nodes[node].split = None;
        }
        tree.compact()
    }

    /// The costs at which it loses branches, the least first.
    pub fn costs(&self) -> Vec<f64> {
        let mut tree = self.clone();
        let mut costs: Vec<f64> = Vec::new();
        while let Some((node, worth)) = tree.weakest() {
            tree.nodes[node].split = None;
            // Rounding aside they rise.
            costs.push(worth.max(costs.last().copied().unwrap_or(0.0)));
        }
        costs
    }

    /// Only the nodes that are reached, in order.
    fn compact(&self) -> Self {
        let reached = self.reached();
        let place = |node: usize| reached.iter().position(|&r| r == node).unwrap_or(0);
        let nodes = reached.iter().map(|&node| Node {
            split: self.nodes[node].split.map(|split| Split {
                below: place(split.below),
                above: place(split.above),
                ..split
            }),
            ..self.nodes[node]
        });
        Self {
            nodes: nodes.collect(),
        }
    }
}

/// Folds of the cross-validation.
const FOLDS: usize = 10;

/// Grows a tree and cuts it back: of the trees whose error in cross-validation is within one
/// standard error of the least, the smallest.
pub fn supported(points: &Sorted<'_>, growth: &Growth) -> Tree {
    let tree = grow(points, growth);
    let costs = tree.costs();
    // A tree of the sequence stands for all costs up to the next.
    let mut levels = vec![0.0];
    for (k, &cost) in costs.iter().enumerate() {
        let next = costs.get(k + 1).copied().unwrap_or(f64::INFINITY);
        levels.push(match next.is_finite() {
            true => libm::sqrt(cost * next),
            false => f64::INFINITY,
        });
    }
    let mut fold = vec![usize::MAX; points.points.len()];
    let mut all: Vec<usize> = points.each().collect();
    all.sort_unstable();
    for (k, &point) in all.iter().enumerate() {
        fold[point] = k % FOLDS;
    }
    let errors = crate::parallel::map(FOLDS, |held| {
        let grown = grow(&points.only(|point| fold[point] != held), growth);
        let pruned: Vec<Tree> = levels.iter().map(|&cost| grown.pruned(cost)).collect();
        let own = all.iter().filter(|&&point| fold[point] == held);
        own.map(|&point| {
            let error = |tree: &Tree| {
                let told = tree.nodes[tree.leaf(points.points, point)].sum.mean();
                let off = points.points.cases[point] - told;
                off * off
            };
            pruned.iter().map(error).collect::<Vec<f64>>()
        })
        .collect::<Vec<_>>()
    });
    let errors: Vec<Vec<f64>> = errors.into_iter().flatten().collect();
    let n = errors.len() as f64;
    let mean = |level: usize| errors.iter().map(|e| e[level]).sum::<f64>() / n;
    let means: Vec<f64> = (0..levels.len()).map(mean).collect();
    let least = (0..levels.len()).fold(0, |least, k| match means[k] < means[least] {
        true => k,
        false => least,
    });
    let off = |e: &Vec<f64>| (e[least] - means[least]) * (e[least] - means[least]);
    let spread = errors.iter().map(off).sum::<f64>() / n;
    let allowed = means[least] + libm::sqrt(spread / n);
    let chosen = (least..levels.len()).rev().find(|&k| means[k] <= allowed);
    tree.pruned(levels[chosen.unwrap_or(least)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Growth = Growth { depth: 4, least: 5 };

    /// 400 points whose chance is a step of the first input; a second one tells nothing.
    fn stepped(noise: f64) -> Points {
        let first: Vec<f64> = (0..400).map(|k| f64::from(k) / 400.0).collect();
        let other = (0..400).map(|k| f64::from(k * 37 % 400)).collect();
        let case = |k: usize| {
            let up = if first[k] > 0.3 { 0.8 } else { 0.2 };
            up + noise * (((k * 7919) % 101) as f64 / 100.0 - 0.5)
        };
        Points {
            cases: (0..400).map(case).collect(),
            columns: vec![first, other],
        }
    }

    #[test]
    fn a_step_is_found_and_noise_is_not() {
        let points = stepped(0.2);
        let tree = supported(&points.sorted(), &GROWTH);
        assert_eq!(tree.nodes.len(), 3, "{tree:?}");
        let split = tree.nodes[0].split.expect("a split");
        assert_eq!(split.input, 0);
        assert!((split.at - 0.30125).abs() < 1e-9);
        assert!(grow(&points.sorted(), &GROWTH).nodes.len() > 3);
    }

    #[test]
    fn a_tree_without_reason_is_a_root() {
        let mut points = stepped(0.0);
        points.cases = vec![0.5; 400];
        assert_eq!(supported(&points.sorted(), &GROWTH).nodes.len(), 1);
    }

    #[test]
    fn costs_rise_and_the_last_leaves_the_root() {
        let points = stepped(0.5);
        let tree = grow(&points.sorted(), &GROWTH);
        let costs = tree.costs();
        assert!(costs.windows(2).all(|w| w[0] <= w[1]));
        let last = costs.last().copied().expect("a cost");
        assert_eq!(tree.pruned(last).nodes.len(), 1);
        assert!(tree.pruned(last * 0.999).nodes.len() > 1);
    }
}
