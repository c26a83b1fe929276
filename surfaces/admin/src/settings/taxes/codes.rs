//! The store's own tax codes: what goods are called that are taxed alike.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};
use tax::{PutCode, PutCodeError, RemoveCodeError, TaxCategory, TaxCode, list_codes, put_code, remove_code};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::super::removal::{self, Removal};
use crate::forms::{Choice, Errors, choices, word};

#[derive(Serialize)]
struct CodesView {
    codes: Vec<CodeRow>,
    form: CodeForm,
    categories: Vec<Choice>,
    errors: Errors,
}

#[derive(Serialize)]
struct CodeRow {
    code: String,
    name: String,
    category: String,
}

/// A code as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: String,
    name: String,
    category: String,
}

pub(crate) async fn list(staff: Staff<can::ManageSettings>) -> Answer {
    render(&staff, StatusCode::OK, CodeForm::default(), Errors::default()).await
}

async fn render(visitor: &Visitor, status: StatusCode, form: CodeForm, errors: Errors) -> Answer {
    let mut ctx = visitor.work.read();
    let codes = list_codes(&mut ctx).await?;
    ctx.rollback().await;
    let row = |own: tax::OwnCode| CodeRow {
        code: own.code.to_string(),
        name: own.name,
        category: word(visitor, "admin-tax", own.category.as_str()),
    };
    let view = CodesView {
        codes: codes.into_iter().map(row).collect(),
        form,
        categories: choices(visitor, "admin-tax", TaxCategory::ALL.map(TaxCategory::as_str)),
        errors,
    };
    visitor.page_with_status(status, "admin/settings/tax_codes.html", &view)
}

pub(crate) async fn put(staff: Staff<can::ManageSettings>, Form(form): Form<CodeForm>) -> Answer {
    let typed = PutCode {
        code: form.code.clone(),
        name: form.name.clone(),
        category: TaxCategory::parse(&form.category).unwrap_or_default(),
    };
    let mut ctx = staff.work.write();
    match put_code(&mut ctx, &typed).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(saved(&staff))
        }
        Err(PutCodeError::Invalid(invalid)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, invalid);
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
        Err(PutCodeError::Forbidden(error)) => Err(error.into()),
        Err(PutCodeError::Internal(error)) => Err(error.into()),
    }
}

fn saved(visitor: &Visitor) -> Response {
    visitor.flash("admin-flash-saved");
    Redirect::to("/admin/settings/taxes/codes").into_response()
}

/// Asks first.
pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(code): Path<String>) -> Answer {
    let mut ctx = staff.work.read();
    let codes = list_codes(&mut ctx).await?;
    ctx.rollback().await;
    let own = codes.into_iter().find(|own| own.code.as_str() == code);
    let own = own.ok_or_else(Problem::not_found)?;
    let removal = Removal {
        kind: "code",
        page: "taxes",
        part: "codes",
    };
    removal::ask(&staff, removal, code, &own.name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(code): Path<String>) -> Answer {
    let code = TaxCode::parse(&code).map_err(|_error| Problem::not_found())?;
    let mut ctx = staff.work.write();
    remove_code(&mut ctx, &code).await.map_err(|error| match error {
        RemoveCodeError::Forbidden(error) => Problem::from(error),
        RemoveCodeError::NotFound => Problem::not_found(),
        RemoveCodeError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    Ok(saved(&staff))
}
