//! The page of `simulate explore`: the engine, a scenario and its base case in one file, which
//! works from disk and asks nothing of any network.
//!
//! It is the one page with scripts. Only those that carry its own nonce run; what a scenario says
//! reaches them as JSON without a `<`, and they put it on the page as text.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::experiment::explore::Lever;
use crate::foreign::{html, json};
use crate::report::figures::{Look, Places};

/// Most bytes of a page: it is sent by mail.
pub const MOST_BYTES: usize = 5_000_000;

/// Packed as [`packed`] does.
const ENGINE: &[u8] = include_bytes!("../../../assets/explore/engine.wasm.gz");
const PAGE: &str = include_str!("../../../assets/explore/page.html");
const STYLE: &str = include_str!("../../../assets/explore/style.css");
const WORKER: &str = include_str!("../../../assets/explore/worker.js");
/// One script, in the order in which its parts know each other.
const SCRIPTS: [&str; 10] = [
    include_str!("../../../assets/explore/elements.js"),
    include_str!("../../../assets/explore/words.js"),
    include_str!("../../../assets/explore/setting.js"),
    include_str!("../../../assets/explore/pool.js"),
    include_str!("../../../assets/explore/outcomes.js"),
    include_str!("../../../assets/explore/control.js"),
    include_str!("../../../assets/explore/alliances.js"),
    include_str!("../../../assets/explore/tables.js"),
    include_str!("../../../assets/explore/save.js"),
    include_str!("../../../assets/explore/main.js"),
];

/// What the page is made of.
#[derive(Debug, Serialize)]
pub struct ExplorePage<'a> {
    /// Version of the program.
    pub version: &'static str,
    /// The scenario's key.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its story.
    pub story: &'a str,
    /// Where the evidence for it stands.
    pub evidence: Option<&'a str>,
    /// Replicates of a whole run.
    pub replicates: u64,
    /// What can be run: the scenario itself first, then its counterfactuals.
    pub choices: Vec<Choice>,
    /// The numbers with a slider.
    pub levers: Vec<Lever>,
    /// The events.
    pub events: Vec<Switch>,
    /// What was screened, in a sentence.
    pub screening: String,
    /// Colours.
    pub look: Look,
    /// The scenarios as TOML, in the order of the choices.
    #[serde(skip)]
    pub texts: Vec<String>,
    /// The replicates of the base case, as a part.
    #[serde(skip)]
    pub base: Vec<u8>,
}

/// A scenario that can be chosen.
#[derive(Debug, Serialize)]
pub struct Choice {
    /// Its title.
    pub title: String,
    /// Its file, as the command line names it; of standard input none.
    pub path: Option<String>,
    /// The settings that were laid over it when the page was made.
    pub settings: Vec<String>,
    /// Its last day.
    pub end: String,
    /// Where its actors stand.
    pub places: Places,
}

/// An event that can be called off, or on.
#[derive(Debug, Serialize)]
pub struct Switch {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its day; none for what can come at any time.
    pub date: Option<String>,
    /// Whether it is on in each of the choices; none where there is no such event.
    pub on: Vec<Option<bool>>,
}

/// The page.
///
/// # Errors
/// If what it is made of can't be written as JSON, which does not happen with plain data.
pub fn explore_page(page: &ExplorePage<'_>) -> Result<String, serde_json::Error> {
    let data = script_json(page)?;
    let texts = script_json(&page.texts)?;
    let script = SCRIPTS.concat();
    // Nobody who wrote a scenario can know it: it hangs on all of the page.
    let mut hash = blake3::Hasher::new();
    for part in [&data, &texts, &script, WORKER] {
        hash.update(part.as_bytes());
    }
    hash.update(&page.base);
    let nonce = hash.finalize().to_hex();
    let parts = [
        ("nonce", nonce.to_string()),
        ("version", page.version.to_owned()),
        ("title", html(page.title)),
        ("style", STYLE.to_owned()),
        ("data", data),
        ("texts", packed(texts.as_bytes())),
        ("engine", STANDARD.encode(ENGINE)),
        ("base", packed(&page.base)),
        ("worker", WORKER.to_owned()),
        ("script", script),
    ];
    Ok(filled(PAGE, &parts))
}

/// The template with each `{{name}}` replaced; what stands in a part is left alone.
fn filled(template: &str, parts: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        out.push_str(part.map_or("", |(_, text)| text));
        rest = after;
    }
    out + rest
}

/// JSON that can stand in a script of a page: nothing in it ends the script or begins a comment.
fn script_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let text = json(serde_json::to_string(value)?);
    // These can stand in its texts only.
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e");
    Ok(text.replace('&', "\\u0026"))
}

/// Bytes as gzip has them, as base 64.
fn packed(bytes: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory doesn't fail.
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    STANDARD.encode(packed.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_once_and_what_fills_it_is_left_alone() {
        let parts = [("a", "{{b}}".to_owned()), ("b", "2".to_owned())];
        assert_eq!(filled("x {{a}} y {{b}} z", &parts), "x {{b}} y 2 z");
        let names = PAGE
            .split("{{")
            .skip(1)
            .filter_map(|rest| rest.split("}}").next());
        for name in names {
            let known = [
                "nonce", "version", "title", "style", "data", "texts", "engine", "base", "worker",
                "script",
            ];
            assert!(known.contains(&name), "{name}");
        }
    }

    #[test]
    fn json_in_a_script_can_not_end_it() {
        let evil = "</script><!--&\u{2028}]]>";
        let text = script_json(&[evil]).expect("JSON");
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        let back: Vec<String> = serde_json::from_str(&text).expect("JSON");
        assert_eq!(back, [evil]);
    }

    #[test]
    fn no_script_can_end_the_element_that_it_stands_in() {
        for script in SCRIPTS.into_iter().chain([WORKER]) {
            assert!(
                !script.contains("</") && !script.contains("<!--"),
                "{script}"
            );
            for forbidden in [
                "innerHTML",
                "outerHTML",
                "insertAdjacent",
                "document.write",
                "eval(",
                "fetch(",
            ] {
                assert!(!script.contains(forbidden), "{forbidden}");
            }
        }
    }
}
