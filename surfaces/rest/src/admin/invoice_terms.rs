//! `GET` and `PATCH /admin/settings/invoices`: what invoices say of the store, and how they are numbered.

use axum::http::{HeaderMap, StatusCode};
use invoices::{Terms, UpdateTermsError, load_terms, update_terms};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Api, Idempotent, IfMatch, Problem, can};

use super::{require_version, tagged};
use crate::{endpoint::Endpoint, wire::present};

const TAG: &str = "Admin: settings";

/// What invoices say of the store, and how they are numbered.
#[derive(Serialize, ToSchema)]
struct InvoiceTerms {
    /// Empty for the store's name.
    legal_name: String,
    /// Each with what it is called.
    #[schema(example = json!(["VAT DE123456789"]))]
    tax_numbers: Vec<String>,
    /// What stands at the end of each document.
    note: String,
    invoice_prefix: String,
    credit_note_prefix: String,
    /// 0 until they were changed.
    version: i64,
}

impl From<Terms> for InvoiceTerms {
    fn from(terms: Terms) -> Self {
        Self {
            legal_name: terms.legal_name,
            tax_numbers: terms.tax_numbers,
            note: terms.note,
            invoice_prefix: terms.invoice_prefix,
            credit_note_prefix: terms.credit_note_prefix,
            version: terms.version,
        }
    }
}

/// What to change; a field that is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpdateInvoiceTerms {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 150, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    legal_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>, required = false, max_items = 5)]
    tax_numbers: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 1000)]
    note: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 20)]
    invoice_prefix: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 20)]
    credit_note_prefix: Option<String>,
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("get_invoice_terms", "/admin/settings/invoices", get)
        .says(
            TAG,
            "Get the terms of invoices",
            "What invoices and credit notes say of the store.",
        )
        .guarded::<can::ManageSettings>()
        .answers::<InvoiceTerms>(200, "The terms.")
        .tagged(200)
}

async fn get(api: Api<can::ManageSettings>) -> Answer {
    let terms = load_terms(&mut api.work.read()).await?;
    Ok(tagged(StatusCode::OK, terms.version, InvoiceTerms::from(terms)))
}

pub(crate) fn patch_endpoint() -> Endpoint {
    Endpoint::patch("update_invoice_terms", "/admin/settings/invoices", patch)
        .says(
            TAG,
            "Change the terms of invoices",
            "Documents that are written stay as they are.",
        )
        .guarded::<can::ManageSettings>()
        .idempotent()
        .if_match(true)
        .body::<UpdateInvoiceTerms>()
        .answers::<InvoiceTerms>(200, "The terms from now on.")
        .tagged(200)
}

async fn patch(
    api: Api<can::ManageSettings>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<UpdateInvoiceTerms>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let kept = load_terms(ctx).await?;
        let wanted = Terms {
            legal_name: body.legal_name.unwrap_or(kept.legal_name),
            tax_numbers: body.tax_numbers.unwrap_or(kept.tax_numbers),
            note: body.note.unwrap_or(kept.note),
            invoice_prefix: body.invoice_prefix.unwrap_or(kept.invoice_prefix),
            credit_note_prefix: body.credit_note_prefix.unwrap_or(kept.credit_note_prefix),
            version: expected.unwrap_or(kept.version),
        };
        let terms = update_terms(ctx, wanted).await.map_err(problem)?;
        Ok(tagged(StatusCode::OK, terms.version, InvoiceTerms::from(terms)))
    })
    .await
}

fn problem(error: UpdateTermsError) -> Problem {
    match error {
        UpdateTermsError::Forbidden(error) => error.into(),
        UpdateTermsError::Invalid(invalid) => invalid.into(),
        UpdateTermsError::VersionConflict => Problem::version_conflict(),
        UpdateTermsError::Internal(error) => error.into(),
    }
}
