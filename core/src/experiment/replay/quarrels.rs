//! Who turned on whom, and why: feuds, clashes, open conflicts, their ends, agreements, ceasefires.

use crate::engine::Single;
use crate::model::Pair;
use crate::model::observe::Moment;
use crate::model::{State, TERMS, Term};
use crate::numeric::Lanes;
use crate::scenario::StatePart;

use super::Span;
use super::effects::culprit;
use super::hostility::{Hostility, Terms};
use super::story::{Entry, Reason, Topic};
use super::words::{Names, capital, day, list, percent, weeks};

/// How many reasons are told.
const REASONS: usize = 3;
/// Changes of hostility smaller than this, in log-odds, explain nothing.
const LEAST: f64 = 0.05;
/// By how much a rivalry weight must have risen to be what an open conflict comes from.
const LITTLE: f32 = 0.01;

/// An open conflict, and what was known when it began.
struct War {
    pair: usize,
    span: Span,
    /// The event that began it.
    event: Option<usize>,
    /// The chance of it in that step.
    chance: f64,
    /// Rivalry weight then, and at the start.
    weights: (f32, f32),
    /// By how much each part of hostility had changed since the start.
    changes: Vec<(Term, f64)>,
    /// Who sent more of its own power against the other; `None`: both alike.
    aggressor: Option<(usize, usize)>,
    /// Where they met, the most contested place first.
    places: Vec<usize>,
    /// Share of all power that the two had.
    power: f64,
    /// The event that ended it.
    ended_by: Option<usize>,
    /// Steps of ceasefire that followed.
    ceasefire: f32,
}

struct Truce {
    pair: usize,
    step: usize,
    weeks: f32,
    event: Option<usize>,
}

/// A feud, a clash or an agreement that began, or a feud or an agreement that ended.
struct Turn {
    pair: usize,
    step: usize,
    what: Lesser,
    event: Option<usize>,
    /// Where it is, if anywhere.
    place: Option<usize>,
    /// The chance of it in that step.
    chance: f64,
}

/// What is less than open conflict.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lesser {
    Clash,
    Feud,
    FeudOver,
    Agreement,
    AgreementOver,
}

/// Follows the quarrels of a history.
pub(super) struct Quarrels {
    turns: Vec<Turn>,
    hostility: Option<Hostility>,
    first: Vec<Terms>,
    first_weight: Vec<f32>,
    wars: Vec<War>,
    truces: Vec<Truce>,
}

impl Quarrels {
    pub(super) fn new(_: &Single<'_>) -> Self {
        Self {
            turns: Vec::new(),
            hostility: None,
            first: Vec::new(),
            first_weight: Vec::new(),
            wars: Vec::new(),
            truces: Vec::new(),
        }
    }

    pub(super) fn follow(&mut self, single: &Single<'_>, moment: &Moment<'_>) {
        let (plan, p) = (&single.plan, &single.params);
        let f = plan.factions;
        match &mut self.hostility {
            Some(hostility) => hostility.follow(plan, p, moment),
            none => {
                let hostility = Hostility::start(plan, moment);
                self.first = (0..f * f).map(|cell| *hostility.of(cell)).collect();
                self.first_weight = moment.after.weight.iter().map(|w| w.lane(0)).collect();
                *none = Some(hostility);
            }
        }
        for index in 0..plan.pairs.len() {
            let pair = &plan.pairs[index];
            let cell = pair.a * f + pair.b;
            let on = |s: &State<1>| s.conflict[cell].lane(0) > 0.5;
            let was = moment.step > 0 && on(moment.before);
            if moment.step > 0 {
                self.turn(single, moment, index);
            }
            match (was, on(moment.after)) {
                (false, true) => self.begin(single, moment, index),
                (true, false) => self.finish(single, moment, index),
                _ => {
                    let truce = |s: &State<1>| s.ceasefire[cell].lane(0);
                    if truce(moment.choice) > truce(moment.before) + 0.5 {
                        self.truces.push(Truce {
                            pair: index,
                            step: moment.step,
                            weeks: truce(moment.choice),
                            event: culprit(
                                single,
                                moment,
                                |part| matches!(part, StatePart::Ceasefire(i, j) if is_pair(pair, i, j)),
                            ),
                        });
                    }
                }
            }
        }
    }

