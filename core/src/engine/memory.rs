//! How much memory a batch will ask for, and how much there is: known before it is asked for,
//! since a process that asks for too much is ended without a word.

use crate::model::SERIES;
use crate::scenario::{Scenario, Watch};

use super::histogram::Bins;
use super::lanes::WIDE;

/// Most bytes that a command asks for, on a machine that has them.
const MOST: u64 = 4 << 30;

/// Bytes of one number of the replicates that go side by side.
const LANES: u64 = 4 * WIDE as u64;

/// Bytes that a batch asks for on so many threads, without its rows. Lists of the state, the
/// parameters and what is worked out from them are counted by what they go over; measured on
/// scenarios of every shape, what is asked for is from a half of this to all of it.
pub fn of_batch(scenario: &Scenario, threads: usize) -> u64 {
    let size = scenario.size();
    let count = |n: usize| n as u64;
    let (f, p) = (
        count(scenario.factions.len()),
        count(scenario.patrons.len()),
    );
    let (a, c) = (
        count(scenario.arenas.len()),
        count(scenario.communities.len()),
    );
    let steps = count(scenario.time.steps()) + 1;
    // The values of a group, and the histogram of all with its range in each lane.
    let of_series = |series| LANES + 4 * count(Bins::of(series).count) + 2 * LANES;
    let series: u64 = steps * SERIES.into_iter().map(of_series).sum::<u64>();
    let of_watch = |watch: &Watch| {
        let bins = Bins::watched(1.0, watch.signed);
        LANES + 4 * count(bins.count) + 2 * LANES
    };
    let series = series + steps * scenario.watches.iter().map(of_watch).sum::<u64>();
    let lists = 40 * f * f
        + 40 * f
        + f * (count(scenario.issues.len()) + 2 * c + a) * 4
        + p * (p + 8 * f + 20)
        + 60 * a
        + 25 * size.claims
        + 8 * size.contacts
        + 12 * size.populaces
        + 2 * size.attachments
        + 2 * count(scenario.numbers.len())
        + 4 * count(scenario.events.len());
    // Who holds what: sums of a group, and of all.
    let control = steps * 12 * (size.claims + 2 * a);
    let own = lists * LANES + series + control;
    // The plan is shared, and the loaded scenario with its texts.
    let shared = 120 * size.contacts + 2000 * count(scenario.numbers.len());
    own.saturating_mul(count(threads.max(1)))
        .saturating_add(shared)
}

/// Bytes of so many rows that wait to be written.
pub fn of_rows(scenario: &Scenario, rows: u64) -> u64 {
    let factions = scenario.factions.len();
    let lists = 2 * (scenario.outcomes.len() + scenario.watches.len())
        + factions * factions / 2
        + scenario.events.len()
        + scenario.arenas.len();
    rows.saturating_mul((200 + 8 * (lists + scenario.uncertain().count())) as u64)
}

/// Bytes that the watched quantities of so many replicates take at every step.
pub fn of_series(scenario: &Scenario, replicates: u64) -> u64 {
    let steps = scenario.time.steps() as u64 + 1;
    replicates
        .saturating_mul(steps)
        .saturating_mul(16 + 8 * scenario.watches.len() as u64)
}

/// Bytes that are kept of each replicate whose history is compared with others'.
pub fn of_history(scenario: &Scenario) -> u64 {
    24 + 4 * scenario.outcomes.len() as u64
}

/// Bytes that a command may ask for: at most 4 GiB, and at most half of what the machine, the
/// group of processes or the shell's limit leaves to this one.
pub fn budget() -> u64 {
    limits().fold(MOST, |least, limit| least.min(limit / 2))
}

/// What the system says it has, where it says so in a file.
fn limits() -> impl Iterator<Item = u64> {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let line = |file: &str, name: &str| -> Option<String> {
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next().map(str::to_owned)
    };
    let machine = line("/proc/meminfo", "MemTotal:");
    let machine = machine.and_then(|kib| number(&kib)).map(|kib| kib * 1024);
    let shell = line("/proc/self/limits", "Max address space");
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    [
        machine,
        shell.and_then(|bytes| number(&bytes)),
        group.and_then(|bytes| number(&bytes)),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_the_scenarios_that_come_with_the_program() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/iraq_2016.toml");
        let scenario = Scenario::load(path.as_ref()).unwrap();
        let one = of_batch(&scenario, 1);
        assert!((1 << 20..64 << 20).contains(&one), "{one}");
        assert!(of_batch(&scenario, 16) > 8 * one);
        assert!(budget() <= MOST);
    }
}
