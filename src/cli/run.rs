//! `simulate run`

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::{
    self, Batch, Design, Failure, Row, Summary, draws_per_block, half_width, memory,
};
use crate::report::figures::letters;
use crate::report::page::{RunPage, run_page};
use crate::report::{
    Folder, GROUP, MOST_STREAMED, Parts, ReplicateColumns, ReplicateTable, Rows, SeriesTable,
    figures, one_draw, screen, summary_csv, to_json,
};
use crate::scenario::Scenario;

use super::bar::Bar;
use super::ending::must_have_some;
use super::error::{CommandError, code};
use super::labels::place;
use super::print;
use super::session::{Session, entry, notes, say_letters};
use super::shard::{self, Begun, Divided};
use super::streams::{self, tell};
use super::{
    Format, INTERRUPTED, RunArguments, SOME_REPLICATES_FAILED, as_asked, load, print_json,
    read_path,
};

pub(super) fn run(arguments: &RunArguments) -> u8 {
    match load(&arguments.scenario.all()) {
        Ok(scenario) => code(run_batch(arguments, &asked(arguments, &scenario))),
        Err(code) => code,
    }
}

/// Refuses a run for which there is not enough memory.
pub(super) fn must_fit(
    session: &Session,
    arguments: &RunArguments,
    scenario: &Scenario,
) -> Result<(), CommandError> {
    let rows = match arguments.no_replicates {
        true => 0,
        false => GROUP as u64,
    };
    let replicates = session.batch(scenario).replicates;
    let most = match arguments.until.precision {
        Some(_) => arguments.until.max_replicates,
        None => replicates,
    };
    must_have_room(arguments, scenario, most)?;
    session.must_end(scenario, arguments.shard.share_of(most))?;
    session.must_fit(
        scenario,
        1,
        memory::of_rows(scenario, rows.min(replicates)),
        "give fewer --threads, or leave out the table with --no-replicates",
    )
}

/// Refuses tables with more rows than they can have.
fn must_have_room(
    arguments: &RunArguments,
    scenario: &Scenario,
    replicates: u64,
) -> Result<(), CommandError> {
    let steps = scenario.time.steps() as u64 + 1;
    let tables = [
        (
            "replicates.parquet",
            !arguments.no_replicates,
            1,
            "leave it out by --no-replicates",
        ),
        (
            "series.parquet",
            arguments.series,
            steps,
            "leave --series out",
        ),
    ];
    for (name, asked, rows_of_each, instead) in tables {
        let rows = replicates.saturating_mul(rows_of_each);
        if asked && rows > MOST_STREAMED {
            return Err(CommandError::Input(format!(
                "{name} would have {rows} rows, and can't have more than {MOST_STREAMED}: {instead}, or give fewer --replicates"
            )));
        }
    }
    Ok(())
}

/// The scenario as it is to be run.
pub(super) fn asked(arguments: &RunArguments, scenario: &Scenario) -> Scenario {
    let batch = &arguments.batch;
    let asked = as_asked(
        scenario,
        &arguments.output,
        &batch.session,
        batch.replicates,
    );
    match arguments.design {
        Some(design) => asked.with_design(design),
        None => asked,
    }
}

/// Runs a share of a batch, to be kept.
fn run_shard(
    session: &Session,
    arguments: &RunArguments,
    scenario: &Scenario,
    begun: Begun,
) -> Result<u8, CommandError> {
    let replicates = scenario.run.replicates;
    let (together, what) = together(scenario);
    begun.must_have(replicates.div_ceil(together), what)?;
    let range = begun.shard().range(replicates, together);
    let identity = scenario.identity();
    let place = place(&scenario.name, &identity).join("shards");
    let place = (place.as_path(), identity.blake3.as_str());
    let (folder, parts) = session.work(
        &arguments.output,
        place,
        &[scenario],
        rows(arguments),
        Some(&begun),
    )?;
    let mut batch = session.batch(scenario).replicates(range.end).kept_as(UNIT);
    (batch.first, batch.series) = (range.start, arguments.series);
    if arguments.series {
        say_series(arguments, &batch)?;
    }
    let count = range.end - range.start;
    let quiet = arguments.output.quiet;
    let bar = Bar::begin(&session.progress, count, "replicates", quiet);
    let none = |_: &[Row]| Ok::<(), Infallible>(());
    let result = session
        .threads
        .install(|| engine::run(&batch, &session.progress, none));
    bar.end();
    let Ok((summary, failures)) = result;
    let whole = summary.replicates + summary.failed == count;
    let failures = whole.then_some(failures);
    begun.end(session, (folder, &*parts), scenario, count, failures)
}

