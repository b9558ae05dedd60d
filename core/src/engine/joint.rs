//! How uncertain numbers hang together: the values of a draw from independent uniform numbers.
//!
//! Each coordinate of the unit cube has a number of its own, between 0 and 1. A factor is a
//! number that hangs together with no other, or all that do so with each other: factors are
//! independent, whatever hangs together within them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::numeric::special::{normal_cdf, normal_quantile};
use crate::scenario::distribution::{Sampler, middles};
use crate::scenario::{Correlated, Distribution, Form, NumberRecord, Scenario};

/// The joint distribution of a scenario's uncertain numbers.
#[derive(Debug, Clone)]
pub struct Joint {
    /// Indices into the scenario's numbers, in its order.
    numbers: Vec<usize>,
    factors: Vec<Factor>,
}

/// Numbers that hang together, or one that hangs together with none.
#[derive(Debug, Clone)]
pub struct Factor {
    /// Its numbers: places among the uncertain ones, in their order.
    pub members: Vec<usize>,
    /// Its coordinates.
    pub coordinates: Range<usize>,
    /// What makes them hang together.
    pub bond: Bond,
    how: How,
}

/// What makes numbers hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bond {
    /// Nothing: it is one number.
    None,
    /// The rows of the table of this name.
    Table(String),
    /// Being the shares of the whole of this name.
    Shares(String),
    /// Rank correlations.
    Correlation,
}

/// How the values follow from the coordinates.
#[derive(Debug, Clone)]
enum How {
    /// By the inverse of the distribution function.
    Quantile(Sampler),
    /// A row of a table.
    Row {
        /// By member, then row.
        columns: Vec<Vec<f64>>,
        /// Weights of the rows up to and with each.
        cumulative: Vec<f64>,
    },
    /// Each takes its part of what those before it have left; the last has the rest.
    Sticks(Vec<Sampler>),
    /// Correlated normal numbers, whose shares of probability are inverted.
    Copula {
        factor: Vec<Vec<f64>>,
        samplers: Vec<Sampler>,
    },
}

