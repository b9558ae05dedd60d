//! What makes allies rivals: M1, M9, M11, M12, M14.

use crate::harness::{Over, Pair, Read, mean};

/// Quantity: rivalry weight, mean of all pairs, when half of the enemy's fighters are gone
/// from one week to the next. Window: weeks 4 to 13; perception and hostility need about a
/// quarter to follow, while allies need longer to act on it.
#[test]
fn m1_common_enemy_lower_threat_strength_raises_rivalry() {
    let change = Pair::new("neutral.toml", &[], &["event.blow.enabled=true"]);
    let over = Over::Mean(4, 13);
    let effect = change.effect(over, |s| s.mean_rivalry());
    effect.is_above(0.02, "M1 mean rivalry after a blow to the enemy");
    let without = change.with(&["rivalry.common_enemy=0"]);
    let left = without.effect(over, |s| s.mean_rivalry());
    left.is_nothing_beside(&effect, "M1 mean rivalry");
}

/// Quantity: rivalry weight of two clients of one patron, both ways, when it withdraws.
/// Window: weeks 4 to 13; support ends at once, hostility follows within a quarter.
#[test]
fn m9_patrons_withdrawing_a_shared_one_raises_rivalry_among_its_clients() {
    let change = Pair::new("neutral.toml", &[], &["event.far_leaves.enabled=true"]);
    let over = Over::Mean(4, 13);
    let between: Read = |s| mean(s.rivalry("north", "south"), s.rivalry("south", "north"));
    let effect = change.effect(over, between);
    effect.is_above(0.02, "M9 rivalry of two clients whose patron leaves");
    let without = change.with(&["rivalry.shared_patron=0"]);
    let left = without.effect(over, between);
    left.is_nothing_beside(&effect, "M9 rivalry of the clients");
}

/// Quantity: rivalry weight of two clients of different patrons, both ways, when the
/// patrons are rivals. Window: weeks 0 to 13; it is there from the start.
#[test]
fn m9_patrons_who_are_rivals_raise_rivalry_among_their_clients() {
    let change = Pair::new("neutral.toml", &[], &["tie.near+far.hostility=0.9"]);
    let over = Over::Mean(0, 13);
    let between: Read = |s| mean(s.rivalry("north", "east"), s.rivalry("east", "north"));
    let effect = change.effect(over, between);
    effect.is_above(0.01, "M9 rivalry of clients of rival patrons");
    let without = change.with(&["rivalry.patron_rivalry=0"]);
    let left = without.effect(over, between);
    left.is_nothing_beside(&effect, "M9 rivalry of clients of rival patrons");
}

/// Quantity: commitment of a patron after a blow to the enemy. Window: weeks 26 to 52;
/// fatigue takes about a year.
#[test]
fn m9_patrons_tire_of_success() {
    let change = Pair::new("neutral.toml", &[], &["event.blow.enabled=true"]);
    let over = Over::Mean(26, 52);
    let commitment: Read = |s| s.state.commitment[s.patron("far")];
    let effect = change.effect(over, commitment);
    effect.is_below(-0.005, "M9 commitment after a blow to the enemy");
    let without = change.with(&["patronage.fatigue=0"]);
    let left = without.effect(over, commitment);
    left.is_nothing_beside(&effect, "M9 commitment");
}

/// Quantity: rivalry weight of its three allies toward a member that doubles its strength.
/// Window: weeks 4 to 13, as hostility follows. Perception is held still: a stronger member
/// also fears the enemy less, which is M1.
#[test]
fn m11_ganging_up_a_member_that_outgrows_the_others_draws_rivalry() {
    let still = ["perception.lag_weeks=1e6", "contest.break_per_week=0"];
    let change = Pair::new("neutral.toml", &still, &["event.north_grows.enabled=true"]);
    let over = Over::Mean(4, 13);
    let toward: Read = |s| {
        (s.rivalry("south", "north") + s.rivalry("east", "north") + s.rivalry("west", "north"))
            / 3.0
    };
    let effect = change.effect(over, toward);
    effect.is_above(0.03, "M11 rivalry toward a member that has doubled");
    let without = change.with(&["rivalry.outgrowing=0"]);
    let left = without.effect(over, toward);
    left.is_nothing_beside(&effect, "M11 rivalry toward it");
}

