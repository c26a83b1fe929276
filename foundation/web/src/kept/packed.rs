//! Packed answers with blanks that are filled without unpacking.
//!
//! Both formats are made of blocks and know one that holds its bytes as they are. What stands between the blanks is packed
//! by itself, each piece ending on a whole byte and looking back at nothing before it, and a blank is such a plain block.

use axum::body::Bytes;
use brotli::enc::BrotliEncoderParams;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

/// RFC 7932. A blank is an uncompressed meta-block, and the last piece ends with the empty last one.
#[derive(Debug)]
pub(super) struct Brotli(Vec<Bytes>);

/// What pages are packed with: about the time of the quickest way that is much better than gzip.
const BROTLI_QUALITY: i32 = 5;
/// The logarithm of how far back a piece looks.
const BROTLI_WINDOW: i32 = 18;
/// ISLAST and ISLASTEMPTY.
const BROTLI_END: u8 = 0b11;

impl Brotli {
    /// The pieces, packed; `None` when unpacking them would not give the same.
    pub(super) fn pack(pieces: &[Bytes]) -> Option<Self> {
        let mut packed = Vec::with_capacity(pieces.len());
        for (index, mut piece) in pieces.iter().map(Bytes::as_ref).enumerate() {
            let parameters = BrotliEncoderParams {
                quality: BROTLI_QUALITY,
                lgwin: BROTLI_WINDOW,
                // The first one opens the stream. The others follow something unknown.
                bare_stream: true,
                byte_align: true,
                appendable: true,
                catable: index > 0,
                use_dictionary: index == 0,
                size_hint: piece.len(),
                ..BrotliEncoderParams::default()
            };
            let mut out = Vec::new();
            if index == 0 || !piece.is_empty() {
                brotli::BrotliCompress(&mut piece, &mut out, &parameters).ok()?;
            }
            if index + 1 == pieces.len() {
                out.push(BROTLI_END);
            }
            packed.push(Bytes::from(out));
        }
        let packed = Self(packed);
        packed.is_of(pieces).then_some(packed)
    }

    pub(super) fn fill(&self, blank: &str) -> Bytes {
        if let [whole] = self.0.as_slice() {
            return whole.clone();
        }
        // ISLAST 0, four nibbles of length, the length less one, ISUNCOMPRESSED.
        let length = u32::try_from(blank.len()).unwrap_or(1).clamp(1, 0xffff) - 1;
        let [first, second, third, _] = (length << 3 | 1 << 19).to_le_bytes();
        joined(&self.0, &[&[first, second, third], blank.as_bytes()])
    }

    fn is_of(&self, pieces: &[Bytes]) -> bool {
        let blank = "blank";
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut self.fill(blank).as_ref(), &mut unpacked).is_ok()
            && unpacked == pieces.join(blank.as_bytes())
    }
}

/// RFC 1951 and 1952. A blank is a stored block, and the checksum at the end is worked out for each filling.
#[derive(Debug)]
pub(super) struct Gzip {
    packed: Vec<Bytes>,
    checksums: Vec<Hasher>,
    /// How many bytes the pieces have unpacked.
    size: usize,
}

/// No name, no time, no system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

impl Gzip {
    /// The pieces, packed.
    pub(super) fn pack(pieces: &[Bytes]) -> Option<Self> {
        let mut packed = Vec::with_capacity(pieces.len());
        let mut checksums = Vec::with_capacity(pieces.len());
        for (index, piece) in pieces.iter().enumerate() {
            let mut out = if index == 0 { GZIP_HEADER.to_vec() } else { Vec::new() };
            deflate(piece, &mut out, index + 1 == pieces.len())?;
            packed.push(Bytes::from(out));
            let mut checksum = Hasher::new();
            checksum.update(piece);
            checksums.push(checksum);
        }
        Some(Self {
            packed,
            checksums,
            size: pieces.iter().map(Bytes::len).sum(),
        })
    }

    pub(super) fn fill(&self, blank: &str) -> Bytes {
        let length = u16::try_from(blank.len()).unwrap_or_default();
        let mut head = vec![0];
        head.extend(length.to_le_bytes());
        head.extend((!length).to_le_bytes());
        let mut filled = Vec::from(joined(&self.packed, &[&head, blank.as_bytes()]));
        let mut checksum = Hasher::new();
        for (index, piece) in self.checksums.iter().enumerate() {
            if index > 0 {
                checksum.update(blank.as_bytes());
            }
            checksum.combine(piece);
        }
        let blanks = blank.len() * (self.packed.len() - 1);
        let size = u32::try_from(self.size + blanks).unwrap_or_default();
        filled.extend(checksum.finalize().to_le_bytes());
        filled.extend(size.to_le_bytes());
        filled.into()
    }
}

/// One piece as blocks of its own: the last one ends the stream, every other one ends on a whole byte.
fn deflate(piece: &[u8], out: &mut Vec<u8>, is_last: bool) -> Option<()> {
    let mut encoder = Compress::new(Compression::default(), false);
    let flush = if is_last {
        FlushCompress::Finish
    } else {
        FlushCompress::Full
    };
    loop {
        let read = usize::try_from(encoder.total_in()).ok()?;
        out.reserve(4096);
        let room = out.capacity() - out.len();
        let before = out.len();
        let status = encoder.compress_vec(piece.get(read..)?, out, flush).ok()?;
        let is_whole = usize::try_from(encoder.total_in()).ok()? == piece.len();
        match status {
            Status::StreamEnd => return Some(()),
            Status::Ok | Status::BufError if !is_last && is_whole && out.len() - before < room => return Some(()),
            Status::Ok | Status::BufError => {}
        }
    }
}

fn joined(pieces: &[Bytes], between: &[&[u8]]) -> Bytes {
    let filling: usize = between.iter().map(|part| part.len()).sum();
    let size = pieces.iter().map(|piece| piece.len() + filling).sum::<usize>() + 8;
    let mut whole = Vec::with_capacity(size);
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            for part in between {
                whole.extend_from_slice(part);
            }
        }
        whole.extend_from_slice(piece);
    }
    whole.into()
}
