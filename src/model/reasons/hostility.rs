//! What a pair's hostility is made of (7.3), and how it turns into open conflict (7.5).

use crate::model::observe::Moment;
use crate::model::params::Params;
use crate::model::plan::{Pair, Plan};
use crate::model::state::State;
use crate::numeric::Lanes;

/// A part of the hostility of one faction toward another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feeling {
    /// Ties and issues.
    Baseline,
    /// What events added.
    Events,
    /// The enemy that both fear.
    CommonEnemy,
    /// Earlier fighting.
    Memory,
    /// Being in open conflict.
    OpenConflict,
    /// A ceasefire.
    Ceasefire,
    /// The political mood.
    Mood,
    /// Unpaid salaries within the bloc.
    Pay,
    /// The other's growth.
    Outgrowing,
    /// Enemies' friends and friends' enemies.
    Balance,
    /// Land that the other took.
    Land,
    /// Contested institutions.
    Crisis,
    /// Patrons at odds.
    Patrons,
    /// A patron shared.
    SharedPatron,
    /// Incidents: the noise of the pair.
    Incidents,
}

/// Every feeling, in the order in which they are kept.
pub const FEELINGS: [Feeling; 15] = [
    Feeling::Baseline,
    Feeling::Events,
    Feeling::CommonEnemy,
    Feeling::Memory,
    Feeling::OpenConflict,
    Feeling::Ceasefire,
    Feeling::Mood,
    Feeling::Pay,
    Feeling::Outgrowing,
    Feeling::Balance,
    Feeling::Land,
    Feeling::Crisis,
    Feeling::Patrons,
    Feeling::SharedPatron,
    Feeling::Incidents,
];

/// A number for each feeling.
pub type Terms = [f64; FEELINGS.len()];

/// The hostility of every pair, split into feelings. Hostility follows the sum of its
/// terms with a lag, and a sum that lags is the sum of terms that lag; so the split is
/// exact at every moment.
#[derive(Debug, Clone)]
pub struct Hostility {
    parts: Vec<Terms>,
}

impl Hostility {
    /// The split at the start. What the rounds of settling left beyond the terms comes of
    /// balance, the one term that moved while they went on.
    pub fn start(plan: &Plan, p: &Params<1>, s: &State<1>) -> Self {
        let f = plan.factions;
        let mut parts = vec![[0.0; FEELINGS.len()]; f * f];
        let gathered = Gathered::new(plan, p, s, &s.hostility);
        for (i, j) in pairs(f) {
            let cell = i * f + j;
            parts[cell] = gathered.terms(plan, p, s, i, j);
            let sum: f64 = parts[cell].iter().sum();
            parts[cell][Feeling::Balance as usize] += f64::from(s.hostility[cell].lane(0)) - sum;
        }
        Self { parts }
    }

    /// Follows one step.
    pub fn follow(&mut self, plan: &Plan, p: &Params<1>, moment: &Moment<'_>) {
        let f = plan.factions;
        let rate = f64::from(p.hostility_rate.lane(0));
        let gathered = Gathered::new(plan, p, moment.choice, &moment.before.hostility);
        for (i, j) in pairs(f) {
            let target = gathered.terms(plan, p, moment.choice, i, j);
            for (part, target) in self.parts[i * f + j].iter_mut().zip(target) {
                *part += rate * (target - *part);
            }
        }
        for (pair, noise) in plan.pairs.iter().zip(moment.incidents) {
            for cell in [pair.a * f + pair.b, pair.b * f + pair.a] {
                self.parts[cell][Feeling::Incidents as usize] += f64::from(*noise);
            }
        }
    }

    /// The parts of a faction's hostility toward another: `i * factions + j`.
    pub fn of(&self, cell: usize) -> &Terms {
        &self.parts[cell]
    }
}

fn pairs(f: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..f).flat_map(move |i| (0..f).filter(move |&j| i != j).map(move |j| (i, j)))
}

/// What the terms of all pairs are gathered from, once a step.
struct Gathered {
    /// Land the other took where one wants to be, by pair.
    land: Vec<f64>,
    /// Contested institutions that both want, by pair.
    crisis: Vec<f64>,
    /// How hostile each patron is to each faction.
    animosity: Vec<f64>,
    /// Signed ties, by pair.
    tie: Vec<f64>,
    /// All power.
    power: f64,
}

fn get(x: Lanes<1>) -> f64 {
    f64::from(x.lane(0))
}

impl Gathered {
    /// `h` is hostility before the step.
    fn new(plan: &Plan, p: &Params<1>, s: &State<1>, h: &[Lanes<1>]) -> Self {
        let f = plan.factions;
        let (mut land, mut crisis) = (vec![0.0; f * f], vec![0.0; f * f]);
        for contact in &plan.contacts {
            let cell = contact.i * f + contact.j;
            land[cell] +=
                get(p.rivalry.land_gain) * get(s.want[contact.own]) * get(s.gain[contact.other]);
            if !plan.is_territory[contact.arena] {
                let both = (get(s.stake[contact.own]) * get(s.stake[contact.other])).min(1.0);
                crisis[cell] += get(p.rivalry.crisis_strain) * get(s.crisis[contact.arena]) * both;
            }
        }
        let tie = |cell: usize| {
            let h = get(h[cell]);
            let tie = -h / (1.0 + h.abs() * get(p.inverse_saturation));
            let own = cell / f == cell % f;
            if own {
                tie * get(p.rivalry.self_tie)
            } else {
                tie
            }
        };
        Self {
            land,
            crisis,
            animosity: animosities(plan, p, s),
            tie: (0..f * f).map(tie).collect(),
            power: s.power.iter().map(|x| get(*x)).sum(),
        }
    }

