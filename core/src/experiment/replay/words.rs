//! Words for what the model knows by number. Every sentence is a template over the names
//! of the scenario, in the past tense, which fits a name in the singular and the plural.

use jiff::civil::Date;

use crate::model::{Cause, OptionKind, Plan, Term};
use crate::scenario::Scenario;

use crate::scenario::Holder;

/// The names of a scenario.
pub struct Names {
    pub factions: Vec<String>,
    pub patrons: Vec<String>,
    pub arenas: Vec<String>,
    pub threat: String,
}

impl Names {
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            factions: scenario.factions.iter().map(|x| x.name.clone()).collect(),
            patrons: scenario.patrons.iter().map(|x| x.name.clone()).collect(),
            arenas: scenario.arenas.iter().map(|x| x.name.clone()).collect(),
            threat: scenario.threat.name.clone(),
        }
    }

    /// Who holds a place.
    pub fn holder(&self, holder: Holder) -> &str {
        match holder {
            Holder::Threat => &self.threat,
            Holder::Nobody => "nobody",
            Holder::Faction(i) => &self.factions[i],
        }
    }

    /// What a faction does with an option.
    pub fn option(&self, plan: &Plan, option: usize) -> String {
        match plan.options[option] {
            OptionKind::Threat(c) => {
                let place = &self.arenas[plan.claims[c].arena];
                format!("fighting {} in {place}", self.threat)
            }
            OptionKind::Rival(k) => {
                let contact = &plan.contacts[k];
                let (rival, place) = (&self.factions[contact.j], &self.arenas[contact.arena]);
                let verb = match plan.is_territory[contact.arena] {
                    true => "moving against",
                    false => "working against",
                };
                format!("{verb} {rival} ({place})")
            }
            OptionKind::Hold => "guarding what was held".to_owned(),
            OptionKind::Govern => "governing what was held".to_owned(),
        }
    }

    /// Why an option was worth more (or less) than before.
    pub fn cause(&self, plan: &Plan, option: usize, cause: Cause, more: bool) -> String {
        let threat = &self.threat;
        let (place, rival) = match plan.options[option] {
            OptionKind::Threat(c) => (self.arenas[plan.claims[c].arena].as_str(), ""),
            OptionKind::Rival(k) => {
                let contact = &plan.contacts[k];
                let place = self.arenas[contact.arena].as_str();
                (place, self.factions[contact.j].as_str())
            }
            _ => ("", ""),
        };
        let pick = |yes: String, no: String| if more { yes } else { no };
        match cause {
            Cause::Fear => pick(
                format!("more fear of {threat}"),
                format!("less fear of {threat}"),
            ),
            Cause::Aims => pick("more aims unmet".into(), "more of the aims met".into()),
            Cause::Danger => pick(
                format!("more of the danger coming from {place}"),
                format!("less of the danger coming from {place}"),
            ),
            Cause::Stake | Cause::Want => pick(
                format!("{place} wanted more"),
                format!("{place} wanted less"),
            ),
            Cause::ThreatHolds => pick(
                format!("{threat} holding more of {place}"),
                format!("{threat} holding less of {place}"),
            ),
            Cause::Presence => pick(
                format!("more of {threat} to fight in {place}"),
                format!("less of {threat} to fight in {place}"),
            ),
            Cause::Reach => pick(
                format!("a better way to {place}"),
                format!("no good way to {place}"),
            ),
            Cause::OwnForce => pick("greater force".into(), "smaller force".into()),
            Cause::OthersSend => pick(
                format!("less sent to {place} by all"),
                format!("more sent to {place} by all already"),
            ),
            Cause::Defence => pick(
                format!("{place} worse defended"),
                format!("{place} better defended"),
            ),
            Cause::Patrons => pick("patrons giving more".into(), "patrons giving less".into()),
            Cause::Rivalry => pick(
                format!("more rivalry with {rival}"),
                format!("less rivalry with {rival}"),
            ),
            Cause::BothWant => pick(
                format!("{place} wanted more by both"),
                format!("{place} wanted less by both"),
            ),
            Cause::RivalHolds => pick(
                format!("{rival} holding more of {place}"),
                format!("{rival} holding less of {place}"),
            ),
            Cause::NotHeld => pick(
                format!("less of {place} held"),
                format!("more of {place} held"),
            ),
            Cause::War => pick(
                format!("come to blows with {rival}"),
                format!("no longer at blows with {rival}"),
            ),
            Cause::AlreadySent => pick(
                format!("less sent against {rival} so far"),
                format!("more sent against {rival} already"),
            ),
            Cause::RivalPresence => pick(
                format!("{rival} weaker in {place}"),
                format!("{rival} stronger in {place}"),
            ),
            Cause::Holdings => pick("more held".into(), "less held".into()),
            Cause::Peril => pick(
                "more danger to what was held".into(),
                "less danger to what was held".into(),
            ),
            Cause::Grievance => pick(
                "more grievance among those ruled".into(),
                "less grievance among those ruled".into(),
            ),
        }
    }

    /// Why a pair was more (or less) hostile than before.
    pub fn term(&self, term: Term, more: bool) -> String {
        let pick = |yes: &str, no: &str| if more { yes } else { no }.to_owned();
        match term {
            Term::Baseline => pick("further apart on the issues", "closer on the issues"),
            Term::Events => pick("what events had stirred up", "what events had calmed"),
            Term::CommonEnemy => match more {
                true => format!("{} feared less", self.threat),
                false => format!("{} feared more", self.threat),
            },
            Term::Memory => pick("earlier fighting", "earlier fighting forgotten"),
            Term::OpenConflict => pick("being in open conflict", "no longer in open conflict"),
            Term::Feud => pick("being at feud", "no longer at feud"),
            Term::Agreement => pick("an agreement fallen apart", "an agreement"),
            Term::Ceasefire => pick("a ceasefire run out", "a ceasefire"),
            Term::Mood => pick("luck: a sour political mood", "luck: a calm political mood"),
            Term::Pay => pick("unpaid salaries", "salaries paid"),
            Term::Outgrowing => pick("the other's growing power", "the other's power shrinking"),
            Term::Balance => pick(
                "friends' enemies and enemies' friends",
                "friends' friends and enemies' enemies",
            ),
            Term::Land => pick("land the other took", "land the other took forgotten"),
            Term::Spoils => match more {
                true => format!("what {} was leaving", self.threat),
                false => format!("{} back where both wanted to be", self.threat),
            },
            Term::Crisis => pick("contested institutions", "institutions less contested"),
            Term::Patrons => pick("patrons at odds", "patrons less at odds"),
            Term::SharedPatron => pick("a shared patron giving less", "a shared patron"),
            Term::Incidents => pick("luck: incidents", "luck: quiet weeks"),
        }
    }
}

/// A day as a reader writes it.
pub fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// A share in whole per cent; `< 1 %` and `> 99 %` where it only rounds to none or all
/// (but for what single precision leaves of a sum).
pub fn percent(share: f64) -> String {
    const NOTHING: f64 = 1e-6;
    let text = format!("{:.0} %", share * 100.0);
    match text.as_str() {
        "0 %" if share > NOTHING => "< 1 %".to_owned(),
        "100 %" if share < 1.0 - NOTHING => "> 99 %".to_owned(),
        _ => text,
    }
}

/// "a", "a and b", "a, b and c".
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "3 weeks", "1 week".
pub fn weeks(count: f64) -> String {
    let count = count.round() as u64;
    if count == 1 {
        "1 week".to_owned()
    } else {
        format!("{count} weeks")
    }
}

/// The text with a capital first letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_only_rounds_to_none_or_all_is_not_said_to_be_it() {
        let said = [0.0, 1e-9, 0.004, 0.5, 0.997, 1.0 - 1e-8, 1.0].map(percent);
        let wanted = ["0 %", "0 %", "< 1 %", "50 %", "> 99 %", "100 %", "100 %"];
        assert_eq!(said, wanted);
    }
}
