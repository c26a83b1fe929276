//! Reservations: promises of stock to holders. The levels of their variants are locked whenever they change.

use database::{Ctx, Error};
use kernel::{LocationId, MovementId, ReservationId, Time, VariantId};
use uuid::Uuid;

use crate::{Holder, Level, level::Take, movement::Change};

database::statements! {
    /// Variants with reservations that have run out.
    EXPIRED_VARIANTS = "SELECT DISTINCT variant_id FROM inventory.reservations \
         WHERE store_id = $1 AND state = 'open' AND expires_at <= $2 ORDER BY variant_id LIMIT 500";
    /// Reservations that ran out before a moment and that nobody tidied away.
    COUNT_EXPIRED = "SELECT count(*) FROM inventory.reservations WHERE store_id = $1 AND state = 'open' AND expires_at <= $2";
    /// Takes back what has run out, with ledger rows, and says what was freed. The levels are locked already.
    FREE_EXPIRED = "WITH place AS ( \
           SELECT * FROM unnest($2::uuid[], $5::uuid[], $6::uuid[]) AS p (variant_id, location_id, movement_id) \
         ), closed AS ( \
           UPDATE inventory.reservations SET state = 'expired' \
           WHERE store_id = $1 AND variant_id = ANY($2::uuid[]) AND state = 'open' AND expires_at <= $3 \
           RETURNING variant_id, location_id, quantity \
         ), freed AS ( \
           SELECT variant_id, location_id, sum(quantity)::bigint AS quantity FROM closed GROUP BY variant_id, location_id \
         ), changed AS ( \
           UPDATE inventory.levels l SET reserved = l.reserved - f.quantity FROM freed f \
           WHERE l.store_id = $1 AND l.variant_id = f.variant_id AND l.location_id = f.location_id RETURNING 1 \
         ), booked AS ( \
           INSERT INTO inventory.movements (store_id, id, variant_id, location_id, kind, on_hand_change, reserved_change, reason, actor, occurred_at) \
           SELECT $1, p.movement_id, f.variant_id, f.location_id, 'release', 0, -f.quantity, 'expired', $4, $3 \
           FROM freed f JOIN place p ON p.variant_id = f.variant_id AND p.location_id = f.location_id RETURNING 1 \
         ) SELECT variant_id, location_id, quantity FROM freed";
    /// Those that were given up long ago.
    DELETE_GIVEN_UP = "DELETE FROM inventory.reservations r USING ( \
           SELECT holder_id, id FROM inventory.reservations WHERE store_id = $1 AND state IN ('released', 'expired') AND created_at < $2 \
           ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED \
         ) AS old WHERE r.store_id = $1 AND r.holder_id = old.holder_id AND r.id = old.id";
    /// Promises stock: raises `reserved` where all of it is still free, writes the reservations and the ledger rows.
    RESERVE = "WITH wanted AS ( \
           SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[]) \
             AS w (variant_id, location_id, quantity, reservation_id, movement_id, holder_id, reference) \
         ), summed AS ( \
           SELECT variant_id, location_id, sum(quantity)::bigint AS quantity FROM wanted GROUP BY variant_id, location_id \
         ), changed AS ( \
           UPDATE inventory.levels l SET reserved = l.reserved + s.quantity FROM summed s \
           WHERE l.store_id = $1 AND l.variant_id = s.variant_id AND l.location_id = s.location_id \
             AND (l.backorder OR l.on_hand - l.safety_stock - l.reserved >= s.quantity) \
           RETURNING l.variant_id, l.location_id \
         ), held AS ( \
           INSERT INTO inventory.reservations (store_id, id, holder_id, variant_id, location_id, quantity, state, expires_at, created_at) \
           SELECT $1, reservation_id, holder_id, variant_id, location_id, quantity, 'open', $9, $10 \
           FROM wanted JOIN changed USING (variant_id, location_id) RETURNING 1 \
         ), booked AS ( \
           INSERT INTO inventory.movements (store_id, id, variant_id, location_id, kind, on_hand_change, reserved_change, reference, actor, occurred_at) \
           SELECT $1, movement_id, variant_id, location_id, 'reserve', 0, quantity, reference, $11, $10 \
           FROM wanted JOIN changed USING (variant_id, location_id) RETURNING 1 \
         ) SELECT count(*) FROM wanted JOIN changed USING (variant_id, location_id)";
    /// Reservations of holders, newest first.
    RESERVATIONS = "SELECT own.* FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) AS n CROSS JOIN LATERAL ( \
           SELECT id, holder_id, variant_id, location_id, quantity, state, created_at FROM inventory.reservations \
           WHERE store_id = $1 AND holder_id = n.id OFFSET 0 \
         ) AS own ORDER BY created_at DESC, variant_id, location_id";
    /// Closes reservations. The levels of their variants are locked, so nobody else changes them. The state is written so that
    /// no index is thought of: that of the open ones would be read whole for each batch.
    CLOSE = "UPDATE inventory.reservations r SET state = $4 FROM unnest($2::uuid[], $3::uuid[]) AS n (holder_id, id) CROSS JOIN LATERAL ( \
           SELECT seen.ctid AS place, seen.state FROM inventory.reservations seen \
           WHERE seen.store_id = $1 AND seen.holder_id = n.holder_id AND seen.id = n.id OFFSET 0 \
         ) AS at WHERE r.ctid = at.place AND at.state = 'open' AND r.state || '' = 'open'";
    /// When the first reservation of these variants runs out.
    NEXT_END = "SELECT min(expires_at) FROM inventory.reservations \
         WHERE store_id = $1 AND variant_id = ANY($2::uuid[]) AND state = 'open' AND expires_at > $3";
    /// Moves the end of holders' reservations.
    EXTEND = "UPDATE inventory.reservations SET expires_at = $3 \
         WHERE store_id = $1 AND holder_id = ANY($2::uuid[]) AND state = 'open'";
}

