//! Scenarios, expressions, settings, observations, parts and run folders with changes that
//! nobody would make on purpose: nothing panics, hangs or speaks without end.
//!
//! Every input follows from a number, which is said where something goes wrong:
//! `SIMULATE_FUZZ_SEED=NUMBER cargo test --release mutations:: -- --include-ignored` begins with
//! it. `SIMULATE_FUZZ_SECONDS=3600` lets the long form go on for that long. What coverage guides
//! is in `fuzz/`.

#[path = "mutations/probes.rs"]
mod probes;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::random::SplitMix;
use probes::{FILES, Folder};

/// Far longer than anything here takes on a slow machine.
const HANGS: Duration = Duration::from_secs(120);
/// Seconds of the long form, all kinds together, where the environment doesn't say.
const SECONDS: f64 = 60.0;

/// Values that are at the end of something.
const VALUES: [&str; 32] = [
    "1e308",
    "-1e308",
    "5e-324",
    "-0.0",
    "0",
    "-1",
    "nan",
    "inf",
    "-inf",
    "1",
    "0.5",
    "1e-45",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "16777217",
    "\"\"",
    "\"\\u0000\"",
    "\"\u{202e}\u{1f600}\u{e9}\"",
    "true",
    "[]",
    "{}",
    "[[[[]]]]",
    "0001-01-01",
    "9999-12-31",
    "2016-02-30",
    "{ value = 1e308 }",
    "{ value = [] }",
    "{ dist = \"uniform\", low = 0, high = 1e308 }",
    "{ dist = \"triangular\", low = 1, mode = 1, high = 1 }",
    "{ dist = \"normal\", mean = 0, sd = 1e300 }",
    "{ dist = \"lognormal\", median = 1e-300, factor = 1e9 }",
];

/// Pieces of the expression language, of settings and of tables.
const WORDS: [&str; 40] = [
    "cohesion(allies)",
    "open_fighters",
    "faction.east.fighters",
    "hostility(east, west)",
    "control(city, each)",
    "week",
    "and",
    "or",
    "not",
    "(",
    ")",
    "((((((((((((((((",
    "+",
    "-",
    "*",
    "/",
    "^",
    ">",
    "<=",
    "==",
    "min(",
    "max(",
    "start(",
    "lowest(",
    "highest(",
    "happened(",
    "holds(collapse)",
    ",",
    ".",
    "=",
    "+=",
    "\"",
    "1e308",
    "nan",
    "0",
    "2017-06-30",
    "east",
    "time.end",
    "\u{e9}",
    "outcome+=",
];

/// The lines of a text, changed.
fn change_lines(text: &mut String, random: &mut SplitMix) {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return;
    }
    let (a, b) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(6) {
        0 => lines.insert(b, lines[a]),
        1 => lines.swap(a, b),
        2 => drop(lines.remove(a)),
        3 => drop(lines.drain(a.min(b)..a.max(b).min(a.min(b) + 30))),
        4 => {
            // The keys of one table in another.
            let stretch = lines[a..(a + 5).min(lines.len())].to_vec();
            lines.splice(b..b, stretch);
        }
        _ => {
            // Two keys with each other's value.
            let parts = |line: &str| line.split_once('=').map(|(k, v)| (k.len(), v.to_owned()));
            if let (Some((i, v)), Some((j, w))) = (parts(lines[a]), parts(lines[b])) {
                let one = format!("{}={w}", &lines[a][..i]);
                let other = format!("{}={v}", &lines[b][..j]);
                let mut owned: Vec<String> = lines.into_iter().map(str::to_owned).collect();
                owned[a] = one;
                owned[b] = other;
                *text = owned.join("\n");
                return;
            }
        }
    }
    *text = lines.join("\n");
}

/// One value of a text, or all that look the same, by another.
fn change_value(text: &mut String, random: &mut SplitMix) {
    let from = random.below(text.len());
    let number = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    let Some(start) = text.bytes().skip(from).position(|b| b.is_ascii_digit()) else {
        return;
    };
    let start = from + start;
    let length = text[start..].find(|c| !number(c));
    let end = length.map_or(text.len(), |length| start + length);
    text.replace_range(start..end, random.of(&VALUES));
}

/// The value of a key by another.
fn change_key(text: &mut String, random: &mut SplitMix) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return;
    }
    let at = random.below(lines.len());
    let long = "k".repeat(1 << random.below(17));
    let deep = 1 << random.below(12);
    lines[at] = match (random.below(5), lines[at].split_once('=')) {
        (0, _) => format!("{long} = 1"),
        (1, Some((key, _))) => format!("{key}= {}1{}", "[".repeat(deep), "]".repeat(deep)),
        (2, Some((key, _))) => format!("{key}= \"{long}\""),
        (3, _) => format!("[{}x]", "a.".repeat(deep)),
        (_, Some((key, _))) => format!("{key}= {}", random.of(&VALUES)),
        (_, None) => lines[at].clone(),
    };
    *text = lines.join("\n");
}

