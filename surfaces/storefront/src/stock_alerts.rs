//! Telling somebody when a variant is back. The link in the mail that asks a guest to confirm shows a button, because mail
//! scanners open links.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use database::Ctx;
use kernel::{EmailAddress, FieldError, StockAlertId, VariantId};
use notifications::{AlertLink, AlertState, AskForAlert, AskForAlertError};
use serde::{Deserialize, Serialize};
use web::{Form, Path, Problem, Query, Visitor};

use crate::{Shop, cart::local_path, layout, order::TokenQuery};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AskForm {
    variant: String,
    email: String,
    /// The page to go back to.
    back: String,
}

#[derive(Serialize)]
struct AlertView {
    /// `form`, `ask` or `waiting`.
    state: &'static str,
    /// What is waited for.
    product: String,
    variant_title: String,
    email: String,
    error: Option<&'static str>,
    variant: String,
    back: String,
    /// Where the button of the mail's page leads.
    action: String,
}

/// What is waited for, as it is shown.
async fn names(ctx: &mut Ctx, id: VariantId) -> Result<(String, String), Problem> {
    let found = catalog::sellable(ctx, &[id]).await?.pop();
    let variant = found.ok_or_else(Problem::not_found)?;
    Ok((variant.product_title, variant.variant_title))
}

/// A signed-in customer waits at once; a guest hears only that a mail was sent, whoever waits already.
pub(crate) async fn ask(visitor: Visitor, Form(form): Form<AskForm>) -> Result<Response, Problem> {
    let variant_id: VariantId = form.variant.parse().map_err(|_error| Problem::not_found())?;
    let session = visitor.session.as_ref();
    let own = session.filter(|_session| form.email.trim().is_empty());
    let email = match own {
        Some(session) => session.email.clone(),
        None => match EmailAddress::parse(&form.email) {
            Ok(email) => email,
            Err(error) => return refuse(&visitor, variant_id, form, &error).await,
        },
    };
    visitor.count_auth_attempt(email.as_str()).await?;
    let is_theirs = session.is_some_and(|session| session.verified && session.email == email);
    let client = visitor.client_ip().to_string();
    let mut ctx = visitor.work.write();
    let ask = AskForAlert {
        variant_id,
        email: &email,
        is_theirs,
        client: &client,
    };
    let told = match notifications::ask_for_alert(&mut ctx, ask).await {
        Ok(()) if is_theirs => "stock-alert-waits",
        Ok(()) => "stock-alert-sent",
        Err(AskForAlertError::InStock) => "stock-alert-in-stock",
        Err(AskForAlertError::NotForSale) => return Err(Problem::not_found()),
        Err(AskForAlertError::Internal(error)) => return Err(error.into()),
    };
    ctx.commit().await?;
    visitor.flash(told);
    Ok(Redirect::to(local_path(&form.back, "/products")).into_response())
}

async fn refuse(
    visitor: &Visitor,
    variant_id: VariantId,
    form: AskForm,
    error: &FieldError,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let (product, variant_title) = names(&mut ctx, variant_id).await?;
    ctx.rollback().await;
    let view = AlertView {
        state: "form",
        product,
        variant_title,
        email: form.email,
        error: Some(error.code),
        variant: form.variant,
        back: local_path(&form.back, "/products").to_owned(),
        action: String::new(),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    layout::page_with_status(visitor, status, "storefront/stock_alert.html", &view).await
}

fn link<'q>(shop: &'q Shop, alert_id: StockAlertId, query: &'q TokenQuery) -> AlertLink<'q> {
    AlertLink {
        key: &shop.link_key,
        alert_id,
        token: &query.token,
    }
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(alert_id): Path<StockAlertId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    let link = link(&shop, alert_id, &query);
    let mut ctx = visitor.work.read();
    let alert = notifications::find_alert(&mut ctx, link).await?;
    let alert = alert.ok_or_else(Problem::not_found)?;
    let (product, variant_title) = names(&mut ctx, alert.variant_id).await?;
    ctx.rollback().await;
    let view = AlertView {
        state: if alert.state == AlertState::Asked {
            "ask"
        } else {
            "waiting"
        },
        product,
        variant_title,
        email: alert.email.into_string(),
        error: None,
        variant: alert.variant_id.to_string(),
        back: String::new(),
        action: notifications::alert_path(&shop.link_key, alert_id),
    };
    layout::page(&visitor, "storefront/stock_alert.html", &view).await
}

pub(crate) async fn confirm(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(alert_id): Path<StockAlertId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    let link = link(&shop, alert_id, &query);
    let client = visitor.client_ip().to_string();
    let mut ctx = visitor.work.write();
    let alert = notifications::confirm_alert(&mut ctx, link, &client).await?;
    alert.ok_or_else(Problem::not_found)?;
    ctx.commit().await?;
    Ok(Redirect::to(&notifications::alert_path(&shop.link_key, alert_id)).into_response())
}
