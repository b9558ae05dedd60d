//! Names, paths, settings and forged files that would act on a terminal, a page or Markdown: they
//! are shown, and do nothing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// One of each kind of character that acts without being seen.
const ACTING: [char; 24] = [
    '\u{1b}',
    '\u{7}',
    '\u{8}',
    '\r',
    '\0',
    '\u{7f}',
    '\u{85}',
    '\u{90}',
    '\u{9b}',
    '\u{9d}',
    '\u{ad}',
    '\u{61c}',
    '\u{200b}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202e}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{e0041}',
];

/// A name with all of them, with words that would be lines, tags and Markdown of their own, and
/// with letters that may stay: an emoji, a mark that combines, Hebrew.
fn name(number: usize) -> String {
    let acting: String = ACTING.iter().map(|c| format!("{c}x")).collect();
    format!(
        "{number}\u{1b}[2J\u{1b}]0;pwned\u{7}{acting}\nerror: forged\n# forged <script>alert(1)</script> *b* [l](u) 🙂 e\u{301} שלום {}",
        "very long ".repeat(30)
    )
}

/// A text as TOML.
fn toml(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            ' '..='!' | '#'..='[' | ']'..='~' => c.to_string(),
            c => format!("\\U{:08X}", c as u32),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// The base scenario with names that do everything they can.
fn scenario(folder: &Path) -> PathBuf {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken/base.toml");
    fs::copy(base, folder.join("base.toml")).expect("copied");
    let mut text = String::from("extends = \"base.toml\"\n");
    for (number, section) in [
        "faction.east",
        "faction.west",
        "patron.sea",
        "coalition.allies",
        "threat",
        "arena.city",
    ]
    .into_iter()
    .enumerate()
    {
        text += &format!("[{section}]\nname = {}\n", toml(&name(number)));
    }
    text += &format!(
        "[threat.fighters]\nvalue = 5000\nsource = {}\n",
        toml(&name(6))
    );
    text += &format!(
        "[scenario]\nname = \"hostile\"\ntitle = {0}\nstory = {0}\n",
        toml(&name(7))
    );
    text += &format!("[[event]]\nid = \"summit\"\nname = {}\n", toml(&name(8)));
    let path = folder.join("hostile.toml");
    fs::write(&path, text).expect("written");
    path
}

fn run(folder: &Path, words: &[&OsStr]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.current_dir(folder).env_remove("SIMULATE_LANES");
    command.args(words).output().expect("it runs")
}

/// Whether a character acts: by its general category in Unicode 16 (Cc, Cf, Zl, Zp), as a list of
/// its own.
fn acts(c: char) -> bool {
    let ranges = [
        (0x00, 0x1f),
        (0x7f, 0x9f),
        (0xad, 0xad),
        (0x61c, 0x61c),
        (0x180e, 0x180e),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0xfeff, 0xfeff),
        (0xfff9, 0xfffb),
        (0xe0001, 0xe007f),
    ];
    ranges.iter().any(|&(a, b)| (a..=b).contains(&(c as u32)))
}

/// Fails where text does more than stand in its lines.
fn inert(text: &[u8], what: &str) {
    inert_characters(text, what);
    let text = String::from_utf8_lossy(text);
    let forged = |line: &&str| line.starts_with("error: forged") || line.starts_with("# forged");
    let forged = text.lines().find(forged);
    assert!(forged.is_none(), "{what}: {forged:?}");
}

fn inert_characters(text: &[u8], what: &str) {
    let text = std::str::from_utf8(text).unwrap_or_else(|e| panic!("{what}: {e}"));
    let found = text
        .lines()
        .find(|line| line.contains(|c| acts(c) && c != '\t'));
    assert!(found.is_none(), "{what}: {found:?}");
}

/// Every file of a folder that is read by a person.
fn inert_files(folder: &Path, what: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            inert_files(&path, what);
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        let what = format!("{what}: {}", path.display());
        match path.extension().and_then(OsStr::to_str) {
            Some("json" | "toml") => inert(&bytes, &what),
            Some(text @ ("html" | "md")) => {
                // A page takes the end of a line for a space.
                match text {
                    "html" => inert_characters(&bytes, &what),
                    _ => inert(&bytes, &what),
                }
                let text = String::from_utf8_lossy(&bytes);
                // The page of `explore` has scripts of its own.
                let own = if path.ends_with("explore.html") { 6 } else { 0 };
                assert_eq!(text.matches("<script").count(), own, "{what}: a script");
            }
            Some("png") => {
                // The notes that a picture carries stand before what is drawn.
                let end = bytes
                    .windows(4)
                    .position(|w| w == b"IDAT")
                    .expect("a picture");
                let notes = String::from_utf8_lossy(&bytes[..end]);
                assert!(!notes.contains("\u{1b}["), "{what}: notes that act");
            }
            _ => {}
        }
    }
}

