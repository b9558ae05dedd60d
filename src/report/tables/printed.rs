//! Tables for print: those of a folder, in Markdown or LaTeX, with a value and its interval in one
//! cell, and without what only a program needs.

use crate::foreign::markdown;

use super::super::figures::short;

/// The ends of the names of columns that are an interval's.
const ENDS: (&str, &str) = ("low", "high");
/// What a long table is printed of: this section, and these measures beside each other.
const SECTION: &str = "outcome";
const MEASURES: [&str; 2] = ["chance", "difference"];

/// A table for print: its heads, whether a column is of figures, and its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    heads: Vec<String>,
    figures: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Printed {
    /// What is to be printed of a table read from CSV, whose first row has its heads; none of a
    /// table without rows.
    pub fn of(table: &[Vec<String>]) -> Option<Self> {
        let (heads, rows) = table.split_first()?;
        let rows = rows.iter().filter(|row| row.len() == heads.len());
        let rows: Vec<Vec<String>> = rows.cloned().collect();
        let (heads, rows) = wide(heads, rows);
        let (heads, rows) = with_intervals(&heads, &rows);
        // What is empty everywhere says nothing; a key is told by its label.
        let has_label = heads.iter().any(|head| head == "label");
        let keep: Vec<usize> = (0..heads.len())
            .filter(|&k| rows.iter().any(|row| !row[k].is_empty()))
            .filter(|&k| !(has_label && heads[k] == "outcome"))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let is_figure = |k: &usize| {
            let cells = rows.iter().map(|row| row[*k].as_str());
            cells.filter(|cell| !cell.is_empty()).all(|cell| {
                let first = cell.split(' ').next().unwrap_or_default();
                first.parse::<f64>().is_ok()
            })
        };
        let figures: Vec<bool> = keep.iter().map(is_figure).collect();
        // Counts, which have no decimals.
        let is_whole = |k: usize| rows.iter().all(|row| !row[k].contains(['.', 'e', ' ']));
        let row = |row: &Vec<String>| -> Vec<String> {
            let cells = keep.iter().zip(&figures);
            let cell = |(k, figure): (&usize, &bool)| match figure {
                true => rounded(&row[*k], is_whole(*k)),
                false => row[*k].clone(),
            };
            cells.map(cell).collect()
        };
        Some(Self {
            heads: keep.iter().map(|&k| said(&heads[k])).collect(),
            rows: rows.iter().map(row).collect(),
            figures,
        })
    }

    /// As Markdown, with what stands above it.
    pub fn markdown(&self, about: &str) -> String {
        let line = |cells: &mut dyn Iterator<Item = String>| -> String {
            format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
        };
        let mut out = format!("{}\n\n", markdown(about));
        out += &line(&mut self.heads.iter().map(|head| cell(head)));
        let rule = |figure: &bool| if *figure { "---:" } else { "---" }.to_owned();
        out += &line(&mut self.figures.iter().map(rule));
        for row in &self.rows {
            out += &line(&mut row.iter().map(|text| cell(text)));
        }
        out
    }

    /// As LaTeX for the package booktabs, with what stands above it as a comment.
    pub fn latex(&self, about: &str) -> String {
        let line = |cells: &[String]| -> String {
            let cells: Vec<String> = cells.iter().map(|cell| latex(cell)).collect();
            format!("  {} \\\\\n", cells.join(" & "))
        };
        let columns: String = self
            .figures
            .iter()
            .map(|f| if *f { 'r' } else { 'l' })
            .collect();
        let mut out = format!(
            "% {}\n% Needs \\usepackage{{booktabs}}; letters are in UTF-8.\n\\begin{{tabular}}{{{columns}}}\n  \\toprule\n",
            crate::foreign::line(about)
        );
        out += &line(&self.heads);
        out += "  \\midrule\n";
        for row in &self.rows {
            out += &line(row);
        }
        out + "  \\bottomrule\n\\end{tabular}\n"
    }
}

/// Text in a cell of Markdown: unlike a line of its own it begins no list.
fn cell(text: &str) -> String {
    let line = markdown(&format!("x{text}"));
    line.strip_prefix('x').unwrap_or(&line).to_owned()
}

/// A long table with its measures beside each other, for what is told of outcomes; another as it
/// is.
fn wide(heads: &[String], rows: Vec<Vec<String>>) -> (Vec<String>, Vec<Vec<String>>) {
    let place = |name: &str| heads.iter().position(|head| head == name);
    let long = (
        place("section"),
        place("measure"),
        place("label"),
        place("value"),
    );
    let (Some(section), Some(measure), Some(label), Some(value)) = long else {
        return (heads.to_vec(), rows);
    };
    let run = place("run");
    let ends = [place(ENDS.0), place(ENDS.1)];
    let of = |row: &Vec<String>| row[section] == SECTION;
    let there: Vec<&str> = MEASURES
        .into_iter()
        .filter(|name| rows.iter().any(|row| of(row) && row[measure] == *name))
        .collect();
    let mut wide: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for row in rows.iter().filter(|row| of(row)) {
        let Some(at) = there.iter().position(|name| row[measure] == *name) else {
            continue;
        };
        let key: Vec<String> = [Some(label), run]
            .into_iter()
            .flatten()
            .map(|k| row[k].clone())
            .collect();
        let found = wide.iter().position(|(known, _)| *known == key);
        let found = found.unwrap_or_else(|| {
            wide.push((key, vec![String::new(); 3 * there.len()]));
            wide.len() - 1
        });
        let cells = &mut wide[found].1[3 * at..3 * at + 3];
        cells[0].clone_from(&row[value]);
        for (cell, end) in cells[1..].iter_mut().zip(ends) {
            *cell = end.map_or(String::new(), |end| row[end].clone());
        }
    }
    let keys = ["label"].into_iter().chain(run.map(|_| "run"));
    let mut names: Vec<String> = keys.map(str::to_owned).collect();
    for name in there {
        names.push(name.to_owned());
        names.push(format!("{name}_{}", ENDS.0));
        names.push(format!("{name}_{}", ENDS.1));
    }
    let rows = wide.into_iter().map(|(mut key, cells)| {
        key.extend(cells);
        key
    });
    (names, rows.collect())
}

