//! What the model says of the flagship, held to the text it comes from and to logic. Each test is paired: the same
//! replicates, the same random numbers, one thing changed. A difference counts where the mean of the replicate-wise
//! differences is at least so far on its side, give or take 3.29 standard errors (one-sided 0.05 %); the seed is fixed.

use simulate::engine::{Batch, Progress, Row, run};
use simulate::scenario::Scenario;

const FLAGSHIP: &str = "scenarios/iraq_2016.toml";

/// A scenario over its first year, with settings and one watched expression.
fn first_year(file: &str, settings: &[&str], watch: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("watching.toml");
    let parent = std::fs::canonicalize(file).expect("a scenario");
    let text = format!(
        "extends = '{}'\n[[watch]]\nid = 'seen'\nlabel = 'seen'\nwhat = '{watch}'\n",
        parent.display()
    );
    std::fs::write(&path, text).expect("written");
    let year = ["time.end=2017-06-14"];
    let settings = settings.iter().chain(&year).map(|s| (*s).to_owned());
    let settings: Vec<String> = settings.collect();
    Scenario::load_with(&path, &settings)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
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

/// Row 8: a richer treasury pays more, also where it is rich from the first day.
#[test]
fn a_treasury_that_begins_richer_pays_more() {
    let pay = "pay(abadi)";
    let base = at_the_end(&first_year(FLAGSHIP, &[], pay));
    let rich = ["oil.price_usd=100", "oil.mean_usd=100"];
    let rich = at_the_end(&first_year(FLAGSHIP, &rich, pay));
    is_above(
        &base,
        &rich,
        0.1,
        "pay of the army with oil at 100 from the first day",
    );
    let reconciled = "scenarios/iraq_2016/baghdad_reconciled.toml";
    let reconciled = at_the_end(&first_year(reconciled, &[], pay));
    is_above(
        &base,
        &reconciled,
        0.03,
        "pay of the army of a reconciled Baghdad",
    );
    // The same of the Kurds' treasury.
    let pay = "pay(kdp)";
    let base = at_the_end(&first_year(FLAGSHIP, &[], pay));
    let rich = ["oil.price_usd=100", "oil.mean_usd=100"];
    let rich = at_the_end(&first_year(FLAGSHIP, &rich, pay));
    is_above(
        &base,
        &rich,
        0.1,
        "pay of the KDP with oil at 100 from the first day",
    );
}
