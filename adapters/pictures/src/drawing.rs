//! Paints drawings. Words in them are left out, for a program has no letters of its own; nothing in them is fetched.

use image::{DynamicImage, RgbaImage};
use media::PaintError;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

/// The drawing as large as fits into that frame.
pub(crate) fn paint(svg: &[u8], (width, height): (u32, u32)) -> Result<DynamicImage, PaintError> {
    let tree = Tree::from_data(svg, &Options::default()).map_err(|error| PaintError(error.to_string()))?;
    let own = tree.size().to_int_size();
    let fitting = own.scale_to_width(width).filter(|fitting| fitting.height() <= height);
    let size = fitting.or_else(|| own.scale_to_height(height)).ok_or_else(no_room)?;
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or_else(no_room)?;
    let scale = tree.size();
    let scale = Transform::from_scale(ratio(size.width(), scale.width()), ratio(size.height(), scale.height()));
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    let dots = pixmap.pixels().iter().flat_map(|dot| {
        let dot = dot.demultiply();
        [dot.red(), dot.green(), dot.blue(), dot.alpha()]
    });
    let picture = RgbaImage::from_raw(size.width(), size.height(), dots.collect());
    picture.map(DynamicImage::from).ok_or_else(no_room)
}

fn no_room() -> PaintError {
    PaintError("it has no size".to_owned())
}

#[expect(clippy::float_arithmetic, reason = "dots, not money")]
fn ratio(wanted: u32, own: f32) -> f32 {
    u16::try_from(wanted).map_or(1.0, |wanted| f32::from(wanted) / own)
}
