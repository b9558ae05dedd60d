//! Pictures and tables for print: real files, read as others read them.

use std::fs;

use crate::place::Place;
use crate::tools::python;

impl Place {
    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("UTF-8")
    }

    /// The files of a folder that end so.
    fn ending(&self, folder: &str, end: &str) -> Vec<String> {
        let mut found: Vec<String> = fs::read_dir(self.at(folder))
            .expect("a folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("a name")
            })
            .filter(|name| name.ends_with(end))
            .collect();
        found.sort();
        found
    }
}

/// A journal's column, as all kinds of files.
const COLUMN: [&str; 6] = [
    "--pictures",
    "png,svg,pdf",
    "--width-mm",
    "85",
    "--dpi",
    "300",
];

/// Dots across and down, and dots a metre.
fn png(bytes: &[u8]) -> (u32, u32, Option<u32>) {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes));
    let reader = reader.read_info().expect("a PNG");
    let info = reader.info();
    let fine = info.pixel_dims.map(|dims| {
        assert_eq!(dims.xppu, dims.yppu);
        dims.xppu
    });
    (info.width, info.height, fine)
}

#[test]
fn every_command_that_draws_writes_what_was_asked_for() {
    let place = Place::new();
    let date = "date,quantity,label,value,low,high,sd,unit,since,base_rate,source\n";
    let row = "2016-09-01,threat_strength,Strength,0.8,,,0.1,1,,,a test\n";
    fs::write(place.at("observed.csv"), format!("{date}{row}")).expect("observations");
    let weaker = "extends = \"base.toml\"\n[threat]\nfighters = 300\n";
    fs::write(place.at("weaker.toml"), weaker).expect("an option");
    let start = "date,quantity,value,sd\n2016-01-08,\"start(fighters(east))\",9500,700\n";
    fs::write(place.at("start.csv"), start).expect("observations");
    let library = std::path::absolute("tests/fixtures/library").expect("a path");
    let library = library.to_str().expect("UTF-8");
    let events = format!("{library}/observed.csv");
    let commands: [(&str, &[&str], &[&str]); 11] = [
        (
            "run",
            &["run", "base.toml", "-n", "64"],
            &[
                "alliances",
                "control",
                "outcomes",
                "rivalry",
                "sequence",
                "trajectories",
            ],
        ),
        (
            "compare",
            &["compare", "base.toml", "base.toml", "-n", "64"],
            &["compare", "forest"],
        ),
        (
            "sweep",
            &[
                "sweep",
                "base.toml",
                "--set",
                "threat.quality=1:2:3",
                "-n",
                "32",
            ],
            &["sweep"],
        ),
        (
            "replay",
            &["replay", "base.toml", "--replicate", "1", "-n", "32"],
            &["history"],
        ),
        (
            "landscape",
            &["landscape", "base.toml", "--draws", "5"],
            &["landscape"],
        ),
        (
            "score",
            &[
                "score",
                "base.toml",
                "--observed",
                "observed.csv",
                "-n",
                "64",
            ],
            &["observed", "scores"],
        ),
        (
            "discover",
            &[
                "discover",
                "base.toml",
                "--vary",
                "threat.quality=0.3:3",
                "--outcome",
                "regroup",
                "--points",
                "400",
                "-n",
                "16",
                "--halves",
                "4",
                // Every limit is kept, so that there is a box.
                "--quasi-p",
                "1",
            ],
            &["boxes", "trajectory", "pairs", "tree"],
        ),
        (
            "robust",
            &[
                "robust",
                "base.toml",
                "--option",
                "weaker.toml",
                "--outcome",
                "regroup",
                "--rows",
                "64",
                "-n",
                "4",
            ],
            &["robust"],
        ),
        (
            "sensitivity",
            &[
                "sensitivity",
                "base.toml",
                "-n",
                "8",
                "--trajectories",
                "4",
                "--base",
                "8",
            ],
            &["indices", "tornado"],
        ),
        (
            "calibrate",
            &[
                "calibrate",
                "base.toml",
                "--observed",
                "start.csv",
                "--number",
                "faction.east",
                "--simulations",
                "4000",
                "-n",
                "100",
                "--set",
                "time.end=2016-03-01",
            ],
            &["observed", "posterior", "scores", "taught"],
        ),
        (
            "backtest",
            &[
                "backtest",
                library,
                "--observed",
                &events,
                "--years",
                "1",
                "-n",
                "100",
            ],
            &["backtest"],
        ),
    ];
    for (out, words, pictures) in commands {
        place.done(&[words, &COLUMN, &["-q", "--out", out]].concat());
        for picture in pictures {
            let file = |end: &str| format!("{out}/{picture}.{end}");
            let (wide, high, fine) = png(&place.read(&file("png")));
            // 85 mm at 300 dots an inch; 300 dots an inch in dots a metre.
            assert_eq!((wide, fine), (1004, Some(11_811)), "{picture}");
            let svg = place.text(&file("svg"));
            assert!(svg.contains("width=\"85.000mm\""), "{picture}");
            assert!(!svg.contains("<text"), "{picture}: letters are outlines");
            assert!(svg.contains("simulate:seed: "), "{picture}");
            let pdf = place.read(&file("pdf"));
            assert!(pdf.starts_with(b"%PDF-1."), "{picture}");
            // 85 mm are 240.94 points, and it is as high as the PNG.
            let text = String::from_utf8_lossy(&pdf).into_owned();
            let sides = text.split_once("/MediaBox [").expect("a page").1;
            let sides: Vec<f64> = sides
                .split(']')
                .next()
                .expect("its sides")
                .split_whitespace()
                .map(|side| side.parse().expect("a number"))
                .collect();
            assert!((sides[2] - 240.945).abs() < 0.01, "{picture}: {sides:?}");
            let ratio = sides[3] / sides[2] * f64::from(wide) / f64::from(high);
            assert!((ratio - 1.0).abs() < 0.01, "{picture}: {sides:?} {high}");
            for clock in ["/CreationDate", "/ModDate", "/ID"] {
                assert!(!text.contains(clock), "{picture}");
            }
        }
        // The page shows the pictures of a screen, and links to all files.
        let page = place.text(&format!("{out}/index.html"));
        assert!(page.contains("width=\"1600\""), "{out}");
        assert!(
            page.contains(&format!("href=\"{}.pdf\"", pictures[0])),
            "{out}"
        );
        let manifest = place.text(&format!("{out}/manifest.json"));
        assert!(
            manifest.contains("--pictures png,svg,pdf --width-mm 85 --dpi 300"),
            "{out}"
        );
    }
}

