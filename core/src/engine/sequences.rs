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
}

impl Sequences {
    /// Nothing counted yet, of these outcomes.
    pub(super) fn new(labels: &[OutcomeLabel]) -> Self {
        let ordered = (0..labels.len()).filter(|&k| labels[k].ordered);
        Self {
            ordered: ordered.collect(),
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
        let mut places: BTreeMap<Place, u64> = BTreeMap::new();
        for (order, count) in std::mem::take(&mut self.in_draw) {
            let kinds = order.iter().copied().map(Some).chain([None]);
            for place in kinds.enumerate() {
                *places.entry(place).or_default() += count;
            }
            self.orders.entry(order).or_default().add(count, replicates);
        }
        for (place, count) in places {
            self.places.entry(place).or_default().add(count, replicates);
        }
    }

    /// Adds what another counted later of the same outcomes, with the draw that it has not
    /// ended; all draws here have.
    pub(super) fn merge(&mut self, later: &Self) {
        for (order, tally) in &later.orders {
            self.orders.entry(order.clone()).or_default().merge(tally);
        }
        for (place, tally) in &later.places {
            self.places.entry(*place).or_default().merge(tally);
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
