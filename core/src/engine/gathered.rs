//! What replicates of a scenario come to, before it is turned into chances: it can be written
//! down, read again, and added to that of the replicates before.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::model::Plan;
use crate::scenario::Scenario;

use super::accumulate::Tally;
use super::histogram::Bins;
use super::points::draws_per_block;
use super::row::{Failure, Row};
use super::summarise::{Counting, Counts};
use super::summary::Summary;
use super::total::Total;
use super::watched;

/// How replicates of a scenario are gathered.
#[derive(Debug)]
pub struct Gathering<'a> {
    scenario: Cow<'a, Scenario>,
    pub(super) plan: Plan,
    counting: Counting,
    /// So many replicates after each other share a draw, or draws that hang together.
    together: u64,
    bins: Vec<Bins>,
    /// Nothing, to which all that is read must be like.
    shape: OnceLock<Gathered>,
}

/// What some replicates after each other come to. Whole numbers: the same however they were
/// divided, in whatever order and on whatever machine they ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gathered {
    /// The first replicate.
    pub first: u64,
    /// The one after the last.
    pub end: u64,
    pub(super) counts: Counts,
    /// What rows don't have; `None` where it was not asked for.
    pub(super) total: Option<Total>,
}

/// Version of the bytes of [`Gathered`].
const FORMAT: u32 = 2;

impl<'a> Gathering<'a> {
    /// Of a scenario.
    pub fn new(scenario: &'a Scenario) -> Self {
        Self::of_blocks(scenario, draws_per_block(scenario))
    }

