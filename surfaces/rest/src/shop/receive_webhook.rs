//! `POST /webhooks/{gateway}`: a payment gateway tells what became of a payment or a refund.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::IntoResponse as _,
};
use checkout::ReceiveWebhookError;
use payments::WebhookError;
use utoipa::openapi::Object;
use web::{Answer, Path, Problem, Visitor};

use crate::{Rest, endpoint::Endpoint};

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("receive_webhook", "/webhooks/{gateway}", handler)
        .says(
            "Webhooks",
            "Receive a gateway's webhook",
            "Called by payment gateways, which sign what they send. The same message again changes nothing.",
        )
        .path_text("gateway", "The gateway's name, such as `sandbox`.")
        .any_query()
        .raw_body(
            &["application/json"],
            "The message as the gateway signed it.",
            Object::new(),
        )
        .answers_nothing(204, "The message was taken.")
        .problem(
            400,
            "The signature is missing, wrong or too old (`bad_signature`), or the message cannot be read (`malformed_webhook`).",
        )
}

async fn handler(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(gateway): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let body = body.map_err(|rejection| too_large_or_broken(rejection.status()))?;
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    checkout::receive_webhook_flow(&visitor.work, &rest.gateways, &gateway, &headers, &body)
        .await
        .map_err(problem)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A body that did not come as a whole.
fn too_large_or_broken(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(status, "body_too_large", "The body is larger than this address takes.");
    }
    Problem::new(
        StatusCode::BAD_REQUEST,
        "broken_body",
        "The body ended before it was complete.",
    )
}

fn problem(error: ReceiveWebhookError) -> Problem {
    match error {
        ReceiveWebhookError::UnknownGateway(_) | ReceiveWebhookError::NotFound => Problem::not_found(),
        ReceiveWebhookError::Refused(error @ (WebhookError::BadSignature | WebhookError::BadTime)) => Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_signature",
            format!("The webhook is refused: {error}."),
        ),
        ReceiveWebhookError::Refused(WebhookError::Malformed(_)) => Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed_webhook",
            "The message cannot be read.",
        ),
        ReceiveWebhookError::Settle(error) => Problem::internal(&error),
        ReceiveWebhookError::Internal(error) => error.into(),
    }
}
