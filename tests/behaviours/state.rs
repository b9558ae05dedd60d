//! Pay and institutions: M10, M13.

use crate::harness::{Over, Pair, Read, mean};

const PAY: Read = |s| {
    mean(
        s.state.pay[s.faction("north")],
        s.state.pay[s.faction("south")],
    )
};
const WITHIN: Read = |s| mean(s.rivalry("north", "south"), s.rivalry("south", "north"));
const EFFECTIVENESS: Read = |s| {
    let of = |faction| s.state.effectiveness[s.faction(faction)];
    mean(of("north"), of("south"))
};

/// Quantities: pay, effectiveness and mutual rivalry of two members of an oil-dependent
/// bloc when the price of oil halves. Window: weeks 8 to 26; pay takes two months to follow
/// the price, and the price returns within two years.
#[test]
fn m10_pay_an_oil_price_fall_lowers_pay_and_effectiveness_and_raises_rivalry_in_the_bloc() {
    let change = Pair::new("neutral.toml", &[], &["event.oil_falls.enabled=true"]);
    let dry = "bloc.union.oil_dependence=0";
    let over = Over::Mean(8, 26);
    let effect = change.effect(over, PAY).is_below(-0.05, "M10 pay");
    let left = change.with(&[dry]).effect(over, PAY);
    left.is_nothing_beside(&effect, "M10 pay");

    let effect = change.effect(over, EFFECTIVENESS);
    effect.is_below(-0.03, "M10 effectiveness");
    for without in [dry, "polity.unpaid_effectiveness=1"] {
        let left = change.with(&[without]).effect(over, EFFECTIVENESS);
        left.is_nothing_beside(&effect, "M10 effectiveness");
    }

    let effect = change.effect(over, WITHIN);
    effect.is_above(0.005, "M10 rivalry within the bloc");
    let left = change.with(&[dry]).effect(over, WITHIN);
    left.is_nothing_beside(&effect, "M10 rivalry within the bloc");
    // A poorer army also fears the enemy more, which is M1 and works against it.
    let calm = change.with(&["perception.lag_weeks=1e6"]);
    let effect = calm.effect(over, WITHIN);
    effect.is_above(0.01, "M10 rivalry within the bloc, perception held still");
    let left = calm.with(&["rivalry.pay_strain=0"]).effect(over, WITHIN);
    left.is_nothing_beside(&effect, "M10 rivalry within the bloc");
}

/// Quantity: effectiveness of the members of a bloc when two of them want its council, and
/// not one. Window: weeks 13 to 39; obstruction turns into crisis within half a year.
#[test]
fn m13_institutional_crisis_a_contested_arena_lowers_the_blocs_effectiveness() {
    let alone = ["faction.south.stake.council=0"];
    let change = Pair::new("neutral.toml", &alone, &["faction.south.stake.council=1"]);
    let over = Over::Mean(13, 39);
    let effect = change.effect(over, EFFECTIVENESS);
    effect.is_below(
        -0.008,
        "M13 effectiveness of a bloc whose council is contested",
    );
    let left = change
        .with(&["polity.obstruction=0"])
        .effect(over, EFFECTIVENESS);
    left.is_nothing_beside(&effect, "M13 effectiveness");
    // What is lost by way of pay is M10.
    let bloodless = ["polity.crisis_effectiveness=0", "polity.crisis_pay=0"];
    let left = change.with(&bloodless).effect(over, EFFECTIVENESS);
    left.is_nothing_beside(&effect, "M13 effectiveness");
}

/// Quantity: mutual rivalry of two who want a council when its mandate expires. Window:
/// weeks 2 to 13, as hostility follows and before the crisis fades. Perception is held
/// still: a paralysed army also fears the enemy more, which is M1.
#[test]
fn m13_institutional_crisis_an_expired_mandate_raises_rivalry() {
    let change = Pair::new("neutral.toml", &[], &["event.mandate_ends.enabled=true"]);
    let over = Over::Mean(2, 13);
    let effect = change.effect(over, WITHIN);
    effect.is_above(0.02, "M13 rivalry once the mandate has ended");
    let calm = change.with(&["perception.lag_weeks=1e6"]);
    let effect = calm.effect(over, WITHIN);
    effect.is_above(
        0.02,
        "M13 rivalry once the mandate has ended, perception held still",
    );
    let left = calm.with(&["rivalry.crisis_strain=0"]).effect(over, WITHIN);
    left.is_nothing_beside(&effect, "M13 rivalry");
}

/// Quantity: mutual rivalry of one who calls a referendum and another who minds. Window:
/// weeks 2 to 13, as hostility follows.
#[test]
fn m13_institutional_crisis_a_referendum_raises_rivalry() {
    let change = Pair::new("neutral.toml", &[], &["event.referendum.enabled=true"]);
    let over = Over::Mean(2, 13);
    let between: Read = |s| mean(s.rivalry("east", "west"), s.rivalry("west", "east"));
    let effect = change.effect(over, between);
    effect.is_above(0.005, "M13 rivalry after a referendum");
    let left = change
        .with(&["rivalry.from_issues=0"])
        .effect(over, between);
    left.is_nothing_beside(&effect, "M13 rivalry after a referendum");
}
