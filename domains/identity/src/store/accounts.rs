//! SQL of accounts, their failed sign-ins and staff.

use chrono::TimeDelta;
use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, Time};

use super::stored_email;
use crate::{Account, PasswordHash, lockout, secret};

database::statements! {
    INSERT_ACCOUNT = "INSERT INTO identity.accounts (store_id, id, email, password_hash, verified_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT ON CONSTRAINT accounts_email_key DO NOTHING";
    INSERT_ACCOUNTS = "INSERT INTO identity.accounts (store_id, id, email, password_hash, created_at) \
        SELECT $1, new.id, new.email, $4, $5 FROM unnest($2::uuid[], $3::text[]) AS new (id, email) \
        ON CONFLICT ON CONSTRAINT accounts_email_key DO NOTHING";
    LIST_ACCOUNTS_BY_EMAIL = "SELECT id, email, verified_at, created_at FROM identity.accounts \
        WHERE store_id = $1 AND email = ANY ($2)";
    LIST_VERIFIED_ACCOUNTS = "SELECT id FROM identity.accounts WHERE store_id = $1 AND id = ANY ($2) AND verified_at IS NOT NULL";
    FIND_ACCOUNT = "SELECT id, email, verified_at, created_at FROM identity.accounts WHERE store_id = $1 AND id = $2";
    FIND_ACCOUNT_BY_EMAIL =
        "SELECT id, email, verified_at, created_at FROM identity.accounts WHERE store_id = $1 AND email = $2";
    UPDATE_RESET_ASKED = "UPDATE identity.accounts SET reset_asked_at = $3 WHERE store_id = $1 AND email = $2 \
        AND (reset_asked_at IS NULL OR reset_asked_at <= $4) RETURNING id";
    UPDATE_TOLD_AGAIN = "UPDATE identity.accounts SET told_again_at = $3 WHERE store_id = $1 AND email = $2 \
        AND (told_again_at IS NULL OR told_again_at <= $4) RETURNING id";
    /// Has the commit wait for the disk as if something had been written; nothing is.
    WRITE_NOTHING = "SELECT pg_logical_emit_message(true, 'souk', 'nothing')::text";
    FIND_EMAIL_TO_VERIFY = "SELECT a.email FROM identity.accounts a WHERE a.store_id = $1 AND a.id = $2 \
        AND a.verified_at IS NULL AND NOT EXISTS (SELECT 1 FROM identity.mail_tokens t WHERE t.store_id = $1 \
          AND t.account_id = a.id AND t.purpose = 'verify_email' AND t.created_at > $3)";
    FIND_CREDENTIALS = "SELECT a.id AS account_id, a.email, a.password_hash, a.verified_at IS NOT NULL AS verified, \
          s.account_id IS NOT NULL AS is_staff, EXISTS (SELECT FROM identity.second_factors f WHERE f.store_id = a.store_id AND f.account_id = a.id \
            AND f.confirmed_at IS NOT NULL) AS second_factor, \
          s.account_id IS NOT NULL \
            AND EXISTS (SELECT FROM identity.policies p WHERE p.store_id = a.store_id AND p.staff_second_factor) \
            AND EXISTS (SELECT FROM identity.passkeys k WHERE k.store_id = a.store_id AND k.account_id = a.id) \
            AS needs_passkey \
        FROM identity.accounts a LEFT JOIN identity.staff s ON s.store_id = a.store_id AND s.account_id = a.id \
          AND s.deactivated_at IS NULL \
        WHERE a.store_id = $1 AND a.id = $2";
    FIND_CREDENTIALS_BY_EMAIL = "SELECT a.id AS account_id, a.email, a.password_hash, a.verified_at IS NOT NULL AS verified, \
          s.account_id IS NOT NULL AS is_staff, EXISTS (SELECT FROM identity.second_factors f WHERE f.store_id = a.store_id AND f.account_id = a.id \
            AND f.confirmed_at IS NOT NULL) AS second_factor, \
          s.account_id IS NOT NULL \
            AND EXISTS (SELECT FROM identity.policies p WHERE p.store_id = a.store_id AND p.staff_second_factor) \
            AND EXISTS (SELECT FROM identity.passkeys k WHERE k.store_id = a.store_id AND k.account_id = a.id) \
            AS needs_passkey \
        FROM identity.accounts a LEFT JOIN identity.staff s ON s.store_id = a.store_id AND s.account_id = a.id \
          AND s.deactivated_at IS NULL \
        WHERE a.store_id = $1 AND a.email = $2";
    UPDATE_PASSWORD = "UPDATE identity.accounts SET password_hash = $3 WHERE store_id = $1 AND id = $2 RETURNING email";
    UPDATE_VERIFIED =
        "UPDATE identity.accounts SET verified_at = $3 WHERE store_id = $1 AND id = $2 AND verified_at IS NULL";
    FIND_LOCK = "SELECT locked_until FROM identity.failed_sign_ins WHERE store_id = $1 AND email_hash = $2";
    /// Counts from one again when the last failure is long ago.
    INSERT_FAILURE = "INSERT INTO identity.failed_sign_ins AS f (store_id, email_hash, failures, last_failed_at) \
        VALUES ($1, $2, 1, $3) ON CONFLICT ON CONSTRAINT failed_sign_ins_pk DO UPDATE \
        SET failures = CASE WHEN f.last_failed_at < $4 THEN 1 ELSE f.failures + 1 END, last_failed_at = $3, locked_until = NULL \
        RETURNING failures";
    UPDATE_LOCK = "UPDATE identity.failed_sign_ins SET locked_until = $3 WHERE store_id = $1 AND email_hash = $2";
    DELETE_FAILURES = "DELETE FROM identity.failed_sign_ins WHERE store_id = $1 AND email_hash = $2";
    COUNT_OWNERS = "SELECT count(*) FROM identity.staff WHERE store_id = $1 AND role = 'owner'";
}

