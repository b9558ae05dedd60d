//! AVX2: eight numbers at once.

use super::Isa;

/// AVX2. There is one only where the machine has it.
#[derive(Debug, Clone, Copy)]
pub struct Avx2(());

impl Avx2 {
    /// The set, if this machine has it.
    pub fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Isa for Avx2 {
    #[inline(always)]
    fn call<R>(self, body: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx2")]
        fn compiled<R>(body: impl FnOnce() -> R) -> R {
            body()
        }
        // SAFETY: there is no `Avx2` without the feature.
        unsafe { compiled(body) }
    }
}
