//! Which replicates end differently, and how.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::{DrawTally, Estimate};

use super::paired::runs;

/// So many replicates had one set of outcomes in the first scenario and another in the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// The keys of the outcomes by the horizon in the first scenario.
    pub from: Vec<String>,
    /// The same in the other.
    pub to: Vec<String>,
    /// In how many replicates.
    pub count: u64,
}

/// How the sets of outcomes of paired replicates differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transitions {
    /// Replicates whose set of outcomes differs.
    pub changed: u64,
    /// Of so many.
    pub replicates: u64,
    /// Their share.
    pub share: Estimate,
    /// Every transition, also of a set to itself, the most frequent first.
    pub list: Vec<Transition>,
}

impl Transitions {
    /// The transitions between different sets.
    pub fn changes(&self) -> impl Iterator<Item = &Transition> {
        self.list.iter().filter(|t| t.from != t.to)
    }
}

/// Counts transitions. `first` and `other` hold, by outcome of `keys` and then by replicate,
/// whether it came about by the horizon; replicates of one draw stand together.
pub fn transitions(
    keys: &[String],
    first: &[Vec<bool>],
    other: &[Vec<bool>],
    draws: &[u64],
) -> Transitions {
    let set = |columns: &[Vec<bool>], r: usize| -> Vec<usize> {
        let had = columns.iter().enumerate().filter(|(_, column)| column[r]);
        had.map(|(k, _)| k).collect()
    };
    let mut counts: BTreeMap<(Vec<usize>, Vec<usize>), u64> = BTreeMap::new();
    let mut tally = DrawTally::default();
    let mut changed = 0;
    for of_draw in runs(draws) {
        let size = of_draw.len() as u64;
        let mut in_draw = 0;
        for r in of_draw {
            let pair = (set(first, r), set(other, r));
            in_draw += u64::from(pair.0 != pair.1);
            *counts.entry(pair).or_default() += 1;
        }
        tally.add(in_draw, size);
        changed += in_draw;
    }
    let named = |set: &[usize]| set.iter().map(|&k| keys[k].clone()).collect();
    let mut list: Vec<Transition> = counts
        .iter()
        .map(|((from, to), &count)| Transition {
            from: named(from),
            to: named(to),
            count,
        })
        .collect();
    list.sort_by_key(|t| std::cmp::Reverse(t.count));
    let replicates = draws.len() as u64;
    Transitions {
        changed,
        replicates,
        share: tally.chance(),
        list,
    }
}
