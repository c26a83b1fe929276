//! Deletes the carts of a person.

use database::{Ctx, Error};
use kernel::{CartId, Person};

/// Carts `c` of a person: of their account, and those of a guest with their address.
macro_rules! of_person {
    () => {
        "c.store_id = $1 AND (c.customer_id = $2 OR (c.email = $3 AND c.customer_id IS NULL))"
    };
}

database::statements! {
    /// In the order of their ids, as everybody locks several.
    LOCK = concat!("SELECT c.id FROM cart.carts c WHERE ", of_person!(), " ORDER BY c.id FOR UPDATE");
    DELETE_SAVED = "DELETE FROM cart.saved_lines WHERE store_id = $1 AND (cart_id = ANY ($2) OR customer_id = $3)";
    DELETE_LINES = "DELETE FROM cart.lines WHERE store_id = $1 AND cart_id = ANY ($2)";
    DELETE_CARTS = "DELETE FROM cart.carts WHERE store_id = $1 AND id = ANY ($2)";
}

pub(crate) async fn lock(ctx: &mut Ctx, person: &Person) -> Result<Vec<CartId>, Error> {
    let query = sqlx::query_scalar(LOCK).bind(ctx.store_id()).bind(person.customer);
    Ok(query.bind(person.email_text()).fetch_all(ctx.sql().await?).await?)
}

/// The carts are locked.
pub(crate) async fn delete(ctx: &mut Ctx, person: &Person, carts: &[CartId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_SAVED).bind(store_id).bind(carts);
    query.bind(person.customer).execute(ctx.sql().await?).await?;
    for sql in [DELETE_LINES, DELETE_CARTS] {
        let query = sqlx::query(sql).bind(store_id).bind(carts);
        query.execute(ctx.sql().await?).await?;
    }
    Ok(())
}
