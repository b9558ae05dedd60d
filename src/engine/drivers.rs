//! Which uncertain inputs an outcome hangs on: correlations over the replicates.

use super::summary::Driver;

/// Correlations below this are not told from noise in a batch of usual size.
const LEAST: f64 = 0.05;
/// How many inputs are named for an outcome.
const MOST: usize = 3;

/// Sums over replicates from which the correlation of each input with each outcome follows.
#[derive(Debug, Clone, Default)]
pub struct DriverSums {
    /// Inputs of the first replicate: sums are taken of differences from it, so that
    /// large numbers keep their digits.
    origin: Vec<f64>,
    count: f64,
    inputs: Vec<f64>,
    squares: Vec<f64>,
    /// By outcome, then input.
    products: Vec<Vec<f64>>,
    outcomes: Vec<f64>,
}

impl DriverSums {
    /// Adds a replicate: its inputs, and which outcomes it has.
    pub fn add(&mut self, inputs: &[f64], has: &[bool]) {
        if self.count == 0.0 {
            self.origin = inputs.to_vec();
            self.inputs = vec![0.0; inputs.len()];
            self.squares = vec![0.0; inputs.len()];
            self.products = vec![vec![0.0; inputs.len()]; has.len()];
            self.outcomes = vec![0.0; has.len()];
        }
        self.count += 1.0;
        for (k, (input, origin)) in inputs.iter().zip(&self.origin).enumerate() {
            let x = input - origin;
            self.inputs[k] += x;
            self.squares[k] += x * x;
            for (products, _) in self.products.iter_mut().zip(has).filter(|(_, has)| **has) {
                products[k] += x;
            }
        }
        for (sum, _) in self.outcomes.iter_mut().zip(has).filter(|(_, has)| **has) {
            *sum += 1.0;
        }
    }

    /// The inputs that go most with an outcome, the strongest first.
    pub fn of(&self, outcome: usize, names: &[String]) -> Vec<Driver> {
        let Some(products) = self.products.get(outcome) else {
            return Vec::new();
        };
        let n = self.count;
        let y = self.outcomes[outcome];
        let spread = y * (n - y);
        let mut drivers: Vec<Driver> = names
            .iter()
            .enumerate()
            .filter_map(|(k, name)| {
                let variance = n * self.squares[k] - self.inputs[k] * self.inputs[k];
                let correlation =
                    (n * products[k] - self.inputs[k] * y) / (variance * spread).sqrt();
                (correlation.is_finite() && correlation.abs() >= LEAST).then(|| Driver {
                    input: name.clone(),
                    correlation,
                })
            })
            .collect();
        drivers.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
        drivers.truncate(MOST);
        drivers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_decides_an_outcome_is_named_with_its_sign() {
        let mut sums = DriverSums::default();
        for r in 0..1000 {
            let decides = f64::from(r % 10);
            let idle = f64::from((r / 10) % 10);
            sums.add(&[1e6 + idle, 5.0 - decides], &[decides >= 5.0]);
        }
        let drivers = sums.of(0, &["idle".to_owned(), "decides".to_owned()]);
        assert_eq!(drivers.len(), 1);
        assert_eq!(drivers[0].input, "decides");
        // Ten equal steps against their upper half: -2.5 / (sqrt(8.25) x 0.5).
        assert!(
            (drivers[0].correlation + 0.870_388_28).abs() < 1e-6,
            "{drivers:?}"
        );
    }
}
