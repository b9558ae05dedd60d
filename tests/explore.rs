//! `simulate explore`: one page with the engine inside, which is the program's own.

mod browser;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use browser::Browser;

const BASE: &str = "tests/broken/base.toml";

fn simulate() -> assert_cmd::Command {
    assert_cmd::Command::cargo_bin("simulate").expect("the program")
}

/// Makes a page, and says what is in it.
fn explored(arguments: &[&str], folder: &Path) -> (PathBuf, Value) {
    let out = folder.join("explored");
    let output = simulate()
        .arg("explore")
        .args(arguments)
        .args(["--format", "json", "--out"])
        .arg(&out)
        .assert()
        .success();
    let said = serde_json::from_slice(&output.get_output().stdout).expect("JSON");
    (out.join("explore.html"), said)
}

/// The data that the page's scripts read.
fn data(page: &str) -> Value {
    let document = scraper::Html::parse_document(page);
    let script = scraper::Selector::parse("#data").expect("a selector");
    let text: String = document
        .select(&script)
        .next()
        .expect("data")
        .text()
        .collect();
    serde_json::from_str(&text).expect("JSON")
}

fn refused(arguments: &[&str]) -> String {
    let output = simulate().arg("explore").args(arguments).assert().code(2);
    String::from_utf8(output.get_output().stderr.clone()).expect("UTF-8")
}

#[test]
fn a_page_is_one_small_file_that_asks_nothing_of_a_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["-n", "64", "--top", "3", "--trajectories", "4"];
    let lever = ["--lever", "rivalry.hostility_scale=0:2"];
    let arguments = [&[BASE][..], &few, &lever].concat();
    let (path, said) = explored(&arguments, folder.path());
    let page = fs::read_to_string(&path).expect("the page");
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert_eq!(said["result"]["bytes"], page.len());
    let document = scraper::Html::parse_document(&page);
    assert!(document.errors.is_empty(), "{:?}", document.errors);
    let nonce = page
        .split("nonce=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let policy = format!(
        "content=\"default-src 'none'; script-src 'nonce-{0}' 'wasm-unsafe-eval'; worker-src blob:; style-src 'nonce-{0}'; \
         img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'\"",
        nonce.expect("a nonce")
    );
    assert!(page.contains(&policy), "{policy}");
    for reach in ["src=", "@import", "url(", "//fonts", "https:"] {
        let found = page.split(reach).count() - 1;
        assert_eq!(found, 0, "{reach}");
    }
    let levers = data(&page)["levers"].clone();
    assert_eq!(levers, said["result"]["levers"]);
    assert_eq!(levers[0]["key"], "rivalry.hostility_scale");
    let places = levers[0]["places"].as_array().expect("places");
    assert_eq!(
        (&places[0], &places[places.len() - 1]),
        (&"0".into(), &"2".into())
    );
    for name in ["scenario.resolved.toml", "manifest.json"] {
        assert!(path.with_file_name(name).is_file(), "no {name}");
    }
    // The same again, on one thread: the same page.
    let again = folder.path().join("again");
    let one_thread = ["--threads", "1", "-q", "--out"];
    simulate()
        .arg("explore")
        .args(arguments)
        .args(one_thread)
        .arg(&again)
        .assert()
        .success();
    assert!(fs::read_to_string(again.join("explore.html")).expect("a page") == page);
}

/// From inside the folder, with nothing but what is in it.
#[test]
fn what_makes_a_page_again_has_all_that_led_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let weaker = folder.path().join("weaker.toml");
    let base = fs::canonicalize(BASE).expect("the base");
    let text = format!("extends = {base:?}\n[threat]\nfighters = 300\n");
    fs::write(&weaker, text).expect("written");
    let lever = ["--lever", "rivalry.hostility_scale=0:2", "--top", "0"];
    let overlay = ["-n", "32", "--overlay", weaker.to_str().expect("UTF-8")];
    let (path, _) = explored(&[&[BASE][..], &lever, &overlay].concat(), folder.path());
    let inside = path.parent().expect("a folder");
    let manifest = fs::read(inside.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let again = manifest["again"].as_str().expect("a command");
    let program = again.strip_prefix("simulate ").expect("the program");
    let line = format!(
        "{:?} {program} -q --out again",
        env!("CARGO_BIN_EXE_simulate")
    );
    let done = std::process::Command::new("sh")
        .args(["-c", &line])
        .current_dir(inside)
        .status();
    assert!(done.expect("a shell").success(), "{line}");
    let texts = |page: &str| {
        let of = scraper::Html::parse_document(page);
        let texts = scraper::Selector::parse("#texts, #base").expect("a selector");
        let texts: Vec<String> = of.select(&texts).map(|e| e.inner_html()).collect();
        texts
    };
    let pages = [
        inside.join("explore.html"),
        inside.join("again/explore.html"),
    ];
    let pages = pages.map(|page| texts(&fs::read_to_string(page).expect("a page")));
    assert_eq!(pages[0].len(), 2);
    assert!(
        pages[0] == pages[1],
        "the same scenarios, and the same base case"
    );
}

