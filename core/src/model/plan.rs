//! What exists in a scenario: who can fight whom where. Built once, shared by all replicates.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::numeric::{Channel, Lanes, List, Variate, channel_key};
use crate::scenario::{Actor, Scenario, StatePart};

use super::expression::Programs;
use super::outcomes::{self, OutcomePlan, WatchPlan};
use super::schedule::{Turn, turns};

/// A faction's claim on an arena: it wants it, holds some of it, or may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The arena.
    pub arena: usize,
    /// The faction.
    pub faction: usize,
}

/// A claim that stands against another one in the same arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// The claim of the one who acts.
    pub own: usize,
    /// The claim acted against.
    pub other: usize,
    /// The faction that acts.
    pub i: usize,
    /// The faction acted against.
    pub j: usize,
    /// The cell (i, j) in arrays over pairs of factions.
    pub cell: usize,
    /// The arena.
    pub arena: usize,
}

/// Two claims on one arena, in no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispute {
    /// The first claim.
    pub x: usize,
    /// The second.
    pub y: usize,
    /// The cell of their factions in arrays over pairs of factions.
    pub xy: usize,
    /// The same the other way.
    pub yx: usize,
}

/// Two factions whom the same patrons back, or may come to back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPatrons {
    /// The first faction.
    pub i: usize,
    /// The second.
    pub j: usize,
    /// The patrons of both.
    pub patrons: Vec<usize>,
}

/// What a faction can do where it has a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theatre {
    /// The claim.
    pub claim: usize,
    /// The arena.
    pub arena: usize,
    /// The option of fighting the threat there; `None` in politics.
    pub threat: Option<usize>,
    /// The faction's claims on the places next to it, and the roads from there; `None` where every
    /// place is within reach: in politics, and where no place has neighbours.
    pub ways: Option<Vec<(usize, usize)>>,
    /// The contacts with rivals there.
    pub contacts: Range<usize>,
    /// The options that go with these contacts, in the same order.
    pub rivals: Range<usize>,
}

/// A coalition, or all factions together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Membership {
    /// Its members.
    pub members: Vec<usize>,
    /// For each member: its options of fighting other members.
    pub inward: Vec<Vec<usize>>,
    /// For each member: its options of fighting the threat.
    pub against_threat: Vec<Vec<usize>>,
    /// The pairs of members: indices into [`Plan::pairs`].
    pub pairs: Vec<usize>,
    /// For each member: those of them that it is one of.
    pub pairs_of: Vec<Vec<usize>>,
}

/// What a faction can spend effort on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// Fight the threat where it has this claim.
    Threat(usize),
    /// Fight or obstruct a rival: an index into [`Plan::contacts`].
    Rival(usize),
    /// Guard what it holds.
    Hold,
    /// Govern what it holds.
    Govern,
}

/// A community in a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Populace {
    /// The territory.
    pub arena: usize,
    /// The community.
    pub community: usize,
}

/// An unordered pair of factions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The first faction.
    pub a: usize,
    /// The second, larger than `a`.
    pub b: usize,
    /// The cell (a, b) in arrays over pairs of factions.
    pub ab: usize,
    /// The cell (b, a).
    pub ba: usize,
    /// Whether the two meet in an arena.
    pub meets: bool,
    /// Whether they meet in a territory, so that they can fight.
    pub meets_armed: bool,
    /// Whether they want the same institution, so that they can feud.
    pub meets_in_politics: bool,
    /// Whether they are in open conflict at the start.
    pub conflict_at_start: bool,
    /// Whether they are at feud at the start.
    pub feud_at_start: bool,
    /// Whether an agreement of theirs holds at the start.
    pub agreement_at_start: bool,
    /// Their place among the pairs who share patrons.
    pub shared: Option<usize>,
}

