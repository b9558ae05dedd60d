//! A sensitivity analysis as text.

use super::heading::heading;
use super::warnings::one_draw;
use crate::engine::Estimate;
use crate::experiment::sensitivity::Sensitivity;
use crate::foreign::{self, cell, cell_width};

/// Numbers named for each output on the screen.
const NAMED: usize = 4;

/// What a user sees when a sensitivity analysis is done.
pub fn sensitivity_screen(found: &Sensitivity) -> String {
    let mut out = format!(
        "{}\nuncertain numbers: {}; {} replicates in all, {} a row, seed {}, hash {}; shares are shares in this model\n",
        foreign::line(&heading(&found.title, &found.identity)),
        found.numbers.len(),
        found.replicates,
        found.replicates_per_row,
        found.seed,
        found.identity.short()
    );
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    let width = found.numbers.iter().map(|n| cell_width(&n.key));
    let width = width.fold("all others together".len(), usize::max);
    if let Some(decomposition) = &found.sobol {
        for (output, indices) in found.outputs.iter().zip(&decomposition.outputs) {
            line("");
            if !indices.told {
                line(&format!(
                    "{}: no variance from inputs is told from noise",
                    output.label
                ));
                continue;
            }
            line(&format!(
                "{}: {:.0} % of a history's variance is from inputs [{:.0}, {:.0}], the rest noise",
                output.label,
                100.0 * (1.0 - indices.noise_share.value),
                100.0 * (1.0 - indices.noise_share.high),
                100.0 * (1.0 - indices.noise_share.low)
            ));
            line(&format!(
                "  {:width$}  total  95 % interval  alone  95 % interval",
                "of that, from"
            ));
            let mut order: Vec<usize> = (0..indices.indices.len()).collect();
            let total = |f: &usize| indices.indices[*f].total.value;
            order.sort_by(|a, b| total(b).total_cmp(&total(a)));
            for factor in order.into_iter().take(NAMED) {
                let index = &indices.indices[factor];
                let name = match decomposition.factors[factor][..] {
                    [number] => found.numbers[number].key.as_str(),
                    _ => "all others together",
                };
                line(&format!(
                    "  {}  {}  {}",
                    cell(name, width),
                    interval(&index.total),
                    interval(&index.first)
                ));
            }
        }
    }
    if let (Some(screening), None) = (&found.morris, &found.sobol) {
        line("");
        line(&format!(
            "{:width$}  largest mu* of any output, with its 95 % interval",
            "most influential"
        ));
        for &number in found.order.iter().take(3 * NAMED) {
            let of = screening.effects.iter().zip(&found.outputs);
            let strongest = of
                .filter_map(|(effects, output)| Some((effects.get(number)?.mu_star, output)))
                .max_by(|a, b| a.0.value.total_cmp(&b.0.value));
            if let Some((mu_star, output)) = strongest {
                let name = &found.numbers[number].key;
                line(&format!(
                    "{}  {}  {}",
                    cell(name, width),
                    interval(&mu_star),
                    output.label
                ));
            }
        }
    }
    line("");
    for several in found.numbers.iter().filter(|n| !n.members.is_empty()) {
        line(&format!(
            "note: {} is {}; what each does alone is not defined: {}",
            several.key,
            several.about,
            several.members.join(", ")
        ));
    }
    if let Some(tornado) = &found.tornado
        && tornado.base.iter().all(Estimate::is_unknown_chance)
    {
        line(&format!("note: tornado: {}", one_draw(tornado.replicates)));
    }
    if found.failed > 0 {
        line(&format!(
            "note: {} replicates stopped being finite and don't count",
            found.failed
        ));
    }
    out
}

fn interval(e: &Estimate) -> String {
    format!("{:5.2}  [{:.2}, {:.2}]", e.value, e.low, e.high)
}
