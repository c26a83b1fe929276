//! SQL of second factors, recovery codes, and sign-ins that wait for one.

use database::{Ctx, Error};
use kernel::{AccountId, EmailAddress, Time};

use super::stored_email;
use crate::SecondFactorStatus;

database::statements! {
    FIND_STATUS = "SELECT \
          EXISTS (SELECT FROM identity.second_factors WHERE store_id = $1 AND account_id = $2 AND confirmed_at IS NOT NULL), \
          (SELECT count(*) FROM identity.recovery_codes WHERE store_id = $1 AND account_id = $2)";
    FIND_SECOND_FACTOR = "SELECT sealed_secret, confirmed_at IS NOT NULL AS confirmed, last_step \
        FROM identity.second_factors WHERE store_id = $1 AND account_id = $2";
    LOCK_SECOND_FACTOR = "SELECT sealed_secret, confirmed_at IS NOT NULL AS confirmed, last_step \
        FROM identity.second_factors WHERE store_id = $1 AND account_id = $2 FOR UPDATE";
    /// A factor that counts is not replaced.
    REPLACE_SECOND_FACTOR = "INSERT INTO identity.second_factors AS f (store_id, account_id, sealed_secret, created_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT ON CONSTRAINT second_factors_pk DO UPDATE \
        SET sealed_secret = excluded.sealed_secret, created_at = excluded.created_at WHERE f.confirmed_at IS NULL";
    UPDATE_CONFIRMED = "UPDATE identity.second_factors SET confirmed_at = $3, last_step = $4 \
        WHERE store_id = $1 AND account_id = $2";
    UPDATE_STEP = "UPDATE identity.second_factors SET last_step = $3 WHERE store_id = $1 AND account_id = $2";
    DELETE_SECOND_FACTOR = "WITH codes AS ( \
          DELETE FROM identity.recovery_codes WHERE store_id = $1 AND account_id = $2 \
        ), pending AS ( \
          DELETE FROM identity.pending_sign_ins WHERE store_id = $1 AND account_id = $2 \
        ) DELETE FROM identity.second_factors WHERE store_id = $1 AND account_id = $2";
    REPLACE_RECOVERY_CODES = "WITH old AS ( \
          DELETE FROM identity.recovery_codes WHERE store_id = $1 AND account_id = $2 \
        ), repeatable AS ( \
          UPDATE identity.second_factors SET sealed_recovery_codes = $4, recovery_proof_hash = $5, recovery_codes_at = $6 \
          WHERE store_id = $1 AND account_id = $2 \
        ) INSERT INTO identity.recovery_codes (store_id, account_id, code_hash) SELECT $1, $2, unnest($3::bytea[])";
    FIND_SHOWN_CODES = "SELECT sealed_recovery_codes FROM identity.second_factors \
        WHERE store_id = $1 AND account_id = $2 AND recovery_proof_hash = $3 AND recovery_codes_at > $4";
    UPDATE_SHOWN_CODES_GONE = "UPDATE identity.second_factors \
        SET sealed_recovery_codes = NULL, recovery_proof_hash = NULL, recovery_codes_at = NULL \
        WHERE store_id = $1 AND recovery_codes_at <= $2";
    DELETE_RECOVERY_CODE =
        "DELETE FROM identity.recovery_codes WHERE store_id = $1 AND account_id = $2 AND code_hash = $3";
    INSERT_PENDING = "INSERT INTO identity.pending_sign_ins (store_id, secret_hash, account_id, expires_at) \
        VALUES ($1, $2, $3, $4)";
    FIND_PENDING = "SELECT a.id AS account_id, a.email, s.account_id IS NOT NULL AS is_staff \
        FROM identity.pending_sign_ins p JOIN identity.accounts a ON a.store_id = p.store_id AND a.id = p.account_id \
        LEFT JOIN identity.staff s ON s.store_id = a.store_id AND s.account_id = a.id AND s.deactivated_at IS NULL \
        WHERE p.store_id = $1 AND p.secret_hash = $2 AND p.expires_at > $3";
    DELETE_PENDING = "DELETE FROM identity.pending_sign_ins WHERE store_id = $1 AND secret_hash = $2";
    FIND_POLICY = "SELECT staff_second_factor FROM identity.policies WHERE store_id = $1";
    REPLACE_POLICY = "INSERT INTO identity.policies (store_id, staff_second_factor) VALUES ($1, $2) \
        ON CONFLICT ON CONSTRAINT policies_pk DO UPDATE SET staff_second_factor = excluded.staff_second_factor";
}

/// A second factor as it is stored.
#[derive(sqlx::FromRow)]
pub(crate) struct StoredFactor {
    pub(crate) sealed_secret: Vec<u8>,
    pub(crate) confirmed: bool,
    pub(crate) last_step: i64,
}

