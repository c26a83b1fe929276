//! Changes what a view is called and who sees it.

use database::Ctx;

use crate::{
    DeskList, View, ViewError, ViewNumber, store,
    view::{checked_name, keeper},
};

/// What a view is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewChanges {
    /// What its tab is to say.
    pub name: String,
    /// Whether everybody who may see the list is to see it.
    pub shared: bool,
}

/// Changes a view that is still at that version.
pub async fn change_view(
    ctx: &mut Ctx,
    list: DeskList,
    number: ViewNumber,
    expected_version: i64,
    changes: ViewChanges,
) -> Result<(), ViewError> {
    keeper(ctx, list)?;
    let name = checked_name(&changes.name)?;
    let mut view = lock(ctx, list, number, expected_version).await?;
    view.name = name;
    view.shared = changes.shared;
    store::update(ctx, &view).await?;
    Ok(())
}

/// A view that the actor may change and nobody changed since.
pub(crate) async fn lock(
    ctx: &mut Ctx,
    list: DeskList,
    number: ViewNumber,
    expected_version: i64,
) -> Result<View, ViewError> {
    let view = store::lock(ctx, number).await?;
    let view = view.filter(|view| view.list == list && view.may_be_changed_by(ctx.actor()));
    match view {
        None => Err(ViewError::NotFound),
        Some(view) if view.version != expected_version => Err(ViewError::VersionConflict(Box::new(view))),
        Some(view) => Ok(view),
    }
}
