//! Numbers that hang together, from the file to the draws: tables, shares, correlations.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use simulate::engine::Design;
use simulate::scenario::Scenario;

const BASE: &str = "tests/broken/base.toml";

fn simulate(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_simulate"));
    command.env("NO_COLOR", "1").args(arguments).assert()
}

/// A scenario laid over the small one, in a folder of its own.
fn laid(folder: &Path, text: &str) -> PathBuf {
    let base = fs::canonicalize(BASE).expect("the small scenario");
    let file = folder.join("laid.toml");
    let text = format!("extends = {:?}\n{text}", base.to_str().expect("a name"));
    fs::write(&file, text).expect("written");
    file
}

fn load(file: &Path) -> Scenario {
    Scenario::load(file).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// The values of numbers, by number, then draw.
fn drawn<const N: usize>(scenario: &Scenario, keys: [&str; N], draws: u64) -> [Vec<f64>; N] {
    let design = Design::new(scenario, 5);
    let numbers: Vec<usize> = design.numbers().collect();
    let place = |key: &str| {
        let is = |n: &usize| scenario.numbers[*n].path == key;
        numbers.iter().position(is).expect("an uncertain number")
    };
    let places = keys.map(place);
    let rows: Vec<Vec<f64>> = (0..draws).map(|draw| design.values(draw)).collect();
    places.map(|place| rows.iter().map(|row| row[place]).collect())
}

/// Ranks from 0, where no two are the same.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as f64;
    }
    ranks
}

fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let of = ranks(a).into_iter().zip(ranks(b));
    let squares: f64 = of.map(|(a, b)| (a - b) * (a - b)).sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

const CORRELATED: &str = r#"
faction.west.fighters = { dist = "lognormal", median = 7000, sigma = 0.4, low = 1000, high = 40000 }
threat.quality = { dist = "pert", low = 1, mode = 1.4, high = 2 }
[[correlation]]
between = ["faction.west.fighters", "faction.east.fighters"]
rho = { value = 0.7, source = "judgement" }
[[correlation]]
between = ["threat.quality", "faction.west.fighters"]
rho = -0.5
"#;

#[test]
fn correlated_numbers_are_drawn_with_their_rank_correlations() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = laid(folder.path(), CORRELATED);
    let scenario = load(&file);
    let keys = [
        "faction.east.fighters",
        "faction.west.fighters",
        "threat.quality",
    ];
    let [east, west, quality] = drawn(&scenario, keys, 4000);
    // Standard errors are about (1 - rho^2) / sqrt(4000), at most 0.016: wrong once in 15,000.
    for (found, wanted) in [
        (spearman(&east, &west), 0.7),
        (spearman(&quality, &west), -0.5),
        (spearman(&quality, &east), 0.0),
    ] {
        assert!((found - wanted).abs() < 0.064, "{found}, not {wanted}");
    }
    // The first is as without its correlations, and each keeps its distribution.
    let alone = Scenario::load_with(&file, &["faction.west.fighters=7000".to_owned()]);
    let [same] = drawn(&alone.expect("fine"), ["faction.east.fighters"], 4000);
    assert_eq!(east, same);
    let below = west.iter().filter(|west| **west < 7000.0).count() as f64 / 4000.0;
    assert!((below - 0.5).abs() < 0.035, "{below}");
}

#[test]
fn shares_sum_to_one_and_a_resolved_scenario_draws_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"
arena.city.mix.hill = { dist = "dirichlet", group = "people", alpha = 6 }
arena.city.mix.river = { dist = "dirichlet", group = "people", alpha = 2 }
"#;
    let scenario = load(&laid(folder.path(), &format!("{text}{CORRELATED}")));
    let keys = [
        "arena.city.mix.hill",
        "arena.city.mix.river",
        "threat.quality",
    ];
    let found = drawn(&scenario, keys, 500);
    for (hill, river) in found[0].iter().zip(&found[1]) {
        assert!((hill + river - 1.0).abs() < 1e-12);
    }
    let mean = found[0].iter().sum::<f64>() / 500.0;
    // The standard deviation is sqrt(0.75 * 0.25 / 9).
    assert!(
        (mean - 0.75).abs() < 4.0 * 0.1443 / 500.0_f64.sqrt(),
        "{mean}"
    );
    let again = Scenario::parse("again", &scenario.resolved());
    let again = again.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!(found, drawn(&again, keys, 500));
    assert_eq!(scenario.identity().blake3, again.identity().blake3);
}

