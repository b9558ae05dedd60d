//! A calibration as text.

use super::chance::decimals;
use super::figures::short;
use super::heading::heading;
use crate::experiment::calibrate::{Calibration, Stop};
use crate::foreign::{self, cell, cell_width};

/// What ended it, in words.
fn why(stop: Stop) -> &'static str {
    match stop {
        Stop::Generations => "as many generations as asked for",
        Stop::Simulations => "more simulations would have been too many",
        Stop::Accepted => "too few moves were made",
        Stop::NothingVaries => "nothing that was observed varies between simulations",
        Stop::Interrupted => "it was interrupted",
    }
}

/// Bits below which nothing counts as learned: some hundred particles show no less.
const IDENTIFIED: f64 = 0.05;

/// What a user sees when a calibration is done.
pub fn calibration_screen(found: &Calibration) -> String {
    let several = found.islands.len() > 1;
    let generations: usize = found.islands.iter().map(|of| of.generations.len()).sum();
    let mut out = format!(
        "{}\n{} simulations in {generations} generations{}, seed {}, hash {}\n",
        foreign::line(&heading(&found.title, &found.identity)),
        found.simulations,
        match several {
            true => format!(" of {} islands", found.islands.len()),
            false => String::new(),
        },
        found.seed,
        found.identity.short(),
    );
    for (island, number) in found.islands.iter().zip(1..) {
        let Some((first, last)) = island.generations.first().zip(island.generations.last()) else {
            continue;
        };
        out.push_str(&format!(
            "{}threshold {} from {}; {} particles, {} of them different; {} of the last moves were made; ended since {}\n",
            match several {
                true => format!("island {number}: "),
                false => String::new(),
            },
            short(last.threshold),
            short(first.threshold),
            island.particles,
            last.different,
            decimals(last.accepted, 3),
            why(island.stop)
        ));
    }
    let known = found
        .numbers
        .iter()
        .filter_map(|n| Some((n.error?, &n.key)));
    if let Some((error, key)) = known.max_by(|a, b| a.0.total_cmp(&b.0)) {
        let said = format!(
            "islands agree on the means to {} of the prior's standard deviation (standard error; least well on {key})",
            decimals(error, 2)
        );
        out.push_str(&foreign::line(&said));
        out.push('\n');
    }
    match found.plausible {
        Some(share) => out.push_str(&format!(
            "history matching leaves {} of the prior\n",
            decimals(share, 2)
        )),
        None => out.push_str("too few simulations for history matching with so many numbers\n"),
    }
    let wide = found.numbers.iter().map(|n| cell_width(&n.key)).max();
    let wide = wide.unwrap_or(0).clamp(8, 52);
    out.push_str(&format!(
        "\n{:wide$}  {:>28}  {:>28}  {:>7}  {:>6}\n",
        "number", "prior: median [5, 95 %]", "posterior", "bits", "shift"
    ));
    let spread = |q: &[f64; 5]| format!("{} [{}, {}]", short(q[2]), short(q[0]), short(q[4]));
    for number in &found.numbers {
        out.push_str(&format!(
            "{}  {:>28}  {:>28}  {:>7}  {:>6}\n",
            cell(&number.key, wide),
            spread(&number.prior),
            spread(&number.posterior),
            decimals(number.bits, 2),
            format!("{:+.1}", number.shift),
        ));
    }
    let unknown: Vec<&str> = found
        .numbers
        .iter()
        .filter(|n| n.bits < IDENTIFIED)
        .map(|n| n.key.as_str())
        .collect();
    if !unknown.is_empty() {
        let said = format!(
            "not identified (less than 0.05 bits): {}",
            unknown.join(", ")
        );
        out.push('\n');
        out.push_str(&foreign::line(&said));
        out.push('\n');
    }
    let still = found
        .observations
        .iter()
        .filter(|o| o.prior.1 <= 0.0)
        .count();
    if still > 0 {
        out.push_str(&format!(
            "{still} of {} observations are the same in every simulation, and taught nothing\n",
            found.observations.len()
        ));
    }
    out
}
