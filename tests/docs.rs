//! The pages say what the code does.

use simulate::model::step::PROCESSES;
use simulate::scenario::{KeyDescription, Shape, reference, reference_markdown};

fn page(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_reference_of_the_format_is_what_the_program_prints() {
    assert!(
        page("docs/scenario.md") == reference_markdown(),
        "write it again: simulate schema --reference > docs/scenario.md"
    );
}

/// The sections that hold parameters of mechanisms.
fn mechanisms() -> Vec<KeyDescription> {
    const OTHERS: [&str; 5] = ["scenario", "time", "threat", "run", "variant"];
    let sections = reference().into_iter();
    sections
        .filter(|s| matches!(s.shape, Shape::Table(_)) && !OTHERS.contains(&s.key))
        .collect()
}

#[test]
fn the_model_page_lists_every_parameter_as_the_reference_does() {
    let model = page("docs/model.md");
    for section in mechanisms() {
        let heading = format!("### `[{}]`", section.key);
        let after = model
            .split(&heading)
            .nth(1)
            .unwrap_or_else(|| panic!("no {heading}"));
        let rows = after.split("\n### ").next().unwrap_or_default();
        let Shape::Table(keys) = &section.shape else {
            continue;
        };
        for key in keys {
            let Shape::Number(spec) = &key.shape else {
                continue;
            };
            let default = spec.default.expect("parameters have defaults");
            let row = format!("| `{}` | {} | {default} |", key.key, spec.unit);
            let found = rows.lines().find(|line| line.starts_with(&row));
            let found = found.unwrap_or_else(|| {
                panic!("docs/model.md has no row under {heading} that begins {row}")
            });
            let meaning = format!("| {} |", key.about);
            assert!(
                found.contains(&meaning),
                "docs/model.md says of {} something else than {meaning}",
                key.key
            );
        }
    }
}

#[test]
fn no_page_or_scenario_of_the_project_names_a_path_of_a_machine() {
    let mut pages = vec!["README.md".to_owned(), "CHANGELOG.md".to_owned()];
    for folder in ["docs", "docs/decisions", "scenarios"] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                pages.push(path.display().to_string());
            }
        }
    }
    for path in pages {
        let text = page(&path);
        for word in ["/work/", "/home/", "/tmp/", "/root/"] {
            assert!(!text.contains(word), "{path} names {word}");
        }
    }
}

/// The list of processes in section 3 of the model's page, in its order.
#[test]
fn the_model_page_lists_the_processes_of_a_step_in_their_order() {
    let model = page("docs/model.md");
    let section = model.split("\n## 3 ").nth(1).expect("section 3");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| row.split('|').map(str::trim).collect())
        .collect();
    let told: Vec<(String, &str)> = rows[1..]
        .iter()
        .map(|row| {
            let name = row[2].split("**").nth(1).unwrap_or(row[2]);
            (name.to_lowercase(), row[3])
        })
        .collect();
    let wanted: Vec<(String, &str)> = PROCESSES
        .iter()
        .map(|(name, section)| ((*name).to_owned(), *section))
        .collect();
    assert_eq!(told, wanted);
}

/// Every `(7.x.y)` in a text, in order.
fn equation_numbers(text: &str) -> Vec<String> {
    let parts = text.split("(7.").skip(1);
    let numbers = parts.filter_map(|part| {
        let number = part.split(')').next()?;
        let mut parts = number.split('.');
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        let is_number =
            parts.next().is_some_and(all_digits) && parts.next().is_some_and(all_digits);
        (is_number && parts.next().is_none()).then(|| format!("7.{number}"))
    });
    numbers.collect()
}

/// The text of every Rust file below a folder.
fn sources(folder: &std::path::Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push_str(&std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_block_of_equations_has_a_number_that_the_code_names_and_the_code_names_no_other() {
    let model = page("docs/model.md");
    let section = model.split("\n## 7 ").nth(1).expect("section 7");
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut on_page = Vec::new();
    for (index, submodel) in section.split("\n### ").enumerate() {
        // What stands between two fences is every second part.
        let fenced = submodel.split("```").skip(1).step_by(2);
        for (block, text) in fenced.enumerate() {
            let first = text.trim_start().lines().next().unwrap_or_default();
            let number = format!("7.{index}.{}", block + 1);
            assert!(
                first.ends_with(&format!("({number})")),
                "the block that begins with {first} is ({number})"
            );
            on_page.push(number);
        }
    }
    let mut code = String::new();
    sources(std::path::Path::new("core/src"), &mut code);
    let named = equation_numbers(&code);
    for number in &named {
        assert!(
            on_page.contains(number),
            "there are no equations ({number})"
        );
    }
    for number in &on_page {
        assert!(named.contains(number), "no function names ({number})");
    }
}
