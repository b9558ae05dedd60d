//! The dated events of several runs on one axis.

use super::super::FigureError;
use super::super::axis::Horizon;
use super::super::events::{self, Mark};
use crate::engine::Summary;

/// A dated event, and the runs that have it.
struct Dated<'a> {
    id: &'a str,
    name: &'a str,
    /// Days from the first day of its run, and the month.
    place: (f64, String),
    runs: Vec<usize>,
}

/// The dated events of all runs, each on the days of its own run; which runs have them, where
/// not all do.
pub fn marks(summaries: &[&Summary], horizon: &Horizon) -> Result<Vec<Mark>, FigureError> {
    let mut all: Vec<Dated<'_>> = Vec::new();
    for (run, summary) in summaries.iter().enumerate() {
        let own = Horizon::new(summary)?;
        for event in &summary.events {
            let Some(place) = event.date.as_deref().and_then(|date| own.place(date)) else {
                continue;
            };
            let known = all
                .iter_mut()
                .find(|known| known.id == event.id && known.place == place);
            match known {
                Some(known) => known.runs.push(run),
                None => all.push(Dated {
                    id: &event.id,
                    name: &event.name,
                    place,
                    runs: vec![run],
                }),
            }
        }
    }
    // The common horizon is that of the shortest run.
    all.retain(|event| event.place.0 <= horizon.days);
    Ok(events::lettered(all.into_iter().map(|event| {
        let name = format!("{}{}", only(&event.runs, summaries.len()), event.name);
        (event.place.0, event.place.1, name)
    })))
}

/// Which of the runs these are, in the fewest words.
fn only(runs: &[usize], all: usize) -> String {
    let numbers = |runs: &[usize]| {
        let numbers: Vec<String> = runs.iter().map(|run| (run + 1).to_string()).collect();
        numbers.join(", ")
    };
    let others: Vec<usize> = (0..all).filter(|run| !runs.contains(run)).collect();
    match (runs.len(), others.len()) {
        (_, 0) => String::new(),
        (some, lacking) if some <= lacking => format!("(run {} only) ", numbers(runs)),
        _ => format!("(not run {}) ", numbers(&others)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::recipes;
    use super::*;
    use crate::engine::EventSummary;

    #[test]
    fn events_stand_on_the_days_of_their_own_run_and_say_which_runs_have_them() {
        let mut first = recipes::plausible();
        let dated = |id: &str, date: &str| EventSummary {
            id: id.to_owned(),
            name: id.to_owned(),
            date: Some(date.to_owned()),
            chance: first.outcomes[0].chance,
        };
        let events = [
            dated("shared", "2016-06-16"),
            dated("only_first", "2016-06-26"),
            dated("shared", "1989-02-25"),
            dated("moved", "1989-03-15"),
        ];
        let mut other = first.clone();
        other.start = "1989-02-15".to_owned();
        first.events = events[..2].to_vec();
        other.events = events[2..].to_vec();
        let horizon = Horizon::new(&first).expect("a date");
        let marks = marks(&[&first, &other], &horizon).expect("dates");
        let said: Vec<_> = marks
            .iter()
            .map(|m| (&*m.letter, &*m.name, m.day))
            .collect();
        assert_eq!(
            said,
            [
                ("A", "(run 1 only) shared", 10.0),
                ("B", "(run 2 only) shared", 10.0),
                ("C", "(run 1 only) only_first", 20.0),
                ("D", "(run 2 only) moved", 28.0)
            ]
        );
    }

    #[test]
    fn runs_are_named_in_the_fewest_words() {
        assert_eq!(only(&[0, 1, 2], 3), "");
        assert_eq!(only(&[1], 3), "(run 2 only) ");
        assert_eq!(only(&[0, 2], 3), "(not run 2) ");
    }
}
