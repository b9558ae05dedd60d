//! In which order outcomes come about.

use std::collections::BTreeMap;

use super::draws::DrawTally;
use super::row::Row;
use super::summary::{OutcomeKind, SequenceCount, SequencePlace};

/// A place in an order, from 0, and what comes about there; `None`: nothing more.
type Place = (usize, Option<OutcomeKind>);

/// Counts orders, draw by draw.
#[derive(Debug, Clone, Default)]
pub(super) struct Sequences {
    orders: BTreeMap<Vec<OutcomeKind>, DrawTally>,
    places: BTreeMap<Place, DrawTally>,
    /// Of the draw not ended yet.
    in_draw: BTreeMap<Vec<OutcomeKind>, u64>,
}

impl Sequences {
    /// Counts a replicate.
    pub(super) fn add(&mut self, row: &Row) {
        *self.in_draw.entry(order(row)).or_default() += 1;
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

    /// Orders with how often they came about, the most frequent first, and what came at each
    /// place; `all` has every draw.
    pub(super) fn finish(&self, all: &DrawTally) -> (Vec<SequenceCount>, Vec<SequencePlace>) {
        let mut orders: Vec<SequenceCount> = self
            .orders
            .iter()
            .map(|(order, tally)| SequenceCount {
                order: order.clone(),
                count: tally.count(),
                chance: tally.among(all).chance(),
            })
            .collect();
        orders.sort_by_key(|s| std::cmp::Reverse(s.count));
        let places = self
            .places
            .iter()
            .map(|(&(place, kind), tally)| SequencePlace {
                place,
                kind,
                chance: tally.among(all).chance(),
            });
        (orders, places.collect())
    }
}

/// The outcomes of a replicate in order of time; at the same time, in the order of their kind.
fn order(row: &Row) -> Vec<OutcomeKind> {
    let mut dated: Vec<(u32, OutcomeKind)> = [
        (row.regroup, OutcomeKind::Regroup),
        (
            row.collapse.first().copied().flatten(),
            OutcomeKind::Collapse,
        ),
        (row.defeat, OutcomeKind::Defeat),
        (row.underground, OutcomeKind::Underground),
        (row.expansion, OutcomeKind::Expansion),
    ]
    .into_iter()
    .filter_map(|(step, kind)| Some((step?, kind)))
    .collect();
    dated.sort_unstable();
    dated.into_iter().map(|(_, kind)| kind).collect()
}
