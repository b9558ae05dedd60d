//! What is recorded of a history at every step.

use crate::engine::Single;
use crate::model::observe::Moment;
use crate::model::{BySeries, OptionKind, Plan, Record};
use crate::scenario::Holder;

use super::Span;

/// By how much another must hold more before a place counts as its own: shares that
/// cross back and forth are not news.
const LEAD: f32 = 0.1;

/// What effort is spent on, in the order in which it is recorded.
pub const EFFORTS: [&str; 4] = ["threat", "rivals", "hold", "govern"];

/// The place of an option in [`EFFORTS`].
pub(super) fn effort_kind(kind: OptionKind) -> usize {
    match kind {
        OptionKind::Threat(_) => 0,
        OptionKind::Rival(_) => 1,
        OptionKind::Hold => 2,
        OptionKind::Govern => 3,
    }
}

/// Everything recorded, each list by step; the start is step 0.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The series of the batch's record.
    pub series: BySeries<Vec<f32>>,
    /// Cohesion, by coalition.
    pub cohesion: Vec<Vec<f32>>,
    /// Share of the value of all territory that the threat holds.
    pub threat_share: Vec<f32>,
    /// Effort by faction, then kind ([`EFFORTS`]).
    pub effort: Vec<[Vec<f32>; 4]>,
    /// Effort by option of the plan.
    pub options: Vec<Vec<f32>>,
    /// Power, by faction.
    pub power: Vec<Vec<f32>>,
    /// Control by arena: each holder with what it holds.
    pub control: Vec<Vec<(Holder, Vec<f32>)>>,
    /// The main holder of each arena: the one that held most at the start, until another
    /// holds a tenth of the place more than it.
    pub holders: Vec<Vec<Holder>>,
    /// Commitment, by patron.
    pub commitment: Vec<Vec<f32>>,
    /// Watched quantities, as the scenario has them.
    pub watched: Vec<Vec<f32>>,
    /// Rivalry weights of those who fought: from, toward, by step.
    pub weights: Vec<(usize, usize, Vec<f32>)>,
}

impl Trace {
    pub(super) fn new(single: &Single<'_>) -> Self {
        let plan = &single.plan;
        let holders = |a: usize| {
            let claims = plan.claims_on[a].clone();
            let factions = claims.map(|c| Holder::Faction(plan.claims[c].faction));
            [Holder::Threat, Holder::Nobody]
                .into_iter()
                .chain(factions)
                .map(|holder| (holder, Vec::new()))
                .collect()
        };
        Self {
            series: BySeries::of(|_| Vec::new()),
            cohesion: vec![Vec::new(); plan.coalitions.len()],
            threat_share: Vec::new(),
            effort: (0..plan.factions).map(|_| Default::default()).collect(),
            options: vec![Vec::new(); plan.options.len()],
            power: vec![Vec::new(); plan.factions],
            control: (0..plan.arenas).map(holders).collect(),
            holders: vec![Vec::new(); plan.arenas],
            commitment: vec![Vec::new(); plan.patrons],
            watched: Vec::new(),
            weights: Vec::new(),
        }
    }

    pub(super) fn keep(&mut self, single: &Single<'_>, moment: &Moment<'_>) {
        let (plan, s) = (&single.plan, moment.after);
        for (kept, infighting) in self.cohesion.iter_mut().zip(&s.infighting) {
            kept.push(1.0 - infighting.lane(0));
        }
        self.threat_share.push(s.threat_share.lane(0));
        for (kept, effort) in self.options.iter_mut().zip(&s.effort) {
            kept.push(effort.lane(0));
        }
        for i in 0..plan.factions {
            let mut sums = [0.0; 4];
            for o in plan.options_of[i].clone() {
                sums[effort_kind(plan.options[o])] += s.effort[o].lane(0);
            }
            for (kept, sum) in self.effort[i].iter_mut().zip(sums) {
                kept.push(sum);
            }
            self.power[i].push(s.power[i].lane(0));
        }
        for a in 0..plan.arenas {
            for (holder, kept) in &mut self.control[a] {
                kept.push(held(plan, s, a, *holder));
            }
            let now = |holder: Holder| held(plan, s, a, holder);
            let holders = self.control[a].iter().map(|(holder, _)| *holder);
            // The first of those with the most.
            let most = holders.fold(Holder::Threat, |most, holder| {
                if now(holder) > now(most) {
                    holder
                } else {
                    most
                }
            });
            let holder = match self.holders[a].last() {
                Some(&present) if now(most) < now(present) + LEAD => present,
                _ => most,
            };
            self.holders[a].push(holder);
        }
        for (kept, commitment) in self.commitment.iter_mut().zip(&s.commitment) {
            kept.push(commitment.lane(0));
        }
    }

    pub(super) fn keep_record(&mut self, record: &Record<1>) {
        let watched = record.watched.iter();
        self.watched = watched
            .map(|values| values.iter().map(|x| x.lane(0)).collect())
            .collect();
        self.series = BySeries::of(|series| {
            let values = record.series[series].iter();
            values.map(|x| x.lane(0)).collect()
        });
    }
}

/// What a holder has of a place.
pub(super) fn held(plan: &Plan, s: &crate::model::State<1>, arena: usize, holder: Holder) -> f32 {
    match holder {
        Holder::Threat => s.threat_control[arena].lane(0),
        Holder::Nobody => s.nobody[arena].lane(0),
        Holder::Faction(i) => {
            let claim = plan.claim(i, arena);
            claim.map_or(0.0, |c| s.control[c].lane(0))
        }
    }
}

/// Rivalry weights of pairs that fought, both ways.
pub(super) struct Weights {
    pub kept: Vec<(usize, usize, Vec<f32>)>,
}

impl Weights {
    pub(super) fn new(conflicts: &[Span]) -> Self {
        let mut pairs: Vec<(usize, usize)> = conflicts.iter().map(|s| (s.a, s.b)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let both = pairs.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]);
        Self {
            kept: both.map(|(i, j)| (i, j, Vec::new())).collect(),
        }
    }

    pub(super) fn keep(&mut self, single: &Single<'_>, moment: &Moment<'_>) {
        for (i, j, kept) in &mut self.kept {
            kept.push(moment.after.weight[*i * single.plan.factions + *j].lane(0));
        }
    }
}
