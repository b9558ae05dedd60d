//! A list of lanes in memory that starts where a cache line does.

use std::ops::{Deref, DerefMut};

use super::lanes::Lanes;

/// Single-precision numbers in a cache line.
const IN_LINE: usize = 16;

/// A cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; IN_LINE]);

/// A list of fixed length.
///
/// From an ordinary allocation nearly every vector of 512 bits, and half of those of 256,
/// would lie across two cache lines, which makes loads and stores slower.
#[derive(Debug)]
pub struct List<const N: usize> {
    lines: Vec<Line>,
    length: usize,
}

impl<const N: usize> List<N> {
    /// A list of `length` times the same.
    pub fn filled(length: usize, value: Lanes<N>) -> Self {
        let lines = (length * N).div_ceil(IN_LINE);
        let mut list = Self {
            lines: vec![Line([0.0; IN_LINE]); lines],
            length,
        };
        list.fill(value);
        list
    }
}

impl<const N: usize> Deref for List<N> {
    type Target = [Lanes<N>];

    #[inline(always)]
    fn deref(&self) -> &[Lanes<N>] {
        // SAFETY: the lines hold at least `length * N` numbers, and `Lanes` is `N` of them.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.length) }
    }
}

impl<const N: usize> DerefMut for List<N> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [Lanes<N>] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.length) }
    }
}

impl<const N: usize> Clone for List<N> {
    fn clone(&self) -> Self {
        Self {
            lines: self.lines.clone(),
            length: self.length,
        }
    }

    /// Keeps its memory where it is large enough.
    fn clone_from(&mut self, other: &Self) {
        self.lines.clone_from(&other.lines);
        self.length = other.length;
    }
}

impl<const N: usize> FromIterator<Lanes<N>> for List<N> {
    fn from_iter<I: IntoIterator<Item = Lanes<N>>>(items: I) -> Self {
        let items: Vec<Lanes<N>> = items.into_iter().collect();
        let mut list = Self::filled(items.len(), Lanes::ZERO);
        list.copy_from_slice(&items);
        list
    }
}

impl<'a, const N: usize> IntoIterator for &'a List<N> {
    type Item = &'a Lanes<N>;
    type IntoIter = std::slice::Iter<'a, Lanes<N>>;

    #[inline(always)]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, const N: usize> IntoIterator for &'a mut List<N> {
    type Item = &'a mut Lanes<N>;
    type IntoIter = std::slice::IterMut<'a, Lanes<N>>;

    #[inline(always)]
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const N: usize>() {
        for length in [0, 1, 2, 5, 16, 100] {
            let number = |k: usize| Lanes::<N>::from_fn(|lane| (k * N + lane) as f32);
            let list: List<N> = (0..length).map(number).collect();
            assert_eq!(list.len(), length);
            assert_eq!(list.as_ptr().align_offset(64), 0);
            for (k, item) in list.iter().enumerate() {
                assert_eq!(*item, number(k));
            }
            let mut other = List::filled(3, Lanes::ONE);
            other.clone_from(&list);
            other.iter_mut().for_each(|x| *x += 1.0);
            for (a, b) in other.iter().zip(&list.clone()) {
                assert_eq!(*a, *b + 1.0);
            }
        }
    }

    #[test]
    fn lists_hold_what_is_put_in() {
        check::<1>();
        check::<8>();
        check::<16>();
    }
}
