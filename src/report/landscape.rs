//! The landscape of alignments as text.

use super::chance::{CHANCE_HEAD, chance_cell};
use super::heading::heading;
use crate::experiment::landscape::Alignments;
use crate::foreign::{self, cell, cell_width};

/// What a user sees when a landscape is done.
pub fn landscape_screen(found: &Alignments) -> String {
    let mut out = format!(
        "{}\n{} alignments of {} factions at {} strengths of the threat; alignments are those of this model\n\
         the sides are those of the factions alone: patrons and the threat take none\n\n",
        foreign::line(&heading(&found.title, &found.identity)),
        found.alignments,
        found.factions.len(),
        found.levels.len()
    );
    let width = found.factions.iter().map(|f| cell_width(f)).max();
    let width = width.unwrap_or(0).max(8);
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    for (moment, level) in [
        ("start", found.levels.first()),
        ("end", found.levels.last()),
    ] {
        let Some(level) = level else { continue };
        let side = |which: u8| {
            let names = found.factions.iter().zip(&level.sides);
            let names: Vec<&str> = names
                .filter(|(_, side)| **side == which)
                .map(|(name, _)| name.as_str())
                .collect();
            names.join(", ")
        };
        let against = match side(1) {
            others if others.is_empty() => "nobody".to_owned(),
            others => others,
        };
        line(&format!("at the {moment}: {}  against  {against}", side(0)));
        line(&format!(
            "        stable: {}; deepest: {}",
            level.stable, level.deepest_alike
        ));
    }
    line("");
    line("changes of side at the central inputs, by strength of the threat (start = 1)");
    for change in &found.defections {
        let name = &found.factions[change.faction];
        let alike: Vec<&str> = (change.alike.iter())
            .map(|&i| found.factions[i].as_str())
            .collect();
        let alike = match alike.as_slice() {
            [] => String::new(),
            names => format!("   gained alike: {}", names.join(", ")),
        };
        line(&format!(
            "{}  {:.2}{alike}",
            cell(name, width),
            change.strength
        ));
    }
    if found.defections.is_empty() {
        line("none");
    }
    line("");
    line(&format!(
        "{:width$}  {CHANCE_HEAD}  median strength   ({} draws, seed {}, hash {})",
        "first to turn",
        found.draws,
        found.seed,
        found.identity.short()
    ));
    for first in &found.first {
        let name = first
            .faction
            .map_or("nobody", |i| found.factions[i].as_str());
        let at = first
            .median_strength
            .map_or("-".to_owned(), |s| format!("{s:.2}"));
        line(&format!(
            "{}  {}  {at:>15}",
            cell(name, width),
            chance_cell(&first.chance)
        ));
    }
    out
}