    /// What began or ended on the lower rungs.
    fn turn(&mut self, single: &Single<'_>, moment: &Moment<'_>, index: usize) {
        let plan = &single.plan;
        let pair = &plan.pairs[index];
        let get = |x: Lanes<1>| f64::from(x.lane(0));
        let began = |of: fn(&State<1>) -> &[Lanes<1>]| {
            get(of(moment.after)[pair.ab]) - get(of(moment.before)[pair.ab])
        };
        let contested = |armed: bool| {
            let here = plan
                .contacts
                .iter()
                .filter(|c| (c.i, c.j) == (pair.a, pair.b));
            let here = here.filter(|c| plan.is_territory[c.arena] == armed);
            let s = moment.after;
            let amount = |own: usize, other: usize| match armed {
                true => get(s.presence[own]).min(get(s.presence[other])),
                false => get(s.stake[own]) * get(s.stake[other]),
            };
            here.max_by(|x, y| amount(x.own, x.other).total_cmp(&amount(y.own, y.other)))
                .map(|c| c.arena)
        };
        let clash = began(|s| &s.clash);
        let feud = began(|s| &s.feud);
        let agreement = began(|s| &s.agreement);
        let mut add = |what, armed, chance| {
            let event = culprit(single, moment, |part| match part {
                StatePart::Clash(i, j) => armed && is_pair(pair, i, j),
                StatePart::Feud(i, j) => !armed && is_pair(pair, i, j),
                StatePart::Agreement(i, j) => armed && is_pair(pair, i, j),
                _ => false,
            });
            self.turns.push(Turn {
                pair: index,
                step: moment.step,
                what,
                event,
                place: contested(armed),
                chance,
            });
        };
        if clash > 0.5 {
            add(Lesser::Clash, true, chances(moment, index).0);
        }
        // That blows end an agreement goes without saying.
        let fight = get(moment.after.conflict[pair.ab]).max(get(moment.after.clash[pair.ab]));
        if agreement > 0.5 {
            add(Lesser::Agreement, true, 0.0);
        } else if agreement < -0.5 && fight < 0.5 {
            add(Lesser::AgreementOver, true, 0.0);
        }
        if feud > 0.5 {
            add(Lesser::Feud, false, 0.0);
        } else if feud < -0.5 {
            add(Lesser::FeudOver, false, 0.0);
        }
    }

