//! Files with a row for each thing: stock, redirects, customers and reviews. Columns are found by their names, in any order.

use std::path::Path;

use tokio::sync::mpsc::Sender;

use crate::{
    Format, Refusal, RowProblem, Severity, json_records, notes::Notes, read_ahead::Parcel, rows::Row, table::Table,
};

/// How many rows go into a parcel.
pub(crate) const PARCEL_ROWS: usize = 1_000;

/// A column that is read, by the names it may have in lower case; the first is its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) names: &'static [&'static str],
    /// The name to complain of when a file does not have it; empty when it may be missing.
    pub(crate) required: &'static str,
}

const fn column(names: &'static [&'static str], required: &'static str) -> Column {
    Column { names, required }
}

const STOCK: &[Column] = &[
    column(&["sku", "variant sku"], ""),
    column(&["handle"], ""),
    column(&["variant"], ""),
    column(&["location"], ""),
    column(&["on hand", "quantity", "available"], "On hand"),
    column(&["backorder"], ""),
];
const REDIRECTS: &[Column] = &[
    column(&["from", "redirect from"], "From"),
    column(&["to", "redirect to"], "To"),
];

/// The names of Shopify's export stand behind, with its current ones first.
const CUSTOMERS: &[Column] = &[
    column(&["email", "e-mail", "email address"], "Email"),
    column(&["first name"], ""),
    column(&["last name"], ""),
    column(&["phone"], ""),
    column(&["accepts marketing", "accepts email marketing"], ""),
    column(&["created at"], ""),
    column(&["address first name"], ""),
    column(&["address last name"], ""),
    column(&["address company", "default address company", "company"], ""),
    column(&["address line 1", "default address address1", "address1"], ""),
    column(&["address line 2", "default address address2", "address2"], ""),
    column(&["address city", "default address city", "city"], ""),
    column(&["address state", "default address province code", "province code"], ""),
    column(&["address postal code", "default address zip", "zip"], ""),
    column(&["address country", "default address country code", "country code"], ""),
    column(&["address phone", "default address phone"], ""),
];

/// The names of review apps stand behind: those of Judge.me, Loox, Yotpo and Shopify's own of old.
const REVIEWS: &[Column] = &[
    column(&["handle", "product_handle", "product handle", "product_id_handle"], ""),
    column(&["sku", "product_sku", "product sku"], ""),
    column(&["rating", "stars", "review_score", "score", "review score"], "Rating"),
    column(&["title", "review_title", "review title"], ""),
    column(
        &[
            "body",
            "review",
            "text",
            "content",
            "review_content",
            "review content",
            "message",
        ],
        "",
    ),
    column(
        &[
            "author",
            "name",
            "reviewer_name",
            "nickname",
            "display_name",
            "reviewer name",
            "display name",
            "customer name",
        ],
        "Author",
    ),
    column(
        &["email", "e-mail", "reviewer_email", "reviewer email", "customer email"],
        "Email",
    ),
    column(&["created at", "created_at", "date", "review_date", "review date"], ""),
    column(
        &[
            "verified",
            "verified_purchase",
            "verified buyer",
            "verified_buyer",
            "verified purchase",
        ],
        "",
    ),
    column(&["state", "status", "curated", "published"], ""),
    column(&["reply", "reply_content", "answer", "comment", "response"], ""),
    column(&["photos"], ""),
];

/// A row's cells, in the order of the columns that are read, or why it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) line: u64,
    pub(crate) cells: Result<Vec<String>, Unreadable>,
}

/// What makes a row unreadable: too few cells, too many, or what is in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The column; empty when it is the whole row.
    pub(crate) column: String,
    /// What is wrong.
    pub(crate) reason: String,
}

impl Unreadable {
    /// The line of the report.
    pub(crate) fn at(&self, line: u64) -> RowProblem {
        RowProblem {
            line,
            column: Some(self.column.clone()).filter(|column| !column.is_empty()),
            handle: None,
            severity: Severity::Error,
            reason: self.reason.clone(),
            renamed: None,
        }
    }
}

impl From<String> for Unreadable {
    fn from(reason: String) -> Self {
        Self {
            column: String::new(),
            reason,
        }
    }
}

impl Record {
    /// The cell of a column; empty when the file does not have it.
    pub(crate) fn cell(&self, index: usize) -> &str {
        let cells = self.cells.as_deref().unwrap_or_default();
        cells.get(index).map(String::as_str).unwrap_or_default()
    }
}

/// The columns of a format; `None` for product files, which have readers of their own.
pub(crate) fn columns(format: Format) -> Option<&'static [Column]> {
    match format {
        Format::Shopify | Format::WooCommerce | Format::Jsonl | Format::Orders => None,
        Format::Stock => Some(STOCK),
        Format::Redirects => Some(REDIRECTS),
        Format::Customers => Some(CUSTOMERS),
        Format::Reviews => Some(REVIEWS),
    }
}

/// Reads the file to its end once, and then sends its rows.
pub(crate) fn read(
    path: &Path,
    format: Format,
    columns: &'static [Column],
    sender: &Sender<Parcel>,
) -> Result<(), Refusal> {
    if format == Format::Reviews && json_records::is_json(path)? {
        return json_records::read(path, columns, sender);
    }
    let table = Table::open(path)?;
    let places = places(&table, format, columns)?;
    let count = table.inspect(|_row| ())?;
    let mut wanted = sender.blocking_send(Parcel::of_rows(count)).is_ok();
    let mut rows = table.rows()?;
    let mut parcel = Vec::new();
    while wanted && let Some(row) = rows.next()? {
        parcel.push(record(&table, &places, &row));
        if parcel.len() >= PARCEL_ROWS {
            wanted = sender
                .blocking_send(Parcel::Records(std::mem::take(&mut parcel)))
                .is_ok();
        }
    }
    if wanted && !parcel.is_empty() {
        // Whoever wanted them may have stopped.
        let _ = sender.blocking_send(Parcel::Records(parcel));
    }
    Ok(())
}

/// Where the columns of a file are; a refusal when one that is needed is missing.
pub(crate) fn places(table: &Table, format: Format, columns: &[Column]) -> Result<Vec<Option<usize>>, Refusal> {
    let places: Vec<Option<usize>> = columns.iter().map(|column| table.header.find(column.names)).collect();
    let missing = columns.iter().zip(&places);
    let missing = missing.filter(|(column, place)| place.is_none() && !column.required.is_empty());
    let mut missing: Vec<&'static str> = missing.map(|(column, _)| column.required).collect();
    // Orders have e-mail addresses too.
    let only_emails = format == Format::Customers && places.iter().flatten().count() == 1;
    if only_emails && missing.is_empty() && table.header.find(&["total", "lineitem name"]).is_some() {
        missing.push("First name");
    }
    if missing.is_empty() {
        Ok(places)
    } else {
        let format = format.as_str();
        Err(Refusal::MissingColumns { format, missing })
    }
}

/// The cells of a row that are read.
pub(crate) fn record(table: &Table, places: &[Option<usize>], row: &Row) -> Record {
    let mut notes = Notes::default();
    let cells = if table.header.fits(row, &mut notes) {
        let cell = |place: &Option<usize>| table.header.cell(row, *place).text.to_owned();
        Ok(places.iter().map(cell).collect())
    } else {
        let problem = notes.into_problems().into_iter().next();
        let (column, reason) = problem
            .map(|problem| (problem.column, problem.reason))
            .unwrap_or_default();
        Err(Unreadable {
            column: column.unwrap_or_default(),
            reason,
        })
    };
    Record {
        line: row.place.line,
        cells,
    }
}