const COMMANDS: [&[&str]; 15] = [
    &["check", "hostile.toml"],
    &["check", "hostile.toml", "--numbers"],
    &["check", "hostile.toml", "--numbers", "--format", "json"],
    &["run", "hostile.toml", "-n", "64", "--out", "run"],
    &["run", "hostile.toml", "-n", "64", "--format", "json"],
    &[
        "compare",
        "hostile.toml",
        "base.toml",
        "-n",
        "64",
        "--out",
        "compared",
    ],
    &[
        "compare",
        "hostile.toml",
        "base.toml",
        "-n",
        "64",
        "--format",
        "json",
    ],
    &[
        "sweep",
        "hostile.toml",
        "-n",
        "8",
        "--set",
        "threat.quality=1:2:2",
        "--out",
        "swept",
    ],
    &[
        "landscape",
        "hostile.toml",
        "--draws",
        "2",
        "--levels",
        "4",
        "--out",
        "landscape",
    ],
    &[
        "landscape",
        "hostile.toml",
        "--draws",
        "2",
        "--levels",
        "4",
        "--format",
        "json",
    ],
    &[
        "replay",
        "hostile.toml",
        "--replicate",
        "1",
        "--all",
        "--out",
        "replayed",
    ],
    &[
        "replay",
        "hostile.toml",
        "--replicate",
        "1",
        "--all",
        "--format",
        "json",
    ],
    &[
        "sensitivity",
        "hostile.toml",
        "-n",
        "2",
        "--base",
        "8",
        "--trajectories",
        "4",
        "--out",
        "sensitivity",
    ],
    &["compare", "run", "base.toml", "-n", "64", "--out", "again"],
    &[
        "explore",
        "hostile.toml",
        "-n",
        "64",
        "--top",
        "2",
        "--trajectories",
        "4",
        "--out",
        "explored",
    ],
];

#[test]
fn names_that_would_act_are_shown_by_every_command_and_in_every_file() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path());
    for words in COMMANDS {
        let all: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        let output = run(folder.path(), &all);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
        inert(&output.stdout, &format!("{words:?}"));
        inert(&output.stderr, &format!("{words:?}"));
        if words.contains(&"json") {
            let found: serde_json::Value =
                serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{words:?}: {e}"));
            let title = found["result"]["title"].as_str();
            // A program gets the very text.
            assert!(title.is_none_or(|title| title == name(7)), "{words:?}");
        }
    }
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            inert_files(&path, "a run");
        }
    }
    let screen = run(
        folder.path(),
        &["check", "hostile.toml", "--numbers"].map(OsStr::new),
    );
    assert!(String::from_utf8_lossy(&screen.stdout).contains("\\u{1b}[2J\\u{1b}]0;pwned\\u{7}"));
}

#[test]
fn a_table_keeps_its_columns_whatever_the_names() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path());
    let words = ["run", "hostile.toml", "-n", "64"].map(OsStr::new);
    let screen = String::from_utf8(run(folder.path(), &words).stdout).expect("text");
    let mut rows = screen
        .lines()
        .skip_while(|line| !line.starts_with("outcome "));
    let head = rows.next().expect("a table");
    let at = head.find("chance").expect("a column");
    assert!(at <= 64, "a very long name is cut: {head}");
    for row in rows.take_while(|row| !row.is_empty()) {
        // Names hold wide letters and escapes: in columns, not in characters.
        let mut brackets = row.match_indices('[');
        let interval = brackets.any(|(place, _)| unicode_width(&row[..place]) == at + 8);
        assert!(interval, "{row}");
    }
}

/// Columns of a terminal, by the widths of the few wide letters and marks that are used here.
fn unicode_width(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '🙂' => 2,
            '\u{301}' => 0,
            _ => 1,
        })
        .sum()
}

#[test]
fn what_is_wrong_is_quoted_without_doing_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path());
    let evil = "\u{1b}[2J\u{9b}31m\u{202e}evil\u{7}\nerror: forged";
    let write =
        |name: &str, text: String| fs::write(folder.path().join(name), text).expect("written");
    // Raw in the text, in a key, in a value, in what it extends.
    write("raw.toml", format!("a = 1 # {}\n", evil.replace('\n', " ")));
    write("key.toml", format!("{} = 1\n", toml(evil)));
    write(
        "value.toml",
        format!(
            "extends = \"base.toml\"\n[threat]\nfighters = {}\n",
            toml(evil)
        ),
    );
    write("extends.toml", format!("extends = {}\n", toml(evil)));
    let path = format!("{}.toml", evil.replace('\n', " "));
    write(&path, "a = 1\n".to_owned());
    let setting = format!("threat.{evil}=1");
    let number = format!("threat.quality={evil}");
    let sweep = format!("threat.quality=[{evil},1]");
    let cases: [&[&str]; 16] = [
        &["check", "raw.toml"],
        &["check", "key.toml"],
        &["check", "value.toml"],
        &["check", "extends.toml"],
        &["check", "key.toml", "--format", "json"],
        &["check", &path],
        &["check", evil],
        &["check", "hostile.toml", "--set", &setting],
        &["run", "hostile.toml", "--set", &number],
        &["sweep", "hostile.toml", "--set", &sweep],
        &["sensitivity", "hostile.toml", "--vary", &number],
        &["compare", "hostile.toml", evil],
        &["run", "hostile.toml", "--seed", evil],
        &["run", "hostile.toml", evil],
        &[evil, evil],
        &["new", evil],
    ];
    for words in cases {
        let all: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        let output = run(folder.path(), &all);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        inert(&output.stdout, &format!("{words:?}"));
        inert(&output.stderr, &format!("{words:?}"));
        let all = [output.stdout, output.stderr].concat();
        assert!(!all.is_empty(), "{words:?} is not said");
    }
}

