//! The state of `N` replicates: structure of arrays, replicate innermost.

use crate::numeric::{Lanes, List, Mask, sum, sum_over};
use crate::scenario::StatePart;

use super::params::{Params, distance, log_odds};
use super::plan::Plan;

macro_rules! state {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $initial:expr,)*) => {
        /// Everything that changes in a run. Arrays over pairs of factions are
        /// row-major, `i * factions + j`.
        #[derive(Debug, Clone)]
        #[allow(missing_docs)]
        pub struct State<const N: usize> {
            $($(#[$doc])* pub $name: $type,)*
        }

        impl<const N: usize> State<N> {
            /// The state at the start, before effort is allocated.
            fn initial(plan: &Plan, p: &Params<N>) -> Self {
                Self { $($name: $initial(plan, p),)* }
            }
        }
    };
}

fn zeros<const N: usize>(n: usize) -> List<N> {
    List::filled(n, Lanes::ZERO)
}

fn ones<const N: usize>(n: usize) -> List<N> {
    List::filled(n, Lanes::ONE)
}

state! {
    /// Personnel, by faction.
    fighters: List<N> = |_: &Plan, p: &Params<N>| p.fighters.clone(),
    quality: List<N> = |_: &Plan, p: &Params<N>| p.quality.clone(),
    pay: List<N> = |_: &Plan, p: &Params<N>| p.pay.clone(),
    support: List<N> = |_: &Plan, p: &Params<N>| p.support.clone(),
    /// 1 when intact.
    leadership: List<N> = |plan: &Plan, _: &Params<N>| ones(plan.factions),
    /// How far its forces hold together under attack, by faction.
    morale: List<N> = |_: &Plan, p: &Params<N>| p.initial_morale.clone(),
    /// Wear from attacking, by faction: what share of its strength it has long been spending.
    worn: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    perceived: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    alarm: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// Standard normal at rest.
    tempo: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// Issue positions, faction by issue.
    position: List<N> = |_: &Plan, p: &Params<N>| p.position.clone(),
    /// Effectiveness: what pay, support and institutions leave of quality.
    effectiveness: List<N> = |plan: &Plan, _: &Params<N>| ones(plan.factions),
    /// Power: personnel x quality x effectiveness x leadership.
    power: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// Share of all power, at the start.
    initial_share: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// Share of pay that full resources would meet.
    pay_scale: List<N> = |plan: &Plan, _: &Params<N>| ones(plan.factions),
    /// Perceived threat at the start, by faction.
    initial_perceived: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// Support received from all patrons at the start, by faction.
    initial_received: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// Value of what is held in all arenas at the start.
    initial_land: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),

    /// Log-odds of hostility, by pair.
    hostility: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// Hostility from ties and issues alone, by pair.
    baseline: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// Hostility that events have added, by pair.
    shift: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// Rivalry weight, by pair.
    weight: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// Grievance about being attacked, by pair: i's about j.
    memory: List<N> = |_: &Plan, p: &Params<N>| p.memory.clone(),
    /// Weeks of ceasefire left, by pair, the same both ways.
    ceasefire: List<N> = |_: &Plan, p: &Params<N>| p.ceasefire.clone(),
    /// 1 at feud, by pair, the same both ways.
    feud: List<N> = |plan: &Plan, _: &Params<N>| plan.among(|pair| pair.feud_at_start),
    /// 1 in a clash, by pair, the same both ways.
    clash: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// 1 in open conflict, at war, by pair, the same both ways.
    conflict: List<N> = |plan: &Plan, _: &Params<N>| plan.among(|pair| pair.conflict_at_start),
    /// 1 while an agreement holds, by pair, the same both ways.
    agreement: List<N> = |plan: &Plan, _: &Params<N>| plan.among(|pair| pair.agreement_at_start),
    /// 1 while an open conflict of the start has not ended since, by unordered pair.
    old_conflict: List<N> = |plan: &Plan, _: &Params<N>| {
        plan.pairs.iter().map(|pair| if pair.conflict_at_start { Lanes::ONE } else { Lanes::ZERO }).collect()
    },
    /// How much two meet in what they want and hold, by pair.
    contact: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// How far their forces stand face to face, by cell (a, b) of a pair.
    facing: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// How much both want of what the threat lately lost, by cell (a, b) of a pair.
    coveted: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// How much each wants of what the other holds, of both together, by cell (a, b) of a pair.
    withheld: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// How much both want the same institutions, by cell (a, b) of a pair.
    rift: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// Hazard of climbing to the next rung of arms in this step, by unordered pair.
    onset: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.pairs.len()),
    /// The part of it that leads those who don't clash to war at once, by unordered pair.
    decision: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.pairs.len()),
    /// Power that i has massed against j in territories, in earnest or not, by pair.
    massed: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// How far the same patrons back both, by the plan's pairs who share patrons.
    shared: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.shared_patrons.len()),
    /// Strength with which i attacked j in the last step, by pair, power.
    fighting: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions * plan.factions),
    /// Standard normal at rest.
    mood: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,

    /// How much an arena is wanted, by claim.
    stake: List<N> = |_: &Plan, p: &Params<N>| p.stake.clone(),
    /// The same with the stakes of backing patrons, by claim.
    want: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    control: List<N> = |_: &Plan, p: &Params<N>| p.control.clone(),
    /// Gains not yet forgotten, by claim.
    gain: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Control that the claim lost or won in this step.
    change: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power spent against the threat, by claim.
    attack: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// How far the place is within reach, by claim.
    access: List<N> = |plan: &Plan, _: &Params<N>| ones(plan.claims.len()),
    /// Share of its guards that a faction has there, by claim.
    posted: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power that guards, by claim.
    guard: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power that governs, by claim.
    govern: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power in the arena that stands in the threat's way: all, those at grips with a rival at a
    /// discount; by claim.
    shield: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// All power in the arena, by claim.
    presence: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Grievance of the residents who are not the holder's own people, by claim.
    resented: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power of rivals aimed at the claim.
    hostile: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// The same of those with whom there is open conflict, by claim.
    besieging: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power of those at war with the holder that has built up before the claim, by claim.
    siege_of: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Control lost to rivals per unit of their power, by claim.
    taken: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Fighters lost per unit of a rival's power, by claim.
    lethality: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.claims.len()),
    /// Power sent against a rival, by contact.
    sent: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.contacts.len()),
    /// Effort shares, by option; they sum to 1 for each faction.
    effort: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.options.len()),

    /// Commitment, by patron.
    commitment: List<N> = |_: &Plan, p: &Params<N>| p.commitment.clone(),
    /// Commitment when the threat is fully perceived, by patron.
    full_commitment: List<N> = |_: &Plan, p: &Params<N>| p.commitment.clone(),
    patron_perceived: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.patrons),
    /// The same at the start.
    patron_perceived_start: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.patrons),
    /// Backing, patron by faction.
    backing: List<N> = |_: &Plan, p: &Params<N>| p.backing.clone(),
    /// Backing that it returns to, patron by faction.
    usual_backing: List<N> = |_: &Plan, p: &Params<N>| p.backing.clone(),
    /// By how much a client fights others of its patron's, patron by faction.
    strays: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.patrons * plan.factions),
    /// Support given: backing x commitment, patron by faction.
    given: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.patrons * plan.factions),
    /// By how much patrons' air power and advisers multiply its force, by faction.
    aided: List<N> = |plan: &Plan, _: &Params<N>| ones(plan.factions),
    /// Support received from all patrons, by faction.
    received: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),

    threat_control: List<N> = |_: &Plan, p: &Params<N>| p.threat_control.clone(),
    nobody: List<N> = |_: &Plan, p: &Params<N>| p.nobody.clone(),
    crisis: List<N> = |_: &Plan, p: &Params<N>| p.crisis.clone(),
    /// Standard normal at rest, by arena.
    luck: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    underground: List<N> = |_: &Plan, p: &Params<N>| p.underground.clone(),
    /// Share of the threat's fighters in the open that is posted there, by arena.
    threat_posted: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Fighters of the threat in the open, by arena.
    garrison: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Power with which the threat defends, by arena.
    defence: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Power that stands in the threat's way before discord, the same after it, and its morale, by
    /// arena.
    present: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    guards: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    guards_morale: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Power that all together send against the threat, by arena.
    joint: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// The same after discord, by arena.
    united: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// By how much battle luck multiplies it, by arena.
    fortune: List<N> = |plan: &Plan, _: &Params<N>| ones(plan.arenas),
    /// The same after discord and luck, by arena.
    force: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Power of the threat's attack, by arena.
    assault: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// What has built up of the attack on the threat, and of the threat's own, as power, by arena.
    siege: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    threat_siege: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// How far the threat's garrison lacks what would come by road, and its enemies there, by arena.
    starved: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    defenders_starved: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Control lost and won by the threat in this step, by arena.
    threat_lost: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    threat_won: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Control that the threat lately lost, by arena.
    prize: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// 1 where the people rose against the threat in this step, by arena.
    uprising: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Sympathy-weighted grievance, by arena.
    resentment: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Grievance of all who live there, by arena.
    unrest: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Governance by factions alone, by arena.
    order: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// How much of it is fought over, by arena.
    bloodshed: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    /// Governance, by arena.
    governance: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    grievance: List<N> = |_: &Plan, p: &Params<N>| p.grievance.clone(),
    /// Recruits left, by populace.
    pool: List<N> = |_: &Plan, p: &Params<N>| p.pool.clone(),

    /// Fighters in the open who are committed.
    core: Lanes<N> = |_: &Plan, p: &Params<N>| p.threat_fighters * (Lanes::ONE - p.opportunists),
    /// 1 where the threat split in this step.
    split: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    /// Fighters in the open who joined for opportunity.
    opportunists: Lanes<N> = |_: &Plan, p: &Params<N>| p.threat_fighters * p.opportunists,
    funds: Lanes<N> = |_: &Plan, p: &Params<N>| p.funds,
    threat_pay: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    /// Share of its needs that the threat meets at the start.
    initial_threat_pay: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    legitimacy: Lanes<N> = |_: &Plan, p: &Params<N>| p.legitimacy,
    foreign_inflow: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    threat_morale: Lanes<N> = |_: &Plan, p: &Params<N>| p.threat_morale,
    threat_leadership: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    /// Operational tempo of the threat, standard normal at rest.
    threat_tempo: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    /// Power of one fighter of the threat in the open.
    fighting_power: Lanes<N> = |_: &Plan, p: &Params<N>| p.threat_quality,
    /// Effort shares of the threat: hold, melt away, attack by arena, provoke by community.
    hold_effort: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    melt_effort: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    attack_effort: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.arenas),
    provoke_effort: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.communities),
    /// Value held by the threat, and the same at the start.
    held_value: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    initial_value: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    /// The same, at least a twentieth of all territory: what holdings are measured by.
    reference_value: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    /// Access to the outside world at the start, at least a twentieth of the whole.
    reference_access: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    /// Room to recruit in at the start.
    initial_room: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    /// Threat strength m, relative to the start.
    strength: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ONE,
    /// Share of the value of all territory that the threat holds.
    threat_share: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    /// Share of each coalition's effort spent on fellow members.
    infighting: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.coalitions.len()),
    /// Log of the oil price.
    oil: Lanes<N> = |_: &Plan, p: &Params<N>| p.oil_start,
    /// Whether each event has happened.
    happened: Vec<Mask<N>> = |_: &Plan, p: &Params<N>| vec![Mask::NONE; p.events.len()],
    /// The step in which each event happened for the first time; 0: not yet.
    first_happened: List<N> = |_: &Plan, p: &Params<N>| zeros(p.events.len()),

    /// Fighters lost in fights so far, by faction, and by the threat.
    losses: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    threat_losses: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
    /// Fighters who joined (rebuilding) or left (events) so far, by faction.
    joined: List<N> = |plan: &Plan, _: &Params<N>| zeros(plan.factions),
    /// The same for the threat, in the open and underground together.
    threat_joined: Lanes<N> = |_: &Plan, _: &Params<N>| Lanes::ZERO,
}

