//! What a page that draws for itself takes over from the pictures: their colours, and where they
//! put the actors of a scenario.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alliances::{Geometry, Layout, bloc_colour};
use super::control::nobody;
use super::palette::{self, Colour};
use crate::engine::Summary;
use crate::scenario::COLOURS;

/// Colours of the pictures, as `#rrggbb`.
#[derive(Debug, Serialize)]
pub struct Look {
    /// By the word of an outcome: of its line, and of its name on white.
    pub outcomes: BTreeMap<&'static str, [String; 2]>,
    /// By the place of a faction in the scenario.
    pub factions: Vec<String>,
    /// The threat.
    pub threat: String,
    /// Nobody.
    pub nobody: String,
    /// Ties: open conflict, hostility, friendship, a patron's support, the patron.
    pub ties: [String; 5],
}

/// The colours of scenarios with at most so many factions.
pub fn look(factions: usize) -> Look {
    let of = |word: &'static str| {
        (
            word,
            [palette::outcome(word), palette::outcome_ink(word)].map(hex),
        )
    };
    Look {
        outcomes: COLOURS.into_iter().map(of).collect(),
        factions: (0..factions).map(|k| hex(palette::position(k))).collect(),
        threat: hex(palette::INK),
        nobody: hex(nobody()),
        ties: [
            palette::CONFLICT,
            palette::HOSTILE,
            palette::FRIENDLY,
            palette::SUPPORT,
            palette::SUPPORT_INK,
        ]
        .map(hex),
    }
}

/// Where `alliances.png` puts factions and patrons: x from the middle of a network, y from its
/// top.
#[derive(Debug, Serialize)]
pub struct Places {
    /// Factions.
    pub nodes: Vec<(f64, f64)>,
    /// Their names, and where these begin (right of the middle) or end (left of it).
    pub names: Vec<((f64, f64), Vec<String>)>,
    /// Their colours, by bloc.
    pub colours: Vec<String>,
    /// Patrons.
    pub patrons: Vec<(f64, f64)>,
    /// The blocs with their colours.
    pub blocs: Vec<(String, String)>,
}

/// The places of the actors of a summary.
pub fn places(summary: &Summary) -> Places {
    let layout = Layout::new(summary, Geometry::SCREEN);
    let blocs = super::alliances::blocs(summary).into_iter().enumerate();
    Places {
        names: layout.names.into_iter().map(|n| (n.at, n.lines)).collect(),
        nodes: layout.nodes,
        colours: layout
            .group
            .into_iter()
            .map(|g| hex(bloc_colour(g)))
            .collect(),
        patrons: layout.patrons,
        blocs: blocs
            .map(|(k, name)| (name, hex(bloc_colour(Some(k)))))
            .collect(),
    }
}

fn hex(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}
