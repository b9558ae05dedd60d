//! What the pictures of a run say to who looks at them, as far as other files tell.

use std::path::Path;

use serde_json::Value;

/// Standard error and output of a command that succeeds.
fn simulate(folder: &Path, arguments: &[&str]) -> (String, String) {
    let assert = assert_cmd::Command::cargo_bin("simulate")
        .expect("the program")
        .current_dir(folder)
        .args(arguments)
        .assert()
        .success();
    let output = assert.get_output();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stderr), text(&output.stdout))
}

/// A folder with the starter, and beside it a scenario with other names.
fn named(army: &str, guard: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    simulate(folder.path(), &["new", "valley"]);
    let text = format!(
        "extends = \"valley.toml\"\n[scenario]\nname = \"named\"\ntitle = \"{guard}\"\n\
         [faction.army]\nname = \"{army}\"\n[faction.guard]\nname = \"{guard}\"\n"
    );
    std::fs::write(folder.path().join("named.toml"), text).expect("written");
    folder
}

#[test]
fn letters_that_the_font_lacks_are_said_once_with_the_names_they_stand_in() {
    let folder = named("陆军", "Лига побережья");
    let out = folder.path().join("out");
    let commands: [&[&str]; 5] = [
        &["named.toml", "-n", "8"],
        &["named.toml", "-n", "8", "-q"],
        &["replay", "named.toml", "--replicate", "1"],
        &[
            "sweep",
            "named.toml",
            "--set",
            "threat.quality=1:2:2",
            "-n",
            "8",
        ],
        &["compare", "valley.toml", "named.toml", "-n", "8"],
    ];
    for (number, command) in commands.into_iter().enumerate() {
        let out = format!("{}{number}", out.display());
        let (errors, output) = simulate(folder.path(), &[command, &["--out", &out]].concat());
        assert_eq!(errors.matches("U+9646").count(), 1, "{command:?}: {errors}");
        assert!(errors.contains("faction.army.name"), "{errors}");
        assert!(
            !errors.contains("faction.guard"),
            "Cyrillic is there: {errors}"
        );
        assert!(!output.contains("U+9646"), "said twice: {output}");
        let page = std::fs::read_to_string(format!("{out}/index.html")).expect("a page");
        assert!(page.contains("U+9646"), "{command:?}");
    }
}

#[test]
fn names_in_scripts_that_are_bundled_need_no_word() {
    let folder = named("التحالف الوطني", "ברית העמק Αθήνα Հայք");
    let (errors, _) = simulate(
        folder.path(),
        &["named.toml", "-n", "8", "-q", "--out", "out"],
    );
    assert_eq!(errors, "");
}

#[test]
fn the_summary_dates_the_events_that_have_a_day_and_are_not_called_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let flagship = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/iraq_2016.toml");
    let dates = |settings: &[&str], out: &str| -> Vec<(String, Option<String>)> {
        let arguments = [
            &[
                flagship.to_str().expect("a path"),
                "-n",
                "8",
                "-q",
                "--out",
                out,
            ],
            settings,
        ];
        simulate(folder.path(), &arguments.concat());
        let text = std::fs::read_to_string(format!("{out}/summary.json")).expect("a summary");
        let summary: Value = serde_json::from_str(&text).expect("JSON");
        let events = summary["events"].as_array().expect("events");
        let event = |e: &Value| {
            let date = e["date"].as_str().map(str::to_owned);
            (e["id"].as_str().expect("an id").to_owned(), date)
        };
        events.iter().map(event).collect()
    };
    let dated = |events: Vec<(String, Option<String>)>| -> Vec<String> {
        let dated = events.into_iter();
        dated
            .filter_map(|(id, date)| Some(format!("{id} {}", date?)))
            .collect()
    };
    let all = dates(&[], &out.display().to_string());
    assert!(all.len() > 10, "hazards are there too");
    assert_eq!(
        dated(all),
        [
            "iraqi_election 2018-04-30",
            "mandate_anniversary 2016-08-20",
            "krg_election 2017-11-01"
        ]
    );
    let off = "event.krg_election.enabled=false";
    let fewer = dated(dates(&["--set", off], &format!("{}2", out.display())));
    assert_eq!(fewer.len(), 2, "{fewer:?}");
}
