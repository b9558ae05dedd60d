//! Which uncertain inputs an outcome hangs on: correlations over the replicates.

use crate::numeric::special::student_t_quantile;
use crate::scenario::distribution::Sampler;

use super::summary::Driver;

/// Weaker correlations are not worth naming, however surely they are not 0: their square,
/// 1/400, is about the share of the variance that they stand for.
const LEAST: f64 = 0.05;
/// The chance that any of several idle inputs is named for any outcome of a run.
const FALSELY_NAMED: f64 = 0.001;
/// How many inputs are named for an outcome.
const MOST: usize = 3;
/// Places into which an input's distribution is divided.
const PLACES: usize = 64;

/// The golden section.
const GOLDEN: f64 = 0.618_033_988_749_894_8;

/// Sums over draws from which follow the correlation of each input with each outcome, and
/// whether it is told from noise.
#[derive(Debug, Clone)]
pub struct DriverSums {
    inputs: Vec<Input>,
    /// Replicates.
    count: f64,
    draws: f64,
    outcomes: Vec<Outcome>,
}

/// Sums of one input.
#[derive(Debug, Clone)]
struct Input {
    /// Its quantiles in the middle of equal shares of the probability.
    places: [f64; PLACES],
    /// Its value in the first draw: sums are taken of differences from it, so that large
    /// numbers keep their digits.
    origin: f64,
    /// Over replicates, of the values.
    sum: f64,
    squares: f64,
    /// Over draws, of the places, from -1/2 to 1/2.
    place_sum: f64,
    place_squares: f64,
}

/// Sums of one outcome.
#[derive(Debug, Clone, Default)]
struct Outcome {
    /// Replicates that have it.
    count: f64,
    /// Over draws, of the share of the replicates that have it.
    share_sum: f64,
    share_squares: f64,
    /// By input: over replicates that have it, of the values; over draws, of place x share.
    products: Vec<(f64, f64)>,
}

impl Input {
    fn new(sampler: &Sampler) -> Self {
        Self {
            places: std::array::from_fn(|k| sampler.quantile((k as f64 + 0.5) / PLACES as f64)),
            origin: 0.0,
            sum: 0.0,
            squares: 0.0,
            place_sum: 0.0,
            place_squares: 0.0,
        }
    }

    /// Where in its distribution a value lies, from -1/2 to 1/2. What it has in common with
    /// others, as one of few values, is spread over them by `part`, from 0 to 1: so places lie
    /// evenly whatever the distribution is.
    fn place(&self, value: f64, part: f64) -> f64 {
        let below = self.places.partition_point(|&x| x < value);
        let equal = self.places[below..].partition_point(|&x| x <= value);
        (below as f64 + part * (equal + 1) as f64) / (PLACES + 1) as f64 - 0.5
    }
}

impl DriverSums {
    /// Nothing added yet.
    pub fn new<'a>(inputs: impl Iterator<Item = &'a Sampler>, outcomes: usize) -> Self {
        let inputs: Vec<Input> = inputs.map(Input::new).collect();
        let outcome = Outcome {
            products: vec![(0.0, 0.0); inputs.len()],
            ..Outcome::default()
        };
        Self {
            count: 0.0,
            draws: 0.0,
            outcomes: vec![outcome; outcomes],
            inputs,
        }
    }

    /// Adds a draw of so many replicates: its inputs, and how many of them have each outcome.
    pub fn add(&mut self, inputs: &[f64], counts: &[u64], replicates: u64) {
        if replicates == 0 {
            return;
        }
        let size = replicates as f64;
        let first = self.draws == 0.0;
        // Parts of 1 that lie evenly, and have nothing to do with any outcome.
        let part = (self.draws * GOLDEN).fract();
        self.count += size;
        self.draws += 1.0;
        for (outcome, count) in self.outcomes.iter_mut().zip(counts) {
            let share = *count as f64 / size;
            outcome.count += *count as f64;
            outcome.share_sum += share;
            outcome.share_squares += share * share;
        }
        for (k, (input, value)) in self.inputs.iter_mut().zip(inputs).enumerate() {
            if first {
                input.origin = *value;
            }
            let (x, place) = (value - input.origin, input.place(*value, part));
            input.sum += size * x;
            input.squares += size * x * x;
            input.place_sum += place;
            input.place_squares += place * place;
            for (outcome, count) in self.outcomes.iter_mut().zip(counts) {
                let (values, places) = &mut outcome.products[k];
                *values += *count as f64 * x;
                *places += *count as f64 / size * place;
            }
        }
    }

    /// The inputs that go most with an outcome, the strongest first, as far as they are told
    /// from idle ones.
    ///
    /// The test is of the correlation over draws (replicates of a draw have the same inputs)
    /// between an input's place in its distribution, which no tail or rare value makes
    /// uneven, and the share of the draw's replicates that have the outcome. With
    /// Student's t and Bonferroni's division among all inputs and outcomes, an idle input is
    /// named at most in [`FALSELY_NAMED`] of the runs.
    pub fn of(&self, outcome: usize, names: &[String]) -> Vec<Driver> {
        let Some(outcome) = self.outcomes.get(outcome) else {
            return Vec::new();
        };
        let told = self.least_told();
        let inputs = self.inputs.iter().zip(names).zip(&outcome.products);
        let mut drivers: Vec<Driver> = inputs
            .filter_map(|((input, name), &(values, places))| {
                let (d, n, y) = (self.draws, self.count, outcome.count);
                let by_place = correlation(
                    d,
                    (input.place_sum, input.place_squares),
                    (outcome.share_sum, outcome.share_squares),
                    places,
                );
                let correlation = correlation(n, (input.sum, input.squares), (y, y), values);
                (by_place.abs() > told && correlation.abs() >= LEAST).then(|| Driver {
                    input: name.clone(),
                    correlation,
                })
            })
            .collect();
        drivers.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
        drivers.truncate(MOST);
        drivers
    }

    /// The least correlation over draws that is told from 0.
    fn least_told(&self) -> f64 {
        let freedom = self.draws - 2.0;
        if freedom < 1.0 {
            // Two points lie on a line, whatever they are.
            return f64::INFINITY;
        }
        let tried = (self.inputs.len() * self.outcomes.len()).max(1) as f64;
        let t = student_t_quantile(1.0 - FALSELY_NAMED / tried / 2.0, freedom);
        (t * t / (t * t + freedom)).sqrt()
    }
}

