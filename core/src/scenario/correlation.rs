//! Uncertain numbers that go together in pairs: Spearman's rank correlations, as a Gaussian
//! copula.

use super::number::{Form, NumberRecord, Quantity};
use super::reader::Reader;
use super::spec::NumberSpec;
use super::{Distribution, Scenario};

/// How two uncertain numbers go together.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// Keys of the two, in the order of the file.
    pub between: Option<(String, String)>,
    /// Spearman's rank correlation.
    pub rho: Quantity,
}

impl Correlation {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            between: r.pair_of_numbers("between", "The keys of the two numbers, as `simulate check FILE --numbers` lists them; where one of them is a plain value, nothing hangs together"),
            rho: r.number(NumberSpec::new("rho", "1", -0.999, 0.999, "Spearman's rank correlation of the two; pairs without an entry have 0")),
        }
    }
}

/// Uncertain numbers that hang together through correlations.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlated {
    /// Indices into the scenario's numbers, in its order.
    pub numbers: Vec<usize>,
    /// By row, then column up to the row itself: with independent standard normal numbers
    /// multiplied by it, each is standard normal and they are correlated as is asked.
    pub factor: Vec<Vec<f64>>,
}

/// Why correlations are not possible.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NotPossible {
    /// The numbers up to and with the first that can't go with those before it.
    pub numbers: Vec<usize>,
    /// The one of those before it whose correlation with it is at fault, and from where to
    /// where that may be with all others as they are.
    pub between: Option<(usize, (f64, f64))>,
}

impl Scenario {
    /// Numbers that hang together through correlations, in the order of the first of each.
    /// Plain values hang together with nothing.
    pub fn correlated(&self) -> Vec<Correlated> {
        // What isn't possible was refused when the scenario was read.
        let blocks = self.correlated_or_not().into_iter();
        blocks.filter_map(Result::ok).collect()
    }

    pub(super) fn correlated_or_not(&self) -> Vec<Result<Correlated, NotPossible>> {
        let links = self.links();
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        for &(a, b, _) in &links {
            let (joined, mut rest): (Vec<_>, Vec<_>) = blocks
                .into_iter()
                .partition(|block| block.contains(&a) || block.contains(&b));
            let mut block = joined.concat();
            block.extend([a, b]);
            block.sort_unstable();
            block.dedup();
            rest.push(block);
            blocks = rest;
        }
        blocks.sort();
        let of = |numbers: Vec<usize>| {
            let rho = |a: usize, b: usize| {
                let pair = links.iter().find(|l| (l.0, l.1) == (a.min(b), a.max(b)));
                pair.map_or(0.0, |link| link.2)
            };
            factor(&numbers, rho).map(|factor| Correlated { numbers, factor })
        };
        blocks.into_iter().map(of).collect()
    }

    /// Correlations of two uncertain numbers: the two, the first of the scenario first, and
    /// Pearson's of the standard normal numbers behind them.
    fn links(&self) -> Vec<(usize, usize, f64)> {
        let index = |key: &String| self.numbers.iter().position(|n| n.path == *key);
        let links = self.correlations.iter().filter_map(|correlation| {
            let (a, b) = correlation.between.as_ref()?;
            let (a, b) = (index(a)?, index(b)?);
            let hangs = a != b && [a, b].iter().all(|&n| can_hang(&self.numbers[n]));
            let rho = self.number(correlation.rho).central();
            hangs.then(|| (a.min(b), a.max(b), pearson(rho)))
        });
        links.collect()
    }
}

/// Whether a number is drawn by itself, so that it may be correlated with others.
fn can_hang(number: &NumberRecord) -> bool {
    match &number.form {
        Form::Fixed(_) => false,
        Form::Uncertain(distribution) => distribution.group().is_none(),
    }
}

/// Pearson's correlation of two normal numbers with such a rank correlation.
fn pearson(spearman: f64) -> f64 {
    2.0 * libm::sin(std::f64::consts::PI / 6.0 * spearman)
}

/// The rank correlation of two normal numbers with such a correlation.
fn spearman(pearson: f64) -> f64 {
    6.0 / std::f64::consts::PI * libm::asin(pearson.clamp(-1.0, 1.0) / 2.0)
}

/// The least share of its variance that a number must have of its own.
const OWN: f64 = 1e-9;

