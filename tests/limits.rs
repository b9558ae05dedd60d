//! Limits in which the answer is known. Everything else is switched off by parameters,
//! never by another code path.

use simulate::model::step::{Model, Scratch, start, step};
use simulate::model::{Inputs, OptionKind, Params, Plan, State};
use simulate::numeric::{Baseline, Lanes, Streams};
use simulate::scenario::Scenario;

/// Every mechanism that could disturb a limit, switched off.
const STILL: &str = include_str!("fixtures/still.toml");

/// A still scenario: `factions` of 1,000 with hostility 0.5 (log-odds 0) toward each other.
fn still(factions: usize, weeks: i64) -> String {
    let start: jiff::civil::Date = "2000-01-01".parse().expect("a date");
    let end = start + jiff::Span::new().days(7 * weeks);
    let mut text = format!(
        "format = 1\n[scenario]\ntitle = \"limit\"\n[time]\nstart = {start}\nend = {end}\n\
         [threat]\nname = \"T\"\nfighters = 800\nquality = 1\nopportunists = 0\nwage_usd_per_month = 0\n\
         [arena.field]\nname = \"Field\"\ncontrol = {{ threat = 1.0 }}\n"
    );
    for i in 0..factions {
        text += &format!(
            "[faction.f{i}]\nname = \"F{i}\"\nfighters = 1000\npay = 1\nsupport = 1\nown_resources = 1\n\
             stake.field = 1\nexposure.field = 1\n"
        );
    }
    let members: Vec<String> = (0..factions).map(|i| format!("\"f{i}\"")).collect();
    text += &format!(
        "[coalition.all]\nname = \"All\"\nmembers = [{}]\n",
        members.join(", ")
    );
    for a in 0..factions {
        for b in a + 1..factions {
            text += &format!("[[tie]]\nbetween = [\"f{a}\", \"f{b}\"]\nhostility = 0.5\n");
        }
    }
    text + STILL
}

/// A world to step through.
struct World<const N: usize> {
    scenario: Scenario,
    plan: Plan,
    params: Params<N>,
}

impl<const N: usize> World<N> {
    fn new(text: &str) -> Self {
        Self::of(Scenario::parse("limit.toml", text))
    }

    fn of(scenario: Result<Scenario, simulate::scenario::Problems>) -> Self {
        let scenario = scenario.unwrap_or_else(|p| panic!("{}", p.render(false)));
        let plan = Plan::new(&scenario);
        let params = Params::new(&plan, &scenario, &Inputs::central(&scenario));
        Self {
            scenario,
            plan,
            params,
        }
    }

    /// Runs `weeks` from a start that `set` may change; `see` looks at the end of each week.
    fn run(
        &self,
        replicates: [u64; N],
        weeks: usize,
        set: impl FnOnce(&mut State<N>),
        mut see: impl FnMut(usize, &State<N>),
    ) {
        let channels = self.plan.channels.keyed(1);
        let mut streams = Streams::new(&channels, replicates);
        let mut scratch = Scratch::new(&self.plan);
        let mut state = start(Baseline, &self.plan, &self.params, &mut scratch);
        set(&mut state);
        see(0, &state);
        let setting = Model {
            scenario: &self.scenario,
            plan: &self.plan,
            params: &self.params,
        };
        for t in 1..=weeks {
            step(Baseline, setting, &mut state, &mut scratch, &mut streams, t);
            see(t, &state);
        }
    }
}

/// The group of eight replicates with this number.
fn eight(group: u64) -> [u64; 8] {
    std::array::from_fn(|k| group * 8 + k as u64)
}

