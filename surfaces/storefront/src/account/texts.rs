//! Whether a customer wants texts about their orders, and at which number.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::CustomerId;
use notifications::{PhoneNumber, TextWish, TextsAbout, WishTexts};
use serde::{Deserialize, Serialize};
use web::{Form, Problem, SignedIn};

use super::messages;
use crate::text_number;

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
    /// Empty where texts to whatever number were refused.
    phone: String,
    wanted: bool,
    said_at: String,
    client: String,
}

impl From<TextWish> for WishView {
    fn from(wish: TextWish) -> Self {
        Self {
            phone: shown(&wish),
            wanted: wish.wanted,
            said_at: wish.said_at.to_rfc3339(),
            client: wish.client,
        }
    }
}

fn shown(wish: &TextWish) -> String {
    let phone = wish.phone.as_ref().map(PhoneNumber::as_str);
    phone.unwrap_or_default().to_owned()
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
    let phone = match history.iter().map(shown).find(|phone| !phone.is_empty()) {
        Some(phone) => phone,
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
    if !notifications::offers_texts(&mut ctx).await? {
        return Err(Problem::not_found());
    }
    let phone = if form.wanted.is_empty() {
        Ok(None)
    } else {
        let typed = (form.phone.as_str(), visitor.store().country);
        text_number::read(&mut ctx, &visitor, typed, "phone").await?.map(Some)
    };
    ctx.rollback().await;
    let phone = match phone {
        Ok(phone) => phone,
        Err(error) => {
            let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
            let typed = Some((form, error.code));
            return messages::render(&visitor, session, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
        }
    };
    let wish = WishTexts {
        about: TextsAbout {
            customer: Some(visitor.customer),
            ..TextsAbout::default()
        },
        phone: phone.as_ref(),
        client: &visitor.client_ip().to_string(),
    };
    let mut ctx = visitor.work.write();
    notifications::wish_texts(&mut ctx, wish).await?;
    ctx.commit().await?;
    visitor.flash("messages-saved");
    Ok(Redirect::to("/account/messages").into_response())
}
