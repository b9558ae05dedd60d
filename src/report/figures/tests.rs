//! What the pictures promise: the same bytes every time, names that can be read, and
//! no summary that can't be drawn.

use super::canvas::Page;
use super::labels::{chance, count, figures, quantity, spread};
use super::{
    FigureError, Order, Picture, Print, axis, draw_all, frame, outcomes, palette, recipes, text,
    trajectories,
};
use crate::engine::{Estimate, EventSummary, Summary};

/// The PNGs of a screen, with no notes.
fn drawn(summary: &Summary, notes: &[(String, String)]) -> Result<Vec<Picture>, FigureError> {
    let print = Print::default();
    let order = Order {
        print: &print,
        notes,
    };
    draw_all(summary, order)
}

fn in_pool(threads: usize, summary: &Summary) -> Vec<(String, Vec<u8>)> {
    let pictures = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a small pool")
        .install(|| drawn(summary, &[]).expect("a summary that can be drawn"));
    let files = pictures.into_iter().flat_map(|picture| picture.files);
    files.collect()
}

#[test]
fn bytes_are_the_same_twice_and_with_one_thread_or_two() {
    let summary = recipes::plausible();
    let first = in_pool(2, &summary);
    assert!(first == in_pool(2, &summary), "a second time");
    assert!(first == in_pool(1, &summary), "with one thread");
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "outcomes.png",
            "trajectories.png",
            "control.png",
            "watched.png",
            "rivalry.png",
            "alliances.png",
            "sequence.png"
        ]
    );
}

#[test]
fn every_picture_has_the_same_size_and_carries_the_notes() {
    let notes = [("simulate:seed".to_owned(), "42, größer → ∞".to_owned())];
    for picture in drawn(&recipes::small(), &notes).expect("drawn") {
        let name = picture.name;
        let reader = png::Decoder::new(std::io::Cursor::new(picture.screen))
            .read_info()
            .expect("a PNG");
        let info = reader.info();
        assert_eq!((info.width, info.height), (1600, 960), "{name}");
        let note = &info.utf8_text[0];
        assert_eq!(note.keyword, notes[0].0);
        assert_eq!(note.get_text().expect("text"), notes[0].1);
    }
}

#[test]
fn odd_summaries_are_drawn_all_the_same() {
    for summary in [recipes::small(), recipes::crowded(), recipes::bare()] {
        assert!(drawn(&summary, &[]).is_ok(), "{}", summary.scenario);
    }
    let mut summary = recipes::plausible();
    summary.factions[0].name = "Bell\u{7} & <tags> \u{FFFF} العربية".to_owned();
    summary.outcomes[0].chance.value = f64::NAN;
    summary.fans[0].quantiles[3] = [f64::NAN, 0.0, f64::INFINITY, -1.0, 2.0];
    summary.fans[1].axis_high = 0.0;
    summary.fans[2].quantiles.clear();
    summary.outcomes[1].incidence.truncate(1);
    summary.rivalry.end[0][1] = f64::NAN;
    assert!(drawn(&summary, &[]).is_ok());
}

#[test]
fn what_contradicts_itself_is_an_error_and_no_panic() {
    let broken: [fn(&mut Summary); 4] = [
        |s| s.pairs[0].b = 99,
        |s| s.support[0].patron = 99,
        |s| s.coalitions[0].members.push(99),
        |s| drop(s.rivalry.trough.pop()),
    ];
    for damage in broken {
        let mut summary = recipes::plausible();
        damage(&mut summary);
        assert!(matches!(
            drawn(&summary, &[]),
            Err(FigureError::Inconsistent { .. })
        ));
    }
    let mut summary = recipes::plausible();
    summary.start = "sümmer".to_owned();
    assert!(matches!(
        drawn(&summary, &[]),
        Err(FigureError::Date { .. })
    ));
    assert!(matches!(
        drawn(&recipes::small(), &[(String::new(), String::new())]),
        Err(FigureError::Png(_))
    ));
}

#[test]
fn labels_keep_apart_in_order_and_within_bounds() {
    let wanted = [50.0, 51.0, 49.0, 50.0, 300.0, f64::NAN];
    let placed = spread(&wanted, 20.0, 0.0, 310.0);
    let mut sorted = placed.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(sorted.windows(2).all(|w| w[1] - w[0] > 20.0 - 1e-9));
    assert!(sorted[0] >= 0.0 && sorted[5] <= 310.0);
    assert!(placed[2] < placed[0] && placed[0] < placed[3] && placed[3] < placed[1]);
    // The four about 50 are moved evenly about their mean.
    assert!((placed[..4].iter().sum::<f64>() / 4.0 - 50.0).abs() < 1e-9);
    // Nothing moves that need not, and too many share what there is.
    assert_eq!(spread(&[10.0, 40.0], 20.0, 0.0, 100.0), [10.0, 40.0]);
    let tight = spread(&[5.0; 11], 20.0, 0.0, 100.0);
    assert!((tight[10] - tight[9] - 10.0).abs() < 1e-9);
    assert!(spread(&[], 20.0, 0.0, 100.0).is_empty());
}