#[test]
fn counterfactuals_beside_the_scenario_can_be_chosen_and_others_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["-n", "16", "--top", "0"];
    let scenario = "scenarios/iraq_2016.toml";
    let (path, said) = explored(&[&[scenario][..], &few].concat(), folder.path());
    // All that lie there, but those in which something is wrong.
    let beside = fs::read_dir("scenarios/iraq_2016").expect("a folder");
    let files = beside.map(|entry| entry.expect("an entry").path());
    let fine = files.filter(|file| simulate::scenario::Scenario::load(file).is_ok());
    let overlays = said["result"]["overlays"].as_array().expect("a list").len();
    assert_eq!(overlays, fine.count());
    assert!(overlays > 5, "{overlays}");
    assert_eq!(said["result"]["levers"], serde_json::json!([]));
    let data = |path: &Path| data(&fs::read_to_string(path).expect("the page"));
    let referendum = |data: &Value| -> Value {
        let events = data["events"].as_array().expect("events").clone();
        let its = |event: &&Value| event["id"] == "kurdish_referendum";
        events.iter().find(its).expect("the event")["on"].clone()
    };
    let on = referendum(&data(&path));
    let on = on.as_array().expect("a list");
    assert!(on[0] == true && on.contains(&false.into()), "{on:?}");

    let off = folder.path().join("off.toml");
    let below = fs::canonicalize(scenario).expect("a path");
    let text = format!(
        "extends = '{}'\n[[event]]\nid = \"kurdish_referendum\"\nenabled = false\n",
        below.display()
    );
    fs::write(&off, text).expect("written");
    let off = off.to_str().expect("a path");
    let other = tempfile::tempdir().expect("a folder");
    let (path, _) = explored(
        &[&[scenario, "--overlay", off][..], &few].concat(),
        other.path(),
    );
    assert_eq!(referendum(&data(&path)), serde_json::json!([true, false]));

    let one = "scenarios/iraq_2016/oil_at_100.toml";
    let other = tempfile::tempdir().expect("a folder");
    let (_, said) = explored(
        &[&[scenario, "--overlay", one][..], &few].concat(),
        other.path(),
    );
    assert_eq!(said["result"]["overlays"], serde_json::json!([one]));
    let none = tempfile::tempdir().expect("a folder");
    let (_, said) = explored(
        &[&[scenario, "--no-overlays"][..], &few].concat(),
        none.path(),
    );
    assert_eq!(said["result"]["overlays"], serde_json::json!([]));
}

#[test]
fn a_wrong_lever_is_refused_by_what_would_be_right() {
    for (lever, wanted) in [
        (
            "rivalry.hostility_scal=0:1",
            "did you mean `rivalry.hostility_scale`?",
        ),
        ("rivalry.hostility_scale=0", "no `:` between low and high"),
        ("rivalry.hostility_scale", "wants a range"),
        ("rivalry.hostility_scale=2:1", "low must be less than high"),
        ("rivalry.hostility_scale=a:1", "`a` is not a finite number"),
        ("rivalry.hostility_scale=-1:1", "--set"),
    ] {
        let said = refused(&[BASE, "--lever", lever]);
        assert!(said.contains(wanted), "{lever}: {said}");
    }
    let twice = ["--lever", "rivalry.hostility_scale=0:1"];
    let said = refused(&[&[BASE][..], &twice, &twice].concat());
    assert!(said.contains("named twice"), "{said}");
    let said = refused(&[BASE, "--overlay", "no_such.toml"]);
    assert!(said.contains("no_such.toml"), "{said}");
}