#[test]
fn where_results_are_is_said_without_doing_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path());
    let out = "o\u{1b}[2J\u{202e}\nerror: forged";
    for format in ["text", "json"] {
        let out = format!("{out}{format}");
        let words = [
            "run",
            "base.toml",
            "-n",
            "64",
            "--format",
            format,
            "--out",
            &out,
        ];
        let output = run(folder.path(), &words.map(OsStr::new));
        // Such a folder may be made or refused, but not without being said.
        inert(&output.stdout, "a folder");
        inert(&output.stderr, "a folder");
        assert!(
            output
                .status
                .code()
                .is_some_and(|code| code == 0 || code == 2)
        );
        assert_eq!(output.status.success(), folder.path().join(&out).is_dir());
    }
}

#[test]
fn a_forged_run_says_nothing_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    scenario(folder.path());
    for out in ["a", "b"] {
        let words = ["run", "base.toml", "-n", "64", "-q", "--out", out];
        assert!(run(folder.path(), &words.map(OsStr::new)).status.success());
    }
    let evil = "\u{1b}[2J\u{9b}31m\u{202e}evil\u{7}\nerror: forged";
    for file in ["manifest.json", "summary.json"] {
        let path = folder.path().join("b").join(file);
        let whole = fs::read_to_string(&path).expect("a file");
        let mut value: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
        let mut texts = Vec::new();
        every_text(&mut value, "", &mut texts);
        for pointer in texts {
            let mut forged = value.clone();
            *forged.pointer_mut(&pointer).expect("a text") = evil.into();
            fs::write(&path, forged.to_string()).expect("written");
            let words = ["compare", "a", "b"].map(OsStr::new);
            let output = run(folder.path(), &words);
            inert(&output.stdout, &format!("{file}{pointer}"));
            inert(&output.stderr, &format!("{file}{pointer}"));
        }
        fs::write(&path, whole).expect("written");
    }
}

/// Pointers to the texts of a document; of a list, to those of its first item.
fn every_text(value: &mut serde_json::Value, at: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(_) => found.push(at.to_owned()),
        serde_json::Value::Array(items) => {
            if let Some(first) = items.first_mut() {
                every_text(first, &format!("{at}/0"), found);
            }
        }
        serde_json::Value::Object(entries) => {
            for (key, value) in entries {
                every_text(value, &format!("{at}/{key}"), found);
            }
        }
        _ => {}
    }
}

#[cfg(unix)]
#[test]
fn paths_that_are_not_unicode_work_or_are_refused_before_the_work() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = scenario(folder.path());
    let strange = OsStr::from_bytes(b"s\xff.toml");
    fs::rename(folder.path().join("base.toml"), folder.path().join(strange)).expect("renamed");
    fs::remove_file(path).expect("removed");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    let found = run(folder.path(), &[OsStr::new("check"), strange]);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let few = ["-n", "64", "--format", "json"].map(OsStr::new);
    let found = run(folder.path(), &[&[strange], &few[..]].concat());
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let manifest = folder
        .path()
        .join(found["folder"].as_str().expect("a folder"))
        .join("manifest.json");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    assert!(manifest.contains("s\\\\xff.toml"), "{manifest}");
    // The results go where they are asked to, or nothing is run.
    let out = OsStr::from_bytes(b"o\xff");
    let found = run(
        folder.path(),
        &[&[strange, OsStr::new("--out"), out], &few[..]].concat(),
    );
    let made = folder.path().join(out).join("manifest.json").is_file();
    assert_eq!(
        found.status.code(),
        Some(if made { 0 } else { 2 }),
        "{}",
        text(&found.stderr)
    );
    for before in ["--set", "--seed", "--format"] {
        let wrong = OsStr::from_bytes(b"\xff");
        let found = run(folder.path(), &[strange, OsStr::new(before), wrong]);
        assert_eq!(
            found.status.code(),
            Some(2),
            "{before}: {}",
            text(&found.stderr)
        );
    }
}
