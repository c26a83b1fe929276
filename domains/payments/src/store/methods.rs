//! The SQL of cards that gateways keep.

use database::{Ctx, Error};
use kernel::{AttemptId, CustomerId, PaymentMethodId, Time};

use super::claim_attempts;
use crate::{Attempt, CardLabel, Expiry, KeptMethod, PaymentMethod};

/// The columns of `MethodRow`, of methods named `m` and customers of a gateway named `c`.
macro_rules! method_columns {
    () => {
        "m.id, m.customer_id, m.gateway, c.reference AS customer_reference, m.reference, m.fingerprint, m.brand, m.last_four, \
         m.expires_year, m.expires_month, m.is_default, m.created_at"
    };
}

database::statements! {
    LIST = concat!("SELECT ", method_columns!(), " FROM payments.methods m JOIN payments.customers c \
        ON c.store_id = m.store_id AND c.customer_id = m.customer_id AND c.gateway = m.gateway \
        WHERE m.store_id = $1 AND m.customer_id = $2 AND m.removed_at IS NULL ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC");
    /// What one customer saves, removes and chooses happens one after the other.
    LOCK_CUSTOMER = "SELECT gateway FROM payments.customers WHERE store_id = $1 AND customer_id = $2 ORDER BY gateway FOR UPDATE";
    FIND_CUSTOMER = "SELECT reference FROM payments.customers WHERE store_id = $1 AND customer_id = $2 AND gateway = $3";
    /// The first name stays.
    PUT_CUSTOMER = "INSERT INTO payments.customers (store_id, customer_id, gateway, reference, created_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT ON CONSTRAINT customers_pk DO UPDATE SET reference = customers.reference RETURNING reference";
    /// Compare and swap: the first to tell what was kept is believed.
    FINISH_SAVING = "UPDATE payments.attempts SET saving_check_at = NULL, card_brand = coalesce($3, card_brand), \
            card_last_four = coalesce($4, card_last_four) \
        WHERE store_id = $1 AND id = $2 AND saving_check_at IS NOT NULL RETURNING saves_for AS customer_id, gateway";
    /// What is known by that name already, and may be on its way out, stays so.
    INSERT = "INSERT INTO payments.methods (store_id, id, customer_id, gateway, reference, fingerprint, brand, last_four, expires_year, \
            expires_month, is_default, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT ON CONSTRAINT methods_reference_key DO NOTHING";
    UPDATE_REMOVED = "UPDATE payments.methods SET removed_at = $3, check_at = $4, is_default = false \
        WHERE store_id = $1 AND id = $2 AND removed_at IS NULL";
    DELETE_REMOVED = "DELETE FROM payments.methods WHERE store_id = $1 AND id = $2 AND removed_at IS NOT NULL";
    UPDATE_NO_DEFAULT = "UPDATE payments.methods SET is_default = false WHERE store_id = $1 AND customer_id = $2 AND is_default AND id <> $3";
    UPDATE_DEFAULT = "UPDATE payments.methods SET is_default = true WHERE store_id = $1 AND customer_id = $2 AND id = $3 AND removed_at IS NULL";
    CLAIM_UNSAVED = concat!("UPDATE payments.attempts a SET saving_check_at = ", next_check!("a"), " FROM ( \
            SELECT id FROM payments.attempts WHERE store_id = $1 AND saving_check_at <= $2 ORDER BY saving_check_at LIMIT $3 \
            FOR UPDATE SKIP LOCKED \
        ) AS due WHERE a.store_id = $1 AND a.id = due.id RETURNING ", attempt_columns!());
    CLAIM_REMOVED = concat!("UPDATE payments.methods m \
        SET check_at = $2 + least(greatest($2 - m.removed_at, interval '1 minute'), interval '1 day') FROM ( \
            SELECT id FROM payments.methods WHERE store_id = $1 AND check_at <= $2 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED \
        ) AS due, payments.customers c \
        WHERE m.store_id = $1 AND m.id = due.id AND c.store_id = m.store_id AND c.customer_id = m.customer_id AND c.gateway = m.gateway \
        RETURNING ", method_columns!());
}

#[derive(sqlx::FromRow)]
struct MethodRow {
    id: PaymentMethodId,
    customer_id: CustomerId,
    gateway: String,
    customer_reference: String,
    reference: String,
    fingerprint: String,
    brand: String,
    last_four: String,
    expires_year: i32,
    expires_month: i32,
    is_default: bool,
    created_at: Time,
}

impl TryFrom<MethodRow> for PaymentMethod {
    type Error = Error;

