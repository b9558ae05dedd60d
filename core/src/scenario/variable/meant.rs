//! What a writer of scenarios means by a name that no variable has.

/// What a word that is no variable's name, but might well be, stands for.
pub(super) fn meant_by(word: &str) -> Option<&'static str> {
    SYNONYMS
        .iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(name, _)| *name)
}

/// Words that a writer of scenarios would try first.
const SYNONYMS: [(&str, &[&str]); 27] = [
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
    ("clash", &["skirmish", "scuffle", "incident"]),
    ("feud", &["dispute", "obstruction", "deadlock"]),
    (
        "agreement",
        &["pact", "alliance", "treaty", "deal", "accord"],
    ),
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
pub(super) fn of_the_threat(name: &str) -> Option<&'static str> {
    match name {
        "fighters" => Some("open_fighters"),
        "pay" => Some("threat_pay"),
        "support" => Some("legitimacy"),
        "leadership" => Some("threat_leadership"),
        "perceived_threat" => Some("threat_strength"),
        _ => None,
    }
}
