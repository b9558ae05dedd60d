//! The parameters of the mechanisms, section by section; `docs/model.md` has the
//! equations they stand in. Every default is a judgement unless its text says otherwise.

use super::number::Quantity;
use super::reader::Reader;
use super::spec::NumberSpec;

/// Declares a section of parameters once: its struct, its reading and its description.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $unit:literal, $low:expr, $high:expr, $default:expr, $about:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<T = Quantity> {
            $(#[doc = $about] pub $key: T,)*
        }

        impl<T: Copy> $name<T> {
            /// The same with what `of` gives for each.
            pub fn map<U>(&self, of: impl Fn(T) -> U) -> $name<U> {
                $name {
                    $($key: of(self.$key),)*
                }
            }
        }

        impl $name {
            pub(super) fn read(reader: &mut Reader<'_>) -> Self {
                Self {
                    $($key: reader.number(
                        NumberSpec::new(stringify!($key), $unit, $low, $high, $about).or($default),
                    ),)*
                }
            }
        }
    };
}

section! {
    /// `[perception]`: how factions see the threat.
    Perception {
        lag_weeks: "weeks", 0.01, 1e9, 6.0, "Time constant with which the perceived threat follows the real one";
        sensitivity: "1", 0.0, 1e3, 1.0, "Perceived danger for an enemy as strong as oneself in a place to which one is wholly exposed";
        underground_weight: "1", 0.0, 10.0, 0.25, "Danger of an underground fighter relative to one in the open";
        alarm_per_week: "1/week", 0.0, 100.0, 0.5, "Alarm raised in a week by attacks on one's own people when the threat puts all its effort into provoking them";
        alarm_memory_weeks: "weeks", 0.01, 1e9, 12.0, "Time constant with which alarm fades";
    }
}

section! {
    /// `[rivalry]`: what makes hostility between allies rise and fall. Hostility is in log-odds.
    Rivalry {
        hostility_scale: "1", 0.0, 10.0, 1.0, "Multiplies the hostility of every pair, given or from issues; 0 means that nobody has a quarrel with anybody";
        from_issues: "1", 0.0, 10.0, 0.6, "Hostility of a pair without a tie of its own, per unit of weighted issue distance";
        common_enemy: "log-odds", 0.0, 50.0, 3.0, "By how much a fully perceived common threat lowers hostility (kappa)";
        relaxation_weeks: "weeks", 0.01, 1e9, 10.0, "Time constant with which hostility follows its target";
        land_gain: "log-odds", 0.0, 100.0, 4.0, "Hostility toward one who lately took the whole of a place wholly wanted by oneself or one's patron";
        gain_memory_weeks: "weeks", 0.01, 1e9, 26.0, "Time constant with which gains of land are forgotten";
        spoils: "log-odds", 0.0, 100.0, 0.8, "Hostility of two who both want a place that was wholly the threat's, as the threat shrinks to nothing";
        outgrowing: "log-odds", 0.0, 100.0, 1.0, "Hostility toward one whose share of all power has doubled since the start";
        balance: "log-odds", -100.0, 1e9, 0.8, "Weight of structural balance: an enemy's enemy, a friend's enemy";
        tie_saturation: "log-odds", 1e-3, 1e6, 1.0, "Size at which a signed tie saturates in the balance term";
        self_tie: "1", 0.0, 1.0, 0.0, "Weight of a faction's tie to itself in the balance term (1 gives the model of Marvel et al. 2011)";
        memory_per_fighting: "log-odds/week", 0.0, 100.0, 0.3, "Grievance added in a week by being attacked with the whole of one's own strength";
        memory_weeks: "weeks", 0.01, 1e9, 65.0, "Time constant with which the grievance of a pair fades";
        patron_rivalry: "log-odds", 0.0, 100.0, 0.7, "Hostility handed down by patrons at odds with the other or with its patrons";
        shared_patron: "log-odds", 0.0, 100.0, 2.5, "By how much one fully shared and committed patron lowers hostility";
        ceasefire: "log-odds", 0.0, 100.0, 1.5, "By how much a ceasefire lowers hostility while it lasts";
        open_conflict: "log-odds", 0.0, 100.0, 1.6, "By how much being at war raises hostility; a clash does by its share of a war";
        feud: "log-odds", 0.0, 100.0, 0.4, "By how much being at feud raises hostility";
        agreement: "log-odds", 0.0, 100.0, 0.8, "By how much an agreement lowers hostility while it holds";
        pay_strain: "log-odds", 0.0, 100.0, 2.0, "Hostility within a bloc that can pay nothing";
        crisis_strain: "log-odds", 0.0, 100.0, 1.6, "Hostility of two who both want an institution that is wholly contested";
        noise: "log-odds/sqrt(week)", 0.0, 100.0, 0.08, "Volatility of the noise of each pair";
        mood: "log-odds", 0.0, 100.0, 0.35, "Standard deviation of the political mood common to all pairs";
        mood_memory_weeks: "weeks", 0.01, 1e9, 26.0, "Time constant of the political mood";
        weight_floor: "1", 0.0, 0.5, 0.01, "Rivalry weights below this are no rivalry at all";
    }
}

