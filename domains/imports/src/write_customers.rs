//! Rows of customers: a person with an e-mail address, and at most one postal address.

use std::collections::{HashMap, HashSet};

use customers::PutCustomer;
use database::{Ctx, Work};
use kernel::{Address, CountryCode, EmailAddress, Invalid};

use crate::{halving::in_transaction, records::Record, values, write_error::WriteError, write_records::RecordOutcome};

/// A row that can be written, and what is wrong with its address.
struct Read {
    customer: PutCustomer,
    complaint: Option<(&'static str, String)>,
}

/// Makes customers and their accounts, or brings what the rows say to those that are there.
pub(crate) async fn write(work: &Work, records: &[Record], dry_run: bool) -> Result<Vec<RecordOutcome>, WriteError> {
    let mut seen = HashSet::new();
    let rows: Vec<Result<Read, (&'static str, String)>> = records
        .iter()
        .map(|record| {
            let row = read(record)?;
            if seen.insert(row.customer.email.clone()) {
                Ok(row)
            } else {
                Err(("email", format!("another row has {}", row.customer.email)))
            }
        })
        .collect();
    let wanted: Vec<PutCustomer> = rows.iter().flatten().map(|row| row.customer.clone()).collect();
    let put = in_transaction(work, dry_run, wanted.as_slice(), |ctx, wanted| {
        Box::pin(put(ctx, wanted))
    });
    let mut created = put.await?.into_iter();
    let outcomes = rows.into_iter().map(|row| match row {
        Ok(row) => {
            let created = created.next().unwrap_or_default();
            match row.complaint {
                Some((column, reason)) => RecordOutcome::Partly {
                    created,
                    column,
                    reason: format!("{reason}; the customer is kept without the address"),
                },
                None if created => RecordOutcome::Created,
                None => RecordOutcome::Updated,
            }
        }
        Err((column, reason)) => RecordOutcome::Refused {
            column,
            reason: format!("{reason}; the row is left out"),
        },
    });
    Ok(outcomes.collect())
}

/// Writes them, and tells of each whether it is new.
async fn put(ctx: &mut Ctx, customers: &[PutCustomer]) -> Result<Vec<bool>, WriteError> {
    let emails: Vec<EmailAddress> = customers.iter().map(|customer| customer.email.clone()).collect();
    let accounts = identity::adopt_accounts(ctx, &emails).await?;
    let accounts: HashMap<EmailAddress, _> = accounts.into_iter().collect();
    let with_account = |customer: &PutCustomer| Some((*accounts.get(&customer.email)?, customer.clone()));
    let wanted: Vec<_> = customers.iter().filter_map(with_account).collect();
    Ok(customers::put_customers(ctx, &wanted).await?)
}

/// The cells in the order of the columns of `records`.
fn read(record: &Record) -> Result<Read, (&'static str, String)> {
    let [email, first_name, last_name, phone, accepts_marketing, since] =
        [0, 1, 2, 3, 4, 5].map(|index| record.cell(index).trim());
    if email.is_empty() {
        return Err(("email", "the e-mail address is missing".to_owned()));
    }
    let email = EmailAddress::parse(email).map_err(|error| ("email", format!("{email:?} {}", error.message)))?;
    let accepts_marketing = values::truth(accepts_marketing, false).map_err(|reason| ("accepts marketing", reason))?;
    let since = values::time(since).map_err(|reason| ("created at", reason))?;
    let (address, unread) = match address(record, first_name, last_name) {
        Ok(address) => (address, None),
        Err(complaint) => (None, Some(complaint)),
    };
    let customer = PutCustomer {
        email,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        phone: phone.to_owned(),
        accepts_marketing,
        since,
        address,
    };
    let (customer, wrong) = customer
        .checked()
        .map_err(|error| (column(&error.field), error.message))?;
    Ok(Read {
        customer,
        complaint: unread.or_else(|| wrong.as_ref().and_then(complaint)),
    })
}

/// The address of a row; none when it says neither street nor city.
fn address(record: &Record, first_name: &str, last_name: &str) -> Result<Option<Address>, (&'static str, String)> {
    let [
        addressee,
        family,
        company,
        line1,
        line2,
        city,
        state,
        postal_code,
        country,
        phone,
    ] = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(|index| record.cell(index).trim());
    if line1.is_empty() && city.is_empty() {
        return Ok(None);
    }
    let named = !addressee.is_empty() || !family.is_empty();
    let (addressee, family) = if named {
        (addressee, family)
    } else {
        (first_name, last_name)
    };
    let country = CountryCode::parse(country).map_err(|_error| {
        (
            "address country",
            format!("{country:?} is not the two-letter code of a country"),
        )
    })?;
    Ok(Some(Address {
        first_name: addressee.to_owned(),
        last_name: family.to_owned(),
        company: company.to_owned(),
        line1: line1.to_owned(),
        line2: line2.to_owned(),
        city: city.to_owned(),
        state: state.to_owned(),
        // Spreadsheets are kept from dropping zeros by an apostrophe.
        postal_code: postal_code.trim_start_matches('\'').to_owned(),
        country,
        phone: phone.to_owned(),
    }))
}

fn complaint(wrong: &Invalid) -> Option<(&'static str, String)> {
    let first = wrong.0.first()?;
    let column = match first.field.as_str() {
        "line1" => "address line 1",
        "city" => "address city",
        "state" => "address state",
        "postal_code" => "address postal code",
        _ => "",
    };
    Some((
        column,
        format!("the address's {} {}", first.field.replace('_', " "), first.message),
    ))
}

/// The column of a field of the person.
fn column(field: &str) -> &'static str {
    match field {
        "first_name" => "first name",
        "last_name" => "last name",
        _ => "phone",
    }
}
