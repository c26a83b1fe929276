//! Variants. Their many columns travel as JSON records, one or many in a statement.

use database::{Ctx, Error};
use kernel::{Money, ProductId, Sku, VariantId};
use serde::Serialize;

use super::rows::{VariantRow, variant_columns};
use crate::{Measure, Variant};

/// The fields of [`Record`] with their types.
macro_rules! record {
    () => {
        "jsonb_to_recordset($2) AS r (id uuid, product_id uuid, position int, title text, sku text, barcode text, \
         option_values text[], currency text, price bigint, compare_at bigint, cost bigint, sale_price bigint, \
         sale_starts_at timestamptz, sale_ends_at timestamptz, weight_grams bigint, length_mm bigint, width_mm bigint, \
         height_mm bigint, measure text, measure_base text, hs_code text, origin_country text, tax_category text, taxable boolean, requires_shipping boolean, active boolean, image_url text) "
    };
}

database::statements! {
    /// A product's variants in order.
    LIST_OF_PRODUCT = concat!("SELECT ", variant_columns!(), " FROM catalog.variants v \
         WHERE v.store_id = $1 AND v.product_id = $2 ORDER BY v.position, v.id");
    /// One variant.
    FIND = concat!("SELECT ", variant_columns!(), " FROM catalog.variants v WHERE v.store_id = $1 AND v.id = $2");
    /// The same, locked until its change is committed.
    LOCK = concat!("SELECT ", variant_columns!(), " FROM catalog.variants v \
         WHERE v.store_id = $1 AND v.id = $2 FOR NO KEY UPDATE");
    /// New variants. SKUs are taken in their order, or two who make several at once could wait for each other.
    INSERT = concat!("INSERT INTO catalog.variants (store_id, id, product_id, position, title, sku, barcode, option_values, \
           currency, price, compare_at, cost, sale_price, sale_starts_at, sale_ends_at, weight_grams, length_mm, \
           width_mm, height_mm, measure, measure_base, hs_code, origin_country, tax_category, taxable, requires_shipping, active, image_url) \
         SELECT $1, r.id, r.product_id, r.position, r.title, r.sku, r.barcode, r.option_values, r.currency, r.price, \
           r.compare_at, r.cost, r.sale_price, r.sale_starts_at, r.sale_ends_at, r.weight_grams, r.length_mm, \
           r.width_mm, r.height_mm, r.measure, r.measure_base, r.hs_code, r.origin_country, r.tax_category, r.taxable, r.requires_shipping, r.active, r.image_url FROM ", record!(), "ORDER BY r.sku, r.id");
    /// All that staff can change of a variant.
    UPDATE = concat!("UPDATE catalog.variants v SET position = r.position, title = r.title, sku = r.sku, barcode = r.barcode, \
           option_values = r.option_values, currency = r.currency, price = r.price, compare_at = r.compare_at, cost = r.cost, \
           sale_price = r.sale_price, sale_starts_at = r.sale_starts_at, sale_ends_at = r.sale_ends_at, \
           weight_grams = r.weight_grams, length_mm = r.length_mm, width_mm = r.width_mm, height_mm = r.height_mm, \
           measure = r.measure, measure_base = r.measure_base, hs_code = r.hs_code, origin_country = r.origin_country, \
           tax_category = r.tax_category, taxable = r.taxable, requires_shipping = r.requires_shipping, active = r.active, \
           image_url = r.image_url, version = v.version + 1 FROM ", record!(), "WHERE v.store_id = $1 AND v.id = r.id");
}

#[derive(Serialize)]
struct Record<'a> {
    id: uuid::Uuid,
    product_id: uuid::Uuid,
    position: i32,
    title: &'a str,
    sku: Option<&'a str>,
    barcode: &'a str,
    option_values: &'a [String],
    currency: &'static str,
    price: Option<i64>,
    compare_at: Option<i64>,
    cost: Option<i64>,
    sale_price: Option<i64>,
    sale_starts_at: Option<kernel::Time>,
    sale_ends_at: Option<kernel::Time>,
    weight_grams: i64,
    length_mm: i64,
    width_mm: i64,
    height_mm: i64,
    measure: String,
    measure_base: String,
    hs_code: &'a str,
    origin_country: &'a str,
    tax_category: &'a str,
    taxable: bool,
    requires_shipping: bool,
    active: bool,
    image_url: &'a str,
}

impl<'a> Record<'a> {
    fn new(variant: &'a Variant, ctx: &Ctx) -> Self {
        let (measure, measure_base) = Measure::texts(variant.measure);
        Self {
            id: variant.id.into(),
            product_id: variant.product_id.into(),
            position: variant.position,
            title: &variant.title,
            sku: variant.sku.as_ref().map(Sku::as_str),
            barcode: &variant.barcode,
            option_values: &variant.option_values,
            currency: variant.price.map_or(ctx.currency(), Money::currency).code(),
            price: variant.price.map(Money::minor),
            compare_at: variant.compare_at.map(Money::minor),
            cost: variant.cost.map(Money::minor),
            sale_price: variant.sale.map(|sale| sale.price.minor()),
            sale_starts_at: variant.sale.and_then(|sale| sale.starts_at),
            sale_ends_at: variant.sale.and_then(|sale| sale.ends_at),
            weight_grams: variant.weight_grams,
            length_mm: variant.dimensions.length_mm,
            width_mm: variant.dimensions.width_mm,
            height_mm: variant.dimensions.height_mm,
            measure,
            measure_base,
            hs_code: &variant.hs_code,
            origin_country: &variant.origin_country,
            tax_category: &variant.tax_category,
            taxable: variant.taxable,
            requires_shipping: variant.requires_shipping,
            active: variant.active,
            image_url: &variant.image_url,
        }
    }
}

pub(crate) async fn list_of_product(ctx: &mut Ctx, product: ProductId) -> Result<Vec<Variant>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<VariantRow> = sqlx::query_as(LIST_OF_PRODUCT)
        .bind(store_id)
        .bind(product)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(Variant::try_from).collect()
}

pub(crate) async fn find(ctx: &mut Ctx, id: VariantId) -> Result<Option<Variant>, Error> {
    let store_id = ctx.store_id();
    let row: Option<VariantRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Variant::try_from).transpose()
}

pub(crate) async fn lock(ctx: &mut Ctx, id: VariantId) -> Result<Option<Variant>, Error> {
    let store_id = ctx.store_id();
    let row: Option<VariantRow> = sqlx::query_as(LOCK)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(Variant::try_from).transpose()
}

pub(crate) async fn insert(ctx: &mut Ctx, variants: &[Variant]) -> Result<(), Error> {
    write(ctx, INSERT, variants).await
}

pub(crate) async fn update(ctx: &mut Ctx, variants: &[Variant]) -> Result<(), Error> {
    write(ctx, UPDATE, variants).await
}

async fn write(ctx: &mut Ctx, sql: &'static str, variants: &[Variant]) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let records: Vec<Record<'_>> = variants.iter().map(|variant| Record::new(variant, ctx)).collect();
    let records = serde_json::to_value(records)?;
    sqlx::query(sql)
        .bind(store_id)
        .bind(records)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}