section! {
    /// `[allocation]`: how factions split their effort.
    Allocation {
        temperature: "utility", 1e-6, 1e12, 0.25, "Temperature of the logit rule: near 0 the best option takes all, very large spreads evenly";
        threat_weight: "utility", 0.0, 1e3, 8.0, "Worth of fighting the threat where it is strongest felt";
        rival_weight: "utility", 0.0, 1e3, 5.5, "Worth of taking from a rival all that one wants of it";
        hold_weight: "utility", 0.0, 1e3, 1.1, "Worth of guarding what one holds when it is in full danger";
        govern_weight: "utility", 0.0, 1e3, 1.3, "Worth of governing what one holds when its people are wholly aggrieved";
        garrison: "share", 0.0, 1.0, 0.45, "Share of the worth of guarding that remains where there is no danger";
        foothold: "value", 1e-6, 1e6, 0.15, "Value held at which guarding and governing are half as urgent as for a large holder";
        threat_cost: "utility", -1e3, 1e3, 0.15, "Cost of fighting the threat in a place";
        idle_cost: "utility", -1e3, 1e3, 0.6, "Further cost of fighting the threat where it is absent";
        rival_cost: "utility", -1e3, 1e3, 0.75, "Cost of fighting or obstructing an ally; falls away with a clash or a war";
        decision_share: "share", 0.001, 1.0, 0.3, "Share of its power that a faction weighs when it asks what its effort would achieve";
        floor_power: "share", 1e-6, 1e3, 0.2, "Power that an empty place still asks for, relative to its frontage";
        met_aims: "1", 0.0, 1.0, 0.6, "Share of the wish to fight the threat that goes once one's war aims are met";
        land_hunger: "1", 0.0, 10.0, 0.6, "Worth of taking a wanted place from the threat, relative to removing a fully perceived danger";
        contact: "1", 0.0, 10.0, 0.25, "Worth of obstructing a rival in a place both want, relative to what it holds there";
        war_aim: "1", 0.0, 10.0, 0.3, "Worth of what an open enemy holds anywhere, relative to what one wants";
        patron_pay: "utility", 0.0, 1e3, 0.5, "Worth that fully backing and committed patrons add to fighting the threat";
        access: "1", 0.0, 1e3, 3.0, "How quickly holding the ground around a place, or another way in, brings it within reach";
        supply: "1", 1.0, 1e6, 4.0, "Share of what is sent somewhere that arrives, per unit of access, at most all of it";
        road_weeks: "weeks", 0.01, 1e9, 8.0, "Time constant with which a place comes within reach once the ground around it is held: supplies and roads have to follow";
        adjustment_weeks: "weeks", 0.01, 1e9, 4.0, "Time constant with which effort follows the choice, and guards move where there is a way";
    }
}

