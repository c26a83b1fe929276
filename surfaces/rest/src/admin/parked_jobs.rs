//! `/admin/parked-jobs`: background work that failed too often, and its restart.

use axum::{http::StatusCode, response::IntoResponse as _};
use chrono::{DateTime, Utc};
use database::jobs::{ListParkedError, ParkedWork, ParkedWorkError};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Api, Idempotent, Path, Problem, Query, can};

use crate::{
    endpoint::Endpoint,
    wire::{PageQuery, Paging},
};

const TAG: &str = "Admin: jobs";

/// A job, or the delivery of an event, that failed too often or that no worker takes.
#[derive(Serialize, ToSchema)]
struct ParkedJob {
    /// The job's or the event's UUID.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// A job's kind, or `event kind → consumer`.
    kind: String,
    /// How often it was tried.
    attempts: i32,
    /// What went wrong last.
    last_error: Option<String>,
    /// When it was tried last, or since when it is due.
    run_at: DateTime<Utc>,
    /// It is not parked: it is due for more than an hour, and no worker takes it, for none that runs knows its kind.
    overdue: bool,
}

impl From<ParkedWork> for ParkedJob {
    fn from(work: ParkedWork) -> Self {
        Self {
            id: work.id,
            kind: work.kind,
            attempts: work.attempts,
            last_error: work.last_error,
            run_at: work.run_at,
            overdue: work.overdue,
        }
    }
}

pub(crate) fn list_endpoint() -> Endpoint {
    Endpoint::get("list_parked_jobs", "/admin/parked-jobs", list)
        .says(
            TAG,
            "List parked jobs",
            "Jobs and deliveries that failed too often, or that no worker has taken for an hour, the newest first.",
        )
        .guarded::<can::ManageJobs>()
        .query::<PageQuery>()
        .lists::<ParkedJob>("A page of parked jobs.")
}

async fn list(api: Api<can::ManageJobs>, paging: Paging, Query(query): Query<PageQuery>) -> Answer {
    let page = paging.request(query.limit, query.cursor)?;
    let parked = database::jobs::page_parked(&mut api.work.read(), &page)
        .await
        .map_err(|error| match error {
            ListParkedError::Forbidden(error) => Problem::from(error),
            ListParkedError::Cursor(error) => error.into(),
            ListParkedError::Internal(error) => error.into(),
        })?;
    Ok(paging.list(parked.map(ParkedJob::from)).into_response())
}

pub(crate) fn restart_endpoint() -> Endpoint {
    Endpoint::post("restart_job", "/admin/parked-jobs/{id}/restart", restart)
        .says(TAG, "Restart a parked job", "Queues it again, with all its attempts.")
        .guarded::<can::ManageJobs>()
        .path_uuid("id", "The job's or the event's UUID.")
        .idempotent()
        .answers_nothing(204, "It is queued again.")
}

async fn restart(
    api: Api<can::ManageJobs>,
    Path(id): Path<Uuid>,
    Idempotent { body: (), request }: Idempotent<()>,
) -> Answer {
    web::write_idempotently(&api.work, &request, async |ctx| {
        database::jobs::restart(ctx, id).await.map_err(problem)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

fn problem(error: ParkedWorkError) -> Problem {
    match error {
        ParkedWorkError::Forbidden(error) => error.into(),
        ParkedWorkError::NotParked => Problem::not_found(),
        ParkedWorkError::Internal(error) => error.into(),
    }
}
