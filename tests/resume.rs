//! Work that was stopped, extended or divided ends as if it had not been.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use simulate::engine::STREAMS;
use simulate::report::Manifest;

use crate::place::{Place, said};
use crate::run_folder::names;
use crate::tools::interrupt;

impl Place {
    /// Begins a command that keeps its work block by block, and kills it once it has kept
    /// something.
    fn kill(&self, words: &[&str], folder: &str) {
        let mut child = self
            .command(words)
            .env("SIMULATE_KEEP_EVERY", "0")
            .spawn()
            .expect("it starts");
        let parts = self.at(&format!("{folder}.unfinished/parts"));
        let start = Instant::now();
        // The part comes last.
        let kept = || parts.is_dir() && names(&parts).iter().any(|n| n.ends_with(".part"));
        while !kept() {
            assert!(start.elapsed() < Duration::from_secs(60), "nothing is kept");
            assert_eq!(child.try_wait().expect("it goes on"), None, "too quick");
            sleep(Duration::from_millis(2));
        }
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        assert!(!self.at(folder).join("manifest.json").exists());
    }

    /// All that a folder holds, the manifest without its clock.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut open = vec![self.at(folder)];
        while let Some(below) = open.pop() {
            for name in names(&below) {
                let path = below.join(&name);
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let mut bytes = fs::read(&path).expect("a file");
                if name == "manifest.json" {
                    let mut manifest: Value = serde_json::from_slice(&bytes).expect("JSON");
                    manifest["clock"] = Value::Null;
                    bytes = manifest.to_string().into_bytes();
                }
                let path = path
                    .strip_prefix(self.at(folder))
                    .expect("below")
                    .to_owned();
                files.insert(path.display().to_string(), bytes);
            }
        }
        files
    }

    fn same(&self, one: &str, other: &str) {
        let (one, other) = (self.files(one), self.files(other));
        assert_eq!(
            one.keys().collect::<Vec<_>>(),
            other.keys().collect::<Vec<_>>()
        );
        for (name, bytes) in &one {
            assert!(bytes == &other[name], "{name} differs");
        }
    }
}

/// Every command whose work is kept, long enough to be killed in it.
const KEPT: [&[&str]; 8] = [
    &["run", "base.toml", "-n", "20000", "-q"],
    &[
        "run",
        "base.toml",
        "-n",
        "20000",
        "-q",
        "--no-replicates",
        "--pictures",
        "svg,pdf",
    ],
    &[
        "run",
        "base.toml",
        "-n",
        "10000",
        "-q",
        "--series",
        "--watch",
        "threat_strength",
    ],
    &["compare", "base.toml", "base.toml", "-n", "10000", "-q"],
    &[
        "sweep",
        "base.toml",
        "--set",
        "threat.quality=1:2:4",
        "-n",
        "7000",
        "-q",
        "--pictures",
        "png,svg,pdf",
        "--width-mm",
        "85",
        "--csv",
        "excel",
    ],
    &[
        "sensitivity",
        "base.toml",
        "--vary",
        "threat.quality=0.5:1.5",
        "-n",
        "100",
        "--budget",
        "30000",
        "-q",
    ],
    &[
        "discover",
        "base.toml",
        "--outcome",
        "regroup",
        "--points",
        "1000",
        "-n",
        "20",
        "--halves",
        "5",
        "-q",
        "--pictures",
        "png,svg,pdf",
        "--width-mm",
        "85",
        "--csv",
        "excel",
    ],
    &[
        "robust",
        "base.toml",
        "--option",
        "base.toml",
        "--outcome",
        "regroup",
        "--rows",
        "500",
        "-n",
        "30",
        "-q",
        "--pictures",
        "svg",
        "--width-mm",
        "180",
    ],
];

#[test]
fn what_was_killed_ends_as_if_it_had_not_been() {
    for words in KEPT {
        let place = Place::new();
        place.done(&[words, &["--out", "whole"]].concat());
        let killed = [words, &["--out", "killed"]].concat();
        place.kill(&killed, "killed");
        // The same command again would be in its own way.
        let again = place.refused(&killed, 2);
        assert!(again.contains("simulate resume"), "{again}");
        let listed = place.run(&["runs", "."]);
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(listed.contains("unfinished  "), "{listed}");
        place.done(&["resume", "killed", "-q", "--threads", "1"]);
        place.same("whole", "killed");
        assert_eq!(names(place.0.path()), ["base.toml", "killed", "whole"]);
        // There is nothing left to be done.
        place.done(&["resume", "killed"]);
        place.same("whole", "killed");
    }
}