    fn begin(&mut self, single: &Single<'_>, moment: &Moment<'_>, index: usize) {
        let (plan, s) = (&single.plan, moment.after);
        let f = plan.factions;
        let pair = &plan.pairs[index];
        let (ab, ba) = (pair.a * f + pair.b, pair.b * f + pair.a);
        let get = |x: Lanes<1>| f64::from(x.lane(0));
        let sent = |cell: usize, i: usize| get(s.fighting[cell]) / (get(s.power[i]) + 1.0);
        let (first, second) = (sent(ab, pair.a), sent(ba, pair.b));
        let aggressor = if first > 1.5 * second && first > 0.01 {
            Some((pair.a, pair.b))
        } else if second > 1.5 * first && second > 0.01 {
            Some((pair.b, pair.a))
        } else {
            None
        };
        // The hostility of the one who turned on the other, or of both.
        let cells = match aggressor {
            Some((i, j)) => vec![i * f + j],
            None => vec![ab, ba],
        };
        let count = cells.len() as f64;
        let mean = |of: &dyn Fn(usize) -> f64| cells.iter().map(|&c| of(c)).sum::<f64>() / count;
        let mut changes: Vec<(Term, f64)> = Vec::new();
        if let Some(hostility) = &self.hostility {
            for (k, term) in TERMS.into_iter().enumerate() {
                // That they clashed before is no reason why.
                if term == Term::OpenConflict {
                    continue;
                }
                let change = mean(&|c| hostility.of(c)[k] - self.first[c][k]);
                changes.push((term, change));
            }
        }
        changes.sort_by(|x, y| y.1.total_cmp(&x.1));
        let mut places: Vec<(f64, usize)> = plan
            .contacts
            .iter()
            .filter(|c| (c.i, c.j) == (pair.a, pair.b) && plan.is_territory[c.arena])
            .map(|c| {
                let (own, other) = (get(s.stake[c.own]), get(s.stake[c.other]));
                let contact = own * (0.5 * other + get(s.control[c.other]))
                    + other * (0.5 * own + get(s.control[c.own]));
                (contact, c.arena)
            })
            .filter(|(contact, _)| *contact > 0.05)
            .collect();
        places.sort_by(|x, y| y.0.total_cmp(&x.0));
        let all: f64 = s.power.iter().map(|x| get(*x)).sum();
        let by_event = moment.step > 0 && get(moment.choice.conflict[ab]) > 0.5;
        self.wars.push(War {
            pair: index,
            span: Span {
                a: pair.a,
                b: pair.b,
                from: moment.step,
                until: None,
            },
            event: by_event.then(|| warring(single, moment, pair)).flatten(),
            chance: match moment.before.clash[ab].lane(0) > 0.5 {
                true => 1.0 - libm::exp(-get(s.onset[index])),
                false => chances(moment, index).1,
            },
            weights: (
                mean(&|c| get(s.weight[c])) as f32,
                mean(&|c| f64::from(self.first_weight[c])) as f32,
            ),
            changes,
            aggressor,
            places: places.into_iter().map(|(_, a)| a).collect(),
            power: (get(s.power[pair.a]) + get(s.power[pair.b])) / (all + 1e-6),
            ended_by: None,
            ceasefire: 0.0,
        });
    }

    fn finish(&mut self, single: &Single<'_>, moment: &Moment<'_>, index: usize) {
        let pair = &single.plan.pairs[index];
        let cell = pair.a * single.plan.factions + pair.b;
        let open = self.wars.iter_mut().rev();
        for war in open.filter(|w| w.pair == index && w.span.until.is_none()) {
            war.span.until = Some(moment.step);
            let by_event = moment.choice.conflict[cell].lane(0) < 0.5;
            war.ended_by = by_event.then(|| warring(single, moment, pair)).flatten();
            war.ceasefire = moment.after.ceasefire[cell].lane(0);
        }
        // The next one is explained by what changed since this one.
        let back = pair.b * single.plan.factions + pair.a;
        if let Some(hostility) = &self.hostility {
            for cell in [cell, back] {
                self.first[cell] = *hostility.of(cell);
                self.first_weight[cell] = moment.after.weight[cell].lane(0);
            }
        }
    }

    /// Every open conflict, in order of time.
    pub(super) fn spans(&self) -> Vec<Span> {
        self.wars.iter().map(|war| war.span.clone()).collect()
    }

    /// What is told of them.
    pub(super) fn entries(&self, single: &Single<'_>, names: &Names) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (k, war) in self.wars.iter().enumerate() {
            let earlier = self.wars[..k].iter().filter(|w| w.pair == war.pair).count();
            let rank = importance(single, war) * libm::pow(0.9, earlier as f64);
            if war.span.from > 0 {
                entries.push(outbreak_entry(single, names, war, earlier > 0, rank));
            }
            if let Some(until) = war.span.until {
                // The end of a war that went on from the first day is news.
                let ends = if war.span.from == 0 { rank } else { rank * 0.8 };
                entries.push(end_entry(single, names, war, until, ends));
            }
        }
        for (k, turn) in self.turns.iter().enumerate() {
            let same = |t: &&Turn| t.pair == turn.pair && t.what == turn.what;
            let earlier = self.turns[..k].iter().filter(same).count();
            entries.push(lesser_entry(single, names, turn, earlier));
        }
        for truce in &self.truces {
            let pair = &single.plan.pairs[truce.pair];
            let both = [pair.a, pair.b].map(|i| names.factions[i].clone());
            let by = event_words(single, truce.event);
            let label = format!("Ceasefire: {} – {}", both[0], both[1]);
            let text = format!(
                "A ceasefire of {} began between {}{by}.",
                weeks(f64::from(truce.weeks)),
                list(&both)
            );
            let entry = Entry::new(truce.step, Topic::Quarrel, 0.42, label, text);
            entries.push(entry.on_day_of(single.scenario, truce.event));
        }
        entries
    }
}

