//! Names of state variables as events write them: `rivalry(kdp, puk)`, `control(mosul, threat)`.

mod meant;

use super::diagnostics::{Place, Problem, suggestion};
use super::reader::{Gathered, Reader};
use super::spec::NameKind;

use meant::{meant_by, of_the_threat};

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

impl Address {
    /// The (arena, faction) of which this is a stake or a share.
    pub(super) fn claim(self) -> Option<(usize, usize)> {
        match self {
            Self::Stake(faction, arena) | Self::Control(arena, Holder::Faction(faction)) => {
                Some((arena, faction))
            }
            Self::Control(_, Holder::Threat | Holder::Nobody)
            | Self::ThreatStrength
            | Self::ThreatShare
            | Self::OpenFighters
            | Self::Underground(_)
            | Self::Funds
            | Self::Legitimacy
            | Self::ThreatPay
            | Self::ForeignInflow
            | Self::ThreatLeadership
            | Self::Fighters(_)
            | Self::Quality(_)
            | Self::Pay(_)
            | Self::Support(_)
            | Self::Leadership(_)
            | Self::PerceivedThreat(_)
            | Self::Rivalry(..)
            | Self::Hostility(..)
            | Self::Memory(..)
            | Self::Conflict(..)
            | Self::Ceasefire(..)
            | Self::Position(..)
            | Self::Grievance(..)
            | Self::Crisis(_)
            | Self::Commitment(_)
            | Self::Backing(..)
            | Self::OilPrice
            | Self::Infighting(_)
            | Self::Attack(_) => None,
        }
    }
}

/// Which names stand in an address's brackets, and the variable that they make of it.
#[derive(Debug, Clone, Copy)]
enum Takes {
    /// None.
    Nothing(Address),
    /// One.
    One(NameKind, fn(usize) -> Address),
    /// Two.
    Two(NameKind, NameKind, fn(usize, usize) -> Address),
    /// An arena, and a faction, `threat` or `nobody`.
    Share(fn(usize, Holder) -> Address),
}

/// What events may do with a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A hazard or condition may depend on it.
    Read,
    /// An effect may change it.
    Change,
    /// Both.
    Both,
}

use NameKind::{Arena, Coalition, Community, Faction, Issue, Patron};
use Takes::{Nothing, One, Share, Two};
use Use::{Both, Change, Read};

/// How an address is written, and what may be done with it.
pub struct AddressForm {
    /// The word before the brackets.
    pub name: &'static str,
    takes: Takes,
    usable: Use,
    /// Whether one minus the variable is meant.
    complement: bool,
    /// What it is.
    pub about: &'static str,
}

impl AddressForm {
    /// Whether a hazard or condition may depend on it.
    pub fn readable(&self) -> bool {
        matches!(self.usable, Read | Both)
    }

    /// Whether an effect may change it.
    pub fn writable(&self) -> bool {
        matches!(self.usable, Change | Both)
    }

    /// What stands for each name in the brackets where it is explained.
    fn places(&self) -> Vec<&'static str> {
        match self.takes {
            Nothing(_) => Vec::new(),
            One(kind, _) => vec![kind.table()],
            Two(first, second, _) => vec![first.table(), second.table()],
            Share(_) => vec![Arena.table(), "faction, threat or nobody"],
        }
    }
}

const fn form(name: &'static str, takes: Takes, usable: Use, about: &'static str) -> AddressForm {
    AddressForm {
        name,
        takes,
        usable,
        complement: false,
        about,
    }
}

/// The same of one minus the variable.
const fn rest(name: &'static str, takes: Takes, usable: Use, about: &'static str) -> AddressForm {
    AddressForm {
        complement: true,
        ..form(name, takes, usable, about)
    }
}

