//! Profiles and the products in them.

use database::{Ctx, Error};
use kernel::{ProductId, ProfileId};

use crate::{Profile, SetupError};

database::statements! {
    LIST = "SELECT p.id, p.name, ARRAY(SELECT pp.product_id FROM shipping.profile_products pp \
            WHERE pp.store_id = p.store_id AND pp.profile_id = p.id ORDER BY pp.product_id) AS product_ids \
            FROM shipping.profiles p WHERE p.store_id = $1 ORDER BY p.name";
    INSERT = "INSERT INTO shipping.profiles (store_id, id, name) VALUES ($1, $2, $3)";
    UPDATE = "UPDATE shipping.profiles SET name = $3 WHERE store_id = $1 AND id = $2";
    /// Those that are not named leave; those of other profiles come over.
    REPLACE_PRODUCTS = "WITH gone AS ( \
            DELETE FROM shipping.profile_products WHERE store_id = $1 AND profile_id = $2 AND product_id <> ALL ($3) \
        ) INSERT INTO shipping.profile_products (store_id, product_id, profile_id) SELECT DISTINCT $1, named.id, $2 \
            FROM unnest($3::uuid[]) AS named (id) \
            ON CONFLICT ON CONSTRAINT profile_products_pk DO UPDATE SET profile_id = EXCLUDED.profile_id";
    DELETE_METHODS = "DELETE FROM shipping.methods WHERE store_id = $1 AND profile_id = $2";
    DELETE = "DELETE FROM shipping.profiles WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ProfileId,
    name: String,
    product_ids: Vec<ProductId>,
}

pub(crate) async fn list(ctx: &mut Ctx) -> Result<Vec<Profile>, Error> {
    let store = ctx.store_id();
    let rows: Vec<Row> = sqlx::query_as(LIST).bind(store).fetch_all(ctx.sql().await?).await?;
    let profile = |row: Row| Profile {
        id: row.id,
        name: row.name,
        product_ids: row.product_ids,
    };
    Ok(rows.into_iter().map(profile).collect())
}

/// `None`: there is no profile of that id.
pub(crate) async fn put(ctx: &mut Ctx, id: Option<ProfileId>, name: &str) -> Result<Option<ProfileId>, SetupError> {
    let store = ctx.store_id();
    let (sql, id) = id.map_or_else(|| (INSERT, ctx.new_id()), |id| (UPDATE, id));
    let put = sqlx::query(sql).bind(store).bind(id).bind(name);
    let written = put.execute(ctx.sql().await?).await;
    let written = written.map_err(|error| SetupError::of(error.into()))?;
    Ok((written.rows_affected() > 0).then_some(id))
}

pub(crate) async fn replace_products(ctx: &mut Ctx, id: ProfileId, products: &[ProductId]) -> Result<(), SetupError> {
    let store = ctx.store_id();
    let replace = sqlx::query(REPLACE_PRODUCTS).bind(store).bind(id).bind(products);
    let replaced = replace.execute(ctx.sql().await?).await;
    replaced.map_err(|error| SetupError::of(error.into()))?;
    Ok(())
}

pub(crate) async fn delete(ctx: &mut Ctx, id: ProfileId) -> Result<bool, Error> {
    let store = ctx.store_id();
    let methods = sqlx::query(DELETE_METHODS).bind(store).bind(id);
    methods.execute(ctx.sql().await?).await?;
    let delete = sqlx::query(DELETE).bind(store).bind(id);
    Ok(delete.execute(ctx.sql().await?).await?.rows_affected() > 0)
}
