//! Instruction sets, chosen at run time; every one gives the same bits.

// Neither FMA nor anything else that rounds differently is enabled: same bits everywhere.
// A module for each: what is compiled for a set, nearly all of the model, is divided among the
// compiler's threads by modules.
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;

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
