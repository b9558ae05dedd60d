//! The tutorial, done as a reader would do it: every command of `docs/tutorial.md` is run in
//! order in an empty folder, every file it shows is written, and every picture it shows is the
//! one that its command makes.
//!
//! In the page, `<!-- file: NAME -->` before a block says that the block is a file, and
//! `<!-- from: PATH -->` before a picture says which file it is. After a change that alters
//! the pictures, `SIMULATE_REFRESH=1 cargo test --release tutorial` renews them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the page tells a reader to do.
#[derive(Debug)]
enum Step {
    Run(String),
    Write { name: String, text: String },
    Look { from: String, picture: String },
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut note: Option<(String, String)> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(comment) = line
            .strip_prefix("<!-- ")
            .and_then(|l| l.strip_suffix(" -->"))
        {
            note = comment
                .split_once(": ")
                .map(|(k, v)| (k.to_owned(), v.to_owned()));
        } else if line.starts_with("```") {
            let block: Vec<&str> = lines
                .by_ref()
                .take_while(|l| !l.starts_with("```"))
                .collect();
            match (note.take(), line) {
                (Some((kind, name)), _) if kind == "file" => steps.push(Step::Write {
                    name,
                    text: block.join("\n") + "\n",
                }),
                (_, "```sh") => {
                    steps.extend(block.iter().map(|command| Step::Run((*command).to_owned())));
                }
                _ => {}
            }
        } else if let Some((_, rest)) = line.split_once("](").filter(|_| line.starts_with("![")) {
            let picture = rest.trim_end_matches(')').to_owned();
            match note.take() {
                Some((kind, from)) if kind == "from" => steps.push(Step::Look { from, picture }),
                _ => panic!("the page doesn't say which file {picture} is"),
            }
        }
    }
    steps
}

fn shell(folder: &Path, command: &str) -> Command {
    let program = assert_cmd::cargo::cargo_bin("simulate");
    let beside = program.parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", beside.display()));
    shell
}

/// `watch` never ends by itself: it is given its first run, then the change that the page
/// describes by a `sed` after `#`, then an interrupt.
fn watch(folder: &Path, command: &str) {
    let (watch, change) = command
        .split_once('#')
        .expect("what to change while it watches");
    let mut child = shell(folder, &format!("exec {}", watch.trim()))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut wait = |marker: &str| {
        let found = lines.any(|line| line.is_ok_and(|line| line.contains(marker)));
        assert!(found, "`{watch}` never said `{marker}`");
    };
    wait("pictures and tables");
    let changed = shell(folder, change.trim()).status().expect("it runs");
    assert!(changed.success(), "`{change}` failed");
    wait("pictures and tables");
    let interrupt = format!("kill -INT {}", child.id());
    shell(folder, &interrupt).status().expect("it runs");
    child.wait().expect("it ends");
}

#[test]
fn every_command_of_the_tutorial_works_and_makes_its_picture() {
    let page = fs::read_to_string("docs/tutorial.md").expect("the tutorial");
    let steps = steps(&page);
    let commands = steps.iter().filter(|s| matches!(s, Step::Run(_))).count();
    assert!(commands >= 9, "only {commands} commands");
    let refresh = std::env::var_os("SIMULATE_REFRESH").is_some();
    let folder = tempfile::tempdir().expect("a folder");
    let mut shown: Vec<PathBuf> = Vec::new();
    for step in steps {
        match step {
            Step::Run(command) if command.starts_with("simulate watch") => {
                watch(folder.path(), &command);
            }
            Step::Run(command) => {
                let done = shell(folder.path(), &command).output().expect("it runs");
                let said = String::from_utf8_lossy(&done.stderr);
                assert!(done.status.success(), "`{command}` failed:\n{said}");
            }
            Step::Write { name, text } => {
                fs::write(folder.path().join(name), text).expect("written");
            }
            Step::Look { from, picture } => {
                let kept = Path::new("docs").join(&picture);
                let made = fs::read(folder.path().join(&from))
                    .unwrap_or_else(|e| panic!("no {from}: {e}"));
                if refresh {
                    fs::create_dir_all(kept.parent().expect("a folder")).expect("made");
                    fs::write(&kept, &made).expect("written");
                }
                let same = fs::read(&kept).is_ok_and(|kept| kept == made);
                assert!(
                    same,
                    "docs/{picture} is not what the tutorial makes ({from}); renew it"
                );
                shown.push(kept);
            }
        }
    }
    // Nothing is kept that the page doesn't show.
    let mut kept: Vec<PathBuf> = fs::read_dir("docs/pictures/tutorial")
        .expect("the pictures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    kept.sort();
    shown.sort();
    shown.dedup();
    assert_eq!(kept, shown);
}
