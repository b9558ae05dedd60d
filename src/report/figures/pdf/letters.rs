//! The letters of a PDF: which glyphs of which fonts it needs, and how lines of text are set
//! with them.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use resvg::tiny_skia::Transform;
use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::layout::PositionedGlyph;
use resvg::usvg::{Group, Node, Paint, Text, Tree};
use subsetter::GlyphRemapper;

use super::super::FigureError;
use super::{Sheet, deflated, share};

const SYSTEM: SystemInfo = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// The fonts of a document.
#[derive(Default)]
pub struct Letters {
    /// In the order in which the text wants them.
    faces: Vec<Face>,
}

/// A font, and what is used of it.
struct Face {
    id: ID,
    bytes: Vec<u8>,
    index: u32,
    glyphs: GlyphRemapper,
    /// What each glyph stands for, by its number in the part that is embedded.
    said: BTreeMap<u16, String>,
    /// The part; none where it can't be had, and its letters are drawn as outlines.
    part: Option<Vec<u8>>,
}

impl Letters {
    /// Takes down every glyph of a picture.
    pub fn take_all(&mut self, tree: &Tree) {
        self.take(tree.root(), tree.fontdb());
        for face in &mut self.faces {
            face.part = subsetter::subset(&face.bytes, face.index, &face.glyphs).ok();
        }
    }

