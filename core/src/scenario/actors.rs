//! Factions, patrons, blocs, communities, coalitions, and the threat.

use super::number::Quantity;
use super::reader::Reader;
use super::spec::{NameKind, NumberSpec};

/// An army, militia, party, tribe or rebel group.
#[derive(Debug, Clone)]
pub struct Faction {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Personnel at the start.
    pub fighters: Quantity,
    /// Fighting quality of one fighter, 1 being the reference.
    pub quality: Quantity,
    /// The bloc it belongs to.
    pub bloc: Option<usize>,
    /// Share of salaries met at the start.
    pub pay: Quantity,
    /// Share of salaries that full resources would meet; without it, what makes the pay at the
    /// start fit the resources at the start.
    pub full_pay: Option<Quantity>,
    /// Share of its upkeep that it covers itself, whatever its bloc or patrons do.
    pub own_resources: Quantity,
    /// Share of its constituency behind it at the start.
    pub support: Quantity,
    /// Morale of its forces at the start.
    pub morale: Quantity,
    /// How well it governs what it holds.
    pub governance: Quantity,
    /// Position on each issue.
    pub position: Vec<(usize, Quantity)>,
    /// Weight of each issue.
    pub salience: Vec<(usize, Quantity)>,
    /// How much it wants each arena.
    pub stake: Vec<(usize, Quantity)>,
    /// How much the threat's presence in each territory endangers it.
    pub exposure: Vec<(usize, Quantity)>,
    /// Ways into territories that don't lead through another one: by arena.
    pub access: Vec<(usize, Quantity)>,
    /// Which communities are its people.
    pub people: Vec<(usize, Quantity)>,
    /// How abusively it treats each community under it.
    pub abuse: Vec<(usize, Quantity)>,
}

impl Faction {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        use NameKind::{Arena, Bloc, Community, Issue};
        Self {
            key: key.to_owned(),
            name: r.text("name", "", "The name shown in tables and pictures"),
            fighters: r.number(NumberSpec::new(
                "fighters",
                "persons",
                0.0,
                1e8,
                "Personnel at the start",
            )),
            quality: r.number(
                NumberSpec::new(
                    "quality",
                    "1",
                    0.0,
                    100.0,
                    "Fighting quality of one fighter, 1 being a trained soldier",
                )
                .or(1.0),
            ),
            bloc: r.name(
                "bloc",
                Bloc,
                "The bloc whose institutions pay and command it",
            ),
            pay: r.number(
                NumberSpec::new(
                    "pay",
                    "share",
                    0.0,
                    1.0,
                    "Share of salaries met at the start",
                )
                .or(0.8),
            ),
            full_pay: r.optional_number(NumberSpec::new(
                "full_pay",
                "share",
                0.0,
                10.0,
                "Share of salaries that it could meet if it lacked nothing of its resources, more than 1 where it would have money left; without it, pay at the start is taken for what the resources of this very scenario allow, and a scenario that begins richer pays no more",
            )),
            own_resources: r.number(
                NumberSpec::new(
                    "own_resources",
                    "share",
                    0.0,
                    1.0,
                    "Share of its upkeep that it covers itself, whatever its bloc or patrons do",
                )
                .or(0.5),
            ),
            support: r.number(
                NumberSpec::new(
                    "support",
                    "share",
                    0.0,
                    1.0,
                    "Share of its constituency behind it at the start",
                )
                .or(0.6),
            ),
            morale: r.number(
                morale()
                .or(0.6),
            ),
            governance: r.number(
                NumberSpec::new(
                    "governance",
                    "share",
                    0.0,
                    1.0,
                    "How well it governs what it holds",
                )
                .or(0.5),
            ),
            position: r.numbers_by(
                Issue,
                NumberSpec::new(
                    "position",
                    "1",
                    -1.0,
                    1.0,
                    "Position on each issue; 0 where left out",
                ),
            ),
            salience: r.numbers_by(
                Issue,
                NumberSpec::new(
                    "salience",
                    "1",
                    0.0,
                    100.0,
                    "Weight of each issue; 1 where left out",
                ),
            ),
            stake: r.numbers_by(
                Arena,
                NumberSpec::new(
                    "stake",
                    "1",
                    0.0,
                    10.0,
                    "How much it wants each arena; 0 where left out",
                ),
            ),
            exposure: r.numbers_by(
                Arena,
                NumberSpec::new(
                    "exposure",
                    "1",
                    0.0,
                    10.0,
                    "How much the threat's presence in a territory endangers it; 0 where left out",
                ),
            ),
            access: r.numbers_by(
                Arena,
                NumberSpec::new(
                    "access",
                    "share",
                    0.0,
                    1.0,
                    "Ways into a territory by sea, by air or from ground that is not among the places, relative to holding a neighbour; 0 where left out",
                ),
            ),
            people: r.numbers_by(
                Community,
                NumberSpec::new(
                    "people",
                    "share",
                    0.0,
                    1.0,
                    "Which communities are its people: attacks on them alarm it",
                ),
            ),
            abuse: r.numbers_by(
                Community,
                NumberSpec::new(
                    "abuse",
                    "share",
                    0.0,
                    1.0,
                    "How abusively it treats a community under it; 0 where left out",
                ),
            ),
        }
    }
}