/// Quantities: threat as perceived by two factions whose people are attacked every week
/// for eight weeks, in weeks 2 to 13 (alarm fades within a quarter); and the share of
/// histories in which the two, bad rivals, have come to blows, in a clash or a war, within half a year.
#[test]
fn m12_provocation_raises_perceived_threat_and_delays_war_within_the_community() {
    let tense = [
        "tie.north+south.hostility=0.9",
        "conflict.clash_per_week=0.28",
    ];
    let change = Pair::new("neutral.toml", &tense, &["event.bombs.enabled=true"]).times(4);
    let without = change.with(&["faction.north.people.hill=0", "faction.south.people.hill=0"]);

    let over = Over::Mean(2, 13);
    let perceived: Read = |s| {
        mean(
            s.state.perceived[s.faction("north")],
            s.state.perceived[s.faction("south")],
        )
    };
    let effect = change.effect(over, perceived);
    effect.is_above(
        0.05,
        "M12 threat perceived by those whose people are attacked",
    );
    let left = without.effect(over, perceived);
    left.is_nothing_beside(&effect, "M12 threat perceived");

    let over = Over::Highest(0, 26);
    let at_war: Read = |s| s.at_blows("north", "south");
    let effect = change.effect(over, at_war);
    effect.is_below(-0.03, "M12 share at war within the community");
    let left = without.effect(over, at_war);
    left.is_nothing_beside(&effect, "M12 share at war");
    // As bad rivals as before, now without an enemy in common.
    let without = change.with(&["rivalry.common_enemy=0", "tie.north+south.hostility=0.65"]);
    let left = without.effect(over, at_war);
    left.is_nothing_beside(&effect, "M12 share at war");
}

/// Quantity: rivalry weight of south toward north when north takes half of a valley that
/// nobody held and that south, or its patron, wants. Window: weeks 2 to 13; gains are
/// forgotten within half a year.
#[test]
fn m14_land_grab_in_an_arena_another_wants_raises_their_rivalry() {
    let open = [
        "arena.valley.control={ nobody = 1.0 }",
        "patron.far.backing.north=0",
        "strategy.attack=0",
    ];
    let grab = ["event.north_takes_valley.enabled=true"];
    let over = Over::Mean(2, 13);
    let toward: Read = |s| s.rivalry("south", "north");

    let own = Pair::new("neutral.toml", &open, &grab);
    let effect = own.effect(over, toward);
    effect.is_above(
        0.03,
        "M14 rivalry toward a neighbour who takes what one wants",
    );
    let left = own.with(&["rivalry.land_gain=0"]).effect(over, toward);
    left.is_nothing_beside(&effect, "M14 rivalry");
    let unwanted = own.with(&["faction.south.stake.valley=0"]);
    let left = unwanted.effect(over, toward);
    left.is_nothing_beside(&effect, "M14 rivalry where one wants nothing");

    let patron = unwanted.with(&["patron.far.stake.valley=2"]);
    let effect = patron.effect(over, toward);
    effect.is_above(
        0.03,
        "M14 rivalry toward one who takes what one's patron wants",
    );
    let left = patron
        .with(&["patron.far.backing.south=0"])
        .effect(over, toward);
    left.is_nothing_beside(&effect, "M14 rivalry on behalf of the patron");
}

/// Quantity: rivalry weight between north and south when half of the threat's fighters are
/// gone, with the enemy in common counting for nothing. Window: weeks 2 to 26. Both want the city,
/// most of which is the threat's.
#[test]
fn m21_what_a_shrinking_threat_leaves_sets_those_who_want_it_against_each_other() {
    let alone = [
        "rivalry.common_enemy=0",
        "rivalry.land_gain=0",
        "rivalry.outgrowing=0",
        "rivalry.memory_per_fighting=0",
        "rivalry.open_conflict=0",
        "conflict.agreement_per_week=0",
    ];
    let change = Pair::new("neutral.toml", &alone, &["event.blow.enabled=true"]);
    let over = Over::Mean(2, 26);
    let between: Read = |s| s.rivalry("north", "south");
    let effect = change.effect(over, between);
    effect.is_above(0.005, "M21 rivalry of those who want what is left");
    let left = change.with(&["rivalry.spoils=0"]).effect(over, between);
    left.is_nothing_beside(&effect, "M21 rivalry");
    let unwanted = ["faction.north.stake.city=0", "faction.north.stake.port=0"];
    let unwanted = [&unwanted[..], &["faction.north.stake.valley=0"]].concat();
    let left = change.with(&unwanted).effect(over, between);
    left.is_nothing_beside(&effect, "M21 rivalry where one wants none of it");
}
