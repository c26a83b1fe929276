//! What shoppers say of products.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::ids;

/// What shoppers think of a product.
#[derive(Serialize, ToSchema)]
pub(crate) struct Rating {
    /// The stars on average, to one place, such as `"4.3"`; null without reviews.
    #[schema(value_type = Option<String>)]
    average: Option<Decimal>,
    /// How many reviews there are.
    #[schema(minimum = 0)]
    count: i64,
    /// How many have one star, two, and so on.
    #[schema(min_items = 5, max_items = 5)]
    by_stars: Vec<i64>,
}

impl From<catalog::Rating> for Rating {
    fn from(rating: catalog::Rating) -> Self {
        Self {
            average: rating.average(),
            count: rating.count(),
            by_stars: rating.counts().to_vec(),
        }
    }
}

/// A review as everybody sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Review {
    #[schema(value_type = ids::ReviewId)]
    id: kernel::ReviewId,
    /// The name that is shown.
    author: String,
    #[schema(minimum = 1, maximum = 5)]
    stars: i32,
    /// A line above it, or empty.
    title: String,
    /// Plain text.
    body: String,
    /// The addresses of its pictures.
    photos: Vec<String>,
    /// The language of the page it was written on.
    lang: &'static str,
    /// Whether a piece of the product had reached the author.
    verified: bool,
    /// `waiting`, `published` or `rejected`.
    state: &'static str,
    /// How many found it helpful.
    helpful: i64,
    /// What the store answered, or empty.
    reply: String,
    replied_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<reviews::Review> for Review {
    fn from(review: reviews::Review) -> Self {
        Self {
            id: review.id,
            author: review.author,
            stars: review.stars,
            title: review.title,
            body: review.body,
            photos: review.photos,
            lang: review.locale.code(),
            verified: review.verified,
            state: review.state.as_str(),
            helpful: review.helpful,
            reply: review.reply,
            replied_at: review.replied_at,
            created_at: review.created_at,
        }
    }
}
