//! From counts to chances: the [`Summary`] of a batch.

use serde::{Deserialize, Serialize};

use crate::model::control::cells_of;
use crate::model::{Plan, SERIES, Series, uncertain};
use crate::numeric::Lanes;
use crate::scenario::{COHESION, InputDesign, Scenario};

use super::draws::DrawTally;
use super::drivers::{DriverSums, DrivingInput, FewProducts};
use super::histogram::axis_high;
use super::label::OutcomeLabel;
use super::row::{Came, Failure, Row};
use super::sequences::Sequences;
use super::summary::{
    ActorLabel, ArenaSummary, CoalitionLabel, EventSummary, Fan, HolderShare, OutcomeSummary,
    PairStanding, PairSummary, RivalryMatrices, Summary, SupportLabel, Trough,
};
use super::tallied::{Counted, Dated, Tallied};
use super::together::Pair;
use super::total::{Total, mean};
use super::trough::Fallen;
use super::watched;

/// The quantiles that are shown.
pub(super) const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// How replicates of a scenario are counted.
#[derive(Debug, Clone)]
pub struct Counting {
    axes: Vec<f64>,
    labels: Vec<OutcomeLabel>,
    inputs: Vec<DrivingInput>,
    steps: usize,
    step_weeks: f64,
    /// So many draws after each other hang together.
    draws_per_block: u64,
}

impl Counting {
    /// Of a scenario; `axes` are those of watched quantities, and so many draws after each other
    /// hang together (1: none).
    pub fn new(plan: &Plan, scenario: &Scenario, axes: Vec<f64>, draws_per_block: u64) -> Self {
        let inputs = uncertain(scenario);
        Self {
            axes,
            labels: OutcomeLabel::all(scenario),
            inputs: inputs
                .map(|(_, distribution)| DrivingInput::new(&distribution.sampler()))
                .collect(),
            steps: plan.steps,
            step_weeks: f64::from(plan.step_weeks),
            draws_per_block,
        }
    }

    /// Where the draws lie; those that were chosen, or are of nothing, lie each by itself.
    fn design(&self, scenario: &Scenario) -> InputDesign {
        match self.in_blocks() {
            true => scenario.run.design,
            false => InputDesign::Random,
        }
    }

    /// Whether draws hang together.
    fn in_blocks(&self) -> bool {
        self.draws_per_block > 1
    }
}

/// Counts over rows, added in the order of the replicates: whole numbers, the same however
/// the replicates were divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    outcomes: Vec<Counted>,
    pairs: Vec<Dated>,
    falls: Vec<Counted>,
    crossings: Vec<Counted>,
    events: Vec<Tallied>,
    together: Option<Pair>,
    fallen: Fallen,
    finished: u64,
    failures: Vec<Failure>,
    sequences: Sequences,
    /// Every draw, with all of its replicates.
    draws: DrawTally,
    draw: OpenDraw,
    drivers: DriverSums,
}

/// The draw whose replicates are being added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct OpenDraw {
    index: u64,
    replicates: u64,
    inputs: Vec<f64>,
    /// Replicates of the draws that have ended in its block.
    in_block: u64,
}

impl Counts {
    /// Nothing counted yet.
    pub fn new(plan: &Plan, scenario: &Scenario, counting: &Counting) -> Self {
        let in_blocks = counting.in_blocks();
        let outcomes = vec![Counted::new(plan, in_blocks); plan.outcomes.len()];
        Self {
            drivers: DriverSums::new(counting.inputs.len(), outcomes.len()),
            outcomes,
            pairs: vec![Dated::new(plan, in_blocks); plan.pairs.len()],
            falls: vec![Counted::new(plan, in_blocks); plan.arenas],
            crossings: vec![Counted::new(plan, in_blocks); plan.watches.len()],
            events: vec![Tallied::new(in_blocks); scenario.events.len()],
            together: Pair::of(&counting.labels, in_blocks),
            fallen: Fallen::new(scenario, in_blocks),
            finished: 0,
            failures: Vec::new(),
            sequences: Sequences::new(&counting.labels, in_blocks),
            draws: DrawTally::new(in_blocks),
            draw: OpenDraw::default(),
        }
    }

    /// Replicates added, those that failed among them.
    pub fn replicates(&self) -> u64 {
        self.finished + self.failures.len() as u64
    }

