//! The variables of the model by name: `rivalry(kdp, puk)`, `control(mosul, threat)`. Here each
//! is declared: its arguments, unit, range and meaning. What it is in a state is said in the
//! model's `variable.rs`.

mod meant;

use super::diagnostics::{Place, Problem, suggestion};
use super::reader::Gathered;
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

/// A variable of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// A part of the state, which an event may change.
    Part(StatePart),
    /// What follows from the state.
    Measure(Measure),
}

/// A part of the state that an event may change. Arguments are indices in the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // What each is stands once, in `PARTS`.
pub enum StatePart {
    OpenFighters,
    Underground(usize),
    Funds,
    Legitimacy,
    ForeignInflow,
    ThreatLeadership,
    ThreatMorale,
    Fighters(usize),
    Quality(usize),
    Pay(usize),
    Support(usize),
    Leadership(usize),
    Morale(usize),
    PerceivedThreat(usize),
    Hostility(usize, usize),
    Memory(usize, usize),
    Conflict(usize, usize),
    /// A clash of two factions.
    Clash(usize, usize),
    /// An election to an institution; only written.
    Election(usize),
    /// A feud of two factions.
    Feud(usize, usize),
    /// An agreement of two factions.
    Agreement(usize, usize),
    Ceasefire(usize, usize),
    Position(usize, usize),
    Stake(usize, usize),
    Control(usize, Holder),
    Grievance(usize, usize),
    Crisis(usize),
    Commitment(usize),
    Backing(usize, usize),
    OilPrice,
    Attack(usize),
}

/// What follows from the state. Arguments are indices in the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // What each is stands once, in `MEASURES`.
pub enum Measure {
    Week,
    ThreatStrength,
    ThreatShare,
    ThreatPeople,
    UndergroundFighters,
    ThreatPay,
    Revenue,
    ThreatLosses,
    ThreatJoined,
    Assault(usize),
    Power(usize),
    Losses(usize),
    Joined(usize),
    EffortThreat(usize),
    EffortRival(usize, usize),
    EffortGuard(usize),
    EffortGovern(usize),
    Rivalry(usize, usize),
    Fighting(usize, usize),
    Contested(usize),
    Fallen(usize),
    Governance(usize),
    Unrest(usize),
    Cohesion(usize),
    Infighting(usize),
    PowerInConflict(usize),
    /// Share of a coalition's power in a clash or a new open conflict with a fellow member.
    PowerInClash(usize),
    Purpose(usize),
    MeanRivalry(usize),
    BlocPower(usize),
    SupportGiven(usize, usize),
}

impl Variable {
    /// What is declared of it.
    pub fn declaration(self) -> Declaration {
        let name = self.words().replace(' ', "_");
        let measures = MEASURES.iter().map(|m| m.is);
        let mut all = measures.chain(PARTS.iter().map(|p| p.is));
        // A test holds every variant to the name under which it is declared.
        all.find(|is| is.name == name).unwrap_or(MEASURES[0].is)
    }

    /// What it is, in a few words: what is declared of it, up to where details begin.
    pub fn meaning(self) -> &'static str {
        let about = self.declaration().about;
        about.split([':', ';', ',']).next().unwrap_or(about)
    }

    /// Its name, as words.
    pub fn words(self) -> String {
        let variant = match self {
            Self::Part(part) => format!("{part:?}"),
            Self::Measure(measure) => format!("{measure:?}"),
        };
        let name = variant.split('(').next().unwrap_or_default();
        let mut words = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.extend(letter.to_lowercase());
        }
        words
    }
}

impl StatePart {
    /// The (arena, faction) of which this is a stake or a share.
    pub(super) fn claim(self) -> Option<(usize, usize)> {
        match self {
            Self::Stake(faction, arena) | Self::Control(arena, Holder::Faction(faction)) => {
                Some((arena, faction))
            }
            _ => None,
        }
    }
}

