//! `index.html`: whole, inert, and readable in a browser without a network.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn simulate(arguments: &[&str], out: &Path) {
    assert_cmd::Command::cargo_bin("simulate")
        .expect("the program")
        .args(arguments)
        .arg("--out")
        .arg(out)
        .assert()
        .success();
}

/// What a browser makes of a page, opened from disk at a width.
fn browse(page: &Path, width: u32, folder: &Path) -> (String, String) {
    let output = crate::tools::browser()
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        // A container's /dev/shm is small, or isn't there.
        .args(["--disable-dev-shm-usage", "--no-first-run"])
        // Whatever a page asks of the network fails.
        .args(["--proxy-server=127.0.0.1:9", "--enable-logging=stderr"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        // It wants a home to write to.
        .env("HOME", folder)
        .arg(format!("--window-size={width},900"))
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

/// Lets a copy of a page tell what the browser made of it.
fn probed(page: &Path, width: u32, folder: &Path) -> Value {
    const PROBE: &str = "<script>addEventListener('load', () => {
        const all = s => [...document.querySelectorAll(s)];
        const found = {
            images: all('img').map(i => [i.naturalWidth, i.alt.length]),
            headings: all('h1, h2').map(h => h.textContent),
            wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            links: all('[href], [src]').map(e => e.getAttribute('href') ?? e.getAttribute('src')).filter(l => !l.startsWith('data:')),
            scripts: all('script').length,
            tables: all('table').length,
            bare: all('table').filter(t => !t.caption || !t.querySelector('th[scope]')).length,
        };
        const pre = document.createElement('pre');
        pre.id = 'probe';
        pre.textContent = JSON.stringify(found);
        document.body.append(pre);
    });</script></body>";
    let text = fs::read_to_string(page).expect("the page");
    let text = text
        .replacen(
            "default-src 'none';",
            "default-src 'none'; script-src 'unsafe-inline';",
            1,
        )
        .replace("</body>", PROBE);
    let copy = folder.join("probed.html");
    fs::write(&copy, text).expect("written");
    let (dom, said) = browse(&copy, width, folder);
    let document = scraper::Html::parse_document(&dom);
    let pre = scraper::Selector::parse("#probe").expect("a selector");
    let found = document
        .select(&pre)
        .next()
        .unwrap_or_else(|| panic!("no probe; {said}"));
    serde_json::from_str(&found.text().collect::<String>()).expect("JSON")
}

fn check(page: &Path, pictures: usize) -> Value {
    let text = fs::read_to_string(page).expect("the page");
    let document = scraper::Html::parse_document(&text);
    assert!(document.errors.is_empty(), "{:?}", document.errors);
    let folder = tempfile::tempdir().expect("a folder");
    let (_, said) = browse(page, 1280, folder.path());
    assert!(!said.contains("CONSOLE"), "the browser complains: {said}");
    let mut found = Value::Null;
    for width in [1280, 500] {
        found = probed(page, width, folder.path());
        assert_eq!(found["wide"], 0, "wider than a window of {width}");
        let images = found["images"].as_array().expect("images");
        assert_eq!(images.len(), pictures);
        for image in images {
            assert!(
                image[0].as_u64().is_some_and(|width| width >= 1600),
                "{image}"
            );
            assert!(image[1].as_u64().is_some_and(|words| words > 40), "{image}");
        }
        assert_eq!(found["bare"], 0, "a table without a caption or heads");
        // The probe itself.
        assert_eq!(found["scripts"], 1);
    }
    for link in found["links"].as_array().expect("links") {
        let link = link.as_str().expect("a link");
        assert!(
            !link.contains("//") && !link.contains(':'),
            "{link} leads outside"
        );
        let beside = page.parent().expect("a folder");
        assert!(
            link.starts_with('#') || beside.join(link).is_file(),
            "{link} leads nowhere"
        );
    }
    found
}

#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn the_page_of_a_run_opens_without_a_network_and_shows_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run");
    let scenario = "scenarios/iraq_2016/america_leaves.toml";
    simulate(
        &["run", scenario, "-n", "64", "--set", "oil.volatility=0.01"],
        &out,
    );
    let found = check(&out.join("index.html"), 7);
    let headings: Vec<&str> = found["headings"]
        .as_array()
        .expect("headings")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(
        headings,
        [
            "America leaves on the day of the new president  ·  oil.volatility=0.01",
            "How likely each outcome is",
            "Pictures",
            "Who holds what",
            "What happens together",
            "What differs from its parent",
            "The scenario's numbers",
            "Sources",
            "The run",
        ]
    );
    let text = fs::read_to_string(out.join("index.html")).expect("the page");
    for shown in [
        "event.america_leaves.date",
        "oil.volatility=0.01",
        "Lund 2016, introduction",
        "simulate scenario.resolved.toml --seed",
    ] {
        assert!(text.contains(shown), "no {shown}");
    }
}

#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn the_pages_of_experiments_open_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = |name: &str| -> PathBuf { folder.path().join(name).join("index.html") };
    let base = "tests/broken/base.toml";
    let at = |name: &str| folder.path().join(name);
    simulate(&["landscape", base, "--draws", "4"], &at("landscape"));
    check(&page("landscape"), 1);
    simulate(&["replay", base, "--replicate", "3"], &at("replay"));
    check(&page("replay"), 1);
    simulate(
        &[
            "sweep",
            base,
            "--set",
            "contest.threat_loss=[0.001, 0.01]",
            "-n",
            "32",
        ],
        &at("sweep"),
    );
    check(&page("sweep"), 1);
    simulate(
        &[
            "sensitivity",
            base,
            "-n",
            "2",
            "--base",
            "8",
            "--trajectories",
            "4",
        ],
        &at("sensitivity"),
    );
    check(&page("sensitivity"), 2);
    let calm = folder.path().join("calm.toml");
    let over = fs::canonicalize(base).expect("the base");
    let text = format!(
        "extends = '{}'\nrivalry.hostility_scale = 0\n",
        over.display()
    );
    fs::write(&calm, text).expect("written");
    let calm = calm.to_str().expect("a path");
    simulate(&["compare", base, calm, "-n", "32"], &at("compare"));
    check(&page("compare"), 9);
}

#[test]
#[ignore = "needs Chromium: ./test.sh"]
fn what_a_scenario_says_is_text_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = fs::canonicalize("tests/broken/base.toml").expect("the base");
    let path = folder.path().join("hostile.toml");
    let evil = "<script>document.title='taken'</script>\"'><img src=x onerror=alert(1)>&amp;";
    let text = format!(
        "extends = '{}'\n[scenario]\ntitle = '''{evil}'''\nstory = '''{evil}'''\n[threat]\nname = '''{evil}'''\nfighters = {{ value = 900, source = '''{evil}''' }}\n",
        base.display()
    );
    fs::write(&path, text).expect("written");
    let out = folder.path().join("run");
    simulate(&["run", path.to_str().expect("a path"), "-n", "16"], &out);
    let found = check(&out.join("index.html"), 7);
    assert_eq!(found["headings"][0].as_str(), Some(evil));
}
