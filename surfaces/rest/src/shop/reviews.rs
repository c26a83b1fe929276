//! `/products/{slug}/reviews`: what shoppers say of a product, and how one of them says it.

use axum::{extract::State, http::StatusCode, response::IntoResponse as _};
use database::Ctx;
use kernel::{FieldError, Invalid, OrderId, Slug};
use reviews::{Author, Draft, ListError, PublishedFilter, WriteError};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Idempotent, Path, Problem, Query, Visitor};

use crate::{
    Rest,
    endpoint::Endpoint,
    wire::{Paging, Review, ids, present},
};

const TAG: &str = "Reviews";

/// The order of a list of reviews.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReviewSort {
    /// Written last first.
    Newest,
    /// Found helpful by most first.
    Helpful,
    /// Most stars first.
    Highest,
    /// Fewest stars first.
    Lowest,
}

impl From<ReviewSort> for reviews::Sort {
    fn from(sort: ReviewSort) -> Self {
        match sort {
            ReviewSort::Newest => Self::Newest,
            ReviewSort::Helpful => Self::Helpful,
            ReviewSort::Highest => Self::Highest,
            ReviewSort::Lowest => Self::Lowest,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ReviewsQuery {
    /// Only reviews with so many stars.
    #[param(minimum = 1, maximum = 5)]
    #[serde(default, deserialize_with = "present")]
    stars: Option<i32>,
    /// The order; `newest` without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    sort: Option<ReviewSort>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// The language of texts: `en` or `id`.
    #[expect(dead_code, reason = "read by web for every request")]
    lang: Option<String>,
}

/// A review, by a customer or by whoever holds the access token of an order.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WriteReview {
    /// The name that is shown.
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]*$"
    )]
    author: String,
    #[schema(minimum = 1, maximum = 5)]
    stars: i32,
    /// A line above it.
    #[serde(default)]
    #[schema(max_length = 150, pattern = r"^[^\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]*$")]
    title: String,
    /// Plain text.
    #[schema(
        min_length = 1,
        max_length = 5000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )]
    body: String,
    /// The order with which it was bought; not needed by a customer.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = ids::OrderId, required = false)]
    order_id: Option<OrderId>,
    /// That order's access token.
    #[serde(default)]
    #[schema(max_length = 200)]
    order_token: String,
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_reviews", "/products/{slug}/reviews", list)
        .says(TAG, "List reviews of a product", "The published reviews of a product.")
        .path_text("slug", "The product's slug.")
        .query::<ReviewsQuery>()
        .lists::<Review>("A page of reviews.")
        .schema::<Review>()
}

pub(crate) fn write_endpoint() -> Endpoint {
    Endpoint::post("write_review", "/products/{slug}/reviews", write)
        .says(
            TAG,
            "Review a product",
            "Writes the one review of a product that a customer, or the buyer of an order, has; or changes it. It may have to \
             wait for somebody of the store to look at it. Pictures are added on the product's page; those that are there stay.",
        )
        .path_text("slug", "The product's slug.")
        .idempotent()
        .body::<WriteReview>()
        .answers::<Review>(201, "The review.")
        .answers::<Review>(200, "The review that was there, as it is now.")
        .problem(401, "Neither a customer nor the token of an order.")
        .problem(
            403,
            "`reviews_closed`: the store takes no reviews. `not_bought`: only those who got the product may review it. \
             `not_yours`: the address has a review that was written with another order.",
        )
}

async fn list(visitor: Visitor, Path(slug): Path<String>, paging: Paging, Query(query): Query<ReviewsQuery>) -> Answer {
    if query.stars.is_some_and(|stars| !(1..=5).contains(&stars)) {
        return Err(Invalid::from(FieldError::new("stars", "out_of_range", "must be between 1 and 5")).into());
    }
    let page = paging.request(query.limit, query.cursor).map_err(Invalid::from)?;
    let mut ctx = visitor.work.read();
    let product = product(&mut ctx, &slug).await?;
    let filter = PublishedFilter {
        stars: query.stars,
        sort: query.sort.map_or(reviews::Sort::Newest, reviews::Sort::from),
    };
    let listed = reviews::list_published(&mut ctx, (product.id, &product.rating), &filter, &page).await;
    let listed = listed.map_err(|error| match error {
        ListError::Forbidden(error) => Problem::from(error),
        ListError::Cursor(error) => Invalid::from(error).into(),
        ListError::Internal(error) => error.into(),
    })?;
    Ok(paging.list(listed.page.map(Review::from)).into_response())
}

async fn product(ctx: &mut Ctx, slug: &str) -> Result<catalog::Product, Problem> {
    let slug = Slug::parse(slug).map_err(|_not_a_slug| Problem::not_found())?;
    let details = catalog::find_product(ctx, &slug).await?;
    details.map(|details| details.product).ok_or_else(Problem::not_found)
}

async fn write(
    visitor: Visitor,
    State(rest): State<Rest>,
    Path(slug): Path<String>,
    Idempotent { body, request }: Idempotent<WriteReview>,
) -> Answer {
    web::write_idempotently(&visitor.work, &request, async |ctx| {
        let product = product(ctx, &slug).await?;
        let author = author(&visitor, &rest, ctx, &body).await?;
        let before = reviews::find_own(ctx, &author, product.id).await?;
        let photos = before.map(|review| review.photos).unwrap_or_default();
        let draft = Draft::parse(&body.author, &body.stars.to_string(), &body.title, &body.body, photos)?;
        let written = reviews::write(ctx, &author, product.id, draft).await.map_err(problem)?;
        let status = if written.is_new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        Ok((status, web::Json(Review::from(written.review))).into_response())
    })
    .await
}

/// The buyer of the order whose token was sent, else the customer.
async fn author(visitor: &Visitor, rest: &Rest, ctx: &mut Ctx, body: &WriteReview) -> Result<Author, Problem> {
    if let Some(id) = body.order_id {
        if !orders::verify_access_token(&rest.link_key, id, &body.order_token) {
            return Err(Problem::not_found());
        }
        let order = orders::find(ctx, id).await?.ok_or_else(Problem::not_found)?;
        return Ok(Author {
            email: order.email,
            email_is_theirs: false,
            customer: visitor
                .customer()
                .filter(|customer| Some(*customer) == order.customer_id),
            order: Some(id),
        });
    }
    let session = visitor.session.as_ref().ok_or_else(Problem::unauthorized)?;
    Ok(Author {
        email: session.email.clone(),
        email_is_theirs: session.verified,
        customer: Some(visitor.customer().ok_or_else(Problem::unauthorized)?),
        order: None,
    })
}

fn problem(error: WriteError) -> Problem {
    let refuse = |code, error: &WriteError| Problem::new(StatusCode::FORBIDDEN, code, error.to_string());
    match error {
        WriteError::Closed => refuse("reviews_closed", &error),
        WriteError::NotBought => refuse("not_bought", &error),
        WriteError::NotTheirs => refuse("not_yours", &error),
        WriteError::NotFound => Problem::not_found(),
        WriteError::Invalid(error) => Invalid::from(error).into(),
        WriteError::Internal(error) => error.into(),
    }
}
