//! SQL of staff, roles and invitations.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, InvitationId, Permission, RoleId, Time};

use super::stored_email;
use crate::{AssignedRole, Invitation, Role, RoleChoice, StaffEntry, change_staff::Member};

database::statements! {
    INSERT_STAFF = "INSERT INTO identity.staff (store_id, account_id, name, role, role_id, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// Somebody who left may be invited again.
    REPLACE_STAFF = "INSERT INTO identity.staff (store_id, account_id, name, role, role_id, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT ON CONSTRAINT staff_pk DO UPDATE \
        SET name = excluded.name, role = excluded.role, role_id = excluded.role_id, deactivated_at = NULL";
    UPDATE_STAFF = "UPDATE identity.staff SET name = $3, role = $4, role_id = $5, \
          deactivated_at = CASE WHEN $6 THEN NULL ELSE coalesce(deactivated_at, $7) END \
        WHERE store_id = $1 AND account_id = $2";
    LIST_STAFF = "SELECT s.account_id, a.email, s.name, s.role, s.role_id, r.name AS role_name, \
          r.permissions AS role_permissions, s.created_at, s.deactivated_at, \
          EXISTS (SELECT FROM identity.second_factors f WHERE f.store_id = s.store_id AND f.account_id = s.account_id \
            AND f.confirmed_at IS NOT NULL) OR EXISTS (SELECT FROM identity.passkeys k \
            WHERE k.store_id = s.store_id AND k.account_id = s.account_id) AS second_factor, \
          (SELECT max(se.last_seen_at) FROM identity.sessions se \
            WHERE se.store_id = s.store_id AND se.account_id = s.account_id) AS last_seen_at \
        FROM identity.staff s JOIN identity.accounts a ON a.store_id = s.store_id AND a.id = s.account_id \
        LEFT JOIN identity.roles r ON r.store_id = s.store_id AND r.id = s.role_id \
        WHERE s.store_id = $1 ORDER BY s.deactivated_at IS NOT NULL, lower(s.name), s.account_id";
    LOCK_STAFF = "SELECT s.account_id, s.role, s.role_id, s.deactivated_at IS NULL AS active, r.name AS role_name, \
          r.permissions AS role_permissions \
        FROM identity.staff s LEFT JOIN identity.roles r ON r.store_id = s.store_id AND r.id = s.role_id \
        WHERE s.store_id = $1 ORDER BY s.account_id FOR UPDATE OF s";
    IS_ACTIVE_STAFF = "SELECT EXISTS (SELECT FROM identity.staff s \
        JOIN identity.accounts a ON a.store_id = s.store_id AND a.id = s.account_id \
        WHERE s.store_id = $1 AND a.email = $2 AND s.deactivated_at IS NULL)";
    INSERT_ROLE = "INSERT INTO identity.roles (store_id, id, name, permissions, created_at) VALUES ($1, $2, $3, $4, $5)";
    UPDATE_ROLE = "UPDATE identity.roles SET name = $3, permissions = $4 WHERE store_id = $1 AND id = $2";
    DELETE_ROLE = "DELETE FROM identity.roles WHERE store_id = $1 AND id = $2";
    FIND_ROLE = "SELECT id, name, permissions FROM identity.roles WHERE store_id = $1 AND id = $2";
    LOCK_ROLE = "SELECT id, name, permissions FROM identity.roles WHERE store_id = $1 AND id = $2 FOR UPDATE";
    LIST_ROLES = "SELECT id, name, permissions FROM identity.roles WHERE store_id = $1 ORDER BY lower(name), id";
    REPLACE_INVITATION = "INSERT INTO identity.invitations \
          (store_id, id, email, name, role, role_id, invited_by, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ON CONSTRAINT invitations_email_key DO UPDATE \
        SET id = excluded.id, name = excluded.name, role = excluded.role, role_id = excluded.role_id, secret_hash = NULL, \
          invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at";
    UPDATE_INVITATION_SECRET = "UPDATE identity.invitations SET secret_hash = $3 WHERE store_id = $1 AND id = $2";
    LIST_INVITATIONS = "SELECT i.id, i.email, i.name, i.role, i.role_id, r.name AS role_name, \
          r.permissions AS role_permissions, i.created_at, i.expires_at \
        FROM identity.invitations i LEFT JOIN identity.roles r ON r.store_id = i.store_id AND r.id = i.role_id \
        WHERE i.store_id = $1 AND i.expires_at > $2 ORDER BY i.created_at DESC, i.id";
    FIND_INVITATION = "SELECT i.id, i.email, i.name, i.role, i.role_id, r.name AS role_name, \
          r.permissions AS role_permissions, i.created_at, i.expires_at \
        FROM identity.invitations i LEFT JOIN identity.roles r ON r.store_id = i.store_id AND r.id = i.role_id \
        WHERE i.store_id = $1 AND i.secret_hash = $2 AND i.expires_at > $3";
    DELETE_USED_INVITATION = "DELETE FROM identity.invitations \
        WHERE store_id = $1 AND secret_hash = $2 AND expires_at > $3 RETURNING role, role_id";
    DELETE_INVITATION = "DELETE FROM identity.invitations WHERE store_id = $1 AND id = $2";
}

