//! The format described: as JSON Schema for editors, and as a reference for readers.

use serde_json::{Map, Value, json};

use super::Scenario;
use super::landscape::LandscapeFile;
use super::number::distributions;
use super::reader::{Gathered, Reader};
use super::spec::{KeyDescription, NumberSpec, Shape};
use super::variable::variables;

/// Every key of the format.
pub fn reference() -> Vec<KeyDescription> {
    let mut gathered = Gathered::default();
    let mut reader = Reader::describing(&mut gathered);
    Scenario::read(&mut reader, "the file's stem");
    reader.finish().0
}

/// Every key of a landscape file.
pub fn landscape_reference() -> Vec<KeyDescription> {
    let mut gathered = Gathered::default();
    let mut reader = Reader::describing(&mut gathered);
    LandscapeFile::read(&mut reader, "the file's stem");
    reader.finish().0
}

/// The JSON Schema (draft 7, which TOML editors read) of a scenario file.
pub fn schema() -> Value {
    schema_of("A scenario of `simulate`", &reference())
}

/// The same of a landscape file.
pub fn landscape_schema() -> Value {
    schema_of("A landscape of `simulate`", &landscape_reference())
}

fn schema_of(title: &str, keys: &[KeyDescription]) -> Value {
    let mut root = table(keys, false);
    if let Value::Object(map) = &mut root {
        map.insert(
            "$schema".to_owned(),
            json!("http://json-schema.org/draft-07/schema#"),
        );
        map.insert("title".to_owned(), json!(title));
        if let Some(Value::Object(properties)) = map.get_mut("properties") {
            properties.insert(
                "extends".to_owned(),
                json!({ "type": "string", "description": "Path of the scenario over which this one is laid" }),
            );
            properties.insert(
                "source".to_owned(),
                json!({ "type": "string", "description": "Source of every number of this file that names none itself" }),
            );
        }
        map.insert(
            "definitions".to_owned(),
            json!({ "distribution": distribution() }),
        );
    }
    root
}

/// An overlay names only what it changes, so nothing can be required by the schema
/// where a parent may give it; `simulate check` knows the whole chain and does require it.
fn table(keys: &[KeyDescription], require: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in keys {
        let mut value = shape(&key.shape);
        if let Value::Object(map) = &mut value {
            let mut about = key.about.to_owned();
            if let Some(default) = &key.default {
                about.push_str(&format!(" (default: {default})"));
            }
            map.insert("description".to_owned(), json!(about));
        }
        properties.insert(key.key.to_owned(), value);
        if require && key.required {
            required.push(json!(key.key));
        }
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Number(spec) => number(spec),
        Shape::Integer(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Shape::Amount(spec) => json!({ "anyOf": [number(spec), { "type": "string" }] }),
        Shape::Text | Shape::Name(_) | Shape::Expression => json!({ "type": "string" }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Bool => json!({ "type": "boolean" }),
        // Some TOML editors hand dates over as strings, others as a type that JSON hasn't.
        Shape::Date => json!({ "anyOf": [
            { "type": "string", "format": "date" },
            { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
        ] }),
        Shape::Choice(words) => json!({ "type": "string", "enum": words }),
        Shape::Names(_) => {
            json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true })
        }
        Shape::Pair(_) => {
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 })
        }
        Shape::Numbers(spec) => json!({ "type": "array", "items": plain(spec) }),
        Shape::NumbersBy(_, spec) => {
            json!({ "type": "object", "additionalProperties": number(spec) })
        }
        Shape::Table(keys) => table(keys, false),
        Shape::TablesBy(keys) => {
            json!({ "type": "object", "additionalProperties": table(keys, false) })
        }
        Shape::List(keys) => json!({ "type": "array", "items": table(keys, false) }),
    }
}

/// A number without source or distribution.
fn plain(spec: &NumberSpec) -> Value {
    let mut plain = Map::new();
    plain.insert("type".to_owned(), json!("number"));
    if spec.low.is_finite() {
        plain.insert("minimum".to_owned(), json!(spec.low));
    }
    if spec.high.is_finite() {
        plain.insert("maximum".to_owned(), json!(spec.high));
    }
    Value::Object(plain)
}

fn number(spec: &NumberSpec) -> Value {
    let plain = plain(spec);
    json!({ "anyOf": [
        plain,
        {
            "type": "object",
            "properties": { "value": plain, "source": { "type": "string" } },
            "required": ["value"],
            "additionalProperties": false,
        },
        { "$ref": "#/definitions/distribution" },
    ] })
}