/// An outside state that pays and restrains factions.
#[derive(Debug, Clone)]
pub struct Patron {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Commitment at the start.
    pub commitment: Quantity,
    /// By how much its air power and advisers multiply the force of a faction wholly behind which it
    /// stands, above 1.
    pub air: Quantity,
    /// How much the threat at its initial strength endangers it.
    pub exposure: Quantity,
    /// Position on each issue.
    pub position: Vec<(usize, Quantity)>,
    /// Weight of each issue.
    pub salience: Vec<(usize, Quantity)>,
    /// Share of what the threat takes in from its ground that its strikes destroy.
    pub strikes: Quantity,
    /// How strongly it backs each faction.
    pub backing: Vec<(usize, Quantity)>,
    /// How strongly it would back a faction that has lost all of its patrons' support.
    pub offer: Vec<(usize, Quantity)>,
    /// How much it wants each arena not to fall to others than its clients.
    pub stake: Vec<(usize, Quantity)>,
}

impl Patron {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        use NameKind::{Arena, Faction, Issue};
        Self {
            key: key.to_owned(),
            name: r.text("name", "", "The name shown in tables and pictures"),
            commitment: r.number(
                NumberSpec::new("commitment", "share", 0.0, 1.0, "Commitment at the start").or(0.7),
            ),
            air: r.number(
                NumberSpec::new(
                    "air",
                    "1",
                    0.0,
                    10.0,
                    "By how much its air power and advisers multiply the force of a faction that it backs fully and with full commitment, above 1",
                )
                .or(0.0),
            ),
            strikes: r.number(
                NumberSpec::new(
                    "strikes",
                    "share",
                    0.0,
                    1.0,
                    "Share of what the threat would take in from its ground that strikes of a fully committed patron destroy",
                )
                .or(0.0),
            ),
            exposure: r.number(
                NumberSpec::new(
                    "exposure",
                    "1",
                    0.0,
                    100.0,
                    "How much the threat at its initial strength endangers it",
                )
                .or(1.0),
            ),
            position: r.numbers_by(
                Issue,
                NumberSpec::new(
                    "position",
                    "1",
                    -1.0,
                    1.0,
                    "Position on each issue; 0 where left out",
                ),
            ),
            salience: r.numbers_by(
                Issue,
                NumberSpec::new(
                    "salience",
                    "1",
                    0.0,
                    100.0,
                    "Weight of each issue; 1 where left out",
                ),
            ),
            backing: r.numbers_by(
                Faction,
                NumberSpec::new(
                    "backing",
                    "share",
                    0.0,
                    1.0,
                    "How strongly it backs each faction when fully committed",
                ),
            ),
            offer: r.numbers_by(
                Faction,
                NumberSpec::new(
                    "offer",
                    "share",
                    0.0,
                    1.0,
                    "How strongly it would back a faction that looks for a patron as it has lost the support of its own; 0 where left out",
                ),
            ),
            stake: r.numbers_by(
                Arena,
                NumberSpec::new(
                    "stake",
                    "1",
                    0.0,
                    10.0,
                    "How much it minds an arena falling to others than its clients",
                ),
            ),
        }
    }
}

/// Factions that share institutions and a treasury.
#[derive(Debug, Clone)]
pub struct Bloc {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Share of its revenue that comes from oil.
    pub oil_dependence: Quantity,
}

impl Bloc {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        Self {
            key: key.to_owned(),
            name: r.text("name", "", "The name shown in tables and pictures"),
            oil_dependence: r.number(
                NumberSpec::new(
                    "oil_dependence",
                    "share",
                    0.0,
                    1.0,
                    "Share of its revenue that comes from oil",
                )
                .or(0.0),
            ),
        }
    }
}

/// A community of people.
#[derive(Debug, Clone)]
pub struct Community {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// How open its aggrieved are to the threat.
    pub sympathy: Quantity,
}

impl Community {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        Self {
            key: key.to_owned(),
            name: r.text("name", "", "The name shown in tables and pictures"),
            sympathy: r.number(
                NumberSpec::new(
                    "sympathy",
                    "share",
                    0.0,
                    1.0,
                    "How open its aggrieved members are to joining the threat",
                )
                .or(0.0),
            ),
        }
    }
}

/// A position in the quarrels of the day.
#[derive(Debug, Clone)]
pub struct Issue {
    /// The key in the file.
    pub key: String,
    /// What -1 and 1 stand for.
    pub name: String,
}

impl Issue {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        Self {
            key: key.to_owned(),
            name: r.text("name", "", "What the issue is, and what -1 and 1 stand for"),
        }
    }
}

