//! WebP: chunks in a RIFF container, each with its name and its length.

use super::{Picture, little};

/// The bits of the extended header that say there are notes, and that the picture moves.
const HAS_NOTES: u8 = 0x08 | 0x04;
const MOVES: u8 = 0x02;

/// The picture without notes; none when its parts do not fit together.
pub(super) fn read(bytes: &[u8]) -> Option<Picture> {
    let length = four(bytes, 4)?;
    let whole = bytes.get(8..)?.get(..length)?;
    let mut rest = whole.strip_prefix(b"WEBP")?;
    let mut kept = b"WEBP".to_vec();
    let (mut size, mut moves) = (None, false);
    while !rest.is_empty() {
        let length = four(rest, 4)?;
        // A chunk of odd length is followed by one byte of nothing.
        let padded = length.checked_add(8)?.checked_add(length % 2)?;
        let (chunk, behind) = rest.split_at_checked(padded.min(rest.len()))?;
        let (head, content) = chunk.split_at_checked(8)?;
        let content = content.get(..length)?;
        rest = behind;
        match head.get(..4)? {
            b"VP8X" => {
                let (flags, after) = content.split_first()?;
                size = Some((three(after, 3)?.saturating_add(1), three(after, 6)?.saturating_add(1)));
                moves = flags & MOVES != 0;
                kept.extend(head);
                kept.push(flags & !HAS_NOTES);
                kept.extend(after);
                continue;
            }
            b"VP8 " => size = size.or(Some((little(content, 6)? & 0x3fff, little(content, 8)? & 0x3fff))),
            b"VP8L" => size = size.or(Some(lossless_size(content)?)),
            b"EXIF" | b"XMP " => continue,
            _ => {}
        }
        kept.extend(chunk);
    }
    let (width, height) = size?;
    let length = u32::try_from(kept.len()).ok()?.to_le_bytes();
    Some(Picture {
        bytes: [b"RIFF".as_slice(), &length, &kept].concat(),
        width,
        height,
        moves,
    })
}

/// Two numbers of 14 bits behind a sign, each one less than it means.
fn lossless_size(content: &[u8]) -> Option<(u32, u32)> {
    let bits = u32::from_le_bytes(*content.get(1..)?.first_chunk()?);
    Some((
        (bits & 0x3fff).saturating_add(1),
        (bits >> 14 & 0x3fff).saturating_add(1),
    ))
}

fn three(bytes: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high]: [u8; 3] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

fn four(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let padding = vec![0; content.len() % 2];
        [name, &length, content, &padding].concat()
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        let inside = [b"WEBP".to_vec(), chunks.concat()].concat();
        let length = u32::try_from(inside.len()).unwrap().to_le_bytes();
        [b"RIFF".as_slice(), &length, &inside].concat()
    }

    #[test]
    fn notes_are_taken_out() {
        let lossy = chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x28\0\x1e\0d");
        let extended = |flags: u8| chunk(b"VP8X", &[flags, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
        let noted = file(&[
            extended(0x0c),
            lossy.clone(),
            chunk(b"EXIF", b"GPS"),
            chunk(b"XMP ", b"GPS"),
        ]);
        let read = super::read(&noted).unwrap();
        assert_eq!((read.width, read.height, read.moves), (40, 30, false));
        assert_eq!(read.bytes, file(&[extended(0), lossy.clone()]));
        let plain = file(std::slice::from_ref(&lossy));
        let read = super::read(&plain).unwrap();
        assert_eq!((read.width, read.height, &read.bytes), (40, 30, &plain));
        assert!(super::read(&file(&[extended(MOVES), lossy])).unwrap().moves);
        let lossless = file(&[chunk(b"VP8L", &[0x2f, 39, 0x40, 0x07, 0, 9])]);
        let read = super::read(&lossless).unwrap();
        assert_eq!((read.width, read.height), (40, 30));
        for length in 0..plain.len() - 1 {
            assert_eq!(super::read(&plain[..length]), None, "{length}");
        }
    }
}
