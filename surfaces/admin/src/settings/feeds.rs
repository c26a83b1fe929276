//! What the store publishes for search engines and shopping portals.

use axum::response::{IntoResponse as _, Redirect};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Staff, can};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FeedsForm {
    google: String,
}

#[derive(Serialize)]
struct FeedsView {
    google: bool,
    google_url: String,
    sitemap_url: String,
}

pub(crate) async fn show(staff: Staff<can::ManageSettings>) -> Answer {
    let mut ctx = staff.work.read();
    let settings = feeds::load_settings(&mut ctx).await?;
    ctx.rollback().await;
    let view = FeedsView {
        google: settings.google,
        google_url: staff.absolute_url("/feeds/google.xml"),
        sitemap_url: staff.absolute_url("/sitemap.xml"),
    };
    staff.page("admin/settings/feeds.html", &view)
}

pub(crate) async fn save(staff: Staff<can::ManageSettings>, Form(form): Form<FeedsForm>) -> Answer {
    let mut ctx = staff.work.write();
    feeds::switch_google(&mut ctx, !form.google.is_empty())
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-saved");
    Ok(Redirect::to("/admin/settings/feeds").into_response())
}

fn problem(error: feeds::SwitchGoogleError) -> Problem {
    match error {
        feeds::SwitchGoogleError::Forbidden(error) => error.into(),
        feeds::SwitchGoogleError::Internal(error) => error.into(),
    }
}
