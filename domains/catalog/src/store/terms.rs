//! How products are sold.

use database::{Ctx, Error};
use kernel::VariantId;
use sqlx::types::Json;

use crate::{ChangeTerms, QuantityRule};

database::statements! {
    /// The fields and the rule of a product.
    UPDATE_PRODUCT = "UPDATE catalog.products SET personal_fields = $3, quantity_rule = $4, version = version + 1, updated_at = $5 \
         WHERE store_id = $1 AND id = $2";
    /// The rules of a product's variants; none for those that are not in the list.
    UPDATE_VARIANTS = "UPDATE catalog.variants v SET quantity_rule = named.rule, version = v.version + 1 \
         FROM catalog.variants old LEFT JOIN unnest($3::uuid[], $4::jsonb[]) AS named (id, rule) ON named.id = old.id \
         WHERE v.store_id = $1 AND v.product_id = $2 AND old.store_id = $1 AND old.id = v.id \
           AND v.quantity_rule IS DISTINCT FROM named.rule";
}

pub(crate) async fn update(ctx: &mut Ctx, change: &ChangeTerms) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(UPDATE_PRODUCT)
        .bind(store_id)
        .bind(change.id)
        .bind(Json(&change.personal_fields))
        .bind(Json(&change.quantity_rule))
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    let own = change.variant_rules.iter().filter(|(_, rule)| !rule.is_free());
    let (ids, rules): (Vec<VariantId>, Vec<Json<QuantityRule>>) = own.map(|(id, rule)| (*id, Json(*rule))).unzip();
    sqlx::query(UPDATE_VARIANTS)
        .bind(store_id)
        .bind(change.id)
        .bind(ids)
        .bind(rules)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
