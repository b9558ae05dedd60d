//! From counts to chances: the [`Summary`] of a batch.

use std::collections::BTreeMap;

use crate::model::{Plan, SERIES, Series};
use crate::scenario::Scenario;

use super::accumulate::{Tally, axis_high, mean};
use super::batch::Batch;
use super::drivers::DriverSums;
use super::interval::{DrawTally, wilson};
use super::row::{Failure, Row};
use super::summary::{
    ActorLabel, CoalitionLabel, Estimate, EventSummary, Fan, JointCell, OutcomeKind,
    OutcomeSummary, PairStanding, PairSummary, RivalryMatrices, SequenceCount, Summary,
    SupportLabel, outcome_key,
};

/// Weeks in a year, for "within a year".
const YEAR_WEEKS: f64 = 52.0;

/// Something that happens, or not, in each replicate.
#[derive(Debug, Clone)]
pub(super) struct Tallied {
    /// In how many replicates it first happened at each step; step 0 is never used.
    by_step: Vec<u64>,
    count: u64,
    draws: DrawTally,
    in_draw: u64,
}

impl Tallied {
    fn new(plan: &Plan) -> Self {
        Self {
            by_step: vec![0; plan.steps + 1],
            count: 0,
            draws: DrawTally::default(),
            in_draw: 0,
        }
    }

    pub(super) fn add(&mut self, has: bool, step: Option<u32>) {
        if let Some(count) = step.and_then(|step| self.by_step.get_mut(step as usize)) {
            *count += 1;
        }
        self.count += u64::from(has);
        self.in_draw += u64::from(has);
    }

    pub(super) fn close_draw(&mut self, replicates: u64) {
        self.draws.add(self.in_draw, replicates);
        self.in_draw = 0;
    }

    fn chance(&self, replicates: u64) -> Estimate {
        wilson(self.count, replicates, self.draws.design_effect())
    }

    /// As [`Tallied::chance`], with the `open` replicates of a draw not closed yet.
    pub(super) fn chance_so_far(&self, replicates: u64, open: u64) -> Estimate {
        let mut draws = self.draws.clone();
        draws.add(self.in_draw, open);
        wilson(self.count, replicates, draws.design_effect())
    }
}

/// One outcome being counted.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    kind: OutcomeKind,
    coalition: Option<usize>,
    pub(super) tallied: Tallied,
}

impl Counted {
    /// Every outcome of the headline table, in its order, nothing counted yet.
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        let counted = |kind, coalition| Self {
            kind,
            coalition,
            tallied: Tallied::new(plan),
        };
        let mut outcomes = vec![counted(OutcomeKind::Regroup, None)];
        outcomes
            .extend((0..plan.coalitions.len()).map(|k| counted(OutcomeKind::Collapse, Some(k))));
        for kind in [
            OutcomeKind::Defeat,
            OutcomeKind::Underground,
            OutcomeKind::Expansion,
            OutcomeKind::Stalemate,
        ] {
            outcomes.push(counted(kind, None));
        }
        outcomes
    }

    /// Counts a replicate; returns whether it has the outcome.
    pub(super) fn add(&mut self, row: &Row) -> bool {
        let step = self.step(row);
        let has = step.is_some() || (self.kind == OutcomeKind::Stalemate && row.is_stalemate());
        self.tallied.add(has, step);
        has
    }

    fn step(&self, row: &Row) -> Option<u32> {
        match self.kind {
            OutcomeKind::Regroup => row.regroup,
            OutcomeKind::Collapse => self.coalition.and_then(|k| row.collapse[k]),
            OutcomeKind::Defeat => row.defeat,
            OutcomeKind::Underground => row.underground,
            OutcomeKind::Expansion => row.expansion,
            OutcomeKind::Stalemate => None,
        }
    }
}