/// Where each purpose's random numbers are found among the channels.
#[derive(Debug, Clone, Default)]
pub struct Channels {
    /// The name of every channel, a purpose and the names of what it is about; and what it gives.
    names: Vec<(&'static str, Vec<String>, Variate)>,
    /// Political mood.
    pub mood: usize,
    /// Oil price.
    pub oil: usize,
    /// Split of the threat.
    pub split: usize,
    /// Pair noise, first of one for each pair.
    pub pair_noise: usize,
    /// Onset and end of feuds, first of one for each pair that meets in politics, in order.
    pub pair_feud: usize,
    /// Clashes and wars, first of one for each pair that meets in a territory, in order.
    pub pair_conflict: usize,
    /// Operational tempo, first of one for each faction.
    pub tempo: usize,
    /// Operational tempo of the threat.
    pub threat_tempo: usize,
    /// Battle luck, first of one for each territory, in order.
    pub luck: usize,
    /// Whether the threat's garrison breaks, first of one for each territory, in order.
    pub rout: usize,
    /// Whether a faction's force breaks before its rivals, first of one for each claim.
    pub rout_of: usize,
    /// Whether the defenders break before the threat, first of one for each territory, in order.
    pub assault: usize,
    /// Uprisings, first of one for each territory, in order.
    pub uprising: usize,
    /// Events, first of one for each event.
    pub event: usize,
}

impl Channels {
    /// All channels, in order, for a root seed.
    pub fn keyed(&self, seed: u64) -> Vec<Channel> {
        let channel = |(purpose, about, variate): &(&str, Vec<String>, Variate)| Channel {
            key: channel_key(seed, purpose, about),
            variate: *variate,
        };
        self.names.iter().map(channel).collect()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }
}

/// The structure of a scenario.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Number of factions.
    pub factions: usize,
    /// Number of patrons.
    pub patrons: usize,
    /// Number of arenas.
    pub arenas: usize,
    /// Number of communities.
    pub communities: usize,
    /// Number of issues.
    pub issues: usize,
    /// Territories, by arena index.
    pub territories: Vec<usize>,
    /// Political arenas, by arena index.
    pub institutions: Vec<usize>,
    /// Whether an arena is a territory.
    pub is_territory: Vec<bool>,
    /// Whether any place has neighbours: without a map, all places are next to each other.
    pub mapped: bool,
    /// Pairs of neighbours, the one with the lower index first: a road leads from one to the other.
    pub roads: Vec<(usize, usize)>,
    /// Neighbours of each arena, and the roads to them.
    pub neighbours: Vec<Vec<(usize, usize)>>,
    /// Claims, ordered by arena, then faction.
    pub claims: Vec<Claim>,
    /// The claims on each arena.
    pub claims_on: Vec<Range<usize>>,
    /// The claims of each faction.
    pub claims_of: Vec<Vec<usize>>,
    /// Ordered pairs of claims on one arena, ordered by arena.
    pub contacts: Vec<Contact>,
    /// The contacts of each claim.
    pub contacts_of: Vec<Range<usize>>,
    /// Unordered pairs of claims on one arena, ordered by arena.
    pub disputes: Vec<Dispute>,
    /// The disputes in each arena.
    pub disputes_in: Vec<Range<usize>>,
    /// For each claim, its place among the theatres of its faction.
    pub theatre_of: Vec<usize>,
    /// The theatres of each faction, one for each of its claims.
    pub theatres_of: Vec<Vec<Theatre>>,
    /// Options, ordered by faction.
    pub options: Vec<OptionKind>,
    /// The options of each faction.
    pub options_of: Vec<Range<usize>>,
    /// Unordered pairs of factions.
    pub pairs: Vec<Pair>,
    /// Communities in territories, ordered by arena.
    pub populace: Vec<Populace>,
    /// The populace of each arena.
    pub populace_of: Vec<Range<usize>>,
    /// The bloc of each faction.
    pub bloc_of: Vec<Option<usize>>,
    /// The institutions of each bloc.
    pub institutions_of: Vec<Vec<usize>>,
    /// Membership of each coalition, by faction.
    pub coalitions: Vec<Vec<bool>>,
    /// Each coalition's members, and what they can do to each other.
    pub memberships: Vec<Membership>,
    /// All factions, and what they can do to each other.
    pub everybody: Membership,
    /// Pairs within a bloc: indices into [`Plan::pairs`].
    pub bloc_pairs: Vec<usize>,
    /// The (patron, faction) between whom there is backing, or may come to be.
    pub backings: Vec<(usize, usize)>,
    /// Pairs of factions who share patrons.
    pub shared_patrons: Vec<SharedPatrons>,
    /// For each patron and faction with a tie of their own: (patron, faction).
    pub patron_ties: Vec<(usize, usize)>,
    /// The faction that those form who split off from the threat.
    pub splinter: Option<usize>,
    /// Steps of the run.
    pub steps: usize,
    /// Weeks in a step.
    pub step_weeks: f32,
    /// Events that can happen, in the order of their turns.
    pub turns: Vec<Turn>,
    /// Random numbers.
    pub channels: Channels,
    /// What is looked for.
    pub outcomes: Vec<OutcomePlan>,
    /// What is watched.
    pub watches: Vec<WatchPlan>,
    /// What that needs.
    pub programs: Programs,
}

