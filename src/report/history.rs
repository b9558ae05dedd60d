//! One history as text: `history.md`, the screen, and JSON.

use serde_json::{Value, json};

use crate::engine::seed;
use crate::experiment::replay::{Entry, Replay, Typical, measures};
use crate::foreign::{columns as columns_of, line, markdown};
use crate::scenario::Scenario;

/// How a typical replicate was chosen, in a sentence.
fn typical_line(scenario: &Scenario, typical: &Typical) -> String {
    let usual = typical
        .usual_distance
        .map_or(String::new(), |d| format!(" ({d:.2} is usual)"));
    let which = match &typical.outcome {
        None => "replicates".to_owned(),
        Some(name) => format!("replicates with the outcome `{name}`"),
    };
    format!(
        "The most typical of {} {which}, of {} in all: its mean distance to the others, {:.2}{usual}, is the least. \
         The distance is Euclidean over {}, each scaled by its interquartile range.",
        typical.among,
        typical.of,
        typical.mean_distance,
        measures(scenario).join(", ")
    )
}

/// The title above everything.
fn told_above(scenario: &Scenario) -> String {
    super::heading::heading(&scenario.title, &scenario.identity())
}

/// What stands above a story.
fn heading(scenario: &Scenario, replay: &Replay) -> String {
    let time = &scenario.time;
    format!(
        "Replicate {} of seed {} (draw {}), hash {}, {} to {}, by steps of {} {}. One history of many, in this model: \
         it tells how things can hang together, not what is likely. An event stands on its date, one by chance on the \
         first day of its step on which it could happen; all else on the day its step ends.",
        replay.row.replicate,
        replay.seed,
        replay.row.draw,
        scenario.identity().short(),
        time.start,
        time.date_after(time.steps()),
        time.step_weeks,
        if time.step_weeks == 1 {
            "week"
        } else {
            "weeks"
        },
    )
}

/// The entries of one date.
fn days(entries: &[Entry]) -> Vec<(&str, &[Entry])> {
    entries
        .chunk_by(|x, y| x.date == y.date)
        .map(|day| (day[0].date.as_str(), day))
        .collect()
}

/// What is said of a number in parentheses after reasons, and of what was left out.
fn closing(replay: &Replay) -> Vec<String> {
    let mut lines = vec![
        "Numbers after reasons are the model's own: changes of log-odds of hostility since the start, or since two last stopped fighting, for quarrels, \
         changes of utility for moves of effort."
            .to_owned(),
    ];
    if replay.story.left_out > 0 {
        lines.push(format!(
            "{} smaller happenings are left out; --detail 3 or --all tells more.",
            replay.story.left_out
        ));
    }
    lines
}

/// The story as Markdown.
pub fn history_md(scenario: &Scenario, replay: &Replay, typical: Option<&Typical>) -> String {
    let mut out = format!(
        "# {}\n\n{}\n",
        markdown(&told_above(scenario)),
        heading(scenario, replay)
    );
    if let Some(typical) = typical {
        out.push_str(&format!("\n{}\n", typical_line(scenario, typical)));
    }
    out.push_str("\n![The history in pictures](history.png)\n\n## How it stood\n\n");
    for line in &replay.story.beginning {
        out.push_str(&format!("{}\n\n", markdown(line)));
    }
    out.push_str("## What happened\n");
    for (date, entries) in days(&replay.story.entries) {
        out.push_str(&format!("\n**{date}**\n\n"));
        for entry in entries {
            let number = entry.number.map_or(String::new(), |n| format!("[{n}] "));
            out.push_str(&format!("- {number}{}\n", markdown(&entry.text)));
        }
    }
    out.push_str("\n## How it ended\n\n");
    for line in &replay.story.end {
        out.push_str(&format!("{}\n\n", markdown(line)));
    }
    out.push_str("---\n\n");
    out.push_str(&closing(replay).join(" "));
    out.push_str(" Numbers in brackets are those of the picture.\n");
    out
}

/// The story for a terminal, in lines of at most 100 characters.
pub fn history_screen(scenario: &Scenario, replay: &Replay, typical: Option<&Typical>) -> String {
    let mut out = format!("{}\n", line(&told_above(scenario)));
    let mut say = |indent: &str, text: &str| {
        out.push_str(&filled(indent, &line(text)));
    };
    say("", &heading(scenario, replay));
    if let Some(typical) = typical {
        say("", &typical_line(scenario, typical));
    }
    say("", "");
    for line in &replay.story.beginning {
        say("", line);
    }
    for (date, entries) in days(&replay.story.entries) {
        say("", "");
        say("", date);
        for entry in entries {
            let number = entry.number.map_or(String::new(), |n| format!("[{n}] "));
            say("  ", &format!("{number}{}", entry.text));
        }
    }
    say("", "");
    for line in &replay.story.end {
        say("", line);
    }
    say("", "");
    for line in closing(replay) {
        say("", &line);
    }
    out
}

/// Text in lines of at most 100 characters; further lines of a sentence are set in.
fn filled(indent: &str, text: &str) -> String {
    const WIDTH: usize = 100;
    let mut out = String::new();
    let mut line = indent.to_owned();
    let mut empty = true;
    for word in text.split(' ') {
        let wide = columns_of(&line) + 1 + columns_of(word);
        if !empty && wide > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = format!("{indent}{}", if indent.is_empty() { "" } else { "    " });
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

/// The history for a program.
pub fn history_json(scenario: &Scenario, replay: &Replay, typical: Option<&Typical>) -> Value {
    let row = &replay.row;
    let week = |step: Option<u32>| step.map(|s| f64::from(s) * scenario.time.step_weeks as f64);
    let outcomes: serde_json::Map<String, Value> = scenario
        .outcomes
        .iter()
        .zip(&row.outcomes)
        .map(|(outcome, came)| {
            let came = json!({
                "week": week(came.first),
                "end_week": week(came.end),
                "weeks": week(Some(came.steps)),
            });
            (outcome.key.clone(), came)
        })
        .collect();
    json!({
        "scenario": scenario.name,
        "title": scenario.title,
        "identity": scenario.identity(),
        "seed": seed::to_json(replay.seed),
        "replicate": row.replicate,
        "draw": row.draw,
        "typical": typical,
        "failed": row.failed,
        "outcomes": outcomes,
        "figures": {
            "trough": row.trough,
            "final_strength": row.final_strength,
            "final_cohesion": row.final_cohesion,
            "mean_cohesion": row.mean_cohesion,
        },
        "story": replay.story,
    })
}
