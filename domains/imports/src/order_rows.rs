//! Reads files of orders: Shopify's CSV, where an order takes a row for each of its lines, and Souk's own, where it is one
//! JSON object. What the rows mean is for whoever writes them.

use std::{collections::HashMap, io::Read as _, path::Path};

use tokio::sync::mpsc::Sender;

use crate::{
    Format, Refusal, jsonl,
    lines::Lines,
    order_columns::COLUMNS,
    read_ahead::Parcel,
    records::{self, Record},
    skus::fingerprint,
    source::Source,
    table::Table,
};

/// How many orders go into a parcel.
const PARCEL_ORDERS: usize = 500;

/// The rows of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OrderRows {
    /// Rows of Shopify's CSV that follow each other and have the same number; there is at least one.
    Shopify(Vec<Record>),
    /// A JSON object, and the line it is on.
    Souk(u64, String),
}

impl OrderRows {
    /// How many rows of the file they are.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Shopify(rows) => u64::try_from(rows.len()).unwrap_or(u64::MAX),
            Self::Souk(..) => 1,
        }
    }

    /// The line of the first.
    pub(crate) fn line(&self) -> u64 {
        match self {
            Self::Shopify(rows) => rows.first().map_or(0, |row| row.line),
            Self::Souk(line, _) => *line,
        }
    }
}

/// Reads the file to its end once, and then sends its orders.
pub(crate) fn read(path: &Path, sender: &Sender<Parcel>) -> Result<(), Refusal> {
    let source = Source::open(path, "CSV or one JSON object a line")?;
    if starts_with_brace(&source)? {
        read_objects(&source, sender)
    } else {
        read_table(path, sender)
    }
}

/// Whether the first thing in the file is a JSON object.
fn starts_with_brace(source: &Source) -> Result<bool, Refusal> {
    for byte in source.reader().take(1024).bytes() {
        let byte = byte.map_err(Refusal::from_read)?;
        // The mark of UTF-8 may stand before it.
        if !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(&byte) {
            return Ok(byte == b'{');
        }
    }
    Ok(false)
}

/// Orders on their way to the database.
struct Sending<'a> {
    sender: &'a Sender<Parcel>,
    parcel: Vec<OrderRows>,
}

impl Sending<'_> {
    /// Adds an order; false when nobody wants any more.
    fn add(&mut self, order: OrderRows) -> bool {
        self.parcel.push(order);
        self.parcel.len() < PARCEL_ORDERS || self.send()
    }

    fn send(&mut self) -> bool {
        let parcel = std::mem::take(&mut self.parcel);
        parcel.is_empty() || self.sender.blocking_send(Parcel::Orders(parcel)).is_ok()
    }
}

fn read_objects(source: &Source, sender: &Sender<Parcel>) -> Result<(), Refusal> {
    let not_orders = |reason| Refusal::NotOrders { reason };
    let count = jsonl::inspect(Lines::new(source.reader()), &["number"], not_orders)?;
    if sender.blocking_send(Parcel::of_rows(count)).is_err() {
        return Ok(());
    }
    let mut sending = Sending {
        sender,
        parcel: Vec::new(),
    };
    let mut lines = Lines::new(source.reader());
    while let Some(line) = lines.next()? {
        let text = line.text.trim();
        if !text.is_empty() && !sending.add(OrderRows::Souk(line.place.line, text.to_owned())) {
            return Ok(());
        }
    }
    sending.send();
    Ok(())
}

fn read_table(path: &Path, sender: &Sender<Parcel>) -> Result<(), Refusal> {
    let table = Table::open(path)?;
    let places = records::places(&table, Format::Orders, COLUMNS)?;
    let count = table.inspect(|_row| ())?;
    if sender.blocking_send(Parcel::of_rows(count)).is_err() {
        return Ok(());
    }
    let mut sending = Sending {
        sender,
        parcel: Vec::new(),
    };
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let mut order: Vec<Record> = Vec::new();
    let mut rows = table.rows()?;
    while let Some(row) = rows.next()? {
        let mut record = records::record(&table, &places, &row);
        // A row that cannot be read belongs to the order before it.
        let number = record.cell(0).to_owned();
        let goes_on = record.cells.is_err() || order.first().is_some_and(|first| first.cell(0) == number);
        if !goes_on || order.is_empty() {
            if !order.is_empty() && !sending.add(OrderRows::Shopify(std::mem::take(&mut order))) {
                return Ok(());
            }
            let first = *seen.entry(fingerprint(&number)).or_insert(record.line);
            if first != record.line && !number.is_empty() {
                let reason = format!("the order {number} begins on line {first}, and its rows must follow each other");
                record.cells = Err(reason.into());
            }
        }
        order.push(record);
    }
    if order.is_empty() || sending.add(OrderRows::Shopify(order)) {
        sending.send();
    }
    Ok(())
}