/// Who gave the right password.
pub(crate) struct Pending {
    pub(crate) account_id: AccountId,
    pub(crate) email: EmailAddress,
    pub(crate) is_staff: bool,
}

pub(crate) async fn find_second_factor_status(
    ctx: &mut Ctx,
    account_id: AccountId,
) -> Result<SecondFactorStatus, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_STATUS).bind(store_id).bind(account_id);
    let (on, recovery_codes) = query.fetch_one(ctx.sql().await?).await?;
    Ok(SecondFactorStatus { on, recovery_codes })
}

pub(crate) async fn find_second_factor(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<StoredFactor>, Error> {
    one(ctx, FIND_SECOND_FACTOR, account_id).await
}

pub(crate) async fn lock_second_factor(ctx: &mut Ctx, account_id: AccountId) -> Result<Option<StoredFactor>, Error> {
    one(ctx, LOCK_SECOND_FACTOR, account_id).await
}

async fn one(ctx: &mut Ctx, sql: &'static str, account_id: AccountId) -> Result<Option<StoredFactor>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(sql).bind(store_id).bind(account_id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

/// False: there is one that counts.
pub(crate) async fn replace_second_factor(
    ctx: &mut Ctx,
    account_id: AccountId,
    sealed_secret: &[u8],
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(REPLACE_SECOND_FACTOR).bind(store_id).bind(account_id);
    let done = query.bind(sealed_secret).bind(now).execute(ctx.sql().await?).await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn update_second_factor_confirmed(
    ctx: &mut Ctx,
    account_id: AccountId,
    step: i64,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(UPDATE_CONFIRMED).bind(store_id).bind(account_id);
    query.bind(now).bind(step).execute(ctx.sql().await?).await?;
    Ok(())
}

pub(crate) async fn update_second_factor_step(ctx: &mut Ctx, account_id: AccountId, step: i64) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_STEP).bind(store_id).bind(account_id).bind(step);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// False: there was none.
pub(crate) async fn delete_second_factor(ctx: &mut Ctx, account_id: AccountId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_SECOND_FACTOR).bind(store_id).bind(account_id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

/// Recovery codes, and what they were made for.
pub(crate) struct NewRecoveryCodes {
    pub(crate) hashes: Vec<Vec<u8>>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) proof_hash: [u8; 32],
}

pub(crate) async fn replace_recovery_codes(
    ctx: &mut Ctx,
    account_id: AccountId,
    new: &NewRecoveryCodes,
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(REPLACE_RECOVERY_CODES)
        .bind(store_id)
        .bind(account_id)
        .bind(&new.hashes);
    let query = query.bind(&new.sealed).bind(new.proof_hash.as_slice()).bind(now);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The sealed codes that were made since then for that proof.
pub(crate) async fn find_shown_codes(
    ctx: &mut Ctx,
    account_id: AccountId,
    proof_hash: [u8; 32],
    since: Time,
) -> Result<Option<Vec<u8>>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_SHOWN_CODES).bind(store_id).bind(account_id);
    let query = query.bind(proof_hash.as_slice()).bind(since);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

/// Forgets codes that were shown before then.
pub(crate) async fn update_shown_codes_gone(ctx: &mut Ctx, before: Time) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_SHOWN_CODES_GONE).bind(store_id).bind(before);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// False: it is none of the account's, or was used.
pub(crate) async fn delete_recovery_code(ctx: &mut Ctx, account_id: AccountId, hash: [u8; 32]) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_RECOVERY_CODE)
        .bind(store_id)
        .bind(account_id)
        .bind(hash.as_slice());
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn insert_pending_sign_in(
    ctx: &mut Ctx,
    secret_hash: [u8; 32],
    account_id: AccountId,
    expires_at: Time,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(INSERT_PENDING).bind(store_id).bind(secret_hash.as_slice());
    query
        .bind(account_id)
        .bind(expires_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_pending_sign_in(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<Option<Pending>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(FIND_PENDING).bind(store_id).bind(secret_hash.as_slice());
    let row: Option<(AccountId, String, bool)> = query.bind(now).fetch_optional(ctx.sql().await?).await?;
    row.map(|(account_id, email, is_staff)| {
        Ok(Pending {
            account_id,
            email: stored_email(&email)?,
            is_staff,
        })
    })
    .transpose()
}

/// False: it was completed meanwhile.
pub(crate) async fn delete_pending_sign_in(ctx: &mut Ctx, secret_hash: [u8; 32]) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_PENDING).bind(store_id).bind(secret_hash.as_slice());
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn find_policy(ctx: &mut Ctx) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_POLICY).bind(store_id);
    let required: Option<bool> = query.fetch_optional(ctx.sql().await?).await?;
    Ok(required.unwrap_or_default())
}

pub(crate) async fn replace_policy(ctx: &mut Ctx, staff_second_factor: bool) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(REPLACE_POLICY).bind(store_id).bind(staff_second_factor);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
