//! The calendar: which days a scenario plays, and in which step each of them falls.
//!
//! Step t begins on the day `start` + 7 dt (t - 1) and ends where the next one begins. There
//! are as many steps as it takes to reach `end`: the last one is run to its own end, the
//! horizon, which may lie some days after `end`. The day of the horizon belongs to the last
//! step, so that every day from `start` to `end` falls in a step that is run.

use jiff::civil::Date;

/// When the scenario plays.
#[derive(Debug, Clone, Copy)]
pub struct Time {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// Weeks in a step.
    pub step_weeks: i64,
}

/// The steps in which an event can happen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The first.
    pub first: usize,
    /// The last.
    pub last: usize,
    /// Share of the first that lies within the window.
    pub share_of_first: f32,
    /// Share of the last that lies within the window.
    pub share_of_last: f32,
}

impl Window {
    /// Share of a step that lies within the window; `None` outside of it.
    #[inline(always)]
    pub fn share(&self, step: usize) -> Option<f32> {
        if step < self.first || step > self.last {
            None
        } else if step == self.first {
            Some(self.share_of_first)
        } else if step == self.last {
            Some(self.share_of_last)
        } else {
            Some(1.0)
        }
    }
}

impl Time {
    /// Number of steps: as many as it takes to reach the end.
    pub fn steps(&self) -> usize {
        let steps = self.days_to(self.end).max(0) as u64;
        usize::try_from(steps.div_ceil(self.days_in_step() as u64)).unwrap_or(usize::MAX)
    }

    /// Whether the end comes before a first step has passed.
    pub fn is_shorter_than_a_step(&self) -> bool {
        self.days_to(self.end) < self.days_in_step()
    }

    /// The day on which the last step ends, and with it the run; `None` where there is no
    /// such date, after the year 9999.
    pub fn horizon(&self) -> Option<Date> {
        self.day_of(
            i64::try_from(self.steps())
                .ok()?
                .checked_mul(self.days_in_step())?,
        )
    }

    /// The step in which a day falls, counted from 1; `None`: in none that is run.
    pub fn step_of(&self, date: Date) -> Option<usize> {
        let (day, steps) = (self.days_to(date), self.steps());
        let step = usize::try_from(day.div_euclid(self.days_in_step()) + 1).ok()?;
        // The day of the horizon is the last one of the last step.
        let is_horizon = day == steps as i64 * self.days_in_step();
        let step = if is_horizon { steps } else { step };
        (1..=steps).contains(&step).then_some(step)
    }

    /// The day on which a number of steps have passed: the state at the end of step t is
    /// that of this day.
    pub fn date_after(&self, steps: usize) -> Date {
        let days = i64::try_from(steps).ok();
        days.and_then(|steps| self.day_of(steps.checked_mul(self.days_in_step())?))
            .unwrap_or(Date::MAX)
    }

    /// The steps from one day to another, both included; from the start and to the horizon
    /// where they are left out. `None`: no day of them is run.
    pub fn window(&self, from: Option<Date>, until: Option<Date>) -> Option<Window> {
        let length = self.days_in_step();
        let days = self.steps() as i64 * length;
        // The day of the horizon counts to the last step: what can happen on it alone is as
        // likely as on the day before.
        let from = from.map_or(0, |date| self.days_to(date));
        let from = if from == days { days - 1 } else { from.max(0) };
        let until = until.map_or(days, |date| self.days_to(date) + 1).min(days);
        if from >= until {
            return None;
        }
        let (first, last) = (from / length, (until - 1) / length);
        let share = |days: i64| days as f32 / length as f32;
        let of_first = share(until.min((first + 1) * length) - from);
        Some(Window {
            first: first as usize + 1,
            last: last as usize + 1,
            share_of_first: of_first,
            share_of_last: if first == last {
                of_first
            } else {
                share(until - last * length)
            },
        })
    }

    /// The day on which something is told that happened within a step and may not happen
    /// before `from`: the step's first day, or `from`.
    pub fn first_day(&self, step: usize, from: Option<Date>) -> Date {
        let begins = self.date_after(step.saturating_sub(1));
        from.map_or(begins, |from| from.max(begins))
    }

    fn days_in_step(&self) -> i64 {
        7 * self.step_weeks.max(1)
    }

