//! Runs every option over the same rows.

use super::map::map;
use super::measure::{Aim, Costs, Tally, measure};
use super::{Robust, RobustOption};
use crate::engine::{Design, DrawTally, Failure, LanePath, Progress};
use crate::experiment::cube::DesignKind;
use crate::experiment::discover::Points;
use crate::experiment::sensitivity::Subject;
use crate::scenario::{Identity, Scenario};

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How the rows are spread.
    pub kind: DesignKind,
    /// Rows.
    pub rows: usize,
    /// Replicates of each option at each row.
    pub replicates: u64,
}

/// Options and the rows over which they are run.
pub struct Rows<'a> {
    /// Each, with what its dimensions are about.
    options: Vec<(Subject<'a>, Vec<String>)>,
    /// What each dimension of the rows is about; those of all options.
    dimensions: Vec<String>,
    points: Vec<Vec<f64>>,
    size: Size,
    seed: u64,
}

/// What an option came to.
#[derive(Debug, Clone, Default)]
pub struct OptionRows {
    /// By row, those that are whole.
    pub tallies: Vec<Tally>,
    /// Replicates that stopped being finite.
    pub failures: Vec<Failure>,
    /// Replicates that were run.
    pub done: u64,
}

/// What is asked of the rows.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// What the options are called.
    pub labels: &'a [String],
    /// The key of the outcome, and the name shown to a reader.
    pub outcome: (&'a str, &'a str),
    /// Whether a low or a high chance is better.
    pub aim: Aim,
    /// The chance that satisfies; `None`: the mean chance of the first option.
    pub level: Option<f64>,
}

