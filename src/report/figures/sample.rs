//! Makes up summaries that look like results.

use crate::engine::{
    ActorLabel, ArenaSummary, CoalitionLabel, Crossing, Estimate, Fan, HolderShare, JointCell,
    OutcomeLabel, OutcomeSummary, PairStanding, PairSummary, RivalryMatrices, SequenceCount,
    SequencePlace, Summary, SupportLabel, Together, Trough, WatchSummary, WithinYear,
};
use crate::scenario::{COHESION, COLOURS, Identity};

/// What a made-up summary is made of.
pub struct Recipe {
    /// Key of the scenario.
    pub key: &'static str,
    /// Title of the scenario.
    pub title: &'static str,
    /// Names and blocs of the factions.
    pub factions: Vec<(&'static str, &'static str)>,
    /// Names of the patrons.
    pub patrons: Vec<&'static str>,
    /// Names of the coalitions.
    pub coalitions: Vec<&'static str>,
    /// Weekly steps.
    pub steps: usize,
    /// Number of series, up to 8.
    pub fans: usize,
    /// Finished and asked for.
    pub replicates: (u64, u64),
    /// Chances by the horizon of collapse (of every coalition), regroup, underground,
    /// defeat, expansion, stalemate.
    pub chances: [f64; 6],
}

/// A number in 0..1 that looks drawn at random and is always the same.
pub fn dice(a: usize, b: usize, c: usize) -> f64 {
    let mut x =
        (a as u64 + 1) * 0x9E37_79B9 + (b as u64 + 7) * 0x85EB_CA6B + (c as u64) * 0xC2B2_AE35;
    x ^= x >> 15;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (x >> 40) as f64 / (1u64 << 24) as f64
}

fn estimate(value: f64, n: u64) -> Estimate {
    let half = 1.96 * ((value * (1.0 - value) + 1.0 / n.max(1) as f64) / n.max(1) as f64).sqrt();
    Estimate {
        value,
        low: (value - half).max(0.0),
        high: (value + half).min(1.0),
    }
}

/// Makes a summary of the recipe.
pub fn build(recipe: &Recipe) -> Summary {
    let count = recipe.factions.len();
    let n = recipe.replicates.0;
    let actor = |index: usize, name: &str, bloc: Option<&str>, power: f64| ActorLabel {
        key: format!("actor_{index}"),
        name: name.to_owned(),
        bloc: bloc.map(str::to_owned),
        power_start: power,
        power_end: power * (0.5 + dice(index, 3, 3)),
    };
    let weights: Vec<f64> = (0..count).map(|i| 0.1 + dice(i, 1, 1).powi(3)).collect();
    let sum: f64 = weights.iter().sum();
    let factions: Vec<ActorLabel> = recipe
        .factions
        .iter()
        .enumerate()
        .map(|(i, (name, bloc))| actor(i, name, Some(bloc), weights[i] / sum))
        .collect();
    let rivalry = |push: f64| -> Vec<Vec<f64>> {
        (0..count)
            .map(|a| {
                (0..count)
                    .map(|b| {
                        if a == b {
                            return 0.0;
                        }
                        let same = recipe.factions[a].1 == recipe.factions[b].1;
                        let pair = dice(a.min(b), a.max(b), 5);
                        let base = if same { 0.1 } else { 0.25 } + 0.3 * pair + 0.1 * dice(a, b, 6);
                        (base + push * dice(a.min(b), a.max(b), 9)).min(1.0)
                    })
                    .collect()
            })
            .collect()
    };
    Summary {
        events: Vec::new(),
        format: 2,
        version: "0.1.0".to_owned(),
        scenario: recipe.key.to_owned(),
        title: recipe.title.to_owned(),
        identity: Identity::default(),
        threat: "Islamic State".to_owned(),
        seed: 20_160_601,
        replicates: n,
        replicates_asked: recipe.replicates.1,
        draws: n / 2,
        design: crate::scenario::InputDesign::Random,
        failed: 0,
        start: "2016-06-06".to_owned(),
        end: "2020-06-01".to_owned(),
        step_weeks: 1.0,
        steps: recipe.steps,
        patrons: recipe
            .patrons
            .iter()
            .enumerate()
            .map(|(i, name)| actor(i, name, None, 0.0))
            .collect(),
        coalitions: recipe
            .coalitions
            .iter()
            .enumerate()
            .map(|(i, name)| CoalitionLabel {
                key: format!("coalition_{i}"),
                name: (*name).to_owned(),
                members: (0..count)
                    .filter(|f| f % recipe.coalitions.len() == i || *f < 4)
                    .collect(),
            })
            .collect(),
        support: support(recipe.patrons.len(), count),
        outcomes: outcomes(recipe),
        together: Some(Together {
            first: "collapse.coalition_0".to_owned(),
            then: "regroup".to_owned(),
            joint: [(true, true), (true, false), (false, true), (false, false)]
                .into_iter()
                .map(|(first, then)| {
                    let part = |holds: bool, chance: f64| if holds { chance } else { 1.0 - chance };
                    JointCell {
                        first,
                        then,
                        chance: estimate(
                            part(first, recipe.chances[0]) * part(then, recipe.chances[1]),
                            n,
                        ),
                    }
                })
                .collect(),
            followed: estimate(0.8 * recipe.chances[0] * recipe.chances[1], n),
            within_year: WithinYear {
                of: (recipe.chances[0] * n as f64 * 0.8) as u64,
                share: (recipe.chances[0] > 0.0).then(|| estimate(0.55 * recipe.chances[1], n)),
            },
        }),
        trough: Trough {
            quantiles: [0.1, 0.2, 0.3, 0.4, 0.5],
            fallen: estimate(0.96, n),
        },
        fans: fans(recipe),
        pairs: pairs(count),
        watched: watched(recipe),
        arenas: arenas(recipe, &factions),
        rivalry: RivalryMatrices {
            start: rivalry(0.0),
            trough: rivalry(0.35),
            end: rivalry(0.6),
        },
        factions,
        sequence_places: sequence_places(&sequences(n), n),
        sequences: sequences(n),
    }
}