/// X(t) = X0 (I - X0 t)^-1, the solution of dX/dt = X^2, by Gauss-Jordan elimination.
fn exact_balance(x0: &[Vec<f64>], t: f64) -> Vec<Vec<f64>> {
    let n = x0.len();
    // Solve (I - X0 t) X = X0.
    let mut rows: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let left = (0..n).map(|j| f64::from(u8::from(i == j)) - x0[i][j] * t);
            left.chain(x0[i].iter().copied()).collect()
        })
        .collect();
    for pivot in 0..n {
        let best =
            (pivot..n).max_by(|&a, &b| rows[a][pivot].abs().total_cmp(&rows[b][pivot].abs()));
        rows.swap(pivot, best.expect("a row"));
        let scale = rows[pivot][pivot];
        rows[pivot].iter_mut().for_each(|x| *x /= scale);
        for other in (0..n).filter(|&r| r != pivot) {
            let factor = rows[other][pivot];
            let from = rows[pivot].clone();
            rows[other]
                .iter_mut()
                .zip(&from)
                .for_each(|(x, y)| *x -= factor * y);
        }
    }
    rows.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// A week in the theory's time: small, because a step is one of Euler's.
const UNIT: f64 = 2e-4;

/// The friendliness matrix over time, in units in which dX/dt = X^2.
fn balance_path(x0: &[Vec<f64>], until: f64) -> Vec<Vec<Vec<f64>>> {
    let n = x0.len();
    let weeks = (until / UNIT).round() as usize;
    let balance = 1e6 * (n as f64 - 2.0);
    let text = still(n, 5000).replace(
        "balance = 0\n",
        &format!(
            "balance = {balance:.1}\nself_tie = 1\ntie_saturation = 1e6\nrelaxation_weeks = 1e6\n"
        ),
    );
    let world: World<1> = World::new(&text);
    let mut path = Vec::new();
    let set = |s: &mut State<1>| {
        for i in 0..n {
            for j in 0..n {
                s.hostility[i * n + j] = Lanes([(-x0[i][j] * UNIT) as f32]);
            }
        }
    };
    world.run([0], weeks, set, |_, s| {
        let cell = |i: usize, j: usize| -f64::from(s.hostility[i * n + j].lane(0)) / UNIT;
        path.push(
            (0..n)
                .map(|i| (0..n).map(|j| cell(i, j)).collect())
                .collect(),
        );
    });
    path
}

fn at(path: &[Vec<Vec<f64>>], t: f64) -> &[Vec<f64>] {
    &path[(t / UNIT).round() as usize]
}

#[test]
fn balance_alone_follows_the_square_of_the_ties() {
    // Marvel, Kleinberg, Kleinberg and Strogatz, PNAS 2011: two starts of three actors.
    let balanced = vec![vec![0., 1., -1.], vec![1., 0., -1.], vec![-1., -1., 0.]];
    let enemy_of_enemy = vec![vec![0., -1., -1.], vec![-1., 0., -0.5], vec![-1., -0.5, 0.]];
    for x0 in [balanced, enemy_of_enemy] {
        let path = balance_path(&x0, 0.4);
        for t in [0.1, 0.25, 0.4] {
            let exact = exact_balance(&x0, t);
            let found = at(&path, t);
            for (found, exact) in found.iter().flatten().zip(exact.iter().flatten()) {
                let error = (found - exact).abs();
                assert!(
                    error < 0.01 * (1.0 + exact.abs()),
                    "t {t}: {found} for {exact}"
                );
            }
        }
    }
}

#[test]
fn balance_blows_up_at_the_inverse_of_the_leading_eigenvalue_into_two_factions() {
    // lambda_1 = 1.1861406616: t* = 0.8430703308; the second and third unite against the first.
    let x0 = vec![vec![0., -1., -1.], vec![-1., 0., -0.5], vec![-1., -0.5, 0.]];
    let path = balance_path(&x0, 0.83);
    let crossing = path
        .iter()
        .position(|x| x[1][2] > 0.0)
        .expect("it crosses zero");
    let crossing = crossing as f64 * UNIT;
    assert!((crossing - 0.5).abs() < 0.005, "crosses at {crossing}");
    let last = path.last().expect("a path");
    assert!(
        last[1][2] > 5.0 && last[0][1] < -5.0 && last[0][2] < -5.0,
        "{last:?}"
    );
    // Near the end the leading part grows as 1 / (t* - t): the zero of its inverse is t*.
    let inverse = |t: f64| {
        let x = at(&path, t);
        1.0 / (x[0][0] + x[1][1] + x[2][2])
    };
    let (a, b) = (inverse(0.75), inverse(0.80));
    let zero = 0.80 + 0.05 * b / (a - b);
    assert!((zero - 0.843_070_33).abs() < 0.01, "blows up at {zero}");
}

