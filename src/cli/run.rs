//! `simulate run`

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::engine::{self, Batch, Design, LanePath, Progress};
use crate::report::{
    Clock, FileEntry, Folder, FolderError, Manifest, ReplicateTable, figures, screen, summary_csv,
    summary_json,
};
use crate::scenario::Scenario;

use super::{FAILED, INTERRUPTED, RunArguments, SOME_REPLICATES_FAILED, load, print};

/// What can go wrong after the scenario was found fine.
#[derive(Debug, Error)]
enum RunError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("the table of replicates can't be written: {0}")]
    Table(#[from] parquet::errors::ParquetError),
    #[error("a picture can't be drawn: {0}")]
    Figure(#[from] figures::FigureError),
    #[error("a file can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("threads can't be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    #[error(
        "SIMULATE_LANES can't be `{0}`; it is one of scalar, baseline, avx2, avx512, and this machine must have it"
    )]
    Lanes(String),
    #[error(
        "no replicate stayed finite: in the first, {part} was not at step {step}; nothing is saved. Look for a rate or weight that is far too large"
    )]
    AllFailed { part: String, step: u32 },
    #[error("a file just written can't be read: {0}")]
    Read(#[from] std::io::Error),
}

pub(super) fn run(arguments: &RunArguments) -> u8 {
    let scenario = match load(&arguments.scenario) {
        Ok(scenario) => scenario,
        Err(code) => return code,
    };
    match run_batch(arguments, &scenario) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            FAILED
        }
    }
}

