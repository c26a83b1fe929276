//! `GET /admin/orders` and `GET /admin/orders/{id}`.

use axum::{http::StatusCode, response::IntoResponse as _};
use chrono::{DateTime, Utc};
use kernel::{CustomerId, FieldError, OrderId};
use orders::{ChangeError, ListError, OrderDetails, OrderFilter, OrderSummary};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Path, Problem, Query, can};

use super::tagged;
use crate::{
    endpoint::Endpoint,
    wire::{Money, Order, Paging, ids, present},
};

pub(super) const TAG: &str = "Admin: orders";

macro_rules! statuses {
    ($(#[$doc:meta])* $name:ident of $domain:ty { $($variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        enum $name { $($variant),* }

        impl From<$name> for $domain {
            fn from(status: $name) -> Self {
                match status { $($name::$variant => Self::$variant),* }
            }
        }
    };
}

statuses! {
    /// Where an order stands as a whole.
    OrderStatus of orders::OrderStatus {
        Pending, Confirmed, Processing, PartiallyFulfilled, Fulfilled, Delivered, Cancelled, Refunded,
    }
}
statuses! {
    /// Where its money stands.
    PaymentStatus of orders::PaymentStatus {
        Pending, Authorized, Paid, PartiallyPaid, PartiallyRefunded, Refunded, Failed, Voided,
    }
}
statuses! {
    /// Where its parcels stand.
    FulfilmentStatus of orders::FulfilmentStatus { Unfulfilled, Partial, Fulfilled, Returned }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct OrderListQuery {
    /// Only orders with words in their number, e-mail address or name that begin so.
    #[param(max_length = 200)]
    q: Option<String>,
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    status: Option<OrderStatus>,
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    payment_status: Option<PaymentStatus>,
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    fulfilment_status: Option<FulfilmentStatus>,
    /// Only that customer's.
    #[param(value_type = Option<ids::CustomerId>)]
    #[serde(default, deserialize_with = "present")]
    customer_id: Option<CustomerId>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// An order in a list.
#[derive(Serialize, ToSchema)]
struct ListedOrder {
    #[schema(value_type = ids::OrderId)]
    id: OrderId,
    number: String,
    #[schema(value_type = Option<ids::CustomerId>)]
    customer_id: Option<CustomerId>,
    email: String,
    /// The name it is sent or billed to, or empty.
    customer_name: String,
    status: &'static str,
    payment_status: &'static str,
    fulfilment_status: &'static str,
    total: Money,
    item_count: i64,
    tags: Vec<String>,
    placed_at: DateTime<Utc>,
}

impl From<OrderSummary> for ListedOrder {
    fn from(order: OrderSummary) -> Self {
        Self {
            id: order.id,
            number: order.number,
            customer_id: order.customer_id,
            email: order.email.into_string(),
            customer_name: order.customer_name,
            status: order.status.as_str(),
            payment_status: order.payment_status.as_str(),
            fulfilment_status: order.fulfilment_status.as_str(),
            total: order.total.into(),
            item_count: order.item_count,
            tags: order.tags,
            placed_at: order.placed_at,
        }
    }
}

/// An order with what only staff see of it.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminOrder {
    #[serde(flatten)]
    order: Order,
    /// `web`, `mobile`, `pos`, `api`, `phone` or `agent`.
    source: &'static str,
    tags: Vec<String>,
    /// What happened, oldest first.
    timeline: Vec<TimelineEntry>,
}

/// Something that happened to an order.
#[derive(Serialize, ToSchema)]
struct TimelineEntry {
    #[schema(value_type = ids::TimelineId)]
    id: kernel::TimelineId,
    /// What, such as `shipped`.
    kind: String,
    /// More about it.
    #[schema(value_type = Value)]
    details: serde_json::Value,
    /// Who did it.
    actor: String,
    occurred_at: DateTime<Utc>,
}

impl From<OrderDetails> for AdminOrder {
    fn from(mut details: OrderDetails) -> Self {
        let entry = |entry: orders::TimelineEntry| TimelineEntry {
            id: entry.id,
            kind: entry.kind,
            details: entry.details,
            actor: entry.actor,
            occurred_at: entry.occurred_at,
        };
        Self {
            source: details.order.source.as_str(),
            tags: std::mem::take(&mut details.order.tags),
            timeline: std::mem::take(&mut details.timeline).into_iter().map(entry).collect(),
            order: Order::for_staff(details),
        }
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_orders", "/admin/orders", list)
        .says(TAG, "List orders", "Orders, newest first.")
        .guarded::<can::ReadOrders>()
        .query::<OrderListQuery>()
        .schema::<ids::CustomerId>()
        .lists::<ListedOrder>("A page of orders.")
}

async fn list(api: Api<can::ReadOrders>, paging: Paging, Query(query): Query<OrderListQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let q = query.q.unwrap_or_default();
    if q.chars().count() > 200 {
        return Err(FieldError::new("q", "too_long", "may have at most 200 characters").into());
    }
    let filter = OrderFilter {
        status: query.status.map(orders::OrderStatus::from),
        payment_status: query.payment_status.map(orders::PaymentStatus::from),
        fulfilment_status: query.fulfilment_status.map(orders::FulfilmentStatus::from),
        customer_id: query.customer_id,
        q,
        ..OrderFilter::default()
    };
    let mut ctx = api.work.read();
    let orders = orders::list(&mut ctx, &filter, &page).await.map_err(list_problem)?;
    Ok(paging.list(orders.map(ListedOrder::from)).into_response())
}

pub(crate) fn get_endpoint() -> Endpoint {
    Endpoint::get("admin_get_order", "/admin/orders/{id}", get)
        .says(TAG, "Get an order", "An order with its parcels, refunds and timeline.")
        .guarded::<can::ReadOrders>()
        .path_id::<ids::OrderId>("id", "The order.")
        .answers::<AdminOrder>(200, "The order.")
        .tagged(200)
}

async fn get(api: Api<can::ReadOrders>, Path(id): Path<OrderId>) -> Answer {
    let mut ctx = api.work.read();
    answer(&mut ctx, StatusCode::OK, id).await
}

/// The order as it is now.
pub(super) async fn answer(ctx: &mut database::Ctx, status: StatusCode, id: OrderId) -> Answer {
    let details = orders::get(ctx, id).await.map_err(problem)?;
    Ok(tagged(status, details.order.version, AdminOrder::from(details)))
}

/// Refuses to go on with an order that changed since the caller read it, when the caller says what it read. Nobody else changes it
/// until the transaction ends.
pub(super) async fn expect_version(ctx: &mut database::Ctx, id: OrderId, version: Option<i64>) -> Result<(), Problem> {
    if version.is_some() {
        orders::lock_version(ctx, id, version).await.map_err(problem)?;
    }
    Ok(())
}

/// Why orders are not listed or summed up.
pub(super) fn list_problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => error.into(),
        ListError::Internal(error) => error.into(),
    }
}

/// What conflicts a change of an order can meet.
pub(super) const CONFLICTS: &str = "`illegal_transition`: the order is not in a status where this can happen. `no_such_line`, `quantity_out_of_range` (with \
     `line_id` and `left`), `nothing_to_ship`, `nothing_to_refund`, `shipping_exceeded` and `exceeds_paid` (with `left`), \
     `nothing_captured`, `payment_under_way`, or `idempotency_key_in_flight`.";

/// Why an order is not changed.
pub(super) fn problem(error: ChangeError) -> Problem {
    match error {
        ChangeError::NotFound => Problem::not_found(),
        ChangeError::Forbidden(error) => error.into(),
        ChangeError::IllegalTransition(error) => Problem::conflict("illegal_transition", format!("Refused: {error}.")),
        ChangeError::LineNotFound { line } => {
            Problem::conflict("no_such_line", "The order has no such line.").with("line_id", &line)
        }
        ChangeError::QuantityOutOfRange { line, left } => {
            let detail = if left > 0 {
                format!("The quantity must be between 1 and {left}.")
            } else {
                "No piece of this line is left.".to_owned()
            };
            Problem::conflict("quantity_out_of_range", detail)
                .with("line_id", &line)
                .with("left", &left)
        }
        ChangeError::NothingToShip => Problem::conflict("nothing_to_ship", "Nothing is left to ship."),
        ChangeError::NothingToRefund => Problem::conflict("nothing_to_refund", "Nothing is left to refund."),
        ChangeError::ShippingExceeded { left } => Problem::conflict(
            "shipping_exceeded",
            format!("Only {left} of the delivery can be refunded."),
        )
        .with("left", &Money::from(left)),
        ChangeError::ExceedsPaid { left } => {
            Problem::conflict("exceeds_paid", format!("Only {left} of the payment can be refunded."))
                .with("left", &Money::from(left))
        }
        ChangeError::VersionConflict { current: Some(current) } => {
            Problem::version_conflict().with("version", &current)
        }
        ChangeError::VersionConflict { current: None } => Problem::version_conflict(),
        ChangeError::Invalid(error) => error.into(),
        ChangeError::Money(error) => Problem::unprocessable("invalid_amount", format!("Refused: {error}.")),
        ChangeError::Internal(error) => error.into(),
    }
}
