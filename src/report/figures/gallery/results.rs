//! Made-up results of experiments.

use super::super::sample::{dice, label as named};
use super::long;
use crate::engine::{Estimate, Summary};
use crate::experiment::sensitivity::morris::Effect;
use crate::experiment::sensitivity::sobol::{Index, Indices};
use crate::experiment::sensitivity::{
    Bar, Decomposition, Number, Output, Screening, Sensitivity, Swing, Tornado,
};
use crate::experiment::sweep::{DesignPoint, Measured, Sweep, Swept};
use crate::experiment::{
    CohesionComparison, Compared, Comparison, Difference, Differs, Mean, OutcomeComparison,
    OutcomeOfRun, Pairing,
};
use crate::scenario::Identity;

/// A value with an interval as far on either side.
pub fn at(value: f64, half: f64) -> Estimate {
    Estimate {
        value,
        low: value - half,
        high: value + half,
    }
}

/// A comparison of runs that all differ.
pub fn compared(runs: &[&Summary], long_names: bool) -> Comparison {
    let label = |run: usize| match long_names {
        true => format!("{} {}", run + 1, long(run)),
        false => format!("run_{}", run + 1),
    };
    let weeks: Vec<u32> = (0..=52).map(|k| 4 * k).collect();
    let kinds = [
        ("collapse", Some(0)),
        ("collapse", Some(1)),
        ("regroup", None),
        ("defeat", None),
        ("underground", None),
        ("expansion", None),
        ("stalemate", None),
    ];
    let outcome = |(number, (id, of)): (usize, &(&str, Option<usize>))| {
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
            is: named(
                id,
                *of,
                &match (of, long_names) {
                    (Some(_), true) => long(number),
                    _ => format!("Outcome number {number} comes about"),
                },
            ),
            runs: (0..runs.len()).map(of_run).collect(),
        }
    };
    Comparison {
        format: 1,
        version: "0.1.0".to_owned(),
        label: None,
        same: false,
        partial: false,
        runs: (0..runs.len())
            .map(|run| Compared {
                label: label(run),
                scenario: runs[run].scenario.clone(),
                title: runs[run].title.clone(),
                identity: Identity::default(),
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
pub fn sweep(columns: usize, rows: usize, outcomes: usize) -> Sweep {
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
    let points = places.map(|(x, y)| DesignPoint {
        values: axes.iter().zip([x, y]).map(|(a, k)| a.values[k]).collect(),
        replicates: 100,
        failed: 0,
        outcomes: (0..outcomes).map(|k| measured(x, y, k)).collect(),
        cohesion: measured(x, y, 99),
    });
    let kinds = ["collapse", "regroup", "defeat"];
    Sweep {
        format: 1,
        version: "0.1.0".to_owned(),
        scenario: "made_up".to_owned(),
        title: long(0),
        identity: Identity::default(),
        seed: 1,
        replicates_per_point: 100,
        points_asked: columns * rows.max(1),
        points: points.collect(),
        outcomes: (0..outcomes)
            .map(|k| {
                let label = match k {
                    0 => long(0),
                    _ => format!("Outcome number {k} comes about"),
                };
                named(kinds[k % 3], None, &label)
            })
            .collect(),
        reference: axes.iter().map(|a| a.values[0]).collect(),
        axes,
    }
}

/// `still`: nothing moves any output.
pub fn sensitivity(numbers: usize, outputs: usize, still: bool) -> Sensitivity {
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
        identity: Identity::default(),
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
                members: Vec::new(),
                low: Some(1234.5),
                median: Some(2345.6),
                high: Some(45_678.9),
            })
            .collect(),
        outputs: (0..outputs)
            .map(|k| Output {
                key: "regroup".to_owned(),
                is_chance: k + 1 < outputs,
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
