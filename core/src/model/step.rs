//! One step of the model, in its order; and the start of a run.

use crate::numeric::{Isa, Lanes, Streams, sum_over};
use crate::scenario::Scenario;

use super::outcomes::Outcomes;
use super::params::Params;
use super::plan::Plan;
use super::record::{Record, infighting};
use super::state::State;
use super::{allocation, contest, events, perception, polity, quarrel, rivalry, strategy, upkeep};

#[doc(hidden)]
pub mod bench;

/// Space for intermediate results, so that a step allocates nothing.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize> {
    perception: perception::Scratch<N>,
    rivalry: rivalry::Scratch<N>,
    allocation: allocation::Scratch<N>,
    contest: contest::Scratch<N>,
    strategy: strategy::Scratch<N>,
}

impl<const N: usize> Scratch<N> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        Self {
            perception: perception::Scratch::new(plan),
            rivalry: rivalry::Scratch::new(plan),
            allocation: allocation::Scratch::new(plan),
            contest: contest::Scratch::new(plan),
            strategy: strategy::Scratch::new(plan),
        }
    }
}

/// The state at the start: everybody knows where they stand, and effort is allocated.
#[rustfmt::skip]
pub fn start<const N: usize, I: Isa>(
    isa: I,
    plan: &Plan,
    p: &Params<N>,
    scratch: &mut Scratch<N>,
) -> State<N> {
    let mut s = State::new(plan, p);
    s.initial_value = s.value_held(plan, p);
    s.held_value = s.initial_value;
    let all = sum_over!(&a in &plan.territories => p.value[a]);
    s.reference_value = s.initial_value.max(all * 0.05).at_least(1e-6);
    s.reference_access = s.border_access(plan, p).at_least(0.05);
    s.initial_room = upkeep::room(p, &s);
    upkeep::settle(plan, p, &mut s);
    polity::settle(plan, p, &mut s);
    deploy_threat(isa, plan, p, &mut s, Lanes::ONE);
    perception::settle(plan, p, &mut s, &mut scratch.perception);
    // The balance of ties feeds on hostility itself; a few rounds bring the two together.
    rivalry::begin(plan, p, &mut s);
    for _ in 0..rivalry::SETTLING_ROUNDS {
        isa.call(#[inline(always)] || rivalry::settle(plan, p, &mut s, &mut scratch.rivalry));
    }
    // Effort is settled when everybody, the threat included, sees what the others chose.
    for round in 0..12 {
        let share = Lanes::splat(if round == 0 { 1.0 } else { 0.3 });
        choose_effort(isa, plan, p, &mut s, scratch, (share, Lanes::ONE));
        deploy_factions(isa, plan, p, &mut s, share);
        isa.call(#[inline(always)] || contest::confront(plan, p, &mut s));
        choose_strategy(isa, plan, p, &mut s, scratch, share);
        deploy_threat(isa, plan, p, &mut s, share);
    }
    contest::settle(plan, p, &mut s);
    polity::measure_governance(plan, p, &mut s);
    upkeep::settle_pools(plan, p, &mut s);
    isa.call(#[inline(always)] || measure(plan, p, &mut s));
    s
}

// What both the start and a step do is compiled once: these are large.

#[rustfmt::skip]
fn choose_effort<const N: usize, I: Isa>(
    isa: I,
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    (share, road): (Lanes<N>, Lanes<N>),
) {
    isa.call(#[inline(always)] || allocation::allocate(plan, p, s, &mut scratch.allocation, share, road));
}

#[rustfmt::skip]
fn choose_strategy<const N: usize, I: Isa>(
    isa: I,
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    share: Lanes<N>,
) {
    isa.call(#[inline(always)] || strategy::choose(plan, p, s, &mut scratch.strategy, share));
}

#[rustfmt::skip]
fn deploy_factions<const N: usize, I: Isa>(isa: I, plan: &Plan, p: &Params<N>, s: &mut State<N>, share: Lanes<N>) {
    isa.call(#[inline(always)] || allocation::deploy(plan, p, s, share));
}

#[rustfmt::skip]
fn deploy_threat<const N: usize, I: Isa>(isa: I, plan: &Plan, p: &Params<N>, s: &mut State<N>, share: Lanes<N>) {
    isa.call(#[inline(always)] || strategy::deploy(plan, p, s, share));
}

/// A run in the making: what a step reads besides the state.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a, const N: usize> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its structure.
    pub plan: &'a Plan,
    /// Its parameters, for each lane.
    pub params: &'a Params<N>,
}

/// Declares the processes of a step in their order, once: what each is called, the section of
/// `docs/model.md` that has its equations, and what it calls. The step runs them, the benches
/// take each by its place, and a test holds the page to the list.
macro_rules! processes {
    (
        ($isa:ident, $scenario:ident, $plan:ident, $p:ident, $s:ident, $scratch:ident, $streams:ident, $t:ident);
        $($name:literal, $section:literal => $call:expr;)*
    ) => {
        /// What a step does, in its order: the name of each process and the section of
        /// `docs/model.md` that has its equations.
        pub const PROCESSES: [(&str, &str); [$($name),*].len()] = [$(($name, $section)),*];

        /// One step: `t` counts from 1.
        pub fn step<const N: usize, I: Isa>(
            $isa: I,
            setting: Model<'_, N>,
            $s: &mut State<N>,
            $scratch: &mut Scratch<N>,
            $streams: &mut Streams<'_, N>,
            $t: usize,
        ) {
            let Model { scenario: $scenario, plan: $plan, params: $p } = setting;
            $isa.call(#[inline(always)] || $streams.go_to($t - 1));
            $($isa.call(#[inline(always)] || $call);)*
        }

        /// One process of step `t` by its place in [`PROCESSES`]; the step begins with 0.
        #[doc(hidden)]
        #[inline(always)]
        pub fn process<const N: usize, I: Isa>(
            $isa: I,
            place: usize,
            setting: Model<'_, N>,
            $s: &mut State<N>,
            $scratch: &mut Scratch<N>,
            $streams: &mut Streams<'_, N>,
            $t: usize,
        ) {
            let Model { scenario: $scenario, plan: $plan, params: $p } = setting;
            if place == 0 {
                $isa.call(#[inline(always)] || $streams.go_to($t - 1));
            }
            let mut next = 0;
            $(
                if place == next {
                    $isa.call(#[inline(always)] || $call);
                }
                next += 1;
            )*
            debug_assert!(place < next);
        }
    };
}

processes! {
    (isa, scenario, plan, p, s, scratch, streams, t);
    "events", "7.1" => events::happen(scenario, plan, p, s, streams, t);
    "perception", "7.2" => perception::perceive(plan, p, s, &mut scratch.perception);
    "rivalry", "7.3" => rivalry::rival(plan, p, s, &mut scratch.rivalry, streams);
    "effort", "7.4" => choose_effort(isa, plan, p, s, scratch, (p.effort_rate, p.road_rate));
    "tempo and luck", "7.5" => contest::lasting_noise(plan, p, s, streams);
    "deployment of the factions", "7.4" => deploy_factions(isa, plan, p, s, p.effort_rate);
    "strategy of the threat", "7.6" => choose_strategy(isa, plan, p, s, scratch, p.strategy_rate);
    "deployment of the threat", "7.6" => deploy_threat(isa, plan, p, s, p.strategy_rate);
    "contests", "7.5" => contest::contest(plan, p, s, &mut scratch.contest, streams);
    "quarrels", "7.5" => quarrel::quarrel(plan, p, s, streams);
    "upkeep", "7.7" => upkeep::keep_up(plan, p, s, streams);
    "polity", "7.8" => polity::govern(plan, p, s, streams);
    "measures", "7.9" => measure(plan, p, s);
}

/// Runs the model from start to horizon.
pub fn run<const N: usize, I: Isa>(
    isa: I,
    setting: Model<'_, N>,
    scratch: &mut Scratch<N>,
    streams: &mut Streams<'_, N>,
    record: &mut Record<N>,
) -> (State<N>, Outcomes<N>) {
    let Model {
        plan, params: p, ..
    } = setting;
    let mut s = start(isa, plan, p, scratch);
    let mut outcomes = Outcomes::new(plan);
    for t in 0..=plan.steps {
        if t > 0 {
            step(isa, setting, &mut s, scratch, streams, t);
        }
        isa.call(
            #[inline(always)]
            || outcomes.see(plan, p, &s, t),
        );
        isa.call(
            #[inline(always)]
            || record.keep(plan, p, &s, &outcomes, t),
        );
    }
    (s, outcomes)
}

/// What the state at the end of a step comes to: threat strength, cohesion (7.9.1).
#[inline(always)]
fn measure<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    s.held_value = s.value_held(plan, p);
    let total = sum_over!(&a in &plan.territories => p.value[a], from Lanes::splat(1e-6));
    s.threat_share = s.held_value / total;
    let fighters = s.open_fighters() / p.threat_fighters;
    let value = s.held_value / s.initial_value.at_least(1e-6);
    // A threat that starts without territory is measured by its fighters alone.
    let landless = s.initial_value.le_s(1e-6);
    s.strength = landless.select(fighters, (fighters + value) * 0.5);
    for (k, coalition) in plan.memberships.iter().enumerate() {
        s.infighting[k] = infighting(coalition, s);
    }
}
