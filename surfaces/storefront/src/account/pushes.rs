//! The browsers in which a customer is told about their orders.

use axum::response::{IntoResponse as _, Redirect, Response};
use notifications::{PushSubscription, PushesAbout};
use serde::Serialize;
use web::{Problem, SignedIn};

use crate::pushes::PushesView;

#[derive(Serialize)]
pub(super) struct BrowsersView {
    /// What this browser is asked with.
    ask: PushesView,
    browsers: Vec<BrowserView>,
}

#[derive(Serialize)]
struct BrowserView {
    /// The host of its push service.
    service: String,
    said_at: String,
    used_at: String,
    /// Whether it is this one.
    here: bool,
}

/// What the page shows, in a store that sends pushes.
pub(super) async fn view(visitor: &SignedIn) -> Result<Option<BrowsersView>, Problem> {
    let mut ctx = visitor.work.read();
    let Some(ask) = PushesView::of_customer(&mut ctx).await? else {
        return Ok(None);
    };
    let customer = visitor.customer.into();
    let told = notifications::list_push_subscriptions(&mut ctx, &[customer]).await?;
    ctx.rollback().await;
    let session = visitor.session.as_ref().map(|session| session.id);
    let browser = |browser: &PushSubscription| BrowserView {
        service: browser.service.clone(),
        said_at: browser.said_at.to_rfc3339(),
        used_at: browser.used_at.to_rfc3339(),
        here: browser.session == session,
    };
    Ok(Some(BrowsersView {
        ask,
        browsers: told.values().flatten().map(browser).collect(),
    }))
}

/// No browser is told any more, wherever it is.
pub(crate) async fn stop(visitor: SignedIn) -> Result<Response, Problem> {
    let about = PushesAbout {
        customer: Some(visitor.customer),
        ..PushesAbout::default()
    };
    let mut ctx = visitor.work.write();
    notifications::stop_pushes(&mut ctx, about).await?;
    ctx.commit().await?;
    visitor.flash("messages-saved");
    Ok(Redirect::to("/account/messages").into_response())
}
