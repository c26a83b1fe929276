//! A file on disk, plain or compressed, as a stream of bytes. What it is is read from its first bytes, not from its name.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    os::unix::fs::FileExt as _,
    path::Path,
    sync::Arc,
};

use flate2::read::MultiGzDecoder;
use liblzma::read::XzDecoder;

use crate::{Refusal, refusal::Unpacked};

const BUFFER_BYTES: usize = 256 * 1024;
const MIB: u64 = 1024 * 1024;
/// What is unpacked of any file, however small: rows that repeat themselves pack well.
const LEAST_MIB: u64 = 1024;
/// What is unpacked of no file, however large.
const MOST_MIB: u64 = 16 * 1024;
/// In between, so many times its size: catalogues come to ten or twenty, what is made to fill disks to a thousand.
const TIMES: u64 = 200;

/// An opened file that can be read from anywhere by several readers at once.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    file: Arc<File>,
    packing: Packing,
    limit_mib: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Xz,
}

/// The text of a file, unpacked if it is packed, for tables that are read elsewhere.
pub fn read_unpacked(path: &Path) -> Result<Box<dyn Read + Send>, Refusal> {
    Ok(Box::new(Source::open(path, "CSV")?.reader()))
}

impl Source {
    /// Opens a file and looks at its first bytes.
    pub(crate) fn open(path: &Path, wanted: &'static str) -> Result<Self, Refusal> {
        let file = File::open(path).map_err(Refusal::Unreadable)?;
        let facts = file.metadata().map_err(Refusal::Unreadable)?;
        if !facts.is_file() {
            return Err(Refusal::NotText {
                what: "a folder or a device",
                wanted,
            });
        }
        let mut source = Self {
            file: Arc::new(file),
            packing: Packing::None,
            limit_mib: limit_mib(facts.len()),
        };
        let start = source.first_bytes()?;
        source.packing = match start.as_slice() {
            [] => return Err(Refusal::Empty),
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Packing::Xz,
            _ => Packing::None,
        };
        refuse_known_kinds(&source.first_bytes()?, wanted)?;
        Ok(source)
    }

    /// The unpacked bytes from the start.
    pub(crate) fn reader(&self) -> BufReader<Box<dyn Read + Send>> {
        let raw = BufReader::with_capacity(
            BUFFER_BYTES,
            FileFrom {
                file: Arc::clone(&self.file),
                at: 0,
            },
        );
        let unpacked: Box<dyn Read + Send> = match self.packing {
            Packing::None => Box::new(raw),
            Packing::Gzip => Box::new(Unpacking::new(MultiGzDecoder::new(raw), self.limit_mib)),
            Packing::Xz => Box::new(Unpacking::new(XzDecoder::new_multi_decoder(raw), self.limit_mib)),
        };
        BufReader::with_capacity(BUFFER_BYTES, unpacked)
    }

    /// The same bytes unpacked into a file without a name, so that they can be read from anywhere: beside the packed one, where
    /// there is room for it, or else where temporary files go.
    pub(crate) fn unpacked(self, packed: &Path) -> Result<Self, Refusal> {
        if self.packing == Packing::None {
            return Ok(self);
        }
        let beside = packed.parent().filter(|folder| !folder.as_os_str().is_empty());
        let target = beside.and_then(|folder| tempfile::tempfile_in(folder).ok());
        let mut target = target
            .map_or_else(tempfile::tempfile, Ok)
            .map_err(Refusal::Unreadable)?;
        io::copy(&mut self.reader(), &mut target).map_err(Refusal::from_read)?;
        Ok(Self {
            file: Arc::new(target),
            packing: Packing::None,
            limit_mib: self.limit_mib,
        })
    }

    /// The bytes of an unpacked file from `at` on.
    pub(crate) fn reader_at(&self, at: u64, buffer_bytes: usize) -> BufReader<FileFrom> {
        BufReader::with_capacity(
            buffer_bytes,
            FileFrom {
                file: Arc::clone(&self.file),
                at,
            },
        )
    }

    fn first_bytes(&self) -> Result<Vec<u8>, Refusal> {
        let mut start = Vec::with_capacity(8);
        self.reader()
            .take(8)
            .read_to_end(&mut start)
            .map_err(Refusal::from_read)?;
        Ok(start)
    }
}

fn refuse_known_kinds(start: &[u8], wanted: &'static str) -> Result<(), Refusal> {
    let utf16 = || Refusal::WrongEncoding {
        line: 1,
        byte: 1,
        found: "the mark of UTF-16".to_owned(),
    };
    match start {
        [] => Err(Refusal::Empty),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(utf16()),
        [b'P', b'K', 3 | 5 | 7, ..] => Err(Refusal::NotText {
            what: "a workbook or a zip archive",
            wanted,
        }),
        [b'%', b'P', b'D', b'F', ..] => Err(Refusal::NotText {
            what: "a PDF document",
            wanted,
        }),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Refusal::NotText {
            what: "an old workbook",
            wanted,
        }),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => Err(Refusal::NotText {
            what: "a picture",
            wanted,
        }),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [b'B', b'Z', b'h', ..] => Err(Refusal::NotText {
            what: "packed in a way Souk cannot unpack (.gz and .xz can be)",
            wanted,
        }),
        _ => Ok(()),
    }
}

/// Reads a shared file from a place of its own.
#[derive(Debug)]
pub(crate) struct FileFrom {
    file: Arc<File>,
    at: u64,
}

impl Read for FileFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(count).unwrap_or_default());
        Ok(count)
    }
}

/// How much is unpacked of a file of that size.
fn limit_mib(packed_bytes: u64) -> u64 {
    (packed_bytes / MIB).saturating_mul(TIMES).clamp(LEAST_MIB, MOST_MIB)
}

/// A decoder that stops when it has unpacked too much, and whose complaints are told apart: the data ends too early, or it is
/// damaged.
struct Unpacking<R> {
    decoder: R,
    limit_mib: u64,
    left: u64,
}

impl<R: Read> Unpacking<R> {
    fn new(decoder: R, limit_mib: u64) -> Self {
        Self {
            decoder,
            limit_mib,
            left: limit_mib.saturating_mul(MIB),
        }
    }
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => error,
            _ => io::Error::new(io::ErrorKind::InvalidData, error),
        })?;
        let left = self.left.checked_sub(u64::try_from(count).unwrap_or(u64::MAX));
        let limit_mib = self.limit_mib;
        self.left = left.ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, Unpacked { limit_mib }))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_unpacked_as_a_file_of_that_size_may_hold() {
        for (packed_mib, limit_mib_of_it) in [(0, 1_024), (4, 1_024), (20, 4_000), (2_000, 16_384)] {
            assert_eq!(limit_mib(packed_mib * MIB), limit_mib_of_it, "{packed_mib}");
        }
    }

    #[test]
    fn what_goes_on_unpacking_is_stopped_and_said() {
        let endless = BufReader::new(Unpacking::new(io::repeat(b'x'), 2));
        let mut target = io::sink();
        let stopped = io::copy(&mut endless.take(5 * MIB), &mut target).map_err(Refusal::from_read);
        assert!(
            matches!(stopped, Err(Refusal::TooLarge { limit_mib: 2 })),
            "{stopped:?}"
        );
        let fits = io::copy(&mut Unpacking::new(io::repeat(b'x').take(2 * MIB), 2), &mut target);
        assert_eq!(fits.unwrap(), 2 * MIB);
    }
}
