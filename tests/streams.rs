//! What the program does with standard output, standard error and signals that are not as usual:
//! full, closed, nobody at the other end, ignored.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BASE: &str = "tests/broken/base.toml";
const BROKEN: &str = "tests/broken/022_unknown_key_in_faction.toml";

/// A command with arguments that make it short, in a folder of its own.
fn command(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join(BASE);
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join(BROKEN);
    command.current_dir(folder).env_remove("SIMULATE_LANES");
    for word in words {
        match *word {
            "BASE" => command.arg(&base),
            "BROKEN" => command.arg(&broken),
            word => command.arg(word),
        };
    }
    command
}

/// Every command that prints something, in each of its forms.
const PRINTING: [&[&str]; 25] = [
    &["--help"],
    &["--version"],
    &["help", "run"],
    &["run", "--help"],
    &["schema"],
    &["schema", "--reference"],
    &["completions", "bash"],
    &["man"],
    &["man", "--out", "pages"],
    &["new", "one"],
    &["new", "two", "--format", "json"],
    &["check", "BASE"],
    &["check", "BASE", "--numbers"],
    &["check", "BASE", "--format", "json"],
    &["run", "BASE", "-n", "64"],
    &["run", "BASE", "-n", "64", "--format", "json"],
    &["BASE", "-n", "64", "--out", "bare"],
    &["sweep", "BASE", "-n", "8", "--set", "threat.quality=1:2:2"],
    &["compare", "BASE", "BASE", "-n", "8"],
    &["compare", "BASE", "BASE", "-n", "8", "--format", "json"],
    &["landscape", "BASE", "--draws", "2", "--levels", "4"],
    &["replay", "BASE", "--replicate", "1", "-n", "8"],
    &["replay", "BASE", "--replicate", "1", "--format", "json"],
    &[
        "sensitivity",
        "BASE",
        "-n",
        "2",
        "--base",
        "8",
        "--trajectories",
        "4",
    ],
    &["explore", "BASE", "-n", "8", "--top", "0"],
];

/// The writing end of a pipe that nobody reads.
fn nobody() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

