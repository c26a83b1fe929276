//! Lists of customers.

use database::{Ctx, Error, typed};
use kernel::PageRequest;

use super::CustomerRow;
use crate::{
    Customer,
    list::{After, CustomerFilter, CustomerSort},
};

/// What a list leaves out by consent.
macro_rules! conditions {
    () => {
        "c.store_id = $1 AND ($3::boolean IS NULL OR c.accepts_marketing = $3)"
    };
}

/// Whether the words of a customer `w` begin as typed. The expression is the one of the index `customers_words`.
macro_rules! begins {
    () => {
        "platform.words(w.email || ' ' || w.first_name || ' ' || w.last_name || ' ' || w.phone) @@ platform.beginnings($2)"
    };
}

/// The customers `c` whose words begin as typed. They are gathered before anything else is asked of them: in the order of the
/// list very many would be looked at until enough fit.
macro_rules! found {
    () => {
        concat!(
            "(SELECT w.* FROM customers.customers w WHERE w.store_id = $1 AND $4::uuid IS NULL AND ",
            begins!(),
            " OFFSET 0) c"
        )
    };
}

/// Everybody, as customers `c`; what is typed is nothing.
macro_rules! everybody {
    () => {
        "(SELECT w.* FROM customers.customers w WHERE $2::text IS NULL AND $4::uuid IS NULL) c"
    };
}

/// Those in the group `$4`, as customers `c`, found from its members or in the order of the list, whichever is less work; what is
/// typed may be nothing.
macro_rules! members {
    () => {
        concat!(
            "(SELECT w.* FROM customers.group_members m JOIN customers.customers w ON w.store_id = m.store_id AND w.id = m.customer_id \
              WHERE m.store_id = $1 AND m.group_id = $4 AND ($2::text IS NULL OR (",
            begins!(),
            ") IS TRUE)) c"
        )
    };
}

/// The customers `c` with words that begin as typed, as very many do: looked at in the order of the list until there are enough.
/// What `IS TRUE` is asked of is asked of no index.
macro_rules! many {
    () => {
        concat!(
            "(SELECT w.* FROM customers.customers w WHERE $4::uuid IS NULL AND (",
            begins!(),
            ") IS TRUE) c"
        )
    };
}

macro_rules! page {
    ($from:expr, $after:literal, $order:literal) => {
        concat!(
            "SELECT c.id, c.account_id, c.email, c.first_name, c.last_name, c.phone, c.accepts_marketing, c.created_at, c.updated_at \
             FROM ",
            $from,
            " WHERE ",
            conditions!(),
            " AND ",
            $after,
            " ORDER BY ",
            $order,
            " LIMIT $5"
        )
    };
}

/// A page in each order, from customers that are found so.
macro_rules! newest {
    ($from:expr) => {
        page!(
            $from,
            "($6::timestamptz IS NULL OR (c.created_at, c.id) < ($6, $7::uuid))",
            "c.created_at DESC, c.id DESC"
        )
    };
}
macro_rules! oldest {
    ($from:expr) => {
        page!(
            $from,
            "($6::timestamptz IS NULL OR (c.created_at, c.id) > ($6, $7::uuid))",
            "c.created_at, c.id"
        )
    };
}
macro_rules! by_email {
    ($from:expr) => {
        page!($from, "($6::text IS NULL OR c.email > $6)", "c.email")
    };
}
macro_rules! by_email_backwards {
    ($from:expr) => {
        page!($from, "($6::text IS NULL OR c.email < $6)", "c.email DESC")
    };
}

