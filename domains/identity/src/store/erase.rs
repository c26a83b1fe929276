//! Takes a person out of the accounts.

use database::{Ctx, Error};
use kernel::AccountId;

use crate::{PasswordHash, secret};

database::statements! {
    IS_OF_STAFF = "SELECT EXISTS (SELECT FROM identity.staff WHERE store_id = $1 AND account_id = $2)";
    /// The address is free again; answers what it was.
    BLANK = "WITH was AS (SELECT email FROM identity.accounts WHERE store_id = $1 AND id = $2 FOR UPDATE) \
        UPDATE identity.accounts a SET email = $3, password_hash = $4, verified_at = NULL FROM was \
        WHERE a.store_id = $1 AND a.id = $2 RETURNING was.email";
    DELETE_TOKENS = "DELETE FROM identity.mail_tokens WHERE store_id = $1 AND account_id = $2";
    DELETE_FAILURES = "DELETE FROM identity.failed_sign_ins WHERE store_id = $1 AND email_hash = $2";
    /// Both are named by what somebody is called elsewhere.
    DELETE_LINKS = "DELETE FROM identity.linked_accounts WHERE store_id = $1 AND account_id = $2 \
        RETURNING provider_id || ' ' || subject, provider_id::text";
    DELETE_PASSKEYS = "DELETE FROM identity.passkeys WHERE store_id = $1 AND account_id = $2 RETURNING id::text";
    DELETE_ACCOUNT = "DELETE FROM identity.accounts WHERE store_id = $1 AND id = $2";
}

pub(crate) async fn is_of_staff(ctx: &mut Ctx, id: AccountId) -> Result<bool, Error> {
    let query = sqlx::query_scalar(IS_OF_STAFF).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn blank(ctx: &mut Ctx, id: AccountId, email: &str) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(BLANK).bind(store_id).bind(id).bind(email);
    let was: Option<String> = query
        .bind(PasswordHash::none().0)
        .fetch_optional(ctx.sql().await?)
        .await?;
    if let Some(was) = was {
        let query = sqlx::query(DELETE_FAILURES).bind(store_id);
        let query = query.bind(secret::hash(&was).to_vec());
        query.execute(ctx.sql().await?).await?;
    }
    let query = sqlx::query(DELETE_TOKENS).bind(store_id).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The keys of the rows, and what is left of each without the person.
pub(crate) async fn delete_links(ctx: &mut Ctx, id: AccountId) -> Result<Vec<(String, String)>, Error> {
    let query = sqlx::query_as(DELETE_LINKS).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// The keys of the rows.
pub(crate) async fn delete_passkeys(ctx: &mut Ctx, id: AccountId) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(DELETE_PASSKEYS).bind(ctx.store_id()).bind(id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn delete_account(ctx: &mut Ctx, id: AccountId) -> Result<(), Error> {
    let query = sqlx::query(DELETE_ACCOUNT).bind(ctx.store_id()).bind(id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
