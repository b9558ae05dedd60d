//! `simulate check`

use crate::scenario::Form;

use super::{CheckArguments, load, print};

pub(super) fn check(arguments: &CheckArguments) -> u8 {
    let scenario = match load(&arguments.scenario) {
        Ok(scenario) => scenario,
        Err(code) => return code,
    };
    let given: Vec<_> = scenario.numbers.iter().filter(|n| n.given).collect();
    let sourced = given.iter().filter(|n| n.is_sourced()).count();
    if arguments.numbers {
        for number in &given {
            let value = match &number.form {
                Form::Fixed(value) => value.to_string(),
                Form::Uncertain(_) => number.to_toml(),
            };
            let file = number
                .place
                .as_ref()
                .and_then(|p| scenario.files.get(p.file))
                .map_or("", |f| f.name.as_str());
            let source = number.source.as_deref().unwrap_or("no source");
            print(&format!("{} = {value}  # {source}; {file}\n", number.path));
        }
        print("\n");
    }
    print(&format!(
        "{}: fine. {} steps, {} factions, {} arenas, {} events; {} numbers given: {sourced} from sources, {} judged; {} uncertain\n",
        arguments.scenario.scenario.display(),
        scenario.time.steps(),
        scenario.factions.len(),
        scenario.arenas.len(),
        scenario.events.len(),
        given.len(),
        given.len() - sourced,
        scenario.uncertain().count()
    ));
    0
}
