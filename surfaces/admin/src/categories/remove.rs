//! Moves a category among its neighbours, and takes one away after asking.

use axum::response::{IntoResponse as _, Redirect};
use catalog::{CategoryError, Direction};
use kernel::CategoryId;
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, can};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MoveForm {
    /// `up`, or else down.
    to: String,
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
    Ok(Redirect::to("/admin/categories").into_response())
}

pub(crate) async fn ask(staff: Staff<can::WriteCatalog>, Path(id): Path<CategoryId>) -> Answer {
    let mut ctx = staff.work.read();
    let categories = catalog::list_counted_categories(&mut ctx).await?;
    ctx.rollback().await;
    let children = categories
        .iter()
        .filter(|(category, _)| category.parent_id == Some(id))
        .count();
    let (category, count) = categories
        .into_iter()
        .find(|(category, _)| category.id == id)
        .ok_or_else(Problem::not_found)?;
    let view = DeleteView {
        id: id.to_string(),
        name: category.name,
        children,
        count,
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
        CategoryError::NotFound | CategoryError::NoSuchParent | CategoryError::Cycle | CategoryError::SlugTaken => {
            Problem::not_found()
        }
        CategoryError::VersionConflict { .. } => Problem::version_conflict(),
        CategoryError::Internal(error) => error.into(),
    }
}
