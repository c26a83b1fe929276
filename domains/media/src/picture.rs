//! What is read from a picture without decoding it, and what is taken out of it: where it was taken and with what is
//! nobody's business, and a header that promises more dots than a server has room for ends here.

mod exif;
mod jpeg;
mod png;
mod webp;

use crate::FileKind;

/// The most dots of a picture: as many as the cameras of good telephones have.
const MAX_PIXELS: u64 = 50_000_000;

/// A picture as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The same picture without what was noted beside it.
    pub(crate) bytes: Vec<u8>,
    /// How wide and high it is shown.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Whether it moves. Pictures that move are not made smaller.
    pub(crate) moves: bool,
}

/// Why a picture is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Its parts do not fit together.
    Broken,
    /// It has more dots than are taken.
    TooManyPixels,
}

/// Reads and cleans a picture of dots. The size is none for kinds that are kept as they are.
pub(crate) fn clean(kind: FileKind, bytes: &[u8]) -> Result<Option<Picture>, Flaw> {
    let (picture, size) = match kind {
        FileKind::Jpeg => with_size(jpeg::read(bytes)),
        FileKind::Png => with_size(png::read(bytes)),
        FileKind::Webp => with_size(webp::read(bytes)),
        FileKind::Gif => (None, little(bytes, 6).zip(little(bytes, 8))),
        FileKind::Avif => (None, largest_extent(bytes)),
        FileKind::Svg | FileKind::Mp4 | FileKind::Webm | FileKind::Glb | FileKind::Usdz | FileKind::Pdf => {
            return Ok(None);
        }
    };
    let (width, height) = size
        .filter(|(width, height)| *width > 0 && *height > 0)
        .ok_or(Flaw::Broken)?;
    if u64::from(width).saturating_mul(u64::from(height)) > MAX_PIXELS {
        return Err(Flaw::TooManyPixels);
    }
    Ok(picture)
}

fn with_size(picture: Option<Picture>) -> (Option<Picture>, Option<(u32, u32)>) {
    let size = picture.as_ref().map(|picture| (picture.width, picture.height));
    (picture, size)
}

/// The largest of the extents that an AVIF names for the pictures in it.
fn largest_extent(bytes: &[u8]) -> Option<(u32, u32)> {
    let boxes = bytes.windows(16).filter(|part| part.starts_with(b"ispe"));
    let extents = boxes.filter_map(|part| Some((big(part, 8)?, big(part, 12)?)));
    extents.max_by_key(|(width, height)| u64::from(*width).saturating_mul(u64::from(*height)))
}

/// Four bytes, the largest first.
fn big(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Two bytes, the smallest first.
fn little(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_promises_too_much_is_enough() {
        let gif =
            |width: u16, height: u16| [b"GIF89a".as_slice(), &width.to_le_bytes(), &height.to_le_bytes()].concat();
        assert_eq!(clean(FileKind::Gif, &gif(10, 10)), Ok(None));
        assert_eq!(clean(FileKind::Gif, &gif(0, 10)), Err(Flaw::Broken));
        assert_eq!(clean(FileKind::Gif, &gif(65_535, 65_535)), Err(Flaw::TooManyPixels));
        assert_eq!(clean(FileKind::Gif, b"GIF89a"), Err(Flaw::Broken));
        let avif = [
            b"\0\0\0\x1cftypavif".as_slice(),
            b"ispe\0\0\0\0\0\0\xff\xff\0\0\xff\xff",
        ]
        .concat();
        assert_eq!(clean(FileKind::Avif, &avif), Err(Flaw::TooManyPixels));
    }
}
