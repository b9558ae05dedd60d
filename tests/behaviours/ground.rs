//! Who takes ground: M3, M19, M39, M40, M51.

use crate::harness::{Case, Over, Pair, Read, Value, sum};

/// Quantity: ground held by the enemy after a year and a half, when three armies have each
/// attacked on its own front for half a year: all in the first half-year, or one after the
/// other. Window: the last week, when both have spent the same effort.
#[test]
fn m3_concert_pressing_on_all_fronts_at_once_takes_more_ground() {
    let in_turn = [
        "event.first_turn.enabled=true",
        "event.second_turn.enabled=true",
        "event.third_turn.enabled=true",
    ];
    let at_once = ["event.concert_ends.enabled=true"];
    let change = Pair {
        plain: Case::new("fronts.toml", &in_turn),
        changed: Case::new("fronts.toml", &at_once),
    };
    let over = Over::Mean(78, 78);
    let held: Read = |s| {
        (s.held_by_threat("left") + s.held_by_threat("centre") + s.held_by_threat("right")) / 3.0
    };
    let effect = change.effect(over, held);
    effect.is_below(-0.02, "M3 ground held by the enemy");
    let without = change.with(&["contest.reinforcement=0"]);
    let left = without.effect(over, held);
    left.is_above(-0.005, "M3 ground where the enemy reinforces nothing");
}

/// Quantity: share of the city that the enemy holds who has just lost it, when it forgets that at
/// once. Window: the half year after; nobody else fights over a prize.
#[test]
fn m51_forgetting_what_was_lately_lost_is_stormed_again_where_the_threat_forgets() {
    let lost = [
        "event.city_falls.enabled=true",
        "conflict.prize=0",
        "conflict.prize_weeks=1e6",
    ];
    let change = Pair::new("neutral.toml", &lost, &["conflict.prize_weeks=0.01"]);
    let over = Over::Mean(2, 26);
    let held: Read = |s| s.held_by_threat("city");
    let effect = change.effect(over, held);
    effect.is_above(0.01, "M51 what a forgetful enemy wins back");
    // Where no attack takes anything, nothing is won back either way.
    let left = change
        .with(&["contest.break_per_week=0", "contest.advance_per_week=0"])
        .effect(over, held);
    left.is_nothing_beside(&effect, "M51 what a forgetful enemy wins back");
}

/// Quantity: share of contests that the enemy wins, having kept more of its men than the
/// army, or armies, that attack it. Window: week 26, when one side has lost much.
#[test]
fn m19_fighting_quality_wins_single_contests_and_numbers_beat_it() {
    let over = Over::Mean(26, 26);
    let wins: Read = |s| {
        let armies = sum(s.state.fighters.iter().copied());
        let began = sum(s.params().fighters.iter().copied());
        s.threat_size()
            .gt(armies / began)
            .select(Value::ONE, Value::ZERO)
    };
    let single = Case::new(
        "field.toml",
        &["faction.second.fighters=0", "faction.third.fighters=0"],
    );
    single
        .estimate(over, wins)
        .is_above(0.6, "M19 single contests won by the enemy");
    let united = Case::new("field.toml", &[]);
    united
        .estimate(over, wins)
        .is_below(0.2, "M19 contests won by the enemy against all");
    let equal = single.with(&["threat.quality=1"]).estimate(over, wins);
    equal.is_below(
        0.55,
        "M19 single contests won by an enemy no better than others",
    );
}

/// Quantity: ground of the city that the enemy holds, whose besiegers come from the valley by a
/// road that carries hardly anything. Window: the second half of the year, when roads are open.
#[test]
fn m39_distance_what_lies_at_the_end_of_a_bad_road_falls_later() {
    let way_in = ["arena.city.road.port=0"];
    let change = Pair::new("neutral.toml", &way_in, &["arena.city.road.valley=0.1"]);
    let over = Over::Mean(26, 52);
    let held: Read = |s| s.held_by_threat("city");
    let effect = change
        .effect(over, held)
        .is_above(0.05, "M39 ground held by the enemy");
    let off = ["allocation.access=1000", "contest.encirclement=0"];
    let left = change.with(&off).effect(over, held);
    left.is_nothing_beside(&effect, "M39 ground held by the enemy, all within reach");
}

/// Quantity: ground of the city that the enemy holds, whom no road from the port relieves, and
/// whose stores are used up or never are. Window: the second half of the year, when they would be.
#[test]
fn m40_starvation_a_garrison_that_is_cut_off_falls_once_its_stores_are_used_up() {
    let cut_off = [
        "threat.fighters=3000",
        "arena.city.road.port=0",
        "contest.stores_weeks=1000000",
    ];
    let change = Pair::new("neutral.toml", &cut_off, &["contest.stores_weeks=6"]);
    let over = Over::Mean(26, 52);
    let held: Read = |s| s.held_by_threat("city");
    let effect = change
        .effect(over, held)
        .is_below(-0.03, "M40 ground held by the enemy");
    let left = change.with(&["contest.encirclement=0"]).effect(over, held);
    left.is_nothing_beside(&effect, "M40 ground held by the enemy");
}
