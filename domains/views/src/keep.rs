//! Keeps a list as it is.

use database::Ctx;

use crate::{
    DeskList, View, ViewError, ViewNumber, store,
    view::{MOST, checked_name, checked_query, keeper, too_many},
};

/// A view that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewView {
    /// The list.
    pub list: DeskList,
    /// What its tab is to say.
    pub name: String,
    /// Filters and order, as the query of the list's address.
    pub query: String,
    /// Whether everybody who may see the list is to see it.
    pub shared: bool,
}

/// Keeps a view for the member of staff who acts.
pub async fn keep_view(ctx: &mut Ctx, new: NewView) -> Result<ViewNumber, ViewError> {
    let owner = keeper(ctx, new.list)?;
    let name = checked_name(&new.name)?;
    checked_query(&new.query)?;
    let view = View {
        number: ViewNumber(ctx.next_number("views", 1).await?),
        list: new.list,
        owner,
        name,
        query: new.query,
        shared: new.shared,
        version: 1,
    };
    if store::insert(ctx, &view, MOST).await? {
        Ok(view.number)
    } else {
        Err(too_many().into())
    }
}
