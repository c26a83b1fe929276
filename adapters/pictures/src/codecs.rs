//! Decodes a picture, makes it smaller, and encodes it anew.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
};
use kernel::{PictureFormat, Print};
use media::{FileKind, PaintError, Painter};

use crate::{avif::Avifenc, drawing};

/// The most bytes of a decoded picture; four a dot are enough for every one that media takes.
const ROOM_BYTES: u64 = 256 * 1024 * 1024;
/// Where one no longer sees what a smaller file leaves out.
const WEBP_QUALITY: f32 = 80.0;
const JPEG_QUALITY: u8 = 85;
/// The most rows of dots of a WebP.
const MAX_HEIGHT: u32 = 16_383;

/// Decodes and encodes in this process, but for AVIF.
#[derive(Debug, Clone, Default)]
pub struct Codecs {
    avifenc: Option<Avifenc>,
}

impl Codecs {
    /// With an encoder of AVIF, if the system has one.
    pub fn of_the_system() -> Self {
        Self {
            avifenc: Avifenc::find(),
        }
    }
}

impl Painter for Codecs {
    fn writes_avif(&self) -> bool {
        self.avifenc.is_some()
    }

    fn paint(&self, picture: &[u8], kind: FileKind, width: u32, format: PictureFormat) -> Result<Vec<u8>, PaintError> {
        let picture = shrink(decode(picture, kind)?, width)?;
        match (format, &self.avifenc) {
            (PictureFormat::Webp, _) => webp(&picture),
            (PictureFormat::Avif, Some(avifenc)) => avifenc.encode(&picture),
            (PictureFormat::Avif, None) => Err(PaintError::NotNow("nothing here writes AVIF".to_owned())),
        }
    }

    fn print(&self, picture: &[u8], kind: FileKind, print: Print) -> Result<Vec<u8>, PaintError> {
        let (width, height) = match print {
            Print::Card => Print::CARD,
            Print::Plain => (Print::LONGEST, Print::LONGEST),
        };
        let picture = on_white(&match kind {
            FileKind::Svg => drawing::paint(picture, (width, height))?,
            _ => within(decode(picture, kind)?, width, height),
        });
        jpeg(&match print {
            Print::Card => framed(&picture, (width, height)),
            Print::Plain => picture,
        })
    }
}

/// As large as fits, and no larger than it is.
fn within(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if picture.width() <= width && picture.height() <= height {
        picture
    } else {
        picture.resize(width, height, FilterType::CatmullRom)
    }
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let mut ground = DynamicImage::from(RgbImage::from_pixel(picture.width(), picture.height(), Rgb([255; 3])));
    imageops::overlay(&mut ground, &picture.to_rgba8(), 0, 0);
    ground.to_rgb8()
}

/// In the middle of a ground of the colour that its corners have on average.
fn framed(picture: &RgbImage, (width, height): (u32, u32)) -> RgbImage {
    let (right, bottom) = (picture.width().saturating_sub(1), picture.height().saturating_sub(1));
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)];
    let mean = |channel: usize| {
        let values = corners
            .iter()
            .filter_map(|(x, y)| picture.get_pixel_checked(*x, *y)?.0.get(channel).copied());
        u8::try_from(values.map(u32::from).sum::<u32>() / 4).unwrap_or(u8::MAX)
    };
    let mut ground = RgbImage::from_pixel(width, height, Rgb([mean(0), mean(1), mean(2)]));
    let middle = |outer: u32, inner: u32| i64::from(outer.saturating_sub(inner) / 2);
    imageops::overlay(
        &mut ground,
        picture,
        middle(width, picture.width()),
        middle(height, picture.height()),
    );
    ground
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, PaintError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    picture.write_with_encoder(encoder).map_err(|error| failed(&error))?;
    Ok(bytes)
}

