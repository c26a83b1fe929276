//! Whoever makes products takes slugs and SKUs, an import those of many at once and in an order of its own, and so does who gives
//! many variants other SKUs: two that wait for each other's are kept from meeting.

use database::{Ctx, Error};

database::statements! {
    /// Until the end of the transaction nobody makes products of the store but one by one.
    LOCK_ONE = "SELECT pg_advisory_xact_lock_shared(hashtextextended('new products ' || $1::uuid::text, 0))";
    /// Until the end of the transaction nobody else makes products of the store.
    LOCK_MANY = "SELECT pg_advisory_xact_lock(hashtextextended('new products ' || $1::uuid::text, 0))";
}

/// Before a product is made by itself, or one SKU becomes another: waits for an import's batch.
pub(crate) async fn lock_one(ctx: &mut Ctx) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LOCK_ONE).bind(store_id).execute(ctx.sql().await?).await?;
    Ok(())
}

/// Before it is looked up which of many products are there, or many SKUs become others: waits for those that are being made.
pub(crate) async fn lock_many(ctx: &mut Ctx) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LOCK_MANY).bind(store_id).execute(ctx.sql().await?).await?;
    Ok(())
}