impl Plan {
    /// Lays out the structure of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let factions = scenario.factions.len();
        let arenas = scenario.arenas.len();
        let is_territory: Vec<bool> = scenario
            .arenas
            .iter()
            .map(crate::scenario::Arena::is_territory)
            .collect();
        let claims: Vec<Claim> = scenario
            .claims()
            .into_iter()
            .map(|(arena, faction)| Claim { arena, faction })
            .collect();
        let claims_on = ranges(&claims, arenas, |c| c.arena);
        let claims_of = (0..factions)
            .map(|f| {
                (0..claims.len())
                    .filter(|&c| claims[c].faction == f)
                    .collect()
            })
            .collect();
        let contacts = contacts(&claims, factions);
        let disputes = disputes(&contacts, factions);
        let backings = backings(scenario);
        let shared = shared_patrons(&backings, factions);
        let contacts_of = ranges(&contacts, claims.len(), |c| c.own);
        let (outcomes, watches, programs) = outcomes::plan(scenario);
        let roads = roads(scenario);
        let mut plan = Self {
            factions,
            patrons: scenario.patrons.len(),
            arenas,
            communities: scenario.communities.len(),
            issues: scenario.issues.len(),
            territories: (0..arenas).filter(|&a| is_territory[a]).collect(),
            institutions: (0..arenas).filter(|&a| !is_territory[a]).collect(),
            mapped: scenario.arenas.iter().any(|a| !a.neighbours.is_empty()),
            neighbours: neighbours(&roads, arenas),
            roads,
            pairs: pairs(scenario, &contacts, &shared),
            populace: Vec::new(),
            populace_of: Vec::new(),
            bloc_of: scenario.factions.iter().map(|f| f.bloc).collect(),
            institutions_of: (0..scenario.blocs.len())
                .map(|b| {
                    (0..arenas)
                        .filter(|&a| scenario.arenas[a].bloc == Some(b))
                        .collect()
                })
                .collect(),
            coalitions: scenario
                .coalitions
                .iter()
                .map(|c| (0..factions).map(|f| c.members.contains(&f)).collect())
                .collect(),
            patron_ties: patron_ties(scenario),
            shared_patrons: shared,
            backings,
            splinter: scenario.threat.splinter,
            steps: scenario.time.steps(),
            step_weeks: scenario.time.step_weeks as f32,
            turns: turns(scenario),
            channels: Channels::default(),
            outcomes,
            watches,
            programs,
            disputes_in: ranges(&disputes, arenas, |m| claims[m.x].arena),
            disputes,
            theatre_of: vec![0; claims.len()],
            theatres_of: Vec::new(),
            options: Vec::new(),
            options_of: Vec::new(),
            memberships: Vec::new(),
            everybody: Membership::default(),
            bloc_pairs: Vec::new(),
            is_territory,
            claims,
            claims_on,
            claims_of,
            contacts,
            contacts_of,
        };
        plan.populace = scenario
            .arenas
            .iter()
            .enumerate()
            .flat_map(|(arena, a)| {
                a.mix.iter().map(move |(community, _)| Populace {
                    arena,
                    community: *community,
                })
            })
            .collect();
        plan.populace_of = ranges(&plan.populace, arenas, |p| p.arena);
        plan.lay_out_options();
        let everybody = vec![true; factions];
        plan.memberships = plan.coalitions.iter().map(|c| plan.membership(c)).collect();
        plan.everybody = plan.membership(&everybody);
        let blocs = |index: &usize| {
            let pair = plan.pairs[*index];
            plan.bloc_of[pair.a].is_some() && plan.bloc_of[pair.a] == plan.bloc_of[pair.b]
        };
        plan.bloc_pairs = (0..plan.pairs.len()).filter(blocs).collect();
        plan.channels = channels(scenario, &plan);
        plan
    }

    /// Each faction's options: the threat in each place, then rivals place by place.
    fn lay_out_options(&mut self) {
        for faction in 0..self.factions {
            let first = self.options.len();
            let mut theatres = Vec::new();
            for &claim in &self.claims_of[faction] {
                let arena = self.claims[claim].arena;
                self.theatre_of[claim] = theatres.len();
                let threat = self.is_territory[arena].then_some(self.options.len());
                if threat.is_some() {
                    self.options.push(OptionKind::Threat(claim));
                }
                let ways = self.neighbours[arena].iter();
                let ways = ways.filter_map(|&(beside, road)| {
                    let claim = self.claim(faction, beside)?;
                    Some((claim, road))
                });
                theatres.push(Theatre {
                    claim,
                    arena,
                    threat,
                    ways: (self.mapped && self.is_territory[arena]).then(|| ways.collect()),
                    contacts: self.contacts_of[claim].clone(),
                    rivals: 0..0,
                });
            }
            for theatre in &mut theatres {
                let first = self.options.len();
                self.options
                    .extend(theatre.contacts.clone().map(OptionKind::Rival));
                theatre.rivals = first..self.options.len();
            }
            self.theatres_of.push(theatres);
            self.options.push(OptionKind::Hold);
            self.options.push(OptionKind::Govern);
            self.options_of.push(first..self.options.len());
        }
    }

    fn membership(&self, is_member: &[bool]) -> Membership {
        let members: Vec<usize> = (0..self.factions).filter(|&i| is_member[i]).collect();
        let inward = |&i: &usize| {
            let at_member = |&o: &usize| match self.options[o] {
                OptionKind::Rival(k) => is_member[self.contacts[k].j],
                _ => false,
            };
            self.options_of[i].clone().filter(at_member).collect()
        };
        let against_threat = |&i: &usize| {
            let is_threat = |&o: &usize| matches!(self.options[o], OptionKind::Threat(_));
            self.options_of[i].clone().filter(is_threat).collect()
        };
        let together = |&index: &usize| {
            let pair = self.pairs[index];
            is_member[pair.a] && is_member[pair.b]
        };
        let pairs: Vec<usize> = (0..self.pairs.len()).filter(together).collect();
        let pairs_of = |i: &usize| {
            let is_of = |index: &&usize| [self.pairs[**index].a, self.pairs[**index].b].contains(i);
            pairs.iter().filter(is_of).copied().collect()
        };
        Membership {
            pairs_of: members.iter().map(pairs_of).collect(),
            inward: members.iter().map(inward).collect(),
            against_threat: members.iter().map(against_threat).collect(),
            pairs,
            members,
        }
    }

    /// 1 both ways for the pairs of which something is so, 0 for the others; row-major.
    pub fn among<const N: usize>(&self, so: impl Fn(&Pair) -> bool) -> List<N> {
        let mut cells = List::filled(self.factions * self.factions, Lanes::ZERO);
        for pair in self.pairs.iter().filter(|pair| so(pair)) {
            cells[pair.ab] = Lanes::ONE;
            cells[pair.ba] = Lanes::ONE;
        }
        cells
    }

    /// The claim of a faction on an arena, if it has one.
    pub fn claim(&self, faction: usize, arena: usize) -> Option<usize> {
        let mut here = self.claims_on[arena].clone();
        here.find(|&c| self.claims[c].faction == faction)
    }

    /// The option of guarding what a faction holds.
    pub fn hold_option(&self, faction: usize) -> usize {
        self.options_of[faction].end - 2
    }

    /// The option of governing what a faction holds.
    pub fn govern_option(&self, faction: usize) -> usize {
        self.options_of[faction].end - 1
    }
}

