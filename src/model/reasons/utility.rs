//! The utility of an option, as a formula over what the faction weighs (7.4).

use crate::model::params::Params;
use crate::model::perception::menace;
use crate::model::plan::{OptionKind, Plan};
use crate::model::state::State;

use super::Expression::{self, Constant, Inverse, Product, Sum};

/// What a faction weighs in an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// How much it fears the threat.
    Fear,
    /// How much of what it sought it does not hold yet.
    Aims,
    /// Which share of the danger comes from there.
    Danger,
    /// How much it wants the place itself.
    Stake,
    /// How much of the place the threat holds.
    ThreatHolds,
    /// How much of the threat is there to be fought.
    Presence,
    /// Its own force.
    OwnForce,
    /// What all send against the threat there already.
    OthersSend,
    /// How strongly the threat defends.
    Defence,
    /// What its patrons give.
    Patrons,
    /// Its rivalry weight toward the other.
    Rivalry,
    /// How much it and its patrons want the place.
    Want,
    /// How much both want the place.
    BothWant,
    /// How much of the place the other holds.
    RivalHolds,
    /// How much of the place it does not hold itself.
    NotHeld,
    /// Whether the two are in open conflict.
    War,
    /// What it sends against the other already.
    AlreadySent,
    /// What the other has in the place.
    RivalPresence,
    /// How much it holds, of all it could guard or govern.
    Holdings,
    /// How endangered what it holds is.
    Peril,
    /// How aggrieved those are whom it rules.
    Grievance,
}

type Formula = Expression<Cause>;

/// Danger to a faction from the threat's presence in an arena, relative to its own power.
fn danger(plan: &Plan, p: &Params<1>, s: &State<1>, faction: usize, arena: usize) -> f64 {
    let exposure = p.exposure[faction * plan.arenas + arena];
    let scale = p.perception.sensitivity / (s.power[faction] + 1.0);
    f64::from((exposure * menace(p, s, arena) * scale).lane(0))
}

fn cause(cause: Cause, value: f64) -> Formula {
    Expression::Cause(cause, value)
}

/// The utility of an option for its faction, in the state in which it chooses. The parts
/// of the sum are the terms of `docs/model.md`, 7.4.
pub fn utility(plan: &Plan, p: &Params<1>, s: &State<1>, faction: usize, option: usize) -> Formula {
    match plan.options[option] {
        OptionKind::Threat(claim) => against_threat(plan, p, s, faction, claim),
        OptionKind::Rival(contact) => against_rival(plan, p, s, faction, contact),
        OptionKind::Hold => {
            let (holder, risk, _) = holdings(plan, p, s, faction);
            let weight = p.allocation.hold_weight.lane(0).into();
            let garrison = f64::from(p.allocation.garrison.lane(0));
            let term = |share| {
                Product(vec![
                    Constant(weight),
                    cause(Cause::Holdings, holder),
                    share,
                ])
            };
            Sum(vec![
                term(Constant(garrison)),
                term(Product(vec![
                    Constant(1.0 - garrison),
                    cause(Cause::Peril, risk),
                ])),
            ])
        }
        OptionKind::Govern => {
            let (holder, _, grievance) = holdings(plan, p, s, faction);
            Sum(vec![Product(vec![
                Constant(p.allocation.govern_weight.lane(0).into()),
                cause(Cause::Holdings, holder),
                cause(Cause::Grievance, grievance),
            ])])
        }
    }
}

/// The shares of effort that a faction chooses in a state, by its options in order.
pub fn choices(plan: &Plan, p: &Params<1>, s: &State<1>, faction: usize) -> Vec<f64> {
    let inverse_temperature = f64::from(p.inverse_temperature.lane(0));
    let utilities: Vec<Option<f64>> = plan.options_of[faction]
        .clone()
        .map(|o| {
            let available = match plan.options[o] {
                OptionKind::Rival(k) => {
                    let contact = &plan.contacts[k];
                    s.weight[contact.i * plan.factions + contact.j].lane(0) > 0.0
                }
                _ => true,
            };
            available.then(|| utility(plan, p, s, faction, o).value())
        })
        .collect();
    let best = utilities.iter().flatten().copied().fold(f64::MIN, f64::max);
    let odds = |u: &Option<f64>| u.map_or(0.0, |u| libm::exp((u - best) * inverse_temperature));
    let total: f64 = utilities.iter().map(odds).sum();
    utilities.iter().map(|u| odds(u) / total).collect()
}

/// The share of forces that one's own make up among all that count: the chance of success.
fn success(own: f64, others: Vec<Formula>, floor: f64) -> Formula {
    let mut all = vec![cause(Cause::OwnForce, own)];
    all.extend(others);
    all.push(Constant(floor));
    Product(vec![
        cause(Cause::OwnForce, own),
        Inverse(Box::new(Sum(all))),
    ])
}

/// What a share of a faction's power is, and what forces are measured by.
fn force(p: &Params<1>, s: &State<1>, faction: usize) -> (f64, f64) {
    let own = f64::from(p.allocation.decision_share.lane(0)) * f64::from(s.power[faction].lane(0));
    (own, p.allocation.floor_power.lane(0).into())
}