#[test]
fn a_folder_that_can_t_be_read_is_listed_with_the_reason() {
    let place = Place::new();
    for (folder, was, is) in [
        ("changed", "\"replicates\": 64", "\"replicates\": 65"),
        ("older", "\"format\": ", "\"format\": 99"),
    ] {
        place.done(&["run", "base.toml", "-n", "64", "-q", "--out", folder]);
        let manifest = place.0.path().join(folder).join("manifest.json");
        let text = std::fs::read_to_string(&manifest).expect("a manifest");
        assert!(text.contains(was), "{text}");
        std::fs::write(&manifest, text.replacen(was, is, 1)).expect("written");
    }
    let listed = place.run(&["runs", "."]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!(listed.matches("unreadable  ").count(), 2, "{listed}");
    assert!(listed.contains("its hash is another"), "{listed}");
    assert!(listed.contains("manifest.json: format 99"), "{listed}");
}

#[test]
fn when_something_is_kept_changes_nothing() {
    let place = Place::new();
    let until = ["run", "base.toml", "-q", "--precision", "0.05"];
    let count = ["run", "base.toml", "-q", "-n", "3000"];
    for (number, words) in [&until, &count].into_iter().enumerate() {
        let (seldom, often) = (format!("seldom-{number}"), format!("often-{number}"));
        place.done(&[&words[..], &["--out", &seldom]].concat());
        let mut command = place.command(&[&words[..], &["--out", &often]].concat());
        let output = command.env("SIMULATE_KEEP_EVERY", "0").output();
        let output = output.expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        place.same(&seldom, &often);
    }
}

#[test]
fn what_was_interrupted_is_partial_and_can_be_gone_on_with() {
    for words in [KEPT[0], KEPT[4]] {
        let place = Place::new();
        place.done(&[words, &["--out", "whole"]].concat());
        let partial = [words, &["--out", "partial"]].concat();
        let child = place
            .command(&partial)
            .env("SIMULATE_KEEP_EVERY", "0")
            .spawn()
            .expect("it starts");
        let parts = place.at("partial.unfinished/parts");
        let start = Instant::now();
        // Of a sweep a point has to be whole for something to be worth showing.
        while !parts.is_dir() || names(&parts).len() < 12 {
            assert!(start.elapsed() < Duration::from_secs(60), "nothing is kept");
            sleep(Duration::from_millis(2));
        }
        interrupt(&child);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{}", said(&output));
        place.done(&["resume", "partial", "-q"]);
        place.same("whole", "partial");
        assert_eq!(names(place.0.path()), ["base.toml", "partial", "whole"]);
    }
}

#[test]
fn an_extended_run_is_the_longer_run() {
    let place = Place::new();
    let run = |n: &str, out: &str| {
        let words = [
            "run",
            "base.toml",
            "-q",
            "--series",
            "--watch",
            "threat_strength",
        ];
        place.done(&[&words[..], &["-n", n, "--out", out]].concat());
    };
    run("5001", "long");
    run("1500", "short");
    run("1500", "before");
    place.done(&["extend", "short", "-n", "5001", "-q", "--out", "longer"]);
    place.same("long", "longer");
    place.same("before", "short");
    place.done(&["extend", "short", "-n", "3000", "-q"]);
    place.done(&["extend", "short", "-n", "5001", "-q"]);
    place.same("long", "short");
    let fewer = place.refused(&["extend", "long", "-n", "5001"], 2);
    assert!(fewer.contains("has 5001 replicates"), "{fewer}");
}

/// Cuts fall within blocks of draws, where a run is extended, and beside them, where it is divided.
#[test]
fn draws_that_hang_together_are_stopped_extended_and_divided_as_others_are() {
    for design in ["lhs", "sobol"] {
        let place = Place::new();
        let words = ["run", "base.toml", "-q", "--design", design];
        let run = |n: &str, own: &[&str]| {
            place.done(&[&words[..], &["-n", n], own].concat());
        };
        run("5001", &["--out", "whole"]);
        run("1515", &["--out", "short"]);
        place.done(&["extend", "short", "-n", "5001", "-q"]);
        place.same("whole", "short");
        for shard in ["1", "2", "3"] {
            let (share, out) = (format!("{shard}/3"), format!("shards/{shard}"));
            run("5001", &["--shard", &share, "--out", &out]);
        }
        place.done(&[
            "merge", "shards/3", "shards/1", "shards/2", "-q", "--out", "merged",
        ]);
        place.same("whole", "merged");
        run("20000", &["--out", "long"]);
        let words = [&words[..], &["-n", "20000", "--out", "stopped"]].concat();
        place.kill(&words, "stopped");
        place.done(&["resume", "stopped", "-q"]);
        place.same("long", "stopped");
    }
}

#[test]
fn a_scenario_or_a_version_that_has_changed_is_refused_with_what_changed() {
    let place = Place::new();
    place.kill(
        &["run", "base.toml", "-n", "80000", "-q", "--out", "out"],
        "out",
    );
    let scenario = place.at("base.toml");
    let text = fs::read_to_string(&scenario).expect("a scenario");
    let other = text.replacen("low = 6000", "low = 5000", 1);
    assert_ne!(text, other);
    fs::write(&scenario, other).expect("changed");
    let refused = place.refused(&["resume", "out"], 2);
    assert!(
        refused.contains("has changed since the work began"),
        "{refused}"
    );
    assert!(refused.contains("faction.east.fighters was"), "{refused}");
    fs::write(&scenario, text).expect("put back");
    let work = place.at("out.unfinished/work.json");
    let said = fs::read_to_string(&work).expect("what is done");
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&work, said.replace(&version, "\"version\": \"0.0.1\"")).expect("changed");
    let refused = place.refused(&["resume", "out"], 2);
    assert!(refused.contains("version 0.0.1"), "{refused}");
    fs::write(&work, said).expect("put back");
    place.done(&["resume", "out", "-q"]);
}

