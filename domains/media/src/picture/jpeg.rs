//! JPEG: segments behind markers, and the dots between them.

use super::{Picture, exif};

/// Start of the picture.
const START: u8 = 0xd8;
/// End of the picture; what stands behind it is not kept.
const END: u8 = 0xd9;
/// Start of a run of dots.
const SCAN: u8 = 0xda;
/// Notes, and whatever else programs keep beside a picture.
const NOTES: std::ops::RangeInclusive<u8> = 0xe1..=0xef;
const COMMENT: u8 = 0xfe;

/// The picture without notes, except which way up it is; none when its parts do not fit together.
pub(super) fn read(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(&[0xff, START])?;
    let mut parts = Vec::with_capacity(bytes.len());
    let mut size = None;
    let mut turn = 1;
    let mut has_dots = false;
    while let Some((marker, after)) = next_marker(rest) {
        if marker == END {
            break;
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        let (segment, behind) = after.split_at_checked(length)?;
        let content = segment.get(2..)?;
        rest = behind;
        if is_frame(marker) {
            size = Some((two(content, 3)?, two(content, 1)?));
        }
        if marker == 0xe1
            && let Some(notes) = content.strip_prefix(exif::MARK)
        {
            turn = exif::orientation(notes);
        }
        if is_kept(marker, content) {
            parts.extend([0xff, marker]);
            parts.extend(segment);
        }
        if marker == SCAN {
            has_dots = true;
            let (dots, behind) = rest.split_at_checked(length_of_dots(rest))?;
            parts.extend(dots);
            rest = behind;
        }
    }
    let (width, height) = size.filter(|_| has_dots)?;
    let mut kept = vec![0xff, START];
    if turn != 1 {
        let notes = exif::saying(turn);
        kept.extend([0xff, 0xe1]);
        kept.extend(u16::try_from(notes.len().saturating_add(2)).ok()?.to_be_bytes());
        kept.extend(notes);
    }
    kept.extend(parts);
    kept.extend([0xff, END]);
    // From 5 on the picture lies on its side.
    let (width, height) = if turn >= 5 { (height, width) } else { (width, height) };
    Some(Picture {
        bytes: kept,
        width,
        height,
        moves: false,
    })
}

/// The next marker and what follows it. Any number of 0xff may stand before one.
fn next_marker(rest: &[u8]) -> Option<(u8, &[u8])> {
    let start = rest.iter().position(|byte| *byte != 0xff).filter(|start| *start > 0)?;
    let (marker, after) = rest.get(start..)?.split_first()?;
    Some((*marker, after))
}

/// Dots end at a marker that neither restarts them nor is an escaped 0xff.
fn length_of_dots(rest: &[u8]) -> usize {
    let ends = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0x00 | 0xd0..=0xd7 | 0xff));
    rest.windows(2).position(ends).unwrap_or(rest.len())
}

/// Start of frame: how large the picture is. Three markers of that range mean something else.
fn is_frame(marker: u8) -> bool {
    (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Colours need their profile, and Adobe's mark says how they are stored.
fn is_kept(marker: u8, content: &[u8]) -> bool {
    let colours =
        (marker == 0xe2 && content.starts_with(b"ICC_PROFILE\0")) || (marker == 0xee && content.starts_with(b"Adobe"));
    colours || !(NOTES.contains(&marker) || marker == COMMENT)
}

fn two(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], length.as_slice(), content].concat()
    }

    /// A picture of 40 by 30, with these notes before its frame.
    fn picture(notes: &[u8]) -> Vec<u8> {
        let frame = segment(0xc0, &[8, 0, 30, 0, 40, 1, 1, 0x11, 0]);
        let scan = segment(SCAN, &[1, 1, 0, 0, 63, 0]);
        let dots = [1, 2, 0xff, 0, 3, 0xff, 0xd0, 4];
        [&[0xff, START], notes, &frame, &scan, &dots, &[0xff, END]].concat()
    }

    #[test]
    fn notes_are_taken_out_and_the_way_up_stays() {
        let plain = picture(b"");
        let read = read(&plain).unwrap();
        assert_eq!((read.width, read.height, read.bytes), (40, 30, plain.clone()));
        let gps = [exif::saying(6), b"GPS 52.5 13.4".to_vec()].concat();
        let noted = [
            segment(0xe1, &gps),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS"),
            segment(COMMENT, b"GPS"),
            segment(0xe2, b"ICC_PROFILE\0colours"),
        ];
        let behind = [picture(&noted.concat()), b"GPS behind the end".to_vec()].concat();
        let cleaned = super::read(&behind).unwrap();
        assert_eq!((cleaned.width, cleaned.height), (30, 40));
        let holds = |word: &[u8]| cleaned.bytes.windows(word.len()).any(|part| part == word);
        assert!(!holds(b"GPS") && holds(b"colours"));
        assert_eq!(
            super::read(&cleaned.bytes),
            Some(cleaned.clone()),
            "cleaning twice changes nothing"
        );
    }

    #[test]
    fn what_is_cut_off_is_broken() {
        let whole = picture(&segment(0xe0, b"JFIF\0"));
        for length in 0..whole.len() - 10 {
            assert_eq!(read(&whole[..length]), None, "{length}");
        }
        assert_eq!(read(b"\xff\xd8\xff\xe0\0\0"), None);
    }
}
