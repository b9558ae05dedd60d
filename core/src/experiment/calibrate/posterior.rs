//! The posterior as a table that a scenario takes as its inputs, and what it says of each number.

use crate::numeric::special::normal_cdf;
use crate::scenario::{NumberRecord, Scenario, laid};

use super::super::score::quantile;
use super::simulator::Particle;
use super::smc::different;
use super::{Learned, Number, Task};
use crate::numeric::matrix::moments;

/// Bins of a number's posterior.
const BINS: usize = 20;

/// Particles, all alike likely, as a table: a row for each.
#[derive(Debug, Clone)]
pub struct Posterior {
    /// The keys of its columns.
    pub keys: Vec<String>,
    /// By column, then row: the values.
    pub columns: Vec<Vec<f64>>,
    /// By row: its distance from what was observed.
    pub distances: Vec<f64>,
    records: Vec<NumberRecord>,
}

impl Number {
    fn value(&self, z: f64) -> f64 {
        self.sampler.quantile(normal_cdf(z))
    }
}

impl Posterior {
    pub(super) fn new(task: &Task<'_>, particles: &[Particle]) -> Self {
        let records: Vec<NumberRecord> = task
            .numbers
            .iter()
            .map(|number| task.scenario.numbers[number.index].clone())
            .collect();
        let numbers = task.numbers.iter().enumerate();
        Self {
            keys: records.iter().map(|record| record.path.clone()).collect(),
            columns: numbers
                .map(|(k, number)| particles.iter().map(|p| number.value(p.z[k])).collect())
                .collect(),
            distances: particles.iter().map(|p| p.distance).collect(),
            records,
        }
    }

    /// A scenario whose numbers are columns of the table `name`.
    pub fn laid_over(&self, scenario: &Scenario, name: &str, source: &str) -> Scenario {
        let each = self.records.iter().zip(&self.columns);
        let numbers = each.map(|(record, column)| {
            let values = column.iter().map(|&value| short(value)).collect();
            record.as_column(name, values, source)
        });
        scenario.with_numbers(numbers)
    }

    /// The posterior as TOML to be laid over a scenario: each number a column of the table
    /// `name`.
    pub fn to_toml(&self, name: &str, source: &str) -> String {
        let each = self.records.iter().zip(&self.columns);
        laid(each.map(|(record, column)| {
            // Six digits: a posterior of some hundred particles knows no more.
            let values = column.iter().map(|&value| short(value)).collect();
            let number = record.as_column(name, values, source);
            (record.path.clone(), number.to_toml())
        }))
    }
}

/// A number with six digits.
fn short(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// Mean and standard deviation of a report over particles.
pub(super) fn moments_of(particles: &[Particle], report: usize) -> (f64, f64) {
    let n = particles.len() as f64;
    let mean = particles.iter().map(|p| p.reports[report]).sum::<f64>() / n;
    let square = |p: &Particle| (p.reports[report] - mean) * (p.reports[report] - mean);
    (mean, (particles.iter().map(square).sum::<f64>() / n).sqrt())
}

fn points(particles: &[Particle]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let n = particles.len();
    let points = particles.iter().map(|p| p.z.clone()).collect();
    (points, vec![1.0 / n as f64; n])
}

/// What was learned of each number by populations.
pub(super) fn learned(task: &Task<'_>, populations: &[&[Particle]]) -> Vec<Learned> {
    let particles = populations.concat();
    let different = different(&particles);
    let (points, weights) = points(&particles);
    let (mean, covariance) = moments(&points, &weights);
    let each = task.numbers.iter().enumerate();
    each.map(|(k, number)| {
        let record = &task.scenario.numbers[number.index];
        let mut sorted: Vec<f64> = points.iter().map(|z| number.value(z[k])).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut bins = vec![0.0; BINS];
        for (point, weight) in points.iter().zip(&weights) {
            let bin = (normal_cdf(point[k]) * BINS as f64) as usize;
            bins[bin.min(BINS - 1)] += weight;
        }
        let shares = [0.05, 0.25, 0.5, 0.75, 0.95];
        Learned {
            key: record.path.clone(),
            unit: record.spec.unit.to_owned(),
            about: record.spec.about.to_owned(),
            prior: shares.map(|share| number.sampler.quantile(share)),
            posterior: shares.map(|share| quantile(&sorted, share)),
            bits: bits(&bins, different),
            contraction: 1.0 - covariance[k][k],
            shift: mean[k],
            error: error(populations, k),
            bins,
            edges: (0..=BINS)
                .map(|edge| number.sampler.quantile(edge as f64 / BINS as f64))
                .collect(),
        }
    })
    .collect()
}

/// The standard error of the mean of a number, standard normal under the prior, by the means of
/// the populations.
fn error(populations: &[&[Particle]], number: usize) -> Option<f64> {
    let count = populations.len() as f64;
    let means: Vec<f64> = populations
        .iter()
        .map(|of| of.iter().map(|p| p.z[number]).sum::<f64>() / of.len() as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / count;
    let squares: f64 = means.iter().map(|m| (m - mean) * (m - mean)).sum();
    (means.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt())
}

/// The divergence in bits of shares of bins from even ones, less its mean where so many
/// particles are even by nature (Miller 1955).
fn bits(bins: &[f64], different: usize) -> f64 {
    let count = bins.len() as f64;
    let each = bins.iter().filter(|share| **share > 0.0);
    let divergence: f64 = each.map(|share| share * libm::log2(share * count)).sum();
    let by_chance = (count - 1.0) / (2.0 * different.max(1) as f64) / std::f64::consts::LN_2;
    (divergence - by_chance).max(0.0)
}

/// Correlations of the numbers.
pub(super) fn correlations(particles: &[Particle]) -> Vec<Vec<f64>> {
    let (points, weights) = points(particles);
    let (_, covariance) = moments(&points, &weights);
    let n = covariance.len();
    let of = |i: usize, j: usize| {
        let scale = (covariance[i][i] * covariance[j][j]).sqrt();
        if scale > 0.0 {
            covariance[i][j] / scale
        } else {
            0.0
        }
    };
    (0..n).map(|i| (0..n).map(|j| of(i, j)).collect()).collect()
}