section! {
    /// `[contest]`: who takes what from whom, and who dies.
    Contest {
        decisiveness: "1", 0.1, 20.0, 2.0, "Exponent of the ratio of forces in the contest success function";
        floor_power: "share", 1e-6, 1e3, 0.1, "Defence that an empty place still offers, relative to its frontage";
        front: "share", 0.0, 1e3, 0.4, "Power at which an attack reaches half of its full rate in a place that doesn't say, as a share of the threat's power at the start";
        advance_per_week: "1/week", 0.0, 10.0, 0.02, "Rate at which a wholly successful and amply manned attack gains ground, by the factions from the threat or by the threat from them";
        seize_per_week: "1/week", 0.0, 10.0, 0.025, "The same between factions";
        break_per_week: "1/week", 0.0, 100.0, 0.035, "Hazard that a force of middling morale, attacked by its equal, breaks and gives up the place";
        break_odds: "1", 0.0, 20.0, 3.1, "Exponent of the ratio of forces in that hazard";
        break_morale: "1", 0.0, 100.0, 8.8, "Log of the ratio of that hazard between a force without any morale and one of full morale";
        residents: "1", 0.0, 1.0, 0.3, "Morale that a force lacks among people who are wholly for the other side";
        siege_weeks: "weeks", 0.01, 1e9, 6.0, "Time constant with which an attack on a place builds up to what can break its defenders; called off, it starts anew";
        encirclement: "1", 0.0, 100.0, 2.0, "By how much being cut off from all neighbouring places, with all stores used up, multiplies that hazard, above 1";
        stores_weeks: "weeks", 0.01, 1e9, 13.0, "Time constant with which the stores of a place that is cut off are used up; a road that opens brings new ones at once";
        rout_loss: "share", 0.0, 1.0, 0.15, "Share of its men in the place that a faction loses when its force breaks";
        engaged: "share", 0.0, 1.0, 0.6, "Share of the power of troops at grips with one enemy that also stands in the way of another";
        policing: "share", 0.0, 1.0, 0.4, "Share of the power that governs a place which also stands in the way of an enemy";
        men_per_head: "1", 0.0, 1.0, 0.002, "Men it takes to hold a place, per head of a population that bears its holder no grudge";
        hostile_need: "1", 0.0, 100.0, 2.0, "By how much a wholly hostile population multiplies that, above 1";
        slip_per_week: "1/week", 0.0, 10.0, 0.15, "Rate at which ground slips from who has no men to hold it";
        occupy_per_week: "1/week", 0.0, 10.0, 0.05, "Rate at which land held by nobody is taken by those who are there";
        threat_loss: "1/week", 0.0, 10.0, 0.002, "Fighters the threat loses in a week per unit of power that attacks it";
        coalition_loss: "1/week", 0.0, 10.0, 0.004, "Fighters the attackers lose in a week per unit of the threat's power that defends";
        rival_loss: "1/week", 0.0, 10.0, 0.003, "Fighters lost in a week per unit of a rival's power";
        linear_law: "share", 0.0, 1.0, 0.8, "0: Lanchester's square law; 1: his linear law; between: a blend";
        linear_reference_power: "share", 1e-6, 1e6, 0.15, "Power at which the two laws agree, as a share of the threat's power at the start";
        discord: "1", 0.0, 1.0, 0.5, "Share of the joint strength of two equal full rivals in one place that is lost to discord";
        reinforcement: "1", 0.0, 100.0, 3.0, "How strongly the threat moves its force to the places under attack";
        battle_luck: "1", 0.0, 5.0, 0.35, "Standard deviation of the log of battle luck in a place";
        battle_luck_weeks: "weeks", 0.01, 1e9, 5.0, "Time constant of battle luck";
        tempo: "1", 0.0, 5.0, 0.35, "Standard deviation of the log of operational tempo, of each faction and of the threat";
        tempo_weeks: "weeks", 0.01, 1e9, 13.0, "Time constant of operational tempo";
    }
}

section! {
    /// `[morale]`: what makes forces hold together or break.
    Morale {
        weeks: "weeks", 0.01, 1e9, 26.0, "Time constant with which morale returns to what pay, support and patrons make of it";
        per_pay: "1", 0.0, 10.0, 0.8, "Morale that goes when a wholly paid force is no longer paid at all; for the threat, that of those who joined for opportunity";
        per_support: "1", 0.0, 10.0, 0.8, "Morale that goes when a force loses all of its support, or the threat its legitimacy";
        per_patron: "1", 0.0, 10.0, 0.5, "Morale that a force owes to one fully backing and committed patron";
        per_fear: "1", 0.0, 10.0, 0.4, "Vigilance: morale that goes when a threat that was fully perceived no longer is";
        per_exertion: "1", 0.0, 10.0, 0.5, "Morale that goes when a force has spent all of its strength in attacks for years";
        exertion_weeks: "weeks", 0.01, 1e9, 104.0, "Time constant with which such wear builds up, and goes when a force rests";
        per_loss: "1", 0.0, 100.0, 0.5, "Share of morale that goes with the loss of all men at once";
        per_gain: "1", 0.0, 100.0, 0.5, "Share of what is missing of morale that comes with taking the most valuable place";
        rout: "share", 0.0, 1.0, 0.3, "Share of morale that goes when the whole of a force breaks, or the most valuable place is lost at once";
    }
}

