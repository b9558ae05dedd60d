//! `simulate watch`, driven as a user drives it: an editor saves, the terminal answers.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::Value;

/// Far more than anything takes; what fails is that nothing comes at all.
const PATIENCE: Duration = Duration::from_secs(180);

/// A watch under way.
struct Watch {
    child: Child,
    lines: Receiver<String>,
    folder: tempfile::TempDir,
}

impl Watch {
    /// Starts it on an overlay of the small scenario, in a folder of its own.
    fn begin(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::copy("tests/broken/base.toml", folder.path().join("base.toml")).expect("a copy");
        save(&folder.path().join("a.toml"), "extends = \"base.toml\"\n");
        let mut child = Command::new(env!("CARGO_BIN_EXE_simulate"))
            .args(["watch", "a.toml"])
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("SIMULATE_LANES")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let (sender, lines) = channel();
        forward(child.stdout.take().expect("a pipe"), sender.clone());
        forward(child.stderr.take().expect("a pipe"), sender);
        Self {
            child,
            lines,
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes into the file, as some editors do.
    fn save(&self, name: &str, text: &str) {
        save(&self.path(name), text);
    }

    /// Puts a new file in the place of the old one, as others do.
    fn replace(&self, name: &str, text: &str) {
        let beside = self.path(".a.toml.swp");
        save(&beside, text);
        fs::rename(&beside, self.path(name)).expect("renamed");
    }

    /// All lines up to the first with these words.
    fn until(&self, words: &str) -> String {
        let mut seen = String::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    seen.push_str(&line);
                    seen.push('\n');
                    if line.contains(words) {
                        return seen;
                    }
                }
                Err(_) => panic!("`{words}` does not come; what came:\n{seen}"),
            }
        }
    }

    fn interrupt(&self) {
        crate::tools::interrupt(&self.child);
    }

    /// Ends it while nothing is run; returns the exit code.
    fn end(mut self) -> Option<i32> {
        self.interrupt();
        self.child.wait().expect("it ends").code()
    }

    /// The folders of its runs, and where `latest` leads.
    fn runs(&self) -> (Vec<PathBuf>, PathBuf) {
        let parent = self.path("output/a");
        let mut runs: Vec<PathBuf> = fs::read_dir(&parent)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| !path.is_symlink())
            .collect();
        runs.sort();
        let latest = fs::read_link(parent.join("latest")).expect("a link");
        (runs, parent.join(latest))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn save(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
}

fn forward(from: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _ = to.send(line);
        }
    });
}

#[test]
fn every_save_is_run_and_set_beside_the_last_good_run() {
    let watch = Watch::begin(&["-n", "1500", "--pictures", "png,svg"]);
    let first = watch.until("pictures and tables:");
    assert!(
        first.contains("watching a.toml, base.toml; Ctrl-C ends"),
        "{first}"
    );
    assert!(first.contains("1500 of 1500 replicates, seed 1"), "{first}");
    let (runs, latest) = watch.runs();
    assert_eq!(runs, std::slice::from_ref(&latest));

    // A change that does something.
    watch.save(
        "a.toml",
        "extends = \"base.toml\"\n[rivalry]\nhostility_scale = 0\n",
    );
    let second = watch.until("those of run 1:");
    assert!(
        second.contains("run 2 differs from run 1 in 1 value"),
        "{second}"
    );
    let change = line(&second, "rivalry.hostility_scale");
    assert!(change.contains("1.0  ->  0.0"), "{change}");
    let collapse = line(&second, "Alliance collapses");
    assert!(
        collapse.contains("-0.") && collapse.ends_with("clear"),
        "{collapse}"
    );
    let (runs, moved) = watch.runs();
    assert!(
        runs.len() == 2 && moved != latest && runs.contains(&moved),
        "{runs:?}"
    );
    assert!(
        latest.join("outcomes.png").is_file(),
        "the earlier pictures are kept"
    );

    // And come in the kinds that were asked for.
    assert!(latest.join("outcomes.svg").is_file() && moved.join("outcomes.svg").is_file());

    // A broken save, put in the place of the old file.
    watch.replace(
        "a.toml",
        "extends = \"base.toml\"\n[rivalry]\nhostility_scal = 0\n",
    );
    let broken = watch.until("the last good run");
    assert!(
        broken.contains("did you mean `hostility_scale`?"),
        "{broken}"
    );
    assert!(broken.contains("run 2, stays in output/a/"), "{broken}");
    assert_eq!(watch.runs().1, moved);

    // Mended in another way: compared with the last good run, not the broken one.
    watch.replace(
        "a.toml",
        "extends = \"base.toml\"\n[rivalry]\nhostility_scale = 0\nnoise = 0.09\n",
    );
    let third = watch.until("those of run 2:");
    assert!(
        third.contains("run 3 differs from run 2 in 1 value"),
        "{third}"
    );
    assert!(
        line(&third, "rivalry.noise").contains("0.08  ->  0.09"),
        "{third}"
    );

    // The file that it extends counts too.
    let base = fs::read_to_string(watch.path("base.toml")).expect("a file");
    watch.replace(
        "base.toml",
        &base.replace("fighters = 5000", "fighters = 5500"),
    );
    let fourth = watch.until("those of run 3:");
    assert!(
        line(&fourth, "threat.fighters").contains("5000.0  ->  5500.0"),
        "{fourth}"
    );
    assert_eq!(watch.runs().0.len(), 4);

    // A save that changes nothing that is run.
    watch.save(
        "base.toml",
        &format!(
            "{}\n# a remark\n",
            fs::read_to_string(watch.path("base.toml")).expect("a file")
        ),
    );
    watch.until("the same scenario as in run 4");
    assert_eq!(watch.runs().0.len(), 4);
    assert_eq!(watch.end(), Some(0));
}

