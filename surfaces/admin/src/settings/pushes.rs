//! Which pushes the store sends, and whether it does. What each says is beside the texts' words.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::get,
};
use notifications::{Channel, PushSettings, PushTerms, TextKind, UpdatePushesError};
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
        .route("/admin/settings/pushes", get(show).post(save))
        .route("/admin/settings/pushes/{kind}/{locale}", get(words::show_push).post(words::save_push))
}

/// The settings as they are typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct PushesForm {
    contact: String,
    active: String,
    order_confirmed: String,
    shipped: String,
    out_for_delivery: String,
    delivered: String,
    refunded: String,
    version: String,
}

#[derive(Serialize)]
struct PushesView {
    form: PushesForm,
    errors: Errors,
    conflict: Vec<Difference>,
    pushes: Vec<KindRow>,
}

impl From<PushSettings> for PushesForm {
    fn from(settings: PushSettings) -> Self {
        let sent = |kind| tick(settings.kinds.contains(&kind));
        Self {
            active: tick(settings.active),
            order_confirmed: sent(TextKind::OrderConfirmed),
            shipped: sent(TextKind::Shipped),
            out_for_delivery: sent(TextKind::OutForDelivery),
            delivered: sent(TextKind::Delivered),
            refunded: sent(TextKind::Refunded),
            version: settings.version.to_string(),
            contact: settings.contact,
        }
    }
}

impl PushesForm {
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

    fn terms(&self) -> PushTerms {
        PushTerms {
            contact: self.contact.clone(),
            kinds: TextKind::ALL.iter().copied().filter(|kind| self.sends(*kind)).collect(),
            active: !self.active.is_empty(),
            version: read_version(&self.version),
        }
    }
}

async fn load(visitor: &Visitor) -> Result<PushesForm, Problem> {
    let mut ctx = visitor.work.read();
    let settings = notifications::load_push_settings(&mut ctx).await.map_err(problem)?;
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
    form: PushesForm,
    (errors, conflict): (Errors, Vec<Difference>),
) -> Answer {
    let view = PushesView {
        pushes: words::rows(visitor, Channel::Push, |kind| form.sends(kind)).await?,
        form,
        errors,
        conflict,
    };
    visitor.page_with_status(status, "admin/settings/pushes.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Form(mut form): Form<PushesForm>,
) -> Answer {
    let mut ctx = staff.work.write();
    match notifications::update_pushes(&mut ctx, desk.pusher.as_ref(), form.terms()).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/pushes").into_response())
        }
        Err(UpdatePushesError::Invalid(invalid)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, invalid);
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, (errors, Vec::new())).await
        }
        // Shows both versions. Saving once more keeps what was typed.
        Err(UpdatePushesError::VersionConflict) => {
            ctx.rollback().await;
            let saved = load(&staff).await?;
            let mut conflict = differences(&saved, &form);
            for difference in &mut conflict {
                difference.rename(|field| {
                    let is_kind = TextKind::parse(&field.replace('-', "_")).is_some();
                    let word = if is_kind { "text-kind" } else { "pushes" };
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

fn problem(error: UpdatePushesError) -> Problem {
    match error {
        UpdatePushesError::Forbidden(error) => error.into(),
        UpdatePushesError::Invalid(invalid) => invalid.into(),
        UpdatePushesError::VersionConflict => Problem::conflict("version_conflict", error.to_string()),
        UpdatePushesError::NoKey(_) => Problem::internal(&error),
        UpdatePushesError::Internal(error) => error.into(),
    }
}
