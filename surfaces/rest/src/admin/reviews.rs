//! `/admin/reviews`: look at what shoppers say, publish it, reject it, answer it.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use database::Ctx;
use kernel::{FieldError, Invalid, ProductId, ReviewId};
use reviews::{ChangeError, Chosen, DecideError, Decision, FindError, ListError, Queue, QueueFilter, QueueSort};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, Api, Idempotent, IfMatch, Path, Problem, Query, can};

use super::{require_version, tagged};
use crate::{
    endpoint::Endpoint,
    wire::{Paging, Review, ids, present},
};

const TAG: &str = "Admin: reviews";

/// Which reviews are looked at.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReviewQueue {
    Waiting,
    Published,
    Rejected,
    /// Reported since somebody looked at them.
    Reported,
}

/// The order of the queue.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReviewQueueSort {
    Newest,
    Oldest,
    /// Fewest stars first.
    Lowest,
    /// Reported by most first.
    Reports,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct QueueQuery {
    /// Which; all of them without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    queue: Option<ReviewQueue>,
    /// Words that stand in the author, address, title or text.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only reviews with so many stars.
    #[param(minimum = 1, maximum = 5)]
    #[serde(default, deserialize_with = "present")]
    stars: Option<i32>,
    /// Only reviews of this product.
    #[param(value_type = Option<ids::ProductId>)]
    #[serde(default, deserialize_with = "present")]
    product_id: Option<ProductId>,
    /// The order; `oldest` without it.
    #[param(inline)]
    #[serde(default, deserialize_with = "present")]
    sort: Option<ReviewQueueSort>,
    /// How many a page has; 24 without it.
    #[param(minimum = 1, maximum = 100)]
    #[serde(default, deserialize_with = "present")]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl QueueQuery {
    fn filter(&self) -> Result<QueueFilter, FieldError> {
        if self.stars.is_some_and(|stars| !(1..=5).contains(&stars)) {
            return Err(FieldError::new("stars", "out_of_range", "must be between 1 and 5"));
        }
        Ok(QueueFilter {
            queue: match self.queue {
                Some(ReviewQueue::Waiting) => Queue::Waiting,
                Some(ReviewQueue::Published) => Queue::Published,
                Some(ReviewQueue::Rejected) => Queue::Rejected,
                Some(ReviewQueue::Reported) => Queue::Reported,
                None => Queue::All,
            },
            q: self.q.as_deref().unwrap_or_default().trim().to_owned(),
            stars: self.stars,
            product_id: self.product_id,
            sort: match self.sort {
                Some(ReviewQueueSort::Newest) => QueueSort::Newest,
                Some(ReviewQueueSort::Oldest) | None => QueueSort::Oldest,
                Some(ReviewQueueSort::Lowest) => QueueSort::Lowest,
                Some(ReviewQueueSort::Reports) => QueueSort::Reports,
            },
        })
    }
}

/// A review with what only moderators see.
#[derive(Serialize, ToSchema)]
struct AdminReview {
    #[serde(flatten)]
    review: Review,
    #[schema(value_type = ids::ProductId)]
    product_id: ProductId,
    #[schema(value_type = Option<ids::CustomerId>)]
    customer_id: Option<kernel::CustomerId>,
    #[schema(value_type = Option<ids::OrderId>)]
    order_id: Option<kernel::OrderId>,
    email: String,
    /// Why it was rejected, or empty.
    reason: String,
    /// Why it was not published unseen: `links`, `repeated`, `bad_words`, `too_fast`, `same_text`.
    suspicions: Vec<&'static str>,
    /// How many reported it since somebody looked at it.
    reports: i64,
    version: i64,
    updated_at: DateTime<Utc>,
}

impl From<reviews::Review> for AdminReview {
    fn from(review: reviews::Review) -> Self {
        Self {
            product_id: review.product_id,
            customer_id: review.customer_id,
            order_id: review.order_id,
            email: review.email.as_str().to_owned(),
            reason: review.reason.clone(),
            suspicions: review.suspicions.iter().map(|suspicion| suspicion.as_str()).collect(),
            reports: review.reports,
            version: review.version,
            updated_at: review.updated_at,
            review: review.into(),
        }
    }
}

/// Nothing more needs to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApproveReview {}

/// Why a review is not published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RejectReview {
    /// Its author reads it.
    #[schema(
        min_length = 1,
        max_length = 5000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )]
    reason: String,
}

/// What the store answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplyToReview {
    /// Everybody reads it; empty takes it away.
    #[schema(max_length = 5000)]
    reply: String,
}

/// The endpoints of this file.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        list_endpoint(),
        get_endpoint(),
        approve_endpoint(),
        reject_endpoint(),
        reply_endpoint(),
    ]
}

fn list_endpoint() -> Endpoint {
    Endpoint::get("list_all_reviews", "/admin/reviews", list)
        .says(
            TAG,
            "List reviews",
            "Reviews wherever they stand, with what makes them suspicious.",
        )
        .guarded::<can::ModerateReviews>()
        .query::<QueueQuery>()
        .lists::<AdminReview>("A page of reviews.")
        .schema::<AdminReview>()
}