fn contacts(claims: &[Claim], factions: usize) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for (own, a) in claims.iter().enumerate() {
        // Claims are ordered by arena.
        let first = claims.partition_point(|claim| claim.arena < a.arena);
        let here = claims[first..].iter().take_while(|b| b.arena == a.arena);
        for (other, b) in here.enumerate().map(|(k, b)| (first + k, b)) {
            if own != other {
                contacts.push(Contact {
                    own,
                    other,
                    i: a.faction,
                    j: b.faction,
                    cell: a.faction * factions + b.faction,
                    arena: a.arena,
                });
            }
        }
    }
    contacts
}

fn disputes(contacts: &[Contact], factions: usize) -> Vec<Dispute> {
    let both = contacts.iter().filter(|c| c.own < c.other);
    both.map(|c| Dispute {
        x: c.own,
        y: c.other,
        xy: c.cell,
        yx: c.j * factions + c.i,
    })
    .collect()
}

fn pairs(scenario: &Scenario, contacts: &[Contact], shared: &[SharedPatrons]) -> Vec<Pair> {
    let factions = scenario.factions.len();
    let mut armed = vec![false; factions * factions];
    let mut in_politics = armed.clone();
    for contact in contacts {
        match scenario.arenas[contact.arena].is_territory() {
            true => armed[contact.cell] = true,
            false => in_politics[contact.cell] = true,
        }
    }
    let mut pairs = Vec::new();
    for a in 0..factions {
        for b in a + 1..factions {
            let tie = scenario.ties.iter().find(|tie| {
                matches!(tie.between, Some((Actor::Faction(x), Actor::Faction(y))) if (x, y) == (a, b) || (y, x) == (a, b))
            });
            let ab = a * factions + b;
            pairs.push(Pair {
                a,
                b,
                ab,
                ba: b * factions + a,
                meets: armed[ab] || in_politics[ab],
                meets_armed: armed[ab],
                meets_in_politics: in_politics[ab],
                conflict_at_start: tie.is_some_and(|tie| tie.conflict),
                feud_at_start: tie.is_some_and(|tie| tie.feud),
                agreement_at_start: tie.is_some_and(|tie| tie.agreement),
                shared: shared
                    .iter()
                    .position(|shared| (shared.i, shared.j) == (a, b)),
            });
        }
    }
    pairs
}

