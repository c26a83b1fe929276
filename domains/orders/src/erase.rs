//! A person is forgotten. What they bought stays in the books: numbers, lines, amounts and taxes, with the country and the state
//! that the tax belongs to. Who bought it, where it went and what was written about it goes.

use database::{Ctx, Error, erase};
use kernel::{CartId, EmailAddress, OrderId, Person};
use serde_json::json;
use uuid::Uuid;

use crate::store::erase as rows;

/// An order of somebody who is to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonsOrder {
    /// The order.
    pub id: OrderId,
    /// The cart it was.
    pub cart_id: Option<CartId>,
    /// Whether it is still to be paid, shipped or given back.
    pub unfinished: bool,
}

/// Ids and numbers of so many of a person's orders that are still to be paid, shipped or given back, the oldest first.
pub async fn list_unfinished(ctx: &mut Ctx, person: &Person, most: u16) -> Result<Vec<(OrderId, String)>, Error> {
    rows::list_unfinished(ctx, person, most.into()).await
}

/// So many of a person's orders. Whoever goes on to hold them holds what was paid for them first.
pub async fn list_of_person(ctx: &mut Ctx, person: &Person, most: u16) -> Result<Vec<OrderId>, Error> {
    rows::list_some(ctx, person, most.into()).await
}

/// Those of the orders that are a person's still, held until the end of the transaction.
pub async fn lock_of_person(ctx: &mut Ctx, person: &Person, orders: &[OrderId]) -> Result<Vec<PersonsOrder>, Error> {
    let found = rows::lock(ctx, person, orders).await?.into_iter();
    let order = |row: rows::PersonsOrderRow| PersonsOrder {
        id: row.id,
        cart_id: row.cart_id,
        unfinished: row.unfinished,
    };
    Ok(found.map(order).collect())
}

/// Takes whoever bought them out of orders, for good. They are nobody's from here on.
pub async fn erase_orders(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let keys = rows::erase_orders(ctx, orders).await?;
    erase::erase_audit(ctx, "orders.orders", &keys).await?;
    for (table, sql) in [
        ("orders.lines", rows::ERASE_LINES),
        ("orders.fulfilments", rows::ERASE_PARCELS),
        ("orders.refunds", rows::ERASE_REFUNDS),
    ] {
        let keys = rows::erase_parts(ctx, sql, orders).await?;
        erase::erase_audit(ctx, table, &keys).await?;
    }
    rows::erase_timeline(ctx, orders).await?;
    let about: Vec<Uuid> = orders.iter().copied().map(Uuid::from).collect();
    let nobody = json!({"email": EmailAddress::nobody(), "reason": ""});
    erase::erase_events(ctx, &about, &nobody).await
}
