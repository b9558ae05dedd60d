//! Scenario discovery as text.

use super::chance::{chance, chance_cell, decimals};
use super::figures::short;
use super::heading::heading;
use crate::engine::Estimate;
use crate::experiment::discover::{Checked, Discovery, FoundBox, Limit, Limits, Source};
use crate::experiment::replay::percent;
use crate::foreign::{self, cell, cell_width};

/// Inputs named of how often they are restricted.
const NAMED: usize = 6;
/// From which share of points on the wrong side of a threshold it is said to be noise.
const MUCH: f64 = 0.1;

/// What a user sees when scenario discovery is done.
pub fn discover_screen(found: &Discovery) -> String {
    let mut out = format!(
        "{}\n{}; {} points learned from, {} held out; {} replicates in all, seed {}, hash {}; chances are chances in this model\n",
        foreign::line(&heading(&found.title, &found.identity)),
        match &found.source {
            Source::Design { design } => format!("design: {design}"),
            Source::Run { run } => format!("draws of run {run}"),
        },
        found.points,
        found.points_held_out,
        found.replicates,
        found.seed,
        found.identity.short()
    );
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    let of = found.outcome.words();
    line("");
    line(&match found.threshold {
        None => format!("{of}: {} over all points", with_interval(&found.base)),
        Some(least) => format!(
            "{of}: {} of all points have a chance of {} or more",
            with_interval(&found.base),
            short(least)
        ),
    });
    if let Some(share) = found.noise_share {
        line(&format!(
            "{} of what the points' chances differ by is the noise of few replicates a point; boxes average over it",
            percent(share)
        ));
    }
    if let Some(share) = found.misjudged {
        let advice = match share > MUCH {
            true => ": give more --replicates, or leave out --threshold",
            false => "",
        };
        line(&format!(
            "about {} of the points must be expected on the other side of the threshold than their replicates say{advice}",
            percent(share)
        ));
    }
    for (number, found_box) in found.boxes.iter().enumerate() {
        line("");
        say_box(found, number, found_box, &mut line);
    }
    line("");
    if found.boxes.is_empty() {
        line(&format!("no box: {}", found.ended));
    } else {
        if let Some(together) = found.together.filter(|_| found.boxes.len() > 1) {
            line(&format!("all boxes, {}", checked(&together)));
        }
        line(&format!("no further box: {}", found.ended));
    }
    say_told(found, &mut line);
    say_steadiness(found, &mut line);
    if found.failed > 0 {
        line(&format!(
            "note: {} replicates stopped being finite and don't count",
            found.failed
        ));
    }
    out
}

fn say_box(found: &Discovery, number: usize, of: &FoundBox, line: &mut dyn FnMut(&str)) {
    line(&format!(
        "box {}: density {}, coverage {}, mass {}{}",
        number + 1,
        decimals(of.learned.density, 3),
        decimals(of.learned.coverage, 3),
        decimals(of.learned.mass, 3),
        match number {
            0 => "",
            _ => ", of what the boxes before it have left",
        }
    ));
    match &of.held_out {
        Some(held_out) => line(&format!("  {}", checked(held_out))),
        None => line("  no point that was held out lies in it"),
    }
    let width = of
        .limits
        .iter()
        .map(|l| cell_width(&found.inputs[l.input].key));
    let width = width.fold(5, usize::max);
    line(&format!(
        "  {:width$}  {:<24}  quasi-p  held out  on halves",
        "input", "in the box"
    ));
    for limits in &of.limits {
        let steady = found.steadiness.iter().find(|s| s.input == limits.input);
        // Of a later box nothing was asked.
        let steady = match number {
            0 => steady.map_or("0 %".to_owned(), |s| percent(s.either)),
            _ => "-".to_owned(),
        };
        line(&format!(
            "  {}  {:<24}  {:>7}  {:>8}  {:>9}",
            cell(&found.inputs[limits.input].key, width),
            within(limits),
            worst(limits, |limit| limit.quasi_p),
            worst(limits, |limit| limit.quasi_p_held_out),
            steady
        ));
    }
}

/// The limits of an input, as `0.2 to 0.4`.
pub fn within(limits: &Limits) -> String {
    match (limits.low, limits.high) {
        (Some(low), Some(high)) => format!("{} to {}", short(low.at), short(high.at)),
        (Some(low), None) => format!("at least {}", short(low.at)),
        (None, Some(high)) => format!("at most {}", short(high.at)),
        (None, None) => "any".to_owned(),
    }
}

fn worst(limits: &Limits, of: impl Fn(Limit) -> Option<f64>) -> String {
    let each = [limits.low, limits.high].into_iter().flatten();
    let worst = each.filter_map(of).fold(None, |worst: Option<f64>, p| {
        Some(worst.map_or(p, |worst| worst.max(p)))
    });
    worst.map_or("-".to_owned(), chance)
}

fn checked(of: &Checked) -> String {
    format!(
        "on points held out: density {}, coverage {}, mass {}",
        with_interval(&of.density),
        with_interval(&of.coverage),
        decimals(of.mass, 3)
    )
}

fn with_interval(estimate: &Estimate) -> String {
    let cell = chance_cell(estimate);
    let words: Vec<&str> = cell.split_whitespace().collect();
    words.join(" ")
}

fn say_told(found: &Discovery, line: &mut dyn FnMut(&str)) {
    let of = |share: Option<f64>| share.map(|share| percent(share.clamp(0.0, 1.0)));
    let leaves = found
        .tree
        .iter()
        .filter(|node| node.split.is_none())
        .count();
    match (of(found.told_by_boxes), of(found.told_by_tree)) {
        (Some(boxes), Some(tree)) => line(&format!(
            "of what the inputs do to the chance, the boxes tell {boxes}, the tree ({leaves} leaves) {tree}, on points held out"
        )),
        (Some(boxes), None) => line(&format!(
            "of what the inputs do to the chance, the boxes tell {boxes} on points held out; the tree has no split that cross-validation supports"
        )),
        (None, Some(tree)) => line(&format!(
            "of what the inputs do to the chance, the tree ({leaves} leaves) tells {tree} on points held out"
        )),
        (None, None) => line("the tree has no split that cross-validation supports"),
    }
}

fn say_steadiness(found: &Discovery, line: &mut dyn FnMut(&str)) {
    if found.halves == 0 {
        return;
    }
    let named = found.steadiness.iter().take(NAMED).map(|steady| {
        format!(
            "{} {}",
            found.inputs[steady.input].key,
            percent(steady.either)
        )
    });
    let named: Vec<String> = named.collect();
    match named.is_empty() {
        true => line(&format!(
            "on {} random halves of the points no box restricts anything",
            found.halves
        )),
        false => line(&format!(
            "restricted on {} random halves of the points: {}",
            found.halves,
            named.join(", ")
        )),
    }
}
