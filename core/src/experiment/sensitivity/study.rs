//! Runs the model over the designs.

use super::design::{LEVELS, MOST_ROWS, Moved, Saltelli, rng, trajectories};
use super::morris::effects;
use super::runs::{Ran, Sums, labels};
use super::sobol::{Outputs, indices};
use super::subject::Subject;
use super::table::{DesignRow, DesignTable};
use super::tornado;
use super::{Decomposition, DesignSizes, Number, Screening, Sensitivity, unit};
use crate::engine::{Design, Failure, Joint, LanePath, Progress, Shard};
use crate::scenario::Scenario;

/// Fewest whole trajectories and base rows of a stopped analysis that are worth keeping.
const LEAST: (usize, usize) = (4, 32);

/// Runs the designs on a scenario.
pub struct Study<'a> {
    subject: Subject<'a>,
    numbers: Vec<Number>,
}

/// What a study gave.
#[derive(Debug)]
pub struct StudyResult {
    /// The results.
    pub sensitivity: Sensitivity,
    /// Every row of the designs, with its outputs.
    pub table: DesignTable,
    /// Replicates that stopped being finite.
    pub failures: Vec<Failure>,
}

impl<'a> Study<'a> {
    /// A study of every uncertain number.
    pub fn new(scenario: &'a Scenario, seed: u64, path: LanePath) -> Self {
        let subject = Subject::new(scenario, seed, path);
        Self {
            numbers: subject.numbers(),
            subject,
        }
    }

    /// Of every uncertain number by itself, whatever hangs together: what one does that is held
    /// while all others are drawn.
    #[must_use]
    pub fn apart(mut self) -> Self {
        self.subject.joint = Joint::apart(self.subject.scenario);
        self.numbers = self.subject.numbers();
        self
    }

    /// How many numbers are uncertain, those that hang together counted as one.
    pub fn len(&self) -> usize {
        self.subject.joint.factors().len()
    }

