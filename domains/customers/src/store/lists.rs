//! Lists of customers.

use database::{Ctx, Error, typed};
use kernel::PageRequest;

use super::CustomerRow;
use crate::{
    Customer,
    list::{After, CustomerFilter, CustomerSort},
};

/// What a list leaves out: by a pattern of e-mail address, name and telephone number, and by consent.
macro_rules! conditions {
    () => {
        "store_id = $1 AND ($2::text IS NULL OR email ILIKE $2 OR concat_ws(' ', first_name, last_name) ILIKE $2 OR phone ILIKE $2) \
         AND ($3::boolean IS NULL OR accepts_marketing = $3)"
    };
}

macro_rules! page {
    ($after:literal, $order:literal) => {
        concat!(
            "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at \
             FROM customers.customers WHERE ",
            conditions!(),
            " AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT $4"
        )
    };
}

database::statements! {
    LIST_NEWEST = page!("($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid))", "created_at DESC, id DESC");
    LIST_OLDEST = page!("($5::timestamptz IS NULL OR (created_at, id) > ($5, $6::uuid))", "created_at, id");
    /// An e-mail address is one account's, and an account one customer's.
    LIST_BY_EMAIL = page!("($5::text IS NULL OR email > $5)", "email");
    LIST_BY_EMAIL_BACKWARDS = page!("($5::text IS NULL OR email < $5)", "email DESC");
    /// The expression is the one of the index `customers_words`. What very many customers fit is not gathered whole.
    LOOK_UP = "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at FROM ( \
          SELECT * FROM customers.customers WHERE store_id = $1 \
            AND platform.words(email || ' ' || first_name || ' ' || last_name || ' ' || phone) @@ platform.beginnings($2) LIMIT 1000) c \
        ORDER BY created_at DESC, id DESC LIMIT $3";
    COUNT = concat!("SELECT count(*) FROM customers.customers WHERE ", conditions!());
}

/// The rows of a page, and one more if there are more.
pub(crate) async fn list(
    ctx: &mut Ctx,
    filter: &CustomerFilter,
    after: Option<After>,
    page: &PageRequest,
) -> Result<Vec<Customer>, Error> {
    let store_id = ctx.store_id();
    let sql = match filter.sort {
        CustomerSort::Newest => LIST_NEWEST,
        CustomerSort::Oldest => LIST_OLDEST,
        CustomerSort::Email => LIST_BY_EMAIL,
        CustomerSort::EmailBackwards => LIST_BY_EMAIL_BACKWARDS,
    };
    let query = sqlx::query_as(sql)
        .bind(store_id)
        .bind(typed::contains(&filter.q))
        .bind(filter.accepts_marketing)
        .bind(page.limit_plus_one());
    let query = match (filter.sort, after) {
        (CustomerSort::Email | CustomerSort::EmailBackwards, Some(After::Email(email))) => query.bind(Some(email)),
        (CustomerSort::Email | CustomerSort::EmailBackwards, _) => query.bind(None::<String>),
        (_, Some(After::Since(since, id))) => query.bind(Some(since)).bind(Some(id)),
        (_, _) => query.bind(None::<kernel::Time>).bind(None::<uuid::Uuid>),
    };
    let rows: Vec<CustomerRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Customer::try_from).collect()
}

/// How many rows the whole list has.
pub(crate) async fn count(ctx: &mut Ctx, filter: &CustomerFilter) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT)
        .bind(store_id)
        .bind(typed::contains(&filter.q))
        .bind(filter.accepts_marketing)
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// Customers by the beginnings of their words.
pub(crate) async fn look_up(ctx: &mut Ctx, typed: &str, limit: u16) -> Result<Vec<Customer>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<CustomerRow> = sqlx::query_as(LOOK_UP)
        .bind(store_id)
        .bind(typed::literal(typed))
        .bind(i64::from(limit))
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Customer::try_from).collect()
}