section! {
    /// `[conflict]`: how factions come to feud, to clash and to make war on each other, and cease.
    Conflict {
        feud_per_week: "1/week", 0.0, 100.0, 0.03, "Hazard of a feud of two full rivals over an institution that both wholly want";
        feud_end_per_week: "1/week", 0.0, 100.0, 0.02, "Hazard with which a feud ends between two that are half rivals";
        clash_per_week: "1/week", 0.0, 100.0, 0.02, "Hazard of a clash of two full rivals in full contact whose equal forces stand face to face in one place";
        escalation: "1", 0.0, 1e3, 4.0, "By how much all strength massed against each other multiplies that hazard, above 1";
        prize: "1", 0.0, 1e3, 4.0, "By how much it multiplies the hazards of a clash and of a war, above 1, that the threat has just lost the whole of the most valuable place and both want it";
        prize_weeks: "weeks", 0.01, 1e9, 13.0, "Time constant with which such a prize is settled, and with which the threat forgets that it lost the place when it weighs whether it would keep it";
        clash_end_per_week: "1/week", 0.0, 100.0, 0.35, "Hazard with which a clash ends";
        war_per_week: "1/week", 0.0, 100.0, 0.06, "Hazard with which a clash of two full rivals in full contact, who fear no threat and share no patron, grows into a war";
        decision_per_week: "1/week", 0.0, 100.0, 0.002, "Hazard with which two equal, full rivals in full contact, who fear no threat and share no patron, go to war without a clash: one of them decides to";
        deterrence: "share", 0.0, 1.0, 0.9, "Share of these two hazards that goes where both fully perceive the threat";
        restraint: "share", 0.0, 1.0, 0.7, "Share of the hazards of a clash and of a war, however it comes about, that goes where one fully committed patron fully backs both";
        end_per_week: "1/week", 0.0, 100.0, 0.008, "Hazard with which a war ends between two that are half rivals";
        exhaustion: "1", 0.0, 1e3, 2.0, "By how much having lost all men multiplies that hazard, above 1";
        brokerage: "1", 0.0, 1e3, 2.0, "By how much a fully shared and committed patron multiplies it";
        plea: "1", 0.0, 1e3, 1.0, "By how much the full perception of the threat by one of the two, who needs the front closed, multiplies it";
        ceasefire_weeks: "weeks", 0.0, 1e4, 26.0, "How long a ceasefire lasts that ends a war";
        agreement_per_week: "1/week", 0.0, 100.0, 0.01, "Hazard with which two half rivals who fully perceive the threat come to an agreement";
        agreement_end_per_week: "1/week", 0.0, 100.0, 0.01, "Hazard with which an agreement falls apart between two that are half rivals and half perceive the threat";
        quiet: "share", 0.0, 1.0, 0.1, "Share of the effort against an ally that tells as long as it is not in earnest: no clash or war, and in politics no feud";
        skirmish: "share", 0.0, 1.0, 0.5, "Share of it that tells in a clash, relative to a war";
    }
}