/// The chances that a pair that doesn't clash came to a clash, and to a war, in this step.
fn chances(moment: &Moment<'_>, pair: usize) -> (f64, f64) {
    let hazard = |of: &[Lanes<1>]| f64::from(of[pair].lane(0));
    let climbs = hazard(&moment.after.onset);
    let flares = climbs - hazard(&moment.after.decision);
    // One draw: the clash has its lower end.
    let calm = libm::exp(-flares);
    (1.0 - calm, calm - libm::exp(-climbs))
}

/// A feud or a clash, told; the first of a pair matters most.
fn lesser_entry(single: &Single<'_>, names: &Names, turn: &Turn, earlier: usize) -> Entry {
    let pair = &single.plan.pairs[turn.pair];
    let both = [pair.a, pair.b].map(|i| names.factions[i].clone());
    let by = event_words(single, turn.event);
    let again = if earlier > 0 { " again" } else { "" };
    let place = turn.place.map(|a| names.arenas[a].as_str());
    let (rank, label, text) = match turn.what {
        Lesser::Clash => {
            let place = place.map_or(String::new(), |place| format!(" in {place}"));
            let chance = match turn.event {
                Some(_) => by,
                None => chance_words(single, turn.chance),
            };
            (
                0.5,
                format!("{} – {}: clash", both[0], both[1]),
                format!("Men of {} clashed{again}{place}{chance}.", list(&both)),
            )
        }
        Lesser::Feud => {
            let place = place.map_or(String::new(), |place| format!(" over {place}"));
            (
                0.47,
                format!("{} – {}: feud", both[0], both[1]),
                format!("{} came to a feud{again}{place}{by}.", list(&both)),
            )
        }
        Lesser::Agreement => {
            let place = place.map_or(String::new(), |place| format!(" over {place}"));
            (
                0.46,
                format!("{} – {}: agreement", both[0], both[1]),
                format!("{} came to an agreement{again}{place}{by}.", list(&both)),
            )
        }
        Lesser::AgreementOver => (
            0.45,
            format!("{} – {}: agreement over", both[0], both[1]),
            format!("The agreement of {} fell apart{again}{by}.", list(&both)),
        ),
        Lesser::FeudOver => (
            0.4,
            format!("{} – {}: feud over", both[0], both[1]),
            format!("{} laid their feud aside{by}.", list(&both)),
        ),
    };
    let rank = rank * libm::pow(0.85, earlier as f64);
    let text = capital(&text);
    Entry::new(turn.step, Topic::Quarrel, rank, label, text).on_day_of(single.scenario, turn.event)
}

/// The event that opened or ended a pair's open conflict in this step.
fn warring(single: &Single<'_>, moment: &Moment<'_>, pair: &Pair) -> Option<usize> {
    culprit(
        single,
        moment,
        |part| matches!(part, StatePart::Conflict(i, j) if is_pair(pair, i, j)),
    )
}

fn is_pair(pair: &Pair, i: usize, j: usize) -> bool {
    (pair.a, pair.b) == (i.min(j), i.max(j))
}

fn event_words(single: &Single<'_>, event: Option<usize>) -> String {
    event.map_or(String::new(), |e| {
        format!(", by the event “{}”", single.scenario.events[e].name)
    })
}

