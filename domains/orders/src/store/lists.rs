//! Lists of orders.

use database::{Ctx, Error, typed};
use kernel::{EmailAddress, PageRequest, Time};
use uuid::Uuid;

use super::order_row::SummaryRow;
use crate::{OrderFilter, OrderSort, OrderSummary, ToDo, list::After};

/// What a list leaves out: by status, payment, parcels, customer or the address they bought with, when they were placed and their
/// tags, and orders whose payment failed.
macro_rules! narrowed {
    () => {
        "o.store_id = $1 AND ($2::text IS NULL OR o.status = $2) AND ($3::text IS NULL OR o.payment_status = $3) \
         AND ($4::text IS NULL OR o.fulfilment_status = $4) AND ($5::uuid IS NULL OR o.customer_id = $5 \
            OR (o.customer_id IS NULL AND o.email = $8)) \
         AND (NOT $7 OR o.payment_status <> 'failed' OR o.status <> 'cancelled') \
         AND ($9::timestamptz IS NULL OR o.placed_at >= $9) AND ($10::timestamptz IS NULL OR o.placed_at < $10) \
         AND ($11::text IS NULL OR (o.tags <> '{}' AND o.tags @> ARRAY[$11]))"
    };
}

/// Whether the words of an order `w` begin as typed. The expression is the one of the index `orders_words`.
macro_rules! begins {
    ($typed:literal) => {
        concat!(
            "platform.words( \
               w.number || ' ' || w.external_number || ' ' || w.email \
               || ' ' || coalesce(w.shipping_address->>'first_name', '') || ' ' || coalesce(w.shipping_address->>'last_name', '') \
               || ' ' || coalesce(w.billing_address->>'first_name', '') || ' ' || coalesce(w.billing_address->>'last_name', '')) \
             @@ platform.beginnings(",
            $typed,
            ")"
        )
    };
}

/// The orders `o` whose words begin as typed. They are gathered before anything else is asked of them: in the order of the
/// list very many would be looked at until enough fit.
macro_rules! found {
    () => {
        concat!(
            "(SELECT w.* FROM orders.orders w WHERE w.store_id = $1 AND ",
            begins!("$6"),
            " OFFSET 0) o"
        )
    };
}

/// The columns of `SummaryRow` of orders `o`.
macro_rules! summaries {
    ($from:expr) => {
        concat!(
            "SELECT o.id, o.number, o.customer_id, o.email, o.status, o.payment_status, o.fulfilment_status, o.currency, o.total, o.tags, \
                o.placed_at, trim(coalesce(concat_ws(' ', a.address->>'first_name', a.address->>'last_name'), '')) AS customer_name, \
                (SELECT coalesce(sum(l.quantity), 0)::bigint FROM orders.lines l WHERE l.store_id = o.store_id AND l.order_id = o.id) AS item_count \
            FROM ",
            $from,
            ", LATERAL (SELECT coalesce(o.shipping_address, o.billing_address) AS address) a WHERE "
        )
    };
}

/// A page of orders `o` of which `$held` holds.
macro_rules! page {
    ($from:expr, $held:expr, $after:literal, $order:literal) => {
        concat!(
            summaries!($from),
            narrowed!(),
            $held,
            " AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT $12"
        )
    };
}

/// A page of all orders; what is typed is nothing.
macro_rules! list {
    ($after:literal, $order:literal) => {
        page!("orders.orders o", " AND $6::text IS NULL", $after, $order)
    };
}

/// A page of orders with words that begin as typed.
macro_rules! list_found {
    ($after:literal, $order:literal) => {
        page!(found!(), "", $after, $order)
    };
}

/// A page of orders with words that begin as typed, as many orders do: looked at in the order of the list until there are
/// enough. What `IS TRUE` is asked of is asked of no index.
macro_rules! list_of_many {
    ($after:literal, $order:literal) => {
        page!(
            "orders.orders w CROSS JOIN LATERAL (SELECT w.*) o",
            concat!(" AND (", begins!("$6"), ") IS TRUE"),
            $after,
            $order
        )
    };
}

