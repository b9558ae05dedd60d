//! What is done with bytes from anywhere: each of these reads them as the program does, and uses
//! what it finds fine. They panic where something is wrong with the program, never where
//! something is wrong with the bytes. The mutations call them, and the targets in `fuzz/`.

use std::convert::Infallible;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use simulate::engine::{self, Batch, Gathered, Gathering, Keep, Progress, Row, Unit, memory};
use simulate::experiment::landscape::{MOST_ACTORS, weigh_file};
use simulate::experiment::{ComparedRun, Histories, compare};
use simulate::report::{FinishedRun, Manifest, State};
use simulate::scenario::{Case, LibraryObserved, ObservedText, Problems, Scenario};

/// A small scenario without a mistake, for what is laid over one.
pub const BASE: &str = include_str!("../broken/base.toml");

/// The files of a run that are read back.
pub const FILES: [&str; 4] = [
    "manifest.json",
    "summary.json",
    "scenario.resolved.toml",
    "replicates.parquet",
];

/// Most bytes that may be said of a mistake.
const MOST_SAID: usize = 200_000;
/// Replicates that are run of what is found fine.
const REPLICATES: u64 = 4;
/// Most bytes that a batch may take; larger ones are left out.
const MOST_BYTES: u64 = 256 << 20;
/// Most steps times pairs and contacts of a replicate; larger ones are left out.
const MOST_WORK: u64 = 400_000;

/// What is said of mistakes is short, in a file and with the colours of a screen.
fn said(problems: &Problems) {
    for color in [false, true] {
        let bytes = problems.render(color).len();
        assert!(bytes < MOST_SAID, "{bytes} bytes are said, color: {color}");
    }
}

/// Runs a few replicates, where that takes neither long nor much.
fn run(scenario: &Scenario) {
    let size = scenario.size();
    let pairs = (scenario.factions.len() as u64).pow(2) + size.contacts + size.claims;
    let numbers = scenario.numbers.len() as u64 + scenario.events.len() as u64;
    let work = (scenario.time.steps() as u64 + 1).saturating_mul(pairs + numbers / 8 + 1);
    if work > MOST_WORK || memory::of_batch(scenario, 2) > MOST_BYTES {
        return;
    }
    let found = Batch::of(scenario).replicates(REPLICATES).collect();
    let done = found.rows.len() + found.failures.len();
    assert_eq!(done as u64, REPLICATES, "each replicate is told of");
    for outcome in &found.summary.outcomes {
        let chance = outcome.chance.value;
        assert!((0.0..=1.0).contains(&chance) || chance.is_nan(), "{chance}");
    }
}

/// What was read of a scenario: it is short, or it runs and can be written and read again.
fn checked(read: Result<Scenario, Problems>) -> bool {
    let scenario = match read {
        Ok(scenario) => scenario,
        Err(problems) => {
            said(&problems);
            return false;
        }
    };
    let resolved = scenario.resolved();
    match Scenario::parse(&scenario.name, &resolved) {
        Ok(again) => assert!(again.resolved() == resolved, "it reads as another"),
        Err(problems) => panic!("it isn't read again: {}", problems.render(false)),
    }
    run(&scenario);
    true
}

/// A file, with settings laid over it; whether it is fine.
pub fn scenario(bytes: &[u8], settings: &[String]) -> bool {
    match Case::load_text("mutation.toml", bytes.to_vec(), settings) {
        Ok(Case::Scenario(scenario)) => checked(Ok(*scenario)),
        Ok(Case::Landscape(file)) => {
            if file.actors.len() <= MOST_ACTORS.min(12) {
                let _ = weigh_file(&file, file.seed, Some(2), 2, &Progress::default());
            }
            true
        }
        Err(problems) => checked(Err(problems)),
    }
}

/// A setting of the small scenario; whether it is fine.
pub fn setting(text: &str) -> bool {
    checked(Scenario::parse_with("base.toml", BASE, &[text.to_owned()]))
}

/// An expression, as `--watch` has it and in the file; whether it is fine both times.
pub fn expression(text: &str) -> bool {
    let watched = setting(&format!("{}{text}", simulate::scenario::WATCH));
    // JSON's quotes are TOML's.
    let quoted = serde_json::to_string(text).expect("text");
    let file = format!("{BASE}\n[[watch]]\nid = \"w\"\nwhat = {quoted}\n");
    checked(Scenario::parse("base.toml", &file)) && watched
}

/// A table of observations, of a scenario and of a library; whether it is fine for the first.
pub fn observed(text: &str) -> bool {
    let table = ObservedText {
        name: "observed.csv".to_owned(),
        text: text.to_owned(),
    };
    if let Err(problems) = LibraryObserved::read(&table) {
        said(&problems);
    }
    match Scenario::parse_observed("base.toml", BASE, &[], &table) {
        Ok((scenario, observations)) => {
            for observation in &observations {
                let (first, last) = observation.steps(&scenario);
                assert!(
                    first <= last || first > scenario.time.steps(),
                    "{first} {last}"
                );
            }
            run(&scenario);
            true
        }
        Err(problems) => {
            said(&problems);
            false
        }
    }
}

/// Keeps what a batch came to.
#[derive(Debug, Default)]
struct Kept(Mutex<Option<Gathered>>);

