//! Axes: calendar time from the scenario's start, and round numbers.

use jiff::ToSpan;
use jiff::civil::Date;

use super::FigureError;
use super::labels::quantity;
use crate::engine::Summary;

/// A mark on an axis; without a label it is a minor one.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where, in the axis' unit.
    pub at: f64,
    /// What it says.
    pub label: Option<String>,
}

/// The span of time that every picture of a scenario covers.
#[derive(Debug, Clone, Copy)]
pub struct Horizon {
    start: Date,
    step_days: f64,
    /// Days from the first day to the horizon, more than 0.
    pub days: f64,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Horizon {
    /// The horizon of a summary.
    pub fn new(summary: &Summary) -> Result<Self, FigureError> {
        Self::of_steps(&summary.start, summary.step_weeks, summary.steps)
    }

    /// So many steps of some weeks from a first day.
    pub fn of_steps(start: &str, step_weeks: f64, steps: usize) -> Result<Self, FigureError> {
        Ok(Self::over(first_day(start)?, step_weeks, steps))
    }

    /// So many weeks from a first day; a step is a week.
    pub fn of_weeks(start: &str, weeks: u32) -> Result<Self, FigureError> {
        Ok(Self::over(first_day(start)?, 1.0, weeks as usize))
    }

    /// The horizon of so many steps from a day.
    pub fn over(start: Date, step_weeks: f64, steps: usize) -> Self {
        // A summary read back from a file may hold anything.
        let weeks = if step_weeks.is_finite() && step_weeks > 0.0 {
            step_weeks
        } else {
            1.0
        };
        let step_days = weeks * 7.0;
        Self {
            start,
            step_days,
            days: (steps as f64 * step_days).max(1.0),
        }
    }

    /// Days from the first day to another, and that one's month, as in `Apr 2018`; none
    /// outside of the horizon.
    pub fn place(&self, date: &str) -> Option<(f64, String)> {
        let date = first_day(date).ok()?;
        let day = f64::from(self.start.until(date).ok()?.get_days());
        let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % 12];
        (0.0..=self.days)
            .contains(&day)
            .then(|| (day, format!("{month} {}", date.year())))
    }

    /// The month in which a step ends, as in `Apr 2018`; none beyond the horizon.
    pub fn month(&self, step: usize) -> Option<String> {
        let days = step as f64 * self.step_days;
        let date = self.start.checked_add((days as i64).days()).ok()?;
        let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % 12];
        (days <= self.days).then(|| format!("{month} {}", date.year()))
    }

    /// Days from the first day to the end of a step, never past the horizon.
    pub fn day(&self, step: usize) -> f64 {
        (step as f64 * self.step_days).min(self.days)
    }

    /// Ticks at the first of months, at most about `most` with a label: months,
    /// quarters, half years or years, whichever the horizon leaves room for.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        const EVERY: [(i64, i64); 12] = [
            (1, 1),
            (3, 1),
            (6, 3),
            (12, 3),
            (24, 12),
            (36, 12),
            (60, 12),
            (120, 60),
            (240, 120),
            (600, 120),
            (1200, 600),
            (6000, 1200),
        ];
        let months = self.days / 30.44;
        let (major, minor) = EVERY
            .into_iter()
            .find(|&(major, _)| months / major as f64 <= most as f64)
            .unwrap_or((6000, 1200));
        let mut ticks = Vec::new();
        let first = self.start.first_of_month();
        let index = i64::from(first.year()) * 12 + i64::from(first.month()) - 1;
        let mut ahead = 0;
        while let Ok(date) = first.checked_add(ahead.months()) {
            let month = index + ahead;
            let at = self.start.until(date).map_or(-1, |span| span.get_days());
            if f64::from(at) > self.days {
                break;
            }
            if at >= 0 && month.rem_euclid(minor) == 0 {
                let label = (month.rem_euclid(major) == 0).then(|| {
                    let name = MONTHS[month.rem_euclid(12) as usize];
                    format!("{name} {}", date.year())
                });
                ticks.push(Tick {
                    at: f64::from(at),
                    label,
                });
            }
            ahead += 1;
        }
        ticks
    }
}

fn first_day(text: &str) -> Result<Date, FigureError> {
    // A time of day after the date says nothing on axes of weeks.
    let day = text.trim();
    let day = day.get(..10).unwrap_or(day);
    day.parse().map_err(|_| FigureError::Date {
        value: text.to_owned(),
    })
}

/// Ticks at round numbers from 0 to `high`, about `wanted` of them.
pub fn round_ticks(high: f64, wanted: usize) -> Vec<Tick> {
    let high = if high.is_finite() && high > 1e-9 {
        high
    } else {
        1.0
    };
    let rough = high / wanted.max(1) as f64;
    let mut unit = 1.0;
    while unit > rough {
        unit /= 10.0;
    }
    while unit * 10.0 <= rough {
        unit *= 10.0;
    }
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * unit)
        .find(|&step| step >= rough * 0.999)
        .unwrap_or(unit * 10.0);
    // As many decimals as the step needs, so that no tick reads as another.
    let decimals = (0..9)
        .find(|&decimals| {
            let whole = step * libm::pow(10.0, f64::from(decimals));
            (whole - whole.round()).abs() < 1e-6 * whole
        })
        .unwrap_or(9) as usize;
    (0..)
        .map(|number| f64::from(number) * step)
        .take_while(|&at| at <= high * 1.0001)
        .map(|at| Tick {
            at,
            label: Some(if decimals == 0 {
                quantity(at, high.max(100.0))
            } else {
                format!("{at:.decimals$}")
            }),
        })
        .collect()
}
