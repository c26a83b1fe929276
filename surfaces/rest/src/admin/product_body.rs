//! What a request says of a product.

use catalog::{NewProduct, ProductChanges};
use chrono::{DateTime, Utc};
use kernel::{FieldError, Invalid};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    product_view::{ProductKind, ProductStatus},
    variant_body::CreateVariant,
};
use crate::wire::{ids, optional_time, present, present_time, words};

/// A product to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateProduct {
    #[schema(value_type = words::Title)]
    title: String,
    /// The last part of its page's address; made from the title without it.
    #[schema(value_type = Option<words::NewSlug>)]
    slug: Option<String>,
    /// Harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    description_html: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    short_description: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    brand: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    vendor: String,
    /// `physical` without it.
    kind: Option<ProductKind>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    product_type: String,
    /// `draft` without it.
    status: Option<ProductStatus>,
    /// From when shoppers see it; an active product without a date is published at once.
    #[serde(default, deserialize_with = "optional_time")]
    published_at: Option<DateTime<Utc>>,
    #[serde(default)]
    featured: bool,
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 250)]
    tags: Vec<String>,
    /// What a shopper chooses, such as `Size`.
    #[serde(default)]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 3)]
    option_names: Vec<String>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_title: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_description: String,
    /// Free fields.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: serde_json::Map<String, serde_json::Value>,
    /// The address that search engines are to keep instead of the page's own.
    #[serde(default)]
    #[schema(max_length = 2000)]
    canonical_url: String,
    /// How sizes are measured; harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    size_guide_html: String,
    /// What goes with it, in order.
    #[serde(default)]
    #[schema(value_type = Vec<ids::ProductId>, max_items = 24)]
    related_ids: Vec<kernel::ProductId>,
    #[serde(default)]
    #[schema(max_items = 2000)]
    variants: Vec<CreateVariant>,
    #[serde(default)]
    #[schema(max_items = 250)]
    images: Vec<ImageBody>,
    #[serde(default)]
    #[schema(value_type = Vec<ids::CategoryId>, max_items = 250)]
    category_ids: Vec<kernel::CategoryId>,
}

/// A picture: a path of the store or an address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImageBody {
    #[schema(min_length = 1, max_length = 2000)]
    url: String,
    /// What it shows, for those who do not see it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    alt: String,
}

impl CreateProduct {
    /// The product; everything that is out of bounds is named.
    pub(super) fn parse(self, currency: kernel::Currency) -> Result<NewProduct, Invalid> {
        let mut invalid = Invalid::default();
        at_most(&mut invalid, "variants", self.variants.len(), 2000);
        at_most(&mut invalid, "images", self.images.len(), 250);
        at_most(&mut invalid, "category_ids", self.category_ids.len(), MOST_CATEGORIES);
        let variants = self.variants.into_iter().enumerate();
        let variants = variants
            .map(|(index, variant)| variant.parse(currency, &format!("variants.{index}"), &mut invalid))
            .collect();
        invalid.into_result()?;
        Ok(NewProduct {
            slug: self.slug,
            title: self.title,
            description_html: self.description_html,
            short_description: self.short_description,
            brand: self.brand,
            vendor: self.vendor,
            kind: self.kind.map(catalog::ProductKind::from).unwrap_or_default(),
            product_type: self.product_type,
            status: self.status.map(catalog::ProductStatus::from).unwrap_or_default(),
            published_at: self.published_at,
            featured: self.featured,
            tags: self.tags,
            option_names: self.option_names,
            seo_title: self.seo_title,
            seo_description: self.seo_description,
            attributes: self.attributes,
            canonical_url: self.canonical_url,
            size_guide_html: self.size_guide_html,
            related_ids: self.related_ids,
            variants,
            images: self
                .images
                .into_iter()
                .map(|image| catalog::NewImage {
                    url: image.url,
                    alt: image.alt,
                })
                .collect(),
            category_ids: self.category_ids,
        })
    }
}

/// What to change; a field that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateProduct {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Title, required = false)]
    title: Option<String>,
    /// The old address leads to the new one.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Slug, required = false)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500_000)]
    description_html: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    short_description: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    brand: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    vendor: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ProductKind, required = false)]
    kind: Option<ProductKind>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    product_type: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ProductStatus, required = false)]
    status: Option<ProductStatus>,
    /// From when shoppers see it; null takes the date away.
    #[serde(default, deserialize_with = "present_time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false)]
    featured: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 250)]
    tags: Option<Vec<String>>,
    /// Their number changes only while there are no variants.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<words::Title>, required = false, max_items = 3)]
    option_names: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_description: Option<String>,
    /// Free fields, all of them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object, required = false)]
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    canonical_url: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500_000)]
    size_guide_html: Option<String>,
    /// What goes with it, all of it, in order.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ids::ProductId>, required = false, max_items = 24)]
    related_ids: Option<Vec<kernel::ProductId>>,
    /// The categories it is in, all of them. They say which attributes it has.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<ids::CategoryId>, required = false, max_items = 250)]
    category_ids: Option<Vec<kernel::CategoryId>>,
}

/// The most categories of a product.
const MOST_CATEGORIES: usize = 250;

fn at_most(invalid: &mut Invalid, field: &str, count: usize, most: usize) {
    if count > most {
        let message = format!("may have at most {most} entries");
        invalid.push(FieldError::new(field, "too_many", message));
    }
}

impl UpdateProduct {
    /// The changes, if there are not too many of a thing.
    pub(super) fn parse(self) -> Result<ProductChanges, Invalid> {
        let mut invalid = Invalid::default();
        let categories = self.category_ids.as_ref().map_or(0, Vec::len);
        at_most(&mut invalid, "category_ids", categories, MOST_CATEGORIES);
        invalid.into_result()?;
        Ok(self.into())
    }
}

impl From<UpdateProduct> for ProductChanges {
    fn from(body: UpdateProduct) -> Self {
        Self {
            slug: body.slug,
            title: body.title,
            description_html: body.description_html,
            short_description: body.short_description,
            brand: body.brand,
            vendor: body.vendor,
            kind: body.kind.map(catalog::ProductKind::from),
            product_type: body.product_type,
            status: body.status.map(catalog::ProductStatus::from),
            published_at: body.published_at,
            featured: body.featured,
            tags: body.tags,
            option_names: body.option_names,
            seo_title: body.seo_title,
            seo_description: body.seo_description,
            attributes: body.attributes,
            canonical_url: body.canonical_url,
            size_guide_html: body.size_guide_html,
            related_ids: body.related_ids,
            category_ids: body.category_ids,
        }
    }
}
