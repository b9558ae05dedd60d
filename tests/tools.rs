//! What some tests need beside Rust and a shell. `./test.sh` installs it and runs them with
//! the others; `cargo test` alone leaves them out, named as ignored and why. No test
//! installs anything or asks the network for anything.

use std::fs::DirEntry;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// The environment of Python that `./test.sh` makes of `tests/requirements.txt`.
const PYTHON: &str = "target/test-python";
/// How long something may take that takes a moment on a machine with nothing else to do.
const PATIENCE: Duration = Duration::from_secs(120);
/// Where `./test.sh` says which browser it found.
const BROWSER: &str = "target/test-browser";

/// A program of the Python environment: `python` itself or a checker.
pub fn python(program: &str) -> Command {
    let programs = if cfg!(windows) { "Scripts" } else { "bin" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PYTHON);
    let stamp = folder.join("requirements.txt");
    let same = std::fs::read(stamp)
        .is_ok_and(|made| std::fs::read("tests/requirements.txt").is_ok_and(|now| made == now));
    assert!(
        same,
        "{PYTHON} isn't what tests/requirements.txt asks for: run ./test.sh"
    );
    Command::new(folder.join(programs).join(program))
}

/// The browser that opens the pages.
pub fn browser() -> Command {
    let found = std::fs::read_to_string(BROWSER);
    let program = found.expect("no browser is known: run ./test.sh");
    Command::new(program.trim_end())
}

/// Runs a program that writes down what it has done after each block, and waits until it has:
/// an interrupt then has something to save, however slow the machine.
pub fn spawn_until_kept(command: &mut Command, unfinished: &Path) -> Child {
    let child = command.env("SIMULATE_KEEP_EVERY", "0").spawn();
    let child = child.expect("it starts");
    let parts = unfinished.join("parts");
    let is_whole = |entry: DirEntry| entry.path().extension() == Some("part".as_ref());
    let kept = || {
        let mut parts = std::fs::read_dir(&parts).into_iter().flatten().flatten();
        parts.any(is_whole)
    };
    let start = Instant::now();
    while !kept() {
        assert!(
            start.elapsed() < PATIENCE,
            "nothing is kept in {}",
            parts.display()
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

/// Does to a process what Ctrl-C does.
pub fn interrupt(child: &Child) {
    send("INT", child);
}

/// Sends a process a signal. The shell's own `kill`: not every machine has another.
pub fn send(signal: &str, child: &Child) {
    let line = format!("kill -{signal} {}", child.id());
    let done = Command::new("sh").args(["-c", &line]).status();
    assert!(done.expect("a shell").success());
}
