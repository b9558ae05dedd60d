//! Every kind of picture, of made-up results that put it to the test: many names and few, long
//! ones, dated events, values beyond the axes.

use std::path::Path;

use super::sample::dice;
use super::{
    PICTURES, comparison, history, indices, landscape, recipes, sweep as swept, tornado as bars,
};
use crate::engine::{ActorLabel, Estimate, EventSummary, OutcomeKind, Summary};
use crate::experiment::landscape::shrink;
use crate::experiment::replay::{Detail, replay};
use crate::experiment::sensitivity::morris::Effect;
use crate::experiment::sensitivity::sobol::{Index, Indices};
use crate::experiment::sensitivity::{
    Bar, Decomposition, Number, Output, Screening, Sensitivity, Swing, Tornado,
};
use crate::experiment::sweep::{Measured, Point, Sweep, Swept, SweptOutcome};
use crate::experiment::{
    CohesionComparison, Compared, Comparison, Difference, Differs, Mean, OutcomeComparison,
    OutcomeKey, OutcomeOfRun, Pairing,
};
use crate::scenario::Scenario;

/// A name as long as a scenario may give.
fn long(number: usize) -> String {
    format!("The Provisional Council {number} of ") + &"the Upper and Lower Valleys and ".repeat(8)
}

/// All pictures as SVG, each with its name and what it is of.
pub fn all() -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    let mut add = |name: &str, svg| pictures.push((name.to_owned(), svg));
    let summaries = summaries();
    for (of, summary) in &summaries {
        for (name, draw) in PICTURES {
            add(&format!("{name} of {of}"), draw(summary).expect("drawn"));
        }
    }
    for runs in [2, 3, 9, 12] {
        let runs: Vec<&Summary> = summaries
            .iter()
            .map(|(_, s)| s)
            .cycle()
            .take(runs)
            .collect();
        for long_names in [false, true] {
            let compared = compared(&runs, long_names);
            for (name, svg) in comparison::draw_svgs(&compared, &runs).expect("drawn") {
                let of = format!("{name} of {} runs, {long_names}", runs.len());
                add(&of, svg);
            }
        }
    }
    for (columns, rows) in [(5, 0), (41, 0), (3, 3), (7, 7), (30, 20)] {
        for outcomes in [1, 7, 12] {
            let sweep = sweep(columns, rows, outcomes);
            let of = format!("sweep.png of {columns} x {rows}, {outcomes} outcomes");
            add(&of, swept::draw(&sweep).expect("drawn"));
        }
    }
    for (numbers, outputs) in [(1, 1), (6, 7), (12, 9), (40, 14)] {
        for still in [false, true] {
            let found = sensitivity(numbers, outputs, still);
            let of = format!("{numbers} numbers, {outputs} outputs, {still}");
            add(
                &format!("indices.png of {of}"),
                indices::draw(&found).expect("drawn"),
            );
            let tornado = found.tornado.as_ref().expect("made up");
            add(
                &format!("tornado.png of {of}"),
                bars::draw(&found, tornado).expect("drawn"),
            );
            let screened = Sensitivity {
                sobol: None,
                ..found.clone()
            };
            let svg = indices::draw(&screened).expect("drawn");
            add(&format!("indices.png of {of}, screened"), svg);
        }
    }
    for name in ["iraq_2016", "afghanistan_1989", "grand_alliance_1945"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        let scenario = Scenario::load(&path).expect("a scenario of the project");
        let found = shrink(&scenario, 1, 21, 20).expect("few enough factions");
        add(
            &format!("landscape.png of {name}"),
            landscape::draw(&found).expect("drawn"),
        );
        for replicate in [0, 1, 2] {
            let one = replay(&scenario, scenario.run.seed, replicate, Detail::Usual);
            let svg = history::draw(&scenario, &one).expect("drawn");
            add(&format!("history.png of {name}, {replicate}"), svg);
        }
    }
    pictures
}