impl<const N: usize> State<N> {
    /// The state at the start: everything that follows from the parameters alone.
    pub fn new(plan: &Plan, p: &Params<N>) -> Self {
        let mut state = Self::initial(plan, p);
        state.settle_baseline(plan, p);
        state
    }

    /// Fighters of the threat in the open.
    #[inline(always)]
    pub fn open_fighters(&self) -> Lanes<N> {
        self.core + self.opportunists
    }

    /// Fighters of the threat underground.
    #[inline(always)]
    pub fn underground_fighters(&self) -> Lanes<N> {
        sum(&self.underground)
    }

    /// How far cells make the threat present in a place (7.4.3) and (7.6.1).
    #[inline(always)]
    pub(super) fn cells(&self, p: &Params<N>, a: usize) -> Lanes<N> {
        self.underground[a] / (self.underground[a] + p.upkeep.cell_presence)
    }

    /// Share of its effort that the threat gives to attacks.
    #[inline(always)]
    pub(super) fn attacking(&self, plan: &Plan) -> Lanes<N> {
        sum_over!(&a in &plan.territories => self.attack_effort[a])
    }

    /// What the threat takes in during a step, million USD (7.7.3).
    #[inline(always)]
    pub(super) fn revenue(&self, plan: &Plan, p: &Params<N>) -> Lanes<N> {
        let local = sum_over!(&a in &plan.territories => p.revenue[a] * self.threat_control[a]);
        // What cells extort where others hold it.
        let extorted = sum_over!(&a in &plan.territories =>
            p.revenue[a] * (Lanes::ONE - self.threat_control[a]).at_least(0.0) * self.cells(p, a));
        // Without a way out, some of it finds no buyers.
        let access = (self.border_access(plan, p) / self.reference_access).at_most(1.0);
        let sold = Lanes::ONE - p.upkeep.trade * (Lanes::ONE - access);
        let struck = sum_over!(u in 0..plan.patrons => p.strikes[u] * self.commitment[u]);
        p.external
            + p.upkeep.extortion * extorted
            + local * sold * (Lanes::ONE - struck.at_most(1.0))
    }

