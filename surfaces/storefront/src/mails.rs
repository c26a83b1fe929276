//! The link with which a mail is the last of its kind. Opening it asks, because mail scanners open links; a mail program that
//! offers to refuse sends a POST (RFC 8058), whose body says nothing that the address does not.

use axum::{extract::State, response::Response};
use kernel::MessageId;
use notifications::{Stop, StopLink};
use serde::Serialize;
use web::{Path, Problem, Query, Visitor};

use crate::{Shop, layout, order::TokenQuery};

#[derive(Serialize)]
struct StopView {
    id: MessageId,
    token: String,
    email: String,
    topic: &'static str,
    wanted: bool,
    /// Whether this is the answer to what was just said.
    said: bool,
}

impl StopView {
    fn new(id: MessageId, token: String, stop: Stop, said: bool) -> Self {
        Self {
            id,
            token,
            email: stop.email.into_string(),
            topic: stop.topic.as_str(),
            wanted: stop.wanted,
            said,
        }
    }
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<MessageId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    let link = StopLink {
        key: &shop.link_key,
        message_id: id,
        token: &query.token,
    };
    let mut ctx = visitor.work.read();
    let stop = notifications::find_stop(&mut ctx, link).await?;
    ctx.rollback().await;
    let stop = stop.ok_or_else(Problem::not_found)?;
    let view = StopView::new(id, query.token, stop, false);
    layout::page(&visitor, "storefront/mails.html", &view).await
}

pub(crate) async fn stop(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<MessageId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    answer(&visitor, &shop, (id, query.token), false).await
}

/// Somebody takes such mails again.
pub(crate) async fn again(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<MessageId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    answer(&visitor, &shop, (id, query.token), true).await
}

async fn answer(
    visitor: &Visitor,
    shop: &Shop,
    (id, token): (MessageId, String),
    wanted: bool,
) -> Result<Response, Problem> {
    let link = StopLink {
        key: &shop.link_key,
        message_id: id,
        token: &token,
    };
    let mut ctx = visitor.work.write();
    let client = visitor.client_ip().to_string();
    let stop = notifications::answer_stop(&mut ctx, link, wanted, &client).await?;
    let stop = stop.ok_or_else(Problem::not_found)?;
    ctx.commit().await?;
    let view = StopView::new(id, token, stop, true);
    layout::page(visitor, "storefront/mails.html", &view).await
}
