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
    ($beside:literal) => {
        concat!(" FROM catalog.variants v \
         JOIN catalog.products p ON p.store_id = v.store_id AND p.id = v.product_id ", $beside, " \
         WHERE v.store_id = $1 AND v.id = ANY($2::uuid[]) AND v.active AND p.status = 'active' AND p.published_at <= $3")
    };
}

database::statements! {
    /// Active variants of published products, by id.
    SELLABLE = concat!(columns!(), sold!(""));
    /// The same with what price lists offer customers, each for what they want.
    SELLABLE_TO = concat!(list_offers::offers!("unnest($4::uuid[], $6::uuid[]) AS w (customer_id, variant_id)"),
        columns!(), ", offers.offers", sold!("LEFT JOIN offers ON offers.variant_id = v.id"));
}

/// Where nobody wants anything, nothing is read of price lists.
pub(crate) async fn list(
    ctx: &mut Ctx,
    ids: &[VariantId],
    wanted: &[(CustomerId, VariantId)],
) -> Result<Vec<SellableRow>, Error> {
    let (store_id, now, country) = (ctx.store_id(), ctx.now(), ctx.store().country);
    let sql = if wanted.is_empty() { SELLABLE } else { SELLABLE_TO };
    let query = sqlx::query_as(sql).bind(store_id).bind(ids).bind(now);
    let query = if wanted.is_empty() {
        query
    } else {
        query
            .bind(wanted.iter().map(|(customer, _)| *customer).collect::<Vec<_>>())
            .bind(country.as_str().to_owned())
            .bind(wanted.iter().map(|(_, variant)| *variant).collect::<Vec<_>>())
    };
    Ok(query.fetch_all(ctx.sql().await?).await?)
}
