//! Customers: a row each with the default address, or a JSON line with all of them.

use customers::{AddressEntry, Customer};
use database::Ctx;
use kernel::{Address, EmailAddress};
use serde::Serialize;

use crate::{
    ExportError, Format,
    sheet::{Row, moment},
};

const PAGE: i64 = 500;
const COLUMNS: &[&str] = &[
    "Email",
    "First name",
    "Last name",
    "Phone",
    "Accepts marketing",
    "Created at",
];
/// The columns of an address.
pub(crate) const ADDRESS: &[&str] = &[
    "first name",
    "last name",
    "company",
    "line 1",
    "line 2",
    "city",
    "state",
    "postal code",
    "country",
    "phone",
];

/// How far the file is.
#[derive(Debug)]
pub(crate) struct Customers {
    format: Format,
    begun: bool,
    after: Option<EmailAddress>,
    ended: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    email: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    phone: &'a str,
    accepts_marketing: bool,
    created_at: String,
    /// The default address first.
    addresses: Vec<&'a Address>,
}

impl Customers {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            begun: false,
            after: None,
            ended: false,
        }
    }

    /// The next piece of the file.
    pub(crate) async fn next(&mut self, ctx: &mut Ctx) -> Result<Option<Vec<u8>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.begun, true) && self.format == Format::Csv {
            let mut row = Row::new(&mut out).texts(COLUMNS.iter().copied());
            for column in ADDRESS {
                row = row.text(&format!("Address {column}"));
            }
            row.end();
        }
        let page = customers::list_whole(ctx, self.after.as_ref(), PAGE).await?;
        let Some((last, _)) = page.last() else {
            self.ended = true;
            return Ok(Some(out));
        };
        self.after = Some(last.email.clone());
        for (customer, book) in &page {
            match self.format {
                Format::Jsonl => write_line(&mut out, customer, book)?,
                Format::Csv | Format::Shopify | Format::WooCommerce => write_row(&mut out, customer, book),
            }
        }
        Ok(Some(out))
    }
}

fn write_row(out: &mut Vec<u8>, customer: &Customer, book: &[AddressEntry]) {
    let row = Row::new(out)
        .text(customer.email.as_str())
        .text(&customer.first_name)
        .text(&customer.last_name)
        .text(&customer.phone)
        .either(customer.accepts_marketing, "yes", "no")
        .time(Some(customer.created_at));
    address_cells(row, book.first().map(|entry| &entry.address)).end();
}

/// The cells of an address, or as many empty ones.
pub(crate) fn address_cells<'a>(row: Row<'a>, address: Option<&Address>) -> Row<'a> {
    match address {
        Some(address) => row
            .text(&address.first_name)
            .text(&address.last_name)
            .text(&address.company)
            .text(&address.line1)
            .text(&address.line2)
            .text(&address.city)
            .text(&address.state)
            .text(&address.postal_code)
            .text(address.country.as_str())
            .text(&address.phone),
        None => row.empty(ADDRESS.len()),
    }
}

fn write_line(out: &mut Vec<u8>, customer: &Customer, book: &[AddressEntry]) -> Result<(), database::Error> {
    let line = Line {
        email: customer.email.as_str(),
        first_name: &customer.first_name,
        last_name: &customer.last_name,
        phone: &customer.phone,
        accepts_marketing: customer.accepts_marketing,
        created_at: moment(customer.created_at),
        addresses: book.iter().map(|entry| &entry.address).collect(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.push(b'\n');
    Ok(())
}
