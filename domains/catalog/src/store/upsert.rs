//! The statements of an upsert: each takes a whole batch as arrays.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{CategoryId, ImageId, Money, ProductId, VariantId};

use crate::{
    Dimensions, UpsertProduct, UpsertVariant,
    category_tree::{KnownCategory, NewCategory},
    known_slugs::{Moved, SlugOwner},
    upsert_plan::{KnownVariant, Plan, PlannedVariant},
};

/// Between the items of a list that travels as one text, because PostgreSQL has no arrays of arrays of different lengths.
pub(super) const SEPARATOR: &str = "\u{1f}";

database::statements! {
    /// The products that have, or once had, one of these slugs; those that had it, with what they are by now.
    FIND_PRODUCTS = "SELECT slug, id, NULL::text AS present_slug, NULL::text AS title, NULL::text[] AS skus \
           FROM catalog.products WHERE store_id = $1 AND slug = ANY($2::text[]) \
         UNION ALL \
         SELECT o.slug, p.id, p.slug, p.title, ARRAY(SELECT v.sku FROM catalog.variants v \
             WHERE v.store_id = $1 AND v.product_id = p.id AND v.sku IS NOT NULL) \
           FROM catalog.old_slugs o JOIN catalog.products p ON p.store_id = o.store_id AND p.id = o.product_id \
           WHERE o.store_id = $1 AND o.slug = ANY($2::text[]) \
             AND NOT EXISTS (SELECT FROM catalog.products n WHERE n.store_id = $1 AND n.slug = o.slug)";

    /// These products, held in the order of their ids, as whoever changes several products holds them: what is written next is
    /// written in an order that nobody could rely on.
    LOCK_PRODUCTS = "SELECT id FROM catalog.products WHERE store_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE";

    /// The variants of these products, and those that have one of these SKUs.
    FIND_VARIANTS = "SELECT id, product_id, sku, option_values FROM catalog.variants \
           WHERE store_id = $1 AND product_id = ANY($2::uuid[]) \
         UNION \
         SELECT id, product_id, sku, option_values FROM catalog.variants WHERE store_id = $1 AND sku = ANY($3::text[])";

    /// Variants by id.
    WRITE_VARIANTS = "INSERT INTO catalog.variants AS v (store_id, id, product_id, position, title, sku, barcode, option_values, \
           currency, price, compare_at, cost, sale_price, sale_starts_at, sale_ends_at, weight_grams, tax_category, taxable, \
           requires_shipping, image_url, in_stock, hs_code, length_mm, width_mm, height_mm) \
         SELECT $1, n.id, n.product_id, n.position, n.title, n.sku, n.barcode, string_to_array(n.option_values, E'\\x1f'), $2, \
           n.price, n.compare_at, n.cost, n.sale_price, n.sale_starts_at, n.sale_ends_at, n.weight_grams, n.tax_category, \
           n.taxable, n.requires_shipping, n.image_url, n.in_stock, n.hs_code, \
           n.length_mm, n.width_mm, n.height_mm \
         FROM UNNEST($3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], \
           $11::bigint[], $12::bigint[], $13::bigint[], $14::timestamptz[], $15::timestamptz[], $16::bigint[], $17::text[], \
           $18::boolean[], $19::boolean[], $20::text[], $21::boolean[], $22::text[], $23::bigint[], $24::bigint[], \
           $25::bigint[]) \
           AS n (id, product_id, position, title, sku, barcode, option_values, price, compare_at, cost, sale_price, \
             sale_starts_at, sale_ends_at, weight_grams, tax_category, taxable, requires_shipping, image_url, in_stock, hs_code, \
             length_mm, width_mm, height_mm) \
         ON CONFLICT (store_id, id) DO UPDATE SET position = excluded.position, title = excluded.title, sku = excluded.sku, \
           barcode = excluded.barcode, option_values = excluded.option_values, currency = excluded.currency, \
           price = excluded.price, compare_at = excluded.compare_at, cost = excluded.cost, sale_price = excluded.sale_price, \
           sale_starts_at = excluded.sale_starts_at, sale_ends_at = excluded.sale_ends_at, \
           weight_grams = excluded.weight_grams, tax_category = excluded.tax_category, taxable = excluded.taxable, \
           requires_shipping = excluded.requires_shipping, active = true, image_url = excluded.image_url, \
           hs_code = CASE WHEN excluded.hs_code = '' THEN v.hs_code ELSE excluded.hs_code END, \
           length_mm = coalesce(nullif(excluded.length_mm, 0), v.length_mm), \
           width_mm = coalesce(nullif(excluded.width_mm, 0), v.width_mm), \
           height_mm = coalesce(nullif(excluded.height_mm, 0), v.height_mm), version = v.version + 1";

    /// Takes variants off sale that have more or fewer options than their product has now.
    RETIRE_MISFITS = "UPDATE catalog.variants v SET active = false, version = v.version + 1 \
         FROM catalog.products p \
         WHERE v.store_id = $1 AND v.product_id = ANY($2::uuid[]) AND v.active \
           AND p.store_id = v.store_id AND p.id = v.product_id AND cardinality(p.option_names) <> cardinality(v.option_values)";

    /// Gives pictures that have moved their new address, unless there is a picture there already.
    MOVE_IMAGES = "UPDATE catalog.images i SET url = n.url \
         FROM UNNEST($2::uuid[], $3::text[], $4::text[]) AS n (product_id, formerly, url) \
         WHERE i.store_id = $1 AND i.product_id = n.product_id AND i.url = n.formerly \
           AND NOT EXISTS (SELECT FROM catalog.images there \
             WHERE there.store_id = $1 AND there.product_id = n.product_id AND there.url = n.url)";

    /// Pictures by product and address.
    WRITE_IMAGES = "INSERT INTO catalog.images AS i (store_id, id, product_id, position, url, alt) \
         SELECT $1, n.id, n.product_id, n.position, n.url, n.alt \
         FROM UNNEST($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[]) AS n (id, product_id, position, url, alt) \
         ON CONFLICT (store_id, product_id, url) DO UPDATE SET position = excluded.position, alt = excluded.alt";

    /// The whole tree, as far as paths need it.
    LIST_CATEGORIES = "SELECT id, parent_id, slug, name FROM catalog.categories WHERE store_id = $1";

    /// New categories; a parent may be among them.
    INSERT_CATEGORIES = "INSERT INTO catalog.categories (store_id, id, parent_id, slug, name) \
         SELECT $1, n.id, n.parent_id, n.slug, n.name \
         FROM UNNEST($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS n (id, parent_id, slug, name)";

    /// Files products in categories.
    ASSIGN_CATEGORIES = "INSERT INTO catalog.product_categories (store_id, category_id, product_id) \
         SELECT $1, n.category_id, n.product_id FROM UNNEST($2::uuid[], $3::uuid[]) AS n (category_id, product_id) \
         ON CONFLICT (store_id, category_id, product_id) DO NOTHING";
}

