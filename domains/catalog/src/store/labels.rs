//! What products and variants are typed by.

use database::{Ctx, Error};
use kernel::{ProductId, VariantId};
use uuid::Uuid;

use crate::Label;

database::statements! {
    FIND = "SELECT t.typed, p.id AS product_id, NULL::uuid AS variant_id, p.title FROM unnest($2::text[]) AS t (typed) \
            JOIN catalog.products p ON p.store_id = $1 AND p.slug = t.typed \
         UNION ALL SELECT t.typed, v.product_id, v.id, p.title FROM unnest($2::text[], $3::uuid[]) AS t (typed, id) \
            JOIN catalog.variants v ON v.store_id = $1 AND (v.sku = t.typed OR v.id = t.id) \
            JOIN catalog.products p ON p.store_id = $1 AND p.id = v.product_id";
    LIST = "SELECT p.slug AS typed, p.id AS product_id, NULL::uuid AS variant_id, p.title FROM catalog.products p \
            WHERE p.store_id = $1 AND p.id = ANY ($2) \
         UNION ALL SELECT coalesce(v.sku, ''), v.product_id, v.id, p.title FROM catalog.variants v \
            JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id \
            WHERE v.store_id = $1 AND v.id = ANY ($3) ORDER BY 1";
}

pub(crate) async fn find(ctx: &mut Ctx, typed: &[String]) -> Result<Vec<Label>, Error> {
    let store_id = ctx.store_id();
    let id = |text: &String| text.parse::<VariantId>().ok().map(Uuid::from);
    let ids: Vec<Option<Uuid>> = typed.iter().map(id).collect();
    Ok(sqlx::query_as(FIND)
        .bind(store_id)
        .bind(typed)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn list(ctx: &mut Ctx, products: &[ProductId], variants: &[VariantId]) -> Result<Vec<Label>, Error> {
    let store_id = ctx.store_id();
    let mut labels: Vec<Label> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(products)
        .bind(variants)
        .fetch_all(ctx.sql().await?)
        .await?;
    for label in labels.iter_mut().filter(|label| label.typed.is_empty()) {
        label.typed = label.variant_id.map(|id| id.to_string()).unwrap_or_default();
    }
    Ok(labels)
}
