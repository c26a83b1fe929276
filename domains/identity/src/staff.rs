//! Who works in the back office.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, Forbidden, Permission, Time};

use crate::{AssignedRole, Role, RoleChoice, store};

/// A member of staff, as colleagues who manage staff see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffEntry {
    /// The account.
    pub account_id: AccountId,
    /// The address they sign in with.
    pub email: EmailAddress,
    /// The name the back office shows.
    pub name: String,
    /// What they may do.
    pub role: AssignedRole,
    /// Whether they sign in with a second factor.
    pub second_factor: bool,
    /// When they joined.
    pub created_at: Time,
    /// When they were last here, to the hour; `None` while they are signed in nowhere.
    pub last_seen_at: Option<Time>,
    /// Since when they may not work here any more.
    pub deactivated_at: Option<Time>,
}

/// Why staff cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListStaffError {
    /// The actor may not manage staff.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Everybody, by name; those who left come last.
pub async fn list_staff(ctx: &mut Ctx) -> Result<Vec<StaffEntry>, ListStaffError> {
    ctx.require(Permission::ManageStaff)?;
    Ok(store::list_staff(ctx).await?)
}

/// Whether somebody who works here owns the store.
pub async fn has_owner(ctx: &mut Ctx) -> Result<bool, Error> {
    let is_owner =
        |entry: &StaffEntry| entry.role.choice == RoleChoice::BuiltIn(Role::Owner) && entry.deactivated_at.is_none();
    Ok(store::list_staff(ctx).await?.iter().any(is_owner))
}

/// Names and addresses of everybody who works or worked here, for logs that name accounts.
pub async fn list_staff_names(ctx: &mut Ctx) -> Result<Vec<(AccountId, String, EmailAddress)>, Error> {
    let staff = store::list_staff(ctx).await?;
    Ok(staff
        .into_iter()
        .map(|entry| (entry.account_id, entry.name, entry.email))
        .collect())
}

/// Those who work here and may do that, with the address they sign in with.
pub async fn list_staff_who_may(
    ctx: &mut Ctx,
    permission: Permission,
) -> Result<Vec<(AccountId, EmailAddress)>, Error> {
    let staff = store::list_staff(ctx).await?.into_iter();
    Ok(staff
        .filter(|entry| entry.deactivated_at.is_none() && entry.role.permissions.contains(&permission))
        .map(|entry| (entry.account_id, entry.email))
        .collect())
}
