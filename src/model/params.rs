//! The numbers of a scenario as the model wants them: for each lane, per step, laid out
//! over factions, pairs, arenas and claims.

mod build;

use crate::numeric::{Lanes, List};
use crate::scenario::Change;

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

macro_rules! params {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// Parameters of the model for `N` replicates. Rates are per step; arrays over
        /// pairs of factions are row-major, `i * factions + j`.
        #[derive(Debug, Clone)]
        #[allow(missing_docs)]
        pub struct Params<const N: usize> {
            $($(#[$doc])* pub $name: $type,)*
        }
    };
}

params! {
    /// Personnel at the start, by faction.
    fighters: List<N>,
    quality: List<N>,
    pay: List<N>,
    own_resources: List<N>,
    support: List<N>,
    governance: List<N>,
    /// Issue positions, faction by issue.
    position: List<N>,
    /// Issue saliences, faction by issue, summing to 1 over issues.
    salience: List<N>,
    /// Exposure, faction by arena.
    exposure: List<N>,
    /// People, faction by community.
    people: List<N>,
    /// Stake by claim.
    stake: List<N>,
    /// Patrons' stakes by claim: (patron, stake).
    patron_stake: Vec<Vec<(usize, Lanes<N>)>>,
    /// Abuse by the factions with a claim: (claim, abuse), by populace.
    abuse: Vec<Vec<(usize, Lanes<N>)>>,
    /// Control at the start by claim.
    control: List<N>,
    /// Patrons.
    commitment: List<N>,
    patron_exposure: List<N>,
    /// Backing, patron by faction.
    backing: List<N>,
    /// Log-odds of hostility between patrons, patron by patron.
    patron_hostility: List<N>,
    /// Log-odds of hostility for each of the plan's ties of patrons to factions.
    patron_tie_hostility: List<N>,
    /// Log-odds of hostility given by a tie; `None`: from issue distance. By pair (i, j).
    tie_hostility: Vec<Option<Lanes<N>>>,
    /// Grievance at the start, by pair (i, j).
    memory: List<N>,
    /// Ceasefire at the start, weeks, by pair (i, j).
    ceasefire: List<N>,
    /// Arenas.
    value: List<N>,
    /// Value of each territory relative to the highest.
    relative_value: List<N>,
    population: List<N>,
    revenue: List<N>,
    border: List<N>,
    refuge: List<N>,
    terrain: List<N>,
    frontage: List<N>,
    crisis: List<N>,
    underground: List<N>,
    threat_control: List<N>,
    nobody: List<N>,
    /// Populaces.
    mix: List<N>,
    sympathy: List<N>,
    grievance: List<N>,
    /// Size of the pool of recruits of each populace.
    pool: List<N>,
    /// Share of the coalition's people, by community.
    importance: List<N>,
    /// Blocs.
    oil_dependence: List<N>,
    /// The threat.
    threat_fighters: Lanes<N>,
    opportunists: Lanes<N>,
    threat_quality: Lanes<N>,
    funds: Lanes<N>,
    wage: Lanes<N>,
    administration: Lanes<N>,
    external: Lanes<N>,
    legitimacy: Lanes<N>,
    statehood: Lanes<N>,
    foreign: Lanes<N>,
    repression: Lanes<N>,
    threat_governance: Lanes<N>,
    /// Perception.
    perception_rate: Lanes<N>,
    sensitivity: Lanes<N>,
    underground_weight: Lanes<N>,
    alarm_per_step: Lanes<N>,
    alarm_keep: Lanes<N>,
    /// Rivalry.
    hostility_scale: Lanes<N>,
    from_issues: Lanes<N>,
    common_enemy: Lanes<N>,
    hostility_rate: Lanes<N>,
    hostility_noise: Lanes<N>,
    land_gain: Lanes<N>,
    gain_keep: Lanes<N>,
    outgrowing: Lanes<N>,
    balance: Lanes<N>,
    inverse_saturation: Lanes<N>,
    self_tie: Lanes<N>,
    memory_per_step: Lanes<N>,
    memory_keep: Lanes<N>,
    patron_rivalry: Lanes<N>,
    shared_patron: Lanes<N>,
    ceasefire_effect: Lanes<N>,
    open_conflict: Lanes<N>,
    pay_strain: Lanes<N>,
    crisis_strain: Lanes<N>,
    mood: Lanes<N>,
    mood_keep: Lanes<N>,
    mood_noise: Lanes<N>,
    weight_floor: Lanes<N>,
    /// 1 / (1 - floor), so that weights reach from 0 to 1.
    weight_scale: Lanes<N>,
    /// Allocation.
    inverse_temperature: Lanes<N>,
    threat_weight: Lanes<N>,
    rival_weight: Lanes<N>,
    hold_weight: Lanes<N>,
    govern_weight: Lanes<N>,
    garrison: Lanes<N>,
    foothold: Lanes<N>,
    threat_cost: Lanes<N>,
    idle_cost: Lanes<N>,
    rival_cost: Lanes<N>,
    decision_share: Lanes<N>,
    allocation_floor: Lanes<N>,
    met_aims: Lanes<N>,
    land_hunger: Lanes<N>,
    contact: Lanes<N>,
    war_aim: Lanes<N>,
    patron_pay: Lanes<N>,
    effort_rate: Lanes<N>,
    /// Contest.
    decisiveness: Lanes<N>,
    contest_floor: Lanes<N>,
    thin_power: Lanes<N>,
    advance: Lanes<N>,
    seize: Lanes<N>,
    occupy: Lanes<N>,
    threat_loss: Lanes<N>,
    coalition_loss: Lanes<N>,
    rival_loss: Lanes<N>,
    linear_law: Lanes<N>,
    linear_reference: Lanes<N>,
    discord: Lanes<N>,
    reinforcement: Lanes<N>,
    luck: Lanes<N>,
    luck_keep: Lanes<N>,
    luck_noise: Lanes<N>,
    tempo: Lanes<N>,
    tempo_keep: Lanes<N>,
    tempo_noise: Lanes<N>,
    /// Conflict.
    onset: Lanes<N>,
    escalation: Lanes<N>,
    conflict_end: Lanes<N>,
    conflict_ceasefire: Lanes<N>,
    /// Upkeep.
    desertion: Lanes<N>,
    core_loyalty: Lanes<N>,
    recruit: Lanes<N>,
    pool_refill: Lanes<N>,
    recruit_opportunists: Lanes<N>,
    saturation: Lanes<N>,
    legitimacy_rate: Lanes<N>,
    legitimacy_per_loss: Lanes<N>,
    statehood_penalty: Lanes<N>,
    statehood_weight: Lanes<N>,
    legitimacy_per_gain: Lanes<N>,
    go_underground: Lanes<N>,
    garrison_lost: Lanes<N>,
    clearing: Lanes<N>,
    emergence: Lanes<N>,
    cell_decay: Lanes<N>,
    cell_presence: Lanes<N>,
    uprising: Lanes<N>,
    uprising_loss: Lanes<N>,
    split: Lanes<N>,
    split_loss: Lanes<N>,
    leadership_rate: Lanes<N>,
    /// Strategy.
    strategy_inverse_temperature: Lanes<N>,
    strategy_hold: Lanes<N>,
    strategy_attack: Lanes<N>,
    disunity: Lanes<N>,
    attack_cost: Lanes<N>,
    provoke: Lanes<N>,
    melt: Lanes<N>,
    melt_rate: Lanes<N>,
    assault: Lanes<N>,
    assault_gain: Lanes<N>,
    assault_panic: Lanes<N>,
    surprise: Lanes<N>,
    cell_force: Lanes<N>,
    access: Lanes<N>,
    strategy_rate: Lanes<N>,
    /// Polity.
    abuse_rate: Lanes<N>,
    healing: Lanes<N>,
    vacuum: Lanes<N>,
    provoked: Lanes<N>,
    governance_power: Lanes<N>,
    cell_disruption: Lanes<N>,
    pay_rate: Lanes<N>,
    support_rate: Lanes<N>,
    support_per_pay: Lanes<N>,
    patron_upkeep: Lanes<N>,
    unpaid_effectiveness: Lanes<N>,
    unsupported_effectiveness: Lanes<N>,
    crisis_effectiveness: Lanes<N>,
    crisis_pay: Lanes<N>,
    crisis_rate: Lanes<N>,
    obstruction: Lanes<N>,
    rebuild: Lanes<N>,
    land_growth: Lanes<N>,
    war_weariness: Lanes<N>,
    /// Oil: logs of prices.
    oil_start: Lanes<N>,
    oil_mean: Lanes<N>,
    oil_budget: Lanes<N>,
    oil_rate: Lanes<N>,
    oil_noise: Lanes<N>,
    /// Patronage.
    fatigue: Lanes<N>,
    erosion: Lanes<N>,
    patron_return: Lanes<N>,
    /// Numbers that expressions read: those of the plan's programs.
    read_numbers: List<N>,
    events: Vec<EventParams<N>>,
}

/// Weighted issue distance of two actors, 0 to 1: the salience of the first counts.
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

/// Log-odds of a hostility; 0 means no quarrel at all, whatever happens.
pub(super) fn log_odds<const N: usize>(hostility: Lanes<N>) -> Lanes<N> {
    let h = hostility.at_most(FULL_HOSTILITY);
    let none = h.le_s(1e-6);
    none.select(Lanes::splat(NO_QUARREL), (h / (Lanes::ONE - h)).ln())
}
