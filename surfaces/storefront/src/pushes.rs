//! A browser asks for pushes, stops them, and looks whether it gets them. `pushes.js` asks the browser; what it learned comes as
//! an ordinary form.

use axum::{Json, extract::State};
use database::Ctx;
use kernel::{OrderId, SessionId};
use notifications::{PushesAbout, Subscribe, SubscribeError};
use serde::{Deserialize, Serialize};
use web::{Form, Problem, Visitor};

use crate::Shop;

/// What a browser is asked with, beside a button that only a script shows.
#[derive(Serialize)]
pub(crate) struct PushesView {
    /// The store's public key, in base 64 for addresses.
    key: String,
    /// The order that the page is about, where it is about one.
    order: String,
    token: String,
    /// Whether it is about every order of a customer.
    own: bool,
}

/// What a browser says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PushesForm {
    order: String,
    token: String,
    endpoint: String,
    p256dh: String,
    auth: String,
    wanted: String,
}

#[derive(Serialize)]
pub(crate) struct PushesAnswer {
    /// Whether this browser is told.
    wanted: bool,
}

impl PushesView {
    /// The button on a page about an order.
    pub(crate) async fn of_order(
        ctx: &mut Ctx,
        order: OrderId,
        token: &str,
        own: bool,
    ) -> Result<Option<Self>, Problem> {
        let key = notifications::find_push_key(ctx).await?;
        Ok(key.map(|key| Self {
            key,
            order: order.to_string(),
            token: token.to_owned(),
            own,
        }))
    }

    /// The button in the account.
    pub(crate) async fn of_customer(ctx: &mut Ctx) -> Result<Option<Self>, Problem> {
        let key = notifications::find_push_key(ctx).await?;
        Ok(key.map(|key| Self {
            key,
            order: String::new(),
            token: String::new(),
            own: true,
        }))
    }
}

/// What the browser asks about, and in which session: about every order of a customer where the order is theirs, otherwise about the
/// one whose link it has.
async fn about(
    ctx: &mut Ctx,
    visitor: &Visitor,
    shop: &Shop,
    form: &PushesForm,
) -> Result<(PushesAbout, Option<SessionId>), Problem> {
    let session = visitor.session.as_ref().map(|session| session.id);
    if form.order.is_empty() {
        let customer = Some(visitor.customer().ok_or_else(Problem::not_found)?);
        return Ok((PushesAbout { order: None, customer }, session));
    }
    let order: OrderId = form.order.parse().map_err(|_error| Problem::not_found())?;
    let by_link = orders::verify_access_token(&shop.link_key, order, &form.token);
    let customer = match visitor.customer() {
        Some(customer) => {
            let found = orders::find(ctx, order).await?;
            found
                .and_then(|found| found.customer_id)
                .filter(|owner| *owner == customer)
        }
        None => None,
    };
    if customer.is_none() && !by_link {
        return Err(Problem::not_found());
    }
    let about = PushesAbout {
        order: Some(order),
        customer,
    };
    Ok((about, session.filter(|_| customer.is_some())))
}

pub(crate) async fn state(
    visitor: Visitor,
    State(shop): State<Shop>,
    Form(form): Form<PushesForm>,
) -> Result<Json<PushesAnswer>, Problem> {
    let mut ctx = visitor.work.read();
    let (about, session) = about(&mut ctx, &visitor, &shop, &form).await?;
    let wanted = notifications::wants_pushes(&mut ctx, about, session, &form.endpoint).await?;
    ctx.rollback().await;
    Ok(Json(PushesAnswer { wanted }))
}

pub(crate) async fn change(
    visitor: Visitor,
    State(shop): State<Shop>,
    Form(form): Form<PushesForm>,
) -> Result<Json<PushesAnswer>, Problem> {
    let wanted = !form.wanted.is_empty();
    let mut ctx = visitor.work.write();
    let (about, session) = about(&mut ctx, &visitor, &shop, &form).await?;
    if wanted {
        let asks = Subscribe {
            about,
            session,
            endpoint: &form.endpoint,
            public_key: &form.p256dh,
            auth: &form.auth,
            locale: visitor.locale,
        };
        let asked = notifications::subscribe(&mut ctx, shop.pusher.as_ref(), asks).await;
        asked.map_err(problem)?;
    } else {
        notifications::unsubscribe(&mut ctx, about, &form.endpoint).await?;
    }
    ctx.commit().await?;
    Ok(Json(PushesAnswer { wanted }))
}

fn problem(error: SubscribeError) -> Problem {
    match error {
        SubscribeError::Off => Problem::not_found(),
        SubscribeError::Invalid(error) => error.into(),
        SubscribeError::Internal(error) => error.into(),
    }
}
