//! The arithmetic limit: as many operations on lanes as a step of the flagship has, in
//! bare loops over a few kilobytes, with no model around them.
//!
//! The counts come from `count.rs`. Everything is independent of everything else, so the
//! processor can overlap it as it likes.

use serde_json::Value;
use simulate::numeric::{Isa, Key, Lanes, Mask, chacha8_block, normal, uniform};

/// Numbers in each array: a power of 2, so that an index wraps by a mask.
const ROOM: usize = 64;

/// Which operations take part.
#[derive(Debug, Clone, Copy)]
pub enum Extent {
    /// Exponentials, logarithms, normal draws, multiply-adds: as the goal names them.
    Named,
    /// And divisions, square roots, uniform draws and the random words themselves.
    Arithmetic,
    /// And the smaller or larger of two, comparisons and choices.
    All,
}

impl Extent {
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Named, "named"),
        (Self::Arithmetic, "arithmetic"),
        (Self::All, "all"),
    ];
}

/// How often a step does what.
#[derive(Debug, Clone, Default)]
pub struct Work {
    exp: usize,
    ln: usize,
    normal: usize,
    multiply_add: usize,
    add: usize,
    mul: usize,
    div: usize,
    sqrt: usize,
    uniform: usize,
    /// Blocks are made every sixteenth step: these are for 16 steps.
    blocks: usize,
    min_max: usize,
    compare: usize,
    select: usize,
}

impl Work {
    /// The work of a step from what was counted; `None`: the counts lack something.
    pub fn of(counts: &Value, extent: Extent) -> Option<Self> {
        let count = |kind: &str| counts["per_step"][kind].as_f64();
        let rounded = |kind: &str| count(kind).map(|c| c.round() as usize);
        let (add, mul) = (rounded("add")?, rounded("mul")?);
        let mut work = Self {
            exp: rounded("exp")?,
            ln: rounded("ln")?,
            normal: rounded("normal")?,
            multiply_add: add.min(mul),
            add: add.saturating_sub(mul),
            mul: mul.saturating_sub(add),
            ..Self::default()
        };
        if !matches!(extent, Extent::Named) {
            work.div = rounded("div")?;
            work.sqrt = rounded("sqrt")?;
            work.uniform = rounded("uniform")?;
            work.blocks = (count("block")? * 16.0).round() as usize;
        }
        if matches!(extent, Extent::All) {
            work.min_max = rounded("min_max")?;
            work.compare = rounded("compare")?;
            work.select = rounded("select")?;
        }
        Some(work)
    }

    /// `count` operations of one kind, with their names.
    pub fn kinds(count: usize) -> [(&'static str, Self); 10] {
        let none = Self::default;
        [
            (
                "multiply_add",
                Self {
                    multiply_add: count,
                    ..none()
                },
            ),
            (
                "exp",
                Self {
                    exp: count,
                    ..none()
                },
            ),
            (
                "ln",
                Self {
                    ln: count,
                    ..none()
                },
            ),
            (
                "normal",
                Self {
                    normal: count,
                    ..none()
                },
            ),
            (
                "uniform",
                Self {
                    uniform: count,
                    ..none()
                },
            ),
            (
                "div",
                Self {
                    div: count,
                    ..none()
                },
            ),
            (
                "sqrt",
                Self {
                    sqrt: count,
                    ..none()
                },
            ),
            (
                "min_max",
                Self {
                    min_max: count,
                    ..none()
                },
            ),
            (
                "compare",
                Self {
                    compare: count,
                    ..none()
                },
            ),
            (
                "select",
                Self {
                    select: count,
                    ..none()
                },
            ),
        ]
    }
}

/// Counts to a number. The empty piece of assembly keeps LLVM from making vectors across
/// the turns of a loop instead of the lanes.
#[inline(always)]
fn each(count: usize) -> impl Iterator<Item = usize> {
    (0..count).inspect(
        #[inline(always)]
        |_| {
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
            // SAFETY: no instruction at all.
            unsafe {
                std::arch::asm!("", options(nomem, nostack, preserves_flags));
            }
        },
    )
}

/// What the loops read and write.
pub struct Bench<const N: usize> {
    x: [Lanes<N>; ROOM],
    y: [Lanes<N>; ROOM],
    out: [Lanes<N>; ROOM],
    masks: [Mask<N>; ROOM],
    words: [[u32; N]; ROOM],
    key: Key,
}

impl<const N: usize> Bench<N> {
    pub fn new() -> Self {
        let key = [1, 2, 3, 4, 5, 6, 7, 8];
        let mut words = [[0; N]; ROOM];
        for (k, chunk) in words.chunks_exact_mut(16).enumerate() {
            let block = chacha8_block(&key, k as u64, std::array::from_fn(|lane| lane as u64));
            chunk.copy_from_slice(&block);
        }
        let x = words.map(uniform);
        let mut y = x;
        y.rotate_left(1);
        Self {
            x,
            y,
            out: x,
            masks: [Mask::ALL; ROOM],
            words,
            key,
        }
    }

