//! Outcomes as data: what a scenario says of them is what is looked for, in every replicate.

use std::fs;
use std::path::Path;

use simulate::engine::{Batch, Came, Progress, Row, run};
use simulate::scenario::Scenario;

use crate::overlay::laid_over;

const BASE: &str = "tests/broken/base.toml";

/// The base with this laid over it.
fn with(text: &str) -> Result<Scenario, String> {
    laid_over(BASE, text, &[])
}

fn scenario(text: &str) -> Scenario {
    with(text).unwrap_or_else(|said| panic!("{said}"))
}

fn rows(scenario: &Scenario, replicates: u64) -> Vec<Row> {
    let batch = Batch::of(scenario).seed(1).replicates(replicates);
    let mut all = Vec::new();
    let done = run(&batch, &Progress::default(), |rows: &[Row]| {
        all.extend_from_slice(rows);
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok((_, failures)) = done;
    assert!(failures.is_empty());
    all
}

fn place(scenario: &Scenario, key: &str) -> usize {
    let found = scenario.outcomes.iter().position(|o| o.key == key);
    found.unwrap_or_else(|| panic!("no outcome {key}"))
}

fn of<'a>(scenario: &Scenario, rows: &'a [Row], key: &str) -> impl Iterator<Item = Came> + 'a {
    let place = place(scenario, key);
    rows.iter().map(move |row| row.outcomes[place])
}

/// An outcome of a scenario's own.
fn own(when: &str, more: &str) -> String {
    format!("[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"{when}\"\n{more}\n")
}

/// Base has 104 steps of a week.
#[test]
fn what_must_be_so_must_be_so_for_so_many_weeks_on_end() {
    let scenario = scenario(&own("week >= 10 and week < 20", "for_weeks = 4"));
    for came in of(&scenario, &rows(&scenario, 8), "own") {
        // From week 10 on; the fourth of these is 13, the tenth 19.
        let expected = Came {
            first: Some(13),
            end: Some(20),
            steps: 7,
        };
        assert_eq!(came, expected);
    }
}

#[test]
fn operators_bind_as_the_page_says() {
    for (expression, so) in [
        ("1 + 2 * 3 == 7", true),
        ("(1 + 2) * 3 == 9", true),
        ("2 - 3 - 4 == -5", true),
        ("8 / 4 / 2 == 1", true),
        ("-2 * -3 == 6", true),
        ("1 > 2 and 1 > 2 or 1 < 2", true),
        ("1 < 2 or 1 > 2 and 1 > 2", true),
        ("not 1 > 2 and 1 < 2", true),
        ("not (1 < 2 or 1 > 2)", false),
        ("not not 1 < 2", true),
        ("min(3, 1, 2) == 1 and max(3, 1, 2) == 3", true),
        ("1e-3 < 0.01 and 2.5 != 2", true),
        ("outcomes.drop == 0.4 and 'outcomes.drop' >= 0.4", true),
        // Nothing is more or less than what is no number.
        ("0 / 0 < 1 or 0 / 0 >= 1 or 0 / 0 == 0 or 0 / 0 != 0", false),
        ("1 / 0 > 1e30", true),
    ] {
        let scenario = scenario(&own(expression, ""));
        let came = of(&scenario, &rows(&scenario, 2), "own").next();
        let first = came.expect("a row").first;
        assert_eq!(first, so.then_some(1), "{expression}");
    }
}

#[test]
fn what_has_been_so_far_is_kept() {
    let text = [
        own("start(week) == 0 and lowest(week) == 0 and highest(week) == week", ""),
        // The range so far of a strength that moves.
        "[[outcome]]\nid = \"wide\"\nlabel = \"Wide\"\nwhen = \"highest(threat_strength) - lowest(threat_strength) > 0.1\"\n".to_owned(),
        "[[outcome]]\nid = \"once\"\nlabel = \"Once\"\nwhen = \"threat_strength > 1.05 or threat_strength < 0.95\"\n".to_owned(),
    ]
    .concat();
    let scenario = scenario(&text);
    let rows = rows(&scenario, 64);
    for came in of(&scenario, &rows, "own") {
        assert_eq!((came.first, came.end, came.steps), (Some(1), None, 104));
    }
    // A range never shrinks: what has begun is not over.
    assert!(of(&scenario, &rows, "wide").all(|came| came.end.is_none()));
    assert!(of(&scenario, &rows, "wide").any(|came| came.first.is_some()));
    assert!(of(&scenario, &rows, "once").any(|came| came.end.is_some()));
}