#[derive(sqlx::FromRow)]
struct RoleRow {
    id: RoleId,
    name: String,
    permissions: Vec<String>,
}

/// The columns in which staff and invitations name a role.
#[derive(sqlx::FromRow)]
pub(crate) struct RoleColumns {
    pub(crate) role: String,
    pub(crate) role_id: Option<RoleId>,
    pub(crate) role_name: Option<String>,
    pub(crate) role_permissions: Option<Vec<String>>,
}

#[derive(sqlx::FromRow)]
struct StaffRow {
    account_id: AccountId,
    email: String,
    name: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    second_factor: bool,
    created_at: Time,
    last_seen_at: Option<Time>,
    deactivated_at: Option<Time>,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    account_id: AccountId,
    active: bool,
    #[sqlx(flatten)]
    role: RoleColumns,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: InvitationId,
    email: String,
    name: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    created_at: Time,
    expires_at: Time,
}

/// A permission that this version does not know allows nothing.
fn known(permissions: &[String]) -> Vec<Permission> {
    permissions.iter().filter_map(|name| Permission::parse(name)).collect()
}

fn names(permissions: &[Permission]) -> Vec<&'static str> {
    permissions.iter().map(|permission| permission.as_str()).collect()
}

fn choice(role: &str, role_id: Option<RoleId>) -> Result<RoleChoice, Error> {
    role_id
        .map(RoleChoice::Own)
        .or_else(|| Role::parse(role).map(RoleChoice::BuiltIn))
        .ok_or_else(|| Error::corrupt("staff.role", role))
}

impl From<RoleRow> for AssignedRole {
    fn from(row: RoleRow) -> Self {
        Self {
            choice: RoleChoice::Own(row.id),
            permissions: known(&row.permissions),
            name: row.name,
        }
    }
}

impl RoleColumns {
    pub(crate) fn into_role(self) -> Result<AssignedRole, Error> {
        Ok(match choice(&self.role, self.role_id)? {
            RoleChoice::BuiltIn(role) => role.into(),
            choice @ RoleChoice::Own(_) => AssignedRole {
                choice,
                name: self.role_name.unwrap_or_default(),
                permissions: known(&self.role_permissions.unwrap_or_default()),
            },
        })
    }
}

impl InvitationRow {
    fn into_invitation(self) -> Result<Invitation, Error> {
        Ok(Invitation {
            id: self.id,
            email: stored_email(&self.email)?,
            name: self.name,
            role: self.role.into_role()?,
            created_at: self.created_at,
            expires_at: self.expires_at,
        })
    }
}

pub(crate) async fn insert_staff(ctx: &mut Ctx, id: AccountId, name: &str, role: RoleChoice) -> Result<(), Error> {
    write_staff(ctx, INSERT_STAFF, id, name, role).await
}

pub(crate) async fn replace_staff(ctx: &mut Ctx, id: AccountId, name: &str, role: RoleChoice) -> Result<(), Error> {
    write_staff(ctx, REPLACE_STAFF, id, name, role).await
}

async fn write_staff(
    ctx: &mut Ctx,
    sql: &'static str,
    id: AccountId,
    name: &str,
    role: RoleChoice,
) -> Result<(), Error> {
    let (store_id, now, (role, role_id)) = (ctx.store_id(), ctx.now(), role.columns());
    let query = sqlx::query(sql).bind(store_id).bind(id).bind(name);
    query
        .bind(role)
        .bind(role_id)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn update_staff(
    ctx: &mut Ctx,
    id: AccountId,
    name: &str,
    role: RoleChoice,
    active: bool,
) -> Result<(), Error> {
    let (store_id, now, (role, role_id)) = (ctx.store_id(), ctx.now(), role.columns());
    let query = sqlx::query(UPDATE_STAFF).bind(store_id).bind(id).bind(name);
    let query = query.bind(role).bind(role_id).bind(active).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn list_staff(ctx: &mut Ctx) -> Result<Vec<StaffEntry>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<StaffRow> = sqlx::query_as(LIST_STAFF)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    let entry = |row: StaffRow| {
        Ok(StaffEntry {
            account_id: row.account_id,
            email: stored_email(&row.email)?,
            name: row.name,
            role: row.role.into_role()?,
            second_factor: row.second_factor,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            deactivated_at: row.deactivated_at,
        })
    };
    rows.into_iter().map(entry).collect()
}

pub(crate) async fn lock_staff(ctx: &mut Ctx) -> Result<Vec<Member>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<MemberRow> = sqlx::query_as(LOCK_STAFF)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    let member = |row: MemberRow| {
        Ok(Member {
            account_id: row.account_id,
            active: row.active,
            role: row.role.into_role()?,
        })
    };
    rows.into_iter().map(member).collect()
}

