//! `simulate landscape`

use crate::experiment::landscape::{MOST_ACTORS, shrink};
use crate::report::figures::letters;
use crate::report::page::{ExperimentPage, Shown};
use crate::report::{figures, heading, landscape_csv, landscape_screen, to_json};
use crate::scenario::Scenario;

use super::error::{CommandError, code};
use super::labels::place;
use super::session::{Session, entry, notes, say_letters};
use super::streams::tell;
use super::{Format, INTERRUPTED, LandscapeArguments, as_asked, load, name_of, print_json};

pub(super) fn landscape(arguments: &LandscapeArguments) -> u8 {
    match load(&arguments.scenario) {
        Ok(scenario) => {
            let (output, session) = (&arguments.output, &arguments.session);
            code(weigh(
                arguments,
                &as_asked(&scenario, output, session, None),
            ))
        }
        Err(code) => code,
    }
}

fn weigh(arguments: &LandscapeArguments, scenario: &Scenario) -> Result<u8, CommandError> {
    if scenario.factions.len() > MOST_ACTORS {
        return Err(CommandError::Input(format!(
            "{} has {} factions; every alignment can be weighed for at most {MOST_ACTORS}",
            name_of(&arguments.scenario.scenario),
            scenario.factions.len()
        )));
    }
    let session = Session::begin(&arguments.session)?;
    let seed = scenario.run.seed;
    let draws = u64::from(arguments.draws);
    must_end(scenario.factions.len(), u64::from(arguments.levels), draws)?;
    let entry = entry(scenario);
    let folder = session.folder(
        &arguments.output,
        &place(&entry.name, &entry.identity).join("landscape"),
        &entry.identity.blake3,
    )?;
    let levels = usize::from(arguments.levels);
    let found = session
        .threads
        .install(|| shrink(scenario, seed, levels, draws, &session.progress));
    let Some(found) = found else {
        tell("interrupted before every draw was weighed; nothing is saved");
        return Ok(INTERRUPTED);
    };
    let simulated = session.seconds();
    let notes = notes(std::slice::from_ref(&entry), seed, draws);
    let picture = figures::draw_landscape(&found, &notes)?;
    folder.write("landscape.png", &picture)?;
    folder.write("landscape.json", to_json(&found)?.as_bytes())?;
    folder.write("landscape.csv", landscape_csv(&found).as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    let said = landscape_screen(&found);
    let again = format!(
        "simulate landscape scenario.resolved.toml --seed {seed} --levels {levels} --draws {draws}"
    );
    session.write_page(
        &folder,
        &ExperimentPage {
            title: "Who stands with whom as the threat shrinks",
            lead: &heading(&found.title, &found.identity),
            pictures: vec![Shown {
                png: &picture,
                words: "Strips over the strength of the threat: on which side each faction stands, and where it changes sides. The text below says the same.",
                caption: "The threat shrinks from left to right. A number marks a change of side, in the order in which they come.",
            }],
            letters: say_letters(letters::names(scenario)),
            terminal: &said,
            again: &again,
        },
    )?;
    let mut manifest = session.manifest("landscape", vec![entry], seed, draws);
    manifest.again = again;
    manifest.clock = session.clock(simulated);
    let target = folder.finish(manifest)?;
    match arguments.output.format {
        Format::Json => print_json("landscape", Some(&target), &found)?,
        Format::Text if arguments.output.quiet => {}
        Format::Text => session.show(&said, &target)?,
    }
    Ok(0)
}

/// Most sums over an actor's pulls; so many take some minutes.
const MOST_SUMS: u64 = 200_000_000_000;

/// Refuses what would take hours.
fn must_end(factions: usize, levels: u64, draws: u64) -> Result<(), CommandError> {
    let actors = factions.min(MOST_ACTORS) as u64;
    // Every alignment at each level by central inputs; by each draw a path through the levels.
    let sums = (levels + 1) * (actors << actors.saturating_sub(1))
        + draws.saturating_mul((levels + 1) * actors * actors);
    if sums <= MOST_SUMS {
        return Ok(());
    }
    Err(CommandError::Input(format!(
        "{levels} levels and {draws} draws of {factions} factions take {} billion sums, more than the {} billion that end in reasonable time; give fewer --levels or --draws",
        sums / 1_000_000_000,
        MOST_SUMS / 1_000_000_000
    )))
}
