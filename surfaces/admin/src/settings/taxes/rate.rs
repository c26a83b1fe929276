//! One of the store's own rates, and its end.

use kernel::TaxRateId;
use tax::{RemoveRateError, find_own_rate, remove_rate};
use web::{Answer, Path, Problem, Staff, can};

use super::super::removal::{self, Removal};

/// Asks first.
pub(crate) async fn ask(staff: Staff<can::ManageSettings>, Path(id): Path<TaxRateId>) -> Answer {
    let mut ctx = staff.work.read();
    let rate = find_own_rate(&mut ctx, id).await?.ok_or_else(Problem::not_found)?;
    ctx.rollback().await;
    let removal = Removal {
        kind: "rate",
        page: "taxes",
        part: "rates",
    };
    let name = format!("{}, {}", rate.rate.name, rate.rate.jurisdiction);
    removal::ask(&staff, removal, id.to_string(), &name)
}

pub(crate) async fn remove(staff: Staff<can::ManageSettings>, Path(id): Path<TaxRateId>) -> Answer {
    let mut ctx = staff.work.write();
    remove_rate(&mut ctx, id).await.map_err(|error| match error {
        RemoveRateError::Forbidden(error) => Problem::from(error),
        RemoveRateError::NotFound => Problem::not_found(),
        RemoveRateError::Internal(error) => error.into(),
    })?;
    ctx.commit().await?;
    Ok(super::saved(&staff))
}