    fn try_from(row: MethodRow) -> Result<Self, Error> {
        let card = CardLabel::new(&row.brand, &row.last_four);
        let month = u32::try_from(row.expires_month).ok();
        let expires = month.and_then(|month| Expiry::new(row.expires_year, month));
        Ok(Self {
            id: row.id,
            customer_id: row.customer_id,
            gateway: row.gateway,
            customer_reference: row.customer_reference,
            reference: row.reference,
            fingerprint: row.fingerprint,
            card: card.ok_or_else(|| Error::corrupt("methods.brand", &row.brand))?,
            expires: expires.ok_or_else(|| Error::corrupt("methods.expires_year", row.expires_year.to_string()))?,
            is_default: row.is_default,
            created_at: row.created_at,
        })
    }
}

/// Whose card a gateway was to keep.
#[derive(sqlx::FromRow)]
pub(crate) struct SavingRow {
    pub(crate) customer_id: CustomerId,
    pub(crate) gateway: String,
}

pub(crate) async fn list(ctx: &mut Ctx, customer: CustomerId) -> Result<Vec<PaymentMethod>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<MethodRow> = sqlx::query_as(LIST)
        .bind(store_id)
        .bind(customer)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(PaymentMethod::try_from).collect()
}

pub(crate) async fn lock_customer(ctx: &mut Ctx, customer: CustomerId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(LOCK_CUSTOMER)
        .bind(store_id)
        .bind(customer)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn find_customer(ctx: &mut Ctx, customer: CustomerId, gateway: &str) -> Result<Option<String>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(FIND_CUSTOMER)
        .bind(store_id)
        .bind(customer)
        .bind(gateway)
        .fetch_optional(ctx.sql().await?)
        .await?)
}

pub(crate) async fn put_customer(
    ctx: &mut Ctx,
    customer: CustomerId,
    gateway: &str,
    reference: &str,
) -> Result<String, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(PUT_CUSTOMER)
        .bind(store_id)
        .bind(customer)
        .bind(gateway)
        .bind(reference)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await?)
}

/// `None`: nothing was to be kept, or somebody told before.
pub(crate) async fn finish_saving(
    ctx: &mut Ctx,
    attempt: AttemptId,
    card: Option<&CardLabel>,
) -> Result<Option<SavingRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(FINISH_SAVING)
        .bind(store_id)
        .bind(attempt)
        .bind(card.map(CardLabel::brand))
        .bind(card.map(CardLabel::last_four))
        .fetch_optional(ctx.sql().await?)
        .await?)
}

pub(crate) async fn insert(
    ctx: &mut Ctx,
    customer: CustomerId,
    gateway: &str,
    kept: &KeptMethod,
    is_default: bool,
) -> Result<(), Error> {
    let (store_id, now, id) = (ctx.store_id(), ctx.now(), ctx.new_id::<PaymentMethodId>());
    sqlx::query(INSERT)
        .bind(store_id)
        .bind(id)
        .bind(customer)
        .bind(gateway)
        .bind(&kept.reference)
        .bind(&kept.fingerprint)
        .bind(kept.card.brand())
        .bind(kept.card.last_four())
        .bind(kept.expires.year())
        .bind(i64::from(kept.expires.month()))
        .bind(is_default)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn update_removed(ctx: &mut Ctx, id: PaymentMethodId, check_at: Time) -> Result<(), Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(UPDATE_REMOVED)
        .bind(store_id)
        .bind(id)
        .bind(now)
        .bind(check_at)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn delete_removed(ctx: &mut Ctx, id: PaymentMethodId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(DELETE_REMOVED)
        .bind(store_id)
        .bind(id)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

/// The customer is locked.
pub(crate) async fn update_default(ctx: &mut Ctx, customer: CustomerId, id: PaymentMethodId) -> Result<(), Error> {
    let store_id = ctx.store_id();
    for statement in [UPDATE_NO_DEFAULT, UPDATE_DEFAULT] {
        sqlx::query(statement)
            .bind(store_id)
            .bind(customer)
            .bind(id)
            .execute(ctx.sql().await?)
            .await?;
    }
    Ok(())
}

pub(crate) async fn claim_unsaved(ctx: &mut Ctx, limit: i64) -> Result<Vec<Attempt>, Error> {
    claim_attempts(ctx, CLAIM_UNSAVED, limit).await
}

pub(crate) async fn claim_removed(ctx: &mut Ctx, limit: i64) -> Result<Vec<PaymentMethod>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    let rows: Vec<MethodRow> = sqlx::query_as(CLAIM_REMOVED)
        .bind(store_id)
        .bind(now)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(PaymentMethod::try_from).collect()
}
