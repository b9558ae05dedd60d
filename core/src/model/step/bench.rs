//! A step in parts, each to be timed by itself, for `benches/`; no part of the program's
//! interface.

use super::*;

/// The parts of a step, in its order, and what follows it.
pub const PARTS: [&str; 16] = [
    "streams",
    "events",
    "perceive",
    "rival",
    "allocate",
    "fortune",
    "deploy (factions)",
    "choose",
    "deploy (threat)",
    "contest",
    "quarrel",
    "keep_up",
    "govern",
    "measure",
    "outcomes",
    "record",
];

/// What a history is made of.
#[derive(Debug)]
pub struct History<'a, const N: usize> {
    /// What is read.
    pub setting: Setting<'a, N>,
    /// The state.
    pub state: State<N>,
    /// Intermediate results.
    pub scratch: Scratch<N>,
    /// Random words.
    pub streams: Streams<'a, N>,
    /// What has happened so far.
    pub outcomes: Outcomes<N>,
    /// What is kept of it.
    pub record: Record<N>,
}

impl<'a, const N: usize> History<'a, N> {
    /// A history at its start.
    pub fn begin(isa: impl Isa, setting: Setting<'a, N>, streams: Streams<'a, N>) -> Self {
        let mut scratch = Scratch::new(setting.plan);
        let mut history = Self {
            state: start(isa, setting.plan, setting.params, &mut scratch),
            outcomes: Outcomes::new(setting.plan),
            record: Record::new(setting.plan),
            setting,
            scratch,
            streams,
        };
        history.see(isa, 0);
        history
    }

    fn see(&mut self, isa: impl Isa, t: usize) {
        self.part(isa, 14, t);
        self.part(isa, 15, t);
    }

    /// One part of step `t`, by its place in [`PARTS`].
    #[rustfmt::skip]
    #[inline(always)]
    pub fn part<I: Isa>(&mut self, isa: I, part: usize, t: usize) {
        let Setting { scenario, plan, params: p } = self.setting;
        let (s, scratch, streams) = (&mut self.state, &mut self.scratch, &mut self.streams);
        match part {
            0 => isa.call(#[inline(always)] || streams.go_to(t - 1)),
            1 => events::happen(scenario, plan, p, s, streams, t),
            2 => isa.call(#[inline(always)] || perception::perceive(plan, p, s, &mut scratch.perception)),
            3 => isa.call(#[inline(always)] || rivalry::rival(plan, p, s, &mut scratch.rivalry, streams)),
            4 => isa.call(#[inline(always)] || allocation::allocate(plan, p, s, &mut scratch.allocation, p.effort_rate)),
            5 => isa.call(#[inline(always)] || contest::fortune(plan, p, s, streams)),
            6 => isa.call(#[inline(always)] || allocation::deploy(plan, p, s)),
            7 => isa.call(#[inline(always)] || strategy::choose(plan, p, s, &mut scratch.strategy, p.strategy_rate)),
            8 => isa.call(#[inline(always)] || strategy::deploy(plan, p, s)),
            9 => isa.call(#[inline(always)] || contest::contest(plan, p, s, &mut scratch.contest, streams)),
            10 => isa.call(#[inline(always)] || contest::quarrel(plan, p, s, streams)),
            11 => isa.call(#[inline(always)] || upkeep::keep_up(plan, p, s, streams)),
            12 => isa.call(#[inline(always)] || polity::govern(plan, p, s, streams)),
            13 => isa.call(#[inline(always)] || measure(plan, p, s)),
            14 => isa.call(#[inline(always)] || self.outcomes.see(plan, p, s, t)),
            _ => isa.call(#[inline(always)] || self.record.keep(plan, p, s, &self.outcomes, t)),
        }
    }
}