/// Which names stand in a variable's brackets, and what they make of it.
#[derive(Debug, Clone, Copy)]
enum Takes<T: 'static> {
    /// None.
    Nothing(T),
    /// One.
    One(NameKind, fn(usize) -> T),
    /// Two.
    Two(NameKind, NameKind, fn(usize, usize) -> T),
    /// An arena, and a faction, `threat` or `nobody`.
    Share(fn(usize, Holder) -> T),
}

/// What is declared of a variable, but for its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// The word before the brackets.
    pub name: &'static str,
    /// Its unit; `1` for a pure number.
    pub unit: &'static str,
    /// The least and the greatest value that it can have.
    pub range: (f64, f64),
    /// What it is.
    pub about: &'static str,
    /// Whether it can be read.
    pub read: bool,
    /// Whether an event may change it.
    pub change: bool,
}

impl Declaration {
    /// The range in words; nothing where any number is possible.
    pub fn range_in_words(&self) -> String {
        match self.range {
            (low, high) if low.is_finite() && high.is_finite() => format!("{low} to {high}"),
            (low, _) if low.is_finite() => format!("at least {low}"),
            _ => String::new(),
        }
    }
}

/// A declared variable.
#[derive(Debug, Clone, Copy)]
struct Declared<T: 'static> {
    takes: Takes<T>,
    is: Declaration,
}

impl<T> Declared<T> {
    /// What stands for each name in the brackets where it is explained.
    fn places(&self) -> Vec<&'static str> {
        match self.takes {
            Nothing(_) => Vec::new(),
            One(kind, _) => vec![kind.table()],
            Two(first, second, _) => vec![first.table(), second.table()],
            Share(_) => vec![Arena.table(), "faction, threat or nobody"],
        }
    }

    /// How it is written, e.g. `control(arena, faction, threat or nobody)`.
    fn usage(&self) -> String {
        match self.places().as_slice() {
            [] => self.is.name.to_owned(),
            places => format!("{}({})", self.is.name, places.join(", ")),
        }
    }
}

/// A part of the state.
const fn part(
    name: &'static str,
    takes: Takes<StatePart>,
    unit: &'static str,
    range: (f64, f64),
    about: &'static str,
) -> Declared<StatePart> {
    let (read, change) = (true, true);
    Declared {
        takes,
        is: Declaration {
            name,
            unit,
            range,
            about,
            read,
            change,
        },
    }
}

/// A part of the state that can't be read.
const fn impulse(declared: Declared<StatePart>) -> Declared<StatePart> {
    Declared {
        is: Declaration {
            read: false,
            ..declared.is
        },
        ..declared
    }
}

/// What follows from the state.
const fn measure(
    name: &'static str,
    takes: Takes<Measure>,
    unit: &'static str,
    range: (f64, f64),
    about: &'static str,
) -> Declared<Measure> {
    let (read, change) = (true, false);
    Declared {
        takes,
        is: Declaration {
            name,
            unit,
            range,
            about,
            read,
            change,
        },
    }
}

use NameKind::{Arena, Bloc, Coalition, Community, Faction, Issue, Patron};
use Takes::{Nothing, One, Share, Two};

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
const SHARE: (f64, f64) = (0.0, 1.0);