/// Summaries with few and many of everything.
fn summaries() -> Vec<(&'static str, Summary)> {
    let mut busy = recipes::plausible();
    events(&mut busy, 25);
    let mut beyond = recipes::plausible();
    events(&mut beyond, 5);
    for fan in &mut beyond.fans {
        let high = fan.axis_high;
        for (step, quantiles) in fan.quantiles.iter_mut().enumerate() {
            let rise = 1.0 + step as f64 / 60.0;
            *quantiles = quantiles.map(|q| q.max(0.05 * high) * rise);
        }
    }
    let mut certain = recipes::plausible();
    events(&mut certain, 1);
    for outcome in &mut certain.outcomes {
        outcome.chance.value = 1.0;
        outcome.chance.high = 1.0;
        for estimate in &mut outcome.incidence {
            estimate.value = 1.0;
        }
    }
    let mut named = recipes::crowded();
    events(&mut named, 5);
    rename(&mut named);
    let mut crowd = recipes::crowded();
    grow(&mut crowd, 30);
    let mut pair = recipes::small();
    pair.factions.truncate(2);
    pair.pairs.retain(|pair| pair.b < 2);
    for matrix in [
        &mut pair.rivalry.start,
        &mut pair.rivalry.trough,
        &mut pair.rivalry.end,
    ] {
        matrix.truncate(2);
        matrix.iter_mut().for_each(|row| row.truncate(2));
    }
    for coalition in &mut pair.coalitions {
        coalition.members.retain(|&member| member < 2);
    }
    pair.outcomes.truncate(1);
    let mut single = recipes::plausible();
    single.factions.iter_mut().for_each(|f| f.bloc = None);
    vec![
        ("a usual one", recipes::plausible()),
        ("a small one", recipes::small()),
        ("25 events", busy),
        ("5 events, and values beyond the axes", beyond),
        ("certain outcomes and an event", certain),
        ("long names", named),
        ("thirty factions", crowd),
        ("two factions and one outcome", pair),
        ("no blocs", single),
        ("a crowded one", recipes::crowded()),
        ("next to nothing", recipes::bare()),
    ]
}

/// Adds dated events all over the horizon, some close to each other.
fn events(summary: &mut Summary, count: usize) {
    for number in 0..count {
        let month = (number * 17) % 46;
        let (year, month) = (2016 + (month + 6) / 12, (month + 6) % 12 + 1);
        summary.events.push(EventSummary {
            id: format!("event_{number}"),
            name: format!("Parliamentary election number {number} in the republic"),
            date: Some(format!("{year}-{month:02}-{:02}", 1 + number % 28)),
            chance: at(0.5, 0.1),
        });
    }
}

fn rename(summary: &mut Summary) {
    summary.title = long(0);
    summary.scenario = long(0);
    let actors = summary.factions.iter_mut().chain(&mut summary.patrons);
    for (number, actor) in actors.enumerate() {
        actor.name = long(number);
        if actor.bloc.is_some() {
            actor.bloc = Some(long(number / 3));
        }
    }
    for (number, coalition) in summary.coalitions.iter_mut().enumerate() {
        coalition.name = long(number);
    }
    for outcome in &mut summary.outcomes {
        if outcome.coalition.is_some() {
            outcome.label = format!("{} collapses", long(0));
        }
    }
    for (number, event) in summary.events.iter_mut().enumerate() {
        event.name = long(number);
    }
    for fan in &mut summary.fans {
        fan.label = long(0);
    }
}

/// As many factions, the new ones like the first.
fn grow(summary: &mut Summary, count: usize) {
    while summary.factions.len() < count {
        let number = summary.factions.len();
        let like = ActorLabel {
            key: format!("more_{number}"),
            ..summary.factions[number % 7].clone()
        };
        summary.factions.push(like);
        for matrix in [
            &mut summary.rivalry.start,
            &mut summary.rivalry.trough,
            &mut summary.rivalry.end,
        ] {
            matrix.iter_mut().for_each(|row| row.push(0.4));
            matrix.push(vec![0.3; number + 1]);
        }
    }
}

fn at(value: f64, half: f64) -> Estimate {
    Estimate {
        value,
        low: value - half,
        high: value + half,
    }
}