const TABLE: &str = r#"
[[table]]
id = "panel"
file = "panel.FORM"
weights = "weight"
[threat]
quality = { dist = "table", table = "panel" }
opportunists = { dist = "table", table = "panel", column = "opportunists" }
"#;

#[test]
fn a_table_of_a_file_is_drawn_by_rows_and_runs_without_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = "threat.quality,opportunists,weight,note\r\n1.2,0.3,1,low\r\n1.6,0.6,2,\"the middle, as all say\"\r\n1.8,0.9,0,never\r\n";
    fs::write(folder.path().join("panel.csv"), format!("\u{feff}{csv}")).expect("written");
    let file = laid(folder.path(), &TABLE.replace("FORM", "csv"));
    let named = ["--set", "scenario.name=\"laid\""];
    let scenario = load(&file);
    let [quality, opportunists] = drawn(&scenario, ["threat.quality", "threat.opportunists"], 3000);
    let pairs = quality.iter().zip(&opportunists);
    assert!(
        pairs
            .clone()
            .all(|(q, o)| (*q, *o) == (1.2, 0.3) || (*q, *o) == (1.6, 0.6))
    );
    let often = pairs.filter(|(q, _)| **q == 1.6).count() as f64 / 3000.0;
    assert!(
        (often - 2.0 / 3.0).abs() < 4.0 * 0.4714 / 3000.0_f64.sqrt(),
        "{often}"
    );

    // The same from Parquet, and from what a run leaves, without any file beside it.
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    run(&file, &named, &first);
    parquet(&folder.path().join("panel.parquet"));
    run(
        &laid(folder.path(), &TABLE.replace("FORM", "parquet")),
        &named,
        &second,
    );
    let third = folder.path().join("third");
    run(&second.join("scenario.resolved.toml"), &[], &third);
    for name in [
        "summary.json",
        "replicates.parquet",
        "scenario.resolved.toml",
    ] {
        let bytes = |run: &Path| fs::read(run.join(name)).expect(name);
        assert_eq!(bytes(&second), bytes(&third), "{name}");
        assert_eq!(bytes(&first), bytes(&second), "{name}");
    }
}

fn run(scenario: &Path, more: &[&str], folder: &Path) {
    let (scenario, folder) = (scenario.to_str(), folder.to_str());
    let (scenario, folder) = (scenario.expect("a name"), folder.expect("a name"));
    let arguments = [scenario, "-q", "--replicates", "200", "--out", folder];
    simulate(&[&arguments[..], more].concat()).code(0);
}

/// The table of the CSV above.
fn parquet(file: &Path) {
    use parquet::data_type::{DoubleType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    let schema = "message panel { required double threat.quality; required double opportunists; required int64 weight; }";
    let schema =
        parse_message_type(&schema.replace("threat.quality", "quality")).expect("a schema");
    let schema = {
        use parquet::schema::types::Type;
        let fields = schema.get_fields().iter().map(|field| match field.name() {
            "quality" => std::sync::Arc::new(
                Type::primitive_type_builder("threat.quality", field.get_physical_type())
                    .with_repetition(parquet::basic::Repetition::REQUIRED)
                    .build()
                    .expect("a column"),
            ),
            _ => field.clone(),
        });
        let fields = fields.collect();
        Type::group_type_builder("panel")
            .with_fields(fields)
            .build()
            .expect("a table")
    };
    let out = fs::File::create(file).expect("a file");
    let properties = WriterProperties::builder().build();
    let mut writer =
        SerializedFileWriter::new(out, schema.into(), properties.into()).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    for values in [[1.2, 1.6, 1.8], [0.3, 0.6, 0.9]] {
        let mut column = group.next_column().expect("a column").expect("one");
        column
            .typed::<DoubleType>()
            .write_batch(&values, None, None)
            .expect("written");
        column.close().expect("closed");
    }
    let mut column = group.next_column().expect("a column").expect("one");
    column
        .typed::<Int64Type>()
        .write_batch(&[1, 2, 0], None, None)
        .expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    writer.close().expect("closed");
}

#[test]
fn a_broken_table_in_parquet_is_one_problem_where_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("panel.parquet"), b"PAR1 nothing PAR1").expect("written");
    let file = laid(folder.path(), &TABLE.replace("FORM", "parquet"));
    let problems = Scenario::load(&file).expect_err("it is broken");
    assert_eq!(problems.len(), 1, "{}", problems.render(false));
    let said = problems.render(false);
    assert!(
        said.contains("is no table in Parquet") && said.contains("asked for here"),
        "{said}"
    );
}