/// What an event may change. Everything but `attack` can be read as well.
#[rustfmt::skip]
const PARTS: [Declared<StatePart>; 31] = [
    part("open_fighters", Nothing(StatePart::OpenFighters), "persons", POSITIVE, "fighters of the threat in the open"),
    part("underground", One(Arena, StatePart::Underground), "persons", POSITIVE, "fighters of the threat underground in a territory"),
    part("funds", Nothing(StatePart::Funds), "million USD", POSITIVE, "funds of the threat"),
    part("legitimacy", Nothing(StatePart::Legitimacy), "1", SHARE, "legitimacy of the threat"),
    part("foreign_inflow", Nothing(StatePart::ForeignInflow), "start = 1", POSITIVE, "multiplier on the foreign inflow"),
    part("threat_leadership", Nothing(StatePart::ThreatLeadership), "intact = 1", POSITIVE, "leadership of the threat; recovers"),
    part("threat_morale", Nothing(StatePart::ThreatMorale), "1", SHARE, "morale of the threat's forces; returns to what pay and legitimacy make of it"),
    part("fighters", One(Faction, StatePart::Fighters), "persons", POSITIVE, "personnel of a faction"),
    part("quality", One(Faction, StatePart::Quality), "1", POSITIVE, "fighting quality of a faction"),
    part("pay", One(Faction, StatePart::Pay), "share", SHARE, "share of salaries met by a faction"),
    part("support", One(Faction, StatePart::Support), "share", SHARE, "support of a faction"),
    part("leadership", One(Faction, StatePart::Leadership), "intact = 1", POSITIVE, "leadership of a faction; recovers"),
    part("morale", One(Faction, StatePart::Morale), "1", SHARE, "morale of a faction's forces; returns to what pay, support and patrons make of it"),
    part("perceived_threat", One(Faction, StatePart::PerceivedThreat), "1", SHARE, "threat as a faction perceives it"),
    part("hostility", Two(Faction, Faction, StatePart::Hostility), "log-odds", ANY, "standing hostility of two factions that events have added to their tie, both ways"),
    part("memory", Two(Faction, Faction, StatePart::Memory), "log-odds", POSITIVE, "grievance of two factions about earlier fighting, both ways; fades"),
    part("conflict", Two(Faction, Faction, StatePart::Conflict), "0 or 1", SHARE, "open conflict of two factions: war"),
    part("clash", Two(Faction, Faction, StatePart::Clash), "0 or 1", SHARE, "armed clash of two factions that is no war"),
    part("feud", Two(Faction, Faction, StatePart::Feud), "0 or 1", SHARE, "feud of two factions over institutions, without arms"),
    part("agreement", Two(Faction, Faction, StatePart::Agreement), "0 or 1", SHARE, "agreement of two factions on who gets what; lowers their hostility while it holds"),
    part("ceasefire", Two(Faction, Faction, StatePart::Ceasefire), "weeks", POSITIVE, "weeks of ceasefire left between two factions"),
    part("position", Two(Faction, Issue, StatePart::Position), "1", (-1.0, 1.0), "position of a faction on an issue"),
    part("stake", Two(Faction, Arena, StatePart::Stake), "1", POSITIVE, "how much a faction wants an arena"),
    part("control", Share(StatePart::Control), "share", SHARE, "share of an arena held by somebody: a faction, `threat` or `nobody`"),
    part("grievance", Two(Arena, Community, StatePart::Grievance), "1", SHARE, "grievance of a community in a territory"),
    part("crisis", One(Arena, StatePart::Crisis), "1", SHARE, "how contested a political arena is; follows obstruction"),
    part("commitment", One(Patron, StatePart::Commitment), "1", SHARE, "commitment of a patron; a change lasts"),
    part("backing", Two(Patron, Faction, StatePart::Backing), "1", SHARE, "backing of a faction by a patron; a change lasts"),
    part("oil_price", Nothing(StatePart::OilPrice), "USD a barrel", POSITIVE, "oil price; returns to its mean"),
    impulse(part("election", One(Arena, StatePart::Election), "share", SHARE, "election to an institution: that share of what factions hold of it is shared anew by their support")),
    impulse(part("attack", One(Community, StatePart::Attack), "1", POSITIVE, "attack on a community: raises the alarm of its factions; fades")),
];

/// What cohesion is, in one sentence; it stands wherever a picture shows it.
pub const COHESION: &str = "cohesion of a coalition: the share of its members' power-weighted effort that is not spent on fellow members";