#[test]
fn parts_that_are_not_what_was_written_are_named() {
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).expect("changed");
    };
    for end in [".part", ".rows"] {
        let place = Place::new();
        let words = ["run", "base.toml", "-n", "80000", "-q", "--out", "out"];
        place.kill(&words, "out");
        let parts = place.at("out.unfinished/parts");
        let name = names(&parts).into_iter().find(|name| name.ends_with(end));
        let name = name.expect("it was kept");
        flip(&parts.join(&name));
        let refused = place.refused(&["resume", "out", "-q"], 1);
        assert!(refused.contains(&name), "{refused}");
        assert!(refused.contains("is not what was written"), "{refused}");
        assert!(!place.at("out/manifest.json").exists());
    }
}

#[test]
fn shards_are_put_together_to_the_whole() {
    for words in [KEPT[2], KEPT[1], KEPT[4], KEPT[5], KEPT[6]] {
        let place = Place::new();
        let few = |word: &&str| match *word {
            "10000" | "20000" if words[0] == "run" => "5001".to_owned(),
            "7000" => "200".to_owned(),
            word => word.to_owned(),
        };
        let words: Vec<String> = words.iter().map(few).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        place.done(&[&words[..], &["--out", "whole"]].concat());
        for shard in ["1", "2", "3"] {
            let (share, out) = (format!("{shard}/3"), format!("shards/{shard}"));
            let own = ["--shard", &share, "--out", &out, "--go-on"];
            place.done(&[&words[..], &own].concat());
        }
        // What is whole is not done again.
        let before = place.files("shards/2");
        let own = ["--shard", "2/3", "--out", "shards/2", "--go-on"];
        place.done(&[&words[..], &own].concat());
        assert!(before == place.files("shards/2"));
        place.done(&[
            "merge", "shards/3", "shards/1", "shards/2", "-q", "--out", "merged",
        ]);
        place.same("whole", "merged");
    }
}

