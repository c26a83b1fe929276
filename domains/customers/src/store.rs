//! All SQL of customers.

pub(crate) mod erase;
pub(crate) mod groups;
pub(crate) mod lists;
pub(crate) mod wishes;

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::{AccountId, Address, AddressId, CustomerId, EmailAddress, Time};
use sqlx::types::Json;

use crate::{AddressEntry, Customer, OpenCustomer, Profile, PutCustomer, Shopper};

database::statements! {
    INSERT_CUSTOMER = "INSERT INTO customers.customers AS c \
          (store_id, id, account_id, email, first_name, last_name, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
        ON CONFLICT ON CONSTRAINT customers_account_key DO UPDATE SET email = EXCLUDED.email RETURNING id";
    /// A customer who is there keeps the id, the consent and the moment.
    PUT_CUSTOMERS = "INSERT INTO customers.customers AS c \
          (store_id, id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at) \
        SELECT $1, new.*, $10 FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], \
          $8::boolean[], $9::timestamptz[]) AS new \
        ON CONFLICT ON CONSTRAINT customers_account_key DO UPDATE SET \
          first_name = coalesce(nullif(EXCLUDED.first_name, ''), c.first_name), \
          last_name = coalesce(nullif(EXCLUDED.last_name, ''), c.last_name), \
          phone = coalesce(nullif(EXCLUDED.phone, ''), c.phone), updated_at = EXCLUDED.updated_at \
        RETURNING account_id, id";
    /// Those that a book has already, or has no room for, are left out. The customers are locked: they were just put.
    PUT_ADDRESSES = "INSERT INTO customers.addresses (store_id, id, customer_id, address, is_default, created_at) \
        SELECT $1, new.id, new.customer_id, new.address, book.size = 0, $5 \
        FROM unnest($2::uuid[], $3::uuid[], $4::jsonb[]) AS new (id, customer_id, address), \
        LATERAL (SELECT count(*) AS size, coalesce(bool_or(known.address = new.address), false) AS has_it \
          FROM customers.addresses known WHERE known.store_id = $1 AND known.customer_id = new.customer_id) book \
        WHERE NOT book.has_it AND book.size < $6";
    LIST_CUSTOMERS = "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at \
        FROM customers.customers WHERE store_id = $1 AND id = ANY ($2)";
    LIST_CUSTOMERS_BY_EMAIL = "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at \
        FROM customers.customers WHERE store_id = $1 AND email = ANY ($2)";
    LIST_CUSTOMERS_AFTER = "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at \
        FROM customers.customers WHERE store_id = $1 AND email > $2 ORDER BY email LIMIT $3";
    LIST_ADDRESS_BOOKS = "SELECT customer_id, id, address, is_default, created_at FROM customers.addresses \
        WHERE store_id = $1 AND customer_id = ANY ($2) ORDER BY customer_id, is_default DESC, created_at DESC, id DESC";
    FIND_CUSTOMER_BY_ACCOUNT =
        "SELECT id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at \
        FROM customers.customers WHERE store_id = $1 AND account_id = $2";
    FIND_SHOPPER = "SELECT c.id, EXISTS (SELECT FROM customers.group_members m WHERE m.store_id = c.store_id AND m.customer_id = c.id) \
        FROM customers.customers c WHERE c.store_id = $1 AND c.account_id = $2";
    UPDATE_CUSTOMER = "UPDATE customers.customers \
        SET first_name = $3, last_name = $4, phone = $5, accepts_marketing = $6, updated_at = $7 \
        WHERE store_id = $1 AND id = $2 \
        RETURNING id, account_id, email, first_name, last_name, phone, accepts_marketing, created_at, updated_at";
    /// Changes of one address book happen one after the other.
    LOCK_CUSTOMER = "SELECT id FROM customers.customers WHERE store_id = $1 AND id = $2 FOR UPDATE";
    LIST_ADDRESSES = "SELECT id, address, is_default, created_at FROM customers.addresses \
        WHERE store_id = $1 AND customer_id = $2 ORDER BY is_default DESC, created_at DESC, id DESC";
    /// No row when the book is full.
    INSERT_ADDRESS = "INSERT INTO customers.addresses (store_id, id, customer_id, address, is_default, created_at) \
        SELECT $1, $2, $3, $4, count(*) = 0, $5 FROM customers.addresses WHERE store_id = $1 AND customer_id = $3 \
        HAVING count(*) < $6 RETURNING id";
    UPDATE_ADDRESS =
        "UPDATE customers.addresses SET address = $4 WHERE store_id = $1 AND customer_id = $2 AND id = $3";
    DELETE_ADDRESS =
        "DELETE FROM customers.addresses WHERE store_id = $1 AND customer_id = $2 AND id = $3 RETURNING is_default";
    /// Only when the address that is to be the default is there.
    UPDATE_NO_DEFAULT =
        "UPDATE customers.addresses SET is_default = false WHERE store_id = $1 AND customer_id = $2 AND is_default \
        AND EXISTS (SELECT 1 FROM customers.addresses WHERE store_id = $1 AND customer_id = $2 AND id = $3)";
    UPDATE_DEFAULT =
        "UPDATE customers.addresses SET is_default = true WHERE store_id = $1 AND customer_id = $2 AND id = $3";
    UPDATE_NEWEST_DEFAULT = "UPDATE customers.addresses SET is_default = true WHERE store_id = $1 AND id = ( \
          SELECT id FROM customers.addresses WHERE store_id = $1 AND customer_id = $2 \
          ORDER BY created_at DESC, id DESC LIMIT 1)";
    LIST_BROKEN = "SELECT 'customer ' || customer_id || ' has ' || count(*) || ' addresses, of which ' \
          || count(*) FILTER (WHERE is_default) || ' is the default' \
        FROM customers.addresses WHERE store_id = $1 GROUP BY customer_id \
        HAVING count(*) > $2 OR count(*) FILTER (WHERE is_default) <> 1";
}

