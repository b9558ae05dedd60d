//! `simulate landscape`

use crate::experiment::landscape::{Alignments, LEVELS, MOST_ACTORS, shrink, weigh_file};
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{
    ScenarioEntry, figures, landscape_csv, landscape_minima_csv, landscape_network_csv,
    landscape_screen, landscape_ties_csv, to_json,
};
use crate::scenario::{Case, LandscapeFile, Scenario};

use super::ending::Ending;
use super::error::{CommandError, code};
use super::print;
use super::session::{AT_ONES_RISK, Session, entry, is_unlimited, notes};
use super::streams::tell;
use super::{INTERRUPTED, LandscapeArguments, as_asked, name_of, read_case, say};

pub(super) fn landscape(arguments: &LandscapeArguments) -> u8 {
    match read_case(&arguments.scenario) {
        Ok(Case::Scenario(scenario)) => code(of_scenario(arguments, &scenario)),
        Ok(Case::Landscape(file)) => code(of_file(arguments, *file)),
        Err(problems) => say(&problems),
    }
}

fn of_scenario(arguments: &LandscapeArguments, scenario: &Scenario) -> Result<u8, CommandError> {
    let (output, session) = (&arguments.output, &arguments.session);
    let scenario = as_asked(scenario, output, session, None);
    if scenario.factions.len() > MOST_ACTORS {
        return Err(CommandError::Input(format!(
            "{} has {} factions; every alignment can be weighed for at most {MOST_ACTORS}",
            name_of(&arguments.scenario.scenario),
            scenario.factions.len()
        )));
    }
    let levels = arguments.levels.map_or(LEVELS, usize::from);
    let asked = Asked {
        entry: entry(&scenario),
        names: letters::names(&scenario),
        resolved: scenario.resolved(),
        seed: scenario.run.seed,
        levels: Some(levels),
    };
    must_end(scenario.factions.len(), levels, arguments.draws)?;
    asked.weigh(arguments, |session, draws| {
        shrink(
            &scenario,
            scenario.run.seed,
            levels,
            draws,
            &session.progress,
        )
    })
}

fn of_file(arguments: &LandscapeArguments, file: LandscapeFile) -> Result<u8, CommandError> {
    let mut file = file.seeded(arguments.session.seed.unwrap_or(file.seed));
    if let Some(label) = &arguments.output.label {
        file.variant.label = Some(label.clone());
    }
    let levels = arguments.levels.map(usize::from);
    let asked = Asked {
        entry: ScenarioEntry {
            name: file.name.clone(),
            identity: file.identity(),
        },
        names: letters::names_of_landscape(&file),
        resolved: file.resolved(),
        seed: file.seed,
        levels,
    };
    let most = levels.unwrap_or(LEVELS).max(file.threat_sizes.len());
    must_end(file.actors.len(), most, arguments.draws)?;
    asked.weigh(arguments, |session, draws| {
        weigh_file(&file, file.seed, levels, draws, &session.progress)
    })
}

/// What is asked, of a scenario or of a landscape file.
struct Asked<'a> {
    entry: ScenarioEntry,
    names: Vec<(String, &'a str)>,
    resolved: String,
    seed: u64,
    levels: Option<usize>,
}

impl Asked<'_> {
    fn weigh(
        self,
        arguments: &LandscapeArguments,
        weigh: impl FnOnce(&Session, u64) -> Option<Alignments> + Send,
    ) -> Result<u8, CommandError> {
        let session = Session::begin(&arguments.session)?;
        let (entry, seed) = (self.entry, self.seed);
        let draws = u64::from(arguments.draws);
        let folder = session.folder_of(&arguments.output, &entry, "landscape")?;
        let found = session.threads.install(|| weigh(&session, draws));
        let Some(found) = found else {
            tell("interrupted before every draw was weighed; nothing is saved");
            return Ok(INTERRUPTED);
        };
        let simulated = session.seconds();
        let notes = notes(std::slice::from_ref(&entry), seed, draws);
        let asked = arguments.print.print();
        let picture = figures::draw_landscape(&found, print::order(&asked, &notes))?;
        print::write(&folder, std::slice::from_ref(&picture))?;
        folder.write("landscape.json", to_json(&found)?.as_bytes())?;
        for (name, table) in [
            ("landscape.csv", landscape_csv(&found)),
            ("landscape_minima.csv", landscape_minima_csv(&found)),
            ("landscape_network.csv", landscape_network_csv(&found)),
            ("landscape_ties.csv", landscape_ties_csv(&found)),
        ] {
            folder.write(name, arguments.print.csv(table).as_bytes())?;
        }
        folder.write("scenario.resolved.toml", self.resolved.as_bytes())?;
        let (title, words, caption) = match found.levels.len() {
            1 => (
                "Who stands with whom",
                "A grid: on which side each actor stands in each stable alignment. The text below says the same.",
                "A column is a stable alignment, the deepest first.",
            ),
            _ => (
                "Who stands with whom as the threat shrinks",
                "Strips over the strength of the threat: on which side each actor stands, and where it changes sides. The text below says the same.",
                "The threat shrinks from left to right. A number marks a change of side, in the order in which they come.",
            ),
        };
        let levels = self
            .levels
            .map_or(String::new(), |levels| format!(" --levels {levels}"));
        Ending {
            command: "landscape",
            found: &found,
            said: landscape_screen(&found),
            title,
            of: (&found.title, &found.identity),
            pictures: vec![Shown {
                png: &picture.screen,
                words,
                caption,
            }],
            names: self.names,
            again: format!(
                "simulate landscape scenario.resolved.toml --seed {seed}{levels} --draws {draws}{}",
                arguments.print.again()
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
}

/// Most sums over an actor's pulls; so many take some minutes.
const MOST_SUMS: u64 = 200_000_000_000;

/// Refuses what would take hours.
fn must_end(actors: usize, levels: usize, draws: u32) -> Result<(), CommandError> {
    let (many, levels, draws) = (
        actors.min(MOST_ACTORS) as u64,
        levels as u64,
        u64::from(draws),
    );
    // Every alignment at each level by central inputs; by each draw a path through the levels.
    let sums = (levels + 1) * (many << many.saturating_sub(1))
        + draws.saturating_mul((levels + 1) * many * many);
    if sums <= MOST_SUMS || is_unlimited() {
        return Ok(());
    }
    Err(CommandError::Input(format!(
        "{levels} levels and {draws} draws of {actors} actors take {} billion sums, more than the {} billion that end in reasonable time; give fewer --levels or --draws, {AT_ONES_RISK}",
        sums / 1_000_000_000,
        MOST_SUMS / 1_000_000_000
    )))
}