/// What can be read, and is changed by no event.
#[rustfmt::skip]
const MEASURES: [Declared<Measure>; 31] = [
    measure("week", Nothing(Measure::Week), "weeks", POSITIVE, "weeks since the first day"),
    measure("threat_strength", Nothing(Measure::ThreatStrength), "start = 1", POSITIVE, "threat strength relative to the start"),
    measure("threat_share", Nothing(Measure::ThreatShare), "share", SHARE, "share of the value of all territory held by the threat"),
    measure("threat_people", Nothing(Measure::ThreatPeople), "persons", POSITIVE, "people in territory held by the threat"),
    measure("underground_fighters", Nothing(Measure::UndergroundFighters), "persons", POSITIVE, "fighters of the threat underground in all territories"),
    measure("threat_pay", Nothing(Measure::ThreatPay), "share", SHARE, "share of its payroll that the threat meets"),
    measure("revenue", Nothing(Measure::Revenue), "million USD a month", POSITIVE, "what the threat takes in, from what it holds and from outside"),
    measure("threat_losses", Nothing(Measure::ThreatLosses), "persons", POSITIVE, "fighters of the threat lost in fights so far"),
    measure("threat_joined", Nothing(Measure::ThreatJoined), "persons", ANY, "fighters who joined the threat so far, less those who left it"),
    measure("assault", One(Arena, Measure::Assault), "power", POSITIVE, "power with which the threat attacks a territory"),
    measure("power", One(Faction, Measure::Power), "power", POSITIVE, "power of a faction: personnel times quality, pay, support and leadership"),
    measure("losses", One(Faction, Measure::Losses), "persons", POSITIVE, "fighters of a faction lost in fights so far"),
    measure("joined", One(Faction, Measure::Joined), "persons", ANY, "fighters who joined a faction so far, less those who left it"),
    measure("effort_threat", One(Faction, Measure::EffortThreat), "share", SHARE, "share of a faction's effort against the threat"),
    measure("effort_rival", Two(Faction, Faction, Measure::EffortRival), "share", SHARE, "share of the first faction's effort against the second"),
    measure("effort_guard", One(Faction, Measure::EffortGuard), "share", SHARE, "share of a faction's effort that guards what it holds"),
    measure("effort_govern", One(Faction, Measure::EffortGovern), "share", SHARE, "share of a faction's effort that governs what it holds"),
    measure("rivalry", Two(Faction, Faction, Measure::Rivalry), "1", SHARE, "rivalry weight of the first toward the second"),
    measure("fighting", Two(Faction, Faction, Measure::Fighting), "power", POSITIVE, "power with which the first attacked the second in the last step"),
    measure("contested", One(Arena, Measure::Contested), "share", SHARE, "share of an arena that its largest holder doesn't hold"),
    measure("fallen", One(Arena, Measure::Fallen), "0 or 1", SHARE, "whether an arena's largest holder is another than at the start"),
    measure("governance", One(Arena, Measure::Governance), "1", SHARE, "how well an arena is governed"),
    measure("unrest", One(Arena, Measure::Unrest), "1", SHARE, "mean grievance of those who live in a territory"),
    measure("cohesion", One(Coalition, Measure::Cohesion), "share", SHARE, COHESION),
    measure("infighting", One(Coalition, Measure::Infighting), "share", SHARE, "infighting of a coalition: the rest of that effort"),
    measure("power_in_conflict", One(Coalition, Measure::PowerInConflict), "share", SHARE, "share of a coalition's power in open conflict with fellow members: that of every member who fights another; conflicts of the start count once they have ended and broken out again"),
    measure("power_in_clash", One(Coalition, Measure::PowerInClash), "share", SHARE, "share of a coalition's power in clashes or open conflict with fellow members; counted as in open conflict"),
    measure("purpose", One(Coalition, Measure::Purpose), "share", SHARE, "share of a coalition's power-weighted effort against the threat"),
    measure("mean_rivalry", One(Coalition, Measure::MeanRivalry), "1", SHARE, "mean rivalry weight between a coalition's members"),
    measure("bloc_power", One(Bloc, Measure::BlocPower), "power", POSITIVE, "power of all factions of a bloc"),
    measure("support_given", Two(Patron, Faction, Measure::SupportGiven), "1", SHARE, "backing times commitment of a patron for a faction"),
];

/// Every variable with how it is written, in the order in which they are listed.
pub fn variables() -> impl Iterator<Item = (String, Declaration)> {
    let measures = MEASURES.iter().map(|m| (m.usage(), m.is));
    measures.chain(PARTS.iter().map(|p| (p.usage(), p.is)))
}

/// What can be done with a variable where its name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A condition or an expression reads it.
    Read,
    /// An event changes it.
    Change,
}

