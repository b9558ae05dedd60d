//! The page of a run.

use std::collections::BTreeMap;

use crate::engine::{ArenaSummary, Estimate, OutcomeSummary, Summary};
use crate::experiment::{EntryKind, differences};
use crate::model::Series;
use crate::scenario::{Identity, NumberRecord, Scenario};

use super::{Column, Page};
use crate::report::chance::{chance, from_inputs, interval};
use crate::report::figures::Picture;
use crate::report::{heading, warnings};

use Column::{Code, Figures, Words};

/// What a run's page is made from.
#[derive(Debug)]
pub struct RunPage<'a> {
    /// The scenario, with the settings laid over it.
    pub scenario: &'a Scenario,
    /// The scenario that it changes, if it changes one.
    pub parent: Option<&'a Scenario>,
    /// What was found.
    pub summary: &'a Summary,
    /// The pictures.
    pub pictures: &'a [Picture],
    /// Names of the other files of the folder.
    pub files: Vec<String>,
    /// The command that runs it again, from inside the folder.
    pub again: &'a str,
}

/// The page of a run. It says nothing of the clock, so that the same run gives the same page.
pub fn run_page(run: &RunPage<'_>) -> String {
    let summary = run.summary;
    let mut page = Page::new(
        &heading(&summary.title, &summary.identity),
        &run.scenario.story,
    );
    headline(&mut page, run);
    pictures(&mut page, run);
    arenas(&mut page, run);
    together(&mut page, summary);
    if let Some(parent) = run.parent {
        changes(&mut page, run, parent);
    }
    numbers(&mut page, run.scenario);
    sources(&mut page, run.scenario);
    provenance(&mut page, run);
    page.finish()
}

/// The same for a notebook: the chances and the pictures, which are perhaps not all.
pub fn run_fragment(run: &RunPage<'_>) -> String {
    let summary = run.summary;
    let mut page = Page::new(&heading(&summary.title, &summary.identity), "");
    chances(&mut page, run);
    each_picture(&mut page, run);
    page.fragment()
}

fn headline(page: &mut Page, run: &RunPage<'_>) {
    page.section("outcomes", "How likely each outcome is");
    chances(page, run);
    criteria(page, run.summary);
    let notes: Vec<String> = warnings(run.scenario, run.summary)
        .iter()
        .map(|w| format!("Note: {w}"))
        .collect();
    if !notes.is_empty() {
        page.list(&notes);
    }
}

