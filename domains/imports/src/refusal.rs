//! Why a whole file is turned away before anything of it is imported.

use std::{collections::BTreeMap, io};

/// The file cannot be imported. Found before the first product is written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file system says no.
    #[error("the file cannot be read")]
    Unreadable(#[source] io::Error),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// There is nothing below its header.
    #[error("the file has no products: there is no row below its header")]
    NoProducts,
    /// A workbook, a picture, or another file that is not text.
    #[error("the file is not text but {what}; export the products as {wanted}")]
    NotText {
        /// What it looks like.
        what: &'static str,
        /// What was expected.
        wanted: &'static str,
    },
    /// Text, but not in UTF-8.
    #[error("the file is not in UTF-8: line {line} has {found} at its byte {byte}; save it as UTF-8")]
    WrongEncoding {
        /// The line, from 1.
        line: u64,
        /// The byte in that line, from 1.
        byte: u64,
        /// What stands there.
        found: String,
    },
    /// The end is missing.
    #[error("the file is cut off: {reason}; export or download it again")]
    Truncated {
        /// How that was seen.
        reason: String,
    },
    /// The compressed data does not hold together.
    #[error("the compressed file is damaged; download it again")]
    Damaged(#[source] io::Error),
    /// The header lacks what every product file of that kind has.
    #[error("the file does not hold {format}: it has no column {}", missing.join(" and no column "))]
    MissingColumns {
        /// The kind that was asked for.
        format: &'static str,
        /// The columns that are missing.
        missing: Vec<&'static str>,
    },
    /// Columns of one name: nobody can say which of them counts.
    #[error("more than one of its columns is called {}; rename or remove the others", names.join(", and more than one "))]
    RepeatedColumns {
        /// Their names, as the header first writes them.
        names: Vec<String>,
    },
    /// The columns are parted by something else than commas.
    #[error("its columns are separated by {found}; save it with commas")]
    NotCommas {
        /// What parts them.
        found: &'static str,
    },
    /// Lines end as the first Macintoshes ended them, so that the whole file is one line.
    #[error("its lines end with carriage returns alone; save it again as CSV in UTF-8")]
    OldLineEnds,
    /// JSON lines that are not products.
    #[error("the file is not a list of products: {reason}")]
    NotProducts {
        /// What was found instead.
        reason: String,
    },
    /// JSON lines that are not orders.
    #[error("the file is not a list of orders: {reason}")]
    NotOrders {
        /// What was found instead.
        reason: String,
    },
    /// A row that nobody would write.
    #[error("the row that starts on line {line} is longer than {limit_mib} MiB; a closing quote may be missing")]
    RowTooLong {
        /// Where it starts.
        line: u64,
        /// The longest row that is read.
        limit_mib: u64,
    },
    /// Unpacked it is larger than any catalogue, as files are that are made to fill disks.
    #[error("unpacked the file is larger than {limit_mib} MiB; cut it into several")]
    TooLarge {
        /// The most that is unpacked of a file of its size.
        limit_mib: u64,
    },
    /// The program that wrote the file was still writing, or somebody edited it.
    #[error("the file changed while it was read")]
    Changed,
}

/// A reader stopped: it unpacked as much as may be.
#[derive(Debug, thiserror::Error)]
#[error("more than {limit_mib} MiB were unpacked")]
pub(crate) struct Unpacked {
    /// How much may be.
    pub(crate) limit_mib: u64,
}

impl Refusal {
    /// The kind of reason, for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Empty => "empty",
            Self::NoProducts => "no_products",
            Self::NotText { .. } => "not_text",
            Self::WrongEncoding { .. } => "wrong_encoding",
            Self::Truncated { .. } => "truncated",
            Self::Damaged(_) => "damaged",
            Self::MissingColumns { .. } => "missing_columns",
            Self::RepeatedColumns { .. } => "repeated_columns",
            Self::NotCommas { found: "tabs" } => "not_commas_but_tabs",
            Self::NotCommas { .. } => "not_commas_but_semicolons",
            Self::OldLineEnds => "old_line_ends",
            Self::NotProducts { .. } => "not_products",
            Self::NotOrders { .. } => "not_orders",
            Self::RowTooLong { .. } => "row_too_long",
            Self::TooLarge { .. } => "unpacked_too_large",
            Self::Changed => "changed",
        }
    }

    /// What the reason is about, by name: numbers, and words of the file itself.
    pub fn facts(&self) -> BTreeMap<String, String> {
        let facts = match self {
            Self::WrongEncoding { line, byte, .. } => vec![("line", line.to_string()), ("byte", byte.to_string())],
            Self::MissingColumns { format, missing } => {
                vec![("format", (*format).to_owned()), ("columns", missing.join(", "))]
            }
            Self::RepeatedColumns { names } => vec![("columns", names.join(", "))],
            Self::RowTooLong { line, limit_mib } => vec![("line", line.to_string()), ("limit", limit_mib.to_string())],
            Self::TooLarge { limit_mib } => vec![("limit", limit_mib.to_string())],
            Self::Unreadable(_)
            | Self::Empty
            | Self::NoProducts
            | Self::NotText { .. }
            | Self::Truncated { .. }
            | Self::Damaged(_)
            | Self::NotCommas { .. }
            | Self::NotProducts { .. }
            | Self::NotOrders { .. }
            | Self::OldLineEnds
            | Self::Changed => Vec::new(),
        };
        facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
    }

    /// Tells a cut-off stream and damaged data from a file that cannot be read.
    pub(crate) fn from_read(error: io::Error) -> Self {
        if let Some(Unpacked { limit_mib }) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Self::TooLarge { limit_mib: *limit_mib };
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated {
                reason: "the compressed data ends too early".to_owned(),
            },
            io::ErrorKind::InvalidData => Self::Damaged(error),
            _ => Self::Unreadable(error),
        }
    }
}