/// How likely it was in a step: what can come in every step is rare in each.
fn chance_words(single: &Single<'_>, chance: f64) -> String {
    let step = match single.scenario.time.step_weeks {
        1 => "a week".to_owned(),
        count => format!("in {count} weeks"),
    };
    match chance < 0.000_5 {
        true => format!(", at a chance below 0.1 % {step}"),
        false => format!(", at a chance of {:.1} % {step}", chance * 100.0),
    }
}

/// Wars within the first coalition and wars of the strong matter most.
fn importance(single: &Single<'_>, war: &War) -> f64 {
    let within = |members: &Vec<bool>| members[war.span.a] && members[war.span.b];
    let base = match single.plan.coalitions.first().is_some_and(within) {
        true => 0.66,
        false => 0.55,
    };
    base + 0.4 * war.power.min(1.0)
}

fn outbreak_entry(single: &Single<'_>, names: &Names, war: &War, again: bool, rank: f64) -> Entry {
    let both = [war.span.a, war.span.b].map(|i| names.factions[i].clone());
    let again = if again { " again" } else { "" };
    let places: Vec<String> = war
        .places
        .iter()
        .take(2)
        .map(|&a| names.arenas[a].clone())
        .collect();
    let over = match places.is_empty() {
        true => String::new(),
        false => format!(" over {}", list(&places)),
    };
    let who = match war.aggressor {
        Some((i, j)) => format!(
            "{} turned on {}{again}{over}",
            names.factions[i], names.factions[j]
        ),
        None => format!("{} came to open conflict{again}{over}", list(&both)),
    };
    let how = match war.event {
        Some(_) => event_words(single, war.event),
        None => chance_words(single, war.chance),
    };
    let (now, then) = war.weights;
    let when = match again {
        "" => "at the start",
        _ => "when they had stopped",
    };
    // What made it less likely is no reason for it.
    let risen = now > then + LITTLE;
    let unmoved = match (risen, now >= 0.5) {
        (true, _) => "",
        (false, true) => ": an old quarrel",
        (false, false) => ": no more than luck",
    };
    let text = format!("{who}{how}; the rivalry weight was {now:.2}, {then:.2} {when}{unmoved}");
    let told = war
        .changes
        .iter()
        .filter(|(_, change)| risen && *change >= LEAST);
    let reasons = told.take(REASONS).map(|(term, change)| Reason {
        what: names.term(*term, *change > 0.0),
        change: *change,
    });
    let label = format!("{} – {}: open conflict", both[0], both[1]);
    let text = format!("{}.", capital(&text));
    Entry::new(war.span.from, Topic::Quarrel, rank, label, text)
        .turns(war.pair, 0, 1)
        .on_day_of(single.scenario, war.event)
        .because(reasons.collect())
}

fn end_entry(single: &Single<'_>, names: &Names, war: &War, until: usize, rank: f64) -> Entry {
    let time = &single.scenario.time;
    let both = [war.span.a, war.span.b].map(|i| names.factions[i].clone());
    let lasted = (until - war.span.from) as f64 * time.step_weeks as f64;
    let after = match war.span.from {
        0 => String::new(),
        _ => format!(" after {}", weeks(lasted)),
    };
    let truce = match war.ceasefire > 0.0 {
        true => {
            let steps = f64::from(war.ceasefire) / time.step_weeks as f64;
            let last = time.date_after(until + steps.round() as usize);
            format!(", with a ceasefire to {}", day(last))
        }
        false => String::new(),
    };
    let text = format!(
        "{} stopped fighting each other{after}{}{truce}.",
        list(&both),
        event_words(single, war.ended_by)
    );
    // A war of a few weeks ends as it began: less is made of it.
    let brief = lasted < 8.0 && war.span.from > 0;
    let rank = if brief { rank * 0.8 } else { rank };
    let label = format!("{} – {}: over", both[0], both[1]);
    Entry::new(until, Topic::Quarrel, rank, label, text)
        .turns(war.pair, 1, 0)
        .on_day_of(single.scenario, war.ended_by)
}

/// A share of power in words, for the set-up.
pub(super) fn power_words(share: f64) -> String {
    format!("{} of all power", percent(share))
}
