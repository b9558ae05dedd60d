//! `simulate replay`

use crate::engine::{self, Batch, memory, wilson};
use crate::experiment::replay::{Detail, Point, Typical, Wanted, replay, typical};
use crate::report::chance::{chance, interval};
use crate::report::figures::letters;
use crate::report::page::{ExperimentPage, Shown};
use crate::report::{
    figures, heading, history_csv, history_json, history_md, history_parquet, history_screen,
};
use crate::scenario::{Scenario, nearest};

use super::bar::Bar;
use super::error::{CommandError, code};
use super::labels::place;
use super::session::{Session, entry, notes, say_letters};
use super::streams::tell;
use super::{Format, INTERRUPTED, ReplayArguments, as_asked, load, print_json};

pub(super) fn run(arguments: &ReplayArguments) -> u8 {
    match load(&arguments.scenario.all()) {
        Ok(scenario) => {
            let (output, batch) = (&arguments.output, &arguments.batch);
            let asked = as_asked(&scenario, output, &batch.session, batch.replicates);
            code(tell_history(arguments, &asked))
        }
        Err(code) => code,
    }
}

fn tell_history(arguments: &ReplayArguments, scenario: &Scenario) -> Result<u8, CommandError> {
    let wanted = match &arguments.which.typical {
        Some(name) => wanted(scenario, name)?,
        None => None,
    };
    let session = Session::begin(&arguments.batch.session)?;
    let batch = session.batch(scenario);
    let kept = match arguments.which.typical {
        Some(_) => memory::of_rows(scenario, batch.replicates),
        None => 0,
    };
    session.must_fit(scenario, 1, kept, "give fewer --replicates or --threads")?;
    let entry = entry(scenario);
    let folder = session.folder(
        &arguments.output,
        &place(&entry.name, &entry.identity).join("replay"),
        &entry.identity.blake3,
    )?;
    let found = match arguments.which.typical {
        Some(_) => Some(find(arguments, &session, &batch, wanted)?),
        None => None,
    };
    let replicate = match &found {
        Some(typical) => typical.replicate,
        None => arguments.which.replicate.unwrap_or_default(),
    };
    if found.is_none() && replicate >= batch.replicates && !arguments.output.quiet {
        tell(&format!(
            "note: replicate {replicate} lies beyond a batch of {}; it is the one that a larger batch would have",
            batch.replicates
        ));
    }
    let detail = match (arguments.all, arguments.detail) {
        (true, _) => Detail::All,
        (_, 1) => Detail::Few,
        (_, 3) => Detail::Many,
        _ => Detail::Usual,
    };
    let history = replay(scenario, batch.seed, replicate, detail);
    let simulated = session.seconds();

    let mut notes = notes(std::slice::from_ref(&entry), batch.seed, batch.replicates);
    notes.push(("simulate:replicate".to_owned(), replicate.to_string()));
    let typical = found.as_ref();
    folder.write(
        "history.md",
        history_md(scenario, &history, typical).as_bytes(),
    )?;
    folder.write("history.csv", history_csv(scenario, &history).as_bytes())?;
    history_parquet(
        folder.create("history.parquet")?,
        scenario,
        &history,
        &notes,
    )?;
    let picture = figures::draw_history(scenario, &history, &notes)?;
    folder.write("history.png", &picture)?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    let said = history_screen(scenario, &history, typical);
    let again = again(arguments, &batch);
    session.write_page(
        &folder,
        &ExperimentPage {
            title: &format!("One history: replicate {replicate}"),
            lead: &heading(&scenario.title, &entry.identity),
            pictures: vec![Shown {
                png: &picture,
                words: "The history over time: the threat and cohesion, who holds which place, where effort goes, open conflicts. The text below tells it.",
                caption: "Numbers in the picture are those of the text below.",
            }],
            letters: say_letters(letters::names(scenario)),
            terminal: &said,
            again: &again,
        },
    )?;
    let mut manifest = session.manifest("replay", vec![entry], batch.seed, 1);
    manifest.failed.extend(history.row.failed.clone());
    manifest.replicates -= manifest.failed.len() as u64;
    manifest.again = again;
    manifest.clock = session.clock(simulated);
    let target = folder.finish(manifest)?;

    match arguments.output.format {
        Format::Json => print_json(
            "replay",
            Some(&target),
            &history_json(scenario, &history, typical),
        )?,
        Format::Text if arguments.output.quiet => {}
        Format::Text => session.show(&said, &target)?,
    }
    Ok(match history.row.failed {
        Some(_) => super::SOME_REPLICATES_FAILED,
        None => 0,
    })
}