#[derive(sqlx::FromRow)]
struct SlugRow {
    slug: String,
    id: ProductId,
    present_slug: Option<String>,
    title: Option<String>,
    skus: Option<Vec<String>>,
}

impl SlugRow {
    fn read(self) -> Result<SlugOwner, Error> {
        let moved = match self.present_slug {
            None => None,
            Some(slug) => Some(Moved {
                slug: super::rows::slug(&slug)?,
                title: self.title.unwrap_or_default(),
                skus: self.skus.unwrap_or_default(),
            }),
        };
        Ok(SlugOwner {
            slug: self.slug,
            id: self.id,
            moved,
        })
    }
}

pub(crate) async fn find_products(ctx: &mut Ctx, products: &[UpsertProduct]) -> Result<Vec<SlugOwner>, Error> {
    let slugs: Vec<&str> = products.iter().map(|product| product.slug.as_str()).collect();
    let store_id = ctx.store_id();
    let rows: Vec<SlugRow> = sqlx::query_as(FIND_PRODUCTS)
        .bind(store_id)
        .bind(slugs)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(SlugRow::read).collect()
}

/// Holds the products that are known, and those that are about to be given another slug.
pub(crate) async fn lock_products(
    ctx: &mut Ctx,
    products: &[UpsertProduct],
    known: &HashMap<String, ProductId>,
) -> Result<(), Error> {
    let former = products.iter().filter_map(|product| product.formerly.as_ref());
    let former = former.map(|former| former.product_id);
    let ids: Vec<ProductId> = known.values().copied().chain(former).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    sqlx::query(LOCK_PRODUCTS)
        .bind(store_id)
        .bind(ids)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_variants(
    ctx: &mut Ctx,
    products: &[UpsertProduct],
    known: &HashMap<String, ProductId>,
) -> Result<Vec<KnownVariant>, Error> {
    let skus = products
        .iter()
        .flat_map(|product| &product.variants)
        .filter_map(|variant| variant.sku.as_ref());
    let skus: Vec<&str> = skus.map(kernel::Sku::as_str).collect();
    let ids: Vec<ProductId> = known.values().copied().collect();
    if skus.is_empty() && ids.is_empty() {
        return Ok(Vec::new());
    }
    let store_id = ctx.store_id();
    let rows: Vec<(VariantId, ProductId, Option<String>, Vec<String>)> = sqlx::query_as(FIND_VARIANTS)
        .bind(store_id)
        .bind(ids)
        .bind(skus)
        .fetch_all(ctx.sql().await?)
        .await?;
    let known = |(id, product_id, sku, option_values)| KnownVariant {
        id,
        product_id,
        sku,
        option_values,
    };
    Ok(rows.into_iter().map(known).collect())
}

/// A variant to write: its product, its place, what is planned and what is given.
struct Line<'a> {
    product_id: ProductId,
    position: i32,
    planned: &'a PlannedVariant,
    given: &'a UpsertVariant,
}