    /// Days from the start to a day; negative before it.
    pub fn days_to(&self, date: Date) -> i64 {
        i64::from(self.start.until(date).map_or(0, |span| span.get_days()))
    }

    fn day_of(&self, days: i64) -> Option<Date> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.start.checked_add(span).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(start: &str, end: &str, step_weeks: i64) -> Time {
        let date = |written: &str| written.parse().expect("a date");
        Time {
            start: date(start),
            end: date(end),
            step_weeks,
        }
    }

    #[test]
    fn every_day_within_the_dates_falls_in_a_step_that_is_run() {
        for start in ["2016-02-15", "2031-01-01", "1999-12-31"] {
            for step_weeks in [1, 2, 4, 13] {
                for extra in 0..=7 * step_weeks {
                    let mut time = time(start, start, step_weeks);
                    let days = jiff::Span::new().days(7 * step_weeks * 3 + extra);
                    time.end = time.start.checked_add(days).expect("a date");
                    let steps = if extra == 0 { 3 } else { 4 };
                    assert_eq!(time.steps(), steps, "{extra}");
                    let horizon = time.horizon().expect("a date");
                    assert!(horizon >= time.end);
                    assert_eq!(horizon, time.date_after(steps));
                    let mut day = time.start;
                    let mut before = 1;
                    while day <= horizon {
                        let step = time.step_of(day).expect("a step");
                        assert!(day <= time.date_after(step));
                        assert!(day >= time.date_after(step - 1));
                        assert!(step == before || step == before + 1, "{day}");
                        before = step;
                        day = day.tomorrow().expect("a date");
                    }
                    assert_eq!(before, steps);
                    assert_eq!(time.step_of(day), None);
                    assert_eq!(time.step_of(time.start.yesterday().expect("a date")), None);
                }
            }
        }
    }

    #[test]
    fn a_step_begins_where_the_one_before_it_ends() {
        // 2016 has a leap day: the ninth week from 1 January 2016 holds it.
        let time = time("2016-01-01", "2016-12-30", 1);
        let step = |date: &str| time.step_of(date.parse().expect("a date"));
        assert_eq!(time.steps(), 52);
        assert_eq!(step("2016-01-07"), Some(1));
        assert_eq!(step("2016-01-08"), Some(2));
        assert_eq!(step("2016-02-29"), Some(9));
        assert_eq!(step("2016-03-04"), Some(10));
        assert_eq!(step("2016-12-30"), Some(52));
        assert_eq!(step("2016-12-31"), None);
        assert_eq!(time.date_after(9).to_string(), "2016-03-04");
    }

    #[test]
    fn the_shares_of_a_window_add_up_to_its_days() {
        for step_weeks in [1, 2, 4, 13] {
            let time = time("2031-01-01", "2033-12-31", step_weeks);
            let horizon = time.horizon().expect("a date");
            for (from, until) in [
                (0, 0),
                (0, 6),
                (3, 5),
                (6, 7),
                (10, 400),
                (91, 182),
                (700, 1094),
            ] {
                let day = |k: i64| time.day_of(k).expect("a date");
                let window = time.window(Some(day(from)), Some(day(until)));
                let window = window.expect("a window");
                let days: f64 = (0..=time.steps() + 1)
                    .filter_map(|step| window.share(step))
                    .map(|share| f64::from(share) * 7.0 * step_weeks as f64)
                    .sum();
                assert!(
                    (days - (until - from + 1) as f64).abs() < 1e-3,
                    "{from} to {until}"
                );
            }
            let whole = time.window(None, None).expect("a window");
            assert_eq!((whole.first, whole.last), (1, time.steps()));
            assert_eq!((whole.share_of_first, whole.share_of_last), (1.0, 1.0));
            // On the last day of all it can still happen.
            assert!(time.window(Some(horizon), None).is_some());
            let after = horizon.tomorrow().expect("a date");
            assert!(time.window(Some(after), None).is_none());
        }
    }

    #[test]
    fn there_is_no_horizon_after_the_last_date() {
        assert!(time("9999-01-03", "9999-12-31", 1).horizon().is_none());
        assert!(time("9999-01-01", "9999-12-31", 1).horizon().is_some());
    }
}
