//! Shows problems as a page or as a document, follows pages that have moved, and sets the cookies that were asked for.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use futures_util::FutureExt as _;

use crate::{AppState, Problem, ProblemView, RequestFacts, Visitor, moved, pages::Site, room::Purpose};

/// The menu and the cart around a problem are not waited for any longer: what went wrong may be the database.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) async fn show_problems(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let facts = match request.extensions().get::<Arc<RequestFacts>>() {
        Some(facts) => Arc::clone(facts),
        None => return next.run(request).await,
    };
    request.extensions_mut().insert(Arc::clone(&facts));
    let method = request.method().clone();
    let asked = is_of_the_shop(&facts).then(|| {
        let (parts, body) = std::mem::take(&mut request).into_parts();
        request = Request::from_parts(parts.clone(), body);
        parts
    });
    let mut response = next.run(request).await;
    let mut response = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => match moved::redirect(&state, &facts, &method, &problem).await {
            Some(redirect) => redirect,
            None => {
                let allowed = response.headers_mut().remove(header::ALLOW);
                let mut shown = show(&state, &facts, &problem, asked).await;
                if let Some(methods) = allowed {
                    shown.headers_mut().insert(header::ALLOW, methods);
                }
                shown
            }
        },
        None => response,
    };
    facts.jar.write_to(response.headers_mut());
    response
}

/// Whether a page at the address is one of the shop's, and neither of the desk nor a file.
fn is_of_the_shop(facts: &RequestFacts) -> bool {
    let is_elsewhere = ["/admin/", "/assets/", "/media/"]
        .iter()
        .any(|folder| facts.path.starts_with(folder));
    !facts.wants_json && facts.path != "/admin" && !is_elsewhere
}

async fn show(state: &AppState, facts: &RequestFacts, problem: &Problem, asked: Option<Parts>) -> Response {
    if problem.is_full_disk() {
        state.database().note_full_disk();
    }
    if facts.wants_json {
        problem.json_response(Some(&facts.instance()))
    } else {
        page(state, facts, problem, asked).await
    }
}

async fn page(state: &AppState, facts: &RequestFacts, problem: &Problem, asked: Option<Parts>) -> Response {
    let store = facts.known_store(state);
    let locale = facts.locale(store.as_deref());
    let translated = state
        .translations()
        .find(locale, &format!("problem-{}", problem.code().replace('_', "-")), &[]);
    let view = ProblemView {
        status: problem.status(),
        code: problem.code(),
        detail: translated.unwrap_or_else(|| problem.detail().to_owned()),
        errors: problem.errors(),
    };
    let framed = match asked.filter(|asked| store.is_some() && has_frame(problem.status()) && reads_pages(asked)) {
        Some(asked) => frame(state, &asked, &view).await,
        None => None,
    };
    let mut response = framed.unwrap_or_else(|| plain_page(state, facts, &view));
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    if problem.status() != StatusCode::UNAUTHORIZED {
        problem.decorate(&mut response);
    }
    response
}

/// Whether there is time for more than the problem itself: whoever is told that too much is going on gets little.
fn has_frame(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::CONFLICT
            | StatusCode::GONE
            | StatusCode::UNPROCESSABLE_ENTITY
            | StatusCode::INTERNAL_SERVER_ERROR
    )
}

/// The page as the shop shows it, if it can be made and there is a place for it at once. What panicked below may do so again.
async fn frame(state: &AppState, asked: &Parts, view: &ProblemView<'_>) -> Option<Response> {
    let purpose = Purpose::of(asked.uri.path());
    let _held = state.room().enter(purpose).now_or_never()?.ok()?;
    let made = AssertUnwindSafe(async {
        let visitor = Visitor::read(state, asked).await?;
        state.problem_pages().show(&visitor, view).await
    });
    tokio::time::timeout(PATIENCE, made.catch_unwind())
        .await
        .ok()?
        .ok()?
        .ok()
}

/// Whether whoever asks reads pages: a browser that looks for a missing picture does not.
fn reads_pages(asked: &Parts) -> bool {
    let accepted = asked.headers.get(header::ACCEPT);
    accepted.is_none_or(|kinds| kinds.to_str().is_ok_and(|kinds| kinds.contains("text/html")))
}

/// The page without anything that has to be looked up.
fn plain_page(state: &AppState, facts: &RequestFacts, view: &ProblemView<'_>) -> Response {
    let store = facts.known_store(state);
    let session = facts.session.get().and_then(Option::as_ref);
    let site = Site::new(facts, store.as_deref(), session);
    let html = state
        .pages()
        .render_page(&site, "shared/error.html", view)
        .unwrap_or_else(|_logged| plain(view.status));
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (view.status, [(header::CONTENT_TYPE, kind)], html).into_response()
}

/// What is left when even the error page cannot be made.
fn plain(status: StatusCode) -> String {
    format!("<!doctype html><title>{status}</title><h1>{status}</h1>")
}
