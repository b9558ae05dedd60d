//! A history process by process, each to be timed by itself, for `benches/`; no part of the
//! program's interface.

use super::*;

/// What a history is made of.
#[derive(Debug)]
pub struct History<'a, const N: usize> {
    /// What is read.
    pub setting: Model<'a, N>,
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
    pub fn begin(isa: impl Isa, setting: Model<'a, N>, streams: Streams<'a, N>) -> Self {
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

    /// One process of step `t`, by its place in [`PROCESSES`].
    #[inline(always)]
    pub fn process<I: Isa>(&mut self, isa: I, place: usize, t: usize) {
        let (s, scratch, streams) = (&mut self.state, &mut self.scratch, &mut self.streams);
        super::process(isa, place, self.setting, s, scratch, streams, t);
    }

    /// What follows a step: outcomes and record look at its end.
    #[inline(always)]
    pub fn see<I: Isa>(&mut self, isa: I, t: usize) {
        let Model {
            plan, params: p, ..
        } = self.setting;
        let Self {
            state: s,
            outcomes,
            record,
            ..
        } = self;
        isa.call(
            #[inline(always)]
            || outcomes.see(plan, p, s, t),
        );
        isa.call(
            #[inline(always)]
            || record.keep(plan, p, s, outcomes, t),
        );
    }
}
