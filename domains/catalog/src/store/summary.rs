//! The row of a product in a list.

use database::Error;
use kernel::{Money, ProductId, Time, VariantId};

use super::rows::{currency, kind, measure, rating, slug, status};
use crate::ProductSummary;

#[derive(sqlx::FromRow)]
pub(crate) struct SummaryRow {
    id: ProductId,
    slug: String,
    title: String,
    short_description: String,
    brand: String,
    kind: String,
    status: String,
    published_at: Option<Time>,
    updated_at: Time,
    featured: bool,
    image_url: String,
    in_stock: bool,
    ratings: Vec<i64>,
    sold: i64,
    currency: String,
    price_min: Option<i64>,
    price_max: Option<i64>,
    price: Option<i64>,
    was: Option<i64>,
    measure: Option<String>,
    measure_base: Option<String>,
    variant_count: i64,
    only_variant: Option<VariantId>,
    /// How well the product matches the search words, in millionths; 0 without any.
    pub(crate) relevance: i64,
}

impl SummaryRow {
    /// The summary and its relevance, which only cursors need.
    pub(crate) fn into_ranked(self) -> Result<(ProductSummary, i64), Error> {
        let currency = currency(&self.currency)?;
        let money = |minor| Money::new(minor, currency);
        let summary = ProductSummary {
            id: self.id,
            slug: slug(&self.slug)?,
            kind: kind(&self.kind)?,
            status: status(&self.status)?,
            title: self.title,
            short_description: self.short_description,
            brand: self.brand,
            published_at: self.published_at,
            updated_at: self.updated_at,
            featured: self.featured,
            image_url: self.image_url,
            in_stock: self.in_stock,
            rating: rating(self.ratings)?,
            sold: self.sold,
            price_min: self.price_min.map(money),
            price_max: self.price_max.map(money),
            price: self.price.map(money),
            was: self.was.map(money),
            measure: measure(
                &self.measure.unwrap_or_default(),
                &self.measure_base.unwrap_or_default(),
            )?,
            variant_count: self.variant_count,
            only_variant: self.only_variant,
        };
        Ok((summary, self.relevance))
    }
}
