//! One scenario laid over another.

use std::fs;
use std::path::Path;

use simulate::scenario::{Form, Scenario};

/// Lays a text over the base scenario of `tests/broken`.
fn over(text: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize("tests/broken/base.toml").expect("the base");
    let path = folder.path().join("over.toml");
    let base = base.display().to_string();
    fs::write(&path, format!("extends = '{base}'\n{text}")).expect("written");
    Scenario::load(&path).unwrap_or_else(|p| panic!("{}", p.render(false)))
}

fn number<'a>(scenario: &'a Scenario, path: &str) -> &'a simulate::scenario::NumberRecord {
    let found = scenario.numbers.iter().find(|n| n.path == path);
    found.unwrap_or_else(|| panic!("no {path}"))
}

fn base() -> Scenario {
    Scenario::load(Path::new("tests/broken/base.toml")).expect("the base is fine")
}

#[test]
fn an_overlay_that_changes_nothing_resolves_to_the_same() {
    let named = over("scenario.name = \"base\"\n");
    assert_eq!(named.resolved(), base().resolved());
}

#[test]
fn an_arena_with_a_value_is_merged_key_by_key_and_not_taken_for_a_number() {
    let scenario = over("[arena.city]\nrefuge = 0.9\n");
    assert_eq!(number(&scenario, "arena.city.refuge").central(), 0.9);
    assert_eq!(number(&scenario, "arena.city.value").central(), 3.0);
    let scenario = over("[arena.city]\nvalue = 5\n");
    assert_eq!(number(&scenario, "arena.city.value").central(), 5.0);
    assert_eq!(
        number(&scenario, "arena.city.population").central(),
        800_000.0
    );
}

#[test]
fn a_number_is_replaced_whole_and_never_mixed_with_the_one_below() {
    let scenario = over("[faction.west]\nfighters = { dist = \"uniform\", low = 1, high = 3 }\n");
    let fighters = number(&scenario, "faction.west.fighters");
    assert!(matches!(fighters.form, Form::Uncertain(_)));
    assert_eq!(fighters.source, None);
    let scenario = over("[faction.east]\nfighters = 5\n");
    assert_eq!(
        number(&scenario, "faction.east.fighters").form,
        Form::Fixed(5.0)
    );
}

#[test]
fn a_list_of_names_is_replaced_even_by_an_empty_one() {
    let scenario =
        over("[arena.fields]\nneighbours = []\n[arena.hills]\nneighbours = [\"fields\"]\n");
    let neighbours = |key: &str| {
        let arena = scenario
            .arenas
            .iter()
            .find(|a| a.key == key)
            .expect("an arena");
        let names = arena
            .neighbours
            .iter()
            .map(|n| scenario.arenas[*n].key.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(neighbours("fields"), Vec::<String>::new());
    assert_eq!(neighbours("hills"), ["fields"]);
}

#[test]
fn an_event_meets_its_match_by_id_and_a_tie_by_its_pair_in_either_order() {
    let scenario = over(
        "[[event]]\nid = \"summit\"\nenabled = false\n[[tie]]\nbetween = [\"west\", \"east\"]\nhostility = 0.2\n",
    );
    assert_eq!(scenario.events.len(), base().events.len());
    assert!(!scenario.events[0].enabled);
    assert_eq!(scenario.events[0].name, "The allies meet");
    assert_eq!(scenario.ties.len(), base().ties.len());
    assert_eq!(number(&scenario, "tie.east+west.hostility").central(), 0.2);
}

#[test]
fn a_resolved_scenario_resolves_to_itself_whatever_its_file_is_called() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut paths = crate::scenario_paths();
    let odd = folder.path().join("my 'base' (2).v3.toml");
    fs::copy("tests/broken/base.toml", &odd).expect("copied");
    paths.push(odd);
    for path in paths {
        let scenario = Scenario::load(&path).unwrap_or_else(|p| panic!("{}", p.render(false)));
        let resolved = folder.path().join("scenario.resolved.toml");
        fs::write(&resolved, scenario.resolved()).expect("written");
        let again = Scenario::load(&resolved).unwrap_or_else(|p| panic!("{}", p.render(false)));
        assert_eq!(again.name, scenario.name);
        let (ours, theirs) = (scenario.resolved(), again.resolved());
        let differs = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{}", path.display());
        assert!(ours == theirs, "{}", path.display());
        let forms = |s: &Scenario| {
            s.numbers
                .iter()
                .map(|n| (n.path.clone(), n.form.clone()))
                .collect::<Vec<_>>()
        };
        assert!(forms(&again) == forms(&scenario), "{}", path.display());
    }
}

#[test]
fn a_setting_reaches_every_number_by_the_key_that_check_lists() {
    for number in base().numbers.iter().filter(|n| n.given) {
        let value = match &number.form {
            Form::Fixed(value) => *value,
            Form::Uncertain(distribution) => distribution.median(),
        };
        let setting = format!("{}={value:?}", number.path);
        let set = Scenario::load_with(
            Path::new("tests/broken/base.toml"),
            std::slice::from_ref(&setting),
        );
        let set = set.unwrap_or_else(|p| panic!("{setting}: {}", p.render(false)));
        assert_eq!(set.numbers.len(), base().numbers.len(), "{setting}");
        let there = set
            .numbers
            .iter()
            .find(|n| n.path == number.path)
            .expect("the number");
        assert_eq!(there.form, Form::Fixed(value), "{setting}");
    }
}