#[test]
fn what_is_not_asked_for_is_not_there_and_changes_nothing() {
    let place = Place::new();
    let run = ["run", "base.toml", "-n", "64", "-q", "--out"];
    place.done(&[&run[..], &["plain"]].concat());
    place.done(&[&run[..], &["vector", "--pictures", "svg", "--threads", "1"]].concat());
    place.done(
        &[
            &run[..],
            &["again", "--pictures", "svg,svg", "--threads", "2"],
        ]
        .concat(),
    );
    place.done(&[&run[..], &["fine", "--dpi", "200"]].concat());
    assert!(place.ending("plain", ".svg").is_empty());
    assert!(place.ending("vector", ".png").is_empty());
    let svgs = place.ending("vector", ".svg");
    assert_eq!(svgs.len(), place.ending("plain", ".png").len());
    for name in &svgs {
        let of = |folder: &str| place.read(&format!("{folder}/{name}"));
        assert!(of("vector") == of("again"), "{name}");
        assert!(
            place
                .text(&format!("vector/{name}"))
                .contains("width=\"282.222mm\"")
        );
    }
    // Without a width the layout is that of a screen, only finer; and only then it says how fine.
    let (wide, high, fine) = png(&place.read("fine/outcomes.png"));
    assert_eq!((wide, high, fine), (2222, 1333, Some(7_874)));
    assert_eq!(png(&place.read("plain/outcomes.png")), (1600, 960, None));
}

