//! A product as staff see it.

use catalog::ProductDetails;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{Money, ids};

/// How far a product has come.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProductStatus {
    /// Only staff see it.
    Draft,
    /// Shoppers see it from `published_at` on.
    Active,
    /// Taken off sale for good.
    Archived,
}

/// What a product is, which decides whether it is shipped.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProductKind {
    /// A thing in a parcel.
    Physical,
    /// A file to download.
    Digital,
    /// Work done for the buyer.
    Service,
    /// Credit to spend later.
    GiftCard,
}

impl From<ProductStatus> for catalog::ProductStatus {
    fn from(status: ProductStatus) -> Self {
        match status {
            ProductStatus::Draft => Self::Draft,
            ProductStatus::Active => Self::Active,
            ProductStatus::Archived => Self::Archived,
        }
    }
}

impl From<ProductKind> for catalog::ProductKind {
    fn from(kind: ProductKind) -> Self {
        match kind {
            ProductKind::Physical => Self::Physical,
            ProductKind::Digital => Self::Digital,
            ProductKind::Service => Self::Service,
            ProductKind::GiftCard => Self::GiftCard,
        }
    }
}

/// A product in the back office's list.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminListedProduct {
    #[schema(value_type = ids::ProductId)]
    id: kernel::ProductId,
    slug: String,
    title: String,
    brand: String,
    /// `physical`, `digital`, `service` or `gift_card`.
    kind: &'static str,
    /// `draft`, `active` or `archived`.
    status: &'static str,
    featured: bool,
    /// The first picture, or empty.
    image_url: String,
    /// Whether any active variant can be bought.
    in_stock: bool,
    /// The lowest regular price of the active variants.
    price_min: Option<Money>,
    /// The highest regular price of the active variants.
    price_max: Option<Money>,
    variant_count: i64,
    published_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl From<catalog::ProductSummary> for AdminListedProduct {
    fn from(product: catalog::ProductSummary) -> Self {
        Self {
            id: product.id,
            slug: product.slug.into_string(),
            title: product.title,
            brand: product.brand,
            kind: product.kind.as_str(),
            status: product.status.as_str(),
            featured: product.featured,
            image_url: product.image_url,
            in_stock: product.in_stock,
            price_min: product.price_min.map(Money::from),
            price_max: product.price_max.map(Money::from),
            variant_count: product.variant_count,
            published_at: product.published_at,
            updated_at: product.updated_at,
        }
    }
}

/// A product with everything that belongs to it, published or not.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminProduct {
    #[schema(value_type = ids::ProductId)]
    id: kernel::ProductId,
    slug: String,
    title: String,
    /// Harmless HTML.
    description_html: String,
    short_description: String,
    brand: String,
    vendor: String,
    /// `physical`, `digital`, `service` or `gift_card`.
    kind: &'static str,
    product_type: String,
    /// `draft`, `active` or `archived`.
    status: &'static str,
    published_at: Option<DateTime<Utc>>,
    featured: bool,
    tags: Vec<String>,
    option_names: Vec<String>,
    seo_title: String,
    seo_description: String,
    /// Free fields.
    #[schema(value_type = Object)]
    attributes: serde_json::Map<String, serde_json::Value>,
    /// The address that search engines are to keep instead of the page's own, or empty.
    canonical_url: String,
    /// How sizes are measured, as harmless HTML; empty means the guide of its categories.
    size_guide_html: String,
    /// What goes with it, in order.
    #[schema(value_type = Vec<ids::ProductId>)]
    related_ids: Vec<kernel::ProductId>,
    /// The lowest regular price of the active variants.
    price_min: Option<Money>,
    /// The highest regular price of the active variants.
    price_max: Option<Money>,
    /// Whether any active variant can be bought.
    in_stock: bool,
    variants: Vec<AdminVariant>,
    images: Vec<AdminImage>,
    #[schema(value_type = Vec<ids::CategoryId>)]
    category_ids: Vec<kernel::CategoryId>,
    /// Raised by every change; also in the ETag.
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A product's picture.
#[derive(Serialize, ToSchema)]
struct AdminImage {
    #[schema(value_type = ids::ImageId)]
    id: kernel::ImageId,
    url: String,
    alt: String,
}

