//! Addresses of published products.

use database::{Ctx, Error};
use kernel::{ProductId, Time};

use super::rows::slug;
use crate::ProductAddress;

/// The products whose page is the one that search engines are to keep.
macro_rules! addressed {
    () => {
        "FROM catalog.products p WHERE p.store_id = $1 AND p.status = 'active' AND p.published_at <= $2 \
         AND (p.canonical_url = '' OR p.canonical_url = '/products/' || p.slug)"
    };
}

database::statements! {
    /// The last change in each part of so many addresses.
    PARTS = concat!("SELECT max(n.changed_at) FROM (SELECT greatest(p.updated_at, p.published_at) AS changed_at, \
           (row_number() OVER (ORDER BY p.id) - 1) / $3 AS part ", addressed!(), ") n GROUP BY n.part ORDER BY n.part");
    /// The next addresses.
    LIST = concat!("SELECT p.id, p.slug, greatest(p.updated_at, p.published_at) AS changed_at ", addressed!(), " \
         AND ($3::uuid IS NULL OR p.id > $3) ORDER BY p.id OFFSET $4 LIMIT $5");
}

#[derive(sqlx::FromRow)]
struct AddressRow {
    id: ProductId,
    slug: String,
    changed_at: Time,
}

pub(crate) async fn parts(ctx: &mut Ctx, size: i64) -> Result<Vec<Time>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_scalar(PARTS).bind(store_id).bind(now).bind(size);
    Ok(sql.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list(
    ctx: &mut Ctx,
    after: Option<ProductId>,
    skipped: i64,
    limit: i64,
) -> Result<Vec<ProductAddress>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let sql = sqlx::query_as(LIST).bind(store_id).bind(now).bind(after);
    let rows: Vec<AddressRow> = sql.bind(skipped).bind(limit).fetch_all(ctx.sql().await?).await?;
    let addresses = rows.into_iter().map(|row| {
        Ok(ProductAddress {
            id: row.id,
            slug: slug(&row.slug)?,
            changed_at: row.changed_at,
        })
    });
    addresses.collect()
}