impl Joint {
    /// Of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        Self::new(&scenario.numbers, &scenario.correlated())
    }

    /// Of the same numbers as if nothing hung together: each by its own distribution.
    pub fn apart(scenario: &Scenario) -> Self {
        let mut joint = Self {
            numbers: Vec::new(),
            factors: Vec::new(),
        };
        for (index, number) in scenario.numbers.iter().enumerate() {
            let Form::Uncertain(distribution) = &number.form else {
                continue;
            };
            let place = joint.numbers.len();
            joint.numbers.push(index);
            joint.factors.push(Factor {
                members: vec![place],
                coordinates: place..place + 1,
                bond: Bond::None,
                how: How::Quantile(distribution.sampler()),
            });
        }
        joint
    }

    /// Of numbers of which some are correlated.
    pub fn new(numbers: &[NumberRecord], correlated: &[Correlated]) -> Self {
        let all = numbers.iter().enumerate();
        let uncertain: Vec<(usize, &Distribution)> = all
            .filter_map(|(index, number)| match &number.form {
                Form::Uncertain(distribution) => Some((index, distribution)),
                Form::Fixed(_) => None,
            })
            .collect();
        // Those that hang together by a name, and those that are correlated, by their first.
        let mut by_name: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
        for (place, (_, distribution)) in uncertain.iter().enumerate() {
            if let Some(name) = distribution.group() {
                let is_table = matches!(distribution, Distribution::Table { .. });
                by_name.entry((is_table, name)).or_default().push(place);
            }
        }
        let mut joint = Self {
            numbers: uncertain.iter().map(|(index, _)| *index).collect(),
            factors: Vec::new(),
        };
        for (place, (index, distribution)) in uncertain.iter().enumerate() {
            // With the first of them.
            if joint.factors.iter().any(|f| f.members.contains(&place)) {
                continue;
            }
            let together = correlated.iter().find(|c| c.numbers.contains(index));
            let named = distribution.group();
            let (members, bond, how) = match (distribution, named, together) {
                (Distribution::Table { weights, .. }, Some(name), _) => {
                    let members = by_name[&(true, name)].clone();
                    let how = How::row(members.iter().map(|&m| uncertain[m].1), weights);
                    (members, Bond::Table(name.to_owned()), how)
                }
                (_, Some(name), _) => {
                    let members = by_name[&(false, name)].clone();
                    let how = How::sticks(members.iter().map(|&m| uncertain[m].1));
                    (members, Bond::Shares(name.to_owned()), how)
                }
                (_, None, Some(together)) => {
                    let place = |index| joint.numbers.iter().position(|n| n == index);
                    let members: Vec<usize> = together.numbers.iter().filter_map(place).collect();
                    let samplers = members.iter().map(|&m| uncertain[m].1.sampler()).collect();
                    let factor = together.factor.clone();
                    (members, Bond::Correlation, How::Copula { factor, samplers })
                }
                (_, None, None) => (
                    vec![place],
                    Bond::None,
                    How::Quantile(distribution.sampler()),
                ),
            };
            let first = joint.coordinates();
            joint.factors.push(Factor {
                coordinates: first..first + how.coordinates(),
                members,
                bond,
                how,
            });
        }
        joint
    }

    /// Indices into the scenario's numbers of those that are uncertain, in its order.
    pub fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// What hangs together, in the order of the first number of each.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Coordinates of the unit cube.
    pub fn coordinates(&self) -> usize {
        self.factors.last().map_or(0, |last| last.coordinates.end)
    }

    /// What each coordinate is about: a number's key, or the name of what hangs together and, of
    /// several coordinates, which.
    pub fn dimensions(&self, numbers: &[NumberRecord]) -> Vec<String> {
        let path = |member: usize| numbers[self.numbers[member]].path.clone();
        let of = |factor: &Factor| -> Vec<String> {
            let members = || factor.members.iter().take(factor.coordinates.len());
            match &factor.bond {
                Bond::Table(name) => vec![format!("table {name}")],
                Bond::Shares(name) => members()
                    .map(|&m| format!("shares {name}: {}", path(m)))
                    .collect(),
                Bond::None | Bond::Correlation => members().map(|&m| path(m)).collect(),
            }
        };
        self.factors.iter().flat_map(of).collect()
    }

    /// The values of the numbers at a place of the unit cube: one number in (0, 1) for each
    /// coordinate.
    pub fn values(&self, place: &[f64]) -> Vec<f64> {
        let mut values = vec![f64::NAN; self.numbers.len()];
        for factor in &self.factors {
            let place = &place[factor.coordinates.clone()];
            factor.how.give(place, |at, value| {
                if let Some(&member) = factor.members.get(at) {
                    values[member] = value;
                }
            });
        }
        values
    }
}

impl Factor {
    /// Whether it is a number that hangs together with no other.
    pub fn is_alone(&self) -> bool {
        self.bond == Bond::None
    }

    /// How the number of a factor that has but one is drawn.
    pub fn sampler(&self) -> Option<&Sampler> {
        match &self.how {
            How::Quantile(sampler) => Some(sampler),
            _ => None,
        }
    }

    /// Of a factor with few values, which a coordinate tells from each other: for each, the
    /// middle of the probability that it takes.
    pub fn middles(&self) -> Option<Vec<f64>> {
        match &self.how {
            How::Quantile(sampler) => sampler.middles(),
            How::Row { cumulative, .. } => Some(middles(cumulative)),
            _ => None,
        }
    }
}

