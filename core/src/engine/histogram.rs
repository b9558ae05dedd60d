//! Bins that are fine wherever a value lies, so that quantiles are right also far beyond an
//! axis and close to 0; counts are whole numbers, the same whatever the order of adding.

use serde::{Deserialize, Serialize};

use crate::model::Series;

/// Bins over the whole of a series' axis.
const AXIS: usize = 512;
/// Bins in an octave, from a number to its double, below an eighth of the axis and beyond
/// its top: there a bin is at most 1/64 of the value wide, as just above that eighth.
const OCTAVE: usize = 64;
/// Octaves below an eighth of the axis. What is smaller still, less than 1/8192 of the axis,
/// has one bin.
const BELOW: usize = 10;
/// Octaves beyond the top of the axis. What is greater still has one bin.
const BEYOND: usize = 10;
/// Bits of a single-precision number behind those that tell the bin in its octave.
const SHIFT: u32 = 23 - OCTAVE.ilog2();

/// Top of a series' fixed axis: a function of the scenario's definitions alone.
pub fn axis_high(series: Series) -> f64 {
    match series {
        Series::ThreatStrength | Series::OpenFighters => 2.0,
        Series::Cohesion | Series::Rivalry | Series::Infighting | Series::UndergroundFighters => {
            1.0
        }
    }
}

/// The bins of a series.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// 1 over the top of the axis, a power of two: nothing is rounded.
    scale: f32,
    /// How many.
    pub count: usize,
    /// Whether there are as many for what is less than 0, before the others.
    signed: bool,
}

impl Bins {
    /// Those of a series. What can't lie beyond its axis has one bin for that.
    pub fn of(series: Series) -> Self {
        let beyond = match series {
            Series::Cohesion | Series::Rivalry | Series::Infighting => 0,
            Series::ThreatStrength | Series::OpenFighters | Series::UndergroundFighters => BEYOND,
        };
        Self {
            scale: 1.0 / axis_high(series) as f32,
            count: FIRST_BEYOND + beyond * OCTAVE + 1,
            signed: false,
        }
    }

    /// Those of a watched quantity with this top of its axis.
    pub fn watched(top: f64, signed: bool) -> Self {
        let count = FIRST_BEYOND + BEYOND * OCTAVE + 1;
        // A power of two: nothing is rounded.
        let top = libm::exp2(libm::ceil(libm::log2(top)));
        Self {
            scale: 1.0 / top as f32,
            count: if signed { 2 * count } else { count },
            signed,
        }
    }

    /// The bin of a value. Below 0 counts as 0.
    #[inline(always)]
    pub fn index(&self, value: f32) -> usize {
        if !self.signed {
            return self.index_up(value, self.count);
        }
        let half = self.count / 2;
        match value < 0.0 {
            true => half - 1 - self.index_up(-value, half),
            false => half + self.index_up(value, half),
        }
    }

    /// The bin among so many of what is not less than 0.
    #[inline(always)]
    fn index_up(&self, value: f32, count: usize) -> usize {
        let share = value * self.scale;
        let index = if (0.125..1.0).contains(&share) {
            FIRST_ON_AXIS + (share * AXIS as f32) as usize - AXIS / 8
        } else {
            let octaves = |from: f32| {
                let bits = |x: f32| (x.max(0.0).to_bits() >> SHIFT) as usize;
                bits(share).saturating_sub(bits(from))
            };
            if share < 1.0 {
                // 2^-13: ten octaves below 1/8. One bin holds all that is less.
                (1 + octaves(1.0 / 8192.0)) * usize::from(share >= 1.0 / 8192.0)
            } else {
                FIRST_BEYOND + octaves(1.0)
            }
        };
        index.min(count - 1)
    }

    /// The ends of a bin; that of the greatest has none above.
    fn ends(&self, index: usize) -> (f64, f64) {
        if !self.signed {
            return self.ends_up(index, self.count);
        }
        let half = self.count / 2;
        match index < half {
            true => {
                let (from, to) = self.ends_up(half - 1 - index, half);
                (-to, -from)
            }
            false => self.ends_up(index - half, half),
        }
    }

    fn ends_up(&self, index: usize, count: usize) -> (f64, f64) {
        let axis = 1.0 / f64::from(self.scale);
        let start = |index: usize| -> f64 {
            let share = if index == 0 {
                0.0
            } else if index < FIRST_ON_AXIS {
                octave(index - 1) / 8192.0
            } else if index < FIRST_BEYOND {
                (index - FIRST_ON_AXIS + AXIS / 8) as f64 / AXIS as f64
            } else {
                octave(index - FIRST_BEYOND)
            };
            share * axis
        };
        let end = match index + 1 < count {
            true => start(index + 1),
            false => f64::INFINITY,
        };
        (start(index), end)
    }
}

/// The first bin of those that divide the axis evenly, after that of what is tiny and those
/// of the octaves.
const FIRST_ON_AXIS: usize = 1 + BELOW * OCTAVE;
/// The first bin beyond the axis.
const FIRST_BEYOND: usize = FIRST_ON_AXIS + AXIS - AXIS / 8;

/// Where a bin begins, counted from that of 1.
fn octave(bin: usize) -> f64 {
    let power = (bin / OCTAVE) as u32;
    (1u64 << power) as f64 * (1.0 + (bin % OCTAVE) as f64 / OCTAVE as f64)
}