fn lines<'a>(products: &'a [UpsertProduct], plan: &'a Plan) -> Vec<Line<'a>> {
    let pairs = plan.products.iter().zip(products);
    pairs
        .flat_map(|(planned, product)| {
            let variants = (0..).zip(planned.variants.iter().zip(&product.variants));
            variants.map(|(position, (variant, given))| Line {
                product_id: planned.id,
                position,
                planned: variant,
                given,
            })
        })
        .collect()
}

pub(crate) async fn write_variants(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    let (store_id, currency) = (ctx.store_id(), ctx.currency().code());
    let lines = lines(products, plan);
    let texts = |text: fn(&UpsertVariant) -> &str| lines.iter().map(|line| text(line.given)).collect::<Vec<&str>>();
    let truths = |truth: fn(&UpsertVariant) -> bool| lines.iter().map(|line| truth(line.given)).collect::<Vec<bool>>();
    let amounts = |amount: fn(&UpsertVariant) -> Option<Money>| {
        lines
            .iter()
            .map(|line| amount(line.given).map(Money::minor))
            .collect::<Vec<Option<i64>>>()
    };
    let sides = |side: fn(Dimensions) -> i64| {
        lines
            .iter()
            .map(|line| side(line.given.dimensions))
            .collect::<Vec<i64>>()
    };
    sqlx::query(WRITE_VARIANTS)
        .bind(store_id)
        .bind(currency)
        .bind(lines.iter().map(|line| line.planned.id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.product_id).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.position).collect::<Vec<_>>())
        .bind(
            lines
                .iter()
                .map(|line| line.given.option_values.join(" / "))
                .collect::<Vec<_>>(),
        )
        .bind(lines.iter().map(|line| line.planned.sku.as_deref()).collect::<Vec<_>>())
        .bind(texts(|variant| &variant.barcode))
        .bind(
            lines
                .iter()
                .map(|line| line.given.option_values.join(SEPARATOR))
                .collect::<Vec<_>>(),
        )
        .bind(amounts(|variant| variant.price))
        .bind(amounts(|variant| variant.compare_at))
        .bind(amounts(|variant| variant.cost))
        .bind(amounts(|variant| variant.sale.map(|sale| sale.price)))
        .bind(
            lines
                .iter()
                .map(|line| line.given.sale.and_then(|sale| sale.starts_at))
                .collect::<Vec<_>>(),
        )
        .bind(
            lines
                .iter()
                .map(|line| line.given.sale.and_then(|sale| sale.ends_at))
                .collect::<Vec<_>>(),
        )
        .bind(lines.iter().map(|line| line.given.weight_grams).collect::<Vec<_>>())
        .bind(texts(|variant| &variant.tax_category))
        .bind(truths(|variant| variant.taxable))
        .bind(truths(|variant| variant.requires_shipping))
        .bind(texts(|variant| &variant.image_url))
        .bind(truths(|variant| variant.in_stock))
        .bind(texts(|variant| &variant.hs_code))
        .bind(sides(|dimensions| dimensions.length_mm))
        .bind(sides(|dimensions| dimensions.width_mm))
        .bind(sides(|dimensions| dimensions.height_mm))
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn retire_misfits(ctx: &mut Ctx, plan: &Plan) -> Result<(), Error> {
    let changed: Vec<ProductId> = plan
        .products
        .iter()
        .filter(|planned| !planned.created)
        .map(|planned| planned.id)
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    retire_misfits_of(ctx, &changed).await
}

