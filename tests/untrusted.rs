//! Scenarios and run folders from strangers: nothing is shown that they don't hold themselves,
//! nothing waits, nothing grows without bound, nothing panics.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use simulate::scenario::Scenario;

/// Longer than anything here takes on a slow machine; without bounds it would be hours.
const SOON: Duration = Duration::from_secs(30);

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

/// What is said of a file that is wrong, soon.
fn said(path: &Path) -> String {
    let began = Instant::now();
    let problems = Scenario::load(path).expect_err("it is wrong");
    let text = problems.render(false);
    assert!(
        began.elapsed() < SOON,
        "{} took {:?}",
        path.display(),
        began.elapsed()
    );
    assert!(text.len() < 200_000, "{} bytes are said", text.len());
    text
}

#[test]
fn a_parent_that_is_no_scenario_is_named_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let scenarios = folder.path().join("scenarios");
    let secrets = [
        ("scenarios/.env", "PASSWORD=hunter2\nTOKEN=abc\n"),
        ("scenarios/notes.txt", "hunter2 is [not TOML\n"),
        (
            "scenarios/.cargo/credentials.toml",
            "[registry]\ntoken = \"hunter2\"\n",
        ),
        ("scenarios/.hidden/broken.toml", "hunter2 is [not TOML\n"),
        ("scenarios/secret.toml", "[registry]\ntoken = \"hunter2\"\n"),
        (
            "elsewhere/secret.toml",
            "token = \"hunter2\"\n[threat]\nhunter2 = 1\n",
        ),
        ("elsewhere/broken.toml", "[threat]\nname = hunter2\n"),
        ("elsewhere/other.toml", "\u{1}hunter2"),
    ];
    for (name, text) in secrets {
        write(folder.path(), name, text);
        let parent = match name.strip_prefix("scenarios/") {
            Some(near) => near.to_owned(),
            None => format!("../{name}"),
        };
        let child = write(
            &scenarios,
            "child.toml",
            &format!("extends = \"{parent}\"\n"),
        );
        // Long paths break lines anywhere.
        let text = said(&child)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("is not a scenario"), "{text}");
        assert!(
            text.contains(&parent) && text.contains("simulate check"),
            "{text}"
        );
    }
    std::fs::write(scenarios.join("latin1.txt"), b"hunter2 \xe9\n").unwrap();
    let child = write(&scenarios, "child.toml", "extends = \"latin1.txt\"\n");
    assert!(!said(&child).contains("hunter2"));
}

#[test]
fn a_parent_that_is_a_scenario_is_shown_with_its_mistakes_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "base.toml", "[threat]\nfigters = 3\n");
    write(
        folder.path(),
        "sub/near.toml",
        "[threat]\nname = The horde\n",
    );
    let far = write(
        folder.path(),
        "sub/far.toml",
        "extends = \"../base.toml\"\n",
    );
    assert!(said(&far).contains("figters = 3"));
    let near = write(folder.path(), "child.toml", "extends = \"sub/near.toml\"\n");
    assert!(said(&near).contains("name = The horde"));
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_links_to_them_are_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.toml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.toml")).unwrap();
    for (parent, what) in [
        ("pipe.toml", "a pipe"),
        ("zero.toml", "a device"),
        ("/dev/zero", "a device"),
    ] {
        let child = write(
            folder.path(),
            "child.toml",
            &format!("extends = \"{parent}\"\n"),
        );
        let text = said(&child);
        assert!(
            text.contains(&format!("it is {what}, not a file")),
            "{text}"
        );
    }
    assert!(said(&pipe).contains("it is a pipe, not a file"));
}

#[test]
fn a_file_larger_than_any_scenario_is_refused_with_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.toml");
    std::fs::write(&large, vec![b'#'; (16 << 20) + 1]).unwrap();
    assert!(said(&large).contains("it has more than 16 MiB"));
}

#[test]
fn a_long_chain_of_parents_is_refused_and_a_short_one_read() {
    let folder = tempfile::tempdir().unwrap();
    let base = std::fs::read_to_string("tests/broken/base.toml").unwrap();
    write(folder.path(), "0.toml", &base);
    for k in 1..=2000 {
        let text = format!("extends = \"{}.toml\"\n", k - 1);
        write(folder.path(), &format!("{k}.toml"), &text);
    }
    assert!(Scenario::load(&folder.path().join("31.toml")).is_ok());
    for k in [32, 2000] {
        let text = said(&folder.path().join(format!("{k}.toml")));
        assert!(text.contains("a chain of more than 32 files"), "{text}");
    }
}

