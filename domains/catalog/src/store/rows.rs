//! Rows as PostgreSQL gives them, and how they become domain types.

use database::Error;
use kernel::{CategoryId, CollectionId, Currency, ImageId, Money, ProductId, Sku, Slug, Time, VariantId};
use sqlx::types::Json;

use super::list_offers::{self, OfferDocument};
use crate::{
    Category, Dimensions, Image, Measure, PersonalField, Product, ProductKind, ProductStatus, QuantityRule, Rating,
    Sale, SellableVariant, Variant, product::Attributes,
};

pub(crate) fn slug(text: &str) -> Result<Slug, Error> {
    Slug::parse(text).map_err(|_e| Error::corrupt("catalog slug", text))
}

pub(crate) fn currency(code: &str) -> Result<Currency, Error> {
    Currency::parse(code).map_err(|_e| Error::corrupt("catalog currency", code))
}

pub(crate) fn kind(text: &str) -> Result<ProductKind, Error> {
    ProductKind::parse(text).ok_or_else(|| Error::corrupt("products.kind", text))
}

pub(crate) fn status(text: &str) -> Result<ProductStatus, Error> {
    ProductStatus::parse(text).ok_or_else(|| Error::corrupt("products.status", text))
}

pub(crate) fn rating(counts: Vec<i64>) -> Result<Rating, Error> {
    let counts: [i64; 5] = counts
        .try_into()
        .map_err(|counts| Error::corrupt("products.ratings", format!("{counts:?}")))?;
    Ok(Rating::of(counts))
}

pub(crate) fn measure(amount: &str, base: &str) -> Result<Option<Measure>, Error> {
    Measure::parse(amount, base).map_err(|_e| Error::corrupt("variants.measure", format!("{amount} / {base}")))
}

/// The columns of [`ProductRow`], of a table called `p`.
macro_rules! product_columns {
    () => {
        "p.id, p.slug, p.title, p.description_html, p.short_description, p.brand, p.vendor, p.kind, p.product_type, \
         p.status, p.published_at, p.featured, p.tags, p.option_names, p.seo_title, p.seo_description, p.attributes, \
         p.canonical_url, p.size_guide_html, ARRAY(SELECT r.related_id FROM catalog.related_products r \
           WHERE r.store_id = p.store_id AND r.product_id = p.id ORDER BY r.position) AS related_ids, \
         p.personal_fields, p.quantity_rule, p.price_min, p.price_max, p.currency, p.image_url, p.in_stock, p.ratings, p.version, p.created_at, p.updated_at"
    };
}
pub(crate) use product_columns;

#[derive(sqlx::FromRow)]
pub(crate) struct ProductRow {
    id: ProductId,
    slug: String,
    title: String,
    description_html: String,
    short_description: String,
    brand: String,
    vendor: String,
    kind: String,
    product_type: String,
    status: String,
    published_at: Option<Time>,
    featured: bool,
    tags: Vec<String>,
    option_names: Vec<String>,
    seo_title: String,
    seo_description: String,
    attributes: Json<Attributes>,
    canonical_url: String,
    size_guide_html: String,
    related_ids: Vec<ProductId>,
    personal_fields: Json<Vec<PersonalField>>,
    quantity_rule: Json<QuantityRule>,
    price_min: Option<i64>,
    price_max: Option<i64>,
    currency: String,
    image_url: String,
    in_stock: bool,
    ratings: Vec<i64>,
    version: i64,
    created_at: Time,
    updated_at: Time,
}

impl TryFrom<ProductRow> for Product {
    type Error = Error;