#[test]
fn shards_that_do_not_go_together_are_refused_by_name() {
    let place = Place::new();
    let shard = |scenario: &[&str], shard: &str, out: &str| {
        let words = ["-n", "3000", "-q", "--shard", shard, "--out", out];
        place.done(&[&["run"], scenario, &words].concat());
    };
    shard(&["base.toml"], "1/2", "one");
    shard(&["base.toml"], "2/2", "two");
    shard(&["base.toml", "--seed", "7"], "2/2", "seed");
    shard(
        &["base.toml", "--set", "threat.fighters=4321"],
        "2/2",
        "other",
    );
    shard(&["base.toml"], "2/3", "third");
    // As another version would write it, or one with another contract of seeds and draws.
    for (out, own, others) in [
        (
            "version",
            format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION")),
            "\"version\": \"0.0.1\"",
        ),
        (
            "streams",
            format!("\"streams\": {STREAMS}"),
            "\"streams\": 999",
        ),
    ] {
        shard(&["base.toml"], "2/2", out);
        let path = place.at(out).join("manifest.json");
        let text = fs::read_to_string(&path).expect("a manifest");
        assert!(text.contains(&own), "{own}");
        fs::write(&path, Manifest::seal(text.replace(&own, others))).expect("changed");
    }
    for (words, why) in [
        (&["one"][..], "these are missing: 2"),
        (&["one", "two", "one"], "overlap: both are shard 1"),
        (&["one", "seed"], "the seed is"),
        (&["one", "other"], "the scenario is"),
        (&["one", "third"], "the number of shards is 2 and 3"),
        (&["one", "version"], "the version is"),
        (&["one", "streams"], "the stream contract is"),
        (&["one", "nothing"], "no manifest.json"),
    ] {
        let refused = place.refused(&[&["merge", "--out", "merged"], words].concat(), 2);
        assert!(refused.contains(why), "{refused}");
        assert!(!place.at("merged").exists(), "{why}");
    }
    let rows = names(&place.at("two/parts"));
    let rows = rows
        .iter()
        .find(|name| name.ends_with(".rows"))
        .expect("rows");
    fs::write(place.at("two/parts").join(rows), "nothing").expect("changed");
    let refused = place.refused(&["merge", "one", "two", "--out", "merged"], 2);
    assert!(
        refused.contains(rows) && refused.contains("two"),
        "{refused}"
    );
    let answer = place.run(&[
        "run",
        "base.toml",
        "-n",
        "3000",
        "--shard",
        "1/2",
        "--print-answer",
    ]);
    let answer = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    let words = [
        "run",
        "base.toml",
        "-n",
        "3000",
        "-q",
        "--shard",
        "1/2",
        "--out",
        "again",
    ];
    place.done(&[&words[..], &["--answer", &answer]].concat());
    let refused = place.refused(
        &[&words[..8], &["other-answer", "--answer", "0"]].concat(),
        1,
    );
    assert!(refused.contains(&answer), "{refused}");
}

/// Shards are made where there is room, and brought together: nothing but they is needed then.
#[test]
fn shards_are_put_together_wherever_they_lie() {
    for words in [KEPT[2], KEPT[4]] {
        let place = Place::new();
        fs::create_dir(place.at("far")).expect("a folder");
        fs::copy(place.at("base.toml"), place.at("far/base.toml")).expect("a scenario");
        let few = |word: &&'static str| match *word {
            "10000" => "3001",
            "7000" => "200",
            word => word,
        };
        let words: Vec<&str> = words.iter().map(few).collect();
        place.done(&[&words[..], &["--out", "whole"]].concat());
        let far = |more: &[&str]| {
            let mut command = place.command(&[&words[..], more].concat());
            let output = command.current_dir(place.at("far")).output();
            let output = output.expect("it runs");
            assert!(output.status.success(), "{}", said(&output));
        };
        far(&["--shard", "1/2", "--out", "1"]);
        far(&["--shard", "2/2", "--out", "2"]);
        for shard in ["1", "2"] {
            let (from, to) = (place.at("far").join(shard), place.at(shard));
            fs::rename(from, to).expect("moved");
        }
        fs::remove_dir_all(place.at("far")).expect("removed");
        fs::rename(place.at("base.toml"), place.at("other.toml")).expect("renamed");
        place.done(&["merge", "2", "1", "-q", "--out", "merged"]);
        let (whole, merged) = (place.files("whole"), place.files("merged"));
        assert!(whole.keys().eq(merged.keys()));
        // The page of a scenario that is written out lists every number as given.
        let page = ["index.html", "manifest.json"];
        for (name, bytes) in whole.iter().filter(|(name, _)| !page.contains(&&***name)) {
            assert!(bytes == &merged[name], "{name} differs");
        }
        // Nor is the scenario needed to make a run longer whose folder was begun elsewhere.
        if words[0] == "run" {
            fs::remove_dir_all(place.at("1")).expect("removed");
            place.done(&["extend", "merged", "-n", "3500", "-q"]);
        }
    }
}

