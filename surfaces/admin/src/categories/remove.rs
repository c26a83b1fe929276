//! Moves a category among its neighbours, and takes one away after asking.

use axum::response::{IntoResponse as _, Redirect};
use catalog::{CategoryError, Direction};
use kernel::CategoryId;
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, can};

use crate::{lists, products::find_problem};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MoveForm {
    /// `up`, or else down.
    to: String,
    /// The page of the list that it is moved on.
    q: String,
    cursor: String,
}

#[derive(Serialize)]
struct DeleteView {
    id: String,
    name: String,
    children: usize,
    count: i64,
}

pub(crate) async fn move_it(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<CategoryId>,
    Form(form): Form<MoveForm>,
) -> Answer {
    let direction = match form.to.as_str() {
        "up" => Direction::Up,
        _ => Direction::Down,
    };
    let mut ctx = staff.work.write();
    catalog::move_category(&mut ctx, id, direction).await.map_err(problem)?;
    ctx.commit().await?;
    let page = lists::address("/admin/categories", &[("q", form.q), ("cursor", form.cursor)]);
    Ok(Redirect::to(&page).into_response())
}

pub(crate) async fn ask(staff: Staff<can::WriteCatalog>, Path(id): Path<CategoryId>) -> Answer {
    let mut ctx = staff.work.read();
    let found = catalog::find_placed_category(&mut ctx, id).await;
    ctx.rollback().await;
    let placed = found.map_err(find_problem)?.ok_or_else(Problem::not_found)?;
    let view = DeleteView {
        id: id.to_string(),
        name: placed.category.name,
        children: placed.children,
        count: placed.products,
    };
    staff.page("admin/categories/delete.html", &view)
}

pub(crate) async fn delete(staff: Staff<can::WriteCatalog>, Path(id): Path<CategoryId>) -> Answer {
    let mut ctx = staff.work.write();
    catalog::delete_category(&mut ctx, id, None).await.map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-deleted");
    Ok(Redirect::to("/admin/categories").into_response())
}

fn problem(error: CategoryError) -> Problem {
    match error {
        CategoryError::Forbidden(error) => error.into(),
        CategoryError::Invalid(invalid) => invalid.into(),
        CategoryError::NotFound
        | CategoryError::NoSuchParent
        | CategoryError::Cycle
        | CategoryError::TooDeep
        | CategoryError::SlugTaken => Problem::not_found(),
        CategoryError::VersionConflict { .. } => Problem::version_conflict(),
        CategoryError::Internal(error) => error.into(),
    }
}
