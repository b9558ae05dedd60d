//! What fell: places that got another main holder, and assaults of the threat.

use crate::engine::Single;
use crate::model::observe::Moment;
use crate::numeric::Lanes;

use super::story::{Entry, Topic};
use super::trace::Trace;
use super::words::{Names, list, percent, weeks};
use crate::scenario::Holder;

/// Share of a place that must fall in one step to count as stormed.
const STORM: f32 = 0.2;

/// Weeks within which one who lost a place has it back for it to be told as one story.
const BRIEF: f64 = 13.0;

/// A place that changed its main holder.
struct Turn {
    step: usize,
    arena: usize,
    from: Holder,
    to: Holder,
    /// What the largest holders had then.
    shares: Vec<(Holder, f32)>,
    /// Whether the threat stormed it, or its people rose.
    stormed: bool,
    rose: bool,
}

/// A part of a place that fell at once without a change of its main holder.
struct Blow {
    step: usize,
    arena: usize,
    share: f32,
    rose: bool,
}

/// Follows who holds what.
pub(super) struct Territory {
    turns: Vec<Turn>,
    blows: Vec<Blow>,
    stormed: Vec<usize>,
    rose: Vec<usize>,
}

impl Territory {
    pub(super) fn new(single: &Single<'_>) -> Self {
        Self {
            turns: Vec::new(),
            blows: Vec::new(),
            stormed: vec![0; single.plan.arenas],
            rose: vec![0; single.plan.arenas],
        }
    }

    /// `trace` has kept the step already.
    pub(super) fn follow(&mut self, single: &Single<'_>, moment: &Moment<'_>, trace: &Trace) {
        if moment.step == 0 {
            return;
        }
        let (plan, s) = (&single.plan, moment.after);
        for a in 0..plan.arenas {
            let won = s.threat_won[a].lane(0);
            if won >= STORM {
                self.stormed[a] = moment.step;
            }
            let rose = s.uprising[a].lane(0) > 0.0 && s.threat_lost[a].lane(0) >= 0.1;
            if rose {
                self.rose[a] = moment.step;
            }
            let (present, holder) = (
                trace.holders[a][moment.step - 1],
                trace.holders[a][moment.step],
            );
            if holder != present {
                let mut shares: Vec<(Holder, f32)> = trace.control[a]
                    .iter()
                    .map(|(holder, series)| (*holder, series[moment.step]))
                    .collect();
                shares.sort_by(|x, y| y.1.total_cmp(&x.1));
                shares.truncate(3);
                shares.retain(|(_, share)| *share >= 0.1);
                let lately = |step: usize| step > 0 && moment.step - step <= 1;
                self.turns.push(Turn {
                    step: moment.step,
                    arena: a,
                    from: present,
                    to: holder,
                    shares,
                    stormed: lately(self.stormed[a]),
                    rose: lately(self.rose[a]),
                });
            } else if won >= STORM || rose {
                self.blows.push(Blow {
                    step: moment.step,
                    arena: a,
                    share: if rose { s.threat_lost[a].lane(0) } else { won },
                    rose,
                });
            }
        }
    }

    pub(super) fn entries(&self, single: &Single<'_>, names: &Names) -> Vec<Entry> {
        let turns = self
            .told(single.scenario.time.step_weeks as f64)
            .into_iter()
            .map(|(turn, back)| {
                let earlier = self.turns.iter();
                let earlier = earlier.filter(|t| t.arena == turn.arena && t.step < turn.step);
                let rank = turn_importance(single, turn) * libm::pow(0.93, earlier.count() as f64);
                let place = &names.arenas[turn.arena];
                let who = names.holder(turn.to);
                let mut text = turn_sentence(single, names, turn);
                if let Some(back) = back {
                    let held = (back - turn.step) as f64 * single.scenario.time.step_weeks as f64;
                    let end = format!(
                        "; {} had it back after {}.",
                        names.holder(turn.from),
                        weeks(held)
                    );
                    text = text.trim_end_matches('.').to_owned() + &end;
                }
                Entry::new(
                    turn.step,
                    Topic::Territory,
                    rank,
                    match turn.to {
                        Holder::Nobody => format!("{place} to nobody"),
                        Holder::Threat if turn.stormed => format!("{place} stormed by {who}"),
                        _ => format!("{place} to {who}"),
                    },
                    text,
                )
                .turns(
                    turn.arena,
                    state(turn.from),
                    state(back.map_or(turn.to, |_| turn.from)),
                )
            });
        let blows = self.blows.iter().map(|blow| {
            let (place, share) = (&names.arenas[blow.arena], percent(f64::from(blow.share)));
            let threat = &names.threat;
            let text = match blow.rose {
                true => format!("{place} rose against {threat}, which lost {share} of it."),
                false => format!("{threat} stormed {share} of {place}."),
            };
            let rank = 0.42 + 0.2 * value(single, blow.arena);
            let label = match blow.rose {
                true => format!("{place} rises"),
                false => format!("{place} stormed"),
            };
            Entry::new(blow.step, Topic::Territory, rank, label, text)
        });
        turns.chain(blows).collect()
    }

