//! Groups of customers, read.

use std::collections::HashMap;

use database::{Ctx, Error};
use kernel::{Cursor, CustomerGroupId, CustomerId, Forbidden, Invalid, Page, PageRequest, Permission};

use crate::{Group, GroupError, GroupName, store};

/// Who keeps customers or price lists sees what groups there are.
fn require_sight(ctx: &Ctx) -> Result<(), Forbidden> {
    ctx.require(Permission::WriteCoupons)
        .or_else(|_| ctx.require(Permission::ReadOrders))
}

/// The names of all groups, in their order: for whoever chooses among them.
pub async fn list_group_names(ctx: &mut Ctx) -> Result<Vec<GroupName>, GroupError> {
    require_sight(ctx)?;
    Ok(store::groups::list_names(ctx).await?)
}

/// Every group with how many are in it, by name.
pub async fn list_groups(ctx: &mut Ctx) -> Result<Vec<Group>, GroupError> {
    require_sight(ctx)?;
    Ok(store::groups::list(ctx).await?)
}

/// A page of them, by name. In two statements.
pub async fn page_groups(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Group>, GroupError> {
    require_sight(ctx)?;
    let after: Option<String> = page
        .cursor
        .as_ref()
        .map(Cursor::decode)
        .transpose()
        .map_err(Invalid::from)?;
    let found = store::groups::list_after(ctx, after.as_deref(), page.limit_plus_one()).await?;
    let total = store::groups::count(ctx).await?;
    Ok(Page::from_rows(found, page, total, |group| group.name.clone()))
}

/// The group of that id.
pub async fn find_group(ctx: &mut Ctx, id: CustomerGroupId) -> Result<Option<Group>, GroupError> {
    require_sight(ctx)?;
    Ok(store::groups::find(ctx, id).await?)
}

/// The groups that customers are in, with their names and by them; who is in none is left out.
pub async fn groups_of(
    ctx: &mut Ctx,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<(CustomerGroupId, String)>>, Error> {
    if customers.is_empty() {
        return Ok(HashMap::new());
    }
    store::groups::list_of(ctx, customers).await
}
