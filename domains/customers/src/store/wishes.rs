//! What customers want to remember.

use database::{Ctx, Error};
use kernel::{CustomerId, ProductId, SharedWishlistId};

database::statements! {
    LIST_WISHES = "SELECT product_id FROM customers.wishes WHERE store_id = $1 AND customer_id = $2 ORDER BY added_at DESC, product_id";
    /// Answers how many there were before.
    INSERT_WISH = "WITH added AS ( \
            INSERT INTO customers.wishes (store_id, customer_id, product_id, added_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT ON CONSTRAINT wishes_pk DO NOTHING \
        ) SELECT count(*) FROM customers.wishes WHERE store_id = $1 AND customer_id = $2 AND product_id <> $3";
    DELETE_WISH = "DELETE FROM customers.wishes WHERE store_id = $1 AND customer_id = $2 AND product_id = $3";
    FIND_SHARED = "SELECT id FROM customers.shared_wishlists WHERE store_id = $1 AND customer_id = $2";
    FIND_SHARED_BY = "SELECT customer_id FROM customers.shared_wishlists WHERE store_id = $1 AND id = $2";
    /// A list that is shared keeps its link.
    UPSERT_SHARED = "INSERT INTO customers.shared_wishlists (store_id, customer_id, id) VALUES ($1, $2, $3) \
        ON CONFLICT ON CONSTRAINT shared_wishlists_pk DO UPDATE SET customer_id = EXCLUDED.customer_id RETURNING id";
    DELETE_SHARED = "DELETE FROM customers.shared_wishlists WHERE store_id = $1 AND customer_id = $2";
}

pub(crate) async fn list(ctx: &mut Ctx, customer_id: CustomerId) -> Result<Vec<ProductId>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(LIST_WISHES)
        .bind(store_id)
        .bind(customer_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

/// How many other products the customer remembers.
pub(crate) async fn insert(ctx: &mut Ctx, customer_id: CustomerId, product: ProductId) -> Result<i64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(INSERT_WISH)
        .bind(store_id)
        .bind(customer_id)
        .bind(product)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn delete(ctx: &mut Ctx, customer_id: CustomerId, product: ProductId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(DELETE_WISH)
        .bind(store_id)
        .bind(customer_id)
        .bind(product)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_shared(ctx: &mut Ctx, customer_id: CustomerId) -> Result<Option<SharedWishlistId>, Error> {
    let query = sqlx::query_scalar(FIND_SHARED).bind(ctx.store_id()).bind(customer_id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn find_shared_by(ctx: &mut Ctx, list: SharedWishlistId) -> Result<Option<CustomerId>, Error> {
    let query = sqlx::query_scalar(FIND_SHARED_BY).bind(ctx.store_id()).bind(list);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn upsert_shared(ctx: &mut Ctx, customer_id: CustomerId) -> Result<SharedWishlistId, Error> {
    let (store_id, list): (_, SharedWishlistId) = (ctx.store_id(), ctx.new_secret_id());
    let query = sqlx::query_scalar(UPSERT_SHARED)
        .bind(store_id)
        .bind(customer_id)
        .bind(list);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn delete_shared(ctx: &mut Ctx, customer_id: CustomerId) -> Result<(), Error> {
    let query = sqlx::query(DELETE_SHARED).bind(ctx.store_id()).bind(customer_id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
