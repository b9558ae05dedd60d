//! Intervals that allow for draws of the inputs which replicates share (docs/model.md, (7.9.3)).
//!
//! Replicates of one draw are alike, so `N` of them in `D` draws say as much of a chance as
//! some smaller number of independent ones. With s_d the sum of the values (0 or 1; -1, 0 or 1
//! for a difference) of the n_d replicates of draw d, and m their mean over all,
//!
//! ```text
//! error  = D/(D - 1) sum (s_d - m n_d)² / N²        Kish (1965): variance of a ratio of sums
//! effect = error / (variance of the values / N), at least 1
//! n      = N / effect · (z / t)²,  t = Student's 97.5 % point with k - 1 degrees of freedom
//! n      = at least N² / sum n_d²                    (D where all draws are of one size)
//! ```
//!
//! n stands for the number of replicates in Wilson's interval, and in Bonett and Price's.
//!
//! - t instead of z, as of Korn and Graubard (1998): the effect is itself an estimate from
//!   few draws. k counts the draws that tell how draws differ: for a chance the lesser of the
//!   number of draws in which the outcome came about at all and of those in which it did not
//!   always. Draws in which nothing happens say nothing of that.
//! - The least n is that of draws in which all replicates are equal: no likeness makes them
//!   worth less. It holds where the effect can't be estimated: nobody, everybody, or a
//!   single draw has the outcome.
//! - A single draw of several replicates says nothing of other draws: no interval.
//!
//! Draws that fill their range evenly come in blocks, which are independent of each other while
//! their draws are not (docs/model.md, (7.9.5)). Then blocks tell the error as draws do
//! above, and it may be less than that of as many independent replicates:
//!
//! ```text
//! error  = B/(B - 1) sum (s_b - m n_b)² / N², at least z² sum n_d² / (D N²)
//! effect = error / (variance of the values / N)
//! ```
//!
//! - Where fewer than [`TELLING`] blocks tell how blocks differ, draws do, as if they were
//!   independent, less one in each block: in a Latin hypercube of b draws the error of a mean is at
//!   most b/(b - 1) times that of independent ones, and mostly less (Owen 1997).
//! - The least error is that of as much of a draw as is seen to the one side of a chance of 0:
//!   so blocks that happen to be equal give no interval without width.
//!
//! The coverage of all this is in `docs/decisions/0010-intervals-over-draws.md` and
//! `docs/decisions/0028-quasi-random-inputs.md`.
//!
//! Kish, L. (1965). *Survey Sampling*. Korn, E. L., and Graubard, B. I. (1998). Confidence
//! intervals for proportions with small expected number of positive counts estimated from
//! survey data. *Survey Methodology* 24(2), 193-201.
//! Owen, A. B. (1997). Monte Carlo variance of scrambled net quadrature. *SIAM Journal on
//! Numerical Analysis* 34(5), 1884-1910.

use std::ops::{AddAssign, Sub};

use serde::{Deserialize, Serialize};

use crate::numeric::special::student_t_quantile;

use super::interval::{bonett_price, wilson, z95};
use super::points::BLOCK_DRAWS;
use super::summary::Estimate;

/// So many blocks of draws, in which something comes about and doesn't always, tell how
/// blocks differ: Student's point is then within 7 % of the normal one.
const TELLING: f64 = 20.0;

/// What draws in blocks are worth at least, of independent ones.
const EVEN_PART: f64 = (BLOCK_DRAWS - 1) as f64 / BLOCK_DRAWS as f64;

/// How many draws there are, and of what size. Whole numbers, so that it doesn't matter in
/// which order they are added: right up to 2^63 for draws of any size and number whose
/// replicates, times those of the largest draw, are no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Draws {
    draws: u64,
    replicates: u64,
    /// Sum over draws of (replicates of the draw)^2.
    sizes: u64,
}

impl Draws {
    fn add(&mut self, replicates: u64) {
        self.draws += 1;
        self.replicates += replicates;
        self.sizes += replicates * replicates;
    }

    fn of(&self) -> Of {
        Of {
            draws: self.draws as f64,
            replicates: self.replicates as f64,
            sizes: self.sizes as f64,
        }
    }
}

