//! Names of state variables as events write them: `rivalry(kdp, puk)`, `control(mosul, threat)`.

use super::diagnostics::{Place, Problem, suggestion};
use super::reader::{Gathered, Reader};
use super::spec::NameKind;

/// Who can hold a share of an arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A faction, by index.
    Faction(usize),
    /// The threat.
    Threat,
    /// Nobody.
    Nobody,
}

/// A state variable that an event can depend on or change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// Threat strength m, relative to the start.
    ThreatStrength,
    /// Share of the value of all territory held by the threat.
    ThreatShare,
    /// Fighters of the threat in the open.
    OpenFighters,
    /// Fighters underground in a territory.
    Underground(usize),
    /// Funds of the threat, million USD.
    Funds,
    /// Legitimacy of the threat.
    Legitimacy,
    /// Share of its payroll that the threat meets.
    ThreatPay,
    /// Foreign inflow relative to the start.
    ForeignInflow,
    /// Leadership of the threat, 1 when intact.
    ThreatLeadership,
    /// Personnel of a faction.
    Fighters(usize),
    /// Fighting quality of a faction.
    Quality(usize),
    /// Pay of a faction.
    Pay(usize),
    /// Support of a faction.
    Support(usize),
    /// Leadership of a faction, 1 when intact.
    Leadership(usize),
    /// Perceived threat of a faction.
    PerceivedThreat(usize),
    /// Rivalry weight of the first toward the second.
    Rivalry(usize, usize),
    /// Standing hostility of two factions, both ways, in log-odds on top of their tie.
    Hostility(usize, usize),
    /// Grievance of two factions about earlier fighting, both ways.
    Memory(usize, usize),
    /// Open conflict of two factions, 0 or 1.
    Conflict(usize, usize),
    /// Weeks of ceasefire left between two factions.
    Ceasefire(usize, usize),
    /// Position of a faction on an issue.
    Position(usize, usize),
    /// How much a faction wants an arena.
    Stake(usize, usize),
    /// Share of an arena held.
    Control(usize, Holder),
    /// Grievance of a community in a territory.
    Grievance(usize, usize),
    /// How contested a political arena is.
    Crisis(usize),
    /// Commitment of a patron.
    Commitment(usize),
    /// Backing of a faction by a patron.
    Backing(usize, usize),
    /// Oil price, USD a barrel.
    OilPrice,
    /// Share of a coalition's effort spent on fellow members.
    Infighting(usize),
    /// Attack on a community: raises the alarm of its factions.
    Attack(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Argument {
    Name(NameKind),
    Holder,
}

use Argument::{Holder as AHolder, Name};
use NameKind::{Arena, Coalition, Community, Faction, Issue, Patron};

/// How an address is written, and what may be done with it.
pub struct AddressForm {
    /// The word before the brackets.
    pub name: &'static str,
    arguments: &'static [Argument],
    /// Whether a hazard or condition may depend on it.
    pub readable: bool,
    /// Whether an effect may change it.
    pub writable: bool,
    /// What it is.
    pub about: &'static str,
}

const fn form(
    name: &'static str,
    arguments: &'static [Argument],
    readable: bool,
    writable: bool,
    about: &'static str,
) -> AddressForm {
    AddressForm {
        name,
        arguments,
        readable,
        writable,
        about,
    }
}

/// Every address an event may name.
pub const ADDRESSES: [AddressForm; 31] = [
    form(
        "threat_strength",
        &[],
        true,
        false,
        "threat strength relative to the start",
    ),
    form(
        "threat_share",
        &[],
        true,
        false,
        "share of the value of all territory held by the threat",
    ),
    form(
        "open_fighters",
        &[],
        true,
        true,
        "fighters of the threat in the open",
    ),
    form(
        "underground",
        &[Name(Arena)],
        true,
        true,
        "fighters of the threat underground in a territory",
    ),
    form("funds", &[], true, true, "funds of the threat, million USD"),
    form(
        "legitimacy",
        &[],
        true,
        true,
        "legitimacy of the threat, 0 to 1",
    ),
    form(
        "threat_pay",
        &[],
        true,
        false,
        "share of its payroll that the threat meets",
    ),
    form(
        "foreign_inflow",
        &[],
        true,
        true,
        "multiplier on the foreign inflow, 1 at the start",
    ),
    form(
        "threat_leadership",
        &[],
        true,
        true,
        "leadership of the threat, 1 when intact; recovers",
    ),
    form(
        "fighters",
        &[Name(Faction)],
        true,
        true,
        "personnel of a faction",
    ),
    form(
        "quality",
        &[Name(Faction)],
        true,
        true,
        "fighting quality of a faction",
    ),
    form(
        "pay",
        &[Name(Faction)],
        true,
        true,
        "share of salaries met by a faction, 0 to 1",
    ),
    form(
        "support",
        &[Name(Faction)],
        true,
        true,
        "support of a faction, 0 to 1",
    ),
    form(
        "leadership",
        &[Name(Faction)],
        true,
        true,
        "leadership of a faction, 1 when intact; recovers",
    ),
    form(
        "perceived_threat",
        &[Name(Faction)],
        true,
        true,
        "threat as a faction perceives it, 0 to 1",
    ),
    form(
        "rivalry",
        &[Name(Faction), Name(Faction)],
        true,
        false,
        "rivalry weight of the first toward the second, 0 to 1",
    ),
    form(
        "hostility",
        &[Name(Faction), Name(Faction)],
        true,
        true,
        "standing hostility of two factions on top of their tie, both ways, log-odds",
    ),
    form(
        "memory",
        &[Name(Faction), Name(Faction)],
        true,
        true,
        "grievance of two factions about earlier fighting, both ways, log-odds; fades",
    ),
    form(
        "conflict",
        &[Name(Faction), Name(Faction)],
        true,
        true,
        "open conflict of two factions, 0 or 1",
    ),
    form(
        "ceasefire",
        &[Name(Faction), Name(Faction)],
        true,
        true,
        "weeks of ceasefire left between two factions",
    ),
    form(
        "position",
        &[Name(Faction), Name(Issue)],
        true,
        true,
        "position of a faction on an issue, -1 to 1",
    ),
    form(
        "stake",
        &[Name(Faction), Name(Arena)],
        true,
        true,
        "how much a faction wants an arena",
    ),
    form(
        "control",
        &[Name(Arena), AHolder],
        true,
        true,
        "share of an arena held by a faction, `threat` or `nobody`",
    ),
    form(
        "grievance",
        &[Name(Arena), Name(Community)],
        true,
        true,
        "grievance of a community in a territory, 0 to 1",
    ),
    form(
        "crisis",
        &[Name(Arena)],
        true,
        true,
        "how contested a political arena is, 0 to 1; follows obstruction",
    ),
    form(
        "commitment",
        &[Name(Patron)],
        true,
        true,
        "commitment of a patron, 0 to 1; a change lasts",
    ),
    form(
        "backing",
        &[Name(Patron), Name(Faction)],
        true,
        true,
        "backing of a faction by a patron, 0 to 1",
    ),
    form(
        "oil_price",
        &[],
        true,
        true,
        "oil price, USD a barrel; returns to its mean",
    ),
    form(
        "infighting",
        &[Name(Coalition)],
        true,
        false,
        "share of a coalition's effort spent on fellow members",
    ),
    form(
        "cohesion",
        &[Name(Coalition)],
        true,
        false,
        "the rest of it",
    ),
    form(
        "attack",
        &[Name(Community)],
        false,
        true,
        "attack on a community: raises the alarm of its factions; fades",
    ),
];

/// An address as read: `cohesion(x)` is `1 - infighting(x)`, told by the flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addressed {
    /// The variable.
    pub address: Address,
    /// Whether one minus the variable is meant.
    pub complement: bool,
}