/// Cholesky's factor.
fn factor(
    numbers: &[usize],
    rho: impl Fn(usize, usize) -> f64,
) -> Result<Vec<Vec<f64>>, NotPossible> {
    let mut factor: Vec<Vec<f64>> = Vec::new();
    for (k, &number) in numbers.iter().enumerate() {
        let wanted: Vec<f64> = numbers[..k].iter().map(|&n| rho(n, number)).collect();
        let mut row = solve(&factor, &wanted);
        let own = 1.0 - row.iter().map(|x| x * x).sum::<f64>();
        if own < OWN {
            let at_fault = (0..k).rev().find_map(|j| {
                let reach = reach(&factor, &wanted, j)?;
                Some((numbers[j], reach))
            });
            return Err(NotPossible {
                numbers: numbers[..=k].to_vec(),
                between: at_fault,
            });
        }
        row.push(libm::sqrt(own));
        factor.push(row);
    }
    Ok(factor)
}

/// The row of the factor that gives such correlations with the rows before it.
fn solve(factor: &[Vec<f64>], wanted: &[f64]) -> Vec<f64> {
    let mut row: Vec<f64> = Vec::with_capacity(wanted.len() + 1);
    for (above, r) in factor.iter().zip(wanted) {
        let known: f64 = row.iter().zip(above).map(|(x, l)| x * l).sum();
        row.push((r - known) / above[row.len()]);
    }
    row
}

/// From where to where, in rank correlation, one of the wanted correlations may be with the
/// others as they are; `None` where no value of it is possible.
fn reach(factor: &[Vec<f64>], wanted: &[f64], which: usize) -> Option<(f64, f64)> {
    // The square of the row is a quadratic in the one that is free: it must be less than 1.
    let mut others = wanted.to_vec();
    others[which] = 0.0;
    let mut unit = vec![0.0; wanted.len()];
    unit[which] = 1.0;
    let (fixed, slope) = (solve(factor, &others), solve(factor, &unit));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let (a, b, c) = (
        dot(&slope, &slope),
        dot(&slope, &fixed),
        dot(&fixed, &fixed) - 1.0,
    );
    let root = b * b - a * c;
    if root <= 0.0 {
        return None;
    }
    let ends = [-1.0, 1.0].map(|sign| spearman((-b + sign * libm::sqrt(root)) / a));
    Some((ends[0], ends[1]))
}

impl Distribution {
    /// The group whose numbers are drawn together by what their distributions say: the name of
    /// a table, or of a group of shares.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Table { table, .. } => Some(table),
            Self::Dirichlet { group, .. } => Some(group),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_gives_back_the_correlations() {
        let rho = |a: usize, b: usize| match (a, b) {
            (0, 1) => 0.5,
            (0, 2) => -0.3,
            (1, 2) => 0.2,
            _ => unreachable!("three numbers"),
        };
        let factor = factor(&[0, 1, 2], rho).expect("possible");
        for b in 0..3 {
            for a in 0..=b {
                let found: f64 = factor[a].iter().zip(&factor[b]).map(|(x, y)| x * y).sum();
                let wanted = if a == b { 1.0 } else { rho(a, b) };
                assert!((found - wanted).abs() < 1e-12, "{a} {b} {found}");
            }
        }
    }

    #[test]
    fn where_not_possible_the_ends_of_what_is_are_told() {
        // 0.9 with the same number twice, and 0 with each other.
        let rho = |a: usize, b: usize| if (a, b) == (1, 2) { 0.0 } else { 0.9 };
        let wrong = factor(&[0, 1, 2], rho).expect_err("not possible");
        assert_eq!(wrong.numbers, [0, 1, 2]);
        let (with, (low, high)) = wrong.between.expect("one is at fault");
        assert_eq!(with, 1);
        // In Pearson's: 0.81 -+ 0.19.
        assert!((pearson(low) - 0.62).abs() < 1e-9, "{low}");
        assert!((pearson(high) - 1.0).abs() < 1e-9, "{high}");
        let at = |r: f64| {
            factor(
                &[0, 1, 2],
                |a, b| {
                    if (a, b) == (1, 2) { pearson(r) } else { 0.9 }
                },
            )
        };
        assert!(at(low + 1e-6).is_ok() && at(low - 1e-6).is_err());
    }

    #[test]
    fn rank_correlation_there_and_back() {
        for rho in [-0.999, -0.4, 0.0, 0.7, 0.999] {
            assert!((spearman(pearson(rho)) - rho).abs() < 1e-12);
        }
    }
}