fn compared(runs: &[&Summary], long_names: bool) -> Comparison {
    let label = |run: usize| match long_names {
        true => format!("{} {}", run + 1, long(run)),
        false => format!("run_{}", run + 1),
    };
    let weeks: Vec<u32> = (0..=52).map(|k| 4 * k).collect();
    let kinds = [
        (OutcomeKind::Collapse, Some("coalition_0")),
        (OutcomeKind::Collapse, Some("coalition_1")),
        (OutcomeKind::Regroup, None),
        (OutcomeKind::Defeat, None),
        (OutcomeKind::Underground, None),
        (OutcomeKind::Expansion, None),
        (OutcomeKind::Stalemate, None),
    ];
    let outcome = |(number, (kind, coalition)): (usize, &(OutcomeKind, Option<&str>))| {
        let of_run = |run: usize| {
            let end = dice(number, run, 71);
            let first = dice(number, 0, 71);
            let over = |end: f64| -> Vec<Estimate> {
                let grid = weeks.iter();
                grid.map(|&w| at(end * f64::from(w) / 208.0, 0.01))
                    .collect()
            };
            // Not every scenario has a second coalition.
            (number != 1 || run != 0).then(|| OutcomeOfRun {
                chance: at(end, 0.01),
                incidence: over(end),
                difference: (run > 0 && number != 1).then(|| Difference {
                    horizon: at(end - first, 0.01),
                    over_time: over(end - first),
                    unpaired: at(end - first, 0.02),
                    width_ratio: Some(0.5),
                    gained: Some(1),
                    lost: Some(2),
                }),
            })
        };
        OutcomeComparison {
            key: OutcomeKey {
                kind: *kind,
                coalition: coalition.map(str::to_owned),
            },
            label: match (coalition, long_names) {
                (Some(_), true) => long(number),
                _ => format!("Outcome number {number} comes about"),
            },
            runs: (0..runs.len()).map(of_run).collect(),
        }
    };
    Comparison {
        format: 1,
        version: "0.1.0".to_owned(),
        same: false,
        partial: false,
        runs: (0..runs.len())
            .map(|run| Compared {
                label: label(run),
                scenario: runs[run].scenario.clone(),
                title: runs[run].title.clone(),
                start: "2016-06-06".to_owned(),
                weeks: 208,
                seed: 1,
                replicates: 10_000,
                used: 10_000,
                failed: 0,
                pairing: Pairing::Paired,
                differs: Differs::default(),
                same_results: None,
                transitions: None,
            })
            .collect(),
        horizon_weeks: 208,
        grid_weeks: weeks.clone(),
        outcomes: kinds.iter().enumerate().map(outcome).collect(),
        cohesion: CohesionComparison {
            runs: (0..runs.len())
                .map(|run| Mean {
                    mean: at(0.8, 0.01),
                    difference: (run > 0).then(|| at(0.1 * dice(run, 1, 72), 0.01)),
                    width_ratio: None,
                })
                .collect(),
        },
        width_ratio: None,
        notes: Vec::new(),
    }
}

/// One swept number where `rows` is 0, else two.
fn sweep(columns: usize, rows: usize, outcomes: usize) -> Sweep {
    let axis = |key: &str, count: usize, median: bool| Swept {
        key: key.to_owned(),
        unit: "share".to_owned(),
        about: "What the number means, in as many words as it takes ".repeat(3),
        own: Some(1.234_567),
        own_is_median: median,
        values: (0..count)
            .map(|k| 1.0 + k as f64 / (count - 1) as f64)
            .collect(),
    };
    let mut axes = vec![axis(
        "faction.provincial_council_of_the_valleys.commitment",
        columns,
        true,
    )];
    if rows > 0 {
        axes.push(axis(
            "tie.army_of_the_free_officers+council_of_elders.hostility",
            rows,
            false,
        ));
    }
    let measured = |a: usize, b: usize, c: usize| {
        let value = at(dice(a, 1, 81) * 0.5 + dice(a + b, c, 82) * 0.5, 0.02);
        Measured {
            value,
            difference: value,
        }
    };
    let places = (0..columns).flat_map(|x| (0..rows.max(1)).map(move |y| (x, y)));
    let points = places.map(|(x, y)| Point {
        values: axes.iter().zip([x, y]).map(|(a, k)| a.values[k]).collect(),
        replicates: 100,
        failed: 0,
        outcomes: (0..outcomes).map(|k| measured(x, y, k)).collect(),
        cohesion: measured(x, y, 99),
    });
    let kinds = [
        OutcomeKind::Collapse,
        OutcomeKind::Regroup,
        OutcomeKind::Defeat,
    ];
    Sweep {
        format: 1,
        version: "0.1.0".to_owned(),
        scenario: "made_up".to_owned(),
        title: long(0),
        seed: 1,
        replicates_per_point: 100,
        points_asked: columns * rows.max(1),
        points: points.collect(),
        outcomes: (0..outcomes)
            .map(|k| SweptOutcome {
                kind: kinds[k % 3],
                coalition: None,
                label: match k {
                    0 => long(0),
                    _ => format!("Outcome number {k} comes about"),
                },
            })
            .collect(),
        reference: axes.iter().map(|a| a.values[0]).collect(),
        axes,
    }
}

