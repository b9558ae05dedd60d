//! Percentile intervals by resampling rows (Efron 1979).

use rand::Rng;

use super::design::rng;
use crate::engine::Estimate;
use crate::parallel;

/// Resamples; the ends of a 95 % interval are the 25th lowest and highest.
const RESAMPLES: usize = 1000;

/// The statistics of all rows, each with its 95 % interval over resampled rows; `statistic`
/// gets the indices of the rows.
pub fn intervals(
    rows: usize,
    seed: u64,
    statistic: impl Fn(&[usize]) -> Vec<f64> + Sync,
) -> Vec<Estimate> {
    let all: Vec<usize> = (0..rows).collect();
    let values = statistic(&all);
    let resampled: Vec<Vec<f64>> = parallel::map(RESAMPLES, |resample| {
        let mut rng = rng(seed, "bootstrap");
        rng.set_stream(resample as u64);
        let drawn: Vec<usize> = (0..rows)
            .map(|_| (rng.next_u64() % rows.max(1) as u64) as usize)
            .collect();
        statistic(&drawn)
    });
    let ends = |k: usize, value: f64| {
        let mut of: Vec<f64> = resampled.iter().map(|all| all[k]).collect();
        of.retain(|v| v.is_finite());
        of.sort_by(f64::total_cmp);
        let Some(last) = of.len().checked_sub(1) else {
            return Estimate {
                value,
                low: value,
                high: value,
            };
        };
        let at = |share: f64| of[(share * last as f64).round() as usize];
        Estimate {
            value,
            low: at(0.025).min(value),
            high: at(0.975).max(value),
        }
    };
    values
        .iter()
        .enumerate()
        .map(|(k, value)| ends(k, *value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_distribution() {
        // 400 rows of spread 1: standard error 0.05.
        let values: Vec<f64> = (0..400)
            .map(|k| if k % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        let mean =
            |rows: &[usize]| vec![rows.iter().map(|&r| values[r]).sum::<f64>() / rows.len() as f64];
        let found = intervals(400, 5, mean)[0];
        assert_eq!(found.value, 0.0);
        // The ends of 1000 resamples are known to about 0.005.
        assert!((found.high - 0.098).abs() < 0.012, "{found:?}");
        assert!((found.low + 0.098).abs() < 0.012, "{found:?}");
        assert_eq!(found, intervals(400, 5, mean)[0]);
    }
}
