//! Which instruction set and how many lanes; every choice gives the same bits.

use crate::model::step::{Scratch, Setting, run};
use crate::model::{Outcomes, Record, State};
#[cfg(target_arch = "x86_64")]
use crate::numeric::{Avx2, Avx512};
use crate::numeric::{Baseline, Streams};

/// Lanes in the fast paths.
pub const WIDE: usize = 8;

/// How replicates are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanePath {
    /// One replicate at a time: the reference.
    Scalar,
    /// Eight side by side, with the instructions every machine of the kind has
    /// (SSE2 on x86-64, NEON on AArch64).
    Baseline,
    /// Eight side by side with AVX2.
    Avx2,
    /// Eight side by side with AVX-512.
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

/// Runs a group on the given path; an unavailable one falls back to the baseline, which
/// gives the same bits.
pub fn go<const N: usize>(
    path: LanePath,
    setting: Setting<'_, N>,
    scratch: &mut Scratch<N>,
    streams: &mut Streams<'_, N>,
    record: &mut Record<N>,
) -> (State<N>, Outcomes<N>) {
    #[cfg(target_arch = "x86_64")]
    match path {
        LanePath::Avx512 => {
            if let Some(isa) = Avx512::detect() {
                return run(isa, setting, scratch, streams, record);
            }
        }
        LanePath::Avx2 => {
            if let Some(isa) = Avx2::detect() {
                return run(isa, setting, scratch, streams, record);
            }
        }
        LanePath::Scalar | LanePath::Baseline => {}
    }
    let _ = path;
    run(Baseline, setting, scratch, streams, record)
}
