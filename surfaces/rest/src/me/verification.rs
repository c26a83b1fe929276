//! `/me/verification`: the mail that confirms a customer's address, once more.

use axum::{http::StatusCode, response::IntoResponse as _};
use web::{Answer, ApiCustomer, Idempotent, Problem};

use super::TAG;
use crate::endpoint::Endpoint;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("request_my_verification", "/me/verification", request)
            .says(
                TAG,
                "Ask for the confirmation mail again",
                "Sends a new link to an address that is not verified, once a minute at most; older links stop working. \
                 The answer is the same when no mail is needed.",
            )
            .for_customers()
            .idempotent()
            .answers_nothing(202, "A mail is on its way, if one is needed."),
    ]
}

async fn request(api: ApiCustomer, Idempotent { body: (), request }: Idempotent<()>) -> Answer {
    let account = api.session.as_ref().ok_or_else(Problem::unauthorized)?.account;
    web::write_idempotently(&api.work, &request, async |ctx| {
        identity::request_verification(ctx, account).await?;
        Ok(StatusCode::ACCEPTED.into_response())
    })
    .await
}
