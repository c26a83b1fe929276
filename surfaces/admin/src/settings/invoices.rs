//! What invoices say of the store, and how they are numbered.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use invoices::{Terms, UpdateTermsError};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, Visitor, can};

use crate::forms::{Difference, Errors, differences, read_version};

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct TermsForm {
    legal_name: String,
    tax_numbers: String,
    note: String,
    invoice_prefix: String,
    credit_note_prefix: String,
    version: String,
}

#[derive(Serialize)]
struct TermsView {
    form: TermsForm,
    errors: Errors,
    conflict: Vec<Difference>,
}

impl From<Terms> for TermsForm {
    fn from(terms: Terms) -> Self {
        Self {
            legal_name: terms.legal_name,
            tax_numbers: terms.tax_numbers.join("\n"),
            note: terms.note,
            invoice_prefix: terms.invoice_prefix,
            credit_note_prefix: terms.credit_note_prefix,
            version: terms.version.to_string(),
        }
    }
}

impl TermsForm {
    fn read(&self) -> Terms {
        Terms {
            legal_name: self.legal_name.clone(),
            tax_numbers: self.tax_numbers.lines().map(str::to_owned).collect(),
            note: self.note.clone(),
            invoice_prefix: self.invoice_prefix.clone(),
            credit_note_prefix: self.credit_note_prefix.clone(),
            version: read_version(&self.version),
        }
    }
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let form = load(&staff).await?;
    render(&staff, StatusCode::OK, form, (Errors::default(), Vec::new()))
}

async fn load(visitor: &Visitor) -> Result<TermsForm, Problem> {
    let mut ctx = visitor.work.read();
    let terms = invoices::load_terms(&mut ctx).await?;
    ctx.rollback().await;
    Ok(terms.into())
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    form: TermsForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let view = TermsView { form, errors, conflict };
    visitor.page_with_status(status, "admin/settings/invoices.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(mut form): Form<TermsForm>) -> Answer {
    let mut ctx = staff.work.write();
    match invoices::update_terms(&mut ctx, form.read()).await {
        Ok(_) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/invoices").into_response())
        }
        Err(UpdateTermsError::Invalid(invalid)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, invalid);
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, (errors, Vec::new()))
        }
        // Shows both versions. Saving once more keeps what was typed.
        Err(UpdateTermsError::VersionConflict) => {
            ctx.rollback().await;
            let saved = load(&staff).await?;
            let mut conflict = differences(&saved, &form);
            for difference in &mut conflict {
                difference.rename(|field| staff.translate(label_of(field), &[]));
            }
            form.version = saved.version;
            let errors = Errors::one(&staff, "form", "version_conflict", "was changed in the meantime");
            render(&staff, StatusCode::CONFLICT, form, (errors, conflict))
        }
        Err(UpdateTermsError::Forbidden(error)) => Err(error.into()),
        Err(UpdateTermsError::Internal(error)) => Err(error.into()),
    }
}

/// The label that a field has on the page.
fn label_of(field: &str) -> &'static str {
    match field {
        "legal-name" => "admin-field-legal-name",
        "tax-numbers" => "admin-field-tax-numbers",
        "invoice-prefix" => "admin-field-invoice-prefix",
        "credit-note-prefix" => "admin-field-credit-note-prefix",
        _ => "admin-field-invoice-note",
    }
}
