//! What shoppers say of products: on a product's page, and the pages on which they say it.

pub(crate) mod delete;
pub(crate) mod form;
pub(crate) mod of_order;
pub(crate) mod photos;
mod reviewed;
pub(crate) mod shown;
pub(crate) mod vote;

use axum::response::{IntoResponse as _, Redirect, Response};
use catalog::Rating;
use database::Ctx;
use kernel::{OrderId, ReviewId};
use reviews::{Author, Review};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde::{Deserialize, Serialize};
use web::{Problem, Visitor};

use crate::{Shop, views::moment};

/// The signed link of an order, by which guests are known.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Link {
    pub(crate) order: String,
    pub(crate) token: String,
}

impl Link {
    /// An order that the link proves.
    fn proven(&self, shop: &Shop) -> Option<OrderId> {
        let id = self.order.parse().ok()?;
        orders::verify_access_token(&shop.link_key, id, &self.token).then_some(id)
    }
}

/// Who may say something here: a customer, whoever followed the link of an order, or nobody that is known.
pub(crate) async fn author(
    visitor: &Visitor,
    shop: &Shop,
    ctx: &mut Ctx,
    link: &Link,
) -> Result<Option<Author>, Problem> {
    let account = visitor.session.as_ref().and_then(|session| {
        Some(Author {
            email: session.email.clone(),
            email_is_theirs: session.verified,
            customer: Some(visitor.customer()?),
            order: None,
        })
    });
    let Some(id) = link.proven(shop) else {
        return Ok(account);
    };
    let order = orders::find(ctx, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Some(match account {
        Some(account) if account.customer == order.customer_id => Author {
            order: Some(id),
            ..account
        },
        Some(_) | None => Author {
            email: order.email,
            email_is_theirs: false,
            customer: None,
            order: Some(id),
        },
    }))
}

/// Whoever is not known signs in first and comes back; members of staff do not buy here.
pub(crate) fn unknown(visitor: &Visitor, here: &str) -> Result<Response, Problem> {
    if visitor.session.is_some() {
        return Err(Problem::new(
            axum::http::StatusCode::FORBIDDEN,
            "forbidden",
            "This account does not buy here.",
        ));
    }
    let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    Ok(Redirect::to(&format!("/login?next={next}")).into_response())
}

/// What shoppers think of a product, in numbers.
#[derive(Debug, Serialize)]
pub(crate) struct RatingView {
    pub(crate) count: i64,
    /// The average's whole stars and tenths, for languages to put a sign between.
    whole: i64,
    tenth: i64,
    /// The average in halves of a star, for the drawn stars.
    halves: i64,
}

impl From<Rating> for RatingView {
    fn from(rating: Rating) -> Self {
        let average = rating.average().unwrap_or_default();
        let tenths = (average * Decimal::TEN).to_i64().unwrap_or_default();
        Self {
            count: rating.count(),
            whole: tenths / 10,
            tenth: tenths % 10,
            halves: (tenths + 2) / 5,
        }
    }
}

/// A review as its readers see it.
#[derive(Serialize)]
pub(crate) struct ReviewView {
    id: ReviewId,
    author: String,
    stars: i32,
    title: String,
    body: String,
    photos: Vec<String>,
    lang: &'static str,
    verified: bool,
    written_at: String,
    reply: String,
    replied_at: Option<String>,
    helpful: i64,
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> Self {
        Self {
            id: review.id,
            author: review.author,
            stars: review.stars,
            title: review.title,
            body: review.body,
            photos: review.photos,
            lang: review.locale.code(),
            verified: review.verified,
            written_at: moment(review.created_at),
            reply: review.reply,
            replied_at: review.replied_at.map(moment),
            helpful: review.helpful,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_drawn_in_halves() {
        for (counts, expected) in [
            ([0, 0, 0, 0, 0], (0, 0, 0)),
            ([0, 0, 0, 0, 1], (5, 0, 10)),
            ([1, 0, 0, 1, 1], (3, 3, 7)),
            ([0, 0, 1, 1, 2], (4, 3, 9)),
            ([0, 0, 0, 7, 1], (4, 1, 8)),
        ] {
            let view = RatingView::from(Rating::of(counts));
            assert_eq!((view.whole, view.tenth, view.halves), expected, "{counts:?}");
        }
    }
}