fn chances(page: &mut Page, run: &RunPage<'_>) {
    let summary = run.summary;
    let mut said = format!(
        "Chances by {}, from {} replicates; they are chances in this model, not forecasts of the world.",
        summary.end, summary.replicates
    );
    if summary.replicates < summary.replicates_asked {
        said += &format!(
            " The run was stopped early: {} were asked for.",
            summary.replicates_asked
        );
    }
    page.text(&said);
    let evidence = run.scenario.evidence.as_deref();
    page.text(&format!(
        "Evidence: {}.",
        evidence.unwrap_or("not calibrated")
    ));
    let row = |o: &OutcomeSummary| {
        let date = |week: Option<f64>, none: &str| match week {
            Some(week) => {
                let steps = (week / summary.step_weeks).round() as usize;
                run.scenario.time.date_after(steps).to_string()
            }
            None => none.to_owned(),
        };
        let drivers: Vec<String> = o
            .drivers
            .iter()
            .map(|d| format!("{} {:+.2}", d.input, d.correlation))
            .collect();
        vec![
            o.label.clone(),
            chance(o.chance.value),
            interval(&o.chance),
            date(o.median_week, if o.dated { "not reached" } else { "-" }),
            date(o.median_week_of_those, "-"),
            from_inputs(o),
            drivers.join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = summary.headline().map(row).collect();
    page.table(
        "Outcomes: chance with its 95 % interval; date by which half of all replicates have it, and half of those that have it by the end; share of its variance carried by the uncertain inputs, where it is told from noise; and the inputs it goes with most (correlation)",
        &[
            Words("Outcome"),
            Figures("Chance"),
            Figures("95 % interval"),
            Figures("Median of all"),
            Figures("Median of those"),
            Figures("From inputs"),
            Words("Goes with"),
        ],
        &rows,
    );
}

/// Of what an outcome is made: how often each of its criteria and stages came about.
fn criteria(page: &mut Page, summary: &Summary) {
    let mut rows = Vec::new();
    for outcome in summary.headline() {
        for part in summary.parts_of(&outcome.key) {
            let weeks = part
                .mean_weeks
                .map_or("-".to_owned(), |w| format!("{w:.0}"));
            rows.push(vec![
                outcome.label.clone(),
                part.short.clone(),
                chance(part.chance.value),
                interval(&part.chance),
                chance(part.over.value),
                weeks,
            ]);
        }
    }
    if !rows.is_empty() {
        page.table(
            "What these outcomes are made of: each criterion and stage with its chance, the chance that it comes and is over again, and how many weeks it holds where it comes (mean)",
            &[
                Words("Outcome"),
                Words("Criterion or stage"),
                Figures("Chance"),
                Figures("95 % interval"),
                Figures("Over again"),
                Figures("Weeks"),
            ],
            &rows,
        );
    }
}

fn pictures(page: &mut Page, run: &RunPage<'_>) {
    page.section("pictures", "Pictures");
    each_picture(page, run);
}

fn each_picture(page: &mut Page, run: &RunPage<'_>) {
    let outcomes: Vec<String> = run
        .summary
        .headline()
        .map(|o| {
            format!(
                "{} {} {}",
                o.label,
                chance(o.chance.value),
                interval(&o.chance)
            )
        })
        .collect();
    let strength = run
        .summary
        .fans
        .iter()
        .find(|f| f.key == Series::ThreatStrength.key());
    let last = strength.and_then(|f| f.quantiles.last());
    let trajectories = last.map_or_else(String::new, |q| {
        format!(
            " At the end the threat's strength is {:.2} in the median, {:.2} to {:.2} in 90 % of the replicates.",
            q[2], q[0], q[4]
        )
    });
    let likeliest = likeliest(run.summary, 1);
    let fight = likeliest.first().map_or_else(String::new, |row| {
        format!(
            " The two likeliest to fight are {}: {} {}.",
            row[0], row[1], row[2]
        )
    });
    let order = run.summary.sequences.first().map_or_else(String::new, |s| {
        let short = |key: &String| {
            let outcome = run.summary.outcome(key);
            outcome.map_or(key.as_str(), |o| &o.short).to_lowercase()
        };
        let kinds: Vec<String> = s.order.iter().map(short).collect();
        let order = if kinds.is_empty() {
            "none of the outcomes".to_owned()
        } else {
            kinds.join(", then ")
        };
        format!(
            " The most frequent order, in {} replicates: {order}.",
            s.count
        )
    });
    for Picture { name, screen, .. } in run.pictures {
        let (words, caption) = match name.as_str() {
            "outcomes.png" => (
                format!("Curves over time of the chance of each outcome. By the end: {}.", outcomes.join("; ")),
                "How likely each outcome is by each date, with 95 % bands; dated events are lettered; at the right, two of them together.",
            ),
            "trajectories.png" => (
                format!("Fans over time of the threat, cohesion, rivalry and forces.{trajectories}"),
                "The middle line is the median; the bands hold half and nine tenths of the replicates. Triangles at an edge: beyond the axis.",
            ),
            "control.png" => (
                format!("Stacked areas over time of who holds each arena, in the mean over the replicates.{}", held(run.summary)),
                "The threat is dark, nobody pale. An arena has fallen when its largest holder is another than at the start.",
            ),
            "watched.png" => (
                "Fans over time of what the outcomes hang on and of what is watched, with their levels.".to_owned(),
                "Dashes: the level asked for; beside it the chance of crossing it, for however short a time.",
            ),
            "rivalry.png" => (
                "Heat maps of the rivalry weight of each faction toward each other: at the start, when the threat is weakest, at the end.".to_owned(),
                "Row toward column; the darker, the more a faction sees the other as a rival.",
            ),
            "alliances.png" => (
                format!("Networks of factions and patrons at the start and at the end.{fight}"),
                "Who stands with whom in most replicates, and who fights. Grey nodes belong to no bloc.",
            ),
            "sequence.png" => (
                format!("Flow of the replicates through the outcomes in the order in which they come about.{order}"),
                "In which order things happen: the thicker a band, the more replicates take that way.",
            ),
            _ => (name.clone(), ""),
        };
        page.picture(screen, &words, caption);
    }
}

/// Which arena is likeliest to fall.
fn held(summary: &Summary) -> String {
    let falls = |arena: &&ArenaSummary| arena.falls.value;
    let likeliest = summary
        .arenas
        .iter()
        .max_by(|a, b| falls(a).total_cmp(&falls(b)));
    likeliest.map_or_else(String::new, |arena| {
        format!(
            " The likeliest to fall is {}: {} {}.",
            arena.name,
            chance(arena.falls.value),
            interval(&arena.falls)
        )
    })
}

fn likeliest(summary: &Summary, most: usize) -> Vec<Vec<String>> {
    summary
        .likeliest_to_fight(most)
        .into_iter()
        .map(|p| {
            let names = [p.a, p.b].map(|i| summary.factions[i].name.as_str());
            vec![
                names.join(" - "),
                chance(p.breaks_out.value),
                interval(&p.breaks_out),
            ]
        })
        .collect()
}

/// Each arena: how likely it is to have fallen, and who holds most of it at the end.
fn arenas(page: &mut Page, run: &RunPage<'_>) {
    let summary = run.summary;
    if summary.arenas.is_empty() {
        return;
    }
    page.section("arenas", "Who holds what");
    let date = |week: Option<f64>| match week {
        Some(week) => {
            let steps = (week / summary.step_weeks).round() as usize;
            run.scenario.time.date_after(steps).to_string()
        }
        None => "not reached".to_owned(),
    };
    let row = |arena: &ArenaSummary| {
        let mut holders: Vec<(f64, &str)> = arena
            .holders
            .iter()
            .filter_map(|h| Some((*h.shares.last()?, h.name.as_str())))
            .collect();
        holders.sort_by(|a, b| b.0.total_cmp(&a.0));
        let most = holders.iter().take(3).filter(|(share, _)| *share >= 0.01);
        let most: Vec<String> = most
            .map(|(share, name)| format!("{name} {share:.2}"))
            .collect();
        vec![
            arena.name.clone(),
            chance(arena.falls.value),
            interval(&arena.falls),
            date(arena.median_week),
            most.join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = summary.arenas.iter().map(row).collect();
    page.table(
        "Arenas: the chance that the largest holder is another than at the start, at some time by the end; the date by which that is so in half of all replicates; the largest mean shares at the end",
        &[
            Words("Arena"),
            Figures("Falls"),
            Figures("95 % interval"),
            Figures("Median of all"),
            Words("Held at the end by"),
        ],
        &rows,
    );
}

fn together(page: &mut Page, summary: &Summary) {
    page.section("together", "What happens together");
    let estimates = [Words(""), Figures("Chance"), Figures("95 % interval")];
    if let Some(both) = &summary.together {
        let of = |key| summary.outcome(key);
        let label = |key| of(key).map_or("", |o| o.label.as_str());
        let short = |key| of(key).map_or("", |o| o.short.as_str()).to_lowercase();
        let (first, then) = (short(&both.first), short(&both.then));
        let yes = |truth: bool, what: &str| match truth {
            true => format!("{what} yes"),
            false => format!("{what} no"),
        };
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut add = |name: String, estimate: &Estimate| {
            rows.push(vec![name, chance(estimate.value), interval(estimate)]);
        };
        for cell in &both.joint {
            let name = format!("{}, {}", yes(cell.first, &first), yes(cell.then, &then));
            add(name, &cell.chance);
        }
        add(format!("{first}, then {then}"), &both.followed);
        let within = format!("{then} within a year of {first}");
        match &both.within_year.share {
            Some(share) => add(
                format!("{within}, of {} with a year to follow", both.within_year.of),
                share,
            ),
            None => rows.push(vec![
                format!("{within}: none has a year to follow"),
                "-".to_owned(),
                "-".to_owned(),
            ]),
        }
        page.table(
            &format!("{}; {}", label(&both.first), label(&both.then)),
            &estimates,
            &rows,
        );
    }
    let pairs = likeliest(summary, 10);
    if !pairs.is_empty() {
        page.table(
            "Pairs likeliest to begin an open conflict",
            &estimates,
            &pairs,
        );
    }
    let events: Vec<Vec<String>> = summary
        .events
        .iter()
        .map(|e| {
            let date = e.date.clone().unwrap_or_else(|| "-".to_owned());
            vec![
                e.name.clone(),
                date,
                chance(e.chance.value),
                interval(&e.chance),
            ]
        })
        .collect();
    let columns = [
        Words(""),
        Words("Date"),
        Figures("Chance"),
        Figures("95 % interval"),
    ];
    if !events.is_empty() {
        page.folded(
            "Events of the scenario, and how often they happen",
            |page| {
                page.table(
                    "Events: the day of those that have one, and the chance of happening at least once",
                    &columns,
                    &events,
                );
            },
        );
    }
}

fn changes(page: &mut Page, run: &RunPage<'_>, parent: &Scenario) {
    let is_laid = parent.name != run.scenario.name;
    page.section(
        "changes",
        match is_laid {
            true => "What differs from its parent",
            false => "What the command line changed",
        },
    );
    let differs = differences(parent, run.scenario);
    page.text(&match is_laid {
        true => format!(
            "Every value in which this scenario differs from {}, on which it is laid.",
            parent.name
        ),
        false => {
            "Every value in which this run differs from the scenario as it stands in its file."
                .to_owned()
        }
    });
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let rows: Vec<Vec<String>> = differs
        .entries
        .iter()
        .filter(|e| e.kind != EntryKind::Text)
        .map(|e| vec![e.key.clone(), side(&e.first), side(&e.other)])
        .collect();
    if rows.is_empty() {
        page.text("Nothing that the model reads differs.");
    } else {
        page.table(
            "Differences",
            &[Code("Key"), Code("There"), Code("Here")],
            &rows,
        );
    }
    let settings = &run.summary.identity.settings;
    if !settings.is_empty() {
        page.text("Laid over it on the command line:");
        page.terminal(&settings.join("\n"));
    }
}

/// A number's value or distribution, without its source.
fn value_of(number: &NumberRecord) -> String {
    let plain = NumberRecord {
        source: None,
        ..number.clone()
    };
    plain.to_toml()
}

/// The file that a number stands in, without the way to it: the same wherever it was run.
fn file_of(scenario: &Scenario, number: &NumberRecord) -> String {
    let place = number.place.as_ref();
    let file = place.and_then(|p| scenario.files.get(p.file));
    file.map_or_else(String::new, |f| base(&f.name).to_owned())
}

fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn numbers(page: &mut Page, scenario: &Scenario) {
    page.section("numbers", "The scenario's numbers");
    let given: Vec<&NumberRecord> = scenario.numbers.iter().filter(|n| n.is_claim()).collect();
    let sourced = given.iter().filter(|n| n.is_sourced()).count();
    page.text(&format!(
        "{} numbers are given: {sourced} from sources, {} judged; {} of them are uncertain. All others have the documented default; scenario.resolved.toml has every one.",
        given.len(),
        given.len() - sourced,
        scenario.uncertain().count()
    ));
    let mut sections: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for number in &given {
        let section = number.path.split('.').next().unwrap_or_default();
        sections.entry(section).or_default().push(vec![
            number.path.clone(),
            value_of(number),
            number.spec.unit.to_owned(),
            number
                .source
                .clone()
                .unwrap_or_else(|| "none given".to_owned()),
            file_of(scenario, number),
        ]);
    }
    for (section, rows) in &sections {
        page.folded(&format!("{section} ({})", rows.len()), |page| {
            page.table(
                &format!("Numbers of {section}"),
                &[
                    Code("Key"),
                    Code("Value"),
                    Words("Unit"),
                    Words("Source"),
                    Words("File"),
                ],
                rows,
            );
        });
    }
}

fn sources(page: &mut Page, scenario: &Scenario) {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let given = scenario.numbers.iter().filter(|n| n.is_claim());
    for source in given
        .filter(|n| n.is_sourced())
        .filter_map(|n| n.source.as_deref())
    {
        // The part in brackets says what was read out of the source.
        let source = source.split(" (").next().unwrap_or(source);
        *count.entry(source).or_default() += 1;
    }
    page.section("sources", "Sources");
    if count.is_empty() {
        page.text("No number names a source; all are judgement.");
        return;
    }
    let rows: Vec<Vec<String>> = count
        .iter()
        .map(|(source, count)| vec![(*source).to_owned(), count.to_string()])
        .collect();
    page.table(
        "Sources and how many numbers rest on each; all other numbers are judgement",
        &[Words("Source"), Figures("Numbers")],
        &rows,
    );
}

fn provenance(page: &mut Page, run: &RunPage<'_>) {
    page.section("run", "The run");
    let summary = run.summary;
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    let mut rows = vec![
        row("Scenario", summary.scenario.clone()),
        row(
            "Hash of the resolved scenario (BLAKE3)",
            summary.identity.blake3.clone(),
        ),
        row("Seed", summary.seed.to_string()),
        row("Replicates", summary.replicates.to_string()),
        row("Program", format!("simulate {}", summary.version)),
    ];
    let Identity {
        label, settings, ..
    } = &summary.identity;
    rows.extend(label.iter().map(|label| row("Label", label.clone())));
    rows.extend(settings.iter().map(|set| row("Setting", set.clone())));
    if summary.failed > 0 {
        rows.push(row(
            "Failed replicates, not counted",
            summary.failed.to_string(),
        ));
    }
    page.table("What was run", &[Words(""), Code("")], &rows);
    page.text("The command that runs it again, from inside this folder:");
    page.terminal(run.again);
    page.text("Files beside this page:");
    page.files(&run.files);
}
