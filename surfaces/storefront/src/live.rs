//! Streams that tell pages about orders that they are another now.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::{extract::State, response::Response};
use kernel::{OrderId, PageRequest};
use orders::OrderSummary;
use web::{Path, Problem, Query, SignedIn, Visitor};

use crate::{
    Shop, account,
    order::{self, TokenQuery},
};

/// `GET /orders/{id}/live`: an order, for whoever may see its page.
pub(crate) async fn order(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<OrderId>,
    Query(query): Query<TokenQuery>,
) -> Result<Response, Problem> {
    order::require_reader(&visitor, &shop, id, &query.token)?;
    let stream = visitor.take_place()?.watch(&orders::progress(visitor.store().id, id));
    let details = order::load(&visitor, &shop, id, &query.token).await?;
    Ok(stream.begin(&details.order.version.to_string()))
}

/// `GET /account/orders/live`: the latest orders of a customer.
pub(crate) async fn orders(visitor: SignedIn) -> Result<Response, Problem> {
    let stream = visitor
        .take_place()?
        .watch(&orders::progress(visitor.store().id, visitor.customer));
    let page = account::orders::load(&visitor, &PageRequest::first(account::orders::PAGE)).await?;
    Ok(stream.begin(&version(&page.items)))
}

/// Another for every list that looks another.
pub(crate) fn version(orders: &[OrderSummary]) -> String {
    let mut hasher = DefaultHasher::new();
    for order in orders {
        (&order.number, order.status.as_str(), order.payment_status.as_str()).hash(&mut hasher);
    }
    format!("{:x}", hasher.finish())
}
