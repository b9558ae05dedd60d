//! Random numbers of given distributions from random words, one word a draw.

use super::count::{Op, counted, whole};
use super::elementary::polynomial;
use super::isa::lanewise;
use super::lanes::Lanes;

/// 2^-31.
const UNIT: f32 = 1.0 / 2_147_483_648.0;

/// The largest number below 1.
const BELOW_ONE: f32 = 1.0 - f32::EPSILON / 2.0;

/// Where the central polynomial of [`normal`] ends and that of the tails begins.
const TAIL: f32 = 5.0;

/// Coefficients of z / x by w - 2.5, highest power first: relative error 1.8e-7 for w <= 5.
const CENTRAL: [f32; 9] = [
    4.035_68e-8,
    4.861_024_6e-7,
    -4.990_590_2e-6,
    -6.217_979_3e-6,
    3.091_503e-4,
    -1.773_010_2e-3,
    -5.908_171e-3,
    0.348_802_66,
    2.123_313_7,
];

/// Coefficients of z / x by sqrt(w) - 3.5, highest power first: relative error 3.5e-7 for
/// w from 5 to 21.7.
const TAILS: [f32; 9] = [
    -2.471_041_3e-5,
    -2.694_399e-4,
    8.536_298e-4,
    -1.029_953_4e-3,
    1.378_305_1e-3,
    -2.890_785_7e-3,
    4.673_726e-3,
    1.424_632_2,
    4.717_087_7,
];

/// A uniform draw in the open interval (0, 1), never decreasing with the word.
///
/// The mapping is (i + 1/2) / 2^31 with i the upper 31 bits of the word, i and the sum
/// rounded to nearest in single precision (together within 1e-7 relative), and the largest
/// number below 1 in place of 1. So it is at least 2^-32, and small probabilities are as
/// fine as the words allow.
#[inline(always)]
pub fn uniform<const N: usize>(words: [u32; N]) -> Lanes<N> {
    let _whole = whole(Op::Uniform);
    let mut out = [0.0; N];
    for k in 0..N {
        // By way of a signed integer: unsigned ones are slow to convert before AVX-512.
        out[k] = ((words[k] >> 1) as i32 as f32 + 0.5) * UNIT;
    }
    Lanes(out).at_most(BELOW_ONE)
}

/// A standard normal draw: the quantile at (word + 1/2) / 2^32.
///
/// From -6.34 to 6.34, exactly antisymmetric (`!word` gives the negative), rising with the
/// word up to rounding; the absolute error is below 2.5e-6 everywhere, below 5e-7 within 2.
///
/// Method: M. Giles, "Approximating the erfinv function" (2010): with x = 2p - 1 and
/// w = -ln(1 - x^2), the quantile is x times a polynomial in w, in the tails in sqrt(w).
/// The coefficients are our own minimax fits, as his end at 2^-24; and 1 - x is taken from
/// the integer, since in single precision x is 1 long before the end.
#[inline(always)]
pub fn normal<const N: usize>(words: [u32; N]) -> Lanes<N> {
    let _whole = whole(Op::Normal);
    quantile(words, depth(words))
}

/// A normal draw from each row of words.
///
/// In two passes: one draw is a long chain of operations that wait for each other, of which a
/// processor sees only two or three draws ahead.
#[inline(always)]
pub fn normals<const N: usize>(words: &[[u32; N]], out: &mut [Lanes<N>]) {
    for (out, words) in lanewise(out.iter_mut().zip(words)) {
        let _whole = whole(Op::Normal);
        *out = depth(*words);
    }
    for (out, words) in lanewise(out.iter_mut().zip(words)) {
        let _counted = counted();
        *out = quantile(*words, *out);
    }
}

/// The distance of a word from the centre of all, 0 to 2^31 - 1 on either side.
#[inline(always)]
fn distance(word: u32) -> i32 {
    let centred = (word ^ 0x8000_0000) as i32;
    centred ^ (centred >> 31)
}

/// How far out in the tails: w = -ln(1 - x^2).
#[inline(always)]
fn depth<const N: usize>(words: [u32; N]) -> Lanes<N> {
    let mut from_end = [0.0; N];
    for k in 0..N {
        from_end[k] = ((i32::MAX - distance(words[k])) as f32 + 0.5) * UNIT;
    }
    let from_end = Lanes(from_end);
    -(from_end * (2.0 - from_end)).ln()
}

/// The quantile, from the words and their depth.
#[inline(always)]
fn quantile<const N: usize>(words: [u32; N], w: Lanes<N>) -> Lanes<N> {
    let mut x = [0.0; N];
    let mut sign = [0; N];
    for k in 0..N {
        sign[k] = !words[k] & 0x8000_0000;
        x[k] = (distance(words[k]) as f32 + 0.5) * UNIT;
    }
    let x = Lanes(x);
    let near = w.lt_s(TAIL);
    let mut ratio = polynomial(w - 2.5, &CENTRAL);
    // Seldom is any lane in a tail; whether one is changes the work, not the result.
    if !near.all() {
        ratio = near.select(ratio, polynomial(w.sqrt() - 3.5, &TAILS));
    }
    let mut z = (ratio * x).0;
    for k in 0..N {
        z[k] = f32::from_bits(z[k].to_bits() | sign[k]);
    }
    Lanes(z)
}

#[cfg(test)]
mod tests {
    use super::super::chacha::{Key, chacha8_block};
    use super::super::special::{normal_cdf, normal_quantile};
    use super::*;

