//! Outcomes: when what the scenario says must be so has been so for long enough
//! (docs/model.md, 7.9).

use crate::numeric::{Lanes, List, Mask, lanewise};
use crate::scenario::{Asked, Comes, Scenario, Watch};

use super::expression::{Answers, Machine, Program, Programs};
use super::params::Params;
use super::plan::Plan;
use super::state::State;
use super::variable::largest_holder;

/// An outcome as it is looked for.
#[derive(Debug, Clone)]
pub struct OutcomePlan {
    /// What must be so, and for how many weeks on end; none where it is known at the horizon only.
    when: Option<(Program, Program)>,
    /// Whether the threat's weakest moment is looked for before it.
    ends_trough: bool,
    /// Whether a history in which it comes about is no stalemate.
    pub counts: bool,
}

impl OutcomePlan {
    /// Whether it comes about at the horizon, if none of those that count has.
    pub fn is_otherwise(&self) -> bool {
        self.when.is_none()
    }
}

/// A watched quantity as it is worked out.
#[derive(Debug, Clone)]
pub struct WatchPlan {
    what: Program,
    level: Option<Program>,
}

/// The outcomes and watched quantities of a scenario, with what their programs have in common.
pub(super) fn plan(scenario: &Scenario) -> (Vec<OutcomePlan>, Vec<WatchPlan>, Programs) {
    let mut programs = Programs::default();
    let plan = |outcome: &crate::scenario::Outcome| OutcomePlan {
        when: match &outcome.comes {
            Comes::When(when, weeks) => Some((programs.compile(when), programs.compile(weeks))),
            Comes::Otherwise => None,
        },
        ends_trough: outcome.ends_trough,
        counts: outcome.counts,
    };
    let outcomes = scenario.outcomes.iter().map(plan).collect();
    let watch = |watch: &Watch| WatchPlan {
        what: programs.compile(&watch.what),
        level: watch.level.as_ref().map(|level| programs.compile(level)),
    };
    let watches = scenario.watches.iter().map(watch).collect();
    (outcomes, watches, programs)
}

/// How an outcome fares in each replicate.
#[derive(Debug, Clone, Copy)]
pub struct Course<const N: usize> {
    /// Weeks for which what must be so has been so without a break.
    held: Lanes<N>,
    /// Whether it is so now, and has been for long enough.
    holds: Mask<N>,
    /// Step at whose end it first came about; 0: not yet.
    pub first: Lanes<N>,
    /// Step at whose end it first was over again; 0: not yet.
    pub end: Lanes<N>,
    /// In how many steps it held.
    pub steps: Lanes<N>,
}

impl<const N: usize> Course<N> {
    const NOTHING: Self = Self {
        held: Lanes::ZERO,
        holds: Mask::NONE,
        first: Lanes::ZERO,
        end: Lanes::ZERO,
        steps: Lanes::ZERO,
    };

    #[inline(always)]
    fn see(&mut self, is_so: Mask<N>, for_weeks: Lanes<N>, step_weeks: f32, step: usize) {
        self.held = is_so.select(self.held + step_weeks, Lanes::ZERO);
        if step == 0 {
            return;
        }
        let now = Lanes::splat(step as f32);
        self.holds = is_so & self.held.ge(for_weeks);
        let begins = self.holds & self.first.le_s(0.0);
        self.first = begins.select(now, self.first);
        let ends = !self.holds & self.first.gt_s(0.0) & self.end.le_s(0.0);
        self.end = ends.select(now, self.end);
        self.steps += self.holds.select(Lanes::ONE, Lanes::ZERO);
    }
}

impl<const N: usize> Answers<N> for Vec<Course<N>> {
    fn asked(&self, question: Asked, outcome: usize) -> Mask<N> {
        match question {
            Asked::Happened => self[outcome].first.gt_s(0.0),
            Asked::Holds => self[outcome].holds,
        }
    }
}

/// A watched quantity in each replicate.
#[derive(Debug, Clone, Copy)]
pub struct Watched<const N: usize> {
    /// What it is now.
    pub now: Lanes<N>,
    /// The least so far.
    pub least: Lanes<N>,
    /// The greatest so far.
    pub most: Lanes<N>,
    /// Step at which it first crossed its level; 0: not yet.
    pub crossed: Lanes<N>,
    /// Whether it began below its level.
    began_below: Mask<N>,
}

