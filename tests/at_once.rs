//! A scenario with mistakes in every section: all are said in one go, and nothing besides.

use std::collections::BTreeSet;
use std::path::Path;

use simulate::scenario::Scenario;

const BASE: &str = "tests/broken/base.toml";

/// Settings each of which is one mistake.
const MISTAKES: [&str; 30] = [
    "format=2",
    "scenario.name=\"a/b\"",
    "time.step_weeks=0",
    "issue.land.name=3",
    "community.hill.sympathy=2",
    "bloc.union.oil_dependance=0.5",
    "faction.east.fighters=-1",
    "faction.east.position.lnd=0.5",
    "faction.west.support={ dist = \"uniform\", low = 0.9, high = 0.1 }",
    "patron.sea.commitment=true",
    "patron.sea.backing.north=0.5",
    "coalition.allies.members=[\"east\", \"west\", \"east\"]",
    "threat.fighters=4.500",
    "threat.quality={ valu = 1 }",
    "arena.city.mix={ hill = 0.4, river = 0.5 }",
    "arena.hills.neighbours=[\"hills\"]",
    "arena.hills.control={ threat = 0.6, west = 0.6 }",
    "arena.fields.grievance={ hill = 0.3 }",
    "arena.council.bloc=\"onion\"",
    "tie.east+west.hostility=7",
    "tie.east+sea.conflict=true",
    "event.summit.date=2031-01-01",
    "event.summit.after=\"sumit\"",
    "event.murder.when.0.below=0.1",
    "event.murder.effect.0.on=\"fighters(threat)\"",
    "rivalry.balance=-101",
    "polity.abuse_per_wek=1",
    "oil.price_usd=\"many\"",
    "outcomes.drop=[0.5]",
    "run.seed=-1",
];

/// What is said of the base with settings laid over it.
fn said(settings: &[&str]) -> Vec<String> {
    let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
    match Scenario::load_with(Path::new(BASE), &settings) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|p| p.message.clone()).collect(),
    }
}

#[test]
fn mistakes_in_every_section_are_all_said_at_once_and_nothing_else_is() {
    let mut each = BTreeSet::new();
    for mistake in MISTAKES {
        let alone = said(&[mistake]);
        assert_eq!(alone.len(), 1, "{mistake}: {alone:#?}");
        each.extend(alone);
    }
    assert_eq!(each.len(), MISTAKES.len());
    let together = said(&MISTAKES);
    assert_eq!(together.len(), MISTAKES.len(), "{together:#?}");
    assert_eq!(together.into_iter().collect::<BTreeSet<_>>(), each);
}

#[test]
fn what_is_wrong_itself_is_not_held_against_what_it_goes_with() {
    // Each is one mistake from which others would follow, and is followed by what they would be.
    let cases = [
        (
            "arena.city.mix={ hil = 0.4, river = 0.6 }",
            "a mix that does not add up",
        ),
        ("arena.city.mix={ hill = \"0.4\", river = 0.6 }", "the same"),
        ("arena.council.kind=\"politics\"", "a territory of a bloc"),
        ("time.start=\"soon\"", "events before the start"),
        ("time.end=31", "a scenario shorter than a step"),
        (
            "faction.west.stake={ city = 0.9, hils = 0.5, council = 0.5 }",
            "an arena out of reach",
        ),
        (
            "arena.fields.control={ east = true }",
            "control that is nobody's",
        ),
        (
            "event.murder.when.0.above=nan",
            "a condition that is never true",
        ),
    ];
    for (mistake, follows) in cases {
        let alone = said(&[mistake]);
        assert_eq!(
            alone.len(),
            1,
            "{mistake} must not be followed by {follows}: {alone:#?}"
        );
    }
}

#[test]
fn items_of_lists_are_shown_where_they_stand_though_others_before_them_are_wrong() {
    let text = std::fs::read_to_string(BASE).unwrap();
    let text = text.replace(
        "neighbours = [\"hills\", \"fields\"]",
        "neighbours = [\"hils\", \"council\"]",
    );
    let problems = Scenario::parse("text", &text).unwrap_err();
    let council = problems
        .iter()
        .find(|p| p.message.starts_with("`council` can't be a neighbour"))
        .unwrap();
    let span = council.place.clone().unwrap().span;
    assert_eq!(&text[span], "\"council\"");
}

