use super::*;
use crate::engine::{Batch, Gathering, Progress};

fn scenario(settings: &[&str]) -> Scenario {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/iraq_2016.toml");
    let short = ["time.end=2016-12-14", "run.replicates=96"];
    let settings = short.iter().chain(settings);
    let settings: Vec<String> = settings.map(|s| (*s).to_owned()).collect();
    Scenario::load_with(path.as_ref(), &settings).unwrap()
}

fn part(scenario: &Scenario, first: u64, end: u64) -> Vec<u8> {
    let batch = Batch::of(scenario).replicates(end).beginning_at(first);
    Part::run(&Gathering::new(scenario), &batch, &Progress::default()).bytes()
}

fn grown(scenario: &Scenario, cuts: &[u64]) -> Growing {
    let mut growing = Growing::new("it", Gathering::keeping(scenario.clone()));
    for ends in cuts.windows(2) {
        let part = part(scenario, ends[0], ends[1]);
        growing.add([part.as_slice()]).unwrap();
    }
    growing
}

#[test]
fn what_grew_in_parts_is_the_batch_and_is_compared_as_batches_are() {
    let base = scenario(&[]);
    let other = scenario(&["rivalry.hostility_scale=0.2"]);
    let first = grown(&base, &[0, 96]);
    let this = grown(&other, &[0, 16, 48, 80]);
    let whole = Batch::of(&other).replicates(80).collect();
    let mut summary = this.summary().clone();
    assert_eq!(summary.replicates_asked, 96);
    summary.replicates_asked = 80;
    assert_eq!(summary, whole.summary);

    // Before anything is known, too.
    let none = Growing::new("none", Gathering::keeping(other.clone())).beside(&first);
    assert_eq!(none.answer(Some(&first)).against.map(|a| a.used), Some(0));
    let answer = this.answer(Some(&first));
    let against = answer.against.unwrap();
    assert_eq!(
        (against.used, against.pairing),
        (80, super::super::Pairing::Paired)
    );
    let key = "rivalry.hostility_scale";
    assert_eq!(
        against
            .differs
            .of_model()
            .map(|e| e.key.as_str())
            .collect::<Vec<_>>(),
        [key]
    );
    // Counted by hand.
    let alike = Batch::of(&base).replicates(80).collect();
    for (place, outcome) in against
        .outcomes
        .iter()
        .enumerate()
        .filter(|(_, o)| o.is.dated)
    {
        let at = whole
            .summary
            .outcomes
            .iter()
            .position(|o| o.key == outcome.is.key)
            .unwrap();
        let rows = || whole.rows.iter().zip(&alike.rows);
        let has = |row: &crate::engine::Row| row.outcomes[at].first.is_some();
        let gained = rows().filter(|(a, b)| has(a) && !has(b)).count() as u64;
        let lost = rows().filter(|(a, b)| !has(a) && has(b)).count() as u64;
        let difference = outcome.difference.as_ref().unwrap();
        assert_eq!(
            (difference.gained, difference.lost),
            (Some(gained), Some(lost)),
            "{place}"
        );
        let ends = (difference.horizon.low, difference.horizon.high);
        assert_eq!(outcome.clear, ends.0 > 0.0 || ends.1 < 0.0);
    }
}

#[test]
fn the_history_nearest_to_a_week_has_the_outcome() {
    let scenario = scenario(&[]);
    let growing = grown(&scenario, &[0, 96]);
    let rows = Batch::of(&scenario).replicates(96).collect().rows;
    let outcomes = &growing.summary().outcomes;
    let mut asked = 0;
    for (at, outcome) in outcomes.iter().enumerate().filter(|(_, o)| o.dated) {
        for week in [0, 10, 26] {
            let steps = rows.iter().filter_map(|row| row.outcomes[at].first);
            let nearest = steps.map(|step| step.abs_diff(week)).min();
            let found = growing.nearest(&outcome.key, week);
            assert_eq!(found.map(|(_, w)| w.abs_diff(week)), nearest);
            if let Some((replicate, w)) = found {
                assert_eq!(rows[replicate as usize].outcomes[at].first, Some(w));
                asked += 1;
            }
        }
    }
    assert!(asked > 3, "{asked}");
    assert_eq!(growing.nearest("no_such", 3), None);
}

#[test]
fn what_is_no_part_of_the_run_is_refused_and_changes_nothing() {
    let (one, other) = (scenario(&[]), scenario(&["time.end=2016-11-30"]));
    let mut growing = grown(&one, &[0, 16]);
    let before = growing.summary().clone();
    let next = part(&one, 16, 32);
    for wrong in [
        &[][..],
        &next[..100],
        &part(&other, 16, 32),
        &part(&one, 48, 64),
    ] {
        assert!(growing.add([next.as_slice(), wrong]).is_err());
        assert_eq!(*growing.summary(), before);
    }
    growing.add([next.as_slice()]).unwrap();
    assert_eq!(growing.summary().replicates, 32);
}
