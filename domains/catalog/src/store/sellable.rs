//! What shoppers may buy.

use database::{Ctx, Error};
use kernel::{CustomerId, VariantId};

use super::{list_offers, rows::SellableRow};

/// The columns of [`SellableRow`] but the offers of price lists, and what is sold of variants `v`.
macro_rules! columns {
    () => {
        "SELECT v.id AS variant_id, p.id AS product_id, p.slug, p.title AS product_title, \
           CASE WHEN cardinality(p.option_names) = 0 THEN '' ELSE v.title END AS variant_title, v.sku, \
           CASE WHEN v.image_url = '' THEN p.image_url ELSE v.image_url END AS image_url, p.kind, v.currency, v.price, \
           v.compare_at, v.sale_price, v.sale_starts_at, v.sale_ends_at, v.weight_grams, v.length_mm, v.width_mm, \
           v.height_mm, v.taxable, v.tax_category, v.requires_shipping, \
           p.personal_fields, coalesce(v.quantity_rule, p.quantity_rule) AS quantity_rule, \
           ARRAY(SELECT cp.collection_id FROM catalog.collection_products cp \
                 WHERE cp.store_id = v.store_id AND cp.product_id = v.product_id ORDER BY cp.collection_id) AS collection_ids"
    };
}
macro_rules! sold {
    () => {
        " FROM catalog.variants v \
         JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id \
         WHERE v.store_id = $1 AND v.id = ANY($2::uuid[]) AND v.active AND p.status = 'active' AND p.published_at <= $3"
    };
}

database::statements! {
    /// Active variants of published products, by id.
    SELLABLE = concat!(columns!(), sold!());
    /// The same with what price lists offer customers.
    SELLABLE_TO = concat!("WITH lists AS MATERIALIZED (", list_offers::lists!(), ") ", columns!(), ", ", list_offers::offers!(), sold!());
}

/// Nobody is asked for by `buyers`: nothing is read of price lists.
pub(crate) async fn list(ctx: &mut Ctx, ids: &[VariantId], buyers: &[CustomerId]) -> Result<Vec<SellableRow>, Error> {
    let (store_id, now, country) = (ctx.store_id(), ctx.now(), ctx.store().country);
    let sql = if buyers.is_empty() { SELLABLE } else { SELLABLE_TO };
    let query = sqlx::query_as(sql).bind(store_id).bind(ids).bind(now);
    let query = if buyers.is_empty() {
        query
    } else {
        query.bind(buyers).bind(country.as_str().to_owned())
    };
    Ok(query.fetch_all(ctx.sql().await?).await?)
}
