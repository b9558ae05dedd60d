//! Work that is divided among machines.

use std::convert::Infallible;
use std::ops::Range;

use super::batch::{Batch, Progress, run};
use super::lanes::LanePath;
use super::row::Row;

/// One of several shares of work that together are all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub index: u64,
    /// How many there are.
    pub of: u64,
}

impl Shard {
    /// From `3/64`.
    ///
    /// # Errors
    /// If it is none: says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(index, of)| {
            let index = index.trim().parse::<u64>().ok()?;
            Some((index, of.trim().parse::<u64>().ok()?))
        });
        match numbers {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err("a shard is I/K: the I-th of K, counted from 1, such as 3/64".to_owned()),
        }
    }

    /// Its share of `count` replicates, of which `together` after each other are never parted.
    pub fn range(&self, count: u64, together: u64) -> Range<u64> {
        let units = u128::from(count.div_ceil(together.max(1)));
        let end = |index: u64| {
            let units = units * u128::from(index) / u128::from(self.of);
            let end = units * u128::from(together);
            u64::try_from(end).unwrap_or(u64::MAX).min(count)
        };
        end(self.index - 1)..end(self.index)
    }

    /// Whether a piece of work that is done as a whole falls to it, by its number.
    pub fn has(&self, number: u64) -> bool {
        number % self.of == self.index - 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// Replicates from which it is told whether machines agree.
const ASKED: u64 = 64;
/// Of these, so many lane by lane as well.
const SINGLY: u64 = 8;

/// What this machine makes of the first replicates of a batch: a hash, which is the same on
/// every machine that computes as it should.
///
/// # Errors
/// If its lanes don't compute what a single lane does.
pub fn known_answer(batch: &Batch<'_>) -> Result<String, String> {
    let rows = |count: u64, path: LanePath| {
        let batch = Batch {
            first: 0,
            unit: None,
            in_full: false,
            ..*batch
        };
        let mut rows: Vec<Row> = Vec::new();
        let Ok(_) = run(
            &batch.replicates(count.min(batch.replicates)).path(path),
            &Progress::default(),
            |more| {
                rows.extend_from_slice(more);
                Ok::<(), Infallible>(())
            },
        );
        rows
    };
    let found = rows(ASKED, batch.path);
    let singly = rows(SINGLY, LanePath::Scalar);
    // As text, since what is not a number is equal to nothing.
    let text = |rows: &[Row]| format!("{rows:?}");
    if text(&singly) != text(&found[..singly.len()]) {
        return Err(format!(
            "this machine computes other results with the lanes of {} than one by one: it can't be relied on",
            batch.path.name()
        ));
    }
    let hash = blake3::hash(text(&found).as_bytes()).to_hex();
    Ok(hash[..16].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shards_are_all_of_the_work_once(
            count in 0_u64..100_000, together in 1_u64..2000, of in 1_u64..300
        ) {
            let mut next = 0;
            for index in 1..=of {
                let range = Shard { index, of }.range(count, together);
                prop_assert_eq!(range.start, next);
                prop_assert!(range.end == count || range.end.is_multiple_of(together));
                next = range.end;
            }
            prop_assert_eq!(next, count);
        }
    }

    #[test]
    fn a_shard_is_read_as_it_is_written() {
        let shard = Shard { index: 3, of: 64 };
        assert_eq!(Shard::parse(&shard.to_string()), Ok(shard));
        for wrong in ["0/4", "5/4", "4", "a/b", "1/0", "-1/3", ""] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            Shard { index: 2, of: 2 }.range(10_000_000_000, 2).start,
            5_000_000_000
        );
    }
}
