//! Which instruction set and how many lanes; every choice gives the same bits.

#[cfg(target_arch = "x86_64")]
use crate::numeric::{Avx2, Avx512};

/// Lanes in every path but the reference: a vector of 512 bits, or several shorter ones, which
/// don't wait for each other.
pub const WIDE: usize = 16;

/// How replicates are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanePath {
    /// One replicate at a time: the reference.
    Scalar,
    /// Sixteen side by side, with the instructions every machine of the kind has
    /// (SSE2 on x86-64, NEON on AArch64).
    Baseline,
    /// Sixteen side by side with AVX2.
    Avx2,
    /// Sixteen side by side with AVX-512.
    Avx512,
}

impl LanePath {
    /// All paths, with the names by which they can be asked for.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Scalar, "scalar"),
        (Self::Baseline, "baseline"),
        (Self::Avx2, "avx2"),
        (Self::Avx512, "avx512"),
    ];

    /// The fastest path that this machine has.
    pub fn best() -> Self {
        [Self::Avx512, Self::Avx2]
            .into_iter()
            .find(|p| p.is_available())
            .unwrap_or(Self::Baseline)
    }

    /// Whether this machine has the path.
    pub fn is_available(self) -> bool {
        match self {
            Self::Scalar | Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => Avx2::detect().is_some(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => Avx512::detect().is_some(),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The path's name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(path, _)| *path == self)
            .map_or("", |(_, name)| name)
    }
}