#[test]
fn a_change_within_noise_is_told_from_one_that_does_nothing() {
    let watch = Watch::begin(&["-n", "1000", "--out", "kept"]);
    watch.until("pictures and tables: kept/");
    watch.save(
        "a.toml",
        "extends = \"base.toml\"\n[scenario]\ntitle = \"Another title\"\n",
    );
    let second = watch.until("those of run 1:");
    assert!(
        second.contains("no outcome of any replicate has changed"),
        "{second}"
    );
    // A little more noise: some histories go otherwise, in both directions.
    watch.save(
        "a.toml",
        "extends = \"base.toml\"\n[contest]\nbattle_luck = 0.36\n",
    );
    let third = watch.until("those of run 2:");
    let regroup = line(&third, "Threat regroups");
    assert!(regroup.ends_with("within noise"), "{third}");
    assert!(
        line(&third, "Threat defeated").ends_with("in no replicate"),
        "{third}"
    );
    assert!(watch.path("kept/latest/outcomes.png").is_file());
    assert_eq!(watch.end(), Some(0));
}

#[test]
fn a_file_that_is_gone_for_a_while_is_waited_for() {
    let watch = Watch::begin(&["-n", "300"]);
    watch.until("pictures and tables:");
    fs::rename(watch.path("base.toml"), watch.path("base.old")).expect("renamed");
    let gone = watch.until("the last good run");
    assert!(gone.contains("can't read"), "{gone}");
    fs::rename(watch.path("base.old"), watch.path("base.toml")).expect("renamed");
    watch.until("mended: the same scenario as in run 1");
    assert_eq!(watch.end(), Some(0));
}

#[test]
fn a_save_or_an_interrupt_drops_the_run_under_way() {
    // So many that no run comes to its end; -v says when one begins.
    let mut watch = Watch::begin(&["-n", "50000000", "--no-replicates", "-v"]);
    for quality in ["1.4", "1.3"] {
        watch.until("threads:");
        let text = format!("extends = \"base.toml\"\n[threat]\nquality = {quality}\n");
        watch.save("a.toml", &text);
        watch.until("saved again: the run under way is dropped");
    }
    watch.until("threads:");
    watch.interrupt();
    watch.until("interrupted: the run under way is dropped");
    assert_eq!(watch.child.wait().expect("it ends").code(), Some(130));
    assert!(!watch.path("output").exists(), "nothing is left");
}

#[test]
fn a_program_reads_a_line_for_each_save() {
    let [first, broken, second] = lines_for_saves();
    assert_eq!(
        (&first["command"], &first["result"]["run"]),
        (&"watch".into(), &1.into())
    );
    assert!(first["result"]["comparison"].is_null());
    let problem = &broken["result"]["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["column"]),
        (&3.into(), &1.into())
    );
    assert_eq!(second["result"]["run"], 2);
    let differs = &second["result"]["comparison"]["runs"][1]["differs"]["entries"][0];
    assert_eq!(differs["key"], "threat.fighters");
}

#[test]
#[ignore = "needs check-jsonschema: ./test.sh"]
fn the_line_for_each_save_fits_the_schema() {
    crate::cli_extras::fits_the_schema(&lines_for_saves());
}

/// What a program reads of a first run, of a save that breaks the scenario, and of a change.
fn lines_for_saves() -> [Value; 3] {
    let watch = Watch::begin(&["-n", "500", "--format", "json", "-q"]);
    let read = |words: &str| -> Value {
        let seen = watch.until(words);
        serde_json::from_str(seen.trim().lines().last().expect("a line")).expect("JSON")
    };
    let first = read("\"event\":\"run\"");
    watch.save("a.toml", "extends = \"base.toml\"\n[threat]\nfigters = 3\n");
    let broken = read("\"event\":\"broken\"");
    watch.save(
        "a.toml",
        "extends = \"base.toml\"\n[threat]\nfighters = 3000\n",
    );
    let second = read("\"event\":\"run\"");
    assert_eq!(watch.end(), Some(0));
    [first, broken, second]
}

#[test]
fn a_watch_that_can_not_begin_ends_with_2() {
    for arguments in [
        &["tests/broken/bsae.toml"][..],
        &["tests/broken/022_unknown_key_in_faction.toml"],
        &["tests/broken/base.toml", "--set", "threat.figters=3"],
    ] {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_simulate"));
        let outcome = command.arg("watch").args(arguments).assert().code(2);
        let said = String::from_utf8_lossy(&outcome.get_output().stderr).into_owned();
        assert!(said.contains("did you mean"), "{said}");
    }
}

fn line<'a>(text: &'a str, words: &str) -> &'a str {
    let mut lines = text.lines();
    lines
        .find(|line| line.contains(words))
        .unwrap_or_else(|| panic!("no line with `{words}` in\n{text}"))
        .trim_end()
}