/// Counts over rows, added in the order of the replicates.
#[derive(Debug, Clone)]
pub struct Counts {
    outcomes: Vec<Counted>,
    pairs: Vec<Tallied>,
    events: Vec<Tallied>,
    steps: usize,
    step_weeks: f64,
    finished: u64,
    failures: Vec<Failure>,
    joint: [[u64; 2]; 2],
    then_regroup: u64,
    within_year: u64,
    sequences: BTreeMap<Vec<OutcomeKind>, u64>,
    draw: Option<u64>,
    draw_size: u64,
    drivers: DriverSums,
    has: Vec<bool>,
}

impl Counts {
    /// Nothing counted yet.
    pub fn new(plan: &Plan, scenario: &Scenario) -> Self {
        Self {
            outcomes: Counted::all(plan),
            pairs: vec![Tallied::new(plan); plan.pairs.len()],
            events: vec![Tallied::new(plan); scenario.events.len()],
            steps: plan.steps,
            step_weeks: f64::from(plan.step_weeks),
            finished: 0,
            failures: Vec::new(),
            joint: [[0; 2]; 2],
            then_regroup: 0,
            within_year: 0,
            sequences: BTreeMap::new(),
            draw: None,
            draw_size: 0,
            drivers: DriverSums::default(),
            has: Vec::new(),
        }
    }

    /// Adds the rows of a block.
    pub fn add(&mut self, rows: &[Row]) {
        for row in rows {
            if let Some(failure) = &row.failed {
                self.failures.push(failure.clone());
                continue;
            }
            if self.draw != Some(row.draw) {
                self.close_draw();
                self.draw = Some(row.draw);
            }
            self.draw_size += 1;
            self.finished += 1;
            self.has.clear();
            for counted in &mut self.outcomes {
                self.has.push(counted.add(row));
            }
            for (tallied, step) in self.pairs.iter_mut().zip(&row.breaks_out) {
                tallied.add(step.is_some(), *step);
            }
            for (tallied, step) in self.events.iter_mut().zip(&row.events) {
                tallied.add(step.is_some(), *step);
            }
            self.drivers.add(&row.inputs, &self.has);
            let collapse = row.collapse.first().copied().flatten();
            self.joint[usize::from(collapse.is_some())][usize::from(row.regroup.is_some())] += 1;
            if let (Some(collapse), Some(regroup)) = (collapse, row.regroup)
                && regroup > collapse
            {
                self.then_regroup += 1;
                let weeks = f64::from(regroup - collapse) * self.step_weeks;
                self.within_year += u64::from(weeks <= YEAR_WEEKS);
            }
            *self.sequences.entry(order(row, collapse)).or_default() += 1;
        }
    }

    fn close_draw(&mut self) {
        let outcomes = self.outcomes.iter_mut().map(|c| &mut c.tallied);
        for tallied in outcomes.chain(&mut self.pairs).chain(&mut self.events) {
            tallied.close_draw(self.draw_size);
        }
        self.draw_size = 0;
    }

