//! `simulate sweep`

use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;

use crate::engine::memory;
use crate::experiment::sweep::{Axis, Grid, Sweep, Swept, run_grid, run_share};
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{figures, sweep_csv, sweep_parquet, sweep_screen, to_json};
use crate::scenario::{Form, Scenario};

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::print::{self, PrintArguments};
use super::session::{Session, entry, keep_for_later, notes};
use super::shard::{self, ShardArguments};
use super::streams::tell;
use super::{INTERRUPTED, OutputArguments, ScenarioArguments, SessionArguments, as_asked, load};

/// Replicates at each point where the user doesn't say.
const REPLICATES: u64 = 2000;

#[derive(Debug, Args)]
pub(super) struct SweepArguments {
    /// The scenario file; `-` is standard input
    scenario: PathBuf,
    /// What to sweep: KEY=LOW:HIGH:COUNT or KEY=[A, B, C], for one or two keys; a plain value
    /// is laid over the scenario as in `simulate run`
    #[arg(long = "set", value_name = "KEY=VALUES")]
    settings: Vec<String>,
    /// Number of replicates at each point [default: 2000]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=super::REPLICATES_MAX))]
    replicates: Option<u64>,
    #[command(flatten)]
    pub(super) shard: ShardArguments,
    #[command(flatten)]
    pub(super) session: SessionArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

pub(super) fn sweep(arguments: &SweepArguments) -> u8 {
    code(prepare(arguments).and_then(|prepared| run(arguments, &prepared)))
}

/// Everything checked, nothing run.
struct Prepared {
    base: Scenario,
    axes: Vec<Axis>,
    swept: Vec<Swept>,
    /// The scenario at the first point; at the others one number for each axis differs.
    first: Scenario,
    /// For each axis, its number's index in the scenario.
    numbers: Vec<usize>,
    /// The values at each point; the first axis changes slowest.
    points: Vec<Vec<f64>>,
    reference: usize,
}

/// Most points of a grid: a picture of so many cells has 8 pixels for each.
const MOST_POINTS: usize = 10_000;

fn prepare(arguments: &SweepArguments) -> Result<Prepared, CommandError> {
    let (axes, plain) = split(&arguments.settings)?;
    let load = |settings: Vec<String>| {
        let arguments = ScenarioArguments {
            scenario: arguments.scenario.clone(),
            settings,
        };
        load(&arguments).map_err(CommandError::Said)
    };
    let count = axes.iter().map(|axis| axis.values.len()).product::<usize>();
    if count > MOST_POINTS {
        return Err(CommandError::Input(format!(
            "{count} points are more than {MOST_POINTS}; give the keys fewer values"
        )));
    }
    let base = load(plain.clone())?;
    let base = as_asked(&base, &arguments.output, &arguments.session, None);
    let settings_at = |places: &[usize]| -> Vec<String> {
        let swept = axes.iter().zip(places);
        let swept = swept.map(|(axis, &place)| axis.setting(place));
        plain.iter().cloned().chain(swept).collect()
    };
    let load_at = |places: &[usize]| load(settings_at(places));
    let start = vec![0; axes.len()];
    let first = load_at(&start)?;
    // Each value is read once as it is written, with the other axis at its start.
    let (mut swept, mut numbers) = (Vec::new(), Vec::new());
    for (k, axis) in axes.iter().enumerate() {
        for place in 1..axis.values.len() {
            let mut places = start.clone();
            places[k] = place;
            let other = load_at(&places)?;
            if place == 1 {
                let (number, description) = describe(&base, axis, &first, &other)?;
                numbers.push(number);
                swept.push(description);
            }
        }
    }
    let grid = axes.iter().fold(vec![Vec::new()], |grid, axis| {
        let longer = |point: &Vec<usize>| {
            let point = point.clone();
            (0..axis.values.len()).map(move |place| [point.clone(), vec![place]].concat())
        };
        grid.iter().flat_map(longer).collect::<Vec<Vec<usize>>>()
    });
    let values = |places: &[usize]| -> Vec<f64> {
        let both = axes.iter().zip(places);
        both.map(|(axis, &place)| axis.values[place]).collect()
    };
    let points: Vec<Vec<f64>> = grid.iter().map(|places| values(places)).collect();
    // The values may come to bear on each other, so each point is checked as a whole. The
    // first one that is wrong is said, as the others are mostly wrong in the same way.
    let fits = |values: &Vec<f64>| first.with_values(&numbers, values).is_sound();
    let wrong = points.par_iter().position_first(|values| !fits(values));
    if let Some(wrong) = wrong {
        load_at(&grid[wrong])?;
    }
    let places: Vec<usize> = swept.iter().map(nearest_to_own).collect();
    let reference = places
        .iter()
        .zip(&axes)
        .fold(0, |index, (place, axis)| index * axis.values.len() + place);
    Ok(Prepared {
        base,
        axes,
        swept,
        first,
        numbers,
        points,
        reference,
    })
}

fn split(settings: &[String]) -> Result<(Vec<Axis>, Vec<String>), CommandError> {
    let (mut axes, mut plain): (Vec<Axis>, Vec<String>) = Default::default();
    for setting in settings {
        match Axis::parse(setting) {
            Some(axis) => axes.push(axis.map_err(|e| CommandError::Input(e.to_string()))?),
            None => plain.push(setting.clone()),
        }
    }
    let wrong = match &axes[..] {
        [] => {
            "nothing is swept; give one or two keys several values, for instance --set 'patron.us.commitment=0:1:11'".to_owned()
        }
        [a, b] if a.key == b.key => format!("`{}` is swept twice; give its values in one list", a.key),
        [_] | [_, _] => return Ok((axes, plain)),
        more => {
            let keys: Vec<String> = more.iter().map(|axis| format!("`{}`", axis.key)).collect();
            format!(
                "{} keys are swept ({}), and a picture has room for two; give the others one value each",
                more.len(),
                keys.join(", ")
            )
        }
    };
    Err(CommandError::Input(wrong))
}

/// Which number of the scenario an axis changes: the one that differs between two of its
/// points; its index and what is said of it.
fn describe(
    base: &Scenario,
    axis: &Axis,
    a: &Scenario,
    b: &Scenario,
) -> Result<(usize, Swept), CommandError> {
    let pairs = a.numbers.iter().zip(&b.numbers).enumerate();
    let mut changed = pairs.filter(|(_, (x, y))| x.form != y.form || x.path != y.path);
    let (Some((index, (number, _))), None) = (changed.next(), changed.next()) else {
        return Err(CommandError::Input(format!(
            "`{}` is not one number of the world, so it can't be swept; `simulate check --numbers` lists those that the scenario gives",
            axis.key
        )));
    };
    let own = base.numbers.iter().find(|n| n.path == number.path);
    let swept = Swept {
        key: number.path.clone(),
        unit: number.spec.unit.to_owned(),
        about: number.spec.about.to_owned(),
        own: own.map(|n| n.central()),
        own_is_median: own.is_some_and(|n| matches!(n.form, Form::Uncertain(_))),
        values: axis.values.clone(),
    };
    Ok((index, swept))
}

fn nearest_to_own(swept: &Swept) -> usize {
    let distance = |k: &usize| swept.own.map_or(0.0, |own| (swept.values[*k] - own).abs());
    (0..swept.values.len())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or(0)
}

fn run(arguments: &SweepArguments, prepared: &Prepared) -> Result<u8, CommandError> {
    let Prepared { base, points, .. } = prepared;
    let session = Session::begin(&arguments.session)?;
    let quiet = arguments.output.quiet;
    let grid = Grid {
        scenario: &prepared.first,
        numbers: &prepared.numbers,
        points,
        reference: prepared.reference,
        seed: base.run.seed,
        replicates: arguments.replicates.unwrap_or(REPLICATES),
        path: session.path,
    };
    let histories = memory::of_history(base).saturating_mul(2 * grid.replicates);
    session.must_fit(base, 1, histories, "give fewer --replicates or --threads")?;
    let total = grid.replicates.saturating_mul(points.len() as u64);
    session.must_end(base, arguments.shard.share_of(total))?;
    let swept: Vec<String> = prepared
        .axes
        .iter()
        .map(|axis| format!("--set '{axis}'"))
        .collect();
    let again = format!(
        "simulate sweep scenario.resolved.toml {} --seed {} --replicates {}",
        swept.join(" "),
        grid.seed,
        grid.replicates
    );
    let begun = shard::begin(&arguments.shard, &session, &arguments.output, base)?;
    if let Some(begun) = &begun {
        begun.must_have(points.len() as u64, "points")?;
    }
    let entry = entry(base);
    let (folder, parts) = session.work_of(&arguments.output, base, "sweep")?;
    if let Some(begun) = begun {
        let shard = begun.shard();
        let own = (0..points.len() as u64).filter(|&k| shard.has(k)).count() as u64;
        let count = own * grid.replicates;
        let bar = Bar::begin(&session.progress, count, "replicates", quiet);
        let share = session
            .threads
            .install(|| run_share(&grid, shard, &session.progress));
        bar.end();
        let (kept, work) = ((folder, &*parts), ("sweep", again));
        return begun.end(&session, kept, work, base, count, share);
    }
    if !quiet {
        tell(&format!(
            "{} points x {} replicates = {total} replicates",
            points.len(),
            grid.replicates
        ));
    }
    let bar = Bar::begin(&session.progress, total, "replicates", quiet);
    let found = session
        .threads
        .install(|| run_grid(&grid, &session.progress));
    bar.end();
    let simulated = session.seconds();
    parts.trouble()?;
    let Some(found) = found else {
        tell("interrupted before the first point was done");
        return Ok(INTERRUPTED);
    };
    let done = found.points.iter().map(|p| p.replicates).sum();
    must_have_some(&session, done, &found.failures)?;
    let sweep = Sweep {
        format: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: base.name.clone(),
        title: base.title.clone(),
        identity: entry.identity.clone(),
        seed: grid.seed,
        replicates_per_point: grid.replicates,
        points_asked: points.len(),
        axes: prepared.swept.clone(),
        outcomes: found.outcomes,
        reference: points[prepared.reference].clone(),
        points: found.points,
    };
    let notes = notes(std::slice::from_ref(&entry), grid.seed, grid.replicates);
    let asked = arguments.print.print();
    let picture = figures::draw_sweep(&sweep, print::order(&asked, &notes))?;
    print::write(&folder, std::slice::from_ref(&picture))?;
    folder.write("sweep.json", to_json(&sweep)?.as_bytes())?;
    folder.write(
        "sweep.csv",
        arguments.print.csv(sweep_csv(&sweep)).as_bytes(),
    )?;
    sweep_parquet(folder.create("sweep.parquet")?, &sweep, &notes)
        .map_err(|error| folder.failed_table("sweep.parquet", error))?;
    folder.write("scenario.resolved.toml", base.resolved().as_bytes())?;
    if sweep.partial() {
        keep_for_later(&folder, &parts)?;
    }
    let interrupted = sweep.partial().then(|| {
        let (done, asked) = (sweep.points.len(), sweep.points_asked);
        format!("{done} of {asked} points were done and are saved")
    });
    Ending {
        command: "sweep",
        found: &sweep,
        said: sweep_screen(&sweep),
        title: "What a number does to each outcome",
        of: (&sweep.title, &sweep.identity),
        pictures: vec![Shown {
            png: &picture.screen,
            words: "The chance of each outcome over the values of the swept numbers. The table below has the figures.",
            caption: "Every point has the same random numbers. The scenario's own value is marked; of a distribution it is the median.",
        }],
        names: letters::names(base),
        again: again + &arguments.print.again(),
        scenarios: vec![entry],
        seed: grid.seed,
        replicates: (total, done),
        some_failed: !found.failures.is_empty(),
        failed: found.failures,
        simulated,
        interrupted,
    }
    .end(&session, folder, &arguments.output)
}