    /// Does the work of a step.
    pub fn step<I: Isa>(&mut self, isa: I, work: &Work, t: usize) {
        self.multiply_add(isa, work);
        self.functions(isa, work);
        self.divisions(isa, work);
        self.choices(isa, work);
        if t.is_multiple_of(16) {
            self.blocks(isa, work, t);
        }
        std::hint::black_box(&mut self.out);
    }

    fn multiply_add<I: Isa>(&mut self, isa: I, work: &Work) {
        let (a, b) = std::hint::black_box((Lanes::splat(0.75), Lanes::splat(0.1)));
        self.in_registers(
            isa,
            work.multiply_add,
            #[inline(always)]
            |x| x * a + b,
        );
        self.in_registers(
            isa,
            work.add,
            #[inline(always)]
            |x| x + b,
        );
        self.in_registers(
            isa,
            work.mul,
            #[inline(always)]
            |x| x * a,
        );
    }

    /// An operation again and again, on as many numbers as stay in registers on every path and
    /// don't wait for each other.
    fn in_registers<I: Isa>(&mut self, isa: I, count: usize, f: impl Fn(Lanes<N>) -> Lanes<N>) {
        const FEW: usize = 6;
        let (few, _) = self.out.as_chunks_mut::<FEW>();
        let few = &mut few[0];
        isa.call(
            #[inline(always)]
            || {
                let mut values = *few;
                for _ in each(count / FEW) {
                    for value in &mut values {
                        *value = f(*value);
                    }
                }
                for value in &mut values[..count % FEW] {
                    *value = f(*value);
                }
                *few = values;
            },
        );
    }

    fn functions<I: Isa>(&mut self, isa: I, work: &Work) {
        let Self { x, out, words, .. } = self;
        isa.call(
            #[inline(always)]
            || {
                for i in each(work.exp) {
                    out[i % ROOM] = x[i % ROOM].exp();
                }
                for i in each(work.ln) {
                    out[i % ROOM] = x[i % ROOM].ln();
                }
                for i in each(work.normal) {
                    out[i % ROOM] = normal(words[i % ROOM]);
                }
                for i in each(work.uniform) {
                    out[i % ROOM] = uniform(words[i % ROOM]);
                }
            },
        );
    }

    fn divisions<I: Isa>(&mut self, isa: I, work: &Work) {
        let Self { x, y, out, .. } = self;
        isa.call(
            #[inline(always)]
            || {
                for i in each(work.div) {
                    out[i % ROOM] = x[i % ROOM] / y[i % ROOM];
                }
                for i in each(work.sqrt) {
                    out[i % ROOM] = x[i % ROOM].sqrt();
                }
            },
        );
    }

    fn choices<I: Isa>(&mut self, isa: I, work: &Work) {
        let b = std::hint::black_box(Lanes::splat(0.1));
        self.in_registers(
            isa,
            work.min_max,
            #[inline(always)]
            |x| x.max(b),
        );
        let Self {
            x, y, out, masks, ..
        } = self;
        isa.call(
            #[inline(always)]
            || {
                for i in each(work.compare) {
                    masks[i % ROOM] = x[i % ROOM].lt(y[i % ROOM]);
                }
                for i in each(work.select) {
                    out[i % ROOM] = masks[i % ROOM].select(x[i % ROOM], y[i % ROOM]);
                }
            },
        );
    }

    fn blocks<I: Isa>(&mut self, isa: I, work: &Work, t: usize) {
        let Self { words, key, .. } = self;
        let replicates = std::array::from_fn(|lane| lane as u64);
        isa.call(
            #[inline(always)]
            || {
                for i in each(work.blocks) {
                    let block = chacha8_block(key, (t + i) as u64, replicates);
                    for (word, new) in words[i % 4 * 16..].iter_mut().zip(block) {
                        *word = new;
                    }
                }
            },
        );
    }
}