#[derive(sqlx::FromRow)]
pub(crate) struct CustomerRow {
    id: CustomerId,
    account_id: AccountId,
    email: String,
    first_name: String,
    last_name: String,
    phone: String,
    accepts_marketing: bool,
    created_at: Time,
    updated_at: Time,
}

impl TryFrom<CustomerRow> for Customer {
    type Error = Error;

    fn try_from(row: CustomerRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            account_id: row.account_id,
            email: EmailAddress::parse(&row.email).map_err(|_error| Error::corrupt("customers.email", &row.email))?,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            accepts_marketing: row.accepts_marketing,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct AddressRow {
    id: AddressId,
    address: Json<Address>,
    is_default: bool,
    created_at: Time,
}

impl From<AddressRow> for AddressEntry {
    fn from(row: AddressRow) -> Self {
        Self {
            id: row.id,
            address: row.address.0,
            is_default: row.is_default,
            created_at: row.created_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct BookRow {
    customer_id: CustomerId,
    #[sqlx(flatten)]
    address: AddressRow,
}

/// The id of the new customer, or of the one the account has.
pub(crate) async fn insert_customer(ctx: &mut Ctx, new: &OpenCustomer) -> Result<CustomerId, Error> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<CustomerId>());
    let query = sqlx::query_scalar(INSERT_CUSTOMER)
        .bind(store_id)
        .bind(id)
        .bind(new.account_id);
    let query = query
        .bind(new.email.as_str())
        .bind(&new.first_name)
        .bind(&new.last_name)
        .bind(now);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Each account's customer, and whether it is new.
pub(crate) async fn put_customers(
    ctx: &mut Ctx,
    customers: &[(AccountId, PutCustomer)],
) -> Result<HashMap<AccountId, (CustomerId, bool)>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let ids: Vec<CustomerId> = customers.iter().map(|_customer| ctx.new_id()).collect();
    let texts = |text: fn(&PutCustomer) -> &str| customers.iter().map(|(_, new)| text(new)).collect::<Vec<&str>>();
    let accounts: Vec<AccountId> = customers.iter().map(|(account, _)| *account).collect();
    let consents: Vec<bool> = customers.iter().map(|(_, new)| new.accepts_marketing).collect();
    let since: Vec<Time> = customers.iter().map(|(_, new)| new.since.unwrap_or(now)).collect();
    let put = sqlx::query_as(PUT_CUSTOMERS).bind(store_id).bind(&ids).bind(&accounts);
    let put = put
        .bind(texts(|new| new.email.as_str()))
        .bind(texts(|new| &new.first_name))
        .bind(texts(|new| &new.last_name))
        .bind(texts(|new| &new.phone));
    let put = put.bind(consents).bind(since).bind(now);
    let rows: Vec<(AccountId, CustomerId)> = put.fetch_all(ctx.sql().await?).await?;
    let new: HashSet<CustomerId> = ids.into_iter().collect();
    let put = rows.into_iter().map(|(account, id)| (account, (id, new.contains(&id))));
    Ok(put.collect())
}

pub(crate) async fn put_addresses(ctx: &mut Ctx, new: &[(CustomerId, &Address)], most: i64) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let ids: Vec<AddressId> = new.iter().map(|_address| ctx.new_id()).collect();
    let customers: Vec<CustomerId> = new.iter().map(|(customer, _)| *customer).collect();
    let addresses: Vec<Json<&Address>> = new.iter().map(|(_, address)| Json(*address)).collect();
    let put = sqlx::query(PUT_ADDRESSES).bind(store_id).bind(ids).bind(customers);
    let put = put.bind(addresses).bind(now).bind(most);
    put.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn list_customers(ctx: &mut Ctx, ids: &[CustomerId]) -> Result<Vec<Customer>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_CUSTOMERS).bind(store_id).bind(ids);
    let rows: Vec<CustomerRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Customer::try_from).collect()
}

