//! The statements for products that files say go with others. A file may name one before its own line comes.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::ProductId;

use crate::{FormerName, UpsertProduct, upsert_plan::Plan};

database::statements! {
    /// What goes with these products is said anew.
    FORGET_RELATED = "DELETE FROM catalog.related_products WHERE store_id = $1 AND product_id = ANY($2)";
    FORGET_AWAITED = "DELETE FROM catalog.awaited_products WHERE store_id = $1 AND product_id = ANY($2)";
    AWAIT = "INSERT INTO catalog.awaited_products (store_id, product_id, slug, position) \
         SELECT $1, n.product_id, n.slug, n.position FROM UNNEST($2::uuid[], $3::text[], $4::int[]) AS n (product_id, slug, position)";
    /// Joins those that are there by now: what these products await, and whoever awaits one of these products.
    JOIN_AWAITED = "WITH found AS (DELETE FROM catalog.awaited_products a USING catalog.products p \
           WHERE a.store_id = $1 AND p.store_id = $1 AND p.slug = a.slug AND (a.product_id = ANY($2) OR p.id = ANY($3)) \
           RETURNING a.product_id, p.id AS related_id, a.position) \
         INSERT INTO catalog.related_products (store_id, product_id, related_id, position) \
         SELECT $1, found.product_id, found.related_id, found.position FROM found WHERE found.product_id <> found.related_id \
         ON CONFLICT ON CONSTRAINT related_products_pk DO NOTHING";
}

pub(crate) async fn write(
    ctx: &mut Ctx,
    products: &[UpsertProduct],
    plan: &Plan,
    renamed: &HashMap<ProductId, FormerName>,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let given: Vec<(ProductId, &[kernel::Slug])> = plan
        .products
        .iter()
        .zip(products)
        .filter_map(|(planned, product)| Some((planned.id, product.extras.related.as_deref()?)))
        .collect();
    let given_ids: Vec<ProductId> = given.iter().map(|(id, _)| *id).collect();
    let newly_named: Vec<ProductId> = plan
        .products
        .iter()
        .filter(|one| one.created || renamed.contains_key(&one.id))
        .map(|one| one.id)
        .collect();
    if !given.is_empty() {
        for sql in [FORGET_RELATED, FORGET_AWAITED] {
            let forgotten = sqlx::query(sql).bind(store_id).bind(&given_ids);
            forgotten.execute(ctx.sql().await?).await?;
        }
        let (mut ids, mut slugs, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        for (id, related) in &given {
            for (position, slug) in (0_i32..).zip(*related) {
                ids.push(*id);
                slugs.push(slug.as_str());
                positions.push(position);
            }
        }
        let awaited = sqlx::query(AWAIT).bind(store_id).bind(ids).bind(slugs).bind(positions);
        awaited.execute(ctx.sql().await?).await?;
    }
    if given.is_empty() && newly_named.is_empty() {
        return Ok(());
    }
    let joined = sqlx::query(JOIN_AWAITED)
        .bind(store_id)
        .bind(given_ids)
        .bind(newly_named);
    joined.execute(ctx.sql().await?).await?;
    Ok(())
}
