//! Instruction sets, chosen at run time; every one gives the same bits.

/// An instruction set that this machine is known to have.
///
/// Each call compiles its body once for the set: a submodel becomes one function of
/// vector instructions, with nothing in its source but arithmetic on lanes.
pub trait Isa: Copy + Send + Sync {
    /// Runs the body with the instructions of the set.
    fn call<R>(self, body: impl FnOnce() -> R) -> R;
}

/// Goes through a list whose items hold lanes.
///
/// The lanes of an item are what becomes a vector. Left to itself, LLVM takes a short loop
/// for one to vectorise across the items, and then spends most of it on moving lanes to and
/// fro; an empty piece of assembly in the loop keeps it from that.
#[inline(always)]
pub fn lanewise<I: IntoIterator>(list: I) -> Lanewise<I::IntoIter> {
    Lanewise(list.into_iter())
}

/// The items of a list, by [`lanewise`].
#[derive(Debug, Clone)]
pub struct Lanewise<I>(I);

impl<I: Iterator> Iterator for Lanewise<I> {
    type Item = I::Item;

    #[inline(always)]
    fn next(&mut self) -> Option<I::Item> {
        let item = self.0.next()?;
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        // SAFETY: no instruction at all.
        unsafe {
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        Some(item)
    }

    #[inline(always)]
    fn fold<B, F: FnMut(B, I::Item) -> B>(self, first: B, mut f: F) -> B {
        let mut all = first;
        for item in self {
            all = f(all, item);
        }
        all
    }
}

/// What every machine of the kind has: SSE2 on x86-64, NEON on AArch64.
#[derive(Debug, Clone, Copy)]
pub struct Baseline;

impl Isa for Baseline {
    #[inline(never)]
    fn call<R>(self, body: impl FnOnce() -> R) -> R {
        body()
    }
}

// Neither FMA nor anything else that rounds differently is enabled: same bits everywhere.

/// AVX2. There is one only where the machine has it.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
pub struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// The set, if this machine has it.
    pub fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

#[cfg(target_arch = "x86_64")]
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

/// AVX-512 (foundation, and its forms for shorter vectors). There is one only where the
/// machine has it.
#[cfg(target_arch = "x86_64")]
#[derive(Debug, Clone, Copy)]
pub struct Avx512(());

#[cfg(target_arch = "x86_64")]
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

#[cfg(target_arch = "x86_64")]
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
