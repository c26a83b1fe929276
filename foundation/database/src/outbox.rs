//! Events, written in the transaction of the change they tell of, and handed to each consumer by the worker.

use kernel::{EventId, StoreId, Time};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Ctx, Error};

/// A fact in the past tense, owned by the domain that emits it: ids and the values consumers need.
pub trait Event: Serialize + DeserializeOwned + Send + Sync {
    /// The name in the event catalogue, such as `order.placed`.
    const KIND: &'static str;
    /// Raised when the payload's meaning changes.
    const VERSION: i32 = 1;

    /// What the event is about; events of one aggregate are numbered in order.
    fn aggregate(&self) -> Uuid;
}

/// An event as the outbox keeps it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredEvent {
    /// The store it happened in.
    pub store_id: StoreId,
    /// The event's id.
    pub id: EventId,
    /// The name in the event catalogue.
    pub kind: String,
    /// The payload's version.
    pub version: i32,
    /// What the event is about.
    pub aggregate_id: Uuid,
    /// Its number among the events of the aggregate, from 1.
    pub aggregate_sequence: i64,
    /// The event itself.
    pub payload: serde_json::Value,
    /// When it happened.
    pub occurred_at: Time,
}

impl StoredEvent {
    /// The event, when it is of that kind.
    pub fn read<E: Event>(&self) -> Result<E, Error> {
        if self.kind != E::KIND {
            return Err(Error::corrupt("outbox.kind", &self.kind));
        }
        Ok(serde_json::from_value(self.payload.clone())?)
    }
}

const PUBLISH: &str = "WITH event AS ( \
       INSERT INTO platform.outbox (store_id, id, kind, version, aggregate_id, aggregate_sequence, payload, occurred_at) \
       SELECT $1, $2, $3, $4, $5, coalesce(max(aggregate_sequence), 0) + 1, $6, $7 \
       FROM platform.outbox WHERE store_id = $1 AND aggregate_id = $5 \
     ) SELECT pg_notify('souk_outbox', '')";

pub(crate) async fn publish<E: Event>(ctx: &mut Ctx, event: &E) -> Result<EventId, Error> {
    let id: EventId = ctx.new_id();
    let (store_id, now) = (ctx.store_id(), ctx.now());
    sqlx::query(PUBLISH)
        .bind(store_id)
        .bind(id)
        .bind(E::KIND)
        .bind(E::VERSION)
        .bind(event.aggregate())
        .bind(serde_json::to_value(event)?)
        .bind(now)
        .execute(ctx.sql().await?)
        .await?;
    Ok(id)
}

const REPLAY: &str = "SELECT store_id, id, kind, version, aggregate_id, aggregate_sequence, payload, occurred_at, position \
     FROM platform.outbox WHERE store_id = $1 AND position > $2 ORDER BY position LIMIT $3";

#[derive(sqlx::FromRow)]
struct PositionedRow {
    #[sqlx(flatten)]
    event: StoredEvent,
    position: i64,
}

/// Events after a position, oldest first, with their positions: how a consumer reads the past again.
pub async fn replay(ctx: &mut Ctx, after: i64, limit: i64) -> Result<Vec<(i64, StoredEvent)>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<PositionedRow> = sqlx::query_as(REPLAY)
        .bind(store_id)
        .bind(after)
        .bind(limit)
        .fetch_all(ctx.sql().await?)
        .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.event)).collect())
}
