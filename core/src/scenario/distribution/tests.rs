use super::*;
use crate::numeric::special::{incomplete_beta, normal_cdf};

fn triangular(low: f64, mode: f64, high: f64) -> Distribution {
    Distribution::Triangular { low, mode, high }
}

fn pert(low: f64, mode: f64, high: f64) -> Distribution {
    Distribution::Pert { low, mode, high }
}

fn beta(alpha: f64, beta: f64, low: f64, high: f64) -> Distribution {
    Distribution::Beta {
        alpha,
        beta,
        low,
        high,
    }
}

fn discrete(values: &[f64], weights: &[f64]) -> Distribution {
    Distribution::Discrete {
        values: values.to_vec(),
        weights: weights.to_vec(),
    }
}

fn examples() -> Vec<Distribution> {
    let normal = |low, high| Distribution::Normal {
        mean: 2.0,
        sd: 0.5,
        low,
        high,
    };
    let lognormal = |low, high| Distribution::Lognormal {
        median: 3.0,
        sigma: 0.6,
        low,
        high,
    };
    vec![
        Distribution::Uniform {
            low: -1.0,
            high: 3.0,
        },
        triangular(0.0, 0.2, 1.0),
        triangular(1000.0, 1000.0, 1001.0),
        triangular(-2.0, 5.0, 5.0),
        normal(None, None),
        normal(Some(1.5), None),
        normal(None, Some(1.9)),
        normal(Some(1.999), Some(2.001)),
        normal(Some(4.0), None),
        normal(None, Some(0.5)),
        lognormal(None, None),
        lognormal(Some(0.0), Some(10.0)),
        lognormal(Some(4.0), None),
        beta(2.0, 3.5, 0.0, 1.0),
        beta(0.4, 0.7, -1.0, 4.0),
        beta(80.0, 20.0, 0.0, 1.0),
        pert(10.0, 12.0, 30.0),
        pert(0.0, 0.0, 1.0),
        Distribution::Dirichlet {
            group: "seats".to_owned(),
            alpha: 3.0,
            rest: 7.5,
        },
        discrete(&[3.0, 1.0, 2.0], &[1.0, 2.0, 0.0]),
        discrete(&[7.0], &[0.1]),
    ]
}

/// The distribution function; none for discrete distributions.
fn cdf(distribution: &Distribution, x: f64) -> Option<f64> {
    let (low, high) = distribution.support();
    Some(match *distribution {
        Distribution::Uniform { .. } => (x - low) / (high - low),
        Distribution::Triangular { mode, .. } => {
            if x < mode {
                (x - low) * (x - low) / ((high - low) * (mode - low))
            } else {
                1.0 - (high - x) * (high - x) / ((high - low) * (high - mode).max(1e-300))
            }
        }
        Distribution::Normal { mean, sd, .. } => {
            let p = |x: f64| normal_cdf((x - mean) / sd);
            let q = |x: f64| normal_cdf((mean - x) / sd);
            if low > mean {
                (q(low) - q(x)) / (q(low) - q(high))
            } else {
                (p(x) - p(low)) / (p(high) - p(low))
            }
        }
        Distribution::Lognormal { median, sigma, .. } => {
            let p = |x: f64| normal_cdf(libm::log(x / median) / sigma);
            (p(x) - p(low)) / (p(high) - p(low))
        }
        Distribution::Beta { .. } | Distribution::Pert { .. } | Distribution::Dirichlet { .. } => {
            let ([a, b], ..) = distribution.as_beta()?;
            incomplete_beta(a, b, (x - low) / (high - low))
        }
        Distribution::Discrete { .. } | Distribution::Table { .. } => return None,
    })
}

#[test]
fn examples_are_valid() {
    for example in examples() {
        assert_eq!(example.validate(), Ok(()), "{example:?}");
    }
}

