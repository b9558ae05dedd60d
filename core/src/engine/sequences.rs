//! In which order outcomes come about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draws::DrawTally;
use super::label::OutcomeLabel;
use super::row::Row;
use super::summary::{SequenceCount, SequencePlace};

/// A place in an order, from 0, and what comes about there; `None`: nothing more.
type Place = (usize, Option<usize>);

/// Counts orders, draw by draw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sequences {
    /// The outcomes that have a place in orders, by index.
    ordered: Vec<usize>,
    orders: BTreeMap<Vec<usize>, DrawTally>,
    places: BTreeMap<Place, DrawTally>,
    /// Of the draw not ended yet.
    in_draw: BTreeMap<Vec<usize>, u64>,
    /// Whether draws hang together.
    in_blocks: bool,
}

impl Sequences {
    /// Nothing counted yet, of these outcomes.
    pub(super) fn new(labels: &[OutcomeLabel], in_blocks: bool) -> Self {
        let ordered = (0..labels.len()).filter(|&k| labels[k].ordered);
        Self {
            ordered: ordered.collect(),
            in_blocks,
            ..Self::default()
        }
    }

    /// Counts a replicate.
    pub(super) fn add(&mut self, row: &Row) {
        let order = self.order(row);
        *self.in_draw.entry(order).or_default() += 1;
    }

    /// The outcomes of a replicate in order of time; at the same time, in that of the scenario.
    fn order(&self, row: &Row) -> Vec<usize> {
        let came = self.ordered.iter();
        let mut dated: Vec<(u32, usize)> = came
            .filter_map(|&k| Some((row.outcomes[k].first?, k)))
            .collect();
        dated.sort_unstable();
        dated.into_iter().map(|(_, k)| k).collect()
    }

    /// Ends a draw of so many replicates.
    pub(super) fn close_draw(&mut self, replicates: u64) {
        let in_blocks = self.in_blocks;
        let none = || DrawTally::new(in_blocks);
        let mut places: BTreeMap<Place, u64> = BTreeMap::new();
        for (order, count) in std::mem::take(&mut self.in_draw) {
            let kinds = order.iter().copied().map(Some).chain([None]);
            for place in kinds.enumerate() {
                *places.entry(place).or_default() += count;
            }
            let tally = self.orders.entry(order);
            tally.or_insert_with(none).add(count, replicates);
        }
        for (place, count) in places {
            let tally = self.places.entry(place);
            tally.or_insert_with(none).add(count, replicates);
        }
    }

    /// Ends a block of draws, of so many replicates.
    pub(super) fn end_block(&mut self, replicates: u64) {
        if self.in_blocks {
            let tallies = self.orders.values_mut().chain(self.places.values_mut());
            tallies.for_each(|tally| tally.end_block_of(replicates));
        }
    }

    /// Adds what another counted later of the same outcomes, with the draw that it has not
    /// ended; all draws here have.
    pub(super) fn merge(&mut self, later: &Self) {
        let none = || DrawTally::new(later.in_blocks);
        for (order, tally) in &later.orders {
            let own = self.orders.entry(order.clone());
            own.or_insert_with(none).merge(tally);
        }
        for (place, tally) in &later.places {
            self.places.entry(*place).or_insert_with(none).merge(tally);
        }
        for (order, count) in &later.in_draw {
            *self.in_draw.entry(order.clone()).or_default() += count;
        }
    }

    /// Whether both count the same outcomes, and orders of no others.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let known = |order: &[usize]| order.iter().all(|k| other.ordered.contains(k));
        let mut orders = self.orders.keys().chain(self.in_draw.keys());
        let mut places = self.places.keys().filter_map(|(_, outcome)| *outcome);
        self.ordered == other.ordered
            && self.in_blocks == other.in_blocks
            && orders.all(|order| known(order))
            && places.all(|outcome| known(&[outcome]))
    }

    /// Orders with how often they came about, the most frequent first, and what came at each
    /// place; `all` has every draw.
    pub(super) fn finish(
        &self,
        labels: &[OutcomeLabel],
        all: &DrawTally,
    ) -> (Vec<SequenceCount>, Vec<SequencePlace>) {
        let key = |k: &usize| labels[*k].key.clone();
        let mut orders: Vec<SequenceCount> = self
            .orders
            .iter()
            .map(|(order, tally)| SequenceCount {
                order: order.iter().map(key).collect(),
                count: tally.count(),
                chance: tally.among(all).chance(),
            })
            .collect();
        orders.sort_by_key(|s| std::cmp::Reverse(s.count));
        let places = self
            .places
            .iter()
            .map(|((place, outcome), tally)| SequencePlace {
                place: *place,
                outcome: outcome.as_ref().map(key),
                chance: tally.among(all).chance(),
            });
        (orders, places.collect())
    }
}
