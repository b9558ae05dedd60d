//! What feeds and weakens the enemy: M5, M6, M7, M8, M15, M17, M37, M38.

use crate::harness::{Case, Estimate, Over, Pair, Read, Value, difference};

/// Quantities: revenue of an enemy without reserves, share of its payroll that it meets,
/// and share of its fighters who came for opportunity, when it loses its richest city.
/// Window: weeks 2 to 8; later the unpaid have left, and those who stay are paid again.
#[test]
fn m5_state_like_enemy_losing_cities_lowers_revenue_pay_and_opportunists() {
    let rich = [
        "threat.funds_musd=0",
        "upkeep.recruit_per_week=0",
        "arena.city.revenue_musd_per_month=4",
        "arena.port.revenue_musd_per_month=1",
    ];
    let change = Pair::new("neutral.toml", &rich, &["event.city_falls.enabled=true"]);
    // The same money, but from elsewhere.
    let without = change.with(&[
        "arena.city.revenue_musd_per_month=0",
        "threat.external_musd_per_month=3.2",
    ]);
    let over = Over::Mean(2, 8);
    let quantities: [(Read, f64, &str); 3] = [
        (|s| s.threat_revenue(), -0.2, "M5 revenue, million a week"),
        (|s| s.state.threat_pay, -0.2, "M5 pay"),
        (|s| s.opportunists(), -0.01, "M5 share of opportunists"),
    ];
    for (quantity, most, what) in quantities {
        let effect = change.effect(over, quantity).is_below(most, what);
        without
            .effect(over, quantity)
            .is_nothing_beside(&effect, what);
    }
}

/// Quantities: foreigners, or recruits, who have joined since the start, in thousands, when
/// the enemy loses a fifth of the city every week for eight weeks and more when it claims
/// to be a state. Window: week 13, a month after the streak. It does not strike back: what
/// it wins again would bring them back. The way in leads through the port, which it keeps;
/// recruits can hide everywhere, so that losing ground takes them no haven (M7).
#[test]
fn m6_legitimacy_a_losing_streak_cuts_inflow_and_recruits_more_with_statehood() {
    let accounts = [
        "contest.break_per_week=0",
        "arena.city.border=0",
        "upkeep.refuge_scale=10",
        "upkeep.desertion_per_week=0",
        "upkeep.split_per_year=0",
        "upkeep.cell_decay_per_week=0",
    ];
    let streak = ["event.losing_streak.enabled=true"];
    let change = Pair::new("neutral.toml", &accounts, &streak);
    let over = Over::Mean(13, 13);
    let joined: Read = |s| s.joined_threat();
    for (other, most, what) in [
        ("upkeep.recruit_per_week=0", -0.05, "M6 foreign inflow"),
        ("threat.foreign_per_month=0", -0.1, "M6 recruits"),
    ] {
        let change = change.with(&[other]);
        let effect = change.effect(over, joined).is_below(most, what);
        let believed = ["upkeep.legitimacy_per_loss=0", "upkeep.statehood_weight=0"];
        let left = change.with(&believed).effect(over, joined);
        left.is_nothing_beside(&effect, what);

        let with_statehood = |change: &Pair| {
            let state = change.with(&["threat.statehood=1"]);
            let band = change.with(&["threat.statehood=0"]);
            let (state, band) = (
                state.differences(over, joined),
                band.differences(over, joined),
            );
            Estimate::of(&difference(&state, &band))
        };
        let what = format!("{what}, a state beside a band");
        let effect = with_statehood(&change).is_below(most / 3.0, &what);
        let alike = ["upkeep.statehood_penalty=0", "upkeep.statehood_weight=0"];
        let left = with_statehood(&change.with(&alike));
        left.is_nothing_beside(&effect, &what);
    }
}

/// Quantity: share of histories in which a beaten enemy has two fifths of its strength back
/// at some time from the third to the fifth year. Window: years, as the row says; cells and
/// grievance grow slowly.
#[test]
fn m7_underground_comeback_needs_refuge_and_grievance() {
    let beaten = Case::new("beaten.toml", &[]);
    let strength: Read = |s| s.state.strength;
    let first_year = beaten.estimate(Over::Mean(4, 52), strength);
    first_year.is_below(0.1, "M7 strength in the first year");
    let over = Over::Highest(104, 260);
    let back: Read = |s| s.state.strength.ge_s(0.4).select(Value::ONE, Value::ZERO);
    let effect = beaten.estimate(over, back).is_above(0.4, "M7 comebacks");
    for (without, what) in [
        ("upkeep.refuge_scale=0", "M7 comebacks without refuge"),
        ("polity.grievance_scale=0", "M7 comebacks without grievance"),
        (
            "strategy.cell_force=0",
            "M7 comebacks without cells that strike",
        ),
    ] {
        let left = beaten.with(&[without]).estimate(over, back);
        left.is_nothing_beside(&effect, what);
    }
}

