//! The bank's book on disk: appended to under a lock, and read to its end before each decision, so that several processes
//! share one book.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::book::{Book, Record};

/// The name of the file in the data folder.
const FILE_NAME: &str = "sandbox-bank.jsonl";

/// A book and the file it is kept in. The file is small and local, so reading and writing it does not leave the thread.
#[derive(Debug)]
pub(super) struct Journal(Mutex<Open>);

#[derive(Debug)]
struct Open {
    file: File,
    /// How far the book has been read: always the end of a line.
    read_to: u64,
    book: Book,
}

/// The book while a decision is made, with what was decided.
pub(super) struct Decision<'a> {
    book: &'a mut Book,
    lines: Vec<u8>,
}

impl Decision<'_> {
    pub(super) fn book(&self) -> &Book {
        self.book
    }

    /// Adds a line to the book; it reaches the file when the decision is made.
    pub(super) fn write(&mut self, record: Record) -> io::Result<()> {
        serde_json::to_writer(&mut self.lines, &record).map_err(io::Error::other)?;
        self.lines.push(b'\n');
        self.book.apply(record);
        Ok(())
    }
}

impl Journal {
    /// Opens the book in a folder, or begins one.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(folder.join(FILE_NAME))?;
        Ok(Self(Mutex::new(Open {
            file,
            read_to: 0,
            book: Book::default(),
        })))
    }

    /// Decides on what the book says, and writes what was decided before anybody else decides.
    pub(super) fn decide<T>(&self, decide: impl FnOnce(&mut Decision<'_>) -> io::Result<T>) -> io::Result<T> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.file.lock()?;
        let result = open.decide(decide);
        if result.is_err() {
            // What the file holds is true, whatever the book in memory came to.
            (open.read_to, open.book) = (0, Book::default());
        }
        open.file.unlock()?;
        result
    }
}

impl Open {
    fn decide<T>(&mut self, decide: impl FnOnce(&mut Decision<'_>) -> io::Result<T>) -> io::Result<T> {
        self.read()?;
        let mut decision = Decision {
            book: &mut self.book,
            lines: Vec::new(),
        };
        let answer = decide(&mut decision)?;
        self.file.write_all(&decision.lines)?;
        self.read_to += length(&decision.lines)?;
        Ok(answer)
    }

    /// Reads what was written since. A line that a killed process left unfinished never happened and is cut off.
    fn read(&mut self) -> io::Result<()> {
        let end = self.file.metadata()?.len();
        if end == self.read_to {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(self.read_to))?;
        let mut new = Vec::new();
        self.file.read_to_end(&mut new)?;
        for line in new
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| line.ends_with(b"\n"))
        {
            self.book.apply(serde_json::from_slice(line).map_err(io::Error::other)?);
            self.read_to += length(line)?;
        }
        if self.read_to < end {
            self.file.set_len(self.read_to)?;
        }
        Ok(())
    }
}

fn length(bytes: &[u8]) -> io::Result<u64> {
    u64::try_from(bytes.len()).map_err(io::Error::other)
}
