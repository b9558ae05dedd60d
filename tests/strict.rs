//! `simulate check --strict`: what is legal but odd, and nothing else.

use std::path::Path;

use assert_cmd::Command;
use simulate::experiment::strict::{Kind, Oddity, look};
use simulate::scenario::Scenario;

/// A scenario over the base of the broken ones, which has nothing odd in it but that it is sure of all.
fn odd_in(over: &str, settings: &[&str]) -> Vec<Oddity> {
    let base = std::fs::read_to_string("tests/fixtures/strict.toml").expect("the base");
    let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
    let scenario = Scenario::parse_with("odd.toml", &(base + over), &settings);
    look(&scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))))
}

fn told(odd: &[Oddity]) -> Vec<(Kind, &str)> {
    odd.iter()
        .map(|oddity| (oddity.kind, oddity.key.as_str()))
        .collect()
}

fn event(more: &str, effect: &str) -> String {
    format!("\n[[event]]\nid = \"it\"\nname = \"It\"\n{more}\neffect = [{effect}]\n")
}

/// A correlation plays its part where both numbers are drawn by themselves; histories at their medians know nothing of it.
#[test]
fn a_correlation_is_odd_where_one_of_the_two_does_not_vary() {
    let pair = "\n[[correlation]]\nbetween = [\"faction.army.fighters\", \"threat.quality\"]\nrho = { value = 0.5, source = \"judgement\" }\n";
    let key = "correlation.faction.army.fighters+threat.quality.rho";
    let one = "\n[faction.army]\nfighters = { dist = \"uniform\", low = 8000, high = 12000, source = \"judgement\" }\n";
    let both = format!(
        "{one}\n[threat]\nquality = {{ dist = \"uniform\", low = 0.8, high = 1.2, source = \"judgement\" }}\n"
    );
    // Where the command line holds a number, what the file says of it stands.
    let held = vec!["threat.quality=1.1".to_owned()];
    for (numbers, settings, odd) in [
        (one.to_owned(), vec![], vec![(Kind::Unread, key)]),
        (both.clone(), vec![], vec![]),
        (both, held, vec![]),
    ] {
        let over = format!("extends = \"strict.toml\"\n{numbers}{pair}");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::copy(
            "tests/fixtures/strict.toml",
            folder.path().join("strict.toml"),
        )
        .expect("copied");
        std::fs::write(folder.path().join("over.toml"), over).expect("written");
        let scenario = Scenario::load_with(&folder.path().join("over.toml"), &settings);
        let found = look(&scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))));
        assert_eq!(told(&found), odd);
    }
}

#[test]
fn a_scenario_in_which_all_plays_a_part_has_nothing_odd() {
    let odd = odd_in("", &[]);
    assert!(odd.is_empty(), "{:?}", told(&odd));
}