/// Quantity: fighters of a beaten enemy in the open, of a hundred at the start, as cells
/// come out of hiding. Window: the second half-year, before they can take a place.
#[test]
fn m7_underground_cells_return_to_the_open_where_grievance_is_high() {
    // Who means to attack musters: that is another reason.
    let change = Pair {
        plain: Case::new(
            "beaten.toml",
            &["strategy.attack=0", "upkeep.emergence_per_week=0"],
        ),
        changed: Case::new("beaten.toml", &["strategy.attack=0"]),
    };
    let over = Over::Mean(26, 52);
    let open: Read = |s| s.state.open_fighters() / s.params().threat_fighters * 100.0;
    let effect = change.effect(over, open);
    effect.is_above(0.3, "M7 fighters who came out of hiding");
    let left = change
        .with(&["polity.grievance_scale=0"])
        .effect(over, open);
    left.is_nothing_beside(&effect, "M7 fighters who came out of hiding");
}

/// Quantities: grievance in a city that a militia rules, and those who joined the enemy
/// there and elsewhere, in thousands, when it is abusive. Window: weeks 13 to 26; grievance
/// takes a quarter to rise.
#[test]
fn m8_abuse_by_a_controlling_militia_raises_recruits() {
    let rule = ["arena.city.control={ west = 0.7, threat = 0.3 }"];
    let change = Pair::new("neutral.toml", &rule, &["faction.west.abuse.plain=0.9"]);
    let without = change.with(&["polity.abuse_per_week=0"]);
    let over = Over::Mean(13, 26);
    let quantities: [(Read, f64, &str); 2] = [
        (|s| s.unrest("city"), 0.02, "M8 grievance"),
        (|s| s.joined_threat(), 0.03, "M8 recruits"),
    ];
    for (quantity, least, what) in quantities {
        let effect = change.effect(over, quantity).is_above(least, what);
        without
            .effect(over, quantity)
            .is_nothing_beside(&effect, what);
    }
}

/// Quantities: share of its land that an enemy loses within a year to uprisings, and the
/// fighters, in thousands, that it loses to a split, when it can't pay. Nobody attacks, and
/// nobody else joins or leaves, so that nothing else moves either. Window: the end of the
/// year; both are rare.
#[test]
fn m15_dissent_unpaid_repressive_rule_raises_uprisings_and_splits() {
    let alone = [
        "threat.funds_musd=1000",
        "threat.foreign_per_month=0",
        "contest.advance_per_week=0",
        "contest.occupy_per_week=0",
        "contest.break_per_week=0",
        "upkeep.recruit_per_week=0",
        "upkeep.desertion_per_week=0",
        "upkeep.cell_decay_per_week=0",
        "upkeep.go_underground=0",
    ];
    let unpaid = [
        "threat.funds_musd=0",
        "arena.city.revenue_musd_per_month=0",
        "arena.port.revenue_musd_per_month=0",
    ];
    let change = Pair::new("neutral.toml", &alone, &unpaid);
    let over = Over::Mean(52, 52);
    let held: Read = |s| (s.held_by_threat("city") + s.held_by_threat("port")) / 1.5;
    let effect = change.effect(over, held);
    effect.is_below(-0.05, "M15 land after a year without pay");
    let left = change
        .with(&["upkeep.uprising_per_year=0"])
        .effect(over, held);
    left.is_nothing_beside(&effect, "M15 land");
    let joined: Read = |s| s.joined_threat();
    let effect = change.effect(over, joined);
    effect.is_below(-0.1, "M15 fighters after a year without pay");
    let left = change
        .with(&["upkeep.split_per_year=0"])
        .effect(over, joined);
    left.is_nothing_beside(&effect, "M15 fighters");
    // Who lost the richest city has less to split over. Without recruits, whom ground brings.
    let poor = [&alone[..], &unpaid].concat();
    let change = Pair::new("neutral.toml", &poor, &["event.city_falls.enabled=true"]);
    let effect = change.effect(over, joined);
    effect.is_above(0.02, "M15 fighters of who rules less");
    let left = change
        .with(&["upkeep.split_per_year=0"])
        .effect(over, joined);
    left.is_nothing_beside(&effect, "M15 fighters of who rules less");
}