impl AddAssign for Draws {
    fn add_assign(&mut self, other: Self) {
        self.draws += other.draws;
        self.replicates += other.replicates;
        self.sizes += other.sizes;
    }
}

/// [`Draws`] to be reckoned with.
#[derive(Debug, Clone, Copy)]
struct Of {
    draws: f64,
    replicates: f64,
    sizes: f64,
}

/// Sums over draws of their replicates' values.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sums {
    sum: f64,
    squares: f64,
    /// Sum over draws of (sum of the draw's values)^2.
    by_draw: f64,
    /// Sum over draws of (sum of the draw's values) x (replicates of the draw).
    weighted: f64,
}

impl Sums {
    /// Sum of squares about the mean.
    fn about_mean(&self, draws: &Of) -> f64 {
        (self.squares - self.sum * self.sum / draws.replicates).max(0.0)
    }

    /// Variance of the mean, from the draws; `None` where there are not two.
    fn error(&self, of: &Of) -> Option<f64> {
        if of.draws < 2.0 {
            return None;
        }
        let mean = self.sum / of.replicates;
        let squares = self.by_draw - 2.0 * mean * self.weighted + mean * mean * of.sizes;
        let error = squares.max(0.0) / (of.replicates * of.replicates);
        Some(error * of.draws / (of.draws - 1.0))
    }

    /// What the variance of the mean would be if all replicates were independent.
    fn independent(&self, of: &Of) -> f64 {
        self.about_mean(of) / (of.replicates - 1.0) / of.replicates
    }

    /// How many times more replicates are needed than if all were independent; `None` where
    /// it can't be told: nothing varies, or there is one draw.
    fn effect(&self, of: &Of) -> Option<f64> {
        let independent = self.independent(of);
        if independent > 0.0 {
            Some(self.error(of)? / independent)
        } else {
            None
        }
    }
}

/// [`Sums`] where every value is 1, -1 or 0, in whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Spread {
    sum: i64,
    squares: i64,
    by_draw: i64,
    weighted: i64,
    /// Draws in which some value is not 0, not 1, not -1.
    not_all: [i64; 3],
}

impl Spread {
    /// One draw in which so many replicates have 1, so many -1, and the others 0.
    fn of_draw(ones: u64, minus: u64, replicates: u64) -> Self {
        let other = |count: u64| i64::from(count < replicates);
        let sum = ones as i64 - minus as i64;
        Self {
            sum,
            squares: (ones + minus) as i64,
            by_draw: sum * sum,
            weighted: sum * replicates as i64,
            not_all: [other(replicates - ones - minus), other(ones), other(minus)],
        }
    }

    fn sums(&self) -> Sums {
        Sums {
            sum: self.sum as f64,
            squares: self.squares as f64,
            by_draw: self.by_draw as f64,
            weighted: self.weighted as f64,
        }
    }

    /// As how many independent replicates these count, with the same of blocks of draws that
    /// hang together; 0 where nothing can be said.
    fn effective(&self, of: &Of, blocks: Option<(&Self, Of)>) -> f64 {
        if of.draws < 2.0 && of.replicates > 1.0 {
            return 0.0;
        }
        let by_blocks = blocks.and_then(|(spread, blocks)| spread.by_blocks(&blocks, of));
        let by_draws = || self.by_draws(of) * blocks.map_or(1.0, |_| EVEN_PART);
        by_blocks.unwrap_or_else(by_draws)
    }

    /// The same as if all draws were independent.
    fn by_draws(&self, of: &Of) -> f64 {
        let least = of.replicates * of.replicates / of.sizes;
        if of.replicates <= of.draws {
            // Each has its own draw.
            return of.replicates;
        }
        let telling = self.telling(of);
        match self.sums().effect(of) {
            Some(effect) if telling > 1.5 => {
                (of.replicates / effect.max(1.0) * students_part(telling)).max(least)
            }
            _ => least,
        }
    }

    /// Draws, or blocks, that tell how they differ.
    fn telling(&self, of: &Of) -> f64 {
        let telling = self.not_all.iter().map(|&draws| draws as f64);
        telling.fold(of.draws, f64::min)
    }

