//! Souk's own JSON line of a product, described in the README of `imports`.

use catalog::{Attributes, PersonalField, QuantityRule, Variant};
use kernel::Money;
use serde::Serialize;

use crate::{products::Whole, sheet::moment};

#[derive(Serialize)]
struct Line<'a> {
    handle: &'a str,
    title: &'a str,
    description: &'a str,
    short_description: &'a str,
    brand: &'a str,
    vendor: &'a str,
    kind: &'static str,
    product_type: &'a str,
    categories: &'a [&'a [String]],
    tags: &'a [String],
    status: &'static str,
    published: bool,
    published_at: Option<String>,
    featured: bool,
    seo_title: &'a str,
    seo_description: &'a str,
    canonical_url: &'a str,
    size_guide: &'a str,
    personal_fields: &'a [PersonalField],
    quantity_rule: QuantityRule,
    related_products: &'a [String],
    attributes: &'a Attributes,
    images: Vec<Image<'a>>,
    options: &'a [String],
    variants: Vec<VariantLine<'a>>,
}

#[derive(Serialize)]
struct Image<'a> {
    url: String,
    alt: &'a str,
}

#[derive(Serialize)]
struct VariantLine<'a> {
    sku: Option<&'a str>,
    barcode: &'a str,
    options: &'a [String],
    price: Option<Amount>,
    compare_at: Option<Amount>,
    cost: Option<Amount>,
    sale_price: Option<Amount>,
    sale_starts_at: Option<String>,
    sale_ends_at: Option<String>,
    weight_grams: i64,
    length_mm: i64,
    width_mm: i64,
    height_mm: i64,
    hs_code: &'a str,
    origin_country: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity_rule: Option<QuantityRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure_base: Option<String>,
    quantity: Option<i64>,
    tracked: bool,
    backorder: bool,
    taxable: bool,
    requires_shipping: bool,
    tax_code: &'a str,
    image: String,
}

/// An amount in minor units.
#[derive(Serialize)]
pub(crate) struct Amount {
    amount: i64,
    currency: &'static str,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            amount: money.minor(),
            currency: money.currency().code(),
        }
    }
}

/// Writes the line.
pub(crate) fn write(out: &mut Vec<u8>, whole: &Whole<'_>) -> Result<(), serde_json::Error> {
    let product = &whole.details.product;
    let image = |image: &'_ catalog::Image| whole.picture(&image.url);
    let line = Line {
        handle: product.slug.as_str(),
        title: &product.title,
        description: &product.description_html,
        short_description: &product.short_description,
        brand: &product.brand,
        vendor: &product.vendor,
        kind: product.kind.as_str(),
        product_type: &product.product_type,
        categories: &whole.paths,
        tags: &product.tags,
        status: product.status.as_str(),
        published: product.published_at.is_some(),
        published_at: product.published_at.map(moment),
        featured: product.featured,
        seo_title: &product.seo_title,
        seo_description: &product.seo_description,
        canonical_url: &product.canonical_url,
        size_guide: &product.size_guide_html,
        personal_fields: &product.personal_fields,
        quantity_rule: product.quantity_rule,
        related_products: &whole.related,
        attributes: &product.attributes,
        images: whole
            .details
            .images
            .iter()
            .map(|picture| Image {
                url: image(picture),
                alt: &picture.alt,
            })
            .collect(),
        options: &product.option_names,
        variants: whole.variants().map(|variant| variant_line(whole, variant)).collect(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.push(b'\n');
    Ok(())
}

fn variant_line<'a>(whole: &Whole<'_>, variant: &'a Variant) -> VariantLine<'a> {
    let level = whole.level(variant);
    VariantLine {
        sku: variant.sku.as_ref().map(|sku| sku.as_str()),
        barcode: &variant.barcode,
        options: &variant.option_values,
        price: variant.price.map(Amount::from),
        compare_at: variant.compare_at.map(Amount::from),
        cost: variant.cost.map(Amount::from),
        sale_price: variant.sale.map(|sale| sale.price.into()),
        sale_starts_at: variant.sale.and_then(|sale| sale.starts_at).map(moment),
        sale_ends_at: variant.sale.and_then(|sale| sale.ends_at).map(moment),
        weight_grams: variant.weight_grams,
        length_mm: variant.dimensions.length_mm,
        width_mm: variant.dimensions.width_mm,
        height_mm: variant.dimensions.height_mm,
        hs_code: &variant.hs_code,
        origin_country: &variant.origin_country,
        quantity_rule: variant.quantity_rule,
        measure: variant.measure.map(|measure| measure.amount().to_string()),
        measure_base: variant.measure.map(|measure| measure.base().to_string()),
        quantity: level.map(|level| level.on_hand),
        tracked: level.is_some(),
        backorder: level.is_some_and(|level| level.backorder),
        taxable: variant.taxable,
        requires_shipping: variant.requires_shipping,
        tax_code: &variant.tax_category,
        image: whole.picture(&variant.image_url),
    }
}