/// Each change, and the one thing that is said of it.
#[test]
fn each_odd_thing_is_said_once_and_nothing_else() {
    let soon = "date = 2031-06-01";
    let often = "hazard_per_year = 4";
    let pay = r#"{ on = "pay(army)", multiply = 0.5 }"#;
    let cases: Vec<(Kind, &str, String, Vec<&str>)> = vec![
        (
            Kind::Effect,
            "event.it.effect.0.add",
            event(soon, r#"{ on = "pay(army)", add = 0 }"#),
            vec![],
        ),
        (
            Kind::Effect,
            "event.it.effect.0.multiply",
            event(soon, r#"{ on = "pay(army)", multiply = 1 }"#),
            vec![],
        ),
        (
            Kind::Effect,
            "event.it.effect.0.set",
            event(soon, r#"{ on = "pay(army)", set = 40 }"#),
            vec![],
        ),
        (
            Kind::Effect,
            "event.it.effect.0.multiply",
            event(soon, r#"{ on = "stake(army, gate)", multiply = 3 }"#),
            vec![],
        ),
        (
            Kind::Effect,
            "event.it.effect.0.multiply",
            event(soon, r#"{ on = "hostility(army, clans)", multiply = 3 }"#),
            vec![],
        ),
        (
            Kind::Effect,
            "event.it.effect.0.add",
            event(soon, r#"{ on = "attack(sailors)", add = 1 }"#),
            vec![],
        ),
        (
            Kind::Politics,
            "faction.army.exposure.cabinet",
            String::new(),
            vec!["faction.army.exposure.cabinet=0.5"],
        ),
        (
            Kind::Politics,
            "faction.army.access.cabinet",
            String::new(),
            vec!["faction.army.access.cabinet=0.5"],
        ),
        (
            Kind::Politics,
            "arena.cabinet.refuge",
            String::new(),
            vec!["arena.cabinet.refuge=0.5"],
        ),
        (
            Kind::Politics,
            "arena.port.crisis",
            String::new(),
            vec!["arena.port.crisis=0.5"],
        ),
        (
            Kind::Never,
            "event.it",
            event(
                &format!("{often}\nwhen = [{{ on = \"pay(army)\", above = 1.5 }}]"),
                pay,
            ),
            vec![],
        ),
        (
            Kind::Reach,
            "event.it.when.0.above",
            event(
                &format!("{often}\nwhen = [{{ on = \"threat_strength\", above = 40 }}]"),
                pay,
            ),
            vec![],
        ),
        (
            Kind::Steps,
            "event.it.hazard_per_year",
            event("hazard_per_year = 40", pay),
            vec![],
        ),
        (
            Kind::Steps,
            "conflict.feud_per_week",
            String::new(),
            vec!["conflict.feud_per_week=1.5"],
        ),
        (
            Kind::Unread,
            "oil.volatility",
            String::new(),
            vec!["oil.volatility=0.1"],
        ),
        (
            Kind::Idle,
            "bloc.league",
            "\n[bloc.league]\nname = \"League\"\n".to_owned(),
            vec![],
        ),
        (
            Kind::Idle,
            "community.nomads",
            "\n[community.nomads]\nname = \"Nomads\"\nsympathy = 0.2\n".to_owned(),
            vec![],
        ),
        (
            Kind::Idle,
            "patron.far",
            "\n[patron.far]\nname = \"Far\"\ncommitment = 0.5\n".to_owned(),
            vec![],
        ),
        (
            Kind::Idle,
            "faction.monks",
            "\n[faction.monks]\nname = \"Monks\"\nfighters = 40\n".to_owned(),
            vec![],
        ),
    ];
    let mut wrong = Vec::new();
    for (kind, key, over, settings) in cases {
        let odd = odd_in(&over, &settings);
        if told(&odd) != [(kind, key)] {
            wrong.push(format!("{key}: {:?}", told(&odd)));
        }
        for oddity in &odd {
            let problem = &oddity.problem;
            assert!(problem.help.is_some() && !problem.message.is_empty());
            // What has no number has no place of its own.
            assert!(
                problem.place.is_some() || kind == Kind::Idle || kind == Kind::Steps,
                "{key}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn long_steps_certainty_and_silence_about_sources_are_odd() {
    let odd = odd_in("", &["time.step_weeks=6"]);
    assert!(
        told(&odd).contains(&(Kind::Steps, "time.step_weeks")),
        "{:?}",
        told(&odd)
    );
    let odd = odd_in("", &["faction.army.fighters=8000", "threat.fighters=4000"]);
    assert_eq!(told(&odd), [(Kind::Certain, "")]);
    let base = std::fs::read_to_string("tests/fixtures/strict.toml").expect("the base");
    let without = base.replace("source = \"judgement\"\n", "");
    let odd = look(&Scenario::parse("odd.toml", &without).expect("it is fine"));
    let kinds: Vec<Kind> = odd.iter().map(|oddity| oddity.kind).collect();
    assert_eq!(kinds, [Kind::Source]);
}

/// Of two incomes each of which is enough neither matters by itself: that is no oddity.
#[test]
fn numbers_that_stand_in_for_each_other_are_not_said_to_do_nothing() {
    let rich = [
        "threat.external_musd_per_month=50",
        "arena.port.revenue_musd_per_month=50",
        "threat.funds_musd=0",
    ];
    let odd = odd_in("", &rich);
    let money = |oddity: &&Oddity| oddity.key.contains("musd");
    assert_eq!(odd.iter().filter(money).count(), 0, "{:?}", told(&odd));
    // Where nothing is paid for, none of it matters, and all of it is said.
    let unpaid = [
        &rich[..],
        &[
            "threat.wage_usd_per_month=0",
            "threat.administration_musd_per_month=0",
        ],
    ]
    .concat();
    let odd = odd_in("", &unpaid);
    assert!(odd.iter().filter(money).count() >= 2, "{:?}", told(&odd));
}

/// What is right of the scenarios that come with the program, and stands as it is: docs/strict.md.
#[test]
fn of_the_shipped_scenarios_only_what_is_right_is_said() {
    let known: [(&str, &[(Kind, &str)]); 4] = KNOWN;
    for (file, right) in known {
        let scenario = match file {
            "starter" => {
                let text = std::fs::read_to_string("src/cli/starter.toml").expect("the starter");
                Scenario::parse(file, &text.replace("@NAME@", file))
            }
            path => Scenario::load(Path::new(path)),
        };
        let odd = look(&scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))));
        assert_eq!(told(&odd), right, "{file}");
    }
}

const KNOWN: [(&str, &[(Kind, &str)]); 4] = [
    ("starter", &[]),
    ("scenarios/iraq_2016.toml", &[(Kind::Unread, "position")]),
    (
        "scenarios/afghanistan_1989.toml",
        &[
            (Kind::Unread, "position"),
            (Kind::Unread, "tie.pakistan+ussr.hostility"),
            (Kind::Unread, "tie.us+ussr.hostility"),
        ],
    ),
    (
        "scenarios/grand_alliance_1945.toml",
        &[
            (Kind::Unread, "position"),
            (Kind::Unread, "faction.lublin.abuse.german"),
            (Kind::Unread, "faction.partisans.abuse.german"),
            (Kind::Unread, "threat.repression"),
        ],
    ),
];

fn check(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("simulate").expect("the program");
    let output = command
        .arg("check")
        .args(arguments)
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_exit_code_tells_odd_from_wrong_and_json_has_all() {
    let fine = "tests/fixtures/strict.toml";
    let (code, said, _) = check(&[fine, "--strict"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("nothing odd"), "{said}");
    let odd = [
        fine,
        "--set",
        "faction.army.exposure.cabinet=0.5",
        "--strict",
    ];
    let (code, said, error) = check(&odd);
    assert_eq!(code, Some(4), "{error}");
    assert!(
        said.contains("fine") && error.contains("1 odd: 1 politics"),
        "{said} {error}"
    );
    assert!(
        error.contains("politics are") || error.contains("no threat in politics"),
        "{error}"
    );
    // Without --strict, and with its kind let pass, all is fine.
    assert_eq!(check(&odd[..3]).0, Some(0));
    assert_eq!(
        check(&[&odd[..], &["--allow", "politics"]].concat()).0,
        Some(0)
    );
    assert_eq!(
        check(&[&odd[..], &["--allow", "polemics"]].concat()).0,
        Some(2)
    );
    // Wrong is worse than odd.
    assert_eq!(
        check(&["tests/broken/063_no_actors.toml", "--strict"]).0,
        Some(2)
    );
    let (code, json, error) = check(&[&odd[..], &["--format", "json"]].concat());
    assert_eq!((code, error.as_str()), (Some(4), ""));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let result = &json["result"];
    assert_eq!(result["fine"], true);
    assert_eq!(result["oddities"][0]["kind"], "politics");
    assert_eq!(
        result["oddities"][0]["key"],
        "faction.army.exposure.cabinet"
    );
    assert_eq!(result["oddities"][0]["line"], 1);
    let (_, json, _) = check(&[fine, "--format", "json"]);
    assert!(json.contains("\"oddities\": null"));
    let (code, said, error) = check(&[&odd[..], &["-q"]].concat());
    assert_eq!((code, said.as_str()), (Some(4), ""));
    assert!(error.contains("1 odd"));
}
