//! Policy options as text.

use super::chance::{chance, chance_cell, decimals, difference_cell};
use super::heading::heading;
use crate::experiment::replay::percent;
use crate::experiment::robust::{Aim, Range, Robust};
use crate::foreign::{self, cell, cell_width};

/// What a user sees when options were weighed.
pub fn robust_screen(found: &Robust) -> String {
    let mut out = format!(
        "{}\n{} options x {} rows ({}) x {} replicates, seed {}, hash {}; chances are chances in this model\n",
        foreign::line(&heading(&found.title, &found.identity)),
        found.options.len(),
        found.rows,
        found.design,
        found.replicates_per_row,
        found.seed,
        found.identity.short()
    );
    let mut line = |text: &str| {
        out.push_str(foreign::line(text).trim_end());
        out.push('\n');
    };
    let (less, side) = match found.better {
        Aim::Low => ("lower", "at most"),
        Aim::High => ("higher", "at least"),
    };
    line("");
    line(&format!(
        "{}: {less} is better; it satisfies where it is {side} {}",
        found.label,
        decimals(found.level, 3)
    ));
    line("");
    let width = found.options.iter().map(|o| cell_width(&o.label));
    let width = width.fold("option".len(), usize::max);
    line(&format!(
        "{:width$}     mean  95 % interval         to the first  95 % interval     satisfies in  95 % interval",
        "option"
    ));
    for option in &found.options {
        let difference = option.difference.as_ref();
        line(&format!(
            "{}  {}  {}  {}",
            cell(&option.label, width),
            chance_cell(&option.mean),
            difference.map_or(" ".repeat(28), difference_cell),
            chance_cell(&option.satisficing),
        ));
    }
    line("");
    line(&format!(
        "{:width$}  {:<34}  {:<34}  {:<34}",
        "option", "worst tenth of the rows", "regret, mean", "regret, worst tenth"
    ));
    for option in &found.options {
        line(&format!(
            "{}  {:<34}  {:<34}  {:<34}",
            cell(&option.label, width),
            range(&option.worst_tenth),
            range(&option.regret),
            range(&option.regret_worst_tenth)
        ));
    }
    line("");
    line(
        "of worst tenth and regret: picked by one half of the replicates and measured on the other, to picked and measured on all; the truth lies between, but for the interval",
    );
    if let Some(map) = &found.map {
        let cells = || map.cells.iter().flatten().flatten();
        let all = cells().count();
        let each = found.options.iter().enumerate().filter_map(|(k, option)| {
            let clear = cells().filter(|c| c.option == k && c.is_clear).count();
            (clear > 0).then(|| format!("{} {}", option.label, percent(clear as f64 / all as f64)))
        });
        let each: Vec<String> = each.collect();
        line(&format!(
            "best, and clearly, over {} and {}: {}",
            map.across.key,
            map.up.key,
            match each.is_empty() {
                true => "none anywhere".to_owned(),
                false => each.join(", "),
            }
        ));
    }
    if found.failed > 0 {
        line(&format!(
            "note: {} replicates stopped being finite and don't count",
            found.failed
        ));
    }
    out
}

fn range(of: &Range) -> String {
    format!(
        "{} to {} [{}, {}]",
        chance(of.least),
        chance(of.most),
        chance(of.low),
        chance(of.high)
    )
}