database::statements! {
    LIST_NEWEST = list!("($13::timestamptz IS NULL OR (o.placed_at, o.id) < ($13, $14::uuid))", "o.placed_at DESC, o.id DESC");
    LIST_OLDEST = list!("($13::timestamptz IS NULL OR (o.placed_at, o.id) > ($13, $14::uuid))", "o.placed_at, o.id");
    LIST_LARGEST = list!("($13::bigint IS NULL OR (o.total, o.id) < ($13, $14::uuid))", "o.total DESC, o.id DESC");
    LIST_SMALLEST = list!("($13::bigint IS NULL OR (o.total, o.id) > ($13, $14::uuid))", "o.total, o.id");
    LIST_FOUND_NEWEST = list_found!("($13::timestamptz IS NULL OR (o.placed_at, o.id) < ($13, $14::uuid))", "o.placed_at DESC, o.id DESC");
    LIST_FOUND_OLDEST = list_found!("($13::timestamptz IS NULL OR (o.placed_at, o.id) > ($13, $14::uuid))", "o.placed_at, o.id");
    LIST_FOUND_LARGEST = list_found!("($13::bigint IS NULL OR (o.total, o.id) < ($13, $14::uuid))", "o.total DESC, o.id DESC");
    LIST_FOUND_SMALLEST = list_found!("($13::bigint IS NULL OR (o.total, o.id) > ($13, $14::uuid))", "o.total, o.id");
    LIST_MANY_NEWEST = list_of_many!("($13::timestamptz IS NULL OR (o.placed_at, o.id) < ($13, $14::uuid))", "o.placed_at DESC, o.id DESC");
    LIST_MANY_OLDEST = list_of_many!("($13::timestamptz IS NULL OR (o.placed_at, o.id) > ($13, $14::uuid))", "o.placed_at, o.id");
    LIST_MANY_LARGEST = list_of_many!("($13::bigint IS NULL OR (o.total, o.id) < ($13, $14::uuid))", "o.total DESC, o.id DESC");
    LIST_MANY_SMALLEST = list_of_many!("($13::bigint IS NULL OR (o.total, o.id) > ($13, $14::uuid))", "o.total, o.id");
    /// What very many orders fit is not gathered whole.
    LOOK_UP = concat!(summaries!("orders.orders o"), "o.store_id = $1 AND o.id IN ( \
          (SELECT n.id FROM orders.orders n WHERE n.store_id = $1 AND n.number IN ($2, upper($2))) UNION ALL \
          (SELECT w.id FROM orders.orders w WHERE w.store_id = $1 AND ", begins!("$2"), " LIMIT 1000)) \
        ORDER BY o.number IN ($2, upper($2)) DESC, o.placed_at DESC, o.id DESC LIMIT $3");
    COUNT = concat!("SELECT count(*) FROM orders.orders o WHERE ", narrowed!(), " AND $6::text IS NULL");
    COUNT_FOUND = concat!("SELECT count(*) FROM ", found!(), " WHERE ", narrowed!());
    /// Each number by the index of its own.
    COUNT_TO_DO = "SELECT \
        (SELECT count(*) FROM orders.orders WHERE store_id = $1 AND status = 'confirmed') AS confirmed, \
        (SELECT count(*) FROM orders.orders WHERE store_id = $1 AND status = 'processing') AS processing, \
        (SELECT count(*) FROM orders.orders WHERE store_id = $1 AND status = 'partially_fulfilled') AS partially_fulfilled, \
        (SELECT count(*) FROM orders.orders WHERE store_id = $1 AND payment_status = 'failed') AS failed";
    HAS_ANY = "SELECT EXISTS (SELECT FROM orders.orders WHERE store_id = $1)";
}

/// How what was typed is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// Nothing was typed.
    Everything,
    /// As the beginnings of words, by an index: few orders have them.
    Beginnings,
    /// As the beginnings of words that many orders have.
    OfMany,
}

impl Search {
    /// What a statement of this search takes of what was typed.
    fn read(self, typed: &str) -> Option<String> {
        match self {
            Self::Everything => None,
            Self::Beginnings | Self::OfMany => Some(typed::literal(typed)),
        }
    }
}