database::statements! {
    /// An e-mail address is one account's, and an account one customer's.
    LIST_BY_EMAIL = by_email!(everybody!());
    LIST_BY_EMAIL_BACKWARDS = by_email_backwards!(everybody!());
    LIST_NEWEST = newest!(everybody!());
    LIST_OLDEST = oldest!(everybody!());
    LIST_FOUND_BY_EMAIL = by_email!(found!());
    LIST_FOUND_BY_EMAIL_BACKWARDS = by_email_backwards!(found!());
    LIST_FOUND_NEWEST = newest!(found!());
    LIST_FOUND_OLDEST = oldest!(found!());
    LIST_MANY_BY_EMAIL = by_email!(many!());
    LIST_MANY_BY_EMAIL_BACKWARDS = by_email_backwards!(many!());
    LIST_MANY_NEWEST = newest!(many!());
    LIST_MANY_OLDEST = oldest!(many!());
    LIST_MEMBERS_BY_EMAIL = by_email!(members!());
    LIST_MEMBERS_BY_EMAIL_BACKWARDS = by_email_backwards!(members!());
    LIST_MEMBERS_NEWEST = newest!(members!());
    LIST_MEMBERS_OLDEST = oldest!(members!());
    /// The expression is the one of the index `customers_words`. What very many customers fit is not gathered whole.
    LOOK_UP = "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at FROM ( \
          SELECT * FROM customers.customers WHERE store_id = $1 \
            AND platform.words(email || ' ' || first_name || ' ' || last_name || ' ' || phone) @@ platform.beginnings($2) LIMIT 1000) c \
        ORDER BY created_at DESC, id DESC LIMIT $3";
    COUNT = concat!("SELECT count(*) FROM ", everybody!(), " WHERE ", conditions!());
    COUNT_FOUND = concat!("SELECT count(*) FROM ", found!(), " WHERE ", conditions!());
    COUNT_MEMBERS = concat!("SELECT count(*) FROM ", members!(), " WHERE ", conditions!());
}

/// How what was typed is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// Nothing was typed.
    Everybody,
    /// As the beginnings of words, by an index: few customers have them.
    Beginnings,
    /// As the beginnings of words that many customers have.
    OfMany,
    /// Among those in a group, whatever was typed.
    Members,
}

impl Search {
    /// What a statement of this search takes of what was typed.
    fn read(self, typed: &str) -> Option<String> {
        match self {
            Self::Everybody => None,
            Self::Members if typed.trim().is_empty() => None,
            Self::Beginnings | Self::OfMany | Self::Members => Some(typed::literal(typed)),
        }
    }
}

/// The rows of a page, and one more if there are more.
pub(crate) async fn list(
    ctx: &mut Ctx,
    filter: &CustomerFilter,
    search: Search,
    after: Option<After>,
    page: &PageRequest,
) -> Result<Vec<Customer>, Error> {
    let store_id = ctx.store_id();
    let sql = match (search, filter.sort) {
        (Search::Everybody, CustomerSort::Newest) => LIST_NEWEST,
        (Search::Everybody, CustomerSort::Oldest) => LIST_OLDEST,
        (Search::Everybody, CustomerSort::Email) => LIST_BY_EMAIL,
        (Search::Everybody, CustomerSort::EmailBackwards) => LIST_BY_EMAIL_BACKWARDS,
        (Search::Beginnings, CustomerSort::Newest) => LIST_FOUND_NEWEST,
        (Search::Beginnings, CustomerSort::Oldest) => LIST_FOUND_OLDEST,
        (Search::Beginnings, CustomerSort::Email) => LIST_FOUND_BY_EMAIL,
        (Search::Beginnings, CustomerSort::EmailBackwards) => LIST_FOUND_BY_EMAIL_BACKWARDS,
        (Search::OfMany, CustomerSort::Newest) => LIST_MANY_NEWEST,
        (Search::OfMany, CustomerSort::Oldest) => LIST_MANY_OLDEST,
        (Search::OfMany, CustomerSort::Email) => LIST_MANY_BY_EMAIL,
        (Search::OfMany, CustomerSort::EmailBackwards) => LIST_MANY_BY_EMAIL_BACKWARDS,
        (Search::Members, CustomerSort::Newest) => LIST_MEMBERS_NEWEST,
        (Search::Members, CustomerSort::Oldest) => LIST_MEMBERS_OLDEST,
        (Search::Members, CustomerSort::Email) => LIST_MEMBERS_BY_EMAIL,
        (Search::Members, CustomerSort::EmailBackwards) => LIST_MEMBERS_BY_EMAIL_BACKWARDS,
    };
    let query = sqlx::query_as(sql)
        .bind(store_id)
        .bind(search.read(&filter.q))
        .bind(filter.accepts_marketing)
        .bind(filter.group)
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
pub(crate) async fn count(ctx: &mut Ctx, filter: &CustomerFilter, search: Search) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let sql = match search {
        Search::Everybody => COUNT,
        Search::Beginnings | Search::OfMany => COUNT_FOUND,
        Search::Members => COUNT_MEMBERS,
    };
    Ok(sqlx::query_scalar(sql)
        .bind(store_id)
        .bind(search.read(&filter.q))
        .bind(filter.accepts_marketing)
        .bind(filter.group)
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
