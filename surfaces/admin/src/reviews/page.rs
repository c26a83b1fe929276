//! One review: all it says, and what the store makes of it.

use axum::http::StatusCode;
use kernel::ReviewId;
use reviews::{ChangeError, Chosen, DecideError, Decision, FindError, Review, ReviewState};
use serde::{Deserialize, Serialize};
use web::{Answer, Done, OnceForm, Path, Problem, Staff, Visitor, can};

use crate::forms::{Errors, read_version};

/// What is typed about a review.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReviewForm {
    version: String,
    /// `approve`, `reject` or `undo`.
    decision: String,
    reason: String,
    reply: String,
    url: String,
}

#[derive(Serialize)]
struct ReviewView {
    id: String,
    version: i64,
    product: String,
    slug: String,
    author: String,
    email: String,
    order: Option<String>,
    stars: i32,
    title: String,
    body: String,
    photos: Vec<String>,
    lang: &'static str,
    verified: bool,
    state: &'static str,
    reason: String,
    suspicions: Vec<&'static str>,
    undo_state: Option<&'static str>,
    helpful: i64,
    reports: i64,
    written_at: String,
    changed_at: Option<String>,
    replied_at: Option<String>,
    has_reply: bool,
    /// What is in the fields.
    typed_reply: String,
    typed_reason: String,
    errors: Errors,
}

pub(crate) async fn show(staff: Staff<can::ModerateReviews>, Path(id): Path<ReviewId>) -> Answer {
    render(&staff, StatusCode::OK, id, None, Errors::default()).await
}

async fn load(visitor: &Visitor, id: ReviewId) -> Result<(Review, Option<catalog::Label>), Problem> {
    let mut ctx = visitor.work.read();
    let review = reviews::find(&mut ctx, id).await.map_err(|error| match error {
        FindError::Forbidden(error) => Problem::from(error),
        FindError::Internal(error) => error.into(),
    })?;
    let review = review.ok_or_else(Problem::not_found)?;
    let label = catalog::labels(&mut ctx, &[review.product_id], &[]).await?.pop();
    ctx.rollback().await;
    Ok((review, label))
}

/// The page, with what was typed if that was refused.
async fn render(
    visitor: &Visitor,
    status: StatusCode,
    id: ReviewId,
    typed: Option<ReviewForm>,
    errors: Errors,
) -> Answer {
    let (review, label) = load(visitor, id).await?;
    let (product, slug) = label.map(|label| (label.title, label.typed)).unwrap_or_default();
    let typed_reason = typed
        .as_ref()
        .map(|form| form.reason.clone())
        .filter(|text| !text.is_empty());
    let typed_reply = typed.map(|form| form.reply).filter(|text| !text.is_empty());
    let view = ReviewView {
        id: review.id.to_string(),
        version: review.version,
        product,
        slug,
        author: review.author,
        email: review.email.into_string(),
        order: review.order_id.map(|id| id.to_string()),
        stars: review.stars,
        title: review.title,
        body: review.body,
        photos: review.photos,
        lang: review.locale.code(),
        verified: review.verified,
        state: review.state.as_str(),
        typed_reason: typed_reason.unwrap_or_else(|| match review.state {
            ReviewState::Rejected => review.reason.clone(),
            ReviewState::Waiting | ReviewState::Published => String::new(),
        }),
        reason: review.reason,
        suspicions: review.suspicions.iter().map(|suspicion| suspicion.as_str()).collect(),
        undo_state: review.undo_state.map(ReviewState::as_str),
        helpful: review.helpful,
        reports: review.reports,
        written_at: review.created_at.to_rfc3339(),
        changed_at: (review.updated_at != review.created_at).then(|| review.updated_at.to_rfc3339()),
        replied_at: review.replied_at.map(|at| at.to_rfc3339()),
        has_reply: !review.reply.is_empty(),
        typed_reply: typed_reply.unwrap_or(review.reply),
        errors,
    };
    visitor.page_with_status(status, "admin/reviews/page.html", &view)
}

pub(crate) async fn decide(
    staff: Staff<can::ModerateReviews>,
    Path(id): Path<ReviewId>,
    OnceForm { form, request }: OnceForm<ReviewForm>,
) -> Answer {
    let chosen = [Chosen {
        id,
        version: read_version(&form.version),
    }];
    let written = web::write_form(&staff, &request, async |ctx| {
        let (decided, flash) = match form.decision.as_str() {
            "undo" => (reviews::undo(ctx, &chosen).await, "admin-flash-review-undone"),
            "reject" => {
                let reason = form.reason.clone();
                let reject = Decision::Reject { reason };
                (
                    reviews::decide(ctx, &chosen, &reject).await,
                    "admin-flash-review-rejected",
                )
            }
            _ => (
                reviews::decide(ctx, &chosen, &Decision::Approve).await,
                "admin-flash-review-approved",
            ),
        };
        let decided = decided.map_err(|error| match error {
            DecideError::Forbidden(error) => ChangeError::Forbidden(error),
            DecideError::Invalid(invalid) => ChangeError::Invalid(invalid),
            DecideError::Internal(error) => ChangeError::Internal(error),
        })?;
        if !decided.stale.is_empty() {
            return Err(ChangeError::VersionConflict);
        }
        Ok(Done::to(format!("/admin/reviews/{id}")).saying(flash))
    });
    let written = written.await?;
    changed(&staff, id, form, written).await
}

pub(crate) async fn reply(
    staff: Staff<can::ModerateReviews>,
    Path(id): Path<ReviewId>,
    OnceForm { form, request }: OnceForm<ReviewForm>,
) -> Answer {
    let written = web::write_form(&staff, &request, async |ctx| {
        reviews::reply(ctx, id, read_version(&form.version), &form.reply).await?;
        Ok(Done::to(format!("/admin/reviews/{id}")).saying("admin-flash-saved"))
    });
    let written = written.await?;
    changed(&staff, id, form, written).await
}

pub(crate) async fn remove_photo(
    staff: Staff<can::ModerateReviews>,
    Path(id): Path<ReviewId>,
    OnceForm { form, request }: OnceForm<ReviewForm>,
) -> Answer {
    let written = web::write_form(&staff, &request, async |ctx| {
        reviews::delete_photo(ctx, id, read_version(&form.version), &form.url).await?;
        Ok(Done::to(format!("/admin/reviews/{id}")).saying("admin-flash-deleted"))
    });
    let written = written.await?;
    changed(&staff, id, form, written).await
}

async fn changed(
    visitor: &Visitor,
    id: ReviewId,
    form: ReviewForm,
    written: Result<axum::response::Response, ChangeError>,
) -> Answer {
    match written {
        Ok(response) => Ok(response),
        Err(ChangeError::VersionConflict) => conflict(visitor, id, form).await,
        Err(ChangeError::Invalid(invalid)) => refuse(visitor, id, form, invalid).await,
        Err(ChangeError::NotFound) => Err(Problem::not_found()),
        Err(ChangeError::Forbidden(error)) => Err(error.into()),
        Err(ChangeError::Internal(error)) => Err(error.into()),
    }
}

async fn refuse(visitor: &Visitor, id: ReviewId, form: ReviewForm, invalid: kernel::Invalid) -> Answer {
    let errors = Errors::of(visitor, invalid);
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, id, Some(form), errors).await
}

/// Somebody else was quicker: what they left is shown, with what was typed.
async fn conflict(visitor: &Visitor, id: ReviewId, form: ReviewForm) -> Answer {
    let errors = Errors::one(visitor, "form", "review_changed", "somebody changed it meanwhile");
    render(visitor, StatusCode::CONFLICT, id, Some(form), errors).await
}
