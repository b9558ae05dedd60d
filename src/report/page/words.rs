//! What the pictures of experiments show, for who can't see them; and how to read them.

use super::Shown;

/// What a picture of a comparison shows, for who can't see it; and how to read it.
pub fn of_comparison(name: &str) -> (&'static str, &'static str) {
    match name {
        "compare.png" => (
            "For each outcome, its chance over time in every run, and the difference to the first run. The tables below have the figures.",
            "Above the chances, below the differences to the first run, with 95 % bands. The numbers at the ends are the runs'.",
        ),
        "rivalry.png" | "alliances.png" => (
            "The runs' own pictures of this kind; beside each, a map of what it changes, pair by pair.",
            "Left the runs' own pictures, right in what they differ from the first: blue where it is less, orange where it is more.",
        ),
        "forest.png" => (
            "For each outcome, every run's difference to the first, ranked. The tables below have the figures.",
            "Hollow marks: the interval holds 0.",
        ),
        _ => (
            "The runs' own pictures of this kind, side by side.",
            "One picture of each run, in one scale.",
        ),
    }
}

/// What a picture of a sensitivity analysis shows, for who can't see it; and how to read it.
pub fn of_sensitivity(name: &str) -> (&'static str, &'static str) {
    match name {
        "tornado.png" => (
            "For each outcome, how far its chance moves when one number goes from its low to its high value. sensitivity.csv has the figures.",
            "One number at a time from its 5 % to its 95 % quantile, all others drawn as usual, on the same random numbers; the widest bars on top.",
        ),
        _ => (
            "For each outcome, the first-order and total indices of each number, and the screening by elementary effects. sensitivity.csv has the figures.",
            "First order: what a number does alone. Total: with all it does together with others. Bars are 95 % intervals.",
        ),
    }
}

/// The picture of a sweep.
pub fn of_sweep(png: &[u8]) -> Shown<'_> {
    Shown {
        png,
        words: "The chance of each outcome over the values of the swept numbers. The table below has the figures.",
        caption: "Every point has the same random numbers. The scenario's own value is marked; of a distribution it is the median.",
    }
}

/// The picture of one history.
pub fn of_history(png: &[u8]) -> Shown<'_> {
    Shown {
        png,
        words: "The history over time: the threat and cohesion, who holds which place, where effort goes, open conflicts. The text below tells it.",
        caption: "Numbers in the picture are those of the text below.",
    }
}