section! {
    /// `[upkeep]`: the threat's money, men, legitimacy and underground.
    Upkeep {
        reserve_weeks: "weeks", 0.01, 1e9, 52.0, "Weeks over which the threat would spend its reserves";
        cell_wage: "share", 0.0, 1.0, 0.3, "Pay of an underground fighter, relative to one in the open";
        trade: "share", 0.0, 1.0, 0.25, "Share of its revenue for which the threat needs its access to the outside world";
        extortion: "share", 0.0, 1.0, 0.1, "Share of the revenue of a place that its cells there extort while others hold it, where they are wholly present";
        loot: "months", 0.0, 120.0, 3.0, "Months of revenue that the threat takes at once where the defenders of a place break";
        desertion_per_week: "1/week", 0.0, 10.0, 0.03, "Rate at which opportunists leave when nobody is paid";
        core_loyalty: "share", 0.0, 1.0, 0.85, "By how much less the committed desert than opportunists";
        recruit_per_week: "1/week", 0.0, 10.0, 0.05, "Rate at which a wholly aggrieved, wholly ungoverned pool of recruits joins a legitimate threat that rules, or where refuge is full";
        pool_share: "share", 0.0, 1.0, 0.025, "Share of a fully sympathetic community that could ever join";
        pool_refill_per_week: "1/week", 0.0, 10.0, 0.004, "Rate at which the pool of recruits refills as a generation grows up";
        recruit_opportunists: "share", 0.0, 1.0, 0.5, "Share of local recruits who join for opportunity";
        saturation: "1", 0.01, 1e6, 2.5, "Size of the threat, relative to its start, at which recruiting has halved";
        legitimacy_weeks: "weeks", 0.01, 1e9, 26.0, "Time constant with which legitimacy follows success";
        legitimacy_per_loss: "1", 0.0, 100.0, 1.2, "Legitimacy lost with the whole territory";
        statehood_penalty: "1", 0.0, 100.0, 1.0, "By how much more a loss costs a threat that claims statehood";
        statehood_weight: "share", 0.0, 1.0, 0.6, "Share of the legitimacy of a full state that goes with all of its territory";
        legitimacy_per_gain: "1", 0.0, 100.0, 1.2, "Legitimacy won with as much territory as at the start";
        go_underground: "share", 0.0, 1.0, 0.5, "Share of a lost garrison, of those not killed, that scatters: underground where there is refuge, home where there is none";
        garrison_lost: "share", 0.0, 1.0, 0.25, "Share of a lost garrison that is killed or captured";
        refuge_scale: "1", 0.0, 10.0, 1.0, "Multiplies the refuge of every territory (kept at most 1); 0 means that there is nowhere to hide";
        clearing_per_week: "1/week", 0.0, 10.0, 0.03, "Rate at which ample forces clear cells where there is no refuge";
        emergence_per_week: "1/week", 0.0, 10.0, 0.05, "Rate at which cells return to the open where a wholly sympathetic people is wholly aggrieved and pressure gone";
        cell_decay_per_week: "1/week", 0.0, 10.0, 0.006, "Rate at which cells dissolve where there is neither refuge nor grievance";
        cell_presence: "share", 1e-6, 1e3, 0.035, "Underground fighters at which the threat is half present in a place it does not hold, as a share of its fighters at the start";
        uprising_per_year: "1/year", 0.0, 1e3, 1.0, "Hazard of an uprising in a wholly held, manned place under unpaid, wholly repressive rule; twice that where nobody mans it";
        uprising_loss: "share", 0.0, 1.0, 0.4, "Share of its control of the place that the threat loses in an uprising";
        split_per_year: "1/year", 0.0, 1e3, 0.3, "Hazard of a split of a threat that pays nothing, has no legitimacy, rules wholly by repression and holds what it did at the start";
        split_loss: "share", 0.0, 1.0, 0.3, "Share of its fighters in the open that it loses in a split";
        leadership_recovery_weeks: "weeks", 0.01, 1e9, 20.0, "Time constant with which the loss of a leader is made good, for threat and factions";
    }
}

section! {
    /// `[strategy]`: how the threat chooses between holding, attacking, provoking and melting away.
    Strategy {
        temperature: "utility", 1e-6, 1e12, 0.12, "Temperature of the threat's logit rule";
        hold: "utility", -1e3, 1e3, 2.0, "Worth of holding all that it started with, under overwhelming attack";
        attack: "utility", 0.0, 1e3, 30.0, "Worth of taking the most valuable place without resistance and for good, for a threat that holds nothing";
        attack_cost: "utility", -1e3, 1e3, 0.3, "Cost of an attack";
        provoke: "utility", -1e3, 1e3, 0.5, "Worth of provoking the community of all the power in the field";
        melt: "utility", 0.0, 1e3, 0.7, "Worth of melting away under overwhelming pressure where refuge is full";
        melt_per_week: "1/week", 0.0, 10.0, 0.08, "Rate at which fighters go underground when all effort goes into melting away";
        patience_weeks: "weeks", 0.0, 1e4, 26.0, "Weeks in which an attack should break the defenders if it is to be worth its while";
        cell_force: "1", 0.0, 10.0, 0.6, "Force of a cell's fighter in an attack, relative to one in the open";
        access: "1", 0.0, 100.0, 3.0, "How quickly holding neighbours, or cells in the place, opens it to attack";
        adjustment_weeks: "weeks", 0.01, 1e9, 4.0, "Time constant with which effort follows the choice";
    }
}

