//! What is published: a small crate whose README can be read, and a repository with nothing in
//! it that came by accident.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// What `cargo package` would put into a crate, by its place in the project.
fn packaged(package: &str, folder: &str) -> BTreeSet<PathBuf> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args([
            "package",
            "--list",
            "--allow-dirty",
            "--offline",
            "-p",
            package,
        ])
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let list = String::from_utf8(output.stdout).expect("text");
    let made = ["Cargo.toml.orig", ".cargo_vcs_info.json", "Cargo.lock"];
    let kept = list.lines().filter(|path| !made.contains(path));
    kept.map(|path| Path::new(folder).join(path)).collect()
}

/// Every library with the features that it is built with.
fn features(packages: &[&str], edges: &str) -> BTreeSet<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["tree", "--offline", "--locked", "-e", edges])
        .args(["--prefix", "none", "--no-dedupe", "--format", "{p} {f}"])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let list = String::from_utf8(output.stdout).expect("text");
    list.lines().map(str::to_owned).collect()
}

/// A feature that only a test asks for has cargo build a library once more for the tests, and
/// whatever uses that: minutes, if it is below the model. Cargo.toml names it instead.
#[test]
fn tests_build_no_library_of_the_program_again() {
    let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let members = ["simulate", "simulate-core"];
    let program = features(&members, "normal,build");
    assert!(program.len() > 100, "{program:?}");
    let tests = features(&members, "normal,build,dev");
    let named: BTreeSet<String> = tests.iter().map(|line| name(line)).collect();
    for line in program.difference(&tests) {
        assert!(!named.contains(&name(line)), "with other features: {line}");
    }
}

/// Where the links and pictures of a page lead within the project, without `..`.
fn links(page: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(page).expect("a page");
    let mut found = Vec::new();
    for rest in text.split("](").skip(1) {
        let target = rest.split([')', '#']).next().unwrap_or_default();
        if target.is_empty() || target.contains("://") {
            continue;
        }
        let mut path = PathBuf::new();
        let whole = page.parent().unwrap_or(Path::new("")).join(target);
        for part in whole.components() {
            match part {
                Component::ParentDir => assert!(path.pop(), "{target} leads out of the project"),
                part => path.push(part),
            }
        }
        found.push(path);
    }
    found
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from("README.md"), PathBuf::from("CHANGELOG.md")];
    for folder in ["docs", "docs/decisions"] {
        let entries = fs::read_dir(folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|e| e == "md")));
    }
    pages
}

#[test]
fn every_link_and_picture_of_the_pages_leads_somewhere() {
    let mut count = 0;
    for page in pages() {
        for target in links(&page) {
            assert!(
                target.exists(),
                "{} leads to {}",
                page.display(),
                target.display()
            );
            count += 1;
        }
    }
    assert!(count > 40, "only {count}");
}

#[test]
fn the_crate_has_all_that_its_readme_shows_and_links_to() {
    let packaged = packaged("simulate", "");
    let links = links(Path::new("README.md"));
    assert!(links.contains(&PathBuf::from("docs/pictures/outcomes.png")));
    for target in links {
        let there = packaged.iter().any(|path| path.starts_with(&target));
        assert!(there, "{} isn't in the crate", target.display());
    }
}

/// 5.0 and 1.4 MB by November 2026; the engine of the page of `explore` has 1 MB of it.
#[test]
fn the_crates_are_small() {
    for (package, folder, most) in [
        ("simulate", "", 5_500_000),
        ("simulate-core", "core", 2_000_000),
    ] {
        let files = packaged(package, folder);
        let sizes = files.iter().map(|p| fs::metadata(p).expect("a file").len());
        let bytes: u64 = sizes.sum();
        assert!((100_000..most).contains(&bytes), "{package}: {bytes} bytes");
    }
}

/// Text is kept, and pictures and fonts in their places; no builds, archives or tables.
#[test]
#[ignore = "needs git: ./test.sh"]
fn nothing_came_into_the_repository_by_accident() {
    let listed = Command::new("git").args(["ls-files", "-z"]).output();
    let list = String::from_utf8(listed.expect("git runs").stdout).expect("text");
    let tracked: Vec<&Path> = list.split_terminator('\0').map(Path::new).collect();
    assert!(tracked.contains(&Path::new("Cargo.toml")), "no repository");
    // What is deleted and not yet committed is tracked, too.
    for path in tracked.into_iter().filter(|path| path.exists()) {
        let bytes = fs::read(path).expect("a file");
        let engine = path.starts_with("assets/explore/engine.wasm.gz");
        let binary = ["docs/pictures", "assets/fonts"]
            .iter()
            .any(|f| path.starts_with(f));
        assert!(
            binary || engine || !bytes.contains(&0),
            "{} isn't text",
            path.display()
        );
        assert!(
            bytes.len() < if engine { 1_500_000 } else { 1_000_000 },
            "{}: {} bytes",
            path.display(),
            bytes.len()
        );
    }
}