impl Reader<'_> {
    /// Reads a key that names a state variable, to be read (`write` false) or changed.
    pub(super) fn address(
        &mut self,
        key: &'static str,
        write: bool,
        about: &'static str,
    ) -> Option<Addressed> {
        let written = self.text(key, "", about);
        let place = self.place_of(key)?;
        if written.trim().is_empty() {
            return None;
        }
        parse(&written, write, &place, self.gathered())
    }
}

/// The place of a part of a quoted text; of the whole one where escapes move things.
fn place_within(place: &Place, whole: &str, part: &str) -> Place {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize);
    match start {
        Some(start) if place.span.len() == whole.len() + 2 && start + part.len() <= whole.len() => {
            let start = place.span.start + 1 + start;
            Place {
                file: place.file,
                span: start..start + part.len(),
            }
        }
        _ => place.clone(),
    }
}

fn parse(text: &str, write: bool, place: &Place, gathered: &mut Gathered) -> Option<Addressed> {
    let written = text.trim();
    let (name, inside) = match written.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(')')),
        None => (written, Some("")),
    };
    let at = |part: &str| place_within(place, text, part);
    let known: Vec<&str> = ADDRESSES
        .iter()
        .filter(|a| if write { a.writable } else { a.readable })
        .map(|a| a.name)
        .collect();
    let Some(form) = ADDRESSES.iter().find(|a| a.name == name) else {
        let message = format!("there is no state variable `{name}`");
        let place = at(name);
        gathered.problems.push_with(|| {
            let mut problem = Problem::at(place, message, "not known");
            let meant = meant_by(name).filter(|meant| known.contains(meant));
            problem.help = match meant {
                Some(meant) => Some(format!("did you mean `{meant}`?")),
                None => suggestion(name, &known),
            };
            problem
        });
        return None;
    };
    if !known.contains(&name) {
        let (message, what) = if write {
            (
                format!("`{name}` can't be changed by an event"),
                "an event can change",
            )
        } else {
            (
                format!("`{name}` can't be read by a condition"),
                "a condition can read",
            )
        };
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let help = format!("{what} {}", known.join(", "));
        gathered
            .problems
            .push(Problem::at(at(name), message, "not here").help(help));
        return None;
    }
    let Some(inside) = inside else {
        let message = format!("the bracket of `{name}` is not closed");
        let problem = Problem::at(at(written), message, "no `)` at its end");
        gathered
            .problems
            .push(problem.help(format!("write `{}`", usage(form))));
        return None;
    };
    let arguments: Vec<&str> = inside
        .split(',')
        .map(str::trim)
        .filter(|a| !a.is_empty())
        .collect();
    let wanted = form.arguments.len();
    if arguments.len() != wanted {
        let message = match wanted {
            0 => format!("`{name}` takes no names"),
            1 => format!(
                "`{name}` takes one name in brackets, not {}",
                arguments.len()
            ),
            _ => format!(
                "`{name}` takes {wanted} names in brackets, not {}",
                arguments.len()
            ),
        };
        let problem =
            Problem::at(at(written), message, "here").help(format!("write `{}`", usage(form)));
        gathered.problems.push(problem);
        return None;
    }
    if let Some(of_threat) = of_the_threat(name)
        && arguments.contains(&"threat")
        && form.arguments.contains(&Name(Faction))
    {
        let message = format!("`{name}` is a faction's, and the threat is none");
        let place = at(arguments
            .iter()
            .find(|a| **a == "threat")
            .unwrap_or(&written));
        let problem = Problem::at(place, message, "not a faction");
        let help = match known.contains(&of_threat) {
            true => format!("the threat has `{of_threat}`"),
            false => format!("the threat has `{of_threat}`, which {}", limit(write)),
        };
        gathered.problems.push(problem.help(help));
        return None;
    }
    let mut indices = Vec::new();
    let mut holder = Some(Holder::Nobody);
    for (argument, name) in form.arguments.iter().zip(&arguments) {
        let mut index = |kind| gathered.index_of(kind, name, &at(name));
        match argument {
            Name(kind) => indices.push(index(*kind)),
            AHolder => {
                holder = match *name {
                    "threat" => Some(Holder::Threat),
                    "nobody" => Some(Holder::Nobody),
                    _ => index(Faction).map(Holder::Faction),
                }
            }
        }
    }
    // Every name was looked up first, so that all that is wrong is said.
    let indices: Vec<usize> = indices.into_iter().collect::<Option<_>>()?;
    let holder = holder?;
    if let ([Name(Faction), Name(Faction)], [a, b]) = (form.arguments, indices.as_slice())
        && a == b
    {
        let message = format!("`{name}` wants two different factions");
        gathered
            .problems
            .push(Problem::at(at(inside), message, "the same twice"));
        return None;
    }
    let at = |k: usize| indices.get(k).copied().unwrap_or(0);
    let address = match name {
        "threat_strength" => Address::ThreatStrength,
        "threat_share" => Address::ThreatShare,
        "open_fighters" => Address::OpenFighters,
        "underground" => Address::Underground(at(0)),
        "funds" => Address::Funds,
        "legitimacy" => Address::Legitimacy,
        "threat_pay" => Address::ThreatPay,
        "foreign_inflow" => Address::ForeignInflow,
        "threat_leadership" => Address::ThreatLeadership,
        "fighters" => Address::Fighters(at(0)),
        "quality" => Address::Quality(at(0)),
        "pay" => Address::Pay(at(0)),
        "support" => Address::Support(at(0)),
        "leadership" => Address::Leadership(at(0)),
        "perceived_threat" => Address::PerceivedThreat(at(0)),
        "rivalry" => Address::Rivalry(at(0), at(1)),
        "hostility" => Address::Hostility(at(0), at(1)),
        "memory" => Address::Memory(at(0), at(1)),
        "conflict" => Address::Conflict(at(0), at(1)),
        "ceasefire" => Address::Ceasefire(at(0), at(1)),
        "position" => Address::Position(at(0), at(1)),
        "stake" => Address::Stake(at(0), at(1)),
        "control" => Address::Control(at(0), holder),
        "grievance" => Address::Grievance(at(0), at(1)),
        "crisis" => Address::Crisis(at(0)),
        "commitment" => Address::Commitment(at(0)),
        "backing" => Address::Backing(at(0), at(1)),
        "oil_price" => Address::OilPrice,
        "infighting" | "cohesion" => Address::Infighting(at(0)),
        _ => Address::Attack(at(0)),
    };
    Some(Addressed {
        address,
        complement: name == "cohesion",
    })
}