fn support(patrons: usize, factions: usize) -> Vec<SupportLabel> {
    let mut ties = Vec::new();
    for patron in 0..patrons {
        for faction in 0..factions {
            let strength = dice(patron, faction, 21);
            if strength > 0.72 {
                ties.push(SupportLabel {
                    patron,
                    faction,
                    start: strength * 0.9,
                    end: strength * dice(faction, patron, 22),
                });
            }
        }
    }
    ties
}

/// The name of an outcome of which there is one, or one for each of several coalitions.
pub(super) fn label(id: &str, of: Option<usize>, label: &str) -> OutcomeLabel {
    let of = of.map(|number| (number, format!("coalition_{number}")));
    let colours = ["regroup", "collapse", "defeat", "underground", "expansion"];
    let colour = colours.iter().position(|known| *known == id);
    let short = id[..1].to_uppercase() + &id[1..];
    OutcomeLabel {
        key: match &of {
            Some((_, of)) => format!("{id}.{of}"),
            None => id.to_owned(),
        },
        id: id.to_owned(),
        is_first: of.as_ref().is_none_or(|(number, _)| *number == 0),
        of: of.map(|(_, of)| of),
        label: label.to_owned(),
        short,
        colour: COLOURS[colour.unwrap_or(COLOURS.len() - 1)].to_owned(),
        part_of: None,
        then: (id == "collapse").then(|| "regroup".to_owned()),
        counts: id != "stalemate",
        ordered: id != "stalemate",
        dated: id != "stalemate",
    }
}

fn outcomes(recipe: &Recipe) -> Vec<OutcomeSummary> {
    let c = recipe.chances;
    let mut all = vec![(label("regroup", None, "Threat regroups"), c[1])];
    for (number, name) in recipe.coalitions.iter().enumerate() {
        let words = if recipe.coalitions.len() == 1 {
            "Coalition collapses".to_owned()
        } else {
            format!("{name} collapses")
        };
        let chance = c[0] * [1.0, 0.92, 0.3, 0.94, 0.1][number % 5];
        all.push((label("collapse", Some(number), &words), chance));
    }
    all.push((label("defeat", None, "Threat defeated"), c[3]));
    all.push((
        label("underground", None, "Threat driven underground"),
        c[2],
    ));
    all.push((label("expansion", None, "Threat expands"), c[4]));
    all.push((label("stalemate", None, "Stalemate"), c[5]));
    all.into_iter()
        .enumerate()
        .map(|(number, (is, chance))| {
            let delay = 0.1 + 0.4 * dice(number, 2, 31);
            let incidence = (0..=recipe.steps)
                .map(|step| {
                    let t = step as f64 / recipe.steps.max(1) as f64;
                    let rise = ((t - delay) / (1.0 - delay)).max(0.0);
                    estimate(chance * (1.0 - (1.0 - rise).powi(3)), recipe.replicates.0)
                })
                .collect();
            OutcomeSummary {
                is,
                chance: estimate(chance, recipe.replicates.0),
                over: estimate(0.3 * chance, recipe.replicates.0),
                mean_weeks: (chance > 0.0).then_some(0.2 * recipe.steps as f64),
                median_week: (chance > 0.5).then_some(0.7 * recipe.steps as f64),
                median_week_of_those: (chance > 0.0).then_some(0.5 * recipe.steps as f64),
                input_share: Some(Estimate {
                    value: 0.4,
                    low: 0.36,
                    high: 0.44,
                }),
                drivers: Vec::new(),
                incidence,
            }
        })
        .collect()
}