    /// The same from blocks alone, of which these are the sums; `None` where they don't tell.
    fn by_blocks(&self, blocks: &Of, draws: &Of) -> Option<f64> {
        let (sums, telling) = (self.sums(), self.telling(blocks));
        let independent = sums.independent(blocks);
        if telling < TELLING || independent <= 0.0 {
            return None;
        }
        let n = draws.replicates;
        let least = z95() * z95() * draws.sizes / (draws.draws * n * n);
        let effect = sums.error(blocks)?.max(least) / independent;
        Some(n / effect * students_part(telling))
    }

    fn chance(&self, of: &Of, blocks: Option<(&Self, Of)>) -> Estimate {
        wilson(self.sum as f64 / of.replicates, self.effective(of, blocks))
    }

    fn difference(&self, of: &Of, blocks: Option<(&Self, Of)>) -> Estimate {
        let (gained, lost) = (
            0.5 * (self.squares + self.sum) as f64 / of.replicates,
            0.5 * (self.squares - self.sum) as f64 / of.replicates,
        );
        bonett_price(gained, lost, self.effective(of, blocks))
    }
}

/// What Student's point leaves of the replicates, where so many draws tell how they differ.
fn students_part(telling: f64) -> f64 {
    let ratio = z95() / student_t95(telling - 1.0);
    ratio * ratio
}

impl Spread {
    /// Of some draws among all, in the others of which every value is 0.
    fn among(mut self, some: &Draws, all: &Draws) -> Self {
        let others = all.draws as i64 - some.draws as i64;
        // There some are not 1, and some not -1.
        self.not_all[1] += others;
        self.not_all[2] += others;
        self
    }
}

impl AddAssign for Spread {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.squares += other.squares;
        self.by_draw += other.by_draw;
        self.weighted += other.weighted;
        for (a, b) in self.not_all.iter_mut().zip(other.not_all) {
            *a += b;
        }
    }
}

impl Sub for Spread {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            sum: self.sum - other.sum,
            squares: self.squares - other.squares,
            by_draw: self.by_draw - other.by_draw,
            weighted: self.weighted - other.weighted,
            not_all: std::array::from_fn(|k| self.not_all[k] - other.not_all[k]),
        }
    }
}

/// Student's 97.5 % point: by its expansion in 1/df (Abramowitz and Stegun 26.7.5), right to
/// 1e-9, where there are many degrees of freedom.
fn student_t95(df: f64) -> f64 {
    if df < 60.0 {
        return student_t_quantile(0.975, df);
    }
    let z = z95();
    let s = z * z;
    let terms = [
        (s + 1.0) / 4.0,
        ((5.0 * s + 16.0) * s + 3.0) / 96.0,
        (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
        ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0,
    ];
    let series = terms.iter().rev().fold(0.0, |sum, term| (sum + term) / df);
    z * (1.0 + series)
}

/// A chance, or a difference of chances, over replicates that share draws.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawTally {
    draws: Draws,
    spread: Spread,
    /// Where draws hang together.
    blocks: Option<Blocks>,
}

/// Sums over blocks of draws that hang together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Blocks {
    blocks: Draws,
    spread: Spread,
    /// Of the block not ended yet: replicates with 1, with -1, and all.
    open: [u64; 3],
}

impl DrawTally {
    /// Nothing added yet; `in_blocks`: of draws that hang together in blocks, each of which is
    /// to be ended by [`DrawTally::end_block`].
    pub(super) fn new(in_blocks: bool) -> Self {
        Self {
            blocks: in_blocks.then(Blocks::default),
            ..Self::default()
        }
    }

    /// Adds one draw: how many of its replicates had the outcome.
    pub fn add(&mut self, count: u64, replicates: u64) {
        self.add_changes(count, 0, replicates);
    }

    /// Adds one draw: how many of its replicates had the outcome here only, and how many
    /// there only.
    pub fn add_changes(&mut self, gained: u64, lost: u64, replicates: u64) {
        if replicates > 0 {
            self.draws.add(replicates);
            self.spread += Spread::of_draw(gained, lost, replicates);
            if let Some(blocks) = &mut self.blocks {
                let more = [gained, lost, replicates];
                for (open, more) in blocks.open.iter_mut().zip(more) {
                    *open += more;
                }
            }
        }
    }

