//! Scenarios of any size, from a seed, as TOML text: to see how time grows with size.
//!
//! The make-up stays as in the flagship while the size changes: every faction wants about
//! a third of the arenas, holds a part of them, has half of the patrons behind it; the
//! threat holds a part of every second arena.

use std::fmt::Write;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulate::scenario::Scenario;

/// Size of a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub factions: usize,
    pub arenas: usize,
    pub weeks: usize,
    /// Arenas that each faction wants; `None`: about a third of them.
    pub claims: Option<usize>,
}

const COMMUNITIES: usize = 4;
const ISSUES: usize = 4;
const PATRONS: usize = 4;
/// Share of the arenas that a faction wants.
const WANTED: f64 = 0.35;

struct Draws(ChaCha8Rng);

impl Draws {
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number of a range, with two digits after the point, as people write them.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        ((low + (high - low) * self.unit()) * 100.0).round() / 100.0
    }

    fn chance(&mut self, of: f64) -> bool {
        self.unit() < of
    }
}

/// The text of a scenario.
pub fn text(size: Size, seed: u64) -> String {
    let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed));
    let start = jiff::civil::date(2000, 1, 1);
    let end = start + jiff::Span::new().days(7 * size.weeks as i64);
    let mut out = format!(
        "format = 1\n[scenario]\ntitle = \"{} factions, {} arenas\"\n[time]\nstart = {start}\nend = {end}\n",
        size.factions, size.arenas
    );
    named(&mut out, "issue", ISSUES);
    for c in 0..COMMUNITIES {
        let sympathy = draws.between(0.1, 0.4);
        say(
            &mut out,
            format!("[community.c{c}]\nname = \"C{c}\"\nsympathy = {sympathy}"),
        );
    }
    let wants = wants(&mut draws, size);
    for (i, wanted) in wants.iter().enumerate() {
        faction(&mut out, &mut draws, i, wanted);
    }
    for k in 0..PATRONS {
        patron(&mut out, &mut draws, k, size.factions);
    }
    coalition(&mut out, size.factions);
    say(&mut out, "[threat]\nname = \"T\"\nfighters = 24000\nquality = 1.5\nwage_usd_per_month = 500\nfunds_musd = 200\nlegitimacy = 0.5".to_owned());
    for a in 0..size.arenas {
        let claimed = (0..size.factions).filter(|i| wants[*i].contains(&a));
        arena(
            &mut out,
            &mut draws,
            a,
            size.arenas,
            &claimed.collect::<Vec<_>>(),
        );
    }
    events(&mut out, &mut draws, size.factions);
    out
}

/// The scenario itself.
pub fn scenario(size: Size, seed: u64) -> Scenario {
    Scenario::parse("synthetic.toml", &text(size, seed))
        .unwrap_or_else(|p| panic!("{}", p.render(false)))
}

fn say(out: &mut String, text: String) {
    out.push_str(&text);
    out.push('\n');
}

fn named(out: &mut String, kind: &str, count: usize) {
    for k in 0..count {
        say(out, format!("[{kind}.{kind}{k}]\nname = \"{kind} {k}\""));
    }
}

/// The arenas that each faction wants; every arena is wanted by somebody.
fn wants(draws: &mut Draws, size: Size) -> Vec<Vec<usize>> {
    (0..size.factions)
        .map(|i| {
            let own = |a: usize| a % size.factions == i || i % size.arenas == a;
            if let Some(claims) = size.claims {
                let mut wanted: Vec<usize> = (0..size.arenas).filter(|a| own(*a)).collect();
                while wanted.len() < claims.min(size.arenas) {
                    let a = (draws.unit() * size.arenas as f64) as usize;
                    if !wanted.contains(&a) {
                        wanted.push(a);
                    }
                }
                return wanted;
            }
            (0..size.arenas)
                .filter(|a| draws.chance(WANTED) || own(*a))
                .collect()
        })
        .collect()
}

