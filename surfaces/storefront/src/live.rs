//! Streams that tell pages that what they show of orders and stock is another now.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::{extract::State, response::Response};
use kernel::{OrderId, PageRequest, VariantId};
use orders::OrderSummary;
use web::{Path, Problem, Query, SignedIn, Visitor};

use crate::{
    Shop, account,
    order::{self, TokenQuery},
    product,
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

/// `GET /products/variants/{id}/live`: how much is left of what a product's page offers.
pub(crate) async fn stock(visitor: Visitor, Path(id): Path<VariantId>) -> Result<Response, Problem> {
    let told = inventory::shown_of(visitor.store().id, &[id]);
    let stream = visitor.take_place()?.watch(&told);
    let mut ctx = visitor.work.read();
    let offered = catalog::sellable(&mut ctx, &[id]).await?;
    if offered.is_empty() {
        return Err(Problem::not_found());
    }
    let stock = inventory::availability(&mut ctx, &[id]).await?;
    ctx.rollback().await;
    Ok(stream.begin(&product::stock_version(stock.get(&id))))
}

/// Another for every list that looks another.
pub(crate) fn version(orders: &[OrderSummary]) -> String {
    let mut hasher = DefaultHasher::new();
    for order in orders {
        (&order.number, order.status.as_str(), order.payment_status.as_str()).hash(&mut hasher);
    }
    format!("{:x}", hasher.finish())
}