    /// Ends a block of draws, all of whose draws were added.
    pub(super) fn end_block(&mut self) {
        if let Some([.., replicates]) = self.blocks.as_ref().map(|blocks| blocks.open) {
            self.end_block_of(replicates);
        }
    }

    /// Ends a block of so many replicates; in draws that were not added nobody has the outcome.
    pub(super) fn end_block_of(&mut self, replicates: u64) {
        let Some(blocks) = &mut self.blocks else {
            return;
        };
        let [ones, minus, added] = std::mem::take(&mut blocks.open);
        if added > 0 {
            blocks.blocks.add(replicates);
            blocks.spread += Spread::of_draw(ones, minus, replicates);
        }
    }

    /// Adds later draws, the last block of which goes on here; all blocks here have ended.
    pub fn merge(&mut self, other: &Self) {
        self.draws += other.draws;
        self.spread += other.spread;
        if let (Some(blocks), Some(other)) = (&mut self.blocks, &other.blocks) {
            blocks.blocks += other.blocks;
            blocks.spread += other.spread;
            blocks.open = other.open;
        }
    }

    /// Draws added.
    pub fn draws(&self) -> u64 {
        self.draws.draws
    }

    /// Replicates added.
    pub fn replicates(&self) -> u64 {
        self.draws.replicates
    }

    /// How many replicates had the outcome, of what was added by [`DrawTally::add`].
    pub fn count(&self) -> u64 {
        self.spread.sum.unsigned_abs()
    }

    /// The same among all draws of another tally: nobody had the outcome in those that were
    /// not added here.
    #[must_use]
    pub fn among(&self, all: &Self) -> Self {
        let blocks = self.blocks.as_ref().zip(all.blocks.as_ref());
        Self {
            draws: all.draws,
            spread: self.spread.among(&self.draws, &all.draws),
            blocks: blocks.map(|(blocks, all)| Blocks {
                blocks: all.blocks,
                spread: blocks.spread.among(&blocks.blocks, &all.blocks),
                open: [0; 3],
            }),
        }
    }

    /// The chance of what was added by [`DrawTally::add`]; of blocks, only of those that have
    /// ended.
    pub fn chance(&self) -> Estimate {
        let blocks = self.blocks.as_ref();
        let blocks = blocks.map(|blocks| (&blocks.spread, blocks.blocks.of()));
        self.spread.chance(&self.draws.of(), blocks)
    }

    /// How many times more replicates are needed than if all were independent, at least 1.
    pub fn design_effect(&self) -> f64 {
        let effect = self.spread.sums().effect(&self.draws.of());
        effect.unwrap_or(1.0).max(1.0)
    }
}

/// A mean over replicates that share draws.
#[derive(Debug, Clone, Default)]
pub struct MeanTally {
    draws: Draws,
    sums: Sums,
}

impl MeanTally {
    /// Adds one draw: the sum of its replicates' values, and that of their squares.
    pub fn add(&mut self, sum: f64, squares: f64, replicates: u64) {
        if replicates > 0 {
            self.draws.add(replicates);
            self.sums.sum += sum;
            self.sums.squares += squares;
            self.sums.by_draw += sum * sum;
            self.sums.weighted += sum * replicates as f64;
        }
    }

    /// The mean with Student's 95 % interval over draws, kept within `low` and `high`, between
    /// which all values lie; these themselves where all replicates share one draw.
    pub fn mean(&self, low: f64, high: f64) -> Estimate {
        let of = &self.draws.of();
        let value = self.sums.sum / of.replicates;
        let independent = self.sums.independent(of);
        let half = self.sums.error(of).map_or(f64::INFINITY, |error| {
            student_t95(of.draws - 1.0) * error.max(independent).sqrt()
        });
        Estimate {
            value,
            low: (value - half).max(low),
            high: (value + half).min(high),
        }
    }
}

/// A chance, or a difference of chances, at points in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurveTally {
    draws: Draws,
    /// What the sums change by at each point.
    changes: Vec<Spread>,
    /// Where draws hang together.
    blocks: Option<CurveBlocks>,
}

