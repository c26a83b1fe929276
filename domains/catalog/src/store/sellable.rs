//! What shoppers may buy.

use database::{Ctx, Error};
use kernel::VariantId;

use super::rows::SellableRow;

database::statements! {
    /// Active variants of published products, by id.
    SELLABLE = "SELECT v.id AS variant_id, p.id AS product_id, p.slug, p.title AS product_title, \
           CASE WHEN cardinality(p.option_names) = 0 THEN '' ELSE v.title END AS variant_title, v.sku, \
           CASE WHEN v.image_url = '' THEN p.image_url ELSE v.image_url END AS image_url, p.kind, v.currency, v.price, \
           v.compare_at, v.sale_price, v.sale_starts_at, v.sale_ends_at, v.weight_grams, v.length_mm, v.width_mm, \
           v.height_mm, v.taxable, v.tax_category, v.requires_shipping, \
           p.personal_fields, coalesce(v.quantity_rule, p.quantity_rule) AS quantity_rule, \
           ARRAY(SELECT cp.collection_id FROM catalog.collection_products cp \
                 WHERE cp.store_id = v.store_id AND cp.product_id = v.product_id ORDER BY cp.collection_id) AS collection_ids \
         FROM catalog.variants v \
         JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id \
         WHERE v.store_id = $1 AND v.id = ANY($2::uuid[]) AND v.active AND p.status = 'active' AND p.published_at <= $3";
}

pub(crate) async fn list(ctx: &mut Ctx, ids: &[VariantId]) -> Result<Vec<SellableRow>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_as(SELLABLE)
        .bind(store_id)
        .bind(ids)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?)
}