/// Counts of a value over replicates, with the least and the greatest.
#[derive(Debug, Clone, Copy)]
pub struct Histogram<'a> {
    /// By bin.
    pub counts: &'a [u64],
    /// The bins.
    pub bins: Bins,
    /// The least value counted, and the greatest.
    pub range: (f32, f32),
}

impl Histogram<'_> {
    /// Quantiles, each within the width of a bin of the value which linear interpolation
    /// between the values in order gives (Hyndman and Fan's seventh definition), and exact
    /// where all values are equal, and at 0 and 1. `shares` rise.
    pub fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let total: u64 = self.counts.iter().sum();
        let mut scan = Scan {
            histogram: self,
            total,
            bin: 0,
            below: 0,
        };
        shares.map(|share| {
            let place = share * total.saturating_sub(1) as f64;
            let rank = place as u64;
            let at = scan.value(rank);
            match place - rank as f64 {
                0.0 => at,
                part => at + part * (scan.ahead().value(rank + 1) - at),
            }
        })
    }
}

/// A way through the bins, upwards.
#[derive(Clone, Copy)]
struct Scan<'a> {
    histogram: &'a Histogram<'a>,
    total: u64,
    bin: usize,
    below: u64,
}

impl Scan<'_> {
    /// The same way, to look ahead on.
    fn ahead(&self) -> Self {
        *self
    }

    /// The value with this rank, from 0, as if those of a bin lay evenly in it.
    fn value(&mut self, rank: u64) -> f64 {
        let (least, most) = self.histogram.range;
        let (least, most) = (f64::from(least), f64::from(most));
        if self.total == 0 {
            return 0.0;
        }
        if rank == 0 || rank + 1 >= self.total {
            return if rank == 0 { least } else { most };
        }
        while let Some(&count) = self.histogram.counts.get(self.bin) {
            if rank < self.below + count {
                let (from, to) = self.histogram.bins.ends(self.bin);
                let (from, to) = (from.max(least).min(most), to.min(most).max(least));
                let within = ((rank - self.below) as f64 + 0.5) / count as f64;
                return from + within * (to - from);
            }
            self.below += count;
            self.bin += 1;
        }
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantiles(series: Series, values: &[f32]) -> [f64; 5] {
        let bins = Bins::of(series);
        let mut counts = vec![0; bins.count];
        let mut range = (f32::INFINITY, f32::NEG_INFINITY);
        for &value in values {
            counts[bins.index(value)] += 1;
            range = (range.0.min(value), range.1.max(value));
        }
        let histogram = Histogram {
            counts: &counts,
            bins,
            range,
        };
        histogram.quantiles([0.05, 0.25, 0.5, 0.75, 0.95])
    }

    #[test]
    fn every_bin_holds_what_lies_between_its_ends() {
        for series in [Series::ThreatStrength, Series::Cohesion] {
            let bins = Bins::of(series);
            for index in 0..bins.count {
                let (from, to) = bins.ends(index);
                assert_eq!(bins.index(from as f32), index, "{from}");
                if to.is_finite() {
                    assert!(from < to);
                    let below = f32::from_bits((to as f32).to_bits() - 1);
                    assert_eq!(bins.index(below), index, "{to}");
                    assert!(
                        index == 0 || (to - from) / from <= 1.0 / 64.0 + 1e-12,
                        "{from} {to}"
                    );
                }
            }
        }
        for odd in [f32::NAN, -1.0, f32::INFINITY, f32::MAX, f32::MIN_POSITIVE] {
            assert!(Bins::of(Series::Rivalry).index(odd) < Bins::of(Series::Rivalry).count);
        }
    }

    #[test]
    fn what_is_the_same_everywhere_is_exact_wherever_it_lies() {
        for value in [0.0, 1e-30, 0.003, 0.7, 1.0, 1.9999, 2.0, 3.5, 4097.3, 1e30] {
            let found = quantiles(Series::ThreatStrength, &[value; 7]);
            assert_eq!(found, [f64::from(value); 5]);
        }
    }

    /// The values in order and their quantiles as NumPy's `quantile` has them.
    #[test]
    fn quantiles_agree_with_interpolation_between_the_values_in_order() {
        for (scale, series) in [
            (0.003, Series::UndergroundFighters),
            (0.4, Series::Cohesion),
            (3.5, Series::ThreatStrength),
            (300.0, Series::OpenFighters),
        ] {
            for n in [2_usize, 3, 10, 1001] {
                // Skewed over an octave and a half.
                let values: Vec<f32> = (0..n)
                    .map(|k| {
                        let u = k as f32 / (n - 1) as f32;
                        scale * (0.8 + u * u)
                    })
                    .collect();
                let found = quantiles(series, &values);
                for (q, found) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().zip(found) {
                    let place = q * (n - 1) as f64;
                    let (low, high) = (values[place as usize], values[place.ceil() as usize]);
                    let part = place.fract();
                    let wanted = f64::from(low) * (1.0 - part) + f64::from(high) * part;
                    assert!(
                        (found / wanted - 1.0).abs() < 1.0 / 64.0,
                        "{n} {q}: {found} {wanted}"
                    );
                }
            }
        }
    }
}
