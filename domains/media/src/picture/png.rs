//! PNG: chunks, each with its length, its name and a checksum.

use super::{Picture, big};

const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks that only tell something about the picture.
const NOTES: [&[u8]; 5] = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"];

/// The picture without notes; none when its parts do not fit together.
pub(super) fn read(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(MARK)?;
    let mut kept = MARK.to_vec();
    let (mut size, mut moves) = (None, false);
    loop {
        let length = usize::try_from(big(rest, 0)?).ok()?;
        let (chunk, behind) = rest.split_at_checked(length.checked_add(12)?)?;
        let name = chunk.get(4..8)?;
        rest = behind;
        match name {
            b"IHDR" => size = Some((big(chunk, 8)?, big(chunk, 12)?)),
            b"acTL" => moves = true,
            _ => {}
        }
        if !NOTES.contains(&name) {
            kept.extend(chunk);
        }
        if name == b"IEND" {
            let (width, height) = size?;
            return Some(Picture {
                bytes: kept,
                width,
                height,
                moves,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length, name, content, b"csum"].concat()
    }

    #[test]
    fn notes_are_taken_out() {
        let head = chunk(b"IHDR", b"\0\0\0\x28\0\0\0\x1e\x08\x02\0\0\0");
        let (dots, end) = (chunk(b"IDAT", b"dots"), chunk(b"IEND", b""));
        let plain = [MARK, &head, &dots, &end].concat();
        let noted = [
            MARK,
            &head,
            &chunk(b"eXIf", b"GPS"),
            &chunk(b"iTXt", b"GPS"),
            &dots,
            &end,
            b"GPS behind the end",
        ];
        let read = super::read(&noted.concat()).unwrap();
        assert_eq!((read.width, read.height, read.moves), (40, 30, false));
        assert_eq!(read.bytes, plain);
        let moving = [MARK, &head, &chunk(b"acTL", b""), &dots, &end].concat();
        assert!(super::read(&moving).unwrap().moves);
        for length in 0..plain.len() {
            assert_eq!(super::read(&plain[..length]), None, "{length}");
        }
    }
}