#[test]
fn an_outcome_can_ask_for_those_before_it() {
    let text = [
        own("week >= 5 and week < 9", ""),
        "[[outcome]]\nid = \"during\"\nlabel = \"During\"\nwhen = \"holds(own)\"\n".to_owned(),
        "[[outcome]]\nid = \"later\"\nlabel = \"Later\"\nwhen = \"week >= 0\"\nafter = \"happened(own)\"\nunless = \"holds(own)\"\n".to_owned(),
        "[[outcome]]\nid = \"of_each\"\neach = \"coalition\"\nlabel = \"Of {each}\"\nwhen = \"happened(collapse)\"\n".to_owned(),
    ]
    .concat();
    let scenario = scenario(&text);
    let rows = rows(&scenario, 200);
    for (during, later) in of(&scenario, &rows, "during").zip(of(&scenario, &rows, "later")) {
        assert_eq!((during.first, during.end), (Some(5), Some(9)));
        assert_eq!((later.first, later.end), (Some(9), None));
    }
    // `collapse` is there that of the coalition at hand.
    let (own, whole) = (
        of(&scenario, &rows, "of_each.allies"),
        of(&scenario, &rows, "collapse.allies"),
    );
    assert!(own.zip(whole).all(|(own, whole)| own.first == whole.first));
}

/// The trough is the lowest point before the threat regroups, whatever comes after.
#[test]
fn the_trough_is_that_from_which_the_threat_rose() {
    let scenario = scenario("");
    let rows = rows(&scenario, 2000);
    let regroup = place(&scenario, "regroup");
    let mut seen = 0;
    for row in &rows {
        if let Some(first) = row.outcomes[regroup].first {
            seen += 1;
            assert!(row.trough_step < first, "{row:?}");
        }
    }
    assert!(seen > 50, "{seen}");
}

/// A collapse holds exactly while one of its criteria does.
#[test]
fn a_collapse_is_made_of_its_criteria() {
    let scenario = scenario("[[tie]]\nbetween = [\"east\", \"west\"]\nhostility = 0.9\n");
    let rows = rows(&scenario, 1000);
    let criteria = ["war_within", "loss_of_purpose", "low_cohesion"]
        .map(|id| place(&scenario, &format!("{id}.allies")));
    let collapse = place(&scenario, "collapse.allies");
    let (mut over, mut whole) = (0, 0);
    for row in &rows {
        let first = criteria.iter().filter_map(|&k| row.outcomes[k].first).min();
        assert_eq!(row.outcomes[collapse].first, first, "{row:?}");
        let most = criteria.iter().map(|&k| row.outcomes[k].steps).max();
        let sum: u32 = criteria.iter().map(|&k| row.outcomes[k].steps).sum();
        let steps = row.outcomes[collapse].steps;
        assert!(most <= Some(steps) && steps <= sum, "{row:?}");
        over += u32::from(row.outcomes[collapse].end.is_some());
        whole += u32::from(first.is_some());
    }
    assert!(0 < over && over < whole, "{over} {whole}");
}

#[test]
fn stalemate_is_that_nothing_that_counts_came_about() {
    let text = "[[outcome]]\nid = \"sure\"\nlabel = \"Sure\"\nwhen = \"week > 3\"\n";
    let counted = scenario(text);
    assert!(of(&counted, &rows(&counted, 64), "stalemate").all(|came| came.first.is_none()));
    let apart = scenario(&format!("{text}counts = false\n"));
    let all = rows(&apart, 400);
    let counts = apart.outcomes.iter().map(|o| o.counts);
    let counts: Vec<bool> = counts.collect();
    for (row, came) in all.iter().zip(of(&apart, &all, "stalemate")) {
        let mut each = row.outcomes.iter().zip(&counts);
        let any = each.any(|(came, counts)| *counts && came.first.is_some());
        assert_eq!(came.first, (!any).then_some(104));
    }
}

#[test]
fn what_is_called_off_is_nowhere_and_never_holds() {
    let off = "[[outcome]]\nid = \"war_within\"\nenabled = false\n";
    let scenario = scenario(&format!("{off}{}", own("happened(war_within.allies)", "")));
    assert!(scenario.outcomes.iter().all(|o| o.id != "war_within"));
    let all = rows(&scenario, 200);
    assert!(of(&scenario, &all, "own").all(|came| came.first.is_none()));
    let folder = tempfile::tempdir().expect("a folder");
    let resolved = folder.path().join("again.toml");
    fs::write(&resolved, scenario.resolved()).expect("written");
    let again = Scenario::load(&resolved).unwrap_or_else(|p| panic!("{}", p.render(false)));
    assert_eq!(again.outcomes, scenario.outcomes);
}

