//! Takes a person out of the customers.

use database::{Ctx, Error};
use kernel::{CustomerId, EmailAddress};

database::statements! {
    BLANK = "UPDATE customers.customers SET email = $3, first_name = '', last_name = '', phone = '', accepts_marketing = false, \
            updated_at = $4 WHERE store_id = $1 AND id = $2";
    DELETE_ADDRESSES = "DELETE FROM customers.addresses WHERE store_id = $1 AND customer_id = $2 RETURNING id::text";
    DELETE_WISHES = "DELETE FROM customers.wishes WHERE store_id = $1 AND customer_id = $2";
    DELETE_SHARED = "DELETE FROM customers.shared_wishlists WHERE store_id = $1 AND customer_id = $2";
    DELETE_MEMBERSHIPS = "DELETE FROM customers.group_members WHERE store_id = $1 AND customer_id = $2";
    DELETE_CUSTOMER = "DELETE FROM customers.customers WHERE store_id = $1 AND id = $2";
}

pub(crate) async fn blank(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(BLANK).bind(store_id).bind(id);
    let query = query.bind(EmailAddress::nobody().into_string()).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The keys of the rows.
pub(crate) async fn delete_addresses(ctx: &mut Ctx, id: CustomerId) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(DELETE_ADDRESSES).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_wishlist(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    for sql in [DELETE_WISHES, DELETE_SHARED] {
        sqlx::query(sql)
            .bind(store_id)
            .bind(id)
            .execute(ctx.sql().await?)
            .await?;
    }
    Ok(())
}

pub(crate) async fn delete_memberships(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    let query = sqlx::query(DELETE_MEMBERSHIPS).bind(ctx.store_id()).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_customer(ctx: &mut Ctx, id: CustomerId) -> Result<(), Error> {
    let query = sqlx::query(DELETE_CUSTOMER).bind(ctx.store_id()).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
