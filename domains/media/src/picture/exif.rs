//! Which way up a camera was held.

/// The sign before such notes in a JPEG.
pub(super) const MARK: &[u8] = b"Exif\0\0";

/// How the picture is to be turned, from 1 (not at all) to 8, as the notes say.
pub(super) fn orientation(notes: &[u8]) -> u8 {
    read(notes).filter(|turn| (1..=8).contains(turn)).unwrap_or(1)
}

fn read(notes: &[u8]) -> Option<u8> {
    let big_first = match notes.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes: [u8; 2] = *notes.get(at..)?.first_chunk()?;
        Some(if big_first {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    };
    let four = |at: usize| {
        let bytes: [u8; 4] = *notes.get(at..)?.first_chunk()?;
        Some(if big_first {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    };
    let list = usize::try_from(four(4)?).ok()?;
    let entries = usize::from(two(list)?);
    let at = (0..entries)
        .map(|number| list.saturating_add(2).saturating_add(number.saturating_mul(12)))
        .find(|at| two(*at) == Some(0x0112))?;
    u8::try_from(two(at.saturating_add(8))?).ok()
}

/// Notes that say only this.
pub(super) fn saying(orientation: u8) -> Vec<u8> {
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [MARK, b"MM\0*\0\0\0\x08\0\x01", &entry, &[0; 4]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_read_again() {
        for turn in 1..=8 {
            assert_eq!(orientation(saying(turn).strip_prefix(MARK).unwrap()), turn);
        }
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        assert_eq!(orientation(little), 6);
        for odd in [
            b"".as_slice(),
            b"MM\0*\xff\xff\xff\xff",
            b"MM\0*\0\0\0\x08\xff\xff",
            &saying(9)[6..],
        ] {
            assert_eq!(orientation(odd), 1);
        }
    }
}