/// Moves a slider as a hand does.
fn moves(browser: &mut Browser, lever: &str, place: usize) {
    browser.value(&format!(
        "{{ const range = document.querySelector('[data-lever=\"{lever}\"]'); range.value = {place}; \
         range.dispatchEvent(new Event('input', {{ bubbles: true }})); true }}"
    ));
}

const DONE: &str = "document.body.dataset.done === 'true'";
const ALL: &str = "{ const width = document.getElementById('width'); width.value = '0'; \
                   width.dispatchEvent(new Event('change')); true }";

/// The page's figures for a setting are, byte for byte, those of the program.
#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn the_engine_in_the_page_gives_the_bits_of_the_program() {
    for (scenario, setting, replicates) in [
        (
            "scenarios/iraq_2016.toml",
            "rivalry.hostility_scale=0.7",
            "160",
        ),
        (
            "scenarios/afghanistan_1989.toml",
            "upkeep.refuge_scale=0.5",
            "300",
        ),
        (BASE, "threat.quality=1.25", "500"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, value) = setting.split_once('=').expect("a setting");
        let lever = format!("{key}={value}:2");
        let few = [
            "-n",
            replicates,
            "--top",
            "0",
            "--no-overlays",
            "--lever",
            &lever,
        ];
        let (page, _) = explored(&[&[scenario][..], &few].concat(), folder.path());
        let mut browser = Browser::open(&page, "");
        for settings in [&[][..], &["--set", setting][..]] {
            if !settings.is_empty() {
                browser.value(ALL);
                moves(&mut browser, key, 0);
                browser.until(&format!("{DONE} && document.querySelector('.lever').classList.contains('moved') && shownAnswer !== base"));
            }
            let run = u8::from(!settings.is_empty());
            let ask =
                format!("pool.teller.ask('summary', {{ run: {run} }}).then(found => found.text)");
            let found = browser.value(&ask);
            let out = folder.path().join(format!("run{run}"));
            let command = [
                &[
                    "run",
                    scenario,
                    "-n",
                    replicates,
                    "-q",
                    "--no-replicates",
                    "--out",
                ][..],
                &[out.to_str().expect("a path")],
                settings,
            ];
            simulate().args(command.concat()).assert().success();
            let wanted = fs::read_to_string(out.join("summary.json")).expect("a summary");
            assert!(found.as_str() == Some(&wanted), "{scenario} {settings:?}");
        }
        assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
    }
}

