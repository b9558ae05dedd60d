//! The tutorial, done as a reader would do it: every command of `docs/tutorial.md` is run in
//! order in an empty folder, every file it shows is written, and every picture it shows is the
//! one that its command makes.
//!
//! In the page, `<!-- file: NAME -->` before a block says that the block is a file,
//! `<!-- change: NAME -->` that it is a change to one, `<!-- prints -->` that the last command
//! printed lines which begin like those of the block, and `<!-- from: PATH -->` before a picture
//! which file it is. After a change that alters the pictures,
//! `SIMULATE_REFRESH=1 cargo test --release tutorial` renews them, and the figures that commands print.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the page tells a reader to do.
#[derive(Debug)]
enum Step {
    Run(String),
    Write { name: String, text: String },
    Change { name: String, block: Vec<String> },
    Read(Vec<String>),
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
            let (kind, name) = comment.split_once(": ").unwrap_or((comment, ""));
            note = Some((kind.to_owned(), name.to_owned()));
        } else if line.starts_with("```") {
            let block: Vec<String> = lines
                .by_ref()
                .take_while(|l| !l.starts_with("```"))
                .map(str::to_owned)
                .collect();
            let (kind, name) = note.take().unwrap_or_default();
            match (kind.as_str(), line) {
                ("file", _) => steps.push(Step::Write {
                    name,
                    text: block.join("\n") + "\n",
                }),
                ("change", "```diff") => steps.push(Step::Change { name, block }),
                ("prints", _) => steps.push(Step::Read(block)),
                // These are run by python/tests/test_pages.py.
                ("", "```python") => {}
                ("", "```sh") => steps.extend(block.into_iter().map(Step::Run)),
                _ => panic!("what is the block `{kind}` {line}?"),
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

/// Makes a change to a file as an editor would: what the block has with `-` becomes what it has
/// with `+`, and the file has it once.
fn change(file: &Path, block: &[String]) {
    let side = |sign: char| -> String {
        let kept = |line: &&String| line.starts_with([' ', sign]);
        block
            .iter()
            .filter(kept)
            .map(|l| format!("{}\n", &l[1..]))
            .collect()
    };
    let (old, new) = (side('-'), side('+'));
    let text = fs::read_to_string(file).expect("the file");
    assert_eq!(
        text.matches(&old).count(),
        1,
        "{} has this once: {old}",
        file.display()
    );
    fs::write(file, text.replace(&old, &new)).expect("written");
}

/// `watch` never ends by itself: it is given its first run, then a change, then an interrupt.
fn watch(folder: &Path, command: &str, change: impl FnOnce()) {
    let mut child = shell(folder, &format!("exec {command}"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut wait = |marker: &str| {
        let found = lines.any(|line| line.is_ok_and(|line| line.contains(marker)));
        assert!(found, "`{command}` never said `{marker}`");
    };
    wait("pictures and tables");
    change();
    wait("pictures and tables");
    crate::tools::interrupt(&child);
    child.wait().expect("it ends");
}

/// A line that ends with a figure, with that which was printed after the same words; `None` if there is none.
fn anew(line: &str, printed: &str) -> Option<String> {
    let (label, figure) = line.rsplit_once(' ')?;
    let begins = format!("{} ", words(label));
    let found = printed
        .lines()
        .map(words)
        .find(|l| l.starts_with(&begins))?;
    let now = found[begins.len()..].split(' ').next()?;
    let figures = [figure, now].iter().all(|f| f.parse::<f64>().is_ok());
    figures.then(|| format!("{label} {now}"))
}

/// The words of a line, one space apart.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
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
    let mut stale: Vec<String> = Vec::new();
    let mut printed = String::new();
    let mut text = page.clone();
    let mut steps = steps.into_iter();
    while let Some(step) = steps.next() {
        match step {
            Step::Run(command) if command.starts_with("simulate watch") => {
                let Some(Step::Change { name, block }) = steps.next() else {
                    panic!("what changes while it watches?");
                };
                let file = folder.path().join(name);
                watch(folder.path(), &command, || change(&file, &block));
            }
            Step::Run(command) => {
                let done = shell(folder.path(), &command).output().expect("it runs");
                let said = String::from_utf8_lossy(&done.stderr);
                assert!(done.status.success(), "`{command}` failed:\n{said}");
                printed = String::from_utf8(done.stdout).expect("text");
            }
            Step::Change { name, block } => change(&folder.path().join(name), &block),
            Step::Read(block) => {
                for line in block {
                    if let Some(anew) = anew(&line, &printed).filter(|_| refresh) {
                        text = text.replacen(&line, &anew, 1);
                        continue;
                    }
                    let found = printed.lines().any(|l| words(l).starts_with(&words(&line)));
                    assert!(found, "`{line}` isn't printed:\n{printed}");
                }
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
                if !fs::read(&kept).is_ok_and(|kept| kept == made) {
                    stale.push(picture);
                }
                shown.push(kept);
            }
        }
    }
    if refresh {
        fs::write("docs/tutorial.md", text).expect("written");
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
    assert!(
        stale.is_empty(),
        "these are not what the tutorial makes; look at them and renew them: {stale:?}"
    );
}