    fn try_from(row: ProductRow) -> Result<Self, Error> {
        let currency = currency(&row.currency)?;
        Ok(Self {
            id: row.id,
            slug: slug(&row.slug)?,
            kind: kind(&row.kind)?,
            status: status(&row.status)?,
            title: row.title,
            description_html: row.description_html,
            short_description: row.short_description,
            brand: row.brand,
            vendor: row.vendor,
            product_type: row.product_type,
            published_at: row.published_at,
            featured: row.featured,
            tags: row.tags,
            option_names: row.option_names,
            seo_title: row.seo_title,
            seo_description: row.seo_description,
            attributes: row.attributes.0,
            canonical_url: row.canonical_url,
            size_guide_html: row.size_guide_html,
            related_ids: row.related_ids,
            personal_fields: row.personal_fields.0,
            quantity_rule: row.quantity_rule.0,
            price_min: row.price_min.map(|minor| Money::new(minor, currency)),
            price_max: row.price_max.map(|minor| Money::new(minor, currency)),
            image_url: row.image_url,
            in_stock: row.in_stock,
            rating: rating(row.ratings)?,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The columns of [`VariantRow`], of a table called `v`.
macro_rules! variant_columns {
    () => {
        "v.id, v.product_id, v.position, v.title, v.sku, v.barcode, v.option_values, v.currency, v.price, v.compare_at, \
         v.cost, v.sale_price, v.sale_starts_at, v.sale_ends_at, v.weight_grams, v.length_mm, v.width_mm, v.height_mm, \
         v.measure, v.measure_base, v.hs_code, v.origin_country, v.tax_category, v.taxable, v.requires_shipping, v.active, v.image_url, v.quantity_rule, \
         v.in_stock, v.version"
    };
}
pub(crate) use variant_columns;

#[derive(sqlx::FromRow)]
struct DimensionsRow {
    length_mm: i64,
    width_mm: i64,
    height_mm: i64,
}

impl From<DimensionsRow> for Dimensions {
    fn from(row: DimensionsRow) -> Self {
        Self {
            length_mm: row.length_mm,
            width_mm: row.width_mm,
            height_mm: row.height_mm,
        }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct VariantRow {
    id: VariantId,
    product_id: ProductId,
    position: i32,
    title: String,
    sku: Option<String>,
    barcode: String,
    option_values: Vec<String>,
    currency: String,
    price: Option<i64>,
    compare_at: Option<i64>,
    cost: Option<i64>,
    sale_price: Option<i64>,
    sale_starts_at: Option<Time>,
    sale_ends_at: Option<Time>,
    weight_grams: i64,
    #[sqlx(flatten)]
    dimensions: DimensionsRow,
    measure: String,
    measure_base: String,
    hs_code: String,
    origin_country: String,
    tax_category: String,
    taxable: bool,
    requires_shipping: bool,
    active: bool,
    image_url: String,
    quantity_rule: Option<Json<QuantityRule>>,
    in_stock: bool,
    version: i64,
}

impl TryFrom<VariantRow> for Variant {
    type Error = Error;

    fn try_from(row: VariantRow) -> Result<Self, Error> {
        let currency = currency(&row.currency)?;
        let money = |minor| Money::new(minor, currency);
        let sku = row
            .sku
            .map(|sku| Sku::parse(&sku).map_err(|_e| Error::corrupt("variants.sku", &sku)))
            .transpose()?;
        Ok(Self {
            id: row.id,
            product_id: row.product_id,
            position: row.position,
            title: row.title,
            sku,
            barcode: row.barcode,
            option_values: row.option_values,
            price: row.price.map(money),
            compare_at: row.compare_at.map(money),
            cost: row.cost.map(money),
            sale: row.sale_price.map(|minor| Sale {
                price: money(minor),
                starts_at: row.sale_starts_at,
                ends_at: row.sale_ends_at,
            }),
            weight_grams: row.weight_grams,
            dimensions: row.dimensions.into(),
            measure: measure(&row.measure, &row.measure_base)?,
            hs_code: row.hs_code,
            origin_country: row.origin_country,
            tax_category: row.tax_category,
            taxable: row.taxable,
            requires_shipping: row.requires_shipping,
            active: row.active,
            image_url: row.image_url,
            quantity_rule: row.quantity_rule.map(|rule| rule.0),
            in_stock: row.in_stock,
            version: row.version,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ImageRow {
    id: ImageId,
    position: i32,
    url: String,
    alt: String,
}

impl From<ImageRow> for Image {
    fn from(row: ImageRow) -> Self {
        Self {
            id: row.id,
            position: row.position,
            url: row.url,
            alt: row.alt,
        }
    }
}

/// The columns of [`CategoryRow`], of a table called `c`.
macro_rules! category_columns {
    () => {
        "c.id, c.parent_id, c.slug, c.name, c.description_html, c.image_url, c.image_alt, c.seo_title, c.seo_description, \
         c.size_guide_html, c.position, c.version"
    };
}
pub(crate) use category_columns;

#[derive(sqlx::FromRow)]
pub(crate) struct CategoryRow {
    id: CategoryId,
    parent_id: Option<CategoryId>,
    slug: String,
    name: String,
    description_html: String,
    image_url: String,
    image_alt: String,
    seo_title: String,
    seo_description: String,
    size_guide_html: String,
    position: i32,
    version: i64,
}

impl TryFrom<CategoryRow> for Category {
    type Error = Error;

    fn try_from(row: CategoryRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            parent_id: row.parent_id,
            slug: slug(&row.slug)?,
            name: row.name,
            description_html: row.description_html,
            image_url: row.image_url,
            image_alt: row.image_alt,
            seo_title: row.seo_title,
            seo_description: row.seo_description,
            size_guide_html: row.size_guide_html,
            position: row.position,
            version: row.version,
            depth: 0,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SellableRow {
    variant_id: VariantId,
    product_id: ProductId,
    slug: String,
    product_title: String,
    variant_title: String,
    sku: Option<String>,
    image_url: String,
    kind: String,
    currency: String,
    price: Option<i64>,
    compare_at: Option<i64>,
    sale_price: Option<i64>,
    sale_starts_at: Option<Time>,
    sale_ends_at: Option<Time>,
    weight_grams: i64,
    #[sqlx(flatten)]
    dimensions: DimensionsRow,
    taxable: bool,
    tax_category: String,
    requires_shipping: bool,
    personal_fields: Json<Vec<PersonalField>>,
    quantity_rule: Json<QuantityRule>,
    collection_ids: Vec<CollectionId>,
    /// Read for customers only.
    #[sqlx(default)]
    offers: Option<Json<Vec<OfferDocument>>>,
}

impl TryFrom<SellableRow> for SellableVariant {
    type Error = Error;

    fn try_from(row: SellableRow) -> Result<Self, Error> {
        let currency = currency(&row.currency)?;
        let money = |minor| Money::new(minor, currency);
        Ok(Self {
            variant_id: row.variant_id,
            product_id: row.product_id,
            slug: slug(&row.slug)?,
            product_title: row.product_title,
            variant_title: row.variant_title,
            sku: row.sku,
            image_url: row.image_url,
            kind: kind(&row.kind)?,
            price: row.price.map(money),
            sale: row.sale_price.map(|minor| Sale {
                price: money(minor),
                starts_at: row.sale_starts_at,
                ends_at: row.sale_ends_at,
            }),
            compare_at: row.compare_at.map(money),
            weight_grams: row.weight_grams,
            dimensions: row.dimensions.into(),
            taxable: row.taxable,
            tax_category: row.tax_category,
            requires_shipping: row.requires_shipping,
            personal_fields: row.personal_fields.0,
            quantity_rule: row.quantity_rule.0,
            collection_ids: row.collection_ids,
            offers: list_offers::read(row.offers, currency)?,
        })
    }
}
