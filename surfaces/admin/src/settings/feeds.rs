//! What the store publishes for search engines and shopping portals.

use axum::response::{IntoResponse as _, Redirect};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, can};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FeedsForm {
    google: String,
    meta: String,
}

#[derive(Serialize)]
struct FeedsView {
    google: bool,
    google_url: String,
    meta: bool,
    meta_url: String,
    sitemap_url: String,
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let settings = feeds::load_settings(&mut ctx).await?;
    ctx.rollback().await;
    let view = FeedsView {
        google: settings.google,
        google_url: staff.absolute_url("/feeds/google.xml"),
        meta: settings.meta,
        meta_url: staff.absolute_url("/feeds/meta.xml"),
        sitemap_url: staff.absolute_url("/sitemap.xml"),
    };
    staff.page("admin/settings/feeds.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(form): Form<FeedsForm>) -> Answer {
    let mut ctx = staff.work.write();
    let settings = feeds::Settings {
        google: !form.google.is_empty(),
        meta: !form.meta.is_empty(),
    };
    feeds::change_settings(&mut ctx, settings).await.map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-saved");
    Ok(Redirect::to("/admin/settings/feeds").into_response())
}

fn problem(error: feeds::ChangeSettingsError) -> Problem {
    match error {
        feeds::ChangeSettingsError::Forbidden(error) => error.into(),
        feeds::ChangeSettingsError::Internal(error) => error.into(),
    }
}
