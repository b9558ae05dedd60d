//! `simulate run`

use crate::engine::{self, Batch, Design};
use crate::report::{Folder, ReplicateTable, figures, screen, summary_csv, to_json};
use crate::scenario::Scenario;

use super::bar::Bar;
use super::error::{CommandError, code};
use super::session::{Session, entry, notes};
use super::{Format, INTERRUPTED, RunArguments, SOME_REPLICATES_FAILED, load, print, print_json};

pub(super) fn run(arguments: &RunArguments) -> u8 {
    match load(&arguments.scenario) {
        Ok(scenario) => code(run_batch(arguments, &scenario)),
        Err(code) => code,
    }
}

fn run_batch(arguments: &RunArguments, scenario: &Scenario) -> Result<u8, CommandError> {
    let session = Session::begin(&arguments.batch)?;
    let batch = session.batch(scenario, &arguments.batch);
    let entry = entry(scenario, &arguments.scenario.settings);
    // Everything that can be refused is refused before the work begins.
    let folder = Folder::begin(
        arguments.output.out.as_deref(),
        &scenario.name,
        &session.time(),
        &entry.blake3,
    )?;
    let notes = notes(std::slice::from_ref(&entry), batch.seed, batch.replicates);
    let mut table = match arguments.no_replicates {
        true => None,
        false => Some(begin_table(&folder, &batch, &notes)?),
    };
    session.stop_on_interrupt(folder.unfinished());
    let bar = Bar::begin(
        &session.progress,
        batch.replicates,
        "replicates",
        arguments.output.quiet,
    );
    let result = session.threads.install(|| {
        engine::run(&batch, &session.progress, |rows| match &mut table {
            Some(table) => table.add(rows),
            None => Ok(()),
        })
    });
    bar.end();
    let (summary, failures) = result?;
    if let Some(table) = table {
        table.finish()?;
    }
    let simulated = session.seconds();
    let partial = summary.replicates + summary.failed < batch.replicates;
    if summary.replicates == 0 && partial {
        eprintln!("interrupted before the first block of replicates was done; nothing is saved");
        return Ok(INTERRUPTED);
    }

    if let (0, Some(first)) = (summary.replicates, failures.first()) {
        return Err(CommandError::AllFailed {
            part: first.part.clone(),
            step: first.step,
        });
    }

    let json = to_json(&summary)?;
    folder.write("summary.json", json.as_bytes())?;
    folder.write("summary.csv", summary_csv(&summary).as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    let pictures = session
        .threads
        .install(|| figures::draw_all(&summary, &notes))?;
    for (name, bytes) in &pictures {
        folder.write(name, bytes)?;
    }
    let mut manifest = session.manifest("run", vec![entry], batch.seed, batch.replicates);
    manifest.replicates = summary.replicates;
    manifest.failed.clone_from(&failures);
    manifest.partial = partial;
    manifest.again = format!(
        "simulate scenario.resolved.toml --seed {} --replicates {}",
        batch.seed, batch.replicates
    );
    manifest.clock = session.clock(simulated);
    let target = folder.finish(manifest)?;

    match arguments.output.format {
        Format::Json => print_json("run", Some(&target), &summary)?,
        Format::Text if arguments.output.quiet => {}
        Format::Text => print(&screen(scenario, &summary, &target, session.seconds())),
    }
    if partial {
        eprintln!(
            "interrupted: {} of {} replicates were done and are saved as a partial run in {}",
            summary.replicates,
            batch.replicates,
            target.display()
        );
        return Ok(INTERRUPTED);
    }
    Ok(if failures.is_empty() {
        0
    } else {
        SOME_REPLICATES_FAILED
    })
}

fn begin_table(
    folder: &Folder,
    batch: &Batch<'_>,
    notes: &[(String, String)],
) -> Result<ReplicateTable, CommandError> {
    let scenario = batch.scenario;
    let coalitions: Vec<String> = scenario.coalitions.iter().map(|c| c.key.clone()).collect();
    let design = Design::new(scenario, batch.seed);
    let inputs: Vec<String> = design
        .numbers()
        .map(|n| scenario.numbers[n].path.clone())
        .collect();
    let step_weeks = scenario.time.step_weeks as f64;
    Ok(ReplicateTable::begin(
        &folder.path("replicates.parquet"),
        &coalitions,
        &inputs,
        step_weeks,
        notes,
    )?)
}
