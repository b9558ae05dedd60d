//! `simulate replay`

use crate::engine::{Batch, Failure, memory, wilson};
use crate::experiment::replay::{
    ANY, Candidates, Detail, Typical, Wanted, candidates, replay, typical, wanted,
};
use crate::report::chance::{chance, interval};
use crate::report::figures::letters;
use crate::report::page::of_history;
use crate::report::{
    figures, history_csv, history_json, history_md, history_parquet, history_screen,
};
use crate::scenario::Scenario;

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::print;
use super::session::{Session, entry, notes};
use super::streams::tell;
use super::{INTERRUPTED, ReplayArguments, as_asked, load};

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
        Some(name) => wanted(scenario, name).map_err(CommandError::Input)?,
        None => None,
    };
    let session = Session::begin(&arguments.batch.session)?;
    let batch = session.batch(scenario);
    let kept = match arguments.which.typical {
        Some(_) => memory::of_rows(scenario, batch.replicates),
        None => 0,
    };
    session.must_fit(scenario, 1, kept, "give fewer --replicates or --threads")?;
    if arguments.which.typical.is_some() {
        session.must_end(scenario, batch.replicates)?;
    }
    let entry = entry(scenario);
    let folder = session.folder_of(&arguments.output, &entry, "replay")?;
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
    folder.write(
        "history.csv",
        arguments
            .print
            .csv(history_csv(scenario, &history))
            .as_bytes(),
    )?;
    history_parquet(
        folder.create("history.parquet")?,
        scenario,
        &history,
        &notes,
    )?;
    let asked = arguments.print.print();
    let picture = figures::draw_history(scenario, &history, print::order(&asked, &notes))?;
    print::write(&folder, std::slice::from_ref(&picture))?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    let failed: Vec<Failure> = history.row.failed.iter().cloned().collect();
    let identity = entry.identity.clone();
    Ending {
        command: "replay",
        found: &history_json(scenario, &history, typical),
        said: history_screen(scenario, &history, typical),
        title: &format!("One history: replicate {replicate}"),
        of: (&scenario.title, &identity),
        pictures: vec![of_history(&picture.screen)],
        names: letters::names(scenario),
        again: again(arguments, &batch) + &arguments.print.again(),
        scenarios: vec![entry],
        seed: batch.seed,
        replicates: (1, 1 - failed.len() as u64),
        some_failed: !failed.is_empty(),
        failed,
        simulated,
        interrupted: None,
    }
    .end(&session, folder, &arguments.output)
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

/// Runs the batch and finds its most typical replicate with an outcome.
fn find(
    arguments: &ReplayArguments,
    session: &Session,
    batch: &Batch<'_>,
    wanted: Wanted,
) -> Result<Typical, CommandError> {
    let bar = Bar::begin(
        &session.progress,
        batch.replicates,
        "replicates",
        arguments.output.quiet,
    );
    let found = session
        .threads
        .install(|| candidates(batch, &session.progress, wanted));
    bar.end();
    if session.stopped() {
        tell("interrupted before the batch was done; nothing is saved");
        return Err(CommandError::Said(INTERRUPTED));
    }
    let Candidates {
        points,
        all,
        summary,
        failures,
    } = found;
    must_have_some(session, all, &failures)?;
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
