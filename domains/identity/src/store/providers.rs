//! SQL of providers, the accounts linked with them, and visits to them.

use database::{Ctx, Error};
use kernel::{AccountId, ProviderId, Time};

use crate::{LinkedProvider, PasswordHash, Provider, ProviderTerms};

database::statements! {
    LIST_PROVIDERS = "SELECT p.id, p.name, p.issuer, p.client_id, p.scopes, p.for_customers, p.for_staff, p.enabled \
        FROM identity.providers p WHERE p.store_id = $1 ORDER BY lower(p.name), p.id";
    FIND_PROVIDER = "SELECT p.id, p.name, p.issuer, p.client_id, p.scopes, p.for_customers, p.for_staff, p.enabled \
        FROM identity.providers p WHERE p.store_id = $1 AND p.id = $2";
    FIND_PROVIDER_SECRET = "SELECT sealed_secret FROM identity.providers WHERE store_id = $1 AND id = $2";
    INSERT_PROVIDER = "INSERT INTO identity.providers (store_id, id, name, issuer, client_id, sealed_secret, scopes, \
          for_customers, for_staff, enabled, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE_PROVIDER = "UPDATE identity.providers SET name = $3, client_id = $4, sealed_secret = coalesce($5, sealed_secret), \
          scopes = $6, for_customers = $7, for_staff = $8, enabled = $9 \
        WHERE store_id = $1 AND id = $2";
    DELETE_VISITS = "DELETE FROM identity.provider_visits WHERE store_id = $1 AND provider_id = $2";
    DELETE_LINKS = "DELETE FROM identity.linked_accounts WHERE store_id = $1 AND provider_id = $2";
    DELETE_PROVIDER = "DELETE FROM identity.providers WHERE store_id = $1 AND id = $2";
    INSERT_VISIT = "INSERT INTO identity.provider_visits \
          (store_id, state_hash, provider_id, verifier_hash, nonce_hash, account_id, next, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    DELETE_VISIT = "DELETE FROM identity.provider_visits \
        WHERE store_id = $1 AND state_hash = $2 AND provider_id = $3 AND expires_at > $4 \
        RETURNING verifier_hash, nonce_hash, account_id, next";
    COUNT_LINKS = "SELECT count(*) FROM identity.linked_accounts WHERE store_id = $1 AND provider_id = $2";
    FIND_LINKED = "SELECT account_id FROM identity.linked_accounts WHERE store_id = $1 AND provider_id = $2 AND subject = $3";
    HAS_LINK = "SELECT EXISTS (SELECT FROM identity.linked_accounts \
        WHERE store_id = $1 AND provider_id = $2 AND account_id = $3)";
    /// Leaves a link of another account alone.
    PUT_LINK = "INSERT INTO identity.linked_accounts AS l \
          (store_id, provider_id, subject, account_id, email, created_at, last_used_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT ON CONSTRAINT linked_accounts_pk DO UPDATE \
        SET email = excluded.email, last_used_at = excluded.last_used_at WHERE l.account_id = excluded.account_id";
    LIST_LINKED = "SELECT l.provider_id, p.name, l.email, l.created_at, l.last_used_at FROM identity.linked_accounts l \
        JOIN identity.providers p ON p.store_id = l.store_id AND p.id = l.provider_id \
        WHERE l.store_id = $1 AND l.account_id = $2 ORDER BY lower(p.name), p.id";
    DELETE_LINK = "DELETE FROM identity.linked_accounts WHERE store_id = $1 AND provider_id = $2 AND account_id = $3";
    HAS_PASSWORD = "SELECT EXISTS (SELECT FROM identity.accounts WHERE store_id = $1 AND id = $2 AND password_hash <> $3)";
    LOCK_ACCOUNT = "SELECT FROM identity.accounts WHERE store_id = $1 AND id = $2 FOR UPDATE";
    COUNT_WAYS_IN = "SELECT (SELECT count(*) FROM identity.accounts WHERE store_id = $1 AND id = $2 AND password_hash <> $3) \
          + (SELECT count(*) FROM identity.linked_accounts l \
            JOIN identity.providers p ON p.store_id = l.store_id AND p.id = l.provider_id \
            LEFT JOIN identity.staff s ON s.store_id = l.store_id AND s.account_id = l.account_id \
              AND s.deactivated_at IS NULL \
            WHERE l.store_id = $1 AND l.account_id = $2 AND p.enabled \
              AND CASE WHEN s.account_id IS NULL THEN p.for_customers ELSE p.for_staff END) \
          + (SELECT count(*) FROM identity.passkeys WHERE store_id = $1 AND account_id = $2)";
    DELETE_OTHER_WAYS = "WITH passkeys AS ( \
          DELETE FROM identity.passkeys WHERE store_id = $1 AND account_id = $2 \
        ), factors AS ( \
          DELETE FROM identity.second_factors WHERE store_id = $1 AND account_id = $2 \
        ), codes AS ( \
          DELETE FROM identity.recovery_codes WHERE store_id = $1 AND account_id = $2 \
        ) DELETE FROM identity.linked_accounts WHERE store_id = $1 AND account_id = $2";
}

/// A browser that is at a provider.
pub(crate) struct Visit {
    pub(crate) state_hash: [u8; 32],
    pub(crate) provider_id: ProviderId,
    pub(crate) verifier_hash: [u8; 32],
    pub(crate) nonce_hash: [u8; 32],
    pub(crate) account_id: Option<AccountId>,
    pub(crate) next: String,
    pub(crate) expires_at: Time,
}

