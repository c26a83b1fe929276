//! Roles that a store makes of permissions.

use database::{Ctx, Error, OnConstraint as _};
use kernel::{FieldError, Forbidden, Permission, RoleId};

use crate::{AssignedRole, assigned_role, create_staff, store};

/// Why a role stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The actor may not manage staff, or lacks a permission that the role has or is to have.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is empty, too long or taken, or no permission was chosen.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// There is no such role.
    #[error("there is no such role")]
    NotFound,
    /// Somebody has it or is invited with it.
    #[error("somebody has this role")]
    InUse,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Every role, first the three of every store.
pub async fn list_roles(ctx: &mut Ctx) -> Result<Vec<AssignedRole>, RoleError> {
    ctx.require(Permission::ManageStaff)?;
    let mut roles: Vec<AssignedRole> = crate::Role::ALL.into_iter().map(AssignedRole::from).collect();
    roles.extend(store::list_roles(ctx).await?);
    Ok(roles)
}

/// Makes a role.
pub async fn create_role(ctx: &mut Ctx, name: &str, permissions: &[Permission]) -> Result<RoleId, RoleError> {
    let (name, permissions) = checked(ctx, name, permissions)?;
    let id = ctx.new_id();
    store::insert_role(ctx, id, &name, &permissions)
        .await
        .on_constraint("roles_name_key", name_taken)?;
    Ok(id)
}

/// Changes what a role is called and allows. It counts at once for everybody who has it.
pub async fn update_role(ctx: &mut Ctx, id: RoleId, name: &str, permissions: &[Permission]) -> Result<(), RoleError> {
    let (name, permissions) = checked(ctx, name, permissions)?;
    let was = store::lock_role(ctx, id).await?.ok_or(RoleError::NotFound)?;
    assigned_role::require(ctx, &was.permissions)?;
    store::update_role(ctx, id, &name, &permissions)
        .await
        .on_constraint("roles_name_key", name_taken)
}

/// Deletes a role that nobody has.
pub async fn delete_role(ctx: &mut Ctx, id: RoleId) -> Result<(), RoleError> {
    ctx.require(Permission::ManageStaff)?;
    let was = store::lock_role(ctx, id).await?.ok_or(RoleError::NotFound)?;
    assigned_role::require(ctx, &was.permissions)?;
    match store::delete_role(ctx, id).await {
        Err(error) if matches!(error.constraint(), Some("staff_role_fk" | "invitations_role_fk")) => {
            Err(RoleError::InUse)
        }
        outcome => Ok(outcome?),
    }
}

fn name_taken() -> RoleError {
    FieldError::new("name", "name_taken", "is the name of another role").into()
}

fn checked(ctx: &Ctx, name: &str, permissions: &[Permission]) -> Result<(String, Vec<Permission>), RoleError> {
    assigned_role::require(ctx, permissions)?;
    let name = create_staff::name(name)?;
    if ["owner", "manager", "support"].contains(&name.to_lowercase().as_str()) {
        return Err(name_taken());
    }
    let mut permissions = permissions.to_vec();
    permissions.sort_unstable();
    permissions.dedup();
    if permissions.is_empty() {
        return Err(FieldError::required("permissions").into());
    }
    Ok((name, permissions))
}

#[cfg(test)]
mod tests {
    use Permission::{ManageStaff, ReadCatalog, ReadOrders, RefundOrders};
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::testing::{account, acting};

    #[tokio::test]
    async fn a_role_is_made_changed_and_deleted_by_those_who_hold_all_of_it() {
        let db = TestDatabase::new().await;
        let boss = account(&db, "boss@example.com").await;
        let mut ctx = acting(&db, boss, &[ManageStaff, ReadOrders, ReadCatalog]).write();
        for (name, permissions, code) in [
            (" ", vec![ReadOrders], "required"),
            ("Owner", vec![ReadOrders], "name_taken"),
            ("Packer", vec![], "required"),
        ] {
            let refused = create_role(&mut ctx, name, &permissions).await;
            assert!(
                matches!(refused, Err(RoleError::Invalid(error)) if error.code == code),
                "{name}"
            );
        }
        let more = create_role(&mut ctx, "Packer", &[ReadOrders, RefundOrders]).await;
        assert!(matches!(more, Err(RoleError::Forbidden(_))));
        let id = create_role(&mut ctx, "Packer", &[ReadOrders, ReadOrders])
            .await
            .unwrap();
        update_role(&mut ctx, id, "Picker", &[ReadCatalog]).await.unwrap();
        let role = list_roles(&mut ctx).await.unwrap().remove(3);
        assert_eq!(
            (role.name.as_str(), role.permissions.as_slice()),
            ("Picker", &[ReadCatalog][..])
        );
        ctx.commit().await.unwrap();

        for actor in [Actor::Guest, acting(&db, boss, &[ManageStaff]).scope().actor.clone()] {
            let mut ctx = db.work().acting_as(actor).write();
            assert!(matches!(delete_role(&mut ctx, id).await, Err(RoleError::Forbidden(_))));
            let change = update_role(&mut ctx, id, "Picker", &[ManageStaff]).await;
            assert!(matches!(change, Err(RoleError::Forbidden(_))));
        }
        let mut ctx = db.work().write();
        delete_role(&mut ctx, id).await.unwrap();
        assert!(matches!(delete_role(&mut ctx, id).await, Err(RoleError::NotFound)));
    }

    #[tokio::test]
    async fn a_name_belongs_to_one_role() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        create_role(&mut ctx, "Packer", &[ReadOrders]).await.unwrap();
        let twice = create_role(&mut ctx, "Packer", &[ReadOrders]).await;
        assert!(matches!(twice, Err(RoleError::Invalid(error)) if error.code == "name_taken"));
    }
}
