//! The port behind which the shop shows its problems; `app` fills it from the surface.

use async_trait::async_trait;
use axum::{http::StatusCode, response::Response};
use serde::Serialize;

use crate::{Problem, Visitor, problem::ProblemField};

/// What a page tells of a problem.
#[derive(Debug, Serialize)]
pub struct ProblemView<'p> {
    /// The status of the answer.
    #[serde(serialize_with = "as_number")]
    pub status: StatusCode,
    pub(crate) code: &'p str,
    /// A sentence in the visitor's language, or the problem's own in English.
    pub(crate) detail: String,
    pub(crate) errors: &'p [ProblemField],
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// Shows problems the way the shop shows its pages: with its menu, search and cart around them.
#[async_trait]
pub trait ProblemPages: Send + Sync {
    /// The page. One that cannot be made is a problem, and the plain page stands in its place.
    async fn show(&self, visitor: &Visitor, view: &ProblemView<'_>) -> Result<Response, Problem>;
}

/// What a program without a shop has.
#[derive(Debug, Clone, Copy)]
pub struct PlainProblems;

#[async_trait]
impl ProblemPages for PlainProblems {
    async fn show(&self, visitor: &Visitor, view: &ProblemView<'_>) -> Result<Response, Problem> {
        visitor.page_with_status(view.status, "shared/error.html", view)
    }
}
