//! What went wrong, inside the shop's own frame, so that whoever gets lost finds the menu, the search and their cart.

use async_trait::async_trait;
use axum::response::Response;
use web::{Problem, ProblemPages, ProblemView, Visitor};

use crate::{head::Head, layout};

/// Shows problems as pages of the shop.
#[derive(Debug, Clone, Copy)]
pub struct ProblemsInTheShop;

#[async_trait]
impl ProblemPages for ProblemsInTheShop {
    async fn show(&self, visitor: &Visitor, view: &ProblemView<'_>) -> Result<Response, Problem> {
        let head = Head {
            unlisted: true,
            ..Head::default()
        };
        layout::page_about_with_status(visitor, view.status, "storefront/problem.html", view, head).await
    }
}
