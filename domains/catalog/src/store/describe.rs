//! Products in words, with what their variants and categories add.

use database::{Ctx, Error};
use kernel::{CategoryId, Money, ProductId, Time};

use crate::{Choice, ProductDescription};

/// The columns of [`DescriptionRow`], and where they come from.
macro_rules! described {
    () => {
        "SELECT p.id, p.title, p.short_description, p.description_html, p.brand, p.product_type, p.tags, p.currency, \
           p.in_stock, p.published_at, p.ratings, p.sold, \
           ARRAY(SELECT generate_series(lower(pay), upper(pay) - 1) FROM unnest(p.pays) pay) AS pays, \
           ARRAY(SELECT c.name || chr(31) || c.value \
             FROM catalog.choices(p.store_id, p.id, p.option_names, p.attributes) c) AS choices, \
           ARRAY(SELECT v.value FROM jsonb_each_text(p.attributes) v WHERE v.value IS NOT NULL AND NOT EXISTS ( \
             SELECT FROM catalog.attributes a WHERE a.store_id = p.store_id AND a.code = v.key AND NOT a.shown \
           )) AS attributes, \
           ARRAY(SELECT DISTINCT o FROM catalog.variants v, unnest(v.option_values) o \
             WHERE v.store_id = p.store_id AND v.product_id = p.id AND v.active) AS option_values, \
           ARRAY(SELECT DISTINCT c FROM catalog.variants v, unnest(ARRAY[v.sku, v.barcode]) c \
             WHERE v.store_id = p.store_id AND v.product_id = p.id AND v.active AND c <> '') AS codes, \
           ARRAY(SELECT pc.category_id FROM catalog.product_categories pc \
             WHERE pc.store_id = p.store_id AND pc.product_id = p.id) AS categories \
         FROM catalog.products p \
         WHERE p.store_id = $1 AND p.status = 'active' AND p.published_at IS NOT NULL "
    };
}

database::statements! {
    /// The products with the next larger ids.
    LIST_AFTER = concat!(described!(), "AND ($2::uuid IS NULL OR p.id > $2) ORDER BY p.id LIMIT $3");
    /// These products.
    LIST_BY_IDS = concat!(described!(), "AND p.id = ANY($2::uuid[])");
}

#[derive(sqlx::FromRow)]
pub(crate) struct DescriptionRow {
    id: ProductId,
    title: String,
    short_description: String,
    description_html: String,
    brand: String,
    product_type: String,
    tags: Vec<String>,
    attributes: Vec<String>,
    option_values: Vec<String>,
    codes: Vec<String>,
    categories: Vec<CategoryId>,
    currency: String,
    /// From the lowest to the highest.
    pays: Vec<i64>,
    in_stock: bool,
    published_at: Time,
    ratings: Vec<i64>,
    sold: i64,
    /// Names and values, with the separator of units between them.
    choices: Vec<String>,
}

impl TryFrom<DescriptionRow> for ProductDescription {
    type Error = Error;

    fn try_from(row: DescriptionRow) -> Result<Self, Error> {
        let currency = super::rows::currency(&row.currency)?;
        let mut details = row.tags;
        details.extend(row.attributes);
        details.extend(row.option_values);
        Ok(Self {
            id: row.id,
            title: row.title,
            short_description: row.short_description,
            description_html: row.description_html,
            brand: row.brand,
            product_type: row.product_type,
            details,
            codes: row.codes,
            categories: row.categories,
            prices: row.pays.into_iter().map(|minor| Money::new(minor, currency)).collect(),
            in_stock: row.in_stock,
            published_at: row.published_at,
            rating: super::rows::rating(row.ratings)?,
            sold: row.sold,
            choices: row.choices.iter().filter_map(|choice| read_choice(choice)).collect(),
        })
    }
}

/// A name and a value with the separator of units between them.
pub(crate) fn read_choice(text: &str) -> Option<Choice> {
    let (name, value) = text.split_once('\u{1f}')?;
    Some(Choice {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

pub(crate) async fn list_after(
    ctx: &mut Ctx,
    after: Option<ProductId>,
    limit: i64,
) -> Result<Vec<DescriptionRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_AFTER)
        .bind(store_id)
        .bind(after)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn list_by_ids(ctx: &mut Ctx, ids: &[ProductId]) -> Result<Vec<DescriptionRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_BY_IDS)
        .bind(store_id)
        .bind(ids)
        .fetch_all(ctx.sql().await?)
        .await?)
}
