//! All SQL of identity; what concerns several tables stands here.

mod accounts;
mod api_keys;
pub(crate) mod erase;
mod passkeys;
mod providers;
mod second_factors;
mod sessions;
mod staff;
mod tokens;

use database::{Ctx, Error};
use kernel::{EmailAddress, Permission, Time};

pub(crate) use accounts::{
    Credentials, count_owners, delete_failures, find_account, find_account_by_email, find_credentials,
    find_credentials_by_email, find_email_to_verify, find_lock, insert_account, insert_accounts_without_password,
    insert_failure, list_accounts_by_email, list_verified_accounts, update_lock, update_password, update_reset_asked,
    update_told_again, update_verified, write_nothing,
};
pub(crate) use api_keys::{
    count_api_keys, find_api_key, find_api_key_by_id, insert_api_key, list_api_key_names, list_api_keys,
    list_api_keys_after, update_api_key_revoked, update_api_key_used,
};
pub(crate) use passkeys::{
    NewPasskeyRow, delete_passkey, delete_passkey_challenge, delete_passkeys, insert_passkey, insert_passkey_challenge,
    list_credential_ids, list_passkeys, lock_passkey, update_passkey_used,
};
pub(crate) use providers::{
    Visit, count_links, count_ways_in, delete_link, delete_other_ways, delete_provider, delete_visit, find_linked,
    find_provider, find_provider_secret, has_link, has_password, insert_provider, insert_visit, list_linked,
    list_providers, lock_account, put_link, update_provider,
};
pub(crate) use second_factors::{
    NewRecoveryCodes, delete_pending_sign_in, delete_recovery_code, delete_second_factor, find_pending_sign_in,
    find_policy, find_second_factor, find_second_factor_status, find_shown_codes, insert_pending_sign_in,
    lock_second_factor, replace_policy, replace_recovery_codes, replace_second_factor, update_second_factor_confirmed,
    update_second_factor_step, update_shown_codes_gone,
};
pub(crate) use sessions::{
    NewSession, delete_mail_token, delete_own_session, delete_session, delete_sessions_but, find_mail_token_owner,
    find_program_session, find_session, find_session_created, insert_session, list_open_sessions, list_sessions,
    replace_mail_token, update_session,
};
pub(crate) use staff::{
    delete_invitation, delete_role, delete_used_invitation, find_invitation, find_role, insert_role, insert_staff,
    is_active_staff, list_invitations, list_roles, list_staff, lock_role, lock_staff, replace_invitation,
    replace_staff, update_invitation_secret, update_role, update_staff,
};
pub(crate) use tokens::{
    delete_old_keys, delete_session_of_refresh_token, find_public_key, find_signing_key, insert_refresh_token,
    insert_signing_key, list_signing_keys, update_refresh_token_used, update_session_program,
};

database::statements! {
    DELETE_EXPIRED = "WITH sessions AS ( \
          DELETE FROM identity.sessions WHERE store_id = $1 AND expires_at <= $2 RETURNING 1 \
        ), tokens AS ( \
          DELETE FROM identity.mail_tokens WHERE store_id = $1 AND expires_at <= $2 RETURNING 1 \
        ), failures AS ( \
          DELETE FROM identity.failed_sign_ins WHERE store_id = $1 AND last_failed_at < $3 RETURNING 1 \
        ), invitations AS ( \
          DELETE FROM identity.invitations WHERE store_id = $1 AND expires_at <= $2 RETURNING 1 \
        ), pending AS ( \
          DELETE FROM identity.pending_sign_ins WHERE store_id = $1 AND expires_at <= $2 RETURNING 1 \
        ), visits AS ( \
          DELETE FROM identity.provider_visits WHERE store_id = $1 AND expires_at <= $2 RETURNING 1 \
        ), challenges AS ( \
          DELETE FROM identity.passkey_challenges WHERE store_id = $1 AND expires_at <= $2 RETURNING 1 \
        ) SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM tokens) + (SELECT count(*) FROM failures) \
          + (SELECT count(*) FROM invitations) + (SELECT count(*) FROM pending) \
          + (SELECT count(*) FROM visits) + (SELECT count(*) FROM challenges)";
    LIST_BROKEN = "SELECT 'session ' || id || ' expires ' || (expires_at - last_seen_at) || ' after its last use' \
        FROM identity.sessions WHERE store_id = $1 AND expires_at > last_seen_at + interval '720 hours' \
        UNION ALL SELECT 'API key ' || id || ' has the unknown permission ' || p \
        FROM identity.api_keys, unnest(permissions) AS p WHERE store_id = $1 AND p <> ALL ($2) \
        UNION ALL SELECT 'role ' || id || ' has the unknown permission ' || p \
        FROM identity.roles, unnest(permissions) AS p WHERE store_id = $1 AND p <> ALL ($2) \
        UNION ALL SELECT 'nobody who is active owns the store' WHERE NOT EXISTS ( \
          SELECT FROM identity.staff WHERE store_id = $1 AND role = 'owner' AND deactivated_at IS NULL) \
          AND EXISTS (SELECT FROM identity.staff WHERE store_id = $1 AND role = 'owner')";
}

fn stored_email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_error| Error::corrupt("accounts.email", text))
}

pub(crate) async fn delete_expired(ctx: &mut Ctx, forget_before: Time) -> Result<u64, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(DELETE_EXPIRED)
        .bind(store_id)
        .bind(now)
        .bind(forget_before);
    let count: i64 = query.fetch_one(ctx.sql().await?).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(crate) async fn list_broken(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let store_id = ctx.store_id();
    let known: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    Ok(sqlx::query_scalar(LIST_BROKEN)
        .bind(store_id)
        .bind(known)
        .fetch_all(ctx.sql().await?)
        .await?)
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    use super::*;

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        let db = TestDatabase::new().await;
        for statements in [
            STATEMENTS,
            accounts::STATEMENTS,
            api_keys::STATEMENTS,
            erase::STATEMENTS,
            passkeys::STATEMENTS,
            providers::STATEMENTS,
            second_factors::STATEMENTS,
            sessions::STATEMENTS,
            staff::STATEMENTS,
            tokens::STATEMENTS,
        ] {
            prepare_all(&db, statements).await;
        }
    }
}
