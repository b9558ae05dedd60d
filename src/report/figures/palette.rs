//! Colours that a colour-blind reader can tell apart, the same in every picture.

use plotters::style::RGBAColor;

use crate::scenario::COLOURS;

/// A colour with its opacity.
pub type Colour = RGBAColor;

const fn rgb(red: u8, green: u8, blue: u8) -> Colour {
    RGBAColor(red, green, blue, 1.0)
}

/// The ground.
pub const WHITE: Colour = rgb(255, 255, 255);
/// Text and axes.
pub const INK: Colour = rgb(33, 37, 41);
/// Text of second rank.
pub const GREY: Colour = rgb(96, 103, 112);
/// Text of third rank, e.g. the caption.
pub const SILVER: Colour = rgb(134, 141, 150);
/// Lines of a grid.
pub const GRID: Colour = rgb(228, 231, 235);
/// Grounds that are only just not white.
pub const PALE: Colour = rgb(244, 245, 247);
/// The one hue of pictures that need no more.
pub const BLUE: Colour = rgb(0, 94, 162);
/// A history to which nothing more happens.
pub const NOTHING: Colour = rgb(190, 195, 202);
/// Open conflict.
pub const CONFLICT: Colour = rgb(213, 94, 0);
/// Hostility short of open conflict.
pub const HOSTILE: Colour = rgb(230, 159, 0);
/// Friendship.
pub const FRIENDLY: Colour = rgb(0, 114, 178);

/// A patron's support, and the patron itself.
pub const SUPPORT: Colour = rgb(140, 150, 165);
/// A patron's node and name.
pub const SUPPORT_INK: Colour = rgb(74, 84, 100);

/// The colour of an outcome by its word in the scenario (Okabe and Ito's, the purple darkened
/// for thin lines), and the same dark enough for text on white.
const OUTCOMES: [(&str, Colour, Colour); COLOURS.len()] = [
    (COLOURS[0], rgb(213, 94, 0), rgb(178, 74, 0)),
    (COLOURS[1], rgb(0, 114, 178), rgb(0, 92, 148)),
    (COLOURS[2], rgb(0, 158, 115), rgb(0, 112, 82)),
    (COLOURS[3], rgb(170, 68, 140), rgb(142, 48, 114)),
    (COLOURS[4], rgb(230, 159, 0), rgb(148, 98, 0)),
    (COLOURS[5], rgb(150, 156, 164), GREY),
];

fn of_outcome(word: &str) -> (&'static str, Colour, Colour) {
    let found = OUTCOMES.iter().find(|(known, ..)| *known == word);
    *found.unwrap_or(&OUTCOMES[COLOURS.len() - 1])
}

/// The colour of an outcome, by its word.
pub fn outcome(word: &str) -> Colour {
    of_outcome(word).1
}

/// The same, dark enough for text on white.
pub fn outcome_ink(word: &str) -> Colour {
    of_outcome(word).2
}

/// What stands out in a picture without outcomes of its own: the vermilion.
pub const ACCENT: Colour = OUTCOMES[0].2;
/// The threat is fought.
pub const AGAINST_THREAT: Colour = OUTCOMES[1].1;
/// What is held is governed.
pub const GOVERNING: Colour = OUTCOMES[2].1;

/// An actor without a bloc.
pub const UNALIGNED: Colour = rgb(150, 156, 164);

/// The colour of the actor or bloc at this position in the scenario (Tol's "muted"
/// set without its grey, which keeps clear of the colours of ties); paler after nine.
pub fn position(index: usize) -> Colour {
    const COLOURS: [Colour; 9] = [
        rgb(51, 34, 136),
        rgb(68, 170, 153),
        rgb(136, 34, 85),
        rgb(153, 153, 51),
        rgb(136, 204, 238),
        rgb(17, 119, 51),
        rgb(204, 102, 119),
        rgb(170, 68, 153),
        rgb(102, 61, 20),
    ];
    let pale = [0.0, 0.4, 0.65][(index / COLOURS.len()).min(2)];
    blend(COLOURS[index % COLOURS.len()], WHITE, pale)
}

/// Lightness falls evenly in Oklab from almost white to almost black, so that equal
/// steps look equal, in print and to a colour-blind reader as well.
const RAMP: [(u8, u8, u8); 13] = [
    (250, 246, 231),
    (247, 224, 173),
    (244, 199, 121),
    (240, 172, 68),
    (232, 146, 1),
    (214, 125, 0),
    (196, 104, 0),
    (180, 81, 0),
    (165, 55, 0),
    (149, 22, 3),
    (122, 12, 26),
    (93, 10, 32),
    (64, 11, 30),
];

/// The colour of a rivalry weight from 0 (pale) to 1 (dark), on one fixed scale.
pub fn rivalry(weight: f64) -> Colour {
    let place = unit(weight) * (RAMP.len() - 1) as f64;
    let step = (place as usize).min(RAMP.len() - 2);
    let (from, to) = (RAMP[step], RAMP[step + 1]);
    blend(
        rgb(from.0, from.1, from.2),
        rgb(to.0, to.1, to.2),
        place - step as f64,
    )
}

/// The colour of a difference of `share` of the end of its scale, -1 to 1: blue where it is
/// less, orange where it is more, white where it is the same.
pub fn difference(share: f64) -> Colour {
    let end = if share < 0.0 {
        rgb(0, 84, 150)
    } else {
        rgb(190, 74, 0)
    };
    // Small differences are to be seen as well.
    blend(WHITE, end, libm::pow(unit(share.abs()), 0.6))
}

/// Whether text on this colour has to be light.
pub fn is_dark(ground: Colour) -> bool {
    let light = 0.3 * f64::from(ground.0) + 0.59 * f64::from(ground.1) + 0.11 * f64::from(ground.2);
    light < 140.0
}

/// The colour at an opacity of `share`.
pub fn faded(colour: Colour, share: f64) -> Colour {
    RGBAColor(colour.0, colour.1, colour.2, unit(share))
}

/// The opaque colour a share of the way from one to the other.
pub fn blend(from: Colour, to: Colour, share: f64) -> Colour {
    let share = unit(share);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// The value within 0..1; 0 where it is no number.
fn unit(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, 1.0)
    }
}
