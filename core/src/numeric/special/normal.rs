//! The standard normal distribution.

/// Numerator and denominator near the centre, by 0.180625 - (p - 1/2)^2; highest power first.
const CENTRAL: [[f64; 8]; 2] = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_854,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

/// Numerator and denominator by sqrt(-ln p) - 1.6, down to e^-25; highest power first.
const MIDDLE: [[f64; 8]; 2] = [
    [
        0.000_774_545_014_278_341_4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        0.000_547_593_808_499_534_5,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

/// Numerator and denominator by sqrt(-ln p) - 5, below; highest power first.
const FAR: [[f64; 8]; 2] = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_7e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        0.000_786_869_131_145_613_3,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];

/// The standard normal quantile of `p`, to about 1e-15 relative.
///
/// Minus infinity at 0 and infinity at 1; NaN outside. Method: M. J. Wichura, "Algorithm
/// AS 241: The percentage points of the normal distribution" (1988), PPND16.
pub fn normal_quantile(p: f64) -> f64 {
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        return centred * ratio(&CENTRAL, 0.180_625 - centred * centred);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 {
        ratio(&MIDDLE, r - 1.6)
    } else {
        ratio(&FAR, r - 5.0)
    };
    if centred < 0.0 { -size } else { size }
}

/// The standard normal distribution function, to about (1 + x^2) * 1e-16 relative.
///
/// The lower tail keeps its relative accuracy; the upper tail is that of `-x`.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

fn ratio([numerator, denominator]: &[[f64; 8]; 2], r: f64) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().fold(0.0, |sum, coefficient| sum * r + coefficient);
    horner(numerator) / horner(denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_reference() {
        // Computed with mpmath 1.3, 40 digits.
        for (p, z) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-20, -9.262_340_089_798_408),
            (1e-10, -6.361_340_902_404_056),
            (0.001, -3.090_232_306_167_813_5),
            (0.02425, -1.972_961_051_311_885),
            (0.075, -1.439_531_470_938_456),
            (0.25, -0.674_489_750_196_081_7),
            (0.4, -0.253_347_103_135_799_7),
            (0.49999, -2.506_628_274_896e-5),
        ] {
            let error: f64 = normal_quantile(p) / z - 1.0;
            assert!(
                error.abs() < 1e-15 || (p > 0.49 && error.abs() < 1e-11),
                "{p}: {error}"
            );
        }
        for p in [0.5 + 1.0 / 1024.0, 0.75, 0.9990234375] {
            assert_eq!(normal_quantile(p), -normal_quantile(1.0 - p));
        }
        assert_eq!(normal_quantile(0.5), 0.0);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(1.1).is_nan());
    }

    #[test]
    fn cdf_agrees_with_reference() {
        // Computed with mpmath 1.3, 40 digits.
        for (x, p) in [
            (-37.0, 5.725_571_222_524_577e-300),
            (-20.0, 2.753_624_118_606_233_7e-89),
            (-8.0, 6.220_960_574_271_784e-16),
            (-3.0, 0.001_349_898_031_630_094_5),
            (-1.0, 0.158_655_253_931_457_05),
            (-0.1, 0.460_172_162_722_971),
            (0.0, 0.5),
            (0.5, 0.691_462_461_274_013_1),
            (2.0, 0.977_249_868_051_820_8),
            (6.0, 0.999_999_999_013_412_3),
        ] {
            let error: f64 = normal_cdf(x) / p - 1.0;
            assert!(error.abs() < (1.0 + x * x) * 2e-16, "{x}: {error}");
        }
    }

    #[test]
    fn cdf_inverts_quantile() {
        for i in 1..10_000 {
            let p = f64::from(i) / 10_000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-15);
        }
    }
}
