//! From SVG to PNG: resvg with the program's own fonts, then the png encoder.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::{FigureError, canvas, text};
use crate::foreign::line;

/// The fonts, parsed once for all pictures. The machine's own fonts are left out on
/// purpose: a picture must not depend on where it is drawn.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut database = fontdb::Database::new();
            for bytes in [text::REGULAR, text::BOLD] {
                database.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
            }
            database.set_sans_serif_family(text::FAMILY);
            Arc::new(database)
        })
        .clone()
}

/// How an SVG is read: with these fonts alone.
pub fn options() -> Options<'static> {
    Options {
        font_family: text::FAMILY.to_owned(),
        fontdb: fonts(),
        ..Options::default()
    }
}

/// Rasterizes an SVG made by [`canvas`] and encodes it, with `notes` as iTXt chunks.
pub fn png(svg: &str, notes: &[(String, String)]) -> Result<Vec<u8>, FigureError> {
    let tree = Tree::from_str(svg, &options())?;
    let pixels_of = |units: f32| (f64::from(units) / canvas::SCALE).round() as u32;
    let (width, height) = (
        pixels_of(tree.size().width()),
        pixels_of(tree.size().height()),
    );
    let mut pixels = Pixmap::new(width, height).ok_or(FigureError::Size { width, height })?;
    pixels.fill(Color::WHITE);
    let shrink = (1.0 / canvas::SCALE) as f32;
    resvg::render(
        &tree,
        Transform::from_scale(shrink, shrink),
        &mut pixels.as_mut(),
    );

    // The ground is opaque, so the alpha channel says nothing and is dropped.
    let rgb: Vec<u8> = pixels
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut bytes = Vec::with_capacity(512 * 1024);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    for (key, value) in notes {
        encoder.add_itxt_chunk(key.clone(), line(value).into_owned())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes)
}
