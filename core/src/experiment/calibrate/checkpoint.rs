//! What a calibration keeps after each generation, so that it can go on from there.

use serde::{Deserialize, Serialize};

use super::simulator::{Particle, Settings};
use super::smc::Generation;

/// Everything that the next generation needs; summaries follow from the pilot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// What it is the calibration of: nothing else can go on from it.
    pub of: String,
    /// The pilot.
    pub(super) pilot: Vec<Particle>,
    /// The particles of the last generation.
    pub(super) particles: Vec<Particle>,
    /// Every generation.
    pub(super) generations: Vec<Generation>,
    /// Summaries of all that was simulated in the last one.
    pub(super) latest: Vec<Vec<f64>>,
    /// Simulations so far.
    pub(super) spent: u64,
}

impl Checkpoint {
    /// How many generations are done.
    pub fn generations(&self) -> usize {
        self.generations.len()
    }
}

/// What tells a calibration from others: all but how long it goes on.
pub(super) fn identity(parts: &[String], settings: &Settings) -> String {
    let mut hasher = blake3::Hasher::new();
    let Settings {
        islands,
        particles,
        keep,
        least_accepted,
        pilot,
        ..
    } = settings;
    let how = format!("{islands} {particles} {keep} {least_accepted} {pilot}");
    for part in parts.iter().chain([&how]) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
