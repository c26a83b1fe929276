//! The statements of an upsert for the products themselves. New ones are made last, when all that they keep of their variants,
//! pictures and categories can be worked out: a product that is written twice stands twice in each of its indexes.

use database::{Ctx, Error};
use kernel::ProductId;
use sqlx::postgres::PgQueryResult;

use super::{
    refresh::{pay, pay_turns_at, pays, worked_out},
    upsert::SEPARATOR,
};
use crate::{UpsertProduct, upsert_plan::Plan};

/// What is given of products.
macro_rules! given {
    () => {
        "SELECT $1::uuid AS store_id, $2::text AS currency, n.id, n.slug, n.title, n.description_html, n.short_description, n.brand, n.vendor, n.kind, \
           n.product_type, n.status, n.published_at, n.featured, string_to_array(n.tags, E'\\x1f') AS tags, \
           string_to_array(n.option_names, E'\\x1f') AS option_names, n.seo_title, n.seo_description, n.attributes::jsonb AS attributes \
         FROM UNNEST($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], \
           $12::text[], $13::text[], $14::timestamptz[], $15::boolean[], $16::text[], $17::text[], $18::text[], $19::text[], \
           $20::text[]) \
           AS n (id, slug, title, description_html, short_description, brand, vendor, kind, product_type, status, \
             published_at, featured, tags, option_names, seo_title, seo_description, attributes)"
    };
}

/// Lets what belongs to products be written before them, until the end of the transaction at the latest.
const PARTS_FIRST: &str = "SET CONSTRAINTS catalog.variants_product_fk, catalog.images_product_fk, \
     catalog.product_categories_product_fk DEFERRED";
/// From here on no part is without its product.
const PARTS_CHECKED: &str = "SET CONSTRAINTS catalog.variants_product_fk, catalog.images_product_fk, \
     catalog.product_categories_product_fk IMMEDIATE";

database::statements! {
    /// New products whose parts are there already.
    INSERT_PRODUCTS = concat!("WITH given AS MATERIALIZED (", given!(), "), whole AS (",
        worked_out!("q.*", "given q"), ") \
         INSERT INTO catalog.products (store_id, id, slug, title, description_html, short_description, brand, vendor, kind, \
           product_type, status, published_at, featured, tags, option_names, seo_title, seo_description, attributes, currency, \
           price_min, price_max, pay_min, pay_max, pays, pay_turns_at, in_stock, image_url, search, created_at, updated_at) \
         SELECT w.store_id, w.id, w.slug, w.title, w.description_html, w.short_description, w.brand, w.vendor, w.kind, \
           w.product_type, w.status, w.published_at, w.featured, w.tags, w.option_names, w.seo_title, w.seo_description, \
           w.attributes, w.currency, w.price_min, w.price_max, w.pay_min, w.pay_max, w.pays, w.pay_turns_at, w.in_stock, w.image_url, \
           w.search, $3, $3 FROM whole w");

    /// Products that there are. A product keeps its slug and currency, and its date when it is published already.
    UPDATE_PRODUCTS = concat!("WITH given AS MATERIALIZED (", given!(), ") \
         UPDATE catalog.products p SET title = n.title, description_html = n.description_html, \
           short_description = n.short_description, brand = n.brand, vendor = n.vendor, kind = n.kind, \
           product_type = n.product_type, status = n.status, \
           published_at = CASE WHEN n.published_at IS NULL THEN NULL ELSE coalesce(p.published_at, n.published_at) END, \
           featured = n.featured, tags = n.tags, option_names = n.option_names, seo_title = n.seo_title, \
           seo_description = n.seo_description, attributes = n.attributes, version = p.version + 1, updated_at = $3 \
         FROM given n WHERE p.store_id = $1 AND p.id = n.id");
}

/// Lets parts of products be written before them, when any product is to be made.
pub(crate) async fn parts_first(ctx: &mut Ctx, plan: &Plan) -> Result<(), Error> {
    if plan.products.iter().any(|planned| planned.created) {
        sqlx::query(PARTS_FIRST).execute(ctx.sql().await?).await?;
    }
    Ok(())
}

/// Makes the products that are new, with all that they keep of what was written for them.
pub(crate) async fn insert(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    if write(ctx, INSERT_PRODUCTS, &chosen(products, plan, true))
        .await?
        .is_some()
    {
        sqlx::query(PARTS_CHECKED).execute(ctx.sql().await?).await?;
    }
    Ok(())
}

/// Writes the products that are there.
pub(crate) async fn update(ctx: &mut Ctx, products: &[UpsertProduct], plan: &Plan) -> Result<(), Error> {
    write(ctx, UPDATE_PRODUCTS, &chosen(products, plan, false)).await?;
    Ok(())
}

fn chosen<'a>(products: &'a [UpsertProduct], plan: &Plan, created: bool) -> Vec<(ProductId, &'a UpsertProduct)> {
    let pairs = plan.products.iter().zip(products);
    pairs
        .filter(|(planned, _)| planned.created == created)
        .map(|(planned, product)| (planned.id, product))
        .collect()
}

/// Nothing is sent, and nothing answered, when there are none.
async fn write(
    ctx: &mut Ctx,
    statement: &'static str,
    products: &[(ProductId, &UpsertProduct)],
) -> Result<Option<PgQueryResult>, Error> {
    if products.is_empty() {
        return Ok(None);
    }
    let (store_id, currency, now) = (ctx.store_id(), ctx.currency().code(), ctx.now());
    let texts =
        |text: fn(&UpsertProduct) -> &str| products.iter().map(|(_, product)| text(product)).collect::<Vec<&str>>();
    let lists = |list: fn(&UpsertProduct) -> &[String]| {
        let joined = products.iter().map(|(_, product)| list(product).join(SEPARATOR));
        joined.collect::<Vec<String>>()
    };
    let attributes = products
        .iter()
        .map(|(_, product)| serde_json::to_string(&product.attributes));
    let attributes: Vec<String> = attributes.collect::<Result<_, _>>()?;
    let query = sqlx::query(statement)
        .bind(store_id)
        .bind(currency)
        .bind(now)
        .bind(products.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind(texts(|product| product.slug.as_str()))
        .bind(texts(|product| &product.title))
        .bind(texts(|product| &product.description_html))
        .bind(texts(|product| &product.short_description))
        .bind(texts(|product| &product.brand))
        .bind(texts(|product| &product.vendor))
        .bind(texts(|product| product.kind.as_str()))
        .bind(texts(|product| &product.product_type))
        .bind(texts(|product| product.status.as_str()))
        .bind(
            products
                .iter()
                .map(|(_, product)| product.published_at)
                .collect::<Vec<_>>(),
        )
        .bind(products.iter().map(|(_, product)| product.featured).collect::<Vec<_>>())
        .bind(lists(|product| &product.tags))
        .bind(lists(|product| &product.option_names))
        .bind(texts(|product| &product.seo_title))
        .bind(texts(|product| &product.seo_description))
        .bind(attributes);
    Ok(Some(query.execute(ctx.sql().await?).await?))
}