impl How {
    fn row<'a>(columns: impl Iterator<Item = &'a Distribution>, weights: &[f64]) -> Self {
        let columns = columns.filter_map(|distribution| match distribution {
            Distribution::Table { values, .. } => Some(values.clone()),
            _ => None,
        });
        let mut sum = 0.0;
        let cumulative = weights.iter().map(|weight| {
            sum += weight;
            sum
        });
        Self::Row {
            cumulative: cumulative.collect(),
            columns: columns.collect(),
        }
    }

    /// Dirichlet's distribution as a stick that is broken: each part is a beta-distributed
    /// share of what is left.
    fn sticks<'a>(shares: impl Iterator<Item = &'a Distribution>) -> Self {
        let weights: Vec<f64> = shares
            .filter_map(|distribution| match distribution {
                Distribution::Dirichlet { alpha, .. } => Some(*alpha),
                _ => None,
            })
            .collect();
        let sticks = (1..weights.len()).map(|next| {
            let part = Distribution::Beta {
                alpha: weights[next - 1],
                beta: weights[next..].iter().sum(),
                low: 0.0,
                high: 1.0,
            };
            part.sampler()
        });
        Self::Sticks(sticks.collect())
    }

    fn coordinates(&self) -> usize {
        match self {
            Self::Quantile(_) | Self::Row { .. } => 1,
            Self::Sticks(sticks) => sticks.len(),
            Self::Copula { samplers, .. } => samplers.len(),
        }
    }

    /// Gives the value of each member, by its place among them.
    fn give(&self, place: &[f64], mut give: impl FnMut(usize, f64)) {
        match self {
            Self::Quantile(sampler) => give(0, sampler.quantile(place[0])),
            Self::Row {
                columns,
                cumulative,
            } => {
                let target = place[0] * cumulative.last().copied().unwrap_or(0.0);
                let row = cumulative.partition_point(|&sum| sum < target);
                for (at, values) in columns.iter().enumerate() {
                    let value = values.get(row).or(values.last()).copied();
                    give(at, value.unwrap_or(f64::NAN));
                }
            }
            Self::Sticks(sticks) => {
                let mut left = 1.0;
                for (at, (stick, u)) in sticks.iter().zip(place).enumerate() {
                    let part = left * stick.quantile(*u);
                    left -= part;
                    give(at, part);
                }
                give(sticks.len(), left);
            }
            Self::Copula { factor, samplers } => {
                let normal: Vec<f64> = place.iter().map(|u| normal_quantile(*u)).collect();
                for (at, (row, sampler)) in factor.iter().zip(samplers).enumerate() {
                    // The first is as it would be by itself, to the last digit.
                    let share = match at {
                        0 => place[0],
                        _ => normal_cdf(row.iter().zip(&normal).map(|(l, z)| l * z).sum()),
                    };
                    give(at, sampler.quantile(share));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::Generator;

    fn uniform(low: f64, high: f64) -> Distribution {
        Distribution::Uniform { low, high }
    }

    fn share(group: &str, alpha: f64, rest: f64) -> Distribution {
        Distribution::Dirichlet {
            group: group.to_owned(),
            alpha,
            rest,
        }
    }

    fn records(distributions: Vec<Distribution>) -> Vec<NumberRecord> {
        let record = |(at, distribution): (usize, Distribution)| NumberRecord {
            path: format!("n{at}"),
            spec: crate::scenario::NumberSpec::new("n", "1", -9.0, 9.0, ""),
            form: Form::Uncertain(distribution),
            source: None,
            given: true,
            place: None,
        };
        distributions.into_iter().enumerate().map(record).collect()
    }

    /// By draw, then number.
    fn draws(joint: &Joint, count: u64) -> Vec<Vec<f64>> {
        let streams: Vec<Generator> = (0..joint.coordinates())
            .map(|at| Generator::new(7, "test", &[at.to_string()]))
            .collect();
        let place =
            |draw| -> Vec<f64> { streams.iter().map(|s| s.stream(draw).uniform()).collect() };
        (0..count).map(|draw| joint.values(&place(draw))).collect()
    }

    fn mean(values: impl Iterator<Item = f64>) -> f64 {
        let (sum, count) = values.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
        sum / count
    }

    #[test]
    fn shares_sum_to_one_with_the_means_and_variances_of_dirichlet() {
        let alphas = [6.0, 3.0, 1.0];
        let joint = Joint::new(
            &records(alphas.map(|a| share("s", a, 10.0 - a)).to_vec()),
            &[],
        );
        assert_eq!(joint.coordinates(), 2);
        let draws = draws(&joint, 20_000);
        for draw in &draws {
            assert!((draw.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(draw.iter().all(|x| (0.0..=1.0).contains(x)));
        }
        for (k, alpha) in alphas.iter().enumerate() {
            let expected = alpha / 10.0;
            let variance = expected * (1.0 - expected) / 11.0;
            let found = mean(draws.iter().map(|d| d[k]));
            // 4.5 standard errors: wrong once in 150,000.
            assert!(
                (found - expected).abs() < 4.5 * (variance / 20_000.0).sqrt(),
                "{found}"
            );
            let spread = mean(draws.iter().map(|d| (d[k] - expected).powi(2)));
            assert!(
                (spread / variance - 1.0).abs() < 0.06,
                "{spread} {variance}"
            );
        }
    }

    #[test]
    fn correlated_numbers_have_the_rank_correlation_and_their_own_distributions() {
        let wanted = 0.6;
        let numbers = records(vec![
            uniform(0.0, 1.0),
            uniform(5.0, 6.0),
            Distribution::Lognormal {
                median: 2.0,
                sigma: 0.7,
                low: None,
                high: None,
            },
        ]);
        let pearson: f64 = 2.0 * (std::f64::consts::PI / 6.0 * wanted).sin();
        let together = Correlated {
            numbers: vec![0, 2],
            factor: vec![vec![1.0], vec![pearson, (1.0 - pearson * pearson).sqrt()]],
        };
        let joint = Joint::new(&numbers, &[together]);
        let bonds: Vec<&Bond> = joint.factors().iter().map(|f| &f.bond).collect();
        assert_eq!(bonds, [&Bond::Correlation, &Bond::None]);
        let draws = draws(&joint, 20_000);
        let sampler = numbers[2].form_sampler();
        // Ranks of a continuous number are its shares of probability.
        let rank = |d: &Vec<f64>| -> (f64, f64) { (d[0], share_below(&sampler, d[2])) };
        let product = mean(draws.iter().map(|d| {
            let (a, b) = rank(d);
            12.0 * (a - 0.5) * (b - 0.5)
        }));
        assert!((product - wanted).abs() < 0.03, "{product}");
        for level in [0.1, 0.5, 0.9] {
            let below = mean(
                draws
                    .iter()
                    .map(|d| f64::from(u8::from(d[2] < sampler.quantile(level)))),
            );
            let error = (level * (1.0 - level) / 20_000.0_f64).sqrt();
            assert!((below - level).abs() < 4.5 * error, "{level} {below}");
        }
        let with_other = mean(draws.iter().map(|d| 12.0 * (d[0] - 0.5) * (d[1] - 5.5)));
        assert!(with_other.abs() < 0.03, "{with_other}");
    }

    impl NumberRecord {
        fn form_sampler(&self) -> Sampler {
            match &self.form {
                Form::Uncertain(distribution) => distribution.sampler(),
                Form::Fixed(_) => unreachable!("all are uncertain"),
            }
        }
    }

    /// By bisection.
    fn share_below(sampler: &Sampler, value: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            match sampler.quantile(middle) < value {
                true => low = middle,
                false => high = middle,
            }
        }
        low
    }

    #[test]
    fn numbers_of_a_table_share_their_row() {
        let column = |values: [f64; 3]| Distribution::Table {
            table: "t".to_owned(),
            values: values.to_vec(),
            weights: vec![1.0, 0.0, 3.0],
        };
        let numbers = records(vec![
            column([1.0, 2.0, 3.0]),
            uniform(0.0, 1.0),
            column([10.0, 20.0, 30.0]),
        ]);
        let joint = Joint::new(&numbers, &[]);
        assert_eq!(joint.coordinates(), 2);
        assert_eq!(joint.factors()[0].members, [0, 2]);
        assert_eq!(joint.factors()[0].middles(), Some(vec![0.125, 0.625]));
        let draws = draws(&joint, 4_000);
        assert!(draws.iter().all(|d| d[2] == 10.0 * d[0] && d[0] != 2.0));
        let often = mean(draws.iter().map(|d| f64::from(u8::from(d[0] == 3.0))));
        assert!(
            (often - 0.75).abs() < 4.5 * (0.1875 / 4_000.0_f64).sqrt(),
            "{often}"
        );
    }
}