/// Neighbourhood holds both ways, whichever of the two names the other.
fn roads(scenario: &Scenario) -> Vec<(usize, usize)> {
    let mut roads = BTreeSet::new();
    for (a, arena) in scenario.arenas.iter().enumerate() {
        roads.extend(arena.neighbours.iter().map(|&b| (a.min(b), a.max(b))));
    }
    roads.into_iter().collect()
}

fn neighbours(roads: &[(usize, usize)], arenas: usize) -> Vec<Vec<(usize, usize)>> {
    let mut neighbours = vec![Vec::new(); arenas];
    for (road, &(a, b)) in roads.iter().enumerate() {
        neighbours[a].push((b, road));
        neighbours[b].push((a, road));
    }
    for list in &mut neighbours {
        list.sort_unstable();
    }
    neighbours
}

fn backings(scenario: &Scenario) -> Vec<(usize, usize)> {
    let mut backings = BTreeSet::new();
    for (patron, p) in scenario.patrons.iter().enumerate() {
        let backed = p.backing.iter().chain(&p.offer);
        backings.extend(backed.map(|(faction, _)| (patron, *faction)));
    }
    let effects = scenario.events.iter().flat_map(|event| &event.effects);
    for on in effects.filter_map(|effect| effect.on) {
        if let StatePart::Backing(patron, faction) = on {
            backings.insert((patron, faction));
        }
    }
    backings.into_iter().collect()
}