#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn a_slider_moves_the_chance_and_what_is_clear_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["-n", "512", "--top", "2", "--trajectories", "4"];
    let lever = ["--lever", "rivalry.hostility_scale=0:2"];
    let (page, _) = explored(&[&[BASE][..], &few, &lever].concat(), folder.path());
    let mut browser = Browser::open(&page, "");
    let row = |browser: &mut Browser, key: &str| -> Vec<String> {
        let cells = format!(
            "[...document.querySelectorAll('#headline tbody tr')].map(r => [...r.cells].map(c => c.textContent)).find(r => r[0].includes({key:?}))"
        );
        let cells = browser.value(&cells);
        let cells = cells.as_array().unwrap_or_else(|| panic!("no {key}"));
        cells
            .iter()
            .map(|c| c.as_str().expect("a cell").to_owned())
            .collect()
    };
    let chance = |cell: &str| {
        cell.trim_start_matches("< ")
            .parse::<f64>()
            .expect("a chance")
    };
    let before = row(&mut browser, "collapses");
    assert_eq!(before.len(), 4, "{before:?}");
    moves(&mut browser, "rivalry.hostility_scale", 0);
    browser.until(&format!("{DONE} && shownAnswer !== base"));
    let after = row(&mut browser, "collapses");
    // Without hostility nobody fights anybody: the coalition holds.
    assert_eq!(after[3], before[1], "the base case stays beside it");
    assert!(chance(&after[1]) < chance(&before[1]), "{after:?}");
    assert_eq!(after[6], "clear", "{after:?}");
    assert!(browser.text("#said").starts_with("Clear: "));
    assert!(
        browser
            .value("document.querySelectorAll('#outcomes .ghost').length")
            .as_u64()
            > Some(2)
    );
    assert!(browser.text("#differs").contains("rivalry.hostility_scale"));

    // A history told by a click on a curve.
    browser.value(
        "{ const svg = document.querySelector('#outcomes svg'), box = svg.getBoundingClientRect(); \
         svg.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: box.left + 0.5 * (box.width - 250), clientY: box.top + 200 })); true }",
    );
    browser.until("!document.getElementById('history').hidden");
    let told = browser.text("#history");
    assert!(
        told.contains("One history: ") && told.contains("simulate replay "),
        "{told}"
    );
    let replicate = told
        .split("--replicate ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let out = folder.path().join("replayed");
    let set = [
        "--set",
        "rivalry.hostility_scale=0",
        "-n",
        "512",
        "-q",
        "--out",
    ];
    let which = ["replay", BASE, "--replicate", replicate.expect("a number")];
    simulate()
        .args(which)
        .args(set)
        .arg(&out)
        .assert()
        .success();
    let table = fs::read_to_string(out.join("history.md")).expect("a table");
    let entries =
        browser.value("[...document.querySelectorAll('#history li time')].map(t => t.textContent)");
    let entries = entries.as_array().expect("entries");
    assert!(!entries.is_empty());
    for day in entries {
        assert!(table.contains(day.as_str().expect("a day")), "{day}");
    }

    // Taken along: as a command, as an overlay that runs, as a link that leads back.
    let copied = |browser: &mut Browser, kind: &str| -> String {
        browser.value("document.getElementById('copied').value = ''; true");
        browser.value(&format!(
            "document.querySelector('[data-copy={kind}]').click(); true"
        ));
        browser.until("document.getElementById('copied').value !== ''");
        let text = browser.value("document.getElementById('copied').value");
        text.as_str().expect("a text").to_owned()
    };
    let flags = copied(&mut browser, "flags");
    assert_eq!(
        flags,
        format!("simulate {BASE} --set rivalry.hostility_scale=0 --seed 1 -n 512")
    );
    let overlay = copied(&mut browser, "overlay");
    let file = folder.path().join("mine.toml");
    fs::copy(BASE, folder.path().join("base.toml")).expect("copied");
    fs::write(&file, &overlay).expect("written");
    simulate().arg("check").arg(&file).assert().success();
    assert!(overlay.contains("rivalry.hostility_scale = 0"), "{overlay}");
    let link = copied(&mut browser, "link");
    let (_, fragment) = link.split_once('#').expect("a fragment");
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
    drop(browser);
    let mut browser = Browser::open(&page, &format!("#{fragment}"));
    browser.until(&format!(
        "{DONE} && typeof shownAnswer === 'object' && shownAnswer !== base"
    ));
    assert_eq!(row(&mut browser, "collapses"), after);

    // Back, and an event called off.
    browser.value("document.getElementById('reset').click(); true");
    assert_eq!(row(&mut browser, "collapses"), before);
    let event = "document.querySelector('[data-event]')";
    browser.value(&format!("{event}.click(); true"));
    browser.until(&format!("{DONE} && shownAnswer !== base"));
    assert!(browser.text("#asked").contains("called off"));
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// Without a mouse: the tabulator, arrows and Enter move a slider, tell a history and save what
/// is shown.
#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn keys_move_a_slider_and_save_what_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["-n", "256", "--top", "0", "--no-overlays"];
    let lever = ["--lever", "rivalry.hostility_scale=0:2"];
    let (page, _) = explored(&[&[BASE][..], &few, &lever].concat(), folder.path());
    let saved = folder.path().join("saved");
    fs::create_dir(&saved).expect("a folder");
    let mut browser = Browser::open(&page, "");
    browser.saves_into(&saved);
    browser.tab_to("[data-lever=\"rivalry.hostility_scale\"]");
    let place = "document.activeElement.valueAsNumber";
    let before = browser.value(place).as_f64().expect("a place");
    browser.press("ArrowRight", 39);
    assert_eq!(browser.value(place), before + 1.0);
    browser.press("Home", 36);
    assert_eq!(browser.value(place), 0.0);
    browser.until(&format!("{DONE} && shownAnswer !== base"));
    let asked = browser.text("#asked");
    assert!(asked.contains("hostility_scale"), "{asked}");
    assert!(browser.text("#said").starts_with("Clear: "));
    // A history; the focus goes to it, and back where it is closed.
    browser.tab_to("#tell-it");
    browser.press("Enter", 13);
    browser.until("!document.getElementById('history').hidden");
    assert_eq!(browser.value("document.activeElement.tagName"), "H3");
    browser.tab_to("#history button");
    browser.press("Enter", 13);
    assert_eq!(browser.value("document.activeElement.id"), "tell-it");
    // Pictures and figures as files.
    for (place, picture) in [("outcomes", 1), ("control", 0), ("alliances", 0)] {
        for kind in ["svg", "png"] {
            browser.value("document.activeElement.blur(); true");
            let nth = if kind == "svg" { 1 } else { 2 };
            browser.tab_to(&format!("[data-save={place}] button:nth-of-type({nth})"));
            browser.press("Enter", 13);
            let path = saved.join(format!("base.{place}.{kind}"));
            let bytes = written(&path);
            match kind {
                "png" => {
                    assert!(
                        bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
                        "{}",
                        path.display()
                    );
                    let wide = u32::from_be_bytes(bytes[16..20].try_into().expect("a width"));
                    assert!(wide > 600, "{wide}");
                }
                _ => {
                    let text = String::from_utf8(bytes).expect("text");
                    assert!(text.contains("<svg xmlns=") && text.trim_end().ends_with("</svg>"));
                    // Only curves of outcomes have the scenario behind them.
                    assert!(text.contains("ghost") || picture == 0, "{text}");
                }
            }
        }
    }
    browser.value("document.activeElement.blur(); true");
    browser.tab_to("#figures");
    browser.press("Enter", 13);
    browser.until("document.body.dataset.done === 'true'");
    let name = || {
        let entries = fs::read_dir(&saved).expect("a folder").flatten();
        let mut paths = entries.map(|entry| entry.path());
        paths.find(|path| path.extension().is_some_and(|end| end == "json"))
    };
    let began = std::time::Instant::now();
    while name().is_none() && began.elapsed().as_secs() < 30 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let figures = written(&name().expect("figures are saved"));
    let figures: Value = serde_json::from_slice(&figures).expect("JSON");
    assert_eq!(figures["replicates"], 256);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// A file that a browser saves, once it is whole.
fn written(path: &Path) -> Vec<u8> {
    let began = std::time::Instant::now();
    loop {
        // It gets its name when it is whole.
        match fs::read(path) {
            Ok(bytes) if !bytes.is_empty() => return bytes,
            _ => assert!(began.elapsed().as_secs() < 30, "no {}", path.display()),
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// What a scenario says is shown as text, at every place of the page, and so is a link.
#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn nothing_of_a_scenario_is_markup() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize(BASE).expect("the base");
    let path = folder.path().join("hostile.toml");
    let evil = "</script><script>document.title='taken'</script>{{script}}\"'><img src=x onerror=alert(1)>&amp;";
    let faction = fs::read_to_string(&base).expect("a scenario");
    let faction = faction
        .split("[faction.")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    let text = format!(
        "extends = '{}'\n[scenario]\ntitle = '''{evil}'''\nstory = '''{evil}'''\n[threat]\nname = '''{evil}'''\nquality = {{ dist = \"uniform\", low = 1, high = 2, source = '''{evil}''' }}\n[faction.{}]\nname = '''{evil}'''\n",
        base.display(),
        faction.expect("a faction")
    );
    fs::write(&path, text).expect("written");
    let path = path.to_str().expect("a path");
    let (page, _) = explored(
        &[path, "-n", "64", "--top", "2", "--trajectories", "4"],
        folder.path(),
    );
    let mut browser = Browser::open(
        &page,
        "#set=threat.quality%3D%3Cimg%20src=x%3E&choice=7&off=%3Cb%3E",
    );
    assert_eq!(browser.value("document.title"), evil);
    assert_eq!(browser.text("h1"), evil);
    assert_eq!(browser.value("document.images.length"), 0);
    assert_eq!(browser.value("document.scripts.length"), 6);
    moves(&mut browser, "threat.quality", 3);
    browser.until(&format!("{DONE} && shownAnswer !== base"));
    browser.value("document.getElementById('tell-it').click(); true");
    browser.until("!document.getElementById('history').hidden");
    assert_eq!(browser.value("document.title"), evil);
    assert_eq!(browser.value("document.images.length"), 0);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// Nothing is wider than its window, and every control has a name.
#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn the_page_fits_a_window_and_every_control_has_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["-n", "64", "--top", "4", "--trajectories", "4"];
    let lever = ["--lever", "rivalry.hostility_scale=0:2"];
    let flagship = ["scenarios/iraq_2016.toml"];
    let (page, _) = explored(&[&flagship[..], &few, &lever].concat(), folder.path());
    let mut browser = Browser::open(&page, "");
    // With a setting of one's own all columns are there.
    moves(&mut browser, "rivalry.hostility_scale", 0);
    browser.until(&format!("{DONE} && shownAnswer !== base"));
    for (width, media, scheme) in [
        (1920, "screen", "light"),
        (1280, "screen", "light"),
        (480, "screen", "dark"),
        (800, "print", "light"),
    ] {
        browser.looks(width, media, scheme);
        browser.value("new Promise(done => setTimeout(done, 300))");
        let wide = browser
            .value("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(wide, 0, "wider than a window of {width}");
        // On a desk's screen nothing has to be scrolled sideways.
        if width >= 1280 {
            let hidden = browser.value(
                "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).map(e => `${e.id}: ${e.scrollWidth} > ${e.clientWidth}`)",
            );
            assert_eq!(hidden, serde_json::json!([]), "{width}");
        }
    }
    let ground = "getComputedStyle(document.documentElement).backgroundColor";
    assert_eq!(
        browser.value(ground),
        "rgb(255, 255, 255)",
        "paper is white"
    );
    let unnamed = browser.value(
        "[...document.querySelectorAll('input, select, textarea, button')].filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML)",
    );
    assert_eq!(unnamed, serde_json::json!([]));
    // Text of a picture stays within it.
    let cut = browser.value(
        "[...document.querySelectorAll('svg')].flatMap(svg => { const box = svg.getBoundingClientRect(); return [...svg.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect(); return b.left < box.left - 1 || b.right > box.right + 1 || b.bottom > box.bottom + 1; }).map(t => t.textContent); })",
    );
    assert_eq!(cut, serde_json::json!([]));
    // What is saved is a picture by itself.
    let svg = browser.value("svgText(plainly(() => pictureOf('alliances')))");
    let svg = svg.as_str().expect("a text");
    assert!(
        svg.contains("<svg xmlns=") && !svg.contains("var(") && !svg.contains("color-mix"),
        "{svg}"
    );
    browser.looks(1280, "screen", "light");
    let png = browser.picture();
    assert!(png.len() > 10_000);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// The first histories answer, whatever was asked before; how long that takes is printed, in milliseconds.
#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn the_first_histories_give_a_first_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let few = ["-n", "2000", "--top", "0", "--no-overlays"];
    let lever = ["--lever", "rivalry.hostility_scale=0:2"];
    let scenario = ["scenarios/iraq_2016.toml"];
    let (page, _) = explored(&[&scenario[..], &few, &lever].concat(), folder.path());
    let mut browser = Browser::open(&page, "");
    for place in 0..6 {
        let answered = format!(
            "new Promise(done => {{ \
               const range = document.querySelector('[data-lever=\"rivalry.hostility_scale\"]'); \
               range.value = {place}; \
               const began = performance.now(); \
               new MutationObserver((_, own) => {{ \
                 own.disconnect(); \
                 requestAnimationFrame(() => setTimeout(() => done({{ \
                   took: performance.now() - began, \
                   replicates: Number(document.body.dataset.replicates) }}))); \
               }}).observe(document.body, {{ attributes: true, attributeFilter: ['data-replicates'] }}); \
               range.dispatchEvent(new Event('input', {{ bubbles: true }})); }})"
        );
        let first = browser.value(&answered);
        println!(
            "a first answer after {:.0} ms",
            first["took"].as_f64().expect("a time")
        );
        let replicates = first["replicates"].as_u64().expect("a count");
        assert!((16..=256).contains(&replicates), "{first}");
        browser.until("document.body.dataset.replicates > 256");
    }
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