pub(crate) async fn is_active_staff(ctx: &mut Ctx, email: &EmailAddress) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(IS_ACTIVE_STAFF).bind(store_id).bind(email.as_str());
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn insert_role(
    ctx: &mut Ctx,
    id: RoleId,
    name: &str,
    permissions: &[Permission],
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_ROLE).bind(store_id).bind(id).bind(name);
    query
        .bind(names(permissions))
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn update_role(
    ctx: &mut Ctx,
    id: RoleId,
    name: &str,
    permissions: &[Permission],
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_ROLE).bind(store_id).bind(id).bind(name);
    query.bind(names(permissions)).execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_role(ctx: &mut Ctx, id: RoleId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_ROLE).bind(store_id).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn find_role(ctx: &mut Ctx, id: RoleId) -> Result<Option<AssignedRole>, Error> {
    one_role(ctx, FIND_ROLE, id).await
}

pub(crate) async fn lock_role(ctx: &mut Ctx, id: RoleId) -> Result<Option<AssignedRole>, Error> {
    one_role(ctx, LOCK_ROLE, id).await
}

async fn one_role(ctx: &mut Ctx, sql: &'static str, id: RoleId) -> Result<Option<AssignedRole>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(sql).bind(store_id).bind(id);
    let row: Option<RoleRow> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(row.map(AssignedRole::from))
}

pub(crate) async fn list_roles(ctx: &mut Ctx) -> Result<Vec<AssignedRole>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_ROLES).bind(store_id);
    let rows: Vec<RoleRow> = query.fetch_all(ctx.sql().await?).await?;
    Ok(rows.into_iter().map(AssignedRole::from).collect())
}

pub(crate) async fn replace_invitation(
    ctx: &mut Ctx,
    invitation: &Invitation,
    invited_by: Option<AccountId>,
) -> Result<(), Error> {
    let (store_id, (role, role_id)) = (ctx.store_id(), invitation.role.choice.columns());
    let query = sqlx::query(REPLACE_INVITATION)
        .bind(store_id)
        .bind(invitation.id)
        .bind(invitation.email.as_str())
        .bind(&invitation.name);
    let query = query.bind(role).bind(role_id).bind(invited_by);
    let query = query.bind(invitation.created_at).bind(invitation.expires_at);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// False: there is no such invitation.
pub(crate) async fn update_invitation_secret(
    ctx: &mut Ctx,
    id: InvitationId,
    secret_hash: [u8; 32],
) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_INVITATION_SECRET).bind(store_id).bind(id);
    let done = query.bind(secret_hash.as_slice()).execute(ctx.sql().await?).await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn list_invitations(ctx: &mut Ctx) -> Result<Vec<Invitation>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(LIST_INVITATIONS).bind(store_id).bind(now);
    let rows: Vec<InvitationRow> = query.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(InvitationRow::into_invitation).collect()
}

pub(crate) async fn find_invitation(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<Option<Invitation>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(FIND_INVITATION)
        .bind(store_id)
        .bind(secret_hash.as_slice())
        .bind(now);
    let row: Option<InvitationRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(InvitationRow::into_invitation).transpose()
}

/// The role of the invitation whose secret it was. A second call finds nothing.
pub(crate) async fn delete_used_invitation(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<Option<RoleChoice>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(DELETE_USED_INVITATION)
        .bind(store_id)
        .bind(secret_hash.as_slice())
        .bind(now);
    let row: Option<(String, Option<RoleId>)> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(|(role, role_id)| choice(&role, role_id)).transpose()
}

/// False: there is no such invitation.
pub(crate) async fn delete_invitation(ctx: &mut Ctx, id: InvitationId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_INVITATION).bind(store_id).bind(id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}