/// Some bytes of a file.
fn change_bytes(bytes: &mut Vec<u8>, random: &mut SplitMix) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    let length = random.below(40).min(bytes.len() - at);
    match random.below(6) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.below(256) as u8,
        2 => bytes.insert(at, random.below(256) as u8),
        3 => drop(bytes.drain(at..at + length)),
        4 => {
            let again = bytes[at..at + length].to_vec();
            bytes.splice(at..at, again);
        }
        _ => {
            // The largest numbers of every width.
            let end = bytes.len().min(at + (1 << random.below(4)));
            bytes[at..end].fill(if random.below(2) == 0 { 0xff } else { 0x7f });
        }
    }
}

/// A text with one to four changes.
fn changed(text: &str, random: &mut SplitMix) -> Vec<u8> {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        match random.below(4) {
            0 => change_lines(&mut text, random),
            1 if !text.is_empty() => change_value(&mut text, random),
            _ => change_key(&mut text, random),
        }
    }
    let mut bytes = text.into_bytes();
    if random.below(3) == 0 {
        change_bytes(&mut bytes, random);
    }
    bytes
}

/// Words in a row, some of them made of others.
fn sentence(first: &[&str], random: &mut SplitMix) -> String {
    let mut text = random.of(first).to_owned();
    for _ in 0..random.below(4) {
        match random.below(4) {
            0 => {
                let word = random.of(&WORDS);
                let at: Vec<usize> = (0..=text.len())
                    .filter(|at| text.is_char_boundary(*at))
                    .collect();
                text.insert_str(at[random.below(at.len())], word);
            }
            1 => text = format!("{text} {} {}", random.of(&WORDS), random.of(&WORDS)),
            2 if !text.is_empty() => change_value(&mut text, random),
            _ => {
                let mut bytes = text.into_bytes();
                change_bytes(&mut bytes, random);
                text = String::from_utf8_lossy(&bytes).into_owned();
            }
        }
    }
    if random.below(200) == 0 {
        text = text.repeat(1 << random.below(12));
    }
    text
}

/// The files of a folder with an ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == ending))
        .collect();
    paths.sort();
    paths
}

/// Everything that ships, as text that is read from the project's folder.
fn shipped() -> Vec<String> {
    let folders = ["", "/iraq_2016", "/hindcast", "/library", "/landscape"];
    let mut texts = Vec::new();
    for folder in folders.map(|folder| format!("scenarios{folder}")) {
        for path in files(&folder, "toml") {
            let text = fs::read_to_string(path).expect("text");
            let parent = format!("extends = \"{folder}/");
            texts.push(text.replace("extends = \"", &parent));
        }
    }
    assert!(texts.len() > 40, "{}", texts.len());
    texts
}

/// What is changed, and how an input is made of a number and looked at.
struct Kinds {
    scenarios: Vec<String>,
    observed: Vec<String>,
    part: Vec<u8>,
    folder: Folder,
}

const NAMES: [&str; 6] = [
    "scenario",
    "expression",
    "setting",
    "observed",
    "part",
    "folder",
];

const EXPRESSIONS: [&str; 8] = [
    "cohesion(allies)",
    "control(city, threat)",
    "control(city, east) - control(city, west)",
    "open_fighters > 1000 and hostility(east, west) > 0.5",
    "min(cohesion(allies), 0.5) * 2",
    "max(week, 1) - faction.east.fighters / threat.fighters",
    "not (cohesion(allies) > 0.5) or lowest(cohesion(allies)) < 0.2",
    "highest(rivalry(east, west)) / start(open_fighters)",
];

const SETTINGS: [&str; 10] = [
    "faction.east.fighters=1000",
    "time.end=2016-12-30",
    "time.step_weeks=4",
    "rivalry.balance=0.5",
    "faction.east={}",
    "threat.fighters={ dist = \"uniform\", low = 1, high = 2 }",
    "watch+=cohesion(allies)",
    "arena.city.population=1000",
    "coalition.allies.members=[\"east\"]",
    "scenario.name=\"..\"",
];

const TABLE: &str = "date,quantity,label,value,low,high,sd,unit,since,base_rate,source\n\
    2016-06-30,open_fighters,Fighters,5000,4000,6000,,people,,,judgement\n\
    2017-03-31,cohesion(allies),,0.5,,,0.1,,,,\"a, b\"\n\
    2017-06-30,cohesion(allies) < 0.3,,yes,,,,,2016-02-01,0.2,judgement\n";

impl Kinds {
    fn new(parent: &Path) -> Self {
        let out = parent.join("run");
        let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
            .args(["run", "tests/broken/base.toml", "-n", "40", "-q", "--out"])
            .arg(&out)
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{output:?}");
        let mut observed = vec![TABLE.to_owned()];
        for folder in ["scenarios/hindcast", "scenarios/library"] {
            let texts = files(folder, "csv").into_iter().map(fs::read_to_string);
            observed.extend(texts.map(|text| text.expect("text")));
        }
        Self {
            scenarios: shipped(),
            observed,
            part: probes::a_part(),
            folder: Folder::new(out, parent.join("forged")),
        }
    }