#[test]
fn quantiles_rise_within_the_support() {
    for example in examples() {
        let sampler = example.sampler();
        let (low, high) = example.support();
        let mut last = f64::NEG_INFINITY;
        for i in 0..=20_000 {
            let x = sampler.quantile(f64::from(i) / 20_000.0);
            assert!(
                x >= last && x >= low && x <= high && x.is_finite(),
                "{example:?} {i} {x}"
            );
            last = x;
        }
    }
}

#[test]
fn samplers_agree_with_plain_quantiles() {
    for example in examples() {
        let sampler = example.sampler();
        for i in 0..=1000 {
            let u = f64::from(i) / 1000.0;
            let (prepared, plain) = (sampler.quantile(u), example.quantile(u));
            if let Some((_, low, high)) = example.as_beta() {
                assert!(
                    (prepared - plain).abs() < 1e-13 * (high - low),
                    "{example:?} {u}"
                );
            } else {
                assert_eq!(prepared.to_bits(), plain.to_bits(), "{example:?} {u}");
            }
        }
    }
}

#[test]
fn distribution_function_inverts_quantile() {
    for example in examples() {
        for i in 1..2000 {
            let u = f64::from(i) / 2000.0;
            let x = example.quantile(u);
            let (low, high) = example.support();
            // A value of limited resolution leaves the more doubt, the narrower the range.
            let tolerance = 1e-10 + 1e-14 * x.abs() / (high - low);
            if let Some(back) = cdf(&example, x) {
                assert!((back - u).abs() < tolerance, "{example:?} {u} {x} {back}");
            }
        }
    }
}

#[test]
fn moments_agree_with_integrals_of_the_quantile_function() {
    for example in examples() {
        // With u = 3t^2 - 2t^3, the ends, where the quantile function is steep, weigh less.
        let sampler = example.sampler();
        let n = 100_000;
        let points: Vec<(f64, f64)> = (0..n)
            .map(|i| {
                let t = (f64::from(i) + 0.5) / f64::from(n);
                let weight = 6.0 * t * (1.0 - t) / f64::from(n);
                (sampler.quantile(t * t * (3.0 - 2.0 * t)), weight)
            })
            .collect();
        let mean: f64 = points.iter().map(|(x, weight)| x * weight).sum();
        let variance: f64 = points
            .iter()
            .map(|(x, w)| (x - mean) * (x - mean) * w)
            .sum();
        let (mean_error, sd_error) = (example.mean() - mean, example.sd() - variance.sqrt());
        let tolerance = match example {
            Distribution::Discrete { .. } | Distribution::Table { .. } => 1e-4,
            _ => 1e-6,
        };
        let allowed = tolerance * (example.sd() + 1e-3);
        assert!(mean_error.abs() < allowed, "{example:?} {mean_error}");
        assert!(sd_error.abs() < allowed, "{example:?} {sd_error}");
    }
}

#[test]
fn truncated_moments_agree_with_reference() {
    // Computed with mpmath 1.3 (quad), 30 digits.
    let normal = |low, high| Distribution::Normal {
        mean: 2.0,
        sd: 0.5,
        low,
        high,
    };
    let lognormal = |sigma, low, high| Distribution::Lognormal {
        median: 3.0,
        sigma,
        low,
        high,
    };
    for (distribution, mean, sd) in [
        (
            normal(Some(1.5), None),
            2.143_799_985_469_589,
            0.396_763_873_663_103_7,
        ),
        (
            normal(None, Some(1.9)),
            1.535_292_075_957_178,
            0.283_755_771_282_441_8,
        ),
        (
            normal(Some(1.999), Some(2.001)),
            2.0,
            0.000_577_350_115_229_499_2,
        ),
        (
            normal(Some(4.0), None),
            4.112_803_572_244_736,
            0.108_019_487_127_812_5,
        ),
        (
            lognormal(0.6, None, Some(10.0)),
            3.380_860_913_635_779,
            1.874_168_662_014_169,
        ),
        (
            lognormal(0.6, Some(4.0), None),
            6.232_103_609_223_834,
            2.432_237_216_921_151,
        ),
        (
            lognormal(2.5, Some(1.0), None),
            101.768_197_727_972_9,
            1_896.071_327_631_714,
        ),
    ] {
        assert!(
            (distribution.mean() / mean - 1.0).abs() < 1e-11,
            "{distribution:?}"
        );
        assert!(
            (distribution.sd() / sd - 1.0).abs() < 1e-11,
            "{distribution:?}"
        );
    }
}