section! {
    /// `[polity]`: grievance, governance, pay, support, institutions, rebuilding.
    Polity {
        abuse_per_week: "1/week", 0.0, 10.0, 0.03, "Rate at which a wholly abusive holder raises grievance";
        healing_per_week: "1/week", 0.0, 10.0, 0.012, "Rate at which full governance heals grievance";
        vacuum_per_week: "1/week", 0.0, 10.0, 0.006, "Rate at which the lack of any governance raises grievance";
        provoked_per_week: "1/week", 0.0, 10.0, 0.01, "Rate at which being provoked raises a community's grievance where it is present";
        bloodshed_per_week: "1/week", 0.0, 10.0, 0.004, "Rate at which fighting along the whole of a place's front raises the grievance of all who live there, whoever sheds the blood";
        grievance_scale: "1", 0.0, 10.0, 1.0, "Multiplies every grievance at the start (kept at most 1) and every rate at which grievance rises; 0 means that nobody has any";
        governance_power: "share", 1e-6, 1e3, 0.04, "Power spent on governing a place at which governance is half of what it could be, as a share of the threat's power at the start";
        cell_disruption: "1", 0.0, 1e4, 12.0, "How much cells hinder governance, for as many as the threat's fighters at the start";
        pay_weeks: "weeks", 0.01, 1e9, 8.0, "Time constant with which pay follows resources";
        support_weeks: "weeks", 0.01, 1e9, 26.0, "Time constant with which support follows pay and losses";
        support_per_pay: "1", 0.0, 10.0, 0.4, "Support lost when a wholly paid force is no longer paid at all";
        patron_upkeep: "share", 0.0, 10.0, 0.4, "Share of a faction's upkeep that one fully backing and committed patron covers";
        unpaid_effectiveness: "share", 0.0, 1.0, 0.5, "Effectiveness of a force that is not paid, relative to a paid one";
        unsupported_effectiveness: "share", 0.0, 1.0, 0.7, "Effectiveness of a force without support, relative to one fully supported";
        crisis_effectiveness: "share", 0.0, 1.0, 0.4, "Effectiveness lost by a bloc whose institutions are wholly contested";
        crisis_pay: "share", 0.0, 1.0, 0.4, "Pay lost by a bloc whose institutions are wholly contested";
        crisis_weeks: "weeks", 0.01, 1e9, 20.0, "Time constant with which a crisis follows the obstruction that feeds it";
        obstruction: "1", 0.0, 1e3, 12.0, "How quickly obstruction turns into crisis";
        rebuild_per_week: "1/week", 0.0, 10.0, 0.01, "Rate at which forces are rebuilt, or melt away, toward what resources allow";
        land_growth: "1", 0.0, 10.0, 0.2, "By how much holding as much again as at the start raises the strength a faction can keep";
        swing: "1", 0.0, 20.0, 2.0, "Exponent of support, relative to the start, in the shares that an election gives";
        war_weariness: "1", 0.0, 10.0, 0.3, "Support lost by having lost all of one's initial strength";
    }
}

section! {
    /// `[oil]`: the price path that pays oil-dependent blocs.
    Oil {
        price_usd: "USD/barrel", 1.0, 1e4, 48.0, "Price at the start";
        mean_usd: "USD/barrel", 1.0, 1e4, 50.0, "Price to which it returns";
        budget_usd: "USD/barrel", 1.0, 1e4, 65.0, "Price at which oil-dependent blocs can pay everybody";
        reversion_weeks: "weeks", 0.01, 1e9, 80.0, "Time constant of the return";
        volatility: "1/sqrt(week)", 0.0, 1.0, 0.045, "Standard deviation of a week's change of the log price";
    }
}

