//! Shows problems as a page or as a document, follows pages that have moved, and sets the cookies that were asked for.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{AppState, Problem, RequestFacts, moved, pages::Site, problem::ProblemField};

pub(crate) async fn show_problems(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let facts = match request.extensions().get::<Arc<RequestFacts>>() {
        Some(facts) => Arc::clone(facts),
        None => return next.run(request).await,
    };
    request.extensions_mut().insert(Arc::clone(&facts));
    let method = request.method().clone();
    let mut response = next.run(request).await;
    let mut response = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => match moved::redirect(&state, &facts, &method, &problem).await {
            Some(redirect) => redirect,
            None => show(&state, &facts, &problem, &response),
        },
        None => response,
    };
    facts.jar.write_to(response.headers_mut());
    response
}

/// The view of `shared/error.html`.
#[derive(Debug, Serialize)]
struct ErrorView<'p> {
    status: u16,
    code: &'p str,
    /// A sentence in the visitor's language, or the problem's own in English.
    detail: String,
    errors: &'p [ProblemField],
}

fn show(state: &AppState, facts: &RequestFacts, problem: &Problem, original: &Response) -> Response {
    let mut response = if facts.wants_json {
        problem.json_response(Some(&format!("{}#{}", facts.path, facts.id)))
    } else {
        page(state, facts, problem)
    };
    for name in [header::ALLOW] {
        if let Some(value) = original.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn page(state: &AppState, facts: &RequestFacts, problem: &Problem) -> Response {
    let store = facts.known_store(state);
    let session = facts.session.get().and_then(Option::as_ref);
    let site = Site::new(facts, store.as_deref(), session);
    let locale = facts.locale(store.as_deref());
    let translated = state
        .translations()
        .find(locale, &format!("problem-{}", problem.code().replace('_', "-")), &[]);
    let view = ErrorView {
        status: problem.status().as_u16(),
        code: problem.code(),
        detail: translated.unwrap_or_else(|| problem.detail().to_owned()),
        errors: problem.errors(),
    };
    let html = state
        .pages()
        .render_page(&site, "shared/error.html", &view)
        .unwrap_or_else(|_logged| plain(problem));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (problem.status(), headers, html).into_response();
    if problem.status() != StatusCode::UNAUTHORIZED {
        problem.decorate(&mut response);
    }
    response
}

/// What is left when even the error page cannot be made.
fn plain(problem: &Problem) -> String {
    format!("<!doctype html><title>{0}</title><h1>{0}</h1>", problem.status())
}