/// Sums over blocks of draws that hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CurveBlocks {
    blocks: Draws,
    changes: Vec<Spread>,
    /// Of the block not ended yet: points at which a replicate comes to have the outcome, and
    /// all replicates.
    open: Vec<usize>,
    open_replicates: u64,
}

impl CurveTally {
    /// Nothing added yet, for so many points.
    pub fn new(points: usize) -> Self {
        Self {
            draws: Draws::default(),
            changes: vec![Spread::default(); points],
            blocks: None,
        }
    }

    /// The same of draws that hang together in blocks, each of which is to be ended by
    /// [`CurveTally::end_block`].
    pub(super) fn in_blocks(points: usize) -> Self {
        let tally = Self::new(points);
        Self {
            blocks: Some(CurveBlocks {
                blocks: Draws::default(),
                changes: tally.changes.clone(),
                open: Vec::new(),
                open_replicates: 0,
            }),
            ..tally
        }
    }

    /// Adds later draws at the same points, the last block of which goes on here; all blocks here
    /// have ended.
    pub fn merge(&mut self, other: &Self) {
        self.draws += other.draws;
        for (a, b) in self.changes.iter_mut().zip(&other.changes) {
            *a += *b;
        }
        if let (Some(blocks), Some(other)) = (&mut self.blocks, &other.blocks) {
            blocks.blocks += other.blocks;
            for (a, b) in blocks.changes.iter_mut().zip(&other.changes) {
                *a += *b;
            }
            blocks.open.clone_from(&other.open);
            blocks.open_replicates = other.open_replicates;
        }
    }

    /// Ends a block of draws, all of whose draws were added by [`CurveTally::add`].
    pub(super) fn end_block(&mut self) {
        if let Some(blocks) = &mut self.blocks {
            let mut points = std::mem::take(&mut blocks.open);
            let replicates = std::mem::take(&mut blocks.open_replicates);
            let moves = risen(&mut points);
            Self::add_moves(&mut blocks.blocks, &mut blocks.changes, moves, replicates);
        }
    }

    /// At how many points.
    pub(super) fn points(&self) -> usize {
        self.changes.len()
    }

    /// Adds one draw: the points at which each of its replicates comes to have the outcome.
    /// Those beyond the last one don't count.
    pub fn add(&mut self, points: &mut [usize], replicates: u64) {
        if let Some(blocks) = &mut self.blocks {
            blocks.open.extend_from_slice(points);
            blocks.open_replicates += replicates;
        }
        let moves = risen(points);
        Self::add_moves(&mut self.draws, &mut self.changes, moves, replicates);
    }

    /// Adds one draw of a difference: the points at which the number of its replicates with
    /// 1, or with -1, rises or falls by one.
    pub fn add_changes(&mut self, changes: &mut [(usize, i64, i64)], replicates: u64) {
        changes.sort_unstable();
        let (mut ones, mut minus) = (0, 0);
        let moves = changes.iter().map(|&(at, up, down)| {
            ones += up;
            minus += down;
            (at, ones.unsigned_abs(), minus.unsigned_abs())
        });
        Self::add_moves(&mut self.draws, &mut self.changes, moves, replicates);
    }

    /// `moves`: from a point on, so many of the draw's replicates have 1, and so many -1.
    fn add_moves(
        draws: &mut Draws,
        changes: &mut [Spread],
        moves: impl Iterator<Item = (usize, u64, u64)>,
        replicates: u64,
    ) {
        if replicates == 0 {
            return;
        }
        draws.add(replicates);
        let mut before = Spread::default();
        let nothing = Spread::of_draw(0, 0, replicates);
        if let Some(first) = changes.first_mut() {
            *first += nothing;
            before = nothing;
        }
        for (at, ones, minus) in moves {
            let Some(change) = changes.get_mut(at) else {
                break;
            };
            let now = Spread::of_draw(ones, minus, replicates);
            *change += now - before;
            before = now;
        }
    }

    /// The chance by each point.
    pub fn chances(&self) -> Vec<Estimate> {
        self.each(Spread::chance)
    }

    /// The difference at each point.
    pub fn differences(&self) -> Vec<Estimate> {
        self.each(Spread::difference)
    }