fn distribution() -> Value {
    let kinds: Vec<Value> = distributions()
        .map(|(name, keys)| {
            let mut properties = Map::new();
            properties.insert("dist".to_owned(), json!({ "const": name }));
            properties.insert("source".to_owned(), json!({ "type": "string" }));
            let mut required = vec![json!("dist")];
            for key in keys {
                let plain = key.trim_end_matches('?');
                let value = match plain {
                    "values" | "weights" => {
                        json!({ "type": "array", "items": { "type": "number" }, "minItems": 1 })
                    }
                    "table" | "group" | "column" => json!({ "type": "string" }),
                    _ => json!({ "type": "number" }),
                };
                properties.insert(plain.to_owned(), value);
                if plain == *key {
                    required.push(json!(plain));
                }
            }
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
        })
        .collect();
    json!({ "anyOf": kinds })
}

/// What the reference says before the tables.
const REFERENCE: &str = "# The scenario format

Every key, with its unit, range, default and meaning. This page is what `simulate schema --reference` prints; a test keeps the two the same.

A scenario is a TOML file, of at most 16 MiB. `simulate check FILE` says everything that is wrong with it at once (of more than a hundred mistakes the first
hundred; where the text is no TOML, that alone). A key that is not known is an error; what is left out has the default given here.

**Numbers.** Wherever a number stands, any of these may stand:

```toml
quality = 1.5
quality = { value = 1.5, source = \"judgement\" }
quality = { dist = \"triangular\", low = 1.2, mode = 1.5, high = 1.9, source = \"judgement\" }
```

The distributions are `uniform` (low, high), `triangular` and `pert` (low, mode, high), `normal` (mean, sd), `lognormal` (median, sigma: the standard deviation
of the logarithm), `beta` (alpha, beta), `discrete` (values, weights), `dirichlet` (group, alpha): shares that sum to 1 with the others
of their group, and `table` (table; values and weights, or the column of a `[[table]]` with a file): numbers that name the same table are drawn together, all from one row, as
`simulate calibrate` writes them. How numbers hang together, `[[correlation]]` too, is told in [inputs.md](inputs.md). `normal`, `lognormal` and `beta` take `low` and `high` as well: the first two are cut
off there, the last is stretched to reach from one to the other. A distribution that can leave the range of its number is an error. A `source` names a
document, or begins with `judgement`; the headline screen counts the two. `source = \"judgement\"` at the top of a file says it of every number of
that file which names no other; files that extend it say it for themselves.

Thousands are written as 4500 or 4_500. `4,500` is an error, and so is a number of people (unit `persons`) with a point before exactly three digits: `4.500`
would be four and a half fighters to one reader and 4,500 to another. Write 4500, or 4.5.

**Overlays.** `extends = \"other.toml\"` at the top lays a file over another one, key by key: tables are merged, a number replaces a number whole, a list of
names replaces the list, an empty list too. `[[tie]]` and `[[correlation]]` entries meet their match by `between`, `[[event]]` and `[[table]]` entries by `id`; others are added. `--set key=value` lays one more number
over all of it: `--set patron.us.commitment=0.5`, `--set tie.kdp+puk.hostility=0.2`, `--set event.referendum.probability=0`.
One that ends earlier than what it extends calls off the events that come after its own end, and cuts their windows there; `check` names those called off.
`enabled = false` calls off any other. A parent may lie anywhere, and have a parent itself, up to 32 files in all. Of a parent that turns out to be no
scenario nothing is shown but its name and a line number.

**Names** are made of a-z, 0-9 and `_`, at most 64 of them; `threat`, `nobody`, `value` and `dist` are taken. Factions are shown in the order in which they stand in the file.

**Bounds.** A scenario has at most 128 factions, 256 patrons, blocs, issues and coalitions of each, 1,000 communities and arenas of each, and 10,000 events and
ties of each. Over all arenas at most 500,000 pairs meet: of factions that want or hold a share of it or may come to by an event, with each other and with the
communities and patrons there.

**Dates** are days of the years 1 to 9999. Every day from `time.start` to `time.end` is run: the last step goes on to its own end.
An event happens in the step in which its date falls.

At the top level: `format = 1`, `extends` and `source`.
";

const EXPRESSIONS: &str = "
## Expressions

`when = \"cohesion(iraq) < outcomes.cohesion_floor and not happened(regroup)\"`: what outcomes and watched quantities are made of. In them stand

- variables (below), with names in brackets;
- numbers, and numbers of the scenario by their key, `outcomes.drop`; in single quotes where the key has other signs than letters, digits, `_` and `.`: `'tie.kdp+puk.hostility'`;
- `+ - * /`, `min(a, b)`, `max(a, b)`, comparisons `< <= > >= == !=`, `and`, `or`, `not`, brackets;
- `start(x)`, `lowest(x)`, `highest(x)`: x at the start, its least and its greatest value so far;
- `happened(KEY)`, `holds(KEY)` of an outcome that stands earlier: whether it has come about, and whether it has and still is so;
- `each`, in an outcome that there is for each coalition, arena, faction, patron or bloc: the one at hand.