/// Quantities: those who have joined the enemy, in thousands, when it has recruited for four years
/// before the start, and when it can't pay. Window: week 26; a pool empties within a year.
/// Nobody leaves for want of pay, and legitimacy is the same for all.
#[test]
fn m37_recruits_whoever_would_join_has_joined_and_who_is_not_paid_does_not() {
    let alone = [
        "threat.recruiting_weeks=0",
        "threat.funds_musd=1000",
        "threat.foreign_per_month=0",
        "upkeep.desertion_per_week=0",
        "upkeep.split_per_year=0",
        "upkeep.uprising_per_year=0",
        "contest.advance_per_week=0",
        "contest.occupy_per_week=0",
        "contest.break_per_week=0",
    ];
    let unpaid = [
        "threat.funds_musd=0",
        "arena.city.revenue_musd_per_month=0",
        "arena.port.revenue_musd_per_month=0",
    ];
    let over = Over::Mean(26, 26);
    let joined: Read = |s| s.joined_threat();
    for (changed, without, most, what) in [
        (
            &["threat.recruiting_weeks=208"][..],
            "upkeep.pool_refill_per_week=10",
            -0.05,
            "M37 after long recruiting",
        ),
        (
            &unpaid[..],
            "upkeep.recruit_opportunists=0",
            -0.05,
            "M37 without pay",
        ),
    ] {
        let change = Pair::new("neutral.toml", &alone, changed);
        let effect = change.effect(over, joined).is_below(most, what);
        let left = change.with(&[without]).effect(over, joined);
        left.is_nothing_beside(&effect, what);
    }
}

/// Quantity: pay of an enemy that holds nothing and has no money, when its cells extort nothing.
/// Window: the second half of the year, when what it had is spent.
#[test]
fn m38_extortion_cells_draw_money_from_places_that_others_hold() {
    let poor = [
        "threat.funds_musd=0",
        "threat.external_musd_per_month=0",
        "arena.valley.revenue_musd_per_month=6",
        "arena.city.revenue_musd_per_month=6",
    ];
    let change = Pair::new("beaten.toml", &poor, &["upkeep.extortion=0"]);
    let pay: Read = |s| s.state.threat_pay;
    let over = Over::Mean(26, 52);
    let effect = change.effect(over, pay).is_below(-0.1, "M38 pay");
    let nothing = change.with(&[
        "arena.valley.revenue_musd_per_month=0",
        "arena.city.revenue_musd_per_month=0",
        "arena.port.revenue_musd_per_month=0",
    ]);
    let left = nothing.effect(over, pay);
    left.is_nothing_beside(&effect, "M38 pay");
}

/// Quantities: grievance in the city that the enemy has lost, and the enemy's size and
/// strength, when those who took it don't govern. Window: the third year; a return takes
/// time.
#[test]
fn m17_vacuum_an_arena_nobody_governs_breeds_the_threats_return() {
    let governed = Case::new(
        "beaten.toml",
        &[
            "faction.north.governance=0.9",
            "faction.south.governance=0.9",
            "faction.east.governance=0.9",
            "faction.west.governance=0.9",
        ],
    );
    let vacuum = governed.with(&[
        "faction.north.governance=0",
        "faction.south.governance=0",
        "faction.east.governance=0",
        "faction.west.governance=0",
    ]);
    let change = Pair {
        plain: governed,
        changed: vacuum.clone(),
    };
    // Neither rule nor its lack moves anybody.
    let without = change.with(&[
        "polity.vacuum_per_week=0",
        "polity.healing_per_week=0",
        "upkeep.recruit_per_week=0",
    ]);
    let quantities: [(Read, f64, &str); 3] = [
        (|s| s.unrest("city"), 0.1, "M17 grievance"),
        (|s| s.threat_size(), 0.1, "M17 size of the enemy"),
        (|s| s.state.strength, 0.05, "M17 strength of the enemy"),
    ];
    let over = Over::Mean(104, 156);
    for (quantity, least, what) in quantities {
        let effect = change.effect(over, quantity).is_above(least, what);
        without
            .effect(over, quantity)
            .is_nothing_beside(&effect, what);
    }
    // The lack of rule by itself, not only that nobody heals what there is.
    let filled = Pair {
        plain: vacuum.with(&["polity.vacuum_per_week=0"]),
        changed: vacuum,
    };
    filled
        .effect(over, |s| s.unrest("city"))
        .is_above(0.03, "M17 grievance in a vacuum");
    filled
        .effect(over, |s| s.threat_size())
        .is_above(0.02, "M17 size of the enemy in a vacuum");
}