/// The correlation of two numbers from their sums, sums of squares and sum of products.
/// Not a number where one of them doesn't vary.
fn correlation(n: f64, (x, xx): (f64, f64), (y, yy): (f64, f64), xy: f64) -> f64 {
    (n * xy - x * y) / ((n * xx - x * x) * (n * yy - y * y)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Distribution;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|k| k.to_string()).collect()
    }

    #[test]
    fn an_input_that_decides_an_outcome_is_named_with_its_sign() {
        let (low, high) = (0.0, 10.0);
        let small = Distribution::Uniform { low, high }.sampler();
        let (low, high) = (1e6, 1e6 + 10.0);
        let large = Distribution::Uniform { low, high }.sampler();
        let mut sums = DriverSums::new([large, small].iter(), 1);
        for r in 0..1000 {
            let decides = f64::from(r % 10);
            let idle = f64::from((r / 10) % 10);
            sums.add(
                &[1e6 + idle, 9.0 - decides],
                &[u64::from(decides >= 5.0)],
                1,
            );
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

    /// One run in a thousand may name an idle input. Of 4,000 made-up runs more than 13 would
    /// have a chance below 1e-4 at that rate. Inputs with a heavy tail and outcomes that three
    /// in a hundred draws have are where a test on the values themselves would name far more.
    #[test]
    fn idle_inputs_are_not_named_whatever_their_distribution_and_however_rare_the_outcome() {
        let heavy = Distribution::Lognormal {
            median: 1.0,
            sigma: 3.0,
            low: None,
            high: None,
        };
        let rare = Distribution::Discrete {
            values: vec![0.0, 1.0],
            weights: vec![0.97, 0.03],
        };
        let (low, high) = (30.0, 80.0);
        let even = Distribution::Uniform { low, high };
        let inputs = [heavy.sampler(), rare.sampler(), even.sampler()];
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut uniform = || ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        for (draws, per_draw) in [(12, 10), (100, 2)] {
            let mut named = 0;
            for _ in 0..4000 {
                let mut sums = DriverSums::new(inputs.iter(), 3);
                for _ in 0..draws {
                    let values: Vec<f64> = inputs.iter().map(|i| i.quantile(uniform())).collect();
                    let counts = [0.03, 0.3, 0.5]
                        .map(|chance| (0..per_draw).filter(|_| uniform() < chance).count() as u64);
                    sums.add(&values, &counts, per_draw);
                }
                named += usize::from((0..3).any(|k| !sums.of(k, &names(3)).is_empty()));
            }
            assert!(named <= 13, "{draws} draws: {named}");
        }
    }

    #[test]
    fn a_weak_input_is_named_once_there_are_replicates_enough() {
        let (low, high) = (0.0, 1.0);
        let inputs = [Distribution::Uniform { low, high }.sampler()];
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut uniform = || ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        let mut sums = DriverSums::new(inputs.iter(), 1);
        let mut named = Vec::new();
        for draws in 1..=20_000 {
            let x = uniform();
            // A correlation of 0.4 sqrt(1/12) / 0.5 = 0.23.
            sums.add(&[x], &[u64::from(uniform() < 0.3 + 0.4 * x)], 1);
            if [50, 20_000].contains(&draws) {
                named.push(sums.of(0, &names(1)));
            }
        }
        assert!(named[0].is_empty(), "{named:?}");
        assert!((named[1][0].correlation - 0.2309).abs() < 0.03, "{named:?}");
    }
}