    /// Whether what comes of a number is fine, for one of the kinds.
    fn look(&self, kind: usize, seed: u64) -> bool {
        let random = &mut SplitMix(seed.wrapping_mul(8) + kind as u64);
        match kind {
            0 => {
                let text = &self.scenarios[random.below(self.scenarios.len())];
                let bytes = match random.below(3) {
                    0 => changed(probes::BASE, random),
                    _ => changed(text, random),
                };
                let settings = match random.below(4) {
                    0 => vec![sentence(&SETTINGS, random)],
                    _ => Vec::new(),
                };
                probes::scenario(&bytes, &settings)
            }
            1 => probes::expression(&sentence(&EXPRESSIONS, random)),
            2 => probes::setting(&sentence(&SETTINGS, random)),
            3 => {
                // The small one is the only one that can be fine.
                let text = match random.below(2) {
                    0 => TABLE,
                    _ => &self.observed[random.below(self.observed.len())],
                };
                let bytes = changed(text, random);
                probes::observed(&String::from_utf8_lossy(&bytes))
            }
            4 => {
                let mut bytes = self.part.clone();
                for _ in 0..=random.below(3) {
                    change_bytes(&mut bytes, random);
                }
                probes::part(&bytes)
            }
            _ => {
                // Two files at once: what one says of the other.
                let others = (0..=random.below(2)).map(|_| {
                    let file = random.below(FILES.len());
                    let mut bytes = self.folder.file(file).to_vec();
                    if file != 3 && random.below(2) == 0 {
                        let mut text = String::from_utf8_lossy(&bytes).into_owned();
                        change_value(&mut text, random);
                        bytes = text.into_bytes();
                    } else {
                        change_bytes(&mut bytes, random);
                    }
                    (file, bytes)
                });
                let mut others: Vec<_> = others.collect();
                others.dedup_by_key(|(file, _)| *file);
                self.folder.forge(&others)
            }
        }
    }

    /// Looks at one input, and says which it was where that goes wrong.
    fn must_hold(&self, kind: usize, seed: u64) -> bool {
        let looked = catch_unwind(AssertUnwindSafe(|| self.look(kind, seed)));
        looked.unwrap_or_else(|_| panic!("{}: SIMULATE_FUZZ_SEED={seed}", NAMES[kind]))
    }
}

fn number<T: std::str::FromStr>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// Looks at inputs as long as `goes_on` says so of how many there were, one of each kind in
/// turn. What hangs is named before the program is ended: nothing else would end it.
fn mutate(goes_on: impl Fn(u64) -> bool) {
    let parent = tempfile::tempdir().expect("a folder");
    let kinds = Kinds::new(parent.path());
    let (say, said) = mpsc::channel::<(usize, u64)>();
    let watcher = std::thread::spawn(move || {
        let mut last = (0, 0);
        loop {
            match said.recv_timeout(HANGS) {
                Ok(now) => last = now,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let (kind, seed) = last;
                    eprintln!("{} hangs: SIMULATE_FUZZ_SEED={seed}", NAMES[kind]);
                    std::process::abort();
                }
            }
        }
    });
    let first = number("SIMULATE_FUZZ_SEED").unwrap_or(0);
    let (mut count, mut fine) = (0, [0_u64; NAMES.len()]);
    let mut slowest = (Duration::ZERO, 0, 0);
    while goes_on(count) {
        let seed = first + count;
        for kind in 0..NAMES.len() {
            say.send((kind, seed)).expect("the watcher is there");
            let began = Instant::now();
            fine[kind] += u64::from(kinds.must_hold(kind, seed));
            slowest = slowest.max((began.elapsed(), kind, seed));
        }
        count += 1;
    }
    drop(say);
    watcher.join().expect("it watched");
    let (time, kind, seed) = slowest;
    println!(
        "{count} of each kind from {first} on; fine: {:?}; the slowest took {time:?}: {} {seed}",
        NAMES.iter().zip(fine).collect::<Vec<_>>(),
        NAMES[kind]
    );
    // Else nothing but the first refusal of each reader is looked at.
    if count >= 100 {
        let all_reached = fine.iter().all(|&fine| fine > 0);
        assert!(all_reached, "{fine:?} of {count}: a kind is never fine");
    }
}

#[test]
fn a_few_hundred_changes_of_everything_that_is_read_do_no_harm() {
    mutate(|count| count < 150);
}

#[test]
#[ignore = "takes a minute: ./test.sh"]
fn a_minute_of_changes_of_everything_that_is_read_does_no_harm() {
    let seconds = number("SIMULATE_FUZZ_SECONDS").unwrap_or(SECONDS);
    let began = Instant::now();
    mutate(|_| began.elapsed().as_secs_f64() < seconds);
}
