//! What the licenses of the libraries in the program ask for: that they go with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{Failed, Project, cargo, said};

/// The libraries that are linked into the program, each with its license, then every text once.
pub(crate) fn text(project: &Project, target: &str) -> Result<Vec<u8>, Failed> {
    let linked = said(
        cargo()
            .args([
                "tree", "--locked", "-p", "simulate", "-e", "normal", "--prefix", "none",
            ])
            .args(["--format", "{p}", "--target", target])
            .current_dir(&project.root),
    )?;
    // "name v1.2.3 (proc-macro)"
    let linked: BTreeSet<(&str, &str)> = linked
        .lines()
        .filter(|line| !line.contains("(proc-macro)"))
        .filter_map(|line| line.split_once(" v"))
        .map(|(name, rest)| (name, rest.split(' ').next().unwrap_or(rest)))
        .collect();
    let known = said(
        cargo()
            .args([
                "metadata",
                "--locked",
                "--format-version",
                "1",
                "--filter-platform",
                target,
            ])
            .current_dir(&project.root),
    )?;
    let known: Value = serde_json::from_str(&known).map_err(|e| e.to_string())?;

    let mut list =
        String::from("Libraries in the program, and Rust's own (MIT OR Apache-2.0).\n\n");
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let packages = known["packages"].as_array().map_or(&[][..], Vec::as_slice);
    for package in packages {
        let [name, version] =
            ["name", "version"].map(|key| package[key].as_str().unwrap_or_default());
        // The project's own have no source.
        if package["source"].is_null() || !linked.contains(&(name, version)) {
            continue;
        }
        let license = package["license"].as_str().unwrap_or("see its text");
        let home = package["repository"].as_str().unwrap_or_default();
        list += &format!("{name} {version}: {license} {home}\n");
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        for text in texts_in(Path::new(manifest).parent().unwrap_or(Path::new(""))) {
            texts
                .entry(text)
                .or_default()
                .push(format!("{name} {version}"));
        }
    }
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by(|a, b| a.1.cmp(&b.1));
    for (text, of) in texts {
        list += &format!(
            "\n{}\n{}\n\n{}\n",
            "-".repeat(80),
            of.join(", "),
            text.trim()
        );
    }
    Ok(list.into_bytes())
}

fn texts_in(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = names.filter(|entry| {
        let name = entry.file_name().to_string_lossy().to_uppercase();
        [
            "LICENSE",
            "LICENCE",
            "COPYING",
            "NOTICE",
            "COPYRIGHT",
            "UNLICENSE",
        ]
        .iter()
        .any(|start| name.starts_with(start))
    });
    texts
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect()
}