    /// The terms of the target of hostility of `i` toward `j`.
    fn terms(&self, plan: &Plan, p: &Params<1>, s: &State<1>, i: usize, j: usize) -> Terms {
        let f = plan.factions;
        let cell = i * f + j;
        let same_bloc = plan.bloc_of[i].is_some() && plan.bloc_of[i] == plan.bloc_of[j];
        let unpaid = 1.0 - (get(s.pay[i]) + get(s.pay[j])) / 2.0;
        let truce = get(s.ceasefire[cell]) > 0.0;
        FEELINGS.map(|feeling| match feeling {
            Feeling::Baseline => get(s.baseline[cell]),
            Feeling::Events => get(s.shift[cell]),
            Feeling::CommonEnemy => {
                -get(p.rivalry.common_enemy) * libm::sqrt(get(s.perceived[i]) * get(s.perceived[j]))
            }
            Feeling::Memory => get(s.memory[cell]),
            Feeling::OpenConflict => get(p.rivalry.open_conflict) * get(s.conflict[cell]),
            Feeling::Ceasefire if truce => -get(p.rivalry.ceasefire),
            Feeling::Mood => get(p.rivalry.mood) * get(s.mood),
            Feeling::Pay if same_bloc => get(p.rivalry.pay_strain) * unpaid,
            Feeling::Outgrowing => self.outgrowing(p, s, j),
            Feeling::Balance => {
                let sum: f64 = (0..f)
                    .map(|k| self.tie[i * f + k] * self.tie[k * f + j])
                    .sum();
                -get(p.balance) * sum
            }
            Feeling::Land => self.land[cell],
            Feeling::Crisis => self.crisis[cell],
            Feeling::Patrons => {
                let given = |u: usize| get(s.given[u * f + i]) * self.animosity[u * f + j];
                get(p.rivalry.patron_rivalry) * (0..plan.patrons).map(given).sum::<f64>()
            }
            Feeling::SharedPatron => {
                let shared = |u: usize| get(s.given[u * f + i]) * get(s.given[u * f + j]);
                -get(p.rivalry.shared_patron) * (0..plan.patrons).map(shared).sum::<f64>().min(1.0)
            }
            Feeling::Ceasefire | Feeling::Pay | Feeling::Incidents => 0.0,
        })
    }

    fn outgrowing(&self, p: &Params<1>, s: &State<1>, j: usize) -> f64 {
        let share = get(s.power[j]) / (1.0 + self.power);
        let grown = (share / get(s.initial_share[j]).max(0.005)).max(1.0);
        get(p.rivalry.outgrowing) * libm::log2(grown)
    }
}

/// How hostile patrons are to factions: by ties of their own, and by the patrons of these.
fn animosities(plan: &Plan, p: &Params<1>, s: &State<1>) -> Vec<f64> {
    let (f, n) = (plan.factions, plan.patrons);
    let floor = get(p.rivalry.weight_floor);
    let weight = |h: f64| ((1.0 / (1.0 + libm::exp(-h)) - floor) / (1.0 - floor)).max(0.0);
    let feared =
        |a: Lanes<1>, b: Lanes<1>| get(p.rivalry.common_enemy) * libm::sqrt(get(a) * get(b));
    let mut animosity = vec![0.0; n * f];
    for (tie, &(u, j)) in plan.patron_ties.iter().enumerate() {
        let fear = feared(s.patron_perceived[u], s.perceived[j]);
        animosity[u * f + j] += weight(get(p.patron_tie_hostility[tie]) - fear);
    }
    for u in 0..n {
        for v in (0..n).filter(|&v| v != u) {
            let fear = feared(s.patron_perceived[u], s.patron_perceived[v]);
            let at_odds = weight(get(p.patron_hostility[u * n + v]) - fear);
            for j in 0..f {
                animosity[u * f + j] += at_odds * get(s.given[v * f + j]);
            }
        }
    }
    animosity.iter_mut().for_each(|x| *x = x.min(1.0));
    animosity
}

/// The chance that open conflict broke out between two in a step (7.5).
pub fn outbreak(plan: &Plan, p: &Params<1>, moment: &Moment<'_>, pair: &Pair) -> f64 {
    let f = plan.factions;
    let (ab, ba) = (pair.a * f + pair.b, pair.b * f + pair.a);
    let s = moment.after;
    let both = |x: &[Lanes<1>]| get(x[ab]) + get(x[ba]);
    let rivalry = both(&s.weight) / 2.0;
    let near = both(&s.contact).min(1.0);
    let power = |i: usize| get(moment.choice.power[i]);
    let floor = get(p.allocation.floor_power);
    let fighting = both(&s.fighting) / (power(pair.a) + power(pair.b) + floor);
    let escalation = 1.0 + get(p.conflict.escalation) * fighting;
    let hazard = get(p.onset) * rivalry * rivalry * near * escalation;
    1.0 - libm::exp(-hazard)
}