/// Takes variants off sale that have more or fewer options than their product.
pub(crate) async fn retire_misfits_of(ctx: &mut Ctx, products: &[ProductId]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(RETIRE_MISFITS)
        .bind(store_id)
        .bind(products)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn move_images(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    let known = plan
        .products
        .iter()
        .zip(products)
        .filter(|(planned, _)| !planned.created);
    let moved = known.flat_map(|(planned, product)| {
        product
            .images
            .iter()
            .filter_map(|image| Some((planned.id, image.formerly.as_deref()?, image.url.as_str())))
    });
    let moved: Vec<(ProductId, &str, &str)> = moved.collect();
    if moved.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    sqlx::query(MOVE_IMAGES)
        .bind(store_id)
        .bind(moved.iter().map(|(product_id, ..)| *product_id).collect::<Vec<_>>())
        .bind(moved.iter().map(|(_, formerly, _)| *formerly).collect::<Vec<_>>())
        .bind(moved.iter().map(|(.., url)| *url).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn write_images(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    let images = plan.products.iter().zip(products).flat_map(|(planned, product)| {
        (0_i32..)
            .zip(&product.images)
            .map(|(position, image)| (planned.id, position, image))
    });
    let images: Vec<_> = images.collect();
    if images.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    let ids: Vec<ImageId> = images.iter().map(|_| ctx.new_id()).collect();
    sqlx::query(WRITE_IMAGES)
        .bind(store_id)
        .bind(ids)
        .bind(images.iter().map(|(product_id, ..)| *product_id).collect::<Vec<_>>())
        .bind(images.iter().map(|(_, position, _)| *position).collect::<Vec<_>>())
        .bind(images.iter().map(|(.., image)| image.url.as_str()).collect::<Vec<_>>())
        .bind(images.iter().map(|(.., image)| image.alt.as_str()).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn list_categories(ctx: &mut Ctx) -> Result<Vec<KnownCategory>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<(CategoryId, Option<CategoryId>, String, String)> = sqlx::query_as(LIST_CATEGORIES)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    let known = |(id, parent_id, slug, name)| KnownCategory {
        id,
        parent_id,
        slug,
        name,
    };
    Ok(rows.into_iter().map(known).collect())
}

pub(crate) async fn insert_categories(ctx: &mut Ctx, new: &[NewCategory]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(INSERT_CATEGORIES)
        .bind(store_id)
        .bind(new.iter().map(|category| category.id).collect::<Vec<_>>())
        .bind(new.iter().map(|category| category.parent_id).collect::<Vec<_>>())
        .bind(new.iter().map(|category| category.slug.as_str()).collect::<Vec<_>>())
        .bind(new.iter().map(|category| category.name.as_str()).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn assign(ctx: &mut Ctx, filed: &[(ProductId, CategoryId)]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(ASSIGN_CATEGORIES)
        .bind(store_id)
        .bind(filed.iter().map(|(_, category)| *category).collect::<Vec<_>>())
        .bind(filed.iter().map(|(product, _)| *product).collect::<Vec<_>>())
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
