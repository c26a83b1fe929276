//! How the store sends texts: the account here, what each text says in a file of its own.

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use notifications::{Channel, TextKind, TextSettings, TextTerms, UpdateTextsError};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, Visitor, can};

use super::words::{self, KindRow};
use crate::{
    Desk,
    forms::{Difference, Errors, differences, read_version, tick},
};

/// The routes of these pages.
#[rustfmt::skip]
pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/settings/texts", get(show).post(save))
        .route("/admin/settings/texts/{kind}/{locale}", get(words::show_text).post(words::save_text))
        .route("/admin/settings/texts/{kind}/{locale}/test", post(words::send_test))
}

/// The account as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct TextsForm {
    account: String,
    #[serde(skip_serializing)]
    token: String,
    sender: String,
    active: String,
    order_confirmed: String,
    shipped: String,
    out_for_delivery: String,
    delivered: String,
    refunded: String,
    version: String,
}

#[derive(Serialize)]
struct TextsView {
    form: TextsForm,
    errors: Errors,
    conflict: Vec<Difference>,
    /// Where answers go, which the account has to be told.
    replies: String,
    texts: Vec<KindRow>,
}

impl From<TextSettings> for TextsForm {
    fn from(settings: TextSettings) -> Self {
        let sent = |kind| tick(settings.kinds.contains(&kind));
        Self {
            token: String::new(),
            active: tick(settings.active),
            order_confirmed: sent(TextKind::OrderConfirmed),
            shipped: sent(TextKind::Shipped),
            out_for_delivery: sent(TextKind::OutForDelivery),
            delivered: sent(TextKind::Delivered),
            refunded: sent(TextKind::Refunded),
            version: settings.version.to_string(),
            account: settings.account,
            sender: settings.sender,
        }
    }
}

impl TextsForm {
    fn sends(&self, kind: TextKind) -> bool {
        let ticked = match kind {
            TextKind::OrderConfirmed => &self.order_confirmed,
            TextKind::Shipped => &self.shipped,
            TextKind::OutForDelivery => &self.out_for_delivery,
            TextKind::Delivered => &self.delivered,
            TextKind::Refunded => &self.refunded,
        };
        !ticked.is_empty()
    }

    fn terms(&self) -> TextTerms {
        TextTerms {
            account: self.account.clone(),
            token: self.token.clone(),
            sender: self.sender.clone(),
            kinds: TextKind::ALL.iter().copied().filter(|kind| self.sends(*kind)).collect(),
            active: !self.active.is_empty(),
            version: read_version(&self.version),
        }
    }
}

async fn load(visitor: &Visitor) -> Result<TextsForm, Problem> {
    let mut ctx = visitor.work.read();
    let settings = notifications::load_text_settings(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    Ok(settings.into())
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let form = load(&staff).await?;
    render(&staff, StatusCode::OK, form, (Errors::default(), Vec::new())).await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    form: TextsForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let view = TextsView {
        replies: visitor.absolute_url("/texts/replies"),
        texts: words::rows(visitor, Channel::Text, |kind| form.sends(kind)).await?,
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/settings/texts.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(mut form): Form<TextsForm>) -> Answer {
    let mut ctx = staff.work.write();
    match notifications::update_texts(&mut ctx, form.terms()).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/texts").into_response())
        }
        Err(UpdateTextsError::Invalid(invalid)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, invalid);
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, (errors, Vec::new())).await
        }
        // Shows both versions. Saving once more keeps what was typed.
        Err(UpdateTextsError::VersionConflict) => {
            ctx.rollback().await;
            let saved = load(&staff).await?;
            let mut conflict = differences(&saved, &form);
            for difference in &mut conflict {
                difference.rename(|field| {
                    let is_kind = TextKind::parse(&field.replace('-', "_")).is_some();
                    let word = if is_kind { "text-kind" } else { "texts" };
                    staff.translate(&format!("admin-{word}-{field}"), &[])
                });
            }
            form.version = saved.version;
            let errors = Errors::one(&staff, "form", "version_conflict", "was changed in the meantime");
            render(&staff, StatusCode::CONFLICT, form, (errors, conflict)).await
        }
        Err(error) => Err(problem(error)),
    }
}

fn problem(error: UpdateTextsError) -> Problem {
    match error {
        UpdateTextsError::Forbidden(error) => error.into(),
        UpdateTextsError::Invalid(invalid) => invalid.into(),
        UpdateTextsError::VersionConflict => Problem::conflict("version_conflict", error.to_string()),
        UpdateTextsError::Internal(error) => error.into(),
    }
}