    /// Not a multiple of 2; larger in debug builds, where a fine sweep takes minutes.
    const STRIDE: usize = if cfg!(debug_assertions) { 20_011 } else { 251 };

    /// Words that sweep the whole range, every one of them near the ends, centre and seam.
    fn sweep() -> impl Iterator<Item = u32> {
        let near = |c: u32| (0..20_000u32).map(move |i| c.wrapping_sub(10_000).wrapping_add(i));
        let seam = (normal_cdf(-2.65) * 4_294_967_296.0) as u32;
        let places = near(0)
            .chain(near(1 << 31))
            .chain(near(seam))
            .chain(near(!seam));
        (0..=u32::MAX).step_by(STRIDE).chain(places)
    }

    fn draws(count: usize) -> Vec<[u32; 16]> {
        let key: Key = [1, 2, 3, 4, 5, 6, 7, 8];
        let nonce = std::array::from_fn(|k| k as u64);
        let blocks = (count / 256) as u64;
        (0..blocks)
            .flat_map(|counter| chacha8_block(&key, counter, nonce))
            .collect()
    }

    /// Largest distance of the empirical distribution from that of `cdf`, times sqrt(n).
    fn kolmogorov(mut values: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
        values.sort_by(f64::total_cmp);
        let n = values.len() as f64;
        let distance = values.iter().enumerate().fold(0.0, |worst, (i, value)| {
            let f = cdf(*value);
            f64::max(worst, f64::max(f - i as f64 / n, (i + 1) as f64 / n - f))
        });
        distance * n.sqrt()
    }

    #[test]
    fn uniform_stays_inside_and_rises() {
        assert_eq!(uniform([0]).lane(0), 0.5 * UNIT);
        assert_eq!(uniform([u32::MAX]).lane(0), BELOW_ONE);
        let mut last = 0.0;
        for word in (0..100_000).chain((100_000..=u32::MAX).step_by(STRIDE)) {
            let u = uniform([word]).lane(0);
            assert!(u > 0.0 && u < 1.0);
            let exact = (f64::from(word >> 1) + 0.5) / 2_147_483_648.0;
            assert!((f64::from(u) - exact).abs() <= exact * 1e-7, "{word}");
            assert!(u >= last);
            last = u;
        }
    }

    #[test]
    fn uniform_passes_kolmogorov_smirnov() {
        let values = draws(1 << 20)
            .into_iter()
            .flat_map(|words| uniform(words).0.map(f64::from));
        let statistic = kolmogorov(values.collect(), |u| u);
        println!("uniform: Kolmogorov-Smirnov {statistic}");
        // The 1 % level of the limiting distribution.
        assert!(statistic < 1.628);
    }

    #[test]
    fn normal_is_the_quantile_function() {
        let (mut worst, mut worst_near) = (0.0, 0.0);
        for word in sweep() {
            let truth = if word >> 31 == 0 {
                normal_quantile((f64::from(word) + 0.5) / 4_294_967_296.0)
            } else {
                -normal_quantile((f64::from(!word) + 0.5) / 4_294_967_296.0)
            };
            let z = f64::from(normal([word]).lane(0));
            assert_eq!(-z, f64::from(normal([!word]).lane(0)));
            let error = (z - truth).abs();
            worst = f64::max(worst, error);
            if truth.abs() < 2.0 {
                worst_near = f64::max(worst_near, error);
            }
        }
        println!("normal: error {worst}, within 2: {worst_near}");
        assert!(worst < 2.5e-6 && worst_near < 5e-7);
    }

    #[test]
    fn normal_rises_up_to_rounding() {
        let mut highest = f32::NEG_INFINITY;
        for word in (0..=u32::MAX).step_by(STRIDE) {
            let z = normal([word]).lane(0);
            assert!(z >= highest - 2e-6, "{word}");
            highest = f32::max(highest, z);
        }
    }

    #[test]
    fn normal_draws_have_the_right_moments_and_tails() {
        let words = draws(1 << 20);
        let values: Vec<f64> = words
            .into_iter()
            .flat_map(|words| normal(words).0.map(f64::from))
            .collect();
        let n = values.len() as f64;
        let moment = |power: i32| values.iter().map(|z| z.powi(power)).sum::<f64>() / n;
        // Means of powers have variances 1, 2, 15 and 96 over n; four standard errors.
        for (power, truth, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let error = moment(power) - truth;
            println!("normal: moment {power} off by {error}");
            assert!(error.abs() < 4.0 * f64::sqrt(variance / n));
        }
        for threshold in [3.0, 4.0] {
            let expected = 2.0 * normal_cdf(-threshold) * n;
            let count = values.iter().filter(|z| z.abs() > threshold).count() as f64;
            println!("normal: {count} beyond {threshold}, expected {expected}");
            assert!((count - expected).abs() < 4.0 * expected.sqrt());
        }
        let statistic = kolmogorov(values, normal_cdf);
        println!("normal: Kolmogorov-Smirnov {statistic}");
        assert!(statistic < 1.628);
    }

    #[test]
    fn lanes_do_not_depend_on_each_other() {
        for words in draws(1 << 16) {
            let (z, u) = (normal(words), uniform(words));
            for (k, word) in words.into_iter().enumerate() {
                assert_eq!(z.lane(k).to_bits(), normal([word]).lane(0).to_bits());
                assert_eq!(u.lane(k).to_bits(), uniform([word]).lane(0).to_bits());
            }
        }
    }
}