fn shared_patrons(backings: &[(usize, usize)], factions: usize) -> Vec<SharedPatrons> {
    // Backings are in order.
    let backs = |patron: usize, faction: usize| backings.binary_search(&(patron, faction)).is_ok();
    let mut shared = Vec::new();
    for i in 0..factions {
        for j in i + 1..factions {
            let of_i = backings.iter().filter(|(_, faction)| *faction == i);
            let both = of_i.map(|(patron, _)| *patron).filter(|&u| backs(u, j));
            let patrons: Vec<usize> = both.collect();
            if !patrons.is_empty() {
                shared.push(SharedPatrons { i, j, patrons });
            }
        }
    }
    shared
}

fn patron_ties(scenario: &Scenario) -> Vec<(usize, usize)> {
    let ties = scenario.ties.iter().filter(|tie| tie.hostility.is_some());
    ties.filter_map(|tie| match tie.between {
        Some((Actor::Patron(p), Actor::Faction(f)) | (Actor::Faction(f), Actor::Patron(p))) => {
            Some((p, f))
        }
        _ => None,
    })
    .collect()
}

fn ranges<T>(items: &[T], groups: usize, group: impl Fn(&T) -> usize) -> Vec<Range<usize>> {
    (0..groups)
        .map(|g| {
            let start = items.partition_point(|item| group(item) < g);
            let end = items.partition_point(|item| group(item) <= g);
            start..end
        })
        .collect()
}

/// A channel is named by what it is about, never by its place in a list, so that adding
/// a faction, an arena or an event doesn't shift the draws of the others.
fn channels(scenario: &Scenario, plan: &Plan) -> Channels {
    let mut channels = Channels::default();
    let mut add = |purpose: &'static str, variate: Variate, about: Vec<Vec<String>>| {
        let first = channels.names.len();
        let named = about.into_iter().map(|names| (purpose, names, variate));
        channels.names.extend(named);
        first
    };
    let faction = |f: usize| scenario.factions[f].key.clone();
    let names = |pair: &Pair| {
        let mut names = vec![faction(pair.a), faction(pair.b)];
        names.sort();
        names
    };
    let pairs = plan.pairs.iter().map(names).collect();
    let armed = plan.pairs.iter().filter(|pair| pair.meets_armed).map(names);
    let feuding = plan.pairs.iter().filter(|pair| pair.meets_in_politics);
    let feuding = feuding.map(names).collect();
    let factions = (0..plan.factions).map(|f| vec![faction(f)]).collect();
    let places = plan.territories.iter();
    let places: Vec<_> = places
        .map(|&a| vec![scenario.arenas[a].key.clone()])
        .collect();
    let events = scenario.events.iter().map(|e| vec![e.id.clone()]).collect();
    let alone = || vec![Vec::new()];
    let (normal, uniform) = (Variate::Normal, Variate::Uniform);
    let mood = add("mood", normal, alone());
    let oil = add("oil", normal, alone());
    let split = add("split", uniform, alone());
    let pair_noise = add("pair noise", normal, pairs);
    let pair_feud = add("pair feud", uniform, feuding);
    let pair_conflict = add("pair conflict", uniform, armed.collect());
    let tempo = add("tempo", normal, factions);
    let threat_tempo = add("threat tempo", normal, alone());
    let luck = add("battle luck", normal, places.clone());
    let rout = add("rout", uniform, places.clone());
    let claims = plan.claims.iter();
    let claims = claims.map(|c| vec![faction(c.faction), scenario.arenas[c.arena].key.clone()]);
    let rout_of = add("rout of a faction", uniform, claims.collect());
    let assault = add("assault", uniform, places.clone());
    let uprising = add("uprising", uniform, places);
    let event = add("event", uniform, events);
    Channels {
        mood,
        oil,
        split,
        pair_noise,
        pair_feud,
        pair_conflict,
        tempo,
        threat_tempo,
        luck,
        rout,
        rout_of,
        assault,
        uprising,
        event,
        ..channels
    }
}
