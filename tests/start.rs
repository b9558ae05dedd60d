//! The flagship's first quarter beside what the text says of it: docs/start.md, held to its tolerances.

use std::fmt::Write as _;
use std::fs;

use serde::Deserialize;

use crate::flagship::{FLAGSHIP, REPLICATES, all_at_the_end};
use crate::overlay::laid_over;

/// Something that the text says.
#[derive(Debug, Deserialize)]
struct Statement {
    says: String,
    /// The heading below which it says so.
    section: String,
    /// An expression over the model's variables.
    what: String,
    at: When,
    /// What the mean over histories must not be below, or above.
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    Start,
    Quarter,
}

#[derive(Debug, Deserialize)]
struct Statements {
    statement: Vec<Statement>,
}

/// Each watched expression at the end, by replicate.
fn at_the_end(statements: &[Statement]) -> Vec<Vec<f64>> {
    let watch = |(k, s): (usize, &Statement)| {
        let what = match s.at {
            When::Start => format!("start({})", s.what),
            When::Quarter => s.what.clone(),
        };
        format!("[[watch]]\nid = 's{k}'\nlabel = 's{k}'\nwhat = '{what}'\n")
    };
    let text: String = statements.iter().enumerate().map(watch).collect();
    let scenario = laid_over(FLAGSHIP, &text, &["time.end=2016-09-14"])
        .unwrap_or_else(|said| panic!("{said}"));
    all_at_the_end(&scenario, statements.len())
}

fn number(x: f64) -> String {
    match x.abs() {
        large if large >= 1000.0 => format!("{x:.0}"),
        large if large >= 10.0 => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
    .replace('-', "−")
}

#[test]
fn the_first_quarter_is_as_the_text_says() {
    let text = fs::read_to_string("tests/fixtures/start.toml").expect("statements");
    let statements: Statements = toml::from_str(&text).expect("statements");
    let statements = statements.statement;
    assert!(statements.len() >= 25, "{}", statements.len());
    let mut page = format!(
        "# The start of the flagship, beside what the text says of it\n\n\
         Written by a test (`tests/start.rs`), which holds the flagship to it: the mean of {REPLICATES} histories has to be where the third\n\
         column allows it. The text is Lund's of June 2016; its heading is given, the words are ours, and so are the limits. \"start\" is the\n\
         first week, \"quarter\" the end of the first quarter, 14 September 2016; 5 and 95 in 100 histories are below and above what\n\
         stands in brackets.\n\n\
         | what the text says | quantity | has to be | is |\n|---|---|---|---|\n"
    );
    let mut wrong = Vec::new();
    for (s, mut values) in statements.iter().zip(at_the_end(&statements)) {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
        let bound = match (s.low, s.high) {
            (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
            (Some(low), None) => format!("≥ {}", number(low)),
            (None, Some(high)) => format!("≤ {}", number(high)),
            (None, None) => panic!("{} can't fail", s.says),
        };
        if s.low.is_some_and(|low| mean < low) || s.high.is_some_and(|high| mean > high) {
            wrong.push(format!("{}: {mean} is not {bound}", s.says));
        }
        let when = match s.at {
            When::Start => "start",
            When::Quarter => "quarter",
        };
        writeln!(
            page,
            "| {} ({}) | `{}`, {when} | {bound} | {} [{}, {}] |",
            s.says,
            s.section,
            s.what,
            number(mean),
            number(at(0.05)),
            number(at(0.95)),
        )
        .expect("text");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if std::env::var_os("SIMULATE_REFRESH").is_some() {
        fs::write("docs/start.md", &page).expect("written");
    }
    let written = fs::read_to_string("docs/start.md").expect("docs/start.md");
    assert_eq!(
        written, page,
        "docs/start.md is old: run this test with SIMULATE_REFRESH=1"
    );
}
