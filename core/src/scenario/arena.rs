//! Arenas: prizes that somebody wants, on the ground or in politics; and ties.

use super::number::Quantity;
use super::reader::{Actor, Reader};
use super::spec::{NameKind, NumberSpec};

/// What kind of prize an arena is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArenaKind {
    /// Ground: people live there, fighting kills, the threat may be there.
    Territory,
    /// An office or institution: bloodless, but it paralyses its bloc.
    Political,
}

/// A prize.
#[derive(Debug, Clone)]
pub struct Arena {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Ground or politics.
    pub kind: ArenaKind,
    /// The bloc whose institution it is.
    pub bloc: Option<usize>,
    /// Its weight in the threat's territory.
    pub value: Quantity,
    /// People who live there.
    pub population: Quantity,
    /// What holding all of it brings the threat.
    pub revenue_musd_per_month: Quantity,
    /// Access to the outside world.
    pub border: Quantity,
    /// How well an underground survives there.
    pub refuge: Quantity,
    /// How much the ground helps the defender.
    pub terrain: Quantity,
    /// Power needed for half of the full rate of advance.
    pub frontage_power: Option<Quantity>,
    /// How contested the institution is at the start.
    pub crisis: Quantity,
    /// Underground fighters at the start.
    pub underground: Quantity,
    /// Weeks for which those who attack the threat there have been at it.
    pub besieged_weeks: Quantity,
    /// Weeks for which the threat has been attacking it.
    pub threatened_weeks: Quantity,
    /// Territories next to it.
    pub neighbours: Vec<usize>,
    /// How passable the way to some of its neighbours is; 1 where left out.
    pub road: Vec<(usize, Quantity)>,
    /// Control at the start: by faction.
    pub control: Vec<(usize, Quantity)>,
    /// Control at the start: the threat's.
    pub threat_control: Option<Quantity>,
    /// Control at the start: nobody's; the rest where left out.
    pub nobody_control: Option<Quantity>,
    /// Who lives there.
    pub mix: Vec<(usize, Quantity)>,
    /// Grievance of those who live there.
    pub grievance: Vec<(usize, Quantity)>,
}

/// Each kind with its word; the first is meant where nothing is said.
const KINDS: [(&str, ArenaKind); 2] = [
    ("territory", ArenaKind::Territory),
    ("political", ArenaKind::Political),
];
const KIND_WORDS: [&str; 2] = [KINDS[0].0, KINDS[1].0];

