//! The statements for products that are known by their SKUs and get other slugs.

use std::collections::{HashMap, HashSet};

use database::{Ctx, Error};
use kernel::ProductId;

use crate::{FormerName, Formerly, UpsertProduct, recognise::Owner};

database::statements! {
    HAS_PRODUCTS = "SELECT EXISTS (SELECT FROM catalog.products WHERE store_id = $1)";

    /// Products that are not archived, with one of these SKUs, as far as they are given with a slug that no product has or had; each
    /// with all of its own SKUs and their barcodes, with the number of its variants, and with the slugs that redirect to it.
    LIST_OWNERS = "SELECT p.id, p.slug, p.title, \
           (SELECT count(*) FROM catalog.variants v WHERE v.store_id = $1 AND v.product_id = p.id \
             AND (v.active OR v.sku IS NOT NULL)) AS variant_count, \
           ARRAY(SELECT v.sku FROM catalog.variants v WHERE v.store_id = $1 AND v.product_id = p.id AND v.sku IS NOT NULL \
             ORDER BY v.sku) AS skus, \
           ARRAY(SELECT v.barcode FROM catalog.variants v WHERE v.store_id = $1 AND v.product_id = p.id AND v.sku IS NOT NULL \
             ORDER BY v.sku) AS barcodes, \
           ARRAY(SELECT o.slug FROM catalog.old_slugs o WHERE o.store_id = $1 AND o.product_id = p.id \
             AND NOT EXISTS (SELECT FROM catalog.products n WHERE n.store_id = $1 AND n.slug = o.slug)) AS old_slugs \
         FROM catalog.products p WHERE p.store_id = $1 AND p.status <> 'archived' AND p.id IN ( \
           SELECT w.product_id FROM catalog.variants w WHERE w.store_id = $1 AND w.sku = ANY(ARRAY( \
             SELECT g.sku FROM UNNEST($2::text[], $3::text[]) AS g (slug, sku) \
             WHERE g.slug NOT IN (SELECT k.slug FROM catalog.products k WHERE k.store_id = $1 AND k.slug = ANY($2::text[])) \
               AND g.slug NOT IN (SELECT k.slug FROM catalog.old_slugs k WHERE k.store_id = $1 AND k.slug = ANY($2::text[])))))";

    /// Gives products slugs that none has or had, if they still have those they were known by, which redirect from then on.
    RENAME = "WITH moved AS ( \
           SELECT p.id, p.slug AS former, p.title, n.slug FROM UNNEST($2::uuid[], $3::text[], $4::text[]) AS n (id, former, slug) \
           JOIN catalog.products p ON p.store_id = $1 AND p.id = n.id AND p.slug = n.former \
           WHERE p.id <> ALL($5::uuid[]) FOR UPDATE OF p \
         ), kept AS ( \
           INSERT INTO catalog.old_slugs (store_id, slug, product_id) SELECT $1, m.former, m.id FROM moved m \
           ON CONFLICT ON CONSTRAINT old_slugs_pk DO UPDATE SET product_id = EXCLUDED.product_id \
         ) UPDATE catalog.products p SET slug = m.slug FROM moved m WHERE p.store_id = $1 AND p.id = m.id \
         RETURNING p.id, p.slug, m.former, m.title";
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    id: ProductId,
    slug: String,
    title: String,
    variant_count: i64,
    skus: Vec<String>,
    barcodes: Vec<String>,
    old_slugs: Vec<String>,
}

impl OwnerRow {
    fn read(self) -> Result<Owner, Error> {
        Ok(Owner {
            id: self.id,
            slug: super::rows::slug(&self.slug)?,
            old_slugs: self.old_slugs,
            title: self.title,
            skus: self.skus,
            barcodes: self.barcodes,
            variant_count: usize::try_from(self.variant_count).unwrap_or(usize::MAX),
        })
    }
}

pub(crate) async fn has_products(ctx: &mut Ctx) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(HAS_PRODUCTS).bind(store_id);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Nothing is sent when no product has a SKU.
pub(crate) async fn list_owners(ctx: &mut Ctx, products: &[UpsertProduct]) -> Result<Vec<Owner>, Error> {
    let skus = products.iter().flat_map(|product| {
        let skus = product.variants.iter().filter_map(|variant| variant.sku.as_ref());
        skus.map(move |sku| (product.slug.as_str(), sku.as_str()))
    });
    let (slugs, skus): (Vec<&str>, Vec<&str>) = skus.unzip();
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let store_id = ctx.store_id();
    let rows: Vec<OwnerRow> = sqlx::query_as(LIST_OWNERS)
        .bind(store_id)
        .bind(slugs)
        .bind(skus)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(OwnerRow::read).collect()
}

/// Moves the products that are given by their id and the slug they had to the one they are given now, unless that finds one. Those
/// that moved are `known` from then on; answers what they were called.
pub(crate) async fn rename(
    ctx: &mut Ctx,
    products: &[UpsertProduct],
    known: &mut HashMap<String, ProductId>,
) -> Result<HashMap<ProductId, FormerName>, Error> {
    let mut claimed = HashSet::new();
    let unknown = products
        .iter()
        .filter(|product| !known.contains_key(product.slug.as_str()));
    let moves = unknown.filter_map(|product| {
        let former = product.formerly.as_ref()?;
        claimed
            .insert(former.product_id)
            .then_some((former, product.slug.as_str()))
    });
    let (former, slugs): (Vec<&Formerly>, Vec<&str>) = moves.unzip();
    if former.is_empty() {
        return Ok(HashMap::new());
    }
    let store_id = ctx.store_id();
    let rows: Vec<(ProductId, String, String, String)> = sqlx::query_as(RENAME)
        .bind(store_id)
        .bind(
            former
                .iter()
                .map(|former| former.product_id)
                .collect::<Vec<ProductId>>(),
        )
        .bind(former.iter().map(|former| former.slug.as_str()).collect::<Vec<&str>>())
        .bind(slugs)
        .bind(known.values().copied().collect::<Vec<ProductId>>())
        .fetch_all(ctx.sql().await?)
        .await?;
    let mut renamed = HashMap::with_capacity(rows.len());
    for (id, slug, former, title) in rows {
        known.insert(slug, id);
        let slug = super::rows::slug(&former)?;
        renamed.insert(id, FormerName { slug, title });
    }
    Ok(renamed)
}
