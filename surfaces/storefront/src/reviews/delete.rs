//! Somebody takes their review back, after they were asked.

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect},
};
use kernel::ReviewId;
use reviews::{Author, Review};
use serde::Serialize;
use web::{Answer, Path, Problem, Query, Visitor};

use super::{Link, author, of_order};
use crate::{Shop, layout};

#[derive(Serialize)]
struct DeleteView {
    id: ReviewId,
    link: Link,
    stars: i32,
    title: String,
    body: String,
    back: String,
}

pub(crate) async fn show(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<ReviewId>,
    Query(link): Query<Link>,
) -> Answer {
    let (_author, review) = own(&visitor, &shop, id, &link).await?;
    let view = DeleteView {
        id,
        back: back(&link),
        link,
        stars: review.stars,
        title: review.title,
        body: review.body,
    };
    layout::page(&visitor, "storefront/review_delete.html", &view).await
}

pub(crate) async fn delete(
    visitor: Visitor,
    State(shop): State<Shop>,
    Path(id): Path<ReviewId>,
    Query(link): Query<Link>,
) -> Answer {
    let (author, _review) = own(&visitor, &shop, id, &link).await?;
    let mut ctx = visitor.work.write();
    if reviews::delete(&mut ctx, &author, id).await? {
        ctx.commit().await?;
    } else {
        ctx.rollback().await;
    }
    visitor.flash("review-flash-deleted");
    Ok(Redirect::to(&back(&link)).into_response())
}

/// What is not somebody's own is not found.
async fn own(visitor: &Visitor, shop: &Shop, id: ReviewId, link: &Link) -> Result<(Author, Review), Problem> {
    let mut ctx = visitor.work.read();
    let author = author(visitor, shop, &mut ctx, link)
        .await?
        .ok_or_else(Problem::not_found)?;
    let review = reviews::find_own_by_id(&mut ctx, &author, id).await?;
    ctx.rollback().await;
    Ok((author, review.ok_or_else(Problem::not_found)?))
}

fn back(link: &Link) -> String {
    if link.order.is_empty() {
        "/account/reviews".to_owned()
    } else {
        of_order::path(link)
    }
}
