//! How the draws of uncertain inputs are laid out.

use serde::{Deserialize, Serialize};

/// Where the draws of the uncertain inputs lie in the range of all that they can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputDesign {
    /// Each by itself.
    #[default]
    Random,
    /// Blocks of points of Sobol', each with a scramble of its own.
    Sobol,
    /// Blocks that are Latin hypercubes.
    Lhs,
}

impl InputDesign {
    /// All of them, in the order of [`InputDesign::WORDS`].
    pub const ALL: [Self; 3] = [Self::Random, Self::Sobol, Self::Lhs];
    /// What a scenario calls them.
    pub const WORDS: &'static [&'static str] = &["random", "sobol", "lhs"];

    /// Whether each draw lies by itself.
    pub fn is_random(&self) -> bool {
        *self == Self::Random
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sobol => "sobol",
            Self::Lhs => "lhs",
        }
    }
}
