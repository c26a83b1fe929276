//! What whoever carries texts posts to the store: how a text ended, and what people answered. It is signed with the store's token.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use kernel::MessageId;
use notifications::{ReceiveNote, ReceiveNoteError};
use web::{Form, Path, Problem, Visitor};

use crate::Shop;

/// Where answers are posted, which the desk tells the merchant.
const REPLIES: &str = "/texts/replies";
/// Nothing is answered: Twilio itself tells people that they were heard.
const NO_ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

type Fields = BTreeMap<String, String>;

pub(crate) async fn status(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<MessageId>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let path = format!("/texts/{id}/status");
    hear(&visitor, &shop, &headers, (Some(id), &path), &fields).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(crate) async fn replied(
    visitor: Visitor,
    State(shop): State<Shop>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    hear(&visitor, &shop, &headers, (None, REPLIES), &fields).await?;
    Ok(([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], NO_ANSWER).into_response())
}

async fn hear(
    visitor: &Visitor,
    shop: &Shop,
    headers: &HeaderMap,
    (text_id, path): (Option<MessageId>, &str),
    fields: &Fields,
) -> Result<(), Problem> {
    let signature = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let note = ReceiveNote {
        text_id,
        url: &visitor.absolute_url(path),
        signature: signature.unwrap_or_default(),
        fields,
        client: &visitor.client_ip().to_string(),
    };
    let mut ctx = visitor.work.write();
    match notifications::receive_note(&mut ctx, shop.texter.as_ref(), note).await {
        Ok(()) => Ok(ctx.commit().await?),
        Err(error) => {
            ctx.rollback().await;
            Err(match error {
                ReceiveNoteError::NotFound => Problem::not_found(),
                ReceiveNoteError::Unsigned(error) => {
                    Problem::new(StatusCode::BAD_REQUEST, "bad_signature", error.to_string())
                }
                ReceiveNoteError::Internal(error) => error.into(),
            })
        }
    }
}