They are worked out at the end of every step, in single precision. 1/0 is more than every number; of 0/0 every comparison is false.

The outcomes of an entry with `each` are called `id.key`, and `holds(o)` in such an entry means that of the same thing.
A number's key is its path: `faction.kdp.fighters`; in lists an item goes by its `id`, a tie by its two names in the order of the alphabet (`tie.kdp+puk.hostility`), others by their number from 0.
";

const BUILT_IN: &str = "
## The outcomes that every scenario has

A scenario changes one by an entry with its `id`, calls one off with `enabled = false`, and adds others, which may ask for those before them.

";

const LANDSCAPE: &str = "
## Landscape files

A file with `[actor.NAME]` and without factions is a landscape: actors of its own, with sizes and propensities, which `simulate landscape` weighs
([landscape.md](landscape.md)) and no other command runs. Numbers, overlays, names, `format`, `extends`, `source`, `[scenario]` and `[variant]` are
those of a scenario, and of `[run]` there is `seed`; `[[propensity]]` entries meet their match by `between`, and `--set propensity.a+b.value=1` sets one. A landscape has at most 24 actors.
";

/// The reference of the format as Markdown: every key with unit, range, default and meaning.
pub fn reference_markdown() -> String {
    let mut out = String::from(REFERENCE);
    for key in reference() {
        section(&mut out, key.key, &key);
    }
    out.push_str(EXPRESSIONS);
    out.push_str("\n## Variables\n\nRead by conditions, outcomes and watched quantities; changed by the effects of events.\n\n| variable | unit | range | read | change | meaning |\n|---|---|---|---|---|---|\n");
    for (usage, is) in variables() {
        let tick = |yes: bool| if yes { "yes" } else { "" };
        out.push_str(&format!(
            "| `{usage}` | {} | {} | {} | {} | {} |\n",
            is.unit,
            is.range_in_words(),
            tick(is.read),
            tick(is.change),
            is.about
        ));
    }
    out.push_str(BUILT_IN);
    out.push_str(&format!("```toml\n{}```\n", super::outcome::BUILT_IN));
    out.push_str(LANDSCAPE);
    let scenario = reference();
    // What is the same in both stands above, and so does what is left of `[run]`.
    for key in landscape_reference() {
        if !scenario.contains(&key) && key.key != "run" {
            section(&mut out, key.key, &key);
        }
    }
    out
}

fn section(out: &mut String, path: &str, key: &KeyDescription) {
    let (heading, keys) = match &key.shape {
        Shape::Table(keys) => (format!("[{path}]"), keys),
        Shape::TablesBy(keys) => (format!("[{path}.NAME]"), keys),
        Shape::List(keys) => (format!("[[{path}]]"), keys),
        _ => return,
    };
    out.push_str(&format!("\n## `{heading}`\n\n{}.\n\n| key | unit | range | default | meaning |\n|---|---|---|---|---|\n", key.about));
    let mut inner = Vec::new();
    for key in keys {
        let (unit, range) = match &key.shape {
            Shape::Number(spec) | Shape::NumbersBy(_, spec) => (spec.unit.to_owned(), spec.range()),
            Shape::Numbers(spec) => ("list of numbers".to_owned(), spec.range()),
            Shape::Amount(spec) => (format!("{}, or an expression", spec.unit), spec.range()),
            Shape::Expression => ("expression".to_owned(), String::new()),
            Shape::Integer(low, high) => ("whole number".to_owned(), format!("{low} to {high}")),
            Shape::Text => ("text".to_owned(), String::new()),
            Shape::Texts => ("list of texts".to_owned(), String::new()),
            Shape::Bool => ("true or false".to_owned(), String::new()),
            Shape::Date => ("date".to_owned(), String::new()),
            Shape::Choice(words) => ("word".to_owned(), words.join(", ")),
            Shape::Names(kind) => (format!("list of {}", kind.plural()), String::new()),
            Shape::Name(kind) => (kind.table().to_owned(), String::new()),
            Shape::Pair(what) => (format!("two {what}"), String::new()),
            Shape::Table(_) | Shape::TablesBy(_) | Shape::List(_) => {
                inner.push(key);
                continue;
            }
        };
        let name = match &key.shape {
            Shape::NumbersBy(kind, _) => format!("{}.{}", key.key, kind.table().to_uppercase()),
            _ => key.key.to_owned(),
        };
        let default = match (&key.default, key.required) {
            (Some(default), _) => default.clone(),
            (None, true) => "required".to_owned(),
            (None, false) => "none".to_owned(),
        };
        out.push_str(&format!(
            "| `{name}` | {unit} | {range} | {default} | {} |\n",
            key.about
        ));
    }
    for key in inner {
        section(out, &format!("{path}.{}", key.key), key);
    }
}