/// A visit that is over.
#[derive(sqlx::FromRow)]
pub(crate) struct EndedVisit {
    pub(crate) verifier_hash: Vec<u8>,
    pub(crate) nonce_hash: Vec<u8>,
    pub(crate) account_id: Option<AccountId>,
    pub(crate) next: String,
}

pub(crate) async fn list_providers(ctx: &mut Ctx) -> Result<Vec<Provider>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_PROVIDERS).bind(store_id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

pub(crate) async fn find_provider(ctx: &mut Ctx, id: ProviderId) -> Result<Option<Provider>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(FIND_PROVIDER).bind(store_id).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn find_provider_secret(ctx: &mut Ctx, id: ProviderId) -> Result<Option<Vec<u8>>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_PROVIDER_SECRET).bind(store_id).bind(id);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn insert_provider(
    ctx: &mut Ctx,
    id: ProviderId,
    terms: &ProviderTerms,
    sealed_secret: &[u8],
) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(INSERT_PROVIDER).bind(store_id).bind(id);
    let query = query.bind(&terms.name).bind(&terms.issuer).bind(&terms.client_id);
    let query = query.bind(sealed_secret).bind(&terms.scopes);
    let query = query
        .bind(terms.for_customers)
        .bind(terms.for_staff)
        .bind(terms.enabled);
    query.bind(now).execute(ctx.sql().await?).await?;
    Ok(())
}

/// Without a secret the one there is stays.
pub(crate) async fn update_provider(
    ctx: &mut Ctx,
    id: ProviderId,
    terms: &ProviderTerms,
    sealed_secret: Option<&[u8]>,
) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(UPDATE_PROVIDER).bind(store_id).bind(id).bind(&terms.name);
    let query = query.bind(&terms.client_id).bind(sealed_secret).bind(&terms.scopes);
    let query = query
        .bind(terms.for_customers)
        .bind(terms.for_staff)
        .bind(terms.enabled);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// With its links and visits.
pub(crate) async fn delete_provider(ctx: &mut Ctx, id: ProviderId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    for sql in [DELETE_VISITS, DELETE_LINKS, DELETE_PROVIDER] {
        sqlx::query(sql)
            .bind(store_id)
            .bind(id)
            .execute(ctx.sql().await?)
            .await?;
    }
    Ok(())
}

pub(crate) async fn insert_visit(ctx: &mut Ctx, visit: &Visit) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(INSERT_VISIT).bind(store_id);
    let query = query.bind(visit.state_hash.as_slice()).bind(visit.provider_id);
    let query = query
        .bind(visit.verifier_hash.as_slice())
        .bind(visit.nonce_hash.as_slice());
    let query = query.bind(visit.account_id).bind(&visit.next).bind(visit.expires_at);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// The visit that this was. A second call finds nothing.
pub(crate) async fn delete_visit(
    ctx: &mut Ctx,
    provider_id: ProviderId,
    state_hash: [u8; 32],
) -> Result<Option<EndedVisit>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query_as(DELETE_VISIT).bind(store_id).bind(state_hash.as_slice());
    let query = query.bind(provider_id).bind(now);
    Ok(query.fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn count_links(ctx: &mut Ctx, provider_id: ProviderId) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_LINKS).bind(store_id).bind(provider_id);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn find_linked(
    ctx: &mut Ctx,
    provider_id: ProviderId,
    subject: &str,
) -> Result<Option<AccountId>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(FIND_LINKED).bind(store_id).bind(provider_id);
    Ok(query.bind(subject).fetch_optional(ctx.sql().await?).await?)
}

pub(crate) async fn has_link(ctx: &mut Ctx, provider_id: ProviderId, account_id: AccountId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(HAS_LINK).bind(store_id).bind(provider_id);
    Ok(query.bind(account_id).fetch_one(ctx.sql().await?).await?)
}

/// False: the person at the provider is another account.
pub(crate) async fn put_link(
    ctx: &mut Ctx,
    provider_id: ProviderId,
    subject: &str,
    account_id: AccountId,
    email: &str,
) -> Result<bool, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let query = sqlx::query(PUT_LINK).bind(store_id).bind(provider_id).bind(subject);
    let query = query.bind(account_id).bind(email).bind(now);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn list_linked(ctx: &mut Ctx, account_id: AccountId) -> Result<Vec<LinkedProvider>, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_as(LIST_LINKED).bind(store_id).bind(account_id);
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// False: there was none.
pub(crate) async fn delete_link(ctx: &mut Ctx, provider_id: ProviderId, account_id: AccountId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_LINK)
        .bind(store_id)
        .bind(provider_id)
        .bind(account_id);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected() == 1)
}

pub(crate) async fn has_password(ctx: &mut Ctx, account_id: AccountId) -> Result<bool, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(HAS_PASSWORD).bind(store_id).bind(account_id);
    Ok(query.bind(PasswordHash::none().0).fetch_one(ctx.sql().await?).await?)
}

pub(crate) async fn lock_account(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(LOCK_ACCOUNT).bind(store_id).bind(account_id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}

/// How many ways lead into an account.
pub(crate) async fn count_ways_in(ctx: &mut Ctx, account_id: AccountId) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query_scalar(COUNT_WAYS_IN).bind(store_id).bind(account_id);
    Ok(query.bind(PasswordHash::none().0).fetch_one(ctx.sql().await?).await?)
}

/// Takes away every way into an account but its password, and the second factor that stands before it: whoever made them never
/// proved that the address is theirs.
pub(crate) async fn delete_other_ways(ctx: &mut Ctx, account_id: AccountId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(DELETE_OTHER_WAYS).bind(store_id).bind(account_id);
    query.execute(ctx.sql().await?).await?;
    Ok(())
}