impl Use {
    fn allows(self, is: &Declaration) -> bool {
        match self {
            Self::Read => is.read,
            Self::Change => is.change,
        }
    }

    /// Those that can be used thus.
    fn known(self) -> Vec<&'static str> {
        let measures = MEASURES.iter().map(|m| m.is);
        let all = measures.chain(PARTS.iter().map(|p| p.is));
        all.filter(|is| self.allows(is)).map(|is| is.name).collect()
    }
}

/// A piece of text with its place.
#[derive(Debug, Clone)]
pub(super) struct Word<'a> {
    /// The text.
    pub text: &'a str,
    /// Where it stands.
    pub place: Place,
}

/// What `each` stands for in the brackets of a variable: one thing of a kind.
pub(super) type Each = Option<(NameKind, usize)>;

/// The word for it.
pub(super) const EACH: &str = "each";

/// A variable with its unit.
pub(super) type InUnit<T> = (T, &'static str);

/// The variable of a name and the names in its brackets (`whole`: both, for what is wrong with
/// the two together), to be read.
pub(super) fn to_read(
    name: &Word<'_>,
    arguments: &[Word<'_>],
    whole: &Place,
    each: Each,
    gathered: &mut Gathered,
) -> Option<InUnit<Variable>> {
    let call = Call {
        name,
        arguments,
        whole,
        each,
        using: Use::Read,
    };
    if let Some(declared) = MEASURES.iter().find(|m| m.is.name == name.text) {
        let measure = call.resolve(declared, gathered)?;
        return Some((Variable::Measure(measure), declared.is.unit));
    }
    call.part(gathered)
        .map(|(part, unit)| (Variable::Part(part), unit))
}

/// The same of one that an event changes.
pub(super) fn to_change(
    name: &Word<'_>,
    arguments: &[Word<'_>],
    whole: &Place,
    gathered: &mut Gathered,
) -> Option<InUnit<StatePart>> {
    let call = Call {
        name,
        arguments,
        whole,
        each: None,
        using: Use::Change,
    };
    call.part(gathered)
}

/// A variable as it is written.
struct Call<'a> {
    name: &'a Word<'a>,
    arguments: &'a [Word<'a>],
    whole: &'a Place,
    each: Each,
    using: Use,
}

impl Call<'_> {
    fn part(&self, gathered: &mut Gathered) -> Option<InUnit<StatePart>> {
        let name = self.name.text;
        match PARTS.iter().find(|part| part.is.name == name) {
            Some(declared) if self.using.allows(&declared.is) => {
                Some((self.resolve(declared, gathered)?, declared.is.unit))
            }
            declared => {
                let exists = declared.is_some() || MEASURES.iter().any(|m| m.is.name == name);
                self.unknown(exists, gathered);
                None
            }
        }
    }

    /// Says that there is no such variable, or that it can't be used here.
    fn unknown(&self, exists: bool, gathered: &mut Gathered) {
        let (name, place) = (self.name.text, self.name.place.clone());
        let known = self.using.known();
        if !exists {
            let message = format!("there is no variable `{name}`");
            gathered.problems.push_with(|| {
                let mut problem = Problem::at(place, message, "not known");
                let meant = meant_by(name).filter(|meant| known.contains(meant));
                problem.help = match meant {
                    Some(meant) => Some(format!("did you mean `{meant}`?")),
                    None => suggestion(name, &known),
                };
                problem
            });
            return;
        }
        let (message, what) = match self.using {
            Use::Change => (
                format!("`{name}` can't be changed by an event"),
                "an event can change",
            ),
            Use::Read => (
                format!("`{name}` can't be read by a condition"),
                "a condition can read",
            ),
        };
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let help = format!("{what} {}", known.join(", "));
        let problem = Problem::at(place, message, "not here");
        gathered.problems.push(problem.help(help));
    }

    /// The variable with its arguments.
    fn resolve<T: Copy>(&self, declared: &Declared<T>, gathered: &mut Gathered) -> Option<T> {
        let (name, arguments) = (self.name.text, self.arguments);
        let wanted = declared.places().len();
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
            let problem = Problem::at(self.whole.clone(), message, "here");
            let help = format!("write `{}`", declared.usage());
            gathered.problems.push(problem.help(help));
            return None;
        }
        if let (One(Faction, _), [argument]) = (declared.takes, arguments)
            && argument.text == "threat"
            && let Some(own) = of_the_threat(name)
        {
            let message = format!("`{name}` is a faction's, and the threat is none");
            let problem = Problem::at(argument.place.clone(), message, "not a faction");
            let help = match (self.using.known().contains(&own), self.using) {
                (true, _) => format!("the threat has `{own}`"),
                (false, Use::Change) => {
                    format!("the threat has `{own}`, which an event can't change")
                }
                (false, Use::Read) => {
                    format!("the threat has `{own}`, which a condition can't read")
                }
            };
            gathered.problems.push(problem.help(help));
            return None;
        }
        match (declared.takes, arguments) {
            (Nothing(variable), _) => Some(variable),
            (One(kind, make), [name]) => Some(make(self.index(kind, name, gathered)?)),
            (Two(first, second, make), [one, other]) => {
                // Both are looked up first, so that all that is wrong is said.
                let found = [(first, one), (second, other)]
                    .map(|(kind, word)| self.index(kind, word, gathered));
                let (one, other) = (found[0]?, found[1]?);
                if first == second && one == other {
                    let message = format!("`{name}` wants two different {}", first.plural());
                    let inside = Place {
                        file: arguments[0].place.file,
                        span: arguments[0].place.span.start..arguments[1].place.span.end,
                    };
                    gathered
                        .problems
                        .push(Problem::at(inside, message, "the same twice"));
                    return None;
                }
                Some(make(one, other))
            }
            (Share(make), [arena, holder]) => {
                let arena = self.index(Arena, arena, gathered);
                let holder = match holder.text {
                    "threat" => Some(Holder::Threat),
                    "nobody" => Some(Holder::Nobody),
                    _ => self.index(Faction, holder, gathered).map(Holder::Faction),
                };
                Some(make(arena?, holder?))
            }
            // Their number has been asked.
            (One(..) | Two(..) | Share(_), _) => None,
        }
    }

    fn index(&self, kind: NameKind, word: &Word<'_>, gathered: &mut Gathered) -> Option<usize> {
        match self.each {
            Some((of, index)) if word.text == EACH => {
                if of == kind {
                    return Some(index);
                }
                let message = format!("`each` is a {} here", of.table());
                let label = format!("not a {}", kind.table());
                gathered
                    .problems
                    .push(Problem::at(word.place.clone(), message, label));
                None
            }
            _ => gathered.index_of(kind, word.text, &word.place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `Debug` makes of a variable, against the word that stands for it.
    fn check<T: Copy + std::fmt::Debug>(declared: &Declared<T>) {
        let variable = match declared.takes {
            Nothing(variable) => variable,
            One(_, make) => make(1),
            Two(_, _, make) => make(1, 2),
            Share(make) => make(1, Holder::Nobody),
        };
        let variant = format!("{variable:?}");
        let (variant, names) = variant.split_once('(').unwrap_or((&variant, ""));
        let words = declared.is.name.split('_');
        let expected: String = words
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        assert_eq!(variant, expected);
        // The names keep their order.
        assert!(
            ["", "1)", "1, 2)", "1, Nobody)"].contains(&names),
            "{names}"
        );
    }

    #[test]
    fn every_word_stands_for_the_variable_of_its_name() {
        PARTS.iter().for_each(check);
        MEASURES.iter().for_each(check);
    }

    #[test]
    fn every_variable_finds_its_declaration() {
        for declared in &MEASURES {
            let measure = match declared.takes {
                Nothing(measure) => measure,
                One(_, make) => make(1),
                Two(_, _, make) => make(1, 2),
                Share(make) => make(1, Holder::Nobody),
            };
            let found = Variable::Measure(measure).declaration();
            assert_eq!(found.name, declared.is.name);
        }
    }

    #[test]
    fn no_name_is_declared_twice() {
        let mut names: Vec<&str> = variables().map(|(_, is)| is.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
