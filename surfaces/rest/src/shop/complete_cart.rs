//! `POST /carts/{id}/complete`: reserves, charges and makes an order of a cart.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use cart::CartError;
use checkout::{Keyed, NotShown, PaymentState, PlaceOrder, PlaceOrderError, Placed, Shown, Step, Totals};
use database::idempotency::{self, Begin};
use inventory::Shortage;
use kernel::{CartId, OrderId, VariantId};
use orders::{OrderDetails, PlaceError, Source};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Idempotent, IfMatch, Path, Problem, Ran, Visitor};

use super::{
    cart_view,
    complete_body::{CompleteCart, Payment},
    queue, totals,
};
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Money, Order, ids},
};

/// An order that stands, with how its payment does.
#[derive(Serialize, ToSchema)]
struct PlacedOrder {
    #[serde(flatten)]
    order: Order,
    /// Reads the order at `/orders/{id}?token=…`.
    access_token: String,
    /// `paid`, `requires_action` or `pending`.
    payment_state: &'static str,
    /// With `requires_action`: the whole address at which the shopper confirms the payment.
    #[schema(format = "uri")]
    action_url: Option<String>,
}

/// A variant of which fewer are in stock than wanted.
#[derive(Serialize)]
struct Short {
    variant_id: VariantId,
    wanted: i64,
    available: i64,
}

