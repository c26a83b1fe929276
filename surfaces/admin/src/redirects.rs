//! Redirects: addresses that are gone, and the pages that stand for them.

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse as _, Redirect as SeeOther},
    routing::{get, post},
};
use kernel::{FieldError, Invalid};
use redirects::{ListError, PutError, Redirect, RemoveError};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Problem, Query, Staff, Visitor, can};

use crate::{
    Desk,
    forms::Errors,
    lists::{self, Rows},
};

/// The routes of this room.
#[rustfmt::skip]
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/admin/redirects", get(list).post(add))
        .route("/admin/redirects/remove", post(remove))
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct RedirectsQuery {
    q: String,
    cursor: String,
}

/// A redirect as it is typed.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct RedirectForm {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct RedirectsView {
    redirects: Rows<RedirectForm>,
    query: RedirectsQuery,
    form: RedirectForm,
    errors: Errors,
}

async fn list(staff: Staff<can::ReadCatalog>, Query(query): Query<RedirectsQuery>) -> Answer {
    render(
        &staff,
        StatusCode::OK,
        query,
        RedirectForm::default(),
        Errors::default(),
    )
    .await
}

async fn render(
    visitor: &Visitor,
    status: StatusCode,
    query: RedirectsQuery,
    form: RedirectForm,
    errors: Errors,
) -> Answer {
    let mut ctx = visitor.work.read();
    let page = redirects::list(&mut ctx, query.q.trim(), &lists::request(&query.cursor))
        .await
        .map_err(|error| match error {
            ListError::Forbidden(error) => Problem::from(error),
            ListError::Cursor(error) => Invalid::from(error).into(),
            ListError::Internal(error) => error.into(),
        })?;
    ctx.rollback().await;
    let row = |redirect: Redirect| RedirectForm {
        from: redirect.from().to_owned(),
        to: redirect.to().to_owned(),
    };
    let view = RedirectsView {
        redirects: Rows::new(page, &query.cursor, row),
        query,
        form,
        errors,
    };
    visitor.page_with_status(status, "admin/redirects/list.html", &view)
}

async fn add(staff: Staff<can::WriteCatalog>, Form(form): Form<RedirectForm>) -> Answer {
    match put(&staff, &form).await? {
        Ok(()) => {
            staff.flash("admin-redirect-added");
            Ok(SeeOther::to("/admin/redirects").into_response())
        }
        Err(invalid) => {
            let errors = Errors::of(&staff, invalid);
            let query = RedirectsQuery::default();
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, query, form, errors).await
        }
    }
}

async fn put(visitor: &Visitor, form: &RedirectForm) -> Result<Result<(), Invalid>, Problem> {
    let redirect = match Redirect::parse(&form.from, &form.to) {
        Ok(redirect) => redirect,
        Err(invalid) => return Ok(Err(invalid)),
    };
    let mut ctx = visitor.work.write();
    match redirects::put(&mut ctx, &[redirect]).await {
        Ok(_new) => {
            ctx.commit().await?;
            Ok(Ok(()))
        }
        Err(PutError::Circle(_)) => {
            let circle = FieldError::new("to", "redirect_loop", "leads back to where it comes from");
            Ok(Err(circle.into()))
        }
        Err(PutError::Forbidden(error)) => Err(error.into()),
        Err(PutError::Internal(error)) => Err(error.into()),
    }
}

async fn remove(staff: Staff<can::WriteCatalog>, Form(form): Form<RedirectForm>) -> Answer {
    let mut ctx = staff.work.write();
    let removed = redirects::remove(&mut ctx, &form.from).await;
    removed.map_err(|error| match error {
        RemoveError::Forbidden(error) => Problem::from(error),
        RemoveError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    staff.flash("admin-redirect-removed");
    Ok(SeeOther::to("/admin/redirects").into_response())
}
