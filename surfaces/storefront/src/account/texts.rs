//! Whether a customer wants texts about their orders, and at which number.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::CustomerId;
use notifications::{PhoneNumber, TextWish, WishTexts};
use serde::{Deserialize, Serialize};
use web::{Form, Problem, SignedIn};

use super::messages;

/// The choice as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct TextsForm {
    phone: String,
    wanted: String,
}

#[derive(Serialize)]
pub(super) struct TextsView {
    form: TextsForm,
    error: Option<&'static str>,
    /// Whether the number answered that it wants none.
    stopped: bool,
    history: Vec<WishView>,
}

#[derive(Serialize)]
struct WishView {
    phone: String,
    wanted: bool,
    said_at: String,
    client: String,
}

impl From<TextWish> for WishView {
    fn from(wish: TextWish) -> Self {
        Self {
            phone: wish.phone.as_str().to_owned(),
            wanted: wish.wanted,
            said_at: wish.said_at.to_rfc3339(),
            client: wish.client,
        }
    }
}

/// What the page shows, in a store that sends texts; with what was typed and is wrong.
pub(super) async fn view(
    visitor: &SignedIn,
    typed: Option<(TextsForm, &'static str)>,
) -> Result<Option<TextsView>, Problem> {
    let mut ctx = visitor.work.read();
    if !notifications::offers_texts(&mut ctx).await? {
        return Ok(None);
    }
    let history = notifications::list_text_wishes(&mut ctx, visitor.customer.into()).await?;
    let phone = match history.first() {
        Some(newest) => newest.phone.as_str().to_owned(),
        None => own_number(&mut ctx, visitor.customer).await?,
    };
    ctx.rollback().await;
    let newest = history.first().filter(|wish| wish.wanted);
    let kept = TextsForm {
        phone,
        wanted: newest.map(|_| "1".to_owned()).unwrap_or_default(),
    };
    let (form, error) = match typed {
        Some((form, error)) => (form, Some(error)),
        None => (kept, None),
    };
    Ok(Some(TextsView {
        form,
        error,
        stopped: newest.is_some_and(|wish| wish.stopped),
        history: history.into_iter().map(WishView::from).collect(),
    }))
}

/// The number of the profile, or of the default address.
async fn own_number(ctx: &mut database::Ctx, customer: CustomerId) -> Result<String, Problem> {
    let profile = customers::find(ctx, customer).await?.map(|found| found.phone);
    if let Some(phone) = profile.filter(|phone| !phone.is_empty()) {
        return Ok(phone);
    }
    let entries = customers::list_addresses(ctx, customer).await?;
    let default = entries.into_iter().find(|entry| entry.is_default);
    Ok(default.map(|entry| entry.address.phone).unwrap_or_default())
}

pub(crate) async fn choose(visitor: SignedIn, Form(form): Form<TextsForm>) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let offered = notifications::offers_texts(&mut ctx).await?;
    ctx.rollback().await;
    if !offered {
        return Err(Problem::not_found());
    }
    let wanted = !form.wanted.is_empty();
    let phone = match PhoneNumber::parse(&form.phone, visitor.store().country) {
        Ok(phone) => Some(phone).filter(|_| wanted),
        Err(_) if !wanted => None,
        Err(error) => {
            let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
            let typed = Some((form, error.code));
            return messages::render(&visitor, session, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
        }
    };
    let wish = WishTexts {
        about: visitor.customer.into(),
        customer: None,
        phone: phone.as_ref(),
        client: &visitor.client_ip().to_string(),
    };
    let mut ctx = visitor.work.write();
    notifications::wish_texts(&mut ctx, wish).await?;
    ctx.commit().await?;
    visitor.flash("messages-saved");
    Ok(Redirect::to("/account/messages").into_response())
}
