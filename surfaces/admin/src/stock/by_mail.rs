//! Whoever works here reads each morning what is low, if they want to.

use axum::response::{IntoResponse as _, Redirect};
use notifications::AskForLowStockError;
use serde::Deserialize;
use web::{Answer, Form, Problem, Staff, can};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ByMailForm {
    wanted: String,
}

pub(crate) async fn choose(staff: Staff<can::ReadCatalog>, Form(form): Form<ByMailForm>) -> Answer {
    let wanted = !form.wanted.is_empty();
    let mut ctx = staff.work.write();
    notifications::ask_for_low_stock(&mut ctx, wanted)
        .await
        .map_err(problem)?;
    ctx.commit().await?;
    staff.flash(if wanted {
        "admin-flash-low-stock-wanted"
    } else {
        "admin-flash-low-stock-refused"
    });
    Ok(Redirect::to("/admin/stock").into_response())
}

fn problem(error: AskForLowStockError) -> Problem {
    match error {
        AskForLowStockError::Forbidden(error) => error.into(),
        AskForLowStockError::Internal(error) => error.into(),
    }
}
