//! The address book.

use std::collections::BTreeMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use customers::AddressBookError;
use kernel::{Address, AddressId, CountryCode, FieldError, Invalid};
use serde::{Deserialize, Serialize};
use web::{Done, Form, OnceForm, Path, Problem, SignedIn};

use crate::{
    layout,
    places::{self, PlacesView},
    views::label,
};

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct AddressForm {
    first_name: String,
    last_name: String,
    company: String,
    line1: String,
    line2: String,
    city: String,
    state: String,
    postal_code: String,
    country: String,
    /// The country whose fields were on the page.
    fields_of: String,
    phone: String,
    /// `country` only shows the fields of the chosen country.
    action: String,
}

#[derive(Serialize)]
struct AddressesView {
    entries: Vec<EntryView>,
    /// The entry that is being changed; `None` for a new one.
    editing: Option<String>,
    form: AddressForm,
    places: PlacesView,
    errors: BTreeMap<String, &'static str>,
}

#[derive(Serialize)]
struct EntryView {
    id: String,
    lines: Vec<String>,
    is_default: bool,
}

impl AddressForm {
    fn read(&self) -> Result<Address, Invalid> {
        let form = self.clone();
        Ok(Address {
            country: CountryCode::parse(&form.country)?,
            state: places::state_in(&form.country, &form.fields_of, &form.state),
            first_name: form.first_name,
            last_name: form.last_name,
            company: form.company,
            line1: form.line1,
            line2: form.line2,
            city: form.city,
            postal_code: form.postal_code,
            phone: form.phone,
        })
    }
}

impl From<Address> for AddressForm {
    fn from(address: Address) -> Self {
        Self {
            country: address.country.to_string(),
            fields_of: String::new(),
            action: String::new(),
            first_name: address.first_name,
            last_name: address.last_name,
            company: address.company,
            line1: address.line1,
            line2: address.line2,
            city: address.city,
            state: address.state,
            postal_code: address.postal_code,
            phone: address.phone,
        }
    }
}

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    render(
        &visitor,
        StatusCode::OK,
        None,
        AddressForm::default(),
        Invalid::default(),
    )
    .await
}

pub(crate) async fn edit(visitor: SignedIn, Path(id): Path<AddressId>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let entries = customers::list_addresses(&mut ctx, visitor.customer).await?;
    ctx.rollback().await;
    let entry = entries
        .into_iter()
        .find(|entry| entry.id == id)
        .ok_or_else(Problem::not_found)?;
    render(
        &visitor,
        StatusCode::OK,
        Some(id),
        entry.address.into(),
        Invalid::default(),
    )
    .await
}

pub(crate) async fn add(
    visitor: SignedIn,
    OnceForm { form, request }: OnceForm<AddressForm>,
) -> Result<Response, Problem> {
    if form.action == "country" {
        return render(&visitor, StatusCode::OK, None, form, Invalid::default()).await;
    }
    let address = match form.read() {
        Ok(address) => address,
        Err(invalid) => return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, None, form, invalid).await,
    };
    let added = web::write_form(&visitor, &request, async |ctx| {
        customers::add_address(ctx, visitor.customer, address).await?;
        Ok(Done::to("/account/addresses").saying("addresses-saved"))
    });
    match added.await? {
        Ok(response) => Ok(response),
        Err(error) => refuse(&visitor, None, form, error).await,
    }
}

pub(crate) async fn update(
    visitor: SignedIn,
    Path(id): Path<AddressId>,
    Form(form): Form<AddressForm>,
) -> Result<Response, Problem> {
    if form.action == "country" {
        return render(&visitor, StatusCode::OK, Some(id), form, Invalid::default()).await;
    }
    let address = match form.read() {
        Ok(address) => address,
        Err(invalid) => return render(&visitor, StatusCode::UNPROCESSABLE_ENTITY, Some(id), form, invalid).await,
    };
    let mut ctx = visitor.work.write();
    match customers::update_address(&mut ctx, visitor.customer, id, address).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(&visitor))
        }
        Err(error) => {
            ctx.rollback().await;
            refuse(&visitor, Some(id), form, error).await
        }
    }
}

pub(crate) async fn remove(visitor: SignedIn, Path(id): Path<AddressId>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    match customers::remove_address(&mut ctx, visitor.customer, id).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(&visitor))
        }
        Err(error) => refuse(&visitor, None, AddressForm::default(), error).await,
    }
}

pub(crate) async fn make_default(visitor: SignedIn, Path(id): Path<AddressId>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.write();
    match customers::make_default(&mut ctx, visitor.customer, id).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(&visitor))
        }
        Err(error) => refuse(&visitor, None, AddressForm::default(), error).await,
    }
}

fn saved(visitor: &SignedIn) -> Response {
    visitor.flash("addresses-saved");
    Redirect::to("/account/addresses").into_response()
}

async fn refuse(
    visitor: &SignedIn,
    editing: Option<AddressId>,
    form: AddressForm,
    error: AddressBookError,
) -> Result<Response, Problem> {
    let invalid = match error {
        AddressBookError::Invalid(invalid) => invalid,
        AddressBookError::Full => FieldError::new("book", "address_book_full", "is full").into(),
        AddressBookError::NotFound => return Err(Problem::not_found()),
        AddressBookError::Internal(error) => return Err(error.into()),
    };
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, editing, form, invalid).await
}

async fn render(
    visitor: &SignedIn,
    status: StatusCode,
    editing: Option<AddressId>,
    mut form: AddressForm,
    invalid: Invalid,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let entries = customers::list_addresses(&mut ctx, visitor.customer).await?;
    ctx.rollback().await;
    if form.country.is_empty() {
        form.country = visitor.store().country.to_string();
    }
    let wrong = |error: FieldError| {
        let code = places::code_of(error.code, &form.state, &form.postal_code);
        (error.field, code)
    };
    let view = AddressesView {
        errors: invalid.0.into_iter().map(wrong).collect(),
        entries: entries
            .into_iter()
            .map(|entry| EntryView {
                id: entry.id.to_string(),
                lines: label(Some(&entry.address), visitor.locale),
                is_default: entry.is_default,
            })
            .collect(),
        editing: editing.map(|id| id.to_string()),
        places: PlacesView::new(
            &form.country,
            &places::state_in(&form.country, &form.fields_of, &form.state),
            visitor.locale,
        ),
        form,
    };
    layout::page_with_status(visitor, status, "storefront/account/addresses.html", &view).await
}
