//! AVX-512: sixteen numbers at once.

use super::Isa;

/// AVX-512 (foundation, and its forms for shorter vectors). There is one only where the
/// machine has it.
#[derive(Debug, Clone, Copy)]
pub struct Avx512(());

impl Avx512 {
    /// The set, if this machine has it.
    pub fn detect() -> Option<Self> {
        let has = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512dq")
            && std::arch::is_x86_feature_detected!("avx512bw");
        has.then_some(Self(()))
    }
}

impl Isa for Avx512 {
    #[inline(always)]
    fn call<R>(self, body: impl FnOnce() -> R) -> R {
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
        fn compiled<R>(body: impl FnOnce() -> R) -> R {
            body()
        }
        // SAFETY: there is no `Avx512` without the features.
        unsafe { compiled(body) }
    }
}
