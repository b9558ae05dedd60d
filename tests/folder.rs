//! The folder has one owner: its name is taken before the work, and in the end it is whole or
//! not there, whoever runs, removes, or interrupts at the same time.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run_folder::{hashes_are_right, names};
use crate::tools::{interrupt, spawn_until_kept};

/// A program that will work in a folder.
fn simulate(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command
        .current_dir(folder)
        .env_remove("SIMULATE_LANES")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn base() -> PathBuf {
    fs::canonicalize("tests/broken/base.toml").expect("the base")
}

fn run(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = simulate(folder);
    command.arg("run").arg(base()).args(arguments);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Waits until a condition holds.
fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(120), "never: {what}");
        sleep(Duration::from_millis(5));
    }
}

fn is_unfinished(name: &str) -> bool {
    name.ends_with(".unfinished")
}

#[test]
fn of_twenty_runs_in_the_same_second_each_has_its_own_whole_folder() {
    let temporary = tempfile::tempdir().expect("a folder");
    let children: Vec<Child> = (0..20)
        .map(|_| {
            let mut command = run(temporary.path(), &["-n", "16", "-q", "--threads", "1"]);
            command.spawn().expect("it starts")
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
    let place = temporary.path().join("output/base");
    let mut runs = names(&place);
    let latest = fs::read_link(place.join("latest")).expect("a link");
    runs.retain(|name| name != "latest");
    assert_eq!(runs.len(), 20, "{runs:?}");
    assert!(runs.iter().any(|name| Path::new(name) == latest));
    for run in &runs {
        hashes_are_right(&place.join(run));
    }
}

#[test]
fn of_two_runs_into_one_folder_the_second_is_refused_before_its_work() {
    for there in [false, true] {
        let temporary = tempfile::tempdir().expect("a folder");
        let out = temporary.path().join("out");
        if there {
            fs::create_dir(&out).expect("made");
        }
        let many = ["-n", "50000000", "-q", "--threads", "1", "--out", "out"];
        let unfinished = temporary.path().join("out.unfinished");
        let first = spawn_until_kept(&mut run(temporary.path(), &many), &unfinished);
        let few = ["-n", "16", "-q", "--out", "out"];
        let second = run(temporary.path(), &few).output().expect("it runs");
        assert_eq!(second.status.code(), Some(2), "{}", said(&second));
        assert!(said(&second).contains("another run is writing there"));
        interrupt(&first);
        let first = first.wait_with_output().expect("it ends");
        assert_eq!(first.status.code(), Some(130), "{}", said(&first));
        assert_eq!(names(temporary.path()), ["out"]);
        hashes_are_right(&out);
    }
}

#[test]
fn what_can_never_be_the_folder_is_refused_before_the_work() {
    let temporary = tempfile::tempdir().expect("a folder");
    let at = |name: &str| temporary.path().join(name);
    fs::create_dir(at("empty")).expect("made");
    fs::create_dir(at("full")).expect("made");
    fs::write(at("full/notes.txt"), "mine").expect("written");
    fs::write(at("file"), "mine").expect("written");
    symlink("empty", at("link")).expect("a link");
    symlink("nowhere", at("dangling")).expect("a link");
    let made = Command::new("mkfifo").arg(at("fifo")).status();
    assert!(made.expect("mkfifo runs").success());
    let before = names(temporary.path());
    let long = "x".repeat(300);
    let path = format!("{}/y", "x/".repeat(2040));
    let whole = at("empty").display().to_string();
    for (out, words) in [
        ("", "a value is required"),
        (".", "give the name of a new folder"),
        ("..", "give the name of a new folder"),
        ("/", "give the name of a new folder"),
        ("empty/..", "give the name of a new folder"),
        ("link", "it is a link"),
        ("link/", "it is a link"),
        ("dangling", "it is a link"),
        ("fifo", "is not a folder"),
        ("/dev/null", "is not a folder"),
        ("file", "is not a folder"),
        ("full", "is not empty"),
        ("file/below", "Not a directory"),
        (&long, "File name too long"),
        (&path, "File name too long"),
    ] {
        let output = simulate(temporary.path())
            .arg("run")
            .arg(base())
            // More than could be done before the test is given up.
            .args(["-n", "100000000", "--out", out])
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{out}: {}", said(&output));
        assert!(said(&output).contains(words), "{out}: {}", said(&output));
        assert!(output.stdout.is_empty());
        assert_eq!(names(temporary.path()), before, "{out}");
    }
    // The current folder by its whole name.
    let mut command = run(&at("empty"), &["-n", "100000000", "--out", &whole]);
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("it is the current folder"));
    // A name that no manifest can hold.
    let mut command = run(temporary.path(), &["-n", "100000000", "--out"]);
    let output = command.arg(OsStr::from_bytes(b"o\xff")).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("not UTF-8 text"),
        "{}",
        said(&output)
    );
    assert_eq!(names(temporary.path()), before);
    assert_eq!(names(&at("full")), ["notes.txt"]);
}

