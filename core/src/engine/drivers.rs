//! Which uncertain inputs an outcome hangs on: correlations over the replicates.

use serde::{Deserialize, Serialize};

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

/// Units of whole numbers that stand for places and shares, both within -1..1.
const PLACE: f64 = (1u64 << 32) as f64;
/// Units in which an input's values are counted, from about its median in steps of its spread.
const VALUE: f64 = (1u64 << 24) as f64;
/// So many spreads away, a value counts as no farther off.
const FAR: f64 = (1u64 << 16) as f64;

/// An uncertain input, as correlations with it are taken.
#[derive(Debug, Clone)]
pub struct DrivingInput {
    /// Its quantiles in the middle of equal shares of the probability.
    places: [f64; PLACES],
    /// About its median, and how far most of it spreads: values are counted in whole numbers from
    /// here, so that large numbers keep their digits and sums don't hang on their order.
    centre: f64,
    spread: f64,
}

impl DrivingInput {
    /// Of a distribution.
    pub fn new(sampler: &Sampler) -> Self {
        let places: [f64; PLACES] =
            std::array::from_fn(|k| sampler.quantile((k as f64 + 0.5) / PLACES as f64));
        let spread = places[PLACES - 1] - places[0];
        let centre = places[PLACES / 2];
        Self {
            places,
            centre,
            spread: match spread > 0.0 && spread.is_finite() {
                true => spread,
                false => centre.abs().max(1.0),
            },
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

    /// A value in whole numbers.
    fn counted(&self, value: f64) -> i64 {
        (((value - self.centre) / self.spread).clamp(-FAR, FAR) * VALUE) as i64
    }
}

/// Sums over draws from which follow the correlation of each input with each outcome, and
/// whether it is told from noise. Whole numbers: the same in whatever order they are added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverSums {
    inputs: Vec<OfInput>,
    /// Replicates.
    count: u64,
    draws: u64,
    outcomes: Vec<OfOutcome>,
}

/// Sums of one input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfInput {
    /// Over replicates, of the values.
    sum: i128,
    squares: i128,
    /// Over draws, of the places.
    place_sum: i128,
    place_squares: i128,
}

/// Sums of one outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OfOutcome {
    /// Replicates that have it.
    count: u64,
    /// Over draws, of the share of the replicates that have it.
    share_sum: i128,
    share_squares: i128,
    /// By input: over replicates that have it, of the values; over draws, of place x share.
    products: Vec<(i128, i128)>,
}

/// Products of few draws, in numbers that are quicker to add.
#[derive(Debug, Clone)]
pub struct FewProducts(Vec<Vec<(i64, i64)>>);

impl DriverSums {
    /// Nothing added yet.
    pub fn new(inputs: usize, outcomes: usize) -> Self {
        let outcome = OfOutcome {
            count: 0,
            share_sum: 0,
            share_squares: 0,
            products: vec![(0, 0); inputs],
        };
        Self {
            inputs: vec![OfInput::default(); inputs],
            count: 0,
            draws: 0,
            outcomes: vec![outcome; outcomes],
        }
    }

    /// Whether both are about as many inputs and outcomes.
    pub fn is_like(&self, other: &Self) -> bool {
        let sizes = |sums: &Self| -> Vec<usize> {
            let products = sums.outcomes.iter().map(|o| o.products.len());
            std::iter::once(sums.inputs.len()).chain(products).collect()
        };
        sizes(self) == sizes(other)
    }