fn decode(picture: &[u8], kind: FileKind) -> Result<DynamicImage, PaintError> {
    let format = match kind {
        FileKind::Jpeg => ImageFormat::Jpeg,
        FileKind::Png => ImageFormat::Png,
        FileKind::Webp => ImageFormat::WebP,
        other => {
            return Err(PaintError::Never(format!(
                "{} is not decoded here",
                other.content_type()
            )));
        }
    };
    let mut reader = ImageReader::with_format(Cursor::new(picture), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(ROOM_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| failed(&error))?;
    if decoder.total_bytes() > ROOM_BYTES {
        return Err(PaintError::Never("decoded it would take too much room".to_owned()));
    }
    let orientation = decoder.orientation().map_err(|error| failed(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| failed(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture in that width, with its proportions; as it is when it is not wider.
fn shrink(picture: DynamicImage, width: u32) -> Result<DynamicImage, PaintError> {
    let (own_width, own_height) = (picture.width().max(1), picture.height());
    let width = width.clamp(1, own_width);
    let rounded = u64::from(own_height)
        .saturating_mul(u64::from(width))
        .saturating_add(u64::from(own_width / 2))
        / u64::from(own_width);
    let height = u32::try_from(rounded).unwrap_or(own_height).max(1);
    if height > MAX_HEIGHT {
        return Err(PaintError::Never("it is too high for a WebP".to_owned()));
    }
    Ok(if width == own_width {
        picture
    } else {
        picture.resize_exact(width, height, FilterType::CatmullRom)
    })
}

fn webp(picture: &DynamicImage) -> Result<Vec<u8>, PaintError> {
    let (width, height) = (picture.width(), picture.height());
    let encoded = if picture.color().has_alpha() {
        let dots = picture.to_rgba8();
        webp::Encoder::from_rgba(&dots, width, height).encode_simple(false, WEBP_QUALITY)
    } else {
        let dots = picture.to_rgb8();
        webp::Encoder::from_rgb(&dots, width, height).encode_simple(false, WEBP_QUALITY)
    };
    match encoded {
        Ok(encoded) => Ok(encoded.to_vec()),
        Err(error) => Err(PaintError::Never(format!("it cannot become a WebP: {error:?}"))),
    }
}

fn failed(error: &dyn std::error::Error) -> PaintError {
    PaintError::Never(error.to_string())
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// Red on the left, blue on the right.
    fn two_colours() -> RgbImage {
        RgbImage::from_fn(400, 200, |x, _| {
            if x < 200 {
                Rgb([220, 10, 10])
            } else {
                Rgb([10, 10, 220])
            }
        })
    }

    fn painted(picture: &[u8], kind: FileKind, width: u32) -> DynamicImage {
        let webp = Codecs::default()
            .paint(picture, kind, width, PictureFormat::Webp)
            .unwrap();
        image::load_from_memory_with_format(&webp, ImageFormat::WebP).unwrap()
    }

    #[test]
    fn pictures_become_smaller_and_never_larger() {
        let jpeg = encoded(two_colours(), ImageFormat::Jpeg);
        for (wanted, width, height) in [(160, 160, 80), (400, 400, 200), (640, 400, 200)] {
            let small = painted(&jpeg, FileKind::Jpeg, wanted);
            assert_eq!((small.width(), small.height()), (width, height));
        }
    }

    #[test]
    fn what_shows_through_still_does() {
        let clear = RgbaImage::from_pixel(100, 100, Rgba([10, 200, 10, 0]));
        let png = encoded(clear, ImageFormat::Png);
        assert_eq!(painted(&png, FileKind::Png, 50).to_rgba8().get_pixel(20, 20).0[3], 0);
    }

    #[test]
    fn a_camera_held_sideways_gives_an_upright_picture() {
        let jpeg = encoded(two_colours(), ImageFormat::Jpeg);
        // To be turned a quarter to the right: what was on the left comes to the top.
        let notes = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let held = [&jpeg[..2], notes, &jpeg[2..]].concat();
        let upright = painted(&held, FileKind::Jpeg, 100);
        assert_eq!((upright.width(), upright.height()), (100, 200));
        let [red, _, blue] = upright.to_rgb8().get_pixel(50, 20).0;
        assert!(red > blue, "{red} {blue}");
    }

    #[test]
    fn a_card_has_its_size_and_the_picture_in_its_middle() {
        let clear = RgbaImage::from_pixel(10, 10, Rgba([10, 200, 10, 0]));
        let drawn = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path fill="#dc0a0a" d="M0 0h10v10H0z"/></svg>"##;
        let tall = RgbImage::from_pixel(900, 3_000, Rgb([220, 10, 10]));
        for (picture, kind, middle, edge) in [
            (
                encoded(clear, ImageFormat::Png),
                FileKind::Png,
                [255, 255, 255],
                [255, 255, 255],
            ),
            (drawn.to_vec(), FileKind::Svg, [220, 10, 10], [220, 10, 10]),
            (
                encoded(tall, ImageFormat::Jpeg),
                FileKind::Jpeg,
                [220, 10, 10],
                [220, 10, 10],
            ),
            (
                encoded(two_colours(), ImageFormat::Png),
                FileKind::Png,
                [10, 10, 220],
                [115, 10, 115],
            ),
        ] {
            let card = Codecs::default().print(&picture, kind, Print::Card).unwrap();
            let card = image::load_from_memory_with_format(&card, ImageFormat::Jpeg)
                .unwrap()
                .to_rgb8();
            assert_eq!((card.width(), card.height()), Print::CARD);
            for (at, wanted) in [((605, 315), middle), ((3, 315), edge)] {
                let found = card.get_pixel(at.0, at.1).0;
                let is_like = found
                    .iter()
                    .zip(wanted)
                    .all(|(found, wanted)| found.abs_diff(wanted) < 12);
                assert!(is_like, "{kind:?} {at:?} {found:?}");
            }
        }
    }

    #[test]
    fn a_plain_print_keeps_its_proportions() {
        let wide = encoded(RgbImage::new(2_000, 500), ImageFormat::Png);
        let drawn = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 5"><path d="M0 0h20v5H0z"/></svg>"##;
        for (picture, kind) in [(wide.as_slice(), FileKind::Png), (drawn.as_slice(), FileKind::Svg)] {
            let print = Codecs::default().print(picture, kind, Print::Plain).unwrap();
            let print = image::load_from_memory_with_format(&print, ImageFormat::Jpeg).unwrap();
            assert_eq!((print.width(), print.height()), (1_600, 400), "{kind:?}");
        }
        for broken in [
            b"<svg".as_slice(),
            b"",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\"/>",
        ] {
            assert!(Codecs::default().print(broken, FileKind::Svg, Print::Plain).is_err());
        }
    }

    #[test]
    fn what_is_no_picture_or_takes_too_much_room_is_refused() {
        let mut bomb = encoded(RgbImage::new(1, 1), ImageFormat::Png);
        // The header's width and height, with the checksum that goes with them.
        bomb[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0, 0x80, 0]);
        let jpeg = encoded(two_colours(), ImageFormat::Jpeg);
        for (odd, kind) in [
            (bomb.as_slice(), FileKind::Png),
            (&jpeg[..100], FileKind::Jpeg),
            (b"", FileKind::Webp),
            (b"%PDF-1.7", FileKind::Pdf),
            (&encoded(RgbImage::new(1, 17_000), ImageFormat::Png), FileKind::Png),
        ] {
            let painted = Codecs::default().paint(odd, kind, 160, PictureFormat::Webp);
            assert!(painted.is_err(), "{kind:?}");
        }
    }
}
