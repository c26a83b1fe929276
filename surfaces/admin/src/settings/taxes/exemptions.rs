//! Customers who need not pay tax, with their certificates.

use std::collections::HashMap;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::{CustomerId, EmailAddress, FieldError, Invalid, TaxExemptionId};
use serde::{Deserialize, Serialize};
use tax::{
    Exemption, ExemptionReason, Place, PutExemption, PutExemptionError, RemoveExemptionError, find_exemption,
    list_exemptions, put_exemption, remove_exemption,
};
use web::{Answer, Form, Path, Problem, Query, Staff, Visitor, can};

use super::{
    super::removal::{self, Removal},
    read_day, read_places,
};
use crate::forms::{Choice, Errors, choices, word};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExemptionsQuery {
    q: String,
}

#[derive(Serialize)]
struct ExemptionsView {
    exemptions: Vec<ExemptionRow>,
    total: i64,
    q: String,
    form: ExemptionForm,
    reasons: Vec<Choice>,
    errors: Errors,
}

#[derive(Serialize)]
struct ExemptionRow {
    id: String,
    customer: String,
    email: String,
    certificate: String,
    reason: String,
    reference: String,
    places: String,
    valid_from: Option<String>,
    valid_until: Option<String>,
    /// Whether it holds today.
    holds: bool,
}

/// A certificate as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ExemptionForm {
    email: String,
    certificate: String,
    reason: String,
    reference: String,
    places: String,
    valid_from: String,
    valid_until: String,
}

pub(crate) async fn list(staff: Staff<can::ManageSettings>, Query(query): Query<ExemptionsQuery>) -> Answer {
    let form = ExemptionForm {
        email: query.q.clone(),
        ..ExemptionForm::default()
    };
    render(&staff, StatusCode::OK, query.q, form, Errors::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, q: String, form: ExemptionForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let wanted = match EmailAddress::parse(q.trim()) {
        Ok(email) => Some(customers::list_by_emails(&mut ctx, &[email]).await?),
        Err(_) if q.trim().is_empty() => None,
        Err(_) => Some(Vec::new()),
    };
    let wanted: Option<Vec<CustomerId>> = wanted.map(|found| found.iter().map(|customer| customer.id).collect());
    let (exemptions, total) = list_exemptions(&mut ctx, wanted.as_deref()).await?;
    let ids: Vec<CustomerId> = exemptions.iter().map(|one| one.customer_id).collect();
    let people = customers::list_by_ids(&mut ctx, &ids).await?;
    let today = ctx.store().time_zone.day(ctx.now());
    ctx.rollback().await;
    let people: HashMap<CustomerId, customers::Customer> = people.into_iter().map(|one| (one.id, one)).collect();
    let row = |one: Exemption| {
        let customer = people.get(&one.customer_id);
        ExemptionRow {
            holds: one.is_on(today),
            id: one.id.to_string(),
            customer: customer.map(customers::Customer::full_name).unwrap_or_default(),
            email: customer.map(|customer| customer.email.to_string()).unwrap_or_default(),
            reason: word(visitor, "admin-exempt", one.reason.as_str()),
            places: one.places.iter().map(Place::to_string).collect::<Vec<_>>().join(", "),
            certificate: one.certificate,
            reference: one.reference,
            valid_from: one.valid_from.map(|day| day.to_string()),
            valid_until: one.valid_until.map(|day| day.to_string()),
        }
    };
    let view = ExemptionsView {
        exemptions: exemptions.into_iter().map(row).collect(),
        total,
        q,
        form,
        reasons: choices(
            visitor,
            "admin-exempt",
            ExemptionReason::ALL.iter().map(|reason| reason.as_str()),
        ),
        errors,
    };
    visitor.page_with_status(status, "admin/settings/tax_exemptions.html", &view)
}

/// What was typed, but for the customer.
fn read(form: &ExemptionForm, customer_id: Option<CustomerId>, mut invalid: Invalid) -> Result<PutExemption, Invalid> {
    let places = read_places(&mut invalid, &form.places);
    let valid_from = read_day(&mut invalid, "valid_from", &form.valid_from);
    let valid_until = read_day(&mut invalid, "valid_until", &form.valid_until);
    let reason = ExemptionReason::parse(&form.reason).ok_or_else(|| FieldError::required("reason"));
    let reason = invalid.check("reason", reason);
    let (Some(customer_id), Some(reason)) = (customer_id, reason) else {
        return Err(invalid);
    };
    invalid.into_result()?;
    Ok(PutExemption {
        customer_id,
        certificate: form.certificate.clone(),
        reason,
        reference: form.reference.clone(),
        places,
        valid_from,
        valid_until,
    })
}

pub(crate) async fn put(staff: Staff<can::ManageSettings>, Form(form): Form<ExemptionForm>) -> Answer {
    let mut invalid = Invalid::default();
    let mut ctx = staff.work.write();
    let mut customer_id = None;
    if let Some(email) = invalid.check("email", EmailAddress::parse(form.email.trim())) {
        let found = customers::list_by_emails(&mut ctx, &[email]).await?;
        customer_id = found.first().map(|customer| customer.id);
        if customer_id.is_none() {
            invalid.push(no_such_customer());
        }
    }
    let invalid = match read(&form, customer_id, invalid) {
        Err(invalid) => invalid,
        Ok(wanted) => match put_exemption(&mut ctx, wanted).await {
            Ok(_id) => {
                ctx.commit().await?;
                return Ok(saved(&staff));
            }
            Err(PutExemptionError::Invalid(invalid)) => invalid,
            Err(PutExemptionError::NoSuchCustomer) => Invalid(vec![no_such_customer()]),
            Err(PutExemptionError::Forbidden(error)) => return Err(error.into()),
            Err(PutExemptionError::Internal(error)) => return Err(error.into()),
        },
    };
    ctx.rollback().await;
    let errors = Errors::of(&staff, invalid);
    render(&staff, StatusCode::UNPROCESSABLE_ENTITY, String::new(), form, errors).await
}

fn no_such_customer() -> FieldError {
    FieldError::new("email", "no_such_customer", "no customer has this address")
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/settings/taxes/exemptions").into_response()
}

/// Asks first.
pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<TaxExemptionId>) -> Answer {
    let mut ctx = staff.work.read();
    let exemption = find_exemption(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let removal = Removal {
        kind: "exemption",
        page: "taxes",
        part: "exemptions",
    };
    removal::ask(&staff, removal, id.to_string(), &exemption.certificate)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<TaxExemptionId>) -> Answer {
    let mut ctx = staff.work.write();
    remove_exemption(&mut ctx, id).await.map_err(|error| match error {
        RemoveExemptionError::Forbidden(error) => Problem::from(error),
        RemoveExemptionError::NotFound => Problem::not_found(),
        RemoveExemptionError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    Ok(saved(&staff))
}