#[test]
fn a_generic_start_splits_by_the_sign_of_the_leading_eigenvector() {
    let n = 6;
    let mut state = 12345_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64 * 2.0 - 1.0
    };
    let mut x0 = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in i..n {
            x0[i][j] = draw();
            x0[j][i] = x0[i][j];
        }
    }
    // Power iteration on X0 + 6, whose eigenvalues are all positive.
    let mut vector = vec![1.0, 0.9, 0.8, 0.7, 0.6, 0.5];
    let mut lambda = 0.0;
    for _ in 0..5000 {
        let row = |i: usize| 6.0 * vector[i] + (0..n).map(|j| x0[i][j] * vector[j]).sum::<f64>();
        let next: Vec<f64> = (0..n).map(row).collect();
        let size = next.iter().map(|x| x * x).sum::<f64>().sqrt();
        vector = next.into_iter().map(|x| x / size).collect();
        lambda = size - 6.0;
    }
    let path = balance_path(&x0, 0.97 / lambda);
    let last = path.last().expect("a path");
    for i in 0..n {
        for j in 0..n {
            // A component near 0 has not made up its mind yet.
            if vector[i].abs() > 0.1 && vector[j].abs() > 0.1 {
                let sign = vector[i] * vector[j];
                assert!(
                    last[i][j] * sign > 0.0,
                    "({i},{j}): {} in {vector:?}",
                    last[i][j]
                );
            }
        }
    }
}

#[test]
fn noise_alone_is_an_ornstein_uhlenbeck_process() {
    // Stationary mean 0, variance sigma^2 tau / 2, autocorrelation exp(-lag / tau).
    let (sigma, tau) = (0.3_f64, 10.0_f64);
    let noise = format!("noise = {sigma}\nrelaxation_weeks = {tau}\n");
    let world: World<8> = World::new(&still(2, 200).replace("noise = 0\n", &noise));
    let (mut at_100, mut at_107) = (Vec::new(), Vec::new());
    for group in 0..1000 {
        world.run(
            eight(group),
            107,
            |_| {},
            |t, s| {
                let lanes = (0..8).map(|k| f64::from(s.hostility[1].lane(k)));
                match t {
                    100 => at_100.extend(lanes),
                    107 => at_107.extend(lanes),
                    _ => {}
                }
            },
        );
    }
    let n = at_100.len() as f64;
    let mean = at_100.iter().sum::<f64>() / n;
    let variance = at_100.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    let product = at_100.iter().zip(&at_107).map(|(a, b)| a * b).sum::<f64>() / n;
    let expected = sigma * sigma * tau / 2.0;
    // Four standard errors: one such comparison in about 16,000 fails by chance.
    assert!(mean.abs() < 4.0 * (expected / n).sqrt(), "mean {mean}");
    assert!(
        (variance / expected - 1.0).abs() < 4.0 * (2.0 / n).sqrt(),
        "variance {variance} for {expected}"
    );
    let correlation = product / variance;
    assert!(
        (correlation - (-0.7_f64).exp()).abs() < 4.0 / n.sqrt(),
        "autocorrelation {correlation}"
    );
}

/// One faction of 1,000 against a threat of 800, all effort on the fight; a second one,
/// without anybody, makes up the coalition.
fn duel(law: f64) -> Vec<(f64, f64)> {
    let text = still(2, 400)
        .replace("threat_loss = 0\n", "threat_loss = 0.01\n")
        .replace("coalition_loss = 0\n", "coalition_loss = 0.01\n")
        .replace(
            "linear_law = 0\n",
            &format!("linear_law = {law}\nlinear_reference_power = 1000\n"),
        )
        .replace(
            "name = \"F1\"\nfighters = 1000",
            "name = \"F1\"\nfighters = 0",
        )
        .replace("sensitivity = 0\n", "sensitivity = 1\n")
        + "[allocation]\nthreat_weight = 1000\ntemperature = 0.001\nadjustment_weeks = 0.01\n";
    let world: World<1> = World::new(&text);
    let mut path = Vec::new();
    world.run(
        [0],
        100,
        |_| {},
        |_, s| {
            path.push((
                f64::from(s.fighters[0].lane(0)),
                f64::from(s.open_fighters().lane(0)),
            ));
        },
    );
    path
}

