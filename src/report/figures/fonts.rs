//! Which fonts letters are drawn with: the program's own, and those that the user gives for
//! letters that its own lack. The machine's are looked at only where they are asked for: a
//! picture must not depend on where it is drawn unless somebody wants it to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Source, Style, Weight};
use resvg::usvg::{FontResolver, Options};

use super::text::{BOLD, FAMILY, REGULAR};
use crate::foreign::is_hidden;
use crate::scenario::regular;

/// Most bytes of a font; the largest in use, with all of Chinese, Japanese and Korean, have a
/// tenth of it.
const MOST_BYTES: u64 = 256 << 20;

/// Where letters come from that the program's own fonts lack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// A file: TrueType, OpenType, or a collection of them.
    File(PathBuf),
    /// The fonts of this machine.
    System,
}

/// All fonts there are for pictures.
#[derive(Default)]
struct Fonts {
    /// The program's own, those given, and those of the machine that some letter has wanted.
    database: Arc<Database>,
    /// Those given, in their order.
    given: Vec<ID>,
    /// Those of the machine, in the order in which they are tried; where they are asked for.
    machine: Vec<(PathBuf, FaceInfo)>,
    machines: Database,
    /// Whether they are asked for.
    looks_on_machine: bool,
    /// Those files of the machine's that were read, with their faces.
    read: BTreeMap<PathBuf, Vec<ID>>,
    /// For each letter that was wanted and the own fonts lack: the face for plain and for bold.
    found: BTreeMap<char, Option<[ID; 2]>>,
}

fn all() -> MutexGuard<'static, Fonts> {
    static ALL: OnceLock<Mutex<Fonts>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut database = Database::new();
        for bytes in [REGULAR, BOLD] {
            database.load_font_source(Source::Binary(Arc::new(bytes)));
        }
        database.set_sans_serif_family(FAMILY);
        Mutex::new(Fonts {
            database: Arc::new(database),
            ..Fonts::default()
        })
    });
    // Nothing is left half-done in it.
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds fonts for letters that the own ones lack, in this order. To be called before anything is
/// drawn.
///
/// # Errors
/// What is wrong with one of them.
pub fn give(given: &[Given]) -> Result<(), String> {
    let mut fonts = all();
    for one in given {
        match one {
            Given::File(path) => fonts.add_file(path)?,
            Given::System => fonts.add_machine(),
        }
    }
    Ok(())
}

/// Whether the machine's fonts were asked for.
pub fn are_the_machines_given() -> bool {
    all().looks_on_machine
}

impl Fonts {
    fn add_file(&mut self, path: &Path) -> Result<(), String> {
        let name = crate::foreign::words(path.as_os_str());
        let bytes = regular::read(path, MOST_BYTES)
            .map_err(|error| format!("can't read the font {name}: {error}"))?;
        let database = Arc::make_mut(&mut self.database);
        let faces = database.load_font_source(Source::Binary(Arc::new(bytes)));
        if faces.is_empty() {
            return Err(format!(
                "{name} is not a font; give a file in TrueType or OpenType (.ttf, .otf, .ttc)"
            ));
        }
        self.given.extend(faces);
        Ok(())
    }

    /// The machine's upright fonts: those without serifs first, as the pictures' own has none.
    fn add_machine(&mut self) {
        self.looks_on_machine = true;
        self.machines.load_system_fonts();
        let faces = self.machines.faces().filter_map(|face| match &face.source {
            Source::File(path) if face.style == Style::Normal => Some((path.clone(), face.clone())),
            _ => None,
        });
        self.machine = faces.collect();
        self.machine.sort_by_key(|(path, face)| {
            let is_sans = face.families.iter().any(|(name, _)| name.contains("Sans"));
            let off = face.weight.0.abs_diff(Weight::NORMAL.0);
            (!is_sans, off, path.clone(), face.index)
        });
    }

    /// The faces that have a letter, for plain and for bold.
    fn find(&mut self, c: char) -> Option<[ID; 2]> {
        if let Some(known) = self.found.get(&c) {
            return *known;
        }
        let given = self.given.iter().copied();
        let given: Vec<ID> = given.filter(|id| self.database.has(*id, c)).collect();
        let found = match given.first() {
            Some(&first) => {
                let is_bold = |id: &&ID| {
                    let face = self.database.face(**id);
                    face.is_some_and(|face| face.weight >= Weight::SEMIBOLD)
                };
                let bold = given.iter().find(is_bold).copied();
                let plain = given.iter().find(|id| !is_bold(id)).copied();
                Some([plain.unwrap_or(first), bold.unwrap_or(first)])
            }
            None => self.find_on_machine(c).map(|id| [id; 2]),
        };
        self.found.insert(c, found);
        found
    }

    fn find_on_machine(&mut self, c: char) -> Option<ID> {
        let (path, face) = self
            .machine
            .iter()
            .find(|(_, face)| self.machines.has(face.id, c))?;
        let (path, index) = (path.clone(), face.index);
        // Read once and kept: it may have many megabytes.
        if !self.read.contains_key(&path) {
            let bytes = regular::read(&path, MOST_BYTES).ok()?;
            let database = Arc::make_mut(&mut self.database);
            let faces = database.load_font_source(Source::Binary(Arc::new(bytes)));
            self.read.insert(path.clone(), faces.to_vec());
        }
        let of_index = |id: &&ID| {
            let face = self.database.face(**id);
            face.is_some_and(|face| face.index == index)
        };
        self.read.get(&path)?.iter().find(of_index).copied()
    }
}

