//! The numbers of a scenario as the model wants them: for each lane, per step, laid out
//! over factions, pairs, arenas and claims.

mod build;

use crate::numeric::{Lanes, List};
use crate::scenario::{
    Allocation, Change, Conflict, Contest, Morale, Oil, Patronage, Perception, Polity, Rivalry,
    Strategy, Upkeep,
};

/// Log-odds of a pair without any quarrel: so low that its rivalry weight is exactly 0.
const NO_QUARREL: f32 = -40.0;
/// Hostility is kept below this, so that its log-odds stay finite.
const FULL_HOSTILITY: f32 = 0.995;

/// The parameters of one event.
#[derive(Debug, Clone)]
pub struct EventParams<const N: usize> {
    /// Chance when its date comes.
    pub probability: Lanes<N>,
    /// Hazard in a whole step, at the reference values of the conditions.
    pub hazard: Lanes<N>,
    /// For each condition: at least, at most, slope, reference.
    pub conditions: Vec<ConditionParams<N>>,
    /// The amount of each effect.
    pub amounts: Vec<(Change, Lanes<N>)>,
    /// Index of the event that must have happened before.
    pub after: Option<usize>,
}

/// The parameters of one condition.
#[derive(Debug, Clone, Copy)]
pub struct ConditionParams<const N: usize> {
    /// The variable must be at or above this.
    pub above: Option<Lanes<N>>,
    /// The variable must be at or below this.
    pub below: Option<Lanes<N>>,
    /// Log hazard ratio per unit.
    pub slope: Lanes<N>,
    /// Reference value.
    pub at: Lanes<N>,
}

