//! The landscape of alignments as text.

use super::chance::{CHANCE_HEAD, chance_cell};
use super::heading::heading;
use crate::experiment::landscape::{Alignments, InFull, Level, Minimum};
use crate::experiment::replay::percent;
use crate::foreign::{self, cell, cell_width};

/// Most stable alignments that are shown of one strength.
const MOST_MINIMA: usize = 5;
/// Most actors of whom each tie is shown.
const MOST_TIED: usize = 6;

/// What a user sees when a landscape is done.
pub fn landscape_screen(found: &Alignments) -> String {
    let mut screen = Screen {
        found,
        out: String::new(),
    };
    screen.head();
    screen.ends();
    if found.levels.len() > 1 {
        screen.changes();
    }
    if found.draws > 0 && found.levels.len() > 1 {
        screen.first();
    }
    screen.minima();
    screen.sizes();
    screen.network();
    screen.out
}

/// A number with as many of ten decimals as it has.
fn number(value: f64) -> String {
    let text = format!("{value:.10}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// The lines, in the making.
struct Screen<'a> {
    found: &'a Alignments,
    out: String,
}

impl Screen<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(foreign::line(text).trim_end());
        self.out.push('\n');
    }

    /// What the actors are called.
    fn actors(&self) -> &'static str {
        match self.found.own_actors {
            true => "actors",
            false => "factions",
        }
    }

    fn names(&self, which: impl Fn(usize) -> bool) -> String {
        let names = self.found.factions.iter().enumerate();
        let names: Vec<&str> = names
            .filter(|(i, _)| which(*i))
            .map(|(_, name)| name.as_str())
            .collect();
        names.join(", ")
    }

    fn against(&self, sides: &[u8]) -> String {
        let others = match self.names(|i| sides[i] == 1) {
            others if others.is_empty() => "nobody".to_owned(),
            others => others,
        };
        format!("{}  against  {others}", self.names(|i| sides[i] == 0))
    }

    fn head(&mut self) {
        let found = self.found;
        self.line(&heading(&found.title, &found.identity));
        let many = format!(
            "{} alignments of {} {}",
            found.alignments,
            found.factions.len(),
            self.actors()
        );
        let over = match (found.threat, found.levels.len()) {
            (_, 1) => String::new(),
            (Some(threat), levels) => {
                format!(
                    " at {levels} sizes of the threat, {}",
                    found.factions[threat]
                )
            }
            (None, levels) => format!(" at {levels} strengths of the threat"),
        };
        match found.own_actors {
            true => self.line(&format!("{many}{over}")),
            false => {
                self.line(&format!("{many}{over}; alignments are those of this model"));
                self.line(
                    "the sides are those of the factions alone: patrons and the threat take none",
                );
            }
        }
        self.line("");
    }

    fn ends(&mut self) {
        let levels = &self.found.levels;
        let last = if levels.len() > 1 {
            levels.last()
        } else {
            None
        };
        for (moment, level) in [("at the start: ", levels.first()), ("at the end: ", last)] {
            let Some(level) = level else { continue };
            let moment = if levels.len() > 1 { moment } else { "" };
            self.line(&format!("{moment}{}", self.against(&level.sides)));
            self.line(&format!(
                "        stable: {}; deepest: {}",
                level.stable, level.deepest_alike
            ));
        }
        self.line("");
    }

    fn width(&self) -> usize {
        let width = self.found.factions.iter().map(|f| cell_width(f)).max();
        width.unwrap_or(0).max(8)
    }

    fn changes(&mut self) {
        let (found, width) = (self.found, self.width());
        self.line("changes of side at the central inputs, by strength of the threat (start = 1)");
        for change in &found.defections {
            let name = &found.factions[change.faction];
            let alike = match self.names(|i| change.alike.contains(&i)) {
                names if names.is_empty() => String::new(),
                names => format!("   gained alike: {names}"),
            };
            let strength = change.strength;
            self.line(&format!("{}  {strength:.2}{alike}", cell(name, width)));
        }
        if found.defections.is_empty() {
            self.line("none");
        }
        self.line("");
    }

    fn first(&mut self) {
        let (found, width) = (self.found, self.width());
        self.line(&format!(
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
            let chance = chance_cell(&first.chance);
            self.line(&format!("{}  {chance}  {at:>15}", cell(name, width)));
        }
        self.line("");
    }

    /// The stable alignments with all of the threat and at its least.
    fn minima(&mut self) {
        let all = &self.found.in_full;
        let last = if all.len() > 1 { all.last() } else { None };
        for full in all.first().into_iter().chain(last) {
            let at = match (full.threat_size, self.found.levels.len()) {
                (_, 1) => String::new(),
                (Some(size), _) => format!(" at a size of the threat of {}", number(size)),
                (None, _) => format!(" at strength {:.2}", full.strength),
            };
            self.line(&format!("stable alignments{at}"));
            self.line(&format!("{:>14}  {:>7}  sides", "energy", "basin"));
            for minimum in full.minima.iter().take(MOST_MINIMA) {
                self.line(&format!(
                    "{:>14}  {:>7}  {}",
                    energy(minimum.energy),
                    percent(minimum.basin_share),
                    self.smaller(&minimum.sides)
                ));
            }
            if full.stable > MOST_MINIMA {
                let more = full.stable - MOST_MINIMA;
                self.line(&format!("and {more} more, in landscape_minima.csv"));
            }
            self.thresholds(full);
        }
        self.line("");
    }

    /// The smaller side against the others.
    fn smaller(&self, sides: &[u8]) -> String {
        let ones = sides.iter().filter(|side| **side == 1).count();
        let smaller = u8::from(2 * ones <= sides.len());
        match self.names(|i| sides[i] == smaller) {
            nobody if nobody.is_empty() => "all on one side".to_owned(),
            names => format!("{names}  against the others"),
        }
    }

    /// Who leaves the alignment in which all begin when the threat shrinks.
    fn thresholds(&mut self, full: &InFull) {
        let Some(start) = self.found.levels.first() else {
            return;
        };
        let is_start = full.strength == start.strength && self.found.levels.len() > 1;
        let Some(minimum) = start_of(full, start).filter(|_| is_start) else {
            return;
        };
        let sizes = full.threat_size.is_some();
        let by = if sizes {
            &minimum.threshold_size
        } else {
            &minimum.threshold
        };
        let mut leave: Vec<(&str, f64)> = (self.found.factions.iter().zip(by))
            .filter_map(|(name, at)| Some((name.as_str(), (*at)?)))
            .collect();
        leave.sort_by(|a, b| b.1.total_cmp(&a.1));
        let said: Vec<String> = leave
            .iter()
            .map(|(name, at)| {
                format!(
                    "{name} {}",
                    if sizes {
                        number(*at)
                    } else {
                        format!("{at:.2}")
                    }
                )
            })
            .collect();
        let said = match said.is_empty() {
            true => "nobody".to_owned(),
            false => said.join(", "),
        };
        let by = if sizes {
            "below a size of the threat"
        } else {
            "by strength of the threat"
        };
        self.line(&format!(
            "would leave the alignment of the start, all others staying, {by}: {said}"
        ));
    }

    /// By size of the threat, where the file names the sizes.
    fn sizes(&mut self) {
        let found = self.found;
        if found.levels.len() < 2
            || found.in_full.len() != found.levels.len()
            || found.threat.is_none()
        {
            return;
        }
        let chance = if found.draws > 0 {
            "the alignment of the start is stable with"
        } else {
            ""
        };
        self.line(&format!("{:>10}  {:>6}   {chance}", "size", "stable"));
        for level in &found.levels {
            let size = level.threat_size.map_or(String::new(), number);
            let stays = level
                .start_stays
                .as_ref()
                .map_or(String::new(), chance_cell);
            self.line(&format!("{size:>10}  {:>6}   {stays}", level.stable));
        }
        self.line("");
    }

    /// Signs and dynamics of the ties, as they are at the start.
    fn network(&mut self) {
        let Some(full) = self.found.in_full.first() else {
            return;
        };
        let (network, dynamics) = (&full.network, &full.dynamics);
        let [ppp, ppm, pmm, mmm] = network.triangles;
        self.line(&format!(
            "ties: {} positive, {} negative; triangles: {ppp} +++, {ppm} ++-, {pmm} +--, {mmm} ---",
            network.positive_ties, network.negative_ties
        ));
        let share = network.balanced_share.map_or("-".to_owned(), percent);
        self.line(&format!(
            "balanced triangles: {share}; line index of balance: {} (weighted: {})",
            network.line_index,
            energy(network.weighted_line_index)
        ));
        let Some(end) = dynamics.diverges_at else {
            self.line("dynamics of the ties: they never diverge");
            return;
        };
        let camps = match dynamics.camps.is_empty() {
            true => "in no one way".to_owned(),
            false => {
                let camp = |which: u8| self.names(|i| dynamics.camps[i] == Some(which));
                match camp(1) {
                    others if others.is_empty() => "with all in one camp".to_owned(),
                    others => format!("{}  against  {others}", camp(0)),
                }
            }
        };
        self.line(&format!(
            "dynamics of the ties: they diverge at t* = {}, {camps}",
            number(end)
        ));
        if self.found.times.is_empty() || self.found.factions.len() > MOST_TIED {
            return;
        }
        for tie in &dynamics.ties {
            let name = |i: usize| &self.found.factions[i];
            let mut text = format!(
                "  {}, {}: {} at 0",
                name(tie.between.0),
                name(tie.between.1),
                number(tie.start)
            );
            for (time, value) in self.found.times.iter().zip(&tie.at) {
                let value = value.map_or("diverged".to_owned(), number);
                text += &format!("; {value} at {}", number(*time));
            }
            if let Some(turns) = tie.turns_at {
                text += &format!("; changes sign at {}", number(turns));
            }
            self.line(&text);
        }
    }
}

/// The alignment of the start among the stable ones, one of which is its mirror image or itself.
fn start_of<'a>(full: &'a InFull, start: &Level) -> Option<&'a Minimum> {
    let same = |minimum: &&Minimum| {
        let mut pairs = minimum.sides.iter().zip(&start.sides);
        let flip = start.sides.last().copied().unwrap_or(0);
        pairs.all(|(a, b)| *a == b ^ flip)
    };
    full.minima.iter().find(same)
}

/// An energy: whole, or with the decimals that small sizes need.
fn energy(value: f64) -> String {
    match value.fract() == 0.0 || value.abs() >= 1e6 {
        true => format!("{value:.0}"),
        false => format!("{value:.4}"),
    }
}