impl Arena {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        use NameKind::{Arena, Bloc, Community, Faction};
        let name = r.text("name", "", "The name shown in tables and pictures");
        let kind = r.choice(
            "kind",
            &KIND_WORDS,
            0,
            "Ground, or an office or institution",
        );
        let kind = KINDS[kind].1;
        let bloc = r.name(
            "bloc",
            Bloc,
            "For a political arena: the bloc whose institution it is",
        );
        let value = r.number(
            NumberSpec::new(
                "value",
                "1",
                0.0,
                1e3,
                "Its weight in the threat's territory (city, oil, road)",
            )
            .or(1.0),
        );
        let population = r.number(
            NumberSpec::new("population", "persons", 0.0, 1e9, "People who live there").or(0.0),
        );
        let revenue_musd_per_month = r.number(
            NumberSpec::new(
                "revenue_musd_per_month",
                "million USD/month",
                0.0,
                1e6,
                "What holding all of it brings the threat",
            )
            .or(0.0),
        );
        let border = r.number(
            NumberSpec::new(
                "border",
                "share",
                0.0,
                1.0,
                "Share of the threat's access to the outside world that leads through it",
            )
            .or(0.0),
        );
        let refuge = r.number(
            NumberSpec::new(
                "refuge",
                "share",
                0.0,
                1.0,
                "How well an underground survives there",
            )
            .or(0.2),
        );
        let terrain = r.number(
            NumberSpec::new(
                "terrain",
                "1",
                0.01,
                100.0,
                "Multiplies the strength of its defender",
            )
            .or(1.0),
        );
        let frontage_power = r.optional_number(NumberSpec::new(
            "frontage_power",
            "power",
            0.0,
            1e9,
            "Power at which an attack reaches half of its full rate; left out: `front` of [contest]",
        ));
        let crisis = r.number(
            NumberSpec::new(
                "crisis",
                "share",
                0.0,
                1.0,
                "For a political arena: how contested the institution is at the start",
            )
            .or(0.0),
        );
        let underground = r.number(
            NumberSpec::new(
                "underground",
                "persons",
                0.0,
                1e7,
                "Underground fighters of the threat there at the start",
            )
            .or(0.0),
        );
        let besieged_weeks = r.number(
            NumberSpec::new(
                "besieged_weeks",
                "weeks",
                0.0,
                1e4,
                "For how long those who attack the threat there on the first day have been at it",
            )
            .or(0.0),
        );
        let threatened_weeks = r.number(
            NumberSpec::new(
                "threatened_weeks",
                "weeks",
                0.0,
                1e4,
                "For how long the threat, where it attacks on the first day, has been at it",
            )
            .or(0.0),
        );
        let neighbours = r.names("neighbours", Arena, false, "Territories next to it");
        let road = r.numbers_by(
            Arena,
            NumberSpec::new(
                "road",
                "1",
                0.0,
                1.0,
                "How passable the way to a neighbour is, there and back; 1 where left out, 0.3 across a desert",
            ),
        );
        let held = r.numbers_by_or(Faction, &["threat", "nobody"], NumberSpec::new("control", "share", 0.0, 1.0, "Who holds which share at the start: factions, `threat` and `nobody` (the rest where left out)"));
        let mut control = Vec::new();
        let mut threat_control = None;
        let mut nobody_control = None;
        for (holder, share) in held {
            match holder {
                Ok(faction) => control.push((faction, share)),
                Err(0) => threat_control = Some(share),
                Err(_) => nobody_control = Some(share),
            }
        }
        Self {
            key: key.to_owned(),
            name,
            kind,
            bloc,
            value,
            population,
            revenue_musd_per_month,
            border,
            refuge,
            terrain,
            frontage_power,
            crisis,
            underground,
            besieged_weeks,
            threatened_weeks,
            neighbours,
            road,
            control,
            threat_control,
            nobody_control,
            mix: r.numbers_by(
                Community,
                NumberSpec::new("mix", "share", 0.0, 1.0, "Who lives there; shares sum to 1"),
            ),
            grievance: r.numbers_by(
                Community,
                NumberSpec::new(
                    "grievance",
                    "share",
                    0.0,
                    1.0,
                    "Grievance of those who live there at the start; 0 where left out",
                ),
            ),
        }
    }

    /// Whether it is ground.
    pub fn is_territory(&self) -> bool {
        self.kind == ArenaKind::Territory
    }
}

/// What is known of a pair of factions or patrons.
#[derive(Debug, Clone)]
pub struct Tie {
    /// The two, in the order of the file.
    pub between: Option<(Actor, Actor)>,
    /// Rivalry weight with no common enemy and nothing else going on.
    pub hostility: Option<Quantity>,
    /// Whether it is only the first one's hostility toward the second.
    pub one_way: bool,
    /// Whether the two are in open conflict, at war, at the start.
    pub conflict: bool,
    /// Whether they are at feud at the start.
    pub feud: bool,
    /// Whether an agreement of the two holds at the start.
    pub agreement: bool,
    /// Weeks of ceasefire left at the start.
    pub ceasefire_weeks: Quantity,
    /// Grievance of the pair at the start.
    pub memory: Quantity,
}

impl Tie {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            between: r.pair("between", "The two actors, factions or patrons"),
            hostility: r.optional_number(NumberSpec::new("hostility", "share", 0.0, 1.0, "Rivalry weight of the pair with no common enemy and nothing else going on; from issue distance where left out")),
            one_way: r.truth("one_way", false, "Whether `hostility` is only that of the first toward the second"),
            conflict: r.truth("conflict", false, "Whether the two (factions) are in open conflict, at war, at the start"),
            feud: r.truth("feud", false, "Whether the two (factions) are at feud over an institution at the start"),
            agreement: r.truth("agreement", false, "Whether an agreement of the two (factions) holds at the start: they have settled who gets what, as long as it lasts"),
            ceasefire_weeks: r.number(NumberSpec::new("ceasefire_weeks", "weeks", 0.0, 1e6, "Weeks of ceasefire left at the start").or(0.0)),
            memory: r.number(NumberSpec::new("memory", "log-odds", 0.0, 100.0, "Grievance of the pair from earlier fighting, at the start").or(0.0)),
        }
    }
}