fn run_batch(arguments: &RunArguments, scenario: &Scenario) -> Result<u8, RunError> {
    let began = Instant::now();
    let now = jiff::Timestamp::now();
    let hash = blake3::hash(scenario.resolved().as_bytes())
        .to_hex()
        .to_string();
    let batch = Batch {
        scenario,
        seed: arguments.seed.unwrap_or(scenario.run.seed),
        replicates: arguments.replicates.unwrap_or(scenario.run.replicates),
        path: lane_path()?,
    };
    // Everything that can be refused is refused before the work begins.
    let time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let folder = Folder::begin(arguments.out.as_deref(), &scenario.name, &time, &hash)?;
    let mut threads = rayon::ThreadPoolBuilder::new();
    if let Some(count) = arguments.threads {
        threads = threads.num_threads(usize::from(count));
    }
    let threads = threads.build()?;

    let notes = notes(&batch, &hash);
    let mut table = match arguments.no_replicates {
        true => None,
        false => Some(begin_table(&folder, &batch, &notes)?),
    };
    let progress = Arc::new(Progress::default());
    stop_on_interrupt(&progress, folder.unfinished());
    let bar = Bar::begin(&progress, batch.replicates, arguments.quiet);
    let result = threads.install(|| {
        engine::run(&batch, &progress, |rows| match &mut table {
            Some(table) => table.add(rows),
            None => Ok(()),
        })
    });
    bar.end();
    let (summary, failures) = result?;
    if let Some(table) = table {
        table.finish()?;
    }
    let simulated = began.elapsed();
    let partial = summary.replicates + summary.failed < batch.replicates;
    if summary.replicates == 0 && partial {
        eprintln!("interrupted before the first block of replicates was done; nothing is saved");
        return Ok(INTERRUPTED);
    }

    if let (0, Some(first)) = (summary.replicates, failures.first()) {
        return Err(RunError::AllFailed {
            part: first.part.clone(),
            step: first.step,
        });
    }

    let json = summary_json(&summary)?;
    folder.write("summary.json", json.as_bytes())?;
    folder.write("summary.csv", summary_csv(&summary).as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    let pictures = threads.install(|| figures::draw_all(&summary, &notes))?;
    for (name, bytes) in &pictures {
        folder.write(name, bytes)?;
    }
    let mut names: Vec<&str> = pictures.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(["summary.json", "summary.csv", "scenario.resolved.toml"]);
    if !arguments.no_replicates {
        names.push("replicates.parquet");
    }
    let mut manifest = Manifest {
        format: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        streams: 1,
        scenario: scenario.name.clone(),
        scenario_blake3: hash,
        settings: arguments.scenario.settings.clone(),
        seed: batch.seed,
        replicates_asked: batch.replicates,
        replicates: summary.replicates,
        failed: failures.clone(),
        partial,
        again: format!(
            "simulate scenario.resolved.toml --seed {} --replicates {}",
            batch.seed, batch.replicates
        ),
        files: Default::default(),
        clock: Clock {
            started: now.to_string(),
            simulated_seconds: simulated.as_secs_f64(),
            total_seconds: 0.0,
            threads: threads.current_num_threads(),
            lanes: batch.path.name().to_owned(),
            command: std::env::args().collect(),
        },
    };
    for name in names {
        let bytes = std::fs::read(folder.path(name))?;
        let entry = FileEntry {
            bytes: bytes.len() as u64,
            blake3: blake3::hash(&bytes).to_hex().to_string(),
        };
        manifest.files.insert(name.to_owned(), entry);
    }
    manifest.clock.total_seconds = began.elapsed().as_secs_f64();
    let mut text = serde_json::to_string_pretty(&manifest)?;
    text.push('\n');
    folder.write("manifest.json", text.as_bytes())?;
    let target: PathBuf = folder.finish()?;

    if !arguments.quiet {
        print(&screen(
            scenario,
            &summary,
            &target,
            began.elapsed().as_secs_f64(),
        ));
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

/// The lane path: the best one, unless the environment asks for another (to compare them).
fn lane_path() -> Result<LanePath, RunError> {
    match std::env::var("SIMULATE_LANES") {
        Ok(name) => LanePath::ALL
            .into_iter()
            .find(|(path, known)| *known == name && path.is_available())
            .map(|(path, _)| path)
            .ok_or(RunError::Lanes(name)),
        Err(_) => Ok(LanePath::best()),
    }
}

/// What pictures and tables carry inside, so that they can be traced to their run.
fn notes(batch: &Batch<'_>, hash: &str) -> Vec<(String, String)> {
    vec![
        (
            "simulate:version".to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
        ("simulate:scenario".to_owned(), batch.scenario.name.clone()),
        ("simulate:scenario-blake3".to_owned(), hash.to_owned()),
        ("simulate:seed".to_owned(), batch.seed.to_string()),
        (
            "simulate:replicates".to_owned(),
            batch.replicates.to_string(),
        ),
    ]
}

fn begin_table(
    folder: &Folder,
    batch: &Batch<'_>,
    notes: &[(String, String)],
) -> Result<ReplicateTable, RunError> {
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

/// The first interrupt ends the run after the present block; a second one ends the program.
fn stop_on_interrupt(progress: &Arc<Progress>, unfinished: &Path) {
    let progress = Arc::clone(progress);
    let unfinished = unfinished.to_path_buf();
    let handler = move || {
        if progress.stop.swap(true, Ordering::Relaxed) {
            // Nothing half-written is left behind; an exit runs no destructor.
            let _ = std::fs::remove_dir_all(&unfinished);
            std::process::exit(i32::from(INTERRUPTED));
        }
        eprintln!("\nstopping after the present block; interrupt again to drop everything");
    };
    // Without a handler an interrupt ends the program at once, which is all that is lost.
    let _ = ctrlc::set_handler(handler);
}

/// A progress line on standard error, drawn from a counter ten times a second.
struct Bar {
    bar: Option<indicatif::ProgressBar>,
    ended: Arc<std::sync::atomic::AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Bar {
    fn begin(progress: &Arc<Progress>, replicates: u64, quiet: bool) -> Self {
        let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
        if quiet || !std::io::stderr().is_terminal() {
            return Self {
                bar: None,
                ended,
                thread: None,
            };
        }
        let bar = indicatif::ProgressBar::new(replicates);
        let template = "{bar:32} {human_pos}/{human_len} replicates  {per_sec}  {eta} left";
        if let Ok(style) = indicatif::ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let thread = {
            let (bar, ended, progress) = (bar.clone(), Arc::clone(&ended), Arc::clone(progress));
            std::thread::spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    bar.set_position(progress.done.load(Ordering::Relaxed));
                    std::thread::sleep(Duration::from_millis(100));
                }
            })
        };
        Self {
            bar: Some(bar),
            ended,
            thread: Some(thread),
        }
    }

    fn end(mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