#[cfg(target_os = "linux")]
fn full() -> Stdio {
    let full = std::fs::File::options().write(true).open("/dev/full");
    full.expect("/dev/full").into()
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_printed_are_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in PRINTING {
        let mut command = command(words, folder.path());
        let output = command.stdout(full()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
        assert!(
            said.contains("error: standard output can't be written: No space left on device"),
            "{words:?}: {said}"
        );
    }
    // Nothing is lost for it: what was run is saved.
    let saved = folder.path().join("bare/manifest.json");
    assert!(saved.is_file());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in PRINTING {
        let mut command = command(words, folder.path());
        let output = command.stdout(nobody()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
        assert!(!said.contains("error"), "{words:?}: {said}");
    }
    // What is wrong stays wrong.
    let mut check = command(&["check", "BROKEN", "--format", "json"], folder.path());
    let status = check.stdout(nobody()).status().expect("it runs");
    assert_eq!(status.code(), Some(2));
}

/// What is said on standard error, and the exit code that goes with it.
const SAYING: [(&[&str], i32); 12] = [
    (&["check", "BROKEN"], 2),
    (&["BROKEN"], 2),
    (&["nothing.toml"], 2),
    (&["check", "BASE", "--set", "a=1"], 2),
    (&["run", "BASE", "--set", "nonsense"], 2),
    (&["--nonsense"], 2),
    (&[], 2),
    (&["new", "a b"], 2),
    (&["run", "BASE", "-n", "64", "-v"], 0),
    (&["-v", "run", "BASE", "-n", "64", "-q"], 0),
    (
        &["sweep", "BASE", "-n", "8", "--set", "threat.quality=1:2:2"],
        0,
    ),
    (&["replay", "BASE", "--replicate", "9", "-n", "8"], 0),
];

#[test]
fn nothing_that_standard_error_is_changes_what_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    for (words, code) in SAYING {
        let run = |err: Stdio| {
            let mut command = command(words, folder.path());
            let status = command.stdout(Stdio::null()).stderr(err).status();
            status.expect("it runs").code()
        };
        assert_eq!(run(nobody()), Some(code), "{words:?}, nobody reads");
        #[cfg(target_os = "linux")]
        assert_eq!(run(full()), Some(code), "{words:?}, full");
    }
    // Both at once: there is no place left to say it, and it is an error all the same.
    #[cfg(target_os = "linux")]
    {
        let mut schema = command(&["schema"], folder.path());
        let status = schema.stdout(full()).stderr(full()).status();
        assert_eq!(status.expect("it runs").code(), Some(1));
    }
}

#[test]
fn options_may_stand_before_the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |words: &[&str]| {
        let output = command(words, folder.path()).output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, said, _) = run(&["-v", "check", "BASE"]);
    assert_eq!(code, Some(0));
    assert!(said.contains(": fine. "), "{said}");
    let (code, said, _) = run(&["--verbose", "schema"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with('{'), "{said}");
    for words in [
        &["-n", "64", "BASE", "-q"][..],
        &["-v", "-n", "64", "BASE", "-q"],
        &["-v", "BASE", "-n", "64", "-q"],
        &["-q", "-v", "BASE", "-n", "64"],
        &["--verbose", "run", "-n", "64", "BASE", "-q"],
    ] {
        let (code, _, said) = run(words);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        assert_eq!(
            said.contains("64 replicates"),
            words.contains(&"-v") || words.contains(&"--verbose"),
            "{words:?}: {said}"
        );
    }
    for words in [
        &["-h"][..],
        &["-v", "-h"],
        &["-v", "--help"],
        &["-v", "help"],
    ] {
        let (code, said, _) = run(words);
        assert_eq!(code, Some(0), "{words:?}");
        assert!(said.contains("Commands:"), "{words:?}: {said}");
    }
    // A scenario may have the name of a command.
    std::fs::copy(BASE, folder.path().join("check")).expect("copied");
    assert_eq!(run(&["./check", "-n", "64", "-q"]).0, Some(0));
    let (code, said, _) = run(&["check", "-q", "BASE"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    let (code, said, wrong) = run(&["check", "-q", "BROKEN"]);
    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert!(wrong.contains("1 problem"), "{wrong}");
}

/// What the program prints when it reads this from standard input.
fn fed(words: &[&str], folder: &Path, text: &[u8]) -> (Option<i32>, String, String) {
    let path = folder.join("fed");
    std::fs::write(&path, text).expect("written");
    let file = std::fs::File::open(&path).expect("a file");
    let output = command(words, folder).stdin(file).output();
    let output = output.expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_scenario_may_come_from_standard_input_whatever_the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = std::fs::read(BASE).expect("the base");
    for words in [
        &["check", "-"][..],
        &["-", "-n", "64"],
        &["run", "-", "-n", "64", "--set", "threat.quality=2"],
        // Read once, for as many scenarios as it takes.
        &["sweep", "-", "-n", "8", "--set", "threat.quality=1:2:3"],
        &["compare", "-", "BASE", "-", "-n", "64"],
        &["landscape", "-", "--draws", "2", "--levels", "4"],
        &["replay", "-", "--replicate", "1", "-n", "8"],
        &[
            "sensitivity",
            "-",
            "-n",
            "2",
            "--base",
            "8",
            "--trajectories",
            "4",
        ],
    ] {
        let (code, said, wrong) = fed(words, folder.path(), &base);
        assert_eq!(code, Some(0), "{words:?}: {wrong}");
        assert!(!said.is_empty(), "{words:?}");
    }
    assert!(folder.path().join("output/stdin").is_dir());
    // What it extends is taken from the working folder.
    std::fs::copy(BASE, folder.path().join("base.toml")).expect("copied");
    let over = b"extends = \"base.toml\"\n[scenario]\ntitle = \"Over it\"\n";
    let (code, said, _) = fed(&["-", "-n", "64"], folder.path(), over);
    assert_eq!((code, said.lines().next()), (Some(0), Some("Over it")));
    // What is wrong with it has a place.
    let (code, _, said) = fed(
        &["check", "-"],
        folder.path(),
        b"extends = \"base.toml\"\na = 1\n",
    );
    assert_eq!(code, Some(2));
    assert!(said.contains("[stdin:2:1]"), "{said}");
    let (code, _, said) = fed(&["watch", "-"], folder.path(), &base);
    assert_eq!(code, Some(2));
    assert!(said.contains("can't be watched"), "{said}");
}

#[cfg(unix)]
mod signals {
    use crate::tools::send;

    use super::*;
    use std::time::Duration;

    /// Commands that would take hours.
    const LONG: [&[&str]; 5] = [
        &["run", "BASE", "-n", "100000000", "-q"],
        &[
            "landscape",
            "BASE",
            "--levels",
            "10000",
            "--draws",
            "1000000",
            "-q",
        ],
        &[
            "sweep",
            "BASE",
            "-n",
            "10000000",
            "--set",
            "threat.quality=1:2:2",
            "-q",
        ],
        &["compare", "BASE", "BASE", "-n", "10000000", "-q"],
        &["replay", "BASE", "--typical", "any", "-n", "3000000", "-q"],
    ];

    /// Waits until the work has begun: there is an unfinished folder.
    fn begun(folder: &Path) {
        for _ in 0..600 {
            if unfinished(folder) > 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nothing begins in {}", folder.display());
    }

    fn unfinished(folder: &Path) -> usize {
        let Ok(entries) = folder.read_dir() else {
            return 0;
        };
        let entries: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
        let own = |p: &&PathBuf| p.to_string_lossy().contains(".unfinished");
        let below: usize = entries
            .iter()
            .filter(|p| p.is_dir())
            .map(|p| unfinished(p))
            .sum();
        entries.iter().filter(own).count() + below
    }

    /// Whether a signal of this number is in a set of those of a process, as Linux tells it;
    /// elsewhere nobody knows.
    fn has(child: &std::process::Child, set: &str, number: u32) -> Option<bool> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        let mask = status.lines().find_map(|line| line.strip_prefix(set))?;
        let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
        Some(mask & 1 << (number - 1) != 0)
    }

    fn ignores_hangups(child: &std::process::Child) -> bool {
        has(child, "SigIgn:", 1) == Some(true)
    }

    #[test]
    fn every_command_that_works_long_ends_at_an_interrupt_even_if_it_cannot_say_so() {
        for (words, signal) in LONG.iter().zip(["INT", "TERM", "HUP", "INT", "TERM"]) {
            let folder = tempfile::tempdir().expect("a folder");
            let mut command = command(words, folder.path());
            let mut child = command.stderr(nobody()).spawn().expect("it starts");
            begun(folder.path());
            std::thread::sleep(Duration::from_millis(200));
            // Who runs the tests under nohup wants hangups ignored, and they are.
            let signal = match signal {
                "HUP" if ignores_hangups(&child) => "TERM",
                other => other,
            };
            send(signal, &child);
            let status = child.wait().expect("it ends");
            assert_eq!(status.code(), Some(130), "{words:?} {signal}");
            assert_eq!(unfinished(folder.path()), 0, "{words:?} {signal}");
        }
    }

    #[test]
    fn a_hangup_that_is_ignored_stays_ignored() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = env!("CARGO_BIN_EXE_simulate");
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join(BASE);
        let mut command = Command::new("nohup");
        command.arg(program).arg("run").arg(base);
        command.args(["-n", "100000000", "-q"]).current_dir(&folder);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("nohup");
        begun(folder.path());
        send("HUP", &child);
        std::thread::sleep(Duration::from_millis(700));
        assert!(child.try_wait().expect("a child").is_none(), "it goes on");
        send("TERM", &child);
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
    }

    #[test]
    fn an_interrupt_before_the_work_begins_has_the_same_exit_code() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = command(&["check", "-"], folder.path());
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
        // It waits for a scenario, which doesn't end while it is held open.
        let held = child.stdin.take();
        // Nor does it see the signal before it handles it.
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(300));
            if has(&child, "SigCgt:", 15) != Some(false) {
                break;
            }
        }
        send("TERM", &child);
        assert_eq!(child.wait().expect("it ends").code(), Some(130));
        drop(held);
    }
}
