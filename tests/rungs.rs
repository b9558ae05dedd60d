//! The ladder of quarrels in the three cases: feuds are many, clashes some, wars few and late; a fallen seat is when the
//! victors fight; a shared patron holds its clients together.

use std::convert::Infallible;
use std::fmt::Write;

use simulate::engine::{Batch, Progress, Row, run};
use simulate::model::Plan;
use simulate::scenario::Scenario;

use crate::flagship::{Change, FLAGSHIP, median, moves, moves_four_times, moves_in};
use crate::overlay::laid_over;

/// Who could quarrel in a case, and what is watched in each of its histories.
struct Quarrels {
    scenario: Scenario,
    plan: Plan,
}

/// The rungs of the ladder as the digits of one watched number.
const FEUD: f32 = 1.0;
const CLASH: f32 = 2.0;
const WAR: f32 = 4.0;

fn on(series: &[f32], step: usize, rung: f32) -> bool {
    (series[step] / rung) as u32 % 2 == 1
}

fn begins(series: &[f32], step: usize, rung: f32) -> bool {
    on(series, step, rung) && !on(series, step - 1, rung)
}

/// How many steps a rung lasted, each time that it began and ended.
fn spells(series: &[f32], rung: f32) -> Vec<usize> {
    let mut began = None;
    let mut spells = Vec::new();
    for step in 1..series.len() {
        if begins(series, step, rung) {
            began = Some(step);
        } else if !on(series, step, rung) {
            spells.extend(began.take().map(|began| step - began));
        }
    }
    spells
}

impl Quarrels {
    /// Of each pair the rungs are watched, and one thing more.
    fn new(file: &str, also: &str) -> Self {
        Self::of(file, "", also)
    }

    /// The same with a text laid over the case.
    fn of(file: &str, text: &str, also: &str) -> Self {
        let case = laid_over(file, text, &[]).unwrap_or_else(|said| panic!("{said}"));
        let mut watches = text.to_owned();
        let mut watch = |id: &str, what: &str| {
            let _ = writeln!(
                watches,
                "[[watch]]\nid = 'w{id}'\nlabel = 'w{id}'\nwhat = '{what}'"
            );
        };
        for (index, pair) in Plan::new(&case).pairs.iter().enumerate() {
            let [a, b] = [pair.a, pair.b].map(|i| &case.factions[i].key);
            let rungs = format!(
                "{FEUD} * feud({a}, {b}) + {CLASH} * clash({a}, {b}) + {WAR} * conflict({a}, {b})"
            );
            watch(&index.to_string(), &rungs);
        }
        watch("_also", also);
        let scenario = laid_over(file, &watches, &[]).unwrap_or_else(|said| panic!("{said}"));
        let plan = Plan::new(&scenario);
        Self { scenario, plan }
    }

    /// Hands on each history: its row, the series of each pair, and that of what else was watched.
    fn each(&self, histories: u64, mut each: impl FnMut(&Row, &[Vec<f32>], &[f32]) + Send) {
        let batch = Batch::of(&self.scenario).seed(7).replicates(histories);
        let pairs = self.plan.pairs.len();
        let done = run(
            &batch.with_series(),
            &Progress::default(),
            |rows: &[Row]| {
                for row in rows {
                    let ours = &row.series[row.series.len() - pairs - 1..];
                    each(row, &ours[..pairs], &ours[pairs]);
                }
                Ok::<(), Infallible>(())
            },
        );
        let Ok(_) = done;
    }

    fn pair(&self, a: &str, b: &str) -> usize {
        let faction = |key: &str| self.scenario.factions.iter().position(|f| f.key == key);
        let two = [faction(a), faction(b)];
        let is_it = |i: usize| two.contains(&Some(i));
        let mut pairs = self.plan.pairs.iter();
        pairs
            .position(|p| is_it(p.a) && is_it(p.b))
            .expect("a pair")
    }
}