    /// How many of them hang together with no other, and can have a bar.
    pub fn alone(&self) -> usize {
        let factors = self.subject.joint.factors().iter();
        factors.filter(|factor| factor.is_alone()).count()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Carries out a plan on rayon's current threads; `None` if it was stopped before
    /// anything whole was done.
    pub fn run(&self, plan: &DesignSizes, progress: &Progress) -> Option<StudyResult> {
        let mut table = DesignTable::default();
        let mut failures = Vec::new();
        let mut outputs = None;
        let mut done = 0;
        let mut keep = |ran: &mut Ran| {
            failures.append(&mut ran.failures);
            done += ran.summary.replicates + ran.summary.failed;
            outputs.get_or_insert_with(|| labels(&ran.summary));
        };
        let mut morris = None;
        if plan.trajectories > 0 {
            let (screening, mut ran) = self.screen(plan, progress)?;
            keep(&mut ran);
            table.add(screening.1, &ran);
            morris = Some(screening.0);
        }
        let order = match &morris {
            Some(screening) => by_influence(screening, self.len()),
            None => (0..self.len()).collect(),
        };
        let mut sobol = None;
        if plan.base > 0
            && let Some((found, kinds, mut ran)) = self.decompose(plan, &order, progress)
        {
            keep(&mut ran);
            table.add(kinds, &ran);
            sobol = Some(found);
        }
        let order = match (&morris, &sobol) {
            (None, Some(found)) => by_total(found, self.len()),
            _ => order,
        };
        // Several that hang together have no low and high value.
        let factors = self.subject.joint.factors();
        let alone = order.iter().filter(|&&k| factors[k].is_alone()).copied();
        let bars: Vec<usize> = alone.take(plan.top).collect();
        let mut tornado = None;
        if !bars.is_empty()
            && let Some((found, mut ran)) = tornado::run(&self.subject, &bars, plan.bar, progress)
        {
            keep(&mut ran);
            tornado = Some(found);
        }
        let sensitivity = Sensitivity {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: self.subject.scenario.name.clone(),
            title: self.subject.scenario.title.clone(),
            identity: self.subject.scenario.identity(),
            seed: self.subject.seed,
            replicates_per_row: plan.replicates,
            replicates: done,
            failed: failures.len() as u64,
            partial: done < plan.total(),
            numbers: self.numbers.clone(),
            outputs: outputs?,
            order,
            morris,
            sobol,
            tornado,
        };
        table.finish(&self.subject.inputs(), &sensitivity.outputs);
        Some(StudyResult {
            sensitivity,
            table,
            failures,
        })
    }

    /// Morris' screening, with what each row of the design is.
    #[allow(clippy::type_complexity)]
    fn screen(
        &self,
        plan: &DesignSizes,
        progress: &Progress,
    ) -> Option<((Screening, Vec<DesignRow>), Ran)> {
        let factors: Vec<Moved> = self.subject.joint.factors().iter().map(Moved::of).collect();
        let mut design = trajectories(plan.trajectories, &factors, self.subject.seed);
        let length = self.len() + 1;
        let rows: Vec<Vec<f64>> = design.iter().flat_map(|t| t.rows.clone()).collect();
        let ran = self.run_rows(unit::MORRIS, &rows, plan.replicates, length, progress);
        let whole = ran.rows.len() / length;
        if whole < plan.trajectories && whole < LEAST.0 {
            return None;
        }
        design.truncate(whole);
        let of = |y: &Vec<f64>| effects(&design, y, self.subject.seed);
        let screening = Screening {
            trajectories: whole,
            levels: LEVELS,
            effects: ran.means.iter().map(of).collect(),
        };
        let kinds = design.iter().flat_map(|t| {
            let row = |kind, input| DesignRow {
                method: "morris",
                kind,
                input,
            };
            let moved = t
                .moves
                .iter()
                .map(move |(input, _)| row("moved", Some(self.key(*input))));
            std::iter::once(row("start", None)).chain(moved)
        });
        Some(((screening, kinds.collect()), ran))
    }

    fn decompose(
        &self,
        plan: &DesignSizes,
        order: &[usize],
        progress: &Progress,
    ) -> Option<(Decomposition, Vec<DesignRow>, Ran)> {
        let (design, factors) = self.saltelli(plan, order);
        let block = design.block();
        let ran = self.run_rows(
            unit::SOBOL,
            &design.rows(),
            plan.replicates,
            block,
            progress,
        );
        let whole = ran.rows.len() / block;
        if whole < plan.base && whole < LEAST.1 {
            return None;
        }
        let outputs = ran.halves.iter().zip(&ran.within).map(|(halves, within)| {
            let outputs = Outputs {
                block,
                halves: halves.clone(),
                within: within
                    .chunks(block)
                    .map(|rows| (rows[0] + rows[1]) / 2.0)
                    .collect(),
            };
            indices(&outputs, self.subject.seed)
        });
        let outputs = outputs.collect();
        let row = |kind, input| DesignRow {
            method: "sobol",
            kind,
            input,
        };
        let mixed = factors.iter().map(|factor| match factor[..] {
            [input] => row("AB", Some(self.key(input))),
            _ => row("AB", None),
        });
        let kinds: Vec<DesignRow> = [row("A", None), row("B", None)]
            .into_iter()
            .chain(mixed)
            .collect();
        let found = Decomposition {
            base: whole,
            factors,
            outputs,
        };
        let kinds = kinds.iter().cycle().take(ran.rows.len()).cloned().collect();
        Some((found, kinds, ran))
    }

    /// Saltelli's design, in which the first numbers of an order have columns of their own;
    /// and the numbers of each of its factors.
    fn saltelli(&self, plan: &DesignSizes, order: &[usize]) -> (Saltelli, Vec<Vec<usize>>) {
        use rand::Rng;
        let (own, rest) = order.split_at(plan.top.min(order.len()));
        let mut factors: Vec<Vec<usize>> = own.iter().map(|&number| vec![number]).collect();
        if !rest.is_empty() {
            factors.push(rest.to_vec());
        }
        let joint = &self.subject.joint;
        let coordinates = |numbers: &Vec<usize>| {
            let of = numbers
                .iter()
                .map(|&k| joint.factors()[k].coordinates.clone());
            of.flatten().collect()
        };
        let saltelli = Saltelli {
            base: plan.base.min(MOST_ROWS),
            factors: factors.iter().map(coordinates).collect(),
            coordinates: joint.coordinates(),
            seed: rng(self.subject.seed, "sobol").next_u32(),
        };
        (saltelli, factors)
    }

    /// Runs what falls to a shard, to be kept: the screening, of which everyone needs the
    /// order, and a share of the base rows. The replicates that failed; `None` if it was
    /// stopped before all was done.
    pub fn run_share(
        &self,
        plan: &DesignSizes,
        shard: Shard,
        progress: &Progress,
    ) -> Option<Vec<Failure>> {
        let mut failures = Vec::new();
        let mut order: Vec<usize> = (0..self.len()).collect();
        if plan.trajectories > 0 {
            let ((screening, _), mut ran) = self.screen(plan, progress)?;
            failures.append(&mut ran.failures);
            order = by_influence(&screening, self.len());
        }
        let (saltelli, _) = self.saltelli(plan, &order);
        let block = saltelli.block();
        let (design, values) = self.design(&saltelli.rows(), plan.replicates, block);
        let together = block as u64 * plan.replicates;
        let range = shard.range(values.len() as u64 * plan.replicates, together);
        let subject = &self.subject;
        let (found, mut failed) =
            subject.run_design(unit::SOBOL, &design, range.clone(), progress, |_| ());
        failures.append(&mut failed);
        let done = found.replicates + found.failed;
        (done == range.end - range.start).then_some(failures)
    }

    fn key(&self, number: usize) -> String {
        self.numbers[number].key.clone()
    }

    /// The design that has the model run at rows of the unit cube, `block` of them on common
    /// noise; and the inputs of each.
    fn design(&self, rows: &[Vec<f64>], replicates: u64, block: usize) -> (Design, Vec<Vec<f64>>) {
        let values: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| self.subject.joint.values(row))
            .collect();
        let design = Design::chosen(
            self.subject.joint.numbers().to_vec(),
            values.clone(),
            replicates,
            false,
        )
        .noise_by_block(block as u64);
        (design, values)
    }

