//! One history as text and tables: `history.md`, `history.csv`, `history.parquet`, and JSON.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::{Value, json};

use crate::engine::seed;
use crate::experiment::replay::{EFFORTS, Entry, Holder, MEASURES, Replay, Typical};
use crate::scenario::Scenario;

/// A column of the table: its name, and a value for each step.
type Column = (String, Vec<f64>);

/// Every recorded series, by step.
fn columns(scenario: &Scenario, replay: &Replay) -> Vec<Column> {
    let trace = &replay.trace;
    let mut columns: Vec<Column> = Vec::new();
    let mut add = |name: String, values: &[f32]| {
        columns.push((name, values.iter().map(|x| f64::from(*x)).collect()));
    };
    for (key, values) in &trace.series {
        add((*key).to_owned(), values);
    }
    add("threat_share".to_owned(), &trace.threat_share);
    for (coalition, values) in scenario.coalitions.iter().zip(&trace.cohesion) {
        add(format!("cohesion.{}", coalition.key), values);
    }
    for (arena, holders) in scenario.arenas.iter().zip(&trace.control) {
        for (holder, values) in holders {
            let who = match holder {
                Holder::Threat => "threat",
                Holder::Nobody => "nobody",
                Holder::Faction(i) => &scenario.factions[*i].key,
            };
            add(format!("control.{}.{who}", arena.key), values);
        }
    }
    for (faction, (effort, power)) in scenario
        .factions
        .iter()
        .zip(trace.effort.iter().zip(&trace.power))
    {
        for (kind, values) in EFFORTS.iter().zip(effort) {
            add(format!("effort.{}.{kind}", faction.key), values);
        }
        add(format!("power.{}", faction.key), power);
    }
    for (patron, values) in scenario.patrons.iter().zip(&trace.commitment) {
        add(format!("commitment.{}", patron.key), values);
    }
    let key = |i: usize| &scenario.factions[i].key;
    for (i, j, values) in &trace.weights {
        add(format!("rivalry.{}.{}", key(*i), key(*j)), values);
    }
    let steps = trace.threat_share.len();
    let mut pairs: Vec<(usize, usize)> = replay.conflicts.iter().map(|s| (s.a, s.b)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    for (a, b) in pairs {
        let spans = replay.conflicts.iter().filter(|s| (s.a, s.b) == (a, b));
        let mut values = vec![0.0; steps];
        for span in spans {
            values[span.from..span.until.unwrap_or(steps)].fill(1.0);
        }
        columns.push((format!("conflict.{}.{}", key(a), key(b)), values));
    }
    columns
}

/// The last day of every step; the first day for the start.
fn dates(scenario: &Scenario, replay: &Replay) -> Vec<String> {
    (0..replay.trace.threat_share.len())
        .map(|step| scenario.time.date_after(step).to_string())
        .collect()
}

/// Every recorded series as a table with a line for each step.
pub fn history_csv(scenario: &Scenario, replay: &Replay) -> String {
    let columns = columns(scenario, replay);
    let mut out = String::from("step,date");
    for (name, _) in &columns {
        out.push(',');
        out.push_str(name);
    }
    out.push('\n');
    for (step, date) in dates(scenario, replay).iter().enumerate() {
        out.push_str(&format!("{step},{date}"));
        for (_, values) in &columns {
            // Single precision is what was computed; more digits would only be noise.
            out.push_str(&format!(",{}", values[step] as f32));
        }
        out.push('\n');
    }
    out
}

/// The same table as Parquet.
///
/// # Errors
/// If the file can't be written.
pub fn history_parquet(
    file: File,
    scenario: &Scenario,
    replay: &Replay,
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let mut columns = columns(scenario, replay);
    let steps = 0..replay.trace.threat_share.len();
    columns.insert(
        0,
        ("step".to_owned(), steps.map(|step| step as f64).collect()),
    );
    let number = |name: &str| {
        Type::primitive_type_builder(name, Physical::DOUBLE)
            .with_repetition(Repetition::REQUIRED)
            .build()
            .map(Arc::new)
    };
    let date = Type::primitive_type_builder("date", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_converted_type(ConvertedType::UTF8)
        .build()?;
    let mut fields = vec![Arc::new(date)];
    for (name, _) in &columns {
        fields.push(number(name)?);
    }
    let schema = Type::group_type_builder("history")
        .with_fields(fields)
        .build()?;
    let notes = notes
        .iter()
        .map(|(k, v)| KeyValue::new(k.clone(), Some(v.clone())))
        .collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("simulate {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(notes))
        .build();
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    let days: Vec<ByteArray> = dates(scenario, replay)
        .iter()
        .map(|date| ByteArray::from(date.as_str()))
        .collect();
    if let Some(mut column) = group.next_column()? {
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&days, None, None)?;
        column.close()?;
    }
    for (_, values) in &columns {
        if let Some(mut column) = group.next_column()? {
            column
                .typed::<DoubleType>()
                .write_batch(values, None, None)?;
            column.close()?;
        }
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

/// How a typical replicate was chosen, in a sentence.
fn typical_line(typical: &Typical) -> String {
    let name = serde_json::to_value(typical.wanted);
    let name = name.ok().and_then(|v| v.as_str().map(str::to_owned));
    let usual = typical
        .usual_distance
        .map_or(String::new(), |d| format!(" ({d:.2} is usual)"));
    let which = match name.as_deref() {
        Some("any") | None => "replicates".to_owned(),
        Some(name) => format!("replicates with the outcome `{name}`"),
    };
    format!(
        "The most typical of {} {which}, of {} in all: its mean distance to the others, {:.2}{usual}, is the least. \
         The distance is Euclidean over {}, each scaled by its interquartile range.",
        typical.among,
        typical.of,
        typical.mean_distance,
        MEASURES.join(", ")
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
         it tells how things can hang together, not what is likely. Dates are the last day of a step.",
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
        .chunk_by(|x, y| x.step == y.step)
        .map(|day| (day[0].date.as_str(), day))
        .collect()
}

/// What is said of a number in parentheses after reasons, and of what was left out.
fn closing(replay: &Replay) -> Vec<String> {
    let mut lines = vec![
        "Numbers after reasons are the model's own: changes of log-odds of hostility since the start for quarrels, \
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
        told_above(scenario),
        heading(scenario, replay)
    );
    if let Some(typical) = typical {
        out.push_str(&format!("\n{}\n", typical_line(typical)));
    }
    out.push_str("\n![The history in pictures](history.png)\n\n## How it stood\n\n");
    for line in &replay.story.beginning {
        out.push_str(&format!("{line}\n\n"));
    }
    out.push_str("## What happened\n");
    for (date, entries) in days(&replay.story.entries) {
        out.push_str(&format!("\n**{date}**\n\n"));
        for entry in entries {
            let number = entry.number.map_or(String::new(), |n| format!("[{n}] "));
            out.push_str(&format!("- {number}{}\n", entry.text));
        }
    }
    out.push_str("\n## How it ended\n\n");
    for line in &replay.story.end {
        out.push_str(&format!("{line}\n\n"));
    }
    out.push_str("---\n\n");
    out.push_str(&closing(replay).join(" "));
    out.push_str(" Numbers in brackets are those of the picture.\n");
    out
}

/// The story for a terminal, in lines of at most 100 characters.
pub fn history_screen(scenario: &Scenario, replay: &Replay, typical: Option<&Typical>) -> String {
    let mut out = format!("{}\n", told_above(scenario));
    let mut say = |indent: &str, text: &str| {
        out.push_str(&filled(indent, text));
    };
    say("", &heading(scenario, replay));
    if let Some(typical) = typical {
        say("", &typical_line(typical));
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
        let wide = line.chars().count() + 1 + word.chars().count();
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
    let collapse: serde_json::Map<String, Value> = scenario
        .coalitions
        .iter()
        .zip(&row.collapse)
        .map(|(coalition, step)| (coalition.key.clone(), json!(week(*step))))
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
        "outcomes": {
            "regroup_week": week(row.regroup),
            "defeat_week": week(row.defeat),
            "underground_week": week(row.underground),
            "expansion_week": week(row.expansion),
            "collapse_week": collapse,
            "trough": row.trough,
            "final_strength": row.final_strength,
            "final_cohesion": row.final_cohesion,
            "mean_cohesion": row.mean_cohesion,
        },
        "story": replay.story,
    })
}
