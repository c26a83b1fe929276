//! `GET /orders/{id}`: an order for the shopper who placed it.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::IntoResponse as _,
};
use database::Ctx;
use kernel::OrderId;
use orders::{ChangeError, OrderDetails};
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Answer, Path, Problem, Query, Visitor};

use super::cart_view::never_kept;
use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Invoice, List, Order, ids},
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct OrderQuery {
    /// The order's access token; not needed by the signed-in customer whose order it is.
    #[param(max_length = 200)]
    token: Option<String>,
    /// The language of texts: `en` or `id`.
    #[expect(dead_code, reason = "read by web for every request")]
    lang: Option<String>,
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::get("get_order", "/orders/{id}", handler)
        .says(
            "Orders",
            "Get an order",
            "An order, for whoever holds its access token or is the customer who placed it.",
        )
        .path_id::<ids::OrderId>("id", "The order.")
        .query::<OrderQuery>()
        .answers::<Order>(200, "The order.")
        .never_kept()
        .problem(404, "There is no such order, or the token is not its own.")
}

pub(crate) fn invoices_endpoint() -> Endpoint {
    Endpoint::get("list_order_invoices", "/orders/{id}/invoices", invoices)
        .says(
            "Orders",
            "List an order's invoices",
            "The order's invoice and the credit notes of its refunds, for whoever may get the order. The invoice is \
             written soon after the order is paid in full.",
        )
        .path_id::<ids::OrderId>("id", "The order.")
        .query::<OrderQuery>()
        .schema::<ids::DocumentId>()
        .lists::<Invoice>("The documents, the invoice first.")
        .never_kept()
        .problem(404, "There is no such order, or the token is not its own.")
}

async fn invoices(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(id): Path<OrderId>,
    Query(query): Query<OrderQuery>,
) -> Answer {
    let mut ctx = visitor.work.read();
    find(&visitor, &rest, &mut ctx, (id, query)).await?;
    let documents = invoices::list_of_order(&mut ctx, id).await?;
    let list = List::whole(documents.into_iter().map(Invoice::from).collect());
    Ok((headers(), list).into_response())
}

async fn handler(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(id): Path<OrderId>,
    Query(query): Query<OrderQuery>,
) -> Answer {
    let mut ctx = visitor.work.read();
    let details = find(&visitor, &rest, &mut ctx, (id, query)).await?;
    Ok((headers(), web::Json(Order::from(details))).into_response())
}

fn headers() -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CACHE_CONTROL, never_kept()),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ]
}

/// The order, if the visitor may see it.
async fn find(
    visitor: &Visitor,
    rest: &Rest,
    ctx: &mut Ctx,
    (id, query): (OrderId, OrderQuery),
) -> Result<OrderDetails, Problem> {
    let details = orders::get(ctx, id).await.map_err(|error| match error {
        ChangeError::NotFound => Problem::not_found(),
        ChangeError::Internal(error) => error.into(),
        other => Problem::internal(&other),
    })?;
    let has_token = query
        .token
        .is_some_and(|token| orders::verify_access_token(&rest.link_key, id, &token));
    let is_own = visitor.customer().is_some() && visitor.customer() == details.order.customer_id;
    if !has_token && !is_own {
        return Err(Problem::not_found());
    }
    Ok(details)
}
