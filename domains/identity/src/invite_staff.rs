//! Somebody is asked by mail to join the staff.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{Actor, EmailAddress, FieldError, Forbidden, InvitationId, Permission, Time};

use crate::{AssignedRole, RoleChoice, Secret, StaffInvited, assigned_role, change_staff, create_staff, store};

/// How long an invitation stands.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// Somebody who is to join.
#[derive(Debug, Clone)]
pub struct InviteStaff {
    /// Where the mail goes.
    pub email: EmailAddress,
    /// The name the back office will show.
    pub name: String,
    /// What they will be allowed to do.
    pub role: RoleChoice,
}

/// An invitation that nobody followed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Where the mail went.
    pub email: EmailAddress,
    /// The name the back office will show.
    pub name: String,
    /// What they will be allowed to do.
    pub role: AssignedRole,
    /// When it was made.
    pub created_at: Time,
    /// Until when its link works.
    pub expires_at: Time,
}

/// Why nobody is invited, or the invitation stays.
#[derive(Debug, thiserror::Error)]
pub enum InviteStaffError {
    /// The actor may not manage staff, or lacks a permission of the role.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty or too long, there is no such role, or the address works here already.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// There is no such invitation.
    #[error("there is no such invitation")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Invites somebody; an older invitation to the same address is replaced.
pub async fn invite_staff(ctx: &mut Ctx, wanted: InviteStaff) -> Result<InvitationId, InviteStaffError> {
    ctx.require(Permission::ManageStaff)?;
    let name = create_staff::name(&wanted.name)?;
    let role = change_staff::find_role::<InviteStaffError>(ctx, wanted.role).await?;
    assigned_role::require(ctx, &role.permissions)?;
    if store::is_active_staff(ctx, &wanted.email).await? {
        return Err(FieldError::new("email", "works_here", "belongs to somebody who works here already").into());
    }
    let invited_by = match ctx.actor() {
        Actor::Staff { account, .. } => Some(*account),
        Actor::System | Actor::Guest | Actor::Customer { .. } | Actor::ApiKey { .. } => None,
    };
    let invitation = Invitation {
        id: ctx.new_id(),
        email: wanted.email,
        name,
        role,
        created_at: ctx.now(),
        expires_at: ctx.now() + LIFETIME,
    };
    store::replace_invitation(ctx, &invitation, invited_by).await?;
    let locale = ctx.locale().code().to_owned();
    ctx.publish(&StaffInvited {
        invitation_id: invitation.id,
        email: invitation.email,
        name: invitation.name,
        valid_days: LIFETIME.num_days(),
        locale,
    })
    .await?;
    Ok(invitation.id)
}

/// Everybody who was asked and did not come yet, the newest first.
pub async fn list_invitations(ctx: &mut Ctx) -> Result<Vec<Invitation>, InviteStaffError> {
    ctx.require(Permission::ManageStaff)?;
    Ok(store::list_invitations(ctx).await?)
}

/// Takes an invitation back: its link stops working.
pub async fn revoke_invitation(ctx: &mut Ctx, id: InvitationId) -> Result<(), InviteStaffError> {
    ctx.require(Permission::ManageStaff)?;
    if store::delete_invitation(ctx, id).await? {
        Ok(())
    } else {
        Err(InviteStaffError::NotFound)
    }
}

/// The secret of an invitation's link, for whoever writes the mail; `None` when it was taken back meanwhile. An older secret
/// stops working.
pub async fn create_invitation_secret(ctx: &mut Ctx, id: InvitationId) -> Result<Option<Secret>, Error> {
    let secret = Secret::for_link(ctx);
    Ok(store::update_invitation_secret(ctx, id, secret.hash())
        .await?
        .then_some(secret))
}
