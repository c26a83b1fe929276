//! Somebody follows the link of an invitation and joins the staff. It is a flow because no transaction stays open while a
//! password is hashed.

use database::{Ctx, Error, Work};
use kernel::{AccountId, EmailAddress, FieldError};

use crate::{HashingFailed, Invitation, NewPassword, create_staff, secret, store};

/// What the page behind the link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Whether a password must be chosen: there is no account yet, or nobody proved that its owner reads the address.
    pub needs_password: bool,
}

/// The link was followed and the form sent.
#[derive(Clone)]
pub struct AcceptInvitation {
    /// The secret from the link.
    pub token: String,
    /// The name colleagues will see.
    pub name: String,
    /// The password as typed; not looked at when the account has one.
    pub password: String,
}

/// Why nobody joins.
#[derive(Debug, thiserror::Error)]
pub enum AcceptInvitationError {
    /// The link is used, replaced by a newer one, taken back, too old or made up.
    #[error("the link does not work any more")]
    InvalidToken,
    /// The name or the password breaks its rule; the link still works.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The password could not be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The invitation behind a link.
pub async fn find_invitation(ctx: &mut Ctx, token: &str) -> Result<Option<OpenInvitation>, Error> {
    let Some(invitation) = store::find_invitation(ctx, secret::hash(token)).await? else {
        return Ok(None);
    };
    let account = store::find_account_by_email(ctx, &invitation.email).await?;
    Ok(Some(OpenInvitation {
        needs_password: account.is_none_or(|account| account.verified_at.is_none()),
        invitation,
    }))
}

/// Uses up the invitation. Whoever has its secret reads the mail, so the address counts as verified. An account that somebody
/// opened with this address before without proving that gets the new password, and every session of the account ends.
pub async fn accept_invitation_flow(
    work: &Work,
    command: AcceptInvitation,
) -> Result<AccountId, AcceptInvitationError> {
    let mut ctx = work.read();
    let found = find_invitation(&mut ctx, &command.token).await?;
    ctx.commit().await?;
    let found = found.ok_or(AcceptInvitationError::InvalidToken)?;
    let name = create_staff::name(&command.name)?;
    let email: EmailAddress = found.invitation.email;
    let hash = if found.needs_password {
        Some(NewPassword::parse(&command.password, &email)?.hash(work).await?)
    } else {
        None
    };

    let mut ctx = work.write();
    let role = store::delete_used_invitation(&mut ctx, secret::hash(&command.token)).await?;
    let role = role.ok_or(AcceptInvitationError::InvalidToken)?;
    let account_id = match (store::find_account_by_email(&mut ctx, &email).await?, hash) {
        (Some(account), hash) => {
            if let (None, Some(hash)) = (account.verified_at, &hash) {
                store::update_password(&mut ctx, account.id, hash).await?;
            }
            if store::update_verified(&mut ctx, account.id).await? {
                store::delete_other_ways(&mut ctx, account.id).await?;
            }
            store::delete_sessions_but(&mut ctx, account.id, None).await?;
            account.id
        }
        (None, Some(hash)) => {
            let (id, now) = (ctx.new_id(), ctx.now());
            store::insert_account(&mut ctx, id, &email, &hash, Some(now)).await?;
            id
        }
        // The account went away in between: the form is shown again and asks for a password.
        (None, None) => return Err(AcceptInvitationError::InvalidToken),
    };
    store::replace_staff(&mut ctx, account_id, &name, role).await?;
    store::delete_failures(&mut ctx, &email).await?;
    ctx.commit().await?;
    Ok(account_id)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use database::testing::TestDatabase;
    use kernel::{InvitationId, Permission};

    use super::*;
    use crate::{
        InviteStaff, InviteStaffError, Role, RoleChoice, StaffInvited, authenticate, create_invitation_secret,
        invite_staff, list_invitations, list_staff, revoke_invitation,
        testing::{PASSWORD, account, acting, count, email, sign_in, staff},
    };

    async fn invite(db: &TestDatabase, address: &str) -> (InvitationId, String) {
        let mut ctx = db.work().write();
        let wanted = InviteStaff {
            email: email(address),
            name: "New colleague".to_owned(),
            role: RoleChoice::BuiltIn(Role::Support),
        };
        let id = invite_staff(&mut ctx, wanted).await.unwrap();
        let secret = create_invitation_secret(&mut ctx, id).await.unwrap().unwrap();
        ctx.commit().await.unwrap();
        (id, secret.into_string())
    }

    async fn accept(db: &TestDatabase, token: &str, password: &str) -> Result<AccountId, AcceptInvitationError> {
        let command = AcceptInvitation {
            token: token.to_owned(),
            name: "Bob".to_owned(),
            password: password.to_owned(),
        };
        accept_invitation_flow(&db.work(), command).await
    }

    #[tokio::test]
    async fn a_link_works_once_for_a_week_and_the_newest_only() {
        let db = TestDatabase::new().await;
        let (_, old) = invite(&db, "bob@example.com").await;
        let (_, new) = invite(&db, "bob@example.com").await;
        assert_eq!(count::<StaffInvited>(&db).await, 2);
        for useless in [old.as_str(), "", "made up"] {
            let outcome = accept(&db, useless, PASSWORD).await;
            assert!(matches!(outcome, Err(AcceptInvitationError::InvalidToken)), "{useless}");
        }
        let weak = accept(&db, &new, "password123").await;
        assert!(matches!(weak, Err(AcceptInvitationError::Invalid(error)) if error.code == "password_common"));
        let bob = accept(&db, &new, PASSWORD).await.unwrap();
        let again = accept(&db, &new, PASSWORD).await;
        assert!(matches!(again, Err(AcceptInvitationError::InvalidToken)));
        let signed_in = sign_in(&db, "bob@example.com", PASSWORD).await.unwrap();
        assert_eq!((signed_in.account_id, signed_in.is_staff), (bob, true));

        let (_, late) = invite(&db, "late@example.com").await;
        db.clock().advance(TimeDelta::days(7));
        assert!(matches!(
            accept(&db, &late, PASSWORD).await,
            Err(AcceptInvitationError::InvalidToken)
        ));
        let (id, taken_back) = invite(&db, "late@example.com").await;
        let mut ctx = db.work().write();
        assert_eq!(list_invitations(&mut ctx).await.unwrap().len(), 1);
        revoke_invitation(&mut ctx, id).await.unwrap();
        assert!(matches!(
            revoke_invitation(&mut ctx, id).await,
            Err(InviteStaffError::NotFound)
        ));
        ctx.commit().await.unwrap();
        assert!(matches!(
            accept(&db, &taken_back, PASSWORD).await,
            Err(AcceptInvitationError::InvalidToken)
        ));
    }

    #[tokio::test]
    async fn a_stranger_who_opened_the_account_first_gains_nothing() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "bob@example.com").await;
        let strangers = sign_in(&db, "bob@example.com", PASSWORD).await.unwrap().secret;
        let (_, token) = invite(&db, "bob@example.com").await;
        let open = find_invitation(&mut db.work().read(), &token).await.unwrap().unwrap();
        assert!(open.needs_password);
        assert_eq!(accept(&db, &token, "a better password").await.unwrap(), account_id);
        assert_eq!(
            authenticate(&mut db.work().read(), strangers.as_str()).await.unwrap(),
            None
        );
        assert!(sign_in(&db, "bob@example.com", PASSWORD).await.is_err());
        assert!(
            sign_in(&db, "bob@example.com", "a better password")
                .await
                .unwrap()
                .is_staff
        );
    }

    #[tokio::test]
    async fn a_customer_who_joins_keeps_the_password() {
        let db = TestDatabase::new().await;
        let account_id = account(&db, "bob@example.com").await;
        let mut ctx = db.work().write();
        store::update_verified(&mut ctx, account_id).await.unwrap();
        ctx.commit().await.unwrap();
        let (_, token) = invite(&db, "bob@example.com").await;
        assert_eq!(accept(&db, &token, "").await.unwrap(), account_id);
        assert!(sign_in(&db, "bob@example.com", PASSWORD).await.unwrap().is_staff);
        let names: Vec<String> = list_staff(&mut db.work().read())
            .await
            .unwrap()
            .into_iter()
            .map(|entry| entry.name)
            .collect();
        assert_eq!(names, ["Bob"]);
    }

    #[tokio::test]
    async fn only_those_who_hold_the_role_invite_and_nobody_twice() {
        let db = TestDatabase::new().await;
        let ann = staff(&db, "ann@example.com", Role::Owner).await;
        let wanted = |address: &str, role| InviteStaff {
            email: email(address),
            name: "Bob".to_owned(),
            role: RoleChoice::BuiltIn(role),
        };
        let mut ctx = acting(&db, ann, &[Permission::ManageStaff]).write();
        let more = invite_staff(&mut ctx, wanted("bob@example.com", Role::Support)).await;
        assert!(matches!(more, Err(InviteStaffError::Forbidden(_))));
        let mut ctx = acting(&db, ann, Role::Manager.permissions()).write();
        let manager = invite_staff(&mut ctx, wanted("bob@example.com", Role::Support)).await;
        assert!(matches!(manager, Err(InviteStaffError::Forbidden(_))));
        let mut ctx = acting(&db, ann, Permission::ALL).write();
        let twice = invite_staff(&mut ctx, wanted("ann@example.com", Role::Support)).await;
        assert!(matches!(twice, Err(InviteStaffError::Invalid(error)) if error.code == "works_here"));
        invite_staff(&mut ctx, wanted("bob@example.com", Role::Owner))
            .await
            .unwrap();
    }
}
