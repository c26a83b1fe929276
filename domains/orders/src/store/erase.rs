//! Takes a person out of their orders.

use database::{Ctx, Error};
use kernel::{CartId, EmailAddress, OrderId, Person};

/// Orders `o` of a person: of their account, and those of a guest with their address. An order that is not through yet is
/// somebody's to pay, to ship or to give back.
macro_rules! of_person {
    () => {
        "o.store_id = $1 AND (o.customer_id = $2 OR (o.email = $3 AND o.customer_id IS NULL))"
    };
}

macro_rules! is_unfinished {
    () => {
        "(o.status NOT IN ('cancelled', 'refunded') AND (o.payment_status IN ('pending', 'authorized') \
            OR EXISTS (SELECT FROM orders.lines l WHERE l.store_id = o.store_id AND l.order_id = o.id AND l.requires_shipping \
              AND l.quantity > l.fulfilled_quantity + l.refunded_quantity)) \
          OR EXISTS (SELECT FROM orders.refunds r WHERE r.store_id = o.store_id AND r.order_id = o.id AND r.state = 'pending'))"
    };
}

/// An address with the country and the state alone, which tell whose tax it was.
macro_rules! erased_address {
    ($column:literal) => {
        concat!(
            "CASE WHEN ",
            $column,
            " IS NOT NULL THEN jsonb_build_object('line1', '', 'city', '', \
             'state', coalesce(",
            $column,
            " ->> 'state', ''), 'country', ",
            $column,
            " ->> 'country') END"
        )
    };
}

/// Why the order costs what it costs, without the certificate's number and what its price lists were called.
macro_rules! erased_explanation {
    () => {
        "(CASE WHEN jsonb_typeof(explanation -> 'exemption') = 'object' \
            THEN jsonb_set(explanation, '{exemption,certificate}', '\"\"') ELSE explanation END) \
         || (CASE WHEN jsonb_typeof(explanation -> 'price_lists') = 'array' THEN jsonb_build_object('price_lists', \
                (SELECT coalesce(jsonb_agg(l.used || jsonb_build_object('name', '') ORDER BY l.place), '[]'::jsonb) \
                 FROM jsonb_array_elements(explanation -> 'price_lists') WITH ORDINALITY AS l (used, place))) \
             ELSE '{}'::jsonb END)"
    };
}

database::statements! {
    LIST_UNFINISHED = concat!("SELECT o.id, o.number FROM orders.orders o WHERE ", of_person!(), " AND ", is_unfinished!(), " \
        ORDER BY o.placed_at, o.id LIMIT $4");
    LIST_SOME = concat!("SELECT o.id FROM orders.orders o WHERE ", of_person!(), " ORDER BY o.id LIMIT $4");
    LOCK = concat!("SELECT o.id, o.cart_id, ", is_unfinished!(), " AS unfinished FROM orders.orders o WHERE ", of_person!(), " \
        AND o.id = ANY ($4) ORDER BY o.id FOR UPDATE");
    ERASE_ORDERS = concat!("UPDATE orders.orders SET email = $3, customer_id = NULL, customer_note = '', tags = '{}', \
            shipping_address = ", erased_address!("shipping_address"), ", billing_address = ", erased_address!("billing_address"), ", \
            explanation = ", erased_explanation!(), ", updated_at = $4, version = version + 1 \
        WHERE store_id = $1 AND id = ANY ($2) RETURNING id::text");
    ERASE_LINES = "UPDATE orders.lines SET properties = '{}' WHERE store_id = $1 AND order_id = ANY ($2) RETURNING id::text";
    ERASE_PARCELS = "UPDATE orders.fulfilments SET tracking_number = '', tracking_url = '' \
        WHERE store_id = $1 AND order_id = ANY ($2) RETURNING id::text";
    ERASE_REFUNDS = "UPDATE orders.refunds SET reason = '' WHERE store_id = $1 AND order_id = ANY ($2) RETURNING id::text";
    ERASE_TIMELINE = "SELECT orders.erase_timeline($1, $2)";
}

#[derive(sqlx::FromRow)]
pub(crate) struct PersonsOrderRow {
    pub(crate) id: OrderId,
    pub(crate) cart_id: Option<CartId>,
    pub(crate) unfinished: bool,
}

pub(crate) async fn list_unfinished(
    ctx: &mut Ctx,
    person: &Person,
    most: i64,
) -> Result<Vec<(OrderId, String)>, Error> {
    let query = sqlx::query_as(LIST_UNFINISHED).bind(ctx.store_id());
    let query = query.bind(person.customer).bind(person.email_text()).bind(most);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list_some(ctx: &mut Ctx, person: &Person, most: i64) -> Result<Vec<OrderId>, Error> {
    let query = sqlx::query_scalar(LIST_SOME).bind(ctx.store_id());
    let query = query.bind(person.customer).bind(person.email_text()).bind(most);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn lock(ctx: &mut Ctx, person: &Person, orders: &[OrderId]) -> Result<Vec<PersonsOrderRow>, Error> {
    let query = sqlx::query_as(LOCK).bind(ctx.store_id());
    let query = query.bind(person.customer).bind(person.email_text()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// The keys of the orders' rows.
pub(crate) async fn erase_orders(ctx: &mut Ctx, orders: &[OrderId]) -> Result<Vec<String>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(ERASE_ORDERS).bind(store_id).bind(orders);
    let query = query.bind(EmailAddress::nobody().into_string()).bind(now);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// The keys of rows that belong to the orders: `sql` says which, and what is taken out of them.
pub(crate) async fn erase_parts(ctx: &mut Ctx, sql: &'static str, orders: &[OrderId]) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(sql).bind(ctx.store_id()).bind(orders);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn erase_timeline(ctx: &mut Ctx, orders: &[OrderId]) -> Result<(), Error> {
    let query = sqlx::query(ERASE_TIMELINE).bind(ctx.store_id()).bind(orders);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
