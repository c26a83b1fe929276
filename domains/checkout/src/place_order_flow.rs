//! Places an order: reserve and record, ask the gateway, settle. Orders that are placed at the same time go through the first
//! and the last step together.

use std::sync::Arc;

use cart::CartError;
use chrono::{NaiveDate, TimeDelta};
use database::{
    Work, fail_point,
    idempotency::{Answer, Begin, Request},
};
use inventory::Shortage;
use kernel::{CaptureWhen, CartId, Money, OrderId, Store};
use orders::{OrderDetails, Source};
use payments::{Authorization, AuthorizeRequest, Gateway, GatewayError, Gateways};

use crate::{
    PayWith, Totals,
    answer::answer,
    open::{Opened, Opening, Paying},
    saved_flow,
    settle::{self, SettleError},
    settle_flow::{self, Sight, Wanted},
};

/// What a shopper who presses "place order" sends.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// The cart.
    pub cart_id: CartId,
    /// What it is paid with; not used where nothing is to be paid.
    pub payment: Option<PayWith>,
    /// The total the shopper saw; another total is asked again instead of charged.
    pub expected_total: Option<Money>,
    /// What it was made of, where the shopper says so: other parts are asked again too, also of the same total.
    pub expected_totals: Option<Totals>,
    /// Of which version the cart has to be: the one that was let past the waiting room as it was; none where any may be ordered.
    pub only_version: Option<i64>,
    /// The version that the caller read; `None` takes any.
    pub expected_version: Option<i64>,
    /// Where the order comes from.
    pub source: Source,
    /// Where a gateway's page sends the shopper back to; `?order=ord_…` is added.
    pub return_url: String,
}

/// An order that stands, and how its payment does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub number: String,
    /// How its payment does.
    pub payment: PaymentState,
    /// Whether it was placed before, by the first of two clicks, and nothing was done now.
    pub again: bool,
}

/// How an order's payment does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentState {
    /// Paid, held until it is taken, or nothing to pay.
    Paid,
    /// The shopper must go to this page of the gateway.
    RequiresAction {
        /// The page.
        url: String,
    },
    /// The gateway has not said; the order waits until it does.
    Pending,
    /// The order was cancelled, such as because its stock was gone when the payment came: what was charged or held comes
    /// back by itself.
    Cancelled,
    /// The payment failed and the order is cancelled; the cart is open again.
    Failed {
        /// The gateway's stable code, such as `card_declined`.
        code: String,
    },
}