/// What a word that is no variable's name, but might well be, stands for.
fn meant_by(word: &str) -> Option<&'static str> {
    SYNONYMS
        .iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(name, _)| *name)
}

/// Words that a writer of scenarios would try first.
const SYNONYMS: [(&str, &[&str]); 24] = [
    ("threat_strength", &["strength", "threat", "threat_power"]),
    (
        "threat_share",
        &[
            "territory",
            "threat_territory",
            "threat_control",
            "territory_share",
        ],
    ),
    (
        "open_fighters",
        &["threat_fighters", "threat_size", "threat_personnel"],
    ),
    (
        "underground",
        &[
            "cells",
            "underground_fighters",
            "insurgents",
            "threat_underground",
        ],
    ),
    (
        "funds",
        &["money", "cash", "budget", "threat_funds", "funds_musd"],
    ),
    (
        "legitimacy",
        &[
            "threat_legitimacy",
            "threat_support",
            "popularity",
            "prestige",
        ],
    ),
    ("threat_pay", &["threat_wage", "threat_salaries", "wage"]),
    (
        "foreign_inflow",
        &[
            "foreign_fighters",
            "foreign",
            "recruits",
            "foreign_per_month",
        ],
    ),
    (
        "threat_leadership",
        &["leader", "threat_leader", "decapitation"],
    ),
    (
        "fighters",
        &[
            "troops",
            "soldiers",
            "personnel",
            "manpower",
            "army",
            "size",
        ],
    ),
    ("pay", &["salaries", "salary", "wages", "payroll"]),
    ("support", &["loyalty", "morale", "constituency"]),
    (
        "perceived_threat",
        &["fear", "perception", "perceived", "danger"],
    ),
    ("rivalry", &["weight", "enmity", "rival", "friendship"]),
    ("hostility", &["hatred", "animosity", "tension", "tie"]),
    ("memory", &["grudge", "resentment", "revenge"]),
    ("conflict", &["war", "fighting", "battle", "open_conflict"]),
    (
        "ceasefire",
        &["truce", "peace", "ceasefire_weeks", "armistice"],
    ),
    (
        "control",
        &["holds", "held", "held_by", "share", "occupation"],
    ),
    ("commitment", &["patron", "patronage", "attention"]),
    ("backing", &["aid", "arms", "assistance", "sponsorship"]),
    ("oil_price", &["oil", "price", "price_usd"]),
    ("cohesion", &["unity", "cooperation", "solidarity"]),
    ("attack", &["atrocity", "massacre", "alarm", "provocation"]),
];

/// The threat's counterpart of a faction's variable.
fn of_the_threat(name: &str) -> Option<&'static str> {
    match name {
        "fighters" => Some("open_fighters"),
        "pay" => Some("threat_pay"),
        "support" => Some("legitimacy"),
        "leadership" => Some("threat_leadership"),
        "perceived_threat" => Some("threat_strength"),
        _ => None,
    }
}

/// What is not done with a variable.
fn limit(write: bool) -> &'static str {
    match write {
        true => "an event can't change",
        false => "a condition can't read",
    }
}

/// How an address is written, e.g. `control(arena, faction or threat or nobody)`.
pub fn usage(form: &AddressForm) -> String {
    if form.arguments.is_empty() {
        return form.name.to_owned();
    }
    let arguments: Vec<&str> = form
        .arguments
        .iter()
        .map(|a| match a {
            Name(kind) => kind.table(),
            AHolder => "faction, threat or nobody",
        })
        .collect();
    format!("{}({})", form.name, arguments.join(", "))
}
