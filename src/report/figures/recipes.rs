//! Made-up summaries to draw: one of the usual size, and odd ones.

use super::sample::{Recipe, build};
use crate::engine::Summary;

/// Fourteen factions, six patrons, three coalitions, four years.
pub fn plausible() -> Summary {
    build(&Recipe {
        key: "iraq_2016",
        title: "Iraq, Syria and their patrons as the Islamic State loses ground, June 2016",
        factions: vec![
            ("Abadi government", "baghdad"),
            ("Maliki camp", "baghdad"),
            ("Hashd militias", "baghdad"),
            ("Sadrists", "baghdad"),
            ("Sunni tribes", "sunni"),
            ("KDP", "kurds_iraq"),
            ("PUK", "kurds_iraq"),
            ("Gorran", "kurds_iraq"),
            ("Assad government", "damascus"),
            ("Rebels", "opposition"),
            ("Nusra Front", "opposition"),
            ("SDF/PKK", "sdf"),
            ("New Syrian Army", "opposition_south"),
            ("Misrata forces", "libya"),
        ],
        patrons: vec![
            "United States",
            "Iran",
            "Russia",
            "Turkey",
            "Saudi Arabia",
            "Qatar",
        ],
        coalitions: vec![
            "Iraqi anti-IS front",
            "Syrian anti-IS front",
            "Libyan anti-IS front",
        ],
        steps: 208,
        fans: 6,
        replicates: (10_000, 10_000),
        chances: [0.79, 0.46, 0.55, 0.21, 0.04, 0.07],
    })
}

/// Three factions, one coalition, one year, no patrons; some outcomes certain.
pub fn small() -> Summary {
    build(&Recipe {
        key: "small",
        title: "Three factions",
        factions: vec![("North", "n"), ("South", "s"), ("East", "e")],
        patrons: vec![],
        coalitions: vec!["Pact"],
        steps: 52,
        fans: 5,
        replicates: (200, 1_000),
        chances: [1.0, 0.0, 1.0, 0.0, 0.0, 0.0],
    })
}

/// Twenty factions with long names, twelve patrons, five coalitions, twelve years.
pub fn crowded() -> Summary {
    let names = [
        "Transitional Federal Government of the Republic",
        "Popular Front for National Salvation and Unity",
        "Army of the Free Officers (Éastern Command)",
        "Tribal Confederation of the Upper Valley",
        "Ahl as-Sunna wal-Jamāʿa",
        "Democratic Union of Mountain Communities",
        "Revolutionary Brigades of the Coast",
        "Ḥizb al-Waḥda",
        "Provincial Council of the South-Western Governorates",
        "United Workers' Militia",
        "Supercalifragilisticexpialidocious",
        "Northern Alliance",
        "River Guards",
        "Front of Steadfastness",
        "Republican Guard",
        "Islamic Action Society",
        "Students' Movement for Reform and Renewal",
        "Border Tribes",
        "Oil Protection Force",
        "Council of Elders & Notables <east>",
    ];
    let blocs = ["government", "opposition", "mountains", "coast"];
    let mut summary = build(&Recipe {
        key: "crowded_long_key_of_a_scenario",
        title: "A very long title of a scenario that goes on and on about everything that matters in \
                it, its factions, their patrons, the threat, the oil price, and the weather as well",
        factions: names
            .iter()
            .enumerate()
            .map(|(i, n)| (*n, blocs[i / 5]))
            .collect(),
        patrons: vec![
            "United States of America",
            "United Kingdom",
            "Russian Federation",
            "France",
            "Türkiye",
            "Iran",
            "Saudi Arabia",
            "Qatar",
            "United Arab Emirates",
            "China",
            "Egypt",
            "Jordan",
        ],
        coalitions: vec![
            "Grand National Coalition of Salvation",
            "Mountain Pact",
            "Coastal Front",
            "Eastern Compact",
            "Western Compact",
        ],
        steps: 624,
        fans: 8,
        replicates: (1_000_000, 1_000_000),
        chances: [0.005, 0.999, 0.5, 0.5, 0.5, 0.0],
    });
    summary.failed = 12;
    summary
}

/// Next to nothing: one faction, no coalition, no series, no pair, no history.
pub fn bare() -> Summary {
    let mut summary = build(&Recipe {
        key: "bare",
        title: "",
        factions: vec![("Alone", "a")],
        patrons: vec![],
        coalitions: vec![],
        steps: 0,
        fans: 0,
        replicates: (0, 0),
        chances: [0.0; 6],
    });
    summary.outcomes.clear();
    summary.together = None;
    summary.sequences.clear();
    summary.factions[0].bloc = None;
    summary
}