/// A sensitivity analysis takes numbers that hang together as one, and says so.
#[test]
fn sensitivity_takes_numbers_that_hang_together_as_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"
arena.city.mix.hill = { dist = "dirichlet", group = "people", alpha = 6 }
arena.city.mix.river = { dist = "dirichlet", group = "people", alpha = 2 }
threat.opportunists = { dist = "table", table = "panel", values = [0.2, 0.5, 0.7] }
threat.wage_usd_per_month = { dist = "table", table = "panel", values = [200, 300, 500] }
"#;
    let file = laid(folder.path(), &format!("{text}{CORRELATED}"));
    let out = folder.path().join("out");
    let said = simulate(&[
        "sensitivity",
        file.to_str().expect("a name"),
        "--base",
        "64",
        "--trajectories",
        "6",
        "--budget",
        "12000",
        "--out",
        out.to_str().expect("a name"),
    ]);
    let said = String::from_utf8_lossy(&said.code(0).get_output().stdout.clone()).into_owned();
    assert!(
        said.contains("note: table panel is 2 numbers that are drawn together"),
        "{said}"
    );
    let found: Value =
        serde_json::from_slice(&fs::read(out.join("sensitivity.json")).expect("found"))
            .expect("JSON");
    let numbers = found["numbers"].as_array().expect("numbers");
    let keys: Vec<&str> = numbers.iter().filter_map(|n| n["key"].as_str()).collect();
    assert_eq!(
        keys,
        [
            "faction.east.fighters & 2 more",
            "table panel",
            "shares people"
        ]
    );
    assert_eq!(numbers[2]["members"].as_array().map(Vec::len), Some(2));
    assert!(
        numbers
            .iter()
            .all(|n| n["low"].is_null() && n["median"].is_null())
    );
    // All have an index; none has a bar.
    let factors = found["sobol"]["factors"].as_array().expect("factors");
    let mut factors: Vec<u64> = factors.iter().filter_map(|f| f[0].as_u64()).collect();
    factors.sort_unstable();
    assert_eq!(factors, [0, 1, 2]);
    assert!(found["tornado"].is_null());
    // Every row of the design keeps what must hold.
    let design = fs::File::open(out.join("design.parquet")).expect("a table");
    let reader = parquet::file::reader::SerializedFileReader::new(design).expect("Parquet");
    use parquet::file::reader::FileReader;
    let mut rows = 0;
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let value = |key: &str| {
            let mut columns = row.get_column_iter();
            let found = columns
                .find(|(name, _)| name.ends_with(key))
                .expect("a column");
            match found.1 {
                parquet::record::Field::Double(value) => *value,
                _ => f64::NAN,
            }
        };
        let (hill, river) = (value("arena.city.mix.hill"), value("arena.city.mix.river"));
        assert!((hill + river - 1.0).abs() < 1e-9);
        let pair = (
            value("threat.opportunists"),
            value("threat.wage_usd_per_month"),
        );
        assert!(
            [(0.2, 200.0), (0.5, 300.0), (0.7, 500.0)].contains(&pair),
            "{pair:?}"
        );
        rows += 1;
    }
    assert!(rows > 300);
}