    /// Turns counts into chances.
    pub fn finish(
        mut self,
        batch: &Batch<'_>,
        plan: &Plan,
        tally: &Tally,
    ) -> (Summary, Vec<Failure>) {
        self.close_draw();
        let scenario = batch.scenario;
        let n = self.finished;
        let inputs: Vec<String> = scenario.uncertain().map(|n| n.path.clone()).collect();
        let outcomes: Vec<OutcomeSummary> = (0..self.outcomes.len())
            .map(|index| self.outcome(scenario, &inputs, index))
            .collect();
        let effect = |kind: OutcomeKind| {
            let counted = self.outcomes.iter().find(|c| c.kind == kind);
            counted.map_or(1.0, |c| c.tallied.draws.design_effect())
        };
        // Joint figures: as dependent as the more dependent of the two.
        let joint_effect = effect(OutcomeKind::Collapse).max(effect(OutcomeKind::Regroup));
        let joint = [(false, false), (false, true), (true, false), (true, true)]
            .map(|(collapse, regroup)| JointCell {
                collapse,
                regroup,
                chance: wilson(
                    self.joint[usize::from(collapse)][usize::from(regroup)],
                    n,
                    joint_effect,
                ),
            })
            .to_vec();
        let collapses = self.joint[1][0] + self.joint[1][1];
        let mut sequences: Vec<SequenceCount> = self
            .sequences
            .iter()
            .map(|(order, count)| SequenceCount {
                order: order.clone(),
                count: *count,
            })
            .collect();
        sequences.sort_by_key(|s| std::cmp::Reverse(s.count));
        let summary = Summary {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            threat: scenario.threat.name.clone(),
            seed: batch.seed,
            replicates: n,
            replicates_asked: batch.replicates,
            failed: self.failures.len() as u64,
            start: scenario.time.start.to_string(),
            end: scenario.time.end.to_string(),
            step_weeks: self.step_weeks,
            steps: self.steps,
            factions: factions(scenario, tally, n),
            patrons: patrons(scenario),
            coalitions: scenario
                .coalitions
                .iter()
                .map(|c| CoalitionLabel {
                    key: c.key.clone(),
                    name: c.name.clone(),
                    members: c.members.clone(),
                })
                .collect(),
            support: support(plan, tally, n),
            outcomes,
            joint,
            collapse_then_regroup: wilson(self.then_regroup, n, joint_effect),
            collapse_then_regroup_within_year: (collapses > 0)
                .then(|| wilson(self.within_year, collapses, joint_effect)),
            fans: fans(plan, tally),
            rivalry: rivalry(plan, tally, n),
            pairs: pairs(plan, tally, &self.pairs, n),
            events: scenario
                .events
                .iter()
                .zip(&self.events)
                .map(|(e, tallied)| EventSummary {
                    id: e.id.clone(),
                    name: e.name.clone(),
                    date: e.day().map(|day| day.to_string()),
                    chance: tallied.chance(n),
                })
                .collect(),
            sequences,
        };
        (summary, self.failures)
    }

    fn outcome(&self, scenario: &Scenario, inputs: &[String], index: usize) -> OutcomeSummary {
        let counted = &self.outcomes[index];
        let tallied = &counted.tallied;
        let effect = tallied.draws.design_effect();
        let mut so_far = 0;
        let incidence: Vec<Estimate> = tallied
            .by_step
            .iter()
            .map(|count| {
                so_far += count;
                wilson(so_far, self.finished, effect)
            })
            .collect();
        let coalition = counted.coalition.map(|k| &scenario.coalitions[k]);
        let label = match (counted.kind, coalition) {
            (OutcomeKind::Regroup, _) => "Threat regroups".to_owned(),
            (OutcomeKind::Defeat, _) => "Threat defeated".to_owned(),
            (OutcomeKind::Underground, _) => "Threat driven underground".to_owned(),
            (OutcomeKind::Expansion, _) => "Threat expands".to_owned(),
            (OutcomeKind::Stalemate, _) => "Stalemate".to_owned(),
            (OutcomeKind::Collapse, Some(c)) => format!("{} collapses", c.name),
            (OutcomeKind::Collapse, None) => "Coalition collapses".to_owned(),
        };
        OutcomeSummary {
            key: outcome_key(counted.kind, coalition.map(|c| c.key.as_str())),
            kind: counted.kind,
            coalition: coalition.map(|c| c.key.clone()),
            label,
            chance: tallied.chance(self.finished),
            median_week: median_step(&tallied.by_step).map(|s| s * self.step_weeks),
            input_share: tallied.draws.input_share(),
            drivers: self.drivers.of(index, inputs),
            incidence,
        }
    }
}

