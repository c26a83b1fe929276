//! Reads Shopify's product CSV, current and legacy. The rows of one handle are one product: its first row has the product,
//! every row may have a variant and a picture. Rows of a handle that turns up again later belong to the same product.

use std::{
    collections::{HashMap, HashSet},
    io::BufRead,
};

use kernel::{Currency, Slug, slugify};

use crate::{
    Group, Refusal,
    handles::Handles,
    lines::Place,
    notes::Notes,
    rows::{Row, Rows},
    shopify_columns::Columns,
    shopify_product::Reading,
    skus::{self, Skus, fingerprint},
    source::Source,
    table::Table,
};

/// The most rows of one product that are read.
const MAX_ROWS: usize = 5_000;

/// Inspects a file; answers the number of its rows and the reader of its products.
pub(crate) fn open(source: Source, currency: Currency) -> Result<(u64, Reader<impl BufRead + Send + use<>>), Refusal> {
    let table = Table::of(source)?;
    let columns = Columns::find(&table.header)?;
    let mut repeated = Repeated::default();
    let count = table.inspect(|row| repeated.note(&handle_key(&table, &columns, row), row.place))?;
    let handles = Handles::avoiding(repeated.slugs);
    let rows = table.rows()?;
    Ok((
        count,
        Reader {
            table,
            columns,
            currency,
            rows,
            ahead: None,
            later: repeated.later,
            merged: HashSet::new(),
            written: repeated.seen,
            taken: HashSet::new(),
            handles,
            skus: Skus::default(),
        },
    ))
}

/// What makes rows those of one product; empty when nothing of it can stand in an address.
fn handle_key(table: &Table, columns: &Columns, row: &Row) -> String {
    let text = table.header.cell(row, columns.handle).text;
    if text.contains(char::is_alphanumeric) {
        text.to_lowercase()
    } else {
        String::new()
    }
}

/// Handles whose rows do not all stand together, found on the first pass.
#[derive(Default)]
struct Repeated {
    seen: HashSet<u64>,
    /// The addresses they ask for.
    slugs: HashSet<u64>,
    current: u64,
    is_later: bool,
    later: HashMap<u64, Vec<Place>>,
}

impl Repeated {
    fn note(&mut self, handle: &str, place: Place) {
        if handle.is_empty() {
            self.current = 0;
            return;
        }
        let key = fingerprint(handle);
        if key != self.current {
            self.current = key;
            self.is_later = !self.seen.insert(key);
            self.slugs.insert(fingerprint(&slugify(handle)));
        }
        if self.is_later {
            self.later.entry(key).or_default().push(place);
        }
    }
}

/// Reads product after product.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    table: Table,
    columns: Columns,
    currency: Currency,
    rows: Rows<R>,
    ahead: Option<Row>,
    later: HashMap<u64, Vec<Place>>,
    merged: HashSet<u64>,
    /// Every handle of the file, as it is written.
    written: HashSet<u64>,
    /// The addresses of products whose handles were written otherwise.
    taken: HashSet<u64>,
    handles: Handles,
    skus: Skus,
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Group, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_group().transpose()
    }
}

impl<R: BufRead> Reader<R> {
    fn next_group(&mut self) -> Result<Option<Group>, Refusal> {
        let (first, handle) = loop {
            let Some(row) = self.next_row()? else { return Ok(None) };
            let handle = handle_key(&self.table, &self.columns, &row);
            if handle.is_empty() || !self.merged.contains(&fingerprint(&handle)) {
                break (row, handle);
            }
        };
        if handle.is_empty() {
            return Ok(Some(self.row_without_handle(&first, Notes::about(""))));
        }
        let wanted = slugify(&handle);
        let slug = self.address_of(&handle, &wanted);
        let mut notes = Notes::about(slug.as_ref().map_or(wanted.as_str(), Slug::as_str));
        if let Some(slug) = slug.as_ref().filter(|slug| slug.as_str() != wanted) {
            let cell = self.table.header.cell(&first, self.columns.handle);
            let reason = format!(
                "another product of the file has the address {wanted}; {:?} becomes {slug}",
                cell.text
            );
            notes.warning(cell.line, cell.column, reason);
        }
        let mut rows = vec![first];
        while let Some(row) = self.next_row()? {
            if handle_key(&self.table, &self.columns, &row) != handle {
                self.ahead = Some(row);
                break;
            }
            rows.push(row);
            if rows.len() > MAX_ROWS {
                self.skip_surplus(&handle, &mut rows, &mut notes)?;
            }
        }
        self.add_later_rows(&handle, &mut rows, &mut notes)?;
        Ok(Some(self.finish(slug, &rows, notes)))
    }