    /// Of a scenario that is kept with it.
    pub fn keeping(scenario: Scenario) -> Gathering<'static> {
        let draws_per_block = draws_per_block(&scenario);
        Gathering::of(Cow::Owned(scenario), draws_per_block)
    }

    /// Of a scenario, where so many draws after each other hang together.
    pub(super) fn of_blocks(scenario: &'a Scenario, draws_per_block: u64) -> Self {
        Self::of(Cow::Borrowed(scenario), draws_per_block)
    }

    fn of(scenario: Cow<'a, Scenario>, draws_per_block: u64) -> Self {
        let plan = Plan::new(&scenario);
        let axes = watched::axes(&scenario);
        let bins = watched::bins(&scenario, &axes);
        let counting = Counting::new(&plan, &scenario, axes, draws_per_block);
        Self {
            together: scenario.replicates_per_draw() * draws_per_block,
            scenario,
            plan,
            counting,
            bins,
            shape: OnceLock::new(),
        }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Nothing yet, from a replicate on.
    pub fn none(&self, first: u64, with_total: bool) -> Gathered {
        Gathered {
            first,
            end: first,
            counts: Counts::new(&self.plan, &self.scenario, &self.counting),
            total: with_total.then(|| Total::new(&self.plan, &self.bins)),
        }
    }

    /// What a thread counts into.
    pub(super) fn tally(&self) -> Tally {
        Tally::new(&self.plan, &self.bins)
    }

    /// Adds the rows that come next.
    pub(super) fn add(&self, gathered: &mut Gathered, rows: &[Row]) {
        gathered.counts.add(&self.counting, rows);
        gathered.end = gathered.first + gathered.counts.replicates();
    }

    /// Adds what comes next; the draws of the inputs must not reach from one into the other.
    ///
    /// # Errors
    /// If it doesn't come next, or a draw would be cut: says which.
    pub fn merge(&self, gathered: &mut Gathered, next: &Gathered) -> Result<(), String> {
        let (end, first) = (gathered.end, next.first);
        if end != first {
            return Err(format!(
                "replicates up to {end} can't be followed by those from {first} on"
            ));
        }
        if !end.is_multiple_of(self.together) {
            return Err(format!(
                "replicate {first} shares its draw of the inputs, or its block of draws, with the one before, in another part"
            ));
        }
        gathered.counts.close(&self.counting);
        gathered.counts.merge(&next.counts);
        match (&mut gathered.total, &next.total) {
            (Some(total), Some(next)) => total.merge(next),
            _ => gathered.total = None,
        }
        gathered.end = next.end;
        Ok(())
    }

    /// Its bytes.
    pub fn bytes(gathered: &Gathered) -> Vec<u8> {
        // Writing to memory fails for nothing that is in it.
        postcard::to_allocvec(&(FORMAT, gathered)).unwrap_or_default()
    }

    /// From bytes.
    ///
    /// # Errors
    /// If they are of another version or of another scenario, or make no sense.
    pub fn read(&self, bytes: &[u8]) -> Result<Gathered, String> {
        let wrong = |error: postcard::Error| format!("its bytes make no sense: {error}");
        let (format, rest) = postcard::take_from_bytes::<u32>(bytes).map_err(wrong)?;
        if format != FORMAT {
            return Err(format!("it has format {format}, not {FORMAT}"));
        }
        let (found, rest): (Gathered, _) = postcard::take_from_bytes(rest).map_err(wrong)?;
        let none = self.shape.get_or_init(|| self.none(0, true));
        let is_like = match (&found.total, &none.total) {
            (Some(found), Some(none)) => found.is_like(none),
            _ => true,
        };
        if !is_like || !found.counts.is_like(&none.counts) {
            return Err("it is of another scenario".to_owned());
        }
        let replicates = found.counts.replicates();
        if !rest.is_empty() || found.end.checked_sub(found.first) != Some(replicates) {
            return Err("its counts don't go together".to_owned());
        }
        Ok(found)
    }

    /// Turned into chances: for a seed, and the replicates that were asked for. The last draw
    /// has ended: no replicate of it can be added any more.
    pub fn summary(&self, gathered: &mut Gathered, asked: (u64, u64)) -> (Summary, Vec<Failure>) {
        let (counting, plan) = (&self.counting, &self.plan);
        gathered.counts.close(counting);
        let none;
        let total = match &gathered.total {
            Some(total) => total,
            None => {
                none = Total::new(plan, &self.bins);
                &none
            }
        };
        let counts = &gathered.counts;
        let summary = counts.finish(counting, &self.scenario, asked, plan, total);
        (summary, counts.failures().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::{Arc, Mutex};

    use super::super::{Batch, Keep, Progress, Unit, run, run_in_blocks};
    use super::*;
    use crate::engine::Design;
    use crate::scenario::InputDesign;

    fn scenario() -> Scenario {
        of_design(InputDesign::Random)
    }

    fn of_design(design: InputDesign) -> Scenario {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/iraq_2016.toml");
        let settings = [
            "run.replicates_per_draw=3".to_owned(),
            "time.end=2017-03-22".to_owned(),
        ];
        let scenario = Scenario::load_with(path.as_ref(), &settings).unwrap();
        scenario.with_design(design)
    }

    /// Keeps bytes, and stops the work once so many replicates are done.
    #[derive(Debug, Default)]
    struct Kept {
        bytes: Mutex<Vec<u8>>,
        stop_at: u64,
    }

    impl Keep for Kept {
        fn kept(
            &self,
            unit: &Unit<'_>,
            _rows: &mut dyn FnMut(&[Row]) -> ControlFlow<()>,
        ) -> ControlFlow<(), Option<Gathered>> {
            let bytes = self.bytes.lock().unwrap();
            let kept = (!bytes.is_empty()).then(|| unit.gathering.read(&bytes).unwrap());
            ControlFlow::Continue(kept)
        }

        fn add(&self, _unit: &Unit<'_>, _rows: &[Row]) -> bool {
            true
        }

        fn so_far(&self, _unit: &Unit<'_>, gathered: &Gathered) -> ControlFlow<()> {
            *self.bytes.lock().unwrap() = Gathering::bytes(gathered);
            match gathered.end >= self.stop_at {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }

        fn end(&self, _unit: &Unit<'_>, gathered: &Gathered, _whole: bool) {
            *self.bytes.lock().unwrap() = Gathering::bytes(gathered);
        }
    }

    fn of(batch: &Batch<'_>, block: u64, kept: Kept) -> (Summary, Vec<u8>) {
        let kept = Arc::new(kept);
        let progress = Progress::default();
        progress.keep.set(kept.clone()).unwrap();
        let design = Design::new(batch.scenario, batch.seed);
        let none = |_: &[Row]| Ok::<(), std::convert::Infallible>(());
        let Ok((summary, _)) = run_in_blocks(&batch.kept_as(0), &design, &progress, block, none);
        let bytes = std::mem::take(&mut *kept.bytes.lock().unwrap());
        (summary, bytes)
    }

    fn to_the_end(batch: &Batch<'_>, block: u64, bytes: Vec<u8>) -> (Summary, Vec<u8>) {
        let kept = Kept {
            bytes: Mutex::new(bytes),
            stop_at: u64::MAX,
        };
        of(batch, block, kept)
    }

    #[test]
    fn what_was_stopped_in_the_middle_of_a_draw_ends_as_if_it_had_not_been() {
        for design in InputDesign::ALL {
            let scenario = of_design(design);
            let batch = Batch::of(&scenario).seed(4).replicates(200);
            let whole = to_the_end(&batch, 200, Vec::new());
            for stop_at in [1, 50, 101] {
                let kept = Kept {
                    stop_at,
                    ..Kept::default()
                };
                let (_, bytes) = of(&batch, 50, kept);
                // More is asked for than before, as when a run is extended.
                assert_eq!(to_the_end(&batch, 64, bytes), whole, "{stop_at}");
            }
            let (_, fewer) = to_the_end(&batch.replicates(100), 1024, Vec::new());
            assert_eq!(to_the_end(&batch, 1024, fewer), whole);
        }
    }

    #[test]
    fn shards_come_to_the_whole_however_they_are_cut() {
        // Draws have three replicates, and blocks sixteen draws.
        shards_come_to_the_whole(InputDesign::Random, &[&[99], &[3, 6, 150]]);
        shards_come_to_the_whole(InputDesign::Lhs, &[&[96], &[48, 144]]);
        shards_come_to_the_whole(InputDesign::Sobol, &[&[144]]);
    }

    fn shards_come_to_the_whole(design: InputDesign, cuts: &[&[u64]]) {
        let scenario = of_design(design);
        let batch = Batch::of(&scenario).seed(4).replicates(200);
        let (summary, whole) = to_the_end(&batch, 1024, Vec::new());
        let gathering = Gathering::new(&scenario);
        for cuts in cuts {
            let ends = cuts.iter().copied().chain([200]);
            let mut all = gathering.none(0, true);
            for (first, end) in std::iter::once(0).chain(cuts.iter().copied()).zip(ends) {
                let shard = Batch {
                    first,
                    ..batch.replicates(end)
                };
                let (_, bytes) = to_the_end(&shard, 1024, Vec::new());
                gathering
                    .merge(&mut all, &gathering.read(&bytes).unwrap())
                    .unwrap();
            }
            assert_eq!(Gathering::bytes(&all), whole, "{cuts:?}");
            assert_eq!(gathering.summary(&mut all, (4, 200)).0, summary);
        }
        let cut = |first, end| {
            let mut none = gathering.none(first, true);
            none.end = end;
            none
        };
        let within = if design.is_random() { 100 } else { 99 };
        for (mut one, other) in [
            (cut(0, 99), cut(102, 150)),
            (cut(0, within), cut(within, 150)),
        ] {
            let refused = gathering.merge(&mut one, &other).unwrap_err();
            assert!(refused.starts_with("replicate"), "{refused}");
        }
    }

    /// Chances and means of ten thousand million replicates are those of the thousand of which
    /// they are copies, and nothing overflows on the way.
    #[test]
    fn sums_hold_ten_thousand_million_replicates() {
        let scenario = scenario();
        let gathering = Gathering::new(&scenario);
        let batch = Batch::of(&scenario).replicates(1200);
        let (once, bytes) = to_the_end(&batch, 1024, Vec::new());
        let mut all = gathering.read(&bytes).unwrap();
        while all.end < 10_000_000_000 {
            let next = Gathered {
                first: all.end,
                end: 2 * all.end,
                ..all.clone()
            };
            gathering.merge(&mut all, &next).unwrap();
        }
        let read = gathering.read(&Gathering::bytes(&all)).unwrap();
        assert_eq!(read, all);
        let n = all.end;
        let (many, _) = gathering.summary(&mut all, (1, n));
        assert_eq!((many.replicates, many.draws), (n, n / 3));
        for (one, many) in once.outcomes.iter().zip(&many.outcomes) {
            assert!((one.chance.value - many.chance.value).abs() < 1e-12);
            assert!(many.chance.high - many.chance.low < 1e-4);
            assert_eq!(one.median_week, many.median_week);
            for (one, many) in one.incidence.iter().zip(&many.incidence) {
                assert!((one.value - many.value).abs() < 1e-12);
            }
        }
        let close = |one: f64, many: f64| assert!((one - many).abs() < 1e-9, "{one} {many}");
        for (one, many) in once.factions.iter().zip(&many.factions) {
            close(one.power_end, many.power_end);
        }
        for (one, many) in once.arenas.iter().zip(&many.arenas) {
            for (one, many) in one.holders.iter().zip(&many.holders) {
                for (one, many) in one.shares.iter().zip(&many.shares) {
                    close(*one, *many);
                }
            }
        }
        for (one, many) in once
            .rivalry
            .end
            .iter()
            .flatten()
            .zip(many.rivalry.end.iter().flatten())
        {
            close(*one, *many);
        }
        for (one, many) in once.fans.iter().zip(&many.fans) {
            for (one, many) in one.quantiles.iter().zip(&many.quantiles) {
                // Of the same values, the middle one is the same within a bin.
                assert!((one[2] - many[2]).abs() <= one[2].abs() / 32.0 + 1e-3);
            }
        }
    }

    #[test]
    fn bytes_that_were_changed_or_are_anothers_are_refused() {
        let scenario = scenario();
        let gathering = Gathering::new(&scenario);
        let (_, bytes) = to_the_end(&Batch::of(&scenario).replicates(8), 8, Vec::new());
        assert!(gathering.read(&bytes[..bytes.len() - 1]).is_err());
        assert!(gathering.read(&[&bytes[..], &[0]].concat()).is_err());
        assert!(gathering.read(&[&[9], &bytes[1..]].concat()).is_err());
        let mut fewer = scenario.clone();
        fewer.events.pop();
        let other = Gathering::new(&fewer);
        assert_eq!(other.read(&bytes).unwrap_err(), "it is of another scenario");
    }

    /// All are in one bin at the start, which holds fewer of them.
    #[test]
    fn more_replicates_than_a_thread_can_count_are_counted() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/field.toml");
        let shorter = ["time.end=2000-02-14".to_owned()];
        let scenario = Scenario::load_with(path.as_ref(), &shorter).unwrap();
        let batch = Batch::of(&scenario).replicates(u64::from(u16::MAX) + 5000);
        let design = Design::new(&scenario, batch.seed);
        let summary = |block| {
            let none = |_: &[Row]| Ok::<(), std::convert::Infallible>(());
            let Ok((summary, _)) =
                run_in_blocks(&batch, &design, &Progress::default(), block, none);
            summary
        };
        let (one, many) = (summary(u64::MAX), summary(1000));
        assert_eq!(one.fans, many.fans);
        assert_eq!(one.outcomes, many.outcomes);
    }

    #[test]
    fn what_follows_from_rows_alone_is_the_same_without_the_rest() {
        let scenario = scenario();
        let batch = Batch::of(&scenario).replicates(60);
        let none = |_: &[Row]| Ok::<(), std::convert::Infallible>(());
        let Ok((full, _)) = run(&batch, &Progress::default(), none);
        let Ok((rows, _)) = run(&batch.rows_alone(), &Progress::default(), none);
        assert_eq!(full.outcomes, rows.outcomes);
        assert_eq!(full.pairs.len(), rows.pairs.len());
    }
}
