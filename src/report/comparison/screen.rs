//! What the terminal shows of a comparison.

use crate::experiment::{
    Compared, Comparison, Difference, EntryDifference, OutcomeComparison, Pairing,
};
use crate::foreign::{self, cell, cell_width};

use super::super::chance::{CHANCE_HEAD, chance, chance_cell, difference_cell, interval};
use super::set;

/// Transitions listed of each run; the rest is in the tables.
const MOST: usize = 8;
/// Differences listed of each run, where there are two runs and where there are more.
const MOST_DIFFERENCES: [usize; 2] = [40, 8];

/// The comparison as text.
pub fn comparison_screen(comparison: &Comparison) -> String {
    let labels = comparison.runs.iter().map(|run| &run.label);
    let headings = comparison.outcomes.iter().map(|outcome| &outcome.is.label);
    // Runs stand two to the right of their outcome.
    let width = labels.map(|label| cell_width(label) + 2);
    let width = width.chain(headings.map(|label| cell_width(label)));
    let mut screen = Screen {
        out: String::new(),
        width: width.fold(30, usize::max),
        most_differences: MOST_DIFFERENCES[usize::from(comparison.runs.len() > 2)],
    };
    let first = &comparison.runs[0];
    let identity = comparison.identity();
    if let Some(told) = identity.told() {
        screen.line(&told);
    }
    screen.line(&format!("compared with {}: {}", first.label, first.title));
    screen.line(&format!(
        "{} weeks from {}, {} replicates, seed {}, hash {}; chances are chances in this model",
        comparison.horizon_weeks,
        first.start,
        comparison.replicates(),
        first.seed,
        identity.short(),
    ));
    screen.line("");
    if comparison.same {
        screen.same(comparison);
    } else {
        screen.tables(comparison);
        for run in &comparison.runs[1..] {
            screen.run(run, &first.label);
        }
        screen.pairing(comparison);
    }
    for note in &comparison.notes {
        screen.line(&format!("note: {note}"));
    }
    screen.out
}

struct Screen {
    out: String,
    width: usize,
    most_differences: usize,
}

impl Screen {
    fn line(&mut self, text: &str) {
        self.out.push_str(foreign::line(text).trim_end());
        self.out.push('\n');
    }

    fn same(&mut self, comparison: &Comparison) {
        self.line(&format!(
            "same: nothing differs between {}",
            comparison.labels().join(", ")
        ));
        self.line("no number and no setting of the scenarios, and no outcome of any replicate");
    }

    fn tables(&mut self, comparison: &Comparison) {
        let width = self.width;
        for outcome in &comparison.outcomes {
            self.line(&format!(
                "{}  {CHANCE_HEAD} difference  95 % interval     only here, there",
                cell(&outcome.is.label, width),
            ));
            self.outcome(comparison, outcome);
        }
        self.line("");
        self.line("Mean cohesion of the first coalition");
        let indent = width - 2;
        for (run, mean) in comparison.runs.iter().zip(&comparison.cohesion.runs) {
            let difference = mean
                .difference
                .as_ref()
                .map_or(String::new(), difference_cell);
            self.line(&format!(
                "  {}  {} {difference}",
                cell(&run.label, indent),
                chance_cell(&mean.mean)
            ));
        }
    }

    fn outcome(&mut self, comparison: &Comparison, outcome: &OutcomeComparison) {
        let indent = self.width - 2;
        for (run, found) in comparison.runs.iter().zip(&outcome.runs) {
            let Some(found) = found else {
                self.line(&format!(
                    "  {}  not an outcome of it",
                    cell(&run.label, indent)
                ));
                continue;
            };
            let difference = found.difference.as_ref().map_or(String::new(), difference);
            self.line(&format!(
                "  {}  {} {difference}",
                cell(&run.label, indent),
                chance_cell(&found.chance)
            ));
        }
    }

    /// Which replicates changed, and in what the scenario differs.
    fn run(&mut self, run: &Compared, first: &str) {
        self.line("");
        if let Some(transitions) = &run.transitions {
            self.line(&format!(
                "{}: {} of {} replicates end otherwise than in {first}: {} {}",
                run.label,
                transitions.changed,
                transitions.replicates,
                chance(transitions.share.value),
                interval(&transitions.share)
            ));
            for transition in transitions.changes().take(MOST) {
                self.line(&format!(
                    "  {:>7}  {}  ->  {}",
                    transition.count,
                    set(&transition.from),
                    set(&transition.to)
                ));
            }
            let rest = transitions.changes().count().saturating_sub(MOST);
            if rest > 0 {
                self.line(&format!("  and {rest} rarer changes, in compare.csv"));
            }
        }
        self.differences(run, first);
    }

    fn differences(&mut self, run: &Compared, first: &str) {
        if run.differs.is_same() {
            let but = match run.same_results {
                Some(true) => "and so are its results",
                _ => "but not its results",
            };
            self.line(&format!(
                "{}: the same scenario as {first}, {but}",
                run.label
            ));
            return;
        }
        let same = match run.same_results {
            Some(true) => ", which change no replicate",
            _ => "",
        };
        let values = match run.differs.of_model().count() {
            1 => "1 value".to_owned(),
            many => format!("{many} values"),
        };
        self.line(&format!(
            "{} differs from {first} in {values}{same}",
            run.label
        ));
        for part in &run.differs.structure {
            let what = if part.added { "added" } else { "left out" };
            self.line(&format!("  {}  {what}", part.key));
        }
        let common: Vec<&EntryDifference> = run.differs.of_common().collect();
        let most = self.most_differences;
        let width = common.iter().take(most).map(|e| cell_width(&e.key));
        let width = width.fold(0, usize::max);
        for entry in common.iter().take(most) {
            let value = |value: &Option<String>| value.clone().unwrap_or("-".to_owned());
            self.line(&format!(
                "  {}  {}  ->  {}",
                cell(&entry.key, width),
                value(&entry.first),
                value(&entry.other)
            ));
        }
        if common.len() > most {
            let rest = common.len() - most;
            self.line(&format!("  and {rest} more, in differences.csv"));
        }
    }

    fn pairing(&mut self, comparison: &Comparison) {
        self.line("");
        let unpaired = |run: &&Compared| matches!(run.pairing, Pairing::Unpaired(_));
        let others = comparison.runs.len() - 1;
        let apart = comparison.runs.iter().filter(unpaired).count();
        let paired = match apart {
            0 => "paired: every replicate has the same random numbers in all runs".to_owned(),
            _ if apart == others => "unpaired: other random numbers in every run".to_owned(),
            _ => format!(
                "{} of {others} runs are paired with the first",
                others - apart
            ),
        };
        let known = |outcome: &OutcomeComparison| {
            let mut runs = outcome.runs.iter().flatten();
            runs.any(|run| !run.chance.is_unknown_chance())
        };
        let ratio = comparison.width_ratio;
        match ratio.filter(|_| comparison.outcomes.iter().any(known)) {
            Some(ratio) => self.line(&format!(
                "{paired}; the intervals of differences are {ratio:.2} times as wide as unpaired ones (median)"
            )),
            None => self.line(&paired),
        }
    }
}

fn difference(difference: &Difference) -> String {
    let interval = difference_cell(&difference.horizon);
    match (difference.gained, difference.lost) {
        (Some(gained), Some(lost)) => format!("{interval}  {gained}, {lost}"),
        _ => format!("{interval}  unpaired"),
    }
}
