//! Who works here: the list with its invitations, inviting somebody, and one member of staff.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use identity::{ChangeStaff, ChangeStaffError, InviteStaff, InviteStaffError, ListStaffError, RoleChoice, StaffEntry};
use kernel::{AccountId, EmailAddress, FieldError, Invalid, InvitationId, Permission};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, can};

use super::roles::{self, role_name};
use crate::forms::{Choice, Errors, tick};

/// An invitation as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InviteForm {
    email: String,
    name: String,
    role: String,
}

/// A member of staff as they are typed.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct MemberForm {
    name: String,
    role: String,
    active: String,
}

#[derive(Serialize)]
struct StaffView {
    staff: Vec<MemberRow>,
    invitations: Vec<InvitationRow>,
    roles: Vec<Choice>,
    own_roles: Vec<roles::RoleRow>,
    second_factor_required: bool,
    email: String,
    name: String,
    role: String,
    errors: Errors,
}

#[derive(Serialize)]
struct MemberRow {
    id: String,
    name: String,
    email: String,
    role: String,
    second_factor: bool,
    last_seen_at: Option<String>,
    active: bool,
}

#[derive(Serialize)]
struct InvitationRow {
    id: String,
    name: String,
    email: String,
    role: String,
    expires_at: String,
}

#[derive(Serialize)]
struct MemberView {
    id: String,
    email: String,
    second_factor: bool,
    joined_at: String,
    roles: Vec<Choice>,
    form: MemberForm,
    errors: Errors,
}

pub(crate) async fn list(staff: Staff<can::ManageStaff>) -> Answer {
    render(&staff, StatusCode::OK, InviteForm::default(), Errors::default()).await
}

async fn render(staff: &Staff<can::ManageStaff>, status: StatusCode, form: InviteForm, errors: Errors) -> Answer {
    let mut ctx = staff.work.read();
    let entries = identity::list_staff(&mut ctx).await.map_err(unlisted)?;
    let invitations = identity::list_invitations(&mut ctx).await.map_err(invite_problem)?;
    let known = identity::list_roles(&mut ctx).await.map_err(roles::problem)?;
    let policy = identity::staff_second_factor_required(&mut ctx).await?;
    ctx.rollback().await;
    let view = StaffView {
        staff: entries.iter().map(|entry| member_row(staff, entry)).collect(),
        invitations: invitations
            .into_iter()
            .map(|invitation| InvitationRow {
                id: invitation.id.to_string(),
                role: role_name(staff, &invitation.role),
                name: invitation.name,
                email: invitation.email.into_string(),
                expires_at: invitation.expires_at.to_rfc3339(),
            })
            .collect(),
        roles: grantable(staff, &known),
        own_roles: roles::own_rows(staff, &known),
        second_factor_required: policy,
        email: form.email,
        name: form.name,
        role: if form.role.is_empty() {
            "support".to_owned()
        } else {
            form.role
        },
        errors,
    };
    staff.page_with_status(status, "admin/settings/staff.html", &view)
}

fn member_row(staff: &Staff<can::ManageStaff>, entry: &StaffEntry) -> MemberRow {
    MemberRow {
        id: entry.account_id.to_string(),
        name: entry.name.clone(),
        email: entry.email.to_string(),
        role: role_name(staff, &entry.role),
        second_factor: entry.second_factor,
        last_seen_at: entry.last_seen_at.map(|at| at.to_rfc3339()),
        active: entry.deactivated_at.is_none(),
    }
}

/// Roles that this member of staff may give: those of which they hold everything.
fn grantable(staff: &Staff<can::ManageStaff>, known: &[identity::AssignedRole]) -> Vec<Choice> {
    let holds = |permission: &Permission| staff.member().permissions.contains(permission);
    let roles = known.iter().filter(|role| role.permissions.iter().all(holds));
    roles
        .map(|role| Choice {
            value: role.choice.code(),
            label: role_name(staff, role),
        })
        .collect()
}

/// A role as it was chosen; a text that names none becomes an error of its field in the domain.
fn read_role(text: &str) -> Result<RoleChoice, FieldError> {
    RoleChoice::parse(text).ok_or_else(|| FieldError::new("role", "unknown_role", "is not a role of this store"))
}

pub(crate) async fn invite(staff: Staff<can::ManageStaff>, Form(form): Form<InviteForm>) -> Answer {
    let mut invalid = Invalid::default();
    let email = invalid.check("email", EmailAddress::parse(&form.email));
    let role = invalid.check("role", read_role(&form.role));
    let (Some(email), Some(role)) = (email, role) else {
        let errors = Errors::of(&staff, invalid);
        return render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await;
    };
    let mut ctx = staff.work.write();
    let wanted = InviteStaff {
        email,
        name: form.name.clone(),
        role,
    };
    match identity::invite_staff(&mut ctx, wanted).await {
        Ok(_id) => {
            ctx.commit().await?;
            staff.flash("admin-flash-invited");
            Ok(Redirect::to("/admin/settings/staff").into_response())
        }
        Err(InviteStaffError::Invalid(error)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, error.into());
            render(&staff, StatusCode::UNPROCESSABLE_ENTITY, form, errors).await
        }
        Err(error) => Err(invite_problem(error)),
    }
}