/// Parameters of the model for `N` replicates. Rates are per step; arrays over pairs of factions
/// are row-major, `i * factions + j`.
#[derive(Debug, Clone)]
pub struct Params<const N: usize> {
    // Sections of the scenario, as they are given.
    /// `[perception]`
    pub perception: Perception<Lanes<N>>,
    /// `[rivalry]`
    pub rivalry: Rivalry<Lanes<N>>,
    /// `[allocation]`
    pub allocation: Allocation<Lanes<N>>,
    /// `[contest]`
    pub contest: Contest<Lanes<N>>,
    /// `[morale]`
    pub morale: Morale<Lanes<N>>,
    /// `[conflict]`
    pub conflict: Conflict<Lanes<N>>,
    /// `[upkeep]`
    pub upkeep: Upkeep<Lanes<N>>,
    /// `[strategy]`
    pub strategy: Strategy<Lanes<N>>,
    /// `[polity]`
    pub polity: Polity<Lanes<N>>,
    /// `[oil]`
    pub oil: Oil<Lanes<N>>,
    /// `[patronage]`
    pub patronage: Patronage<Lanes<N>>,
    // Factions, by faction where nothing else is said.
    /// Personnel at the start.
    pub fighters: List<N>,
    /// Quality of its personnel.
    pub quality: List<N>,
    /// Share of pay that is met at the start.
    pub pay: List<N>,
    /// Share of pay that full resources would meet; `None` where the start says it.
    pub full_pay: Vec<Option<Lanes<N>>>,
    /// Share of what it lives on that comes from neither patrons nor bloc.
    pub own_resources: List<N>,
    /// Morale at the start.
    pub initial_morale: List<N>,
    /// Support at the start.
    pub support: List<N>,
    /// How well it governs with all effort.
    pub governance: List<N>,
    /// Issue positions, faction by issue.
    pub position: List<N>,
    /// Issue saliences, faction by issue, summing to 1 over issues.
    pub salience: List<N>,
    /// Exposure, faction by arena.
    pub exposure: List<N>,
    /// People, faction by community.
    pub people: List<N>,
    /// Stakes, by claim.
    pub stake: List<N>,
    /// Ways in that lead through no other territory, by claim.
    pub way_in: List<N>,
    /// Patrons' stakes, by claim: (patron, stake).
    pub patron_stake: Vec<Vec<(usize, Lanes<N>)>>,
    /// Abuse by the factions with a claim: (claim, abuse), by populace.
    pub abuse: Vec<Vec<(usize, Lanes<N>)>>,
    /// Control at the start, by claim.
    pub control: List<N>,
    /// Log-odds of hostility given by a tie; `None`: from issue distance. By pair (i, j).
    pub tie_hostility: Vec<Option<Lanes<N>>>,
    /// Grievance at the start, by pair (i, j).
    pub memory: List<N>,
    /// Ceasefire at the start, weeks, by pair (i, j).
    pub ceasefire: List<N>,
    // Patrons.
    /// Commitment at the start.
    pub commitment: List<N>,
    /// Exposure to the threat.
    pub patron_exposure: List<N>,
    /// By how much its air power and advisers multiply force, above 1.
    pub air: List<N>,
    /// Share of the threat's income that its strikes destroy.
    pub strikes: List<N>,
    /// Backing, patron by faction.
    pub backing: List<N>,
    /// Backing for a faction that has lost its patrons, patron by faction.
    pub offer: List<N>,
    /// Log-odds of hostility between patrons, patron by patron.
    pub patron_hostility: List<N>,
    /// Log-odds of hostility for each of the plan's ties of patrons to factions.
    pub patron_tie_hostility: List<N>,
    // Arenas.
    /// Value.
    pub value: List<N>,
    /// Value of each territory relative to the highest.
    pub relative_value: List<N>,
    /// Inhabitants.
    pub population: List<N>,
    /// Value of the most valuable territory.
    pub highest_value: Lanes<N>,
    /// Men it takes to hold the whole of it where nobody bears its holder a grudge.
    pub need: List<N>,
    /// Share of its people who have no sympathy for the threat.
    pub alien: List<N>,
    /// What it yields to the threat in a step, million USD.
    pub revenue: List<N>,
    /// Access to the world outside.
    pub border: List<N>,
    /// How well the ground hides.
    pub refuge: List<N>,
    /// How much the ground helps a defender.
    pub terrain: List<N>,
    /// Power that it takes to press on all of it.
    pub frontage: List<N>,
    /// Defence that it offers when empty.
    pub floor: List<N>,
    /// The same, by claim.
    pub claim_floor: List<N>,
    /// Power that it asks for when empty.
    pub asked: List<N>,
    /// Crisis at the start.
    pub crisis: List<N>,
    /// How far an attack on the threat, if there is one, has built up at the start.
    pub besieged: List<N>,
    /// The same of an attack by the threat.
    pub threatened: List<N>,
    /// How far the stores of the threat's garrison are used up at the start, if it is cut off.
    pub eaten: List<N>,
    /// The same of those who defend a place against the threat.
    pub defenders_eaten: List<N>,
    /// Fighters underground at the start.
    pub underground: List<N>,
    /// Control by the threat at the start.
    pub threat_control: List<N>,
    /// What nobody controls at the start.
    pub nobody: List<N>,
    /// How passable each road is.
    pub road: List<N>,
    // Populaces and communities.
    /// Share of the arena's inhabitants.
    pub mix: List<N>,
    /// Sympathy for the threat.
    pub sympathy: List<N>,
    /// Grievance at the start.
    pub grievance: List<N>,
    /// Steps before the start in which the threat drew on the pools of recruits.
    pub recruiting: Lanes<N>,
    /// Size of the pool of recruits.
    pub pool: List<N>,
    /// Share of the coalition's people, by community.
    pub importance: List<N>,
    /// Dependence on oil, by bloc.
    pub oil_dependence: List<N>,
    // The threat.
    /// Fighters in the open at the start.
    pub threat_fighters: Lanes<N>,
    /// Share of them who joined for opportunity.
    pub opportunists: Lanes<N>,
    /// Quality of its fighters.
    pub threat_quality: Lanes<N>,
    /// Funds at the start, million USD.
    pub funds: Lanes<N>,
    /// Share of its reserves that the threat would spend in a step.
    pub reserve_share: Lanes<N>,
    /// Steps of revenue that are looted where the defenders of a place break.
    pub loot: Lanes<N>,
    /// Pay of a fighter in a step, million USD.
    pub wage: Lanes<N>,
    /// Cost of serving the population in a step, million USD.
    pub administration: Lanes<N>,
    /// Revenue from outside in a step, million USD.
    pub external: Lanes<N>,
    /// Legitimacy at the start.
    pub legitimacy: Lanes<N>,
    /// How far it claims to be a state.
    pub statehood: Lanes<N>,
    /// Morale at the start.
    pub threat_morale: Lanes<N>,
    /// Recruits from abroad in a step at the start.
    pub foreign: Lanes<N>,
    /// How hard it represses.
    pub repression: Lanes<N>,
    /// How well it governs when it pays.
    pub threat_governance: Lanes<N>,
    // What follows from the sections: rates, shares of the way to a target (`_rate`), shares that are
    // kept (`_keep`), and the size of noise (`_noise`), all for one step.
    /// Perceived threat toward the real one.
    pub perception_rate: Lanes<N>,
    /// Alarm raised by provocation with all effort.
    pub alarm_per_step: Lanes<N>,
    /// Alarm.
    pub alarm_keep: Lanes<N>,
    /// Hostility toward its target.
    pub hostility_rate: Lanes<N>,
    /// Incidents of a pair, log-odds.
    pub hostility_noise: Lanes<N>,
    /// Gains of land remembered.
    pub gain_keep: Lanes<N>,
    /// Weight of structural balance, for each third faction.
    pub balance: Lanes<N>,
    /// 1 over the size at which a tie saturates.
    pub inverse_saturation: Lanes<N>,
    /// Grievance from being attacked with all of one's own strength.
    pub memory_per_step: Lanes<N>,
    /// Grievance of a pair.
    pub memory_keep: Lanes<N>,
    /// Political mood.
    pub mood_keep: Lanes<N>,
    /// Political mood, in standard deviations.
    pub mood_noise: Lanes<N>,
    /// 1 / (1 - floor), so that weights reach from 0 to 1.
    pub weight_scale: Lanes<N>,
    /// 1 over the temperature of the factions' logit rule.
    pub inverse_temperature: Lanes<N>,
    /// Effort toward what is chosen.
    pub effort_rate: Lanes<N>,
    /// Ways that open.
    pub road_rate: Lanes<N>,
    /// Share of a place that a wholly successful, amply manned attack takes from the threat.
    pub advance: Lanes<N>,
    /// The same between factions.
    pub seize: Lanes<N>,
    /// Share of what nobody holds that is taken by those who are there.
    pub occupy: Lanes<N>,
    /// Loss rate of the threat in battle.
    pub threat_loss: Lanes<N>,
    /// Loss rate of those who fight it.
    pub coalition_loss: Lanes<N>,
    /// Loss rate of factions that fight each other.
    pub rival_loss: Lanes<N>,
    /// Battle luck.
    pub luck_keep: Lanes<N>,
    /// Battle luck, in standard deviations.
    pub luck_noise: Lanes<N>,
    /// Tempo.
    pub tempo_keep: Lanes<N>,
    /// Tempo, in standard deviations.
    pub tempo_noise: Lanes<N>,
    /// Hazard of a feud of full rivals.
    pub feud: Lanes<N>,
    /// Hazard of its end at a rivalry weight of a half.
    pub feud_end: Lanes<N>,
    /// Hazard of a clash of full rivals.
    pub clash: Lanes<N>,
    /// Hazard of its end.
    pub clash_end: Lanes<N>,
    /// Hazard that it grows into a war.
    pub war: Lanes<N>,
    /// Hazard that one of two decides for war.
    pub decision: Lanes<N>,
    /// Hazard of an agreement of half rivals.
    pub agreement: Lanes<N>,
    /// Hazard of its end.
    pub agreement_end: Lanes<N>,
    /// Hazard of the end of a war at a rivalry weight of a half.
    pub war_end: Lanes<N>,
    /// Prizes not yet settled.
    pub prize_keep: Lanes<N>,
    /// Share of unpaid opportunists who leave.
    pub desertion: Lanes<N>,
    /// Recruitment rate of a pool.
    pub recruit: Lanes<N>,
    /// Pools toward their size.
    pub pool_refill: Lanes<N>,
    /// Legitimacy toward its rest.
    pub legitimacy_rate: Lanes<N>,
    /// Rate at which cells are cleared.
    pub clearing: Lanes<N>,
    /// Rate at which cells come into the open.
    pub emergence: Lanes<N>,
    /// Rate at which cells dissolve.
    pub cell_decay: Lanes<N>,
    /// Hazard of an uprising.
    pub uprising: Lanes<N>,
    /// Hazard of a split.
    pub split: Lanes<N>,
    /// Leadership toward normal.
    pub leadership_rate: Lanes<N>,
    /// 1 over the temperature of the threat's logit rule.
    pub strategy_inverse_temperature: Lanes<N>,
    /// Hazard that a force of middling morale breaks before its equal, within the threat's patience.
    pub patience: Lanes<N>,
    /// Share of a garrison that melts away with all effort.
    pub melt_rate: Lanes<N>,
    /// Share of the way that morale goes to its target.
    pub morale_rate: Lanes<N>,
    /// Hazard that a force of middling morale breaks before its equal.
    pub breaks: Lanes<N>,
    /// Attacks that build up.
    pub siege_rate: Lanes<N>,
    /// Stores that are used up.
    pub stores_rate: Lanes<N>,
    /// Rate at which ground slips from who has no men there.
    pub slip: Lanes<N>,
    /// The threat's effort toward what is chosen.
    pub strategy_rate: Lanes<N>,
    /// Grievance from full abuse.
    pub abuse_rate: Lanes<N>,
    /// Grievance healed by full governance.
    pub healing: Lanes<N>,
    /// Wear of forces that attack.
    pub exertion_rate: Lanes<N>,
    /// Grievance where all of a place is fought over.
    pub bloodshed: Lanes<N>,
    /// Grievance where nobody governs.
    pub vacuum: Lanes<N>,
    /// Grievance from provocation with all effort.
    pub provoked: Lanes<N>,
    /// Pay toward what resources allow.
    pub pay_rate: Lanes<N>,
    /// Support toward its target.
    pub support_rate: Lanes<N>,
    /// Crisis toward what obstruction feeds.
    pub crisis_rate: Lanes<N>,
    /// Share of lacking forces that is rebuilt.
    pub rebuild: Lanes<N>,
    /// Log of the oil price at the start.
    pub oil_start: Lanes<N>,
    /// Log of the price to which it reverts.
    pub oil_mean: Lanes<N>,
    /// Log of the price that balances budgets.
    pub oil_budget: Lanes<N>,
    /// Log price toward its mean.
    pub oil_rate: Lanes<N>,
    /// Log price.
    pub oil_noise: Lanes<N>,
    /// Commitment toward a lower target.
    pub erosion: Lanes<N>,
    /// Commitment toward a higher one.
    pub patron_return: Lanes<N>,
    /// Backing toward what clients deserve and ask for.
    pub realign: Lanes<N>,
    // Beside the model's own.
    /// Numbers that expressions read: those of the plan's programs.
    pub read_numbers: List<N>,
    /// Events.
    pub events: Vec<EventParams<N>>,
}

/// Weighted issue distance of two actors, 0 to 1: the salience of the first counts (7.3.2).
pub(super) fn distance<const N: usize>(
    position: &[Lanes<N>],
    salience: &[Lanes<N>],
    issues: usize,
    a: usize,
    b: usize,
) -> Lanes<N> {
    (0..issues).fold(Lanes::ZERO, |sum, s| {
        let apart = (position[a * issues + s] - position[b * issues + s]).abs();
        sum + salience[a * issues + s] * apart * 0.5
    })
}

/// Log-odds of a hostility; 0 means no quarrel at all, whatever happens (7.3.1).
pub(super) fn log_odds<const N: usize>(hostility: Lanes<N>) -> Lanes<N> {
    let h = hostility.at_most(FULL_HOSTILITY);
    let none = h.le_s(1e-6);
    none.select(Lanes::splat(NO_QUARREL), (h / (Lanes::ONE - h)).ln())
}
