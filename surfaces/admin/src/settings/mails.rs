//! What the store's mails say: the list of them here, the page that changes one, how it would look, and what is decided about
//! one kind above the list, in files of their own.

mod carts;
pub(super) mod edit;
pub(super) mod look;

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use kernel::Locale;
use notifications::{MailKind, TemplateMistake, TemplatesError};
use serde::Serialize;
use web::{Answer, Problem, Staff, Visitor, can};

use self::carts::CartsForm;
use crate::{
    Desk,
    forms::{Errors, word},
};

/// The routes of these pages.
#[rustfmt::skip]
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/settings/mails", get(list))
        .route("/admin/settings/mails/carts", post(carts::save))
        .route("/admin/settings/mails/{kind}/{locale}", get(edit::show).post(edit::save))
        .route("/admin/settings/mails/{kind}/{locale}/preview", get(look::kept).post(look::typed))
        .route("/admin/settings/mails/{kind}/{locale}/test", post(edit::send_test))
        .route("/admin/settings/mails/{kind}/{locale}/reset", get(edit::ask).post(edit::reset))
}

#[derive(Serialize)]
struct MailsView {
    mails: Vec<MailRow>,
    carts: CartsForm,
    errors: Errors,
}

#[derive(Serialize)]
struct MailRow {
    kind: &'static str,
    languages: Vec<LanguageRow>,
}

#[derive(Serialize)]
struct LanguageRow {
    locale: &'static str,
    name: &'static str,
    /// When the merchant changed it last.
    changed_at: Option<String>,
    /// Why the theme's stood in for it since.
    failed: Option<String>,
}

/// The mail and language that an address names.
pub(super) fn read_address((kind, locale): &(String, String)) -> Result<(MailKind, Locale), Problem> {
    let kind = MailKind::parse(kind).ok_or_else(Problem::not_found)?;
    let locale = locale.parse().map_err(|_unknown| Problem::not_found())?;
    Ok((kind, locale))
}

pub(super) async fn list(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let decided = notifications::load_cart_reminders(&mut ctx).await;
    ctx.rollback().await;
    let form = decided.map_err(carts::problem)?.into();
    render(&staff, StatusCode::OK, form, Errors::default()).await
}

async fn render(staff: &Staff<can::ManageSettings>, status: StatusCode, carts: CartsForm, errors: Errors) -> Answer {
    let mut ctx = staff.work.read();
    let own = notifications::list_templates(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let language = |kind: MailKind, locale: Locale| {
        let own = own.iter().find(|own| own.kind == kind && own.locale == locale);
        LanguageRow {
            locale: locale.code(),
            name: locale.name(),
            changed_at: own.map(|own| own.updated_at.to_rfc3339()),
            failed: own.and_then(|own| own.failed.clone()),
        }
    };
    let row = |kind: &MailKind| MailRow {
        kind: kind.as_str(),
        languages: Locale::ALL.map(|locale| language(*kind, locale)).into(),
    };
    let view = MailsView {
        mails: MailKind::ALL.iter().map(row).collect(),
        carts,
        errors,
    };
    staff.page_with_status(status, "admin/settings/mails.html", &view)
}

/// A mistake as a sentence.
pub(super) fn sentence(visitor: &Visitor, mistake: &TemplateMistake) -> String {
    let what = match mistake.code {
        "syntax" | "failed" => mistake.detail.clone(),
        code => {
            let key = format!("admin-mails-wrong-{}", code.replace('_', "-"));
            visitor.translate(&key, &[("what", &mistake.detail)])
        }
    };
    let place = match mistake.file.as_str() {
        "" => word(visitor, "admin-field-mail", mistake.part.as_str()),
        file => file.to_owned(),
    };
    let line = mistake.line.to_string();
    visitor.translate(
        "admin-mails-mistake",
        &[("place", &place), ("line", &line), ("what", &what)],
    )
}

pub(super) fn problem(error: TemplatesError) -> Problem {
    match error {
        TemplatesError::Forbidden(error) => error.into(),
        TemplatesError::Internal(error) => error.into(),
    }
}
