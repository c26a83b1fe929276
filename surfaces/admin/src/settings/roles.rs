//! Roles that the store makes of permissions.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use identity::{AssignedRole, RoleChoice, RoleError};
use kernel::{FieldError, Permission, RoleId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::forms::{Errors, word};

/// A role as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RoleForm {
    name: String,
    permission: Vec<String>,
}

/// A role in the list.
#[derive(Serialize)]
pub(crate) struct RoleRow {
    id: String,
    name: String,
    permissions: Vec<String>,
}

#[derive(Serialize)]
struct RoleView {
    /// Empty for a new one.
    id: String,
    name: String,
    permissions: Vec<PermissionChoice>,
    errors: Errors,
}

#[derive(Serialize)]
struct PermissionChoice {
    name: &'static str,
    label: String,
    chosen: bool,
}

/// What a role is called in the visitor's language.
pub(crate) fn role_name(visitor: &Visitor, role: &AssignedRole) -> String {
    match role.choice {
        RoleChoice::BuiltIn(_) => word(visitor, "admin-role", &role.name),
        RoleChoice::Own(_) => role.name.clone(),
    }
}

fn permission_label(visitor: &Visitor, permission: Permission) -> String {
    word(visitor, "admin-permission", &permission.as_str().replace(':', "-"))
}

/// The store's own roles among all.
pub(crate) fn own_rows(visitor: &Visitor, roles: &[AssignedRole]) -> Vec<RoleRow> {
    let row = |role: &AssignedRole| match role.choice {
        RoleChoice::BuiltIn(_) => None,
        RoleChoice::Own(id) => Some(RoleRow {
            id: id.to_string(),
            name: role.name.clone(),
            permissions: role
                .permissions
                .iter()
                .map(|one| permission_label(visitor, *one))
                .collect(),
        }),
    };
    roles.iter().filter_map(row).collect()
}

fn render(
    staff: &Staff<can::ManageStaff>,
    status: StatusCode,
    id: Option<RoleId>,
    form: RoleForm,
    errors: Errors,
) -> Answer {
    // Nobody gives a role more than they hold themselves.
    let grantable = staff.member().permissions.iter().map(|permission| PermissionChoice {
        name: permission.as_str(),
        label: permission_label(staff, *permission),
        chosen: form.permission.iter().any(|chosen| chosen == permission.as_str()),
    });
    let view = RoleView {
        id: id.map(|id| id.to_string()).unwrap_or_default(),
        permissions: grantable.collect(),
        name: form.name,
        errors,
    };
    staff.page_with_status(status, "admin/settings/role.html", &view)
}

pub(crate) async fn show_new(staff: Staff<can::ManageStaff>) -> Answer {
    render(&staff, StatusCode::OK, None, RoleForm::default(), Errors::default())
}

pub(crate) async fn show(staff: Staff<can::ManageStaff>, Path(id): Path<RoleId>) -> Answer {
    let mut ctx = staff.work.read();
    let roles = identity::list_roles(&mut ctx).await.map_err(problem)?;
    ctx.rollback().await;
    let role = roles
        .into_iter()
        .find(|role| role.choice == RoleChoice::Own(id))
        .ok_or_else(Problem::not_found)?;
    let permission = role.permissions.iter().map(|one| one.as_str().to_owned()).collect();
    let form = RoleForm {
        name: role.name,
        permission,
    };
    render(&staff, StatusCode::OK, Some(id), form, Errors::default())
}

pub(crate) async fn create(staff: Staff<can::ManageStaff>, Form(form): Form<RoleForm>) -> Answer {
    save(staff, None, form).await
}

pub(crate) async fn update(
    staff: Staff<can::ManageStaff>,
    Path(id): Path<RoleId>,
    Form(form): Form<RoleForm>,
) -> Answer {
    save(staff, Some(id), form).await
}

async fn save(staff: Staff<can::ManageStaff>, id: Option<RoleId>, form: RoleForm) -> Answer {
    let parsed = form.permission.iter().map(|name| Permission::parse(name));
    let permissions = parsed
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| FieldError::new("permission", "invalid_value", "is no permission"))?;
    let mut ctx = staff.work.write();
    let outcome = match id {
        Some(id) => identity::update_role(&mut ctx, id, &form.name, &permissions).await,
        None => identity::create_role(&mut ctx, &form.name, &permissions)
            .await
            .map(drop),
    };
    match outcome {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to("/admin/settings/staff").into_response())
        }
        Err(RoleError::Invalid(error)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, error.into());
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, form, errors)
        }
        Err(error) => Err(problem(error)),
    }
}

pub(crate) async fn delete(staff: Staff<can::ManageStaff>, Path(id): Path<RoleId>) -> Answer {
    let mut ctx = staff.work.write();
    identity::delete_role(&mut ctx, id).await.map_err(problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-role-deleted");
    Ok(Redirect::to("/admin/settings/staff").into_response())
}

pub(crate) fn problem(error: RoleError) -> Problem {
    match error {
        RoleError::Forbidden(error) => error.into(),
        RoleError::Invalid(error) => error.into(),
        RoleError::NotFound => Problem::not_found(),
        RoleError::InUse => Problem::new(
            StatusCode::CONFLICT,
            "role_in_use",
            "Somebody has this role or is invited with it: give them another one first.",
        ),
        RoleError::Internal(error) => error.into(),
    }
}