/// A shard that was killed goes on by its own command, though its folder was moved.
#[test]
fn a_shard_that_was_moved_goes_on() {
    let place = Place::new();
    fs::create_dir(place.at("far")).expect("a folder");
    let words = |out| {
        [
            "run",
            "base.toml",
            "-n",
            "80000",
            "-q",
            "--shard",
            "1/2",
            "--go-on",
            "--out",
            out,
        ]
    };
    place.done(&words("whole"));
    place.kill(&words("far/begun"), "far/begun");
    for name in ["begun", "begun.unfinished"] {
        fs::rename(place.at("far").join(name), place.at(name)).expect("moved");
    }
    let waits = place.refused(&["merge", "begun", "--out", "merged"], 2);
    assert!(waits.contains("is not finished"), "{waits}");
    place.done(&words("begun"));
    let (whole, begun) = (place.files("whole"), place.files("begun"));
    assert!(whole.keys().eq(begun.keys()));
    // They say where they were begun.
    let own = ["work.json", "manifest.json"];
    for (name, bytes) in whole.iter().filter(|(name, _)| !own.contains(&&***name)) {
        assert!(bytes == &begun[name], "{name} differs");
    }
}

/// Whoever repeats a command with `--go-on` is told of what is there where it is other work.
#[test]
fn a_shard_goes_on_with_its_own_work_alone() {
    let words = |more: &[&'static str], out: &'static str| -> Vec<&'static str> {
        let mut words = vec!["run", "base.toml", "-q", "--go-on", "--out", out];
        let has = |word: &str| more.contains(&word);
        if !has("-n") {
            words.extend(["-n", "80000"]);
        }
        if !has("--shard") {
            words.extend(["--shard", "1/2"]);
        }
        words.extend(more);
        words
    };
    let place = Place::new();
    place.kill(&words(&[], "begun"), "begun");
    place.done(&words(&["-n", "3000"], "done"));
    place.done(&["run", "base.toml", "-n", "100", "-q", "--out", "whole"]);
    let others: [(&[&str], &str); 6] = [
        (&["--seed", "7"], "--seed 7"),
        (&["-n", "3001"], "--replicates 3001"),
        (&["--no-replicates"], "--no-replicates"),
        (&["--shard", "2/2"], "the shard was 1/2 and is 2/2"),
        (&["--shard", "1/3"], "the shard was 1/2 and is 1/3"),
        (&["--set", "threat.fighters=4321"], "threat.fighters was"),
    ];
    let before = (place.files("begun.unfinished"), place.files("done"));
    for (other, why) in others {
        for (out, n) in [("begun", &[][..]), ("done", &["-n", "3000"])] {
            let n = if other.contains(&"-n") { &[] } else { n };
            let refused = place.refused(&words(&[other, n].concat(), out), 2);
            assert!(refused.contains(why) && refused.contains(out), "{refused}");
        }
    }
    let sweep = "sweep base.toml --set threat.quality=1:2:4 --shard 1/2 --go-on -q --out";
    for out in ["begun", "done"] {
        let sweep: Vec<&str> = sweep.split(' ').chain([out]).collect();
        let refused = place.refused(&sweep, 2);
        assert!(refused.contains("simulate sweep"), "{refused}");
    }
    let refused = place.refused(&words(&["-n", "3000", "--answer", "0"], "done"), 2);
    assert!(refused.contains("the first replicates was"), "{refused}");
    let refused = place.refused(&words(&[], "whole"), 2);
    assert!(refused.contains("whole is no shard"), "{refused}");
    let after = (place.files("begun.unfinished"), place.files("done"));
    assert!(before == after, "something was changed");
    let listed = place.run(&["runs", "."]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.contains("unfinished  run 1/2"), "{listed}");
    place.done(&words(&[], "begun"));
    place.done(&words(&["-n", "3000", "--threads", "1"], "done"));
    assert!(place.at("begun/manifest.json").is_file());
}