pub(crate) async fn count_owners(ctx: &mut Ctx) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_OWNERS)
        .bind(store_id)
        .fetch_one(ctx.sql().await?)
        .await?)
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: AccountId,
    email: String,
    verified_at: Option<Time>,
    created_at: Time,
}

impl AccountRow {
    fn into_account(self) -> Result<Account, Error> {
        let email = stored_email(&self.email)?;
        Ok(Account {
            id: self.id,
            email,
            verified_at: self.verified_at,
            created_at: self.created_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct CredentialsRow {
    account_id: AccountId,
    email: String,
    password_hash: String,
    verified: bool,
    is_staff: bool,
    second_factor: bool,
    needs_passkey: bool,
}

/// What sign-in needs to know of an account.
pub(crate) struct Credentials {
    pub(crate) account_id: AccountId,
    pub(crate) email: EmailAddress,
    pub(crate) password_hash: PasswordHash,
    pub(crate) verified: bool,
    pub(crate) is_staff: bool,
    pub(crate) second_factor: bool,
    /// The store wants a second factor, and a passkey is the only one there is.
    pub(crate) needs_passkey: bool,
}

/// Failures are kept by the hash of the address, so that the table holds no addresses of strangers.
fn email_hash(email: &EmailAddress) -> Vec<u8> {
    secret::hash(email.as_str()).to_vec()
}

/// False: the address has an account.
pub(crate) async fn insert_account(
    ctx: &mut Ctx,
    id: AccountId,
    email: &EmailAddress,
    password: &PasswordHash,
    verified_at: Option<Time>,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_ACCOUNT)
        .bind(store_id)
        .bind(id)
        .bind(email.as_str())
        .bind(&password.0);
    Ok(query
        .bind(verified_at)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?
        .rows_affected()
        == 1)
}

/// Leaves out the addresses that have an account.
pub(crate) async fn insert_accounts_without_password(
    ctx: &mut Ctx,
    ids: &[AccountId],
    emails: &[EmailAddress],
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let emails: Vec<&str> = emails.iter().map(EmailAddress::as_str).collect();
    let insert = sqlx::query(INSERT_ACCOUNTS).bind(store_id).bind(ids).bind(emails);
    let insert = insert.bind(PasswordHash::none().0).bind(now);
    insert.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn list_accounts_by_email(
    ctx: &mut Ctx,
    emails: &[EmailAddress],
) -> Result<Vec<(EmailAddress, AccountId)>, Error> {
    let store_id = ctx.store_id();
    let emails: Vec<&str> = emails.iter().map(EmailAddress::as_str).collect();
    let list = sqlx::query_as(LIST_ACCOUNTS_BY_EMAIL).bind(store_id).bind(emails);
    let rows: Vec<AccountRow> = list.fetch_all(ctx.sql().await?).await?;
    let accounts = rows.into_iter().map(AccountRow::into_account);
    accounts
        .map(|account| account.map(|account| (account.email, account.id)))
        .collect()
}

pub(crate) async fn list_verified_accounts(ctx: &mut Ctx, ids: &[AccountId]) -> Result<Vec<AccountId>, Error> {
    let store_id = ctx.store_id();
    let list = sqlx::query_scalar(LIST_VERIFIED_ACCOUNTS).bind(store_id).bind(ids);
    Ok(list.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn find_account(ctx: &mut Ctx, id: AccountId) -> Result<Option<Account>, Error> {
    let store_id = ctx.store_id();
    let row: Option<AccountRow> = sqlx::query_as(FIND_ACCOUNT)
        .bind(store_id)
        .bind(id)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(AccountRow::into_account).transpose()
}

pub(crate) async fn find_account_by_email(ctx: &mut Ctx, email: &EmailAddress) -> Result<Option<Account>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_ACCOUNT_BY_EMAIL)
        .bind(store_id)
        .bind(email.as_str());
    let row: Option<AccountRow> = query.fetch_optional(ctx.sql().await?).await?;
    row.map(AccountRow::into_account).transpose()
}

/// The account, unless a reset token was made for it since then.
/// The account of that address, unless it was asked for since then.
pub(crate) async fn update_reset_asked(
    ctx: &mut Ctx,
    email: &EmailAddress,
    since: Time,
) -> Result<Option<AccountId>, Error> {
    update_asked(ctx, UPDATE_RESET_ASKED, email, since).await
}

/// The account of that address, unless it was told since then.
pub(crate) async fn update_told_again(
    ctx: &mut Ctx,
    email: &EmailAddress,
    since: Time,
) -> Result<Option<AccountId>, Error> {
    update_asked(ctx, UPDATE_TOLD_AGAIN, email, since).await
}

async fn update_asked(
    ctx: &mut Ctx,
    statement: &'static str,
    email: &EmailAddress,
    since: Time,
) -> Result<Option<AccountId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(statement).bind(store_id).bind(email.as_str());
    Ok(query.bind(now).bind(since).fetch_optional(ctx.sql().await?).await?)
}

/// Takes as long as writing an event does, for who must not hear whether one was.
pub(crate) async fn write_nothing(ctx: &mut Ctx) -> Result<(), Error> {
    sqlx::query(WRITE_NOTHING).execute(ctx.sql().await?).await?;
    Ok(())
}

/// The address of an account that is not verified, unless a verification token was made for it since then.
pub(crate) async fn find_email_to_verify(
    ctx: &mut Ctx,
    id: AccountId,
    since: Time,
) -> Result<Option<EmailAddress>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_EMAIL_TO_VERIFY)
        .bind(store_id)
        .bind(id)
        .bind(since);
    let email: Option<String> = query.fetch_optional(ctx.sql().await?).await?;
    email.as_deref().map(stored_email).transpose()
}

pub(crate) async fn find_credentials(ctx: &mut Ctx, id: AccountId) -> Result<Option<Credentials>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_CREDENTIALS).bind(store_id).bind(id);
    credentials(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn find_credentials_by_email(
    ctx: &mut Ctx,
    email: &EmailAddress,
) -> Result<Option<Credentials>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_CREDENTIALS_BY_EMAIL)
        .bind(store_id)
        .bind(email.as_str());
    credentials(query.fetch_optional(ctx.sql().await?).await?)
}

