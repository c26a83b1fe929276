//! Paints drawings. Words in them are left out, for a program has no letters of its own; nothing in them is fetched.

use image::{DynamicImage, RgbaImage};
use media::PaintError;
use resvg::{
    tiny_skia::{Pixmap, Size, Transform},
    usvg::{ImageHrefResolver, Options, Tree},
};

use crate::harmless;

/// The drawing as large as fits into that frame.
pub(crate) fn paint(svg: &[u8], (width, height): (u32, u32)) -> Result<DynamicImage, PaintError> {
    let document = harmless::read(svg).map_err(PaintError::Never)?;
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| PaintError::Never(error.to_string()))?;
    let own = tree.size();
    let frame = Size::from_wh(dots(width), dots(height)).ok_or_else(no_room)?;
    let fitting = own.scale_to(frame);
    let size = fitting.to_int_size();
    let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or_else(no_room)?;
    let (across, down) = (
        ratio(fitting.width(), own.width()),
        ratio(fitting.height(), own.height()),
    );
    resvg::render(&tree, Transform::from_scale(across, down), &mut pixmap.as_mut());
    let painted = pixmap.pixels().iter().flat_map(|dot| {
        let dot = dot.demultiply();
        [dot.red(), dot.green(), dot.blue(), dot.alpha()]
    });
    let picture = RgbaImage::from_raw(size.width(), size.height(), painted.collect());
    picture.map(DynamicImage::from).ok_or_else(no_room)
}

fn no_room() -> PaintError {
    PaintError::Never("it has no size".to_owned())
}

/// No frame is wider than what fits into sixteen bits.
fn dots(count: u32) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

#[expect(clippy::float_arithmetic, reason = "dots, not money")]
fn ratio(wanted: f32, own: f32) -> f32 {
    wanted / own
}
