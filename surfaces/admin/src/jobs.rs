//! Background work that was given up, to be tried again, and such as nobody takes.

use axum::{
    Router,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use database::jobs::{self, ParkedWork, ParkedWorkError};
use serde::Serialize;
use uuid::Uuid;
use web::{Answer, Path, Problem, Staff, can};

use crate::Desk;

/// The routes of this room.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/jobs", get(list))
        .route("/admin/jobs/{id}/restart", post(restart))
}

#[derive(Serialize)]
struct JobsView {
    jobs: Vec<JobRow>,
}

#[derive(Serialize)]
struct JobRow {
    id: String,
    kind: String,
    attempts: i32,
    last_error: String,
    tried_at: String,
    overdue: bool,
}

impl From<ParkedWork> for JobRow {
    fn from(work: ParkedWork) -> Self {
        Self {
            id: work.id.to_string(),
            kind: work.kind,
            attempts: work.attempts,
            last_error: work.last_error.unwrap_or_default(),
            tried_at: work.run_at.to_rfc3339(),
            overdue: work.overdue,
        }
    }
}

pub(crate) async fn list(staff: Staff<can::ManageJobs>) -> Answer {
    let mut ctx = staff.work.read();
    let parked = jobs::list_parked(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    staff.page(
        "admin/jobs/list.html",
        &JobsView {
            jobs: parked.into_iter().map(JobRow::from).collect(),
        },
    )
}

pub(crate) async fn restart(staff: Staff<can::ManageJobs>, Path(id): Path<Uuid>) -> Answer {
    let mut ctx = staff.work.write();
    match jobs::restart(&mut ctx, id).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-restarted");
        }
        Err(ParkedWorkError::NotParked) => {
            ctx.rollback().await;
            staff.flash("admin-flash-not-parked");
        }
        Err(error) => return Err(problem(error)),
    }
    Ok(Redirect::to("/admin/jobs").into_response())
}

/// What an error of parked work is.
pub(crate) fn problem(error: ParkedWorkError) -> Problem {
    match error {
        ParkedWorkError::Forbidden(error) => error.into(),
        ParkedWorkError::NotParked => Problem::not_found(),
        ParkedWorkError::Internal(error) => error.into(),
    }
}
