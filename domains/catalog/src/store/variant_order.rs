//! Variants in the order of their names or numbers.

use database::{Ctx, Error};
use kernel::VariantId;
use uuid::Uuid;

database::statements! {
    FIND_PLACE = "SELECT v.id, p.id AS product_id, p.title, v.sku FROM catalog.variants v \
        JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id WHERE v.store_id = $1 AND v.id = $2";
    /// By the index of products by their names, from the product of the place on.
    BY_TITLE = "SELECT v.id FROM catalog.products p JOIN catalog.variants v ON v.store_id = p.store_id AND v.product_id = p.id \
        WHERE p.store_id = $1 AND (p.title, p.id) >= ($2, $3::uuid) AND (p.title, p.id, v.id) > ($2, $3, $4::uuid) \
        ORDER BY p.title, p.id, v.id LIMIT $5";
    BY_TITLE_AMONG = "SELECT v.id FROM unnest($6::uuid[]) AS n (id) JOIN catalog.variants v ON v.store_id = $1 AND v.id = n.id \
        JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id \
        WHERE (p.title, p.id, v.id) > ($2, $3::uuid, $4::uuid) ORDER BY p.title, p.id, v.id LIMIT $5";
    /// By the index that keeps them apart.
    BY_SKU = "SELECT v.id FROM catalog.variants v WHERE v.store_id = $1 AND v.sku > $2 ORDER BY v.sku LIMIT $3";
    WITHOUT_SKU = "SELECT v.id FROM catalog.variants v WHERE v.store_id = $1 AND v.sku IS NULL AND v.id > $2 ORDER BY v.id LIMIT $3";
    BY_SKU_AMONG = "SELECT v.id FROM unnest($4::uuid[]) AS n (id) JOIN catalog.variants v ON v.store_id = $1 AND v.id = n.id \
        WHERE v.sku > $2 ORDER BY v.sku LIMIT $3";
    WITHOUT_SKU_AMONG = "SELECT v.id FROM unnest($4::uuid[]) AS n (id) JOIN catalog.variants v ON v.store_id = $1 AND v.id = n.id \
        WHERE v.sku IS NULL AND v.id > $2 ORDER BY v.id LIMIT $3";
}

/// Where a variant stands in each order.
#[derive(sqlx::FromRow)]
pub(crate) struct Place {
    id: Uuid,
    product_id: Uuid,
    title: String,
    sku: Option<String>,
}

impl Place {
    /// Where no variant stands: every name and number is longer than none.
    pub(crate) fn before_all() -> Self {
        Self {
            id: Uuid::nil(),
            product_id: Uuid::nil(),
            title: String::new(),
            sku: Some(String::new()),
        }
    }
}

pub(crate) async fn find_place(ctx: &mut Ctx, id: VariantId) -> Result<Option<Place>, Error> {
    let query = sqlx::query_as(FIND_PLACE).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn list_by_title(
    ctx: &mut Ctx,
    among: Option<&[VariantId]>,
    after: &Place,
    most: u16,
) -> Result<Vec<VariantId>, Error> {
    let sql = if among.is_some() { BY_TITLE_AMONG } else { BY_TITLE };
    let query = sqlx::query_scalar(sql).bind(ctx.store_id()).bind(&after.title);
    let query = query.bind(after.product_id).bind(after.id).bind(i64::from(most));
    let query = match among {
        Some(among) => query.bind(among),
        None => query,
    };
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn list_by_sku(
    ctx: &mut Ctx,
    among: Option<&[VariantId]>,
    after: &Place,
    most: u16,
) -> Result<Vec<VariantId>, Error> {
    let store_id = ctx.store_id();
    let (mut found, mut left): (Vec<VariantId>, i64) = (Vec::new(), most.into());
    let mut behind = after.id;
    if let Some(sku) = &after.sku {
        let sql = if among.is_some() { BY_SKU_AMONG } else { BY_SKU };
        let query = sqlx::query_scalar(sql).bind(store_id).bind(sku).bind(left);
        let query = match among {
            Some(among) => query.bind(among),
            None => query,
        };
        found = query.fetch_all(ctx.sql().await?).await?;
        left -= i64::try_from(found.len()).unwrap_or(left);
        behind = Uuid::nil();
    }
    if left > 0 {
        let sql = if among.is_some() {
            WITHOUT_SKU_AMONG
        } else {
            WITHOUT_SKU
        };
        let query = sqlx::query_scalar(sql).bind(store_id).bind(behind).bind(left);
        let query = match among {
            Some(among) => query.bind(among),
            None => query,
        };
        let more: Vec<VariantId> = query.fetch_all(ctx.sql().await?).await?;
        found.extend(more);
    }
    Ok(found)
}