/// Whether a face has a letter.
trait Has {
    fn has(&self, id: ID, c: char) -> bool;
}

impl Has for Database {
    fn has(&self, id: ID, c: char) -> bool {
        self.with_face_data(id, |bytes, index| {
            let face = ttf_parser::Face::parse(bytes, index).ok()?;
            face.glyph_index(c)
        })
        .flatten()
        .is_some()
    }
}

/// Whether the program's own fonts draw a character, or rightly draw nothing for it.
fn is_own(c: char) -> bool {
    static FACE: OnceLock<Option<ttf_parser::Face<'static>>> = OnceLock::new();
    let face = FACE.get_or_init(|| ttf_parser::Face::parse(REGULAR, 0).ok());
    is_hidden(c)
        || is_selector(c)
        || face
            .as_ref()
            .is_some_and(|face| face.glyph_index(c).is_some())
}

/// Selectors of variants and joiners of marks, which have no shape of their own.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{34F}' | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether there is a font that draws a character, or it is rightly drawn as nothing.
pub fn has(c: char) -> bool {
    is_own(c) || all().find(c).is_some()
}

/// Whether a text is as wide as its letters are by themselves: those of its own fonts, and of a
/// script in which they don't join.
pub fn is_plain(text: &str) -> bool {
    let joins = |c: char| matches!(c, '\u{600}'..='\u{77F}' | '\u{8A0}'..='\u{8FF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
    let lacks = |c: char| !is_own(c) && all().find(c).is_some();
    text.is_ascii() || !text.chars().any(|c| joins(c) || lacks(c))
}

/// Finds fonts for the letters of a text, so that they are there when it is drawn.
pub fn want(text: &str) {
    for c in text.chars().filter(|&c| !c.is_ascii() && !is_own(c)) {
        all().find(c);
    }
}

/// How an SVG is read: with these fonts alone.
pub fn options() -> Options<'static> {
    let fonts = all();
    let has_more = !fonts.given.is_empty() || !fonts.machine.is_empty();
    let font_resolver = match has_more {
        false => FontResolver::default(),
        true => FontResolver {
            select_fallback: Box::new(|c, used, database| {
                let bold = database.face(*used.first()?)?.weight >= Weight::SEMIBOLD;
                let face = all().find(c)?[usize::from(bold)];
                (!used.contains(&face) && database.face(face).is_some()).then_some(face)
            }),
            ..FontResolver::default()
        },
    };
    Options {
        font_family: FAMILY.to_owned(),
        fontdb: Arc::clone(&fonts.database),
        font_resolver,
        ..Options::default()
    }
}

#[cfg(test)]
mod tests {
    use resvg::usvg::{Node, Tree};

    use super::super::canvas::{Canvas, Face, Page, paint_sized};
    use super::super::text::width;
    use super::*;

    /// Letters, glyphs and places from the left of a text as it is drawn.
    fn drawn(said: &str) -> Vec<(String, u32, f32)> {
        let draw = |canvas: &mut Canvas<'_>| {
            canvas.text((50.0, 50.0), said, Face::new(20.0));
            Ok(())
        };
        let svg = paint_sized(Page::SCREEN, (400.0, 100.0), draw).expect("drawn");
        let tree = Tree::from_str(&svg, &options()).expect("SVG");
        let text = tree.root().children().iter().find_map(|node| match node {
            Node::Text(text) => Some(text),
            _ => None,
        });
        let spans = text.expect("a text").layouted().iter();
        let glyphs = spans.flat_map(|span| &span.positioned_glyphs);
        glyphs
            .map(|glyph| (glyph.text.clone(), glyph.id.0, glyph.transform().tx))
            .collect()
    }

    #[test]
    fn arabic_is_joined_and_set_from_right_to_left() {
        let said = "تحالف";
        let mut glyphs = drawn(said);
        glyphs.sort_by(|a, b| b.2.total_cmp(&a.2));
        let read: String = glyphs
            .iter()
            .map(|(letters, ..)| letters.as_str())
            .collect();
        assert_eq!(read, said, "from the right end");
        // Letters between others have other shapes than those by themselves.
        let face = ttf_parser::Face::parse(REGULAR, 0).expect("a font");
        let alone = |c: char| face.glyph_index(c).map(|id| u32::from(id.0));
        let joined = glyphs.iter().filter(|(letters, id, _)| {
            letters
                .chars()
                .next()
                .is_some_and(|c| alone(c) != Some(*id))
        });
        assert!(joined.count() >= 3, "{glyphs:?}");
        // Joined they are narrower, and that is what is reckoned with.
        let by_letters: f64 = said
            .chars()
            .map(|c| width(&c.to_string(), 20.0, false))
            .sum();
        assert!(width(said, 20.0, false) < 0.9 * by_letters);
    }

    #[test]
    fn hebrew_goes_from_right_to_left_and_latin_does_not() {
        for (said, from_right) in [("ברית", true), ("Pakt", false), ("Союз", false)] {
            let mut glyphs = drawn(said);
            glyphs.sort_by(|a, b| a.2.total_cmp(&b.2));
            if from_right {
                glyphs.reverse();
            }
            let read: String = glyphs
                .iter()
                .map(|(letters, ..)| letters.as_str())
                .collect();
            assert_eq!(read, said);
        }
    }

    #[test]
    fn what_needs_no_other_font_is_measured_letter_by_letter() {
        for plain in ["Collapse", "Łódź", "Λαϊκό", "Союз", "\u{9646}"] {
            assert!(is_plain(plain), "{plain}");
        }
        assert!(!is_plain("العرب"));
    }
}