    fn each(
        &self,
        estimate: impl Fn(&Spread, &Of, Option<(&Spread, Of)>) -> Estimate,
    ) -> Vec<Estimate> {
        let (mut sums, mut of_blocks) = (Spread::default(), Spread::default());
        let of = self.draws.of();
        let changes = self.changes.iter().enumerate();
        changes
            .map(|(at, change)| {
                sums += *change;
                let blocks = self.blocks.as_ref().map(|blocks| {
                    of_blocks += blocks.changes[at];
                    (&of_blocks, blocks.blocks.of())
                });
                estimate(&sums, &of, blocks)
            })
            .collect()
    }
}

/// How many have risen by each of these points, in order.
fn risen(points: &mut [usize]) -> impl Iterator<Item = (usize, u64, u64)> + '_ {
    points.sort_unstable();
    let each = points.iter().enumerate();
    each.map(|(before, &at)| (at, before as u64 + 1, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicates_that_copy_each_other_count_once() {
        let mut tally = DrawTally::default();
        for draw in 0..100 {
            tally.add(if draw % 4 == 0 { 2 } else { 0 }, 2);
        }
        // 100 independent draws, of which 25 have it: Wilson's by statsmodels' proportion_confint.
        let found = tally.chance();
        assert!((found.low - 0.175_452_11).abs() < 1e-7, "{found:?}");
        assert!((found.high - 0.343_044_64).abs() < 1e-7, "{found:?}");
    }

    #[test]
    fn replicates_that_ignore_their_draw_are_independent() {
        // Within draws of two, as many agree as chance would have it: 1 and 1 in the middle.
        let mut tally = DrawTally::default();
        for _ in 0..25 {
            for count in [0, 1, 1, 2] {
                tally.add(count, 2);
            }
        }
        assert!(tally.design_effect() < 1.02, "{tally:?}");
    }

    #[test]
    fn none_and_one_and_all_of_many_in_few_draws_rest_on_the_draws() {
        let found = |counts: [u64; 20]| {
            let mut tally = DrawTally::default();
            for count in counts {
                tally.add(count, 100);
            }
            tally.chance()
        };
        // None of 20: Newcombe (1998), table I, method 3.
        let none = found([0; 20]);
        assert!(
            none.low == 0.0 && (none.high - 0.1611).abs() < 5e-5,
            "{none:?}"
        );
        let all = found([100; 20]);
        assert!(
            all.high == 1.0 && (all.low - 0.8389).abs() < 5e-5,
            "{all:?}"
        );
        // One more does not make the interval end lower.
        let mut one = [0; 20];
        one[7] = 1;
        let one = found(one);
        assert!(one.low > 0.0 && one.high > none.high, "{one:?}");
        // All of one draw is one draw in twenty.
        let mut draw = [0; 20];
        draw[3] = 100;
        let draw = found(draw);
        assert!((draw.low - 0.0089).abs() < 5e-5 && (draw.high - 0.2361).abs() < 5e-5);
    }

    #[test]
    fn one_draw_says_nothing_of_others_but_single_replicates_are_draws() {
        let mut one = DrawTally::default();
        one.add(40, 100);
        assert!(one.chance().is_unknown_chance());
        assert_eq!(one.chance().value, 0.4);
        let mut mean = MeanTally::default();
        mean.add(40.0, 40.0, 100);
        let mean = mean.mean(0.0, 1.0);
        assert_eq!((mean.low, mean.high), (0.0, 1.0));
        let mut single = DrawTally::default();
        single.add(1, 1);
        assert!(!single.chance().is_unknown_chance());
    }

    #[test]
    fn draws_in_which_nobody_has_it_can_be_added_at_the_end() {
        let (mut all, mut some, mut each) = (
            DrawTally::default(),
            DrawTally::default(),
            DrawTally::default(),
        );
        for count in [0, 3, 0, 0, 7, 10, 0, 1] {
            all.add(10 - count, 10);
            each.add(count, 10);
            if count > 0 {
                some.add(count, 10);
            }
        }
        assert_eq!(some.among(&all).chance(), each.chance());
        assert_eq!(some.count(), 21);
    }

    /// Draws of two replicates, so many of which have it, in blocks of sixteen.
    fn in_blocks(counts: impl Iterator<Item = u64>) -> (DrawTally, DrawTally) {
        let (mut blocks, mut draws) = (DrawTally::new(true), DrawTally::default());
        for (draw, count) in counts.enumerate() {
            if draw > 0 && draw % 16 == 0 {
                blocks.end_block();
            }
            blocks.add(count, 2);
            draws.add(count, 2);
        }
        blocks.end_block();
        (blocks, draws)
    }

    #[test]
    fn blocks_tell_less_error_than_draws_where_there_are_enough_and_never_none() {
        // Five draws of each block have it, in turn.
        let alike = |draws: u64| (0..draws).map(|draw| 2 * u64::from(draw % 16 < 5));
        let (few, draws) = in_blocks(alike(19 * 16));
        let less = wilson(
            5.0 / 16.0,
            draws.spread.effective(&draws.draws.of(), None) * EVEN_PART,
        );
        assert_eq!(few.chance(), less);
        let (many, draws) = in_blocks(alike(20 * 16));
        let (many, draws) = (many.chance(), draws.chance());
        let width = |e: Estimate| e.high - e.low;
        assert!(width(many) < 0.3 * width(draws), "{many:?} {draws:?}");
        // As of so many independent draws at a chance of 0.
        let z = z95();
        assert!(width(many) > 1.9 * z * z / 320.0, "{many:?}");
        // Nobody has it.
        let (none, _) = in_blocks(std::iter::repeat_n(0, 500));
        assert_eq!(none.chance(), wilson(0.0, 500.0 * EVEN_PART));
        // What blocks have in common makes intervals wider, not narrower.
        let (unlike, draws) = in_blocks((0..640).map(|draw| 2 * (draw / 16 % 2)));
        assert!(width(unlike.chance()) > 3.0 * width(draws.chance()));
    }

    #[test]
    fn blocks_and_draws_in_which_nobody_has_it_can_be_added_at_the_end() {
        let counts = |draw: u64| u64::from(draw * 7 % 11 < 3 && !(draw / 16).is_multiple_of(3));
        let (each, _) = in_blocks((0..640).map(counts));
        let (mut all, mut some) = (DrawTally::new(true), DrawTally::new(true));
        for draw in 0..640 {
            if draw > 0 && draw % 16 == 0 {
                all.end_block();
                some.end_block_of(32);
            }
            all.add(2 - counts(draw), 2);
            if counts(draw) > 0 {
                some.add(counts(draw), 2);
            }
        }
        all.end_block();
        some.end_block_of(32);
        assert_eq!(some.among(&all).chance(), each.chance());
    }

    #[test]
    fn a_curve_in_blocks_has_at_each_point_the_interval_of_its_chance() {
        let step = |draw: u64| (draw * 5 % 16) as usize;
        let mut curve = CurveTally::in_blocks(9);
        for draw in 0..400 {
            if draw > 0 && draw % 16 == 0 {
                curve.end_block();
            }
            curve.add(&mut [step(draw), 3], 2);
        }
        curve.end_block();
        for (point, chance) in curve.chances().into_iter().enumerate() {
            let by = |draw: u64| u64::from(step(draw) <= point) + u64::from(3 <= point);
            assert_eq!(chance, in_blocks((0..400).map(by)).0.chance(), "{point}");
        }
    }

    #[test]
    fn the_mean_of_draws_has_students_interval() {
        // Draw means 0.1, 0.2, 0.6: scipy.stats.t.interval(0.95, 2, 0.3, sem) = -0.35724, 0.95724.
        let mut tally = MeanTally::default();
        for mean in [0.1, 0.2, 0.6] {
            tally.add(4.0 * mean, 4.0 * mean * mean, 4);
        }
        let found = tally.mean(-1.0, 1.0);
        assert!((found.value - 0.3).abs() < 1e-12);
        assert!((found.low + 0.357_24).abs() < 1e-5, "{found:?}");
        assert!((found.high - 0.957_24).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn students_point_is_right_where_it_is_expanded() {
        for df in [60.0, 75.5, 120.0, 1000.0, 1e6] {
            let exact = student_t_quantile(0.975, df);
            assert!((student_t95(df) - exact).abs() < 1e-9, "{df}");
        }
    }
}