    /// Runs rows of the unit cube, `block` of them on common noise; if it is stopped, the
    /// blocks that are whole.
    fn run_rows(
        &self,
        unit: u64,
        rows: &[Vec<f64>],
        replicates: u64,
        block: usize,
        progress: &Progress,
    ) -> Ran {
        let (design, values) = self.design(rows, replicates, block);
        let all = rows.len() as u64 * replicates;
        let mut sums = Sums::new(self.subject.scenario, replicates);
        let (summary, failures) = self
            .subject
            .run_design(unit, &design, 0..all, progress, |row| sums.add(row));
        sums.finish(values, block, summary, failures)
    }
}

/// Numbers by the largest mu* of any output, all of which are on a scale from 0 to 1.
fn by_influence(screening: &Screening, numbers: usize) -> Vec<usize> {
    let most = |number: usize| {
        let of = screening.effects.iter().filter_map(|e| e.get(number));
        of.map(|effect| effect.mu_star.value).fold(0.0, f64::max)
    };
    sorted(numbers, most)
}

/// Numbers by the largest part of any output's variance in which they have a share.
fn by_total(found: &Decomposition, numbers: usize) -> Vec<usize> {
    let most = |number: usize| {
        let factor = found.factors.iter().position(|f| f.contains(&number));
        let of = found.outputs.iter().filter_map(|output| {
            let index = output.indices.get(factor?)?;
            Some(index.total.value * output.variance.value)
        });
        of.fold(0.0, f64::max)
    };
    sorted(numbers, most)
}

fn sorted(numbers: usize, most: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers).collect();
    order.sort_by(|&a, &b| most(b).total_cmp(&most(a)));
    order
}
