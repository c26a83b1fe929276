//! What a customer said of products.

use axum::response::Response;
use kernel::{Cursor, PageRequest, ProductId, ReviewId};
use reviews::Author;
use serde::{Deserialize, Serialize};
use web::{Problem, Query, SignedIn};

use crate::{layout, reviews::shown::problem, views::moment};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReviewsQuery {
    cursor: String,
}

#[derive(Serialize)]
struct ReviewsView {
    reviews: Vec<ReviewRow>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct ReviewRow {
    id: ReviewId,
    product: String,
    slug: String,
    /// Whether the product has a page in the shop.
    is_published: bool,
    stars: i32,
    title: String,
    body: String,
    state: &'static str,
    reason: String,
    reply: String,
    written_at: String,
}

pub(crate) async fn show(visitor: SignedIn, Query(query): Query<ReviewsQuery>) -> Result<Response, Problem> {
    let cursor = Some(query.cursor)
        .filter(|cursor| !cursor.is_empty())
        .map(Cursor::from_text);
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    let author = Author {
        email: session.email.clone(),
        email_is_theirs: session.verified,
        customer: Some(visitor.customer),
        order: None,
    };
    let mut ctx = visitor.work.read();
    let page = reviews::list_own(&mut ctx, &author, &PageRequest::first(20).after(cursor))
        .await
        .map_err(problem)?;
    let ids: Vec<ProductId> = page.items.iter().map(|review| review.product_id).collect();
    let labels = catalog::labels(&mut ctx, &ids, &[]).await?;
    let (published, _next) = catalog::name_products(&mut ctx, &ids).await?;
    ctx.rollback().await;
    let row = |review: reviews::Review| {
        let label = labels.iter().find(|label| label.product_id == review.product_id);
        ReviewRow {
            id: review.id,
            is_published: published.iter().any(|name| name.id == review.product_id),
            product: label.map(|label| label.title.clone()).unwrap_or_default(),
            slug: label.map(|label| label.typed.clone()).unwrap_or_default(),
            stars: review.stars,
            title: review.title,
            body: review.body,
            state: review.state.as_str(),
            reason: review.reason,
            reply: review.reply,
            written_at: moment(review.created_at),
        }
    };
    let view = ReviewsView {
        next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
        reviews: page.items.into_iter().map(row).collect(),
    };
    layout::page(&visitor, "storefront/account/reviews.html", &view).await
}