/// The outcomes of a replicate in order of time; at the same time, in the order of their kind.
fn order(row: &Row, collapse: Option<u32>) -> Vec<OutcomeKind> {
    let mut dated: Vec<(u32, OutcomeKind)> = [
        (row.regroup, OutcomeKind::Regroup),
        (collapse, OutcomeKind::Collapse),
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

/// The median step among the replicates that have one.
fn median_step(by_step: &[u64]) -> Option<f64> {
    let total: u64 = by_step.iter().skip(1).sum();
    let mut below = 0;
    for (step, count) in by_step.iter().enumerate().skip(1) {
        below += count;
        if *count > 0 && 2 * below >= total {
            return Some(step as f64);
        }
    }
    None
}

fn factions(scenario: &Scenario, tally: &Tally, n: u64) -> Vec<ActorLabel> {
    let label = |(i, f): (usize, &crate::scenario::Faction)| ActorLabel {
        key: f.key.clone(),
        name: f.name.clone(),
        bloc: f.bloc.map(|b| scenario.blocs[b].name.clone()),
        power_start: mean(tally.power[0][i], n),
        power_end: mean(tally.power[1][i], n),
    };
    scenario.factions.iter().enumerate().map(label).collect()
}

fn patrons(scenario: &Scenario) -> Vec<ActorLabel> {
    let label = |p: &crate::scenario::Patron| ActorLabel {
        key: p.key.clone(),
        name: p.name.clone(),
        bloc: None,
        power_start: 0.0,
        power_end: 0.0,
    };
    scenario.patrons.iter().map(label).collect()
}

fn support(plan: &Plan, tally: &Tally, n: u64) -> Vec<SupportLabel> {
    let cells = (0..plan.patrons).flat_map(|p| (0..plan.factions).map(move |f| (p, f)));
    cells
        .map(|(patron, faction)| {
            let cell = patron * plan.factions + faction;
            SupportLabel {
                patron,
                faction,
                start: mean(tally.given[0][cell], n),
                end: mean(tally.given[1][cell], n),
            }
        })
        .filter(|s| s.start > 0.0 || s.end > 0.0)
        .collect()
}

fn fans(plan: &Plan, tally: &Tally) -> Vec<Fan> {
    let named = |series: Series| match series {
        Series::ThreatStrength => ("threat_strength", "Threat strength (start = 1)"),
        Series::Cohesion => ("cohesion", "Cohesion of the coalition"),
        Series::Rivalry => ("rivalry", "Mean rivalry weight in the coalition"),
        Series::Infighting => ("infighting", "Share of all effort spent on each other"),
        Series::OpenFighters => (
            "open_fighters",
            "Threat fighters in the open (of all at start)",
        ),
        Series::UndergroundFighters => (
            "underground_fighters",
            "Threat fighters underground (of all at start)",
        ),
    };
    let fan = |(index, series): (usize, &Series)| {
        let (key, label) = named(*series);
        Fan {
            key: key.to_owned(),
            label: label.to_owned(),
            axis_high: axis_high(*series),
            quantiles: (0..=plan.steps)
                .map(|step| [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| tally.quantile(index, step, q)))
                .collect(),
        }
    };
    SERIES.iter().enumerate().map(fan).collect()
}

fn rivalry(plan: &Plan, tally: &Tally, n: u64) -> RivalryMatrices {
    let matrix = |moment: usize| {
        let rows = tally.weights[moment].chunks(plan.factions);
        rows.map(|row| row.iter().map(|sum| mean(*sum, n)).collect())
            .collect()
    };
    RivalryMatrices {
        start: matrix(0),
        trough: matrix(1),
        end: matrix(2),
    }
}

fn pairs(plan: &Plan, tally: &Tally, outbreaks: &[Tallied], n: u64) -> Vec<PairSummary> {
    let standing = |counts: [u64; 4]| {
        let share = |k: usize| {
            if n == 0 {
                0.0
            } else {
                counts[k] as f64 / n as f64
            }
        };
        PairStanding {
            conflict: share(0),
            hostile: share(1),
            wary: share(2),
            friendly: share(3),
        }
    };
    let pair = |(k, pair): (usize, &crate::model::Pair)| PairSummary {
        a: pair.a,
        b: pair.b,
        meets: pair.meets,
        conflict_at_start: pair.conflict_at_start,
        start: standing(tally.standings[0][k]),
        trough: standing(tally.standings[1][k]),
        end: standing(tally.standings[2][k]),
        breaks_out: outbreaks[k].chance(n),
        median_week: median_step(&outbreaks[k].by_step).map(|s| s * f64::from(plan.step_weeks)),
    };
    plan.pairs.iter().enumerate().map(pair).collect()
}
