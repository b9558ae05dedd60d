//! Every kind of picture, of made-up results that put it to the test: many names and few, long
//! ones, dated events, values beyond the axes.

mod discovered;
mod results;

use std::path::Path;

use super::canvas::Page;
use super::{
    PICTURES, comparison, history, indices, landscape, recipes, sweep as swept, tornado as bars,
};
use crate::engine::{ActorLabel, EventSummary, Progress, Summary};
use crate::experiment::landscape::{shrink, weigh_file};
use crate::experiment::replay::{Detail, replay};
use crate::experiment::sensitivity::Sensitivity;
use crate::scenario::{LandscapeFile, Scenario};
use results::{at, compared, sensitivity, sweep};

/// A name as long as a scenario may give.
fn long(number: usize) -> String {
    format!("The Provisional Council {number} of ") + &"the Upper and Lower Valleys and ".repeat(8)
}

/// All pictures of a page as SVG, each with its name and what it is of.
pub fn all(page: Page) -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    let mut add = |name: &str, svg| pictures.push((name.to_owned(), svg));
    let summaries = summaries();
    for (of, summary) in &summaries {
        for (name, draw) in PICTURES {
            add(
                &format!("{name} of {of}"),
                draw(summary, page).expect("drawn"),
            );
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
            for (number, name) in comparison::NAMES.into_iter().enumerate() {
                let svg = comparison::draw_svg(&compared, &runs, number, page).expect("drawn");
                let of = format!("{name} of {} runs, {long_names}", runs.len());
                add(&of, svg);
            }
        }
    }
    for (columns, rows) in [(5, 0), (41, 0), (3, 3), (7, 7), (30, 20)] {
        for outcomes in [1, 7, 12] {
            let sweep = sweep(columns, rows, outcomes);
            let of = format!("sweep.png of {columns} x {rows}, {outcomes} outcomes");
            add(&of, swept::draw(&sweep, page).expect("drawn"));
        }
    }
    for (numbers, outputs) in [(1, 1), (6, 7), (12, 9), (40, 14)] {
        for still in [false, true] {
            let found = sensitivity(numbers, outputs, still);
            let of = format!("{numbers} numbers, {outputs} outputs, {still}");
            add(
                &format!("indices.png of {of}"),
                indices::draw(&found, page).expect("drawn"),
            );
            let tornado = found.tornado.as_ref().expect("made up");
            add(
                &format!("tornado.png of {of}"),
                bars::draw(&found, tornado, page).expect("drawn"),
            );
            let screened = Sensitivity {
                sobol: None,
                ..found.clone()
            };
            let svg = indices::draw(&screened, page).expect("drawn");
            add(&format!("indices.png of {of}, screened"), svg);
        }
    }
    for name in ["iraq_2016", "afghanistan_1989", "grand_alliance_1945"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
        let scenario = Scenario::load(&path).expect("a scenario of the project");
        let found =
            shrink(&scenario, 1, 21, 20, &Progress::default()).expect("few enough factions");
        add(
            &format!("landscape.png of {name}"),
            landscape::draw(&found, page).expect("drawn"),
        );
        for replicate in [0, 1, 2] {
            let one = replay(&scenario, scenario.run.seed, replicate, Detail::Usual);
            let svg = history::draw(&scenario, &one, page).expect("drawn");
            add(&format!("history.png of {name}, {replicate}"), svg);
        }
    }
    for (name, svg) in discovered::all(page) {
        add(&name, svg);
    }
    for (of, text) in landscapes() {
        let file = LandscapeFile::parse_with("file", &text, &[]).expect("a landscape");
        let found = weigh_file(&file, 1, None, 20, &Progress::default()).expect("few actors");
        add(
            &format!("landscape.png of {of}"),
            landscape::draw(&found, page).expect("drawn"),
        );
    }
    pictures
}

/// Landscape files: published ones, and one of as many enemies as there may be, with long names
/// and many stable alignments, without a threat and with one.
fn landscapes() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/landscape");
    let published = ["isis_2016", "gahuku_gama", "enemy_of_enemy"].map(|name| {
        let text = std::fs::read_to_string(folder.join(format!("{name}.toml")));
        (name.to_owned(), text.expect("a landscape of the project"))
    });
    let mut enemies = String::new();
    for i in 0..14 {
        let size = 123_456.7 + f64::from(i);
        enemies += &format!(
            "[actor.a{i}]\nname = \"{}\"\nsize = {size}\n",
            long(i as usize)
        );
        for j in 0..i {
            enemies += &format!("[[propensity]]\nbetween = [\"a{j}\", \"a{i}\"]\nvalue = -1\n");
        }
    }
    let shrinking = format!("{enemies}[landscape]\nthreat = \"a0\"\nnoise = 1\n");
    let crowds = [("enemies", enemies), ("shrinking", shrinking)];
    let crowds = crowds.map(|(name, text)| (name.to_owned(), text));
    published.into_iter().chain(crowds).collect()
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
        if outcome.of.is_some() {
            outcome.is.label = format!("{} collapses", long(0));
        }
    }
    for (number, event) in summary.events.iter_mut().enumerate() {
        event.name = long(number);
    }
    for (number, arena) in summary.arenas.iter_mut().enumerate() {
        arena.name = long(number);
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
