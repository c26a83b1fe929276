//! The sandbox bank's own page: where a shopper approves or refuses a payment, as at a real bank's 3-D Secure page.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::AttemptId;
use payments::{Challenge, ChallengeDetails, ChallengeError};
use serde::{Deserialize, Serialize};
use web::{Form, MoneyView, Path, Problem, Visitor};

use crate::Shop;

#[derive(Serialize)]
struct ChallengeView {
    amount: MoneyView,
    order_number: String,
    answered: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AnswerForm {
    answer: String,
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(attempt): Path<AttemptId>,
) -> Result<Response, Problem> {
    let bank = shop.sandbox.as_ref().ok_or_else(Problem::not_found)?;
    let details = describe(bank.as_ref(), &visitor, attempt).await?;
    let view = ChallengeView {
        amount: details.amount.into(),
        order_number: details.order_number,
        answered: details.answered,
    };
    visitor.page("storefront/challenge.html", &view)
}

/// The bank tells the shop by webhook, as banks do, and sends the shopper back.
pub(crate) async fn answer(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(attempt): Path<AttemptId>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Problem> {
    let bank = shop.sandbox.as_ref().ok_or_else(Problem::not_found)?;
    describe(bank.as_ref(), &visitor, attempt).await?;
    let answered = bank
        .answer(attempt, form.answer == "approve", visitor.work.now())
        .await
        .map_err(problem)?;
    let webhook = &answered.webhook;
    let taken = checkout::receive_webhook_flow(
        &visitor.work,
        &shop.gateways,
        "sandbox",
        &webhook.headers,
        &webhook.body,
    );
    if let Err(error) = taken.await {
        tracing::warn!(%error, "the sandbox bank's webhook was not taken; the reconciler will ask");
    }
    Ok(Redirect::to(&answered.return_url).into_response())
}

/// What the bank asks about; a payment of another store is not found here.
async fn describe(bank: &dyn Challenge, visitor: &Visitor, attempt: AttemptId) -> Result<ChallengeDetails, Problem> {
    let details = bank.describe(attempt).await.map_err(problem)?;
    if details.store_slug == visitor.store().slug {
        Ok(details)
    } else {
        Err(Problem::not_found())
    }
}

fn problem(error: ChallengeError) -> Problem {
    match error {
        ChallengeError::NotFound => Problem::not_found(),
        ChallengeError::Unavailable(_) => Problem::internal(&error),
    }
}