    /// Adds the rows of a block.
    pub fn add(&mut self, counting: &Counting, rows: &[Row]) {
        let mut few = self.drivers.few();
        for row in rows {
            if let Some(failure) = &row.failed {
                self.failures.push(failure.clone());
                continue;
            }
            if self.draw.replicates > 0 && self.draw.index != row.draw {
                self.close_draw(counting, &mut few);
            }
            let block = |draw: u64| draw / counting.draws_per_block;
            if self.draw.replicates == 0 && block(self.draw.index) != block(row.draw) {
                self.end_block();
            }
            if self.draw.replicates == 0 {
                self.draw.index = row.draw;
                self.draw.inputs.clone_from(&row.inputs);
            }
            self.draw.replicates += 1;
            self.finished += 1;
            for (counted, came) in self.outcomes.iter_mut().zip(&row.outcomes) {
                counted.add(*came);
            }
            let crossed = row.watched.iter().map(|seen| &seen.crossed);
            let counted = self.falls.iter_mut().zip(&row.falls);
            for (counted, first) in counted.chain(self.crossings.iter_mut().zip(crossed)) {
                counted.add(Came {
                    first: *first,
                    ..Came::default()
                });
            }
            for (dated, step) in self.pairs.iter_mut().zip(&row.breaks_out) {
                dated.add(step.is_some(), *step);
            }
            for (tallied, step) in self.events.iter_mut().zip(&row.events) {
                tallied.add(step.is_some());
            }
            if let Some(together) = &mut self.together {
                together.add(row, counting.steps, counting.step_weeks);
            }
            self.fallen.add(row);
            self.sequences.add(row);
        }
        self.drivers.take(&mut few);
    }

    /// Ends the last draw and its block: nothing is added to them any more.
    pub fn close(&mut self, counting: &Counting) {
        let mut few = self.drivers.few();
        self.close_draw(counting, &mut few);
        self.drivers.take(&mut few);
        self.end_block();
    }

    /// Ends a block of draws that hang together.
    fn end_block(&mut self) {
        let replicates = std::mem::take(&mut self.draw.in_block);
        if replicates == 0 {
            return;
        }
        self.draws.end_block();
        self.sequences.end_block(replicates);
        let counted = self.outcomes.iter_mut().chain(&mut self.falls);
        for counted in counted.chain(&mut self.crossings) {
            counted.end_block();
        }
        let pairs = self.pairs.iter_mut().map(|pair| &mut pair.tallied);
        for tallied in pairs.chain(&mut self.events) {
            tallied.end_block();
        }
        if let Some(together) = &mut self.together {
            together.end_block();
        }
        self.fallen.end_block();
    }

    fn close_draw(&mut self, counting: &Counting, few: &mut FewProducts) {
        let replicates = std::mem::take(&mut self.draw.replicates);
        if replicates == 0 {
            return;
        }
        if counting.in_blocks() {
            self.draw.in_block += replicates;
        }
        self.draws.add(replicates, replicates);
        self.sequences.close_draw(replicates);
        let outcomes = self.outcomes.iter_mut();
        let counts: Vec<u64> = outcomes.map(|o| o.close_draw(replicates)).collect();
        for counted in self.falls.iter_mut().chain(&mut self.crossings) {
            counted.close_draw(replicates);
        }
        let pairs = self.pairs.iter_mut().map(|pair| &mut pair.tallied);
        for tallied in pairs.chain(&mut self.events) {
            tallied.close_draw(replicates);
        }
        if let Some(together) = &mut self.together {
            together.close_draw(replicates);
        }
        self.fallen.close_draw(replicates);
        let draw = (self.draw.index, replicates);
        let inputs = &counting.inputs;
        self.drivers
            .add(inputs, draw, &self.draw.inputs, &counts, few);
    }