/// How many replicates of a run can't be in different shards, and what they are called.
pub(super) fn together(scenario: &Scenario) -> (u64, &'static str) {
    let per_block = draws_per_block(scenario);
    let what = match per_block {
        1 => "draws of the inputs, whose replicates stay together",
        _ => "blocks of draws of the inputs, whose replicates stay together",
    };
    (scenario.replicates_per_draw() * per_block, what)
}

/// What shards of a run are shares of.
fn divided<'a>(arguments: &RunArguments, scenario: &'a Scenario) -> Divided<'a> {
    let again = format!(
        "simulate scenario.resolved.toml --seed {} --replicates {}{}{}",
        scenario.run.seed,
        scenario.run.replicates,
        switches(arguments),
        arguments.print.again()
    );
    Divided {
        command: "run",
        again,
        observations: None,
        scenario,
    }
}

/// The switches that say which tables are written.
fn switches(arguments: &RunArguments) -> &'static str {
    match (arguments.no_replicates, arguments.series) {
        (true, true) => " --no-replicates --series",
        (true, false) => " --no-replicates",
        (false, true) => " --series",
        (false, false) => "",
    }
}

/// What is kept of rows while a batch is run.
pub(super) fn rows(arguments: &RunArguments) -> Rows {
    match arguments.until.precision {
        // Whether they are enough is found out by looking at them.
        Some(_) => Rows::Again,
        None if arguments.no_replicates && !arguments.series => Rows::Not,
        None => Rows::ForTheEnd,
    }
}

/// The unit of work that a batch is.
const UNIT: u64 = 0;

/// The file that says what the replicates of a finished run came to, so that others can be
/// added to them.
pub(super) const RUN_PART: &str = "run.part";

/// A batch with its folder.
pub(super) struct Done {
    /// What it found.
    pub summary: Summary,
    /// Where it is.
    pub folder: PathBuf,
    failures: Vec<Failure>,
    partial: bool,
}

fn run_batch(arguments: &RunArguments, scenario: &Scenario) -> Result<u8, CommandError> {
    let mut session = Session::begin(&arguments.batch.session)?;
    must_fit(&session, arguments, scenario)?;
    let divided = divided(arguments, scenario);
    let begun = shard::begin(&arguments.shard, &mut session, &arguments.output, divided)?;
    if let Some(begun) = begun {
        return run_shard(&session, arguments, scenario, begun);
    }
    // Everything that can be refused is refused before the work begins.
    let identity = scenario.identity();
    let place = place(&scenario.name, &identity);
    let place = (place.as_path(), identity.blake3.as_str());
    let rows = rows(arguments);
    let (folder, parts) = session.work(&arguments.output, place, &[scenario], rows, None)?;
    let batched = simulate(&session, arguments, scenario, parts, |_| ())?;
    if batched.summary.replicates == 0 && batched.partial {
        tell("interrupted before the first block of replicates was done; nothing is saved");
        return Ok(INTERRUPTED);
    }
    let done = write(&session, arguments, scenario, folder, batched)?;
    match arguments.output.format {
        Format::Json => print_json("run", Some(&done.folder), &done.summary)?,
        Format::Text if arguments.output.quiet => {}
        Format::Text => streams::print(&screen(
            scenario,
            &done.summary,
            &done.folder,
            session.seconds(),
        ))?,
    }
    say_precision(arguments, &done);
    if done.partial {
        tell(&format!(
            "interrupted: {} of {} replicates were done and are saved as a partial run in {}",
            done.summary.replicates,
            match arguments.until.precision {
                Some(_) => format!("up to {}", done.summary.replicates_asked),
                None => done.summary.replicates_asked.to_string(),
            },
            done.folder.display()
        ));
        return Ok(INTERRUPTED);
    }
    Ok(if done.failures.is_empty() {
        0
    } else {
        SOME_REPLICATES_FAILED
    })
}

