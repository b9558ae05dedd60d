//! The outputs of a scenario at points that somebody else chose: how another program's
//! sampling, optimisation or inference drives the model.

use std::collections::BTreeSet;
use std::convert::Infallible;

use super::runs::{Ran, Sums, labels};
use super::subject::Subject;
use super::table::{DesignInput, DesignOutput, DesignTable};
use crate::engine::{self, Batch, Design, Failure, LanePath, Progress};
use crate::model::uncertain;
use crate::parallel;
use crate::scenario::Scenario;

/// Points that are run side by side.
const SIDE_BY_SIDE: usize = 16;

/// What to run.
#[derive(Debug)]
pub struct Points<'a> {
    /// The scenario. Its uncertain numbers that are not among `numbers` are drawn as in a run.
    pub scenario: &'a Scenario,
    /// The numbers that are held at each point: indices into [`Scenario::numbers`].
    pub numbers: &'a [usize],
    /// The points: a value for each of them.
    pub rows: &'a [Vec<f64>],
    /// Replicates at each point.
    pub replicates: u64,
    /// Root seed.
    pub seed: u64,
    /// Lanes and instruction set.
    pub path: LanePath,
    /// So many points after each other have the same random numbers, and every such block has
    /// its own; `None`: all have the same.
    pub block: Option<u64>,
}

impl Points<'_> {
    /// Whether every uncertain number is held, and no other: then all points are one design.
    pub fn is_design(&self) -> bool {
        let held: BTreeSet<usize> = self.numbers.iter().copied().collect();
        let uncertain: BTreeSet<usize> = uncertain(self.scenario).map(|(index, _)| index).collect();
        held == uncertain
    }

    /// The first point at which the scenario would not be sound.
    pub fn first_unsound(&self) -> Option<usize> {
        let at = |values: &Vec<f64>| self.scenario.with_values(self.numbers, values);
        self.rows.iter().position(|values| !at(values).is_sound())
    }

    /// Runs them on rayon's current threads; `None` if they were stopped. A `block` is taken
    /// account of where they are one design.
    pub fn run(&self, progress: &Progress) -> Option<(DesignTable, Vec<Failure>)> {
        let mut ran = match self.is_design() {
            true => vec![self.run_design(progress)],
            false => self.run_each(progress)?,
        };
        let whole: usize = ran.iter().map(|some| some.rows.len()).sum();
        if whole < self.rows.len() {
            return None;
        }
        let mut table = DesignTable::default();
        for some in &ran {
            table.add(Vec::new(), some);
        }
        for (input, &number) in table.inputs.iter_mut().zip(self.numbers) {
            let number = &self.scenario.numbers[number];
            *input = DesignInput {
                key: number.path.clone(),
                unit: number.spec.unit.to_owned(),
                about: number.spec.about.to_owned(),
                values: std::mem::take(&mut input.values),
            };
        }
        let outputs = ran.first().map(|some| labels(&some.summary));
        let both = table.outputs.iter_mut().zip(outputs.unwrap_or_default());
        for (column, output) in both {
            *column = DesignOutput {
                key: output.key,
                label: output.label,
                ..std::mem::take(column)
            };
        }
        let failures = ran.iter_mut().flat_map(|some| some.failures.drain(..));
        Some((table, failures.collect()))
    }

    fn run_design(&self, progress: &Progress) -> Ran {
        let design = Design::chosen(
            self.numbers.to_vec(),
            self.rows.to_vec(),
            self.replicates,
            true,
        );
        let design = match self.block {
            Some(points) => design.noise_by_block(points),
            None => design,
        };
        let subject = Subject::new(self.scenario, self.seed, self.path);
        let mut sums = Sums::new(self.scenario, self.replicates);
        let all = self.rows.len() as u64 * self.replicates;
        let (summary, failures) =
            subject.run_design(0, &design, 0..all, progress, |row| sums.add(row));
        sums.finish(self.rows.to_vec(), 1, summary, failures)
    }

    /// Each point as a batch of its own; `None` if one was stopped.
    fn run_each(&self, progress: &Progress) -> Option<Vec<Ran>> {
        let mut ran = Vec::with_capacity(self.rows.len());
        for some in self.rows.chunks(SIDE_BY_SIDE) {
            let done = parallel::map(some.len(), |k| {
                let scenario = &self.scenario.with_values(self.numbers, &some[k]);
                let batch = Batch::of(scenario)
                    .seed(self.seed)
                    .replicates(self.replicates)
                    .path(self.path)
                    .rows_alone();
                let mut sums = Sums::new(scenario, self.replicates);
                let result = engine::run(&batch, progress, |rows| {
                    rows.iter().for_each(|row| sums.add(row));
                    Ok::<(), Infallible>(())
                });
                let Ok((summary, failures)) = result;
                sums.finish(vec![some[k].clone()], 1, summary, failures)
            });
            if done.iter().any(|one| one.rows.is_empty()) {
                return None;
            }
            ran.extend(done);
        }
        Some(ran)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_give_the_same_as_one_design_and_each_by_itself() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../scenarios/afghanistan_1989.toml"
        );
        let scenario = Scenario::load(path.as_ref()).expect("a scenario");
        let (numbers, low): (Vec<usize>, Vec<f64>) = uncertain(&scenario)
            .map(|(index, distribution)| (index, distribution.sampler().quantile(0.3)))
            .unzip();
        let rows: Vec<Vec<f64>> = [1.0, 1.02]
            .iter()
            .map(|factor| low.iter().map(|value| value * factor).collect())
            .collect();
        let points = Points {
            scenario: &scenario,
            numbers: &numbers,
            rows: &rows,
            replicates: 40,
            seed: 7,
            path: LanePath::best(),
            block: None,
        };
        assert!(points.is_design() && points.first_unsound().is_none());
        let progress = Progress::default();
        let (together, _) = points.run(&progress).expect("a table");
        let each = points.run_each(&progress).expect("two");
        for (k, output) in together.outputs.iter().enumerate() {
            let own: Vec<f64> = each.iter().map(|one| one.means[k][0]).collect();
            assert_eq!(output.mean, own, "{}", output.key);
        }
        assert_eq!(together.inputs[0].values, [rows[0][0], rows[1][0]]);
        // Not all of them: the others are drawn, and the point says nothing of them.
        let some = Points {
            numbers: &numbers[..1],
            rows: &[vec![rows[0][0]]],
            ..points
        };
        assert!(!some.is_design());
        let (table, _) = some.run(&progress).expect("a table");
        assert_eq!((table.inputs.len(), table.outputs[0].mean.len()), (1, 1));
    }
}