#[test]
fn of_very_many_mistakes_a_hundred_are_shown_and_the_others_counted() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |line: &dyn Fn(usize) -> String| (0..40_000).map(line).collect::<String>();
    let unknown = lines(&|k| format!("key_{k} = {k}\n"));
    let texts = [
        format!("[faction.a]\n{unknown}"),
        lines(&|k| format!("key_{k} = x y\n")),
        format!(
            "[faction.a]\nstake = {{ {} }}\n",
            lines(&|k| format!("a{k} = 1, ")).trim_end_matches(", ")
        ),
    ];
    for text in texts {
        let path = write(folder.path(), "many.toml", &text);
        let text = said(&path);
        let more = text
            .lines()
            .find(|line| line.contains("more, which are not shown"));
        let more = more.unwrap_or_else(|| panic!("{text}"));
        let count: usize = more.split(' ').nth(1).unwrap().parse().unwrap();
        assert!((39_900..40_100).contains(&count), "{more}");
        assert!(
            text.trim_end()
                .ends_with(&format!("{} problems; nothing was run", count + 100))
        );
    }
}

#[test]
fn names_of_a_megabyte_and_deep_nesting_are_refused_soon() {
    let folder = tempfile::tempdir().unwrap();
    let long = "n".repeat(1_000_000);
    let deep = |open: &str, close: &str| {
        format!("a = {}1{}\n", open.repeat(100_000), close.repeat(100_000))
    };
    let texts = [
        format!("{long} = 1\n"),
        format!("[faction.{long}]\nname = \"x\"\nfighters = 1\nfigters = 2\n"),
        format!("[[event]]\nid = \"{long}\"\n"),
        format!(
            "[[event]]\nid = \"x\"\nafter = \"{long}\"\n[[event.when]]\non = \"{long}({long})\"\n"
        ),
        format!("[arena.x]\nkind = \"{long}\"\nneighbours = [\"{long}\"]\n"),
        deep("[", "]"),
        deep("{ a = ", " }"),
        format!("{}a = 1\n", "a.".repeat(100_000)),
        format!("[{}a]\n", "a.".repeat(100_000)),
        format!("a = \"{}\" x\n", "é".repeat(40_000)),
        (0..20_000)
            .map(|k| format!("[faction.f{k}]\nname = \"x\"\nfighters = 1\n"))
            .collect(),
        (0..9_999)
            .map(|k| {
                format!(
                    "[[event]]\nid = \"e{k}\"\nname = \"x\"\ndate = 2016-02-01\nafter = \"e{}\"\n",
                    k + 1
                )
            })
            .collect(),
        (0..20_000)
            .map(|k| format!("[[event]]\nid = \"e{k}\"\n"))
            .collect(),
    ];
    for text in texts {
        let path = write(folder.path(), "long.toml", &text);
        said(&path);
    }
    let deep = format!("{}a=1", "a.".repeat(100_000));
    let base = Path::new("tests/broken/base.toml");
    let problems = Scenario::load_with(base, &[deep]).unwrap_err();
    assert!(problems.render(false).contains("a key of 100001 parts"));
}

#[test]
fn more_of_a_kind_than_can_be_worked_out_is_refused_by_check() {
    let base = std::fs::read_to_string("tests/broken/base.toml").unwrap();
    let with = |more: String| {
        let problems = Scenario::parse("text", &(base.clone() + &more)).unwrap_err();
        assert_eq!(problems.len(), 1, "{}", problems.render(false));
        problems.iter().next().unwrap().message.clone()
    };
    let patrons = |k: usize| format!("[patron.p{k}]\nname = \"P\"\n");
    assert_eq!(with((0..10_000).map(patrons).collect()), "10001 patrons");
    // Within each limit, but too many that meet.
    let faction = |k: usize| format!("[faction.f{k}]\nname = \"F\"\nfighters = 1\n");
    let everybody: String = (0..62).map(|k| format!("f{k} = 0.01, ")).collect();
    let arena =
        |k: usize| format!("[arena.a{k}]\nname = \"A\"\ncontrol = {{ {everybody}east = 0.01 }}\n");
    let many: String = (0..62).map(faction).chain((0..200).map(arena)).collect();
    let said = with(many);
    assert!(said.starts_with("in the arenas 7"), "{said}");
}

#[test]
fn a_line_that_is_wrong_in_every_letter_is_not_shown_a_hundred_times_in_full() {
    let text = format!("# {}\n", "\u{1d}".repeat(390));
    let problems = Scenario::parse("letters.toml", &text).expect_err("it is wrong");
    for color in [false, true] {
        let said = problems.render(color);
        assert!(said.len() < 150_000, "{} bytes are said", said.len());
        let shown = said.matches("not valid TOML").count();
        let others = format!("and {} more, which are not shown", problems.len() - shown);
        assert!(shown > 10 && said.contains(&others), "{shown} are shown");
    }
}
