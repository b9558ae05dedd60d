//! Boxes: a few inputs kept between limits.

use serde::Serialize;

use super::points::{Points, Sum};

/// The side of an input on which a limit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Not below the limit.
    Low,
    /// Not above it.
    High,
}

/// The limits of an input, which belong to the box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Between {
    /// Which input.
    pub input: usize,
    /// The least value; `None`: no limit.
    pub low: Option<f64>,
    /// The greatest value; `None`: no limit.
    pub high: Option<f64>,
}

impl Between {
    fn is_in(&self, value: f64) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }
}

/// A box, by the inputs that it restricts, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Region {
    /// The limits.
    pub limits: Vec<Between>,
}

impl Region {
    /// Inputs that are restricted.
    pub fn restricted(&self) -> usize {
        self.limits.len()
    }

    /// The limit of an input on a side.
    pub fn limit(&self, input: usize, side: Side) -> Option<f64> {
        let of = self.limits.iter().find(|limit| limit.input == input)?;
        match side {
            Side::Low => of.low,
            Side::High => of.high,
        }
    }

    /// Every limit by itself.
    pub fn sides(&self) -> impl Iterator<Item = (usize, Side, f64)> + '_ {
        self.limits.iter().flat_map(|limit| {
            let low = limit.low.map(|at| (limit.input, Side::Low, at));
            low.into_iter()
                .chain(limit.high.map(|at| (limit.input, Side::High, at)))
        })
    }

    /// The box with another limit, or none, of an input on a side.
    #[must_use]
    pub fn with(&self, input: usize, side: Side, at: Option<f64>) -> Self {
        let mut limits = self.limits.clone();
        let place = limits.partition_point(|limit| limit.input < input);
        if limits.get(place).is_none_or(|limit| limit.input != input) {
            let none = Between {
                input,
                low: None,
                high: None,
            };
            limits.insert(place, none);
        }
        match side {
            Side::Low => limits[place].low = at,
            Side::High => limits[place].high = at,
        }
        limits.retain(|limit| limit.low.is_some() || limit.high.is_some());
        Self { limits }
    }

    /// Whether a point lies in it.
    pub fn holds(&self, points: &Points, point: usize) -> bool {
        let mut limits = self.limits.iter();
        limits.all(|limit| limit.is_in(points.columns[limit.input][point]))
    }

    /// The restricted input, by its place among them, by which alone a point lies outside; `None`
    /// if it lies inside, or outside by several.
    pub(super) fn out_by_one(&self, points: &Points, point: usize) -> Out {
        let mut out = Out::Inside;
        for (place, limit) in self.limits.iter().enumerate() {
            if !limit.is_in(points.columns[limit.input][point]) {
                match out {
                    Out::Inside => out = Out::By(place),
                    _ => return Out::Further,
                }
            }
        }
        out
    }

    /// What those of some points that lie in it come to.
    pub fn sum(&self, points: &Points, among: impl Iterator<Item = usize>) -> Sum {
        let mut sum = Sum::default();
        for point in among.filter(|&point| self.holds(points, point)) {
            sum.add(points.cases[point]);
        }
        sum
    }
}

/// Where a point is, seen from a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Out {
    /// Inside.
    Inside,
    /// Outside by the limits of one input alone, by its place among the restricted ones.
    By(usize),
    /// Outside by several.
    Further,
}