/// The criteria of the collapse can be another's idea of it.
#[test]
fn a_scenario_changes_an_entry_by_its_id() {
    let text = "[[outcome]]\nid = \"collapse\"\nlabel = \"The end of {each}\"\nwhen = \"holds(war_within)\"\n";
    let changed = scenario(text);
    let place = place(&changed, "collapse.allies");
    assert_eq!(changed.outcomes[place].label, "The end of Alliance");
    let all = rows(&changed, 500);
    let war = of(&changed, &all, "war_within.allies");
    assert!(
        war.zip(of(&changed, &all, "collapse.allies"))
            .all(|(war, end)| war == end)
    );
}

/// Every mistake in an expression is shown where it stands, with what is right.
#[test]
fn what_is_wrong_with_an_expression_is_said_at_its_place() {
    let cases = [
        ("week >", "the expression ends too soon"),
        ("week > (3", "a bracket is not closed"),
        ("control(city, threat > 0.5", "`>` is no name"),
        ("week = 3", "equality is written `==`"),
        ("week > 3 && week < 5", "write `and`"),
        ("0 < week < 5", "compare twice"),
        ("week", "true or false is wanted here"),
        ("week and week > 3", "true or false is wanted here"),
        ("(week > 3) + 1 > 0", "a number is wanted here"),
        ("wek > 3", "did you mean `week`?"),
        ("control(citty, threat) > 0", "did you mean `city`?"),
        (
            "control(city) > 0",
            "`control` takes 2 names in brackets, not 1",
        ),
        ("fighters(threat) > 0", "the threat has `open_fighters`"),
        ("outcomes.dropp > 0", "did you mean `outcomes.drop`?"),
        ("'outcomes.drop > 0", "a quote that doesn't end"),
        ("happened(regrop)", "did you mean `regroup`?"),
        ("cohesion(each) < 1", "there is no coalition `each`"),
        ("attack(hill) > 0", "`attack` can't be read by a condition"),
        ("1.2.3 > week", "`1.2.3` is no number"),
        ("week > 3 % 2", "`%` can't stand here"),
    ];
    for (expression, said) in cases {
        let problems = with(&own(expression, "")).expect_err(expression);
        assert!(problems.contains(said), "{expression}:\n{problems}");
        assert!(
            problems.contains("with.toml:5:"),
            "{expression}:\n{problems}"
        );
        assert!(
            problems.contains("\n1 problem;"),
            "{expression}:\n{problems}"
        );
    }
    let deep = format!("{}1{} > 0", "(".repeat(400), ")".repeat(400));
    let problems = with(&own(&deep, "")).expect_err("too deep");
    assert!(
        problems.contains("brackets within each other"),
        "{problems}"
    );
}

#[test]
fn what_is_wrong_with_an_outcome_is_said() {
    let cases = [
        (
            "[[outcome]]\nid = \"own\"\nlabel = \"Own\"\n",
            "outcome `own` never comes about",
        ),
        (
            "[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"week > 1\"\notherwise = true\n",
            "has `when` and comes about otherwise",
        ),
        (
            "[[outcome]]\nid = \"Own one\"\nlabel = \"Own\"\nwhen = \"week > 1\"\n",
            "can't be an id",
        ),
        (
            "[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"week > 1\"\npart_of = \"colapse\"\n",
            "there is no outcome `colapse` for `part_of`",
        ),
        (
            "[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"week > 1\"\nfor_weeks = -1\n",
            "allowed: 0 to 5200 weeks",
        ),
        (
            "[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"week > 1\"\n[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"week > 1\"\n",
            "there are two outcomes `own`",
        ),
        (
            "[[outcome]]\nid = \"own\"\nlabel = \"Own\"\nwhen = \"grievance(city, hill) > 0.5 and crisis(city) > 0\"\n",
            "`city` is a territory",
        ),
    ];
    for (text, said) in cases {
        let problems = with(text).expect_err(text);
        assert!(problems.contains(said), "{text}:\n{problems}");
    }
}

/// No outcome but those of the format's own text is known to the program by name.
#[test]
fn no_source_file_knows_an_outcome_by_name() {
    fn look(folder: &Path, wrong: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                look(&path, wrong);
                continue;
            }
            // Made-up results, to try pictures on.
            let is_made_up = ["sample.rs", "results.rs", "recipes.rs", "tests.rs"];
            let name = path
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or_default();
            if !name.ends_with(".rs") || is_made_up.contains(&name) {
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for id in [
                "\"regroup\"",
                "\"collapse\"",
                "\"defeat\"",
                "\"expansion\"",
                "\"stalemate\"",
            ] {
                if code.contains(id) {
                    wrong.push(format!("{}: {id}", path.display()));
                }
            }
        }
    }
    let mut wrong = Vec::new();
    for folder in ["core/src", "src"] {
        look(Path::new(folder), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