impl<'a> Rows<'a> {
    /// The first option is what the others are compared with. An uncertain number of the same key
    /// has, at each row, the same place in each option's distribution of it.
    pub fn new(options: &[&'a Scenario], seed: u64, path: LanePath, size: Size) -> Self {
        let options: Vec<(Subject<'a>, Vec<String>)> = options
            .iter()
            .map(|option| {
                let subject = Subject::new(option, seed, path);
                let own = subject.joint.dimensions(&option.numbers);
                (subject, own)
            })
            .collect();
        let mut dimensions: Vec<String> = Vec::new();
        for dimension in options.iter().flat_map(|(_, own)| own) {
            if !dimensions.contains(dimension) {
                dimensions.push(dimension.clone());
            }
        }
        let points = size
            .kind
            .points(size.rows, dimensions.len(), seed, "robust");
        Self {
            options,
            dimensions,
            points,
            size,
            seed,
        }
    }

    /// Dimensions of the rows.
    pub fn dimensions(&self) -> usize {
        self.dimensions.len()
    }

    /// Replicates in all.
    pub fn total(&self) -> u64 {
        self.of_one() * self.options.len() as u64
    }

    fn of_one(&self) -> u64 {
        self.size.rows as u64 * self.size.replicates
    }

    /// The values of an option's uncertain numbers at a point of the rows' cube.
    fn values(&self, option: usize, point: &[f64]) -> Vec<f64> {
        let (subject, own) = &self.options[option];
        let own = own.iter().map(|dimension| {
            let place = self.dimensions.iter().position(|known| known == dimension);
            place.map_or(0.5, |place| point[place])
        });
        subject.joint.values(&own.collect::<Vec<f64>>())
    }

    /// Runs an option, by its place, on rayon's current threads; if it is stopped, the rows that
    /// are whole. `outcome` is the place of the outcome among its own.
    pub fn run(&self, option: usize, outcome: usize, progress: &Progress) -> OptionRows {
        let (subject, _) = &self.options[option];
        let values = self.points.iter().map(|point| self.values(option, point));
        let replicates = self.size.replicates;
        // Replicate by replicate the noise is that of every other option: the streams go by name.
        let design = Design::chosen(
            subject.joint.numbers().to_vec(),
            values.collect(),
            replicates,
            false,
        );
        let mut tallies: Vec<(Tally, u64)> = Vec::new();
        let (summary, failures) =
            subject.run_design(option as u64, &design, 0..self.of_one(), progress, |row| {
                if row.replicate.is_multiple_of(replicates) {
                    tallies.push((Tally::default(), 0));
                }
                let Some((tally, run)) = tallies.last_mut() else {
                    return;
                };
                *run += 1;
                if row.failed.is_none() {
                    let half = usize::from(row.replicate % replicates >= replicates / 2);
                    let counts = &mut tally.halves[half];
                    counts.0 += u64::from(row.outcomes[outcome].first.is_some());
                    counts.1 += 1;
                }
            });
        let whole = tallies.iter().filter(|(_, run)| *run == replicates);
        OptionRows {
            tallies: whole.map(|(tally, _)| *tally).collect(),
            failures,
            done: summary.replicates + summary.failed,
        }
    }

    /// What is to be said of rows that all options have.
    pub fn robust(&self, found: &[OptionRows], asked: &Asked<'_>) -> Robust {
        let rows = found.iter().map(|option| option.tallies.len());
        let rows = rows.min().unwrap_or(0);
        // Where a half of some option's replicates failed nothing can be compared.
        let is_known = |row: &usize| found.iter().all(|o| o.tallies[*row].is_known());
        let kept: Vec<usize> = (0..rows).filter(is_known).collect();
        let tallies: Vec<Vec<Tally>> = found
            .iter()
            .map(|option| kept.iter().map(|&row| option.tallies[row]).collect())
            .collect();
        let inputs = self.inputs(&kept);
        let costs = Costs::new(&tallies, asked.aim);
        let means: Vec<DrawTally> = tallies.iter().map(|rows| mean(rows)).collect();
        let level = asked.level.unwrap_or_else(|| means[0].chance().value);
        let measures = measure(&costs, level, self.seed);
        let best_in = costs.best_in();
        let first = self.options[0].0.scenario;
        let options = measures.iter().enumerate().map(|(option, measures)| {
            let scenario = self.options[option].0.scenario;
            let of_others = |estimate| (option > 0).then_some(estimate);
            RobustOption {
                label: asked.labels[option].clone(),
                scenario: scenario.name.clone(),
                identity: scenario.identity(),
                mean: measures.mean,
                difference: of_others(measures.difference),
                satisficing: measures.satisficing,
                satisficing_difference: of_others(measures.satisficing_difference),
                worst_tenth: measures.worst,
                regret: measures.regret,
                regret_worst_tenth: measures.regret_worst,
                best_in: best_in[option],
            }
        });
        let options: Vec<RobustOption> = options.collect();
        let map = match options.len() {
            0 | 1 => None,
            _ => map(&costs, &inputs, |input| {
                first.numbers[self.options[0].0.joint.numbers()[input]]
                    .path
                    .clone()
            }),
        };
        let done: u64 = found.iter().map(|option| option.done).sum();
        Robust {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: first.name.clone(),
            title: first.title.clone(),
            identity: self.identity(),
            seed: self.seed,
            design: self.size.kind.to_string(),
            outcome: asked.outcome.0.to_owned(),
            label: asked.outcome.1.to_owned(),
            better: asked.aim,
            level,
            rows: kept.len(),
            replicates_per_row: self.size.replicates,
            replicates: done,
            failed: found.iter().map(|o| o.failures.len() as u64).sum(),
            partial: done < self.total(),
            options,
            map,
        }
    }

    /// The values of the first option's uncertain numbers, number by number, at some rows.
    fn inputs(&self, rows: &[usize]) -> Points {
        let mut columns =
            vec![Vec::with_capacity(rows.len()); self.options[0].0.joint.numbers().len()];
        for &row in rows {
            let values = self.values(0, &self.points[row]);
            columns.iter_mut().zip(values).for_each(|(c, v)| c.push(v));
        }
        Points {
            columns,
            cases: vec![0.0; rows.len()],
        }
    }

    /// What tells it from other comparisons of options: its label, and what was set in all.
    pub fn identity(&self) -> Identity {
        let each = self
            .options
            .iter()
            .map(|(subject, _)| subject.scenario.identity());
        let each: Vec<Identity> = each.collect();
        let first = each[0].changes();
        Identity {
            label: each[0].label.clone(),
            settings: match each.iter().all(|identity| identity.changes() == first) {
                true => first.into_iter().map(str::to_owned).collect(),
                false => Vec::new(),
            },
            blake3: Identity::hash_of_all(each.iter().map(|identity| identity.blake3.as_str())),
        }
    }
}

fn mean(rows: &[Tally]) -> DrawTally {
    let mut tally = DrawTally::default();
    for (came, counted) in rows.iter().map(Tally::all) {
        tally.add(came, counted);
    }
    tally
}