impl Keep for Kept {
    fn kept(
        &self,
        _: &Unit<'_>,
        _: &mut dyn FnMut(&[Row]) -> ControlFlow<()>,
    ) -> ControlFlow<(), Option<Gathered>> {
        ControlFlow::Continue(None)
    }

    fn add(&self, _: &Unit<'_>, _: &[Row]) -> bool {
        false
    }

    fn so_far(&self, _: &Unit<'_>, _: &Gathered) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn end(&self, _: &Unit<'_>, gathered: &Gathered, _: bool) {
        *self.0.lock().expect("nobody panicked") = Some(gathered.clone());
    }
}

/// The bytes of a part of the small scenario's run.
pub fn a_part() -> Vec<u8> {
    let scenario = Scenario::parse("base.toml", BASE).expect("it is fine");
    let kept = Arc::new(Kept::default());
    let progress = Progress::default();
    let _ = progress.keep.set(Arc::clone(&kept) as Arc<dyn Keep>);
    let batch = Batch::of(&scenario).replicates(8).kept_as(0);
    let Ok(_) = engine::run(&batch, &progress, |_| Ok::<(), Infallible>(()));
    let gathered = kept.0.lock().expect("nobody panicked").take();
    State::new(0, &gathered.expect("it was kept"), true, Vec::new()).bytes()
}

/// A part of a run, as it is and with its hash made right; whether it is one of the small
/// scenario with that.
pub fn part(bytes: &[u8]) -> bool {
    let _ = State::of(bytes);
    let body = &bytes[..bytes.len().saturating_sub(blake3::OUT_LEN)];
    let right = [body, blake3::hash(body).as_bytes()].concat();
    let Ok(state) = State::of(&right) else {
        return false;
    };
    let scenario = Scenario::parse("base.toml", BASE).expect("it is fine");
    let gathering = Gathering::new(&scenario);
    let Ok(mut gathered) = state.gathered(&gathering) else {
        return false;
    };
    let mut all = gathering.none(gathered.first, gathered.first == 0);
    let _ = gathering.merge(&mut all, &gathered);
    let replicates = gathered.end;
    gathering.summary(&mut gathered, (1, replicates));
    true
}

/// A finished run of which copies are changed, and where they are made.
pub struct Folder {
    run: PathBuf,
    forged: PathBuf,
    own: Vec<Vec<u8>>,
}

impl Folder {
    /// Of a run, with copies in another folder.
    pub fn new(run: PathBuf, forged: PathBuf) -> Self {
        let own = FILES.map(|file| fs::read(run.join(file)).expect("a file of the run"));
        Self {
            run,
            forged,
            own: own.into(),
        }
    }

    /// What one of its files says.
    pub fn file(&self, file: usize) -> &[u8] {
        &self.own[file]
    }

    /// A copy in which some files say something else, and the manifest agrees; whether it is
    /// taken for a run, and compared.
    pub fn forge(&self, others: &[(usize, Vec<u8>)]) -> bool {
        let _ = fs::remove_dir_all(&self.forged);
        fs::create_dir(&self.forged).expect("a folder");
        let mut all = self.own.clone();
        let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        for (file, bytes) in others.iter().filter(|(file, _)| *file != 0) {
            let manifest = String::from_utf8(all[0].clone()).expect("JSON");
            all[0] = Manifest::seal(manifest.replace(&hash(&all[*file]), &hash(bytes))).into();
            all[*file].clone_from(bytes);
        }
        if let Some((_, bytes)) = others.iter().find(|(file, _)| *file == 0) {
            all[0] = match str::from_utf8(bytes) {
                Ok(text) => Manifest::seal(text.to_owned()).into(),
                Err(_) => bytes.clone(),
            };
        }
        for (name, bytes) in FILES.iter().zip(&all) {
            fs::write(self.forged.join(name), bytes).expect("written");
        }
        let Some(other) = Self::read(&self.forged) else {
            return false;
        };
        let own = Self::read(&self.run).expect("the run itself is one");
        compare(&[own, other], false);
        true
    }

    fn read(folder: &Path) -> Option<ComparedRun> {
        let finished = FinishedRun::open(folder);
        let finished = finished.map_err(|error| short(&error.to_string())).ok()?;
        let mut histories = Histories::new(&finished.scenario);
        let rows = finished.rows(|rows| histories.add(rows));
        rows.map_err(|error| short(&error.to_string())).ok()?;
        Some(ComparedRun {
            label: "a run".to_owned(),
            histories,
            streams: finished.manifest.streams,
            summary: finished.summary,
            scenario: finished.scenario,
        })
    }
}

/// A refusal in a sentence.
fn short(text: &str) {
    assert!(text.len() < MOST_SAID, "{} bytes are said", text.len());
}

/// Changes bytes by others: each four say where (two of them), how and to what. Hashes and lengths make a file that
/// is nothing but noise fail at its first byte; this one is right but for a few.
#[allow(dead_code)]
pub fn patched(bytes: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes.chunks_exact(4) {
        if bytes.is_empty() {
            break;
        }
        let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
        // Far places of long files are reached from the end.
        let at = match change[2] & 8 {
            0 => at % bytes.len(),
            _ => bytes.len() - 1 - at % bytes.len(),
        };
        match change[2] & 7 {
            0 => bytes.truncate(at),
            1 => drop(bytes.remove(at)),
            2 | 3 => bytes.insert(at, change[3]),
            _ => bytes[at] = change[3],
        }
    }
    bytes
}