    /// Hostility from ties and issues; again whenever a position has moved (7.3.2).
    pub fn settle_baseline(&mut self, plan: &Plan, p: &Params<N>) {
        let f = plan.factions;
        for i in 0..f {
            for j in 0..f {
                if i == j {
                    continue;
                }
                self.baseline[i * f + j] = p.tie_hostility[i * f + j].unwrap_or_else(|| {
                    let distance = distance(&self.position, &p.salience, plan.issues, i, j);
                    log_odds(p.rivalry.hostility_scale * p.rivalry.from_issues * distance)
                });
            }
        }
    }

    /// A claim takes so much of its arena.
    #[inline(always)]
    pub(super) fn take(&mut self, claim: usize, share: Lanes<N>) {
        self.control[claim] += share;
        self.change[claim] += share;
    }

    /// What a part of the state that patrons change returns to: a change by an event lasts.
    #[inline(always)]
    pub(super) fn usual(&mut self, plan: &Plan, part: StatePart) -> Option<&mut Lanes<N>> {
        match part {
            StatePart::Commitment(u) => Some(&mut self.full_commitment[u]),
            StatePart::Backing(u, i) => Some(&mut self.usual_backing[u * plan.factions + i]),
            _ => None,
        }
    }

    /// Value of the territory held by the threat.
    #[inline(always)]
    pub(super) fn value_held(&self, plan: &Plan, p: &Params<N>) -> Lanes<N> {
        sum_over!(&a in &plan.territories => self.threat_control[a] * p.value[a])
    }

    /// The threat's access to the outside world.
    #[inline(always)]
    pub(super) fn border_access(&self, plan: &Plan, p: &Params<N>) -> Lanes<N> {
        sum_over!(&a in &plan.territories => self.threat_control[a] * p.border[a])
    }
}
