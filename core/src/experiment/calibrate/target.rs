//! What simulations have to be near to, and how near.

use super::simulator::Particle;
use super::summaries::Summaries;

/// What is to be near to what.
pub struct Target {
    /// What reports say of each number.
    pub summaries: Summaries,
    /// The summaries of what was observed.
    pub wished: Vec<f64>,
    /// Scales and threshold of each generation.
    pub bounds: Vec<(Vec<f64>, f64)>,
}

impl Target {
    /// Adds a threshold that keeps such a share of the particles, under the scales of what was
    /// simulated last, and drops the others; the nearest come first. `None` where nothing varies.
    pub fn tighten(
        &mut self,
        particles: &mut Vec<Particle>,
        latest: &[Vec<f64>],
        keep: f64,
    ) -> Option<Vec<f64>> {
        let scales = scales(latest, self.wished.len());
        if scales.iter().all(|scale| *scale <= 0.0) {
            return None;
        }
        for particle in particles.iter_mut() {
            particle.distance = distance(&particle.summaries, &self.wished, &scales);
        }
        // Of equal distances the first drawn is kept.
        particles.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        let kept = (keep * particles.len() as f64).round().max(2.0) as usize;
        particles.truncate(kept);
        let threshold = particles.last().map_or(0.0, |p| p.distance);
        self.bounds.push((scales.clone(), threshold));
        Some(scales)
    }

    /// The last threshold.
    pub fn threshold(&self) -> f64 {
        self.bounds.last().map_or(0.0, |(_, threshold)| *threshold)
    }

    /// Whether a simulation is near enough under all of them.
    pub fn holds(&self, summaries: &[f64]) -> bool {
        let within = |(scales, threshold): &(Vec<f64>, f64)| {
            distance(summaries, &self.wished, scales) <= *threshold
        };
        self.bounds.iter().all(within)
    }
}

impl Target {
    /// How far summaries are, in the last scales.
    pub fn distance(&self, summaries: &[f64]) -> f64 {
        let scales = self.bounds.last().map_or(&[][..], |(scales, _)| scales);
        distance(summaries, &self.wished, scales)
    }
}

/// The root mean square of how far summaries are from those of what was observed, in their
/// scales.
fn distance(summaries: &[f64], wished: &[f64], scales: &[f64]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for ((own, wished), scale) in summaries.iter().zip(wished).zip(scales) {
        if *scale > 0.0 {
            let miss = (own - wished) / scale;
            sum += miss * miss;
            count += 1.0;
        }
    }
    if count > 0.0 {
        (sum / count).sqrt()
    } else {
        0.0
    }
}

/// The standard deviation of each summary.
fn scales(simulated: &[Vec<f64>], summaries: usize) -> Vec<f64> {
    let n = simulated.len() as f64;
    let scale = |k: usize| {
        let mean = simulated.iter().map(|s| s[k]).sum::<f64>() / n;
        let square = |s: &Vec<f64>| (s[k] - mean) * (s[k] - mean);
        (simulated.iter().map(square).sum::<f64>() / n).sqrt()
    };
    (0..summaries).map(scale).collect()
}