    /// The handle as an address. Where it cannot be one as it is written, and another product of the file has that address, it
    /// gets a number.
    fn address_of(&mut self, handle: &str, wanted: &str) -> Option<Slug> {
        let is_exact = handle == wanted;
        if is_exact || !self.written.contains(&fingerprint(wanted)) && self.taken.insert(fingerprint(wanted)) {
            Slug::parse(wanted).ok()
        } else {
            self.handles.give(wanted, "")
        }
    }

    fn next_row(&mut self) -> Result<Option<Row>, Refusal> {
        match self.ahead.take() {
            Some(row) => Ok(Some(row)),
            None => self.rows.next(),
        }
    }

    fn skip_surplus(&mut self, handle: &str, rows: &mut Vec<Row>, notes: &mut Notes) -> Result<(), Refusal> {
        if let Some(surplus) = rows.pop() {
            let reason = format!("a product may have {MAX_ROWS} rows; this row and those that follow are skipped");
            notes.error(surplus.place.line, "", reason);
        }
        while let Some(row) = self.next_row()? {
            if handle_key(&self.table, &self.columns, &row) != handle {
                self.ahead = Some(row);
                break;
            }
        }
        Ok(())
    }

    fn add_later_rows(&mut self, handle: &str, rows: &mut Vec<Row>, notes: &mut Notes) -> Result<(), Refusal> {
        let key = fingerprint(handle);
        self.merged.insert(key);
        let Some(later) = self.later.remove(&key) else {
            return Ok(());
        };
        let first_line = rows.first().map_or(0, |row| row.place.line);
        let column = self.table.header.name(self.columns.handle);
        if let Some(place) = later.first() {
            let reason =
                format!("the handle is already used on line {first_line}; its rows here are added to that product");
            notes.warning(place.line, column, reason);
        }
        for place in later.into_iter().take(MAX_ROWS.saturating_sub(rows.len())) {
            rows.push(self.table.row_at(place)?);
        }
        Ok(())
    }

    fn row_without_handle(&mut self, row: &Row, mut notes: Notes) -> Group {
        let title = self.table.header.cell(row, self.columns.title);
        let sku = self.table.header.cell(row, self.columns.sku).text;
        match self.handles.give(title.text, sku).filter(|_| !title.text.is_empty()) {
            Some(slug) => self.finish(Some(slug), std::slice::from_ref(row), notes),
            None => {
                let column = self.table.header.name(self.columns.handle);
                notes.error(
                    row.place.line,
                    column,
                    "the row has neither a handle nor a title; it is skipped",
                );
                Group {
                    product: None,
                    problems: notes.into_problems(),
                    left_out_skus: skus::of_rows([row], &self.table.header, self.columns.sku),
                    rows: 1,
                }
            }
        }
    }

    fn finish(&mut self, slug: Option<Slug>, rows: &[Row], mut notes: Notes) -> Group {
        let reading = Reading {
            header: &self.table.header,
            columns: &self.columns,
            currency: self.currency,
        };
        let mut product = slug.and_then(|slug| reading.product(slug, rows, &mut notes));
        if let Some(product) = &mut product {
            let column = self.table.header.name(self.columns.sku);
            self.skus.keep_first_use(product, column, &mut notes);
        }
        let left_out_skus = match product {
            Some(_) => Vec::new(),
            None => skus::of_rows(rows, &self.table.header, self.columns.sku),
        };
        Group {
            product: product.map(Box::new),
            problems: notes.into_problems(),
            left_out_skus,
            rows: u64::try_from(rows.len()).unwrap_or_default(),
        }
    }
}