/// The command that tells it again. Settings and label are in the resolved scenario.
fn again(arguments: &ReplayArguments, batch: &Batch<'_>) -> String {
    let which = match (&arguments.which.typical, arguments.which.replicate) {
        (Some(name), _) => format!("--typical {name}"),
        (None, replicate) => format!("--replicate {}", replicate.unwrap_or_default()),
    };
    let detail = match arguments.all {
        true => "--all".to_owned(),
        false => format!("--detail {}", arguments.detail),
    };
    format!(
        "simulate replay scenario.resolved.toml {which} {detail} --seed {} --replicates {}",
        batch.seed, batch.replicates
    )
}

/// What is asked for where the outcome doesn't matter.
const ANY: &str = "any";

/// The outcome of a key; of an id that several have, the first one.
fn wanted(scenario: &Scenario, name: &str) -> Result<Wanted, CommandError> {
    if name == ANY {
        return Ok(None);
    }
    let outcomes = &scenario.outcomes;
    let by_key = outcomes.iter().position(|o| o.key == name);
    match by_key.or_else(|| outcomes.iter().position(|o| o.id == name)) {
        Some(index) => Ok(Some(index)),
        None => {
            let keys = outcomes.iter().map(|o| o.key.as_str());
            let ids = outcomes.iter().map(|o| o.id.as_str());
            let known: Vec<&str> = keys.clone().chain([ANY]).collect();
            let meant = nearest(name, ids.chain(keys).chain([ANY]));
            let meant = meant.map_or(String::new(), |meant| format!(" (did you mean `{meant}`?)"));
            Err(CommandError::Input(format!(
                "the scenario has no outcome `{name}`{meant}; it has {}",
                known.join(", ")
            )))
        }
    }
}

/// Runs the batch and finds its most typical replicate with an outcome.
fn find(
    arguments: &ReplayArguments,
    session: &Session,
    batch: &Batch<'_>,
    wanted: Wanted,
) -> Result<Typical, CommandError> {
    let mut points: Vec<Point> = Vec::new();
    let mut all = 0;
    let bar = Bar::begin(
        &session.progress,
        batch.replicates,
        "replicates",
        arguments.output.quiet,
    );
    let result = session.threads.install(|| {
        engine::run(batch, &session.progress, |rows| {
            let sound = rows.iter().filter(|row| row.failed.is_none());
            for row in sound {
                all += 1;
                if wanted.is_none_or(|k| row.outcomes[k].first.is_some()) {
                    points.push(Point::new(batch.scenario, row));
                }
            }
            Ok::<(), CommandError>(())
        })
    });
    bar.end();
    let (summary, failures) = result?;
    if session.stopped() {
        tell("interrupted before the batch was done; nothing is saved");
        return Err(CommandError::Said(INTERRUPTED));
    }
    if let (0, Some(first)) = (all, failures.first()) {
        return Err(CommandError::AllFailed {
            part: first.part.clone(),
            step: first.step,
        });
    }
    let outcome = wanted.map(|k| batch.scenario.outcomes[k].key.as_str());
    typical(outcome, &points, all).ok_or_else(|| {
        let name = outcome.unwrap_or(ANY);
        CommandError::Input(format!(
            "no replicate of {all} (seed {}) has the outcome `{name}`: its chance is {} {} in this model. \
             Ask for another outcome, or run more replicates with -n",
            batch.seed,
            chance(0.0),
            interval(&wilson(0.0, if summary.is_one_draw() { 0.0 } else { summary.draws as f64 }))
        ))
    })
}
