//! The address book at the checkout: an address is chosen from it, and a new one is kept in it.

use cart::Changes;
use customers::{AddressBookError, AddressEntry, MAX_ADDRESSES};
use database::Ctx;
use kernel::{Address, CustomerId, Locale};
use serde::Serialize;
use web::{Problem, Visitor};

use super::CheckoutForm;
use crate::views::label;

/// The addresses of a customer who is signed in; nobody else has any.
#[derive(Default)]
pub(super) struct Book {
    entries: Vec<AddressEntry>,
    /// Whether there is a customer whose book has room for another.
    has_room: bool,
}

/// What the page offers of it.
#[derive(Default, Serialize)]
pub(super) struct BookView {
    choices: Vec<ChoiceView>,
    /// Whether an address that is not in it can be kept in it.
    has_room: bool,
}

#[derive(Serialize)]
struct ChoiceView {
    id: String,
    label: String,
    /// Whether it is the one that the form shows.
    chosen: bool,
}

impl Book {
    pub(super) async fn load(visitor: &Visitor) -> Result<Self, Problem> {
        let Some(customer) = visitor.customer() else {
            return Ok(Self::default());
        };
        let mut ctx = visitor.work.read();
        let entries = customers::list_addresses(&mut ctx, customer).await?;
        ctx.rollback().await;
        let has_room = i64::try_from(entries.len()).is_ok_and(|many| many < MAX_ADDRESSES);
        Ok(Self { entries, has_room })
    }

    /// The address that a new checkout begins with.
    pub(super) fn first(&self) -> Option<&Address> {
        self.entries.first().map(|entry| &entry.address)
    }

    /// The address that was chosen, if it is still there.
    pub(super) fn chosen(&self, id: &str) -> Option<&Address> {
        let entry = self.entries.iter().find(|entry| entry.id.to_string() == id)?;
        Some(&entry.address)
    }

    pub(super) fn view(&self, form: &CheckoutForm, locale: Locale) -> BookView {
        let shown = form.preview_address();
        let shown = shown.map(|typed| typed.clone().checked().unwrap_or(typed));
        let same = shown.and_then(|shown| self.entries.iter().find(|entry| is_same(&entry.address, &shown)));
        let choice = |entry: &AddressEntry| ChoiceView {
            id: entry.id.to_string(),
            label: label(Some(&entry.address), locale).join(", "),
            chosen: same.is_some_and(|same| same.id == entry.id),
        };
        BookView {
            choices: self.entries.iter().map(choice).collect(),
            has_room: self.has_room,
        }
    }
}

/// Takes a known address as the book has it, with the name's parts, and keeps another where that is wished.
pub(super) async fn settle(
    ctx: &mut Ctx,
    customer: CustomerId,
    form: &CheckoutForm,
    changes: &mut Changes,
) -> Result<(), Problem> {
    let keeps = form.keeps_address();
    let Some(address) = changes
        .shipping_address
        .as_mut()
        .and_then(Option::as_mut)
        .filter(|_| keeps || !form.address.is_empty())
    else {
        return Ok(());
    };
    let entries = customers::list_addresses(ctx, customer).await?;
    if let Some(same) = entries.into_iter().find(|entry| is_same(&entry.address, address)) {
        *address = same.address;
    } else if keeps {
        match customers::add_address(ctx, customer, address.clone()).await {
            // A full book is offered no address; one that filled up meanwhile keeps nobody from buying.
            Ok(_) | Err(AddressBookError::Full) => {}
            Err(AddressBookError::Invalid(invalid)) => return Err(invalid.into()),
            Err(AddressBookError::NotFound) => return Err(Problem::not_found()),
            Err(AddressBookError::Internal(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The checkout knows a name as one, so its parts may lie elsewhere.
fn is_same(one: &Address, other: &Address) -> bool {
    let nameless = |address: &Address| Address {
        first_name: String::new(),
        last_name: address.full_name(),
        ..address.clone()
    };
    nameless(one) == nameless(other)
}