/// Every address an event may name.
#[rustfmt::skip]
pub const ADDRESSES: [AddressForm; 31] = [
    form("threat_strength", Nothing(Address::ThreatStrength), Read, "threat strength relative to the start"),
    form("threat_share", Nothing(Address::ThreatShare), Read, "share of the value of all territory held by the threat"),
    form("open_fighters", Nothing(Address::OpenFighters), Both, "fighters of the threat in the open"),
    form("underground", One(Arena, Address::Underground), Both, "fighters of the threat underground in a territory"),
    form("funds", Nothing(Address::Funds), Both, "funds of the threat, million USD"),
    form("legitimacy", Nothing(Address::Legitimacy), Both, "legitimacy of the threat, 0 to 1"),
    form("threat_pay", Nothing(Address::ThreatPay), Read, "share of its payroll that the threat meets"),
    form("foreign_inflow", Nothing(Address::ForeignInflow), Both, "multiplier on the foreign inflow, 1 at the start"),
    form("threat_leadership", Nothing(Address::ThreatLeadership), Both, "leadership of the threat, 1 when intact; recovers"),
    form("fighters", One(Faction, Address::Fighters), Both, "personnel of a faction"),
    form("quality", One(Faction, Address::Quality), Both, "fighting quality of a faction"),
    form("pay", One(Faction, Address::Pay), Both, "share of salaries met by a faction, 0 to 1"),
    form("support", One(Faction, Address::Support), Both, "support of a faction, 0 to 1"),
    form("leadership", One(Faction, Address::Leadership), Both, "leadership of a faction, 1 when intact; recovers"),
    form("perceived_threat", One(Faction, Address::PerceivedThreat), Both, "threat as a faction perceives it, 0 to 1"),
    form("rivalry", Two(Faction, Faction, Address::Rivalry), Read, "rivalry weight of the first toward the second, 0 to 1"),
    form("hostility", Two(Faction, Faction, Address::Hostility), Both, "standing hostility of two factions on top of their tie, both ways, log-odds"),
    form("memory", Two(Faction, Faction, Address::Memory), Both, "grievance of two factions about earlier fighting, both ways, log-odds; fades"),
    form("conflict", Two(Faction, Faction, Address::Conflict), Both, "open conflict of two factions, 0 or 1"),
    form("ceasefire", Two(Faction, Faction, Address::Ceasefire), Both, "weeks of ceasefire left between two factions"),
    form("position", Two(Faction, Issue, Address::Position), Both, "position of a faction on an issue, -1 to 1"),
    form("stake", Two(Faction, Arena, Address::Stake), Both, "how much a faction wants an arena"),
    form("control", Share(Address::Control), Both, "share of an arena held by a faction, `threat` or `nobody`"),
    form("grievance", Two(Arena, Community, Address::Grievance), Both, "grievance of a community in a territory, 0 to 1"),
    form("crisis", One(Arena, Address::Crisis), Both, "how contested a political arena is, 0 to 1; follows obstruction"),
    form("commitment", One(Patron, Address::Commitment), Both, "commitment of a patron, 0 to 1; a change lasts"),
    form("backing", Two(Patron, Faction, Address::Backing), Both, "backing of a faction by a patron, 0 to 1"),
    form("oil_price", Nothing(Address::OilPrice), Both, "oil price, USD a barrel; returns to its mean"),
    form("infighting", One(Coalition, Address::Infighting), Read, "share of a coalition's effort spent on fellow members"),
    rest("cohesion", One(Coalition, Address::Infighting), Read, "the rest of it"),
    form("attack", One(Community, Address::Attack), Change, "attack on a community: raises the alarm of its factions; fades"),
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
        .filter(|a| if write { a.writable() } else { a.readable() })
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
    let wanted = form.places().len();
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
    if let (One(Faction, _), ["threat"], Some(own)) =
        (form.takes, arguments.as_slice(), of_the_threat(name))
    {
        let message = format!("`{name}` is a faction's, and the threat is none");
        let problem = Problem::at(at(arguments[0]), message, "not a faction");
        let help = match (known.contains(&own), write) {
            (true, _) => format!("the threat has `{own}`"),
            (false, true) => format!("the threat has `{own}`, which an event can't change"),
            (false, false) => format!("the threat has `{own}`, which a condition can't read"),
        };
        gathered.problems.push(problem.help(help));
        return None;
    }
    let mut index = |kind: NameKind, name: &str| gathered.index_of(kind, name, &at(name));
    let address = match (form.takes, arguments.as_slice()) {
        (Nothing(address), _) => address,
        (One(kind, make), [name]) => make(index(kind, name)?),
        (Two(first, second, make), [one, other]) => {
            // Both are looked up first, so that all that is wrong is said.
            let (one, other) = (index(first, one), index(second, other));
            let (one, other) = (one?, other?);
            if first == second && one == other {
                let message = format!("`{name}` wants two different {}", first.plural());
                let problem = Problem::at(at(inside), message, "the same twice");
                gathered.problems.push(problem);
                return None;
            }
            make(one, other)
        }
        (Share(make), [arena, holder]) => {
            let arena = index(Arena, arena);
            let holder = match *holder {
                "threat" => Some(Holder::Threat),
                "nobody" => Some(Holder::Nobody),
                faction => index(Faction, faction).map(Holder::Faction),
            };
            make(arena?, holder?)
        }
        // Their number has been asked.
        (One(..) | Two(..) | Share(_), _) => return None,
    };
    Some(Addressed {
        address,
        complement: form.complement,
    })
}

/// How an address is written, e.g. `control(arena, faction or threat or nobody)`.
pub fn usage(form: &AddressForm) -> String {
    match form.places().as_slice() {
        [] => form.name.to_owned(),
        places => format!("{}({})", form.name, places.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_for_the_variable_of_its_name() {
        for form in &ADDRESSES {
            let address = match form.takes {
                Nothing(address) => address,
                One(_, make) => make(1),
                Two(_, _, make) => make(1, 2),
                Share(make) => make(1, Holder::Nobody),
            };
            let variant = format!("{address:?}");
            let (variant, names) = variant.split_once('(').unwrap_or((&variant, ""));
            let words = form.name.split('_');
            let expected: String = words
                .map(|word| word[..1].to_uppercase() + &word[1..])
                .collect();
            match form.complement {
                true => assert_eq!((form.name, variant), ("cohesion", "Infighting")),
                false => assert_eq!(variant, expected),
            }
            // The names keep their order.
            assert!(
                ["", "1)", "1, 2)", "1, Nobody)"].contains(&names),
                "{names}"
            );
        }
    }
}