#[test]
fn discrete_quantiles_are_the_least_value_with_enough_below() {
    let dice = discrete(&[4.0, 2.0, 3.0, 1.0], &[1.0; 4]);
    for (u, value) in [
        (1e-9, 1.0),
        (0.25, 1.0),
        (0.2501, 2.0),
        (0.5, 2.0),
        (0.75, 3.0),
        (1.0, 4.0),
    ] {
        assert_eq!(dice.quantile(u), value);
    }
    assert_eq!(
        (dice.mean(), dice.median(), dice.support()),
        (2.5, 2.0, (1.0, 4.0))
    );
    let some = discrete(&[0.0, 1.0, 2.0], &[0.0, 1.0, 0.0]);
    assert_eq!(
        (some.quantile(0.0), some.quantile(1.0), some.support()),
        (1.0, 1.0, (1.0, 1.0))
    );
}

#[test]
fn medians_and_modes_are_as_given() {
    let lognormal = Distribution::Lognormal {
        median: 3.0,
        sigma: 0.6,
        low: None,
        high: None,
    };
    assert_eq!(lognormal.median(), 3.0);
    assert_eq!(lognormal.support(), (0.0, f64::INFINITY));
    assert!((pert(1.0, 2.0, 7.0).mean() - 16.0 / 6.0).abs() < 1e-15);
}

#[test]
fn mistakes_are_explained() {
    let normal = |sd, low, high| Distribution::Normal {
        mean: 0.0,
        sd,
        low,
        high,
    };
    let lognormal = |low, high| Distribution::Lognormal {
        median: 1.0,
        sigma: 0.1,
        low,
        high,
    };
    for (distribution, message) in [
        (
            Distribution::Uniform {
                low: 1.0,
                high: 1.0,
            },
            "`low` is 1 and `high` is 1, but `low` must be less than `high`",
        ),
        (
            Distribution::Uniform {
                low: 1.0,
                high: f64::NAN,
            },
            "`high` is NaN, but must be a finite number",
        ),
        (
            pert(0.0, 2.0, 1.0),
            "`mode` is 2 and `high` is 1, but `mode` must be at most `high`",
        ),
        (
            pert(0.0, -2.0, 1.0),
            "`low` is 0 and `mode` is -2, but `low` must be at most `mode`",
        ),
        (
            normal(0.0, None, None),
            "`sd` is 0, but must be more than 0",
        ),
        (
            normal(1.0, Some(2.0), Some(-2.0)),
            "`low` is 2 and `high` is -2, but `low` must be less than `high`",
        ),
        (
            normal(1.0, Some(7.0), None),
            "only a share of 1.3e-12 lies between `low` and `high`, but it must be at least \
             1e-9: move the bounds towards the middle, or widen the distribution",
        ),
        (
            lognormal(Some(-1.0), None),
            "`low` is -1, but must be 0 or more",
        ),
        (
            lognormal(None, Some(0.0)),
            "`high` is 0, but must be more than 0",
        ),
        (
            beta(0.0, 1.0, 0.0, 1.0),
            "`alpha` is 0, but must be from 0.01 to 1000000",
        ),
        (
            discrete(&[], &[]),
            "`values` is empty, but must have at least one number",
        ),
        (
            discrete(&[1.0, 2.0], &[1.0]),
            "there are 2 `values` and 1 `weights`, but every value must have one weight",
        ),
        (
            discrete(&[1.0, 2.0], &[1.0, -1.0]),
            "`weights` is -1, but must be 0 or more",
        ),
        (
            discrete(&[1.0], &[0.0]),
            "the sum of `weights` is 0, but must be finite and more than 0",
        ),
    ] {
        let error = distribution.validate().expect_err(message);
        assert_eq!(error.to_string(), message);
    }
}