fn get_endpoint() -> Endpoint {
    Endpoint::get("get_review", "/admin/reviews/{id}", get)
        .says(TAG, "Get a review", "A review wherever it stands.")
        .guarded::<can::ModerateReviews>()
        .path_id::<ids::ReviewId>("id", "The review.")
        .answers::<AdminReview>(200, "The review.")
        .tagged(200)
}

fn approve_endpoint() -> Endpoint {
    let endpoint = Endpoint::post("approve_review", "/admin/reviews/{id}/approve", approve).says(
        TAG,
        "Publish a review",
        "Everybody sees it from now on. What was reported of it is settled.",
    );
    changes(endpoint.body::<ApproveReview>())
}

fn reject_endpoint() -> Endpoint {
    let endpoint = Endpoint::post("reject_review", "/admin/reviews/{id}/reject", reject).says(
        TAG,
        "Reject a review",
        "Only its author sees it from now on, with the reason.",
    );
    changes(endpoint.body::<RejectReview>())
}

fn reply_endpoint() -> Endpoint {
    let endpoint = Endpoint::patch("reply_to_review", "/admin/reviews/{id}", reply).says(
        TAG,
        "Answer a review",
        "The store's answer, which stands below the review.",
    );
    changes(endpoint.body::<ReplyToReview>())
}

fn changes(endpoint: Endpoint) -> Endpoint {
    endpoint
        .guarded::<can::ModerateReviews>()
        .path_id::<ids::ReviewId>("id", "The review.")
        .idempotent()
        .if_match(true)
        .answers::<AdminReview>(200, "The review since.")
        .tagged(200)
}

async fn list(api: Api<can::ModerateReviews>, paging: Paging, Query(query): Query<QueueQuery>) -> Answer {
    let filter = query.filter().map_err(Invalid::from)?;
    let page = paging.request(query.limit, query.cursor).map_err(Invalid::from)?;
    let listed = reviews::list_queue(&mut api.work.read(), &filter, &page).await;
    let page = listed.map_err(|error| match error {
        ListError::Forbidden(error) => Problem::from(error),
        ListError::Cursor(error) => Invalid::from(error).into(),
        ListError::Internal(error) => error.into(),
    })?;
    Ok(paging.list(page.map(AdminReview::from)).into_response())
}

async fn get(api: Api<can::ModerateReviews>, Path(id): Path<ReviewId>) -> Answer {
    answer(&mut api.work.read(), id).await
}

async fn find(ctx: &mut Ctx, id: ReviewId) -> Result<reviews::Review, Problem> {
    let review = reviews::find(ctx, id).await.map_err(|error| match error {
        FindError::Forbidden(error) => Problem::from(error),
        FindError::Internal(error) => error.into(),
    })?;
    review.ok_or_else(Problem::not_found)
}

async fn answer(ctx: &mut Ctx, id: ReviewId) -> Result<Response, Problem> {
    let review = find(ctx, id).await?;
    Ok(tagged(StatusCode::OK, review.version, AdminReview::from(review)))
}

async fn approve(
    api: Api<can::ModerateReviews>,
    Path(id): Path<ReviewId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<ApproveReview>,
) -> Answer {
    let ApproveReview {} = body;
    let expected = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        decide(ctx, id, expected, Decision::Approve).await
    })
    .await
}

async fn reject(
    api: Api<can::ModerateReviews>,
    Path(id): Path<ReviewId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<RejectReview>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let reason = body.reason.clone();
        decide(ctx, id, expected, Decision::Reject { reason }).await
    })
    .await
}

async fn decide(ctx: &mut Ctx, id: ReviewId, expected: Option<i64>, decision: Decision) -> Result<Response, Problem> {
    let version = match expected {
        Some(version) => version,
        None => find(ctx, id).await?.version,
    };
    let decided = reviews::decide(ctx, &[Chosen { id, version }], &decision).await;
    let decided = decided.map_err(|error| match error {
        DecideError::Forbidden(error) => Problem::from(error),
        DecideError::Invalid(invalid) => invalid.into(),
        DecideError::Internal(error) => error.into(),
    })?;
    if !decided.stale.is_empty() {
        find(ctx, id).await?;
        return Err(Problem::version_conflict());
    }
    answer(ctx, id).await
}

async fn reply(
    api: Api<can::ModerateReviews>,
    Path(id): Path<ReviewId>,
    version: Result<IfMatch, Problem>,
    headers: HeaderMap,
    Idempotent { body, request }: Idempotent<ReplyToReview>,
) -> Answer {
    let expected = require_version(version, &headers)?;
    web::write_idempotently(&api.work, &request, async |ctx| {
        let version = match expected {
            Some(version) => version,
            None => find(ctx, id).await?.version,
        };
        let replied = reviews::reply(ctx, id, version, &body.reply).await;
        replied.map_err(|error| match error {
            ChangeError::Forbidden(error) => Problem::from(error),
            ChangeError::NotFound => Problem::not_found(),
            ChangeError::VersionConflict => Problem::version_conflict(),
            ChangeError::Invalid(invalid) => invalid.into(),
            ChangeError::Internal(error) => error.into(),
        })?;
        answer(ctx, id).await
    })
    .await
}
