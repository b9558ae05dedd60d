//! Summaries of reports, learned from a pilot (Fearnhead and Prangle 2012): what they say of each
//! number.

use super::simulator::Particle;
use crate::numeric::matrix::{cholesky, solve};

/// What reports say of each number: its least-squares line on them.
#[derive(Debug, Default)]
pub struct Summaries {
    /// Mean and standard deviation of each report; 0 where it never varies.
    reports: Vec<(f64, f64)>,
    /// By number, then report.
    slopes: Vec<Vec<f64>>,
}

/// Added to the regression's diagonal, as a share of the pilot: reports may be alike.
const DAMPING: f64 = 1e-3;

impl Summaries {
    /// From what the pilot reported.
    pub fn learned(pilot: &[Particle]) -> Self {
        let n = pilot.len() as f64;
        let numbers = pilot.first().map_or(0, |p| p.z.len());
        let count = pilot.first().map_or(0, |p| p.reports.len());
        let spread = |j: usize| {
            let mean = pilot.iter().map(|p| p.reports[j]).sum::<f64>() / n;
            let square = |p: &Particle| (p.reports[j] - mean) * (p.reports[j] - mean);
            (mean, (pilot.iter().map(square).sum::<f64>() / n).sqrt())
        };
        let mut learned = Self {
            reports: (0..count).map(spread).collect(),
            slopes: Vec::new(),
        };
        let mut normal = vec![vec![0.0; count]; count];
        let mut right = vec![vec![0.0; count]; numbers];
        for particle in pilot {
            let row = learned.standard(&particle.reports);
            for i in 0..count {
                for j in 0..count {
                    normal[i][j] += row[i] * row[j];
                }
            }
            for (right, z) in right.iter_mut().zip(&particle.z) {
                for (right, x) in right.iter_mut().zip(&row) {
                    *right += x * z;
                }
            }
        }
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] += DAMPING * n;
        }
        if let Some(lower) = cholesky(&normal) {
            learned.slopes = right.iter().map(|right| solve(&lower, right)).collect();
        }
        learned
    }

    fn standard(&self, reports: &[f64]) -> Vec<f64> {
        let each = reports.iter().zip(&self.reports);
        each.map(|(x, (mean, sd))| if *sd > 0.0 { (x - mean) / sd } else { 0.0 })
            .collect()
    }

    /// What these reports say of each number.
    pub fn of(&self, reports: &[f64]) -> Vec<f64> {
        let row = self.standard(reports);
        let dot = |slopes: &Vec<f64>| slopes.iter().zip(&row).map(|(a, b)| a * b).sum();
        self.slopes.iter().map(dot).collect()
    }
}