    /// Adds counts of later replicates, of other draws and blocks of them. The last draw and block
    /// of these here have ended; those of the later ones go on here.
    pub fn merge(&mut self, later: &Self) {
        for (a, b) in self.outcomes.iter_mut().zip(&later.outcomes) {
            a.merge(b);
        }
        for (a, b) in self.pairs.iter_mut().zip(&later.pairs) {
            a.merge(b);
        }
        for (a, b) in self.falls.iter_mut().zip(&later.falls) {
            a.merge(b);
        }
        for (a, b) in self.crossings.iter_mut().zip(&later.crossings) {
            a.merge(b);
        }
        for (a, b) in self.events.iter_mut().zip(&later.events) {
            a.merge(b);
        }
        if let (Some(a), Some(b)) = (&mut self.together, &later.together) {
            a.merge(b);
        }
        self.fallen.merge(&later.fallen);
        self.finished += later.finished;
        self.failures.extend_from_slice(&later.failures);
        self.sequences.merge(&later.sequences);
        self.draws.merge(&later.draws);
        self.draw.clone_from(&later.draw);
        self.drivers.merge(&later.drivers);
    }

    /// Whether both are of the same things.
    pub fn is_like(&self, other: &Self) -> bool {
        let counted = |a: &[Counted], b: &[Counted]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_like(b))
        };
        let together = match (&self.together, &other.together) {
            (Some(a), Some(b)) => a.is_like(b),
            (a, b) => a.is_none() && b.is_none(),
        };
        counted(&self.outcomes, &other.outcomes)
            && counted(&self.falls, &other.falls)
            && counted(&self.crossings, &other.crossings)
            && self.pairs.len() == other.pairs.len()
            && self
                .pairs
                .iter()
                .zip(&other.pairs)
                .all(|(a, b)| a.is_like(b))
            && self.events.len() == other.events.len()
            && together
            && self.fallen.is_like(&other.fallen)
            && self.sequences.is_like(&other.sequences)
            && self.drivers.is_like(&other.drivers)
    }

    /// The replicates that stopped being finite.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Turns counts into chances, once [`Counts::close`] ended the last draw.
    pub fn finish(
        &self,
        counting: &Counting,
        scenario: &Scenario,
        (seed, asked): (u64, u64),
        plan: &Plan,
        tally: &Total,
    ) -> Summary {
        let labels = &counting.labels;
        let n = self.finished;
        let inputs: Vec<String> = scenario.uncertain().map(|n| n.path.clone()).collect();
        let outcomes: Vec<OutcomeSummary> = (0..self.outcomes.len())
            .map(|index| self.outcome(counting, &inputs, index))
            .collect();
        let (sequences, sequence_places) = self.sequences.finish(labels, &self.draws);
        Summary {
            format: Summary::FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            identity: scenario
                .as_run(seed, n + self.failures.len() as u64)
                .identity(),
            threat: scenario.threat.name.clone(),
            seed,
            replicates: n,
            replicates_asked: asked,
            draws: self.draws.draws(),
            design: counting.design(scenario),
            failed: self.failures.len() as u64,
            start: scenario.time.start.to_string(),
            end: scenario.time.date_after(plan.steps).to_string(),
            step_weeks: counting.step_weeks,
            steps: counting.steps,
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
            together: self.together.as_ref().map(|pair| pair.finish(labels)),
            trough: Trough {
                quantiles: tally.trough_quantiles(QUANTILES),
                fallen: self.fallen.chance(),
            },
            fans: fans(plan, tally),
            rivalry: rivalry(plan, tally, n),
            pairs: pairs(plan, tally, &self.pairs, n),
            watched: watched::summaries(scenario, plan, tally, &counting.axes, &self.crossings, n),
            arenas: arenas(scenario, plan, tally, &self.falls, n),
            events: scenario
                .events
                .iter()
                .zip(&self.events)
                .map(|(e, tallied)| EventSummary {
                    id: e.id.clone(),
                    name: e.name.clone(),
                    date: e.date().map(|day| day.to_string()),
                    chance: tallied.chance(),
                })
                .collect(),
            sequences,
            sequence_places,
        }
    }

    fn outcome(&self, counting: &Counting, inputs: &[String], index: usize) -> OutcomeSummary {
        let counted = &self.outcomes[index];
        let week = |step: f64| step * counting.step_weeks;
        let have = counted.dated.tallied.count();
        let mean = |steps: u64| week(steps as f64 / have as f64);
        let label = counting.labels[index].clone();
        let dated = label.dated;
        OutcomeSummary {
            is: label,
            chance: counted.dated.tallied.chance(),
            over: counted.over.chance(),
            mean_weeks: (dated && have > 0).then(|| mean(counted.steps_held)),
            median_week: counted
                .dated
                .median(self.finished)
                .filter(|_| dated)
                .map(week),
            median_week_of_those: counted.dated.median_of_those().filter(|_| dated).map(week),
            input_share: counted.share.estimate(),
            drivers: self.drivers.of(index, inputs),
            incidence: counted.curve.chances(),
        }
    }
}