/// Somebody's own files, in every place where simulate puts its own, and of their kinds.
const MINE: [&str; 6] = [
    "notes.txt",
    "my.png",
    "parts/data.csv",
    "parts/mine.part",
    "summaries/mine.md",
    "folder/summary.json",
];

impl Place {
    fn put_mine(&self, folder: &str) {
        for name in MINE {
            let path = self.at(folder).join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "mine").expect("a file");
        }
    }

    /// How many of them are there.
    fn mine(&self, folder: &str) -> usize {
        let is_there = |name: &&&str| {
            fs::read_to_string(self.at(folder).join(name)).is_ok_and(|text| text == "mine")
        };
        MINE.iter().filter(is_there).count()
    }
}

#[test]
fn what_others_put_beside_the_work_is_never_removed() {
    let place = Place::new();
    let words = ["run", "base.toml", "-n", "80000", "-q", "--out", "out"];
    place.kill(&words, "out");
    place.put_mine("out.unfinished");
    let said = place.done(&["clean", "out", "--yes"]);
    assert!(said.contains("simulate did not write"), "{said}");
    assert_eq!(place.mine("out.unfinished"), MINE.len());
    // They come along when it is finished, and when it is extended.
    place.done(&["resume", "out", "-q"]);
    assert_eq!(place.mine("out"), MINE.len());
    assert_eq!(names(place.0.path()), ["base.toml", "out"]);
    place.done(&["extend", "out", "-n", "80100", "-q"]);
    assert_eq!(place.mine("out"), MINE.len());
    assert_eq!(names(place.0.path()), ["base.toml", "out"]);
    // And stay when the work ends before it has kept anything.
    let mut child = place.command(&["run", "base.toml", "-n", "8000000", "--out", "ended"]);
    let child = child.env("SIMULATE_KEEP_EVERY", "1000").spawn();
    let child = child.expect("it starts");
    while !place.at("ended.unfinished/work.json").is_file() {
        sleep(Duration::from_millis(2));
    }
    place.put_mine("ended.unfinished");
    for _ in 0..2 {
        interrupt(&child);
        sleep(Duration::from_millis(20));
    }
    child.wait_with_output().expect("it ends");
    assert_eq!(place.mine("ended.unfinished"), MINE.len());
    let own = names(&place.at("ended.unfinished"));
    let is_mine = |name: &String| MINE.iter().any(|mine| Path::new(mine).starts_with(name));
    assert!(own.iter().all(is_mine), "{own:?}");
}

#[test]
fn only_what_simulate_left_unfinished_is_cleaned() {
    let place = Place::new();
    let words = "run base.toml -n 80000 -q --set threat.fighters=4321 --label mine --out killed";
    place.kill(&words.split(' ').collect::<Vec<_>>(), "killed");
    let listed = place.run(&["runs", "."]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains("base; mine; threat.fighters=4321"),
        "{listed}"
    );
    place.done(&["run", "base.toml", "-n", "100", "-q", "--out", "whole"]);
    fs::create_dir(place.at("mine.unfinished")).expect("a folder");
    fs::write(place.at("mine.unfinished/notes.txt"), "mine").expect("a file");
    let refused = place.refused(&["clean", "."], 2);
    assert!(refused.contains("killed.unfinished"), "{refused}");
    assert!(refused.contains("--yes"), "{refused}");
    fs::write(place.at("killed.unfinished/thesis.doc"), "mine").expect("a file");
    place.done(&["clean", ".", "--yes"]);
    assert!(place.at("killed.unfinished").is_dir());
    fs::remove_file(place.at("killed.unfinished/thesis.doc")).expect("removed");
    place.done(&["clean", "killed", "--yes"]);
    assert_eq!(
        names(place.0.path()),
        ["base.toml", "mine.unfinished", "whole"]
    );
}