impl<const N: usize> Watched<N> {
    const NOTHING: Self = Self {
        now: Lanes::ZERO,
        least: Lanes::ZERO,
        most: Lanes::ZERO,
        crossed: Lanes::ZERO,
        began_below: Mask::NONE,
    };

    #[inline(always)]
    fn see(&mut self, value: Lanes<N>, level: Option<Lanes<N>>, step: usize) {
        self.now = value;
        if step == 0 {
            (self.least, self.most) = (value, value);
            self.began_below = level.map_or(Mask::NONE, |level| value.lt(level));
            return;
        }
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        if let Some(level) = level {
            let now = Lanes::splat(step as f32);
            let other_side =
                (self.began_below & value.ge(level)) | (!self.began_below & value.lt(level));
            let crosses = other_side & self.crossed.le_s(0.0);
            self.crossed = crosses.select(now, self.crossed);
        }
    }
}

/// The outcomes of `N` replicates so far.
#[derive(Debug, Clone)]
pub struct Outcomes<const N: usize> {
    /// How each of the scenario's outcomes fares.
    pub courses: Vec<Course<N>>,
    /// What is watched.
    pub watched: Vec<Watched<N>>,
    /// Step of the first new open conflict of each pair; 0: none.
    pub breaks_out: List<N>,
    /// Step at which the largest holder of each arena was first another than at the start; 0:
    /// never.
    pub falls: List<N>,
    /// The largest holder of each arena at the start.
    first_holder: List<N>,
    /// Where the threat's weakest moment is behind.
    pub after_trough: Mask<N>,
    machine: Machine<N>,
}

impl<const N: usize> Outcomes<N> {
    /// Nothing has happened yet.
    pub fn new(plan: &Plan) -> Self {
        Self {
            courses: vec![Course::NOTHING; plan.outcomes.len()],
            watched: vec![Watched::NOTHING; plan.watches.len()],
            breaks_out: List::filled(plan.pairs.len(), Lanes::ZERO),
            falls: List::filled(plan.arenas, Lanes::ZERO),
            first_holder: List::filled(plan.arenas, Lanes::ZERO),
            after_trough: Mask::NONE,
            machine: Machine::new(plan),
        }
    }

    /// Looks at the state at the end of a step.
    #[inline(always)]
    pub(super) fn see(&mut self, plan: &Plan, p: &Params<N>, s: &State<N>, step: usize) {
        let now = Lanes::splat(step as f32);
        let first = self.breaks_out.iter_mut();
        for ((pair, old), first) in lanewise(plan.pairs.iter().zip(&s.old_conflict).zip(first)) {
            let new = s.conflict[pair.ab].gt_s(0.5) & old.le_s(0.5) & first.le_s(0.0);
            *first = new.select(now, *first);
        }
        for arena in 0..plan.arenas {
            let (holder, _) = largest_holder(plan, s, arena);
            if step == 0 {
                self.first_holder[arena] = holder;
                continue;
            }
            let first = self.first_holder[arena];
            let falls = (holder.lt(first) | holder.gt(first)) & self.falls[arena].le_s(0.0);
            self.falls[arena] = falls.select(now, self.falls[arena]);
        }
        let Self {
            courses,
            watched,
            machine,
            ..
        } = self;
        machine.see(plan, p, s, step, courses);
        for (k, outcome) in plan.outcomes.iter().enumerate() {
            let Some((when, for_weeks)) = &outcome.when else {
                continue;
            };
            let is_so = machine.value(when, p, courses).gt_s(0.5);
            let for_weeks = machine.value(for_weeks, p, courses);
            courses[k].see(is_so, for_weeks, plan.step_weeks, step);
            if outcome.ends_trough {
                self.after_trough = self.after_trough | courses[k].first.gt_s(0.0);
            }
        }
        for (watched, watch) in watched.iter_mut().zip(&plan.watches) {
            let value = machine.value(&watch.what, p, courses);
            let level = watch.level.as_ref();
            let level = level.map(|level| machine.value(level, p, courses));
            watched.see(value, level, step);
        }
    }
}