#[test]
fn what_is_merged_has_the_same_pictures() {
    let place = Place::new();
    let run = [
        "run",
        "base.toml",
        "-n",
        "64",
        "-q",
        "--pictures",
        "pdf",
        "--width-mm",
        "90",
    ];
    place.done(&[&run[..], &["--csv", "excel", "--out", "whole"]].concat());
    for shard in ["1/2", "2/2"] {
        let out = format!("shard-{}", &shard[..1]);
        let words = ["--csv", "excel", "--shard", shard, "--out", &out];
        place.done(&[&run[..], &words].concat());
    }
    place.done(&["merge", "shard-1", "shard-2", "-q", "--out", "merged"]);
    assert_eq!(place.ending("merged", ".pdf").len(), 7);
    for name in place
        .ending("whole", ".pdf")
        .into_iter()
        .chain(["summary.csv".to_owned()])
    {
        let of = |folder: &str| place.read(&format!("{folder}/{name}"));
        assert!(of("whole") == of("merged"), "{name}");
    }
}

#[test]
fn what_cannot_be_is_refused_before_the_work() {
    let place = Place::new();
    fs::write(place.at("no.ttf"), "this is no font").expect("a file");
    let cases: [(&[&str], &str); 7] = [
        (&["--width-mm", "20"], "from 80 to 400"),
        (&["--width-mm", "nan"], "from 80 to 400"),
        (&["--dpi", "12"], "72..=1200"),
        (&["--pictures", "gif"], "png, svg, pdf"),
        (
            &["--width-mm", "400", "--dpi", "1200"],
            "give a smaller --dpi",
        ),
        (&["--font", "no.ttf"], "no.ttf is not a font"),
        (
            &["--font", "nowhere.ttf"],
            "can't read the font nowhere.ttf",
        ),
    ];
    for (words, what) in cases {
        let run = ["run", "base.toml", "--out", "out"];
        let said = place.refused(&[&run[..], words].concat(), 2);
        assert!(said.contains(what), "{said}");
        assert!(!place.at("out").exists());
    }
}

#[test]
fn letters_without_a_shape_are_named_with_what_would_help() {
    let place = Place::new();
    let text = place.text("base.toml");
    let line = text
        .lines()
        .find(|line| line.starts_with("title"))
        .expect("a title");
    fs::write(
        place.at("base.toml"),
        text.replace(line, "title = \"\u{9646}\u{519b}\""),
    )
    .expect("a scenario");
    let said = place.done(&["run", "base.toml", "-n", "16", "-q", "--out", "out"]);
    assert!(
        said.contains("lacks \u{519b} (U+519B), \u{9646} (U+9646)"),
        "{said}"
    );
    assert!(said.contains("--font FILE, or let"), "{said}");
    // Where the machine's fonts were asked for and lack them as well, that is not advised again.
    let line = "title = \"\u{10fffd}\"";
    let file = place
        .text("base.toml")
        .replace("title = \"\u{9646}\u{519b}\"", line);
    fs::write(place.at("base.toml"), file).expect("a scenario");
    let run = ["run", "base.toml", "-n", "16", "-q"];
    let said = place.done(&[&run[..], &["--font", "system", "--out", "again"]].concat());
    assert!(
        said.contains("--font FILE") && !said.contains("--font system"),
        "{said}"
    );
}