#[test]
fn a_duel_keeps_lanchesters_square_invariant() {
    let path = duel(0.0);
    for (week, (own, threat)) in path.iter().enumerate() {
        // With equal rates: own^2 - threat^2 = 1000^2 - 800^2.
        let invariant = own * own - threat * threat;
        assert!(
            (invariant / 360_000.0 - 1.0).abs() < 1e-3,
            "week {week}: {own} and {threat}"
        );
    }
    // The exact solution is own(t) = 1000 cosh(0.01 t) - 800 sinh(0.01 t), and its mirror.
    let (own, threat) = path[100];
    let (cosh, sinh) = (1f64.cosh(), 1f64.sinh());
    assert!((own - (1000.0 * cosh - 800.0 * sinh)).abs() < 1.0, "{own}");
    assert!(
        (threat - (800.0 * cosh - 1000.0 * sinh)).abs() < 1.0,
        "{threat}"
    );
}

#[test]
fn a_duel_keeps_lanchesters_linear_invariant() {
    for (week, (own, threat)) in duel(1.0).iter().enumerate() {
        assert!(
            (own - threat - 200.0).abs() < 0.2,
            "week {week}: {own} and {threat}"
        );
    }
}

/// The effort shares of the first of two factions at the start, in two equal arenas.
fn efforts(temperature: &str) -> Vec<(OptionKind, f32)> {
    let held = "control = { threat = 0.5, f0 = 0.25, f1 = 0.25 }\n";
    let text = still(2, 10)
        .replace("sensitivity = 0", "sensitivity = 1")
        .replace(
            "control = { threat = 1.0 }\n",
            &format!("{held}[arena.twin]\nname = \"Twin\"\n{held}"),
        )
        .replace(
            "stake.field = 1\nexposure.field = 1",
            "stake = { field = 1, twin = 1 }\nexposure = { field = 1, twin = 1 }",
        )
        + &format!("[allocation]\ntemperature = {temperature}\n");
    let world: World<1> = World::new(&text);
    let mut shares = Vec::new();
    world.run(
        [0],
        0,
        |_| {},
        |_, s| {
            let options = world.plan.options_of[0].clone();
            shares = options
                .map(|o| (world.plan.options[o], s.effort[o].lane(0)))
                .collect();
        },
    );
    shares
}

#[test]
fn a_hot_logit_spreads_evenly() {
    let hot = efforts("1e12");
    for (option, share) in &hot {
        assert!(
            (share - 1.0 / hot.len() as f32).abs() < 1e-5,
            "{option:?}: {share}"
        );
    }
}

#[test]
fn a_cold_logit_picks_the_best_option() {
    // Guarding alone is worth anything here, so that nothing turns on what others choose.
    let text = still(2, 10).replace(
        "control = { threat = 1.0 }",
        "control = { threat = 0.5, f0 = 0.25, f1 = 0.25 }",
    ) + "[allocation]\ntemperature = 1e-4\nthreat_weight = 0\nrival_weight = 0\n";
    let world: World<1> = World::new(&text);
    world.run(
        [0],
        0,
        |_| {},
        |_, s| {
            let share = s.effort[world.plan.hold_option(0)].lane(0);
            assert!(share > 0.999, "{share}");
        },
    );
}

