//! Where effort goes: M2, M4, M16, M18, M20.

use crate::harness::{Over, Pair, Read, mean};

/// Quantity: effort of north on the enemy when south, which fights in the same places, has
/// twice the men from the start. Window: weeks 0 to 8, before ground has changed hands.
#[test]
fn m2_free_riding_a_stronger_ally_lowers_my_effort() {
    let change = Pair::new("neutral.toml", &[], &["faction.south.fighters=12000"]);
    let over = Over::Mean(0, 8);
    let effort: Read = |s| s.effort_on_threat("north");
    let effect = change.effect(over, effort);
    effect.is_below(-0.03, "M2 effort beside a stronger ally");
    let without = change.with(&["allocation.threat_weight=0"]);
    let left = without.effect(over, effort);
    left.is_nothing_beside(&effect, "M2 effort");
}

/// Quantities: effort on the enemy of two allies who come to blows, in weeks 2 to 13 (effort
/// follows within a month, a conflict lasts about half a year); and the enemy's strength in
/// the year after.
#[test]
fn m4_diversion_conflict_between_allies_lowers_effort_and_strengthens_the_threat() {
    let change = Pair::new("neutral.toml", &[], &["event.quarrel.enabled=true"]);
    let without = change.with(&[
        "allocation.rival_weight=0",
        "allocation.rival_cost=0",
        "contest.discord=0",
        "conflict.quiet=1",
    ]);
    let over = Over::Mean(2, 13);
    let effort: Read = |s| mean(s.effort_on_threat("north"), s.effort_on_threat("south"));
    let effect = change.effect(over, effort);
    effect.is_below(-0.02, "M4 effort on the enemy of two who fight each other");
    let left = without.effect(over, effort);
    left.is_nothing_beside(&effect, "M4 effort");

    let over = Over::Mean(26, 52);
    let strength: Read = |s| s.state.strength;
    let effect = change.effect(over, strength);
    effect.is_above(0.03, "M4 strength of the enemy later");
    let left = without.effect(over, strength);
    left.is_nothing_beside(&effect, "M4 strength");
}

/// Quantities: effort of north on the enemy and on rivals once it has the homeland it
/// sought, which is worth nothing otherwise. Window: weeks 2 to 13, as effort follows.
#[test]
fn m16_met_war_aims_turn_a_faction_from_the_threat_to_its_rivals() {
    let change = Pair::new(
        "homeland.toml",
        // Quarrels that are worth something beside the war.
        &["allocation.rival_weight=12"],
        &["event.north_has_its_homeland.enabled=true"],
    );
    let without = change.with(&["allocation.met_aims=0"]);
    let over = Over::Mean(2, 13);
    let on_threat: Read = |s| s.effort_on_threat("north");
    let on_rivals: Read = |s| s.effort_on_rivals("north");
    let effect = change.effect(over, on_threat);
    effect.is_below(-0.02, "M16 effort on the enemy with war aims met");
    let left = without.effect(over, on_threat);
    left.is_nothing_beside(&effect, "M16 effort on the enemy");
    let effect = change.effect(over, on_rivals);
    effect.is_above(0.001, "M16 effort on rivals with war aims met");
    let left = without.effect(over, on_rivals);
    left.is_nothing_beside(&effect, "M16 effort on rivals");
}

/// Quantity: effort of north on the enemy when it may decide its quarrel with south by
/// taking a citadel far from the enemy. Window: weeks 2 to 13, as effort follows. War aims
/// that are met are M16.
#[test]
fn m18_rival_sieges_pull_effort_off_the_threat_elsewhere() {
    let change = Pair::new(
        "citadel.toml",
        &["allocation.met_aims=0"],
        &["event.siege.enabled=true"],
    );
    let over = Over::Mean(2, 13);
    let effort: Read = |s| s.effort_on_threat("north");
    let effect = change.effect(over, effort);
    effect.is_below(-0.02, "M18 effort on the enemy beside a siege");
    let without = change.with(&["allocation.rival_weight=0"]);
    let left = without.effect(over, effort);
    left.is_nothing_beside(&effect, "M18 effort on the enemy");
}

/// Quantity: strength of the enemy against two blocs with rival patrons, and against the
/// same four factions as one coalition whose patrons agree. Window: the second half-year;
/// ground moves slowly.
#[test]
fn m20_several_coalitions_do_worse_than_one_of_the_same_power() {
    let one = [
        "tie.north+east.hostility=0.3",
        "tie.north+west.hostility=0.3",
        "tie.south+east.hostility=0.3",
        "tie.south+west.hostility=0.3",
        "tie.north+south.hostility=0.3",
    ];
    let blocs = [
        "tie.north+east.hostility=0.95",
        "tie.north+west.hostility=0.95",
        "tie.south+east.hostility=0.95",
        "tie.south+west.hostility=0.95",
        "tie.near+far.hostility=0.95",
    ];
    let change = Pair::new("neutral.toml", &one, &blocs).times(4);
    let over = Over::Mean(26, 52);
    let strength: Read = |s| s.state.strength;
    let effect = change.effect(over, strength);
    effect.is_above(0.1, "M20 strength of an enemy of two blocs");
    let without = change.with(&[
        "allocation.rival_weight=0",
        "contest.discord=0",
        "conflict.clash_per_week=0",
        "conflict.quiet=1",
    ]);
    let left = without.effect(over, strength);
    left.is_nothing_beside(&effect, "M20 strength");
}