/// Says whether the precision asked for was reached.
pub(super) fn say_precision(arguments: &RunArguments, done: &Done) {
    let Some(precision) = arguments.until.precision else {
        return;
    };
    let reached = half_width(&done.summary);
    if done.summary.is_one_draw() {
        tell(&format!(
            "note: the precision of ±{precision} is not reached: {}",
            one_draw(done.summary.replicates)
        ));
    } else if reached > precision && !done.partial {
        tell(&format!(
            "note: the precision of ±{precision} is not reached: after --max-replicates {} the widest interval is ±{reached:.4}",
            done.summary.replicates_asked
        ));
    }
}

/// A batch before its folder is written.
pub(super) struct Batched {
    pub summary: Summary,
    /// Whether it was stopped before its end.
    pub partial: bool,
    failures: Vec<Failure>,
    parts: Arc<Parts>,
    simulated: f64,
}

/// Runs a batch whose work is kept; `also` sees the rows of each block.
pub(super) fn simulate(
    session: &Session,
    arguments: &RunArguments,
    scenario: &Scenario,
    parts: Arc<Parts>,
    mut also: impl FnMut(&[Row]) + Send,
) -> Result<Batched, CommandError> {
    let mut batch = session.batch(scenario).kept_as(UNIT);
    if arguments.until.precision.is_some() {
        batch.replicates = arguments.until.max_replicates;
    }
    batch.series = arguments.series;
    if arguments.series {
        say_series(arguments, &batch)?;
    }
    let bar = Bar::begin(
        &session.progress,
        batch.replicates,
        "replicates",
        arguments.output.quiet,
    );
    let each_block = |rows: &[Row]| {
        also(rows);
        Ok::<(), Infallible>(())
    };
    let result = session.threads.install(|| match arguments.until.precision {
        Some(precision) => engine::run_until(&batch, precision, &session.progress, each_block),
        None => engine::run(&batch, &session.progress, each_block),
    });
    bar.end();
    let Ok((summary, failures)) = result;
    parts.trouble()?;
    let partial = summary.replicates + summary.failed < summary.replicates_asked;
    if !partial {
        must_have_some(session, summary.replicates, &failures)?;
    }
    Ok(Batched {
        summary,
        partial,
        failures,
        parts,
        simulated: session.seconds(),
    })
}

