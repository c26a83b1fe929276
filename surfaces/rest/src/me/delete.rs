//! `DELETE /me`: a customer leaves for good.

use axum::{http::StatusCode, response::IntoResponse as _};
use erasure::{BeginError, Whom};
use identity::ConfirmError;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, ApiCustomer, Idempotent, Problem};

use super::TAG;
use crate::{auth::locked, endpoint::Endpoint};

/// Who leaves shows once more who they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeleteMe {
    /// Their password. An account without one needs a session of the last hour instead.
    #[serde(default)]
    password: String,
}

pub(super) fn endpoint() -> Endpoint {
    Endpoint::delete("delete_me", "/me", delete)
        .says(
            TAG,
            "Delete yourself",
            "Closes the account at once and ends every session and token. Everything that leads to the customer is then deleted \
             in the background, and a last mail tells when that is done. Orders stay in the books without their buyer; invoices \
             stay as they were written.",
        )
        .for_customers()
        .idempotent()
        .body::<DeleteMe>()
        .answers_nothing(204, "The account is closed.")
        .problem(
            409,
            "`orders_unfinished` with their `orders`, `account_of_staff`, `sign_in_again`, or `idempotency_key_in_flight`.",
        )
        .problem(429, "`too_many_attempts`: too many passwords were wrong.")
}

async fn delete(api: ApiCustomer, Idempotent { body, request }: Idempotent<DeleteMe>) -> Answer {
    let session = api.session.as_ref().ok_or_else(Problem::unauthorized)?;
    api.count_auth_attempt(session.email.as_str()).await?;
    identity::confirm_flow(&api.work, session.account, session.id, body.password)
        .await
        .map_err(unconfirmed)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let locale = ctx.locale();
        erasure::begin(ctx, &Whom::Customer(api.customer), locale)
            .await
            .map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn unconfirmed(error: ConfirmError) -> Problem {
    match error {
        ConfirmError::WrongPassword => Problem::field("password", "wrong_password", "is not the right one"),
        ConfirmError::SignInAgain => Problem::conflict(
            "sign_in_again",
            "The account has no password: sign in again, and come back within an hour.",
        ),
        ConfirmError::TooManyAttempts { retry_after } => locked(retry_after),
        error @ ConfirmError::Hashing(_) => Problem::internal(&error),
        ConfirmError::Internal(error) => error.into(),
    }
}

/// Why somebody is not forgotten.
pub(crate) fn problem(error: BeginError) -> Problem {
    match error {
        BeginError::Forbidden(error) => error.into(),
        BeginError::NotFound | BeginError::HasAccount { .. } => Problem::not_found(),
        BeginError::WorksHere => Problem::conflict(
            "account_of_staff",
            "The account belongs to a member of staff, and stays.",
        ),
        BeginError::Unfinished { orders } => {
            let numbers: Vec<String> = orders.into_iter().map(|(_, number)| number).collect();
            let detail = "Orders are still to be paid, shipped or given back.";
            Problem::conflict("orders_unfinished", detail).with("orders", &numbers)
        }
        BeginError::Internal(error) => error.into(),
    }
}
