//! How much there is of a scenario, known before anything is made of it.

use super::Scenario;

/// What is kept and worked out for each place and those who meet there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Claims of factions on arenas.
    pub claims: u64,
    /// Ordered pairs of claims on one arena.
    pub contacts: u64,
    /// Communities in arenas.
    pub populaces: u64,
    /// Claims with each of the communities, and each patron with a stake, in their arena.
    pub attachments: u64,
}

impl Scenario {
    /// How much there is of it.
    pub fn size(&self) -> Size {
        let mut size = Size::default();
        let claims = self.claims();
        for (index, arena) in self.arenas.iter().enumerate() {
            let claims = claims.range((index, 0)..(index + 1, 0)).count() as u64;
            let patrons = self.patrons.iter();
            let patrons = patrons.filter(|p| p.stake.iter().any(|(a, _)| *a == index));
            let people = arena.mix.len() as u64;
            size.claims += claims;
            size.contacts += claims * claims.saturating_sub(1);
            size.populaces += people;
            size.attachments += claims * (people + patrons.count() as u64);
        }
        size
    }
}
