//! Reads a file on a thread of its own, a few parcels ahead of the database.

use std::path::PathBuf;

use kernel::{Currency, TimeZone};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
};

use crate::{
    Format, Group, Refusal, open,
    order_rows::{self, OrderRows},
    records::{self, Record},
    source::Source,
};

/// How many groups go into a parcel.
const PARCEL_GROUPS: usize = 1_000;
/// How many variants a parcel may have before it is closed.
const PARCEL_VARIANTS: usize = 5_000;
/// How many bytes of descriptions a parcel may have before it is closed.
const PARCEL_BYTES: usize = 8 * 1024 * 1024;
/// How many parcels wait for the database.
const PARCELS_AHEAD: usize = 2;

/// What comes from the reading thread.
#[derive(Debug)]
pub(crate) enum Parcel {
    /// The file is good.
    Opened {
        /// How many rows it has.
        rows: u64,
        /// A file of products, for whoever reads it once more.
        source: Option<Source>,
    },
    /// The next products.
    Groups(Vec<Group>),
    /// The next rows of a file of something else.
    Records(Vec<Record>),
    /// The next orders, each with its rows.
    Orders(Vec<OrderRows>),
}

impl Parcel {
    /// A file of something else than products is good; it has this many rows.
    pub(crate) fn of_rows(rows: u64) -> Self {
        Self::Opened { rows, source: None }
    }
}

/// A file being read.
#[derive(Debug)]
pub(crate) struct ReadAhead {
    parcels: Receiver<Parcel>,
    thread: Option<JoinHandle<Result<(), Refusal>>>,
}

impl ReadAhead {
    /// Starts reading.
    pub(crate) fn start(path: PathBuf, format: Format, currency: Currency, zone: TimeZone) -> Self {
        let (sender, parcels) = mpsc::channel(PARCELS_AHEAD);
        let thread = tokio::task::spawn_blocking(move || read(&path, format, currency, zone, &sender));
        Self {
            parcels,
            thread: Some(thread),
        }
    }

    /// The next parcel; `None` at the end of the file.
    pub(crate) async fn next(&mut self) -> Result<Option<Parcel>, Refusal> {
        if let Some(parcel) = self.parcels.recv().await {
            return Ok(Some(parcel));
        }
        match self.thread.take() {
            Some(thread) => match thread.await {
                Ok(ended) => ended.map(|()| None),
                Err(error) => Err(Refusal::Unreadable(std::io::Error::other(error))),
            },
            None => Ok(None),
        }
    }
}

fn read(
    path: &std::path::Path,
    format: Format,
    currency: Currency,
    zone: TimeZone,
    sender: &Sender<Parcel>,
) -> Result<(), Refusal> {
    if format == Format::Orders {
        return order_rows::read(path, sender);
    }
    if let Some(columns) = records::columns(format) {
        return records::read(path, format, columns, sender);
    }
    let source = open::source(path, format)?;
    let opened = open::read(source.clone(), format, currency, zone)?;
    let first = Parcel::Opened {
        rows: opened.rows,
        source: Some(source),
    };
    let mut wanted = sender.blocking_send(first).is_ok();
    let mut groups = opened.groups.peekable();
    while wanted && groups.peek().is_some() {
        let parcel = collect(&mut groups)?;
        wanted = sender.blocking_send(Parcel::Groups(parcel)).is_ok();
    }
    Ok(())
}

fn collect(groups: &mut impl Iterator<Item = Result<Group, Refusal>>) -> Result<Vec<Group>, Refusal> {
    let mut parcel = Vec::new();
    let (mut variants, mut bytes) = (0, 0);
    for group in groups {
        let group = group?;
        if let Some(product) = &group.product {
            variants += product.variants.len();
            bytes += product.description_html.len();
        }
        parcel.push(group);
        if parcel.len() >= PARCEL_GROUPS || variants >= PARCEL_VARIANTS || bytes >= PARCEL_BYTES {
            break;
        }
    }
    Ok(parcel)
}