fn faction(out: &mut String, draws: &mut Draws, i: usize, wanted: &[usize]) {
    let mut line = |text: String| say(out, text);
    line(format!("[faction.f{i}]\nname = \"F{i}\""));
    line(format!("fighters = {}", draws.between(2000.0, 30000.0)));
    line(format!("quality = {}", draws.between(0.5, 1.2)));
    line(format!("pay = {}", draws.between(0.5, 1.0)));
    line(format!("own_resources = {}", draws.between(0.2, 0.8)));
    line(format!("support = {}", draws.between(0.3, 0.8)));
    line(format!("governance = {}", draws.between(0.2, 0.6)));
    for a in wanted {
        line(format!("stake.a{a} = {}", draws.between(0.2, 1.0)));
        line(format!("exposure.a{a} = {}", draws.between(0.1, 1.5)));
    }
    for k in 0..ISSUES {
        line(format!("position.issue{k} = {}", draws.between(-1.0, 1.0)));
    }
    for c in 0..COMMUNITIES {
        line(format!(
            "people.c{c} = {}",
            draws.between(0.0, 1.0 / COMMUNITIES as f64)
        ));
        line(format!("abuse.c{c} = {}", draws.between(0.0, 0.5)));
    }
}

fn patron(out: &mut String, draws: &mut Draws, k: usize, factions: usize) {
    let commitment = draws.between(0.5, 0.9);
    say(
        out,
        format!("[patron.p{k}]\nname = \"P{k}\"\ncommitment = {commitment}\nexposure = 0.5"),
    );
    for i in 0..ISSUES {
        let position = draws.between(-1.0, 1.0);
        say(out, format!("position.issue{i} = {position}"));
    }
    for i in 0..factions {
        if draws.chance(0.5) || i == k {
            let backing = draws.between(0.1, 0.9);
            say(out, format!("backing.f{i} = {backing}"));
        }
    }
}

fn coalition(out: &mut String, factions: usize) {
    let members: Vec<String> = (0..factions).map(|i| format!("\"f{i}\"")).collect();
    let members = members.join(", ");
    say(
        out,
        format!("[coalition.all]\nname = \"All\"\nmembers = [{members}]"),
    );
}

fn arena(out: &mut String, draws: &mut Draws, a: usize, arenas: usize, claimed: &[usize]) {
    let mut line = |text: String| say(out, text);
    line(format!("[arena.a{a}]\nname = \"A{a}\""));
    line(format!("value = {}", draws.between(1.0, 10.0)));
    line(format!("population = {}", draws.between(1e5, 1e6)));
    line(format!(
        "revenue_musd_per_month = {}",
        draws.between(0.5, 8.0)
    ));
    line(format!("refuge = {}", draws.between(0.1, 0.8)));
    line(format!("terrain = {}", draws.between(1.0, 1.7)));
    line(format!(
        "frontage_power = {}",
        draws.between(2000.0, 8000.0)
    ));
    line(format!("underground = {}", draws.between(0.0, 800.0)));
    if arenas > 1 {
        line(format!("neighbours = [\"a{}\"]", (a + 1) % arenas));
    }
    let threat = if a.is_multiple_of(2) { 0.6 } else { 0.0 };
    if threat > 0.0 {
        line(format!("control.threat = {threat}"));
    }
    // The rest among those who want it; a little stays with nobody.
    let share = ((1.0 - threat) * 0.9 / claimed.len() as f64 * 1000.0).floor() / 1000.0;
    for i in claimed {
        line(format!("control.f{i} = {share}"));
    }
    for c in 0..COMMUNITIES {
        line(format!("mix.c{c} = {}", 1.0 / COMMUNITIES as f64));
        line(format!("grievance.c{c} = {}", draws.between(0.1, 0.6)));
    }
}

/// One event for every two factions, as the flagship has about two for each.
fn events(out: &mut String, draws: &mut Draws, factions: usize) {
    for e in 0..factions / 2 {
        let hazard = draws.between(0.1, 1.0);
        let _ = writeln!(
            out,
            "[[event]]\nid = \"e{e}\"\nname = \"E{e}\"\nhazard_per_year = {hazard}\neffect = [{{ on = \"hostility(f{}, f{})\", add = 0.2 }}]",
            2 * e,
            2 * e + 1
        );
    }
}