/// Factions whose cohesion is measured together.
#[derive(Debug, Clone)]
pub struct Coalition {
    /// The key in the file.
    pub key: String,
    /// The name shown.
    pub name: String,
    /// Its members, by faction index.
    pub members: Vec<usize>,
}

impl Coalition {
    pub(super) fn read(r: &mut Reader<'_>, key: &str) -> Self {
        let name = r.text("name", "", "The name shown in tables and pictures");
        let members = r.names(
            "members",
            NameKind::Faction,
            true,
            "The factions whose cohesion is measured together, at least two",
        );
        let few = match r.count("members") {
            Some(0) => "no members",
            Some(1) => "one member",
            _ => "",
        };
        if !few.is_empty() {
            let message = format!("coalition `{key}` has {few}");
            r.problem(
                Some("members"),
                message,
                "too few",
                "a coalition has at least two members",
            );
        }
        Self {
            key: key.to_owned(),
            name,
            members,
        }
    }
}

/// The common enemy.
#[derive(Debug, Clone)]
pub struct Threat {
    /// The name shown.
    pub name: String,
    /// Fighters in the open at the start.
    pub fighters: Quantity,
    /// Share of them who joined for opportunity.
    pub opportunists: Quantity,
    /// Fighting quality of one fighter.
    pub quality: Quantity,
    /// Funds at the start.
    pub funds_musd: Quantity,
    /// Pay of a fighter.
    pub wage_usd_per_month: Quantity,
    /// Cost of serving the population of all that it holds at the start.
    pub administration_musd_per_month: Quantity,
    /// Revenue from outside.
    pub external_musd_per_month: Quantity,
    /// Legitimacy at the start.
    pub legitimacy: Quantity,
    /// Morale of its forces at the start.
    pub morale: Quantity,
    /// How far it claims to be a state.
    pub statehood: Quantity,
    /// Foreign fighters who join at the start.
    pub foreign_per_month: Quantity,
    /// For how long it has drawn on its recruits as it does at the start.
    pub recruiting_weeks: Quantity,
    /// How repressively it rules.
    pub repression: Quantity,
    /// How well it governs what it holds.
    pub governance: Quantity,
    /// The faction that those form who split off; nobody where there is none.
    pub splinter: Option<usize>,
}

impl Threat {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        Self {
            name: r.text("name", "", "The name shown in tables and pictures"),
            fighters: r.number(NumberSpec::new("fighters", "persons", 1.0, 1e8, "Fighters in the open at the start")),
            opportunists: r.number(NumberSpec::new("opportunists", "share", 0.0, 1.0, "Share of them who joined for opportunity").or(0.4)),
            quality: r.number(NumberSpec::new("quality", "1", 0.0, 100.0, "Fighting quality of one fighter, 1 being a trained soldier").or(1.5)),
            funds_musd: r.number(NumberSpec::new("funds_musd", "million USD", 0.0, 1e9, "Funds at the start").or(0.0)),
            wage_usd_per_month: r.number(NumberSpec::new("wage_usd_per_month", "USD/month", 0.0, 1e6, "Cost of a fighter").or(400.0)),
            administration_musd_per_month: r.number(NumberSpec::new("administration_musd_per_month", "million USD/month", 0.0, 1e6, "Cost of serving the people of all that it holds at the start; less as it holds less").or(0.0)),
            external_musd_per_month: r.number(NumberSpec::new("external_musd_per_month", "million USD/month", 0.0, 1e6, "Revenue from outside its territory").or(0.0)),
            legitimacy: r.number(NumberSpec::new("legitimacy", "share", 0.0, 1.0, "How much it is believed to be winning, at the start").or(0.5)),
            morale: r.number(
                morale()
                .or(0.75),
            ),
            statehood: r.number(NumberSpec::new("statehood", "share", 0.0, 1.0, "How far it claims to be a state: what it loses then costs it more").or(0.0)),
            foreign_per_month: r.number(NumberSpec::new("foreign_per_month", "persons/month", 0.0, 1e6, "Foreign fighters who join at the start").or(0.0)),
            recruiting_weeks: r.number(NumberSpec::new("recruiting_weeks", "weeks", 0.0, 1e6, "For how long it has drawn on its recruits as it does at the start: whoever would join has joined by then").or(52.0)),
            repression: r.number(NumberSpec::new("repression", "share", 0.0, 1.0, "How repressively it rules").or(0.5)),
            governance: r.number(NumberSpec::new("governance", "share", 0.0, 1.0, "How well it governs what it holds").or(0.5)),
            splinter: r.name("splinter", NameKind::Faction, "The faction that its fighters form when they split off; without it they go home"),
        }
    }
}

/// What morale is, of factions and of the threat.
fn morale() -> NumberSpec {
    NumberSpec::new(
        "morale",
        "share",
        0.0,
        1.0,
        "Morale of its forces at the start: how long they hold together under attack",
    )
}
