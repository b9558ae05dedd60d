//! What must hold at every step of every history, whatever the numbers.

use proptest::prelude::*;
use simulate::model::step::{Model, Scratch, start, step};
use simulate::model::{Inputs, Params, Plan, State};
use simulate::numeric::{Baseline, Lanes, Streams};
use simulate::scenario::Scenario;

const LANES: usize = 8;

fn load(index: usize) -> Scenario {
    let paths = crate::scenario_paths();
    let path = &paths[index % paths.len()];
    Scenario::load(path).unwrap_or_else(|p| panic!("{}", p.render(false)))
}

/// Shares that must sum to 1 between them can't be moved one by one.
fn may_vary(path: &str) -> bool {
    !path.contains(".control.") && !path.contains(".mix.")
}

/// Runs a scenario with some of its numbers moved within their ranges; checks every step.
fn holds_everywhere(scenario: &Scenario, seed: u64, moved: &[(usize, f64)], steps: usize) {
    let plan = Plan::new(scenario);
    let mut inputs: Inputs<LANES> = Inputs::central(scenario);
    for (number, share) in moved {
        let number = number % scenario.numbers.len();
        let record = &scenario.numbers[number];
        if !may_vary(&record.path) {
            continue;
        }
        // Between a tenth and ten times the value, within the number's own range.
        let value = record.central() * 10f64.powf(2.0 * share - 1.0);
        for lane in 0..LANES {
            inputs.set(number, lane, value.clamp(record.spec.low, record.spec.high));
        }
    }
    let params = Params::new(&plan, scenario, &inputs);
    let channels = plan.channels.keyed(seed);
    let mut streams = Streams::new(&channels, std::array::from_fn(|k| k as u64));
    let mut scratch = Scratch::new(&plan);
    let mut state = start(Baseline, &plan, &params, &mut scratch);
    check(&plan, &params, &state, 0);
    let setting = Model {
        scenario,
        plan: &plan,
        params: &params,
    };
    for t in 1..=steps.min(plan.steps) {
        step(Baseline, setting, &mut state, &mut scratch, &mut streams, t);
        check(&plan, &params, &state, t);
    }
}

fn sum<'a>(list: impl IntoIterator<Item = &'a Lanes<LANES>>) -> Lanes<LANES> {
    list.into_iter().fold(Lanes::ZERO, |sum, x| sum + *x)
}

/// Two quantities agree to two parts in a thousand of a scale: single precision over
/// hundreds of steps.
fn near(found: Lanes<LANES>, wanted: Lanes<LANES>, scale: Lanes<LANES>, what: &str, t: usize) {
    for k in 0..LANES {
        let error = (found.lane(k) - wanted.lane(k)).abs();
        assert!(
            error <= 2e-3 * scale.lane(k),
            "step {t}: {what}: {} for {}",
            found.lane(k),
            wanted.lane(k)
        );
    }
}

fn check(plan: &Plan, p: &Params<LANES>, s: &State<LANES>, t: usize) {
    let one = Lanes::ONE;
    for a in 0..plan.arenas {
        let held = sum(&s.control[plan.claims_on[a].clone()]) + s.threat_control[a] + s.nobody[a];
        near(held, one, one, "control shares sum to 1", t);
    }
    for i in 0..plan.factions {
        let spent = sum(&s.effort[plan.options_of[i].clone()]);
        near(spent, one, one, "effort sums to 1", t);
        // Power lost in fights is accounted for: nobody comes or goes unseen.
        let accounted = p.fighters[i] + s.joined[i] - s.losses[i];
        let scale = p.fighters[i] + s.joined[i].abs() + s.losses[i] + 1.0;
        near(
            s.fighters[i],
            accounted,
            scale,
            "a faction's fighters are accounted for",
            t,
        );
    }
    let spent = s.hold_effort + s.melt_effort + sum(&s.attack_effort) + sum(&s.provoke_effort);
    near(spent, one, one, "the threat's effort sums to 1", t);
    let began = p.threat_fighters + sum(&p.underground);
    let accounted = began + s.threat_joined - s.threat_losses;
    let scale = began + s.threat_losses + s.threat_joined.abs();
    let all = s.open_fighters() + s.underground_fighters();
    near(
        all,
        accounted,
        scale,
        "the threat's fighters are accounted for",
        t,
    );

    let shares: [(&str, &[Lanes<LANES>]); 10] = [
        ("control", &s.control),
        ("threat control", &s.threat_control),
        ("nobody", &s.nobody),
        ("effort", &s.effort),
        ("weight", &s.weight),
        ("perceived", &s.perceived),
        ("pay", &s.pay),
        ("support", &s.support),
        ("grievance", &s.grievance),
        ("crisis", &s.crisis),
    ];
    for (what, x) in shares
        .iter()
        .flat_map(|(what, list)| list.iter().map(move |x| (what, x)))
    {
        for k in 0..LANES {
            assert!(
                (-1e-4..=1.001).contains(&x.lane(k)),
                "step {t}: {what} = {}",
                x.lane(k)
            );
        }
    }
    let threat = [s.core, s.opportunists, s.funds, s.legitimacy, s.strength];
    let amounts: [(&str, &[Lanes<LANES>]); 9] = [
        ("fighters", &s.fighters),
        ("power", &s.power),
        ("underground", &s.underground),
        ("pool", &s.pool),
        ("commitment", &s.commitment),
        ("memory", &s.memory),
        ("alarm", &s.alarm),
        ("gain", &s.gain),
        ("threat", &threat),
    ];
    for (what, x) in amounts
        .iter()
        .flat_map(|(what, list)| list.iter().map(move |x| (what, x)))
    {
        for k in 0..LANES {
            assert!(
                x.lane(k) >= 0.0 && x.lane(k).is_finite(),
                "step {t}: {what} = {}",
                x.lane(k)
            );
        }
    }
    for h in &s.hostility {
        assert!(h.is_finite().all(), "step {t}: hostility {h:?}");
    }
}

#[test]
fn every_scenario_keeps_its_accounts_to_the_horizon() {
    for index in 0..crate::scenario_paths().len() {
        let scenario = load(index);
        for seed in 0..4 {
            holds_everywhere(&scenario, seed, &[], usize::MAX);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20160615),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_step_keeps_shares_accounts_and_finiteness_whatever_the_numbers(
        which in 0usize..3,
        seed in 0u64..1000,
        moved in prop::collection::vec((0usize..100_000, 0.0f64..1.0), 0..120),
    ) {
        holds_everywhere(&load(which), seed, &moved, 60);
    }
}