fn against_threat(
    plan: &Plan,
    p: &Params<1>,
    s: &State<1>,
    faction: usize,
    claim: usize,
) -> Formula {
    let a = plan.claims[claim].arena;
    let (own, floor) = force(p, s, faction);
    let held = f64::from(s.threat_control[a].lane(0));
    let hidden = f64::from(s.underground[a].lane(0));
    let cells = hidden / (hidden + f64::from(p.upkeep.cell_presence.lane(0)));
    let here = held + (1.0 - held) * cells;
    let (mut all, mut wanted, mut met) = (1e-6, 1e-6, 0.0);
    for &c in &plan.claims_of[faction] {
        let stake = f64::from(s.stake[c].lane(0));
        wanted += stake;
        met += stake * f64::from(s.control[c].lane(0));
        let place = plan.claims[c].arena;
        if plan.is_territory[place] {
            all += danger(plan, p, s, faction, place);
        }
    }
    let appetite = 1.0 - f64::from(p.allocation.met_aims.lane(0)) * met / wanted;
    let share = danger(plan, p, s, faction, a) / all;
    let chance = success(
        own,
        vec![
            cause(Cause::OthersSend, s.joint[a].lane(0).into()),
            cause(Cause::Defence, s.defence[a].lane(0).into()),
        ],
        floor,
    );
    let weight = Constant(p.allocation.threat_weight.lane(0).into());
    Sum(vec![
        Product(vec![
            weight.clone(),
            cause(Cause::Fear, s.perceived[faction].lane(0).into()),
            cause(Cause::Aims, appetite),
            cause(Cause::Danger, share),
            chance.clone(),
        ]),
        Product(vec![
            weight,
            Constant(p.allocation.land_hunger.lane(0).into()),
            cause(Cause::Stake, s.stake[claim].lane(0).into()),
            cause(Cause::ThreatHolds, held),
            chance,
        ]),
        Product(vec![
            Constant(p.allocation.patron_pay.lane(0).into()),
            cause(
                Cause::Patrons,
                f64::from(s.received[faction].lane(0)).min(1.0),
            ),
            cause(Cause::Presence, here),
        ]),
        Constant(-f64::from(p.allocation.threat_cost.lane(0))),
        Constant(-f64::from(p.allocation.idle_cost.lane(0))),
        Product(vec![
            Constant(p.allocation.idle_cost.lane(0).into()),
            cause(Cause::Presence, here),
        ]),
    ])
}

fn against_rival(
    plan: &Plan,
    p: &Params<1>,
    s: &State<1>,
    faction: usize,
    index: usize,
) -> Formula {
    let contact = &plan.contacts[index];
    let pair = contact.i * plan.factions + contact.j;
    let (own, floor) = force(p, s, faction);
    let want = f64::from(s.want[contact.own].lane(0));
    let theirs = f64::from(s.want[contact.other].lane(0));
    let held = f64::from(s.control[contact.other].lane(0));
    let war = f64::from(s.conflict[pair].lane(0));
    let chance = success(
        own,
        vec![
            cause(Cause::AlreadySent, s.sent[index].lane(0).into()),
            cause(
                Cause::RivalPresence,
                s.presence[contact.other].lane(0).into(),
            ),
        ],
        floor,
    );
    let term = |factors: Vec<Formula>| {
        let mut all = vec![
            Constant(p.allocation.rival_weight.lane(0).into()),
            cause(Cause::Rivalry, s.weight[pair].lane(0).into()),
            chance.clone(),
        ];
        all.extend(factors);
        Product(all)
    };
    let mut terms = vec![
        term(vec![
            cause(Cause::Want, want),
            cause(Cause::RivalHolds, held),
        ]),
        term(vec![
            Constant(p.allocation.contact.lane(0).into()),
            cause(Cause::BothWant, (want * theirs).min(1.0)),
            cause(
                Cause::NotHeld,
                1.0 - f64::from(s.control[contact.own].lane(0)),
            ),
        ]),
        Constant(-f64::from(p.allocation.rival_cost.lane(0))),
        Product(vec![
            Constant(p.allocation.rival_cost.lane(0).into()),
            cause(Cause::War, war),
        ]),
    ];
    if plan.is_territory[contact.arena] {
        terms.push(term(vec![
            Constant(p.allocation.war_aim.lane(0).into()),
            cause(Cause::War, war),
            cause(Cause::RivalHolds, held),
        ]));
    }
    Sum(terms)
}

/// How much a faction holds relative to a foothold, how endangered it is, and how
/// aggrieved those who live there are.
fn holdings(plan: &Plan, p: &Params<1>, s: &State<1>, faction: usize) -> (f64, f64, f64) {
    let (mut held, mut endangered, mut people, mut aggrieved) = (1e-6, 0.0, 1e-6, 0.0);
    for &c in &plan.claims_of[faction] {
        let a = plan.claims[c].arena;
        let control = f64::from(s.control[c].lane(0));
        let value = control * f64::from(p.value[a].lane(0));
        held += value;
        let against = f64::from(s.hostile[c].lane(0)) + f64::from(s.assault[a].lane(0));
        let guards = f64::from(s.guard[c].lane(0)) + f64::from(p.allocation.floor_power.lane(0));
        endangered += value * against / (against + guards);
        if plan.is_territory[a] {
            let governed = control * f64::from(p.population[a].lane(0));
            people += governed;
            aggrieved += governed * f64::from(s.unrest[a].lane(0));
        }
    }
    let holder = held / (held + f64::from(p.allocation.foothold.lane(0)));
    (holder, endangered / held, aggrieved / people)
}