/// Why no order was placed. Nothing is reserved, redeemed or charged.
#[derive(Debug, thiserror::Error)]
pub enum PlaceOrderError {
    /// The cart is unknown, closed or cannot be priced.
    #[error(transparent)]
    Cart(#[from] CartError),
    /// There is nothing in the cart.
    #[error("the cart is empty")]
    Empty,
    /// A line can no longer be bought; the cart's notices say which.
    #[error("a line of the cart can no longer be bought")]
    Blocked,
    /// The store sells to those who are signed in.
    #[error("the store sells to customers who are signed in")]
    SignInRequired,
    /// No e-mail address for the confirmation.
    #[error("an e-mail address is required")]
    EmailRequired,
    /// No address to ship to.
    #[error("a shipping address is required")]
    AddressRequired,
    /// No address that says which tax is due, for what is not shipped.
    #[error("a billing address is required: it says which tax is due")]
    BillingAddressRequired,
    /// Some of it may not be sent to the address.
    #[error("{} cannot be sent to this address", titles.join(", "))]
    CannotShip {
        /// What, by the products' names.
        titles: Vec<String>,
    },
    /// The chosen day of delivery can no longer be kept.
    #[error("the chosen day of delivery, {day}, can no longer be kept")]
    DeliveryDateGone {
        /// The day.
        day: NaiveDate,
        /// Those that can be chosen now.
        offered: Vec<NaiveDate>,
    },
    /// No delivery is chosen, or the chosen one is not offered at the address.
    #[error("a shipping option that is offered at the address is required")]
    ShippingRequired,
    /// The total is not the one the shopper saw, or is made of other parts than they saw.
    #[error("the total is now {total}")]
    TotalChanged {
        /// What it would be.
        total: Money,
        /// What it would be made of.
        totals: Box<Totals>,
    },
    /// Somebody else was faster.
    #[error("not everything is in stock any more")]
    OutOfStock(Vec<Shortage>),
    /// A coupon was used up in the meantime.
    #[error("a coupon was used up in the meantime")]
    CouponUsedUp,
    /// The customer would have more of something than one customer may.
    #[error("one customer may not have that many")]
    CustomerMaximumReached,
    /// There is something to pay, and nothing to pay it with.
    #[error("a payment is required")]
    PaymentRequired,
    /// No gateway has that name.
    #[error("there is no payment gateway {0:?}")]
    UnknownGateway(String),
    /// Only for a signed-in customer a card is saved.
    #[error("a card is saved for signed-in customers only")]
    SignInToSave,
    /// The signed-in customer has no such saved card.
    #[error("there is no such saved card")]
    MethodNotFound,
    /// The saved card is too old to pay with.
    #[error("the saved card is expired")]
    MethodExpired,
    /// The payment was refused; the cart is open again.
    #[error("the payment was declined: {code}")]
    Declined {
        /// The gateway's stable code, such as `card_declined`.
        code: String,
    },
    /// The stock was gone when the payment came, so the order was cancelled: what was charged or held comes back by itself,
    /// and the cart is open again.
    #[error("the stock was gone when the payment came, and the order is cancelled")]
    Cancelled,
    /// The order cannot be written.
    #[error(transparent)]
    Orders(#[from] orders::PlaceError),
    /// What the gateway said cannot be recorded.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Places the order of a cart. A cart that already became an order is not ordered again: the answer is that order and how
/// its payment does, so a double click or a retry finds the first one's result.
pub async fn place_order_flow(
    work: &Work,
    gateways: &Gateways,
    command: PlaceOrder,
) -> Result<Placed, PlaceOrderError> {
    match place(work, gateways, command, (false, None)).await {
        Ok(Outcome::Placed(placed, _)) => Ok(placed),
        Ok(Outcome::Before(_) | Outcome::Kept(_)) => Err(database::Error::corrupt("key", "there was none").into()),
        Err(NotShown { error, .. }) => Err(error),
    }
}

/// The key of a request that places an order, and what is answered to it. Key, order and answer share the transactions of
/// the order's own steps.
#[derive(Clone)]
pub struct Keyed {
    /// The request.
    pub request: Request,
    /// The answer to an order that is paid.
    pub answer: Arc<Answering>,
}

type Answering = dyn Fn(&Placed, OrderDetails) -> Result<Answer, database::Error> + Send + Sync;

/// What came of a request that may have a key.
#[derive(Debug)]
pub enum Shown {
    /// Its key was used before, and nothing was done.
    Before(Begin),
    /// The order stands, and the answer to it is kept under the key.
    Kept(Answer),
    /// The order stands as it then is. A key is claimed and has no answer yet.
    Now(Placed, Box<OrderDetails>),
}

/// Why a request that may have a key came to nothing.
#[derive(Debug)]
pub struct NotShown {
    /// Why.
    pub error: PlaceOrderError,
    /// Whether the key is claimed.
    pub is_claimed: bool,
}

impl NotShown {
    fn claimed(error: impl Into<PlaceOrderError>) -> Self {
        let error = error.into();
        Self {
            error,
            is_claimed: true,
        }
    }
}

/// The same, with the order as it then is: who is paid together with others reads it with them.
pub async fn place_and_show_flow(
    work: &Work,
    gateways: &Gateways,
    command: PlaceOrder,
    keyed: Option<Keyed>,
) -> Result<Shown, NotShown> {
    let (placed, details) = match place(work, gateways, command, (true, keyed)).await? {
        Outcome::Before(begun) => return Ok(Shown::Before(begun)),
        Outcome::Kept(answer) => return Ok(Shown::Kept(answer)),
        Outcome::Placed(placed, details) => (placed, details),
    };
    let details = match details {
        Some(details) => details,
        None => {
            let details = orders::get_flow(work, placed.order_id).await;
            Box::new(details.map_err(|error| NotShown::claimed(SettleError::from(error)))?)
        }
    };
    Ok(Shown::Now(placed, details))
}

/// The same before it is known whether it is to be shown.
enum Outcome {
    Before(Begin),
    Kept(Answer),
    Placed(Placed, Option<Box<OrderDetails>>),
}

async fn place(
    work: &Work,
    gateways: &Gateways,
    command: PlaceOrder,
    (shows, keyed): (bool, Option<Keyed>),
) -> Result<Outcome, NotShown> {
    let opening = Opening {
        command: command.clone(),
        gateways: gateways.clone(),
        key: keyed.as_ref().map(|keyed| keyed.request.clone()),
    };
    let opened = work.together(opening).await.map_err(|error| NotShown {
        error,
        is_claimed: false,
    })?;
    let opened = match opened {
        Opened::Known(begun) => return Ok(Outcome::Before(begun)),
        Opened::Already(placed) => {
            let placed = declined_is_an_error(placed).map_err(NotShown::claimed)?;
            return Ok(Outcome::Placed(placed, None));
        }
        Opened::Free { order_id, number } => {
            return Ok(Outcome::Placed(first(order_id, &number, PaymentState::Paid), None));
        }
        Opened::Paying(paying) => paying,
    };
    fail_point("order-opened");
    let gateway = gateways
        .get(&opened.means.gateway)
        .ok_or_else(|| PlaceOrderError::UnknownGateway(opened.means.gateway.clone()))
        .map_err(NotShown::claimed)?;
    let answer = ask(work, gateway, &command, &opened).await;
    fail_point("bank-answered");
    let placed = |payment| first(opened.order_id, &opened.number, payment);
    let Some(authorization) = settle::known_outcome(answer) else {
        return Ok(Outcome::Placed(placed(PaymentState::Pending), None));
    };
    let wanted = shows.then(|| Wanted {
        placed: placed(PaymentState::Paid),
        keyed,
    });
    let settled = settle_flow::settle_placed_flow(work, &opened, &authorization, wanted)
        .await
        .map_err(NotShown::claimed)?;
    fail_point("settled");
    if opened.means.saves_for.is_some()
        && let Err(error) = saved_flow::learn_flow(work, gateway, opened.attempt_id).await
    {
        tracing::warn!(attempt = %opened.attempt_id, %error, "a card that was kept could not be recorded; the reconciler will ask");
    }
    let payment = match authorization {
        Authorization::Captured { .. } | Authorization::Authorized { .. } if settled.fell => PaymentState::Cancelled,
        Authorization::Captured { .. } | Authorization::Authorized { .. } => PaymentState::Paid,
        Authorization::RequiresAction { url, .. } => PaymentState::RequiresAction { url },
        Authorization::Failed { code } => PaymentState::Failed { code },
        Authorization::Voided => PaymentState::Failed {
            code: "voided".to_owned(),
        },
    };
    let details = match settled.sight {
        Some(Sight::Kept(answer)) => return Ok(Outcome::Kept(answer)),
        Some(Sight::Order(details)) => Some(details),
        None => None,
    };
    let placed = declined_is_an_error(placed(payment)).map_err(NotShown::claimed)?;
    Ok(Outcome::Placed(placed, details))
}

/// An order that was placed now.
fn first(order_id: OrderId, number: &str, payment: PaymentState) -> Placed {
    Placed {
        order_id,
        number: number.to_owned(),
        payment,
        again: false,
    }
}

/// Step two: asks the gateway for the money, and to keep the card if the shopper said so.
async fn ask(
    work: &Work,
    gateway: &dyn Gateway,
    command: &PlaceOrder,
    opened: &Paying,
) -> Result<Authorization, GatewayError> {
    let keep_for = match opened.means.saves_for {
        Some(customer) => saved_flow::introduce_flow(work, gateway, customer, opened.email.as_str()).await,
        None => None,
    };
    let request = AuthorizeRequest {
        attempt_id: opened.attempt_id,
        amount: opened.total,
        source: opened.means.source.clone(),
        keep_for,
        capture: work.store().capture == CaptureWhen::AtOnce,
        order_number: opened.number.clone(),
        email: opened.email.to_string(),
        return_url: format!("{}?order={}", command.return_url, opened.order_id),
        store_slug: work.store().slug.clone(),
    };
    answer(gateway, "authorize", gateway.authorize(&request)).await
}

fn declined_is_an_error(placed: Placed) -> Result<Placed, PlaceOrderError> {
    match placed.payment {
        PaymentState::Failed { code } => Err(PlaceOrderError::Declined { code }),
        PaymentState::Cancelled => Err(PlaceOrderError::Cancelled),
        PaymentState::Paid | PaymentState::RequiresAction { .. } | PaymentState::Pending => Ok(placed),
    }
}

/// How long stock is set aside for an order that is being paid.
pub(crate) fn payment_window(store: &Store) -> TimeDelta {
    TimeDelta::minutes(store.reservation_minutes.into())
}
