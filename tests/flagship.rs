//! What the model says of the flagship, held to the text it comes from and to logic. Each test is paired: the same
//! replicates, the same random numbers, one thing changed. A difference counts where the mean of the replicate-wise
//! differences is at least so far on its side, give or take 3.29 standard errors (one-sided 0.05 %); the seed is fixed.

use simulate::engine::{Batch, Progress, Row, run};
use simulate::scenario::Scenario;

use crate::overlay::laid_over;

const FLAGSHIP: &str = "scenarios/iraq_2016.toml";

/// A scenario over its first year, with settings and one watched expression.
fn first_year(file: &str, settings: &[&str], watch: &str) -> Scenario {
    let text = format!("[[watch]]\nid = 'seen'\nlabel = 'seen'\nwhat = '{watch}'\n");
    let settings = [settings, &["time.end=2017-06-14"]].concat();
    laid_over(file, &text, &settings).unwrap_or_else(|said| panic!("{said}"))
}

/// The watched expression at the end of the year, by replicate.
fn at_the_end(scenario: &Scenario) -> Vec<f64> {
    let batch = Batch::of(scenario).seed(7).replicates(400);
    let mut values = Vec::new();
    let done = run(&batch, &Progress::default(), |rows: &[Row]| {
        let last = |row: &Row| row.watched.last().map_or(f64::NAN, |w| f64::from(w.last));
        values.extend(rows.iter().map(last));
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok(_) = done;
    values
}

/// The difference is above `least`.
fn is_above(base: &[f64], changed: &[f64], least: f64, what: &str) {
    let n = base.len() as f64;
    let differences = || base.iter().zip(changed).map(|(b, c)| c - b);
    let mean = differences().sum::<f64>() / n;
    let spread = differences().map(|d| (d - mean) * (d - mean)).sum::<f64>();
    let error = (spread / (n - 1.0) / n).sqrt();
    assert!(
        mean - 3.29 * error > least,
        "{what}: {mean:+.4} give or take {:.4} is not above {least}",
        3.29 * error
    );
}

/// A richer treasury pays more, also where it is rich from the first day.
#[test]
fn a_treasury_that_begins_richer_pays_more() {
    let oil = ["oil.price_usd=100", "oil.mean_usd=100"];
    let reconciled = "scenarios/iraq_2016/baghdad_reconciled.toml";
    for (pay, file, settings, least) in [
        ("pay(abadi)", FLAGSHIP, &oil[..], 0.1),
        ("pay(abadi)", reconciled, &[], 0.03),
        // The Kurds' treasury hangs on oil as well.
        ("pay(kdp)", FLAGSHIP, &oil, 0.1),
    ] {
        let base = at_the_end(&first_year(FLAGSHIP, &[], pay));
        let rich = at_the_end(&first_year(file, settings, pay));
        is_above(
            &base,
            &rich,
            least,
            &format!("{pay} in {file} with {settings:?}"),
        );
    }
}
