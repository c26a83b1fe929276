//! The views that somebody sees.

use database::Ctx;

use crate::{DeskList, View, ViewError, ViewNumber, store, view::keeper};

/// The member's own views of a list and those that others share, the oldest first.
pub async fn list_views(ctx: &mut Ctx, list: DeskList) -> Result<Vec<View>, ViewError> {
    let owner = keeper(ctx, list)?;
    Ok(store::list(ctx, list, owner).await?)
}

/// One of these views.
pub async fn find_view(ctx: &mut Ctx, list: DeskList, number: ViewNumber) -> Result<Option<View>, ViewError> {
    let views = list_views(ctx, list).await?;
    Ok(views.into_iter().find(|view| view.number == number))
}