pub(crate) async fn next_end(ctx: &mut Ctx, variants: &[VariantId]) -> Result<Option<Time>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(NEXT_END)
        .bind(store_id)
        .bind(variants)
        .bind(now)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn list_expired_variants(ctx: &mut Ctx) -> Result<Vec<VariantId>, Error> {
    let (store_id, now) = (ctx.store_id(), ctx.now());
    Ok(sqlx::query_scalar(EXPIRED_VARIANTS)
        .bind(store_id)
        .bind(now)
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn count_expired(ctx: &mut Ctx, before: Time) -> Result<i64, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_scalar(COUNT_EXPIRED)
        .bind(store_id)
        .bind(before)
        .fetch_one(ctx.sql().await?)
        .await?)
}

pub(crate) async fn delete_given_up(ctx: &mut Ctx, before: Time, limit: i64) -> Result<u64, Error> {
    let query = sqlx::query(DELETE_GIVEN_UP)
        .bind(ctx.store_id())
        .bind(before)
        .bind(limit);
    Ok(query.execute(ctx.sql().await?).await?.rows_affected())
}

#[derive(sqlx::FromRow)]
struct FreedRow {
    variant_id: VariantId,
    location_id: LocationId,
    quantity: i64,
}

/// Takes back what has run out of locked levels and answers with the changes that were made.
pub(crate) async fn free_expired(ctx: &mut Ctx, locked: &[Level]) -> Result<Vec<Change>, Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let movements: Vec<MovementId> = locked.iter().map(|_| ctx.new_id()).collect();
    let rows: Vec<FreedRow> = sqlx::query_as(FREE_EXPIRED)
        .bind(store_id)
        .bind(locked.iter().map(|level| level.variant_id).collect::<Vec<_>>())
        .bind(now)
        .bind(actor)
        .bind(locked.iter().map(|level| level.location_id).collect::<Vec<_>>())
        .bind(movements)
        .fetch_all(ctx.sql().await?)
        .await?;
    let change = |row: FreedRow| Change {
        variant_id: row.variant_id,
        location_id: row.location_id,
        on_hand: 0,
        reserved: -row.quantity,
    };
    Ok(rows.into_iter().map(change).collect())
}

/// Answers with how many of the takes there was stock for; the others are not reserved.
pub(crate) async fn insert(ctx: &mut Ctx, takes: &[(Holder, Take)], expires_at: Option<Time>) -> Result<usize, Error> {
    let (store_id, now, actor) = (ctx.store_id(), ctx.now(), ctx.actor().label());
    let reservations: Vec<ReservationId> = takes.iter().map(|_| ctx.new_id()).collect();
    let movements: Vec<MovementId> = takes.iter().map(|_| ctx.new_id()).collect();
    let changed: i64 = sqlx::query_scalar(RESERVE)
        .bind(store_id)
        .bind(takes.iter().map(|(_, take)| take.variant_id).collect::<Vec<_>>())
        .bind(takes.iter().map(|(_, take)| take.location_id).collect::<Vec<_>>())
        .bind(takes.iter().map(|(_, take)| take.quantity).collect::<Vec<_>>())
        .bind(reservations)
        .bind(movements)
        .bind(takes.iter().map(|(holder, _)| holder.id()).collect::<Vec<_>>())
        .bind(takes.iter().map(|(holder, _)| holder.reference()).collect::<Vec<_>>())
        .bind(expires_at)
        .bind(now)
        .bind(actor)
        .fetch_one(ctx.sql().await?)
        .await?;
    Ok(usize::try_from(changed).unwrap_or_default())
}

/// A reservation as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ReservationRow {
    pub(crate) id: ReservationId,
    pub(crate) holder_id: Uuid,
    pub(crate) variant_id: VariantId,
    pub(crate) location_id: LocationId,
    pub(crate) quantity: i64,
    pub(crate) state: String,
    pub(crate) created_at: Time,
}

/// How a reservation is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReservationKey {
    holder_id: Uuid,
    id: ReservationId,
}

impl ReservationRow {
    pub(crate) fn key(&self) -> ReservationKey {
        ReservationKey {
            holder_id: self.holder_id,
            id: self.id,
        }
    }
}

pub(crate) async fn list(ctx: &mut Ctx, holders: &[Holder]) -> Result<Vec<ReservationRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(RESERVATIONS)
        .bind(store_id)
        .bind(holders.iter().map(|holder| holder.id()).collect::<Vec<_>>())
        .fetch_all(ctx.sql().await?)
        .await?)
}

pub(crate) async fn close(ctx: &mut Ctx, keys: &[ReservationKey], state: &'static str) -> Result<(), Error> {
    let store_id = ctx.store_id();
    sqlx::query(CLOSE)
        .bind(store_id)
        .bind(keys.iter().map(|key| key.holder_id).collect::<Vec<_>>())
        .bind(keys.iter().map(|key| key.id).collect::<Vec<_>>())
        .bind(state)
        .execute(ctx.sql().await?)
        .await?;
    Ok(())
}

pub(crate) async fn extend(ctx: &mut Ctx, holders: &[Holder], until: Time) -> Result<u64, Error> {
    let store_id = ctx.store_id();
    let done = sqlx::query(EXTEND)
        .bind(store_id)
        .bind(holders.iter().map(|holder| holder.id()).collect::<Vec<_>>())
        .bind(until)
        .execute(ctx.sql().await?)
        .await?;
    Ok(done.rows_affected())
}
