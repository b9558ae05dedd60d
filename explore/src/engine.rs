//! What is asked of the engine, and answered in bytes.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use simulate_core::engine::{Batch, Gathering, Progress};
use simulate_core::experiment::explore::{Growing, Part};
use simulate_core::experiment::replay::{Detail, Story, replay};
use simulate_core::{Scenario, foreign};

/// Two runs.
pub struct Engine {
    runs: [Option<Run>; 2],
}

/// A run whose scenario was read.
enum Run {
    /// Whoever only replicates it needs no more.
    Read(Box<Gathering<'static>>),
    Growing(Box<Growing>),
}

impl Run {
    fn scenario(&self) -> &Scenario {
        match self {
            Self::Read(gathering) => gathering.scenario(),
            Self::Growing(growing) => growing.scenario(),
        }
    }
}

/// What a run is begun from.
#[derive(Deserialize)]
struct Given {
    text: String,
    settings: Vec<String>,
}

/// A history told.
#[derive(Serialize)]
struct Told {
    replicate: u64,
    week: u32,
    story: Story,
}

impl Engine {
    pub const fn new() -> Self {
        Self { runs: [None, None] }
    }

    fn run(&self, run: usize) -> Result<&Run, String> {
        let known = self.runs.get(run).and_then(Option::as_ref);
        known.ok_or_else(|| format!("run {run} was not begun"))
    }

    fn growing(&self, run: usize) -> Result<&Growing, String> {
        match self.run(run)? {
            Run::Growing(growing) => Ok(growing),
            Run::Read(_) => Err(format!("run {run} has no replicates")),
        }
    }

    pub fn open(&mut self, run: usize, given: &[u8]) -> Result<Vec<u8>, String> {
        let given: Given = serde_json::from_slice(given).map_err(|e| e.to_string())?;
        let scenario = Scenario::parse_with("the scenario", &given.text, &given.settings);
        let scenario = scenario.map_err(|problems| problems.render(false))?;
        let place = self.runs.get_mut(run).ok_or("there are two runs")?;
        *place = Some(Run::Read(Box::new(Gathering::keeping(scenario))));
        Ok(Vec::new())
    }

    pub fn grow(&mut self, run: usize) -> Result<Vec<u8>, String> {
        let Some(Run::Read(gathering)) = self.runs.get_mut(run).and_then(Option::take) else {
            return Err(format!("run {run} was not begun"));
        };
        let mut growing = Growing::new("this", *gathering);
        if let (1, Ok(base)) = (run, self.growing(0)) {
            growing = growing.beside(base);
        }
        self.runs[run] = Some(Run::Growing(Box::new(growing)));
        Ok(Vec::new())
    }

    pub fn replicate(&self, run: usize, replicates: Range<u64>) -> Result<Vec<u8>, String> {
        match self.run(run)? {
            Run::Read(gathering) => {
                let batch = Batch::of(gathering.scenario())
                    .replicates(replicates.end)
                    .beginning_at(replicates.start);
                Ok(Part::run(gathering, &batch, &Progress::default()).bytes())
            }
            Run::Growing(_) => Err(format!("run {run} grows from what others run")),
        }
    }

    pub fn add(&mut self, run: usize, parts: &[u8]) -> Result<Vec<u8>, String> {
        let parts = each(parts).ok_or("a part ends before its length")?;
        match self.runs.get_mut(run).and_then(Option::as_mut) {
            Some(Run::Growing(growing)) => growing.add(parts).map(|()| Vec::new()),
            _ => Err(format!("run {run} doesn't grow")),
        }
    }

    pub fn answer(&self, run: usize) -> Result<Vec<u8>, String> {
        let against = match run {
            0 => None,
            _ => Some(self.growing(0)?),
        };
        json(&self.growing(run)?.answer(against))
    }

    pub fn summary(&self, run: usize) -> Result<Vec<u8>, String> {
        let text = foreign::to_json(self.growing(run)?.summary());
        Ok(text.map_err(|e| e.to_string())?.into_bytes())
    }

    pub fn tell(&self, run: usize, outcome: &[u8], week: u32) -> Result<Vec<u8>, String> {
        let run = self.growing(run)?;
        let outcome = str::from_utf8(outcome).map_err(|e| e.to_string())?;
        let (replicate, week) = run
            .nearest(outcome, week)
            .ok_or_else(|| format!("no history so far has the outcome {outcome}"))?;
        let scenario = run.scenario();
        let story = replay(scenario, scenario.run.seed, replicate, Detail::Usual).story;
        json(&Told {
            replicate,
            week,
            story,
        })
    }

    pub fn overlay(&self, run: usize, keys: &[u8]) -> Result<Vec<u8>, String> {
        let keys: Vec<String> = serde_json::from_slice(keys).map_err(|e| e.to_string())?;
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        Ok(self.run(run)?.scenario().overlay(&keys).into_bytes())
    }
}

/// Parts that follow each other, each after its length.
fn each(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        parts.push(part);
        bytes = rest;
    }
    bytes.is_empty().then_some(parts)
}

fn json(found: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(found).map_err(|e| e.to_string())
}