fn factions(scenario: &Scenario, tally: &Total, n: u64) -> Vec<ActorLabel> {
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

fn support(plan: &Plan, tally: &Total, n: u64) -> Vec<SupportLabel> {
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

fn fans(plan: &Plan, tally: &Total) -> Vec<Fan> {
    let label = |series: Series| match series {
        Series::ThreatStrength => "Threat strength (start = 1)",
        Series::Cohesion => "Cohesion of the coalition",
        Series::Rivalry => "Mean rivalry weight in the coalition",
        Series::Infighting => "Share of all effort spent on each other",
        Series::OpenFighters => "Threat fighters in the open (of all at start)",
        Series::UndergroundFighters => "Threat fighters underground (of all at start)",
    };
    let fan = |series: Series| Fan {
        key: series.key().to_owned(),
        label: label(series).to_owned(),
        about: (series == Series::Cohesion).then(|| COHESION.to_owned()),
        axis_high: axis_high(series),
        quantiles: (0..=plan.steps)
            .map(|step| tally.quantiles(series, step, QUANTILES))
            .collect(),
    };
    SERIES.into_iter().map(fan).collect()
}

fn arenas(
    scenario: &Scenario,
    plan: &Plan,
    tally: &Total,
    falls: &[Counted],
    n: u64,
) -> Vec<ArenaSummary> {
    let cells = plan.claims.len() + 2 * plan.arenas;
    let unit = f64::from(Lanes::<1>::SHARE_UNITS) * n.max(1) as f64;
    // Six decimals are finer than what a mean is known to, and shorter to write.
    let mean = |step: usize, cell: usize| {
        let share = tally.control[step * cells + cell] as f64 / unit;
        (share * 1e6).round() / 1e6
    };
    let week = |step: f64| step * f64::from(plan.step_weeks);
    let arena = |(a, arena): (usize, &crate::scenario::Arena)| {
        let claims = plan.claims_on[a].clone();
        let factions = claims.map(|c| {
            let faction = &scenario.factions[plan.claims[c].faction];
            (faction.key.clone(), faction.name.clone())
        });
        let others = [
            ("threat".to_owned(), scenario.threat.name.clone()),
            ("nobody".to_owned(), "nobody".to_owned()),
        ];
        let holders = factions.chain(others).zip(cells_of(plan, a));
        let fall = &falls[a];
        ArenaSummary {
            key: arena.key.clone(),
            name: arena.name.clone(),
            territory: arena.is_territory(),
            holders: holders
                .map(|((key, name), cell)| HolderShare {
                    key,
                    name,
                    shares: (0..=plan.steps).map(|step| mean(step, cell)).collect(),
                })
                .collect(),
            falls: fall.dated.tallied.chance(),
            median_week: fall.dated.median(n).map(week),
            median_week_of_those: fall.dated.median_of_those().map(week),
            incidence: fall.curve.chances(),
        }
    };
    scenario.arenas.iter().enumerate().map(arena).collect()
}

fn rivalry(plan: &Plan, tally: &Total, n: u64) -> RivalryMatrices {
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

fn pairs(plan: &Plan, tally: &Total, outbreaks: &[Dated], n: u64) -> Vec<PairSummary> {
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
    let week = |step: f64| step * f64::from(plan.step_weeks);
    let pair = |(k, pair): (usize, &crate::model::Pair)| PairSummary {
        a: pair.a,
        b: pair.b,
        meets: pair.meets,
        conflict_at_start: pair.conflict_at_start,
        start: standing(tally.standings[0][k]),
        trough: standing(tally.standings[1][k]),
        end: standing(tally.standings[2][k]),
        breaks_out: outbreaks[k].tallied.chance(),
        median_week: outbreaks[k].median(n).map(week),
        median_week_of_those: outbreaks[k].median_of_those().map(week),
    };
    plan.pairs.iter().enumerate().map(pair).collect()
}
