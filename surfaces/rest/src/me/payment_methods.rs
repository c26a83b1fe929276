//! `/me/payment-methods`: the saved cards of a signed-in customer.

use axum::{extract::State, http::StatusCode, response::IntoResponse as _};
use chrono::{DateTime, Utc};
use kernel::PaymentMethodId;
use payments::{ChangeMethodError, PaymentMethod};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, ApiCustomer, Idempotent, Path, Problem};

use super::{TAG, private};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{List, ids},
};

/// A saved card: the gateway keeps it, the store knows what shows which one it is.
#[derive(Serialize, ToSchema)]
struct MyPaymentMethod {
    #[schema(value_type = ids::PaymentMethodId)]
    id: PaymentMethodId,
    /// The gateway that keeps it.
    gateway: String,
    /// Such as `visa`.
    brand: String,
    /// The last four digits of its number.
    last_four: String,
    /// The last year in which it can be used.
    expires_year: i32,
    /// The last month of that year, from 1.
    expires_month: u32,
    /// Whether it is too late to pay with it.
    expired: bool,
    /// Whether the checkout begins with it.
    is_default: bool,
    /// When it was saved.
    created_at: DateTime<Utc>,
}

impl MyPaymentMethod {
    fn new(method: PaymentMethod, now: kernel::Time) -> Self {
        Self {
            id: method.id,
            expired: method.is_expired(now),
            gateway: method.gateway,
            brand: method.card.brand().to_owned(),
            last_four: method.card.last_four().to_owned(),
            expires_year: method.expires.year(),
            expires_month: method.expires.month(),
            is_default: method.is_default,
            created_at: method.created_at,
        }
    }
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("list_my_payment_methods", "/me/payment-methods", list)
            .says(
                TAG,
                "List your saved cards",
                "The default first. A card is saved by paying with `\"save\": true`, once it has paid.",
            )
            .for_customers()
            .lists::<MyPaymentMethod>("The saved cards.")
            .never_kept(),
        Endpoint::post(
            "make_my_payment_method_default",
            "/me/payment-methods/{id}/default",
            make_default,
        )
        .says(
            TAG,
            "Make a saved card the default",
            "The checkout begins with the default.",
        )
        .for_customers()
        .path_id::<ids::PaymentMethodId>("id", "The saved card.")
        .idempotent()
        .answers::<MyPaymentMethod>(200, "The card since.")
        .problem(409, "`method_expired`, or `idempotency_key_in_flight`."),
        Endpoint::delete("remove_my_payment_method", "/me/payment-methods/{id}", remove)
            .says(
                TAG,
                "Remove a saved card",
                "Nobody pays with it from here on, and the gateway forgets it.",
            )
            .for_customers()
            .path_id::<ids::PaymentMethodId>("id", "The saved card.")
            .idempotent()
            .answers_nothing(204, "It is gone."),
    ]
}

async fn list(api: ApiCustomer) -> Answer {
    let mut ctx = api.work.read();
    let methods = payments::list_methods(&mut ctx, api.customer).await?;
    ctx.rollback().await;
    let now = api.work.now();
    let methods = methods.into_iter().map(|method| MyPaymentMethod::new(method, now));
    Ok(private(List::whole(methods.collect())))
}

async fn make_default(
    api: ApiCustomer,
    Path(id): Path<PaymentMethodId>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        let method = payments::make_method_default(ctx, api.customer, id)
            .await
            .map_err(problem)?;
        Ok(private(web::Json(MyPaymentMethod::new(method, ctx.now()))))
    })
    .await
}

async fn remove(
    api: ApiCustomer,
    State(rest): State<Rest>,
    Path(id): Path<PaymentMethodId>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::run_idempotent(&api.work, &request, async || {
        checkout::remove_method_flow(&api.work, &rest.gateways, api.customer, id)
            .await
            .map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: ChangeMethodError) -> Problem {
    match error {
        ChangeMethodError::NotFound => Problem::not_found(),
        ChangeMethodError::Expired => Problem::conflict("method_expired", "The card is expired."),
        ChangeMethodError::Internal(error) => error.into(),
    }
}
