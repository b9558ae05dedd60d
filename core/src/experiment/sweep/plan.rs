//! What is swept, before anything is run: the axes, their points, and that every one is sound.

use super::{Axis, Swept};
use crate::parallel;
use crate::scenario::{Form, Problems, Scenario};

/// Replicates at each point where the user doesn't say.
pub const REPLICATES: u64 = 2000;

/// Everything checked, nothing run.
#[derive(Debug)]
pub struct Plan {
    /// The scenario as it is without the sweep.
    pub base: Scenario,
    /// The one or two axes.
    pub axes: Vec<Axis>,
    /// What is said of each.
    pub swept: Vec<Swept>,
    /// The scenario at the first point; at the others one number for each axis differs.
    pub first: Scenario,
    /// For each axis, its number's index in the scenario.
    pub numbers: Vec<usize>,
    /// The values at each point; the first axis changes slowest.
    pub points: Vec<Vec<f64>>,
    /// Index of the point nearest the scenario's own values.
    pub reference: usize,
}

/// Why nothing can be swept.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The scenario, or a value laid over it.
    #[error(transparent)]
    Scenario(#[from] Problems),
    /// What is asked for.
    #[error("{0}")]
    Wrong(String),
}

impl Plan {
    /// The points of one or two axes. `load` reads the scenario with settings, of which `plain`
    /// hold at every point; `asked` is the scenario as it is to be run.
    ///
    /// # Errors
    /// Where the scenario, a point of the grid, or what is asked for is wrong.
    pub fn new(
        axes: Vec<Axis>,
        plain: &[String],
        load: impl Fn(&[String]) -> Result<Scenario, Problems>,
        asked: impl Fn(&Scenario) -> Scenario,
    ) -> Result<Self, PlanError> {
        let base = asked(&load(plain)?);
        let load_at = |places: &[usize]| {
            let swept = axes.iter().zip(places);
            let swept = swept.map(|(axis, &place)| axis.setting(place));
            load(&plain.iter().cloned().chain(swept).collect::<Vec<_>>())
        };
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
        let fits = parallel::map(points.len(), |k| {
            first.with_values(&numbers, &points[k]).is_sound()
        });
        if let Some(wrong) = fits.iter().position(|fits| !fits) {
            load_at(&grid[wrong])?;
        }
        let places: Vec<usize> = swept.iter().map(nearest_to_own).collect();
        let reference = places
            .iter()
            .zip(&axes)
            .fold(0, |index, (place, axis)| index * axis.values.len() + place);
        Ok(Self {
            base,
            axes,
            swept,
            first,
            numbers,
            points,
            reference,
        })
    }
}

/// Settings that give a key several values, one or two of them; and the others.
///
/// # Errors
/// If none does, more than two do, or a range or a list is wrong.
pub fn split(settings: &[String]) -> Result<(Vec<Axis>, Vec<String>), String> {
    let (mut axes, mut plain): (Vec<Axis>, Vec<String>) = Default::default();
    for setting in settings {
        match Axis::parse(setting) {
            Some(axis) => axes.push(axis.map_err(|e| e.to_string())?),
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
    Err(wrong)
}

/// Which number of the scenario an axis changes: the one that differs between two of its
/// points; its index and what is said of it.
fn describe(
    base: &Scenario,
    axis: &Axis,
    a: &Scenario,
    b: &Scenario,
) -> Result<(usize, Swept), PlanError> {
    let pairs = a.numbers.iter().zip(&b.numbers).enumerate();
    let mut changed = pairs.filter(|(_, (x, y))| x.form != y.form || x.path != y.path);
    let (Some((index, (number, _))), None) = (changed.next(), changed.next()) else {
        return Err(PlanError::Wrong(format!(
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