#[test]
fn texts_are_wrapped_and_cut_to_their_room() {
    let name = "Provincial Council of the South-Western Governorates";
    let lines = text::wrap(name, 13.0, false, 132.0, 2);
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert!(text::width(line, 13.0, false) <= 132.0, "{line}");
    }
    assert_eq!(text::wrap("KDP", 13.0, false, 132.0, 2), ["KDP"]);
    assert_eq!(text::shorten("anything", 13.0, false, 1.0), "");
}

#[test]
fn numbers_read_as_a_reader_wants_them() {
    assert_eq!(
        [0.0, 0.001, 0.789, 0.999, 1.0].map(|value| chance(value, 2)),
        ["0.00", "<0.01", "0.79", ">0.99", "1.00"]
    );
    let of = |value, low, high| figures(&Estimate { value, low, high });
    assert_eq!(of(0.789, 0.781, 0.797).1, "[0.781, 0.797]");
    assert_eq!(of(0.0, 0.0, 0.0004).1, "[0.000, <0.001]");
    assert_eq!(of(0.3, 0.0, 1.0).1, "no interval");
    assert_eq!(
        of(0.04, 0.0372, 0.0428),
        ("0.040".to_owned(), "[0.037, 0.043]".to_owned())
    );
    assert_eq!(
        [0, 999, 1_000, 1_234_567].map(count),
        ["0", "999", "1,000", "1,234,567"]
    );
    assert_eq!(quantity(0.256, 1.0), "0.26");
    assert_eq!(quantity(31_415.9, 40_000.0), "31,416");
}

#[test]
fn time_ticks_stand_at_the_first_of_calendar_years_and_quarters() {
    let labels = |summary: &Summary, most: usize| -> Vec<String> {
        let horizon = axis::Horizon::new(summary).expect("a date");
        horizon
            .ticks(most)
            .into_iter()
            .filter_map(|tick| tick.label)
            .collect()
    };
    assert_eq!(
        labels(&recipes::plausible(), 5),
        ["Jan 2017", "Jan 2018", "Jan 2019", "Jan 2020"]
    );
    assert_eq!(
        labels(&recipes::small(), 5),
        ["Jul 2016", "Oct 2016", "Jan 2017", "Apr 2017"]
    );
}

#[test]
fn a_caption_says_that_a_run_is_partial() {
    let caption = frame::caption_text(&recipes::small());
    assert!(caption.contains("in this model"), "{caption}");
    assert!(
        caption.contains("partial: 200 of 1,000 replicates"),
        "{caption}"
    );
    assert!(frame::caption_text(&recipes::crowded()).contains("12 failed"));
}

#[test]
fn dated_events_are_named_on_axes_of_time_and_others_are_not() {
    let mut summary = recipes::plausible();
    for (name, date) in [
        ("Election", Some("2018-04-30")),
        ("Storm", None),
        ("Much later", Some("2031-01-01")),
    ] {
        summary.events.push(EventSummary {
            id: name.to_owned(),
            name: name.to_owned(),
            date: date.map(str::to_owned),
            chance: summary.outcomes[0].chance,
        });
    }
    for svg in [
        outcomes::draw(&summary, Page::SCREEN),
        trajectories::draw(&summary, Page::SCREEN),
    ] {
        let svg = svg.expect("drawn");
        assert!(svg.contains("Election"));
        assert!(!svg.contains("Storm") && !svg.contains("later"));
    }
}

#[test]
fn what_lies_beyond_an_axis_is_marked_and_its_true_value_said() {
    let mut summary = recipes::plausible();
    let fan = &mut summary.fans[0];
    let triangles = |summary: &Summary| {
        let svg = trajectories::draw(summary, Page::SCREEN).expect("drawn");
        (svg.matches("<polygon").count(), svg)
    };
    fan.axis_high = 2.0;
    for quantiles in &mut fan.quantiles {
        *quantiles = [0.5, 1.0, 1.5, 1.8, 2.0];
    }
    let (before, svg) = triangles(&summary);
    assert!(!svg.contains("quantile\u{A0}up"), "2 is on the axis");
    for quantiles in &mut summary.fans[0].quantiles[100..] {
        *quantiles = [0.5, 1.0, 1.5, 1.8, 3.5];
    }
    let (after, svg) = triangles(&summary);
    assert!(svg.contains("95\u{A0}%\u{A0}quantile\u{A0}up\u{A0}to\u{A0}3.50"));
    // At the end of the fan, and all along its top.
    assert!(after > before + 5, "{before} {after}");
    assert_eq!(svg.matches(">\n3.50\n<").count(), 1);
}

#[test]
fn no_bloc_has_the_colour_of_those_without_one() {
    let of = |colour: palette::Colour| (colour.0, colour.1, colour.2);
    let mut seen = vec![of(palette::UNALIGNED)];
    for index in 0..27 {
        let colour = of(palette::position(index));
        assert!(!seen.contains(&colour), "{index}");
        seen.push(colour);
    }
}

#[test]
fn no_tick_reads_as_another_place_than_its_own() {
    for high in [0.8, 1.0, 2.0, 9.7, 10.0, 25.0, 1_000.0] {
        for tick in axis::round_ticks(high, 4) {
            let label = tick.label.expect("a label").replace(',', "");
            let said: f64 = label.parse().expect("a number");
            assert!((said - tick.at).abs() < 1e-9, "{high}: {said}, {}", tick.at);
        }
    }
}