    fn take(&mut self, group: &Group, fonts: &Database) {
        for node in group.children() {
            match node {
                Node::Group(group) => self.take(group, fonts),
                Node::Text(text) => {
                    let spans = text.layouted().iter();
                    for glyph in spans.flat_map(|span| &span.positioned_glyphs) {
                        self.add(glyph, fonts);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, glyph: &PositionedGlyph, fonts: &Database) {
        let Ok(number) = u16::try_from(glyph.id.0) else {
            return;
        };
        let known = self.faces.iter().position(|face| face.id == glyph.font);
        let at = known.or_else(|| {
            let (bytes, index) =
                fonts.with_face_data(glyph.font, |bytes, index| (bytes.to_vec(), index))?;
            self.faces.push(Face {
                id: glyph.font,
                bytes,
                index,
                glyphs: GlyphRemapper::new(),
                said: BTreeMap::new(),
                part: None,
            });
            Some(self.faces.len() - 1)
        });
        if let Some(face) = at.and_then(|at| self.faces.get_mut(at)) {
            let new = face.glyphs.remap(number);
            let said = glyph.text.replace('\u{A0}', " ");
            face.said.entry(new).or_insert(said);
        }
    }

    /// The place of a glyph's font and its number in the part that is embedded.
    fn find(&self, glyph: &PositionedGlyph) -> Option<(usize, u16)> {
        let at = self.faces.iter().position(|face| face.id == glyph.font)?;
        let face = &self.faces[at];
        face.part.as_ref()?;
        let number = face.glyphs.get(u16::try_from(glyph.id.0).ok()?)?;
        Some((at, number))
    }

    /// Writes the fonts; returns their names.
    pub fn write(
        &self,
        pdf: &mut Pdf,
        new: &mut impl FnMut() -> Ref,
    ) -> Result<Vec<(String, Ref)>, FigureError> {
        let mut written = Vec::new();
        for (at, face) in self.faces.iter().enumerate() {
            if let Some(part) = &face.part {
                let id = new();
                face.write(pdf, id, part, new)?;
                written.push((name(at), id));
            }
        }
        Ok(written)
    }
}

/// The name of a font.
fn name(at: usize) -> String {
    format!("f{at}")
}

impl Face {
    fn write(
        &self,
        pdf: &mut Pdf,
        id: Ref,
        part: &[u8],
        new: &mut impl FnMut() -> Ref,
    ) -> Result<(), FigureError> {
        let wrong = |error: ttf_parser::FaceParsingError| FigureError::Draw(error.to_string());
        let face = ttf_parser::Face::parse(&self.bytes, self.index).map_err(wrong)?;
        let per_em = 1000.0 / f32::from(face.units_per_em());
        let thousandths = |units: i16| f32::from(units) * per_em;
        let [cid, descriptor, cmap, data] = [new(), new(), new(), new()];
        let outlines = ttf_parser::RawFace::parse(part, 0)
            .ok()
            .and_then(|raw| raw.table(ttf_parser::Tag::from_bytes(b"CFF ")));
        let is_cff = outlines.is_some();
        let names = face.names().into_iter();
        let called = names
            .filter(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME)
            .find_map(|name| name.to_string());
        // A tag of six letters says that it is a part of the font.
        let tag = blake3::hash(part);
        let tag: String = tag.as_bytes()[..6]
            .iter()
            .map(|byte| char::from(b'A' + byte % 26))
            .collect();
        let base = format!("{tag}+{}", called.unwrap_or_else(|| "Font".to_owned()));
        let of_type0 = match is_cff {
            true => format!("{base}-Identity-H"),
            false => base.clone(),
        };
        pdf.type0_font(id)
            .base_font(Name(of_type0.as_bytes()))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut font = pdf.cid_font(cid);
        font.subtype(match is_cff {
            true => CidFontType::Type0,
            false => CidFontType::Type2,
        });
        font.base_font(Name(base.as_bytes()))
            .system_info(SYSTEM)
            .font_descriptor(descriptor)
            .default_width(0.0);
        if !is_cff {
            font.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let advances = self.glyphs.remapped_gids().map(|old| {
            let advance = face.glyph_hor_advance(ttf_parser::GlyphId(old));
            f32::from(advance.unwrap_or(0)) * per_em
        });
        font.widths().consecutive(0, advances);
        font.finish();
        let bounds = face.global_bounding_box();
        let mut described = pdf.font_descriptor(descriptor);
        described
            .name(Name(base.as_bytes()))
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(
                thousandths(bounds.x_min),
                thousandths(bounds.y_min),
                thousandths(bounds.x_max),
                thousandths(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(thousandths(face.ascender()))
            .descent(thousandths(face.descender()))
            .cap_height(thousandths(
                face.capital_height().unwrap_or(face.ascender()),
            ))
            .stem_v(10.0 + 0.244 * (f32::from(face.weight().to_number()) - 50.0));
        match is_cff {
            true => described.font_file3(data),
            false => described.font_file2(data),
        };
        described.finish();
        let mut map: UnicodeCmap = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
        for (glyph, said) in &self.said {
            if !said.is_empty() {
                map.pair_with_multiple(*glyph, said.chars());
            }
        }
        pdf.cmap(cmap, &map.finish());
        let bytes = deflated(outlines.unwrap_or(part));
        let mut stream = pdf.stream(data, &bytes);
        stream.filter(Filter::FlateDecode);
        if is_cff {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        }
        stream.finish();
        Ok(())
    }

    /// How far a glyph moves the pen, in ems.
    fn advance(face: &ttf_parser::Face<'_>, glyph: &PositionedGlyph) -> f32 {
        let number = u16::try_from(glyph.id.0).unwrap_or(0);
        let advance = face.glyph_hor_advance(ttf_parser::GlyphId(number));
        f32::from(advance.unwrap_or(0)) / f32::from(face.units_per_em())
    }
}

impl Sheet {
    /// Sets a text; whether all of it could be.
    pub(super) fn text(&mut self, text: &Text, opacity: f32) -> bool {
        let glyphs = || text.layouted().iter().flat_map(|s| &s.positioned_glyphs);
        if glyphs().any(|glyph| self.letters.find(glyph).is_none()) {
            return false;
        }
        for span in text.layouted() {
            let Some(fill) = &span.fill else { continue };
            let Paint::Color(colour) = fill.paint() else {
                continue;
            };
            self.begin(opacity * fill.opacity().get());
            let [r, g, b] = [colour.red, colour.green, colour.blue].map(share);
            self.content.set_fill_rgb(r, g, b);
            self.content.begin_text();
            let at = self.place.pre_concat(text.abs_transform());
            self.set(&span.positioned_glyphs, at);
            self.content.end_text();
            self.content.restore_state();
        }
        true
    }

    /// Glyphs of one span: as one string where each begins where the one before left the pen,
    /// or nearly so.
    fn set(&mut self, glyphs: &[PositionedGlyph], at: Transform) {
        let mut from = 0;
        while from < glyphs.len() {
            let first = &glyphs[from];
            let Some((face, _)) = self.letters.find(first) else {
                return;
            };
            let Ok(parsed) = ttf_parser::Face::parse(
                &self.letters.faces[face].bytes,
                self.letters.faces[face].index,
            ) else {
                return;
            };
            let matrix = em(first, at, parsed.units_per_em());
            let Some(back) = matrix.invert() else { return };
            // Numbers of glyphs, each with how far it begins from where the pen was, in ems.
            let mut string: Vec<(u16, f32)> = Vec::new();
            let mut pen = 0.0;
            let mut until = from;
            while let Some(glyph) = glyphs.get(until) {
                let Some((own, number)) = self.letters.find(glyph) else {
                    break;
                };
                let mut origin = em(glyph, at, parsed.units_per_em());
                origin = back.pre_concat(origin);
                let off = origin.tx - pen;
                let is_one = own == face && origin.ty.abs() < 0.001 && off.abs() < 2.0;
                if until > from && !is_one {
                    break;
                }
                let off = if off.abs() < 0.0005 { 0.0 } else { off };
                string.push((number, off));
                pen = origin.tx + Face::advance(&parsed, glyph);
                until += 1;
            }
            self.content
                .set_font(Name(name(face).as_bytes()), 1.0)
                .set_text_matrix([
                    matrix.sx, matrix.ky, matrix.kx, matrix.sy, matrix.tx, matrix.ty,
                ]);
            let mut shown = self.content.show_positioned();
            let mut items = shown.items();
            let mut run: Vec<u8> = Vec::new();
            for (number, off) in string {
                if off != 0.0 {
                    if !run.is_empty() {
                        items.show(Str(&run));
                        run.clear();
                    }
                    items.adjust((-off * 1000.0).round());
                }
                run.extend(number.to_be_bytes());
            }
            if !run.is_empty() {
                items.show(Str(&run));
            }
            items.finish();
            shown.finish();
            from = until.max(from + 1);
        }
    }
}

/// From a glyph's em to the page: its outline's own units are `per_em` of it.
fn em(glyph: &PositionedGlyph, at: Transform, per_em: u16) -> Transform {
    let per_em = f32::from(per_em);
    at.pre_concat(glyph.outline_transform())
        .pre_scale(per_em, per_em)
}
