//! `simulate landscape`

use crate::experiment::landscape::{MOST_ACTORS, shrink};
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{figures, landscape_csv, landscape_screen, to_json};
use crate::scenario::Scenario;

use super::ending::Ending;
use super::error::{CommandError, code};
use super::session::{Session, entry, notes};
use super::streams::tell;
use super::{INTERRUPTED, LandscapeArguments, as_asked, load, name_of};

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
    let folder = session.folder_of(&arguments.output, &entry, "landscape")?;
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
    Ending {
        command: "landscape",
        found: &found,
        said: landscape_screen(&found),
        title: "Who stands with whom as the threat shrinks",
        of: (&found.title, &found.identity),
        pictures: vec![Shown {
            png: &picture,
            words: "Strips over the strength of the threat: on which side each faction stands, and where it changes sides. The text below says the same.",
            caption: "The threat shrinks from left to right. A number marks a change of side, in the order in which they come.",
        }],
        names: letters::names(scenario),
        again: format!(
            "simulate landscape scenario.resolved.toml --seed {seed} --levels {levels} --draws {draws}"
        ),
        scenarios: vec![entry],
        seed,
        replicates: (draws, draws),
        some_failed: false,
        failed: Vec::new(),
        simulated,
        interrupted: None,
    }
    .end(&session, folder, &arguments.output)
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