fn credentials(row: Option<CredentialsRow>) -> Result<Option<Credentials>, Error> {
    let Some(CredentialsRow {
        account_id,
        email,
        password_hash,
        verified,
        is_staff,
        second_factor,
        needs_passkey,
    }) = row
    else {
        return Ok(None);
    };
    let email = stored_email(&email)?;
    Ok(Some(Credentials {
        account_id,
        email,
        password_hash: PasswordHash(password_hash),
        verified,
        is_staff,
        second_factor,
        needs_passkey,
    }))
}

/// The address of the account, if there is such an account.
pub(crate) async fn update_password(
    ctx: &mut Ctx,
    id: AccountId,
    password: &PasswordHash,
) -> Result<Option<EmailAddress>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(UPDATE_PASSWORD)
        .bind(store_id)
        .bind(id)
        .bind(&password.0);
    let email: Option<String> = query.fetch_optional(ctx.sql().await?).await?;
    email.map(|email| stored_email(&email)).transpose()
}

/// False: it was verified before.
pub(crate) async fn update_verified(ctx: &mut Ctx, id: AccountId) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_VERIFIED).bind(store_id).bind(id).bind(now);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn find_lock(ctx: &mut Ctx, email: &EmailAddress) -> Result<Option<Time>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_LOCK).bind(store_id).bind(email_hash(email));
    let locked_until: Option<Option<Time>> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(locked_until.flatten())
}

/// Gives the number of failures in a row.
pub(crate) async fn insert_failure(ctx: &mut Ctx, email: &EmailAddress) -> Result<i32, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_scalar(INSERT_FAILURE)
        .bind(store_id)
        .bind(email_hash(email));
    Ok(query
        .bind(now)
        .bind(now - lockout::FORGET_AFTER)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn update_lock(ctx: &mut Ctx, email: &EmailAddress, lock: TimeDelta) -> Result<(), Error> {
    let (store_id, until) = (ctx.store_id(), ctx.now() + lock);
    let query = sqlx::query(UPDATE_LOCK)
        .bind(store_id)
        .bind(email_hash(email))
        .bind(until);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn delete_failures(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_FAILURES).bind(store_id).bind(email_hash(email));
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