pub(crate) async fn revoke_invitation(staff: Staff<can::ManageStaff>, Path(id): Path<InvitationId>) -> Answer {
    let mut ctx = staff.work.write();
    identity::revoke_invitation(&mut ctx, id)
        .await
        .map_err(invite_problem)?;
    ctx.commit().await?;
    staff.flash("admin-flash-invitation-revoked");
    Ok(Redirect::to("/admin/settings/staff").into_response())
}

pub(crate) async fn show(staff: Staff<can::ManageStaff>, Path(id): Path<AccountId>) -> Answer {
    render_member(&staff, StatusCode::OK, id, None, Errors::default()).await
}

/// The page of one member of staff, with what was typed or as they are.
async fn render_member(
    staff: &Staff<can::ManageStaff>,
    status: StatusCode,
    id: AccountId,
    typed: Option<MemberForm>,
    errors: Errors,
) -> Answer {
    let mut ctx = staff.work.read();
    let entries = identity::list_staff(&mut ctx).await.map_err(unlisted)?;
    let known = identity::list_roles(&mut ctx).await.map_err(roles::problem)?;
    ctx.rollback().await;
    let entry = entries
        .into_iter()
        .find(|entry| entry.account_id == id)
        .ok_or_else(Problem::not_found)?;
    let code = entry.role.choice.code();
    let mut choices = grantable(staff, &known);
    if !choices.iter().any(|choice| choice.value == code) {
        choices.push(Choice {
            label: role_name(staff, &entry.role),
            value: code.clone(),
        });
    }
    let form = typed.unwrap_or_else(|| MemberForm {
        name: entry.name.clone(),
        role: code,
        active: tick(entry.deactivated_at.is_none()),
    });
    let view = MemberView {
        id: id.to_string(),
        email: entry.email.to_string(),
        second_factor: entry.second_factor,
        joined_at: entry.created_at.to_rfc3339(),
        roles: choices,
        form,
        errors,
    };
    staff.page_with_status(status, "admin/settings/member.html", &view)
}

pub(crate) async fn update(
    staff: Staff<can::ManageStaff>,
    Path(id): Path<AccountId>,
    Form(form): Form<MemberForm>,
) -> Answer {
    let role = match read_role(&form.role) {
        Ok(role) => role,
        Err(error) => {
            let errors = Errors::of(&staff, error.into());
            return render_member(&staff, StatusCode::UNPROCESSABLE_ENTITY, id, Some(form), errors).await;
        }
    };
    let change = ChangeStaff {
        name: form.name.clone(),
        role,
        active: !form.active.is_empty(),
    };
    let mut ctx = staff.work.write();
    let (status, error) = match identity::change_staff(&mut ctx, id, change).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to("/admin/settings/staff").into_response());
        }
        Err(ChangeStaffError::Invalid(error)) => (StatusCode::UNPROCESSABLE_ENTITY, error),
        Err(ChangeStaffError::LastOwner) => {
            let error = FieldError::new("role", "last_owner", "must stay: nobody else owns the store");
            (StatusCode::CONFLICT, error)
        }
        Err(ChangeStaffError::NotFound) => return Err(Problem::not_found()),
        Err(ChangeStaffError::Forbidden(error)) => return Err(error.into()),
        Err(ChangeStaffError::Internal(error)) => return Err(error.into()),
    };
    ctx.rollback().await;
    let errors = Errors::of(&staff, error.into());
    render_member(&staff, status, id, Some(form), errors).await
}

/// Somebody lost their telephone: the next sign-in takes the password only.
pub(crate) async fn remove_second_factor(staff: Staff<can::ManageStaff>, Path(id): Path<AccountId>) -> Answer {
    let mut ctx = staff.work.write();
    match identity::remove_staff_second_factor(&mut ctx, id).await {
        Ok(()) => {}
        Err(ChangeStaffError::Forbidden(error)) => return Err(error.into()),
        Err(ChangeStaffError::Internal(error)) => return Err(error.into()),
        Err(ChangeStaffError::NotFound | ChangeStaffError::Invalid(_) | ChangeStaffError::LastOwner) => {
            return Err(Problem::not_found());
        }
    }
    ctx.commit().await?;
    staff.flash("admin-flash-second-factor-removed");
    Ok(Redirect::to(&format!("/admin/settings/staff/{id}")).into_response())
}

/// Whether staff must sign in with a second factor.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PolicyForm {
    second_factor: String,
}

pub(crate) async fn change_policy(staff: Staff<can::ManageStaff>, Form(form): Form<PolicyForm>) -> Answer {
    let mut ctx = staff.work.write();
    identity::require_staff_second_factor(&mut ctx, !form.second_factor.is_empty())
        .await
        .map_err(unlisted)?;
    ctx.commit().await?;
    staff.flash("admin-flash-saved");
    Ok(Redirect::to("/admin/settings/staff").into_response())
}

fn unlisted(error: ListStaffError) -> Problem {
    match error {
        ListStaffError::Forbidden(error) => error.into(),
        ListStaffError::Internal(error) => error.into(),
    }
}

fn invite_problem(error: InviteStaffError) -> Problem {
    match error {
        InviteStaffError::Forbidden(error) => error.into(),
        InviteStaffError::Invalid(error) => error.into(),
        InviteStaffError::NotFound => Problem::not_found(),
        InviteStaffError::Internal(error) => error.into(),
    }
}
