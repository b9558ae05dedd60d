//! How long a batch will take, known before it begins: to tell a nought too many from a run.

use crate::scenario::Scenario;

/// Nanoseconds of a thread for each step, and each ordered pair of factions, contact or claim in
/// it. Rough: with lanes as wide as they come it is a few times less, without them more.
const NANOSECONDS: f64 = 10.0;

/// About how many seconds of one thread so many replicates take. Counted, not measured: the
/// same everywhere, and by a factor of a few another than the clock says.
pub fn seconds(scenario: &Scenario, replicates: u64) -> f64 {
    let size = scenario.size();
    let factions = scenario.factions.len() as u64;
    let each = 1 + factions * factions + size.contacts + size.claims + size.attachments;
    let steps = scenario.time.steps() as u64 + 1;
    replicates as f64 * steps as f64 * each as f64 * NANOSECONDS * 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_with_replicates_and_is_of_the_size_of_what_is_measured() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/iraq_2016.toml");
        let scenario = Scenario::load(path.as_ref()).unwrap();
        let one = seconds(&scenario, 1000);
        assert_eq!(seconds(&scenario, 2000), 2.0 * one);
        // 0.8 s of one thread in November 2026, on a machine with wide lanes.
        assert!((0.1..10.0).contains(&one), "{one}");
    }
}