/// Writes the folder of a batch.
pub(super) fn write(
    session: &Session,
    arguments: &RunArguments,
    scenario: &Scenario,
    folder: Folder,
    batched: Batched,
) -> Result<Done, CommandError> {
    let Batched {
        summary,
        partial,
        failures,
        parts,
        simulated,
    } = batched;
    // With as many replicates as there are: running it gives the same results.
    let scenario = &scenario.as_run(summary.seed, summary.replicates + summary.failed);
    let entry = entry(scenario);
    let (seed, asked) = (summary.seed, summary.replicates_asked);
    let notes = notes(std::slice::from_ref(&entry), seed, asked);
    say_letters(letters::names(scenario));
    // The tables beside the pictures: encoding the rows takes as long as drawing.
    let tables = || -> Result<(String, String), CommandError> {
        write_rows(arguments, scenario, &folder, &parts, &notes)?;
        folder.write(RUN_PART, &parts.state(UNIT)?.bytes())?;
        Ok((
            to_json(&summary)?,
            arguments.print.csv(summary_csv(&summary)),
        ))
    };
    let asked_print = arguments.print.print();
    let draw = || figures::draw_all(&summary, print::order(&asked_print, &notes));
    let (tables, pictures) = session.threads.install(|| rayon::join(tables, draw));
    let (json, csv) = tables?;
    let pictures = pictures?;
    folder.write("summary.json", json.as_bytes())?;
    folder.write("summary.csv", csv.as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    print::write(&folder, &pictures)?;
    let mut again = format!("simulate scenario.resolved.toml --seed {seed}");
    again += &match arguments.until.precision {
        Some(precision) if partial => format!(" --precision {precision} --max-replicates {asked}"),
        _ => format!(" --replicates {asked}"),
    };
    again += switches(arguments);
    again += &arguments.print.again();
    let page = run_page(&RunPage {
        scenario,
        parent: parent(scenario, arguments).as_ref(),
        summary: &summary,
        pictures: &pictures,
        files: folder.names(),
        again: &again,
    });
    folder.write("index.html", page.as_bytes())?;
    let mut manifest = session.manifest("run", vec![entry], seed, asked);
    manifest.replicates = summary.replicates;
    manifest.failed.clone_from(&failures);
    manifest.partial = partial;
    manifest.again = again;
    manifest.clock = session.clock(simulated);
    let target = folder.finish(manifest)?;
    Ok(Done {
        summary,
        folder: target,
        failures,
        partial,
    })
}

/// The scenario that this one changes: the file that it extends, or itself without settings.
fn parent(scenario: &Scenario, arguments: &RunArguments) -> Option<Scenario> {
    match scenario.files.get(1).and_then(|file| file.path.as_deref()) {
        Some(extended) => Scenario::load(extended).ok(),
        None if arguments.scenario.own.settings.is_empty() => None,
        None => read_path(&arguments.scenario.own.scenario, &[]).ok(),
    }
}

/// Refuses series of nothing, and says how large they will be.
fn say_series(arguments: &RunArguments, batch: &Batch<'_>) -> Result<(), CommandError> {
    if batch.scenario.watches.is_empty() {
        return Err(CommandError::Input(
            "nothing is watched, so there are no series: add `[[watch]]` to the scenario, or --watch EXPRESSION"
                .to_owned(),
        ));
    }
    let bytes = memory::of_series(batch.scenario, batch.replicates);
    if !arguments.output.quiet {
        tell(&format!(
            "series.parquet will have {} rows, at most about {} MB",
            batch.replicates * (batch.scenario.time.steps() as u64 + 1),
            bytes.div_ceil(1_000_000)
        ));
    }
    Ok(())
}

/// Writes the tables that have a row, or several, for each replicate.
fn write_rows(
    arguments: &RunArguments,
    scenario: &Scenario,
    folder: &Folder,
    parts: &Parts,
    notes: &[(String, String)],
) -> Result<(), CommandError> {
    let design = Design::new(scenario, scenario.run.seed);
    let (of_rows, of_series) = ("replicates.parquet", "series.parquet");
    let failed = |name| move |error| CommandError::from(folder.failed_table(name, error));
    let mut series = match arguments.series {
        true => {
            let table = SeriesTable::begin(folder.create(of_series)?, scenario);
            Some(table.map_err(failed(of_series))?)
        }
        false => None,
    };
    let mut table = match arguments.no_replicates {
        true => None,
        false => {
            let columns = ReplicateColumns::new(scenario, design.numbers());
            let table = ReplicateTable::begin(folder.create(of_rows)?, columns);
            Some(table.map_err(failed(of_rows))?)
        }
    };
    if series.is_none() && table.is_none() {
        return Ok(());
    }
    parts.rows(UNIT, (scenario, &design), |rows| {
        if let Some(series) = &mut series {
            series.add(&rows).map_err(failed(of_series))?;
        }
        match &mut table {
            Some(table) => table.add(rows).map_err(failed(of_rows)),
            None => Ok(()),
        }
    })?;
    if let Some(series) = series {
        series.finish(notes).map_err(failed(of_series))?;
    }
    if let Some(table) = table {
        table.finish(notes).map_err(failed(of_rows))?;
    }
    Ok(())
}