#[test]
fn tables_are_exported_as_papers_and_spreadsheets_want_them() {
    let place = Place::new();
    place.done(&["run", "base.toml", "-n", "64", "-q", "--out", "run"]);
    place.done(&[
        "run",
        "base.toml",
        "-n",
        "64",
        "-q",
        "--csv",
        "excel",
        "--out",
        "excel",
    ]);
    let sheet = place.text("excel/summary.csv");
    assert!(sheet.starts_with("\u{feff}section;measure;"), "{sheet}");
    let (plain, rows) = (place.text("run/summary.csv"), sheet.matches("\r\n").count());
    assert_eq!(plain.lines().count(), rows);
    // The same from the finished folder, whichever form its own table has.
    for folder in ["run", "excel"] {
        place.done(&["export", folder, "--to", "table.csv", "--csv", "excel"]);
        assert_eq!(place.text("table.csv"), sheet);
        place.done(&["export", folder, "--to", "table.md"]);
        place.done(&["export", folder, "--to", "table.tex"]);
        let (md, tex) = (place.text("table.md"), place.text("table.tex"));
        assert!(
            md.contains("| Outcome | Chance |\n| --- | ---: |\n"),
            "{md}"
        );
        assert!(
            tex.contains("\\begin{tabular}{lr}\n  \\toprule\n  Outcome & Chance \\\\\n"),
            "{tex}"
        );
        // Every outcome, with the chance of the table.
        for line in plain
            .lines()
            .filter(|line| line.starts_with("outcome,chance,"))
        {
            let value = line.rsplit(',').nth(2).expect("a value");
            let value: f64 = value.parse().expect("a number");
            assert!(
                md.contains(&format!("| {value:.3} \\["))
                    || md.contains(&format!("| {value:.3} |")),
                "{line}\n{md}"
            );
        }
        place.done(&["export", folder, "--to", &format!("{folder}.xlsx")]);
    }
    let [one, other] = ["run.xlsx", "excel.xlsx"].map(|name| place.read(name));
    assert!(one.starts_with(b"PK"));
    assert!(one == other, "the same tables are the same workbook");
    for (words, what) in [
        (
            &["export", "run", "--to", "table.doc"],
            ".xlsx, .md, .tex or .csv",
        ),
        (&["export", "nowhere", "--to", "table.md"], "does not exist"),
        (&["export", ".", "--to", "table.md"], "no manifest.json"),
    ] {
        let said = place.refused(words, 2);
        assert!(said.contains(what), "{said}");
    }
    let said = place.refused(&["export", "run", "--to", "t.md", "--table", "none"], 2);
    assert!(said.contains("there are summary"), "{said}");
    fs::write(place.at("run/summary.csv"), "section\n").expect("a table");
    let said = place.refused(&["export", "run", "--to", "table.md"], 2);
    assert!(said.contains("its hash is another"), "{said}");
}

/// What a reader of PDF, a reader of workbooks and a maker of fonts say.
#[test]
#[ignore = "needs pypdf, openpyxl and fontTools: ./test.sh"]
fn others_read_the_files_and_a_given_font_draws_what_was_lacking() {
    let place = Place::new();
    let text = place.text("base.toml");
    let line = text
        .lines()
        .find(|line| line.starts_with("title"))
        .expect("a title");
    let title = "title = \"\u{9646}\u{519b} and \u{0627}\u{0644}\u{0639}\u{0631}\u{0628}\"";
    fs::write(place.at("base.toml"), text.replace(line, title)).expect("a scenario");
    let script = fs::canonicalize("tests/fixtures/print.py").expect("a script");
    let ask = |words: &[&str]| {
        let mut command = python("python");
        command.arg(&script).args(words).current_dir(place.0.path());
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    ask(&["font", "own.ttf"]);
    let run = [
        "run",
        "base.toml",
        "-n",
        "64",
        "-q",
        "--pictures",
        "svg,pdf",
        "--width-mm",
        "85",
    ];
    let said = place.done(&[&run[..], &["--out", "boxes"]].concat());
    assert!(said.contains("boxes stand for them"), "{said}");
    let said = place.done(&[&run[..], &["--font", "own.ttf", "--out", "drawn"]].concat());
    assert!(!said.contains("boxes stand for them"), "{said}");
    assert!(place.read("boxes/outcomes.svg") != place.read("drawn/outcomes.svg"));
    // Every letter can be searched for, those of the given font too; all fonts are embedded.
    let found = ask(&["pdf", "drawn/outcomes.pdf"]);
    let flat: String = found.split_whitespace().collect();
    assert!(flat.contains("Howlikelyeachoutcomeis"), "{found}");
    assert!(flat.contains("\u{9646}\u{519b}"), "{found}");
    place.done(&["export", "drawn", "--to", "book.xlsx"]);
    let found = ask(&["xlsx", "book.xlsx"]);
    assert_eq!(found.trim(), "fine");
}
