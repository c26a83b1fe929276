//! Another name or role for a member of staff, or the end of their work here.

use database::{Ctx, Error};
use kernel::{AccountId, FieldError, Forbidden, Permission};

use crate::{AssignedRole, RoleChoice, assigned_role, create_staff, store};

/// What a member of staff is to be.
#[derive(Debug, Clone)]
pub struct ChangeStaff {
    /// The name the back office shows.
    pub name: String,
    /// What they may do.
    pub role: RoleChoice,
    /// Whether they may work here.
    pub active: bool,
}

/// Why a member of staff stays what they are.
#[derive(Debug, thiserror::Error)]
pub enum ChangeStaffError {
    /// The actor may not manage staff, or lacks a permission that the member has or is to have.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty or too long, or there is no such role.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// There is no such member of staff.
    #[error("there is no such member of staff")]
    NotFound,
    /// Nobody else could manage the store then.
    #[error("this is the last owner")]
    LastOwner,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// A member of staff as the decision needs them.
pub(crate) struct Member {
    pub(crate) account_id: AccountId,
    pub(crate) role: AssignedRole,
    pub(crate) active: bool,
}

/// Changes a member of staff. Permissions count at once; whoever is deactivated is signed out everywhere.
pub async fn change_staff(ctx: &mut Ctx, id: AccountId, change: ChangeStaff) -> Result<(), ChangeStaffError> {
    ctx.require(Permission::ManageStaff)?;
    let name = create_staff::name(&change.name)?;
    // All rows are locked, so that two owners cannot demote each other at the same moment.
    let staff = store::lock_staff(ctx).await?;
    let member = staff
        .iter()
        .find(|member| member.account_id == id)
        .ok_or(ChangeStaffError::NotFound)?;
    assigned_role::require(ctx, &member.role.permissions)?;
    let role = find_role::<ChangeStaffError>(ctx, change.role).await?;
    assigned_role::require(ctx, &role.permissions)?;
    if !leaves_an_owner(&staff, id, role.is_owner() && change.active) {
        return Err(ChangeStaffError::LastOwner);
    }
    store::update_staff(ctx, id, &name, change.role, change.active).await?;
    if !change.active {
        store::delete_sessions_but(ctx, id, None).await?;
    }
    Ok(())
}

/// The role of a choice; a choice that is none is the field's fault.
pub(crate) async fn find_role<E>(ctx: &mut Ctx, choice: RoleChoice) -> Result<AssignedRole, E>
where
    E: From<FieldError> + From<Error>,
{
    let found = assigned_role::find(ctx, choice).await?;
    found.ok_or_else(|| FieldError::new("role", "unknown_role", "is not a role of this store").into())
}

fn leaves_an_owner(staff: &[Member], changed: AccountId, stays_owner: bool) -> bool {
    let was_owner = |member: &&Member| member.role.is_owner() && member.active;
    stays_owner
        || staff
            .iter()
            .filter(was_owner)
            .any(|member| member.account_id != changed)
        || !staff
            .iter()
            .filter(was_owner)
            .any(|member| member.account_id == changed)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;
    use crate::{
        Role, authenticate, create_role, list_staff,
        testing::{PASSWORD, acting, sign_in, staff},
    };

    fn to(role: RoleChoice, active: bool) -> ChangeStaff {
        ChangeStaff {
            name: "Somebody".to_owned(),
            role,
            active,
        }
    }

    #[tokio::test]
    async fn the_last_owner_stays() {
        let db = TestDatabase::new().await;
        let ann = staff(&db, "ann@example.com", Role::Owner).await;
        let bob = staff(&db, "bob@example.com", Role::Owner).await;
        let (owner, support) = (RoleChoice::BuiltIn(Role::Owner), RoleChoice::BuiltIn(Role::Support));
        let mut ctx = acting(&db, bob, Permission::ALL).write();
        change_staff(&mut ctx, bob, to(support, true)).await.unwrap();
        for change in [to(support, true), to(owner, false)] {
            let refused = change_staff(&mut ctx, ann, change).await;
            assert!(matches!(refused, Err(ChangeStaffError::LastOwner)), "{refused:?}");
        }
        change_staff(&mut ctx, bob, to(owner, true)).await.unwrap();
        change_staff(&mut ctx, ann, to(owner, false)).await.unwrap();
        let refused = change_staff(&mut ctx, bob, to(owner, false)).await;
        assert!(matches!(refused, Err(ChangeStaffError::LastOwner)), "{refused:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_owners_do_not_demote_each_other_at_once() {
        let db = TestDatabase::new().await;
        let ann = staff(&db, "ann@example.com", Role::Owner).await;
        let bob = staff(&db, "bob@example.com", Role::Owner).await;
        let demote = |actor, other| {
            let work = acting(&db, actor, Permission::ALL);
            tokio::spawn(async move {
                let mut ctx = work.write();
                change_staff(&mut ctx, other, to(RoleChoice::BuiltIn(Role::Support), true)).await?;
                ctx.commit().await.map_err(ChangeStaffError::from)
            })
        };
        let (first, second) = (demote(ann, bob), demote(bob, ann));
        let outcomes = [first.await.unwrap(), second.await.unwrap()];
        assert_eq!(
            outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
            1,
            "{outcomes:?}"
        );
    }

    #[tokio::test]
    async fn whoever_is_deactivated_is_signed_out_and_comes_back_with_a_role() {
        let db = TestDatabase::new().await;
        staff(&db, "ann@example.com", Role::Owner).await;
        let bob = staff(&db, "bob@example.com", Role::Support).await;
        let secret = sign_in(&db, "bob@example.com", PASSWORD).await.unwrap().secret;
        let mut ctx = db.work().write();
        let packer = create_role(&mut ctx, "Packer", &[Permission::FulfilOrders])
            .await
            .unwrap();
        change_staff(&mut ctx, bob, to(RoleChoice::BuiltIn(Role::Support), false))
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        assert_eq!(
            authenticate(&mut db.work().read(), secret.as_str()).await.unwrap(),
            None
        );
        let again = sign_in(&db, "bob@example.com", PASSWORD).await.unwrap();
        assert!(!again.is_staff);
        let found = authenticate(&mut db.work().read(), again.secret.as_str())
            .await
            .unwrap();
        assert_eq!(found.unwrap().staff, None);

        let mut ctx = db.work().write();
        change_staff(&mut ctx, bob, to(RoleChoice::Own(packer), true))
            .await
            .unwrap();
        ctx.commit().await.unwrap();
        let found = authenticate(&mut db.work().read(), again.secret.as_str())
            .await
            .unwrap();
        let found = found.unwrap().staff.unwrap();
        assert_eq!(
            (found.role.name.as_str(), found.role.permissions.as_slice()),
            ("Packer", &[Permission::FulfilOrders][..])
        );
    }

    #[tokio::test]
    async fn nobody_gives_or_takes_more_than_they_hold() {
        let db = TestDatabase::new().await;
        let ann = staff(&db, "ann@example.com", Role::Owner).await;
        staff(&db, "eve@example.com", Role::Owner).await;
        let bob = staff(&db, "bob@example.com", Role::Support).await;
        let mut permissions = Role::Support.permissions().to_vec();
        permissions.push(Permission::ManageStaff);
        let mut ctx = acting(&db, bob, &permissions).write();
        let (support, manager) = (RoleChoice::BuiltIn(Role::Support), RoleChoice::BuiltIn(Role::Manager));
        for (target, role) in [(ann, support), (bob, manager)] {
            let refused = change_staff(&mut ctx, target, to(role, true)).await;
            assert!(matches!(refused, Err(ChangeStaffError::Forbidden(_))), "{refused:?}");
        }
        change_staff(&mut ctx, bob, to(support, true)).await.unwrap();
        let mut ctx = acting(&db, bob, Role::Manager.permissions()).write();
        assert!(change_staff(&mut ctx, bob, to(support, true)).await.is_err());
        assert!(list_staff(&mut ctx).await.is_err());
    }
}