/// Values with their intervals in one cell.
fn with_intervals(heads: &[String], rows: &[Vec<String>]) -> (Vec<String>, Vec<Vec<String>>) {
    let place = |name: &str| heads.iter().position(|head| head == name);
    let ends = |head: &str| match head {
        "value" => Some((place(ENDS.0)?, place(ENDS.1)?)),
        head => Some((
            place(&format!("{head}_{}", ENDS.0))?,
            place(&format!("{head}_{}", ENDS.1))?,
        )),
    };
    let of: Vec<Option<(usize, usize)>> = heads.iter().map(|head| ends(head)).collect();
    let is_end = |k: usize| {
        of.iter()
            .flatten()
            .any(|(low, high)| k == *low || k == *high)
    };
    let keep: Vec<usize> = (0..heads.len()).filter(|&k| !is_end(k)).collect();
    let row = |row: &Vec<String>| -> Vec<String> {
        let cell = |&k: &usize| match of[k] {
            Some((low, high)) if !row[low].is_empty() && !row[k].is_empty() => {
                format!(
                    "{} [{}, {}]",
                    row[k],
                    rounded(&row[low], false),
                    rounded(&row[high], false)
                )
            }
            _ => row[k].clone(),
        };
        keep.iter().map(cell).collect()
    };
    (
        keep.iter().map(|&k| heads[k].clone()).collect(),
        rows.iter().map(row).collect(),
    )
}

/// A figure, perhaps with its interval, with as many digits as a reader wants; or a whole number,
/// if all beside it are.
fn rounded(cell: &str, whole: bool) -> String {
    let (value, rest) = match cell.split_once(' ') {
        Some((value, rest)) => (value, format!(" {rest}")),
        None => (cell, String::new()),
    };
    let Ok(number) = value.parse::<f64>() else {
        return cell.to_owned();
    };
    let said = match number {
        _ if whole => value.replace('-', "−"),
        small if small.abs() <= 1.0 => format!("{small:.3}").replace('-', "−"),
        large => short(large),
    };
    said + &rest
}

/// A head as a reader wants it.
fn said(head: &str) -> String {
    let words = match head {
        "label" => "outcome",
        other => other,
    };
    let words = match words.starts_with("input.") {
        true => words.trim_start_matches("input.").to_owned(),
        false => words.replace('_', " "),
    };
    let mut letters = words.chars();
    match (letters.next(), head.starts_with("input.")) {
        (Some(first), false) => first.to_uppercase().chain(letters).collect(),
        _ => words,
    }
}

/// Text as LaTeX sets it, and never does what it says.
fn latex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::foreign::line(text).chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => out.extend(['\\', c]),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            // Two of them would be another letter.
            '-' | '`' | '\'' | '"' => out.extend(['{', c, '}']),
            // A bracket after a line's end would be an option of it.
            '[' => out.push_str("{[}"),
            '−' => out.push_str("$-$"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::csv::read_csv;
    use super::*;

    #[test]
    fn a_long_table_is_printed_wide_with_intervals() {
        let csv = "section,measure,outcome,run,week,label,value,low,high\n\
                   outcome,chance,collapse,base,,Front collapses,0.25,0.2,0.3\n\
                   outcome,chance,collapse,calm,,Front collapses,0.125,0.1,0.15\n\
                   outcome,difference,collapse,calm,,Front collapses,-0.125,-0.15,-0.1\n\
                   incidence,chance,collapse,base,4,Front collapses,0.1,0.05,0.15\n";
        let printed = Printed::of(&read_csv(csv)).expect("rows");
        assert_eq!(
            printed.markdown("About *it*"),
            "About \\*it\\*\n\n\
             | Outcome | Run | Chance | Difference |\n\
             | --- | --- | ---: | ---: |\n\
             | Front collapses | base | 0.250 \\[0.200, 0.300\\] |  |\n\
             | Front collapses | calm | 0.125 \\[0.100, 0.150\\] | −0.125 \\[−0.150, −0.100\\] |\n"
        );
    }

    #[test]
    fn latex_sets_what_a_scenario_says_and_does_nothing_of_it() {
        let csv = "label,value,low,high\n\\input{/etc/passwd} $x$ 50% & _^~#,1234.5,,\n";
        let printed = Printed::of(&read_csv(csv)).expect("a row");
        let said = printed.latex("about\nit");
        assert!(said.starts_with("% about"), "{said}");
        assert!(
            said.contains(
                "\\begin{tabular}{lr}\n  \\toprule\n  Outcome & Value \\\\\n  \\midrule\n"
            )
        );
        assert!(
            said.contains(
                "\\textbackslash{}input\\{/etc/passwd\\} \\$x\\$ 50\\% \\& \\_\\textasciicircum{}\\textasciitilde{}\\# & 1,234"
            ) || said.contains("& 1,235"),
            "{said}"
        );
        assert_eq!(
            said.lines().nth(1),
            Some("% Needs \\usepackage{booktabs}; letters are in UTF-8.")
        );
    }

    #[test]
    fn nothing_is_printed_of_nothing() {
        assert_eq!(Printed::of(&read_csv("a,b\n")), None);
        assert_eq!(Printed::of(&read_csv("")), None);
    }
}