/// The rows of a page, and one more if there are more.
pub(crate) async fn list(
    ctx: &mut Ctx,
    filter: &OrderFilter,
    search: Search,
    after: Option<After>,
    page: &PageRequest,
) -> Result<Vec<OrderSummary>, Error> {
    let store_id = ctx.store_id();
    let sql = match (search, filter.sort) {
        (Search::Everything, OrderSort::Newest) => LIST_NEWEST,
        (Search::Everything, OrderSort::Oldest) => LIST_OLDEST,
        (Search::Everything, OrderSort::Largest) => LIST_LARGEST,
        (Search::Everything, OrderSort::Smallest) => LIST_SMALLEST,
        (Search::Beginnings, OrderSort::Newest) => LIST_FOUND_NEWEST,
        (Search::Beginnings, OrderSort::Oldest) => LIST_FOUND_OLDEST,
        (Search::Beginnings, OrderSort::Largest) => LIST_FOUND_LARGEST,
        (Search::Beginnings, OrderSort::Smallest) => LIST_FOUND_SMALLEST,
        (Search::OfMany, OrderSort::Newest) => LIST_MANY_NEWEST,
        (Search::OfMany, OrderSort::Oldest) => LIST_MANY_OLDEST,
        (Search::OfMany, OrderSort::Largest) => LIST_MANY_LARGEST,
        (Search::OfMany, OrderSort::Smallest) => LIST_MANY_SMALLEST,
    };
    let query = sqlx::query_as(sql)
        .bind(store_id)
        .bind(filter.status.map(|status| status.as_str()))
        .bind(filter.payment_status.map(|status| status.as_str()))
        .bind(filter.fulfilment_status.map(|status| status.as_str()))
        .bind(filter.customer_id)
        .bind(search.read(&filter.q))
        .bind(filter.without_failed)
        .bind(filter.or_bought_with.as_ref().map(EmailAddress::as_str))
        .bind(filter.placed_from)
        .bind(filter.placed_until)
        .bind(filter.tag())
        .bind(page.limit_plus_one());
    let query = match (filter.sort, after) {
        (OrderSort::Largest | OrderSort::Smallest, Some(After::Total(total, id))) => {
            query.bind(Some(total)).bind(Some(id))
        }
        (OrderSort::Largest | OrderSort::Smallest, _) => query.bind(None::<i64>).bind(None::<Uuid>),
        (_, Some(After::Placed(placed_at, id))) => query.bind(Some(placed_at)).bind(Some(id)),
        (_, _) => query.bind(None::<Time>).bind(None::<Uuid>),
    };
    let rows: Vec<SummaryRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(OrderSummary::try_from).collect()
}

/// How many rows the whole list has.
pub(crate) async fn count(ctx: &mut Ctx, filter: &OrderFilter, search: Search) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let sql = match search {
        Search::Beginnings | Search::OfMany => COUNT_FOUND,
        Search::Everything => COUNT,
    };
    Ok(sqlx::query_scalar(sql)
        .bind(store_id)
        .bind(filter.status.map(|status| status.as_str()))
        .bind(filter.payment_status.map(|status| status.as_str()))
        .bind(filter.fulfilment_status.map(|status| status.as_str()))
        .bind(filter.customer_id)
        .bind(search.read(&filter.q))
        .bind(filter.without_failed)
        .bind(filter.or_bought_with.as_ref().map(EmailAddress::as_str))
        .bind(filter.placed_from)
        .bind(filter.placed_until)
        .bind(filter.tag())
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// How many call for something to be done.
pub(crate) async fn count_to_do(ctx: &mut Ctx) -> Result<ToDo, Error> {
    let query = sqlx::query_as(COUNT_TO_DO).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Whether there is one.
pub(crate) async fn has_any(ctx: &mut Ctx) -> Result<bool, Error> {
    let query = sqlx::query_scalar(HAS_ANY).bind(ctx.store_id());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Orders by the beginnings of their words.
pub(crate) async fn look_up(ctx: &mut Ctx, typed: &str, limit: u16) -> Result<Vec<OrderSummary>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<SummaryRow> = sqlx::query_as(LOOK_UP)
        .bind(store_id)
        .bind(typed::literal(typed))
        .bind(i64::from(limit))
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(OrderSummary::try_from).collect()
}