section! {
    /// `[patronage]`: how patrons tire and return.
    Patronage {
        fatigue: "share", 0.0, 1.0, 0.4, "Share of commitment that goes when the threat is no longer perceived";
        erosion_weeks: "weeks", 0.01, 1e9, 60.0, "Time constant with which commitment erodes";
        return_weeks: "weeks", 0.01, 1e9, 8.0, "Time constant with which it comes back";
        drop: "share", 0.0, 1.0, 0.5, "Share of its backing that a client loses that makes a new war on another, fully backed client of the same patron";
        realign_weeks: "weeks", 0.01, 1e9, 26.0, "Time constant with which patrons drop clients, and clients find other patrons";
    }
}

section! {
    /// `[outcomes]`: what counts as what.
    Outcomes {
        drop: "share", 0.0, 1.0, 0.4, "How far threat strength must have fallen below the start before regrouping is possible";
        rebound: "share", 0.0, 1.0, 0.35, "Share of the lost ground that must be won back";
        expansion: "1", 1.0, 100.0, 1.3, "Threat strength, relative to the start, that counts as expansion";
        hold_weeks: "weeks", 0.0, 520.0, 8.0, "How long a state must hold before it counts";
        cohesion_floor: "share", 0.0, 1.0, 0.6, "Cohesion below which it is low";
        power_share: "share", 0.0, 1.0, 0.5, "Share of a coalition's power in open conflict with fellow members at which it is at war within";
        purpose_floor: "share", 0.0, 1.0, 0.5, "Effort against the threat, for what is left of it and relative to the start, below which a coalition has lost its purpose while the threat is not beaten";
        underground_floor: "share", 0.0, 1.0, 0.1, "Fighters underground, relative to all fighters at the start, below which a beaten threat is defeated";
        rule_floor: "share", 0.0, 1.0, 0.1, "Share of the people it ruled at the start below which the threat has lost its rule";
        defeat_floor: "share", 0.0, 1.0, 0.15, "Threat strength below which it is beaten";
    }
}

/// All mechanisms of a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Mechanisms {
    /// `[perception]`
    pub perception: Perception,
    /// `[rivalry]`
    pub rivalry: Rivalry,
    /// `[allocation]`
    pub allocation: Allocation,
    /// `[contest]`
    pub contest: Contest,
    /// `[morale]`
    pub morale: Morale,
    /// `[conflict]`
    pub conflict: Conflict,
    /// `[upkeep]`
    pub upkeep: Upkeep,
    /// `[strategy]`
    pub strategy: Strategy,
    /// `[polity]`
    pub polity: Polity,
    /// `[oil]`
    pub oil: Oil,
    /// `[patronage]`
    pub patronage: Patronage,
    /// `[outcomes]`
    pub outcomes: Outcomes,
}

impl Mechanisms {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            perception: reader.table(
                "perception",
                "How factions see the threat",
                Perception::read,
            ),
            rivalry: reader.table(
                "rivalry",
                "What makes hostility between allies rise and fall",
                Rivalry::read,
            ),
            allocation: reader.table(
                "allocation",
                "How factions split their effort",
                Allocation::read,
            ),
            contest: reader.table(
                "contest",
                "Who takes what from whom, and who dies",
                Contest::read,
            ),
            morale: reader.table(
                "morale",
                "What makes forces hold together or break",
                Morale::read,
            ),
            conflict: reader.table(
                "conflict",
                "How factions feud, clash and make war on each other, and cease",
                Conflict::read,
            ),
            upkeep: reader.table(
                "upkeep",
                "The threat's money, men, legitimacy and underground",
                Upkeep::read,
            ),
            strategy: reader.table("strategy", "How the threat chooses", Strategy::read),
            polity: reader.table(
                "polity",
                "Grievance, governance, pay, support, institutions",
                Polity::read,
            ),
            oil: reader.table(
                "oil",
                "The price path that pays oil-dependent blocs",
                Oil::read,
            ),
            patronage: reader.table("patronage", "How patrons tire and return", Patronage::read),
            outcomes: reader.table("outcomes", "What counts as what", Outcomes::read),
        }
    }
}