#[test]
fn equal_options_get_equal_shares() {
    let shares = efforts("0.25");
    let of = |wanted: fn(&OptionKind) -> bool| -> Vec<f32> {
        shares
            .iter()
            .filter(|(option, _)| wanted(option))
            .map(|(_, share)| *share)
            .collect()
    };
    for pair in [
        of(|o| matches!(o, OptionKind::Threat(_))),
        of(|o| matches!(o, OptionKind::Rival(_))),
    ] {
        assert_eq!(pair.len(), 2);
        assert!(
            pair[0] > 0.0 && (pair[0] - pair[1]).abs() < 1e-6,
            "{shares:?}"
        );
    }
}

/// How often each event had happened by each of some weeks, over 20,000 replicates.
fn incidence(text: &str, weeks: &[usize]) -> Vec<Vec<f64>> {
    let world: World<8> = World::new(text);
    let groups = 2500;
    let mut counts = vec![vec![0.0; world.scenario.events.len()]; weeks.len()];
    let last = *weeks.last().expect("weeks");
    for group in 0..groups {
        world.run(
            eight(group),
            last,
            |_| {},
            |t, s| {
                if let Some(row) = weeks.iter().position(|w| *w == t) {
                    for (event, happened) in s.happened.iter().enumerate() {
                        counts[row][event] += (0..8).filter(|&k| happened.lane(k)).count() as f64;
                    }
                }
            },
        );
    }
    counts
        .iter_mut()
        .flatten()
        .for_each(|c| *c /= (groups * 8) as f64);
    counts
}

#[test]
fn a_constant_hazard_has_an_exponential_incidence() {
    let event = "[[event]]\nid = \"a\"\nname = \"A\"\nhazard_per_year = 0.5\n\
                 [[event.effect]]\non = \"funds\"\nadd = 1\n";
    let weeks = [26, 104, 208];
    for (row, week) in incidence(&(still(2, 210) + event), &weeks)
        .iter()
        .zip(weeks)
    {
        let expected = 1.0 - (-0.5 * week as f64 / 52.0).exp();
        let error = (expected * (1.0 - expected) / 20_000.0).sqrt();
        assert!(
            (row[0] - expected).abs() < 4.0 * error,
            "week {week}: {} for {expected}",
            row[0]
        );
    }
}

#[test]
fn competing_hazards_share_the_incidence_in_proportion_to_their_rates() {
    // Whichever strikes first shuts the other out.
    let competing = |id: &str, rate: f64| {
        format!(
            "[[event]]\nid = \"{id}\"\nname = \"{id}\"\nhazard_per_year = {rate}\n\
             [[event.when]]\non = \"quality(f0)\"\nabove = 0.5\n\
             [[event.effect]]\non = \"quality(f0)\"\nset = 0\n"
        )
    };
    let text = still(2, 210) + &competing("a", 0.2) + &competing("b", 0.4);
    let row = &incidence(&text, &[208])[0];
    let either = 1.0 - (-0.6_f64 * 4.0).exp();
    // Where both would strike in one week the first of the file wins: a bias of at most
    // half a week's hazard, 0.4 %, beside four standard errors.
    let tolerance = 4.0 * (0.25_f64 / 20_000.0).sqrt() + 0.004;
    assert!(
        (row[0] - either / 3.0).abs() < tolerance,
        "{} for {}",
        row[0],
        either / 3.0
    );
    assert!(
        (row[1] - either * 2.0 / 3.0).abs() < tolerance,
        "{} for {}",
        row[1],
        either * 2.0 / 3.0
    );
}

#[test]
fn where_nobody_is_hostile_to_anybody_cohesion_is_one_in_every_replicate() {
    let settings = ["rivalry.hostility_scale=0".to_owned()];
    for path in crate::scenario_paths() {
        let world: World<8> = World::of(Scenario::load_with(&path, &settings));
        let steps = world.plan.steps.min(104);
        world.run(
            eight(0),
            steps,
            |_| {},
            |t, s| {
                for infighting in &s.infighting {
                    assert_eq!(*infighting, Lanes::ZERO, "{} step {t}", path.display());
                }
                for (o, option) in world.plan.options.iter().enumerate() {
                    if matches!(option, OptionKind::Rival(_)) {
                        assert_eq!(s.effort[o], Lanes::ZERO, "{} step {t}", path.display());
                    }
                }
            },
        );
    }
}