/// A variant with its costs.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminVariant {
    #[schema(value_type = ids::VariantId)]
    id: kernel::VariantId,
    #[schema(value_type = ids::ProductId)]
    product_id: kernel::ProductId,
    position: i32,
    title: String,
    sku: Option<String>,
    barcode: String,
    option_values: Vec<String>,
    /// The regular price; null is not for sale.
    price: Option<Money>,
    compare_at: Option<Money>,
    cost: Option<Money>,
    sale: Option<AdminSale>,
    weight_grams: i64,
    /// With the packaging; 0 is not known.
    length_mm: i64,
    width_mm: i64,
    height_mm: i64,
    /// How much is in it, such as `750 ml`, or empty.
    measure: String,
    /// For how much its base price is, such as `1 l`, or empty.
    measure_base: String,
    hs_code: String,
    origin_country: String,
    tax_category: String,
    taxable: bool,
    requires_shipping: bool,
    active: bool,
    image_url: String,
    in_stock: bool,
    /// Raised by every change; also in the ETag.
    version: i64,
}

/// A lower price for a while.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminSale {
    price: Money,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
}

impl From<catalog::Sale> for AdminSale {
    fn from(sale: catalog::Sale) -> Self {
        Self {
            price: sale.price.into(),
            starts_at: sale.starts_at,
            ends_at: sale.ends_at,
        }
    }
}

impl From<ProductDetails> for AdminProduct {
    fn from(details: ProductDetails) -> Self {
        let category_ids = details.category_ids();
        let ProductDetails {
            product,
            variants,
            images,
            ..
        } = details;
        let image = |image: catalog::Image| AdminImage {
            id: image.id,
            url: image.url,
            alt: image.alt,
        };
        Self {
            id: product.id,
            slug: product.slug.into_string(),
            title: product.title,
            description_html: product.description_html,
            short_description: product.short_description,
            brand: product.brand,
            vendor: product.vendor,
            kind: product.kind.as_str(),
            product_type: product.product_type,
            status: product.status.as_str(),
            published_at: product.published_at,
            featured: product.featured,
            tags: product.tags,
            option_names: product.option_names,
            seo_title: product.seo_title,
            seo_description: product.seo_description,
            attributes: product.attributes,
            canonical_url: product.canonical_url,
            size_guide_html: product.size_guide_html,
            related_ids: product.related_ids,
            price_min: product.price_min.map(Money::from),
            price_max: product.price_max.map(Money::from),
            in_stock: product.in_stock,
            variants: variants.into_iter().map(AdminVariant::from).collect(),
            images: images.into_iter().map(image).collect(),
            category_ids,
            version: product.version,
            created_at: product.created_at,
            updated_at: product.updated_at,
        }
    }
}

impl From<catalog::Variant> for AdminVariant {
    fn from(variant: catalog::Variant) -> Self {
        let (measure, measure_base) = catalog::Measure::texts(variant.measure);
        Self {
            id: variant.id,
            product_id: variant.product_id,
            position: variant.position,
            title: variant.title,
            sku: variant.sku.map(kernel::Sku::into_string),
            barcode: variant.barcode,
            option_values: variant.option_values,
            price: variant.price.map(Money::from),
            compare_at: variant.compare_at.map(Money::from),
            cost: variant.cost.map(Money::from),
            sale: variant.sale.map(AdminSale::from),
            weight_grams: variant.weight_grams,
            length_mm: variant.dimensions.length_mm,
            width_mm: variant.dimensions.width_mm,
            height_mm: variant.dimensions.height_mm,
            measure,
            measure_base,
            hs_code: variant.hs_code,
            origin_country: variant.origin_country,
            tax_category: variant.tax_category,
            taxable: variant.taxable,
            requires_shipping: variant.requires_shipping,
            active: variant.active,
            image_url: variant.image_url,
            in_stock: variant.in_stock,
            version: variant.version,
        }
    }
}
