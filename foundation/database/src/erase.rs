//! Takes a person out of what the platform keeps about changes: audit entries, events and jobs. Each domain that forgets somebody
//! says which rows, events and jobs were about them.

use serde_json::Value;
use uuid::Uuid;

use crate::{Ctx, Error};

crate::statements! {
    ERASE_AUDIT = "SELECT platform.erase_audit($1, $2, $3, $4)";
    LIST_AUDITED_KEYS = "SELECT DISTINCT row_key FROM platform.audit_entries \
        WHERE store_id = $1 AND table_name = $2 AND starts_with(row_key, $3)";
    ERASE_EVENTS = "WITH events AS ( \
            UPDATE platform.outbox SET payload = platform.overwritten(payload, $3) \
            WHERE store_id = $1 AND aggregate_id = ANY ($2) RETURNING id \
        ) DELETE FROM platform.deliveries d USING events WHERE d.store_id = $1 AND d.event_id = events.id";
    /// Whether a consumer has yet to hear of one of these. What is parked waits for nothing.
    AWAITS_DELIVERY = "SELECT EXISTS (SELECT FROM platform.outbox o WHERE o.store_id = $1 AND o.aggregate_id = ANY ($2) \
        AND (EXISTS (SELECT FROM platform.unheard u WHERE u.store_id = o.store_id AND u.event_id = o.id) \
            OR EXISTS (SELECT FROM platform.deliveries d WHERE d.store_id = o.store_id AND d.event_id = o.id AND d.state = 'queued')))";
    DELETE_JOBS = "DELETE FROM platform.jobs WHERE store_id = $1 AND state IN ('queued', 'parked') AND kind = $2 AND payload ->> $3 = ANY ($4)";
    STOP_RECORDING = "SELECT set_config('souk.bulk', 'on', true)";
}

/// The audit log goes on telling who changed these rows and when, but not what they said.
pub async fn erase_audit(ctx: &mut Ctx, table: &'static str, keys: &[String]) -> Result<(), Error> {
    erase_audit_keys(ctx, table, keys, keys).await
}

/// The same where the key of a row names somebody: each becomes another.
pub async fn erase_audit_keys(
    ctx: &mut Ctx,
    table: &'static str,
    keys: &[String],
    new_keys: &[String],
) -> Result<(), Error> {
    if keys.is_empty() {
        return Ok(());
    }
    let store_id = ctx.store_id();
    let query = sqlx::query(ERASE_AUDIT).bind(store_id).bind(table);
    query.bind(keys).bind(new_keys).execute(ctx.sql().await?).await?;
    Ok(())
}

/// The keys of rows that the audit log ever told of, in a table whose key begins with that id.
pub async fn audited_keys(ctx: &mut Ctx, table: &'static str, id: Uuid) -> Result<Vec<String>, Error> {
    let query = sqlx::query_scalar(LIST_AUDITED_KEYS).bind(ctx.store_id()).bind(table);
    let query = query.bind(format!("{id} "));
    Ok(query.fetch_all(ctx.sql().await?).await?)
}

/// Writes other values over fields of the events about these things, where they have them. Nobody hears of such an event again.
pub async fn erase_events(ctx: &mut Ctx, aggregates: &[Uuid], fields: &Value) -> Result<(), Error> {
    let store_id = ctx.store_id();
    let query = sqlx::query(ERASE_EVENTS).bind(store_id).bind(aggregates);
    query.bind(fields).execute(ctx.sql().await?).await?;
    Ok(())
}

/// Whether somebody has yet to react to an event about one of these.
pub async fn awaits_delivery(ctx: &mut Ctx, aggregates: &[Uuid]) -> Result<bool, Error> {
    let query = sqlx::query_scalar(AWAITS_DELIVERY)
        .bind(ctx.store_id())
        .bind(aggregates);
    Ok(query.fetch_one(ctx.sql().await?).await?)
}

/// Deletes jobs of a kind that wait or are parked, by a field of what they are about.
pub async fn delete_jobs(ctx: &mut Ctx, kind: &str, field: &str, values: &[String]) -> Result<(), Error> {
    if values.is_empty() {
        return Ok(());
    }
    let query = sqlx::query(DELETE_JOBS).bind(ctx.store_id()).bind(kind).bind(field);
    query.bind(values).execute(ctx.sql().await?).await?;
    Ok(())
}

/// From here on the changes of this transaction leave no entry in the audit log, which would say what was erased.
pub async fn stop_recording(ctx: &mut Ctx) -> Result<(), Error> {
    sqlx::query(STOP_RECORDING).execute(ctx.sql().await?).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_takes_every_statement() {
        prepare_all(&TestDatabase::new().await, STATEMENTS).await;
    }
}
