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
    price_upto: Option<i64>,
    was: Option<i64>,
    measure: Option<String>,
    measure_base: Option<String>,
    variant_count: i64,
    only_variant: Option<VariantId>,
    relevance: i64,
    pay_min: Option<i64>,
}

/// What only the order of a list needs of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rank {
    /// How well it matches the search words, in millionths; 0 without any.
    pub(crate) relevance: i64,
    /// The lowest price to pay, as it was worked out last.
    pub(crate) pay_min: Option<i64>,
}

impl SummaryRow {
    /// The summary and its rank, which only cursors need.
    pub(crate) fn into_ranked(self) -> Result<(ProductSummary, Rank), Error> {
        let rank = Rank {
            relevance: self.relevance,
            pay_min: self.pay_min,
        };
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
            price_upto: self.price_upto.map(money),
            was: self.was.map(money),
            measure: measure(
                &self.measure.unwrap_or_default(),
                &self.measure_base.unwrap_or_default(),
            )?,
            variant_count: self.variant_count,
            only_variant: self.only_variant,
        };
        Ok((summary, rank))
    }
}
