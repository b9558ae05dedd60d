//! From the scenario's numbers to parameters: rates per step, tables, log-odds.

use crate::model::inputs::Inputs;
use crate::model::plan::Plan;
use crate::model::{WEEKS_PER_MONTH, WEEKS_PER_YEAR};
use crate::numeric::{Lanes, List};
use crate::scenario::{Actor, Arena, Event, Mechanisms, Quantity, Scenario, Trigger};

use super::{ConditionParams, EventParams, NO_QUARREL, Params, distance, log_odds};

/// `(1 - exp(-y)) / y`, which is 1 at 0.
fn relaxed<const N: usize>(y: Lanes<N>) -> Lanes<N> {
    let small = y.lt_s(1e-3);
    // Near 0 the difference loses its digits; the series doesn't.
    small.select(Lanes::ONE - y * 0.5, (Lanes::ONE - (-y).exp()) / y)
}

impl<const N: usize> Params<N> {
    /// The parameters for the given values of the scenario's numbers.
    pub fn new(plan: &Plan, scenario: &Scenario, inputs: &Inputs<N>) -> Self {
        let Mechanisms {
            perception,
            rivalry,
            allocation,
            contest,
            morale,
            conflict,
            upkeep,
            strategy,
            polity,
            oil,
            patronage,
            outcomes: _,
        } = &scenario.mechanisms;
        let dt = plan.step_weeks;
        let get = |quantity: Quantity| inputs.get(quantity);
        // A rate per week as a rate per step.
        let per_step = |quantity: Quantity| get(quantity) * dt;
        // The share of the way to its target that a variable goes in a step.
        let approach = |weeks: Quantity| {
            let y = Lanes::splat(dt) / get(weeks);
            y * relaxed(y)
        };
        let keep = |weeks: Quantity| (-(Lanes::splat(dt) / get(weeks))).exp();
        // How far what was begun so long ago has built up.
        let since = |weeks: fn(&Arena) -> Quantity, time: Quantity| -> List<N> {
            let built_up = |a| {
                let y = get(weeks(a)) / get(time);
                y * relaxed(y)
            };
            scenario.arenas.iter().map(built_up).collect()
        };
        // Noise that keeps a lasting variable at standard deviation 1.
        let noise = |weeks: Quantity| {
            let y = Lanes::splat(2.0 * dt) / get(weeks);
            (y * relaxed(y)).sqrt()
        };
        // Volatility per square root of a week, over a step with mean reversion.
        let volatility = |sigma: Quantity, weeks: Quantity| {
            let y = Lanes::splat(2.0 * dt) / get(weeks);
            get(sigma) * (relaxed(y) * dt).sqrt()
        };
        let all = |list: Vec<Quantity>| -> List<N> { list.into_iter().map(get).collect() };
        let table = |rows: usize,
                     columns: usize,
                     default: f32,
                     of: &dyn Fn(usize) -> Vec<(usize, Quantity)>| {
            let mut cells = List::filled(rows * columns, Lanes::splat(default));
            for row in 0..rows {
                for (column, quantity) in of(row) {
                    cells[row * columns + column] = get(quantity);
                }
            }
            cells
        };
        let factions = &scenario.factions;
        let patrons = &scenario.patrons;
        let arenas = &scenario.arenas;
        let (f, p, s) = (plan.factions, plan.patrons, plan.issues);

        let claims_value = |of: &dyn Fn(usize, usize) -> Option<Quantity>| -> List<N> {
            let claims = plan.claims.iter();
            claims
                .map(|c| of(c.faction, c.arena).map_or(Lanes::ZERO, get))
                .collect()
        };
        let find = |list: &[(usize, Quantity)], index: usize| {
            list.iter().find(|(i, _)| *i == index).map(|(_, q)| *q)
        };
        let normalise = |mut salience: List<N>| {
            for row in salience.chunks_mut(s.max(1)) {
                let sum = row.iter().fold(Lanes::ZERO, |sum, x| sum + *x);
                for x in row {
                    *x /= sum.at_least(1e-9);
                }
            }
            salience
        };
        let grievance_scale = get(polity.grievance_scale);
        let scale = get(rivalry.hostility_scale);
        let from_issues = get(rivalry.from_issues);
        let patron_position = table(p, s, 0.0, &|i| patrons[i].position.clone());
        let patron_salience = normalise(table(p, s, 1.0, &|i| patrons[i].salience.clone()));

        let control = claims_value(&|faction, arena| find(&arenas[arena].control, faction));
        let threat_control: List<N> = arenas
            .iter()
            .map(|a| a.threat_control.map_or(Lanes::ZERO, get))
            .collect();
        let nobody = (0..plan.arenas)
            .map(|a| {
                let held = control[plan.claims_on[a].clone()]
                    .iter()
                    .fold(threat_control[a], |sum, c| sum + *c);
                (Lanes::ONE - held).at_least(0.0)
            })
            .collect();
        let value = all(arenas.iter().map(|a| a.value).collect());
        let road = plan
            .roads
            .iter()
            .map(|&(a, b)| find(&arenas[a].road, b).or(find(&arenas[b].road, a)))
            .map(|road| road.map_or(Lanes::ONE, get))
            .collect();
        let highest = plan
            .territories
            .iter()
            .fold(Lanes::splat(1e-9), |high, &a| high.max(value[a]));
        let population = all(arenas.iter().map(|a| a.population).collect());
        let mix: List<N> = plan
            .populace
            .iter()
            .map(|q| find(&arenas[q.arena].mix, q.community).map_or(Lanes::ZERO, get))
            .collect();
        let sympathy: List<N> = plan
            .populace
            .iter()
            .map(|q| get(scenario.communities[q.community].sympathy))
            .collect();
        let pool_share = get(upkeep.pool_share);
        let fighters = all(factions.iter().map(|x| x.fighters).collect());
        let quality = all(factions.iter().map(|x| x.quality).collect());
        let people = table(f, plan.communities, 0.0, &|i| factions[i].people.clone());
        let total_power = (0..f).fold(Lanes::splat(1e-9), |sum, i| sum + fighters[i] * quality[i]);
        let importance = (0..plan.communities)
            .map(|c| {
                let sum = (0..f).fold(Lanes::ZERO, |sum, i| {
                    sum + people[i * plan.communities + c] * fighters[i] * quality[i]
                });
                sum / total_power
            })
            .collect();

        // Sizes are shares of what the threat is at the start: units are a convention (7.0.3).
        let threat_fighters = get(scenario.threat.fighters);
        let threat_power = threat_fighters * get(scenario.threat.quality).at_least(0.01);
        let (front, floor) = (get(contest.front) * threat_power, get(contest.floor_power));
        let asked = get(allocation.floor_power);
        let frontage: List<N> = arenas
            .iter()
            .map(|a| a.frontage_power.map_or(front, get).at_least(1e-3))
            .collect();
        let mut contest_sized = contest.map(get);
        contest_sized.linear_reference_power *= threat_power;
        let mut upkeep_sized = upkeep.map(get);
        upkeep_sized.cell_presence *= threat_fighters;
        let mut polity_sized = polity.map(get);
        polity_sized.governance_power *= threat_power;
        polity_sized.cell_disruption /= threat_fighters;

        let mut tie_hostility = vec![None; f * f];
        let mut memory = List::filled(f * f, Lanes::ZERO);
        let mut ceasefire = List::filled(f * f, Lanes::ZERO);
        let mut patron_hostility: List<N> = (0..p * p)
            .map(|k| {
                let (a, b) = (k / p, k % p);
                let distance = distance(&patron_position, &patron_salience, s, a, b);
                log_odds(scale * from_issues * distance)
            })
            .collect();
        let mut patron_tie_hostility =
            List::filled(plan.patron_ties.len(), Lanes::splat(NO_QUARREL));
        for tie in &scenario.ties {
            let given = tie.hostility.map(|h| log_odds(scale * get(h)));
            match tie.between {
                Some((Actor::Faction(a), Actor::Faction(b))) => {
                    let (ab, ba) = (a * f + b, b * f + a);
                    if given.is_some() {
                        tie_hostility[ab] = given;
                        if !tie.one_way {
                            tie_hostility[ba] = given;
                        }
                    }
                    for cell in [ab, ba] {
                        memory[cell] = get(tie.memory);
                        ceasefire[cell] = get(tie.ceasefire_weeks);
                    }
                }
                Some((Actor::Patron(a), Actor::Patron(b))) => {
                    if let Some(given) = given {
                        patron_hostility[a * p + b] = given;
                        if !tie.one_way {
                            patron_hostility[b * p + a] = given;
                        }
                    }
                }
                Some(
                    (Actor::Patron(a), Actor::Faction(b)) | (Actor::Faction(b), Actor::Patron(a)),
                ) => {
                    if let (Some(given), Some(index)) =
                        (given, plan.patron_ties.iter().position(|t| *t == (a, b)))
                    {
                        patron_tie_hostility[index] = given;
                    }
                }
                None => {}
            }
        }

        let per_year = |quantity: Quantity| get(quantity) * (dt / WEEKS_PER_YEAR);
        let inverse = |quantity: Quantity| get(quantity).recip();
        let mut alien = List::filled(plan.arenas, Lanes::ONE);
        for (k, populace) in plan.populace.iter().enumerate() {
            alien[populace.arena] -= mix[k] * sympathy[k];
        }
        Self {
            perception: perception.map(get),
            rivalry: rivalry.map(get),
            allocation: allocation.map(get),
            contest: contest_sized,
            morale: morale.map(get),
            conflict: conflict.map(get),
            upkeep: upkeep_sized,
            strategy: strategy.map(get),
            polity: polity_sized,
            oil: oil.map(get),
            patronage: patronage.map(get),
            pay: all(factions.iter().map(|x| x.pay).collect()),
            full_pay: factions.iter().map(|x| x.full_pay.map(get)).collect(),
            own_resources: all(factions.iter().map(|x| x.own_resources).collect()),
            support: all(factions.iter().map(|x| x.support).collect()),
            initial_morale: all(factions.iter().map(|x| x.morale).collect()),
            governance: all(factions.iter().map(|x| x.governance).collect()),
            position: table(f, s, 0.0, &|i| factions[i].position.clone()),
            salience: normalise(table(f, s, 1.0, &|i| factions[i].salience.clone())),
            exposure: table(f, plan.arenas, 0.0, &|i| factions[i].exposure.clone()),
            stake: claims_value(&|faction, arena| find(&factions[faction].stake, arena)),
            road,
            way_in: claims_value(&|faction, arena| find(&factions[faction].access, arena)),
            patron_stake: plan
                .claims
                .iter()
                .map(|c| {
                    let wants = |i: usize| find(&patrons[i].stake, c.arena).map(|q| (i, get(q)));
                    (0..p).filter_map(wants).collect()
                })
                .collect(),
            abuse: plan
                .populace
                .iter()
                .map(|q| {
                    let claims = plan.claims_on[q.arena].clone();
                    let abuse = |c: usize| {
                        find(&factions[plan.claims[c].faction].abuse, q.community)
                            .map(|x| (c, get(x)))
                    };
                    claims.filter_map(abuse).collect()
                })
                .collect(),
            commitment: all(patrons.iter().map(|x| x.commitment).collect()),
            patron_exposure: all(patrons.iter().map(|x| x.exposure).collect()),
            air: all(patrons.iter().map(|x| x.air).collect()),
            strikes: all(patrons.iter().map(|x| x.strikes).collect()),
            backing: table(p, f, 0.0, &|i| patrons[i].backing.clone()),
            offer: table(p, f, 0.0, &|i| patrons[i].offer.clone()),
            patron_hostility,
            patron_tie_hostility,
            tie_hostility,
            memory,
            ceasefire,
            relative_value: value.iter().map(|v| *v / highest).collect(),
            highest_value: highest,
            value,
            revenue: all(arenas.iter().map(|a| a.revenue_musd_per_month).collect())
                .into_iter()
                .map(|r| *r * (dt / WEEKS_PER_MONTH))
                .collect(),
            border: all(arenas.iter().map(|a| a.border).collect()),
            refuge: arenas
                .iter()
                .map(|a| (get(a.refuge) * get(upkeep.refuge_scale)).at_most(1.0))
                .collect(),
            terrain: all(arenas.iter().map(|a| a.terrain).collect()),
            floor: frontage.iter().map(|f| *f * floor).collect(),
            claim_floor: plan
                .claims
                .iter()
                .map(|c| frontage[c.arena] * floor)
                .collect(),
            asked: frontage.iter().map(|f| *f * asked).collect(),
            frontage,
            crisis: all(arenas.iter().map(|a| a.crisis).collect()),
            besieged: since(|a| a.besieged_weeks, contest.siege_weeks),
            threatened: since(|a| a.threatened_weeks, contest.siege_weeks),
            eaten: since(|a| a.besieged_weeks, contest.stores_weeks),
            defenders_eaten: since(|a| a.threatened_weeks, contest.stores_weeks),
            underground: all(arenas.iter().map(|a| a.underground).collect()),
            grievance: plan
                .populace
                .iter()
                .map(|q| {
                    let given =
                        find(&arenas[q.arena].grievance, q.community).map_or(Lanes::ZERO, get);
                    (given * grievance_scale).at_most(1.0)
                })
                .collect(),
            pool: plan
                .populace
                .iter()
                .enumerate()
                .map(|(k, q)| population[q.arena] * mix[k] * sympathy[k] * pool_share)
                .collect(),
            need: population
                .iter()
                .map(|people| *people * get(contest.men_per_head))
                .collect(),
            alien,
            control,
            threat_control,
            nobody,
            population,
            mix,
            sympathy,
            importance,
            fighters,
            quality,
            people,
            oil_dependence: all(scenario.blocs.iter().map(|b| b.oil_dependence).collect()),
            threat_fighters,
            opportunists: get(scenario.threat.opportunists),
            threat_quality: get(scenario.threat.quality),
            funds: get(scenario.threat.funds_musd),
            reserve_share: approach(upkeep.reserve_weeks),
            loot: get(upkeep.loot) * (WEEKS_PER_MONTH / dt),
            wage: get(scenario.threat.wage_usd_per_month) * (1e-6 * dt / WEEKS_PER_MONTH),
            administration: get(scenario.threat.administration_musd_per_month)
                * (dt / WEEKS_PER_MONTH),
            external: get(scenario.threat.external_musd_per_month) * (dt / WEEKS_PER_MONTH),
            legitimacy: get(scenario.threat.legitimacy),
            statehood: get(scenario.threat.statehood),
            threat_morale: get(scenario.threat.morale),
            foreign: get(scenario.threat.foreign_per_month) * (dt / WEEKS_PER_MONTH),
            recruiting: get(scenario.threat.recruiting_weeks) / plan.step_weeks,
            repression: get(scenario.threat.repression),
            threat_governance: get(scenario.threat.governance),
            perception_rate: approach(perception.lag_weeks),
            alarm_per_step: per_step(perception.alarm_per_week),
            alarm_keep: keep(perception.alarm_memory_weeks),
            hostility_rate: approach(rivalry.relaxation_weeks),
            hostility_noise: volatility(rivalry.noise, rivalry.relaxation_weeks),
            gain_keep: keep(rivalry.gain_memory_weeks),
            balance: get(rivalry.balance) / (plan.factions.saturating_sub(2).max(1) as f32),
            inverse_saturation: inverse(rivalry.tie_saturation),
            memory_per_step: per_step(rivalry.memory_per_fighting),
            memory_keep: keep(rivalry.memory_weeks),
            mood_keep: keep(rivalry.mood_memory_weeks),
            mood_noise: noise(rivalry.mood_memory_weeks),
            weight_scale: (Lanes::ONE - get(rivalry.weight_floor)).recip(),
            inverse_temperature: inverse(allocation.temperature),
            effort_rate: approach(allocation.adjustment_weeks),
            road_rate: approach(allocation.road_weeks),
            advance: per_step(contest.advance_per_week),
            seize: per_step(contest.seize_per_week),
            occupy: per_step(contest.occupy_per_week),
            breaks: per_step(contest.break_per_week),
            siege_rate: approach(contest.siege_weeks),
            stores_rate: approach(contest.stores_weeks),
            slip: per_step(contest.slip_per_week),
            morale_rate: approach(morale.weeks),
            threat_loss: per_step(contest.threat_loss),
            coalition_loss: per_step(contest.coalition_loss),
            rival_loss: per_step(contest.rival_loss),
            luck_keep: keep(contest.battle_luck_weeks),
            luck_noise: noise(contest.battle_luck_weeks),
            tempo_keep: keep(contest.tempo_weeks),
            tempo_noise: noise(contest.tempo_weeks),
            feud: per_step(conflict.feud_per_week),
            feud_end: per_step(conflict.feud_end_per_week),
            clash: per_step(conflict.clash_per_week),
            clash_end: per_step(conflict.clash_end_per_week),
            war: per_step(conflict.war_per_week),
            decision: per_step(conflict.decision_per_week),
            agreement: per_step(conflict.agreement_per_week),
            agreement_end: per_step(conflict.agreement_end_per_week),
            war_end: per_step(conflict.end_per_week),
            prize_keep: keep(conflict.prize_weeks),
            desertion: per_step(upkeep.desertion_per_week),
            recruit: per_step(upkeep.recruit_per_week),
            pool_refill: per_step(upkeep.pool_refill_per_week),
            legitimacy_rate: approach(upkeep.legitimacy_weeks),
            clearing: per_step(upkeep.clearing_per_week),
            emergence: per_step(upkeep.emergence_per_week),
            cell_decay: per_step(upkeep.cell_decay_per_week),
            uprising: per_year(upkeep.uprising_per_year),
            split: per_year(upkeep.split_per_year),
            leadership_rate: approach(upkeep.leadership_recovery_weeks),
            strategy_inverse_temperature: inverse(strategy.temperature),
            patience: get(contest.break_per_week) * get(strategy.patience_weeks),
            melt_rate: per_step(strategy.melt_per_week),
            strategy_rate: approach(strategy.adjustment_weeks),
            abuse_rate: per_step(polity.abuse_per_week) * grievance_scale,
            healing: per_step(polity.healing_per_week),
            exertion_rate: approach(morale.exertion_weeks),
            bloodshed: per_step(polity.bloodshed_per_week) * grievance_scale,
            vacuum: per_step(polity.vacuum_per_week) * grievance_scale,
            provoked: per_step(polity.provoked_per_week) * grievance_scale,
            pay_rate: approach(polity.pay_weeks),
            support_rate: approach(polity.support_weeks),
            crisis_rate: approach(polity.crisis_weeks),
            rebuild: per_step(polity.rebuild_per_week),
            oil_start: get(oil.price_usd).ln(),
            oil_mean: get(oil.mean_usd).ln(),
            oil_budget: get(oil.budget_usd).ln(),
            oil_rate: approach(oil.reversion_weeks),
            oil_noise: volatility(oil.volatility, oil.reversion_weeks),
            erosion: approach(patronage.erosion_weeks),
            patron_return: approach(patronage.return_weeks),
            realign: approach(patronage.realign_weeks),
            read_numbers: plan.programs.numbers.iter().map(|q| get(*q)).collect(),
            events: events(plan, scenario, inputs),
        }
    }
}

fn events<const N: usize>(
    plan: &Plan,
    scenario: &Scenario,
    inputs: &Inputs<N>,
) -> Vec<EventParams<N>> {
    let per_year = plan.step_weeks / WEEKS_PER_YEAR;
    let event = |event: &Event| EventParams {
        probability: inputs.get(event.probability),
        hazard: match event.trigger {
            Some(Trigger::Hazard(hazard)) => inputs.get(hazard) * per_year,
            Some(Trigger::Date(_)) | None => Lanes::ZERO,
        },
        conditions: event
            .when
            .iter()
            .map(|c| ConditionParams {
                above: c.above.map(|q| inputs.get(q)),
                below: c.below.map(|q| inputs.get(q)),
                slope: inputs.get(c.slope),
                at: inputs.get(c.at),
            })
            .collect(),
        amounts: event
            .effects
            .iter()
            .map(|e| (e.change, inputs.get(e.amount)))
            .collect(),
        after: event
            .after
            .as_ref()
            .and_then(|id| scenario.events.iter().position(|e| e.id == *id)),
    };
    scenario.events.iter().map(event).collect()
}
