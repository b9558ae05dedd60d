//! A sensitivity analysis as text and tables.

use super::columns::Column;
use super::heading::heading;
use crate::engine::Estimate;
use crate::experiment::sensitivity::{DesignTable, Sensitivity, Swing, morris, sobol};

/// Numbers named for each output on the screen.
const NAMED: usize = 4;

/// What a user sees when a sensitivity analysis is done.
pub fn sensitivity_screen(found: &Sensitivity) -> String {
    let mut out = format!(
        "{}\nuncertain numbers: {}; {} replicates in all, {} a row, seed {}, hash {}; shares are shares in this model\n",
        heading(&found.title, &found.identity),
        found.numbers.len(),
        found.replicates,
        found.replicates_per_row,
        found.seed,
        found.identity.short()
    );
    let mut line = |text: &str| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let width = found.numbers.iter().map(|n| n.key.chars().count());
    let width = width.fold("all others together".len(), usize::max);
    if let Some(decomposition) = &found.sobol {
        for (output, indices) in found.outputs.iter().zip(&decomposition.outputs) {
            line("");
            if !indices.told {
                line(&format!(
                    "{}: no variance from inputs is told from noise",
                    output.label
                ));
                continue;
            }
            line(&format!(
                "{}: {:.0} % of a history's variance is from inputs [{:.0}, {:.0}], the rest noise",
                output.label,
                100.0 * (1.0 - indices.noise_share.value),
                100.0 * (1.0 - indices.noise_share.high),
                100.0 * (1.0 - indices.noise_share.low)
            ));
            line(&format!(
                "  {:width$}  total  95 % interval  alone  95 % interval",
                "of that, from"
            ));
            let mut order: Vec<usize> = (0..indices.indices.len()).collect();
            let total = |f: &usize| indices.indices[*f].total.value;
            order.sort_by(|a, b| total(b).total_cmp(&total(a)));
            for factor in order.into_iter().take(NAMED) {
                let index = &indices.indices[factor];
                let name = match decomposition.factors[factor][..] {
                    [number] => found.numbers[number].key.as_str(),
                    _ => "all others together",
                };
                line(&format!(
                    "  {name:width$}  {}  {}",
                    interval(&index.total),
                    interval(&index.first)
                ));
            }
        }
    }
    if let (Some(screening), None) = (&found.morris, &found.sobol) {
        line("");
        line(&format!(
            "{:width$}  largest mu* of any output, with its 95 % interval",
            "most influential"
        ));
        for &number in found.order.iter().take(3 * NAMED) {
            let of = screening.effects.iter().zip(&found.outputs);
            let strongest = of
                .filter_map(|(effects, output)| Some((effects.get(number)?.mu_star, output)))
                .max_by(|a, b| a.0.value.total_cmp(&b.0.value));
            if let Some((mu_star, output)) = strongest {
                let name = &found.numbers[number].key;
                line(&format!(
                    "{name:width$}  {}  {}",
                    interval(&mu_star),
                    output.label
                ));
            }
        }
    }
    line("");
    if found.failed > 0 {
        line(&format!(
            "note: {} replicates stopped being finite and don't count",
            found.failed
        ));
    }
    out
}

fn interval(e: &Estimate) -> String {
    format!("{:5.2}  [{:.2}, {:.2}]", e.value, e.low, e.high)
}

/// A row for each output and number: elementary effects, indices, and the bar of the
/// tornado; empty where there is none. `others` has the indices of the rest together.
pub fn sensitivity_columns(found: &Sensitivity) -> Vec<Column> {
    let mut rows: Vec<(usize, Option<usize>)> = Vec::new();
    let grouped = found
        .sobol
        .as_ref()
        .is_some_and(|s| s.factors.iter().any(|f| f.len() > 1));
    for output in 0..found.outputs.len() {
        rows.extend((0..found.numbers.len()).map(|number| (output, Some(number))));
        rows.extend(grouped.then_some((output, None)));
    }
    let effect = |output: usize, number: Option<usize>| -> Option<&morris::Effect> {
        found.morris.as_ref()?.effects.get(output)?.get(number?)
    };
    let index = |output: usize, number: Option<usize>| -> Option<&sobol::Index> {
        let sobol = found.sobol.as_ref()?;
        let factor = sobol.factors.iter().position(|f| match number {
            Some(number) => f[..] == [number],
            None => f.len() > 1,
        })?;
        sobol.outputs.get(output)?.indices.get(factor)
    };
    let swing = |output: usize, number: Option<usize>| -> Option<&Swing> {
        let tornado = found.tornado.as_ref()?;
        let bar = tornado.bars.iter().find(|b| Some(b.number) == number)?;
        bar.outputs.get(output)
    };
    let noise = |output: usize| Some(found.sobol.as_ref()?.outputs.get(output)?.noise_share);
    let text = |of: &dyn Fn(usize, Option<usize>) -> String| -> Vec<String> {
        rows.iter()
            .map(|&(output, number)| of(output, number))
            .collect()
    };
    let mut columns = vec![
        Column::texts(
            "output",
            text(&|output, _| found.outputs[output].label.clone()),
        ),
        Column::texts(
            "number",
            text(&|_, number| number.map_or("others".to_owned(), |n| found.numbers[n].key.clone())),
        ),
    ];
    let mut add = |name: &str, of: &dyn Fn(usize, Option<usize>) -> Option<Estimate>| {
        for (end, pick) in [
            ("", (|e| e.value) as fn(Estimate) -> f64),
            ("_low", |e| e.low),
            ("_high", |e| e.high),
        ] {
            let values = rows.iter().map(|&(o, n)| of(o, n).map_or(f64::NAN, pick));
            columns.push(Column::numbers(format!("{name}{end}"), values.collect()));
        }
    };
    add("mu_star", &|o, n| Some(effect(o, n)?.mu_star));
    add("mu", &|o, n| Some(effect(o, n)?.mu));
    add("sigma", &|o, n| Some(effect(o, n)?.sigma));
    add("first", &|o, n| Some(index(o, n)?.first));
    add("first_jansen", &|o, n| Some(index(o, n)?.first_jansen));
    add("total", &|o, n| Some(index(o, n)?.total));
    add("noise_share", &|o, _| noise(o));
    add("at_low", &|o, n| Some(swing(o, n)?.low));
    add("at_high", &|o, n| Some(swing(o, n)?.high));
    add("difference", &|o, n| Some(swing(o, n)?.difference));
    columns
}

/// The designs' rows: inputs and outputs.
pub fn design_columns(table: &DesignTable) -> Vec<Column> {
    let mut columns = vec![
        Column::texts("method", table.method.clone()),
        Column::texts("row", table.row.clone()),
    ];
    for (name, values) in &table.inputs {
        columns.push(Column::numbers(format!("input.{name}"), values.clone()));
    }
    for (name, of) in &table.outputs {
        let names = ["", ".first_half", ".second_half", ".variance_within"];
        for (part, values) in names.iter().zip(of) {
            columns.push(Column::numbers(
                format!("output.{name}{part}"),
                values.clone(),
            ));
        }
    }
    columns
}
