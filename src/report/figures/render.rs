//! From SVG to PNG: resvg with the program's own fonts, then the png encoder.

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::Tree;

use super::{FigureError, canvas, fonts};
use crate::foreign::line;

/// Most dots of a picture.
const MOST: u64 = 400_000_000;

/// Rasterizes an SVG made by [`canvas`] and encodes it, with `notes` as iTXt chunks: a dot a user
/// unit, or so many dots across, of which so many are an inch.
pub fn png(
    svg: &str,
    dots: Option<(f64, u32)>,
    notes: &[(String, String)],
) -> Result<Vec<u8>, FigureError> {
    let tree = Tree::from_str(svg, &fonts::options())?;
    let shrink = match dots {
        None => 1.0 / canvas::SCALE,
        Some((across, _)) => across / f64::from(tree.size().width()),
    };
    let pixels_of = |units: f32| (f64::from(units) * shrink).round() as u32;
    let (width, height) = (
        pixels_of(tree.size().width()),
        pixels_of(tree.size().height()),
    );
    let size = || FigureError::Size { width, height };
    if u64::from(width) * u64::from(height) > MOST {
        return Err(size());
    }
    let mut pixels = Pixmap::new(width, height).ok_or_else(size)?;
    pixels.fill(Color::WHITE);
    let shrink = shrink as f32;
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
    if let Some((_, dpi)) = dots {
        let per_metre = (f64::from(dpi) / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
    }
    for (key, value) in notes {
        encoder.add_itxt_chunk(key.clone(), line(value).into_owned())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes)
}