    /// The turns that are told, in order of time; and when the one who had lost a place had it
    /// back, where that is part of the same story.
    fn told(&self, step_weeks: f64) -> Vec<(&Turn, Option<usize>)> {
        let mut told: Vec<(&Turn, Option<usize>)> = Vec::new();
        for turn in &self.turns {
            let last = told.iter_mut().rev().find(|(t, _)| t.arena == turn.arena);
            match last {
                Some((before, back @ None))
                    if turn.to == before.from
                        && before.from != Holder::Nobody
                        && (turn.step - before.step) as f64 * step_weeks <= BRIEF =>
                {
                    *back = Some(turn.step);
                }
                _ => told.push((turn, None)),
            }
        }
        told
    }
}

/// Who holds a place, as a number.
fn state(holder: Holder) -> usize {
    match holder {
        Holder::Threat => 0,
        Holder::Nobody => 1,
        Holder::Faction(i) => 2 + i,
    }
}

/// How much a place is worth or, if that is more, how many live there, relative to the highest.
fn value(single: &Single<'_>, arena: usize) -> f64 {
    let relative = |of: &[Lanes<1>]| {
        let highest = of.iter().map(|x| x.lane(0)).fold(1e-9, f32::max);
        f64::from(of[arena].lane(0) / highest)
    };
    relative(&single.params.value).max(relative(&single.params.population))
}

fn turn_importance(single: &Single<'_>, turn: &Turn) -> f64 {
    let threat = [turn.from, turn.to].contains(&Holder::Threat);
    let base = match (threat, turn.to) {
        (true, Holder::Nobody) => 0.45,
        (true, _) => 0.55,
        (false, Holder::Nobody) => 0.35,
        (false, _) if turn.from == Holder::Nobody => 0.42,
        (false, _) => 0.5,
    };
    base + 0.3 * value(single, turn.arena)
}

fn turn_sentence(single: &Single<'_>, names: &Names, turn: &Turn) -> String {
    let place = &names.arenas[turn.arena];
    let (from, to) = (names.holder(turn.from), names.holder(turn.to));
    let shares: Vec<String> = turn
        .shares
        .iter()
        .map(|(holder, share)| format!("{} {}", names.holder(*holder), percent(f64::from(*share))))
        .collect();
    let shares = list(&shares);
    let rose = if turn.rose {
        " when its people rose"
    } else {
        ""
    };
    if !single.plan.is_territory[turn.arena] {
        return match turn.from {
            Holder::Nobody => format!("{place}: {to} now had the most of it ({shares})."),
            _ => format!("{place}: {to} now had more of it than {from} ({shares})."),
        };
    }
    match (turn.from, turn.to) {
        (Holder::Nobody, Holder::Threat) if !turn.stormed => {
            format!("{to} took {place}, which nobody held ({shares}).")
        }
        (_, Holder::Threat) if turn.stormed => format!("{to} stormed {place} ({shares})."),
        (Holder::Nobody, _) => format!("{to} took {place}, which nobody held ({shares})."),
        (Holder::Threat, Holder::Nobody) => {
            format!("{from} lost {place}{rose}, and nobody held it ({shares}).")
        }
        (Holder::Threat, _) => format!("{place} fell to {to}{rose} ({shares})."),
        (_, Holder::Nobody) => format!("{from} lost {place}, and nobody held it ({shares})."),
        _ => format!("{to} took {place} from {from} ({shares})."),
    }
}