impl From<&Shortage> for Short {
    fn from(shortage: &Shortage) -> Self {
        Self {
            variant_id: shortage.variant_id,
            wanted: shortage.wanted,
            available: shortage.available,
        }
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::post("complete_cart", "/carts/{id}/complete", handler)
        .says(
            "Carts",
            "Complete a cart",
            "Sets the stock aside, takes the payment and makes an order; where the total is 0 there is no payment to take. A cart that became an order before is not ordered \
             again: the answer is that order and how its payment does. A 202 that is asked for again with the same Idempotency-Key is answered with what \
             has become of the payment since: 201, 402, or 202 as long as it waits.",
        )
        .path_id::<ids::CartId>("id", "The cart's secret id.")
        .idempotent()
        .if_match(false)
        .queue_ticket()
        .body::<CompleteCart>()
        .answers::<PlacedOrder>(201, "The order is placed and paid.")
        .answers::<PlacedOrder>(
            202,
            "The order is placed. Its payment waits for the shopper (`requires_action`, at `action_url`) or for the gateway \
             (`pending`).",
        )
        .problem(402, "The payment was declined: `code` is `payment_declined`, `reason` the gateway's code. The cart is open again.")
        .problem(403, "`sign_in_required`: the store sells to customers who are signed in.")
        .problem(
            409,
            "`total_changed` (with `total` and `totals`, what it is and is made of now, and where `expected_totals` were sent with `changed`: \
             which of `items`, `discount`, `shipping` and `tax` are others, without what only follows from one of them), `out_of_stock` \
             (with `shortages`), `line_unavailable`, `cannot_ship` (with `titles`), `coupon_used_up`, \
             `customer_maximum_reached`, `order_cancelled` (the stock was gone when the payment came), `cart_changed`, \
             `cart_closed`, `unpriceable`, or `idempotency_key_in_flight`.",
        )
        .problem(422, "Something is missing: `cart_empty`, or `errors` names `email`, `shipping_address`, `billing_address` \
             (where prices are without tax and nothing is shipped), `shipping_option`, \
             `delivery_date` (`date_gone`, with the option's `dates` now), \
             `payment` (`payment_required`: the total is not 0), `payment.gateway`, `payment.method` (`unknown_method`, `method_expired`, `not_alone`), `payment.save` \
             (`sign_in_required`) or another field.")
        .problem(429, queue::WAITS)
}

async fn handler(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(cart_id): Path<CartId>,
    version: Result<IfMatch, Problem>,
    Idempotent { body, request }: Idempotent<CompleteCart>,
) -> Answer {
    let IfMatch(expected_version) = version?;
    let (expected_total, shown) = body.expected(visitor.store().currency)?;
    let mut command = PlaceOrder {
        cart_id,
        payment: body.payment.map(Payment::read).transpose()?,
        expected_total,
        expected_totals: shown,
        only_version: None,
        expected_version,
        source: Source::Api,
        return_url: visitor.absolute_url("/checkout/return"),
    };
    match queue::admit(&visitor, &rest, Step::Order(cart_id)).await {
        Ok(version) => command.only_version = version,
        // Who was answered before is answered again, whoever waits by now.
        Err(refused) => match web::look(&visitor.work, &request).await? {
            Begin::Fresh => return Err(refused),
            begun => {
                return web::run_claiming(&visitor.work, &request, async |_key| {
                    again(&visitor, &rest, begun).await
                })
                .await;
            }
        },
    }
    let link_key = rest.link_key;
    web::run_claiming(&visitor.work, &request, async |key| {
        let keyed = key.map(|request| Keyed {
            request,
            answer: Arc::new(move |placed, details| written(&link_key, placed, PAID, details)),
        });
        match checkout::place_and_show_flow(&visitor.work, &rest.gateways, command, keyed).await {
            Ok(Shown::Before(begun)) => again(&visitor, &rest, begun).await,
            Ok(Shown::Kept(answer)) => Ran::Kept(web::respond(answer)),
            Ok(Shown::Now(placed, details)) => Ran::Claimed(answer(&visitor, &rest, &placed, *details)),
            Err(NotShown {
                error,
                is_claimed: true,
            }) => Ran::Claimed(Err(refusal(error, shown, expected_version))),
            Err(NotShown { error, .. }) => Ran::Refused(refusal(error, shown, expected_version)),
        }
    })
    .await
}

/// How an order's payment does, as it is answered: the status, a word, and where the shopper confirms it.
type Doing<'a> = (StatusCode, &'static str, Option<&'a str>);

const PAID: Doing<'_> = (StatusCode::CREATED, "paid", None);

/// The answer to a key that was used before. A payment that waited then is looked at again.
async fn again(visitor: &Visitor, rest: &Rest, begun: Begin) -> Ran {
    let waited = match &begun {
        Begin::Replay(answer) if answer.status == StatusCode::ACCEPTED.as_u16() => order_in(answer),
        Begin::Replay(_) | Begin::Fresh | Begin::InFlight | Begin::Mismatch => None,
    };
    match waited {
        Some(order_id) => Ran::Since(since(visitor, rest, order_id).await),
        None => Ran::Before(begun),
    }
}

/// The order that was answered with.
fn order_in(answer: &idempotency::Answer) -> Option<OrderId> {
    let order: serde_json::Value = serde_json::from_slice(&answer.body).ok()?;
    order.get("id")?.as_str()?.parse().ok()
}

/// What has become of an order whose payment waited.
async fn since(visitor: &Visitor, rest: &Rest, order_id: OrderId) -> Answer {
    let payment = checkout::check_order_flow(&visitor.work, &rest.gateways, order_id).await;
    let payment = payment.map_err(|error| Problem::internal(&error))?;
    let details = orders::get_flow(&visitor.work, order_id).await;
    let details = details.map_err(|error| Problem::internal(&error))?;
    let placed = Placed {
        order_id,
        number: details.order.number.clone(),
        payment,
        again: true,
    };
    answer(visitor, rest, &placed, details)
}

fn answer(visitor: &Visitor, rest: &Rest, placed: &Placed, details: OrderDetails) -> Answer {
    let action_url = match &placed.payment {
        // A page of ours is told with the store's address, because a program has no page that it would be relative to.
        PaymentState::RequiresAction { url } if url.starts_with('/') => visitor.absolute_url(url),
        PaymentState::RequiresAction { url } => url.clone(),
        PaymentState::Paid | PaymentState::Pending | PaymentState::Failed { .. } | PaymentState::Cancelled => {
            String::new()
        }
    };
    let doing = match &placed.payment {
        PaymentState::Paid => PAID,
        PaymentState::RequiresAction { .. } => (StatusCode::ACCEPTED, "requires_action", Some(action_url.as_str())),
        PaymentState::Pending => (StatusCode::ACCEPTED, "pending", None),
        PaymentState::Failed { code } => return Err(declined(code)),
        PaymentState::Cancelled => return Err(cancelled()),
    };
    Ok(web::respond(written(&rest.link_key, placed, doing, details)?))
}

/// The answer as it is kept under a key.
fn written(
    link_key: &[u8; 32],
    placed: &Placed,
    (status, payment_state, action_url): Doing<'_>,
    details: OrderDetails,
) -> Result<idempotency::Answer, database::Error> {
    let access_token = orders::access_token(link_key, placed.order_id);
    let location = format!("/api/v1/orders/{}?token={access_token}", placed.order_id);
    let order = PlacedOrder {
        order: details.into(),
        access_token,
        payment_state,
        action_url: action_url.map(str::to_owned),
    };
    Ok(idempotency::Answer {
        status: status.as_u16(),
        content_type: "application/json".to_owned(),
        location,
        headers: "cache-control: no-store".to_owned(),
        body: serde_json::to_vec(&order)?,
    })
}

fn declined(code: &str) -> Problem {
    let detail = "The payment was declined. Nothing was charged, and the cart is open again.";
    Problem::new(StatusCode::PAYMENT_REQUIRED, "payment_declined", detail).with("reason", &code)
}

fn cancelled() -> Problem {
    Problem::conflict(
        "order_cancelled",
        "Not everything was in stock any more when the payment came, so the order was cancelled. Anything that was charged \
         or held comes back by itself, and the cart is open again.",
    )
}

fn of_cart(error: CartError) -> Problem {
    match error {
        CartError::VersionConflict { current } => Problem::conflict(
            "cart_changed",
            "The cart was changed while it was completed. Nothing was charged.",
        )
        .with("version", &current),
        error => cart_view::problem(error),
    }
}

fn payment_required() -> Problem {
    Problem::field(
        "payment",
        "payment_required",
        "is required, because there is something to pay",
    )
}

/// Why an address is asked for of whoever is sent nothing.
const SAYS_WHICH_TAX: &str = "is required: it says which tax is due for what is not shipped";

fn total_changed(now: Totals, shown: Option<Totals>) -> Problem {
    let total = now.total;
    let detail = match shown {
        Some(shown) if shown.total == total => {
            format!("The total is {total} still, but made of other parts. Nothing was charged.")
        }
        Some(_) | None => format!("The total is now {total}. Nothing was charged."),
    };
    let problem = Problem::conflict("total_changed", detail)
        .with("total", &Money::from(total))
        .with("totals", &totals::Totals::from(now));
    match shown {
        Some(shown) => problem.with("changed", &now.changed_since(shown)),
        None => problem,
    }
}

/// Why nothing was ordered: 412 where the caller named another version of the cart than it has.
fn refusal(error: PlaceOrderError, shown: Option<Totals>, expected_version: Option<i64>) -> Problem {
    match error {
        PlaceOrderError::Cart(CartError::VersionConflict { current })
            if expected_version.is_some_and(|version| version != current) =>
        {
            Problem::version_conflict().with("version", &current)
        }
        error => problem(error, shown),
    }
}

/// Why nothing was ordered, for a shopper who was shown a total of these parts.
fn problem(error: PlaceOrderError, shown: Option<Totals>) -> Problem {
    match error {
        PlaceOrderError::Cart(error) => of_cart(error),
        PlaceOrderError::Empty | PlaceOrderError::Orders(PlaceError::Empty) => {
            Problem::unprocessable("cart_empty", "There is nothing in the cart.")
        }
        PlaceOrderError::Blocked => Problem::conflict(
            "line_unavailable",
            "A line can no longer be bought as it is: see the cart's notices.",
        ),
        PlaceOrderError::SignInRequired => Problem::new(
            StatusCode::FORBIDDEN,
            "sign_in_required",
            "The store sells to customers who are signed in. Nothing was charged.",
        ),
        PlaceOrderError::EmailRequired => Problem::field("email", "required", "is required"),
        PlaceOrderError::AddressRequired => Problem::field("shipping_address", "required", "is required"),
        PlaceOrderError::BillingAddressRequired => Problem::field("billing_address", "required", SAYS_WHICH_TAX),
        PlaceOrderError::CannotShip { titles } => Problem::conflict(
            "cannot_ship",
            format!("{} cannot be sent to this address.", titles.join(", ")),
        )
        .with("titles", &titles),
        PlaceOrderError::DeliveryDateGone { day, offered } => {
            Problem::field("delivery_date", "date_gone", cart::day_refusal(day, &offered)).with("dates", &offered)
        }
        PlaceOrderError::ShippingRequired => Problem::field(
            "shipping_option",
            "required",
            "must be one of the options that are offered at the address",
        ),
        PlaceOrderError::TotalChanged { totals, .. } => total_changed(*totals, shown),
        PlaceOrderError::OutOfStock(shortages) => {
            let shortages: Vec<Short> = shortages.iter().map(Short::from).collect();
            Problem::conflict("out_of_stock", "Not everything is in stock any more.").with("shortages", &shortages)
        }
        PlaceOrderError::CustomerMaximumReached => Problem::conflict(
            "customer_maximum_reached",
            "The customer would have more of something than one customer can have: see the cart's notices.",
        ),
        PlaceOrderError::CouponUsedUp => Problem::conflict(
            "coupon_used_up",
            "A coupon was used up in the meantime: see the cart's coupons.",
        ),
        PlaceOrderError::PaymentRequired => payment_required(),
        PlaceOrderError::UnknownGateway(_) => Problem::field(
            "payment.gateway",
            "unknown_gateway",
            "is not a payment gateway of this store",
        ),
        PlaceOrderError::MethodNotFound => Problem::field(
            "payment.method",
            "unknown_method",
            "is not a saved card of the signed-in customer",
        ),
        PlaceOrderError::MethodExpired => Problem::field("payment.method", "method_expired", "is expired"),
        PlaceOrderError::SignInToSave => {
            Problem::field("payment.save", "sign_in_required", "is only for a signed-in customer")
        }
        PlaceOrderError::Declined { code } => declined(&code),
        PlaceOrderError::Cancelled => cancelled(),
        PlaceOrderError::Orders(PlaceError::Internal(error)) | PlaceOrderError::Internal(error) => error.into(),
        PlaceOrderError::Orders(error @ PlaceError::QuoteDiffers { .. }) => Problem::internal(&error),
        PlaceOrderError::Settle(error) => Problem::internal(&error),
    }
}