/// `still`: nothing moves any output.
fn sensitivity(numbers: usize, outputs: usize, still: bool) -> Sensitivity {
    let size = if still { 0.0 } else { 1.0 };
    let swing = |number: usize, output: usize| {
        let up = size * 0.4 * (dice(number, output, 91) - 0.5);
        Swing {
            low: at(0.5 - up, 0.01),
            high: at(0.5 + up, 0.01),
            difference: at(2.0 * up, 0.02),
        }
    };
    let effect = |number: usize, output: usize| Effect {
        mu_star: at(size * dice(number, output, 92), 0.3),
        mu: at(0.0, 0.1),
        sigma: at(size * dice(number, output, 93), 0.3),
    };
    let index = |number: usize, output: usize| Index {
        first: at(dice(number, output, 94) - 0.05, 0.3),
        first_jansen: at(0.1, 0.1),
        total: at(dice(number, output, 95) + 0.2, 0.4),
    };
    let shown = numbers.min(12);
    let factors = (0..shown)
        .map(|k| vec![k])
        .chain([(shown..numbers).collect()]);
    let factors: Vec<Vec<usize>> = factors
        .filter(|factor: &Vec<usize>| !factor.is_empty())
        .collect();
    Sensitivity {
        format: 1,
        version: "0.1.0".to_owned(),
        scenario: "made_up".to_owned(),
        title: long(0),
        seed: 1,
        replicates_per_row: 16,
        replicates: 200_000,
        failed: 0,
        partial: false,
        numbers: (0..numbers)
            .map(|k| Number {
                key: format!("tie.army_of_the_free_officers+council_of_elders_{k}.hostility"),
                unit: "1".to_owned(),
                about: String::new(),
                low: 1234.5,
                median: 2345.6,
                high: 45_678.9,
            })
            .collect(),
        outputs: (0..outputs)
            .map(|k| Output {
                kind: (k + 1 < outputs).then_some(OutcomeKind::Regroup),
                coalition: None,
                label: match k {
                    0 => long(0),
                    _ => format!("Outcome number {k} comes about"),
                },
            })
            .collect(),
        order: (0..numbers).collect(),
        morris: Some(Screening {
            trajectories: 16,
            levels: 8,
            effects: (0..outputs)
                .map(|o| (0..numbers).map(|k| effect(k, o)).collect())
                .collect(),
        }),
        sobol: Some(Decomposition {
            base: 64,
            outputs: (0..outputs)
                .map(|o| Indices {
                    variance: at(0.1, 0.01),
                    noise_share: at(0.9, 0.05),
                    told: o % 4 != 3,
                    indices: (0..factors.len()).map(|k| index(k, o)).collect(),
                })
                .collect(),
            factors,
        }),
        tornado: Some(Tornado {
            replicates: 2_000,
            base: vec![at(0.5, 0.02); outputs],
            bars: (0..numbers)
                .map(|number| Bar {
                    number,
                    outputs: (0..outputs).map(|o| swing(number, o)).collect(),
                })
                .collect(),
        }),
    }
}
