//! Deletes a view, and brings it back.

use chrono::TimeDelta;
use database::Ctx;

use crate::{
    DeskList, ViewError, ViewNumber, change, store,
    view::{MOST, keeper, too_many},
};

/// How long a deleted view can be brought back.
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// Deletes a view that is still at that version. Those that were deleted long ago go for good.
pub async fn delete_view(
    ctx: &mut Ctx,
    list: DeskList,
    number: ViewNumber,
    expected_version: i64,
) -> Result<(), ViewError> {
    keeper(ctx, list)?;
    change::lock(ctx, list, number, expected_version).await?;
    store::update_deleted(ctx, number).await?;
    let before = ctx.now() - KEPT_FOR;
    store::delete_older(ctx, before).await?;
    Ok(())
}

/// Brings a view back that the actor could have deleted, if its owner has room for it.
pub async fn restore_view(ctx: &mut Ctx, list: DeskList, number: ViewNumber) -> Result<(), ViewError> {
    keeper(ctx, list)?;
    let deleted = store::lock_deleted(ctx, number).await?;
    let view = deleted.filter(|view| view.list == list && view.may_be_changed_by(ctx.actor()));
    let view = view.ok_or(ViewError::NotFound)?;
    if store::update_restored(ctx, &view, MOST).await? {
        Ok(())
    } else {
        Err(too_many().into())
    }
}
