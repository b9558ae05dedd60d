//! Scenario discovery and policy options, of made-up points.

use std::path::Path;

use super::super::canvas::Page;
use super::super::sample::dice;
use super::super::{discover as figures, robust as options};
use super::long;
use super::results::at;
use crate::experiment::discover::prim::Rules;
use crate::experiment::discover::{
    Cases, Choice, Counted, Discovery, Question, Source, Target, discover,
};
use crate::experiment::robust::{Aim, Best, BestMap, MapAxis, Range, Robust, RobustOption};
use crate::experiment::sensitivity::Number;
use crate::scenario::Scenario;

/// All pictures of a page, each with its name and what it is of.
pub fn all(page: Page) -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    for (inputs, idle) in [(2, false), (9, false), (40, false), (3, true)] {
        let (found, points, cases) = made_up(inputs, idle);
        let of = format!("{inputs} inputs, {idle}");
        let mut add = |name: &str, svg| pictures.push((format!("{name} of {of}"), svg));
        let boxes = figures::boxes::draw(&found, page);
        add("boxes.png", boxes.expect("drawn"));
        if !found.boxes.is_empty() {
            let trajectory = figures::trajectory::draw(&found, page);
            add("trajectory.png", trajectory.expect("drawn"));
        }
        if figures::pairs::are_there(&found) {
            let pairs = figures::pairs::draw(&found, &points, &cases, page);
            add("pairs.png", pairs.expect("drawn"));
        }
        add(
            "tree.png",
            figures::tree::draw(&found, page).expect("drawn"),
        );
    }
    for count in [2, 5, 9] {
        let found = weighed(count);
        let map = found.map.as_ref().expect("made up");
        let of = format!("{count} options");
        pictures.push((
            format!("robust.png of {of}"),
            options::draw(&found, page).expect("drawn"),
        ));
        pictures.push((
            format!("map.png of {of}"),
            options::map::draw(&found, map, page).expect("drawn"),
        ));
    }
    pictures
}

fn scenario() -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/iraq_2016.toml");
    Scenario::load(&path).expect("a scenario of the project")
}

/// Points of which half of the inputs matter, or none.
fn made_up(inputs: usize, idle: bool) -> (Discovery, Vec<Counted>, Cases) {
    let points: Vec<Counted> = (0..1500)
        .map(|point| {
            let values: Vec<f64> = (0..inputs)
                .map(|input| match input % 3 {
                    1 => (dice(point, input, 5) * 3.0).floor(),
                    _ => 1e5 * dice(point, input, 5),
                })
                .collect();
            let place = |input: usize| values[input.min(inputs - 1)] / 1e5;
            let corner = (place(0) > 0.6) as u64 + (values[1] > 1.5) as u64;
            let chance = match idle {
                true => 0.3,
                false => 0.05 + 0.3 * corner as f64 + 0.2 * place(2) * place(3),
            };
            let came = (0..16).filter(|k| dice(point, inputs + k, 7) < chance);
            Counted {
                came: vec![came.count() as u64],
                values,
                run: 16,
                counted: 16,
            }
        })
        .collect();
    let cases = Cases {
        outcome: 0,
        absent: false,
        threshold: None,
    };
    let question = Question {
        cases,
        choice: Choice {
            rules: Rules::default(),
            density: None,
            quasi_p: 1.0,
        },
        boxes: 5,
        halves: 5,
        depth: 4,
        seed: 1,
    };
    let number = |input: usize| Number {
        key: format!("arena.place_with_a_long_name_{input}.revenue_musd_per_month_and_more"),
        unit: "1".to_owned(),
        about: long(input),
        members: Vec::new(),
        low: Some(0.0),
        median: Some(5e4),
        high: Some(1e5),
    };
    let target = Target {
        key: "an_outcome".to_owned(),
        label: long(1),
        absent: inputs == 9,
    };
    let source = Source::Design {
        design: "lhs".to_owned(),
    };
    let numbers = (0..inputs).map(number).collect();
    let found = discover(&scenario(), (numbers, target), source, &points, &question);
    (found, points, cases)
}

fn weighed(count: usize) -> Robust {
    let scenario = scenario();
    let range = |option: usize, part: usize| {
        let least = dice(option, part, 11) * 0.3;
        Range {
            least,
            most: least + 0.1,
            low: least - 0.02,
            high: least + 0.13,
        }
    };
    let option = |option: usize| RobustOption {
        label: format!("{option} {}", long(option)),
        scenario: "iraq_2016".to_owned(),
        identity: scenario.identity(),
        mean: at(dice(option, 1, 11), 0.02),
        difference: (option > 0).then(|| at(dice(option, 2, 11) - 0.5, 0.03)),
        satisficing: at(dice(option, 3, 11), 0.05),
        satisficing_difference: None,
        worst_tenth: range(option, 4),
        regret: range(option, 5),
        regret_worst_tenth: range(option, 6),
        best_in: 1.0 / count as f64,
    };
    let cell = |x: usize, y: usize| {
        let option = (x + y) % count;
        (x + 2 * y != 4).then(|| Best {
            rows: 40,
            option,
            second: (option + 1) % count,
            by: at(0.1 * dice(x, y, 12), 0.05),
            is_clear: dice(x, y, 12) > 0.5,
        })
    };
    let axis = |name: &str| MapAxis {
        key: format!("faction.a_faction_with_a_name_{name}.fighters_at_the_start"),
        edges: (0..=5).map(|k| 12_345.6 * f64::from(k)).collect(),
    };
    Robust {
        format: 1,
        version: "0.1.0".to_owned(),
        scenario: "iraq_2016".to_owned(),
        title: long(3),
        identity: scenario.identity(),
        seed: 1,
        design: "lhs".to_owned(),
        outcome: "an_outcome".to_owned(),
        label: long(2),
        better: Aim::Low,
        level: 0.4,
        rows: 1024,
        replicates_per_row: 16,
        replicates: 1024 * 16 * count as u64,
        failed: 0,
        partial: false,
        options: (0..count).map(option).collect(),
        map: Some(BestMap {
            across: axis("across"),
            up: axis("up"),
            cells: (0..5)
                .map(|x| (0..5).map(|y| cell(x, y)).collect())
                .collect(),
        }),
    }
}