#[test]
fn both_names_of_a_variable_are_looked_up() {
    let said = said(&["event.summit.effect.0.on=\"hostility(est, wst)\""]);
    assert_eq!(
        said,
        ["there is no faction `est`", "there is no faction `wst`"]
    );
}

#[test]
fn the_threat_s_own_variable_is_named_where_a_faction_s_is_meant_for_it() {
    let help = |setting: &str| {
        let problems = Scenario::load_with(Path::new(BASE), &[setting.to_owned()]).unwrap_err();
        let helps: Vec<String> = problems.iter().filter_map(|p| p.help.clone()).collect();
        assert_eq!(helps.len(), 1, "{setting}: {helps:?}");
        helps.concat()
    };
    let on = "event.murder.when.0.on";
    assert_eq!(
        help(&format!("{on}=\"fighters(threat)\"")),
        "the threat has `open_fighters`"
    );
    assert_eq!(
        help(&format!("{on}=\"leadership(threat)\"")),
        "the threat has `threat_leadership`"
    );
    assert_eq!(
        help(&format!("{on}=\"troops(east)\"")),
        "did you mean `fighters`?"
    );
    assert_eq!(
        help(&format!("{on}=\"threat_fighters\"")),
        "did you mean `open_fighters`?"
    );
    assert_eq!(
        help(&format!("{on}=\"truce(east, west)\"")),
        "did you mean `ceasefire`?"
    );
}

#[test]
fn a_number_with_a_separator_of_thousands_is_asked_about_in_all_its_readings() {
    let text = std::fs::read_to_string(BASE).unwrap();
    let help_of = |from: &str, to: &str| {
        assert!(text.contains(from));
        let problems = Scenario::parse("text", &text.replace(from, to)).unwrap_err();
        let helps: Vec<String> = problems.iter().filter_map(|p| p.help.clone()).collect();
        assert_eq!(
            (problems.len(), helps.len()),
            (1, 1),
            "{to}: {}",
            problems.render(false)
        );
        helps.concat()
    };
    let three = "thousands are written as 4500 or 4_500, decimals with a point: 4.5";
    assert_eq!(help_of("fighters = 5000", "fighters = 4,500"), three);
    assert_eq!(
        help_of("fighters = { value = 7000,", "fighters = { value = 4,500,"),
        three
    );
    assert_eq!(
        help_of("population = 800000", "population = 1,234,567"),
        "thousands are written as 1234567 or 1_234_567"
    );
    assert_eq!(
        help_of("value = 3\n", "value = 3,25\n"),
        "write decimals with a point: 3.25"
    );
    for (from, to) in [
        ("fighters = 5000", "fighters = 4.500"),
        ("fighters = { value = 7000,", "fighters = { value = 4.500,"),
        ("low = 6000, mode = 8000", "low = 4.500, mode = 8000"),
    ] {
        assert_eq!(help_of(from, to), "write 4500, 4_500 or 4.5");
    }
    assert_eq!(
        help_of("replicates = 2000", "replicates = 2.000"),
        "thousands are written as 2000 or 2_000"
    );
}

#[test]
fn a_point_before_other_than_three_digits_is_a_decimal_one() {
    let fine = [
        "threat.fighters=4.5",
        "threat.fighters=4500.125",
        "arena.hills.population=0.500",
        "threat.funds_musd=4.500",
        "threat.fighters={ dist = \"lognormal\", median = 4000, sigma = 1.125, low = 1, high = 9e4 }",
    ];
    for setting in fine {
        assert_eq!(said(&[setting]), [""; 0], "{setting}");
    }
    // What can't be typed so is still written so that it is read again.
    let third = "threat.fighters=4.1250".to_owned();
    let scenario = Scenario::load_with(Path::new(BASE), &[third]).unwrap();
    let again = Scenario::parse("again", &scenario.resolved()).unwrap();
    assert_eq!(again.number(again.threat.fighters).central(), 4.125);
}
