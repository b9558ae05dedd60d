//! Statistics of the signs of the ties: triangles, balance, and what it would take.
//!
//! A tie is a pair whose propensity isn't 0, and has its sign. A triangle is balanced if the
//! product of its signs is positive (Cartwright and Harary 1956). The line index of balance,
//! also called frustration index, is the least number of ties without which, or with the sign
//! of which changed, the whole network is balanced (Harary 1959): the least number of friends
//! on opposite sides and enemies on one side, over all alignments. With all sizes 1 and
//! propensities of 1 and -1 it is (E + 2 n)/2 of the least energy E and n negative ties;
//! weighted by `s_i s_j |p_ij|` it is the same of the landscape itself. Exact, as all
//! alignments are weighed.
//!
//! Cartwright, D., and Harary, F. (1956). Structural balance: a generalization of Heider's
//! theory. *Psychological Review* 63(5). Harary, F. (1959). On the measurement of structural
//! balance. *Behavioral Science* 4(4).

use serde::Serialize;

use super::Landscape;

/// Statistics of a landscape's signs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignedNetwork {
    /// Pairs that are drawn to each other.
    pub positive_ties: u64,
    /// Pairs that are drawn apart.
    pub negative_ties: u64,
    /// Triangles by their number of negative ties, from none to three.
    pub triangles: [u64; 4],
    /// Share of the triangles that are balanced; none where there is no triangle.
    pub balanced_share: Option<f64>,
    /// The line index of balance.
    pub line_index: u64,
    /// The same with each tie weighted by both sizes and its strength.
    pub weighted_line_index: f64,
}

impl SignedNetwork {
    /// Of a landscape.
    pub fn of(landscape: &Landscape) -> Self {
        let n = landscape.actors;
        let sign = |i: usize, j: usize| landscape.mutual[i * n + j].signum();
        let pairs = || (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        let with = |wanted: i64| pairs().filter(|&(i, j)| sign(i, j) == wanted).count() as u64;
        let mut triangles = [0; 4];
        for (i, j) in pairs() {
            for k in j + 1..n {
                let signs = [sign(i, j), sign(j, k), sign(i, k)];
                if !signs.contains(&0) {
                    triangles[signs.iter().filter(|sign| **sign < 0).count()] += 1;
                }
            }
        }
        let all: u64 = triangles.iter().sum();
        let signs = landscape.mutual.iter().map(|p| p.signum()).collect();
        let signs = Landscape::of_whole(vec![1; n], signs, 1.0);
        Self {
            positive_ties: with(1),
            negative_ties: with(-1),
            triangles,
            balanced_share: (all > 0).then(|| (triangles[0] + triangles[2]) as f64 / all as f64),
            line_index: violated(&signs).unsigned_abs(),
            weighted_line_index: landscape.as_energy(violated(landscape)),
        }
    }
}

/// The least weight of friends on opposite sides and enemies on one, in units of energy.
fn violated(landscape: &Landscape) -> i64 {
    let enemies: i64 = landscape.pull.iter().filter(|pull| **pull < 0).sum();
    // Both count each pair twice.
    (landscape.least_energy() - enemies) / 2
}