/// Those who meet in politics feud for years and hardly ever come to war; clashes are many times as many as wars; and the
/// first war is late.
#[test]
fn feuds_are_many_clashes_some_and_wars_few_and_late() {
    // Of a thousand histories a chance of 0.1 is known to 0.02 or so, draws that are shared allowed for.
    const HISTORIES: u64 = 1000;
    let told = Quarrels::new(FLAGSHIP, "threat_strength");
    let pairs = told.plan.pairs.len();
    // By pair: weeks at feud, clashes, histories with a new war.
    let mut counts = vec![[0_u32; 3]; pairs];
    // The first clash and the first new war of each history, weeks.
    let mut first = [vec![], vec![]];
    // How long clashes and wars went on, weeks.
    let mut lasted = [vec![], vec![]];
    told.each(HISTORIES, |row, series, _| {
        let mut firsts = [usize::MAX; 2];
        for (pair, series) in series.iter().enumerate() {
            let count = &mut counts[pair];
            for (lasted, rung) in lasted.iter_mut().zip([CLASH, WAR]) {
                lasted.extend(spells(series, rung));
            }
            for step in 1..series.len() {
                count[0] += u32::from(on(series, step, FEUD));
                if begins(series, step, CLASH) {
                    count[1] += 1;
                    firsts[0] = firsts[0].min(step);
                }
            }
            if let Some(step) = row.breaks_out[pair] {
                count[2] += 1;
                firsts[1] = firsts[1].min(step as usize);
            }
        }
        first
            .iter_mut()
            .zip(firsts)
            .for_each(|(all, one)| all.push(one));
    });
    for (a, b, most) in [
        ("abadi", "maliki", 0.2),
        ("maliki", "sadr", 0.2),
        ("kdp", "gorran", 0.1),
        ("kdp", "puk", 0.3),
    ] {
        let [feud, _, wars] = counts[told.pair(a, b)].map(|n| f64::from(n) / HISTORIES as f64);
        let feud = feud / told.scenario.time.steps() as f64;
        println!("{a}, {b}: at war in {wars}, at feud for {feud}");
        assert!(wars < most, "{a} and {b} at war in {wars}");
        assert!(feud > 0.3, "{a} and {b} at feud for {feud}");
    }
    let sum = |rung: usize| counts.iter().map(|count| count[rung]).sum::<u32>();
    let (clashes, wars) = (sum(1), sum(2));
    let [clash, war] = first.map(|mut weeks| median(&mut weeks));
    let [short, long] = lasted.map(|mut weeks| median(&mut weeks));
    println!("half of the clashes are over in {short} weeks, half of the wars in {long}");
    assert!((1..=6).contains(&short), "clashes last {short} weeks");
    assert!(long >= 3 * short, "wars last {long} weeks, clashes {short}");
    println!("{clashes} clashes, {wars} wars, first in weeks {clash} and {war}");
    assert!(u64::from(wars) > HISTORIES, "{wars} wars");
    assert!(clashes > 4 * wars, "{clashes} clashes, {wars} wars");
    assert!(war > 2 * clash, "{clash} {war}");
    assert!(war > 52, "the first war in week {war}");
}

/// Who meets in politics alone can't go beyond a feud, whatever the hatred.
#[test]
fn those_who_have_no_ground_in_common_go_no_further_than_a_feud() {
    let text = "[faction.party]\nname = 'A party'\nfighters = 500\nstake = { krg_presidency = 1 }\n\
                [[tie]]\nbetween = ['kdp', 'party']\nhostility = 0.99\n";
    let told = Quarrels::of(FLAGSHIP, text, "threat_strength");
    let pair = told.pair("kdp", "party");
    let is = &told.plan.pairs[pair];
    assert!(is.meets_in_politics && !is.meets_armed, "{is:?}");
    let mut feuds = 0;
    told.each(200, |row, series, _| {
        let series = &series[pair];
        let ever = |rung| (0..series.len()).any(|step| on(series, step, rung));
        feuds += usize::from(ever(FEUD));
        assert!(!ever(CLASH) && !ever(WAR) && row.breaks_out[pair].is_none());
    });
    assert!(feuds > 180, "{feuds} of 200 feud");
}