fn fans(recipe: &Recipe) -> Vec<Fan> {
    let series = [
        ("threat_strength", "Threat strength (start = 1)", 1.5),
        ("cohesion", "Cohesion of the coalition (0–1)", 1.0),
        (
            "infighting_share",
            "Effort spent on infighting (share)",
            1.0,
        ),
        ("open_fighters", "Open fighters of the threat", 40_000.0),
        (
            "underground_fighters",
            "Underground fighters of the threat",
            15_000.0,
        ),
        (
            "territory",
            "Ground held by the threat (share of start)",
            1.25,
        ),
        (
            "revenue",
            "Revenue of the threat (million USD a month)",
            80.0,
        ),
        ("open_conflicts", "Pairs in open conflict", 24.0),
    ];
    series
        .into_iter()
        .take(recipe.fans)
        .enumerate()
        .map(|(number, (key, label, high))| Fan {
            key: key.to_owned(),
            label: label.to_owned(),
            about: (key == "cohesion").then(|| COHESION.to_owned()),
            axis_high: high,
            quantiles: (0..=recipe.steps)
                .map(|step| {
                    let t = step as f64 / recipe.steps.max(1) as f64;
                    let middle =
                        high * (0.65 - 0.5 * t * dice(number, 1, 41) + 0.04 * (t * 40.0).sin() * t);
                    let wide = high * 0.28 * t.sqrt();
                    [-1.0, -0.4, 0.0, 0.45, 1.2].map(|z| (middle + z * wide).clamp(0.0, high))
                })
                .collect(),
        })
        .collect()
}

/// As many as there are coalitions, the second of which can be less than 0, and one without a level.
fn watched(recipe: &Recipe) -> Vec<WatchSummary> {
    let one = |number: usize, name: &str| {
        let signed = number == 1;
        let leveled = number > 0;
        WatchSummary {
            key: format!("watched.{number}"),
            label: format!("Share of power in open conflict within {name}"),
            about: (number == 0).then(|| COHESION.to_owned()),
            unit: if signed { "points" } else { "1" }.to_owned(),
            axis_low: if signed { -1.0 } else { 0.0 },
            axis_high: 1.0,
            quantiles: (0..=recipe.steps)
                .map(|step| {
                    let t = step as f64 / recipe.steps.max(1) as f64;
                    let middle = 0.7 - t * dice(number, 3, 71);
                    let low = if signed { -1.0 } else { 0.0 };
                    [-0.3, -0.1, 0.0, 0.1, 0.3].map(|z| (middle + z * t).clamp(low, 1.0))
                })
                .collect(),
            level: leveled.then_some(0.4),
            crosses: leveled.then(|| Crossing {
                chance: estimate(dice(number, 4, 72), recipe.replicates.0),
                median_week: None,
                median_week_of_those: Some(0.4 * recipe.steps as f64),
                incidence: vec![estimate(0.2, recipe.replicates.0); recipe.steps + 1],
            }),
        }
    };
    let names = recipe.coalitions.iter().enumerate();
    names.map(|(number, name)| one(number, name)).collect()
}

fn arenas(recipe: &Recipe, factions: &[ActorLabel]) -> Vec<ArenaSummary> {
    let arena = |number: usize| {
        let mut holders: Vec<(String, String)> = factions
            .iter()
            .enumerate()
            .filter(|(k, _)| (k + number).is_multiple_of(3))
            .map(|(_, f)| (f.key.clone(), f.name.clone()))
            .collect();
        holders.push(("threat".to_owned(), "The threat".to_owned()));
        holders.push(("nobody".to_owned(), "nobody".to_owned()));
        let weight = |k: usize, step: usize| {
            let t = step as f64 / recipe.steps.max(1) as f64;
            dice(number, k, 61) + t * dice(k, number, 62)
        };
        let total = |step: usize| (0..holders.len()).map(|k| weight(k, step)).sum::<f64>();
        ArenaSummary {
            key: format!("arena_{number}"),
            name: format!("Arena {number} in the valley"),
            territory: true,
            holders: holders
                .iter()
                .enumerate()
                .map(|(k, (key, name))| HolderShare {
                    key: key.clone(),
                    name: name.clone(),
                    shares: (0..=recipe.steps)
                        .map(|step| weight(k, step) / total(step))
                        .collect(),
                })
                .collect(),
            falls: estimate(dice(number, 1, 63), recipe.replicates.0),
            median_week: number
                .is_multiple_of(2)
                .then_some(0.5 * recipe.steps as f64),
            median_week_of_those: None,
            incidence: vec![estimate(0.1, recipe.replicates.0); recipe.steps + 1],
        }
    };
    (0..recipe.factions.len() + 4).map(arena).collect()
}

