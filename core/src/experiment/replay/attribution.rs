//! How much of a change each part of a formula made.

use std::ops::{Add, Div, Mul, Sub};

use crate::model::{Cause, Worth};
use crate::numeric::{Lanes, Mask};

/// A formula over causes: what it is worth, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression<C> {
    /// A number that never changes.
    Constant(f64),
    /// A quantity that changes, and what it stands for.
    Cause(C, f64),
    /// The sum of its parts.
    Sum(Vec<Expression<C>>),
    /// The product of its parts.
    Product(Vec<Expression<C>>),
    /// One over it.
    Inverse(Box<Expression<C>>),
}

impl<C> Expression<C> {
    /// What the formula is worth.
    pub fn value(&self) -> f64 {
        match self {
            Self::Constant(value) | Self::Cause(_, value) => *value,
            Self::Sum(parts) => parts.iter().map(Self::value).sum(),
            Self::Product(parts) => parts.iter().map(Self::value).product(),
            Self::Inverse(part) => 1.0 / part.value(),
        }
    }
}

impl<C> Expression<C> {
    /// The same as a sum's parts.
    fn terms(self) -> Vec<Self> {
        match self {
            Self::Sum(parts) => parts,
            other => vec![other],
        }
    }

    /// The same as a product's parts.
    fn factors(self) -> Vec<Self> {
        match self {
            Self::Product(parts) => parts,
            other => vec![other],
        }
    }
}

impl<C> Add for Expression<C> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut terms = self.terms();
        terms.extend(other.terms());
        Self::Sum(terms)
    }
}

impl<C> Sub for Expression<C> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other * Self::Constant(-1.0)
    }
}

impl<C> Mul for Expression<C> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut factors = self.factors();
        factors.extend(other.factors());
        Self::Product(factors)
    }
}

impl<C> Div for Expression<C> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let mut factors = self.factors();
        factors.push(Self::Inverse(Box::new(other)));
        Self::Product(factors)
    }
}

impl Worth<1> for Expression<Cause> {
    fn constant(value: Lanes<1>) -> Self {
        Self::Constant(value.lane(0).into())
    }

    fn of(cause: Cause, value: Lanes<1>) -> Self {
        Self::Cause(cause, value.lane(0).into())
    }

    /// What it would be worth if it were one: a change says more than its absence.
    fn where_possible(self, _: Mask<1>) -> Self {
        self
    }
}

/// What each cause contributed to the change of a formula between two moments, summed by
/// cause, the largest first. The contributions add up to the change.
///
/// A sum's change is that of its parts. A product's is split by the logarithms of its
/// factors with the logarithmic mean as weight, which leaves no remainder (Ang 2004, the
/// logarithmic mean Divisia index); a factor that is 0 counts as a very small one.
pub fn attribute<C: Copy + PartialEq>(then: &Expression<C>, now: &Expression<C>) -> Vec<(C, f64)> {
    let mut causes = Vec::new();
    go(then, now, 1.0, &mut causes);
    causes.sort_by(|a: &(C, f64), b| b.1.abs().total_cmp(&a.1.abs()));
    causes
}

fn go<C: Copy + PartialEq>(
    then: &Expression<C>,
    now: &Expression<C>,
    scale: f64,
    causes: &mut Vec<(C, f64)>,
) {
    use Expression::{Cause, Inverse, Product, Sum};
    match (then, now) {
        (Cause(cause, x0), Cause(_, x1)) => {
            let change = (x1 - x0) * scale;
            match causes.iter_mut().find(|(known, _)| known == cause) {
                Some((_, sum)) => *sum += change,
                None => causes.push((*cause, change)),
            }
        }
        (Sum(then), Sum(now)) => {
            for (x0, x1) in then.iter().zip(now) {
                go(x0, x1, scale, causes);
            }
        }
        (Product(parts0), Product(parts1)) => {
            let size = |parts: &[Expression<C>]| -> f64 {
                parts.iter().map(|part| small(part.value())).product()
            };
            let whole = logarithmic_mean(size(parts0), size(parts1));
            for (x0, x1) in parts0.iter().zip(parts1) {
                let part = logarithmic_mean(small(x0.value()), small(x1.value()));
                go(x0, x1, scale * whole / part, causes);
            }
        }
        (Inverse(x0), Inverse(x1)) => {
            go(x0, x1, -scale / (x0.value() * x1.value()), causes);
        }
        _ => {}
    }
}

/// A factor, with 0 as a very small number: 0 has no logarithm.
fn small(x: f64) -> f64 {
    if x.abs() < 1e-12 { 1e-12 } else { x }
}

/// The logarithmic mean of two numbers of one sign: `(b - a) / ln(b / a)`.
fn logarithmic_mean(a: f64, b: f64) -> f64 {
    let ratio = b / a;
    if (ratio - 1.0).abs() < 1e-9 || ratio <= 0.0 {
        return (a + b) / 2.0;
    }
    (b - a) / libm::log(ratio)
}

#[cfg(test)]
mod tests {
    use super::Expression::{Cause, Constant, Inverse, Product, Sum};
    use super::*;

    fn formula(a: f64, b: f64, c: f64) -> Expression<char> {
        let share = Product(vec![
            Cause('b', b),
            Inverse(Box::new(Sum(vec![Cause('b', b), Cause('c', c)]))),
        ]);
        let product = Product(vec![Constant(-3.0), Cause('a', a), share]);
        Sum(vec![product, Cause('a', a), Constant(7.0)])
    }

    #[test]
    fn contributions_add_up_to_the_change() {
        for (then, now) in [
            ((0.3, 2.0, 5.0), (0.9, 1.0, 50.0)),
            ((0.0, 2.0, 5.0), (0.9, 2.0, 0.0)),
            ((0.5, 2.0, 5.0), (0.5, 2.0, 5.0)),
            ((0.9, 0.0, 5.0), (0.0, 4.0, 1.0)),
        ] {
            let (then, now) = (
                formula(then.0, then.1, then.2),
                formula(now.0, now.1, now.2),
            );
            let parts = attribute(&then, &now);
            let sum: f64 = parts.iter().map(|(_, x)| x).sum();
            let change = now.value() - then.value();
            assert!((sum - change).abs() < 1e-9, "{parts:?} for {change}");
        }
    }

    #[test]
    fn what_has_not_changed_contributes_nothing() {
        let parts = attribute(&formula(0.3, 2.0, 5.0), &formula(0.3, 2.0, 9.0));
        for (cause, contribution) in parts {
            assert_eq!(cause == 'c', contribution.abs() > 1e-9, "{cause}");
        }
    }
}