    /// Adds other draws.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.draws += other.draws;
        for (a, b) in self.inputs.iter_mut().zip(&other.inputs) {
            a.sum += b.sum;
            a.squares += b.squares;
            a.place_sum += b.place_sum;
            a.place_squares += b.place_squares;
        }
        for (a, b) in self.outcomes.iter_mut().zip(&other.outcomes) {
            a.count += b.count;
            a.share_sum += b.share_sum;
            a.share_squares += b.share_squares;
            for (a, b) in a.products.iter_mut().zip(&b.products) {
                a.0 += b.0;
                a.1 += b.1;
            }
        }
    }

    /// Adds a draw by its number, of so many replicates: the values of `inputs`, and how many
    /// of the replicates have each outcome.
    pub fn add(
        &mut self,
        inputs: &[DrivingInput],
        (draw, replicates): (u64, u64),
        values: &[f64],
        counts: &[u64],
        few: &mut FewProducts,
    ) {
        if replicates == 0 {
            return;
        }
        // Parts of 1 that lie evenly, and have nothing to do with any outcome.
        let part = (draw as f64 * GOLDEN).fract();
        self.count += replicates;
        self.draws += 1;
        let each: Vec<(i64, f64)> = inputs
            .iter()
            .zip(values)
            .map(|(input, value)| (input.counted(*value), input.place(*value, part)))
            .collect();
        for (sums, (x, place)) in self.inputs.iter_mut().zip(&each) {
            let (x, place) = (i128::from(*x), i128::from((place * PLACE) as i64));
            sums.sum += i128::from(replicates) * x;
            sums.squares += i128::from(replicates) * (x * x);
            sums.place_sum += place;
            sums.place_squares += place * place;
        }
        let outcomes = self.outcomes.iter_mut().zip(counts).zip(&mut few.0);
        for ((outcome, &count), few) in outcomes.filter(|((_, count), _)| **count > 0) {
            let share = count as f64 / replicates as f64;
            let whole = i128::from((share * PLACE) as i64);
            outcome.count += count;
            outcome.share_sum += whole;
            outcome.share_squares += whole * whole;
            let share = share * PLACE;
            for ((values, places), (x, place)) in few.iter_mut().zip(&each) {
                *values += count as i64 * x;
                *places += (share * place) as i64;
            }
        }
    }

    /// Products of draws of this shape, none so far.
    pub fn few(&self) -> FewProducts {
        let of = |outcome: &OfOutcome| vec![(0, 0); outcome.products.len()];
        FewProducts(self.outcomes.iter().map(of).collect())
    }

    /// Takes in the products of at most a million replicates.
    pub fn take(&mut self, few: &mut FewProducts) {
        for (outcome, few) in self.outcomes.iter_mut().zip(&mut few.0) {
            for (sums, few) in outcome.products.iter_mut().zip(few) {
                sums.0 += i128::from(few.0);
                sums.1 += i128::from(few.1);
                *few = (0, 0);
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
        let by_value = |sum: i128| sum as f64 / VALUE;
        let by_place = |sum: i128| sum as f64 / PLACE;
        let inputs = self.inputs.iter().zip(names).zip(&outcome.products);
        let mut drivers: Vec<Driver> = inputs
            .filter_map(|((input, name), &(values, places))| {
                let (d, n, y) = (self.draws as f64, self.count as f64, outcome.count as f64);
                let of_places = correlation(
                    d,
                    (
                        by_place(input.place_sum),
                        by_place(input.place_squares) / PLACE,
                    ),
                    (
                        by_place(outcome.share_sum),
                        by_place(outcome.share_squares) / PLACE,
                    ),
                    by_place(places),
                );
                let correlation = correlation(
                    n,
                    (by_value(input.sum), by_value(input.squares) / VALUE),
                    (y, y),
                    by_value(values),
                );
                (of_places.abs() > told && correlation.abs() >= LEAST).then(|| Driver {
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
        let freedom = self.draws as f64 - 2.0;
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

    /// Sums with what they are of.
    struct Adding {
        inputs: Vec<DrivingInput>,
        sums: DriverSums,
        few: FewProducts,
    }

    impl Adding {
        fn new<'a>(inputs: impl Iterator<Item = &'a Sampler>, outcomes: usize) -> Self {
            let inputs: Vec<DrivingInput> = inputs.map(DrivingInput::new).collect();
            let sums = DriverSums::new(inputs.len(), outcomes);
            Self {
                few: sums.few(),
                inputs,
                sums,
            }
        }

        fn add(&mut self, values: &[f64], counts: &[u64], replicates: u64) {
            let draw = (self.sums.draws, replicates);
            let few = &mut self.few;
            self.sums.add(&self.inputs, draw, values, counts, few);
            self.sums.take(few);
        }

        fn of(&self, outcome: usize, names: &[String]) -> Vec<Driver> {
            self.sums.of(outcome, names)
        }
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|k| k.to_string()).collect()
    }

    #[test]
    fn an_input_that_decides_an_outcome_is_named_with_its_sign() {
        let (low, high) = (0.0, 10.0);
        let small = Distribution::Uniform { low, high }.sampler();
        let (low, high) = (1e6, 1e6 + 10.0);
        let large = Distribution::Uniform { low, high }.sampler();
        let mut sums = Adding::new([large, small].iter(), 1);
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
                let mut sums = Adding::new(inputs.iter(), 3);
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
        let mut sums = Adding::new(inputs.iter(), 1);
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