#[test]
fn a_folder_removed_under_a_run_fails_it_and_is_not_made_again() {
    const PATIENCE: Duration = Duration::from_secs(20);
    // All that was made, the files under way, and the name that was taken.
    let case = |what: &str, patience: Duration| {
        let temporary = tempfile::tempdir().expect("a folder");
        let place = temporary.path().join("output/base");
        let many = ["-n", "50000000", "--threads", "1"];
        let child = run(temporary.path(), &many).spawn().expect("it starts");
        let begun = || {
            let names = fs::read_dir(&place).into_iter().flatten().flatten();
            let mut folders = names.map(|entry| entry.path());
            folders.any(|folder| folder.join("unfinished.txt").exists())
        };
        until("it begins", begun);
        match what {
            "output" => fs::remove_dir_all(temporary.path().join("output")).expect("removed"),
            what => {
                let mut found = names(&place);
                found.retain(|name| is_unfinished(name) == (what == "its files"));
                assert_eq!(found.len(), 1, "{found:?}");
                fs::remove_dir_all(place.join(&found[0])).expect("removed");
            }
        }
        // Not before there is something to save: that ends another way.
        std::thread::sleep(patience);
        interrupt(&child);
        let output = child.wait_with_output().expect("it ends");
        if said(&output).contains("before the first block") && patience < PATIENCE {
            return false;
        }
        assert_eq!(output.status.code(), Some(1), "{what}: {}", said(&output));
        let words = "was removed while the work was under way; nothing is saved";
        assert!(said(&output).contains(words), "{what}: {}", said(&output));
        assert!(output.stdout.is_empty());
        assert!(
            !place.exists() || names(&place).is_empty(),
            "{what}: {:?}",
            names(&place)
        );
        true
    };
    for what in ["output", "its files", "its place"] {
        let mut patience = Duration::ZERO;
        while !case(what, patience) {
            patience = (patience * 2).max(Duration::from_millis(100));
        }
    }
}

#[test]
fn two_interrupts_near_the_end_leave_a_whole_folder_or_none() {
    const TRIES: u32 = 40;
    let temporary = tempfile::tempdir().expect("a folder");
    let arguments = ["-n", "16", "-q", "--threads", "1", "--out"];
    let began = Instant::now();
    let output = run(temporary.path(), &arguments).arg("whole").output();
    assert_eq!(output.expect("it runs").status.code(), Some(0));
    let usual = began.elapsed();
    let mut whole = 0;
    for number in 0..TRIES {
        let place = temporary.path().join(format!("try-{number}"));
        fs::create_dir(&place).expect("made");
        let mut command = run(&place, &arguments);
        // Nothing is kept to go on with, however slow the machine.
        command.env("SIMULATE_KEEP_EVERY", "1000000");
        let child = command.arg("out").spawn().expect("it starts");
        // From the first third of the run to just after its end.
        sleep(usual * (TRIES / 2 + number) / (TRIES * 5 / 4));
        interrupt(&child);
        sleep(Duration::from_millis(u64::from(number % 4)));
        interrupt(&child);
        let output = child.wait_with_output().expect("it ends");
        let code = output.status.code();
        match &names(&place)[..] {
            // None: before there was anything to be left.
            [] => assert!(
                [Some(130), None].contains(&code),
                "{number}: {code:?}: {}",
                said(&output)
            ),
            [only] if only == "out" => {
                hashes_are_right(&place.join("out"));
                assert!([Some(0), Some(130)].contains(&code), "{number}: {code:?}");
                whole += 1;
            }
            left => panic!("{number}: {left:?} are left"),
        }
    }
    println!("{whole} of {TRIES} are whole");
}

#[test]
fn a_full_disk_fails_the_run_and_leaves_nothing() {
    // A bound on the size of files is as a full disk to the program: a write fails halfway.
    for blocks in [0, 8, 64] {
        let temporary = tempfile::tempdir().expect("a folder");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_simulate"), "run"])
            .arg(base())
            .args(["-n", "300", "-q", "--out", "a/b"])
            .current_dir(temporary.path())
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("can't "), "{}", said(&output));
        assert!(names(temporary.path()).is_empty());
    }
}

#[test]
fn a_folder_that_is_called_latest_is_left_alone() {
    let temporary = tempfile::tempdir().expect("a folder");
    let place = temporary.path().join("output/base");
    fs::create_dir_all(place.join("latest")).expect("made");
    fs::write(place.join("latest/notes.txt"), "mine").expect("written");
    let output = run(temporary.path(), &["-n", "16", "-q"]).output();
    let output = output.expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let found = names(&place);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1], "latest");
    assert_eq!(names(&place.join("latest")), ["notes.txt"]);
    let manifest = fs::read(place.join(&found[0]).join("manifest.json")).expect("a manifest");
    assert!(serde_json::from_slice::<Value>(&manifest).is_ok());
}