fn pairs(count: usize) -> Vec<PairSummary> {
    let mut pairs = Vec::new();
    for a in 0..count {
        for b in a + 1..count {
            let d = dice(a, b, 51);
            let start = if d > 0.93 {
                [1.0, 0.0, 0.0, 0.0]
            } else if d > 0.8 {
                [0.0, 1.0, 0.0, 0.0]
            } else if d > 0.35 {
                [0.0, 0.0, 1.0, 0.0]
            } else {
                [0.0, 0.0, 0.0, 1.0]
            };
            let standing = |s: [f64; 4]| PairStanding {
                conflict: s[0],
                hostile: s[1],
                wary: s[2],
                friendly: s[3],
            };
            let drift = dice(a, b, 52);
            let shifted = [
                (start[0] + 0.35 * drift * d).min(1.0),
                start[1] * 0.8 + 0.6 * drift * start[2],
                start[2] * (0.8 - 0.6 * drift) + start[3] * 0.3 * drift,
                start[3] * (1.0 - 0.3 * drift),
            ];
            let total: f64 = shifted.iter().sum();
            let end = shifted.map(|s| s / total);
            pairs.push(PairSummary {
                a,
                b,
                meets: true,
                conflict_at_start: start[0] > 0.5,
                start: standing(start),
                trough: standing(end),
                end: standing(end),
                breaks_out: estimate(end[0] * (1.0 - start[0]), 10_000),
                median_week: None,
                median_week_of_those: None,
            });
        }
    }
    pairs
}

fn sequences(n: u64) -> Vec<SequenceCount> {
    const COLLAPSE: &str = "collapse.coalition_0";
    const REGROUP: &str = "regroup";
    const DEFEAT: &str = "defeat";
    const UNDERGROUND: &str = "underground";
    const EXPANSION: &str = "expansion";
    let orders: [(&[&str], u64); 14] = [
        (&[COLLAPSE, UNDERGROUND, REGROUP], 24),
        (&[COLLAPSE, REGROUP], 13),
        (&[UNDERGROUND, COLLAPSE], 12),
        (&[COLLAPSE, DEFEAT], 9),
        (&[COLLAPSE], 8),
        (&[], 7),
        (&[UNDERGROUND, COLLAPSE, REGROUP], 6),
        (&[DEFEAT], 5),
        (&[UNDERGROUND, DEFEAT, COLLAPSE, REGROUP], 4),
        (&[COLLAPSE, UNDERGROUND, DEFEAT, REGROUP], 4),
        (&[EXPANSION], 3),
        (&[REGROUP, COLLAPSE], 2),
        (&[UNDERGROUND, REGROUP], 2),
        (&[DEFEAT, REGROUP, COLLAPSE, UNDERGROUND, EXPANSION], 1),
    ];
    orders
        .into_iter()
        .map(|(order, percent)| SequenceCount {
            order: order.iter().map(|key| (*key).to_owned()).collect(),
            count: n * percent / 100,
            chance: estimate(percent as f64 / 100.0, n),
        })
        .collect()
}

fn sequence_places(sequences: &[SequenceCount], n: u64) -> Vec<SequencePlace> {
    let mut places: Vec<SequencePlace> = Vec::new();
    for sequence in sequences {
        let keys = sequence.order.iter().cloned().map(Some).chain([None]);
        for (place, outcome) in keys.enumerate() {
            let of = |p: &SequencePlace| p.place == place && p.outcome == outcome;
            let before = places.iter().position(of);
            let so_far = before.map_or(0.0, |k| places.remove(k).chance.value);
            places.push(SequencePlace {
                place,
                outcome,
                chance: estimate(so_far + sequence.chance.value, n),
            });
        }
    }
    places
}