pub(crate) async fn list_customers_by_email(ctx: &mut Ctx, emails: &[&str]) -> Result<Vec<Customer>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_CUSTOMERS_BY_EMAIL).bind(store_id).bind(emails);
    let rows: Vec<CustomerRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Customer::try_from).collect()
}

pub(crate) async fn list_customers_after(
    ctx: &mut Ctx,
    after: Option<&EmailAddress>,
    limit: i64,
) -> Result<Vec<Customer>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_CUSTOMERS_AFTER)
        .bind(store_id)
        .bind(after.map(EmailAddress::as_str).unwrap_or_default())
        .bind(limit);
    let rows: Vec<CustomerRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(Customer::try_from).collect()
}

/// The address books of customers, each with its default first.
pub(crate) async fn list_address_books(
    ctx: &mut Ctx,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<AddressEntry>>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_ADDRESS_BOOKS).bind(store_id).bind(ids);
    let rows: Vec<BookRow> = query.fetch_all(ctx.sql().await?).await?;
    let mut books: HashMap<CustomerId, Vec<AddressEntry>> = HashMap::new();
    for row in rows {
        books.entry(row.customer_id).or_default().push(row.address.into());
    }
    Ok(books)
}

pub(crate) async fn find_customer_by_account(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<Customer>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_CUSTOMER_BY_ACCOUNT).bind(store_id).bind(account_id);
    let row: Option<CustomerRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(Customer::try_from).transpose()
}

pub(crate) async fn find_shopper(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<Shopper>, Error> {
    let query = sqlx::query_as(FIND_SHOPPER).bind(ctx.store_id()).bind(account_id);
    let found: Option<(CustomerId, bool)> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(found.map(|(id, is_in_group)| Shopper { id, is_in_group }))
}

pub(crate) async fn update_customer(
    ctx: &mut Ctx,
    id: CustomerId,
    profile: &Profile,
) -> Result<Option<Customer>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(UPDATE_CUSTOMER)
        .bind(store_id)
        .bind(id)
        .bind(&profile.first_name);
    let query = query
        .bind(&profile.last_name)
        .bind(&profile.phone)
        .bind(profile.accepts_marketing)
        .bind(now);
    let row: Option<CustomerRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(Customer::try_from).transpose()
}

/// False: there is no such customer.
pub(crate) async fn lock_customer(ctx: &mut Ctx, id: CustomerId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let found = sqlx::query(LOCK_CUSTOMER)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    Ok(found.is_some())
}

pub(crate) async fn list_addresses(ctx: &mut Ctx, customer_id: CustomerId) -> Result<Vec<AddressEntry>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_ADDRESSES).bind(store_id).bind(customer_id);
    let rows: Vec<AddressRow> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(AddressEntry::from).collect())
}

/// `None`: the customer has as many addresses as are allowed.
pub(crate) async fn insert_address(
    ctx: &mut Ctx,
    customer_id: CustomerId,
    address: &Address,
    most: i64,
) -> Result<Option<AddressId>, Error> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<AddressId>());
    let query = sqlx::query_scalar(INSERT_ADDRESS)
        .bind(store_id)
        .bind(id)
        .bind(customer_id);
    Ok(query
        .bind(Json(address))
        .bind(now)
        .bind(most)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

/// False: the customer has no such address.
pub(crate) async fn update_address(
    ctx: &mut Ctx,
    customer_id: CustomerId,
    id: AddressId,
    address: &Address,
) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_ADDRESS)
        .bind(store_id)
        .bind(customer_id)
        .bind(id)
        .bind(Json(address));
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// Whether it was the default; `None`: the customer has no such address.
pub(crate) async fn delete_address(
    ctx: &mut Ctx,
    customer_id: CustomerId,
    id: AddressId,
) -> Result<Option<bool>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(DELETE_ADDRESS)
        .bind(store_id)
        .bind(customer_id)
        .bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn update_no_default(
    ctx: &mut Ctx,
    customer_id: CustomerId,
    unless_missing: AddressId,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_NO_DEFAULT)
        .bind(store_id)
        .bind(customer_id)
        .bind(unless_missing)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// False: the customer has no such address.
pub(crate) async fn update_default(ctx: &mut Ctx, customer_id: CustomerId, id: AddressId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_DEFAULT).bind(store_id).bind(customer_id).bind(id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn update_newest_default(ctx: &mut Ctx, customer_id: CustomerId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(UPDATE_NEWEST_DEFAULT)
        .bind(store_id)
        .bind(customer_id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn list_broken(ctx: &mut Ctx, most_addresses: i64) -> Result<Vec<String>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(LIST_BROKEN)
        .bind(store_id)
        .bind(most_addresses)
        .fetch_all(ctx.sql().await?)
        .await?)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    use super::*;

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        let db = TestDatabase::new().await;
        prepare_all(&db, STATEMENTS).await;
        prepare_all(&db, groups::STATEMENTS).await;
        prepare_all(&db, lists::STATEMENTS).await;
        prepare_all(&db, wishes::STATEMENTS).await;
        prepare_all(&db, erase::STATEMENTS).await;
    }
}