/// In the quarter after the seat fell, those who want it clash and go to war several times as often as before.
#[test]
fn the_quarter_after_the_seat_fell_has_several_times_as_many_fights() {
    for (file, seat, histories, times) in [
        (
            "scenarios/afghanistan_1989.toml",
            "kabul",
            600,
            [4.0, 8.0, 3.0],
        ),
        (FLAGSHIP, "mosul", 600, [2.5, 3.5, 1.8]),
        // The great powers hardly ever fight, before Berlin never, and afterwards for years as seldom.
        (
            "scenarios/grand_alliance_1945.toml",
            "berlin",
            3000,
            [5.0, 5.0, 0.0],
        ),
    ] {
        let told = Quarrels::new(file, &format!("control({seat}, threat)"));
        let plan = &told.plan;
        let mut arenas = told.scenario.arenas.iter();
        let place = arenas.position(|a| a.key == seat).expect("an arena");
        let wants = |i: usize| {
            let mut claims = plan.claims_on[place].clone();
            claims.any(|c| plan.claims[c].faction == i)
        };
        let rivals: Vec<usize> = (0..plan.pairs.len())
            .filter(|&p| wants(plan.pairs[p].a) && wants(plan.pairs[p].b))
            .collect();
        // Quarters, clashes and wars of those who want it: before it fell, in the quarter after, and later.
        let mut counts = [[0.0_f64; 3]; 3];
        // Quarters without a war among them yet, and first wars.
        let mut firsts = [[0.0_f64; 2]; 3];
        told.each(histories, |_, series, held| {
            let fell = (1..held.len()).find(|&step| held[step] < 0.2);
            let fell = fell.unwrap_or(held.len());
            let mut peace = true;
            for step in 1..held.len() {
                let when = usize::from(step >= fell) + usize::from(step >= fell + 14);
                let count = &mut counts[when];
                count[0] += 1.0 / 13.0;
                if peace {
                    firsts[when][0] += 1.0 / 13.0;
                    peace = !rivals.iter().any(|&pair| begins(&series[pair], step, WAR));
                    firsts[when][1] += f64::from(u8::from(!peace));
                }
                for &pair in &rivals {
                    count[1] += f64::from(u8::from(begins(&series[pair], step, CLASH)));
                    count[2] += f64::from(u8::from(begins(&series[pair], step, WAR)));
                }
            }
        });
        // The first war of a history, as long as there was none: in that quarter against all others.
        let others = (firsts[0][1] + firsts[2][1]) / (firsts[0][0] + firsts[2][0]);
        let then = firsts[1][1] / firsts[1][0];
        println!("{file}: first wars {then} in the quarter after, {others} in others");
        assert!(
            then > times[2] * others,
            "{file}: first wars {then}, {others}"
        );
        for (rung, least) in [(1, times[0]), (2, times[1])] {
            // The ratio of two counts, three standard errors of its log down; half a fight more of
            // each, since there may be none.
            let count = |k: usize| counts[k][rung] + 0.5;
            let rate = |k: usize| count(k) / counts[k][0];
            let error = (1.0 / count(0) + 1.0 / count(1)).sqrt();
            let ratio = rate(1) / rate(0);
            println!(
                "{file}, rung {rung}: {} a quarter before, {} after, {} later, ratio {ratio}",
                rate(0),
                rate(1),
                rate(2)
            );
            assert!(ratio > least, "{file}, rung {rung}: {ratio}");
            assert!(
                ratio * (-3.0 * error).exp() > 1.0,
                "{file}, rung {rung}: {ratio}, error {error}"
            );
        }
    }
}

/// The threat as strong as ever, whatever happens: what a patron's exit does to its clients alone.
const FROZEN: &str = "[contest]
threat_loss = 0
break_per_week = 0
advance_per_week = 0
slip_per_week = 0
occupy_per_week = 0
[upkeep]
recruit_per_week = 0
desertion_per_week = 0
[strategy]
melt_per_week = 0
[threat]
foreign_per_month = 0
";

fn leaves(patrons: &[&str]) -> String {
    let effects: Vec<String> = patrons
        .iter()
        .map(|p| format!("{{ on = 'commitment({p})', set = 0 }}"))
        .collect();
    format!(
        "[[event]]\nid = 'gone'\nname = 'Gone'\ndate = 2016-09-01\neffect = [{}]\n",
        effects.join(", ")
    )
}

/// A shared patron's exit loosens its clients where the threat is as strong as before; where it is free, the withdrawal of
/// all patrons lets it live, and the coalition collapses more often.
#[test]
fn a_shared_patron_s_exit_loosens_its_clients() {
    for (patron, watch, least) in [
        ("us", "mean_rivalry(us_partners)", 0.01),
        ("us", "rivalry(abadi, kdp)", 0.03),
        ("us", "rivalry(kdp, puk)", 0.03),
        ("iran", "mean_rivalry(iraq)", 0.004),
        ("iran", "rivalry(hashd, sadr)", 0.02),
    ] {
        let change = Change {
            base: FROZEN,
            text: leaves(&[patron]),
            ..Change::default()
        };
        moves_in(FLAGSHIP, "2017-06-14", watch, &change, least)
            .unwrap_or_else(|said| panic!("{said}"));
    }
    let all = leaves(&["us", "iran", "russia", "turkey", "saudi", "jordan"]);
    moves_four_times("2020-06-10", "happened(collapse.iraq)", (&[], &all), 0.005);
    moves("2020-06-10", "threat_strength", (&[], &all), 0.2);
}
