//! A backtest as text.

use super::chance::{chance, decimals};
use super::figures::short;
use crate::experiment::backtest::{Backtest, Scores};
use crate::foreign::{self, cell, cell_width};

/// Years in the unit a reader would use.
pub fn duration(years: f64) -> String {
    let days = years * 365.25;
    match days {
        d if d < 60.0 => format!("{d:.0} days"),
        d if d < 730.0 => format!("{:.1} months", d / 30.4375),
        _ => format!("{years:.1} years"),
    }
}

/// The seed of all cases, or that each has its own.
pub fn seeds(found: &Backtest) -> String {
    match found.seed {
        Some(seed) => format!("seed {seed}"),
        None => "each from its own seed".to_owned(),
    }
}

/// What a user sees when a library was told beforehand.
pub fn backtest_screen(found: &Backtest) -> String {
    let mut out = format!(
        "{}: {} cases, {} replicates each, {}; chances are chances in this model\n\n",
        foreign::line(&found.library),
        found.cases.len(),
        found.cases.first().map_or(0, |case| case.replicates),
        seeds(found)
    );
    let wide = found.cases.iter().map(|c| cell_width(&c.case)).max();
    let wide = wide.unwrap_or(0).clamp(4, 40);
    let within: Vec<String> = found
        .horizons
        .iter()
        .map(|years| format!("{:>7}", format!("{} y", short(*years))))
        .collect();
    out.push_str(&format!(
        "{:wide$}  {}  {:>12}  {:>16}\n",
        "case",
        within.join("  "),
        "median",
        "came after"
    ));
    for case in &found.cases {
        let chances: Vec<String> = case
            .chances
            .iter()
            .map(|c| format!("{:>7}", chance(c.value)))
            .collect();
        let came = match case.years {
            Some(years) => duration(years),
            None => format!("not in {}", duration(case.until_years)),
        };
        out.push_str(&format!(
            "{}  {}  {:>12}  {came:>16}\n",
            cell(&case.case, wide),
            chances.join("  "),
            case.median_years.map_or("-".to_owned(), duration),
        ));
    }
    for at in &found.scores {
        out.push_str(&format!(
            "\nwithin {} years: came in {} of {} cases, mean chance {}\n",
            short(at.years),
            at.came,
            at.cases,
            decimals(at.mean_chance, 3)
        ));
        let line = |name: &str, s: &Scores| {
            let auc = s.auc.map_or("-".to_owned(), |auc| decimals(auc, 2));
            format!(
                "  {name:<20}  Brier {}  log {}  AUC {auc}\n",
                decimals(s.brier, 3),
                decimals(s.log_score, 3)
            )
        };
        out.push_str(&line("model", &at.model));
        out.push_str(&line("base rate", &at.base_rate));
        if let Some(regression) = &at.regression {
            out.push_str(&line("regression", regression));
        }
        let versus = |name: &str, d: &crate::experiment::backtest::Difference| {
            format!(
                "  Brier less {name}: {:+.3} [{:+.3}, {:+.3}]\n",
                d.mean, d.interval[0], d.interval[1]
            )
        };
        out.push_str(&versus("the base rate's", &at.versus_base_rate));
        if let Some(d) = &at.versus_regression {
            out.push_str(&versus("the regression's", d));
        }
    }
    if let Some(concordance) = found.concordance {
        out.push_str(&format!(
            "\nconcordance of the first chance with the order in which it came: {}\n",
            decimals(concordance, 2)
        ));
    }
    out.push_str("rivals are fitted without the case itself; below 0 the model is better\n\n");
    out
}
